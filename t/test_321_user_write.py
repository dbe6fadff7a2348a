# SPDX-License-Identifier: Apache-2.0
# t/test_321_user_write.py -- making accounts and changing them.
import json
import re
import socket
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

import env

with warnings.catch_warnings():
    warnings.simplefilter('ignore', DeprecationWarning)
    import crypt

ADMIN, MANAGER, STUDENT, READER, HARUKA = 2, 3, 6, 7, 8
SUSPENDED, DELETED, GUEST = 33, 37, 1
PASSWORD = 'Demo-1234'
BCRYPT = '$2y$10$NlncjohA4IzSS0D1ThHBpOc7LaCk.shbji.PK8nWsPotSPlkMHWSi'  # of Passw0rd!

# What the two functions write, and by which column it belongs to an account.
WRITTEN = {'user': 'id', 'user_preferences': 'userid', 'user_info_data': 'userid',
           'external_tokens': 'userid', 'sessions': 'userid'}


@pytest.fixture(autouse=True)
def tidy(db):
    """Every table that is written here is as before when the test is over."""
    db.keep(*WRITTEN, 'context', 'tag', 'tag_instance', 'cache_flags', 'logstore_standard_log',
            'files', 'user_info_field')


def person(name='nova', **more):
    return {'username': name, 'password': 'Passw0rd!', 'firstname': 'Nova', 'lastname': 'Sørensen',
            'email': f'{name}@lanterna.example', **more}


def create(site, *users, **more):
    return site.call('core_user_create_users', {'users': list(users)}, **more)


def update(site, *users, **more):
    return site.call('core_user_update_users', {'users': list(users)}, **more)


def row(db, userid):
    text = db.one('SELECT row_to_json(u)::text FROM mdl_user u WHERE id = %s', (userid,))
    return json.loads(text) if text else None


def events(db):
    """Names, objects, users that they are about and data of the events but those of calls."""
    return [tuple(e) for e in db.all(
        "SELECT split_part(eventname, chr(92), 4), objectid, relateduserid, other"
        "  FROM mdl_logstore_standard_log WHERE eventname NOT LIKE '%%webservice_function_called'"
        " ORDER BY id")]


def preferences(db, userid):
    return dict(db.all('SELECT name, value FROM mdl_user_preferences WHERE userid = %s', (userid,)))


def is_flagged(db, userid):
    return db.one("SELECT count(*) FROM mdl_cache_flags WHERE flagtype = 'userpreferenceschanged'"
                  " AND name = %s AND value = '1'", (str(userid),)) == 1


def hash_is_of(db, userid, password):
    stored = row(db, userid)['password']
    return stored.startswith('$6$rounds=10000$') and crypt.crypt(password, stored) == stored


@pytest.fixture
def untouched(db):
    """That nothing is written: a function that compares."""
    tables = (*WRITTEN, 'context', 'tag', 'tag_instance', 'cache_flags')

    def state():
        return {t: sorted(db.all(f'SELECT t::text FROM mdl_{t} t')) for t in tables
                if t not in ('external_tokens', 'sessions')}, events(db)

    before = state()
    return lambda: state() == before


# ---- making accounts ----

# An account of the least that is asked for: its row with the site's defaults, its context, the hash
# of its password, the preference of the plugin "manual", the mark for PHP, and the events.
def test_321_01_least(site, db):
    [made] = create(site, person())
    assert made['username'] == 'nova'
    account = row(db, made['id'])
    assert hash_is_of(db, made['id'], 'Passw0rd!')
    assert account['timecreated'] == account['timemodified'] > 0
    for name in ('id', 'password', 'timecreated', 'timemodified'):
        del account[name]
    assert account == {
        'auth': 'manual', 'confirmed': 1, 'policyagreed': 0, 'deleted': 0, 'suspended': 0,
        'mnethostid': 1, 'username': 'nova', 'idnumber': '', 'firstname': 'Nova',
        'lastname': 'Sørensen', 'email': 'nova@lanterna.example', 'emailstop': 0, 'phone1': '',
        'phone2': '', 'institution': '', 'department': '', 'address': '', 'city': '',
        'country': 'GB', 'lang': 'en', 'calendartype': 'gregorian', 'theme': '', 'timezone': '99',
        'firstaccess': 0, 'lastaccess': 0, 'lastlogin': 0, 'currentlogin': 0, 'lastip': '',
        'secret': '', 'picture': 0, 'description': None, 'descriptionformat': 1, 'mailformat': 1,
        'maildigest': 0, 'maildisplay': 2, 'autosubscribe': 1, 'trackforums': 0,
        'trustbitmask': 0, 'imagealt': None, 'lastnamephonetic': None, 'firstnamephonetic': None,
        'middlename': None, 'alternatename': None, 'moodlenetprofile': None}
    [(context, path, depth)] = db.all('SELECT id, path, depth FROM mdl_context'
                                      ' WHERE contextlevel = 30 AND instanceid = %s', (made['id'],))
    assert (path, depth) == (f'/1/{context}', 2)
    assert list(preferences(db, made['id'])) == ['auth_manual_passwordupdatetime']
    assert is_flagged(db, made['id'])
    assert events(db) == [
        ('user_password_updated', None, made['id'], '{"forgottenreset":false}'),
        ('user_created', made['id'], made['id'], 'null')]


# Everything that can be given arrives as it was given, special characters and all.
def test_321_02_everything(site, db):
    given = {'maildisplay': 1, 'city': "Köln & 'Deutz'", 'country': 'DE',
             'timezone': 'Europe/Berlin', 'description': '<p>Hi <script>x</script> & é 👩‍🚀</p>',
             'firstnamephonetic': 'nōva', 'lastnamephonetic': 'O\\B', 'middlename': 'M',
             'alternatename': '"Al", {x}', 'idnumber': 'N-1', 'institution': 'NULL',
             'department': 'A,B', 'phone1': '1', 'phone2': '2', 'address': '1 St', 'lang': 'en',
             'calendartype': 'gregorian', 'theme': 'classic', 'mailformat': 0, 'auth': 'email'}
    [made] = create(site, person(**given))
    account = row(db, made['id'])
    assert {key: account[key] for key in given} == given
    assert 'auth_manual_passwordupdatetime' not in preferences(db, made['id'])


# What is no choice of Moodle becomes the site's default, as do settings for new accounts.
def test_321_03_defaults(site, db, serve):
    other = serve(EXTRA='\n'.join((
        'MoodleWSConfig country 0', 'MoodleWSConfig defaultcity Lund',
        'MoodleWSConfig defaultpreference_maildisplay 0',
        'MoodleWSConfig defaultpreference_mailformat 0',
        'MoodleWSConfig defaultpreference_maildigest 2',
        'MoodleWSConfig defaultpreference_autosubscribe 0',
        'MoodleWSConfig defaultpreference_trackforums 1')))
    [made, second] = create(other, person(country='ZZ', maildisplay=9, mailformat=-1,
                                          calendartype='hebrew'),
                            person('second', city='', country='FR'))
    account = row(db, made['id'])
    assert [account[key] for key in ('country', 'city', 'maildisplay', 'mailformat', 'maildigest',
                                     'autosubscribe', 'trackforums', 'calendartype')] == \
        ['', 'Lund', 0, 0, 2, 0, 1, 'gregorian']
    assert [row(db, second['id'])[key] for key in ('city', 'country')] == ['', 'FR']


# Interests become tags: made where they are missing, in the order given, each once; what was made
# counts as there for the accounts that follow.
def test_321_04_tags(site, db):
    made = create(site, person(interests='new moon, C++ ,, 0,`,New  Moon'),
                  person('second', interests='c++,new moon'), person('third', interests=' , '))
    first, second = made[0]['id'], made[1]['id']
    tag = db.one("SELECT id FROM mdl_tag WHERE name = 'new moon' AND rawname = 'New Moon'"
                 " AND isstandard = 0 AND userid = %s", (MANAGER,))
    assert db.all('SELECT i.itemid, i.tagid, i.ordering FROM mdl_tag_instance i JOIN mdl_context x'
                  ' ON x.id = i.contextid AND x.instanceid = i.itemid'
                  ' WHERE itemid >= %s ORDER BY i.id', (first,)) == \
        [(first, tag, 0), (first, 3, 1), (second, 3, 0), (second, tag, 1)]
    told = [(name, about, json.loads(other)) for name, _, about, other in events(db)
            if name.startswith('tag')]
    names = {'tagname': 'new moon', 'tagrawname': 'New Moon'}
    assert told == [
        ('tag_created', MANAGER, {'name': 'new moon', 'rawname': 'New Moon'}),
        ('tag_added', first, {'tagid': tag, **names, 'itemid': first, 'itemtype': 'user'}),
        ('tag_added', first, {'tagid': '3', 'tagname': 'c++', 'tagrawname': 'C++',
                              'itemid': first, 'itemtype': 'user'}),
        ('tag_added', second, {'tagid': '3', 'tagname': 'c++', 'tagrawname': 'C++',
                               'itemid': second, 'itemtype': 'user'}),
        ('tag_added', second, {'tagid': str(tag), **names, 'itemid': second, 'itemtype': 'user'})]


# Where the site has no tags, interests change nothing.
def test_321_05_no_tags(site, db, serve):
    other = serve(EXTRA='MoodleWSConfig usetags 0')
    [made] = create(other, person(interests='moons'))
    assert db.one('SELECT count(*) FROM mdl_tag_instance WHERE itemid = %s', (made['id'],)) == 0
    db.keep('tag_area')
    db.run("UPDATE mdl_tag_area SET enabled = 0 WHERE itemtype = 'user'")
    [made] = create(site, person('second', interests='moons'))
    assert db.one('SELECT count(*) FROM mdl_tag_instance WHERE itemid = %s', (made['id'],)) == 0


# The site's own fields take what their types allow; the last of several values counts, and names of
# no field are passed over.
def test_321_06_fields(site, db):
    db.run("UPDATE mdl_user_info_field SET param2 = '4' WHERE shortname = 'library'")
    fields = [('campus', 'Mars'), ('library', 'first'), ('remark', '<p>é</p>'), ('nothing', 'x'),
              ('library', 'éàü-cut')]
    [made] = create(site, person(customfields=[{'type': t, 'value': v} for t, v in fields]))
    assert db.all('SELECT f.shortname, d.data, d.dataformat FROM mdl_user_info_data d'
                  ' JOIN mdl_user_info_field f ON f.id = d.fieldid WHERE d.userid = %s'
                  ' ORDER BY d.id', (made['id'],)) == \
        [('library', 'éàü-', 0), ('campus', 'North', 0), ('remark', '<p>é</p>', 0)]


# A date is a Unix time or its parts, in the caller's time zone, with the year between two.
@pytest.mark.parametrize('timed, value, moment', [
    ('', '2021-07-01', 1625094000), ('1', '2021-07-01-10-30-05', 1625131805),
    ('', '2021-07-01-10-30-05', 1625094000), ('1', '1625131805', 1625131805),
    ('', '1625131805', 1625094000), ('1', '1999-12-31', 1609372800), ('', '2031-01-31', 1738281600),
    ('', '0', 0), ('', '2021-02-30', 1614643200)])
def test_321_07_dates(site, db, timed, value, moment):
    db.run("INSERT INTO mdl_user_info_field (shortname, name, datatype, categoryid, sortorder,"
           " param1, param2, param3) VALUES ('born', 'Born', 'datetime', 1, 9, '2020', '2025', %s)",
           (timed,))
    [made] = create(site, person(customfields=[{'type': 'born', 'value': value}]))
    assert db.one('SELECT data FROM mdl_user_info_data WHERE userid = %s', (made['id'],)) == \
        str(moment)


# Preferences are written where they may be edited; values that are no choice become the default, and
# all else is passed over.
def test_321_08_preferences(site, db):
    wishes = [('htmleditor', 'tiny'), ('htmleditor', 'textarea'), ('auth_forcepasswordchange', '7'),
              ('forum_markasreadonnotification', 'x'), ('message_provider_moodle_x_enabled', 'a,b'),
              ('calendar_lookahead', '9'), ('blogpagesize', '3'), ('anything', '1')]
    [made] = create(site, person(preferences=[{'type': t, 'value': v} for t, v in wishes]))
    found = preferences(db, made['id'])
    del found['auth_manual_passwordupdatetime']
    assert found == {'htmleditor': 'textarea', 'auth_forcepasswordchange': '0',
                     'forum_markasreadonnotification': '1',
                     'message_provider_moodle_x_enabled': 'a,b', 'calendar_lookahead': '9'}


# Who may make accounts and not edit profiles sets no preference but the forced change.
def test_321_09_preferences_without_right(site, db):
    db.keep('role_capabilities')
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability IN ('moodle/user:editprofile', 'moodle/user:update')")
    other = [{'type': 'htmleditor', 'value': 'tiny'},
             {'type': 'auth_forcepasswordchange', 'value': '1'}]
    [made] = create(site, person(preferences=other))
    found = preferences(db, made['id'])
    assert found['auth_forcepasswordchange'] == '1' and 'htmleditor' not in found


# Refused: each by the path of what is wrong, and nothing is written, not even what stands before.
@pytest.mark.parametrize('path, change', [
    ('users[1][username]', {'username': 'haruka'}),
    ('users[1][username]', {'username': 'first'}),
    ('users[1][username]', {'username': 'Upper'}),
    ('users[1][username]', {'username': ''}),
    ('users[1][username]', {'username': 'x' * 101}),
    ('users[1][firstname]', {'firstname': ' '}),
    ('users[1][lastname]', {'lastname': '\t'}),
    ('users[1][lastname]', {'lastname': '<b>x</b>'}),
    ('users[1][auth]', {'auth': 'mnet'}),
    ('users[1][auth]', {'auth': 'webservice'}),
    ('users[1][auth]', {'auth': 'nothing'}),
    ('users[1][lang]', {'lang': 'xx'}),
    ('users[1][theme]', {'theme': 'bark'}),
    ('users[1][password]', {'password': ''}),
    ('users[1][password]', {'password': '0'}),
    ('users[1][email]', {'email': 'nobody'}),
    ('users[1][email]', {'email': 'nobody@nowhere'}),
    ('users[1][email]', {'email': '<a@b.example>'}),
    ('users[1][email]', {'email': 'HARUKA@Lanterna.example'}),
    ('users[1][email]', {'email': 'First@Lanterna.example'}),
    ('users[1][email]', {'email': 'a' * 50 + '@' + 'b' * 50 + '.example'}),
    ('users[1][city]', {'city': 'é' * 121}),
    ('users[1][phone1]', {'phone1': '1' * 21}),
    ('users[1][idnumber]', {'idnumber': 'x' * 256}),
    ('users[1][middlename]', {'middlename': 'x' * 256}),
    ('users[1][preferences]', {'preferences': [{'type': 'calendar_x', 'value': 'x' * 1334}]}),
    ('users[1]', {'nothing': 'x'})])
def test_321_10_refused(site, untouched, path, change):
    said = create(site, person('first'), {**person('second'), **change})
    assert said['errorcode'] == 'invalidparameter' and said['debuginfo'].startswith(path + ':')
    assert untouched()


# What just fits is taken.
def test_321_11_fits(site, db):
    given = {'city': 'é' * 120, 'phone1': '1' * 20, 'idnumber': 'x' * 255, 'middlename': '"' * 255,
             'username': 'u' * 100, 'firstname': '高' * 100}
    [made] = create(site, person(**given, preferences=[{'type': 'calendar_x',
                                                        'value': 'é' * 1333}]))
    account = row(db, made['id'])
    assert {key: account[key] for key in given} == given


# Two accounts share an address where the site allows it.
def test_321_12_shared_address(serve):
    other = serve(EXTRA='MoodleWSConfig allowaccountssameemail 1')
    assert len(create(other, person(email='haruka@lanterna.example'),
                      person('second', email='Haruka@lanterna.example'))) == 2


# The policy for passwords: every rule at its edge, by characters of Unicode.
@pytest.mark.parametrize('password, config', [
    ('Pas0rd!', ''), ('password0!', ''), ('PASSWORD0!', ''), ('Password!', ''), ('Passw0rd', ''),
    ('Passw0rd!', 'minpasswordlength 10'), ('Passw0rd!', 'minpassworddigits 2'),
    ('Passw0rd!', 'minpasswordupper 2'), ('Passw0rd!', 'minpasswordnonalphanum 2'),
    ('Passsw0rd!', 'maxconsecutiveidentchars 2')])
def test_321_13_policy(site, serve, untouched, password, config):
    place = serve(EXTRA='MoodleWSConfig ' + config) if config else site
    said = create(place, person(password=password))
    assert said['errorcode'] == 'passwordpolicy' and said['message']
    assert untouched()


# Letters of any script count; a password may have 128 characters, and any where no policy is.
def test_321_14_policy_met(site, db, serve):
    [made] = create(site, person(password='Ωßج٣é日日日'))
    assert hash_is_of(db, made['id'], 'Ωßج٣é日日日')
    long = 'Aa0!' * 32
    [made] = create(site, person('second', password=long))
    assert hash_is_of(db, made['id'], long)
    assert create(site, person('third', password=long + 'x'))['errorcode'] == 'passwordexceeded'
    other = serve(EXTRA='MoodleWSConfig passwordpolicy 0')
    assert len(create(other, person('fourth', password='x'))) == 1
    assert create(other, person('fifth', password=long + 'x'))['errorcode'] == 'passwordexceeded'


# A password that Moodle is to make is left to its cron; one that is kept elsewhere is not stored;
# one of an account that never logs in is checked, and not kept.
def test_321_15_no_password(site, db):
    made = create(site, {**person(createpassword=True), 'password': 'x'},
                  {**person('second', auth='ldap'), 'password': 'x'},
                  person('third', auth='nologin'))
    assert [row(db, m['id'])['password'] for m in made] == ['', 'not cached', '']
    assert [preferences(db, m['id']) for m in made] == [{'create_password': '1'}, {}, {}]
    assert [name for name, *_ in events(db)] == ['user_created'] * 3
    assert create(site, person('fourth', auth='nologin', password='x'))['errorcode'] == \
        'passwordpolicy'


# Only who has moodle/user:create makes accounts.
def test_321_16_rights(site, untouched):
    for token in ('TOKEN_TEACHER', 'TOKEN_STUDENT'):
        assert create(site, person(), token=site.env[token])['errorcode'] == 'nopermissions'
    assert untouched()


# The name of 2.1 has its own parameters and errors for user names.
def test_321_17_old_name(site, db, untouched):
    def old(**change):
        return site.call('moodle_user_create_users', {'users': [{**person(), **change}]})

    assert old(username=' ')['errorcode'] == 'invalidusernameblank'
    assert old(username='Nova')['errorcode'] == 'usernamelowercase'
    assert old(username='no va')['errorcode'] == 'invalidusername'
    assert old(username='haruka')['errorcode'] == 'invalidparameter'
    assert old(username='haruka')['exception'] == 'invalid_parameter_exception'
    assert old(theme='bark')['errorcode'] == 'invalidparameter'
    assert old(middlename='x')['errorcode'] == 'invalidparameter'
    assert untouched()
    [made] = old(city='Lund', customfields=[{'type': 'library', 'value': 'L'}])
    assert row(db, made['id'])['city'] == 'Lund'


# The same account asked for by many at once is made once; the others hear why.
@pytest.mark.parametrize('key', ['username', 'email'])
def test_321_18_race(site, db, key):
    def ask(i):
        same = {'username': 'nova'} if key == 'username' else {'email': 'nova@lanterna.example'}
        return create(site, {**person(f'nova{i}'), **same})

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(ask, range(32)))
    refused = [s for s in said if isinstance(s, dict)]
    assert len(refused) == 31
    assert {s['errorcode'] for s in refused} == {'invalidparameter'}
    assert all(s['debuginfo'].startswith(f'users[0][{key}]:') for s in refused)
    assert db.one(f"SELECT count(*) FROM mdl_user WHERE {key} LIKE 'nova%%'") == 1


# A thousand in one call, and none at all.
def test_321_19_many(site, db):
    body = json.dumps({'wsfunction': 'core_user_create_users', 'users': []})
    assert site.request('POST', env.SERVER, body, {
        'Content-Type': 'application/json', 'Accept': 'application/json',
        'Authorization': f'Bearer {site.token}'}).json() == []
    with_tag = {'createpassword': True, 'password': '', 'interests': 'crowd'}
    made = create(site, *(person(f'crowd{i}', **with_tag) for i in range(1000)))
    assert [m['username'] for m in made] == [f'crowd{i}' for i in range(1000)]
    assert [m['id'] for m in made] == list(range(made[0]['id'], made[0]['id'] + 1000))
    assert db.one("SELECT count(*) FROM mdl_tag_instance i JOIN mdl_tag t ON t.id = i.tagid"
                  " WHERE t.name = 'crowd'") == 1000


# When the client goes while passwords are hashed, nothing is made.
def test_321_20_client_gone(site, db, serve):
    other = serve(EXTRA='LogLevel moodlews:info\nMoodleWSHashThreads 1')
    form = urlencode([('wstoken', site.token), ('wsfunction', 'core_user_create_users'),
                      *env.flatten({'users': [person(f'crowd{i}') for i in range(1000)]})])
    with socket.create_connection(('127.0.0.1', other.port)) as client:
        client.sendall(f'POST {env.SERVER} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(form)}\r\n'
                       f'Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}'.encode())
        assert db.wait_for("SELECT 1 FROM mdl_logstore_standard_log WHERE eventname LIKE"
                           " '%%webservice_function_called' AND other LIKE '%%create_users%%'")
    line = re.compile(r'core_user_create_users.*generalexceptionmessage')
    deadline = time.time() + 20
    while not line.search(other.error_log()):
        assert time.time() < deadline
        time.sleep(0.05)
    assert db.one("SELECT count(*) FROM mdl_user WHERE username LIKE 'crowd%%'") == 0


# ---- changing accounts ----

# What is given changes and all else stays; who is changed is told by an event.
def test_321_30_columns(site, db):
    before = row(db, HARUKA)
    given = {'firstname': "O'X", 'lastname': 'é & "y"', 'city': 'Lund', 'country': 'SE',
             'email': 'Haruka@lanterna.example', 'idnumber': '', 'maildisplay': 0,
             'username': 'haruka2', 'description': '<b>x</b>', 'alternatename': 'NULL'}
    assert update(site, {'id': HARUKA, **given}) == {'warnings': []}
    after = row(db, HARUKA)
    assert after.pop('timemodified') > before.pop('timemodified')
    assert after == {**before, **given}
    assert events(db) == [('user_updated', HARUKA, HARUKA, 'null')]


# An item of nothing but its id still counts as a change. No account at all is none.
def test_321_31_nothing(site, db):
    before = row(db, HARUKA)
    assert update(site, {'id': HARUKA}) == {'warnings': []}
    after = row(db, HARUKA)
    assert after.pop('timemodified') > before.pop('timemodified')
    assert after == before
    assert [name for name, *_ in events(db)] == ['user_updated']
    body = json.dumps({'wsfunction': 'core_user_update_users', 'users': []})
    assert site.request('POST', env.SERVER, body, {
        'Content-Type': 'application/json', 'Accept': 'application/json',
        'Authorization': f'Bearer {site.token}'}).json() == {'warnings': []}


# A null empties what may be empty, and is the default of what has choices.
def test_321_32_nulls(site, db):
    body = json.dumps({'wsfunction': 'core_user_update_users', 'users': [
        {'id': HARUKA, 'alternatename': None, 'description': None, 'city': None, 'lastname': None,
         'maildisplay': None, 'country': None}]})
    assert site.request('POST', env.SERVER, body, {
        'Content-Type': 'application/json', 'Accept': 'application/json',
        'Authorization': f'Bearer {site.token}'}).json() == {'warnings': []}
    account = row(db, HARUKA)
    assert [account[key] for key in ('alternatename', 'description', 'city', 'lastname',
                                     'maildisplay', 'country')] == [None, None, '', '', 2, '']


# An empty calendar is passed over, an unknown one becomes the site's.
def test_321_33_choices(site, db):
    db.run("UPDATE mdl_user SET calendartype = 'x' WHERE id IN (%s, %s)", (HARUKA, STUDENT))
    assert update(site, {'id': HARUKA, 'calendartype': ''},
                  {'id': STUDENT, 'calendartype': 'hebrew', 'country': 'XX', 'mailformat': 5}) == \
        {'warnings': []}
    assert row(db, HARUKA)['calendartype'] == 'x'
    student = row(db, STUDENT)
    assert [student[key] for key in ('calendartype', 'country', 'mailformat')] == \
        ['gregorian', 'GB', 1]


# Each account by itself: what is refused becomes a warning, in the order of the call, and leaves
# nothing; the others are changed.
def test_321_34_warnings(site, db):
    before = {i: row(db, i) for i in (HARUKA, 9, 10, 11, 12, 13, 14, ADMIN, DELETED, GUEST)}
    db.run('UPDATE mdl_user SET mnethostid = 2 WHERE id = 15')
    said = update(site, {'id': 99999, 'city': 'x'}, {'id': ADMIN, 'city': 'x'},
                  {'id': DELETED, 'city': 'x'}, {'id': 15, 'city': 'x'}, {'id': GUEST, 'city': 'x'},
                  {'id': HARUKA, 'email': 'nobody'}, {'id': 9, 'email': 'MEERA@lanterna.example'},
                  {'id': STUDENT, 'city': 'Lund'}, {'id': 10, 'password': 'x'},
                  {'id': 11, 'username': 'student'}, {'id': 13, 'city': 'x' * 121},
                  {'id': 14, 'userpicture': 5},
                  {'id': 12, 'preferences': [{'type': 'calendar_x', 'value': 'x' * 1334}]})
    assert [(w['item'], w['itemid'], w['warningcode']) for w in said['warnings']] == [
        ('user', 99999, 'invaliduserid'), ('user', ADMIN, 'usernotupdatedadmin'),
        ('user', DELETED, 'usernotupdateddeleted'), ('user', 15, 'usernotupdatedremote'),
        ('user', GUEST, 'usernotupdatedguest'), ('user', HARUKA, 'useremailinvalid'),
        ('user', 9, 'useremailduplicate'), ('user', 10, 'passwordpolicy'),
        ('user', 11, 'dmlwriteexception'), ('user', 13, 'dmlwriteexception'),
        ('user', 14, 'userpicturenotsupported'), ('user', 12, 'dmlwriteexception')]
    assert {i: row(db, i) for i in before} == before
    assert row(db, STUDENT)['city'] == 'Lund'
    assert events(db) == [('user_updated', STUDENT, STUDENT, 'null')]


# One wrong type anywhere refuses the whole call.
def test_321_35_wrong_type(site, untouched):
    said = update(site, {'id': HARUKA, 'city': 'Lund'}, {'id': STUDENT, 'suspended': 'maybe'})
    assert said['errorcode'] == 'invalidparameter'
    assert said['debuginfo'].startswith('users[1][suspended]:')
    assert untouched()


# Accounts that have to do with one another are changed in their order: a name or address that one
# gives up is free for the next, and not before.
def test_321_36_entangled(site, db):
    haruka, student = 'haruka@lanterna.example', 'student@lanterna.example'
    said = update(site, {'id': STUDENT, 'email': haruka},
                  {'id': HARUKA, 'email': 'moved@lanterna.example', 'username': 'moved'},
                  {'id': 9, 'email': haruka, 'username': 'haruka'},
                  {'id': 10, 'city': 'first'}, {'id': 10, 'city': 'second'},
                  {'id': 11, 'email': 'same@lanterna.example'},
                  {'id': 12, 'email': 'Same@lanterna.example'})
    assert [(w['itemid'], w['warningcode']) for w in said['warnings']] == \
        [(STUDENT, 'useremailduplicate'), (12, 'useremailduplicate')]
    assert row(db, STUDENT)['email'] == student
    assert row(db, HARUKA)['username'] == 'moved'
    assert (row(db, 9)['email'], row(db, 9)['username']) == (haruka, 'haruka')
    assert row(db, 10)['city'] == 'second'
    assert [about for _, _, about, _ in events(db)] == [HARUKA, 9, 10, 10, 11]


# A new password: its hash, event and preference; sessions of ours end, permanent tokens stay unless
# the site says otherwise. The password that is there already is only noted.
def test_321_37_password(site, db, serve):
    def login():
        form = {'wsusername': 'student', 'wspassword': PASSWORD, 'moodlewsrestformat': 'json'}
        return site.request('POST', env.SERVER, list(form.items())).json()['token']

    def works(token):
        return 'userid' in site.call('core_webservice_get_site_info', token=token)

    session, permanent = login(), site.env['TOKEN_STUDENT']
    old = row(db, STUDENT)['password']
    assert update(site, {'id': STUDENT, 'password': PASSWORD}) == {'warnings': []}
    assert row(db, STUDENT)['password'] == old and works(session)
    assert [name for name, *_ in events(db)] == ['user_updated']
    assert 'auth_manual_passwordupdatetime' in preferences(db, STUDENT)
    assert is_flagged(db, STUDENT)

    assert update(site, {'id': STUDENT, 'password': 'N3wPassw0rd!'}) == {'warnings': []}
    assert hash_is_of(db, STUDENT, 'N3wPassw0rd!')
    assert not works(session) and works(permanent)
    assert [name for name, *_ in events(db)][1:] == ['user_password_updated', 'user_updated']

    other = serve(EXTRA='MoodleWSConfig passwordchangetokendeletion 1')
    assert update(other, {'id': STUDENT, 'password': 'N3werPassw0rd!'}) == {'warnings': []}
    assert not works(permanent)


# A hash of an old kind is made anew, though the password is the same; accounts whose passwords are
# kept elsewhere keep none here.
def test_321_38_old_hash(site, db):
    db.run('UPDATE mdl_user SET password = %s WHERE id = %s', (BCRYPT, HARUKA))
    db.run("UPDATE mdl_user SET auth = 'ldap', password = 'not cached' WHERE id = 9")
    assert update(site, {'id': HARUKA, 'password': 'Passw0rd!'},
                  {'id': 9, 'password': 'Passw0rd!'},
                  {'id': 10, 'password': 'Passw0rd!', 'auth': 'nologin'}) == {'warnings': []}
    assert hash_is_of(db, HARUKA, 'Passw0rd!')
    assert row(db, 9)['password'] == 'not cached'
    assert not hash_is_of(db, 10, 'Passw0rd!')
    assert [name for name, *_ in events(db)].count('user_password_updated') == 1


# Who changes the own password stays logged in, with this token alone.
def test_321_39_own_password(site, db):
    def login():
        form = {'wsusername': 'wsuser', 'wspassword': PASSWORD, 'moodlewsrestformat': 'json'}
        return site.request('POST', env.SERVER, list(form.items())).json()['token']

    this, that = login(), login()
    assert update(site, {'id': MANAGER, 'password': 'N3wPassw0rd!'}, token=this) == \
        {'warnings': []}
    assert 'userid' in site.call('core_webservice_get_site_info', token=this)
    assert 'errorcode' in site.call('core_webservice_get_site_info', token=that)


# A suspended account has no session left, of a browser or of ours, and its tokens are refused.
def test_321_40_suspended(site, db):
    form = {'wsusername': 'student', 'wspassword': PASSWORD, 'moodlewsrestformat': 'json'}
    session = site.request('POST', env.SERVER, list(form.items())).json()['token']
    db.run("INSERT INTO mdl_sessions (state, sid, userid, timecreated, timemodified)"
           " VALUES (0, 'browser', %s, 1, 1), (0, 'other', %s, 1, 1)", (STUDENT, HARUKA))
    assert update(site, {'id': STUDENT, 'suspended': True}) == {'warnings': []}
    assert row(db, STUDENT)['suspended'] == 1
    assert db.all('SELECT userid FROM mdl_sessions WHERE userid IN (%s, %s)',
                  (STUDENT, HARUKA)) == [(HARUKA,)]
    for token in (session, site.env['TOKEN_STUDENT']):
        assert 'errorcode' in site.call('core_webservice_get_site_info', token=token)
    assert update(site, {'id': STUDENT, 'suspended': False}) == {'warnings': []}
    assert row(db, STUDENT)['suspended'] == 0


# A picture is taken away with its files, unless the site shows none.
def test_321_41_picture(site, db, serve):
    def icons():
        return db.one("SELECT count(*) FROM mdl_files WHERE component = 'user'"
                      " AND filearea = 'icon' AND contextid = (SELECT id FROM mdl_context"
                      "  WHERE contextlevel = 30 AND instanceid = %s)", (HARUKA,))

    db.run('UPDATE mdl_user SET picture = 9 WHERE id = %s', (HARUKA,))
    db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea,"
           " itemid, filepath, filename, filesize, timecreated, timemodified)"
           " SELECT 'x', 'x', id, 'user', 'icon', 0, '/', 'f1.png', 1, 1, 1 FROM mdl_context"
           "  WHERE contextlevel = 30 AND instanceid = %s", (HARUKA,))
    before = icons()
    other = serve(EXTRA='MoodleWSConfig disableuserimages 1')
    assert update(other, {'id': HARUKA, 'userpicture': 0}) == {'warnings': []}
    assert (row(db, HARUKA)['picture'], icons()) == (9, before)
    assert update(site, {'id': HARUKA, 'userpicture': 0}) == {'warnings': []}
    assert (row(db, HARUKA)['picture'], icons()) == (0, 0)


# New interests replace the old ones, and a tag that nobody has any more goes; empty ones change
# nothing.
def test_321_42_tags(site, db):
    assert update(site, {'id': STUDENT, 'interests': ''}) == {'warnings': []}
    had = db.all('SELECT tagid, id FROM mdl_tag_instance WHERE itemid = %s ORDER BY id',
                 (STUDENT,))
    assert [tag for tag, _ in had] == [1, 3]
    assert update(site, {'id': STUDENT, 'interests': 'whales, c++'}) == {'warnings': []}
    made = db.one("SELECT id FROM mdl_tag WHERE name = 'whales'")
    assert db.all('SELECT tagid, ordering FROM mdl_tag_instance WHERE itemid = %s'
                  ' ORDER BY ordering', (STUDENT,)) == [(made, 0), (3, 1)]
    assert db.one('SELECT count(*) FROM mdl_tag WHERE id = 1') == 0
    assert [(name, json.loads(other)) for name, _, _, other in events(db)[1:]] == [
        ('tag_created', {'name': 'whales', 'rawname': 'whales'}),
        ('tag_removed', {'tagid': '1', 'tagname': 'optics & light',
                         'tagrawname': 'Optics & Light', 'itemid': str(STUDENT),
                         'itemtype': 'user'}),
        ('tag_deleted', {'name': 'optics & light', 'rawname': 'Optics & Light'}),
        ('tag_added', {'tagid': made, 'tagname': 'whales', 'tagrawname': 'whales',
                       'itemid': STUDENT, 'itemtype': 'user'}),
        ('user_updated', None)]


# A tag of the site's standard stays without users, and one that others have does.
def test_321_43_tags_that_stay(site, db):
    db.run('UPDATE mdl_tag SET isstandard = 1 WHERE id = 1')
    db.run("INSERT INTO mdl_tag_instance (tagid, component, itemtype, itemid, contextid)"
           " VALUES (3, 'core', 'course', 2, 1)")
    assert update(site, {'id': STUDENT, 'interests': 'whales'}) == {'warnings': []}
    assert db.all('SELECT id FROM mdl_tag WHERE id IN (1, 3) ORDER BY id') == [(1,), (3,)]


# Fields and preferences are changed where they are and made where they are not; a value that is
# there already leaves no mark, a null removes it.
def test_321_44_fields_and_preferences(site, db):
    pairs = [{'type': 'library', 'value': 'NEW'}, {'type': 'campus', 'value': 'Île'}]
    assert update(site, {'id': STUDENT, 'customfields': pairs}) == {'warnings': []}
    assert dict(db.all('SELECT fieldid, data FROM mdl_user_info_data WHERE userid = %s',
                       (STUDENT,))) == {1: 'NEW', 2: 'Île',
                                        3: '<p>Pays in <strong>cash</strong>.</p>'}

    same = [{'type': 'htmleditor', 'value': 'textarea'}]
    assert update(site, {'id': STUDENT, 'preferences': same}) == {'warnings': []}
    assert not is_flagged(db, STUDENT)
    other = [{'type': 'htmleditor', 'value': 'no such editor'},
             {'type': 'auth_forcepasswordchange', 'value': '1'}]
    assert update(site, {'id': STUDENT, 'preferences': other}) == {'warnings': []}
    found = preferences(db, STUDENT)
    assert 'htmleditor' not in found and found['auth_forcepasswordchange'] == '1'
    assert is_flagged(db, STUDENT)


# Nobody forces a change upon oneself, and no manager sets preferences of an administrator.
def test_321_45_preferences_refused(site, db):
    wish = [{'type': 'auth_forcepasswordchange', 'value': '1'},
            {'type': 'forum_markasreadonnotification', 'value': '0'}]
    assert update(site, {'id': MANAGER, 'preferences': wish}) == {'warnings': []}
    found = preferences(db, MANAGER)
    assert 'auth_forcepasswordchange' not in found
    assert found['forum_markasreadonnotification'] == '0'


# Only who has moodle/user:update changes accounts, the own one included.
def test_321_46_rights(site, untouched):
    for token in ('TOKEN_TEACHER', 'TOKEN_STUDENT'):
        said = update(site, {'id': STUDENT, 'city': 'x'}, token=site.env[token])
        assert said['errorcode'] == 'nopermissions'
    assert untouched()


# The name of 2.1 answers nothing, changes all or none, and says by an error what was wrong.
def test_321_47_old_name(site, db, untouched):
    def old(*users):
        return site.call('moodle_user_update_users', {'users': list(users)})

    first = {'id': HARUKA, 'city': 'Lund'}
    assert old(first, {'id': 99999})['errorcode'] == 'invaliduserid'
    assert old(first, {'id': 9, 'username': 'Layla'})['errorcode'] == 'usernamelowercase'
    assert old(first, {'id': 9, 'username': 'la yla'})['errorcode'] == 'invalidusername'
    assert old(first, {'id': 9, 'username': ''})['errorcode'] == 'invalidusernameblank'
    assert old(first, {'id': 9, 'auth': 'nothing'})['errorcode'] == 'invalidparameter'
    assert old(first, {'id': ADMIN, 'city': 'x'})['errorcode'] == 'usernotupdatedadmin'
    assert old(first, {'id': 9.5, 'city': 'x'})['errorcode'] == 'invaliduserid'
    assert old(first, first, {'id': 9, 'username': 'student'})['errorcode'] == 'dmlwriteexception'
    assert untouched()
    password = row(db, HARUKA)['password']
    assert old({'id': HARUKA, 'city': 'Lund', 'lang': 'xx', 'theme': 'bark'}) is None
    account = row(db, HARUKA)
    assert [account[key] for key in ('city', 'lang', 'theme', 'password')] == \
        ['Lund', 'en', 'boost', password]


# An account whose context is missing gets one.
def test_321_48_context(site, db):
    db.run('DELETE FROM mdl_context WHERE contextlevel = 30 AND instanceid = %s', (HARUKA,))
    assert update(site, {'id': HARUKA, 'interests': 'whales'}) == {'warnings': []}
    assert db.one('SELECT count(*) FROM mdl_tag_instance i JOIN mdl_context x ON x.id = i.contextid'
                  ' WHERE x.contextlevel = 30 AND x.instanceid = %s AND i.itemid = %s',
                  (HARUKA, HARUKA)) == 1


# Many changes of the same accounts at once end well, with one address for one account.
def test_321_49_race(site, db):
    def ask(i):
        return update(site, {'id': 9 + i % 4, 'email': 'wanted@lanterna.example'},
                      {'id': 9 + (i + 1) % 4, 'city': f'Town {i}'})

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(ask, range(32)))
    assert all('warnings' in s for s in said)
    assert {w['warningcode'] for s in said for w in s['warnings']} <= {'useremailduplicate'}
    assert db.one("SELECT count(*) FROM mdl_user WHERE email = 'wanted@lanterna.example'") == 1
