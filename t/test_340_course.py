# SPDX-License-Identifier: Apache-2.0
# t/test_340_course.py -- courses and their categories.
import json

import pytest

PUBLIC = ['id', 'fullname', 'displayname', 'shortname', 'courseimage', 'categoryid', 'categoryname',
          'sortorder', 'summary', 'summaryformat', 'summaryfiles', 'overviewfiles',
          'showactivitydates', 'showcompletionconditions', 'contacts', 'enrollmentmethods',
          'customfields']
EDITORS = ['idnumber', 'legacyfiles', 'calendartype', 'timecreated', 'timemodified', 'requested',
           'cacherev']


@pytest.fixture
def viewer(db, student):
    """The student, who may view every course but change none."""
    db.keep('role_capabilities')
    db.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission,"
           " timemodified) VALUES (1, 9, 'moodle/course:view', 1, 0)")
    return student


def courses(site, *ids, **more):
    return site.call('core_course_get_courses', {'options': {'ids': ids}} if ids else {}, **more)


def by_field(site, field, value, **more):
    answer = site.call('core_course_get_courses_by_field', {'field': field, 'value': value},
                       **more)
    assert list(answer) == ['courses', 'warnings'], answer
    return answer


def one(site, course, **more):
    """The one course that by_field gives, or None."""
    found = by_field(site, 'id', course, **more)['courses']
    assert len(found) < 2
    return found[0] if found else None


def categories(site, criteria=None, sub=1, **more):
    pairs = criteria.items() if isinstance(criteria, dict) else criteria or []
    return site.call('core_course_get_categories',
                     {'criteria': [{'key': k, 'value': v} for k, v in pairs],
                      'addsubcategories': sub}, **more)


def ids(found):
    assert isinstance(found, list), found
    return [c['id'] for c in found]


# Without ids all courses come, the front page among them; unknown ids and repeats do not count.
def test_340_01_which_courses(site, db):
    assert ids(courses(site)) == [r[0] for r in db.all('SELECT id FROM mdl_course ORDER BY id')]
    assert ids(courses(site, 3, 9999, 2, 3)) == [2, 3]
    assert courses(site, 9999) == []


# A course that the caller may not view refuses the whole call, an own one too.
def test_340_02_refused(site, teacher, student):
    assert courses(site, 2, token=teacher)['errorcode'] == 'nopermissions'
    assert courses(site, 2, token=student)['errorcode'] == 'nopermissions'
    assert courses(site, 1, 11, token=student)['errorcode'] == 'errorcoursecontextnotvalid'
    assert courses(site, 1, 9, token=student)['errorcode'] == 'errorcoursecontextnotvalid'
    assert ids(courses(site, 1, token=student)) == [1]


# Settings are only for those who may change the course; so is a number of sections that is no
# option of the format.
def test_340_03_editors_and_others(site, viewer):
    [seen] = courses(site, 2, token=viewer)
    assert list(seen) == ['id', 'shortname', 'categoryid', 'fullname', 'displayname', 'summary',
                          'summaryformat', 'format', 'startdate', 'enddate', 'showactivitydates',
                          'showcompletionconditions', 'customfields']
    [whole] = courses(site, 2)
    assert whole['numsections'] == 3 and whole['idnumber'] == 'LOC-2'
    assert [f['shortname'] for f in seen['customfields']] == ['room']
    assert [f['shortname'] for f in whole['customfields']] == ['room', 'budget']
    assert courses(site, 1, token=viewer)[0]['numsections'] == 1


# Options of the format: stored ones, defaults for the others, as numbers where they are.
def test_340_04_format_options(site, db):
    db.keep('course_format_options', 'config_plugins')
    db.run('DELETE FROM mdl_course_format_options')
    db.run("DELETE FROM mdl_config_plugins WHERE plugin = 'moodlecourse' AND name = 'coursedisplay'")
    db.run("INSERT INTO mdl_config_plugins (plugin, name, value)"
           " VALUES ('moodlecourse', 'coursedisplay', '1')")
    db.run("INSERT INTO mdl_course_format_options (courseid, format, sectionid, name, value)"
           " VALUES (3, 'weeks', 0, 'automaticenddate', '0'), (3, 'topics', 0, 'hiddensections', '0'),"
           "        (3, 'weeks', 7, 'coursedisplay', '5')")
    options = {c['id']: {o['name']: o['value'] for o in c['courseformatoptions']}
               for c in courses(site)}
    assert options[1] == {'numsections': 1}
    assert options[2] == {'hiddensections': 1, 'coursedisplay': 1}
    assert options[3] == {'hiddensections': 1, 'coursedisplay': 1, 'automaticenddate': 0}
    assert options[8] == {'numdiscussions': 10}
    assert options[9] == {'activitytype': 'forum'}
    told = {c['id']: c.get('courseformatoptions') for c in by_field(site, '', '')['courses']}
    assert told[1] is None
    assert [o['name'] for o in told[3]] == ['hiddensections', 'coursedisplay', 'automaticenddate',
                                            'indentation']


# Without sections the last one is -1; a format that is not installed has the options of topics.
def test_340_05_no_sections_unknown_format(site, db):
    db.keep('course', 'course_sections')
    db.run('DELETE FROM mdl_course_sections WHERE course = 8')
    db.run("UPDATE mdl_course SET format = 'spiral' WHERE id = 8")
    [course] = courses(site, 8)
    assert course['numsections'] == -1
    assert [o['name'] for o in course['courseformatoptions']] == ['hiddensections', 'coursedisplay']


# Languages and themes that are not installed are blank; lists may show short names too.
def test_340_06_names(site, db):
    db.keep('course')
    db.run("UPDATE mdl_course SET lang = 'en', theme = 'boost' WHERE id = 2")
    db.run("UPDATE mdl_course SET lang = 'tlh', theme = 'gone' WHERE id = 3")
    db.config('courselistshortnames', 1)
    two, three = courses(site, 2, 3)
    assert (two['lang'], two['forcetheme']) == ('en', 'boost')
    assert (three['lang'], three['forcetheme']) == ('', '')
    assert (two['fullname'], two['displayname']) == ('Light &amp; Lenses',
                                                     'OPT101 Light &amp; Lenses')
    assert one(site, 3)['theme'] == ''


# The 2.1 name gives the keys of 2.1; every caller is told the number of sections.
def test_340_07_legacy(site, viewer):
    def old(token):
        return site.call('moodle_course_get_courses', {'options': {'ids': [2]}}, token=token)[0]

    assert list(old(viewer)) == ['id', 'shortname', 'categoryid', 'fullname', 'summary',
                                 'summaryformat', 'format', 'startdate', 'numsections']
    whole = old(site.token)
    assert list(whole) == ['id', 'shortname', 'categoryid', 'categorysortorder', 'fullname',
                           'idnumber', 'summary', 'summaryformat', 'format', 'showgrades',
                           'newsitems', 'startdate', 'numsections', 'maxbytes', 'showreports',
                           'visible', 'hiddensections', 'groupmode', 'groupmodeforce',
                           'defaultgroupingid', 'timecreated', 'timemodified', 'enablecompletion',
                           'completionnotify', 'lang', 'forcetheme']
    assert old(viewer)['numsections'] == whole['numsections'] == 3


FIELDS = {  # shortname: type, configdata, the data column and its value, what goes out
    'ticked': ('checkbox', '{"visibility":2,"checkbydefault":0}', ('intvalue', 1), ('1', 'Yes')),
    'tick': ('checkbox', '{"visibility":2,"checkbydefault":"1"}', None, (1, 'Yes')),
    'menu': ('select', '{"visibility":2,"options":"Red\\r\\nBlue & <i>sky</i>","defaultvalue":""}',
             ('intvalue', 2), ('2', 'Blue &amp; sky')),
    'menu2': ('select', '{"visibility":2,"options":"Red\\nBlue","defaultvalue":"Blue"}', None,
              (2, 'Blue')),
    'menu3': ('select', '{"visibility":2,"options":"Red\\nBlue"}', None, (0, None)),
    'day': ('date', '{"visibility":2,"includetime":0}', ('intvalue', 86400), ('86400', '1970-01-02')),
    'noday': ('date', '{"visibility":2}', None, (0, None)),
    'number': ('number', '{"visibility":2}', ('decvalue', '2.5'), ('2.50000', '2.50000')),
    'page': ('textarea', '{"visibility":2}', ('value', '<p>a</p>'), ('<p>a</p>', '<p>a</p>')),
    'preset': ('text', '{"visibility":2,"defaultvalue":"a & b"}', None, ('a & b', 'a &amp; b')),
    'broken': ('text', 'not json', None, None),
    'nobodys': ('text', '{"visibility":0}', ('charvalue', 'x'), None),
}


# Custom fields of every kind go out as stored and for display, with their defaults when unset.
def test_340_08_custom_fields(site, db):
    db.keep('customfield_field', 'customfield_data')
    db.run('DELETE FROM mdl_customfield_field')
    for order, (name, (kind, config, data, _)) in enumerate(FIELDS.items()):
        field = db.one("INSERT INTO mdl_customfield_field (shortname, name, type, sortorder,"
                       " categoryid, configdata, timecreated, timemodified)"
                       " VALUES (%s, %s, %s, %s, 1, %s, 0, 0) RETURNING id",
                       (name, name, kind, order, config))
        if data:
            db.run("INSERT INTO mdl_customfield_data (fieldid, instanceid, value, valueformat,"
                   " timecreated, timemodified) VALUES (%s, 2, '', 1, 0, 0)", (field,))
            db.run(f"UPDATE mdl_customfield_data SET {data[0]} = %s WHERE fieldid = %s",
                   (data[1], field))
    wanted = [(name, kind, *shown) for name, (kind, _, _, shown) in FIELDS.items() if shown]
    for course in (courses(site, 2)[0], one(site, 2)):
        assert [tuple(f[k] for k in ('shortname', 'type', 'valueraw', 'value'))
                for f in course['customfields']] == wanted
    raw = site.call('core_course_get_courses', {'options': {'ids': [2]}}, moodlewssettingraw=1)
    assert [(f['shortname'], f['value']) for f in raw[0]['customfields']] == [
        (name, value) for name, _, _, value in wanted]
    db.run('DELETE FROM mdl_customfield_field')
    assert 'customfields' not in courses(site, 2)[0]


# A text area shows its files by the page's address; those of a default belong to the system.
def test_340_25_text_areas(site, db):
    db.keep('customfield_field', 'customfield_data')
    db.run('DELETE FROM mdl_customfield_field')
    text = '<a href="@@PLUGINFILE@@/a.txt">a</a>'
    own, preset = (db.one(
        "INSERT INTO mdl_customfield_field (shortname, name, type, sortorder, categoryid,"
        " configdata, timecreated, timemodified) VALUES (%s, %s, 'textarea', %s, 1, %s, 0, 0)"
        " RETURNING id", (name, name, order, json.dumps(
            {'visibility': 2, 'defaultvalue': text, 'defaultvalueformat': 1})))
        for order, name in enumerate(('own', 'preset')))
    data = db.one('INSERT INTO mdl_customfield_data (fieldid, instanceid, value, valueformat,'
                  ' timecreated, timemodified) VALUES (%s, 2, %s, 0, 0, 0) RETURNING id',
                  (own, text))
    course = db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    system = db.one('SELECT id FROM mdl_context WHERE contextlevel = 10')
    base = f'{site.url}/pluginfile.php'
    assert [f['value'] for f in courses(site, 2)[0]['customfields']] == [
        '<div class="text_to_html">'
        f'<a href="{base}/{course}/customfield_textarea/value/{data}/a.txt">a</a></div>',
        f'<a href="{base}/{system}/customfield_textarea/defaultvalue/{preset}/a.txt">a</a>']


# Anybody sees the public part of a visible course; who may enter it sees it whole; who may change
# it sees more.
def test_340_10_three_parts(site, teacher, student, reader):
    assert list(one(site, 2, token=reader)) == PUBLIC
    whole = one(site, 2, token=student)
    assert list(whole)[:len(PUBLIC)] == PUBLIC and whole['visible'] == 1
    assert not set(EDITORS) & set(whole)
    assert set(one(site, 2, token=teacher)) - set(whole) == set(EDITORS)
    assert list(one(site, 5, token=student)) == PUBLIC  # suspended there


# A hidden course is only for those who may see hidden ones.
def test_340_11_hidden_course(site, teacher, student, reader):
    assert one(site, 11, token=teacher)['visible'] == 0
    assert one(site, 11, token=student) is None
    assert 11 not in ids(by_field(site, '', '', token=reader)['courses'])


# Ids keep their order, each once; what cannot be entered gets a warning, and an id that is none
# refuses the call.
def test_340_12_ids(site, student):
    answer = by_field(site, 'ids', '9999,3,11,2,3,9', token=student)
    assert ids(answer['courses']) == [3, 2, 9]
    assert [(w['item'], w['itemid'], w['warningcode']) for w in answer['warnings']] == [
        ('course', 9999, '1'), ('course', 11, '1'), ('course', 9, '1')]
    for bad in ('', '2,', '2,x,3', 'x'):
        refused = site.call('core_course_get_courses_by_field', {'field': 'ids', 'value': bad})
        assert refused['errorcode'] == 'invalidparameter', bad


# Each field finds by equality; a value that is no number is 0, and an unknown field is refused.
def test_340_13_fields(site, db):
    section = db.one('SELECT id FROM mdl_course_sections WHERE course = 4 AND section = 1')
    for field, value, wanted in (('shortname', 'MECH', [3]), ('shortname', 'mech', []),
                                 ('idnumber', 'LOC-5', [5]), ('category', 5, [5, 6, 7]),
                                 ('category', 'zz', [1]), ('sectionid', section, [4]),
                                 ('sectionid', 99999, []), ('id', 'zz', []), ('id', 99999, [])):
        answer = by_field(site, field, value)
        assert (ids(answer['courses']), answer['warnings']) == (wanted, []), (field, value)
    refused = site.call('core_course_get_courses_by_field', {'field': 'shoe', 'value': 1})
    assert refused['errorcode'] == 'invalidparameter'


# Contacts hold a contact's role in the course or above, take part in it now, and come by role,
# then by name.
def test_340_14_contacts(site, db, reader):
    def contacts(course=2):
        return [(c['id'], c['fullname']) for c in one(site, course, token=reader)['contacts']]

    teacher = (4, 'Wanjirũ Mwangi')
    assert contacts() == [teacher]
    db.keep('role_assignments', 'user_enrolments')
    db.config('coursecontact', '4,3')
    assert contacts() == [teacher, (5, 'Tove Ørsted-Åberg')]
    db.config('coursecontact', '3')
    above = db.one('SELECT id FROM mdl_context WHERE contextlevel = 40 AND instanceid = 2')
    db.run('INSERT INTO mdl_role_assignments (roleid, contextid, userid) VALUES'
           ' (3, %s, 6), (3, %s, 4), (3, %s, 7)', (above, above, above))
    assert contacts() == [teacher, (6, "Noor van 't Hof")]  # 7 takes no part
    db.run('UPDATE mdl_user_enrolments SET status = 1 WHERE userid = 4')
    assert contacts() == [(6, "Noor van 't Hof")]
    db.config('coursecontact', '')
    assert contacts() == []


# Files of the summary and of the overview, and the picture that comes of the latter.
def test_340_15_files(site, db, reader):
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    course = one(site, 2, token=reader)
    [summary], [overview] = course['summaryfiles'], course['overviewfiles']
    base = f'{site.url}/webservice/pluginfile.php/{context}/course'
    assert list(summary) == ['filename', 'filepath', 'filesize', 'fileurl', 'timemodified',
                             'mimetype', 'isexternalfile', 'icon']
    assert summary['fileurl'] == f'{base}/summary/syllabus.html'
    assert list(overview) == list(summary)[:6]
    assert overview['fileurl'] == f'{base}/overviewfiles/lantern.svg'
    assert course['courseimage'] == (f'{site.url}/pluginfile.php/{context}/course/overviewfiles/'
                                     'lantern.svg')
    db.config('courseoverviewfilesext', '.pdf, .PNG')
    course = one(site, 2, token=reader)
    assert course['overviewfiles'] == []
    assert course['courseimage'] == f'{site.url}/pluginfile.php/{context}/course/generated/course.svg'
    db.config('courseoverviewfilesext', '*')
    assert len(one(site, 2, token=reader)['overviewfiles']) == 1
    db.config('courseoverviewfileslimit', '0')
    assert one(site, 2, token=reader)['overviewfiles'] == []


# Filters: what is on above, what is set here, and none that is off for good above.
def test_340_16_filters(site, db, student):
    def filters():
        return [(f['filter'], f['localstate'], f['inheritedstate'])
                for f in one(site, 2, token=student)['filters']]

    db.keep('filter_active')
    at = dict(db.all('SELECT contextlevel || \':\' || instanceid, id FROM mdl_context'
                     ' WHERE contextlevel IN (40, 50)'))
    db.run('DELETE FROM mdl_filter_active')
    assert filters() == []
    db.run('INSERT INTO mdl_filter_active (filter, contextid, active, sortorder) VALUES'
           " ('b', 1, 1, 1), ('a', 1, -1, 2), ('gone', 1, -9999, 3), ('c', 1, 1, 4),"
           " ('c', %s, -1, 0), ('a', %s, 1, 0)", (at['40:4'], at['50:2']))
    assert filters() == [('b', 0, 1), ('a', 1, 0), ('c', 0, 0)]


# A guest instance without a password opens a course to all.
def test_340_17_guests(site, db, reader):
    assert 'format' in one(site, 4, token=reader)
    assert one(site, 4, token=reader)['enrollmentmethods'] == ['manual', 'guest']
    db.config('enrol_plugins_enabled', 'manual')
    assert 'format' not in one(site, 4, token=reader)
    assert one(site, 4, token=reader)['enrollmentmethods'] == ['manual']


# The name of a category that the caller does not see is not told.
def test_340_18_category_name(site, teacher):
    assert one(site, 2, token=teacher)['categoryname'] == 'Optics '
    assert one(site, 12, token=teacher)['categoryname'] == ''
    assert one(site, 12)['categoryname'] == 'Staff room'
    assert one(site, 1)['categoryname'] == ''


# All categories, as far as the caller sees them; some keys only for who manages them.
def test_340_20_categories(site, student):
    whole, seen = categories(site), categories(site, token=student)
    assert ids(whole) == [1, 2, 3, 4, 5, 6, 7] and ids(seen) == [1, 2, 3, 4, 5]
    assert list(whole[0]) == ['id', 'name', 'idnumber', 'description', 'descriptionformat',
                              'parent', 'sortorder', 'coursecount', 'visible', 'visibleold',
                              'timemodified', 'depth', 'path', 'theme']
    assert set(whole[0]) - set(seen[0]) == {'idnumber', 'visible', 'visibleold', 'timemodified',
                                            'theme'}
    assert whole[0]['idnumber'] is None and whole[0]['theme'] == ''
    assert (whole[1]['name'], whole[1]['path'], whole[2]['path']) == ('Sciences &amp; Nature',
                                                                      '/2', '/2/3')


# The order is that of sort orders as texts.
def test_340_21_order_of_texts(site, db):
    db.keep('course_categories')
    db.run('UPDATE mdl_course_categories SET sortorder = 100000 WHERE id = 7')
    assert ids(categories(site)) == [1, 7, 2, 3, 4, 5, 6]


# What is below a hidden category is hidden, visible or not; asked for alone it is judged alone.
def test_340_22_below_hidden(site, db, student):
    db.keep('course_categories')
    db.run('UPDATE mdl_course_categories SET visible = 1 WHERE id = 7')
    assert ids(categories(site, token=student)) == [1, 2, 3, 4, 5]
    assert ids(categories(site, {'id': 7}, token=student)) == [7]


# Criteria must all be met; what is below those found comes too, unless not wanted.
def test_340_23_criteria(site, db):
    db.keep('course_categories')
    db.run("UPDATE mdl_course_categories SET theme = 'classic' WHERE id IN (2, 4)")
    for criteria, sub, wanted in (({'id': 2}, 1, [2, 3, 4]), ({'id': 2}, 0, [2]),
                                  ({'id': 'abc'}, 1, []), ({'ids': '2,5'}, 0, [2, 5]),
                                  ({'ids': '4,3'}, 1, [3, 4]), ({'parent': 0}, 0, [1, 2, 5, 6]),
                                  ({'name': 'Sciences & Nature'}, 0, [2]),
                                  ({'idnumber': 'PHY'}, 1, [3, 4]), ({'visible': 0}, 0, [6, 7]),
                                  ({'id': 2, 'visible': 0}, 1, []), ({'theme': 'classic'}, 0, [2, 4]),
                                  ({'id': 2, 'theme': 'classic'}, 1, [2, 4]),
                                  ({'theme': 'none such'}, 1, []),
                                  ([('id', 3), ('id', 5)], 0, [3])):
        assert ids(categories(site, criteria, sub)) == wanted, criteria


# Some criteria ask for a capability, and others are none.
def test_340_24_criteria_refused(site, student):
    for criteria in ({'idnumber': 'SCI'}, {'theme': 'boost'}, {'visible': 1}, {'colour': 'red'}):
        refused = categories(site, criteria, token=student)
        assert (refused['exception'], refused['errorcode']) == (
            'core\\exception\\moodle_exception', 'criteriaerror')
    assert categories(site, {'ids': '2,,3'})['errorcode'] == 'invalidparameter'
    assert categories(site, {'ids': ''})['errorcode'] == 'invalidparameter'
