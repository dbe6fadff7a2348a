/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_grade.c -- the grades that go with a user. */
#include "mws_grade.h"

#include <apr_strings.h>

#include "../base/mws_escape.h"
#include "../db/mws_rows.h"
#include "../site/mws_access.h"
#include "../site/mws_site.h"

/* Grades of DOOMED, a SELECT of grade ids and places; $1 who does it, $2 when, $3 whether their
 * history is kept. The history calls a deletion 3. */
/* clang-format off */
#define DELETE_GRADES(doomed)                                                                      \
    "WITH doomed AS (" doomed "),"                                                                 \
    " gone AS (DELETE FROM {grade_grades} g USING doomed d WHERE g.id = d.id"                      \
    "          RETURNING d.place, g.*),"                                                           \
    " kept AS (INSERT INTO {grade_grades_history} (action, oldid, source, timemodified,"           \
    "                 loggeduser, itemid, userid, rawgrade, rawgrademax, rawgrademin, rawscaleid," \
    "                 usermodified, finalgrade, hidden, locked, locktime, exported, overridden,"   \
    "                 excluded, feedback, feedbackformat, information, informationformat)"         \
    "          SELECT 3, id, 'userdelete', $2::bigint, $1::bigint, itemid, userid, rawgrade,"      \
    "                 rawgrademax, rawgrademin, rawscaleid, usermodified, finalgrade, hidden,"     \
    "                 locked, locktime, exported, overridden, excluded, feedback, feedbackformat," \
    "                 information, informationformat"                                              \
    "            FROM gone WHERE $3::bool ORDER BY place, itemid, id)"                             \
    "SELECT g.place, g.id, g.itemid, g.userid, g.overridden <> 0, g.finalgrade, i.courseid, x.id"  \
    "  FROM gone g"                                                                                \
    "  JOIN {grade_items} i ON i.id = g.itemid"                                                    \
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = i.courseid"                      \
    " ORDER BY g.place, g.itemid, g.id"
/* clang-format on */

SQL(delete_grades, DELETE_GRADES("SELECT g.id, w.place"
                                 "  FROM unnest($4::bigint[]) WITH ORDINALITY AS w (userid, place)"
                                 "  JOIN {grade_grades} g ON g.userid = w.userid"));

SQL(delete_grades_in,
    DELETE_GRADES("SELECT g.id, w.place"
                  "  FROM unnest($4::bigint[], $5::bigint[]) WITH ORDINALITY"
                  "       AS w (userid, courseid, place)"
                  "  JOIN {grade_items} i ON i.courseid = w.courseid"
                  "  JOIN {grade_grades} g ON g.userid = w.userid AND g.itemid = i.id"));

enum { G_PLACE, G_ID, G_ITEM, G_USER, G_OVERRIDDEN, G_FINAL, G_COURSE, G_CONTEXT };

static int keeps_history(mws_call_t *call)
{
    return !mws_config_on(call, "disablegradehistory");
}

mws_error_t *mws_grades_delete(mws_call_t *call, const mws_ids_t *userids, mws_rows_t **gone)
{
    return mws_db_queue(call, &delete_grades, gone, "iibI", call->caller->id, call->now,
                        keeps_history(call), userids);
}

mws_error_t *mws_grades_delete_in(mws_call_t *call, const mws_ids_t *userids,
                                  const mws_ids_t *courseids, mws_rows_t **gone)
{
    return mws_db_queue(call, &delete_grades_in, gone, "iibII", call->caller->id, call->now,
                        keeps_history(call), userids, courseids);
}

void mws_grades_note(mws_call_t *call, const mws_rows_t *gone, int nth)
{
    int end, row;

    for (row = mws_rows_range(gone, G_PLACE, nth + 1, &end); row < end; row++) {
        const char *final = mws_row_text(gone, row, G_FINAL);
        mws_event_t event = {.name = "grade_deleted",
                             .crud = 'd',
                             .edulevel = 1,
                             .objecttable = "grade_grades",
                             .objectid = mws_row_int(gone, row, G_ID),
                             .contextid = mws_row_int(gone, row, G_CONTEXT),
                             .contextlevel = MWS_LEVEL_COURSE,
                             .contextinstanceid = mws_row_int(gone, row, G_COURSE),
                             .courseid = mws_row_int(gone, row, G_COURSE),
                             .relateduserid = mws_row_int(gone, row, G_USER)};

        event.other =
            apr_psprintf(call->pool, "{\"itemid\":\"%s\",\"overridden\":%s,\"finalgrade\":%s}",
                         mws_row_text(gone, row, G_ITEM),
                         mws_row_bool(gone, row, G_OVERRIDDEN) ? "true" : "false",
                         final ? mws_json_text(call->pool, final) : "null");
        mws_event(call, &event);
    }
}
