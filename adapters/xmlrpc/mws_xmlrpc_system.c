/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/mws_xmlrpc_system.c -- what XML-RPC tells of itself.
 *
 * http://xmlrpc-c.sourceforge.net/introspection.html; Moodle 2.1: Zend_XmlRpc_Server_System.
 */
#include "mws_xmlrpc_system.h"

#include <apr_strings.h>
#include <string.h>

#include "../../services/mws_check.h"
#include "../../services/mws_offer.h"
#include "../../services/mws_table.h"
#include "../mws_operation.h"
#include "mws_xmlrpc.h"

static mws_error_t *run_list_methods(mws_call_t *call, const mws_value_t *in, mws_out_t *out);
static mws_error_t *run_method_help(mws_call_t *call, const mws_value_t *in, mws_out_t *out);
static mws_error_t *run_method_signature(mws_call_t *call, const mws_value_t *in, mws_out_t *out);
static mws_error_t *run_get_capabilities(mws_call_t *call, const mws_value_t *in, mws_out_t *out);

/* clang-format off */
#define METHOD_NAME KEYS(VALUE("methodName", RAW, "the method to tell of", NOT_NULL))
#define CAPABILITY(name)                                                                           \
    STRUCT(name, FIELDS(VALUE("specUrl", RAW, "where it is specified"),                            \
                        VALUE("specVersion", INT, "the version of that")), "a specification")
/* clang-format on */

const mws_external_t mws_xmlrpc_multicall = {
    .name = "system.multicall",
    .about = "Makes several calls: each a struct of methodName and params. Gives for each an array"
             " of its result, or a struct of faultCode and faultString.",
    .params = KEYS(LIST("calls", ONE(RAW, "a call"), "the calls")),
    .returns = LIST_OF(ONE(RAW, "a result"))};

static const mws_external_t list_methods = {.name = "system.listMethods",
                                            .about = "Lists the methods that the caller may call.",
                                            .params = NOTHING,
                                            .returns = LIST_OF(ONE(RAW, "the name of a method")),
                                            .run = run_list_methods};

static const mws_external_t method_help = {.name = "system.methodHelp",
                                           .about = "Tells what a method does.",
                                           .params = METHOD_NAME,
                                           .returns = ONE(RAW, "what it does"),
                                           .run = run_method_help};

static const mws_external_t method_signature = {
    .name = "system.methodSignature",
    .about = "Lists the ways to call a method: for each the type of the result, then those of the"
             " arguments.",
    .params = METHOD_NAME,
    .returns = LIST_OF(LIST_OF(ONE(RAW, "the name of a type"))),
    .run = run_method_signature};

static const mws_external_t get_capabilities = {
    .name = "system.getCapabilities",
    .about = "Tells which specifications the server keeps to.",
    .params = NOTHING,
    .returns =
        KEYS(CAPABILITY("xmlrpc"), CAPABILITY("introspection"), CAPABILITY("system.multicall"),
             CAPABILITY("nil"), CAPABILITY("faults_interop")),
    .run = run_get_capabilities};

/* All of them; and, behind those of the system, what is no function either. */
static const mws_external_t *const methods[] = {
    &get_capabilities,     &list_methods,        &method_help,          &method_signature,
    &mws_xmlrpc_multicall, &mws_login_described, &mws_logout_described,
};

#define COUNT (sizeof(methods) / sizeof(methods[0]))
#define SYSTEM_COUNT (COUNT - 2)

static const mws_external_t *find(const char *name, apr_size_t count)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(methods[i]->name, name) == 0) {
            return methods[i];
        }
    }
    return NULL;
}

const mws_external_t *mws_xmlrpc_system_find(const char *name)
{
    return find(name, SYSTEM_COUNT);
}

mws_error_t *mws_xmlrpc_system_serve(mws_call_t *call, const mws_external_t *method,
                                     const mws_request_t *req, const mws_writer_t *writer,
                                     mws_sink_t *sink)
{
    mws_permit_t *permit;
    mws_value_t  *in;
    mws_out_t    *out;

    MWS_ERR(mws_auth_caller(call, &req->credentials, NULL, &permit));
    call->function = method->name;
    MWS_ERR(mws_check_params(call, method->params, req->params, &in));
    out = mws_out_start(call->pool, sink, writer, method->returns);
    MWS_ERR(method->run(call, in, out));
    return mws_out_finish(out);
}

static mws_error_t *run_list_methods(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    const apr_array_header_t *functions;
    apr_size_t                i;
    int                       f;

    (void)in;
    MWS_ERR(mws_offer_functions(call, &functions));
    mws_out_list(out, NULL);
    for (i = 0; i < COUNT; i++) {
        mws_out_text(out, NULL, methods[i]->name);
    }
    for (f = 0; f < functions->nelts; f++) {
        mws_out_text(out, NULL, APR_ARRAY_IDX(functions, f, const mws_row_t *)->name);
    }
    mws_out_end(out);
    return NULL;
}

/* The method that IN names, among those that the caller may call. */
static mws_error_t *find_named(mws_call_t *call, const mws_value_t *in,
                               const mws_external_t **method)
{
    const char               *name = mws_text(in, "methodName");
    const apr_array_header_t *functions;
    int                       i;

    *method = find(name, COUNT);
    if (*method) {
        return NULL;
    }
    MWS_ERR(mws_offer_functions(call, &functions));
    for (i = 0; i < functions->nelts; i++) {
        const mws_row_t *row = APR_ARRAY_IDX(functions, i, const mws_row_t *);

        if (strcmp(row->name, name) == 0) {
            *method = row->external;
            return NULL;
        }
    }
    return mws_xmlrpc_error(call->pool, MWS_XMLRPC_NOT_DESCRIBED, "There is no method %.100s",
                            name);
}

static mws_error_t *run_method_help(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    const mws_external_t *method;

    MWS_ERR(find_named(call, in, &method));
    mws_out_text(out, NULL, method->about);
    return NULL;
}

static const char *type_of(const mws_spec_t *spec)
{
    if (!spec) {
        return "nil";
    }
    switch (spec->kind) {
    case MWS_SPEC_LIST:
        return "array";
    case MWS_SPEC_STRUCT:
        return "struct";
    default:
        return mws_param_names[spec->type].xmlrpc;
    }
}

/* Write the signature of METHOD with COUNT arguments. */
static void write_signature(mws_out_t *out, const mws_external_t *method, apr_size_t count)
{
    apr_size_t i;

    mws_out_list(out, NULL);
    mws_out_text(out, NULL, type_of(method->returns));
    for (i = 0; i < count; i++) {
        mws_out_text(out, NULL, type_of(&method->params->of[i]));
    }
    mws_out_end(out);
}

/* A signature for each number of arguments there may be: those at the end that have defaults need
 * not come. */
static mws_error_t *run_method_signature(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    const mws_external_t *method;
    apr_size_t            least = 0, count;

    MWS_ERR(find_named(call, in, &method));
    for (count = 0; method->params->of[count].name; count++) {
        least = method->params->of[count].presence == MWS_REQUIRED ? count + 1 : least;
    }
    mws_out_list(out, NULL);
    for (; least <= count; least++) {
        write_signature(out, method, least);
    }
    mws_out_end(out);
    return NULL;
}

static mws_error_t *run_get_capabilities(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    static const struct {
        const char *name, *url;
        int         version;
    } capabilities[] = {
        {"xmlrpc", "http://www.xmlrpc.com/spec", 1},
        {"introspection", "http://xmlrpc-c.sourceforge.net/introspection.html", 1},
        {"system.multicall", "http://www.xmlrpc.com/discuss/msgReader$1208", 1},
        {"nil", "http://ontosys.com/xml-rpc/extensions.php", 1},
        {"faults_interop", "http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20010516},
    };
    apr_size_t i;

    (void)call;
    (void)in;
    mws_out_struct(out, NULL);
    for (i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
        mws_out_struct(out, capabilities[i].name);
        mws_out_text(out, "specUrl", capabilities[i].url);
        mws_out_int(out, "specVersion", capabilities[i].version);
        mws_out_end(out);
    }
    mws_out_end(out);
    return NULL;
}
