# SPDX-License-Identifier: Apache-2.0
# t/test_520_every_function.py -- each function of the tables answers, in both formats the same, and
# with the keys that its signature has: a function that nobody calls here fails.
import os
import re
import xml.etree.ElementTree

import pytest

import env
import writes


class Node:
    """What a signature says of a value: kind, type, presence; the keys of a struct, the element
    of a list."""

    def __init__(self, kind, type_, presence):
        self.kind, self.type, self.required = kind, type_, presence == 'required'
        self.keys, self.element = {}, None


def returns():
    """The tree that each function gives, by its name; None where it gives nothing."""
    trees, nodes = {}, {}
    for version in ('45', '21'):
        with open(os.path.join(env.ROOT, f't/signatures{version}.tsv'), encoding='utf-8') as f:
            lines = [line.rstrip('\n').split('\t') for line in f]
        for function, part, path, kind, type_, presence, *_ in lines:
            if part != 'returns':
                continue
            node = nodes[function, path] = Node(kind, type_, presence)
            if path == '.':
                trees[function] = None if kind == 'nothing' else node
            elif path.endswith('[]'):
                nodes[function, path[:-2] or '.'].element = node
            else:
                above, _, key = path.rpartition('.')
                nodes[function, above or '.'].keys[key] = node
    return trees


ROWS, RETURNS = list(writes.EFFECTS), returns()

# What is called with: one or more calls of each function, which succeed for a manager. Those of
# functions that write are made anew each time: t/writes.py, and below what fills further keys.
ONE_COURSE = [{'courseid': 2}]
LISTS = {
    'info': [{}],
    'groups': [{'groupids': [1, 2, 3]}],
    'courses': [{'options': {'ids': [2, 3, 9]}}],
    'people': [{'userlist': [{'userid': 6, 'courseid': 2}, {'userid': 4, 'courseid': 5},
                             {'userid': 3, 'courseid': 2}]}],
    'files': [{'contextid': 'COURSE', 'component': 'course', 'filearea': 'summary', 'itemid': 1,
               'filepath': '/', 'filename': ''},
              {'contextid': 'SELF', 'component': 'user', 'filearea': 'private', 'itemid': 1,
               'filepath': '/', 'filename': 'measurements.csv'}],
}
CALLS = {
    'core_webservice_get_site_info': LISTS['info'],
    'moodle_webservice_get_siteinfo': [{'serviceshortnames': ['everything']}],
    'core_course_get_courses': LISTS['courses'] + [{}],
    'moodle_course_get_courses': LISTS['courses'] + [{}],
    'core_course_get_courses_by_field': [{'field': 'ids', 'value': '2,3,9999'}, {}],
    'core_course_get_categories': [{}, {'criteria': [{'key': 'id', 'value': 2}]}],
    'core_user_get_users_by_field': [{'field': 'id', 'values': [3, 4, 6, 8]}],
    'moodle_user_get_users_by_id': [{'userids': [3, 4, 6, 8]}],
    'core_user_get_users': [{'criteria': [{'key': 'email', 'value': '%lanterna%'},
                                          {'key': 'none', 'value': ''}]}],
    'core_user_get_course_user_profiles': LISTS['people'],
    'moodle_user_get_course_participants_by_id': LISTS['people'],
    'core_enrol_get_enrolled_users': ONE_COURSE + [{'courseid': 3, 'options': [
        {'name': 'userfields', 'value': 'id,email'}]}],
    'moodle_enrol_get_enrolled_users': ONE_COURSE,
    'moodle_user_get_users_by_courseid': [{'courseid': 2, 'options': [
        {'name': 'onlyactive', 'value': 1}]}],
    'core_enrol_get_users_courses': [{'userid': 6}, {'userid': 4, 'returnusercount': 0}],
    'moodle_enrol_get_users_courses': [{'userid': 6}],
    'core_group_get_groups': LISTS['groups'],
    'moodle_group_get_groups': LISTS['groups'],
    'core_group_get_course_groups': ONE_COURSE,
    'moodle_group_get_course_groups': ONE_COURSE,
    'core_group_get_group_members': LISTS['groups'],
    'moodle_group_get_groupmembers': LISTS['groups'],
    'tool_mobile_call_external_functions': [{'requests': [
        {'function': 'core_group_get_groups', 'arguments': '{"groupids":[1]}'},
        {'function': 'core_group_get_groups'}]}],
    'core_files_get_files': LISTS['files'],
    'moodle_file_get_files': LISTS['files'],
}

COLOUR = [{'shortname': 'colour', 'value': 'Green'}]


def more_writes(world, function):
    """Parameters that fill the keys which a plain call of FUNCTION leaves empty."""
    nobody = 10 ** 9
    return {
        'core_user_update_users': lambda: {'users': [{'id': nobody}]},
        'core_course_update_courses': lambda: {'courses': [{'id': nobody}]},
        'core_group_create_groups': lambda: {
            'groups': [{**writes.new_group(world, 2), 'customfields': COLOUR}]},
        'core_message_send_instant_messages': lambda: {
            'messages': [{'touserid': nobody, 'text': 'Lost', 'clientmsgid': 'a-1'}]},
        'moodle_message_send_instantmessages': lambda: {
            'messages': [{'touserid': nobody, 'text': 'Lost', 'clientmsgid': 'a-1'}]},
        'core_notes_create_notes': lambda: {
            'notes': [{**writes.new_note(world, 2), 'userid': nobody, 'clientnoteid': 'a-1'}]},
        'moodle_notes_create_notes': lambda: {
            'notes': [{**writes.new_note(world, 2), 'userid': nobody, 'clientnoteid': 'a-1'}]},
    }.get(function)


def calls_of(world, function):
    """The calls of FUNCTION: each a function that gives parameters."""
    if function not in writes.WRITING:
        return [lambda params=params: params for params in CALLS[function]]
    more = more_writes(world, function)
    return [lambda: writes.params(world, function, 2, 3)] + ([more] if more else [])


# Keys that are never filled: columns that Moodle has no more, and what no function here ever tells.
NEVER = {'icq', 'skype', 'yahoo', 'aim', 'msn', 'url', 'calendartype', 'completionstartonenrol',
         'usersessionscount', 'userhomepageurl', 'isexternalfile', 'icon', 'repositorytype',
         'progress', 'communicationroomname', 'communicationroomurl', 'itemid'}


def complete(node, value, path, seen):
    """VALUE, decoded from JSON, as XML tells it: every key there, numbers as texts. What is not as
    declared fails, with its PATH; SEEN gathers the paths that had a value."""
    if value is None:
        if node.kind == 'list':
            return []
        below = {k: complete(n, None, '', set()) for k, n in node.keys.items()}
        return below or None
    seen.add(path)
    if node.kind == 'list':
        assert isinstance(value, list), path
        return [complete(node.element, item, path + '[]', seen) for item in value]
    if node.kind == 'struct':
        return complete_struct(node, value or {}, path, seen)
    assert not isinstance(value, (list, dict)), path
    check_type(node, value, path)
    return number(value)


def complete_struct(node, value, path, seen):
    assert isinstance(value, dict), path
    declared = list(node.keys)
    assert [k for k in declared if k in value] == list(value), f'{path}: keys or their order'
    missing = [k for k, n in node.keys.items() if n.required and k not in value]
    assert not missing, f'{path}: {missing}'
    return {k: complete(n, value.get(k), f'{path}.{k}' if path else k, seen)
            for k, n in node.keys.items()}


def check_type(node, value, path):
    """Integers are numbers of JSON, booleans its words, all else texts; raw ones may be either."""
    kind = {'INT': int, 'BOOL': bool, 'FLOAT': (int, float), 'RAW': (str, int)}.get(node.type, str)
    assert isinstance(value, kind) and (node.type == 'BOOL' or not isinstance(value, bool)), \
        f'{path}: {value!r} is no {node.type}'


def number(value):
    """A value as XML spells it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f'{value:.14G}'
    return str(value)


def decode(node, element):
    """An element of an XML answer as the tree above."""
    if element.tag == 'VALUE':
        assert node.kind == 'value'
        return None if element.get('null') == 'null' else element.text or ''
    if element.tag == 'MULTIPLE':
        assert node.kind == 'list'
        return [decode(node.element, child) for child in element]
    assert element.tag == 'SINGLE' and node.kind == 'struct'
    assert [child.get('name') for child in element] == list(node.keys)
    return {child.get('name'): decode(node.keys[child.get('name')], child[0]) for child in element}


@pytest.fixture(scope='module')
def filled(site):
    """The demo, with what it lacks for every key to have a value; contexts by names in CALLS."""
    db = env.Database(site.env['DSN'])
    try:
        db.keep('user', 'user_enrolments', 'customfield_category', 'customfield_field')
        db.run("UPDATE mdl_user SET address = 'Quay 7', phone1 = '+1', phone2 = '+2',"
               " department = 'D'")
        db.config('showuseridentity', 'email,phone1,phone2')
        db.run('INSERT INTO mdl_user_enrolments (enrolid, userid, timestart)'
               " SELECT id, 3, 0 FROM mdl_enrol WHERE courseid = 2 AND enrol = 'manual'")
        db.run('INSERT INTO mdl_customfield_category (id, name, sortorder, timecreated,'
               ' timemodified, component, area)'
               " VALUES (900, 'More', 0, 0, 0, 'core_group', 'group')")
        db.run('INSERT INTO mdl_customfield_field (shortname, name, type, sortorder, categoryid,'
               " configdata, timecreated, timemodified) VALUES ('colour', 'Colour', 'text', 0, 900,"
               " '{\"defaultvalue\":\"grey\"}', 0, 0)")
        of = 'SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s'
        yield {'COURSE': db.one(of, (50, 2)), 'SELF': db.one(of, (30, 3))}
    finally:
        db.close()


@pytest.fixture
def world(db):
    return writes.World(db)


@pytest.fixture
def ask(site, filled):
    """A function that calls one with what MAKE gives, in each format; both answers."""
    def named(params):
        return {k: filled.get(v, v) if isinstance(v, str) else v for k, v in params.items()}

    def both(function, make):
        return site.rest(function, named(make())), site.rest(function, named(make()), fmt='xml')
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
    return complete(tree, answer, '', seen), decode(tree, root[0])


def without_numbers(tree):
    """TREE with each number as #: two writes make two objects, each with ids and names of its own."""
    if isinstance(tree, dict):
        return {k: without_numbers(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [without_numbers(v) for v in tree]
    return re.sub('[0-9]+', '#', tree) if isinstance(tree, str) else tree


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
    for make in calls_of(world, function):
        for _ in range(3):
            from_json, from_xml = trees(ask, function, make, set())
            if function in writes.WRITING:
                from_json, from_xml = without_numbers(from_json), without_numbers(from_xml)
            if from_json == from_xml:
                break
        assert from_json == from_xml


# No declared key is only a promise: somewhere in the demo it has a value.
@pytest.mark.parametrize('function', ROWS)
def test_520_03_every_key_is_seen(ask, world, function):
    seen = set()
    for make in calls_of(world, function):
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
