/* SPDX-License-Identifier: Apache-2.0 */
/* externals/group.c -- groups and their members, to be read. */
#include "../lib/course/mws_course.h"
#include "../lib/course/mws_customfield.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/text/mws_format.h"

/* $2 is the caller; whether they are in a group decides of hidden ones. */
#define GROUP_COLUMNS                                                                              \
    "SELECT g.id, g.courseid, g.name, g.description, g.descriptionformat, g.enrolmentkey,"         \
    "       g.idnumber, g.visibility, g.participation,"                                            \
    "       EXISTS (SELECT 1 FROM {groups_members} m"                                              \
    "                WHERE m.groupid = g.id AND m.userid = $2)"                                    \
    "  FROM {groups} g"

SQL(groups_by_id, GROUP_COLUMNS " WHERE g.id = ANY ($1) ORDER BY g.id");

SQL(groups_of_course, GROUP_COLUMNS " WHERE g.courseid = $1 ORDER BY g.name, g.id");

/* clang-format off */
enum {
    G_ID, G_COURSE, G_NAME, G_DESCRIPTION, G_FORMAT, G_KEY, G_IDNUMBER, G_VISIBILITY,
    G_PARTICIPATION, G_MINE
};
/* clang-format on */

SQL(group_members,
    "SELECT m.groupid, m.userid"
    "  FROM {groups_members} m"
    "  JOIN {user} u ON u.id = m.userid"
    " WHERE m.groupid = ANY ($1)"
    " ORDER BY m.groupid, u.lastname, u.firstname, u.id");

enum { M_GROUP, M_USER };

/* The groups that a call names, and their courses. */
typedef struct {
    mws_ids_t                *ids; /* as asked for, repeats and all */
    mws_rows_t               *rows;
    const apr_array_header_t *courses;
} groups_t;

/* Read the groups IDS and their courses, together with whatever is queued. Courses come first: a
 * group that ends between the statements is missing, not without a course. */
static mws_error_t *read_groups(mws_call_t *call, const mws_ids_t *ids, groups_t *groups)
{
    mws_rows_t *courses;

    MWS_ERR(mws_courses_queue_of_groups(call, ids, &courses));
    MWS_ERR(mws_db_queue(call, &groups_by_id, &groups->rows, "Ii", ids, call->caller->id));
    MWS_ERR(mws_db_run(call));
    groups->courses = mws_courses_of_rows(call, courses);
    return NULL;
}

/* Find the group ID and its course, and enter that to manage it. */
static mws_error_t *enter_group(mws_call_t *call, const groups_t *groups, apr_int64_t id, int *row,
                                mws_course_t **course)
{
    *row = mws_rows_find(groups->rows, G_ID, id);
    if (*row < 0) {
        return mws_error(call->pool, MWS_NO_RECORD, "group %" APR_INT64_T_FMT, id);
    }
    *course = mws_course_among(groups->courses, mws_row_int(groups->rows, *row, G_COURSE));
    return mws_enter_with(call, *course, "moodle/course:managegroups");
}

/* Write the keys that a group has everywhere. */
static mws_error_t *write_group(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int row,
                                const mws_context_t *context)
{
    mws_area_t  area = {.contextid = context->id,
                        .component = "group",
                        .filearea = "description",
                        .itemid = mws_row_int(rows, row, G_ID)};
    int         format = (int)mws_row_int(rows, row, G_FORMAT);
    const char *description;

    MWS_ERR(mws_format_text(call, mws_row_text(rows, row, G_DESCRIPTION), &format, &area,
                            &description));
    mws_out_text(out, "id", mws_row_text(rows, row, G_ID));
    mws_out_text(out, "courseid", mws_row_text(rows, row, G_COURSE));
    mws_out_text(out, "name", mws_format_string(call, mws_row_text(rows, row, G_NAME)));
    mws_out_text(out, "description", description);
    mws_out_int(out, "descriptionformat", format);
    mws_out_text(out, "enrolmentkey", mws_row_text(rows, row, G_KEY));
    mws_out_text(out, "idnumber", mws_row_text(rows, row, G_IDNUMBER));
    mws_out_text(out, "visibility", mws_row_text(rows, row, G_VISIBILITY));
    mws_out_text(out, "participation", mws_row_text(rows, row, G_PARTICIPATION));
    return NULL;
}

/* Moodle: group/externallib.php, core_group_external::get_groups(). */
static mws_error_t *get_groups(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    mws_ids_t          *ids = mws_ids_of_items(call->pool, mws_items(in, "groupids"));
    mws_customfields_t *fields = NULL;
    groups_t            groups;
    mws_course_t       *course;
    int                 row, i;

    if (mws_out_wants(out, "customfields")) {
        MWS_ERR(mws_customfields_queue(call, "core_group", "group", ids, &fields));
    }
    MWS_ERR(read_groups(call, ids, &groups));
    mws_out_list(out, NULL);
    for (i = 0; i < ids->count; i++) {
        MWS_ERR(enter_group(call, &groups, ids->ids[i], &row, &course));
        mws_out_struct(out, NULL);
        MWS_ERR(write_group(call, out, groups.rows, row, course->context));
        if (fields) {
            MWS_ERR(mws_customfields_write(call, out, fields, ids->ids[i], course->context,
                                           MWS_FIELD_NOBODY));
        }
        mws_out_end(out);
    }
    mws_out_end(out);
    return NULL;
}

/* Whether a list shows the group of ROW to a caller who does not see all groups. */
static int is_listed(const mws_rows_t *rows, int row)
{
    switch (mws_row_int(rows, row, G_VISIBILITY)) {
    case MWS_SEEN_BY_ALL:
        return 1;
    case MWS_SEEN_BY_MEMBERS:
    case MWS_SEEN_BY_ONESELF:
        return mws_row_bool(rows, row, G_MINE);
    default:
        return 0;
    }
}

/* Moodle: group/externallib.php, core_group_external::get_course_groups(). */
static mws_error_t *get_course_groups(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    apr_int64_t   id = mws_int(in, "courseid");
    mws_course_t *course;
    mws_rows_t   *rows;
    int           all, i;

    MWS_ERR(mws_db_queue(call, &groups_of_course, &rows, "ii", id, call->caller->id));
    MWS_ERR(mws_course_read(call, id, &course));
    MWS_ERR(mws_enter_with(call, course, "moodle/course:managegroups"));
    all = mws_course_all_groups(call, course);
    mws_out_list(out, NULL);
    for (i = 0; i < mws_rows_count(rows); i++) {
        if (all || is_listed(rows, i)) {
            mws_out_struct(out, NULL);
            MWS_ERR(write_group(call, out, rows, i, course->context));
            mws_out_end(out);
        }
    }
    mws_out_end(out);
    return NULL;
}

/* Whether a caller who does not see all groups may know that USERID is in the group of ROW. */
static int is_seen(mws_call_t *call, const mws_rows_t *rows, int row, apr_int64_t userid)
{
    switch (mws_row_int(rows, row, G_VISIBILITY)) {
    case MWS_SEEN_BY_ALL:
        return 1;
    case MWS_SEEN_BY_MEMBERS:
        return mws_row_bool(rows, row, G_MINE);
    case MWS_SEEN_BY_ONESELF:
        return userid == call->caller->id;
    default:
        return 0;
    }
}

static void write_members(mws_call_t *call, mws_out_t *out, const groups_t *groups, int group,
                          const mws_rows_t *members, const mws_course_t *course)
{
    apr_int64_t id = mws_row_int(groups->rows, group, G_ID);
    int         all = mws_course_all_groups(call, course);
    int         end, row;

    mws_out_struct(out, NULL);
    mws_out_int(out, "groupid", id);
    mws_out_list(out, "userids");
    for (row = mws_rows_range(members, M_GROUP, id, &end); row < end; row++) {
        if (all || is_seen(call, groups->rows, group, mws_row_int(members, row, M_USER))) {
            mws_out_text(out, NULL, mws_row_text(members, row, M_USER));
        }
    }
    mws_out_end(out);
    mws_out_end(out);
}

/* A group as today's functions give it, and as version 2.1 did. */
/* clang-format off */
#define GROUP                                                                                      \
    VALUE("id", INT, "identifies the group"),                                                      \
    VALUE("courseid", INT, "id of the course it belongs to"),                                      \
    VALUE("name", TEXT, "name of the group, for display"),                                         \
    VALUE("description", RAW, "what the group is for, as HTML"),                                   \
    VALUE("descriptionformat", INT,                                                                \
          "format of the description: 0 Moodle, 1 HTML, 2 plain, 4 Markdown"),                     \
    VALUE("enrolmentkey", RAW, "key by which people enrol themselves into the group"),             \
    VALUE("idnumber", RAW, "id number, its key in other systems"),                                 \
    VALUE("visibility", INT,                                                                       \
          "who sees the members: 0 all, 1 members, 2 each oneself, 3 nobody"),                     \
    VALUE("participation", BOOL, "whether activities may use the group")

#define OLD_GROUP                                                                                  \
    VALUE("id", INT, "identifies the group"),                                                      \
    VALUE("courseid", INT, "id of the course it belongs to"),                                      \
    VALUE("name", TEXT, "name of the group, for display"),                                         \
    VALUE("description", RAW, "what the group is for, as HTML"),                                   \
    VALUE("enrolmentkey", RAW, "key by which people enrol themselves into the group")
/* clang-format on */

EXTERNAL(core_group_get_groups,
    .about   = "Gives groups by their ids, each with its custom fields, to who may manage them. "
               "One that is missing refuses the whole call.",
    .params  = KEYS(
        LIST("groupids", ONE(INT, "id of a group"), "ids of the groups to give, in this order")),
    .returns = LIST_OF(KEYS(
        GROUP,
        MWS_CUSTOMFIELDS(RAW, ALPHANUMEXT))),
    .errors  = ERRORS(
        {MWS_NO_RECORD, "there is no group with an id given"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_groups(call, in, out);
}

EXTERNAL(moodle_group_get_groups,
    .about   = "Gives groups by their ids, in the form of Moodle 2.1, to who may manage them. One "
               "that is missing refuses the whole call.",
    .params  = KEYS(
        LIST("groupids", ONE(INT, "id of a group"), "ids of the groups to give, in this order")),
    .returns = LIST_OF(KEYS(OLD_GROUP)),
    .errors  = ERRORS(
        {MWS_NO_RECORD, "there is no group with an id given"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_groups(call, in, out);
}

EXTERNAL(core_group_get_course_groups,
    .about   = "Lists the groups of a course, by name, to who may manage them. Hidden groups come "
               "to those alone who may see them.",
    .params  = KEYS(
        VALUE("courseid", INT, "id of the course to look into")),
    .returns = LIST_OF(KEYS(GROUP)),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_course_groups(call, in, out);
}

EXTERNAL(moodle_group_get_course_groups,
    .about   = "Lists the groups of a course, by name, in the form of Moodle 2.1, to who may "
               "manage them.",
    .params  = KEYS(
        VALUE("courseid", INT, "id of the course to look into")),
    .returns = LIST_OF(KEYS(OLD_GROUP)),
    .errors  = ERRORS(
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"},
        MWS_FORMAT_ERRORS))
{
    return get_course_groups(call, in, out);
}

/* Moodle: group/externallib.php, core_group_external::get_group_members(). */
EXTERNAL(core_group_get_group_members,
    .about   = "Lists the members of groups, by last and first name, to who may manage the "
               "groups. Memberships that are hidden from the caller are left out.",
    .params  = KEYS(
        LIST("groupids", ONE(INT, "id of a group"), "ids of the groups to look into")),
    .returns = LIST_OF(KEYS(
        VALUE("groupid", INT, "id of the group"),
        LIST("userids", ONE(INT, "id of a member"),
             "ids of the members that the caller may know of"))),
    .errors  = ERRORS(
        {MWS_NO_RECORD, "there is no group with an id given"},
        MWS_ENTER_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/course:managegroups in the course"}))
{
    mws_ids_t    *ids = mws_ids_of_items(call->pool, mws_items(in, "groupids"));
    mws_rows_t   *members;
    groups_t      groups;
    mws_course_t *course;
    int           row, i;

    MWS_ERR(mws_db_queue(call, &group_members, &members, "I", ids));
    MWS_ERR(read_groups(call, ids, &groups));
    mws_out_list(out, NULL);
    for (i = 0; i < ids->count; i++) {
        MWS_ERR(enter_group(call, &groups, ids->ids[i], &row, &course));
        write_members(call, out, &groups, row, members, course);
    }
    mws_out_end(out);
    return NULL;
}
