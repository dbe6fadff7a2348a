/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_hash.c -- passwords hashed by several threads. */
#include "mws_hash.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <unistd.h>

#include "mws_password.h"

/* What the threads of a call share: each takes the next job until none is left or one stops all. */
typedef struct {
    const char           *peppers;
    mws_hash_job_t       *jobs;
    apr_uint32_t          count;
    volatile apr_uint32_t next, stopped;
} work_t;

/* A password too long has been refused before: it leaves no hash. */
static void do_job(apr_pool_t *p, const char *peppers, mws_hash_job_t *job)
{
    const char *hash;

    if (job->old && mws_password_known(job->old) &&
        mws_password_check(p, job->password, job->old, peppers) == MWS_PASSWORD_RIGHT) {
        return;
    }
    hash = mws_password_hash(p, job->password, peppers);
    if (hash) {
        apr_cpystrn(job->hash, hash, sizeof(job->hash));
    }
}

/* Take jobs. CALL: of the thread that looks after the client, else NULL. What a job needs is in a
 * pool with an allocator of its own, as no two threads can share one; it is emptied after each. */
static void do_jobs(work_t *work, mws_call_t *call)
{
    apr_pool_t  *p;
    apr_uint32_t i;

    if (apr_pool_create_unmanaged_ex(&p, NULL, NULL) != APR_SUCCESS) {
        return; /* the jobs are left to the others */
    }
    while (!apr_atomic_read32(&work->stopped) &&
           (i = apr_atomic_inc32(&work->next)) < work->count) {
        do_job(p, work->peppers, &work->jobs[i]);
        apr_pool_clear(p);
        if (call && call->gone && call->gone(call->client)) {
            apr_atomic_set32(&work->stopped, 1);
        }
    }
    apr_pool_destroy(p);
}

static void *APR_THREAD_FUNC help(apr_thread_t *thread, void *work)
{
    (void)thread;
    do_jobs(work, NULL);
    return NULL;
}

/* How many threads may help in a child. */
static apr_uint32_t helpers_max(const mws_call_t *call)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    if (call->settings->hash_threads) {
        return (apr_uint32_t)call->settings->hash_threads;
    }
    return online > 1 ? (apr_uint32_t)online : 1;
}

/* Take the right to start one more; given back by the number of them. */
static int may_help(mws_call_t *call)
{
    if (apr_atomic_inc32(&call->child->hashing) < helpers_max(call)) {
        return 1;
    }
    apr_atomic_dec32(&call->child->hashing);
    return 0;
}

/* One helper less than jobs, as the caller has a hand free, and less than processors. */
static apr_array_header_t *start_helpers(mws_call_t *call, work_t *work)
{
    apr_array_header_t *threads = apr_array_make(call->pool, 8, sizeof(apr_thread_t *));
    apr_uint32_t        most = helpers_max(call);

    most = most < work->count ? most : work->count;
    while ((apr_uint32_t)threads->nelts + 1 < most && may_help(call)) {
        apr_thread_t *thread;

        if (apr_thread_create(&thread, NULL, help, work, call->pool) != APR_SUCCESS) {
            apr_atomic_dec32(&call->child->hashing);
            break;
        }
        APR_ARRAY_PUSH(threads, apr_thread_t *) = thread;
    }
    return threads;
}

mws_error_t *mws_hash_all(mws_call_t *call, mws_hash_job_t *jobs, int count)
{
    work_t work = {.peppers = call->settings->peppers, .jobs = jobs, .count = (apr_uint32_t)count};
    apr_array_header_t *helpers = start_helpers(call, &work);
    int                 i;

    do_jobs(&work, call);
    for (i = 0; i < helpers->nelts; i++) {
        apr_status_t ended;

        apr_thread_join(&ended, APR_ARRAY_IDX(helpers, i, apr_thread_t *));
        apr_atomic_dec32(&call->child->hashing);
    }
    if (work.stopped) {
        return mws_error(call->pool, MWS_CLIENT_GONE, NULL);
    }
    return work.next < work.count ? mws_error(call->pool, MWS_GENERAL, "no memory to hash") : NULL;
}
