# SPDX-License-Identifier: Apache-2.0
# t/test_422_declarations.py -- what the declarations tell people: a text for each function and key, and
# the errors that a function may answer with. That no other error was answered is seen when the session
# ends, from the logs of all its servers (t/conftest.py).
import glob
import json
import os
import re

import pytest

import declarations
import env
import functions

# The errors that a Moodle was seen to answer with: lines of a function, a tab and an errorcode.
SEEN = os.path.join(env.ROOT, 't/errors45.tsv')

# Its answers to calls that were recorded, which may lie beside the checkout.
RECORDED = os.path.join(env.ROOT, '..', 'shared', 'oracle', '*-cases.jsonl')

# Errors of Moodle that are other ones here, as the README tells: a rule for passwords in place of the
# words of a page, a bad id that is refused before the database meets it.
OTHER_HERE = re.compile('<|^dmlreadexception$')


def seen():
    """The functions and errorcodes that were seen."""
    with open(SEEN, encoding='utf-8') as f:
        yield from (tuple(line.split('\t')) for line in f.read().splitlines())
    for path in glob.glob(RECORDED):
        with open(path, encoding='utf-8') as f:
            for case in map(json.loads, f):
                body = case.get('body') or ''
                for code in re.findall(r'"errorcode":"([^"]*)"|<ERRORCODE>(.*?)</ERRORCODE>'
                                       r'|ERRORCODE: (\w+)', body):
                    yield case.get('function'), ''.join(code)


# Every function is told of in a sentence, every key in more than its own name, and in plain text: the
# texts go into WSDL, OpenAPI, introspection and pages.
@pytest.mark.parametrize('function', functions.ROWS)
def test_422_01_texts(function):
    told = {(part, path): text for name, part, path, text in declarations.dump('texts')
            if name == function}
    sentence = told.pop(('function', '.'))
    assert len(sentence.split()) >= 6 and sentence[0].isupper() and sentence.endswith('.')
    assert [place for place, text in told.items() if len(text.split()) < 2] == []
    assert [text for text in [sentence, *told.values()] if re.search(r'[<>`]|  ', text)] == []


# Each function has a list, with nothing said twice and nothing left unsaid.
@pytest.mark.parametrize('function', functions.ROWS)
def test_422_02_errors(function):
    own = [row[2:] for row in declarations.dump('errors') if row[:2] == [function, 'own']]
    common = [row[2:] for row in declarations.dump('errors') if row[:2] == [function, 'common']]
    assert len(common) > 10
    whens = [when for _, when in own + common]
    assert len(set(whens)) == len(whens)
    assert all(len(when.split()) > 2 and when[0].islower() for when in whens)


# What only a server that writes may say is not said of a function that reads.
def test_422_03_of_writing():
    declared = declarations.errors()
    writing = {name for name, codes in declared.items() if 'readonly' in codes}
    assert writing == set(functions.writes.WRITING)


# An error that is answered and not declared is found: the check at the end of the session can fail.
def test_422_04_undeclared():
    line = ('[moodlews:info] [pid 1] MWS01301: rest: core_group_get_groups of user 3 failed after 2 ms'
            ' with {}: more about it')
    found = [declarations.FAILED.search(line.format(code)).groups()
             for code in ('invalidrecord', 'guestsarenotallowed')]
    assert declarations.undeclared(found) == [('core_group_get_groups', 'guestsarenotallowed')]


# Every error that a Moodle was seen to answer with is declared for that function.
def test_422_05_seen():
    answered = {pair for pair in seen() if not OTHER_HERE.search(pair[1])}
    assert len(answered) > 50
    assert declarations.undeclared(answered) == []
