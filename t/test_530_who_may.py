# SPDX-License-Identifier: Apache-2.0
# t/test_530_who_may.py -- every function that writes, called by everybody, in a course of theirs and
# in one that is not: who may not is told so, and changes nothing.
import pytest

import env
import writes

# Courses of the demo: the teacher and the student are in the first and not in the second.
RIGHT, WRONG = 2, 7
CALLERS = ['admin', 'manager', 'teacher', 'student', 'guest']

# Whose each function is: of managers; of who teaches the course, with what is said outside of it; of
# everybody, with what is theirs. Guests may not use a protocol at all.
OF_MANAGERS, OF_ALL = 'managers', 'all'
RULES = {
    'core_user_create_users': OF_MANAGERS,
    'core_user_update_users': OF_MANAGERS,
    'core_user_delete_users': OF_MANAGERS,
    'core_course_create_courses': OF_MANAGERS,
    'core_course_update_courses': 'requireloginerror',
    'core_group_create_groups': 'errorcoursecontextnotvalid',
    'core_group_delete_groups': 'errorcoursecontextnotvalid',
    'core_group_add_group_members': 'errorcoursecontextnotvalid',
    'core_group_delete_group_members': 'errorcoursecontextnotvalid',
    'core_role_assign_roles': 'requireloginerror',
    'core_role_unassign_roles': 'requireloginerror',
    'enrol_manual_enrol_users': 'requireloginerror',
    'enrol_manual_unenrol_users': 'requireloginerror',
    'core_message_send_instant_messages': OF_ALL,
    'core_notes_create_notes': 'requireloginerror',
    'core_files_upload': OF_ALL,
}

# What any call by a token may change, refused or not.
AROUND = {'logstore_standard_log', 'external_tokens'}


def expected(function, caller, course):
    """The errorcode that CALLER gets, or None."""
    rule = RULES[writes.TODAY.get(function, function)]
    if caller == 'guest':
        return 'accessexception'
    if caller in ('admin', 'manager') or rule == OF_ALL:
        return None
    if rule == OF_MANAGERS:
        return 'nopermissions'
    if course == WRONG:
        return rule
    return None if caller == 'teacher' else 'nopermissions'


def told(answer):
    """The errorcode of an answer: an exception's, or that of the first warning."""
    if isinstance(answer, dict) and 'exception' in answer:
        return answer['errorcode']
    if isinstance(answer, dict) and answer.get('warnings'):
        return answer['warnings'][0]['warningcode']
    return None


@pytest.fixture(scope='module')
def callers(site):
    """The token and the user id of each caller; administrator and guest are given one."""
    db = env.Database(site.env['DSN'])
    try:
        db.keep('external_tokens')
        for user, token in ((2, 'a' * 32), (1, 'b' * 32)):
            db.run('INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,'
                   ' contextid, creatorid, timecreated) VALUES (%s, 0, %s, 2, 1, 2, 1)',
                   (token, user))
        yield {'admin': ('a' * 32, 2), 'manager': (site.token, 3),
               'teacher': (site.env['TOKEN_TEACHER'], 4),
               'student': (site.env['TOKEN_STUDENT'], 6), 'guest': ('b' * 32, 1)}
    finally:
        db.close()


@pytest.fixture(scope='module')
def fingerprint(site):
    """A function that gives a hash of the rows of each table."""
    db = env.Database(site.env['DSN'])
    names = [name for name, in db.all(
        "SELECT substr(table_name, 5) FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_name LIKE 'mdl\\_%'")]
    hashes = ' UNION ALL '.join(
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
        f' FROM mdl_{name} t' for name in names if name not in AROUND)

    yield lambda: dict(db.all(hashes))
    db.close()


# Each function that writes has a rule here, and parameters.
def test_530_01_all_are_known():
    assert len(writes.WRITING) > 25
    today = {writes.TODAY.get(name, name) for name in writes.WRITING}
    assert today == set(RULES)
    assert today <= set(writes.CALLS)


# Who may not is refused with the right errorcode and changes no row; who may does change some.
@pytest.mark.parametrize('caller', CALLERS)
@pytest.mark.parametrize('function', writes.WRITING)
@pytest.mark.parametrize('course', [RIGHT, WRONG], ids=['right', 'wrong'])
def test_530_02_who_may(site, db, callers, fingerprint, function, caller, course):
    token, me = callers[caller]
    params = writes.params(writes.World(db), function, course, me)
    before = fingerprint()
    answer = site.call(function, params, token)
    assert told(answer) == expected(function, caller, course), answer
    after = fingerprint()
    changed = [name for name in before if after[name] != before[name]]
    assert bool(changed) == (expected(function, caller, course) is None), changed
