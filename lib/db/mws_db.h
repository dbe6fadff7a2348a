/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_db.h
 *
 * Rows from PostgreSQL. A call leases one connection at its first statement and gives it back in
 * mws_db_release(); the rows it read stay valid as long as the call's pool. Statements are
 * prepared once a connection, take parameters only, and are written with {table} names as in
 * Moodle; the prefix is put in once a child.
 *
 * Statements are queued, then run together in one round trip (libpq's pipeline mode):
 *
 *     MWS_ERR(mws_db_queue(call, &course_by_id, &course, "i", id));
 *     MWS_ERR(mws_db_queue(call, &course_groups, &groups, "i", id));
 *     MWS_ERR(mws_db_run(call));
 *
 * The list of connections of a child is bounded and lazy. It connects outside its lock, with a
 * time-out; when the server is away, calls are told so at once for a while instead of each trying
 * anew. Waiting for a free connection is bounded too, and ends in MWS_BUSY. A connection goes back
 * clean or is closed. A connection that died while idle is replaced and what was queued is run
 * once more, as long as the call only reads.
 */
#ifndef MWS_DB_H
#define MWS_DB_H

#include <apr_pools.h>

#include "../base/mws_error.h"
#include "../base/mws_log.h"
#include "../base/mws_settings.h"

struct mws_call_t;

typedef struct mws_db_t   mws_db_t;   /* the connections of one child */
typedef struct mws_rows_t mws_rows_t; /* a result */

/* A statement. Its address is its name. */
typedef struct {
    const char *text;
    const char *where; /* file and name, for the log */
} mws_sql_t;

/* Define statement ID; TEXT uses {table} for names and $1, $2 ... for parameters. */
#define SQL(id, ...) static const mws_sql_t id = {.text = __VA_ARGS__, .where = __FILE__ ":" #id}

/* Make the connections of a child: none yet. THREADS bounds them where the directive does not.
 * They are closed when PCHILD is cleared. */
mws_db_t *mws_db_make(apr_pool_t *pchild, const mws_settings_t *settings, const mws_log_t *log,
                      int threads);

/* End all waiting: whoever waits for the server or for a connection is told MWS_DB_CONNECTION, and
 * so is everybody after. For the end of a child. */
void mws_db_stop(mws_db_t *db);

/* Queue STMT with its parameters, described by one letter each in FMT: i apr_int64_t, b int as
 * boolean, f double, s const char * (NULL: null), I mws_ids_t * as bigint[], S mws_texts_t * as
 * text[] (NULL elements: null). *ROWS is the result once mws_db_run() has succeeded; ROWS may be
 * NULL. Parameters are copied. */
mws_error_t *mws_db_queue(struct mws_call_t *call, const mws_sql_t *stmt, mws_rows_t **rows,
                          const char *fmt, ...);

/* Run what is queued. The first statement that failed is the error. */
mws_error_t *mws_db_run(struct mws_call_t *call);

/* Queue STMT and run what is queued. */
mws_error_t *mws_db_query(struct mws_call_t *call, const mws_sql_t *stmt, mws_rows_t **rows,
                          const char *fmt, ...);

/* Send what is queued on, so that the server is at it while the call makes more; the answers are read
 * by the next run, whose error it may be. Outside of a transaction it is run. */
mws_error_t *mws_db_send(struct mws_call_t *call);

/* Forget what is queued and was not run. */
void mws_db_forget(struct mws_call_t *call);

/* Open a transaction with the next statements, and end it. Without mws_db_begin() every
 * statement stands alone. A commit whose outcome is unknown is an error that says so. From the first
 * long array of a transaction on, each statement is planned for what it is given: a plan made once
 * takes arrays for short, and joins thousands by loops. */
mws_error_t *mws_db_begin(struct mws_call_t *call);
mws_error_t *mws_db_commit(struct mws_call_t *call);
void         mws_db_rollback(struct mws_call_t *call);

/* Give the connection of CALL back, if it holds one. An open transaction is rolled back. */
void mws_db_release(struct mws_call_t *call);

/* The rows of a result; COL counts from 0. A NULL is 0, false, NULL. Texts are NUL-terminated and
 * live as long as the call. */
int         mws_rows_count(const mws_rows_t *rows);
int         mws_row_null(const mws_rows_t *rows, int row, int col);
apr_int64_t mws_row_int(const mws_rows_t *rows, int row, int col);
int         mws_row_bool(const mws_rows_t *rows, int row, int col);
double      mws_row_float(const mws_rows_t *rows, int row, int col);
const char *mws_row_text(const mws_rows_t *rows, int row, int col);

/* How many rows a statement changed. */
apr_int64_t mws_rows_changed(const mws_rows_t *rows);

/* Arrays as parameters: grow them with the two functions, in the pool they were made in. */
typedef struct {
    apr_pool_t  *pool;
    apr_int64_t *ids;
    int          count, room;
} mws_ids_t;

typedef struct {
    apr_pool_t  *pool;
    const char **texts;
    int          count, room;
} mws_texts_t;

mws_ids_t   *mws_ids_make(apr_pool_t *p);
void         mws_ids_add(mws_ids_t *ids, apr_int64_t id);
void         mws_ids_add_new(mws_ids_t *ids, apr_int64_t id); /* unless the last one is ID */
int          mws_ids_have(const mws_ids_t *ids, apr_int64_t id);
mws_texts_t *mws_texts_make(apr_pool_t *p);
void         mws_texts_add(mws_texts_t *texts, const char *text);

/* How the connections of a child stand. */
typedef struct {
    int          open, idle, waiting;
    apr_uint64_t opened, failed, retried;
} mws_db_state_t;

void mws_db_state(mws_db_t *db, mws_db_state_t *state);

#endif
