/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_call.c -- several calls in one request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>

#include "lib/db/mws_call.h"

/* The next call knows the request, and nothing of who called before or what for. */
static void test_next(void **state)
{
    static mws_settings_t settings;
    static mws_caller_t   caller;
    apr_pool_t           *pool;
    mws_call_t            call = {.settings = &settings, .now = 5, .protocol = "xmlrpc"}, *next;

    assert_int_equal(apr_pool_create(&pool, NULL), APR_SUCCESS);
    call.pool = pool;
    call.text.raw = 1;
    call.caller = &caller;
    call.token_id = 7;
    call.function = "core_user_get_users";
    call.writes = 1;
    next = mws_call_next(&call);
    assert_ptr_not_equal(next->pool, pool);
    assert_ptr_equal(apr_pool_parent_get(next->pool), pool);
    assert_ptr_equal(next->settings, &settings);
    assert_string_equal(next->protocol, "xmlrpc");
    assert_int_equal(next->now, 5);
    assert_int_equal(next->text.raw, 1);
    assert_int_equal(next->within, 1);
    assert_null(next->caller);
    assert_int_equal(next->token_id, 0);
    assert_null(next->function);
    assert_int_equal(next->writes, 0);
    apr_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_next)};
    int                     failed;

    apr_initialize();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
