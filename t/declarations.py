# SPDX-License-Identifier: Apache-2.0
# t/declarations.py -- what the declarations say of each function, as t/shape/dump_declarations.c reads
# them; and which errors the servers of the tests have answered with.
import os
import re
import subprocess

import env

PROGRAM = os.path.join(env.ROOT, os.environ.get('BUILD', 'build'), 't/dump_declarations')

# What adapters/mws_http.c writes for a call that failed.
FAILED = re.compile(r'MWS01301: \S+: (\w+) of user \d+ failed after \d+ ms with (\w+)')


def dump(what):
    """The lines of a dump, each as its columns."""
    done = subprocess.run([PROGRAM, what], stdout=subprocess.PIPE, text=True, check=True)
    return [line.split('\t') for line in done.stdout.splitlines()]


def errors():
    """The errorcodes that each function may answer with, its own and those of any call."""
    declared = {}
    for function, _, code, _ in dump('errors'):
        declared.setdefault(function, set()).add(code)
    return declared


def undeclared(answered):
    """Of ANSWERED, pairs of function and errorcode, those that no declaration tells of. A site of 5.1
    gives every missing record one errorcode, which stands for those declared."""
    declared = errors()
    for codes in declared.values():
        if 'invalidrecord' in codes or 'invaliduser' in codes:
            codes.add('invalidrecordunknown')
    return sorted(pair for pair in set(answered)
                  if pair[0] in declared and pair[1] not in declared[pair[0]])
