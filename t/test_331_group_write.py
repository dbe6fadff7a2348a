# SPDX-License-Identifier: Apache-2.0
# t/test_331_group_write.py -- groups and memberships are made, and end.
import concurrent.futures
import time

import pytest

CREATE = 'core_group_create_groups'
DELETE = 'core_group_delete_groups'
ADD = 'core_group_add_group_members'
REMOVE = 'core_group_delete_group_members'
KEYS = ['id', 'courseid', 'name', 'description', 'descriptionformat', 'enrolmentkey', 'idnumber',
        'visibility', 'participation']

# In the demo course 2 has the groups 1 to 5, course 3 the groups 6 to 10. Of course 2, wanjiru is
# the teacher, and student is in it; reader is not.
TEACHER, STUDENT, READER = 4, 6, 7
TABLES = ('groups', 'groups_members', 'groupings_groups', 'logstore_standard_log', 'cache_flags',
          'message_conversations', 'message_conversation_members', 'customfield_category',
          'customfield_field', 'customfield_data')


@pytest.fixture(autouse=True)
def state(db):
    """A function that gives what a test has changed: groups, memberships, events, fields."""
    db.keep(*TABLES)
    last = db.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log')

    def read():
        return (db.all('SELECT * FROM mdl_groups ORDER BY id'),
                db.all('SELECT * FROM mdl_groups_members ORDER BY id'),
                db.all('SELECT * FROM mdl_groupings_groups ORDER BY id'),
                db.all('SELECT * FROM mdl_message_conversation_members ORDER BY id'),
                db.all('SELECT * FROM mdl_customfield_data ORDER BY id'),
                db.all('SELECT flagtype, name FROM mdl_cache_flags ORDER BY id'),
                events(db, last))

    return read


def events(db, after=0):
    return db.all("SELECT eventname, objecttable, objectid, crud, edulevel, contextid, userid,"
                  "       courseid, relateduserid, other"
                  "  FROM mdl_logstore_standard_log"
                  " WHERE id > %s AND target <> 'webservice_function' ORDER BY id", (after,))


def a_group(**more):
    return {'courseid': 2, 'name': 'New', 'description': '', **more}


def create(site, *groups, **more):
    return site.call(CREATE, {'groups': groups}, **more)


def pairs(*members):
    return {'members': [{'groupid': g, 'userid': u} for g, u in members]}


def context_of(db, course):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = %s',
                  (course,))


# A group with every key: the answer repeats them, the row has them, one event tells of it.
def test_331_01_all_keys(site, db):
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    [group] = create(site, a_group(name='  Ünïcode & "q" 🦉 ', description='<p>a & b</p>',
                                   descriptionformat=4, enrolmentkey='K\'1 & "',
                                   idnumber=' ID 1 ', visibility=1, participation=0))
    assert list(group) == KEYS
    row = db.all('SELECT courseid, idnumber, name, description, descriptionformat, enrolmentkey,'
                 '       picture, visibility, participation, timecreated > 0,'
                 '       timecreated = timemodified'
                 '  FROM mdl_groups WHERE id = %s', (group['id'],))
    assert row == [(2, 'ID 1', 'Ünïcode & "q" 🦉', '<p>a & b</p>', 4, 'K\'1 & "', 0, 1, 0, True,
                    True)]
    assert {key: group[key] for key in KEYS[1:]} == {
        'courseid': 2, 'name': 'Ünïcode & "q" 🦉', 'description': '<p>a & b</p>',
        'descriptionformat': 4, 'enrolmentkey': 'K\'1 & "', 'idnumber': 'ID 1', 'visibility': 1,
        'participation': False}
    assert events(db, last) == [('\\core\\event\\group_created', 'groups', group['id'], 'c', 0,
                                 context_of(db, 2), 3, 2, None, 'null')]


# What is not given has its default; a key that is not given is null in the row.
def test_331_02_defaults(site, db):
    first, second = create(site, a_group(), a_group(courseid=3))
    assert first == {'id': first['id'], 'courseid': 2, 'name': 'New', 'description': '',
                     'descriptionformat': 1, 'enrolmentkey': '', 'idnumber': '', 'visibility': 0,
                     'participation': True}
    assert second['id'] == first['id'] + 1 and second['courseid'] == 3
    assert db.all('SELECT enrolmentkey, idnumber, participation FROM mdl_groups WHERE id = %s',
                  (first['id'],)) == [(None, '', 1)]


# Groups whose members see only themselves, or nobody, are not for activities.
@pytest.mark.parametrize('visibility, participation', [(1, True), (2, False), (3, False)])
def test_331_03_participation(site, db, visibility, participation):
    [group] = create(site, a_group(visibility=visibility, participation=1))
    assert group['participation'] is participation
    assert db.one('SELECT participation FROM mdl_groups WHERE id = %s',
                  (group['id'],)) == int(participation)


# The name of version 2.1 has its own keys, in and out.
def test_331_04_old_name(site, db):
    [group] = site.call('moodle_group_create_groups',
                        {'groups': [a_group(enrolmentkey='k', name=' Old ')]})
    assert group == {'id': group['id'], 'courseid': 2, 'name': 'Old', 'description': '',
                     'enrolmentkey': 'k'}
    assert db.all('SELECT descriptionformat, idnumber, visibility, participation FROM mdl_groups'
                  ' WHERE id = %s', (group['id'],)) == [(0, '', 0, 1)]
    refused = site.call('moodle_group_create_groups', {'groups': [a_group()]})
    assert refused['errorcode'] == 'invalidparameter'
    assert refused['exception'] == 'invalid_parameter_exception'
    refused = site.call('moodle_group_create_groups',
                        {'groups': [a_group(enrolmentkey='', idnumber='x')]})
    assert refused['errorcode'] == 'invalidparameter'


# Whatever refuses one group undoes all, and an error of a parameter tells where it is.
@pytest.mark.parametrize('more, errorcode, told', [
    ({'name': ' \t'}, 'invalidparameter', 'groups[1][name]'),
    ({'name': 'Evening & night'}, 'invalidparameter', 'groups[1][name]'),
    ({'name': ' Evening & night '}, 'invalidparameter', 'groups[1][name]'),
    ({'name': 'First'}, 'invalidparameter', 'groups[1][name]'),
    ({'courseid': 9999}, 'errorcoursecontextnotvalid', None),
    ({'courseid': 0}, 'errorcoursecontextnotvalid', None),
    ({'descriptionformat': 3}, 'formatnotsupported', None),
    ({'descriptionformat': 5}, 'formatnotsupported', None),
    ({'descriptionformat': 4294967297}, 'formatnotsupported', None),
    ({'visibility': 4}, 'invalidparameter', 'groups[1][visibility]'),
    ({'visibility': -1}, 'invalidparameter', 'groups[1][visibility]'),
    ({'visibility': 4294967296}, 'invalidparameter', 'groups[1][visibility]'),
    ({'idnumber': ' G-2 '}, 'idnumbertaken', None),
    ({'idnumber': 'F'}, 'idnumbertaken', None),
    ({'name': 'é' * 255}, 'invalidparameter', 'groups[1][name]'),
    ({'enrolmentkey': 'é' * 51}, 'invalidparameter', 'groups[1][enrolmentkey]'),
    ({'idnumber': 'é' * 101}, 'invalidparameter', 'groups[1][idnumber]'),
])
def test_331_05_refusals(site, state, more, errorcode, told):
    before = state()
    refused = create(site, a_group(name='First', idnumber='F'), a_group(name='Second') | more)
    assert refused['errorcode'] == errorcode
    if told:
        assert refused['debuginfo'].startswith(told)
    assert state() == before


# The longest texts that the columns hold are taken; another course may have the same name and id.
def test_331_06_edges(site):
    [group] = create(site, a_group(name='é' * 254, enrolmentkey='é' * 50, idnumber='é' * 100))
    assert group['name'] == 'é' * 254
    assert create(site, a_group(courseid=4, name='Evening & night', idnumber='G-2'))[0]['id']
    assert create(site, a_group(name='evening & Night', idnumber='g-2'))[0]['id']


# Checks of one group come in Moodle's order: its name, the course, the right to manage, the rest.
def test_331_07_order(site, student, teacher):
    assert create(site, a_group(name='', courseid=9999))['errorcode'] == 'invalidparameter'
    assert create(site, a_group(courseid=9999, visibility=9))['errorcode'] == \
        'errorcoursecontextnotvalid'
    assert create(site, a_group(visibility=9), token=student)['errorcode'] == 'nopermissions'
    assert create(site, a_group(descriptionformat=9, visibility=9))['errorcode'] == \
        'formatnotsupported'
    assert create(site, a_group(idnumber='G-2', visibility=9))['errorcode'] == 'invalidparameter'
    assert create(site, a_group(courseid=12), token=student)['errorcode'] == \
        'errorcoursecontextnotvalid'
    assert create(site, a_group(), token=teacher)[0]['id']
    assert create(site)['errorcode'] == 'invalidparameter'


# Many at once ask for one name: one group is made, the others hear why theirs is not.
def test_331_08_race(site, db):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: create(site, a_group(name='Race', idnumber=f'R{n}')),
                                range(16)))
        assert [type(a) for a in answers].count(list) == 1
        assert {a['errorcode'] for a in answers if isinstance(a, dict)} == {'invalidparameter'}
        answers = list(pool.map(lambda n: create(site, a_group(name=f'Race {n}', idnumber='RR')),
                                range(16)))
    assert [type(a) for a in answers].count(list) == 1
    assert {a['errorcode'] for a in answers if isinstance(a, dict)} == {'idnumbertaken'}
    assert db.one("SELECT count(*) FROM mdl_groups WHERE name LIKE 'Race%%'") == 2


@pytest.fixture
def fields(db):
    """Custom fields of groups, one of each kind."""
    db.run("INSERT INTO mdl_customfield_category (id, name, sortorder, timecreated, timemodified,"
           "       component, area, contextid) VALUES (50, '', 0, 1, 1, 'core_group', 'group', 1)")
    db.run("INSERT INTO mdl_customfield_field (id, shortname, name, type, sortorder, categoryid,"
           "       configdata, timecreated, timemodified)"
           " SELECT 50 + n, kind, kind, replace(kind, 'fixed', 'text'), 10 - n, 50,"
           "        CASE kind WHEN 'fixed' THEN '{\"locked\":\"1\"}' ELSE '{}' END, 1, 1"
           "   FROM unnest('{text,checkbox,number,textarea,fixed}'::text[]) WITH ORDINALITY"
           "        AS f (kind, n)")


def data(db, group):
    return db.all('SELECT f.shortname, d.intvalue, d.decvalue::float, d.shortcharvalue,'
                  '       d.charvalue, d.value, d.valueformat, d.valuetrust, d.contextid'
                  '  FROM mdl_customfield_data d JOIN mdl_customfield_field f ON f.id = d.fieldid'
                  ' WHERE d.instanceid = %s AND f.id > 50 ORDER BY d.id', (group,))


def field_list(**values):
    return [{'shortname': name, 'value': value} for name, value in values.items()]


# Custom fields are stored in the columns of their kinds, in the order of the fields; unknown ones
# are passed over. The answer repeats what was given.
def test_331_09_custom_fields(site, db, fields):
    given = field_list(text='a & é', nothing='x', number='1.5', checkbox='1')
    bare, group = create(site, a_group(), a_group(name='Fields', customfields=given))
    course = context_of(db, 2)
    assert 'customfields' not in bare and group['customfields'] == given
    assert data(db, group['id']) == [
        ('number', None, 1.5, None, None, '1.5', 0, 0, course),
        ('checkbox', 1, None, None, None, '1', 0, 0, course),
        ('text', None, None, None, 'a & é', 'a & é', 0, 0, course)]
    [read] = site.call('core_group_get_groups', {'groupids': [group['id']]})
    assert {f['shortname']: f['value'] for f in read['customfields']} == {
        'text': 'a &amp; é', 'number': '1.50000', 'checkbox': 'Yes', 'textarea': None,
        'fixed': None}


# A number may be empty. The last of two values of one field counts. A locked field is for who may
# change locked ones; what a text area holds is not given this way.
def test_331_10_custom_field_rules(site, db, fields, teacher):
    db.keep('role_capabilities')
    given = field_list(number='', checkbox='', fixed='no', textarea='<p>t</p>') + \
        field_list(text='first') + field_list(text='last')
    [group] = create(site, a_group(customfields=given))
    assert [(row[0], row[5]) for row in data(db, group['id'])] == [
        ('fixed', 'no'), ('number', ''), ('checkbox', ''), ('text', 'last')]
    assert [row[1:3] for row in data(db, group['id'])] == [(None, None)] * 4
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability = 'moodle/course:changelockedcustomfields'")
    [group] = create(site, a_group(name='Locked', customfields=given), token=teacher)
    assert 'fixed' not in [row[0] for row in data(db, group['id'])]


# A value that its field cannot hold refuses the call.
@pytest.mark.parametrize('given', [
    {'checkbox': 'yes'}, {'checkbox': '1.5'}, {'checkbox': '99999999999999999999'},
    {'number': 'x'}, {'number': '100000'}, {'number': '-99999.999995'}, {'text': '<b>bold</b>'},
    {'text': 'é' * 1334}])
def test_331_11_custom_field_refusals(site, state, fields, given):
    before = state()
    refused = create(site, a_group(customfields=field_list(**given)))
    assert refused['exception'] == 'core\\invalid_persistent_exception'
    assert refused['errorcode'] == 'invalidpersistenterror'
    assert state() == before


# The first thing that is refused decides, be it of a field or of a later group.
def test_331_24_field_before_group(site, fields):
    bad = a_group(customfields=field_list(number='x'))
    assert create(site, bad, a_group(name=''))['errorcode'] == 'invalidpersistenterror'
    assert create(site, a_group(name=''), bad)['errorcode'] == 'invalidparameter'


# The edge of each column is taken.
def test_331_12_custom_field_edges(site, db, fields):
    [group] = create(site, a_group(customfields=field_list(
        text='é' * 1333, number='99999.99999', checkbox='9223372036854775807')))
    assert [row[1:3] for row in data(db, group['id'])] == [
        (None, 99999.99999), (9223372036854775807, None), (None, None)]


# A group ends with all that hangs on it, and nothing else does. Unknown and repeated ids are passed
# over.
def test_331_13_delete(site, db):
    tables = ('event', 'files', 'favourite', 'messages', 'message_user_actions',
              'message_conversation_actions', 'quiz_overrides', 'assign_overrides',
              'lesson_overrides')
    db.keep(*tables)
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    course = context_of(db, 2)
    for group in (1, 2):
        db.run("INSERT INTO mdl_event (name, description, groupid, courseid)"
               " VALUES ('e', '', %(g)s, 2);"
               "INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea,"
               "       itemid, filepath, filename, filesize, timecreated, timemodified)"
               " SELECT 'da39a3ee5e6b4b0d3255bfef95601890afd80709', md5(a || %(g)s::text),"
               "        %(c)s, 'group', a, %(g)s, '/', '.', 0, 1, 1"
               "   FROM unnest('{description,icon,other}'::text[]) AS a;"
               "INSERT INTO mdl_quiz_overrides (quiz, groupid) VALUES (1, %(g)s);"
               "INSERT INTO mdl_assign_overrides (assignid, groupid) VALUES (1, %(g)s);"
               "INSERT INTO mdl_lesson_overrides (lessonid, groupid) VALUES (1, %(g)s);"
               "INSERT INTO mdl_message_conversations (id, type, name, component, itemtype, itemid,"
               "       contextid, enabled, timecreated)"
               " VALUES (%(g)s + 900, 2, '', 'core_group', 'groups', %(g)s, %(c)s, 1, 1);"
               "INSERT INTO mdl_message_conversation_members (conversationid, userid, timecreated)"
               " VALUES (%(g)s + 900, 6, 1);"
               "INSERT INTO mdl_message_conversation_actions (conversationid, userid, action,"
               "       timecreated) VALUES (%(g)s + 900, 6, 1, 1);"
               "INSERT INTO mdl_messages (id, useridfrom, conversationid, subject, fullmessage,"
               "       fullmessageformat, fullmessagehtml, smallmessage, timecreated)"
               " VALUES (%(g)s + 900, 6, %(g)s + 900, '', '', 0, '', '', 1);"
               "INSERT INTO mdl_message_user_actions (userid, messageid, action, timecreated)"
               " VALUES (6, %(g)s + 900, 1, 1);"
               "INSERT INTO mdl_favourite (component, itemtype, itemid, contextid, userid,"
               "       timecreated, timemodified)"
               " VALUES ('core_message', 'message_conversations', %(g)s + 900, 1, 6, 1, 1)",
               {'g': group, 'c': course})
    assert site.call(DELETE, {'groupids': [9999, 7, 1, 1]}) is None

    def left(table, column, by=0):
        return [i - by for i, in db.all(f'SELECT DISTINCT {column} FROM mdl_{table}'
                                        f' WHERE {column} IN (1 + {by}, 2 + {by}, 7 + {by})'
                                        ' ORDER BY 1')]

    assert left('groups', 'id') == left('groups_members', 'groupid') == [2]
    for table in ('event', 'quiz_overrides', 'assign_overrides', 'lesson_overrides',
                  'groupings_groups'):
        assert left(table, 'groupid') == [2], table
    for table, column in (('message_conversations', 'id'), ('messages', 'id'),
                          ('message_conversation_members', 'conversationid'),
                          ('message_conversation_actions', 'conversationid'),
                          ('message_user_actions', 'messageid'), ('favourite', 'itemid')):
        assert left(table, column, 900) == [2], table
    assert db.all("SELECT itemid, filearea FROM mdl_files WHERE component = 'group'"
                  " ORDER BY 1, 2") == [
                      (1, 'other'), (2, 'description'), (2, 'icon'), (2, 'other')]
    assert [e[:4] + e[7:] for e in events(db, last)] == [
        ('\\core\\event\\group_deleted', 'groups', 7, 'd', 3, None, 'null'),
        ('\\core\\event\\group_deleted', 'groups', 1, 'd', 2, None, 'null')]


# What belongs to no group stays: it has the group 0.
def test_331_25_delete_nothing(site, db):
    db.keep('event')
    db.run("INSERT INTO mdl_event (name, description, groupid, courseid) VALUES ('e', '', 0, 2),"
           "       ('f', '', 9999, 2)")
    assert site.call(DELETE, {'groupids': [0, 9999]}) is None
    assert db.one("SELECT count(*) FROM mdl_event WHERE name IN ('e', 'f')") == 2


# A site without the activities that override dates for groups deletes groups all the same.
def test_331_14_delete_without_activities(site, db):
    for table in ('quiz', 'assign', 'lesson'):
        db.run(f'ALTER TABLE mdl_{table}_overrides RENAME TO away_{table}')
    try:
        assert site.call('moodle_group_delete_groups', {'groupids': [1]}) is None
    finally:
        for table in ('quiz', 'assign', 'lesson'):
            db.run(f'ALTER TABLE away_{table} RENAME TO mdl_{table}_overrides')
    assert db.one('SELECT count(*) FROM mdl_groups WHERE id = 1') == 0


# One group that may not be deleted saves all.
def test_331_15_delete_refused(site, state, teacher, student):
    before = state()
    assert site.call(DELETE, {'groupids': [1, 2]}, token=student)['errorcode'] == 'nopermissions'
    assert site.call(DELETE, {'groupids': [11, 1]}, token=student)['errorcode'] == \
        'errorcoursecontextnotvalid'
    assert site.call(DELETE, {'groupids': []})['errorcode'] == 'invalidparameter'
    assert state() == before
    assert site.call(DELETE, {'groupids': [1]}, token=teacher) is None


# Members are added in the order given, each with an event; who is a member already, or comes twice,
# is passed over.
def test_331_16_add(site, db, teacher):
    db.run('DELETE FROM mdl_groups_members WHERE groupid IN (1, 2, 3)')
    db.run('UPDATE mdl_groups SET timemodified = 5')
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded) VALUES (2, 6, 7)')
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    course = context_of(db, 2)
    assert site.call(ADD, pairs((3, 6), (2, 6), (1, 4), (1, 6), (3, 6)), token=teacher) is None
    assert db.all('SELECT groupid, userid, component, itemid, timeadded > 7 FROM mdl_groups_members'
                  ' WHERE groupid < 4 ORDER BY id') == [
                      (2, 6, '', 0, False), (3, 6, '', 0, True), (1, 4, '', 0, True),
                      (1, 6, '', 0, True)]
    assert db.all('SELECT id FROM mdl_groups WHERE timemodified > 5 ORDER BY id') == [(1,), (3,)]
    assert events(db, last) == [
        ('\\core\\event\\group_member_added', 'groups', group, 'c', 0, course, TEACHER, 2, user,
         '{"component":"","itemid":0}') for group, user in ((3, 6), (1, 4), (1, 6))]
    assert site.call('moodle_group_add_groupmembers', pairs((1, 4), (1, 6))) is None
    assert len(events(db, last)) == 3


@pytest.fixture
def talk(db):
    """The conversation of group 1, and one that looks like it in another context."""
    db.run("INSERT INTO mdl_message_conversations (id, type, name, component, itemtype, itemid,"
           "       contextid, enabled, timecreated)"
           " VALUES (901, 2, '', 'core_group', 'groups', 1, %s, 1, 1),"
           "        (902, 2, '', 'core_group', 'groups', 1, 1, 1, 1)", (context_of(db, 2),))
    db.run('INSERT INTO mdl_message_conversation_members (conversationid, userid, timecreated)'
           ' VALUES (901, 4, 1), (902, 4, 1)')


# Who joins or leaves a group joins or leaves its conversation.
def test_331_17_conversation(site, db, talk):
    db.run('DELETE FROM mdl_groups_members WHERE groupid = 1')
    site.call(ADD, pairs((1, 6), (1, 4)))
    taking_part = ('SELECT conversationid, userid, timecreated > 1'
                   '  FROM mdl_message_conversation_members'
                   ' WHERE conversationid > 900 ORDER BY id')
    assert db.all(taking_part) == [(901, 4, False), (902, 4, False), (901, 6, True)]
    site.call(REMOVE, pairs((1, 4)))
    assert db.all(taking_part) == [(902, 4, False), (901, 6, True)]


# The first pair that is refused decides, and nothing is added: group, user, course, right,
# enrolment, in this order.
@pytest.mark.parametrize('function', [ADD, REMOVE])
def test_331_18_refusals(site, db, state, student, function):
    before = state()

    def errorcode(*members, **more):
        return site.call(function, pairs(*members), **more)['errorcode']

    assert errorcode((1, 4), (9999, 99999), (1, 99999)) == 'invalidrecord'
    assert errorcode((1, 4), (1, 99999), (9999, 6)) == 'invaliduser'
    assert errorcode((1, 37)) == 'invaliduser'  # deleted
    assert errorcode((1, 99999), token=student) == 'invaliduser'
    assert errorcode((1, 6), token=student) == 'nopermissions'
    assert errorcode((11, 6), token=student) == 'errorcoursecontextnotvalid'
    assert site.call(function, {'members': []})['errorcode'] == 'invalidparameter'
    assert state() == before
    db.keep('user')
    db.run('UPDATE mdl_user SET mnethostid = 2 WHERE id = 6')
    assert errorcode((1, 6)) == 'invaliduser'


# Only who is enrolled, somehow, may be in a group; on the front page everybody but the guest is.
def test_331_19_enrolled(site, db, state):
    before = state()
    refused = site.call(ADD, pairs((1, 6), (1, READER)))
    assert refused['errorcode'] == 'invalidparameter'
    assert refused['debuginfo'].startswith('members[1][userid]')
    assert state() == before
    db.run('DELETE FROM mdl_groups_members')
    assert site.call(ADD, pairs((11, 6))) is None  # suspended in course 5
    db.run("INSERT INTO mdl_groups (id, courseid, name) VALUES (900, 1, 'Front')")
    assert site.call(ADD, pairs((900, READER))) is None
    assert site.call(ADD, pairs((900, 1)))['errorcode'] == 'invalidparameter'


# Members leave in the order given, each with an event; who is none is passed over.
def test_331_20_remove(site, db):
    db.run('DELETE FROM mdl_groups_members WHERE groupid < 4')
    db.run('UPDATE mdl_groups SET timemodified = 5')
    db.run("INSERT INTO mdl_groups_members (groupid, userid, timeadded, component, itemid)"
           " VALUES (1, 4, 1, '', 0), (2, 6, 1, 'enrol_manual', 3), (1, 6, 1, '', 0)")
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    course = context_of(db, 2)
    assert site.call(REMOVE, pairs((2, 6), (3, 6), (1, 6), (1, READER), (2, 6))) is None
    assert db.all('SELECT groupid, userid FROM mdl_groups_members WHERE groupid < 4') == [(1, 4)]
    assert db.all('SELECT id FROM mdl_groups WHERE timemodified > 5 ORDER BY id') == [(1,), (2,)]
    assert events(db, last) == [
        ('\\core\\event\\group_member_removed', 'groups', group, 'd', 0, course, 3, 2, 6, 'null')
        for group in (2, 1)]
    assert site.call('moodle_group_delete_groupmembers', pairs((1, 4))) is None
    assert db.one('SELECT count(*) FROM mdl_groups_members WHERE groupid < 4') == 0


# A membership that a plugin keeps is not ended; which plugins do is a directive.
def test_331_21_kept(site, db, state, serve):
    db.run('DELETE FROM mdl_groups_members WHERE groupid < 4')
    db.run("INSERT INTO mdl_groups_members (groupid, userid, timeadded, component, itemid)"
           " VALUES (1, 4, 1, '', 0), (1, 6, 1, 'enrol_cohort', 3), (2, 6, 1, 'enrol_own', 4)")
    before = state()
    refused = site.call(REMOVE, pairs((1, 4), (1, 6)))
    assert refused['errorcode'] == 'errorremovenotpermitted'
    assert state() == before
    other = serve(EXTRA='MoodleWSKeptMembers enrol_own\nMoodleWSCacheAge 0\n')
    assert other.call(REMOVE, pairs((2, 6)))['errorcode'] == 'errorremovenotpermitted'
    assert other.call(REMOVE, pairs((1, 6))) is None
    assert site.call(REMOVE, pairs((2, 6))) is None


# Many at once add and remove the same members: none fails, none is there twice.
def test_331_22_race(site, db):
    db.run('DELETE FROM mdl_groups_members WHERE groupid < 4')
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    members = [(1, 6), (2, 6), (3, 6), (1, 4), (2, 4)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = pool.map(lambda n: site.call(ADD, pairs(*members[::1 - n % 2 * 2])), range(16))
        assert list(answers) == [None] * 16
        assert len(events(db, last)) == 5
        answers = pool.map(lambda n: site.call(REMOVE, pairs(*members[::1 - n % 2 * 2])), range(16))
        assert list(answers) == [None] * 16
    assert len(events(db, last)) == 10
    assert db.one('SELECT count(*) FROM mdl_groups_members WHERE groupid < 4') == 0


# Ten thousand elements in one call are taken; one more is not.
def test_331_23_many(site, db):
    db.keep('user_enrolments')
    people = [u for u, in db.all('SELECT id FROM mdl_user WHERE deleted = 0 AND id > 1 LIMIT 30')]
    db.run('INSERT INTO mdl_user_enrolments (enrolid, userid)'
           " SELECT e.id, u FROM mdl_enrol e, unnest(%s) AS u"
           " WHERE e.courseid = 2 AND e.enrol = 'manual'"
           ' ON CONFLICT DO NOTHING', (people,))
    begun = time.monotonic()
    made = create(site, *[a_group(name=f'Many {n}', idnumber=f'm{n}') for n in range(500)])
    members = [(group['id'], user) for group in made for user in people][:10000]
    assert len(members) == 10000
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    assert site.call(ADD, pairs(*members)) is None
    assert site.call(ADD, pairs(*members, (1, 6)))['errorcode'] == 'invalidparameter'
    assert [(e[2], e[8]) for e in events(db, last)] == members
    assert site.call(REMOVE, pairs(*reversed(members))) is None
    assert [(e[2], e[8]) for e in events(db, last)][10000:] == members[::-1]
    assert site.call(DELETE, {'groupids': [group['id'] for group in made]}) is None
    assert time.monotonic() - begun < 30
