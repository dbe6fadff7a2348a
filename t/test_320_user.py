# SPDX-License-Identifier: Apache-2.0
# t/test_320_user.py -- finding people, and what the caller may see of them.
import time

import pytest

# Of the demo: an administrator, a manager with the token of the tests, a teacher with editing
# rights in OPT101, MECH, JPN1, BOARD and STAFF, one without in OPT101, ASTRO and FRA2, a student.
ADMIN, MANAGER, TEACHER, TUTOR, STUDENT, READER = 2, 3, 4, 5, 6, 7
OPTICS, MECHANICS, FRENCH, HIDDEN = 2, 3, 7, 11

# What belongs to an account: shown to its owner and to who sees all details.
ACCOUNT = ['username', 'auth', 'confirmed', 'lang', 'theme', 'mailformat', 'trackforums']


def find(site, field, *values, **more):
    return site.call('core_user_get_users_by_field', {'field': field, 'values': values}, **more)


def search(site, *criteria, **more):
    listed = [{'key': key, 'value': value} for key, value in criteria]
    return site.call('core_user_get_users', {'criteria': listed}, **more)


def profiles(site, *pairs, **more):
    listed = [{'userid': user, 'courseid': course} for user, course in pairs]
    return site.call('core_user_get_course_user_profiles', {'userlist': listed}, **more)


def ids(people):
    return [person['id'] for person in people]


def permit(db, capability, permission, role=None):
    """Give CAPABILITY that PERMISSION at system level, for ROLE (a short name) or for all."""
    db.keep('role_capabilities')
    db.run('DELETE FROM mdl_role_capabilities WHERE capability = %s AND (%s::text IS NULL'
           ' OR roleid = (SELECT id FROM mdl_role WHERE shortname = %s))', (capability, role, role))
    db.run('INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission)'
           ' SELECT 1, id, %s, %s FROM mdl_role WHERE %s::text IS NULL OR shortname = %s',
           (capability, permission, role, role))


# People come in id order, each once, whatever was asked for; unknown ids are nobody.
def test_320_01_by_id(site):
    assert ids(find(site, 'id', 9, 8, 9, 99999)) == [8, 9]
    assert ids(find(site, 'username', 'student', 'haruka')) == [6, 8]
    assert ids(find(site, 'idnumber', 'L-1008')) == [8]
    assert ids(find(site, 'email', 'haruka@lanterna.example')) == [8]


# A value must be one of its field: as PHP compares, so that white space around a number is nothing.
def test_320_02_values(site):
    for field, value in (('id', 'x'), ('id', '6x'), ('id', '99999999999999999999'),
                         ('username', 'Student'), ('email', ' a@b.example')):
        assert find(site, field, value)['errorcode'] == 'invalidparameter', (field, value)
    assert ids(find(site, 'id', ' 6')) == [6]
    assert ids(find(site, 'id', '06', '8.0')) == [6, 8]
    assert find(site, 'shoesize', '42')['errorcode'] == 'codingerror'
    assert find(site, 'idnumber', '') == []


# A manager sees the account; of the caller's own alone there are preferences.
def test_320_03_details(site):
    [person] = find(site, 'id', STUDENT)
    assert person['fullname'] == "Noor van 't Hof"
    assert person['interests'] == 'Optics & Light, C++'
    assert person['suspended'] is False and person['confirmed'] is True
    assert set(ACCOUNT) <= set(person)
    assert 'preferences' not in person and 'calendartype' not in person
    assert 'roles' not in person and 'enrolledcourses' not in person


# One's own preferences: as stored, then two that Moodle's surroundings add.
def test_320_04_own_preferences(site, db, student):
    [person] = find(site, 'id', STUDENT, token=student)
    stored, (loaded, mark) = person['preferences'][:-2], person['preferences'][-2:]
    assert [(p['name'], p['value']) for p in stored] == db.all(
        'SELECT name, value FROM mdl_user_preferences WHERE userid = 6 ORDER BY id')
    assert loaded['name'] == '_lastloaded' and abs(loaded['value'] - time.time()) < 60
    assert mark['name'] == 'last_time_enrolments_synced' and mark['value'].isdigit()


# The mark of the last synchronisation stays where it is, and is renewed when it is too old.
def test_320_05_sync_mark(site, db, student):
    db.keep('user_preferences')
    fresh = int(time.time()) - 60
    db.run("INSERT INTO mdl_user_preferences (userid, name, value)"
           " VALUES (6, 'last_time_enrolments_synced', %s), (6, 'z', 'last')", (str(fresh),))
    names = [p['name'] for p in find(site, 'id', STUDENT, token=student)[0]['preferences']]
    assert names[-3:] == ['last_time_enrolments_synced', 'z', '_lastloaded']

    def mark():
        listed = find(site, 'id', STUDENT, token=student)[0]['preferences']
        return next(int(p['value']) for p in listed if p['name'].startswith('last_time'))

    assert mark() == fresh
    db.config('enrolments_sync_interval', 30)
    assert abs(mark() - time.time()) < 20


# A student finds fellow students through a course, and strangers not at all.
def test_320_06_through_courses(site, student):
    assert ids(find(site, 'id', 10, token=student)) == [10]
    assert find(site, 'id', ADMIN, MANAGER, token=student) == []
    [fellow] = find(site, 'id', 10, token=student)
    assert not set(ACCOUNT) & set(fellow)
    assert {'firstname', 'lastname', 'profileimageurl', 'suspended'} <= set(fellow)


# Who may be contacted about a course may be seen by everybody, without sharing one.
def test_320_07_course_contact(site, db, student):
    assert find(site, 'id', READER, token=student) == []
    db.keep('role_assignments')
    db.run('INSERT INTO mdl_role_assignments (roleid, contextid, userid) SELECT 3, id, 7'
           ' FROM mdl_context WHERE contextlevel = 50 AND instanceid = 9')
    assert ids(find(site, 'id', READER, token=student)) == [READER]
    db.config('coursecontact', '')
    assert find(site, 'id', READER, token=student) == []


# Where profiles need no login, every member of a course is to be seen who passes the gate.
def test_320_08_profiles_without_login(site, db, student):
    db.config('forceloginforprofiles', 0)
    assert ids(find(site, 'id', 10, token=student)) == [10]
    permit(db, 'moodle/user:viewdetails', -1)
    assert find(site, 'id', 10, token=student) == []


# Separate groups hide fellow students who share none, unless one may see all groups.
def test_320_09_separate_groups(site, db, student):
    db.keep('groups_members', 'user_enrolments', 'course')
    db.run('UPDATE mdl_course SET groupmode = 0')
    assert ids(find(site, 'id', 10, token=student)) == [10]
    db.run('UPDATE mdl_course SET groupmode = 1')
    db.run('DELETE FROM mdl_groups_members')
    assert find(site, 'id', 10, token=student) == []
    db.run('INSERT INTO mdl_groups_members (groupid, userid) VALUES (6, 6), (6, 10)')
    assert ids(find(site, 'id', 10, token=student)) == [10]
    db.run('UPDATE mdl_groups_members SET groupid = 10')
    assert find(site, 'id', 10, token=student) == []
    permit(db, 'moodle/site:accessallgroups', 1, 'student')
    assert ids(find(site, 'id', 10, token=student)) == [10]


# The email of a fellow student is shown as they wish: to everybody, to who shares a course with
# them, or not.
@pytest.mark.parametrize('display, shown', [(0, False), (1, True), (2, True)])
def test_320_10_maildisplay(site, db, student, display, shown):
    db.keep('user')
    db.run('UPDATE mdl_user SET maildisplay = %s WHERE id = 10', (display,))
    [fellow] = find(site, 'id', 10, token=student)
    assert ('email' in fellow) is shown
    db.config('hiddenuserfields', 'email')
    [fellow] = find(site, 'id', 10, token=student)
    assert 'email' not in fellow


# A shared course counts only while it is visible and its way in is open.
def test_320_11_sharing_a_course(site, db):
    db.keep('user', 'course', 'role_capabilities', 'enrol')
    db.run('UPDATE mdl_user SET maildisplay = 2 WHERE id IN (6, 10)')
    permit(db, 'moodle/site:viewuseridentity', -1)
    permit(db, 'moodle/user:viewdetails', 1, 'user')
    tutor = site.env['TOKEN_TEACHER']
    assert 'email' in find(site, 'id', STUDENT, token=tutor)[0]
    db.config('enrol_plugins_enabled', 'guest')
    assert 'email' not in find(site, 'id', STUDENT, token=tutor)[0]
    db.config('enrol_plugins_enabled', 'manual')
    db.run('UPDATE mdl_course SET visible = 0')
    assert 'email' not in find(site, 'id', STUDENT, token=tutor)[0]


# What the site hides is hidden from who may not see hidden fields, and from no administrator.
def test_320_12_hidden_fields(site, db, student):
    hidden = ['description', 'country', 'city', 'timezone', 'suspended', 'firstaccess',
              'lastaccess']
    db.keep('user')
    db.run("UPDATE mdl_user SET description = '<p>x</p>' WHERE id = 10")
    assert set(hidden) <= set(find(site, 'id', 10, token=student)[0])
    db.config('hiddenuserfields', ','.join(hidden))
    assert not set(hidden) & set(find(site, 'id', 10, token=student)[0])
    assert set(hidden) <= set(find(site, 'id', 10)[0])


# Who may identify people sees what the site names for it, and of that nothing hidden.
def test_320_13_identity(site, db, teacher):
    db.keep('user')
    db.run("UPDATE mdl_user SET phone1 = '1', phone2 = '2', idnumber = 'N', institution = 'I',"
           " department = '', maildisplay = 0 WHERE id = 10")
    db.config('showuseridentity', '')
    names = {'phone1', 'phone2', 'idnumber', 'institution', 'department', 'email'}
    [fellow] = profiles(site, (10, OPTICS), token=teacher)
    assert names & set(fellow) == {'email'}     # an editing teacher may mail to course members
    db.config('showuseridentity', ','.join(sorted(names)))
    assert names <= set(profiles(site, (10, OPTICS), token=teacher)[0])
    permit(db, 'moodle/course:viewhiddenuserfields', -1)
    db.config('hiddenuserfields', 'phone1,idnumber')
    assert not {'phone1', 'idnumber'} & set(profiles(site, (10, OPTICS), token=teacher)[0])


# A field of the site's own is seen by everybody, by its person, or by who sees all details; one
# without data says its default, and an empty one nothing.
def test_320_14_custom_fields(site, db, student, teacher):
    def shown(token):
        return {f['shortname']: f['value']
                for f in find(site, 'id', STUDENT, token=token)[0].get('customfields', [])}

    db.keep('user_info_field', 'user_info_data')
    assert shown(None)['remark'] == '<p>Pays in <strong>cash</strong>.</p>'
    assert 'remark' not in shown(student)
    assert shown(student)['library'] == 'LIB-42'
    assert shown(student)['campus'] == 'South & Sea'
    assert 'campus' not in shown(teacher)
    db.run('DELETE FROM mdl_user_info_data WHERE userid = 6')
    assert shown(student) == {'campus': 'North'}
    db.run("UPDATE mdl_user_info_field SET datatype = 'checkbox', defaultdata = '0' WHERE id = 1")
    assert shown(student) == {'library': '0', 'campus': 'North'}
    db.run("UPDATE mdl_user_info_field SET datatype = 'datetime' WHERE id = 1")
    assert shown(student) == {'campus': 'North'}


# What a page would show of a field.
@pytest.mark.parametrize('datatype, param1, param3, param4, data, shown', [
    ('text', '', '', '', 'a <b>bold</b> & c', 'a bold &amp; c'),
    ('text', '', '', 'https://x.example/?q=$$', 'a b',
     '<a href="https://x.example/?q=a+b">a b</a>'),
    ('checkbox', '', '', '', '1', 'Yes'),
    ('checkbox', '', '', '', '0', 'No'),
    ('menu', '', '', '', 'One', 'One'),
    ('textarea', '', '', '', '<p>x<script>y</script></p>',
     '<div class="no-overflow"><p>x</p></div>'),
    ('datetime', '', '', '', '86400', '1970-01-02'),
    ('datetime', '', '1', '', '90000', '1970-01-02 01:00'),
    ('social', 'url', '', '', 'https://x.example/"', None),
])
def test_320_15_display_values(site, db, datatype, param1, param3, param4, data, shown):
    db.keep('user_info_field', 'user_info_data')
    db.run('UPDATE mdl_user_info_field SET datatype = %s, param1 = %s, param3 = %s, param4 = %s'
           ' WHERE id = 1', (datatype, param1, param3, param4))
    db.run('UPDATE mdl_user_info_data SET data = %s, dataformat = 1'
           ' WHERE fieldid = 1 AND userid = 6', (data,))
    field = find(site, 'id', STUDENT)[0]['customfields'][0]
    assert (field['type'], field['value']) == (datatype, data)
    if shown is None:
        assert field['displayvalue'].startswith('<a href="https://x.example/&quot;">')
    else:
        assert field['displayvalue'] == shown


# A description is formatted with its files; strangers' ones are kept back where the site says so.
def test_320_16_description(site, db, student):
    db.keep('user', 'role_assignments')
    db.run("UPDATE mdl_user SET description = 'Me <img src=\"@@PLUGINFILE@@/a.png\" alt=\"\" />',"
           " descriptionformat = 1 WHERE id = 10")
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 30 AND instanceid = 10')
    [person] = find(site, 'id', 10)
    assert (f'{site.url}/webservice/pluginfile.php/{context}/user/profile/a.png'
            in person['description'])
    assert person['descriptionformat'] == 1
    assert 'description' in find(site, 'id', 10, token=student)[0]
    db.run('DELETE FROM mdl_role_assignments WHERE userid = 10')
    assert 'description' not in find(site, 'id', 10, token=student)[0]
    db.config('profilesforenrolledusersonly', 0)
    assert 'description' in find(site, 'id', 10, token=student)[0]


# A person is found by a detail only if that detail is shown to the caller.
def test_320_17_found_by_what_is_shown(site, db, student):
    db.keep('user')
    db.run('UPDATE mdl_user SET maildisplay = 0 WHERE id = 10')
    assert find(site, 'email', 'dmitri@lanterna.example', token=student) == []
    assert find(site, 'username', 'dmitri', token=student) == []
    db.run('UPDATE mdl_user SET maildisplay = 1 WHERE id = 10')
    assert ids(find(site, 'email', 'dmitri@lanterna.example', token=student)) == [10]


# Deleted people are found by their id by who sees all, and in no search.
def test_320_18_deleted(site, db):
    db.keep('context')
    assert ids(find(site, 'id', 37)) == [37]
    assert search(site, ('id', 37))['users'] == []


# A search: equal by keys, like by names and email, all criteria together, warnings at the end.
def test_320_19_search(site):
    assert ids(search(site, ('username', 'student'))['users']) == [6]
    assert ids(search(site, ('lastname', 'van%'))['users']) == [6]
    assert ids(search(site, ('firstname', 'NOOR'))['users']) == [6]
    assert ids(search(site, ('firstname', 'Noor<b>'))['users']) == [6]
    assert ids(search(site, ('email', '%@lanterna.example'), ('lastname', '高橋'))['users']) == [8]
    assert search(site, ('firstname', 'No_'))['users'] == []
    answer = search(site, ('shoesize', '42'), ('id', '6'))
    assert ids(answer['users']) == [6]
    assert [(w['item'], w['warningcode']) for w in answer['warnings']] == [
        ('shoesize', 'invalidfieldparameter')]
    assert search(site, ('id', '6'), ('id', '8'))['errorcode'] == 'keyalreadyset'


# Without a criterion everybody is found, the guest too; a student finds those to be seen.
def test_320_20_search_for_all(site, db, student):
    everybody = [i for i, in db.all('SELECT id FROM mdl_user WHERE deleted = 0 ORDER BY id')]
    answer = search(site, ('shoesize', '42'))
    assert ids(answer['users']) == everybody
    mine = search(site, ('shoesize', '42'), token=student)['users']
    assert STUDENT in ids(mine) and ADMIN not in ids(mine) and len(mine) < len(everybody)


# Searching works for an account that must change its password, looking up by a field does not.
def test_320_21_search_enters_no_context(site, db, student):
    db.keep('user_preferences')
    db.run("INSERT INTO mdl_user_preferences (userid, name, value)"
           " VALUES (6, 'auth_forcepasswordchange', '1')")
    assert ids(search(site, ('id', 6), token=student)['users']) == [6]
    assert find(site, 'id', 6, token=student)['errorcode'] == 'forcepasswordchangenotice'


# Thousands of people come in batches, none lost and none twice.
def test_320_22_many(site, db):
    db.keep('user', 'context')
    db.run("INSERT INTO mdl_user (username, firstname, lastname, email, confirmed, mnethostid)"
           " SELECT 'many' || n, 'Many', 'No ' || n, 'many' || n || '@lanterna.example', 1, 1"
           " FROM generate_series(1, 1700) AS n")
    db.run("INSERT INTO mdl_context (contextlevel, instanceid, depth, path) SELECT 30, id, 2,"
           " '/1/' || 100000 + id FROM mdl_user WHERE firstname = 'Many'")
    found = ids(search(site, ('firstname', 'Many'))['users'])
    assert found == [i for i, in db.all(
        "SELECT id FROM mdl_user WHERE firstname = 'Many' ORDER BY id")]
    assert len(found) == 1700


# As members of a course: roles held in it, groups of it, and all courses.
def test_320_23_course_profiles(site):
    [person] = profiles(site, (STUDENT, OPTICS))
    assert [r['shortname'] for r in person['roles']] == ['student']
    assert person['roles'][0] == {'roleid': 5, 'name': '', 'shortname': 'student', 'sortorder': 0}
    assert [c['shortname'] for c in person['enrolledcourses']] == ['ESS', 'ASTRO', 'MECH', 'OPT101']
    assert person['enrolledcourses'][3]['fullname'] == 'Light &amp; Lenses'
    assert 'lastcourseaccess' not in person


# A person with several courses is shown in the last; each person in a course of their own.
def test_320_24_last_course_counts(site):
    people = profiles(site, (STUDENT, OPTICS), (TEACHER, OPTICS), (STUDENT, 9))
    assert ids(people) == [TEACHER, STUDENT]
    assert [[r['roleid'] for r in p['roles']] for p in people] == [[3], []]


# A course that may not be entered refuses the whole call; of people unknown there is nobody.
def test_320_25_course_profiles_refused(site, student):
    assert profiles(site, (STUDENT, 999))['errorcode'] == 'invalidparameter'
    assert profiles(site, (STUDENT, OPTICS), (STUDENT, FRENCH),
                    token=student)['errorcode'] == 'requireloginerror'
    assert profiles(site, (STUDENT, HIDDEN), token=student)['errorcode'] == 'requireloginerror'
    assert profiles(site, (99999, OPTICS)) == []
    assert site.call('core_user_get_course_user_profiles')['errorcode'] == 'invalidparameter'


# Groups in a profile: hidden ones for who may see hidden groups; with separate groups only common
# ones, and then perhaps an empty list.
def test_320_26_groups(site, db, teacher, student):
    db.keep('groups_members', 'course')
    db.run('DELETE FROM mdl_groups_members')
    db.run('INSERT INTO mdl_groups_members (groupid, userid)'
           ' SELECT g, 10 FROM generate_series(1, 5) AS g')
    db.run('UPDATE mdl_course SET groupmode = 0 WHERE id = 2')

    def groups(token):
        [person] = profiles(site, (10, OPTICS), token=token)
        return [g['id'] for g in person['groups']] if 'groups' in person else None

    assert sorted(groups(teacher)) == [1, 2, 3, 4, 5]
    assert sorted(groups(student)) == [1, 2, 3, 4]
    db.run('UPDATE mdl_course SET groupmode = 1 WHERE id = 2')
    assert groups(student) == []
    db.run('INSERT INTO mdl_groups_members (groupid, userid) VALUES (3, 6)')
    assert groups(student) == [3]
    db.run('DELETE FROM mdl_groups_members WHERE groupid < 5')
    assert groups(student) is None


# A group's text is a page's: its files by pluginfile.php, its format as stored.
def test_320_27_group_description(site, db):
    db.keep('groups', 'groups_members')
    db.run('DELETE FROM mdl_groups_members')
    db.run('INSERT INTO mdl_groups_members (groupid, userid) VALUES (2, 10)')
    db.run("UPDATE mdl_groups SET descriptionformat = 0,"
           " description = 'x <a href=\"@@PLUGINFILE@@/a.txt\">a</a>' WHERE id = 2")
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    [group] = profiles(site, (10, OPTICS), moodlewssettingraw=1)[0]['groups']
    assert group['name'] == 'Evening &amp; night' and group['descriptionformat'] == 0
    assert f'{site.url}/pluginfile.php/{context}/group/description/2/a.txt' in group['description']
    assert group['description'].startswith('<div class="text_to_html">')


# A hidden course is among somebody's courses if that person may see it, whoever asks; the list can
# be hidden altogether.
def test_320_28_enrolled_courses(site, db, student):
    def courses(user, **more):
        [person] = profiles(site, (user, OPTICS), **more)
        return [c['id'] for c in person['enrolledcourses']] if 'enrolledcourses' in person else None

    assert HIDDEN in courses(TEACHER) and HIDDEN not in courses(STUDENT)
    assert courses(TEACHER)[-1] == HIDDEN
    db.config('navsortmycourseshiddenlast', 0)
    assert courses(TEACHER)[-1] != HIDDEN
    db.config('navsortmycoursessort', 'shortname')
    assert courses(STUDENT) == [4, 8, 3, 2]
    db.config('hiddenuserfields', 'mycourses')
    assert courses(TEACHER, token=student) is None


# Names: hidden ones are only shown to who may see full names.
def test_320_29_names(site, db, student):
    db.config('fullnamedisplay', 'lastname')
    [person] = find(site, 'id', 10, token=student)
    assert person['fullname'] == 'Соколов-Ёлкин'
    assert 'firstname' not in person and person['lastname'] == 'Соколов-Ёлкин'
    [person] = find(site, 'id', 10)
    assert {'firstname', 'lastname'} <= set(person)


# The old look-up by ids: no courses, no groups; the account for who may update people.
def test_320_30_old_by_id(site, db, student):
    def look(*userids, **more):
        return site.call('moodle_user_get_users_by_id', {'userids': userids}, **more)

    people = look(8, 6, 37, 99999)
    assert ids(people) == [6, 8]
    assert people[1]['confirmed'] == 1 and people[1]['idnumber'] == 'L-1008'
    assert 'suspended' not in people[1] and 'roles' not in people[1]
    assert 'displayvalue' not in people[1]['customfields'][0]
    assert ids(look(6, 10, token=student)) == [6]
    assert 'auth' in look(6, token=student)[0]
    permit(db, 'moodle/user:viewalldetails', -1)
    assert look(8)[0]['timezone'] and look(8)[0]['theme'] == ''


# Under its old name a course profile has the old keys, and no trace of Moodle's caches.
def test_320_31_old_course_profiles(site, student):
    answer = site.call('moodle_user_get_course_participants_by_id',
                       {'userlist': [{'userid': 6, 'courseid': 2}]}, token=student)
    [person] = answer
    assert '_lastloaded' not in [p['name'] for p in person['preferences']]
    assert 'auth' not in person and 'suspended' not in person
    assert [r['roleid'] for r in person['roles']] == [5]


# A language or theme that is not installed is empty; a picture has its address.
def test_320_32_language_theme_picture(site, db):
    db.keep('user')
    db.run("UPDATE mdl_user SET lang = 'tlh', theme = 'gone', picture = 17 WHERE id = 10")
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 30 AND instanceid = 10')
    [person] = find(site, 'id', 10)
    assert person['lang'] == '' and person['theme'] == ''
    assert person['profileimageurl'] == (
        f'{site.url}/pluginfile.php/{context}/user/icon/boost/f1?rev=17')
