/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_db.c -- the connections of a child, and the statements of a call on one of them. */
#include "mws_db.h"

#include <apr_general.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../base/mws_buffer.h"
#include "../base/mws_clock.h"
#include "../base/mws_pool.h"
#include "mws_call.h"
#include "mws_link.h"
#include "mws_param.h"

/* What the server's own time-out is given beyond itself before a thread stops waiting for it. */
#define STATEMENT_MARGIN apr_time_from_sec(1)

/* For how many elements the plan is right that the server makes without seeing them: it takes every
 * array for one of ten. */
enum { FEW = 10 };

/* From this version on, the server counts what a session has changed when that ends, or much later. A
 * page of Moodle ends its session; ours stay, and have the rows of a transaction counted with it: for
 * autovacuum, and for who watches the tables. */
enum { COUNTS_LATE = 150000 };

/* How long calls are told at once that the server is away, before one of them tries again. */
#define BREAKER_REST apr_time_from_msec(500)

/* A place for a connection. A thread that took it has it alone. */
typedef struct connection_t {
    struct connection_t *next; /* among the spare places */
    mws_db_t            *db;
    mws_link_t           link;
    apr_hash_t          *prepared; /* address of an mws_sql_t -> prepared_t; lives in the link */
    int                  names;    /* how many were given to prepared statements */
    apr_time_t           expires;
} connection_t;

struct mws_db_t {
    apr_pool_t           *pool;
    const mws_settings_t *settings;
    const mws_log_t      *log;
    locale_t              numbers; /* PHP in the same process may have changed LC_NUMERIC */
    int                   ending;  /* an eventfd, readable after mws_db_stop() */
    int                   most;

    apr_thread_mutex_t *lock; /* guards all below */
    apr_thread_cond_t  *freed;
    connection_t      **idle; /* open; the last is the one used last */
    connection_t       *spare;
    int                 idle_count, made, in_use, waiting, stopped;
    int                 away, probing; /* the last attempt to connect failed; one is trying again */
    mws_error_e         away_as;
    apr_time_t          away_until;
    apr_uint64_t        opened, failed, retried;
};

struct mws_rows_t {
    PGresult *result;
    locale_t  numbers;
};

/* A statement as one connection knows it. */
typedef struct {
    const mws_sql_t *sql;
    char             name[16];
} prepared_t;

/* The hash key of a statement is its address. */
enum { ADDRESS_SIZE = sizeof(const mws_sql_t *) };

/* A statement that is queued. */
typedef struct statement_t {
    struct statement_t *next;
    const mws_sql_t    *sql;
    mws_rows_t        **rows;
    prepared_t         *prepares; /* the statement that is prepared right before */
    int                 longest;  /* elements, of all arrays among the values */
    int                 count;
    const char         *values[];
} statement_t;

typedef struct mws_lease_t {
    mws_db_t     *db;
    connection_t *conn;
    apr_pool_t   *queue, *values; /* what is queued lies in them, and no longer */
    statement_t  *first, **end;
    statement_t **unsent;          /* those before it are sent, and not answered */
    int           begins, commits; /* BEGIN or COMMIT is queued */
    int           anew;            /* plans are made anew in this transaction */
    int           lost;            /* the connection died within a transaction */
} mws_lease_t;

SQL(begin_work, "BEGIN");
SQL(commit_work, "COMMIT");
SQL(rollback_work, "ROLLBACK");
SQL(plan_anew, "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)");
SQL(count_now, "SELECT pg_stat_force_next_flush()");
SQL(limit_time, "SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true)");

/* ---- what the server refused ---- */

static int in_class(const char *state, const char *class)
{
    return strncmp(state, class, strlen(class)) == 0;
}

/* What a server's refusal means to the client of CALL. */
static mws_error_e error_of_state(const mws_call_t *call, const char *state)
{
    if (in_class(state, "57014")) {
        return MWS_DB_TIMEOUT;
    }
    if (in_class(state, "53300")) {
        return MWS_BUSY;
    }
    if (in_class(state, "40")) {
        return MWS_DB_CONFLICT;
    }
    if (in_class(state, "23505") && call->writes) {
        return MWS_DB_DUPLICATE;
    }
    if (in_class(state, "25006")) {
        return MWS_READ_ONLY;
    }
    if (in_class(state, "08") || in_class(state, "57P0")) {
        return MWS_DB_CONNECTION;
    }
    return call->writes ? MWS_DB_WRITE : MWS_DB_READ;
}

/* The error for RESULT of STMT. The server's words about data quote the data: they are left out. */
static mws_error_t *error_of_result(mws_call_t *call, const mws_sql_t *stmt, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (!state) {
        return mws_error(call->pool, MWS_DB_CONNECTION, "%s: %s", stmt->where,
                         "the answer could not be read");
    }
    if (in_class(state, "22") || in_class(state, "23")) {
        said = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    }
    return mws_error(call->pool, error_of_state(call, state), "%s: SQLSTATE %s%s%s", stmt->where,
                     state, said ? ": " : "", said ? said : "");
}

static int is_stale(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return state && (in_class(state, "26000") || in_class(state, "0A000"));
}

/* Whether the session ended with RESULT. A pooler says so by the SQLSTATE alone. */
static int is_fatal(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)) {
        return 1;
    }
    return state && (in_class(state, "08") || in_class(state, "57P0"));
}

/* ---- opening a connection ---- */

/* A time in the life of a connection, give or take a tenth, so that not all end together. */
static apr_time_t life(const mws_settings_t *settings)
{
    apr_uint32_t random = 0;

    apr_generate_random_bytes((unsigned char *)&random, sizeof(random));
    return apr_time_from_msec(settings->life_s * (900 + random % 201));
}

/* Refuse when connecting has just failed: one attempt at a time finds out whether it works again,
 * and nobody else waits for that. */
static mws_error_t *ask_to_connect(mws_call_t *call, mws_db_t *db)
{
    mws_error_t *err = NULL;

    apr_thread_mutex_lock(db->lock);
    if (db->away && (db->probing || mws_ticks() < db->away_until)) {
        err = mws_error(call->pool, db->away_as, "not tried: connecting has just failed");
    }
    else {
        db->probing = db->away;
    }
    apr_thread_mutex_unlock(db->lock);
    return err;
}

/* Open CONN, which is closed. */
static mws_error_t *open_connection(mws_call_t *call, connection_t *conn)
{
    mws_db_t    *db = conn->db;
    mws_error_t *err;
    int          was_away;

    MWS_ERR(ask_to_connect(call, db));
    err = mws_link_open(&conn->link, call->pool, db->settings);
    if (!err) {
        conn->prepared = apr_hash_make(conn->link.pool);
        conn->names = 0;
        conn->expires = mws_ticks() + life(db->settings);
    }

    apr_thread_mutex_lock(db->lock);
    was_away = db->away;
    db->probing = 0;
    db->away = err != NULL;
    if (err) {
        db->away_as = err->id;
        db->away_until = mws_ticks() + BREAKER_REST;
        db->failed++;
    }
    else {
        db->opened++;
    }
    apr_thread_mutex_unlock(db->lock);

    if (was_away && !err) {
        mws_log(db->log, MWS_LOG_NOTICE, APR_SUCCESS, "MWS01000: the database is reached again");
    }
    return err;
}

/* ---- the list ---- */

/* A place to connect from, or NULL. The lock is held. */
static connection_t *pop_spare(mws_db_t *db)
{
    connection_t *conn = db->spare;

    if (conn) {
        db->spare = conn->next;
    }
    else if (db->made < db->most) {
        conn = apr_pcalloc(db->pool, sizeof(*conn));
        conn->db = db;
        conn->link.ending = db->ending;
        apr_pool_create(&conn->link.pool, db->pool);
        db->made++;
    }
    return conn;
}

/* Whether the server has just refused one connection more, while there are some to wait for. The
 * lock is held. */
static int is_server_full(const mws_db_t *db)
{
    return db->away && db->away_as == MWS_BUSY && db->in_use &&
           (db->probing || mws_ticks() < db->away_until);
}

/* Get a place of one's own, open if there is one: *CONN is NULL when none is free. The lock is
 * held. */
static mws_error_t *pop(mws_call_t *call, mws_db_t *db, connection_t **conn)
{
    *conn = NULL;
    if (db->stopped) {
        return mws_error(call->pool, MWS_DB_CONNECTION, "the server is stopping");
    }
    if (db->idle_count) {
        *conn = db->idle[--db->idle_count];
    }
    else if (!is_server_full(db)) {
        *conn = pop_spare(db);
    }
    db->in_use += *conn != NULL;
    return NULL;
}

/* The same, waiting for one until DEADLINE. */
static mws_error_t *wait_for_place(mws_call_t *call, mws_db_t *db, apr_time_t deadline,
                                   connection_t **conn)
{
    mws_error_t *err;

    apr_thread_mutex_lock(db->lock);
    while (!(err = pop(call, db, conn)) && !*conn) {
        apr_time_t left = deadline - mws_ticks();

        if (left <= 0) {
            err = mws_error(call->pool, MWS_BUSY,
                            "no connection was free within %" APR_INT64_T_FMT " ms",
                            db->settings->wait_ms);
            break;
        }
        db->waiting++;
        apr_thread_cond_timedwait(db->freed, db->lock, left < BREAKER_REST ? left : BREAKER_REST);
        db->waiting--;
    }
    apr_thread_mutex_unlock(db->lock);
    return err;
}

static int has_expired(const connection_t *conn)
{
    return conn->expires <= mws_ticks();
}

/* Put a place back. *OLD is one whose connection has been idle to the end of its life. */
static void push(connection_t *conn, connection_t **old)
{
    mws_db_t *db = conn->db;

    *old = NULL;
    apr_thread_mutex_lock(db->lock);
    db->in_use--;
    if (conn->link.pg) {
        db->idle[db->idle_count++] = conn;
    }
    else {
        conn->next = db->spare;
        db->spare = conn;
    }
    if (db->idle_count && has_expired(db->idle[0])) {
        *old = db->idle[0];
        db->in_use++;
        memmove(db->idle, db->idle + 1, --db->idle_count * sizeof(connection_t *));
    }
    apr_thread_cond_signal(db->freed);
    apr_thread_mutex_unlock(db->lock);
}

static void give_back(connection_t *conn)
{
    while (conn) {
        if (conn->link.pg && (!mws_link_is_clean(&conn->link) || has_expired(conn))) {
            mws_link_close(&conn->link);
        }
        push(conn, &conn);
    }
}

/* Whether another call of this child has a connection that it will give back. */
static int others_have_one(mws_db_t *db)
{
    int others;

    apr_thread_mutex_lock(db->lock);
    others = db->in_use > 0 || db->idle_count > 0;
    apr_thread_mutex_unlock(db->lock);
    return others;
}

/* Lease a connection that works. Where the server takes no more of them, wait for one of ours. */
static mws_error_t *take(mws_call_t *call, mws_db_t *db, connection_t **taken)
{
    apr_time_t    deadline = mws_ticks() + apr_time_from_msec(db->settings->wait_ms);
    connection_t *conn;
    mws_error_t  *err;

    do {
        MWS_ERR(wait_for_place(call, db, deadline, &conn));
        if (conn->link.pg && (has_expired(conn) || mws_link_has_died(&conn->link))) {
            mws_link_close(&conn->link);
        }
        err = conn->link.pg ? NULL : open_connection(call, conn);
        if (!err) {
            *taken = conn;
            return NULL;
        }
        give_back(conn);
    } while (err->id == MWS_BUSY && others_have_one(db));
    return err;
}

static apr_status_t close_locale(void *numbers)
{
    freelocale(numbers);
    return APR_SUCCESS;
}

static apr_status_t close_ending(void *db)
{
    close(((mws_db_t *)db)->ending);
    return APR_SUCCESS;
}

mws_db_t *mws_db_make(apr_pool_t *pchild, const mws_settings_t *settings, const mws_log_t *log,
                      int threads)
{
    apr_pool_t *p = mws_pool_shared(pchild);
    mws_db_t   *db;

    if (!p) {
        return NULL;
    }
    db = apr_pcalloc(p, sizeof(*db));
    db->pool = p;
    db->settings = settings;
    db->log = log;
    db->most = settings->connections ? (int)settings->connections : threads;
    db->idle = apr_pcalloc(p, db->most * sizeof(connection_t *));
    db->numbers = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    apr_pool_cleanup_register(p, db->numbers, close_locale, apr_pool_cleanup_null);
    db->ending = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    apr_pool_cleanup_register(p, db, close_ending, apr_pool_cleanup_null);
    if (db->ending < 0 ||
        apr_thread_mutex_create(&db->lock, APR_THREAD_MUTEX_DEFAULT, p) != APR_SUCCESS ||
        apr_thread_cond_create(&db->freed, p) != APR_SUCCESS) {
        return NULL;
    }
    return db;
}

void mws_db_stop(mws_db_t *db)
{
    apr_thread_mutex_lock(db->lock);
    db->stopped = 1;
    eventfd_write(db->ending, 1);
    apr_thread_cond_broadcast(db->freed);
    apr_thread_mutex_unlock(db->lock);
}

void mws_db_state(mws_db_t *db, mws_db_state_t *state)
{
    const connection_t *conn;

    apr_thread_mutex_lock(db->lock);
    state->open = db->made;
    for (conn = db->spare; conn; conn = conn->next) {
        state->open--;
    }
    state->idle = db->idle_count;
    state->waiting = db->waiting;
    state->opened = db->opened;
    state->failed = db->failed;
    state->retried = db->retried;
    apr_thread_mutex_unlock(db->lock);
}

/* ---- the lease of a call ---- */

/* Let go of the connection. Whatever state it is in, the list gets it clean or closed. */
static void end_lease(mws_lease_t *lease)
{
    connection_t *conn = lease->conn;

    lease->conn = NULL;
    lease->lost = 0;
    if (conn) {
        give_back(conn);
    }
}

static apr_status_t lease_left(void *lease)
{
    end_lease(lease);
    return APR_SUCCESS;
}

static mws_lease_t *lease_of(mws_call_t *call)
{
    mws_lease_t *lease = call->lease;

    if (!lease) {
        lease = apr_pcalloc(call->pool, sizeof(*lease));
        lease->db = call->child->db;
        lease->end = lease->unsent = &lease->first;
        apr_pool_create(&lease->queue, call->pool);
        apr_pool_create(&lease->values, call->pool);
        apr_pool_cleanup_register(call->pool, lease, lease_left, apr_pool_cleanup_null);
        call->lease = lease;
    }
    return lease;
}

static void forget_queue(mws_lease_t *lease)
{
    lease->first = NULL;
    lease->end = lease->unsent = &lease->first;
    lease->begins = 0;
    lease->commits = 0;
    apr_pool_clear(lease->queue);
    apr_pool_clear(lease->values);
}

/* What is sent already is run to its end, whatever that is. */
void mws_db_forget(mws_call_t *call)
{
    mws_lease_t *lease = lease_of(call);

    *lease->unsent = NULL;
    lease->end = lease->unsent;
    mws_db_run(call);
    forget_queue(lease);
}

static int in_transaction(const mws_lease_t *lease)
{
    return lease->conn && PQtransactionStatus(lease->conn->link.pg) != PQTRANS_IDLE;
}

/* The next argument as LETTER says, in the server's spelling. *LONGEST becomes the length of an array
 * that is longer. */
static const char *value_text(apr_pool_t *p, locale_t numbers, char letter, va_list *args,
                              int *longest)
{
    const mws_ids_t   *ids;
    const mws_texts_t *texts;
    const char        *text;

    switch (letter) {
    case 'i':
        return mws_param_int(p, va_arg(*args, apr_int64_t));
    case 'b':
        return va_arg(*args, int) ? "t" : "f";
    case 'f':
        return mws_param_float(p, numbers, va_arg(*args, double));
    case 's':
        text = va_arg(*args, const char *);
        return text ? apr_pstrdup(p, text) : NULL;
    case 'I':
        ids = va_arg(*args, const mws_ids_t *);
        *longest = ids->count > *longest ? ids->count : *longest;
        return mws_param_ids(p, ids);
    case 'S':
        texts = va_arg(*args, const mws_texts_t *);
        *longest = texts->count > *longest ? texts->count : *longest;
        return mws_param_texts(p, texts);
    default:
        abort(); /* a letter that is none is ours, and would shift all that follow */
    }
}

static statement_t *make_statement(mws_call_t *call, const mws_sql_t *sql, mws_rows_t **rows,
                                   const char *fmt, va_list *args)
{
    mws_lease_t *lease = lease_of(call);
    int          count = (int)strlen(fmt);
    statement_t *st = apr_palloc(lease->queue, sizeof(*st) + count * sizeof(*st->values));
    int          i;

    st->next = NULL;
    st->sql = sql;
    st->rows = rows;
    st->prepares = NULL;
    st->longest = 0;
    st->count = count;
    for (i = 0; i < count; i++) {
        st->values[i] = value_text(lease->values, lease->db->numbers, fmt[i], args, &st->longest);
    }
    return st;
}

static void enqueue(mws_lease_t *lease, statement_t *st)
{
    *lease->end = st;
    lease->end = &st->next;
}

/* Whether the plans of LEASE's transaction are to be made for what they are given from ST on. */
static int asks_for_plans(const mws_lease_t *lease, const statement_t *st)
{
    return st->longest > FEW && !lease->anew && (lease->begins || in_transaction(lease));
}

static void queue(mws_call_t *call, const mws_sql_t *sql, mws_rows_t **rows, const char *fmt,
                  va_list *args)
{
    mws_lease_t *lease = lease_of(call);
    statement_t *st = make_statement(call, sql, rows, fmt, args);

    if (asks_for_plans(lease, st)) {
        lease->anew = 1;
        mws_db_queue(call, &plan_anew, NULL, "");
    }
    enqueue(lease, st);
}

mws_error_t *mws_db_queue(mws_call_t *call, const mws_sql_t *stmt, mws_rows_t **rows,
                          const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    queue(call, stmt, rows, fmt, &args);
    va_end(args);
    return NULL;
}

mws_error_t *mws_db_query(mws_call_t *call, const mws_sql_t *stmt, mws_rows_t **rows,
                          const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    queue(call, stmt, rows, fmt, &args);
    va_end(args);
    return mws_db_run(call);
}

/* ---- a batch ---- */

/* TEXT with its {table} words prefixed. Other braces, as in an array literal, are left alone. */
static const char *with_prefix(apr_pool_t *p, const char *text, const char *prefix)
{
    mws_buffer_t expanded = mws_buffer_make(p, strlen(text) + 128);
    const char  *brace;

    while ((brace = strchr(text, '{'))) {
        apr_size_t word = strspn(brace + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");

        mws_buffer_put(&expanded, text, brace - text);
        text = brace + 1;
        if (!word || apr_isdigit(*text) || text[word] != '}') {
            mws_buffer_putc(&expanded, '{');
            continue;
        }
        mws_buffer_puts(&expanded, prefix);
        mws_buffer_put(&expanded, text, word);
        text += word + 1;
    }
    mws_buffer_puts(&expanded, text);
    return mws_buffer_text(&expanded);
}

/* Send ST. It is prepared first where CONN does not know it; behind a pooler each statement is
 * parsed anew, since the next batch may meet another server process, and a name of ours there may
 * be a stranger's statement. */
static int send_statement(mws_call_t *call, connection_t *conn, statement_t *st)
{
    const char *prefix = conn->db->settings->prefix;
    prepared_t *known;

    st->prepares = NULL;
    if (!conn->link.direct) {
        return PQsendQueryParams(conn->link.pg, with_prefix(call->pool, st->sql->text, prefix),
                                 st->count, NULL, st->values, NULL, NULL, 0);
    }
    known = apr_hash_get(conn->prepared, &st->sql, ADDRESS_SIZE);
    if (!known) {
        known = apr_palloc(conn->link.pool, sizeof(*known));
        known->sql = st->sql;
        apr_snprintf(known->name, sizeof(known->name), "s%d", ++conn->names);
        apr_hash_set(conn->prepared, &known->sql, ADDRESS_SIZE, known);
        st->prepares = known;
        if (!PQsendPrepare(conn->link.pg, known->name,
                           with_prefix(call->pool, st->sql->text, prefix), 0, NULL)) {
            return 0;
        }
    }
    return PQsendQueryPrepared(conn->link.pg, known->name, st->count, st->values, NULL, NULL, 0);
}

/* Send what is queued and is not sent yet. */
static int send_queue(mws_call_t *call, mws_lease_t *lease)
{
    lease->conn->link.busy = 1;
    for (; *lease->unsent; lease->unsent = &(*lease->unsent)->next) {
        if (!send_statement(call, lease->conn, *lease->unsent)) {
            return 0;
        }
    }
    return 1;
}

/* What the batch has come to so far. */
typedef struct {
    mws_call_t   *call;
    mws_lease_t  *lease;
    apr_time_t    deadline;
    mws_error_t  *err; /* of the first statement that failed */
    mws_outcome_e how;
} batch_t;

/* Keep the first refusal. When COMMIT itself ends the session nothing is known: it counts as
 * silence. */
static void note_refusal(batch_t *batch, const statement_t *st, const PGresult *result)
{
    if (batch->err || PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        return;
    }
    if (is_fatal(result)) {
        batch->how = MWS_DEAD;
        if (st->sql == &commit_work) {
            return;
        }
    }
    else if (is_stale(result)) {
        batch->how = MWS_STALE;
    }
    batch->err = error_of_result(batch->call, st->sql, result);
}

/* Read the answer to the preparation of ST. */
static mws_outcome_e receive_prepared(batch_t *batch, const statement_t *st)
{
    connection_t *conn = batch->lease->conn;
    PGresult     *result;
    mws_outcome_e how = mws_link_receive(&conn->link, batch->call->pool, batch->deadline, &result);

    if (!result || PQresultStatus(result) != PGRES_COMMAND_OK) {
        apr_hash_set(conn->prepared, &st->sql, ADDRESS_SIZE, NULL);
    }
    if (result && PQresultStatus(result) != PGRES_COMMAND_OK) {
        note_refusal(batch, st, result);
    }
    return how;
}

/* Read the answer to ST. */
static mws_outcome_e receive_rows(batch_t *batch, const statement_t *st)
{
    PGresult     *result;
    mws_outcome_e how =
        mws_link_receive(&batch->lease->conn->link, batch->call->pool, batch->deadline, &result);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        if (result) {
            note_refusal(batch, st, result);
        }
        return how;
    }
    if (st->rows) {
        *st->rows = apr_palloc(batch->call->pool, sizeof(**st->rows));
        (*st->rows)->result = result;
        (*st->rows)->numbers = batch->lease->db->numbers;
    }
    return how;
}

static mws_outcome_e receive_batch(batch_t *batch)
{
    const statement_t *st, *last = NULL;
    PGresult          *refusal;
    mws_outcome_e      how = MWS_ANSWERED;

    for (st = batch->lease->first; st && how == MWS_ANSWERED; st = st->next) {
        if (st->prepares) {
            how = receive_prepared(batch, st);
        }
        if (how == MWS_ANSWERED) {
            how = receive_rows(batch, st);
        }
        last = st;
    }
    if (how != MWS_ANSWERED) {
        return how;
    }
    how = mws_link_sync(&batch->lease->conn->link, batch->call->pool, batch->deadline, &refusal);
    if (refusal) {
        note_refusal(batch, last, refusal);
    }
    return how;
}

/* The error of a batch that was not answered to its end; OPEN: a transaction was. */
static mws_error_t *error_of_silence(const batch_t *batch, int open)
{
    apr_pool_t *p = batch->call->pool;
    const char *where = batch->lease->first->sql->where;
    const char *what =
        batch->how == MWS_LATE ? "the server did not answer in time" : "the connection was lost";

    if (batch->lease->commits || (batch->call->writes && !open && !batch->lease->begins)) {
        return mws_error(p, MWS_DB_WRITE, "%s: %s, so that the outcome is unknown", where, what);
    }
    return mws_error(p, batch->how == MWS_LATE ? MWS_DB_TIMEOUT : MWS_DB_CONNECTION, "%s: %s",
                     where, what);
}

/* By when the server has answered a statement that is sent now. */
static apr_time_t deadline_of(const mws_lease_t *lease)
{
    return mws_ticks() + apr_time_from_msec(lease->db->settings->statement_ms) + STATEMENT_MARGIN;
}

/* Run what is queued, once. After MWS_DEAD or MWS_LATE the connection is of no use any more. */
static mws_error_t *attempt(mws_call_t *call, mws_lease_t *lease, int open, mws_outcome_e *how)
{
    batch_t       batch = {.call = call, .lease = lease, .how = MWS_ANSWERED};
    mws_outcome_e received;

    batch.deadline = deadline_of(lease);
    received = send_queue(call, lease) && PQpipelineSync(lease->conn->link.pg)
                   ? receive_batch(&batch)
                   : MWS_DEAD;
    if (received != MWS_ANSWERED) {
        batch.how = received;
    }
    *how = batch.how;
    if (!batch.err && batch.how != MWS_ANSWERED) {
        batch.err = error_of_silence(&batch, open);
    }
    return batch.err;
}

/* Whether what was queued may be run again although it, or a part of it, may have been run:
 * nothing of it can have stayed. */
static int may_repeat(const mws_call_t *call, const mws_lease_t *lease, int open, mws_outcome_e how)
{
    if (open || lease->commits) {
        return 0;
    }
    return how == MWS_STALE || (how == MWS_DEAD && (lease->begins || !call->writes));
}

/* Run what is queued again, on a new connection. */
static mws_error_t *repeat(mws_call_t *call, mws_lease_t *lease, mws_outcome_e *how)
{
    mws_log(call->log, MWS_LOG_INFO, APR_SUCCESS, "MWS01001: %s is run again, on a new connection",
            lease->first->sql->where);
    apr_thread_mutex_lock(lease->db->lock);
    lease->db->retried++;
    apr_thread_mutex_unlock(lease->db->lock);

    *how = MWS_DEAD;
    lease->unsent = &lease->first;
    mws_link_close(&lease->conn->link);
    MWS_ERR(open_connection(call, lease->conn));
    return attempt(call, lease, 0, how);
}

/* Put SQL before what is queued, with VALUE, unless that is NULL. */
static void put_first(mws_lease_t *lease, const mws_sql_t *sql, const char *value)
{
    statement_t *st = apr_pcalloc(lease->queue, sizeof(*st) + sizeof(*st->values));

    st->sql = sql;
    st->count = value != NULL;
    st->values[0] = value;
    st->next = lease->first;
    lease->first = st;
}

/* Put before what is queued what the connection has to be told first. */
static void prelude(mws_lease_t *lease)
{
    if (lease->begins && PQserverVersion(lease->conn->link.pg) >= COUNTS_LATE) {
        put_first(lease, &count_now, NULL);
    }
    if (!lease->conn->link.direct) {
        put_first(lease, &limit_time,
                  mws_param_int(lease->values, lease->db->settings->statement_ms));
    }
}

static mws_error_t *run_batch(mws_call_t *call, mws_lease_t *lease)
{
    mws_error_t  *err;
    mws_outcome_e how;
    int           open;

    if (lease->lost) {
        return mws_error(call->pool, MWS_DB_CONNECTION, "%s: the transaction was lost before",
                         lease->first->sql->where);
    }
    if (!lease->conn) {
        MWS_ERR(take(call, lease->db, &lease->conn));
    }
    open = in_transaction(lease);
    if (!open) {
        prelude(lease);
    }
    err = attempt(call, lease, open, &how);
    if (err && may_repeat(call, lease, open, how)) {
        err = repeat(call, lease, &how);
    }
    if (how == MWS_STALE) {
        lease->conn->expires = 0;
    }
    if (how == MWS_DEAD || how == MWS_LATE) {
        mws_link_close(&lease->conn->link);
        end_lease(lease);
        lease->lost = open;
    }
    return err;
}

mws_error_t *mws_db_run(mws_call_t *call)
{
    mws_lease_t *lease = lease_of(call);
    mws_error_t *err;

    if (!lease->first) {
        return NULL;
    }
    err = run_batch(call, lease);
    forget_queue(lease);
    return err;
}

mws_error_t *mws_db_send(mws_call_t *call)
{
    mws_lease_t *lease = lease_of(call);

    if (!in_transaction(lease) || !send_queue(call, lease) ||
        mws_link_flush(&lease->conn->link, deadline_of(lease)) != MWS_ANSWERED) {
        return mws_db_run(call);
    }
    apr_pool_clear(lease->values);
    return NULL;
}

/* ---- transactions ---- */

mws_error_t *mws_db_begin(mws_call_t *call)
{
    MWS_ERR(mws_db_queue(call, &begin_work, NULL, ""));
    call->lease->begins = 1;
    call->lease->anew = 0;
    return NULL;
}

mws_error_t *mws_db_commit(mws_call_t *call)
{
    mws_lease_t *lease = lease_of(call);
    mws_rows_t  *rows;

    if (!lease->lost && !lease->begins && !in_transaction(lease)) {
        return mws_db_run(call);
    }
    if (lease->begins && lease->end == &lease->first->next) {
        forget_queue(lease); /* nothing came after BEGIN */
        return NULL;
    }
    MWS_ERR(mws_db_queue(call, &commit_work, &rows, ""));
    lease->commits = 1;
    MWS_ERR(mws_db_run(call));
    if (strcmp(PQcmdStatus(rows->result), "COMMIT") != 0) {
        return mws_error(call->pool, MWS_DB_WRITE, "%s: the transaction had failed and was undone",
                         commit_work.where);
    }
    return NULL;
}

void mws_db_rollback(mws_call_t *call)
{
    mws_lease_t *lease = lease_of(call);

    mws_db_forget(call);
    lease->lost = 0;
    if (!in_transaction(lease)) {
        return;
    }
    mws_db_queue(call, &rollback_work, NULL, "");
    if (mws_db_run(call)) {
        end_lease(lease);
    }
}

void mws_db_release(mws_call_t *call)
{
    if (!call->lease) {
        return;
    }
    mws_db_rollback(call);
    end_lease(call->lease);
}

/* ---- rows ---- */

int mws_rows_count(const mws_rows_t *rows)
{
    return PQntuples(rows->result);
}

int mws_row_null(const mws_rows_t *rows, int row, int col)
{
    return PQgetisnull(rows->result, row, col);
}

/* Integers come in plain decimal digits, and in great numbers. */
static apr_int64_t integer_of(const char *digits)
{
    int          negative = *digits == '-';
    apr_uint64_t value = 0;

    for (digits += negative; *digits >= '0' && *digits <= '9'; digits++) {
        value = value * 10 + (apr_uint64_t)(*digits - '0');
    }
    return (apr_int64_t)(negative ? 0 - value : value);
}

apr_int64_t mws_row_int(const mws_rows_t *rows, int row, int col)
{
    return integer_of(PQgetvalue(rows->result, row, col));
}

int mws_row_bool(const mws_rows_t *rows, int row, int col)
{
    const char *value = PQgetvalue(rows->result, row, col);

    return *value == 't' || integer_of(value) != 0;
}

double mws_row_float(const mws_rows_t *rows, int row, int col)
{
    return strtod_l(PQgetvalue(rows->result, row, col), NULL, rows->numbers);
}

const char *mws_row_text(const mws_rows_t *rows, int row, int col)
{
    if (PQgetisnull(rows->result, row, col)) {
        return NULL;
    }
    return PQgetvalue(rows->result, row, col);
}

apr_int64_t mws_rows_changed(const mws_rows_t *rows)
{
    return strtoll(PQcmdTuples(rows->result), NULL, 10);
}
