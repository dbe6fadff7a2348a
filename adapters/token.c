/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/token.c -- login/token.php: a permanent token for a user name and a password. */
#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../services/mws_auth.h"
#include "mws_ajax.h"
#include "mws_form.h"

static void put_text(mws_sink_t *sink, const char *text)
{
    if (text) {
        mws_escape_json(sink, text, strlen(text));
    }
    else {
        MWS_PUT(sink, "null");
    }
}

/* An app asks whether this is a Moodle site at all. */
static void answer_site_check(mws_reply_t *reply)
{
    reply->status = 200;
    reply->content_type = "application/json; charset=utf-8";
    apr_table_clear(reply->headers);
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
    MWS_PUT(reply->body, "{\"appsitecheck\":\"ok\"}");
}

static mws_error_t *answer_token(mws_call_t *call, mws_value_t *params, mws_reply_t *reply)
{
    const char *username = mws_form_take(params, "username");
    const char *password = mws_form_take(params, "password");
    const char *service = mws_form_take(params, "service");
    const char *token, *private_token;

    MWS_ERR(mws_auth_token(call, username, password, service, &token, &private_token));
    MWS_PUT(reply->body, "{\"token\":");
    put_text(reply->body, token);
    MWS_PUT(reply->body, ",\"privatetoken\":");
    put_text(reply->body, private_token);
    MWS_PUT(reply->body, "}");
    return NULL;
}

static mws_error_t *answer(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_value_t *params;
    const char  *check;
    int          open, is_json;

    MWS_ERR(mws_auth_gates(call, &open));
    if (!open) {
        return mws_error(call->pool, MWS_WS_DISABLED, NULL);
    }
    MWS_ERR(mws_form_read(call, http, &params, &is_json));
    check = mws_form_take(params, "appsitecheck");
    if (check && mws_php_int(check)) {
        answer_site_check(reply);
        return NULL;
    }
    return answer_token(call, params, reply);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_error_t *err;

    call->origin = "web";
    mws_ajax_open(call, reply, 0);
    err = answer(call, http, reply);
    if (err) {
        mws_ajax_fault(call, reply, err);
    }
}

const mws_adapter_t mws_adapter_token = {.name = "token", .serve = serve};
