/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_pool.c -- a pool with a locked allocator of its own. */
#include "mws_pool.h"

#include <apr_allocator.h>
#include <apr_thread_mutex.h>

/* How many bytes are kept for the next subpool rather than given back to the system. */
#define KEPT ((apr_size_t)256 * 1024)

apr_pool_t *mws_pool_shared(apr_pool_t *parent)
{
    apr_allocator_t    *allocator;
    apr_thread_mutex_t *lock;
    apr_pool_t         *p;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    apr_allocator_max_free_set(allocator, KEPT);
    if (apr_pool_create_ex(&p, parent, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, p);
    if (apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS) {
        apr_pool_destroy(p);
        return NULL;
    }
    apr_allocator_mutex_set(allocator, lock);
    return p;
}
