/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_member.c -- members of groups coming and going. */
#include "mws_member.h"

#include <apr_hash.h>
#include <stddef.h>

/* In the order of their ids: calls that change the same groups wait for each other, but never in a
 * circle. */
SQL(hold_groups, "SELECT FROM {groups} WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE");

SQL(hold_groups_of_members,
    "SELECT FROM {groups}"
    " WHERE id IN (SELECT groupid FROM {groups_members} WHERE id = ANY ($1))"
    " ORDER BY id FOR NO KEY UPDATE");

/* The conversation of group G, whose course is in context X. */
#define CONVERSATION                                                                               \
    "{message_conversations} c ON c.component = 'core_group' AND c.itemtype = 'groups'"            \
    " AND c.itemid = g.id AND c.contextid = x.id"

/* Only the user's index can tell who is a member already: a user is in few groups, but a group may
 * have thousands of members, which a plan made too early does not know. Who becomes one meanwhile by
 * another's doing makes the call run again. */
SQL(add_members,
    "WITH wanted AS MATERIALIZED"
    " (SELECT w.n, w.groupid, w.userid, g.id IS NOT NULL AND m.id IS NULL AS fresh"
    "    FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (groupid, userid, n)"
    "    LEFT JOIN {groups} g ON g.id = w.groupid"
    "    LEFT JOIN {groups_members} m ON m.userid = w.userid AND m.groupid + 0 = w.groupid),"
    " made AS (INSERT INTO {groups_members} (groupid, userid, timeadded, component, itemid)"
    "          SELECT w.groupid, w.userid, $3, '', 0 FROM wanted w WHERE w.fresh ORDER BY w.n),"
    " changed AS (UPDATE {groups} g SET timemodified = $3"
    "               FROM (SELECT DISTINCT groupid FROM wanted WHERE fresh) AS w"
    "              WHERE g.id = w.groupid),"
    " joined AS (INSERT INTO {message_conversation_members} (conversationid, userid, timecreated)"
    "            SELECT c.id, w.userid, $3"
    "              FROM wanted w"
    "              JOIN {groups} g ON g.id = w.groupid"
    "              JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    "              JOIN " CONVERSATION
    "             WHERE w.fresh"
    "               AND NOT EXISTS (SELECT 1 FROM {message_conversation_members} o"
    "                                WHERE o.conversationid = c.id AND o.userid = w.userid)"
    "             ORDER BY w.n)"
    "SELECT n - 1 FROM wanted WHERE NOT fresh ORDER BY n");

SQL(remove_members,
    "WITH gone AS (DELETE FROM {groups_members} m"
    "               USING (SELECT u.id, min(u.n) AS n"
    "                        FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, n)"
    "                       GROUP BY u.id) AS w"
    "               WHERE m.id = w.id"
    "              RETURNING w.n, m.groupid, m.userid),"
    " changed AS (UPDATE {groups} g SET timemodified = $2"
    "               FROM (SELECT DISTINCT groupid FROM gone) AS o WHERE g.id = o.groupid),"
    " left_it AS (DELETE FROM {message_conversation_members} cm"
    "              USING gone"
    "               JOIN {groups} g ON g.id = gone.groupid"
    "               JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    "               JOIN " CONVERSATION
    "              WHERE cm.conversationid = c.id AND cm.userid = gone.userid)"
    "SELECT gone.n - 1, gone.groupid, gone.userid, x.id, g.courseid"
    "  FROM gone"
    "  JOIN {groups} g ON g.id = gone.groupid"
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    " ORDER BY gone.n");

enum { GONE_PLACE, GONE_GROUP, GONE_USER, GONE_CONTEXT, GONE_COURSE };

mws_error_t *mws_groups_hold(mws_call_t *call, const mws_ids_t *groups)
{
    return mws_db_queue(call, &hold_groups, NULL, "I", groups);
}

/* Call those of MEMBERSHIPS new that are the first of their group and user. */
static void call_new(apr_pool_t *p, apr_array_header_t *memberships)
{
    enum { PAIR_SIZE = offsetof(mws_membership_t, context) };
    apr_hash_t *pairs = apr_hash_make(p);
    int         i;

    for (i = 0; i < memberships->nelts; i++) {
        mws_membership_t *membership = &APR_ARRAY_IDX(memberships, i, mws_membership_t);

        membership->added = !apr_hash_get(pairs, membership, PAIR_SIZE);
        if (membership->added) {
            apr_hash_set(pairs, membership, PAIR_SIZE, membership);
        }
    }
}

/* Call those of MEMBERSHIPS no longer new that were not made; OLD are their places among those that
 * are called new. */
static void take_old(apr_array_header_t *memberships, const mws_rows_t *old)
{
    int count = mws_rows_count(old), row = 0, place = 0, i;

    for (i = 0; i < memberships->nelts && row < count; i++) {
        mws_membership_t *membership = &APR_ARRAY_IDX(memberships, i, mws_membership_t);

        if (membership->added && mws_row_int(old, row, 0) == place++) {
            membership->added = 0;
            row++;
        }
    }
}

mws_error_t *mws_members_add(mws_call_t *call, apr_array_header_t *memberships)
{
    mws_ids_t  *groups = mws_ids_make(call->pool);
    mws_ids_t  *users = mws_ids_make(call->pool);
    mws_ids_t  *held = mws_ids_make(call->pool);
    mws_rows_t *old;
    int         i;

    call_new(call->pool, memberships);
    for (i = 0; i < memberships->nelts; i++) {
        const mws_membership_t *membership = &APR_ARRAY_IDX(memberships, i, mws_membership_t);

        if (membership->added) {
            mws_ids_add(groups, membership->groupid);
            mws_ids_add(users, membership->userid);
            mws_ids_add_new(held, membership->groupid);
        }
    }
    MWS_ERR(mws_groups_hold(call, held));
    MWS_ERR(mws_db_query(call, &add_members, &old, "IIi", groups, users, call->now));
    take_old(memberships, old);
    return NULL;
}

void mws_member_added(mws_call_t *call, const mws_membership_t *membership)
{
    mws_event_t event = {
        .name = "group_member_added",
        .crud = 'c',
        .objecttable = "groups",
        .objectid = membership->groupid,
        MWS_EVENT_IN(membership->context),
        .courseid = membership->context->instanceid,
        .relateduserid = membership->userid,
        .other = "{\"component\":\"\",\"itemid\":0}",
    };

    if (membership->added) {
        mws_event(call, &event);
    }
}

mws_error_t *mws_members_remove(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows)
{
    MWS_ERR(mws_db_queue(call, &hold_groups_of_members, NULL, "I", ids));
    return mws_db_queue(call, &remove_members, rows, "Ii", ids, call->now);
}

void mws_member_removed(mws_call_t *call, const mws_rows_t *rows, int row)
{
    mws_event_t event = {
        .name = "group_member_removed",
        .crud = 'd',
        .objecttable = "groups",
        .objectid = mws_row_int(rows, row, GONE_GROUP),
        .contextid = mws_row_int(rows, row, GONE_CONTEXT),
        .contextlevel = MWS_LEVEL_COURSE,
        .contextinstanceid = mws_row_int(rows, row, GONE_COURSE),
        .courseid = mws_row_int(rows, row, GONE_COURSE),
        .relateduserid = mws_row_int(rows, row, GONE_USER),
    };

    mws_event(call, &event);
}
