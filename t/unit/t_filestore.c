/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_filestore.c -- what files are stored by: lenient base64, hashes of contents and paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <string.h>

#include "lib/base/mws_base64.h"
#include "lib/file/mws_files.h"

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

/* What PHP's base64_decode() makes of each, and so do pieces of any size. */
static const struct {
    const char *text, *bytes;
} texts[] = {
    {"", ""},
    {"SGVsbG8=", "Hello"},
    {"SGVsbG8", "Hello"},
    {"SGVsbG8hCg==", "Hello!\n"},
    {"SGVs\r\nbG8=", "Hello"},
    {"S G V s b G 8", "Hello"},
    {"=SG=Vsb=G8=", "Hello"},
    {"SGVsbG8=SGVsbG8=", "Hello\x12\x19\x5b\x1b\x1b"},
    {"***", ""},
    {"S", ""},
    {"SG", "H"},
    {"SGV", "He"},
    {"+/+/", "\xfb\xff\xbf"},
    {"-_SGVsbG8", "Hello"},
    {"\xff\xc3SGVsbG8", "Hello"},
};

static void test_base64(void **state)
{
    apr_size_t i, piece;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        apr_size_t len = strlen(texts[i].text);

        for (piece = 1; piece <= len + 1; piece++) {
            char         out[64];
            mws_base64_t decoder = {0, 0};
            apr_size_t   at, done = 0;

            for (at = 0; at < len; at += piece) {
                apr_size_t here = len - at < piece ? len - at : piece;

                done += mws_base64_decode(&decoder, texts[i].text + at, here, out + done);
            }
            assert_int_equal(done, strlen(texts[i].bytes));
            assert_memory_equal(out, texts[i].bytes, done);
        }
    }
}

/* A text is decoded where it stands, too. */
static void test_base64_in_place(void **state)
{
    char         text[] = "SGVsbG8gaGVsbG8=";
    mws_base64_t decoder = {0, 0};

    assert_int_equal(mws_base64_decode(&decoder, text, strlen(text), text), 11);
    assert_memory_equal(text, "Hello hello", 11);
}

static void test_sha1(void **state)
{
    assert_string_equal(mws_sha1(pool, "", 0), MWS_HASH_OF_NOTHING);
    assert_string_equal(mws_sha1(pool, "abc", 3), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_string_equal(mws_sha1(pool, "a\0b", 3), "4a3dec2d1f8245280855c42db0ee4239f917fdb8");
}

/* The paths of rows that a Moodle has made. */
static void test_path_hash(void **state)
{
    mws_area_t private = {511, "user", "private", 0};
    mws_area_t resource = {604, "mod_resource", "content", 0};

    assert_string_equal(mws_file_pathhash(pool, &private, "/", "hello.txt"),
                        "47642a5a19463bb4fd50b914498481cf1abb33bd");
    assert_string_equal(mws_file_pathhash(pool, &private, "/docs/", "r\xc3\xa9sum\xc3\xa9  cv.txt"),
                        "f47f73b4a167783a78c2698887d3e8bcdf46ebe2");
    assert_string_equal(mws_file_pathhash(pool, &private, "/docs/deep/", "."),
                        "77b4a4ea2f69c6176efca57b59f6987d2af18eba");
    assert_string_equal(mws_file_pathhash(pool, &resource, "/", "resource1.txt"),
                        "03b9ebf27b975a1bd332f9ba62be59bc8e359a7a");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_base64),
        TEST(test_base64_in_place),
        TEST(test_sha1),
        TEST(test_path_hash),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
