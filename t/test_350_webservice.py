# SPDX-License-Identifier: Apache-2.0
# t/test_350_webservice.py -- what a client asks first: site info.
import concurrent.futures

MODERN, OLD = 'core_webservice_get_site_info', 'moodle_webservice_get_siteinfo'

COMMON = ['sitename', 'username', 'firstname', 'lastname', 'fullname']
OF_SERVICE = ['downloadfiles', 'uploadfiles', 'release', 'version']


def info(site, **more):
    answer = site.call(MODERN, **more)
    assert 'exception' not in answer, answer
    return answer


def token_for(db, userid):
    """A token of another account for the service of everything."""
    db.keep('external_tokens')
    token = f'{userid:032x}'
    db.run("INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,"
           " contextid, creatorid, timecreated) VALUES (%s, 0, %s, 2, 1, 2, 0)", (token, userid))
    return token


def prefer(db, userid, name, value):
    db.keep('user_preferences')
    db.run('INSERT INTO mdl_user_preferences (userid, name, value) VALUES (%s, %s, %s)',
           (userid, name, value))


# Who one is, where, and what may be called.
def test_350_01_modern(site, student):
    answer = info(site, token=student)
    assert list(answer) == [
        *COMMON, 'lang', 'userid', 'siteurl', 'userpictureurl', 'functions', *OF_SERVICE,
        'mobilecssurl', 'advancedfeatures', 'usercanmanageownfiles', 'userquota',
        'usermaxuploadfilesize', 'userhomepage', 'userprivateaccesskey', 'siteid',
        'sitecalendartype', 'usercalendartype', 'userissiteadmin', 'theme',
        'limitconcurrentlogins', 'policyagreed']
    assert (answer['sitename'], answer['userid'], answer['siteurl']) == (
        'Lanterna Open College', 6, site.url)
    assert (answer['userquota'], answer['userissiteadmin'], answer['lang']) == (
        104857600, False, 'en')


# The 2.1 name gives the keys of 2.1, and each function under both of its names, the old one first.
def test_350_02_legacy(site):
    answer = site.call(OLD)
    names = [f['name'] for f in answer['functions']]
    assert list(answer) == [*COMMON, 'userid', 'siteurl', 'userpictureurl', 'functions']
    assert names.index('core_group_get_groups') == names.index('moodle_group_get_groups') + 1
    assert len(names) == len(set(names))
    assert all(isinstance(f['version'], (int, float)) for f in answer['functions'])


# Short names can only narrow the list to the caller's own service, and do nothing today.
def test_350_03_short_names(site, db):
    def count(function, *names):
        return len(site.call(function, {'serviceshortnames': names})['functions'])

    db.keep('external_services')
    db.run("UPDATE mdl_external_services SET enabled = 1 WHERE shortname = 'moodle_mobile_app'")
    assert count(OLD, 'everything') == count(OLD) > 0
    assert count(OLD, 'moodle_mobile_app', 'everything') == count(OLD)
    assert count(OLD, 'moodle_mobile_app') == 0
    assert count(MODERN, 'moodle_mobile_app') == count(MODERN)


# Only functions of the caller's service that are served here are listed, by id, with a version.
def test_350_04_functions(site, db):
    reading = info(site, token=site.env['TOKEN_READER'])
    assert {f['name'] for f in reading['functions']} == {
        MODERN, 'core_course_get_courses_by_field', 'core_enrol_get_users_courses'}
    assert (reading['downloadfiles'], reading['uploadfiles']) == (0, 0)
    names = [f['name'] for f in info(site)['functions']]
    assert 'core_course_get_contents' not in names
    assert names == [r[0] for r in db.all('SELECT name FROM mdl_external_functions'
                                          ' WHERE name = ANY (%s) ORDER BY id', (names,))]
    version = db.one("SELECT value FROM mdl_config WHERE name = 'version'")
    assert {f['version'] for f in info(site)['functions'] if f['name'].startswith('core_')} == {
        version}


# The key to one's files is made once, however many ask at once, and stays.
def test_350_05_private_key(site, db, student):
    db.keep('user_private_key')
    db.run('DELETE FROM mdl_user_private_key')
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: info(site, token=student)['userprivateaccesskey'], range(16)))
    rows = db.all('SELECT script, userid, value, instance, iprestriction, validuntil'
                  ' FROM mdl_user_private_key')
    assert rows == [('core_files', 6, *keys, None, None, None)]
    assert len(rows[0][2]) == 32 and set(rows[0][2]) <= set('0123456789abcdef')
    assert info(site, token=student)['userprivateaccesskey'] == rows[0][2]


# A server that only reads makes none, and leaves the key out.
def test_350_06_read_only(serve, db):
    db.keep('user_private_key')
    db.run('DELETE FROM mdl_user_private_key')
    other = serve(EXTRA='MoodleWSReadOnly On\nMoodleWSCacheAge 0\n')
    assert 'userprivateaccesskey' not in info(other)
    assert db.one('SELECT count(*) FROM mdl_user_private_key') == 0


# The size of an upload is the smaller of the server's limit and the site's; administrators have
# neither limit nor quota.
def test_350_07_limits(site, db):
    db.config('maxbytes', 1048576)
    assert info(site)['usermaxuploadfilesize'] == 1048576
    db.config('maxbytes', 0)
    assert info(site)['usermaxuploadfilesize'] == 67108864
    db.config('userquota', 5)
    assert info(site)['userquota'] == 5
    admin = info(site, token=token_for(db, 2))
    assert (admin['usermaxuploadfilesize'], admin['userquota'], admin['userissiteadmin']) == (
        -1, 0, True)


# Where one lands after login: as the site says, or as the user chose where that is allowed.
def test_350_08_home_page(site, db):
    def home(default, dashboard=1):
        db.config('defaulthomepage', default)
        db.config('enabledashboard', dashboard)
        answer = info(site)
        return answer['userhomepage'], answer.get('userhomepageurl')

    assert [home(d) for d in (None, '', 0, 1, 2, 3)] == [
        (0, None), (0, None), (0, None), (1, None), (1, None), (3, None)]
    assert [home(d, 0) for d in (1, 2, 3)] == [(3, None)] * 3
    assert home('/local/lantern/?a=1') == (4, f'{site.url}/local/lantern/?a=1')
    prefer(db, 3, 'user_home_page_preference', '3')
    assert (home(2), home(1)) == ((3, None), (1, None))
    db.run("UPDATE mdl_user_preferences SET value = '1'"
           " WHERE name = 'user_home_page_preference'")
    assert (home(2), home(2, 0)) == ((1, None), (3, None))
    db.run("UPDATE mdl_user_preferences SET value = '/my/lamp.php'"
           " WHERE name = 'user_home_page_preference'")
    assert home(2) == (4, f'{site.url}/my/lamp.php')


# Features are those whose setting the site has, and two that it always tells.
def test_350_09_features(site, db):
    db.config('usetags', None)
    db.config('enablenotes', 0)
    db.config('mnet_dispatcher_mode', 'strict')
    features = {f['name']: f['value'] for f in info(site)['advancedfeatures']}
    assert 'usetags' not in features and features['enablenotes'] == 0
    assert features['mnet_dispatcher_mode'] == 1 and 'enablecompetencies' in features


# Sessions are counted only where their number is limited.
def test_350_10_sessions(site, db):
    db.keep('sessions')
    db.run('DELETE FROM mdl_sessions')
    db.run("INSERT INTO mdl_sessions (sid, userid, timecreated, timemodified)"
           " VALUES ('a', 3, 0, 0), ('b', 3, 0, 0), ('c', 4, 0, 0)")
    assert 'usersessionscount' not in info(site)
    db.config('limitconcurrentlogins', 5)
    answer = info(site)
    assert (answer['limitconcurrentlogins'], answer['usersessionscount']) == (5, 2)


# Who must change the password is answered all the same: that is how a client finds out.
def test_350_11_password_change(site, db, student):
    prefer(db, 6, 'auth_forcepasswordchange', '1')
    assert info(site, token=student)['userid'] == 6
    refused = site.call('core_course_get_courses', {'options': {'ids': [1]}}, token=student)
    assert refused['errorcode'] == 'errorcoursecontextnotvalid'


# Languages and themes: the user's where the site allows it, and never one that is not installed.
def test_350_12_language_and_theme(site, db):
    db.keep('user')
    db.run("UPDATE mdl_user SET lang = 'tlh', theme = 'classic' WHERE id = 3")
    db.config('allowuserthemes', 0)
    assert (info(site)['lang'], info(site)['theme']) == ('', 'boost')
    db.config('allowuserthemes', 1)
    assert info(site)['theme'] == 'classic'
    assert info(site, moodlewssettinglang='en')['lang'] == 'en'
