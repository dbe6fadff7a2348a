# SPDX-License-Identifier: Apache-2.0
# t/test_341_course_create.py -- new courses, and all that comes with them.
import concurrent.futures
import datetime
import json
import time
import zoneinfo

import pytest

import env

CREATE, OLD_CREATE = 'core_course_create_courses', 'moodle_course_create_courses'
WEEK = 7 * 86400

# What a new course may change.
TABLES = ['block_instances', 'cache_flags', 'config', 'config_plugins', 'context', 'course',
          'course_categories', 'course_format_options', 'course_modules', 'course_sections',
          'customfield_data', 'enrol', 'forum', 'modules', 'role_capabilities', 'user']


@pytest.fixture
def base(db):
    """The database, put back as it was."""
    db.keep(*TABLES)
    return db


@pytest.fixture
def still(base):
    """A function that tells whether no row of a course, nor a number of them, has changed."""
    def picture():
        return [base.all(f'SELECT t::text FROM mdl_{table} t ORDER BY 1') for table in TABLES]

    before = picture()
    return lambda: picture() == before


def setting(db, plugin, name, value):
    db.run('DELETE FROM mdl_config_plugins WHERE plugin = %s AND name = %s', (plugin, name))
    db.run('INSERT INTO mdl_config_plugins (plugin, name, value) VALUES (%s, %s, %s)',
           (plugin, name, str(value)))


def forbid(db, capability):
    """Nobody but an administrator has CAPABILITY."""
    db.run('UPDATE mdl_role_capabilities SET permission = -1000 WHERE capability = %s',
           (capability,))


def course(**more):
    return {'fullname': 'A new course', 'shortname': 'NEW', 'categoryid': 5, **more}


def create(site, *courses, function=CREATE, **more):
    return site.call(function, {'courses': courses}, **more)


def made(site, **more):
    """Create one course; its id."""
    answer = create(site, course(**more))
    assert isinstance(answer, list), answer
    return answer[0]['id']


def row(db, table, where, *args):
    """The one row as a dict."""
    [[text]] = db.all(f'SELECT to_json(t) FROM mdl_{table} t WHERE {where}', args)
    return text if isinstance(text, dict) else json.loads(text)


def values(db, sql, *args):
    return [value for value, in db.all(sql, args)]


def options(db, course_id):
    return db.all('SELECT format, sectionid, name, value FROM mdl_course_format_options'
                  ' WHERE courseid = %s ORDER BY id', (course_id,))


def events(db, course_id):
    return db.all('SELECT eventname, objectid, other FROM mdl_logstore_standard_log'
                  ' WHERE courseid = %s ORDER BY id', (course_id,))


def bumps(db, course_id):
    """How often the course's caches were marked as stale, but for the first time."""
    return db.one('SELECT cacherev - timecreated FROM mdl_course WHERE id = %s', (course_id,))


# The plainest course has everything that Moodle gives one: a row, a context, options of its format,
# a section with the announcements, three ways to enrol; and each is told.
def test_341_01_the_least(site, base):
    before = time.time()
    [answer] = create(site, course(fullname='Néw & "co"'))
    n = answer['id']
    assert answer == {'id': n, 'shortname': 'NEW'}
    made_row = row(base, 'course', 'id = %s', n)
    now = made_row['timecreated']
    assert before - 1 <= now <= time.time() + 1
    midnight = made_row['startdate']
    assert now - 90000 < midnight <= now
    assert made_row == {
        'id': n, 'category': 5, 'sortorder': 50001, 'fullname': 'Néw & "co"', 'shortname': 'NEW',
        'idnumber': '', 'summary': None, 'summaryformat': 1, 'format': 'topics', 'showgrades': 1,
        'newsitems': 5, 'startdate': midnight, 'enddate': midnight + 31536000,
        'relativedatesmode': 0, 'marker': 0, 'maxbytes': 0, 'legacyfiles': 0, 'showreports': 0,
        'visible': 1, 'visibleold': 1, 'downloadcontent': None, 'groupmode': 0,
        'groupmodeforce': 0, 'defaultgroupingid': 0, 'lang': '', 'calendartype': '', 'theme': '',
        'timecreated': now, 'timemodified': now, 'requested': 0, 'enablecompletion': 1,
        'completionnotify': 0, 'cacherev': now + 2, 'originalcourseid': None,
        'showactivitydates': 1, 'showcompletionconditions': 1, 'pdfexportfont': None}
    context = row(base, 'context', 'contextlevel = 50 AND instanceid = %s', n)
    above = row(base, 'context', 'contextlevel = 40 AND instanceid = 5')
    assert context['path'] == f"{above['path']}/{context['id']}"
    assert (context['depth'], context['locked']) == (above['depth'] + 1, 0)
    assert options(base, n) == [('topics', 0, 'hiddensections', '1'),
                                ('topics', 0, 'coursedisplay', '0')]
    forum = row(base, 'forum', 'course = %s', n)
    assert {k: v for k, v in forum.items() if v} == {
        'id': forum['id'], 'course': n, 'type': 'news', 'name': 'Announcements',
        'intro': 'General news and announcements', 'introformat': 1, 'maxattachments': 1,
        'forcesubscribe': 1, 'trackingtype': 1, 'timemodified': now}
    section = row(base, 'course_sections', 'course = %s', n)
    module = row(base, 'course_modules', 'course = %s', n)
    assert section == {'id': section['id'], 'course': n, 'section': 0, 'name': None, 'summary': '',
                       'summaryformat': 1, 'sequence': str(module['id']), 'visible': 1,
                       'availability': None, 'component': None, 'itemid': None,
                       'timemodified': now}
    assert (module['instance'], module['section'], module['added']) == (
        forum['id'], section['id'], now)
    assert module['module'] == base.one("SELECT id FROM mdl_modules WHERE name = 'forum'")
    enrols = base.all('SELECT id, enrol, sortorder, status, roleid, expirythreshold, password,'
                      ' customint1, customint2, customint4, customint6, timecreated'
                      ' FROM mdl_enrol WHERE courseid = %s ORDER BY id', (n,))
    assert [e[1:] for e in enrols] == [
        ('manual', 0, 0, 5, 86400, None, 1, None, None, None, now),
        ('guest', 1, 1, 0, 0, '', None, None, None, None, now),
        ('self', 2, 1, 5, 86400, None, 0, 0, 1, 1, now)]
    assert base.one('SELECT count(*) FROM mdl_block_instances WHERE parentcontextid = %s',
                    (context['id'],)) == 0
    assert events(base, n) == [
        (r'\core\event\course_created', n, '{"shortname":"NEW","fullname":"N\\u00e9w & \\"co\\""}'),
        (r'\core\event\course_section_created', section['id'], '{"sectionnum":0}'),
        *((r'\core\event\enrol_instance_created', e[0], f'{{"enrol":"{e[1]}"}}') for e in enrols)]
    event = row(base, 'logstore_standard_log', "courseid = %s AND action = 'created'"
                " AND target = 'course'", n)
    assert (event['contextid'], event['contextlevel'], event['contextinstanceid'], event['crud'],
            event['edulevel'], event['objecttable']) == (context['id'], 50, n, 'c', 1, 'course')


# Everything that can be given is stored as given.
def test_341_02_all_given(site, base):
    given = {'idnumber': 'ID "1"', 'summary': '<p>S\\um\n</p>', 'summaryformat': 4,
             'format': 'topics', 'showgrades': 0, 'newsitems': 2, 'startdate': 1700000000,
             'enddate': 1710000000, 'numsections': 2, 'maxbytes': 1024, 'showreports': 1,
             'visible': 0, 'groupmode': 2, 'groupmodeforce': 1, 'defaultgroupingid': 3,
             'enablecompletion': 0, 'completionnotify': 1, 'lang': 'en'}
    n = made(site, hiddensections=0, customfields=[{'shortname': 'room', 'value': 'B'},
                                                   {'shortname': 'nosuch', 'value': 'x'}],
             courseformatoptions=[{'name': 'coursedisplay', 'value': '1'},
                                  {'name': 'nosuch', 'value': '7'}], **given)
    stored = row(base, 'course', 'id = %s', n)
    del given['numsections']
    assert {key: stored[key] for key in given} == given
    assert (stored['visibleold'], stored['showcompletionconditions']) == (0, None)
    assert options(base, n) == [('topics', 0, 'hiddensections', '0'),
                                ('topics', 0, 'coursedisplay', '1')]
    assert values(base, 'SELECT charvalue FROM mdl_customfield_data WHERE instanceid = %s'
                  ' AND fieldid = 1', n) == ['B']
    assert values(base, 'SELECT section FROM mdl_course_sections WHERE course = %s ORDER BY id',
                  n) == [0, 1, 2]
    assert bumps(base, n) == 2 + 2 + 1     # two sections, the forum, an option


# A course of weeks ends with its last week, whatever end is given; an option stops that.
def test_341_03_weeks(site, base):
    for shortname, more, end in [
            ('W0', {}, WEEK), ('W3', {'numsections': 3, 'enddate': 1800000000}, 3 * WEEK),
            ('WX', {'numsections': 3, 'courseformatoptions': [
                {'name': 'automaticenddate', 'value': '0'}]}, 31536000)]:
        n = made(site, shortname=shortname, format='weeks', startdate=1710000000, **more)
        assert base.one('SELECT enddate FROM mdl_course WHERE id = %s', (n,)) == 1710000000 + end
        assert [name for _, _, name, _ in options(base, n)] == ['hiddensections', 'coursedisplay',
                                                                'automaticenddate']


# Weeks are weeks of the calendar in the caller's zone, and days begin there: by what the site
# forces, then what the request says, the user's own, the site's; a zone that nobody knows is none.
@pytest.mark.parametrize('zones, zone', [
    ({'user': 'America/New_York'}, 'America/New_York'),
    ({'user': '99', 'timezone': 'Australia/Sydney'}, 'Australia/Sydney'),
    ({'user': 'America/New_York', 'asked': 'Asia/Kathmandu'}, 'Asia/Kathmandu'),
    ({'user': 'America/New_York', 'asked': 'Asia/Tokyo', 'forcetimezone': 'Europe/London'},
     'Europe/London'),
    ({'user': 'Atlantis/Centre', 'timezone': 'Europe/Madrid'}, 'Europe/Madrid'),
    ({'user': 'Atlantis/Centre', 'timezone': "No'where/\\x"}, 'UTC'),
    ({'user': '-5.5'}, datetime.timezone(datetime.timedelta(hours=-5.5))),
    ({'user': '9'}, datetime.timezone(datetime.timedelta(hours=9))),
])
def test_341_04_zones(site, base, zones, zone):
    zone = zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone
    base.run("UPDATE mdl_user SET timezone = %s WHERE username = 'wsuser'", (zones['user'],))
    for name in ('timezone', 'forcetimezone'):
        if name in zones:
            base.config(name, zones[name])
    asked = {'moodlewssettingtimezone': zones['asked']} if 'asked' in zones else {}
    spring = int(datetime.datetime(2024, 3, 1, tzinfo=zone).timestamp())
    [today, weeks] = create(site, course(), course(shortname='W', format='weeks', numsections=6,
                                                   startdate=spring), **asked)
    start = base.one('SELECT startdate FROM mdl_course WHERE id = %s', (today['id'],))
    local = datetime.datetime.fromtimestamp(start, zone)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)
    assert 0 <= time.time() - start < 25 * 3600
    end = base.one('SELECT enddate FROM mdl_course WHERE id = %s', (weeks['id'],))
    assert datetime.datetime.fromtimestamp(end, zone).replace(tzinfo=None) == datetime.datetime(
        2024, 4, 12)


# A social course has its own forum and a block with a context; one of a single activity nothing.
def test_341_05_other_formats(site, base):
    n = made(site, format='social', newsitems=0)
    assert base.all('SELECT type, name, intro, forcesubscribe, maxattachments FROM mdl_forum'
                    ' WHERE course = %s', (n,)) == [
        ('social', 'Social forum', 'An open forum for chatting about anything you want to', 0, 1)]
    context = row(base, 'context', 'contextlevel = 50 AND instanceid = %s', n)
    block = row(base, 'block_instances', 'parentcontextid = %s', context['id'])
    now = block.pop('timecreated')
    assert block == {'id': block['id'], 'blockname': 'social_activities',
                     'parentcontextid': context['id'], 'showinsubcontexts': 0,
                     'requiredbytheme': 0, 'pagetypepattern': 'course-view-*',
                     'subpagepattern': None, 'defaultregion': 'side-post', 'defaultweight': 0,
                     'configdata': '', 'timemodified': now}
    below = row(base, 'context', 'contextlevel = 80 AND instanceid = %s', block['id'])
    assert (below['path'], below['depth']) == (f"{context['path']}/{below['id']}",
                                               context['depth'] + 1)
    assert options(base, n) == [('social', 0, 'numdiscussions', '10')]
    assert bumps(base, n) == 2
    n = made(site, shortname='S', format='singleactivity')
    assert options(base, n) == [('singleactivity', 0, 'activitytype', 'forum')]
    assert not base.all('SELECT 1 FROM mdl_forum WHERE course = %s', (n,))
    assert bumps(base, n) == 0
    n = made(site, shortname='T', newsitems=0)
    assert not base.all('SELECT 1 FROM mdl_forum WHERE course = %s', (n,))
    assert values(base, 'SELECT sequence FROM mdl_course_sections WHERE course = %s', n) == ['']


# A format that is not installed is stored, and behaves as the default one; without forums on the
# site there is none.
def test_341_06_unknown_format_no_forums(site, base):
    base.run("DELETE FROM mdl_modules WHERE name = 'forum'")
    n = made(site, format='nosuch')
    assert base.one('SELECT format FROM mdl_course WHERE id = %s', (n,)) == 'nosuch'
    assert [o[0] for o in options(base, n)] == ['topics', 'topics']
    assert not base.all('SELECT 1 FROM mdl_course_modules WHERE course = %s', (n,))
    assert bumps(base, n) == 0


# An option takes what it can hold; of anything else the default is stored.
@pytest.mark.parametrize('fmt, name, value, stored, changes', [
    ('topics', 'coursedisplay', '1', '1', 1), ('topics', 'coursedisplay', '0', '0', 1),
    ('topics', 'coursedisplay', '2', '0', 0), ('topics', 'hiddensections', '', '0', 1),
    ('weeks', 'automaticenddate', 'off', '0', 1), ('weeks', 'automaticenddate', '1', '1', 0),
    ('social', 'numdiscussions', '12', '12', 1), ('social', 'numdiscussions', '10', '10', 0),
    ('singleactivity', 'activitytype', 'quiz', 'quiz', 1),
    ('singleactivity', 'activitytype', 'forum', 'forum', 0),
    ('singleactivity', 'activitytype', 'label', 'forum', 0),
    ('singleactivity', 'activitytype', "'x", 'forum', 0),
])
def test_341_07_options(site, base, fmt, name, value, stored, changes):
    n = made(site, format=fmt, newsitems=0, courseformatoptions=[{'name': name, 'value': value}])
    assert {o: v for _, _, o, v in options(base, n)}[name] == stored
    assert bumps(base, n) - (2 if fmt == 'social' else 0) == changes


# A choice among the options wins over the key of its own; the last of several counts.
def test_341_08_option_twice(site, base):
    n = made(site, hiddensections=1, courseformatoptions=[
        {'name': 'hiddensections', 'value': '1'}, {'name': 'hiddensections', 'value': '0'}])
    assert options(base, n)[0][3] == '0'


# Each course of a call is first of its category when it comes, so the last one is in the end; what
# was out of order is in order then, and categories count their courses.
def test_341_09_order(site, base):
    base.run('UPDATE mdl_course SET sortorder = 50002 WHERE id = 7')     # twice 2, and no 3
    base.run('UPDATE mdl_course SET sortorder = 12 WHERE category = 0')
    ids = [c['id'] for c in create(site, course(shortname='A'), course(shortname='B', categoryid=1),
                                   course(shortname='C'))]
    order = base.all('SELECT id, sortorder FROM mdl_course WHERE category = 5 ORDER BY sortorder')
    assert order == list(zip([ids[2], ids[0], 5, 7, 6], range(50001, 50006)))
    assert base.one('SELECT sortorder FROM mdl_course WHERE id = %s', (ids[1],)) == 10001
    assert base.all('SELECT id, coursecount FROM mdl_course_categories WHERE id IN (1, 5)'
                    ' ORDER BY id') == [(1, 4), (5, 5)]
    assert base.one('SELECT sortorder FROM mdl_course WHERE category = 0') == 1


# In a category whose courses lie elsewhere, their places within a category's room count; one
# without a place goes behind all others.
def test_341_10_order_astray(site, base):
    base.run('UPDATE mdl_course SET sortorder = sortorder + 20000 WHERE id = 5')
    base.run('UPDATE mdl_course SET sortorder = 30009 WHERE id = 6')
    n = made(site)
    assert base.all('SELECT id, sortorder FROM mdl_course WHERE category = 5'
                    ' ORDER BY sortorder') == [(n, 50001), (5, 50002), (7, 50003), (6, 50004)]
    base.run('UPDATE mdl_course_categories SET sortorder = 0 WHERE id = 1')
    n = made(site, shortname='OTHER', categoryid=1)
    assert base.one('SELECT sortorder FROM mdl_course_categories WHERE id = 1') == 80000
    assert base.one('SELECT sortorder FROM mdl_course WHERE id = %s', (n,)) == 80001


# Ways to enrol come as the site's settings say, in their order.
def test_341_11_enrols(site, base):
    base.config('enrol_plugins_enabled', 'self,cohort,guest,manual')
    for plugin, name, value in [('enrol_guest', 'defaultenrol', 0), ('enrol_self', 'status', 0),
                                ('enrol_self', 'requirepassword', 1), ('enrol_self', 'groupkey', 1),
                                ('enrol_self', 'expirynotify', 2), ('enrol_manual', 'roleid', 4),
                                ('enrol_manual', 'expirynotify', 1),
                                ('enrol_manual', 'enrolperiod', 3600)]:
        setting(base, plugin, name, value)
    n, other = made(site), made(site, shortname='OTHER')
    assert base.all('SELECT enrol, sortorder, status, roleid, enrolperiod, expirynotify, notifyall,'
                    ' customint1 FROM mdl_enrol WHERE courseid = %s ORDER BY id', (n,)) == [
        ('self', 0, 0, 5, 0, 1, 1, 1), ('manual', 1, 0, 4, 3600, 1, 0, 1)]
    secrets = values(base, "SELECT password FROM mdl_enrol WHERE courseid IN (%s, %s)"
                     " AND enrol = 'self'", n, other)
    assert len(set(secrets)) == 2 and all(len(secret) == 32 for secret in secrets)


# What is absent comes from the site's settings.
def test_341_12_settings(site, base):
    for name, value in [('format', 'weeks'), ('newsitems', 0), ('showgrades', 0),
                        ('courseenddateenabled', 0), ('enablecompletion', 0), ('maxbytes', 99),
                        ('hiddensections', 0), ('coursedisplay', 1), ('showactivitydates', 0)]:
        setting(base, 'moodlecourse', name, value)
    setting(base, 'moodlecourse', 'groupmode', 2)
    n = made(site, courseformatoptions=[{'name': 'automaticenddate', 'value': '0'}])
    stored = row(base, 'course', 'id = %s', n)
    assert {key: stored[key] for key in ('format', 'newsitems', 'showgrades', 'enddate', 'maxbytes',
                                         'enablecompletion', 'groupmode', 'showactivitydates',
                                         'showcompletionconditions')} == {
        'format': 'weeks', 'newsitems': 0, 'showgrades': 0, 'enddate': 0, 'maxbytes': 99,
        'enablecompletion': 0, 'groupmode': 2, 'showactivitydates': 0,
        'showcompletionconditions': None}
    assert [v for _, _, _, v in options(base, n)] == ['0', '1', '0']
    base.config('forum_announcementsubscription', 2)
    base.config('forum_announcementmaxattachments', 9)
    n = made(site, shortname='F', newsitems=1)
    assert base.all('SELECT forcesubscribe, maxattachments FROM mdl_forum WHERE course = %s',
                    (n,)) == [(2, 9)]
    base.config('enablecompletion', 0)
    n = made(site, shortname='C', enablecompletion=1)
    assert base.one('SELECT enablecompletion FROM mdl_course WHERE id = %s', (n,)) == 0


# Visibility and language are for those who may set them; a course is as visible as its category.
def test_341_13_without_capabilities(site, base):
    forbid(base, 'moodle/course:setforcedlanguage')
    n = made(site, lang='en', visible=0)
    assert base.all('SELECT lang, visible FROM mdl_course WHERE id = %s', (n,)) == [('', 0)]
    forbid(base, 'moodle/course:visibility')
    n = made(site, shortname='V', visible=0)
    assert base.one('SELECT visible FROM mdl_course WHERE id = %s', (n,)) == 1
    n = made(site, shortname='H', categoryid=6, visible=1)
    assert base.all('SELECT visible, visibleold FROM mdl_course WHERE id = %s', (n,)) == [(0, 0)]


# A theme counts where courses may have one.
def test_341_14_themes(site, base):
    n = made(site, forcetheme='nosuch')
    assert base.one('SELECT theme FROM mdl_course WHERE id = %s', (n,)) == ''
    base.config('allowcoursethemes', 1)
    n = made(site, shortname='T', forcetheme='classic')
    assert base.one('SELECT theme FROM mdl_course WHERE id = %s', (n,)) == 'classic'
    answer = create(site, course(shortname='U', forcetheme='nosuch'))
    assert answer['errorcode'] == 'errorinvalidparam' and 'forcetheme' in answer['message']


# What is refused, and that nothing is left of it, nor of the good course before it.
@pytest.mark.parametrize('bad, code', [
    ({'categoryid': 99}, 'errorcatcontextnotvalid'), ({'categoryid': 0}, 'errorcatcontextnotvalid'),
    ({'fullname': ' \t'}, 'errorinvalidparam'), ({'shortname': ''}, 'errorinvalidparam'),
    ({'lang': 'xx'}, 'errorinvalidparam'), ({'lang': ''}, 'errorinvalidparam'),
    ({'summaryformat': 3}, 'formatnotsupported'), ({'shortname': 'MECH'}, 'shortnametaken'),
    ({'shortname': 'NEW'}, 'shortnametaken'), ({'idnumber': 'LOC-3'}, 'courseidnumbertaken'),
    ({'idnumber': 'same'}, 'courseidnumbertaken'),
    ({'startdate': 10, 'enddate': 9}, 'enddatebeforestartdate'),
    ({'startdate': 0, 'enddate': 9}, 'nostartdatenoenddate'),
    ({'numsections': 1001}, 'invalidparameter'), ({'numsections': -1}, 'invalidparameter'),
    ({'fullname': 'ü' * 255}, 'invalidparameter'), ({'shortname': 'x' * 256}, 'invalidparameter'),
    ({'idnumber': 'x' * 101}, 'invalidparameter'), ({'format': 'x' * 22}, 'invalidparameter'),
    ({'visible': 32768}, 'invalidparameter'), ({'newsitems': 2147483648}, 'invalidparameter'),
    ({'startdate': 10 ** 13}, 'invalidparameter'), ({'groupmode': 'x'}, 'invalidparameter'),
    ({'nosuch': 1}, 'invalidparameter'),
    ({'customfields': [{'shortname': 'room', 'value': 'x' * 1334}]}, 'invalidpersistenterror'),
])
def test_341_15_refused(site, still, bad, code):
    answer = create(site, course(idnumber='same'), course(**{'shortname': 'BAD', **bad}))
    assert answer['errorcode'] == code, answer
    if code == 'invalidparameter' and 'nosuch' not in bad and bad.get('groupmode') != 'x':
        assert f'courses[1][{list(bad)[0]}]' in answer['debuginfo']
    assert still()


# The longest values go in.
def test_341_16_longest(site, base):
    n = made(site, fullname='ü' * 254, shortname='語' * 255, idnumber='🐋' * 100, format='x' * 21,
             startdate=10 ** 12, enddate=10 ** 12, newsitems=2147483647, maxbytes=2 ** 63 - 1)
    assert base.one('SELECT length(shortname) FROM mdl_course WHERE id = %s', (n,)) == 255


# Names are compared to the letter; an empty id number is nobody's.
@pytest.mark.usefixtures('base')
def test_341_17_names(site):
    assert len(create(site, course(shortname='mech', idnumber=''),
                      course(shortname='Mech', idnumber=''))) == 2


# Who may not create courses in a category, does not.
def test_341_18_denied(site, base):
    answer = create(site, course(), token=site.env['TOKEN_TEACHER'])
    assert answer['errorcode'] == 'nopermissions'
    forbid(base, 'moodle/course:create')
    assert create(site, course())['errorcode'] == 'nopermissions'


# Under the name of 2.1: its keys and defaults, today's rules.
def test_341_19_old_name(site, base):
    [answer] = create(site, course(completionstartonenrol=1), function=OLD_CREATE)
    n = answer['id']
    assert answer == {'id': n, 'shortname': 'NEW'}
    assert base.one('SELECT summaryformat FROM mdl_course WHERE id = %s', (n,)) == 0
    assert base.one('SELECT count(*) FROM mdl_course_sections WHERE course = %s', (n,)) == 5
    assert options(base, n)[0][3] == '1'
    answer = create(site, course(shortname=' '), function=OLD_CREATE)
    assert (answer['exception'], answer['errorcode']) == ('moodle_exception', 'errorinvalidparam')
    answer = create(site, course(shortname='E', enddate=1), function=OLD_CREATE)
    assert answer['errorcode'] == 'invalidparameter'


# No course is no work; a null is as if nothing were given.
def test_341_20_empty_and_null(site, base):
    body = json.dumps({'courses': [course(idnumber=None, startdate=None, lang=None, summary=None,
                                          visible=None, enddate=None)]})
    path = f'/webservice/rest/server.php?moodlewsrestformat=json&wsfunction={CREATE}'
    reply = site.request('POST', path, body, {'Content-Type': 'application/json',
                                              'Authorization': f'Bearer {site.token}'})
    [answer] = reply.json()
    assert base.all('SELECT idnumber, lang, summary, visible FROM mdl_course WHERE id = %s',
                    (answer['id'],)) == [('', '', None, 1)]
    assert site.request('POST', path, '{"courses": []}',
                        {'Content-Type': 'application/json',
                         'Authorization': f'Bearer {site.token}'}).json() == []


# Many courses are made at once, in the order asked for, and as fast as few statements are.
def test_341_21_many(site, base):
    count = 1000
    with env.soon():
        answer = create(site, *(
            course(shortname=f'M{i}', categoryid=1 + i % 2, format=f, newsitems=i % 3, numsections=i % 3)
            for i, f in zip(range(count), ['topics', 'weeks', 'social'] * count)))
    assert [c['shortname'] for c in answer] == [f'M{i}' for i in range(count)]
    assert [c['id'] for c in answer] == sorted(c['id'] for c in answer)
    for category in (1, 2):
        places = values(base, 'SELECT sortorder FROM mdl_course WHERE category = %s ORDER BY 1',
                        category)
        assert places == list(range(10000 * category + 1, 10000 * category + 1 + len(places)))
    assert base.one("SELECT count(*) FROM mdl_course_modules m JOIN mdl_course c ON c.id = m.course"
                    " JOIN mdl_course_sections s ON s.id = m.section AND s.sequence = m.id::text"
                    " WHERE c.shortname LIKE 'M_%%' AND c.shortname <> 'MECH'") == sum(
        i % 3 == 2 or i % 3 != 0 for i in range(count))
    answer = create(site, *(course(shortname=f'L{i}', numsections=1000) for i in range(100)))
    assert answer['errorcode'] == 'invalidparameter' and 'courses[99]' in answer['debuginfo']


# Of many callers that want one name at once, one gets it, and each who makes another course in the
# same category finds a place for it.
def test_341_22_at_once(serve, base):
    site = serve(EXTRA=env.PROMPT + 'MoodleWSWaitTimeout 60000\n')

    def one(i):
        return create(site, course(shortname='RACE', idnumber=f'r{i}'),
                      course(shortname=f'R{i}', categoryid=1)), create(
            site, course(shortname=f'Q{i}', idnumber='race', categoryid=5 if i % 2 else 1))

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(one, range(32)))
    for i, code in ((0, 'shortnametaken'), (1, 'courseidnumbertaken')):
        assert sum(isinstance(pair[i], list) for pair in answers) == 1
        assert {pair[i]['errorcode'] for pair in answers if isinstance(pair[i], dict)} == {code}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda i: made(site, shortname=f'P{i}'), range(32)))
    assert len(set(done)) == 32
    for category in (1, 5):
        places = values(base, 'SELECT sortorder FROM mdl_course WHERE category = %s ORDER BY 1',
                        category)
        assert places == list(range(10000 * category + 1, 10000 * category + 1 + len(places)))
        assert base.one('SELECT coursecount FROM mdl_course_categories WHERE id = %s',
                        (category,)) == len(places)
