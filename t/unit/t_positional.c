/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_positional.c -- arguments by position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <string.h>

#include "adapters/mws_positional.h"
#include "lib/db/mws_declare.h"

static apr_pool_t *pool;

static int setup(void **state)
{
    return apr_pool_create(&pool, NULL);
}

static int teardown(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

/* id, name and an optional list; a struct of id and name; a list */
static const mws_spec_t *const three =
    KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, ""), LIST("tags", ONE(TEXT, ""), "", OPTIONAL));
static const mws_spec_t *const nested =
    KEYS(STRUCT("user", FIELDS(VALUE("id", INT, ""), VALUE("name", TEXT, "")), ""),
         VALUE("name", TEXT, "", OPTIONAL));
static const mws_spec_t *const listed = KEYS(LIST("ids", ONE(INT, ""), ""));

static mws_value_t *args_of(int count, ...)
{
    mws_value_t *args = mws_value_list(pool);
    va_list      ap;

    va_start(ap, count);
    for (; count; count--) {
        mws_value_append(args, va_arg(ap, mws_value_t *));
    }
    va_end(ap);
    return args;
}

static mws_value_t *one(void)
{
    return mws_value_int(pool, 1);
}

static mws_value_t *null(void)
{
    return mws_value_null(pool);
}

static mws_value_t *strct(const char *a, const char *b)
{
    mws_value_t *v = mws_value_struct(pool);

    if (a) {
        mws_value_set(v, a, -1, one());
    }
    if (b) {
        mws_value_set(v, b, -1, one());
    }
    return v;
}

/* The keys of the parameters that ARGS are, with a space behind each. */
static const char *names(const mws_spec_t *params, const mws_value_t *args)
{
    static char  said[100];
    mws_value_t *named = mws_positional(pool, params, args);
    apr_size_t   i;

    assert_int_equal(mws_value_kind(named), MWS_STRUCT);
    *said = '\0';
    for (i = 0; i < mws_value_size(named); i++) {
        strcat(strcat(said, mws_value_key_at(named, i).s), " ");
    }
    return said;
}

static void test_by_position(void **state)
{
    assert_string_equal(names(three, args_of(0)), "");
    assert_string_equal(names(three, args_of(1, one())), "id ");
    assert_string_equal(names(three, args_of(3, one(), null(), null())), "id name tags ");
    assert_string_equal(names(NOTHING, args_of(0)), "");
}

/* Too many: nulls at the end are nothing, others are there to be refused. */
static void test_surplus(void **state)
{
    assert_string_equal(names(three, args_of(5, one(), one(), null(), null(), null())),
                        "id name tags ");
    assert_string_equal(names(three, args_of(5, one(), one(), one(), null(), one())),
                        "id name tags 3 4 ");
    assert_string_equal(names(NOTHING, args_of(1, one())), "0 ");
    assert_string_equal(names(NOTHING, args_of(2, null(), null())), "");
}

/* One struct of names is all of them, unless the first parameter is a struct that it fits. */
static void test_by_name(void **state)
{
    assert_string_equal(names(three, args_of(1, strct("name", "id"))), "name id ");
    assert_string_equal(names(three, args_of(1, strct("name", "no"))), "id ");
    assert_string_equal(names(three, args_of(1, strct("nam", NULL))), "id ");
    assert_string_equal(names(three, args_of(2, strct("name", "id"), one())), "id name ");
    assert_string_equal(names(nested, args_of(1, strct("id", "name"))), "user ");
    assert_string_equal(names(nested, args_of(1, strct("name", NULL))), "user ");
    assert_string_equal(names(nested, args_of(1, strct("user", "name"))), "user name ");
    assert_string_equal(names(listed, args_of(1, strct("ids", NULL))), "ids ");
    assert_string_equal(names(listed, args_of(1, strct("0", NULL))), "ids ");
}

/* An empty struct is no names, or an empty list where one is expected: some languages have but one
 * empty collection. */
static void test_empty_struct(void **state)
{
    assert_string_equal(names(three, args_of(1, strct(NULL, NULL))), "");
    assert_string_equal(names(NOTHING, args_of(1, strct(NULL, NULL))), "");
    assert_string_equal(names(listed, args_of(1, strct(NULL, NULL))), "ids ");
    assert_string_equal(names(nested, args_of(1, strct(NULL, NULL))), "user ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_by_position, setup, teardown),
        cmocka_unit_test_setup_teardown(test_surplus, setup, teardown),
        cmocka_unit_test_setup_teardown(test_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty_struct, setup, teardown),
    };
    int failed;

    apr_initialize();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
