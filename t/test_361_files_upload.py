# SPDX-License-Identifier: Apache-2.0
# t/test_361_files_upload.py -- files that come as parameters: rows, contents, refusals.
import base64
import concurrent.futures
import glob
import hashlib
import json
import os
import stat
import subprocess
import time

import pytest

import env

NOTHING = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
STUDENT, WSUSER = 6, 3


@pytest.fixture
def files(db):
    """The database, whose files are as before when the test is over."""
    db.keep('files')
    return db


def context(db, user, level=30):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s',
                  (level, user))


def sha1(content):
    return hashlib.sha1(content).hexdigest()


def pool(site, content_hash, folder='filedir'):
    return os.path.join(site.env['DATAROOT'], folder, content_hash[:2], content_hash[2:4],
                        content_hash)


def nothing_left(site):
    """Whether temporary files are gone, as they are soon after an answer."""
    pattern = os.path.join(site.env['DATAROOT'], 'filedir', 'moodlews.*')
    deadline = time.time() + 5
    while glob.glob(pattern) and time.time() < deadline:
        time.sleep(0.02)
    return not glob.glob(pattern)


def fresh(*words):
    """A content that the store does not have."""
    return ' '.join([*words, str(time.time_ns())]).encode()


def draft(site, db, content, token=None, user=WSUSER, **more):
    return site.call('core_files_upload', {
        'contextid': context(db, user), 'component': 'user', 'filearea': 'draft', 'itemid': 0,
        'filepath': '/', 'filename': 'a.txt', 'filecontent': base64.b64encode(content).decode(),
        **more}, token=token)


def private(site, db, content, token=None, user=WSUSER, **more):
    return site.call('moodle_file_upload', {
        'contextid': context(db, user), 'component': 'user', 'filearea': 'private', 'itemid': 0,
        'filepath': '/', 'filename': 'a.txt', 'filecontent': base64.b64encode(content).decode(),
        **more}, token=token)


def rows(db, contextid, area, itemid):
    return db.all('SELECT contenthash, pathnamehash, component, filepath, filename, userid,'
                  ' filesize, mimetype, status, source, author, license, sortorder,'
                  ' referencefileid, timecreated = timemodified FROM mdl_files'
                  ' WHERE contextid = %s AND filearea = %s AND itemid = %s ORDER BY id',
                  (contextid, area, itemid))


def unchanged(db, act):
    """What ACT answers, when it changed no row of files."""
    before = db.all('SELECT * FROM mdl_files ORDER BY id')
    answer = act()
    assert db.all('SELECT * FROM mdl_files ORDER BY id') == before
    return answer


# A draft has its row, then that of the directory, and its bytes are in the store as Moodle's are.
def test_361_01_draft(site, files, student):
    content = fresh('draft')
    answer = draft(site, files, content, student, STUDENT, filename='Söng dance.PDF')
    where = context(files, STUDENT)
    item = answer['itemid']
    assert 1 <= item <= 999999999
    assert answer == {
        'contextid': where, 'component': 'user', 'filearea': 'draft', 'itemid': item,
        'filepath': '/', 'filename': 'Söng dance.PDF',
        'url': f'{site.url}/draftfile.php/{where}/user/draft/{item}/S%C3%B6ng%20dance.PDF'}

    def path(name):
        return sha1(f'/{where}/user/draft/{item}/{name}'.encode())

    assert rows(files, where, 'draft', item) == [
        (sha1(content), path('Söng dance.PDF'), 'user', '/', 'Söng dance.PDF', None, len(content),
         'application/pdf', 0, None, None, None, 0, None, True),
        (NOTHING, path('.'), 'user', '/', '.', None, 0, None, 0, None, None, None, 0, None, True)]
    with open(pool(site, sha1(content)), 'rb') as f:
        assert f.read() == content
    assert stat.S_IMODE(os.stat(pool(site, sha1(content))).st_mode) == 0o666
    assert stat.S_IMODE(os.stat(os.path.dirname(pool(site, sha1(content)))).st_mode) == 0o2777
    assert os.path.exists(pool(site, NOTHING))
    assert nothing_left(site)


# A draft area that is there takes more files; the directory has its one row.
def test_361_02_same_area(site, files):
    item = draft(site, files, fresh('one'))['itemid']
    assert draft(site, files, fresh('two'), itemid=item, filename='b.txt')['itemid'] == item
    assert [r[4] for r in rows(files, context(files, WSUSER), 'draft', item)] == [
        'a.txt', '.', 'b.txt']


# A content that is there is used again, and a file that is not what it should be is replaced.
def test_361_03_content_once(site, files):
    content = fresh('once')
    draft(site, files, content)
    place = pool(site, sha1(content))
    first = os.stat(place).st_ino
    draft(site, files, content)
    assert os.stat(place).st_ino == first
    with open(place, 'wb') as f:
        f.write(b'broken')
    draft(site, files, content)
    with open(place, 'rb') as f:
        assert f.read() == content


# base64 is taken as PHP takes it: what is no letter of it is passed over.
@pytest.mark.parametrize('text, content', [
    ('SGVsbG8=', b'Hello'), ('SGVsbG8', b'Hello'), ('SGVs\r\n bG8=', b'Hello'), ('***', b''),
    ('', b''), ('S', b''), ('SG', b'H'), ('=SGVsbG8====', b'Hello'), ('-_SGVsbG8=', b'Hello')])
def test_361_04_lenient_base64(site, files, text, content):
    answer = draft(site, files, b'', filecontent=text)
    assert rows(files, answer['contextid'], 'draft', answer['itemid'])[0][0] == sha1(content)


# The context may be named by its level; a file without a name gets one; no path is the root.
def test_361_05_level_name_and_path(site, files):
    answer = draft(site, files, b'x', contextid=0, contextlevel='user', instanceid=WSUSER,
                   filename='', filepath='')
    assert answer['contextid'] == context(files, WSUSER)
    assert answer['filename'].startswith('wsupload') and answer['filename'].endswith('.tmp')
    assert answer['filepath'] == '/'
    assert rows(files, answer['contextid'], 'draft', answer['itemid'])[0][7] == 'document/unknown'


# Who asks for another place is refused, and nothing is stored.
@pytest.mark.parametrize('more, code', [
    ({'filearea': 'private'}, 'codingerror'), ({'component': 'course'}, 'codingerror'),
    ({'contextid': 999999}, 'invalidparameter'), ({'contextid': 1}, 'nofile'),
    ({'contextid': 0}, 'invalidparameter'),
    ({'contextid': 0, 'contextlevel': 'planet', 'instanceid': 1}, 'invalidparameter'),
    ({'contextid': 0, 'contextlevel': 'system', 'instanceid': 0}, 'nofile'),
    ({'filename': 'a/b.txt'}, 'invalidparameter'), ({'filename': '..'}, 'invalidparameter'),
    ({'filename': 'a\r\nb'}, 'invalidparameter'), ({'filename': 'x' * 256}, 'invalidparameter'),
    ({'filepath': '/../'}, 'invalidparameter'), ({'filepath': 'a/'}, 'nofile'),
    ({'filepath': '/a'}, 'nofile'), ({'filepath': '/a/'}, 'nofile'),
    ({'filepath': '/' + 'x' * 254 + '/'}, 'invalidparameter')])
def test_361_06_refused(site, files, more, code):
    content = fresh('refused')
    assert unchanged(files, lambda: draft(site, files, content, **more))['errorcode'] == code
    assert not os.path.exists(pool(site, sha1(content)))
    assert nothing_left(site)


# Nobody stores into another's files, in a course or an activity; not even an administrator.
def test_361_07_others(site, files, student):
    for token, where in ((student, context(files, WSUSER)), (None, context(files, STUDENT)),
                         (None, context(files, 2, 50))):
        answer = unchanged(files, lambda t=token, w=where: draft(site, files, b'x', t, contextid=w))
        assert answer['errorcode'] == 'nofile'
    hidden = context(files, 5, 50)
    assert 'errorcode' in draft(site, files, b'x', student, contextid=hidden)


# A name of 255 characters is the longest; one that is there is not replaced.
def test_361_08_name_edges(site, files):
    name = 'ü' * 251 + '.txt'
    answer = draft(site, files, b'x', filename=name)
    assert answer['filename'] == name
    again = unchanged(files, lambda: draft(site, files, fresh('again'), itemid=answer['itemid'],
                                           filename=name))
    assert again['errorcode'] == 'fileexist'


# A directory that has a row takes files; the rows above it are there.
def test_361_09_directory(site, files):
    answer = private(site, files, b'x', site.env['TOKEN_STUDENT'], STUDENT,
                     filepath='/mine/', filename='new.txt')
    assert answer['filepath'] == '/mine/'


# The name of 2.1 stores into the private files, whatever item is said.
def test_361_10_private(site, files, student):
    content = fresh('private')
    where = context(files, STUDENT)
    answer = private(site, files, content, student, STUDENT, itemid=7, filename='p.csv')
    assert answer == {'contextid': where, 'component': 'user', 'filearea': 'private', 'itemid': 0,
                      'filepath': '/', 'filename': 'p.csv',
                      'url': f'{site.url}/pluginfile.php/{where}/user/private/p.csv'}
    [row] = [r for r in rows(files, where, 'private', 0) if r[4] == 'p.csv']
    assert (row[0], row[5], row[7]) == (sha1(content), None, 'text/csv')
    answer = private(site, files, content, student, STUDENT, filearea='draft')
    assert (answer['errorcode'], answer['exception']) == ('codingerror', 'coding_exception')
    assert private(site, files, content, student, STUDENT, contextid=0)['errorcode'] == 'nofile'


# Private files need the capability and room in the quota, and stay within it byte by byte.
def test_361_11_capability_and_quota(site, files, student):
    where = context(files, STUDENT)
    used = files.one("SELECT sum(filesize)::bigint FROM mdl_files WHERE contextid = %s"
                     " AND filearea = 'private'", (where,))
    files.config('userquota', used + 10)
    answer = unchanged(files, lambda: private(site, files, b'x' * 11, student, STUDENT))
    assert answer['errorcode'] == 'userquotalimit'
    assert 'url' in private(site, files, b'x' * 10, student, STUDENT)
    files.keep('role_capabilities')
    files.run("UPDATE mdl_role_capabilities SET permission = -1000"
              " WHERE capability = 'moodle/user:manageownfiles'")
    answer = unchanged(files, lambda: private(site, files, b'', student, STUDENT, filename='q'))
    assert answer['errorcode'] == 'nopermissions'


# 32 that fill the quota at once do not pass it.
def test_361_12_quota_race(site, files, student):
    where = context(files, STUDENT)
    used = files.one("SELECT sum(filesize)::bigint FROM mdl_files WHERE contextid = %s"
                     " AND filearea = 'private'", (where,))
    files.config('userquota', used + 50)
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda i: private(site, files, b'0123456789', student, STUDENT,
                                                     filename=f'race{i}'), range(32)))
    assert sum('url' in a for a in answers) == 5
    assert {a['errorcode'] for a in answers if 'url' not in a} == {'userquotalimit'}


# A file may be as large as the site says, and not a byte more.
def test_361_13_size(site, files, student):
    files.config('maxbytes', 1000)
    assert 'url' in draft(site, files, b'x' * 1000, student, STUDENT)
    answer = unchanged(files, lambda: draft(site, files, b'x' * 1001, student, STUDENT))
    assert answer['errorcode'] == 'maxbytesfile'
    assert 'url' in private(site, files, b'x' * 1000, student, STUDENT)
    answer = unchanged(files, lambda: private(site, files, b'x' * 1001, student, STUDENT,
                                              filename='b'))
    assert answer['errorcode'] == 'maxbytesfile'


# 32 that store one name at once: one file, the others are told so.
def test_361_14_name_race(site, files):
    item = draft(site, files, b'first', filename='0.txt')['itemid']
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda i: draft(site, files, b'%d' % i, itemid=item),
                                   range(32)))
    assert sorted(a.get('errorcode', '') for a in answers) == [''] + ['fileexist'] * 31


# When the commit fails, the new content is not in the store: it is in the trash, from which Moodle
# takes what it misses. One that rows are about stays.
def test_361_15_commit_fails(site, files):
    content, kept = fresh('fails'), fresh('kept')
    draft(site, files, kept)
    files.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
              " $$BEGIN RAISE 'no'; END$$;"
              " CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON mdl_files"
              " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()")
    try:
        for bytes_ in (content, kept):
            answer = unchanged(files, lambda b=bytes_: draft(site, files, b))
            assert answer['errorcode'] == 'dmlwriteexception'
    finally:
        files.run('DROP TRIGGER refuse ON mdl_files; DROP FUNCTION refuse()')
    assert not os.path.exists(pool(site, sha1(content)))
    assert os.path.exists(pool(site, sha1(content), 'trashdir'))
    assert os.path.exists(pool(site, sha1(kept)))
    assert nothing_left(site)


# A conflict of transactions is not seen: the content goes to the trash with the first try, and comes
# back with the second.
def test_361_16_run_again(site, files):
    content = fresh('again')
    files.run("CREATE SEQUENCE tries; GRANT ALL ON tries TO PUBLIC;"
              " CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS"
              " $$BEGIN IF nextval('tries') < 3 THEN"
              "  RAISE 'met another' USING ERRCODE = '40001'; END IF; RETURN NULL; END$$;"
              " CREATE CONSTRAINT TRIGGER conflict AFTER INSERT ON mdl_files"
              " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION conflict()")
    try:
        answer = draft(site, files, content)
    finally:
        files.run('DROP TRIGGER conflict ON mdl_files; DROP FUNCTION conflict(); DROP SEQUENCE tries')
    assert len(rows(files, answer['contextid'], 'draft', answer['itemid'])) == 2
    with open(pool(site, sha1(content)), 'rb') as f:
        assert f.read() == content


# Permissions are those of config.php, and so are the folders.
def test_361_17_config_php(site, serve, files, tmp_path):
    store = os.path.join(site.env['DATAROOT'], 'pool')
    other = serve(EXTRA=env.PROMPT + 'MoodleWSConfig directorypermissions 02770\n'
                  f'MoodleWSConfig filedir {store}\n')
    content = fresh('elsewhere')
    answer = other.call('core_files_upload', {
        'contextid': context(files, WSUSER), 'component': 'user', 'filearea': 'draft', 'itemid': 0,
        'filepath': '/', 'filename': 'a.txt', 'filecontent': base64.b64encode(content).decode()})
    assert 'url' in answer
    there = os.path.join(store, sha1(content)[:2], sha1(content)[2:4], sha1(content))
    assert stat.S_IMODE(os.stat(there).st_mode) == 0o660
    assert stat.S_IMODE(os.stat(os.path.dirname(there)).st_mode) == 0o2770


# A server that only reads, one without a data folder, and one that may not write there, refuse.
def test_361_18_cannot_write(site, serve, files):
    def upload(other):
        return unchanged(files, lambda: other.call('core_files_upload', {
            'contextid': context(files, WSUSER), 'component': 'user', 'filearea': 'draft',
            'itemid': 0, 'filepath': '/', 'filename': 'a.txt', 'filecontent': 'eA=='}))

    assert upload(serve(EXTRA=env.PROMPT + 'MoodleWSReadOnly On\n'))['errorcode'] == 'readonly'
    nowhere = serve(DATAROOT='')
    assert upload(nowhere)['errorcode'] == 'storedfilecannotcreatefile'
    assert 'MoodleWSDataRoot' in nowhere.error_log()
    assert upload(serve(DATAROOT='/proc/none'))['errorcode'] == 'storedfilecannotcreatefile'


# The site's own types come before the usual ones.
def test_361_19_custom_types(site, files):
    files.config('customfiletypes', json.dumps([
        {'extension': 'lantern', 'type': 'application/x-lantern', 'icon': 'archive'},
        {'extension': 'pdf', 'deleted': True}, {'extension': 'txt', 'type': 'no/icon'}]))
    for name, type_ in (('a.lantern', 'application/x-lantern'), ('a.pdf', 'document/unknown'),
                        ('a.txt', 'text/plain'), ('a.docx', 'application/vnd.openxmlformats-'
                        'officedocument.wordprocessingml.document'), ('pdf', 'document/unknown')):
        answer = draft(site, files, b'x', filename=name)
        assert rows(files, answer['contextid'], 'draft', answer['itemid'])[0][7] == type_


# The sweep finds what nothing is about, once it is a day old, and moves it to the trash.
def test_361_20_sweep(site, files):
    kept, orphan, young = fresh('kept'), fresh('orphan'), fresh('young')
    for content in (kept, orphan, young):
        draft(site, files, content)
    files.run('DELETE FROM mdl_files WHERE contenthash IN (%s, %s)', (sha1(orphan), sha1(young)))
    left = os.path.join(site.env['DATAROOT'], 'filedir', 'moodlews.abcdef')
    with open(left, 'wb'):
        pass
    old = time.time() - 90000
    for path in (pool(site, sha1(kept)), pool(site, sha1(orphan)), left):
        os.utime(path, (old, old))
    command = [os.path.join(env.ROOT, 'conf/moodlews-sweep'), site.env['DATAROOT'],
               site.env['DSN']]
    said = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    assert said.splitlines() == [pool(site, sha1(orphan)), left]
    assert os.path.exists(left) and os.path.exists(pool(site, sha1(orphan)))
    command.insert(1, '--remove')
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert not os.path.exists(left) and not os.path.exists(pool(site, sha1(orphan)))
    assert os.path.exists(pool(site, sha1(orphan), 'trashdir'))
    assert os.path.exists(pool(site, sha1(kept))) and os.path.exists(pool(site, sha1(young)))
