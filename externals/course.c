/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course.c -- courses and their categories. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/course/mws_course_files.h"
#include "../lib/course/mws_course_format.h"
#include "../lib/course/mws_customfield.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_format.h"
#include "../lib/user/mws_user_courses.h"

/* The columns of a course that are read, once for the statement and once for their numbers. */
/* clang-format off */
#define COURSE_COLUMNS(COLUMN)                                                                     \
    COLUMN(id) COLUMN(category) COLUMN(sortorder) COLUMN(fullname) COLUMN(shortname)               \
    COLUMN(idnumber) COLUMN(summary) COLUMN(summaryformat) COLUMN(format) COLUMN(showgrades)       \
    COLUMN(newsitems) COLUMN(startdate) COLUMN(enddate) COLUMN(marker) COLUMN(maxbytes)            \
    COLUMN(legacyfiles) COLUMN(showreports) COLUMN(visible) COLUMN(groupmode)                      \
    COLUMN(groupmodeforce) COLUMN(defaultgroupingid) COLUMN(lang) COLUMN(calendartype)             \
    COLUMN(theme) COLUMN(timecreated) COLUMN(timemodified) COLUMN(requested)                       \
    COLUMN(enablecompletion) COLUMN(completionnotify) COLUMN(cacherev) COLUMN(showactivitydates)   \
    COLUMN(showcompletionconditions)
/* clang-format on */

#define AS_SQL(name) "c." #name ", "
#define AS_NUMBER(name) C_##name,

SQL(courses_by_id,
    "SELECT " COURSE_COLUMNS(AS_SQL) "k.name"
    "  FROM {course} c"
    "  LEFT JOIN {course_categories} k ON k.id = c.category"
    " WHERE c.id = ANY ($1)"
    " ORDER BY c.id");

enum { COURSE_COLUMNS(AS_NUMBER) C_categoryname };

/* Which courses there are, by what they may be asked for. */
SQL(all_courses, "SELECT id FROM {course} ORDER BY id");
SQL(courses_by_shortname, "SELECT id FROM {course} WHERE shortname = $1 ORDER BY id");
SQL(courses_by_idnumber, "SELECT id FROM {course} WHERE idnumber = $1 ORDER BY id");
SQL(courses_by_category, "SELECT id FROM {course} WHERE category = $1 ORDER BY id");
SQL(courses_by_section, "SELECT course FROM {course_sections} WHERE id = $1");

/* What belongs to courses; the first column is the course, and orders the rows. */
SQL(format_options,
    "SELECT courseid, format, name, value"
    "  FROM {course_format_options}"
    " WHERE courseid = ANY ($1) AND sectionid = 0"
    " ORDER BY courseid");

enum { O_COURSE, O_FORMAT, O_NAME, O_VALUE };

SQL(last_sections,
    "SELECT course, max(section)"
    "  FROM {course_sections}"
    " WHERE course = ANY ($1)"
    " GROUP BY course"
    " ORDER BY course");

enum { S_COURSE, S_LAST };

/* $2 holds the roles of contacts; they may be held in the course or anywhere above it, but only
 * who takes part in the course now is a contact of it.
 * Moodle: core_course_category::preload_course_contacts(). */
SQL(course_contacts,
    "SELECT x.instanceid, u.id, u.firstnamephonetic, u.lastnamephonetic, u.middlename,"
    "       u.alternatename, u.firstname, u.lastname"
    "  FROM {context} x"
    " CROSS JOIN unnest(string_to_array(ltrim(x.path, '/'), '/')::bigint[]) AS above(id)"
    "  JOIN {role_assignments} ra ON ra.contextid = above.id AND ra.roleid = ANY ($2)"
    "  JOIN {role} r ON r.id = ra.roleid"
    "  JOIN {user} u ON u.id = ra.userid AND u.deleted = 0"
    " WHERE x.contextlevel = 50 AND x.instanceid = ANY ($1)"
    "   AND EXISTS (SELECT 1 FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid"
    "                WHERE e.courseid = x.instanceid AND ue.userid = u.id AND e.status = 0"
    "                  AND ue.status = 0 AND ue.timestart < $3"
    "                  AND (ue.timeend = 0 OR ue.timeend > $3))"
    " GROUP BY x.instanceid, u.id"
    " ORDER BY x.instanceid, min(r.sortorder), u.lastname, u.firstname, u.id");

/* clang-format off */
enum {
    T_COURSE, T_ID, T_FIRST_PHONETIC, T_LAST_PHONETIC, T_MIDDLE, T_ALTERNATE, T_FIRST, T_LAST
};
/* clang-format on */

SQL(enrol_methods,
    "SELECT courseid, enrol"
    "  FROM {enrol}"
    " WHERE courseid = ANY ($1) AND status = 0"
    " ORDER BY courseid, sortorder, id");

enum { E_COURSE, E_NAME };

/* A filter that is off for good (-9999) anywhere above the course is none of it.
 * Moodle: lib/filterlib.php, filter_get_available_in_context(). */
SQL(course_filters,
    "SELECT x.instanceid, f.filter, coalesce(own.active, 0),"
    "       CASE WHEN max(f.active * above.depth) > -min(f.active * above.depth) THEN 1 ELSE 0 END"
    "  FROM {context} x"
    " CROSS JOIN unnest(string_to_array(ltrim(x.path, '/'), '/')::bigint[])"
    "              WITH ORDINALITY AS above(id, depth)"
    "  JOIN {filter_active} f ON f.contextid = above.id AND above.id <> x.id"
    "  LEFT JOIN {filter_active} own ON own.contextid = x.id AND own.filter = f.filter"
    " WHERE x.contextlevel = 50 AND x.instanceid = ANY ($1)"
    " GROUP BY x.instanceid, f.filter, own.active"
    " HAVING min(f.active) > -9999"
    " ORDER BY x.instanceid, max(f.sortorder), f.filter");

enum { L_COURSE, L_FILTER, L_LOCAL, L_INHERITED };

/* The courses of a call with all that belongs to them; what a call does not need stays NULL. */
typedef struct {
    mws_rows_t *rows, *access, *options, *sections, *summary, *overview, *contacts, *methods,
        *filters;
    const apr_array_header_t *courses; /* what ACCESS tells */
    mws_customfields_t       *fields;
} courses_t;

/* One of them. */
typedef struct {
    const courses_t     *all;
    int                  row;
    apr_int64_t          id;
    const char          *format; /* as installed */
    const mws_context_t *context;
    int                  edits; /* the caller may change it */
} course_t;

static const char *column(const course_t *c, int number)
{
    return mws_row_text(c->all->rows, c->row, number);
}

/* Write a column under its own name. */
#define COPY(name) mws_out_text(out, #name, column(c, C_##name))

static const char *value_of_option(mws_call_t *call, const course_t *c,
                                   const mws_course_option_t *option)
{
    const mws_rows_t *rows = c->all->options;
    int               end, row;

    for (row = mws_rows_range(rows, O_COURSE, c->id, &end); row < end; row++) {
        if (strcmp(mws_row_text(rows, row, O_FORMAT), option->format) == 0 &&
            strcmp(mws_row_text(rows, row, O_NAME), option->name) == 0) {
            return mws_row_null(rows, row, O_VALUE) ? "" : mws_row_text(rows, row, O_VALUE);
        }
    }
    return mws_course_option_preset(call, option);
}

/* The option NAME of the course's format, or NULL when the format has none. */
static const char *option_named(mws_call_t *call, const course_t *c, const char *name)
{
    const mws_course_option_t *option = NULL;

    while ((option = mws_course_option_next(c->format, option)) != NULL) {
        if (strcmp(option->name, name) == 0) {
            return value_of_option(call, c, option);
        }
    }
    return NULL;
}

static void write_option(mws_call_t *call, mws_out_t *out, const course_t *c,
                         const mws_course_option_t *option)
{
    const char *value = value_of_option(call, c, option);

    mws_out_struct(out, NULL);
    mws_out_text(out, "name", option->name);
    if (option->kind == MWS_OPTION_ACTIVITY) {
        mws_out_text(out, "value", value);
    }
    else {
        mws_out_int(out, "value", mws_php_int(value));
    }
    mws_out_end(out);
}

static void write_options(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    const mws_course_option_t *option = NULL;

    while ((option = mws_course_option_next(c->format, option)) != NULL) {
        write_option(call, out, c, option);
    }
}

static mws_error_t *write_summary(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    mws_area_t area = {
        .contextid = c->context->id, .component = "course", .filearea = "summary", .itemid = -1};
    int         format = (int)mws_row_int(c->all->rows, c->row, C_summaryformat);
    const char *summary;

    MWS_ERR(mws_format_text(call, column(c, C_summary), &format, &area, &summary));
    mws_out_text(out, "summary", summary);
    mws_out_int(out, "summaryformat", format);
    return NULL;
}

/* Write a column that names a language or theme, blank when it is not installed. */
static void write_installed(mws_call_t *call, mws_out_t *out, const char *key, mws_param_e type,
                            const char *name)
{
    mws_out_text(out, key, *name ? mws_clean_text(call, type, name) : "");
}

static mws_error_t *write_customfields(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    mws_field_sight_e least = c->edits ? MWS_FIELD_EDITORS : MWS_FIELD_EVERYBODY;

    if (!c->all->fields || !mws_customfields_any(c->all->fields, least)) {
        return NULL;
    }
    return mws_customfields_write(call, out, c->all->fields, c->id, c->context, least);
}

/* Queue what every answer needs of the courses IDS. */
static mws_error_t *queue_courses(mws_call_t *call, const mws_ids_t *ids, courses_t *all)
{
    MWS_ERR(mws_db_queue(call, &courses_by_id, &all->rows, "I", ids));
    MWS_ERR(mws_db_queue(call, &format_options, &all->options, "I", ids));
    return mws_courses_queue(call, ids, &all->access);
}

/* Run what is queued. */
static mws_error_t *read_courses(mws_call_t *call, courses_t *all)
{
    MWS_ERR(mws_db_run(call));
    all->courses = mws_courses_of_rows(call, all->access);
    return NULL;
}

static course_t course_at(mws_call_t *call, const courses_t *all, int row,
                          const mws_course_t *access)
{
    course_t c = {.all = all, .row = row, .context = access->context};

    c.id = mws_row_int(all->rows, row, C_id);
    c.format = column(&c, C_format);
    if (c.id != mws_front_page_id(call)) {
        c.format = mws_course_format(call, c.format);
    }
    c.edits = mws_can(call, c.context, "moodle/course:update");
    return c;
}

static mws_error_t *find_all_courses(mws_call_t *call, mws_ids_t **ids)
{
    mws_rows_t *rows;

    MWS_ERR(mws_db_query(call, &all_courses, &rows, ""));
    *ids = mws_ids_of_rows(call->pool, rows);
    return NULL;
}

/* The courses that the parameter "options" names: all when it names none. */
static mws_error_t *ids_of_options(mws_call_t *call, const mws_value_t *in, mws_ids_t **ids)
{
    const mws_value_t *items = mws_items(mws_struct(in, "options"), "ids");

    if (!mws_value_size(items)) {
        return find_all_courses(call, ids);
    }
    *ids = mws_ids_of_items(call->pool, items);
    return NULL;
}

/* Write how many sections a course has: as the format's own option says; without one, the number
 * of the last section, which in 2.1 everybody is told, and today who may change the course. */
static void write_section_count(mws_call_t *call, mws_out_t *out, const course_t *c, int legacy)
{
    const char *option = option_named(call, c, "numsections");
    int         row;

    if (option) {
        mws_out_int(out, "numsections", mws_php_int(option));
    }
    else if (c->edits || legacy) {
        row = mws_rows_find(c->all->sections, S_COURSE, c->id);
        mws_out_int(out, "numsections", row < 0 ? -1 : mws_row_int(c->all->sections, row, S_LAST));
    }
}

/* What only those see who may change the course. */
static void write_settings(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    const char *hidden = option_named(call, c, "hiddensections");

    COPY(maxbytes);
    COPY(showreports);
    COPY(visible);
    if (hidden) {
        mws_out_int(out, "hiddensections", mws_php_int(hidden));
    }
    COPY(groupmode);
    COPY(groupmodeforce);
    COPY(defaultgroupingid);
    COPY(timecreated);
    COPY(timemodified);
    COPY(enablecompletion);
    COPY(completionnotify);
    write_installed(call, out, "lang", MWS_PARAM_LANG, column(c, C_lang));
    write_installed(call, out, "forcetheme", MWS_PARAM_THEME, column(c, C_theme));
    mws_out_list(out, "courseformatoptions");
    write_options(call, out, c);
    mws_out_end(out);
}

static mws_error_t *write_course(mws_call_t *call, mws_out_t *out, const course_t *c, int legacy)
{
    mws_out_struct(out, NULL);
    COPY(id);
    mws_out_text(out, "shortname", mws_format_string(call, column(c, C_shortname)));
    mws_out_text(out, "categoryid", column(c, C_category));
    if (c->edits) {
        mws_out_text(out, "categorysortorder", column(c, C_sortorder));
    }
    mws_out_text(out, "fullname", mws_format_string(call, column(c, C_fullname)));
    mws_out_text(out, "displayname",
                 mws_course_display_name(call, column(c, C_shortname), column(c, C_fullname)));
    if (c->edits) {
        COPY(idnumber);
    }
    MWS_ERR(write_summary(call, out, c));
    COPY(format);
    if (c->edits) {
        COPY(showgrades);
        COPY(newsitems);
    }
    COPY(startdate);
    COPY(enddate);
    write_section_count(call, out, c, legacy);
    if (c->edits) {
        write_settings(call, out, c);
    }
    COPY(showactivitydates);
    COPY(showcompletionconditions);
    MWS_ERR(write_customfields(call, out, c));
    mws_out_end(out);
    return NULL;
}

/* Enter COURSE (NULL: there is none) to see it whole. */
static mws_error_t *enter_to_view(mws_call_t *call, mws_course_t *course)
{
    MWS_ERR(mws_enter(call, course));
    if (course->id == mws_front_page_id(call)) {
        return NULL;
    }
    return mws_require(call, course->context, "moodle/course:view");
}

/* One course that is refused refuses the whole call.
 * Moodle: course/externallib.php, core_course_external::get_courses(). */
static mws_error_t *get_courses(mws_call_t *call, const mws_value_t *in, mws_out_t *out, int legacy)
{
    courses_t  all = {.fields = NULL};
    mws_ids_t *ids;
    int        row;

    MWS_ERR(ids_of_options(call, in, &ids));
    MWS_ERR(queue_courses(call, ids, &all));
    MWS_ERR(mws_db_queue(call, &last_sections, &all.sections, "I", ids));
    if (!legacy) {
        MWS_ERR(mws_customfields_queue(call, "core_course", "course", ids, &all.fields));
    }
    MWS_ERR(read_courses(call, &all));
    mws_out_list(out, NULL);
    for (row = 0; row < mws_rows_count(all.rows); row++) {
        mws_course_t *access = mws_course_among(all.courses, mws_row_int(all.rows, row, C_id));
        course_t      c;

        MWS_ERR(enter_to_view(call, access));
        c = course_at(call, &all, row, access);
        MWS_ERR(write_course(call, out, &c, legacy));
    }
    mws_out_end(out);
    return NULL;
}

/* clang-format off */
#define CHOICE_OF_COURSES                                                                          \
    STRUCT("options", FIELDS(                                                                      \
        LIST("ids", ONE(INT, "id of a course"),                                                    \
             "ids of the courses to give; none: all, the front page too", OPTIONAL)),              \
        "which courses to give; absent: all", PRESET_EMPTY)

/* What both functions that follow tell who may change a course. */
#define COURSE_SETTINGS                                                                            \
    VALUE("maxbytes", INT, "most bytes of an uploaded file; 0: the site's limit", OPTIONAL),       \
    VALUE("showreports", INT, "1 if participants see their activity reports, else 0", OPTIONAL),   \
    VALUE("visible", INT, "1 if participants see the course, 0 if it is hidden", OPTIONAL),        \
    VALUE("hiddensections", INT,                                                                   \
          "how hidden sections look to participants: 0 collapsed, 1 not at all", OPTIONAL),        \
    VALUE("groupmode", INT,                                                                        \
          "group mode: 0 no groups, 1 separate groups, 2 visible groups", OPTIONAL),               \
    VALUE("groupmodeforce", INT,                                                                   \
          "1 if activities cannot choose another group mode, else 0", OPTIONAL),                   \
    VALUE("defaultgroupingid", INT,                                                                \
          "id of the grouping that activities begin with; 0: none", OPTIONAL),                     \
    VALUE("timecreated", INT, "when it was made, Unix seconds", OPTIONAL),                         \
    VALUE("timemodified", INT, "when its settings last changed, Unix seconds", OPTIONAL),          \
    VALUE("enablecompletion", INT, "1 if completion is tracked in the course, else 0", OPTIONAL)
/* clang-format on */

EXTERNAL(core_course_get_courses,
    .about   = "Gives courses by their ids, or all courses. Settings come only to who may change "
               "the course; one course that the caller may not view refuses the whole call.",
    .params  = KEYS(CHOICE_OF_COURSES),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", RAW, "short name of the course, for display"),
        VALUE("categoryid", INT, "id of the category it is in; 0: it is the front page"),
        VALUE("categorysortorder", INT, "its place in the order of all courses", OPTIONAL),
        VALUE("fullname", RAW, "full name of the course, for display"),
        VALUE("displayname", RAW, "name of the course as lists of courses show it"),
        VALUE("idnumber", RAW, "id number, its key in other systems", OPTIONAL),
        VALUE("summary", RAW, "what the course is about, as HTML"),
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),
        VALUE("format", PLUGIN, "course format: topics, weeks, social, site ..."),
        VALUE("showgrades", INT, "1 if participants see the gradebook, else 0", OPTIONAL),
        VALUE("newsitems", INT, "how many announcements the course page shows", OPTIONAL),
        VALUE("startdate", INT, "start of the course, Unix seconds"),
        VALUE("enddate", INT, "end of the course, Unix seconds; 0: it has none"),
        VALUE("numsections", INT, "number of the last section; the first is 0", OPTIONAL),
        COURSE_SETTINGS,
        VALUE("completionnotify", INT,
              "1 if participants are told of their completion, else 0", OPTIONAL),
        VALUE("lang", SAFEDIR,
              "code of the language that the course forces; empty: none", OPTIONAL),
        VALUE("forcetheme", PLUGIN, "theme that the course forces; empty: none", OPTIONAL),
        LIST("courseformatoptions", KEYS(
            VALUE("name", ALPHANUMEXT, "name of the option"),
            VALUE("value", RAW, "value of the option", UNTYPED)),
            "options of the course format", OPTIONAL),
        VALUE("showactivitydates", BOOL, "whether the course page shows dates of activities"),
        VALUE("showcompletionconditions", BOOL,
              "whether the course page shows what completes activities; null: not set"),
        MWS_CUSTOMFIELDS(ALPHANUMEXT, COMPONENT))),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:view in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_courses(call, in, out, 0);
}

EXTERNAL(moodle_course_get_courses,
    .about   = "Gives courses by their ids, or all courses, in the form of Moodle 2.1. One course "
               "that the caller may not view refuses the whole call.",
    .params  = KEYS(CHOICE_OF_COURSES),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", TEXT, "short name of the course, for display"),
        VALUE("categoryid", INT, "id of the category it is in; 0: it is the front page"),
        VALUE("categorysortorder", INT, "its place in the order of all courses", OPTIONAL),
        VALUE("fullname", TEXT, "full name of the course, for display"),
        VALUE("idnumber", RAW, "id number, its key in other systems", OPTIONAL),
        VALUE("summary", RAW, "what the course is about, as HTML"),
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),
        VALUE("format", ALPHANUMEXT, "course format: topics, weeks, social, site ..."),
        VALUE("showgrades", INT, "1 if participants see the gradebook, else 0", OPTIONAL),
        VALUE("newsitems", INT, "how many announcements the course page shows", OPTIONAL),
        VALUE("startdate", INT, "start of the course, Unix seconds"),
        VALUE("numsections", INT, "number of the last section; the first is 0"),
        COURSE_SETTINGS,
        VALUE("completionstartonenrol", INT, "not kept by a Moodle of today", OPTIONAL),
        VALUE("completionnotify", INT,
              "1 if participants are told of their completion, else 0", OPTIONAL),
        VALUE("lang", ALPHANUMEXT,
              "code of the language that the course forces; empty: none", OPTIONAL),
        VALUE("forcetheme", ALPHANUMEXT, "theme that the course forces; empty: none", OPTIONAL))),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:view in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_courses(call, in, out, 1);
}

/* The ids that TEXT is made of, each once and in its order: digits and commas count, the rest is
 * dropped. MWS_BAD_PARAMETER with the path KEY when nothing is left between two commas. */
static mws_error_t *ids_of_text(mws_call_t *call, const char *key, const char *text,
                                mws_ids_t **ids)
{
    const char *at = mws_clean_sequence(call->pool, text);
    apr_hash_t *seen = apr_hash_make(call->pool);

    *ids = mws_ids_make(call->pool);
    for (;;) {
        apr_size_t   len = strcspn(at, ",");
        apr_int64_t *id = apr_palloc(call->pool, sizeof(*id));

        if (!len) {
            return mws_error(call->pool, MWS_BAD_PARAMETER, "%s => an id between commas is empty",
                             key);
        }
        *id = mws_php_int(at);
        if (!apr_hash_get(seen, id, sizeof(*id))) {
            apr_hash_set(seen, id, sizeof(*id), id);
            mws_ids_add(*ids, *id);
        }
        if (!at[len]) {
            return NULL;
        }
        at += len + 1;
    }
}

/* Find the courses whose FIELD is VALUE, in the order of the answer. Values are cleaned here, not
 * checked: a category that is no number is the number 0. */
static mws_error_t *find_by_field(mws_call_t *call, const char *field, const char *value,
                                  mws_ids_t **ids)
{
    mws_rows_t *rows;

    if (!*field) {
        return find_all_courses(call, ids);
    }
    if (strcmp(field, "ids") == 0) {
        return ids_of_text(call, "value", value, ids);
    }
    if (strcmp(field, "id") == 0) {
        *ids = mws_ids_of_one(call->pool, mws_php_int(value));
        return NULL;
    }
    if (strcmp(field, "shortname") == 0) {
        MWS_ERR(mws_db_query(call, &courses_by_shortname, &rows, "s",
                             mws_clean_text(call, MWS_PARAM_TEXT, value)));
    }
    else if (strcmp(field, "idnumber") == 0) {
        MWS_ERR(mws_db_query(call, &courses_by_idnumber, &rows, "s", value));
    }
    else if (strcmp(field, "category") == 0) {
        MWS_ERR(mws_db_query(call, &courses_by_category, &rows, "i", mws_php_int(value)));
    }
    else if (strcmp(field, "sectionid") == 0) {
        MWS_ERR(mws_db_query(call, &courses_by_section, &rows, "i", mws_php_int(value)));
    }
    else {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "field => must be id, ids, shortname, idnumber, category, sectionid or "
                         "empty");
    }
    *ids = mws_ids_of_rows(call->pool, rows);
    return NULL;
}

/* Queue what core_course_get_courses_by_field tells of the courses IDS. */
static mws_error_t *queue_more(mws_call_t *call, const mws_ids_t *ids, courses_t *all)
{
    MWS_ERR(mws_summary_files_queue(call, ids, &all->summary));
    MWS_ERR(mws_overview_queue(call, ids, &all->overview));
    MWS_ERR(mws_db_queue(call, &course_contacts, &all->contacts, "IIi", ids,
                         mws_contact_roles(call), call->now));
    MWS_ERR(mws_db_queue(call, &enrol_methods, &all->methods, "I", ids));
    MWS_ERR(mws_db_queue(call, &course_filters, &all->filters, "I", ids));
    return mws_customfields_queue(call, "core_course", "course", ids, &all->fields);
}

static void write_contacts(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    const mws_rows_t *rows = c->all->contacts;
    int               whole = mws_can(call, c->context, "moodle/site:viewfullnames");
    int               end, row;

    mws_out_list(out, "contacts");
    for (row = mws_rows_range(rows, T_COURSE, c->id, &end); row < end; row++) {
        mws_names_t names = {.firstnamephonetic = mws_row_text(rows, row, T_FIRST_PHONETIC),
                             .lastnamephonetic = mws_row_text(rows, row, T_LAST_PHONETIC),
                             .middlename = mws_row_text(rows, row, T_MIDDLE),
                             .alternatename = mws_row_text(rows, row, T_ALTERNATE),
                             .firstname = mws_row_text(rows, row, T_FIRST),
                             .lastname = mws_row_text(rows, row, T_LAST)};

        mws_out_struct(out, NULL);
        mws_out_text(out, "id", mws_row_text(rows, row, T_ID));
        mws_out_text(out, "fullname", mws_fullname(call, &names, whole));
        mws_out_end(out);
    }
    mws_out_end(out);
}

static void write_methods(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    const mws_rows_t *rows = c->all->methods;
    int               end, row;

    mws_out_list(out, "enrollmentmethods");
    for (row = mws_rows_range(rows, E_COURSE, c->id, &end); row < end; row++) {
        const char *name = mws_row_text(rows, row, E_NAME);

        if (mws_config_lists(call, "enrol_plugins_enabled", name)) {
            mws_out_text(out, NULL, name);
        }
    }
    mws_out_end(out);
}

static void write_filters(mws_out_t *out, const course_t *c)
{
    const mws_rows_t *rows = c->all->filters;
    int               end, row;

    mws_out_list(out, "filters");
    for (row = mws_rows_range(rows, L_COURSE, c->id, &end); row < end; row++) {
        mws_out_struct(out, NULL);
        mws_out_text(out, "filter", mws_row_text(rows, row, L_FILTER));
        mws_out_text(out, "localstate", mws_row_text(rows, row, L_LOCAL));
        mws_out_text(out, "inheritedstate", mws_row_text(rows, row, L_INHERITED));
        mws_out_end(out);
    }
    mws_out_end(out);
}

/* Write the options that a format tells to clients, if it tells any. */
static void write_told_options(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    const char                *plugin = apr_pstrcat(call->pool, "format_", c->format, NULL);
    const char                *indentation = mws_plugin_config(call, plugin, "indentation");
    const mws_course_option_t *first = mws_course_option_next(c->format, NULL);

    if (!first || !first->told) {
        return;
    }
    mws_out_list(out, "courseformatoptions");
    write_options(call, out, c);
    if (indentation) {
        mws_out_struct(out, NULL);
        mws_out_text(out, "name", "indentation");
        mws_out_text(out, "value", indentation);
        mws_out_end(out);
    }
    mws_out_end(out);
}

/* The name of a course's category, "" unless the caller may see that category. */
static const char *category_name(mws_call_t *call, const course_t *c, const mws_course_t *access)
{
    if (!access->category_context ||
        !mws_category_listed(call, access->category_context, access->category_visible)) {
        return "";
    }
    return mws_format_string(call, column(c, C_categoryname));
}

/* What anybody sees who may know of the course. */
static mws_error_t *write_public(mws_call_t *call, mws_out_t *out, const course_t *c,
                                 const mws_course_t *access)
{
    COPY(id);
    mws_out_text(out, "fullname", mws_format_string(call, column(c, C_fullname)));
    mws_out_text(out, "displayname",
                 mws_course_display_name(call, column(c, C_shortname), column(c, C_fullname)));
    mws_out_text(out, "shortname", mws_format_string(call, column(c, C_shortname)));
    mws_out_text(out, "courseimage", mws_overview_image(call, c->all->overview, c->context));
    mws_out_text(out, "categoryid", column(c, C_category));
    mws_out_text(out, "categoryname", category_name(call, c, access));
    COPY(sortorder);
    MWS_ERR(write_summary(call, out, c));
    mws_summary_files_write(call, out, "summaryfiles", c->all->summary, c->context);
    mws_overview_write(call, out, "overviewfiles", c->all->overview, c->context);
    COPY(showactivitydates);
    COPY(showcompletionconditions);
    write_contacts(call, out, c);
    write_methods(call, out, c);
    return write_customfields(call, out, c);
}

/* What those see besides who may enter it. */
static void write_inside(mws_call_t *call, mws_out_t *out, const course_t *c)
{
    if (c->edits) {
        COPY(idnumber);
    }
    COPY(format);
    COPY(showgrades);
    COPY(newsitems);
    COPY(startdate);
    COPY(enddate);
    COPY(maxbytes);
    COPY(showreports);
    COPY(visible);
    COPY(groupmode);
    COPY(groupmodeforce);
    COPY(defaultgroupingid);
    COPY(enablecompletion);
    COPY(completionnotify);
    write_installed(call, out, "lang", MWS_PARAM_LANG, column(c, C_lang));
    write_installed(call, out, "theme", MWS_PARAM_THEME, column(c, C_theme));
    COPY(marker);
    if (c->edits) {
        COPY(legacyfiles);
        COPY(calendartype);
        COPY(timecreated);
        COPY(timemodified);
        COPY(requested);
        COPY(cacherev);
    }
    write_filters(out, c);
    write_told_options(call, out, c);
}

/* Write the course ACCESS as far as the caller may see it: not at all, its public part, or all. */
static mws_error_t *write_seen_course(mws_call_t *call, mws_out_t *out, const courses_t *all,
                                      mws_course_t *access)
{
    int      row = mws_rows_find(all->rows, C_id, access->id);
    int      inside;
    course_t c;

    if (!access->visible && !mws_can(call, access->context, "moodle/course:update") &&
        !mws_can(call, access->context, "moodle/course:viewhiddencourses")) {
        return NULL;
    }
    inside = mws_course_validate(call, access) == NULL;
    if (row < 0 || (!inside && !mws_course_listed(call, access))) {
        return NULL;
    }
    c = course_at(call, all, row, access);
    mws_out_struct(out, NULL);
    MWS_ERR(write_public(call, out, &c, access));
    if (inside) {
        write_inside(call, out, &c);
    }
    mws_out_end(out);
    return NULL;
}

static void write_warnings(mws_out_t *out, const mws_ids_t *refused)
{
    int i;

    mws_out_list(out, "warnings");
    for (i = 0; i < refused->count; i++) {
        mws_out_struct(out, NULL);
        mws_out_text(out, "item", "course");
        mws_out_int(out, "itemid", refused->ids[i]);
        mws_out_text(out, "warningcode", "1");
        mws_out_text(out, "message", "The course may not be entered");
        mws_out_end(out);
    }
    mws_out_end(out);
}

/* Whoever may see the list of courses gets the public part of each.
 * Moodle: course/externallib.php, core_course_external::get_courses_by_field(). */
EXTERNAL(core_course_get_courses_by_field,
    .about   = "Finds courses by one field, or gives all courses, as far as the caller may know "
               "of them. Of a course that the caller may not enter only the public part is told.",
    .params  = KEYS(
        VALUE("field", ALPHA,
              "id, ids (with commas), shortname, idnumber, category or sectionid; empty: all "
              "courses", PRESET("")),
        VALUE("value", RAW, "the value to look for", PRESET(""))),
    .returns = KEYS(
        LIST("courses", KEYS(
            VALUE("id", INT, "identifies the course"),
            VALUE("fullname", RAW, "full name of the course, for display"),
            VALUE("displayname", RAW, "name of the course as lists of courses show it"),
            VALUE("shortname", RAW, "short name of the course, for display"),
            VALUE("courseimage", URL, "URL of the picture of the course", OPTIONAL),
            VALUE("categoryid", INT, "id of the category it is in; 0: it is the front page"),
            VALUE("categoryname", RAW,
                  "name of that category; empty where the caller does not see it"),
            VALUE("sortorder", INT, "its place in the order of all courses", OPTIONAL),
            VALUE("summary", RAW, "what the course is about, as HTML"),
            VALUE("summaryformat", INT,
                  "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),
            LIST("summaryfiles", MWS_COURSE_FILE, "files of the summary", OPTIONAL),
            LIST("overviewfiles", MWS_COURSE_FILE, "files that picture the course"),
            VALUE("showactivitydates", BOOL, "whether the course page shows dates of activities"),
            VALUE("showcompletionconditions", BOOL,
                  "whether the course page shows what completes activities; null: not set"),
            LIST("contacts", KEYS(
                VALUE("id", INT, "identifies the user"),
                VALUE("fullname", NOTAGS, "full name of the user")),
                "people to turn to: the roles that the site takes for contacts"),
            LIST("enrollmentmethods", ONE(PLUGIN, "name of an enrolment plugin"),
                  "enrolment plugins that are on in the course"),
            MWS_CUSTOMFIELDS(RAW, ALPHANUMEXT),
            VALUE("idnumber", RAW, "id number, its key in other systems", OPTIONAL),
            VALUE("format", PLUGIN, "course format: topics, weeks, social, site ...", OPTIONAL),
            VALUE("showgrades", INT, "1 if participants see the gradebook, else 0", OPTIONAL),
            VALUE("newsitems", INT, "how many announcements the course page shows", OPTIONAL),
            VALUE("startdate", INT, "start of the course, Unix seconds", OPTIONAL),
            VALUE("enddate", INT, "end of the course, Unix seconds; 0: it has none", OPTIONAL),
            VALUE("maxbytes", INT, "most bytes of an uploaded file; 0: the site's limit", OPTIONAL),
            VALUE("showreports", INT,
                  "1 if participants see their activity reports, else 0", OPTIONAL),
            VALUE("visible", INT, "1 if participants see the course, 0 if it is hidden", OPTIONAL),
            VALUE("groupmode", INT,
                  "group mode: 0 no groups, 1 separate groups, 2 visible groups", OPTIONAL),
            VALUE("groupmodeforce", INT,
                  "1 if activities cannot choose another group mode, else 0", OPTIONAL),
            VALUE("defaultgroupingid", INT,
                  "id of the grouping that activities begin with; 0: none", OPTIONAL),
            VALUE("enablecompletion", INT,
                  "1 if completion is tracked in the course, else 0", OPTIONAL),
            VALUE("completionnotify", INT,
                  "1 if participants are told of their completion, else 0", OPTIONAL),
            VALUE("lang", SAFEDIR,
                  "code of the language that the course forces; empty: none", OPTIONAL),
            VALUE("theme", PLUGIN, "theme that the course forces; empty: none", OPTIONAL),
            VALUE("marker", INT,
                  "number of the section that is marked as current; 0: none", OPTIONAL),
            VALUE("legacyfiles", INT,
                  "files of the old kind: 0 it never had any, 1 switched off, 2 switched on",
                  OPTIONAL),
            VALUE("calendartype", PLUGIN,
                  "calendar type that the course forces; empty: none", OPTIONAL),
            VALUE("timecreated", INT, "when it was made, Unix seconds", OPTIONAL),
            VALUE("timemodified", INT, "when its settings last changed, Unix seconds", OPTIONAL),
            VALUE("requested", INT, "1 if the course was made at the request of a user", OPTIONAL),
            VALUE("cacherev", INT,
                  "revision, a number that grows with each change of its contents", OPTIONAL),
            LIST("filters", KEYS(
                VALUE("filter", PLUGIN, "name of the filter"),
                VALUE("localstate", INT, "set here: 1 on, -1 off, 0 as above"),
                VALUE("inheritedstate", INT, "what is above: 1 on, 0 off")),
                "text filters that are there for the course", OPTIONAL),
            LIST("courseformatoptions", KEYS(
                VALUE("name", RAW, "name of the option"),
                VALUE("value", RAW, "value of the option", UNTYPED)),
                "options of the course format", OPTIONAL),
            VALUE("communicationroomname", TEXT,
                  "name of its chat room; not given by this server", OPTIONAL),
            VALUE("communicationroomurl", RAW,
                  "URL of its chat room; not given by this server", OPTIONAL)),
            "courses found, as far as the caller may know of them"),
        LIST("warnings", KEYS(
            VALUE("item", TEXT, "what the warning is about: course", OPTIONAL),
            VALUE("itemid", INT, "id of the course", OPTIONAL),
            VALUE("warningcode", ALPHANUM, "1: not to be entered, or not there"),
            VALUE("message", RAW, "the same in words, for people")),
            "courses asked for by ids that cannot be entered", OPTIONAL)),
    .errors  = ERRORS(
        {MWS_BAD_PARAMETER, "the field is none of these, or an id between commas is empty"},
        MWS_FORMAT_ERRORS))
{
    const char *field = mws_given(in, "field") ? mws_text(in, "field") : "";
    const char *value = mws_given(in, "value") ? mws_text(in, "value") : "";
    mws_ids_t  *refused = mws_ids_make(call->pool);
    courses_t   all = {.fields = NULL};
    mws_ids_t  *ids;
    int         i;

    MWS_ERR(find_by_field(call, field, value, &ids));
    MWS_ERR(queue_courses(call, ids, &all));
    MWS_ERR(queue_more(call, ids, &all));
    MWS_ERR(read_courses(call, &all));
    mws_out_struct(out, NULL);
    mws_out_list(out, "courses");
    for (i = 0; i < ids->count; i++) {
        mws_course_t *access = mws_course_among(all.courses, ids->ids[i]);

        if (strcmp(field, "ids") == 0 && mws_course_validate(call, access)) {
            mws_ids_add(refused, ids->ids[i]);
        }
        if (access) {
            MWS_ERR(write_seen_course(call, out, &all, access));
        }
    }
    mws_out_end(out);
    write_warnings(out, refused);
    mws_out_end(out);
    return NULL;
}

/* $1 ... $7 are the criteria in the order of their table, null where there is none; $8 whether the
 * categories below those found are wanted too. */
SQL(categories,
    "WITH hit AS ("
    "  SELECT k.id, k.path FROM {course_categories} k"
    "   WHERE ($1::bigint IS NULL OR k.id = $1)"
    "     AND ($2::bigint[] IS NULL OR k.id = ANY ($2))"
    "     AND ($3::text IS NULL OR k.name = $3)"
    "     AND ($4::bigint IS NULL OR k.parent = $4)"
    "     AND ($5::text IS NULL OR k.idnumber = $5)"
    "     AND ($6::bigint IS NULL OR k.visible = $6)"
    "     AND ($7::text IS NULL OR k.theme = $7))"
    "SELECT k.id, k.name, k.idnumber, k.description, k.descriptionformat, k.parent, k.sortorder,"
    "       k.coursecount, k.visible, k.visibleold, k.timemodified, k.depth, k.path, k.theme,"
    "       " MWS_CONTEXT_COLUMNS("x")
    "  FROM {course_categories} k"
    "  LEFT JOIN {context} x ON x.contextlevel = 40 AND x.instanceid = k.id"
    " WHERE k.id IN (SELECT id FROM hit)"
    "    OR ($8 AND ($6 IS NULL OR k.visible = $6) AND ($7 IS NULL OR k.theme = $7)"
    "        AND EXISTS (SELECT 1 FROM hit WHERE k.path LIKE hit.path || '/%'))"
    " ORDER BY k.path COLLATE \"C\", k.id");

/* clang-format off */
enum {
    K_ID, K_NAME, K_IDNUMBER, K_DESCRIPTION, K_FORMAT, K_PARENT, K_SORTORDER, K_COUNT, K_VISIBLE,
    K_VISIBLE_OLD, K_MODIFIED, K_DEPTH, K_PATH, K_THEME, K_CONTEXT
};
/* clang-format on */

typedef enum { AS_INT, AS_IDS, AS_NAME, AS_STORED, AS_THEME } criterion_e;

/* What categories may be searched by, and what that asks for at the system. */
/* clang-format off */
static const struct {
    const char *key;
    criterion_e kind;
    const char *capability;
} criteria[] = {
    {"id",       AS_INT,    NULL},
    {"ids",      AS_IDS,    NULL},
    {"name",     AS_NAME,   NULL},
    {"parent",   AS_INT,    NULL},
    {"idnumber", AS_STORED, "moodle/category:manage"},
    {"visible",  AS_INT,    "moodle/category:viewhiddencategories"},
    {"theme",    AS_THEME,  "moodle/category:manage"},
};
/* clang-format on */

enum { CRITERIA = sizeof(criteria) / sizeof(criteria[0]) };

/* TEXT with ids between commas as an array for the database. */
static mws_error_t *array_of_ids(mws_call_t *call, const char *text, const char **array)
{
    apr_array_header_t *words = apr_array_make(call->pool, 8, sizeof(const char *));
    mws_ids_t          *ids;
    int                 i;

    MWS_ERR(ids_of_text(call, "criteria => value", text, &ids));
    for (i = 0; i < ids->count; i++) {
        APR_ARRAY_PUSH(words, const char *) =
            apr_psprintf(call->pool, "%" APR_INT64_T_FMT, ids->ids[i]);
    }
    *array = apr_pstrcat(call->pool, "{", apr_array_pstrcat(call->pool, words, ','), "}", NULL);
    return NULL;
}

/* Clean the VALUE of a criterion, as its kind asks. */
static mws_error_t *clean_criterion(mws_call_t *call, criterion_e kind, const char *value,
                                    const char **cleaned)
{
    switch (kind) {
    case AS_INT:
        *cleaned = apr_psprintf(call->pool, "%" APR_INT64_T_FMT, mws_php_int(value));
        return NULL;
    case AS_IDS:
        return array_of_ids(call, value, cleaned);
    case AS_NAME:
        *cleaned = mws_clean_text(call, MWS_PARAM_TEXT, value);
        return NULL;
    case AS_THEME:
        *cleaned = mws_clean_text(call, MWS_PARAM_THEME, value);
        return NULL;
    default:
        *cleaned = value;
        return NULL;
    }
}

/* Take one criterion of the call into VALUES; of a key that comes again, the first one counts. */
static mws_error_t *take_criterion(mws_call_t *call, const mws_value_t *given, const char **values)
{
    const char *key = mws_given(given, "key") ? mws_text(given, "key") : "";
    const char *value = mws_given(given, "value") ? mws_text(given, "value") : "";
    int         i = 0;

    while (i < CRITERIA && strcmp(criteria[i].key, key) != 0) {
        i++;
    }
    if (i == CRITERIA || (criteria[i].capability &&
                          !mws_can(call, mws_context_system(call), criteria[i].capability))) {
        return mws_error(call->pool, MWS_BAD_CRITERIA, NULL);
    }
    return values[i] ? NULL : clean_criterion(call, criteria[i].kind, value, &values[i]);
}

/* A category that goes out. */
typedef struct {
    int                  row;
    const mws_context_t *context;
    const char          *sortorder;
} category_t;

static int is_below(const char *path, const char *ancestor)
{
    size_t len = strlen(ancestor);

    return strncmp(path, ancestor, len) == 0 && path[len] == '/';
}

/* Sort orders are compared as texts, as Moodle does; equal ones keep the order of their paths. */
static int by_sortorder(const void *a, const void *b)
{
    const category_t *one = a, *other = b;
    int               order = strcmp(one->sortorder, other->sortorder);

    return order ? order : one->row - other->row;
}

/* The categories among ROWS that the caller may see, in the order of the answer. ROWS come by
 * path, parents before children: what is below a category that is not seen follows it at once. */
static apr_array_header_t *seen_categories(mws_call_t *call, const mws_rows_t *rows)
{
    apr_array_header_t *seen = apr_array_make(call->pool, mws_rows_count(rows), sizeof(category_t));
    const char         *hidden = NULL;
    int                 row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        const char    *path = mws_row_text(rows, row, K_PATH);
        mws_context_t *context = mws_context_of_row(call->pool, rows, row, K_CONTEXT);
        category_t    *category;

        if ((hidden && is_below(path, hidden)) || mws_validate_context(call, context)) {
            continue;
        }
        if (!mws_category_listed(call, context, (int)mws_row_int(rows, row, K_VISIBLE))) {
            hidden = path;
            continue;
        }
        category = apr_array_push(seen);
        category->row = row;
        category->context = context;
        category->sortorder = mws_row_text(rows, row, K_SORTORDER);
    }
    qsort(seen->elts, (size_t)seen->nelts, sizeof(category_t), by_sortorder);
    return seen;
}

static mws_error_t *write_category(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows,
                                   const category_t *category)
{
    mws_area_t  area = {.contextid = category->context->id,
                        .component = "coursecat",
                        .filearea = "description",
                        .itemid = -1};
    int         row = category->row;
    int         manages = mws_can(call, category->context, "moodle/category:manage");
    int         format = (int)mws_row_int(rows, row, K_FORMAT);
    const char *description, *theme = mws_row_text(rows, row, K_THEME);

    MWS_ERR(mws_format_text(call, mws_row_text(rows, row, K_DESCRIPTION), &format, &area,
                            &description));
    mws_out_struct(out, NULL);
    mws_out_text(out, "id", mws_row_text(rows, row, K_ID));
    mws_out_text(out, "name", mws_format_string(call, mws_row_text(rows, row, K_NAME)));
    if (manages) {
        mws_out_text(out, "idnumber", mws_row_text(rows, row, K_IDNUMBER));
    }
    mws_out_text(out, "description", description);
    mws_out_int(out, "descriptionformat", format);
    mws_out_text(out, "parent", mws_row_text(rows, row, K_PARENT));
    mws_out_text(out, "sortorder", mws_row_text(rows, row, K_SORTORDER));
    mws_out_text(out, "coursecount", mws_row_text(rows, row, K_COUNT));
    if (manages) {
        mws_out_text(out, "visible", mws_row_text(rows, row, K_VISIBLE));
        mws_out_text(out, "visibleold", mws_row_text(rows, row, K_VISIBLE_OLD));
        mws_out_text(out, "timemodified", mws_row_text(rows, row, K_MODIFIED));
    }
    mws_out_text(out, "depth", mws_row_text(rows, row, K_DEPTH));
    mws_out_text(out, "path", mws_row_text(rows, row, K_PATH));
    if (manages) {
        write_installed(call, out, "theme", MWS_PARAM_THEME, theme ? theme : "");
    }
    mws_out_end(out);
    return NULL;
}

/* Moodle: course/externallib.php, core_course_external::get_categories(). */
EXTERNAL(core_course_get_categories,
    .about   = "Finds the course categories that meet all criteria, or gives all, with what is "
               "below them. Categories that the caller may not see are passed over.",
    .params  = KEYS(
        LIST("criteria", KEYS(
            VALUE("key", ALPHA, "id, ids (with commas), name, parent, idnumber, visible or theme"),
            VALUE("value", RAW, "the value to look for")),
            "what to look for; none: all categories", PRESET_EMPTY),
        VALUE("addsubcategories", BOOL,
              "whether to give what is below those found too", PRESET("1"))),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the category"),
        VALUE("name", RAW, "name of the category, for display"),
        VALUE("idnumber", RAW, "id number, its key in other systems", OPTIONAL),
        VALUE("description", RAW, "what the category holds, as HTML"),
        VALUE("descriptionformat", INT,
              "format of the description: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),
        VALUE("parent", INT, "id of the category it is in; 0: none"),
        VALUE("sortorder", INT, "its place in the order of all categories"),
        VALUE("coursecount", INT, "how many courses are in it, not counting those below"),
        VALUE("visible", INT, "1 if everybody sees the category, 0 if it is hidden", OPTIONAL),
        VALUE("visibleold", INT, "the same before a category above it was hidden", OPTIONAL),
        VALUE("timemodified", INT, "when it last changed, Unix seconds", OPTIONAL),
        VALUE("depth", INT, "how deep it is; 1 at the top"),
        VALUE("path", TEXT, "ids from the top down to itself, a slash before each"),
        VALUE("theme", THEME, "theme that the category forces; empty: none", OPTIONAL))),
    .errors  = ERRORS(
        {MWS_BAD_CRITERIA, "a key is none of these, or asks for a capability that the caller "
                           "lacks"},
        {MWS_BAD_PARAMETER, "an id between commas is empty"},
        MWS_FORMAT_ERRORS))
{
    const mws_value_t  *given = mws_items(in, "criteria");
    const char         *v[CRITERIA] = {NULL};
    apr_array_header_t *seen;
    mws_rows_t         *rows;
    apr_size_t          i;
    int                 n;

    for (i = 0; i < mws_value_size(given); i++) {
        MWS_ERR(take_criterion(call, mws_value_at(given, i), v));
    }
    MWS_ERR(mws_db_query(call, &categories, &rows, "sssssssb", v[0], v[1], v[2], v[3], v[4], v[5],
                         v[6], mws_bool(in, "addsubcategories")));
    seen = seen_categories(call, rows);
    mws_out_list(out, NULL);
    for (n = 0; n < seen->nelts; n++) {
        MWS_ERR(write_category(call, out, rows, &APR_ARRAY_IDX(seen, n, category_t)));
    }
    mws_out_end(out);
    return NULL;
}
