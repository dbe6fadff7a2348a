# SPDX-License-Identifier: Apache-2.0
# t/test_540_races.py -- 32 clients that do the same at the same moment: what is unique comes to be
# once, whole, and all others get a clear error or find it done. Nobody is told of the database.
import base64
import threading

import pytest

import env
import writes

CLIENTS = 32
COURSE = 2


def at_once(site, calls):
    """The answers to CALLS, (function, parameters) each, all sent at the same moment."""
    gate = threading.Barrier(len(calls))
    answers = [None] * len(calls)

    def one(i):
        function, params = calls[i]
        gate.wait()
        answers[i] = site.rest(function, params)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.status for reply in answers] == [200] * len(calls)
    return [reply.json() for reply in answers]


def codes(answers):
    """How often each errorcode was told; None for success."""
    found = {}
    for answer in answers:
        code = answer.get('errorcode') if isinstance(answer, dict) else None
        if isinstance(answer, dict) and answer.get('warnings'):
            code = answer['warnings'][0]['warningcode']
        found[code] = found.get(code, 0) + 1
    return found


@pytest.fixture
def world(db):
    return writes.World(db)


# One user name: one account with its context, its password and its event.
def test_540_01_username(site, db, world):
    user = {**writes.new_user(world), 'preferences': [{'type': 'htmleditor', 'value': 'textarea'}]}
    calls = [('core_user_create_users',
              {'users': [{**user, 'email': world.name('e') + '@lanterna.example'}]})
             for _ in range(CLIENTS)]
    assert codes(at_once(site, calls)) == {None: 1, 'invalidparameter': CLIENTS - 1}
    made = db.all('SELECT id FROM mdl_user WHERE username = %s', (user['username'],))
    assert len(made) == 1
    assert db.one('SELECT count(*) FROM mdl_context WHERE contextlevel = 30 AND instanceid = %s'
                  " AND path = '/1/' || id", made[0]) == 1
    assert db.one('SELECT count(*) FROM mdl_logstore_standard_log WHERE objectid = %s'
                  " AND eventname LIKE '%%user_created'", made[0]) == 1


# One e-mail address, spelled in two ways.
def test_540_02_email(site, db, world):
    email = world.name('shared') + '@lanterna.example'
    calls = [('core_user_create_users',
              {'users': [{**writes.new_user(world), 'email': email.upper() if i % 2 else email}]})
             for i in range(CLIENTS)]
    assert codes(at_once(site, calls)) == {None: 1, 'invalidparameter': CLIENTS - 1}
    assert db.one('SELECT count(*) FROM mdl_user WHERE lower(email) = %s', (email,)) == 1


# Two accounts that want the same name or address by an update: one gets it, the others a warning.
@pytest.mark.parametrize('key,value,code', [('email', '{}@lanterna.example', 'useremailduplicate'),
                                            ('username', '{}', 'dmlwriteexception')])
def test_540_03_update(site, db, world, key, value, code):
    value = value.format(world.name('wanted'))
    calls = [('core_user_update_users', {'users': [{'id': world.user(), key: value}]})
             for _ in range(CLIENTS)]
    assert codes(at_once(site, calls)) == {None: 1, code: CLIENTS - 1}
    assert db.one(f'SELECT count(*) FROM mdl_user WHERE {key} = %s', (value,)) == 1


# One short name, one id number: one course, whole, and the sort order of its category without a
# gap or a double.
@pytest.mark.parametrize('key,code', [('shortname', 'shortnametaken'),
                                      ('idnumber', 'courseidnumbertaken')])
def test_540_04_course(site, db, world, key, code):
    wanted = world.name('WANTED')
    calls = [('core_course_create_courses',
              {'courses': [{**writes.new_course(world, COURSE), key: wanted}]})
             for _ in range(CLIENTS)]
    assert codes(at_once(site, calls)) == {None: 1, code: CLIENTS - 1}
    made = db.all(f'SELECT id FROM mdl_course WHERE {key} = %s', (wanted,))
    assert len(made) == 1
    assert db.one('SELECT count(*) FROM mdl_enrol WHERE courseid = %s', made[0]) == 3
    assert db.one('SELECT count(*) FROM mdl_course_sections WHERE course = %s', made[0]) == 1


# Different courses in one category at once: all come to be, and each has a place of its own.
def test_540_05_sort_order(site, db, world):
    calls = [('core_course_create_courses', {'courses': [writes.new_course(world, COURSE)] * 1})
             for _ in range(CLIENTS)]
    category = world.category(COURSE)
    assert codes(at_once(site, calls)) == {None: CLIENTS}
    orders = [order for order, in db.all('SELECT sortorder FROM mdl_course WHERE category = %s'
                                         ' ORDER BY sortorder', (category,))]
    first = db.one('SELECT sortorder FROM mdl_course_categories WHERE id = %s', (category,))
    assert orders == list(range(first + 1, first + 1 + len(orders)))
    assert db.one('SELECT coursecount FROM mdl_course_categories WHERE id = %s',
                  (category,)) == len(orders)


# Two courses that want the same short name by an update.
def test_540_06_course_update(site, db, world):
    wanted = world.name('WANTED')
    made = site.call('core_course_create_courses',
                     {'courses': [writes.new_course(world, COURSE) for _ in range(8)]})
    calls = [('core_course_update_courses', {'courses': [{'id': course['id'], 'shortname': wanted}]})
             for course in made]
    assert codes(at_once(site, calls)) == {None: 1, 'shortnametaken': 7}
    assert db.one('SELECT count(*) FROM mdl_course WHERE shortname = %s', (wanted,)) == 1


# One name, one id number of a group in a course.
@pytest.mark.parametrize('key,code', [('name', 'invalidparameter'), ('idnumber', 'idnumbertaken')])
def test_540_07_group(site, db, world, key, code):
    wanted = world.name('Wanted ')
    calls = [('core_group_create_groups', {'groups': [{**writes.new_group(world, COURSE), key: wanted}]})
             for _ in range(CLIENTS)]
    assert codes(at_once(site, calls)) == {None: 1, code: CLIENTS - 1}
    assert db.one(f'SELECT count(*) FROM mdl_groups WHERE {key} = %s', (wanted,)) == 1


# One membership: one row and one event, and everybody finds it done.
def test_540_08_membership(site, db, world):
    group, user = world.group(COURSE), world.member(COURSE)
    calls = [('core_group_add_group_members', {'members': [{'groupid': group, 'userid': user}]})
             ] * CLIENTS
    assert codes(at_once(site, calls)) == {None: CLIENTS}
    assert db.one('SELECT count(*) FROM mdl_groups_members WHERE groupid = %s', (group,)) == 1
    assert db.one('SELECT count(*) FROM mdl_logstore_standard_log WHERE objectid = %s'
                  " AND eventname LIKE '%%group_member_added'", (group,)) == 1


# One enrolment with one role; the same role alone.
def test_540_09_enrolment(site, db, world):
    user = world.user()
    calls = [('enrol_manual_enrol_users',
              {'enrolments': [{'roleid': 5, 'userid': user, 'courseid': COURSE}]})] * CLIENTS
    assert codes(at_once(site, calls)) == {None: CLIENTS}
    assert db.one('SELECT count(*) FROM mdl_user_enrolments WHERE userid = %s', (user,)) == 1
    assert db.one('SELECT count(*) FROM mdl_role_assignments WHERE userid = %s', (user,)) == 1
    for event in ('user_enrolment_created', 'role_assigned'):
        assert db.one('SELECT count(*) FROM mdl_logstore_standard_log WHERE relateduserid = %s'
                      ' AND eventname = %s', (user, '\\core\\event\\' + event)) == 1


def test_540_10_role(site, db, world):
    role = writes.new_role(world, COURSE)
    calls = [('core_role_assign_roles', {'assignments': [role]})] * CLIENTS
    assert codes(at_once(site, calls)) == {None: CLIENTS}
    assert db.one('SELECT count(*) FROM mdl_role_assignments WHERE userid = %s',
                  (role['userid'],)) == 1


# Enrolling and unenrolling one user, many users, in both orders: no deadlock is seen by anybody, and
# who is enrolled has the role, and who is not has none.
def test_540_11_enrol_and_unenrol(site, db, world):
    users = [world.user() for _ in range(6)]
    calls = []
    for i in range(CLIENTS):
        order = users if i % 2 else users[::-1]
        calls.append(('enrol_manual_enrol_users', {'enrolments': [
            {'roleid': 5, 'userid': user, 'courseid': COURSE} for user in order]}) if i % 3 else
            ('enrol_manual_unenrol_users', {'enrolments': [
                {'userid': user, 'courseid': COURSE} for user in order]}))
    assert codes(at_once(site, calls)) == {None: CLIENTS}
    of = 'SELECT userid FROM mdl_{} WHERE userid = ANY (%s) ORDER BY userid'
    assert db.all(of.format('user_enrolments'), (users,)) == \
        db.all(of.format('role_assignments'), (users,))


# One conversation of two people, whoever writes first.
def test_540_12_conversation(site, db, world):
    user = world.user()
    calls = [('core_message_send_instant_messages',
              {'messages': [{'touserid': user, 'text': f'Hello {i}'}]}) for i in range(CLIENTS)]
    answers = at_once(site, calls)
    assert all(answer[0]['msgid'] > 0 for answer in answers), answers
    assert len({answer[0]['conversationid'] for answer in answers}) == 1
    assert db.one('SELECT count(*) FROM mdl_message_conversation_members WHERE conversationid = %s',
                  (answers[0][0]['conversationid'],)) == 2
    assert db.one('SELECT count(*) FROM mdl_messages WHERE conversationid = %s',
                  (answers[0][0]['conversationid'],)) == CLIENTS


# A page of Moodle adds the same member and has not yet committed: the call waits for it, and finds the
# work done, or does it.
@pytest.mark.parametrize('end', ['COMMIT', 'ROLLBACK'])
def test_540_15_page(site, db, world, end):
    user, group = world.member(COURSE), world.group(COURSE)
    page = env.Database(site.env['DSN'])
    page.run('BEGIN')
    page.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded) VALUES (%s, %s, 5)',
             (group, user))
    answers = []
    calling = threading.Thread(target=lambda: answers.append(site.call(
        'core_group_add_group_members', {'members': [{'groupid': group, 'userid': user}]})))
    calling.start()
    assert db.wait_for("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                       " AND query LIKE '%groups_members%' AND datname = current_database()")
    page.run(end)
    page.close()
    calling.join()
    assert answers == [None]
    members = db.all('SELECT timeadded = 5 FROM mdl_groups_members WHERE groupid = %s AND userid = %s',
                     (group, user))
    assert members == [(end == 'COMMIT',)]


# One place for a file: one row, one content.
def test_540_13_file(site, db, world):
    item = next(writes.World.counter) % 10 ** 8
    calls = [('core_files_upload',
              {**writes.new_file('same.txt', 'draft', item, world.context(30, 3)),
               'filecontent': base64.b64encode(b'%d' % i).decode()}) for i in range(CLIENTS)]
    found = codes(at_once(site, calls))
    assert found.pop(None) == 1
    assert set(found) <= {'fileexist', 'storedfilenotcreated'}
    assert db.one("SELECT count(*) FROM mdl_files WHERE filename = 'same.txt' AND itemid = %s",
                  (item,)) == 1
    assert db.one("SELECT count(*) FROM mdl_files WHERE filename = '.' AND itemid = %s",
                  (item,)) == 1


# Deleting the same users, groups and memberships: gone once, said once.
def test_540_14_deletions(site, db, world):
    user, group, member = world.user(), world.group(COURSE), world.group_member(COURSE)
    assert codes(at_once(site, [('core_user_delete_users', {'userids': [user]})] * CLIENTS)) == \
        {None: 1, 'invaliduser': CLIENTS - 1}
    assert codes(at_once(site, [('core_group_delete_groups', {'groupids': [group]})] * CLIENTS)) == \
        {None: CLIENTS}
    assert codes(at_once(site, [('core_group_delete_group_members', {'members': [member]})]
                         * CLIENTS)) == {None: CLIENTS}
    for event, objectid in (('user_deleted', user), ('group_deleted', group),
                            ('group_member_removed', member['groupid'])):
        assert db.one('SELECT count(*) FROM mdl_logstore_standard_log WHERE objectid = %s'
                      ' AND eventname = %s', (objectid, '\\core\\event\\' + event)) == 1
