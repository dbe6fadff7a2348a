/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_call.c -- several calls in one request. */
#include "mws_call.h"

#include <stddef.h>
#include <string.h>

mws_call_t *mws_call_next(mws_call_t *call)
{
    apr_pool_t *pool;
    mws_call_t *next;

    mws_db_release(call);
    apr_pool_create(&pool, call->pool);
    next = apr_pcalloc(pool, sizeof(*next));
    memcpy(next, call, offsetof(mws_call_t, within));
    next->pool = pool;
    next->within = 1;
    return next;
}
