# SPDX-License-Identifier: Apache-2.0
# t/test_510_faults.py -- when the database is away, restarted, busy, locked or unwilling.
import os
import random
import shlex
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

import env

INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
APPLICATION = "application_name = 'mod_moodlews' AND datname = current_database()"


class Cluster:
    """The PostgreSQL of a demo, to be stopped and started."""

    def __init__(self, demo):
        self.data, self.dsn = os.path.join(demo.room, 'pg'), demo.env['DSN']
        with open(os.path.join(self.data, 'postmaster.opts'), encoding='utf-8') as f:
            server, *options = shlex.split(f.read())
        self.pg_ctl = os.path.join(os.path.dirname(server), 'pg_ctl')
        self.options = shlex.join(options)

    def control(self, *args):
        command = [self.pg_ctl, '-D', self.data, '-w', '-s', *args]
        if os.geteuid() == 0:
            command = ['runuser', '-u', 'postgres', '--', *command]
        done = subprocess.run(command, cwd='/', text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE if 'stop' in args else subprocess.DEVNULL,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout

    def stop(self, how='fast'):
        self.control('-m', how, 'stop')

    def start(self):
        """Returns when it takes connections."""
        self.control('-l', os.path.join(self.data, 'server.log'), '-o', self.options, 'start')
        psycopg2.connect(self.dsn).close()


@pytest.fixture(scope='module')
def demo(sites):
    """A demo of our own: its database is not for others."""
    own = env.Site(sites)
    try:
        yield own.start()
        own.check_log()
    finally:
        own.stop()


@pytest.fixture
def cluster(demo):
    made = Cluster(demo)
    yield made
    if not os.path.exists(os.path.join(made.data, 'postmaster.pid')):
        made.start()


@pytest.fixture
def data(demo):
    database = env.Database(demo.env['DSN'])
    try:
        yield database
    finally:
        database.close()


def calls_of(demo):
    """Requests of several kinds."""
    token, student = demo.token, demo.env['TOKEN_STUDENT']
    return [(INFO, {}, token), (GROUPS, {'groupids': [2, 1]}, token), (INFO, {}, student),
            (MEMBERS, {'groupids': [1, 2, 3]}, token),
            ('core_enrol_get_users_courses', {'userid': 6}, student),
            ('core_course_get_categories', {}, student),
            (GROUPS, {'groupids': [1]}, student), (INFO, {}, 'nobody')]


def answers_of(demo):
    """What these calls are answered once the database is there, which each child of httpd learns
    for itself, and soon."""
    deadline = time.time() + 2
    while True:
        replies = [demo.rest(*call) for call in calls_of(demo)]
        if all(reply.status == 200 for reply in replies):
            return [reply.body for reply in replies]
        assert time.time() < deadline, [reply.status for reply in replies]
        time.sleep(0.05)


def check_away(reply):
    """503 in any case, a time to come again, and a document that tells nothing of the inside."""
    assert reply.status == 503, (reply.status, reply.body)
    assert 1 <= int(reply.headers['Retry-After']) <= 60
    answer = reply.json()
    assert list(answer) == ['exception', 'errorcode', 'message']
    assert answer['exception'] == 'dml_connection_exception'
    assert answer['errorcode'] == 'dbconnectionfailed'
    for word in ('127.0.0.1', 'moodle user', 'SELECT', 'mdl_', 'password'):
        assert word not in reply.text


def backends(data):
    """Process id and state of each connection of the module."""
    return dict(data.all(f'SELECT pid, state FROM pg_stat_activity WHERE {APPLICATION}'))


def wait_idle(data):
    """Wait until no connection does anything; how many there are."""
    deadline = time.time() + 3
    while set(backends(data).values()) != {'idle'}:
        assert time.time() < deadline, backends(data)
        time.sleep(0.05)
    return len(backends(data))


# ---- away and back

# Stopped while it is used: every kind of call says so at once; after its return all is as before,
# soon.
@pytest.mark.parametrize('how', ['fast', 'immediate'])
def test_510_01_stopped(demo, cluster, how):
    before = answers_of(demo)
    cluster.stop(how)
    with env.soon():
        for call in calls_of(demo):
            check_away(demo.rest(*call))
        away = demo.rest(INFO, fmt='xml')
        assert away.status == 503 and away.headers['Content-Type'] == 'application/xml; charset=utf-8'
        assert '<ERRORCODE>dbconnectionfailed</ERRORCODE>' in away.text
        token = demo.request('POST', '/login/token.php', {
            'username': 'student', 'password': demo.env['WSPASSWORD'], 'service': 'everything'})
        assert token.status == 503 and token.json()['errorcode'] == 'dbconnectionfailed'
    cluster.start()
    assert answers_of(demo) == before


# A restart between two calls is not noticed: idle connections are replaced.
def test_510_02_restarted_between(demo, cluster):
    before = answers_of(demo)
    cluster.stop()
    cluster.start()
    assert [demo.rest(*call).body for call in calls_of(demo)] == before


# Stopped and started under load: an answer is right or says that the database is away.
def test_510_03_stopped_under_load(demo, cluster):
    calls = calls_of(demo)
    right = answers_of(demo)
    stop, wrong, away = threading.Event(), [], []

    def ask(seed):
        choose = random.Random(seed)
        while not stop.is_set():
            n = choose.randrange(len(calls))
            reply = demo.rest(*calls[n])
            if reply.status == 503 and reply.json()['errorcode'] == 'dbconnectionfailed':
                away.append(n)
            elif reply.status != 200 or reply.body != right[n]:
                wrong.append((calls[n][0], reply.status, reply.body[:200]))
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(ask, seed) for seed in range(8)]
        time.sleep(0.3)
        cluster.stop()
        time.sleep(0.3)
        cluster.start()
        time.sleep(0.7)
        stop.set()
    for future in done:
        future.result()
    assert not wrong and away


# What waits to be written behind answers is written once the database is back.
def test_510_04_log_rows_wait(demo, cluster):
    emptied = env.Database(demo.env['DSN'])
    emptied.run('DELETE FROM mdl_logstore_standard_log')
    emptied.close()
    lines = '\nMoodleWSLogDelay 1000\nMoodleWSCacheAge 60000\n'
    with env.Httpd(demo, lambda conf: conf + lines) as late:
        form = {'wstoken': demo.token, 'wsfunction': INFO, 'moodlewsrestformat': 'json'}
        assert late.request('POST', env.SERVER, form).json()['username'] == 'wsuser'
        cluster.stop()
        time.sleep(1.2)
        cluster.start()
        again = env.Database(demo.env['DSN'])
        assert again.wait_for("SELECT 1 FROM mdl_logstore_standard_log WHERE action = 'called'")
        again.close()


# Connections that are ended at random, ten a second: no reader notices. New ones are spared for a
# moment, since a call is repeated once and no more.
def test_510_05_terminated_backends(demo, data):
    calls = calls_of(demo)
    right = [demo.rest(*call).body for call in calls]
    done, wrong, ended, until = [], [], 0, time.time() + 2.5

    def ask(seed):
        choose, asked = random.Random(seed), 0
        while asked < 40 or time.time() < until:
            n = choose.randrange(len(calls))
            reply = demo.rest(*calls[n])
            asked += 1
            if reply.status != 200 or reply.body != right[n]:
                wrong.append((calls[n][0], reply.status, reply.body[:300]))
        done.append(asked)
    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ended += len(data.all('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                              f' WHERE {APPLICATION} AND backend_start < clock_timestamp()'
                              " - interval '0.7 s' ORDER BY random() LIMIT 1"))
        time.sleep(0.1)
    assert sum(done) >= 300 and ended > 5
    assert wrong == [], [line for line in demo.error_log().splitlines() if 'dbconn' in line][-5:]


# All at once, and what is idle with it: the next call of every thread finds a way.
def test_510_06_all_terminated(demo, data):
    calls = calls_of(demo)
    right = [demo.rest(*call).body for call in calls]
    for _ in range(3):
        assert data.all('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                        f' WHERE {APPLICATION}')
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda call: demo.rest(*call).body, calls)) == right


# ---- busy and locked

@pytest.fixture
def narrow(demo):
    """One child with one connection, little patience, and nothing else that takes it."""
    lines = ('\nMoodleWSConnections 1\nMoodleWSWaitTimeout 200\nMoodleWSStatementTimeout 1200\n'
             'MoodleWSReadOnly On\n')

    def edit(conf):
        for name, value in (('StartServers', 1), ('ServerLimit', 1), ('MaxRequestWorkers', 32),
                            ('MinSpareThreads', 1), ('MaxSpareThreads', 32)):
            conf += f'\n<IfModule !mpm_prefork_module>\n{name} {value}\n</IfModule>\n'
        return conf + lines
    with env.Httpd(demo, edit) as httpd:
        yield httpd


def post(httpd, demo, function, *pairs):
    started = time.time()
    reply = httpd.request('POST', env.SERVER, [
        ('wstoken', demo.token), ('wsfunction', function), ('moodlewsrestformat', 'json'), *pairs])
    return reply, time.time() - started


# One call holds the only connection before a locked table, until its time is over; the others are
# told after their wait that the server is busy. Then all is as before, and no connection is left
# over.
def test_510_07_busy_and_locked(demo, data, narrow):
    pair = ('groupids[0]', 1)
    right = post(narrow, demo, GROUPS, pair)[0].body
    assert right.startswith(b'[{"id":1,')
    before = backends(data)
    locker = psycopg2.connect(demo.env['DSN'])
    with locker.cursor() as cur:
        cur.execute('LOCK TABLE mdl_groups IN ACCESS EXCLUSIVE MODE')
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: post(narrow, demo, GROUPS, pair), range(6)))
    busy = [(reply, took) for reply, took in answers if reply.status == 503]
    slow = [(reply, took) for reply, took in answers if reply.status != 503]
    assert (len(busy), len(slow)) == (5, 1)
    for reply, took in busy:
        check_away(reply)
        assert 0.19 < took < 1
    reply, took = slow[0]
    assert reply.status == 200 and 1 < took < 3
    assert list(reply.json()) == ['exception', 'errorcode', 'message']
    assert reply.json()['exception'] == 'dml_read_exception'
    assert reply.json()['errorcode'] == 'dmlreadexception'
    locker.rollback()
    locker.close()
    assert post(narrow, demo, GROUPS, pair)[0].body == right
    assert wait_idle(data) <= len(before)


# The true status of a statement that took too long is 503 with a time to come again.
def test_510_08_timeout_status(demo, narrow):
    locker = psycopg2.connect(demo.env['DSN'])
    with locker.cursor() as cur:
        cur.execute('LOCK TABLE mdl_groups IN ACCESS EXCLUSIVE MODE')
    reply, took = post(narrow, demo, GROUPS, ('groupids[0]', 1), ('moodlewssettinghttpstatus', 1))
    locker.close()
    assert reply.status == 503 and reply.headers['Retry-After'].isdigit() and 1 < took < 3


# Sixteen at a time through one connection: each waits its turn, and each answer is its own.
def test_510_09_one_connection(demo, narrow):
    def ask(n):
        return [post(narrow, demo, GROUPS, ('groupids[0]', 1 + n % 5))[0] for _ in range(5)]
    with ThreadPoolExecutor(4) as threads:
        for n, replies in enumerate(threads.map(ask, range(4))):
            assert all(r.status == 503 or r.json()[0]['id'] == 1 + n % 5 for r in replies)
            assert any(r.status == 200 for r in replies)


# A client that goes away while its call waits leaves no connection behind.
def test_510_10_client_gone(demo, data):
    locker = psycopg2.connect(demo.env['DSN'])
    with locker.cursor() as cur:
        cur.execute('LOCK TABLE mdl_groups IN ACCESS EXCLUSIVE MODE')
    for _ in range(4):
        with pytest.raises(OSError):
            demo.request('POST', env.SERVER, [('wstoken', demo.token), ('wsfunction', GROUPS),
                                              ('groupids[0]', 1)], timeout=0.2)
    locker.close()
    wait_idle(data)
    assert demo.call(GROUPS, {'groupids': [1]})[0]['id'] == 1


# ---- unwilling

# A table that is gone or not ours to read is an error without words of the inside; others are
# served.
@pytest.mark.parametrize('break_it, mend_it', [
    ('ALTER TABLE mdl_groups RENAME TO mdl_groups_gone',
     'ALTER TABLE mdl_groups_gone RENAME TO mdl_groups'),
    ('REVOKE SELECT ON mdl_groups FROM moodle', 'GRANT SELECT ON mdl_groups TO moodle'),
    ('ALTER TABLE mdl_groups RENAME idnumber TO gone',
     'ALTER TABLE mdl_groups RENAME gone TO idnumber')])
def test_510_11_refused(demo, data, break_it, mend_it):
    right = demo.rest(GROUPS, {'groupids': [1]}).body
    data.run(break_it)
    try:
        reply = demo.rest(GROUPS, {'groupids': [1]})
        assert (reply.status, reply.json()['errorcode']) == (200, 'dmlreadexception')
        assert list(reply.json()) == ['exception', 'errorcode', 'message']
        assert 'mdl_' not in reply.text and 'SELECT' not in reply.text
        assert demo.rest(GROUPS, {'groupids': [1]}, moodlewssettinghttpstatus=1).status == 500
        assert demo.call(INFO)['username'] == 'wsuser'
    finally:
        data.run(mend_it)
    assert demo.rest(GROUPS, {'groupids': [1]}).body == right


# A table that changes under a prepared statement is read anew, unseen.
def test_510_12_changed_table(demo, data):
    right = demo.rest(GROUPS, {'groupids': [1]}).body
    for change in ('ADD COLUMN more text', 'ALTER COLUMN visibility TYPE bigint',
                   'ALTER COLUMN visibility TYPE smallint', 'DROP COLUMN more'):
        data.run(f'ALTER TABLE mdl_groups {change}')
        assert demo.rest(GROUPS, {'groupids': [1]}).body == right


# After all of this every connection is idle, and there are no more than threads.
def test_510_13_given_back(demo, data):
    assert demo.call(INFO)['username'] == 'wsuser'
    assert 0 < wait_idle(data) <= 2 * (32 + 1)


# What only COMMIT finds out is a fault: nothing of the call stays, its event neither, and no answer told
# of it before.
def test_510_14_refused_commit(site, db):
    def rows():
        return db.all('SELECT (SELECT count(*) FROM mdl_groups), (SELECT count(*) FROM'
                      " mdl_logstore_standard_log WHERE eventname LIKE '%%group_created')")

    db.run('CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS'
           " $$BEGIN RAISE EXCEPTION 'refused at the end'; END$$")
    db.run('CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON mdl_groups'
           ' DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()')
    try:
        before = rows()
        for fmt in ('json', 'xml'):
            answer = site.rest('core_group_create_groups', {'groups': [
                {'courseid': 2, 'name': 'Never', 'description': ''}]}, fmt=fmt)
            assert 'dmlwriteexception' in answer.text and 'Never' not in answer.text
        assert rows() == before
    finally:
        db.run('DROP TRIGGER refused ON mdl_groups; DROP FUNCTION refuse()')
