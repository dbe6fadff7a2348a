/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_password.c -- hashes as Moodle stores them, peppers, and random texts. */
#include <apr_general.h>
#include <apr_pools.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/site/mws_password.h"

/* Of "Passw0rd!". */
#define BCRYPT "$2y$10$NlncjohA4IzSS0D1ThHBpOc7LaCk.shbji.PK8nWsPotSPlkMHWSi"
#define SHA_FAST                                                                                   \
    "$6$rounds=5000$Gv53LbLwMwt3Tcu0$"                                                             \
    "58v929bfkMWtKxw6ZMEO7o6fBlSmTlHzed814AIXH5uAZRd3fOF0mKscoSPk8IsS/WQbYUuajYsuhVBrKpF650"
#define SHA                                                                                        \
    "$6$rounds=10000$m5548PtEJ2ZlpisD$"                                                            \
    "W0DSeLkX6UcUJ8sXHXPojO75mVrCdor3kkoG1JsScC0hpIpcjDiAYc.QH7gPgpj1MmAMHOhSHLMr7yMJ5uCgO/"

static apr_pool_t *pool(void **state)
{
    return *state;
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

static void t_kinds(void **state)
{
    assert_true(mws_password_known(BCRYPT));
    assert_true(mws_password_known(SHA));
    assert_false(mws_password_known(NULL));
    assert_false(mws_password_known(""));
    assert_false(mws_password_known("restored"));
    assert_false(mws_password_known("not cached"));
    assert_false(mws_password_known("5f4dcc3b5aa765d61d8327deb882cf99"));
    assert_false(mws_password_known("$1$abc$xyz"));
}

static void t_right_and_wrong(void **state)
{
    apr_pool_t *p = pool(state);

    assert_int_equal(mws_password_check(p, "Passw0rd!", SHA, ""), MWS_PASSWORD_RIGHT);
    assert_int_equal(mws_password_check(p, "Passw0rd!", SHA_FAST, ""), MWS_PASSWORD_RIGHT);
    assert_int_equal(mws_password_check(p, "Passw0rd!", BCRYPT, ""), MWS_PASSWORD_STALE);
    assert_int_equal(mws_password_check(p, "Passw0rd?", SHA, ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "", SHA, ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "Passw0rd?", BCRYPT, ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "restored", "restored", ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "", "", ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "x", NULL, ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "x", "$6$", ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "x", "$2y$", ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "x", "$6$rounds=5000$salt", ""), MWS_PASSWORD_WRONG);
}

static void t_made_hashes_verify(void **state)
{
    apr_pool_t *p = pool(state);
    const char *hash = mws_password_hash(p, "p\xc3\xa9 ss", "");

    assert_int_equal(strncmp(hash, "$6$rounds=10000$", 16), 0);
    assert_int_equal(strchr(hash + 16, '$') - (hash + 16), 16);
    assert_int_equal(mws_password_check(p, "p\xc3\xa9 ss", hash, ""), MWS_PASSWORD_RIGHT);
    assert_string_not_equal(hash, mws_password_hash(p, "p\xc3\xa9 ss", ""));
}

static void t_peppers(void **state)
{
    apr_pool_t *p = pool(state);
    const char *plain = mws_password_hash(p, "secret", "");
    const char *old = mws_password_hash(p, "secret", "mild");
    const char *fresh = mws_password_hash(p, "secret", "hot mild");

    assert_int_equal(mws_password_check(p, "secret", fresh, "hot mild"), MWS_PASSWORD_RIGHT);
    assert_int_equal(mws_password_check(p, "secret", old, "hot mild"), MWS_PASSWORD_STALE);
    assert_int_equal(mws_password_check(p, "secret", plain, "hot mild"), MWS_PASSWORD_STALE);
    assert_int_equal(mws_password_check(p, "secrethot", fresh, ""), MWS_PASSWORD_RIGHT);
    assert_int_equal(mws_password_check(p, "secret", fresh, ""), MWS_PASSWORD_WRONG);
    assert_int_equal(mws_password_check(p, "secret", fresh, "mild"), MWS_PASSWORD_WRONG);
}

static void t_length(void **state)
{
    apr_pool_t *p = pool(state);
    char        most[MWS_PASSWORD_MAX * 2 + 2];
    const char *hash;
    int         i;

    for (i = 0; i < MWS_PASSWORD_MAX; i++) {
        memcpy(most + i * 2, "\xc3\xa9", 2);
    }
    most[MWS_PASSWORD_MAX * 2] = '\0';
    hash = mws_password_hash(p, most, "");
    assert_non_null(hash);
    assert_int_equal(mws_password_check(p, most, hash, ""), MWS_PASSWORD_RIGHT);
    strcat(most, "x");
    assert_null(mws_password_hash(p, most, ""));
    assert_int_equal(mws_password_check(p, most, hash, ""), MWS_PASSWORD_WRONG);
}

static void t_random(void **state)
{
    apr_pool_t *p = pool(state);
    const char *hex = mws_random_hex(p, 32), *text = mws_random_text(p, 1000);

    assert_int_equal(strlen(hex), 32);
    assert_int_equal(strspn(hex, "0123456789abcdef"), 32);
    assert_string_not_equal(hex, mws_random_hex(p, 32));
    assert_int_equal(strlen(text), 1000);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
                     1000);
    assert_non_null(strchr(text, 'A'));
    assert_non_null(strchr(text, '9'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_pool, drop_pool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t_kinds),   TEST(t_right_and_wrong), TEST(t_made_hashes_verify),
        TEST(t_peppers), TEST(t_length),          TEST(t_random),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
