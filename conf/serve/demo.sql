-- SPDX-License-Identifier: Apache-2.0
-- conf/serve/demo.sql -- a small college, made up: people, courses, groups, files, services.
--
-- Runs after schema.sql, settings.sql and roles.sql. psql variables: wwwroot, password (a hash), and
-- the tokens token, token_teacher, token_student, token_reader. Table demo_contents (name,
-- contenthash, filesize) is there already: the files that conf/serve/demo put into the file store.

SELECT extract(epoch FROM now())::bigint AS now \gset
\set day 86400

INSERT INTO mdl_config (name, value) VALUES
    ('siteidentifier', md5(random()::text) || '127.0.0.1'),
    ('noreplyaddress', 'noreply@lanterna.example'), ('supportemail', 'desk@lanterna.example'),
    ('supportname', 'The desk');
INSERT INTO mdl_mnet_host (id, wwwroot, ip_address, name, public_key, applicationid) VALUES
    (1, :'wwwroot', '127.0.0.1', '', '', 1), (2, '', '', 'All Hosts', '', 1);

-- People. Of each: id, user name, first and last name, town, country, and what is special.
CREATE TEMP TABLE person (id bigint, username text, firstname text, lastname text, city text,
                          country text, special text);
INSERT INTO person VALUES
    (1, 'guest', 'Guest user', ' ', '', '', ''),
    (2, 'admin', 'Ada', 'Keeper', 'Porto', 'PT', ''),
    (3, 'wsuser', 'Web', 'Service', '', '', ''),
    (4, 'wanjiru', 'Wanjirũ', 'Mwangi', 'Nairobi', 'KE', ''),
    (5, 'tutor', 'Tove', 'Ørsted-Åberg', 'Malmö', 'SE', ''),
    (6, 'student', 'Noor', 'van ''t Hof', 'Utrecht', 'NL', ''),
    (7, 'reader', 'Rosa', 'Lectora', 'Quito', 'EC', ''),
    (8, 'haruka', '遥', '高橋', '札幌市', 'JP', ''),
    (9, 'layla', 'ليلى', 'حداد', 'عمّان', 'JO', ''),
    (10, 'dmitri', 'Дмитрий', 'Соколов-Ёлкин', 'Казань', 'RU', ''),
    (11, 'eleni', 'Ελένη', 'Παπαδοπούλου', 'Πάτρα', 'GR', ''),
    (12, 'meera', 'मीरा', 'शर्मा', 'जयपुर', 'IN', ''),
    (13, 'minjun', '민준', '김', '부산', 'KR', ''),
    (14, 'obrien', 'Siobhán', 'O''Brien', 'Galway', 'IE', ''),
    (15, 'anders', 'Anders & Söhne', '<Quote "Q">', 'Graz', 'AT', ''),
    (16, 'sparkle', 'Sparkle ✨', '👩‍🚀 Nova', 'Austin', 'US', ''),
    (17, 'achieng', 'Achieng''', 'Otieno', 'Kisumu', 'KE', ''),
    (18, 'ngoc', 'Ngọc', 'Trần Thị', 'Huế', 'VN', ''),
    (19, 'chaim', 'חיים', 'לוי', 'חיפה', 'IL', ''),
    (20, 'nino', 'ნინო', 'ბერიძე', 'ბათუმი', 'GE', ''),
    (21, 'aram', 'Արամ', 'Պետրոսյան', 'Գյումրի', 'AM', ''),
    (22, 'somchai', 'สมชาย', 'ใจดี', 'เชียงใหม่', 'TH', ''),
    (23, 'zofia', 'Zofia', 'Żółkiewska', 'Łódź', 'PL', ''),
    (24, 'joao', 'João', 'Conceição', 'Belém', 'BR', ''),
    (25, 'wei', '偉', '陳', '臺南市', 'TW', ''),
    (26, 'thor', 'Þór', 'Guðmundsson', 'Ísafjörður', 'IS', ''),
    (27, 'amina', 'Amina', 'Njoya', 'Foumban', 'CM', ''),
    (28, 'kalani', 'Kalani', 'Kahalewai', 'Hilo', 'US', ''),
    (29, 'celik', 'Işıl', 'Çelik', 'İzmir', 'TR', ''),
    (30, 'anna', 'Anna', 'Ångström Bell', 'Oulu', 'FI', ''),
    (31, 'percent', '100%', 'O\Backslash', 'Leith', 'GB', ''),
    (32, 'longname', 'Maximiliana Alexandrina Theodora', 'von und zu Oberhinterwaldkirchen', 'Bonn',
     'DE', ''),
    (33, 'suspended', 'Sam', 'Suspended', 'Perth', 'AU', 'suspended'),
    (34, 'unconfirmed', 'Una', 'Unconfirmed', 'Cork', 'IE', 'unconfirmed'),
    (35, 'nologin', 'Ned', 'Nologin', 'Hull', 'GB', 'nologin'),
    (36, 'mustchange', 'Mia', 'Mustchange', 'Lima', 'PE', 'mustchange'),
    (37, 'gone', 'Gus', 'Gone', 'Ghent', 'BE', 'deleted');

INSERT INTO mdl_user (id, auth, confirmed, deleted, suspended, mnethostid, username, password,
                      idnumber, firstname, lastname, email, city, country, department, institution,
                      phone1, lang, timezone, maildisplay, description, descriptionformat,
                      timecreated, timemodified, firstaccess, lastaccess, alternatename)
SELECT id, CASE special WHEN 'nologin' THEN 'nologin' ELSE 'manual' END,
       (special <> 'unconfirmed')::int, (special = 'deleted')::int, (special = 'suspended')::int, 1,
       CASE special WHEN 'deleted' THEN 'gone@lanterna.example.' || :now ELSE username END,
       :'password',
       CASE WHEN id > 5 AND special <> 'deleted' THEN 'L-' || 1000 + id ELSE '' END,
       firstname, lastname,
       CASE WHEN id = 1 THEN 'root@localhost' WHEN special = 'deleted' THEN md5('gone')
            ELSE username || '@lanterna.example' END,
       city, country,
       CASE id % 3 WHEN 1 THEN 'Optics & Sound' WHEN 2 THEN 'Languages' ELSE '' END,
       CASE WHEN id > 3 THEN 'Lanterna "Open" College' ELSE '' END,
       CASE WHEN id % 5 = 0 THEN '+44 20 7946 0' || 100 + id ELSE '' END,
       'en', CASE WHEN id % 4 = 0 THEN 'Asia/Tokyo' ELSE '99' END,
       CASE WHEN id < 3 THEN 1 ELSE id % 3 END,
       CASE WHEN id % 6 = 0 THEN '<p>I like <em>lenses</em> &amp; tea ☕.</p>' END, 1,
       :now - 400 * :day, :now - 30 * :day,
       CASE WHEN id > 3 AND id % 7 <> 0 THEN :now - 300 * :day ELSE 0 END,
       CASE WHEN id > 3 AND id % 7 <> 0 THEN :now - id * 3600 ELSE 0 END,
       CASE WHEN id = 8 THEN 'Haruka' END
  FROM person;

INSERT INTO mdl_user_preferences (userid, name, value) VALUES
    (6, 'htmleditor', 'textarea'), (6, 'user_home_page_preference', '0'), (8, 'lang_hint', 'a & <b>'),
    (36, 'auth_forcepasswordchange', '1');

INSERT INTO mdl_user_info_category (id, name, sortorder) VALUES (1, 'At the college', 1);
INSERT INTO mdl_user_info_field (id, shortname, name, datatype, description, descriptionformat,
                                 categoryid, sortorder, required, locked, visible, defaultdata, param1,
                                 param2)
VALUES (1, 'library', 'Library card', 'text', '', 1, 1, 1, 0, 0, 2, '', '30', '2048'),
       (2, 'campus', 'Campus & town', 'menu', '', 1, 1, 2, 0, 0, 1, 'North',
        E'North\nSouth & Sea\nÎle', NULL),
       (3, 'remark', 'Remark of the desk', 'textarea', '', 1, 1, 3, 0, 0, 0, '', NULL, NULL);
INSERT INTO mdl_user_info_data (userid, fieldid, data, dataformat)
SELECT id, 1, 'LIB-' || 7 * id, 0 FROM person WHERE id BETWEEN 4 AND 32 AND id % 4 <> 3
UNION ALL
SELECT id, 2, 'South & Sea', 0 FROM person WHERE id BETWEEN 6 AND 32 AND id % 5 = 1
UNION ALL
SELECT 6, 3, '<p>Pays in <strong>cash</strong>.</p>', 1;

INSERT INTO mdl_tag (id, userid, tagcollid, name, rawname, isstandard, timemodified) VALUES
    (1, 2, 1, 'optics & light', 'Optics & Light', 0, :now), (2, 2, 1, '書道', '書道', 0, :now),
    (3, 2, 1, 'c++', 'C++', 0, :now);
INSERT INTO mdl_cohort (id, contextid, name, idnumber, description, descriptionformat, timecreated,
                        timemodified)
VALUES (1, 1, 'Night owls 🦉', 'owls', '', 1, :now, :now);
INSERT INTO mdl_cohort_members (cohortid, userid, timeadded)
SELECT 1, id, :now FROM person WHERE id BETWEEN 8 AND 20 AND id % 2 = 0;

-- Categories: three levels deep, one hidden with one below it.
INSERT INTO mdl_course_categories (id, name, idnumber, description, descriptionformat, parent,
                                   sortorder, coursecount, visible, visibleold, timemodified, depth,
                                   path)
VALUES (1, 'General', NULL, NULL, 0, 0, 10000, 3, 1, 1, :now, 1, '/1'),
       (2, 'Sciences & Nature', 'SCI', '<p>From <em>quarks</em> to whales 🐋</p>', 1, 0, 20000, 2, 1,
        1, :now, 1, '/2'),
       (3, 'Physics', 'PHY', 'Moves, falls, shines.', 0, 2, 30000, 1, 1, 1, :now, 2, '/2/3'),
       (4, 'Optics <wave & ray>', 'OPT', '', 1, 3, 40000, 1, 1, 1, :now, 3, '/2/3/4'),
       (5, 'Languages 言語 🌍', 'LAN', '*One* word a day', 4, 0, 50000, 3, 1, 1, :now, 1, '/5'),
       (6, 'Staff room', '', '', 1, 0, 60000, 1, 0, 0, :now, 1, '/6'),
       (7, 'Archive', '', 'Kept for the record', 2, 6, 70000, 1, 0, 1, :now, 2, '/6/7');

CREATE TEMP TABLE subject (id bigint, category bigint, sortorder bigint, shortname text,
                           fullname text, summary text, format text, groupmode int, visible int,
                           first_day int, last_day int);
INSERT INTO subject VALUES
    (2, 4, 40001, 'OPT101', 'Light & Lenses',
     '<p>Bring a <strong>torch</strong>. <a href="@@PLUGINFILE@@/syllabus.html">Syllabus</a></p>',
     'topics', 1, 1, -60, 120),
    (3, 3, 30001, 'MECH', 'Mechanics: F = m·a', '<p>Why 1 &lt; 2, and other forces.</p>', 'weeks', 2,
     1, -45, 90),
    (4, 2, 20001, 'ASTRO', 'Astronomy for night owls 🦉', '<p>Open to guests.</p>', 'topics', 0, 1, -30,
     NULL),
    (5, 5, 50001, 'JPN1', '日本語 入門', '<p>ひらがなから始めます。</p>', 'weeks', 0, 1, -20, 60),
    (6, 5, 50002, 'ARA1', 'العربية للمبتدئين', '', 'topics', 0, 1, 14, 200),
    (7, 5, 50003, 'FRA2', 'L''été à "Paris" & ailleurs', '<p>Niveau A2</p>', 'weeks', 1, 1, -10, NULL),
    (8, 1, 10001, 'ESS', 'Essay club <draft>', 'Plain words only', 'social', 0, 1, -200, NULL),
    (9, 1, 10002, 'POD', 'One podcast', '', 'singleactivity', 0, 1, -5, NULL),
    (10, 1, 10003, 'OLD', 'Knots & Splices (last year)', '<p>Over.</p>', 'topics', 0, 1, -400, -100),
    (11, 2, 20002, 'BOARD', 'Examination board', '<p>Not for students.</p>', 'topics', 0, 0, -15, NULL),
    (12, 6, 60001, 'STAFF', 'Staff handbook', '', 'topics', 0, 1, -15, NULL),
    (13, 7, 70001, 'LAT', 'Lingua Latina', '', 'topics', 0, 0, -900, -600);

INSERT INTO mdl_course (id, category, sortorder, fullname, shortname, idnumber, summary,
                        summaryformat, format, newsitems, startdate, enddate, visible, visibleold,
                        groupmode, groupmodeforce, enablecompletion, timecreated, timemodified,
                        cacherev)
VALUES (1, 0, 1, 'Lanterna Open College', 'lanterna', '', '', 0, 'site', 3, 0, 0, 1, 1, 0, 0, 0,
        :now, :now, :now);
INSERT INTO mdl_course (id, category, sortorder, fullname, shortname, idnumber, summary,
                        summaryformat, format, newsitems, startdate, enddate, visible, visibleold,
                        groupmode, groupmodeforce, enablecompletion, timecreated, timemodified,
                        cacherev, showactivitydates, showcompletionconditions)
SELECT id, category, sortorder, fullname, shortname, 'LOC-' || id, summary,
       CASE id WHEN 8 THEN 2 ELSE 1 END, format, 5, :now + first_day * :day,
       coalesce(:now + last_day * :day, 0), visible, visible, groupmode, (id = 7)::int, (id <> 8)::int,
       :now - 300 * :day, :now - 2 * :day, :now, 1, 1
  FROM subject;

INSERT INTO mdl_course_format_options (courseid, format, sectionid, name, value)
SELECT id, format, 0, name, value
  FROM subject
  JOIN (VALUES ('topics', 'hiddensections', '1'), ('topics', 'coursedisplay', '0'),
               ('weeks', 'hiddensections', '1'), ('weeks', 'coursedisplay', '0'),
               ('weeks', 'automaticenddate', '0'), ('social', 'numdiscussions', '10'),
               ('singleactivity', 'activitytype', 'forum')) AS o (format, name, value) USING (format)
 ORDER BY id, name;
INSERT INTO mdl_course_format_options (courseid, format, sectionid, name, value)
VALUES (1, 'site', 0, 'numsections', '1');

INSERT INTO mdl_customfield_category (id, name, sortorder, timecreated, timemodified, component, area,
                                      contextid)
VALUES (1, 'Planning', 0, :now, :now, 'core_course', 'course', 1);
INSERT INTO mdl_customfield_field (id, shortname, name, type, description, descriptionformat,
                                   sortorder, categoryid, configdata, timecreated, timemodified)
VALUES (1, 'room', 'Room & floor', 'text', '', 1, 0, 1,
        '{"required":"0","uniquevalues":"0","locked":"0","visibility":"2","defaultvalue":"",'
        '"displaysize":50,"maxlength":1333,"ispassword":"0","link":""}', :now, :now),
       (2, 'budget', 'Budget line', 'text', '', 1, 1, 1,
        '{"required":"0","uniquevalues":"0","locked":"0","visibility":"1","defaultvalue":"",'
        '"displaysize":50,"maxlength":1333,"ispassword":"0","link":""}', :now, :now);

-- Sections 0 to 3 of each course; activities below.
INSERT INTO mdl_course_sections (course, section, name, summary, summaryformat, sequence, visible,
                                 timemodified)
SELECT s.id, n, CASE WHEN n = 2 AND s.id = 2 THEN 'Mirrors & <smoke>' END,
       CASE WHEN n = 1 THEN '<p>Week one</p>' ELSE '' END, 1, '', (n < 3)::int, :now
  FROM subject s, generate_series(0, CASE WHEN format IN ('topics', 'weeks') THEN 3 ELSE 0 END) AS n
 ORDER BY s.id, n;

CREATE TEMP TABLE activity (id bigserial, course bigint, kind text, section int, name text,
                            visible int, instance bigint);
INSERT INTO activity (course, kind, section, name, visible)
SELECT id, 'forum', 0, 'Notices', 1 FROM subject ORDER BY id;
INSERT INTO activity (course, kind, section, name, visible) VALUES
    (2, 'label', 0, 'Safety first ⚠', 1), (2, 'page', 1, 'What is a ray?', 1),
    (2, 'folder', 1, 'Measurements & tables', 1), (2, 'resource', 2, 'Class notes', 1),
    (2, 'assign', 2, 'Build a <camera obscura>', 1), (2, 'quiz', 3, 'Lens quiz', 1),
    (2, 'url', 2, 'A museum of light', 0),
    (3, 'page', 1, 'Newton "in brief"', 1), (3, 'assign', 2, 'Pendulum', 1),
    (4, 'url', 1, 'Sky map', 1), (4, 'folder', 1, 'Photographs', 1), (5, 'page', 1, 'ひらがな', 1),
    (5, 'quiz', 2, '小テスト', 0), (13, 'page', 1, 'Rosa, rosae', 1);

UPDATE activity a
   SET instance = (SELECT count(*) FROM activity b WHERE b.kind = a.kind AND b.id <= a.id);

INSERT INTO mdl_forum (id, course, type, name, intro, introformat, forcesubscribe, timemodified)
SELECT instance, course, 'news', name, 'What everybody should know', 1, 1, :now
  FROM activity WHERE kind = 'forum';
INSERT INTO mdl_label (id, course, name, intro, introformat, timemodified)
SELECT instance, course, name, '<p>Never look into the <b>sun</b>.</p>', 1, :now
  FROM activity WHERE kind = 'label';
INSERT INTO mdl_page (id, course, name, intro, introformat, content, contentformat, timemodified)
SELECT instance, course, name, '', 1, '<p>Read, then draw.</p>', 1, :now
  FROM activity WHERE kind = 'page';
INSERT INTO mdl_url (id, course, name, intro, introformat, externalurl, timemodified)
SELECT instance, course, name, '', 1, 'https://lanterna.example/?a=1&b=2', :now
  FROM activity WHERE kind = 'url';
INSERT INTO mdl_folder (id, course, name, intro, introformat, timemodified)
SELECT instance, course, name, '', 1, :now FROM activity WHERE kind = 'folder';
INSERT INTO mdl_resource (id, course, name, intro, introformat, timemodified)
SELECT instance, course, name, '', 1, :now FROM activity WHERE kind = 'resource';
INSERT INTO mdl_assign (id, course, name, intro, introformat, grade, duedate, timemodified)
SELECT instance, course, name, '<p>In pairs.</p>', 1, 100, :now + 20 * :day, :now
  FROM activity WHERE kind = 'assign';
INSERT INTO mdl_quiz (id, course, name, intro, introformat, timecreated, timemodified)
SELECT instance, course, name, '', 1, :now, :now FROM activity WHERE kind = 'quiz';

INSERT INTO mdl_course_modules (id, course, module, instance, section, added, visible, visibleold)
SELECT a.id, a.course, m.id, a.instance, s.id, :now, a.visible, a.visible
  FROM activity a
  JOIN mdl_modules m ON m.name = a.kind
  JOIN mdl_course_sections s ON s.course = a.course AND s.section = a.section
 ORDER BY a.id;
UPDATE mdl_course_sections s
   SET sequence = coalesce((SELECT string_agg(id::text, ',' ORDER BY id) FROM mdl_course_modules
                             WHERE section = s.id), '');

-- A context for everything that has one: the path of its parent, and its own id.
CREATE FUNCTION pg_temp.place(level int, instances bigint[], parent_level int, parents bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mdl_context (contextlevel, instanceid, path, depth)
    SELECT level, i.instance, p.path, p.depth + 1
      FROM unnest(instances, parents) WITH ORDINALITY AS i (instance, parent, n)
      JOIN mdl_context p ON p.contextlevel = parent_level AND p.instanceid = i.parent
     ORDER BY i.n;
    UPDATE mdl_context SET path = path || '/' || id
     WHERE contextlevel = level AND instanceid = ANY (instances);
END $$;
INSERT INTO mdl_context (contextlevel, instanceid, path, depth) VALUES (10, 0, '/1', 1);
SELECT pg_temp.place(50, '{1}', 10, '{0}');
SELECT pg_temp.place(30, array_agg(id ORDER BY id), 10, array_agg(0::bigint))
  FROM mdl_user WHERE deleted = 0;
SELECT pg_temp.place(40, '{1,2,5,6}', 10, '{0,0,0,0}');
SELECT pg_temp.place(40, '{3,7}', 40, '{2,6}');
SELECT pg_temp.place(40, '{4}', 40, '{3}');
SELECT pg_temp.place(50, array_agg(id ORDER BY id), 40, array_agg(category ORDER BY id)) FROM subject;
SELECT pg_temp.place(70, array_agg(id ORDER BY id), 50, array_agg(course ORDER BY id)) FROM activity;

INSERT INTO mdl_customfield_data (fieldid, instanceid, shortcharvalue, charvalue, value, valueformat,
                                  timecreated, timemodified, contextid)
SELECT d.field, d.course, d.value, d.value, d.value, 0, :now, :now, c.id
  FROM (VALUES (1, 2, 'A 1.07 & balcony'), (2, 2, 'SCI-77'), (1, 5, '四階'), (2, 3, '')) AS
       d (field, course, value)
  JOIN mdl_context c ON c.contextlevel = 50 AND c.instanceid = d.course;
INSERT INTO mdl_tag_instance (tagid, component, itemtype, itemid, contextid, timecreated,
                              timemodified, ordering)
SELECT t.tag, 'core', 'user', t.person, c.id, :now, :now, t.tag
  FROM (VALUES (1, 6), (3, 6), (2, 8)) AS t (tag, person)
  JOIN mdl_context c ON c.contextlevel = 30 AND c.instanceid = t.person;

-- Roles. wsuser is a manager who may use the protocols; the others with a token may only use them.
INSERT INTO mdl_role (id, name, shortname, description, sortorder, archetype)
VALUES (9, 'Web service client', 'wsclient', '', 9, '');
INSERT INTO mdl_role_context_levels (roleid, contextlevel) VALUES (9, 10);
INSERT INTO mdl_role_capabilities (contextid, roleid, capability, permission, timemodified)
SELECT 1, 9, name, 1, :now FROM mdl_capabilities
 WHERE name IN ('webservice/rest:use', 'webservice/soap:use', 'moodle/webservice:createtoken');
INSERT INTO mdl_role_assignments (roleid, contextid, userid, timemodified, modifierid)
VALUES (1, 1, 3, :now, 2), (9, 1, 3, :now, 2), (9, 1, 4, :now, 2), (9, 1, 5, :now, 2),
       (9, 1, 6, :now, 2), (9, 1, 7, :now, 2), (9, 1, 33, :now, 2), (9, 1, 34, :now, 2),
       (9, 1, 35, :now, 2), (9, 1, 36, :now, 2);

-- Ways into each course: by hand; as a guest, open in ASTRO alone; by oneself, open in POD alone.
INSERT INTO mdl_enrol (enrol, status, courseid, sortorder, expirythreshold, password, roleid,
                       customint1, customint2, customint3, customint4, customint5, customint6,
                       timecreated, timemodified)
SELECT w.enrol, CASE WHEN s.id = w.open THEN 0 ELSE w.status END, s.id, w.sortorder, w.threshold,
       w.password, w.role, w.c1, w.c2, w.c2, w.c4, w.c2, w.c4, :now, :now
  FROM subject s,
       (VALUES ('manual', 0, 0, 0, 86400, NULL, 5, 1, NULL, NULL),
               ('guest', 1, 1, 4, 0, '', 0, NULL, NULL, NULL),
               ('self', 1, 2, 9, 86400, NULL, 5, 0, 0, 1)) AS
       w (enrol, status, sortorder, open, threshold, password, role, c1, c2, c4)
 ORDER BY s.id, w.sortorder;

-- Who is in which course, with which role, and how: STATE is active, suspended, expired or later.
CREATE TEMP TABLE member (course bigint, person bigint, role bigint, state text);
INSERT INTO member
SELECT c, 4, 3, 'active' FROM unnest('{2,3,5,11,12}'::bigint[]) AS c
UNION ALL SELECT c, 5, 4, 'active' FROM unnest('{2,4,7}'::bigint[]) AS c
UNION ALL SELECT c, 6, 5, 'active' FROM unnest('{2,3,4,8,11}'::bigint[]) AS c
UNION ALL VALUES (5, 6, 5, 'suspended'), (10, 6, 5, 'expired'), (6, 6, 5, 'later'), (9, 7, 5, 'active')
UNION ALL
SELECT s.id, p.id, 5, CASE (p.id + s.id) % 11 WHEN 0 THEN 'suspended' WHEN 1 THEN 'expired'
                                              ELSE 'active' END
  FROM subject s JOIN person p ON p.id BETWEEN 8 AND 36 AND p.id % (s.id - 1) = 0
 WHERE s.id BETWEEN 2 AND 8;

INSERT INTO mdl_user_enrolments (status, enrolid, userid, timestart, timeend, modifierid, timecreated,
                                 timemodified)
SELECT (m.state = 'suspended')::int, e.id, m.person,
       CASE m.state WHEN 'later' THEN :now + 30 * :day ELSE :now - 50 * :day END,
       CASE m.state WHEN 'expired' THEN :now - 3 * :day ELSE 0 END, 2, :now, :now
  FROM member m JOIN mdl_enrol e ON e.courseid = m.course AND e.enrol = 'manual'
 ORDER BY m.course, m.person;
INSERT INTO mdl_role_assignments (roleid, contextid, userid, timemodified, modifierid)
SELECT m.role, c.id, m.person, :now, 2
  FROM member m JOIN mdl_context c ON c.contextlevel = 50 AND c.instanceid = m.course
 ORDER BY m.course, m.person;
INSERT INTO mdl_user_lastaccess (userid, courseid, timeaccess)
SELECT person, course, :now - person * 1800 - course * 60 FROM member
 WHERE state = 'active' AND person % 3 = 0;
INSERT INTO mdl_favourite (component, itemtype, itemid, contextid, userid, timecreated, timemodified)
SELECT 'core_course', 'courses', 3, id, 6, :now, :now
  FROM mdl_context WHERE contextlevel = 50 AND instanceid = 3;

-- Groups: two that all see, one that its members see, one where each sees only oneself, one hidden.
INSERT INTO mdl_groups (id, courseid, idnumber, name, description, descriptionformat, enrolmentkey,
                        visibility, participation, timecreated, timemodified)
SELECT row_number() OVER (ORDER BY c, n), c, CASE n WHEN 1 THEN 'G-' || c ELSE '' END, name,
       CASE n WHEN 2 THEN '<p>After <em>six</em> &amp; before ten</p>' ELSE '' END, 1,
       CASE n WHEN 1 THEN 'Key-' || c ELSE '' END, visibility, (visibility < 2)::int, :now, :now
  FROM unnest('{2,3,5}'::bigint[]) AS c,
       (VALUES (1, 'Morning 🌅', 0), (2, 'Evening & night', 0), (3, 'Members <only>', 1),
               (4, 'Each alone', 2), (5, 'Hidden 隠し', 3)) AS g (n, name, visibility);
INSERT INTO mdl_groups_members (groupid, userid, timeadded)
SELECT g.id, m.person, :now
  FROM member m
  JOIN mdl_groups g ON g.courseid = m.course AND (m.person + g.id) % 3 = 0
 WHERE m.role = 5
 ORDER BY g.id, m.person;
INSERT INTO mdl_groupings (id, courseid, name, idnumber, description, descriptionformat, timecreated,
                           timemodified)
VALUES (1, 2, 'By time of day', 'TIME', '', 1, :now, :now), (2, 3, 'Laboratory', '', '', 1, :now, :now);
INSERT INTO mdl_groupings_groups (groupingid, groupid, timeadded)
VALUES (1, 1, :now), (1, 2, :now), (2, 6, :now);

-- Files: those of the store, each where it belongs, with the folders above it.
CREATE TEMP TABLE file (level int, instance bigint, component text, filearea text, itemid bigint,
                        filepath text, filename text, mimetype text, owner bigint, content text);
INSERT INTO file
SELECT f.level, coalesce(a.id, f.instance), f.component, f.filearea, 0, f.filepath, f.filename,
       f.mimetype, f.owner, f.content
  FROM (VALUES
    (50, 2, NULL, 'course', 'summary', '/', 'syllabus.html', 'text/html', 4, 'syllabus.html'),
    (50, 2, NULL, 'course', 'overviewfiles', '/', 'lantern.svg', 'image/svg+xml', 4, 'lantern.svg'),
    (50, 4, NULL, 'course', 'overviewfiles', '/', 'lantern.svg', 'image/svg+xml', 4, 'lantern.svg'),
    (70, NULL, 'Measurements & tables', 'mod_folder', 'content', '/', 'welcome.txt', 'text/plain', 4,
     'welcome.txt'),
    (70, NULL, 'Measurements & tables', 'mod_folder', 'content', '/tables/', 'measurements & more.csv',
     'text/csv', 4, 'measurements.csv'),
    (70, NULL, 'Class notes', 'mod_resource', 'content', '/', '光 notes.txt', 'text/plain', 4,
     'notes.txt'),
    (30, 6, NULL, 'user', 'private', '/', 'welcome.txt', 'text/plain', 6, 'welcome.txt'),
    (30, 6, NULL, 'user', 'private', '/mine/old "ones"/', 'notes.txt', 'text/plain', 6, 'notes.txt'),
    (30, 3, NULL, 'user', 'private', '/', 'measurements.csv', 'text/csv', 3, 'measurements.csv')) AS
       f (level, instance, activity, component, filearea, filepath, filename, mimetype, owner, content)
  LEFT JOIN activity a ON a.name = f.activity;
INSERT INTO file
SELECT DISTINCT level, instance, component, filearea, itemid,
       array_to_string((string_to_array(filepath, '/'))[1:n], '/') || '/', '.', NULL, owner, NULL
  FROM file, generate_series(1, cardinality(string_to_array(filepath, '/')) - 1) AS n;

CREATE EXTENSION pgcrypto;
INSERT INTO mdl_files (contenthash, pathnamehash, contextid, component, filearea, itemid, filepath,
                       filename, userid, filesize, mimetype, author, license, timecreated,
                       timemodified, sortorder)
SELECT coalesce(s.contenthash, encode(digest('', 'sha1'), 'hex')),
       encode(digest(convert_to('/' || c.id || '/' || f.component || '/' || f.filearea || '/'
                                || f.itemid || f.filepath || f.filename, 'UTF8'), 'sha1'), 'hex'),
       c.id, f.component, f.filearea, f.itemid, f.filepath, f.filename, f.owner,
       coalesce(s.filesize, 0), f.mimetype, p.firstname || ' ' || p.lastname, 'unknown',
       :now - 9 * :day, :now - 9 * :day, (f.component = 'mod_resource' AND f.filename <> '.')::int
  FROM file f
  JOIN mdl_context c ON c.contextlevel = f.level AND c.instanceid = f.instance
  JOIN person p ON p.id = f.owner
  LEFT JOIN demo_contents s ON s.name = f.content
 ORDER BY c.id, f.filearea, f.filepath, f.filename;
DROP EXTENSION pgcrypto;

-- Services and tokens.
INSERT INTO mdl_external_services (id, name, enabled, restrictedusers, component, timecreated,
                                   shortname, downloadfiles, uploadfiles)
VALUES (1, 'Moodle mobile web service', 0, 0, 'moodle', :now, 'moodle_mobile_app', 1, 1),
       (2, 'Everything', 1, 0, NULL, :now, 'everything', 1, 1),
       (3, 'Reading room', 1, 1, NULL, :now, 'reading', 0, 0);
INSERT INTO mdl_external_services_functions (externalserviceid, functionname)
SELECT 1, name FROM mdl_external_functions WHERE services = 'moodle_mobile_app'
UNION ALL SELECT 2, name FROM mdl_external_functions
UNION ALL SELECT 3, name FROM mdl_external_functions
 WHERE name IN ('core_webservice_get_site_info', 'core_course_get_courses_by_field',
                'core_enrol_get_users_courses');
INSERT INTO mdl_external_services_users (externalserviceid, userid, timecreated) VALUES (3, 7, :now);
INSERT INTO mdl_external_tokens (token, privatetoken, tokentype, userid, externalserviceid, contextid,
                                 creatorid, validuntil, timecreated, name)
SELECT token, md5(random()::text) || md5(random()::text), 0, person, service, 1, 2, 0, :now, name
  FROM (VALUES (:'token', 3, 2, 'Everything'), (:'token_teacher', 4, 2, 'Of a teacher'),
               (:'token_student', 6, 2, 'Of a student'), (:'token_reader', 7, 3, 'Reading room')) AS
       t (token, person, service, name);

-- Rows were given their ids: the sequences go on behind them.
SELECT setval(s.oid::regclass, (xpath('/row/n/text()', query_to_xml(
           format('SELECT coalesce(max(id), 0) + 1 AS n FROM %s', d.refobjid::regclass),
           false, true, '')))[1]::text::bigint, false)
  FROM pg_class s
  JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
 WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace;
