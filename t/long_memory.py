# SPDX-License-Identifier: Apache-2.0
# t/long_memory.py -- a child that has answered twenty thousand mixed requests is no bigger than it was
# after the first thousands: nothing that belongs to a request stays behind.
import http.client
import json
import os
import re
import threading
import urllib.parse

import env

REQUESTS, STEP, CLIENTS = 20000, 2000, 4

# The first steps warm up: each thread and each connection keeps what it once needed. What the later
# ones may differ in is noise, in KiB; forty bytes left behind by each request would be more.
WARM, NOISE = 4, 384

ONE_CHILD = ('StartServers 1\nServerLimit 1\nMaxRequestWorkers 8\nThreadsPerChild 8\n'
             'MinSpareThreads 1\nMaxSpareThreads 8\nMoodleWSThrottle 0\n')

FORM = {'Content-Type': 'application/x-www-form-urlencoded'}
JSON = {'Content-Type': 'application/json'}
PARTS = {'Content-Type': 'multipart/form-data; boundary=x'}


def form(function, token, fmt='json', **params):
    pairs = {'wstoken': token, 'wsfunction': function, 'moodlewsrestformat': fmt,
             **dict(env.flatten(params))}
    return 'POST', env.SERVER, urllib.parse.urlencode(pairs), FORM


def mix(site):
    """Requests of all kinds: short and long answers, errors of each stage, what is no request."""
    token, student = site.env['TOKEN'], site.env['TOKEN_STUDENT']
    field = '\r\n'.join('--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s' % pair for pair in (
        ('wstoken', token), ('wsfunction', 'core_webservice_get_site_info'))) + '\r\n--x--\r\n'
    return [
        form('core_webservice_get_site_info', token),
        form('core_webservice_get_site_info', student, 'xml'),
        form('moodle_webservice_get_siteinfo', token),
        form('core_course_get_courses', token),
        form('core_course_get_courses', student, 'xml'),
        form('core_course_get_categories', token),
        form('core_course_get_courses_by_field', student, field='ids', value='2,3,4'),
        form('core_user_get_users_by_field', token, field='id', values=[3, 4, 6, 8]),
        form('core_user_get_users', token, criteria=[{'key': 'email', 'value': '%'}]),
        form('core_enrol_get_enrolled_users', token, courseid=2),
        form('core_enrol_get_enrolled_users', student, 'xml', courseid=2),
        form('core_enrol_get_users_courses', token, userid=6),
        form('core_group_get_course_groups', token, courseid=2),
        form('core_group_get_group_members', token, groupids=[1, 2]),
        form('core_files_get_files', token, contextid=1, component='', filearea='', itemid=0,
             filepath='', filename=''),
        form('core_group_get_course_groups', student, courseid=2),
        form('core_user_get_users_by_field', token, field='id', values={'a': {'b': 'c'}}),
        form('core_webservice_get_site_info', 'nobody'),
        form('no_such_function', token, 'xml'),
        ('POST', env.SERVER, field, PARTS),
        ('POST', env.SERVER, field[:90], PARTS),
        ('POST', env.SERVER, json.dumps({'wstoken': token, 'wsfunction': 'core_group_get_groups',
                                         'groupids': list(range(300))}), JSON),
        ('POST', env.SERVER, '{"wstoken": [[[', JSON),
        ('POST', env.SERVER, 'a[' * 2000, FORM),
        ('GET', '/login/token.php?appsitecheck=1', None, {}),
        ('GET', '/login/token.php?username=x&service=none', None, {}),
        ('OPTIONS', env.SERVER, None, {}),
        ('DELETE', env.SERVER, None, {}),
    ]


class Client(threading.Thread):
    """Sends COUNT requests of the mix, over one connection."""

    def __init__(self, port, requests, first, count):
        super().__init__()
        self.port, self.requests, self.range = port, requests, range(first, first + count)
        self.answers = 0

    def run(self):
        conn = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        for i in self.range:
            method, path, body, headers = self.requests[i % len(self.requests)]
            conn.request(method, path, body, headers)
            conn.getresponse().read()
            self.answers += 1
        conn.close()


def play(port, requests, count):
    clients = [Client(port, requests, i * 7, count // CLIENTS) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert sum(client.answers for client in clients) == count


def child_of(parent):
    """The only child of a process."""
    found = []
    for entry in os.listdir('/proc'):
        try:
            with open(f'/proc/{entry}/stat', encoding='utf-8') as f:
                if int(f.read().rpartition(')')[2].split()[1]) == parent:
                    found.append(int(entry))
        except (OSError, NotADirectoryError):
            continue
    assert len(found) == 1, found
    return found[0]


def resident(pid):
    """The memory of a process that is its own, in KiB."""
    with open(f'/proc/{pid}/status', encoding='utf-8') as f:
        return int(re.search(r'^RssAnon:\s*(\d+) kB', f.read(), re.M).group(1))


def test_memory_stays(serve):
    site = serve(EXTRA=env.PROMPT + ONE_CHILD)
    with open(os.path.join(site.room, 'run/httpd.pid'), encoding='utf-8') as f:
        child = child_of(int(f.read()))
    requests, sizes = mix(site), []
    for _ in range(REQUESTS // STEP):
        play(site.port, requests, STEP)
        sizes.append(resident(child))
    print('KiB after each %d requests:' % STEP, sizes)
    assert max(sizes[WARM:]) - min(sizes[WARM - 1:]) <= NOISE, sizes
