/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_db.c -- the connections of a child and the statements of a call, with a real server.
 *
 * Needs a database that it may make a table of its own in: MWS_TEST_DSN.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <apr_time.h>
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/db/mws_call.h"
#include "lib/db/mws_db.h"

enum { THREADS = 8, QUERIES = 200, CONNECTIONS = 4 };

SQL(echo_int, "SELECT $1::bigint");
SQL(echo_text, "SELECT $1::text");
SQL(echo_plans, "SELECT current_setting('plan_cache_mode')");
SQL(echo_pid, "SELECT pg_backend_pid()");
SQL(echo_all, "SELECT $1::bigint, $2::boolean, $3::double precision, $4::text");
SQL(unnest_ids, "SELECT * FROM unnest($1::bigint[])");
SQL(unnest_texts, "SELECT * FROM unnest($1::text[])");
SQL(divide, "SELECT 1 / $1::bigint");
SQL(bad_number, "SELECT $1::text::bigint");
SQL(many_rows, "SELECT i, repeat('x', 1000) FROM generate_series(1, $1::bigint) i");
SQL(length_of, "SELECT length($1::text), $1::text");
SQL(kill_self, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)");
SQL(nap, "SELECT pg_sleep($1)");
SQL(rows_of, "SELECT * FROM {db_test} ORDER BY id");
SQL(insert_row, "INSERT INTO {db_test} (id, name) VALUES ($1, $2)");
SQL(insert_child, "INSERT INTO {db_test} (id, parent) VALUES ($1, $2)");
SQL(count_rows, "SELECT count(*) FROM {db_test}");
SQL(delete_rows, "DELETE FROM {db_test}");
SQL(braces, "SELECT '{}'::text, '{1}'::text, '{\"a\": {db_test}'::text, count(*) FROM {db_test}");
SQL(only_read, "SET TRANSACTION READ ONLY");

static apr_pool_t    *pool;
static mws_settings_t preset;
static PGconn        *other; /* a session beside those of the module */

static void ignore_line(void *baton, int level, apr_status_t status, const char *message)
{
}

static const mws_log_t quiet = {.write = ignore_line, .level = MWS_LOG_TRACE4};

/* A child of its own with a call, in a pool that ends both. */
typedef struct {
    apr_pool_t    *pool;
    mws_settings_t settings;
    mws_child_t    child;
    mws_call_t    *call;
} site_t;

static mws_call_t *make_call(site_t *site)
{
    apr_pool_t *p;
    mws_call_t *call;

    apr_pool_create(&p, site->pool);
    call = apr_pcalloc(p, sizeof(*call));
    call->pool = p;
    call->child = &site->child;
    call->settings = &site->settings;
    call->log = &quiet;
    return call;
}

static void end_call(mws_call_t *call)
{
    mws_db_release(call);
    apr_pool_destroy(call->pool);
}

static site_t *open_site(const mws_settings_t *settings)
{
    apr_pool_t *p;
    site_t     *site;

    apr_pool_create(&p, pool);
    site = apr_pcalloc(p, sizeof(*site));
    site->pool = p;
    site->settings = *settings;
    site->child.pool = p;
    site->child.settings = &site->settings;
    site->child.log = &quiet;
    site->child.db = mws_db_make(p, &site->settings, &quiet, CONNECTIONS);
    site->call = make_call(site);
    return site;
}

static void close_site(site_t *site)
{
    end_call(site->call);
    apr_pool_destroy(site->pool);
}

static void assert_ok(const mws_error_t *err)
{
    if (err) {
        fail_msg("%s: %s", err->row->errorcode, err->detail ? err->detail : "");
    }
}

static void assert_err(const mws_error_t *err, mws_error_e id)
{
    assert_non_null(err);
    if (err->id != id) {
        fail_msg("%s: %s", err->row->errorcode, err->detail ? err->detail : "");
    }
}

static mws_db_state_t state_of(site_t *site)
{
    mws_db_state_t state;

    mws_db_state(site->child.db, &state);
    return state;
}

static apr_int64_t one_int(mws_call_t *call, const mws_sql_t *stmt)
{
    mws_rows_t *rows;

    assert_ok(mws_db_query(call, stmt, &rows, ""));
    return mws_row_int(rows, 0, 0);
}

/* Open a transaction. Returns the server process that it is in. */
static apr_int64_t begin(mws_call_t *call)
{
    assert_ok(mws_db_begin(call));
    return one_int(call, &echo_pid);
}

/* Send on a row with ID. */
static mws_error_t *send_row(mws_call_t *call, apr_int64_t id)
{
    mws_db_queue(call, &insert_row, NULL, "is", id, "sent");
    return mws_db_send(call);
}

static void in_other(const char *fmt, ...)
{
    va_list   args;
    PGresult *result;

    va_start(args, fmt);
    result = PQexec(other, apr_pvsprintf(pool, fmt, args));
    va_end(args);
    assert_true(PQresultStatus(result) == PGRES_TUPLES_OK ||
                PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
}

/* ---- parameters and rows ---- */

static void test_values(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;

    assert_ok(mws_db_query(site->call, &echo_all, &rows, "ibfs", APR_INT64_MIN, 1, 0.1, "a\\'\"b"));
    assert_int_equal(mws_rows_count(rows), 1);
    assert_true(mws_row_int(rows, 0, 0) == APR_INT64_MIN);
    assert_true(mws_row_bool(rows, 0, 1));
    assert_true(mws_row_float(rows, 0, 2) == 0.1);
    assert_string_equal(mws_row_text(rows, 0, 3), "a\\'\"b");

    assert_ok(mws_db_query(site->call, &echo_all, &rows, "ibfs", APR_INT64_MAX, 0, -1e300, NULL));
    assert_true(mws_row_int(rows, 0, 0) == APR_INT64_MAX);
    assert_false(mws_row_bool(rows, 0, 1));
    assert_true(mws_row_float(rows, 0, 2) == -1e300);
    assert_true(mws_row_null(rows, 0, 3));
    assert_null(mws_row_text(rows, 0, 3));
    assert_true(mws_row_int(rows, 0, 3) == 0);
    close_site(site);
}

static void test_prefix(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;

    assert_ok(mws_db_query(site->call, &braces, &rows, ""));
    assert_string_equal(mws_row_text(rows, 0, 0), "{}");
    assert_string_equal(mws_row_text(rows, 0, 1), "{1}");
    assert_string_equal(mws_row_text(rows, 0, 2), "{\"a\": t_db_test");
    close_site(site);
}

static void test_arrays(void **state)
{
    static const char *const texts[] = {"plain",
                                        "",
                                        NULL,
                                        "NULL",
                                        "a,b",
                                        "{x}",
                                        "say \"hi\"",
                                        "back\\slash",
                                        " edges ",
                                        "\xc3\xa9\xf0\x9f\x98\x80",
                                        "line\nbreak\ttab"};
    site_t                  *site = open_site(&preset);
    mws_texts_t             *in = mws_texts_make(site->call->pool);
    mws_ids_t               *ids = mws_ids_make(site->call->pool);
    mws_rows_t              *rows;
    int                      i;

    assert_ok(mws_db_query(site->call, &unnest_texts, &rows, "S", in));
    assert_int_equal(mws_rows_count(rows), 0);
    for (i = 0; i < (int)(sizeof(texts) / sizeof(*texts)); i++) {
        mws_texts_add(in, texts[i]);
    }
    assert_ok(mws_db_query(site->call, &unnest_texts, &rows, "S", in));
    assert_int_equal(mws_rows_count(rows), in->count);
    for (i = 0; i < in->count; i++) {
        const char *out = mws_row_text(rows, i, 0);

        assert_int_equal(!out, !texts[i]);
        assert_true(!out || strcmp(out, texts[i]) == 0);
    }

    assert_ok(mws_db_query(site->call, &unnest_ids, &rows, "I", ids));
    assert_int_equal(mws_rows_count(rows), 0);
    for (i = -50; i < 50; i++) {
        mws_ids_add(ids, i * 1000000007LL);
    }
    mws_ids_add(ids, APR_INT64_MIN);
    mws_ids_add_new(ids, APR_INT64_MIN);
    assert_ok(mws_db_query(site->call, &unnest_ids, &rows, "I", ids));
    assert_int_equal(mws_rows_count(rows), 101);
    for (i = 0; i < 101; i++) {
        assert_true(mws_row_int(rows, i, 0) == ids->ids[i]);
    }
    assert_true(mws_ids_have(ids, -1000000007LL));
    assert_false(mws_ids_have(ids, 5));
    close_site(site);
}

/* The parameters of a queued statement are the call's own. */
static void test_copies(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;
    char        text[] = "before";

    assert_ok(mws_db_queue(site->call, &echo_text, &rows, "s", text));
    strcpy(text, "after");
    assert_ok(mws_db_run(site->call));
    assert_string_equal(mws_row_text(rows, 0, 0), "before");
    close_site(site);
}

/* ---- pipelines ---- */

static void test_pipeline(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows[300];
    int         i, round;

    assert_ok(mws_db_run(site->call));
    for (round = 0; round < 2; round++) {
        for (i = 0; i < 300; i++) {
            assert_ok(
                mws_db_queue(site->call, &echo_int, i % 7 ? &rows[i] : NULL, "i", (apr_int64_t)i));
        }
        assert_ok(mws_db_run(site->call));
        for (i = 0; i < 300; i++) {
            assert_true(i % 7 == 0 || mws_row_int(rows[i], 0, 0) == i);
        }
    }
    assert_int_equal(state_of(site).opened, 1);
    close_site(site);
}

/* The first statement that failed is the error, and the connection is as good as before. */
static void test_error_in_pipeline(void **state)
{
    site_t      *site = open_site(&preset);
    mws_rows_t  *rows;
    mws_error_t *err;
    apr_int64_t  pid = one_int(site->call, &echo_pid);

    mws_db_queue(site->call, &echo_int, &rows, "i", APR_INT64_C(1));
    mws_db_queue(site->call, &divide, &rows, "i", APR_INT64_C(0));
    mws_db_queue(site->call, &bad_number, &rows, "s", "secret");
    mws_db_queue(site->call, &echo_text, &rows, "s", "x");
    err = mws_db_run(site->call);
    assert_err(err, MWS_DB_READ);
    assert_non_null(strstr(err->detail, "divide"));
    assert_non_null(strstr(err->detail, "22012"));

    assert_ok(mws_db_query(site->call, &echo_text, &rows, "s", "x"));
    assert_string_equal(mws_row_text(rows, 0, 0), "x");
    assert_true(one_int(site->call, &echo_pid) == pid);

    err = mws_db_query(site->call, &bad_number, &rows, "s", "secret");
    assert_err(err, MWS_DB_READ);
    assert_null(strstr(err->detail, "secret"));
    site->call->writes = 1;
    assert_err(mws_db_query(site->call, &divide, NULL, "i", APR_INT64_C(0)), MWS_DB_WRITE);
    close_site(site);
}

/* A statement in error that was not known to the server yet is prepared at the next try. */
static void test_syntax_error(void **state)
{
    SQL(nonsense, "SELECT FROM WHERE");
    site_t *site = open_site(&preset);

    assert_err(mws_db_query(site->call, &nonsense, NULL, ""), MWS_DB_READ);
    assert_err(mws_db_query(site->call, &nonsense, NULL, ""), MWS_DB_READ);
    mws_db_queue(site->call, &nonsense, NULL, "");
    mws_db_queue(site->call, &echo_pid, NULL, "");
    assert_err(mws_db_run(site->call), MWS_DB_READ);
    assert_true(one_int(site->call, &echo_pid) > 0);
    close_site(site);
}

static void test_big_result(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *first, *second;

    mws_db_queue(site->call, &many_rows, &first, "i", APR_INT64_C(20000));
    mws_db_queue(site->call, &many_rows, &second, "i", APR_INT64_C(10));
    assert_ok(mws_db_run(site->call));
    assert_int_equal(mws_rows_count(first), 20000);
    assert_int_equal(strlen(mws_row_text(first, 19999, 1)), 1000);
    assert_int_equal(mws_rows_count(second), 10);
    close_site(site);
}

/* Both sides have more to say than the sockets hold. */
static void test_big_parameters(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows[8];
    char       *text = apr_palloc(site->call->pool, (1 << 20) + 1);
    int         i;

    memset(text, 'y', 1 << 20);
    text[1 << 20] = '\0';
    for (i = 0; i < 8; i++) {
        mws_db_queue(site->call, &length_of, &rows[i], "s", text);
    }
    assert_ok(mws_db_run(site->call));
    for (i = 0; i < 8; i++) {
        assert_int_equal(mws_row_int(rows[i], 0, 0), 1 << 20);
        assert_string_equal(mws_row_text(rows[i], 0, 1), text);
    }
    close_site(site);
}

/* ---- what is sent on ---- */

/* What is sent on is answered by the next run, together with what came after. */
static void test_send(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *first, *second, *count;

    site->call->writes = 1;
    assert_ok(mws_db_send(site->call)); /* nothing */
    assert_ok(mws_db_begin(site->call));
    mws_db_queue(site->call, &echo_int, &first, "i", APR_INT64_C(1));
    assert_ok(mws_db_send(site->call)); /* the transaction is not open yet: run */
    assert_true(mws_row_int(first, 0, 0) == 1);

    assert_ok(send_row(site->call, 1));
    mws_db_queue(site->call, &echo_int, &second, "i", APR_INT64_C(2));
    assert_ok(mws_db_send(site->call));
    assert_ok(mws_db_send(site->call)); /* nothing more */
    mws_db_queue(site->call, &count_rows, &count, "");
    assert_ok(mws_db_run(site->call));
    assert_true(mws_row_int(second, 0, 0) == 2);
    assert_true(mws_row_int(count, 0, 0) == 1);

    assert_ok(send_row(site->call, 2));
    assert_ok(mws_db_commit(site->call));
    assert_true(one_int(site->call, &count_rows) == 2);
    assert_ok(mws_db_query(site->call, &delete_rows, NULL, ""));
    assert_int_equal(state_of(site).opened, 1);
    close_site(site);
}

/* Whatever was sent on is the error of the run after it, COMMIT's too; the connection is as good as
 * before. */
static void test_send_error(void **state)
{
    site_t      *site = open_site(&preset);
    apr_int64_t  pid = one_int(site->call, &echo_pid);
    mws_error_t *err;
    int          commits;

    site->call->writes = 1;
    for (commits = 0; commits < 2; commits++) {
        assert_ok(mws_db_begin(site->call));
        assert_ok(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "one"));
        mws_db_queue(site->call, &divide, NULL, "i", APR_INT64_C(0));
        assert_ok(mws_db_send(site->call));
        mws_db_queue(site->call, &bad_number, NULL, "s", "x");
        assert_ok(mws_db_send(site->call));
        err = commits ? mws_db_commit(site->call)
                      : mws_db_query(site->call, &echo_text, NULL, "s", "x");
        assert_err(err, MWS_DB_WRITE);
        assert_non_null(strstr(err->detail, "divide"));
        mws_db_rollback(site->call);
        assert_true(one_int(site->call, &count_rows) == 0);
    }
    assert_true(one_int(site->call, &echo_pid) == pid);
    close_site(site);
}

/* What is forgotten is what was not sent on; after it the transaction goes on, or back. */
static void test_send_forgotten(void **state)
{
    site_t     *site = open_site(&preset);
    apr_int64_t pid = one_int(site->call, &echo_pid);

    site->call->writes = 1;
    begin(site->call);
    assert_ok(send_row(site->call, 1));
    mws_db_queue(site->call, &insert_row, NULL, "is", APR_INT64_C(2), "not sent");
    mws_db_forget(site->call);
    assert_true(one_int(site->call, &count_rows) == 1);

    assert_ok(send_row(site->call, 3));
    mws_db_rollback(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);

    begin(site->call);
    assert_ok(send_row(site->call, 4));
    mws_db_release(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);
    assert_true(one_int(site->call, &echo_pid) == pid);
    close_site(site);
}

/* Both sides have more to say than the sockets hold, and only one listens. */
static void test_send_much(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows, *lengths[4];
    char       *text = apr_palloc(site->call->pool, (4 << 20) + 1);
    int         i;

    memset(text, 'y', 4 << 20);
    text[4 << 20] = '\0';
    begin(site->call);
    mws_db_queue(site->call, &many_rows, &rows, "i", APR_INT64_C(20000));
    assert_ok(mws_db_send(site->call));
    for (i = 0; i < 4; i++) {
        mws_db_queue(site->call, &length_of, &lengths[i], "s", text);
        assert_ok(mws_db_send(site->call));
    }
    assert_ok(mws_db_commit(site->call));
    assert_int_equal(mws_rows_count(rows), 20000);
    for (i = 0; i < 4; i++) {
        assert_int_equal(mws_row_int(lengths[i], 0, 0), 4 << 20);
    }
    close_site(site);
}

static void test_killed_after_send(void **state)
{
    site_t      *site = open_site(&preset);
    mws_error_t *err = NULL;
    apr_int64_t  pid;
    int          i;

    site->call->writes = 1;
    pid = begin(site->call);
    assert_ok(send_row(site->call, 1));
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    for (i = 0; !err && i < 3; i++) {
        err = send_row(site->call, 2);
    }
    err = err ? err : mws_db_query(site->call, &echo_pid, NULL, "");
    assert_err(err, MWS_DB_CONNECTION);
    mws_db_rollback(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);
    assert_int_equal(state_of(site).retried, 0);
    close_site(site);
}

/* ---- connections that die ---- */

static void test_killed_while_idle(void **state)
{
    site_t     *site = open_site(&preset);
    apr_int64_t pid = one_int(site->call, &echo_pid);

    mws_db_release(site->call);
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    site->call->writes = 1; /* nothing was sent: a call that writes is served too */
    assert_true(one_int(site->call, &echo_pid) != pid);
    assert_int_equal(state_of(site).opened, 2);
    close_site(site);
}

static void test_killed_while_leased(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;
    apr_int64_t pid = one_int(site->call, &echo_pid);

    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    mws_db_queue(site->call, &echo_text, &rows, "s", "again");
    mws_db_queue(site->call, &count_rows, NULL, "");
    assert_ok(mws_db_run(site->call));
    assert_string_equal(mws_row_text(rows, 0, 0), "again");
    assert_int_equal(state_of(site).retried, 1);

    pid = one_int(site->call, &echo_pid);
    site->call->writes = 1;
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    assert_non_null(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "lost"));
    assert_true(one_int(site->call, &count_rows) == 0);
    close_site(site);
}

static void test_killed_in_transaction(void **state)
{
    site_t     *site = open_site(&preset);
    apr_int64_t pid;

    site->call->writes = 1;
    pid = begin(site->call);
    assert_ok(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "lost"));
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    assert_err(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(2), "lost"),
               MWS_DB_CONNECTION);
    assert_err(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(3), "lost"),
               MWS_DB_CONNECTION); /* not alone, outside the transaction that is no more */
    assert_non_null(mws_db_commit(site->call));
    mws_db_rollback(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);
    close_site(site);
}

/* A batch that opens a transaction can be run again, even by a call that writes. */
static void test_killed_at_begin(void **state)
{
    site_t     *site = open_site(&preset);
    apr_int64_t pid = one_int(site->call, &echo_pid);

    site->call->writes = 1;
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "kept"));
    assert_ok(mws_db_commit(site->call));
    assert_true(one_int(site->call, &count_rows) == 1);
    assert_ok(mws_db_query(site->call, &delete_rows, NULL, ""));
    close_site(site);
}

static void test_unknown_outcome(void **state)
{
    site_t      *site = open_site(&preset);
    apr_int64_t  pid;
    mws_error_t *err;

    site->call->writes = 1;
    pid = begin(site->call);
    in_other("SELECT pg_terminate_backend(%d)", (int)pid);
    apr_sleep(apr_time_from_msec(100));
    err = mws_db_commit(site->call);
    assert_err(err, MWS_DB_WRITE);
    assert_non_null(strstr(err->detail, "unknown"));
    assert_int_equal(state_of(site).retried, 0);
    close_site(site);
}

/* Dies at each repetition: told, and not tried for ever. */
static void test_killed_twice(void **state)
{
    site_t *site = open_site(&preset);

    assert_err(mws_db_query(site->call, &kill_self, NULL, ""), MWS_DB_CONNECTION);
    assert_int_equal(state_of(site).retried, 1);
    assert_true(one_int(site->call, &echo_pid) > 0);
    close_site(site);
}

/* A table changed under a prepared statement. */
static void test_changed_table(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;

    assert_ok(mws_db_query(site->call, &rows_of, &rows, ""));
    assert_ok(mws_db_query(site->call, &rows_of, &rows, ""));
    in_other("ALTER TABLE t_db_test ADD COLUMN more text");
    site->call->writes = 1;
    assert_ok(mws_db_query(site->call, &rows_of, &rows, ""));
    assert_int_equal(state_of(site).retried, 1);
    in_other("ALTER TABLE t_db_test DROP COLUMN more");
    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_query(site->call, &rows_of, &rows, ""));
    assert_ok(mws_db_commit(site->call));
    close_site(site);
}

/* ---- bounds ---- */

static void test_busy(void **state)
{
    mws_settings_t settings = preset;
    mws_error_t   *err;
    mws_call_t    *second;
    site_t        *site;
    apr_time_t     start;

    settings.connections = 1;
    settings.wait_ms = 150;
    site = open_site(&settings);
    second = make_call(site);
    assert_true(one_int(site->call, &echo_pid) > 0);
    start = apr_time_now();
    err = mws_db_query(second, &echo_pid, NULL, "");
    assert_err(err, MWS_BUSY);
    assert_int_equal(err->retry_after, 1);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 140, 1000);
    mws_db_release(site->call);
    assert_true(one_int(second, &echo_pid) > 0);
    end_call(second);
    close_site(site);
}

/* The server takes no connection more, though the child might have some: calls share what there is. */
static void test_server_full(void **state)
{
    mws_settings_t settings = preset;
    mws_call_t    *second;
    site_t        *site;
    mws_error_t   *refused, *shared;

    settings.wait_ms = 1500;
    site = open_site(&settings);
    second = make_call(site);
    assert_true(one_int(site->call, &echo_pid) > 0);
    in_other("ALTER DATABASE \"%s\" CONNECTION LIMIT 0", PQdb(other));
    refused = mws_db_query(second, &echo_pid, NULL, "");
    mws_db_release(site->call);
    shared = mws_db_query(second, &echo_pid, NULL, "");
    in_other("ALTER DATABASE \"%s\" CONNECTION LIMIT -1", PQdb(other));
    assert_err(refused, MWS_BUSY);
    assert_ok(shared);
    assert_int_equal(state_of(site).opened, 1);
    end_call(second);
    close_site(site);
}

/* A pool that ends gives back what its call forgot to. */
static void test_safety_net(void **state)
{
    site_t     *site = open_site(&preset);
    mws_call_t *second = make_call(site);
    apr_int64_t pid = one_int(second, &echo_pid);

    assert_int_equal(state_of(site).idle, 0);
    apr_pool_destroy(second->pool);
    assert_int_equal(state_of(site).idle, 1);
    second = make_call(site);
    assert_ok(mws_db_begin(second));
    assert_true(one_int(second, &echo_pid) == pid);
    apr_pool_destroy(second->pool); /* in a transaction: closed */
    assert_int_equal(state_of(site).open, 0);
    close_site(site);
}

static void test_statement_timeout(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site;
    apr_time_t     start = apr_time_now();

    settings.statement_ms = 200;
    site = open_site(&settings);
    assert_err(mws_db_query(site->call, &nap, NULL, "f", 10.0), MWS_DB_TIMEOUT);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 150, 1100);
    assert_true(one_int(site->call, &echo_pid) > 0);
    assert_int_equal(state_of(site).opened, 1);
    close_site(site);
}

/* The server's own time-out is not to be had: the thread comes back all the same. */
static void test_silent_server(void **state)
{
    mws_settings_t settings = preset;
    SQL(no_limit, "SET statement_timeout = 0");
    site_t    *site;
    apr_time_t start = apr_time_now();

    settings.statement_ms = 200;
    site = open_site(&settings);
    assert_ok(mws_db_query(site->call, &no_limit, NULL, ""));
    assert_err(mws_db_query(site->call, &nap, NULL, "f", 3.0), MWS_DB_TIMEOUT);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 1100, 2500);
    assert_true(one_int(site->call, &echo_pid) > 0);
    assert_int_equal(state_of(site).opened, 2);
    close_site(site);
}

static void test_life(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site;
    apr_int64_t    pid;

    settings.life_s = 1;
    site = open_site(&settings);
    pid = one_int(site->call, &echo_pid);
    mws_db_release(site->call);
    assert_true(one_int(site->call, &echo_pid) == pid);
    mws_db_release(site->call);
    apr_sleep(apr_time_from_msec(1200));
    assert_true(one_int(site->call, &echo_pid) != pid);
    close_site(site);
}

/* A port on which somebody listens who never says a word. */
static int listen_silently(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          len = sizeof(address);
    int                fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 64), 0);
    getsockname(fd, (struct sockaddr *)&address, &len);
    *port = ntohs(address.sin_port);
    return fd;
}

static void test_black_hole(void **state)
{
    mws_settings_t settings = preset;
    mws_error_t   *err;
    site_t        *site;
    apr_time_t     start = apr_time_now();
    int            port, fd = listen_silently(&port);

    settings.database = apr_psprintf(pool, "host=127.0.0.1 port=%d dbname=x user=x", port);
    settings.connect_ms = 300;
    site = open_site(&settings);
    err = mws_db_query(site->call, &echo_pid, NULL, "");
    assert_err(err, MWS_DB_CONNECTION);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 290, 1000);

    start = apr_time_now(); /* told so at once, for a while */
    assert_err(mws_db_query(site->call, &echo_pid, NULL, ""), MWS_DB_CONNECTION);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 0, 100);
    assert_int_equal(state_of(site).failed, 1);
    assert_int_equal(state_of(site).open, 0);
    apr_sleep(apr_time_from_msec(600));
    assert_err(mws_db_query(site->call, &echo_pid, NULL, ""), MWS_DB_CONNECTION);
    assert_int_equal(state_of(site).failed, 2);
    close(fd);
    close_site(site);
}

/* Of several hosts, one that is silent does not use up the time of the next. */
static void test_several_hosts(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site;
    int            port, fd = listen_silently(&port);

    settings.database =
        apr_psprintf(pool,
                     "host=127.0.0.1,%s port=%d,%s dbname=%s user=%s password='%s'"
                     " target_session_attrs=read-write",
                     PQhost(other), port, PQport(other), PQdb(other), PQuser(other), PQpass(other));
    settings.connect_ms = 1000;
    site = open_site(&settings);
    assert_true(one_int(site->call, &echo_pid) > 0);
    close(fd);
    close_site(site);
}

static void test_nobody_there(void **state)
{
    mws_settings_t settings = preset;
    mws_error_t   *err;
    site_t        *site;
    int            port, fd = listen_silently(&port);

    close(fd);
    settings.database = apr_psprintf(pool, "host=127.0.0.1 port=%d dbname=x user=x", port);
    site = open_site(&settings);
    err = mws_db_query(site->call, &echo_pid, NULL, "");
    assert_err(err, MWS_DB_CONNECTION);
    assert_null(strchr(err->detail, '\n'));
    close_site(site);

    settings.database = "host=127.0.0.1 password=half and'half";
    site = open_site(&settings);
    err = mws_db_query(site->call, &echo_pid, NULL, "");
    assert_err(err, MWS_DB_CONNECTION);
    assert_null(strstr(err->detail, "half"));
    close_site(site);
}

static void test_stop(void **state)
{
    site_t *site = open_site(&preset);

    assert_true(one_int(site->call, &echo_pid) > 0);
    mws_db_stop(site->child.db);
    assert_non_null(mws_db_query(site->call, &nap, NULL, "f", 5.0));
    assert_err(mws_db_query(site->call, &echo_pid, NULL, ""), MWS_DB_CONNECTION);
    close_site(site);
}

/* ---- transactions ---- */

static void test_transactions(void **state)
{
    site_t     *site = open_site(&preset);
    mws_rows_t *rows;

    site->call->writes = 1;
    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_commit(site->call)); /* of nothing */
    assert_int_equal(state_of(site).open, 0);

    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_query(site->call, &insert_row, &rows, "is", APR_INT64_C(1), "one"));
    assert_true(mws_rows_changed(rows) == 1);
    mws_db_rollback(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);

    assert_ok(mws_db_begin(site->call));
    mws_db_queue(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "one");
    mws_db_queue(site->call, &insert_row, NULL, "is", APR_INT64_C(2), "two");
    assert_ok(mws_db_commit(site->call)); /* runs what is queued, too */
    assert_true(one_int(site->call, &count_rows) == 2);

    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(3), "three"));
    mws_db_release(site->call); /* rolls back */
    assert_int_equal(state_of(site).idle, 1);
    assert_true(one_int(site->call, &count_rows) == 2);

    assert_ok(mws_db_begin(site->call));
    assert_err(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "twice"),
               MWS_DB_DUPLICATE);
    assert_err(mws_db_commit(site->call), MWS_DB_WRITE);
    assert_ok(mws_db_query(site->call, &delete_rows, NULL, ""));
    close_site(site);
}

static int rows_counted(void)
{
    PGresult *result =
        PQexec(other, "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 't_db_test'");
    int rows = atoi(PQgetvalue(result, 0, 0));

    PQclear(result);
    return rows;
}

/* What a transaction has changed is counted when it ends, and not when its session does. */
static void test_counted(void **state)
{
    site_t *site = open_site(&preset);
    int     before, round;

    site->call->writes = 1;
    for (round = 0; round < 3; round++) {
        before = rows_counted();
        assert_ok(mws_db_begin(site->call));
        assert_ok(mws_db_query(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "one"));
        assert_ok(mws_db_query(site->call, &delete_rows, NULL, ""));
        assert_ok(mws_db_commit(site->call));
        apr_sleep(apr_time_from_msec(20));
        assert_int_equal(rows_counted(), before + 1);
    }
    close_site(site);
}

static void assert_plans(mws_call_t *call, const char *mode)
{
    mws_rows_t *rows;

    assert_ok(mws_db_query(call, &echo_plans, &rows, ""));
    assert_string_equal(mws_row_text(rows, 0, 0), mode);
}

/* Plans are made for what they are given from the first long array of a transaction on. */
static void test_plans(void **state)
{
    site_t    *site = open_site(&preset);
    mws_ids_t *ids = mws_ids_make(site->call->pool);
    int        round;

    for (round = 0; round < 2; round++) {
        assert_ok(mws_db_begin(site->call));
        assert_plans(site->call, "force_generic_plan");
        while (ids->count < 10) {
            mws_ids_add(ids, ids->count);
        }
        assert_ok(mws_db_query(site->call, &unnest_ids, NULL, "I", ids));
        assert_plans(site->call, "force_generic_plan");
        mws_ids_add(ids, 10);
        assert_ok(mws_db_query(site->call, &unnest_ids, NULL, "I", ids));
        assert_plans(site->call, "force_custom_plan");
        assert_ok(mws_db_commit(site->call));
        assert_ok(mws_db_query(site->call, &unnest_ids, NULL, "I", ids));
        assert_plans(site->call, "force_generic_plan");
        ids->count = 0;
    }
    close_site(site);
}

static void test_deferred_constraint(void **state)
{
    site_t      *site = open_site(&preset);
    mws_error_t *err;

    site->call->writes = 1;
    assert_ok(mws_db_begin(site->call));
    assert_ok(mws_db_query(site->call, &insert_child, NULL, "ii", APR_INT64_C(1), APR_INT64_C(9)));
    err = mws_db_commit(site->call);
    assert_err(err, MWS_DB_WRITE);
    assert_non_null(strstr(err->detail, "23503"));
    assert_non_null(strstr(err->detail, "t_db_test_parent"));
    mws_db_rollback(site->call);
    assert_true(one_int(site->call, &count_rows) == 0);

    /* and where a statement stands alone */
    err = mws_db_query(site->call, &insert_child, NULL, "ii", APR_INT64_C(1), APR_INT64_C(9));
    assert_err(err, MWS_DB_WRITE);
    assert_non_null(strstr(err->detail, "23503"));
    assert_true(one_int(site->call, &count_rows) == 0);
    close_site(site);
}

static void test_read_only(void **state)
{
    site_t *site = open_site(&preset);

    assert_ok(mws_db_begin(site->call));
    mws_db_queue(site->call, &only_read, NULL, "");
    mws_db_queue(site->call, &insert_row, NULL, "is", APR_INT64_C(1), "no");
    assert_err(mws_db_run(site->call), MWS_READ_ONLY);
    close_site(site);
}

/* ---- threads ---- */

/* What one thread asks: QUERIES calls, now and then one whose connection dies. */
typedef struct {
    site_t *site;
    int     wrong;
} asker_t;

static void *APR_THREAD_FUNC ask_often(apr_thread_t *thread, void *baton)
{
    asker_t    *asker = baton;
    apr_int64_t i;

    for (i = 0; i < QUERIES; i++) {
        mws_call_t  call = *asker->site->call;
        mws_rows_t *rows, *more;

        call.lease = NULL;
        apr_pool_create(&call.pool, NULL);
        mws_db_queue(&call, &echo_int, &rows, "i", i);
        mws_db_queue(&call, &many_rows, &more, "i", i % 5);
        if (mws_db_run(&call) || mws_row_int(rows, 0, 0) != i || mws_rows_count(more) != i % 5) {
            asker->wrong++;
        }
        if (i % 50 == 25) {
            mws_db_query(&call, &kill_self, NULL, "");
        }
        mws_db_release(&call);
        apr_pool_destroy(call.pool);
    }
    return NULL;
}

static void test_threads(void **state)
{
    mws_settings_t settings = preset;
    apr_thread_t  *threads[THREADS];
    asker_t        askers[THREADS];
    site_t        *site;
    int            i;

    settings.wait_ms = 30000;
    site = open_site(&settings);
    for (i = 0; i < THREADS; i++) {
        askers[i] = (asker_t){.site = site};
        assert_int_equal(apr_thread_create(&threads[i], NULL, ask_often, &askers[i], site->pool),
                         APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        apr_status_t ignored;

        apr_thread_join(&ignored, threads[i]);
        assert_int_equal(askers[i].wrong, 0);
    }
    assert_in_range(state_of(site).open, 1, CONNECTIONS);
    assert_int_equal(state_of(site).open, state_of(site).idle);
    close_site(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_pipeline),
        cmocka_unit_test(test_error_in_pipeline),
        cmocka_unit_test(test_syntax_error),
        cmocka_unit_test(test_big_result),
        cmocka_unit_test(test_big_parameters),
        cmocka_unit_test(test_send),
        cmocka_unit_test(test_send_error),
        cmocka_unit_test(test_send_forgotten),
        cmocka_unit_test(test_send_much),
        cmocka_unit_test(test_killed_after_send),
        cmocka_unit_test(test_killed_while_idle),
        cmocka_unit_test(test_killed_while_leased),
        cmocka_unit_test(test_killed_in_transaction),
        cmocka_unit_test(test_killed_at_begin),
        cmocka_unit_test(test_unknown_outcome),
        cmocka_unit_test(test_killed_twice),
        cmocka_unit_test(test_changed_table),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_server_full),
        cmocka_unit_test(test_safety_net),
        cmocka_unit_test(test_statement_timeout),
        cmocka_unit_test(test_silent_server),
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_black_hole),
        cmocka_unit_test(test_several_hosts),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_transactions),
        cmocka_unit_test(test_counted),
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_deferred_constraint),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_threads),
    };
    const char *dsn = getenv("MWS_TEST_DSN");
    int         failed;

    if (!dsn) {
        fputs("MWS_TEST_DSN names no database\n", stderr);
        return 1;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    preset = (mws_settings_t){.database = dsn,
                              .prefix = "t_",
                              .connect_ms = 3000,
                              .wait_ms = 2000,
                              .statement_ms = 30000,
                              .life_s = 3600};
    other = PQconnectdb(dsn);
    if (PQstatus(other) != CONNECTION_OK) {
        fputs(PQerrorMessage(other), stderr);
        return 1;
    }
    PQclear(PQexec(other, "SET client_min_messages = error;"
                          "DROP TABLE IF EXISTS t_db_test;"
                          "CREATE TABLE t_db_test (id bigint PRIMARY KEY, name text, parent bigint"
                          " CONSTRAINT t_db_test_parent REFERENCES t_db_test DEFERRABLE"
                          " INITIALLY DEFERRED)"));
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    PQclear(PQexec(other, "DROP TABLE t_db_test"));
    PQfinish(other);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
