# SPDX-License-Identifier: Apache-2.0
# t/test_325_enrol.py -- who takes part in a course, and in which courses a person takes part.
import time

import pytest

TEACHER, TUTOR, STUDENT, READER = 4, 5, 6, 7
FRONT, OPTICS, MECHANICS, JAPANESE, FRENCH, ESSAYS, HIDDEN = 1, 2, 3, 5, 7, 8, 11


def participants(site, course, token=None, **options):
    listed = [{'name': name, 'value': value} for name, value in options.items()]
    return site.call('core_enrol_get_enrolled_users', {'courseid': course, 'options': listed},
                     token=token)


def courses(site, user, token=None, **more):
    return site.call('core_enrol_get_users_courses', {'userid': user, **more}, token=token)


def ids(rows):
    return [row['id'] for row in rows]


def enrolled(db, course, condition='true'):
    """The ids of those enrolled in COURSE by a way that meets CONDITION."""
    return [i for i, in db.all(
        'SELECT DISTINCT ue.userid FROM mdl_user_enrolments ue'
        ' JOIN mdl_enrol e ON e.id = ue.enrolid'
        f' WHERE e.courseid = %s AND ({condition}) ORDER BY 1', (course,))]


ACTIVE = ('ue.status = 0 AND e.status = 0 AND ue.timestart < extract(epoch FROM now())'
          ' AND (ue.timeend = 0 OR ue.timeend > extract(epoch FROM now()))')


# All are there who are enrolled, in whatever state, in id order.
def test_325_01_participants(site, db):
    assert ids(participants(site, OPTICS)) == enrolled(db, OPTICS)
    assert ids(participants(site, JAPANESE)) == enrolled(db, JAPANESE)


# Active and suspended ones part the whole between them.
def test_325_02_active_and_suspended(site, db):
    active = ids(participants(site, OPTICS, onlyactive=1))
    suspended = ids(participants(site, OPTICS, onlysuspended=1))
    assert active == enrolled(db, OPTICS, ACTIVE)
    assert suspended and sorted(active + suspended) == enrolled(db, OPTICS)
    assert participants(site, OPTICS, onlyactive=1, onlysuspended=1)['errorcode'] == 'codingerror'
    assert participants(site, FRONT, onlysuspended=1)['errorcode'] == 'codingerror'


# A beginning within the next fifty seconds counts already, one beyond does not.
def test_325_03_time_to_the_hundred(site, db):
    db.keep('user_enrolments')
    now = int(time.time())
    rounded = (now + 50) // 100 * 100
    for start, there in ((rounded - 1, True), (rounded + 100, False)):
        db.run('UPDATE mdl_user_enrolments SET timestart = %s, timeend = 0, status = 0'
               ' WHERE userid = 10', (start,))
        assert (10 in ids(participants(site, OPTICS, onlyactive=1))) is there


# An order, a direction, a page; the order of the site is by last name, and equal names by id.
def test_325_04_order_and_pages(site, db):
    def ordered(by):
        return [i for i, in db.all(f'SELECT id FROM mdl_user WHERE id = ANY (%s) ORDER BY {by}',
                                   (enrolled(db, OPTICS),))]

    assert ids(participants(site, OPTICS, sortby='lastname')) == ordered('lastname, id')
    assert ids(participants(site, OPTICS, sortby='firstname', sortdirection='desc')) == ordered(
        'firstname DESC, id')
    assert ids(participants(site, OPTICS, sortby='siteorder')) == ordered('lastname, firstname, id')
    assert ids(participants(site, OPTICS, sortby='siteorder', sortdirection='DESC')) == ordered(
        'lastname, firstname, id DESC')
    assert ids(participants(site, OPTICS, sortdirection='DESC')) == ordered('id DESC')
    page = participants(site, OPTICS, sortby='lastname', limitfrom=3, limitnumber=4)
    assert ids(page) == ordered('lastname, id')[3:7]
    assert ids(participants(site, OPTICS, limitfrom=5)) == enrolled(db, OPTICS)[5:]
    assert ids(participants(site, OPTICS, limitnumber=-1)) == enrolled(db, OPTICS)


# An order or a direction that there is not is refused before anything else.
def test_325_05_bad_order(site):
    assert participants(site, 9999, sortby='shoesize')['errorcode'] == 'invalidparameter'
    assert participants(site, 9999, sortdirection='up')['errorcode'] == 'invalidparameter'
    assert participants(site, 9999, sortby='')['errorcode'] == 'invalidparameter'
    assert participants(site, 9999, flavour='sweet')['errorcode'] == 'invalidrecord'


# Only what is asked for, with id and full name; a field unknown is an error once there is somebody.
def test_325_06_fields(site, db):
    [person] = participants(site, OPTICS, userfields='roles,email', limitnumber=1)
    assert list(person) == ['id', 'fullname', 'email', 'roles']
    answer = site.call('core_enrol_get_enrolled_users', {'courseid': OPTICS, 'options': [
        {'name': 'userfields', 'value': 'city'}, {'name': 'userfields', 'value': 'country'},
        {'name': 'limitnumber', 'value': 1}]})
    assert set(answer[0]) == {'id', 'fullname', 'city', 'country'}
    [person] = participants(site, OPTICS, userfields='lang', limitnumber=1)
    assert list(person) == ['id', 'fullname']
    assert participants(site, OPTICS, userfields='id,password')['errorcode'] == 'invaliduserfield'
    assert participants(site, OPTICS, userfields='')['errorcode'] == 'invaliduserfield'
    db.keep('user_enrolments')
    db.run('DELETE FROM mdl_user_enrolments')
    assert participants(site, OPTICS, userfields='password') == []


# A participant's details: the last access to the course, roles in it, courses of all.
def test_325_07_details(site, db):
    people = {p['id']: p for p in participants(site, OPTICS)}
    for userid, person in people.items():
        assert person['lastcourseaccess'] == (db.one(
            'SELECT timeaccess FROM mdl_user_lastaccess WHERE userid = %s AND courseid = 2',
            (userid,)) or 0)
    assert [r['shortname'] for r in people[TEACHER]['roles']] == ['editingteacher']
    assert people[STUDENT]['interests'] == 'Optics & Light, C++'
    assert 'suspended' not in people[STUDENT] and 'auth' not in people[STUDENT]
    assert 'displayvalue' not in people[STUDENT]['customfields'][0]


# Unknown courses, courses not to be entered, and those whose participants are not to be seen.
def test_325_08_refusals(site, db, student):
    assert participants(site, 9999)['errorcode'] == 'invalidrecord'
    assert participants(site, FRENCH, token=student)['errorcode'] == 'errorcoursecontextnotvalid'
    assert participants(site, FRONT, token=student)['errorcode'] == 'nopermissions'
    db.keep('role_capabilities')
    db.run("UPDATE mdl_role_capabilities SET permission = -1 WHERE capability IN"
           " ('moodle/course:viewparticipants', 'moodle/course:enrolreview')")
    assert participants(site, OPTICS, token=student)['errorcode'] == 'nopermissions'
    db.run("UPDATE mdl_role_capabilities SET permission = 1"
           " WHERE capability = 'moodle/course:enrolreview'")
    assert participants(site, OPTICS)


# The front page has everybody who is not deleted, the guest too.
def test_325_09_front_page(site, db):
    everybody = [i for i, in db.all('SELECT id FROM mdl_user WHERE deleted = 0 ORDER BY id')]
    assert ids(participants(site, FRONT)) == everybody
    assert ids(participants(site, FRONT, onlyactive=1)) == everybody
    assert ids(participants(site, FRONT, withcapability='moodle/course:update')) == [3]


# Who holds a capability by their roles in the course or above it; administrators do not by that.
def test_325_10_with_capability(site, db, student):
    assert ids(participants(site, OPTICS, withcapability='moodle/course:update')) == [TEACHER]
    assert ids(participants(site, OPTICS, withcapability='moodle/course:viewhiddencourses')) == [
        TEACHER, TUTOR]
    assert participants(site, OPTICS, withcapability='moodle/no:such') == []
    everyone = participants(site, OPTICS, withcapability='moodle/category:viewcourselist')
    assert ids(everyone) == enrolled(db, OPTICS)
    assert participants(site, OPTICS, token=student,
                        withcapability='moodle/course:update')['errorcode'] == 'nopermissions'
    db.keep('role_capabilities')
    db.run("INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)"
           " SELECT id, 4, 'moodle/category:viewcourselist', -1000 FROM mdl_context"
           " WHERE contextlevel = 50 AND instanceid = 2")
    rest = participants(site, OPTICS, withcapability='moodle/category:viewcourselist')
    assert TUTOR not in ids(rest) and TEACHER in ids(rest)


# Options need their capabilities.
def test_325_11_options_refused(site, student):
    assert participants(site, OPTICS, token=student, onlyactive=1)['errorcode'] == 'nopermissions'
    assert participants(site, OPTICS, token=student, onlyactive=0, groupid=0)
    assert participants(site, OPTICS, token=student, groupid=5)['errorcode'] == 'nopermissions'
    assert participants(site, OPTICS, token=student, groupid=-1)['errorcode'] == 'nopermissions'


@pytest.fixture
def in_groups(db):
    """Groups of OPTICS: the student and 10 in 1; 12 in the hidden one; no one else anywhere."""
    db.keep('groups_members', 'course', 'role_capabilities')
    db.run('DELETE FROM mdl_groups_members')
    db.run('INSERT INTO mdl_groups_members (groupid, userid) VALUES (1, 6), (1, 10), (3, 6),'
           ' (3, 14), (4, 6), (4, 16), (5, 12)')
    db.run('UPDATE mdl_course SET groupmode = 1 WHERE id = 2')


# Members of a group, as far as the caller may know of the membership.
def test_325_12_group(site, db, student, in_groups):
    assert ids(participants(site, OPTICS, groupid=1)) == [6, 10]
    assert ids(participants(site, OPTICS, groupid=5)) == [12]
    assert ids(participants(site, OPTICS, token=student, groupid=1)) == [6, 10]
    assert ids(participants(site, OPTICS, token=student, groupid=3)) == [6, 14]
    assert ids(participants(site, OPTICS, token=student, groupid=4)) == [6]
    assert participants(site, OPTICS, groupid=9999) == []


# Those in no group: hidden memberships count only for who may know of them.
def test_325_13_no_group(site, db, in_groups):
    grouped = {6, 10, 12, 14, 16}
    alone = [i for i in enrolled(db, OPTICS) if i not in grouped]
    assert ids(participants(site, OPTICS, groupid=-1)) == alone
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability = 'moodle/course:viewhiddengroups'")
    assert set(ids(participants(site, OPTICS, groupid=-1))) - set(alone) >= {12}


# Separate groups: a student sees the members of the own groups, without one nobody. That a group
# tells its members of nobody but themselves matters only where it is asked for.
def test_325_14_separate_groups(site, db, student, in_groups):
    assert ids(participants(site, OPTICS, token=student)) == [6, 10, 14, 16]
    db.run('DELETE FROM mdl_groups_members WHERE userid = 6')
    assert participants(site, OPTICS, token=student) == []
    db.run('INSERT INTO mdl_groups_members (groupid, userid) VALUES (5, 6)')
    assert participants(site, OPTICS, token=student) == []
    db.run('UPDATE mdl_course SET groupmode = 2 WHERE id = 2')
    assert ids(participants(site, OPTICS, token=student)) == enrolled(db, OPTICS)


# A page is cut before those are left out whom the caller may not see.
def test_325_15_gate_after_page(site, db, student):
    db.keep('role_capabilities', 'course')
    db.run('UPDATE mdl_course SET groupmode = 0')
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability = 'moodle/user:viewdetails'")
    assert ids(participants(site, OPTICS, token=student)) == [TEACHER, STUDENT]
    assert ids(participants(site, OPTICS, token=student, limitfrom=1, limitnumber=2)) == [STUDENT]


# The old names: the same rules, the old keys; options of today are nothing to them.
def test_325_16_old_names(site, db):
    people = site.call('moodle_enrol_get_enrolled_users', {'courseid': OPTICS})
    assert [p['userid'] for p in people] == enrolled(db, OPTICS)
    assert list(people[0]) == ['courseid', 'userid', 'firstname', 'lastname', 'fullname',
                               'username', 'profileimgurl', 'profileimgurlsmall']
    assert people[0]['courseid'] == OPTICS
    active = site.call('moodle_enrol_get_enrolled_users', {'courseid': OPTICS, 'onlyactive': 1})
    assert [p['userid'] for p in active] == enrolled(db, OPTICS, ACTIVE)
    old = site.call('moodle_user_get_users_by_courseid', {'courseid': OPTICS, 'options': [
        {'name': 'limitnumber', 'value': 1}, {'name': 'sortby', 'value': 'shoesize'},
        {'name': 'userfields', 'value': 'password'}]})
    assert ids(old) == enrolled(db, OPTICS)
    assert 'lastcourseaccess' not in old[0]
    answer = site.call('moodle_user_get_users_by_courseid', {'courseid': 9999, 'options': [
        {'name': 'x', 'value': ''}]})
    assert answer['exception'] == 'dml_missing_record_exception'


# One's own courses, in the site's order, with all there is to tell.
def test_325_17_own_courses(site, db, student):
    listed = courses(site, STUDENT, token=student)
    assert [c['shortname'] for c in listed] == ['ESS', 'ASTRO', 'MECH', 'OPT101']
    optics = listed[3]
    assert optics['fullname'] == optics['displayname'] == 'Light &amp; Lenses'
    assert optics['enrolledusercount'] == len(enrolled(db, OPTICS))
    assert optics['courseimage'].endswith('/course/overviewfiles/lantern.svg')
    [picture] = optics['overviewfiles']
    assert picture['filename'] == 'lantern.svg' and picture['mimetype'] == 'image/svg+xml'
    assert picture['fileurl'].startswith(f'{site.url}/webservice/pluginfile.php/')
    assert '/course/summary/syllabus.html' in optics['summary'] and optics['summaryformat'] == 1
    assert optics['completionusertracked'] is True and optics['progress'] is None
    assert optics['completed'] is False and optics['completionhascriteria'] is False
    assert [c['isfavourite'] for c in listed] == [False, False, True, False]
    assert listed[0]['courseimage'].endswith('/course/generated/course.svg')
    assert listed[0]['overviewfiles'] == []
    assert listed[0]['enablecompletion'] is False and listed[0]['completed'] is None


# Without a count there is none; a list of nobody's is empty.
def test_325_18_count_and_nobody(site, student):
    assert all('enrolledusercount' not in c for c in courses(site, STUDENT, returnusercount=0))
    for nobody in (99999, 37, 1):
        assert courses(site, nobody) == []
    assert courses(site, STUDENT, returnusercount='yes')['errorcode'] == 'invalidparameter'


# Of others' courses, those that the caller can enter and whose participants the caller may see.
def test_325_19_others_courses(site, db, student, teacher):
    assert ids(courses(site, 10, token=student)) == [
        i for i in ids(courses(site, 10)) if i in ids(courses(site, STUDENT, token=student))]
    assert courses(site, READER, token=student) == []
    assert HIDDEN in ids(courses(site, TEACHER, token=teacher))
    assert HIDDEN not in ids(courses(site, TEACHER, token=student))
    db.keep('role_capabilities')
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability = 'moodle/course:viewparticipants'")
    assert courses(site, 10, token=student) == []


# What is the person's own: favourites, courses put away, completion; not for others to see.
def test_325_20_own_affairs(site, db, student):
    db.keep('user_preferences', 'course_completions')
    db.run("INSERT INTO mdl_user_preferences (userid, name, value)"
           " VALUES (6, 'block_myoverview_hidden_course_2', '1')")
    db.run('INSERT INTO mdl_course_completions (userid, course, timecompleted) VALUES (6, 2, 1)')
    own = {c['id']: c for c in courses(site, STUDENT, token=student)}
    assert own[OPTICS]['hidden'] is True and own[MECHANICS]['hidden'] is False
    assert own[OPTICS]['completed'] is True and own[OPTICS]['progress'] == 100
    seen = {c['id']: c for c in courses(site, STUDENT)}
    assert seen[OPTICS]['hidden'] is False and seen[MECHANICS]['isfavourite'] is False
    assert seen[OPTICS]['completed'] is True
    fellow = {c['id']: c for c in courses(site, 10, token=student)}[MECHANICS]
    assert fellow['completed'] is None and fellow['completionusertracked'] is False


# Progress is counted over the activities that are tracked.
def test_325_21_progress(site, db, student):
    db.keep('course_modules', 'course_modules_completion', 'config')
    modules = [i for i, in db.all(
        'SELECT id FROM mdl_course_modules WHERE course = 2 ORDER BY id LIMIT 4')]
    db.run('UPDATE mdl_course_modules SET completion = 1 WHERE id = ANY (%s)', (modules,))
    for module, state in zip(modules, (1, 2, 3, 0)):
        db.run('INSERT INTO mdl_course_modules_completion (coursemoduleid, userid, completionstate,'
               ' timemodified) VALUES (%s, 6, %s, 0)', (module, state))
    assert courses(site, STUDENT, token=student)[3]['progress'] == 50
    db.config('enablecompletion', 0)
    assert courses(site, STUDENT, token=student)[3]['progress'] is None


# When somebody was last seen in a course may be hidden.
def test_325_22_last_access(site, db, student):
    seen = db.one('SELECT timeaccess FROM mdl_user_lastaccess WHERE userid = 6 AND courseid = 2')
    assert seen and courses(site, STUDENT, token=student)[3]['lastaccess'] == seen
    db.keep('user_lastaccess')
    db.run('DELETE FROM mdl_user_lastaccess WHERE userid = 10')
    db.run('INSERT INTO mdl_user_lastaccess (userid, courseid, timeaccess) VALUES (10, 3, 7)')

    def fellow_seen():
        return {c['id']: c for c in courses(site, 10, token=student)}[MECHANICS]['lastaccess']

    assert fellow_seen() == 7
    db.config('hiddenuserfields', 'lastaccess')
    assert fellow_seen() is None
    assert courses(site, STUDENT, token=student)[3]['lastaccess'] == seen


# Lists of courses may have short names before the names; overview files may be limited.
def test_325_23_settings(site, db, student):
    db.config('courselistshortnames', 1)
    assert courses(site, STUDENT, token=student)[3]['displayname'] == 'OPT101 Light &amp; Lenses'
    for name, value in (('courseoverviewfileslimit', 0), ('courseoverviewfilesext', '.pdf')):
        db.config(name, value)
        optics = courses(site, STUDENT, token=student)[3]
        assert optics['overviewfiles'] == []
        assert optics['courseimage'].endswith('/generated/course.svg')
        db.config('courseoverviewfileslimit', 1)


# The old name: five keys, as stored.
def test_325_24_old_courses(site, student):
    listed = site.call('moodle_enrol_get_users_courses', {'userid': STUDENT}, token=student)
    assert listed[3] == {'id': OPTICS, 'shortname': 'OPT101', 'fullname': 'Light & Lenses',
                         'idnumber': 'LOC-2', 'visible': 1}


# Whose completion is tracked is asked as any capability is: of an administrator in the course too.
def test_325_25_tracked(site, db):
    def tracked():
        return {c['id']: c for c in courses(site, TEACHER)}[OPTICS]['completionusertracked']

    assert tracked() is False
    db.config('siteadmins', f'2,{TEACHER}')
    assert tracked() is True
