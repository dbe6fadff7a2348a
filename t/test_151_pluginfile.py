# SPDX-License-Identifier: Apache-2.0
# t/test_151_pluginfile.py -- webservice/pluginfile.php and draftfile.php: stored files for a token.
import hashlib
import os
import urllib.parse

import pytest

import env

PLUGIN, DRAFT = '/webservice/pluginfile.php', '/webservice/draftfile.php'
WSUSER, TEACHER, STUDENT = 3, 4, 6
NEVER = 'private, must-revalidate, pre-check=0, post-check=0, max-age=0, no-transform'
WELCOME = open(os.path.join(env.ROOT, 'conf/serve/files/welcome.txt'), 'rb').read()


@pytest.fixture
def tokens(site, db):
    """The tokens of who asks; that of the guest is made."""
    db.keep('external_tokens')
    db.run("INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid, contextid,"
           " creatorid, timecreated, validuntil) SELECT md5('guest'), 0, value::bigint, 2, 1, 2, 0, 0"
           " FROM mdl_config WHERE name = 'siteguest'")
    return {'wsuser': site.token, 'teacher': site.env['TOKEN_TEACHER'],
            'student': site.env['TOKEN_STUDENT'],
            'guest': hashlib.md5(b'guest').hexdigest()}


@pytest.fixture
def files(db):
    db.keep('files')
    return db


def context(db, instance, level=30):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s',
                  (level, instance))


def get(site, path, token, script=PLUGIN, headers=None, method='GET', **query):
    query = urllib.parse.urlencode({'token': token, **query})
    return site.request(method, f'{script}{urllib.parse.quote(path)}?{query}', None, headers)


def hidden(reply):
    """Whether REPLY tells that there is no such file."""
    return reply.status == 404 and reply.json()['errorcode'] == 'filenotfound'


def add(db, where, component, area, name, item=0, path='/', mimetype='text/plain'):
    """A row for the welcome text."""
    place = f'/{where}/{component}/{area}/{item}{path}{name}'
    db.keep('files')
    db.run('INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid,'
           ' filepath, filename, filesize, mimetype, timecreated, timemodified)'
           ' VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1700000000, 1700000000)',
           (hashlib.sha1(WELCOME).hexdigest(), hashlib.sha1(place.encode()).hexdigest(), where,
            component, area, item, path, name, len(WELCOME), mimetype))
    return f'/{where}/{component}/{area}'


# A private file goes to its owner with its headers.
def test_151_01_private(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt')
    reply = get(site, path + '/hello.txt', tokens['student'])
    assert (reply.status, reply.body) == (200, WELCOME)
    expected = {
        'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': str(len(WELCOME)),
        'Content-Disposition': 'attachment; filename="hello.txt"', 'Cache-Control': NEVER,
        'Expires': 'Thu, 01 Jan 1970 00:00:00 GMT', 'Pragma': 'no-cache',
        'Last-Modified': 'Tue, 14 Nov 2023 22:13:20 GMT', 'Accept-Ranges': 'none',
        'Etag': f'"{hashlib.sha1(WELCOME).hexdigest()}"', 'X-Content-Type-Options': 'nosniff',
        'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'range',
        'Access-Control-Expose-Headers': 'Content-Range'}
    assert {k: reply.headers[k] for k in expected} == expected
    head = get(site, path + '/hello.txt', tokens['student'], method='HEAD')
    assert (head.status, head.body) == (200, b'')
    assert {k: head.headers[k] for k in expected} == expected


# Nobody else reads it, be it an administrator; nor the guest his own.
def test_151_02_private_of_others(site, files, tokens):
    for user in (STUDENT, WSUSER):
        path = add(files, context(files, user), 'user', 'private', 'hello.txt') + '/hello.txt'
        for name, token in tokens.items():
            reply = get(site, path, token)
            own = {'student': STUDENT, 'wsuser': WSUSER}.get(name) == user
            assert reply.status == 200 if own else hidden(reply)
    files.config('siteadmins', f'2,{TEACHER}')
    assert hidden(get(site, path, tokens['teacher']))
    guest = files.one("SELECT value::bigint FROM mdl_config WHERE name = 'siteguest'")
    path = add(files, context(files, guest), 'user', 'private', 'g.txt') + '/g.txt'
    assert hidden(get(site, path, tokens['guest']))


# The token and the path may come as a form, the token in a header, and the path as an argument.
def test_151_03_ways(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'
    bearer = {'Authorization': 'Bearer ' + tokens['student']}
    for reply in (site.request('POST', PLUGIN + path, {'token': tokens['student']}),
                  site.request('POST', PLUGIN, {'token': tokens['student'], 'file': path}),
                  site.request('GET', PLUGIN + path, None, bearer),
                  get(site, '', tokens['student'], file=path)):
        assert (reply.status, reply.body) == (200, WELCOME)
    reply = get(site, path, 'x' * 32, headers=bearer)
    assert (reply.status, reply.json()['errorcode']) == (200, 'invalidtoken')


# What is wrong with a request is told in a document, with 200 but where there is no such file.
def test_151_04_errors(site, files, tokens, db):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'
    token = tokens['student']

    def code(reply):
        assert reply.headers['Content-Type'] == 'application/json; charset=utf-8'
        assert reply.headers['Access-Control-Expose-Headers'] == 'Content-Range'
        assert list(reply.json()) == ['error', 'errorcode', 'stacktrace', 'debuginfo',
                                      'reproductionlink']
        return reply.status, reply.json()['errorcode']

    assert code(site.request('GET', PLUGIN + path)) == (200, 'missingparam')
    assert code(get(site, path, '')) == (200, 'invalidtoken')
    assert code(get(site, path, site.env['TOKEN_READER'])) == (200, 'accessexception')
    assert code(get(site, '', token)) == (200, 'invalidargorconf')
    assert code(get(site, '', token, file='a/b/c/d')) == (200, 'pathdoesnotstartslash')
    assert code(get(site, '/1/user', token)) == (200, 'invalidarguments')
    assert code(get(site, path + 'x', token)) == (404, 'filenotfound')
    assert code(get(site, path, token, preview='thumb')) == (404, 'filenotfound')
    db.config('enablewebservices', 0)
    assert code(get(site, path, token)) == (200, 'accessexception')


# A path names a row, never a place in a folder: it is cleaned, and cannot climb.
@pytest.mark.parametrize('path', [
    '/{own}/user/private/../private/hello.txt', '/{own}/user/private/%2e%2e/hello.txt',
    '/{own}/user/private/....//hello.txt', '/{own}/user/private/.', '/{own}/user/private/',
    '/{own}/user/private//', '/{own}/user/private/hello.txt/', '/{own}/user/private/sub/hello.txt',
    '/{own}/user/../user/private/x', '/0/user/private/hello.txt', '/-1/user/private/hello.txt',
    '/99999999999999999999/user/private/hello.txt', '/{own}/course/private/hello.txt',
    '/{own}/user/backup/hello.txt', '/{own}/user/draft/0/hello.txt',
    "/{own}/user/private/' OR 1=1 --", '/{own}/mod_/intro/hello.txt'])
def test_151_05_paths(site, files, tokens, path):
    own = context(files, STUDENT)
    add(files, own, 'user', 'private', 'hello.txt')
    add(files, own, 'user', 'backup', 'hello.txt')
    add(files, own, 'user', 'draft', 'hello.txt')
    assert hidden(get(site, '', tokens['student'], file=path.format(own=own)))


# Names that Moodle cleans find what it stored under the clean ones.
def test_151_06_cleaned(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'a  b é.txt')
    reply = get(site, path + '/a & <b> é.txt', tokens['student'])
    assert reply.status == 200
    assert reply.headers['Content-Disposition'].encode('latin-1').decode() == (
        'attachment; filename="a  b é.txt"; filename*=UTF-8\'\'a%20%20b%20%C3%A9.txt')


# A name in a row cannot end a header or begin another, nor can a type.
def test_151_07_header_injection(site, files, tokens):
    where = context(files, 2, 50)
    path = add(files, where, 'course', 'summary', 'plain.txt', mimetype='text/plain')
    files.run("UPDATE mdl_files SET filename = %s, mimetype = %s WHERE contextid = %s AND filename ="
              " 'plain.txt'", ('a"\r\nX-Evil: 1\x7f\\.txt', 'text/x\r\nX-Evil: 1', where))
    reply = get(site, path + '/plain.txt', tokens['student'])
    assert reply.status == 200
    assert 'X-Evil' not in reply.headers
    assert reply.headers['Content-Disposition'] == (
        'inline; filename="a\\"X-Evil: 1\\\\.txt"; '
        "filename*=UTF-8''a%22%0D%0AX-Evil%3A%201%7F%5C.txt")
    assert reply.headers['Content-Type'] == 'text/plain; charset=utf-8'


# What a browser would run is saved, not shown; the rest is shown unless saving is asked for.
@pytest.mark.parametrize('mimetype, sent, shown', [
    ('text/html', 'text/html', 0), ('TEXT/HTML', 'TEXT/HTML', 0),
    ('image/svg+xml', 'image/svg+xml', 0), ('application/xml', 'application/xml', 0),
    ('application/xhtml+xml', 'application/xhtml+xml', 0), ('text/xml', 'text/xml', 0),
    ('message/rfc822', 'message/rfc822', 0), ('image/png', 'image/png', 1),
    ('application/pdf', 'application/pdf', 1), ('document/unknown', 'application/octet-stream', 1),
    (None, 'application/octet-stream', 1), ('text/html; x', 'application/octet-stream', 1)])
def test_151_08_shown_or_saved(site, files, tokens, mimetype, sent, shown):
    path = add(files, context(files, 2, 50), 'course', 'summary', 'a.qq', mimetype=mimetype)
    reply = get(site, path + '/a.qq', tokens['student'])
    assert reply.headers['Content-Type'] == sent
    assert reply.headers['Content-Disposition'].split(';')[0] == ('inline' if shown else 'attachment')
    assert reply.headers['Accept-Ranges'] == 'bytes'
    for forced in ('1', 'true'):
        reply = get(site, path + '/a.qq', tokens['student'], forcedownload=forced)
        assert reply.headers['Content-Disposition'].startswith('attachment')


# Ranges, one and several, of any type; one that cannot be is refused.
def test_151_09_ranges(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'

    def part(said):
        return get(site, path, tokens['student'], headers={'Range': said})

    reply = part('bytes=2-5')
    assert (reply.status, reply.body) == (206, WELCOME[2:6])
    assert reply.headers['Content-Range'] == f'bytes 2-5/{len(WELCOME)}'
    assert part('bytes=-3').body == WELCOME[-3:]
    reply = part('bytes=0-1,4-5')
    assert reply.status == 206
    assert reply.headers['Content-Type'].startswith('multipart/byteranges')
    assert part(f'bytes={len(WELCOME)}-').status == 416
    assert part('lines=1-2').body == WELCOME


# A file that did not change is not sent again; its hash says so before its date.
def test_151_10_conditions(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'
    etag = f'"{hashlib.sha1(WELCOME).hexdigest()}"'
    date = {'If-Modified-Since': 'Tue, 14 Nov 2023 22:13:20 GMT'}

    def status(headers):
        reply = get(site, path, tokens['student'], headers=headers)
        assert reply.body == (b'' if reply.status == 304 else WELCOME)
        assert (reply.headers['Etag'], reply.headers['Cache-Control']) == (etag, NEVER)
        return reply.status

    assert status({'If-None-Match': etag}) == 304
    assert status({'If-None-Match': '"x"'}) == 200
    assert status(date) == 304
    assert status({'If-Modified-Since': 'Tue, 14 Nov 2023 22:13:19 GMT'}) == 200
    assert status({'If-None-Match': '"x"', **date}) == 200


# Pictures and introductions of courses go to everybody, enrolled or not.
def test_151_11_course(site, files, tokens):
    for course in (2, 5):
        where = context(files, course, 50)
        for area in ('summary', 'overviewfiles'):
            path = add(files, where, 'course', area, 'all.txt') + '/all.txt'
            for token in tokens.values():
                reply = get(site, path, token)
                assert reply.body == WELCOME
                assert reply.headers['Cache-Control'] == 'private, max-age=3600, no-transform'
                assert reply.headers['Pragma'] == ''
                assert reply.headers['Content-Disposition'] == 'inline; filename="all.txt"'


def enters(db, user, course):
    """Whether USER takes part in COURSE now."""
    return bool(db.all('SELECT 1 FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = ue.enrolid'
                       ' WHERE ue.userid = %s AND e.courseid = %s AND ue.status = 0 AND e.status = 0',
                       (user, course)))


# Sections and groups go to those who may enter the course, if they are of it.
def test_151_12_sections_and_groups(site, files, tokens, db):
    db.keep('enrol', 'user_enrolments')
    db.run("UPDATE mdl_enrol SET status = 1 WHERE enrol = 'guest'")
    db.run('DELETE FROM mdl_user_enrolments WHERE userid = %s AND enrolid IN'
           ' (SELECT id FROM mdl_enrol WHERE courseid = 3)', (STUDENT,))
    assert enters(db, STUDENT, 2) and not enters(db, STUDENT, 3)
    for course, status in ((2, 200), (3, 404)):
        where = context(db, course, 50)
        section = db.one('SELECT min(id) FROM mdl_course_sections WHERE course = %s', (course,))
        other = db.one('SELECT min(id) FROM mdl_course_sections WHERE course = %s', (5 - course,))
        group = db.one('SELECT min(id) FROM mdl_groups WHERE courseid = %s', (course,))
        for component, area, item in (('course', 'section', section), ('group', 'description', group)):
            path = add(files, where, component, area, 's.txt', item=item)
            assert get(site, f'{path}/{item}/s.txt', tokens['student']).status == status
            assert get(site, f'{path}/{item}/s.txt', tokens['wsuser']).status == 200
            assert hidden(get(site, f'{path}/{item}/s.txt', tokens['guest']))
        path = add(files, where, 'course', 'section', 's.txt', item=other)
        assert hidden(get(site, f'{path}/{other}/s.txt', tokens['wsuser']))


# The introduction of a category goes to who sees the category.
def test_151_13_category(site, files, tokens, db):
    db.keep('course_categories')
    path = add(files, context(db, 1, 40), 'coursecat', 'description', 'c.txt') + '/c.txt'
    assert get(site, path, tokens['student']).body == WELCOME
    db.run('UPDATE mdl_course_categories SET visible = 0 WHERE id = 1')
    assert hidden(get(site, path, tokens['student']))
    assert get(site, path, tokens['wsuser']).body == WELCOME


def folder(db):
    """Of the demo's folder: the activity, its context and its course."""
    return db.all("SELECT cm.id, x.id, cm.course FROM mdl_course_modules cm"
                  " JOIN mdl_modules m ON m.id = cm.module AND m.name = 'folder'"
                  ' JOIN mdl_context x ON x.contextlevel = 70 AND x.instanceid = cm.id'
                  ' ORDER BY cm.id LIMIT 1')[0]


# Files of a folder go to who may enter it; shown, they are confined. The number before is no item.
def test_151_14_folder(site, files, tokens, db):
    db.keep('course_modules', 'user_enrolments', 'enrol')
    activity, where, course = folder(db)
    assert enters(db, STUDENT, course)
    path = add(files, where, 'mod_folder', 'content', 'f.txt', path='/sub/')
    address = f'{path}/7/sub/f.txt'
    for who in ('student', 'teacher', 'wsuser'):
        reply = get(site, address, tokens[who])
        assert (reply.status, reply.body) == (200, WELCOME)
    assert reply.headers['Cache-Control'] == NEVER
    assert reply.headers['Content-Disposition'] == 'inline; filename="f.txt"'
    assert reply.headers['Content-Security-Policy'] == (
        "default-src 'none'; img-src 'self'; media-src 'self'")
    reply = get(site, address, tokens['student'], forcedownload=1)
    assert reply.headers['Content-Disposition'].startswith('attachment')
    assert 'Content-Security-Policy' not in reply.headers
    for change in ('visible = 0', "visible = 1, availability = '{\"op\":\"&\"}'",
                   'visible = 1, availability = NULL, deletioninprogress = 1'):
        db.run(f'UPDATE mdl_course_modules SET {change} WHERE id = %s', (activity,))
        assert hidden(get(site, address, tokens['student']))
    db.run('UPDATE mdl_course_modules SET deletioninprogress = 0 WHERE id = %s', (activity,))
    assert get(site, address, tokens['student']).status == 200
    db.run("UPDATE mdl_enrol SET status = 1 WHERE courseid = %s", (course,))
    assert hidden(get(site, address, tokens['student']))
    other = path.replace('mod_folder', 'mod_page').replace('content', 'intro')
    add(files, where, 'mod_page', 'intro', 'f.txt')
    assert hidden(get(site, other + '/f.txt', tokens['wsuser']))


# What an activity is about is shown on the page of its course, too, to those whom conditions bind,
# if they are told of the conditions.
def test_151_15_intro(site, files, tokens, db):
    db.keep('course_modules')
    db.config('enableavailability', 1)
    db.config('filelifetime', 600)
    activity, where, course = folder(db)
    assert enters(db, STUDENT, course)
    address = add(files, where, 'mod_folder', 'intro', 'i.txt') + '/i.txt'
    reply = get(site, address, tokens['student'])
    assert (reply.status, reply.headers['Cache-Control']) == (200, 'private, max-age=600, no-transform')
    for change, status in (
            ("showdescription = 1, visible = 0", 404),
            ("visible = 1, availability = '{\"showc\":[true]}'", 200),
            ("visibleoncoursepage = 0", 404), ("visibleoncoursepage = 1", 200),
            ("availability = '{\"showc\":[false]}'", 404),
            ("availability = '{\"showc\":[true]}', showdescription = 0", 404)):
        db.run(f'UPDATE mdl_course_modules SET {change} WHERE id = %s', (activity,))
        assert get(site, address, tokens['student']).status == status, change


# Pictures of people: by size, of any theme; proxies may keep them where anybody sees them.
def test_151_16_pictures(site, files, tokens, db):
    where = context(db, TEACHER)
    path = add(files, where, 'user', 'icon', 'f1.png', mimetype='image/png')
    add(files, where, 'user', 'icon', 'f2.jpg', mimetype='image/jpeg')
    for asked, mimetype in (('f1', 'image/png'), ('boost/f1', 'image/png'), ('f2', 'image/jpeg'),
                            ('boost/f3', 'image/png'), ('other', 'image/png')):
        reply = get(site, f'{path}/{asked}', tokens['guest'])
        assert (reply.status, reply.headers['Content-Type']) == (200, mimetype)
        assert reply.headers['Cache-Control'] == 'public, max-age=31536000, no-transform'
    db.config('forceloginforprofileimage', 1)
    assert hidden(get(site, path + '/f1', tokens['guest']))
    reply = get(site, path + '/f1', tokens['student'])
    assert reply.headers['Cache-Control'] == 'private, max-age=31536000, no-transform'


# Files of a profile go to who may look at it.
def test_151_17_profile(site, files, tokens, db):
    db.keep('user_enrolments', 'role_assignments')
    db.config('forceloginforprofiles', 1)
    path = add(files, context(db, STUDENT), 'user', 'profile', 'p.txt') + '/p.txt'
    stranger = add(files, context(db, 2), 'user', 'profile', 'p.txt') + '/p.txt'
    for who in ('student', 'teacher', 'wsuser'):
        assert get(site, path, tokens[who]).status == 200, who
    assert hidden(get(site, path, tokens['guest']))
    assert hidden(get(site, stranger, tokens['student']))
    db.run('DELETE FROM mdl_user_enrolments WHERE userid = %s', (TEACHER,))
    db.run('DELETE FROM mdl_role_assignments WHERE userid = %s', (TEACHER,))
    assert hidden(get(site, path, tokens['teacher']))
    db.config('forceloginforprofiles', 0)
    reply = get(site, stranger, tokens['guest'])
    assert (reply.status, reply.headers['Content-Disposition']) == (200, 'attachment; filename="p.txt"')


# Drafts go to their owner, by their own script.
def test_151_18_drafts(site, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'draft', 'd.txt', item=815) + '/815/d.txt'
    private = add(files, context(files, STUDENT), 'user', 'private', 'd.txt') + '/d.txt'
    reply = get(site, path, tokens['student'], DRAFT)
    assert (reply.status, reply.body) == (200, WELCOME)
    assert reply.headers['Content-Disposition'] == 'attachment; filename="d.txt"'
    assert hidden(get(site, path, tokens['student']))
    assert hidden(get(site, private, tokens['student'], DRAFT))
    assert hidden(get(site, path.replace('815', '816'), tokens['student'], DRAFT))
    for who in ('teacher', 'wsuser', 'guest'):
        assert hidden(get(site, path, tokens[who], DRAFT))


# Files that are kept elsewhere, directories, and rows whose content is gone, are not there; what is
# in the trash still is.
def test_151_19_content(site, files, tokens):
    where = context(files, STUDENT)
    path = add(files, where, 'user', 'private', 'hello.txt') + '/hello.txt'
    files.run("UPDATE mdl_files SET referencefileid = 1 WHERE contextid = %s AND filename ="
              " 'hello.txt'", (where,))
    assert hidden(get(site, path, tokens['student']))
    files.run("UPDATE mdl_files SET referencefileid = NULL, contenthash = %s WHERE contextid = %s AND"
              " filename = 'hello.txt'", ('0' * 40, where))
    assert hidden(get(site, path, tokens['student']))
    for wrong in ('../../../etc/passwd', '', 'x' * 40):
        files.run("UPDATE mdl_files SET contenthash = %s WHERE contextid = %s AND filename ="
                  " 'hello.txt'", (wrong, where))
        assert hidden(get(site, path, tokens['student']))
    trash = site.env['DATAROOT']
    owner = os.stat(trash)
    for folder_name in ('trashdir', 'aa', 'bb'):
        trash = os.path.join(trash, folder_name)
        os.makedirs(trash, exist_ok=True)
        os.chown(trash, owner.st_uid, owner.st_gid)
    content_hash = 'aabb' + '0' * 36
    with open(os.path.join(trash, content_hash), 'wb') as f:
        f.write(WELCOME)
    files.run("UPDATE mdl_files SET contenthash = %s WHERE contextid = %s AND filename ="
              " 'hello.txt'", (content_hash, where))
    assert get(site, path, tokens['student']).body == WELCOME


# A file leaves by the kernel where httpd allows it, and is the same.
def test_151_20_sendfile(site, serve, files, tokens):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'
    other = serve(EXTRA=env.PROMPT + 'EnableSendfile On\nEnableMMAP Off\n')
    assert get(other, path, tokens['student']).body == WELCOME


# What is asked for is counted as a use of the token, and no more is written.
def test_151_21_last_access(site, files, tokens, db):
    path = add(files, context(files, STUDENT), 'user', 'private', 'hello.txt') + '/hello.txt'
    last = db.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log')
    db.run('UPDATE mdl_external_tokens SET lastaccess = NULL')
    assert get(site, path, tokens['student']).status == 200
    assert db.wait_for('SELECT 1 FROM mdl_external_tokens WHERE token = %s AND lastaccess > 0',
                       (tokens['student'],))
    assert db.one('SELECT coalesce(max(id), 0) FROM mdl_logstore_standard_log') == last
