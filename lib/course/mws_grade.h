/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_grade.h
 *
 * Grades that go with a user. Their history is kept where the site keeps one; the totals of a
 * course are left as they are, and Moodle computes them when it is next asked to.
 * Moodle: lib/gradelib.php, grade_user_delete(), grade_user_unenrol().
 */
#ifndef MWS_GRADE_H
#define MWS_GRADE_H

#include "../site/mws_work.h"

/* Queue the deletion of all grades of USERIDS. *GONE is for mws_grades_note() once it has run. */
mws_error_t *mws_grades_delete(mws_call_t *call, const mws_ids_t *userids, mws_rows_t **gone);

/* The same of the grades that each of USERIDS has in the course at its place in COURSEIDS. */
mws_error_t *mws_grades_delete_in(mws_call_t *call, const mws_ids_t *userids,
                                  const mws_ids_t *courseids, mws_rows_t **gone);

/* Note the events of the grades that went for the user at place NTH, from 0 on. */
void mws_grades_note(mws_call_t *call, const mws_rows_t *gone, int nth);

#endif
