/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf3.c -- AMF3, in and out.
 *
 * Adobe: Action Message Format, AMF 3. Moodle had it in Zend_Amf, which begins the tables anew with
 * each value of a message; the servers of Adobe do not, and neither do we.
 */
#include "mws_amf3.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_escape.h"
#include "mws_flex.h"

/* Markers. */
enum {
    UNDEFINED,
    NONE,
    NO,
    YES,
    INTEGER,
    DOUBLE,
    STRING,
    XML_DOCUMENT,
    DATE,
    ARRAY,
    OBJECT,
    XML,
    BYTE_ARRAY,
    VECTOR_INT,
    VECTOR_UINT,
    VECTOR_DOUBLE,
    VECTOR_OBJECT,
    DICTIONARY
};

/* Integers of 29 bits. */
#define INT_MAX29 0x0FFFFFFF
#define INT_MIN29 (-0x10000000)

/* Members that a class may name. */
#define MEMBERS_MAX 4096

/* ---- reading ----------------------------------------------------------------------------- */

/* An unsigned integer of one to four bytes, seven bits in each and eight in the fourth. */
static mws_error_t *read_u29(mws_amf_in_t *in, apr_uint32_t *u)
{
    int i, byte = 0x80;

    *u = 0;
    for (i = 0; i < 3 && byte & 0x80; i++) {
        MWS_ERR(mws_amf_u8(in, &byte));
        *u = *u << 7 | (byte & 0x7F);
    }
    if (byte & 0x80) {
        MWS_ERR(mws_amf_u8(in, &byte));
        *u = *u << 8 | (apr_uint32_t)byte;
    }
    return NULL;
}

static mws_error_t *read_integer(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t u = 0;

    MWS_ERR(read_u29(in, &u));
    *value =
        mws_value_int(in->call->pool, u > INT_MAX29 ? (apr_int64_t)u - 0x20000000 : (apr_int64_t)u);
    return NULL;
}

/* Read a text that is no value: a key, the name of a class. The empty one is never in the table. */
static mws_error_t *read_string(mws_amf_in_t *in, mws_text_t *text)
{
    apr_uint32_t u = 0;

    MWS_ERR(read_u29(in, &u));
    if (u & 1) {
        MWS_ERR(mws_amf_text(in, u >> 1, text));
        if (text->len) {
            APR_ARRAY_PUSH(in->strings, mws_text_t) = *text;
        }
        return NULL;
    }
    if (u >> 1 >= (apr_uint32_t)in->strings->nelts) {
        return mws_amf_wrong(in, "a reference to no text");
    }
    *text = APR_ARRAY_IDX(in->strings, u >> 1, mws_text_t);
    return mws_amf_count_bytes(in, text->len);
}

static mws_error_t *read_text(mws_amf_in_t *in, mws_value_t **value)
{
    mws_text_t text = {NULL, 0};

    MWS_ERR(read_string(in, &text));
    *value = mws_value_text(in->call->pool, text.s, (apr_ssize_t)text.len);
    return NULL;
}

/* Read what all values with a place in the table of objects begin with: a reference, and then
 * *VALUE is set; or *U, what is said of the value that follows. */
static mws_error_t *read_head(mws_amf_in_t *in, int marker, apr_uint32_t *u, mws_value_t **value)
{
    *value = NULL;
    MWS_ERR(read_u29(in, u));
    if (!(*u & 1)) {
        return mws_amf_refer(in, in->objects3, *u >> 1, marker, value);
    }
    *u >>= 1;
    return NULL;
}

/* XML and byte arrays: texts in the table of objects. */
static mws_error_t *read_long(mws_amf_in_t *in, int marker, mws_value_t **value)
{
    apr_uint32_t   len = 0;
    mws_text_t     text = {NULL, 0};
    mws_amf_mark_t mark;

    MWS_ERR(read_head(in, marker, &len, value));
    if (*value) {
        return NULL;
    }
    mark = mws_amf_note(in, in->objects3, marker);
    MWS_ERR(marker == BYTE_ARRAY ? mws_amf_bytes(in, len, &text) : mws_amf_text(in, len, &text));
    *value = mws_value_text(in->call->pool, text.s, (apr_ssize_t)text.len);
    mws_amf_noted(in, &mark, *value);
    return NULL;
}

static mws_error_t *read_date(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t   u = 0;
    mws_amf_mark_t mark;

    MWS_ERR(read_head(in, DATE, &u, value));
    if (*value) {
        return NULL;
    }
    mark = mws_amf_note(in, in->objects3, DATE);
    MWS_ERR(mws_amf_date(in, value));
    mws_amf_noted(in, &mark, *value);
    return NULL;
}

/* Set the members that follow with their names, up to an empty name. */
static mws_error_t *read_members(mws_amf_in_t *in, mws_value_t *strct)
{
    for (;;) {
        mws_text_t   name = {NULL, 0};
        mws_value_t *item = NULL;

        MWS_ERR(read_string(in, &name));
        if (!name.len) {
            return NULL;
        }
        MWS_ERR(mws_amf3_value(in, &item));
        mws_value_set(strct, name.s, (apr_ssize_t)name.len, item);
    }
}

static mws_error_t *read_elements(mws_amf_in_t *in, apr_uint32_t count, mws_value_t *list)
{
    while (count--) {
        mws_value_t *item = NULL;

        MWS_ERR(mws_amf3_value(in, &item));
        mws_value_append(list, item);
    }
    return NULL;
}

/* An array with names: its elements follow them as 0, 1 ... */
static mws_error_t *read_numbered(mws_amf_in_t *in, apr_uint32_t count, mws_value_t *strct)
{
    apr_uint32_t i;

    for (i = 0; i < count; i++) {
        mws_value_t *item = NULL;

        MWS_ERR(mws_amf3_value(in, &item));
        mws_value_set(strct, apr_psprintf(in->call->pool, "%u", i), -1, item);
    }
    return NULL;
}

static mws_error_t *read_array(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t   count = 0;
    mws_value_t   *strct;
    mws_amf_mark_t mark;

    MWS_ERR(read_head(in, ARRAY, &count, value));
    if (*value) {
        return NULL;
    }
    MWS_ERR(mws_amf_need_each(in, count, 1));
    MWS_ERR(mws_amf_open(in, in->objects3, ARRAY, &mark));
    strct = mws_value_struct(in->call->pool);
    MWS_ERR(read_members(in, strct));
    if (mws_value_size(strct)) {
        *value = strct;
        MWS_ERR(read_numbered(in, count, strct));
    }
    else {
        *value = mws_value_list(in->call->pool);
        MWS_ERR(read_elements(in, count, *value));
    }
    mws_amf_close(in, &mark, *value);
    return NULL;
}

/* Read the names of a class, of which U tells how many and which form. */
static mws_error_t *read_new_traits(mws_amf_in_t *in, apr_uint32_t u,
                                    const mws_amf_traits_t **traits)
{
    mws_amf_traits_t *made = apr_pcalloc(in->call->pool, sizeof(*made));
    mws_text_t        name = {"", 0};
    apr_uint32_t      i;

    made->external = u & 1;
    made->dynamic = u >> 1 & 1;
    made->count = made->external ? 0 : u >> 2;
    if (made->count > MEMBERS_MAX) {
        return mws_amf_wrong(in, "a class of too many members");
    }
    MWS_ERR(mws_amf_need_each(in, made->count, 1));
    MWS_ERR(read_string(in, &name));
    made->class_name = name.s;
    made->members = apr_palloc(in->call->pool, (made->count + 1) * sizeof(*made->members));
    for (i = 0; i < made->count; i++) {
        MWS_ERR(read_string(in, &made->members[i]));
    }
    APR_ARRAY_PUSH(in->traits, const mws_amf_traits_t *) = made;
    *traits = made;
    return NULL;
}

static mws_error_t *read_traits(mws_amf_in_t *in, apr_uint32_t u, const mws_amf_traits_t **traits)
{
    if (u & 1) {
        return read_new_traits(in, u >> 1, traits);
    }
    if (u >> 1 >= (apr_uint32_t)in->traits->nelts) {
        return mws_amf_wrong(in, "a reference to no class");
    }
    *traits = APR_ARRAY_IDX(in->traits, u >> 1, const mws_amf_traits_t *);
    return NULL;
}

/* Set the members that the class names. */
static mws_error_t *read_sealed(mws_amf_in_t *in, const mws_amf_traits_t *traits,
                                mws_value_t *strct)
{
    apr_uint32_t i;

    for (i = 0; i < traits->count; i++) {
        const mws_text_t *name = &traits->members[i];
        mws_value_t      *item = NULL;

        MWS_ERR(mws_amf_count_bytes(in, name->len));
        MWS_ERR(mws_amf3_value(in, &item));
        mws_value_set(strct, name->s, (apr_ssize_t)name->len, item);
    }
    return NULL;
}

static mws_error_t *read_object(mws_amf_in_t *in, mws_value_t **value)
{
    static const mws_amf_traits_t none = {.class_name = ""};
    const mws_amf_traits_t       *traits = &none;
    apr_uint32_t                  u = 0;
    mws_amf_mark_t                mark;

    MWS_ERR(read_head(in, OBJECT, &u, value));
    if (*value) {
        return NULL;
    }
    MWS_ERR(mws_amf_open(in, in->objects3, OBJECT, &mark));
    MWS_ERR(read_traits(in, u, &traits));
    APR_ARRAY_IDX(in->objects3, mark.index, mws_amf_entry_t).class_name = traits->class_name;
    if (traits->external) {
        MWS_ERR(mws_flex_external(in, traits->class_name, value));
    }
    else {
        *value = mws_value_struct(in->call->pool);
        MWS_ERR(read_sealed(in, traits, *value));
        if (traits->dynamic) {
            MWS_ERR(read_members(in, *value));
        }
        *value = mws_flex_unwrap(traits->class_name, *value);
    }
    mws_amf_close(in, &mark, *value);
    return NULL;
}

/* One number of a vector, which has no marker. */
static mws_error_t *read_element(mws_amf_in_t *in, int marker, mws_value_t **item)
{
    apr_uint32_t u = 0;

    MWS_ERR(mws_amf_count(in));
    if (marker == VECTOR_DOUBLE) {
        return mws_amf_number(in, item);
    }
    MWS_ERR(mws_amf_u32(in, &u));
    *item = mws_value_int(in->call->pool,
                          marker == VECTOR_INT ? (apr_int64_t)(apr_int32_t)u : (apr_int64_t)u);
    return NULL;
}

static mws_error_t *read_vector(mws_amf_in_t *in, int marker, mws_value_t **value)
{
    apr_uint32_t   count = 0;
    int            fixed = 0;
    mws_text_t     class_name = {NULL, 0};
    mws_amf_mark_t mark;

    MWS_ERR(read_head(in, marker, &count, value));
    if (*value) {
        return NULL;
    }
    MWS_ERR(mws_amf_open(in, in->objects3, marker, &mark));
    MWS_ERR(mws_amf_u8(in, &fixed));
    *value = mws_value_list(in->call->pool);
    if (marker == VECTOR_OBJECT) {
        MWS_ERR(read_string(in, &class_name));
        MWS_ERR(mws_amf_need_each(in, count, 1));
        MWS_ERR(read_elements(in, count, *value));
    }
    else {
        MWS_ERR(mws_amf_need_each(in, count, marker == VECTOR_DOUBLE ? 8 : 4));
        while (count--) {
            mws_value_t *item = NULL;

            MWS_ERR(read_element(in, marker, &item));
            mws_value_append(*value, item);
        }
    }
    mws_amf_close(in, &mark, *value);
    return NULL;
}

/* The key of a dictionary, which may be any value; one that can be the key of a struct. */
static mws_error_t *read_dictionary_key(mws_amf_in_t *in, mws_text_t *key)
{
    mws_value_t *value = NULL;

    MWS_ERR(mws_amf3_value(in, &value));
    switch (mws_value_kind(value)) {
    case MWS_TEXT:
        *key = mws_value_as_text(value);
        return NULL;
    case MWS_INT:
        key->s = apr_psprintf(in->call->pool, "%" APR_INT64_T_FMT, mws_value_as_int(value));
        key->len = strlen(key->s);
        return NULL;
    default:
        return mws_amf_wrong(in, "a key that is neither a text nor an integer");
    }
}

static mws_error_t *read_dictionary(mws_amf_in_t *in, mws_value_t **value)
{
    apr_uint32_t   count = 0;
    int            weak = 0;
    mws_amf_mark_t mark;

    MWS_ERR(read_head(in, DICTIONARY, &count, value));
    if (*value) {
        return NULL;
    }
    MWS_ERR(mws_amf_open(in, in->objects3, DICTIONARY, &mark));
    MWS_ERR(mws_amf_u8(in, &weak));
    MWS_ERR(mws_amf_need_each(in, count, 2));
    *value = mws_value_struct(in->call->pool);
    while (count--) {
        mws_text_t   key = {NULL, 0};
        mws_value_t *item = NULL;

        MWS_ERR(read_dictionary_key(in, &key));
        MWS_ERR(mws_amf3_value(in, &item));
        mws_value_set(*value, key.s, (apr_ssize_t)key.len, item);
    }
    mws_amf_close(in, &mark, *value);
    return NULL;
}

mws_error_t *mws_amf3_value(mws_amf_in_t *in, mws_value_t **value)
{
    int marker = 0;

    MWS_ERR(mws_amf_count(in));
    MWS_ERR(mws_amf_u8(in, &marker));
    switch (marker) {
    case UNDEFINED:
    case NONE:
        *value = mws_value_null(in->call->pool);
        return NULL;
    case NO:
    case YES:
        *value = mws_value_bool(in->call->pool, marker == YES);
        return NULL;
    case INTEGER:
        return read_integer(in, value);
    case DOUBLE:
        return mws_amf_number(in, value);
    case STRING:
        return read_text(in, value);
    case XML_DOCUMENT:
    case XML:
    case BYTE_ARRAY:
        return read_long(in, marker, value);
    case DATE:
        return read_date(in, value);
    case ARRAY:
        return read_array(in, value);
    case OBJECT:
        return read_object(in, value);
    case VECTOR_INT:
    case VECTOR_UINT:
    case VECTOR_DOUBLE:
    case VECTOR_OBJECT:
        return read_vector(in, marker, value);
    case DICTIONARY:
        return read_dictionary(in, value);
    default:
        in->at--;
        return mws_amf_wrong(in, "no value of AMF3 begins so");
    }
}

/* ---- writing ----------------------------------------------------------------------------- */

/* A key that the reader has in its table of texts. */
typedef struct {
    const mws_spec_t *spec;
    apr_uint32_t      index;
} place_t;

struct mws_amf3_t {
    apr_pool_t     *pool;
    mws_sink_t     *sink;
    int             is_void;
    apr_uint32_t    strings, traits; /* how many the reader has */
    apr_uint32_t    plain;           /* 1 + the traits of a struct, or 0 */
    place_t        *keys; /* a hash table with open addressing, of all that RETURNS has */
    apr_size_t      mask; /* of KEYS: its size less one */
    int             depth;
    mws_amf_level_t levels[MWS_OUT_DEPTH + 1]; /* the first is around the whole */
};

/* A writer that knows where its result stands. */
typedef struct {
    mws_writer_t      writer;
    const mws_amf3_t *around;
} writer_t;

static void put_byte(mws_amf3_t *out, int byte)
{
    char c = (char)byte;

    mws_put(out->sink, &c, 1);
}

static void put_u29(mws_amf3_t *out, apr_uint32_t u)
{
    char       bytes[4];
    apr_size_t len = 0;

    if (u > 0x1FFFFF) {
        bytes[len++] = (char)(0x80 | u >> 22);
        bytes[len++] = (char)(0x80 | u >> 15);
        bytes[len++] = (char)(0x80 | u >> 8);
        bytes[len++] = (char)u;
    }
    else {
        if (u > 0x3FFF) {
            bytes[len++] = (char)(0x80 | u >> 14);
        }
        if (u > 0x7F) {
            bytes[len++] = (char)(0x80 | u >> 7);
        }
        bytes[len++] = (char)(u & 0x7F);
    }
    mws_put(out->sink, bytes, len);
}

/* The length of a text or list, which has one bit for itself. */
static void put_length(mws_amf3_t *out, apr_size_t len)
{
    if (len > INT_MAX29) {
        out->sink->status = APR_ENOSPC;
        return;
    }
    put_u29(out, (apr_uint32_t)len << 1 | 1);
}

/* A text that is no value. */
static void put_string(mws_amf3_t *out, const char *text, apr_size_t len)
{
    out->strings += len > 0;
    put_length(out, len);
    mws_put(out->sink, text, len);
}

mws_amf3_t *mws_amf3_begin(apr_pool_t *p, mws_sink_t *sink)
{
    mws_amf3_t *out = apr_pcalloc(p, sizeof(*out));

    out->pool = p;
    out->sink = sink;
    return out;
}

/* A value with MARKER follows. */
static void put_marker(mws_amf3_t *out, int marker)
{
    out->levels[out->depth].count++;
    put_byte(out, marker);
}

void mws_amf3_typed(mws_amf3_t *out, const char *class_name, const char *const *members)
{
    apr_uint32_t count = 0;

    while (members[count]) {
        count++;
    }
    put_marker(out, OBJECT);
    put_u29(out, count << 4 | 3);
    put_string(out, class_name, strlen(class_name));
    for (; *members; members++) {
        put_string(out, *members, strlen(*members));
    }
    out->traits++;
}

/* How many keys there are below SPEC. */
static apr_size_t count_keys(const mws_spec_t *spec)
{
    const mws_spec_t *key;
    apr_size_t        count = 0;

    if (spec->kind == MWS_SPEC_LIST) {
        return count_keys(spec->of);
    }
    if (spec->kind == MWS_SPEC_STRUCT) {
        for (key = spec->of; key->name; key++) {
            count += 1 + count_keys(key);
        }
    }
    return count;
}

static void make_keys(mws_amf3_t *out, const mws_spec_t *returns)
{
    apr_size_t size = 16, count = count_keys(returns);

    while (size < count * 2) {
        size *= 2;
    }
    out->keys = apr_pcalloc(out->pool, size * sizeof(*out->keys));
    out->mask = size - 1;
}

static void *start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                   const mws_spec_t *returns)
{
    mws_amf3_t *out = apr_pmemdup(p, ((const writer_t *)self)->around, sizeof(*out));

    out->pool = p;
    out->sink = sink;
    out->is_void = returns == NULL;
    if (returns) {
        make_keys(out, returns);
    }
    return out;
}

static void write_null(void *state, const mws_spec_t *spec)
{
    (void)spec;
    put_marker(state, NONE);
}

static void finish(void *state)
{
    mws_amf3_t *out = state;

    if (out->is_void) {
        write_null(out, NULL);
    }
}

/* The place of SPEC among the keys, or the free one for it. */
static place_t *key_place(const mws_amf3_t *out, const mws_spec_t *spec)
{
    apr_size_t at = ((apr_size_t)spec / sizeof(void *)) & out->mask;

    while (out->keys[at].spec && out->keys[at].spec != spec) {
        at = (at + 1) & out->mask;
    }
    return &out->keys[at];
}

static void write_key(void *state, const mws_spec_t *spec)
{
    mws_amf3_t *out = state;
    place_t    *key = out->keys ? key_place(out, spec) : NULL;

    if (key && key->spec) {
        put_u29(out, key->index << 1);
        return;
    }
    if (key) {
        key->spec = spec;
        key->index = out->strings;
    }
    put_string(out, spec->name, strlen(spec->name));
}

/* Four bytes even of a small count: it is not known yet. */
static void spell_count(char bytes[4], apr_uint32_t count)
{
    apr_uint32_t u = count << 1 | 1;

    bytes[0] = (char)(0x80 | u >> 22);
    bytes[1] = (char)(0x80 | u >> 15);
    bytes[2] = (char)(0x80 | u >> 8);
    bytes[3] = (char)u;
}

static void begin_list(void *state, const mws_spec_t *spec)
{
    mws_amf3_t      *out = state;
    mws_amf_level_t *level = &out->levels[out->depth + 1];
    char             none[4];

    (void)spec;
    put_marker(out, ARRAY);
    spell_count(none, 0);
    level->at = mws_sink_size(out->sink);
    level->count = 0;
    mws_put(out->sink, none, sizeof(none));
    put_byte(out, 1); /* no names */
    out->depth++;
}

static void end_list(void *state, const mws_spec_t *spec)
{
    mws_amf3_t            *out = state;
    const mws_amf_level_t *level = &out->levels[out->depth--];
    char                   bytes[4];

    (void)spec;
    if (level->count > INT_MAX29) {
        out->sink->status = APR_ENOSPC;
        return;
    }
    spell_count(bytes, level->count);
    mws_sink_patch(out->sink, level->at, bytes, sizeof(bytes));
}

static void begin_struct(void *state, const mws_spec_t *spec)
{
    mws_amf3_t *out = state;

    (void)spec;
    put_marker(out, OBJECT);
    if (out->plain) {
        put_u29(out, (out->plain - 1) << 2 | 1);
    }
    else {
        put_byte(out, 0x0B); /* traits: no class, no member named, others follow */
        put_byte(out, 1);
        out->plain = ++out->traits;
    }
    out->depth++;
}

static void end_struct(void *state, const mws_spec_t *spec)
{
    mws_amf3_t *out = state;

    (void)spec;
    put_byte(out, 1);
    out->depth--;
}

static void write_boolean(void *state, const mws_spec_t *spec, int b)
{
    (void)spec;
    put_marker(state, b ? YES : NO);
}

static void write_real(void *state, const mws_spec_t *spec, double f)
{
    mws_amf3_t *out = state;

    (void)spec;
    out->levels[out->depth].count++;
    mws_amf_put_number(out->sink, DOUBLE, f);
}

static void write_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    mws_amf3_t *out = state;
    apr_int64_t i = mws_amf_integer(digits, len);

    if (i < INT_MIN29 || i > INT_MAX29) {
        write_real(out, spec, (double)i);
        return;
    }
    put_marker(out, INTEGER);
    put_u29(out, (apr_uint32_t)i & 0x1FFFFFFF);
}

static void write_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    mws_amf3_t *out = state;
    mws_text_t  clean = mws_escape_utf8(out->pool, text, len);

    (void)spec;
    put_marker(out, STRING);
    put_string(out, clean.s, clean.len);
}

static const mws_writer_t functions = {
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

const mws_writer_t *mws_amf3_writer(apr_pool_t *p, const mws_amf3_t *around)
{
    writer_t *writer = apr_palloc(p, sizeof(*writer));

    writer->writer = functions;
    writer->around = around;
    return &writer->writer;
}
