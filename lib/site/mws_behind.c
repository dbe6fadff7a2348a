/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_behind.c -- the thread that writes rows behind the answer. */
#include "mws_behind.h"

#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <signal.h>
#include <string.h>

#include "../base/mws_clock.h"
#include "../base/mws_pool.h"

/* How many rows one statement writes. */
#define BATCH_ROWS 2000

/* After a failure the next try waits, each time twice as long. */
#define FIRST_PAUSE apr_time_from_msec(500)
#define LONGEST_PAUSE apr_time_from_sec(10)

/* How long the end of a child waits for what is left to be written. */
#define LAST_MOMENTS apr_time_from_sec(2)

/* How often the error log is told of rows that wait or were dropped. */
#define TELL_EVERY apr_time_from_sec(60)

/* Rows that are written together. */
typedef struct batch_t {
    struct batch_t   *next;
    apr_pool_t       *pool; /* holds all of it */
    apr_time_t        begun;
    int               rows; /* events and uses of tokens */
    mws_event_rows_t *events;
    mws_ids_t        *tokens, *used;
} batch_t;

struct mws_behind_t {
    mws_child_t  *child;
    apr_pool_t   *pool;
    apr_thread_t *thread;
    apr_time_t    told, pause; /* the thread's own; TOLD is 0 before the first time */

    apr_thread_mutex_t *lock; /* guards all below, and the pools of batches that wait */
    apr_thread_cond_t  *wake, *over;
    batch_t            *first, *last; /* the last one is being filled */
    int                 waiting;      /* rows, those being written among them */
    int                 stopping, ended;
    apr_uint64_t        dropped; /* rows, since it was last told */
};

/* The rows are locked in one order, so that two children never wait for each other. */
SQL(write_tokens, "UPDATE {external_tokens} t SET lastaccess = u.used"
                  "  FROM (SELECT k.id, n.used"
                  "          FROM {external_tokens} k"
                  "          JOIN (SELECT id, max(used) AS used"
                  "                  FROM unnest($1::bigint[], $2::bigint[]) AS s (id, used)"
                  "                 GROUP BY id) n ON n.id = k.id"
                  "         WHERE COALESCE(k.lastaccess, 0) < n.used"
                  "         ORDER BY k.id"
                  "           FOR NO KEY UPDATE OF k) u"
                  " WHERE t.id = u.id");

/* ---- the queue: all of this under the lock ---- */

static batch_t *make_batch(apr_pool_t *parent)
{
    apr_pool_t *p;
    batch_t    *batch;

    apr_pool_create(&p, parent);
    batch = apr_pcalloc(p, sizeof(*batch));
    batch->pool = p;
    batch->begun = mws_ticks();
    batch->events = mws_event_rows_make(p);
    batch->tokens = mws_ids_make(p);
    batch->used = mws_ids_make(p);
    return batch;
}

/* The batch that takes the next row, or NULL when the queue is full. */
static batch_t *room_for_one(mws_behind_t *behind)
{
    batch_t *batch = behind->last;

    if (behind->waiting >= behind->child->settings->log_queue) {
        behind->dropped++;
        return NULL;
    }
    if (!batch || batch->rows == BATCH_ROWS) {
        batch = make_batch(behind->pool);
        *(behind->last ? &behind->last->next : &behind->first) = batch;
        behind->last = batch;
        apr_thread_cond_signal(behind->wake);
    }
    batch->rows++;
    behind->waiting++;
    return batch;
}

static batch_t *pop_batch(mws_behind_t *behind)
{
    batch_t *batch = behind->first;

    behind->first = batch->next;
    if (!behind->first) {
        behind->last = NULL;
    }
    batch->next = NULL;
    return batch;
}

static void push_back(mws_behind_t *behind, batch_t *batch)
{
    batch->next = behind->first;
    behind->first = batch;
    if (!behind->last) {
        behind->last = batch;
    }
}

static void drop_batch(mws_behind_t *behind, batch_t *batch)
{
    behind->waiting -= batch->rows;
    apr_pool_destroy(batch->pool);
}

/* ---- the thread ---- */

static void wait_until(mws_behind_t *behind, apr_time_t when)
{
    apr_time_t left;

    while (!behind->stopping && (left = when - mws_ticks()) > 0) {
        apr_thread_cond_timedwait(behind->wake, behind->lock, left);
    }
}

/* Wait until there is something to write that has been gathered long enough. False when the
 * child ends and nothing is left. */
static int wait_for_rows(mws_behind_t *behind)
{
    while (!behind->first && !behind->stopping) {
        apr_thread_cond_wait(behind->wake, behind->lock);
    }
    if (!behind->first) {
        return 0;
    }
    wait_until(behind,
               behind->first->begun + apr_time_from_msec(behind->child->settings->log_delay_ms));
    return 1;
}

static mws_error_t *write_rows(mws_call_t *call, const batch_t *batch)
{
    MWS_ERR(mws_event_rows_queue(call, batch->events));
    if (batch->tokens->count) {
        MWS_ERR(mws_db_queue(call, &write_tokens, NULL, "II", batch->tokens, batch->used));
    }
    return mws_db_run(call);
}

/* Whether the same rows may be written another time. */
static int will_pass(const mws_error_t *err)
{
    return err->id == MWS_DB_CONNECTION || err->id == MWS_DB_TIMEOUT || err->id == MWS_BUSY ||
           err->id == MWS_READ_ONLY;
}

/* Tell the error log, not too often, what is wrong: DETAIL, or NULL. */
static void tell(mws_behind_t *behind, const char *detail)
{
    apr_uint64_t dropped;
    int          waiting;

    if (behind->told && !behind->ended && mws_ticks() < behind->told + TELL_EVERY) {
        return;
    }
    apr_thread_mutex_lock(behind->lock);
    dropped = behind->dropped;
    waiting = behind->waiting;
    behind->dropped = 0;
    apr_thread_mutex_unlock(behind->lock);
    if (!dropped && !detail) {
        return;
    }
    behind->told = mws_ticks();
    mws_log(
        behind->child->log, MWS_LOG_WARNING, APR_SUCCESS,
        "MWS01100: of the rows that are written behind the answer %d wait and %" APR_UINT64_T_FMT
        " were dropped: %s",
        waiting, dropped, detail ? detail : "more came than could be written");
}

/* Write BATCH. False when it is to be tried again; what the database refuses for good counts as
 * dropped. */
static int write_batch(mws_behind_t *behind, batch_t *batch)
{
    mws_call_t   call = {.child = behind->child,
                         .settings = behind->child->settings,
                         .log = behind->child->log,
                         .now = apr_time_sec(apr_time_now())};
    mws_error_t *err;
    int          done;

    apr_pool_create(&call.pool, batch->pool);
    err = write_rows(&call, batch);
    mws_db_release(&call);
    done = !err || !will_pass(err);
    if (err && done) {
        apr_thread_mutex_lock(behind->lock);
        behind->dropped += batch->rows;
        apr_thread_mutex_unlock(behind->lock);
    }
    tell(behind, err ? err->detail : NULL);
    apr_pool_destroy(call.pool);
    return done;
}

/* Take one batch from the queue to the database; the lock is held, except while writing. False
 * when the rest is to be given up. */
static int serve_batch(mws_behind_t *behind)
{
    batch_t *batch = pop_batch(behind);
    int      done;

    apr_thread_mutex_unlock(behind->lock);
    done = write_batch(behind, batch);
    apr_thread_mutex_lock(behind->lock);
    if (done) {
        drop_batch(behind, batch);
        behind->pause = FIRST_PAUSE;
        return 1;
    }
    push_back(behind, batch);
    if (behind->stopping) {
        return 0;
    }
    wait_until(behind, mws_ticks() + behind->pause);
    behind->pause = 2 * behind->pause < LONGEST_PAUSE ? 2 * behind->pause : LONGEST_PAUSE;
    return 1;
}

static void *APR_THREAD_FUNC run(apr_thread_t *thread, void *data)
{
    mws_behind_t *behind = data;

    (void)thread;
    apr_thread_mutex_lock(behind->lock);
    while (wait_for_rows(behind) && serve_batch(behind)) {
        continue;
    }
    behind->ended = 1;
    behind->dropped += behind->waiting;
    behind->waiting = 0;
    apr_thread_cond_signal(behind->over);
    apr_thread_mutex_unlock(behind->lock);
    tell(behind, NULL);
    return NULL;
}

/* End the thread. It has a moment to write what is left; then the database is taken from it. */
static apr_status_t stop(void *data)
{
    mws_behind_t *behind = data;
    apr_time_t    end = mws_ticks() + LAST_MOMENTS;
    apr_time_t    left;
    apr_status_t  ignored;
    int           ended;

    apr_thread_mutex_lock(behind->lock);
    behind->stopping = 1;
    apr_thread_cond_signal(behind->wake);
    while (!behind->ended && (left = end - mws_ticks()) > 0) {
        apr_thread_cond_timedwait(behind->over, behind->lock, left);
    }
    ended = behind->ended;
    apr_thread_mutex_unlock(behind->lock);
    if (!ended) {
        mws_db_stop(behind->child->db);
    }
    return apr_thread_join(&ignored, behind->thread);
}

/* Start the thread without signals: they are for those of httpd. */
static apr_status_t start_thread(mws_behind_t *behind)
{
    sigset_t     all, mine;
    apr_status_t status;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mine);
    status = apr_thread_create(&behind->thread, NULL, run, behind, behind->pool);
    pthread_sigmask(SIG_SETMASK, &mine, NULL);
    return status;
}

mws_behind_t *mws_behind_start(mws_child_t *child)
{
    apr_pool_t   *p = mws_pool_shared(child->pool);
    mws_behind_t *behind;

    if (!p) {
        return NULL;
    }
    behind = apr_pcalloc(p, sizeof(*behind));
    behind->child = child;
    behind->pool = p;
    behind->pause = FIRST_PAUSE;
    if (apr_thread_mutex_create(&behind->lock, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS ||
        apr_thread_cond_create(&behind->wake, p) != APR_SUCCESS ||
        apr_thread_cond_create(&behind->over, p) != APR_SUCCESS ||
        start_thread(behind) != APR_SUCCESS) {
        return NULL;
    }
    apr_pool_pre_cleanup_register(child->pool, behind, stop);
    return behind;
}

/* ---- what a call hands over ---- */

void mws_behind_event(mws_call_t *call, const mws_event_t *event)
{
    mws_behind_t *behind = call->child->behind;
    batch_t      *batch;

    if (!behind || !mws_event_stored(call, event)) {
        return;
    }
    apr_thread_mutex_lock(behind->lock);
    if ((batch = room_for_one(behind))) {
        mws_event_rows_add(batch->events, call, event);
    }
    apr_thread_mutex_unlock(behind->lock);
}

void mws_behind_token_used(mws_call_t *call, apr_int64_t token_id)
{
    mws_behind_t *behind = call->child->behind;
    batch_t      *batch;

    if (!behind || call->settings->read_only) {
        return;
    }
    apr_thread_mutex_lock(behind->lock);
    if ((batch = room_for_one(behind))) {
        mws_ids_add(batch->tokens, token_id);
        mws_ids_add(batch->used, call->now);
    }
    apr_thread_mutex_unlock(behind->lock);
}
