/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_value.c -- values: order, replacement, finding among many, checked accessors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

#include "lib/base/mws_value.h"

static apr_pool_t *pool;

/* A struct keeps the order of first arrival; a later value takes the place of an earlier one. */
static void keeps_order_and_last_value(void **state)
{
    mws_value_t *v = mws_value_struct(pool);

    mws_value_set(v, "b", -1, mws_value_int(pool, 1));
    mws_value_set(v, "a", -1, mws_value_int(pool, 2));
    mws_value_set(v, "b", -1, mws_value_int(pool, 3));
    assert_int_equal(mws_value_size(v), 2);
    assert_string_equal(mws_value_key_at(v, 0).s, "b");
    assert_int_equal(mws_value_as_int(mws_value_at(v, 0)), 3);
    assert_null(mws_value_get(v, "c", -1));
}

/* A hundred thousand keys: each is found, in order, and none twice, before and after a removal. */
static void finds_among_many(void **state)
{
    mws_value_t *v = mws_value_struct(pool);
    int          i;

    for (i = 0; i < 100000; i++) {
        mws_value_set(v, apr_psprintf(pool, "key%d", i), -1, mws_value_int(pool, i));
    }
    assert_int_equal(mws_value_size(v), 100000);
    mws_value_remove(v, "key500");
    assert_null(mws_value_get(v, "key500", -1));
    for (i = 0; i < 100000; i += 7) {
        const mws_value_t *item = mws_value_get(v, apr_psprintf(pool, "key%d", i), -1);

        if (i == 500) {
            continue;
        }
        assert_non_null(item);
        assert_int_equal(mws_value_as_int(item), i);
    }
    assert_string_equal(mws_value_key_at(v, 500).s, "key501");
}

/* Keys go one after the other: the others are found where they then stand, and one that comes back stands
 * last. Each struct hashes in a way of its own, so that over many all ways of meeting occur. */
static void loses_any(void **state)
{
    enum { KEYS = 31, STEP = 7, ROUNDS = 300 };
    int round, gone, i;

    for (round = 0; round < ROUNDS; round++) {
        mws_value_t *v = mws_value_struct(pool);
        int          is_gone[KEYS] = {0};

        for (i = 0; i < KEYS; i++) {
            mws_value_set(v, apr_psprintf(pool, "k%d", i), -1, mws_value_int(pool, i));
        }
        for (gone = 0; gone < KEYS; gone++) {
            int place = 0;

            mws_value_remove(v, apr_psprintf(pool, "k%d", gone * STEP % KEYS));
            is_gone[gone * STEP % KEYS] = 1;
            for (i = 0; i < KEYS; i++) {
                const mws_value_t *item = mws_value_get(v, apr_psprintf(pool, "k%d", i), -1);

                assert_int_equal(item == NULL, is_gone[i]);
                if (item) {
                    assert_int_equal(mws_value_as_int(item), i);
                    assert_ptr_equal(mws_value_at(v, (apr_size_t)place++), item);
                }
            }
            assert_int_equal(mws_value_size(v), place);
        }
        mws_value_set(v, "k3", -1, mws_value_int(pool, 3));
        assert_int_equal(mws_value_as_int(mws_value_get(v, "k3", -1)), 3);
        assert_string_equal(mws_value_key_at(v, 0).s, "k3");
    }
}

/* A list has no keys, and an empty struct none yet. */
static void has_no_keys(void **state)
{
    mws_value_t *list = mws_value_list(pool), *empty = mws_value_struct(pool);

    mws_value_append(list, mws_value_int(pool, 1));
    assert_null(mws_value_get(list, "", 0));
    assert_int_equal(mws_value_key_at(list, 0).len, 0);
    assert_null(mws_value_get(empty, "a", -1));
    mws_value_remove(empty, "a");
    assert_int_equal(mws_value_size(empty), 0);
}

/* Keys are bytes with a length: a NUL inside and a common beginning do not mislead. */
static void keys_have_lengths(void **state)
{
    mws_value_t *v = mws_value_struct(pool);

    mws_value_set(v, "a\0b", 3, mws_value_int(pool, 1));
    mws_value_set(v, "a", 1, mws_value_int(pool, 2));
    mws_value_set(v, "ab", 2, mws_value_int(pool, 3));
    assert_int_equal(mws_value_size(v), 3);
    assert_int_equal(mws_value_as_int(mws_value_get(v, "a\0b", 3)), 1);
    assert_int_equal(mws_value_as_int(mws_value_get(v, "a", -1)), 2);
}

/* What is absent or null reads as nothing at all. */
static void absent_is_nothing(void **state)
{
    mws_value_t *v = mws_value_struct(pool);

    mws_value_set(v, "null", -1, mws_value_null(pool));
    mws_value_set(v, "text", -1, mws_value_text(pool, "x", -1));
    assert_false(mws_given(v, "null"));
    assert_false(mws_given(v, "nowhere"));
    assert_true(mws_given(v, "text"));
    assert_int_equal(mws_int(v, "null"), 0);
    assert_null(mws_text(v, "nowhere"));
    assert_string_equal(mws_text(v, "text"), "x");
    assert_int_equal(mws_value_size(mws_items(v, "nowhere")), 0);
    assert_null(mws_value_get(mws_struct(v, "null"), "x", -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_and_last_value),
        cmocka_unit_test(finds_among_many),
        cmocka_unit_test(loses_any),
        cmocka_unit_test(has_no_keys),
        cmocka_unit_test(keys_have_lengths),
        cmocka_unit_test(absent_is_nothing),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
