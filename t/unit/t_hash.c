/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_hash.c -- many passwords by several threads. */
#include <apr_general.h>
#include <apr_strings.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/site/mws_hash.h"
#include "lib/site/mws_password.h"

enum { JOBS = 40 };

static mws_settings_t settings = {.peppers = "", .hash_threads = 3};
static mws_child_t    child = {.settings = &settings};

static mws_call_t *make_call(apr_pool_t *p)
{
    mws_call_t *call = apr_pcalloc(p, sizeof(*call));

    call->pool = p;
    call->child = &child;
    call->settings = &settings;
    return call;
}

static int make_pool(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL);
}

static int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

static mws_hash_job_t *make_jobs(apr_pool_t *p)
{
    mws_hash_job_t *jobs = apr_pcalloc(p, JOBS * sizeof(*jobs));
    int             i;

    for (i = 0; i < JOBS; i++) {
        jobs[i].password = apr_psprintf(p, "Passw0rd!%d", i);
    }
    return jobs;
}

/* Every job is done once, whoever does it, and the right to help is given back. */
static void t_all(void **state)
{
    mws_hash_job_t *jobs = make_jobs(*state);
    int             i;

    assert_null(mws_hash_all(make_call(*state), jobs, JOBS));
    for (i = 0; i < JOBS; i++) {
        assert_int_equal(mws_password_check(*state, jobs[i].password, jobs[i].hash, ""),
                         MWS_PASSWORD_RIGHT);
    }
    assert_int_equal(child.hashing, 0);
}

/* A hash that is good already is left; one of another password or of an old kind is not. */
static void t_old(void **state)
{
    mws_hash_job_t jobs[] = {
        {.password = "Passw0rd!"}, {.password = "Passw0rd!"}, {.password = "Passw0rd!"}};

    jobs[0].old = mws_password_hash(*state, "Passw0rd!", "");
    jobs[1].old = mws_password_hash(*state, "passw0rd!", "");
    jobs[2].old = "$2y$10$NlncjohA4IzSS0D1ThHBpOc7LaCk.shbji.PK8nWsPotSPlkMHWSi";
    assert_null(mws_hash_all(make_call(*state), jobs, 3));
    assert_string_equal(jobs[0].hash, "");
    assert_int_equal(strncmp(jobs[1].hash, "$6$rounds=10000$", 16), 0);
    assert_int_equal(strncmp(jobs[2].hash, "$6$rounds=10000$", 16), 0);
}

static int has_gone(void *asked)
{
    return ++*(int *)asked > 2;
}

/* Once the client has gone no job is begun any more. Without helpers, so that it is known how far
 * it came. */
static void t_gone(void **state)
{
    mws_hash_job_t *jobs = make_jobs(*state);
    mws_call_t     *call = make_call(*state);
    int             asked = 0;

    call->gone = has_gone;
    call->client = &asked;
    settings.hash_threads = 1;
    assert_int_equal(mws_hash_all(call, jobs, JOBS)->id, MWS_CLIENT_GONE);
    assert_int_equal(asked, 3);
    assert_string_equal(jobs[3].hash, "");
    assert_int_equal(child.hashing, 0);
    settings.hash_threads = 3;
}

/* Where all helpers are busy with other calls, the caller does it alone. */
static void t_alone(void **state)
{
    mws_hash_job_t *jobs = make_jobs(*state);

    child.hashing = 3;
    assert_null(mws_hash_all(make_call(*state), jobs, JOBS));
    assert_string_not_equal(jobs[JOBS - 1].hash, "");
    assert_int_equal(child.hashing, 3);
    child.hashing = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(t_all, make_pool, drop_pool),
        cmocka_unit_test_setup_teardown(t_old, make_pool, drop_pool),
        cmocka_unit_test_setup_teardown(t_gone, make_pool, drop_pool),
        cmocka_unit_test_setup_teardown(t_alone, make_pool, drop_pool),
    };

    apr_initialize();
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
