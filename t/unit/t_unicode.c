/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_unicode.c -- kinds of letters, and lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/mws_unicode.h"

/* What ranges with a stride hold, at their ends, between and beside them. */
static void t_letters(void **state)
{
    assert_true(mws_unicode_is_upper('A') && mws_unicode_is_upper('Z'));
    assert_false(mws_unicode_is_upper('@') || mws_unicode_is_upper('[') ||
                 mws_unicode_is_upper('a'));
    assert_true(mws_unicode_is_lower('a') && mws_unicode_is_lower('z'));
    assert_true(mws_unicode_is_upper(0x100) && mws_unicode_is_lower(0x101)); /* Ā ā */
    assert_false(mws_unicode_is_upper(0x101) || mws_unicode_is_lower(0x100));
    assert_true(mws_unicode_is_upper(0x416) && mws_unicode_is_lower(0x436)); /* Ж ж */
    assert_true(mws_unicode_is_lower(0xDF) && mws_unicode_is_lower(0x1D68A));
    assert_false(mws_unicode_is_upper(0x1C5) || mws_unicode_is_lower(0x1C5));   /* titlecase */
    assert_false(mws_unicode_is_lower(0x65E5) || mws_unicode_is_upper(0x65E5)); /* ideograph */
    assert_false(mws_unicode_is_lower(-1));
}

static void t_digits(void **state)
{
    assert_true(mws_unicode_is_digit('0') && mws_unicode_is_digit('9'));
    assert_true(mws_unicode_is_digit(0x663) && mws_unicode_is_digit(0xFF19));
    assert_false(mws_unicode_is_digit('/') || mws_unicode_is_digit(':') ||
                 mws_unicode_is_digit(0xB2));
}

static void t_lengths(void **state)
{
    assert_int_equal(mws_utf8_count(""), 0);
    assert_int_equal(mws_utf8_count("aé日👩"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_letters),
        cmocka_unit_test(t_digits),
        cmocka_unit_test(t_lengths),
    };

    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
