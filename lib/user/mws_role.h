/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_role.h
 *
 * Giving roles and taking them away, many at once: the rows, what the forums of a course do about
 * them, the events, and the marks that make PHP read a user's rights again. Whether the caller may,
 * and whether the users are there, is for the function that asks.
 *
 * Rows are changed together; the event of each is noted by a call of its own, so that whoever has
 * more to tell decides of the order.
 * Moodle: lib/accesslib.php, role_assign(), role_unassign(), get_assignable_roles().
 */
#ifndef MWS_ROLE_H
#define MWS_ROLE_H

#include "../site/mws_access.h"
#include "../site/mws_work.h"

/* SQL: the course that the context with table alias X is or is in, or NULL. */
#define MWS_COURSE_OF_CONTEXT(x)                                                                   \
    "(SELECT cx.instanceid FROM {context} cx WHERE cx.contextlevel = 50"                           \
    "    AND cx.id = ANY (string_to_array(ltrim(" x ".path, '/'), '/')::bigint[]))"

/* Queue the question which roles the caller may give and take in CONTEXTS (ids), for
 * mws_assignable(): whether ROLEID is one of them in CONTEXT. None is without moodle/role:assign
 * there. */
mws_error_t *mws_assignable_queue(mws_call_t *call, const mws_ids_t *contexts, mws_rows_t **rows);
int          mws_assignable(mws_call_t *call, const mws_rows_t *rows, const mws_context_t *context,
                            apr_int64_t roleid);

/* A role for a user in a context, by no component: what is asked for, and what was done. */
typedef struct {
    apr_int64_t          roleid, userid;
    const mws_context_t *context;
    apr_int64_t          courseid; /* the course that CONTEXT is or is in; 0: none */

    apr_int64_t                id;            /* of the new row; 0: the user had the role */
    struct mws_subscription_t *subscriptions; /* to forums, that came with it */
} mws_assignment_t;

/* Give the roles of ASSIGNMENTS (of mws_assignment_t), as if one after the other, and fill in what
 * was done. The users exist. Where a user has a role more than once, one row of it stays. In a
 * course the user is subscribed to the forums that initially subscribe everybody. One to three
 * round trips; locks "role_assignments". */
mws_error_t *mws_roles_assign(mws_call_t *call, apr_array_header_t *assignments);

/* Note the events of ASSIGNMENT and mark its user, if it was new: role_assigned, then
 * subscription_created of each forum. */
void mws_role_assigned(mws_call_t *call, const mws_assignment_t *assignment);

/* Queue taking away the rows IDS of role_assignments. *ROWS are those that were there, in the order
 * of IDS; their first column is the place in IDS, from 0 on. */
mws_error_t *mws_roles_unassign(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows);

/* Note the event of ROW and mark its user. */
void mws_role_unassigned(mws_call_t *call, const mws_rows_t *rows, int row);

#endif
