/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_work.c -- the transaction of a call, and what is written at its end. */
#include "mws_work.h"

#include <apr_strings.h>

#include "mws_site.h"

/* How long a mark counts where the site does not say how long its sessions live. */
#define SESSION_TIMEOUT 28800

/* So many events are in a block, and written at a time: a call with a hundred thousand of them needs
 * no room for all of their rows. */
enum { EVENTS_AT_ONCE = 2000 };

/* What marks are about, in the order in which they are written. */
enum { DIRTY_CONTEXTS, DIRTY_USERS, DIRTY_PREFERENCES, FLAG_TYPES };

/* Columns flagtype of cache_flags. */
static const char *const flag_types[FLAG_TYPES] = {
    [DIRTY_CONTEXTS] = "accesslib/dirtycontexts",
    [DIRTY_USERS] = "accesslib/dirtyusers",
    [DIRTY_PREFERENCES] = "userpreferenceschanged",
};

/* What is to be called when the work is over. */
typedef struct {
    mws_work_after_t *fn;
    void             *baton;
    int               undone;
} after_t;

/* How much was noted at a point of the work. */
typedef struct {
    int events, late, afters;
    int flags[FLAG_TYPES];
} mark_t;

struct mws_work_t {
    apr_array_header_t *events, *late;     /* of blocks: arrays of mws_event_t */
    mws_texts_t        *flags[FLAG_TYPES]; /* the names of the rows of cache_flags */
    apr_array_header_t *afters;            /* of after_t */
    int                 keeps;
    mark_t              kept;
};

SQL(mark_item, "SAVEPOINT item");
SQL(undo_item, "ROLLBACK TO SAVEPOINT item");
SQL(end_item, "RELEASE SAVEPOINT item");
SQL(mark_kept, "SAVEPOINT kept");
SQL(undo_to_kept, "ROLLBACK TO SAVEPOINT kept");
SQL(end_kept, "RELEASE SAVEPOINT kept");

/* A thousand locks for each kind: the server's table of locks has room for few more. They are taken
 * in one order, so that two calls never wait for each other. */
SQL(lock_names, "SELECT pg_advisory_xact_lock(l.kind, l.name)"
                "  FROM (SELECT DISTINCT hashtext($1) AS kind, hashtext(n.name) & 1023 AS name"
                "          FROM unnest($2::text[]) AS n (name)"
                "         ORDER BY name) AS l");

/* Of one type alone, so that names are joined with names: of a type there may be thousands. */
SQL(write_flags,
    "WITH old AS (UPDATE {cache_flags} f SET timemodified = $3, value = '1', expiry = $4"
    "               FROM unnest($2::text[]) AS w (name)"
    "              WHERE f.flagtype = $1 AND f.name = w.name"
    "             RETURNING f.name)"
    "INSERT INTO {cache_flags} (flagtype, name, timemodified, value, expiry)"
    " SELECT $1, w.name, $3, '1', $4"
    "   FROM (SELECT DISTINCT unnest($2::text[]) AS name) AS w"
    "  WHERE NOT EXISTS (SELECT 1 FROM old o WHERE o.name = w.name)"
    "  ORDER BY w.name");

mws_error_t *mws_work_begin(mws_call_t *call)
{
    mws_work_t *work = apr_pcalloc(call->pool, sizeof(*work));
    int         type;

    work->events = apr_array_make(call->pool, 1, sizeof(apr_array_header_t *));
    work->late = apr_array_make(call->pool, 0, sizeof(apr_array_header_t *));
    for (type = 0; type < FLAG_TYPES; type++) {
        work->flags[type] = mws_texts_make(call->pool);
    }
    work->afters = apr_array_make(call->pool, 0, sizeof(after_t));
    call->work = work;
    return mws_db_begin(call);
}

static apr_array_header_t *block_at(const apr_array_header_t *blocks, int i)
{
    return APR_ARRAY_IDX(blocks, i, apr_array_header_t *);
}

/* How many events are in BLOCKS, of which all but the last are full. */
static int count_events(const apr_array_header_t *blocks)
{
    int full = blocks->nelts - 1;

    return full < 0 ? 0 : full * EVENTS_AT_ONCE + block_at(blocks, full)->nelts;
}

/* Leave COUNT events in BLOCKS. */
static void cut_events(apr_array_header_t *blocks, int count)
{
    blocks->nelts = (count + EVENTS_AT_ONCE - 1) / EVENTS_AT_ONCE;
    if (count) {
        block_at(blocks, blocks->nelts - 1)->nelts = count - (blocks->nelts - 1) * EVENTS_AT_ONCE;
    }
}

static mark_t mark_of(const mws_work_t *work)
{
    mark_t mark = {count_events(work->events), count_events(work->late), work->afters->nelts, {0}};
    int    type;

    for (type = 0; type < FLAG_TYPES; type++) {
        mark.flags[type] = work->flags[type]->count;
    }
    return mark;
}

/* What is called at the end stays, to be told that it was undone. */
static void forget_since(mws_work_t *work, mark_t mark)
{
    int i;

    cut_events(work->events, mark.events);
    cut_events(work->late, mark.late);
    for (i = 0; i < FLAG_TYPES; i++) {
        work->flags[i]->count = mark.flags[i];
    }
    for (i = mark.afters; i < work->afters->nelts; i++) {
        APR_ARRAY_IDX(work->afters, i, after_t).undone = 1;
    }
}

/* Whether ERR leaves the rest of the work possible: neither the connection nor the whole
 * transaction is gone. */
static int is_refusal(const mws_error_t *err)
{
    return err->id != MWS_DB_CONNECTION && err->id != MWS_DB_CONFLICT &&
           err->id != MWS_DB_TIMEOUT && err->id != MWS_BUSY && err->id != MWS_READ_ONLY;
}

mws_error_t *mws_work_item(mws_call_t *call, mws_error_t *(*act)(mws_call_t *call, void *item),
                           void *item, mws_error_t **refused)
{
    mark_t mark = mark_of(call->work);

    *refused = NULL;
    MWS_ERR(mws_db_query(call, &mark_item, NULL, ""));
    *refused = act(call, item);
    if (!*refused) {
        *refused = mws_db_run(call);
    }
    if (*refused) {
        if (!is_refusal(*refused)) {
            return *refused;
        }
        mws_db_forget(call);
        MWS_ERR(mws_db_queue(call, &undo_item, NULL, ""));
        forget_since(call->work, mark);
    }
    return mws_db_query(call, &end_item, NULL, "");
}

mws_error_t *mws_work_keep(mws_call_t *call)
{
    mws_work_t *work = call->work;

    if (work->keeps) {
        MWS_ERR(mws_db_queue(call, &end_kept, NULL, ""));
    }
    work->keeps = 1;
    work->kept = mark_of(work);
    return mws_db_query(call, &mark_kept, NULL, "");
}

void mws_work_keep_nothing(mws_call_t *call)
{
    call->work->keeps = 0;
}

void mws_work_join(mws_call_t *call, mws_call_t *next)
{
    next->work = call->work;
    next->lease = call->lease;
    next->writes = 1;
}

void mws_work_part(mws_call_t *next)
{
    next->work = NULL;
    next->lease = NULL;
}

/* ---- what is noted ---- */

static void note_event(mws_call_t *call, apr_array_header_t *blocks, const mws_event_t *event)
{
    apr_array_header_t *last = blocks->nelts ? block_at(blocks, blocks->nelts - 1) : NULL;
    mws_event_t        *noted;

    if (!last || last->nelts == EVENTS_AT_ONCE) {
        last = apr_array_make(call->pool, last ? EVENTS_AT_ONCE : 4, sizeof(mws_event_t));
        APR_ARRAY_PUSH(blocks, apr_array_header_t *) = last;
    }
    noted = &APR_ARRAY_PUSH(last, mws_event_t);
    *noted = *event;
    if (!noted->userid && !noted->by_nobody) {
        noted->userid = call->caller->id;
    }
}

void mws_event(mws_call_t *call, const mws_event_t *event)
{
    note_event(call, call->work->events, event);
}

void mws_event_late(mws_call_t *call, const mws_event_t *event)
{
    note_event(call, call->work->late, event);
}

/* Note a mark, unless it is the last one too: one thing that is done to a user follows another. */
static void note_flag(mws_call_t *call, int type, const char *name)
{
    mws_texts_t *names = call->work->flags[type];

    if (!names->count || strcmp(names->texts[names->count - 1], name) != 0) {
        mws_texts_add(names, name);
    }
}

void mws_dirty_user(mws_call_t *call, apr_int64_t userid)
{
    note_flag(call, DIRTY_USERS, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, userid));
}

void mws_dirty_context(mws_call_t *call, const char *path)
{
    note_flag(call, DIRTY_CONTEXTS, path);
}

void mws_dirty_preferences(mws_call_t *call, apr_int64_t userid)
{
    note_flag(call, DIRTY_PREFERENCES, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, userid));
}

void mws_work_after(mws_call_t *call, mws_work_after_t *fn, void *baton)
{
    after_t *after = &APR_ARRAY_PUSH(call->work->afters, after_t);

    after->fn = fn;
    after->baton = baton;
    after->undone = 0;
}

mws_error_t *mws_lock(mws_call_t *call, const char *what, const mws_texts_t *names)
{
    return mws_db_queue(call, &lock_names, NULL, "sS", what, names);
}

/* ---- the end ---- */

/* The locks keep two calls from making one row twice: the table has no unique index. They are taken
 * at once, in one order. */
static mws_error_t *lock_flags(mws_call_t *call)
{
    mws_texts_t *names = mws_texts_make(call->pool);
    int          type, i;

    for (type = 0; type < FLAG_TYPES; type++) {
        for (i = 0; i < call->work->flags[type]->count; i++) {
            mws_texts_add(names, call->work->flags[type]->texts[i]);
        }
    }
    return names->count ? mws_lock(call, "cache_flags", names) : NULL;
}

static mws_error_t *queue_flags(mws_call_t *call)
{
    apr_int64_t expiry = call->now + mws_config_int(call, "sessiontimeout", SESSION_TIMEOUT);
    int         type;

    MWS_ERR(lock_flags(call));
    for (type = 0; type < FLAG_TYPES; type++) {
        if (call->work->flags[type]->count) {
            MWS_ERR(mws_db_queue(call, &write_flags, NULL, "sSii", flag_types[type],
                                 call->work->flags[type], call->now, expiry));
        }
    }
    return NULL;
}

/* Queue a row for each event of BLOCK. */
static mws_error_t *queue_events(mws_call_t *call, const apr_array_header_t *block)
{
    mws_event_rows_t *rows;
    mws_error_t      *err;
    apr_pool_t       *p;
    int               i;

    apr_pool_create(&p, call->pool);
    rows = mws_event_rows_make(p);
    for (i = 0; i < block->nelts; i++) {
        const mws_event_t *event = &APR_ARRAY_IDX(block, i, mws_event_t);

        if (mws_event_stored(call, event)) {
            mws_event_rows_add(rows, call, event);
        }
    }
    err = mws_event_rows_queue(call, rows);
    apr_pool_destroy(p);
    return err;
}

/* Write the events of BLOCKS, and leave the last block queued. */
static mws_error_t *write_events(mws_call_t *call, const apr_array_header_t *blocks)
{
    int i;

    for (i = 0; i < blocks->nelts; i++) {
        MWS_ERR(queue_events(call, block_at(blocks, i)));
        if (i < blocks->nelts - 1) {
            MWS_ERR(mws_db_send(call));
        }
    }
    return NULL;
}

/* Write what was noted, and commit. */
static mws_error_t *commit(mws_call_t *call)
{
    MWS_ERR(write_events(call, call->work->events));
    MWS_ERR(write_events(call, call->work->late));
    MWS_ERR(queue_flags(call));
    return mws_db_commit(call);
}

static void call_afters(mws_call_t *call, int committed)
{
    int i;

    for (i = 0; i < call->work->afters->nelts; i++) {
        const after_t *after = &APR_ARRAY_IDX(call->work->afters, i, after_t);

        after->fn(call, after->baton, committed && !after->undone);
    }
}

mws_error_t *mws_work_end(mws_call_t *call, mws_error_t *err)
{
    mws_error_t *late = NULL;
    int          committed = !err;

    if (!err) {
        late = commit(call);
    }
    else if (call->work->keeps && is_refusal(err)) {
        mws_db_forget(call);
        forget_since(call->work, call->work->kept);
        late = mws_db_queue(call, &undo_to_kept, NULL, "");
        late = late ? late : commit(call);
        committed = 1;
    }
    if (late || err) {
        mws_db_rollback(call);
    }
    call_afters(call, committed && !late);
    return late ? late : err;
}
