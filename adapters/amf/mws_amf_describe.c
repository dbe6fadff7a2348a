/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf_describe.c -- MethodDescriptor: functions, with their arguments. */
#include "mws_amf_describe.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_buffer.h"
#include "../../services/mws_offer.h"
#include "../../services/mws_table.h"
#include "../mws_operation.h"
#include "mws_amf.h"

/* All functions are methods of one class, as in Moodle 2.1 for a token. */
#define CLASS_NAME "webservices_virtual_class_000000"

static const char *type_of(const mws_spec_t *spec)
{
    if (!spec) {
        return "void";
    }
    if (spec->kind != MWS_SPEC_VALUE) {
        return spec->kind == MWS_SPEC_LIST ? "array" : "object|struct";
    }
    switch (spec->type) {
    case MWS_PARAM_INT:
    case MWS_PARAM_BOOL:
        return "int";
    case MWS_PARAM_FLOAT:
        return "double";
    default:
        return "string";
    }
}

/* What EXTERNAL is, as a comment before a function tells it. */
static const char *docs_of(apr_pool_t *p, const mws_external_t *external)
{
    mws_buffer_t      docs = mws_buffer_make(p, 500);
    const mws_spec_t *param;

    mws_buffer_puts(&docs, apr_pstrcat(p, "/**\n * ", external->about, "\n *\n", NULL));
    for (param = external->params->of; param->name; param++) {
        mws_buffer_puts(&docs, apr_pstrcat(p, " * @param ", type_of(param), " $", param->name, " ",
                                           param->about ? param->about : "", "\n", NULL));
    }
    mws_buffer_puts(&docs,
                    apr_pstrcat(p, " * @return ", type_of(external->returns), "\n */", NULL));
    return mws_buffer_text(&docs);
}

static void write_params(const mws_writer_t *to, void *state, const mws_spec_t *params)
{
    const mws_spec_t *param;

    mws_amf_write_key(to, state, "params");
    to->begin_list(state, NULL);
    for (param = params->of; param->name; param++) {
        to->begin_struct(state, NULL);
        mws_amf_write_text(to, state, "name", param->name);
        mws_amf_write_key(to, state, "required");
        to->boolean(state, NULL, param->presence == MWS_REQUIRED);
        to->end_struct(state, NULL);
    }
    to->end_list(state, NULL);
}

static void write_method(const mws_writer_t *to, void *state, apr_pool_t *p, const char *name,
                         const mws_external_t *external)
{
    mws_amf_write_key(to, state, name);
    to->begin_struct(state, NULL);
    mws_amf_write_text(to, state, "docs", docs_of(p, external));
    write_params(to, state, external->params);
    to->end_struct(state, NULL);
}

static void write_methods(const mws_writer_t *to, void *state, apr_pool_t *p,
                          const apr_array_header_t *rows, int sessions)
{
    int i;

    to->begin_struct(state, NULL);
    mws_amf_write_key(to, state, CLASS_NAME);
    to->begin_struct(state, NULL);
    mws_amf_write_text(to, state, "docs", "/**\n * The functions that the caller may call.\n */");
    mws_amf_write_key(to, state, "methods");
    to->begin_struct(state, NULL);
    for (i = 0; i < rows->nelts; i++) {
        const mws_row_t *row = APR_ARRAY_IDX(rows, i, const mws_row_t *);

        write_method(to, state, p, row->name, row->external);
    }
    if (sessions) {
        write_method(to, state, p, mws_login_described.name, &mws_login_described);
        write_method(to, state, p, mws_logout_described.name, &mws_logout_described);
    }
    to->end_struct(state, NULL);
    to->end_struct(state, NULL);
    to->end_struct(state, NULL);
}

mws_error_t *mws_amf_describe(mws_call_t *call, const char *method, int sessions,
                              const mws_writer_t *to, mws_sink_t *sink)
{
    void                     *state = to->start(to, call->pool, sink, NULL);
    const apr_array_header_t *rows;
    mws_error_t              *err;

    if (strcmp(method, "getMethods") == 0) {
        MWS_ERR(mws_offer_functions(call, &rows));
        write_methods(to, state, call->pool, rows, sessions);
        return NULL;
    }
    if (strcmp(method, "getClasses") == 0) {
        to->begin_list(state, NULL);
        mws_amf_write_text(to, state, NULL, CLASS_NAME);
        mws_amf_write_text(to, state, NULL, MWS_AMF_DESCRIBER);
        to->end_list(state, NULL);
        return NULL;
    }
    if (strcmp(method, "isConnected") == 0) {
        to->boolean(state, NULL, 1);
        return NULL;
    }
    err = mws_error(call->pool, MWS_NO_RECORD, NULL);
    err->message = MWS_AMF_NO_METHOD;
    return err;
}
