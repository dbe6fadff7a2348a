/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_serve.c -- the pipeline: who calls, what, with which values; then the work. */
#include "mws_serve.h"

#include <apr_strings.h>

#include "../lib/base/mws_escape.h"
#include "../lib/site/mws_behind.h"
#include "../lib/site/mws_site.h"
#include "../lib/site/mws_work.h"
#include "mws_check.h"
#include "mws_table.h"

/* How often a call is run that another one got in the way of, and how long it waits before the second
 * time; before each further one as much longer. */
#define TRIES 5
#define PAUSE apr_time_from_msec(20)

/* Moodle's DEBUG_NORMAL, a level of its setting debug. */
#define DEBUG_NORMAL 15

static void log_called(mws_call_t *call, const char *name)
{
    mws_event_t event = {
        .name = "webservice_function_called",
        .crud = 'r',
        .userid = call->caller->id,
        .other = apr_psprintf(call->pool, "{\"function\":%s}", mws_json_text(call->pool, name))};

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

/* Whether ERR came of what another did meanwhile: the database undid the work for its sake (a
 * deadlock, say), or it inserted the same after we had looked whether it is there. */
static int is_of_another(const mws_error_t *err)
{
    return err->id == MWS_DB_CONFLICT || err->id == MWS_DB_DUPLICATE;
}

/* Do WORK with BATON in a transaction, as often as it takes. */
static mws_error_t *transact(mws_call_t *call, mws_serve_work_t *work, void *baton)
{
    mws_error_t *err;
    int          tries;

    call->writes = 1;
    for (tries = 1;; tries++) {
        MWS_ERR(mws_work_begin(call));
        err = mws_work_end(call, work(call, baton));
        if (!err || !is_of_another(err) || tries == TRIES) {
            return err;
        }
        mws_db_release(call);
        mws_log(call->log, MWS_LOG_INFO, APR_SUCCESS, "MWS01200: %s is run again: %s",
                call->function ? call->function : "an upload", err->detail);
        apr_sleep(tries * PAUSE);
    }
}

mws_error_t *mws_serve_write(mws_call_t *call, mws_serve_work_t *work, void *baton)
{
    MWS_ERR(mws_serve_may_write(call));
    return transact(call, work, baton);
}

/* ERR as the site's own Moodle tells it: since 5.1 a missing record is of no table, unless the site is
 * debugged.
 * Moodle: lib/dmllib.php, dml_missing_record_exception. */
static mws_error_t *as_the_site_tells(mws_call_t *call, mws_error_t *err)
{
    if (!err || (err->id != MWS_NO_RECORD && err->id != MWS_NO_USER) ||
        !mws_site_is_since(call, MWS_MOODLE_51) ||
        mws_config_int(call, "debug", 0) >= DEBUG_NORMAL) {
        return err;
    }
    return mws_error(call->pool, MWS_RECORD_UNKNOWN, "%s", err->detail ? err->detail : "");
}

/* ---- before the work ---- */

mws_error_t *mws_serve_admit(mws_call_t *call, const mws_request_t *req)
{
    mws_permit_t *permit;

    MWS_ERR(mws_auth_caller(call, &req->credentials, req->function, &permit));
    MWS_ERR(as_the_site_tells(call, mws_auth_may_call(call, permit)));
    if (!req->unlogged) {
        log_called(call, call->function);
    }
    return NULL;
}

void mws_serve_note_unknown(mws_call_t *call)
{
    log_called(call, "unknown");
}

/* The function of CALL, and its parameters checked. */
static mws_error_t *check(mws_call_t *call, const mws_value_t *params, const mws_row_t **row,
                          mws_value_t **in)
{
    *row = mws_table_find(call->function);
    return mws_check_params(call, (*row)->external->params, params, in);
}

/* What a function does before its transaction. */
static mws_error_t *prepare(mws_call_t *call, const mws_row_t *row, const mws_value_t *in)
{
    if (row->effect != MWS_WRITES) {
        return NULL;
    }
    MWS_ERR(mws_serve_may_write(call));
    MWS_ERR(check_elements(call, in));
    if (row->external->before) {
        MWS_ERR(row->external->before(call, in));
        mws_db_release(call);
    }
    return NULL;
}

/* ---- one call ---- */

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

mws_error_t *mws_serve_admitted(mws_call_t *call, const mws_value_t *params,
                                const mws_writer_t *writer, mws_sink_t *sink)
{
    const mws_row_t *row;
    mws_value_t     *in;
    written_t        written;
    mws_error_t     *err;

    MWS_ERR(check(call, params, &row, &in));
    MWS_ERR(prepare(call, row, in));
    if (row->effect == MWS_WRITES) {
        written = (written_t){row->external, in, writer, sink};
        err = transact(call, run_anew, &written);
    }
    else {
        err = run(call, row->external, in, writer, sink);
    }
    mws_db_release(call);
    return as_the_site_tells(call, err);
}

mws_error_t *mws_serve(mws_call_t *call, const mws_request_t *req, const mws_writer_t *writer,
                       mws_sink_t *sink)
{
    MWS_ERR(mws_serve_admit(call, req));
    return mws_serve_admitted(call, req->params, writer, sink);
}

/* ---- several calls together ---- */

/* All of them, and their answers. */
typedef struct {
    mws_joint_t *joints;
    int          count, at; /* the one that is run */
    mws_sink_t  *sink;
} together_t;

static mws_error_t *run_all(mws_call_t *call, void *baton)
{
    together_t  *together = baton;
    mws_error_t *err = NULL;

    mws_sink_clear(together->sink);
    for (together->at = 0; together->at < together->count; together->at++) {
        const mws_joint_t *joint = &together->joints[together->at];

        mws_work_join(call, joint->call);
        err = run(joint->call, joint->row->external, joint->in, joint->writer, together->sink);
        /* what it has queued is its own to answer for */
        err = err ? err : mws_db_run(call);
        mws_work_part(joint->call);
        if (err) {
            mws_work_keep_nothing(call);
            return err;
        }
    }
    together->at = -1;
    return NULL;
}

mws_error_t *mws_serve_together(mws_call_t *call, mws_joint_t *joints, int count, mws_sink_t *sink,
                                int *failed)
{
    together_t   together = {.joints = joints, .count = count, .at = -1, .sink = sink};
    mws_error_t *err;
    int          i;

    for (i = 0; i < count; i++) {
        mws_joint_t *joint = &joints[i];

        *failed = i;
        err = mws_serve_admit(joint->call, &joint->req);
        err = err ? err : check(joint->call, joint->req.params, &joint->row, &joint->in);
        err = err ? err : prepare(joint->call, joint->row, joint->in);
        mws_db_release(joint->call);
        MWS_ERR(err);
    }
    err = transact(call, run_all, &together);
    mws_db_release(call);
    *failed = together.at;
    return as_the_site_tells(call, err);
}
