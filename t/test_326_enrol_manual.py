# SPDX-License-Identifier: Apache-2.0
# t/test_326_enrol_manual.py -- enrolling by hand, and ending it.
import json
import threading

import pytest

from room import COURSE, GROUP, INSTANCE, PEOPLE, Room, refusal

ENROL, OLD, UNENROL = ('enrol_manual_enrol_users', 'moodle_enrol_manual_enrol_users',
                       'enrol_manual_unenrol_users')
ANN, BEN, CAT = PEOPLE[0], PEOPLE[1], PEOPLE[2]
STUDENT, TEACHER = 5, 4


@pytest.fixture
def room(db):
    return Room(db)


def item(user, role=STUDENT, course=COURSE, **more):
    return {'roleid': role, 'userid': user, 'courseid': course, **more}


def leave(user, course=COURSE):
    return {'userid': user, 'courseid': course}


def enrol(site, *items, name=ENROL, **more):
    return site.call(name, {'enrolments': items}, **more)


def unenrol(site, *items, **more):
    return site.call(UNENROL, {'enrolments': items}, **more)


def enrolments(room, *columns):
    """What the course's instance has, user by user."""
    return room.db.all(f'SELECT userid, {", ".join(columns)} FROM mdl_user_enrolments'
                       ' WHERE enrolid = %s ORDER BY userid', (INSTANCE,))


# A user who is enrolled has a row in the instance and the role in the course, both new and by the
# caller; the events tell of the row, then of the role, and the session is marked.
def test_326_01_enrol(site, room):
    assert enrol(site, item(ANN)) is None
    [(user, status, start, end, by, made, changed)] = enrolments(
        room, 'status', 'timestart', 'timeend', 'modifierid', 'timecreated', 'timemodified')
    assert (user, status, start, end, by) == (ANN, 0, 0, 0, 3) and made == changed > 6
    [(role, context, component, itemid, by, order)] = room.db.all(
        'SELECT roleid, contextid, component, itemid, modifierid, sortorder'
        '  FROM mdl_role_assignments WHERE userid = %s', (ANN,))
    assert (role, context, component, itemid, by, order) == (STUDENT, room.context, '', 0, 3, 0)
    ue = room.db.one('SELECT id FROM mdl_user_enrolments WHERE userid = %s', (ANN,))
    ra = room.db.one('SELECT id FROM mdl_role_assignments WHERE userid = %s', (ANN,))
    place = (room.context, 50, COURSE, COURSE, 3, ANN)
    assert room.events('objecttable', 'objectid', 'crud', 'edulevel', 'contextid', 'contextlevel',
                       'contextinstanceid', 'courseid', 'userid', 'relateduserid', 'other') == [
        ('user_enrolment_created', 'user_enrolments', ue, 'c', 0, *place, '{"enrol":"manual"}'),
        ('role_assigned', 'role', STUDENT, 'c', 0, *place,
         f'{{"id":{ra},"component":"","itemid":0}}')]
    assert room.dirty() == {ANN}


# Times and suspension are stored as given; any number but 0 suspends.
@pytest.mark.parametrize('suspend, status', [(0, 0), (1, 1), (-7, 1), (2, 1)])
def test_326_02_times(site, room, suspend, status):
    assert enrol(site, item(ANN, timestart=1700000000, timeend=4000000000, suspend=suspend),
                 name=OLD) is None
    assert enrolments(room, 'status', 'timestart', 'timeend') == [
        (ANN, status, 1700000000, 4000000000)]


# The columns of the instance that a form presets are not asked: no end comes of enrolperiod.
def test_326_03_no_presets(site, room):
    room.db.run('UPDATE mdl_enrol SET enrolperiod = 999, enrolstartdate = 5, enrolenddate = 6,'
                ' roleid = 4 WHERE id = %s', (INSTANCE,))
    assert enrol(site, item(ANN)) is None
    assert enrolments(room, 'timestart', 'timeend') == [(ANN, 0, 0)]


# Who is enrolled already is changed where something differs: what is not given is set back. The
# roles there were stay, another one comes.
def test_326_04_update(site, room):
    ue = room.enrol(ANN, timestart=5, status=1)
    room.assign(ANN)
    assert enrol(site, item(ANN, TEACHER, timeend=4000000000)) is None
    assert enrolments(room, 'id', 'status', 'timestart', 'timeend', 'modifierid',
                      'timecreated') == [(ANN, ue, 0, 0, 4000000000, 3, 5)]
    assert room.count('role_assignments', userid=ANN) == 2
    assert room.events('objectid', 'crud') == [('user_enrolment_updated', ue, 'u'),
                                               ('role_assigned', TEACHER, 'c')]
    assert room.dirty() == {ANN}


# Who is enrolled the same way already stays as they are: no row, no event, no mark.
def test_326_05_the_same_again(site, room):
    room.enrol(ANN, timestart=5)
    room.assign(ANN)
    before = room.state()
    assert enrol(site, item(ANN, timestart=5)) is None
    assert room.changed(before) == set() and room.events() == []


# A user who held the role before still has the session marked by the new enrolment.
def test_326_06_role_was_there(site, room):
    room.assign(ANN)
    assert enrol(site, item(ANN)) is None
    assert room.events() == ['user_enrolment_created'] and room.dirty() == {ANN}


# One user in one course several times in a call: each item sees what those before it did.
def test_326_07_repeated_items(site, room):
    assert enrol(site, item(ANN, timeend=10), item(BEN), item(ANN, TEACHER, suspend=1),
                 item(ANN, TEACHER, suspend=1), item(ANN, timeend=10)) is None
    assert enrolments(room, 'status', 'timeend') == [(ANN, 0, 10), (BEN, 0, 0)]
    assert room.events('relateduserid') == [
        ('user_enrolment_created', ANN), ('role_assigned', ANN),
        ('user_enrolment_created', BEN), ('role_assigned', BEN),
        ('user_enrolment_updated', ANN), ('role_assigned', ANN),
        ('user_enrolment_updated', ANN)]


# An existing row that a call changes and changes back has been changed.
def test_326_08_there_and_back(site, room):
    room.enrol(ANN)
    assert enrol(site, item(ANN, suspend=1), item(ANN)) is None
    assert enrolments(room, 'status', 'modifierid') == [(ANN, 0, 3)]
    assert room.events() == ['user_enrolment_updated', 'role_assigned', 'user_enrolment_updated']


# New rows get their ids in the order of the items, with none between them for those there are.
def test_326_09_ids(site, room):
    room.enrol(BEN)
    assert enrol(site, item(CAT), item(BEN), item(ANN)) is None
    ids = dict(enrolments(room, 'id'))
    assert ids[ANN] == ids[CAT] + 1


# Nothing to do is done.
def test_326_10_nothing(site, room):
    before = room.state()
    for name in (ENROL, UNENROL):
        reply = site.request('POST', '/webservice/rest/server.php?wstoken=' + site.token
                             + '&moodlewsrestformat=json&wsfunction=' + name,
                             '{"enrolments":[]}', {'Content-Type': 'application/json'})
        assert reply.json() is None
    assert room.changed(before) == set()


# The checks of an item, in their order.
@pytest.mark.parametrize('bad, code', [
    ({'courseid': 99999}, 'invalidparameter'),
    ({'userid': 99999}, 'invaliduser'),
    ({'userid': 0}, 'invaliduser'),
    ({'userid': -10}, 'invaliduser'),
    ({'userid': 37}, 'userdeleted'),
    ({'userid': 34}, 'usernotconfirmed'),
    ({'userid': 1}, 'guestsarenotallowed'),
    ({'roleid': 999}, 'wsusercannotassign'),
    ({'roleid': 0}, 'wsusercannotassign'),
    ({'roleid': 9}, 'wsusercannotassign'),
    ({'courseid': 1}, 'wsnoinstance'),
    ({'courseid': 99999, 'userid': 99999}, 'invalidparameter'),
    ({'userid': 99999, 'roleid': 999}, 'invaliduser'),
    ({'roleid': 999, 'courseid': 1}, 'wsusercannotassign'),
    ({'timestart': 'soon'}, 'invalidparameter')])
def test_326_11_refusals(site, room, bad, code):
    before = room.state()
    for name in (ENROL, OLD):
        assert refusal(enrol(site, item(ANN), {**item(BEN), **bad}, name=name)) == code
    assert room.changed(before) == set() and room.events() == []


# A user who is not there is a missing record; one who stands for nobody is not.
def test_326_12_classes(site, room):
    assert enrol(site, item(99999))['exception'] == 'dml_missing_record_exception'
    for user in (0, -10, -20):
        assert enrol(site, item(user))['exception'] == 'core\\exception\\moodle_exception'
        assert enrol(site, item(user), name=OLD)['exception'] == 'moodle_exception'


# The first item that is refused decides.
def test_326_13_first_refusal(site, room):
    assert refusal(enrol(site, item(37), item(34))) == 'userdeleted'
    assert refusal(enrol(site, item(34), item(37))) == 'usernotconfirmed'


# Suspended users may be enrolled.
def test_326_14_suspended_user(site, room):
    assert enrol(site, item(33)) is None
    assert len(enrolments(room, 'id')) == 1


# A course is entered first, then the capability is asked for; a teacher gives the roles that
# teachers may give.
def test_326_15_who_may(site, room):
    teacher, student = site.env['TOKEN_TEACHER'], site.env['TOKEN_STUDENT']
    assert refusal(enrol(site, item(ANN), token=teacher)) == 'requireloginerror'
    assert refusal(enrol(site, item(ANN, course=2), token=student)) == 'nopermissions'
    assert refusal(unenrol(site, leave(ANN, 2), token=student)) == 'nopermissions'
    assert refusal(enrol(site, item(ANN, 3, course=2), token=teacher)) == 'wsusercannotassign'
    assert enrol(site, item(ANN, 4, course=2), token=teacher) is None
    assert unenrol(site, leave(ANN, 2), token=teacher) is None


# Without moodle/role:assign there is no role to give.
def test_326_16_no_role_to_give(serve, db, room):
    room.enrol(4)
    room.assign(4, role=3)
    db.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
           " VALUES (%s, 3, 'moodle/role:assign', -1)", (room.context,))
    other = serve()
    assert refusal(enrol(other, item(ANN), token=other.env['TOKEN_TEACHER'])) == 'wsusercannotassign'


# The instance is the first by hand that is switched on; ending an enrolment takes the first at all.
def test_326_17_instances(site, db, room):
    db.run('UPDATE mdl_enrol SET status = 1 WHERE id = %s', (INSTANCE,))
    assert refusal(enrol(site, item(ANN))) == 'wsnoinstance'
    room.enrol(ANN)
    assert unenrol(site, leave(ANN)) is None
    assert enrolments(room, 'id') == []
    db.run("INSERT INTO mdl_enrol (id, enrol, status, courseid, sortorder)"
           " VALUES (901, 'manual', 0, %s, 1)", (COURSE,))
    assert enrol(site, item(ANN)) is None
    assert room.count('user_enrolments', enrolid=901) == 1
    assert unenrol(site, leave(ANN)) is None
    assert room.count('user_enrolments', enrolid=901) == 1


# A welcome is sent for each item, with its event behind all others.
def test_326_18_welcome(site, db, room):
    db.run('UPDATE mdl_enrol SET customint1 = 3 WHERE id = %s', (INSTANCE,))
    assert enrol(site, item(BEN), item(ANN), item(BEN)) is None
    assert [to for to, in db.all("SELECT useridto FROM mdl_notifications"
                                 " WHERE eventtype = 'enrolcoursewelcomemessage' ORDER BY id")
            ][-3:] == [BEN, ANN, BEN]
    assert room.events('relateduserid')[-3:] == [('notification_sent', BEN),
                                                 ('notification_sent', ANN),
                                                 ('notification_sent', BEN)]


# A forum that initially subscribes everybody does so, after the role.
def test_326_19_forum(site, room):
    forum = room.insert('forum', course=COURSE, name='All', intro='', forcesubscribe=2)
    room.module('forum', forum)
    assert enrol(site, item(ANN), item(BEN)) is None
    assert room.events('relateduserid') == [
        (event, user) for user in (ANN, BEN)
        for event in ('user_enrolment_created', 'role_assigned', 'subscription_created')]
    assert room.count('forum_subscriptions', forum=forum) == 2


# ---- the end ----

# The last enrolment takes along all that the user has in the course and below it; what others have,
# and what the user has elsewhere, stays.
def test_326_30_the_last_one(site, db, room):
    forum = room.insert('forum', course=COURSE, name='All', intro='')
    module = room.module('forum', forum)
    conversation = room.insert('message_conversations', type=2, component='core_group',
                               itemtype='groups', itemid=GROUP, contextid=room.context,
                               timecreated=1)
    grade_item = room.insert('grade_items', courseid=COURSE, itemtype='manual')
    grades = {}
    for user in (ANN, BEN):
        ue = room.enrol(user, timestart=7)
        room.assign(user)
        room.assign(user, TEACHER, module)
        room.insert('groups_members', groupid=GROUP, userid=user)
        room.insert('message_conversation_members', conversationid=conversation, userid=user,
                    timecreated=1)
        grades[user] = room.insert('grade_grades', itemid=grade_item, userid=user, finalgrade=80.5,
                                   overridden=9, feedback='Good', timemodified=4)
        room.insert('user_lastaccess', userid=user, courseid=COURSE, timeaccess=1)
        room.insert('forum_subscriptions', userid=user, forum=forum)
        room.insert('forum_digests', userid=user, forum=forum)
        room.insert('forum_track_prefs', userid=user, forumid=forum)
        room.insert('forum_read', userid=user, forumid=forum)
    room.insert('user_lastaccess', userid=BEN, courseid=2, timeaccess=1)
    system = room.assign(BEN, 9, 1)
    roles = [str(ra) for ra, in db.all('SELECT ra.id FROM mdl_role_assignments ra'
                                       ' WHERE userid = %s AND contextid <> 1 ORDER BY id', (BEN,))]
    assert unenrol(site, leave(BEN)) is None
    assert enrolments(room, 'timestart') == [(ANN, 7)]
    assert db.all('SELECT id FROM mdl_role_assignments WHERE userid = %s', (BEN,)) == [(system,)]
    assert db.all('SELECT courseid FROM mdl_user_lastaccess WHERE userid = %s', (BEN,)) == [(2,)]
    for table in ('groups_members', 'message_conversation_members', 'grade_grades',
                  'forum_subscriptions', 'forum_digests', 'forum_track_prefs', 'forum_read'):
        assert room.count(table, userid=BEN) == 0, table
        assert room.count(table, userid=ANN) == 1, table
    assert db.one('SELECT timemodified FROM mdl_groups WHERE id = %s', (GROUP,)) > 1000
    assert db.all('SELECT action, oldid, source, loggeduser, itemid, finalgrade::text, feedback,'
                  ' timemodified > 1000 FROM mdl_grade_grades_history WHERE userid = %s',
                  (BEN,)) == [(3, grades[BEN], 'userdelete', 3, grade_item, '80.50000', 'Good',
                               True)]
    assert room.dirty() == {BEN}
    events = room.events('objectid', 'contextid', 'relateduserid', 'crud', 'edulevel', 'other')
    assert [event[:-1] for event in events] == [
        ('role_unassigned', STUDENT, room.context, BEN, 'd', 0),
        ('role_unassigned', TEACHER, module, BEN, 'd', 0),
        ('group_member_removed', GROUP, room.context, BEN, 'd', 0),
        ('grade_deleted', grades[BEN], room.context, BEN, 'd', 1),
        ('user_enrolment_deleted', ue, room.context, BEN, 'd', 0)]
    others = [json.loads(event[-1]) for event in events]
    assert others[0] == {'id': roles[0], 'component': '', 'itemid': '0'}
    assert others[3] == {'itemid': str(grade_item), 'overridden': True, 'finalgrade': '80.50000'}
    assert events[-1][-1] == (
        f'{{"userenrolment":{{"id":"{ue}","status":"0","enrolid":"{INSTANCE}","userid":"{BEN}",'
        '"timestart":"7","timeend":"0","modifierid":"2","timecreated":"5","timemodified":"6",'
        f'"courseid":"{COURSE}","enrol":"manual","lastenrol":true}},"enrol":"manual"}}')


# With another enrolment in the course only what this one brought goes; the rest is taken along by
# that other one's end.
def test_326_31_another_one(site, db, room):
    db.run("INSERT INTO mdl_enrol (id, enrol, status, courseid, sortorder)"
           " VALUES (901, 'self', 1, %s, 1)", (COURSE,))
    room.enrol(ANN)
    room.enrol(ANN, 901, status=1)
    room.assign(ANN)
    room.assign(ANN, TEACHER, component='enrol_manual', itemid=INSTANCE)
    room.insert('groups_members', groupid=GROUP, userid=ANN)
    room.insert('user_lastaccess', userid=ANN, courseid=COURSE, timeaccess=1)
    assert unenrol(site, leave(ANN)) is None
    assert room.count('groups_members', userid=ANN) == 1
    assert room.count('user_lastaccess', userid=ANN) == 1
    assert db.all('SELECT component FROM mdl_role_assignments WHERE userid = %s', (ANN,)) == [('',)]
    events = room.events('objectid', 'other')
    assert [event[:2] for event in events][0] == ('role_unassigned', TEACHER)
    assert len(events) == 2 and '"lastenrol":false' in events[1][2]
    assert room.dirty() == {ANN}


# Who is not enrolled is passed over without a trace, and so is a second time in the same call.
def test_326_32_not_enrolled(site, room):
    before = room.state()
    assert unenrol(site, leave(ANN)) is None
    assert room.changed(before) == set()
    room.enrol(BEN)
    assert unenrol(site, leave(ANN), leave(BEN), leave(BEN)) is None
    assert room.events('relateduserid') == [('user_enrolment_deleted', BEN)]


# Where the site keeps no history of grades, none is written; the grade goes all the same.
def test_326_33_no_history(serve, db, room):
    db.config('disablegradehistory', '1')
    grade_item = room.insert('grade_items', courseid=COURSE, itemtype='manual')
    room.enrol(ANN)
    room.insert('grade_grades', itemid=grade_item, userid=ANN)
    assert unenrol(serve(), leave(ANN)) is None
    assert room.count('grade_grades', userid=ANN) == 0
    assert room.count('grade_grades_history', userid=ANN) == 0
    assert room.events('other')[0] == (
        'grade_deleted', f'{{"itemid":"{grade_item}","overridden":false,"finalgrade":null}}')


# The checks of an end, in their order: the instance before the user.
@pytest.mark.parametrize('bad, code', [
    ({'courseid': 99999}, 'invalidrecord'),
    ({'courseid': 1}, 'wsnoinstance'),
    ({'courseid': 1, 'userid': 99999}, 'wsnoinstance'),
    ({'userid': 99999}, 'invaliduser'),
    ({'userid': -20}, 'invaliduser'),
    ({'userid': 37}, 'userdeleted'),
    ({'userid': 34}, 'usernotconfirmed'),
    ({'userid': 1}, 'guestsarenotallowed')])
def test_326_34_refusals(site, room, bad, code):
    room.enrol(ANN)
    before = room.state()
    assert refusal(unenrol(site, leave(ANN), {**leave(BEN), **bad})) == code
    assert room.changed(before) == set() and room.events() == []


# The role that 4.5 still takes with an end does nothing.
def test_326_35_role_ignored(site, room):
    room.enrol(ANN)
    assert unenrol(site, {**leave(ANN), 'roleid': 99999}) is None
    assert enrolments(room, 'id') == []


# ---- many ----

def at_once(act, times=16):
    """The answers of ACT called by so many threads at once."""
    answers, start = [], threading.Barrier(times)

    def one():
        start.wait()
        answers.append(act())

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# Many who enrol the same users at once make each row once, and those who end it end it once.
def test_326_40_races(site, room):
    items = [item(user) for user in PEOPLE]
    assert at_once(lambda: enrol(site, *items)) == [None] * 16
    assert len(enrolments(room, 'id')) == len(PEOPLE)
    assert room.count('role_assignments', contextid=room.context) == len(PEOPLE)
    assert sorted(room.events()) == (['role_assigned'] * len(PEOPLE)
                                     + ['user_enrolment_created'] * len(PEOPLE))
    assert at_once(lambda: unenrol(site, *[leave(user) for user in PEOPLE])) == [None] * 16
    assert enrolments(room, 'id') == []
    assert sorted(room.events()) == (['role_unassigned'] * len(PEOPLE)
                                     + ['user_enrolment_deleted'] * len(PEOPLE))


# Ten thousand in one call come, change and go with a handful of statements: well within seconds.
def test_326_41_ten_thousand(site, db, room):
    db.run('INSERT INTO mdl_user (id, username, email, firstname, lastname, confirmed, mnethostid)'
           " SELECT n, 'many' || n, n || '@many.example', 'M', 'N', 1, 1"
           '   FROM generate_series(10001, 20000) AS n')
    everybody = range(10001, 20001)
    assert enrol(site, *[item(user) for user in everybody]) is None
    assert enrol(site, *[item(user, timeend=7) for user in everybody]) is None
    assert room.count('user_enrolments', enrolid=INSTANCE) == 10000
    assert room.count('role_assignments', contextid=room.context) == 10000
    assert unenrol(site, *[leave(user) for user in everybody]) is None
    assert room.count('user_enrolments', enrolid=INSTANCE) == 0
    assert room.count('role_assignments', contextid=room.context) == 0
    assert len(room.events()) == 50000
    assert refusal(enrol(site, *[item(user) for user in range(10000, 20001)])) == 'invalidparameter'
