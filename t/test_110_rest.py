# SPDX-License-Identifier: Apache-2.0
# t/test_110_rest.py -- REST over HTTP: documents to the byte, headers, methods, bodies, settings,
# limits.
import http.client
import json
import socket
import time

import pytest

import env

GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
LISTED = 'core_group_get_course_groups'
INFO = 'core_webservice_get_site_info'
CATEGORIES = 'core_course_get_categories'
MINE = 'core_enrol_get_users_courses'

PLAIN = {'Cache-Control': 'private, must-revalidate, pre-check=0, post-check=0, max-age=0',
         'Expires': 'Thu, 01 Jan 1970 00:00:00 GMT', 'Pragma': 'no-cache', 'Accept-Ranges': 'none',
         'Access-Control-Allow-Origin': '*'}
HEADERS = {'json': {**PLAIN, 'Content-Type': 'application/json'},
           'xml': {**PLAIN, 'Content-Type': 'application/xml; charset=utf-8',
                   'Content-Disposition': 'inline; filename="response.xml"'}}

IPE = 'core\\exception\\invalid_parameter_exception'
HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'


@pytest.fixture(scope='module')
def narrow(site):
    """A server with small limits."""
    lines = '\nMoodleWSBodyMax 2048\nMoodleWSKeysMax 20\nMoodleWSDepthMax 4\n'
    with env.Httpd(site, lambda conf: conf + lines) as httpd:
        yield httpd


@pytest.fixture
def logged(db):
    """How many calls the log tells since the test began."""
    db.keep('logstore_standard_log')
    db.run('DELETE FROM mdl_logstore_standard_log')
    return lambda: db.one('SELECT count(*) FROM mdl_logstore_standard_log'
                          " WHERE action = 'called'")


def query(site, function, pairs='', fmt='json'):
    return (f'{env.SERVER}?wstoken={site.token}&wsfunction={function}'
            f'&moodlewsrestformat={fmt}' + (f'&{pairs}' if pairs else ''))


def get(site, function, pairs='', method='GET', fmt='json', **more):
    return site.request(method, query(site, function, pairs, fmt), **more)


def form(site, function, *pairs):
    return [('wstoken', site.token), ('wsfunction', function), ('moodlewsrestformat', 'json'),
            *pairs]


def post_json(site, members, headers=None, token=None):
    """A JSON body, text or a value, with the token in a header."""
    body = members if isinstance(members, (str, bytes)) else json.dumps(members)
    return site.request('POST', env.SERVER, body, {
        'Content-Type': 'application/json', 'Accept': 'application/json',
        'Authorization': f'Bearer {token or site.token}', **(headers or {})})


def headers_of(reply):
    """All of them but those that are httpd's own affair; none comes twice."""
    names = [name.lower() for name in reply.headers]
    assert len(names) == len(set(names)), reply.headers.items()
    return {name: value for name, value in reply.headers.items()
            if name not in ('Date', 'Server', 'Connection', 'Keep-Alive', 'Content-Length')}


def php(value):
    """A value as PHP writes JSON."""
    text = json.dumps(value, separators=(',', ':'))
    return text.replace('/', '\\/').replace('\\u007f', '\x7f').encode()


def rest_of(s):
    return b''.join(iter(lambda: s.recv(65536), b''))


def raw(port, *parts, half_close=False):
    """Send bytes as they are, and read until the server hangs up."""
    with socket.create_connection(('127.0.0.1', port), timeout=10) as s:
        for part in parts:
            s.sendall(part if isinstance(part, bytes) else part.encode())
        if half_close:
            s.shutdown(socket.SHUT_WR)
        return rest_of(s)


def ids(reply):
    return [group['id'] for group in reply.json()]


# ---- documents

# A list of structs as JSON: no spaces, escapes as PHP's, keys as declared, nothing after it.
def test_110_01_json_document(site):
    assert get(site, GROUPS, 'groupids[0]=2&groupids[1]=1').body == (
        rb'[{"id":2,"courseid":2,"name":"Evening &amp; night",'
        rb'"description":"<p>After <em>six<\/em> &amp; before ten<\/p>","descriptionformat":1,'
        rb'"enrolmentkey":"","idnumber":"","visibility":0,"participation":true,"customfields":[]},'
        rb'{"id":1,"courseid":2,"name":"Morning \ud83c\udf05","description":"",'
        rb'"descriptionformat":1,"enrolmentkey":"Key-2","idnumber":"G-2","visibility":0,'
        rb'"participation":true,"customfields":[]}]')


# The same as XML: upper-case names, a line feed after each node, booleans as digits, lists empty.
def test_110_02_xml_document(site):
    def group(*values):
        names = ('id', 'courseid', 'name', 'description', 'descriptionformat', 'enrolmentkey',
                 'idnumber', 'visibility', 'participation')
        return ('<SINGLE>\n' + ''.join(f'<KEY name="{n}"><VALUE>{v}</VALUE>\n</KEY>\n'
                                       for n, v in zip(names, values))
                + '<KEY name="customfields"><MULTIPLE>\n</MULTIPLE>\n</KEY>\n</SINGLE>\n')
    assert get(site, GROUPS, 'groupids[0]=2&groupids[1]=1', fmt='xml').text == (
        HEAD + '<RESPONSE>\n<MULTIPLE>\n'
        + group(2, 2, 'Evening &amp;amp; night', '&lt;p&gt;After &lt;em&gt;six&lt;/em&gt; &amp;amp;'
                ' before ten&lt;/p&gt;', 1, '', '', 0, 1)
        + group(1, 2, 'Morning 🌅', '', 1, 'Key-2', 'G-2', 0, 1)
        + '</MULTIPLE>\n</RESPONSE>\n')


# Nested lists of numbers, an empty list, and a null, in both formats.
def test_110_03_small_documents(site, db):
    db.keep('groups', 'groups_members')
    db.run('UPDATE mdl_groups SET enrolmentkey = NULL WHERE id = 2')
    db.run('DELETE FROM mdl_groups_members WHERE groupid = 1')
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded) VALUES (1, 6, 0)')
    assert get(site, MEMBERS, 'groupids[0]=1').body == b'[{"groupid":1,"userids":[6]}]'
    assert get(site, MEMBERS, 'groupids[0]=1', fmt='xml').text == (
        HEAD + '<RESPONSE>\n<MULTIPLE>\n<SINGLE>\n<KEY name="groupid"><VALUE>1</VALUE>\n</KEY>\n'
        '<KEY name="userids"><MULTIPLE>\n<VALUE>6</VALUE>\n</MULTIPLE>\n</KEY>\n</SINGLE>\n'
        '</MULTIPLE>\n</RESPONSE>\n')
    assert get(site, LISTED, 'courseid=9').body == b'[]'
    assert get(site, LISTED, 'courseid=9', fmt='xml').text == (
        HEAD + '<RESPONSE>\n<MULTIPLE>\n</MULTIPLE>\n</RESPONSE>\n')
    assert b'"enrolmentkey":null,' in get(site, GROUPS, 'groupids[]=2').body
    assert ('<KEY name="enrolmentkey"><VALUE null="null"/>\n</KEY>\n'
            in get(site, GROUPS, 'groupids[]=2', fmt='xml').text)


# Texts with everything that needs an escape; XML has no place for control characters.
def test_110_04_escapes(site, db):
    db.keep('groups')
    text = 'a&b<c>"d"\'e\' /\\ é 🌅 \t\n\r\x01\x08\x7f]]>'
    db.run('UPDATE mdl_groups SET enrolmentkey = %s WHERE id = 1', (text,))
    assert b'"enrolmentkey":' + php(text) in get(site, GROUPS, 'groupids[]=1').body
    assert ('<VALUE>a&amp;b&lt;c&gt;&quot;d&quot;\'e\' /\\ é 🌅 \t\n&#13;\x7f]]&gt;</VALUE>'
            in get(site, GROUPS, 'groupids[]=1', fmt='xml').text)


# A call that gives nothing: null, and an answer without a node.
@pytest.mark.parametrize('fmt, document', [
    ('json', 'null'), ('xml', HEAD + '<RESPONSE>\n</RESPONSE>\n')])
def test_110_05_nothing(site, db, fmt, document):
    db.keep('sessions', 'external_tokens', 'user', 'user_preferences', 'logstore_standard_log')
    begun = site.request('POST', env.SERVER, {
        'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD'], 'service': 'everything',
        'moodlewsrestformat': 'json'}).json()
    assert site.rest('logout', token=begun['token'], fmt=fmt).text == document


# What a fault looks like; debuginfo comes with a bad parameter alone.
def test_110_06_exceptions(site):
    bad = site.rest(GROUPS, {'groupids': ['<x>']})
    assert bad.text == (r'{"exception":"core\\exception\\invalid_parameter_exception",'
                        r'"errorcode":"invalidparameter",'
                        r'"message":"A parameter is not as declared",'
                        r'"debuginfo":"groupids[0]: expected type int, got \"<x>\""}')
    assert site.rest(GROUPS, {'groupids': ['<x>']}, fmt='xml').text == (
        HEAD + f'<EXCEPTION class="{IPE}">\n<ERRORCODE>invalidparameter</ERRORCODE>\n'
        '<MESSAGE>A parameter is not as declared</MESSAGE>\n'
        '<DEBUGINFO>groupids[0]: expected type int, got &quot;&lt;x&gt;&quot;</DEBUGINFO>\n'
        '</EXCEPTION>\n')
    assert list(site.call(GROUPS, {'groupids': [9999]})) == ['exception', 'errorcode', 'message']
    unknown = site.rest('no_such_function', fmt='xml').text
    assert unknown.startswith(HEAD + '<EXCEPTION class="dml_missing_record_exception">\n'
                              '<ERRORCODE>invalidrecord</ERRORCODE>\n<MESSAGE>')
    assert 'DEBUGINFO' not in unknown and unknown.endswith('</MESSAGE>\n</EXCEPTION>\n')


# Under a 2.1 name classes are spelled plainly, once the function is known; codes are the same.
@pytest.mark.parametrize('params, token, plain, spaced, code', [
    ({'groupids': 'x'}, None, 'invalid_parameter_exception', 'core\\exception\\',
     'invalidparameter'),
    ({'groupids': [9999]}, None, 'dml_missing_record_exception', '', 'invalidrecord'),
    ({'groupids': [1]}, 'TOKEN_STUDENT', 'required_capability_exception', 'core\\exception\\',
     'nopermissions'),
    ({'groupids': [11]}, 'TOKEN_STUDENT', 'moodle_exception', 'core\\exception\\',
     'errorcoursecontextnotvalid'),
    ({'groupids': [1]}, 'TOKEN_READER', 'webservice_access_exception', '', 'accessexception')])
def test_110_07_old_names(site, params, token, plain, spaced, code):
    token = site.env[token] if token else None
    old = site.call('moodle_group_get_groups', params, token=token)
    new = site.call(GROUPS, params, token=token)
    assert (old['exception'], old['errorcode']) == (plain, code)
    assert (new['exception'], new['errorcode']) == (spaced + plain, code)


# Before the function is known an error is spelled as today, whatever was asked.
def test_110_08_old_name_unknown_caller(site):
    answer = site.call('moodle_group_get_groups', {'groupids': [1]}, token='nobody')
    assert answer['exception'] == 'core\\exception\\moodle_exception'


# The headers are these and no others, with success as with failure.
@pytest.mark.parametrize('fmt', ['json', 'xml'])
def test_110_09_headers(site, fmt):
    for reply in (site.rest(GROUPS, {'groupids': [1]}, fmt=fmt), site.rest(GROUPS, fmt=fmt),
                  site.rest(INFO, token='nobody', fmt=fmt), site.rest('none', fmt=fmt)):
        assert reply.status == 200
        assert headers_of(reply) == HEADERS[fmt]
        assert reply.headers['Content-Length'] == str(len(reply.body))


# The format is asked for in exactly two words; anything else is XML, in faults too.
@pytest.mark.parametrize('asked', ['', 'moodlewsrestformat=', 'moodlewsrestformat=JSON',
                                   'moodlewsrestformat=jsonp', 'moodlewsrestformat[]=json'])
@pytest.mark.parametrize('token', ['good', 'bad'])
def test_110_10_format(site, asked, token):
    token = site.token if token == 'good' else 'nobody'
    reply = site.request('GET', f'{env.SERVER}?wstoken={token}&wsfunction={MEMBERS}'
                                f'&groupids[]=1&{asked}')
    assert reply.text.startswith(HEAD) and headers_of(reply) == HEADERS['xml']


# ---- methods

# Whatever the method, the query is the call; only the body of a POST is read.
@pytest.mark.parametrize('method', ['GET', 'POST', 'OPTIONS', 'DELETE', 'PUT'])
def test_110_11_methods(site, method):
    same = get(site, MEMBERS, 'groupids[0]=1')
    reply = get(site, MEMBERS, 'groupids[0]=1', method)
    assert (reply.status, reply.body) == (200, same.body)
    assert headers_of(reply) == HEADERS['json']


# HEAD tells what GET would send, and sends none of it; the call is made.
def test_110_12_head(site, db, logged):
    reply = get(site, MEMBERS, 'groupids[0]=1', 'HEAD')
    assert (reply.status, reply.body) == (200, b'')
    assert headers_of(reply) == HEADERS['json']
    assert reply.headers['Content-Length'] == str(len(get(site, MEMBERS, 'groupids[0]=1').body))
    assert db.wait_for("SELECT 1 FROM mdl_logstore_standard_log WHERE action = 'called'"
                       ' HAVING count(*) = 2')


# A body that comes with another method says nothing.
@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'OPTIONS', 'GET'])
def test_110_13_body_not_read(site, method):
    reply = site.request(method, env.SERVER, dict(form(site, INFO)))
    assert '<ERRORCODE>invalidtoken</ERRORCODE>' in reply.text
    reply = get(site, MEMBERS, 'groupids[0]=1', method, body={'groupids[0]': 2})
    assert reply.json()[0]['groupid'] == 1


# A preflight is answered by itself: no token, no call, no body.
def test_110_14_preflight(site, logged):
    reply = get(site, INFO, method='OPTIONS', headers={
        'Origin': 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization'})
    assert (reply.status, reply.body) == (204, b'')
    allowed = headers_of(reply)
    assert allowed.pop('Access-Control-Max-Age').isdigit()
    assert allowed == {'Access-Control-Allow-Origin': '*',
                       'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
                       'Access-Control-Allow-Headers': 'Authorization, Content-Type, SOAPAction'}
    assert logged() == 0


# What follows the script's name in the path changes nothing.
def test_110_15_path_info(site):
    path = query(site, MEMBERS, 'groupids[0]=1').replace('server.php', 'server.php/a/b')
    assert site.request('GET', path).body == get(site, MEMBERS, 'groupids[0]=1').body


# ---- where parameters come from

# The body wins over the query, key by key at the top; what one alone has stays.
def test_110_16_merge(site):
    path = query(site, GROUPS, 'groupids[0]=1&groupids[1]=2')
    assert ids(site.request('POST', path, {'groupids[0]': 3})) == [3]
    assert ids(site.request('POST', path, {'groupids[]': 3})) == [3]
    assert ids(site.request('POST', path, {'moodlewssettingraw': 1})) == [1, 2]
    assert ids(site.request('POST', path, '')) == [1, 2]
    assert ids(site.request('POST', path.replace(GROUPS, 'none'), {'wsfunction': GROUPS})) == [1, 2]
    other = site.request('POST', path, {'wstoken': 'nobody'})
    assert other.json()['errorcode'] == 'invalidtoken'
    assert ids(site.request('POST', path, '{"groupids": [3]}',
                            {'Content-Type': 'application/json'})) == [3]


# Keys as PHP reads them: order of arrival, the last of two, brackets encoded or not.
@pytest.mark.parametrize('pairs, expected', [
    ('groupids[]=3&groupids[]=1', [3, 1]), ('groupids[5]=3&groupids[2]=1', [3, 1]),
    ('groupids%5B0%5D=3&groupids%5b1%5d=1', [3, 1]), ('groupids[0]=1&groupids[0]=3', [3]),
    ('groupids=7&groupids[0]=3', [3]), ('groupids[0]x=3', [3]), ('&&groupids[0]=3&', [3]),
    ('groupids[a]=3&groupids[b]=1', [3, 1]), ('+groupids[0]=3', [3]), ('=x&groupids[0]=3', [3])])
def test_110_17_keys(site, pairs, expected):
    assert ids(get(site, GROUPS, pairs)) == expected
    assert ids(site.request('POST', query(site, GROUPS), pairs, {
        'Content-Type': 'application/x-www-form-urlencoded'})) == expected


# What is no key of the function is refused, under the name that it has become.
@pytest.mark.parametrize('pairs, name', [
    ('courseid=2&_=1', '_'), ('courseid=2&a.b=1', 'a_b'), ('courseid=2&wsusername=x', 'wsusername'),
    ('courseid=2&moodlewssettingfoo=1', 'moodlewssettingfoo'), ('courseid=2&a[b=1', 'a_b')])
def test_110_18_unexpected_key(site, pairs, name):
    answer = get(site, LISTED, pairs).json()
    assert (answer['exception'], answer['errorcode']) == (IPE, 'invalidparameter')
    assert f'"{name}"' in answer['debuginfo'] or answer['debuginfo'].startswith(f'{name}:')


# The type of a form may have parameters and any case; a body of another type says nothing.
def test_110_19_types(site):
    body = f'wstoken={site.token}&wsfunction={MEMBERS}&moodlewsrestformat=json&groupids[]=1'
    for kind in ('application/x-www-form-urlencoded; charset=UTF-8',
                 'Application/X-WWW-Form-URLEncoded'):
        answer = site.request('POST', env.SERVER, body, {'Content-Type': kind}).json()
        assert answer[0]['groupid'] == 1
    for kind in ('text/plain', 'application/xml', 'application/jsonx', ''):
        reply = site.request('POST', env.SERVER, body, {'Content-Type': kind})
        assert '<ERRORCODE>invalidtoken<' in reply.text
        assert ids(site.request('POST', query(site, GROUPS, 'groupids[]=3'), body,
                                {'Content-Type': kind})) == [3]


# ---- multipart

def multipart(fields, boundary='XX', end='--XX--\r\n'):
    return ''.join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                   f'{value}\r\n' for name, value in fields) + end


# Fields count, files do not.
def test_110_20_multipart(site):
    file = ('--XX\r\nContent-Disposition: form-data; name="groupids[1]"; filename="a.txt"\r\n'
            'Content-Type: text/plain\r\n\r\n1\r\n')
    body = file + multipart(form(site, GROUPS, ('groupids[0]', 3)))
    reply = site.request('POST', env.SERVER, body, {
        'Content-Type': 'multipart/form-data; boundary="XX"'})
    assert ids(reply) == [3]


# What is no multipart body is refused, and told why.
@pytest.mark.parametrize('kind, body', [
    ('multipart/form-data', multipart([('a', 1)])),
    ('multipart/form-data; boundary=YY', multipart([('a', 1)])),
    ('multipart/form-data; boundary=XX', multipart([('a', 1)], end='')),
    ('multipart/form-data; boundary=XX', '--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--')])
def test_110_21_bad_multipart(site, kind, body):
    answer = site.request('POST', query(site, INFO), body, {'Content-Type': kind}).json()
    assert answer['errorcode'] == 'invalidparameter'
    assert answer['debuginfo'].startswith('multipart body: ')


# ---- JSON bodies

# Lists, structs, numbers, booleans and texts stand for what they are; function and token may be
# members.
def test_110_22_json_body(site):
    assert ids(post_json(site, {'wsfunction': GROUPS, 'groupids': [3, '1']})) == [3, 1]
    assert ids(post_json(site, {'wsfunction': GROUPS, 'groupids': {'x': 3, 'y': 1}})) == [3, 1]
    found = post_json(site, {'wsfunction': CATEGORIES, 'addsubcategories': False,
                             'criteria': [{'key': 'id', 'value': 2}]})
    assert ids(found) == [2]
    found = post_json(site, {'wsfunction': CATEGORIES, 'addsubcategories': True,
                             'criteria': [{'key': 'name', 'value': 'Sciences & Nature'}]})
    assert ids(found) == [2, 3, 4]
    reply = site.request('POST', env.SERVER, json.dumps(
        {'wstoken': site.env['TOKEN_STUDENT'], 'wsfunction': INFO, 'moodlewsrestformat': 'json'}),
        {'Content-Type': 'application/json; charset=utf-8'})
    assert reply.json()['username'] == 'student'


# The same call as form and as JSON body gives the same document.
@pytest.mark.parametrize('function, params', [
    (GROUPS, {'groupids': [2, 1]}), (MINE, {'userid': 6, 'returnusercount': False}),
    (CATEGORIES, {'criteria': [{'key': 'parent', 'value': 0}], 'addsubcategories': False}),
    ('core_enrol_get_enrolled_users', {'courseid': 4, 'options': [
        {'name': 'userfields', 'value': 'id,fullname'}, {'name': 'limitnumber', 'value': 3}]}),
    ('core_course_get_courses', {'options': {'ids': [2, 3]}})])
def test_110_23_form_and_json(site, function, params):
    as_json = post_json(site, {'wsfunction': function, **params})
    assert as_json.body == site.rest(function, params).body


# Texts of JSON arrive as they were meant.
def test_110_24_json_texts(site, db):
    db.keep('groups', 'course_categories')
    name = 'é🌅"\\/ a'
    db.run('UPDATE mdl_course_categories SET idnumber = %s WHERE id = 1', (name,))
    body = (r'{"wsfunction":"%s","criteria":[{"key":"idnumber",'
            r'"value":"\u00e9\ud83c\udf05\"\\\/\u0020a"}]}')
    assert ids(post_json(site, body % CATEGORIES)) == [1]
    assert ids(post_json(site, json.dumps({'wsfunction': CATEGORIES, 'criteria': [
        {'key': 'idnumber', 'value': name}]}, ensure_ascii=False).encode())) == [1]


# A value that does not fit is told by its path.
@pytest.mark.parametrize('function, members, path', [
    (GROUPS, {'groupids': [1, 1.5]}, 'groupids[1]: '),
    (GROUPS, {'groupids': [1, [2]]}, 'groupids[1]: '),
    (GROUPS, {'groupids': [{'a': 1}]}, 'groupids[0]: '), (GROUPS, {'groupids': 1}, 'groupids: '),
    (GROUPS, {'groupids': ['1 ']}, 'groupids[0]: '), (GROUPS, {'groupids': [1], 'x': 1}, '"x"'),
    (GROUPS, {}, '"groupids"'), (LISTED, {'courseid': {}}, 'courseid'),
    (LISTED, {'courseid': '9223372036854775808'}, 'courseid'),
    (CATEGORIES, {'criteria': [{'key': 'id', 'value': 1}, {'key': 'id'}]}, 'criteria[1]'),
    (CATEGORIES, {'criteria': [{'key': 1.5, 'value': 1}]}, 'criteria[0][key]'),
    (CATEGORIES, {'criteria': [{'key': 'id', 'value': 1, 'more': 1}]}, 'criteria[0]'),
    (CATEGORIES, {'criteria': [7]}, 'criteria[0]')])
def test_110_25_json_refused(site, function, members, path):
    answer = post_json(site, {'wsfunction': function, **members}).json()
    assert answer['errorcode'] == 'invalidparameter'
    assert path in answer['debuginfo']


# JSON is strict, and the place of the first mistake is told.
@pytest.mark.parametrize('body', [
    '1', 'null', '{"a":1}{', '{"a":1} x', '{"a":1,"a":2}', '{"groupids":[1,2,]}', '{"a":1,}',
    "{'a':1}", '{a:1}', '{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{"a":.5}', '{"a":1.}',
    '{"a":+1}',
    '{"a":9223372036854775808}', '{"a":1e999}', '{"a":"\\ud800"}', '{"a":"\\x41"}', '{"a":"\t"}',
    b'{"a":"\xff"}', b'{"a":"\xed\xa0\x80"}', '{"a":"b', '{"a"', '{/**/}', '{"a":tru}', '\ufeff{}',
    '{"a":' + '[' * 64 + ']' * 64 + '}', 'wsfunction=x'])
def test_110_26_json_strict(site, body):
    answer = post_json(site, body).json()
    assert (answer['exception'], answer['errorcode']) == (IPE, 'invalidparameter')
    assert answer['debuginfo'].startswith('JSON body, byte ')


# A JSON body is answered in the format it names, else as Accept prefers; a form never looks there.
@pytest.mark.parametrize('named, accept, kind', [
    (None, 'application/json', 'json'), (None, None, 'xml'), (None, '*/*', 'xml'),
    (None, 'application/xml', 'xml'), ('xml', 'application/json', 'xml'), ('json', None, 'json'),
    (None, 'application/xml;q=0.5, application/json', 'json'),
    (None, 'application/json;q=0.1, application/xml;q=0.9', 'xml'),
    (None, 'application/json;q=0, */*', 'xml')])
def test_110_27_json_format(site, named, accept, kind):
    members = {'wsfunction': MEMBERS, 'groupids': [1], 'wstoken': site.token}
    if named:
        members['moodlewsrestformat'] = named
    headers = {'Content-Type': 'application/json', **({'Accept': accept} if accept else {})}
    reply = site.request('POST', env.SERVER, json.dumps(members), headers)
    assert headers_of(reply) == HEADERS[kind] and '6' in reply.text
    asked = query(site, MEMBERS, 'groupids[0]=1').replace('&moodlewsrestformat=json', '')
    reply = site.request('GET', asked, headers={'Accept': 'application/json'})
    assert headers_of(reply) == HEADERS['xml']


# ---- credentials

# The protocol's own field wins over the header; the scheme is Bearer in any case.
def test_110_28_bearer(site):
    def who(headers, **fields):
        answer = site.request('POST', env.SERVER, {'wsfunction': INFO, 'moodlewsrestformat': 'json',
                                                   **fields}, headers).json()
        return answer.get('username') or answer['errorcode']
    student, teacher = site.env['TOKEN_STUDENT'], site.env['TOKEN_TEACHER']
    assert who({'Authorization': f'Bearer {student}'}) == 'student'
    assert who({'Authorization': f'bearer  {student}'}) == 'student'
    assert who({'Authorization': f'Bearer {student}'}, wstoken=teacher) == 'wanjiru'
    assert who({'Authorization': f'Bearer {student}'}, wstoken='nobody') == 'invalidtoken'
    assert who({'Authorization': 'Bearer nobody'}, wstoken=teacher) == 'wanjiru'
    for said in (f'Basic {student}', f'Bearer{student}', 'Bearer', 'Bearer nobody', student):
        assert who({'Authorization': said}) == 'invalidtoken'
    assert who({'Cookie': f'wstoken={student}'}) == 'invalidtoken'


# ---- settings

YES = ['1', 'on', 'YES', 'True', '2', 'x', '-1']
NO = ['0', '', 'off', 'No', 'FALSE']


# Raw texts are as stored; the words for yes and no are those of PARAM_BOOL.
@pytest.mark.parametrize('word, name',
                         [(word, 'Evening & night') for word in YES]
                         + [(word, 'Evening &amp; night') for word in NO])
def test_110_29_setting_raw(site, word, name):
    assert get(site, GROUPS, f'groupids[]=2&moodlewssettingraw={word}').json()[0]['name'] == name
    assert site.call(GROUPS, {'groupids': [2]}, moodlewssettingraw=word)[0]['name'] == name
    members = {'wsfunction': GROUPS, 'groupids': [2], 'moodlewssettingraw': word in YES}
    assert post_json(site, members).json()[0]['name'] == name


# The marker of files becomes an address, unless it is asked to stay.
def test_110_30_setting_fileurl(site, db):
    def summary(**settings):
        [course] = site.call('core_course_get_courses', {'options': {'ids': [2]}}, **settings)
        return course['summary']
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    address = f'href="{site.url}/webservice/pluginfile.php/{context}/course/summary/syllabus.html"'
    assert address in summary() and address in summary(moodlewssettingfileurl='1')
    assert address in summary(moodlewssettingraw='1')
    kept = summary(moodlewssettingfileurl='0', moodlewssettingraw='1')
    assert 'href="@@PLUGINFILE@@/syllabus.html"' in kept


# Without filters and language packs to choose from these change nothing, known or not.
@pytest.mark.parametrize('setting', ['filter=1', 'filter=0', 'lang=en', 'lang=xx', 'lang=..%2fx',
                                     'lang=', 'timezone=Europe/Riga', 'timezone=No/Where',
                                     'timezone=99', 'timezone='])
def test_110_31_settings_without_effect(site, setting):
    same = get(site, MINE, 'userid=6')
    assert get(site, MINE, f'userid=6&moodlewssetting{setting}').body == same.body


# A setting that is a list is a mistake of the program that calls, whoever it is.
@pytest.mark.parametrize('name', ['raw', 'fileurl', 'filter', 'lang', 'timezone', 'httpstatus'])
def test_110_32_setting_as_list(site, name):
    answer = site.call(INFO, token='nobody', **{f'moodlewssetting{name}[]': '1'})
    assert (answer['exception'], answer['errorcode']) == ('core\\exception\\coding_exception',
                                                          'codingerror')


# What true status codes are: function, parameters, token, and the status.
STATUSES = [
    (INFO, {}, None, 200), (INFO, {}, 'nobody', 401), (GROUPS, {}, None, 400),
    (GROUPS, {'groupids': [9999]}, None, 404), ('none', {}, None, 404),
    (GROUPS, {'groupids': [1]}, 'TOKEN_STUDENT', 403),
    (GROUPS, {'groupids': [1]}, 'TOKEN_READER', 403)]


def check_status(reply, status, plain):
    """The document is that of an answer without the setting."""
    assert (reply.status, reply.body) == (status, plain.body)
    expected = dict(HEADERS['json'])
    if status == 401:
        expected['WWW-Authenticate'] = 'Bearer'
    assert headers_of(reply) == expected


# A client asks for true status codes itself; the documents stay.
@pytest.mark.parametrize('function, params, token, status', STATUSES)
def test_110_33_setting_httpstatus(site, function, params, token, status):
    token = site.env.get(token, token)
    plain = site.rest(function, params, token)
    assert plain.status == 200
    check_status(site.rest(function, params, token, moodlewssettinghttpstatus='1'), status, plain)
    assert site.rest(function, params, token, moodlewssettinghttpstatus='0').status == 200


# Or the administrator says it for all.
def test_110_34_status_codes(site):
    with env.Httpd(site, lambda conf: conf + '\nMoodleWSStatusCodes On\n') as strict:
        for function, params, token, status in STATUSES:
            token = site.env.get(token, token)
            pairs = [('wstoken', token or site.token), ('wsfunction', function),
                     ('moodlewsrestformat', 'json'), *env.flatten(params)]
            check_status(strict.request('POST', env.SERVER, pairs), status,
                         site.rest(function, params, token))


# ---- limits, at the edge and one past it

def sized(site, size):
    """A form of SIZE bytes that calls MEMBERS."""
    body = f'wstoken={site.token}&wsfunction={MEMBERS}&moodlewsrestformat=json&groupids[0]=1&wsx='
    return body.replace('&wsx=', '&' * (size - len(body) + 5))


FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


# A body of the limit is read; one byte more is 413 in any case, with its length told or not.
@pytest.mark.parametrize('chunked', [False, True])
def test_110_35_body_max(site, narrow, chunked):
    def post(size):
        body = sized(site, size).encode()
        if not chunked:
            return narrow.request('POST', env.SERVER + '?moodlewsrestformat=json', body, FORM)
        conn = http.client.HTTPConnection('127.0.0.1', narrow.port, timeout=10)
        conn.request('POST', env.SERVER + '?moodlewsrestformat=json',
                     iter([body[:1000], body[1000:1001], body[1001:]]), FORM, encode_chunked=True)
        reply = env.Reply(conn.getresponse())
        conn.close()
        return reply
    assert post(2048).json()[0]['groupid'] == 1
    refused = post(2049)
    assert (refused.status, refused.json()['errorcode']) == (413, 'requesttoolarge')
    assert headers_of(refused) == HEADERS['json']
    assert post(2048).status == 200


# A body that is not read is not measured.
def test_110_36_body_max_unread(site, narrow):
    body = 'x' * 5000
    path = query(site, MEMBERS, 'groupids[0]=1')
    assert narrow.request('PUT', path, body).json()[0]['groupid'] == 1
    answer = narrow.request('POST', path, body, {'Content-Type': 'text/plain'}).json()
    assert answer[0]['groupid'] == 1


# So many keys and no more, counted over query and body, in forms and in JSON.
def test_110_37_keys_max(site, narrow):
    def refused(reply):
        answer = reply.json()
        return answer['errorcode'] == 'invalidparameter' and '20' in answer['debuginfo']
    pairs = form(site, GROUPS, *[(f'groupids[{i}]', 1) for i in range(17)])
    assert ids(narrow.request('POST', env.SERVER, pairs)) == [1] * 17
    assert refused(narrow.request('POST', env.SERVER, [*pairs, ('groupids[17]', 1)]))
    path = env.SERVER + '?moodlewsrestformat=json'
    assert ids(narrow.request('POST', path, pairs[:-1])) == [1] * 16
    assert refused(narrow.request('POST', path, pairs))
    body = {'wsfunction': GROUPS, 'groupids': [1] * 18}
    assert ids(post_json(narrow, body, token=site.token)) == [1] * 18
    body['groupids'].append(1)
    assert refused(post_json(narrow, body, token=site.token))


# Levels: subscripts of a form's key, open brackets of JSON. At the edge it is only an unknown key.
def test_110_38_depth_max(site, narrow):
    def said(reply):
        return reply.json()['debuginfo']
    pairs = form(site, GROUPS, ('groupids[0]', 1))
    deep = 'levels allowed'
    assert deep not in said(narrow.request('POST', env.SERVER, [*pairs, ('a[1][2][3][4]', 1)]))
    assert deep in said(narrow.request('POST', env.SERVER, [*pairs, ('a[1][2][3][4][5]', 1)]))
    assert deep not in said(post_json(narrow, '{"wsfunction":"%s","a":[[[1]]]}' % GROUPS,
                                      token=site.token))
    assert deep in said(post_json(narrow, '{"wsfunction":"%s","a":[[[[1]]]]}' % GROUPS,
                                  token=site.token))


# Ten thousand values in one call, in order; the answer outgrows what is kept in memory.
def test_110_39_many_values(site):
    asked = [1 + i % 5 for i in range(10000)]
    reply = site.rest(GROUPS, {'groupids': asked})
    assert len(reply.body) > 1048576
    assert reply.headers['Content-Length'] == str(len(reply.body))
    assert ids(reply) == asked
    assert post_json(site, {'wsfunction': GROUPS, 'groupids': asked}).body == reply.body


# ---- on the wire

def head_of(site, length=None, *lines):
    head = [f'POST {env.SERVER}?moodlewsrestformat=json HTTP/1.1', 'Host: x', 'Connection: close',
            'Content-Type: application/x-www-form-urlencoded', *lines]
    if length is not None:
        head.append(f'Content-Length: {length}')
    return '\r\n'.join(head) + '\r\n\r\n'


# A client that waits for leave to send gets it; one whose body would be too large gets none.
def test_110_40_expect(site, narrow):
    body = sized(site, 500)
    with socket.create_connection(('127.0.0.1', site.port), timeout=10) as s:
        s.sendall(head_of(site, len(body), 'Expect: 100-continue').encode())
        assert s.recv(1000).startswith(b'HTTP/1.1 100 Continue\r\n')
        s.sendall(body.encode())
        assert b'[{"groupid":1,' in rest_of(s)
    answer = raw(narrow.port, head_of(site, 5000, 'Expect: 100-continue'))
    assert answer.startswith(b'HTTP/1.1 413 ') and b'requesttoolarge' in answer


# A body in chunks of any size, with extensions and trailers.
def test_110_41_chunked(site):
    body = sized(site, 300)
    chunks = ''.join(f'{len(body[i:i + n]):x};x=y\r\n{body[i:i + n]}\r\n'
                     for i, n in ((0, 1), (1, 99), (100, 200)))
    answer = raw(site.port, head_of(site, None, 'Transfer-Encoding: chunked') + chunks
                 + '0\r\nX-Trailer: 1\r\n\r\n')
    assert answer.startswith(b'HTTP/1.1 200 ') and b'[{"groupid":1,' in answer


# A client that goes away in the middle of its body has called nothing, and others are served.
@pytest.mark.parametrize('half_close', [True, False])
def test_110_42_cut_body(site, logged, half_close):
    body = sized(site, 300)
    parts = head_of(site, 400), body
    if half_close:
        answer = raw(site.port, *parts, half_close=True)
        assert b'groupid' not in answer
        assert not answer or b'invalidparameter' in answer or answer.startswith(b'HTTP/1.1 400 ')
    else:
        with socket.create_connection(('127.0.0.1', site.port)) as s:
            s.sendall(''.join(parts).encode())
    assert get(site, MEMBERS, 'groupids[0]=1').json()[0]['groupid'] == 1
    time.sleep(0.3)
    assert logged() == 1


# An error leaves the connection as it was, whether the body was read or not.
def test_110_43_keep_alive(site):
    conn = http.client.HTTPConnection('127.0.0.1', site.port, timeout=10)
    conn.connect()
    before = conn.sock
    good = (sized(site, 200), FORM)
    for body, headers in [('wstoken=nobody', FORM), good,
                          ('{"a":', {'Content-Type': 'application/json'}), good,
                          ('x' * 100000, {'Content-Type': 'text/plain'}), good,
                          (good[0] + '&x=1', FORM), good]:
        conn.request('POST', env.SERVER, body, headers)
        reply = env.Reply(conn.getresponse())
        assert reply.status == 200 and conn.sock is before
        assert (reply.text.startswith('[{"groupid":1,')) == (body == good[0])
    conn.close()


# Several requests sent at once are answered in turn.
def test_110_44_pipelined(site):
    one = f'GET {query(site, MEMBERS, "groupids[0]=%d")} HTTP/1.1\r\nHost: x\r\n'
    last = one % 3 + 'Connection: close\r\n\r\n'
    answer = raw(site.port, one % 1 + '\r\n' + one % 2 + '\r\n' + last)
    assert [answer.count(b'{"groupid":%d,' % i) for i in (1, 2, 3)] == [1, 1, 1]
    places = [answer.index(b'{"groupid":%d,' % i) for i in (1, 2, 3)]
    assert places == sorted(places)


# HTTP/1.0 gets the same document, its length told and no chunks.
def test_110_45_http_1_0(site):
    line = query(site, MEMBERS, 'groupids[0]=1')
    answer = raw(site.port, f'GET {line} HTTP/1.0\r\n\r\n')
    head, body = answer.split(b'\r\n\r\n', 1)
    assert b' 200 OK\r\n' in head and b'Transfer-Encoding' not in head
    assert body == get(site, MEMBERS, 'groupids[0]=1').body
    assert b'Content-Length: %d' % len(body) in head


# ---- the function in the path

def post_path(site, name, members=None, token=None, query='', **headers):
    """A JSON body sent to the address that names the function."""
    body = None if members is None else json.dumps(members)
    return site.request('POST', f'{env.SERVER}/{name}{query}', body, {
        'Content-Type': 'application/json', 'Authorization': f'Bearer {token or site.token}',
        **headers})


# The path names the function: the answer is the one that the name as a variable has, in JSON though
# nothing asks for it, by every way in which parameters and a token come.
def test_110_46_named_by_path(site, db):
    same = get(site, MEMBERS, 'groupids[0]=1')
    path = f'{env.SERVER}/{MEMBERS}'
    simple = env.SERVER.replace('server', 'simpleserver')
    db.config('auth', 'webservice')
    for reply in (
            post_path(site, MEMBERS, {'groupids': [1]}),
            site.request('GET', f'{path}?wstoken={site.token}&groupids[]=1'),
            site.request('POST', path, {'wstoken': site.token, 'groupids[0]': 1}),
            site.request('POST', f'{simple}/{MEMBERS}', {
                'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD'], 'groupids[]': 1})):
        assert (reply.status, reply.body) == (200, same.body)
        assert headers_of(reply) == HEADERS['json']


# XML comes there to who names it, or wants it more than JSON.
@pytest.mark.parametrize('query, accept, fmt', [
    ('', None, 'json'), ('', '*/*', 'json'), ('', 'application/xml', 'xml'),
    ('', 'application/json;q=0.5, application/xml', 'xml'), ('', 'text/html', 'json'),
    ('?moodlewsrestformat=xml', 'application/json', 'xml'),
    ('?moodlewsrestformat=json', 'application/xml', 'json')])
def test_110_47_path_format(site, query, accept, fmt):
    headers = {'Accept': accept} if accept else {}
    good = post_path(site, MEMBERS, {'groupids': [1]}, query=query, **headers)
    bad = post_path(site, MEMBERS, {}, query=query, **headers)
    assert (good.status, bad.status) == (200, 400)
    assert headers_of(good) == headers_of(bad) == HEADERS[fmt]


# There an error has its true status, unless the client says that it wants none.
@pytest.mark.parametrize('name, members, token, status, code', [
    (GROUPS, {'groupids': ['x']}, None, 400, 'invalidparameter'),
    (GROUPS, {'groupids': [1], 'calls': []}, None, 400, 'invalidparameter'),
    (GROUPS, {'groupids': [9999]}, None, 404, 'invalidrecord'),
    (GROUPS, {'groupids': [1]}, 'nobody', 401, 'invalidtoken'),
    ('no_such_function', {}, None, 404, 'invalidrecord')])
def test_110_48_path_status(site, name, members, token, status, code):
    reply = post_path(site, name, members, token)
    assert (reply.status, reply.json()['errorcode']) == (status, code)
    as_moodle = post_path(site, name, members, token, query='?moodlewssettinghttpstatus=0')
    assert (as_moodle.status, as_moodle.body) == (200, reply.body)
    broken = site.request('POST', f'{env.SERVER}/{name}', '{', {'Content-Type': 'application/json'})
    assert (broken.status, broken.json()['errorcode']) == (400, 'invalidparameter')


# A name that is sent counts, and then all is as without a path; so it is where the path is no name.
def test_110_49_path_beside_a_name(site):
    for path in (f'{env.SERVER}/{MEMBERS}', f'{env.SERVER}/a/b', f'{env.SERVER}/'):
        form = {'wstoken': site.token, 'wsfunction': GROUPS, 'groupids[]': 1}
        assert site.request('POST', path, form).body == site.rest(
            GROUPS, {'groupids': [1]}, fmt='xml').body
        reply = site.request('POST', path, {**form, 'groupids[]': 'x'})
        assert reply.status == 200 and '<EXCEPTION' in reply.text
        calls = [{'wsfunction': GROUPS, 'groupids': [1]}, {'wsfunction': GROUPS}]
        reply = post_path(site, path[len(env.SERVER) + 1:], calls)
        assert reply.status == 200 and [isinstance(x, list) for x in reply.json()] == [True, False]
    assert '<ERRORCODE>' in site.request('POST', f'{env.SERVER}/a/b',
                                         {'wstoken': site.token}).text


# Login and logout are called as functions there, with the parameters that they have by every protocol.
def test_110_50_path_session(site, db):
    db.keep('sessions', 'external_tokens', 'user', 'user_preferences', 'logstore_standard_log')
    account = {'username': 'wsuser', 'password': site.env['WSPASSWORD'], 'service': 'everything'}
    reply = site.request('POST', f'{env.SERVER}/login', json.dumps(account),
                         {'Content-Type': 'application/json'})
    begun = reply.json()
    assert reply.status == 200 and list(begun) == ['token', 'expires']
    assert post_path(site, INFO, token=begun['token']).json()['username'] == 'wsuser'
    assert post_path(site, 'logout', token=begun['token']).body == b'null'
    over = post_path(site, INFO, token=begun['token'])
    assert over.status in (401, 403)
    for wrong, status, code in (({**account, 'password': 'x'}, 401, 'invalidlogin'),
                                ({**account, 'more': 1}, 400, 'invalidparameter'),
                                ({}, 400, 'invalidparameter')):
        reply = post_path(site, 'login', wrong)
        assert (reply.status, reply.json()['errorcode']) == (status, code)


# ---- versions

# A site of 5.1 does not tell of which table a missing record is, unless it is debugged.
@pytest.mark.parametrize('version, debug, code', [
    ('2025100600', '0', 'invalidrecordunknown'), ('2025100600.02', None, 'invalidrecordunknown'),
    ('2025100600', '15', 'invalidrecord'), ('2024100705', '0', 'invalidrecord')])
def test_110_51_missing_record(site, db, version, debug, code):
    db.config('version', version)
    db.config('debug', debug)
    for answer in (site.call(GROUPS, {'groupids': [9999]}), site.call('no_such_function')):
        assert (answer['exception'], answer['errorcode']) == ('dml_missing_record_exception', code)
