/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_member.h
 *
 * Members of groups coming and going, many at once: the rows, what hangs on them (when the group
 * was changed, who takes part in its conversation), and the events. Whether the caller may, and
 * whether users are enrolled, is for the function that asks.
 *
 * Rows are changed together; the event of each is noted by a call of its own, so that whoever has
 * more to tell decides of the order.
 * Moodle: group/lib.php, groups_add_member(), groups_remove_member().
 */
#ifndef MWS_MEMBER_H
#define MWS_MEMBER_H

#include "../site/mws_access.h"
#include "../site/mws_work.h"

/* A user to be in a group, by no component: what is asked for, and whether it is new. The pair of group
 * and user comes first, and without a gap: it is the key of a membership. */
typedef struct {
    apr_int64_t          groupid, userid;
    const mws_context_t *context; /* of the group's course */
    int                  added;
} mws_membership_t;

/* Make members of MEMBERSHIPS (of mws_membership_t), as if one after the other, and fill in which
 * are new. Groups that are gone meanwhile are passed over. */
mws_error_t *mws_members_add(mws_call_t *call, apr_array_header_t *memberships);

/* Note the event of MEMBERSHIP, if it was new. */
void mws_member_added(mws_call_t *call, const mws_membership_t *membership);

/* Queue the end of the rows IDS of groups_members. *ROWS are those that were there, in the order
 * of IDS; their first column is the place in IDS, from 0 on. */
mws_error_t *mws_members_remove(mws_call_t *call, const mws_ids_t *ids, mws_rows_t **rows);

/* Note the event of ROW. */
void mws_member_removed(mws_call_t *call, const mws_rows_t *rows, int row);

/* Queue keeping the rows of GROUPS as they are to the end of the transaction, in an order that all
 * calls share. The functions above do so themselves. */
mws_error_t *mws_groups_hold(mws_call_t *call, const mws_ids_t *groups);

#endif
