/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_shelf.c -- documents that a child keeps. */
#include <apr_general.h>
#include <apr_strings.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/mws_shelf.h"

static int make_pool(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL);
}

static int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

/* A document of COUNT times TEXT, in a pool of its own. */
static mws_sink_t *document(apr_pool_t *p, const char *text, int count)
{
    mws_sink_t *sink = mws_sink_make(p, APR_SIZE_MAX);

    while (count--) {
        mws_put(sink, text, strlen(text));
    }
    mws_sink_finish(sink);
    return sink;
}

/* What is kept is there when that from which it was kept has gone, byte for byte. */
static void t_outlives(void **state)
{
    mws_shelf_t            *shelf = mws_shelf_make(*state);
    apr_pool_t             *request;
    const mws_kept_t       *kept;
    const mws_sink_block_t *block;
    apr_size_t              at = 0, i;

    assert_null(mws_shelf_find(shelf, "page all"));
    apr_pool_create(&request, *state);
    mws_shelf_keep(shelf, apr_pstrdup(request, "page all"), apr_pstrdup(request, "\"etag\""),
                   document(request, "0123456789", 100000));
    apr_pool_destroy(request);

    kept = mws_shelf_find(shelf, "page all");
    assert_string_equal(kept->etag, "\"etag\"");
    assert_int_equal(mws_sink_size(kept->body), 1000000);
    for (block = kept->body->first; block; block = block->next) {
        for (i = 0; i < block->used; i++) {
            assert_int_equal(block->bytes[i], '0' + at++ % 10);
        }
    }
    assert_int_equal(at, 1000000);
}

/* The first that is kept stays; other keys are other documents. */
static void t_first_stays(void **state)
{
    mws_shelf_t *shelf = mws_shelf_make(*state);

    mws_shelf_keep(shelf, "a", "\"1\"", document(*state, "one", 1));
    mws_shelf_keep(shelf, "a", "\"2\"", document(*state, "two", 1));
    mws_shelf_keep(shelf, "b", "\"3\"", document(*state, "three", 1));
    assert_string_equal(mws_shelf_find(shelf, "a")->etag, "\"1\"");
    assert_string_equal(mws_shelf_find(shelf, "b")->etag, "\"3\"");
    assert_null(mws_shelf_find(shelf, "c"));
}

/* A shelf that is full keeps what it has, and no more. */
static void t_full(void **state)
{
    mws_shelf_t *shelf = mws_shelf_make(*state);
    int          i;

    for (i = 0; i < 100; i++) {
        mws_shelf_keep(shelf, apr_itoa(*state, i), "\"x\"", document(*state, "x", 1));
    }
    assert_non_null(mws_shelf_find(shelf, "0"));
    assert_null(mws_shelf_find(shelf, "99"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(t_outlives, make_pool, drop_pool),
        cmocka_unit_test_setup_teardown(t_first_stays, make_pool, drop_pool),
        cmocka_unit_test_setup_teardown(t_full, make_pool, drop_pool),
    };
    int failed;

    apr_initialize();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
