# SPDX-License-Identifier: Apache-2.0
# t/test_165_hostile_soap.py -- SOAP that means no good. Whatever comes, the answer is a document of
# SOAP in the version it is to be in, and says what is wrong; the call after it is answered as ever.
import gzip
import itertools
import socket
import xml.etree.ElementTree as ET

import pytest

import env
import hostile
from hostile import PLACE

pytestmark = pytest.mark.usefixtures('groups_of_the_demo')

SERVER = '/webservice/soap/server.php'
GROUPS = 'core_group_get_groups'
V11 = 'http://schemas.xmlsoap.org/soap/envelope/'
V12 = 'http://www.w3.org/2003/05/soap-envelope'
ENC = {V11: 'http://schemas.xmlsoap.org/soap/encoding/',
       V12: 'http://www.w3.org/2003/05/soap-encoding'}
XSI = 'http://www.w3.org/2001/XMLSchema-instance'
XSD = 'http://www.w3.org/2001/XMLSchema'
LITERAL = 'urn:literal'     # stands for the namespace of document/literal, which is the site's


def envelope(args=f'<groupids><i>{PLACE}</i></groupids>', version=V11, space='urn:x', beside='',
             header='', function=GROUPS):
    call = f'<{function} xmlns="{LITERAL}">{args}</{function}>' if space == LITERAL \
        else f'<m:{function}>{args}</m:{function}>'
    return (f'<e:Envelope xmlns:e="{version}" xmlns:m="{space}" xmlns:enc="{ENC[version]}"'
            f' xmlns:xsi="{XSI}" xmlns:xsd="{XSD}" xmlns:map="http://xml.apache.org/xml-soap">'
            f'{header}<e:Body>{call}{beside}</e:Body></e:Envelope>')


GOOD = envelope().replace(PLACE, '1')


class Said:
    """What a reply says: its version, and the ids of the groups or the code and text of a fault, with
    the errorcode where it has one. It is as SOAP has it, to the last header."""

    def __init__(self, reply):
        assert int(reply.headers['Content-Length']) == len(reply.body)
        root = ET.fromstring(reply.body)
        self.version = root.tag[1:].partition('}')[0]
        assert root.tag == f'{{{self.version}}}Envelope' and self.version in ENC
        assert [child.tag for child in root] == [f'{{{self.version}}}Body'] and len(root[0]) == 1
        self.ids, self.code, self.text, self.errorcode = None, None, None, None
        if root[0][0].tag == f'{{{self.version}}}Fault':
            self.fault(root[0][0])
        else:
            self.ids = [int(found.text) for found in self.found(root[0][0])]
        moodle = self.code == 'MOODLE:error'
        assert reply.status == (500 if self.code and not moodle else 200)
        kind = ('application/xml' if moodle else
                'text/xml' if self.version == V11 else 'application/soap+xml')
        assert reply.headers['Content-Type'] == kind + '; charset=utf-8'

    def fault(self, fault):
        if self.version == V11:
            self.code, self.text = fault.findtext('faultcode'), fault.findtext('faultstring')
            self.errorcode = fault.findtext('faultactor')
        else:
            self.code = fault.findtext(f'{{{V12}}}Code/{{{V12}}}Value')
            self.text = fault.findtext(f'{{{V12}}}Reason/{{{V12}}}Text')
        for element in fault.iter():
            if element.tag.endswith('}errorcode'):
                self.errorcode = element.text
        assert self.code and self.text

    @staticmethod
    def found(wrapper):
        """The elements with the id of a group, in either style."""
        assert wrapper.tag.endswith(f'{GROUPS}Response')
        for element in wrapper.iter():
            if element.tag.endswith('}id'):
                yield element
            if len(element) == 2 and element[0].text == 'id':
                yield element[1]

    def __repr__(self):
        return f'{self.version} {self.ids} {self.code} {self.text} {self.errorcode}'


def post(site, body, **headers):
    body = body.encode() if isinstance(body, str) else body
    body = body.replace(LITERAL.encode(), f'{site.url}{SERVER}/literal'.encode())
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


def bad_request(said):
    return (said.version, said.code, said.text) == (V11, 'SOAP-ENV:Client', 'Bad Request')


def by_name(cases):
    return pytest.mark.parametrize('case', list(cases.values()), ids=list(cases))


# ---- the XML

# No DOCTYPE is ever read, wherever and whatever it is.
@by_name(hostile.doctypes(envelope()))
def test_165_01_doctype(site, case):
    said = judge(site, case)
    assert (said.version, said.code) == (V11, 'SOAP-ENV:Server')
    assert said.text == 'DTD are not supported by SOAP'


# What is not well-formed.
@by_name(hostile.malformed(envelope()))
def test_165_02_malformed(site, case):
    assert bad_request(judge(site, case))


# NULs, behind which nothing is overlooked.
@by_name(hostile.nuls(envelope()))
def test_165_03_nul(site, case):
    assert bad_request(judge(site, case))


# Encodings that are there and are not, told truly and not.
@by_name(hostile.encodings(envelope()))
def test_165_04_encoding(site, case):
    body, good = case
    said = judge(site, body)
    assert said.ids == [1] if good else bad_request(said)


# The charset in the header is not believed; XML says itself what it is.
@pytest.mark.parametrize('charset', [
    'utf-8', 'utf-16', 'utf-32', 'iso-8859-1', '', 'x' * 4000, '"', 'utf-7'])
def test_165_05_charset(site, charset):
    assert judge(site, GOOD, Content_Type=f'text/xml; charset={charset}').ids == [1]


# Too much of anything is refused soon.
@by_name(hostile.huge(envelope()))
def test_165_06_huge(site, case):
    said = judge(site, case())
    assert bad_request(said) or said.errorcode == 'invalidparameter'


# Cut anywhere, an envelope is none.
@pytest.mark.parametrize('whole', [GOOD, envelope(version=V12, space=LITERAL).replace(PLACE, '1')],
                         ids=['encoded', 'literal'])
def test_165_07_cut(site, whole):
    for end in range(len(whole)):
        said = Said(post(site, whole[:end]))
        assert bad_request(said), (end, said)
    works(site)


# Any byte that is another one: the right answer, or a fault that says why.
@pytest.mark.parametrize('byte', [b'\0', b'<', b'&', b'"', b'\xff', b'1'])
def test_165_08_byte(site, byte):
    whole = GOOD.encode()
    for at in range(len(whole)):
        said = Said(post(site, whole[:at] + byte + whole[at + 1:]))
        assert said.ids is None or set(said.ids) <= {1}, (at, said)
        if byte in b'\0\xff':
            assert bad_request(said), (at, said)
    works(site)


# Any byte that is missing, or is there twice.
@pytest.mark.parametrize('times', [0, 2])
def test_165_09_times(site, times):
    whole = GOOD.encode()
    for at in range(len(whole)):
        said = Said(post(site, whole[:at] + whole[at:at + 1] * times + whole[at + 1:]))
        assert said.ids is None or set(said.ids) <= {1, 11}, (at, said)
    works(site)


# ---- the envelope

CALL = f'<m:{GROUPS} xmlns:m="urn:x"><groupids><i>1</i></groupids></m:{GROUPS}>'


def around(inner, space=V11, name='Envelope', outer=''):
    return f'<e:{name} xmlns:e="{space}"{outer}>{inner}</e:{name}>'


# The version is the namespace of the envelope, and nothing but it.
@pytest.mark.parametrize('body', [
    *(around(f'<e:Body>{CALL}</e:Body>', space) for space in (
        V11[:-1], V11 + '/', V11.upper(), V12 + '/', V12[:-1],
        'http://www.w3.org/2001/12/soap-envelope',
        'http://www.w3.org/2001/06/soap-envelope', 'urn:schemas-xmlsoap-org:soap.v1',
        V11.replace('http', 'https'),
        ' ' + V11, 'x', 'x' * 100000)),
    *(around(f'<e:Body>{CALL}</e:Body>', name=name)
      for name in ('envelope', 'ENVELOPE', 'Body', 'Fault', 'x')),
    f'<Envelope><Body>{CALL}</Body></Envelope>', CALL, '<html/>', '<methodCall/>', '<definitions/>',
])
def test_165_10_version(site, body):
    said = judge(site, body)
    assert (said.version, said.code, said.text) == (V11, 'SOAP-ENV:VersionMismatch', 'Wrong Version')


# An envelope without a call.
@pytest.mark.parametrize('version', [V11, V12])
@pytest.mark.parametrize('inner', [
    '', '<e:Body/>', '<e:Body></e:Body>', '<e:Body> </e:Body>', '<e:Body><!-- --></e:Body>',
    '<e:Header/>',
    f'<Body>{CALL}</Body>', f'<e:body>{CALL}</e:body>', f'<e:Header>{CALL}</e:Header>', CALL,
    f'<e:Envelope><e:Body>{CALL}</e:Body></e:Envelope>',
    f'<e:Header><e:Body>{CALL}</e:Body></e:Header>',
    f'<x:Body xmlns:x="urn:x">{CALL}</x:Body>', f'<e:Body/><e:Body>{CALL}</e:Body>',
    '<e:Fault><faultcode>a</faultcode></e:Fault>',
])
def test_165_11_no_call(site, inner, version):
    said = judge(site, around(inner, version))
    assert (said.version, said.code) == (V11, 'SOAP-ENV:Client') and 'no Body with a call' in said.text


# The Body of the other version is none.
@pytest.mark.parametrize('outer, inner', [(V11, V12), (V12, V11)])
def test_165_12_mixed_versions(site, outer, inner):
    said = judge(site, around(f'<x:Body xmlns:x="{inner}">{CALL}</x:Body>', outer))
    assert said.code == 'SOAP-ENV:Client'


# What stands beside a call is passed over, were it another one.
@pytest.mark.parametrize('version', [V11, V12])
@pytest.mark.parametrize('inner', [
    f'<e:Body>{CALL}</e:Body><x/>', f'<x/><e:Body>{CALL}</e:Body>',
    f'<e:Body>{CALL}</e:Body><e:Header/>',
    f'<e:Header/><e:Header/><e:Body>{CALL}</e:Body>', f'<e:Body>{CALL}{CALL}</e:Body>',
    f'<e:Body>{CALL}<m:core_user_delete_users xmlns:m="urn:x"><userids><i>3</i></userids>'
    '</m:core_user_delete_users></e:Body>',
    f'<e:Body>{CALL}</e:Body><e:Body><m:no xmlns:m="urn:x"/></e:Body>',
    f'<e:Body>{CALL}<e:Fault/></e:Body>',
    f'<e:Body a="1" e:encodingStyle="urn:none">{CALL}</e:Body>',
    f'<e:Header>{"<x/>" * 10000}</e:Header><e:Body>{CALL}</e:Body>',
    f'<e:Header><Security><wstoken>x</wstoken></Security></e:Header><e:Body>{CALL}</e:Body>',
])
def test_165_13_beside(site, inner, version):
    said = judge(site, around(inner, version))
    assert (said.version, said.ids) == (version, [1])


# Names that are no function's, or not one that this caller may call.
@pytest.mark.parametrize('name', [
    'Fault', 'Body', 'x', GROUPS.upper(), GROUPS + 'x', GROUPS[:-1], GROUPS + 'Response', 'a.b-c_d',
    'ä', '遥',
    'core_course_delete_courses', 'x' * 49, 'x' * 100, 'x' * 40000, '_', '__proto__',
    'call_user_func', 'phpinfo',
])
def test_165_14_function(site, name):
    said = judge(site, envelope('', function=name))
    assert (said.version, said.code) == (V11, 'SOAP-ENV:Server')
    assert said.text == f"Procedure '{said.text[11:-13]}' not present" and len(said.text) < 130
    said = judge(site, envelope('', function=name, space=LITERAL, version=V12))
    assert (said.version, said.code) == (V12, 'env:Sender')


INSISTS = {V11: {'1': True, 'true': True}, V12: {'1': True, 'true': True}}
WHOSE = {
    V11: {None: True, '': True, 'http://schemas.xmlsoap.org/soap/actor/next': True, 'urn:other': False},
    V12: {None: True, '': True, V12 + '/role/next': True, V12 + '/role/ultimateReceiver': True,
          V12 + '/role/none': False, 'urn:other': False},
}


# A header that insists on being understood is not, when it is for us; no other counts.
@pytest.mark.parametrize('said_so', ['1', 'true', '0', 'false', '', '2', 'TRUE', ' 1', 'x' * 10000])
@pytest.mark.parametrize('version, whose', [(v, w) for v in WHOSE for w in WHOSE[v]])
def test_165_15_header(site, version, whose, said_so):
    attribute = 'actor' if version == V11 else 'role'
    told = '' if whose is None else f' e:{attribute}="{whose}"'
    header = f'<e:Header><x/><m:y e:mustUnderstand="{said_so}"{told}><a/></m:y></e:Header>'
    said = judge(site, envelope(version=version, header=header).replace(PLACE, '1'))
    if INSISTS[version].get(said_so) and WHOSE[version][whose]:
        assert (said.version, said.code) == (V11, 'SOAP-ENV:MustUnderstand')
        said = judge(site, envelope(version=version, space=LITERAL, header=header).replace(PLACE, '1'))
        assert (said.version, said.code.partition(':')[2]) == (version, 'MustUnderstand')
    else:
        assert (said.version, said.ids) == (version, [1])


KINDS = ['text/xml', 'application/soap+xml', 'application/soap+xml; action="urn:a"; charset=utf-8',
         'application/xml', 'text/plain', 'application/json', 'application/x-www-form-urlencoded',
         'multipart/related; boundary=b',
         'multipart/form-data', 'x', '', 'text/xml; ' + 'x' * 5000]


# The version is what the envelope says, not the media type; faults are in it where they are not to be
# Moodle's.
@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('version', [V11, V12])
@pytest.mark.parametrize('space', ['urn:x', LITERAL], ids=['encoded', 'literal'])
def test_165_16_kinds(site, space, version, kind):
    whole = envelope(version=version, space=space)
    said = judge(site, whole.replace(PLACE, '1'), Content_Type=kind)
    assert (said.version, said.ids) == (version, [1])
    said = judge(site, whole.replace(PLACE, 'x'), Content_Type=kind)
    assert (said.version, said.errorcode) == (version if space == LITERAL else V11, 'invalidparameter')


# SOAPAction says nothing that counts.
@pytest.mark.parametrize('action', [
    '', '""', '"', 'core_user_delete_users', '"' + 'x' * 7000 + '"', '\xe9', '<a>',
    'urn:x#core_user_delete_users'])
def test_165_17_action(site, action):
    assert judge(site, GOOD, SOAPAction=action).ids == [1]


# ---- references

def refer(args, *ids, version=V11):
    return envelope(args, beside=''.join(ids), version=version)


def element(name, inner='', attributes=''):
    return f'<r id="{name}"{attributes}>{inner}</r>'


def chain(length):
    """A reference to a reference, and so on to 1."""
    steps = (element(f'c{i}', attributes=f' href="#c{i + 1}"') for i in range(length))
    return ''.join(steps) + element(f'c{length}', '1')


def circle(length):
    return ''.join(element(f'c{i}', attributes=f' href="#c{(i + 1) % length}"')
                   for i in range(length))


def bomb(width, depth):
    """Lists of WIDTH references to the next list, DEPTH times."""
    lists = (element(f'c{i}', f'<i href="#c{i + 1}"/>' * width) for i in range(depth))
    return ''.join(lists) + element(f'c{depth}', '1')


BIG = 'x' * 100000
FIRST = '<groupids><i href="#c0"/></groupids>'
LIST = '<groupids href="#c0"/>'


# References in circles, to each other, to much and to very much: an end is put to it soon.
@by_name({
    **{f'circle of {n}': refer(FIRST, circle(n)) for n in (1, 2, 3, 10, 63, 64, 65, 1000)},
    **{f'list in a circle of {n}': refer(LIST, circle(n)) for n in (1, 2, 100)},
    **{f'chain of {n}': refer(FIRST, chain(n)) for n in (64, 100, 1000, 10000)},
    **{f'bomb of {w} by {d}': refer(LIST, bomb(w, d))
       for w, d in ((2, 20), (2, 60), (10, 9), (100, 5), (1000, 3))},
    'list of itself': refer(LIST, element('c0', '<i href="#c0"/>')),
    'lists of each other': refer(LIST, element('c0', '<i href="#c1"/>'),
                                 element('c1', '<i href="#c0"/>')),
    'many of itself': refer(LIST, element('c0', '<i href="#c0"/>' * 1000)),
    'array of itself': refer(LIST, element('c0', '<i href="#c0"/>', ' xsi:type="enc:Array"')),
    'map of itself': refer(LIST, element('c0', '<item><key>0</key><value href="#c0"/></item>',
                                         ' xsi:type="map:Map"')),
    'key of itself': refer(LIST, element('c0', '<item><key href="#c0"/><value>1</value></item>',
                                         ' xsi:type="map:Map"')),
    'struct of itself': refer(LIST, element('c0', '<a href="#c0"/>', ' xsi:type="enc:Struct"')),
    'to the call': refer('<groupids><i href="#me"/></groupids>').replace(f'<m:{GROUPS}>',
                                                                         f'<m:{GROUPS} id="me">'),
    'to the arguments': envelope('<groupids id="me"><i href="#me"/></groupids>'),
    'to the Body': refer('<groupids href="#b"/>').replace('<e:Body>', '<e:Body id="b">'),
    'to the envelope': refer('<groupids href="#v"/>').replace(' xmlns:e=', ' id="v" xmlns:e='),
    'much text often': refer(LIST, element('c0', '<i href="#c1"/>' * 9000), element('c1', BIG)),
    'much text often, by a chain': refer(LIST, element('c0', '<i href="#c1"/>' * 9000),
                                         element('c1', '', ' href="#c2"'), element('c2', BIG)),
})
def test_165_20_much(site, case):
    assert judge(site, case).errorcode == 'invalidparameter'


# References to what is not there, or not here: nothing is fetched.
@pytest.mark.parametrize('version', [V11, V12])
@pytest.mark.parametrize('href', [
    '', '#', '#nobody', '#C0', '# c0', '#c0 ', 'c0', 'c0#', '##c0', '#xpointer(id(c0))', 'cid:c0',
    'CID:c0',
    'http://127.0.0.1:1/#c0', 'https://127.0.0.1:1/', 'file:///etc/passwd', 'file:///etc/passwd#c0',
    '//127.0.0.1/x',
    'ftp://127.0.0.1/', 'data:text/xml,<a/>'.replace('<', '&lt;'), 'php://input', '?wsdl',
    '#' + 'x' * 100000, '#遥',
])
def test_165_21_elsewhere(site, version, href):
    said = judge(site, refer(f'<groupids><i href="{href}"/></groupids>', element('c0', '1'),
                             version=version))
    assert (said.version, said.code) == (V11, 'SOAP-ENV:Server') and said.text.endswith(' reference')


# References that mean well, however they are put.
@by_name({
    'to the first of that name': refer(FIRST, element('c0', '1'), element('c0', '2')),
    'of a chain': refer(FIRST, chain(50)),
    'with content of its own': refer('<groupids><i href="#c0">2</i></groupids>', element('c0', '1')),
    'backward, in the header': envelope(FIRST, header=f'<e:Header>{element("c0", "1")}</e:Header>'),
    'behind the Body': refer(FIRST).replace('</e:Body>', '</e:Body>' + element('c0', '1')),
    'typed where it points': refer(FIRST, element('c0', '1', ' xsi:type="xsd:int"')),
    'often, to the same': refer('<groupids>' + '<i href="#c0"/>' * 2000 + '</groupids>',
                                element('c0', '1')),
    'by words of 1.2': refer('<groupids><i enc:ref="c0"/></groupids>', '<r enc:id="c0">1</r>',
                             version=V12),
    'never asked for': refer('<groupids><i>1</i></groupids>', bomb(10, 9), circle(3)),
})
def test_165_22_good(site, case):
    assert set(judge(site, case).ids) == {1}


# ---- arrays, types, maps

ITEM = '<i>1</i>'
POSITIONS = ['[0]', '[7]', '[2147483647]', '[9223372036854775806]']
NOT_POSITIONS = ['', '0', '[', ']', '[]', '[-1]', '[+1]', '[1,1]', '[x]', '[ 1]', '[1 ]', '[0x1]',
                 '[1]x', '[1e3]', '[9223372036854775807]', '[99999999999999999999]']
SIZES_11 = {'int[1]': True, 'int[0]': True, 'int[]': True, 'int': True, 'int[2147483648]': True,
            'int[9223372036854775807]': True, 'int[*]': True, 'int[1': True, 'int[': True, '': True,
            '[]': True,
            'int[-1]': False, 'int[x]': False, 'int[1.5]': False, 'int[ 1]': False,
            'int[0x1]': False,
            'int[99999999999999999999]': False, 'int[1;1]': False, 'int[1,0]': False,
            'int[1,-1]': False,
            'int[1,*]': False, 'int[1' + ',1' * 8 + ']': False, 'int[1' + ',1' * 10000 + ']': False,
            'int[%s]' % ('9' * 10000): False}
SIZES_12 = {'1': True, '0': True, '*': True, '': True, '9223372036854775807': True,
            '-1': False, 'x': False, '1.5': False, '99999999999999999999': False, '1 0': False,
            '1 *': False, '**': False,
            '+1': False,
            '1' + ' 1' * 8: False, '[1]': False}


# What arrays say of themselves is not believed, and nonsense is refused, at no cost.
@pytest.mark.parametrize('attributes, version, good', [
    *((f'enc:arrayType="xsd:{size}"', V11, good) for size, good in SIZES_11.items()),
    *((f'enc:itemType="xsd:int" enc:arraySize="{size}"', V12, good) for size, good in SIZES_12.items()),
    *((f'enc:arrayType="xsd:int[1]" enc:offset="{at}"', V11, True) for at in POSITIONS),
    *((f'enc:arrayType="xsd:int[1]" enc:offset="{at}"', V11, False) for at in NOT_POSITIONS),
    *((f'enc:arrayType="{kind}[1]"', V11, True)
      for kind in ('nobody:int', ':', 'a:b:c', 'xsd:', 'x' * 10000)),
], ids=itertools.count())
def test_165_30_arrays(site, attributes, version, good):
    args = f'<groupids {attributes} xsi:type="enc:Array">{ITEM}</groupids>'
    said = judge(site, envelope(args, version=version))
    if good:
        assert said.ids == [1]
    else:
        assert (said.code, said.text) == ('SOAP-ENV:Server',
                                          'SOAP-ERROR: Encoding: Violation of encoding rules')
    said = judge(site, envelope(args.replace(' xsi:type="enc:Array"', ''), version=version,
                                space=LITERAL))
    assert said.ids == [1] if good else (said.version, said.errorcode) == (version, 'invalidparameter')


# Positions of items, also twice the same, and far away.
@pytest.mark.parametrize('at', POSITIONS + NOT_POSITIONS)
def test_165_31_positions(site, at):
    said = judge(site, envelope(f'<groupids enc:arrayType="xsd:int[9]"><i enc:position="{at}">9</i>'
                                f'<i enc:position="{at}">1</i></groupids>'))
    assert said.ids == [1] if at in POSITIONS else said.text.endswith('Violation of encoding rules')


TYPES = ['xsd:' + kind for kind in (
    'string', 'boolean', 'int', 'long', 'short', 'byte', 'integer', 'nonNegativeInteger',
    'positiveInteger',
    'nonPositiveInteger', 'negativeInteger', 'unsignedLong', 'unsignedInt', 'unsignedShort',
    'unsignedByte', 'decimal',
    'float', 'double', 'date', 'dateTime', 'time', 'duration', 'base64Binary', 'hexBinary',
    'anyType', 'anySimpleType',
    'ur-type', 'anyURI', 'QName', 'NOTATION', 'token', 'ID', 'IDREF', 'nothing')] + [
        'enc:int', 'enc:base64', 'enc:Array', 'enc:Struct', 'map:Map', 'map:Vector', 'm:own',
        'nobody:int', '', ':',
        'xsd:', ':int', 'a:b:c', 'int', 'xsd:int ', 'x' * 10000]
OTHERS = ['<i>1</i><i>2</i>', '<item><key>0</key><value>1</value></item>', '<item><key/></item>', '<item/>',
          'MQ', 'MQ==', 'MR==', '31', '3g', '2024-02-30', '0001-01-01T00:00:00Z']
MEANS_ONE = {'base64': ['MQ==', 'MQ', 'MR=='], 'hexBinary': ['31'], 'boolean': ['1', 'true', 't']}


# Every type, with every value that is odd for some: it is the number one or it is refused.
@pytest.mark.parametrize('kind', TYPES)
def test_165_32_types(site, kind):
    accepted = set()
    for text in hostile.ONE + hostile.ODD + OTHERS:
        said = Said(post(site, envelope(f'<groupids><i xsi:type="{kind}">{text}</i></groupids>')))
        if said.ids is not None:
            assert said.ids == [1], (text, said)
            accepted.add(text)
        else:
            assert said.errorcode in ('invalidparameter', 'invalidrecord', None), (text, said)
            assert said.errorcode or said.text.endswith('Violation of encoding rules'), (text, said)
    works(site)
    local = kind.partition(':')[2]
    known = hostile.ONE + next((words for name, words in MEANS_ONE.items() if local.startswith(name)), [])
    assert accepted <= set(known)
    if local in ('int', 'long', 'string', 'anyType', 'decimal'):
        assert {'1', '<![CDATA[1]]>', '&#49;'} <= accepted


# Words that say nothing of a value, and words that say it is none.
@pytest.mark.parametrize('attribute', [
    'xsi:nil="{}"', 'xsi:null="{}"',
    'xmlns:x="http://www.w3.org/1999/XMLSchema-instance" x:null="{}"', 'nil="{}"'])
@pytest.mark.parametrize('word', ['1', 'true', '0', 'false', '', 'TRUE', '2', 'x' * 10000])
def test_165_33_nil(site, attribute, word):
    said = judge(site, envelope(f'<groupids><i {attribute.format(word)}>1</i></groupids>'))
    if word in ('1', 'true') and ':' in attribute:
        assert said.errorcode == 'invalidrecord'
    else:
        assert said.ids == [1]


KEYED = '<item><key>{}</key><value>1</value></item>'


# Maps: keys that are none, that are there twice, that are many; and what is no map at all.
@by_name({
    'good': (KEYED.format(0), True), 'twice': (KEYED.format(0) * 2, True),
    'two': (KEYED.format(0) + KEYED.format(1), True),
    'empty key': (KEYED.format(''), True), 'text for a key': (KEYED.format('x'), True),
    'long key': (KEYED.format('x' * 100000), True), 'far key': (KEYED.format(2 ** 63 - 1), True),
    'odd key': (KEYED.format('[0][1]'), True),
    'many': (''.join(map(KEYED.format, range(500))), True),
    'more in an item': (KEYED.format(0).replace('<key>', '<x/><key>'), True),
    'key last': ('<item><value>1</value><key>0</key></item>', True),
    'no key': ('<item><value>1</value></item>', False),
    'no value': ('<item><key>0</key></item>', False),
    'nothing': ('<item/>', False), 'no item': ('<x><key>0</key><value>1</value></x>', False),
    'null key': (KEYED.format(0).replace('<key>', '<key xsi:nil="1">'), False),
    'list for a key': (KEYED.format('<i>1</i>'), False), 'text': ('1', False),
    'real key': (KEYED.format('1.5').replace('<key>', '<key xsi:type="xsd:double">'), False),
    'truth for a key': (KEYED.format('true').replace('<key>', '<key xsi:type="xsd:boolean">'), False),
})
def test_165_34_maps(site, case):
    inner, good = case
    said = judge(site, envelope(f'<groupids xsi:type="map:Map">{inner}</groupids>'))
    if good:
        assert set(said.ids or [1]) == {1} and said.errorcode in (None, 'invalidparameter')
    else:
        assert said.ids in (None, []) and (said.errorcode == 'invalidparameter' or said.ids == [] or
                                           said.text.endswith('Violation of encoding rules'))


# Parameters that are there often, in other words, in another order, or that nobody knows.
@by_name({
    'twice': ('<groupids><i>1</i></groupids>' * 2, None),
    'twice as values': ('<groupids>1</groupids>' * 2, [1]),
    'often': ('<groupids>1</groupids>' * 5000, [1]), 'one value': ('<groupids>1</groupids>', [1]),
    'with others': ('<x>1</x><groupids><i>1</i></groupids><y><z/></y>', [1]),
    'with many others': ('<x>1</x>' * 20000 + '<groupids><i>1</i></groupids>', [1]),
    'of another namespace': ('<groupids xmlns="urn:y"><i>1</i></groupids>', [1]),
    'other case': ('<GroupIds><i>1</i></GroupIds>', [1]), 'by place': ('<a><i>1</i></a>', [1]),
    'too many by place': ('<a><i>1</i></a><b>1</b>', None),
    'very many by place': ('<a><i>1</i></a>' * 20000, None),
    'nothing': ('', None), 'empty': ('<groupids/>', []), 'null': ('<groupids xsi:nil="1"/>', None),
    'empty items': ('<groupids><i/></groupids>', None),
    'deep': ('<groupids><i><i><i>1</i></i></i></groupids>', None),
    'xinclude': ('<groupids xmlns:xi="http://www.w3.org/2001/XInclude">'
                 '<xi:include href="file:///etc/passwd" parse="text"/></groupids>', None),
    'xop': ('<groupids><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/>'
            '</groupids>', None),
    'a stylesheet': ('<?xml-stylesheet href="file:///etc/passwd"?><groupids><i>1</i></groupids>', [1]),
    'xml:base': ('<groupids xml:base="file:///etc/"><i>1</i></groupids>', [1]),
    'a token': ('<wstoken>x</wstoken><groupids><i>1</i></groupids>', [1]),
    'a function': ('<wsfunction>core_user_delete_users</wsfunction><groupids><i>1</i></groupids>', [1]),
})
@pytest.mark.parametrize('space', ['urn:x', LITERAL], ids=['encoded', 'literal'])
def test_165_35_parameters(site, space, case):
    args, good = case
    said = judge(site, envelope(args, space=space))
    if good is None:
        assert said.ids is None and said.code
    else:
        assert set(said.ids) == set(good)


# ---- around the body

def raw(site, data, close=True):
    """Send bytes as they are; what comes back, b'' where nothing does."""
    with socket.create_connection(('127.0.0.1', site.port), timeout=10) as s:
        s.sendall(data)
        if close:
            s.shutdown(socket.SHUT_WR)
        answer = b''
        while part := s.recv(65536):
            answer += part
        return answer


def head(site, *lines):
    return '\r\n'.join([f'POST {SERVER}?wstoken={site.token} HTTP/1.1', 'Host: a',
                        'Connection: close', *lines, '', '']).encode()


# A body that never comes whole is no call, and takes nobody's place.
def test_165_40_half_sent(site):
    body = GOOD.encode()
    for sent in (b'', body[:1], body[:len(body) // 2], body[:-1]):
        raw(site, head(site, f'Content-Length: {len(body)}') + sent)
        works(site)
    for chunks in (b'', b'5\r\n<e:En', b'zz\r\n', b'FFFFFFFFFFFFFFFF\r\nx', b'-1\r\nx'):
        raw(site, head(site, 'Transfer-Encoding: chunked') + chunks)
        works(site)


# In chunks of any size it is the same body.
@pytest.mark.parametrize('size', [1, 7, 100, 100000])
def test_165_41_chunks(site, size):
    body = GOOD.encode()
    parts = [body[i:i + size] for i in range(0, len(body), size)]
    chunks = b''.join(b'%x\r\n%s\r\n' % (len(part), part) for part in parts) + b'0\r\n\r\n'
    answer = raw(site, head(site, 'Transfer-Encoding: chunked') + chunks, close=False)
    assert answer.startswith(b'HTTP/1.1 200 ') and b'Response>' in answer


# A body that is packed is not unpacked, and so is none.
def test_165_42_packed(site):
    assert bad_request(judge(site, gzip.compress(GOOD.encode()), Content_Encoding='gzip'))
    assert judge(site, GOOD, Content_Encoding='gzip').ids == [1]


# What was refused leaves nothing behind: a child that has met it all often is as big as before.
def test_165_43_nothing_stays(serve):
    other = serve(EXTRA=env.PROMPT + hostile.ONE_CHILD, **hostile.FORGETS)
    hostile.expect_nothing_stays(other, lambda body: post(other, body), [
        *hostile.malformed(envelope()).values(), *hostile.nuls(envelope()).values(),
        *hostile.doctypes(envelope()).values(),
        *(body for body, _ in hostile.encodings(envelope()).values()),
        refer(LIST, bomb(10, 9)), refer(FIRST, circle(3)), refer(FIRST, chain(1000)),
        envelope(f'<groupids enc:arrayType="xsd:int[{"9" * 10000}]"/>'),
        envelope('', function='x' * 40000)])
