/* SPDX-License-Identifier: Apache-2.0 */
/* externals/files.c -- the stored files of a site as a tree to walk through.
 *
 * A node of the tree is a context, a folder that lists the sections of a course, or a directory or
 * file of a file area. Two tables say what there is: levels[] the contexts, files.tbl the areas
 * below them. Whoever may not see a node finds nothing there, and no error.
 * Moodle: lib/filebrowser/.
 */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/course/mws_course.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/site/mws_zone.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_format.h"

/* The context asked for and all above it, outermost first, with what its level needs. */
SQL(steps_to,
    "SELECT " MWS_CONTEXT_COLUMNS("x") ", cat.name, cat.visible <> 0, u.id IS NOT NULL"
    "  FROM {context} target"
    "  JOIN {context} x ON x.id = ANY (string_to_array(ltrim(target.path, '/'), '/')::bigint[])"
    "  LEFT JOIN {course_categories} cat ON x.contextlevel = 40 AND cat.id = x.instanceid"
    "  LEFT JOIN {user} u ON x.contextlevel = 30 AND u.id = x.instanceid AND u.deleted = 0"
    " WHERE target.id = $1"
    " ORDER BY x.depth");

/* clang-format off */
enum {
    S_CONTEXT,
    S_CATEGORY = S_CONTEXT + MWS_CONTEXT_WIDTH,
    S_CATEGORY_VISIBLE,
    S_USER
};
/* clang-format on */

SQL(categories_below,
    "SELECT " MWS_CONTEXT_COLUMNS("x") ", cat.name, cat.visible <> 0"
    "  FROM {course_categories} cat"
    "  JOIN {context} x ON x.contextlevel = 40 AND x.instanceid = cat.id"
    " WHERE cat.parent = $1"
    " ORDER BY cat.sortorder, cat.id");

/* The courses of a category ($1), and all that are below the contexts $2. */
SQL(courses_below,
    "SELECT c.id"
    "  FROM {course} c"
    "  LEFT JOIN {context} x ON x.contextlevel = 40 AND x.instanceid = c.category"
    " WHERE c.category = $1"
    "    OR string_to_array(ltrim(x.path, '/'), '/')::bigint[] && $2::bigint[]"
    " ORDER BY c.sortorder, c.id");

/* The activities of a course in the order in which it shows them; $2 picks one, 0 all. */
SQL(activities_of,
    "SELECT " MWS_CONTEXT_COLUMNS("x") ", m.name, cm.instance, cm.visible <> 0,"
    "       coalesce(cm.availability, '') <> '' OR coalesce(s.availability, '') <> '',"
    "       cm.deletioninprogress <> 0"
    "  FROM {course_sections} s"
    " CROSS JOIN LATERAL unnest(string_to_array(s.sequence, ','))"
    "                    WITH ORDINALITY AS place (cmid, nth)"
    "  JOIN {course_modules} cm ON cm.course = s.course AND cm.id::text = place.cmid"
    "  JOIN {modules} m ON m.id = cm.module AND m.visible = 1"
    "  JOIN {context} x ON x.contextlevel = 70 AND x.instanceid = cm.id"
    " WHERE s.course = $1 AND ($2::bigint = 0 OR cm.id = $2)"
    " ORDER BY s.section, place.nth");

enum {
    A_CONTEXT,
    A_KIND = A_CONTEXT + MWS_CONTEXT_WIDTH,
    A_INSTANCE,
    A_VISIBLE,
    A_RESTRICTED,
    A_DELETING
};

/* The sections of a course with the root of their area $3/section in context $2; $4 picks one, 0
 * all. A week is told by its days in the time zone $5. */
SQL(sections_of,
    "SELECT s.id, s.section, s.name, c.format,"
    "       to_char(week.first, 'FMDD FMMonth'),"
    "       to_char(week.first + interval '6 days', 'FMDD FMMonth'),"
    "       f.timecreated, f.timemodified"
    "  FROM {course_sections} s"
    "  JOIN {course} c ON c.id = s.course"
    " CROSS JOIN LATERAL (SELECT (to_timestamp(c.startdate) AT TIME ZONE $5::text)"
    "                            + (s.section - 1) * interval '7 days') AS week (first)"
    "  LEFT JOIN {files} f ON f.contextid = $2 AND f.component = $3 AND f.filearea = 'section'"
    "                     AND f.itemid = s.id AND f.filepath = '/' AND f.filename = '.'"
    " WHERE s.course = $1 AND ($4::bigint = 0 OR s.id = $4)"
    " ORDER BY s.section, s.id");

enum { N_ID, N_NUMBER, N_NAME, N_FORMAT, N_FIRST, N_LAST, N_CREATED, N_MODIFIED };

/* The roots of file areas of a context that are there as rows. */
SQL(area_roots,
    "SELECT component, filearea, timecreated, timemodified"
    "  FROM {files}"
    " WHERE contextid = $1 AND component = ANY ($2) AND filearea = ANY ($3)"
    "   AND itemid = 0 AND filepath = '/' AND filename = '.'");

/* What a directory ($5) of an area holds, directories first, and the directories above it. */
SQL(directory,
    "SELECT filepath, filename, filesize, timecreated, timemodified, author, license"
    "  FROM {files}"
    " WHERE contextid = $1 AND component = $2 AND filearea = $3 AND itemid = $4"
    "   AND (filepath = $5::text"
    "        OR (filename = '.' AND starts_with($5::text, filepath))"
    "        OR (filename = '.' AND starts_with(filepath, $5::text)"
    "            AND strpos(substr(filepath, length($5::text) + 1), '/')"
    "                = length(filepath) - length($5::text)))"
    " ORDER BY filename <> '.', filepath, filename");

enum { D_PATH, D_NAME, D_SIZE, D_CREATED, D_MODIFIED, D_AUTHOR, D_LICENSE };

/* A kind of activity: what it is called, and where its activities have their names. */
typedef struct {
    const char *kind, *called;
    mws_sql_t   names;
} kind_t;

static const kind_t kinds[] = {
#define AREA(level, component, filearea, label, item, flags, capability, other, script)
#define KIND(kind, called)                                                                         \
    {#kind, called, {"SELECT id, name FROM {" #kind "} WHERE id = ANY ($1)", "files.tbl:" #kind}},
#include "files.tbl"
#undef AREA
#undef KIND
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* What an area does with item ids. */
typedef enum {
    ITEM_NONE,   /* has none: 0, whatever is asked for */
    ITEM_ANY,    /* the one that is asked for */
    ITEM_NEEDED, /* likewise, and 0 is none */
    ITEM_SECTION /* a section of the course; without one a folder of all sections */
} item_e;

/* See files.tbl. LEGACY: addresses as they were before there were areas. */
enum { LISTED = 1, OWN = 2, NUMBERED = 4, BACKUP = 8, LEGACY = 16 };

/* A file area of a context. */
typedef struct {
    int         level;
    const char *component; /* NULL: the activity's own */
    const char *filearea, *label;
    item_e      item;
    int         flags;
    const char *capabilities[2];
    const char *script;
} area_t;

/* clang-format off */
static const area_t areas[] = {
#define AREA(level, component, filearea, label, item, flags, capability, other, script)            \
    {MWS_LEVEL_##level, component, filearea, label,                                                \
     ITEM_##item,       flags,     {capability, other}, script},
#define KIND(kind, called)
#include "files.tbl"
#undef AREA
#undef KIND
};
/* clang-format on */

enum { AREAS = sizeof(areas) / sizeof(areas[0]) };

/* What is asked for. A text that is NULL was not given. */
typedef struct {
    const char *component, *filearea, *filepath, *filename;
    int         has_item;
    apr_int64_t itemid;
    int         has_modified;
    apr_int64_t modified;
    int         by_level; /* a context may be named by its level, as in 4.5 */
} wanted_t;

/* A node as it goes out. */
typedef struct {
    apr_int64_t contextid;
    const char *component, *filearea;
    int         has_item;
    apr_int64_t itemid;
    const char *filepath;
    const char *label;
    int         is_file, has_times;
    const char *url;
    apr_int64_t created, modified, size;
    const char *author, *license;
} node_t;

/* A context on the way from the system to the one that is asked for. */
typedef struct {
    const mws_context_t *context;
    const char          *category; /* of a category: its name */
    int                  category_visible;
    int                  user_lives; /* of a user: there is one who is not deleted */
} step_t;

/* An activity that the caller may know of. */
typedef struct {
    mws_module_t module;
    const char  *name;
    apr_int64_t  instance;
} activity_t;

/* The answer while it is found. */
typedef struct {
    mws_call_t         *call;
    const wanted_t     *wanted;
    apr_array_header_t *steps;    /* of step_t */
    mws_course_t       *course;   /* of the course, or of the course of the module; else NULL */
    activity_t         *activity; /* of the module; else NULL */
    apr_array_header_t *parents;  /* of node_t, innermost first */
    apr_array_header_t *files;    /* of node_t: file areas, and what is in one */
    apr_array_header_t *contexts; /* of node_t: those below a context, listed after its areas */
} tree_t;

/* ---- levels: which contexts are seen, what they are called, what they hold ---- */

static const char *system_label(tree_t *tree, const step_t *step)
{
    (void)tree;
    (void)step;
    return "System";
}

static int system_seen(tree_t *tree, const step_t *step)
{
    (void)tree;
    (void)step;
    return 1;
}

static const char *category_label(tree_t *tree, const step_t *step)
{
    return mws_format_page_string(tree->call, step->category);
}

static int category_seen(tree_t *tree, const step_t *step)
{
    return step->category && mws_category_listed(tree->call, step->context, step->category_visible);
}

static const char *name_course(mws_call_t *call, const mws_course_t *course)
{
    if (!course->category) {
        return "Site home";
    }
    return mws_format_page_string(call,
                                  mws_course_list_name(call, course->shortname, course->fullname));
}

static const char *course_label(tree_t *tree, const step_t *step)
{
    (void)step;
    return name_course(tree->call, tree->course);
}

/* Whether the caller sees COURSE from CONTEXT, its own or that of an activity in it. */
static int course_open(mws_call_t *call, const mws_course_t *course, const mws_context_t *context)
{
    if (!course->visible && !mws_can(call, course->context, "moodle/course:viewhiddencourses")) {
        return 0;
    }
    return course->active ||
           (!call->caller->is_guest && mws_can(call, context, "moodle/course:view"));
}

static int course_seen(tree_t *tree, const step_t *step)
{
    return tree->course && course_open(tree->call, tree->course, step->context);
}

static const kind_t *kind_of(const char *name)
{
    int i;

    for (i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].kind, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* An activity of a kind that is not Moodle's own is told by its kind: where such a plugin keeps the
 * names of its activities is its own affair. */
static const char *name_activity(mws_call_t *call, const activity_t *activity)
{
    const kind_t *kind = kind_of(activity->module.kind);
    const char   *name = activity->name ? activity->name : activity->module.kind;

    return apr_psprintf(call->pool, "%s (%s)", mws_format_page_string(call, name),
                        kind ? kind->called : activity->module.kind);
}

static const char *module_label(tree_t *tree, const step_t *step)
{
    (void)step;
    return name_activity(tree->call, tree->activity);
}

static int module_seen(tree_t *tree, const step_t *step)
{
    return tree->activity && course_seen(tree, step);
}

static const char *user_label(tree_t *tree, const step_t *step)
{
    (void)step;
    return mws_caller_fullname(tree->call, 1);
}

static int is_own(tree_t *tree, const step_t *step)
{
    return step->context->instanceid == tree->call->caller->id;
}

static int user_seen(tree_t *tree, const step_t *step)
{
    return is_own(tree, step) && step->user_lives && !tree->call->caller->is_guest;
}

static mws_error_t *list_categories(tree_t *tree, const step_t *step);
static mws_error_t *list_activities(tree_t *tree, const step_t *step);

typedef struct {
    int level;
    int (*seen)(tree_t *tree, const step_t *step);
    const char *(*label)(tree_t *tree, const step_t *step);
    mws_error_t *(*list)(tree_t *tree, const step_t *step); /* what it holds beside file areas */
} level_t;

/* clang-format off */
static const level_t levels[] = {
    {MWS_LEVEL_SYSTEM,   system_seen,   system_label,   list_categories},
    {MWS_LEVEL_USER,     user_seen,     user_label,     NULL},
    {MWS_LEVEL_CATEGORY, category_seen, category_label, list_categories},
    {MWS_LEVEL_COURSE,   course_seen,   course_label,   list_activities},
    {MWS_LEVEL_MODULE,   module_seen,   module_label,   NULL},
    {MWS_LEVEL_BLOCK,    NULL,          NULL,           NULL},
};
/* clang-format on */

enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

static const level_t *level_of(const step_t *step)
{
    int i;

    for (i = 0; i < LEVELS; i++) {
        if (levels[i].level == step->context->level) {
            return &levels[i];
        }
    }
    return NULL;
}

static int is_seen(tree_t *tree, const step_t *step)
{
    const level_t *level = level_of(step);

    return level && level->seen && level->seen(tree, step);
}

static const step_t *last_step(const tree_t *tree)
{
    return &APR_ARRAY_IDX(tree->steps, tree->steps->nelts - 1, step_t);
}

/* ---- nodes ---- */

static node_t *add_context(apr_array_header_t *nodes, const mws_context_t *context,
                           const char *label)
{
    node_t *node = apr_array_push(nodes);

    memset(node, 0, sizeof(*node));
    node->contextid = context->id;
    node->label = label;
    return node;
}

static const char *component_of(const tree_t *tree, const area_t *area)
{
    return tree->activity && !area->component
               ? apr_pstrcat(tree->call->pool, "mod_", tree->activity->module.kind, NULL)
               : area->component;
}

static node_t *add_folder(apr_array_header_t *nodes, const tree_t *tree, const area_t *area)
{
    node_t *node = add_context(nodes, last_step(tree)->context, area->label);

    node->component = component_of(tree, area);
    node->filearea = area->filearea;
    return node;
}

static node_t *add_directory(apr_array_header_t *nodes, const tree_t *tree, const area_t *area,
                             apr_int64_t itemid, const char *filepath, const char *label)
{
    node_t *node = add_folder(nodes, tree, area);

    node->has_item = node->has_times = 1;
    node->itemid = itemid;
    node->filepath = filepath;
    node->label = label;
    return node;
}

/* The contexts above FROM, and with SELF FROM too, up to one that the caller does not see. A
 * category that is not seen is passed over, as Moodle takes its parent for it. */
static void add_steps(tree_t *tree, int from, int self)
{
    int i;

    for (i = self ? from : from - 1; i >= 0; i--) {
        const step_t *step = &APR_ARRAY_IDX(tree->steps, i, step_t);

        if (is_seen(tree, step)) {
            add_context(tree->parents, step->context, level_of(step)->label(tree, step));
        }
        else if (step->context->level != MWS_LEVEL_CATEGORY) {
            return;
        }
    }
}

/* ---- what a context holds ---- */

/* Whether the context asked for has AREA: some are those of one kind of activity. */
static int has_area(const tree_t *tree, const area_t *area)
{
    return !area->component || strncmp(area->component, "mod_", 4) != 0 ||
           strcmp(area->component + 4, tree->activity->module.kind) == 0;
}

/* Whether the caller may open AREA of the context asked for. */
static int may_open(tree_t *tree, const area_t *area)
{
    const step_t *step = last_step(tree);
    int           i;

    if (!has_area(tree, area)) {
        return 0;
    }
    if (area->level == MWS_LEVEL_USER && (tree->call->caller->is_guest || !step->user_lives ||
                                          mws_is_guest(tree->call, step->context->instanceid))) {
        return 0;
    }
    if (area->flags & OWN) {
        return is_own(tree, step);
    }
    /* The two kinds without an introduction. */
    if (!area->component && (strcmp(tree->activity->module.kind, "subsection") == 0 ||
                             strcmp(tree->activity->module.kind, "qbank") == 0)) {
        return 0;
    }
    for (i = 0; i < 2; i++) {
        if (area->capabilities[i] && mws_can(tree->call, step->context, area->capabilities[i])) {
            return 1;
        }
    }
    return 0;
}

static mws_error_t *queue_roots(tree_t *tree, mws_rows_t **roots)
{
    const mws_context_t *context = last_step(tree)->context;
    mws_texts_t         *components = mws_texts_make(tree->call->pool);
    mws_texts_t         *fileareas = mws_texts_make(tree->call->pool);
    int                  i;

    for (i = 0; i < AREAS; i++) {
        if (areas[i].level == context->level && (areas[i].flags & LISTED)) {
            mws_texts_add(components, component_of(tree, &areas[i]));
            mws_texts_add(fileareas, areas[i].filearea);
        }
    }
    return mws_db_queue(tree->call, &area_roots, roots, "iSS", context->id, components, fileareas);
}

/* Give NODE, the root of an area, the times of its row, if there is one. */
static void set_root_times(node_t *node, const mws_rows_t *roots)
{
    int row;

    for (row = 0; row < mws_rows_count(roots); row++) {
        if (strcmp(mws_row_text(roots, row, 0), node->component) == 0 &&
            strcmp(mws_row_text(roots, row, 1), node->filearea) == 0) {
            node->created = mws_row_int(roots, row, 2);
            node->modified = mws_row_int(roots, row, 3);
            return;
        }
    }
}

static void add_areas(tree_t *tree, const mws_rows_t *roots)
{
    int level = last_step(tree)->context->level;
    int i;

    for (i = 0; i < AREAS; i++) {
        const area_t *area = &areas[i];

        if (area->level != level || !(area->flags & LISTED) || !may_open(tree, area)) {
            continue;
        }
        if (area->item == ITEM_SECTION) {
            add_folder(tree->files, tree, area);
        }
        else {
            set_root_times(add_directory(tree->files, tree, area, 0, "/", area->label), roots);
        }
    }
}

static void read_activity(mws_call_t *call, const mws_rows_t *rows, int row, activity_t *activity)
{
    activity->module.context = mws_context_of_row(call->pool, rows, row, A_CONTEXT);
    activity->module.kind = mws_row_text(rows, row, A_KIND);
    activity->name = NULL;
    activity->instance = mws_row_int(rows, row, A_INSTANCE);
    activity->module.visible = mws_row_bool(rows, row, A_VISIBLE);
    activity->module.restricted = mws_row_bool(rows, row, A_RESTRICTED);
    activity->module.deleting = mws_row_bool(rows, row, A_DELETING);
}

/* Put the names that ROWS has for the activities of KIND where they belong. */
static void set_names(apr_array_header_t *activities, const kind_t *kind, const mws_rows_t *rows)
{
    apr_pool_t *p = activities->pool;
    apr_hash_t *names = apr_hash_make(p);
    int         i, row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        apr_int64_t *id = apr_palloc(p, sizeof(*id));

        *id = mws_row_int(rows, row, 0);
        apr_hash_set(names, id, sizeof(*id), mws_row_text(rows, row, 1));
    }
    for (i = 0; i < activities->nelts; i++) {
        activity_t *activity = &APR_ARRAY_IDX(activities, i, activity_t);

        if (strcmp(activity->module.kind, kind->kind) == 0) {
            activity->name = apr_hash_get(names, &activity->instance, sizeof(activity->instance));
        }
    }
}

/* Read the names of ACTIVITIES: a statement for each kind that is there, all in one round trip. */
static mws_error_t *name_activities(mws_call_t *call, apr_array_header_t *activities)
{
    mws_ids_t  *ids[KINDS] = {NULL};
    mws_rows_t *rows[KINDS];
    int         i;

    for (i = 0; i < activities->nelts; i++) {
        const activity_t *activity = &APR_ARRAY_IDX(activities, i, activity_t);
        const kind_t     *kind = kind_of(activity->module.kind);

        if (kind) {
            int k = (int)(kind - kinds);

            ids[k] = ids[k] ? ids[k] : mws_ids_make(call->pool);
            mws_ids_add(ids[k], activity->instance);
        }
    }
    for (i = 0; i < KINDS; i++) {
        if (ids[i]) {
            MWS_ERR(mws_db_queue(call, &kinds[i].names, &rows[i], "I", ids[i]));
        }
    }
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < KINDS; i++) {
        if (ids[i]) {
            set_names(activities, &kinds[i], rows[i]);
        }
    }
    return NULL;
}

static mws_error_t *list_activities(tree_t *tree, const step_t *step)
{
    mws_call_t         *call = tree->call;
    apr_array_header_t *activities = apr_array_make(call->pool, 16, sizeof(activity_t));
    mws_rows_t         *rows;
    int                 i;

    if (!mws_can(call, step->context, "moodle/course:managefiles")) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &activities_of, &rows, "ii", tree->course->id, (apr_int64_t)0));
    for (i = 0; i < mws_rows_count(rows); i++) {
        activity_t activity;

        read_activity(call, rows, i, &activity);
        if (mws_module_seen(call, &activity.module) &&
            course_open(call, tree->course, activity.module.context)) {
            APR_ARRAY_PUSH(activities, activity_t) = activity;
        }
    }
    MWS_ERR(name_activities(call, activities));
    for (i = 0; i < activities->nelts; i++) {
        const activity_t *activity = &APR_ARRAY_IDX(activities, i, activity_t);

        add_context(tree->contexts, activity->module.context, name_activity(call, activity));
    }
    return NULL;
}

static mws_error_t *list_courses(tree_t *tree, apr_int64_t category, const mws_ids_t *hidden)
{
    mws_call_t               *call = tree->call;
    const apr_array_header_t *courses;
    const mws_ids_t          *ids;
    mws_rows_t               *rows;
    int                       i;

    MWS_ERR(mws_db_query(call, &courses_below, &rows, "iI", category, hidden));
    ids = mws_ids_of_rows(call->pool, rows);
    MWS_ERR(mws_courses_read(call, ids, &courses));
    for (i = 0; i < ids->count; i++) {
        const mws_course_t *course = mws_course_among(courses, ids->ids[i]);

        if (course && course_open(call, course, course->context)) {
            add_context(tree->contexts, course->context, name_course(call, course));
        }
    }
    return NULL;
}

/* The categories below one, or below the system, that the caller sees; then its courses, and those
 * below a category that is not seen, for whoever may enter them. The front page is the course of no
 * category. */
static mws_error_t *list_categories(tree_t *tree, const step_t *step)
{
    mws_call_t *call = tree->call;
    apr_int64_t category = step->context->instanceid;
    mws_ids_t  *hidden = mws_ids_make(call->pool);
    mws_rows_t *rows;
    int         i;

    MWS_ERR(mws_db_query(call, &categories_below, &rows, "i", category));
    for (i = 0; i < mws_rows_count(rows); i++) {
        const mws_context_t *context = mws_context_of_row(call->pool, rows, i, S_CONTEXT);

        if (mws_category_listed(call, context, mws_row_bool(rows, i, S_CATEGORY_VISIBLE))) {
            add_context(tree->contexts, context,
                        mws_format_page_string(call, mws_row_text(rows, i, S_CATEGORY)));
        }
        else {
            mws_ids_add(hidden, context->id);
        }
    }
    return list_courses(tree, category, hidden);
}

/* The node is the context of the last step. */
static mws_error_t *open_context(tree_t *tree)
{
    const step_t  *step = last_step(tree);
    const level_t *level = level_of(step);
    mws_rows_t    *roots;

    MWS_ERR(queue_roots(tree, &roots));
    if (level->list) {
        MWS_ERR(level->list(tree, step));
    }
    MWS_ERR(mws_db_run(tree->call));
    add_areas(tree, roots);
    add_steps(tree, tree->steps->nelts - 1, 0);
    return NULL;
}

/* ---- what an area holds ---- */

/* What a section is called: its name, or what its course format makes of its number.
 * Moodle: get_section_name(). */
static const char *section_label(mws_call_t *call, const mws_rows_t *rows, int row)
{
    const char *name = mws_row_text(rows, row, N_NAME);
    const char *format = mws_row_text(rows, row, N_FORMAT);

    if (name && *name) {
        return mws_format_page_string(call, name);
    }
    if (!mws_row_int(rows, row, N_NUMBER)) {
        return "General";
    }
    if (strcmp(format, "weeks") == 0) {
        return apr_psprintf(call->pool, "%s - %s", mws_row_text(rows, row, N_FIRST),
                            mws_row_text(rows, row, N_LAST));
    }
    if (strcmp(format, "topics") == 0) {
        return "New section";
    }
    return apr_psprintf(call->pool, "Section %s", mws_row_text(rows, row, N_NUMBER));
}

/* The root of AREA for a section: summaries go by the section's name, backups by its id. */
static const char *section_root_label(tree_t *tree, const area_t *area, const mws_rows_t *rows,
                                      int row)
{
    return area->flags & BACKUP ? mws_row_text(rows, row, N_ID)
                                : section_label(tree->call, rows, row);
}

static mws_error_t *read_sections(tree_t *tree, const area_t *area, apr_int64_t id,
                                  mws_rows_t **rows)
{
    MWS_ERR(mws_zone_find(tree->call));
    return mws_db_query(tree->call, &sections_of, rows, "iisis", tree->course->id,
                        tree->course->context->id, area->component, id, tree->call->zone);
}

/* The node is the folder of all sections. */
static mws_error_t *open_sections(tree_t *tree, const area_t *area)
{
    mws_rows_t *rows;
    int         i;

    MWS_ERR(read_sections(tree, area, 0, &rows));
    for (i = 0; i < mws_rows_count(rows); i++) {
        node_t *node = add_directory(tree->files, tree, area, mws_row_int(rows, i, N_ID), "/",
                                     section_root_label(tree, area, rows, i));

        node->created = mws_row_int(rows, i, N_CREATED);
        node->modified = mws_row_int(rows, i, N_MODIFIED);
    }
    add_steps(tree, tree->steps->nelts - 1, 1);
    return NULL;
}

/* The last name in the path of a directory. */
static const char *directory_label(apr_pool_t *p, const char *filepath)
{
    const char *end = filepath + strlen(filepath) - 1;
    const char *start = end;

    while (start > filepath && start[-1] != '/') {
        start--;
    }
    return apr_pstrmemdup(p, start, (apr_size_t)(end - start));
}

/* The path of the directory that FILEPATH, not the root, is in. */
static const char *directory_above(apr_pool_t *p, const char *filepath)
{
    const char *end = filepath + strlen(filepath) - 1;

    while (end[-1] != '/') {
        end--;
    }
    return apr_pstrmemdup(p, filepath, (apr_size_t)(end - filepath));
}

/* Find the row of a node, -1 when there is none. */
static int find_row(const mws_rows_t *rows, const char *filepath, const char *filename)
{
    int row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        if (strcmp(mws_row_text(rows, row, D_PATH), filepath) == 0 &&
            strcmp(mws_row_text(rows, row, D_NAME), filename) == 0) {
            return row;
        }
    }
    return -1;
}

static const char *file_url(tree_t *tree, const area_t *area, apr_int64_t itemid,
                            const char *filepath, const char *filename)
{
    mws_call_t          *call = tree->call;
    const mws_context_t *context = last_step(tree)->context;
    mws_area_t           where = {context->id, component_of(tree, area), area->filearea, -1};

    if ((area->flags & BACKUP) && !mws_can(call, context, "moodle/backup:downloadfile")) {
        return NULL;
    }
    if (area->flags & NUMBERED) {
        where.itemid = itemid;
    }
    if (area->flags & LEGACY) {
        filepath =
            apr_psprintf(call->pool, "/%" APR_INT64_T_FMT "%s", context->instanceid, filepath);
    }
    return mws_file_address(call, area->script, area->flags & LEGACY ? NULL : &where, filepath,
                            filename);
}

static void add_stored(tree_t *tree, const area_t *area, apr_int64_t itemid, const mws_rows_t *rows,
                       int row)
{
    const char *filepath = mws_row_text(rows, row, D_PATH);
    const char *filename = mws_row_text(rows, row, D_NAME);
    node_t     *node = add_directory(tree->files, tree, area, itemid, filepath, filename);

    node->created = mws_row_int(rows, row, D_CREATED);
    node->modified = mws_row_int(rows, row, D_MODIFIED);
    if (strcmp(filename, ".") == 0) {
        node->label = directory_label(tree->call->pool, filepath);
        return;
    }
    node->is_file = 1;
    node->url = file_url(tree, area, itemid, filepath, filename);
    node->size = mws_row_int(rows, row, D_SIZE);
    node->author = mws_row_text(rows, row, D_AUTHOR);
    node->license = mws_row_text(rows, row, D_LICENSE);
}

/* The rows below the directory FILEPATH; those of the directories above it are shorter. */
static void add_contents(tree_t *tree, const area_t *area, apr_int64_t itemid,
                         const mws_rows_t *rows, const char *filepath)
{
    apr_size_t len = strlen(filepath);
    int        row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        int is_directory = strcmp(mws_row_text(rows, row, D_NAME), ".") == 0;

        if (!is_directory || strlen(mws_row_text(rows, row, D_PATH)) > len) {
            add_stored(tree, area, itemid, rows, row);
        }
    }
}

/* Add the directories from FILEPATH up to the root as parents. False when one of them has no row:
 * there the way up ends. The root needs none. */
static int add_directories(tree_t *tree, const area_t *area, apr_int64_t itemid,
                           const mws_rows_t *rows, const char *filepath, const char *root)
{
    apr_pool_t *p = tree->call->pool;

    for (; strcmp(filepath, "/") != 0; filepath = directory_above(p, filepath)) {
        if (find_row(rows, filepath, ".") < 0) {
            return 0;
        }
        add_directory(tree->parents, tree, area, itemid, filepath, directory_label(p, filepath));
    }
    add_directory(tree->parents, tree, area, itemid, "/", root);
    return 1;
}

/* What is above the root of AREA. Drafts are on their own. */
static void add_above_area(tree_t *tree, const area_t *area)
{
    if (area->item == ITEM_NEEDED) {
        return;
    }
    if (area->item == ITEM_SECTION) {
        add_folder(tree->parents, tree, area);
    }
    add_steps(tree, tree->steps->nelts - 1, 1);
}

/* The node is a directory or file of AREA, whose root is called ROOT. */
static mws_error_t *open_stored(tree_t *tree, const area_t *area, apr_int64_t itemid,
                                const char *root)
{
    mws_call_t *call = tree->call;
    const char *filepath = tree->wanted->filepath ? tree->wanted->filepath : "/";
    const char *filename = tree->wanted->filename ? tree->wanted->filename : ".";
    int         is_directory = strcmp(filename, ".") == 0;
    int         is_root = is_directory && strcmp(filepath, "/") == 0;
    mws_rows_t *rows;
    int         row;

    MWS_ERR(mws_db_query(call, &directory, &rows, "issis", last_step(tree)->context->id,
                         component_of(tree, area), area->filearea, itemid, filepath));
    row = find_row(rows, filepath, filename);
    if (row < 0 && !is_root) {
        return NULL;
    }
    if (row >= 0 && is_directory) {
        add_contents(tree, area, itemid, rows, filepath);
    }
    if (is_root ||
        add_directories(tree, area, itemid, rows,
                        is_directory ? directory_above(call->pool, filepath) : filepath, root)) {
        add_above_area(tree, area);
    }
    return NULL;
}

static mws_error_t *open_section(tree_t *tree, const area_t *area)
{
    mws_rows_t *rows;

    MWS_ERR(read_sections(tree, area, tree->wanted->itemid, &rows));
    if (!mws_rows_count(rows)) {
        return NULL;
    }
    return open_stored(tree, area, tree->wanted->itemid, section_root_label(tree, area, rows, 0));
}

/* ---- from the request to its node ---- */

static const area_t *find_area(const tree_t *tree)
{
    const wanted_t *wanted = tree->wanted;
    int             level = last_step(tree)->context->level;
    int             i;

    for (i = 0; wanted->filearea && i < AREAS; i++) {
        if (areas[i].level == level && strcmp(areas[i].filearea, wanted->filearea) == 0 &&
            strcmp(component_of(tree, &areas[i]), wanted->component) == 0) {
            return &areas[i];
        }
    }
    return NULL;
}

static mws_error_t *open_area(tree_t *tree)
{
    const wanted_t *wanted = tree->wanted;
    const area_t   *area = find_area(tree);
    int             item_named = wanted->has_item && wanted->itemid;

    if (!area || !may_open(tree, area)) {
        return NULL;
    }
    switch (area->item) {
    case ITEM_SECTION:
        return item_named ? open_section(tree, area) : open_sections(tree, area);
    case ITEM_NEEDED:
        return item_named ? open_stored(tree, area, wanted->itemid, area->label) : NULL;
    case ITEM_ANY:
    case ITEM_NONE:
        break;
    }
    if (!wanted->has_item) {
        return open_context(tree);
    }
    return open_stored(tree, area, area->item == ITEM_ANY ? wanted->itemid : 0, area->label);
}

/* Find the node and what is around it. Who asks for a category that they do not see gets the
 * nearest one above it that they do. */
static mws_error_t *open_node(tree_t *tree)
{
    if (tree->wanted->component) {
        int by_address = last_step(tree)->context->level == MWS_LEVEL_USER;

        return by_address || is_seen(tree, last_step(tree)) ? open_area(tree) : NULL;
    }
    while (!is_seen(tree, last_step(tree)) &&
           last_step(tree)->context->level == MWS_LEVEL_CATEGORY) {
        apr_array_pop(tree->steps);
    }
    return is_seen(tree, last_step(tree)) ? open_context(tree) : NULL;
}

static mws_error_t *find_context(mws_call_t *call, const mws_value_t *in, int by_level,
                                 apr_int64_t *id)
{
    mws_context_t *context;

    *id = mws_int(in, "contextid");
    if (!*id) {
        *id = mws_context_system(call)->id;
    }
    if (*id != -1 || !by_level) {
        return NULL;
    }
    MWS_ERR(
        mws_context_named(call, in, "contextid => -1 needs contextlevel and instanceid", &context));
    if (!context) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "instanceid => there is no such context");
    }
    *id = context->id;
    return NULL;
}

static mws_error_t *read_steps(tree_t *tree, apr_int64_t id)
{
    mws_call_t *call = tree->call;
    mws_rows_t *rows;
    int         count, i;

    MWS_ERR(mws_db_query(call, &steps_to, &rows, "i", id));
    count = mws_rows_count(rows);
    tree->steps = apr_array_make(call->pool, count, sizeof(step_t));
    for (i = 0; i < count; i++) {
        step_t *step = apr_array_push(tree->steps);

        step->context = mws_context_of_row(call->pool, rows, i, S_CONTEXT);
        step->category = mws_row_text(rows, i, S_CATEGORY);
        step->category_visible = mws_row_bool(rows, i, S_CATEGORY_VISIBLE);
        step->user_lives = mws_row_bool(rows, i, S_USER);
    }
    if (!count || last_step(tree)->context->id != id) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "contextid => there is no such context");
    }
    return NULL;
}

/* The course that the context is in, or NULL. */
static const step_t *course_step(const tree_t *tree)
{
    int i;

    for (i = tree->steps->nelts - 1; i >= 0; i--) {
        const step_t *step = &APR_ARRAY_IDX(tree->steps, i, step_t);

        if (step->context->level == MWS_LEVEL_COURSE) {
            return step;
        }
    }
    return NULL;
}

/* Read the activity that the context is of, with its name, and enter it. */
static mws_error_t *enter_activity(tree_t *tree)
{
    mws_call_t         *call = tree->call;
    apr_array_header_t *one = apr_array_make(call->pool, 1, sizeof(activity_t));
    mws_rows_t         *rows;

    MWS_ERR(mws_db_query(call, &activities_of, &rows, "ii", tree->course->id,
                         last_step(tree)->context->instanceid));
    if (!mws_rows_count(rows)) {
        return mws_error(call->pool, MWS_REQUIRE_LOGIN, "the course does not show the activity");
    }
    tree->activity = apr_array_push(one);
    read_activity(call, rows, 0, tree->activity);
    MWS_ERR(mws_module_validate(call, &tree->activity->module));
    return name_activities(call, one);
}

/* Enter the context that was asked for, with its course and activity.
 * Moodle: core_external\external_api::validate_context(). */
static mws_error_t *enter(tree_t *tree)
{
    mws_call_t          *call = tree->call;
    const mws_context_t *context = last_step(tree)->context;
    const step_t        *in_course = course_step(tree);
    mws_course_t         entered;

    if (!in_course) {
        return mws_validate_context(call, context);
    }
    MWS_ERR(mws_course_read(call, in_course->context->instanceid, &tree->course));
    if (!tree->course) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "contextid => its course is gone");
    }
    /* A token that is bound to an activity does not reach its course, but enters it. */
    entered = *tree->course;
    entered.context = apr_pmemdup(call->pool, context, sizeof(*context));
    MWS_ERR(mws_course_validate(call, &entered));
    return context->level == MWS_LEVEL_MODULE ? enter_activity(tree) : NULL;
}

/* ---- the answer ---- */

static void write_optional(mws_out_t *out, const char *key, int is_there, apr_int64_t i)
{
    if (is_there) {
        mws_out_int(out, key, i);
    }
    else {
        mws_out_null(out, key);
    }
}

/* The keys that a parent does not declare are dropped there. */
static void write_node(mws_out_t *out, const node_t *node)
{
    mws_out_struct(out, NULL);
    mws_out_int(out, "contextid", node->contextid);
    mws_out_text(out, "component", node->component);
    mws_out_text(out, "filearea", node->filearea);
    write_optional(out, "itemid", node->has_item, node->itemid);
    mws_out_text(out, "filepath", node->filepath);
    mws_out_text(out, "filename", node->label);
    mws_out_bool(out, "isdir", !node->is_file);
    mws_out_text(out, "url", node->url);
    write_optional(out, "timemodified", node->has_times, node->modified);
    write_optional(out, "timecreated", node->has_times, node->created);
    mws_out_int(out, "filesize", node->size);
    mws_out_text(out, "author", node->author);
    mws_out_text(out, "license", node->license);
    mws_out_end(out);
}

static void write_changed(mws_out_t *out, const apr_array_header_t *nodes, const wanted_t *wanted)
{
    int i;

    for (i = 0; i < nodes->nelts; i++) {
        const node_t *node = &APR_ARRAY_IDX(nodes, i, node_t);

        if (!wanted->has_modified || wanted->modified < node->modified) {
            write_node(out, node);
        }
    }
}

static void write_tree(mws_out_t *out, const tree_t *tree)
{
    int i;

    mws_out_struct(out, NULL);
    mws_out_list(out, "parents");
    for (i = tree->parents->nelts - 1; i >= 0; i--) {
        write_node(out, &APR_ARRAY_IDX(tree->parents, i, node_t));
    }
    mws_out_end(out);
    mws_out_list(out, "files");
    write_changed(out, tree->files, tree->wanted);
    write_changed(out, tree->contexts, tree->wanted);
    mws_out_end(out);
    mws_out_end(out);
}

/* The text at KEY, NULL when it is empty or "0", which PHP takes for empty too. */
static const char *given_text(const mws_value_t *in, const char *key)
{
    const char *text = mws_text(in, key);

    return mws_php_bool(text) ? text : NULL;
}

static mws_error_t *get_files(mws_call_t *call, const mws_value_t *in, mws_out_t *out,
                              wanted_t *wanted)
{
    tree_t tree = {
        .call = call,
        .wanted = wanted,
        .parents = apr_array_make(call->pool, 8, sizeof(node_t)),
        .files = apr_array_make(call->pool, 16, sizeof(node_t)),
        .contexts = apr_array_make(call->pool, 16, sizeof(node_t)),
    };
    apr_int64_t id;

    wanted->component = given_text(in, "component");
    wanted->filearea = given_text(in, "filearea");
    wanted->filepath = given_text(in, "filepath");
    wanted->filename = given_text(in, "filename");
    if (wanted->filename) {
        wanted->filename = mws_clean_text(call, MWS_PARAM_FILE, wanted->filename);
    }
    wanted->itemid = mws_int(in, "itemid");
    MWS_ERR(find_context(call, in, wanted->by_level, &id));
    MWS_ERR(read_steps(&tree, id));
    MWS_ERR(enter(&tree));
    MWS_ERR(open_node(&tree));
    write_tree(out, &tree);
    return NULL;
}

/* Moodle: files/externallib.php, core_files_external::get_files(). */
EXTERNAL(core_files_get_files,
    .about = "Browses the site's file tree: lists what a context, a file area or a directory "
             "holds, and the nodes above it, as far as the caller may see them.",
    .params = KEYS(
        VALUE("contextid", INT,
              "id of the context; 0: the system, -1: named by level and instance"),
        VALUE("component", TEXT, "component of a file area; empty: what the context holds"),
        VALUE("filearea", TEXT, "name of the file area; empty: none"),
        VALUE("itemid", INT, "item in the file area; null: none"),
        VALUE("filepath", PATH, "directory, with a slash at both ends"),
        VALUE("filename", TEXT, "name of a file in it; empty: the directory itself"),
        VALUE("modified", INT,
              "list only what changed after this time, Unix seconds; null: all", PRESET_NULL),
        VALUE("contextlevel", ALPHA,
              "level of the context: system, user, coursecat, course, module or block",
              PRESET_NULL),
        VALUE("instanceid", INT, "what of that level: the id of the course, say", PRESET_NULL)),
    .returns = KEYS(
        LIST("parents", KEYS(
            VALUE("contextid", INT, "id of the context it is in"),
            VALUE("component", COMPONENT, "component of the file area; null: it is in none"),
            VALUE("filearea", AREA, "name of the file area; null: it is in none"),
            VALUE("itemid", INT, "item in the file area; null: none"),
            VALUE("filepath", TEXT, "directory, with a slash at both ends"),
            VALUE("filename", TEXT, "name of the node, for display")),
            "the nodes above, outermost first"),
        LIST("files", KEYS(
            VALUE("contextid", INT, "id of the context it is in"),
            VALUE("component", COMPONENT, "component of the file area; null: it is in none"),
            VALUE("filearea", AREA, "name of the file area; null: it is in none"),
            VALUE("itemid", INT, "item in the file area; null: none"),
            VALUE("filepath", TEXT, "directory, with a slash at both ends"),
            VALUE("filename", TEXT, "name of the node, for display"),
            VALUE("isdir", BOOL,
                  "whether it can be opened in turn: a context, an area, a directory"),
            VALUE("url", TEXT, "URL of a file; null: not a file"),
            VALUE("timemodified", INT, "when it last changed, Unix seconds"),
            VALUE("timecreated", INT, "when it was made, Unix seconds", OPTIONAL),
            VALUE("filesize", INT, "size of a file in bytes; null: not a file", OPTIONAL),
            VALUE("author", TEXT, "author of a file, as text; null: not a file", OPTIONAL),
            VALUE("license", TEXT,
                  "short name of the license of a file; null: not a file", OPTIONAL)),
            "nodes in it: areas, directories, files, contexts")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or no such level"},
        MWS_MODULE_ERRORS))
{
    wanted_t wanted = {
        .has_item = mws_given(in, "itemid"),
        .has_modified = mws_given(in, "modified"),
        .modified = mws_int(in, "modified"),
        .by_level = 1,
    };

    return get_files(call, in, out, &wanted);
}

/* An item 0 was none in Moodle 2.1, so that an area with it is its context: clients of 2.1 walk the
 * tree that way.
 * Moodle 2.1: files/externallib.php, moodle_file_external::get_files(). */
EXTERNAL(moodle_file_get_files,
    .about = "Browses the site's file tree, in the form of Moodle 2.1: lists what a context, a "
             "file area or a directory holds, and the nodes above it.",
    .params = KEYS(
        VALUE("contextid", INT, "id of the context; 0: the system"),
        VALUE("component", TEXT, "component of a file area; empty: what the context holds"),
        VALUE("filearea", TEXT, "name of the file area; empty: none"),
        VALUE("itemid", INT, "item in the file area; 0: none"),
        VALUE("filepath", PATH, "directory, with a slash at both ends"),
        VALUE("filename", FILE, "name of a file in it; empty: the directory itself")),
    .returns = KEYS(
        LIST("parents", KEYS(
            VALUE("contextid", INT, "id of the context it is in"),
            VALUE("component", ALPHAEXT, "component of the file area; null: it is in none"),
            VALUE("filearea", ALPHAEXT, "name of the file area; null: it is in none"),
            VALUE("itemid", INT, "item in the file area; null: none"),
            VALUE("filepath", TEXT, "directory, with a slash at both ends"),
            VALUE("filename", TEXT, "name of the node, for display")),
            "the nodes above, outermost first"),
        LIST("files", KEYS(
            VALUE("contextid", INT, "id of the context it is in"),
            VALUE("component", ALPHAEXT, "component of the file area; null: it is in none"),
            VALUE("filearea", ALPHAEXT, "name of the file area; null: it is in none"),
            VALUE("itemid", INT, "item in the file area; null: none"),
            VALUE("filepath", TEXT, "directory, with a slash at both ends"),
            VALUE("filename", FILE, "name of the node, for display"),
            VALUE("isdir", BOOL,
                  "whether it can be opened in turn: a context, an area, a directory"),
            VALUE("url", TEXT, "URL of a file; null: not a file")),
            "nodes in it: areas, directories, files, contexts")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or no such level"},
        MWS_MODULE_ERRORS))
{
    wanted_t wanted = {.has_item = mws_int(in, "itemid") != 0};

    return get_files(call, in, out, &wanted);
}
