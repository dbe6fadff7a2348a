# SPDX-License-Identifier: Apache-2.0
# t/test_590_toy.py -- a protocol is one file and one row: a toy of one is added to the module, with
# nothing else changed, and every function can be called by it.
import json
import os

import pytest

import doors
import env
import functions
import writes

MODULE = os.path.join(env.ROOT, os.environ.get('BUILD', 'build'), 'toy/mod_moodlews.so')
SERVER = '/webservice/toy/server.php'


class Toy(doors.Door):
    name = 'toy'

    def send(self, site, function, params, token):
        lines = [token, function, *(f'{key}={value}' for key, value in env.flatten(params))]
        return site.request('POST', SERVER, '\n'.join(lines))

    def answer(self, function, reply):
        lines = reply.text.split('\n')
        if len(lines) == 1:
            raise doors.Refused(lines[0])
        assert lines[-2:] == ['done', '']
        rest = iter(lines[:-2])
        value = self.value(next(rest), rest) if len(lines) > 2 else None
        assert list(rest) == []
        return functions.canonical(functions.RETURNS[function], value)

    def value(self, line, rest):
        if line == '[':
            return [self.value(line, rest) for line in iter(lambda: next(rest), 'end')]
        if line == '{':
            return {key: self.value(next(rest), rest) for key in iter(lambda: next(rest), 'end')}
        return json.loads(line)


@pytest.fixture(scope='module')
def toys(site):
    """A server in front of the demo's database, with the module that has the toy."""
    def edit(conf):
        return conf + f'\nMoodleWSProtocols +toy\nMoodleWSDataRoot "{site.env["DATAROOT"]}"\n'
    with env.Httpd(site, edit, MODULE) as httpd:
        httpd.token = site.token
        yield httpd


@pytest.fixture(scope='module')
def filled(site):
    yield from functions.fill(site)


# The toy is as small as a protocol may be, and the module without it does not know it.
def test_590_01_small(site):
    with open(os.path.join(env.ROOT, 't/toy/toy.c'), encoding='utf-8') as f:
        assert len(f.readlines()) <= 60
    assert site.request('POST', SERVER, site.token).status == 404


# Every function answers as by REST.
@pytest.mark.parametrize('function', functions.ROWS)
def test_590_02_answers(site, toys, filled, db, function):
    world, toy, rest = writes.World(db), Toy(), doors.RestJson()
    for make in functions.calls_of(world, function):
        answers = [door.call(server, function, functions.named(filled, make()))
                   for door, server in ((toy, toys), (rest, site))]
        if function in writes.WRITING:
            answers = [functions.without_numbers(answer) for answer in answers]
        assert doors.without_times(answers[0]) == doors.without_times(answers[1])


# It refuses as all do.
@pytest.mark.parametrize('function, params, token, code', [
    ('core_group_get_groups', {'groupids': ['x']}, None, 'invalidparameter'),
    ('core_group_get_groups', {'groupids': [10 ** 9]}, None, 'invalidrecord'),
    ('core_group_get_groups', {'groupids': [1]}, 'nobody', 'invalidtoken'),
    ('core_no_such_function', {}, None, 'invalidrecord'), ('', {}, None, 'invalidparameter')])
def test_590_03_refusals(toys, function, params, token, code):
    with pytest.raises(doors.Refused) as told:
        Toy().call(toys, function, params, token)
    assert told.value.code == code


# An empty body is a call without a token.
def test_590_04_empty(toys):
    assert toys.request('POST', SERVER, '').text == 'invalidtoken'
    assert toys.request('GET', SERVER).text == 'invalidtoken'


# Only a server that names it has it.
def test_590_05_closed(site):
    with env.Httpd(site, module=MODULE) as httpd:
        assert httpd.request('POST', SERVER, site.token).text == 'closed'
