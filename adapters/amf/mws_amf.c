/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf.c -- bytes, limits and references of AMF. */
#include "mws_amf.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

#include "../../lib/base/mws_escape.h"
#include "../../lib/base/mws_php.h"

/* Every integer below is one double. */
#define EXACT 9007199254740992.0

/* Milliseconds from 1970 that a date of ECMAScript reaches, either way. */
#define DATE_MAX 8.64e15

/* ---- reading ----------------------------------------------------------------------------- */

mws_amf_in_t *mws_amf_begin(mws_call_t *call, mws_text_t body)
{
    mws_amf_in_t *in = apr_pcalloc(call->pool, sizeof(*in));

    in->call = call;
    in->start = in->at = (const unsigned char *)body.s;
    in->end = in->start + body.len;
    in->objects0 = apr_array_make(call->pool, 8, sizeof(mws_amf_entry_t));
    in->objects3 = apr_array_make(call->pool, 8, sizeof(mws_amf_entry_t));
    in->strings = apr_array_make(call->pool, 16, sizeof(mws_text_t));
    in->traits = apr_array_make(call->pool, 8, sizeof(const mws_amf_traits_t *));
    return in;
}

void mws_amf_forget(mws_amf_in_t *in)
{
    apr_array_clear(in->objects0);
    apr_array_clear(in->objects3);
    apr_array_clear(in->strings);
    apr_array_clear(in->traits);
}

/* More than MOST of WHAT. */
static mws_error_t *too_much(const mws_amf_in_t *in, apr_int64_t most, const char *what)
{
    return mws_amf_wrong(
        in, apr_psprintf(in->call->pool,
                         "more than the %" APR_INT64_T_FMT " %s allowed in a request", most, what));
}

static mws_error_t *count(mws_amf_in_t *in, apr_int64_t values, apr_int64_t bytes)
{
    const mws_settings_t *settings = in->call->settings;

    in->values += values;
    in->bytes += bytes;
    if (in->values > settings->keys_max) {
        return too_much(in, settings->keys_max, "values");
    }
    if (in->bytes > settings->body_max) {
        return too_much(in, settings->body_max, "bytes of text");
    }
    return NULL;
}

mws_error_t *mws_amf_count(mws_amf_in_t *in)
{
    return count(in, 1, 0);
}

mws_error_t *mws_amf_count_bytes(mws_amf_in_t *in, apr_size_t len)
{
    return count(in, 0, (apr_int64_t)len);
}

mws_error_t *mws_amf_need(const mws_amf_in_t *in, apr_size_t len)
{
    return len <= (apr_size_t)(in->end - in->at)
               ? NULL
               : mws_amf_wrong(in, "the body ends before what is announced here");
}

mws_error_t *mws_amf_need_each(const mws_amf_in_t *in, apr_uint32_t count, apr_size_t size)
{
    return count <= (apr_size_t)(in->end - in->at) / size
               ? NULL
               : mws_amf_wrong(in, "more elements are announced than the body can hold");
}

mws_error_t *mws_amf_u8(mws_amf_in_t *in, int *u)
{
    MWS_ERR(mws_amf_need(in, 1));
    *u = *in->at++;
    return NULL;
}

mws_error_t *mws_amf_u16(mws_amf_in_t *in, apr_uint32_t *u)
{
    MWS_ERR(mws_amf_need(in, 2));
    *u = (apr_uint32_t)in->at[0] << 8 | in->at[1];
    in->at += 2;
    return NULL;
}

mws_error_t *mws_amf_u32(mws_amf_in_t *in, apr_uint32_t *u)
{
    MWS_ERR(mws_amf_need(in, 4));
    *u = (apr_uint32_t)in->at[0] << 24 | (apr_uint32_t)in->at[1] << 16 |
         (apr_uint32_t)in->at[2] << 8 | in->at[3];
    in->at += 4;
    return NULL;
}

mws_error_t *mws_amf_text(mws_amf_in_t *in, apr_size_t len, mws_text_t *text)
{
    const char *at = (const char *)in->at;

    MWS_ERR(mws_amf_need(in, len));
    MWS_ERR(mws_amf_count_bytes(in, len));
    *text = mws_escape_utf8(in->call->pool, at, len);
    if (text->s == at) {
        text->s = apr_pstrmemdup(in->call->pool, at, len);
    }
    in->at += len;
    return NULL;
}

mws_error_t *mws_amf_bytes(mws_amf_in_t *in, apr_size_t len, mws_text_t *bytes)
{
    MWS_ERR(mws_amf_need(in, len));
    MWS_ERR(mws_amf_count_bytes(in, len));
    bytes->s = apr_pstrmemdup(in->call->pool, (const char *)in->at, len);
    bytes->len = len;
    in->at += len;
    return NULL;
}

static mws_error_t *read_double(mws_amf_in_t *in, double *f)
{
    apr_uint64_t bits = 0;
    int          i;

    MWS_ERR(mws_amf_need(in, 8));
    for (i = 0; i < 8; i++) {
        bits = bits << 8 | *in->at++;
    }
    memcpy(f, &bits, sizeof(*f));
    return NULL;
}

mws_error_t *mws_amf_number(mws_amf_in_t *in, mws_value_t **value)
{
    double f = 0;

    MWS_ERR(read_double(in, &f));
    if (!isfinite(f)) {
        return mws_amf_wrong(in, "a number that is none, or infinite");
    }
    *value = fabs(f) < EXACT && f == floor(f) ? mws_value_int(in->call->pool, (apr_int64_t)f)
                                              : mws_value_float(in->call->pool, f);
    return NULL;
}

mws_error_t *mws_amf_date(mws_amf_in_t *in, mws_value_t **value)
{
    double ms = 0;

    MWS_ERR(read_double(in, &ms));
    if (!(fabs(ms) <= DATE_MAX)) {
        return mws_amf_wrong(in, "a date that is none");
    }
    *value = mws_value_int(in->call->pool, (apr_int64_t)floor(ms / 1000));
    return NULL;
}

mws_amf_mark_t mws_amf_note(mws_amf_in_t *in, apr_array_header_t *table, int marker)
{
    mws_amf_mark_t   mark = {.table = table,
                             .index = table->nelts,
                             .values = in->values,
                             .bytes = in->bytes,
                             .deepest = in->deepest};
    mws_amf_entry_t *entry = apr_array_push(table);

    entry->value = NULL;
    entry->class_name = "";
    entry->marker = marker;
    in->deepest = in->depth;
    return mark;
}

mws_error_t *mws_amf_open(mws_amf_in_t *in, apr_array_header_t *table, int marker,
                          mws_amf_mark_t *mark)
{
    *mark = mws_amf_note(in, table, marker);
    if (in->depth == in->call->settings->depth_max) {
        return too_much(in, in->call->settings->depth_max, "levels");
    }
    in->deepest = ++in->depth;
    return NULL;
}

void mws_amf_noted(mws_amf_in_t *in, const mws_amf_mark_t *mark, mws_value_t *value)
{
    mws_amf_entry_t *entry = &APR_ARRAY_IDX(mark->table, mark->index, mws_amf_entry_t);

    entry->value = value;
    entry->values = in->values - mark->values;
    entry->bytes = in->bytes - mark->bytes;
    entry->levels = in->deepest - in->depth;
    if (in->deepest < mark->deepest) {
        in->deepest = mark->deepest;
    }
}

void mws_amf_close(mws_amf_in_t *in, const mws_amf_mark_t *mark, mws_value_t *value)
{
    in->depth--;
    mws_amf_noted(in, mark, value);
}

mws_error_t *mws_amf_refer(mws_amf_in_t *in, const apr_array_header_t *table, apr_uint32_t index,
                           int marker, mws_value_t **value)
{
    const mws_amf_entry_t *entry;

    if (index >= (apr_uint32_t)table->nelts) {
        return mws_amf_wrong(in, "a reference to nothing");
    }
    entry = &APR_ARRAY_IDX(table, index, mws_amf_entry_t);
    if (!entry->value) {
        return mws_amf_wrong(in, "a value that holds itself");
    }
    if (entry->marker != marker) {
        return mws_amf_wrong(in, "a reference to a value of another type");
    }
    if (in->depth + entry->levels > in->call->settings->depth_max) {
        return too_much(in, in->call->settings->depth_max, "levels");
    }
    if (in->depth + entry->levels > in->deepest) {
        in->deepest = in->depth + entry->levels;
    }
    *value = entry->value;
    return count(in, entry->values, entry->bytes);
}

static const char *class_in(const apr_array_header_t *table, const mws_value_t *value)
{
    int i;

    for (i = 0; i < table->nelts; i++) {
        if (APR_ARRAY_IDX(table, i, mws_amf_entry_t).value == value) {
            return APR_ARRAY_IDX(table, i, mws_amf_entry_t).class_name;
        }
    }
    return "";
}

const char *mws_amf_class(const mws_amf_in_t *in, const mws_value_t *value)
{
    const char *name = class_in(in->objects3, value);

    return *name ? name : class_in(in->objects0, value);
}

const char *mws_amf_text_at(apr_pool_t *p, const mws_value_t *strct, const char *key)
{
    const mws_value_t *value = mws_value_get(strct, key, -1);
    mws_kind_e         kind = value ? mws_value_kind(value) : MWS_NULL;
    mws_text_t         text;

    if (kind == MWS_NULL || kind == MWS_LIST || kind == MWS_STRUCT) {
        return NULL;
    }
    text = mws_php_spelled(p, value);
    return strlen(text.s) == text.len ? text.s : "";
}

/* ---- writing ----------------------------------------------------------------------------- */

void mws_amf_put_u16(mws_sink_t *sink, apr_uint32_t u)
{
    char bytes[2] = {(char)(u >> 8), (char)u};

    mws_put(sink, bytes, sizeof(bytes));
}

static void spell_u32(char bytes[4], apr_uint32_t u)
{
    bytes[0] = (char)(u >> 24);
    bytes[1] = (char)(u >> 16);
    bytes[2] = (char)(u >> 8);
    bytes[3] = (char)u;
}

void mws_amf_put_u32(mws_sink_t *sink, apr_uint32_t u)
{
    char bytes[4];

    spell_u32(bytes, u);
    mws_put(sink, bytes, sizeof(bytes));
}

void mws_amf_patch_u32(mws_sink_t *sink, apr_off_t at, apr_uint32_t u)
{
    char bytes[4];

    spell_u32(bytes, u);
    mws_sink_patch(sink, at, bytes, sizeof(bytes));
}

void mws_amf_put_number(mws_sink_t *sink, int marker, double f)
{
    char         bytes[9];
    apr_uint64_t bits;
    int          i;

    memcpy(&bits, &f, sizeof(bits));
    bytes[0] = (char)marker;
    for (i = 8; i > 0; i--) {
        bytes[i] = (char)bits;
        bits >>= 8;
    }
    mws_put(sink, bytes, sizeof(bytes));
}

void mws_amf_put_name(mws_sink_t *sink, const char *text)
{
    apr_size_t len = strlen(text);

    mws_amf_put_u16(sink, (apr_uint32_t)len);
    mws_put(sink, text, len);
}

void mws_amf_write_key(const mws_writer_t *to, void *state, const char *key)
{
    mws_spec_t spec = {.name = key};

    to->key(state, &spec);
}

void mws_amf_write_text(const mws_writer_t *to, void *state, const char *key, const char *text)
{
    if (key) {
        mws_amf_write_key(to, state, key);
    }
    if (text) {
        to->text(state, NULL, text, strlen(text));
    }
    else {
        to->null(state, NULL);
    }
}

apr_int64_t mws_amf_integer(const char *digits, apr_size_t len)
{
    int         negative = *digits == '-';
    apr_int64_t i = 0;
    apr_size_t  at;

    /* counted below zero, where there is room for one more */
    for (at = (apr_size_t)negative; at < len; at++) {
        i = i * 10 - (digits[at] - '0');
    }
    return negative ? i : -i;
}
