/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course.c -- courses, and who may enter them. */
#include "mws_course.h"

#include <apr_strings.h>

#include "../db/mws_ids.h"
#include "../text/mws_format.h"

/* The courses of WANTED, a SELECT of ids. Each question is asked for all of them at once. A guest
 * instance is open without a password, or with one that the user has given before. */
/* clang-format off */
#define COURSES(wanted)                                                                            \
    "WITH wanted AS (" wanted "),"                                                                 \
    " mine AS (SELECT e.courseid,"                                                                 \
    "                 bool_or(ue.status = 0 AND e.status = 0 AND ue.timestart <= $3"               \
    "                         AND (ue.timeend = 0 OR ue.timeend > $3)) AS active"                  \
    "            FROM wanted w"                                                                    \
    "            JOIN {enrol} e ON e.courseid = w.id"                                              \
    "            JOIN {user_enrolments} ue ON ue.enrolid = e.id AND ue.userid = $2"                \
    "           GROUP BY e.courseid),"                                                             \
    " hidden AS (SELECT DISTINCT g.courseid FROM wanted w JOIN {groups} g ON g.courseid = w.id"    \
    "             WHERE g.visibility <> 0),"                                                       \
    " guest AS (SELECT DISTINCT e.courseid FROM wanted w JOIN {enrol} e ON e.courseid = w.id"      \
    "            LEFT JOIN {user_preferences} p"                                                   \
    "              ON p.userid = $2 AND p.name = 'enrol_guest_ws_password_' || e.id"               \
    "           WHERE e.enrol = 'guest' AND e.status = 0"                                          \
    "             AND (coalesce(e.password, '') = '' OR e.password = p.value))"                    \
    "SELECT c.id, c.category, c.visible, c.groupmode, c.shortname, c.fullname,"                    \
    "       hidden.courseid IS NOT NULL, mine.active, guest.courseid IS NOT NULL, cat.visible, "   \
    MWS_CONTEXT_COLUMNS("x") ", " MWS_CONTEXT_COLUMNS("cx")                                        \
    "  FROM wanted w"                                                                              \
    "  JOIN {course} c ON c.id = w.id"                                                             \
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = c.id"                            \
    "  LEFT JOIN {course_categories} cat ON cat.id = c.category"                                   \
    "  LEFT JOIN {context} cx ON cx.contextlevel = 40 AND cx.instanceid = c.category"              \
    "  LEFT JOIN mine ON mine.courseid = c.id"                                                     \
    "  LEFT JOIN hidden ON hidden.courseid = c.id"                                                 \
    "  LEFT JOIN guest ON guest.courseid = c.id"                                                   \
    " ORDER BY c.id"
/* clang-format on */

SQL(courses_by_id, COURSES("SELECT DISTINCT unnest($1::bigint[]) AS id"));

SQL(courses_of_groups,
    COURSES("SELECT DISTINCT courseid AS id FROM {groups} WHERE id = ANY ($1::bigint[])"));

/* clang-format off */
enum {
    C_ID, C_CATEGORY, C_VISIBLE, C_GROUPMODE, C_SHORTNAME, C_FULLNAME, C_HIDDEN_GROUPS, C_ACTIVE,
    C_GUEST_OPEN, C_CATEGORY_VISIBLE, C_CONTEXT,
    C_CATEGORY_CONTEXT = C_CONTEXT + MWS_CONTEXT_WIDTH
};
/* clang-format on */

static mws_course_t *course_of_row(mws_call_t *call, const mws_rows_t *rows, int row)
{
    mws_course_t *course = apr_pcalloc(call->pool, sizeof(*course));

    course->id = mws_row_int(rows, row, C_ID);
    course->category = mws_row_int(rows, row, C_CATEGORY);
    course->visible = mws_row_int(rows, row, C_VISIBLE) != 0;
    course->groupmode = (int)mws_row_int(rows, row, C_GROUPMODE);
    course->shortname = mws_row_text(rows, row, C_SHORTNAME);
    course->fullname = mws_row_text(rows, row, C_FULLNAME);
    course->hidden_groups = mws_row_bool(rows, row, C_HIDDEN_GROUPS);
    course->active = mws_row_bool(rows, row, C_ACTIVE);
    course->guest_open = mws_row_bool(rows, row, C_GUEST_OPEN) &&
                         mws_config_lists(call, "enrol_plugins_enabled", "guest");
    course->category_visible = mws_row_int(rows, row, C_CATEGORY_VISIBLE) != 0;
    course->context = mws_context_of_row(call->pool, rows, row, C_CONTEXT);
    course->category_context = mws_context_of_row(call->pool, rows, row, C_CATEGORY_CONTEXT);
    if (!course->category) {
        course->active = !call->caller->is_guest;
    }
    return course;
}

mws_error_t *mws_courses_queue(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows)
{
    return mws_db_queue(call, &courses_by_id, rows, "Iii", ids, call->caller->id, call->now);
}

mws_error_t *mws_courses_queue_of_groups(mws_call_t *call, const mws_ids_t *groups,
                                         mws_rows_t **rows)
{
    return mws_db_queue(call, &courses_of_groups, rows, "Iii", groups, call->caller->id, call->now);
}

const apr_array_header_t *mws_courses_of_rows(mws_call_t *call, const mws_rows_t *rows)
{
    int                 count = mws_rows_count(rows), i;
    apr_array_header_t *courses = apr_array_make(call->pool, count, sizeof(mws_course_t *));

    for (i = 0; i < count; i++) {
        APR_ARRAY_PUSH(courses, mws_course_t *) = course_of_row(call, rows, i);
    }
    return courses;
}

mws_error_t *mws_courses_read(mws_call_t *call, const mws_ids_t *ids,
                              const apr_array_header_t **courses)
{
    mws_rows_t *rows;

    MWS_ERR(mws_courses_queue(call, ids, &rows));
    MWS_ERR(mws_db_run(call));
    *courses = mws_courses_of_rows(call, rows);
    return NULL;
}

mws_error_t *mws_course_read(mws_call_t *call, apr_int64_t id, mws_course_t **course)
{
    const apr_array_header_t *courses;

    MWS_ERR(mws_courses_read(call, mws_ids_of_one(call->pool, id), &courses));
    *course = mws_course_among(courses, id);
    return NULL;
}

mws_course_t *mws_course_among(const apr_array_header_t *courses, apr_int64_t id)
{
    int low = 0, high = courses->nelts;

    while (low < high) {
        int           middle = low + (high - low) / 2;
        mws_course_t *course = APR_ARRAY_IDX(courses, middle, mws_course_t *);

        if (course->id == id) {
            return course;
        }
        if (course->id < id) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return NULL;
}

/* Let the caller hold the guest role in COURSE for the rest of the call. */
static void enter_as_guest(mws_call_t *call, const mws_course_t *course)
{
    mws_roles_add(call->caller->roles, course->context->id, mws_config_int(call, "guestroleid", 0));
}

mws_error_t *mws_course_validate(mws_call_t *call, mws_course_t *course)
{
    const mws_caller_t *caller = call->caller;

    MWS_ERR(mws_validate_context(call, course ? course->context : NULL));
    if (caller->is_admin || !course->category) {
        return NULL;
    }
    if (!course->visible && !mws_can(call, course->context, "moodle/course:viewhiddencourses")) {
        return mws_error(call->pool, MWS_REQUIRE_LOGIN, "the course is hidden");
    }
    if (!caller->is_guest && mws_can(call, course->context, "moodle/course:view")) {
        return NULL;
    }
    if (course->active) {
        return NULL;
    }
    if (course->guest_open && mws_course_listed(call, course)) {
        enter_as_guest(call, course);
        return NULL;
    }
    return mws_error(call->pool, MWS_REQUIRE_LOGIN, "not enrolled");
}

mws_error_t *mws_enter(mws_call_t *call, mws_course_t *course)
{
    mws_error_t *inner = mws_course_validate(call, course);
    mws_error_t *err;

    if (!inner) {
        return NULL;
    }
    err = mws_error(call->pool, MWS_COURSE_CONTEXT, "%s", inner->row->errorcode);
    err->message = apr_pstrcat(call->pool, err->row->text, ": ", inner->message, NULL);
    return err;
}

mws_error_t *mws_enter_with(mws_call_t *call, mws_course_t *course, const char *capability)
{
    MWS_ERR(mws_enter(call, course));
    return mws_require(call, course->context, capability);
}

int mws_module_seen(mws_call_t *call, const mws_module_t *module)
{
    const char *view = apr_pstrcat(call->pool, "mod/", module->kind, ":view", NULL);

    if (module->deleting) {
        return 0;
    }
    if (!module->visible && !mws_can(call, module->context, "moodle/course:viewhiddenactivities")) {
        return 0;
    }
    if (module->restricted && mws_config_on(call, "enableavailability") &&
        !mws_can(call, module->context, "moodle/course:ignoreavailabilityrestrictions")) {
        return 0;
    }
    return !mws_site_has_capability(call, view) || mws_can(call, module->context, view);
}

mws_error_t *mws_module_validate(mws_call_t *call, const mws_module_t *module)
{
    if (module->deleting) {
        return mws_error(call->pool, MWS_ACTIVITY_DELETED, NULL);
    }
    if (!mws_module_seen(call, module)) {
        return mws_error(call->pool, MWS_REQUIRE_LOGIN, "the activity is not for the caller");
    }
    return NULL;
}

int mws_course_listed(mws_call_t *call, const mws_course_t *course)
{
    if (!course->category) {
        return 1;
    }
    if (!course->visible && !mws_can(call, course->context, "moodle/course:viewhiddencourses")) {
        return 0;
    }
    return course->category_context &&
           mws_can(call, course->category_context, "moodle/category:viewcourselist");
}

int mws_category_listed(mws_call_t *call, const mws_context_t *context, int visible)
{
    return (visible || mws_can(call, context, "moodle/category:viewhiddencategories")) &&
           mws_can(call, context, "moodle/category:viewcourselist");
}

const char *mws_course_list_name(mws_call_t *call, const char *shortname, const char *fullname)
{
    return mws_config_on(call, "courselistshortnames")
               ? apr_pstrcat(call->pool, shortname, " ", fullname, NULL)
               : fullname;
}

const char *mws_course_display_name(mws_call_t *call, const char *shortname, const char *fullname)
{
    return mws_format_string(call, mws_course_list_name(call, shortname, fullname));
}

int mws_course_all_groups(mws_call_t *call, const mws_course_t *course)
{
    return !course->hidden_groups ||
           mws_can(call, course->context, "moodle/course:viewhiddengroups");
}
