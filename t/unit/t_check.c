/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_check.c -- parameters held against a declaration: what passes, typed, and what the
 * refusals say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

#include "lib/db/mws_declare.h"
#include "services/mws_check.h"

static apr_pool_t *pool;
static mws_call_t  call;

static const mws_spec_t *const params = KEYS(
    LIST("groups",
         KEYS(VALUE("courseid", INT, "where", NOT_NULL), VALUE("name", TEXT, "called"),
              VALUE("hidden", BOOL, "whether", PRESET("0")), VALUE("key", RAW, "secret", OPTIONAL),
              VALUE("part", FLOAT, "share", OPTIONAL)),
         "what to make"),
    STRUCT("options", FIELDS(LIST("ids", ONE(INT, "one"), "which", OPTIONAL)), "how", PRESET_EMPTY),
    VALUE("lang", ALPHA, "language", PRESET_NULL));

static mws_value_t *text(const char *s)
{
    return mws_value_text(pool, s, -1);
}

/* A struct of pairs of key and value, ended by NULL. */
static mws_value_t *of(const char *key, ...)
{
    mws_value_t *v = mws_value_struct(pool);
    va_list      ap;

    va_start(ap, key);
    while (key) {
        mws_value_set(v, key, -1, va_arg(ap, mws_value_t *));
        key = va_arg(ap, const char *);
    }
    va_end(ap);
    return v;
}

static mws_value_t *list(mws_value_t *item)
{
    mws_value_t *v = mws_value_list(pool);

    mws_value_append(v, item);
    return v;
}

static mws_value_t *group(void)
{
    return of("courseid", text("5"), "name", text("G"), NULL);
}

static mws_value_t *passes(const mws_value_t *raw)
{
    mws_value_t *in = NULL;
    mws_error_t *err = mws_check_params(&call, params, raw, &in);

    if (err) {
        fail_msg("%s", err->debuginfo);
    }
    return in;
}

static void refuse(const mws_value_t *raw, const char *why)
{
    mws_value_t *in;
    mws_error_t *err = mws_check_params(&call, params, raw, &in);

    assert_non_null(err);
    assert_int_equal(err->id, MWS_BAD_PARAMETER);
    assert_string_equal(err->debuginfo, why);
}

/* Texts become what is declared; defaults are filled in; optional keys stay away. */
static void types_and_presets(void **state)
{
    const mws_value_t *in, *item;

    in = passes(of("groups", list(group()), NULL));
    item = mws_value_at(mws_items(in, "groups"), 0);
    assert_int_equal(mws_int(item, "courseid"), 5);
    assert_string_equal(mws_text(item, "name"), "G");
    assert_false(mws_bool(item, "hidden"));
    assert_true(mws_given(item, "hidden"));
    assert_false(mws_given(item, "key"));
    assert_int_equal(mws_value_size(mws_items(mws_struct(in, "options"), "ids")), 0);
    assert_false(mws_given(in, "lang"));
}

/* A list takes a struct and forgets its keys; null passes where it may. */
static void lists_take_structs(void **state)
{
    const mws_value_t *in;

    in = passes(
        of("groups", of("x", group(), "7", group(), NULL), "lang", mws_value_null(pool), NULL));
    assert_int_equal(mws_value_size(mws_items(in, "groups")), 2);
    in = passes(of("groups",
                   list(of("courseid", mws_value_int(pool, -1), "name", mws_value_null(pool),
                           "hidden", mws_value_bool(pool, 1), "part", text("1.50"), NULL)),
                   NULL));
    assert_true(mws_bool(mws_value_at(mws_items(in, "groups"), 0), "hidden"));
}

/* Each refusal names the place with its indexes, and what was expected. */
static void refusals_name_the_place(void **state)
{
    mws_value_t *two = list(group());

    mws_value_append(two, of("courseid", text(" 5"), "name", text("G"), NULL));
    refuse(of(NULL), "the required key \"groups\" is missing");
    refuse(of("groups", text(""), NULL), "groups: expected a list, not a value");
    refuse(of("groups", list(text("x")), NULL), "groups[0]: expected a struct, not a value");
    refuse(of("groups", two, NULL), "groups[1][courseid]: expected type int, got \" 5\"");
    refuse(of("groups", list(of("courseid", mws_value_null(pool), "name", text("G"), NULL)), NULL),
           "groups[0][courseid]: expected type int, got null");
    refuse(of("groups", list(of("courseid", text("5"), NULL)), NULL),
           "groups[0]: the required key \"name\" is missing");
    refuse(of("groups", list(of("courseid", list(text("5")), "name", text("G"), NULL)), NULL),
           "groups[0][courseid]: expected a value of type int, not a list or struct");
    refuse(of("groups", list(group()), "a", text("1"), "b", text("2"), NULL),
           "unexpected keys: \"a\", \"b\"");
    refuse(of("groups", list(list(group())), NULL),
           "groups[0]: the required key \"courseid\" is missing");
    refuse(of("groups", list(group()), "lang", text("de_AT"), NULL),
           "lang: expected type alpha, got \"de_AT\"");
    refuse(of("groups", list(of("courseid", text("5"), "name", text("G"), "part", text("x"), NULL)),
              NULL),
           "groups[0][part]: expected type float, got \"x\"");
}

/* What is shown of a value is short and valid, whatever was sent. */
static void shown_values_are_safe(void **state)
{
    mws_value_t *in;
    mws_error_t *err;
    char         many[500];

    memset(many, 'x', sizeof(many));
    memcpy(many + 59, "\xe6\x97\xa5", 3);
    err = mws_check_params(
        &call, params,
        of("groups", list(group()), "lang", mws_value_text(pool, many, sizeof(many)), NULL), &in);
    assert_true(strlen(err->debuginfo) < 120);
    assert_non_null(strstr(err->debuginfo, "xx\" ..."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_presets),
        cmocka_unit_test(lists_take_structs),
        cmocka_unit_test(refusals_name_the_place),
        cmocka_unit_test(shown_values_are_safe),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    call.pool = pool;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
