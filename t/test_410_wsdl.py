# SPDX-License-Identifier: Apache-2.0
# t/test_410_wsdl.py -- both WSDLs, held against the signatures of the functions.
import os
import re
import urllib.parse

import pytest
from lxml import etree

import env

SCRIPT = '/webservice/soap/server.php'
SIMPLE = '/webservice/soap/simpleserver.php'
CLASS = 'webservices_virtual_class_000000'
SPACES = {
    'w': 'http://schemas.xmlsoap.org/wsdl/', 's': 'http://schemas.xmlsoap.org/wsdl/soap/',
    'x': 'http://www.w3.org/2001/XMLSchema',
}
ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'
ARRAY_TYPE = '{http://schemas.xmlsoap.org/wsdl/}arrayType'
XSD = {
    '1': {'INT': 'xsd:int', 'BOOL': 'xsd:int', 'FLOAT': 'xsd:double'},
    'literal': {'INT': 'xsd:long', 'BOOL': 'xsd:boolean', 'FLOAT': 'xsd:double'},
}
OPERATIONS = ['login', 'logout']


# ---- what the functions are ----

class Node:
    """A line of a signature: what is there, and what is below it."""

    def __init__(self, kind, type_, presence, null):
        self.kind, self.type, self.null = kind, type_, null == 'null'
        self.may_lack = presence in ('optional', 'default')
        self.keys, self.element = {}, None


def signatures():
    """For each function its parameters and its result, by the part's name."""
    functions, nodes = {}, {}
    for version in ('45', '21'):
        with open(os.path.join(env.ROOT, f't/signatures{version}.tsv'), encoding='utf-8') as f:
            lines = [line.rstrip('\n').split('\t') for line in f]
        for function, part, path, kind, type_, presence, _, null in lines:
            node = nodes[function, part, path] = Node(kind, type_, presence, null)
            if path == '.':
                functions.setdefault(function, {})[part] = None if kind == 'nothing' else node
            elif path.endswith('[]'):
                nodes[function, part, path[:-2] or '.'].element = node
            else:
                above, _, key = path.rpartition('.')
                nodes[function, part, above or '.'].keys[key] = node
    return functions


FUNCTIONS = signatures()


def shape(node, style):
    """What a type must look like: a value's name, a list as [element], a struct as pairs of a key
    and (shape, whether it may be absent, whether it may be null)."""
    if node.kind == 'value':
        return XSD[style].get(node.type, 'xsd:string')
    if node.kind == 'list':
        assert node.element.null or node.element.kind != 'value'    # a type of lists says no more
        return [shape(node.element, style)]
    return [(key, fields(below, style)) for key, below in node.keys.items()] or ['no keys']


def fields(node, style):
    null = node.null if node.kind == 'value' else style == '1'
    return (shape(node, style), node.may_lack, null)


# ---- what the document says ----

class Wsdl:
    def __init__(self, reply, style):
        assert reply.status == 200
        self.style, self.reply = style, reply
        self.root = etree.fromstring(reply.body)
        self.space = self.root.get('targetNamespace')
        self.types = {node.get('name'): node for node in self.all('w:types/x:schema/x:complexType')}
        self.elements = {node.get('name'): node for node in self.all('w:types/x:schema/x:element')}
        self.messages = {node.get('name'): node for node in self.all('w:message')}
        self.operations = {node.get('name'): node for node in self.all('w:portType/w:operation')}
        self.bound = {node.get('name'): node for node in self.all('w:binding/w:operation')}

    def all(self, path, node=None):
        return (self.root if node is None else node).xpath(path, namespaces=SPACES)

    def one(self, path, node=None):
        found = self.all(path, node)
        assert len(found) == 1, (path, found)
        return found[0]

    def shape(self, name):
        """The shape of the type NAME, as shape() has it."""
        if name.startswith('xsd:'):
            return name
        node = self.types[name.removeprefix('tns:')]
        array = self.all('x:complexContent/x:restriction/x:attribute', node)
        if array:
            item = array[0].get(ARRAY_TYPE)
            assert item.endswith('[]') and array[0].get('ref') == 'soap-enc:arrayType'
            return [self.shape(item[:-2])]
        elements = self.all('x:sequence/x:element | x:all/x:element', node)
        if [element.get('maxOccurs') for element in elements] == ['unbounded']:
            assert elements[0].get('name') == 'item' and elements[0].get('minOccurs') == '0'
            item = self.shape(elements[0].get('type'))
            assert (elements[0].get('nillable') == 'true') == isinstance(item, str)
            return [item]
        return self.keys(elements) or ['no keys']

    def keys(self, elements):
        return [(element.get('name'),
                 (self.shape(element.get('type')), element.get('minOccurs') == '0',
                  element.get('nillable') == 'true')) for element in elements]

    def wrapped(self, name):
        """The keys in a wrapper of a message's own."""
        part = self.one('w:part', self.messages[name])
        assert part.get('name') == 'parameters'
        element = self.elements[part.get('element').removeprefix('tns:')]
        return self.keys(self.all('x:complexType/x:sequence/x:element', element))

    def parts(self, name):
        return [(part.get('name'), self.shape(part.get('type')))
                for part in self.all('w:part', self.messages[name])]


def fetch(site, style, token=None, query=''):
    query = f'wstoken={site.token if token is None else token}&wsdl={style}{query}'
    return Wsdl(site.request('GET', f'{SCRIPT}?{query}'), style)


@pytest.fixture(params=['1', 'literal'])
def wsdl(request, site):
    return fetch(site, request.param)


# The names that clients know, namespaces without a token, and all in the order that WSDL asks for.
def test_410_01_frame(site, wsdl):
    space = site.url + SCRIPT + ('/literal' if wsdl.style == 'literal' else '')
    assert wsdl.space == space == wsdl.root.nsmap['tns']
    assert wsdl.one('w:types/x:schema').get('targetNamespace') == space
    assert site.token not in ''.join(value for node in wsdl.root.iter() for name, value in
                                     node.items() if name != 'location')
    assert [etree.QName(node).localname for node in wsdl.root if node.tag
            != '{%s}message' % SPACES['w']] == ['types', 'portType', 'binding', 'service']
    tags = [etree.QName(node).localname for node in wsdl.root]
    assert tags == sorted(tags, key=['types', 'message', 'portType', 'binding', 'service'].index)
    assert wsdl.root.get('name') == CLASS
    assert wsdl.one('w:portType').get('name') == CLASS + 'Port'
    assert wsdl.one('w:binding').get('name') == CLASS + 'Binding'
    assert wsdl.one('w:binding').get('type') == f'tns:{CLASS}Port'
    assert wsdl.one('w:service').get('name') == CLASS + 'Service'
    assert wsdl.one('w:service/w:port').get('name') == CLASS + 'Port'
    assert wsdl.one('w:service/w:port').get('binding') == f'tns:{CLASS}Binding'
    binding = wsdl.one('w:binding/s:binding')
    assert binding.get('style') == ('document' if wsdl.style == 'literal' else 'rpc')
    assert binding.get('transport') == 'http://schemas.xmlsoap.org/soap/http'


# Every function, in the order of names, and behind them login and logout.
def test_410_02_operations(site, wsdl):
    names = [row['name'] for row in site.call('core_webservice_get_site_info')['functions']]
    told = list(wsdl.operations)
    assert told[-2:] == OPERATIONS
    assert told[:-2] == sorted(told[:-2])
    assert set(names) & set(FUNCTIONS) <= set(told)
    assert list(wsdl.bound) == told
    for name in told:
        assert wsdl.one('s:operation', wsdl.bound[name]).get('soapAction') == f'{wsdl.space}#{name}'
        assert wsdl.one('w:input', wsdl.operations[name]).get('message') == f'tns:{name}In'
        for way in ('input', 'output'):
            for body in wsdl.all(f'w:{way}/s:body', wsdl.bound[name]):
                if wsdl.style == 'literal':
                    assert dict(body.attrib) == {'use': 'literal'}
                else:
                    assert dict(body.attrib) == {'use': 'encoded', 'encodingStyle': ENCODING,
                                                 'namespace': wsdl.space}


# The parameters and the result of every function, down to the last key: its type, and whether it
# may be absent or null.
def test_410_03_types(wsdl):
    for name in set(wsdl.operations) - set(OPERATIONS):
        params = list(FUNCTIONS[name]['params'].keys.items())
        result = FUNCTIONS[name]['returns']
        if wsdl.style == 'literal':
            assert wsdl.wrapped(name + 'In') == [
                (key, fields(node, 'literal')) for key, node in params], name
            assert wsdl.wrapped(name + 'Out') == (
                [('return', fields(result, 'literal'))] if result else []), name
        else:
            assert wsdl.parts(name + 'In') == [
                (key, shape(node, '1')) for key, node in params], name
            if result:
                assert wsdl.parts(name + 'Out') == [('return', shape(result, '1'))], name


# What returns nothing has no output in rpc/encoded, and an empty one in document/literal.
def test_410_04_nothing(wsdl):
    for name in set(wsdl.operations) - set(OPERATIONS):
        answered = FUNCTIONS[name]['returns'] is not None or wsdl.style == 'literal'
        assert len(wsdl.all('w:output', wsdl.operations[name])) == answered, name
        assert len(wsdl.all('w:output', wsdl.bound[name])) == answered, name
        assert (name + 'Out' in wsdl.messages) == answered, name


# Login and logout, as README has them.
def test_410_05_sessions(wsdl):
    integer = XSD[wsdl.style]['INT']
    if wsdl.style == 'literal':
        assert wsdl.wrapped('loginIn') == [
            ('username', ('xsd:string', False, True)), ('password', ('xsd:string', False, True)),
            ('service', ('xsd:string', True, True))]
        assert wsdl.wrapped('logoutIn') == wsdl.wrapped('logoutOut') == []
        (name, (session, _, _)), = wsdl.wrapped('loginOut')
    else:
        assert wsdl.parts('loginIn') == [(key, 'xsd:string')
                                         for key in ('username', 'password', 'service')]
        assert wsdl.parts('logoutIn') == [] and 'logoutOut' not in wsdl.messages
        (name, session), = wsdl.parts('loginOut')
    assert name == 'return'
    assert session == [('token', ('xsd:string', False, True)), ('expires', (integer, False, True))]


def numbers(function):
    """For each struct of FUNCTION that stands in no list, the inner ones first, its keys."""
    def walk(node):
        if node and node.kind == 'struct':
            for below in node.keys.values():
                yield from walk(below)
            yield list(node.keys)
    for node in FUNCTIONS[function]['params'].keys.values():
        yield from walk(node)
    yield from walk(FUNCTIONS[function]['returns'])


# In rpc/encoded, structs outside of lists have Moodle's numbers; names of 2.1 do not shift them.
def test_410_06_numbers(site):
    wsdl = fetch(site, '1')
    told = list(wsdl.operations)[:-2]
    listed = {*told, 'core_course_delete_courses'}     # which this service has, but not the module
    structs = [(name, keys) for old in (False, True) for name in sorted(listed)
               if name.startswith('moodle_') == old for keys in numbers(name)]
    assert structs
    for number, (function, keys) in enumerate(structs):
        node = wsdl.types.pop(f'webservices_struct_class_{number:06}', None)
        if function in told:
            assert [element.get('name') for element in wsdl.all('x:all/x:element', node)] == keys
        else:
            assert node is None
    assert not [name for name in wsdl.types if name.startswith('webservices_')]


# No name is given twice, not even where a tool makes one word of it, without case and separators.
def test_410_07_unique(wsdl):
    for path in ('w:types/x:schema/x:complexType', 'w:types/x:schema/x:element', 'w:message',
                 'w:portType/w:operation', 'w:binding/w:operation'):
        names = [node.get('name') for node in wsdl.all(path)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch('[A-Za-z][A-Za-z0-9_]*', name) for name in names)
    names = [re.sub('_', '', name.lower()) for name in {*wsdl.types, *wsdl.elements}]
    assert len(set(names)) == len(names)
    for node in wsdl.types.values():
        names = [element.get('name') for element in wsdl.all('*/x:element', node)]
        assert len(set(names)) == len(names)


# The types in it are a schema by the rules, and no type is there for nothing.
def test_410_08_schema(site):
    wsdl = fetch(site, 'literal')
    etree.XMLSchema(etree.fromstring(etree.tostring(wsdl.one('w:types/x:schema'))))
    used = {value.removeprefix('tns:') for value in wsdl.all('//@type')}
    assert set(wsdl.types) <= used
    assert [element.get('name') for element in
            wsdl.all('x:complexType/x:sequence/x:element', wsdl.elements['fault'])] == [
                'exception', 'errorcode', 'debuginfo']
    for name, operation in wsdl.operations.items():
        assert wsdl.one('w:fault', operation).get('message') == 'tns:fault'
        assert wsdl.one('w:fault/s:fault', wsdl.bound[name]).get('use') == 'literal'


# It tells what each operation does, and what each key means.
def test_410_09_documentation(wsdl):
    for name, operation in wsdl.operations.items():
        assert wsdl.one('w:documentation', operation).text, name
        for part in wsdl.all('w:part[@type]', wsdl.messages[name + 'In']):
            assert wsdl.one('w:documentation', part).text, name
    for type_ in wsdl.types.values():
        for element in wsdl.all('*/x:element[@name != "item" or not(@maxOccurs)]', type_):
            assert wsdl.one('x:annotation/x:documentation', element).text


# A token's service limits it, by either name of a function.
def test_410_10_limited(site):
    token = site.env['TOKEN_READER']
    info = site.call('core_webservice_get_site_info', token=token)
    allowed = [row['name'] for row in info['functions']]
    for style in ('1', 'literal'):
        wsdl = fetch(site, style, token)
        told = list(wsdl.operations)[:-2]
        assert {name for name in told if not name.startswith('moodle_')} == set(allowed)
        assert 'moodle_enrol_get_users_courses' in told and 'moodle_group_get_groups' not in told
        assert not [name for name in {**wsdl.messages, **wsdl.types} if 'group' in name]


def address(site, path, headers=None):
    root = etree.fromstring(site.request('GET', path, headers=headers).body)
    return root.xpath('w:service/w:port/s:address/@location', namespaces=SPACES)


# Calls go where the document came from, with the caller's query but for wsdl.
def test_410_11_address(site, db):
    db.config('auth', 'email,webservice')
    token = f'wstoken={site.token}'
    bearer = {'Authorization': f'Bearer {site.token}'}
    server, simple = site.url + SCRIPT, site.url + SIMPLE
    assert address(site, f'{SCRIPT}?{token}&wsdl=1') == [f'{server}?{token}']
    assert address(site, f'{SCRIPT}?wsdl=literal&{token}') == [f'{server}?{token}']
    assert address(site, f'{SCRIPT}?%77sdl=1&&{token}&moodlewssettingraw=1&') == [
        f'{server}?{token}&moodlewssettingraw=1']
    assert address(site, f'{SCRIPT}?wsdl=1', bearer) == [server]
    assert address(site, f'{SCRIPT}?moodlewssettinglang=%26%22<\'&wsdl=1', bearer) == [
        f'{server}?moodlewssettinglang=%26%22<\'']
    password = urllib.parse.quote(site.env['WSPASSWORD'])
    query = f'wsusername=wsuser&wspassword={password}'
    assert address(site, f'{SIMPLE}?wsdl=1&{query}') == [f'{simple}?{query}']
    assert address(site, f'{SIMPLE}/wsuser/{password}?wsdl=1') == [f'{simple}/wsuser/{password}']


# At the script for a user name and password there are no sessions, and no name holds one of them.
def test_410_12_simple(site, db):
    db.config('auth', 'email,webservice')
    reply = site.request('GET', f'{SIMPLE}/wsuser/{site.env["WSPASSWORD"]}?wsdl=literal')
    wsdl = Wsdl(reply, 'literal')
    assert wsdl.space == f'{site.url}{SIMPLE}/literal'
    assert 'core_user_create_users' in wsdl.operations
    assert not set(OPERATIONS) & set(wsdl.operations)
    assert reply.text.count(site.env['WSPASSWORD']) == 1


# The number of a type in an answer is that of the document for the same caller, by whatever he calls;
# it depends on what else the service lists.
def test_410_13_answers(site, db):
    db.config('auth', 'email,webservice')
    info = 'core_webservice_get_site_info'
    call = (f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><{info}/></e:Body>'
            '</e:Envelope>')
    types = []
    for path, query in ((SCRIPT, f'wstoken={site.token}&'),
                        (SCRIPT, f'wstoken={site.env["TOKEN_READER"]}&'),
                        (f'{SIMPLE}/wsuser/{site.env["WSPASSWORD"]}', '')):
        wsdl = Wsdl(site.request('GET', f'{path}?{query}wsdl=1'), '1')
        types.append(wsdl.one('w:part', wsdl.messages[info + 'Out']).get('type').removeprefix('tns:'))
        answer = site.request('POST', f'{path}?{query}', call, {'Content-Type': 'text/xml'})
        assert f'<return xsi:type="ns1:{types[-1]}">' in answer.text
    assert types[0] != types[1]
