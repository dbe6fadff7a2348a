# SPDX-License-Identifier: Apache-2.0
# t/test_380_note.py -- notes about users.
import json

import pytest

CREATE = 'core_notes_create_notes'
OLD_CREATE = 'moodle_notes_create_notes'

# In the demo the teacher may write notes in course 2, where the student is; course 9 is not the
# teacher's.
MANAGER, TEACHER, STUDENT, GONE = 3, 4, 6, 37


@pytest.fixture
def desk(db):
    """The database, without notes, put back after the test."""
    db.keep('post', 'logstore_standard_log')
    db.run('DELETE FROM mdl_post')
    return db


def note(userid=STUDENT, publishstate='personal', courseid=2, text='Sings well', **more):
    return {'userid': userid, 'publishstate': publishstate, 'courseid': courseid, 'text': text, **more}


def create(site, *notes, token=None, name=CREATE):
    return site.call(name, {'notes': notes}, token)


def texts(db):
    return [text for text, in db.all('SELECT content FROM mdl_post ORDER BY id')]


# A note is a row of its own, as Moodle writes it, and an event in its course.
def test_380_01_a_note(site, desk):
    [answer] = create(site, note(text='<b>é</b> & "co" 🦉', format=1, clientnoteid='n-1'))
    assert list(answer) == ['clientnoteid', 'noteid'] and answer['clientnoteid'] == 'n-1'
    [row] = desk.all('SELECT id, module, userid, courseid, groupid, moduleid, coursemoduleid, subject,'
                     ' summary, content, uniquehash, rating, format, summaryformat, attachment,'
                     ' publishstate, lastmodified - created, usermodified FROM mdl_post')
    assert row == (answer['noteid'], 'notes', STUDENT, 2, 0, 0, 0, '', None, '<b>é</b> & "co" 🦉', '', 0,
                   1, 0, None, 'draft', 0, MANAGER)
    context = desk.one('SELECT id FROM mdl_context WHERE contextlevel = 50 AND instanceid = 2')
    assert desk.all("SELECT eventname, component, action, target, objecttable, objectid, crud, edulevel,"
                    " contextid, contextlevel, contextinstanceid, userid, courseid, relateduserid, other"
                    " FROM mdl_logstore_standard_log WHERE target = 'note'") == [
        ('\\core\\event\\note_created', 'core', 'created', 'note', 'post', answer['noteid'], 'c', 0,
         context, 50, 2, MANAGER, 2, STUDENT, '{"publishstate":"draft"}')]


# Three words say who sees it, any other means the course; one for the site is stored there.
@pytest.mark.parametrize('word, state, course', [
    ('personal', 'draft', 2), ('course', 'public', 2), ('site', 'site', 1), ('shoe', 'public', 2),
    ('Site', 'public', 2), ('', 'public', 2)])
def test_380_02_states(site, desk, word, state, course):
    create(site, note(publishstate=word))
    assert desk.all('SELECT publishstate, courseid FROM mdl_post') == [(state, course)]
    assert desk.all("SELECT courseid, contextinstanceid, contextlevel, other"
                    " FROM mdl_logstore_standard_log WHERE target = 'note'") == [
        (course, course, 50, f'{{"publishstate":"{state}"}}')]


# Notes can be written on the front page.
def test_380_03_front_page(site, desk):
    assert create(site, note(courseid=1))[0]['noteid'] > 0
    assert desk.all('SELECT publishstate, courseid FROM mdl_post') == [('draft', 1)]


# The four formats are kept; without one it is Moodle's.
def test_380_04_formats(site, desk):
    create(site, note(), *[note(format=f) for f in (0, 1, 2, 4)])
    assert desk.all('SELECT format FROM mdl_post ORDER BY id') == [(0,), (0,), (1,), (2,), (4,)]


# What hinders a note is its answer, and the others are written; an unknown user tells more than an
# unknown course.
def test_380_05_a_batch(site, desk):
    answers = create(site, note(text='a'), note(courseid=9999, text='b', clientnoteid='x'),
                     note(userid=99999, text='c'), note(userid=GONE, courseid=9999, text='d'),
                     note(text=' \n'), note(text='0'), note(text='e'))
    assert [a['noteid'] > 0 for a in answers] == [True, False, False, False, False, False, True]
    assert answers[1] == {'clientnoteid': 'x', 'noteid': -1,
                          'errormessage': 'You are trying to use an invalid course ID'}
    assert answers[2] == {'noteid': -1, 'errormessage': 'Invalid user id: 99999'}
    assert answers[3] == {'noteid': -1, 'errormessage': 'Invalid user id: 37'}
    assert answers[4]['errormessage'] == answers[5]['errormessage'] == 'The note is empty'
    assert texts(desk) == ['a', 'e']
    assert [a['noteid'] for a in (answers[0], answers[6])] == [
        id for id, in desk.all("SELECT objectid FROM mdl_logstore_standard_log"
                               " WHERE target = 'note' ORDER BY id")]


# A course that the caller may not enter, a capability that is missing, a format that does not exist:
# each ends the call, and the notes before it stay, with their events.
@pytest.mark.parametrize('bad, errorcode', [
    (note(courseid=9), 'requireloginerror'), (note(courseid=10), 'requireloginerror'),
    (note(format=3), 'formatnotsupported'), (note(format=-1), 'formatnotsupported')])
def test_380_06_before_it_stays(site, desk, teacher, bad, errorcode):
    answer = create(site, note(text='a'), note(userid=99999), note(text='b'), bad, note(text='c'),
                    token=teacher)
    assert answer['errorcode'] == errorcode
    assert texts(desk) == ['a', 'b']
    assert desk.one("SELECT count(*) FROM mdl_logstore_standard_log WHERE target = 'note'") == 2


# The first of a call that is refused leaves nothing.
def test_380_07_no_capability(site, desk):
    answer = create(site, note(), token=site.env['TOKEN_STUDENT'])
    assert answer['errorcode'] == 'nopermissions'
    assert answer['exception'] == 'core\\exception\\required_capability_exception'
    answer = create(site, note(publishstate='site', courseid=2), token=site.env['TOKEN_STUDENT'])
    assert answer['errorcode'] == 'nopermissions'
    assert texts(desk) == []
    assert not desk.all("SELECT 1 FROM mdl_logstore_standard_log WHERE target = 'note'")


# The capability in the given course is enough for a note for the whole site.
def test_380_08_site_note_of_a_teacher(site, desk, teacher):
    assert create(site, note(publishstate='site'), token=teacher)[0]['noteid'] > 0
    assert create(site, note(courseid=1), token=teacher)['errorcode'] == 'nopermissions'


# Where notes are off nobody writes any.
def test_380_09_off(site, desk):
    desk.config('enablenotes', 0)
    answer = create(site, note())
    assert (answer['errorcode'], answer['exception']) == ('notesdisabled',
                                                          'core\\exception\\moodle_exception')
    assert texts(desk) == []


# By the name of 2.1 formats are words; text loses its tags, HTML what is dangerous in it.
def test_380_10_old_name(site, desk):
    answers = create(site, note(text='<b>a</b> & b'), note(text='<b>a</b>', format='text'),
                     note(text=' <b onclick="x()">a</b><script>x</script> ', format='html'),
                     note(text='<i>c</i>', format='shoe'), note(text='<b></b>'), name=OLD_CREATE)
    assert [a['noteid'] > 0 for a in answers] == [True, True, True, True, False]
    assert desk.all('SELECT content, format FROM mdl_post ORDER BY id') == [
        ('a & b', 2), ('a', 2), ('<b>a</b>', 1), ('c', 2)]


# Each name has its own kind of format.
def test_380_11_format_words(site, desk):
    assert create(site, note(format='html'))['errorcode'] == 'invalidparameter'
    assert create(site, note(format=1), name=OLD_CREATE)['errorcode'] == 'invalidparameter'
    assert texts(desk) == []


# An empty list is an empty list.
def test_380_12_nothing(site):
    reply = site.request('POST', '/webservice/rest/server.php?moodlewsrestformat=json',
                         json.dumps({'wstoken': site.token, 'wsfunction': CREATE, 'notes': []}),
                         {'Content-Type': 'application/json'})
    assert reply.json() == []


# A thousand notes are one call, stored in the order of the list.
def test_380_13_many(site, desk):
    answers = create(site, *[note(userid=4 + i % 25, courseid=2 + i % 5, text=f'n {i}')
                             for i in range(1000)])
    ids = [a['noteid'] for a in answers]
    assert ids == list(range(ids[0], ids[0] + 1000))
    assert texts(desk) == [f'n {i}' for i in range(1000)]
