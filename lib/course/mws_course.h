/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course.h
 *
 * Courses and who may enter them: visibility, enrolment, guest access, groups. Whatever a call
 * asks about its courses is read for all of them at once.
 * Moodle: lib/enrollib.php, lib/grouplib.php, lib/moodlelib.php (require_login()).
 */
#ifndef MWS_COURSE_H
#define MWS_COURSE_H

#include "../site/mws_access.h"

/* How a course keeps its groups apart. */
enum { MWS_NO_GROUPS, MWS_SEPARATE_GROUPS, MWS_VISIBLE_GROUPS };

/* Who may know of a membership in a group. Moodle: group/classes/visibility.php. */
enum { MWS_SEEN_BY_ALL, MWS_SEEN_BY_MEMBERS, MWS_SEEN_BY_ONESELF, MWS_SEEN_BY_NOBODY };

/* A course as the caller meets it. */
typedef struct mws_course_t {
    apr_int64_t    id, category;
    int            visible, groupmode, hidden_groups; /* any group not for all */
    const char    *shortname, *fullname;
    mws_context_t *context;          /* never NULL */
    mws_context_t *category_context; /* NULL on the front page */
    int            category_visible;
    int            active;     /* the caller is enrolled, now */
    int            guest_open; /* an open guest instance lets the caller in */
} mws_course_t;

/* Read the courses IDS, in id order and each once, into an array of mws_course_t *; ids without a
 * course or without a context are passed over. One round trip. */
mws_error_t *mws_courses_read(mws_call_t *call, const mws_ids_t *ids,
                              const apr_array_header_t **courses);

/* The same in two steps, for who has more to ask in that round trip: queue the statement (for
 * courses by their ids, or for those of groups), and make the courses of its rows once it has
 * run. */
mws_error_t *mws_courses_queue(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows);
mws_error_t *mws_courses_queue_of_groups(mws_call_t *call, const mws_ids_t *groups,
                                         mws_rows_t **rows);
const apr_array_header_t *mws_courses_of_rows(mws_call_t *call, const mws_rows_t *rows);

/* The same for one; *COURSE is NULL when there is none. */
mws_error_t *mws_course_read(mws_call_t *call, apr_int64_t id, mws_course_t **course);

/* Find ID among COURSES (as read above), or NULL. */
mws_course_t *mws_course_among(const apr_array_header_t *courses, apr_int64_t id);

/* Enter COURSE (NULL: there is none): mws_validate_context(), then what decides of a course; may
 * give the caller temporary guest access. No statement. */
mws_error_t *mws_course_validate(mws_call_t *call, mws_course_t *course);

/* What it refuses with, for the list of who calls it. */
/* clang-format off */
#define MWS_COURSE_ERRORS                                                                          \
    MWS_ACCOUNT_ERRORS,                                                                            \
    {MWS_REQUIRE_LOGIN, "the course is hidden from the caller, or the caller is not in it"}
/* clang-format on */

/* The same, but whatever refuses becomes MWS_COURSE_CONTEXT. */
mws_error_t *mws_enter(mws_call_t *call, mws_course_t *course);

/* The same, and MWS_NO_PERMISSION unless the caller has CAPABILITY there. */
mws_error_t *mws_enter_with(mws_call_t *call, mws_course_t *course, const char *capability);

/* What the two refuse with before they ask for a capability. */
/* clang-format off */
#define MWS_ENTER_ERRORS                                                                           \
    {MWS_COURSE_CONTEXT, "there is no such course, or the caller may not enter it; the "           \
                         "message says why"}
/* clang-format on */

/* An activity in a course. */
typedef struct {
    mws_context_t *context;
    const char    *kind; /* "forum" */
    int            visible, deleting;
    int            restricted; /* it, or its section, has conditions */
} mws_module_t;

/* Whether the caller, in its course, is to know of MODULE: shown, not restricted, and to be viewed
 * by its kind's own capability. Conditions are not judged: a restricted activity is for those whom
 * they do not bind. Moodle: cm_info, uservisible. */
int mws_module_seen(mws_call_t *call, const mws_module_t *module);

/* Enter MODULE, once its course was entered: MWS_ACTIVITY_DELETED, or MWS_REQUIRE_LOGIN when the
 * caller does not see it. */
mws_error_t *mws_module_validate(mws_call_t *call, const mws_module_t *module);

/* What it and its course refuse with. */
/* clang-format off */
#define MWS_MODULE_ERRORS                                                                          \
    MWS_ACCOUNT_ERRORS,                                                                            \
    {MWS_REQUIRE_LOGIN, "the course or the activity is hidden from the caller, or the caller "     \
                        "is not in it"},                                                           \
    {MWS_ACTIVITY_DELETED, "the activity is about to be deleted"}
/* clang-format on */

/* Whether the caller may know of COURSE at all.
 * Moodle: core_course_category::can_view_course_info(). */
int mws_course_listed(mws_call_t *call, const mws_course_t *course);

/* Whether the caller sees the category in CONTEXT, VISIBLE or not, and what is in it listed. */
int mws_category_listed(mws_call_t *call, const mws_context_t *context, int visible);

/* The name of a course in lists: FULLNAME, after SHORTNAME where the site says so.
 * Moodle: get_course_display_name_for_list(). */
const char *mws_course_list_name(mws_call_t *call, const char *shortname, const char *fullname);

/* The same, formatted. */
const char *mws_course_display_name(mws_call_t *call, const char *shortname, const char *fullname);

/* Whether the caller sees every group of COURSE: moodle/course:viewhiddengroups, or no group is
 * hidden. Moodle: core_group\visibility::can_view_all_groups(). */
int mws_course_all_groups(mws_call_t *call, const mws_course_t *course);

#endif
