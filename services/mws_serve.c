/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_serve.c -- the pipeline: who calls, what, with which values; then the work. */
#include "mws_serve.h"

#include <apr_strings.h>

#include "../lib/mws_behind.h"
#include "../lib/mws_escape.h"
#include "mws_check.h"
#include "mws_table.h"

static void log_called(mws_call_t *call)
{
    mws_event_t event = {.name = "webservice_function_called",
                         .crud = 'r',
                         .userid = call->caller->id,
                         .other = apr_psprintf(call->pool, "{\"function\":%s}",
                                               mws_json_text(call->pool, call->function))};

    mws_behind_event(call, &event);
}

/* Functions that create or change take no more than so many elements at once. */
static mws_error_t *check_elements(mws_call_t *call, const mws_value_t *in)
{
    apr_size_t i, most = (apr_size_t)call->settings->elements_max;

    for (i = 0; i < mws_value_size(in); i++) {
        const mws_value_t *item = mws_value_at(in, i);

        if (mws_value_kind(item) == MWS_LIST && mws_value_size(item) > most) {
            return mws_error(call->pool, MWS_BAD_PARAMETER,
                             "%s: %" APR_SIZE_T_FMT " elements, more than the %" APR_SIZE_T_FMT
                             " allowed in one call",
                             mws_value_key_at(in, i).s, mws_value_size(item), most);
        }
    }
    return NULL;
}

/* Prepare a call that writes: it is refused here, or opens its transaction. */
static mws_error_t *begin_write(mws_call_t *call, const mws_value_t *in)
{
    if (call->settings->read_only) {
        return mws_error(call->pool, MWS_READ_ONLY, NULL);
    }
    MWS_ERR(check_elements(call, in));
    call->writes = 1;
    return mws_db_begin(call);
}

static mws_error_t *run(mws_call_t *call, const mws_row_t *row, const mws_value_t *in,
                        mws_out_t *out)
{
    if (row->effect == MWS_WRITES) {
        MWS_ERR(begin_write(call, in));
    }
    MWS_ERR(row->external->run(call, in, out));
    MWS_ERR(mws_out_finish(out));
    return row->effect == MWS_WRITES ? mws_db_commit(call) : NULL;
}

mws_error_t *mws_serve(mws_call_t *call, const mws_request_t *req, const mws_writer_t *writer,
                       mws_sink_t *sink)
{
    mws_permit_t    *permit;
    const mws_row_t *row;
    mws_value_t     *in;
    mws_error_t     *err;

    MWS_ERR(mws_auth_caller(call, &req->credentials, req->function, &permit));
    MWS_ERR(mws_auth_may_call(call, permit));
    log_called(call);
    row = mws_table_find(call->function);
    MWS_ERR(mws_check_params(call, row->external->params, req->params, &in));
    err = run(call, row, in, mws_out_start(call->pool, sink, writer, row->external->returns));
    mws_db_release(call);
    return err;
}
