/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_call.c -- the call of an example as a protocol sends it. */
#include "mws_wsdoc_call.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/base/mws_buffer.h"
#include "../../lib/base/mws_php.h"
#include "../amf/mws_amf0.h"
#include "../amf/mws_amf3.h"
#include "../amf/mws_amf_packet.h"
#include "../soap/mws_soap_names.h"
#include "../xmlrpc/mws_xmlrpc.h"
#include "mws_wsdoc_layout.h"

const char *mws_wsdoc_address(const mws_docs_t *docs, const char *protocol)
{
    return apr_pstrcat(docs->call->pool, docs->call->settings->wwwroot, "/webservice/", protocol,
                       "/server.php", NULL);
}

/* ---- arguments by position ---------------------------------------------------------------- */

/* What a parameter of SPEC is that is not given. */
static mws_value_t *default_of(apr_pool_t *p, const mws_spec_t *spec)
{
    if (spec->kind == MWS_SPEC_LIST) {
        return mws_value_list(p);
    }
    if (spec->kind == MWS_SPEC_STRUCT) {
        return mws_value_struct(p);
    }
    if (!spec->preset) {
        return mws_value_null(p);
    }
    switch (spec->type) {
    case MWS_PARAM_INT:
        return mws_value_int(p, mws_php_int(spec->preset));
    case MWS_PARAM_FLOAT:
        return mws_value_float(p, mws_php_float(spec->preset));
    case MWS_PARAM_BOOL:
        return mws_value_bool(p, strcmp(spec->preset, "0") != 0);
    default:
        return mws_value_text(p, spec->preset, -1);
    }
}

const mws_value_t *mws_wsdoc_arguments(apr_pool_t *p, const mws_spec_t *params,
                                       const mws_value_t *call)
{
    mws_value_t *args = mws_value_list(p), *named = mws_value_list(p);
    apr_size_t   i;

    for (i = 0; i < mws_value_size(call); i++) {
        mws_value_t *given = mws_value_get(call, params->of[i].name, -1);

        if (!given) {
            mws_value_append(named, (mws_value_t *)call);
            return named;
        }
        mws_value_append(args, given);
    }
    return args;
}

const mws_value_t *mws_wsdoc_all_arguments(apr_pool_t *p, const mws_spec_t *params,
                                           const mws_value_t *call)
{
    mws_value_t      *args = mws_value_list(p);
    const mws_spec_t *key;

    for (key = params->of; key->name; key++) {
        mws_value_t *given = mws_value_get(call, key->name, -1);

        mws_value_append(args, given ? given : default_of(p, key));
    }
    return args;
}

/* ---- forms -------------------------------------------------------------------------------- */

static void add_fields(apr_array_header_t *fields, const char *name, const mws_value_t *v);

/* The fields of the items of V, which is called NAME. */
static void add_items(apr_array_header_t *fields, const char *name, const mws_value_t *v)
{
    apr_pool_t *p = fields->pool;
    apr_size_t  i;

    for (i = 0; i < mws_value_size(v); i++) {
        const char *key = mws_value_kind(v) == MWS_STRUCT ? mws_value_key_at(v, i).s
                                                          : apr_psprintf(p, "%" APR_SIZE_T_FMT, i);

        add_fields(fields, name ? apr_pstrcat(p, name, "[", key, "]", NULL) : key,
                   mws_value_at(v, i));
    }
}

static void add_fields(apr_array_header_t *fields, const char *name, const mws_value_t *v)
{
    apr_pool_t *p = fields->pool;
    const char *text;

    switch (mws_value_kind(v)) {
    case MWS_NULL:
        return;
    case MWS_BOOL:
        text = mws_value_as_bool(v) ? "1" : "0";
        break;
    case MWS_INT:
        text = apr_psprintf(p, "%" APR_INT64_T_FMT, mws_value_as_int(v));
        break;
    case MWS_FLOAT:
        text = mws_php_float_text(p, mws_value_as_float(v));
        break;
    case MWS_TEXT:
        text = mws_value_as_text(v).s;
        break;
    default:
        add_items(fields, name, v);
        return;
    }
    APR_ARRAY_PUSH(fields, mws_wsdoc_field_t) = (mws_wsdoc_field_t){name, text};
}

const apr_array_header_t *mws_wsdoc_fields(apr_pool_t *p, const mws_value_t *call)
{
    apr_array_header_t *fields = apr_array_make(p, 8, sizeof(mws_wsdoc_field_t));

    add_items(fields, NULL, call);
    return fields;
}

/* Put TEXT in a form: what a form gives a meaning to, and all but ASCII, by its number. */
static void put_in_form(mws_buffer_t *form, const char *text)
{
    for (; *text; text++) {
        if (apr_isalnum(*text) || strchr("-._~[]/:@,", *text)) {
            mws_buffer_putc(form, *text);
        }
        else if (*text == ' ') {
            mws_buffer_putc(form, '+');
        }
        else {
            mws_buffer_puts(form, apr_psprintf(form->pool, "%%%02X", (unsigned char)*text));
        }
    }
}

const char *mws_wsdoc_form(apr_pool_t *p, const apr_array_header_t *fields)
{
    mws_buffer_t form = mws_buffer_make(p, 256);
    int          i;

    for (i = 0; i < fields->nelts; i++) {
        const mws_wsdoc_field_t *field = &APR_ARRAY_IDX(fields, i, mws_wsdoc_field_t);

        if (i) {
            mws_buffer_putc(&form, '&');
        }
        put_in_form(&form, field->name);
        mws_buffer_putc(&form, '=');
        put_in_form(&form, field->value);
    }
    return mws_buffer_text(&form);
}

/* ---- by the writers of answers ------------------------------------------------------------ */

/* Where a call is written: by TO in STATE. */
typedef struct {
    apr_pool_t         *pool;
    const mws_writer_t *to;
    void               *state;
} out_t;

static void write_value(const out_t *out, const mws_spec_t *spec, const mws_value_t *v);

static void write_integer(const out_t *out, const mws_spec_t *spec, apr_int64_t i)
{
    char digits[24];
    int  len = apr_snprintf(digits, sizeof(digits), "%" APR_INT64_T_FMT, i);

    out->to->integer(out->state, spec, digits, (apr_size_t)len);
}

static void write_list(const out_t *out, const mws_spec_t *spec, const mws_value_t *v)
{
    apr_size_t i;

    out->to->begin_list(out->state, spec);
    for (i = 0; i < mws_value_size(v); i++) {
        write_value(out, spec->of, mws_value_at(v, i));
    }
    out->to->end_list(out->state, spec);
}

/* Unlike a result, a call leaves out what it does not give, whatever the declaration has for it. */
static void write_keys(const out_t *out, const mws_spec_t *spec, const mws_value_t *v)
{
    const mws_spec_t *key;

    for (key = spec->of; key->name; key++) {
        const mws_value_t *given = mws_value_get(v, key->name, -1);

        if (given) {
            out->to->key(out->state, key);
            write_value(out, key, given);
        }
    }
}

static void write_value(const out_t *out, const mws_spec_t *spec, const mws_value_t *v)
{
    switch (mws_value_kind(v)) {
    case MWS_NULL:
        out->to->null(out->state, spec);
        break;
    case MWS_BOOL:
        out->to->boolean(out->state, spec, mws_value_as_bool(v));
        break;
    case MWS_INT:
        write_integer(out, spec, mws_value_as_int(v));
        break;
    case MWS_FLOAT:
        out->to->real(out->state, spec, mws_value_as_float(v));
        break;
    case MWS_TEXT:
        out->to->text(out->state, spec, mws_value_as_text(v).s, mws_value_as_text(v).len);
        break;
    case MWS_LIST:
        write_list(out, spec, v);
        break;
    case MWS_STRUCT:
        out->to->begin_struct(out->state, spec);
        write_keys(out, spec, v);
        out->to->end_struct(out->state, spec);
        break;
    }
}

/* Begin to write to SINK, by TO, what goes with the parameters PARAMS. */
static out_t begin(apr_pool_t *p, mws_sink_t *sink, const mws_writer_t *to,
                   const mws_spec_t *params)
{
    return (out_t){.pool = p, .to = to, .state = to->start(to, p, sink, params)};
}

/* The number of the first type of ROW's parameters for who may call all that DOCS tell of. */
static int first_struct(const mws_docs_t *docs, const mws_row_t *row)
{
    apr_hash_t *names = apr_hash_make(docs->call->pool);
    int         i;

    for (i = 0; i < docs->functions->nelts; i++) {
        const char *name = APR_ARRAY_IDX(docs->functions, i, const mws_row_t *)->name;

        apr_hash_set(names, name, APR_HASH_KEY_STRING, name);
    }
    return mws_soap_struct_first(names, row);
}

/* How many types the parameters of ROW take. */
static int count_structs(const mws_row_t *row)
{
    const mws_spec_t *key;
    int               count = 0;

    for (key = row->external->params->of; key->name; key++) {
        count += mws_soap_struct_count(key);
    }
    return count;
}

mws_soap_writer_t *mws_wsdoc_soap(const mws_docs_t *docs, const mws_row_t *row, int is_literal)
{
    mws_soap_writer_t *soap = apr_pcalloc(docs->call->pool, sizeof(*soap));

    soap->function = row->name;
    if (is_literal) {
        soap->space = mws_soap_literal_space(docs->call, docs->http);
        mws_soap_literal_writer(soap);
    }
    else {
        soap->space = mws_soap_space(docs->call, docs->http);
        soap->first_struct = first_struct(docs, row) + count_structs(row);
        mws_soap_encoded_writer(soap);
    }
    return soap;
}

const char *mws_wsdoc_envelope(const mws_docs_t *docs, const mws_row_t *row,
                               const mws_value_t *call, int is_literal)
{
    apr_pool_t        *p = docs->call->pool;
    mws_sink_t        *sink = mws_sink_make(p, (apr_size_t)-1);
    mws_soap_writer_t *soap = mws_wsdoc_soap(docs, row, is_literal);
    out_t              out;

    soap->is_call = 1;
    soap->first_struct -= is_literal ? 0 : count_structs(row);
    out = begin(p, sink, &soap->writer, row->external->params);
    write_keys(&out, row->external->params, call);
    soap->writer.finish(out.state);
    return mws_wsdoc_xml(p, mws_wsdoc_written(p, sink));
}

/* Write each argument of CALL between BEFORE and BEHIND. */
static void write_arguments(const out_t *out, mws_sink_t *sink, const mws_spec_t *params,
                            const mws_value_t *call, const char *before, const char *behind)
{
    const mws_value_t *args = mws_wsdoc_arguments(out->pool, params, call);
    apr_size_t         i;

    for (i = 0; i < mws_value_size(args); i++) {
        const mws_value_t *arg = mws_value_at(args, i);
        mws_spec_t         nameless = arg == call ? *params : params->of[i];

        nameless.name = NULL;
        mws_put(sink, before, strlen(before));
        write_value(out, &nameless, arg);
        mws_put(sink, behind, strlen(behind));
    }
}

const char *mws_wsdoc_method_call(apr_pool_t *p, const mws_row_t *row, const mws_value_t *call)
{
    const mws_spec_t *params = row->external->params;
    mws_sink_t       *sink = mws_sink_make(p, (apr_size_t)-1);
    out_t             out = begin(p, sink, &mws_xmlrpc_value_writer, params);

    MWS_PUT(sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall><methodName>");
    mws_put(sink, row->name, strlen(row->name));
    MWS_PUT(sink, "</methodName><params>");
    write_arguments(&out, sink, params, call, "<param>", "</param>");
    MWS_PUT(sink, "</params></methodCall>\n");
    return mws_wsdoc_xml(p, mws_wsdoc_written(p, sink));
}

mws_text_t mws_wsdoc_packet(apr_pool_t *p, const mws_row_t *row, const mws_value_t *call, int amf3)
{
    const mws_spec_t *params = row->external->params;
    mws_sink_t       *sink = mws_sink_make(p, (apr_size_t)-1);
    apr_off_t         length;
    out_t             out;

    mws_amf_put_u16(sink, amf3 ? 3 : 0);
    mws_amf_put_u16(sink, 0);
    mws_amf_put_u16(sink, 1);
    length =
        mws_amf_message_begin(sink, apr_pstrcat(p, MWS_WSDOC_SERVICE ".", row->name, NULL), "/1");
    if (amf3) {
        MWS_PUT(sink, "\x11");
    }
    out = begin(p, sink, amf3 ? mws_amf3_writer(p, mws_amf3_begin(p, sink)) : &mws_amf0_writer,
                params);
    out.to->begin_list(out.state, params);
    write_arguments(&out, sink, params, call, "", "");
    out.to->end_list(out.state, params);
    mws_amf_value_end(sink, length);
    return mws_wsdoc_written(p, sink);
}

mws_text_t mws_wsdoc_written(apr_pool_t *p, mws_sink_t *sink)
{
    mws_buffer_t      all = mws_buffer_make(p, (apr_size_t)mws_sink_size(sink));
    mws_sink_block_t *block;

    mws_sink_finish(sink);
    for (block = sink->first; block; block = block->next) {
        mws_buffer_put(&all, block->bytes, block->used);
    }
    return (mws_text_t){mws_buffer_text(&all), all.len};
}
