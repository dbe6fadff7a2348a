# SPDX-License-Identifier: Apache-2.0
# t/long_pooler.py -- behind PgBouncer, which lends a server process for one transaction: the next one
# meets another, and strangers meet what a session leaves behind. Debian's package would start a service
# where it is installed: it is unpacked.
import os
import random
import subprocess
import threading
import time

import psycopg2
import pytest

import env

PACKAGES = ['pgbouncer', 'libevent-2.1-7', 'libc-ares2']
SERVERS, CLIENTS, SECONDS = 3, 24, 10
ROOT_ONLY = {'user': 'nobody', 'group': 'nogroup', 'extra_groups': []}

INFO = 'core_webservice_get_site_info'
READS = [(INFO, {}), ('core_course_get_courses', {}),
         ('core_group_get_group_members', {'groupids': [1, 2]}),
         ('core_enrol_get_enrolled_users', {'courseid': 2}),
         ('core_user_get_users_by_field', {'field': 'id', 'values': list(range(1, 40))})]


@pytest.fixture(scope='module')
def unpacked(sites):
    room = os.path.join(sites, 'pgbouncer')
    os.mkdir(room)
    subprocess.run(['apt-get', '-qq', 'download', *PACKAGES], cwd=room, check=True,
                   stderr=subprocess.DEVNULL)
    for name in os.listdir(room):
        subprocess.run(['dpkg-deb', '-x', name, '.'], cwd=room, check=True)
    return room


@pytest.fixture(scope='module')
def pooler(site, unpacked):
    """A connection string that leads through PgBouncer to the demo's database."""
    port = env.free_port()
    behind = psycopg2.extensions.parse_dsn(site.env['DSN'])
    path = os.path.join(unpacked, 'pgbouncer.ini')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('[databases]\n* = ' + ' '.join(f'{key}={value}' for key, value in behind.items()) +
                f'\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n'
                f'auth_type = any\npool_mode = transaction\ndefault_pool_size = {SERVERS}\n')
    libraries = os.path.join(unpacked, 'usr/lib', os.uname().machine + '-linux-gnu')
    said = os.path.join(unpacked, 'said')
    with open(said, 'w', encoding='utf-8') as f:
        process = subprocess.Popen([os.path.join(unpacked, 'usr/sbin/pgbouncer'), path],
                                   env={**os.environ, 'LD_LIBRARY_PATH': libraries},
                                   stdout=f, stderr=f, **(ROOT_ONLY if os.getuid() == 0 else {}))
    try:
        env.wait_for_port(port, lambda: open(said, encoding='utf-8').read())
        yield f"host=127.0.0.1 port={port} dbname={behind['dbname']} user={behind['user']}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def pooled(serve, pooler):
    """A server of the demo's database that reaches it through PgBouncer."""
    return serve(DSN=pooler, EXTRA=env.PROMPT)


def answer(site, call):
    """What SITE answers, whatever its address."""
    return site.rest(*call).text.replace(f':{site.port}', ':PORT')


def test_reads(site, pooled):
    for call in READS * 2:
        assert answer(pooled, call) == answer(site, call)


def people(count):
    return [{'username': f'pooled{i}', 'password': 'Secret-1234', 'firstname': f'P{i}',
             'lastname': 'Ooled', 'email': f'pooled{i}@lanterna.example'} for i in range(count)]


@pytest.fixture
def made(pooled, db):
    """The ids of accounts that are in a course and in a new group of it: (group, users)."""
    users = [user['id'] for user in pooled.call('core_user_create_users', {'users': people(50)})]
    assert pooled.call('enrol_manual_enrol_users', {'enrolments': [
        {'roleid': 5, 'userid': user, 'courseid': 2} for user in users]}) is None
    [group] = pooled.call('core_group_create_groups', {'groups': [
        {'courseid': 2, 'name': 'Pooled', 'description': ''}]})
    yield group['id'], users
    pooled.call('core_group_delete_groups', {'groupids': [group['id']]})
    pooled.call('core_user_delete_users', {'userids': users})
    assert db.one('SELECT count(*) FROM mdl_groups_members WHERE groupid = %s', (group['id'],)) == 0
    assert db.one('SELECT count(*) FROM mdl_user WHERE id = ANY (%s) AND deleted = 0', (users,)) == 0


def test_writes(pooled, made, db):
    group, users = made
    members = {'members': [{'groupid': group, 'userid': user} for user in users]}
    in_group = ('SELECT userid FROM mdl_groups_members WHERE groupid = %s ORDER BY id', (group,))
    assert pooled.call('core_group_add_group_members', members) is None
    assert db.all(*in_group) == [(user,) for user in users]
    assert db.one('SELECT count(*) FROM mdl_user_enrolments WHERE userid = ANY (%s)', (users,)) == 50
    assert pooled.call('core_group_delete_group_members', members) is None
    assert db.all(*in_group) == []


# Many clients share few server processes: all are answered rightly, nothing is left in a session.
def test_crowd(pooled, pooler, made):
    right = [answer(pooled, call) for call in READS[:3]]
    wrong, answered, until = [], [], time.time() + SECONDS

    def ask(seed):
        choose, count = random.Random(seed), 0
        while time.time() < until:
            n = choose.randrange(4)
            if n < 3:
                said, expected = answer(pooled, READS[n]), right[n]
            else:
                said, expected = pooled.rest('core_user_update_users', {'users': [
                    {'id': user, 'city': f'City {seed}'} for user in sorted(choose.sample(made[1], 12))
                ]}).text, '{"warnings":[]}'
            count += 1
            if said != expected:
                wrong.append(said[:300])
        answered.append(count)

    clients = [threading.Thread(target=ask, args=(seed,)) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert wrong == [] and len(answered) == CLIENTS and sum(answered) > 10 * CLIENTS

    strangers = [psycopg2.connect(pooler) for _ in range(SERVERS)]
    sessions = set()
    for stranger in strangers:  # each holds its server process to the end
        with stranger.cursor() as cur:
            cur.execute("SELECT pg_backend_pid(), current_setting('statement_timeout'),"
                        " current_setting('plan_cache_mode'), current_setting('jit'),"
                        " (SELECT count(*) FROM pg_prepared_statements)")
            sessions.add(cur.fetchone())
    assert len(sessions) == SERVERS
    assert {session[1:] for session in sessions} == {('0', 'auto', 'on', 0)}
    for stranger in strangers:
        stranger.close()
