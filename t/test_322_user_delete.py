# SPDX-License-Identifier: Apache-2.0
# t/test_322_user_delete.py -- the end of accounts.
import hashlib
import json
import threading

import pytest

from room import COURSE, GROUP, INSTANCE, PEOPLE, Room, refusal

DELETE, OLD = 'core_user_delete_users', 'moodle_user_delete_users'
ANN, BEN, CAT = PEOPLE[0], PEOPLE[1], PEOPLE[2]


@pytest.fixture
def room(db):
    return Room(db)


def delete(site, *ids, name=DELETE, **more):
    return site.call(name, {'userids': ids}, **more)


def account(room, user, *columns):
    return room.db.all(f'SELECT {", ".join(columns)} FROM mdl_user WHERE id = %s', (user,))[0]


def context_of(room, user):
    return room.db.one('SELECT id FROM mdl_context WHERE contextlevel = 30 AND instanceid = %s',
                       (user,))


# The row stays, under a name made of the address and the time; names and password stay in it. The
# user's context stays too.
@pytest.mark.parametrize('name', [DELETE, OLD])
def test_322_01_the_row(site, db, room, name):
    db.run("UPDATE mdl_user SET idnumber = 'N-1', picture = 7, password = 'hash' WHERE id = %s",
           (ANN,))
    assert delete(site, ANN, name=name) is None
    gone, username, email, idnumber, picture, changed, first, password, suspended = account(
        room, ANN, 'deleted', 'username', 'email', 'idnumber', 'picture', 'timemodified',
        'firstname', 'password', 'suspended')
    assert username == f'person{ANN}@lanterna.example.{changed}' and changed > 1000
    assert email == hashlib.md5(f'person{ANN}'.encode()).hexdigest()
    assert (gone, idnumber, picture, first, password, suspended) == (1, '', 0, 'Per', 'hash', 0)
    assert context_of(room, ANN)
    assert account(room, BEN, 'deleted', 'username') == (0, f'person{BEN}')


# The event tells what the account was, numbers as texts.
def test_322_02_the_event(site, db, room):
    db.run("UPDATE mdl_user SET idnumber = '\"é/', picture = 7 WHERE id = %s", (ANN,))
    assert delete(site, ANN) is None
    assert room.events('objecttable', 'objectid', 'crud', 'edulevel', 'contextid', 'contextlevel',
                       'contextinstanceid', 'courseid', 'userid', 'relateduserid', 'other') == [
        ('user_deleted', 'user', ANN, 'd', 0, context_of(room, ANN), 30, ANN, 0, 3, ANN,
         f'{{"username":"person{ANN}","email":"Person{ANN}@lanterna.example",'
         '"idnumber":"\\"\\u00e9\\/","picture":"7","mnethostid":"1"}')]


# Without an address the name is made of the user name and id; a long one is cut.
@pytest.mark.parametrize('email, kept', [
    ('', f'person{ANN}.{ANN}@unknownemail.invalid'),
    ('x' * 95 + '@y.z', 'x' * 89),
    ('O\'Hara+tag@Example.ORG', 'oharatag@example.org')])
def test_322_03_the_name(site, db, room, email, kept):
    db.run('UPDATE mdl_user SET email = %s WHERE id = %s', (email, ANN))
    assert delete(site, ANN) is None
    username, changed = account(room, ANN, 'username', 'timemodified')
    assert username == f'{kept}.{changed}'


# Where a name is taken the next second is, within a call as well as by what is there.
def test_322_04_names_taken(site, db, room):
    db.run("UPDATE mdl_user SET email = 'same@example.org' WHERE id IN (%s, %s, %s)",
           (ANN, BEN, CAT))
    now = db.one('SELECT extract(epoch FROM now())::bigint')
    db.run('INSERT INTO mdl_user (username, mnethostid, deleted)'
           " SELECT 'same@example.org.' || n, 1, 1 FROM generate_series(%s, %s, 2) AS n",
           (now - 1, now + 21))
    assert delete(site, CAT, ANN, BEN) is None
    times = [int(account(room, user, 'username')[0].removeprefix('same@example.org.'))
             for user in (CAT, ANN, BEN)]
    assert times[1] == times[0] + 2 and times[2] == times[0] + 4
    assert (times[0] - now) % 2 == 0


# All that hangs on the account goes; what another user has stays.
def test_322_05_what_goes(site, db, room):
    block = {}
    for user in (ANN, BEN):
        context = context_of(room, user)
        insert = room.insert
        insert('auth_lti_linked_login', userid=user, issuer='i', issuer256='i', sub='s',
               sub256=f's{user}', timecreated=1, timemodified=1)
        insert('auth_oauth2_linked_login', userid=user, issuerid=1, username=f'u{user}', email='e',
               confirmtoken='', timecreated=1, timemodified=1, usermodified=2)
        stamps = {'timecreated': 1, 'timemodified': 1, 'usermodified': 2}
        competency = insert('competency_usercomp', userid=user, competencyid=1, **stamps)
        insert('competency_evidence', usercompetencyid=competency, contextid=1, action=1, **stamps)
        insert('competency_usercompcourse', userid=user, courseid=1, competencyid=1, **stamps)
        insert('competency_usercompplan', userid=user, competencyid=1, planid=1, **stamps)
        evidence = insert('competency_userevidence', userid=user, name='n', description='',
                          descriptionformat=1, url='', **stamps)
        insert('competency_userevidencecomp', userevidenceid=evidence, competencyid=1, **stamps)
        plan = insert('competency_plan', userid=user, name='p', status=0, **stamps)
        insert('competency_plancomp', planid=plan, competencyid=1, **stamps)
        insert('event', name='subscribed', description='', userid=user, subscriptionid=1)
        insert('event', name='own', description='', userid=user)
        insert('event_subscriptions', userid=user, name='', url='', eventtype='user')
        insert('cohort_members', cohortid=1, userid=user, timeadded=1)
        insert('groups_members', groupid=GROUP, userid=user)
        insert('user_preferences', userid=user, name='p', value='v')
        insert('user_info_data', userid=user, fieldid=1, data='d')
        insert('user_password_history', userid=user, hash='h', timecreated=1)
        insert('user_lastaccess', userid=user, courseid=2, timeaccess=1)
        insert('external_services_users', externalserviceid=3, userid=user, timecreated=1)
        insert('user_private_key', script='s', value=f'v{user}', userid=user)
        insert('my_pages', userid=user, name='own', private=1)
        insert('my_pages', userid=user, name='shared', private=0)
        insert('oauth2_refresh_token', timecreated=1, timemodified=1, userid=user, issuerid=1,
               token='t')
        insert('sessions', sid=f'sid{user}', userid=user, state=0, timecreated=1, timemodified=1)
        insert('tool_monitor_subscriptions', courseid=0, ruleid=1, cmid=0, userid=user,
               timecreated=1)
        block[user] = insert('block_instances', blockname='html', parentcontextid=context,
                             showinsubcontexts=0, pagetypepattern='*', defaultweight=0,
                             timecreated=1, timemodified=1)
        room.place(block[user], 'block_instances', 80, 30, user)
        insert('block_positions', blockinstanceid=block[user], contextid=context, visible=1,
               weight=0)
        insert('user_preferences', userid=6, name=f'block{block[user]}hidden', value='1')
        insert('user_preferences', userid=6, name=f'docked_block_instance_{block[user]}', value='1')
        inside = db.one('SELECT id FROM mdl_context WHERE contextlevel = 80 AND instanceid = %s',
                        (block[user],))
        for n, where in enumerate((context, inside)):
            insert('filter_active', filter='f', contextid=where, active=1)
            insert('filter_config', filter='f', contextid=where, name='n', value='v')
            insert('comments', contextid=where, commentarea='a', itemid=1, content='c', userid=6,
                   timecreated=1)
            insert('rating', contextid=where, itemid=1, scaleid=1, rating=1, userid=6,
                   timecreated=1, timemodified=1)
            insert('files', contextid=where, pathnamehash=f'{user}-{n}', itemid=0, filesize=0,
                   timecreated=1, timemodified=1)
            insert('role_names', roleid=5, contextid=where, name='n')
            insert('role_capabilities', roleid=5, contextid=where, capability='c', permission=1)
            insert('role_assignments', roleid=5, contextid=where, userid=6)
        repository = insert('repository_instances', name='r', typeid=1, contextid=context)
        insert('repository_instance_config', instanceid=repository, name='n', value='v')
        insert('grading_areas', contextid=context)
    names = ('auth_lti_linked_login', 'auth_oauth2_linked_login', 'competency_usercomp',
             'competency_usercompcourse', 'competency_usercompplan', 'competency_userevidence',
             'competency_plan', 'event_subscriptions', 'cohort_members', 'groups_members',
             'user_preferences', 'user_info_data', 'user_password_history', 'user_lastaccess',
             'external_services_users', 'user_private_key', 'oauth2_refresh_token', 'sessions',
             'tool_monitor_subscriptions')
    hanging = ('competency_evidence', 'competency_userevidencecomp', 'competency_plancomp',
               'block_instances', 'block_positions', 'repository_instances',
               'repository_instance_config', 'grading_areas')
    in_contexts = ('filter_active', 'filter_config', 'comments', 'rating', 'files', 'role_names',
                   'role_capabilities', 'role_assignments')
    before = {table: len(rows) for table, rows in room.state().items()}
    assert delete(site, ANN) is None
    for table in names:
        assert room.count(table, userid=ANN) == 0, table
        assert room.count(table, userid=BEN) == 1, table
    after = {table: len(rows) for table, rows in room.state().items()}
    assert {table: before[table] - after[table] for table in hanging} == dict.fromkeys(hanging, 1)
    assert {table: before[table] - after[table] for table in in_contexts} == dict.fromkeys(
        in_contexts, 2)
    assert db.all('SELECT name FROM mdl_event WHERE userid = %s', (ANN,)) == [('own',)]
    assert db.all('SELECT name FROM mdl_my_pages WHERE userid = %s', (ANN,)) == [('shared',)]
    assert room.count('user_preferences', name=f'block{block[ANN]}hidden') == 0
    assert room.count('user_preferences', name=f'docked_block_instance_{block[BEN]}') == 1
    assert room.count('context', contextlevel=80, instanceid=block[ANN]) == 0
    assert room.count('context', contextlevel=80, instanceid=block[BEN]) == 1
    assert room.events() == ['user_deleted'] and room.dirty() == set()


# Grades of any course go first, then tags, then course by course what an end of enrolment takes
# along, then the roles that are left: user by user, in the order of the call.
def test_322_06_the_order(site, db, room):
    grade_item = room.insert('grade_items', courseid=COURSE, itemtype='manual')
    elsewhere = room.insert('grade_items', courseid=2, itemtype='manual')
    shared = room.insert('tag', userid=2, tagcollid=1, name='shared', rawname='Shared')
    for user in (ANN, BEN):
        room.enrol(user)
        room.assign(user)
        room.assign(user, 4, 1)
        room.insert('groups_members', groupid=GROUP, userid=user)
        room.insert('grade_grades', itemid=elsewhere, userid=user)
        room.insert('grade_grades', itemid=grade_item, userid=user)
        room.insert('tag_instance', tagid=shared, component='core', itemtype='user', itemid=user,
                    contextid=context_of(room, user), timecreated=1, timemodified=1)
    assert delete(site, BEN, ANN) is None

    def of(user, *tags):
        return [('grade_deleted', user, COURSE), ('grade_deleted', user, 2), *tags,
                ('role_unassigned', user, COURSE), ('group_member_removed', user, COURSE),
                ('user_enrolment_deleted', user, COURSE), ('role_unassigned', user, 0),
                ('user_deleted', user, 0)]

    assert room.events('relateduserid', 'courseid') == (
        of(BEN, ('tag_removed', BEN, 0)) + of(ANN, ('tag_removed', ANN, 0), ('tag_deleted', 2, 0)))
    assert room.dirty() == {ANN, BEN}
    assert room.count('grade_grades_history', userid=BEN) == 2
    assert room.count('role_assignments', userid=ANN) == 0
    assert db.one('SELECT timemodified FROM mdl_groups WHERE id = %s', (GROUP,)) > 1000


# Several enrolments in one course end plugin by plugin, in the order of the site's list; those of a
# plugin that is switched off go without a word.
def test_322_07_several_enrolments(site, db, room):
    for n, plugin in ((901, 'self'), (902, 'cohort'), (903, 'lti')):
        room.insert('enrol', id=n, enrol=plugin, status=0, courseid=COURSE)
        room.enrol(ANN, n)
    ours = room.enrol(ANN)
    room.assign(ANN)
    room.assign(ANN, 4, component='enrol_cohort', itemid=902)
    assert delete(site, ANN) is None
    assert room.count('user_enrolments', userid=ANN) == 0
    events = room.events('objectid', 'other')
    assert [(name, json.loads(other)['enrol'], json.loads(other)['userenrolment']['lastenrol'])
            for name, _, other in events if name == 'user_enrolment_deleted'] == [
        ('user_enrolment_deleted', 'manual', False), ('user_enrolment_deleted', 'self', False),
        ('user_enrolment_deleted', 'cohort', False)]
    assert events[0][1] == ours
    assert [event[:2] for event in events[2:]][0] == ('role_unassigned', 4)
    assert [event[0] for event in events] == [
        'user_enrolment_deleted', 'user_enrolment_deleted', 'role_unassigned',
        'user_enrolment_deleted', 'role_unassigned', 'user_deleted']


# A token of a deleted user stops working at once.
def test_322_08_token(site, room):
    room.insert('external_tokens', token='token-of-ann', tokentype=0, userid=ANN,
                externalserviceid=2, contextid=1, creatorid=2, timecreated=1)
    room.assign(ANN, 9, 1)
    info = site.call('core_webservice_get_site_info', token='token-of-ann')
    assert info['userid'] == ANN
    assert delete(site, ANN) is None
    assert refusal(site.call('core_webservice_get_site_info',
                             token='token-of-ann')) == 'invalidtoken'
    assert room.count('external_tokens', userid=ANN) == 0


# The site asks that what is left be removed, once for each user, where it does so by itself.
def test_322_09_request(site, db, room):
    room.insert('tool_dataprivacy_request', type=2, userid=BEN, comments='', dpocomment='')
    room.insert('tool_dataprivacy_request', type=1, userid=CAT, comments='', dpocomment='')
    assert delete(site, CAT, BEN, ANN) is None
    assert db.all(
        'SELECT userid, comments, commentsformat, requestedby, status, dpo, dpocomment,'
        ' dpocommentformat, systemapproved, usermodified, timecreated > 1000,'
        ' timemodified = timecreated, creationmethod FROM mdl_tool_dataprivacy_request'
        "  WHERE type = 2 AND comments <> '' ORDER BY id") == [
        (user, 'Automatically created upon user deletion.', 2, 3, 2, 0, '', 2, 0, 3, True, True, 1)
        for user in (CAT, ANN)]


# Where it does not, nothing is asked.
def test_322_10_no_request(serve, db, room):
    db.keep('config_plugins')
    db.run("UPDATE mdl_config_plugins SET value = '0' WHERE plugin = 'tool_dataprivacy'"
           " AND name = 'automaticdeletionrequests'")
    assert delete(serve(), ANN) is None
    assert room.count('tool_dataprivacy_request', userid=ANN) == 0


# Who cannot be deleted; the first of a call decides, and nothing is done.
@pytest.mark.parametrize('bad, code', [
    (99999, 'invaliduser'), (0, 'invaliduser'), (-1, 'invaliduser'), (37, 'invaliduser'),
    (ANN, 'invaliduser'), (2, 'useradminodelete'), (3, 'usernotdeletederror')])
def test_322_11_refusals(site, room, bad, code):
    before = room.state()
    for name in (DELETE, OLD):
        assert refusal(delete(site, ANN, bad, name=name)) == code
    assert room.changed(before) == set() and room.events() == []


# A missing user is a missing record, whatever comes behind it.
def test_322_12_first_refusal(site, room):
    assert delete(site, 99999, 2)['exception'] == 'dml_missing_record_exception'
    assert refusal(delete(site, 2, 99999)) == 'useradminodelete'


# Nothing happens to the guest account, however often it is named.
def test_322_13_guest(site, room):
    before = room.state()
    assert delete(site, 1, 1) is None
    assert room.changed(before) == set() and room.events() == []


# The capability counts at the system.
def test_322_14_who_may(site, room):
    before = room.state()
    for token in ('TOKEN_TEACHER', 'TOKEN_STUDENT'):
        assert refusal(delete(site, ANN, token=site.env[token])) == 'nopermissions'
    assert room.changed(before) == set()


# A user without a context gets one, which the event is told of.
def test_322_15_no_context(site, db, room):
    db.run('DELETE FROM mdl_context WHERE contextlevel = 30 AND instanceid IN (%s, %s)', (ANN, CAT))
    assert delete(site, ANN, BEN, CAT) is None
    assert room.events('contextid') == [('user_deleted', context_of(room, user))
                                        for user in (ANN, BEN, CAT)]
    assert db.one('SELECT path FROM mdl_context WHERE contextlevel = 30 AND instanceid = %s',
                  (ANN,)) == f'/1/{context_of(room, ANN)}'


# Of many who delete the same user at once one succeeds; many who delete users of one address at
# once all do.
def test_322_16_races(site, db, room):
    def at_once(*calls):
        answers, start = [], threading.Barrier(len(calls))

        def one(user):
            start.wait()
            answers.append(delete(site, user))

        threads = [threading.Thread(target=one, args=(user,)) for user in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    answers = at_once(*[ANN] * 12)
    assert answers.count(None) == 1
    assert {refusal(answer) for answer in answers if answer} == {'invaliduser'}
    assert room.events() == ['user_deleted']
    db.run("UPDATE mdl_user SET email = 'same@example.org' WHERE id > %s AND id < 1000", (ANN,))
    assert at_once(*PEOPLE[1:]) == [None] * (len(PEOPLE) - 1)
    assert room.events() == ['user_deleted'] * (len(PEOPLE) - 1)


# A thousand, each enrolled, go in one call.
def test_322_17_thousand(site, db, room):
    db.run('INSERT INTO mdl_user (id, username, email, firstname, lastname, confirmed, mnethostid)'
           " SELECT n, 'many' || n, 'many@example.org', 'M', 'N', 1, 1"
           '   FROM generate_series(10001, 11000) AS n')
    db.run('INSERT INTO mdl_user_enrolments (enrolid, userid)'
           ' SELECT %s, n FROM generate_series(10001, 11000) AS n', (INSTANCE,))
    assert delete(site, *range(10001, 11001)) is None
    assert db.one('SELECT count(DISTINCT username) FROM mdl_user WHERE id > 10000'
                  ' AND deleted = 1') == 1000
    assert len(room.events()) == 2000
