# SPDX-License-Identifier: Apache-2.0
# t/test_370_message.py -- instant messages: who may write to whom, and what is stored.
import concurrent.futures
import hashlib
import json

import pytest

SEND = 'core_message_send_instant_messages'
OLD_SEND = 'moodle_message_send_instantmessages'
TABLES = ('messages', 'message_conversations', 'message_conversation_members', 'favourite',
          'user_private_key')
SENT_KEYS = ['msgid', 'text', 'timecreated', 'conversationid', 'useridfrom',
             'candeletemessagesforallusers']

# In the demo the student is in courses with the teacher and the tutor, and in none with the reader;
# course 11 is hidden.
MANAGER, TEACHER, TUTOR, STUDENT, READER, GONE = 3, 4, 5, 6, 7, 37
REFUSED = ("You can't message this user due to their message preferences."
           ' Try adding them as a contact.')


@pytest.fixture
def mail(site, db):
    """The database, with the tables that a message touches put back after the test."""
    db.keep(*TABLES, 'logstore_standard_log', 'message_users_blocked', 'message_contacts',
            'user_preferences')
    for table in TABLES[:3]:
        db.run(f'DELETE FROM mdl_{table}')
    return db


def send(site, *messages, token=None):
    """Send MESSAGES, each (to, text) or (to, text, format) or a dict."""
    keys = ('touserid', 'text', 'textformat')
    return site.call(SEND, {'messages': [m if isinstance(m, dict) else dict(zip(keys, m))
                                         for m in messages]}, token)


def is_sent(site, token, to):
    """Whether the holder of TOKEN may write to user TO; what is refused has left nothing."""
    [answer] = send(site, (to, 'hello'), token=token)
    if answer['msgid'] > 0:
        return True
    assert answer == {'msgid': -1, 'errormessage': REFUSED, 'candeletemessagesforallusers': False}
    return False


def counts(db):
    return [db.one(f'SELECT count(*) FROM mdl_{table}') for table in TABLES]


def open_manager(db):
    """Let the student write to the manager."""
    db.run('INSERT INTO mdl_message_contacts (userid, contactid, timecreated) VALUES (3, 6, 0)')


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


# A message makes the conversation of the two, in which the sender is first.
def test_370_01_a_message(site, mail):
    [answer] = send(site, (STUDENT, 'Hello <b>é</b> & co', 1))
    assert list(answer) == SENT_KEYS
    assert answer['text'] == '<p>Hello <b>é</b> &amp; co</p>'
    assert answer['useridfrom'] == MANAGER and answer['candeletemessagesforallusers'] is True
    assert mail.all('SELECT id, type, name, convhash, component, itemtype, itemid, contextid, enabled,'
                    ' timecreated, timemodified FROM mdl_message_conversations') == [
        (answer['conversationid'], 1, None, sha1('3-6'), None, None, None, None, 1,
         answer['timecreated'], answer['timecreated'])]
    assert mail.all('SELECT conversationid, userid, timecreated FROM mdl_message_conversation_members'
                    ' ORDER BY id') == [
        (answer['conversationid'], user, answer['timecreated']) for user in (MANAGER, STUDENT)]
    [row] = mail.all('SELECT id, useridfrom, conversationid, subject, fullmessage, fullmessageformat,'
                     ' fullmessagehtml, smallmessage, timecreated, fullmessagetrust FROM mdl_messages')
    assert row == (answer['msgid'], MANAGER, answer['conversationid'], 'New message from Web Service',
                   'Hello É & co', 1, 'Hello <b>é</b> & co', 'Hello <b>é</b> & co',
                   answer['timecreated'], 0)
    custom = mail.one('SELECT customdata FROM mdl_messages')
    assert list(json.loads(custom)) == ['notificationiconurl', 'actionbuttons', 'placeholders',
                                        'courseid']
    assert '"http:\\/\\/' in custom and '&image=u%2Ff1"' in custom
    assert custom.endswith(',"actionbuttons":{"send":"Send"},"placeholders":{"send":"Write a'
                           ' message..."},"courseid":1}')


# It is in the event log once, about the one who got it.
def test_370_02_event(site, mail):
    [answer] = send(site, (STUDENT, 'hello'))
    assert mail.all("SELECT eventname, component, action, target, objecttable, objectid, crud,"
                    " edulevel, contextid, contextlevel, contextinstanceid, userid, courseid,"
                    " relateduserid, anonymous, other, timecreated, origin, ip, realuserid"
                    " FROM mdl_logstore_standard_log WHERE action = 'sent'") == [
        ('\\core\\event\\message_sent', 'core', 'sent', 'message', 'messages', answer['msgid'], 'c', 0,
         1, 10, 0, MANAGER, 0, STUDENT, 0, '{"courseid":1}', answer['timecreated'], 'ws', '127.0.0.1',
         None)]


# A second message, and an answer to it, find the conversation; of two PHP made at once, the first.
def test_370_03_one_conversation(site, mail, student):
    first = send(site, (STUDENT, 'one'), (STUDENT, 'two'))
    open_manager(mail)
    [back] = send(site, (MANAGER, 'three'), token=student)
    assert back['conversationid'] == first[0]['conversationid'] == first[1]['conversationid']
    assert [m['text'] for m in first] == ['<p>one</p>', '<p>two</p>']
    mail.run("INSERT INTO mdl_message_conversations (type, convhash, enabled, timecreated)"
             " SELECT type, convhash, 1, 0 FROM mdl_message_conversations")
    assert send(site, (STUDENT, 'four'))[0]['conversationid'] == back['conversationid']
    assert mail.one('SELECT count(*) FROM mdl_message_conversation_members') == 2


# The hash orders ids as numbers.
def test_370_04_hash(site, mail):
    send(site, (10, 'x'))
    assert mail.one('SELECT convhash FROM mdl_message_conversations') == sha1('3-10')


# What one writes to oneself is a starred conversation of its own kind, and no event.
def test_370_05_to_oneself(site, mail, student):
    first, second = send(site, (STUDENT, 'milk'), (STUDENT, 'tea'), token=student)
    [third] = send(site, (STUDENT, 'salt'), token=student)
    assert first['conversationid'] == second['conversationid'] == third['conversationid']
    assert mail.all('SELECT type, convhash FROM mdl_message_conversations') == [(3, sha1('6'))]
    assert mail.all('SELECT userid FROM mdl_message_conversation_members') == [(STUDENT,)]
    assert mail.all("SELECT f.component, f.itemtype, f.itemid, x.contextlevel, x.instanceid, f.userid,"
                    " f.ordering, f.timecreated, f.timemodified FROM mdl_favourite f"
                    " JOIN mdl_context x ON x.id = f.contextid"
                    " WHERE f.component = 'core_message'") == [
        ('core_message', 'message_conversations', first['conversationid'], 30, STUDENT, STUDENT, None,
         first['timecreated'], first['timecreated'])]
    assert not mail.all("SELECT 1 FROM mdl_logstore_standard_log WHERE action = 'sent'")


# Everything of a batch is answered in its place; what cannot be sent says so and hinders nothing.
def test_370_06_a_batch(site, mail):
    answers = send(site, {'touserid': STUDENT, 'text': 'one', 'clientmsgid': 'c-1'},
                   {'touserid': 99999, 'text': 'two', 'clientmsgid': 'c_2'}, (GONE, 'three'),
                   (STUDENT, ' \n '), (STUDENT, '<script>1</script>', 1), (STUDENT, 'x', 3),
                   (TEACHER, '*six*', 4))
    assert [a['msgid'] > 0 for a in answers] == [True] + 5 * [False] + [True]
    assert [a.get('clientmsgid') for a in answers[:3]] == ['c-1', 'c_2', None]
    assert list(answers[1]) == ['msgid', 'clientmsgid', 'errormessage', 'candeletemessagesforallusers']
    for answer, word in zip(answers[1:6], ('99999', '37', 'empty', 'empty', 'format')):
        assert answer['msgid'] == -1 and word in answer['errormessage']
        assert answer['candeletemessagesforallusers'] is False
    assert answers[6]['text'] == '<p><em>six</em></p>'
    assert mail.all('SELECT id, fullmessage FROM mdl_messages ORDER BY id') == [
        (answers[0]['msgid'], 'one'), (answers[6]['msgid'], '*six*')]
    assert mail.all("SELECT objectid, relateduserid FROM mdl_logstore_standard_log"
                    " WHERE action = 'sent' ORDER BY id") == [
        (answers[0]['msgid'], STUDENT), (answers[6]['msgid'], TEACHER)]


# Where nothing at all is sent, a format that does not exist is an error of the call.
def test_370_07_no_such_format(site, mail):
    before = counts(mail)
    for messages in ([(STUDENT, 'x', 3)], [(99999, 'x'), (STUDENT, 'x', -1)]):
        answer = send(site, *messages)
        assert answer['errorcode'] == 'formatnotsupported'
        assert answer['exception'] == 'core\\exception\\moodle_exception'
    assert counts(mail) == before


# 4096 bytes are the most, not characters.
def test_370_08_length(site, mail):
    answers = send(site, (STUDENT, 'x' * 4096), (STUDENT, 'x' * 4097), (STUDENT, 'é' * 2048),
                   (STUDENT, 'é' * 2048 + 'x'))
    assert [a['msgid'] > 0 for a in answers] == [True, False, True, False]
    assert '4096' in answers[1]['errormessage']


# Texts come back clean in any format, with links that open apart; they are stored as they came.
@pytest.mark.parametrize('text, fmt, shown', [
    ('Plain & <x>', 2, '<p>Plain &amp; &lt;x&gt;</p>'),
    ('a\nb', 0, '<p>a<br>\nb</p>'),
    ('<p>a</p><p>b</p>', 1, '<p>a</p><p>b</p>'),
    ('a&nbsp;b<img src=x onerror=alert(1)>', 1, '<p>a\u00a0b<img src="x" alt="x"></p>'),
    ('see <a href="http://x/">y</a>', 1,
     '<p>see <a href="http://x/" target="_blank" rel="noreferrer">y</a></p>'),
    ('<a href="http://x/" target="_blank">y</a>', 1,
     '<a href="http://x/" target="_blank" rel="noreferrer noopener">y</a>'),
    ('<a href="javascript:x()" onclick="y()">z</a>', 1,
     '<a target="_blank" rel="noreferrer">z</a>'),
    ('"quoted" \\ 👩‍🚀 日本', 0, '<p>"quoted" \\ 👩‍🚀 日本</p>'),
])
def test_370_09_shown(site, mail, text, fmt, shown):
    assert send(site, (STUDENT, text, fmt))[0]['text'] == shown
    assert mail.all('SELECT smallmessage, fullmessageformat, fullmessagehtml FROM mdl_messages') == [
        (text, fmt, text if fmt == 1 else '')]


# By the name of 2.1 tags are taken out, and the result has three keys.
def test_370_10_old_name(site, mail):
    answers = site.call(OLD_SEND, {'messages': [
        {'touserid': STUDENT, 'text': '<b>a</b> & b', 'clientmsgid': 'x'},
        {'touserid': 99999, 'text': 'c', 'clientmsgid': 'y'}, {'touserid': STUDENT, 'text': '<b></b>'}]})
    assert [list(a) for a in answers] == [['msgid', 'clientmsgid'],
                                          ['msgid', 'clientmsgid', 'errormessage'],
                                          ['msgid', 'errormessage']]
    assert mail.all('SELECT fullmessage, fullmessageformat, fullmessagehtml, smallmessage'
                    ' FROM mdl_messages') == [('a & b', 0, '', 'a & b')]
    answer = site.call(OLD_SEND, {'messages': [{'touserid': STUDENT, 'text': 'a', 'textformat': 1}]})
    assert answer['errorcode'] == 'invalidparameter'


# An empty list is an empty list.
def test_370_11_nothing(site):
    reply = site.request('POST', '/webservice/rest/server.php?moodlewsrestformat=json',
                         json.dumps({'wstoken': site.token, 'wsfunction': SEND, 'messages': []}),
                         {'Content-Type': 'application/json'})
    assert reply.json() == []


# Nobody writes where messages are off, nor whoever may not.
def test_370_12_not_allowed(site, mail, student):
    before = counts(mail)
    mail.config('messaging', '')
    answer = send(site, (TUTOR, 'x'))
    assert (answer['errorcode'], answer['exception']) == ('disabled', 'core\\exception\\moodle_exception')
    mail.config('messaging', 1)
    mail.keep('role_capabilities')
    mail.run("UPDATE mdl_role_capabilities SET permission = -1"
             " WHERE capability = 'moodle/site:sendmessage' AND roleid = 7")
    assert send(site, (TUTOR, 'x'), token=student)['errorcode'] == 'nopermissions'
    assert counts(mail) == before


# Where the site does not deliver instant messages, each says so.
def test_370_13_provider_off(site, mail):
    mail.keep('config_plugins')
    mail.run("INSERT INTO mdl_config_plugins (plugin, name, value)"
             " VALUES ('message', 'moodle_instantmessage_disable', '1')")
    [answer] = send(site, (STUDENT, 'x'))
    assert answer['msgid'] == -1 and 'not delivered' in answer['errormessage']
    assert mail.one('SELECT count(*) FROM mdl_messages') == 0


# ---- who may be written to ----

# Course mates may write to each other, strangers may not, contacts of either side may.
def test_370_20_course_mates_and_contacts(site, mail, student):
    assert is_sent(site, student, TUTOR)
    assert not is_sent(site, student, READER)
    for pair in ((STUDENT, READER), (READER, STUDENT)):
        mail.run('DELETE FROM mdl_message_contacts')
        mail.run('INSERT INTO mdl_message_contacts (userid, contactid, timecreated)'
                 ' VALUES (%s, %s, 0)', pair)
        assert is_sent(site, student, READER)
    mail.run('UPDATE mdl_message_contacts SET userid = 5')
    assert not is_sent(site, student, READER)


def prefer(db, user, value):
    db.run("DELETE FROM mdl_user_preferences WHERE name = 'message_blocknoncontacts'")
    db.run("INSERT INTO mdl_user_preferences (userid, name, value)"
           " VALUES (%s, 'message_blocknoncontacts', %s)", (user, value))


# Whoever takes contacts only is not written to by course mates; a word of no meaning counts so.
@pytest.mark.parametrize('choice', ['1', '7', '-2'])
def test_370_21_contacts_only(site, mail, student, choice):
    mail.config('messagingallusers', 1)
    prefer(mail, TUTOR, choice)
    assert not is_sent(site, student, TUTOR)
    mail.run('INSERT INTO mdl_message_contacts (userid, contactid, timecreated) VALUES (5, 6, 0)')
    assert is_sent(site, student, TUTOR)


# The whole site may write where the site allows it: to who chose so, and to who chose nothing.
def test_370_22_whole_site(site, mail, student):
    prefer(mail, READER, '2')
    assert not is_sent(site, student, READER)
    mail.config('messagingallusers', 1)
    assert is_sent(site, student, READER)
    prefer(mail, TUTOR, '1')
    assert is_sent(site, student, READER)
    prefer(mail, READER, '0')
    assert not is_sent(site, student, READER)


# A block keeps out course mates, contacts and whoever the whole site would let in.
def test_370_23_blocked(site, mail, student):
    mail.config('messagingallusers', 1)
    prefer(mail, TUTOR, '2')
    mail.run('INSERT INTO mdl_message_contacts (userid, contactid, timecreated) VALUES (5, 6, 0)')
    assert is_sent(site, student, TUTOR)
    mail.run('INSERT INTO mdl_message_users_blocked (userid, blockeduserid, timecreated)'
             ' VALUES (5, 6, 0)')
    assert not is_sent(site, student, TUTOR)
    assert is_sent(site, student, TEACHER)


# The one who blocked may still write to the one blocked, and a block of oneself does not count.
def test_370_24_block_is_one_way(site, mail, student):
    mail.run('INSERT INTO mdl_message_users_blocked (userid, blockeduserid, timecreated)'
             ' VALUES (6, 5, 0), (6, 6, 0)')
    assert is_sent(site, student, TUTOR)
    assert is_sent(site, student, STUDENT)


# One batch judges each for itself.
def test_370_25_each_for_itself(site, mail, student):
    mail.run('INSERT INTO mdl_message_users_blocked (userid, blockeduserid, timecreated)'
             ' VALUES (5, 6, 0)')
    answers = send(site, (READER, 'a'), (TEACHER, 'b'), (TUTOR, 'c'), (TEACHER, 'd'), token=student)
    assert [a['msgid'] > 0 for a in answers] == [False, True, False, True]
    assert mail.all('SELECT smallmessage FROM mdl_messages ORDER BY id') == [('b',), ('d',)]


# Who may write to anybody in a course that both share gets past a block and past preferences; where
# none is shared, not.
def test_370_26_any_user_in_a_course(site, mail, teacher):
    prefer(mail, STUDENT, '1')
    mail.run('INSERT INTO mdl_message_users_blocked (userid, blockeduserid, timecreated)'
             ' VALUES (6, 4, 0), (7, 4, 0)')
    assert is_sent(site, teacher, STUDENT)
    assert not is_sent(site, teacher, READER)
    mail.keep('role_capabilities')
    mail.run("UPDATE mdl_role_capabilities SET permission = -1"
             " WHERE capability = 'moodle/site:messageanyuser' AND roleid = 3")
    assert not is_sent(site, teacher, STUDENT)


# Two capabilities on the whole site get past everything.
@pytest.mark.parametrize('capability', ['moodle/site:readallmessages', 'moodle/site:messageanyuser'])
def test_370_27_any_user(site, mail, student, capability):
    mail.keep('role_capabilities')
    mail.run('INSERT INTO mdl_message_users_blocked (userid, blockeduserid, timecreated)'
             ' VALUES (7, 6, 0)')
    assert not is_sent(site, student, READER)
    mail.run('INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)'
             ' VALUES (1, 9, %s, 1)', (capability,))
    assert is_sent(site, student, READER)


# A shared course counts when it is visible, both are in it by an instance that is open, of a plugin
# in use; dates do not matter.
@pytest.mark.parametrize('change, shared', [
    ('SELECT 1', True),
    ('UPDATE mdl_user_enrolments SET timeend = 1 WHERE userid = 7', True),
    ('UPDATE mdl_user_enrolments SET timestart = 4000000000 WHERE userid = 7', True),
    ('UPDATE mdl_user_enrolments SET status = 1 WHERE userid = 7', False),
    ('UPDATE mdl_user_enrolments SET status = 1 WHERE userid = 6', False),
    ("UPDATE mdl_enrol SET status = 1 WHERE courseid = 2 AND enrol = 'manual'", False),
    ("UPDATE mdl_enrol SET enrol = 'imsenterprise' WHERE courseid = 2 AND enrol = 'manual'", False),
    ('UPDATE mdl_course SET visible = 0 WHERE id = 2', False),
])
def test_370_28_shared_course(site, mail, student, change, shared):
    mail.keep('user_enrolments', 'enrol', 'course')
    mail.run("INSERT INTO mdl_user_enrolments (status, enrolid, userid, timestart, timeend, modifierid,"
             " timecreated, timemodified) SELECT 0, id, 7, 0, 0, 2, 0, 0 FROM mdl_enrol"
             " WHERE courseid = 2 AND enrol = 'manual'")
    mail.run(change)
    assert is_sent(site, student, READER) is shared


# ---- what else is stored ----

# Each recipient's key is in the address of the sender's picture, made once, and then kept.
def test_370_30_keys(site, mail):
    mail.keep('user')
    mail.run('DELETE FROM mdl_user_private_key')
    mail.run("INSERT INTO mdl_user_private_key (script, value, userid, validuntil) VALUES"
             " ('core_files', 'limited', 6, 4000000000), ('calendar', 'other', 6, NULL)")
    mail.run('UPDATE mdl_user SET picture = 42 WHERE id = 3')
    send(site, (TUTOR, 'a'), (STUDENT, 'b'), (TUTOR, 'c'), (MANAGER, 'd'))
    send(site, (STUDENT, 'e'))
    keys = mail.all("SELECT userid, value FROM mdl_user_private_key WHERE script = 'core_files'"
                    " AND validuntil IS NULL AND iprestriction IS NULL AND instance IS NULL ORDER BY id")
    assert [user for user, key in keys] == [TUTOR, STUDENT, MANAGER]
    assert all(len(key) == 32 for user, key in keys)
    context = mail.one('SELECT id FROM mdl_context WHERE contextlevel = 30 AND instanceid = 3')
    icons = [json.loads(custom)['notificationiconurl']
             for custom, in mail.all('SELECT customdata FROM mdl_messages ORDER BY id')]
    tutor, student, manager = [f'{site.url}/tokenpluginfile.php/{key}/{context}/user/icon/boost/f1?rev=42'
                               for user, key in keys]
    assert icons == [tutor, student, tutor, manager, student]


# A text is marked as trusted when the site and the sender's role allow that, not else.
def test_370_31_trust(site, mail, student):
    mail.config('enabletrusttext', 1)
    send(site, (STUDENT, 'a'))
    send(site, (TUTOR, 'b'), token=student)
    assert mail.all('SELECT fullmessagetrust FROM mdl_messages ORDER BY id') == [(1,), (0,)]


# The sender's name is the one the site shows.
def test_370_32_subject(site, mail, student):
    mail.config('fullnamedisplay', 'lastname, firstname')
    send(site, (TUTOR, 'b'), token=student)
    assert mail.one('SELECT subject FROM mdl_messages') == "New message from van 't Hof, Noor"


# Who mutes the conversation is sent to all the same.
def test_370_33_muted(site, mail):
    mail.keep('message_conversation_actions')
    [first] = send(site, (STUDENT, 'a'))
    mail.run('INSERT INTO mdl_message_conversation_actions (userid, conversationid, action, timecreated)'
             ' VALUES (6, %s, 1, 0)', (first['conversationid'],))
    [second] = send(site, (STUDENT, 'b'))
    assert second['conversationid'] == first['conversationid']


# Two dozen first messages at once, to and fro, make one conversation and one key each.
def test_370_40_at_once(site, mail, student):
    open_manager(mail)
    mail.run('DELETE FROM mdl_user_private_key')

    def one(i):
        return send(site, (STUDENT, f'm {i}'), (MANAGER, f's {i}')) if i % 2 else \
            send(site, (MANAGER, f'b {i}'), token=student)

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        answers = [a for answer in pool.map(one, range(24)) for a in answer]
    assert all(a['msgid'] > 0 for a in answers), answers
    assert mail.all('SELECT type, count(*) FROM mdl_message_conversations GROUP BY type ORDER BY type'
                    ) == [(1, 1), (3, 1)]
    assert mail.one('SELECT count(*) FROM mdl_message_conversation_members') == 3
    assert mail.all('SELECT userid, count(*) FROM mdl_user_private_key GROUP BY userid ORDER BY userid'
                    ) == [(MANAGER, 1), (STUDENT, 1)]


# A thousand messages are one call, stored in the order of the list.
def test_370_41_many(site, mail):
    answers = send(site, *[(4 + i % 25, f'<b>{i}</b>', 1) for i in range(1000)])
    ids = [a['msgid'] for a in answers]
    assert ids == list(range(ids[0], ids[0] + 1000))
    assert mail.one('SELECT count(*) FROM mdl_message_conversations') == 25
    assert mail.all("SELECT id, smallmessage FROM mdl_messages ORDER BY id") == [
        (ids[i], f'<b>{i}</b>') for i in range(1000)]
