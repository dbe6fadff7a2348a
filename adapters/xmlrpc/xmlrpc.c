/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/xmlrpc.c -- XML-RPC: functions, login and logout, several calls at once, introspection.
 *
 * Moodle: webservice/xmlrpc/locallib.php, of 2.1 to 4.0; 4.1 made it a plugin.
 */
#include "../../services/mws_table.h"
#include "../mws_form.h"
#include "../mws_operation.h"
#include "../mws_positional.h"
#include "mws_xmlrpc.h"
#include "mws_xmlrpc_system.h"

/* A request being answered. */
typedef struct {
    mws_call_t       *call;
    const mws_http_t *http;
    mws_reply_t      *reply;
    mws_credentials_t credentials;
} xmlrpc_t;

/* One of the calls in it. */
typedef struct {
    xmlrpc_t           *request;
    mws_call_t         *call;
    mws_xmlrpc_call_t   sent;
    const mws_writer_t *writer;
} one_t;

/* The arguments of ONE as the parameters PARAMS, by name. */
static mws_value_t *named(const one_t *one, const mws_spec_t *params)
{
    apr_pool_t *p = one->call->pool;

    return mws_xmlrpc_fit(p, params, mws_positional(p, params, one->sent.args));
}

/* ---- one call ---------------------------------------------------------------------------- */

static mws_error_t *serve_function(one_t *one)
{
    const mws_row_t *row = mws_table_find(one->sent.method);
    mws_request_t    req = {.credentials = one->request->credentials,
                            .function = one->sent.method,
                            .params = row ? named(one, row->external->params) : one->sent.args};
    mws_error_t     *err = mws_serve(one->call, &req, one->writer, one->request->reply->body);

    if (err && err->id == MWS_NO_RECORD && one->call->caller && !one->call->function) {
        return mws_xmlrpc_error(one->call->pool, MWS_XMLRPC_NO_METHOD, "There is no method %.100s",
                                one->sent.method);
    }
    return err;
}

static mws_error_t *serve_login(one_t *one)
{
    return mws_operation_login_call(one->call, named(one, mws_login_described.params), one->writer,
                                    one->request->reply->body);
}

static mws_error_t *serve_logout(one_t *one)
{
    mws_request_t req = {.credentials = one->request->credentials,
                         .params = named(one, mws_logout_described.params)};

    return mws_operation_logout(one->call, &req, one->writer, one->request->reply->body);
}

static mws_error_t *serve_system(one_t *one, const mws_external_t *method)
{
    mws_request_t req = {.credentials = one->request->credentials,
                         .params = named(one, method->params)};

    return mws_xmlrpc_system_serve(one->call, method, &req, one->writer, one->request->reply->body);
}

static mws_error_t *serve_all(one_t *one);

static mws_error_t *serve_one(one_t *one)
{
    const mws_external_t *method = mws_xmlrpc_system_find(one->sent.method);
    int                   has_sessions = one->request->http->script == MWS_SCRIPT_TOKEN;

    if (method) {
        return method == &mws_xmlrpc_multicall ? serve_all(one) : serve_system(one, method);
    }
    if (has_sessions && strcmp(one->sent.method, mws_login_described.name) == 0) {
        return serve_login(one);
    }
    if (has_sessions && strcmp(one->sent.method, mws_logout_described.name) == 0) {
        return serve_logout(one);
    }
    return serve_function(one);
}

/* ---- several calls ----------------------------------------------------------------------- */

/* Take ENTRY, a struct of a methodName and params, as what ONE sent. */
static mws_error_t *take_entry(one_t *one, const mws_value_t *entry)
{
    apr_pool_t  *p = one->call->pool;
    mws_value_t *name, *params;

    if (mws_value_kind(entry) != MWS_STRUCT) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_NOT_STRUCT, "A call is a struct");
    }
    name = mws_value_get(entry, "methodName", -1);
    params = mws_value_get(entry, "params", -1);
    if (!name || mws_value_kind(name) != MWS_TEXT) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_NOT_NAMED, "A call needs a methodName");
    }
    if (!params) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_NOT_GIVEN, "A call needs params");
    }
    if (mws_value_kind(params) != MWS_LIST) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_NOT_LIST, "The params of a call are an array");
    }
    MWS_ERR(mws_xmlrpc_name(p, mws_value_as_text(name), &one->sent.method));
    one->sent.args = params;
    if (strcmp(one->sent.method, mws_xmlrpc_multicall.name) == 0) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_NESTED, "%s cannot be called by itself",
                                one->sent.method);
    }
    return NULL;
}

/* Serve ENTRY and write its result, or its fault, behind what is there. */
static void serve_entry(xmlrpc_t *request, const mws_value_t *entry)
{
    mws_sink_t  *sink = request->reply->body;
    one_t        one = {.request = request,
                        .call = mws_call_next(request->call),
                        .sent = {.method = ""},
                        .writer = &mws_xmlrpc_entry_writer};
    mws_error_t *err = take_entry(&one, entry);

    mws_sink_keep(sink);
    if (!err) {
        err = serve_one(&one);
    }
    if (err) {
        mws_sink_clear(sink);
        mws_xmlrpc_entry_fault(sink, err);
        mws_log_fault(one.call, err);
    }
    mws_db_release(one.call);
    apr_pool_destroy(one.call->pool);
}

static mws_error_t *serve_all(one_t *all)
{
    mws_call_t        *call = all->call;
    const mws_value_t *entries =
        mws_value_size(all->sent.args) == 1 ? mws_value_at(all->sent.args, 0) : NULL;
    apr_size_t i;

    if (!entries || mws_value_kind(entries) != MWS_LIST) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "one argument is expected, a list of calls");
    }
    MWS_ERR(mws_http_check_calls(call, mws_value_size(entries)));
    call->function = mws_xmlrpc_multicall.name;
    mws_xmlrpc_begin_entries(all->request->reply->body);
    for (i = 0; i < mws_value_size(entries); i++) {
        serve_entry(all->request, mws_value_at(entries, i));
    }
    mws_xmlrpc_end_entries(all->request->reply->body);
    return NULL;
}

/* ---- a request --------------------------------------------------------------------------- */

/* Take what the query says: settings and credentials. */
static mws_error_t *read_query(xmlrpc_t *request)
{
    mws_call_t  *call = request->call;
    mws_value_t *vars = mws_value_struct(call->pool);
    apr_int64_t  keys = call->settings->keys_max;

    if (request->http->query) {
        mws_text_t query = {request->http->query, strlen(request->http->query)};

        MWS_ERR(mws_form_query(call, query, vars, &keys));
    }
    mws_form_take_credentials(call, request->http, vars, &request->credentials);
    return mws_form_take_settings(call, vars);
}

/* Read the call that was POSTed. */
static mws_error_t *read_call(xmlrpc_t *request, mws_xmlrpc_call_t *sent)
{
    mws_text_t body = {"", 0};

    if (strcmp(request->http->method, "POST") == 0) {
        MWS_ERR(mws_http_body(request->call, request->http, &body));
    }
    return mws_xmlrpc_read(request->call, body, sent);
}

static mws_error_t *read_request(xmlrpc_t *request, mws_xmlrpc_call_t *sent)
{
    MWS_ERR(read_query(request));
    return read_call(request, sent);
}

static void answer_fault(xmlrpc_t *request, const mws_error_t *err)
{
    mws_sink_clear(request->reply->body);
    mws_xmlrpc_fault(request->reply->body, err);
    mws_reply_status(request->call, request->reply, err);
    mws_log_fault(request->call, err);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    xmlrpc_t     request = {.call = call, .http = http, .reply = reply};
    one_t        one = {.request = &request, .call = call, .writer = &mws_xmlrpc_writer};
    mws_error_t *read_err, *err;
    int          open = 0;

    call->protocol = "xmlrpc";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    mws_http_private(reply, "text/xml; charset=utf-8");
    read_err = read_request(&request, &one.sent);
    err = mws_auth_gates(call, &open);
    if (!err && !open) {
        mws_http_closed(reply);
        return;
    }
    if (!err && !read_err) {
        mws_form_known_settings(call);
        err = serve_one(&one);
    }
    err = err ? err : read_err;
    if (err) {
        answer_fault(&request, err);
    }
}

const mws_adapter_t mws_adapter_xmlrpc = {.name = "xmlrpc", .serve = serve};
