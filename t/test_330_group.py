# SPDX-License-Identifier: Apache-2.0
# t/test_330_group.py -- groups and their members.
import pytest

KEYS = ['id', 'courseid', 'name', 'description', 'descriptionformat', 'enrolmentkey', 'idnumber',
        'visibility', 'participation']
OLD_KEYS = ['id', 'courseid', 'name', 'description', 'enrolmentkey']

# In the demo the groups of course 2 are 1 to 5: two for all to see, one that its members see, one
# where each sees only oneself, one hidden.
MEMBERS_ONLY, EACH_ALONE, HIDDEN = 3, 4, 5


pytestmark = pytest.mark.usefixtures('groups_of_the_demo')


@pytest.fixture
def blind_teacher(db, teacher):
    """The teacher, whose role does not see hidden groups."""
    db.keep('role_capabilities')
    db.run("UPDATE mdl_role_capabilities SET permission = -1"
           " WHERE capability = 'moodle/course:viewhiddengroups'")
    return teacher


def groups(site, *ids, **more):
    return site.call('core_group_get_groups', {'groupids': ids}, **more)


def members(site, *ids, **more):
    return site.call('core_group_get_group_members', {'groupids': ids}, **more)


# Groups come in the order asked for, as often as asked for.
def test_330_01_order_and_repeats(site):
    assert [g['id'] for g in groups(site, 3, 1, 3)] == [3, 1, 3]


# A group has the declared keys, texts ready for display, and its key in clear.
def test_330_02_a_group(site):
    [group] = groups(site, 2)
    assert list(group) == KEYS + ['customfields']
    assert group == {'id': 2, 'courseid': 2, 'name': 'Evening &amp; night',
                     'description': '<p>After <em>six</em> &amp; before ten</p>',
                     'descriptionformat': 1, 'enrolmentkey': '', 'idnumber': '', 'visibility': 0,
                     'participation': True, 'customfields': []}
    assert groups(site, 1)[0]['enrolmentkey'] == 'Key-2'
    assert groups(site, 3)[0]['name'] == 'Members '


# A key that was never set is null, and raw texts are as stored.
def test_330_03_null_key_and_raw_texts(site, db):
    db.keep('groups')
    db.run("UPDATE mdl_groups SET enrolmentkey = NULL,"
           " description = '<a href=\"@@PLUGINFILE@@/a.txt\">a</a>' WHERE id = 2")
    [group] = groups(site, 2, moodlewssettingraw=1)
    context = db.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    assert group['enrolmentkey'] is None
    assert group['name'] == 'Evening & night'
    assert group['description'] == (f'<a href="{site.url}/webservice/pluginfile.php/{context}'
                                    '/group/description/2/a.txt">a</a>')


# The first group that cannot be given decides: unknown, in a course not to be entered, or not
# the caller's to manage.
def test_330_04_refusals(site, student):
    assert groups(site, 1, 9999)['errorcode'] == 'invalidrecord'
    assert groups(site, 9999)['exception'] == 'dml_missing_record_exception'
    assert groups(site, 11, 9999, token=student)['errorcode'] == 'errorcoursecontextnotvalid'
    assert groups(site, 1, 9999, token=student)['errorcode'] == 'nopermissions'
    assert members(site, 1, token=student)['errorcode'] == 'nopermissions'
    assert members(site, 9999)['errorcode'] == 'invalidrecord'
    assert groups(site)['errorcode'] == 'invalidparameter'


# The 2.1 names give the keys of 2.1, in their order.
def test_330_05_legacy(site):
    [group] = site.call('moodle_group_get_groups', {'groupids': [1]})
    assert list(group) == OLD_KEYS and group['name'] == 'Morning 🌅'
    listed = site.call('moodle_group_get_course_groups', {'courseid': 2})
    assert [list(g) for g in listed] == [OLD_KEYS] * 5
    assert site.call('moodle_group_get_groupmembers', {'groupids': [1, 2]}) == members(site, 1, 2)


# Custom fields of groups are shown to whoever manages groups, set or not.
def test_330_06_custom_fields(site, db):
    db.keep('customfield_category', 'customfield_field', 'customfield_data')
    category = db.one(
        "INSERT INTO mdl_customfield_category (name, sortorder, timecreated, timemodified,"
        " component, area) VALUES ('More', 0, 0, 0, 'core_group', 'group') RETURNING id")
    field = db.one(
        "INSERT INTO mdl_customfield_field (shortname, name, type, sortorder, categoryid,"
        " configdata, timecreated, timemodified) VALUES ('colour', 'Colour & tone', 'text', 0, %s,"
        " '{\"defaultvalue\":\"grey\"}', 0, 0) RETURNING id", (category,))
    db.run("INSERT INTO mdl_customfield_data (fieldid, instanceid, charvalue, value, valueformat,"
           " timecreated, timemodified) VALUES (%s, 2, 'red & <b>warm</b>', '', 0, 0, 0)",
           (field,))
    common = {'name': 'Colour &amp; tone', 'shortname': 'colour', 'type': 'text'}
    [set_one, unset] = groups(site, 2, 1)
    assert set_one['customfields'] == [{**common, 'valueraw': 'red & <b>warm</b>',
                                        'value': 'red &amp; warm'}]
    assert unset['customfields'] == [{**common, 'valueraw': 'grey', 'value': 'grey'}]


# The groups of a course are listed by name, without custom fields.
def test_330_07_course_groups(site, db, teacher):
    listed = site.call('core_group_get_course_groups', {'courseid': 2}, token=teacher)
    assert [list(g) for g in listed] == [KEYS] * 5
    assert [g['id'] for g in listed] == [r[0] for r in db.all(
        'SELECT id FROM mdl_groups WHERE courseid = 2 ORDER BY name, id')]
    assert site.call('core_group_get_course_groups', {'courseid': 9}) == []


# A course that is not there, or not the caller's, is refused.
def test_330_08_course_refused(site, student):
    def refused(course, token):
        return site.call('core_group_get_course_groups', {'courseid': course},
                         token=token)['errorcode']

    assert refused(9999, site.token) == 'errorcoursecontextnotvalid'
    assert refused(11, student) == 'errorcoursecontextnotvalid'
    assert refused(2, student) == 'nopermissions'


# Who does not see hidden groups is listed those for all, and those with hidden members that they
# are in themselves.
def test_330_09_hidden_groups_listed(site, db, blind_teacher):
    def listed():
        return sorted(g['id'] for g in site.call('core_group_get_course_groups', {'courseid': 2},
                                                 token=blind_teacher))

    assert listed() == [1, 2]
    db.keep('groups_members')
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded)'
           ' SELECT g, 4, 0 FROM unnest(%s) AS g', ([MEMBERS_ONLY, HIDDEN],))
    assert listed() == [1, 2, MEMBERS_ONLY]


# Members come by last and first name; a group without any has an empty list.
def test_330_10_members(site, db):
    db.keep('groups_members')
    db.run('DELETE FROM mdl_groups_members WHERE groupid = 2')
    wanted = [r[0] for r in db.all(
        'SELECT m.userid FROM mdl_groups_members m JOIN mdl_user u ON u.id = m.userid'
        ' WHERE m.groupid = 1 ORDER BY u.lastname, u.firstname, u.id')]
    assert len(wanted) > 2
    assert members(site, 1, 2) == [{'groupid': 1, 'userids': wanted},
                                   {'groupid': 2, 'userids': []}]


# Who does not see hidden groups learns of members only as each group allows.
def test_330_11_hidden_members(site, db, blind_teacher):
    def seen():
        return {g['groupid']: sorted(g['userids'])
                for g in members(site, MEMBERS_ONLY, EACH_ALONE, HIDDEN, token=blind_teacher)}

    db.keep('groups_members')
    db.run('DELETE FROM mdl_groups_members WHERE groupid IN (3, 4, 5)')
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded)'
           ' SELECT g, 6, 0 FROM unnest(ARRAY[3, 4, 5]) AS g')
    assert seen() == {MEMBERS_ONLY: [], EACH_ALONE: [], HIDDEN: []}
    db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded)'
           ' SELECT g, 4, 0 FROM unnest(ARRAY[3, 4, 5]) AS g')
    assert seen() == {MEMBERS_ONLY: [4, 6], EACH_ALONE: [4], HIDDEN: []}
