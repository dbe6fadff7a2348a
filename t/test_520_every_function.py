# SPDX-License-Identifier: Apache-2.0
# t/test_520_every_function.py -- each function of the tables answers, in both formats the same, and
# with the keys that its signature has: a function that nobody calls here fails.
import xml.etree.ElementTree

import pytest

import functions
import openapi
import writes
from functions import CALLS, RETURNS, ROWS

# Keys that are never filled: columns that Moodle has no more, and what no function here ever tells.
NEVER = {'icq', 'skype', 'yahoo', 'aim', 'msn', 'url', 'calendartype', 'completionstartonenrol',
         'usersessionscount', 'userhomepageurl', 'isexternalfile', 'icon', 'repositorytype',
         'progress', 'communicationroomname', 'communicationroomurl', 'itemid'}


def check(node, value, path, seen):
    """VALUE, decoded from JSON, is as declared, or else fails with its PATH; SEEN gathers the paths
    that had a value."""
    if value is None:
        return
    seen.add(path)
    if node.kind == 'list':
        assert isinstance(value, list), path
        for item in value:
            check(node.element, item, path + '[]', seen)
    elif node.kind == 'struct':
        check_struct(node, value or {}, path, seen)
    else:
        check_type(node, value, path)


def check_struct(node, value, path, seen):
    assert isinstance(value, dict), path
    assert [k for k in node.keys if k in value] == list(value), f'{path}: keys or their order'
    missing = [k for k, n in node.keys.items() if n.required and k not in value]
    assert not missing, f'{path}: {missing}'
    for key, item in value.items():
        check(node.keys[key], item, f'{path}.{key}' if path else key, seen)


def check_type(node, value, path):
    """Integers are numbers of JSON, booleans its words, all else texts; raw ones may be either."""
    kind = {'INT': int, 'BOOL': bool, 'FLOAT': (int, float), 'RAW': (str, int)}.get(node.type, str)
    assert isinstance(value, kind) and (node.type == 'BOOL' or not isinstance(value, bool)), \
        f'{path}: {value!r} is no {node.type}'


@pytest.fixture(scope='module')
def filled(site):
    """The demo, filled; contexts by names in CALLS."""
    yield from functions.fill(site)


@pytest.fixture
def world(db):
    return writes.World(db)


@pytest.fixture
def ask(site, filled):
    """A function that calls one with what MAKE gives, in each format; both answers. That in JSON is as
    the OpenAPI document says."""
    def both(function, make):
        as_json = site.rest(function, functions.named(filled, make()))
        openapi.contract(site).check_answer(function, as_json.json())
        return as_json, site.rest(function, functions.named(filled, make()), fmt='xml')
    return both


def trees(ask, function, make, seen):
    """The answer in both formats, as trees of one shape."""
    tree = RETURNS[function]
    as_json, as_xml = ask(function, make)
    assert as_json.status == as_xml.status == 200
    answer = as_json.json()
    assert not (isinstance(answer, dict) and 'exception' in answer), answer
    root = xml.etree.ElementTree.fromstring(as_xml.body)
    assert root.tag == 'RESPONSE' and len(root) == (0 if tree is None else 1)
    if tree is None:
        assert answer is None
        return None, None
    check(tree, answer, '', seen)
    return functions.canonical(tree, answer), functions.decode(tree, root[0])


# The tables and signatures were found, and every function is called here; nothing else is.
def test_520_01_every_function_is_called():
    assert len(ROWS) > 20 and len(RETURNS) > 40
    reading = [name for name in ROWS if name not in writes.WRITING]
    assert sorted(reading) == sorted(CALLS)
    assert all(name in RETURNS for name in ROWS)


# Both formats tell the same, with exactly the declared keys. What tells the time may change between
# the two calls, once.
@pytest.mark.parametrize('function', ROWS)
def test_520_02_both_formats(ask, world, function):
    for make in functions.calls_of(world, function):
        for _ in range(3):
            from_json, from_xml = trees(ask, function, make, set())
            if function in writes.WRITING:
                from_json = functions.without_numbers(from_json)
                from_xml = functions.without_numbers(from_xml)
            if from_json == from_xml:
                break
        assert from_json == from_xml


# No declared key is only a promise: somewhere in the demo it has a value.
@pytest.mark.parametrize('function', ROWS)
def test_520_03_every_key_is_seen(ask, world, function):
    seen = set()
    for make in functions.calls_of(world, function):
        trees(ask, function, make, seen)

    def paths(node, path):
        yield path
        if node.kind == 'list':
            yield from paths(node.element, path + '[]')
        for key, below in node.keys.items():
            yield from paths(below, f'{path}.{key}' if path else key)
    unseen = {path for path in paths(RETURNS[function], '') if path not in seen} \
        if RETURNS[function] else set()
    assert {path.rpartition('.')[2] for path in unseen} <= NEVER, sorted(unseen)
