-- SPDX-License-Identifier: Apache-2.0
-- conf/grants.sql -- what the module's account may do in a Moodle database: no more than it needs.
--
--   psql -v role=moodlews -v prefix=mdl_ [-v readonly=1] -f conf/grants.sql moodle
--
-- The role is there already; run as the owner of the tables. With readonly, for MoodleWSReadOnly On,
-- only what reads is granted. Tables of plugins that the site does not have are passed over.
\if :{?prefix}
\else
    \set prefix mdl_
\endif
\if :{?readonly}
\else
    \set readonly 0
\endif

CREATE TEMP TABLE granted (privilege text, names text);
INSERT INTO granted VALUES
-- What answers and checks are made of.
('SELECT',
 'capabilities config config_plugins context course course_categories course_completion_criteria
  course_completions course_format_options course_modules course_modules_completion
  course_sections customfield_category customfield_data customfield_field enrol external_functions
  external_services external_services_functions external_services_users external_tokens favourite
  files files_reference filter_active groups groups_members modules repository
  repository_instances role role_assignments role_capabilities sessions tag tag_area tag_instance
  task_adhoc user user_enrolments user_info_category user_info_data user_info_field
  user_lastaccess user_preferences user_private_key'),
-- The names of activities, for core_files_get_files.
('SELECT (id, name)',
 'assign bigbluebuttonbn book chat choice data feedback folder glossary h5pactivity imscp label
  lesson lti page quiz resource scorm subsection survey url wiki workshop');

INSERT INTO granted SELECT * FROM (VALUES
-- Every call: the event log, tokens, sessions, logins.
('INSERT', 'external_tokens logstore_standard_log sessions task_adhoc user_preferences
            user_private_key'),
('DELETE', 'external_tokens sessions user_preferences'),
('UPDATE (lastaccess)', 'external_tokens'),
('UPDATE (timemodified, lastip)', 'sessions'),
('UPDATE (nextruntime)', 'task_adhoc'),
('UPDATE (value)', 'user_preferences'),
('SELECT, INSERT, UPDATE (timemodified, value, expiry)', 'cache_flags'),
-- Accounts.
('INSERT', 'context tag tag_instance tool_dataprivacy_request user user_info_data'),
('UPDATE (username, password, auth, suspended, deleted, idnumber, firstname, lastname, email, phone1,
          phone2, institution, department, address, city, country, lang, calendartype, theme,
          timezone, mailformat, maildisplay, description, firstnamephonetic, lastnamephonetic,
          middlename, alternatename, picture, timemodified)', 'user'),
('UPDATE (data)', 'user_info_data'),
('UPDATE (ordering, timemodified)', 'tag_instance'),
('SELECT, DELETE',
 'auth_lti_linked_login auth_oauth2_linked_login block_instances block_positions cohort_members
  comments competency_evidence competency_plan competency_plancomp competency_usercomp
  competency_usercompcourse competency_usercompplan competency_userevidence
  competency_userevidencecomp event event_subscriptions external_services_users filter_active
  filter_config grading_areas my_pages oauth2_refresh_token rating repository_instance_config
  repository_instances role_capabilities role_names tag tag_instance tool_monitor_subscriptions
  user_info_data user_lastaccess user_password_history user_private_key'),
('DELETE', 'context files'),
('SELECT', 'tool_dataprivacy_request'),
-- Courses.
('INSERT', 'block_instances course course_format_options course_modules course_sections
            customfield_data enrol'),
('SELECT, INSERT', 'forum'),
('UPDATE', 'course'),
('UPDATE (sortorder, coursecount)', 'course_categories'),
('UPDATE (path, depth)', 'context'),
('UPDATE (value)', 'course_format_options'),
('UPDATE (sequence)', 'course_sections'),
('UPDATE', 'customfield_data'),
('DELETE', 'course_format_options'),
-- Groups, roles, enrolments.
('INSERT', 'groups groups_members role_assignments user_enrolments'),
('UPDATE (timemodified)', 'groups'),
('UPDATE (status, timestart, timeend, modifierid, timemodified)', 'user_enrolments'),
('DELETE', 'groups groups_members role_assignments user_enrolments'),
('SELECT', 'role_allow_assign role_context_levels grade_items message_processors'),
('SELECT, INSERT, DELETE', 'forum_subscriptions'),
('SELECT, DELETE', 'forum_digests forum_read forum_track_prefs grade_grades groupings_groups
                    assign_overrides lesson_overrides quiz_overrides'),
('INSERT', 'grade_grades_history'),
-- Messages, notifications, notes.
('SELECT', 'message_contacts message_users_blocked'),
('SELECT, INSERT', 'messages message_popup_notifications notifications post'),
('SELECT, INSERT, DELETE', 'message_conversations message_conversation_members'),
('SELECT, DELETE', 'message_conversation_actions message_user_actions'),
('DELETE', 'messages'),
('INSERT, DELETE', 'favourite'),
-- Files.
('INSERT', 'files')
) AS writing WHERE NOT :'readonly'::int::bool;

-- Each on its tables that are there.
SELECT format('GRANT %s ON %I TO %I', g.privilege, :'prefix' || name, :'role')
  FROM granted AS g, regexp_split_to_table(g.names, '\s+') AS name
 WHERE to_regclass(quote_ident(:'prefix' || name)) IS NOT NULL
\gexec
-- Rows take their ids from sequences.
SELECT DISTINCT format('GRANT USAGE ON SEQUENCE %s TO %I',
                       pg_get_serial_sequence(quote_ident(:'prefix' || name), 'id'), :'role')
  FROM granted AS g, regexp_split_to_table(g.names, '\s+') AS name
 WHERE g.privilege LIKE '%INSERT%' AND to_regclass(quote_ident(:'prefix' || name)) IS NOT NULL
\gexec
