# SPDX-License-Identifier: Apache-2.0
# t/test_372_welcome.py -- the welcome to a course: who sends it, what it says, where it shows.
import pytest

ENROL = 'enrol_manual_enrol_users'

# In the demo the instance of course 2 welcomes in the name of the contact, who is the teacher.
COURSE, STUDENT_ROLE = 2, 5
MANAGER, TEACHER, TUTOR, STUDENT, READER, NINO = 3, 4, 5, 6, 7, 20
NOREPLY = -10


@pytest.fixture
def hall(db):
    """The database, with all that enrolments touch put back after the test."""
    db.keep('notifications', 'message_popup_notifications', 'user_enrolments', 'role_assignments',
            'enrol', 'cache_flags', 'forum_subscriptions', 'logstore_standard_log', 'course', 'user',
            'user_preferences', 'role', 'role_names', 'role_capabilities', 'config_plugins',
            'message_processors')
    db.run('DELETE FROM mdl_notifications')
    db.run('DELETE FROM mdl_message_popup_notifications')
    return db


def enrol(site, *users, course=COURSE, role=STUDENT_ROLE):
    answer = site.call(ENROL, {'enrolments': [
        {'roleid': role, 'userid': user, 'courseid': course} for user in users]})
    assert answer is None, answer


def instance(db, **columns):
    for column, value in columns.items():
        db.run(f"UPDATE mdl_enrol SET {column} = %s WHERE courseid = 2 AND enrol = 'manual'", (value,))


def setting(db, name, value):
    db.run("DELETE FROM mdl_config_plugins WHERE plugin = 'message' AND name = %s", (name,))
    db.run("INSERT INTO mdl_config_plugins (plugin, name, value) VALUES ('message', %s, %s)",
           (name, value))


def senders(db):
    return [row for row, in db.all('SELECT useridfrom FROM mdl_notifications ORDER BY id')]


def popups(db):
    """For each notification, in order, whether it pops up."""
    return [row for row, in db.all(
        'SELECT p.id IS NOT NULL FROM mdl_notifications n LEFT JOIN mdl_message_popup_notifications p'
        ' ON p.notificationid = n.id ORDER BY n.id')]


def words(db):
    [row] = db.all('SELECT fullmessage, fullmessagehtml FROM mdl_notifications')
    return row


# The notification of the course's contact, its popup and its event, row by row.
def test_372_01_a_welcome(site, hall):
    hall.run("UPDATE mdl_course SET fullname = 'Light & <b>Lenses</b> \"2\"' WHERE id = 2")
    enrol(site, READER)
    [row] = hall.all('SELECT id, useridfrom, useridto, subject, fullmessage, fullmessageformat,'
                     ' fullmessagehtml, smallmessage, component, eventtype, contexturl, contexturlname,'
                     ' timeread, customdata FROM mdl_notifications')
    text = 'Hi Rosa, you are enrolled in the course Light & Lenses "2".'
    assert row[1:] == (TEACHER, READER, 'Welcome to Light & Lenses "2"', text, 4, text, None, 'moodle',
                       'enrolcoursewelcomemessage',
                       f'{site.url}/user/view.php?id=7&amp;course=2', 'Light & <b>Lenses</b> "2"',
                       None, None)
    assert hall.all('SELECT notificationid FROM mdl_message_popup_notifications') == [(row[0],)]
    assert hall.all("SELECT eventname, component, action, target, objecttable, objectid, crud,"
                    " edulevel, contextid, contextlevel, contextinstanceid, userid, courseid,"
                    " relateduserid, other FROM mdl_logstore_standard_log"
                    " WHERE action = 'sent'") == [
        ('\\core\\event\\notification_sent', 'core', 'sent', 'notification', 'notifications', row[0],
         'c', 0, 1, 10, 0, TEACHER, 0, READER, '{"courseid":"2"}')]


# One for each item, in their order, again for who is enrolled already, and in each course.
def test_372_02_each_item(site, hall):
    items = [(NINO, 2), (READER, 2), (NINO, 3), (READER, 2)]
    site.call(ENROL, {'enrolments': [{'roleid': 5, 'userid': u, 'courseid': c} for u, c in items]})
    assert hall.all("SELECT useridto, substring(contexturl from '[0-9]*$')::int"
                    " FROM mdl_notifications ORDER BY id") == items
    enrol(site, NINO)
    assert hall.one('SELECT count(*) FROM mdl_notifications') == 5
    assert popups(hall) == 5 * [True]


# Nothing is sent by an instance that does not welcome, nor where the site has switched it off.
@pytest.mark.parametrize('choice', [0, None, 4])
def test_372_03_not_wanted(site, hall, choice):
    instance(hall, customint1=choice)
    enrol(site, READER)
    assert senders(hall) == []


def test_372_04_switched_off(site, hall):
    setting(hall, 'moodle_enrolcoursewelcomemessage_disable', '1')
    enrol(site, READER)
    assert senders(hall) == []


# The contact is of the first role of the list that anybody has here or above, the one who has had it
# longest; without any nothing is sent.
def test_372_05_contact(site, hall):
    hall.config('coursecontact', '2,4,3')
    enrol(site, READER)
    assert senders(hall) == [TUTOR]
    hall.run('UPDATE mdl_user SET deleted = 1 WHERE id = 5')
    enrol(site, READER)
    assert senders(hall) == [TUTOR, TEACHER]
    hall.config('coursecontact', '1')
    enrol(site, READER)
    assert senders(hall) == [TUTOR, TEACHER, MANAGER]
    for nobody in ('2', '', None):
        hall.config('coursecontact', nobody)
        enrol(site, READER)
    assert len(senders(hall)) == 3


# The holder of the key is the first by name of those who may hold it; without any nothing is sent.
def test_372_06_key_holder(site, hall):
    instance(hall, customint1=2)
    hall.run("DELETE FROM mdl_role_capabilities WHERE capability = 'enrol/self:holdkey'")
    enrol(site, READER)
    assert senders(hall) == []
    hall.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
             " VALUES (1, 3, 'enrol/self:holdkey', 1), (1, 4, 'enrol/self:holdkey', 1)")
    hall.run("UPDATE mdl_user SET lastname = 'B' WHERE id = 4")
    hall.run("UPDATE mdl_user SET lastname = 'A' WHERE id = 5")
    enrol(site, READER)
    assert senders(hall) == [TUTOR]
    hall.run("UPDATE mdl_role_capabilities SET permission = -1000"
             " WHERE capability = 'enrol/self:holdkey' AND roleid = 4")
    enrol(site, READER)
    assert senders(hall) == [TUTOR, TEACHER]


# Where every user may hold it, those who must not still do not.
def test_372_07_key_holder_among_all(site, hall):
    instance(hall, customint1=2)
    hall.run("DELETE FROM mdl_role_capabilities WHERE capability = 'enrol/self:holdkey'")
    hall.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
             " VALUES (1, 7, 'enrol/self:holdkey', 1), (1, 3, 'enrol/self:holdkey', -1000)")
    hall.run("UPDATE mdl_user SET lastname = '' WHERE id IN (1, 4, 37)")
    hall.run("UPDATE mdl_user SET lastname = '!' WHERE id = 20")
    enrol(site, READER)
    assert senders(hall) == [NINO]


# In nobody's name: that of the address without a reader, or of the user the site has for it. By the
# event the first of them is nobody.
def test_372_08_noreply(site, hall):
    instance(hall, customint1=3)
    enrol(site, READER)
    hall.config('noreplyuserid', 5)
    enrol(site, READER)
    assert senders(hall) == [NOREPLY, TUTOR]
    assert hall.all("SELECT userid FROM mdl_logstore_standard_log WHERE action = 'sent' ORDER BY id"
                    ) == [(0,), (TUTOR,)]


# A text of the teacher's has its places filled; one without tags gets its breaks.
def test_372_09_own_text(site, hall):
    hall.run('UPDATE mdl_user SET alternatename = NULL WHERE id = 7')
    instance(hall, customtext1='{$a->fullname} ({$a->firstname}|{$a->lastname}|{$a->email})\n'
                               '{$a->coursename} & {$a->courserole} {$a->nothing} {$a->profileurl}')
    enrol(site, READER)
    url = f'{site.url}/user/view.php?id=7&amp;course=2'
    first, second = ('Rosa Lectora (Rosa|Lectora|reader@lanterna.example)',
                     'Light & Lenses & Student {$a->nothing} ' + url)
    assert words(hall) == (f'{first}\n{second}', f'{first}<br />\n{second}')


# One with tags is cleaned, and its plain text made of that.
def test_372_10_own_html(site, hall):
    instance(hall, customtext1='<p>Dear <b>{$a->firstname}</b>,<script>x()</script></p>'
                               '<p onclick="y()"><a href="http://x/">{$a->coursename}</a></p>')
    enrol(site, READER)
    assert words(hall) == ('Dear ROSA,\n\nLight & Lenses [1]\n\n\nLinks:\n------\n[1] http://x/\n',
                           '<p>Dear <b>Rosa</b>,</p><p><a href="http://x/">Light &amp; Lenses</a></p>')


# A blank one is none.
def test_372_11_blank_text(site, hall):
    instance(hall, customtext1=' \n ')
    enrol(site, READER)
    assert words(hall)[0].startswith('Hi Rosa, you are enrolled')


# The role is called what the course calls it, else what the site does, else what Moodle does; one
# without any of these by its short name.
def test_372_12_role_names(site, hall):
    instance(hall, customtext1='{$a->courserole}')

    def name():
        hall.run('DELETE FROM mdl_notifications')
        enrol(site, READER)
        return words(hall)[0]

    assert name() == 'Student'
    hall.run("UPDATE mdl_role SET name = 'Pupil & co' WHERE id = 5")
    assert name() == 'Pupil &amp; co'
    hall.run("INSERT INTO mdl_role_names (roleid, contextid, name) SELECT 5, id, 'Listener'"
             " FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2")
    assert name() == 'Listener'
    hall.run('DELETE FROM mdl_role_names')
    hall.run("UPDATE mdl_role SET name = ' ', shortname = 'pupil' WHERE id = 5")
    assert name() == 'pupil'


# Whether it pops up is the user's choice, else the site's; what the site has locked is not chosen.
@pytest.mark.parametrize('own, preset, locked, stopped, pops', [
    (None, 'popup,email', '0', 0, True), (None, 'email', '0', 0, False), (None, '', '0', 0, False),
    ('email,popup', 'email', '0', 0, True), ('email', 'popup', '0', 0, False),
    ('none', 'popup', '0', 0, False), ('', 'popup', '0', 0, True), (None, 'popup', '0', 1, False),
    ('none', 'popup', '1', 1, True), ('popup', 'email', '1', 0, False), (None, 'popups', '0', 0, False)])
def test_372_13_popup(site, hall, own, preset, locked, stopped, pops):
    name = 'message_provider_moodle_enrolcoursewelcomemessage_enabled'
    setting(hall, name, preset)
    setting(hall, 'popup_provider_moodle_enrolcoursewelcomemessage_locked', locked)
    hall.run('UPDATE mdl_user SET emailstop = %s WHERE id = 7', (stopped,))
    if own is not None:
        hall.run('INSERT INTO mdl_user_preferences (userid, name, value) VALUES (7, %s, %s)',
                 (name, own))
    enrol(site, READER)
    assert popups(hall) == [pops]


# Nothing pops up where popups are switched off, nor what one sends to oneself.
def test_372_14_no_popup(site, hall):
    enrol(site, TEACHER)
    hall.run("UPDATE mdl_message_processors SET enabled = 0 WHERE name = 'popup'")
    enrol(site, READER)
    assert popups(hall) == [False, False]
    assert senders(hall) == [TEACHER, TEACHER]


# More than one statement's worth goes out whole and in order.
def test_372_15_many(site, hall):
    hall.run("INSERT INTO mdl_user (id, auth, confirmed, mnethostid, username, firstname, lastname,"
             " email) SELECT i, 'manual', 1, 1, 'w' || i, 'F', 'L', 'w' || i || '@lanterna.example'"
             " FROM generate_series(100001, 102100) i")
    users = list(range(102100, 100000, -1))
    enrol(site, *users)
    assert [to for to, in hall.all('SELECT useridto FROM mdl_notifications ORDER BY id')] == users
    assert popups(hall) == len(users) * [True]
    assert [to for to, in hall.all("SELECT relateduserid FROM mdl_logstore_standard_log"
                                   " WHERE action = 'sent' ORDER BY id")] == users


# What nothing brings to the user counts as seen, and its event follows that of its being sent.
@pytest.mark.parametrize('own, preset, popup, locked, stopped, seen', [
    ('none', 'popup,email', 1, '0', 0, True), (None, '', 1, '0', 0, True),
    (None, 'popup', 1, '0', 1, True), ('popup', 'popup,email', 0, '0', 0, True),
    ('airnotifier', 'popup', 1, '0', 0, True), ('email', 'popup', 1, '0', 0, False),
    ('none', 'popup', 1, '1', 1, False), (None, 'popup,email', 0, '0', 0, False)])
def test_372_16_seen(site, hall, own, preset, popup, locked, stopped, seen):
    name = 'message_provider_moodle_enrolcoursewelcomemessage_enabled'
    setting(hall, name, preset)
    setting(hall, 'popup_provider_moodle_enrolcoursewelcomemessage_locked', locked)
    hall.run("UPDATE mdl_message_processors SET enabled = %s WHERE name = 'popup'", (popup,))
    hall.run('UPDATE mdl_user SET emailstop = %s WHERE id = 7', (stopped,))
    if own is not None:
        hall.run('INSERT INTO mdl_user_preferences (userid, name, value) VALUES (7, %s, %s)',
                 (name, own))
    enrol(site, READER)
    [(notification, context, read)] = hall.all(
        'SELECT n.id, x.id, n.timeread = n.timecreated FROM mdl_notifications n'
        ' JOIN mdl_context x ON x.contextlevel = 30 AND x.instanceid = n.useridto')
    assert read is (True if seen else None)
    events = hall.all('SELECT eventname, objecttable, objectid, crud, edulevel, contextid,'
                      ' contextlevel, contextinstanceid, userid, courseid, relateduserid, other'
                      ' FROM mdl_logstore_standard_log WHERE objecttable = \'notifications\''
                      ' ORDER BY id')
    assert [event[0] for event in events] == [
        '\\core\\event\\notification_sent'] + seen * ['\\core\\event\\notification_viewed']
    assert events[1:] == seen * [
        ('\\core\\event\\notification_viewed', 'notifications', notification, 'u', 0, context, 30,
         READER, READER, 0, TEACHER, 'null')]
