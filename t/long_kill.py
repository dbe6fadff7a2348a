# SPDX-License-Identifier: Apache-2.0
# t/long_kill.py -- children of httpd and server processes of PostgreSQL are killed while calls write:
# of each call all is there or nothing is, and what was answered as done is there.
import http.client
import os
import queue
import random
import signal
import subprocess
import threading
import time

import psycopg2
import pytest

import env
import writes

CALLS, CLIENTS = 500, 8
PAUSE = (0.1, 0.6)  # seconds between two kills
COURSE = 2

EVENT = ('EXISTS (SELECT 1 FROM mdl_logstore_standard_log WHERE {column} = {value}'
         " AND eventname = '\\core\\event\\{name}'{more})")


def event(name, value, column='objectid', more=''):
    return EVENT.format(name=name, value=value, column=column, more=more)


# Of each kind: how its witnesses are asked for. With {id}, that of the object that the call is about
# (or, in quotes, its name), each is a condition that is true when the call was done, and false when it
# was not.
USER = "(SELECT id FROM mdl_user WHERE username = '{id}')"
MADE = "(SELECT id FROM mdl_course WHERE shortname = '{id}')"
GROUP = "(SELECT id FROM mdl_groups WHERE name = '{id}')"
WITNESSES = {
    'core_user_create_users': [
        f'{USER} IS NOT NULL',
        f"EXISTS (SELECT 1 FROM mdl_context WHERE contextlevel = 30 AND instanceid = {USER}"
        " AND path = '/1/' || id)",
        f"EXISTS (SELECT 1 FROM mdl_user WHERE id = {USER} AND password LIKE '$6$%%')",
        event('user_created', USER), event('user_password_updated', USER, 'relateduserid')],
    'core_user_update_users': [
        "EXISTS (SELECT 1 FROM mdl_user WHERE id = {id} AND city = 'Faro')",
        'EXISTS (SELECT 1 FROM mdl_user WHERE id = {id} AND timemodified > 1)',
        event('user_updated', '{id}')],
    'core_user_delete_users': [
        'EXISTS (SELECT 1 FROM mdl_user WHERE id = {id} AND deleted = 1)',
        "EXISTS (SELECT 1 FROM mdl_user WHERE id = {id} AND username LIKE '%%lanterna.example.%%')",
        'NOT EXISTS (SELECT 1 FROM mdl_user_enrolments WHERE userid = {id})',
        'NOT EXISTS (SELECT 1 FROM mdl_role_assignments WHERE userid = {id})',
        event('user_deleted', '{id}'), event('user_enrolment_deleted', '{id}', 'relateduserid')],
    'core_course_create_courses': [
        f'{MADE} IS NOT NULL',
        f'EXISTS (SELECT 1 FROM mdl_context WHERE contextlevel = 50 AND instanceid = {MADE})',
        f'(SELECT count(*) = 3 FROM mdl_enrol WHERE courseid = {MADE})',
        f'(SELECT count(*) = 2 FROM mdl_course_format_options WHERE courseid = {MADE})',
        f'(SELECT count(*) = 1 FROM mdl_course_sections WHERE course = {MADE})',
        f'(SELECT count(*) = 1 FROM mdl_forum WHERE course = {MADE})',
        event('course_created', MADE)],
    'core_course_update_courses': [
        "EXISTS (SELECT 1 FROM mdl_course WHERE id = {id} AND summary LIKE 'About %%')",
        event('course_updated', '{id}')],
    'core_group_create_groups': [f'{GROUP} IS NOT NULL', event('group_created', GROUP)],
    'core_group_delete_groups': [
        'NOT EXISTS (SELECT 1 FROM mdl_groups WHERE id = {id})', event('group_deleted', '{id}')],
    'core_group_add_group_members': [
        'EXISTS (SELECT 1 FROM mdl_groups_members WHERE groupid = {id})',
        'EXISTS (SELECT 1 FROM mdl_groups WHERE id = {id} AND timemodified > 1)',
        event('group_member_added', '{id}')],
    'core_group_delete_group_members': [
        'NOT EXISTS (SELECT 1 FROM mdl_groups_members WHERE groupid = {id})',
        'EXISTS (SELECT 1 FROM mdl_groups WHERE id = {id} AND timemodified > 1)',
        event('group_member_removed', '{id}')],
    'core_role_assign_roles': [
        'EXISTS (SELECT 1 FROM mdl_role_assignments WHERE userid = {id})',
        "EXISTS (SELECT 1 FROM mdl_cache_flags WHERE flagtype = 'accesslib/dirtyusers'"
        " AND name = '{id}')",
        event('role_assigned', '{id}', 'relateduserid')],
    'core_role_unassign_roles': [
        'NOT EXISTS (SELECT 1 FROM mdl_role_assignments WHERE userid = {id})',
        "EXISTS (SELECT 1 FROM mdl_cache_flags WHERE flagtype = 'accesslib/dirtyusers'"
        " AND name = '{id}')",
        event('role_unassigned', '{id}', 'relateduserid')],
    'enrol_manual_enrol_users': [
        'EXISTS (SELECT 1 FROM mdl_user_enrolments WHERE userid = {id})',
        'EXISTS (SELECT 1 FROM mdl_role_assignments WHERE userid = {id})',
        event('user_enrolment_created', '{id}', 'relateduserid'),
        event('role_assigned', '{id}', 'relateduserid')],
    'enrol_manual_unenrol_users': [
        'NOT EXISTS (SELECT 1 FROM mdl_user_enrolments WHERE userid = {id})',
        'NOT EXISTS (SELECT 1 FROM mdl_role_assignments WHERE userid = {id})',
        event('user_enrolment_deleted', '{id}', 'relateduserid'),
        event('role_unassigned', '{id}', 'relateduserid')],
    'core_message_send_instant_messages': [
        'EXISTS (SELECT 1 FROM mdl_messages m JOIN mdl_message_conversation_members c'
        '  ON c.conversationid = m.conversationid WHERE c.userid = {id})',
        '(SELECT count(*) = 2 FROM mdl_message_conversation_members WHERE conversationid IN'
        '  (SELECT conversationid FROM mdl_message_conversation_members WHERE userid = {id}))',
        event('message_sent', '{id}', 'relateduserid')],
    'core_notes_create_notes': [
        "EXISTS (SELECT 1 FROM mdl_post WHERE userid = {id} AND module = 'notes')",
        event('note_created', '{id}', 'relateduserid')],
    'core_files_upload': [
        "EXISTS (SELECT 1 FROM mdl_files WHERE filename = '{id}')",
        "EXISTS (SELECT 1 FROM mdl_files f JOIN mdl_files d ON d.contextid = f.contextid"
        " AND d.itemid = f.itemid AND d.filename = '.' WHERE f.filename = '{id}')"],
}


def prepared(world, function):
    """The parameters of CALLS calls of FUNCTION, and the object that each is about."""
    calls = []
    for _ in range(CALLS):
        if function == 'core_user_delete_users':
            params = {'userids': [world.student(COURSE)]}
        elif function == 'core_message_send_instant_messages':
            params = {'messages': [{'touserid': world.user(), 'text': 'Hello'}]}
        else:
            params = writes.params(world, function, COURSE, 3)
        calls.append((params, subject(function, params)))
    return calls


def subject(function, params):
    """The id, or the name, of what a call is about."""
    items = next(iter(params.values()))
    if function == 'core_files_upload':
        return params['filename']
    item = items[0]
    if not isinstance(item, dict):
        return item
    keys = {'core_user_create_users': 'username', 'core_course_create_courses': 'shortname',
            'core_group_create_groups': 'name', 'core_group_add_group_members': 'groupid',
            'core_group_delete_group_members': 'groupid', 'core_user_update_users': 'id',
            'core_course_update_courses': 'id', 'core_message_send_instant_messages': 'touserid'}
    return item[keys.get(function, 'userid')]


class Killer(threading.Thread):
    """Kills a child of httpd, or a process that serves one of its connections, again and again."""

    def __init__(self, site):
        super().__init__()
        self.site, self.over, self.kills = site, threading.Event(), 0
        self.choose = random.Random(4)

    def children(self):
        with open(os.path.join(self.site.room, 'run/httpd.pid'), encoding='utf-8') as f:
            parent = f.read().strip()
        found = subprocess.run(['pgrep', '-P', parent], stdout=subprocess.PIPE, text=True,
                               check=False)
        return [int(pid) for pid in found.stdout.split()]

    def backends(self):
        try:
            with psycopg2.connect(self.site.env['DSN'], connect_timeout=2) as conn:
                with conn.cursor() as cur:
                    cur.execute('SELECT pid FROM pg_stat_activity'
                                " WHERE application_name LIKE 'mod_moodlews%'")
                    return [pid for pid, in cur.fetchall()]
        except psycopg2.Error:
            return []

    def run(self):
        while not self.over.wait(self.choose.uniform(*PAUSE)):
            victims = self.backends() if self.choose.random() < 0.4 else self.children()
            if victims:
                try:
                    os.kill(self.choose.choice(victims), signal.SIGKILL)
                    self.kills += 1
                except ProcessLookupError:
                    pass


def play(site, function, calls):
    """Send CALLS by several clients, each until it is not refused; of each whether its outcome is
    known, and how many refusals there were."""
    todo, known, refusals = queue.Queue(), [False] * len(calls), []
    for i in range(len(calls)):
        todo.put(i)

    def client():
        while True:
            try:
                i = todo.get_nowait()
            except queue.Empty:
                return
            try:
                answer = site.rest(function, calls[i][0]).json()
            except (OSError, http.client.HTTPException):
                continue
            code = answer['errorcode'] if isinstance(answer, dict) and 'exception' in answer else None
            known[i] = code is None
            if code == 'dbconnectionfailed':
                refusals.append(i)
                todo.put(i)
                time.sleep(0.1)
            else:
                assert code in (None, 'dmlwriteexception'), answer

    clients = [Client(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    assert not any(thread.failure for thread in clients), [thread.failure for thread in clients]
    return known, len(refusals)


class Client(threading.Thread):
    """A thread whose failure is not lost."""
    failure = None

    def run(self):
        try:
            super().run()
        except AssertionError as e:
            self.failure = e


def database(site):
    """The database, once it takes connections again."""
    deadline = time.time() + 30
    while True:
        try:
            return env.Database(site.env['DSN'])
        except psycopg2.OperationalError:
            assert time.time() < deadline
            time.sleep(0.2)


@pytest.fixture(scope='module')
def victim(sites):
    """A demo of one's own: what is killed here is nobody else's."""
    demo = env.Site(sites)
    try:
        demo.start(EXTRA=env.PROMPT + 'StartServers 2\nServerLimit 2\nThreadsPerChild 8\n'
                                      'MaxRequestWorkers 16\n')
        yield demo
    finally:
        demo.stop()


# Each kind of write has its witnesses.
def test_kill_01_all_are_known():
    today = {writes.TODAY.get(name, name) for name in writes.WRITING}
    assert today == set(WITNESSES)


# All or nothing of each call; all of those that were answered as done. A call that is refused has done
# nothing: it is sent again, and would be refused for good if it had.
@pytest.mark.parametrize('function', WITNESSES)
def test_kill_02_all_or_nothing(victim, function):
    db = database(victim)
    world = writes.World(db)
    if function == 'core_course_update_courses':
        made = victim.call('core_course_create_courses', {
            'courses': [writes.new_course(world, COURSE) for _ in range(CALLS)]})
        calls = [({'courses': [{'id': course['id'], 'summary': world.name('About ')}]},
                  course['id']) for course in made]
    else:
        calls = prepared(world, function)
    db.conn.close()

    killer = Killer(victim)
    killer.start()
    known, refusals = play(victim, function, calls)
    killer.over.set()
    killer.join()

    db = database(victim)
    wrong, done = [], 0
    for (_, about), is_known in zip(calls, known):
        sql = 'SELECT ' + ', '.join(WITNESSES[function])
        said = set(db.all(sql.replace('{id}', str(about)).replace('%%', '%'))[0])
        done += said == {True}
        if len(said) != 1 or (is_known and said != {True}):
            wrong.append((about, is_known, said))
    db.conn.close()
    print(f'{function}: {killer.kills} kills, {done} done, {known.count(False)} of unknown outcome,'
          f' {refusals} refusals')
    assert killer.kills > 0 and done > CALLS // 2
    assert not wrong, wrong[:5]


# Of the contents in the file store, those that a kill left without a row are found and taken away by
# the sweep, and no other one is.
def test_kill_03_sweep(victim):
    db = database(victim)
    store = os.path.join(victim.env['DATAROOT'], 'filedir')
    stored = {name: os.path.join(folder, name) for folder, _, names in os.walk(store)
              for name in names}
    for path in stored.values():
        os.utime(path, (1, 1))
    wanted = {hash_ for hash_, in db.all('SELECT DISTINCT contenthash FROM mdl_files')}
    assert wanted <= set(stored)
    sweep = [os.path.join(env.ROOT, 'conf/moodlews-sweep'), '--remove', victim.env['DATAROOT'],
             victim.env['DSN']]
    subprocess.run(sweep, check=True)
    left = {name for _, _, names in os.walk(store) for name in names}
    print(f'{len(stored)} contents, {len(stored) - len(left)} swept')
    assert wanted <= left
    assert not {name for name in left if len(name) == 40} - wanted
