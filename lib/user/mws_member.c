/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_member.c -- members of groups coming and going. */
#include "mws_member.h"

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
    "WITH wanted AS (SELECT w.groupid, w.userid, min(w.n) AS n"
    "                  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY"
    "                       AS w (groupid, userid, n)"
    "                  JOIN {groups} g ON g.id = w.groupid"
    "                 GROUP BY w.groupid, w.userid),"
    " made AS (INSERT INTO {groups_members} (groupid, userid, timeadded, component, itemid)"
    "          SELECT w.groupid, w.userid, $3, '', 0"
    "            FROM wanted w"
    "           WHERE NOT EXISTS (SELECT 1 FROM {groups_members} m"
    "                              WHERE m.userid = w.userid AND m.groupid + 0 = w.groupid)"
    "           ORDER BY w.n"
    "          RETURNING id, groupid, userid),"
    " changed AS (UPDATE {groups} g SET timemodified = $3"
    "               FROM (SELECT DISTINCT groupid FROM made) AS m WHERE g.id = m.groupid),"
    " joined AS (INSERT INTO {message_conversation_members} (conversationid, userid, timecreated)"
    "            SELECT c.id, m.userid, $3"
    "              FROM made m"
    "              JOIN {groups} g ON g.id = m.groupid"
    "              JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    "              JOIN " CONVERSATION
    "             WHERE NOT EXISTS (SELECT 1 FROM {message_conversation_members} o"
    "                                WHERE o.conversationid = c.id AND o.userid = m.userid)"
    "             ORDER BY m.id)"
    "SELECT groupid, userid FROM made ORDER BY id");

enum { ADDED_GROUP, ADDED_USER };

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

/* Tell the memberships which are new; the rows come in the order of the memberships. */
static void take_added(apr_array_header_t *memberships, const mws_rows_t *added)
{
    int count = mws_rows_count(added), row = 0, i;

    for (i = 0; i < memberships->nelts; i++) {
        mws_membership_t *membership = &APR_ARRAY_IDX(memberships, i, mws_membership_t);

        membership->added = row < count &&
                            mws_row_int(added, row, ADDED_GROUP) == membership->groupid &&
                            mws_row_int(added, row, ADDED_USER) == membership->userid;
        row += membership->added;
    }
}

mws_error_t *mws_members_add(mws_call_t *call, apr_array_header_t *memberships)
{
    mws_ids_t  *groups = mws_ids_make(call->pool);
    mws_ids_t  *users = mws_ids_make(call->pool);
    mws_ids_t  *held = mws_ids_make(call->pool);
    mws_rows_t *added;
    int         i;

    for (i = 0; i < memberships->nelts; i++) {
        const mws_membership_t *membership = &APR_ARRAY_IDX(memberships, i, mws_membership_t);

        mws_ids_add(groups, membership->groupid);
        mws_ids_add(users, membership->userid);
        mws_ids_add_new(held, membership->groupid);
    }
    MWS_ERR(mws_groups_hold(call, held));
    MWS_ERR(mws_db_query(call, &add_members, &added, "IIi", groups, users, call->now));
    take_added(memberships, added);
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
