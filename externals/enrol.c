/* SPDX-License-Identifier: Apache-2.0 */
/* externals/enrol.c -- who takes part in a course, and in which courses a person takes part. */
#include <apr_lib.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/course/mws_course_files.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/text/mws_format.h"
#include "../lib/user/mws_people.h"
#include "../lib/user/mws_people_shapes.h"
#include "../lib/user/mws_user_courses.h"

/* ---- the participants of a course ---- */

enum { ANYBODY, ACTIVE, SUSPENDED };

/* Who may know of a membership GM in group G: $2 all are seen, $3 the caller.
 * Moodle: group/classes/visibility.php, sql_member_visibility_where(). */
#define MEMBERSHIP_IS_SEEN                                                                         \
    "($2::boolean OR g.visibility = 0"                                                             \
    "  OR (g.visibility = 1 AND EXISTS (SELECT 1 FROM {groups_members} me"                         \
    "                                    WHERE me.groupid = g.id AND me.userid = $3))"             \
    "  OR (g.visibility = 2 AND gm.userid = $3))"

/* $1 groups to be in one of, $4 whether that is asked; $5 a course to be in no group of, 0 for
 * none; $6 whether a capability is asked for, $7 the roles that give it and $8 those that forbid
 * it, $9 in these contexts, $10 everyone has it but for the forbidden, $11 the guest account;
 * $12 order, $13 descending, $14 how many (0: all), $15 after how many. */
/* clang-format off */
#define PARTICIPANTS(from)                                                                         \
    "SELECT u.id FROM " from                                                                       \
    " WHERE u.deleted = 0"                                                                         \
    "   AND (NOT $4::boolean OR EXISTS ("                                                          \
    "         SELECT 1 FROM {groups_members} gm JOIN {groups} g ON g.id = gm.groupid"              \
    "          WHERE gm.userid = u.id AND gm.groupid = ANY ($1::bigint[])"                         \
    "            AND " MEMBERSHIP_IS_SEEN "))"                                                     \
    "   AND ($5::bigint = 0 OR NOT EXISTS ("                                                       \
    "         SELECT 1 FROM {groups_members} gm JOIN {groups} g ON g.id = gm.groupid"              \
    "          WHERE gm.userid = u.id AND g.courseid = $5 AND " MEMBERSHIP_IS_SEEN "))"            \
    "   AND (NOT $6::boolean OR (u.id <> $11::bigint"                                              \
    "        AND ($10::boolean OR EXISTS ("                                                        \
    "              SELECT 1 FROM {role_assignments} ra WHERE ra.userid = u.id"                     \
    "                 AND ra.contextid = ANY ($9::bigint[])"                                       \
    "                 AND ra.roleid = ANY ($7::bigint[])))"                                        \
    "        AND NOT EXISTS ("                                                                     \
    "              SELECT 1 FROM {role_assignments} ra WHERE ra.userid = u.id"                     \
    "                 AND ra.contextid = ANY ($9::bigint[])"                                       \
    "                 AND ra.roleid = ANY ($8::bigint[]))))"                                       \
    " ORDER BY CASE WHEN $12::text = 'siteorder' OR ($12 = 'lastname' AND NOT $13::boolean)"       \
    "               THEN u.lastname"                                                               \
    "               WHEN $12 = 'firstname' AND NOT $13 THEN u.firstname END,"                      \
    "          CASE $12 WHEN 'lastname' THEN u.lastname WHEN 'firstname' THEN u.firstname END"     \
    "               DESC,"                                                                         \
    "          CASE WHEN $12 = 'siteorder' THEN u.firstname END,"                                  \
    "          CASE WHEN $13 AND $12 IN ('id', 'siteorder') THEN -u.id END, u.id"                  \
    " LIMIT NULLIF($14::bigint, 0) OFFSET $15::bigint"
/* clang-format on */

/* $16 the course, $17 the time, $18 whom: ANYBODY, ACTIVE or SUSPENDED. */
SQL(course_participants,
    PARTICIPANTS("(SELECT ue.userid,"
                 "        bool_or(ue.status = 0 AND e.status = 0 AND ue.timestart < $17"
                 "                AND (ue.timeend = 0 OR ue.timeend > $17)) AS active"
                 "   FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid"
                 "  WHERE e.courseid = $16"
                 "  GROUP BY ue.userid) part"
                 "  JOIN {user} u ON u.id = part.userid"
                 "   AND ($18::bigint = 0 OR part.active = ($18 = 1))"));

/* The same where nothing is asked for. */
SQL(all_participants,
    "SELECT u.id"
    "  FROM (SELECT DISTINCT ue.userid"
    "          FROM {enrol} e JOIN {user_enrolments} ue ON ue.enrolid = e.id"
    "         WHERE e.courseid = $1) part"
    "  JOIN {user} u ON u.id = part.userid AND u.deleted = 0"
    " ORDER BY u.id");

/* Everybody takes part in the front page. */
SQL(site_participants, PARTICIPANTS("{user} u"));

/* The caller's groups in the course $1, and $3 if it is one of the caller's. */
SQL(own_groups,
    "SELECT g.id, g.visibility"
    "  FROM {groups} g"
    "  JOIN {groups_members} gm ON gm.groupid = g.id AND gm.userid = $2"
    " WHERE g.courseid = $1 OR g.id = $3"
    " ORDER BY g.id");

enum { OWN_ID, OWN_VISIBILITY };

/* What a call asks for of the participants. */
typedef struct {
    const char  *capability; /* "" for none */
    apr_int64_t  groupid;    /* 0: any; -1: those in no group */
    int          active, suspended;
    mws_texts_t *fields; /* NULL: all */
    apr_int64_t  from, number;
    const char  *sort;
    int          descending;
} options_t;

static const options_t no_options = {.capability = "", .sort = "id"};

/* TEXT without anything that has no place in the name of a field. */
static const char *field_name(apr_pool_t *p, const char *text, apr_size_t len)
{
    char      *name = apr_palloc(p, len + 1), *end = name;
    apr_size_t i;

    for (i = 0; i < len; i++) {
        if (apr_isalnum(text[i]) || text[i] == '_' || text[i] == '-') {
            *end++ = text[i];
        }
    }
    *end = '\0';
    return name;
}

static void take_fields(mws_call_t *call, options_t *options, const char *list)
{
    apr_size_t len;

    if (!options->fields) {
        options->fields = mws_texts_make(call->pool);
    }
    for (;; list += len + 1) {
        len = strcspn(list, ",");
        mws_texts_add(options->fields, field_name(call->pool, list, len));
        if (!list[len]) {
            return;
        }
    }
}

static mws_error_t *take_sort(mws_call_t *call, options_t *options, const char *value)
{
    static const char *const orders[] = {"id", "firstname", "lastname", "siteorder"};
    int                      i;

    for (i = 0; i < 4; i++) {
        if (strcmp(orders[i], value) == 0) {
            options->sort = orders[i];
            return NULL;
        }
    }
    return mws_error(call->pool, MWS_BAD_PARAMETER,
                     "sortby: id, firstname, lastname or siteorder expected");
}

static mws_error_t *take_direction(mws_call_t *call, options_t *options, const char *value)
{
    options->descending = strcasecmp(value, "DESC") == 0;
    if (options->descending || strcasecmp(value, "ASC") == 0) {
        return NULL;
    }
    return mws_error(call->pool, MWS_BAD_PARAMETER, "sortdirection: ASC or DESC expected");
}

/* Options that 2.1 knew. */
static int take_old_option(options_t *options, const char *name, const char *value)
{
    if (strcmp(name, "withcapability") == 0) {
        options->capability = value;
    }
    else if (strcmp(name, "groupid") == 0) {
        options->groupid = mws_php_int(value);
    }
    else if (strcmp(name, "onlyactive") == 0) {
        options->active = mws_php_bool(value);
    }
    else {
        return 0;
    }
    return 1;
}

static apr_int64_t not_negative(apr_int64_t number)
{
    return number > 0 ? number : 0;
}

static mws_error_t *take_option(mws_call_t *call, options_t *options, const char *name,
                                const char *value)
{
    if (take_old_option(options, name, value) || call->legacy) {
        return NULL;
    }
    if (strcmp(name, "onlysuspended") == 0) {
        options->suspended = mws_php_bool(value);
    }
    else if (strcmp(name, "userfields") == 0) {
        take_fields(call, options, value);
    }
    else if (strcmp(name, "limitfrom") == 0) {
        options->from = not_negative(mws_php_int(value));
    }
    else if (strcmp(name, "limitnumber") == 0) {
        options->number = not_negative(mws_php_int(value));
    }
    else if (strcmp(name, "sortby") == 0) {
        return take_sort(call, options, value);
    }
    else if (strcmp(name, "sortdirection") == 0) {
        return take_direction(call, options, value);
    }
    return NULL;
}

static mws_error_t *take_options(mws_call_t *call, options_t *options, const mws_value_t *items)
{
    apr_size_t i;

    for (i = 0; i < mws_value_size(items); i++) {
        const mws_value_t *item = mws_value_at(items, i);
        const char        *name = mws_text(item, "name");
        const char        *value = mws_text(item, "value");

        MWS_ERR(take_option(call, options, name ? name : "", value ? value : ""));
    }
    return NULL;
}

/* The front page is entered by way of the system. */
static mws_error_t *enter(mws_call_t *call, mws_course_t *course)
{
    if (course->category) {
        return mws_enter(call, course);
    }
    if (mws_validate_context(call, mws_context_system(call))) {
        return mws_error(call->pool, MWS_COURSE_CONTEXT, "front page");
    }
    return NULL;
}

static mws_error_t *require_participants(mws_call_t *call, const mws_course_t *course)
{
    const mws_context_t *context = course->category ? course->context : mws_context_system(call);

    if (mws_can(call, context, "moodle/course:enrolreview")) {
        return NULL;
    }
    return mws_require(call, context,
                       course->category ? "moodle/course:viewparticipants"
                                        : "moodle/site:viewparticipants");
}

/* The groups among ROWS that the caller knows to be in. */
static mws_ids_t *groups_known(mws_call_t *call, const mws_course_t *course, const mws_rows_t *rows)
{
    mws_ids_t *ids = mws_ids_make(call->pool);
    int        all = mws_course_all_groups(call, course), row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        if (all || mws_row_int(rows, row, OWN_VISIBILITY) != MWS_SEEN_BY_NOBODY) {
            mws_ids_add(ids, mws_row_int(rows, row, OWN_ID));
        }
    }
    return ids;
}

/* What the options ask the caller to be allowed to. OWN: the caller's groups. */
static mws_error_t *require_options(mws_call_t *call, const mws_course_t *course,
                                    const options_t *options, const mws_ids_t *own)
{
    if (*options->capability) {
        MWS_ERR(mws_require(call, course->context, "moodle/role:review"));
    }
    if (options->groupid && !mws_ids_have(own, options->groupid)) {
        MWS_ERR(mws_require(call, course->context, "moodle/site:accessallgroups"));
    }
    if (options->active || options->suspended) {
        MWS_ERR(mws_require(call, course->context, "moodle/course:enrolreview"));
    }
    if (options->suspended && (options->active || !course->category)) {
        return mws_error(call->pool, MWS_CODING,
                         "active and suspended exclude each other, and "
                         "nobody is suspended on the front page");
    }
    return NULL;
}

/* The groups that participants must be in one of, or NULL where it does not matter. */
static const mws_ids_t *groups_to_be_in(mws_call_t *call, const mws_course_t *course,
                                        const options_t *options, const mws_ids_t *own)
{
    if (options->groupid == -1) {
        return NULL;
    }
    if (options->groupid) {
        return mws_ids_of_one(call->pool, options->groupid);
    }
    if (course->groupmode != MWS_SEPARATE_GROUPS ||
        mws_can(call, course->context, "moodle/site:accessallgroups")) {
        return NULL;
    }
    return own;
}

static mws_ids_t *ids_of_path(apr_pool_t *p, const mws_context_t *context)
{
    mws_ids_t *ids = mws_ids_make(p);
    int        i;

    for (i = 0; i < context->depth; i++) {
        mws_ids_add(ids, context->path[i]);
    }
    return ids;
}

static int asks_nothing(const options_t *options, const mws_ids_t *groups)
{
    return !groups && !options->groupid && !*options->capability && !options->active &&
           !options->suspended && !options->from && !options->number && !options->descending &&
           strcmp(options->sort, "id") == 0;
}

/* Whether it does not matter who is told of a membership. In the caller's own groups, where nothing
 * else was asked for, everybody is seen, even where each member is told of the own one alone. */
static int sees_members(mws_call_t *call, const mws_course_t *course, const options_t *options)
{
    return !options->groupid || mws_course_all_groups(call, course);
}

/* The ids of the participants of COURSE that OPTIONS and GROUPS ask for, in order. */
static mws_error_t *find_participants(mws_call_t *call, const mws_course_t *course,
                                      const options_t *options, const mws_ids_t *groups,
                                      mws_ids_t **userids)
{
    mws_ids_t  *none = mws_ids_make(call->pool), *give = none, *forbid = none;
    int         everyone = 0, nobody = 0;
    mws_rows_t *rows;

    if (*options->capability) {
        mws_roles_with(call, course->context, options->capability, &give, &forbid, &everyone,
                       &nobody);
    }
    if (nobody || (groups && !groups->count)) {
        *userids = none;
        return NULL;
    }

/* clang-format off */
#define COMMON_FORMAT "IbibibIIIbisbii"
#define COMMON_ARGUMENTS                                                                           \
    groups ? groups : none, sees_members(call, course, options), call->caller->id,                 \
        groups != NULL, options->groupid == -1 ? course->id : 0, *options->capability != '\0',     \
        give, forbid, ids_of_path(call->pool, course->context), everyone,                          \
        mws_config_int(call, "siteguest", 0), options->sort, options->descending, options->number, \
        options->from
    /* clang-format on */

    if (course->category && asks_nothing(options, groups)) {
        MWS_ERR(mws_db_query(call, &all_participants, &rows, "i", course->id));
    }
    else if (course->category) {
        MWS_ERR(mws_db_query(call, &course_participants, &rows, COMMON_FORMAT "iii",
                             COMMON_ARGUMENTS, course->id, mws_enrolment_time(call),
                             (apr_int64_t)(options->active      ? ACTIVE
                                           : options->suspended ? SUSPENDED
                                                                : ANYBODY)));
    }
    else {
        MWS_ERR(mws_db_query(call, &site_participants, &rows, COMMON_FORMAT, COMMON_ARGUMENTS));
    }
#undef COMMON_FORMAT
#undef COMMON_ARGUMENTS

    *userids = mws_ids_of_rows(call->pool, rows);
    return NULL;
}

/* Write the list of the participants of a course.
 * Moodle: enrol/externallib.php, core_enrol_external::get_enrolled_users(). */
static mws_error_t *write_participants(mws_call_t *call, mws_out_t *out, apr_int64_t courseid,
                                       const options_t *options)
{
    mws_people_t     people = {.fields = options->fields};
    const mws_ids_t *own;
    mws_ids_t       *userids;
    mws_course_t    *course;
    mws_rows_t      *rows;

    MWS_ERR(mws_db_queue(call, &own_groups, &rows, "iii", courseid, call->caller->id,
                         options->groupid));
    MWS_ERR(mws_course_read(call, courseid, &course));
    if (!course) {
        return mws_error(call->pool, MWS_NO_RECORD, "course");
    }
    MWS_ERR(enter(call, course));
    MWS_ERR(require_participants(call, course));
    own = groups_known(call, course, rows);
    MWS_ERR(require_options(call, course, options, own));
    MWS_ERR(find_participants(call, course, options, groups_to_be_in(call, course, options, own),
                              &userids));
    people.userids = userids;
    people.course = course;

    return mws_people_write(call, out, NULL, &people);
}

EXTERNAL(core_enrol_get_enrolled_users,
    .about = "Lists the participants of a course with their details, groups and roles, as far as "
             "the caller may see them. Options choose whom, in which order, and how much of each.",
    .params = KEYS(
        VALUE("courseid", INT, "id of the course; everybody takes part in the front page"),
        LIST("options", KEYS(
            VALUE("name", ALPHANUMEXT, "withcapability, groupid, onlyactive, onlysuspended, "
                                       "userfields (with commas between), limitfrom, limitnumber, "
                                       "sortby (id, firstname, lastname, siteorder) or "
                                       "sortdirection (ASC, DESC)"),
            VALUE("value", RAW, "what the option is set to")),
            "whom to list, how, and what of them", PRESET_EMPTY)),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the person"),
        VALUE("username", RAW, "user name, in lower case, to log in with", OPTIONAL),
        VALUE("firstname", NOTAGS, "first names", OPTIONAL),
        VALUE("lastname", NOTAGS, "family name", OPTIONAL),
        VALUE("fullname", NOTAGS, "full name, put together as the site shows names"),
        VALUE("email", TEXT, "e-mail address", OPTIONAL),
        VALUE("address", TEXT, "postal address", OPTIONAL),
        VALUE("phone1", NOTAGS, "telephone number", OPTIONAL),
        VALUE("phone2", NOTAGS, "mobile telephone number", OPTIONAL),
        VALUE("department", TEXT, "department of the institution", OPTIONAL),
        VALUE("institution", TEXT, "institution or company of the person", OPTIONAL),
        VALUE("idnumber", RAW, "id number, the key of the person in other systems", OPTIONAL),
        VALUE("interests", TEXT, "interests, with commas between", OPTIONAL),
        VALUE("firstaccess", INT, "first seen on the site, Unix seconds; 0: never", OPTIONAL),
        VALUE("lastaccess", INT, "last seen on the site, Unix seconds; 0: never", OPTIONAL),
        VALUE("lastcourseaccess", INT, "last seen in the course, Unix seconds; 0: never", OPTIONAL),
        VALUE("description", RAW, "what the person says about themselves, as HTML", OPTIONAL),
        VALUE("descriptionformat", INT, "format of description: 1 HTML, 0 Moodle, 2 plain, "
                                        "4 Markdown", OPTIONAL),
        VALUE("city", NOTAGS, "city or town of the person", OPTIONAL),
        VALUE("country", ALPHA, "country, by its code of two letters", OPTIONAL),
        VALUE("profileimageurlsmall", URL, "URL of the small picture (35 pixels)", OPTIONAL),
        VALUE("profileimageurl", URL, "URL of the picture (100 pixels)", OPTIONAL),
        MWS_PERSON_STORED_FIELDS,
        MWS_PERSON_GROUPS,
        MWS_PERSON_ROLES,
        MWS_PERSON_PREFERENCES,
        MWS_PERSON_COURSES)),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no such course"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller may not see the participants, or lacks what an option "
                            "asks for"},
        {MWS_BAD_PARAMETER, "sortby or sortdirection is none of these"},
        {MWS_CODING, "onlysuspended together with onlyactive, or on the front page"},
        {MWS_BAD_USER_FIELD, "userfields names a field that there is not"},
        MWS_PEOPLE_ERRORS))
{
    options_t options = no_options;

    MWS_ERR(take_options(call, &options, mws_items(in, "options")));
    return write_participants(call, out, mws_int(in, "courseid"), &options);
}

EXTERNAL(moodle_user_get_users_by_courseid,
    .about = "Lists the participants of a course with their details, groups and roles, in the "
             "form of Moodle 2.1, as far as the caller may see them.",
    .params = KEYS(
        VALUE("courseid", INT, "id of the course; everybody takes part in the front page"),
        LIST("options", KEYS(
            VALUE("name", ALPHANUMEXT, "withcapability, groupid or onlyactive"),
            VALUE("value", RAW, "what the option is set to")),
            "whom to list")),
    .returns = LIST_OF(KEYS(MWS_OLD_PARTICIPANT)),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no such course"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller may not see the participants, or lacks what an option "
                            "asks for"},
        MWS_PEOPLE_ERRORS))
{
    options_t options = no_options;

    MWS_ERR(take_options(call, &options, mws_items(in, "options")));
    return write_participants(call, out, mws_int(in, "courseid"), &options);
}

EXTERNAL(moodle_enrol_get_enrolled_users,
    .about = "Lists the participants of a course in brief, by names and pictures, as far as the "
             "caller may see them.",
    .params = KEYS(
        VALUE("courseid", INT, "id of the course; everybody takes part in the front page"),
        VALUE("withcapability", CAPABILITY,
              "only those who hold this capability; null: all", PRESET_NULL),
        VALUE("groupid", INT,
              "only the members of the group with this id; null or 0: all", PRESET_NULL),
        VALUE("onlyactive", INT, "1: only those whose enrolment is active now", PRESET("0"))),
    .returns = LIST_OF(KEYS(
        VALUE("courseid", INT, "id of the course"),
        VALUE("userid", INT, "identifies the person"),
        VALUE("firstname", RAW, "first names", OPTIONAL),
        VALUE("lastname", RAW, "family name", OPTIONAL),
        VALUE("fullname", RAW, "full name, put together as the site shows names"),
        VALUE("username", RAW, "user name, in lower case, to log in with", OPTIONAL),
        VALUE("profileimgurl", URL, "URL of the picture (100 pixels)"),
        VALUE("profileimgurlsmall", URL, "URL of the small picture (35 pixels)"))),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no such course"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller may not see the participants, or lacks what an option "
                            "asks for"}))
{
    options_t   options = no_options;
    const char *capability = mws_text(in, "withcapability");

    options.capability = capability ? capability : "";
    options.groupid = mws_int(in, "groupid");
    options.active = mws_int(in, "onlyactive") != 0;
    return write_participants(call, out, mws_int(in, "courseid"), &options);
}

/* ---- the courses of a person ---- */

/* $1 courses, $2 the person, $3 the caller looks at the own list, $4 whether to count. */
SQL(courses_of_person,
    "SELECT c.id, c.idnumber, c.visible, c.summary, c.summaryformat, c.format, c.showgrades,"
    "       c.lang, c.enablecompletion, c.startdate, c.enddate, c.marker, c.showactivitydates,"
    "       c.showcompletionconditions, c.timemodified,"
    "       (SELECT la.timeaccess FROM {user_lastaccess} la"
    "         WHERE la.userid = $2 AND la.courseid = c.id),"
    "       CASE WHEN $4::boolean THEN"
    "         (SELECT count(DISTINCT u.id) FROM {enrol} e"
    "            JOIN {user_enrolments} ue ON ue.enrolid = e.id"
    "            JOIN {user} u ON u.id = ue.userid AND u.deleted = 0"
    "           WHERE e.courseid = c.id) END,"
    "       $3::boolean AND EXISTS ("
    "         SELECT 1 FROM {favourite} f"
    "          WHERE f.component = 'core_course' AND f.itemtype = 'courses' AND f.itemid = c.id"
    "            AND f.userid = $2),"
    "       CASE WHEN $3 THEN"
    "         (SELECT p.value FROM {user_preferences} p"
    "           WHERE p.userid = $2 AND p.name = 'block_myoverview_hidden_course_' || c.id) END"
    "  FROM {course} c"
    " WHERE c.id = ANY ($1::bigint[])"
    " ORDER BY c.id");

/* clang-format off */
enum {
    C_ID, C_IDNUMBER, C_VISIBLE, C_SUMMARY, C_SUMMARYFORMAT, C_FORMAT, C_SHOWGRADES, C_LANG,
    C_ENABLECOMPLETION, C_STARTDATE, C_ENDDATE, C_MARKER, C_SHOWACTIVITYDATES, C_SHOWCONDITIONS,
    C_TIMEMODIFIED, C_LASTACCESS, C_COUNT, C_FAVOURITE, C_HIDDEN
};
/* clang-format on */

/* Completion of $2 in the courses $1, at the time $3. */
SQL(completion_of_person,
    "SELECT c.id, coalesce(cc.timecompleted, 0),"
    "       EXISTS (SELECT 1 FROM {course_completion_criteria} cr WHERE cr.course = c.id),"
    "       EXISTS (SELECT 1 FROM {user_enrolments} ue"
    "                 JOIN {enrol} e ON e.id = ue.enrolid AND e.status = 0"
    "                WHERE ue.userid = $2 AND e.courseid = c.id AND ue.status = 0"
    "                  AND ue.timestart <= $3 AND (ue.timeend = 0 OR ue.timeend > $3)),"
    "       (SELECT count(*) FROM {course_modules} cm"
    "         WHERE cm.course = c.id AND cm.completion <> 0 AND cm.deletioninprogress = 0),"
    "       (SELECT count(*) FROM {course_modules} cm"
    "          JOIN {course_modules_completion} cmc ON cmc.coursemoduleid = cm.id"
    "         WHERE cm.course = c.id AND cmc.userid = $2 AND cmc.completionstate IN (1, 2))"
    "  FROM {course} c"
    "  LEFT JOIN {course_completions} cc ON cc.course = c.id AND cc.userid = $2"
    " WHERE c.id = ANY ($1::bigint[]) AND c.enablecompletion = 1"
    " ORDER BY c.id");

enum { K_ID, K_COMPLETED, K_CRITERIA, K_ACTIVE, K_MODULES, K_DONE };

/* The person: whether a course contact ($2 their roles), the roles held, and the own context. */
SQL(person_row,
    "SELECT " MWS_IS_CONTACT("u.id", "$2") ", " MWS_ROLES_OF("u.id") ", " MWS_CONTEXT_COLUMNS("x")
    "  FROM {user} u"
    "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"
    " WHERE u.id = $1 AND u.deleted = 0");

enum { U_CONTACT, U_ROLES, U_CONTEXT };

/* A person whose courses are listed. */
typedef struct {
    apr_int64_t               id;
    int                       self, contact;
    mws_context_t            *context;
    mws_roles_t              *roles;
    mws_user_courses_t       *lists;
    mws_rows_t               *rows, *completion, *files;
    mws_ids_t                *listed;
    const apr_array_header_t *courses;
} person_t;

/* A course of the list on its way out. */
typedef struct {
    mws_call_t         *call;
    const person_t     *person;
    const mws_course_t *course;
    int                 row;
    int                 completion; /* the row of what the caller may know, or -1 */
    int                 tracked;    /* the person's completion is */
    int                 counted;
    const char         *summary;
    int                 summaryformat;
} listed_t;

static mws_error_t *read_person(mws_call_t *call, person_t *person)
{
    const mws_ids_t *items;
    mws_rows_t      *rows;
    int              i;

    MWS_ERR(mws_db_queue(call, &person_row, &rows, "iI", person->id, mws_contact_roles(call)));
    MWS_ERR(mws_user_courses_queue(call, mws_ids_of_one(call->pool, person->id), &person->lists));
    MWS_ERR(mws_db_run(call));
    person->self = person->id == call->caller->id;
    person->listed = mws_ids_make(call->pool);
    if (!mws_rows_count(rows) || mws_is_guest(call, person->id)) {
        return NULL;
    }
    MWS_ERR(mws_user_courses_ready(call, person->lists));
    items = mws_user_courses_of(call, person->lists, 0);
    for (i = 0; i < items->count; i++) {
        mws_ids_add(person->listed, mws_user_courses_id(person->lists, items->ids[i]));
    }
    person->contact = mws_row_bool(rows, 0, U_CONTACT);
    person->context = mws_context_of_row(call->pool, rows, 0, U_CONTEXT);
    person->roles =
        mws_roles_make(call, person->id, person->context != NULL, mws_row_text(rows, 0, U_ROLES));
    return NULL;
}

static mws_error_t *read_courses(mws_call_t *call, person_t *person, int count)
{
    MWS_ERR(mws_db_queue(call, &courses_of_person, &person->rows, "Iibb", person->listed,
                         person->id, person->self, count));
    MWS_ERR(mws_db_queue(call, &completion_of_person, &person->completion, "Iii", person->listed,
                         person->id, call->now));
    MWS_ERR(mws_overview_queue(call, person->listed, &person->files));
    return mws_courses_read(call, person->listed, &person->courses);
}

/* Whether the caller may know that PERSON takes part in COURSE, which the caller has entered. */
static int may_know(mws_call_t *call, const person_t *person, const mws_course_t *course)
{
    if (person->self) {
        return 1;
    }
    if (!mws_can(call, course->context, "moodle/course:viewparticipants") &&
        !mws_can(call, course->context, "moodle/course:enrolreview")) {
        return 0;
    }
    return mws_user_courses_viewable(call, person->lists, person->id, person->contact, course);
}

/* Moodle: lib/completionlib.php, completion_can_view_data(). */
static int may_see_completion(mws_call_t *call, const person_t *person, const mws_course_t *course)
{
    if (person->self) {
        return 1;
    }
    if (!mws_config_on(call, "enablecompletion")) {
        return 0;
    }
    return mws_can(call, course->context, "report/completion:view") ||
           (person->context &&
            (mws_can(call, person->context, "moodle/user:viewuseractivitiesreport") ||
             mws_can(call, person->context, "report/completion:view")));
}

/* Whether the completion of the person is tracked in the course.
 * Moodle: lib/completionlib.php, completion_info::is_tracked_user(). */
static int is_tracked(const listed_t *l)
{
    return l->completion >= 0 && mws_row_bool(l->person->completion, l->completion, K_ACTIVE) &&
           mws_roles_allow(l->call, l->person->roles, l->course->context,
                           "moodle/course:isincompletionreports");
}

static apr_int64_t int_of(const listed_t *l, int column)
{
    return mws_row_int(l->person->rows, l->row, column);
}

static const char *text_of(const listed_t *l, int column)
{
    return mws_row_text(l->person->rows, l->row, column);
}

static void write_lastaccess(mws_out_t *out, const listed_t *l)
{
    int hidden = !l->person->self && mws_config_lists(l->call, "hiddenuserfields", "lastaccess") &&
                 !mws_can(l->call, l->course->context, "moodle/course:viewhiddenuserfields");

    mws_out_text(out, "lastaccess", hidden ? NULL : text_of(l, C_LASTACCESS));
}

static void write_progress(mws_out_t *out, const listed_t *l)
{
    const mws_rows_t *rows = l->person->completion;
    apr_int64_t       modules;

    if (!mws_config_on(l->call, "enablecompletion") || !l->tracked) {
        mws_out_null(out, "progress");
        return;
    }
    modules = mws_row_int(rows, l->completion, K_MODULES);
    if (mws_row_int(rows, l->completion, K_COMPLETED)) {
        mws_out_float(out, "progress", 100);
    }
    else if (!modules) {
        mws_out_null(out, "progress");
    }
    else {
        mws_out_float(out, "progress",
                      (double)mws_row_int(rows, l->completion, K_DONE) / (double)modules * 100);
    }
}

static void write_completed(mws_out_t *out, const listed_t *l)
{
    if (l->completion < 0) {
        mws_out_null(out, "completed");
        return;
    }
    mws_out_bool(out, "completed",
                 mws_row_int(l->person->completion, l->completion, K_COMPLETED) != 0);
}

static int has_criteria(const listed_t *l)
{
    return l->completion >= 0 && mws_row_bool(l->person->completion, l->completion, K_CRITERIA);
}

static void write_names(mws_out_t *out, const listed_t *l)
{
    const mws_course_t *course = l->course;

    mws_out_text(out, "shortname", mws_format_string(l->call, course->shortname));
    mws_out_text(out, "fullname", mws_format_string(l->call, course->fullname));
    mws_out_text(out, "displayname",
                 mws_course_display_name(l->call, course->shortname, course->fullname));
}

static void write_summary(mws_out_t *out, const listed_t *l)
{
    mws_out_text(out, "summary", l->summary);
    mws_out_int(out, "summaryformat", l->summaryformat);
    mws_out_text(out, "format", text_of(l, C_FORMAT));
    mws_out_text(out, "courseimage",
                 mws_overview_image(l->call, l->person->files, l->course->context));
}

static void write_listed(mws_out_t *out, const listed_t *l)
{
    const char *lang = text_of(l, C_LANG);
    const char *hidden = text_of(l, C_HIDDEN);

    mws_out_int(out, "id", l->course->id);
    write_names(out, l);
    if (l->counted) {
        mws_out_int(out, "enrolledusercount", int_of(l, C_COUNT));
    }
    mws_out_text(out, "idnumber", text_of(l, C_IDNUMBER));
    mws_out_int(out, "visible", int_of(l, C_VISIBLE));
    write_summary(out, l);
    mws_out_int(out, "showgrades", int_of(l, C_SHOWGRADES));
    mws_out_text(out, "lang", mws_settings_lists(l->call->settings->languages, lang) ? lang : "");
    mws_out_int(out, "enablecompletion", int_of(l, C_ENABLECOMPLETION));
    mws_out_bool(out, "completionhascriteria", has_criteria(l));
    mws_out_bool(out, "completionusertracked", l->tracked);
    mws_out_int(out, "category", l->course->category);
    write_progress(out, l);
    write_completed(out, l);
    mws_out_int(out, "startdate", int_of(l, C_STARTDATE));
    mws_out_int(out, "enddate", int_of(l, C_ENDDATE));
    mws_out_int(out, "marker", int_of(l, C_MARKER));
    write_lastaccess(out, l);
    mws_out_bool(out, "isfavourite", mws_row_bool(l->person->rows, l->row, C_FAVOURITE));
    mws_out_bool(out, "hidden", mws_php_bool(hidden));
    mws_overview_write(l->call, out, "overviewfiles", l->person->files, l->course->context);
    mws_out_text(out, "showactivitydates", text_of(l, C_SHOWACTIVITYDATES));
    mws_out_text(out, "showcompletionconditions", text_of(l, C_SHOWCONDITIONS));
    mws_out_int(out, "timemodified", int_of(l, C_TIMEMODIFIED));
}

/* As version 2.1 did: everything as stored. */
static void write_as_stored(mws_out_t *out, const listed_t *l)
{
    mws_out_int(out, "id", l->course->id);
    mws_out_text(out, "shortname", l->course->shortname);
    mws_out_text(out, "fullname", l->course->fullname);
    mws_out_text(out, "idnumber", text_of(l, C_IDNUMBER));
    mws_out_int(out, "visible", int_of(l, C_VISIBLE));
}

/* Write the courses that a person takes part in, one by one with WRITE.
 * Moodle: enrol/externallib.php, core_enrol_external::get_users_courses(). */
static mws_error_t *write_courses(mws_call_t *call, mws_out_t *out, apr_int64_t userid, int count,
                                  void (*write)(mws_out_t *out, const listed_t *l))
{
    person_t person = {.id = userid};
    listed_t l = {.call = call, .person = &person, .counted = count};
    int      i;

    MWS_ERR(read_person(call, &person));
    MWS_ERR(read_courses(call, &person, count));
    mws_out_list(out, NULL);
    for (i = 0; i < person.listed->count; i++) {
        mws_course_t *course = mws_course_among(person.courses, person.listed->ids[i]);
        mws_area_t    area = {0, "course", "summary", -1};

        if (!course || mws_course_validate(call, course) || !may_know(call, &person, course)) {
            continue;
        }
        l.course = course;
        l.row = mws_rows_find(person.rows, C_ID, course->id);
        l.completion = may_see_completion(call, &person, course)
                           ? mws_rows_find(person.completion, K_ID, course->id)
                           : -1;
        l.tracked = is_tracked(&l);
        area.contextid = course->context->id;
        l.summaryformat = (int)int_of(&l, C_SUMMARYFORMAT);
        MWS_ERR(mws_format_text(call, text_of(&l, C_SUMMARY), &l.summaryformat, &area, &l.summary));
        mws_out_struct(out, NULL);
        write(out, &l);
        mws_out_end(out);
    }
    mws_out_end(out);
    return NULL;
}

EXTERNAL(core_enrol_get_users_courses,
    .about = "Lists the courses that a person takes part in, with dates and progress, as far as "
             "the caller may know of them.",
    .params = KEYS(
        VALUE("userid", INT, "identifies the person"),
        VALUE("returnusercount", BOOL, "whether to count the participants of each course",
              PRESET("1"))),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", RAW, "short name of the course, for display"),
        VALUE("fullname", RAW, "full name of the course, for display"),
        VALUE("displayname", RAW, "name of the course as lists of courses show it", OPTIONAL),
        VALUE("enrolledusercount", INT,
              "how many people are enrolled, in whatever state; absent: not asked for", OPTIONAL),
        VALUE("idnumber", RAW, "id number, its key in other systems"),
        VALUE("visible", INT, "1 if participants see the course, 0 if it is hidden"),
        VALUE("summary", RAW, "what the course is about, as HTML", OPTIONAL),
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown",
              OPTIONAL),
        VALUE("format", PLUGIN, "course format: topics, weeks, social, site ...", OPTIONAL),
        VALUE("courseimage", URL, "URL of the picture of the course", OPTIONAL),
        VALUE("showgrades", BOOL, "whether participants see their grades", OPTIONAL),
        VALUE("lang", LANG, "code of the language that the course forces; empty: none", OPTIONAL),
        VALUE("enablecompletion", BOOL, "whether completion is tracked in the course", OPTIONAL),
        VALUE("completionhascriteria", BOOL, "whether there are criteria for completion", OPTIONAL),
        VALUE("completionusertracked", BOOL, "whether the person's completion is tracked",
              OPTIONAL),
        VALUE("category", INT, "id of the category it is in", OPTIONAL),
        VALUE("progress", FLOAT,
              "how much of it the person has completed, in per cent; null: not tracked", OPTIONAL),
        VALUE("completed", BOOL,
              "whether the person has completed it; null: not tracked, or not for the caller",
              OPTIONAL),
        VALUE("startdate", INT, "start of the course, Unix seconds", OPTIONAL),
        VALUE("enddate", INT, "end of the course, Unix seconds; 0: it has none", OPTIONAL),
        VALUE("marker", INT, "number of the section that is marked as current; 0: none", OPTIONAL),
        VALUE("lastaccess", INT,
              "when the person was last seen in it, Unix seconds; null: never, or hidden",
              OPTIONAL),
        VALUE("isfavourite", BOOL, "whether the caller has starred it", OPTIONAL),
        VALUE("hidden", BOOL, "whether the caller has put it out of sight", OPTIONAL),
        LIST("overviewfiles", MWS_COURSE_FILE, "files that picture the course", OPTIONAL),
        VALUE("showactivitydates", BOOL, "whether the course page shows dates of activities"),
        VALUE("showcompletionconditions", BOOL,
              "whether the course page shows what completes activities; null: not set"),
        VALUE("timemodified", INT, "when it last changed, Unix seconds", OPTIONAL))),
    .errors = ERRORS(
        MWS_FORMAT_ERRORS))
{
    return write_courses(call, out, mws_int(in, "userid"), mws_bool(in, "returnusercount"),
                         write_listed);
}

EXTERNAL(moodle_enrol_get_users_courses,
    .about = "Lists the courses that a person takes part in, by their names alone, as far as the "
             "caller may know of them.",
    .params = KEYS(
        VALUE("userid", INT, "identifies the person")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", RAW, "short name of the course, for display"),
        VALUE("fullname", RAW, "full name of the course, for display"),
        VALUE("idnumber", RAW, "id number, its key in other systems"),
        VALUE("visible", INT, "1 if participants see the course, 0 if it is hidden"))),
    .errors = ERRORS(
        MWS_FORMAT_ERRORS))
{
    return write_courses(call, out, mws_int(in, "userid"), 0, write_as_stored);
}
