# SPDX-License-Identifier: Apache-2.0
# t/test_160_soap.py -- SOAP over HTTP: documents of both styles and versions, arguments, faults,
# credentials, login, hostile envelopes, limits.
import base64
import time
import xml.etree.ElementTree as ET

import pytest

import env

SERVER = '/webservice/soap/server.php'
SIMPLE = '/webservice/soap/simpleserver.php'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
BY_FIELD = 'core_user_get_users_by_field'
USERS = 'core_user_get_users'
COURSES = 'core_course_get_courses'
ADD = 'core_group_add_group_members'
DELETE = 'core_group_delete_group_members'

V11 = 'http://schemas.xmlsoap.org/soap/envelope/'
V12 = 'http://www.w3.org/2003/05/soap-envelope'
ENC = {V11: 'http://schemas.xmlsoap.org/soap/encoding/',
       V12: 'http://www.w3.org/2003/05/soap-encoding'}
XSI = 'http://www.w3.org/2001/XMLSchema-instance'
XSD = 'http://www.w3.org/2001/XMLSchema'
MAP = 'http://xml.apache.org/xml-soap'
OURS = 'urn:of-the-call'

UNCACHED = {'Cache-Control': 'private, must-revalidate, pre-check=0, post-check=0, max-age=0',
            'Expires': 'Thu, 01 Jan 1970 00:00:00 GMT', 'Pragma': 'no-cache',
            'Accept-Ranges': 'none'}


@pytest.fixture(scope='module')
def narrow(site):
    """A server with small limits."""
    lines = '\nMoodleWSBodyMax 4096\nMoodleWSKeysMax 20\nMoodleWSDepthMax 4\n'
    with env.Httpd(site, lambda conf: conf + lines) as httpd:
        yield httpd


def envelope(function, args='', space=OURS, version=V11, beside='', header=''):
    call = f'<ns1:{function}>{args}</ns1:{function}>' if space else f'<{function}>{args}</{function}>'
    return (f'<e:Envelope xmlns:e="{version}" xmlns:ns1="{space or "urn:none"}" xmlns:enc="{ENC[version]}"'
            f' xmlns:map="{MAP}" xmlns:xsi="{XSI}" xmlns:xsd="{XSD}">{header}'
            f'<e:Body>{call}{beside}</e:Body></e:Envelope>')


def post(server, body, path=SERVER, token=None, headers=None, query=''):
    """POST a document; the token goes with it in the query."""
    query = f'?wstoken={token}{query}' if token else query
    headers = {'Content-Type': 'text/xml; charset=utf-8', **(headers or {})}
    return server.request('POST', path + query, body, headers)


def name_of(element):
    return element.tag.rsplit('}', 1)[-1]


def value(element):
    """A value of an answer, as its types tell."""
    kind = (element.get(f'{{{XSI}}}type') or '').split(':')[-1]
    if element.get(f'{{{XSI}}}nil') == 'true':
        return None
    if kind == 'Map':
        return {item[0].text: value(item[1]) for item in element}
    if kind == 'Array':
        return [value(item) for item in element]
    if kind.startswith('webservices_struct_class_') or kind == 'login_return':
        return {item.tag: value(item) for item in element}
    if kind in ('int', 'long'):
        return int(element.text)
    if kind == 'boolean':
        return element.text == 'true'
    return element.text or ''


def result(reply):
    """The result in an answer of rpc/encoded."""
    assert reply.status == 200, reply.text
    wrapper = ET.fromstring(reply.body)[0][0]
    assert name_of(wrapper).endswith('Response')
    return value(wrapper[-1])


def call(site, function, args='', token=None, **more):
    keep = {k: more.pop(k) for k in ('query', 'path', 'headers') if k in more}
    return post(site, envelope(function, args, **more), token=token or site.token, **keep)


def fault(reply):
    """What a fault of SOAP 1.1 says: its status, and the children."""
    element = ET.fromstring(reply.body)[0][0]
    assert name_of(element) == 'Fault', reply.text
    return {'status': reply.status, **{name_of(child): child.text for child in element}}


def errorcode(reply):
    said = fault(reply)
    assert (said['status'], said['faultcode']) == (500, 'Receiver')
    assert said['faultstring'].endswith(f' | ERRORCODE: {said["faultactor"]}')
    return said['faultactor']


def engine(reply):
    """Code and text of a fault of the protocol itself, which says nothing else."""
    said = fault(reply)
    assert set(said) == {'status', 'faultcode', 'faultstring'} and said['status'] == 500
    assert reply.headers['Content-Type'] == 'text/xml; charset=utf-8'
    assert said['faultcode'].startswith('SOAP-ENV:')
    return said['faultcode'][9:], said['faultstring']


def refused(reply):
    """The text of a fault before a function was found, with all that is around it."""
    said = fault(reply)
    assert said == {'status': 200, 'faultcode': 'MOODLE:error', 'faultstring': said['faultstring']}
    assert reply.headers['Content-Type'] == 'application/xml; charset=utf-8'
    assert {name: reply.headers[name] for name in UNCACHED} == UNCACHED
    assert reply.headers['Content-Disposition'] == 'inline; filename="response.xml"'
    assert 'Access-Control-Allow-Origin' not in reply.headers
    return said['faultstring']


def ids(groups):
    return [group['id'] for group in groups]


def array(*items, kind='xsd:int'):
    inner = ''.join(f'<item xsi:type="{kind}">{item}</item>' for item in items)
    return f'enc:arrayType="{kind}[{len(items)}]" xsi:type="enc:Array">{inner}'


def literal(site):
    return f'{site.url}{SERVER}/literal'


# ---- rpc/encoded

# A list of structs: headers, wrapper in the namespace of the call, types, counts, no white space.
def test_160_01_list(site, db):
    db.keep('groups')
    db.run('UPDATE mdl_groups SET enrolmentkey = NULL WHERE id = 1')
    reply = call(site, GROUPS, f'<groupids {array(1)}</groupids>')
    assert result(reply) == site.call(GROUPS, {'groupids': [1]})
    assert reply.headers['Content-Type'] == 'text/xml; charset=utf-8'
    assert int(reply.headers['Content-Length']) == len(reply.body)
    assert not set(UNCACHED) & set(reply.headers)
    assert reply.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope ')
    assert reply.text.endswith('</SOAP-ENV:Body></SOAP-ENV:Envelope>\n')
    wrapper = ET.fromstring(reply.body)[0][0]
    assert wrapper.tag == f'{{{OURS}}}{GROUPS}Response'
    assert wrapper[0].get(f'{{{ENC[V11]}}}arrayType') == 'ns2:Map[1]'
    assert '<key xsi:type="xsd:string">enrolmentkey</key><value xsi:nil="true"/>' in reply.text
    assert ('<value SOAP-ENC:arrayType="xsd:ur-type[0]" xsi:type="SOAP-ENC:Array"/>'
            in reply.text)


# A struct has its number among the types of the WSDL; in it a list of numbers of one type.
def test_160_02_struct(site):
    info = result(call(site, INFO))
    expected = site.call(INFO)
    for key, told in expected.items():
        if isinstance(told, bool):
            assert info[key] == int(told)
        elif isinstance(told, (int, str, list)):
            assert info[key] == told, key
    assert all(info[key] is None for key in set(info) - set(expected))
    members = call(site, MEMBERS, f'<groupids {array(1)}</groupids>')
    assert result(members) == site.call(MEMBERS, {'groupids': [1]})
    assert 'SOAP-ENC:arrayType="xsd:int[' in members.text
    users = call(site, USERS, '<criteria><item><key>id</key><value>3</value></item></criteria>')
    assert 'xsi:type="ns1:webservices_struct_class_0000' in users.text


# What returns nothing answers 202 with nothing.
def test_160_03_void(site, db):
    db.keep('groups_members', 'cache_flags')
    member = '<members><item><groupid>1</groupid><userid>{}</userid></item></members>'
    userid = site.call(MEMBERS, {'groupids': [1]})[0]['userids'][0]
    reply = call(site, DELETE, member.format(userid))
    assert (reply.status, reply.body) == (202, b'')
    assert reply.headers['Content-Type'] == 'text/html; charset=utf-8'
    assert userid not in site.call(MEMBERS, {'groupids': [1]})[0]['userids']
    assert call(site, ADD, member.format(userid), version=V12).status == 202


# SOAP 1.2: its own namespaces, media type, and words for arrays.
def test_160_04_version_12(site):
    args = '<groupids enc:itemType="xsd:int" enc:arraySize="2" xsi:type="enc:Array">' \
           '<item>1</item><item>2</item></groupids>'
    reply = call(site, GROUPS, args, version=V12)
    assert ids(result(reply)) == [1, 2]
    assert reply.headers['Content-Type'] == 'application/soap+xml; charset=utf-8'
    wrapper = ET.fromstring(reply.body)[0][0]
    assert wrapper.get(f'{{{V12}}}encodingStyle') == ENC[V12]
    assert wrapper[0].tag == '{http://www.w3.org/2003/05/soap-rpc}result'
    assert wrapper[1].get(f'{{{ENC[V12]}}}itemType') == 'ns2:Map'
    assert wrapper[1].get(f'{{{ENC[V12]}}}arraySize') == '2'


# The namespace of the answer is that of the call, escaped; ours where the call has none.
def test_160_05_namespace(site):
    space = f'{site.url}{SERVER}?wstoken=a&amp;b'
    reply = call(site, GROUPS, f'<groupids {array(1)}</groupids>', space=space)
    assert ET.fromstring(reply.body)[0][0].tag.startswith(f'{{{site.url}{SERVER}?wstoken=a&b}}')
    for args in ({'space': None}, {'space': V11}):
        reply = call(site, GROUPS, f'<groupids {array(1)}</groupids>', **args)
        assert ET.fromstring(reply.body)[0][0].tag == f'{{{site.url}{SERVER}}}{GROUPS}Response'


# Arguments in every form in which clients send a list of numbers.
@pytest.mark.parametrize('args, beside', [
    (f'<groupids {array(1, 2)}</groupids>', ''),
    (f'<groupids {array(1, 2, kind="xsd:string")}</groupids>', ''),
    ('<groupids><item>1</item><item>2</item></groupids>', ''),
    ('<groupids><x xsi:type="xsd:int">1</x><y>2</y></groupids>', ''),
    ('<groupids>1</groupids><groupids>2</groupids>', ''),
    ('<param0><item>1</item><item>2</item></param0>', ''),
    (f'<c-gensym3 {array(1, 2, kind="xsd:anyType")}</c-gensym3>', ''),
    ('<groupids enc:arrayType="xsd:int[99]"><a>1</a><a>2</a></groupids>', ''),
    ('<groupids xsi:type="map:Map"><item><key>0</key><value>1</value></item>'
     '<item><key>1</key><value xsi:type="xsd:int">2</value></item></groupids>', ''),
    ('<groupids href="#id0"/>',
     '<m id="id0" enc:arrayType="xsd:int[2]" xsi:type="enc:Array"><i href="#id1"/><i>2</i></m>'
     '<m id="id1" xsi:type="xsd:int">1</m>'),
    ('<other>9</other><groupids xsi:type="ns1:ints"><item>1</item><item>2</item></groupids>', ''),
])
def test_160_06_arguments(site, args, beside):
    assert ids(result(call(site, GROUPS, args, beside=beside))) == [1, 2]


# Structs in lists: maps, typed structs, untyped elements; a text in base64, as Perl sends it.
@pytest.mark.parametrize('item', [
    '<item xsi:type="map:Map"><item><key xsi:type="xsd:string">key</key>'
    '<value xsi:type="xsd:string">username</value></item><item><key>value</key>'
    '<value xsi:type="xsd:string">wsuser</value></item></item>',
    '<item xsi:type="enc:Struct"><key>username</key><value>wsuser</value></item>',
    '<item><value>wsuser</value><key>username</key></item>',
    '<key>username</key><value>wsuser</value>',
    '<item><key>username</key><value xsi:type="xsd:base64Binary">'
    + base64.b64encode(b'wsuser').decode() + '</value></item>',
])
def test_160_07_structs(site, item):
    users = result(call(site, USERS, f'<criteria>{item}</criteria>'))['users']
    assert [user['username'] for user in users] == ['wsuser']


# By position too; a parameter that is left out has its default, a null is a null.
def test_160_08_absent(site):
    assert call(site, COURSES).status == 200
    assert errorcode(call(site, COURSES, '<options xsi:nil="true"/>')) == 'invalidparameter'
    assert len(result(call(site, BY_FIELD, '<a>username</a><b><i>wsuser</i></b>'))) == 1
    assert errorcode(call(site, BY_FIELD, '<field>username</field>')) == 'invalidparameter'
    assert engine(call(site, BY_FIELD)) == ('Client', 'Missing parameter')
    too_many = call(site, BY_FIELD, '<a>username</a><b><i>wsuser</i></b><c>x</c>')
    assert errorcode(too_many) == 'invalidparameter'
    assert '"2"' in fault(too_many)['detail']


# White space, encodings, a byte order mark, the media type and SOAPAction do not matter.
def test_160_09_lenient(site):
    body = envelope(GROUPS, '\n <groupids>\n  <item>\t1 </item>\n </groupids>\n')
    for sent in (body.encode('utf-8-sig'), body.encode('utf-16'),
                 b'<?xml version="1.0" encoding="iso-8859-1"?>' + body.encode()):
        assert ids(result(post(site, sent, token=site.token))) == [1]
    for kind in ('application/xml', 'application/soap+xml; action="x"', 'text/plain'):
        reply = post(site, body, token=site.token,
                     headers={'Content-Type': kind, 'SOAPAction': '"other"'})
        assert ids(result(reply)) == [1]


# ---- faults

# Of a function: errorcode in three places; details for a bad parameter only; SOAP 1.1 for 1.2, too.
def test_160_20_failed(site):
    reply = call(site, BY_FIELD, '<field>lastname</field><values><i>x</i></values>', version=V12)
    assert errorcode(reply) == 'codingerror'
    assert reply.headers['Content-Type'] == 'text/xml; charset=utf-8'
    assert not set(UNCACHED) & set(reply.headers) and 'detail' not in fault(reply)
    assert ET.fromstring(reply.body).tag == f'{{{V11}}}Envelope'
    reply = call(site, GROUPS, '<groupids><item>x</item></groupids>')
    assert errorcode(reply) == 'invalidparameter'
    assert fault(reply)['detail'].startswith('groupids[0]: expected')


# Before a function is found: 200, and the message alone, whatever the envelope is.
def test_160_21_refused(site, db):
    db.config('auth', 'email')
    for body in (envelope(GROUPS), envelope(GROUPS, version=V12), '<oops', ''):
        assert refused(post(site, body, token='0' * 32)) == 'No such token'
        assert refused(post(site, body)) == 'No such token'
    assert 'may not use' in refused(post(site, envelope(INFO), path=SIMPLE,
                                         query='?wsusername=a&wspassword=b'))


# True status codes where they are asked for.
def test_160_22_status(site):
    reply = post(site, envelope(INFO), token='0' * 32, query='&moodlewssettinghttpstatus=1')
    assert (reply.status, reply.headers['WWW-Authenticate']) == (401, 'Bearer')


# Functions that are not there for the caller, as Moodle says it; each leaves one row `unknown`.
def test_160_23_not_present(site, db):
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log') or 0
    for name in ('core_no_such', 'core_course_delete_courses'):
        assert engine(call(site, name)) == ('Server', f"Procedure '{name}' not present")
    of_them = ('FROM mdl_logstore_standard_log WHERE id > %s AND'
               ' (other LIKE \'%%"unknown"%%\' OR other LIKE \'%%core_no_such%%\''
               ' OR other LIKE \'%%core_course_delete_courses%%\')')
    rows = db.wait_for(f'SELECT other {of_them} AND (SELECT count(*) {of_them}) >= 2', (last, last))
    assert rows == [('{"function":"unknown"}',)] * 2


# A call that was made leaves its name, also when its arguments are bad.
def test_160_24_log(site, db):
    db.keep('logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    assert engine(call(site, 'core_enrol_get_enrolled_users', '<courseid>abc</courseid>'))[0] \
        == 'Server'
    rows = db.wait_for('SELECT other FROM mdl_logstore_standard_log')
    assert rows == [('{"function":"core_enrol_get_enrolled_users"}',)]


# Envelopes that cannot be read.
@pytest.mark.parametrize('body, code, text', [
    ('', 'Client', 'Bad Request'),
    ('<oops', 'Client', 'Bad Request'),
    ('{"a": 1}', 'Client', 'Bad Request'),
    ('<Envelope><Body><f/></Body></Envelope>', 'VersionMismatch', 'Wrong Version'),
    (f'<e:Envelope xmlns:e="{V11}x"><e:Body><f/></e:Body></e:Envelope>', 'VersionMismatch',
     'Wrong Version'),
    (f'<e:Envelope xmlns:e="{V11}"/>', 'Client', None),
    (f'<e:Envelope xmlns:e="{V11}"><e:Body/></e:Envelope>', 'Client', None),
    (f'<e:Envelope xmlns:e="{V11}"><Body><f/></Body></e:Envelope>', 'Client', None),
    (f'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>{envelope(GROUPS, "<a>&x;</a>")}',
     'Server', 'DTD are not supported by SOAP'),
    (envelope(GROUPS, '<a>&x;</a>'), 'Client', 'Bad Request'),
    (envelope(GROUPS, '<x:a/>'), 'Client', 'Bad Request'),
    (envelope(GROUPS, 'text<a/>'), 'Client', 'Bad Request'),
    (envelope(GROUPS, '<a>' * 300 + '</a>' * 300), 'Client', 'Bad Request'),
    (envelope(GROUPS, '<a ' + ' '.join(f'b{i}="1"' for i in range(200)) + '/>'), 'Client',
     'Bad Request'),
    (envelope(GROUPS).replace('<e:Body>', '<e:Header><x e:mustUnderstand="1"/></e:Header><e:Body>'),
     'MustUnderstand', None),
])
def test_160_25_unreadable(site, body, code, text):
    said = engine(post(site, body, token=site.token))
    assert said[0] == code and (text is None or said[1] == text)


# A GET is an envelope that is not there; so is any method but POST.
def test_160_26_methods(site):
    for method in ('GET', 'PUT', 'DELETE', 'OPTIONS'):
        reply = site.request(method, f'{SERVER}?wstoken={site.token}', envelope(INFO))
        assert engine(reply) == ('Client', 'Bad Request')
    for query in ('wsdl=0', 'wsdl=', 'wsdl=no'):
        reply = site.request('GET', f'{SERVER}?wstoken={site.token}&{query}')
        assert engine(reply) == ('Client', 'Bad Request')


# ---- hostile envelopes

ROUND = '<m id="a"><item href="#a"/><item href="#a"/></m>'
LAUGHS = ''.join(f'<m id="x{i}">' + f'<i href="#x{i + 1}"/>' * 10 + '</m>' for i in range(9)) \
    + '<m id="x9">1</m>'
LONG = '<m id="x0" xsi:type="enc:Array">' + '<i href="#t"/>' * 5000 \
    + f'</m><m id="t">{"7" * 50000}</m>'


# References in a circle, or to much, end soon with a clear answer.
@pytest.mark.parametrize('args, beside', [
    ('<groupids href="#a"/>', ROUND), ('<groupids href="#x0"/>', LAUGHS),
    ('<groupids href="#x0"/>', LONG),
    ('<groupids href="#a"/>', '<m id="a" href="#b"/><m id="b" href="#a"/>'),
    ('<groupids href="#a"/>', '<m id="a" xsi:type="enc:Array"><m href="#a"/></m>'),
    ('<groupids href="#a"/>', '<m id="a" xsi:type="map:Map"><item><key href="#a"/><value/></item></m>'),
])
def test_160_30_references(site, args, beside):
    with env.soon():
        reply = call(site, GROUPS, args, beside=beside)
    assert errorcode(reply) == 'invalidparameter'
    assert ids(result(call(site, GROUPS, '<groupids><i>1</i></groupids>'))) == [1]


# References elsewhere, and what is attached, are refused: nothing is ever fetched.
@pytest.mark.parametrize('args', [
    '<groupids href="cid:part1"/>', '<groupids href="http://127.0.0.1:1/"/>',
    '<groupids href="file:///etc/passwd"/>', '<groupids href="#nobody"/>', '<groupids href="#"/>',
    '<groupids><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/></groupids>',
])
def test_160_31_elsewhere(site, args):
    code, text = engine(call(site, GROUPS, args))
    assert code == 'Server' and 'reference' in text


# A message with attachments is no envelope.
def test_160_32_attachments(site):
    body = '--b\r\nContent-Type: text/xml\r\n\r\n' + envelope(INFO) + '\r\n--b--\r\n'
    reply = post(site, body, token=site.token,
                 headers={'Content-Type': 'multipart/related; boundary=b; type="text/xml"'})
    assert engine(reply) == ('Client', 'Bad Request')


# What arrays say of themselves is not believed, and nonsense is refused.
@pytest.mark.parametrize('attributes, good', [
    ('enc:arrayType="xsd:int[2147483647]"', True), ('enc:arrayType="xsd:int[0]"', True),
    ('enc:arrayType="xsd:int[9223372036854775807]"', True), ('enc:arrayType="xsd:int[]"', True),
    ('enc:arrayType="xsd:int"', True), ('enc:arrayType="nowhere:int[1]"', True),
    ('enc:arrayType="xsd:int[1]" enc:offset="[1000000000]"', True),
    ('enc:arrayType="xsd:int[-1]"', False), ('enc:arrayType="xsd:int[x]"', False),
    ('enc:arrayType="xsd:int[99999999999999999999]"', False),
    ('enc:arrayType="xsd:int[1,0]"', False), ('enc:arrayType="xsd:int[1' + ',1' * 20 + ']"', False),
    ('enc:arrayType="xsd:int[1]" enc:offset="[-1]"', False),
    ('enc:arrayType="xsd:int[1]" enc:offset="[99999999999999999999]"', False),
])
def test_160_33_arrays(site, attributes, good):
    reply = call(site, GROUPS, f'<groupids {attributes}><item>1</item></groupids>')
    if good:
        assert ids(result(reply)) == [1]
    else:
        assert engine(reply) == ('Server', 'SOAP-ERROR: Encoding: Violation of encoding rules')


# Types against what is declared.
@pytest.mark.parametrize('args', [
    '<groupids xsi:type="xsd:string">1</groupids>', '<groupids xsi:type="xsd:boolean">1</groupids>',
    '<groupids><item><a>1</a></item></groupids>', f'<groupids><i {array(1)}</i></groupids>',
    '<groupids enc:arrayType="xsd:int[2,2]"><i>1</i><i>2</i></groupids>',
])
def test_160_34_confusion(site, args):
    assert errorcode(call(site, GROUPS, args)) == 'invalidparameter'


# The limits of a request: at the edge, and one past.
def test_160_35_limits(site, narrow):
    def groups(count):
        return call(narrow, GROUPS, f'<groupids>{"<i>1</i>" * count}</groupids>', token=site.token)
    assert groups(19).status == 200
    assert 'MoodleWSKeysMax' in fault(groups(20))['detail']

    def deep(levels):
        inner = '<a>' * levels + '1' + '</a>' * levels
        return call(narrow, USERS, f'<criteria><i><key>{inner}</key></i></criteria>',
                    token=site.token)
    assert 'MoodleWSDepthMax' not in fault(deep(1))['detail']
    assert 'MoodleWSDepthMax' in fault(deep(2))['detail']
    body = envelope(GROUPS, '<groupids><i>1</i></groupids>')
    padded = body + ' ' * (4096 - len(body))
    assert post(narrow, padded, token=site.token).status == 200
    assert post(narrow, padded + ' ', token=site.token).status == 413


# ---- document/literal

def lit(site, function, args='', version=V11, **more):
    """Call in the namespace of wsdl=literal."""
    body = (f'<e:Envelope xmlns:e="{version}" xmlns:xsi="{XSI}"><e:Body>'
            f'<{function} xmlns="{literal(site)}">{args}</{function}></e:Body></e:Envelope>')
    return post(site, body, token=more.pop('token', site.token), **more)


def plain(element):
    """A value of a literal answer: texts, lists of items, dicts."""
    if element.get(f'{{{XSI}}}nil') == 'true':
        return None
    if not len(element):
        return element.text or ''
    if name_of(element[0]) == 'item':
        return [plain(item) for item in element]
    return {name_of(child): plain(child) for child in element}


# A result: one namespace, no types, what is absent left out.
def test_160_40_literal(site, db):
    db.keep('groups')
    db.run('UPDATE mdl_groups SET enrolmentkey = NULL WHERE id = 1')
    reply = lit(site, GROUPS, '<groupids><item>1</item></groupids>')
    assert reply.status == 200 and 'xsi:type' not in reply.text
    wrapper = ET.fromstring(reply.body)[0][0]
    assert wrapper.tag == f'{{{literal(site)}}}{GROUPS}Response'
    assert all(element.tag.startswith(f'{{{literal(site)}}}') for element in wrapper.iter())
    group = plain(wrapper[0])[0]
    expected = site.call(GROUPS, {'groupids': [1]})[0]
    assert set(group) == set(expected)
    assert group['name'] == expected['name'] and group['enrolmentkey'] is None
    assert group['participation'] == 'true'
    info = plain(ET.fromstring(lit(site, INFO, version=V12).body)[0][0][0])
    assert set(info) == set(site.call(INFO))


# A void function answers 200 with an empty response element.
def test_160_41_literal_void(site, db):
    db.keep('groups_members', 'cache_flags')
    userid = site.call(MEMBERS, {'groupids': [1]})[0]['userids'][0]
    member = f'<members><item><groupid>1</groupid><userid>{userid}</userid></item></members>'
    for function in (DELETE, ADD):
        reply = lit(site, function, member)
        assert reply.status == 200
        wrapper = ET.fromstring(reply.body)[0][0]
        assert (name_of(wrapper), len(wrapper)) == (f'{function}Response', 0)


# Faults: standard codes, a typed detail, status 500, in the version of the call.
@pytest.mark.parametrize('version', [V11, V12])
def test_160_42_literal_faults(site, version):
    def said(reply):
        assert reply.status == 500
        root = ET.fromstring(reply.body)
        assert root.tag == f'{{{version}}}Envelope'
        inner = root[0][0][-1][0]
        assert inner.tag == f'{{{literal(site)}}}fault'
        code = root[0][0][0] if version == V11 else root[0][0][0][0]
        return code.text, {name_of(child): child.text for child in inner}
    client, server = (('SOAP-ENV:Client', 'SOAP-ENV:Server') if version == V11
                      else ('env:Sender', 'env:Receiver'))
    code, detail = said(lit(site, GROUPS, '<groupids><item>x</item></groupids>', version=version))
    assert (code, detail['errorcode']) == (client, 'invalidparameter')
    assert detail['exception'] == 'core\\exception\\invalid_parameter_exception'
    assert detail['debuginfo'].startswith('groupids[0]')
    code, detail = said(lit(site, GROUPS, '', version=version))
    assert (code, detail['errorcode']) == (client, 'invalidparameter')
    code, detail = said(lit(site, GROUPS, '', version=version, token='x'))
    assert (code, detail) == (client, {'exception': 'core\\exception\\moodle_exception',
                                       'errorcode': 'invalidtoken'})
    code, detail = said(lit(site, 'core_no_such', '', version=version))
    assert (code, detail['errorcode']) == (client, 'invalidrecord')
    code, detail = said(lit(site, BY_FIELD, '<field>x</field><values/>', version=version))
    assert (code, detail['errorcode']) == (server, 'codingerror')


# ---- credentials, login

# A token in the query or a header; the query wins; never in the envelope.
def test_160_50_token(site):
    body = envelope(GROUPS, '<groupids><i>1</i></groupids>')
    bearer = {'Authorization': f'Bearer {site.token}'}
    assert ids(result(post(site, body, headers=bearer))) == [1]
    assert refused(post(site, body, token='x', headers=bearer)) == 'No such token'
    assert refused(call(site, GROUPS, f'<wstoken>{site.token}</wstoken>', token='x'))


# A user name and a password with each call, in the query or in the path.
def test_160_51_simple(site, db):
    db.config('auth', 'email,webservice')
    body = envelope(GROUPS, '<groupids><i>1</i></groupids>')
    password = site.env['WSPASSWORD']
    for path in (f'{SIMPLE}?wsusername=wsuser&wspassword={password}',
                 f'{SIMPLE}/wsuser/{password}', f'{SIMPLE}/wsuser/{password}/',
                 f'{SIMPLE}/w%73user/{password}?x=1'):
        assert ids(result(post(site, body, path=path))) == [1]
    for path in (SIMPLE, f'{SIMPLE}/wsuser', f'{SIMPLE}/wsuser/{password}/x',
                 f'{SIMPLE}/wsuser/no', f'{SIMPLE}?wstoken={site.token}'):
        assert refused(post(site, body, path=path))


# Login begins a session, whose token is good until logout.
@pytest.mark.parametrize('version', [V11, V12])
def test_160_52_login(site, db, version):
    db.keep('sessions', 'external_tokens')
    args = f'<username>wsuser</username><password>{site.env["WSPASSWORD"]}</password>'
    reply = post(site, envelope('login', args, version=version))
    session = result(reply)
    assert set(session) == {'token', 'expires'} and session['expires'] > time.time()
    token = session['token']
    assert result(call(site, INFO, token=token))['username'] == 'wsuser'
    assert call(site, 'logout', token=token).status == 202
    assert refused(call(site, 'logout', token=token)) == 'No such token'
    positional = f'<a>wsuser</a><b>{site.env["WSPASSWORD"]}</b>'
    assert 'token' in result(post(site, envelope('login', positional)))


# Login in document/literal, and what is wrong with it in both styles.
def test_160_53_login_faults(site, db):
    db.keep('sessions', 'external_tokens', 'user_preferences')
    args = f'<username>wsuser</username><password>{site.env["WSPASSWORD"]}</password>'
    session = plain(ET.fromstring(lit(site, 'login', args, token=None).body)[0][0][0])
    assert len(session['token']) == 32
    wrong = '<username>wsuser</username><password>no</password>'
    assert errorcode(post(site, envelope('login', wrong))) == 'invalidlogin'
    reply = lit(site, 'login', wrong, token=None)
    assert reply.status == 500 and '<errorcode>invalidlogin</errorcode>' in reply.text
    assert engine(post(site, envelope('login'))) == ('Client', 'Missing parameter')
    assert lit(site, 'logout', token=session['token']).status == 200
    assert refused(post(site, envelope('login', args), path=SIMPLE))


# The gates: an empty 403.
def test_160_60_gates(site, db):
    db.config('enablewebservices', '0')
    reply = call(site, INFO)
    assert (reply.status, reply.body) == (403, b'')


# Both names of a function; under the old one the detail spells classes plainly.
def test_160_61_old_names(site):
    old = 'moodle_group_get_groups'
    assert ids(result(call(site, old, f'<groupids {array(1)}</groupids>'))) == [1]
    reply = lit(site, old, '<groupids><item>x</item></groupids>')
    assert '<exception>invalid_parameter_exception</exception>' in reply.text


# The WSDL is for who may call: its failures are as those before a call.
def test_160_62_wsdl_refused(site):
    for query in ('wsdl=1', 'wsdl=literal'):
        assert refused(site.request('GET', f'{SERVER}?{query}')) == 'No such token'
