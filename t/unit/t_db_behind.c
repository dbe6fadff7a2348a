/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_db_behind.c -- what is written behind the answer, with a real server.
 *
 * Needs a database that it may make tables of its own in: MWS_TEST_DSN.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mws_escape.h"
#include "lib/site/mws_access.h"
#include "lib/site/mws_behind.h"
#include "lib/site/mws_site.h"

enum { THREADS = 4, EVENTS = 3000 };

static apr_pool_t    *pool;
static mws_settings_t preset;
static PGconn        *other;

static const char tables[] =
    "SET client_min_messages = error;"
    "DROP TABLE IF EXISTS beh_external_functions, beh_external_services_functions, beh_config, beh_config_plugins, beh_capabilities, beh_role_capabilities,"
    "  beh_context, beh_course, beh_logstore_standard_log, beh_external_tokens;"
    "CREATE TABLE beh_config (name text, value text);"
    "CREATE TABLE beh_config_plugins (plugin text, name text, value text);"
    "CREATE TABLE beh_external_functions (id bigint, name text, component text);"
    "CREATE TABLE beh_external_services_functions (externalserviceid bigint, functionname text);"
    "CREATE TABLE beh_capabilities (name text, captype text, riskbitmask bigint);"
    "CREATE TABLE beh_role_capabilities (capability text, roleid bigint, contextid bigint,"
    "  permission bigint);"
    "CREATE TABLE beh_context (id bigint, contextlevel bigint, instanceid bigint, path text,"
    "  locked smallint);"
    "CREATE TABLE beh_course (id bigint, category bigint, fullname text);"
    "CREATE TABLE beh_external_tokens (id bigint, lastaccess bigint);"
    "CREATE TABLE beh_logstore_standard_log (id bigserial, eventname varchar(255) NOT NULL,"
    "  component varchar(100) NOT NULL, action varchar(100) NOT NULL, target varchar(100) NOT NULL,"
    "  objecttable varchar(50), objectid bigint, crud varchar(1) NOT NULL,"
    "  edulevel smallint NOT NULL, contextid bigint NOT NULL, contextlevel bigint NOT NULL,"
    "  contextinstanceid bigint NOT NULL, userid bigint NOT NULL, courseid bigint,"
    "  relateduserid bigint, anonymous smallint NOT NULL, other text, timecreated bigint NOT NULL,"
    "  origin varchar(10), ip varchar(45), realuserid bigint);"
    "INSERT INTO beh_config VALUES ('siteguest', '1');"
    "INSERT INTO beh_config_plugins VALUES ('tool_log', 'enabled_stores', 'x,logstore_standard');"
    "INSERT INTO beh_context VALUES (7, 10, 0, '/7', 0), (8, 50, 1, '/7/8', 0);"
    "INSERT INTO beh_course VALUES (1, 0, 'Site');";

/* What was written to the error log: how many lines, and the last. */
typedef struct {
    apr_thread_mutex_t *lock;
    int                 lines;
    char                last[512];
} diary_t;

static void note_line(void *baton, int level, apr_status_t status, const char *message)
{
    diary_t *diary = baton;

    apr_thread_mutex_lock(diary->lock);
    if (level <= MWS_LOG_WARNING) {
        diary->lines++;
        apr_cpystrn(diary->last, message, sizeof(diary->last));
    }
    apr_thread_mutex_unlock(diary->lock);
}

/* A child with one call. */
typedef struct {
    apr_pool_t    *pool, *child_pool;
    mws_settings_t settings;
    mws_child_t    child;
    mws_call_t     call;
    diary_t        diary;
    mws_log_t      log;
} site_t;

static int lines_of(site_t *site)
{
    int lines;

    apr_thread_mutex_lock(site->diary.lock);
    lines = site->diary.lines;
    apr_thread_mutex_unlock(site->diary.lock);
    return lines;
}

static PGresult *ask(const char *fmt, ...)
{
    va_list   args;
    PGresult *result;

    va_start(args, fmt);
    result = PQexec(other, apr_pvsprintf(pool, fmt, args));
    va_end(args);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s", PQerrorMessage(other));
    }
    return result;
}

static const char *answer(const char *sql)
{
    PGresult   *result = ask("%s", sql);
    const char *text = apr_pstrdup(pool, PQgetvalue(result, 0, 0));

    PQclear(result);
    return text;
}

static site_t *open_site(const mws_settings_t *settings)
{
    apr_pool_t *p;
    site_t     *site;

    PQclear(ask("TRUNCATE beh_logstore_standard_log, beh_external_tokens RESTART IDENTITY"));
    apr_pool_create(&p, pool);
    site = apr_pcalloc(p, sizeof(*site));
    site->pool = p;
    apr_thread_mutex_create(&site->diary.lock, APR_THREAD_MUTEX_DEFAULT, p);
    site->log = (mws_log_t){.write = note_line, .baton = &site->diary, .level = MWS_LOG_TRACE4};
    site->settings = *settings;
    apr_pool_create(&site->child_pool, p);
    site->child.pool = site->child_pool;
    site->child.settings = &site->settings;
    site->child.log = &site->log;
    site->child.db = mws_db_make(site->child_pool, &site->settings, &site->log, 2);
    site->child.site_cache = mws_site_cache_make(site->child_pool, &site->settings);
    site->child.behind = mws_behind_start(&site->child);
    assert_non_null(site->child.behind);
    apr_pool_create(&site->call.pool, p);
    site->call.child = &site->child;
    site->call.settings = &site->settings;
    site->call.log = &site->log;
    site->call.now = 1700000000;
    site->call.origin = "ws";
    site->call.address = "192.0.2.1";
    return site;
}

/* The same, where the server is there: with its settings taken. */
static site_t *open_settled_site(const mws_settings_t *settings)
{
    site_t *site = open_site(settings);

    assert_null(mws_site_take(&site->call));
    mws_db_release(&site->call);
    return site;
}

/* The child ends; what was waiting is written by then. */
static void end_child(site_t *site)
{
    apr_pool_destroy(site->call.pool);
    apr_pool_destroy(site->child_pool);
}

static void close_site(site_t *site)
{
    end_child(site);
    apr_pool_destroy(site->pool);
}

static const mws_event_t called = {.name = "webservice_function_called",
                                   .crud = 'r',
                                   .userid = 5,
                                   .other = "{\"function\":\"x\"}"};

static void test_columns(void **state)
{
    site_t           *site = open_settled_site(&preset);
    const mws_event_t member = {.name = "group_member_added",
                                .crud = 'c',
                                .edulevel = 2,
                                .objecttable = "groups",
                                .objectid = 101,
                                .contextid = 8,
                                .contextlevel = 50,
                                .contextinstanceid = 1,
                                .userid = 5,
                                .courseid = 1,
                                .relateduserid = 9};

    mws_behind_event(&site->call, &called);
    mws_behind_event(&site->call, &member);
    close_site(site);
    assert_string_equal(
        answer("SELECT row_to_json(l)::text FROM beh_logstore_standard_log l"
               " WHERE id = 1"),
        "{\"id\":1,\"eventname\":\"\\\\core\\\\event\\\\webservice_function_called\","
        "\"component\":\"core\",\"action\":\"called\","
        "\"target\":\"webservice_function\",\"objecttable\":null,\"objectid\":null,"
        "\"crud\":\"r\",\"edulevel\":0,\"contextid\":7,\"contextlevel\":10,"
        "\"contextinstanceid\":0,\"userid\":5,\"courseid\":0,"
        "\"relateduserid\":null,\"anonymous\":0,"
        "\"other\":\"{\\\"function\\\":\\\"x\\\"}\",\"timecreated\":1700000000,"
        "\"origin\":\"ws\",\"ip\":\"192.0.2.1\",\"realuserid\":null}");
    assert_string_equal(answer("SELECT row_to_json(l)::text FROM beh_logstore_standard_log l"
                               " WHERE id = 2"),
                        "{\"id\":2,\"eventname\":\"\\\\core\\\\event\\\\group_member_added\","
                        "\"component\":\"core\",\"action\":\"added\",\"target\":\"group_member\","
                        "\"objecttable\":\"groups\",\"objectid\":101,\"crud\":\"c\","
                        "\"edulevel\":2,\"contextid\":8,\"contextlevel\":50,"
                        "\"contextinstanceid\":1,\"userid\":5,\"courseid\":1,\"relateduserid\":9,"
                        "\"anonymous\":0,\"other\":\"null\",\"timecreated\":1700000000,"
                        "\"origin\":\"ws\",\"ip\":\"192.0.2.1\",\"realuserid\":null}");
}

static int wait_for(const char *sql, const char *expected, int ms)
{
    for (; ms > 0; ms -= 20) {
        if (strcmp(answer(sql), expected) == 0) {
            return 1;
        }
        apr_sleep(apr_time_from_msec(20));
    }
    return 0;
}

/* Rows come without the child's end, too. */
static void test_delay(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site;
    int            i;

    settings.log_delay_ms = 200;
    site = open_settled_site(&settings);
    for (i = 0; i < 10; i++) {
        mws_behind_event(&site->call, &called);
    }
    apr_sleep(apr_time_from_msec(50));
    assert_string_equal(answer("SELECT count(*) FROM beh_logstore_standard_log"), "0");
    assert_true(wait_for("SELECT count(*) FROM beh_logstore_standard_log", "10", 2000));
    close_site(site);
}

/* lastaccess only goes forward. */
static void test_tokens(void **state)
{
    site_t *site = open_settled_site(&preset);

    PQclear(ask("INSERT INTO beh_external_tokens VALUES (1, NULL), (2, 1600000000),"
                " (3, 1800000000), (4, NULL)"));
    mws_behind_token_used(&site->call, 1);
    mws_behind_token_used(&site->call, 2);
    mws_behind_token_used(&site->call, 3);
    mws_behind_token_used(&site->call, 99);
    site->call.now += 70;
    mws_behind_token_used(&site->call, 2);
    site->call.now -= 10;
    mws_behind_token_used(&site->call, 2);
    close_site(site);
    assert_string_equal(answer("SELECT string_agg(id || ':' || lastaccess, ' ' ORDER BY id)"
                               "  FROM beh_external_tokens"),
                        "1:1700000000 2:1700000070 3:1800000000");
}

/* The settings of site and server that say whether there is a row. */
static void test_settings(void **state)
{
    static const struct {
        const char *log_store;
        int         read_only;
        const char *stores, *logguests;
        int         userid, rows, lines;
    } cases[] = {
        {"db", 0, "logstore_standard", "1", 5, 1, 0},
        {"db", 0, "logstore_standard", NULL, 0, 1, 0},
        {"db", 0, "logstore_standard", "0", 5, 1, 0},
        {"db", 0, "logstore_standard", "0", 0, 0, 0},
        {"db", 0, "logstore_standard", "0", 1, 0, 0},
        {"db", 0, "logstore_standard", "1", 1, 1, 0},
        {"db", 0, "a,logstore_standard,b", "1", 5, 1, 0},
        {"db", 0, "logstore_standardx", "1", 5, 0, 0},
        {"db", 0, "", "1", 5, 0, 0},
        {"db", 0, NULL, "1", 5, 0, 0},
        {"db", 1, "logstore_standard", "1", 5, 0, 0},
        {"off", 0, "logstore_standard", "1", 5, 0, 0},
        {"error", 0, "logstore_standard", "1", 5, 0, 1},
        {"error", 1, "logstore_standard", "1", 5, 0, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        mws_settings_t settings = preset;
        mws_event_t    event = called;
        site_t        *site;

        PQclear(ask("DELETE FROM beh_config_plugins"));
        if (cases[i].stores) {
            PQclear(
                ask("INSERT INTO beh_config_plugins VALUES ('tool_log', 'enabled_stores', '%s')",
                    cases[i].stores));
        }
        if (cases[i].logguests) {
            PQclear(ask("INSERT INTO beh_config_plugins VALUES ('logstore_standard', 'logguests',"
                        " '%s')",
                        cases[i].logguests));
        }
        settings.log_store = cases[i].log_store;
        settings.read_only = cases[i].read_only;
        event.userid = cases[i].userid;
        site = open_settled_site(&settings);
        PQclear(ask("INSERT INTO beh_external_tokens VALUES (1, NULL)"));
        mws_behind_event(&site->call, &event);
        mws_behind_token_used(&site->call, 1);
        end_child(site);
        assert_int_equal(atoi(answer("SELECT count(*) FROM beh_logstore_standard_log")),
                         cases[i].rows);
        assert_int_equal(atoi(answer("SELECT count(lastaccess) FROM beh_external_tokens")),
                         !cases[i].read_only);
        assert_int_equal(site->diary.lines, cases[i].lines);
        apr_pool_destroy(site->pool);
    }
    PQclear(ask("DELETE FROM beh_config_plugins; INSERT INTO beh_config_plugins"
                " VALUES ('tool_log', 'enabled_stores', 'logstore_standard')"));
}

/* While the table cannot be written to, rows wait; beyond the bound they are dropped, and that is
 * told once. */
static void test_outage(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site;
    int            i;

    settings.log_queue = 100;
    settings.statement_ms = 100;
    site = open_settled_site(&settings);
    PQclear(ask("BEGIN; LOCK TABLE beh_logstore_standard_log"));
    for (i = 0; i < 150; i++) {
        mws_behind_event(&site->call, &called);
    }
    apr_sleep(apr_time_from_msec(900));
    assert_int_equal(lines_of(site), 1);
    assert_non_null(strstr(site->diary.last, "100 wait and 50 were dropped"));
    PQclear(ask("COMMIT"));
    assert_true(wait_for("SELECT count(*) FROM beh_logstore_standard_log", "100", 5000));
    mws_behind_event(&site->call, &called);
    close_site(site);
    assert_string_equal(answer("SELECT count(*) FROM beh_logstore_standard_log"), "101");
}

/* What the database refuses for good does not stand in the way of the rest. */
static void test_refused_rows(void **state)
{
    site_t     *site = open_settled_site(&preset);
    mws_event_t broken = called;

    broken.other = "\xff";
    mws_behind_event(&site->call, &broken);
    apr_sleep(apr_time_from_msec(300));
    mws_behind_event(&site->call, &called);
    end_child(site);
    assert_string_equal(answer("SELECT count(*) FROM beh_logstore_standard_log"), "1");
    assert_int_equal(site->diary.lines, 1);
    assert_non_null(strstr(site->diary.last, "1 were dropped"));
    apr_pool_destroy(site->pool);
}

/* A child does not hang at its end because the database does. */
static void test_end_in_outage(void **state)
{
    mws_settings_t settings = preset;
    site_t        *site = open_settled_site(&settings);
    apr_time_t     start;

    PQclear(ask("BEGIN; LOCK TABLE beh_logstore_standard_log"));
    mws_behind_event(&site->call, &called);
    apr_sleep(apr_time_from_msec(100));
    start = apr_time_now();
    end_child(site);
    assert_in_range(apr_time_as_msec(apr_time_now() - start), 1900, 2500);
    assert_non_null(strstr(site->diary.last, "1 were dropped"));
    PQclear(ask("COMMIT"));
    apr_pool_destroy(site->pool);
}

static void *APR_THREAD_FUNC raise_events(apr_thread_t *thread, void *baton)
{
    site_t    *site = baton;
    mws_call_t call = site->call;
    int        i;

    apr_pool_create(&call.pool, NULL);
    for (i = 0; i < EVENTS; i++) {
        mws_behind_event(&call, &called);
        mws_behind_token_used(&call, i % 3);
    }
    apr_pool_destroy(call.pool);
    return NULL;
}

static void test_threads(void **state)
{
    site_t       *site = open_settled_site(&preset);
    apr_thread_t *threads[THREADS];
    int           i;

    for (i = 0; i < THREADS; i++) {
        assert_int_equal(apr_thread_create(&threads[i], NULL, raise_events, site, site->pool),
                         APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        apr_status_t ignored;

        apr_thread_join(&ignored, threads[i]);
    }
    close_site(site);
    assert_int_equal(atoi(answer("SELECT count(*) FROM beh_logstore_standard_log")),
                     THREADS * EVENTS);
}

static void test_json(void **state)
{
    assert_string_equal(mws_json_text(pool, ""), "\"\"");
    assert_string_equal(mws_json_text(pool, "a/b \"c\" \\ \b\f\n\r\t \x01\x1f\x7f'<>&"),
                        "\"a\\/b \\\"c\\\" \\\\ \\b\\f\\n\\r\\t \\u0001\\u001f\x7f'<>&\"");
    assert_string_equal(mws_json_text(pool, "\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80"),
                        "\"\\u00e9\\u65e5\\ud83d\\ude00\"");
    assert_string_equal(mws_json_text(pool, "\xff"
                                            "a\xc3"),
                        "\"\\ufffda\\ufffd\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),       cmocka_unit_test(test_delay),
        cmocka_unit_test(test_tokens),        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_outage),        cmocka_unit_test(test_refused_rows),
        cmocka_unit_test(test_end_in_outage), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_json),
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
                              .prefix = "beh_",
                              .connect_ms = 3000,
                              .wait_ms = 2000,
                              .statement_ms = 30000,
                              .life_s = 3600,
                              .log_store = "db",
                              .log_queue = 1000000};
    preset.config = apr_table_make(pool, 1);
    other = PQconnectdb(dsn);
    PQclear(ask("%s", tables));
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    PQclear(ask(
        "DROP TABLE beh_external_functions, beh_external_services_functions, beh_config, beh_config_plugins, beh_capabilities,"
        " beh_role_capabilities, beh_context, beh_course, beh_logstore_standard_log,"
        " beh_external_tokens"));
    PQfinish(other);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
