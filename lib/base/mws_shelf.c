/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_shelf.c -- documents that a child keeps. */
#include "mws_shelf.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "mws_pool.h"

/* A document for each protocol and one for all, in the few ways that a site's settings may change while a
 * child lives. */
#define ROOM 16

struct mws_shelf_t {
    apr_pool_t         *pool;
    apr_thread_mutex_t *lock; /* guards all below, and the pool */
    mws_kept_t          kept[ROOM];
    int                 count;
};

mws_shelf_t *mws_shelf_make(apr_pool_t *pchild)
{
    apr_pool_t  *p = mws_pool_shared(pchild);
    mws_shelf_t *shelf;

    if (!p) {
        return NULL;
    }
    shelf = apr_pcalloc(p, sizeof(*shelf));
    shelf->pool = p;
    return apr_thread_mutex_create(&shelf->lock, APR_THREAD_MUTEX_DEFAULT, p) == APR_SUCCESS ? shelf
                                                                                             : NULL;
}

/* The same under the lock. */
static const mws_kept_t *find(const mws_shelf_t *shelf, const char *key)
{
    int i;

    for (i = 0; i < shelf->count; i++) {
        if (strcmp(shelf->kept[i].key, key) == 0) {
            return &shelf->kept[i];
        }
    }
    return NULL;
}

const mws_kept_t *mws_shelf_find(mws_shelf_t *shelf, const char *key)
{
    const mws_kept_t *kept;

    apr_thread_mutex_lock(shelf->lock);
    kept = find(shelf, key);
    apr_thread_mutex_unlock(shelf->lock);
    return kept;
}

/* A copy of SINK in P, closed. */
static const mws_sink_t *copy(apr_pool_t *p, const mws_sink_t *sink)
{
    mws_sink_t             *to = mws_sink_make(p, APR_SIZE_MAX);
    const mws_sink_block_t *block;

    for (block = sink->first; block; block = block->next) {
        mws_put(to, block->bytes, block->used);
    }
    mws_sink_finish(to);
    return to;
}

void mws_shelf_keep(mws_shelf_t *shelf, const char *key, const char *etag, const mws_sink_t *body)
{
    apr_thread_mutex_lock(shelf->lock);
    if (shelf->count < ROOM && !find(shelf, key)) {
        mws_kept_t *kept = &shelf->kept[shelf->count];

        kept->key = apr_pstrdup(shelf->pool, key);
        kept->etag = apr_pstrdup(shelf->pool, etag);
        kept->body = copy(shelf->pool, body);
        shelf->count++;
    }
    apr_thread_mutex_unlock(shelf->lock);
}
