# SPDX-License-Identifier: Apache-2.0
# t/test_130_gates.py -- what the site or the administrator closes, whoever calls: web services,
# protocols, upgrade, maintenance, writing, the event log.
import os
import socket
import time

import pytest

import env

INFO = 'core_webservice_get_site_info'
SIMPLE = '/webservice/rest/simpleserver.php'
TOKEN = '/login/token.php'
CALLED = '\\core\\event\\webservice_function_called'
FAILED = '\\core\\event\\webservice_login_failed'

# Virtual hosts, each with a directive of its own.
HOSTS = {'site': '', 'rest soap': 'MoodleWSProtocols "rest soap"', 'soap': 'MoodleWSProtocols soap',
         '+rest': 'MoodleWSProtocols +rest', '+amf': 'MoodleWSProtocols +amf',
         '+soap rest': 'MoodleWSProtocols "+soap rest"',
         '+rest soap': 'MoodleWSProtocols "+rest soap"',
         'amf xmlrpc': 'MoodleWSProtocols "amf xmlrpc"', 'read only': 'MoodleWSReadOnly On',
         'log off': 'MoodleWSLog off', 'log error': 'MoodleWSLog error', 'log db': 'MoodleWSLog db',
         'no simple': 'MoodleWSSimpleAuth Off', 'upgraded': 'MoodleWSConfig upgraderunning 0'}


def free_ports(count):
    """So many ports that differ: each is taken until all are known."""
    held = [socket.socket() for _ in range(count)]
    for s in held:
        s.bind(('127.0.0.1', 0))
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Hosts:
    """One httpd with all of HOSTS, each on a port."""

    def __init__(self, site):
        self.site, self.ports = site, dict(zip(HOSTS, free_ports(len(HOSTS))))
        self.httpd = env.Httpd(site, self.edit)

    def edit(self, conf):
        """The base has no word of protocols."""
        conf = '\n'.join(line for line in conf.splitlines()
                         if not line.startswith('MoodleWSProtocols'))
        for name, line in HOSTS.items():
            port = self.ports[name]
            conf += (f'\nListen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\n{line}\n'
                     '</VirtualHost>\n')
        return conf

    def post(self, name, pairs=None, path=env.SERVER, **fields):
        form = {'wstoken': self.site.token, 'wsfunction': INFO, 'moodlewsrestformat': 'json'}
        pairs = {**(form if pairs is None else pairs), **fields}
        return env.send(self.ports[name], 'POST', path, pairs)


@pytest.fixture(scope='module')
def hosts(site):
    made = Hosts(site)
    with made.httpd:
        yield made


@pytest.fixture
def own(db):
    """What calls leave behind is taken away, and the log is empty when a test begins."""
    db.run('DELETE FROM mdl_logstore_standard_log')
    db.keep('external_tokens', 'user_preferences', 'sessions', 'logstore_standard_log')
    return db


def token_for(db, userid, service=2):
    """A new token of USERID."""
    token = os.urandom(16).hex()
    db.run('INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,'
           ' contextid, creatorid, validuntil, timecreated) VALUES (%s, 0, %s, %s, 1, 2, 0, 0)',
           (token, userid, service))
    return token


def allow(db, roleid, capability):
    db.keep('role_capabilities')
    db.run('DELETE FROM mdl_role_capabilities WHERE roleid = %s AND contextid = 1'
           ' AND capability = %s', (roleid, capability))
    db.run('INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission,'
           ' timemodified) VALUES (1, %s, %s, 1, 0)', (roleid, capability))


def plugin_config(db, plugin, name, value):
    db.keep('config_plugins')
    db.run('DELETE FROM mdl_config_plugins WHERE plugin = %s AND name = %s', (plugin, name))
    if value is not None:
        db.run('INSERT INTO mdl_config_plugins (plugin, name, value) VALUES (%s, %s, %s)',
               (plugin, name, value))


def closed(reply):
    """403 and nothing else."""
    return (reply.status == 403 and reply.body == b'' and 'Content-Type' not in reply.headers
            and 'Access-Control-Allow-Origin' not in reply.headers)


def served(reply):
    return reply.status == 200 and reply.json().get('username') == 'wsuser'


def login(site):
    return {'username': 'student', 'password': site.env['WSPASSWORD'], 'service': 'everything'}


# ---- web services and protocols

# Off, whatever the spelling: the servers are shut, and the script that gives tokens says so.
@pytest.mark.parametrize('value', ['0', '', None])
def test_130_01_web_services_off(site, hosts, own, value):
    own.config('enablewebservices', value)
    for path in (env.SERVER, SIMPLE):
        assert closed(hosts.post('site', path=path)) and closed(hosts.post('rest soap', path=path))
    assert closed(site.request('GET', env.SERVER)) and closed(site.rest(INFO, token='nobody'))
    assert closed(site.request('POST', env.SERVER, '{', {'Content-Type': 'application/json'}))
    assert site.request('POST', TOKEN, login(site)).json()['errorcode'] == 'enablewsdescription'


# On is whatever PHP takes for true.
@pytest.mark.parametrize('value', ['1', 'yes', ' '])
def test_130_02_web_services_on(hosts, own, value):
    own.config('enablewebservices', value)
    assert served(hosts.post('site'))


# The site's list of protocols: items between commas, exactly.
@pytest.mark.parametrize('listed, is_open', [
    ('rest', True), ('rest,soap', True), ('soap,rest', True), ('soap', False), ('', False),
    (None, False), ('soap, rest', False), ('REST', False), ('resty', False), ('xrest', False),
    (',rest,', True)])
def test_130_03_site_protocols(hosts, own, listed, is_open):
    own.config('webserviceprotocols', listed)
    for path in (env.SERVER, SIMPLE):
        assert closed(hosts.post('site', path=path)) != is_open
    assert served(hosts.post('site')) == is_open


# MoodleWSProtocols: names replace the site's list, a plus adds to it.
@pytest.mark.parametrize('words, with_rest, without', [
    ('rest soap', True, True), ('soap', False, False), ('+rest', True, True), ('+amf', True, False),
    ('+soap rest', True, True), ('+rest soap', True, True), ('amf xmlrpc', False, False)])
def test_130_04_directive(hosts, own, words, with_rest, without):
    own.config('webserviceprotocols', 'rest')
    assert served(hosts.post(words)) == with_rest and closed(hosts.post(words)) != with_rest
    own.config('webserviceprotocols', 'soap')
    assert served(hosts.post(words)) == without and closed(hosts.post(words)) != without


# A token is given whatever the protocols are; a preflight is answered whatever is shut.
def test_130_05_protocols_elsewhere(site, hosts, own):
    own.config('webserviceprotocols', '')
    assert 'token' in hosts.post('soap', login(site), TOKEN).json()
    own.config('enablewebservices', '0')
    reply = env.send(hosts.ports['soap'], 'OPTIONS', env.SERVER,
                     headers={'Access-Control-Request-Method': 'POST'})
    assert reply.status == 204


# Simple authentication needs its plugin, and may be forbidden besides.
def test_130_06_simple(site, hosts, own):
    pairs = {'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD'], 'wsfunction': INFO,
             'moodlewsrestformat': 'json'}
    own.config('auth', 'email')
    assert hosts.post('rest soap', pairs, SIMPLE).json()['errorcode'] == 'accessexception'
    own.config('auth', 'email,webservice')
    assert served(hosts.post('rest soap', pairs, SIMPLE))
    assert served(hosts.post('rest soap', pairs))
    assert hosts.post('no simple', pairs, SIMPLE).json()['errorcode'] == 'accessexception'


# ---- upgrade and maintenance

# While an upgrade runs there is a document that says so, before any credentials are looked at; a
# time that is over does not count, nor does the row where config.php overrides it.
def test_130_07_upgrade(site, hosts, own):
    soon = int(time.time()) + 300
    own.config('upgraderunning', soon)
    for token in (site.token, 'nobody'):
        answer = hosts.post('site', wstoken=token)
        assert (answer.status, answer.json()['errorcode']) == (200, 'upgraderunning')
        assert answer.json()['exception'] == 'core\\exception\\moodle_exception'
    assert '<ERRORCODE>upgraderunning<' in hosts.post('site', moodlewsrestformat='xml').text
    true = hosts.post('site', moodlewssettinghttpstatus=1)
    assert true.status == 503 and true.headers['Retry-After'].isdigit()
    assert hosts.post('site', login(site), TOKEN).json()['errorcode'] == 'upgraderunning'
    assert served(hosts.post('upgraded'))
    own.config('upgraderunning', int(time.time()) - 5)
    assert served(hosts.post('site'))
    own.config('upgraderunning', soon)
    own.config('enablewebservices', '0')
    assert hosts.post('site').json()['errorcode'] == 'upgraderunning'


# Under maintenance administrators pass, and whoever may by a role; an unknown token stays unknown.
def test_130_08_maintenance(site, own):
    admin = token_for(own, 2)
    tokens = [site.token, site.env['TOKEN_TEACHER'], site.env['TOKEN_STUDENT']]
    own.config('maintenance_enabled', '1')
    for token in tokens:
        answer = site.call(INFO, token=token)
        assert answer['errorcode'] == 'sitemaintenance'
        assert answer['exception'] == 'core\\exception\\moodle_exception'
    assert site.call(INFO, token=admin)['username'] == 'admin'
    assert site.call(INFO, token='nobody')['errorcode'] == 'invalidtoken'
    true = site.rest(INFO, moodlewssettinghttpstatus=1)
    assert true.status == 503 and true.headers['Retry-After'].isdigit()
    allow(own, 1, 'moodle/site:maintenanceaccess')
    assert [site.call(INFO, token=t).get('username') for t in tokens] == ['wsuser', None, None]
    own.config('maintenance_enabled', '0')
    assert all('username' in site.call(INFO, token=t) for t in tokens)


# ---- read only

def contents(db):
    """What the database holds: of each table the rows and a sum over them, and each sequence."""
    tables = [r[0] for r in db.all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    parts = [f"SELECT '{t}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {t} t"
             for t in tables]
    return {name: rest for name, *rest in db.all(' UNION ALL '.join(parts))}, db.all(
        'SELECT sequencename, last_value FROM pg_sequences ORDER BY 1')


# Whatever is asked of a server that only reads, no row changes anywhere.
def test_130_09_read_only(site, hosts, own):
    student = site.env['TOKEN_STUDENT']
    own.config('lockoutthreshold', '3')
    own.config('auth', 'email,webservice')
    own.run('UPDATE mdl_external_tokens SET lastaccess = NULL')
    expired = token_for(own, 6)
    own.run('UPDATE mdl_external_tokens SET validuntil = 5 WHERE token = %s', (expired,))
    before = contents(own)
    assert served(hosts.post('read only'))
    for pairs, code in [({'wstoken': student, 'wsfunction': 'core_course_get_categories'}, None),
                        ({'wstoken': expired}, 'accessexception'),
                        ({'wstoken': 'x'}, 'invalidtoken'),
                        ({'wstoken': student, 'wsfunction': 'core_group_get_groups',
                          'groupids[0]': 1}, 'nopermissions')]:
        answer = hosts.post('read only', **pairs).json()
        assert isinstance(answer, list) if code is None else answer['errorcode'] == code
    for _ in range(4):
        wrong = {**login(site), 'password': 'wrong'}
        assert hosts.post('read only', wrong, TOKEN).json()['errorcode'] == 'invalidlogin'
    simple = {'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD'], 'wsfunction': INFO,
              'moodlewsrestformat': 'json'}
    assert served(hosts.post('read only', simple, SIMPLE))
    wrong = {**simple, 'wspassword': 'wrong'}
    assert hosts.post('read only', wrong, SIMPLE).json()['errorcode'] == 'wrongusernamepassword'
    time.sleep(0.5)
    assert contents(own) == before


# No token is made and no session begun, though the password is right.
def test_130_10_read_only_tokens(site, hosts, own):
    own.run('DELETE FROM mdl_external_tokens WHERE userid = 6')
    before = contents(own)
    assert hosts.post('read only', login(site), TOKEN).json()['errorcode'] == 'readonly'
    session = {'wsusername': 'student', 'wspassword': site.env['WSPASSWORD'],
               'service': 'everything', 'moodlewsrestformat': 'json'}
    assert hosts.post('read only', session).json()['errorcode'] == 'readonly'
    time.sleep(0.3)
    assert contents(own) == before
    assert 'token' in hosts.post('log off', login(site), TOKEN).json()


# ---- the event log

def events(db, name, count):
    """The rows of an event, once there are so many."""
    db.wait_for('SELECT 1 FROM mdl_logstore_standard_log WHERE eventname = %s'
                ' HAVING count(*) >= %s', (name, count))
    return db.all('SELECT userid, other FROM mdl_logstore_standard_log WHERE eventname = %s'
                  ' ORDER BY id', (name,))


def silent(db):
    time.sleep(0.3)
    return db.one('SELECT count(*) FROM mdl_logstore_standard_log') == 0


# db: rows of the call and of the failure.
def test_130_11_log_db(hosts, own):
    assert served(hosts.post('log db'))
    hosts.post('log db', wstoken='nobody')
    assert events(own, CALLED, 1) == [(3, '{"function":"%s"}' % INFO)]
    assert events(own, FAILED, 1) == [(0, '{"method":1,"reason":"invalid_token"}')]


# off: nothing but the use of the token.
def test_130_12_log_off(site, hosts, own):
    own.run('UPDATE mdl_external_tokens SET lastaccess = NULL')
    assert served(hosts.post('log off'))
    hosts.post('log off', wstoken='nobody')
    assert own.wait_for('SELECT 1 FROM mdl_external_tokens WHERE token = %s AND lastaccess > 0',
                        (site.token,))
    assert silent(own)


# error: a line each in httpd's log, without secrets, and no rows.
def test_130_13_log_error(site, hosts, own):
    seen = len(hosts.httpd.error_log())
    assert served(hosts.post('log error'))
    hosts.post('log error', wstoken='0badc0de')
    assert silent(own)
    lines = [line for line in hosts.httpd.error_log()[seen:].splitlines() if 'MWS01101' in line]
    assert len(lines) == 2
    assert 'webservice_function_called' in lines[0] and INFO in lines[0] and 'user 3,' in lines[0]
    assert 'webservice_login_failed' in lines[1] and '127.0.0.1' in lines[1]
    assert site.token not in hosts.httpd.error_log() and '0badc0de' not in hosts.httpd.error_log()


# The site's own settings are heard first: no standard store, no rows.
@pytest.mark.parametrize('stores, kept', [
    ('logstore_standard', True), ('logstore_database,logstore_standard', True),
    ('logstore_database', False), ('', False), (None, False), ('logstore_standard2', False)])
def test_130_14_stores(site, hosts, own, stores, kept):
    plugin_config(own, 'tool_log', 'enabled_stores', stores)
    seen = len(hosts.httpd.error_log())
    assert served(hosts.post('log db')) and served(hosts.post('log error'))
    site.call(INFO, token='nobody')
    if kept:
        assert events(own, CALLED, 1) and events(own, FAILED, 1)
    else:
        assert silent(own)
    assert ('MWS01101' in hosts.httpd.error_log()[seen:]) == kept


# Guests, and those who are not anybody, may be left out of the log.
@pytest.mark.parametrize('value, kept', [('0', False), ('1', True), (None, True)])
def test_130_15_guests(site, own, value, kept):
    plugin_config(own, 'logstore_standard', 'logguests', value)
    allow(own, 6, 'webservice/rest:use')
    guest = token_for(own, 1)
    assert site.call(INFO, token=guest)['username'] == 'guest'
    site.call(INFO, token='nobody')
    assert site.call(INFO)['username'] == 'wsuser'
    users = {1, 3} if kept else {3}
    assert {user for user, _ in events(own, CALLED, len(users))} == users
    time.sleep(0.2)
    assert len(events(own, CALLED, 0)) == len(users) and bool(events(own, FAILED, 0)) == kept


# The data of an event are JSON, also where the store is set to PHP's own form: Moodle reads each row
# in the form that it has.
@pytest.mark.parametrize('value', ['1', '0'])
def test_130_16_jsonformat(site, own, value):
    called, failed = '{"function":"%s"}' % INFO, '{"method":1,"reason":"invalid_token"}'
    plugin_config(own, 'logstore_standard', 'jsonformat', value)
    site.call(INFO)
    site.call(INFO, token='nobody')
    assert [other for _, other in events(own, CALLED, 1)] == [called]
    assert [other for _, other in events(own, FAILED, 1)] == [failed]
