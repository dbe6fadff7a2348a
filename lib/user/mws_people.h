/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_people.h
 *
 * People as the caller may see them: the one machine behind all functions that show users. It
 * decides for each person whether to show them at all, and which of their details; what it needs
 * is read for hundreds of people at once, and only what the declaration has a place for.
 * Moodle: user/lib.php, user_get_user_details() and user_get_user_details_courses().
 */
#ifndef MWS_PEOPLE_H
#define MWS_PEOPLE_H

#include "../base/mws_out.h"
#include "../course/mws_course.h"
#include "../text/mws_format.h"

/* Who is asked about, and how. */
typedef struct mws_people_t {
    const mws_ids_t           *userids; /* in the order of the answer; unknown ones are left out */
    const mws_course_t        *course;  /* through which all are seen, or NULL */
    const mws_course_t *const *courses; /* through which each is seen, in the order of USERIDS,
                                            or NULL */
    int                        any_course;  /* in their own right, or else through a course that
                                              they take part in */
    int                        old_account; /* as 2.1 told it: what belongs to the account as
                                               stored, to who may update people too */
    const mws_texts_t         *fields;      /* names of the details asked for; NULL: all */
    const mws_texts_t         *must_show; /* only people of whom each of these details is shown and
                                             not empty: id, username, idnumber, email, auth,
                                             firstname, lastname; or NULL */
} mws_people_t;

/* Write the list KEY in OUT: a struct for each of PEOPLE that the caller may see.
 * MWS_BAD_USER_FIELD when there is somebody and FIELDS has a name that is no detail. */
mws_error_t *mws_people_write(mws_call_t *call, mws_out_t *out, const char *key,
                              const mws_people_t *people);

/* What it refuses with where no FIELDS are asked for, for the list of who calls it. */
#define MWS_PEOPLE_ERRORS MWS_FORMAT_ERRORS

#endif
