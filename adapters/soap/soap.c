/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/soap.c -- SOAP: functions, login and logout, in rpc/encoded and document/literal.
 *
 * Moodle: webservice/soap/locallib.php.
 */
#include <apr_strings.h>

#include "../../lib/site/mws_site.h"
#include "../../lib/text/mws_clean.h"
#include "../../services/mws_offer.h"
#include "../../services/mws_table.h"
#include "../mws_form.h"
#include "../mws_operation.h"
#include "mws_soap.h"
#include "mws_soap_names.h"
#include "soap_wsdl.h"

/* A request being answered. */
typedef struct {
    mws_call_t       *call;
    const mws_http_t *http;
    mws_reply_t      *reply;
    mws_credentials_t credentials;
    const char       *wsdl; /* the WSDL that is asked for, or NULL */
    mws_soap_call_t   sent;
    int               is_literal; /* whether the call is document/literal */
    int               is_found;   /* whether a function was found that the caller may call */
    mws_soap_writer_t answer;
} soap_t;

/* ---- the query --------------------------------------------------------------------------- */

/* A user name and a password may be in the path instead: some clients spoil the & between them. */
static void take_path(soap_t *soap)
{
    const char *path = soap->http->path_info + strspn(soap->http->path_info, "/");
    apr_size_t  len = strcspn(path, "/"), rest;
    const char *second = path + len + strspn(path + len, "/");

    rest = strcspn(second, "/");
    if (len && rest && !second[rest + strspn(second + rest, "/")]) {
        soap->credentials.username = apr_pstrmemdup(soap->call->pool, path, len);
        soap->credentials.password = apr_pstrmemdup(soap->call->pool, second, rest);
    }
}

/* Take what the query says: credentials, settings, and whether it is the WSDL that is asked for. */
static mws_error_t *read_query(soap_t *soap)
{
    mws_call_t  *call = soap->call;
    mws_value_t *vars = mws_value_struct(call->pool);
    apr_int64_t  keys = call->settings->keys_max;

    if (soap->http->query) {
        mws_text_t query = {soap->http->query, strlen(soap->http->query)};

        MWS_ERR(mws_form_query(call, query, vars, &keys));
    }
    mws_form_take_credentials(call, soap->http, vars, &soap->credentials);
    if (soap->http->script == MWS_SCRIPT_PASSWORD &&
        (!soap->credentials.username || !soap->credentials.password)) {
        take_path(soap);
    }
    soap->wsdl = mws_form_take(vars, "wsdl");
    if (soap->wsdl && *mws_clean_text(call, MWS_PARAM_BOOL, soap->wsdl) != '1') {
        soap->wsdl = NULL;
    }
    return mws_form_take_settings(call, vars);
}

/* ---- the WSDL ---------------------------------------------------------------------------- */

static void begin_document(mws_reply_t *reply)
{
    mws_http_private(reply, "application/xml; charset=utf-8");
    apr_table_unset(reply->headers, "Access-Control-Allow-Origin");
    apr_table_setn(reply->headers, "Content-Disposition", "inline; filename=\"response.xml\"");
}

static mws_error_t *serve_wsdl(soap_t *soap)
{
    mws_permit_t *permit;

    MWS_ERR(mws_auth_caller(soap->call, &soap->credentials, NULL, &permit));
    begin_document(soap->reply);
    return mws_soap_wsdl(soap->call, soap->http, strcmp(soap->wsdl, "literal") == 0,
                         soap->reply->body);
}

/* ---- a call ------------------------------------------------------------------------------ */

static mws_error_t *read_call(soap_t *soap)
{
    mws_text_t   body = {"", 0};
    mws_error_t *err;

    if (strcmp(soap->http->method, "POST") == 0) {
        MWS_ERR(mws_http_body(soap->call, soap->http, &body));
    }
    err = mws_soap_read(soap->call, body, &soap->sent);
    soap->is_literal =
        soap->sent.function &&
        strcmp(soap->sent.space, mws_soap_literal_space(soap->call, soap->http)) == 0;
    return err;
}

/* Make the writer of the answer, to a function or operation. It is in the namespace of the call: old
 * clients have the one that Moodle gave them. */
static void begin_answer(soap_t *soap)
{
    const char *space = soap->sent.space;

    if (!*space || strcmp(space, mws_soap_spaces[soap->sent.version].envelope) == 0) {
        space = mws_soap_space(soap->call, soap->http);
    }
    soap->answer.version = soap->sent.version;
    soap->answer.function = soap->sent.function;
    soap->answer.space = space;
    if (soap->is_literal) {
        mws_soap_literal_writer(&soap->answer);
    }
    else {
        mws_soap_encoded_writer(&soap->answer);
    }
}

/* Find the number of the first type of the result of ROW, where the answer shows it. It depends on what
 * else the caller may call. */
static mws_error_t *number_structs(soap_t *soap, const mws_row_t *row)
{
    apr_hash_t       *names;
    const mws_spec_t *key;

    if (soap->is_literal || !mws_soap_struct_count(row->external->returns)) {
        return NULL;
    }
    if (soap->call->token_id) {
        /* its service has admitted the caller by now */
        names = mws_site_listed(soap->call, soap->call->service_id);
    }
    else {
        MWS_ERR(mws_offer_names(soap->call, &names));
    }
    soap->answer.first_struct = mws_soap_struct_first(names, row);
    for (key = row->external->params->of; key->name; key++) {
        soap->answer.first_struct += mws_soap_struct_count(key);
    }
    return NULL;
}

/* ERR is why the function is not to be called: for Moodle it is not there then. */
static mws_error_t *not_present(soap_t *soap, mws_error_t *err)
{
    if (err->id != MWS_NO_RECORD && err->id != MWS_NO_ACCESS && err->id != MWS_CODING) {
        return err;
    }
    mws_serve_note_unknown(soap->call);
    soap->call->function = NULL;
    if (soap->is_literal) {
        return err;
    }
    return mws_soap_error(soap->call->pool, MWS_SOAP_SERVER, "Procedure '%.100s' not present",
                          soap->sent.function);
}

/* What a function gives that gives nothing: in rpc/encoded nothing at all. */
static void answer_void(mws_reply_t *reply)
{
    reply->status = 202;
    reply->content_type = "text/html; charset=utf-8";
}

static mws_error_t *serve_function(soap_t *soap)
{
    mws_call_t      *call = soap->call;
    const mws_row_t *row = mws_table_find(soap->sent.function);
    mws_request_t    req = {.credentials = soap->credentials, .function = soap->sent.function};
    mws_value_t     *params;
    mws_error_t     *read_err, *err;

    read_err =
        row ? mws_soap_params(call, &soap->sent, row->external->params, soap->is_literal, &params)
            : mws_error(call->pool, MWS_CODING, "this server does not serve the function");
    err = mws_serve_admit(call, &req);
    if (err) {
        return call->caller ? not_present(soap, err) : err;
    }
    soap->is_found = 1;
    MWS_ERR(read_err);
    MWS_ERR(number_structs(soap, row));
    MWS_ERR(mws_serve_admitted(call, params, &soap->answer.writer, soap->reply->body));
    if (!row->external->returns && !soap->is_literal) {
        answer_void(soap->reply);
    }
    return NULL;
}

static mws_error_t *serve_login(soap_t *soap)
{
    mws_value_t *params;

    soap->is_found = 1;
    soap->answer.first_struct = MWS_SOAP_NO_NUMBER;
    MWS_ERR(mws_soap_params(soap->call, &soap->sent, mws_login_described.params, soap->is_literal,
                            &params));
    return mws_operation_login_call(soap->call, params, &soap->answer.writer, soap->reply->body);
}

static mws_error_t *serve_logout(soap_t *soap)
{
    mws_request_t req = {.credentials = soap->credentials};
    mws_value_t  *params;
    mws_error_t  *err;

    MWS_ERR(mws_soap_params(soap->call, &soap->sent, mws_logout_described.params, soap->is_literal,
                            &params));
    req.params = params;
    err = mws_operation_logout(soap->call, &req, &soap->answer.writer, soap->reply->body);
    soap->is_found = soap->call->caller != NULL;
    if (!err && !soap->is_literal) {
        answer_void(soap->reply);
    }
    return err;
}

/* What was sent is no call, as ERR says, which only who may call is told. */
static mws_error_t *refuse_call(soap_t *soap, mws_error_t *err)
{
    mws_permit_t *permit;

    MWS_ERR(mws_auth_caller(soap->call, &soap->credentials, NULL, &permit));
    mws_serve_note_unknown(soap->call);
    return err;
}

static mws_error_t *serve_call(soap_t *soap)
{
    int has_sessions = soap->http->script == MWS_SCRIPT_TOKEN;

    begin_answer(soap);
    if (has_sessions && strcmp(soap->sent.function, mws_login_described.name) == 0) {
        return serve_login(soap);
    }
    if (has_sessions && strcmp(soap->sent.function, mws_logout_described.name) == 0) {
        return serve_logout(soap);
    }
    return serve_function(soap);
}

/* ---- the answer -------------------------------------------------------------------------- */

static void begin_reply(soap_t *soap)
{
    apr_table_clear(soap->reply->headers);
    soap->reply->status = 200;
    soap->reply->content_type = soap->sent.version == MWS_SOAP_12
                                    ? "application/soap+xml; charset=utf-8"
                                    : "text/xml; charset=utf-8";
}

static mws_soap_fault_e kind_of_fault(const soap_t *soap)
{
    if (soap->is_literal) {
        return soap->is_found ? MWS_SOAP_LITERAL : MWS_SOAP_LITERAL_REFUSED;
    }
    return soap->is_found ? MWS_SOAP_FAILED : MWS_SOAP_REFUSED;
}

/* Give REPLY the head of the fault of ERR, which is told HOW. */
static void begin_fault(soap_t *soap, mws_soap_fault_e how, const mws_error_t *err)
{
    mws_reply_t *reply = soap->reply;

    begin_reply(soap);
    if (how == MWS_SOAP_REFUSED && !err->fault) {
        begin_document(reply);
    }
    else if (!soap->is_literal) {
        reply->content_type = "text/xml; charset=utf-8";
    }
    mws_reply_status(soap->call, reply, err);
    if (reply->status == 200 && (how != MWS_SOAP_REFUSED || err->fault)) {
        reply->status = 500;
    }
}

static void answer_fault(soap_t *soap, const mws_error_t *err)
{
    mws_soap_fault_e how = kind_of_fault(soap);

    begin_fault(soap, how, err);
    mws_sink_clear(soap->reply->body);
    mws_soap_fault(soap->reply->body, how, soap->sent.version,
                   mws_soap_literal_space(soap->call, soap->http), mws_class_name(soap->call, err),
                   err);
    mws_log_fault(soap->call, err);
}

/* Serve what was read, of which READ_ERR is wrong. What speaks of the protocol itself waits until
 * it is known who calls. */
static mws_error_t *serve_read(soap_t *soap, mws_error_t *read_err)
{
    if (read_err && !read_err->fault) {
        return read_err;
    }
    mws_form_known_settings(soap->call);
    if (soap->wsdl) {
        return serve_wsdl(soap);
    }
    return read_err ? refuse_call(soap, read_err) : serve_call(soap);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    soap_t       soap = {.call = call, .http = http, .reply = reply};
    mws_error_t *read_err, *err;
    int          open = 0;

    call->protocol = "soap";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    read_err = read_query(&soap);
    if (!read_err && !soap.wsdl) {
        read_err = read_call(&soap);
    }
    begin_reply(&soap);
    err = mws_auth_gates(call, &open);
    if (!err && !open) {
        mws_http_closed(reply);
        return;
    }
    err = err ? err : serve_read(&soap, read_err);
    if (err) {
        answer_fault(&soap, err);
    }
}

const mws_adapter_t mws_adapter_soap = {.name = "soap", .serve = serve};
