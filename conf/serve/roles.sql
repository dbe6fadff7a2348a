-- SPDX-License-Identifier: Apache-2.0
-- conf/serve/roles.sql -- the roles, capabilities and permissions of a fresh Moodle 4.5.

INSERT INTO mdl_role (id, name, shortname, description, sortorder, archetype)
SELECT n, '', shortname, '', n, shortname
  FROM unnest(ARRAY['manager', 'coursecreator', 'editingteacher', 'teacher', 'student', 'guest',
                    'user', 'frontpage']) WITH ORDINALITY AS r (shortname, n);

INSERT INTO mdl_role_context_levels (roleid, contextlevel)
VALUES (1, 10), (1, 40), (1, 50), (2, 10), (2, 40), (3, 50), (3, 70), (4, 50), (4, 70), (5, 50), (5, 70);

-- Who may give, override, switch to and see which role: MORE roles for one role.
CREATE TEMP TABLE allowed (kind text, role bigint, others bigint[]);
INSERT INTO allowed VALUES
    ('assign', 1, '{1,2,3,4,5}'),
    ('assign', 3, '{4,5}'),
    ('override', 1, '{1,2,3,4,5,6,7,8}'),
    ('override', 3, '{4,5,6}'),
    ('switch', 1, '{3,4,5,6}'),
    ('switch', 3, '{4,5,6}'),
    ('switch', 4, '{5,6}'),
    ('view', 1, '{1,2,3,4,5,6,7,8}'),
    ('view', 2, '{2,3,4,5}'),
    ('view', 3, '{2,3,4,5}'),
    ('view', 4, '{2,3,4,5}'),
    ('view', 5, '{2,3,4,5}');
INSERT INTO mdl_role_allow_assign (roleid, allowassign)
SELECT role, unnest(others) FROM allowed WHERE kind = 'assign';
INSERT INTO mdl_role_allow_override (roleid, allowoverride)
SELECT role, unnest(others) FROM allowed WHERE kind = 'override';
INSERT INTO mdl_role_allow_switch (roleid, allowswitch)
SELECT role, unnest(others) FROM allowed WHERE kind = 'switch';
INSERT INTO mdl_role_allow_view (roleid, allowview)
SELECT role, unnest(others) FROM allowed WHERE kind = 'view';

-- A capability: name, kind, context level, component, risks, and the roles that have it; of a role
-- after - it is prevented, after ! prohibited.
CREATE TEMP TABLE given (n bigserial, name text, kind text, level int, component text, risks int,
                         roles text);
COPY given (name, kind, level, component, risks, roles) FROM stdin;
moodle/site:config	write	10	moodle	62	
moodle/site:configview	read	10	moodle	0	manager coursecreator
moodle/site:readallmessages	read	10	moodle	8	manager editingteacher
moodle/site:manageallmessaging	write	10	moodle	8	manager
moodle/site:deleteanymessage	write	10	moodle	32	manager
moodle/site:sendmessage	write	10	moodle	16	manager user
moodle/site:senderrormessage	write	10	moodle	16	user
moodle/site:deleteownmessage	write	10	moodle	0	user
moodle/site:approvecourse	write	40	moodle	4	manager
moodle/backup:backupcourse	write	50	moodle	28	manager editingteacher
moodle/backup:backupsection	write	50	moodle	28	manager editingteacher
moodle/backup:backupactivity	write	70	moodle	28	manager editingteacher
moodle/backup:backuptargetimport	read	50	moodle	28	manager editingteacher
moodle/backup:downloadfile	write	50	moodle	28	manager editingteacher
moodle/backup:configure	write	50	moodle	28	manager editingteacher
moodle/backup:userinfo	read	50	moodle	8	manager
moodle/backup:anonymise	read	50	moodle	8	manager
moodle/restore:restorecourse	write	50	moodle	28	manager editingteacher
moodle/restore:restoresection	write	50	moodle	28	manager editingteacher
moodle/restore:restoreactivity	write	50	moodle	28	manager editingteacher
moodle/restore:viewautomatedfilearea	write	50	moodle	28	manager editingteacher
moodle/restore:restoretargetimport	write	50	moodle	28	manager editingteacher
moodle/restore:uploadfile	write	50	moodle	28	manager editingteacher
moodle/restore:configure	write	50	moodle	28	manager editingteacher
moodle/restore:rolldates	write	50	moodle	0	manager coursecreator
moodle/restore:userinfo	write	50	moodle	30	manager
moodle/restore:createuser	write	10	moodle	24	manager
moodle/site:manageblocks	write	80	moodle	20	manager editingteacher
moodle/site:accessallgroups	read	70	moodle	0	manager editingteacher
moodle/site:viewanonymousevents	read	70	moodle	8	manager
moodle/site:viewfullnames	read	70	moodle	0	manager editingteacher teacher
moodle/site:viewuseridentity	read	70	moodle	0	manager editingteacher teacher
moodle/site:viewreports	read	50	moodle	8	manager editingteacher teacher
moodle/site:trustcontent	write	70	moodle	4	manager editingteacher
moodle/site:uploadusers	write	10	moodle	24	manager
moodle/filter:manage	write	50	moodle	0	manager editingteacher
moodle/user:create	write	10	moodle	24	manager
moodle/user:delete	write	10	moodle	40	manager
moodle/user:update	write	10	moodle	24	manager
moodle/user:viewdetails	read	50	moodle	0	manager editingteacher teacher student guest
moodle/user:viewprofilepictures	read	10	moodle	0	guest user
moodle/user:viewalldetails	read	30	moodle	8	manager
moodle/user:viewlastip	read	30	moodle	8	manager
moodle/user:viewhiddendetails	read	50	moodle	8	manager editingteacher teacher
moodle/user:loginas	write	50	moodle	30	manager
moodle/user:managesyspages	write	10	moodle	0	manager
moodle/user:manageblocks	write	30	moodle	0	
moodle/user:manageownblocks	write	10	moodle	0	user
moodle/user:manageownfiles	write	10	moodle	0	user
moodle/user:ignoreuserquota	write	10	moodle	0	
moodle/my:configsyspages	write	10	moodle	0	manager
moodle/role:assign	write	50	moodle	28	manager editingteacher
moodle/role:review	read	50	moodle	8	manager editingteacher teacher
moodle/role:override	write	50	moodle	28	manager
moodle/role:safeoverride	write	50	moodle	16	editingteacher
moodle/role:manage	write	10	moodle	28	manager
moodle/role:switchroles	read	50	moodle	12	manager editingteacher
moodle/category:manage	write	40	moodle	4	manager
moodle/category:viewcourselist	read	40	moodle	0	guest user
moodle/category:viewhiddencategories	read	40	moodle	0	manager coursecreator
moodle/cohort:manage	write	40	moodle	0	manager
moodle/cohort:assign	write	40	moodle	0	manager
moodle/cohort:view	read	50	moodle	0	manager editingteacher
moodle/cohort:configurecustomfields	write	10	moodle	16	
moodle/group:configurecustomfields	write	10	moodle	16	
moodle/course:create	write	40	moodle	4	manager coursecreator
moodle/course:creategroupconversations	write	50	moodle	4	manager editingteacher
moodle/course:request	write	40	moodle	0	
moodle/course:delete	write	50	moodle	32	manager
moodle/course:update	write	50	moodle	4	manager editingteacher
moodle/course:view	read	50	moodle	0	manager
moodle/course:enrolreview	read	50	moodle	8	manager editingteacher
moodle/course:enrolconfig	write	50	moodle	8	manager editingteacher
moodle/course:reviewotherusers	read	50	moodle	0	manager editingteacher
moodle/course:bulkmessaging	write	50	moodle	16	manager editingteacher teacher
moodle/course:viewhiddenuserfields	read	50	moodle	8	manager editingteacher teacher
moodle/course:viewhiddencourses	read	50	moodle	0	manager coursecreator editingteacher teacher
moodle/course:visibility	write	50	moodle	0	manager editingteacher
moodle/course:managefiles	write	50	moodle	4	manager editingteacher
moodle/course:ignoreavailabilityrestrictions	read	70	moodle	0	manager coursecreator editingteacher teacher
moodle/course:ignorefilesizelimits	write	50	moodle	0	
moodle/course:manageactivities	write	70	moodle	4	manager editingteacher
moodle/course:activityvisibility	write	70	moodle	0	manager editingteacher
moodle/course:viewhiddenactivities	read	70	moodle	0	manager editingteacher teacher
moodle/course:viewparticipants	read	50	moodle	0	manager editingteacher teacher student
moodle/course:changefullname	write	50	moodle	4	manager editingteacher
moodle/course:changeshortname	write	50	moodle	4	manager editingteacher
moodle/course:changelockedcustomfields	write	50	moodle	16	manager
moodle/course:configurecustomfields	write	10	moodle	16	
moodle/course:renameroles	write	50	moodle	0	manager editingteacher
moodle/course:changeidnumber	write	50	moodle	4	manager editingteacher
moodle/course:changecategory	write	50	moodle	4	manager editingteacher
moodle/course:changesummary	write	50	moodle	4	manager editingteacher
moodle/course:setforcedlanguage	write	50	moodle	0	manager editingteacher
moodle/site:viewparticipants	read	10	moodle	0	manager
moodle/course:isincompletionreports	read	50	moodle	0	student
moodle/course:viewscales	read	50	moodle	0	manager editingteacher teacher student
moodle/course:managescales	write	50	moodle	0	manager editingteacher
moodle/course:managegroups	write	50	moodle	4	manager editingteacher
moodle/course:viewhiddengroups	READ	50	moodle	8	manager editingteacher teacher
moodle/course:reset	write	50	moodle	32	manager editingteacher
moodle/course:viewsuspendedusers	read	50	moodle	0	manager editingteacher
moodle/course:tag	write	50	moodle	16	manager editingteacher
moodle/blog:view	read	10	moodle	0	manager editingteacher teacher student guest user
moodle/blog:search	read	10	moodle	0	manager editingteacher teacher student guest user
moodle/blog:viewdrafts	read	10	moodle	8	manager
moodle/blog:create	write	10	moodle	16	manager user
moodle/blog:manageentries	write	10	moodle	16	manager editingteacher teacher
moodle/blog:manageexternal	write	10	moodle	16	manager editingteacher teacher student user
moodle/calendar:manageownentries	write	50	moodle	16	manager user
moodle/calendar:managegroupentries	write	50	moodle	16	manager editingteacher teacher
moodle/calendar:manageentries	write	50	moodle	16	manager editingteacher teacher
moodle/user:editprofile	write	30	moodle	24	manager
moodle/user:editownprofile	write	10	moodle	16	manager !guest user
moodle/user:changeownpassword	write	10	moodle	0	manager !guest user
moodle/user:readuserposts	read	30	moodle	0	manager editingteacher teacher student
moodle/user:readuserblogs	read	30	moodle	0	manager editingteacher teacher student
moodle/user:viewuseractivitiesreport	read	30	moodle	8	
moodle/user:editmessageprofile	write	30	moodle	16	manager
moodle/user:editownmessageprofile	write	10	moodle	0	manager !guest user
moodle/question:managecategory	write	50	moodle	20	manager editingteacher
moodle/question:add	write	50	moodle	20	manager editingteacher
moodle/question:editmine	write	50	moodle	20	manager editingteacher
moodle/question:editall	write	50	moodle	20	manager editingteacher
moodle/question:viewmine	read	50	moodle	0	manager editingteacher
moodle/question:viewall	read	50	moodle	0	manager editingteacher
moodle/question:usemine	read	50	moodle	0	manager editingteacher
moodle/question:useall	read	50	moodle	0	manager editingteacher
moodle/question:movemine	write	50	moodle	0	manager editingteacher
moodle/question:moveall	write	50	moodle	0	manager editingteacher
moodle/question:config	write	10	moodle	2	manager
moodle/question:flag	write	50	moodle	0	manager editingteacher teacher student
moodle/question:tagmine	write	50	moodle	0	manager editingteacher
moodle/question:tagall	write	50	moodle	0	manager editingteacher
moodle/site:doclinks	read	10	moodle	0	manager editingteacher teacher
moodle/course:sectionvisibility	write	50	moodle	0	manager editingteacher
moodle/course:useremail	write	50	moodle	0	manager editingteacher
moodle/course:viewhiddensections	read	50	moodle	0	manager editingteacher
moodle/course:setcurrentsection	write	50	moodle	0	manager editingteacher
moodle/course:movesections	write	50	moodle	0	manager editingteacher
moodle/site:mnetlogintoremote	read	10	moodle	0	
moodle/grade:viewall	read	50	moodle	8	manager editingteacher teacher
moodle/grade:view	read	50	moodle	0	student
moodle/grade:viewhidden	read	50	moodle	8	manager editingteacher teacher
moodle/grade:import	write	50	moodle	12	manager editingteacher
moodle/grade:export	read	50	moodle	8	manager editingteacher teacher
moodle/grade:manage	write	50	moodle	12	manager editingteacher
moodle/grade:edit	write	50	moodle	12	manager editingteacher
moodle/grade:managegradingforms	write	50	moodle	12	manager editingteacher
moodle/grade:sharegradingforms	write	10	moodle	4	manager
moodle/grade:managesharedforms	write	10	moodle	4	manager
moodle/grade:manageoutcomes	write	50	moodle	0	manager editingteacher
moodle/grade:manageletters	write	50	moodle	0	manager editingteacher
moodle/grade:hide	write	50	moodle	0	manager editingteacher
moodle/grade:lock	write	50	moodle	0	manager editingteacher
moodle/grade:unlock	write	50	moodle	0	manager editingteacher
moodle/my:manageblocks	write	10	moodle	0	user
moodle/notes:view	read	50	moodle	0	manager editingteacher teacher
moodle/notes:manage	write	50	moodle	16	manager editingteacher teacher
moodle/tag:manage	write	10	moodle	16	manager
moodle/tag:edit	write	10	moodle	16	manager
moodle/tag:flag	write	10	moodle	16	user
moodle/tag:editblocks	write	10	moodle	0	manager editingteacher teacher
moodle/block:view	read	80	moodle	0	editingteacher teacher student guest user
moodle/block:edit	write	80	moodle	20	manager editingteacher
moodle/portfolio:export	read	10	moodle	0	editingteacher teacher student user
moodle/comment:view	read	50	moodle	0	manager editingteacher teacher student guest user frontpage
moodle/comment:post	write	50	moodle	24	manager editingteacher teacher student user
moodle/comment:delete	write	50	moodle	32	manager editingteacher
moodle/webservice:createtoken	write	10	moodle	62	manager
moodle/webservice:managealltokens	write	10	moodle	42	
moodle/webservice:createmobiletoken	write	10	moodle	24	user
moodle/rating:view	read	50	moodle	0	manager editingteacher teacher student user
moodle/rating:viewany	read	50	moodle	8	manager editingteacher teacher student user
moodle/rating:viewall	read	50	moodle	8	manager editingteacher teacher student user
moodle/rating:rate	write	50	moodle	0	manager editingteacher teacher student user
moodle/course:markcomplete	write	50	moodle	0	manager editingteacher teacher
moodle/course:overridecompletion	write	50	moodle	0	manager editingteacher teacher
moodle/badges:manageglobalsettings	write	10	moodle	34	manager
moodle/badges:viewbadges	read	50	moodle	0	user
moodle/badges:manageownbadges	write	30	moodle	0	user
moodle/badges:viewotherbadges	read	30	moodle	0	user
moodle/badges:earnbadge	write	50	moodle	0	user
moodle/badges:createbadge	write	50	moodle	16	manager editingteacher
moodle/badges:deletebadge	write	50	moodle	32	manager editingteacher
moodle/badges:configuredetails	write	50	moodle	16	manager editingteacher
moodle/badges:configurecriteria	write	50	moodle	4	manager editingteacher
moodle/badges:configuremessages	write	50	moodle	16	manager editingteacher
moodle/badges:awardbadge	write	50	moodle	16	manager editingteacher teacher
moodle/badges:revokebadge	write	50	moodle	16	manager editingteacher teacher
moodle/badges:viewawarded	read	50	moodle	8	manager editingteacher teacher
moodle/site:forcelanguage	read	10	moodle	0	
moodle/search:query	read	10	moodle	0	manager editingteacher teacher student guest user
moodle/competency:competencymanage	write	40	moodle	0	manager
moodle/competency:competencyview	read	40	moodle	0	user
moodle/competency:competencygrade	write	50	moodle	0	manager editingteacher teacher
moodle/competency:coursecompetencymanage	write	50	moodle	0	manager editingteacher
moodle/competency:coursecompetencyconfigure	write	70	moodle	0	manager
moodle/competency:coursecompetencygradable	read	50	moodle	0	student
moodle/competency:coursecompetencyview	read	50	moodle	0	user
moodle/competency:evidencedelete	write	30	moodle	0	
moodle/competency:planmanage	write	30	moodle	0	manager
moodle/competency:planmanagedraft	write	30	moodle	0	manager
moodle/competency:planmanageown	write	30	moodle	0	
moodle/competency:planmanageowndraft	write	30	moodle	0	
moodle/competency:planview	read	30	moodle	0	manager
moodle/competency:planviewdraft	read	30	moodle	0	manager
moodle/competency:planviewown	read	30	moodle	0	user
moodle/competency:planviewowndraft	read	30	moodle	0	
moodle/competency:planrequestreview	write	30	moodle	0	manager
moodle/competency:planrequestreviewown	write	30	moodle	0	user
moodle/competency:planreview	write	30	moodle	0	manager
moodle/competency:plancomment	write	30	moodle	0	manager
moodle/competency:plancommentown	write	30	moodle	0	user
moodle/competency:usercompetencyview	read	30	moodle	0	manager editingteacher teacher
moodle/competency:usercompetencyrequestreview	write	30	moodle	0	manager
moodle/competency:usercompetencyrequestreviewown	write	30	moodle	0	user
moodle/competency:usercompetencyreview	write	30	moodle	0	manager
moodle/competency:usercompetencycomment	write	30	moodle	0	manager
moodle/competency:usercompetencycommentown	write	30	moodle	0	user
moodle/competency:templatemanage	write	40	moodle	0	manager
moodle/analytics:listinsights	read	50	moodle	8	manager editingteacher teacher
moodle/analytics:managemodels	write	10	moodle	2	manager
moodle/competency:templateview	read	40	moodle	0	manager
moodle/competency:userevidencemanage	write	30	moodle	0	manager
moodle/competency:userevidencemanageown	write	30	moodle	0	user
moodle/competency:userevidenceview	read	30	moodle	0	manager
moodle/site:maintenanceaccess	write	10	moodle	0	
moodle/site:messageanyuser	write	10	moodle	16	manager editingteacher teacher
moodle/site:managecontextlocks	write	70	moodle	0	
moodle/course:togglecompletion	write	70	moodle	0	user
moodle/analytics:listowninsights	read	10	moodle	0	user
moodle/h5p:setdisplayoptions	write	70	moodle	0	editingteacher
moodle/h5p:deploy	write	70	moodle	4	manager editingteacher
moodle/h5p:updatelibraries	write	70	moodle	4	manager
moodle/course:recommendactivity	write	10	moodle	0	manager
moodle/contentbank:access	read	50	moodle	0	manager coursecreator editingteacher
moodle/contentbank:upload	write	50	moodle	16	manager coursecreator editingteacher
moodle/contentbank:deleteanycontent	write	50	moodle	32	manager coursecreator
moodle/contentbank:deleteowncontent	write	50	moodle	0	user
moodle/contentbank:manageanycontent	write	50	moodle	32	manager coursecreator
moodle/contentbank:manageowncontent	write	50	moodle	0	manager coursecreator editingteacher
moodle/contentbank:useeditor	write	50	moodle	16	manager coursecreator editingteacher
moodle/contentbank:downloadcontent	read	50	moodle	0	manager coursecreator editingteacher
moodle/contentbank:copyanycontent	write	50	moodle	16	manager coursecreator
moodle/contentbank:copycontent	write	50	moodle	16	manager coursecreator editingteacher
moodle/contentbank:configurecustomfields	write	50	moodle	16	manager
moodle/contentbank:changelockedcustomfields	write	50	moodle	16	manager
moodle/course:downloadcoursecontent	read	50	moodle	0	manager editingteacher teacher student
moodle/course:configuredownloadcontent	write	50	moodle	0	manager editingteacher
moodle/payment:manageaccounts	write	50	moodle	42	
moodle/payment:viewpayments	read	50	moodle	8	
moodle/contentbank:viewunlistedcontent	read	50	moodle	0	manager coursecreator
moodle/reportbuilder:view	read	10	moodle	0	user
moodle/reportbuilder:viewall	read	10	moodle	0	
moodle/reportbuilder:edit	write	10	moodle	0	manager
moodle/reportbuilder:editall	write	10	moodle	0	
moodle/reportbuilder:scheduleviewas	read	10	moodle	0	
moodle/moodlenet:shareactivity	read	50	moodle	0	manager editingteacher
moodle/course:configurecoursecommunication	write	50	moodle	0	manager editingteacher
moodle/moodlenet:sharecourse	read	50	moodle	0	manager editingteacher
moodle/course:editcoursewelcomemessage	write	50	moodle	0	manager editingteacher
moodle/ai:fetchanyuserpolicystatus	write	10	moodle	0	user
moodle/ai:acceptpolicy	write	10	moodle	0	user
moodle/ai:fetchpolicy	read	10	moodle	0	user
aiplacement/courseassist:summarise_text	write	50	aiplacement_courseassist	0	manager editingteacher teacher student
aiplacement/editor:generate_image	write	50	aiplacement_editor	0	manager editingteacher teacher student
aiplacement/editor:generate_text	write	50	aiplacement_editor	0	manager editingteacher teacher student
mod/assign:view	read	70	mod_assign	0	manager editingteacher teacher student guest
mod/assign:submit	write	70	mod_assign	0	student
mod/assign:grade	write	70	mod_assign	4	manager editingteacher teacher
mod/assign:exportownsubmission	read	70	mod_assign	0	manager editingteacher teacher student
mod/assign:addinstance	write	50	mod_assign	4	manager editingteacher
mod/assign:editothersubmission	write	70	mod_assign	41	
mod/assign:grantextension	write	70	mod_assign	0	manager editingteacher teacher
mod/assign:revealidentities	write	70	mod_assign	0	manager editingteacher
mod/assign:reviewgrades	write	70	mod_assign	0	manager editingteacher
mod/assign:releasegrades	write	70	mod_assign	0	manager editingteacher
mod/assign:managegrades	write	70	mod_assign	0	manager editingteacher
mod/assign:manageallocations	write	70	mod_assign	0	manager editingteacher
mod/assign:viewgrades	read	70	mod_assign	0	manager editingteacher teacher
mod/assign:viewblinddetails	write	70	mod_assign	8	manager
mod/assign:receivegradernotifications	read	70	mod_assign	0	manager editingteacher teacher
mod/assign:manageoverrides	write	70	mod_assign	0	manager editingteacher
mod/assign:showhiddengrader	read	70	mod_assign	0	manager editingteacher teacher
mod/assign:viewownsubmissionsummary	read	70	mod_assign	0	student
mod/bigbluebuttonbn:addinstance	write	50	mod_bigbluebuttonbn	4	manager editingteacher
mod/bigbluebuttonbn:addinstancewithmeeting	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:addinstancewithrecording	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:join	read	70	mod_bigbluebuttonbn	0	manager editingteacher teacher student guest
mod/bigbluebuttonbn:view	read	70	mod_bigbluebuttonbn	0	manager editingteacher teacher student
mod/bigbluebuttonbn:managerecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:viewallrecordingformats	read	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:publishrecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:unpublishrecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:protectrecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:unprotectrecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:deleterecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:importrecordings	write	70	mod_bigbluebuttonbn	0	manager editingteacher
mod/bigbluebuttonbn:seepresentation	read	70	mod_bigbluebuttonbn	0	manager editingteacher teacher
mod/book:addinstance	write	50	mod_book	4	manager editingteacher
mod/book:read	read	70	mod_book	0	manager editingteacher teacher student guest frontpage
mod/book:viewhiddenchapters	read	70	mod_book	0	manager editingteacher teacher
mod/book:edit	write	70	mod_book	4	manager editingteacher
mod/chat:addinstance	write	50	mod_chat	4	manager editingteacher
mod/chat:chat	write	70	mod_chat	16	manager editingteacher teacher student
mod/chat:readlog	read	70	mod_chat	0	manager editingteacher teacher student
mod/chat:deletelog	write	70	mod_chat	0	manager editingteacher teacher
mod/chat:exportparticipatedsession	read	70	mod_chat	8	manager editingteacher teacher
mod/chat:exportsession	read	70	mod_chat	8	manager editingteacher teacher
mod/chat:view	read	70	mod_chat	0	guest user
mod/choice:addinstance	write	50	mod_choice	4	manager editingteacher
mod/choice:choose	write	70	mod_choice	0	editingteacher teacher student
mod/choice:readresponses	read	70	mod_choice	0	manager editingteacher teacher
mod/choice:deleteresponses	write	70	mod_choice	0	manager editingteacher teacher
mod/choice:downloadresponses	read	70	mod_choice	0	manager editingteacher teacher
mod/choice:view	read	70	mod_choice	0	guest user
mod/data:addinstance	write	50	mod_data	4	manager editingteacher
mod/data:viewentry	read	70	mod_data	0	manager editingteacher teacher student guest frontpage
mod/data:writeentry	write	70	mod_data	16	manager editingteacher teacher student
mod/data:comment	write	70	mod_data	16	manager editingteacher teacher student
mod/data:rate	write	70	mod_data	0	manager editingteacher teacher
mod/data:viewrating	read	70	mod_data	0	manager editingteacher teacher
mod/data:viewanyrating	read	70	mod_data	8	manager editingteacher teacher
mod/data:viewallratings	read	70	mod_data	8	manager editingteacher teacher
mod/data:approve	write	70	mod_data	16	manager editingteacher teacher
mod/data:manageentries	write	70	mod_data	16	manager editingteacher teacher
mod/data:managecomments	write	70	mod_data	16	manager editingteacher teacher
mod/data:managetemplates	write	70	mod_data	20	manager editingteacher
mod/data:viewalluserpresets	read	70	mod_data	0	manager editingteacher teacher
mod/data:manageuserpresets	write	70	mod_data	20	manager
mod/data:exportentry	read	70	mod_data	8	manager editingteacher teacher
mod/data:exportownentry	read	70	mod_data	0	manager editingteacher teacher student
mod/data:exportallentries	read	70	mod_data	8	manager editingteacher teacher
mod/data:exportuserinfo	read	70	mod_data	8	manager editingteacher teacher
mod/data:view	read	70	mod_data	0	manager editingteacher teacher student guest
mod/feedback:addinstance	write	50	mod_feedback	4	manager editingteacher
mod/feedback:view	read	70	mod_feedback	0	manager editingteacher teacher student guest frontpage
mod/feedback:complete	write	70	mod_feedback	16	student frontpage
mod/feedback:viewanalysepage	read	70	mod_feedback	8	manager editingteacher student
mod/feedback:deletesubmissions	write	70	mod_feedback	0	manager editingteacher
mod/feedback:mapcourse	write	70	mod_feedback	0	manager
mod/feedback:edititems	write	70	mod_feedback	20	manager editingteacher
mod/feedback:createprivatetemplate	write	70	mod_feedback	16	manager editingteacher
mod/feedback:createpublictemplate	write	70	mod_feedback	16	manager editingteacher
mod/feedback:deletetemplate	write	70	mod_feedback	0	manager editingteacher
mod/feedback:viewreports	read	70	mod_feedback	8	manager editingteacher teacher
mod/feedback:receivemail	read	70	mod_feedback	8	editingteacher teacher
mod/folder:addinstance	write	50	mod_folder	4	manager editingteacher
mod/folder:view	read	70	mod_folder	0	guest user
mod/folder:managefiles	write	70	mod_folder	20	editingteacher
mod/forum:addinstance	write	50	mod_forum	4	manager editingteacher
mod/forum:viewdiscussion	read	70	mod_forum	0	manager editingteacher teacher student guest frontpage
mod/forum:viewhiddentimedposts	read	70	mod_forum	0	manager editingteacher teacher
mod/forum:startdiscussion	write	70	mod_forum	16	manager editingteacher teacher student
mod/forum:replypost	write	70	mod_forum	16	manager editingteacher teacher student
mod/forum:addnews	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:replynews	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:viewrating	read	70	mod_forum	0	manager editingteacher teacher student
mod/forum:viewanyrating	read	70	mod_forum	8	manager editingteacher teacher
mod/forum:viewallratings	read	70	mod_forum	8	manager editingteacher teacher
mod/forum:rate	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:postprivatereply	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:readprivatereplies	read	70	mod_forum	0	manager editingteacher teacher
mod/forum:createattachment	write	70	mod_forum	16	manager editingteacher teacher student
mod/forum:deleteownpost	write	70	mod_forum	0	manager editingteacher teacher student
mod/forum:deleteanypost	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:splitdiscussions	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:movediscussions	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:pindiscussions	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:editanypost	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:viewqandawithoutposting	read	70	mod_forum	0	manager editingteacher teacher
mod/forum:viewsubscribers	read	70	mod_forum	0	manager editingteacher teacher
mod/forum:managesubscriptions	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:postwithoutthrottling	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:exportdiscussion	read	70	mod_forum	8	manager editingteacher teacher
mod/forum:exportforum	read	70	mod_forum	8	manager editingteacher teacher
mod/forum:exportpost	read	70	mod_forum	8	manager editingteacher teacher
mod/forum:exportownpost	read	70	mod_forum	8	manager editingteacher teacher student
mod/forum:addquestion	write	70	mod_forum	16	manager editingteacher teacher
mod/forum:allowforcesubscribe	read	70	mod_forum	0	editingteacher teacher student frontpage
mod/forum:canposttomygroups	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:canoverridediscussionlock	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:canoverridecutoff	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:cantogglefavourite	write	70	mod_forum	0	user
mod/forum:grade	write	70	mod_forum	0	manager editingteacher teacher
mod/forum:canmailnow	write	70	mod_forum	16	manager editingteacher teacher student
mod/glossary:addinstance	write	50	mod_glossary	4	manager editingteacher
mod/glossary:view	read	70	mod_glossary	0	manager editingteacher teacher student guest frontpage
mod/glossary:write	write	70	mod_glossary	16	manager editingteacher teacher student
mod/glossary:manageentries	write	70	mod_glossary	16	manager editingteacher teacher
mod/glossary:managecategories	write	70	mod_glossary	16	manager editingteacher teacher
mod/glossary:comment	write	70	mod_glossary	16	manager editingteacher teacher student
mod/glossary:managecomments	write	70	mod_glossary	16	manager editingteacher teacher
mod/glossary:import	write	70	mod_glossary	16	manager editingteacher teacher
mod/glossary:export	read	70	mod_glossary	0	manager editingteacher teacher
mod/glossary:approve	write	70	mod_glossary	16	manager editingteacher teacher
mod/glossary:rate	write	70	mod_glossary	0	manager editingteacher teacher
mod/glossary:viewrating	read	70	mod_glossary	0	manager editingteacher teacher
mod/glossary:viewanyrating	read	70	mod_glossary	8	manager editingteacher teacher
mod/glossary:viewallratings	read	70	mod_glossary	8	manager editingteacher teacher
mod/glossary:exportentry	read	70	mod_glossary	8	manager editingteacher teacher
mod/glossary:exportownentry	read	70	mod_glossary	0	manager editingteacher teacher student
mod/h5pactivity:view	read	70	mod_h5pactivity	0	manager editingteacher teacher student guest
mod/h5pactivity:addinstance	write	50	mod_h5pactivity	0	manager editingteacher
mod/h5pactivity:submit	write	70	mod_h5pactivity	0	student
mod/h5pactivity:reviewattempts	read	70	mod_h5pactivity	0	manager editingteacher teacher
mod/imscp:view	read	70	mod_imscp	0	guest user
mod/imscp:addinstance	write	50	mod_imscp	4	manager editingteacher
mod/label:addinstance	write	50	mod_label	4	manager editingteacher
mod/label:view	read	70	mod_label	0	guest user
mod/lesson:addinstance	write	50	mod_lesson	4	manager editingteacher
mod/lesson:edit	write	70	mod_lesson	4	manager editingteacher
mod/lesson:grade	write	70	mod_lesson	20	manager editingteacher teacher
mod/lesson:viewreports	read	70	mod_lesson	8	manager editingteacher teacher
mod/lesson:manage	write	70	mod_lesson	0	manager editingteacher teacher
mod/lesson:manageoverrides	write	70	mod_lesson	0	manager editingteacher
mod/lesson:view	read	70	mod_lesson	0	guest user
mod/lti:view	read	70	mod_lti	0	manager editingteacher teacher student
mod/lti:addinstance	write	50	mod_lti	4	manager editingteacher
mod/lti:manage	write	70	mod_lti	8	manager editingteacher teacher
mod/lti:admin	write	70	mod_lti	8	
mod/lti:addcoursetool	write	50	mod_lti	0	manager editingteacher
mod/lti:addpreconfiguredinstance	write	50	mod_lti	0	manager editingteacher
mod/lti:requesttooladd	write	50	mod_lti	0	manager editingteacher
mod/page:view	read	70	mod_page	0	guest user
mod/page:addinstance	write	50	mod_page	4	manager editingteacher
mod/quiz:view	read	70	mod_quiz	0	manager editingteacher teacher student guest
mod/quiz:addinstance	write	50	mod_quiz	4	manager editingteacher
mod/quiz:attempt	write	70	mod_quiz	16	student
mod/quiz:reviewmyattempts	read	70	mod_quiz	0	student
mod/quiz:manage	write	70	mod_quiz	16	manager editingteacher
mod/quiz:manageoverrides	write	70	mod_quiz	0	manager editingteacher
mod/quiz:viewoverrides	read	70	mod_quiz	0	manager editingteacher teacher
mod/quiz:preview	write	70	mod_quiz	0	manager editingteacher teacher
mod/quiz:grade	write	70	mod_quiz	20	manager editingteacher teacher
mod/quiz:regrade	write	70	mod_quiz	16	manager editingteacher teacher
mod/quiz:viewreports	read	70	mod_quiz	8	manager editingteacher teacher
mod/quiz:deleteattempts	write	70	mod_quiz	32	manager editingteacher
mod/quiz:reopenattempts	write	70	mod_quiz	0	manager editingteacher
mod/quiz:ignoretimelimits	read	70	mod_quiz	0	
mod/quiz:emailconfirmsubmission	read	70	mod_quiz	0	
mod/quiz:emailnotifysubmission	read	70	mod_quiz	0	
mod/quiz:emailwarnoverdue	read	70	mod_quiz	0	
mod/quiz:emailnotifyattemptgraded	read	70	mod_quiz	0	
mod/resource:view	read	70	mod_resource	0	guest user
mod/resource:addinstance	write	50	mod_resource	4	manager editingteacher
mod/scorm:addinstance	write	50	mod_scorm	4	manager editingteacher
mod/scorm:viewreport	read	70	mod_scorm	0	manager editingteacher teacher
mod/scorm:skipview	read	70	mod_scorm	0	student
mod/scorm:savetrack	write	70	mod_scorm	0	manager editingteacher teacher student
mod/scorm:viewscores	read	70	mod_scorm	0	manager editingteacher teacher student
mod/scorm:deleteresponses	write	70	mod_scorm	0	manager editingteacher teacher
mod/scorm:deleteownresponses	write	70	mod_scorm	0	
mod/subsection:addinstance	write	50	mod_subsection	4	manager editingteacher
mod/survey:addinstance	write	50	mod_survey	4	manager editingteacher
mod/survey:participate	read	70	mod_survey	0	manager editingteacher teacher student
mod/survey:readresponses	read	70	mod_survey	0	manager editingteacher teacher
mod/survey:download	read	70	mod_survey	0	manager editingteacher teacher
mod/url:view	read	70	mod_url	0	guest user
mod/url:addinstance	write	50	mod_url	4	manager editingteacher
mod/wiki:addinstance	write	50	mod_wiki	4	manager editingteacher
mod/wiki:viewpage	read	70	mod_wiki	0	manager editingteacher teacher student guest frontpage
mod/wiki:editpage	write	70	mod_wiki	16	manager editingteacher teacher student
mod/wiki:createpage	write	70	mod_wiki	16	manager editingteacher teacher student
mod/wiki:viewcomment	read	70	mod_wiki	0	manager editingteacher teacher student
mod/wiki:editcomment	write	70	mod_wiki	16	manager editingteacher teacher student
mod/wiki:managecomment	write	70	mod_wiki	0	manager editingteacher teacher
mod/wiki:managefiles	write	70	mod_wiki	0	manager editingteacher teacher
mod/wiki:overridelock	write	70	mod_wiki	0	manager editingteacher teacher
mod/wiki:managewiki	write	70	mod_wiki	0	manager editingteacher teacher
mod/workshop:view	read	70	mod_workshop	0	manager editingteacher teacher student guest
mod/workshop:addinstance	write	50	mod_workshop	4	manager editingteacher
mod/workshop:switchphase	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:editdimensions	write	70	mod_workshop	4	manager editingteacher
mod/workshop:submit	write	70	mod_workshop	0	student
mod/workshop:peerassess	write	70	mod_workshop	0	student
mod/workshop:manageexamples	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:allocate	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:publishsubmissions	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:viewauthornames	read	70	mod_workshop	0	manager editingteacher teacher student
mod/workshop:viewreviewernames	read	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:viewallsubmissions	read	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:viewpublishedsubmissions	read	70	mod_workshop	0	manager editingteacher teacher student
mod/workshop:viewauthorpublished	read	70	mod_workshop	0	manager editingteacher teacher student
mod/workshop:viewallassessments	read	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:overridegrades	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:ignoredeadlines	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:deletesubmissions	write	70	mod_workshop	0	manager editingteacher teacher
mod/workshop:exportsubmissions	read	70	mod_workshop	0	manager editingteacher teacher student
auth/oauth2:managelinkedlogins	write	30	auth_oauth2	0	user
communication/matrix:moderator	read	50	communication_matrix	0	manager editingteacher teacher
enrol/category:synchronised	write	10	enrol_category	0	
enrol/category:config	write	50	enrol_category	0	manager editingteacher
enrol/cohort:config	write	50	enrol_cohort	0	manager editingteacher
enrol/cohort:unenrol	write	50	enrol_cohort	0	manager
enrol/database:unenrol	write	50	enrol_database	0	manager
enrol/database:config	write	50	enrol_database	0	manager editingteacher
enrol/fee:config	write	50	enrol_fee	0	manager
enrol/fee:manage	write	50	enrol_fee	0	manager editingteacher
enrol/fee:unenrol	write	50	enrol_fee	0	manager
enrol/fee:unenrolself	write	50	enrol_fee	0	
enrol/flatfile:manage	write	50	enrol_flatfile	0	
enrol/flatfile:unenrol	write	50	enrol_flatfile	0	
enrol/guest:config	write	50	enrol_guest	0	manager editingteacher
enrol/imsenterprise:config	write	50	enrol_imsenterprise	0	manager editingteacher
enrol/ldap:manage	write	50	enrol_ldap	0	manager
enrol/lti:config	write	50	enrol_lti	0	manager editingteacher
enrol/lti:unenrol	write	50	enrol_lti	0	manager editingteacher
enrol/manual:config	write	50	enrol_manual	0	manager
enrol/manual:enrol	write	50	enrol_manual	0	manager editingteacher
enrol/manual:manage	write	50	enrol_manual	0	manager editingteacher
enrol/manual:unenrol	write	50	enrol_manual	0	manager editingteacher
enrol/manual:unenrolself	write	50	enrol_manual	0	
enrol/meta:config	write	50	enrol_meta	0	manager editingteacher
enrol/meta:selectaslinked	read	50	enrol_meta	0	manager
enrol/meta:unenrol	write	50	enrol_meta	0	manager
enrol/mnet:config	write	50	enrol_mnet	0	manager editingteacher
enrol/paypal:config	write	50	enrol_paypal	0	manager
enrol/paypal:manage	write	50	enrol_paypal	0	manager editingteacher
enrol/paypal:unenrol	write	50	enrol_paypal	0	manager
enrol/paypal:unenrolself	write	50	enrol_paypal	0	
enrol/self:config	write	50	enrol_self	0	manager editingteacher
enrol/self:manage	write	50	enrol_self	0	manager editingteacher
enrol/self:holdkey	write	50	enrol_self	0	
enrol/self:unenrolself	write	50	enrol_self	0	student
enrol/self:unenrol	write	50	enrol_self	0	manager editingteacher
enrol/self:enrolself	write	50	enrol_self	0	user
message/airnotifier:managedevice	write	10	message_airnotifier	0	user
block/accessreview:addinstance	write	80	block_accessreview	0	manager editingteacher
block/accessreview:view	read	80	block_accessreview	0	manager editingteacher
block/activity_modules:addinstance	write	80	block_activity_modules	20	manager editingteacher
block/activity_results:addinstance	write	80	block_activity_results	20	manager editingteacher
block/admin_bookmarks:myaddinstance	write	10	block_admin_bookmarks	0	user
block/admin_bookmarks:addinstance	write	80	block_admin_bookmarks	20	manager editingteacher
block/badges:addinstance	read	80	block_badges	0	manager editingteacher
block/badges:myaddinstance	read	10	block_badges	8	user
block/blog_menu:addinstance	write	80	block_blog_menu	20	manager editingteacher
block/blog_recent:addinstance	write	80	block_blog_recent	20	manager editingteacher
block/blog_tags:addinstance	write	80	block_blog_tags	20	manager editingteacher
block/calendar_month:myaddinstance	write	10	block_calendar_month	0	user
block/calendar_month:addinstance	write	80	block_calendar_month	20	manager editingteacher
block/calendar_upcoming:myaddinstance	write	10	block_calendar_upcoming	0	user
block/calendar_upcoming:addinstance	write	80	block_calendar_upcoming	20	manager editingteacher
block/comments:myaddinstance	write	10	block_comments	0	user
block/comments:addinstance	write	80	block_comments	20	manager editingteacher
block/completionstatus:addinstance	write	80	block_completionstatus	20	manager editingteacher
block/course_list:myaddinstance	write	10	block_course_list	0	user
block/course_list:addinstance	write	80	block_course_list	20	manager editingteacher
block/course_summary:addinstance	write	80	block_course_summary	20	manager editingteacher
block/feedback:addinstance	write	80	block_feedback	20	manager editingteacher
block/globalsearch:myaddinstance	write	10	block_globalsearch	0	user
block/globalsearch:addinstance	write	80	block_globalsearch	0	manager editingteacher
block/glossary_random:myaddinstance	write	10	block_glossary_random	0	user
block/glossary_random:addinstance	write	80	block_glossary_random	20	manager editingteacher
block/html:myaddinstance	write	10	block_html	0	user
block/html:addinstance	write	80	block_html	20	manager editingteacher
block/login:addinstance	write	80	block_login	20	manager editingteacher
block/lp:addinstance	write	10	block_lp	0	manager editingteacher
block/lp:myaddinstance	write	10	block_lp	0	user
block/mentees:myaddinstance	write	10	block_mentees	0	user
block/mentees:addinstance	write	80	block_mentees	20	manager editingteacher
block/mnet_hosts:myaddinstance	write	10	block_mnet_hosts	0	user
block/mnet_hosts:addinstance	write	80	block_mnet_hosts	20	manager editingteacher
block/myoverview:myaddinstance	write	10	block_myoverview	0	user
block/myprofile:myaddinstance	write	10	block_myprofile	0	user
block/myprofile:addinstance	write	80	block_myprofile	20	manager editingteacher
block/navigation:myaddinstance	write	10	block_navigation	0	user
block/navigation:addinstance	write	80	block_navigation	20	manager editingteacher
block/news_items:myaddinstance	write	10	block_news_items	0	user
block/news_items:addinstance	write	80	block_news_items	20	manager editingteacher
block/online_users:myaddinstance	write	10	block_online_users	0	user
block/online_users:addinstance	write	80	block_online_users	20	manager editingteacher
block/online_users:viewlist	read	80	block_online_users	0	manager editingteacher teacher student -guest user
block/private_files:myaddinstance	write	10	block_private_files	0	user
block/private_files:addinstance	write	80	block_private_files	20	manager editingteacher
block/recent_activity:addinstance	write	80	block_recent_activity	20	manager editingteacher
block/recent_activity:viewaddupdatemodule	read	50	block_recent_activity	0	user
block/recent_activity:viewdeletemodule	read	50	block_recent_activity	0	user
block/recentlyaccessedcourses:myaddinstance	write	10	block_recentlyaccessedcourses	0	user
block/recentlyaccesseditems:myaddinstance	write	10	block_recentlyaccesseditems	0	user
block/rss_client:myaddinstance	write	10	block_rss_client	0	user
block/rss_client:addinstance	write	80	block_rss_client	20	manager editingteacher
block/rss_client:manageownfeeds	write	80	block_rss_client	0	manager editingteacher teacher
block/rss_client:manageanyfeeds	write	80	block_rss_client	16	manager
block/search_forums:addinstance	write	80	block_search_forums	20	manager editingteacher
block/section_links:addinstance	write	80	block_section_links	20	manager editingteacher
block/selfcompletion:addinstance	write	80	block_selfcompletion	20	manager editingteacher
block/settings:myaddinstance	write	10	block_settings	0	user
block/settings:addinstance	write	80	block_settings	20	manager editingteacher
block/site_main_menu:addinstance	write	80	block_site_main_menu	20	manager editingteacher
block/social_activities:addinstance	write	80	block_social_activities	20	manager editingteacher
block/starredcourses:myaddinstance	write	10	block_starredcourses	0	user
block/tag_flickr:addinstance	write	80	block_tag_flickr	20	manager editingteacher
block/tag_youtube:addinstance	write	80	block_tag_youtube	20	manager editingteacher
block/tags:myaddinstance	write	10	block_tags	0	user
block/tags:addinstance	write	80	block_tags	20	manager editingteacher
block/timeline:myaddinstance	write	10	block_timeline	0	user
report/completion:view	read	50	report_completion	8	manager editingteacher teacher
report/courseoverview:view	read	10	report_courseoverview	8	manager editingteacher teacher
report/log:view	read	50	report_log	8	manager editingteacher teacher
report/log:viewtoday	read	50	report_log	8	manager editingteacher teacher
report/loglive:view	read	50	report_loglive	8	manager editingteacher teacher
report/outline:view	read	50	report_outline	8	manager editingteacher teacher
report/outline:viewuserreport	read	50	report_outline	8	manager editingteacher teacher
report/participation:view	read	50	report_participation	8	manager editingteacher teacher
report/performance:view	read	10	report_performance	2	manager
report/progress:view	read	50	report_progress	8	manager editingteacher teacher
report/questioninstances:view	read	10	report_questioninstances	0	
report/security:view	read	10	report_security	2	manager
report/stats:view	read	50	report_stats	8	manager editingteacher teacher
report/status:view	read	10	report_status	2	manager
report/usersessions:manageownsessions	write	30	report_usersessions	0	manager !guest user
gradeexport/ods:view	read	50	gradeexport_ods	8	manager editingteacher teacher
gradeexport/ods:publish	read	50	gradeexport_ods	8	manager
gradeexport/txt:view	read	50	gradeexport_txt	8	manager editingteacher teacher
gradeexport/txt:publish	read	50	gradeexport_txt	8	manager
gradeexport/xls:view	read	50	gradeexport_xls	8	manager editingteacher teacher
gradeexport/xls:publish	read	50	gradeexport_xls	8	manager
gradeexport/xml:view	read	50	gradeexport_xml	8	manager editingteacher teacher
gradeexport/xml:publish	read	50	gradeexport_xml	8	manager
gradeimport/csv:view	write	50	gradeimport_csv	0	manager editingteacher
gradeimport/direct:view	write	50	gradeimport_direct	0	manager editingteacher
gradeimport/xml:view	write	50	gradeimport_xml	0	manager editingteacher
gradeimport/xml:publish	write	50	gradeimport_xml	0	manager
gradereport/grader:view	read	50	gradereport_grader	8	manager editingteacher teacher
gradereport/history:view	read	50	gradereport_history	8	manager editingteacher teacher
gradereport/outcomes:view	read	50	gradereport_outcomes	8	manager editingteacher teacher
gradereport/overview:view	read	50	gradereport_overview	8	user
gradereport/singleview:view	read	50	gradereport_singleview	8	manager editingteacher
gradereport/summary:view	read	50	gradereport_summary	8	manager editingteacher teacher
gradereport/user:view	read	50	gradereport_user	8	manager editingteacher teacher student
webservice/rest:use	read	50	webservice_rest	0	
webservice/soap:use	read	50	webservice_soap	0	
repository/areafiles:view	read	70	repository_areafiles	0	user
repository/contentbank:view	read	70	repository_contentbank	0	manager coursecreator editingteacher
repository/contentbank:accesscoursecontent	read	50	repository_contentbank	0	manager coursecreator editingteacher
repository/contentbank:accesscoursecategorycontent	read	40	repository_contentbank	0	manager coursecreator
repository/contentbank:accessgeneralcontent	read	40	repository_contentbank	0	user
repository/coursefiles:view	read	70	repository_coursefiles	0	manager coursecreator editingteacher teacher
repository/dropbox:view	read	70	repository_dropbox	0	user
repository/equella:view	read	70	repository_equella	0	user
repository/filesystem:view	read	70	repository_filesystem	0	manager coursecreator editingteacher teacher
repository/flickr:view	read	70	repository_flickr	0	user
repository/flickr_public:view	read	70	repository_flickr_public	0	user
repository/googledocs:view	read	70	repository_googledocs	0	user
repository/local:view	read	70	repository_local	0	manager coursecreator editingteacher teacher
repository/merlot:view	read	70	repository_merlot	0	user
repository/nextcloud:view	read	70	repository_nextcloud	0	user
repository/onedrive:view	read	70	repository_onedrive	0	user
repository/recent:view	read	70	repository_recent	0	user
repository/s3:view	read	70	repository_s3	0	user
repository/upload:view	read	70	repository_upload	0	user
repository/url:view	read	70	repository_url	0	user
repository/user:view	read	70	repository_user	0	user
repository/webdav:view	read	70	repository_webdav	0	manager coursecreator editingteacher teacher
repository/wikimedia:view	read	70	repository_wikimedia	0	user
repository/youtube:view	read	70	repository_youtube	0	user
moodle/question:commentmine	write	50	qbank_comment	0	manager editingteacher
moodle/question:commentall	write	50	qbank_comment	0	manager editingteacher
qbank/customfields:changelockedcustomfields	write	50	qbank_customfields	16	manager
qbank/customfields:configurecustomfields	write	10	qbank_customfields	16	
qbank/customfields:viewhiddencustomfields	read	50	qbank_customfields	0	manager editingteacher
tool/brickfield:viewcoursetools	read	50	tool_brickfield	8	manager editingteacher teacher
tool/brickfield:viewsystemtools	read	10	tool_brickfield	2	manager
tool/customlang:view	read	10	tool_customlang	2	manager
tool/customlang:edit	write	10	tool_customlang	6	manager
tool/customlang:export	read	10	tool_customlang	2	manager
tool/dataprivacy:managedatarequests	write	10	tool_dataprivacy	60	
tool/dataprivacy:requestdeleteforotheruser	write	10	tool_dataprivacy	60	
tool/dataprivacy:managedataregistry	write	10	tool_dataprivacy	60	
tool/dataprivacy:makedatarequestsforchildren	write	30	tool_dataprivacy	24	
tool/dataprivacy:makedatadeletionrequestsforchildren	write	30	tool_dataprivacy	24	
tool/dataprivacy:downloadownrequest	read	30	tool_dataprivacy	0	user
tool/dataprivacy:downloadallrequests	read	30	tool_dataprivacy	8	
tool/dataprivacy:requestdelete	write	30	tool_dataprivacy	32	user
tool/lpmigrate:frameworksmigrate	write	10	tool_lpmigrate	0	manager
tool/mfa:mfaaccess	write	30	tool_mfa	0	user
tool/monitor:subscribe	read	50	tool_monitor	8	manager editingteacher teacher
tool/monitor:managerules	write	50	tool_monitor	4	manager editingteacher teacher
tool/monitor:managetool	write	10	tool_monitor	4	manager
tool/policy:accept	write	10	tool_policy	0	user
tool/policy:acceptbehalf	write	30	tool_policy	8	
tool/policy:managedocs	write	10	tool_policy	0	manager
tool/policy:viewacceptances	read	10	tool_policy	0	manager
tool/recyclebin:deleteitems	write	50	tool_recyclebin	32	manager editingteacher
tool/recyclebin:restoreitems	write	50	tool_recyclebin	0	manager editingteacher
tool/recyclebin:viewitems	read	50	tool_recyclebin	0	manager editingteacher teacher
tool/uploadcourse:use	write	40	tool_uploadcourse	16	manager
tool/uploaduser:uploaduserpictures	write	10	tool_uploaduser	16	manager
tool/usertours:managetours	write	10	tool_usertours	4	manager
contenttype/h5p:access	read	50	contenttype_h5p	0	manager coursecreator editingteacher
contenttype/h5p:upload	write	50	contenttype_h5p	16	manager coursecreator editingteacher
contenttype/h5p:useeditor	write	50	contenttype_h5p	16	manager coursecreator editingteacher
booktool/exportimscp:export	read	70	booktool_exportimscp	0	
booktool/importhtml:import	write	70	booktool_importhtml	4	manager editingteacher
booktool/print:print	read	70	booktool_print	0	manager editingteacher teacher student guest frontpage
forumreport/summary:view	read	70	forumreport_summary	0	manager editingteacher teacher
forumreport/summary:viewall	read	70	forumreport_summary	8	manager editingteacher teacher
quiz/grading:viewstudentnames	read	70	quiz_grading	0	manager editingteacher teacher
quiz/grading:viewidnumber	read	70	quiz_grading	0	manager editingteacher teacher
quiz/statistics:view	read	70	quiz_statistics	0	manager editingteacher teacher
quizaccess/seb:managetemplates	write	10	quizaccess_seb	0	manager
quizaccess/seb:bypassseb	read	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_requiresafeexambrowser	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_configuremanually	read	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_usesebclientconfig	read	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_templateid	read	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_filemanager_sebconfigfile	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showsebdownloadlink	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowedbrowserexamkeys	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_linkquitseb	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_userconfirmquit	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowuserquitseb	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_quitpassword	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowreloadinexam	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showsebtaskbar	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showreloadbutton	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showtime	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showkeyboardlayout	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_showwificontrol	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_enableaudiocontrol	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_muteonstartup	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowcapturecamera	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowcapturemicrophone	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_allowspellchecking	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_activateurlfiltering	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_filterembeddedcontent	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_expressionsallowed	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_regexallowed	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_expressionsblocked	write	70	quizaccess_seb	0	manager editingteacher
quizaccess/seb:manage_seb_regexblocked	write	70	quizaccess_seb	0	manager editingteacher
atto/h5p:addembed	write	70	atto_h5p	0	editingteacher
atto/recordrtc:recordaudio	write	70	atto_recordrtc	0	user
atto/recordrtc:recordvideo	write	70	atto_recordrtc	0	user
tiny/h5p:addembed	write	70	tiny_h5p	0	editingteacher
tiny/premium:accesspremium	read	30	tiny_premium	0	user
tiny/recordrtc:recordaudio	write	70	tiny_recordrtc	0	user
tiny/recordrtc:recordvideo	write	70	tiny_recordrtc	0	user
tiny/recordrtc:recordscreen	write	70	tiny_recordrtc	0	user
factor/capability:cannotpassfactor	read	10	factor_capability	0	
\.

INSERT INTO mdl_capabilities (id, name, captype, contextlevel, component, riskbitmask)
SELECT n, name, kind, level, component, risks FROM given;

INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission, timemodified)
SELECT 1, r.id, g.name,
       CASE left(word, 1) WHEN '-' THEN -1 WHEN '!' THEN -1000 ELSE 1 END,
       extract(epoch FROM now())::bigint
  FROM given g, regexp_split_to_table(nullif(g.roles, ''), ' ') AS word
  JOIN mdl_role r ON r.shortname = ltrim(word, '-!')
 ORDER BY g.n, r.id;
