# SPDX-License-Identifier: Apache-2.0
# t/test_120_xmlrpc.py -- XML-RPC over HTTP: documents, arguments, types, faults, introspection,
# several calls at once, login, limits.
import time
import xml.etree.ElementTree as ET
import xmlrpc.client as rpc

import pytest

import env

SERVER = '/webservice/xmlrpc/server.php'
SIMPLE = '/webservice/xmlrpc/simpleserver.php'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
BY_FIELD = 'core_user_get_users_by_field'
COURSES = 'core_course_get_courses'

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>'
HEADERS = {'Cache-Control': 'private, must-revalidate, pre-check=0, post-check=0, max-age=0',
           'Expires': 'Thu, 01 Jan 1970 00:00:00 GMT', 'Pragma': 'no-cache',
           'Accept-Ranges': 'none', 'Access-Control-Allow-Origin': '*',
           'Content-Type': 'text/xml; charset=utf-8'}

# The numbers that errorcodes become.
NUMBERS = {'invalidtoken': 89159464, 'accessexception': 23000021, 'invalidparameter': 29039061,
           'codingerror': 26045186, 'missingusername': 14186099}


@pytest.fixture(scope='module')
def narrow(site):
    """A server with small limits."""
    lines = ('\nMoodleWSBodyMax 4096\nMoodleWSKeysMax 20\nMoodleWSDepthMax 4\n'
             'MoodleWSCallsMax 3\n')
    with env.Httpd(site, lambda conf: conf + lines) as httpd:
        yield httpd


def post(server, body, path=SERVER, token=None, headers=None, query=''):
    """POST a document; the token goes with it in a header."""
    headers = {'Content-Type': 'text/xml', **(headers or {})}
    if token:
        headers['Authorization'] = f'Bearer {token}'
    return server.request('POST', path + query, body, headers)


def document(method, *values):
    """A methodCall whose arguments are spelled out."""
    params = ''.join(f'<param>{value}</param>' for value in values)
    return (f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName>'
            f'<params>{params}</params></methodCall>')


def value(text, kind=None):
    return f'<value><{kind}>{text}</{kind}></value>' if kind else f'<value>{text}</value>'


def array(*values):
    return f'<value><array><data>{"".join(values)}</data></array></value>'


def struct(**members):
    inner = ''.join(f'<member><name>{n}</name>{v}</member>' for n, v in members.items())
    return f'<value><struct>{inner}</struct></value>'


def read(reply):
    """The result in a reply; a fault is raised."""
    result, _ = rpc.loads(reply.body, use_builtin_types=True)
    return result[0]


def call(site, method, *args, token=None, server=None, **more):
    """Call with arguments of Python."""
    body = rpc.dumps(args, method, allow_none=True)
    return read(post(server or site, body, token=token or site.token, **more))


def fault(reply):
    """Number and text of the fault in a reply."""
    with pytest.raises(rpc.Fault) as raised:
        read(reply)
    return raised.value.faultCode, raised.value.faultString


def fault_of(site, method, *args, **more):
    with pytest.raises(rpc.Fault) as raised:
        call(site, method, *args, **more)
    return raised.value.faultCode, raised.value.faultString


def errorcode(said):
    """The errorcode at the end of a fault's text; its number is the one that belongs to it."""
    number, text = said
    code = text.rsplit(' | ERRORCODE: ', 1)[1]
    assert NUMBERS.get(code, number) == number
    return code


def ids(groups):
    return [group['id'] for group in groups]


# ---- documents

# A list of structs: types as declared, keys in order, nothing between the elements; and the headers.
def test_120_01_document(site, db):
    db.keep('groups')
    db.run('UPDATE mdl_groups SET enrolmentkey = NULL WHERE id = 1')
    reply = post(site, document(GROUPS, array(value(1, 'int'))), token=site.token)

    def member(name, kind, text):
        return f'<member><name>{name}</name><value><{kind}>{text}</{kind}></value></member>'
    assert reply.text == (
        HEAD + '<params><param><value><array><data><value><struct>'
        + member('id', 'int', 1) + member('courseid', 'int', 2)
        + member('name', 'string', 'Morning 🌅') + member('description', 'string', '')
        + member('descriptionformat', 'int', 1)
        + '<member><name>enrolmentkey</name><value><nil/></value></member>'
        + member('idnumber', 'string', 'G-2') + member('visibility', 'int', 0)
        + member('participation', 'boolean', 1)
        + '<member><name>customfields</name><value><array><data></data></array></value></member>'
        '</struct></value></data></array></value></param></params></methodResponse>\n')
    assert reply.status == 200
    names = [name for name in reply.headers
             if name not in ('Date', 'Server', 'Connection', 'Keep-Alive', 'Content-Length')]
    assert {name: reply.headers[name] for name in names} == HEADERS
    assert int(reply.headers['Content-Length']) == len(reply.body)


# A fault, to the byte, with the same headers and status 200.
def test_120_02_fault_document(site):
    reply = post(site, document(INFO), token='0' * 32)
    assert reply.text == (
        HEAD + '<fault><value><struct><member><name>faultCode</name><value><int>89159464</int>'
        '</value></member><member><name>faultString</name><value><string>No such token | ERRORCODE:'
        ' invalidtoken</string></value></member></struct></value></fault></methodResponse>\n')
    assert reply.status == 200
    assert reply.headers['Content-Type'] == HEADERS['Content-Type']


# What REST answers in JSON is answered here: the same tree, under both names.
@pytest.mark.parametrize('function, params', [
    (INFO, {}),
    (GROUPS, {'groupids': [1, 2]}),
    (MEMBERS, {'groupids': [1, 2]}),
    (COURSES, {}),
    ('core_course_get_categories', {}),
    ('core_course_get_courses_by_field', {'field': 'id', 'value': '2'}),
    ('core_enrol_get_enrolled_users', {'courseid': 2}),
    ('core_user_get_users', {'criteria': [{'key': 'email', 'value': '%example%'}]}),
    ('moodle_webservice_get_siteinfo', {}),
    ('moodle_group_get_groups', {'groupids': [2]}),
    ('moodle_user_get_users_by_id', {'userids': [2, 5, 6]}),
    ('moodle_course_get_courses', {}),
])
def test_120_03_as_rest(site, function, params):
    assert call(site, function, *params.values()) == site.call(function, params)


# Integers beyond 32 bits are i8, which the answer may hold wherever an integer is.
def test_120_04_large_integer(site, db):
    db.keep('groups')
    db.run('UPDATE mdl_groups SET visibility = 0, descriptionformat = 1, idnumber = %s WHERE id = 1',
           ('2147483648',))
    assert call(site, GROUPS, [1])[0]['idnumber'] == '2147483648'
    db.keep('user')
    db.run("UPDATE mdl_user SET lastaccess = 4000000000 WHERE username = 'wanjiru'")
    reply = post(site, document(BY_FIELD, value('username'), array(value('wanjiru'))),
                 token=site.token)
    assert '<name>lastaccess</name><value><i8>4000000000</i8></value>' in reply.text


# ---- arguments

# By position, or as one struct of names; defaults for what does not come; nulls at the end are none.
def test_120_10_arguments(site):
    assert ids(call(site, GROUPS, [2])) == [2]
    assert ids(call(site, GROUPS, {'groupids': [2]})) == [2]
    everything = call(site, COURSES)
    assert len(everything) > 1
    assert call(site, COURSES, {'ids': [2]}) == [c for c in everything if c['id'] == 2]
    assert call(site, COURSES, {}) == call(site, COURSES, {'options': {}}) == everything
    assert ids(call(site, COURSES, {'options': {'ids': [2]}})) == [2]
    assert ids(call(site, GROUPS, [1], None, None)) == [1]
    assert call(site, INFO, {})['username'] == 'wsuser'
    assert call(site, INFO, [], None)['username'] == 'wsuser'


# What does not fit is told with its place, what was expected, and Moodle's code behind the last bar.
@pytest.mark.parametrize('args, said', [
    ((), 'the required key "groupids" is missing'),
    (([1], 2), 'unexpected keys: "1"'),
    ((None,), 'groupids: expected a list, not a value'),
    (('1',), 'groupids: expected a list, not a value'),
    (([1, 'x'],), 'groupids[1]: expected type int, got "x"'),
    (([{'id': 1}],), 'groupids[0]: expected a value of type int, not a list or struct'),
    (({'groupids': [1], 'x': 1},), 'groupids[0]: expected a value of type int, not a list'),
    (([1, '1 '],), 'groupids[1]: expected type int, got "1 "'),
    (([1.5],), 'groupids[0]: expected type int, got "1.5"'),
])
def test_120_11_bad_arguments(site, args, said):
    number, text = fault_of(site, GROUPS, *args)
    assert said in text
    assert text.startswith('A parameter is not as declared | DEBUG INFO: ')
    assert errorcode((number, text)) == 'invalidparameter'


# Types are taken leniently where one reading loses nothing.
@pytest.mark.parametrize('sent', [
    value(2, 'int'), value(2, 'i4'), value(2, 'i8'), value(' +2 ', 'int'), value(2, 'string'),
    value(2), value('2.0', 'double'), value('Mg==', 'base64'), value('2e0', 'double'),
    '<value xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"><ex:i8>2</ex:i8></value>',
    value('19700101T00:00:02', 'dateTime.iso8601'),
    value('1970-01-01T01:00:02+01:00', 'dateTime.iso8601'),
])
def test_120_12_lenient_types(site, sent):
    reply = post(site, document(GROUPS, array(sent)), token=site.token)
    assert ids(read(reply)) == [2]


# A boolean is a number where one is declared, and a number a boolean; words are not.
def test_120_13_booleans(site):
    def info(sent):
        return post(site, document(GROUPS, array(sent)), token=site.token)
    assert ids(read(info(value(1, 'boolean')))) == [1]
    assert ids(read(info(value('true', 'boolean')))) == [1]
    assert errorcode(fault(info(value('true', 'string')))) == 'invalidparameter'


# A date stays as it was sent where a text is declared.
def test_120_14_date_as_text(site):
    reply = post(site, document(BY_FIELD, value('idnumber'), array(
        value('20260101T10:00:00', 'dateTime.iso8601'))), token=site.token)
    assert read(reply) == []


# Texts arrive in the encoding that they declare, whatever the client calls it.
@pytest.mark.parametrize('encoding, body', [
    ('utf-8', None), ('UTF-8', None), ('us-ascii', '&#36965;'), ('utf-16', None),
    ('iso-8859-1', '&#36965;'),
])
def test_120_15_encodings(site, encoding, body):
    sent = (f'<?xml version="1.0" encoding="{encoding}"?><methodCall><methodName>'
            f'core_user_get_users</methodName><params><param>'
            + array(struct(key=value('firstname'), value=value(body or '遥')))
            + '</param></params></methodCall>').encode(encoding)
    users = read(post(site, sent, token=site.token))['users']
    assert [user['username'] for user in users] == ['haruka']


# A latin text in ISO-8859-1, and a byte order mark before UTF-8.
def test_120_16_latin(site, db):
    db.keep('user')
    db.run("UPDATE mdl_user SET firstname = 'Íñigo' WHERE username = 'tutor'")
    body = document('core_user_get_users', array(struct(key=value('firstname'),
                                                        value=value('Íñigo'))))
    latin = body.replace('"1.0"', '"1.0" encoding="iso-8859-1"').encode('iso-8859-1')
    for sent in (latin, b'\xef\xbb\xbf' + body.encode()):
        users = read(post(site, sent, token=site.token))['users']
        assert [user['username'] for user in users] == ['tutor']


# ---- what is wrong with a request

# Faults of the protocol have its own numbers and no errorcode.
@pytest.mark.parametrize('body, number', [
    ('', 630), (' ', 631), ('{}', 631), ('<methodCall>', 631),
    ('<methodCall/>', 632), ('<a><methodName>b</methodName></a>', 632),
    ('<methodCall><methodName>a b</methodName></methodCall>', 634),
    ('<methodCall><methodName/></methodCall>', 634),
    (document(GROUPS, '<x/>'), 633), (document(GROUPS, '<value><x/></value>'), 636),
    (document(GROUPS, value('x', 'int')), 636), (document('no_such_function'), 620),
    (document('system.noSuch'), 620), (document('core.group.get_groups'), 620),
    (document('x' * 300), 620),
])
def test_120_20_protocol_faults(site, body, number):
    said, text = fault(post(site, body, token=site.token))
    assert said == number
    assert text and 'ERRORCODE' not in text


# Only a POST brings a call.
def test_120_21_methods(site):
    for method in ('GET', 'PUT', 'DELETE', 'OPTIONS'):
        reply = site.request(method, f'{SERVER}?wstoken={site.token}', document(INFO))
        assert fault(reply)[0] == 630, method
    reply = site.request('HEAD', f'{SERVER}?wstoken={site.token}')
    assert (reply.status, reply.body) == (200, b'')
    reply = site.request('OPTIONS', SERVER, headers={'Origin': 'https://a.example',
                                                     'Access-Control-Request-Method': 'POST'})
    assert (reply.status, reply.body) == (204, b'')


# XML that would harm a careless reader is refused, quickly, and the server goes on.
@pytest.mark.parametrize('body', [
    '<!DOCTYPE methodCall SYSTEM "file:///etc/passwd">' + document(INFO)[21:],
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><methodCall><methodName>&x;'
    '</methodName></methodCall>',
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]><methodCall/>',
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + ''.join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "&a;" * 10}">' for i in range(10))
    + ']><methodCall><methodName>&a9;</methodName></methodCall>',
    '<methodCall ' + ' '.join(f'a{i}="x"' for i in range(50000)) + '/>',
    '<methodCall ' + ' '.join(f'xmlns:a{i}="x"' for i in range(50000)) + '/>',
    '<a>' * 200000,
    '<a xmlns:b="c">' * 20000,
    '<methodCall>' + '<!-- ' * 100000,
    '<' + 'a' * 1000000 + '/>',
    document('a', array(*['<value/>'] * 50)).replace('<value/>', '&x;'),
    document(INFO).encode('utf-16-le'),
    document(INFO).encode('cp037'),
    b'\x1f\x8b\x08\x00' + b'\0' * 100,
    '<?xml version="1.0" encoding="utf-7"?>' + document(INFO)[21:],
    '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"',
], ids=range(16))
def test_120_22_hostile_xml(site, body):
    with env.soon():
        number, text = fault(post(site, body, token=site.token))
    assert number == 631
    assert 'root:' not in text
    assert call(site, INFO)['username'] == 'wsuser'


# An element of XInclude is only an element: of no use here, and nothing is fetched.
def test_120_23_no_xinclude(site):
    body = document(GROUPS, '<value xmlns:xi="http://www.w3.org/2001/XInclude">'
                    '<xi:include href="file:///etc/passwd" parse="text"/></value>')
    assert fault(post(site, body, token=site.token))[0] == 636


# ---- credentials

# The token comes in the query or in a header; that of the query counts.
def test_120_30_token(site):
    body = document(INFO)
    student = site.env['TOKEN_STUDENT']
    assert read(post(site, body, query=f'?wstoken={student}'))['username'] == 'student'
    assert read(post(site, body, token=student))['username'] == 'student'
    assert read(post(site, body, token=site.token,
                     query=f'?wstoken={student}'))['username'] == 'student'
    assert errorcode(fault(post(site, body))) == 'invalidtoken'
    assert errorcode(fault(post(site, body, query='?wstoken[]=x'))) == 'invalidtoken'


# A user name and a password with each call.
def test_120_31_simple(site, db):
    db.config('auth', 'email,webservice')

    def query(user, password):
        return f'?wsusername={user}&wspassword={password}'
    password = site.env['WSPASSWORD']
    reply = post(site, document(INFO), SIMPLE, query=query('wsuser', password))
    assert read(reply)['username'] == 'wsuser'
    reply = post(site, document(INFO), SIMPLE, query=query('wsuser', 'wrong'))
    assert errorcode(fault(reply)) == 'wrongusernamepassword'
    reply = post(site, document(INFO), SIMPLE, token=site.token)
    assert errorcode(fault(reply)) == 'missingusername'
    for method in ('login', 'logout'):
        reply = post(site, document(method), SIMPLE, query=query('wsuser', password))
        assert fault(reply)[0] == 620


# A function that no service offers the caller, and one that the site has and this server not.
def test_120_32_functions(site, db):
    db.keep('external_functions')
    db.run("INSERT INTO mdl_external_functions (name, classname, methodname, classpath, component)"
           " VALUES ('mod_x_do', 'x', 'do', '', 'mod_x')")
    assert errorcode(fault_of(site, 'mod_x_do')) == 'codingerror'
    reader = site.env['TOKEN_READER']
    listed = call(site, 'system.listMethods', token=reader)
    refused = next(name for name in call(site, 'system.listMethods') if name not in listed)
    assert errorcode(fault_of(site, refused, token=reader)) == 'accessexception'


# Login gives a token as REST's does, by position or by name; logout ends it and gives nothing.
def test_120_33_login(site, db):
    db.keep('sessions', 'external_tokens')
    password = site.env['WSPASSWORD']
    for args in (('wsuser', password), ('wsuser', password, 'everything'),
                 ({'username': 'wsuser', 'password': password, 'service': 'everything'},),
                 ('wsuser', password, None)):
        session = read(post(site, rpc.dumps(args, 'login', allow_none=True)))
        assert set(session) == {'token', 'expires'}
        assert session['expires'] > time.time()
        assert call(site, INFO, token=session['token'])['username'] == 'wsuser'
        assert call(site, 'logout', token=session['token']) is None
        assert errorcode(fault_of(site, INFO, token=session['token'])) == 'invalidtoken'


# What is wrong with a login, and with the logout of a token that has no session.
@pytest.mark.parametrize('method, args, code', [
    ('login', ('wsuser', 'wrong'), 'invalidlogin'),
    ('login', ('wsuser',), 'invalidparameter'),
    ('login', (), 'invalidparameter'),
    ('login', (None, 'x'), 'missingparam'),
    ('login', ('wsuser', 'x', 'everything', 1), 'invalidparameter'),
    ('login', ('wsuser', ['x']), 'invalidparameter'),
    ('logout', (), 'invalidparameter'),
    ('logout', (1,), 'invalidparameter'),
])
def test_120_34_bad_login(site, method, args, code):
    assert errorcode(fault_of(site, method, *args)) == code


# ---- introspection

SYSTEM = ['system.getCapabilities', 'system.listMethods', 'system.methodHelp',
          'system.methodSignature', 'system.multicall', 'login', 'logout']


# The methods of the protocol come first, then what the caller's service has, under both names.
def test_120_40_list_methods(site, db):
    methods = call(site, 'system.listMethods')
    assert methods[:len(SYSTEM)] == SYSTEM
    functions = methods[len(SYSTEM):]
    assert functions == sorted(functions)
    assert GROUPS in functions and 'moodle_group_get_groups' in functions
    served = {f['name'] for f in call(site, INFO)['functions']}
    assert {f for f in functions if not f.startswith('moodle_')} == served

    db.keep('external_services_functions', 'external_services', 'external_services_users')
    reader = site.env['TOKEN_READER']
    db.run('DELETE FROM mdl_external_services_functions f USING mdl_external_services s'
           " WHERE s.id = f.externalserviceid AND s.shortname = 'reading' AND functionname <> %s",
           (GROUPS,))
    few = call(site, 'system.listMethods', token=reader)[len(SYSTEM):]
    assert set(few) <= {GROUPS, 'moodle_group_get_groups'}
    db.run("UPDATE mdl_external_services_users SET validuntil = 1")
    assert call(site, 'system.listMethods', token=reader) == SYSTEM
    db.run("UPDATE mdl_external_services SET enabled = 0")
    assert call(site, 'system.listMethods') == SYSTEM


# With a user name and a password all services count that admit the user.
def test_120_41_list_of_all_services(site, db):
    db.keep('external_services')
    db.config('auth', 'email,webservice')
    query = f'?wsusername=wsuser&wspassword={site.env["WSPASSWORD"]}'
    methods = read(post(site, document('system.listMethods'), SIMPLE, query=query))
    assert methods == call(site, 'system.listMethods')
    db.run('UPDATE mdl_external_services SET enabled = 0')
    methods = read(post(site, document('system.listMethods'), SIMPLE, query=query))
    assert methods == SYSTEM


# What a method does, and how it may be called: by one signature for each number of arguments.
def test_120_42_descriptions(site):
    for method in call(site, 'system.listMethods'):
        assert call(site, 'system.methodHelp', method)
        for signature in call(site, 'system.methodSignature', method):
            assert set(signature) <= {'int', 'boolean', 'double', 'string', 'struct', 'array',
                                      'nil'}
    assert call(site, 'system.methodSignature', GROUPS) == [['array', 'array']]
    assert call(site, 'system.methodSignature', INFO) == [['struct'], ['struct', 'array']]
    assert call(site, 'system.methodSignature', BY_FIELD) == [['array', 'string', 'array']]
    assert call(site, 'system.methodSignature', COURSES) == [['array'], ['array', 'struct']]
    assert call(site, 'system.methodSignature', 'login') == [
        ['struct', 'string', 'string'], ['struct', 'string', 'string', 'string']]
    assert call(site, 'system.methodSignature', 'logout') == [['nil']]
    assert call(site, 'system.methodSignature', 'system.multicall') == [['array', 'array']]


# Nobody learns of methods that he may not call.
def test_120_43_not_described(site, db):
    for method in ('system.methodHelp', 'system.methodSignature'):
        assert fault_of(site, method, 'no_such_function')[0] == 640
        assert errorcode(fault_of(site, method)) == 'invalidparameter'
        assert errorcode(fault_of(site, method, None)) == 'invalidparameter'
    db.keep('external_services_functions')
    db.run('DELETE FROM mdl_external_services_functions WHERE functionname = %s', (GROUPS,))
    assert fault_of(site, 'system.methodHelp', GROUPS)[0] == 640


def test_120_44_capabilities(site):
    told = call(site, 'system.getCapabilities')
    assert set(told) == {'xmlrpc', 'introspection', 'system.multicall', 'nil', 'faults_interop'}
    for capability in told.values():
        assert capability['specUrl'].startswith('http')
        assert capability['specVersion'] > 0


# Introspection is for callers, not for everybody.
def test_120_45_needs_a_token(site):
    for method in ('system.listMethods', 'system.getCapabilities'):
        assert errorcode(fault(post(site, document(method)))) == 'invalidtoken'


# ---- several calls at once

def entry(method, *params):
    return {'methodName': method, 'params': list(params)}


# Each result in an array of one, each failure as a fault, in the order of the calls.
def test_120_50_multicall(site):
    answers = call(site, 'system.multicall', [
        entry(GROUPS, [1]), entry(GROUPS, 'x'), entry('no_such_function'),
        entry('system.methodHelp', GROUPS), entry(INFO), entry('logout'), entry(GROUPS, [2])])
    assert ids(answers[0][0]) == [1]
    assert answers[1]['faultCode'] == NUMBERS['invalidparameter']
    assert answers[1]['faultString'].endswith(' | ERRORCODE: invalidparameter')
    assert answers[2]['faultCode'] == 620
    assert isinstance(answers[3][0], str)
    assert answers[4][0]['username'] == 'wsuser'
    assert answers[5]['faultCode'] == NUMBERS['invalidparameter']
    assert ids(answers[6][0]) == [2]
    assert call(site, 'system.multicall', []) == []


# What is no call has the protocol's own number, and the others are served.
def test_120_51_bad_entries(site):
    answers = call(site, 'system.multicall', [
        3, {}, {'methodName': GROUPS}, {'methodName': GROUPS, 'params': 3},
        entry('system.multicall', []), entry('a b'), {'methodName': 3, 'params': []},
        entry(GROUPS, [1])])
    assert [a['faultCode'] for a in answers[:-1]] == [601, 602, 603, 604, 605, 634, 602]
    assert ids(answers[-1][0]) == [1]
    for args in ((), (1,), ([], []), ({},)):
        assert errorcode(fault_of(site, 'system.multicall', *args)) == 'invalidparameter'


# Each is a call of its own: its login, its session, its row in the log.
def test_120_52_each_its_own(site, db):
    db.keep('sessions', 'external_tokens', 'logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    answers = read(post(site, rpc.dumps(([
        entry('login', 'wsuser', site.env['WSPASSWORD']), entry('login', 'wsuser', 'wrong'),
        entry(INFO)],), 'system.multicall')))
    assert set(answers[0][0]) == {'token', 'expires'}
    assert answers[1]['faultString'].endswith('invalidlogin')
    assert answers[2]['faultString'].endswith('invalidtoken')
    call(site, 'system.multicall', [entry(INFO), entry(GROUPS, [1]), entry(GROUPS, 'x')])
    logged = "SELECT other FROM mdl_logstore_standard_log WHERE action = 'called' ORDER BY id"
    deadline = time.time() + env.SOON
    while len(db.all(logged)) < 3 and time.time() < deadline:
        time.sleep(0.02)
    assert [row[0] for row in db.all(logged)] == [
        f'{{"function":"{name}"}}' for name in (INFO, GROUPS, GROUPS)]


# Guessing passwords is not cheaper this way: the account is locked, the address is throttled.
def test_120_53_guessing(site, db, serve):
    db.keep('user_preferences', 'logstore_standard_log')
    other = serve(EXTRA='MoodleWSCacheAge 0\nMoodleWSThrottle 5')
    wrong = [entry('login', 'wsuser', f'wrong{i}') for i in range(8)]
    right = entry('login', 'student', site.env['WSPASSWORD'])
    answers = call(site, 'system.multicall', wrong + [right], server=other)
    assert all(a['faultString'].endswith(' | ERRORCODE: invalidlogin') for a in answers)


# ---- settings, gates, status

# Settings come in the query; true status codes where they are asked for.
def test_120_60_settings(site):
    body = document(GROUPS, array(value(2)))
    assert read(post(site, body, token=site.token))[0]['name'] == 'Evening &amp; night'
    raw = read(post(site, body, token=site.token, query='?moodlewssettingraw=1'))
    assert raw[0]['name'] == site.call(GROUPS, {'groupids': [2]}, moodlewssettingraw=1)[0]['name']
    assert raw[0]['name'] == 'Evening & night'
    reply = post(site, body, query='?moodlewssettinghttpstatus=1')
    assert (reply.status, errorcode(fault(reply))) == (401, 'invalidtoken')
    assert reply.headers['WWW-Authenticate'] == 'Bearer'
    reply = post(site, body, token=site.token, query='?moodlewssettingraw[]=1')
    assert errorcode(fault(reply)) == 'codingerror'


# A door that is closed: 403 and nothing else; and no door where the module is not mounted.
def test_120_61_closed(site, serve):
    other = serve(PROTOCOLS='rest soap amf', EXTRA=env.PROMPT)
    reply = post(other, document(INFO), token=site.token)
    assert (reply.status, reply.body) == (403, b'')
    assert 'Content-Type' not in reply.headers or 'xml' not in reply.headers['Content-Type']


# ---- limits, at the edge and one past

def test_120_70_body(narrow, site):
    body = document(GROUPS, array(value(1)))
    fits = body + ' ' * (4096 - len(body))
    assert ids(read(post(narrow, fits, token=site.token))) == [1]
    reply = post(narrow, fits + ' ', token=site.token)
    assert (reply.status, errorcode(fault(reply))) == (413, 'requesttoolarge')


def test_120_71_keys(narrow, site):
    def body(count):
        return document(GROUPS, array(*[value(1)] * (count - 1)))
    assert len(read(post(narrow, body(20), token=site.token))) == 19
    number, text = fault(post(narrow, body(21), token=site.token))
    assert number == 636 and 'MoodleWSKeysMax' in text


def test_120_72_depth(narrow, site):
    def body(levels):
        sent = value(1)
        for _ in range(levels):
            sent = array(sent)
        return document(GROUPS, sent)
    assert errorcode(fault(post(narrow, body(3), token=site.token))) == 'invalidparameter'
    number, text = fault(post(narrow, body(4), token=site.token))
    assert number == 636 and 'MoodleWSDepthMax' in text
    assert fault(post(site, body(63), token=site.token))[0] == NUMBERS['invalidparameter']
    assert fault(post(site, body(64), token=site.token))[0] == 636
    assert fault(post(site, body(100), token=site.token))[0] == 631


def test_120_73_calls(narrow, site):
    calls = [entry('a')]
    assert len(call(site, 'system.multicall', calls * 3, server=narrow)) == 3
    number, text = fault_of(site, 'system.multicall', calls * 4, server=narrow)
    assert '4 calls, more than the 3 allowed' in text
    assert errorcode((number, text)) == 'invalidparameter'
    assert len(call(site, 'system.multicall', calls * 200)) == 200
    assert errorcode(fault_of(site, 'system.multicall', calls * 201)) == 'invalidparameter'


# Ten thousand structs of ten members in one call.
def test_120_74_large_request(site):
    items = [{f'k{i}': i for i in range(10)} for _ in range(10000)]
    with env.soon():
        assert errorcode(fault_of(site, 'core_user_get_users', items)) == 'invalidparameter'


# A request in small pieces, of unknown length.
def test_120_75_chunked(site):
    import http.client
    conn = http.client.HTTPConnection('127.0.0.1', site.port, timeout=20)
    pieces = (c.encode() for c in document(GROUPS, array(value(1))))
    conn.request('POST', SERVER, pieces, {'Authorization': f'Bearer {site.token}'},
                 encode_chunked=True)
    reply = env.Reply(conn.getresponse())
    conn.close()
    assert ids(read(reply)) == [1]


# Every answer is well-formed XML, whatever the database holds.
def test_120_76_any_text(site, db):
    db.keep('groups')
    db.run(r"UPDATE mdl_groups SET name = E'a\x01\x0b]]>\r\n\t\x7f', idnumber = E'<&>\"'"
           ' WHERE id = 1')
    reply = post(site, document(GROUPS, array(value(1))), token=site.token)
    ET.fromstring(reply.text)
    assert read(reply)[0]['idnumber'] == '<&>"'
