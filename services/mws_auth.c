/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_auth.c -- the gates, who calls by a token or a password, and what he may call. */
#include "mws_auth.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/site/mws_behind.h"
#include "../lib/text/mws_clean.h"
#include "mws_account.h"
#include "mws_address.h"
#include "mws_login.h"
#include "mws_offer.h"
#include "mws_session.h"
#include "mws_table.h"

/* lastaccess of a token moves at most so often, in seconds. */
enum { USED_AFTER = 60 };

/* How a caller authenticated, as log rows say it. */
enum { BY_PASSWORD, BY_TOKEN, BY_SESSION };

/* Everything about a token and what is asked with it. One row, or one for each time that a service
 * for restricted users lists the account. Nothing makes tokens unique: the oldest counts. */
SQL(caller_by_token,
    "SELECT t.id, t.tokentype, t.validuntil, t.iprestriction, t.lastaccess, " MWS_SESSION_COLUMNS
    ", " MWS_CONTEXT_COLUMNS("c") ", " MWS_ACCOUNT_COLUMNS ", " MWS_OFFER_COLUMNS ", "
    MWS_OFFER_LISTS("$2", "$3") ", "
    "EXISTS (SELECT 1 FROM {external_functions} ef WHERE ef.name IN ($2, $3))"
    " FROM {external_tokens} t" MWS_SESSION_JOIN
    " LEFT JOIN {context} c ON c.id = t.contextid"
    " LEFT JOIN {user} u ON u.id = t.userid" MWS_ACCOUNT_JOIN
    " LEFT JOIN {external_services} s ON s.id = t.externalserviceid" MWS_OFFER_JOIN
    " WHERE t.id = (SELECT min(o.id) FROM {external_tokens} o WHERE o.token = $1"
    " AND (o.tokentype = 0 OR (o.tokentype = 1 AND " MWS_SESSION_OURS("o.sid") ")))"
    " ORDER BY su.id");

/* clang-format off */
enum {
    ID, TYPE, VALIDUNTIL, ADDRESSES, LASTACCESS, SESSION,
    CONTEXT = SESSION + MWS_SESSION_WIDTH,
    ACCOUNT = CONTEXT + MWS_CONTEXT_WIDTH,
    OFFER = ACCOUNT + MWS_ACCOUNT_WIDTH,
    LISTED = OFFER + MWS_OFFER_WIDTH,
    KNOWN
};
/* clang-format on */

SQL(tokens_delete, "DELETE FROM {external_tokens} WHERE token = $1 AND tokentype = $2");

struct mws_permit_t {
    const char       *asked; /* the function's name, "" when it cannot be one */
    const char       *today; /* its name today */
    const mws_row_t  *row;   /* NULL: not ours to serve */
    const mws_rows_t *rows;  /* services, each for the function asked unless LISTED says no */
    int               offer, listed, known; /* columns; LISTED 0: all rows list it */
    int               named;                /* whether any name was given */
};

/* ---- the gates ---- */

int mws_auth_speaks(mws_call_t *call, const char *protocol)
{
    const char *words = call->settings->protocols, *at;
    const char *added = apr_pstrcat(call->pool, "+", protocol, NULL);
    int         replaced = 0;

    for (at = words; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        replaced |= *at != '+';
    }
    if (mws_settings_lists(words, added) || mws_settings_lists(words, protocol)) {
        return 1;
    }
    return !replaced && mws_config_lists(call, "webserviceprotocols", protocol);
}

mws_error_t *mws_auth_gates(mws_call_t *call, int *open)
{
    MWS_ERR(mws_site_take(call));
    if (mws_config_int(call, "upgraderunning", 0) > call->now) {
        return mws_error(call->pool, MWS_UPGRADE_RUNNING, NULL);
    }
    *open = mws_config_on(call, "enablewebservices") &&
            (!call->protocol || mws_auth_speaks(call, call->protocol));
    return NULL;
}

/* ---- the token ---- */

/* A name or token that can be looked up: what is not plain ASCII is in no table, and might not
 * even be a text for the database. */
static const char *plain(const char *text)
{
    const char *at;

    for (at = text ? text : ""; *at; at++) {
        if (!apr_isgraph(*at)) {
            return "";
        }
    }
    return text ? text : "";
}

static mws_error_t *unknown_token(mws_call_t *call)
{
    mws_account_log_refused(call, BY_TOKEN, "invalid_token", NULL, NULL);
    return mws_error(call->pool, MWS_BAD_TOKEN, NULL);
}

static mws_error_t *refuse_expired(mws_call_t *call, const char *token, const mws_rows_t *rows)
{
    if (!call->settings->read_only) {
        MWS_ERR(mws_db_query(call, &tokens_delete, NULL, "si", token, mws_row_int(rows, 0, TYPE)));
    }
    return mws_error(call->pool, MWS_NO_ACCESS, "the token has expired");
}

static mws_error_t *refuse_dead(mws_call_t *call, const mws_rows_t *rows)
{
    MWS_ERR(mws_session_bury(call, mws_row_text(rows, 0, SESSION)));
    return mws_error(call->pool, MWS_NO_ACCESS, "the session of the token is over");
}

static mws_error_t *refuse_address(mws_call_t *call, int method, apr_int64_t id)
{
    mws_account_log_refused(call, method, "ip_restricted", "tokenid",
                            apr_psprintf(call->pool, "%" APR_INT64_T_FMT, id));
    return mws_error(call->pool, MWS_NO_ACCESS, "the token may not be used from this address");
}

static int method_of(const mws_rows_t *rows)
{
    return mws_row_int(rows, 0, TYPE) ? BY_SESSION : BY_TOKEN;
}

/* What speaks against the token itself. */
static mws_error_t *check_token(mws_call_t *call, const char *token, const mws_rows_t *rows)
{
    apr_int64_t until = mws_row_int(rows, 0, VALIDUNTIL);
    const char *addresses = mws_row_text(rows, 0, ADDRESSES);

    if (until && until < call->now) {
        return refuse_expired(call, token, rows);
    }
    if (!mws_session_alive(call, rows, 0, SESSION)) {
        return refuse_dead(call, rows);
    }
    if (addresses && *addresses && !mws_address_in(call->pool, call->address, addresses)) {
        return refuse_address(call, method_of(rows), mws_row_int(rows, 0, ID));
    }
    return NULL;
}

/* What the token says of the call, which RESTRICTION binds. */
static mws_error_t *take_token(mws_call_t *call, const mws_rows_t *rows, mws_context_t *restriction)
{
    if (!restriction) {
        return mws_error(call->pool, MWS_NO_RECORD, "the context of the token is gone");
    }
    call->restriction = restriction;
    call->token_id = mws_row_int(rows, 0, ID);
    call->service_id = mws_row_int(rows, 0, OFFER + MWS_OFFER_SERVICE);
    call->downloadfiles = mws_row_int(rows, 0, OFFER + MWS_OFFER_DOWNLOADS) != 0;
    call->uploadfiles = mws_row_int(rows, 0, OFFER + MWS_OFFER_UPLOADS) != 0;
    return NULL;
}

static mws_error_t *note_use(mws_call_t *call, const mws_rows_t *rows)
{
    if (call->now >= mws_row_int(rows, 0, LASTACCESS) + USED_AFTER) {
        mws_behind_token_used(call, call->token_id);
    }
    return mws_session_touch(call, rows, 0, SESSION);
}

/* ---- the account ---- */

static mws_error_t *refuse_account(mws_call_t *call, int method, const mws_caller_t *caller,
                                   const char *reason, mws_error_e id)
{
    mws_account_log_refused(call, method, reason, "username", caller->username);
    return mws_error(call->pool, id, NULL);
}

/* What speaks against the state of the account; a suspended one is logged as Moodle does. */
static mws_error_t *check_account(mws_call_t *call, int method, const mws_account_t *account)
{
    const mws_caller_t *caller = account->caller;

    MWS_ERR(mws_account_check_maintenance(call, caller));
    if (caller->deleted) {
        return refuse_account(call, method, caller, "user_deleted", MWS_WS_USER_DELETED);
    }
    if (!caller->confirmed) {
        return refuse_account(call, method, caller, "user_unconfirmed", MWS_WS_USER_UNCONFIRMED);
    }
    if (caller->suspended) {
        return refuse_account(call, method, caller, "user_unconfirmed", MWS_WS_USER_SUSPENDED);
    }
    /* Simple authentication goes by the plugin "webservice", whose passwords never expire. */
    if (account->expired && method != BY_PASSWORD) {
        return refuse_account(call, method, caller, "password_expired", MWS_WS_USER_EXPIRED);
    }
    if (strcmp(caller->auth, "nologin") == 0) {
        return refuse_account(call, method, caller, "login", MWS_WS_USER_NOLOGIN);
    }
    return NULL;
}

/* A site of 4.5 does not know the capabilities of the protocols that left Moodle. */
static mws_error_t *check_protocol(mws_call_t *call, const mws_caller_t *caller)
{
    const char *capability = apr_pstrcat(call->pool, "webservice/", call->protocol, ":use", NULL);

    if (!mws_site_has_capability(call, capability)) {
        capability = "webservice/rest:use";
    }
    if (mws_roles_allow(call, caller->roles, call->restriction, capability)) {
        return NULL;
    }
    return mws_error(call->pool, MWS_NO_ACCESS, "the user lacks %s", capability);
}

static mws_error_t *admit(mws_call_t *call, int method, const mws_account_t *account)
{
    MWS_ERR(check_account(call, method, account));
    MWS_ERR(check_protocol(call, account->caller));
    call->caller = account->caller;
    return NULL;
}

static mws_error_t *by_token(mws_call_t *call, const char *token, mws_permit_t *permit)
{
    mws_account_t *account;
    mws_rows_t    *rows;

    token = plain(token);
    if (!*token) {
        return unknown_token(call);
    }
    MWS_ERR(
        mws_db_query(call, &caller_by_token, &rows, "sss", token, permit->asked, permit->today));
    if (!mws_rows_count(rows)) {
        return unknown_token(call);
    }
    permit->rows = rows;
    permit->offer = OFFER;
    permit->listed = LISTED;
    permit->known = KNOWN;
    MWS_ERR(check_token(call, token, rows));
    MWS_ERR(take_token(call, rows, mws_context_of_row(call->pool, rows, 0, CONTEXT)));
    account = mws_account_of_row(call, rows, 0, ACCOUNT);
    if (!account) {
        return mws_error(call->pool, MWS_NO_USER, "the user of the token is gone");
    }
    MWS_ERR(note_use(call, rows));
    return admit(call, method_of(rows), account);
}

static mws_error_t *by_password(mws_call_t *call, const mws_credentials_t *credentials,
                                mws_permit_t *permit)
{
    mws_login_t *login;

    if (!call->settings->simple_auth || !mws_config_lists(call, "auth", "webservice")) {
        return mws_error(call->pool, MWS_NO_ACCESS, "simple authentication is off");
    }
    if (!mws_php_bool(credentials->username)) {
        return mws_error(call->pool, MWS_NO_USERNAME, NULL);
    }
    if (!mws_php_bool(credentials->password)) {
        return mws_error(call->pool, MWS_NO_PASSWORD, NULL);
    }
    MWS_ERR(mws_login(call, MWS_LOGIN_SIMPLE, credentials->username, credentials->password,
                      permit->asked, permit->today, &login));
    permit->rows = login->rows;
    permit->offer = login->offer;
    permit->known = login->known;
    call->restriction = apr_pmemdup(call->pool, mws_context_system(call), sizeof(mws_context_t));
    return admit(call, BY_PASSWORD, login->account);
}

mws_error_t *mws_auth_caller(mws_call_t *call, const mws_credentials_t *credentials,
                             const char *function, mws_permit_t **permit)
{
    mws_permit_t *asked = apr_pcalloc(call->pool, sizeof(*asked));

    asked->named = function && *function;
    asked->asked = plain(function);
    asked->row = mws_table_find(asked->asked);
    asked->today = asked->row ? asked->row->today : asked->asked;
    *permit = asked;
    call->credentials = credentials;
    MWS_ERR(mws_site_take(call));
    if (credentials->kind == MWS_BY_TOKEN) {
        return by_token(call, credentials->token, asked);
    }
    return by_password(call, credentials, asked);
}

/* ---- for files ---- */

static const char *token_id_text(mws_call_t *call, const mws_rows_t *rows)
{
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, mws_row_int(rows, 0, ID));
}

static mws_error_t *refuse_for_files(mws_call_t *call, const mws_rows_t *rows, const char *reason,
                                     mws_error_e id)
{
    mws_account_log_refused(call, BY_TOKEN, reason, "tokenid", token_id_text(call, rows));
    return mws_error(call->pool, id, NULL);
}

/* What speaks against the token, but for its session. */
static mws_error_t *check_token_for_files(mws_call_t *call, const char *token,
                                          const mws_rows_t *rows)
{
    apr_int64_t until = mws_row_int(rows, 0, VALIDUNTIL);
    const char *addresses = mws_row_text(rows, 0, ADDRESSES);

    if (until && until < call->now) {
        mws_account_log_refused(call, BY_TOKEN, "token_expired", "tokenid",
                                token_id_text(call, rows));
        return refuse_expired(call, token, rows);
    }
    if (addresses && *addresses && !mws_address_in(call->pool, call->address, addresses)) {
        return refuse_address(call, BY_TOKEN, mws_row_int(rows, 0, ID));
    }
    return NULL;
}

/* A service that is on, whose capability the user has in the system, and that admits the user. */
static mws_error_t *check_service(mws_call_t *call, const mws_rows_t *rows,
                                  const mws_caller_t *caller)
{
    mws_error_t *refusal;
    int          i = 0;

    do {
        refusal = mws_offer_refusal(call, caller, call->restriction, rows, i, OFFER);
        if (!refusal) {
            return NULL;
        }
    } while (++i < mws_rows_count(rows));
    return mws_error(call->pool, MWS_NO_ACCESS, "%s", refusal->row->errorcode);
}

static mws_error_t *check_account_for_files(mws_call_t *call, const mws_rows_t *rows,
                                            const mws_account_t *account)
{
    const mws_caller_t *caller = account->caller;

    if (!caller->confirmed) {
        return refuse_for_files(call, rows, "user_unconfirmed", MWS_NOT_CONFIRMED);
    }
    if (caller->suspended) {
        return refuse_for_files(call, rows, "user_suspended", MWS_WS_USER_SUSPENDED);
    }
    if (strcmp(caller->auth, "nologin") == 0) {
        return refuse_for_files(call, rows, "nologin", MWS_WS_USER_NOLOGIN);
    }
    if (account->expired) {
        return refuse_for_files(call, rows, "password_expired", MWS_PASSWORD_EXPIRED);
    }
    return NULL;
}

mws_error_t *mws_auth_for_files(mws_call_t *call, const char *token)
{
    mws_account_t *account;
    mws_rows_t    *rows;

    MWS_ERR(mws_site_take(call));
    token = mws_clean_text(call, MWS_PARAM_ALPHANUM, token);
    MWS_ERR(mws_db_query(call, &caller_by_token, &rows, "sss", token, "", ""));
    if (!mws_rows_count(rows)) {
        return mws_error(call->pool, MWS_BAD_TOKEN, NULL);
    }
    MWS_ERR(check_token_for_files(call, token, rows));
    account = mws_account_of_row(call, rows, 0, ACCOUNT);
    if (!account || account->caller->deleted) {
        return mws_error(call->pool, MWS_NO_USER, "the user of the token is gone");
    }
    if (!mws_session_alive(call, rows, 0, SESSION)) {
        return refuse_dead(call, rows);
    }
    MWS_ERR(mws_account_check_maintenance(call, account->caller));
    MWS_ERR(take_token(call, rows,
                       apr_pmemdup(call->pool, mws_context_system(call), sizeof(mws_context_t))));
    MWS_ERR(check_service(call, rows, account->caller));
    MWS_ERR(check_account_for_files(call, rows, account));
    MWS_ERR(note_use(call, rows));
    call->caller = account->caller;
    return NULL;
}

/* ---- the function ---- */

/* Whether a service offers the function to the caller. */
static int offered(mws_call_t *call, const mws_permit_t *permit)
{
    int i;

    for (i = 0; i < mws_rows_count(permit->rows); i++) {
        if ((!permit->listed || mws_row_bool(permit->rows, i, permit->listed)) &&
            !mws_offer_refusal(call, call->caller, call->restriction, permit->rows, i,
                               permit->offer)) {
            return 1;
        }
    }
    return 0;
}

mws_error_t *mws_auth_may_call(mws_call_t *call, mws_permit_t *permit)
{
    if (!permit->named) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "wsfunction => the name of a function is expected, none was given");
    }
    if (!mws_row_bool(permit->rows, 0, permit->known)) {
        return mws_error(call->pool, MWS_NO_RECORD, "no function of this name");
    }
    call->function = permit->asked;
    call->legacy = permit->row && strcmp(permit->row->name, permit->today) != 0;
    if (!permit->row) {
        return mws_error(call->pool, MWS_CODING, "this server does not serve the function");
    }
    if (!offered(call, permit)) {
        return mws_error(call->pool, MWS_NO_ACCESS, "no service offers the function to the user");
    }
    return NULL;
}
