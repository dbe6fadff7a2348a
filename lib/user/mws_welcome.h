/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_welcome.h
 *
 * The welcome to a course: the notification that a user finds after a manual enrolment, where the
 * instance wants one. Its mail is not sent.
 */
#ifndef MWS_WELCOME_H
#define MWS_WELCOME_H

#include "../db/mws_call.h"

/* Welcome users to courses: the I-th of USERIDS, by the instance ENROLIDS[I], with the role
 * ROLEIDS[I] (0: the instance's). Writes rows of notifications and message_popup_notifications in
 * the order of the arrays, and notes their events as late ones. To be called within the work of a
 * call that writes, once enrolments and roles are there; instances and users without a row are
 * passed over.
 * Moodle: enrol_plugin::send_course_welcome_message_to_user(). */
mws_error_t *mws_welcome_send(mws_call_t *call, const mws_ids_t *enrolids, const mws_ids_t *userids,
                              const mws_ids_t *roleids);

#endif
