/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_pool.h
 *
 * Memory that outlives a call. A pool of APR may be used by one thread at a time, and its subpools
 * share its allocator: what several threads of a child make and drop needs one with a lock.
 */
#ifndef MWS_POOL_H
#define MWS_POOL_H

#include <apr_pools.h>

/* Make a pool in PARENT whose subpools may be made, filled and destroyed by different threads at
 * the same time, each of them by one. NULL when the system refuses. */
apr_pool_t *mws_pool_shared(apr_pool_t *parent);

#endif
