/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_courses.h
 *
 * The course lists of people: the courses that each of them takes part in now, in the order of the
 * site's course list; and through which of them the caller may look at a person. Read for many
 * people at once.
 * Moodle: lib/enrollib.php, enrol_get_users_courses(); user/lib.php, user_can_view_profile().
 */
#ifndef MWS_USER_COURSES_H
#define MWS_USER_COURSES_H

#include "../course/mws_course.h"

typedef struct mws_user_courses_t mws_user_courses_t;

/* The time that lists of enrolled people compare with: the call's, to the nearest hundred seconds.
 * Moodle: lib/enrollib.php, get_enrolled_join(). */
static inline apr_int64_t mws_enrolment_time(const mws_call_t *call)
{
    return (call->now + 50) / 100 * 100;
}

/* Queue reading the lists of USERIDS, none of them deleted or the guest. */
mws_error_t *mws_user_courses_queue(mws_call_t *call, const mws_ids_t *userids,
                                    mws_user_courses_t **courses);

/* Make the lists ready, once mws_db_run() has succeeded: what follows needs it. Hidden courses
 * cost a further round trip. */
mws_error_t *mws_user_courses_ready(mws_call_t *call, mws_user_courses_t *courses);

/* The items of the list of the person at place AT of USERIDS, in order. A hidden course is there
 * only if that person may see hidden courses in it. */
const mws_ids_t *mws_user_courses_of(mws_call_t *call, const mws_user_courses_t *courses, int at);

/* The ids of all courses that are in some list, or could be. */
const mws_ids_t *mws_user_courses_all(mws_call_t *call, const mws_user_courses_t *courses);

/* Of an item the course, and its names as CALL shows them. */
apr_int64_t mws_user_courses_id(const mws_user_courses_t *courses, apr_int64_t item);
void mws_user_courses_names(mws_call_t *call, const mws_user_courses_t *courses, apr_int64_t item,
                            const char **fullname, const char **shortname);

/* Whether the caller may look at USERID, enrolled in COURSE, through it. CONTACT: that person is a
 * course contact somewhere, whom everybody may look at. */
int mws_user_courses_viewable(mws_call_t *call, const mws_user_courses_t *courses,
                              apr_int64_t userid, int contact, const mws_course_t *course);

/* SQL: whether the user id expression WHO holds a role of the array parameter ROLES anywhere.
 * OFFSET 0 makes it a look-up for each WHO, never a hash of all who do. */
#define MWS_IS_CONTACT(who, roles)                                                                 \
    "EXISTS (SELECT 1 FROM {role_assignments} cra"                                                 \
    " WHERE cra.userid = " who " AND cra.roleid = ANY (" roles "::bigint[]) OFFSET 0)"

/* The roles that make a course contact. */
mws_ids_t *mws_contact_roles(mws_call_t *call);

#endif
