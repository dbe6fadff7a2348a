/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf0.c -- AMF0, in and out.
 *
 * Adobe: Action Message Format, AMF 0. Moodle had it in Zend_Amf, whose reader of references does
 * not do what Flash Player does: that one counts a value when its marker is read, before what is in
 * it, and so do we.
 */
#include "mws_amf0.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_escape.h"
#include "mws_amf3.h"
#include "mws_flex.h"

/* Markers. */
enum {
    NUMBER,
    BOOLEAN,
    STRING,
    OBJECT,
    MOVIECLIP,
    NONE,
    UNDEFINED,
    REFERENCE,
    ECMA_ARRAY,
    OBJECT_END,
    STRICT_ARRAY,
    DATE,
    LONG_STRING,
    UNSUPPORTED,
    RECORDSET,
    XML_DOCUMENT,
    TYPED_OBJECT,
    AVMPLUS
};

#define SHORT_MAX 65535

/* ---- reading ----------------------------------------------------------------------------- */

static mws_error_t *read_name(mws_amf_in_t *in, mws_text_t *name)
{
    apr_uint32_t len = 0;

    MWS_ERR(mws_amf_u16(in, &len));
    return mws_amf_text(in, len, name);
}

static mws_error_t *read_text(mws_amf_in_t *in, int is_long, mws_value_t **value)
{
    apr_uint32_t len = 0;
    mws_text_t   text = {NULL, 0};

    MWS_ERR(is_long ? mws_amf_u32(in, &len) : mws_amf_u16(in, &len));
    MWS_ERR(mws_amf_text(in, len, &text));
    *value = mws_value_text(in->call->pool, text.s, (apr_ssize_t)text.len);
    return NULL;
}

static mws_error_t *read_boolean(mws_amf_in_t *in, mws_value_t **value)
{
    int b = 0;

    MWS_ERR(mws_amf_u8(in, &b));
    *value = mws_value_bool(in->call->pool, b);
    return NULL;
}

/* The time zone behind a date was never used. */
static mws_error_t *read_date(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t zone = 0;

    MWS_ERR(mws_amf_date(in, value));
    return mws_amf_u16(in, &zone);
}

static mws_error_t *read_reference(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t index = 0;

    MWS_ERR(mws_amf_u16(in, &index));
    return mws_amf_refer(in, in->objects0, index, REFERENCE, value);
}

/* Read members up to the end of the object: an empty name before the marker of an end. */
static mws_error_t *read_members(mws_amf_in_t *in, mws_value_t *strct)
{
    for (;;) {
        mws_text_t   name = {NULL, 0};
        mws_value_t *item = NULL;

        MWS_ERR(read_name(in, &name));
        MWS_ERR(mws_amf_need(in, 1));
        if (!name.len && *in->at == OBJECT_END) {
            in->at++;
            return NULL;
        }
        MWS_ERR(mws_amf0_value(in, &item));
        mws_value_set(strct, name.s, (apr_ssize_t)name.len, item);
    }
}

/* STRCT as a list where its keys are 0, 1 ... in order: how a client's array comes in. */
static mws_value_t *as_list(apr_pool_t *p, mws_value_t *strct)
{
    mws_value_t *list = mws_value_list(p);
    apr_size_t   i;

    for (i = 0; i < mws_value_size(strct); i++) {
        mws_text_t key = mws_value_key_at(strct, i);
        char       index[24];
        apr_size_t len = (apr_size_t)apr_snprintf(index, sizeof(index), "%" APR_SIZE_T_FMT, i);

        if (key.len != len || memcmp(key.s, index, len) != 0) {
            return strct;
        }
        mws_value_append(list, mws_value_at(strct, i));
    }
    return list;
}

static mws_error_t *read_object(mws_amf_in_t *in, mws_value_t **value)
{
    mws_amf_mark_t mark;

    MWS_ERR(mws_amf_open(in, in->objects0, REFERENCE, &mark));
    *value = mws_value_struct(in->call->pool);
    MWS_ERR(read_members(in, *value));
    mws_amf_close(in, &mark, *value);
    return NULL;
}

static mws_error_t *read_typed_object(mws_amf_in_t *in, mws_value_t **value)
{
    mws_amf_mark_t mark;
    mws_text_t     name = {NULL, 0};

    MWS_ERR(mws_amf_open(in, in->objects0, REFERENCE, &mark));
    MWS_ERR(read_name(in, &name));
    APR_ARRAY_IDX(in->objects0, mark.index, mws_amf_entry_t).class_name = name.s;
    *value = mws_value_struct(in->call->pool);
    MWS_ERR(read_members(in, *value));
    *value = mws_flex_unwrap(name.s, *value);
    mws_amf_close(in, &mark, *value);
    return NULL;
}

/* The count is a hint, and often wrong. */
static mws_error_t *read_ecma_array(mws_amf_in_t *in, mws_value_t **value)
{
    mws_amf_mark_t mark;
    apr_uint32_t   count = 0;

    MWS_ERR(mws_amf_open(in, in->objects0, REFERENCE, &mark));
    MWS_ERR(mws_amf_u32(in, &count));
    *value = mws_value_struct(in->call->pool);
    MWS_ERR(read_members(in, *value));
    *value = as_list(in->call->pool, *value);
    mws_amf_close(in, &mark, *value);
    return NULL;
}

static mws_error_t *read_strict_array(mws_amf_in_t *in, mws_value_t **value)
{
    mws_amf_mark_t mark;
    apr_uint32_t   count = 0;

    MWS_ERR(mws_amf_open(in, in->objects0, REFERENCE, &mark));
    MWS_ERR(mws_amf_u32(in, &count));
    MWS_ERR(mws_amf_need_each(in, count, 1));
    *value = mws_value_list(in->call->pool);
    while (count--) {
        mws_value_t *item = NULL;

        MWS_ERR(mws_amf0_value(in, &item));
        mws_value_append(*value, item);
    }
    mws_amf_close(in, &mark, *value);
    return NULL;
}

mws_error_t *mws_amf0_value(mws_amf_in_t *in, mws_value_t **value)
{
    int marker = 0;

    MWS_ERR(mws_amf_count(in));
    MWS_ERR(mws_amf_u8(in, &marker));
    switch (marker) {
    case NUMBER:
        return mws_amf_number(in, value);
    case BOOLEAN:
        return read_boolean(in, value);
    case STRING:
        return read_text(in, 0, value);
    case LONG_STRING:
    case XML_DOCUMENT:
        return read_text(in, 1, value);
    case NONE:
    case UNDEFINED:
    case UNSUPPORTED:
        *value = mws_value_null(in->call->pool);
        return NULL;
    case OBJECT:
        return read_object(in, value);
    case TYPED_OBJECT:
        return read_typed_object(in, value);
    case ECMA_ARRAY:
        return read_ecma_array(in, value);
    case STRICT_ARRAY:
        return read_strict_array(in, value);
    case REFERENCE:
        return read_reference(in, value);
    case DATE:
        return read_date(in, value);
    case AVMPLUS:
        in->amf3 = 1;
        return mws_amf3_value(in, value);
    default:
        in->at--;
        return mws_amf_wrong(in, "no value of AMF0 begins so");
    }
}

/* ---- writing ----------------------------------------------------------------------------- */

typedef struct {
    apr_pool_t     *pool;
    mws_sink_t     *sink;
    int             is_void;
    int             depth;
    mws_amf_level_t levels[MWS_OUT_DEPTH + 1]; /* the first is around the whole */
} amf0_t;

static void *start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                   const mws_spec_t *returns)
{
    amf0_t *out = apr_pcalloc(p, sizeof(*out));

    (void)self;
    out->pool = p;
    out->sink = sink;
    out->is_void = returns == NULL;
    return out;
}

/* A value with MARKER follows. */
static void put_marker(amf0_t *out, int marker)
{
    char byte = (char)marker;

    out->levels[out->depth].count++;
    mws_put(out->sink, &byte, 1);
}

static void write_null(void *state, const mws_spec_t *spec)
{
    (void)spec;
    put_marker(state, NONE);
}

static void finish(void *state)
{
    amf0_t *out = state;

    if (out->is_void) {
        write_null(out, NULL);
    }
}

static void write_key(void *state, const mws_spec_t *spec)
{
    amf0_t *out = state;

    mws_amf_put_name(out->sink, spec->name);
}

static void begin_list(void *state, const mws_spec_t *spec)
{
    amf0_t          *out = state;
    mws_amf_level_t *level = &out->levels[out->depth + 1];

    (void)spec;
    put_marker(out, STRICT_ARRAY);
    level->at = mws_sink_size(out->sink);
    level->count = 0;
    mws_amf_put_u32(out->sink, 0);
    out->depth++;
}

static void end_list(void *state, const mws_spec_t *spec)
{
    amf0_t                *out = state;
    const mws_amf_level_t *level = &out->levels[out->depth--];

    (void)spec;
    mws_amf_patch_u32(out->sink, level->at, level->count);
}

static void begin_struct(void *state, const mws_spec_t *spec)
{
    amf0_t *out = state;

    (void)spec;
    put_marker(out, OBJECT);
    out->depth++;
}

static void end_struct(void *state, const mws_spec_t *spec)
{
    amf0_t *out = state;

    (void)spec;
    mws_put(out->sink, "\0\0\x09", 3);
    out->depth--;
}

static void write_boolean(void *state, const mws_spec_t *spec, int b)
{
    amf0_t *out = state;

    (void)spec;
    put_marker(out, BOOLEAN);
    mws_put(out->sink, b ? "\1" : "\0", 1);
}

static void write_real(void *state, const mws_spec_t *spec, double f)
{
    amf0_t *out = state;

    (void)spec;
    out->levels[out->depth].count++;
    mws_amf_put_number(out->sink, NUMBER, f);
}

static void write_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    write_real(state, spec, (double)mws_amf_integer(digits, len));
}

static void write_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    amf0_t    *out = state;
    mws_text_t clean = mws_escape_utf8(out->pool, text, len);

    (void)spec;
    if (clean.len <= SHORT_MAX) {
        put_marker(out, STRING);
        mws_amf_put_u16(out->sink, (apr_uint32_t)clean.len);
    }
    else {
        put_marker(out, LONG_STRING);
        mws_amf_put_u32(out->sink, (apr_uint32_t)clean.len);
    }
    mws_put(out->sink, clean.s, clean.len);
}

const mws_writer_t mws_amf0_writer = {
    .start = start,
    .finish = finish,
    .key = write_key,
    .absent = NULL,
    .begin_list = begin_list,
    .end_list = end_list,
    .begin_struct = begin_struct,
    .end_struct = end_struct,
    .null = write_null,
    .boolean = write_boolean,
    .integer = write_integer,
    .real = write_real,
    .text = write_text,
};
