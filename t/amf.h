/* SPDX-License-Identifier: Apache-2.0 */
/* t/amf.h
 *
 * What the tests of AMF share: bytes written down as text, a reader for them with small limits, and
 * values and answers shown as text again.
 */
#ifndef T_AMF_H
#define T_AMF_H

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/amf/mws_amf0.h"
#include "adapters/amf/mws_amf3.h"
#include "adapters/amf/mws_amf_packet.h"
#include "lib/base/mws_buffer.h"
#include "lib/db/mws_declare.h"

#define VALUES_MAX 200
#define LEVELS_MAX 8
#define BYTES_MAX 4096
#define CALLS_MAX 4

static const mws_settings_t amf_settings = {
    .keys_max = VALUES_MAX, .depth_max = LEVELS_MAX, .body_max = BYTES_MAX, .calls_max = CALLS_MAX};

typedef mws_error_t *(*read_t)(mws_amf_in_t *in, mws_value_t **value);

static apr_pool_t *pool;
static mws_call_t  call;

static int setup(void **state)
{
    apr_pool_create(&pool, NULL);
    memset(&call, 0, sizeof(call));
    call.pool = pool;
    call.settings = &amf_settings;
    return 0;
}

static int teardown(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

/* The bytes that TEXT writes down: in hexadecimal, with blanks between, or letters as they are
 * between single quotes. */
static mws_text_t bytes_of(const char *text)
{
    mws_buffer_t out = mws_buffer_make(pool, strlen(text));

    while (*text) {
        if (*text == ' ') {
            text++;
        }
        else if (*text == '\'') {
            apr_size_t len = strcspn(text + 1, "'");

            mws_buffer_put(&out, text + 1, len);
            text += len + 2;
        }
        else {
            char digits[3] = {text[0], text[1], '\0'};

            mws_buffer_putc(&out, (char)strtol(digits, NULL, 16));
            text += 2;
        }
    }
    return (mws_text_t){out.s, out.len};
}

/* TEXT times COUNT, with END behind. */
static const char *times(const char *text, int count, const char *end)
{
    mws_buffer_t out = mws_buffer_make(pool, 64);

    while (count--) {
        mws_buffer_puts(&out, text);
    }
    mws_buffer_puts(&out, end);
    return mws_buffer_text(&out);
}

/* A copy that ends where its memory ends, so that a byte read beyond is seen. */
static char *exact(mws_text_t bytes)
{
    char *copy = malloc(bytes.len ? bytes.len : 1);

    if (!copy) {
        abort();
    }
    memcpy(copy, bytes.s, bytes.len);
    return copy;
}

/* V as text. */
static void show(mws_buffer_t *out, const mws_value_t *v)
{
    char       number[40];
    apr_size_t i;

    switch (mws_value_kind(v)) {
    case MWS_NULL:
        mws_buffer_puts(out, "null");
        break;
    case MWS_BOOL:
        mws_buffer_puts(out, mws_value_as_bool(v) ? "true" : "false");
        break;
    case MWS_INT:
        mws_buffer_puts(out, apr_psprintf(pool, "%" APR_INT64_T_FMT, mws_value_as_int(v)));
        break;
    case MWS_FLOAT:
        snprintf(number, sizeof(number), "%.17gf", mws_value_as_float(v));
        mws_buffer_puts(out, number);
        break;
    case MWS_TEXT:
        mws_buffer_puts(out, "'");
        mws_buffer_put(out, mws_value_as_text(v).s, mws_value_as_text(v).len);
        mws_buffer_puts(out, "'");
        break;
    case MWS_LIST:
    case MWS_STRUCT:
        mws_buffer_puts(out, mws_value_kind(v) == MWS_LIST ? "[" : "{");
        for (i = 0; i < mws_value_size(v); i++) {
            mws_buffer_puts(out, i ? " " : "");
            if (mws_value_kind(v) == MWS_STRUCT) {
                mws_buffer_puts(out, mws_value_key_at(v, i).s);
                mws_buffer_puts(out, ":");
            }
            show(out, mws_value_at(v, i));
        }
        mws_buffer_puts(out, mws_value_kind(v) == MWS_LIST ? "]" : "}");
    }
}

/* Read BYTES with READ, all of them. Gives the value as text, or the error behind a "!". */
static const char *read_bytes(read_t read, mws_text_t bytes)
{
    char         *copy = exact(bytes);
    mws_amf_in_t *in = mws_amf_begin(&call, (mws_text_t){copy, bytes.len});
    mws_value_t  *value = NULL;
    mws_buffer_t  out = mws_buffer_make(pool, 64);
    mws_error_t  *err = read(in, &value);
    int           left = (int)(in->end - in->at);

    if (err) {
        mws_buffer_puts(&out, "!");
        mws_buffer_puts(&out, err->debuginfo);
    }
    else {
        show(&out, value);
        mws_buffer_puts(&out, left ? " and more" : "");
    }
    free(copy);
    return mws_buffer_text(&out);
}

static const char *read_text(read_t read, const char *text)
{
    return read_bytes(read, bytes_of(text));
}

static void assert_reads(read_t read, const char *text, const char *shown)
{
    const char *is = read_text(read, text);

    if (strcmp(is, shown) != 0) {
        fail_msg("%.200s: expected %.200s, got %.200s", text, shown, is);
    }
}

/* Reading TEXT must fail, with WHY in what is said. */
static void assert_refused(read_t read, const char *text, const char *why)
{
    const char *is = read_text(read, text);

    if (*is != '!' || !strstr(is, why)) {
        fail_msg("%.200s: expected a refusal (%s), got %.200s", text, why, is);
    }
}

/* Cut TEXT at each of its bytes: none of what is left may be taken for a value. Gives how many
 * cases that were. */
static int assert_cuts_refused(read_t read, const char *text)
{
    mws_text_t bytes = bytes_of(text);
    apr_size_t len;

    for (len = 0; len < bytes.len; len++) {
        const char *is = read_bytes(read, (mws_text_t){bytes.s, len});

        if (*is != '!') {
            fail_msg("%.200s cut to %d bytes is %.200s", text, (int)len, is);
        }
    }
    return (int)bytes.len;
}

/* Put other values in the place of each byte of TEXT: whatever comes of it, nothing breaks and no
 * limit is passed. Gives how many cases that were. */
static int try_changes(read_t read, const char *text)
{
    static const unsigned char others[] = {0x00, 0x01, 0x07, 0x09, 0x0A, 0x0B, 0x11,
                                           0x7F, 0x80, 0x81, 0xC0, 0xFE, 0xFF};
    mws_text_t                 bytes = bytes_of(text);
    char                      *changed = apr_pmemdup(pool, bytes.s, bytes.len + 1);
    apr_size_t                 i, j;

    for (i = 0; i < bytes.len; i++) {
        for (j = 0; j < sizeof(others); j++) {
            changed[i] = (char)others[j];
            read_bytes(read, (mws_text_t){changed, bytes.len});
        }
        changed[i] = bytes.s[i];
    }
    return (int)(bytes.len * sizeof(others));
}

/* All that SINK holds, memory and file. */
static mws_text_t all_of(mws_sink_t *sink)
{
    apr_size_t              len = (apr_size_t)mws_sink_size(sink), in_file;
    char                   *bytes = apr_palloc(pool, len + 1), *at = bytes;
    apr_off_t               start = 0;
    const mws_sink_block_t *block;

    assert_int_equal(mws_sink_finish(sink), APR_SUCCESS);
    for (block = sink->first; block && !(sink->file && block == sink->last); block = block->next) {
        memcpy(at, block->bytes, block->used);
        at += block->used;
    }
    if (sink->file) {
        in_file = (apr_size_t)sink->in_file;
        assert_int_equal(apr_file_seek(sink->file, APR_SET, &start), APR_SUCCESS);
        assert_int_equal(apr_file_read_full(sink->file, at, in_file, NULL), APR_SUCCESS);
    }
    bytes[len] = '\0';
    return (mws_text_t){bytes, len};
}

static void assert_bytes(mws_text_t is, const char *text)
{
    mws_text_t   should = bytes_of(text);
    mws_buffer_t shown = mws_buffer_make(pool, 64);
    apr_size_t   i;

    for (i = 0; i < is.len; i++) {
        mws_buffer_puts(&shown, apr_psprintf(pool, "%02x ", (unsigned char)is.s[i]));
    }
    if (is.len != should.len || memcmp(is.s, should.s, is.len) != 0) {
        fail_msg("expected %s, got %s", text, mws_buffer_text(&shown));
    }
}

#endif
