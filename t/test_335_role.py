# SPDX-License-Identifier: Apache-2.0
# t/test_335_role.py -- roles are given, and taken away.
import concurrent.futures
import time

import pytest

ASSIGN = 'core_role_assign_roles'
UNASSIGN = 'core_role_unassign_roles'

# Roles of the demo; wsuser is a manager, wanjiru the teacher of course 2, student a student there.
MANAGER, EDITING_TEACHER, TUTOR, STUDENT_ROLE, GUEST_ROLE, CLIENT = 1, 3, 4, 5, 6, 9
WSUSER, TEACHER, STUDENT, READER, HARUKA = 3, 4, 6, 7, 8
TABLES = ('role_assignments', 'logstore_standard_log', 'cache_flags', 'forum_subscriptions',
          'forum', 'context', 'role_capabilities')


@pytest.fixture(autouse=True)
def state(db):
    """A function that gives what a test has changed: assignments, marks, subscriptions, events."""
    db.keep(*TABLES)
    db.run('DELETE FROM mdl_cache_flags; DELETE FROM mdl_logstore_standard_log')

    def read():
        return (db.all('SELECT * FROM mdl_role_assignments ORDER BY id'), marked(db),
                db.all('SELECT * FROM mdl_forum_subscriptions ORDER BY id'), events(db))

    return read


def events(db):
    return db.all("SELECT eventname, objecttable, objectid, crud, edulevel, contextid,"
                  "       contextlevel, contextinstanceid, userid, courseid, relateduserid, other"
                  "  FROM mdl_logstore_standard_log"
                  " WHERE target <> 'webservice_function' ORDER BY id")


def marked(db):
    """The users whose rights are marked as changed."""
    return [int(user) for user, in db.all("SELECT name FROM mdl_cache_flags"
                                          " WHERE flagtype = 'accesslib/dirtyusers' ORDER BY id")]


def context_of(db, level, instance):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s',
                  (level, instance))


@pytest.fixture
def course(db):
    return context_of(db, 50, 2)


def item(role, user, context=None, **more):
    return {'roleid': role, 'userid': user, **({} if context is None else {'contextid': context}),
            **more}


def assign(site, *items, **more):
    return site.call(ASSIGN, {'assignments': items}, **more)


def unassign(site, *items, **more):
    return site.call(UNASSIGN, {'unassignments': items}, **more)


def held(db, user):
    return db.all('SELECT roleid, contextid FROM mdl_role_assignments WHERE userid = %s'
                  ' ORDER BY id', (user,))


# A role given is a row, a mark for PHP and an event; given again it is nothing.
def test_335_01_assign(site, db, course):
    assert assign(site, item(STUDENT_ROLE, READER, course), item(TUTOR, READER, course),
                  item(STUDENT_ROLE, READER, course)) is None
    rows = db.all('SELECT id, roleid, contextid, userid, timemodified > 0, modifierid, component,'
                  '       itemid, sortorder'
                  '  FROM mdl_role_assignments WHERE userid = %s AND contextid = %s ORDER BY id',
                  (READER, course))
    assert [row[1:] for row in rows] == [
        (role, course, READER, True, WSUSER, '', 0, 0) for role in (STUDENT_ROLE, TUTOR)]
    assert marked(db) == [READER]
    assert events(db) == [
        ('\\core\\event\\role_assigned', 'role', role, 'c', 0, course, 50, 2, WSUSER, 2, READER,
         '{"id":%d,"component":"","itemid":0}' % row)
        for row, role in ((rows[0][0], STUDENT_ROLE), (rows[1][0], TUTOR))]
    assert assign(site, item(STUDENT_ROLE, READER, course)) is None
    assert len(events(db)) == 2


# A context may be named by its level and instance; an id counts more. An event tells the course of
# a context inside of one.
def test_335_02_levels(site, db, course):
    places = [('system', 0), ('system', 77), ('coursecat', 2), ('course', 2), ('module', 1)]
    roles = [MANAGER, MANAGER, MANAGER, STUDENT_ROLE, TUTOR]
    db.run("INSERT INTO mdl_role_context_levels (roleid, contextlevel) VALUES (4, 30), (4, 80)")
    block = db.one("INSERT INTO mdl_context (contextlevel, instanceid, path, depth)"
                   " SELECT 80, 1, path || '/0', depth + 1 FROM mdl_context"
                   "  WHERE contextlevel = 50 AND instanceid = 2 RETURNING id")
    db.run("UPDATE mdl_context SET path = replace(path, '/0', '/' || id) WHERE id = %s", (block,))
    try:
        items = [item(role, READER, contextlevel=level, instanceid=instance)
                 for role, (level, instance) in zip(roles, places)]
        assert assign(site, *items, item(TUTOR, READER, contextlevel='user', instanceid=READER),
                      item(TUTOR, READER, contextlevel='block', instanceid=1),
                      item(EDITING_TEACHER, READER, course, contextlevel='none', instanceid=0)) \
            is None
    finally:
        db.run('DELETE FROM mdl_role_context_levels WHERE contextlevel IN (30, 80)')
    module = context_of(db, 70, 1)
    module_course = db.one('SELECT course FROM mdl_course_modules WHERE id = 1')
    assert [e[2:3] + e[5:8] + e[9:10] for e in events(db)] == [
        (MANAGER, 1, 10, 0, 0), (MANAGER, context_of(db, 40, 2), 40, 2, 0),
        (STUDENT_ROLE, course, 50, 2, 2), (TUTOR, module, 70, 1, module_course),
        (TUTOR, context_of(db, 30, READER), 30, READER, 0), (TUTOR, block, 80, 1, 2),
        (EDITING_TEACHER, course, 50, 2, 2)]


# The names of version 2.1 know contexts by id alone.
@pytest.mark.parametrize('name, what', [
    ('moodle_role_assign', 'assignments'), ('moodle_enrol_role_assign', 'assignments'),
    ('moodle_role_unassign', 'unassignments'), ('moodle_enrol_role_unassign', 'unassignments')])
def test_335_03_old_names(site, db, course, name, what):
    if what == 'unassignments':
        assign(site, item(STUDENT_ROLE, READER, course))
    assert site.call(name, {what: [item(STUDENT_ROLE, READER, course)]}) is None
    assert ((STUDENT_ROLE, course) in held(db, READER)) == (what == 'assignments')
    for wrong in (item(STUDENT_ROLE, READER), item(STUDENT_ROLE, READER, 0),
                  item(STUDENT_ROLE, READER, contextlevel='course', instanceid=2)):
        refused = site.call(name, {what: [wrong]})
        assert refused['exception'] == 'invalid_parameter_exception'
        assert refused['errorcode'] == 'invalidparameter'


# The first item that is refused decides, and nothing is changed.
@pytest.mark.parametrize('function', [ASSIGN, UNASSIGN])
@pytest.mark.parametrize('wrong, errorcode, told', [
    ({}, 'invalidparameter', 'contextid'),
    ({'contextid': 0}, 'invalidparameter', 'contextid'),
    ({'contextid': 99999}, 'invalidparameter', 'contextid'),
    ({'contextlevel': 'course'}, 'invalidparameter', 'contextid'),
    ({'instanceid': 2}, 'invalidparameter', 'contextid'),
    ({'contextlevel': 'planet', 'instanceid': 2}, 'invalidparameter', 'contextlevel'),
    ({'contextlevel': 'Course', 'instanceid': 2}, 'invalidparameter', 'contextlevel'),
    ({'contextlevel': 'course', 'instanceid': 999}, 'invalidparameter', 'contextid'),
    ({'roleid': 0, 'contextlevel': 'course', 'instanceid': 2}, 'invalidparameter', 'roleid'),
    ({'roleid': 99, 'contextlevel': 'course', 'instanceid': 2}, 'invalidparameter', 'roleid'),
    ({'roleid': GUEST_ROLE, 'contextlevel': 'course', 'instanceid': 2}, 'invalidparameter',
     'roleid'),
    ({'roleid': STUDENT_ROLE, 'contextlevel': 'system', 'instanceid': 0}, 'invalidparameter',
     'roleid'),
    ({'userid': 0, 'contextlevel': 'course', 'instanceid': 2}, 'codingerror', None),
])
def test_335_04_refusals(site, db, course, state, function, wrong, errorcode, told):
    what = 'assignments' if function == ASSIGN else 'unassignments'
    good = item(STUDENT_ROLE, READER if function == ASSIGN else STUDENT, course)
    before = state()
    refused = site.call(function, {what: [good, item(STUDENT_ROLE, HARUKA) | wrong,
                                          item(STUDENT_ROLE, 99999, 99999)]})
    assert refused['errorcode'] == errorcode
    if told:
        assert refused['debuginfo'].startswith(f'{what}[1][{told}]')
    assert state() == before


# A role is for users who are there; suspended and unconfirmed ones are. Who is gone has nothing to
# lose, which is no error.
def test_335_05_users(site, db, course, state):
    before = state()
    for user in (99999, 37):
        refused = assign(site, item(STUDENT_ROLE, READER, course), item(STUDENT_ROLE, user, course))
        assert refused['exception'] == 'core\\exception\\coding_exception'
        assert unassign(site, item(STUDENT_ROLE, user, course)) is None
    assert state() == before
    assert assign(site, item(TUTOR, 33, course), item(TUTOR, 34, course)) is None
    assert marked(db) == [33, 34]


# Which roles a caller may give follows from the roles that the caller was given, there or above; an
# administrator gives all that the level takes.
def test_335_06_assignable(site, db, course, teacher, student):
    assert assign(site, item(TUTOR, READER, course), token=teacher) is None
    for role in (MANAGER, EDITING_TEACHER):
        assert assign(site, item(role, READER, course), token=teacher)['errorcode'] == \
            'invalidparameter'
        assert unassign(site, item(role, READER, course), token=teacher)['errorcode'] == \
            'invalidparameter'
    module = db.one('SELECT x.id FROM mdl_course_modules cm JOIN mdl_context x ON contextlevel = 70'
                    '   AND instanceid = cm.id WHERE course = 2 ORDER BY cm.id LIMIT 1')
    assert assign(site, item(STUDENT_ROLE, READER, module), token=teacher) is None
    elsewhere = item(TUTOR, READER, context_of(db, 50, 10))
    assert assign(site, elsewhere, token=teacher)['errorcode'] == 'requireloginerror'
    assert assign(site, item(TUTOR, READER, course), token=student)['errorcode'] == 'nopermissions'
    assert assign(site, item(CLIENT, READER, 1))['errorcode'] == 'invalidparameter'
    db.config('siteadmins', f'2,{WSUSER}')
    assert assign(site, item(CLIENT, READER, 1)) is None
    assert assign(site, item(CLIENT, READER, course))['errorcode'] == 'invalidparameter'


# The right to assign is asked for where the role is given; a default role gives no roles away.
def test_335_07_right(site, db, course, teacher):
    db.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
           " VALUES (%s, 3, 'moodle/role:assign', -1)", (course,))
    assert assign(site, item(TUTOR, READER, course), token=teacher)['errorcode'] == 'nopermissions'
    db.run("UPDATE mdl_role_capabilities SET roleid = 7, permission = 1"
           " WHERE contextid = %s AND capability = 'moodle/role:assign'", (course,))
    db.keep('role_allow_assign')
    db.run('DELETE FROM mdl_role_allow_assign; INSERT INTO mdl_role_allow_assign'
           ' (roleid, allowassign) VALUES (7, 4)')
    refused = assign(site, item(TUTOR, READER, course), token=teacher)
    assert refused['errorcode'] == 'invalidparameter'


# An activity is entered as its page would be.
def test_335_08_activities(site, db, teacher, student):
    db.keep('course_modules')
    cm = db.one("SELECT cm.id FROM mdl_course_modules cm JOIN mdl_modules m ON m.id = cm.module"
                " WHERE cm.course = 2 AND m.name = 'page'")
    module = context_of(db, 70, cm)
    hidden = 'UPDATE mdl_course_modules SET visible = 0 WHERE id = %s'
    going = 'UPDATE mdl_course_modules SET deletioninprogress = 1 WHERE id = %s'
    assert assign(site, item(TUTOR, READER, module), token=student)['errorcode'] == 'nopermissions'
    db.run(hidden, (cm,))
    assert assign(site, item(TUTOR, READER, module), token=student)['errorcode'] == \
        'requireloginerror'
    assert assign(site, item(TUTOR, READER, module), token=teacher) is None
    db.run(going, (cm,))
    assert assign(site, item(TUTOR, READER, module))['errorcode'] == \
        'activityisscheduledfordeletion'


# Rows that say the same are one row afterwards, the oldest, and nobody hears of it. What a plugin
# has given is not touched.
def test_335_09_repeats(site, db, course):
    row = 'INSERT INTO mdl_role_assignments (roleid, contextid, userid, component, itemid)' \
          ' VALUES (5, %s, 7, %s, %s) RETURNING id'
    first = db.one(row, (course, '', 0))
    db.one(row, (course, '', 0))
    other = db.one(row, (course, 'enrol_meta', 4))
    assert assign(site, item(STUDENT_ROLE, READER, course)) is None
    assert [i for i, in db.all('SELECT id FROM mdl_role_assignments WHERE userid = 7'
                               ' AND contextid = %s ORDER BY id', (course,))] == [first, other]
    assert events(db) == [] and marked(db) == []
    assert unassign(site, item(STUDENT_ROLE, READER, course)) is None
    assert unassign(site, item(STUDENT_ROLE, READER, course)) is None
    assert [i for i, in db.all('SELECT id FROM mdl_role_assignments WHERE userid = 7'
                               ' AND contextid = %s', (course,))] == [other]


# A role taken away is gone with a mark and an event, in the order given.
def test_335_10_unassign(site, db, course, teacher):
    assign(site, item(STUDENT_ROLE, READER, course), item(TUTOR, READER, course))
    rows = dict(db.all('SELECT roleid, id FROM mdl_role_assignments WHERE userid = 7'
                       ' AND contextid = %s', (course,)))
    db.run('DELETE FROM mdl_logstore_standard_log; DELETE FROM mdl_cache_flags')
    assert unassign(site, item(TUTOR, READER, course), item(TUTOR, HARUKA, course),
                    item(STUDENT_ROLE, READER, contextlevel='course', instanceid=2),
                    item(TUTOR, READER, course), token=teacher) is None
    assert course not in [context for _, context in held(db, READER)]
    assert marked(db) == [READER]
    assert events(db) == [
        ('\\core\\event\\role_unassigned', 'role', role, 'd', 0, course, 50, 2, TEACHER, 2, READER,
         '{"id":"%d","component":"","itemid":"0"}' % rows[role]) for role in (TUTOR, STUDENT_ROLE)]


# Empty lists are refused as Moodle does, and a mark that is there is renewed.
def test_335_11_edges(site, db, course):
    assert site.call(ASSIGN, {'assignments': []})['errorcode'] == 'invalidparameter'
    db.run("INSERT INTO mdl_cache_flags (flagtype, name, timemodified, value, expiry)"
           " VALUES ('accesslib/dirtyusers', '7', 1, '1', 2)")
    assert assign(site, item(STUDENT_ROLE, READER, course)) is None
    assert db.all("SELECT expiry - timemodified, value FROM mdl_cache_flags WHERE name = '7'") == [
        (28800, '1')]


@pytest.fixture
def forums(db):
    """Two forums of course 2 that subscribe everybody at first, and one each that does not: by its
    setting, by its course."""
    db.keep('course_modules')
    db.run("UPDATE mdl_forum SET forcesubscribe = 1;"
           "INSERT INTO mdl_forum (id, course, name, intro, forcesubscribe)"
           " VALUES (901, 2, 'A', '', 2), (902, 2, 'B', '', 2), (903, 2, 'C', '', 0),"
           "        (904, 3, 'D', '', 2);"
           "INSERT INTO mdl_course_modules (id, course, module, instance)"
           " SELECT f.id, f.course, m.id, f.id FROM mdl_forum f, mdl_modules m"
           "  WHERE f.id > 900 AND m.name = 'forum'")
    return 901, 902


def subscriptions(db):
    return db.all('SELECT userid, forum FROM mdl_forum_subscriptions ORDER BY id')


# A role in a course subscribes its user to the forums that subscribe everybody, once; what their
# activities lack of contexts is made.
def test_335_12_forums(site, db, course, forums):
    db.run('INSERT INTO mdl_forum_subscriptions (userid, forum) VALUES (%s, 902)', (HARUKA,))
    path = db.one('SELECT path FROM mdl_context WHERE id = %s', (course,))
    assert assign(site, item(STUDENT_ROLE, READER, course), item(TUTOR, HARUKA, course),
                  item(TUTOR, READER, course)) is None
    assert subscriptions(db) == [(HARUKA, 902), (READER, 901), (READER, 902), (HARUKA, 901)]
    contexts = dict(db.all('SELECT cm.instance, x.id FROM mdl_context x'
                           '  JOIN mdl_course_modules cm ON cm.id = x.instanceid'
                           ' WHERE x.contextlevel = 70 AND cm.instance > 900'))
    assert set(contexts) == {901, 902}
    module = db.one('SELECT id FROM mdl_course_modules WHERE instance = 901')
    assert db.all('SELECT path, depth FROM mdl_context WHERE id = %s', (contexts[901],)) == [
        (f'{path}/{contexts[901]}', path.count('/') + 1)]
    rows = {(user, forum): row for user, forum, row in
            db.all('SELECT userid, forum, id FROM mdl_forum_subscriptions')}
    assert [(e[0], e[10]) for e in events(db)] == [
        ('\\core\\event\\role_assigned', READER),
        ('\\mod_forum\\event\\subscription_created', READER),
        ('\\mod_forum\\event\\subscription_created', READER),
        ('\\core\\event\\role_assigned', HARUKA),
        ('\\mod_forum\\event\\subscription_created', HARUKA),
        ('\\core\\event\\role_assigned', READER)]
    assert events(db)[1] == (
        '\\mod_forum\\event\\subscription_created', 'forum_subscriptions', rows[READER, 901], 'c',
        2, contexts[901], 70, module, WSUSER, 2, READER, '{"forumid":"901"}')
    assert db.one("SELECT component || target || action FROM mdl_logstore_standard_log"
                  " WHERE target = 'subscription' LIMIT 1") == 'mod_forumsubscriptioncreated'


# An activity that is named gets the context that it lacks.
def test_335_16_bare_activity(site, db, forums, teacher):
    db.keep('course_sections')
    db.run("UPDATE mdl_course_modules cm SET section = s.id FROM mdl_course_sections s"
           " WHERE s.course = cm.course AND s.section = 0 AND cm.instance = 901;"
           "UPDATE mdl_course_sections s SET sequence = sequence || ',' || cm.id"
           "  FROM mdl_course_modules cm WHERE cm.section = s.id AND cm.instance = 901")
    cm = db.one('SELECT id FROM mdl_course_modules WHERE instance = 901')
    bare = item(TUTOR, READER, contextlevel='module', instanceid=cm)
    assert assign(site, bare, token=teacher) is None
    assert held(db, READER)[-1] == (TUTOR, context_of(db, 70, cm))
    cm = db.one('SELECT id FROM mdl_course_modules WHERE instance = 902')
    nowhere = item(TUTOR, READER, contextlevel='module', instanceid=cm)
    assert assign(site, nowhere, token=teacher)['errorcode'] == 'requireloginerror'


# Only who may be subscribed by force is, with the roles held by then; a role elsewhere than in the
# course itself subscribes nobody.
def test_335_13_forum_rights(site, db, course, forums):
    db.run("DELETE FROM mdl_role_capabilities WHERE capability = 'mod/forum:allowforcesubscribe'"
           " AND roleid <> 4")
    assert assign(site, item(STUDENT_ROLE, READER, course)) is None
    assert subscriptions(db) == []
    assert assign(site, item(MANAGER, READER, contextlevel='coursecat', instanceid=2),
                  item(TUTOR, READER, contextlevel='module', instanceid=1)) is None
    assert subscriptions(db) == []
    assert assign(site, item(EDITING_TEACHER, READER, course), item(TUTOR, READER, course)) is None
    assert subscriptions(db) == [(READER, 901), (READER, 902)]
    assert [e[0].split('\\')[-1] for e in events(db)][3:] == [
        'role_assigned', 'role_assigned', 'subscription_created', 'subscription_created']


# Many at once give and take the same roles: none fails, no row is there twice.
def test_335_14_race(site, db, course, forums):
    items = [item(role, user, course) for user in (READER, HARUKA)
             for role in (STUDENT_ROLE, TUTOR)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda n: assign(site, *items[::1 - n % 2 * 2]), range(16))
        assert list(answers) == [None] * 16
        rows = db.all('SELECT userid, roleid, count(*) FROM mdl_role_assignments'
                      ' WHERE contextid = %s AND userid IN (7, 8) GROUP BY 1, 2', (course,))
        assert sorted(rows) == [(7, 4, 1), (7, 5, 1), (8, 4, 1), (8, 5, 1)]
        assert len(subscriptions(db)) == 4
        answers = pool.map(lambda n: unassign(site, *items[::1 - n % 2 * 2]), range(16))
        assert list(answers) == [None] * 16
    assert db.one('SELECT count(*) FROM mdl_cache_flags') == 2
    kinds = [e[0].split('\\')[-1] for e in events(db)]
    assert kinds.count('role_unassigned') == 4


# Ten thousand roles in one call are given and taken.
def test_335_15_many(site, db, course, forums):
    db.keep('user')
    begun = time.monotonic()
    db.run("INSERT INTO mdl_user (id, username, mnethostid)"
           " SELECT 10000 + n, 'many' || n, 1 FROM generate_series(1, 5000) AS n;"
           "INSERT INTO mdl_context (contextlevel, instanceid, path, depth)"
           " SELECT 30, 10000 + n, '/1/' || n, 2 FROM generate_series(1, 5000) AS n")
    items = [item(role, 10000 + n, course) for n in range(1, 5001)
             for role in (STUDENT_ROLE, TUTOR)]
    assert assign(site, *items) is None
    assert db.one('SELECT count(*) FROM mdl_role_assignments WHERE userid > 10000') == 10000
    assert len(subscriptions(db)) == 10000
    assert len(marked(db)) == 5000
    assert unassign(site, *items) is None
    assert db.one('SELECT count(*) FROM mdl_role_assignments WHERE userid > 10000') == 0
    assert [e[10] for e in events(db)][-3:] == [14999, 15000, 15000]
    assert time.monotonic() - begun < 30
