# SPDX-License-Identifier: Apache-2.0
# t/test_140_amf.py -- AMF over HTTP: packets in both encodings, messages of Flex, logins by all three
# ways, introspection, errors, and what is refused.
import base64
import datetime
import re
import struct
import time

import pytest

import amf
import env

SERVER = '/webservice/amf/server.php'
SIMPLE = '/webservice/amf/simpleserver.php'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
INFO = 'core_webservice_get_site_info'
USERS = 'core_user_get_users_by_field'
VIRTUAL = 'webservices_virtual_class_000000'
UUID = re.compile('[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$')
HEX = re.compile('[0-9a-f]{32}$')
IPE = 'core\\exception\\invalid_parameter_exception'


def post(site, body, token=None, path=SERVER, query='', headers=None):
    """Send a packet. TOKEN: wsuser's; '' for none."""
    pairs = [query] if query else []
    if token != '':
        pairs.insert(0, f'wstoken={token or site.token}')
    path += '?' + '&'.join(pairs) if pairs else ''
    return site.request('POST', path, body, {'Content-Type': 'application/x-amf', **(headers or {})})


def messages(reply, status=200):
    """The messages of an answer: (how, value) by the address of the response."""
    assert reply.status == status, reply.body
    assert reply.headers['Content-Type'] == 'application/x-amf'
    answers = {}
    for target, response, value in amf.read(reply.body)[2]:
        assert response == ''
        address, how = target.rsplit('/', 1)
        answers[address] = (how, value)
    return answers


def result(reply):
    """The only result, of a call to /1."""
    answers = messages(reply)
    assert list(answers) == ['/1'] and answers['/1'][0] == 'onResult', answers
    return answers['/1'][1]


def fault(reply, status=200):
    """The value of the only answer, a fault to /1."""
    answers = messages(reply, status)
    assert list(answers) == ['/1'] and answers['/1'][0] == 'onStatus', answers
    return answers['/1'][1]


def call0(site, name, *args, **more):
    """Call by NetConnection in AMF0."""
    return post(site, amf.packet((name, '/1', list(args))), **more)


def call3(site, name, *args, **more):
    """The same in AMF3."""
    return post(site, amf.packet((name, '/1', amf.Avm([list(args)])), version=3), **more)


def flex(site, *sent, **more):
    """Send messages of Flex, to /1, /2 ..."""
    return post(site, amf.packet(*(('null', f'/{i}', [amf.Avm([message])])
                                   for i, message in enumerate(sent, 1)), version=3), **more)


def flex_result(reply):
    """The body of the only answer of Flex."""
    message = result(reply)
    assert message.cls == amf.MESSAGES + 'AcknowledgeMessage'
    return message['body']


def plain(value):
    """As REST's JSON gives it: AMF0 has only doubles, objects have classes, and are not lists when they
    are empty."""
    if value == {}:
        return []
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value == int(value) else value


def login_body(user, password):
    return base64.b64encode(f'{user}:{password}'.encode()).decode()


@pytest.fixture
def own(db):
    """What logins change is put back."""
    db.keep('external_tokens', 'sessions', 'user', 'user_preferences', 'config_plugins',
            'logstore_standard_log')
    db.run('DELETE FROM mdl_sessions')
    return db


@pytest.fixture(scope='module')
def narrow(site):
    """A server with small limits."""
    lines = '\nMoodleWSBodyMax 4096\nMoodleWSKeysMax 50\nMoodleWSDepthMax 6\nMoodleWSCallsMax 3\n'
    with env.Httpd(site, lambda conf: conf + lines) as httpd:
        httpd.token = site.token
        yield httpd


CALLS = [
    (INFO, [], {}),
    (GROUPS, [[1, 2]], {'groupids': [1, 2]}),
    (MEMBERS, [[1, 2]], {'groupids': [1, 2]}),
    (USERS, ['username', ['haruka', 'sparkle']],
     {'field': 'username', 'values': ['haruka', 'sparkle']}),
    ('core_course_get_courses', [{'ids': [2]}], {'options': {'ids': [2]}}),
    ('core_course_get_categories', [[{'key': 'id', 'value': '1'}], 0],
     {'criteria': [{'key': 'id', 'value': '1'}], 'addsubcategories': 0}),
    ('core_enrol_get_enrolled_users', [2, [{'name': 'limitnumber', 'value': 2}]],
     {'courseid': 2, 'options': [{'name': 'limitnumber', 'value': 2}]}),
    ('moodle_group_get_groups', [[1]], {'groupids': [1]}),
]


# A call has the result that REST has, in both encodings, by NetConnection and by Flex.
@pytest.mark.parametrize('name, args, params', CALLS)
def test_140_01_results(site, name, args, params):
    same = site.call(name, params)
    for reply in (call0(site, name, *args), call3(site, name, *args)):
        assert plain(result(reply)) == same
    assert plain(flex_result(flex(site, amf.remoting(name, args)))) == same


# The bytes of a whole exchange in AMF0.
def test_140_02_bytes(site, db):
    db.keep('groups_members')
    db.run('DELETE FROM mdl_groups_members WHERE groupid = 1')
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded) VALUES (1, 6, 0)')
    value = (b'\x0a\0\0\0\1\x03\0\x07groupid\0' + struct.pack('>d', 1)
             + b'\0\x07userids\x0a\0\0\0\1\0' + struct.pack('>d', 6) + b'\0\0\x09')
    body = b'\x0a\0\0\0\1\x0a\0\0\0\1\0' + struct.pack('>d', 1)
    name = b'ws.' + MEMBERS.encode()
    sent = (b'\0\0\0\0\0\1' + amf.utf8(name) + amf.utf8('/1') + amf.u32(len(body)) + body)
    assert post(site, sent).body == (b'\0\0\0\0\0\1' + amf.utf8('/1/onResult') + b'\0\0'
                                     + amf.u32(len(value)) + value)


# And of one in AMF3: the key of the second struct is a reference, as its form is.
def test_140_03_bytes3(site, db):
    db.keep('groups_members')
    db.run('DELETE FROM mdl_groups_members WHERE groupid IN (1, 2)')
    value = (b'\x11\x09\x80\x80\x80\x05\x01\x0a\x0b\x01\x0fgroupid\x04\x01\x0fuserids'
             b'\x09\x80\x80\x80\x01\x01\x01\x0a\x01\x00\x04\x02\x02\x09\x80\x80\x80\x01\x01\x01')
    assert call3(site, MEMBERS, [1, 2]).body == (
        b'\0\3\0\0\0\1' + amf.utf8('/1/onResult') + b'\0\0' + amf.u32(len(value)) + value)


# The headers of an answer.
def test_140_04_headers(site):
    headers = call0(site, INFO).headers
    assert headers['Content-Type'] == 'application/x-amf'
    assert headers['Cache-Control'] == 'cache, must-revalidate'
    assert headers['Pragma'] == 'public'
    assert headers['Expires'] == 'Thu, 01 Jan 1970 00:00:00 GMT'
    assert headers['Access-Control-Allow-Origin'] == '*'


# A browser that comes by gets a line of HTML, with any method; a preflight its headers.
@pytest.mark.parametrize('path', [SERVER, SIMPLE])
def test_140_05_no_packet(site, path):
    for method in ('GET', 'POST', 'PUT'):
        reply = site.request(method, path, b'' if method == 'POST' else None)
        assert reply.status == 200
        assert reply.headers['Content-Type'].startswith('text/html')
        assert reply.text.count('\n') == 1
    reply = site.request('OPTIONS', path, headers={'Access-Control-Request-Method': 'POST'})
    assert reply.status == 204


# Where the protocol is off, nothing is answered.
def test_140_06_off(site, serve):
    other = serve(PROTOCOLS='rest soap')
    for body in (amf.packet((INFO, '/1', [])), b'', b'x'):
        reply = post(other, body)
        assert (reply.status, reply.body) == (403, b'')


# The version of the packet does not decide the encoding of the answer: a value of AMF3 does.
@pytest.mark.parametrize('version', [0, 1, 3])
def test_140_07_version(site, version):
    reply = post(site, amf.packet((INFO, '/1', []), version=version))
    assert amf.read(reply.body)[0] == 0
    assert result(reply)['userid'] == 3.0
    reply = post(site, amf.packet((INFO, '/1', []), (GROUPS, '/2', [amf.Avm([[1]])]),
                                  version=version))
    assert amf.read(reply.body)[0] == 3
    assert reply.body.count(b'\x11') >= 2
    answers = messages(reply)
    assert answers['/1'][1]['userid'] == 3 and isinstance(answers['/1'][1]['userid'], int)
    assert answers['/2'][1][0]['id'] == 1


# Several messages: each has its own answer, in their order; a failing one stops no other.
def test_140_08_messages(site):
    reply = post(site, amf.packet((GROUPS, '/1', [[1]]), ('nix', '/2', []), (GROUPS, '/3', [[2]]),
                                  (GROUPS, '/4', ['x']), (INFO, '/5', [])))
    answers = messages(reply)
    assert list(answers) == ['/1', '/2', '/3', '/4', '/5']
    assert [how for how, _ in answers.values()] == ['onResult', 'onStatus', 'onResult', 'onStatus',
                                                    'onResult']
    assert answers['/1'][1][0]['id'] == 1 and answers['/3'][1][0]['id'] == 2
    assert answers['/2'][1]['code'] == 'invalidrecord'
    assert answers['/4'][1]['code'] == 'invalidparameter'
    assert amf.read(post(site, amf.packet()).body) == (0, {}, [])


# A call that writes is undone alone, and one after it is done: each has its own transaction.
def test_140_09_own_transactions(site, db):
    db.keep('logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    post(site, amf.packet((GROUPS, '/1', [[1]]), (GROUPS, '/2', ['x']), ('nix', '/3', []),
                          (INFO, '/4', [])))
    db.wait_for('SELECT 1 FROM mdl_logstore_standard_log HAVING count(*) >= 3')
    assert [other for other, in db.all('SELECT other FROM mdl_logstore_standard_log ORDER BY id')
            ] == [f'{{"function":"{name}"}}' for name in (GROUPS, GROUPS, INFO)]


# The name of a function alone, or behind any of the words that have stood for the service.
@pytest.mark.parametrize('prefix', ['', '.', 'ws.', 'moodle.', 'webservice.', VIRTUAL + '.',
                                    'webservices_virtual_class_123456.'])
def test_140_10_names(site, prefix):
    assert result(call0(site, prefix + GROUPS, [1]))[0]['id'] == 1
    assert flex_result(flex(site, amf.remoting(prefix + GROUPS, [[1]])))[0]['id'] == 1


# The class may come beside the operation, as Flex has it.
@pytest.mark.parametrize('source', [None, '', 'ws', VIRTUAL])
def test_140_11_source(site, source):
    assert flex_result(flex(site, amf.remoting(GROUPS, [[1]], source)))[0]['id'] == 1


# Other classes do not exist, and neither do other functions; one that is not allowed is told so.
@pytest.mark.parametrize('name, code, says', [
    ('other.' + GROUPS, 'invalidrecord', 'class'),
    ('webservices_virtual_class_.' + GROUPS, 'invalidrecord', 'class'),
    ('webservices_virtual_class_x.' + GROUPS, 'invalidrecord', 'class'),
    ('a.ws.' + GROUPS, 'invalidrecord', 'class'),
    ('WS.' + GROUPS, 'invalidrecord', 'class'),
    ('ws.core_nothing_at_all', 'invalidrecord', 'method'),
    ('ws.', 'invalidrecord', 'method'),
    ('', 'invalidrecord', 'method'),
    ('ws.\0' + GROUPS, 'invalidrecord', 'method'),
    ('MethodDescriptor.nothing', 'invalidrecord', 'method'),
])
def test_140_12_no_such(site, name, code, says):
    for reply in (call0(site, name), flex(site, amf.remoting(name, []))):
        message = fault(reply)
        assert message.get('code', message.get('faultCode')) == code
        assert says in message.get('description', message.get('faultString'))
    # who may not call at all is told nothing of this
    assert fault(call0(site, name, token='0' * 32))['code'] == 'invalidtoken'


def test_140_13_not_allowed(site):
    answer = fault(call0(site, GROUPS, [1], token=site.env['TOKEN_READER']))
    assert answer['code'] == 'accessexception'


# Arguments: by position, or all by name in one object; nulls at the end count for nothing.
def test_140_14_arguments(site):
    same = result(call0(site, USERS, 'username', ['student']))
    assert len(same) == 1
    for args in (['username', ['student'], None], [{'field': 'username', 'values': ['student']}]):
        assert result(call0(site, USERS, *args)) == same
        assert plain(result(call3(site, USERS, *args))) == plain(same)
    body = {'field': 'username', 'values': ['student']}
    assert plain(flex_result(flex(site, amf.remoting(USERS, body)))) == plain(same)
    assert plain(flex_result(flex(site, amf.remoting(INFO, None))))['userid'] == 3
    answer = fault(call0(site, USERS, 'username', ['student'], 'more'))
    assert answer['code'] == 'invalidparameter' and 'unexpected' in answer['detail']
    answer = fault(call0(site, USERS))
    assert answer['code'] == 'invalidparameter' and '"field"' in answer['detail']
    answer = fault(call0(site, USERS, 'username', None))
    assert answer['code'] == 'invalidparameter' and answer['detail'].startswith('values:')


# Values of every kind, as clients send them: an integer is one in any clothes, lists are lists.
@pytest.mark.parametrize('value', [
    amf.Avm([[1, 2]]),
    amf.Avm([amf.Raw(b'\x0d\x05\x00\0\0\0\1\0\0\0\2')]),
    amf.Avm([amf.Raw(b'\x0e\x05\x00\0\0\0\1\0\0\0\2')]),
    amf.Avm([amf.Raw(b'\x0f\x05\x00' + struct.pack('>dd', 1, 2))]),
    amf.Avm([amf.Raw(b'\x10\x05\x00\x01\x04\x01\x06\x03' + b'2')]),
    amf.Avm([amf.Raw(b'\x0a\x07\x43flex.messaging.io.ArrayCollection\x09\x05\x01\x04\x01\x04\x02')]),
    amf.Avm([['1', b'2']]),
    amf.Avm([[1.0, datetime.datetime.fromtimestamp(2.9, datetime.timezone.utc)]]),
    amf.Raw(b'\x08\0\0\0\0\0\1' + b'0\0' + struct.pack('>d', 1) + b'\0\1' + b'1\0'
            + struct.pack('>d', 2) + b'\0\0\x09'),
    [1, datetime.datetime.fromtimestamp(2.9, datetime.timezone.utc)],
    ['1', '2'],
    [1, amf.Avm([2])],
])
def test_140_15_kinds(site, value):
    answer = result(post(site, amf.packet((GROUPS, '/1', [value]))))
    assert [group['id'] for group in answer] == [1, 2]


# The same object sent again as a reference is the same value; texts and keys too.
def test_140_16_references(site):
    criteria = {'key': 'id', 'value': '1'}
    answer = plain(result(call3(site, 'core_course_get_categories', [criteria, criteria])))
    assert answer == site.call('core_course_get_categories',
                               {'criteria': [{'key': 'id', 'value': '1'}]})
    assert plain(result(post(site, amf.packet(
        (GROUPS, '/1', [amf.Raw(b'\x0a\0\0\0\2\0' + struct.pack('>d', 1) + b'\0'
                                + struct.pack('>d', 2))]),
        )))) == plain(result(call0(site, GROUPS, [1, 2])))


# Texts of all scripts, long ones, and what is not UTF-8.
def test_140_17_texts(site, db):
    db.keep('groups')
    for text in ('Grün', '遥', '✨ 🌅', 'a & b', '', 'x' * 70000):
        db.run('UPDATE mdl_groups SET idnumber = %s, description = %s, enrolmentkey = %s'
               ' WHERE id = 1', (text[:90], text, text[:40]))
        for reply in (call0(site, GROUPS, [1]), call3(site, GROUPS, [1])):
            group = result(reply)[0]
            assert group['idnumber'] == text[:90] and len(group['description']) >= len(text)
    answer = result(call3(site, USERS, 'username', ['haruka', 'sparkle']))
    assert sorted(user['firstname'] for user in answer) == ['Sparkle ✨', '遥']
    for call in (call0, call3):
        assert result(call(site, USERS, 'idnumber', ['\udcff'])) == []


# ---- errors

def test_140_20_fault0(site):
    assert fault(call0(site, GROUPS, [1, 'x'])) == {
        'level': 'error', 'code': 'invalidparameter', 'line': 0,
        'description': 'A parameter is not as declared',
        'detail': 'groupids[1]: expected type int, got "x"'}
    assert fault(call0(site, INFO, token='0' * 32)) == {
        'level': 'error', 'code': 'invalidtoken', 'line': 0, 'description': 'No such token',
        'detail': ''}


# In AMF3 it is an ErrorMessage, of NetConnection as well.
def test_140_21_fault3(site):
    for reply, asked in ((call3(site, GROUPS, ['x']), None),
                         (flex(site, amf.remoting(GROUPS, [['x']])),
                          '7B1C2A90-0000-4000-8000-00000000A001')):
        answer = fault(reply)
        assert answer.cls == amf.MESSAGES + 'ErrorMessage'
        assert list(answer) == ['correlationId', 'clientId', 'destination', 'messageId',
                                'timestamp', 'timeToLive', 'headers', 'body', 'faultCode',
                                'faultString', 'faultDetail', 'rootCause', 'extendedData']
        assert answer['correlationId'] == asked
        assert answer['faultCode'] == 'invalidparameter'
        assert answer['faultString'] == 'A parameter is not as declared'
        assert answer['faultDetail'] == 'groupids[0]: expected type int, got "x"'
        assert answer['extendedData'] == {'exception': IPE, 'errorcode': 'invalidparameter'}
        assert answer['rootCause'] is None and answer['body'] is None


# A 2.1 name has its classes spelled as 2.1 did.
def test_140_22_old_name(site):
    answer = fault(call3(site, 'moodle_group_get_groups', ['x']))
    assert answer['extendedData']['exception'] == 'invalid_parameter_exception'


# What stands against the caller stands against every message.
def test_140_23_every_message(site):
    answers = messages(post(site, amf.packet((INFO, '/1', []), ('login', '/2', []),
                                             (INFO, '/3', [])), token='0' * 32))
    assert [value['code'] for _, value in answers.values()] == ['invalidtoken', 'invalidparameter',
                                                                'invalidtoken']


# Who asks for true status codes gets that of the only call; of several the packet is a success.
def test_140_24_status(site):
    query = 'moodlewssettinghttpstatus=1'
    reply = call0(site, INFO, token='0' * 32, query=query)
    assert reply.headers['WWW-Authenticate'] == 'Bearer'
    assert fault(reply, 401)['code'] == 'invalidtoken'
    two = amf.packet((INFO, '/1', []), (INFO, '/2', []))
    assert post(site, two, token='0' * 32, query=query).status == 200


# Settings of texts come in the address.
def test_140_25_settings(site):
    params = {'groupids': [2]}
    raw = site.call(GROUPS, params, moodlewssettingraw=1)
    assert raw != site.call(GROUPS, params)
    assert plain(result(call0(site, GROUPS, [2], query='moodlewssettingraw=1'))) == raw
    answer = fault(call0(site, GROUPS, [2], query='moodlewssettingraw[]=1'))
    assert answer['code'] == 'codingerror'


# ---- bodies that are no packets

BROKEN = [b'\0', b'\0\0', b'\0\0\0', b'\0\0\0\0\0\1', b'\0\7\0\0\0\0', b'<xml/>', b'{}' * 40,
          amf.packet((INFO, '/1', []))[:-1], b'\0\0\0\0\xff\xff', b'\0\0\xff\xff\0\0',
          amf.packet((INFO, '/1', [amf.Raw(b'\x04')])),
          amf.packet((INFO, '/1', [amf.Raw(b'\x07\0\0')])),
          amf.packet((INFO, '/1', [amf.Raw(b'\x0a\xff\xff\xff\xff')])),
          amf.packet((INFO, '/1', [amf.Raw(b'\x00' + struct.pack('>d', float('nan')))])),
          amf.packet((INFO, '/1', [amf.Avm([amf.Raw(b'\x0a\x07\x03C\x01')])])),
          amf.packet((INFO, '/1', [amf.Avm([amf.Raw(b'\x09\x03\x01\x09\x02')])])),
          amf.packet((INFO, '/1', [amf.Avm([amf.Raw(b'\x06\xff\xff\xff\xffabc')])]))]


@pytest.mark.parametrize('body', BROKEN)
def test_140_30_broken(site, body):
    reply = post(site, body)
    assert reply.status == 400
    if len(body) < 2:
        assert reply.body == b''
        return
    version, _, _ = amf.read(reply.body)
    answer = fault(reply, 400)
    assert version == 0 and answer['code'] == 'invalidparameter'
    assert answer['detail'].startswith('AMF body, byte ')


# Every limit at its edge and one beyond; a packet beyond it is refused as a whole.
def test_140_31_limits(narrow):
    def status(*args, **more):
        return post(narrow, amf.packet((INFO, '/1', list(args)), **more)).status
    assert status([0] * 48) == 200
    assert status([0] * 49) == 400
    deep = 1
    for _ in range(5):
        deep = [deep]
    assert status(deep) == 200
    assert status([deep]) == 400
    for count, good in ((3, True), (4, False)):
        sent = [(INFO, f'/{i}', []) for i in range(count)]
        reply = post(narrow, amf.packet(*sent))
        assert reply.status == (200 if good else 400)
    headers = [(f'h{i}', None) for i in range(32)]
    assert status(headers=headers) == 200
    assert status(headers=[*headers, ('more', None)]) == 400
    body = amf.packet((INFO, '/1', []))
    assert post(narrow, body + b'x' * (4096 - len(body))).status == 200
    reply = post(narrow, body + b'x' * (4097 - len(body)))
    assert fault(reply, 413)['code'] == 'requesttoolarge'


# Small bodies that stand for very large values: refused at once, in both encodings.
def test_140_32_bombs(site):
    bomb3 = b'\x09\x0f\x01\x09\x03\x01\x01'
    bomb0 = b'\x0a' + amf.u32(7) + b'\x0a\0\0\0\1\5'
    for i in range(1, 7):
        bomb3 += b'\x09\x81\x49\x01' + bytes([9, i << 1]) * 100
        bomb0 += b'\x0a\0\0\0\x64' + (b'\7' + amf.u16(i)) * 100
    text = b'\x09\xff\x7f\x01\x06' + amf.u29(1 << 21 | 1) + b'x' * (1 << 20) + b'\x06\0' * 8190
    for value in (amf.Raw(bomb0), amf.Avm([amf.Raw(bomb3)]), amf.Avm([amf.Raw(text)])):
        with env.soon():
            reply = post(site, amf.packet((INFO, '/1', [value])))
        assert fault(reply, 400)['code'] == 'invalidparameter'


# Whatever byte of a good packet is another, the child lives, and answers something that is AMF.
def test_140_33_changed(site):
    good = amf.packet(('null', '/1', [amf.Avm([amf.remoting(GROUPS, [[1], {'a': [b'x', 'x']}])])]),
                      headers=[('h', {'a': 1})], version=3)
    conn = env.http.client.HTTPConnection('127.0.0.1', site.port, timeout=60)
    for i in range(len(good)):
        for byte in (0, 1, 0x0a, 0x7f, 0xff):
            conn.request('POST', f'{SERVER}?wstoken={site.token}',
                         good[:i] + bytes([byte]) + good[i + 1:])
            reply = env.Reply(conn.getresponse())
            assert reply.status in (200, 400)
            amf.read(reply.body)
    conn.close()
    site.check_log()


# ---- Flex

# The ping of a client, before it has shown who it is.
def test_140_40_ping(site):
    for operation in (5, 12):
        answer = result(flex(site, amf.command(operation, headers={'DSId': 'nil'}), token=''))
        assert answer.cls == amf.MESSAGES + 'AcknowledgeMessage'
        assert list(answer) == ['correlationId', 'clientId', 'destination', 'messageId',
                                'timestamp', 'timeToLive', 'headers', 'body']
        assert answer['correlationId'] == '7B1C2A90-0000-4000-8000-00000000A002'
        assert UUID.match(answer['clientId']) and UUID.match(answer['messageId'])
        assert answer['headers'] == {} and answer['body'] is None
        assert answer['destination'] is None and answer['timeToLive'] == 0
        assert abs(answer['timestamp'] / 1000 - time.time()) < 60
    answer = result(flex(site, amf.command(5, clientId='MINE'), token=''))
    assert answer['clientId'] == 'MINE'


# What else a CommandMessage may ask for is not done here, nor what other messages ask for.
@pytest.mark.parametrize('operation', [0, 1, 2, 4, 7, 10, 11, 10000, -1, None, 'x'])
def test_140_41_not_implemented(site, operation):
    answer = fault(flex(site, amf.command(operation)))
    assert answer['faultCode'] == 'codingerror'
    assert answer['faultString'] == 'The operation is not implemented'


def test_140_42_other_message(site):
    for cls in ('AsyncMessage', 'AcknowledgeMessage', 'ErrorMessage', 'HTTPMessage'):
        message = amf.command(5)
        message.cls = amf.MESSAGES + cls
        assert fault(flex(site, message))['faultCode'] == 'codingerror'


# Small messages, which nobody is asked to send, are read.
def test_140_43_small(site):
    ping = amf.Raw(b'\x0a\x07\x07DSC\x90\x02\x06\x03m\x0c\x21' + bytes(range(16)) + b'\x00\x01\x04\x05')
    answer = result(post(site, amf.packet(('null', '/1', [amf.Avm([ping])])), token=''))
    assert answer['correlationId'] == '00010203-0405-0607-0809-0A0B0C0D0E0F'


# A message of Flex that is sent in AMF0 is answered as Flex, which knows AMF3.
def test_140_44_flex_in_amf0(site):
    message = amf.remoting(GROUPS, [[1]])
    assert flex_result(post(site, amf.packet(('', '/1', [message]))))[0]['id'] == 1


# Two answers in one packet: the tables of references begin anew with each.
def test_140_45_two(site):
    answers = messages(flex(site, amf.remoting(GROUPS, [[1, 2]]), amf.remoting(MEMBERS, [[1]]),
                            amf.command(5), amf.remoting(GROUPS, [['x']])))
    assert [how for how, _ in answers.values()] == ['onResult'] * 3 + ['onStatus']
    assert [g['id'] for g in answers['/1'][1]['body']] == [1, 2]
    assert answers['/2'][1]['body'][0]['groupid'] == 1


# ---- logins

def session_of(db, token):
    return db.one("SELECT s.state FROM mdl_external_tokens t JOIN mdl_sessions s ON s.sid = t.sid"
                  " WHERE t.token = %s AND t.tokentype = 1 AND starts_with(s.sid, 'mws-')", (token,))


# login as a call, its arguments in order or by name; the token works, logout ends it.
@pytest.mark.parametrize('args', [
    lambda user, password: [user, password, 'everything'],
    lambda user, password: [{'username': user, 'password': password, 'service': 'everything'}],
])
@pytest.mark.parametrize('call', [call0, call3])
def test_140_50_login(site, own, call, args):
    answer = plain(result(call(site, 'login', *args('tutor', site.env['WSPASSWORD']), token='')))
    assert list(answer) == ['token', 'expires'] and HEX.match(answer['token'])
    assert answer['expires'] > time.time()
    assert session_of(own, answer['token']) == 0
    assert result(call(site, INFO, token=answer['token']))['username'] == 'tutor'
    assert result(call(site, 'logout', token=answer['token'])) is None
    assert session_of(own, answer['token']) is None
    reply = fault(call(site, INFO, token=answer['token']))
    assert 'invalidtoken' in (reply.get('code'), reply.get('faultCode'))


@pytest.mark.parametrize('args, code', [
    ([], 'invalidparameter'),
    (['tutor'], 'invalidparameter'),
    (['tutor', None], 'missingparam'),
    (['tutor', 'wrong', 'everything'], 'invalidlogin'),
    (['nobody', 'wrong', 'everything'], 'invalidlogin'),
    (['tutor', 'wrong', 'everything', 'more'], 'invalidparameter'),
    ([{'username': 'tutor', 'password': 'x', 'other': 1}], 'invalidparameter'),
    ([['tutor'], 'wrong'], 'invalidparameter'),
    (['tutor\0', 'wrong'], 'invalidparameter'),
])
def test_140_51_login_refused(site, own, args, code):
    assert fault(call0(site, 'login', *args, token=''))['code'] == code


# A permanent token has no session to end.
def test_140_52_logout_permanent(site, own):
    assert fault(call0(site, 'logout'))['code'] == 'invalidparameter'
    assert fault(call0(site, 'logout', token=''))['code'] == 'invalidtoken'


# The header Credentials logs in for the packet; the answer says how to go on.
def test_140_53_credentials(site, own):
    header = ('Credentials', {'userid': 'tutor', 'password': site.env['WSPASSWORD'],
                              'service': 'everything'})
    sent = amf.packet((INFO, '/1', []), (INFO, '/2', []), headers=[header])
    reply = post(site, sent, token='')
    _, headers, _ = amf.read(reply.body)
    added = headers['AppendToGatewayUrl']
    assert re.match(r'\?wstoken=[0-9a-f]{32}$', added)
    answers = messages(reply)
    assert all(value['username'] == 'tutor' for _, value in answers.values())
    assert own.one('SELECT count(*) FROM mdl_sessions') == 1
    assert site.request('POST', SERVER + added, amf.packet((INFO, '/1', []))).status == 200
    reply = post(site, sent, token='', query='moodlewssettingraw=1')
    assert amf.read(reply.body)[1]['AppendToGatewayUrl'].startswith('&wstoken=')
    # a token of the request wins
    reply = post(site, sent)
    assert amf.read(reply.body)[1] == {}
    assert messages(reply)['/1'][1]['username'] == 'wsuser'
    reply = post(site, sent, token='', headers={'Authorization': f'Bearer {site.token}'})
    assert messages(reply)['/1'][1]['username'] == 'wsuser'


def test_140_54_credentials_refused(site, own):
    header = ('Credentials', {'userid': 'tutor', 'password': 'wrong', 'service': 'everything'})
    reply = post(site, amf.packet((INFO, '/1', []), (INFO, '/2', []), headers=[header]), token='')
    assert amf.read(reply.body)[1] == {}
    assert [value['code'] for _, value in messages(reply).values()] == ['invalidlogin'] * 2
    header = ('Credentials', 'tutor')
    reply = post(site, amf.packet((INFO, '/1', []), headers=[header]), token='')
    assert fault(reply)['code'] == 'invalidtoken'


# A CommandMessage logs in; the client calls itself by the token from then on, and needs no other.
def test_140_55_flex_login(site, own):
    body = login_body('tutor', site.env['WSPASSWORD'])
    answer = result(flex(site, amf.command(8, body, {'DSId': 'nil', 'service': 'everything'}),
                         token=''))
    token = answer['body']['token']
    assert HEX.match(token) and answer['body']['expires'] > time.time()
    assert answer['headers'] == {'DSId': token}
    assert session_of(own, token) == 0
    headers = {'DSId': token}
    assert flex_result(flex(site, amf.remoting(INFO, [], headers=headers),
                            token=''))['username'] == 'tutor'
    # what the request shows itself wins
    assert flex_result(flex(site, amf.remoting(INFO, [], headers=headers)))['username'] == 'wsuser'
    assert flex_result(flex(site, amf.command(9, headers=headers), token='')) is None
    assert session_of(own, token) is None
    answer = fault(flex(site, amf.remoting(INFO, [], headers=headers), token=''))
    assert answer['faultCode'] == 'invalidtoken'


@pytest.mark.parametrize('body, code', [
    (login_body('tutor', 'wrong'), 'invalidlogin'),
    (login_body('', ''), 'invalidlogin'),
    ('', 'invalidparameter'),
    ('????', 'invalidparameter'),
    (base64.b64encode(b'no colon').decode(), 'invalidparameter'),
    (5, 'invalidparameter'),
    ([], 'invalidparameter'),
])
def test_140_56_flex_login_refused(site, own, body, code):
    message = amf.command(8, body, {'service': 'everything'})
    assert fault(flex(site, message, token=''))['faultCode'] == code
    assert own.one('SELECT count(*) FROM mdl_sessions') == 0


# Who has shown a token already is not logged in anew; somebody else is.
def test_140_57_flex_login_known(site, own):
    def login(user):
        body = login_body(user, site.env['WSPASSWORD'])
        return result(flex(site, amf.command(8, body, {'service': 'everything'})))
    answer = login('wsuser')
    assert answer['body'] is None and answer['headers'] == {}
    assert own.one('SELECT count(*) FROM mdl_sessions') == 0
    assert HEX.match(login('tutor')['body']['token'])


# Name and password with each call, in the address or in the header.
def test_140_58_simple(site, own):
    own.config('auth', 'email,webservice')
    given = f'wsusername=wsuser&wspassword={site.env["WSPASSWORD"]}'
    reply = call0(site, INFO, token='', path=SIMPLE, query=given)
    assert result(reply)['username'] == 'wsuser'
    header = ('Credentials', {'userid': 'wsuser', 'password': site.env['WSPASSWORD']})
    reply = post(site, amf.packet((INFO, '/1', []), headers=[header]), token='', path=SIMPLE)
    assert result(reply)['username'] == 'wsuser'
    assert amf.read(reply.body)[1] == {}
    assert own.one('SELECT count(*) FROM mdl_sessions') == 0
    header = ('Credentials', {'userid': 'wsuser', 'password': 'wrong'})
    reply = post(site, amf.packet((INFO, '/1', []), headers=[header]), token='', path=SIMPLE)
    assert fault(reply)['code'] == 'wrongusernamepassword'
    assert fault(call0(site, INFO, token='', path=SIMPLE))['code'] == 'missingusername'
    # no sessions begin or end there
    for name in ('login', 'logout'):
        assert fault(call0(site, name, token='', path=SIMPLE, query=given))['code'] == 'invalidrecord'
    for operation in (8, 9):
        message = amf.command(operation, login_body('tutor', site.env['WSPASSWORD']))
        answer = fault(flex(site, message, token='', path=SIMPLE, query=given))
        assert answer['faultCode'] == 'codingerror'
    reply = call0(site, 'MethodDescriptor.getMethods', token='', path=SIMPLE, query=given)
    assert 'login' not in result(reply)[VIRTUAL]['methods']


def test_140_59_bearer(site):
    bearer = {'Authorization': f'Bearer {site.token}'}
    assert result(call0(site, INFO, token='', headers=bearer))['username'] == 'wsuser'
    reply = call0(site, INFO, token=site.env['TOKEN_STUDENT'], headers=bearer)
    assert result(reply)['username'] == 'student'


# ---- introspection

@pytest.mark.parametrize('call', [call0, call3])
def test_140_60_methods(site, call):
    answer = result(call(site, 'MethodDescriptor.getMethods'))
    assert list(answer) == [VIRTUAL]
    assert list(answer[VIRTUAL]) == ['docs', 'methods']
    methods = answer[VIRTUAL]['methods']
    listed = {f['name'] for f in site.call(INFO)['functions']}
    assert listed <= set(methods)
    assert methods[USERS]['params'] == [{'name': 'field', 'required': True},
                                        {'name': 'values', 'required': True}]
    docs = methods[USERS]['docs']
    assert docs.startswith('/**\n * ') and docs.endswith('\n * @return array\n */')
    assert ' * @param string $field ' in docs and ' * @param array $values ' in docs
    params = methods['core_course_get_categories']['params']
    assert [p['required'] for p in params] == [False, False]
    assert methods[INFO]['docs'].endswith(' * @return object|struct\n */')
    assert [p['name'] for p in methods['login']['params']] == ['username', 'password', 'service']
    assert methods['logout']['docs'].endswith(' * @return void\n */')


def test_140_61_describer(site):
    assert VIRTUAL in result(call0(site, 'MethodDescriptor.getClasses'))
    assert result(call0(site, 'MethodDescriptor.isConnected')) is True
    assert flex_result(flex(site, amf.remoting('isConnected', [], 'MethodDescriptor'))) is True
    answer = fault(call0(site, 'MethodDescriptor.getMethods', token=''))
    assert answer['code'] == 'invalidtoken'
    reader = result(call0(site, 'MethodDescriptor.getMethods', token=site.env['TOKEN_READER']))
    assert GROUPS not in reader[VIRTUAL]['methods']


# ---- size

# A long answer goes through a file: its counts and lengths are right, in both encodings.
def test_140_70_long(site, db):
    db.keep('groups')
    db.run("INSERT INTO mdl_groups (courseid, name, description, timecreated, timemodified)"
           " SELECT 2, 'G' || i, repeat('x', 200), 0, 0 FROM generate_series(1, 6000) i")
    same = site.call('core_group_get_course_groups', {'courseid': 2})
    assert len(same) > 6000
    for call in (call0, call3):
        reply = call(site, 'core_group_get_course_groups', 2)
        assert len(reply.body) > 1 << 20
        assert plain(result(reply)) == same
    answers = messages(post(site, amf.packet(
        ('core_group_get_course_groups', '/1', [2]), ('nix', '/2', []),
        ('core_group_get_course_groups', '/3', [2]), (INFO, '/4', []))))
    assert plain(answers['/1'][1]) == same and plain(answers['/3'][1]) == same
    assert answers['/2'][1]['code'] == 'invalidrecord' and answers['/4'][1]['userid'] == 3
