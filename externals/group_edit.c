/* SPDX-License-Identifier: Apache-2.0 */
/* externals/group_edit.c -- groups and their members, to be made and to be ended. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_unicode.h"
#include "../lib/course/mws_course.h"
#include "../lib/course/mws_customfield.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/text/mws_clean.h"
#include "../lib/user/mws_member.h"

#define MANAGE "moodle/course:managegroups"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What the columns of groups hold, in characters. */
enum { NAME_MAX_CHARS = 254, IDNUMBER_MAX_CHARS = 100, KEY_MAX_CHARS = 50 };

/* Groups of the courses $1 that have one of the names $2, or of the id numbers $3. */
SQL(groups_like,
    "SELECT courseid, name, idnumber"
    "  FROM {groups}"
    " WHERE courseid = ANY ($1)"
    "   AND (name IN (SELECT unnest($2::text[])) OR idnumber IN (SELECT unnest($3::text[])))");

enum { LIKE_COURSE, LIKE_NAME, LIKE_IDNUMBER };

SQL(create_groups,
    "INSERT INTO {groups} (courseid, idnumber, name, description, descriptionformat, enrolmentkey,"
    "       picture, visibility, participation, timecreated, timemodified)"
    " SELECT w.courseid, w.idnumber, w.name, w.description, w.format, w.enrolmentkey, 0,"
    "        w.visibility, w.participation, $9, $9"
    "   FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],"
    "               $7::bigint[], $8::bigint[]) WITH ORDINALITY"
    "        AS w (courseid, idnumber, name, description, format, enrolmentkey, visibility,"
    "              participation, n)"
    "  ORDER BY w.n"
    " RETURNING id");

SQL(groups_by_id, "SELECT id, courseid FROM {groups} WHERE id = ANY ($1) ORDER BY id");

enum { G_ID, G_COURSE };

/* ---- a group's end ---- */

/* Tables of activities, which the site need not have. */
SQL(have_overrides, "SELECT to_regclass('{quiz_overrides}') IS NOT NULL,"
                    "       to_regclass('{assign_overrides}') IS NOT NULL,"
                    "       to_regclass('{lesson_overrides}') IS NOT NULL");

SQL(end_quiz_overrides, "DELETE FROM {quiz_overrides} WHERE groupid = ANY ($1)");
SQL(end_assign_overrides, "DELETE FROM {assign_overrides} WHERE groupid = ANY ($1)");
SQL(end_lesson_overrides, "DELETE FROM {lesson_overrides} WHERE groupid = ANY ($1)");

SQL(end_events, "DELETE FROM {event} WHERE groupid = ANY ($1)");
SQL(end_groupings, "DELETE FROM {groupings_groups} WHERE groupid = ANY ($1)");
SQL(end_members, "DELETE FROM {groups_members} WHERE groupid = ANY ($1)");

SQL(end_files,
    "DELETE FROM {files} f"
    " USING {groups} g"
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    " WHERE g.id = ANY ($1) AND f.contextid = x.id AND f.component = 'group'"
    "   AND f.filearea IN ('description', 'icon') AND f.itemid = g.id");

/* The conversations of groups, with all that hangs on them. */
SQL(end_conversations,
    "WITH c AS (DELETE FROM {message_conversations} c"
    "            USING {groups} g"
    "             JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    "            WHERE g.id = ANY ($1) AND c.component = 'core_group' AND c.itemtype = 'groups'"
    "              AND c.itemid = g.id AND c.contextid = x.id"
    "           RETURNING c.id),"
    " members AS (DELETE FROM {message_conversation_members} m USING c"
    "              WHERE m.conversationid = c.id),"
    " actions AS (DELETE FROM {message_conversation_actions} a USING c"
    "              WHERE a.conversationid = c.id),"
    " stars AS (DELETE FROM {favourite} f USING c"
    "            WHERE f.component = 'core_message' AND f.itemtype = 'message_conversations'"
    "              AND f.itemid = c.id),"
    " m AS (DELETE FROM {messages} m USING c WHERE m.conversationid = c.id RETURNING m.id)"
    "DELETE FROM {message_user_actions} a USING m WHERE a.messageid = m.id");

SQL(end_groups,
    "WITH gone AS (DELETE FROM {groups} g"
    "               USING (SELECT u.id, min(u.n) AS n"
    "                        FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, n)"
    "                       GROUP BY u.id) AS w"
    "               WHERE g.id = w.id"
    "              RETURNING w.n, g.id, g.courseid)"
    "SELECT id, courseid FROM gone ORDER BY n");

/* ---- members ---- */

/* Those of $1 that are no user of this site: few, where those who are one may be thousands. */
SQL(users_missing,
    "SELECT w.id"
    "  FROM unnest($1::bigint[]) AS w (id)"
    " WHERE NOT EXISTS (SELECT 1 FROM {user} u"
    "                    WHERE u.id = w.id AND u.deleted = 0 AND u.mnethostid = $2)"
    " ORDER BY w.id");

/* The pairs whose user ($2) is not enrolled, in any way, in the course of the group beside ($1). */
SQL(pairs_outside,
    "SELECT w.n - 1"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (groupid, userid, n)"
    "  JOIN {groups} g ON g.id = w.groupid"
    " WHERE NOT EXISTS (SELECT 1 FROM {enrol} e JOIN {user_enrolments} ue ON ue.enrolid = e.id"
    "                    WHERE e.courseid = g.courseid AND ue.userid = w.userid)"
    " ORDER BY w.n");

SQL(pairs_members,
    "SELECT w.n - 1, m.id, m.component"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (groupid, userid, n)"
    "  JOIN {groups_members} m ON m.groupid = w.groupid AND m.userid = w.userid"
    " ORDER BY w.n");

enum { PAIR_PLACE, PAIR_ID, PAIR_COMPONENT };

/* ---- making groups ---- */

/* A group to be made. */
typedef struct {
    const mws_value_t *given;
    apr_int64_t        courseid;
    const char        *name, *idnumber; /* trimmed */
    apr_int64_t        format, visibility;
    int                participation;
    mws_course_t      *course;
} group_t;

/* The groups that a call makes. */
typedef struct {
    apr_array_header_t       *groups; /* of group_t */
    const apr_array_header_t *courses;
    mws_customfields_t       *fields;
    apr_array_header_t       *given; /* of mws_customfields_given_t, for each group */
    mws_rows_t               *like;
    apr_hash_t               *names, *idnumbers; /* taken: key_of() */
} making_t;

/* TEXT of the course COURSEID, as one key. */
static const char *key_of(apr_pool_t *p, apr_int64_t courseid, const char *text)
{
    return apr_psprintf(p, "%" APR_INT64_T_FMT ":%s", courseid, text);
}

/* Take KEY. False: it is taken. */
static int take(apr_hash_t *taken, const char *key)
{
    if (apr_hash_get(taken, key, APR_HASH_KEY_STRING)) {
        return 0;
    }
    apr_hash_set(taken, key, APR_HASH_KEY_STRING, key);
    return 1;
}

/* TEXT without white space at its ends; a null is empty. */
static const char *trimmed(apr_pool_t *p, const char *text)
{
    return text ? mws_trim(p, text) : "";
}

static void take_group(mws_call_t *call, const mws_value_t *given, group_t *group)
{
    memset(group, 0, sizeof(*group));
    group->given = given;
    group->courseid = mws_int(given, "courseid");
    group->name = trimmed(call->pool, mws_text(given, "name"));
    group->idnumber = trimmed(call->pool, mws_text(given, "idnumber"));
    group->format = mws_int(given, "descriptionformat");
    group->visibility = mws_int(given, "visibility");
    group->participation = group->visibility < MWS_SEEN_BY_ONESELF &&
                           (!mws_given(given, "participation") || mws_bool(given, "participation"));
}

/* Take the groups of LIST, and read their courses and what may be in their way. Nobody else makes
 * groups in these courses from here on. */
static mws_error_t *read_groups(mws_call_t *call, const mws_value_t *list, making_t *making)
{
    mws_ids_t   *courses = mws_ids_make(call->pool);
    mws_texts_t *locks = mws_texts_make(call->pool);
    mws_texts_t *names = mws_texts_make(call->pool);
    mws_texts_t *idnumbers = mws_texts_make(call->pool);
    mws_rows_t  *rows;
    apr_size_t   i;

    making->groups = apr_array_make(call->pool, (int)mws_value_size(list), sizeof(group_t));
    making->given =
        apr_array_make(call->pool, (int)mws_value_size(list), sizeof(mws_customfields_given_t));
    for (i = 0; i < mws_value_size(list); i++) {
        group_t *group = apr_array_push(making->groups);

        take_group(call, mws_value_at(list, i), group);
        mws_ids_add(courses, group->courseid);
        mws_texts_add(locks, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, group->courseid));
        mws_texts_add(names, group->name);
        if (*group->idnumber) {
            mws_texts_add(idnumbers, group->idnumber);
        }
    }
    MWS_ERR(mws_lock(call, "groups", locks));
    MWS_ERR(mws_courses_queue(call, courses, &rows));
    MWS_ERR(mws_customfields_queue(call, "core_group", "group", mws_ids_make(call->pool),
                                   &making->fields));
    MWS_ERR(mws_db_queue(call, &groups_like, &making->like, "ISS", courses, names, idnumbers));
    MWS_ERR(mws_db_run(call));
    making->courses = mws_courses_of_rows(call, rows);
    return NULL;
}

/* Note what the groups that are there have taken. */
static void mark_taken(mws_call_t *call, making_t *making)
{
    int row;

    making->names = apr_hash_make(call->pool);
    making->idnumbers = apr_hash_make(call->pool);
    for (row = 0; row < mws_rows_count(making->like); row++) {
        apr_int64_t courseid = mws_row_int(making->like, row, LIKE_COURSE);

        take(making->names,
             key_of(call->pool, courseid, mws_row_text(making->like, row, LIKE_NAME)));
        take(making->idnumbers,
             key_of(call->pool, courseid, mws_row_text(making->like, row, LIKE_IDNUMBER)));
    }
}

/* An error of the I-th group, in its KEY. */
static mws_error_t *refuse(mws_call_t *call, int i, const char *key, const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "groups[%d][%s]: %s", i, key, why);
}

static mws_error_t *check_lengths(mws_call_t *call, const group_t *group, int i)
{
    const char *key = mws_text(group->given, "enrolmentkey");

    if (mws_utf8_count(group->name) > NAME_MAX_CHARS) {
        return refuse(call, i, "name", "expected no more than 254 characters");
    }
    if (key && mws_utf8_count(key) > KEY_MAX_CHARS) {
        return refuse(call, i, "enrolmentkey", "expected no more than 50 characters");
    }
    if (mws_utf8_count(group->idnumber) > IDNUMBER_MAX_CHARS) {
        return refuse(call, i, "idnumber", "expected no more than 100 characters");
    }
    return NULL;
}

/* Check the custom fields that are given for GROUP, and keep them to be stored. */
static mws_error_t *check_fields(mws_call_t *call, making_t *making, const group_t *group)
{
    mws_customfields_given_t *given = apr_array_push(making->given);

    given->instance = 0;
    given->context = group->course->context;
    given->fields = mws_items(group->given, "customfields");
    return mws_customfields_check(call, making->fields, given);
}

/* Check the I-th group, after those before it. */
static mws_error_t *check_group(mws_call_t *call, making_t *making, int i)
{
    group_t *group = &APR_ARRAY_IDX(making->groups, i, group_t);

    if (!*group->name) {
        return refuse(call, i, "name", "expected a name that is not blank");
    }
    if (!take(making->names, key_of(call->pool, group->courseid, group->name))) {
        return refuse(call, i, "name", "a group of the course has this name");
    }
    group->course = mws_course_among(making->courses, group->courseid);
    MWS_ERR(mws_enter_with(call, group->course, MANAGE));
    if (group->format < 0 || group->format > 4 || group->format == 3) {
        return mws_error(call->pool, MWS_BAD_FORMAT, NULL);
    }
    if (group->visibility < MWS_SEEN_BY_ALL || group->visibility > MWS_SEEN_BY_NOBODY) {
        return refuse(call, i, "visibility", "expected 0 to 3");
    }
    MWS_ERR(check_lengths(call, group, i));
    if (*group->idnumber &&
        !take(making->idnumbers, key_of(call->pool, group->courseid, group->idnumber))) {
        return mws_error(call->pool, MWS_ID_TAKEN, NULL);
    }
    return check_fields(call, making, group);
}

/* Insert the groups; *IDS has a row for each. */
static mws_error_t *insert_groups(mws_call_t *call, const apr_array_header_t *groups,
                                  mws_rows_t **ids)
{
    mws_ids_t   *courses = mws_ids_make(call->pool);
    mws_texts_t *idnumbers = mws_texts_make(call->pool);
    mws_texts_t *names = mws_texts_make(call->pool);
    mws_texts_t *descriptions = mws_texts_make(call->pool);
    mws_ids_t   *formats = mws_ids_make(call->pool);
    mws_texts_t *keys = mws_texts_make(call->pool);
    mws_ids_t   *visibilities = mws_ids_make(call->pool);
    mws_ids_t   *participations = mws_ids_make(call->pool);
    int          i;

    for (i = 0; i < groups->nelts; i++) {
        const group_t *group = &APR_ARRAY_IDX(groups, i, group_t);

        mws_ids_add(courses, group->courseid);
        mws_texts_add(idnumbers, group->idnumber);
        mws_texts_add(names, group->name);
        mws_texts_add(descriptions, mws_text(group->given, "description"));
        mws_ids_add(formats, group->format);
        mws_texts_add(keys, mws_text(group->given, "enrolmentkey"));
        mws_ids_add(visibilities, group->visibility);
        mws_ids_add(participations, group->participation);
    }
    return mws_db_query(call, &create_groups, ids, "ISSSISIIi", courses, idnumbers, names,
                        descriptions, formats, keys, visibilities, participations, call->now);
}

/* Store the custom fields of the groups, which have IDS. */
static mws_error_t *store_fields(mws_call_t *call, const making_t *making, const mws_rows_t *ids)
{
    int i;

    for (i = 0; i < making->given->nelts; i++) {
        APR_ARRAY_IDX(making->given, i, mws_customfields_given_t).instance = mws_row_int(ids, i, 0);
    }
    return mws_customfields_store(call, "core_group", "group", making->given);
}

/* Note that the group ID of a course, whose context is COURSE, was made or ended: NAME. */
static void note_group(mws_call_t *call, const char *name, char crud, apr_int64_t id,
                       const mws_context_t *course)
{
    mws_event_t event = {
        .name = name,
        .crud = crud,
        .objecttable = "groups",
        .objectid = id,
        MWS_EVENT_IN(course),
        .courseid = course->instanceid,
    };

    mws_event(call, &event);
}

/* Write the custom fields as they were given, if they were. */
static void write_fields(mws_out_t *out, const mws_value_t *given)
{
    const mws_value_t *fields = mws_items(given, "customfields");
    apr_size_t         i;

    if (!mws_given(given, "customfields")) {
        return;
    }
    mws_out_list(out, "customfields");
    for (i = 0; i < mws_value_size(fields); i++) {
        const mws_value_t *field = mws_value_at(fields, i);

        mws_out_struct(out, NULL);
        mws_out_text(out, "shortname", mws_text(field, "shortname"));
        mws_out_text(out, "value", mws_text(field, "value"));
        mws_out_end(out);
    }
    mws_out_end(out);
}

static void write_group(mws_out_t *out, const group_t *group, apr_int64_t id)
{
    const char *key = mws_text(group->given, "enrolmentkey");

    mws_out_struct(out, NULL);
    mws_out_int(out, "id", id);
    mws_out_int(out, "courseid", group->courseid);
    mws_out_text(out, "name", group->name);
    mws_out_text(out, "description", mws_text(group->given, "description"));
    mws_out_int(out, "descriptionformat", group->format);
    mws_out_text(out, "enrolmentkey", key ? key : "");
    mws_out_text(out, "idnumber", group->idnumber);
    mws_out_int(out, "visibility", group->visibility);
    mws_out_bool(out, "participation", group->participation);
    write_fields(out, group->given);
    mws_out_end(out);
}

/* Moodle: group/externallib.php, core_group_external::create_groups(). */
static mws_error_t *make_groups(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    making_t    making;
    mws_rows_t *ids;
    int         i;

    MWS_ERR(read_groups(call, mws_items(in, "groups"), &making));
    mark_taken(call, &making);
    for (i = 0; i < making.groups->nelts; i++) {
        MWS_ERR(check_group(call, &making, i));
    }
    MWS_ERR(insert_groups(call, making.groups, &ids));
    MWS_ERR(store_fields(call, &making, ids));
    mws_out_list(out, NULL);
    for (i = 0; i < making.groups->nelts; i++) {
        const group_t *group = &APR_ARRAY_IDX(making.groups, i, group_t);

        note_group(call, "group_created", 'c', mws_row_int(ids, i, 0), group->course->context);
        write_group(out, group, mws_row_int(ids, i, 0));
    }
    mws_out_end(out);
    return NULL;
}

EXTERNAL(core_group_create_groups,
    .about   = "Creates groups in courses, all that are given or none. Each name must be a new "
               "one in its course.",
    .params  = KEYS(
        LIST("groups", KEYS(
            VALUE("courseid", INT, "id of the course to create it in"),
            VALUE("name", TEXT, "name of the group; no other group of the course has it"),
            VALUE("description", RAW, "what the group is for, in the format that follows"),
            VALUE("descriptionformat", INT,
                  "format of the description: 0 Moodle, 1 HTML, 2 plain, 4 Markdown", PRESET("1")),
            VALUE("enrolmentkey", RAW,
                  "key by which people enrol themselves into the group", OPTIONAL),
            VALUE("idnumber", RAW, "id number, its key in other systems", OPTIONAL),
            VALUE("visibility", INT,
                  "who sees the members: 0 all, 1 members, 2 each oneself, 3 nobody", PRESET("0")),
            VALUE("participation", BOOL,
                  "whether activities may use the group; never where visibility is 2 or 3",
                  PRESET("1")),
            MWS_CUSTOMFIELDS_GIVEN),
            "groups to create, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the group"),
        VALUE("courseid", INT, "id of the course it belongs to"),
        VALUE("name", TEXT, "name of the group"),
        VALUE("description", RAW, "what the group is for, as given"),
        VALUE("descriptionformat", INT,
              "format of the description: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),
        VALUE("enrolmentkey", RAW, "key by which people enrol themselves into the group"),
        VALUE("idnumber", RAW, "id number, its key in other systems"),
        VALUE("visibility", INT,
              "who sees the members: 0 all, 1 members, 2 each oneself, 3 nobody"),
        VALUE("participation", BOOL, "whether activities may use the group"),
        MWS_CUSTOMFIELDS_GIVEN)),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        {MWS_BAD_PARAMETER, "a name is blank or taken in the course, a text too long, or "
                            "visibility not 0 to 3"},
        {MWS_BAD_FORMAT, "descriptionformat is none of 0, 1, 2 and 4"},
        {MWS_ID_TAKEN, "another group of the course has the id number"},
        MWS_CUSTOMFIELD_ERRORS))
{
    return make_groups(call, in, out);
}

EXTERNAL(moodle_group_create_groups,
    .about   = "Creates groups in courses from the fields of Moodle 2.1, all that are given or "
               "none.",
    .params  = KEYS(
        LIST("groups", KEYS(
            VALUE("courseid", INT, "id of the course to create it in"),
            VALUE("name", TEXT, "name of the group; no other group of the course has it"),
            VALUE("description", RAW, "what the group is for, as HTML"),
            VALUE("enrolmentkey", RAW, "key by which people enrol themselves into the group")),
            "groups to create, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the group"),
        VALUE("courseid", INT, "id of the course it belongs to"),
        VALUE("name", TEXT, "name of the group"),
        VALUE("description", RAW, "what the group is for, as given"),
        VALUE("enrolmentkey", RAW, "key by which people enrol themselves into the group"))),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        {MWS_BAD_PARAMETER, "a name is blank or taken in the course, or a text too long"}))
{
    return make_groups(call, in, out);
}

/* ---- groups that are there ---- */

/* The groups that a call names, with their courses. */
typedef struct {
    mws_rows_t               *rows, *course_rows;
    const apr_array_header_t *courses; /* once the statements have run */
} groups_t;

/* Courses come first: a group that ends between the statements is missing, not without a course. */
static mws_error_t *queue_groups(mws_call_t *call, const mws_ids_t *ids, groups_t *groups)
{
    MWS_ERR(mws_courses_queue_of_groups(call, ids, &groups->course_rows));
    return mws_db_queue(call, &groups_by_id, &groups->rows, "I", ids);
}

/* The course of the group in ROW, which the caller enters to manage its groups. */
static mws_error_t *enter_group(mws_call_t *call, const groups_t *groups, int row,
                                mws_course_t **course)
{
    *course = mws_course_among(groups->courses, mws_row_int(groups->rows, row, G_COURSE));
    return mws_enter_with(call, *course, MANAGE);
}

/* Queue the end of GROUPS (ids of groups that are there: what belongs to no group has 0) with all
 * that hangs on them, of OVERRIDES what there is. *ENDED are those that nobody else has ended
 * meanwhile, in the order of GROUPS. */
static mws_error_t *end_groups_all(mws_call_t *call, const mws_ids_t *groups,
                                   const mws_rows_t *overrides, mws_rows_t **ended)
{
    static const mws_sql_t *const of_activities[] = {&end_quiz_overrides, &end_assign_overrides,
                                                     &end_lesson_overrides};
    static const mws_sql_t *const of_groups[] = {&end_events, &end_groupings, &end_members,
                                                 &end_files, &end_conversations};
    int                           i;

    MWS_ERR(mws_groups_hold(call, groups));
    for (i = 0; i < COUNT(of_activities); i++) {
        if (mws_row_bool(overrides, 0, i)) {
            MWS_ERR(mws_db_queue(call, of_activities[i], NULL, "I", groups));
        }
    }
    for (i = 0; i < COUNT(of_groups); i++) {
        MWS_ERR(mws_db_queue(call, of_groups[i], NULL, "I", groups));
    }
    return mws_db_queue(call, &end_groups, ended, "I", groups);
}

/* Moodle: group/externallib.php, core_group_external::delete_groups(). */
EXTERNAL(core_group_delete_groups,
    .about  = "Deletes groups with their memberships, all that are given or none. Ids of no group "
              "are passed over.",
    .params = KEYS(
        LIST("groupids", ONE(INT, "id of a group"), "ids of the groups to delete")),
    .errors = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"}))
{
    mws_ids_t    *ids = mws_ids_of_items(call->pool, mws_items(in, "groupids"));
    mws_ids_t    *ending = mws_ids_make(call->pool);
    groups_t      groups;
    mws_rows_t   *overrides, *ended;
    mws_course_t *course;
    int           i;

    (void)out;
    MWS_ERR(queue_groups(call, ids, &groups));
    MWS_ERR(mws_db_queue(call, &have_overrides, &overrides, ""));
    MWS_ERR(mws_db_run(call));
    groups.courses = mws_courses_of_rows(call, groups.course_rows);
    for (i = 0; i < ids->count; i++) {
        int row = mws_rows_find(groups.rows, G_ID, ids->ids[i]);

        if (row >= 0) {
            MWS_ERR(enter_group(call, &groups, row, &course));
            mws_ids_add(ending, ids->ids[i]);
        }
    }
    MWS_ERR(end_groups_all(call, ending, overrides, &ended));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < mws_rows_count(ended); i++) {
        course = mws_course_among(groups.courses, mws_row_int(ended, i, G_COURSE));
        note_group(call, "group_deleted", 'd', mws_row_int(ended, i, G_ID), course->context);
    }
    return NULL;
}

/* ---- members ---- */

/* The pairs of group and user that a call names. */
typedef struct {
    mws_ids_t  *groupids, *userids; /* beside each other */
    groups_t    groups;
    mws_rows_t *missing; /* users */
} pairs_t;

/* Take the pairs of LIST, and queue what the checks of them ask for. */
static mws_error_t *queue_pairs(mws_call_t *call, const mws_value_t *list, pairs_t *pairs)
{
    mws_ids_t *groups = mws_ids_make(call->pool);
    apr_size_t i;

    pairs->groupids = mws_ids_make(call->pool);
    pairs->userids = mws_ids_make(call->pool);
    for (i = 0; i < mws_value_size(list); i++) {
        mws_ids_add(pairs->groupids, mws_int(mws_value_at(list, i), "groupid"));
        mws_ids_add(pairs->userids, mws_int(mws_value_at(list, i), "userid"));
        mws_ids_add_new(groups, pairs->groupids->ids[i]);
    }
    MWS_ERR(queue_groups(call, groups, &pairs->groups));
    return mws_db_queue(call, &users_missing, &pairs->missing, "Ii", pairs->userids,
                        mws_config_int(call, "mnet_localhost_id", 1));
}

/* Run what is queued. */
static mws_error_t *read_pairs(mws_call_t *call, pairs_t *pairs)
{
    MWS_ERR(mws_db_run(call));
    pairs->groups.courses = mws_courses_of_rows(call, pairs->groups.course_rows);
    return NULL;
}

/* Check the I-th pair: group and user are there, and the group is the caller's to manage. */
static mws_error_t *check_pair(mws_call_t *call, const pairs_t *pairs, int i, mws_course_t **course)
{
    apr_int64_t groupid = pairs->groupids->ids[i], userid = pairs->userids->ids[i];
    int         row = mws_rows_find(pairs->groups.rows, G_ID, groupid);

    if (row < 0) {
        return mws_error(call->pool, MWS_NO_RECORD, "group %" APR_INT64_T_FMT, groupid);
    }
    if (mws_rows_find(pairs->missing, 0, userid) >= 0) {
        return mws_error(call->pool, MWS_NO_USER, "user %" APR_INT64_T_FMT, userid);
    }
    return enter_group(call, &pairs->groups, row, course);
}

/* Whether the user of the I-th pair takes part in COURSE: on the front page everybody does, and the
 * guest nowhere. */
static int is_enrolled(mws_call_t *call, const pairs_t *pairs, int i, const mws_course_t *course,
                       const mws_rows_t *outside)
{
    return !mws_is_guest(call, pairs->userids->ids[i]) &&
           (!course->category || mws_rows_find(outside, PAIR_PLACE, i) < 0);
}

/* A pair of group and user. */
/* clang-format off */
#define PAIR                                                                                       \
    KEYS(VALUE("groupid", INT, "id of the group"),                                                 \
         VALUE("userid", INT, "id of the user"))
/* clang-format on */

/* Moodle: group/externallib.php, core_group_external::add_group_members(). */
EXTERNAL(core_group_add_group_members,
    .about  = "Makes users members of groups, all or none. Each must be enrolled in the course of "
              "the group; who is a member already stays one.",
    .params = KEYS(
        LIST("members", PAIR, "who is to be in which group")),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no group with an id given"},
        {MWS_NO_USER, "there is no user with an id given"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        {MWS_BAD_PARAMETER, "a user is not enrolled in the course of the group"}))
{
    pairs_t             pairs;
    mws_rows_t         *outside;
    apr_array_header_t *memberships;
    mws_course_t       *course;
    int                 i;

    (void)out;
    MWS_ERR(queue_pairs(call, mws_items(in, "members"), &pairs));
    MWS_ERR(mws_db_queue(call, &pairs_outside, &outside, "II", pairs.groupids, pairs.userids));
    MWS_ERR(read_pairs(call, &pairs));
    memberships = apr_array_make(call->pool, pairs.groupids->count, sizeof(mws_membership_t));
    for (i = 0; i < pairs.groupids->count; i++) {
        mws_membership_t *membership = apr_array_push(memberships);

        MWS_ERR(check_pair(call, &pairs, i, &course));
        if (!is_enrolled(call, &pairs, i, course, outside)) {
            return mws_error(call->pool, MWS_BAD_PARAMETER,
                             "members[%d][userid]: expected a user enrolled in the course", i);
        }
        membership->groupid = pairs.groupids->ids[i];
        membership->userid = pairs.userids->ids[i];
        membership->context = course->context;
    }
    MWS_ERR(mws_members_add(call, memberships));
    for (i = 0; i < memberships->nelts; i++) {
        mws_member_added(call, &APR_ARRAY_IDX(memberships, i, mws_membership_t));
    }
    return NULL;
}

/* Moodle: group/externallib.php, core_group_external::delete_group_members(). */
EXTERNAL(core_group_delete_group_members,
    .about  = "Takes users out of groups, all or none. Who is not in the group is passed over.",
    .params = KEYS(
        LIST("members", PAIR, "who is to leave which group")),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no group with an id given"},
        {MWS_NO_USER, "there is no user with an id given"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        {MWS_REMOVE_NOT_ALLOWED, "the membership is kept by an enrolment plugin "
                                 "(MoodleWSKeptMembers)"}))
{
    mws_ids_t    *leaving = mws_ids_make(call->pool);
    pairs_t       pairs;
    mws_rows_t   *members, *gone;
    mws_course_t *course;
    int           i;

    (void)out;
    MWS_ERR(queue_pairs(call, mws_items(in, "members"), &pairs));
    MWS_ERR(mws_db_queue(call, &pairs_members, &members, "II", pairs.groupids, pairs.userids));
    MWS_ERR(read_pairs(call, &pairs));
    for (i = 0; i < pairs.groupids->count; i++) {
        int row = mws_rows_find(members, PAIR_PLACE, i);

        MWS_ERR(check_pair(call, &pairs, i, &course));
        if (row < 0) {
            continue;
        }
        if (mws_settings_lists(call->settings->kept_members,
                               mws_row_text(members, row, PAIR_COMPONENT))) {
            return mws_error(call->pool, MWS_REMOVE_NOT_ALLOWED, NULL);
        }
        mws_ids_add(leaving, mws_row_int(members, row, PAIR_ID));
    }
    MWS_ERR(mws_members_remove(call, leaving, &gone));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < mws_rows_count(gone); i++) {
        mws_member_removed(call, gone, i);
    }
    return NULL;
}
