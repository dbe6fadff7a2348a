/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_out.c -- an answer on its way out, held against its declaration. */
#include "mws_out.h"

#include <apr_strings.h>
#include <string.h>

#include "mws_php.h"

typedef struct {
    const mws_spec_t *spec; /* the list or struct that is open */
    const mws_spec_t *next; /* of a struct: the first key that may still come */
} frame_t;

struct mws_out_t {
    apr_pool_t             *pool;
    mws_sink_t             *sink;
    const mws_writer_t     *writer;
    void                   *state;
    const mws_spec_t       *returns;
    frame_t                 frames[MWS_OUT_DEPTH];
    int                     depth;
    int                     dropped; /* how many lists and structs are open that are not declared */
    int                     written; /* the answer has its value */
    mws_error_t            *error;
    const mws_spec_t       *planned; /* of which struct PLAN is, and from which table */
    const mws_out_field_t  *planned_of;
    const mws_out_field_t **plan; /* for each key of it the table's entry, or NULL */
};

mws_out_t *mws_out_start(apr_pool_t *p, mws_sink_t *sink, const mws_writer_t *writer,
                         const mws_spec_t *returns)
{
    mws_out_t *out = apr_pcalloc(p, sizeof(*out));

    out->pool = p;
    out->sink = sink;
    out->writer = writer;
    out->returns = returns;
    out->state = writer->start(writer, p, sink, returns);
    return out;
}

static void fail(mws_out_t *out, const char *what, const char *key)
{
    if (!out->error) {
        out->error = mws_error(out->pool, MWS_BAD_RESPONSE, "%s: %s", what, key ? key : "(whole)");
    }
}

mws_error_t *mws_out_finish(mws_out_t *out)
{
    if (!out->error && (out->depth || (out->returns && !out->written))) {
        fail(out, "the result was not written to its end", NULL);
    }
    if (!out->error) {
        out->writer->finish(out->state);
    }
    if (!out->error && out->sink->status != APR_SUCCESS) {
        out->error = mws_error(out->pool, MWS_GENERAL, "the answer could not be stored: %pm",
                               &out->sink->status);
    }
    return out->error;
}

static void write_preset(mws_out_t *out, const mws_spec_t *spec);

/* The key of SPEC was not written and will not be. */
static void pass_over(mws_out_t *out, const mws_spec_t *spec)
{
    if (spec->presence == MWS_REQUIRED) {
        fail(out, "a required key is missing in the result", spec->name);
    }
    else if (spec->presence == MWS_HAS_PRESET && spec->kind == MWS_SPEC_VALUE) {
        write_preset(out, spec);
    }
    else if (out->writer->absent) {
        out->writer->absent(out->state, spec);
    }
}

/* Find the place of KEY in what is open, and open the key there. NULL: it is not declared, or
 * something else is wrong. */
static const mws_spec_t *place(mws_out_t *out, const char *key)
{
    frame_t          *frame;
    const mws_spec_t *spec, *passed;

    if (out->error || out->dropped) {
        return NULL;
    }
    if (!out->depth) {
        if (!out->returns || out->written) {
            fail(out, "more than the declared result was written", key);
            return NULL;
        }
        out->written = 1;
        return out->returns;
    }
    frame = &out->frames[out->depth - 1];
    if (frame->spec->kind == MWS_SPEC_LIST) {
        return frame->spec->of;
    }
    for (spec = frame->next; spec->name; spec++) {
        if (spec->name == key || strcmp(spec->name, key) == 0) {
            for (passed = frame->next; passed < spec; passed++) {
                pass_over(out, passed);
            }
            frame->next = spec + 1;
            out->writer->key(out->state, spec);
            return spec;
        }
    }
    if (mws_spec_key(frame->spec, key, strlen(key))) {
        fail(out, "a key of the result came out of order", key);
    }
    return NULL;
}

static void open_items(mws_out_t *out, const char *key, mws_spec_e kind)
{
    const mws_spec_t *spec = place(out, key);
    frame_t          *frame;

    if (!spec) {
        out->dropped++;
        return;
    }
    if (spec->kind != kind || out->depth == MWS_OUT_DEPTH) {
        fail(out, "the result has another shape than declared", key);
        out->dropped++;
        return;
    }
    frame = &out->frames[out->depth++];
    frame->spec = spec;
    frame->next = spec->of;
    if (kind == MWS_SPEC_LIST) {
        out->writer->begin_list(out->state, spec);
    }
    else {
        out->writer->begin_struct(out->state, spec);
    }
}

void mws_out_list(mws_out_t *out, const char *key)
{
    open_items(out, key, MWS_SPEC_LIST);
}

void mws_out_struct(mws_out_t *out, const char *key)
{
    open_items(out, key, MWS_SPEC_STRUCT);
}

void mws_out_end(mws_out_t *out)
{
    frame_t *frame;

    if (out->dropped) {
        out->dropped--;
        return;
    }
    if (!out->depth) {
        fail(out, "the result was closed twice", NULL);
        return;
    }
    frame = &out->frames[out->depth - 1];
    if (frame->spec->kind == MWS_SPEC_LIST) {
        out->writer->end_list(out->state, frame->spec);
    }
    else {
        for (; frame->next->name; frame->next++) {
            pass_over(out, frame->next);
        }
        out->writer->end_struct(out->state, frame->spec);
    }
    out->depth--;
}

/* Find the place of a value; of a list or struct there is none. */
static const mws_spec_t *place_value(mws_out_t *out, const char *key)
{
    const mws_spec_t *spec = place(out, key);

    if (spec && spec->kind != MWS_SPEC_VALUE) {
        fail(out, "the result has a value for a list or struct", key);
        return NULL;
    }
    return spec;
}

static void write_integer(mws_out_t *out, const mws_spec_t *spec, apr_int64_t i)
{
    char  digits[24];
    char *at = digits + sizeof(digits);

    apr_uint64_t rest = i < 0 ? 0 - (apr_uint64_t)i : (apr_uint64_t)i;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (i < 0) {
        *--at = '-';
    }
    out->writer->integer(out->state, spec, at, (apr_size_t)(digits + sizeof(digits) - at));
}

/* Whether TEXT is a decimal integer as one is printed; *LEN is its length. */
static int is_integer(const char *text, apr_size_t *len)
{
    const char *digits = text + (*text == '-');
    const char *at = digits;

    while (*at >= '0' && *at <= '9') {
        at++;
    }
    *len = (apr_size_t)(at - text);
    return *at == '\0' && at > digits && at - digits < 19 && (*digits != '0' || at == text + 1);
}

static void write_text(mws_out_t *out, const mws_spec_t *spec, const char *text)
{
    apr_size_t len;

    switch (spec->type) {
    case MWS_PARAM_INT:
        if (is_integer(text, &len)) {
            out->writer->integer(out->state, spec, text, len);
        }
        else {
            write_integer(out, spec, mws_php_int(text));
        }
        break;
    case MWS_PARAM_BOOL:
        out->writer->boolean(out->state, spec,
                             *text && strcmp(text, "0") != 0 && strcmp(text, "f") != 0);
        break;
    case MWS_PARAM_FLOAT:
        out->writer->real(out->state, spec, mws_php_float(text));
        break;
    default:
        out->writer->text(out->state, spec, text, strlen(text));
    }
}

static void write_preset(mws_out_t *out, const mws_spec_t *spec)
{
    out->writer->key(out->state, spec);
    if (spec->preset) {
        write_text(out, spec, spec->preset);
    }
    else {
        out->writer->null(out->state, spec);
    }
}

void mws_out_null(mws_out_t *out, const char *key)
{
    const mws_spec_t *spec = place_value(out, key);

    if (spec) {
        out->writer->null(out->state, spec);
    }
}

void mws_out_text(mws_out_t *out, const char *key, const char *text)
{
    const mws_spec_t *spec = place_value(out, key);

    if (spec && text) {
        write_text(out, spec, text);
    }
    else if (spec) {
        out->writer->null(out->state, spec);
    }
}

void mws_out_int(mws_out_t *out, const char *key, apr_int64_t i)
{
    const mws_spec_t *spec = place_value(out, key);

    if (!spec) {
        return;
    }
    if (spec->untyped) {
        write_integer(out, spec, i);
        return;
    }
    switch (spec->type) {
    case MWS_PARAM_INT:
        write_integer(out, spec, i);
        break;
    case MWS_PARAM_BOOL:
        out->writer->boolean(out->state, spec, i != 0);
        break;
    case MWS_PARAM_FLOAT:
        out->writer->real(out->state, spec, (double)i);
        break;
    default:
        write_text(out, spec, apr_psprintf(out->pool, "%" APR_INT64_T_FMT, i));
    }
}

void mws_out_bool(mws_out_t *out, const char *key, int b)
{
    const mws_spec_t *spec = place_value(out, key);

    if (!spec) {
        return;
    }
    if (spec->untyped) {
        out->writer->boolean(out->state, spec, b != 0);
        return;
    }
    switch (spec->type) {
    case MWS_PARAM_BOOL:
        out->writer->boolean(out->state, spec, b != 0);
        break;
    case MWS_PARAM_INT:
    case MWS_PARAM_FLOAT:
        write_integer(out, spec, b != 0);
        break;
    default:
        write_text(out, spec, b ? "1" : "");
    }
}

void mws_out_float(mws_out_t *out, const char *key, double f)
{
    const mws_spec_t *spec = place_value(out, key);

    if (!spec) {
        return;
    }
    if (spec->untyped) {
        out->writer->real(out->state, spec, f);
        return;
    }
    switch (spec->type) {
    case MWS_PARAM_FLOAT:
        out->writer->real(out->state, spec, f);
        break;
    case MWS_PARAM_INT:
        write_integer(out, spec, (apr_int64_t)f);
        break;
    default:
        write_text(out, spec, mws_php_float_text(out->pool, f));
    }
}

/* Match the keys of STRCT with FIELDS, once for all the elements of a list. */
static void plan_fields(mws_out_t *out, const mws_spec_t *strct, const mws_out_field_t *fields)
{
    apr_size_t count = 0, i;

    while (strct->of[count].name) {
        count++;
    }
    out->plan = apr_pcalloc(out->pool, (count + 1) * sizeof(*out->plan));
    for (i = 0; i < count; i++) {
        const mws_out_field_t *field;

        for (field = fields; field->key; field++) {
            if (strcmp(field->key, strct->of[i].name) == 0) {
                out->plan[i] = field;
                break;
            }
        }
    }
    out->planned = strct;
    out->planned_of = fields;
}

void mws_out_fields(mws_out_t *out, const mws_out_field_t *fields, const void *record)
{
    const mws_out_field_t **plan;
    const mws_spec_t       *strct;
    apr_size_t              i;

    if (out->error || out->dropped || !out->depth) {
        return;
    }
    strct = out->frames[out->depth - 1].spec;
    if (out->planned != strct || out->planned_of != fields) {
        plan_fields(out, strct, fields);
    }
    plan = out->plan;
    for (i = 0; strct->of[i].name; i++) {
        if (plan[i]) {
            plan[i]->write(out, plan[i], record);
        }
    }
}

int mws_out_wants(mws_out_t *out, const char *key)
{
    const mws_spec_t *spec = out->depth ? out->frames[out->depth - 1].spec : out->returns;

    while (spec && spec->kind == MWS_SPEC_LIST) {
        spec = spec->of;
    }
    return spec && spec->kind == MWS_SPEC_STRUCT && mws_spec_key(spec, key, strlen(key)) != NULL;
}
