# SPDX-License-Identifier: Apache-2.0
# t/test_342_course_update.py -- changes of courses.
import concurrent.futures
import datetime
import json
import time
import zoneinfo

import pytest

import env

UPDATE = 'core_course_update_courses'
WEEK = 7 * 86400

# What changing a course may change.
TABLES = ['cache_flags', 'config', 'context', 'course', 'course_categories',
          'course_format_options', 'course_modules', 'course_sections', 'customfield_data', 'forum',
          'role_capabilities', 'user']

# In the demo: topics in category 4, below 3, below 2; weeks in 3, with automaticenddate off.
OPT, MECH, JPN, ARA, FRA, ESS, POD, OLD = 2, 3, 5, 6, 7, 8, 9, 10


@pytest.fixture
def base(db):
    """The database, put back as it was. The demo has no announcements: its courses shall not get
    them by any change."""
    db.keep(*TABLES)
    db.run("INSERT INTO mdl_forum (course, type, name, intro) SELECT id, 'news', '', ''"
           " FROM mdl_course")
    db.run("INSERT INTO mdl_forum (course, type, name, intro) SELECT id, 'social', '', ''"
           " FROM mdl_course")
    return db


@pytest.fixture
def still(base):
    """A function that tells whether no row of a course, nor a number of them, has changed."""
    def picture():
        return [base.all(f'SELECT t::text FROM mdl_{table} t ORDER BY 1') for table in TABLES]

    before = picture()
    return lambda: picture() == before


def forbid(db, capability):
    """Nobody but an administrator has CAPABILITY."""
    db.run('UPDATE mdl_role_capabilities SET permission = -1000 WHERE capability = %s',
           (capability,))


def update(site, *courses, **more):
    """The warnings of an update."""
    answer = site.call(UPDATE, {'courses': courses}, **more)
    assert list(answer) == ['warnings'], answer
    return answer['warnings']


def codes(warnings):
    return [(w['itemid'], w['warningcode']) for w in warnings]


def row(db, table, where, *args):
    """The one row as a dict."""
    [[text]] = db.all(f'SELECT to_json(t) FROM mdl_{table} t WHERE {where}', args)
    return text if isinstance(text, dict) else json.loads(text)


def stored(db, course_id):
    return row(db, 'course', 'id = %s', course_id)


def changed(site, db, course_id, **given):
    """Update one course; the columns that changed with their new values, cacherev as the number of
    its marks, and without the time."""
    db.run('UPDATE mdl_course SET cacherev = 5 WHERE id = %s', (course_id,))
    before, start = stored(db, course_id), int(time.time())
    assert update(site, {'id': course_id, **given}) == []
    now = stored(db, course_id)
    assert start - 1 <= now['timemodified'] <= time.time() + 1
    now['cacherev'] -= now['timemodified'] - 1
    now['timemodified'] = before['timemodified']
    return {key: value for key, value in now.items() if value != before[key]}


def last_events(db, course_id, count=1):
    rows = db.all('SELECT eventname, objectid, other FROM mdl_logstore_standard_log'
                  ' WHERE courseid = %s ORDER BY id DESC LIMIT %s', (course_id, count))
    return rows[::-1]


def fields(db, course_id):
    """What the last event tells of the fields: as it is written."""
    [(name, number, other)] = last_events(db, course_id)
    assert (name, number) == (r'\core\event\course_updated', course_id)
    assert list(json.loads(other)) == ['shortname', 'fullname', 'updatedfields']
    return other[other.index('"updatedfields":') + len('"updatedfields":'):-1]


def options(db, course_id):
    return db.all('SELECT format, name, value FROM mdl_course_format_options WHERE courseid = %s'
                  ' ORDER BY id', (course_id,))


# Names change, are told with what they became, and the caches are marked once.
def test_342_01_names(site, base):
    assert changed(site, base, OPT, shortname='N "2"', fullname='日本 & co') == {
        'shortname': 'N "2"', 'fullname': '日本 & co', 'cacherev': 1}
    event = row(base, 'logstore_standard_log',
                'id = (SELECT max(id) FROM mdl_logstore_standard_log WHERE courseid = %s)', OPT)
    context = row(base, 'context', 'contextlevel = 50 AND instanceid = %s', OPT)
    assert event['other'] == ('{"shortname":"N \\"2\\"","fullname":"\\u65e5\\u672c & co",'
                              '"updatedfields":{"fullname":"\\u65e5\\u672c & co",'
                              '"shortname":"N \\"2\\""}}')
    assert (event['eventname'], event['objecttable'], event['crud'], event['edulevel'],
            event['contextid'], event['contextlevel'], event['contextinstanceid'],
            event['relateduserid']) == (r'\core\event\course_updated', 'course', 'u', 1,
                                        context['id'], 50, OPT, None)


# Every column can be changed; numbers are told as numbers, texts as texts, in the table's order.
def test_342_02_all_columns(site, base):
    given = {'completionnotify': 1, 'enablecompletion': 0, 'lang': 'en', 'defaultgroupingid': 7,
             'groupmodeforce': 1, 'groupmode': 2, 'visible': 0, 'showreports': 1, 'maxbytes': 512,
             'enddate': 1800000000, 'startdate': 1700000000, 'newsitems': 0, 'showgrades': 0,
             'summaryformat': 2, 'summary': 'A "B"', 'idnumber': '00', 'shortname': 'S',
             'fullname': 'F'}
    got = changed(site, base, OPT, numsections=9, **given)
    assert got == {**given, 'visibleold': 0, 'showcompletionconditions': None, 'cacherev': 1}
    assert fields(base, OPT) == (
        '{"fullname":"F","shortname":"S","idnumber":"00","summary":"A \\"B\\"","summaryformat":2,'
        '"showgrades":0,"newsitems":0,"startdate":1700000000,"enddate":1800000000,"maxbytes":512,'
        '"showreports":1,"visible":0,"groupmode":2,"groupmodeforce":1,"defaultgroupingid":7,'
        '"lang":"en","enablecompletion":0,"completionnotify":1}')


# Values as they were are no change, but for the time, the caches and the event.
def test_342_03_equal_values(site, base):
    before = stored(base, OPT)
    assert changed(site, base, OPT, fullname=before['fullname'], visible=1, categoryid=4,
                   hiddensections=1) == {'cacherev': 1}
    assert fields(base, OPT) == '[]'
    assert changed(site, base, OPT, categoryid=0) == {'cacherev': 1}


# Caches are marked with the current second, or one more where that mark was made already; a mark
# from far ahead is no longer counted on.
@pytest.mark.parametrize('mark, least, most', [(-50, 0, 1), (100, 101, 101), (5000, 0, 1)])
def test_342_04_cache_marks(site, base, mark, least, most):
    now = int(time.time())
    base.run('UPDATE mdl_course SET cacherev = %s WHERE id = %s', (now + mark, OPT))
    assert update(site, {'id': OPT}) == []
    assert now + least - 1 < stored(base, OPT)['cacherev'] <= now + most + 1


# A course that moves takes its contexts along, keeps its number, closes its gap and is counted.
def test_342_05_move(site, base):
    old = row(base, 'context', 'contextlevel = 50 AND instanceid = %s', ARA)
    base.run('INSERT INTO mdl_context (contextlevel, instanceid, path, depth)'
             ' VALUES (70, 9998, %s, 5), (70, 9999, %s, 5)',
             (old['path'] + '/8/9', old['path'] + '9/1'))       # one below, one only seems to be
    above = row(base, 'context', 'contextlevel = 40 AND instanceid = 4')
    assert changed(site, base, ARA, categoryid=4) == {'category': 4, 'sortorder': 40002,
                                                      'cacherev': 1}
    new = row(base, 'context', 'contextlevel = 50 AND instanceid = %s', ARA)
    assert new['path'] == f"{above['path']}/{new['id']}"
    assert new['depth'] == above['depth'] + 1
    assert base.all('SELECT path, depth FROM mdl_context WHERE instanceid IN (9998, 9999)'
                    ' AND contextlevel = 70 ORDER BY instanceid') == [
        (new['path'] + '/8/9', 7), (old['path'] + '9/1', 5)]
    assert fields(base, ARA) == '{"category":4}'
    flag = row(base, 'cache_flags', "flagtype = 'accesslib/dirtycontexts'")
    assert (flag['name'], flag['value']) == (new['path'], '1')
    assert flag['expiry'] == flag['timemodified'] + 28800
    assert base.all('SELECT id, coursecount FROM mdl_course_categories WHERE id IN (4, 5)'
                    ' ORDER BY id') == [(4, 2), (5, 2)]
    assert base.all('SELECT id, sortorder FROM mdl_course WHERE category = 5 ORDER BY 2') == [
        (JPN, 50001), (FRA, 50002)]


# Of two with one number, the higher id comes first; courses move one after the other.
def test_342_06_moves(site, base):
    assert update(site, {'id': OLD, 'categoryid': 5}, {'id': MECH, 'categoryid': 5},
                  {'id': FRA, 'categoryid': 1}) == []
    order = base.all('SELECT category, id, sortorder FROM mdl_course WHERE category IN (1, 5)'
                     ' ORDER BY sortorder')
    # OLD has number 3 and comes before FRA, 3 too; MECH has 1 and comes behind... JPN, 1 as well.
    assert order == [(1, ESS, 10001), (1, POD, 10002), (1, FRA, 10003), (5, JPN, 50001),
                     (5, MECH, 50002), (5, ARA, 50003), (5, OLD, 50004)]


# A course that goes where all is hidden is hidden, unless the call says what it is to be.
def test_342_07_move_into_hidden(site, base):
    assert changed(site, base, OPT, categoryid=6) == {
        'category': 6, 'sortorder': 60002, 'visible': 0, 'cacherev': 1}
    assert fields(base, OPT) == '{"category":6}'
    base.run('UPDATE mdl_course SET visible = 0, visibleold = 0 WHERE id = %s', (MECH,))
    got = changed(site, base, MECH, categoryid=6, visible=1)
    assert (got['visible'], got['visibleold']) == (1, 1)


# Another format takes over the options that it shares with the last one, and its rows go.
def test_342_08_formats(site, base):
    sections = base.one('SELECT max(section) FROM mdl_course_sections WHERE course = %s', (OPT,))
    got = changed(site, base, OPT, format='weeks')
    start = stored(base, OPT)['startdate']
    assert options(base, OPT) == [('weeks', 'hiddensections', '1'), ('weeks', 'coursedisplay', '0'),
                                  ('weeks', 'automaticenddate', '1')]
    assert got.pop('enddate') == start + sections * WEEK
    assert got == {'format': 'weeks', 'cacherev': 2}
    assert fields(base, OPT) == '{"format":"weeks"}'
    assert changed(site, base, OPT, format='singleactivity', courseformatoptions=[
        {'name': 'activitytype', 'value': 'quiz'}]) == {
        'format': 'singleactivity', 'newsitems': 0, 'cacherev': 2}
    assert options(base, OPT) == [('singleactivity', 'activitytype', 'quiz')]
    assert changed(site, base, OPT, format='topics', newsitems=3) == {
        'format': 'topics', 'newsitems': 3, 'cacherev': 1}
    assert options(base, OPT) == [('topics', 'hiddensections', '1'), ('topics', 'coursedisplay', '0')]


# Options of the format change; what they cannot hold, and what is none of them, does not. They are
# told as they came: by their own key a number, in the list a text.
def test_342_09_options(site, base):
    assert changed(site, base, OPT, hiddensections=0) == {'cacherev': 2}
    assert fields(base, OPT) == '{"hiddensections":0}'
    assert changed(site, base, OPT, courseformatoptions=[
        {'name': 'coursedisplay', 'value': '1'}, {'name': 'fullname', 'value': 'no'},
        {'name': 'hiddensections', 'value': '7'}]) == {'cacherev': 2}
    assert options(base, OPT) == [('topics', 'coursedisplay', '1'), ('topics', 'hiddensections', '0')]
    assert fields(base, OPT) == '{"hiddensections":"7","coursedisplay":"1"}'
    base.run('DELETE FROM mdl_course_format_options WHERE courseid = %s', (OPT,))
    assert changed(site, base, OPT, showgrades=0)['cacherev'] == 1
    assert options(base, OPT) == [('topics', 'hiddensections', '1'), ('topics', 'coursedisplay', '0')]


# A course of weeks ends with its last week after any change, in days of the caller's zone.
def test_342_10_end_of_weeks(site, base):
    base.run("UPDATE mdl_course_format_options SET value = '1' WHERE name = 'automaticenddate'")
    base.run("UPDATE mdl_user SET timezone = 'America/New_York' WHERE username = 'wsuser'")
    zone = zoneinfo.ZoneInfo('America/New_York')
    last = base.one('SELECT max(section) FROM mdl_course_sections WHERE course = %s', (MECH,))
    start = datetime.datetime(2024, 3, 1, 9, tzinfo=zone)
    got = changed(site, base, MECH, startdate=int(start.timestamp()), enddate=1900000000)
    end = datetime.datetime.fromtimestamp(got['enddate'], zone)
    assert end.replace(tzinfo=None) == datetime.datetime(2024, 3, 1, 9) + datetime.timedelta(
        weeks=last)
    assert fields(base, MECH).endswith('"enddate":1900000000}')
    base.run('DELETE FROM mdl_course_sections WHERE course = %s', (MECH,))
    base.run("DELETE FROM mdl_course_format_options WHERE name = 'automaticenddate'")
    got = changed(site, base, MECH, startdate=1000000000)
    assert got['enddate'] == 1000000000 + WEEK
    base.run('UPDATE mdl_course SET startdate = %s WHERE id = %s', (2 ** 62, MECH))
    assert update(site, {'id': MECH, 'showgrades': 0}) == []


# A course without the forum of its format gets it, behind what section 0 has.
def test_342_11_forums(site, base):
    base.run('DELETE FROM mdl_forum WHERE course IN (%s, %s)', (OPT, POD))
    sequence = base.one('SELECT sequence FROM mdl_course_sections WHERE course = %s'
                        ' AND section = 0', (OPT,))
    assert changed(site, base, OPT, showgrades=0)['cacherev'] == 3
    forum = row(base, 'forum', "course = %s AND type = 'news'", OPT)
    module = row(base, 'course_modules', 'course = %s AND instance = %s AND added ='
                 ' (SELECT max(added) FROM mdl_course_modules)', OPT, forum['id'])
    assert base.one('SELECT sequence FROM mdl_course_sections WHERE course = %s AND section = 0',
                    (OPT,)) == ','.join(filter(None, [sequence, str(module['id'])]))
    assert changed(site, base, OPT, showgrades=1)['cacherev'] == 1
    base.run('DELETE FROM mdl_course_sections WHERE course = %s', (POD,))
    assert changed(site, base, POD, format='social')['cacherev'] == 3
    assert base.all('SELECT type, name FROM mdl_forum WHERE course = %s', (POD,)) == [
        ('social', 'Social forum')]
    assert [e[0] for e in last_events(base, POD, 2)] == [
        r'\core\event\course_updated', r'\core\event\course_section_created']
    base.run('DELETE FROM mdl_forum WHERE course = %s', (OPT,))
    assert changed(site, base, OPT, newsitems=0) == {'newsitems': 0, 'cacherev': 1}


# Custom fields are stored and no part of what the event tells.
def test_342_12_customfields(site, base):
    given = [{'shortname': 'room', 'value': 'Cellar'}]
    assert changed(site, base, POD, customfields=given) == {'cacherev': 1}
    assert fields(base, POD) == '[]'
    assert base.one('SELECT charvalue FROM mdl_customfield_data WHERE instanceid = %s'
                    ' AND fieldid = 1', (POD,)) == 'Cellar'
    warnings = update(site, {'id': POD, 'fullname': 'Not so', 'customfields': [
        {'shortname': 'room', 'value': 'x' * 1334}]}, {'id': OPT, 'customfields': given})
    assert codes(warnings) == [(POD, 'invalidpersistenterror')]
    assert stored(base, POD)['fullname'] == 'One podcast'
    assert base.one('SELECT charvalue FROM mdl_customfield_data WHERE instanceid = %s'
                    ' AND fieldid = 1', (OPT,)) == 'Cellar'


# Files are bounded by the site; 0 leaves it to that.
def test_342_13_maxbytes(site, base):
    base.config('maxbytes', 1000)
    for given, got in [(999, 999), (5000, 1000), (-1, 1000), (0, 0)]:
        assert update(site, {'id': OPT, 'maxbytes': given}) == []
        assert stored(base, OPT)['maxbytes'] == got


# A theme counts where courses may have one.
def test_342_14_themes(site, base):
    assert changed(site, base, OPT, forcetheme='nosuch') == {'cacherev': 1}
    base.config('allowcoursethemes', 1)
    assert changed(site, base, OPT, forcetheme='classic') == {'theme': 'classic', 'cacherev': 1}
    assert fields(base, OPT) == '{"theme":"classic"}'
    assert codes(update(site, {'id': OPT, 'forcetheme': 'nosuch'})) == [(OPT, 'errorinvalidparam')]


# What refuses a course, which then stays as it is.
@pytest.mark.parametrize('bad, code', [
    ({'id': 999}, 'invalidrecord'), ({'fullname': ' '}, 'errorinvalidparam'),
    ({'shortname': '\t'}, 'errorinvalidparam'), ({'summaryformat': 3}, 'formatnotsupported'),
    ({'lang': 'xx'}, 'errorinvalidparam'), ({'id': 1, 'showgrades': 0}, 'invalidcourse'),
    ({'shortname': 'MECH'}, 'shortnametaken'), ({'idnumber': 'LOC-3'}, 'courseidnumbertaken'),
    ({'enddate': 9}, 'nostartdatenoenddate'),
    ({'startdate': 10, 'enddate': 9}, 'enddatebeforestartdate'),
    ({'categoryid': 99}, 'invalidrecord'), ({'fullname': 'x' * 255}, 'invalidparameter'),
    ({'visible': 32768}, 'invalidparameter'), ({'startdate': -(10 ** 13)}, 'invalidparameter'),
])
def test_342_15_refused(site, still, bad, code):
    number = bad.get('id', OPT)
    [warning] = update(site, {'id': number, **bad})
    assert list(warning) == ['item', 'itemid', 'warningcode', 'message']
    assert (warning['item'], warning['itemid'], warning['warningcode']) == ('course', number, code)
    if code == 'invalidparameter':
        assert f'courses[0][{list(bad)[-1]}]' in warning['message']
    assert still()


# Each field has a capability of its own, which is asked for where it changes.
@pytest.mark.parametrize('capability, given', [
    ('update', {}), ('changecategory', {'categoryid': 5}), ('changefullname', {'fullname': 'x'}),
    ('changeshortname', {'shortname': 'x'}), ('changeidnumber', {'idnumber': 'x'}),
    ('changesummary', {'summary': 'x'}), ('changesummary', {'summaryformat': 2}),
    ('visibility', {'visible': 0}), ('setforcedlanguage', {'lang': 'en'}),
])
def test_342_16_capabilities(site, base, capability, given):
    forbid(base, f'moodle/course:{capability}')
    before = stored(base, OPT)
    assert codes(update(site, {'id': OPT, **given})) == [(OPT, 'nopermissions')]
    assert stored(base, OPT) == before
    if given:
        [key] = given
        old = before['category' if key == 'categoryid' else key]
        assert update(site, {'id': OPT, key: old}) == []


# A teacher changes the course that they teach, and none that they may not enter.
def test_342_17_teacher(site, base):
    token = site.env['TOKEN_TEACHER']
    assert update(site, {'id': OPT, 'showgrades': 0}, token=token) == []
    assert codes(update(site, {'id': OLD, 'showgrades': 0}, {'id': OPT, 'showgrades': 1},
                        token=token)) == [(OLD, 'requireloginerror')]
    assert codes(update(site, {'id': OPT, 'showgrades': 0}, token=site.env['TOKEN_STUDENT'])) == [
        (OPT, 'nopermissions')]
    assert stored(base, OPT)['showgrades'] == 1


# Good and bad ones in one call: the good are written, the others told in their order; each meets
# what those before it left.
def test_342_18_several(site, base):
    warnings = update(
        site, {'id': OPT, 'shortname': 'MECH'}, {'id': MECH, 'shortname': 'FREE'},
        {'id': JPN, 'shortname': 'MECH', 'idnumber': ''}, {'id': ARA, 'shortname': 'MECH'},
        {'id': 999}, {'id': ARA, 'idnumber': 'LOC-5'}, {'id': ARA, 'shortname': 'LAST'},
        {'id': OPT, 'shortname': 'JPN1'}, {'id': OPT, 'fullname': 'Twice'})
    assert codes(warnings) == [(OPT, 'shortnametaken'), (ARA, 'shortnametaken'),
                               (999, 'invalidrecord')]
    assert base.all('SELECT id, shortname, idnumber FROM mdl_course WHERE id IN (2, 3, 5, 6)'
                    ' ORDER BY id') == [(2, 'JPN1', 'LOC-2'), (3, 'FREE', 'LOC-3'), (5, 'MECH', ''),
                                        (6, 'LAST', 'LOC-5')]
    assert stored(base, OPT)['fullname'] == 'Twice'
    assert [json.loads(other)['updatedfields'] for _, _, other in last_events(base, ARA, 2)] == [
        {'idnumber': 'LOC-5'}, {'shortname': 'LAST'}]


# No course is a mistake, as is a key that is not known; a null is as if nothing were given.
def test_342_19_empty_and_null(site, base):
    assert site.call(UPDATE)['errorcode'] == 'invalidparameter'
    assert site.call(UPDATE, {'courses': [{'id': OPT, 'x': 1}]})['errorcode'] == 'invalidparameter'

    def by_json(body):
        path = f'/webservice/rest/server.php?moodlewsrestformat=json&wsfunction={UPDATE}'
        return site.request('POST', path, json.dumps(body), {
            'Content-Type': 'application/json', 'Authorization': f'Bearer {site.token}'}).json()

    assert by_json({'courses': []})['errorcode'] == 'invalidparameter'
    before = stored(base, OPT)
    assert by_json({'courses': [{'id': OPT, 'fullname': None, 'categoryid': None, 'lang': None,
                                 'visible': None, 'format': None}]}) == {'warnings': []}
    assert stored(base, OPT) == {**before, 'cacherev': stored(base, OPT)['cacherev'],
                                 'timemodified': stored(base, OPT)['timemodified']}


# Many courses are changed as fast as few statements are, moves among them.
def test_342_20_many(site, base):
    base.run("INSERT INTO mdl_course (id, category, sortorder, fullname, shortname, format)"
             " SELECT n, 5, 50000 + n, 'Many', 'MANY' || n, 'topics'"
             " FROM generate_series(100001, 102000) n")
    base.run("INSERT INTO mdl_context (contextlevel, instanceid, path, depth)"
             " SELECT 50, n, (SELECT path FROM mdl_context WHERE contextlevel = 40"
             "                AND instanceid = 5) || '/' || n, 3"
             " FROM generate_series(100001, 102000) n")
    base.run("UPDATE mdl_context SET path = regexp_replace(path, '[0-9]+$', id::text)"
             " WHERE contextlevel = 50 AND instanceid > 100000")
    with env.soon():
        assert update(site, *({'id': n, 'fullname': f'New {n}', 'categoryid': 4 if n % 2 else 5}
                              for n in range(100001, 102001))) == []
    for category, count in ((4, 1001), (5, 1003)):
        places = [p for p, in base.all('SELECT sortorder FROM mdl_course WHERE category = %s'
                                       ' ORDER BY 1', (category,))]
        assert places == list(range(10000 * category + 1, 10000 * category + 1 + count))
    assert base.one("SELECT count(*) FROM mdl_course c JOIN mdl_context x ON x.contextlevel = 50"
                    " AND x.instanceid = c.id JOIN mdl_context k ON k.contextlevel = 40"
                    " AND k.instanceid = c.category AND x.path = k.path || '/' || x.id"
                    " WHERE c.id > 100000 AND c.fullname = 'New ' || c.id") == 2000
    base.run("DELETE FROM mdl_forum WHERE course > 100000")


# Of many callers that want one name at once, one gets it; moves at once leave an order.
def test_342_21_at_once(serve, base):
    site = serve(EXTRA=env.PROMPT + 'MoodleWSWaitTimeout 60000\n')
    ids = [OPT, MECH, 4, JPN, ARA, FRA, ESS, POD]

    def one(i):
        return update(site, {'id': ids[i % 8], 'shortname': 'RACE', 'fullname': f'F{i}'},
                      {'id': ids[(i + 3) % 8], 'categoryid': 1 if i % 2 else 5})

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(one, range(32)))
    assert {w['warningcode'] for warnings in answers for w in warnings} <= {'shortnametaken'}
    assert base.one("SELECT count(*) FROM mdl_course WHERE shortname = 'RACE'") == 1
    for category in (1, 5):
        places = [p for p, in base.all('SELECT sortorder FROM mdl_course WHERE category = %s'
                                       ' ORDER BY 1', (category,))]
        assert places == list(range(10000 * category + 1, 10000 * category + 1 + len(places)))
        assert base.one('SELECT coursecount FROM mdl_course_categories WHERE id = %s',
                        (category,)) == len(places)
