# SPDX-License-Identifier: Apache-2.0
# t/test_210_token.py -- tokens: which are taken, from where, for whom, and for which functions.
import json
import time

import pytest

INFO = 'core_webservice_get_site_info'
COURSES = 'core_course_get_courses'


@pytest.fixture
def own(site, db):
    """What the tests here change is put back, and the log is empty when they begin."""
    db.keep('external_tokens', 'external_services', 'external_services_users', 'sessions', 'user',
            'user_preferences', 'role_assignments', 'role_capabilities', 'config_plugins', 'context',
            'logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    db.run('UPDATE mdl_external_tokens SET lastaccess = NULL')
    return db


def set_token(db, which, **columns):
    for name, value in columns.items():
        db.run(f'UPDATE mdl_external_tokens SET {name} = %s WHERE token = %s', (value, which))


def user_of(db, token):
    return db.one('SELECT userid FROM mdl_external_tokens WHERE token = %s', (token,))


def refused(answer):
    """What a refusal is known by."""
    return answer.get('exception'), answer.get('errorcode')


def log_row(db, event):
    rows = db.wait_for('SELECT userid, other, origin, contextid, contextlevel, crud, edulevel'
                       '  FROM mdl_logstore_standard_log WHERE eventname = %s', (event,))
    assert len(rows) == 1, rows
    userid, other, *rest = rows[0]
    return userid, json.loads(other), rest


def no_log_row(db):
    time.sleep(0.3)
    return db.one('SELECT count(*) FROM mdl_logstore_standard_log') == 0


FAILED = '\\core\\event\\webservice_login_failed'
NO_ACCESS = ('webservice_access_exception', 'accessexception')
MOODLE = 'core\\exception\\moodle_exception'


# ---- the token itself

# A good token is answered, notes its use, and the call is logged.
def test_210_01_good(site, own):
    answer = site.call(INFO)
    assert answer['username'] == 'wsuser'
    assert own.wait_for('SELECT 1 FROM mdl_external_tokens WHERE token = %s AND lastaccess >= %s',
                        (site.token, time.time() - 10))
    userid, other, rest = log_row(own, '\\core\\event\\webservice_function_called')
    assert (userid, other) == (answer['userid'], {'function': INFO})
    assert rest == ['ws', 1, 10, 'r', 0]


# lastaccess moves once a minute.
@pytest.mark.parametrize('age, moves', [(30, False), (90, True)])
def test_210_02_lastaccess(site, own, age, moves):
    before = int(time.time()) - age
    set_token(own, site.token, lastaccess=before)
    assert 'exception' not in site.call(INFO)
    log_row(own, '\\core\\event\\webservice_function_called')
    time.sleep(0.2)
    after = own.one('SELECT lastaccess FROM mdl_external_tokens WHERE token = %s', (site.token,))
    assert (after != before) == moves


# What is no token of ours is unknown, whatever bytes it has, and logged without itself.
@pytest.mark.parametrize('token', ['', '0123456789abcdef0123456789abcdef', 'ZZZ<&>', "' OR 1=1 --",
                                   'é', 'a' * 5000])
def test_210_03_unknown(site, own, token):
    assert refused(site.call(INFO, token=token)) == (MOODLE, 'invalidtoken')
    assert log_row(own, FAILED) == (0, {'method': 1, 'reason': 'invalid_token'},
                                    ['ws', 1, 10, 'r', 0])


# Bytes that are no text are no token and no function either.
@pytest.mark.parametrize('query, code', [
    ('wstoken=%ff%fe&wsfunction=' + INFO, 'invalidtoken'),
    ('wstoken[]=x&wsfunction=' + INFO, 'invalidtoken'),
    ('wsfunction=' + INFO, 'invalidtoken')])
def test_210_04_odd_tokens(site, own, query, code):
    reply = site.request('GET', f'/webservice/rest/server.php?moodlewsrestformat=json&{query}')
    assert reply.json()['errorcode'] == code


# Letters count as they are.
def test_210_05_case(site, own):
    set_token(own, site.token, token='abcdefabcdefabcdefabcdefabcdefab')
    assert refused(site.call(INFO, token='ABCDEFabcdefabcdefabcdefabcdefab'))[1] == 'invalidtoken'
    assert 'exception' not in site.call(INFO, token='abcdefabcdefabcdefabcdefabcdefab')


# A token whose time is over is deleted at once, without a log row; then it is unknown.
def test_210_06_expired(site, own):
    set_token(own, site.token, validuntil=int(time.time()) - 2)
    assert refused(site.call(INFO)) == NO_ACCESS
    assert own.one('SELECT count(*) FROM mdl_external_tokens WHERE token = %s', (site.token,)) == 0
    assert no_log_row(own)
    assert refused(site.call(INFO))[1] == 'invalidtoken'


# Until its last second it is good; null and 0 mean for ever.
@pytest.mark.parametrize('until', [None, 0, 'soon'])
def test_210_07_not_expired(site, own, until):
    set_token(own, site.token, validuntil=int(time.time()) + 30 if until == 'soon' else until)
    assert 'exception' not in site.call(INFO)


# Its addresses: refused elsewhere, with the id of the token as text and no use noted.
@pytest.mark.parametrize('addresses, admitted', [
    ('10.1.2.3', False), ('10.1.2.3, 127.0.0.0/8', True), ('127.0.0.1-9', True), ('127.', True),
    ('', True), (None, True), ('::1', False)])
def test_210_08_address(site, own, addresses, admitted):
    set_token(own, site.token, iprestriction=addresses)
    answer = site.call(INFO)
    if admitted:
        assert 'exception' not in answer
        return
    assert refused(answer) == NO_ACCESS
    tokenid = own.one('SELECT id FROM mdl_external_tokens WHERE token = %s', (site.token,))
    assert log_row(own, FAILED)[1] == {'method': 1, 'reason': 'ip_restricted',
                                       'tokenid': str(tokenid)}
    assert own.one('SELECT lastaccess FROM mdl_external_tokens WHERE token = %s',
                   (site.token,)) is None


# A token bound to a session of a browser lives and dies with it.
def test_210_09_session_of_php(site, own):
    set_token(own, site.token, sid='browser')
    assert refused(site.call(INFO)) == NO_ACCESS
    assert own.one('SELECT count(*) FROM mdl_external_tokens WHERE token = %s', (site.token,)) == 0


@pytest.mark.parametrize('idle, lives', [(100, True), (28700, True), (28900, False)])
def test_210_10_session_idle(site, own, idle, lives):
    userid = user_of(own, site.token)
    set_token(own, site.token, sid='browser')
    touched = int(time.time()) - idle
    own.run("INSERT INTO mdl_sessions (state, sid, userid, timecreated, timemodified)"
            " VALUES (0, 'browser', %s, %s, %s)", (userid, touched, touched))
    assert ('exception' not in site.call(INFO)) == lives
    # Whatever becomes of the token, the browser's own row is left alone.
    assert own.all("SELECT timemodified FROM mdl_sessions WHERE sid = 'browser'") == [(touched,)]


# An embedded token of a browser's session is none of ours.
def test_210_11_embedded(site, own):
    now = int(time.time())
    set_token(own, site.token, sid='browser', tokentype=1)
    own.run("INSERT INTO mdl_sessions (state, sid, userid, timecreated, timemodified)"
            " VALUES (0, 'browser', 3, %s, %s)", (now, now))
    assert refused(site.call(INFO))[1] == 'invalidtoken'
    assert own.one('SELECT count(*) FROM mdl_external_tokens WHERE token = %s', (site.token,)) == 1


# Where sessions are not in the database nobody knows whether one is dead: nothing is deleted.
def test_210_12_sessions_elsewhere(site, own, serve):
    set_token(own, site.token, sid='browser')
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSSessionsInDB Off\n')
    assert refused(other.call(INFO)) == NO_ACCESS
    assert own.one('SELECT count(*) FROM mdl_external_tokens WHERE token = %s', (site.token,)) == 1


# A token without its context or its user.
@pytest.mark.parametrize('column, code', [('contextid', 'invalidrecord'), ('userid', 'invaliduser')])
def test_210_13_nothing_behind(site, own, column, code):
    set_token(own, site.token, **{column: 999999})
    assert refused(site.call(INFO)) == ('dml_missing_record_exception', code)


# ---- the account

# What is refused of an account, and how that is logged. The use of the token is noted all the same.
@pytest.mark.parametrize('change, code, reason', [
    ('deleted = 1', 'wsaccessuserdeleted', 'user_deleted'),
    ('confirmed = 0', 'wsaccessuserunconfirmed', 'user_unconfirmed'),
    ('suspended = 1', 'wsaccessusersuspended', 'user_unconfirmed'),
    ("auth = 'nologin'", 'wsaccessusernologin', 'login')])
def test_210_20_account(site, own, change, code, reason):
    userid = user_of(own, site.token)
    own.run(f'UPDATE mdl_user SET {change} WHERE id = %s', (userid,))
    assert refused(site.call(INFO)) == (MOODLE, code)
    assert log_row(own, FAILED)[:2] == (0, {'method': 1, 'reason': reason, 'username': 'wsuser'})
    assert own.wait_for('SELECT 1 FROM mdl_external_tokens WHERE token = %s'
                        ' AND lastaccess IS NOT NULL', (site.token,))


# The first of several reasons counts.
def test_210_21_order(site, own):
    own.run("UPDATE mdl_user SET suspended = 1, confirmed = 0, auth = 'nologin' WHERE id = %s",
            (user_of(own, site.token),))
    assert refused(site.call(INFO))[1] == 'wsaccessuserunconfirmed'


# Maintenance keeps out who may not enter then, and says so before anything about the account.
def test_210_22_maintenance(site, own):
    own.config('maintenance_enabled', 1)
    student = site.env['TOKEN_STUDENT']
    own.run('UPDATE mdl_user SET suspended = 1 WHERE id = %s', (user_of(own, student),))
    assert refused(site.call(INFO, token=student)) == (MOODLE, 'sitemaintenance')
    own.config('siteadmins', f'2,{user_of(own, site.token)}')
    assert 'exception' not in site.call(INFO)


# Passwords of the plugin manual may expire; one that was never dated does not.
@pytest.mark.parametrize('days_ago, code', [(None, None), (20, None), (40, 'wsaccessuserexpired')])
def test_210_23_password_expired(site, own, days_ago, code):
    for name, value in (('expiration', '1'), ('expirationtime', '30')):
        own.run("DELETE FROM mdl_config_plugins WHERE plugin = 'auth_manual' AND name = %s", (name,))
        own.run("INSERT INTO mdl_config_plugins (plugin, name, value)"
                " VALUES ('auth_manual', %s, %s)", (name, value))
    if days_ago is not None:
        own.run("INSERT INTO mdl_user_preferences (userid, name, value)"
                " VALUES (%s, 'auth_manual_passwordupdatetime', %s)",
                (user_of(own, site.token), str(int(time.time()) - days_ago * 86400)))
    assert site.call(INFO).get('errorcode') == code
    if code:
        assert log_row(own, FAILED)[1]['reason'] == 'password_expired'


# The capability of the protocol, in the context of the token; no log row.
def test_210_24_protocol_capability(site, own):
    student = site.env['TOKEN_STUDENT']
    own.run('DELETE FROM mdl_role_assignments WHERE roleid = 9 AND userid = %s',
            (user_of(own, student),))
    assert refused(site.call(INFO, token=student)) == NO_ACCESS
    assert no_log_row(own)


def test_210_25_capability_in_context(site, own):
    student = site.env['TOKEN_STUDENT']
    own.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
            " SELECT c.id, 9, 'webservice/rest:use', -1000 FROM mdl_context c"
            "  WHERE c.contextlevel = 50 AND c.instanceid = 2")
    assert 'exception' not in site.call(INFO, token=student)
    context = own.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    set_token(own, student, contextid=context)
    assert refused(site.call(INFO, token=student)) == NO_ACCESS


# ---- the function

def test_210_30_no_function(site, own):
    assert refused(site.call('')) == ('core\\exception\\invalid_parameter_exception',
                                      'invalidparameter')


@pytest.mark.parametrize('name', ['core_nosuch_function', INFO.upper(), INFO + ' ', 'é'])
def test_210_31_unknown_function(site, own, name):
    assert refused(site.call(name)) == ('dml_missing_record_exception', 'invalidrecord')
    assert no_log_row(own)


# A function that the site knows and this server does not serve.
def test_210_32_not_ours(site, own):
    own.keep('external_functions', 'external_services_functions')
    own.run("INSERT INTO mdl_external_functions (name, classname, methodname, component)"
            " VALUES ('local_other_thing', 'x', 'y', 'local_other')")
    own.run("INSERT INTO mdl_external_services_functions (externalserviceid, functionname)"
            " VALUES (2, 'local_other_thing')")
    assert refused(site.call('local_other_thing')) == ('core\\exception\\coding_exception',
                                                       'codingerror')


# A service without the function, switched off, or gone.
@pytest.mark.parametrize('change', [
    "DELETE FROM mdl_external_services_functions WHERE functionname = '" + INFO + "'",
    'UPDATE mdl_external_services SET enabled = 0 WHERE id = 2',
    'DELETE FROM mdl_external_services WHERE id = 2'])
def test_210_33_not_offered(site, own, change):
    own.keep('external_services_functions')
    own.run(change)
    assert refused(site.call(INFO)) == NO_ACCESS
    assert no_log_row(own)


# A service that asks for a capability.
def test_210_34_service_capability(site, own):
    own.run("UPDATE mdl_external_services SET requiredcapability = 'moodle/site:config'"
            " WHERE id = 2")
    assert refused(site.call(INFO)) == NO_ACCESS
    own.config('siteadmins', f'2,{user_of(own, site.token)}')
    assert 'exception' not in site.call(INFO)


# A service for listed users: any row that admits is enough. A time in the future admits, one in the
# past refuses.
@pytest.mark.parametrize('rows, admitted', [
    ([], False),
    ([(None, None)], True),
    ([(None, 0)], True),
    ([(None, 100)], True),
    ([(None, -100)], False),
    ([('10.1.2.3', None)], False),
    ([('127.0.0.1', 100)], True),
    ([('', None)], True),
    ([('10.1.2.3', None), (None, -100)], False),
    ([('10.1.2.3', None), (None, -100), (None, 100)], True)])
def test_210_35_listed(site, own, rows, admitted):
    reader = site.env['TOKEN_READER']
    own.run('DELETE FROM mdl_external_services_users')
    for addresses, until in rows:
        own.run('INSERT INTO mdl_external_services_users'
                ' (externalserviceid, userid, iprestriction, validuntil, timecreated)'
                ' VALUES (3, %s, %s, %s, 0)',
                (user_of(own, reader), addresses, until and int(time.time()) + until))
    assert ('exception' not in site.call(INFO, token=reader)) == admitted


# A name of 2.1 stands for its modern name: a service that lists either admits it.
@pytest.mark.parametrize('listed, admitted', [
    (INFO, True), ('moodle_webservice_get_siteinfo', True), (None, False)])
def test_210_36_old_name(site, own, listed, admitted):
    own.keep('external_services_functions')
    own.run('DELETE FROM mdl_external_services_functions WHERE functionname = %s', (INFO,))
    if listed:
        own.run('INSERT INTO mdl_external_services_functions (externalserviceid, functionname)'
                ' VALUES (2, %s)', (listed,))
    answer = site.call('moodle_webservice_get_siteinfo')
    assert ('exception' not in answer) == admitted
    if admitted:
        assert log_row(own, '\\core\\event\\webservice_function_called')[1] == {
            'function': 'moodle_webservice_get_siteinfo'}
    else:
        assert refused(answer) == NO_ACCESS


# Errors under an old name spell their class as 2.1 did, once the function is known.
def test_210_37_old_class(site, own):
    bad = {'userid': 'x'}
    old = site.call('moodle_enrol_get_users_courses', bad)
    new = site.call('core_enrol_get_users_courses', bad)
    assert refused(old) == ('invalid_parameter_exception', 'invalidparameter')
    assert refused(new) == ('core\\exception\\invalid_parameter_exception', 'invalidparameter')


# ---- the gates

@pytest.mark.parametrize('name, value', [('enablewebservices', '0'), ('enablewebservices', None),
                                         ('webserviceprotocols', 'soap'),
                                         ('webserviceprotocols', ' rest')])
def test_210_40_closed(site, own, serve, name, value):
    own.config(name, value)
    other = serve(PROTOCOLS='', EXTRA='MoodleWSCacheAge 0\n')
    reply = other.rest(INFO)
    assert (reply.status, reply.body) == (403, b'')


# MoodleWSProtocols adds with a plus, and replaces without.
@pytest.mark.parametrize('protocols, status', [('+rest', 200), ('rest soap', 200), ('soap', 403),
                                               ('+amf', 403)])
def test_210_41_protocols(site, own, serve, protocols, status):
    own.config('webserviceprotocols', 'xmlrpc')
    other = serve(PROTOCOLS=protocols, EXTRA='MoodleWSCacheAge 0\n')
    assert other.rest(INFO).status == status


def test_210_42_upgrade(site, own):
    own.config('upgraderunning', int(time.time()) + 60)
    assert refused(site.call(INFO)) == (MOODLE, 'upgraderunning')
    own.config('upgraderunning', int(time.time()) - 60)
    assert 'exception' not in site.call(INFO)


# ---- read-only

# A server that only reads answers reads, and leaves nothing behind.
def test_210_50_read_only(site, own, serve):
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSLogDelay 0\nMoodleWSReadOnly On\n')
    assert 'exception' not in other.call(INFO)
    set_token(own, site.token, validuntil=1)
    assert refused(other.call(INFO)) == NO_ACCESS
    assert refused(other.call(INFO, token='nonsense'))[1] == 'invalidtoken'
    assert no_log_row(own)
    assert own.all('SELECT lastaccess FROM mdl_external_tokens WHERE token = %s',
                   (site.token,)) == [(None,)]
