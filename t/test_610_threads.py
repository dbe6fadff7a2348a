# SPDX-License-Identifier: Apache-2.0
# t/test_610_threads.py -- many threads, callers and formats at once: nobody is given what is
# another's, under each way that httpd runs, and across graceful restarts.
import http.client
import os
import random
import signal
import threading
import time

import pytest

import env

THREADS = 16
SECONDS = 1.5
MPMS = ['event', 'worker', 'prefork']


def requests(site):
    """Every call of the mix as (path, form): functions, callers and formats, some of them wrong.
    None tells its own caller's preferences, which hold the time."""
    mixed = []
    for token in (site.token, site.env['TOKEN_TEACHER'], site.env['TOKEN_STUDENT'],
                  site.env['TOKEN_READER'], 'nobody'):
        for fmt in ('json', 'xml'):
            for function, params in [
                    ('core_webservice_get_site_info', {}), ('core_course_get_categories', {}),
                    ('core_group_get_groups', {'groupids': [1, 2, 3]}),
                    ('core_group_get_groups', {}),
                    ('moodle_group_get_groupmembers', {'groupids': [3, 4]}),
                    ('core_course_get_courses_by_field', {'field': 'ids', 'value': '2,4,11'}),
                    ('core_enrol_get_users_courses', {'userid': 6}),
                    ('core_user_get_users_by_field', {'field': 'id', 'values': [8, 9, 10]}),
                    ('core_user_get_course_user_profiles',
                     {'userlist': [{'userid': 9, 'courseid': 2}]}),
                    ('no_such_function', {})]:
                mixed.append((env.SERVER, [('wstoken', token), ('wsfunction', function),
                                           ('moodlewsrestformat', fmt), *env.flatten(params)]))
    mixed.append(('/login/token.php',
                  {'username': 'student', 'password': 'wrong', 'service': 'everything'}))
    return mixed


class Asker(threading.Thread):
    """Asks at random until told to stop; keeps what was not as recorded."""

    def __init__(self, port, recorded, stop, seed, keep_alive):
        super().__init__()
        self.port, self.recorded, self.stop_event = port, recorded, stop
        self.choose, self.keep_alive = random.Random(seed), keep_alive
        self.answers, self.wrong, self.conn = 0, [], None

    def ask(self, path, form):
        if not self.keep_alive:
            return env.send(self.port, 'POST', path, form, {'Connection': 'close'})
        self.conn = self.conn or http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        self.conn.request('POST', path, env.urllib.parse.urlencode(form),
                          {'Content-Type': 'application/x-www-form-urlencoded'})
        return env.Reply(self.conn.getresponse())

    def run(self):
        while not self.stop_event.is_set():
            path, form, expected = self.choose.choice(self.recorded)
            try:
                reply = self.ask(path, form)
            except (OSError, http.client.HTTPException) as e:
                self.wrong.append((form, repr(e)))
                continue
            self.answers += 1
            if (reply.status, reply.body) != expected:
                self.wrong.append((dict(form).get('wsfunction'), reply.status, reply.body[:300]))


def record(site):
    """What each request is answered alone."""
    alone = []
    for path, form in requests(site):
        reply = site.request('POST', path, form)
        alone.append((path, form, (reply.status, reply.body)))
    return alone


def run_askers(site, recorded, meanwhile, keep_alive):
    """Let all ask while MEANWHILE runs; how many answers there were, and what was wrong."""
    stop = threading.Event()
    askers = [Asker(site.port, recorded, stop, seed, keep_alive) for seed in range(THREADS)]
    for asker in askers:
        asker.start()
    try:
        meanwhile()
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    return sum(a.answers for a in askers), [w for a in askers for w in a.wrong]


@pytest.fixture(scope='module', params=MPMS)
def server(request, site, sites):
    """A server of each kind; failed logins leave no trace that would lock an account."""
    other = env.Site(sites)
    try:
        other.start('serve', DSN=site.env['DSN'], DATAROOT=site.env['DATAROOT'], MPM=request.param,
                    EXTRA=env.PROMPT + 'MoodleWSCacheAge 1000\nMoodleWSConfig lockoutthreshold 0\n')
        other.env = {**site.env, **other.env}
        yield other
        other.check_log()
    finally:
        other.stop()


@pytest.fixture(scope='module')
def recorded(server):
    """What the server answers to each request alone, twice."""
    alone = record(server)
    assert alone == record(server)
    return alone


# The mix is one: callers differ in what they are told, and formats too.
def test_610_01_the_mix(site):
    answers = {body for _, _, (_, body) in record(site)}
    assert len(answers) > 40


# Each of many answers is the one that was given alone.
def test_610_02_mixed(server, recorded):
    answers, wrong = run_askers(server, recorded, lambda: time.sleep(SECONDS), keep_alive=True)
    assert wrong == [] and answers > THREADS


# A graceful restart under load loses nothing: who was accepted is answered, by the old children
# or the new.
def test_610_03_graceful(server, recorded):
    with open(os.path.join(server.room, 'run/httpd.pid'), encoding='utf-8') as f:
        pid = int(f.read())

    def resumed():
        return server.error_log().count('resuming normal operations') >= 2

    def restart():
        for _ in range(2):
            time.sleep(0.4)
            os.kill(pid, signal.SIGUSR1)
        deadline = time.time() + 20
        while not resumed() and time.time() < deadline:
            time.sleep(0.1)
        time.sleep(0.8)
    answers, wrong = run_askers(server, recorded, restart, keep_alive=False)
    assert wrong == [] and answers > THREADS
    assert resumed()


# While settings change under load, each answer is the one before or the one after, and soon only
# the new.
def test_610_04_settings_change(site, serve, db):
    db.keep('course')
    other = serve(EXTRA='MoodleWSCacheAge 100\nMoodleWSLog off\n')
    form = [('wstoken', site.token), ('wsfunction', 'core_webservice_get_site_info'),
            ('moodlewsrestformat', 'json')]
    before = other.request('POST', env.SERVER, form)
    for n in range(5):
        db.run('UPDATE mdl_course SET fullname = %s WHERE id = 1', (f'Name {n}',))
        time.sleep(0.3)
        names = set()

        def ask():
            names.add(other.request('POST', env.SERVER, form).json()['sitename'])
        askers = [threading.Thread(target=ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        ask()
        assert f'Name {n}' in names
        assert names <= {before.json()['sitename'], f'Name {n}', f'Name {n - 1}'}
