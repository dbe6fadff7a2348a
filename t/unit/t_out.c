/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_out.c -- answers held against their declaration, and the sink they are written to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

#include "lib/db/mws_declare.h"

static apr_pool_t *pool;

/* A writer that tells what it was asked to do, a word each. */
typedef struct {
    mws_sink_t *sink;
} told_t;

static void say(void *state, const char *text)
{
    mws_put(((told_t *)state)->sink, text, strlen(text));
}

static void *tell_start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                        const mws_spec_t *returns)
{
    told_t *told = apr_palloc(p, sizeof(*told));

    (void)returns;
    told->sink = sink;
    return told;
}

static void tell_finish(void *state)
{
    say(state, ".");
}

static void tell_key(void *state, const mws_spec_t *spec)
{
    say(state, spec->name);
    say(state, "=");
}

static void tell_absent(void *state, const mws_spec_t *spec)
{
    say(state, "-");
    say(state, spec->name);
    say(state, " ");
}

static void tell_begin_list(void *state, const mws_spec_t *spec)
{
    (void)spec;
    say(state, "[");
}

static void tell_end_list(void *state, const mws_spec_t *spec)
{
    (void)spec;
    say(state, "]");
}

static void tell_begin_struct(void *state, const mws_spec_t *spec)
{
    (void)spec;
    say(state, "{");
}

static void tell_end_struct(void *state, const mws_spec_t *spec)
{
    (void)spec;
    say(state, "}");
}

static void tell_null(void *state, const mws_spec_t *spec)
{
    (void)spec;
    say(state, "null ");
}

static void tell_boolean(void *state, const mws_spec_t *spec, int b)
{
    (void)spec;
    say(state, b ? "true " : "false ");
}

static void tell_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    (void)spec;
    say(state, apr_pstrmemdup(pool, digits, len));
    say(state, " ");
}

static void tell_real(void *state, const mws_spec_t *spec, double f)
{
    (void)spec;
    say(state, apr_psprintf(pool, "%.2f ", f));
}

static void tell_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    (void)spec;
    say(state, apr_psprintf(pool, "'%.*s' ", (int)len, text));
}

/* clang-format off */
static const mws_writer_t teller = {
    tell_start,     tell_finish,       tell_key,        tell_absent, tell_begin_list,
    tell_end_list,  tell_begin_struct, tell_end_struct, tell_null,   tell_boolean,
    tell_integer,   tell_real,         tell_text,
};
/* clang-format on */

static const mws_spec_t *const people = LIST_OF(
    KEYS(VALUE("id", INT, "who"), VALUE("name", TEXT, "called", OPTIONAL),
         VALUE("on", BOOL, "whether", PRESET("1")), VALUE("raw", RAW, "any", OPTIONAL, UNTYPED),
         LIST("tags", ONE(TEXT, "one"), "all", OPTIONAL), VALUE("share", FLOAT, "part", OPTIONAL)));

static mws_out_t  *out;
static mws_sink_t *sink;

static void start(const mws_spec_t *returns)
{
    sink = mws_sink_make(pool, 1 << 20);
    out = mws_out_start(pool, sink, &teller, returns);
}

static const char *written(void)
{
    mws_sink_finish(sink);
    return apr_pstrmemdup(pool, sink->first->bytes, sink->first->used);
}

/* Values are converted as declared, and what was passed over is told to the writer. */
static void writes_as_declared(void **state)
{
    start(people);
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_text(out, "id", "7");
    mws_out_text(out, "name", NULL);
    mws_out_int(out, "on", 0);
    mws_out_int(out, "raw", 5);
    mws_out_list(out, "tags");
    mws_out_text(out, NULL, "a");
    mws_out_end(out);
    mws_out_end(out);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", -8);
    mws_out_text(out, "share", "0.5");
    mws_out_end(out);
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    assert_string_equal(written(), "[{id=7 name=null on=false raw=5 tags=['a' ]-share }"
                                   "{id=-8 -name on=true -raw -tags share=0.50 }].");
}

/* The digits of an INT reach the writer as integers, whatever the text was. */
static void integers_stay_integers(void **state)
{
    static const struct {
        const char *text, *is;
    } cases[] = {
        {"0", "0 "}, {"-5", "-5 "}, {"007", "7 "}, {"", "0 "},
        {"x", "0 "}, {"-", "0 "},   {"3.5", "3 "}, {"9223372036854775807", "9223372036854775807 "},
        {"-0", "0 "}};
    apr_size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        start(ONE(INT, "a number"));
        mws_out_text(out, NULL, cases[i].text);
        assert_null(mws_out_finish(out));
        assert_string_equal(written(), apr_pstrcat(pool, cases[i].is, ".", NULL));
    }
}

/* What is not declared is dropped, with everything below it. */
static void drops_the_undeclared(void **state)
{
    start(KEYS(VALUE("id", INT, "who")));
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 1);
    mws_out_list(out, "more");
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 2);
    mws_out_end(out);
    mws_out_end(out);
    mws_out_text(out, "other", "x");
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    assert_string_equal(written(), "{id=1 }.");
}

static void refuses(const char *detail)
{
    mws_error_t *err = mws_out_finish(out);

    assert_non_null(err);
    assert_int_equal(err->id, MWS_BAD_RESPONSE);
    assert_non_null(strstr(err->detail, detail));
}

/* Our own mistakes are told, not sent. */
static void refuses_what_is_wrong(void **state)
{
    start(people);
    refuses("not written to its end");

    start(people);
    mws_out_list(out, NULL);
    refuses("not written to its end");

    start(people);
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", "x");
    mws_out_end(out);
    mws_out_end(out);
    refuses("missing in the result: id");

    start(people);
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 1);
    mws_out_text(out, "raw", "x");
    mws_out_text(out, "name", "x");
    mws_out_end(out);
    mws_out_end(out);
    refuses("out of order: name");

    start(people);
    mws_out_struct(out, NULL);
    refuses("another shape");

    start(ONE(INT, "one"));
    mws_out_int(out, NULL, 1);
    mws_out_int(out, NULL, 1);
    refuses("more than the declared");

    start(NULL);
    mws_out_int(out, NULL, 1);
    refuses("more than the declared");
}

/* A function that returns nothing has nothing to write. */
static void nothing_is_fine(void **state)
{
    start(NULL);
    assert_null(mws_out_finish(out));
    assert_string_equal(written(), ".");
}

static void write_id(mws_out_t *o, const mws_out_field_t *field, const void *record)
{
    mws_out_int(o, field->key, *(const int *)record);
}

static void write_name(mws_out_t *o, const mws_out_field_t *field, const void *record)
{
    (void)record;
    mws_out_text(o, field->key, field->how);
}

/* One table of fields serves declarations of any order. */
static void fields_follow_the_declaration(void **state)
{
    static const mws_out_field_t fields[] = {{"id", write_id, NULL},
                                             {"name", write_name, "n"},
                                             {"never", write_id, NULL},
                                             {NULL, NULL, NULL}};
    int                          who = 3;

    start(people);
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_fields(out, fields, &who);
    mws_out_end(out);
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    assert_string_equal(written(), "[{id=3 name='n' on=true -raw -tags -share }].");

    start(KEYS(VALUE("name", TEXT, "called"), VALUE("id", INT, "who")));
    mws_out_struct(out, NULL);
    mws_out_fields(out, fields, &who);
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    assert_string_equal(written(), "{name='n' id=3 }.");
}

static void wants_what_is_declared(void **state)
{
    start(people);
    assert_true(mws_out_wants(out, "tags"));
    assert_false(mws_out_wants(out, "groups"));
}

/* Around the limit of memory the bytes come back whole, from blocks and file together. */
static void sink_spills_to_a_file(void **state)
{
    static const apr_size_t sizes[] = {0, 1, 7999, 8000, 8001, 100000, 3000000};
    apr_size_t              i, n;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        mws_sink_t       *s = mws_sink_make(pool, 64000);
        mws_sink_block_t *block;
        apr_size_t        seen = 0;
        char              c;

        for (n = 0; n < sizes[i]; n++) {
            c = (char)('a' + n % 23);
            mws_put(s, &c, 1);
        }
        assert_int_equal(mws_sink_size(s), sizes[i]);
        assert_int_equal(mws_sink_finish(s), APR_SUCCESS);
        assert_int_equal(mws_sink_size(s), sizes[i]);
        assert_int_equal(s->file != NULL, sizes[i] > 100000);
        for (block = s->first; block; block = block->next) {
            for (n = 0; n < block->used; n++, seen++) {
                assert_int_equal(block->bytes[n], 'a' + seen % 23);
            }
        }
        if (s->file) {
            apr_off_t  at = 0;
            char      *all = apr_palloc(pool, (apr_size_t)s->in_file);
            apr_size_t len = (apr_size_t)s->in_file;

            assert_int_equal(apr_file_seek(s->file, APR_SET, &at), APR_SUCCESS);
            assert_int_equal(apr_file_read_full(s->file, all, len, NULL), APR_SUCCESS);
            for (n = 0; n < len; n++, seen++) {
                assert_int_equal(all[n], 'a' + seen % 23);
            }
        }
        assert_int_equal(seen, sizes[i]);
        mws_sink_clear(s);
        assert_int_equal(mws_sink_size(s), 0);
    }
}

/* All that S holds. */
static char *bytes_of(mws_sink_t *s)
{
    char             *bytes = apr_palloc(pool, (apr_size_t)mws_sink_size(s) + 1), *at = bytes;
    apr_off_t         start = 0;
    apr_size_t        in_file;
    mws_sink_block_t *block;

    assert_int_equal(mws_sink_finish(s), APR_SUCCESS);
    for (block = s->first; block && !(s->file && block == s->last); block = block->next) {
        memcpy(at, block->bytes, block->used);
        at += block->used;
    }
    if (s->file) {
        in_file = (apr_size_t)s->in_file;
        assert_int_equal(apr_file_seek(s->file, APR_SET, &start), APR_SUCCESS);
        assert_int_equal(apr_file_read_full(s->file, at, in_file, NULL), APR_SUCCESS);
        at += in_file;
        start = s->in_file;
        assert_int_equal(apr_file_seek(s->file, APR_SET, &start), APR_SUCCESS);
    }
    *at = '\0';
    return bytes;
}

/* Sizes around where blocks end and the file begins (at 56000 with a limit of 50000). */
static const apr_size_t edges[] = {0,     1,     7998,  7999,  8000,  8001,   23999, 24000,
                                   24001, 55998, 56000, 56001, 87999, 120000, 200000};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static char byte_at(apr_size_t i)
{
    return (char)('a' + i % 23 % 19);
}

static void fill_to(mws_sink_t *s, apr_size_t size)
{
    while ((apr_size_t)mws_sink_size(s) < size) {
        char c = byte_at((apr_size_t)mws_sink_size(s));

        mws_put(s, &c, 1);
    }
}

/* Four bytes are put in the place of others, wherever those went meanwhile, and writing goes on
 * where it was. */
static void sink_is_patched(void **state)
{
    apr_size_t i, j, k;

    for (i = 0; i < EDGES; i++) {
        for (j = i; j < EDGES; j++) {
            mws_sink_t *s = mws_sink_make(pool, 50000);
            char       *bytes;

            fill_to(s, edges[i]);
            mws_put(s, "....", 4);
            fill_to(s, edges[j]);
            mws_sink_patch(s, (apr_off_t)edges[i], "1234", 4);
            fill_to(s, (apr_size_t)mws_sink_size(s) + 3);
            bytes = bytes_of(s);
            for (k = 0; k < (apr_size_t)mws_sink_size(s); k++) {
                char is = k - edges[i] < 4 ? "1234"[k - edges[i]] : byte_at(k);

                assert_int_equal(bytes[k], is);
            }
            apr_pool_clear(pool);
        }
    }
}

/* What was kept stays when the sink is cleared, however far it had gone beyond. */
static void sink_keeps(void **state)
{
    apr_size_t i, j, k;

    for (i = 0; i < EDGES; i++) {
        for (j = i; j < EDGES; j++) {
            mws_sink_t *s = mws_sink_make(pool, 50000);
            char       *bytes;

            fill_to(s, edges[i]);
            mws_sink_keep(s);
            mws_put(s, "wrong", 5);
            fill_to(s, edges[j]);
            mws_sink_clear(s);
            assert_int_equal(mws_sink_size(s), edges[i]);
            fill_to(s, edges[j] + 10);
            bytes = bytes_of(s);
            assert_int_equal(mws_sink_size(s), edges[j] + 10);
            for (k = 0; k < edges[j] + 10; k++) {
                assert_int_equal(bytes[k], byte_at(k));
            }
            apr_pool_clear(pool);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_as_declared),     cmocka_unit_test(integers_stay_integers),
        cmocka_unit_test(drops_the_undeclared),   cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(nothing_is_fine),        cmocka_unit_test(fields_follow_the_declaration),
        cmocka_unit_test(wants_what_is_declared), cmocka_unit_test(sink_spills_to_a_file),
        cmocka_unit_test(sink_is_patched),        cmocka_unit_test(sink_keeps),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
