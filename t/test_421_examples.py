# SPDX-License-Identifier: Apache-2.0
# t/test_421_examples.py -- what the documentation shows as a call and its answer is what a demo that was
# just made says to that call.
import json
import re

import pytest

import env
import examples
import functions
import writes

EXAMPLES = examples.read()


@pytest.fixture(scope='module')
def fresh(sites):
    """A demo that nobody has called yet."""
    demo = env.Site(sites)
    try:
        yield demo.start()
        demo.check_log()
    finally:
        demo.stop()


@pytest.fixture
def db(fresh):
    database = env.Database(fresh.env['DSN'])
    try:
        yield database
    finally:
        database.close()


def keys(value, path=''):
    """The paths of all keys in VALUE, those of all elements of a list together."""
    if isinstance(value, dict):
        return {path}.union(*(keys(item, f'{path}.{key}') for key, item in value.items()))
    if isinstance(value, list):
        return {path}.union(*(keys(item, f'{path}[]') for item in value))
    return {path}


def written(name, answer):
    """ANSWER as text, which has the order of keys; what was made has a number of its own."""
    line = json.dumps(answer, ensure_ascii=False)
    return re.sub('[0-9]+', '#', line) if name in writes.WRITING else line


# Every function has an example, and every example is of a function; they stand in the file as
# t/examples.py writes them.
def test_421_01_one_each():
    assert list(EXAMPLES) == functions.ROWS
    assert all(list(example) == ['call', 'answer'] for example in EXAMPLES.values())
    with open(examples.FILE, encoding='utf-8') as f:
        assert f.read() == examples.text(EXAMPLES) + '\n'


# What is sent has the names of parameters, in their order, and each that is required.
@pytest.mark.parametrize('name', functions.ROWS)
def test_421_02_parameters(name):
    declared, sent = functions.PARAMS[name].keys, EXAMPLES[name]['call']
    assert list(sent) == [key for key in declared if key in sent]
    assert {key for key, node in declared.items() if node.required} <= set(sent)


# The answer to it is the one that is shown, but for the rest of long lists, whose elements have no
# other keys than those shown. Each works whatever was called before: what it wrote is put back.
@pytest.mark.parametrize('name', functions.ROWS)
def test_421_03_answer(fresh, db, name):
    shown = EXAMPLES[name]['answer']
    answer = examples.settled(fresh, db, examples.call(fresh, db, name, EXAMPLES[name]['call']))
    assert written(name, examples.cut(answer)) == written(name, shown)
    assert keys(answer) == keys(shown)


# A call that writes can be shown again once its effects are undone: nothing of them is left.
@pytest.mark.parametrize('name', writes.WRITING)
def test_421_04_again(fresh, db, name):
    for _ in range(2):
        answer = examples.call(fresh, db, name, EXAMPLES[name]['call'])
        assert not (isinstance(answer, dict) and 'exception' in answer), answer
