/* SPDX-License-Identifier: Apache-2.0 */
/* t/toy/toy.c -- how little a protocol is: one of plain text. A call is lines with the token, the
 * function, and its parameters as key=value; an answer has a line for each thing in it. */
#include "adapters/mws_form.h"
#include "lib/base/mws_escape.h"
#include "lib/base/mws_php.h"

/* clang-format off */
static void say(mws_sink_t *sink, const char *text) { mws_put(sink, text, strlen(text)); }
static void *start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink, const mws_spec_t *of) { return sink; }

/* The functions of the writer, whose state is the sink: each puts one line. */
#define LINE(name, put, ...) static void name(void *sink, ##__VA_ARGS__) { put, MWS_PUT(sink, "\n"); }
#define NAMED(name, put, ...) LINE(name, put, const mws_spec_t *spec, ##__VA_ARGS__)
LINE(finish, say(sink, "done"))
NAMED(key, say(sink, spec->name))
NAMED(begin_list, say(sink, "["))
NAMED(begin_struct, say(sink, "{"))
NAMED(end, say(sink, "end"))
NAMED(null, say(sink, "null"))
NAMED(boolean, say(sink, b ? "true" : "false"), int b)
NAMED(integer, mws_put(sink, digits, len), const char *digits, apr_size_t len)
NAMED(real, say(sink, mws_php_float_text(((mws_sink_t *)sink)->pool, f)), double f)
NAMED(text, mws_escape_json(sink, text, len), const char *text, apr_size_t len)
static const mws_writer_t lines = {start, finish, key, NULL, begin_list, end, begin_struct, end,
                                   null, boolean, integer, real, text};
/* clang-format on */

static mws_error_t *answer(mws_call_t *call, const mws_http_t *http, mws_sink_t *sink)
{
    mws_value_t  *params = mws_value_struct(call->pool);
    mws_request_t req = {.params = params};
    apr_int64_t   keys = call->settings->keys_max;
    mws_text_t    key, value, body;

    MWS_ERR(mws_http_body(call, http, &body));
    req.credentials.token = strsep((char **)&body.s, "\n");
    req.function = strsep((char **)&body.s, "\n");
    while ((key.s = strsep((char **)&body.s, "=")) && (value.s = strsep((char **)&body.s, "\n"))) {
        key.len = strlen(key.s), value.len = strlen(value.s);
        MWS_ERR(mws_form_set(call, params, key, value, &keys));
    }
    return mws_serve(call, &req, &lines, sink);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    int          open = 0;
    mws_error_t *err = (call->protocol = "toy", mws_auth_gates(call, &open));

    err = err || !open ? err : answer(call, http, reply->body);
    if (err || !open) {
        mws_sink_clear(reply->body);
        say(reply->body, err ? err->row->errorcode : "closed");
    }
}

const mws_adapter_t mws_adapter_toy = {.name = "toy", .serve = serve};
