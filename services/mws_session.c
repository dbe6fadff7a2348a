/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_session.c -- sessions behind tokens: ours from login to logout. */
#include "mws_session.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/site/mws_password.h"
#include "../lib/text/mws_clean.h"
#include "mws_auth.h"
#include "mws_login.h"

/* A session is touched at most so often, in seconds. */
enum { TOUCH_AFTER = 60 };

enum { SID, ID, USERID, TIMEMODIFIED };

SQL(session_open,
    "INSERT INTO {sessions} (state, sid, userid, timecreated, timemodified, firstip, lastip)"
    " VALUES (0, $1, $2, $3, $3, $4, $4)");

SQL(session_token,
    "INSERT INTO {external_tokens} (token, tokentype, userid, externalserviceid, sid, contextid,"
    " creatorid, timecreated, name)"
    " VALUES ($1, 1, $2, $3, $4, $5, $2, $6, $7)");

SQL(session_touched,
    "UPDATE {sessions} SET timemodified = $2, lastip = $3 WHERE id = $1 AND timemodified < $2");

SQL(session_close, "DELETE FROM {sessions} WHERE sid = $1 AND " MWS_SESSION_OURS("sid"));

SQL(session_tokens_delete, "DELETE FROM {external_tokens} WHERE sid = $1");

SQL(session_end,
    "WITH ended AS (DELETE FROM {sessions} WHERE " MWS_SESSION_OURS("sid") " AND sid ="
    " (SELECT t.sid FROM {external_tokens} t WHERE t.id = $1 AND t.tokentype = 1) RETURNING sid)"
    " DELETE FROM {external_tokens} WHERE sid IN (SELECT sid FROM ended)");

static int is_ours(const char *sid)
{
    return strncmp(sid, MWS_SESSION_MARK, sizeof(MWS_SESSION_MARK) - 1) == 0;
}

static apr_int64_t timeout(mws_call_t *call)
{
    return mws_config_int(call, "sessiontimeout", 28800);
}

int mws_session_alive(mws_call_t *call, const mws_rows_t *rows, int row, int col)
{
    const char *sid = mws_row_text(rows, row, col + SID);
    apr_int64_t userid = mws_row_int(rows, row, col + USERID);

    if (!sid || !*sid) {
        return 1;
    }
    if (mws_row_null(rows, row, col + ID)) {
        return 0;
    }
    if (!userid || mws_is_guest(call, userid)) {
        return 1;
    }
    return mws_row_int(rows, row, col + TIMEMODIFIED) >= call->now - timeout(call);
}

mws_error_t *mws_session_touch(mws_call_t *call, const mws_rows_t *rows, int row, int col)
{
    const char *sid = mws_row_text(rows, row, col + SID);

    if (!sid || !is_ours(sid) || call->settings->read_only ||
        call->now < mws_row_int(rows, row, col + TIMEMODIFIED) + TOUCH_AFTER) {
        return NULL;
    }
    return mws_db_query(call, &session_touched, NULL, "iis", mws_row_int(rows, row, col + ID),
                        call->now, call->address);
}

mws_error_t *mws_session_bury(mws_call_t *call, const char *sid)
{
    if (call->settings->read_only || (!is_ours(sid) && !call->settings->sessions_in_db)) {
        return NULL;
    }
    MWS_ERR(mws_db_queue(call, &session_tokens_delete, NULL, "s", sid));
    MWS_ERR(mws_db_queue(call, &session_close, NULL, "s", sid));
    return mws_db_run(call);
}

/* Open a session of CALLER with a token for SERVICE, both or none. */
static mws_error_t *open_session(mws_call_t *call, const mws_caller_t *caller, apr_int64_t service,
                                 const char *token)
{
    const char *sid =
        apr_pstrcat(call->pool, MWS_SESSION_MARK, mws_random_hex(call->pool, 32), NULL);
    const char *name = apr_pstrcat(call->pool, "Webservice-", mws_random_text(call->pool, 5), NULL);

    call->writes = 1;
    MWS_ERR(mws_db_begin(call));
    MWS_ERR(
        mws_db_queue(call, &session_open, NULL, "siis", sid, caller->id, call->now, call->address));
    MWS_ERR(mws_db_queue(call, &session_token, NULL, "siisiis", token, caller->id, service, sid,
                         mws_context_system(call)->id, call->now, name));
    return mws_db_commit(call);
}

mws_error_t *mws_auth_session(mws_call_t *call, const mws_credentials_t *credentials,
                              const char *service, const char **token, apr_int64_t *expires)
{
    mws_login_t *login;
    apr_int64_t  id;

    if (call->settings->read_only) {
        return mws_error(call->pool, MWS_READ_ONLY, NULL);
    }
    MWS_ERR(mws_site_take(call));
    MWS_ERR(mws_login_for_token(call, credentials->username, credentials->password, &login));
    service = service ? mws_clean_text(call, MWS_PARAM_ALPHANUMEXT, service) : NULL;
    MWS_ERR(mws_offer_choose(call, call->caller, service, &id));
    *token = mws_random_hex(call->pool, 32);
    *expires = call->now + timeout(call);
    return open_session(call, call->caller, id, *token);
}

mws_error_t *mws_auth_logout(mws_call_t *call)
{
    mws_rows_t *rows;

    if (call->settings->read_only) {
        return mws_error(call->pool, MWS_READ_ONLY, NULL);
    }
    call->writes = 1;
    MWS_ERR(mws_db_query(call, &session_end, &rows, "i", call->token_id));
    if (!mws_rows_changed(rows)) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "token => a token of a session is expected: a permanent one has no"
                         " session to end");
    }
    return NULL;
}
