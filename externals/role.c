/* SPDX-License-Identifier: Apache-2.0 */
/* externals/role.c -- roles that users are given, or lose, in a context. */
#include <string.h>

#include "../lib/course/mws_course.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/user/mws_role.h"

/* Contexts named by level and instance, by the place of their item; the system has one. */
SQL(contexts_named,
    "SELECT w.n - 1, x.id"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (level, instance, n)"
    "  JOIN {context} x ON x.contextlevel = w.level"
    "       AND x.instanceid = CASE WHEN w.level = 10 THEN 0 ELSE w.instance END"
    " ORDER BY w.n");

enum { NAMED_PLACE, NAMED_CONTEXT };

/* Contexts with the course and the activity that each is or is in. */
SQL(contexts_entered,
    "SELECT " MWS_CONTEXT_COLUMNS("x") ", " MWS_COURSE_OF_CONTEXT("x") ", "
    MWS_CONTEXT_COLUMNS("mx") ", m.name,"
    "       m.visible = 1 AND cm.id::text = ANY (string_to_array(s.sequence, ',')),"
    "       cm.visible <> 0,"
    "       coalesce(cm.availability, '') <> '' OR coalesce(s.availability, '') <> '',"
    "       cm.deletioninprogress <> 0"
    "  FROM {context} x"
    "  LEFT JOIN {context} mx ON mx.contextlevel = 70"
    "       AND mx.id = ANY (string_to_array(ltrim(x.path, '/'), '/')::bigint[])"
    "  LEFT JOIN {course_modules} cm ON cm.id = mx.instanceid"
    "  LEFT JOIN {modules} m ON m.id = cm.module"
    "  LEFT JOIN {course_sections} s ON s.id = cm.section"
    " WHERE x.id = ANY ($1)"
    " ORDER BY x.id");

enum {
    X_CONTEXT,
    X_COURSE = X_CONTEXT + MWS_CONTEXT_WIDTH,
    X_MODULE,
    X_KIND = X_MODULE + MWS_CONTEXT_WIDTH,
    X_SHOWN,
    X_VISIBLE,
    X_RESTRICTED,
    X_DELETING
};

SQL(users_alive, "SELECT id FROM {user} WHERE id = ANY ($1) AND deleted = 0 ORDER BY id");

/* What users hold by no component, in the order asked for. */
SQL(held,
    "SELECT ra.id"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY"
    "       AS w (roleid, userid, contextid, n)"
    "  JOIN {role_assignments} ra ON ra.userid = w.userid AND ra.contextid = w.contextid"
    "       AND ra.roleid = w.roleid AND ra.component = '' AND ra.itemid = 0"
    " ORDER BY w.n, ra.id");

/* An item of a call. */
typedef struct {
    apr_int64_t  roleid, userid;
    apr_int64_t  contextid;         /* 0: there is no such context */
    apr_int64_t  level, instanceid; /* which name it; LEVEL 0: they do not */
    mws_error_t *err;               /* nothing names it */
} item_t;

/* The items of a call, and what is known of them. */
typedef struct {
    const char               *list;  /* the name of their list */
    apr_array_header_t       *items; /* of item_t */
    mws_rows_t               *contexts, *assignable, *users;
    const apr_array_header_t *courses;
} items_t;

#define ITEM(items, i) (&APR_ARRAY_IDX((items)->items, i, item_t))

/* ---- the contexts that items name ---- */

/* An error of the I-th item, in its KEY. */
static mws_error_t *refuse(mws_call_t *call, const items_t *items, int i, const char *key,
                           const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "%s[%d][%s]: %s", items->list, i, key, why);
}

/* Let the I-th item, V, name its context by level and instance. */
static void name_context(mws_call_t *call, const items_t *items, int i, const mws_value_t *v)
{
    item_t     *item = ITEM(items, i);
    const char *level = mws_text(v, "contextlevel");

    if (!level || !*level || !mws_given(v, "instanceid")) {
        item->err = refuse(call, items, i, "contextid",
                           "needed, unless both contextlevel and instanceid name the context");
        return;
    }
    item->level = mws_level_named(level);
    item->instanceid = mws_int(v, "instanceid");
    if (!item->level) {
        item->err = refuse(call, items, i, "contextlevel",
                           "expected system, user, coursecat, course, module or block");
    }
}

static void take_items(mws_call_t *call, const mws_value_t *list, items_t *items)
{
    int count = (int)mws_value_size(list), i;

    items->items = apr_array_make(call->pool, count, sizeof(item_t));
    for (i = 0; i < count; i++) {
        const mws_value_t *v = mws_value_at(list, (apr_size_t)i);
        item_t            *item = apr_array_push(items->items);

        memset(item, 0, sizeof(*item));
        item->roleid = mws_int(v, "roleid");
        item->userid = mws_int(v, "userid");
        item->contextid = mws_int(v, "contextid");
        if (!item->contextid) {
            name_context(call, items, i, v);
        }
    }
}

/* Find the contexts of the items that name them by level and instance. An activity may get its own
 * only now, as in Moodle. */
static mws_error_t *find_named(mws_call_t *call, const items_t *items)
{
    mws_ids_t  *levels = mws_ids_make(call->pool);
    mws_ids_t  *instances = mws_ids_make(call->pool);
    mws_ids_t  *modules = mws_ids_make(call->pool);
    int         named = 0, i;
    mws_rows_t *rows;

    for (i = 0; i < items->items->nelts; i++) {
        const item_t *item = ITEM(items, i);

        mws_ids_add(levels, item->level);
        mws_ids_add(instances, item->instanceid);
        if (item->level == MWS_LEVEL_MODULE) {
            mws_ids_add(modules, item->instanceid);
        }
        named |= item->level != 0;
    }
    if (!named) {
        return NULL;
    }
    MWS_ERR(mws_contexts_create_modules(call, modules));
    MWS_ERR(mws_db_query(call, &contexts_named, &rows, "II", levels, instances));
    for (i = 0; i < mws_rows_count(rows); i++) {
        ITEM(items, mws_row_int(rows, i, NAMED_PLACE))->contextid =
            mws_row_int(rows, i, NAMED_CONTEXT);
    }
    return NULL;
}

/* Read what the checks of ITEMS ask for. */
static mws_error_t *read_items(mws_call_t *call, items_t *items)
{
    mws_ids_t *contexts = mws_ids_make(call->pool);
    mws_ids_t *users = mws_ids_make(call->pool);
    mws_ids_t *courses = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < items->items->nelts; i++) {
        mws_ids_add(contexts, ITEM(items, i)->contextid);
        mws_ids_add(users, ITEM(items, i)->userid);
    }
    MWS_ERR(mws_db_queue(call, &contexts_entered, &items->contexts, "I", contexts));
    MWS_ERR(mws_assignable_queue(call, contexts, &items->assignable));
    MWS_ERR(mws_db_queue(call, &users_alive, &items->users, "I", users));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < mws_rows_count(items->contexts); i++) {
        mws_ids_add(courses, mws_row_int(items->contexts, i, X_COURSE));
    }
    return mws_courses_read(call, courses, &items->courses);
}

/* ---- the checks ---- */

/* Enter the context of ROW, CONTEXT, with the course and the activity that it is in. */
static mws_error_t *enter(mws_call_t *call, const items_t *items, int row, mws_context_t *context)
{
    const mws_rows_t *rows = items->contexts;
    mws_course_t     *course = mws_course_among(items->courses, mws_row_int(rows, row, X_COURSE));
    mws_course_t      entered;
    mws_module_t      module;

    if (!course) {
        return mws_validate_context(call, context);
    }
    /* A token that is bound to what is in a course does not reach the course, but enters it. */
    entered = *course;
    entered.context = context;
    MWS_ERR(mws_course_validate(call, &entered));
    module.context = mws_context_of_row(call->pool, rows, row, X_MODULE);
    if (!module.context) {
        return NULL;
    }
    if (!mws_row_bool(rows, row, X_SHOWN)) {
        return mws_error(call->pool, MWS_REQUIRE_LOGIN, "the course does not show the activity");
    }
    module.kind = mws_row_text(rows, row, X_KIND);
    module.visible = mws_row_bool(rows, row, X_VISIBLE);
    module.restricted = mws_row_bool(rows, row, X_RESTRICTED);
    module.deleting = mws_row_bool(rows, row, X_DELETING);
    return mws_module_validate(call, &module);
}

/* Check the I-th item, and make ASSIGNMENT of it. */
static mws_error_t *check_item(mws_call_t *call, const items_t *items, int i,
                               mws_assignment_t *assignment)
{
    const item_t  *item = ITEM(items, i);
    int            row = mws_rows_find(items->contexts, X_CONTEXT, item->contextid);
    mws_context_t *context;

    if (item->err) {
        return item->err;
    }
    if (row < 0) {
        return refuse(call, items, i, "contextid", "there is no such context");
    }
    context = mws_context_of_row(call->pool, items->contexts, row, X_CONTEXT);
    MWS_ERR(enter(call, items, row, context));
    MWS_ERR(mws_require(call, context, "moodle/role:assign"));
    if (!mws_assignable(call, items->assignable, context, item->roleid)) {
        return refuse(call, items, i, "roleid",
                      "expected a role that the caller may assign in this context");
    }
    assignment->roleid = item->roleid;
    assignment->userid = item->userid;
    assignment->context = context;
    assignment->courseid = mws_row_int(items->contexts, row, X_COURSE);
    return NULL;
}

/* Read and check the items of the list that ITEMS names; they become ASSIGNMENTS. The first one
 * that is refused decides; with KNOWN, one is whose user is not there. */
static mws_error_t *check_items(mws_call_t *call, const mws_value_t *in, items_t *items, int known,
                                apr_array_header_t **assignments)
{
    int i;

    take_items(call, mws_items(in, items->list), items);
    MWS_ERR(find_named(call, items));
    MWS_ERR(read_items(call, items));
    *assignments = apr_array_make(call->pool, items->items->nelts, sizeof(mws_assignment_t));
    for (i = 0; i < items->items->nelts; i++) {
        mws_assignment_t *assignment = apr_array_push(*assignments);

        MWS_ERR(check_item(call, items, i, assignment));
        if (!assignment->userid ||
            (known && mws_rows_find(items->users, 0, assignment->userid) < 0)) {
            return mws_error(call->pool, MWS_CODING, "%s[%d]: no user %" APR_INT64_T_FMT,
                             items->list, i, assignment->userid);
        }
    }
    return NULL;
}

/* ---- the functions ---- */

/* Moodle: enrol/externallib.php, core_role_external::assign_roles(). */
static mws_error_t *assign_roles(mws_call_t *call, const mws_value_t *in)
{
    items_t             items = {.list = "assignments"};
    apr_array_header_t *assignments;
    int                 i;

    MWS_ERR(check_items(call, in, &items, 1, &assignments));
    MWS_ERR(mws_roles_assign(call, assignments));
    for (i = 0; i < assignments->nelts; i++) {
        mws_role_assigned(call, &APR_ARRAY_IDX(assignments, i, mws_assignment_t));
    }
    return NULL;
}

/* Find the rows of ASSIGNMENTS, in their order. */
static mws_error_t *find_held(mws_call_t *call, const apr_array_header_t *assignments,
                              mws_rows_t **rows)
{
    mws_ids_t *roles = mws_ids_make(call->pool);
    mws_ids_t *users = mws_ids_make(call->pool);
    mws_ids_t *contexts = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < assignments->nelts; i++) {
        const mws_assignment_t *assignment = &APR_ARRAY_IDX(assignments, i, mws_assignment_t);

        mws_ids_add(roles, assignment->roleid);
        mws_ids_add(users, assignment->userid);
        mws_ids_add(contexts, assignment->context->id);
    }
    return mws_db_query(call, &held, rows, "III", roles, users, contexts);
}

/* Moodle: enrol/externallib.php, core_role_external::unassign_roles(). */
static mws_error_t *unassign_roles(mws_call_t *call, const mws_value_t *in)
{
    items_t             items = {.list = "unassignments"};
    apr_array_header_t *assignments;
    mws_rows_t         *rows, *gone;
    int                 i;

    MWS_ERR(check_items(call, in, &items, 0, &assignments));
    MWS_ERR(find_held(call, assignments, &rows));
    MWS_ERR(mws_roles_unassign(call, mws_ids_of_rows(call->pool, rows), &gone));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < mws_rows_count(gone); i++) {
        mws_role_unassigned(call, gone, i);
    }
    return NULL;
}

/* An item today, and in version 2.1. */
/* clang-format off */
#define ITEM_TODAY                                                                                 \
    KEYS(VALUE("roleid", INT, "id of the role"),                                                   \
         VALUE("userid", INT, "id of the user"),                                                   \
         VALUE("contextid", INT,                                                                   \
               "id of the context; absent: named by the next two keys", OPTIONAL),                 \
         VALUE("contextlevel", ALPHA,                                                              \
               "level of the context: system, user, coursecat, course, module or block",           \
               OPTIONAL),                                                                          \
         VALUE("instanceid", INT, "what of that level: the id of the course, say", OPTIONAL))

#define OLD_ITEM                                                                                   \
    KEYS(VALUE("roleid", INT, "id of the role"),                                                   \
         VALUE("userid", INT, "id of the user"),                                                   \
         VALUE("contextid", INT, "id of the context"))
/* clang-format on */

EXTERNAL(core_role_assign_roles,
    .about  = "Gives users roles in contexts, such as courses, all or none. It enrols nobody.",
    .params = KEYS(
        LIST("assignments", ITEM_TODAY, "who is to have which role where")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or the caller may not assign the role "
                            "there"},
        MWS_MODULE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/role:assign in the context"},
        {MWS_CODING, "there is no such user"}))
{
    (void)out;
    return assign_roles(call, in);
}

EXTERNAL(moodle_role_assign,
    .about  = "Gives users roles in contexts, such as courses, all or none. It enrols nobody.",
    .params = KEYS(
        LIST("assignments", OLD_ITEM, "who is to have which role where")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or the caller may not assign the role "
                            "there"},
        MWS_MODULE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/role:assign in the context"},
        {MWS_CODING, "there is no such user"}))
{
    (void)out;
    return assign_roles(call, in);
}

EXTERNAL(core_role_unassign_roles,
    .about  = "Takes roles in contexts from users, all or none. Roles that are not held are "
              "passed over, and enrolments stay.",
    .params = KEYS(
        LIST("unassignments", ITEM_TODAY, "who is to lose which role where")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or the caller may not assign the role "
                            "there"},
        MWS_MODULE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/role:assign in the context"},
        {MWS_CODING, "userid is 0"}))
{
    (void)out;
    return unassign_roles(call, in);
}

EXTERNAL(moodle_role_unassign,
    .about  = "Takes roles in contexts from users, all or none. Roles that are not held are "
              "passed over, and enrolments stay.",
    .params = KEYS(
        LIST("unassignments", OLD_ITEM, "who is to lose which role where")),
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "there is no such context, or the caller may not assign the role "
                            "there"},
        MWS_MODULE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/role:assign in the context"},
        {MWS_CODING, "userid is 0"}))
{
    (void)out;
    return unassign_roles(call, in);
}
