# SPDX-License-Identifier: Apache-2.0
# t/test_150_upload.py -- webservice/upload.php: files as parts of a form.
import glob
import hashlib
import json
import os
import socket
import time

import pytest

import env

UPLOAD = '/webservice/upload.php'
STUDENT, WSUSER = 6, 3
HEADERS = {'Access-Control-Allow-Origin': '*', 'Pragma': 'no-cache', 'Accept-Ranges': 'none',
           'Expires': 'Mon, 20 Aug 1969 09:23:00 GMT'}


@pytest.fixture
def files(db):
    db.keep('files', 'logstore_standard_log')
    return db


def context(db, user):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = 30 AND instanceid = %s',
                  (user,))


def sha1(content):
    return hashlib.sha1(content).hexdigest()


def fresh(*words):
    return ' '.join([*words, str(time.time_ns())]).encode()


def pool(site, content_hash):
    return os.path.join(site.env['DATAROOT'], 'filedir', content_hash[:2], content_hash[2:4],
                        content_hash)


def temporary(site):
    return glob.glob(os.path.join(site.env['DATAROOT'], 'filedir', 'moodlews.*'))


def nothing_left(site):
    """Whether temporary files are gone, as they are soon after an answer."""
    deadline = time.time() + env.SOON
    while temporary(site) and time.time() < deadline:
        time.sleep(0.02)
    return not temporary(site)


def file(name, content, field='f'):
    return (f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            'Content-Type: application/octet-stream\r\n\r\n').encode() + content


def field(name, value):
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def form(*parts, end=b'--XX--\r\n'):
    return b''.join(b'--XX\r\n' + part + b'\r\n' for part in parts) + end


def send(site, *parts, query='', headers=None, end=b'--XX--\r\n', method='POST'):
    return site.request(method, UPLOAD + query, form(*parts, end=end), {
        'Content-Type': 'multipart/form-data; boundary=XX', **(headers or {})})


def unchanged(site, db, act):
    """The errorcode of what ACT answers, when neither rows nor the store changed. What an upload before
    it has left is gone first."""
    def state():
        assert nothing_left(site)
        store = os.path.join(site.env['DATAROOT'], 'filedir')
        return (db.all('SELECT * FROM mdl_files ORDER BY id'),
                sorted(name for _, _, names in os.walk(store) for name in names))

    before = state()
    answer = act().json()
    assert state() == before
    return answer['errorcode'] if isinstance(answer, dict) else answer


# Files of one request share a new draft area; each has its row, its content and its event.
def test_150_01_files(site, files, student):
    one, two = fresh('one'), fresh('two') * 10000
    last = files.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log')
    reply = send(site, field('token', student), field('filepath', '/a/b/'),
                 file('a.txt', one), file('b é.bin', two, 'g[]'))
    where = context(files, STUDENT)
    author = files.one("SELECT firstname || ' ' || lastname FROM mdl_user WHERE id = %s", (STUDENT,))
    answer = reply.json()
    item = answer[0]['itemid']
    assert reply.headers['Content-Type'] == 'text/plain; charset=utf-8'
    assert {k: reply.headers[k] for k in HEADERS} == HEADERS
    assert reply.headers.get_all('Cache-Control') == ['no-store, no-cache, must-revalidate',
                                                      'post-check=0, pre-check=0']
    assert [list(f) for f in answer] == [[
        'component', 'contextid', 'userid', 'filearea', 'filename', 'filepath', 'itemid',
        'license', 'author', 'source', 'filesize']] * 2
    assert answer[1] == {
        'component': 'user', 'contextid': where, 'userid': str(STUDENT), 'filearea': 'draft',
        'filename': 'b é.bin', 'filepath': '/a/b/', 'itemid': item, 'license': 'unknown',
        'author': author, 'filesize': len(two),
        'source': 'O:8:"stdClass":1:{s:6:"source";s:8:"b é.bin";}'}
    assert files.all('SELECT filepath, filename, contenthash, userid, author, license, source,'
                     ' mimetype FROM mdl_files WHERE contextid = %s AND itemid = %s ORDER BY id',
                     (where, item)) == [
        ('/a/b/', 'a.txt', sha1(one), STUDENT, author, 'unknown',
         'O:8:"stdClass":1:{s:6:"source";s:5:"a.txt";}', 'text/plain'),
        *[(path, '.', sha1(b''), STUDENT, None, None, None, None) for path in ('/a/b/', '/a/', '/')],
        ('/a/b/', 'b é.bin', sha1(two), STUDENT, author, 'unknown',
         'O:8:"stdClass":1:{s:6:"source";s:8:"b é.bin";}', 'document/unknown')]
    for content in (one, two):
        with open(pool(site, sha1(content)), 'rb') as f:
            assert f.read() == content
    events = files.all('SELECT eventname, component, action, target, objecttable, crud, edulevel,'
                       ' contextid, contextlevel, contextinstanceid, userid, relateduserid, origin,'
                       ' other FROM mdl_logstore_standard_log WHERE id > %s ORDER BY id', (last,))
    assert events[1][:-1] == ('\\core\\event\\draft_file_added', 'core', 'added', 'draft_file', 'files',
                              'c', 0, where, 30, STUDENT, STUDENT, STUDENT, 'web')
    assert events[1][-1] == json.dumps({
        'itemid': item, 'filename': 'b é.bin', 'filesize': len(two), 'filepath': '/a/b/',
        'contenthash': sha1(two)}, separators=(',', ':')).replace('/', '\\/')
    assert len(events) == 2
    assert nothing_left(site)


# The token may be in the query, in the form before or behind the files, or in a header.
def test_150_02_token_places(site, files, student):
    part = file('a.txt', b'x')
    for reply in (send(site, part, query='?token=' + student), send(site, part, field('token', student)),
                  send(site, field('token', student), part),
                  send(site, part, headers={'Authorization': 'Bearer ' + student}),
                  send(site, part, query=f'?token={student[:8]}-{student[8:]}')):
        assert reply.json()[0]['userid'] == str(STUDENT)


# A name comes without its folders and what Moodle keeps no name with; its quotes are escaped.
@pytest.mark.parametrize('sent, name', [
    ('C:\\dir\\a.txt', 'a.txt'), ('../../etc/passwd', 'passwd'), ('a\\"b\\".txt', 'ab.txt'),
    ('<b>&.txt', 'b.txt'), ("it's|a:b`.txt", 'itsab.txt'), ('a%00b', 'a%00b'), ('é日.txt', 'é日.txt')])
def test_150_16_names(site, files, student, sent, name):
    [answer] = send(site, field('token', student), file(sent, b'x')).json()
    assert answer['filename'] == name
    assert answer['source'] == ('O:8:"stdClass":1:{s:6:"source";s:%d:"%s";}'
                                % (len(name.encode()), name))


# The area may be said: a file of that name there is told, the others are stored.
def test_150_03_name_taken(site, files, student):
    token = field('token', student)
    item = send(site, token, field('itemid', 4711), file('a.txt', b'1')).json()[0]['itemid']
    assert item == 4711
    answer = send(site, token, field('itemid', 4711), file('a.txt', fresh('2')),
                  file('b.txt', b'3'), file('b.txt', b'4')).json()
    assert [(f['filename'], f.get('errortype')) for f in answer] == [
        ('a.txt', 'filenameexist'), ('b.txt', None), ('b.txt', 'filenameexist')]
    assert list(answer[0]) == ['filename', 'errortype', 'error']
    assert files.one("SELECT contenthash FROM mdl_files WHERE itemid = 4711 AND filename = 'b.txt'"
                     ) == sha1(b'3')


# A file that is too large is told, the others are stored; all together must not be more either.
def test_150_04_sizes(site, files, student):
    token = field('token', student)
    files.config('maxbytes', 1000)
    answer = send(site, token, file('a', b'x' * 1000), file('b', b'x' * 1001)).json()
    assert [f.get('errortype') for f in answer] == [None, 'fileoversized']
    assert unchanged(site, files, lambda: send(
        site, token, file('a', b'x' * 500), file('b', b'x' * 501))) == 'userquotalimit'
    admin = files.one('SELECT value FROM mdl_config WHERE name = %s', ('siteadmins',))
    files.config('siteadmins', f'{admin},{STUDENT}')
    assert len(send(site, token, file('a', b'x' * 500), file('b', b'x' * 501)).json()) == 2


# A server's own bound counts where the site's is higher.
def test_150_05_upload_max(serve, site, files, student):
    other = serve(EXTRA=env.PROMPT + 'MoodleWSUploadMax 100\nMoodleWSBodyMax 2000\n')
    answer = send(other, field('token', student), file('a', b'x' * 100)).json()
    assert answer[0]['filesize'] == 100
    answer = send(other, field('token', student), file('a', b'x' * 101)).json()
    assert answer[0]['errortype'] == 'fileoversized'
    reply = send(other, field('token', student), file('a', b'x' * 2000))
    assert (reply.status, reply.json()['errorcode']) == (413, 'requesttoolarge')
    assert nothing_left(site)


# Requests without files, by any method, are answered with none; without a token they are refused.
def test_150_06_no_files(site, student):
    assert site.request('POST', UPLOAD, {'token': student}).text == '[]'
    reply = site.request('GET', UPLOAD + '?token=' + student)
    assert (reply.text, reply.headers['Content-Type']) == ('[]', 'application/json; charset=utf-8')
    assert send(site, field('token', student)).text == '[]'
    assert site.request('POST', UPLOAD).json()['errorcode'] == 'missingparam'
    assert list(site.request('POST', UPLOAD).json()) == ['error', 'errorcode', 'stacktrace',
                                                         'debuginfo', 'reproductionlink']


# Who may not upload leaves nothing behind.
def test_150_07_refused(site, files, student):
    part = file('a.txt', fresh('refused'))

    def code(*parts, **more):
        return unchanged(site, files, lambda: send(site, *parts, **more))

    assert code(part) == 'missingparam'
    assert code(part, field('token', 'x' * 32)) == 'invalidtoken'
    assert code(field('token', 'x' * 32), part) == 'invalidtoken'
    assert code(field('token', ''), part) == 'invalidtoken'
    assert code(field('token', site.env['TOKEN_READER']), part) == 'accessexception'
    assert code(field('token', student), field('filepath', 'a'), part) == 'storedfileproblem'
    assert code(field('token', student), field('filepath', '/a'), part) == 'storedfileproblem'
    assert code(field('token', student), file('..', b'x')) == 'storedfileproblem'
    assert code(field('token', student), file('x' * 256, b'x')) == 'storedfileproblem'
    assert code(field('token', student), file('', b'')) == 'upload_error_no_file'
    assert code(field('token', student), field('MAX_FILE_SIZE', 5), part) == 'upload_error_form_size'
    assert code(field('token', student), part, end=b'') == 'upload_error_partial'
    assert code(field('token', student), end=b'') == 'invalidparameter'


# What speaks against a token, in Moodle's order, and what is logged of it.
@pytest.mark.parametrize('change, code, reason', [
    ("UPDATE mdl_external_tokens SET iprestriction = '10.0.0.1'", 'accessexception', 'ip_restricted'),
    ('UPDATE mdl_external_tokens SET validuntil = 1', 'accessexception', 'token_expired'),
    ('UPDATE mdl_user SET deleted = 1, suspended = 1 WHERE id = 6', 'invaliduser', None),
    ("UPDATE mdl_external_tokens SET sid = 'mws-gone', tokentype = 1", 'accessexception', None),
    ('UPDATE mdl_external_services SET enabled = 0', 'accessexception', None),
    ("UPDATE mdl_external_services SET requiredcapability = 'moodle/site:config'",
     'accessexception', None),
    ('UPDATE mdl_external_services SET restrictedusers = 1', 'accessexception', None),
    ('UPDATE mdl_external_services SET uploadfiles = 0', 'accessexception', None),
    ('UPDATE mdl_user SET confirmed = 0, suspended = 1 WHERE id = 6', 'usernotconfirmed',
     'user_unconfirmed'),
    ("UPDATE mdl_user SET suspended = 1, auth = 'nologin' WHERE id = 6", 'wsaccessusersuspended',
     'user_suspended'),
    ("UPDATE mdl_user SET auth = 'nologin' WHERE id = 6", 'wsaccessusernologin', 'nologin'),
    ("INSERT INTO mdl_config (name, value) VALUES ('maintenance_enabled', '1')", 'sitemaintenance',
     None),
    ("UPDATE mdl_config SET value = '0' WHERE name = 'enablewebservices'", 'accessexception', None)])
def test_150_08_token(site, db, student, change, code, reason):
    db.keep('external_tokens', 'external_services', 'user', 'config', 'logstore_standard_log',
            'sessions')
    last = db.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log')
    token_id = db.one('SELECT id FROM mdl_external_tokens WHERE token = %s', (student,))
    db.run("DELETE FROM mdl_config WHERE name = 'maintenance_enabled'")
    db.run(change)
    answer = unchanged(site, db, lambda: send(site, field('token', student), file('a', b'x')))
    assert answer == code
    if reason:
        [[event, other, origin, user]] = db.wait_for(
            'SELECT eventname, other, origin, userid FROM mdl_logstore_standard_log WHERE id > %s',
            (last,))
        assert (event, origin, user) == ('\\core\\event\\webservice_login_failed', 'web', 0)
        assert json.loads(other) == {'method': 1, 'reason': reason, 'tokenid': str(token_id)}
    if reason == 'token_expired':
        assert not db.all('SELECT 1 FROM mdl_external_tokens WHERE token = %s', (student,))


# A service for some users admits those whom it lists, from where and as long as it says.
def test_150_09_restricted_service(site, db, student):
    db.keep('external_services', 'external_services_users', 'files')
    db.run('UPDATE mdl_external_services SET restrictedusers = 1')
    db.run('INSERT INTO mdl_external_services_users (externalserviceid, userid, timecreated)'
           ' SELECT externalserviceid, userid, 0 FROM mdl_external_tokens WHERE token = %s',
           (student,))
    assert send(site, field('token', student), file('a', b'x')).json()[0]['filesize'] == 1
    for change in ('validuntil = 1', "validuntil = NULL, iprestriction = '10.0.0.1'"):
        db.run('UPDATE mdl_external_services_users SET ' + change)
        assert unchanged(site, db, lambda: send(site, field('token', student),
                                                file('a', b'x'))) == 'accessexception'


# The guest has no drafts.
def test_150_10_guest(site, db, student):
    db.keep('external_tokens')
    db.run("UPDATE mdl_external_tokens SET userid = (SELECT value::bigint FROM mdl_config"
           " WHERE name = 'siteguest') WHERE token = %s", (student,))
    assert unchanged(site, db, lambda: send(site, field('token', student),
                                            file('a', b'x'))) == 'noguest'


# A server that only reads, or cannot write its store, refuses.
def test_150_11_cannot_write(site, serve, files, student):
    other = serve(EXTRA=env.PROMPT + 'MoodleWSReadOnly On\n')
    for parts in ((field('token', student), file('a', b'x')), (file('a', b'x'), field('token', student))):
        assert unchanged(site, files, lambda p=parts: send(other, *p)) == 'readonly'
    other = serve(DATAROOT='/proc/none')
    assert unchanged(site, files, lambda: send(other, field('token', student), file('a', b'x'))
                     ) == 'upload_error_cant_write'


# A client that goes away in the middle of a file leaves nothing.
def test_150_12_client_gone(site, files, student):
    body = form(field('token', student), file('a', b'x' * 300000))
    with socket.create_connection(('127.0.0.1', site.port)) as s:
        s.sendall((f'POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n'
                   'Content-Type: multipart/form-data; boundary=XX\r\n\r\n').encode() + body[:200000])
        deadline = time.time() + env.SOON
        while not temporary(site):
            assert time.time() < deadline
    assert nothing_left(site)
    assert not files.all('SELECT 1 FROM mdl_files WHERE filesize = 300000')


# A chunked body is as good.
def test_150_13_chunked(site, files, student):
    body = form(field('token', student), file('a.txt', b'chunk' * 1000))
    reply = site.request('POST', UPLOAD, iter([body[i:i + 777] for i in range(0, len(body), 777)]), {
        'Content-Type': 'multipart/form-data; boundary=XX'})
    assert reply.json()[0]['filesize'] == 5000


def resident(site):
    """The resident bytes of the site's largest child that has answered."""
    with open(os.path.join(site.room, 'run/httpd.pid'), encoding='ascii') as f:
        parent = f.read().strip()
    sizes = {}
    for name in os.listdir('/proc'):
        try:
            with open(f'/proc/{name}/status', encoding='ascii') as f:
                status = dict(line.split(':', 1) for line in f)
        except (OSError, ValueError):
            continue
        if status['PPid'].strip() == parent:
            sizes[name] = int(status['VmHWM'].split()[0]) * 1024
    return sizes


# An upload of 50 MB is never in memory.
def test_150_14_memory(site, serve, files, student):
    other = serve(EXTRA=env.PROMPT, MPM='prefork')
    small = [field('token', student), file('small', b'x' * 200000)]
    for _ in range(30):
        send(other, *small)
    before = resident(other)
    content = os.urandom(1 << 20) * 50
    answer = send(other, field('token', student), file('large', content)).json()
    assert answer[0]['filesize'] == len(content)
    after = resident(other)
    assert max(after[child] - before.get(child, after[child]) for child in after) < 4 << 20
    with open(pool(site, sha1(content)), 'rb') as f:
        assert f.read() == content
    os.unlink(pool(site, sha1(content)))


# A page of another origin may ask whether it may upload.
def test_150_15_preflight(site):
    reply = site.request('OPTIONS', UPLOAD, None, {'Access-Control-Request-Method': 'POST'})
    assert (reply.status, reply.headers['Access-Control-Allow-Origin']) == (204, '*')
