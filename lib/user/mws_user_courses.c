/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_courses.c -- the course lists of people. */
#include "mws_user_courses.h"

#include "../db/mws_children.h"
#include "../db/mws_ids.h"
#include "../db/mws_rows.h"
#include "../text/mws_format.h"

/* By which ways people are enrolled at the time $2. */
SQL(enrolment_rows,
    "SELECT who.ord, ue.enrolid"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {user_enrolments} ue ON ue.userid = who.userid AND ue.status = 0"
    "   AND ue.timestart < $2 AND (ue.timeend = 0 OR ue.timeend > $2)"
    " ORDER BY who.ord");

enum { E_ORD, E_WAY };

/* Those ways, with the courses they lead to and the place of each in a list. */
SQL(way_rows,
    "SELECT e.id, c.id, c.visible, c.fullname, c.shortname,"
    "       dense_rank() OVER (ORDER BY CASE WHEN $2::boolean THEN -c.visible END,"
    "                                   CASE $3::text WHEN 'fullname' THEN c.fullname"
    "                                                 WHEN 'shortname' THEN c.shortname"
    "                                                 WHEN 'idnumber' THEN c.idnumber END,"
    "                                   c.sortorder, c.id),"
    "       " MWS_CONTEXT_COLUMNS("x")
    "  FROM (SELECT DISTINCT ue.enrolid"
    "          FROM unnest($1::bigint[]) AS who (userid)"
    "          JOIN {user_enrolments} ue ON ue.userid = who.userid) way"
    "  JOIN {enrol} e ON e.id = way.enrolid AND e.status = 0"
    "  JOIN {course} c ON c.id = e.courseid AND c.category <> 0"
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = c.id"
    " ORDER BY e.id");

enum { W_ID, W_COURSE, W_VISIBLE, W_FULLNAME, W_SHORTNAME, W_PLACE, W_CONTEXT };

SQL(role_lists,
    "SELECT " MWS_ROLES_OF("who.userid")
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    " ORDER BY who.ord");

/* The groups that the caller shares with people, by the most open of each course. */
SQL(shared_groups,
    "SELECT gm.userid, g.courseid, min(g.visibility)"
    "  FROM {groups_members} me"
    "  JOIN {groups} g ON g.id = me.groupid"
    "  JOIN {groups_members} gm ON gm.groupid = g.id AND gm.userid = ANY ($2::bigint[])"
    " WHERE me.userid = $1"
    " GROUP BY gm.userid, g.courseid"
    " ORDER BY gm.userid");

enum { S_USER, S_COURSE, S_VISIBILITY };

/* The names of a course, formatted when they are first asked for. */
typedef struct {
    const char *fullname, *shortname;
} names_t;

struct mws_user_courses_t {
    const mws_ids_t *userids;
    mws_rows_t      *enrolments, *ways, *shared;
    int             *first; /* of ENROLMENTS, by person */
    names_t         *names; /* as in WAYS */
    mws_roles_t    **roles; /* of those who take part in a hidden course, by person */
};

mws_error_t *mws_user_courses_queue(mws_call_t *call, const mws_ids_t *userids,
                                    mws_user_courses_t **courses)
{
    mws_user_courses_t *made = apr_pcalloc(call->pool, sizeof(*made));
    const char         *sort = mws_config(call, "navsortmycoursessort");
    int                 hidden_last = !mws_config(call, "navsortmycourseshiddenlast") ||
                      mws_config_on(call, "navsortmycourseshiddenlast");

    *courses = made;
    made->userids = userids;
    MWS_ERR(mws_db_queue(call, &enrolment_rows, &made->enrolments, "Ii", userids,
                         mws_enrolment_time(call)));
    MWS_ERR(mws_db_queue(call, &way_rows, &made->ways, "Ibs", userids, hidden_last,
                         sort ? sort : "sortorder"));
    return mws_db_queue(call, &shared_groups, &made->shared, "iI", call->caller->id, userids);
}

static int way_of(const mws_user_courses_t *courses, int row)
{
    return mws_rows_find(courses->ways, W_ID, mws_row_int(courses->enrolments, row, E_WAY));
}

static int is_hidden(const mws_user_courses_t *courses, int way)
{
    return !mws_row_int(courses->ways, way, W_VISIBLE);
}

static int has_hidden(const mws_user_courses_t *courses, int at)
{
    int row;

    for (row = courses->first[at]; row < courses->first[at + 1]; row++) {
        int way = way_of(courses, row);

        if (way >= 0 && is_hidden(courses, way)) {
            return 1;
        }
    }
    return 0;
}

static int any_hidden(const mws_user_courses_t *courses)
{
    int way;

    for (way = 0; way < mws_rows_count(courses->ways); way++) {
        if (is_hidden(courses, way)) {
            return 1;
        }
    }
    return 0;
}

/* Read the roles of those who take part in a hidden course: on them it hangs who sees it. */
static mws_error_t *read_roles(mws_call_t *call, mws_user_courses_t *courses)
{
    mws_ids_t  *userids = mws_ids_make(call->pool);
    mws_rows_t *rows;
    int         count = courses->userids->count, row = 0, at;

    for (at = 0; at < count; at++) {
        if (has_hidden(courses, at)) {
            mws_ids_add(userids, courses->userids->ids[at]);
        }
    }
    MWS_ERR(mws_db_query(call, &role_lists, &rows, "I", userids));
    courses->roles = apr_pcalloc(call->pool, (apr_size_t)count * sizeof(*courses->roles));
    for (at = 0; at < count; at++) {
        if (has_hidden(courses, at)) {
            courses->roles[at] =
                mws_roles_make(call, courses->userids->ids[at], 1, mws_row_text(rows, row++, 0));
        }
    }
    return NULL;
}

mws_error_t *mws_user_courses_ready(mws_call_t *call, mws_user_courses_t *courses)
{
    courses->first = mws_children_index(call->pool, courses->enrolments, courses->userids->count);
    courses->names = apr_pcalloc(call->pool, (apr_size_t)mws_rows_count(courses->ways) *
                                                 sizeof(*courses->names));
    return any_hidden(courses) ? read_roles(call, courses) : NULL;
}

static int may_see(mws_call_t *call, const mws_user_courses_t *courses, int at, int way)
{
    return !is_hidden(courses, way) ||
           mws_roles_allow(call, courses->roles[at],
                           mws_context_of_row(call->pool, courses->ways, way, W_CONTEXT),
                           "moodle/course:viewhiddencourses");
}

const mws_ids_t *mws_user_courses_of(mws_call_t *call, const mws_user_courses_t *courses, int at)
{
    mws_children_t list = mws_children_make(call->pool);
    int            row;

    for (row = courses->first[at]; row < courses->first[at + 1]; row++) {
        int way = way_of(courses, row);

        if (way >= 0 && may_see(call, courses, at, way)) {
            mws_children_insert(&list, way, mws_row_int(courses->ways, way, W_PLACE));
        }
    }
    return list.rows;
}

const mws_ids_t *mws_user_courses_all(mws_call_t *call, const mws_user_courses_t *courses)
{
    mws_ids_t *ids = mws_ids_make(call->pool);
    int        way;

    for (way = 0; way < mws_rows_count(courses->ways); way++) {
        mws_ids_add(ids, mws_row_int(courses->ways, way, W_COURSE));
    }
    return ids;
}

apr_int64_t mws_user_courses_id(const mws_user_courses_t *courses, apr_int64_t item)
{
    return mws_row_int(courses->ways, (int)item, W_COURSE);
}

void mws_user_courses_names(mws_call_t *call, const mws_user_courses_t *courses, apr_int64_t item,
                            const char **fullname, const char **shortname)
{
    const mws_rows_t *rows = courses->ways;
    names_t          *names = &courses->names[item];

    if (!names->fullname) {
        names->fullname = mws_format_string(call, mws_row_text(rows, (int)item, W_FULLNAME));
        names->shortname = mws_format_string(call, mws_row_text(rows, (int)item, W_SHORTNAME));
    }
    *fullname = names->fullname;
    *shortname = names->shortname;
}

/* Whether the caller and USERID are in a group of COURSE that both see listed. */
static int shares_group(mws_call_t *call, const mws_user_courses_t *courses, apr_int64_t userid,
                        const mws_course_t *course)
{
    int end, row = mws_rows_range(courses->shared, S_USER, userid, &end);

    for (; row < end; row++) {
        if (mws_row_int(courses->shared, row, S_COURSE) == course->id) {
            return mws_row_int(courses->shared, row, S_VISIBILITY) < MWS_SEEN_BY_NOBODY ||
                   mws_can(call, course->context, "moodle/course:viewhiddengroups");
        }
    }
    return 0;
}

int mws_user_courses_viewable(mws_call_t *call, const mws_user_courses_t *courses,
                              apr_int64_t userid, int contact, const mws_course_t *course)
{
    if (!mws_config_on(call, "forceloginforprofiles")) {
        return 1;
    }
    if (call->caller->is_guest) {
        return 0;
    }
    if (contact || userid == call->caller->id) {
        return 1;
    }
    if (!mws_can(call, course->context, "moodle/user:viewdetails") &&
        !mws_can(call, course->context, "moodle/user:viewalldetails")) {
        return 0;
    }
    return course->groupmode != MWS_SEPARATE_GROUPS ||
           mws_can(call, course->context, "moodle/site:accessallgroups") ||
           shares_group(call, courses, userid, course);
}

mws_ids_t *mws_contact_roles(mws_call_t *call)
{
    return mws_ids_of_list(call->pool, mws_config(call, "coursecontact"));
}
