# SPDX-License-Identifier: Apache-2.0
# t/test_550_four_doors.py -- every function by every protocol: the answers are the same trees, and
# what is refused has the same errorcode.
import pytest

import doors
import functions
import writes
from doors import DOORS

BY_NAME = pytest.mark.parametrize('function', functions.ROWS)


@pytest.fixture(scope='module')
def filled(site):
    """The demo, filled; contexts by names in the calls."""
    yield from functions.fill(site)


@pytest.fixture
def world(db):
    return writes.World(db)


def of_each(site, function, make):
    """What each door says to the call that MAKE gives, by its name."""
    writing = function in writes.WRITING
    said = {}
    for door in DOORS:
        if not door.takes(function):
            continue
        answer = door.call(site, function, make())
        said[door.name] = functions.without_numbers(answer) if writing else \
            doors.without_times(answer)
    return said


def refusals(site, function, params, **more):
    """What each door refuses, and why."""
    said = {}
    for door in DOORS:
        try:
            door.call(site, function, params, **more)
            said[door.name] = None
        except doors.Refused as refused:
            if refused.code or door.name != 'soap':
                said[door.name] = refused.code
    return said


# Each call that a function has in the tables of calls, by every door.
@BY_NAME
def test_550_01_answers(site, filled, world, function):
    for make in functions.calls_of(world, function):
        said = of_each(site, function, lambda make=make: functions.named(filled, make()))
        first = said[DOORS[0].name]
        for name, answer in said.items():
            assert answer == first, name


# What writes does it once, whatever the door: as many rows as doors.
def test_550_02_once(site, world):
    names = []
    for door in DOORS:
        group = writes.new_group(world, 2)
        names.append(group['name'])
        door.call(site, 'core_group_create_groups', {'groups': [group]})
    assert [name for name, in world.db.all(
        'SELECT name FROM mdl_groups WHERE name = ANY (%s) ORDER BY id', (names,))] == names


# A token that is none, and one of a service that does not list the function.
@BY_NAME
def test_550_03_callers(site, filled, world, function):
    params = functions.named(filled, functions.calls_of(world, function)[0]())
    assert set(refusals(site, function, params, token='0' * 32).values()) == {'invalidtoken'}
    said = set(refusals(site, function, params, token=site.env['TOKEN_READER']).values())
    assert len(said) == 1, said
    if function in writes.WRITING:
        assert said == {'accessexception'}


# Parameters that are not as declared: one too many, one of a wrong kind, none.
@BY_NAME
def test_550_04_parameters(site, filled, world, function):
    params = functions.named(filled, functions.calls_of(world, function)[0]())
    full = {**{key: [] for key in functions.PARAMS[function].keys}, **params}
    said = refusals(site, function, {**full, 'nosuchparameter': '1'})
    assert {said[door.name] for door in DOORS if door.strict and door.name in said} == \
        {'invalidparameter'}, said
    first = next(iter(functions.PARAMS[function].keys), None)
    if first:
        wrong = {first: 'x' if functions.PARAMS[function].keys[first].kind != 'value' else ['x']}
        said = refusals(site, function, {**params, **wrong})
        assert {said[door.name] for door in DOORS if door.strict and door.name in said} == \
            {'invalidparameter'}, said
    if any(node.required for node in functions.PARAMS[function].keys.values()):
        said = refusals(site, function, {})
        assert set(said.values()) == {'invalidparameter'}, said


# What a student may not do is refused for the same reason.
@pytest.mark.parametrize('function', writes.WRITING)
def test_550_05_permission(site, world, function):
    params = writes.params(world, function, 2, 3)
    said = refusals(site, function, params, token=site.env['TOKEN_STUDENT'])
    assert len(set(said.values())) == 1, said


# A function that nobody knows.
def test_550_06_unknown(site):
    for door in DOORS:
        with pytest.raises(doors.Refused) as told:
            door.call(site, 'core_no_such_function', {})
        assert told.value.code == 'invalidrecord' or door.name in ('xmlrpc', 'soap')


# What was wrong with a parameter is said in the same words.
def test_550_07_debuginfo(site):
    said = set()
    for door in DOORS:
        with pytest.raises(doors.Refused) as told:
            door.call(site, 'core_group_get_groups', {'groupids': [1, 'x']})
        said.add(told.value.debuginfo)
    assert said == {'groupids[1]: expected type int, got "x"'}


# Texts of all scripts go in and out by every door.
def test_550_08_texts(site, world):
    texts = ['Grün', '遥', '✨ 🌅', 'a & b <c> "d"', "it's", 'a\nb\tc', '0', '1.50', 'true']
    for door in DOORS:
        groups = [{**writes.new_group(world, 2), 'enrolmentkey': text} for text in texts]
        created = door.call(site, 'core_group_create_groups', {'groups': groups})
        assert [group['enrolmentkey'] for group in created] == texts
        assert [key for key, in world.db.all(
            'SELECT enrolmentkey FROM mdl_groups WHERE id = ANY (%s) ORDER BY id',
            ([int(group['id']) for group in created],))] == texts
