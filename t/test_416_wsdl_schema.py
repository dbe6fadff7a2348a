# SPDX-License-Identifier: Apache-2.0
# t/test_416_wsdl_schema.py -- each function called by document/literal: what goes in and what comes
# out is valid by the schema of the WSDL.
import pytest
from lxml import etree

import functions
import writes
from test_410_wsdl import FUNCTIONS, SCRIPT, fetch

SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'


@pytest.fixture(scope='module')
def filled(site):
    """The demo, filled; contexts by names in the calls."""
    yield from functions.fill(site)


@pytest.fixture
def world(db):
    return writes.World(db)


@pytest.fixture(scope='module')
def schema(site):
    """The schema, and its namespace."""
    wsdl = fetch(site, 'literal')
    made = etree.XMLSchema(etree.fromstring(etree.tostring(wsdl.one('w:types/x:schema'))))
    return made, wsdl.space


def add(parent, space, name, value, node):
    """Add VALUE to PARENT as element NAME, its keys in the order of NODE."""
    element = etree.SubElement(parent, f'{{{space}}}{name}')
    if node.kind == 'list':
        for item in value:
            add(element, space, 'item', item, node.element)
    elif node.kind == 'struct':
        for key in [key for key in node.keys if key in value]:
            add(element, space, key, value[key], node.keys[key])
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
        if node.type == 'BOOL':
            element.text = str(bool(int(value))).lower()


def post(site, call):
    """Send CALL, an element; the one that is answered."""
    envelope = etree.Element(f'{{{SOAP}}}Envelope')
    etree.SubElement(envelope, f'{{{SOAP}}}Body').append(call)
    reply = site.request('POST', f'{SCRIPT}?wstoken={site.token}', etree.tostring(envelope),
                         {'Content-Type': 'text/xml; charset=utf-8'})
    root = etree.fromstring(reply.body)
    return reply, etree.fromstring(etree.tostring(root.find(f'{{{SOAP}}}Body')[0]))


@pytest.mark.parametrize('function', functions.ROWS)
def test_416_01_valid(site, schema, filled, world, function):
    judge, space = schema
    for make in functions.calls_of(world, function):
        params = functions.named(filled, make())
        root = etree.Element('root')
        add(root, space, function, params, FUNCTIONS[function]['params'])
        call = etree.fromstring(etree.tostring(root[0]))
        judge.assertValid(call)
        reply, answer = post(site, call)
        assert reply.status == 200, reply.text
        judge.assertValid(answer)
        assert answer.tag == f'{{{space}}}{function}Response'


# The detail of a fault is valid, too.
def test_416_02_fault(site, schema):
    judge, space = schema
    root = etree.Element('root')
    add(root, space, 'core_group_get_groups', {'groupids': [99]},
        FUNCTIONS['core_group_get_groups']['params'])
    reply, fault = post(site, root[0])
    assert reply.status == 500
    judge.assertValid(fault.find('detail')[0])
