# SPDX-License-Identifier: Apache-2.0
# t/writes.py -- what each function that writes is called with: parameters that succeed for who may,
# made anew for each call, on objects of their own. One entry a function; tests of all that writes
# (who may, both formats, races, kills) go through them.
import base64
import itertools
import os
import random
import re

import env

ROW = re.compile(r'^ROW\((\w+), +(READS|WRITES),', re.M)
OLD = re.compile(r'^OLD\((\w+), +(\w+),', re.M)


def tables():
    """All rows of services/*.tbl: the effect of each name, and of each old one its name today."""
    effects, today = {}, {}
    for name in sorted(os.listdir(os.path.join(env.ROOT, 'services'))):
        if name.endswith('.tbl'):
            with open(os.path.join(env.ROOT, 'services', name), encoding='utf-8') as f:
                text = f.read()
            effects.update(ROW.findall(text))
            today.update(OLD.findall(text))
    effects.update((old, effects[new]) for old, new in today.items())
    return effects, today


EFFECTS, TODAY = tables()
WRITING = [name for name, effect in EFFECTS.items() if effect == 'WRITES']


class World:
    """Makes what calls act on, in the demo's database: users, members, groups, of names that
    nothing else has."""

    counter = itertools.count(random.randrange(10 ** 8, 10 ** 9))

    def __init__(self, db):
        self.db = db

    @classmethod
    def name(cls, word):
        return f'{word}{next(cls.counter)}'

    def context(self, level, instance):
        return self.db.one('SELECT id FROM mdl_context WHERE contextlevel = %s'
                           ' AND instanceid = %s', (level, instance))

    def user(self):
        """A new account that nobody can log in with."""
        name = self.name('someone')
        user = self.db.one(
            'INSERT INTO mdl_user (auth, confirmed, mnethostid, username, firstname, lastname, email,'
            " lang, timecreated, timemodified) VALUES ('manual', 1, 1, %s, 'Some', 'One', %s, 'en',"
            ' 1, 1) RETURNING id', (name, f'{name}@lanterna.example'))
        self.db.run("INSERT INTO mdl_context (contextlevel, instanceid, path, depth) VALUES"
                    " (30, %s, NULL, 2)", (user,))
        self.db.run("UPDATE mdl_context SET path = '/1/' || id WHERE contextlevel = 30"
                    ' AND instanceid = %s', (user,))
        return user

    def member(self, course):
        """A new account that is enrolled in COURSE by hand."""
        user = self.user()
        self.db.run('INSERT INTO mdl_user_enrolments (enrolid, userid, timestart, timeend)'
                    " SELECT id, %s, 0, 0 FROM mdl_enrol WHERE courseid = %s AND enrol = 'manual'",
                    (user, course))
        return user

    def group(self, course):
        return self.db.one('INSERT INTO mdl_groups (courseid, name, timecreated, timemodified)'
                           ' VALUES (%s, %s, 1, 1) RETURNING id', (course, self.name('Group ')))

    def group_member(self, course):
        group, user = self.group(course), self.member(course)
        self.db.run('INSERT INTO mdl_groups_members (groupid, userid, timeadded) VALUES'
                    ' (%s, %s, 1)', (group, user))
        return {'groupid': group, 'userid': user}

    def student(self, course):
        """A member with the role of a student."""
        user = self.member(course)
        self.db.run('INSERT INTO mdl_role_assignments (roleid, contextid, userid, timemodified)'
                    ' VALUES (5, %s, %s, 1)', (self.context(50, course), user))
        return user

    def category(self, course):
        return self.db.one('SELECT category FROM mdl_course WHERE id = %s', (course,))


def new_user(w):
    name = w.name('newcomer')
    return {'username': name, 'password': 'Secret-1234', 'firstname': 'New', 'lastname': 'Comer',
            'email': f'{name}@lanterna.example'}


def new_course(w, course):
    return {'fullname': w.name('A course '), 'shortname': w.name('C'), 'categoryid': w.category(course)}


def new_group(w, course):
    return {'courseid': course, 'name': w.name('Circle '), 'description': '<p>Round</p>',
            'enrolmentkey': ''}


def new_role(w, course):
    return {'roleid': 5, 'userid': w.user(), 'contextid': w.context(50, course)}


def old_role(w, course):
    return {'roleid': 5, 'userid': w.student(course), 'contextid': w.context(50, course)}


def new_file(name, area, item, context):
    return {'contextid': context, 'component': 'user', 'filearea': area, 'itemid': item,
            'filepath': '/', 'filename': name, 'filecontent': base64.b64encode(b'A file').decode()}


def new_note(w, course):
    return {'userid': w.user(), 'publishstate': 'course', 'courseid': course, 'text': 'Well done'}


# Of each function of today: its parameters, made by a World for the course they are about and the id
# of the caller. A name of 2.1 takes the same, or has an entry of its own.
CALLS = {
    'core_user_create_users': lambda w, course, me: {'users': [new_user(w)]},
    'core_user_update_users': lambda w, course, me: {'users': [{'id': w.user(), 'city': 'Faro'}]},
    'core_user_delete_users': lambda w, course, me: {'userids': [w.user()]},
    'core_course_create_courses': lambda w, course, me: {'courses': [new_course(w, course)]},
    'core_course_update_courses': lambda w, course, me: {
        'courses': [{'id': course, 'summary': w.name('About ')}]},
    'core_group_create_groups': lambda w, course, me: {'groups': [new_group(w, course)]},
    'core_group_delete_groups': lambda w, course, me: {'groupids': [w.group(course)]},
    'core_group_add_group_members': lambda w, course, me: {
        'members': [{'groupid': w.group(course), 'userid': w.member(course)}]},
    'core_group_delete_group_members': lambda w, course, me: {'members': [w.group_member(course)]},
    'core_role_assign_roles': lambda w, course, me: {'assignments': [new_role(w, course)]},
    'core_role_unassign_roles': lambda w, course, me: {'unassignments': [old_role(w, course)]},
    'enrol_manual_enrol_users': lambda w, course, me: {
        'enrolments': [{'roleid': 5, 'userid': w.user(), 'courseid': course}]},
    'enrol_manual_unenrol_users': lambda w, course, me: {
        'enrolments': [{'userid': w.student(course), 'courseid': course}]},
    'core_message_send_instant_messages': lambda w, course, me: {
        'messages': [{'touserid': me, 'text': w.name('Remember ')}]},
    'core_notes_create_notes': lambda w, course, me: {'notes': [new_note(w, course)]},
    'core_files_upload': lambda w, course, me: new_file(w.name('file') + '.txt', 'draft', 0,
                                                        w.context(30, me)),
    'moodle_file_upload': lambda w, course, me: new_file(w.name('file') + '.txt', 'private', 0,
                                                         w.context(30, me)),
}


def params(w, function, course, me):
    """Parameters for one call of FUNCTION, about COURSE, by the user ME."""
    make = CALLS.get(function) or CALLS[TODAY[function]]
    return make(w, course, me)
