/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_unenrol.h
 *
 * Ending enrolments, many at once. With a user's last enrolment in a course goes what they have
 * there: roles in the course and below it, memberships in its groups, grades, the time of the last
 * visit, and what the forums keep. With any other goes only what that enrolment brought.
 *
 * Rows are removed together; the events of each enrolment are noted by a call of its own, so that
 * whoever has more to tell decides of the order.
 * Moodle: lib/enrollib.php, enrol_plugin::unenrol_user().
 */
#ifndef MWS_UNENROL_H
#define MWS_UNENROL_H

#include "../site/mws_work.h"

/* What was ended. */
typedef struct mws_ended_t mws_ended_t;

/* End the enrolments IDS (of user_enrolments, none twice), as if one after the other; those that
 * are not there any more are passed over. Runs what is queued; a handful of statements in three
 * round trips, however many there are. */
mws_error_t *mws_unenrol(mws_call_t *call, const mws_ids_t *ids, mws_ended_t **ended);

/* Note the events of the NTH of the enrolments (from 0 on), and mark its user: role_unassigned,
 * group_member_removed, grade_deleted, each for what went with it, then user_enrolment_deleted. */
void mws_unenrol_note(mws_call_t *call, const mws_ended_t *ended, int nth);

#endif
