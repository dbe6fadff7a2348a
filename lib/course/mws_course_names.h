/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_names.h
 *
 * The two names that no two courses share, though the schema would let them: short name and id
 * number. The courses of a call take them one after the other.
 */
#ifndef MWS_COURSE_NAMES_H
#define MWS_COURSE_NAMES_H

#include "mws_course_edit.h"

typedef struct mws_course_names_t mws_course_names_t;

/* Queue locking all names that COUNT of COURSES from FIRST on, structs with "shortname" and
 * "idnumber", ask for, and reading who has them. *NAMES may be used once the queue was run. */
mws_error_t *mws_course_names_queue(mws_call_t *call, const mws_value_t *courses, int first,
                                    int count, mws_course_names_t **names);

/* MWS_SHORTNAME_TAKEN or MWS_COURSE_ID_TAKEN when ROW has a name that another course has; BEFORE
 * is what its own course had so far, NULL when it is new. An empty id number is nobody's. */
mws_error_t *mws_course_names_check(mws_call_t *call, mws_course_names_t *names,
                                    const mws_course_row_t *before, const mws_course_row_t *row);

/* What it refuses with, for the list of who calls it. */
/* clang-format off */
#define MWS_COURSE_NAMES_ERRORS                                                                    \
    {MWS_SHORTNAME_TAKEN, "another course has the short name"},                                    \
    {MWS_COURSE_ID_TAKEN, "another course has the id number"}
/* clang-format on */

/* Let that course have the names of ROW instead of those of BEFORE. */
void mws_course_names_take(mws_course_names_t *names, const mws_course_row_t *before,
                           const mws_course_row_t *row);

#endif
