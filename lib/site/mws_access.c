/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_access.c -- contexts, roles, capabilities, and the state of the caller's account. */
#include "mws_access.h"

#include <apr_strings.h>
#include <string.h>

#include "mws_auth_plugin.h"

/* Moodle's risk bits: config, xss, dataloss. What carries one is never given to guests. */
#define GUEST_RISKS (2 | 4 | 32)

enum { ALLOW = 1, PROHIBIT = -1000 };

SQL(context_by_id, "SELECT " MWS_CONTEXT_COLUMNS("x") " FROM {context} x WHERE x.id = $1");

SQL(context_by_instance, "SELECT " MWS_CONTEXT_COLUMNS("x")
                         " FROM {context} x WHERE x.contextlevel = $1 AND x.instanceid = $2");

/* Ids are drawn first: the path has them. */
SQL(create_contexts,
    "INSERT INTO {context} (id, contextlevel, instanceid, path, depth, locked)"
    " SELECT n.id, $1, n.instanceid, n.above || '/' || n.id, n.depth + 1, 0"
    "   FROM (SELECT nextval('{context}_id_seq') AS id, u.instanceid, u.above, u.depth"
    "           FROM unnest($2::bigint[], $3::text[], $4::bigint[])"
    "                AS u (instanceid, above, depth)) AS n"
    " ON CONFLICT (contextlevel, instanceid) DO NOTHING"
    " RETURNING instanceid, id, contextlevel, instanceid, path");

SQL(create_module_contexts,
    "INSERT INTO {context} (id, contextlevel, instanceid, path, depth, locked)"
    " SELECT n.id, 70, n.instanceid, n.path || '/' || n.id, n.depth + 1, 0"
    "   FROM (SELECT nextval('{context}_id_seq') AS id, cm.id AS instanceid, x.path, x.depth"
    "           FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, n)"
    "           JOIN {course_modules} cm ON cm.id = u.id"
    "           JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = cm.course"
    "          WHERE NOT EXISTS (SELECT 1 FROM {context} o"
    "                             WHERE o.contextlevel = 70 AND o.instanceid = cm.id)"
    "          ORDER BY u.n) AS n"
    " ON CONFLICT (contextlevel, instanceid) DO NOTHING");

typedef struct {
    apr_int64_t contextid, roleid;
} assignment_t;

struct mws_roles_t {
    apr_int64_t         userid;
    int                 alive, is_admin, is_guest;
    apr_array_header_t *assignments;
    apr_int64_t         asked; /* the id of the context that HELD is about, or 0 */
    apr_array_header_t *held;  /* the ids of the roles held there, each once */
};

int mws_level_named(const char *name)
{
    static const struct {
        const char *name;
        int         level;
    } levels[] = {
        {"system", MWS_LEVEL_SYSTEM},      {"user", MWS_LEVEL_USER},
        {"coursecat", MWS_LEVEL_CATEGORY}, {"course", MWS_LEVEL_COURSE},
        {"module", MWS_LEVEL_MODULE},      {"block", MWS_LEVEL_BLOCK},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].name, name) == 0) {
            return levels[i].level;
        }
    }
    return 0;
}

/* Path "/1/3/25" as ids; *DEPTH tells how many. */
static apr_int64_t *path_ids(apr_pool_t *p, const char *path, int *depth)
{
    apr_int64_t *ids;
    const char  *at;
    int          count = 0;

    for (at = path; at && *at; at++) {
        count += *at == '/';
    }
    ids = apr_palloc(p, (apr_size_t)(count + 1) * sizeof(*ids));
    *depth = 0;
    for (at = path; at && *at == '/';) {
        char *end;

        ids[(*depth)++] = apr_strtoi64(at + 1, &end, 10);
        at = end;
    }
    return ids;
}

mws_context_t *mws_context_of_row(apr_pool_t *p, const mws_rows_t *rows, int row, int col)
{
    mws_context_t *context;

    if (mws_row_null(rows, row, col)) {
        return NULL;
    }
    context = apr_pcalloc(p, sizeof(*context));
    context->id = mws_row_int(rows, row, col);
    context->level = (int)mws_row_int(rows, row, col + 1);
    context->instanceid = mws_row_int(rows, row, col + 2);
    context->path = path_ids(p, mws_row_text(rows, row, col + 3), &context->depth);
    return context;
}

const mws_context_t *mws_context_system(mws_call_t *call)
{
    return mws_site_system(call->site);
}

apr_int64_t mws_front_page_id(mws_call_t *call)
{
    return mws_site_front_page(call->site)->instanceid;
}

mws_error_t *mws_context_by_id(mws_call_t *call, apr_int64_t id, mws_context_t **context)
{
    mws_rows_t *rows;

    MWS_ERR(mws_db_query(call, &context_by_id, &rows, "i", id));
    *context = mws_rows_count(rows) ? mws_context_of_row(call->pool, rows, 0, 0) : NULL;
    return NULL;
}

mws_error_t *mws_context_of(mws_call_t *call, int level, apr_int64_t instanceid,
                            mws_context_t **context)
{
    mws_rows_t *rows;

    MWS_ERR(mws_db_query(call, &context_by_instance, &rows, "ii", (apr_int64_t)level, instanceid));
    *context = mws_rows_count(rows) ? mws_context_of_row(call->pool, rows, 0, 0) : NULL;
    return NULL;
}

mws_error_t *mws_context_named(mws_call_t *call, const mws_value_t *in, const char *unnamed,
                               mws_context_t **context)
{
    int level;

    if (!mws_given(in, "contextlevel") || !mws_given(in, "instanceid")) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "%s", unnamed);
    }
    level = mws_level_named(mws_text(in, "contextlevel"));
    if (!level) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "contextlevel => no such level");
    }
    if (level == MWS_LEVEL_SYSTEM) {
        *context = apr_pmemdup(call->pool, mws_context_system(call), sizeof(**context));
        return NULL;
    }
    return mws_context_of(call, level, mws_int(in, "instanceid"), context);
}

const char *mws_context_path(apr_pool_t *p, const mws_context_t *context)
{
    const char *path = "";
    int         i;

    for (i = 0; i < context->depth; i++) {
        path = apr_psprintf(p, "%s/%" APR_INT64_T_FMT, path, context->path[i]);
    }
    return path;
}

mws_error_t *mws_contexts_create(mws_call_t *call, int level, const mws_ids_t *instances,
                                 const mws_context_t *parent, mws_rows_t **rows)
{
    const mws_context_t **parents =
        apr_palloc(call->pool, (apr_size_t)instances->count * sizeof(*parents));
    int i;

    for (i = 0; i < instances->count; i++) {
        parents[i] = parent;
    }
    return mws_contexts_create_below(call, level, instances, parents, rows);
}

mws_error_t *mws_contexts_create_below(mws_call_t *call, int level, const mws_ids_t *instances,
                                       const mws_context_t *const *parents, mws_rows_t **rows)
{
    mws_texts_t *paths = mws_texts_make(call->pool);
    mws_ids_t   *depths = mws_ids_make(call->pool);
    int          i;

    for (i = 0; i < instances->count; i++) {
        mws_texts_add(paths, mws_context_path(call->pool, parents[i]));
        mws_ids_add(depths, parents[i]->depth);
    }
    return mws_db_queue(call, &create_contexts, rows, "iISI", (apr_int64_t)level, instances, paths,
                        depths);
}

mws_error_t *mws_contexts_create_modules(mws_call_t *call, const mws_ids_t *modules)
{
    return mws_db_queue(call, &create_module_contexts, NULL, "I", modules);
}

int mws_is_admin(mws_call_t *call, apr_int64_t userid)
{
    return mws_config_lists(call, "siteadmins",
                            apr_psprintf(call->pool, "%" APR_INT64_T_FMT, userid));
}

int mws_is_guest(mws_call_t *call, apr_int64_t userid)
{
    return userid == mws_config_int(call, "siteguest", 0);
}

mws_roles_t *mws_roles_make(mws_call_t *call, apr_int64_t userid, int alive,
                            const char *assignments)
{
    mws_roles_t *roles = apr_pcalloc(call->pool, sizeof(*roles));
    const char  *at = assignments;

    roles->userid = userid;
    roles->alive = alive;
    roles->is_admin = mws_is_admin(call, userid);
    roles->is_guest = mws_is_guest(call, userid);
    roles->assignments = apr_array_make(call->pool, 8, sizeof(assignment_t));
    while (at && *at && !roles->is_guest) { /* what is assigned to the guest does not count */
        char       *end;
        apr_int64_t contextid = apr_strtoi64(at, &end, 10);

        mws_roles_add(roles, contextid, apr_strtoi64(end + 1, &end, 10));
        at = *end ? end + 1 : end;
    }
    return roles;
}

void mws_roles_add(mws_roles_t *roles, apr_int64_t contextid, apr_int64_t roleid)
{
    assignment_t *assignment = apr_array_push(roles->assignments);

    assignment->contextid = contextid;
    assignment->roleid = roleid;
    roles->asked = 0;
}

static int in_path(const mws_context_t *context, apr_int64_t id)
{
    int i;

    for (i = 0; i < context->depth; i++) {
        if (context->path[i] == id) {
            return 1;
        }
    }
    return 0;
}

static void hold(mws_roles_t *roles, apr_int64_t roleid)
{
    int i;

    for (i = 0; i < roles->held->nelts; i++) {
        if (APR_ARRAY_IDX(roles->held, i, apr_int64_t) == roleid) {
            return;
        }
    }
    if (roleid) {
        APR_ARRAY_PUSH(roles->held, apr_int64_t) = roleid;
    }
}

/* Gather the roles held at CONTEXT: those assigned along its path, and the default ones. The last
 * context is remembered, since questions come in runs. */
static const apr_array_header_t *held_at(mws_call_t *call, mws_roles_t *roles,
                                         const mws_context_t *context)
{
    int i;

    if (roles->asked == context->id) {
        return roles->held;
    }
    if (!roles->held) {
        roles->held = apr_array_make(call->pool, 8, sizeof(apr_int64_t));
    }
    apr_array_clear(roles->held);
    if (roles->is_guest) {
        hold(roles, mws_config_int(call, "guestroleid", 0));
    }
    else {
        hold(roles, mws_config_int(call, "defaultuserroleid", 0));
        if (in_path(context, mws_site_front_page(call->site)->id)) {
            hold(roles, mws_config_int(call, "defaultfrontpageroleid", 0));
        }
    }
    for (i = 0; i < roles->assignments->nelts; i++) {
        const assignment_t *assignment = &APR_ARRAY_IDX(roles->assignments, i, assignment_t);

        if (in_path(context, assignment->contextid)) {
            hold(roles, assignment->roleid);
        }
    }
    roles->asked = context->id;
    return roles->held;
}

/* The entry of ROLEID at CONTEXTID for CAP, or NULL. */
static const mws_permission_t *find_entry(const mws_capability_t *cap, apr_int64_t roleid,
                                          apr_int64_t contextid)
{
    int low = 0, high = cap->count;

    while (low < high) {
        int                     middle = low + (high - low) / 2;
        const mws_permission_t *entry = &cap->permissions[middle];

        if (entry->roleid == roleid && entry->contextid == contextid) {
            return entry;
        }
        if (entry->roleid < roleid || (entry->roleid == roleid && entry->contextid < contextid)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return NULL;
}

/* What ROLEID says about CAP at CONTEXT: PROHIBIT when it does so anywhere along the path, else
 * the entry that is nearest, 0 when there is none. */
static int role_permission(const mws_capability_t *cap, const mws_context_t *context,
                           apr_int64_t roleid)
{
    const mws_permission_t *nearest = NULL;
    int                     depth;

    for (depth = context->depth - 1; depth >= 0; depth--) {
        const mws_permission_t *entry = find_entry(cap, roleid, context->path[depth]);

        if (entry && entry->permission == PROHIBIT) {
            return PROHIBIT;
        }
        nearest = nearest ? nearest : entry;
    }
    return nearest ? nearest->permission : 0;
}

static int is_locked(mws_call_t *call, const mws_capability_t *cap, const mws_context_t *context,
                     int is_admin)
{
    int i;

    if (!cap->writes || !mws_config_on(call, "contextlocking") ||
        strcmp(cap->name, "moodle/site:managecontextlocks") == 0 ||
        (is_admin && !mws_config_on(call, "contextlockappliestoadmin"))) {
        return 0;
    }
    for (i = 0; i < context->depth; i++) {
        if (mws_site_locks(call->site, context->path[i])) {
            return 1;
        }
    }
    return 0;
}

int mws_roles_allow(mws_call_t *call, mws_roles_t *roles, const mws_context_t *context,
                    const char *capability)
{
    const mws_capability_t   *cap = mws_site_capability(call->site, capability);
    const apr_array_header_t *held;
    int                       allowed = 0, i;

    if (!cap || !roles->alive || (roles->is_guest && (cap->writes || cap->risks & GUEST_RISKS)) ||
        is_locked(call, cap, context, roles->is_admin)) {
        return 0;
    }
    if (roles->is_admin || !context->depth) {
        return roles->is_admin;
    }
    held = held_at(call, roles, context);
    for (i = 0; i < held->nelts; i++) {
        int permission = role_permission(cap, context, APR_ARRAY_IDX(held, i, apr_int64_t));

        if (permission == PROHIBIT) {
            return 0;
        }
        allowed |= permission == ALLOW;
    }
    return allowed;
}

int mws_can(mws_call_t *call, const mws_context_t *context, const char *capability)
{
    return mws_roles_allow(call, call->caller->roles, context, capability);
}

mws_error_t *mws_require(mws_call_t *call, const mws_context_t *context, const char *capability)
{
    mws_error_t *err;

    if (mws_can(call, context, capability)) {
        return NULL;
    }
    err = mws_error(call->pool, MWS_NO_PERMISSION, "%s", capability);
    err->message = apr_psprintf(call->pool, "%s (%s)", err->row->text, capability);
    return err;
}

void mws_roles_with(mws_call_t *call, const mws_context_t *context, const char *capability,
                    mws_ids_t **give, mws_ids_t **forbid, int *everyone, int *nobody)
{
    const mws_capability_t *cap = mws_site_capability(call->site, capability);
    apr_int64_t             user_role = mws_config_int(call, "defaultuserroleid", 0);
    apr_int64_t             front_role = 0;
    int                     i;

    if (in_path(context, mws_site_front_page(call->site)->id)) {
        front_role = mws_config_int(call, "defaultfrontpageroleid", 0);
    }
    *give = mws_ids_make(call->pool);
    *forbid = mws_ids_make(call->pool);
    *everyone = 0;
    for (i = 0; cap && i < cap->count; i++) {
        apr_int64_t roleid = cap->permissions[i].roleid;

        if (i && roleid == cap->permissions[i - 1].roleid) {
            continue;
        }
        switch (role_permission(cap, context, roleid)) {
        case ALLOW:
            mws_ids_add(*give, roleid);
            *everyone |= roleid == user_role || (front_role && roleid == front_role);
            break;
        case PROHIBIT:
            mws_ids_add(*forbid, roleid);
            break;
        default:
            break;
        }
    }
    *nobody = !cap || !(*give)->count || is_locked(call, cap, context, 0) ||
              mws_ids_have(*forbid, user_role) || (front_role && mws_ids_have(*forbid, front_role));
}

/* Whether the token's context, R, covers CONTEXT. */
static int within(const mws_context_t *r, const mws_context_t *context)
{
    if (r->level == context->level) {
        return r->id == context->id;
    }
    return r->level < context->level && in_path(context, r->id);
}

static int policy_in_force(mws_call_t *call)
{
    const char *row = call->caller->is_guest ? "sitepolicyguest" : "sitepolicy";
    const char *handler = mws_config(call, "sitepolicyhandler");
    const char *policy = mws_config(call, row);

    return (handler && *handler) || (policy && *policy);
}

/* What may keep an account from doing anything at all. */
static mws_error_t *check_account(mws_call_t *call)
{
    const mws_caller_t *caller = call->caller;

    if (caller->must_change_password) {
        return mws_error(call->pool,
                         mws_auth_keeps_passwords(call, caller->auth) ? MWS_PASSWORD_CHANGE
                                                                      : MWS_PASSWORD_NO_CHANGE,
                         NULL);
    }
    if (!caller->is_guest &&
        (!*caller->firstname || !*caller->lastname || !*caller->email || caller->misses_field)) {
        return mws_error(call->pool, MWS_NOT_SET_UP, NULL);
    }
    if (caller->is_admin) {
        return NULL;
    }
    if (!caller->policyagreed && strcmp(caller->auth, "webservice") != 0 && policy_in_force(call)) {
        return mws_error(call->pool, MWS_POLICY, NULL);
    }
    if (mws_config_on(call, "maintenance_enabled") &&
        !mws_can(call, mws_context_system(call), "moodle/site:maintenanceaccess")) {
        return mws_error(call->pool, MWS_REQUIRE_LOGIN, "maintenance");
    }
    return NULL;
}

mws_error_t *mws_validate_context(mws_call_t *call, const mws_context_t *context)
{
    if (!context) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "there is no such context");
    }
    if (!within(call->restriction, context)) {
        return mws_error(call->pool, MWS_CONTEXT_RESTRICTED, NULL);
    }
    return check_account(call);
}
