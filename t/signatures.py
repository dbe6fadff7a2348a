#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# t/signatures.py -- the facts of a signature file as a table, one line a node.
#
#   t/signatures.py SIGNATURES.json >t/signatures45.tsv
#
# Columns: function, params or returns, path (groups[].courseid; "." for the whole), kind, type,
# presence, default, null. What does not apply is "-". Names and types only: what a key means is
# said in the declarations. t/shape/dump_declarations.c writes the same lines of what is served.
import json
import sys

KINDS = {'single': 'struct', 'multiple': 'list', 'value': 'value'}


def default_of(node):
    """The default as the text that a declaration has for it."""
    if node['required'] != 'default':
        return '-'
    if 'default' not in node:
        return 'configured'
    default = node['default']
    if node['kind'] != 'value':
        assert not default, node
        return 'empty'
    if default is None:
        return 'null'
    if isinstance(default, bool):
        return f'"{int(default)}"'
    return f'"{default}"'


def lines(node, path, whole=False):
    """The lines of NODE and all below it. A whole and an element of a list have no presence."""
    value = node['kind'] == 'value'
    yield (path or '.', KINDS[node['kind']],
           node['type'].removeprefix('PARAM_') if value else '-',
           '-' if whole else node['required'],
           '-' if whole else default_of(node),
           ('null' if node['allownull'] else 'not null') if value else '-')
    if node['kind'] == 'multiple':
        yield from lines(node['content'], path + '[]', True)
    for key in node.get('keys', ()):
        yield from lines(key, f'{path}.{key["name"]}' if path else key['name'])


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        functions = json.load(f)['functions']
    for function in list(functions.values()):
        functions.update(dict.fromkeys(function.get('aliases', ()), function))
    for name, function in sorted(functions.items()):
        params = {'kind': 'single', 'keys': function['parameters']}
        for line in lines(params, '', True):
            print(name, 'params', *line, sep='\t')
        if function['returns'] is None:
            print(name, 'returns', '.', 'nothing', '-', '-', '-', '-', sep='\t')
            continue
        for line in lines(function['returns'], '', True):
            print(name, 'returns', *line, sep='\t')


main()
