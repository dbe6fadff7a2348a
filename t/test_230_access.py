# SPDX-License-Identifier: Apache-2.0
# t/test_230_access.py -- who may read what: the roles of the demo, its courses, and the
# functions, against tables of what the rules give. Then each rule that the demo does not show, by
# itself.
import os

import pytest

import env

INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_course_groups'
COURSES = 'core_course_get_courses'
PARTICIPANTS = 'core_enrol_get_enrolled_users'
PROFILES = 'core_user_get_course_user_profiles'
FIELD = 'core_course_get_courses_by_field'
USERS = 'core_user_get_users'
BY_FIELD = 'core_user_get_users_by_field'
FILES = 'core_files_get_files'

# Those who ask. The demo has no account without any role in any course: one is made.
PASSERBY = 900
WHO = {'admin': 2, 'manager': 3, 'teacher': 4, 'tutor': 5, 'student': 6, 'reader': 7,
       'passerby': PASSERBY, 'guest': 1}

# How each comes into a course: Own right, as a Guest; or is kept out since it is Hidden or since
# one is Not enrolled. Course 4 is open to guests, 11 and 13 are hidden, the category of 12 is.
# The student's enrolment is suspended in 5, begins later in 6, and is over in 10.
ENTRY = {
    'course':    ' 1  2  3  4  5  6  7  9 10 11 12 13',
    'admin':     ' O  O  O  O  O  O  O  O  O  O  O  O',
    'manager':   ' O  O  O  O  O  O  O  O  O  O  O  O',
    'teacher':   ' O  O  O  G  O  N  N  N  N  O  O  H',
    'tutor':     ' O  O  N  O  N  N  O  N  N  H  N  H',
    'student':   ' O  O  O  O  N  N  N  N  N  H  N  H',
    'reader':    ' O  N  N  G  N  N  N  O  N  H  N  H',
    'passerby':  ' O  N  N  G  N  N  N  N  N  H  N  H',
    'guest':     ' O  N  N  G  N  N  N  N  N  H  N  H',
}
IDS = [int(word) for word in ENTRY['course'].split()]
ENTRY = {who: dict(zip(IDS, line.split())) for who, line in ENTRY.items() if who != 'course'}

# Where each holds what the functions ask for, by roles in the course or above it.
ALL = set(IDS)
MANAGES_GROUPS = {'admin': ALL, 'manager': ALL, 'teacher': {2, 3, 5, 11, 12}}
VIEWS_COURSES = {'admin': ALL, 'manager': ALL}
SEES_PARTICIPANTS = {'admin': ALL, 'manager': ALL, 'teacher': {2, 3, 5, 11, 12}, 'tutor': {2, 4, 7},
                     'student': {2, 3, 4}, 'reader': {9}}

# Whose course list each is shown of the student's: the group mode of 2 keeps the tutor from the
# student there.
COURSES_OF_STUDENT = {'admin': {2, 3, 4, 8}, 'manager': {2, 3, 4, 8}, 'teacher': {2, 3},
                      'tutor': {4}, 'student': {2, 3, 4, 8}, 'reader': set(),
                      'passerby': set(), 'guest': set()}
SEES_STUDENT = {'admin', 'manager', 'teacher', 'tutor', 'student', 'guest'}

OLD = {GROUPS: 'moodle_group_get_course_groups', COURSES: 'moodle_course_get_courses',
       PARTICIPANTS: 'moodle_enrol_get_enrolled_users',
       PROFILES: 'moodle_user_get_course_participants_by_id'}

CLASSES = {'errorcoursecontextnotvalid': 'moodle_exception',
           'requireloginerror': 'require_login_exception',
           'nopermissions': 'required_capability_exception',
           'restrictedcontextexception': 'restricted_context_exception',
           'forcepasswordchangenotice': 'moodle_exception',
           'nopasswordchangeforced': 'moodle_exception',
           'usernotfullysetup': 'moodle_exception', 'sitepolicynotagreed': 'moodle_exception'}


@pytest.fixture(scope='module')
def tokens(site):
    """A token for each of WHO; all who have an account may call."""
    db = env.Database(site.env['DSN'])
    db.keep('external_tokens')
    made = {who: os.urandom(16).hex() for who in WHO}
    try:
        db.run('INSERT INTO mdl_user SELECT (jsonb_populate_record(u, jsonb_build_object('
               "'id', %s::int, 'username', 'passerby', 'email', 'passerby@lanterna.example'))).*"
               ' FROM mdl_user u WHERE id = 7', (PASSERBY,))
        db.run('INSERT INTO mdl_context (id, contextlevel, instanceid, path, depth)'
               " VALUES (90000, 30, %s, '/1/90000', 2)", (PASSERBY,))
        db.run('INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission,'
               " timemodified) SELECT 1, unnest('{6,7}'::int[]), 'webservice/rest:use', 1, 0")
        for who, token in made.items():
            db.run('INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,'
                   ' contextid, creatorid, timecreated) VALUES (%s, 0, %s, 2, 1, 2, 0)',
                   (token, WHO[who]))
        yield made
    finally:
        db.run('DELETE FROM mdl_user WHERE id = %s', (PASSERBY,))
        db.run('DELETE FROM mdl_context WHERE id = 90000')
        db.run('DELETE FROM mdl_role_capabilities WHERE roleid IN (6, 7)'
               " AND capability = 'webservice/rest:use'")
        db.close()


@pytest.fixture(scope='module')
def still(site, sites, tokens):
    """A server that keeps settings and roles in mind: for tests that leave those as they are."""
    other = env.Site(sites)
    try:
        other.start('serve', DSN=site.env['DSN'], DATAROOT=site.env['DATAROOT'],
                    EXTRA='MoodleWSCacheAge 60000\nMoodleWSLog off\n')
        yield other
    finally:
        other.stop()


@pytest.fixture
def overrides(db, tokens):
    """A function that sets a permission of a role in a context, by level and instance."""
    changed = []

    def override(role, capability, permission, level, instance=0):
        context = context_of(db, level, instance)
        changed.append((context, role, capability))
        db.run('INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission,'
               ' timemodified) VALUES (%s, %s, %s, %s, 0)'
               ' ON CONFLICT (contextid, roleid, capability)'
               ' DO UPDATE SET permission = excluded.permission',
               (context, role, capability, permission))

    yield override
    for key in changed:
        assert key[0] != 1
        db.run('DELETE FROM mdl_role_capabilities WHERE contextid = %s AND roleid = %s'
               ' AND capability = %s', key)


def context_of(db, level, instance=0):
    return db.one('SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s',
                  (level, instance))


def params_of(function, course):
    return {GROUPS: {'courseid': course}, COURSES: {'options': {'ids': [course]}},
            PARTICIPANTS: {'courseid': course}, FIELD: {'field': 'id', 'value': course},
            PROFILES: {'userlist': [{'userid': 6, 'courseid': course}]}}[function]


def ask(site, token, function, course, legacy=False):
    """What FUNCTION says of COURSE: an errorcode, or 'ok'. The class must be that of the code."""
    name = OLD[function] if legacy else function
    answer = site.call(name, params_of(function, course), token=token)
    if not isinstance(answer, dict) or 'errorcode' not in answer:
        return 'ok'
    code, spelled = answer['errorcode'], CLASSES[answer['errorcode']]
    space = 'core_external\\' if spelled.startswith('restricted') else 'core\\exception\\'
    assert answer['exception'] == (spelled if legacy else space + spelled)
    return code


def outcomes(site, token, function, legacy=False):
    return {course: ask(site, token, function, course, legacy) for course in IDS}


def by_capability(who, holds):
    """Entering comes first, then the capability: as a guest nobody holds any of these."""
    def outcome(course):
        if ENTRY[who][course] in 'HN':
            return 'errorcoursecontextnotvalid'
        return 'ok' if course in holds.get(who, set()) else 'nopermissions'
    return {course: outcome(course) for course in IDS}


BOTH = pytest.mark.parametrize('legacy', [False, True], ids=['today', 'old'])
EVERYBODY = pytest.mark.parametrize('who', WHO)


# ---- the matrix

# The groups of a course: for those who manage them.
@EVERYBODY
@BOTH
def test_230_01_groups(still, tokens, who, legacy):
    assert outcomes(still, tokens[who], GROUPS, legacy) == by_capability(who, MANAGES_GROUPS)


# Courses with their settings: for those who view any course; the front page is for all.
@EVERYBODY
@BOTH
def test_230_02_courses(still, tokens, who, legacy):
    expected = {**by_capability(who, VIEWS_COURSES), 1: 'ok'}
    assert outcomes(still, tokens[who], COURSES, legacy) == expected


# Who takes part: for those who take part themselves; on the front page, where that is all, for
# managers.
@EVERYBODY
@BOTH
def test_230_03_participants(still, tokens, who, legacy):
    expected = by_capability(who, SEES_PARTICIPANTS)
    assert outcomes(still, tokens[who], PARTICIPANTS, legacy) == expected


# Profiles in a course: whoever comes in asks, and who does not is told so as it is.
@EVERYBODY
@BOTH
def test_230_04_profiles(still, tokens, who, legacy):
    expected = {c: 'requireloginerror' if way in 'HN' else 'ok' for c, way in ENTRY[who].items()}
    assert outcomes(still, tokens[who], PROFILES, legacy) == expected


# What is told of a course: all to those who enter it, a part where it is listed, nothing where it
# is hidden.
@EVERYBODY
def test_230_05_courses_by_field(still, tokens, who):
    def told(course):
        answer = still.call(FIELD, params_of(FIELD, course), token=tokens[who])
        assert list(answer) == ['courses', 'warnings'] and answer['warnings'] == []
        found = answer['courses']
        return 'nothing' if not found else 'all' if 'format' in found[0] else 'part'
    kinds = {'O': 'all', 'G': 'all', 'N': 'part', 'H': 'nothing'}
    assert {c: told(c) for c in IDS} == {c: kinds[way] for c, way in ENTRY[who].items()}


# Categories: the hidden ones, with all below them, are for managers.
@EVERYBODY
def test_230_06_categories(still, tokens, who):
    found = {c['id'] for c in still.call('core_course_get_categories', token=tokens[who])}
    assert found == ({1, 2, 3, 4, 5, 6, 7} if who in ('admin', 'manager') else {1, 2, 3, 4, 5})


# The courses of the student, to each as far as both rules and groups allow; everybody has one's
# own.
@EVERYBODY
def test_230_07_users_courses(still, tokens, who):
    found = still.call('core_enrol_get_users_courses', {'userid': 6}, token=tokens[who])
    assert {c['id'] for c in found} == COURSES_OF_STUDENT[who]


# A person by id: where both meet in a course; whoever teaches somewhere is seen by all. The role
# of guests sees everybody: as a fresh site has it.
@EVERYBODY
def test_230_08_users_by_field(still, tokens, who):
    def seen(*ids):
        found = still.call(BY_FIELD, {'field': 'id', 'values': ids}, token=tokens[who])
        return {user['id'] for user in found}
    assert seen(4) == {4}
    assert seen(6) == ({6} if who in SEES_STUDENT else set())
    assert seen(PASSERBY) == ({PASSERBY} if who in ('admin', 'manager', 'passerby', 'guest')
                             else set())


# Private files: everybody's own, and nobody else's.
@EVERYBODY
def test_230_09_private_files(still, db, tokens, who):
    answer = still.call(FILES, {'contextid': context_of(db, 30, 6), 'component': 'user',
                                'filearea': 'private', 'itemid': 0, 'filepath': '/',
                                'filename': ''}, token=tokens[who])
    names = {f['filename'] for f in answer.get('files', ())}
    assert ('welcome.txt' in names) == (who == 'student')


# ---- by the guest's way in

# An open guest instance lends the role of guests for the call, and no more than that: profiles
# are seen.
def test_230_10_as_guest(still, tokens):
    seen = still.call(PROFILES, params_of(PROFILES, 4), token=tokens['passerby'])
    assert [u['id'] for u in seen] == [6]
    assert ask(still, tokens['passerby'], PARTICIPANTS, 4) == 'nopermissions'


# A password keeps guests out, unless one has given it before: then it is a preference.
def test_230_11_guest_password(still, db, tokens):
    db.keep('enrol', 'user_preferences')
    instance = db.one("SELECT id FROM mdl_enrol WHERE enrol = 'guest' AND courseid = 5")
    db.run('UPDATE mdl_enrol SET status = 0 WHERE id = %s', (instance,))
    assert ask(still, tokens['passerby'], PROFILES, 5) == 'ok'
    db.run("UPDATE mdl_enrol SET password = 'Pa55' WHERE id = %s", (instance,))
    assert ask(still, tokens['passerby'], PROFILES, 5) == 'requireloginerror'
    for value, outcome in (('Pa55', 'ok'), ('pa55', 'requireloginerror')):
        db.run('DELETE FROM mdl_user_preferences WHERE userid = %s', (PASSERBY,))
        db.run('INSERT INTO mdl_user_preferences (userid, name, value) VALUES (%s, %s, %s)',
               (PASSERBY, f'enrol_guest_ws_password_{instance}', value))
        assert ask(still, tokens['passerby'], PROFILES, 5) == outcome
        assert ask(still, tokens['reader'], PROFILES, 5) == 'requireloginerror'


# The plugin must be enabled, and the instance; and the course must be listed to the caller.
def test_230_12_guest_conditions(site, db, tokens, overrides):
    assert ask(site, tokens['reader'], PROFILES, 4) == 'ok'
    db.config('enrol_plugins_enabled', 'manual,self')
    assert ask(site, tokens['reader'], PROFILES, 4) == 'requireloginerror'
    db.config('enrol_plugins_enabled', 'manual,guest')
    overrides(7, 'moodle/category:viewcourselist', -1, 40, 2)
    assert ask(site, tokens['reader'], PROFILES, 4) == 'requireloginerror'
    assert ask(site, tokens['student'], PROFILES, 4) == 'ok'


# ---- enrolments

# An enrolment counts from its first second to before its last, in an instance that is on, whether
# the plugin is or not.
@pytest.mark.parametrize('change, outcome', [
    ('', 'ok'), ('status = 1', 'requireloginerror'), ('timestart = now', 'ok'),
    ('timestart = now + 60', 'requireloginerror'), ('timeend = now + 60', 'ok'),
    ('timeend = now - 1', 'requireloginerror')])
def test_230_13_enrolment(still, db, tokens, change, outcome):
    db.keep('user_enrolments')
    if change:
        change = change.replace('now', 'floor(extract(epoch FROM now()))')
        db.run(f"UPDATE mdl_user_enrolments SET {change} WHERE userid = 7")
    assert ask(still, tokens['reader'], PROFILES, 9) == outcome


# An instance that is off enrols nobody; a plugin that is off does.
def test_230_14_instances(site, db, tokens):
    db.config('enrol_plugins_enabled', 'guest')
    assert ask(site, tokens['reader'], PROFILES, 9) == 'ok'
    db.keep('enrol')
    db.run("UPDATE mdl_enrol SET status = 1 WHERE courseid = 9 AND enrol = 'manual'")
    assert ask(site, tokens['reader'], PROFILES, 9) == 'requireloginerror'


# ---- roles and permissions

# A prohibition of a category holds in all its courses, over what is allowed in them.
def test_230_15_prohibit_in_category(site, tokens, overrides):
    overrides(3, 'moodle/course:managegroups', -1000, 40, 5)
    assert ask(site, tokens['teacher'], GROUPS, 5) == 'nopermissions'
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'ok'
    overrides(3, 'moodle/course:managegroups', 1, 50, 5)
    assert ask(site, tokens['teacher'], GROUPS, 5) == 'nopermissions'
    assert ask(site, tokens['manager'], GROUPS, 5) == 'ok'


# A prohibition in any role held wins over every other role, but not over the administrator.
def test_230_16_prohibit_in_course(site, tokens, overrides):
    overrides(7, 'moodle/course:managegroups', -1000, 50, 2)
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'nopermissions'
    assert ask(site, tokens['manager'], GROUPS, 2) == 'nopermissions'
    assert ask(site, tokens['admin'], GROUPS, 2) == 'ok'
    assert ask(site, tokens['teacher'], GROUPS, 3) == 'ok'


# The permission that is nearest to the course counts; a prevention in one role leaves the others
# alone.
def test_230_17_nearest(site, db, tokens, overrides):
    overrides(3, 'moodle/course:managegroups', -1, 40, 2)
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'nopermissions'
    assert ask(site, tokens['teacher'], GROUPS, 5) == 'ok'
    assert ask(site, tokens['manager'], GROUPS, 2) == 'ok'
    overrides(3, 'moodle/course:managegroups', 1, 50, 2)
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'ok'
    overrides(5, 'moodle/course:managegroups', 1, 50, 4)
    assert ask(site, tokens['student'], GROUPS, 4) == 'ok'
    assert ask(site, tokens['student'], GROUPS, 2) == 'nopermissions'


# Hidden courses are for whoever may see them, by an override too; the view of any course is not
# needed then.
def test_230_18_hidden_course(site, tokens, overrides):
    overrides(5, 'moodle/course:viewhiddencourses', 1, 50, 11)
    assert ask(site, tokens['student'], PARTICIPANTS, 11) == 'ok'
    assert ask(site, tokens['reader'], PARTICIPANTS, 11) == 'errorcoursecontextnotvalid'


# Who views any course needs no enrolment; the guest never does.
def test_230_19_view_without_enrolment(site, tokens, overrides):
    overrides(7, 'moodle/course:view', 1, 50, 9)
    overrides(6, 'moodle/course:view', 1, 50, 9)
    assert ask(site, tokens['passerby'], PROFILES, 9) == 'ok'
    assert ask(site, tokens['guest'], PROFILES, 9) == 'requireloginerror'


# What changes anything, or carries a risk, is never the guest's.
def test_230_20_guest_risks(site, tokens, overrides):
    overrides(6, 'moodle/course:managegroups', 1, 50, 4)
    assert ask(site, tokens['guest'], GROUPS, 4) == 'nopermissions'
    overrides(6, 'moodle/course:viewparticipants', 1, 50, 4)
    assert ask(site, tokens['guest'], PARTICIPANTS, 4) == 'ok'


# A role held in a category holds in its courses; what is assigned to the guest does not count.
def test_230_21_assigned_above(still, db, tokens):
    db.keep('role_assignments')
    for user in (7, 1):
        db.run('INSERT INTO mdl_role_assignments (roleid, contextid, userid, timemodified)'
               ' VALUES (1, %s, %s, 0)', (context_of(db, 40, 3), user))
    expected = {c: 'ok' if c in (2, 3) else 'nopermissions' if c in (1, 4, 9)
                else 'errorcoursecontextnotvalid' for c in IDS}
    assert outcomes(still, tokens['reader'], GROUPS) == expected
    assert ask(still, tokens['guest'], GROUPS, 2) == 'errorcoursecontextnotvalid'


# A locked course, or one in a locked category, keeps from what changes it: not the administrator,
# unless the site says so.
@pytest.mark.parametrize('level, instance', [(50, 2), (40, 3)])
def test_230_22_locked(site, db, tokens, level, instance):
    db.keep('context')
    db.run('UPDATE mdl_context SET locked = 1 WHERE id = %s', (context_of(db, level, instance),))
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'ok'
    db.config('contextlocking', '1')
    db.config('contextlockappliestoadmin', '0')
    assert ask(site, tokens['teacher'], GROUPS, 2) == 'nopermissions'
    assert ask(site, tokens['teacher'], PARTICIPANTS, 2) == 'ok'
    assert ask(site, tokens['admin'], GROUPS, 2) == 'ok'
    db.config('contextlockappliestoadmin', '1')
    assert ask(site, tokens['admin'], GROUPS, 2) == 'nopermissions'
    assert ask(site, tokens['teacher'], GROUPS, 5) == 'ok'


# ---- the account's state

def check_blocked(site, token, code):
    """Everything that enters a context is refused, and only that; CODE is hidden in courses."""
    assert ask(site, token, PROFILES, 2) == code
    assert ask(site, token, GROUPS, 2) == 'errorcoursecontextnotvalid'
    assert ask(site, token, PROFILES, 2, legacy=True) == code
    assert site.call(BY_FIELD, {'field': 'id', 'values': [6]}, token=token)['errorcode'] == code
    refused = site.call('moodle_user_get_users_by_id', {'userids': [6]}, token=token)
    assert refused['errorcode'] == code
    assert site.call('core_course_get_categories', token=token) == []
    free = [site.call(INFO, token=token), site.call('moodle_webservice_get_siteinfo', token=token),
            site.call(USERS, {'criteria': [{'key': 'id', 'value': 4}]}, token=token)]
    assert not any('errorcode' in answer for answer in free)


# A forced change of the password comes first, for administrators too; some cannot change it here.
@pytest.mark.parametrize('who', ['student', 'admin'])
@pytest.mark.parametrize('auth, code', [('manual', 'forcepasswordchangenotice'),
                                        ('email', 'forcepasswordchangenotice'),
                                        ('ldap', 'nopasswordchangeforced')])
def test_230_23_password_change(still, db, tokens, who, auth, code):
    db.keep('user_preferences')
    db.run('INSERT INTO mdl_user_preferences (userid, name, value)'
           " VALUES (%s, 'auth_forcepasswordchange', '1')", (WHO[who],))
    before = db.one('SELECT auth FROM mdl_user WHERE id = %s', (WHO[who],))
    db.run('UPDATE mdl_user SET auth = %s WHERE id = %s', (auth, WHO[who]))
    try:
        check_blocked(still, tokens[who], code)
        db.run("UPDATE mdl_user_preferences SET value = '0'"
               " WHERE name = 'auth_forcepasswordchange'")
        assert ask(still, tokens[who], PROFILES, 2) == 'ok'
    finally:
        db.run('UPDATE mdl_user SET auth = %s WHERE id = %s', (before, WHO[who]))


# A name or address that is missing stops the account, administrators too.
@pytest.mark.parametrize('who', ['student', 'admin'])
@pytest.mark.parametrize('column', ['firstname', 'lastname', 'email'])
def test_230_24_not_set_up(still, db, tokens, who, column):
    before = db.one(f'SELECT {column} FROM mdl_user WHERE id = %s', (WHO[who],))
    db.run(f"UPDATE mdl_user SET {column} = '' WHERE id = %s", (WHO[who],))
    try:
        check_blocked(still, tokens[who], 'usernotfullysetup')
    finally:
        db.run(f'UPDATE mdl_user SET {column} = %s WHERE id = %s', (before, WHO[who]))


# So does a profile field that must be filled, as far as its owner can fill it.
@pytest.mark.parametrize('change, outcome', [
    ('required = 1', 'usernotfullysetup'), ('required = 1, locked = 1', 'ok'),
    ('required = 1, visible = 0', 'ok'), ('required = 1, visible = 1', 'usernotfullysetup'),
    ('required = 0', 'ok')])
def test_230_25_required_field(still, db, tokens, change, outcome):
    db.keep('user_info_field', 'user_info_data')
    db.run('DELETE FROM mdl_user_info_data WHERE userid = 6 AND fieldid = 1')
    db.run(f'UPDATE mdl_user_info_field SET {change} WHERE id = 1')
    assert ask(still, tokens['student'], PROFILES, 2) == outcome
    db.run('INSERT INTO mdl_user_info_data (userid, fieldid, data, dataformat)'
           " VALUES (6, 1, 'x', 0)")
    assert ask(still, tokens['student'], PROFILES, 2) == 'ok'


# What nobody filled holds the field's default. A checkbox is never empty.
@pytest.mark.parametrize('kind, preset, stored, outcome', [
    ('text', 'x', None, 'ok'), ('text', '0', None, 'ok'), ('text', '', None, 'usernotfullysetup'),
    ('text', 'x', '', 'usernotfullysetup'), ('text', 'x', '0', 'ok'), ('checkbox', '', None, 'ok'),
    ('datetime', '0', None, 'usernotfullysetup'), ('datetime', '0', '86400', 'ok')])
def test_230_30_default_of_field(still, db, tokens, kind, preset, stored, outcome):
    db.keep('user_info_field', 'user_info_data')
    db.run('DELETE FROM mdl_user_info_data WHERE userid = 6 AND fieldid = 1')
    db.run('UPDATE mdl_user_info_field SET required = 1, datatype = %s, defaultdata = %s'
           ' WHERE id = 1', (kind, preset))
    if stored is not None:
        db.run('INSERT INTO mdl_user_info_data (userid, fieldid, data, dataformat)'
               ' VALUES (6, 1, %s, 0)', (stored,))
    assert ask(still, tokens['student'], PROFILES, 2) == outcome


# A policy that was not agreed to: not for administrators, nor for accounts made for programs.
def test_230_26_policy(site, db, tokens):
    assert db.one('SELECT max(policyagreed) FROM mdl_user') == 0
    db.config('sitepolicy', 'https://lanterna.example/policy')
    check_blocked(site, tokens['student'], 'sitepolicynotagreed')
    check_blocked(site, tokens['manager'], 'sitepolicynotagreed')
    assert ask(site, tokens['admin'], PROFILES, 2) == 'ok'
    for column, value in (('policyagreed', 1), ('auth', 'webservice')):
        before = db.one(f'SELECT {column} FROM mdl_user WHERE id = 6')
        db.run(f'UPDATE mdl_user SET {column} = %s WHERE id = 6', (value,))
        assert ask(site, tokens['student'], PROFILES, 2) == 'ok'
        db.run(f'UPDATE mdl_user SET {column} = %s WHERE id = 6', (before,))
    db.config('sitepolicy', '')
    assert ask(site, tokens['student'], PROFILES, 2) == 'ok'


# ---- a token that is bound to a context

@pytest.fixture
def bind(db, tokens):
    """A function that binds the manager's token to a context."""
    def bound(level, instance):
        db.run('UPDATE mdl_external_tokens SET contextid = %s WHERE token = %s',
               (context_of(db, level, instance), tokens['manager']))
        return tokens['manager']
    yield bound
    db.run('UPDATE mdl_external_tokens SET contextid = 1 WHERE token = %s', (tokens['manager'],))


# To a course: that course alone, and nothing of the site.
def test_230_27_bound_to_course(still, db, bind):
    token = bind(50, 2)
    assert outcomes(still, token, GROUPS) == {
        c: 'ok' if c == 2 else 'errorcoursecontextnotvalid' for c in IDS}
    for legacy in (False, True):
        assert {c: ask(still, token, PROFILES, c, legacy) for c in (1, 2, 3, 4)} == {
            1: 'restrictedcontextexception', 2: 'ok', 3: 'restrictedcontextexception',
            4: 'restrictedcontextexception'}
    refused = still.call(BY_FIELD, {'field': 'id', 'values': [6]}, token=token)
    assert refused['errorcode'] == 'restrictedcontextexception'
    assert still.call('core_course_get_categories', token=token) == []
    assert still.call(INFO, token=token)['username'] == 'wsuser'
    found = still.call(FIELD, {'field': '', 'value': ''}, token=token)['courses']
    assert {c['id']: 'format' in c for c in found} == {c: c == 2 for c in {*IDS, 8}}


# To a category: the courses in it and below it.
def test_230_28_bound_to_category(still, bind):
    token = bind(40, 2)
    assert outcomes(still, token, GROUPS) == {
        c: 'ok' if c in (2, 3, 4, 11) else 'errorcoursecontextnotvalid' for c in IDS}
    found = still.call('core_course_get_categories', token=token)
    assert [c['id'] for c in found] == [2]


# To an activity: not the course around it; to a user: that user, and no course.
def test_230_29_bound_below(still, db, bind):
    module = db.one('SELECT min(id) FROM mdl_course_modules WHERE course = 2')
    assert ask(still, bind(70, module), PROFILES, 2) == 'restrictedcontextexception'
    token = bind(30, 6)
    assert ask(still, token, PROFILES, 2) == 'restrictedcontextexception'
    for user, outcome in ((6, None), (7, 'restrictedcontextexception')):
        answer = still.call('moodle_user_get_users_by_id', {'userids': [user]}, token=token)
        assert (None if isinstance(answer, list) else answer['errorcode']) == outcome
