/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_operation.c -- login and logout at the server scripts. */
#include "mws_operation.h"

#include "../services/mws_check.h"

const mws_spec_t *const mws_operation_login_params = KEYS(VALUE(
    "service", RAW, "short name of the service, where more than one admits the user", PRESET_NULL));

const mws_spec_t *const mws_operation_login_returns =
    KEYS(VALUE("token", RAW, "to be shown with each call of this session"),
         VALUE("expires", INT, "when the session ends unless it is used, in Unix seconds"));

mws_error_t *mws_operation_login(mws_call_t *call, const mws_request_t *req,
                                 const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_value_t *in;
    mws_out_t   *out;
    const char  *token;
    apr_int64_t  expires;

    MWS_ERR(mws_check_params(call, mws_operation_login_params, req->params, &in));
    MWS_ERR(mws_auth_session(call, &req->credentials, mws_text(in, "service"), &token, &expires));
    out = mws_out_start(call->pool, sink, writer, mws_operation_login_returns);
    mws_out_struct(out, NULL);
    mws_out_text(out, "token", token);
    mws_out_int(out, "expires", expires);
    mws_out_end(out);
    return mws_out_finish(out);
}

mws_error_t *mws_operation_logout(mws_call_t *call, const mws_request_t *req,
                                  const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_permit_t *permit;
    mws_value_t  *in;

    MWS_ERR(mws_auth_caller(call, &req->credentials, NULL, &permit));
    MWS_ERR(mws_check_params(call, NOTHING, req->params, &in));
    MWS_ERR(mws_auth_logout(call));
    return mws_out_finish(mws_out_start(call->pool, sink, writer, NULL));
}
