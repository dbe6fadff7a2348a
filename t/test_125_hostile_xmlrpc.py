# SPDX-License-Identifier: Apache-2.0
# t/test_125_hostile_xmlrpc.py -- XML-RPC that means no good. Whatever comes, the answer is a
# methodResponse that says what is wrong; the call after it is answered as ever.
import gzip
import xml.etree.ElementTree as ET
import xmlrpc.client as rpc

import pytest

import env
import hostile
from hostile import PLACE

pytestmark = pytest.mark.usefixtures('groups_of_the_demo')

SERVER = '/webservice/xmlrpc/server.php'
GROUPS = 'core_group_get_groups'

# What the protocol says of a request, by number.
NO_REQUEST, BAD_XML, NO_NAME, NO_VALUE, BAD_NAME, BAD_VALUE, NO_METHOD = (
    630, 631, 632, 633, 634, 636, 620)


def document(value=f'<value><array><data><value>{PLACE}</value></data></array></value>', method=GROUPS):
    return (f'<methodCall><methodName>{method}</methodName><params><param>{value}</param></params>'
            '</methodCall>')


def item(value):
    """A call with VALUE for an id."""
    return document(f'<value><array><data>{value}</data></array></value>')


GOOD = document().replace(PLACE, '1')


class Said:
    """What a reply says: the ids of the groups, or number and text of a fault, with the errorcode where
    it has one."""

    def __init__(self, reply):
        assert reply.status == 200 and reply.headers['Content-Type'] == 'text/xml; charset=utf-8'
        assert int(reply.headers['Content-Length']) == len(reply.body)
        root = ET.fromstring(reply.body)
        assert root.tag == 'methodResponse' and len(root) == 1
        self.ids, self.number, self.text, self.errorcode = None, None, None, None
        try:
            (groups,), _ = rpc.loads(reply.body)
            self.ids = [group['id'] for group in groups]
        except rpc.Fault as fault:
            self.number, self.text = fault.faultCode, fault.faultString
            self.errorcode = self.text.partition(' | ERRORCODE: ')[2] or None
            assert self.number > 0 and self.text

    def __repr__(self):
        return f'{self.ids} {self.number} {self.text} {self.errorcode}'


def post(site, body, **headers):
    headers = {'Content-Type': 'text/xml', **{k.replace('_', '-'): v for k, v in headers.items()}}
    return site.request('POST', f'{SERVER}?wstoken={site.token}', body, headers,
                        timeout=env.SOON)


def works(site):
    assert Said(post(site, GOOD)).ids == [1]


def judge(site, body, **headers):
    """What is said to BODY; it is said soon, and the call after it is answered."""
    with env.soon():
        said = Said(post(site, body, **headers))
    works(site)
    return said


def by_name(cases):
    return pytest.mark.parametrize('case', list(cases.values()), ids=list(cases))


# ---- the XML

# No DOCTYPE is ever read, wherever and whatever it is.
@by_name(hostile.doctypes(document()))
def test_125_01_doctype(site, case):
    said = judge(site, case)
    assert said.number == BAD_XML and said.text.endswith('a DOCTYPE is not allowed')


# What is not well-formed.
@by_name(hostile.malformed(document()))
def test_125_02_malformed(site, case):
    assert judge(site, case).number == BAD_XML


# NULs, behind which nothing is overlooked.
@by_name(hostile.nuls(document()))
def test_125_03_nul(site, case):
    assert judge(site, case).number == BAD_XML


# Encodings that are there and are not, told truly and not.
@by_name(hostile.encodings(document()))
def test_125_04_encoding(site, case):
    body, good = case
    said = judge(site, body)
    assert said.ids == [1] if good else said.number == BAD_XML


# Too much of anything is refused soon.
@by_name(hostile.huge(document()))
def test_125_05_huge(site, case):
    said = judge(site, case())
    assert said.number in (BAD_XML, BAD_VALUE) or said.errorcode == 'invalidparameter'


# Cut anywhere, a call is none.
def test_125_06_cut(site):
    for end in range(len(GOOD)):
        assert Said(post(site, GOOD[:end])).number == (BAD_XML if end else NO_REQUEST), end
    works(site)


# Any byte that is another one, is missing, or is there twice: the right answer, or a fault.
@pytest.mark.parametrize('change', [
    lambda byte: b'\0', lambda byte: b'\xff', lambda byte: b'<', lambda byte: b'&',
    lambda byte: b'1',
    lambda byte: b'', lambda byte: byte * 2], ids=['NUL', 'FF', 'less', 'ampersand', 'one',
    'missing', 'twice'])
def test_125_07_byte(site, change):
    whole = GOOD.encode()
    for at in range(len(whole)):
        byte = whole[at:at + 1]
        said = Said(post(site, whole[:at] + change(byte) + whole[at + 1:]))
        assert said.ids is None or set(said.ids) <= {1, 11}, (at, said)
        if change(byte) in (b'\0', b'\xff'):
            assert said.number == BAD_XML, (at, said)
    works(site)


# ---- the call

# What is no call, or not all of one.
@pytest.mark.parametrize('body, number', [
    ('<methodCall/>', NO_NAME), ('<methodCall><params/></methodCall>', NO_NAME), ('<x/>', NO_NAME),
    (f'<methodcall><methodName>{GROUPS}</methodName></methodcall>', NO_NAME),
    (f'<methodCall><methodname>{GROUPS}</methodname></methodCall>', NO_NAME),
    (f'<methodCall xmlns="urn:x"><methodName>{GROUPS}</methodName></methodCall>', NO_NAME),
    (f'<methodResponse><methodName>{GROUPS}</methodName></methodResponse>', NO_NAME),
    (f'<x>{GOOD}</x>', NO_NAME),
    ('<methodCall><x><methodName>a</methodName></x></methodCall>', NO_NAME),
    (GOOD.replace('<param>', '').replace('</param>', ''), NO_VALUE),
    (GOOD.replace('<param>', '<param/><param>'), NO_VALUE),
    (GOOD.replace('<param>', '<param>' + '<x/>' * 5), None),
    (GOOD.replace('<params>', '<params/><params>'), None),
    (GOOD.replace('<params>', '<x/><params>'), None),
    ('<methodCall><methodName><x/></methodName></methodCall>', BAD_NAME),
])
def test_125_10_call(site, body, number):
    said = judge(site, body)
    assert said.number == number if number else said.errorcode or said.ids == [1]


# Names that are no method's, and those of others.
@pytest.mark.parametrize('name, number', [
    ('', BAD_NAME), (' ', BAD_NAME), ('a b', BAD_NAME), ('a-b', BAD_NAME), ('ä', BAD_NAME),
    ('a;b', BAD_NAME),
    ('../a', NO_METHOD), ('x' * 100000, NO_METHOD), ('system', NO_METHOD), ('system.', NO_METHOD),
    ('system.noSuch', NO_METHOD), ('SYSTEM.LISTMETHODS', NO_METHOD),
    ('system.listmethods', NO_METHOD),
    (GROUPS.upper(), NO_METHOD), ('exec', NO_METHOD), ('/', NO_METHOD),
    ('.', NO_METHOD), (':' * 1000, NO_METHOD), ("x'OR'1", BAD_NAME), ('%s%n', BAD_NAME),
])
def test_125_11_names(site, name, number):
    assert judge(site, document('<value/>', name)).number == number


# The media type and what else a header says do not count.
@pytest.mark.parametrize('kind', ['', 'text/plain', 'application/xml', 'application/json', 'x' * 5000,
                                  'application/x-www-form-urlencoded',
                                  'multipart/form-data; boundary=b',
                                  'text/xml; charset=utf-16', 'text/xml; charset='])
def test_125_12_kinds(site, kind):
    assert judge(site, GOOD, Content_Type=kind).ids == [1]


# A body that is packed is not unpacked, and so is none.
def test_125_13_packed(site):
    assert judge(site, gzip.compress(GOOD.encode()), Content_Encoding='gzip').number == BAD_XML


# ---- values

TYPES = ['string', 'int', 'i4', 'i8', 'i1', 'i2', 'boolean', 'double', 'float', 'bigdecimal',
         'dateTime.iso8601', 'base64', 'nil', 'array', 'struct', 'ex:i8', 'ex:nil', 'ex:int',
         'no:int', 'INT',
         'integer', 'x', 'value', 'data',
         'member', 'x' * 10000]
OTHERS = ['<value>1</value>', '<data/>', '<data><value>1</value></data>', '<member/>', 'MQ==', 'MQ', 'MR==',
          'MR=', '19700101T00:00:01', '1970-01-01T00:00:01Z', '19700101T00:00:01+24:00',
          '20240230T00:00:00', '00000000T00:00:00', '99991231T23:59:60', '19700101T',
          '19700101T00:00:01x']
MEANS_ONE = {'base64': ['MQ==', 'MQ', 'MR==', 'MR='],
             'dateTime.iso8601': ['19700101T00:00:01', '1970-01-01T00:00:01Z'],
             'boolean': ['true'], 'string': ['19700101T00:00:01', '1970-01-01T00:00:01Z']}


# Every type, with every value that is odd for some: it is the number one or it is refused.
@pytest.mark.parametrize('kind', TYPES)
def test_125_20_types(site, kind):
    spaces = ' xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions" xmlns:no="urn:x"'
    accepted = set()
    for text in hostile.ONE + hostile.ODD + OTHERS:
        said = Said(post(site, item(f'<value{spaces}><{kind}>{text}</{kind}></value>')))
        if said.ids is not None:
            assert said.ids == [1], (text, said)
            accepted.add(text)
        else:
            assert said.number == BAD_VALUE or said.errorcode in ('invalidparameter', 'invalidrecord')
    works(site)
    assert accepted <= set(hostile.ONE + MEANS_ONE.get(kind, []))
    if kind in ('string', 'int', 'i4', 'i8', 'double', 'ex:i8'):
        assert {'1', '<![CDATA[1]]>', '&#49;'} <= accepted
    if kind in ('no:int', 'INT', 'integer', 'array', 'struct', 'value', 'data'):
        assert not accepted


ONE_VALUE = '<value>1</value>'
MEMBER = ('<member><name>groupids</name>'
          f'<value><array><data>{ONE_VALUE}</data></array></value></member>')


def array(data):
    return f'<value><array>{data}</array></value>'


def struct(members):
    return f'<value><struct>{members}</struct></value>'


# Arrays, structs and values that are not put together as they should be: the ids that they give all the
# same, the number of the protocol's fault, or None where the function refuses them.
@by_name({
    'no data': (array(''), BAD_VALUE), 'two data': (array(f'<data/><data>{ONE_VALUE}</data>'), []),
    'values without data': (array(ONE_VALUE), BAD_VALUE),
    'text in data': (array('<data>1</data>'), BAD_VALUE),
    'no value in data': (array('<data><int>1</int></data>'), BAD_VALUE),
    'two types': ('<value><int>1</int><int>1</int></value>', BAD_VALUE),
    'text and type': ('<value>1<int>1</int></value>', BAD_XML),
    'in a namespace': ('<value xmlns="urn:x"><int>1</int></value>', BAD_VALUE),
    'no value': ('<int>1</int>', NO_VALUE), 'text alone': ('1', NO_VALUE),
    'two values': (ONE_VALUE * 2, None),
    'value in a value': (f'<value>{ONE_VALUE}</value>', BAD_VALUE),
    'no member': (struct(ONE_VALUE), BAD_VALUE), 'text in a struct': (struct('1'), BAD_VALUE),
    'no name': (struct(f'<member>{ONE_VALUE}</member>'), []),
    'no value of a member': (struct('<member><name>groupids</name></member>'), []),
    'member twice': (struct(MEMBER * 2), [1]), 'member often': (struct(MEMBER * 5000), [1]),
    'name twice': (struct(MEMBER.replace('<name>', '<name>x</name><name>')), None),
    'members of nobody': (struct(''.join(MEMBER.replace('groupids', f'x{i}') for i in range(2000))), None),
    'empty name': (struct(MEMBER.replace('groupids', '')), None),
    'long name': (struct(MEMBER.replace('groupids', 'x' * 100000)), None),
    'element for a name': (struct(MEMBER.replace('groupids', '<x/>')), None),
    '63 arrays': ('<value><array><data>' * 63 + '</data></array></value>' * 63, None),
    '64 arrays': ('<value><array><data>' * 64 + '</data></array></value>' * 64, BAD_VALUE),
    '10,000 arrays': ('<value><array><data>' * 10000 + '</data></array></value>' * 10000, BAD_XML),
    '60 structs': ('<value><struct><member><name>a</name>' * 60 + '<value/>'
                   + '</member></struct></value>' * 60, None),
    '20,000 items': (array(f'<data>{"<value>x</value>" * 20000}</data>'), None),
    'xinclude': ('<value xmlns:xi="http://www.w3.org/2001/XInclude">'
                 '<xi:include href="file:///etc/passwd"/></value>', BAD_VALUE),
})
def test_125_21_values(site, case):
    value, expected = case
    said = judge(site, document(value))
    if isinstance(expected, list):
        assert said.ids == expected
    else:
        assert said.number == expected if expected else said.errorcode


def one_call(name, params='<value><array><data/></array></value>'):
    return struct(f'<member><name>methodName</name><value>{name}</value></member>'
                  f'<member><name>params</name>{params}</member>')


# system.multicall with what is no list of calls, with itself, and with too many.
@pytest.mark.parametrize('value', [
    '<value/>', '<value><int>1</int></value>', struct(''), array('<data/>'),
    array(f'<data>{ONE_VALUE}</data>'),
    array(f'<data>{struct("")}</data>'), one_call(GROUPS),
    *(array(f'<data>{one}</data>') for one in (
        one_call('system.multicall'), one_call(''), one_call('x' * 10000),
        one_call('<array><data/></array>'),
        one_call(GROUPS, ONE_VALUE), one_call(GROUPS, struct('')), one_call(GROUPS, ''),
        one_call('a') * 5000,
        one_call(GROUPS, array('<data><value>x</value></data>')))),
])
def test_125_22_multicall(site, value):
    reply = post(site, document(value, 'system.multicall'))
    assert reply.status == 200
    try:
        (results,), _ = rpc.loads(reply.body)
        assert all(result['faultCode'] and result['faultString'] for result in results)
    except rpc.Fault as fault:
        assert fault.faultCode and fault.faultString
    works(site)


# What was refused leaves nothing behind: a child that has met it all often is as big as before.
def test_125_30_nothing_stays(serve):
    other = serve(EXTRA=env.PROMPT + hostile.ONE_CHILD, **hostile.FORGETS)
    hostile.expect_nothing_stays(other, lambda body: post(other, body), [
        *hostile.malformed(document()).values(), *hostile.nuls(document()).values(),
        *hostile.doctypes(document()).values(),
        *(body for body, _ in hostile.encodings(document()).values()),
        document('<value><array><data>' * 64 + '</data></array></value>' * 64),
        document('<value/>', 'x' * 100000)])
