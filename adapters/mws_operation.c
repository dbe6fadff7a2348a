/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_operation.c -- login and logout at the server scripts. */
#include "mws_operation.h"

#include "../services/mws_check.h"

/* clang-format off */
#define SERVICE                                                                                    \
    VALUE("service", RAW, "short name of the service, where more than one admits the user",        \
          PRESET_NULL)
#define SESSION                                                                                    \
    KEYS(VALUE("token", RAW, "to be shown with each call of this session"),                        \
         VALUE("expires", INT, "when the session ends unless it is used, in Unix seconds"))
/* clang-format on */

const mws_spec_t *const mws_operation_login_params = KEYS(SERVICE);
const mws_spec_t *const mws_operation_login_returns = SESSION;

/* clang-format off */
const mws_external_t mws_login_described = {
    .name = "login",
    .about =
        "Begins a session: its token goes with each call, in the address or as a bearer token.",
    .params = KEYS(VALUE("username", RAW, "who logs in"), VALUE("password", RAW, "of the account"),
                   SERVICE),
    .returns = SESSION,
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "a parameter is missing, unknown or not as declared"},
        {MWS_MISSING_PARAM, "the user name or the password is null"},
        {MWS_INVALID_LOGIN, "the user name or the password is wrong, the account may not log in or"
                            " is locked out, or too many logins from this address failed"},
        {MWS_NO_SERVICE, "no service has this short name, it is switched off, or without a name not"
                         " exactly one admits the user"},
        {MWS_SERVICE_USER, "the service is for users that are listed, and this one is not"},
        {MWS_SERVICE_EXPIRED, "the user's time with the service is over"},
        {MWS_SERVICE_ADDRESS, "the user may not use the service from this address"},
        {MWS_SERVICE_CAPABILITY, "the service asks for a capability that the user lacks"},
        {MWS_EXTERNAL_AUTH, "the password is kept outside Moodle, where it cannot be checked"},
        {MWS_RESTORED_ACCOUNT, "the account was restored from a backup and has no password yet"},
        {MWS_NO_GUEST, "the account is the guest's"},
        {MWS_NOT_CONFIRMED, "the account is not confirmed"},
        {MWS_PASSWORD_EXPIRED, "the password has expired"},
        {MWS_MAINTENANCE, "the site is under maintenance"},
        {MWS_READ_ONLY, "the server only reads (MoodleWSReadOnly)"})};

const mws_external_t mws_logout_described = {
    .name = "logout",
    .about = "Ends the session of the token it is called with.",
    .params = NOTHING,
    .errors = ERRORS(
        {MWS_BAD_PARAMETER, "a parameter was sent, or the token is a permanent one, which has no"
                            " session to end"},
        {MWS_BAD_TOKEN, "the token is unknown"},
        {MWS_NO_ACCESS, "the session is over"},
        {MWS_READ_ONLY, "the server only reads (MoodleWSReadOnly)"})};
/* clang-format on */

mws_error_t *mws_operation_tell(mws_call_t *call, const char *token, apr_int64_t expires,
                                const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_out_t *out = mws_out_start(call->pool, sink, writer, mws_operation_login_returns);

    mws_out_struct(out, NULL);
    mws_out_text(out, "token", token);
    mws_out_int(out, "expires", expires);
    mws_out_end(out);
    return mws_out_finish(out);
}

mws_error_t *mws_operation_login(mws_call_t *call, const mws_request_t *req,
                                 const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_value_t *in;
    const char  *token;
    apr_int64_t  expires;

    MWS_ERR(mws_check_params(call, mws_operation_login_params, req->params, &in));
    MWS_ERR(mws_auth_session(call, &req->credentials, mws_text(in, "service"), &token, &expires));
    return mws_operation_tell(call, token, expires, writer, sink);
}

mws_error_t *mws_operation_login_call(mws_call_t *call, const mws_value_t *params,
                                      const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_request_t req = {.credentials = {.kind = MWS_BY_PASSWORD}};
    mws_value_t  *in, *service;

    MWS_ERR(mws_check_params(call, mws_login_described.params, params, &in));
    req.credentials.username = mws_text(in, "username");
    req.credentials.password = mws_text(in, "password");
    service = mws_value_struct(call->pool);
    mws_value_set(service, "service", -1, mws_value_get(in, "service", -1));
    req.params = service;
    return mws_operation_login(call, &req, writer, sink);
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
