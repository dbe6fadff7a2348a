/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_throttle.h
 *
 * Failed logins by client address: beyond MoodleWSThrottle of them within a minute an address is
 * refused without a look at its password. Kept in the memory of a child, in a table of fixed size,
 * so that it bounds what one child does for one address; IPv6 clients count by their /64.
 */
#ifndef MWS_THROTTLE_H
#define MWS_THROTTLE_H

#include <apr_pools.h>

typedef struct mws_throttle_t mws_throttle_t;

/* Make the empty table of a child, in its pool PCHILD. NULL if there is no memory for a lock. */
mws_throttle_t *mws_throttle_make(apr_pool_t *pchild);

/* Take one of the LIMIT (0: no limit) attempts of ADDRESS in the minute around NOW, in Unix
 * seconds. 0 when none is left. An attempt is taken before it is made, so that many at once do not
 * pass together. */
int mws_throttle_take(mws_throttle_t *throttle, const char *address, apr_int64_t limit,
                      apr_int64_t now);

/* Give the attempt of ADDRESS back: it did not fail. */
void mws_throttle_give_back(mws_throttle_t *throttle, const char *address);

#endif
