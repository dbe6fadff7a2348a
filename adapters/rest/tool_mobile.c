/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/rest/tool_mobile.c -- the function of the mobile app that makes several calls, each in JSON.
 *
 * It stands with the adapters, for it decodes calls, hands them to the desk, and encodes what comes
 * back; nothing of it is about the database.
 */
#include <apr_strings.h>

#include "../../lib/base/mws_escape.h"
#include "../../lib/db/mws_declare.h"
#include "../../services/mws_check.h"
#include "../mws_adapter.h"
#include "../mws_json.h"
#include "mws_rest_writer.h"

/* A call within the call, and what it gives. */
typedef struct {
    mws_call_t *call;
    mws_sink_t *sink;    /* of its own: the result goes out as a text */
    int         refused; /* the caller may not, or there is nothing to call */
} inner_t;

/* What SINK holds, all of it in memory, as a text of P. */
static const char *text_of(apr_pool_t *p, mws_sink_t *sink)
{
    char                   *text = apr_palloc(p, (apr_size_t)mws_sink_size(sink) + 1), *at = text;
    const mws_sink_block_t *block;

    mws_sink_finish(sink);
    for (block = sink->first; block; block = block->next) {
        memcpy(at, block->bytes, block->used);
        at += block->used;
    }
    *at = '\0';
    return text;
}

static void set_texts(mws_call_t *call, const mws_value_t *request)
{
    const char *lang = mws_text(request, "settinglang");

    call->text.raw = mws_bool(request, "settingraw");
    call->text.filter = mws_bool(request, "settingfilter");
    call->text.fileurl = mws_bool(request, "settingfileurl");
    call->text.lang = lang && *lang ? lang : NULL;
}

/* The parameters that the arguments of REQUEST are, an object in JSON, or none. */
static mws_error_t *read_arguments(mws_call_t *call, const mws_value_t *request,
                                   mws_value_t **params)
{
    apr_int64_t keys = call->settings->keys_max;
    mws_text_t  text = {"", 0};

    *params = mws_value_struct(call->pool);
    if (mws_given(request, "arguments")) {
        text = mws_value_as_text(mws_value_get(request, "arguments", -1));
    }
    if (!text.len) {
        return NULL;
    }
    return mws_json_object(call, apr_pstrmemdup(call->pool, text.s, text.len), text.len, *params,
                           &keys);
}

static mws_error_t *serve(inner_t *inner, const mws_credentials_t *credentials,
                          const mws_value_t *request)
{
    mws_call_t   *call = inner->call;
    mws_request_t req = {
        .credentials = *credentials, .function = mws_text(request, "function"), .unlogged = 1};
    mws_value_t *params;
    mws_error_t *err;

    set_texts(call, request);
    MWS_ERR(read_arguments(call, request, &params));
    req.params = params;
    err = mws_serve(call, &req, &mws_rest_json_writer, inner->sink);
    inner->refused = err && (err->id == MWS_NO_ACCESS || (call->caller && !call->function));
    return err;
}

/* Write the exception that ERR is, as Moodle does where several calls are made at once.
 * Moodle: lib/setuplib.php, get_exception_info(). */
static void write_exception(inner_t *inner, const mws_error_t *err)
{
    mws_sink_clear(inner->sink);
    if (inner->refused) {
        MWS_PUT(inner->sink, "{\"errorcode\":\"accessexception\",\"module\":\"webservice\"}");
        return;
    }
    MWS_PUT(inner->sink, "{\"message\":");
    mws_escape_json(inner->sink, err->message, strlen(err->message));
    MWS_PUT(inner->sink, ",\"errorcode\":");
    mws_escape_json(inner->sink, err->row->errorcode, strlen(err->row->errorcode));
    if (err->debuginfo) {
        MWS_PUT(inner->sink, ",\"debuginfo\":");
        mws_escape_json(inner->sink, err->debuginfo, strlen(err->debuginfo));
    }
    MWS_PUT(inner->sink, "}");
}

/* Make the call of REQUEST and write its response. Whether it went well. */
static int respond(mws_call_t *call, const mws_value_t *request, mws_out_t *out)
{
    inner_t      inner = {.call = mws_call_next(call)};
    mws_error_t *err;
    const char  *text;
    int          failed;

    inner.sink = mws_sink_make(inner.call->pool, APR_SIZE_MAX);
    err = serve(&inner, call->credentials, request);
    failed = err != NULL;
    mws_db_release(inner.call);
    if (err) {
        mws_log_fault(inner.call, err);
        write_exception(&inner, err);
    }
    text = text_of(inner.call->pool, inner.sink);
    mws_out_struct(out, NULL);
    mws_out_bool(out, "error", failed);
    /* no result is no text of one */
    mws_out_text(out, failed ? "exception" : "data", strcmp(text, "null") == 0 ? NULL : text);
    mws_out_end(out);
    apr_pool_destroy(inner.call->pool);
    return !failed;
}

/* clang-format off */
/* Moodle: admin/tool/mobile/classes/external.php, tool_mobile\external::call_external_functions(). */
EXTERNAL(tool_mobile_call_external_functions,
    .about   = "Makes several calls in one request, one after the other up to the first that "
               "fails. Each has a transaction of its own.",
    .params  = KEYS(
        LIST("requests", KEYS(
            VALUE("function",       ALPHANUMEXT, "name of the function to call"),
            VALUE("arguments",      RAW,  "its parameters, an object in JSON",          PRESET("{}")),
            VALUE("settingraw",     BOOL, "give texts as they are stored",              PRESET("0")),
            VALUE("settingfilter",  BOOL, "let filters change texts",                   PRESET("0")),
            VALUE("settingfileurl", BOOL, "make URLs of the names of files in texts",   PRESET("1")),
            VALUE("settinglang",    LANG, "code of a language; empty: the caller's",    PRESET(""))),
            "the calls, in their order")),
    .returns = KEYS(
        LIST("responses", KEYS(
            VALUE("error",     BOOL, "whether the call failed; then no further was made"),
            VALUE("data",      RAW,  "result of the call as JSON; null: none",    OPTIONAL),
            VALUE("exception", RAW,  "exception of the call as JSON; null: none", OPTIONAL)),
            "a response for each call that was made")),
    .errors  = ERRORS(
        {MWS_CODING, "it is called within one of several calls"},
        {MWS_MISSING_PARAM, "the caller has no token, but a user name and a password"},
        {MWS_BAD_PARAMETER, "the calls are more than MoodleWSCallsMax"}))
/* clang-format on */
{
    const mws_value_t *requests = mws_items(in, "requests");
    apr_size_t         i;
    int                well = 1;

    if (call->within) {
        return mws_error(call->pool, MWS_CODING, "several calls within one of several");
    }
    if (call->credentials->kind != MWS_BY_TOKEN) {
        return mws_check_missing(call, "wstoken");
    }
    MWS_ERR(mws_http_check_calls(call, mws_value_size(requests)));
    mws_out_struct(out, NULL);
    mws_out_list(out, "responses");
    for (i = 0; i < mws_value_size(requests) && well; i++) {
        well = respond(call, mws_value_at(requests, i), out);
    }
    mws_out_end(out);
    mws_out_end(out);
    return NULL;
}
