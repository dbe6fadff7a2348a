# SPDX-License-Identifier: Apache-2.0
# t/test_250_least_privilege.py -- a database account with what conf/grants.sql grants, and no more, can
# serve every function and script; one that may only read serves what reads.
import os
import re
import subprocess

import psycopg2
import pytest

import env
import functions
import writes

GRANTS = os.path.join(env.ROOT, 'conf/grants.sql')


def dsn_of(site, role):
    return re.sub('user=[^ ]+ password=[^ ]+', f'user={role} password=of-{role}', site.env['DSN'])


def make_role(site, role, *variables):
    """A role with what the script grants."""
    admin = psycopg2.connect(re.sub('user=[^ ]+ password=[^ ]+', 'user=postgres', site.env['DSN']),
                             passfile=os.path.join(site.sites, str(site.port), 'pgpass'))
    admin.autocommit = True
    with admin.cursor() as cur:
        cur.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'of-{role}'")
    admin.close()
    done = subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', f'role={role}',
                           *variables, '-f', GRANTS, site.env['DSN']], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope='module')
def own(sites):
    """A demo of one's own: what is done to it here is seen by no other test."""
    demo = env.Site(sites)
    try:
        yield demo.start()
    finally:
        demo.stop()


@pytest.fixture(scope='module')
def data(own):
    database = env.Database(own.env['DSN'])
    yield database
    database.close()


@pytest.fixture(scope='module')
def modest(own, sites):
    """The same, served by a role with least privileges."""
    make_role(own, 'modest')
    other = env.Site(sites)
    try:
        other.start('serve', EXTRA=env.PROMPT, DSN=dsn_of(own, 'modest'),
                    DATAROOT=own.env['DATAROOT'])
        other.env = {**own.env, 'URL': other.url}
        yield other
    finally:
        other.stop()


def params_of(function, world, contexts):
    """The parameters of one call of each kind."""
    if function in writes.WRITING:
        return [writes.params(world, function, 2, 3)]
    return [{k: contexts.get(v, v) if isinstance(v, str) else v for k, v in params.items()}
            for params in functions.CALLS[function]]


# Every function succeeds, and the error log tells of no refused statement.
@pytest.mark.parametrize('function', list(writes.EFFECTS))
def test_250_01_every_function(modest, data, function):
    world = writes.World(data)
    contexts = {'COURSE': world.context(50, 2), 'SELF': world.context(30, 3)}
    for params in params_of(function, world, contexts):
        answer = modest.call(function, params)
        assert not (isinstance(answer, dict) and 'exception' in answer), answer


# So do logins, tokens, sessions, uploads and downloads.
def test_250_02_scripts(modest):
    answer = modest.request('POST', '/login/token.php', {
        'username': 'student', 'password': 'Demo-1234', 'service': 'everything'}).json()
    assert 'token' in answer, answer
    session = modest.request('POST', env.SERVER, {
        'wsusername': 'student', 'wspassword': 'Demo-1234', 'service': 'everything',
        'moodlewsrestformat': 'json'}).json()
    assert 'token' in session, session
    assert modest.call('logout', token=session['token']) is None
    part = ('--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nA text\r\n--x--\r\n'
            % writes.World.name('up'))
    stored = modest.request('POST', f'/webservice/upload.php?token={modest.token}', part,
                            {'Content-Type': 'multipart/form-data; boundary=x'}).json()
    assert stored[0]['filesize'] == 6, stored
    sent = modest.request('GET', '/webservice/draftfile.php/{contextid}/user/draft/{itemid}/{filename}'
                          .format(**stored[0]) + f'?token={modest.token}')
    assert sent.body == b'A text'


# What the log says when an account lacks a right: the test above would have seen it.
def test_250_03_nothing_was_refused(modest):
    assert 'permission denied' not in modest.error_log(), modest.error_log()[-3000:]
    assert 'SQLSTATE 42501' not in modest.error_log(), modest.error_log()[-3000:]


# With readonly only what reads is granted: reads are served by a server that only reads.
def test_250_04_read_only(own, sites, data):
    make_role(own, 'reading', '-v', 'readonly=1')
    other = env.Site(sites)
    try:
        other.start('serve', DSN=dsn_of(own, 'reading'), EXTRA=env.PROMPT + 'MoodleWSReadOnly On')
        other.env = {**own.env, 'URL': other.url}
        world = writes.World(data)
        contexts = {'COURSE': world.context(50, 2), 'SELF': world.context(30, 3)}
        for function in functions.CALLS:
            for params in params_of(function, world, contexts):
                answer = other.call(function, params)
                assert not (isinstance(answer, dict) and 'exception' in answer), (function, answer)
        assert '42501' not in other.error_log()
    finally:
        other.stop()
