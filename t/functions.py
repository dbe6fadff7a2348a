# SPDX-License-Identifier: Apache-2.0
# t/functions.py -- every function of the tables: what its signature says, what it is called with, and
# the one form in which answers of all formats and protocols are compared. A new function has a line
# in CALLS here, or in those of t/writes.py, and is tested by all that go through them.
import os
import re

import env
import writes


class Node:
    """What a signature says of a value: kind, type, presence; the keys of a struct, the element
    of a list."""

    def __init__(self, kind, type_, presence):
        self.kind, self.type, self.required = kind, type_, presence == 'required'
        self.keys, self.element = {}, None


def signatures():
    """What each function takes and gives, as trees by its name; None where it gives nothing."""
    trees, nodes = {'params': {}, 'returns': {}}, {}
    for version in ('45', '21'):
        with open(os.path.join(env.ROOT, f't/signatures{version}.tsv'), encoding='utf-8') as f:
            lines = [line.rstrip('\n').split('\t') for line in f]
        for function, part, path, kind, type_, presence, *_ in lines:
            node = nodes[function, part, path] = Node(kind, type_, presence)
            if path == '.':
                trees[part][function] = None if kind == 'nothing' else node
            elif path.endswith('[]'):
                nodes[function, part, path[:-2] or '.'].element = node
            else:
                above, _, key = path.rpartition('.')
                nodes[function, part, above or '.'].keys[key] = node
    return trees['params'], trees['returns']


def table():
    """What services/*.tbl says: name -> (today, declaration, kind, capabilities)."""
    found = {}
    for area in ('core', 'enrol_manual', 'tool_mobile'):
        with open(os.path.join(env.ROOT, f'services/{area}.tbl'), encoding='utf-8') as f:
            lines = f.read().splitlines()
        for line in lines:
            row = re.fullmatch(r'ROW\((\w+),\s*(\w+),\s*"(.*)"\)', line)
            old = re.fullmatch(r'OLD\((\w+),\s*(\w+),\s*(\w+)\)', line)
            if row:
                found[row[1]] = (row[1], row[1], row[2].lower(), row[3])
            if old:
                found[old[1]] = (old[2], old[3], *found[old[2]][2:])
    return found


ROWS = list(writes.EFFECTS)
PARAMS, RETURNS = signatures()
TABLE = table()

# Those that the documentation tells of by themselves: the others are names more of the same declaration.
SECTIONS = [name for name, row in TABLE.items() if row[1] == name]

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


def named(filled, params):
    """PARAMS with the contexts that they name, of filled()."""
    return {k: filled.get(v, v) if isinstance(v, str) else v for k, v in params.items()}


def fill(site):
    """The demo, with what it lacks for every key to have a value, while the generator is open; it
    gives the contexts that CALLS name."""
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


# ---- answers

def canonical(node, value):
    """VALUE, an answer or a part of it that NODE declares, in the form that all can be brought to:
    every key there, values as texts, None for what is not there."""
    if node is None:
        return None
    if value is None:
        if node.kind == 'list':
            return []
        return {k: canonical(n, None) for k, n in node.keys.items()} or None
    if node.kind == 'list':
        return [canonical(node.element, item) for item in value]
    if node.kind == 'struct':
        value = value or {}
        assert set(value) <= set(node.keys), set(value) - set(node.keys)
        return {k: canonical(n, value.get(k)) for k, n in node.keys.items()}
    assert not isinstance(value, (list, dict)), value
    return number(value)


def decode(node, element):
    """The same of an element of an answer in REST's XML."""
    if element.tag == 'VALUE':
        assert node.kind == 'value'
        return None if element.get('null') == 'null' else element.text or ''
    if element.tag == 'MULTIPLE':
        assert node.kind == 'list'
        return [decode(node.element, child) for child in element]
    assert element.tag == 'SINGLE' and node.kind == 'struct'
    assert [child.get('name') for child in element] == list(node.keys)
    return {child.get('name'): decode(node.keys[child.get('name')], child[0]) for child in element}


def number(value):
    """A value as REST's XML spells it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f'{value:.14G}'
    return str(value)


def without_numbers(tree):
    """TREE with each number as #: two writes make two objects, each with ids and names of its own."""
    if isinstance(tree, dict):
        return {k: without_numbers(v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [without_numbers(v) for v in tree]
    return re.sub('[0-9]+', '#', tree) if isinstance(tree, str) else tree
