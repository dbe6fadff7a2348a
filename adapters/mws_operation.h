/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_operation.h
 *
 * The operations of the server scripts that are no functions: login and logout. Each protocol has its
 * own way to ask for them, and writes their result as it writes that of a function.
 */
#ifndef MWS_OPERATION_H
#define MWS_OPERATION_H

#include "../lib/db/mws_declare.h"
#include "../services/mws_serve.h"

/* What login takes beside the credentials, and what it gives. */
extern const mws_spec_t *const mws_operation_login_params, *const mws_operation_login_returns;

/* Begin a session for the user name and password of REQ, whose function does not count: its
 * token, and when it ends unless it is used. */
mws_error_t *mws_operation_login(mws_call_t *call, const mws_request_t *req,
                                 const mws_writer_t *writer, mws_sink_t *sink);

/* The same where login is called as a function is: the user name and password are among PARAMS, the
 * parameters by name. */
mws_error_t *mws_operation_login_call(mws_call_t *call, const mws_value_t *params,
                                      const mws_writer_t *writer, mws_sink_t *sink);

/* Both, as they are described to a client that calls them as functions. */
extern const mws_external_t mws_login_described, mws_logout_described;

/* Write what a login gives, for a session that was begun. */
mws_error_t *mws_operation_tell(mws_call_t *call, const char *token, apr_int64_t expires,
                                const mws_writer_t *writer, mws_sink_t *sink);

/* End the session of the token of REQ. */
mws_error_t *mws_operation_logout(mws_call_t *call, const mws_request_t *req,
                                  const mws_writer_t *writer, mws_sink_t *sink);

#endif
