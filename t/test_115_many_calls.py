# SPDX-License-Identifier: Apache-2.0
# t/test_115_many_calls.py -- several calls in one request of REST: a list of them in JSON, each by
# itself; the same all together or not at all; and the function of the mobile app.
import base64
import hashlib
import json
import os
import time

import pytest

import env
import writes

MOBILE = 'tool_mobile_call_external_functions'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
CREATE = 'core_group_create_groups'
DELETE = 'core_group_delete_groups'
NOTES = 'core_notes_create_notes'
USERS = 'core_user_create_users'
IPE = 'core\\exception\\invalid_parameter_exception'
JSON = {'Content-Type': 'application/json'}


@pytest.fixture
def world(db):
    return writes.World(db)


@pytest.fixture(scope='module')
def narrow(site):
    """A server that takes three calls in a request."""
    with env.Httpd(site, lambda conf: conf + '\nMoodleWSCallsMax 3\n') as httpd:
        httpd.token = site.token
        yield httpd


@pytest.fixture(scope='module')
def reading(site):
    """A server that only reads."""
    with env.Httpd(site, lambda conf: conf + '\nMoodleWSReadOnly On\n') as httpd:
        httpd.token = site.token
        yield httpd


def post(site, body, token=None, query='', headers=None):
    """Send BODY as JSON; the Reply. TOKEN: wsuser's; '' for none."""
    pairs = [f'wstoken={site.token if token is None else token}'] if token != '' else []
    pairs += [query] if query else []
    return site.request('POST', env.SERVER + ('?' + '&'.join(pairs) if pairs else ''),
                        body if isinstance(body, str) else json.dumps(body),
                        {**JSON, **(headers or {})})


def call(function, **params):
    return {'wsfunction': function, **params}


def together(*calls, **more):
    return {'atomic': True, 'calls': list(calls), **more}


def new_group(world, **more):
    return {**writes.new_group(world, 2), **more}


def create(world, *groups):
    return call(CREATE, groups=list(groups or [new_group(world)]))


def group_rows(db, *groups):
    """How many of GROUPS, as they were to be created, there are."""
    return db.one('SELECT count(*) FROM mdl_groups WHERE name = ANY (%s)',
                  ([group['name'] for group in groups],))


def traces(db):
    """What writing leaves, but for the rows that say that a function was called, or not."""
    return db.all("SELECT (SELECT count(*) FROM mdl_groups), (SELECT count(*) FROM mdl_post),"
                  " (SELECT count(*) FROM mdl_user), (SELECT count(*) FROM mdl_cache_flags),"
                  " (SELECT count(*) FROM mdl_logstore_standard_log WHERE target <>"
                  " 'webservice_function' AND target <> 'webservice_login')")


# ---- a list of calls

# Each has the answer that it has alone, in the order of the calls, in JSON whatever else is asked.
@pytest.mark.parametrize('query', ['', 'moodlewsrestformat=json', 'moodlewsrestformat=xml'])
def test_115_01_results(site, query):
    calls = [call(GROUPS, groupids=[1, 2]), call('core_group_get_group_members', groupids=[1]),
             call('moodle_group_get_groups', groupids=[2])]
    reply = post(site, calls, query=query)
    assert (reply.status, reply.headers['Content-Type']) == (200, 'application/json')
    assert reply.body == b'[' + b','.join(
        site.rest(one.pop('wsfunction'), one).body for one in calls) + b']'
    assert post(site, []).body == b'[]'
    assert post(site, {'calls': []}).body == b'[]'
    assert post(site, together()).body == b'[]'


# The token may stand beside the calls, in a header, in the address, or in a call, which wins.
def test_115_02_credentials(site):
    student, teacher = site.env['TOKEN_STUDENT'], site.env['TOKEN_TEACHER']
    both = [call(INFO), call(INFO, wstoken=teacher)]

    def who(reply):
        return [answer.get('username') or answer['errorcode'] for answer in reply.json()]
    assert who(post(site, both, token=student)) == ['student', 'wanjiru']
    assert who(post(site, {'calls': both, 'wstoken': student}, token='')) == ['student', 'wanjiru']
    assert who(post(site, together(*both, wstoken=student), token='')) == ['student', 'wanjiru']
    bearer = {'Authorization': f'Bearer {student}'}
    assert who(post(site, both, token='', headers=bearer)) == ['student', 'wanjiru']
    assert who(post(site, both, token='')) == ['invalidtoken', 'wanjiru']
    named = {'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD']}
    alone = site.request('POST', env.SERVER, {**named, 'wsfunction': INFO,
                                              'moodlewsrestformat': 'json'}).json()
    assert who(post(site, [call(INFO, **named)], token='')) == [
        alone.get('username') or alone['errorcode']]


# What one is refused does not harm the others; each error is the document that it is alone.
def test_115_03_errors(site):
    wrong = [call(GROUPS), call('none'), call(GROUPS, groupids=['x']), {}, 5, None, [], 'x',
             call(GROUPS, groupids=[1], extra=1), {'wsfunction': ['x']}]
    answers = post(site, [call(GROUPS, groupids=[1]), *wrong, call(GROUPS, groupids=[2])]).json()
    assert answers[0][0]['id'] == 1 and answers[-1][0]['id'] == 2
    assert all(answer['exception'] for answer in answers[1:-1])
    assert [answer['errorcode'] for answer in answers[1:-1]] == [
        'invalidparameter', 'invalidrecord', *['invalidparameter'] * 7, 'invalidrecord']
    for i, sent in ((1, {}), (3, {'groupids': ['x']})):
        assert answers[i] == site.call(GROUPS, sent)


# Each call is checked for itself: what the service of its token lists, and what its user may.
def test_115_04_permission(site, world):
    reader, student = site.env['TOKEN_READER'], site.env['TOKEN_STUDENT']
    group = new_group(world)
    answers = post(site, [call(INFO), create(world, group), call(GROUPS, groupids=[1])],
                   token=reader).json()
    assert 'username' in answers[0]
    assert [answers[i].get('errorcode') for i in (1, 2)] == ['accessexception'] * 2
    answers = post(site, [create(world, group), call(INFO), create(world, group)],
                   token=student).json()
    assert [answer.get('errorcode') for answer in answers] == ['nopermissions', None,
                                                               'nopermissions']
    assert group_rows(world.db, group) == 0


# Settings of texts are the request's, unless a call has its own.
def test_115_05_settings(site):
    ask = call(GROUPS, groupids=[2])

    def names(body, query=''):
        return [answer[0]['name'] for answer in post(site, body, query=query).json()]
    raw, clean = 'Evening & night', 'Evening &amp; night'
    own = {**ask, 'moodlewssettingraw': False}
    assert names([ask, {**ask, 'moodlewssettingraw': True}, ask]) == [clean, raw, clean]
    assert names([ask, own], 'moodlewssettingraw=1') == [raw, clean]
    assert names({'calls': [ask, own], 'moodlewssettingraw': True}) == [raw, clean]
    assert names(together(ask, own, moodlewssettingraw=True)) == [raw, clean]


# Writes are seen by the calls after them, whether together or not.
@pytest.mark.parametrize('atomic', [False, True])
def test_115_06_reads_and_writes(site, world, atomic):
    group = new_group(world)
    calls = [create(world, group), call('core_group_get_course_groups', courseid=2), call(INFO)]
    answers = post(site, {'atomic': atomic, 'calls': calls}).json()
    assert answers[0][0]['name'] == group['name']
    assert [g['id'] for g in answers[1] if g['name'] == group['name']] == [answers[0][0]['id']]
    assert answers[2]['username'] == 'wsuser'
    assert group_rows(world.db, group) == 1


# What stands beside the calls is known, and the calls are a list.
@pytest.mark.parametrize('body, said', [
    ({'calls': 1}, 'calls => '), ({'calls': {}}, 'calls => '), ({'calls': None}, 'calls => '),
    ({'calls': [], 'atomic': 1}, 'atomic => '), ({'calls': [], 'atomic': 'true'}, 'atomic => '),
    ({'calls': [], 'atomic': None}, 'atomic => '),
    ({'calls': [], 'groupids': [1]}, 'groupids => not expected'),
    ({'atomic': True}, 'wsfunction => '), ({'calls': [], 'wsfunction': GROUPS}, 'groupids')])
def test_115_07_beside(site, body, said):
    answer = post(site, body, query='moodlewsrestformat=json').json()
    assert (answer['exception'], answer['errorcode']) == (IPE, 'invalidparameter')
    assert said in answer['debuginfo']


# Only JSON has lists of calls.
def test_115_08_only_json(site):
    answer = site.request('POST', env.SERVER, {
        'wstoken': site.token, 'moodlewsrestformat': 'json', 'calls[0][wsfunction]': INFO}).json()
    assert 'wsfunction =>' in answer['debuginfo']


# ---- limits

# So many calls and no more, in each of the forms.
def test_115_09_calls_max(narrow):
    for n, fits in ((3, True), (4, False)):
        for body in ([call(INFO)] * n, together(*[call(INFO)] * n)):
            answer = post(narrow, body).json()
            if fits:
                assert [one['username'] for one in answer] == ['wsuser'] * n
            else:
                assert answer['errorcode'] == 'invalidparameter'
                assert '4 calls, more than the 3' in answer['debuginfo']
        answer = post(narrow, call(MOBILE, requests=[{'function': INFO}] * n),
                      query='moodlewsrestformat=json').json()
        if fits:
            assert len(answer['responses']) == 3
        else:
            assert '4 calls, more than the 3' in answer['debuginfo']


# Several calls within one of several are refused, whatever the forms.
@pytest.mark.parametrize('within', [
    call(MOBILE, requests=[{'function': INFO}]), [call(INFO)], {'calls': [call(INFO)]},
    together(call(INFO))])
def test_115_10_nested(site, within):
    [answer] = post(site, [within]).json()
    assert answer['errorcode'] in ('codingerror', 'invalidparameter')
    answer = post(site, together(call(INFO), within)).json()
    assert answer['errorcode'] in ('codingerror', 'invalidparameter') and answer['call'] == 1
    [response] = site.call(MOBILE, {'requests': [
        {'function': MOBILE, 'arguments': json.dumps({'requests': [{'function': INFO}]})}]}
    )['responses']
    assert json.loads(response['exception'])['errorcode'] == 'codingerror'


# Depth and keys are counted over the whole body.
def test_115_11_depth_and_keys(site):
    lines = '\nMoodleWSDepthMax 4\nMoodleWSKeysMax 9\n'
    with env.Httpd(site, lambda conf: conf + lines) as httpd:
        httpd.token = site.token
        ask = call(GROUPS, groupids=[1])
        assert [answer[0]['id'] for answer in post(httpd, [ask, ask]).json()] == [1, 1]
        assert '9 keys' in post(httpd, [ask, ask, ask]).json()['debuginfo']
        deep = post(httpd, [{'wsfunction': GROUPS, 'a': [[1]]}]).json()
        assert 'levels' not in deep[0]['debuginfo']
        assert '4 levels' in post(httpd, [{'wsfunction': GROUPS, 'a': [[[1]]]}]).json()['debuginfo']


# A list is strict JSON, and the place of the first mistake is told.
@pytest.mark.parametrize('body', ['[', '[{}', '[{}]x', '[{},]', '[{"a":1,"a":2}]', '[{}]{}',
                                  '[' * 70 + ']' * 70, '[1 2]'])
def test_115_12_json_strict(site, body):
    answer = post(site, body, query='moodlewsrestformat=json').json()
    assert answer['debuginfo'].startswith('JSON body, byte ')


# ---- together

# What the second call is refused undoes the first, with its events and marks; the index tells.
@pytest.mark.parametrize('refused', [
    lambda w: call(GROUPS, groupids=[10 ** 9]), lambda w: call(GROUPS), lambda w: call('none'),
    lambda w: create(w, new_group(w, courseid=10 ** 9)), lambda w: 5,
    lambda w: call(USERS, users=[{**writes.new_user(w), 'username': 'wsuser'}]),
    lambda w: call(INFO, wstoken='nobody'), lambda w: call(INFO, moodlewssettingraw=[1]),
    lambda w: call('core_role_assign_roles', assignments=[
        {'roleid': 99, 'userid': 6, 'contextid': w.context(50, 2)}])])
def test_115_13_nothing(site, world, refused):
    first, second = new_group(world), new_group(world)
    before = traces(world.db)
    wrong = refused(world)
    alone = post(site, [wrong]).json()[0]
    reply = post(site, together(create(world, first), call(USERS, users=[writes.new_user(world)]),
                                wrong, create(world, second)))
    answer = reply.json()
    assert answer.pop('call') == 2
    assert answer['errorcode'] == alone['errorcode']
    assert answer['exception'] == alone['exception']
    assert reply.status == 200 and reply.headers['Content-Type'] == 'application/json'
    assert group_rows(world.db, first, second) == 0
    assert traces(world.db) == before


# All are done, in order, with the events that each has alone, and each is told.
def test_115_14_all(site, world):
    groups = [new_group(world) for _ in range(3)]
    user = writes.new_user(world)
    last = world.db.one('SELECT max(id) FROM mdl_logstore_standard_log')
    answers = post(site, together(create(world, groups[0]), call(USERS, users=[user]),
                                  create(world, groups[1], groups[2]))).json()
    assert [g['name'] for g in answers[0] + answers[2]] == [g['name'] for g in groups]
    assert answers[1][0]['username'] == user['username']
    ids = [g['id'] for g in answers[0] + answers[2]]
    assert ids == sorted(ids)
    assert world.db.all(
        "SELECT objecttable, objectid FROM mdl_logstore_standard_log WHERE id > %s AND action ="
        " 'created' ORDER BY id", (last,)) == [
            ('groups', ids[0]), ('user', answers[1][0]['id']), ('groups', ids[1]),
            ('groups', ids[2])]


# That functions were called is told even when all was undone.
def test_115_15_called(site, world):
    last = world.db.one('SELECT max(id) FROM mdl_logstore_standard_log')
    post(site, together(create(world), call(GROUPS, groupids=[10 ** 9])))
    rows = world.db.wait_for(
        "SELECT other FROM mdl_logstore_standard_log WHERE id > %s AND other LIKE %s", (
            last, '%get_groups%'))
    assert len(rows) == 1


# A function that keeps what it did before its error keeps nothing when it is one of several, and what
# another one kept is undone too.
@pytest.mark.parametrize('behind', [[], [call(GROUPS, groupids=[10 ** 9])]])
def test_115_16_kept(site, world, behind):
    note, group = writes.new_note(world, 2), new_group(world)
    note['text'] = world.name('Kept ')
    notes = call(NOTES, notes=[note, {**note, 'courseid': 2, 'publishstate': 'course',
                                      'format': 9}])
    before = traces(world.db)
    answer = post(site, together(create(world, group), notes, *behind)).json()
    assert answer['errorcode'] and answer['call'] >= 1
    assert group_rows(world.db, group) == 0
    assert traces(world.db) == before


# What hashes passwords before its transaction does so for each call.
def test_115_17_prepared(site, world):
    users = [writes.new_user(world) for _ in range(2)]
    answers = post(site, together(*[call(USERS, users=[user]) for user in users])).json()
    assert [a[0]['username'] for a in answers] == [u['username'] for u in users]
    stored = world.db.all('SELECT password FROM mdl_user WHERE username = ANY (%s)',
                          ([u['username'] for u in users],))
    assert len(stored) == 2 and all(p.startswith('$') for p, in stored)


# The second call sees what the first did and is refused for it.
def test_115_18_sees(site, world):
    user = writes.new_user(world)
    answer = post(site, together(call(USERS, users=[user]), call(USERS, users=[user]))).json()
    assert answer['errorcode'] == site.call(USERS, {'users': [
        {**writes.new_user(world), 'username': 'wsuser'}]})['errorcode'] and answer['call'] == 1
    assert not world.db.one('SELECT count(*) FROM mdl_user WHERE username = %s',
                            (user['username'],))


# What fails only at COMMIT is no call's alone, and nothing is done.
def test_115_19_commit(site, world):
    group = new_group(world)
    world.db.run('CREATE FUNCTION refuse_group() RETURNS trigger LANGUAGE plpgsql AS'
                 " $$BEGIN RAISE 'no' USING ERRCODE = '23505'; END$$")
    world.db.run('CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON mdl_groups DEFERRABLE INITIALLY'
                 ' DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_group()')
    try:
        answer = post(site, together(create(world, group), call(INFO))).json()
    finally:
        world.db.run('DROP TRIGGER refuse ON mdl_groups; DROP FUNCTION refuse_group()')
    assert answer['errorcode'] == 'dmlwriteexception' and 'call' not in answer
    assert group_rows(world.db, group) == 0


# What the database undoes for the sake of another transaction is done again from its first call: each
# is done once, and told once.
def test_115_20_conflict(site, world):
    first, second = new_group(world), new_group(world)
    world.db.run('CREATE SEQUENCE meetings; CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS'
                 " $$BEGIN IF nextval('meetings') = 2 THEN RAISE 'met another' USING ERRCODE ="
                 " '40P01'; END IF; RETURN NULL; END$$")
    world.db.run('CREATE TRIGGER meet AFTER INSERT ON mdl_groups FOR EACH STATEMENT'
                 ' EXECUTE FUNCTION meet()')
    try:
        reply = post(site, together(create(world, first), call(INFO), create(world, second)))
    finally:
        world.db.run('DROP TRIGGER meet ON mdl_groups; DROP FUNCTION meet(); DROP SEQUENCE meetings')
    answers = reply.json()
    assert [answers[0][0]['name'], answers[2][0]['name']] == [first['name'], second['name']]
    assert len(answers) == 3 and group_rows(world.db, first, second) == 2
    assert world.db.one("SELECT count(*) FROM mdl_logstore_standard_log WHERE action = 'created' AND"
                        " target = 'group' AND objectid = ANY (%s)",
                        ([answers[0][0]['id'], answers[2][0]['id']],)) == 2


# A key for the files of the caller that site info makes is part of the whole.
def test_115_21_site_info(site, world):
    world.db.keep('user_private_key')
    world.db.run("DELETE FROM mdl_user_private_key WHERE script = 'core_files'")
    mine = "SELECT count(*) FROM mdl_user_private_key WHERE script = 'core_files'"
    group = new_group(world)
    answer = post(site, together(create(world, group), call(INFO),
                                 call(GROUPS, groupids=[10 ** 9]))).json()
    assert answer['call'] == 2 and group_rows(world.db, group) == 0
    assert world.db.one(mine) == 0
    answers = post(site, together(create(world, group), call(INFO), call(INFO))).json()
    assert answers[1]['userprivateaccesskey'] == answers[2]['userprivateaccesskey']
    assert group_rows(world.db, group) == 1 and world.db.one(mine) == 1


# True status codes: of the whole where it is one error, else 200.
def test_115_22_status(site, world):
    strict = 'moodlewssettinghttpstatus=1'
    assert post(site, [call(GROUPS, groupids=[10 ** 9])], query=strict).status == 200
    assert post(site, together(call(GROUPS, groupids=[10 ** 9])), query=strict).status == 404
    assert post(site, together(call(INFO)), token='nobody', query=strict).status == 401
    assert post(site, {'calls': 1}, query=strict).status == 400


# A file that a call stored goes with all else, and stays with it.
def test_115_33_files(site, world):
    content = world.name('content ').encode()
    place = hashlib.sha1(content).hexdigest()
    path = os.path.join(site.env['DATAROOT'], 'filedir', place[:2], place[2:4], place)
    stored = 'SELECT count(*) FROM mdl_files WHERE contenthash = %s'
    file = {**writes.new_file('a.txt', 'draft', 0, world.context(30, 3)),
            'filecontent': base64.b64encode(content).decode()}
    answer = post(site, together(call('core_files_upload', **file), call(GROUPS))).json()
    assert answer['call'] == 1
    assert not os.path.exists(path) and world.db.one(stored, (place,)) == 0
    assert isinstance(post(site, together(call('core_files_upload', **file), call(INFO))).json(),
                      list)
    assert os.path.exists(path) and world.db.one(stored, (place,)) == 1
    answer = post(site, together(call('core_files_upload', **file),
                                 call(GROUPS, groupids=[10 ** 9]))).json()
    assert answer['call'] == 1 and os.path.exists(path)


# ---- a server that only reads

# Reads go on, by themselves and together; a write is refused, and with it what is together with it.
def test_115_23_read_only(reading, world):
    group = new_group(world)
    reads = [call(INFO), call(GROUPS, groupids=[1])]
    for body in (reads, together(*reads)):
        answers = post(reading, body).json()
        assert answers[0]['username'] == 'wsuser' and answers[1][0]['id'] == 1
    answers = post(reading, [create(world, group), *reads]).json()
    assert answers[0]['errorcode'] == 'readonly' and answers[2][0]['id'] == 1
    answer = post(reading, together(*reads, create(world, group))).json()
    assert (answer['errorcode'], answer['call']) == ('readonly', 2)
    answer = post(reading, call(MOBILE, requests=[
        {'function': INFO}, {'function': CREATE, 'arguments': json.dumps({'groups': [group]})}]),
        query='moodlewsrestformat=json').json()
    assert [one['error'] for one in answer['responses']] == [False, True]
    assert json.loads(answer['responses'][1]['exception'])['errorcode'] == 'readonly'
    assert group_rows(world.db, group) == 0


# ---- the function of the mobile app

def ask(site, *requests, token=None, **fields):
    """The responses to REQUESTS: (function, arguments[, settings])."""
    sent = [{'function': function, 'arguments': json.dumps(params), **(more[0] if more else {})}
            for function, params, *more in requests]
    return site.call(MOBILE, {'requests': sent}, token, **fields)['responses']


# A result is the text in JSON of what the call gives alone; what gives nothing is null.
def test_115_24_mobile(site, world):
    group = world.group(2)
    responses = ask(site, (GROUPS, {'groupids': [1, 2]}), (DELETE, {'groupids': [group]}),
                    ('moodle_group_get_groups', {'groupids': [1]}))
    assert responses == [
        {'error': False, 'data': site.rest(GROUPS, {'groupids': [1, 2]}).text},
        {'error': False, 'data': None},
        {'error': False, 'data': site.rest('moodle_group_get_groups', {'groupids': [1]}).text}]
    assert not world.db.one('SELECT count(*) FROM mdl_groups WHERE id = %s', (group,))
    nothing = post(site, call(MOBILE, requests=[]), query='moodlewsrestformat=json')
    assert nothing.body == b'{"responses":[]}'


# The first that fails is the last that is made; what was done before stays.
def test_115_25_mobile_stops(site, world):
    group, never = new_group(world), new_group(world)
    responses = ask(site, (CREATE, {'groups': [group]}), (GROUPS, {'groupids': ['x']}),
                    (CREATE, {'groups': [never]}))
    assert [one['error'] for one in responses] == [False, True]
    assert list(responses[1]) == ['error', 'exception']
    exception = json.loads(responses[1]['exception'])
    alone = site.call(GROUPS, {'groupids': ['x']})
    assert exception == {key: alone[key] for key in ('message', 'errorcode', 'debuginfo')}
    assert group_rows(world.db, group) == 1 and group_rows(world.db, never) == 0


# The service of the token lists what may be called, and the function itself.
def test_115_26_mobile_permission(site, world):
    refused = {'errorcode': 'accessexception', 'module': 'webservice'}
    student = site.env['TOKEN_STUDENT']
    for function in ('none', 'core_user_no_such', ''):
        [response] = ask(site, (function, {}))
        assert json.loads(response['exception']) == refused
    world.db.keep('external_services_functions')
    group = new_group(world)
    world.db.run('DELETE FROM mdl_external_services_functions WHERE functionname = %s', (CREATE,))
    [response] = ask(site, (CREATE, {'groups': [group]}))
    assert json.loads(response['exception']) == refused
    world.db.run('DELETE FROM mdl_external_services_functions WHERE functionname = %s', (MOBILE,))
    assert site.call(MOBILE, {'requests': []})['errorcode'] == 'accessexception'
    world.db.put_back()
    [response] = ask(site, (CREATE, {'groups': [group]}), token=student)
    assert json.loads(response['exception'])['errorcode'] in ('nopermissions', 'accessexception')
    assert group_rows(world.db, group) == 0


# It is for tokens: a user name and password are not shown again with each call.
def test_115_27_mobile_token(site):
    form = {'wsusername': 'wsuser', 'wspassword': site.env['WSPASSWORD'], 'wsfunction': MOBILE,
            'moodlewsrestformat': 'json', 'requests[0][function]': INFO}
    assert site.request('POST', env.SERVER, form).json()['errorcode'] in ('missingparam',
                                                                          'accessexception')
    bearer = {'Authorization': f'Bearer {site.token}'}
    form = {'wsfunction': MOBILE, 'moodlewsrestformat': 'json', 'requests[0][function]': INFO}
    [response] = site.request('POST', env.SERVER, form, bearer).json()['responses']
    assert json.loads(response['data'])['username'] == 'wsuser'


# Texts are as each request says, whatever the settings around it.
def test_115_28_mobile_settings(site, db):
    db.keep('course')
    db.run("UPDATE mdl_course SET summary = '@@PLUGINFILE@@/syllabus.html' WHERE id = 2")

    def names(*settings, **fields):
        return [json.loads(one['data'])[0]['name'] for one in ask(site, *(
            (GROUPS, {'groupids': [2]}, more) for more in settings), **fields)]
    raw, clean = 'Evening & night', 'Evening &amp; night'
    assert names({}, {'settingraw': 1}, {'settingraw': 0}, moodlewssettingraw='1') == [
        clean, raw, clean]

    def summary(**more):
        [one] = ask(site, ('core_course_get_courses', {'options': {'ids': [2]}},
                           {'settingraw': 1, **more}), moodlewssettingfileurl='0')
        return json.loads(one['data'])[0]['summary']
    assert '/webservice/pluginfile.php/' in summary()
    assert '@@PLUGINFILE@@' in summary(settingfileurl=0)


# Arguments are an object in JSON, or not there.
@pytest.mark.parametrize('text, good', [
    ('{}', True), ('', True), (None, True), ('[]', False), ('null', False), ('{', False),
    ('5', False), ('{"a":1}', False), ('{}{}', False), ('{"a":1,"a":2}', False)])
def test_115_29_mobile_arguments(site, text, good):
    request = {'function': INFO} if text is None else {'function': INFO, 'arguments': text}
    [response] = site.call(MOBILE, {'requests': [request]})['responses']
    assert response['error'] is not good
    if not good:
        assert json.loads(response['exception'])['errorcode'] == 'invalidparameter'
    [null] = post(site, call(MOBILE, requests=[{'function': INFO, 'arguments': None}]),
                  query='moodlewsrestformat=json').json()['responses']
    assert null['error'] is False


# The call is told once, as one of this function; site info lists it.
def test_115_30_mobile_called(site, db):
    last = db.one('SELECT max(id) FROM mdl_logstore_standard_log')
    ask(site, (GROUPS, {'groupids': [1]}), (INFO, {}))
    rows = db.wait_for("SELECT other FROM mdl_logstore_standard_log WHERE id > %s", (last,))
    time.sleep(0.3)
    rows = db.all("SELECT other FROM mdl_logstore_standard_log WHERE id > %s", (last,))
    assert rows == [('{"function":"%s"}' % MOBILE,)]
    assert MOBILE in [f['name'] for f in site.call(INFO)['functions']]


# Every protocol has it, and the texts in JSON are the same.
def test_115_31_mobile_in_xml(site):
    [response] = ask(site, (GROUPS, {'groupids': [1]}))
    reply = site.rest(MOBILE, {'requests': [
        {'function': GROUPS, 'arguments': '{"groupids":[1]}'}]}, fmt='xml')
    assert response['data'].replace('"', '&quot;') in reply.text


# The texts are large and many, and each is whole.
def test_115_32_mobile_large(site):
    ids = [1 + i % 5 for i in range(4000)]
    responses = ask(site, *[(GROUPS, {'groupids': ids})] * 3)
    same = site.rest(GROUPS, {'groupids': ids}).text
    assert [one['data'] for one in responses] == [same] * 3 and len(same) > 400000
