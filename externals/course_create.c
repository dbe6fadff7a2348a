/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_create.c -- new courses.
 * Moodle: course/externallib.php, core_course_external::create_courses(); course/lib.php,
 * create_course(). */
#include <apr_strings.h>
#include <string.h>

#include "../lib/course/mws_course_edit.h"
#include "../lib/course/mws_course_names.h"
#include "../lib/course/mws_course_options.h"
#include "../lib/course/mws_course_order.h"
#include "../lib/course/mws_course_parts.h"
#include "../lib/course/mws_customfield.h"
#include "../lib/db/mws_declare.h"
#include "../lib/site/mws_zone.h"

/* The number of a course's last section, and how many sections a call may make. */
#define LAST_SECTION_MAX 1000
#define SECTIONS_MAX 100000

/* How long a course takes where the site does not say. */
#define COURSE_DURATION 31536000

/* Ids are drawn first, so that all the rest is one round trip. */
SQL(draw_ids, "SELECT nextval('{course}_id_seq') FROM generate_series(1, $1)");

SQL(midnight, "SELECT " MWS_SECONDS("date_trunc('day', " MWS_LOCAL("$1", "$2") ")", "$2"));

SQL(insert_courses,
    "INSERT INTO {course} (id, category, fullname, shortname, idnumber, summary, summaryformat,"
    "       format, showgrades, newsitems, startdate, enddate, maxbytes, showreports, visible,"
    "       visibleold, groupmode, groupmodeforce, defaultgroupingid, lang, theme, timecreated,"
    "       timemodified, enablecompletion, completionnotify, cacherev, showactivitydates,"
    "       showcompletionconditions)"
    " SELECT n.id, n.category, n.fullname, n.shortname, n.idnumber, n.summary, n.summaryformat,"
    "        n.format, n.showgrades, n.newsitems, n.startdate, n.enddate, n.maxbytes,"
    "        n.showreports, n.visible, n.visible, n.groupmode, n.groupmodeforce,"
    "        n.defaultgroupingid, n.lang, n.theme, $2, $2, n.enablecompletion, n.completionnotify,"
    "        n.cacherev, $3, CASE WHEN n.enablecompletion <> 0 THEN $4::smallint END"
    "   FROM json_to_recordset($1) AS n (" MWS_COURSE_RECORD ", cacherev bigint)");

/* A course to be. */
typedef struct {
    const mws_value_t    *in;
    int                   place; /* in the call's list */
    mws_course_row_t      row;
    const char           *format; /* as installed */
    const char           *forum;  /* the type of that which it comes with, or NULL */
    int                   last_section;
    int                   options_change; /* what anybody sees, against the defaults */
    const mws_category_t *category;
    mws_context_t        *context;
} plan_t;

/* What a call knows and does; the rows as they come. */
typedef struct {
    mws_call_t           *call;
    const char           *zone;
    mws_course_names_t   *names;
    mws_course_order_t   *order;
    mws_course_options_t *options;
    mws_rows_t           *drawn, *today, *contexts, *sections, *enrols;
    apr_array_header_t   *plans; /* of plan_t */
} courses_t;

static plan_t *plan_at(const courses_t *all, int i)
{
    return &APR_ARRAY_IDX(all->plans, i, plan_t);
}

static apr_int64_t usual(mws_call_t *call, const char *name, apr_int64_t preset)
{
    return mws_plugin_config_int(call, "moodlecourse", name, preset);
}

/* ---- what is asked for ---- */

/* Lock what the courses of IN must share with nobody, and read what decides. */
static mws_error_t *read_site(courses_t *all, const mws_value_t *in)
{
    mws_call_t *call = all->call;
    mws_ids_t  *none = mws_ids_make(call->pool), *categories = mws_ids_make(call->pool);
    apr_size_t  i, count = mws_value_size(in);

    for (i = 0; i < count; i++) {
        mws_ids_add(categories, mws_int(mws_value_at(in, i), "categoryid"));
    }
    MWS_ERR(mws_course_names_queue(call, in, 0, (int)count, &all->names));
    MWS_ERR(mws_course_order_queue(call, categories, none, &all->order));
    MWS_ERR(mws_course_options_queue(call, none, &all->options));
    MWS_ERR(mws_db_queue(call, &midnight, &all->today, "is", call->now, all->zone));
    MWS_ERR(mws_db_queue(call, &draw_ids, &all->drawn, "i", (apr_int64_t)count));
    return mws_db_run(call);
}

/* Enter the category of PLAN to make a course in it; whatever refuses becomes
 * MWS_CATEGORY_CONTEXT. */
static mws_error_t *enter_category(mws_call_t *call, const plan_t *plan)
{
    const mws_context_t *context = plan->category ? plan->category->context : NULL;
    mws_error_t         *inner = mws_validate_context(call, context);
    mws_error_t         *err;

    if (!inner) {
        return mws_require(call, context, "moodle/course:create");
    }
    err = mws_error(call->pool, MWS_CATEGORY_CONTEXT, "%s", inner->row->errorcode);
    err->message = apr_psprintf(call->pool, "%s: %" APR_INT64_T_FMT ": %s", err->row->text,
                                plan->row.of[MWS_COURSE_category].number, inner->message);
    return err;
}

/* Set what is not given, or not for the caller to give. */
static void complete(const courses_t *all, plan_t *plan)
{
    mws_call_t          *call = all->call;
    const mws_context_t *context = plan->category->context;
    mws_course_value_t  *of = plan->row.of;

    if (!of[MWS_COURSE_startdate].given) {
        of[MWS_COURSE_startdate].number = mws_row_int(all->today, 0, 0);
    }
    if (!of[MWS_COURSE_enddate].given && usual(call, "courseenddateenabled", 0)) {
        of[MWS_COURSE_enddate].number =
            of[MWS_COURSE_startdate].number + usual(call, "courseduration", COURSE_DURATION);
    }
    if (!of[MWS_COURSE_visible].given || !mws_can(call, context, "moodle/course:visibility")) {
        of[MWS_COURSE_visible].number = plan->category->visible;
    }
    if (!mws_can(call, context, "moodle/course:setforcedlanguage")) {
        of[MWS_COURSE_lang].text = "";
    }
    if (!mws_config_on(call, "enablecompletion")) {
        of[MWS_COURSE_enablecompletion].number = 0;
    }
    else if (!of[MWS_COURSE_enablecompletion].given) {
        of[MWS_COURSE_enablecompletion].number = usual(call, "enablecompletion", 0);
    }
}

static mws_error_t *take_sections(mws_call_t *call, plan_t *plan)
{
    apr_int64_t last = mws_int(plan->in, "numsections");

    if (last < 0 || last > LAST_SECTION_MAX) {
        return mws_course_refuse(call, MWS_BAD_PARAMETER, plan->place, "numsections",
                                 apr_psprintf(call->pool, "expected 0 to %d", LAST_SECTION_MAX));
    }
    plan->last_section = (int)last;
    return NULL;
}

/* Plan the course IN at PLACE: what it will be, or why not. */
static mws_error_t *plan_course(courses_t *all, const mws_value_t *in, int place)
{
    static const mws_course_row_t blank = {.of = {[MWS_COURSE_fullname] = {.text = ""},
                                                  [MWS_COURSE_shortname] = {.text = ""},
                                                  [MWS_COURSE_idnumber] = {.text = ""},
                                                  [MWS_COURSE_format] = {.text = "topics"},
                                                  [MWS_COURSE_lang] = {.text = ""},
                                                  [MWS_COURSE_theme] = {.text = ""}}};
    mws_call_t                   *call = all->call;
    plan_t                       *plan = &APR_ARRAY_PUSH(all->plans, plan_t);
    mws_course_row_t             *row = &plan->row;

    *plan = (plan_t){.in = in, .place = place, .row = blank};
    row->id = mws_row_int(all->drawn, place, 0);
    MWS_ERR(mws_course_row_take(call, in, place, row));
    MWS_ERR(take_sections(call, plan));
    plan->category = mws_course_order_category(all->order, row->of[MWS_COURSE_category].number);
    MWS_ERR(enter_category(call, plan));
    MWS_ERR(mws_course_check_fullname(call, row, place));
    MWS_ERR(mws_course_check_shortname(call, row, place));
    if (row->of[MWS_COURSE_lang].given) {
        MWS_ERR(mws_course_check_lang(call, row, place));
    }
    MWS_ERR(mws_course_check_theme(call, row, place, ""));
    complete(all, plan);
    MWS_ERR(mws_course_check_summary(call, row, place));
    MWS_ERR(mws_course_names_check(call, all->names, NULL, row));
    mws_course_names_take(all->names, NULL, row);
    MWS_ERR(mws_course_check_dates(call, row->of[MWS_COURSE_startdate].number,
                                   row->of[MWS_COURSE_enddate].number));
    plan->format = mws_course_format(call, row->of[MWS_COURSE_format].text);
    if (mws_course_options_forums(all->options)) {
        plan->forum = mws_course_forum_type(plan->format, row->of[MWS_COURSE_newsitems].number);
    }
    plan->options_change =
        mws_course_options_settle(call, all->options, row->id, NULL, plan->format, in);
    return NULL;
}

static mws_error_t *plan_courses(courses_t *all, const mws_value_t *in)
{
    mws_call_t *call = all->call;
    int         i, count = (int)mws_value_size(in), sections = 0;

    all->plans = apr_array_make(call->pool, count, sizeof(plan_t));
    for (i = 0; i < count; i++) {
        MWS_ERR(plan_course(all, mws_value_at(in, i), i));
        sections += plan_at(all, i)->last_section + 1;
        if (sections > SECTIONS_MAX) {
            return mws_course_refuse(
                call, MWS_BAD_PARAMETER, i, "numsections",
                apr_psprintf(call->pool, "expected %d sections at most in one call", SECTIONS_MAX));
        }
    }
    return NULL;
}

/* ---- what is made ---- */

/* How often Moodle marks the course's caches as stale, the first time with the current second:
 * with each section but the first, twice with a forum, with an option that is not its default. */
static apr_int64_t cache_revision(mws_call_t *call, const plan_t *plan)
{
    return call->now + plan->last_section + (plan->forum ? 2 : 0) + plan->options_change;
}

static mws_error_t *queue_rows(courses_t *all)
{
    mws_call_t         *call = all->call;
    apr_array_header_t *rows = apr_array_make(call->pool, all->plans->nelts, sizeof(const char *));
    int                 i;

    for (i = 0; i < all->plans->nelts; i++) {
        const plan_t *plan = plan_at(all, i);
        const char   *more =
            apr_psprintf(call->pool, ",\"cacherev\":%" APR_INT64_T_FMT, cache_revision(call, plan));

        APR_ARRAY_PUSH(rows, const char *) = mws_course_row_json(call->pool, &plan->row, more);
    }
    return mws_db_queue(
        call, &insert_courses, NULL, "siii",
        apr_pstrcat(call->pool, "[", apr_array_pstrcat(call->pool, rows, ','), "]", NULL),
        call->now, usual(call, "showactivitydates", 0), usual(call, "showcompletionconditions", 0));
}

static mws_error_t *queue_parts(courses_t *all)
{
    mws_call_t           *call = all->call;
    apr_pool_t           *p = call->pool;
    mws_ids_t            *ids = mws_ids_make(p), *lasts = mws_ids_make(p);
    mws_ids_t            *with_forum = mws_ids_make(p), *social = mws_ids_make(p);
    mws_ids_t            *weekly = mws_ids_make(p);
    mws_texts_t          *types = mws_texts_make(p);
    const mws_context_t **parents = apr_palloc(p, (apr_size_t)all->plans->nelts * sizeof(*parents));
    int                   i;

    for (i = 0; i < all->plans->nelts; i++) {
        const plan_t *plan = plan_at(all, i);

        parents[i] = plan->category->context;
        mws_ids_add(ids, plan->row.id);
        mws_ids_add(lasts, plan->last_section);
        if (plan->forum) {
            mws_ids_add(with_forum, plan->row.id);
            mws_texts_add(types, plan->forum);
        }
        if (strcmp(plan->format, "social") == 0) {
            mws_ids_add(social, plan->row.id);
        }
        if (strcmp(plan->format, "weeks") == 0) {
            mws_ids_add(weekly, plan->row.id);
        }
        mws_course_order_first(all->order, plan->category->id, plan->row.id);
    }
    MWS_ERR(mws_contexts_create_below(call, MWS_LEVEL_COURSE, ids, parents, &all->contexts));
    MWS_ERR(mws_course_options_write(call, all->options));
    MWS_ERR(mws_course_order_write(call, all->order));
    MWS_ERR(mws_course_sections_create(call, ids, lasts, &all->sections));
    MWS_ERR(mws_course_forums_create(call, with_forum, types));
    MWS_ERR(mws_course_blocks_create(call, social));
    MWS_ERR(mws_course_ends_set(call, weekly, all->zone));
    return mws_course_enrols_create(call, ids, &all->enrols);
}

/* Give each course the context that was made for it. */
static mws_error_t *take_contexts(courses_t *all)
{
    int i;

    for (i = 0; i < all->plans->nelts; i++) {
        plan_t *plan = plan_at(all, i);

        if (i == mws_rows_count(all->contexts) ||
            mws_row_int(all->contexts, i, 0) != plan->row.id) {
            return mws_error(all->call->pool, MWS_GENERAL,
                             "the new course %" APR_INT64_T_FMT " has a context already",
                             plan->row.id);
        }
        plan->context = mws_context_of_row(all->call->pool, all->contexts, i, 1);
    }
    return NULL;
}

static mws_error_t *store_customfields(courses_t *all)
{
    apr_array_header_t *given =
        apr_array_make(all->call->pool, all->plans->nelts, sizeof(mws_customfields_given_t));
    int i;

    for (i = 0; i < all->plans->nelts; i++) {
        const plan_t *plan = plan_at(all, i);

        APR_ARRAY_PUSH(given, mws_customfields_given_t) = (mws_customfields_given_t){
            .instance = plan->row.id,
            .context = plan->context,
            .fields = mws_items(plan->in, "customfields"),
        };
    }
    return mws_customfields_store(all->call, "core_course", "course", given);
}

/* Note the events of all courses, those of one after those of another. */
static void note_events(courses_t *all)
{
    mws_call_t *call = all->call;
    int         i, section = 0, enrol = 0;

    for (i = 0; i < all->plans->nelts; i++) {
        const plan_t *plan = plan_at(all, i);
        apr_int64_t   id = plan->row.id, contextid = plan->context->id;

        mws_course_event(call, "course_created", 'c', &plan->row, contextid, "");
        section = mws_course_sections_events(call, all->sections, section, id, contextid);
        enrol = mws_course_enrols_events(call, all->enrols, enrol, id, contextid);
    }
}

static mws_error_t *create_courses(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    const mws_value_t *courses = mws_items(in, "courses");
    courses_t          all = {.call = call, .zone = call->zone};
    int                i;

    MWS_ERR(read_site(&all, courses));
    MWS_ERR(plan_courses(&all, courses));
    MWS_ERR(queue_rows(&all));
    MWS_ERR(queue_parts(&all));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(take_contexts(&all));
    MWS_ERR(store_customfields(&all));
    note_events(&all);
    mws_out_list(out, NULL);
    for (i = 0; i < all.plans->nelts; i++) {
        const plan_t *plan = plan_at(&all, i);

        mws_out_struct(out, NULL);
        mws_out_int(out, "id", plan->row.id);
        mws_out_text(out, "shortname", plan->row.of[MWS_COURSE_shortname].text);
        mws_out_end(out);
    }
    mws_out_end(out);
    return NULL;
}

/* ---- the functions ---- */

/* clang-format off */
#define NAMES                                                                                      \
    VALUE("fullname", TEXT, "full name of the course"),                                            \
    VALUE("shortname", TEXT, "short name; no other course has it"),                                \
    VALUE("categoryid", INT, "id of the category to put it in, as its first course"),              \
    VALUE("idnumber", RAW,                                                                         \
          "id number, its key in other systems; no other course has it", OPTIONAL),                \
    VALUE("summary", RAW, "what the course is about, in the format that follows", OPTIONAL)

#define SETTINGS                                                                                   \
    VALUE("showgrades", INT, "1 if participants see the gradebook, else 0",                        \
          PRESET_SETTING("moodlecourse", "showgrades", "1")),                                      \
    VALUE("newsitems", INT, "how many announcements the course page shows; 0: it has none",        \
          PRESET_SETTING("moodlecourse", "newsitems", "5")),                                       \
    VALUE("startdate", INT,                                                                        \
          "start of the course, Unix seconds; absent: the caller's last midnight", OPTIONAL)

#define LIMITS                                                                                     \
    VALUE("maxbytes", INT, "most bytes of an uploaded file; 0: the site's limit",                  \
          PRESET_SETTING("moodlecourse", "maxbytes", "0")),                                        \
    VALUE("showreports", INT, "1 if participants see their activity reports, else 0",              \
          PRESET_SETTING("moodlecourse", "showreports", "0")),                                     \
    VALUE("visible", INT,                                                                          \
          "1 if participants see the course, 0 if it is hidden; absent: as its category", OPTIONAL)

#define GROUPS                                                                                     \
    VALUE("groupmode", INT, "group mode: 0 no groups, 1 separate groups, 2 visible groups",        \
          PRESET_SETTING("moodlecourse", "groupmode", "0")),                                       \
    VALUE("groupmodeforce", INT, "1 if activities cannot choose another group mode, else 0",       \
          PRESET_SETTING("moodlecourse", "groupmodeforce", "0")),                                  \
    VALUE("defaultgroupingid", INT,                                                                \
          "id of the grouping that activities begin with; 0: none", PRESET("0")),                  \
    VALUE("enablecompletion", INT, "1 if completion is tracked in the course, else 0", OPTIONAL)
/* clang-format on */

EXTERNAL(core_course_create_courses,
    .about   = "Creates courses, all that are given or none, each as the first of its category, "
               "with its sections, its announcements and its ways to enrol.",
    .params  = KEYS(LIST("courses", KEYS(
        NAMES,
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown",
              PRESET("1")),
        VALUE("format", PLUGIN, "course format: topics, weeks, social, singleactivity ...",
              PRESET_SETTING("moodlecourse", "format", "topics")),
        SETTINGS,
        VALUE("enddate", INT,
              "end of the course, Unix seconds; 0: none; absent: after the site's usual time",
              OPTIONAL),
        VALUE("numsections", INT, "number of the last section; the first is 0", OPTIONAL),
        LIMITS,
        VALUE("hiddensections", INT,
              "how hidden sections look to participants: 0 collapsed, 1 not at all", OPTIONAL),
        GROUPS,
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
        "courses to create, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", RAW, "short name, as given"))),
    .errors  = ERRORS(
        {MWS_CATEGORY_CONTEXT, "there is no such category, or the caller may not enter it; the "
                               "message says why"},
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:create in the category"},
        {MWS_BAD_PARAMETER, "a number is out of range, a text too long, or there are too many "
                            "sections; debuginfo says which"},
        MWS_COURSE_EDIT_ERRORS,
        MWS_COURSE_NAMES_ERRORS,
        MWS_CUSTOMFIELD_ERRORS),
    .before  = mws_zone_prepare)
{
    return create_courses(call, in, out);
}

EXTERNAL(moodle_course_create_courses,
    .about   = "Creates courses from the settings of Moodle 2.1, all that are given or none, each "
               "as the first of its category.",
    .params  = KEYS(LIST("courses", KEYS(
        NAMES,
        VALUE("summaryformat", INT, "format of the summary: 0 Moodle, 1 HTML, 2 plain, 4 Markdown",
              PRESET("0")),
        VALUE("format", ALPHANUMEXT, "course format: topics, weeks, social, singleactivity ...",
              PRESET_SETTING("moodlecourse", "format", "topics")),
        SETTINGS,
        VALUE("numsections", INT, "number of the last section; the first is 0",
              PRESET_SETTING("moodlecourse", "numsections", "4")),
        LIMITS,
        VALUE("hiddensections", INT,
              "how hidden sections look to participants: 0 collapsed, 1 not at all",
              PRESET_SETTING("moodlecourse", "hiddensections", "1")),
        GROUPS,
        VALUE("completionstartonenrol", INT, "not kept by a Moodle of today", OPTIONAL),
        VALUE("completionnotify", INT,
              "1 if participants are told of their completion, else 0", OPTIONAL),
        VALUE("lang", ALPHANUMEXT,
              "code of the language that the course forces; empty: none", OPTIONAL),
        VALUE("forcetheme", ALPHANUMEXT, "theme that the course forces; empty: none", OPTIONAL)),
        "courses to create, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "identifies the course"),
        VALUE("shortname", TEXT, "short name, as given"))),
    .errors  = ERRORS(
        {MWS_CATEGORY_CONTEXT, "there is no such category, or the caller may not enter it; the "
                               "message says why"},
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:create in the category"},
        {MWS_BAD_PARAMETER, "a number is out of range, a text too long, or there are too many "
                            "sections; debuginfo says which"},
        MWS_COURSE_EDIT_ERRORS,
        MWS_COURSE_NAMES_ERRORS),
    .before  = mws_zone_prepare)
{
    return create_courses(call, in, out);
}
