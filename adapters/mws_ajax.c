/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_ajax.c -- the documents of the scripts beside the servers. */
#include "mws_ajax.h"

#include <apr_time.h>

#include "../lib/base/mws_escape.h"

void mws_ajax_open(mws_call_t *call, mws_reply_t *reply, int files)
{
    char *now = apr_palloc(call->pool, APR_RFC822_DATE_LEN);

    apr_rfc822_date(now, apr_time_from_sec(call->now));
    reply->status = 200;
    reply->content_type = files ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
    apr_table_setn(reply->headers, "Cache-Control", "no-store, no-cache, must-revalidate");
    apr_table_addn(reply->headers, "Cache-Control", "post-check=0, pre-check=0");
    apr_table_setn(reply->headers, "Pragma", "no-cache");
    apr_table_setn(reply->headers, "Expires", "Mon, 20 Aug 1969 09:23:00 GMT");
    apr_table_setn(reply->headers, "Last-Modified", now);
    apr_table_setn(reply->headers, "Accept-Ranges", "none");
}

void mws_ajax_fault(mws_call_t *call, mws_reply_t *reply, const mws_error_t *err)
{
    mws_log_fault(call, err);
    mws_reply_status(call, reply, err);
    mws_sink_clear(reply->body);
    MWS_PUT(reply->body, "{\"error\":");
    mws_escape_json(reply->body, err->message, strlen(err->message));
    MWS_PUT(reply->body, ",\"errorcode\":");
    mws_escape_json(reply->body, err->row->errorcode, strlen(err->row->errorcode));
    MWS_PUT(reply->body, ",\"stacktrace\":null,\"debuginfo\":null,\"reproductionlink\":null}");
}
