# SPDX-License-Identifier: Apache-2.0
# t/test_220_login.py -- user names and passwords: token.php, sessions, one call, lockout, throttle.
import json
import re
import time

import pytest

INFO = 'core_webservice_get_site_info'
SERVER = '/webservice/rest/server.php'
SIMPLE = '/webservice/rest/simpleserver.php'
HEX = re.compile('[0-9a-f]{32}')

# A hash of "Passw0rd!" as Moodle made them until 4.2.
BCRYPT = '$2y$10$NlncjohA4IzSS0D1ThHBpOc7LaCk.shbji.PK8nWsPotSPlkMHWSi'


@pytest.fixture
def own(site, db):
    """What the tests here change is put back, and the log is empty when they begin."""
    db.keep('external_tokens', 'external_services', 'external_services_users', 'sessions', 'user',
            'user_preferences', 'role_assignments', 'role_capabilities', 'config_plugins',
            'task_adhoc', 'logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    db.run('DELETE FROM mdl_task_adhoc')
    return db


def ask(site, username='tutor', password=None, service='everything', headers=None, **more):
    """Ask token.php; the decoded answer. None leaves a parameter out, except for the password."""
    form = {'username': username, 'password': password or site.env['WSPASSWORD'],
            'service': service, **more}
    form = {k: v for k, v in form.items() if v is not None}
    return site.request('POST', '/login/token.php', form, headers).json()


def userid(db, username):
    return db.one('SELECT id FROM mdl_user WHERE username = %s', (username,))


def events(db, name, count=1):
    """The rows of an event, once there are COUNT."""
    query = ('SELECT userid, relateduserid, objecttable, objectid, crud, contextlevel, other, origin'
             '  FROM mdl_logstore_standard_log WHERE eventname = %s ORDER BY id')
    deadline = time.time() + 3
    while True:
        rows = db.all(query, ('\\core\\event\\' + name,))
        if len(rows) >= count or time.time() > deadline:
            return rows
        time.sleep(0.02)


def preferences(db, username):
    return dict(db.all('SELECT name, value FROM mdl_user_preferences WHERE userid = %s'
                       " AND name LIKE 'login%%'", (userid(db, username),)))


def set_config(db, **values):
    for name, value in values.items():
        db.config(name, value)


# ---- token.php: the order of refusals

def test_220_01_off(site, own):
    own.config('enablewebservices', '0')
    answer = ask(site)
    assert list(answer) == ['error', 'errorcode', 'stacktrace', 'debuginfo', 'reproductionlink']
    assert answer['errorcode'] == 'enablewsdescription'
    assert [answer[k] for k in list(answer)[2:]] == [None, None, None]


def test_220_02_site_check(site, own):
    reply = site.request('GET', '/login/token.php?appsitecheck=1')
    assert reply.body == b'{"appsitecheck":"ok"}'
    assert reply.headers['Content-Type'] == 'application/json; charset=utf-8'
    assert reply.headers['Access-Control-Allow-Origin'] == '*'
    assert not reply.headers['Cache-Control'] and not reply.headers['Expires']
    assert ask(site, None, appsitecheck='0')['errorcode'] == 'missingparam'


@pytest.mark.parametrize('form, missing', [
    ({}, 'username'), ({'username': 'x', 'service': 'x'}, 'password'),
    ({'username': 'x', 'password': 'x'}, 'service')])
def test_220_03_missing(site, own, form, missing):
    answer = site.request('POST', '/login/token.php', form).json()
    assert answer['errorcode'] == 'missingparam'
    assert missing in answer['error']
    time.sleep(0.2)
    assert own.one('SELECT count(*) FROM mdl_logstore_standard_log') == 0


# Every cause of a failed login has one code; the log tells them apart.
@pytest.mark.parametrize('change, password, reason', [
    ('', 'wrong', 3),
    ('suspended = 1', None, 2),
    ("auth = 'nologin'", None, 2),
    ("auth = 'ldap'", None, 2),
    ("auth = 'webservice'", None, 2),
    ('deleted = 1', None, 1),
    ("username = 'other'", None, 1),
    ('mnethostid = 7', None, 1)])
def test_220_04_invalid_login(site, own, change, password, reason):
    tutor = userid(own, 'tutor')
    if change:
        own.run(f'UPDATE mdl_user SET {change} WHERE id = %s', (tutor,))
    assert ask(site, password=password)['errorcode'] == 'invalidlogin'
    [row] = events(own, 'user_login_failed')
    assert row == (tutor if reason != 1 else 0, None, None, None, 'r', 10,
                   '{"username":"tutor","reason":%d}' % reason, 'web')
    assert own.all('SELECT * FROM mdl_task_adhoc') == []


# An empty password and an empty name are there, and wrong.
@pytest.mark.parametrize('form', [{'username': '', 'password': 'x', 'service': 'everything'},
                                  {'username': 'tutor', 'password': '', 'service': 'everything'}])
def test_220_05_empty(site, own, form):
    assert site.request('POST', '/login/token.php', form).json()['errorcode'] == 'invalidlogin'


# The plugin "webservice" is for simple authentication alone.
def test_220_06_webservice_plugin(site, own):
    own.config('auth', 'email,webservice')
    own.run("UPDATE mdl_user SET auth = 'webservice' WHERE username = 'tutor'")
    assert ask(site)['errorcode'] == 'invalidlogin'
    assert json.loads(events(own, 'user_login_failed')[0][6])['reason'] == 3


@pytest.mark.parametrize('stored, code', [
    ('restored', 'restoredaccountresetpassword'), ('not cached', 'invalidlogin'),
    ('', 'invalidlogin'), ('5f4dcc3b5aa765d61d8327deb882cf99', 'invalidlogin')])
def test_220_07_no_hash(site, own, stored, code):
    own.run("UPDATE mdl_user SET password = %s WHERE username = 'tutor'", (stored,))
    assert ask(site, password=stored or 'x')['errorcode'] == code


# Where another system keeps the password, that is said; unless there is a hash after all.
def test_220_08_external(site, own):
    own.config('auth', 'email,ldap')
    own.run("UPDATE mdl_user SET auth = 'ldap' WHERE username = 'tutor'")
    assert 'token' in ask(site)
    own.run("UPDATE mdl_user SET password = 'not cached' WHERE username = 'tutor'")
    assert ask(site)['errorcode'] == 'authpluginexternal'


@pytest.mark.parametrize('settings, change, code', [
    ({'maintenance_enabled': 1}, '', 'sitemaintenance'),
    ({}, 'confirmed = 0', 'usernotconfirmed')])
def test_220_09_not_now(site, own, settings, change, code):
    set_config(own, **settings)
    if change:
        own.run(f"UPDATE mdl_user SET {change} WHERE username = 'tutor'")
    assert ask(site)['errorcode'] == code


def test_220_10_guest(site, own):
    assert ask(site, 'guest')['errorcode'] == 'noguest'
    assert ask(site, 'guest', 'wrong')['errorcode'] == 'invalidlogin'
    assert preferences(own, 'guest') == {}


def test_220_11_password_expired(site, own):
    own.run("DELETE FROM mdl_config_plugins WHERE plugin = 'auth_manual'")
    own.run("INSERT INTO mdl_config_plugins (plugin, name, value) VALUES"
            " ('auth_manual', 'expiration', '1'), ('auth_manual', 'expirationtime', '30')")
    assert 'token' in ask(site)
    own.run("INSERT INTO mdl_user_preferences (userid, name, value)"
            " VALUES (%s, 'auth_manual_passwordupdatetime', '1700000000')", (userid(own, 'tutor'),))
    assert ask(site)['errorcode'] == 'passwordisexpired'


# A password that must be changed does not stop a token.
def test_220_12_must_change(site, own):
    assert HEX.fullmatch(ask(site, 'mustchange')['token'])


@pytest.mark.parametrize('service, change, code', [
    ('nosuch', None, 'servicenotavailable'),
    ('', None, 'servicenotavailable'),
    ('everything', 'enabled = 0', 'servicenotavailable'),
    ('everything', "requiredcapability = 'moodle/site:config'", 'missingrequiredcapability'),
    ('reading', None, 'usernotallowed')])
def test_220_13_service(site, own, service, change, code):
    if change:
        own.run(f'UPDATE mdl_external_services SET {change} WHERE shortname = %s', (service,))
    assert ask(site, service=service)['errorcode'] == code
    assert events(own, 'user_login_failed', 0) == []


# What is not of a short name is taken out of it.
def test_220_14_service_cleaned(site, own):
    assert 'token' in ask(site, service=' every.thing!')


@pytest.mark.parametrize('addresses, until, code', [
    (None, -100, 'invalidtimedtoken'), ('10.1.2.3', None, 'invalidiptoken'),
    ('10.1.2.3', -100, 'invalidtimedtoken'), ('127.0.0.1', 100, None)])
def test_220_15_listed(site, own, addresses, until, code):
    own.run('INSERT INTO mdl_external_services_users'
            ' (externalserviceid, userid, iprestriction, validuntil, timecreated)'
            ' VALUES (3, %s, %s, %s, 0)',
            (userid(own, 'tutor'), addresses, until and int(time.time()) + until))
    assert ask(site, service='reading').get('errorcode') == code


# ---- token.php: the token

# A new one: its row, its events, the task that tells the user, and that it works.
def test_220_20_created(site, own):
    now = int(time.time())
    answer = ask(site, 'tutor', headers={'User-Agent': 'Pigeon/1.0 "x"'})
    assert list(answer) == ['token', 'privatetoken']
    assert HEX.fullmatch(answer['token']) and answer['privatetoken'] is None
    tutor = userid(own, 'tutor')
    [(row, private, kind, user, creator, context, until, created, last, name, sid, addresses)] = \
        own.all('SELECT id, privatetoken, tokentype, userid, creatorid, contextid, validuntil,'
                ' timecreated, lastaccess, name, sid, iprestriction FROM mdl_external_tokens'
                ' WHERE token = %s', (answer['token'],))
    assert re.fullmatch('[A-Za-z0-9]{64}', private)
    assert (kind, user, creator, context, sid, addresses) == (0, tutor, tutor, 1, None, None)
    assert until == created + 7257600 and last == created and abs(created - now) < 10
    assert re.fullmatch('Webservice-[A-Za-z0-9]{5}', name)
    assert events(own, 'webservice_token_created') == [
        (tutor, tutor, 'external_tokens', row, 'c', 10, '{"auto":true}', 'web')]
    assert events(own, 'webservice_token_sent') == [
        (tutor, None, 'external_tokens', row, 'r', 10, 'null', 'web')]
    [(component, nextrun, delay, data, who, tries)] = own.all(
        'SELECT component, nextruntime, faildelay, customdata, userid, attemptsavailable'
        "  FROM mdl_task_adhoc WHERE classname = '\\core\\task\\send_login_notifications'")
    assert (component, delay, who, tries) == ('core', 0, tutor, 12)
    assert nextrun == created + 120
    assert data == ('{"useragent":"Pigeon\\/1.0 \\"x\\"","ismoodleapp":false,'
                    '"loginip":"127.0.0.1","logintime":%d}' % created)
    assert site.call(INFO, token=answer['token'])['username'] == 'tutor'


# The same one again: no second row, its use noted, only the event of sending.
def test_220_21_again(site, own):
    first = ask(site)['token']
    own.run('UPDATE mdl_external_tokens SET lastaccess = 5 WHERE token = %s', (first,))
    assert ask(site)['token'] == first
    assert own.one('SELECT lastaccess FROM mdl_external_tokens WHERE token = %s', (first,)) > 5
    assert len(events(own, 'webservice_token_sent', 2)) == 2
    assert len(events(own, 'webservice_token_created')) == 1


# Nobody is told of a login from where he was last; and the name is cleaned.
def test_220_22_same_address(site, own):
    own.run("UPDATE mdl_user SET lastip = '127.0.0.1' WHERE username = 'tutor'")
    assert 'token' in ask(site, ' TUTOR')
    assert own.all('SELECT * FROM mdl_task_adhoc') == []


# A client that says nothing of itself, and the app.
@pytest.mark.parametrize('agent, data', [
    (None, '"useragent":false,"ismoodleapp":false'),
    ('x MoodleMobile 4', '"useragent":"x MoodleMobile 4","ismoodleapp":true')])
def test_220_23_agent(site, own, agent, data):
    ask(site, headers={'User-Agent': agent} if agent else None)
    assert data in own.one('SELECT customdata FROM mdl_task_adhoc')


# Which of several: the newest that is usable from here. What never will be again is deleted.
def test_220_24_choice(site, own):
    tutor, now = userid(own, 'tutor'), int(time.time())
    for token, created, until, addresses, sid in (
            ('a' * 32, 100, 0, None, None), ('b' * 32, 300, 0, '', None),
            ('c' * 32, 400, now - 5, None, None), ('d' * 32, 500, None, '10.1.2.3', None),
            ('e' * 32, 600, None, None, 'dead'), ('f' * 32, 200, None, None, None)):
        own.run('INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,'
                ' contextid, creatorid, validuntil, iprestriction, sid, timecreated)'
                ' VALUES (%s, 0, %s, 2, 1, 2, %s, %s, %s, %s)',
                (token, tutor, until, addresses, sid, created))
    assert ask(site)['token'] == 'b' * 32
    assert own.all('SELECT token FROM mdl_external_tokens WHERE userid = %s ORDER BY token',
                   (tutor,)) == [(c * 32,) for c in 'abdf']


# Who may not create one, and the administrator, who makes them by hand.
@pytest.mark.parametrize('username', ['wei', 'admin'])
def test_220_25_may_not_create(site, own, username):
    assert ask(site, username)['errorcode'] == 'cannotcreatetoken'


# The mobile service has a capability of its own.
def test_220_26_mobile(site, own):
    own.run("UPDATE mdl_external_services SET enabled = 1 WHERE shortname = 'moodle_mobile_app'")
    own.run("DELETE FROM mdl_role_capabilities"
            " WHERE capability = 'moodle/webservice:createmobiletoken'")
    assert ask(site, 'wei', service='moodle_mobile_app')['errorcode'] == 'cannotcreatetoken'
    own.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
            " VALUES (1, 7, 'moodle/webservice:createmobiletoken', 1)")
    assert 'token' in ask(site, 'wei', service='moodle_mobile_app')


def test_220_27_headers(site, own):
    for form in ({'username': 'tutor'}, {'username': 'tutor', 'password': site.env['WSPASSWORD'],
                                         'service': 'everything'}):
        headers = site.request('POST', '/login/token.php', form).headers
        assert headers['Content-Type'] == 'application/json; charset=utf-8'
        assert headers.get_all('Cache-Control') == ['no-store, no-cache, must-revalidate',
                                                    'post-check=0, pre-check=0']
        assert headers['Pragma'] == 'no-cache' and headers['Accept-Ranges'] == 'none'
        assert headers['Expires'] == 'Mon, 20 Aug 1969 09:23:00 GMT'
        assert headers['Last-Modified'].endswith(' GMT')
        assert headers['Access-Control-Allow-Origin'] == '*'


# By GET as well.
def test_220_28_get(site, own):
    reply = site.request('GET', '/login/token.php?username=tutor&service=everything&password='
                         + site.env['WSPASSWORD'])
    assert HEX.fullmatch(reply.json()['token'])


# Without writing: a token that is there is given out, a new one is not made, nothing is noted.
def test_220_29_read_only(site, own, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSLogDelay 0\nMoodleWSReadOnly On\n')
    assert ask(other, 'wsuser')['token'] == site.token
    assert ask(other, 'tutor')['errorcode'] == 'readonly'
    assert ask(other, 'tutor', 'wrong')['errorcode'] == 'invalidlogin'
    time.sleep(0.3)
    assert own.one('SELECT count(*) FROM mdl_logstore_standard_log') == 0
    assert preferences(own, 'tutor') == {} and own.all('SELECT * FROM mdl_task_adhoc') == []


# ---- passwords

# An old hash that was right is replaced, and logged twice, even when no token comes of it.
@pytest.mark.parametrize('service, answer', [('everything', 'token'), ('nosuch', 'error')])
def test_220_30_bcrypt(site, own, service, answer):
    own.run("UPDATE mdl_user SET password = %s WHERE username = 'tutor'", (BCRYPT,))
    assert answer in ask(site, password='Passw0rd!', service=service)
    stored = own.one("SELECT password FROM mdl_user WHERE username = 'tutor'")
    assert re.fullmatch(r'\$6\$rounds=10000\$[A-Za-z0-9]{16}\$.{86}', stored)
    tutor = userid(own, 'tutor')
    assert events(own, 'user_password_updated', 2) == [
        (0, tutor, None, None, 'u', 30, '{"forgottenreset":false}', 'web')] * 2
    assert 'errorcode' not in ask(site, password='Passw0rd!')
    assert own.one("SELECT password FROM mdl_user WHERE username = 'tutor'") == stored


def test_220_31_bcrypt_wrong(site, own):
    own.run("UPDATE mdl_user SET password = %s WHERE username = 'tutor'", (BCRYPT,))
    assert ask(site, password='Passw0rd?')['errorcode'] == 'invalidlogin'
    assert own.one("SELECT password FROM mdl_user WHERE username = 'tutor'") == BCRYPT


# A pepper of config.php: the hash is made anew with it, and is then of no use without it.
def test_220_32_pepper(site, own, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSThrottle 0\nMoodleWSPepper hot\n')
    assert 'token' in ask(other)
    assert 'token' in ask(other)
    assert ask(site)['errorcode'] == 'invalidlogin'
    assert 'token' in ask(site, password=site.env['WSPASSWORD'] + 'hot')


def test_220_33_too_long(site, own):
    assert ask(site, password='x' * 129)['errorcode'] == 'invalidlogin'
    assert ask(site, password='x' * 100000)['errorcode'] == 'invalidlogin'


# By e-mail address where the site says so, if one account alone has it; the name logged is the
# account's.
def test_220_34_email(site, own):
    address = own.one("SELECT email FROM mdl_user WHERE username = 'tutor'")
    assert ask(site, address.upper())['errorcode'] == 'invalidlogin'
    own.config('authloginviaemail', 1)
    assert 'token' in ask(site, address.upper())
    own.run('DELETE FROM mdl_logstore_standard_log')
    assert ask(site, address, 'wrong')['errorcode'] == 'invalidlogin'
    assert json.loads(events(own, 'user_login_failed')[0][6])['username'] == 'tutor'
    own.run("UPDATE mdl_user SET email = %s WHERE username = 'wei'", (address,))
    assert ask(site, address)['errorcode'] == 'invalidlogin'


# How long a failure takes does not tell whether there is such an account. A busy machine makes an
# answer late, never early: the quickest of some tells what the work takes.
def test_220_35_time(site, own):
    own.run("UPDATE mdl_user SET password = %s WHERE username = 'wei'", (BCRYPT,))
    times = {}
    for name in ('nobody', 'tutor', 'wei', 'suspended') * 4:
        begun = time.time()
        ask(site, name, 'wrong')
        times[name] = min(times.get(name, 9), time.time() - begun)
    assert min(times.values()) > 0.14
    assert max(times.values()) - min(times.values()) < 0.1, times


# ---- the lockout

# A wrong password counts, lockout or not; a right one does not forget that.
def test_220_40_counted(site, own):
    for _ in range(2):
        ask(site, password='wrong')
    assert preferences(own, 'tutor') == {'login_failed_count_since_success': '2'}
    assert 'token' in ask(site)
    assert preferences(own, 'tutor') == {'login_failed_count_since_success': '2'}


# The threshold locks; then even the right password is refused, with a reason of its own.
def test_220_41_locked(site, own):
    own.config('lockoutthreshold', 2)
    ask(site, password='wrong')
    assert preferences(own, 'tutor')['login_failed_count'] == '1'
    ask(site, password='wrong')
    stored = preferences(own, 'tutor')
    assert stored['login_failed_count'] == '2'
    assert abs(int(stored['login_lockout']) - time.time()) < 10
    assert re.fullmatch('[A-Za-z0-9]{15}', stored['login_lockout_secret'])
    own.run('DELETE FROM mdl_logstore_standard_log')
    assert ask(site)['errorcode'] == 'invalidlogin'
    assert json.loads(events(own, 'user_login_failed')[0][6])['reason'] == 4
    assert preferences(own, 'tutor') == stored


# A lock ends with its time, unless it has none; a success then removes all of it but one count.
def test_220_42_unlocked(site, own):
    set_config(own, lockoutthreshold=2, lockoutduration=600)
    for _ in range(2):
        ask(site, password='wrong')
    own.run("UPDATE mdl_user_preferences SET value = %s WHERE name = 'login_lockout'",
            (str(int(time.time()) - 601),))
    own.config('lockoutduration', 0)
    assert ask(site)['errorcode'] == 'invalidlogin'
    own.config('lockoutduration', 600)
    assert 'token' in ask(site)
    assert preferences(own, 'tutor') == {'login_failed_count_since_success': '2'}


# After a lock that ended, failures are counted from the start.
def test_220_43_locked_again(site, own):
    set_config(own, lockoutthreshold=2, lockoutduration=600)
    for _ in range(2):
        ask(site, password='wrong')
    own.run("UPDATE mdl_user_preferences SET value = %s WHERE name = 'login_lockout'",
            (str(int(time.time()) - 601),))
    ask(site, password='wrong')
    stored = preferences(own, 'tutor')
    assert stored['login_failed_count'] == '1' and 'login_lockout' not in stored


# Failures further apart than the window do not add up.
@pytest.mark.parametrize('window, ago, count', [(100, 50, '2'), (100, 150, '1'), (0, 150, '2')])
def test_220_44_window(site, own, window, ago, count):
    set_config(own, lockoutthreshold=5, lockoutwindow=window)
    ask(site, password='wrong')
    own.run("UPDATE mdl_user_preferences SET value = %s WHERE name = 'login_failed_last'",
            (str(int(time.time()) - ago),))
    ask(site, password='wrong')
    assert preferences(own, 'tutor')['login_failed_count'] == count


# An account that is spared from the lockout.
def test_220_45_ignored(site, own):
    own.config('lockoutthreshold', 1)
    own.run("INSERT INTO mdl_user_preferences (userid, name, value)"
            " VALUES (%s, 'login_lockout_ignored', '1')", (userid(own, 'tutor'),))
    ask(site, password='wrong')
    assert 'login_lockout' not in preferences(own, 'tutor')
    assert 'token' in ask(site)


# ---- the throttle

# Beyond so many failures an address is refused, right or wrong, without a log row.
def test_220_50_throttle(site, own, serve):
    other = serve(MPM='prefork', EXTRA='MoodleWSCacheAge 0\nMoodleWSLogDelay 0\n'
                  'MoodleWSThrottle 3\nStartServers 1\nMinSpareServers 1\nMaxSpareServers 1\n'
                  'MaxRequestWorkers 1\n')
    assert 'token' in ask(other)
    for _ in range(3):
        assert ask(other, password='wrong')['errorcode'] == 'invalidlogin'
    assert len(events(own, 'user_login_failed', 3)) == 3
    assert ask(other)['errorcode'] == 'invalidlogin'
    assert ask(other, 'wei')['errorcode'] == 'invalidlogin'
    time.sleep(0.2)
    assert len(events(own, 'user_login_failed')) == 3
    # Tokens are not asked about.
    assert 'exception' not in other.call(INFO)


# ---- simple authentication: user name and password with the call

def simple(site, username='wsuser', password=None, function=INFO, path=SIMPLE):
    form = {'wsusername': username, 'wspassword': password or site.env['WSPASSWORD'],
            'wsfunction': function, 'moodlewsrestformat': 'json'}
    return site.request('POST', path, {k: v for k, v in form.items() if v is not None}).json()


@pytest.fixture
def plugin(own):
    own.config('auth', 'email,webservice')
    return own


# Off unless the site enables the plugin, whatever the password; no log row.
@pytest.mark.parametrize('password', [None, 'wrong'])
def test_220_60_off(site, own, password):
    assert simple(site, password=password)['errorcode'] == 'accessexception'
    time.sleep(0.2)
    assert own.one('SELECT count(*) FROM mdl_logstore_standard_log') == 0


def test_220_61_directive(site, plugin, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSSimpleAuth Off\n')
    assert simple(other)['errorcode'] == 'accessexception'


@pytest.mark.parametrize('path', [SERVER, SIMPLE])
def test_220_62_good(site, plugin, path):
    assert simple(site, path=path)['username'] == 'wsuser'


@pytest.mark.parametrize('username, password, code', [
    (None, 'x', 'missingusername'), ('', 'x', 'missingusername'), ('0', 'x', 'missingusername'),
    ('wsuser', '0', 'missingpassword'), ('WSUSER', None, 'wrongusernamepassword'),
    ('wsuser', 'wrong', 'wrongusernamepassword'), ('nobody', 'x', 'wrongusernamepassword')])
def test_220_63_refused(site, plugin, username, password, code):
    assert simple(site, username, password)['errorcode'] == code
    if code == 'wrongusernamepassword':
        row = events(plugin, 'webservice_login_failed')[0]
        assert (row[0], json.loads(row[6])) == (0, {'method': 0, 'reason': 'password',
                                                    'username': username})


# The state of the account, whatever its plugin.
@pytest.mark.parametrize('change, code', [
    ('suspended = 1', 'wsaccessusersuspended'), ('confirmed = 0', 'wsaccessuserunconfirmed'),
    ('deleted = 1', 'wsaccessuserdeleted'), ("auth = 'nologin'", 'wsaccessusernologin'),
    ("auth = 'webservice'", None), ("auth = 'ldap'", None)])
def test_220_64_account(site, plugin, change, code):
    plugin.run(f"UPDATE mdl_user SET {change} WHERE username = 'wsuser'")
    assert simple(site).get('errorcode') == code


# Any enabled service that lists the function and admits the user will do.
def test_220_65_any_service(site, plugin):
    plugin.run('UPDATE mdl_external_services SET enabled = 0 WHERE id = 2')
    assert simple(site)['errorcode'] == 'accessexception'
    assert simple(site, 'reader')['username'] == 'reader'
    assert simple(site, 'reader', function='core_nosuch')['errorcode'] == 'invalidrecord'


# The lockout holds here too.
def test_220_66_lockout(site, plugin):
    plugin.config('lockoutthreshold', 1)
    assert simple(site, password='wrong')['errorcode'] == 'wrongusernamepassword'
    assert simple(site)['errorcode'] == 'wrongusernamepassword'
    assert 'login_lockout' in preferences(plugin, 'wsuser')


# ---- sessions

def login(site, username='tutor', password=None, service='everything', fmt='json'):
    form = {'wsusername': username, 'wspassword': password or site.env['WSPASSWORD'],
            'service': service, 'moodlewsrestformat': fmt}
    return site.request('POST', SERVER, {k: v for k, v in form.items() if v is not None})


def test_220_70_session(site, own):
    now = int(time.time())
    answer = login(site).json()
    assert list(answer) == ['token', 'expires']
    assert HEX.fullmatch(answer['token']) and 0 <= answer['expires'] - now - 28800 < 10
    tutor = userid(own, 'tutor')
    [(sid, kind, user, service, context, creator, until)] = own.all(
        'SELECT sid, tokentype, userid, externalserviceid, contextid, creatorid, validuntil'
        '  FROM mdl_external_tokens WHERE token = %s', (answer['token'],))
    assert sid.startswith('mws-')
    assert (kind, user, service, context, creator, until) == (1, tutor, 2, 1, tutor, None)
    [(state, user, data, created, touched, first, last)] = own.all(
        'SELECT state, userid, sessdata, timecreated, timemodified, firstip, lastip'
        '  FROM mdl_sessions WHERE sid = %s', (sid,))
    assert (state, user, data, first, last) == (0, tutor, None, '127.0.0.1', '127.0.0.1')
    assert created == touched == answer['expires'] - 28800
    assert site.call(INFO, token=answer['token'])['username'] == 'tutor'


def test_220_71_session_xml(site, own):
    body = login(site, fmt='xml').text
    assert re.search('<KEY name="token">\\s*<VALUE>[0-9a-f]{32}</VALUE>', body)
    assert re.search('<KEY name="expires">\\s*<VALUE>[0-9]+</VALUE>', body)


# A use touches the session, at most once a minute.
@pytest.mark.parametrize('age, touched', [(30, False), (90, True)])
def test_220_72_touch(site, own, age, touched):
    token = login(site).json()['token']
    before = int(time.time()) - age
    own.run("UPDATE mdl_sessions SET timemodified = %s, lastip = '10.0.0.1'", (before,))
    assert 'exception' not in site.call(INFO, token=token)
    [(after, address)] = own.all("SELECT timemodified, lastip FROM mdl_sessions"
                                 " WHERE sid LIKE 'mws-%%'")
    assert (after > before, address) == (touched, '127.0.0.1' if touched else '10.0.0.1')


# Left alone too long it is over, and both rows go.
def test_220_73_idle(site, own):
    token = login(site).json()['token']
    own.run('UPDATE mdl_sessions SET timemodified = %s', (int(time.time()) - 28801,))
    assert site.call(INFO, token=token)['errorcode'] == 'accessexception'
    assert own.one('SELECT count(*) FROM mdl_sessions') == 0
    assert own.one('SELECT count(*) FROM mdl_external_tokens WHERE token = %s', (token,)) == 0
    assert site.call(INFO, token=token)['errorcode'] == 'invalidtoken'


def test_220_74_timeout_setting(site, own):
    own.config('sessiontimeout', 600)
    token = login(site).json()['token']
    own.run('UPDATE mdl_sessions SET timemodified = %s', (int(time.time()) - 601,))
    assert site.call(INFO, token=token)['errorcode'] == 'accessexception'


def test_220_75_logout(site, own):
    one, two = login(site).json()['token'], login(site).json()['token']
    assert one != two
    assert site.call('logout', token=one) is None
    assert site.call(INFO, token=one)['errorcode'] == 'invalidtoken'
    assert site.call(INFO, token=two)['username'] == 'tutor'
    assert own.one('SELECT count(*) FROM mdl_sessions') == 1


# A permanent token has no session to end, and stays.
def test_220_76_logout_permanent(site, own):
    assert site.call('logout')['errorcode'] == 'invalidparameter'
    assert 'exception' not in site.call(INFO)


# The service may be left out where one alone admits the user.
@pytest.mark.parametrize('username, service, code', [
    ('tutor', None, None), ('reader', None, 'missingparam'), ('reader', 'reading', None),
    ('tutor', 'reading', 'usernotallowed'), ('tutor', 'nosuch', 'servicenotavailable')])
def test_220_77_service(site, own, username, service, code):
    assert login(site, username, service=service).json().get('errorcode') == code


# It is the login page's login: its refusals, its counting. It asks for no right to create tokens.
def test_220_78_refused(site, own):
    assert login(site, password='wrong').json()['errorcode'] == 'invalidlogin'
    assert json.loads(events(own, 'user_login_failed')[0][6]) == {'username': 'tutor', 'reason': 3}
    assert preferences(own, 'tutor') == {'login_failed_count_since_success': '1'}
    assert login(site, 'suspended').json()['errorcode'] == 'invalidlogin'
    assert HEX.fullmatch(login(site, 'wei').json()['token'])


def test_220_79_read_only(site, own, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSReadOnly On\n')
    assert login(other).json()['errorcode'] == 'readonly'


# No secret in the error log, however a login ends.
def test_220_90_log_secrets(site, own, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nLogLevel warn moodlews:trace4\n')
    token = login(other).json()['token']
    other.call(INFO, token=token)
    ask(other, password='s3cret-wrong')
    ask(other, service='nosuch')
    other.call(INFO, token='0123456789abcdef0123456789abcdef')
    text = other.error_log()
    for secret in (token, site.env['WSPASSWORD'], 's3cret-wrong', '0123456789abcdef'):
        assert secret not in text
