/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/amf.c -- AMF: packets of calls as Flash and Flex send them.
 *
 * Moodle 2.1: webservice/amf/locallib.php, on Zend_Amf_Server. It was dropped in 3.1.
 */
#include <apr_base64.h>
#include <apr_strings.h>
#include <string.h>

#include "../../lib/db/mws_declare.h"
#include "../../services/mws_table.h"
#include "../mws_form.h"
#include "../mws_operation.h"
#include "../mws_positional.h"
#include "mws_amf0.h"
#include "mws_amf_describe.h"
#include "mws_amf_packet.h"

#define MEDIA_TYPE "application/x-amf"

/* What a browser is told that comes by. */
#define NOTICE "<p>This is an endpoint of AMF: programs send their calls here.</p>\n"

/* The class of all functions in Moodle 2.1, followed by a number, and what else may stand before the
 * name of a function. */
#define VIRTUAL_CLASS "webservices_virtual_class_"
static const char *const classes[] = {"", "moodle", "webservice", "ws"};

/* A request being answered. */
typedef struct {
    mws_call_t       *call;
    const mws_http_t *http;
    mws_reply_t      *reply;
    mws_credentials_t credentials;
    const char       *session; /* the token of a login by header, or NULL */
    mws_amf_packet_t  packet;
    mws_error_t      *refusal; /* what stands against every call of the packet, or NULL */
} amf_t;

/* One message of it: a call, and how its result is written. */
typedef struct {
    amf_t              *amf;
    mws_call_t         *call;
    const mws_flex_t   *flex; /* or NULL */
    mws_credentials_t   credentials;
    mws_sink_t         *sink;
    const mws_writer_t *writer;
} turn_t;

/* ---- results ----------------------------------------------------------------------------- */

/* Begin the result, and keep what stands before it when the call is run again. DS_ID as of
 * mws_flex_acknowledge(). */
static void begin_result(turn_t *turn, const char *ds_id)
{
    apr_pool_t *p = turn->call->pool;

    turn->writer = &mws_amf0_writer;
    if (turn->amf->packet.amf3) {
        mws_amf3_t *out = mws_amf3_begin(p, turn->sink);

        mws_put(turn->sink, "\x11", 1);
        if (turn->flex) {
            mws_flex_acknowledge(out, p, turn->flex, ds_id);
        }
        turn->writer = mws_amf3_writer(p, out);
    }
    mws_sink_keep(turn->sink);
}

static mws_error_t *return_nothing(turn_t *turn)
{
    begin_result(turn, NULL);
    return mws_out_finish(mws_out_start(turn->call->pool, turn->sink, turn->writer, NULL));
}

/* ---- calls ------------------------------------------------------------------------------- */

/* Whether sessions begin and end at this script: not where a password comes with each call. */
static int has_sessions(const turn_t *turn)
{
    return turn->amf->http->script == MWS_SCRIPT_TOKEN;
}

/* There is nothing to call: this is told only to who may call at all. */
static mws_error_t *refuse_name(turn_t *turn, const char *why)
{
    mws_permit_t *permit;
    mws_error_t  *err;

    MWS_ERR(mws_auth_caller(turn->call, &turn->credentials, NULL, &permit));
    err = mws_error(turn->call->pool, MWS_NO_RECORD, NULL);
    err->message = why;
    return err;
}

static mws_error_t *call_login(turn_t *turn, const mws_value_t *args)
{
    const mws_value_t *params = mws_positional(turn->call->pool, mws_login_described.params, args);

    begin_result(turn, NULL);
    return mws_operation_login_call(turn->call, params, turn->writer, turn->sink);
}

static mws_error_t *call_logout(turn_t *turn, const mws_value_t *args)
{
    mws_request_t req = {.credentials = turn->credentials,
                         .params = mws_positional(turn->call->pool, NOTHING, args)};

    begin_result(turn, NULL);
    return mws_operation_logout(turn->call, &req, turn->writer, turn->sink);
}

static mws_error_t *call_describe(turn_t *turn, const char *method)
{
    mws_permit_t *permit;

    MWS_ERR(mws_auth_caller(turn->call, &turn->credentials, NULL, &permit));
    begin_result(turn, NULL);
    return mws_amf_describe(turn->call, method, has_sessions(turn), turn->writer, turn->sink);
}

static mws_error_t *call_function(turn_t *turn, const char *name, const mws_value_t *args)
{
    const mws_row_t  *row = mws_table_find(name);
    const mws_spec_t *params = row ? row->external->params : NOTHING;
    mws_request_t     req = {.credentials = turn->credentials,
                             .function = name,
                             .params = mws_positional(turn->call->pool, params, args)};
    mws_error_t      *err;

    begin_result(turn, NULL);
    err = mws_serve(turn->call, &req, turn->writer, turn->sink);
    if (err && err->id == MWS_NO_RECORD && turn->call->caller && !turn->call->function) {
        err->message = MWS_AMF_NO_METHOD;
    }
    return err;
}

/* Whether the functions may be called by CLASS_NAME. */
static int is_class(const char *class_name)
{
    apr_size_t prefix = sizeof(VIRTUAL_CLASS) - 1, i;

    if (strncmp(class_name, VIRTUAL_CLASS, prefix) == 0) {
        class_name += prefix;
        return *class_name && !class_name[strspn(class_name, "0123456789")];
    }
    for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(class_name, classes[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Call NAME, a class and a method with a dot between, or the method alone. */
static mws_error_t *call_named(turn_t *turn, const char *name, const mws_value_t *args)
{
    const char *dot = strrchr(name, '.'), *method = dot ? dot + 1 : name;
    const char *class_name = dot ? apr_pstrmemdup(turn->call->pool, name, dot - name) : "";

    if (strcmp(class_name, MWS_AMF_DESCRIBER) == 0) {
        return call_describe(turn, method);
    }
    if (!is_class(class_name)) {
        return refuse_name(turn, "The class does not exist");
    }
    if (!*method) {
        return refuse_name(turn, MWS_AMF_NO_METHOD);
    }
    if (has_sessions(turn) && strcmp(method, mws_login_described.name) == 0) {
        return call_login(turn, args);
    }
    if (has_sessions(turn) && strcmp(method, mws_logout_described.name) == 0) {
        return call_logout(turn, args);
    }
    return call_function(turn, method, args);
}

/* The arguments that VALUE is: a list is all of them, null none, anything else the only one. */
static const mws_value_t *arguments_of(apr_pool_t *p, const mws_value_t *value)
{
    mws_value_t *args;

    if (value && mws_value_kind(value) == MWS_LIST) {
        return value;
    }
    args = mws_value_list(p);
    if (value && mws_value_kind(value) != MWS_NULL) {
        mws_value_append(args, (mws_value_t *)value);
    }
    return args;
}

/* ---- messages of Flex -------------------------------------------------------------------- */

/* Read what a login by CommandMessage has for a body: user name and password with a colon between,
 * in base64. */
static mws_error_t *read_login(turn_t *turn, mws_credentials_t *credentials)
{
    apr_pool_t *p = turn->call->pool;
    const char *body = turn->flex->body && mws_value_kind(turn->flex->body) == MWS_TEXT
                           ? mws_value_as_text(turn->flex->body).s
                           : "";
    char       *pair = apr_pcalloc(p, (apr_size_t)apr_base64_decode_len(body) + 1);
    char       *colon;

    apr_base64_decode_binary((unsigned char *)pair, body);
    colon = strchr(pair, ':');
    if (!colon) {
        return mws_error(p, MWS_BAD_PARAMETER,
                         "body: expected a user name and a password, in base64, with a colon"
                         " between");
    }
    credentials->kind = MWS_BY_PASSWORD;
    credentials->username = apr_pstrmemdup(p, pair, (apr_size_t)(colon - pair));
    credentials->password = colon + 1;
    return NULL;
}

/* Whether the request shows a token of USERNAME already. */
static int is_known(turn_t *turn, const char *username)
{
    mws_call_t   *asked;
    mws_permit_t *permit;
    mws_error_t  *err;
    int           known;

    if (turn->amf->credentials.kind != MWS_BY_TOKEN || !turn->amf->credentials.token) {
        return 0;
    }
    asked = mws_call_next(turn->call);
    err = mws_auth_caller(asked, &turn->amf->credentials, NULL, &permit);
    known = !err && strcmp(asked->caller->username, username) == 0;
    mws_db_release(asked);
    apr_pool_destroy(asked->pool);
    return known;
}

/* The client calls itself by the token of the session from now on. */
static mws_error_t *flex_login(turn_t *turn)
{
    mws_credentials_t credentials;
    const char       *token;
    apr_int64_t       expires;

    MWS_ERR(read_login(turn, &credentials));
    if (is_known(turn, credentials.username)) {
        return return_nothing(turn);
    }
    MWS_ERR(mws_auth_session(turn->call, &credentials, turn->flex->service, &token, &expires));
    begin_result(turn, token);
    return mws_operation_tell(turn->call, token, expires, turn->writer, turn->sink);
}

static mws_error_t *not_implemented(turn_t *turn)
{
    mws_error_t *err = mws_error(turn->call->pool, MWS_CODING, NULL);

    err->message = "The operation is not implemented";
    return err;
}

static mws_error_t *flex_command(turn_t *turn)
{
    apr_int64_t operation = turn->flex->operation ? apr_atoi64(turn->flex->operation) : -1;

    if (operation == MWS_FLEX_PING || operation == MWS_FLEX_DISCONNECT) {
        return return_nothing(turn);
    }
    if (operation == MWS_FLEX_LOGIN && has_sessions(turn)) {
        return flex_login(turn);
    }
    if (operation == MWS_FLEX_LOGOUT && has_sessions(turn)) {
        return call_logout(turn, mws_value_list(turn->call->pool));
    }
    return not_implemented(turn);
}

static mws_error_t *flex_remoting(turn_t *turn)
{
    const mws_flex_t *flex = turn->flex;
    apr_pool_t       *p = turn->call->pool;
    const char       *name = flex->operation ? flex->operation : "";

    if (flex->source && *flex->source) {
        name = apr_pstrcat(p, flex->source, ".", name, NULL);
    }
    return call_named(turn, name, arguments_of(p, flex->body));
}

/* ---- messages ---------------------------------------------------------------------------- */

static mws_error_t *run(turn_t *turn, const mws_amf_message_t *message)
{
    if (turn->amf->refusal) {
        return turn->amf->refusal;
    }
    switch (turn->flex ? turn->flex->kind : MWS_FLEX_NONE) {
    case MWS_FLEX_REMOTING:
        return flex_remoting(turn);
    case MWS_FLEX_COMMAND:
        return flex_command(turn);
    case MWS_FLEX_OTHER:
        return not_implemented(turn);
    default:
        return call_named(turn, message->target, arguments_of(turn->call->pool, message->value));
    }
}

static void write_fault(turn_t *turn, const mws_error_t *err)
{
    apr_pool_t *p = turn->call->pool;

    if (!turn->amf->packet.amf3) {
        mws_amf0_fault(p, turn->sink, err);
        return;
    }
    mws_put(turn->sink, "\x11", 1);
    mws_flex_fault(mws_amf3_begin(p, turn->sink), p, turn->flex, mws_class_name(turn->call, err),
                   err);
}

/* Begin the answer to RESPONSE. Returns where the length of its value goes. */
static apr_off_t begin_answer(const turn_t *turn, const char *response, const char *how)
{
    return mws_amf_message_begin(turn->sink, apr_pstrcat(turn->call->pool, response, how, NULL),
                                 "");
}

static void answer_fault(turn_t *turn, const char *response, const mws_error_t *err)
{
    apr_off_t at = begin_answer(turn, response, "/onStatus");

    write_fault(turn, err);
    mws_amf_value_end(turn->sink, at);
    mws_log_fault(turn->call, err);
}

/* Run one message and write its answer, whatever happens. */
static void answer(turn_t *turn, const mws_amf_message_t *message)
{
    apr_off_t    begins = mws_sink_size(turn->sink);
    apr_off_t    at = begin_answer(turn, message->response, "/onResult");
    mws_error_t *err = run(turn, message);

    if (err) {
        mws_sink_cut(turn->sink, begins);
        answer_fault(turn, message->response, err);
        if (err == turn->amf->refusal || turn->amf->packet.messages->nelts == 1) {
            mws_reply_status(turn->call, turn->amf->reply, err);
        }
    }
    else {
        mws_amf_value_end(turn->sink, at);
    }
    mws_sink_keep(turn->sink);
    mws_db_release(turn->call);
}

/* The only message is the call of the request itself; of several each is one of its own. */
static void answer_message(amf_t *amf, const mws_amf_message_t *message)
{
    int    several = amf->packet.messages->nelts > 1;
    turn_t turn = {.amf = amf,
                   .call = several ? mws_call_next(amf->call) : amf->call,
                   .flex = message->flex,
                   .credentials = amf->credentials,
                   .sink = amf->reply->body};

    if (turn.credentials.kind == MWS_BY_TOKEN && !turn.credentials.token && turn.flex) {
        turn.credentials.token = turn.flex->ds_id;
    }
    answer(&turn, message);
    if (several) {
        apr_pool_destroy(turn.call->pool);
    }
}

/* ---- packets ----------------------------------------------------------------------------- */

/* Take what the header Credentials says: at a script for passwords it is one, elsewhere a login for
 * a request that shows no token. */
static void take_header(amf_t *amf)
{
    apr_pool_t        *p = amf->call->pool;
    const mws_value_t *header = amf->packet.credentials;
    mws_credentials_t  given = {.kind = MWS_BY_PASSWORD};
    mws_call_t        *call;
    const char        *token;
    apr_int64_t        expires;

    if (!header || amf->credentials.token || amf->credentials.username) {
        return;
    }
    given.username = mws_amf_text_at(p, header, "userid");
    given.password = mws_amf_text_at(p, header, "password");
    if (amf->credentials.kind == MWS_BY_PASSWORD) {
        amf->credentials = given;
        return;
    }
    call = mws_call_next(amf->call);
    amf->refusal =
        mws_auth_session(call, &given, mws_amf_text_at(p, header, "service"), &token, &expires);
    mws_db_release(call);
    if (!amf->refusal) {
        amf->session = amf->credentials.token = token;
    }
}

/* Tell the client how to go on in the session: it adds this to the address of its calls. */
static void write_session(const amf_t *amf)
{
    mws_sink_t *sink = amf->reply->body;
    const char *added =
        apr_pstrcat(amf->call->pool, amf->http->query && *amf->http->query ? "&" : "?",
                    "wstoken=", amf->session, NULL);
    apr_off_t at;

    mws_amf_put_name(sink, "AppendToGatewayUrl");
    mws_put(sink, "\0", 1);
    at = mws_sink_size(sink);
    mws_amf_put_u32(sink, 0);
    mws_put(sink, "\x02", 1);
    mws_amf_put_name(sink, added);
    mws_amf_value_end(sink, at);
}

/* Begin the answer: a packet of MESSAGES. */
static void begin_packet(const amf_t *amf, int messages)
{
    mws_sink_t *sink = amf->reply->body;

    mws_amf_put_u16(sink, amf->packet.amf3 ? 3 : 0);
    mws_amf_put_u16(sink, amf->session ? 1 : 0);
    if (amf->session) {
        write_session(amf);
    }
    mws_amf_put_u16(sink, (apr_uint32_t)messages);
    mws_sink_keep(sink);
}

static void answer_packet(amf_t *amf)
{
    const apr_array_header_t *messages = amf->packet.messages;
    int                       i;

    if (!amf->refusal) {
        take_header(amf);
    }
    begin_packet(amf, messages->nelts);
    for (i = 0; i < messages->nelts; i++) {
        answer_message(amf, &APR_ARRAY_IDX(messages, i, mws_amf_message_t));
    }
}

/* The request is no packet that could be answered: one fault stands for all, unless not even the
 * VERSION could be read. */
static void answer_unreadable(amf_t *amf, const mws_error_t *err, int version)
{
    turn_t turn = {.amf = amf, .call = amf->call, .sink = amf->reply->body};

    mws_reply_status(amf->call, amf->reply, err);
    if (err->id == MWS_BAD_PARAMETER) {
        amf->reply->status = 400;
    }
    if (!version) {
        mws_log_fault(amf->call, err);
        return;
    }
    amf->packet.amf3 = 0;
    begin_packet(amf, 1);
    answer_fault(&turn, "/1", err);
}

static void answer_browser(mws_reply_t *reply)
{
    reply->content_type = "text/html; charset=utf-8";
    MWS_PUT(reply->body, NOTICE);
}

/* Take the settings and credentials that the address has. */
static mws_error_t *take_query(amf_t *amf)
{
    const char  *query = amf->http->query ? amf->http->query : "";
    mws_value_t *vars = mws_value_struct(amf->call->pool);
    apr_int64_t  keys = amf->call->settings->keys_max;

    MWS_ERR(mws_form_query(amf->call, (mws_text_t){query, strlen(query)}, vars, &keys));
    mws_form_take_credentials(amf->call, amf->http, vars, &amf->credentials);
    return mws_form_take_settings(amf->call, vars);
}

/* Flash Player behind TLS in an old browser fails on an answer that may not be kept at all. */
static void set_headers(mws_reply_t *reply)
{
    mws_http_private(reply, MEDIA_TYPE);
    apr_table_setn(reply->headers, "Cache-Control", "cache, must-revalidate");
    apr_table_setn(reply->headers, "Pragma", "public");
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    amf_t        amf = {.call = call, .http = http, .reply = reply};
    mws_text_t   body = {"", 0};
    int          open = 0;
    mws_error_t *query_err, *body_err = NULL, *err;

    call->protocol = "amf";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    set_headers(reply);
    query_err = take_query(&amf);
    if (strcmp(http->method, "POST") == 0) {
        body_err = mws_http_body(call, http, &body);
    }
    amf.refusal = mws_auth_gates(call, &open);
    if (!amf.refusal && !open) {
        mws_http_closed(reply);
        return;
    }
    if (!amf.refusal) {
        mws_form_known_settings(call);
        amf.refusal = query_err;
    }
    mws_db_release(call);
    if (body_err) {
        answer_unreadable(&amf, body_err, 1);
        return;
    }
    if (!body.len) {
        answer_browser(reply);
        return;
    }
    err = mws_amf_packet(call, body, &amf.packet);
    if (err) {
        answer_unreadable(&amf, err, body.len > 1);
    }
    else {
        answer_packet(&amf);
    }
}

const mws_adapter_t mws_adapter_amf = {.name = "amf", .serve = serve};
