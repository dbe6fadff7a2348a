/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_unenrol.c -- ending enrolments, and what goes with them. */
#include "mws_unenrol.h"

#include <apr_strings.h>

#include "../base/mws_escape.h"
#include "../course/mws_grade.h"
#include "../db/mws_ids.h"
#include "../db/mws_rows.h"
#include "../site/mws_site.h"
#include "mws_member.h"
#include "mws_role.h"

/* An enrolment is a user's last in the course when no other is left there but those that end here
 * before it. The inner questions still see the rows that go. */
SQL(end_enrolments,
    "WITH gone AS (DELETE FROM {user_enrolments} ue"
    "               USING unnest($1::bigint[]) WITH ORDINALITY AS w (id, place), {enrol} e"
    "               WHERE ue.id = w.id AND e.id = ue.enrolid"
    "              RETURNING w.place, ue.*, e.courseid, e.enrol)"
    "SELECT g.place - 1, g.id, g.status, g.enrolid, g.userid, g.timestart, g.timeend,"
    "       g.modifierid, g.timecreated, g.timemodified, g.courseid, g.enrol,"
    "       g.place = max(g.place) OVER (PARTITION BY g.userid, g.courseid)"
    "       AND NOT EXISTS (SELECT 1 FROM {enrol} o"
    "                         JOIN {user_enrolments} r ON r.enrolid = o.id AND r.userid = g.userid"
    "                        WHERE o.courseid = g.courseid AND r.id NOT IN (SELECT id FROM gone)),"
    "       x.id"
    "  FROM gone g"
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = g.courseid"
    " ORDER BY g.place");

/* clang-format off */
enum {
    E_PLACE, E_ID, E_STATUS, E_INSTANCE, E_USER, E_START, E_END, E_MODIFIER, E_CREATED, E_MODIFIED,
    E_COURSE, E_ENROL, E_LAST, E_CONTEXT
};

/* Of each that ended: whose it was, where, and what it came by. LEAVER is the user where it was the
 * last one, else 0. */
#define ENDED                                                                                      \
    "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) WITH ORDINALITY"   \
    " AS e (userid, courseid, enrolid, leaver, component, place)"
/* clang-format on */

SQL(roles_of_ended,
    "SELECT ra.id, min(e.place) - 1"
    "  FROM " ENDED
    "  JOIN {context} c ON c.contextlevel = 50 AND c.instanceid = e.courseid"
    "  JOIN {role_assignments} ra ON ra.userid = e.userid"
    "  JOIN {context} x ON x.id = ra.contextid"
    " WHERE (e.leaver = ra.userid AND (x.id = c.id OR x.path LIKE c.path || '/%'))"
    "    OR (x.id = c.id AND ra.component = e.component AND ra.itemid = e.enrolid)"
    " GROUP BY ra.id, x.id"
    " ORDER BY 2, x.depth, x.id, ra.id");

SQL(members_of_ended,
    "SELECT gm.id, min(e.place) - 1"
    "  FROM " ENDED
    "  JOIN {groups} g ON g.courseid = e.courseid"
    "  JOIN {groups_members} gm ON gm.groupid = g.id AND gm.userid = e.userid"
    " WHERE e.leaver = gm.userid OR (gm.component = e.component AND gm.itemid = e.enrolid)"
    " GROUP BY gm.id"
    " ORDER BY 2, gm.groupid");

enum { OF_ID, OF_ENDED };

/* What TABLE has of users in courses, $1 and $2 beside each other. */
#define OF_LEAVERS(table)                                                                          \
    "DELETE FROM {" table "} t USING unnest($1::bigint[], $2::bigint[]) AS w (userid, courseid)"

SQL(forget_visits, OF_LEAVERS("user_lastaccess") " WHERE t.userid = w.userid"
                                                 "   AND t.courseid = w.courseid");

/* clang-format off */
#define FORGET_FORUMS(table, forumid)                                                              \
    OF_LEAVERS(table) ", {forum} f"                                                                \
    " WHERE f.course = w.courseid AND t." forumid " = f.id AND t.userid = w.userid"
/* clang-format on */

SQL(forget_digests, FORGET_FORUMS("forum_digests", "forum"));
SQL(forget_subscriptions, FORGET_FORUMS("forum_subscriptions", "forum"));
SQL(forget_tracking, FORGET_FORUMS("forum_track_prefs", "forumid"));
SQL(forget_reading, FORGET_FORUMS("forum_read", "forumid"));

/* Rows of a table that went with enrolments. */
typedef struct {
    mws_rows_t *found; /* by the row of the enrolment, OF_ENDED */
    mws_rows_t *gone;  /* by the row of FOUND, which is their first column */
} gone_t;

struct mws_ended_t {
    mws_rows_t *enrolments;                /* by their place */
    mws_ids_t  *users, *courses, *leavers; /* of each row of ENROLMENTS, as ENDED has them */
    gone_t      roles, members;
    mws_rows_t *grades;
};

/* Queue what finds the roles and memberships that go. */
static mws_error_t *queue_search(mws_call_t *call, mws_ended_t *ended)
{
    const mws_rows_t *rows = ended->enrolments;
    mws_ids_t        *instances = mws_ids_make(call->pool);
    mws_texts_t      *components = mws_texts_make(call->pool);
    int               row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        apr_int64_t userid = mws_row_int(rows, row, E_USER);

        mws_ids_add(ended->users, userid);
        mws_ids_add(ended->courses, mws_row_int(rows, row, E_COURSE));
        mws_ids_add(ended->leavers, mws_row_bool(rows, row, E_LAST) ? userid : 0);
        mws_ids_add(instances, mws_row_int(rows, row, E_INSTANCE));
        mws_texts_add(components,
                      apr_pstrcat(call->pool, "enrol_", mws_row_text(rows, row, E_ENROL), NULL));
    }
    MWS_ERR(mws_db_queue(call, &roles_of_ended, &ended->roles.found, "IIIIS", ended->users,
                         ended->courses, instances, ended->leavers, components));
    return mws_db_queue(call, &members_of_ended, &ended->members.found, "IIIIS", ended->users,
                        ended->courses, instances, ended->leavers, components);
}

/* Queue the removal of what else those have in a course who leave it. */
static mws_error_t *queue_leaving(mws_call_t *call, mws_ended_t *ended)
{
    const mws_ids_t *users = ended->leavers, *courses = ended->courses;

    MWS_ERR(mws_grades_delete_in(call, users, courses, &ended->grades));
    MWS_ERR(mws_db_queue(call, &forget_visits, NULL, "II", users, courses));
    if (!mws_plugin_config(call, "mod_forum", "version")) {
        return NULL;
    }
    MWS_ERR(mws_db_queue(call, &forget_digests, NULL, "II", users, courses));
    MWS_ERR(mws_db_queue(call, &forget_subscriptions, NULL, "II", users, courses));
    MWS_ERR(mws_db_queue(call, &forget_tracking, NULL, "II", users, courses));
    return mws_db_queue(call, &forget_reading, NULL, "II", users, courses);
}

mws_error_t *mws_unenrol(mws_call_t *call, const mws_ids_t *ids, mws_ended_t **ended)
{
    mws_ended_t *end = apr_pcalloc(call->pool, sizeof(*end));

    end->users = mws_ids_make(call->pool);
    end->courses = mws_ids_make(call->pool);
    end->leavers = mws_ids_make(call->pool);
    MWS_ERR(mws_db_query(call, &end_enrolments, &end->enrolments, "I", ids));
    MWS_ERR(queue_search(call, end));
    MWS_ERR(queue_leaving(call, end));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(
        mws_roles_unassign(call, mws_ids_of_rows(call->pool, end->roles.found), &end->roles.gone));
    MWS_ERR(mws_members_remove(call, mws_ids_of_rows(call->pool, end->members.found),
                               &end->members.gone));
    *ended = end;
    return mws_db_run(call);
}

/* ---- events ---- */

/* Note, by the function NOTE, what of GONE went with the enrolment in ROW. */
static void note_gone(mws_call_t *call, const gone_t *gone, int row,
                      void (*note)(mws_call_t *call, const mws_rows_t *rows, int row))
{
    int end, at;

    for (at = mws_rows_range(gone->found, OF_ENDED, row, &end); at < end; at++) {
        int went = mws_rows_find(gone->gone, 0, at);

        if (went >= 0) {
            note(call, gone->gone, went);
        }
    }
}

static void note_enrolment(mws_call_t *call, const mws_rows_t *rows, int row)
{
    const char *enrol = mws_json_text(call->pool, mws_row_text(rows, row, E_ENROL));
    mws_event_t event = {
        .name = "user_enrolment_deleted",
        .crud = 'd',
        .objecttable = "user_enrolments",
        .objectid = mws_row_int(rows, row, E_ID),
        .contextid = mws_row_int(rows, row, E_CONTEXT),
        .contextlevel = MWS_LEVEL_COURSE,
        .contextinstanceid = mws_row_int(rows, row, E_COURSE),
        .courseid = mws_row_int(rows, row, E_COURSE),
        .relateduserid = mws_row_int(rows, row, E_USER),
    };

    event.other = apr_psprintf(
        call->pool,
        "{\"userenrolment\":{\"id\":\"%s\",\"status\":\"%s\",\"enrolid\":\"%s\",\"userid\":\"%s\","
        "\"timestart\":\"%s\",\"timeend\":\"%s\",\"modifierid\":\"%s\",\"timecreated\":\"%s\","
        "\"timemodified\":\"%s\",\"courseid\":\"%s\",\"enrol\":%s,\"lastenrol\":%s},\"enrol\":%s}",
        mws_row_text(rows, row, E_ID), mws_row_text(rows, row, E_STATUS),
        mws_row_text(rows, row, E_INSTANCE), mws_row_text(rows, row, E_USER),
        mws_row_text(rows, row, E_START), mws_row_text(rows, row, E_END),
        mws_row_text(rows, row, E_MODIFIER), mws_row_text(rows, row, E_CREATED),
        mws_row_text(rows, row, E_MODIFIED), mws_row_text(rows, row, E_COURSE), enrol,
        mws_row_bool(rows, row, E_LAST) ? "true" : "false", enrol);
    mws_event(call, &event);
}

void mws_unenrol_note(mws_call_t *call, const mws_ended_t *ended, int nth)
{
    int row = mws_rows_find(ended->enrolments, E_PLACE, nth);

    if (row < 0) {
        return;
    }
    note_gone(call, &ended->roles, row, mws_role_unassigned);
    note_gone(call, &ended->members, row, mws_member_removed);
    mws_grades_note(call, ended->grades, row);
    note_enrolment(call, ended->enrolments, row);
    mws_dirty_user(call, mws_row_int(ended->enrolments, row, E_USER));
}
