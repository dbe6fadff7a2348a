/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_throttle.c -- how many failed logins of an address a minute has room for. */
#include <apr_general.h>
#include <apr_strings.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/mws_throttle.h"

enum { LIMIT = 3 };

static int make_pool(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL);
}

static int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

static void use_up(mws_throttle_t *throttle, const char *address, apr_int64_t now)
{
    int i;

    for (i = 0; i < LIMIT; i++) {
        assert_true(mws_throttle_take(throttle, address, LIMIT, now));
    }
    assert_false(mws_throttle_take(throttle, address, LIMIT, now));
}

static void t_a_minute(void **state)
{
    mws_throttle_t *throttle = mws_throttle_make(*state);

    use_up(throttle, "192.0.2.1", 1000);
    assert_false(mws_throttle_take(throttle, "192.0.2.1", LIMIT, 1059));
    use_up(throttle, "192.0.2.1", 1060);
    assert_true(mws_throttle_take(throttle, "192.0.2.2", LIMIT, 1060));
}

static void t_no_limit(void **state)
{
    mws_throttle_t *throttle = mws_throttle_make(*state);
    int             i;

    for (i = 0; i < 100; i++) {
        assert_true(mws_throttle_take(throttle, "192.0.2.1", 0, 1000));
    }
}

static void t_given_back(void **state)
{
    mws_throttle_t *throttle = mws_throttle_make(*state);

    use_up(throttle, "192.0.2.1", 1000);
    mws_throttle_give_back(throttle, "192.0.2.1");
    assert_true(mws_throttle_take(throttle, "192.0.2.1", LIMIT, 1000));
    assert_false(mws_throttle_take(throttle, "192.0.2.1", LIMIT, 1000));
    mws_throttle_give_back(throttle, "198.51.100.7");
    use_up(throttle, "198.51.100.7", 1000);
}

static void t_addresses(void **state)
{
    mws_throttle_t *throttle = mws_throttle_make(*state);

    /* one subscriber */
    use_up(throttle, "2001:db8:1:2::1", 1000);
    assert_false(mws_throttle_take(throttle, "2001:db8:1:2:ffff::9", LIMIT, 1000));
    assert_true(mws_throttle_take(throttle, "2001:db8:1:3::1", LIMIT, 1000));
    /* the same client on a socket for both families */
    use_up(throttle, "192.0.2.1", 1000);
    assert_false(mws_throttle_take(throttle, "::ffff:192.0.2.1", LIMIT, 1000));
    /* no address at all */
    use_up(throttle, NULL, 1000);
    assert_false(mws_throttle_take(throttle, "nonsense", LIMIT, 1000));
}

/* A flood from everywhere fills the table; an address beyond its limit stays known. */
static void t_flood(void **state)
{
    mws_throttle_t *throttle = mws_throttle_make(*state);
    int             i;

    use_up(throttle, "192.0.2.1", 1000);
    for (i = 0; i < 50000; i++) {
        const char *address = apr_psprintf(*state, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);

        mws_throttle_take(throttle, address, LIMIT, 1001);
    }
    assert_false(mws_throttle_take(throttle, "192.0.2.1", LIMIT, 1002));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_pool, drop_pool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t_a_minute), TEST(t_no_limit), TEST(t_given_back), TEST(t_addresses), TEST(t_flood),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
