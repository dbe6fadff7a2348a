# SPDX-License-Identifier: Apache-2.0
# t/test_360_files.py -- externals/files.c: walking the file tree of a site.
import pytest

FUNCTION, OLD = 'core_files_get_files', 'moodle_file_get_files'
SYSTEM, USER, CATEGORY, COURSE, MODULE = 10, 30, 40, 50, 70
NOTHING = {'parents': [], 'files': []}


@pytest.fixture
def tree(site, db):
    return Tree(site, db)


class Tree:
    """The file tree as an account sees it."""

    def __init__(self, site, db):
        self.site, self.db = site, db

    def context(self, level, instance):
        return self.db.one('SELECT id FROM mdl_context WHERE contextlevel = %s AND instanceid = %s',
                           (level, instance))

    def look(self, contextid, component='', filearea='', itemid=0, filepath='/', filename='',
             who='TOKEN', function=FUNCTION, **more):
        return self.site.call(function, {
            'contextid': contextid, 'component': component, 'filearea': filearea, 'itemid': itemid,
            'filepath': filepath, 'filename': filename, **more}, token=self.site.env[who])

    def at(self, level, instance, *where, **how):
        return self.look(self.context(level, instance), *where, **how)

    def activity(self, name, kind):
        """The course module of an activity by its name."""
        return self.db.one(f'SELECT cm.id FROM mdl_course_modules cm JOIN mdl_{kind} a'
                           ' ON a.id = cm.instance JOIN mdl_modules m ON m.id = cm.module'
                           ' WHERE m.name = %s AND a.name = %s', (kind, name))


def names(answer, key='files'):
    return [node['filename'] for node in answer[key]]


# The system holds the categories that a manager sees, in their order, then the front page.
def test_360_01_system(tree):
    answer = tree.look(0)
    assert answer['parents'] == []
    assert names(answer) == ['General', 'Sciences &amp; Nature', 'Languages 言語 🌍', 'Staff room',
                             'Site home']
    assert answer['files'][0] == {
        'contextid': tree.context(CATEGORY, 1), 'component': None, 'filearea': None, 'itemid': None,
        'filepath': None, 'filename': 'General', 'isdir': True, 'url': None, 'timemodified': None,
        'timecreated': None, 'filesize': 0, 'author': None, 'license': None}


# A hidden category is not listed to a student; a course below it is, to one who may enter it.
def test_360_02_hidden_category(tree, db):
    assert 'Staff room' not in names(tree.look(0, who='TOKEN_STUDENT'))
    assert 'Staff handbook' not in names(tree.look(0, who='TOKEN_STUDENT'))
    assert 'Staff handbook' in names(tree.look(0, who='TOKEN_TEACHER'))


# Who asks for a hidden category is given the nearest one above that they see.
def test_360_03_falls_back(tree):
    hidden = tree.at(CATEGORY, 6, who='TOKEN_STUDENT')
    assert hidden == tree.look(0, who='TOKEN_STUDENT')
    below = tree.at(CATEGORY, 7, who='TOKEN_STUDENT')
    assert below == hidden
    assert tree.at(CATEGORY, 6, 'coursecat', 'description', who='TOKEN_STUDENT') == NOTHING


# A category: its description for those who manage it, its categories, the courses for those who
# may enter them. Tags are stripped from names.
def test_360_04_category(tree):
    answer = tree.at(CATEGORY, 2)
    assert names(answer, 'parents') == ['System']
    assert names(answer) == ['Category introduction', 'Physics', 'Astronomy for night owls 🦉',
                             'Examination board']
    student = tree.at(CATEGORY, 2, who='TOKEN_STUDENT')
    assert names(student) == ['Physics', 'Astronomy for night owls 🦉']
    assert names(tree.at(CATEGORY, 4), 'parents') == ['System', 'Sciences &amp; Nature', 'Physics']
    # An enrolment that is over, or not yet begun, opens nothing.
    assert names(tree.at(CATEGORY, 5, who='TOKEN_STUDENT')) == []


# A course: its areas in their order, then its activities by section. Rows give times; an area
# without a row has 0.
def test_360_05_course(tree, db):
    answer = tree.at(COURSE, 2)
    assert names(answer, 'parents') == ['System', 'Sciences &amp; Nature', 'Physics', 'Optics ']
    assert names(answer) == [
        'Course introduction', 'Course image', 'Course section summaries', 'Section backups',
        'Course backups', 'Automated backups', 'Legacy course files', 'Notices (Forum)',
        'Safety first ⚠ (Text and media area)', 'What is a ray? (Page)',
        'Measurements &amp; tables (Folder)', 'Class notes (File)', 'Build a  (Assignment)',
        'A museum of light (URL)', 'Lens quiz (Quiz)']
    summary, folder, backups = answer['files'][0], answer['files'][2], answer['files'][4]
    made = db.one("SELECT timecreated FROM mdl_files WHERE contextid = %s AND filearea = 'summary'"
                  " AND filename = '.'", (tree.context(COURSE, 2),))
    assert (summary['timecreated'], summary['itemid'], summary['filepath']) == (made, 0, '/')
    assert (folder['timecreated'], folder['itemid'], folder['filepath']) == (None, None, None)
    assert (backups['timecreated'], backups['timemodified']) == (0, 0)


# A student enters the course and finds no area there; one who is not enrolled does not enter.
def test_360_06_course_of_a_student(tree):
    assert names(tree.at(COURSE, 2, who='TOKEN_STUDENT')) == []
    assert names(tree.at(COURSE, 2, who='TOKEN_STUDENT'), 'parents')[0] == 'System'
    assert tree.at(COURSE, 2, 'course', 'summary', who='TOKEN_STUDENT') == NOTHING
    assert tree.at(COURSE, 10, who='TOKEN_STUDENT')['errorcode'] == 'requireloginerror'
    # ASTRO is open to guests: they enter it, and see nothing of it.
    assert names(tree.at(COURSE, 4, who='TOKEN_TEACHER')) == []


# A restricted or hidden activity is for those whom that does not bind, or for nobody.
def test_360_07_activities(tree, db):
    db.keep('course_modules')
    page, quiz = tree.activity('What is a ray?', 'page'), tree.activity('Lens quiz', 'quiz')
    db.run("UPDATE mdl_course_modules SET availability = '{\"op\":\"&\"}' WHERE id = %s", (page,))
    db.run('UPDATE mdl_course_modules SET deletioninprogress = 1 WHERE id = %s', (quiz,))
    seen = names(tree.at(COURSE, 2))
    assert 'What is a ray? (Page)' in seen
    assert 'Lens quiz (Quiz)' not in seen
    hidden = tree.activity('A museum of light', 'url')
    for module in (page, hidden):
        assert tree.at(MODULE, module, who='TOKEN_STUDENT')['errorcode'] == 'requireloginerror'
    assert tree.at(MODULE, quiz)['errorcode'] == 'activityisscheduledfordeletion'


# An activity is told with its course above it; its areas are for those who manage files.
def test_360_08_module(tree):
    module = tree.activity('What is a ray?', 'page')
    answer = tree.at(MODULE, module)
    assert names(answer, 'parents')[-1] == 'Light &amp; Lenses'
    assert names(answer) == ['Description', 'Activity backup', 'Page content']
    assert answer['files'][0]['component'] == 'mod_page'
    assert names(tree.at(MODULE, module, who='TOKEN_STUDENT')) == []
    intro = tree.at(MODULE, module, 'mod_page', 'intro')
    assert (names(intro), names(intro, 'parents')[-1]) == ([], 'What is a ray? (Page)')
    assert tree.at(MODULE, module, 'mod_quiz', 'intro') == NOTHING


# Files of a course: encoded addresses, sizes, authors.
def test_360_09_files(tree, site):
    context = tree.context(COURSE, 2)
    answer = tree.look(context, 'course', 'summary')
    assert names(answer, 'parents')[-1] == 'Light &amp; Lenses'
    file, = answer['files']
    assert file['url'] == f'{site.env["URL"]}/pluginfile.php/{context}/course/summary/syllabus.html'
    assert file['isdir'] is False and file['filesize'] > 0
    assert (file['author'], file['license']) == ('Wanjirũ Mwangi', 'unknown')


# Directories first, one level at a time; the way up is every directory, then the area.
def test_360_10_private(tree, site):
    home = tree.context(USER, 6)
    root = tree.look(home, 'user', 'private', who='TOKEN_STUDENT')
    assert [(f['filename'], f['filepath'], f['isdir']) for f in root['files']] == [
        ('mine', '/mine/', True), ('welcome.txt', '/', False)]
    assert names(root, 'parents') == ['System', 'Noor van \'t Hof']
    deep = tree.look(home, 'user', 'private', 0, '/mine/old ones/', who='TOKEN_STUDENT')
    assert deep == NOTHING
    mine = tree.look(home, 'user', 'private', 0, '/mine/', who='TOKEN_STUDENT')
    assert names(mine, 'parents')[2:] == ['Private files']
    file = tree.look(home, 'user', 'private', 0, '/', 'welcome.txt', who='TOKEN_STUDENT')
    assert (names(file), names(file, 'parents')[2:]) == ([], ['Private files'])
    assert tree.look(home, 'user', 'private', 0, '/', 'absent.txt', who='TOKEN_STUDENT') == NOTHING


# Nobody lists what is another's, not even an administrator of the site.
def test_360_11_only_own(tree):
    home = tree.context(USER, 6)
    for where in ((), ('user', 'private'), ('user', 'backup'), ('user', 'draft', 5)):
        assert tree.look(home, *where) == NOTHING
    own = tree.at(USER, 3)
    assert names(own) == ['Private files', 'User backup']
    assert names(own, 'parents') == ['System']


# The profile area is found by its address, by those who may see all details.
def test_360_12_profile(tree, db):
    db.keep('files')
    home = tree.context(USER, 6)
    db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid,"
           " filepath, filename, filesize, timecreated, timemodified) VALUES"
           " ('x', 'x1', %s, 'user', 'profile', 0, '/', '.', 0, 1, 1),"
           " ('x', 'x2', %s, 'user', 'profile', 0, '/', 'me.png', 9, 2, 3)", (home, home))
    seen = tree.look(home, 'user', 'profile')
    assert names(seen) == ['me.png'] and seen['files'][0]['author'] is None
    assert tree.look(tree.context(USER, 4), 'user', 'profile', who='TOKEN_STUDENT') == NOTHING


# Drafts need their item, which is in the address, and have nothing above them.
def test_360_13_draft(tree, db, site):
    db.keep('files')
    home = tree.context(USER, 3)
    db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid,"
           " filepath, filename, filesize, timecreated, timemodified) VALUES"
           " ('x', 'x1', %s, 'user', 'draft', 77, '/', '.', 0, 1, 1),"
           " ('x', 'x2', %s, 'user', 'draft', 77, '/', 'a b%%é.txt', 9, 2, 3)", (home, home))
    answer = tree.look(home, 'user', 'draft', 77)
    assert answer['parents'] == []
    assert answer['files'][0]['url'] == \
        f'{site.env["URL"]}/draftfile.php/{home}/user/draft/77/a%20b%25%C3%A9.txt'
    assert tree.look(home, 'user', 'draft', 0) == NOTHING
    assert tree.look(home, 'user', 'draft', 78) == {'parents': [], 'files': []}


# The sections of a course as a folder: by name, or by what the format calls them.
def test_360_14_sections(tree, db):
    answer = tree.at(COURSE, 2, 'course', 'section')
    assert names(answer) == ['General', 'New section', 'Mirrors &amp; ', 'New section']
    assert names(answer, 'parents')[-1] == 'Light &amp; Lenses'
    assert all(f['filepath'] == '/' and f['itemid'] for f in answer['files'])
    section = answer['files'][2]['itemid']
    one = tree.at(COURSE, 2, 'course', 'section', section)
    assert names(one, 'parents')[-2:] == ['Light &amp; Lenses', 'Course section summaries']
    backups = tree.at(COURSE, 2, 'backup', 'section')
    assert names(backups) == [str(f['itemid']) for f in answer['files']]
    db.keep('course')
    db.run("UPDATE mdl_course SET startdate = extract(epoch FROM timestamptz '2024-02-26 00:00 UTC')"
           " WHERE id = 3")
    assert names(tree.at(COURSE, 3, 'course', 'section')) == [
        'General', '26 February - 3 March', '4 March - 10 March', '11 March - 17 March']


# A section of another course is not found in this one.
def test_360_15_foreign_section(tree, db):
    foreign = db.one('SELECT min(id) FROM mdl_course_sections WHERE course = 3')
    assert tree.at(COURSE, 2, 'course', 'section', foreign) == NOTHING


# Backups are listed by who may make or restore them, and fetched by who may download them.
def test_360_16_backup(tree, db):
    db.keep('files', 'role_capabilities')
    course = tree.context(COURSE, 2)
    db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid,"
           " filepath, filename, filesize, timecreated, timemodified) VALUES"
           " ('x', 'x1', %s, 'backup', 'course', 0, '/', '.', 0, 1, 1),"
           " ('x', 'x2', %s, 'backup', 'course', 0, '/', 'c.mbz', 9, 2, 3)", (course, course))
    file, = tree.look(course, 'backup', 'course', who='TOKEN_TEACHER')['files']
    assert file['url'].endswith(f'/pluginfile.php/{course}/backup/course/c.mbz')
    db.run("DELETE FROM mdl_role_capabilities WHERE capability = 'moodle/backup:downloadfile'")
    file, = tree.look(course, 'backup', 'course', who='TOKEN_TEACHER')['files']
    assert file['url'] is None


# Legacy files keep the addresses that they had before there were areas.
def test_360_17_legacy(tree, db, site):
    db.keep('files')
    course = tree.context(COURSE, 2)
    db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid,"
           " filepath, filename, filesize, timecreated, timemodified) VALUES"
           " ('x', 'x1', %s, 'course', 'legacy', 0, '/', '.', 0, 1, 1),"
           " ('x', 'x2', %s, 'course', 'legacy', 0, '/', 'old one.txt', 9, 2, 3)", (course, course))
    file, = tree.look(course, 'course', 'legacy')['files']
    assert file['url'] == f'{site.env["URL"]}/file.php/2/old%20one.txt'


# Rows without their directory: the root is there all the same, empty; a directory is not.
def test_360_18_stray_rows(tree, db):
    db.keep('files')
    course = tree.context(COURSE, 2)
    db.run("DELETE FROM mdl_files WHERE contextid = %s AND filearea = 'summary' AND filename = '.'",
           (course,))
    answer = tree.look(course, 'course', 'summary')
    assert answer['files'] == [] and names(answer, 'parents')[-1] == 'Light &amp; Lenses'
    assert names(tree.look(course, 'course', 'summary', 0, '/', 'syllabus.html'), 'parents')[-1] == \
        'Course introduction'
    assert tree.look(course, 'course', 'summary', 0, '/sub/') == NOTHING


# Without an item an area is its context; in 2.1 the item 0 was none.
def test_360_19_no_item(tree, site):
    home = tree.context(USER, 3)
    old = tree.look(home, 'user', 'private', function=OLD)
    assert names(old) == ['Private files', 'User backup']
    assert list(old['files'][0]) == ['contextid', 'component', 'filearea', 'itemid', 'filepath',
                                     'filename', 'isdir', 'url']
    files = tree.look(home, 'user', 'private', 1, function=OLD)
    assert names(files) == ['measurements.csv']
    sections = tree.at(COURSE, 2, 'course', 'section', function=OLD)
    assert 'General' in names(sections)


# What is not known is not there; what is badly asked for is refused.
def test_360_20_nothing_and_errors(tree):
    home = tree.context(USER, 3)
    assert tree.look(home, 'user', 'nosuch') == NOTHING
    assert tree.look(home, 'user', '') == NOTHING
    assert tree.look(0, 'backup', 'course')['parents'] != []
    for wrong in ({'contextid': 99999999}, {'contextid': -1},
                  {'contextid': -1, 'contextlevel': 'planet', 'instanceid': 1},
                  {'contextid': -1, 'contextlevel': 'course', 'instanceid': 999999},
                  {'contextid': -1, 'contextlevel': 'course'}):
        answer = tree.look(**wrong)
        assert answer['errorcode'] == 'invalidparameter', wrong
        assert 'debuginfo' in answer
    old = tree.look(-1, function=OLD)
    assert (old['exception'], old['errorcode']) == ('invalid_parameter_exception', 'invalidparameter')


# A context may be named by its level and instance.
def test_360_21_levels(tree):
    for level, name, instance in ((USER, 'user', 3), (CATEGORY, 'coursecat', 2), (COURSE, 'course', 2)):
        named = tree.look(-1, contextlevel=name, instanceid=instance)
        assert named == tree.at(level, instance)
    assert tree.look(-1, contextlevel='system', instanceid=0) == tree.look(0)


# The time given is a filter: only what changed after it, and what has no time never does.
def test_360_22_modified(tree):
    assert tree.at(COURSE, 2, 'course', 'summary', modified=4102444800)['files'] == []
    assert names(tree.at(COURSE, 2, 'course', 'summary', modified=1)) == ['syllabus.html']
    assert tree.look(0, modified=0)['files'] == []


# A token that is bound to a context reaches that and what is below it.
def test_360_23_restricted_token(tree, db):
    db.keep('external_tokens')
    module = tree.activity('What is a ray?', 'page')
    context = tree.context(MODULE, module)
    db.run('UPDATE mdl_external_tokens SET contextid = %s WHERE token = %s',
           (context, tree.site.env['TOKEN']))
    assert names(tree.look(context)) == ['Description', 'Activity backup', 'Page content']
    assert tree.at(COURSE, 2)['errorcode'] == 'restrictedcontextexception'
    assert tree.look(0)['errorcode'] == 'restrictedcontextexception'


# Where paths may not follow the name of a script, that of a file is an argument.
def test_360_24_slash_arguments(tree, db, site):
    db.config('slasharguments', 0)
    context = tree.context(COURSE, 2)
    file, = tree.look(context, 'course', 'summary')['files']
    assert file['url'] == \
        f'{site.env["URL"]}/pluginfile.php?file=%2F{context}%2Fcourse%2Fsummary%2Fsyllabus.html'


# Folders, pages and files have their content as an area; that of a folder is open to students.
def test_360_25_content(tree, site, db):
    folder = tree.context(MODULE, tree.activity('Measurements & tables', 'folder'))
    notes = tree.context(MODULE, tree.activity('Class notes', 'resource'))
    db.keep('files')
    db.run('DELETE FROM mdl_files WHERE contextid IN (%s, %s)', (folder, notes))
    for path, name, size in (('/', '.', 0), ('/', 'a b.txt', 5), ('/sub/', '.', 0)):
        db.run("INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea,"
               " itemid, filepath, filename, filesize, timecreated, timemodified)"
               " VALUES ('x', %s, %s, 'mod_folder', 'content', 0, %s, %s, %s, 1, 2)",
               (path + name, folder, path, name, size))
    assert names(tree.look(folder, who='TOKEN_STUDENT')) == ['Files and subfolders']
    answer = tree.look(folder, 'mod_folder', 'content', who='TOKEN_STUDENT')
    assert names(answer, 'parents')[-1] == 'Measurements &amp; tables (Folder)'
    sub, file = answer['files']
    assert (sub['filename'], sub['filepath'], sub['isdir']) == ('sub', '/sub/', True)
    assert file['url'] == (
        f'{site.env["URL"]}/pluginfile.php/{folder}/mod_folder/content/0/a%20b.txt')
    assert names(tree.look(notes))[-1] == 'Files and subfolders'
    assert tree.look(notes, 'mod_resource', 'content')['files'] == []
    assert tree.look(notes, 'mod_resource', 'content', who='TOKEN_STUDENT') == NOTHING
    assert tree.look(notes, 'mod_folder', 'content') == NOTHING


# Names are those of pages, even where texts are asked for as they are stored.
def test_360_26_raw(tree, site):
    what = {'contextid': 0, 'component': '', 'filearea': '', 'itemid': 0, 'filepath': '/',
            'filename': ''}
    for context in (0, tree.context(CATEGORY, 2), tree.context(COURSE, 2)):
        assert site.call(FUNCTION, {**what, 'contextid': context}, moodlewssettingraw=1) == \
            tree.look(context)
