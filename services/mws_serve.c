/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_serve.c -- the pipeline: who calls, what, with which values; then the work. */
#include "mws_serve.h"

#include <apr_strings.h>

#include "../lib/mws_behind.h"
#include "../lib/mws_escape.h"
#include "../lib/mws_work.h"
#include "mws_check.h"
#include "mws_table.h"

/* How often a call is run that the database undoes for the sake of another (a deadlock, say), and
 * how long it waits before the second time; before each further one as much longer. */
#define TRIES 5
#define PAUSE apr_time_from_msec(20)

static void log_called(mws_call_t *call, const char *function)
{
    mws_event_t event = {.name = "webservice_function_called",
                         .crud = 'r',
                         .userid = call->caller->id,
                         .other = apr_psprintf(call->pool, "{\"function\":%s}",
                                               mws_json_text(call->pool, function))};

    mws_behind_event(call, &event);
}

/* For how many elements the plan is right that the server made without seeing them: it takes every
 * array for one of ten. */
#define FEW 10

/* Functions that create or change take no more than so many elements at once. Notes whether they
 * are many. */
static mws_error_t *check_elements(mws_call_t *call, const mws_value_t *in)
{
    apr_size_t i, most = (apr_size_t)call->settings->elements_max;

    for (i = 0; i < mws_value_size(in); i++) {
        const mws_value_t *item = mws_value_at(in, i);
        apr_size_t         size = mws_value_kind(item) == MWS_LIST ? mws_value_size(item) : 0;

        if (size > most) {
            return mws_error(call->pool, MWS_BAD_PARAMETER,
                             "%s: %" APR_SIZE_T_FMT " elements, more than the %" APR_SIZE_T_FMT
                             " allowed in one call",
                             mws_value_key_at(in, i).s, size, most);
        }
        call->many |= size > FEW;
    }
    return NULL;
}

static mws_error_t *run(mws_call_t *call, const mws_external_t *external, const mws_value_t *in,
                        const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_out_t *out = mws_out_start(call->pool, sink, writer, external->returns);

    MWS_ERR(external->run(call, in, out));
    return mws_out_finish(out);
}

mws_error_t *mws_serve_may_write(mws_call_t *call)
{
    return call->settings->read_only ? mws_error(call->pool, MWS_READ_ONLY, NULL) : NULL;
}

mws_error_t *mws_serve_write(mws_call_t *call, mws_serve_work_t *work, void *baton)
{
    mws_error_t *err;
    int          tries;

    MWS_ERR(mws_serve_may_write(call));
    call->writes = 1;
    for (tries = 1;; tries++) {
        MWS_ERR(mws_work_begin(call));
        err = mws_work_end(call, work(call, baton));
        if (!err || err->id != MWS_DB_CONFLICT || tries == TRIES) {
            return err;
        }
        mws_db_release(call);
        mws_log(call->log, MWS_LOG_INFO, APR_SUCCESS, "MWS01200: %s is run again: %s",
                call->function ? call->function : "an upload", err->detail);
        apr_sleep(tries * PAUSE);
    }
}

/* A function that writes, and its answer. */
typedef struct {
    const mws_external_t *external;
    const mws_value_t    *in;
    const mws_writer_t   *writer;
    mws_sink_t           *sink;
} written_t;

static mws_error_t *run_anew(mws_call_t *call, void *baton)
{
    const written_t *written = baton;

    mws_sink_clear(written->sink);
    return run(call, written->external, written->in, written->writer, written->sink);
}

static mws_error_t *run_write(mws_call_t *call, const mws_external_t *external,
                              const mws_value_t *in, const mws_writer_t *writer, mws_sink_t *sink)
{
    written_t written = {external, in, writer, sink};

    MWS_ERR(mws_serve_may_write(call));
    MWS_ERR(check_elements(call, in));
    if (external->before) {
        MWS_ERR(external->before(call, in));
        mws_db_release(call);
    }
    return mws_serve_write(call, run_anew, &written);
}

mws_error_t *mws_serve_admit(mws_call_t *call, const mws_request_t *req)
{
    mws_permit_t *permit;

    MWS_ERR(mws_auth_caller(call, &req->credentials, req->function, &permit));
    MWS_ERR(mws_auth_may_call(call, permit));
    log_called(call, call->function);
    return NULL;
}

mws_error_t *mws_serve_admitted(mws_call_t *call, const mws_value_t *params,
                                const mws_writer_t *writer, mws_sink_t *sink)
{
    const mws_row_t *row = mws_table_find(call->function);
    mws_value_t     *in;
    mws_error_t     *err;

    MWS_ERR(mws_check_params(call, row->external->params, params, &in));
    err = row->effect == MWS_WRITES ? run_write(call, row->external, in, writer, sink)
                                    : run(call, row->external, in, writer, sink);
    mws_db_release(call);
    return err;
}

mws_error_t *mws_serve(mws_call_t *call, const mws_request_t *req, const mws_writer_t *writer,
                       mws_sink_t *sink)
{
    MWS_ERR(mws_serve_admit(call, req));
    return mws_serve_admitted(call, req->params, writer, sink);
}

void mws_serve_note_unknown(mws_call_t *call)
{
    log_called(call, "unknown");
}
