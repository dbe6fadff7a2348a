/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_serve.h
 *
 * The desk: the pipeline that the calls of all protocols go through.
 */
#ifndef MWS_SERVE_H
#define MWS_SERVE_H

#include "../lib/base/mws_out.h"
#include "../lib/db/mws_call.h"
#include "mws_auth.h"

/* A call as an adapter decoded it. */
typedef struct mws_request_t {
    mws_credentials_t  credentials;
    const char        *function; /* NULL or "": none was named */
    const mws_value_t *params;   /* raw: a STRUCT of what the client sent */
    int unlogged; /* no row says that it was called: one says so of what it is part of */
} mws_request_t;

/* Serve REQ for CALL and write its result with WRITER to SINK. On an error the sink's content is
 * of no use; the adapter clears it and writes its fault. */
mws_error_t *mws_serve(mws_call_t *call, const mws_request_t *req, const mws_writer_t *writer,
                       mws_sink_t *sink);

/* The two halves of it, for a protocol whose errors differ with the half they are of. The first: whether
 * who calls may call the function. */
mws_error_t *mws_serve_admit(mws_call_t *call, const mws_request_t *req);

/* The second: check PARAMS, and do the work. */
mws_error_t *mws_serve_admitted(mws_call_t *call, const mws_value_t *params,
                                const mws_writer_t *writer, mws_sink_t *sink);

/* Note in the event log a call of which no function is known, but the caller is. */
void mws_serve_note_unknown(mws_call_t *call);

/* One of several calls that are done together. */
typedef struct mws_joint_t {
    mws_call_t             *call; /* by mws_call_next(); its pool is destroyed when all is over */
    mws_request_t           req;
    const mws_writer_t     *writer;
    const struct mws_row_t *row; /* of the desk's own, as is IN */
    mws_value_t            *in;
} mws_joint_t;

/* Serve COUNT JOINTS in one transaction of CALL, in their order: all, with their results one behind
 * the other in SINK, or none, and nothing of any is done. *FAILED is then the one that was refused,
 * or -1 where it was all of them together. Callers and parameters are checked, and what a function
 * does before its transaction is done, for all of them first. */
mws_error_t *mws_serve_together(mws_call_t *call, mws_joint_t *joints, int count, mws_sink_t *sink,
                                int *failed);

/* MWS_READ_ONLY where the server only reads. */
mws_error_t *mws_serve_may_write(mws_call_t *call);

/* Run WORK with BATON in a transaction, and again when it met another one: the database has undone
 * it then. For the scripts beside the servers that write. */
typedef mws_error_t *mws_serve_work_t(mws_call_t *call, void *baton);
mws_error_t         *mws_serve_write(mws_call_t *call, mws_serve_work_t *work, void *baton);

#endif
