/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_update.c -- changes of courses.
 * Moodle: course/externallib.php, core_course_external::update_courses(); course/lib.php,
 * update_course(). */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/course/mws_course.h"
#include "../lib/course/mws_course_edit.h"
#include "../lib/course/mws_course_names.h"
#include "../lib/course/mws_course_options.h"
#include "../lib/course/mws_course_order.h"
#include "../lib/course/mws_course_parts.h"
#include "../lib/course/mws_customfield.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_rows.h"
#include "../lib/site/mws_work.h"
#include "../lib/site/mws_zone.h"
#include "../lib/text/mws_warning.h"

SQL(lock_courses,
    "SELECT c.id, c.visibleold,"
    "       (SELECT string_agg(f.type, ',') FROM {forum} f"
    "         WHERE f.course = c.id AND f.type IN ('news', 'social'))" MWS_COURSE_SELECT
    "  FROM {course} c WHERE c.id = ANY ($1) ORDER BY c.id FOR UPDATE OF c");

enum { C_ID, C_VISIBLE_OLD, C_FORUMS, C_COLUMNS };

/* A cacherev is a time; one that is not of this hour is no longer counted on. */
SQL(update_courses,
    "UPDATE {course} c"
    "   SET category = n.category, fullname = n.fullname, shortname = n.shortname,"
    "       idnumber = n.idnumber, summary = n.summary, summaryformat = n.summaryformat,"
    "       format = n.format, showgrades = n.showgrades, newsitems = n.newsitems,"
    "       startdate = n.startdate, enddate = n.enddate, maxbytes = n.maxbytes,"
    "       showreports = n.showreports, visible = n.visible, visibleold = n.visibleold,"
    "       groupmode = n.groupmode, groupmodeforce = n.groupmodeforce,"
    "       defaultgroupingid = n.defaultgroupingid, lang = n.lang, theme = n.theme,"
    "       enablecompletion = n.enablecompletion, completionnotify = n.completionnotify,"
    "       showcompletionconditions = CASE WHEN n.untracked THEN NULL"
    "                                       ELSE c.showcompletionconditions END,"
    "       timemodified = $2,"
    "       cacherev = CASE WHEN c.cacherev < $2 OR c.cacherev > $2 + 3600 THEN $2"
    "                       ELSE c.cacherev + 1 END + n.bumps - 1"
    "  FROM json_to_recordset($1) AS n (" MWS_COURSE_RECORD ", visibleold smallint,"
    "       untracked boolean, bumps bigint)"
    " WHERE c.id = n.id");

/* The comparisons by bytes are those of the index that patterns use. */
SQL(move_contexts,
    "UPDATE {context} x"
    "   SET path = m.path || substr(x.path, length(m.old) + 1), depth = x.depth + m.deeper"
    "  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS m (old, path, deeper)"
    " WHERE x.path = m.old OR (x.path ~>=~ (m.old || '/') AND x.path ~<~ (m.old || '0'))");

/* A course to change. */
typedef struct {
    const mws_value_t    *in;
    int                   place; /* in the call's list */
    apr_int64_t           id;
    mws_error_t          *refused; /* why it stays as it is */
    mws_course_t         *course;
    mws_course_row_t      before, row;
    apr_int64_t           visible_old;
    const char           *old_format, *format; /* as installed */
    const char           *forum;               /* the type of that which it gets, or NULL */
    const char           *updated;             /* what the event tells of its fields, as JSON */
    const mws_category_t *category;            /* which it moves to, or NULL */
    int                   options_change;
} change_t;

/* Changes of courses that are each named once: what they need, and they themselves. */
typedef struct {
    mws_call_t               *call;
    const char               *zone;
    const mws_value_t        *in; /* the courses of the call */
    mws_course_names_t       *names;
    mws_course_order_t       *order;
    mws_course_options_t     *options;
    mws_customfields_t       *fields; /* NULL: the call gives none */
    mws_rows_t               *rows, *access, *sections;
    const apr_array_header_t *courses; /* what ACCESS tells */
    change_t                 *changes;
    int                       count;
} batch_t;

/* ---- what is asked for ---- */

/* Lock the courses of BATCH, what they must share with nobody and the categories that they may
 * leave or come to, and read what decides. Names first, then categories, then courses. */
static mws_error_t *read_batch(batch_t *batch)
{
    mws_call_t *call = batch->call;
    mws_ids_t  *ids = mws_ids_make(call->pool), *movers = mws_ids_make(call->pool);
    mws_ids_t  *targets = mws_ids_make(call->pool);
    int         i, fields = 0;

    for (i = 0; i < batch->count; i++) {
        const change_t *change = &batch->changes[i];

        mws_ids_add(ids, change->id);
        if (mws_given(change->in, "categoryid")) {
            mws_ids_add(movers, change->id);
            mws_ids_add(targets, mws_int(change->in, "categoryid"));
        }
        fields |= mws_value_size(mws_items(change->in, "customfields")) > 0;
    }
    MWS_ERR(mws_course_names_queue(call, batch->in, batch->changes->place, batch->count,
                                   &batch->names));
    MWS_ERR(mws_course_order_queue(call, targets, movers, &batch->order));
    MWS_ERR(mws_db_queue(call, &lock_courses, &batch->rows, "I", ids));
    MWS_ERR(mws_courses_queue(call, ids, &batch->access));
    MWS_ERR(mws_course_options_queue(call, ids, &batch->options));
    if (fields) {
        MWS_ERR(mws_customfields_queue(call, "core_course", "course", ids, &batch->fields));
    }
    MWS_ERR(mws_db_run(call));
    batch->courses = mws_courses_of_rows(call, batch->access);
    return NULL;
}

/* Whether CHANGE gives column NUMBER another value. */
static int differs(const change_t *change, int number)
{
    const mws_course_value_t *old = &change->before.of[number], *now = &change->row.of[number];

    if (!now->given) {
        return 0;
    }
    if (now->text) {
        return strcmp(old->text ? old->text : "", now->text) != 0;
    }
    return old->number != now->number;
}

/* What of a course is changed only with a capability of its own, in the order of Moodle's checks. */
/* clang-format off */
static const struct {
    int         column;
    const char *capability;
    mws_error_t *(*check)(mws_call_t *call, const mws_course_row_t *row, int place);
} guarded[] = {
    {MWS_COURSE_category,      "moodle/course:changecategory",    NULL},
    {MWS_COURSE_fullname,      "moodle/course:changefullname",    mws_course_check_fullname},
    {MWS_COURSE_shortname,     "moodle/course:changeshortname",   mws_course_check_shortname},
    {MWS_COURSE_idnumber,      "moodle/course:changeidnumber",    NULL},
    {MWS_COURSE_summary,       "moodle/course:changesummary",     NULL},
    {MWS_COURSE_summaryformat, "moodle/course:changesummary",     mws_course_check_summary},
    {MWS_COURSE_visible,       "moodle/course:visibility",        NULL},
    {MWS_COURSE_lang,          "moodle/course:setforcedlanguage", mws_course_check_lang},
};
/* clang-format on */

static mws_error_t *check_guarded(mws_call_t *call, const change_t *change)
{
    size_t i;

    for (i = 0; i < sizeof(guarded) / sizeof(guarded[0]); i++) {
        if (differs(change, guarded[i].column)) {
            MWS_ERR(mws_require(call, change->course->context, guarded[i].capability));
            if (guarded[i].check) {
                MWS_ERR(guarded[i].check(call, &change->row, change->place));
            }
        }
    }
    return NULL;
}

/* What the site allows of files: no more than its own limits, whatever the course says. */
static void cap_files(mws_call_t *call, mws_course_row_t *row)
{
    const apr_int64_t limits[] = {mws_config_int(call, "maxbytes", 0), call->settings->upload_max};
    mws_course_value_t *value = &row->of[MWS_COURSE_maxbytes];
    size_t              i;

    for (i = 0; value->given && value->number && i < sizeof(limits) / sizeof(limits[0]); i++) {
        if (limits[i] > 0 && (value->number < 0 || value->number > limits[i])) {
            value->number = limits[i];
        }
    }
}

/* The value that a date was given, 0 when it was not. */
static apr_int64_t given_number(const mws_course_row_t *row, int number)
{
    return row->of[number].given ? row->of[number].number : 0;
}

static mws_error_t *check_customfields(const batch_t *batch, const change_t *change)
{
    const mws_customfields_given_t given = {.instance = change->id,
                                            .context = change->course->context,
                                            .fields = mws_items(change->in, "customfields")};

    return batch->fields ? mws_customfields_check(batch->call, batch->fields, &given) : NULL;
}

/* Find the category that CHANGE moves to, if it does. */
static mws_error_t *find_category(const batch_t *batch, change_t *change)
{
    mws_course_value_t *category = &change->row.of[MWS_COURSE_category];

    if (!category->number) {
        *category = change->before.of[MWS_COURSE_category];
    }
    if (!differs(change, MWS_COURSE_category)) {
        return NULL;
    }
    change->category = mws_course_order_category(batch->order, category->number);
    if (!change->category || !change->category->context) {
        return mws_error(batch->call->pool, MWS_NO_RECORD, "category %" APR_INT64_T_FMT,
                         category->number);
    }
    return NULL;
}

/* Enter the course of CHANGE, and see whether all that it asks for may be done. */
static mws_error_t *check_change(batch_t *batch, change_t *change)
{
    mws_call_t       *call = batch->call;
    mws_course_row_t *row = &change->row;
    int               at = mws_rows_find(batch->rows, C_ID, change->id);

    change->course = mws_course_among(batch->courses, change->id);
    if (at < 0 || !change->course) {
        return mws_error(call->pool, MWS_NO_RECORD, "course %" APR_INT64_T_FMT, change->id);
    }
    MWS_ERR(mws_course_validate(call, change->course));
    MWS_ERR(mws_require(call, change->course->context, "moodle/course:update"));
    mws_course_row_read(batch->rows, at, C_COLUMNS, &change->before);
    change->visible_old = mws_row_int(batch->rows, at, C_VISIBLE_OLD);
    *row = change->before;
    row->id = change->id;
    MWS_ERR(mws_course_row_take(call, change->in, change->place, row));
    MWS_ERR(check_guarded(call, change));
    MWS_ERR(
        mws_course_check_theme(call, row, change->place, change->before.of[MWS_COURSE_theme].text));
    cap_files(call, row);
    if (change->id == mws_front_page_id(call)) {
        return mws_error(call->pool, MWS_BAD_COURSE, "the front page");
    }
    MWS_ERR(mws_course_names_check(call, batch->names, &change->before, row));
    MWS_ERR(mws_course_check_dates(call, given_number(row, MWS_COURSE_startdate),
                                   given_number(row, MWS_COURSE_enddate)));
    MWS_ERR(find_category(batch, change));
    return check_customfields(batch, change);
}

/* ---- what it comes to ---- */

/* The fields that CHANGE gives another value, as a JSON object; PHP writes an empty one as a
 * list. Options are compared with those of the format that the course had. */
static const char *updated_fields(const batch_t *batch, const change_t *change)
{
    mws_call_t                *call = batch->call;
    apr_array_header_t        *fields = apr_array_make(call->pool, 4, sizeof(const char *));
    const mws_course_option_t *option = NULL;
    int                        i;

    for (i = 0; i < MWS_COURSE_WIDTH; i++) {
        if (differs(change, i)) {
            APR_ARRAY_PUSH(fields, const char *) =
                apr_pstrcat(call->pool, "\"", mws_course_column_name(i),
                            "\":", mws_course_value_json(call->pool, &change->row, i), NULL);
        }
    }
    while ((option = mws_course_option_next(change->old_format, option)) != NULL) {
        int         number;
        const char *given = mws_course_option_given(call, change->in, option, &number);

        if (given &&
            strcmp(given, mws_course_option_value(call, batch->options, change->id, option)) != 0) {
            APR_ARRAY_PUSH(fields, const char *) =
                apr_pstrcat(call->pool, "\"", option->name,
                            "\":", number ? given : mws_json_text(call->pool, given), NULL);
        }
    }
    return fields->nelts
               ? apr_pstrcat(call->pool, "{", apr_array_pstrcat(call->pool, fields, ','), "}", NULL)
               : "[]";
}

/* What follows for the visibility of the course: it is hidden when it moves to where all is. */
static void settle_visibility(change_t *change)
{
    mws_course_value_t *visible = &change->row.of[MWS_COURSE_visible];

    if (visible->number != change->before.of[MWS_COURSE_visible].number) {
        change->visible_old = visible->number;
    }
    else if (change->category && !change->category->visible) {
        visible->number = 0;
    }
}

/* The forum that the course of CHANGE is to get: what its format calls for, if it has none. */
static const char *missing_forum(const batch_t *batch, const change_t *change)
{
    const char *type =
        mws_course_forum_type(change->format, change->row.of[MWS_COURSE_newsitems].number);
    int         at = mws_rows_find(batch->rows, C_ID, change->id);
    const char *there = mws_row_text(batch->rows, at, C_FORUMS);

    if (!type || !mws_course_options_forums(batch->options) || (there && strstr(there, type))) {
        return NULL;
    }
    return type;
}

/* Settle what becomes of the course of CHANGE, which is allowed. */
static void settle_change(batch_t *batch, change_t *change)
{
    mws_call_t         *call = batch->call;
    mws_course_value_t *of = change->row.of;

    mws_course_names_take(batch->names, &change->before, &change->row);
    change->old_format = mws_course_format(call, change->before.of[MWS_COURSE_format].text);
    change->format = mws_course_format(call, of[MWS_COURSE_format].text);
    change->updated = updated_fields(batch, change);
    settle_visibility(change);
    if (of[MWS_COURSE_format].given && !mws_course_has_news(change->format)) {
        of[MWS_COURSE_newsitems].number = 0;
    }
    change->forum = missing_forum(batch, change);
    change->options_change = mws_course_options_settle(
        call, batch->options, change->id, change->old_format, change->format, change->in);
    if (change->category) {
        mws_course_order_move(batch->order, change->id,
                              change->before.of[MWS_COURSE_category].number, change->category->id);
    }
}

/* ---- what is written ---- */

/* How often Moodle marks the course's caches as stale: once, twice more with a forum, once more
 * with an option that changes. */
static int bumps(const change_t *change)
{
    return 1 + (change->forum ? 2 : 0) + change->options_change;
}

static mws_error_t *queue_rows(const batch_t *batch)
{
    mws_call_t         *call = batch->call;
    apr_array_header_t *rows = apr_array_make(call->pool, batch->count, sizeof(const char *));
    int                 i;

    for (i = 0; i < batch->count; i++) {
        const change_t           *change = &batch->changes[i];
        const mws_course_value_t *tracked = &change->row.of[MWS_COURSE_enablecompletion];

        if (!change->refused) {
            APR_ARRAY_PUSH(rows, const char *) = mws_course_row_json(
                call->pool, &change->row,
                apr_psprintf(call->pool,
                             ",\"visibleold\":%" APR_INT64_T_FMT ",\"untracked\":%s,\"bumps\":%d",
                             change->visible_old,
                             tracked->given && !tracked->number ? "true" : "false", bumps(change)));
        }
    }
    return mws_db_queue(
        call, &update_courses, NULL, "si",
        apr_pstrcat(call->pool, "[", apr_array_pstrcat(call->pool, rows, ','), "]", NULL),
        call->now);
}

/* Move the contexts of courses that go to another category, with all below them. */
static mws_error_t *queue_moves(const batch_t *batch)
{
    mws_call_t  *call = batch->call;
    mws_texts_t *old = mws_texts_make(call->pool), *paths = mws_texts_make(call->pool);
    mws_ids_t   *deeper = mws_ids_make(call->pool);
    int          i;

    for (i = 0; i < batch->count; i++) {
        const change_t *change = &batch->changes[i];

        if (!change->refused && change->category) {
            const mws_context_t *context = change->course->context;
            const mws_context_t *above = change->category->context;
            const char          *path = apr_psprintf(call->pool, "%s/%" APR_INT64_T_FMT,
                                                     mws_context_path(call->pool, above), context->id);

            mws_texts_add(old, mws_context_path(call->pool, context));
            mws_texts_add(paths, path);
            mws_ids_add(deeper, above->depth + 1 - context->depth);
            mws_dirty_context(call, path);
        }
    }
    if (!old->count) {
        return NULL;
    }
    MWS_ERR(mws_course_order_write(call, batch->order));
    return mws_db_queue(call, &move_contexts, NULL, "SSI", old, paths, deeper);
}

/* Queue what Moodle does once a course is changed: its end, its forum. */
static mws_error_t *queue_parts(batch_t *batch)
{
    mws_call_t  *call = batch->call;
    mws_ids_t   *weekly = mws_ids_make(call->pool), *with_forum = mws_ids_make(call->pool);
    mws_ids_t   *firsts = mws_ids_make(call->pool);
    mws_texts_t *types = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < batch->count; i++) {
        const change_t *change = &batch->changes[i];

        if (!change->refused && strcmp(change->format, "weeks") == 0) {
            mws_ids_add(weekly, change->id);
        }
        if (!change->refused && change->forum) {
            mws_ids_add(with_forum, change->id);
            mws_ids_add(firsts, 0);
            mws_texts_add(types, change->forum);
        }
    }
    MWS_ERR(mws_course_ends_set(call, weekly, batch->zone));
    MWS_ERR(mws_course_sections_create(call, with_forum, firsts, &batch->sections));
    return mws_course_forums_create(call, with_forum, types);
}

static mws_error_t *store_customfields(const batch_t *batch)
{
    mws_call_t         *call = batch->call;
    apr_array_header_t *given =
        apr_array_make(call->pool, batch->count, sizeof(mws_customfields_given_t));
    int i;

    for (i = 0; i < batch->count; i++) {
        const change_t *change = &batch->changes[i];

        if (!change->refused) {
            APR_ARRAY_PUSH(given, mws_customfields_given_t) = (mws_customfields_given_t){
                .instance = change->id,
                .context = change->course->context,
                .fields = mws_items(change->in, "customfields"),
            };
        }
    }
    return mws_customfields_store(call, "core_course", "course", given);
}

static void note_events(batch_t *batch)
{
    mws_call_t *call = batch->call;
    int         i, section = 0;

    for (i = 0; i < batch->count; i++) {
        const change_t *change = &batch->changes[i];

        if (!change->refused) {
            apr_int64_t contextid = change->course->context->id;

            mws_course_event(call, "course_updated", 'u', &change->row, contextid,
                             apr_pstrcat(call->pool, ",\"updatedfields\":", change->updated, NULL));
            section =
                mws_course_sections_events(call, batch->sections, section, change->id, contextid);
        }
    }
}

/* Do the changes of BATCH; those that are refused say why. */
static mws_error_t *do_batch(batch_t *batch)
{
    int i;

    MWS_ERR(read_batch(batch));
    for (i = 0; i < batch->count; i++) {
        change_t *change = &batch->changes[i];

        change->refused = check_change(batch, change);
        if (!change->refused) {
            settle_change(batch, change);
        }
    }
    MWS_ERR(queue_rows(batch));
    MWS_ERR(mws_course_options_write(batch->call, batch->options));
    MWS_ERR(queue_moves(batch));
    MWS_ERR(queue_parts(batch));
    MWS_ERR(mws_db_run(batch->call));
    MWS_ERR(store_customfields(batch));
    note_events(batch);
    return NULL;
}

/* How many of CHANGES, of which there are COUNT, name each course once. */
static int once_each(apr_pool_t *p, const change_t *changes, int count)
{
    apr_hash_t *seen = apr_hash_make(p);
    int         i;

    for (i = 0; i < count && !apr_hash_get(seen, &changes[i].id, sizeof(apr_int64_t)); i++) {
        apr_hash_set(seen, &changes[i].id, sizeof(apr_int64_t), &changes[i]);
    }
    return i;
}

EXTERNAL(core_course_update_courses,
    .about   = "Changes courses, each by itself: what is not given stays. A course that is "
               "refused stays as it is, and a warning carries the errorcode.",
    .params  = KEYS(LIST("courses", KEYS(
        VALUE("id", INT, "id of the course to change"),
        VALUE("fullname", TEXT, "full name of the course", OPTIONAL),
        VALUE("shortname", TEXT, "short name; no other course has it", OPTIONAL),
        VALUE("categoryid", INT, "id of the category to move it to", OPTIONAL),
        VALUE("idnumber", RAW,
              "id number, its key in other systems; no other course has it", OPTIONAL),
        VALUE("summary", RAW, "what the course is about, in the format that follows", OPTIONAL),
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown",
              OPTIONAL),
        VALUE("format", PLUGIN, "course format: topics, weeks, social, singleactivity ...",
              OPTIONAL),
        VALUE("showgrades", INT, "1 if participants see the gradebook, else 0", OPTIONAL),
        VALUE("newsitems", INT, "how many announcements the course page shows", OPTIONAL),
        VALUE("startdate", INT, "start of the course, Unix seconds", OPTIONAL),
        VALUE("enddate", INT, "end of the course, Unix seconds; 0: it has none", OPTIONAL),
        VALUE("numsections", INT, "taken, and changes nothing", OPTIONAL),
        VALUE("maxbytes", INT, "most bytes of an uploaded file; 0: the site's limit", OPTIONAL),
        VALUE("showreports", INT, "1 if participants see their activity reports, else 0", OPTIONAL),
        VALUE("visible", INT, "1 if participants see the course, 0 if it is hidden", OPTIONAL),
        VALUE("hiddensections", INT,
              "how hidden sections look to participants: 0 collapsed, 1 not at all", OPTIONAL),
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
        VALUE("forcetheme", PLUGIN, "theme that the course forces; empty: none", OPTIONAL),
        LIST("courseformatoptions", KEYS(
            VALUE("name", ALPHANUMEXT, "name of the option"),
            VALUE("value", RAW, "value of the option")),
            "options of the course format", OPTIONAL),
        MWS_CUSTOMFIELDS_GIVEN),
        "the courses to change, and of each what is to change")),
    .returns = KEYS(
        MWS_WARNINGS("what it is about: course", "id of the course that stays as it was")),
    .errors  = ERRORS(
        {MWS_BAD_PARAMETER, "no course is given; in a warning: a number is out of range, or a "
                            "text too long"},
        {MWS_NO_RECORD, "there is no such course or category"},
        MWS_COURSE_ERRORS,
        {MWS_NO_PERMISSION, "the caller may not update the course, or not what is to change of it"},
        {MWS_BAD_COURSE, "it is the front page"},
        MWS_COURSE_EDIT_ERRORS,
        MWS_COURSE_NAMES_ERRORS,
        MWS_CUSTOMFIELD_ERRORS),
    .before  = mws_zone_prepare)
{
    const mws_value_t *courses = mws_items(in, "courses");
    int                i, done, count = (int)mws_value_size(courses);
    change_t          *changes = apr_pcalloc(call->pool, (apr_size_t)count * sizeof(*changes));

    if (!count) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "courses: expected one course at least");
    }
    for (i = 0; i < count; i++) {
        changes[i].in = mws_value_at(courses, (apr_size_t)i);
        changes[i].place = i;
        changes[i].id = mws_int(changes[i].in, "id");
    }
    for (done = 0; done < count;) {
        batch_t batch = {
            .call = call, .zone = call->zone, .in = courses, .changes = changes + done};

        batch.count = once_each(call->pool, batch.changes, count - done);
        MWS_ERR(do_batch(&batch));
        done += batch.count;
    }
    mws_out_struct(out, NULL);
    mws_out_list(out, "warnings");
    for (i = 0; i < count; i++) {
        if (changes[i].refused) {
            mws_warning_write(out, "course", changes[i].id, changes[i].refused);
        }
    }
    mws_out_end(out);
    mws_out_end(out);
    return NULL;
}
