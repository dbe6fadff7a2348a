/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_db_work.c -- the transaction of a call that writes, with a real server.
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
#include <apr_thread_proc.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/site/mws_site.h"
#include "lib/site/mws_work.h"

static apr_pool_t    *pool;
static mws_settings_t preset;
static mws_log_t      quiet;
static PGconn        *other;

static const char tables[] =
    "SET client_min_messages = error;"
    "DROP TABLE IF EXISTS wrk_external_functions, wrk_external_services_functions, wrk_config, wrk_config_plugins, wrk_capabilities,"
    "  wrk_role_capabilities, wrk_context, wrk_course, wrk_logstore_standard_log, wrk_cache_flags,"
    "  wrk_thing;"
    "CREATE TABLE wrk_config (name text, value text);"
    "CREATE TABLE wrk_config_plugins (plugin text, name text, value text);"
    "CREATE TABLE wrk_external_functions (id bigint, name text, component text);"
    "CREATE TABLE wrk_external_services_functions (externalserviceid bigint, functionname text);"
    "CREATE TABLE wrk_capabilities (name text, captype text, riskbitmask bigint);"
    "CREATE TABLE wrk_role_capabilities (capability text, roleid bigint, contextid bigint,"
    "  permission bigint);"
    "CREATE TABLE wrk_context (id bigint, contextlevel bigint, instanceid bigint, path text,"
    "  locked smallint);"
    "CREATE TABLE wrk_course (id bigint, category bigint, fullname text);"
    "CREATE TABLE wrk_logstore_standard_log (id bigserial, eventname text, component text,"
    "  action text, target text, objecttable text, objectid bigint, crud text, edulevel smallint,"
    "  contextid bigint, contextlevel bigint, contextinstanceid bigint, userid bigint,"
    "  courseid bigint, relateduserid bigint, anonymous smallint, other text, timecreated bigint,"
    "  origin text, ip text, realuserid bigint);"
    "CREATE TABLE wrk_cache_flags (id bigserial, flagtype text, name text, timemodified bigint,"
    "  value text, expiry bigint);"
    "CREATE TABLE wrk_thing (id bigserial, name text UNIQUE DEFERRABLE INITIALLY IMMEDIATE);"
    "INSERT INTO wrk_config VALUES ('siteguest', '1'), ('sessiontimeout', '600');"
    "INSERT INTO wrk_config_plugins VALUES ('tool_log', 'enabled_stores', 'logstore_standard');"
    "INSERT INTO wrk_context VALUES (7, 10, 0, '/7', 0), (8, 50, 1, '/7/8', 0);"
    "INSERT INTO wrk_course VALUES (1, 0, 'Site');";

SQL(make_thing, "INSERT INTO {thing} (name) VALUES ($1)");
SQL(touch_thing, "UPDATE {thing} SET name = name WHERE name = $1");
SQL(defer, "SET CONSTRAINTS ALL DEFERRED");
SQL(nonsense, "SELECT 1 / (SELECT count(*) FROM {thing} WHERE name = $1)");

static void ignore_line(void *baton, int level, apr_status_t status, const char *message)
{
}

static const char *answer(const char *sql)
{
    PGresult   *result = PQexec(other, sql);
    const char *text = "";

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s", PQerrorMessage(other));
    }
    if (PQntuples(result)) {
        text = apr_pstrdup(pool, PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return text;
}

#define THINGS "SELECT coalesce(string_agg(name, ' ' ORDER BY id), '') FROM wrk_thing"
#define EVENTS                                                                                     \
    "SELECT coalesce(string_agg(target || '/' || action, ' ' ORDER BY id), '')"                    \
    "  FROM wrk_logstore_standard_log"
#define FLAGS                                                                                      \
    "SELECT coalesce(string_agg(flagtype || '=' || name, ' ' ORDER BY flagtype, name), '')"        \
    "  FROM wrk_cache_flags"

/* A child with one call, whose caller is user 5. */
typedef struct {
    apr_pool_t  *pool;
    mws_child_t  child;
    mws_caller_t caller;
    mws_call_t   call;
} site_t;

static site_t *open_site(void)
{
    apr_pool_t *p;
    site_t     *site;

    apr_pool_create(&p, pool);
    site = apr_pcalloc(p, sizeof(*site));
    site->pool = p;
    site->child = (mws_child_t){.pool = p, .settings = &preset, .log = &quiet};
    site->child.db = mws_db_make(p, &preset, &quiet, 2);
    site->child.site_cache = mws_site_cache_make(p, &preset);
    site->caller.id = 5;
    site->call = (mws_call_t){.child = &site->child,
                              .settings = &preset,
                              .log = &quiet,
                              .now = 1700000000,
                              .origin = "ws",
                              .address = "192.0.2.1",
                              .caller = &site->caller,
                              .writes = 1};
    apr_pool_create(&site->call.pool, p);
    assert_null(mws_site_take(&site->call));
    mws_db_release(&site->call);
    return site;
}

static void close_site(site_t *site)
{
    mws_db_release(&site->call);
    apr_pool_destroy(site->pool);
}

static int empty_tables(void **state)
{
    answer("TRUNCATE wrk_thing, wrk_logstore_standard_log, wrk_cache_flags RESTART IDENTITY");
    return 0;
}

static void note(mws_call_t *call, const char *name)
{
    const mws_event_t event = {.name = name, .crud = 'c'};

    mws_event(call, &event);
}

/* What was done, its events and its marks come together; late events come last, a mark once. */
static void test_commit(void **state)
{
    site_t           *site = open_site();
    mws_call_t       *call = &site->call;
    const mws_event_t late = {.component = "mod_forum",
                              .name = "post_sent",
                              .crud = 'c',
                              .userid = 9,
                              .contextid = 8,
                              .contextlevel = 50,
                              .contextinstanceid = 1,
                              .other = "{}"};

    assert_null(mws_work_begin(call));
    assert_null(mws_db_query(call, &make_thing, NULL, "s", "one"));
    mws_event_late(call, &late);
    note(call, "thing_made");
    mws_dirty_user(call, 12);
    mws_dirty_user(call, 12);
    mws_dirty_preferences(call, 12);
    mws_dirty_context(call, "/7/8");
    assert_string_equal(answer(THINGS), "");
    assert_null(mws_work_end(call, NULL));
    close_site(site);
    assert_string_equal(answer(THINGS), "one");
    assert_string_equal(answer(EVENTS), "thing/made post/sent");
    assert_string_equal(answer("SELECT eventname || ' ' || userid || ' ' || contextid"
                               "  FROM wrk_logstore_standard_log WHERE id = 1"),
                        "\\core\\event\\thing_made 5 7");
    assert_string_equal(answer("SELECT eventname || ' ' || component || ' ' || userid || ' '"
                               "       || contextid || ' ' || other"
                               "  FROM wrk_logstore_standard_log WHERE id = 2"),
                        "\\mod_forum\\event\\post_sent mod_forum 9 8 {}");
    assert_string_equal(answer(FLAGS), "accesslib/dirtycontexts=/7/8 accesslib/dirtyusers=12"
                                       " userpreferenceschanged=12");
    assert_string_equal(answer("SELECT value || ' ' || timemodified || ' ' || expiry"
                               "  FROM wrk_cache_flags WHERE name = '/7/8'"),
                        "1 1700000000 1700000600");
}

/* A mark that is there is renewed. */
static void test_flag_again(void **state)
{
    site_t *site = open_site();

    answer("INSERT INTO wrk_cache_flags (flagtype, name, timemodified, value, expiry)"
           " VALUES ('accesslib/dirtyusers', '12', 1, '1', 2)");
    assert_null(mws_work_begin(&site->call));
    mws_dirty_user(&site->call, 12);
    mws_dirty_user(&site->call, 13);
    assert_null(mws_work_end(&site->call, NULL));
    close_site(site);
    assert_string_equal(answer("SELECT string_agg(name || ' ' || expiry, ',' ORDER BY name)"
                               "  FROM wrk_cache_flags"),
                        "12 1700000600,13 1700000600");
}

/* An error undoes all of it. */
static void test_rollback(void **state)
{
    site_t      *site = open_site();
    mws_call_t  *call = &site->call;
    mws_error_t *err = mws_error(call->pool, MWS_NO_PERMISSION, NULL);

    assert_null(mws_work_begin(call));
    assert_null(mws_db_query(call, &make_thing, NULL, "s", "one"));
    note(call, "thing_made");
    mws_dirty_user(call, 12);
    assert_ptr_equal(mws_work_end(call, err), err);
    close_site(site);
    assert_string_equal(answer(THINGS), "");
    assert_string_equal(answer(EVENTS), "");
    assert_string_equal(answer(FLAGS), "");
}

/* An item of the tests: makes a thing of its name; "bad" is refused after that, "queued" leaves a
 * statement for the end of the item. */
static mws_error_t *make_item(mws_call_t *call, void *item)
{
    const char *name = item;

    note(call, apr_pstrcat(call->pool, name, "_made", NULL));
    mws_dirty_user(call, name[0]);
    if (strcmp(name, "queued") == 0) {
        return mws_db_queue(call, &make_thing, NULL, "s", name);
    }
    MWS_ERR(mws_db_query(call, &make_thing, NULL, "s", name));
    if (strcmp(name, "bad") == 0) {
        MWS_ERR(mws_db_queue(call, &make_thing, NULL, "s", "never run"));
        return mws_error(call->pool, MWS_NO_PERMISSION, NULL);
    }
    return NULL;
}

/* Items are undone each by itself: one that the function refuses, and one that the database does. */
static void test_items(void **state)
{
    char         names[][8] = {"one", "bad", "one", "queued", "queued", "two"};
    const int    refused_as[] = {-1, MWS_NO_PERMISSION, MWS_DB_DUPLICATE, -1, MWS_DB_DUPLICATE, -1};
    site_t      *site = open_site();
    mws_error_t *refused;
    size_t       i;

    assert_null(mws_work_begin(&site->call));
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_null(mws_work_item(&site->call, make_item, names[i], &refused));
        assert_int_equal(refused ? (int)refused->id : -1, refused_as[i]);
    }
    assert_null(mws_work_end(&site->call, NULL));
    close_site(site);
    assert_string_equal(answer(THINGS), "one queued two");
    assert_string_equal(answer(EVENTS), "one/made queued/made two/made");
    assert_string_equal(answer("SELECT count(*) FROM wrk_cache_flags"), "3");
}

/* What was kept stays when the call is refused later; the rest goes. */
static void test_keep(void **state)
{
    site_t      *site = open_site();
    mws_call_t  *call = &site->call;
    mws_error_t *err = mws_error(call->pool, MWS_NO_PERMISSION, NULL);
    char         one[] = "one", two[] = "two", three[] = "three";

    assert_null(mws_work_begin(call));
    assert_null(make_item(call, one));
    assert_null(mws_work_keep(call));
    assert_null(make_item(call, two));
    assert_null(mws_work_keep(call));
    assert_null(make_item(call, three));
    assert_null(mws_db_queue(call, &make_thing, NULL, "s", "never run"));
    assert_ptr_equal(mws_work_end(call, err), err);
    close_site(site);
    assert_string_equal(answer(THINGS), "one two");
    assert_string_equal(answer(EVENTS), "one/made two/made");
}

/* The same where it is the database that refuses. */
static void test_keep_over_failure(void **state)
{
    site_t      *site = open_site();
    mws_error_t *err;
    char         one[] = "one";

    assert_null(mws_work_begin(&site->call));
    assert_null(make_item(&site->call, one));
    assert_null(mws_work_keep(&site->call));
    err = mws_db_query(&site->call, &nonsense, NULL, "s", "none");
    assert_non_null(err);
    assert_ptr_equal(mws_work_end(&site->call, err), err);
    close_site(site);
    assert_string_equal(answer(THINGS), "one");
    assert_string_equal(answer(EVENTS), "one/made");
}

/* Thousands of events, of more kinds than one remembers, come in their order and with what is their
 * own; of those that do not stay none is left. */
static void test_many_events(void **state)
{
    static const char *const names[] = {"a_made", "b_made", "c_made", "d_made", "e_made", "f_made"};
    enum { KEPT = 4100, ALL = 8500, NAMES = sizeof(names) / sizeof(*names) };
    site_t      *site = open_site();
    mws_call_t  *call = &site->call;
    mws_error_t *err = mws_error(call->pool, MWS_NO_PERMISSION, NULL);
    int          i;

    assert_null(mws_work_begin(call));
    for (i = 0; i < ALL; i++) {
        const mws_event_t event = {.name = names[i % NAMES], .crud = 'c', .relateduserid = i + 1};

        if (i == KEPT) {
            assert_null(mws_work_keep(call));
        }
        mws_event(call, &event);
    }
    assert_ptr_equal(mws_work_end(call, err), err);
    close_site(site);
    assert_string_equal(answer("SELECT count(*) || ' ' || max(id) FROM wrk_logstore_standard_log"
                               " WHERE relateduserid = id"
                               "   AND target = substr('abcdef', ((id - 1) % 6)::int + 1, 1)"),
                        "4100 4100");
}

/* What only COMMIT finds out is an error, and nothing stays. */
static void test_refused_commit(void **state)
{
    site_t      *site = open_site();
    mws_call_t  *call = &site->call;
    mws_error_t *err;

    assert_null(mws_work_begin(call));
    assert_null(mws_db_query(call, &defer, NULL, ""));
    assert_null(mws_db_query(call, &make_thing, NULL, "s", "one"));
    assert_null(mws_db_query(call, &make_thing, NULL, "s", "one"));
    note(call, "thing_made");
    err = mws_work_end(call, NULL);
    assert_non_null(err);
    assert_int_equal(err->id, MWS_DB_DUPLICATE);
    close_site(site);
    assert_string_equal(answer(THINGS), "");
    assert_string_equal(answer(EVENTS), "");
}

/* One of two calls that take two things in opposite order. */
typedef struct {
    site_t      *site;
    const char  *first, *second;
    mws_error_t *err;
} taker_t;

static void *APR_THREAD_FUNC take_both(apr_thread_t *thread, void *baton)
{
    taker_t    *taker = baton;
    mws_call_t *call = &taker->site->call;

    taker->err = mws_work_begin(call);
    if (!taker->err) {
        taker->err = mws_db_query(call, &touch_thing, NULL, "s", taker->first);
    }
    apr_sleep(apr_time_from_msec(300));
    if (!taker->err) {
        taker->err = mws_db_query(call, &touch_thing, NULL, "s", taker->second);
    }
    taker->err = mws_work_end(call, taker->err);
    return NULL;
}

/* Of two calls in a deadlock one is undone, and told so in a way that lets it be run again. */
static void test_deadlock(void **state)
{
    taker_t       a = {.site = open_site(), .first = "one", .second = "two"};
    taker_t       b = {.site = open_site(), .first = "two", .second = "one"};
    apr_thread_t *thread;
    apr_status_t  ignored;

    answer("INSERT INTO wrk_thing (name) VALUES ('one'), ('two')");
    assert_int_equal(apr_thread_create(&thread, NULL, take_both, &a, pool), APR_SUCCESS);
    take_both(NULL, &b);
    apr_thread_join(&ignored, thread);
    assert_true(!a.err != !b.err);
    assert_int_equal(a.err ? a.err->id : b.err->id, MWS_DB_CONFLICT);
    close_site(a.site);
    close_site(b.site);
}

/* A lock on a name holds to the end of the transaction, against the same name of the same kind. */
static void test_lock(void **state)
{
    site_t      *site = open_site();
    mws_texts_t *names = mws_texts_make(pool);
    int          i;

    for (i = 0; i < 20000; i++) {
        mws_texts_add(names, apr_itoa(pool, i));
    }
    assert_null(mws_work_begin(&site->call));
    assert_null(mws_lock(&site->call, "user.email", names));
    assert_null(mws_db_run(&site->call));
    assert_string_equal(answer("SELECT pg_try_advisory_xact_lock(hashtext('user.email'),"
                               "                                 hashtext('777') & 1023)"),
                        "f");
    assert_string_equal(answer("SELECT pg_try_advisory_xact_lock(hashtext('course.shortname'),"
                               "                                 hashtext('777') & 1023)"),
                        "t");
    assert_null(mws_work_end(&site->call, NULL));
    assert_string_equal(answer("SELECT pg_try_advisory_xact_lock(hashtext('user.email'),"
                               "                                 hashtext('777') & 1023)"),
                        "t");
    close_site(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_commit, empty_tables),
        cmocka_unit_test_setup(test_flag_again, empty_tables),
        cmocka_unit_test_setup(test_rollback, empty_tables),
        cmocka_unit_test_setup(test_items, empty_tables),
        cmocka_unit_test_setup(test_keep, empty_tables),
        cmocka_unit_test_setup(test_keep_over_failure, empty_tables),
        cmocka_unit_test_setup(test_many_events, empty_tables),
        cmocka_unit_test_setup(test_refused_commit, empty_tables),
        cmocka_unit_test_setup(test_deadlock, empty_tables),
        cmocka_unit_test_setup(test_lock, empty_tables),
    };
    const char *dsn = getenv("MWS_TEST_DSN");
    int         failed;

    if (!dsn) {
        fputs("MWS_TEST_DSN names no database\n", stderr);
        return 1;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    quiet = (mws_log_t){.write = ignore_line, .level = MWS_LOG_TRACE4};
    preset = (mws_settings_t){.database = dsn,
                              .prefix = "wrk_",
                              .connect_ms = 3000,
                              .wait_ms = 2000,
                              .statement_ms = 30000,
                              .life_s = 3600,
                              .log_store = "db"};
    preset.config = apr_table_make(pool, 1);
    other = PQconnectdb(dsn);
    answer(tables);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    answer(
        "DROP TABLE wrk_external_functions, wrk_external_services_functions, wrk_config, wrk_config_plugins, wrk_capabilities,"
        " wrk_role_capabilities, wrk_context, wrk_course, wrk_logstore_standard_log,"
        " wrk_cache_flags, wrk_thing");
    PQfinish(other);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
