/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_role.c -- giving roles and taking them away. */
#include "mws_role.h"

#include <apr_strings.h>

#include "../base/mws_escape.h"
#include "../db/mws_rows.h"

/* Roles that may be held at the level of a context, and that an assignment of the caller along its
 * path lets the caller give; an administrator gives all. */
SQL(assignable,
    "SELECT x.id, l.roleid"
    "  FROM {context} x"
    "  JOIN {role_context_levels} l ON l.contextlevel = x.contextlevel"
    " WHERE x.id = ANY ($1)"
    "   AND ($3 OR EXISTS"
    "        (SELECT 1 FROM {role_allow_assign} a"
    "           JOIN {role_assignments} ra ON ra.roleid = a.roleid AND ra.userid = $2"
    "          WHERE a.allowassign = l.roleid"
    "            AND ra.contextid = ANY (string_to_array(ltrim(x.path, '/'), '/')::bigint[])))"
    " ORDER BY x.id, l.roleid");

enum { ASSIGNABLE_CONTEXT, ASSIGNABLE_ROLE };

/* The rows RA that say what row W wants. Only the user's index can serve: a user has few roles, but a
 * context or a role may have thousands of users, which a plan made too early does not know. */
#define WANTED_ROLE(ra, w)                                                                         \
    ra ".userid = " w ".userid AND " ra ".contextid + 0 = " w ".contextid AND " ra                 \
       ".roleid + 0 = " w ".roleid AND " ra ".component = '' AND " ra ".itemid = 0"

/* Of rows that say the same the first one stays; a new one is made where there is none. */
SQL(assign,
    "WITH wanted AS (SELECT w.roleid, w.userid, w.contextid, min(w.n) AS n"
    "                  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY"
    "                       AS w (roleid, userid, contextid, n)"
    "                 GROUP BY w.roleid, w.userid, w.contextid),"
    " old AS (SELECT ra.id, w.n, min(ra.id) OVER (PARTITION BY w.n) AS first"
    "           FROM wanted w"
    "           JOIN {role_assignments} ra ON " WANTED_ROLE("ra", "w") "),"
    " spare AS (DELETE FROM {role_assignments} ra USING old"
    "            WHERE ra.id = old.id AND old.id <> old.first)"
    "INSERT INTO {role_assignments} (roleid, contextid, userid, timemodified, modifierid,"
    "       component, itemid, sortorder)"
    " SELECT w.roleid, w.contextid, w.userid, $4, $5, '', 0, 0"
    "   FROM wanted w"
    "  WHERE NOT EXISTS (SELECT 1 FROM {role_assignments} ra"
    "                     WHERE " WANTED_ROLE("ra", "w") ")"
    "  ORDER BY w.n"
    " RETURNING id, roleid, userid, contextid");

enum { MADE_ID, MADE_ROLE, MADE_USER, MADE_CONTEXT };

SQL(unassign,
    "WITH gone AS (DELETE FROM {role_assignments} ra"
    "               USING (SELECT u.id, min(u.n) AS n"
    "                        FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, n)"
    "                       GROUP BY u.id) AS w"
    "               WHERE ra.id = w.id"
    "              RETURNING w.n, ra.id, ra.roleid, ra.userid, ra.contextid, ra.component,"
    "                        ra.itemid)"
    "SELECT gone.n - 1, gone.id, gone.roleid, gone.userid, gone.component, gone.itemid,"
    "       x.id, x.contextlevel, x.instanceid, " MWS_COURSE_OF_CONTEXT("x")
    "  FROM gone"
    "  JOIN {context} x ON x.id = gone.contextid"
    " ORDER BY gone.n");

/* clang-format off */
enum {
    GONE_PLACE, GONE_ID, GONE_ROLE, GONE_USER, GONE_COMPONENT, GONE_ITEM, GONE_CONTEXT, GONE_LEVEL,
    GONE_INSTANCE, GONE_COURSE
};
/* clang-format on */

/* Forums of courses that initially subscribe everybody. */
SQL(forums_of,
    "SELECT f.course, f.id, cm.id, " MWS_CONTEXT_COLUMNS("x")
    "  FROM {forum} f"
    "  JOIN {modules} m ON m.name = 'forum'"
    "  JOIN {course_modules} cm ON cm.course = f.course AND cm.module = m.id AND cm.instance = f.id"
    "  LEFT JOIN {context} x ON x.contextlevel = 70 AND x.instanceid = cm.id"
    " WHERE f.course = ANY ($1) AND f.forcesubscribe = 2"
    " ORDER BY f.course, f.id");

enum { F_COURSE, F_ID, F_MODULE, F_CONTEXT };

/* Who of the users $1 in the courses $2, beside each other, meets such a forum, and the roles that
 * each holds. */
SQL(people_of_forums,
    "SELECT u.id,"
    "       u.deleted = 0 AND EXISTS (SELECT 1 FROM {context} x"
    "                                  WHERE x.contextlevel = 30 AND x.instanceid = u.id), "
    MWS_ROLES_OF("u.id")
    "  FROM {user} u"
    " WHERE u.id IN (SELECT w.userid"
    "                  FROM unnest($1::bigint[], $2::bigint[]) AS w (userid, courseid)"
    "                  JOIN {forum} f ON f.course = w.courseid AND f.forcesubscribe = 2)"
    " ORDER BY u.id");

enum { P_ID, P_ALIVE, P_ROLES };

SQL(subscribe,
    "INSERT INTO {forum_subscriptions} (userid, forum)"
    " SELECT w.userid, w.forum"
    "   FROM (SELECT w.userid, w.forum, min(w.n) AS n"
    "           FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (userid, forum, n)"
    "          GROUP BY w.userid, w.forum) AS w"
    "  WHERE NOT EXISTS (SELECT 1 FROM {forum_subscriptions} s"
    "                     WHERE s.userid = w.userid AND s.forum = w.forum)"
    "  ORDER BY w.n"
    " ON CONFLICT (userid, forum) DO NOTHING"
    " RETURNING id, userid, forum");

enum { S_ID, S_USER, S_FORUM };

/* A subscription of a user to a forum, new where ID is not 0. */
typedef struct mws_subscription_t {
    apr_int64_t                id, userid, forumid;
    const mws_context_t       *context; /* of the forum */
    struct mws_subscription_t *next;    /* of the same assignment */
} subscription_t;

/* What the forums of courses have to do with roles given there. */
typedef struct {
    mws_ids_t            *users, *places; /* beside each other: who is given a role where */
    mws_ids_t            *courses;        /* of PLACES, for what is asked of a course alone */
    mws_rows_t           *rows, *people;
    const mws_context_t **contexts; /* of each of ROWS, once asked for */
    mws_roles_t         **roles;    /* of each of PEOPLE, likewise */
} forums_t;

#define ASSIGNMENT(array, i) (&APR_ARRAY_IDX(array, i, mws_assignment_t))

/* ---- which roles ---- */

mws_error_t *mws_assignable_queue(mws_call_t *call, const mws_ids_t *contexts, mws_rows_t **rows)
{
    return mws_db_queue(call, &assignable, rows, "Iib", contexts, call->caller->id,
                        call->caller->is_admin);
}

int mws_assignable(mws_call_t *call, const mws_rows_t *rows, const mws_context_t *context,
                   apr_int64_t roleid)
{
    int end, row;

    for (row = mws_rows_range(rows, ASSIGNABLE_CONTEXT, context->id, &end); row < end; row++) {
        if (mws_row_int(rows, row, ASSIGNABLE_ROLE) == roleid) {
            return mws_can(call, context, "moodle/role:assign");
        }
    }
    return 0;
}

/* ---- giving ---- */

/* The table has no unique index: nobody else gives these users a role in these contexts. */
static mws_error_t *lock(mws_call_t *call, const apr_array_header_t *assignments)
{
    mws_texts_t *names = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < assignments->nelts; i++) {
        const mws_assignment_t *assignment = ASSIGNMENT(assignments, i);

        mws_texts_add(names, apr_psprintf(call->pool, "%" APR_INT64_T_FMT ":%" APR_INT64_T_FMT,
                                          assignment->userid, assignment->context->id));
    }
    return mws_lock(call, "role_assignments", names);
}

static mws_error_t *queue_assign(mws_call_t *call, const apr_array_header_t *assignments,
                                 mws_rows_t **made)
{
    mws_ids_t *roles = mws_ids_make(call->pool);
    mws_ids_t *users = mws_ids_make(call->pool);
    mws_ids_t *contexts = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < assignments->nelts; i++) {
        const mws_assignment_t *assignment = ASSIGNMENT(assignments, i);

        mws_ids_add(roles, assignment->roleid);
        mws_ids_add(users, assignment->userid);
        mws_ids_add(contexts, assignment->context->id);
    }
    return mws_db_queue(call, &assign, made, "IIIii", roles, users, contexts, call->now,
                        call->caller->id);
}

/* Tell the assignments which rows were made; those come in the order of the assignments. */
static void take_made(apr_array_header_t *assignments, const mws_rows_t *made)
{
    int count = mws_rows_count(made), row = 0, i;

    for (i = 0; i < assignments->nelts; i++) {
        mws_assignment_t *assignment = ASSIGNMENT(assignments, i);

        assignment->id = 0;
        assignment->subscriptions = NULL;
        if (row < count && mws_row_int(made, row, MADE_ROLE) == assignment->roleid &&
            mws_row_int(made, row, MADE_USER) == assignment->userid &&
            mws_row_int(made, row, MADE_CONTEXT) == assignment->context->id) {
            assignment->id = mws_row_int(made, row++, MADE_ID);
        }
    }
}

/* ---- forums ---- */

/* Queue what is to be known of the forums before the roles are given. */
static mws_error_t *queue_forums(mws_call_t *call, const apr_array_header_t *assignments,
                                 forums_t *forums)
{
    int i;

    forums->users = mws_ids_make(call->pool);
    forums->places = mws_ids_make(call->pool);
    forums->courses = mws_ids_make(call->pool);
    for (i = 0; i < assignments->nelts; i++) {
        const mws_assignment_t *assignment = ASSIGNMENT(assignments, i);

        if (assignment->context->level == MWS_LEVEL_COURSE) {
            mws_ids_add(forums->users, assignment->userid);
            mws_ids_add(forums->places, assignment->context->instanceid);
            mws_ids_add_new(forums->courses, assignment->context->instanceid);
        }
    }
    MWS_ERR(mws_db_queue(call, &forums_of, &forums->rows, "I", forums->courses));
    return mws_db_queue(call, &people_of_forums, &forums->people, "II", forums->users,
                        forums->places);
}

/* Read the forums again once those without a context have one: Moodle makes them when they are
 * first asked for. */
static mws_error_t *complete_contexts(mws_call_t *call, forums_t *forums)
{
    mws_ids_t *bare = mws_ids_make(call->pool);
    int        row;

    for (row = 0; row < mws_rows_count(forums->rows); row++) {
        if (mws_row_null(forums->rows, row, F_CONTEXT)) {
            mws_ids_add(bare, mws_row_int(forums->rows, row, F_MODULE));
        }
    }
    if (!bare->count) {
        return NULL;
    }
    MWS_ERR(mws_contexts_create_modules(call, bare));
    return mws_db_query(call, &forums_of, &forums->rows, "I", forums->courses);
}

/* The context of the forum in ROW, made once. */
static const mws_context_t *forum_context(mws_call_t *call, forums_t *forums, int row)
{
    if (!forums->contexts[row]) {
        forums->contexts[row] = mws_context_of_row(call->pool, forums->rows, row, F_CONTEXT);
    }
    return forums->contexts[row];
}

/* The roles that USERID held before, or NULL when no forum asks for them. */
static mws_roles_t *roles_of(mws_call_t *call, forums_t *forums, apr_int64_t userid)
{
    int row = mws_rows_find(forums->people, P_ID, userid);

    if (row < 0) {
        return NULL;
    }
    if (!forums->roles[row]) {
        forums->roles[row] =
            mws_roles_make(call, userid, mws_row_bool(forums->people, row, P_ALIVE),
                           mws_row_text(forums->people, row, P_ROLES));
    }
    return forums->roles[row];
}

/* Find the forums that ASSIGNMENT subscribes its user to, who holds ROLES now. */
static void find_subscriptions(mws_call_t *call, forums_t *forums, mws_roles_t *roles,
                               mws_assignment_t *assignment)
{
    struct mws_subscription_t **to = &assignment->subscriptions;
    int                         end, row;

    for (row = mws_rows_range(forums->rows, F_COURSE, assignment->context->instanceid, &end);
         row < end; row++) {
        const mws_context_t *context = forum_context(call, forums, row);

        if (mws_roles_allow(call, roles, context, "mod/forum:allowforcesubscribe")) {
            *to = apr_pcalloc(call->pool, sizeof(**to));
            (*to)->userid = assignment->userid;
            (*to)->forumid = mws_row_int(forums->rows, row, F_ID);
            (*to)->context = context;
            to = &(*to)->next;
        }
    }
}

/* Subscribe users to the forums found for them, but for those that they are subscribed to. */
static mws_error_t *write_subscriptions(mws_call_t *call, const apr_array_header_t *assignments)
{
    mws_ids_t      *users = mws_ids_make(call->pool);
    mws_ids_t      *forums = mws_ids_make(call->pool);
    mws_rows_t     *made;
    subscription_t *at;
    int             row = 0, i;

    for (i = 0; i < assignments->nelts; i++) {
        for (at = ASSIGNMENT(assignments, i)->subscriptions; at; at = at->next) {
            mws_ids_add(users, at->userid);
            mws_ids_add(forums, at->forumid);
        }
    }
    if (!users->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &subscribe, &made, "II", users, forums));
    for (i = 0; i < assignments->nelts; i++) {
        for (at = ASSIGNMENT(assignments, i)->subscriptions; at; at = at->next) {
            if (row < mws_rows_count(made) && mws_row_int(made, row, S_USER) == at->userid &&
                mws_row_int(made, row, S_FORUM) == at->forumid) {
                at->id = mws_row_int(made, row++, S_ID);
            }
        }
    }
    return NULL;
}

/* Do what the forums of a course do when a role is given in it: each assignment meets the roles
 * that its user had by then.
 * Moodle: mod/forum/classes/observer.php, role_assigned(). */
static mws_error_t *subscribe_to_forums(mws_call_t *call, apr_array_header_t *assignments,
                                        forums_t *forums)
{
    int i;

    if (!mws_rows_count(forums->rows)) {
        return NULL;
    }
    MWS_ERR(complete_contexts(call, forums));
    forums->contexts = apr_pcalloc(call->pool, (apr_size_t)mws_rows_count(forums->rows) *
                                                   sizeof(*forums->contexts));
    forums->roles = apr_pcalloc(call->pool, (apr_size_t)mws_rows_count(forums->people) *
                                                sizeof(*forums->roles));
    for (i = 0; i < assignments->nelts; i++) {
        mws_assignment_t *assignment = ASSIGNMENT(assignments, i);
        mws_roles_t *roles = assignment->id ? roles_of(call, forums, assignment->userid) : NULL;

        if (roles) {
            mws_roles_add(roles, assignment->context->id, assignment->roleid);
            if (assignment->context->level == MWS_LEVEL_COURSE) {
                find_subscriptions(call, forums, roles, assignment);
            }
        }
    }
    return write_subscriptions(call, assignments);
}

mws_error_t *mws_roles_assign(mws_call_t *call, apr_array_header_t *assignments)
{
    forums_t    forums = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    mws_rows_t *made;

    MWS_ERR(lock(call, assignments));
    MWS_ERR(queue_forums(call, assignments, &forums));
    MWS_ERR(queue_assign(call, assignments, &made));
    MWS_ERR(mws_db_run(call));
    take_made(assignments, made);
    return subscribe_to_forums(call, assignments, &forums);
}

static void note_subscription(mws_call_t *call, const subscription_t *subscription,
                              apr_int64_t courseid)
{
    mws_event_t event = {
        .component = "mod_forum",
        .name = "subscription_created",
        .crud = 'c',
        .edulevel = 2,
        .objecttable = "forum_subscriptions",
        .objectid = subscription->id,
        MWS_EVENT_IN(subscription->context),
        .courseid = courseid,
        .relateduserid = subscription->userid,
        .other = apr_psprintf(call->pool, "{\"forumid\":\"%" APR_INT64_T_FMT "\"}",
                              subscription->forumid),
    };

    mws_event(call, &event);
}

void mws_role_assigned(mws_call_t *call, const mws_assignment_t *assignment)
{
    const subscription_t *at;
    mws_event_t           event = {
                  .name = "role_assigned",
                  .crud = 'c',
                  .objecttable = "role",
                  .objectid = assignment->roleid,
                  MWS_EVENT_IN(assignment->context),
                  .courseid = assignment->courseid,
                  .relateduserid = assignment->userid,
                  .other = apr_psprintf(call->pool,
                                        "{\"id\":%" APR_INT64_T_FMT ","
                                                  "\"component\":\"\",\"itemid\":0}",
                                        assignment->id),
    };

    if (!assignment->id) {
        return;
    }
    mws_dirty_user(call, assignment->userid);
    mws_event(call, &event);
    for (at = assignment->subscriptions; at; at = at->next) {
        if (at->id) {
            note_subscription(call, at, assignment->courseid);
        }
    }
}

/* ---- taking away ---- */

mws_error_t *mws_roles_unassign(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows)
{
    return mws_db_queue(call, &unassign, rows, "I", ids);
}

void mws_role_unassigned(mws_call_t *call, const mws_rows_t *rows, int row)
{
    mws_event_t event = {
        .name = "role_unassigned",
        .crud = 'd',
        .objecttable = "role",
        .objectid = mws_row_int(rows, row, GONE_ROLE),
        .contextid = mws_row_int(rows, row, GONE_CONTEXT),
        .contextlevel = (int)mws_row_int(rows, row, GONE_LEVEL),
        .contextinstanceid = mws_row_int(rows, row, GONE_INSTANCE),
        .courseid = mws_row_int(rows, row, GONE_COURSE),
        .relateduserid = mws_row_int(rows, row, GONE_USER),
        .other = apr_psprintf(call->pool, "{\"id\":\"%s\",\"component\":%s,\"itemid\":\"%s\"}",
                              mws_row_text(rows, row, GONE_ID),
                              mws_json_text(call->pool, mws_row_text(rows, row, GONE_COMPONENT)),
                              mws_row_text(rows, row, GONE_ITEM)),
    };

    mws_dirty_user(call, event.relateduserid);
    mws_event(call, &event);
}
