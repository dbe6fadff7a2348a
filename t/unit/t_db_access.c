/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_db_access.c -- the access engine against a second one in SQL.
 *
 * Random assignments, overrides and locks on a small tree of contexts; every question is put to
 * mws_access.c and to one SQL statement that says the same rules in another way (and was held
 * against a real Moodle with the same kind of data). Needs a database: MWS_TEST_DSN.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/site/mws_access.h"
#include "lib/site/mws_site.h"

#define ROUNDS 40

enum { GUEST = 1, ADMIN = 2, FIRST_USER = 3, GONE = 6, USERS = 6, ROLES = 6, CONTEXTS = 12 };

static apr_pool_t    *pool;
static mws_settings_t settings;
static mws_child_t    child;
static PGconn        *conn;
static unsigned int   seed = 20240915;

static int random_below(int n)
{
    seed = seed * 1103515245u + 12345u;
    return (int)((seed >> 16) % (unsigned int)n);
}

static PGresult *sql(const char *fmt, ...)
{
    va_list   ap;
    PGresult *result;

    va_start(ap, fmt);
    result = PQexec(conn, apr_pvsprintf(pool, fmt, ap));
    va_end(ap);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s", PQerrorMessage(conn));
    }
    return result;
}

static const char tables[] =
    "DROP TABLE IF EXISTS acc_external_functions, acc_external_services_functions, acc_config, acc_config_plugins, acc_capabilities, acc_role_capabilities,"
    "  acc_role_assignments, acc_context, acc_course, acc_user;"
    "CREATE TABLE acc_config (name text, value text);"
    "CREATE TABLE acc_config_plugins (plugin text, name text, value text);"
    "CREATE TABLE acc_external_functions (id bigint, name text, component text);"
    "CREATE TABLE acc_external_services_functions (externalserviceid bigint, functionname text);"
    "CREATE TABLE acc_capabilities (name text, captype text, riskbitmask bigint);"
    "CREATE TABLE acc_role_capabilities (contextid bigint, roleid bigint, capability text,"
    "  permission bigint, UNIQUE (roleid, contextid, capability));"
    "CREATE TABLE acc_role_assignments (roleid bigint, contextid bigint, userid bigint);"
    "CREATE TABLE acc_context (id bigint, contextlevel bigint, instanceid bigint, path text,"
    "  depth smallint, locked smallint);"
    "CREATE TABLE acc_course (id bigint, category bigint, fullname text);"
    "CREATE TABLE acc_user (id bigint, deleted smallint);"
    "INSERT INTO acc_course VALUES (1, 0, 'Site'), (2, 1, 'A'), (3, 2, 'B');"
    "INSERT INTO acc_user SELECT i, (i = 6)::int FROM generate_series(1, 6) i;"
    "INSERT INTO acc_capabilities VALUES ('t/a:read', 'read', 0), ('t/a:write', 'write', 4),"
    "  ('t/b:write', 'write', 0), ('t/b:risky', 'read', 8), ('t/b:data', 'read', 32),"
    "  ('moodle/site:managecontextlocks', 'write', 1);"
    "INSERT INTO acc_context VALUES (1, 10, 0, '/1', 1, 0), (2, 50, 1, '/1/2', 2, 0),"
    "  (3, 40, 1, '/1/3', 2, 0), (4, 40, 2, '/1/3/4', 3, 0), (5, 50, 2, '/1/3/5', 3, 0),"
    "  (6, 50, 3, '/1/3/4/6', 4, 0), (7, 70, 1, '/1/3/4/6/7', 5, 0), (8, 70, 2, '/1/2/8', 3, 0),"
    "  (9, 30, 1, '/1/9', 2, 0), (10, 30, 2, '/1/10', 2, 0), (11, 30, 3, '/1/11', 2, 0),"
    "  (12, 30, 4, '/1/12', 2, 0), (13, 30, 5, '/1/13', 2, 0), (14, 30, 6, '/1/14', 2, 0)";

/* clang-format off */
static const char *const capabilities[] = {"t/a:read",  "t/a:write", "t/b:write",
                                           "t/b:risky", "t/b:data",  "moodle/site:managecontextlocks",
                                           "t/none:known"};
/* clang-format on */

/* The rules once more: the pairs of context and capability that a user holds, as "id/name" words. */
static const char reference[] =
    "WITH cfg AS (SELECT max(value) FILTER (WHERE name = 'siteadmins') AS admins,"
    "    max(value) FILTER (WHERE name = 'siteguest')::bigint AS guest,"
    "    max(value) FILTER (WHERE name = 'defaultuserroleid')::bigint AS userrole,"
    "    max(value) FILTER (WHERE name = 'defaultfrontpageroleid')::bigint AS fprole,"
    "    max(value) FILTER (WHERE name = 'guestroleid')::bigint AS guestrole,"
    "    max(value) FILTER (WHERE name = 'contextlocking') = '1' AS locking,"
    "    max(value) FILTER (WHERE name = 'contextlockappliestoadmin') = '1' AS lockadmin"
    "  FROM acc_config),"
    " who AS (SELECT cfg.*, %d::bigint AS uid, %d = guest AS isguest,"
    "    '%d' = ANY (string_to_array(admins, ',')) AS isadmin,"
    "    EXISTS (SELECT 1 FROM acc_user WHERE id = %d AND deleted = 0) AS alive FROM cfg),"
    " anc AS (SELECT x.id AS ctx, p.id, p.depth, p.locked, p.contextlevel, p.instanceid"
    "   FROM acc_context x JOIN acc_context p"
    "     ON p.id = ANY (string_to_array(ltrim(x.path, '/'), '/')::bigint[])),"
    " held AS (SELECT a.ctx, ra.roleid FROM anc a JOIN acc_role_assignments ra ON ra.contextid = a.id"
    "      JOIN who w ON ra.userid = w.uid AND NOT w.isguest"
    "   UNION SELECT a.ctx, w.userrole FROM anc a, who w WHERE a.contextlevel = 10 AND NOT w.isguest"
    "   UNION SELECT a.ctx, w.fprole FROM anc a, who w"
    "      WHERE a.contextlevel = 50 AND a.instanceid = 1 AND NOT w.isguest"
    "   UNION SELECT a.ctx, w.guestrole FROM anc a, who w WHERE a.contextlevel = 10 AND w.isguest),"
    " role AS (SELECT h.ctx, h.roleid, rc.capability, bool_or(rc.permission = -1000) AS never,"
    "      (array_agg(rc.permission ORDER BY a.depth DESC))[1] AS deepest"
    "   FROM held h JOIN anc a ON a.ctx = h.ctx"
    "   JOIN acc_role_capabilities rc ON rc.contextid = a.id AND rc.roleid = h.roleid"
    "  GROUP BY 1, 2, 3),"
    " every AS (SELECT ctx, capability, bool_or(never) AS never, bool_or(deepest = 1) AS allowed"
    "   FROM role GROUP BY 1, 2)"
    " SELECT string_agg(x.id || '/' || c.name, ' ') FILTER (WHERE CASE"
    "     WHEN w.isguest AND (c.captype = 'write' OR c.riskbitmask & 38 <> 0) THEN false"
    "     WHEN w.locking AND c.captype = 'write' AND c.name <> 'moodle/site:managecontextlocks'"
    "      AND (NOT w.isadmin OR w.lockadmin)"
    "      AND EXISTS (SELECT 1 FROM anc a WHERE a.ctx = x.id AND a.locked = 1) THEN false"
    "     WHEN NOT w.alive THEN false WHEN w.isadmin THEN true"
    "     ELSE coalesce(e.allowed AND NOT e.never, false) END)"
    "   FROM acc_context x CROSS JOIN who w CROSS JOIN acc_capabilities c"
    "   LEFT JOIN every e ON e.ctx = x.id AND e.capability = c.name";

static void shuffle(void)
{
    static const int permissions[] = {1, 1, 1, -1, -1, -1000, 0};
    int              i;

    PQclear(sql("TRUNCATE acc_role_assignments, acc_role_capabilities, acc_config"));
    PQclear(sql("UPDATE acc_context SET locked = 0"));
    PQclear(sql("INSERT INTO acc_config VALUES ('siteadmins', '2,40'), ('siteguest', '1'),"
                " ('defaultuserroleid', '%d'), ('defaultfrontpageroleid', '%d'),"
                " ('guestroleid', '%d'), ('contextlocking', '%d'),"
                " ('contextlockappliestoadmin', '%d')",
                1 + random_below(ROLES), 1 + random_below(ROLES), 1 + random_below(ROLES),
                random_below(2), random_below(2)));
    PQclear(sql("UPDATE acc_context SET locked = 1 WHERE id = %d", 1 + random_below(CONTEXTS)));
    for (i = 0; i < 12; i++) {
        PQclear(sql("INSERT INTO acc_role_assignments VALUES (%d, %d, %d)", 1 + random_below(ROLES),
                    1 + random_below(CONTEXTS), 1 + random_below(USERS)));
    }
    for (i = 0; i < 60; i++) {
        PQclear(sql("INSERT INTO acc_role_capabilities VALUES (%d, %d, '%s', %d)"
                    " ON CONFLICT DO NOTHING",
                    random_below(2) ? 1 : 1 + random_below(CONTEXTS), 1 + random_below(ROLES),
                    capabilities[random_below(6)], permissions[random_below(7)]));
    }
}

SQL(roles_of_user, "SELECT " MWS_ROLES_OF("$1"));

/* The roles of USERID as the engine holds them. */
static mws_roles_t *roles_of(mws_call_t *call, int userid)
{
    mws_rows_t *rows;

    assert_null(mws_db_query(call, &roles_of_user, &rows, "i", (apr_int64_t)userid));
    return mws_roles_make(call, userid, userid != GONE, mws_row_text(rows, 0, 0));
}

/* What the reference grants USERID, between spaces. */
static const char *granted_to(apr_pool_t *p, int userid)
{
    PGresult   *result = sql(reference, userid, userid, userid, userid);
    const char *words = apr_pstrcat(p, " ", PQgetvalue(result, 0, 0), " ", NULL);

    PQclear(result);
    return words;
}

static void round_of_questions(int round)
{
    mws_call_t call = {.child = &child, .settings = &settings, .log = NULL};
    int        userid, contextid;
    apr_size_t i;

    apr_pool_create(&call.pool, pool);
    assert_null(mws_site_take(&call));
    for (userid = GUEST; userid <= USERS; userid++) {
        mws_roles_t *roles = roles_of(&call, userid);
        const char  *granted = granted_to(call.pool, userid);

        for (contextid = 1; contextid <= CONTEXTS; contextid++) {
            mws_context_t *context;

            assert_null(mws_context_by_id(&call, contextid, &context));
            for (i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
                int ours = mws_roles_allow(&call, roles, context, capabilities[i]);
                int theirs = strstr(granted, apr_psprintf(call.pool, " %d/%s ", contextid,
                                                          capabilities[i])) != NULL;

                if (ours != theirs) {
                    fail_msg("round %d: user %d, context %d, %s: %d, not %d", round, userid,
                             contextid, capabilities[i], ours, theirs);
                }
            }
        }
    }
    mws_db_release(&call);
    apr_pool_destroy(call.pool);
}

static void agrees_with_the_reference(void **state)
{
    int round;

    for (round = 0; round < ROUNDS; round++) {
        shuffle();
        round_of_questions(round);
    }
}

/* Those who hold a capability, as a set of roles, are those whom the single question admits. */
static void sets_agree_with_single_questions(void **state)
{
    int round, userid, contextid;

    for (round = 0; round < ROUNDS; round++) {
        mws_call_t call = {.child = &child, .settings = &settings};

        shuffle();
        apr_pool_create(&call.pool, pool);
        assert_null(mws_site_take(&call));
        for (contextid = 1; contextid <= 8; contextid++) {
            mws_context_t *context;
            mws_ids_t     *give, *forbid;
            int            everyone, nobody;

            assert_null(mws_context_by_id(&call, contextid, &context));
            mws_roles_with(&call, context, "t/a:read", &give, &forbid, &everyone, &nobody);
            for (userid = FIRST_USER; userid < GONE; userid++) {
                apr_size_t n;
                int        has = everyone, never = 0, i;
                PGresult  *held = sql("SELECT roleid, contextid FROM acc_role_assignments"
                                       " WHERE userid = %d",
                                      userid);

                for (i = 0; i < PQntuples(held); i++) {
                    apr_int64_t role = atoi(PQgetvalue(held, i, 0));

                    for (n = 0; n < (apr_size_t)context->depth; n++) {
                        if (context->path[n] == atoi(PQgetvalue(held, i, 1))) {
                            has |= mws_ids_have(give, role);
                            never |= mws_ids_have(forbid, role);
                        }
                    }
                }
                PQclear(held);
                assert_int_equal(
                    has && !never && !nobody,
                    mws_roles_allow(&call, roles_of(&call, userid), context, "t/a:read"));
            }
        }
        mws_db_release(&call);
        apr_pool_destroy(call.pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(sets_agree_with_single_questions),
    };
    const char *dsn = getenv("MWS_TEST_DSN");
    int         failed;

    if (!dsn) {
        fprintf(stderr, "MWS_TEST_DSN names no database\n");
        return 1;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    conn = PQconnectdb(dsn);
    PQclear(PQexec(conn, "SET client_min_messages = error; SET jit = off"));
    PQclear(sql(tables));
    settings.database = dsn;
    settings.prefix = "acc_";
    settings.connect_ms = settings.wait_ms = settings.statement_ms = 10000;
    settings.life_s = 3600;
    child.pool = pool;
    child.settings = &settings;
    child.db = mws_db_make(pool, &settings, NULL, 2);
    child.site_cache = mws_site_cache_make(pool, &settings); /* of no age: read anew each time */
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    PQfinish(conn);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
