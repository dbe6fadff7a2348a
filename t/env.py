# SPDX-License-Identifier: Apache-2.0
# t/env.py -- sites to test against: a real httpd and a real PostgreSQL on free ports of loopback,
# started by the same scripts as `make demo` and `make serve`.
import contextlib
import http.client
import json
import os
import random
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse

import psycopg2

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVER = '/webservice/rest/server.php'

# Tests see at once what they change, and find the log rows of a call soon after its answer; each call
# that fails has its line in the error log.
PROMPT = 'MoodleWSCacheAge 0\nMoodleWSLogDelay 0\nMoodleWSThrottle 0\nLogLevel moodlews:info\n'

# What ends soon ends within so many seconds, busy as the machine may be: what grows as a square would
# take minutes. The sanitizers read a text to its end for each search in it.
SOON = 120 if 'MWS_PRELOAD' in os.environ else 15

# The error logs of the servers that were stopped.
LOGS = []


def free_port():
    """A port that nothing listens on; not one of those that the system gives to connections."""
    while True:
        port = random.randrange(10000, 20000)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue


def wait_for_port(port, why):
    """Wait until something listens there; WHY() tells why nothing does."""
    deadline = time.time() + SOON
    while True:
        try:
            socket.create_connection(('127.0.0.1', port)).close()
            return
        except OSError:
            assert time.time() < deadline, why()
            time.sleep(0.05)


def read_env(path):
    """The lines NAME=VALUE of a site's env file."""
    with open(path, encoding='utf-8') as f:
        return dict(word.split('=', 1) for word in shlex.split(f.read()))


@contextlib.contextmanager
def soon():
    """What is done herein ends soon."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SOON


class Reply:
    """An answer over HTTP: status, headers, body (bytes)."""

    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode('utf-8')

    def json(self):
        return json.loads(self.body)


def flatten(params, prefix=''):
    """Nested dicts and lists as the pairs of a form: a[0][b]."""
    items = params.items() if isinstance(params, dict) else enumerate(params)
    for key, value in items:
        name = f'{prefix}[{key}]' if prefix else str(key)
        if isinstance(value, (dict, list, tuple)):
            yield from flatten(value, name)
        else:
            yield name, int(value) if isinstance(value, bool) else value


def encoded(body, headers):
    """BODY as bytes, and HEADERS with what they must say of it."""
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        pairs = list(body.items()) if isinstance(body, dict) else body
        body = urllib.parse.urlencode(pairs)
        headers.setdefault('Content-Type', 'application/x-www-form-urlencoded')
    return body.encode('utf-8') if isinstance(body, str) else body, headers


def send(port, method, path, body=None, headers=None, timeout=60):
    """Any request: BODY is bytes, text, or pairs (a dict or a list) to send as a form."""
    body, headers = encoded(body, headers)
    conn = http.client.HTTPConnection('127.0.0.1', port, timeout=timeout)
    try:
        conn.request(method, path, body, headers)
        return Reply(conn.getresponse())
    finally:
        conn.close()


class Site:
    """One httpd with the module, on PORT; DEMO: with a database of its own."""

    def __init__(self, sites, port=None):
        self.sites, self.port = sites, port or free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.env = {}

    def run(self, script, **variables):
        """Run conf/serve/SCRIPT for this site; its output, with what it says of errors."""
        env = {**os.environ, 'MWS_SITES': self.sites, 'PORT': str(self.port),
               'PG_OPTIONS': '-c fsync=off', 'EXTRA': PROMPT, **variables}
        return subprocess.run([os.path.join(ROOT, 'conf/serve', script)], env=env, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)

    def start(self, script='demo', **variables):
        done = self.run(script, **variables)
        assert done.returncode == 0, done.stdout
        self.env = read_env(os.path.join(self.sites, str(self.port), 'env'))
        return self

    def stop(self):
        if os.path.exists(os.path.join(self.room, 'logs/error.log')):
            LOGS.append(self.error_log())
        done = self.run('stop')
        assert done.returncode == 0, done.stdout

    @property
    def room(self):
        return os.path.realpath(os.path.join(self.sites, str(self.port), 'room'))

    @property
    def token(self):
        """Of wsuser, who may call everything."""
        return self.env['TOKEN']

    def error_log(self):
        with open(os.path.join(self.room, 'logs/error.log'), encoding='utf-8') as f:
            return f.read()

    def check_log(self):
        """No child died, and no sanitizer complained."""
        for word in ('exit signal', 'Sanitizer', 'runtime error'):
            assert word not in self.error_log(), self.error_log()[-4000:]

    def request(self, method, path, body=None, headers=None, timeout=60):
        return send(self.port, method, path, body, headers, timeout)

    def rest(self, function, params=None, token=None, fmt='json', **fields):
        """Call FUNCTION with PARAMS (nested) as TOKEN (wsuser's); the Reply."""
        form = [('wstoken', self.token if token is None else token), ('wsfunction', function),
                ('moodlewsrestformat', fmt), *fields.items(), *flatten(params or {})]
        return self.request('POST', SERVER, form)

    def call(self, function, params=None, token=None, **fields):
        """The same; the decoded answer, which may be an exception."""
        return self.rest(function, params, token, **fields).json()


class Httpd:
    """An httpd with a configuration of its own: that of SITE, changed by EDIT, in a room beside
    the site's, with a MODULE that may be another. For what conf/serve/serve does not do."""

    def __init__(self, site, edit=lambda conf: conf, module=None):
        self.port = free_port()
        self.room = tempfile.mkdtemp(prefix='httpd-', dir=site.sites)
        for name in ('', 'htdocs', 'logs', 'run'):
            os.makedirs(os.path.join(self.room, name), exist_ok=True)
            os.chmod(os.path.join(self.room, name), 0o755)
        shutil.copy(module or os.path.join(site.room, 'mod_moodlews.so'), self.room)
        with open(os.path.join(site.room, 'httpd.conf'), encoding='utf-8') as f:
            conf = f.read().replace(site.room, self.room)
        conf = conf.replace(f'127.0.0.1:{site.port}\n', f'127.0.0.1:{self.port}\n')
        self.conf = os.path.join(self.room, 'httpd.conf')
        with open(self.conf, 'w', encoding='utf-8') as f:
            f.write(edit(conf))

    def command(self, *args):
        env = {**os.environ, 'LD_PRELOAD': os.environ.get('MWS_PRELOAD', '')}
        done = subprocess.run([os.environ.get('HTTPD') or '/usr/sbin/apache2', '-f', self.conf, *args],
                              env=env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def __enter__(self):
        status, said = self.command('-k', 'start')
        assert status == 0, said
        wait_for_port(self.port, self.error_log)
        return self

    def __exit__(self, *_):
        pid = os.path.join(self.room, 'run/httpd.pid')
        self.command('-k', 'stop')
        deadline = time.time() + SOON
        while os.path.exists(pid) and time.time() < deadline:
            time.sleep(0.05)

    def error_log(self):
        with open(os.path.join(self.room, 'logs/error.log'), encoding='utf-8') as f:
            return f.read()

    def write(self, path, text):
        """A file below the document root."""
        path = os.path.join(self.room, 'htdocs', path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)

    def request(self, method, path, body=None, headers=None, timeout=60):
        return send(self.port, method, path, body, headers, timeout)


class Database:
    """A site's database, beside the module. Statements commit at once. What a test changes, it
    names first with keep(): put_back() restores those tables."""

    def __init__(self, dsn):
        self.conn = psycopg2.connect(dsn)
        self.conn.autocommit = True
        self.kept = set()

    def all(self, sql, args=None):
        with self.conn.cursor() as cur:
            cur.execute(sql, args)
            return cur.fetchall() if cur.description else []

    def one(self, sql, args=None):
        """The only column of the only row, or None."""
        rows = self.all(sql, args)
        return rows[0][0] if rows else None

    run = all

    def config(self, name, value):
        """Set a row of table config, or with None remove it; the table is kept."""
        self.keep('config')
        self.run('DELETE FROM mdl_config WHERE name = %s', (name,))
        if value is not None:
            self.run('INSERT INTO mdl_config (name, value) VALUES (%s, %s)', (name, str(value)))

    def keep(self, *tables):
        """The log is emptied instead: who names it reads what comes from now on."""
        for table in tables:
            if table == 'logstore_standard_log':
                self.run('DELETE FROM mdl_logstore_standard_log')
            elif table not in self.kept:
                self.kept.add(table)
                self.run(f'CREATE TEMP TABLE kept_{table} AS SELECT * FROM mdl_{table}')

    def put_back(self):
        """Only what differs is written: some tables have grown long."""
        for table in self.kept:
            with self.conn.cursor() as cur:
                cur.execute(f'DELETE FROM mdl_{table} WHERE id IN (SELECT id FROM'
                            f' (SELECT * FROM mdl_{table} EXCEPT SELECT * FROM kept_{table}) AS new);'
                            f' INSERT INTO mdl_{table} SELECT * FROM kept_{table} k WHERE NOT EXISTS'
                            f' (SELECT 1 FROM mdl_{table} t WHERE t.id = k.id);'
                            f' DROP TABLE kept_{table}')
        self.kept = set()

    def wait_for(self, sql, args=None):
        """The rows of a statement, once there are any: what is written behind an answer."""
        deadline = time.time() + SOON
        while True:
            rows = self.all(sql, args)
            if rows or time.time() > deadline:
                return rows
            time.sleep(0.02)

    def close(self):
        self.put_back()
        self.conn.close()
