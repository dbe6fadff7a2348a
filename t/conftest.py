# SPDX-License-Identifier: Apache-2.0
# t/conftest.py -- the fixtures of all tests: one demo site for the session, and its database.
import os
import shutil
import tempfile

import pytest

import declarations
import env


@pytest.fixture(scope='session')
def sites():
    """A folder for sites, which the servers' accounts can reach."""
    place = tempfile.mkdtemp(prefix='moodlews-test-')
    os.chmod(place, 0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope='session', autouse=True)
def told():
    """When all servers are stopped: no call was answered with an error that its function does not
    declare."""
    yield
    answered = [pair for log in env.LOGS for pair in declarations.FAILED.findall(log)]
    assert not answered or declarations.undeclared(answered) == []


@pytest.fixture(scope='session')
def site(sites):
    """The demo, on a free port: site.call('core_...', {...}), site.token, site.env."""
    demo = env.Site(sites)
    try:
        yield demo.start()
        demo.check_log()
    finally:
        demo.stop()


@pytest.fixture
def teacher(site):
    """The token of wanjiru, who teaches in some courses."""
    return site.env['TOKEN_TEACHER']


@pytest.fixture
def student(site):
    """The token of a student."""
    return site.env['TOKEN_STUDENT']


@pytest.fixture
def reader(site):
    """The token of reader, whose service lists few functions."""
    return site.env['TOKEN_READER']


@pytest.fixture
def db(site):
    """The demo's database; tables named with db.keep() are as before when the test is over."""
    database = env.Database(site.env['DSN'])
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope='module')
def groups_of_the_demo(site):
    """Groups that tests before have made are gone: 1 to 15 are there."""
    data = env.Database(site.env['DSN'])
    data.run('DELETE FROM mdl_groups_members WHERE groupid > 15; DELETE FROM mdl_groups WHERE id > 15')
    data.close()


@pytest.fixture
def serve(site, sites):
    """A function that puts another httpd in front of the demo's database: serve(EXTRA=lines,
    PROTOCOLS=..., MPM=..., ...) gives a Site. All are stopped when the test is over."""
    started = []

    def start(**variables):
        other = env.Site(sites)
        started.append(other)
        other.start('serve', **{'DSN': site.env['DSN'], 'DATAROOT': site.env['DATAROOT'],
                                **variables})
        other.env = {**site.env, **other.env}
        return other

    yield start
    for other in started:
        other.stop()
