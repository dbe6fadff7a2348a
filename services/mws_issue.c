/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_issue.c -- permanent tokens: one that is there, or a new one. */
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/site/mws_behind.h"
#include "../lib/site/mws_password.h"
#include "../lib/text/mws_clean.h"
#include "mws_address.h"
#include "mws_auth.h"
#include "mws_check.h"
#include "mws_login.h"
#include "mws_session.h"

/* How long a token lasts where the site does not say: twelve weeks. */
#define DURATION 7257600

/* Cron waits so long with telling a user of a login, in seconds. */
#define TELL_AFTER "120"

#define TELL_CLASS "'\\core\\task\\send_login_notifications'"

SQL(tokens_of,
    "SELECT t.id, t.token, t.privatetoken, t.validuntil, t.iprestriction, " MWS_SESSION_COLUMNS
    " FROM {external_tokens} t" MWS_SESSION_JOIN
    " WHERE t.userid = $1 AND t.externalserviceid = $2 AND t.tokentype = 0"
    " ORDER BY t.timecreated, t.id");

enum { ID, TOKEN, PRIVATE, VALIDUNTIL, ADDRESSES, SESSION };

SQL(tokens_delete, "DELETE FROM {external_tokens} WHERE id = ANY($1)");

SQL(token_used, "UPDATE {external_tokens} SET lastaccess = $2 WHERE id = $1");

/* The index on tokens is not unique. */
SQL(token_create,
    "INSERT INTO {external_tokens} (token, privatetoken, tokentype, userid, externalserviceid,"
    " contextid, creatorid, validuntil, timecreated, lastaccess, name)"
    " SELECT $1::varchar, $2, 0, $3, $4, $5, $3, $6, $7, $7, $8"
    " WHERE NOT EXISTS (SELECT 1 FROM {external_tokens} t WHERE t.token = $1::varchar)"
    " RETURNING id");

SQL(tell_of_login,
    "WITH waits AS (UPDATE {task_adhoc} SET nextruntime = $2::bigint + " TELL_AFTER
    " WHERE userid = $1 AND classname = " TELL_CLASS " AND component = 'core'"
    " AND customdata = $3 AND timestarted IS NULL RETURNING id)"
    " INSERT INTO {task_adhoc} (component, classname, nextruntime, faildelay, customdata, userid,"
    " timecreated, attemptsavailable)"
    " SELECT 'core', " TELL_CLASS ", $2::bigint + " TELL_AFTER ", 0, $3, $1, $2, 12"
    " WHERE NOT EXISTS (SELECT 1 FROM waits)");

/* The token that a request is about to get. */
typedef struct {
    apr_int64_t id;
    const char *token, *private_token;
    int         created;
} issue_t;

/* Of the caller's tokens for the service, the newest that can be used from here and now; *ISSUE is
 * left alone if there is none. What can never be used again is deleted. */
static mws_error_t *find_token(mws_call_t *call, apr_int64_t service, issue_t *issue)
{
    mws_ids_t  *expired = mws_ids_make(call->pool);
    mws_rows_t *rows;
    int         i;

    MWS_ERR(mws_db_query(call, &tokens_of, &rows, "ii", call->caller->id, service));
    for (i = 0; i < mws_rows_count(rows); i++) {
        const char *addresses = mws_row_text(rows, i, ADDRESSES);
        apr_int64_t until = mws_row_int(rows, i, VALIDUNTIL);

        if (!mws_session_alive(call, rows, i, SESSION)) {
            MWS_ERR(mws_session_bury(call, mws_row_text(rows, i, SESSION)));
        }
        else if (until && until < call->now) {
            mws_ids_add(expired, mws_row_int(rows, i, ID));
        }
        else if (!addresses || !*addresses ||
                 mws_address_in(call->pool, call->address, addresses)) {
            issue->id = mws_row_int(rows, i, ID);
            issue->token = mws_row_text(rows, i, TOKEN);
            issue->private_token = mws_row_text(rows, i, PRIVATE);
        }
    }
    if (!expired->count || call->settings->read_only) {
        return NULL;
    }
    return mws_db_query(call, &tokens_delete, NULL, "I", expired);
}

/* An administrator's token is made by hand, except for the mobile service.
 * Moodle: core_external\util::generate_token_for_current_user(). */
static int may_create(mws_call_t *call, const char *service)
{
    const mws_context_t *system = mws_context_system(call);

    if (strcmp(service, "moodle_mobile_app") == 0 &&
        mws_can(call, system, "moodle/webservice:createmobiletoken")) {
        return 1;
    }
    return !call->caller->is_admin && mws_can(call, system, "moodle/webservice:createtoken");
}

static mws_error_t *create_token(mws_call_t *call, apr_int64_t service, issue_t *issue)
{
    apr_int64_t until = call->now + mws_config_int(call, "tokenduration", DURATION);
    const char *name = apr_pstrcat(call->pool, "Webservice-", mws_random_text(call->pool, 5), NULL);
    mws_rows_t *rows;

    issue->private_token = mws_random_text(call->pool, 64);
    do {
        issue->token = mws_random_hex(call->pool, 32);
        MWS_ERR(mws_db_query(call, &token_create, &rows, "ssiiiiis", issue->token,
                             issue->private_token, call->caller->id, service,
                             mws_context_system(call)->id, until, call->now, name));
    } while (!mws_rows_count(rows));
    issue->id = mws_row_int(rows, 0, 0);
    issue->created = 1;
    return NULL;
}

/* What the notification is told of the login, as Moodle's task reads it. */
static const char *login_facts(mws_call_t *call)
{
    const char *agent = call->user_agent;
    int         app = agent && strstr(agent, "MoodleMobile");

    return apr_psprintf(
        call->pool,
        "{\"useragent\":%s,\"ismoodleapp\":%s,\"loginip\":%s,\"logintime\":%" APR_INT64_T_FMT "}",
        agent ? mws_json_text(call->pool, agent) : "false", app ? "true" : "false",
        mws_json_text(call->pool, call->address), call->now);
}

/* Write what goes with the token, new or not: its use and, from an address that the user did not
 * log in from last, the task that tells him. */
static mws_error_t *note_issue(mws_call_t *call, const issue_t *issue, const char *lastip)
{
    if (!issue->created) {
        MWS_ERR(mws_db_queue(call, &token_used, NULL, "ii", issue->id, call->now));
    }
    if (!lastip || strcmp(lastip, call->address) != 0) {
        MWS_ERR(mws_db_queue(call, &tell_of_login, NULL, "iis", call->caller->id, call->now,
                             login_facts(call)));
    }
    return NULL;
}

static void log_issue(mws_call_t *call, const issue_t *issue)
{
    mws_event_t event = {.name = "webservice_token_created",
                         .crud = 'c',
                         .objecttable = "external_tokens",
                         .objectid = issue->id,
                         .userid = call->caller->id,
                         .relateduserid = call->caller->id,
                         .other = "{\"auto\":true}"};

    if (issue->created) {
        mws_behind_event(call, &event);
    }
    event.name = "webservice_token_sent";
    event.crud = 'r';
    event.relateduserid = 0;
    event.other = NULL;
    mws_behind_event(call, &event);
}

/* Create a token unless *ISSUE is one, and write what goes with it. */
static mws_error_t *issue_token(mws_call_t *call, const char *name, apr_int64_t service,
                                const char *lastip, issue_t *issue)
{
    if (!issue->id && !may_create(call, name)) {
        return mws_error(call->pool, MWS_NO_TOKEN_CREATION, NULL);
    }
    if (call->settings->read_only) {
        return issue->id ? NULL : mws_error(call->pool, MWS_READ_ONLY, NULL);
    }
    call->writes = 1;
    MWS_ERR(mws_db_begin(call));
    if (!issue->id) {
        MWS_ERR(create_token(call, service, issue));
    }
    MWS_ERR(note_issue(call, issue, lastip));
    MWS_ERR(mws_db_commit(call));
    log_issue(call, issue);
    return NULL;
}

mws_error_t *mws_auth_token(mws_call_t *call, const char *username, const char *password,
                            const char *service, const char **token, const char **private_token)
{
    issue_t      issue = {0};
    mws_login_t *login;
    apr_int64_t  id;
    int          is_private;

    if (username && password && !service) {
        return mws_check_missing(call, "service");
    }
    MWS_ERR(mws_site_take(call));
    MWS_ERR(mws_login_for_token(call, username, password, &login));
    service = mws_clean_text(call, MWS_PARAM_ALPHANUMEXT, service);
    if (!*service) {
        return mws_error(call->pool, MWS_NO_SERVICE, NULL);
    }
    MWS_ERR(mws_offer_choose(call, call->caller, service, &id));
    MWS_ERR(find_token(call, id, &issue));
    MWS_ERR(issue_token(call, service, id, login->lastip, &issue));
    is_private = call->https && !mws_can(call, mws_context_system(call), "moodle/site:config");
    *token = issue.token;
    *private_token = is_private ? issue.private_token : NULL;
    return NULL;
}
