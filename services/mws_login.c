/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_login.c -- logins: the lookup, the hash, the lockout of accounts. */
#include "mws_login.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/site/mws_behind.h"
#include "../lib/site/mws_password.h"
#include "../lib/text/mws_clean.h"
#include "mws_check.h"
#include "mws_throttle.h"

/* No login fails in less time, in microseconds: more than the slowest hash takes, so that the time
 * does not tell accounts that are not there, or have a fast hash, from others. */
#define FLOOR apr_time_from_msec(150)

/* The literal that a backup leaves in the place of a password. */
#define RESTORED "restored"

/* Why a login failed, as its log row says. Moodle: AUTH_LOGIN_... in lib/authlib.php. */
typedef enum { OK, NO_USER, SUSPENDED, FAILED, LOCKED_OUT, UNAUTHORISED } reason_e;

/* The lockout's preferences, as a list in SQL. */
#define COUNT "login_failed_count"
#define LAST "login_failed_last"
#define LOCKOUT "login_lockout"
#define SECRET "login_lockout_secret"
#define COUNTERS "'" COUNT "', '" LAST "', '" LOCKOUT "', '" SECRET "'"

/* clang-format off */
#define LOGIN_SELECT                                                                               \
    "SELECT " MWS_ACCOUNT_COLUMNS ", u.password, u.lastip, " MWS_PREFERENCE_OF(LOCKOUT) ", "       \
    MWS_PREFERENCE_OF("login_lockout_ignored") ", "                                                \
    "EXISTS (SELECT 1 FROM {user_preferences} p WHERE p.userid = u.id AND p.name IN (" COUNTERS    \
    ")), " MWS_OFFER_COLUMNS ", "                                                                  \
    "EXISTS (SELECT 1 FROM {external_functions} ef WHERE ef.name IN ($3, $4))"                     \
    " FROM {user} u" MWS_ACCOUNT_JOIN                                                              \
    " LEFT JOIN {external_services} s ON s.enabled = 1 AND " MWS_OFFER_LISTS("$3", "$4")           \
    MWS_OFFER_JOIN

enum {
    PASSWORD = MWS_ACCOUNT_WIDTH, LASTIP, LOCKED_AT, IGNORED, COUNTED,
    OFFER, KNOWN = OFFER + MWS_OFFER_WIDTH
};
/* clang-format on */

SQL(login_by_name, LOGIN_SELECT " WHERE u.username = $1 AND u.mnethostid = $2"
                                " ORDER BY s.id, su.id");

SQL(login_by_email, LOGIN_SELECT
    " WHERE lower(u.email) = lower($1) AND u.mnethostid = $2 AND u.deleted = 0"
    " ORDER BY u.id, s.id, su.id");

/* A counter goes up from what is stored at that moment, so that failures at the same time all
 * count; what is no number counts as 0. */
/* clang-format off */
#define PLUS_ONE                                                                                   \
    "CASE WHEN p.value ~ '^[0-9]{1,9}$' THEN (p.value::bigint + 1)::text ELSE '1' END"
/* clang-format on */

SQL(count_since_success,
    "INSERT INTO {user_preferences} AS p (userid, name, value)"
    " VALUES ($1, 'login_failed_count_since_success', '1')"
    " ON CONFLICT (userid, name) DO UPDATE SET value = " PLUS_ONE);

/* $2 is the oldest time of a last failure that still belongs to this run of them. */
SQL(count_failure,
    "INSERT INTO {user_preferences} AS p (userid, name, value) VALUES ($1, '" COUNT "', '1')"
    " ON CONFLICT (userid, name) DO UPDATE SET value = CASE WHEN"
    " (SELECT CASE WHEN l.value ~ '^[0-9]{1,15}$' THEN l.value::bigint END"
    " FROM {user_preferences} l WHERE l.userid = $1 AND l.name = '" LAST "') >= $2"
    " THEN " PLUS_ONE " ELSE '1' END"
    " RETURNING p.value");

SQL(set_preference,
    "INSERT INTO {user_preferences} (userid, name, value) VALUES ($1, $2, $3)"
    " ON CONFLICT (userid, name) DO UPDATE SET value = excluded.value");

SQL(clear_counters,
    "DELETE FROM {user_preferences} WHERE userid = $1 AND name IN (" COUNTERS ")");

SQL(clear_lock,
    "DELETE FROM {user_preferences} WHERE userid = $1"
    " AND name IN ('" COUNT "', '" LAST "', '" LOCKOUT "')");

SQL(replace_hash, "UPDATE {user} SET password = $3 WHERE id = $1 AND password = $2");

static const char *hash_of(const mws_login_t *login)
{
    return mws_row_text(login->rows, 0, PASSWORD);
}

/* ---- finding the account ---- */

static mws_login_t *login_of_rows(mws_call_t *call, mws_rows_t *rows)
{
    mws_login_t *login;

    if (!mws_rows_count(rows)) {
        return NULL;
    }
    login = apr_pcalloc(call->pool, sizeof(*login));
    login->account = mws_account_of_row(call, rows, 0, 0);
    login->lastip = mws_row_text(rows, 0, LASTIP);
    login->rows = rows;
    login->offer = OFFER;
    login->known = KNOWN;
    return login;
}

/* Whether all ROWS are of one account. */
static int one_account(const mws_rows_t *rows)
{
    int last = mws_rows_count(rows) - 1;

    return last >= 0 && mws_row_int(rows, 0, 0) == mws_row_int(rows, last, 0);
}

/* Find the account of *USERNAME; *LOGIN is NULL when there is none. Where the site lets people log
 * in by e-mail address and one account alone has it, *USERNAME becomes that account's. */
static mws_error_t *find(mws_call_t *call, mws_login_e how, const char **username,
                         const char *function, const char *today, mws_login_t **login)
{
    apr_int64_t host = mws_config_int(call, "mnet_localhost_id", 1);
    const char *email;
    mws_rows_t *rows;

    MWS_ERR(mws_db_query(call, &login_by_name, &rows, "siss", *username, host, function, today));
    *login = login_of_rows(call, rows);
    if (*login || how != MWS_LOGIN_PAGE || !mws_config_on(call, "authloginviaemail")) {
        return NULL;
    }
    email = mws_clean_text(call, MWS_PARAM_EMAIL, *username);
    if (!*email) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &login_by_email, &rows, "siss", email, host, function, today));
    if (one_account(rows)) {
        *login = login_of_rows(call, rows);
        *username = (*login)->account->caller->username;
    }
    return NULL;
}

/* ---- the lockout ---- */

static int never_locked(const mws_login_t *login)
{
    const char *ignored = mws_row_text(login->rows, 0, IGNORED);

    return login->account->caller->is_guest || (ignored && mws_php_int(ignored));
}

/* Whether the account is locked now; a lock whose time is over is taken off. */
static mws_error_t *check_lock(mws_call_t *call, const mws_login_t *login, int *locked)
{
    const char *since = mws_row_text(login->rows, 0, LOCKED_AT);
    apr_int64_t duration = mws_config_int(call, "lockoutduration", 1800);

    *locked = 0;
    if (!since || !mws_php_int(since) || mws_config_int(call, "lockoutthreshold", 0) <= 0 ||
        never_locked(login)) {
        return NULL;
    }
    if (!duration || call->now - mws_php_int(since) < duration) {
        *locked = 1;
        return NULL;
    }
    if (call->settings->read_only) {
        return NULL;
    }
    return mws_db_query(call, &clear_lock, NULL, "i", login->account->caller->id);
}

static const char *decimal(mws_call_t *call, apr_int64_t n)
{
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, n);
}

static mws_error_t *lock(mws_call_t *call, apr_int64_t userid)
{
    MWS_ERR(mws_db_queue(call, &set_preference, NULL, "iss", userid, LOCKOUT,
                         decimal(call, call->now)));
    MWS_ERR(mws_db_queue(call, &set_preference, NULL, "iss", userid, SECRET,
                         mws_random_text(call->pool, 15)));
    return mws_db_run(call);
}

/* Count a wrong password. The mail that Moodle sends with a lock is not ours to send. */
static mws_error_t *count_wrong(mws_call_t *call, const mws_login_t *login)
{
    apr_int64_t threshold = mws_config_int(call, "lockoutthreshold", 0);
    apr_int64_t window = mws_config_int(call, "lockoutwindow", 1800);
    apr_int64_t userid = login->account->caller->id;
    mws_rows_t *rows;

    if (login->account->caller->is_guest || call->settings->read_only) {
        return NULL;
    }
    MWS_ERR(mws_db_queue(call, &count_since_success, NULL, "i", userid));
    if (threshold <= 0) {
        return mws_db_run(call);
    }
    MWS_ERR(
        mws_db_queue(call, &count_failure, &rows, "ii", userid, window ? call->now - window : 0));
    MWS_ERR(
        mws_db_queue(call, &set_preference, NULL, "iss", userid, LAST, decimal(call, call->now)));
    MWS_ERR(mws_db_run(call));
    if (mws_row_int(rows, 0, 0) < threshold || never_locked(login)) {
        return NULL;
    }
    return lock(call, userid);
}

/* ---- the password ---- */

/* Whether the plugin AUTH keeps its passwords in Moodle's table. */
static int is_internal(const char *auth)
{
    return mws_settings_lists("manual email none webservice nologin", auth);
}

static int is_enabled(mws_call_t *call, const char *auth)
{
    return strcmp(auth, "manual") == 0 || mws_config_lists(call, "auth", auth);
}

static const char *auth_of(const mws_login_t *login)
{
    return *login->account->caller->auth ? login->account->caller->auth : "manual";
}

/* What speaks against a login, whatever its password. */
static mws_error_t *look(mws_call_t *call, mws_login_e how, const mws_login_t *login,
                         reason_e *reason)
{
    int locked;

    *reason = NO_USER;
    if (!login) {
        if (how == MWS_LOGIN_PAGE && mws_config_on(call, "authpreventaccountcreation")) {
            *reason = UNAUTHORISED;
        }
        return NULL;
    }
    if (how == MWS_LOGIN_PAGE) {
        const mws_caller_t *caller = login->account->caller;

        if (caller->deleted) {
            return NULL;
        }
        *reason = SUSPENDED;
        if (caller->suspended || strcmp(auth_of(login), "nologin") == 0 ||
            !is_enabled(call, auth_of(login))) {
            return NULL;
        }
    }
    MWS_ERR(check_lock(call, login, &locked));
    *reason = locked ? LOCKED_OUT : OK;
    return NULL;
}

/* Check PASSWORD where nothing else speaks against the login, and spend the time anyway. */
static mws_password_e try_password(mws_call_t *call, mws_login_e how, const mws_login_t *login,
                                   reason_e reason, const char *password)
{
    const char *hash = reason == OK ? hash_of(login) : NULL;

    if (hash && how == MWS_LOGIN_PAGE && strcmp(auth_of(login), "webservice") == 0) {
        hash = NULL; /* this plugin is for simple authentication alone */
    }
    mws_db_release(call);
    return mws_password_check(call->pool, password, hash, call->settings->peppers);
}

static void log_new_hash(mws_call_t *call, const mws_caller_t *caller)
{
    mws_event_t event = {.name = "user_password_updated",
                         .crud = 'u',
                         .contextid = caller->context ? caller->context->id : 0,
                         .contextinstanceid = caller->id,
                         .contextlevel = MWS_LEVEL_USER,
                         .relateduserid = caller->id,
                         .other = "{\"forgottenreset\":false}"};

    mws_behind_event(call, &event);
}

/* Replace the hash of the account by one of today's kind, unless it was changed meanwhile. Moodle
 * does so twice in a login, and logs both. */
static mws_error_t *renew_hash(mws_call_t *call, const mws_login_t *login, const char *password)
{
    const mws_caller_t *caller = login->account->caller;
    const char         *hash;
    mws_rows_t         *rows;

    if (call->settings->read_only) {
        return NULL;
    }
    hash = mws_password_hash(call->pool, password, call->settings->peppers);
    if (!hash) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &replace_hash, &rows, "iss", caller->id, hash_of(login), hash));
    if (mws_rows_changed(rows)) {
        log_new_hash(call, caller);
        log_new_hash(call, caller);
    }
    return NULL;
}

/* ---- the login ---- */

static void log_failed(mws_call_t *call, mws_login_e how, const char *username,
                       const mws_login_t *login, reason_e reason)
{
    mws_event_t event = {.name = "user_login_failed", .crud = 'r'};

    if (how == MWS_LOGIN_SIMPLE) {
        mws_account_log_refused(call, 0, "password", "username", username);
        return;
    }
    event.userid = login && reason != NO_USER ? login->account->caller->id : 0;
    event.other = apr_psprintf(call->pool, "{\"username\":%s,\"reason\":%d}",
                               mws_json_text(call->pool, username), (int)reason);
    mws_behind_event(call, &event);
}

static mws_error_t *wrong(mws_call_t *call, mws_login_e how)
{
    return mws_error(call->pool, how == MWS_LOGIN_PAGE ? MWS_INVALID_LOGIN : MWS_WRONG_PASSWORD,
                     NULL);
}

static mws_error_t *succeed(mws_call_t *call, const mws_login_t *login, mws_password_e password_is,
                            const char *password)
{
    if (mws_row_bool(login->rows, 0, COUNTED) && !call->settings->read_only) {
        MWS_ERR(mws_db_query(call, &clear_counters, NULL, "i", login->account->caller->id));
    }
    return password_is == MWS_PASSWORD_STALE ? renew_hash(call, login, password) : NULL;
}

static mws_error_t *attempt(mws_call_t *call, mws_login_e how, const char *username,
                            const char *password, const char *function, const char *today,
                            mws_login_t **login)
{
    mws_password_e password_is;
    reason_e       reason;

    MWS_ERR(find(call, how, &username, function, today, login));
    if (*login && how == MWS_LOGIN_PAGE && strcmp(hash_of(*login), RESTORED) == 0) {
        return mws_error(call->pool, MWS_RESTORED_ACCOUNT, NULL);
    }
    MWS_ERR(look(call, how, *login, &reason));
    password_is = try_password(call, how, *login, reason, password);
    if (reason == OK && password_is != MWS_PASSWORD_WRONG) {
        return succeed(call, *login, password_is, password);
    }
    if (reason == OK && !is_internal(auth_of(*login)) && !mws_password_known(hash_of(*login))) {
        return mws_error(call->pool, MWS_EXTERNAL_AUTH, "plugin %s", auth_of(*login));
    }
    if (reason == OK) {
        reason = FAILED;
        MWS_ERR(count_wrong(call, *login));
    }
    log_failed(call, how, username, *login, reason);
    return wrong(call, how);
}

mws_error_t *mws_login(mws_call_t *call, mws_login_e how, const char *username,
                       const char *password, const char *function, const char *today,
                       mws_login_t **login)
{
    apr_time_t   begun = apr_time_now();
    mws_text_t   name = {username, strlen(username)};
    mws_error_t *err;

    if (!mws_throttle_take(call->child->throttle, call->address, call->settings->throttle,
                           call->now)) {
        mws_log(call->log, MWS_LOG_INFO, APR_SUCCESS,
                "MWS01401: logins from %s are refused for a minute: more than %" APR_INT64_T_FMT
                " failed (MoodleWSThrottle)",
                call->address, call->settings->throttle);
        return wrong(call, how);
    }
    err = attempt(call, how, mws_utf8_clean(call->pool, name).s, password, function, today, login);
    if (err && (err->id == MWS_INVALID_LOGIN || err->id == MWS_WRONG_PASSWORD)) {
        apr_time_t spent = apr_time_now() - begun;

        mws_db_release(call);
        if (spent >= 0 && spent < FLOOR) {
            apr_sleep(FLOOR - spent);
        }
        return err;
    }
    mws_throttle_give_back(call->child->throttle, call->address);
    return err;
}

static mws_error_t *check_usable(mws_call_t *call, const mws_account_t *account)
{
    MWS_ERR(mws_account_check_maintenance(call, account->caller));
    if (account->caller->is_guest) {
        return mws_error(call->pool, MWS_NO_GUEST, NULL);
    }
    if (!account->caller->confirmed) {
        return mws_error(call->pool, MWS_NOT_CONFIRMED, NULL);
    }
    return account->expired ? mws_error(call->pool, MWS_PASSWORD_EXPIRED, NULL) : NULL;
}

mws_error_t *mws_login_for_token(mws_call_t *call, const char *username, const char *password,
                                 mws_login_t **login)
{
    if (!username) {
        return mws_check_missing(call, "username");
    }
    if (!password) {
        return mws_check_missing(call, "password");
    }
    username = mws_clean_text(call, MWS_PARAM_USERNAME, username);
    MWS_ERR(mws_login(call, MWS_LOGIN_PAGE, username, password, "", "", login));
    MWS_ERR(check_usable(call, (*login)->account));
    call->caller = (*login)->account->caller;
    return NULL;
}
