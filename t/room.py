# SPDX-License-Identifier: Apache-2.0
# t/room.py -- a course and people of a test's own, in the demo's database: what functions that write
# may do anything to.

# What the functions that write to enrolments and accounts touch. Restored when a test is over.
TABLES = [
    'auth_lti_linked_login', 'auth_oauth2_linked_login', 'block_instances', 'block_positions',
    'cache_flags', 'cohort_members', 'comments', 'competency_evidence', 'competency_plan',
    'competency_plancomp', 'competency_usercomp', 'competency_usercompcourse',
    'competency_usercompplan', 'competency_userevidence', 'competency_userevidencecomp', 'context',
    'course', 'course_modules', 'enrol', 'event', 'event_subscriptions', 'external_services_users',
    'external_tokens', 'files', 'filter_active', 'filter_config', 'forum', 'forum_digests',
    'forum_read', 'forum_subscriptions', 'forum_track_prefs', 'grade_grades',
    'grade_grades_history', 'grade_items', 'grading_areas', 'groups', 'groups_members',
    'message_conversation_members', 'message_conversations', 'message_popup_notifications',
    'my_pages', 'notifications', 'oauth2_refresh_token', 'rating', 'repository_instance_config',
    'repository_instances', 'role_assignments', 'role_capabilities', 'role_names', 'sessions',
    'tag', 'tag_instance', 'tool_dataprivacy_request', 'tool_monitor_subscriptions', 'user',
    'user_enrolments', 'user_info_data', 'user_lastaccess', 'user_password_history',
    'user_preferences', 'user_private_key',
]

# A course, its context, its manual instance, its people, and a group of it.
COURSE, INSTANCE, GROUP = 900, 900, 900
PEOPLE = range(901, 911)


class Room:
    """The course COURSE (manual enrolment INSTANCE, without a welcome) and the users PEOPLE."""

    def __init__(self, db):
        self.db = db
        db.keep(*TABLES)
        self.context = self.place(COURSE, 'course', 50, 10, 0)
        db.run('INSERT INTO mdl_enrol (id, enrol, status, courseid, sortorder, customint1)'
               " VALUES (%s, 'manual', 0, %s, 0, 0)", (INSTANCE, COURSE))
        db.run("INSERT INTO mdl_groups (id, courseid, name) VALUES (%s, %s, 'Ours')",
               (GROUP, COURSE))
        for user in PEOPLE:
            self.person(user)
        self.since = self.last_event()

    def place(self, instance, table, level, above, above_instance):
        """The context of a new row of TABLE below another one; the row too, of a course."""
        if table == 'course':
            self.db.run('INSERT INTO mdl_course (id, category, fullname, shortname, format)'
                        " VALUES (%s, 1, 'Ours', %s, 'topics')", (instance, f'ours{instance}'))
        return self.db.one(
            'WITH n AS (SELECT nextval(\'mdl_context_id_seq\') AS id)'
            ' INSERT INTO mdl_context (id, contextlevel, instanceid, path, depth)'
            " SELECT n.id, %s, %s, path || '/' || n.id, depth + 1 FROM n, mdl_context x"
            '  WHERE x.contextlevel = %s AND x.instanceid = %s RETURNING id',
            (level, instance, above, above_instance))

    def person(self, user):
        self.db.run('INSERT INTO mdl_user (id, username, email, firstname, lastname, confirmed,'
                    ' mnethostid) VALUES (%s, %s, %s, %s, %s, 1, 1)',
                    (user, f'person{user}', f'Person{user}@lanterna.example', 'Per', f'Son{user}'))
        return self.place(user, 'user', 30, 10, 0)

    def module(self, kind, instance):
        """A new activity of the course; its context."""
        module = self.db.one(
            'INSERT INTO mdl_course_modules (course, module, instance)'
            ' SELECT %s, id, %s FROM mdl_modules WHERE name = %s RETURNING id',
            (COURSE, instance, kind))
        return self.place(module, 'course_modules', 70, 50, COURSE)

    def enrol(self, user, instance=INSTANCE, **columns):
        """A row of user_enrolments; its id."""
        columns = {'status': 0, 'timestart': 0, 'timeend': 0, 'modifierid': 2, 'timecreated': 5,
                   'timemodified': 6, **columns, 'enrolid': instance, 'userid': user}
        return self.insert('user_enrolments', **columns)

    def assign(self, user, role=5, context=None, component='', itemid=0):
        return self.insert('role_assignments', roleid=role, userid=user, component=component,
                           contextid=context or self.context, itemid=itemid)

    def insert(self, table, **columns):
        """A row of TABLE; its id."""
        return self.db.one(f'INSERT INTO mdl_{table} ({", ".join(columns)})'
                           f' VALUES ({", ".join(["%s"] * len(columns))}) RETURNING id',
                           tuple(columns.values()))

    def last_event(self):
        return self.db.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log')

    def events(self, *columns):
        """What was logged of work done since the last time this was asked."""
        rows = self.db.all(
            f"SELECT eventname{''.join(', ' + c for c in columns)} FROM mdl_logstore_standard_log"
            "  WHERE id > %s AND eventname NOT LIKE '%%webservice_function_called' ORDER BY id",
            (self.since,))
        self.since = self.last_event()
        rows = [(name.rpartition('\\')[2], *rest) for name, *rest in rows]
        return rows if columns else [name for name, in rows]

    def dirty(self):
        """The users whose sessions are to read their rights again."""
        return {int(name) for name, in self.db.all(
            "SELECT name FROM mdl_cache_flags WHERE flagtype = 'accesslib/dirtyusers'")}

    def state(self):
        """All rows of all that may change, but for a token's last use."""
        return {table: sorted(self.db.all(f'SELECT t::text FROM mdl_{table} t')) for table in TABLES
                if table not in ('external_tokens', 'sessions')}

    def changed(self, before):
        """The tables that are not as in BEFORE."""
        return {table for table, rows in self.state().items() if rows != before[table]}

    def count(self, table, **where):
        return self.db.one(f'SELECT count(*) FROM mdl_{table} WHERE '
                           + ' AND '.join(f'{column} = %s' for column in where),
                           tuple(where.values()))


def refusal(answer):
    """The errorcode of an answer that must be an exception."""
    assert isinstance(answer, dict) and 'errorcode' in answer, answer
    return answer['errorcode']
