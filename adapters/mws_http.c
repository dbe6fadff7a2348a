/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_http.c -- what every adapter does with a request and a reply (mws_adapter.h). */
#include <apr_cstr.h>
#include <apr_strings.h>

#include "mws_adapter.h"

/* Room for a body that does not tell its length. */
#define BODY_ROOM 8192

static mws_error_t *too_large(mws_call_t *call)
{
    return mws_error(call->pool, MWS_TOO_LARGE, "the body is longer than MoodleWSBodyMax");
}

/* What Content-Length says, 0 when it says nothing of use. */
static apr_int64_t length_said(const mws_http_t *http)
{
    const char *said = apr_table_get(http->headers, "Content-Length");
    apr_int64_t len = said ? apr_atoi64(said) : 0;

    return len > 0 ? len : 0;
}

mws_error_t *mws_http_check_length(mws_call_t *call, const mws_http_t *http)
{
    return length_said(http) > call->settings->body_max ? too_large(call) : NULL;
}

mws_error_t *mws_http_read(mws_call_t *call, const mws_http_t *http, char *buf, apr_size_t *len)
{
    apr_status_t rv = http->read(http->baton, buf, len);

    if (rv == APR_ENOSPC) {
        return too_large(call);
    }
    if (rv != APR_SUCCESS) {
        return mws_error(call->pool, MWS_BAD_PARAMETER, "the body could not be read to its end");
    }
    return NULL;
}

mws_error_t *mws_http_body(mws_call_t *call, const mws_http_t *http, mws_text_t *body)
{
    apr_int64_t most = call->settings->body_max, said = length_said(http);
    apr_size_t  room, used = 0;
    char       *bytes;

    MWS_ERR(mws_http_check_length(call, http));
    room = (apr_size_t)(said ? said : BODY_ROOM) + 1; /* its end shows without growing */
    bytes = apr_palloc(call->pool, room + 1);
    for (;;) {
        apr_size_t part = room - used;

        if (part == 0) {
            char *grown = apr_palloc(call->pool, room * 2 + 1);

            memcpy(grown, bytes, used);
            bytes = grown;
            room *= 2;
            part = room - used;
        }
        MWS_ERR(mws_http_read(call, http, bytes + used, &part));
        if (used + part > (apr_size_t)most) {
            return too_large(call);
        }
        if (part == 0) {
            break;
        }
        used += part;
    }
    bytes[used] = '\0';
    body->s = bytes;
    body->len = used;
    return NULL;
}

int mws_http_preflight(const mws_http_t *http, mws_reply_t *reply)
{
    if (strcmp(http->method, "OPTIONS") != 0 ||
        !apr_table_get(http->headers, "Access-Control-Request-Method")) {
        return 0;
    }
    reply->status = 204;
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
    apr_table_setn(reply->headers, "Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    apr_table_setn(reply->headers, "Access-Control-Allow-Headers",
                   "Authorization, Content-Type, SOAPAction");
    apr_table_setn(reply->headers, "Access-Control-Max-Age", "86400");
    return 1;
}

void mws_http_private(mws_reply_t *reply, const char *content_type)
{
    reply->status = 200;
    reply->content_type = content_type;
    apr_table_setn(reply->headers, "Cache-Control",
                   "private, must-revalidate, pre-check=0, post-check=0, max-age=0");
    apr_table_setn(reply->headers, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");
    apr_table_setn(reply->headers, "Pragma", "no-cache");
    apr_table_setn(reply->headers, "Accept-Ranges", "none");
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
}

void mws_http_closed(mws_reply_t *reply)
{
    apr_table_clear(reply->headers);
    reply->content_type = NULL;
    reply->status = 403;
}

mws_error_t *mws_http_count_key(mws_call_t *call, apr_int64_t *keys)
{
    if (--*keys < 0) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "more than the %" APR_INT64_T_FMT " keys allowed in a request",
                         call->settings->keys_max);
    }
    return NULL;
}

mws_error_t *mws_http_check_calls(mws_call_t *call, apr_size_t count)
{
    apr_int64_t most = call->settings->calls_max;

    if (count <= (apr_size_t)most) {
        return NULL;
    }
    return mws_error(call->pool, MWS_BAD_PARAMETER,
                     "%" APR_SIZE_T_FMT " calls, more than the %" APR_INT64_T_FMT
                     " allowed in one request",
                     count, most);
}

const char *mws_http_bearer(apr_pool_t *p, const mws_http_t *http)
{
    static const char scheme[] = "Bearer";
    const char       *said = apr_table_get(http->headers, "Authorization");
    apr_size_t        len = sizeof(scheme) - 1;

    if (!said || apr_cstr_casecmpn(said, scheme, len) != 0 || said[len] != ' ') {
        return NULL;
    }
    said += len;
    return apr_pstrdup(p, said + strspn(said, " \t"));
}

const char *mws_http_type(apr_pool_t *p, const mws_http_t *http)
{
    const char *said = apr_table_get(http->headers, "Content-Type");
    char       *type, *c;

    if (!said) {
        return "";
    }
    said += strspn(said, " \t");
    type = apr_pstrndup(p, said, strcspn(said, "; ,\t"));
    for (c = type; *c; c++) {
        *c |= *c >= 'A' && *c <= 'Z' ? 0x20 : 0;
    }
    return type;
}

const char *mws_class_name(const mws_call_t *call, const mws_error_t *err)
{
    if (call->legacy) {
        return err->row->class_name;
    }
    return apr_pstrcat(call->pool, err->row->space, err->row->class_name, NULL);
}

/* Whether the status of ERR is told truly, asked or not: load balancers go by it, and the rest of a
 * body that is too large is never read. */
static int always_true(const mws_error_t *err)
{
    return err->id == MWS_TOO_LARGE || err->id == MWS_BUSY || err->id == MWS_DB_CONNECTION;
}

void mws_reply_status(mws_call_t *call, mws_reply_t *reply, const mws_error_t *err)
{
    if (!call->text.httpstatus && !call->settings->status_codes && !always_true(err)) {
        reply->status = 200;
        return;
    }
    reply->status = err->row->status;
    if (reply->status == 401) {
        apr_table_setn(reply->headers, "WWW-Authenticate", "Bearer");
    }
    if (reply->status == 503) {
        apr_table_setn(reply->headers, "Retry-After",
                       apr_itoa(call->pool, err->retry_after > 0 ? err->retry_after : 1));
    }
}

void mws_log_fault(const mws_call_t *call, const mws_error_t *err)
{
    mws_log(call->log, err->row->level, APR_SUCCESS,
            "MWS01301: %s: %s of user %" APR_INT64_T_FMT " failed after %" APR_INT64_T_FMT
            " ms with %s%s%s",
            call->protocol ? call->protocol : "script", call->function ? call->function : "a call",
            call->caller ? call->caller->id : 0,
            (apr_int64_t)apr_time_as_msec(apr_time_now() - call->started), err->row->errorcode,
            err->detail ? ": " : "", err->detail ? err->detail : "");
}
