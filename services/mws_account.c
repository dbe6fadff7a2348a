/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_account.c -- accounts out of rows, and what is asked of any of them. */
#include "mws_account.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../lib/site/mws_behind.h"

#define DAY 86400

/* The columns of MWS_ACCOUNT_COLUMNS, in their order. */
/* clang-format off */
enum {
    ID, USERNAME, FIRSTNAME, LASTNAME, EMAIL, AUTH, LANG, THEME, TIMEZONE,
    FIRSTNAMEPHONETIC, LASTNAMEPHONETIC, MIDDLENAME, ALTERNATENAME, CALENDARTYPE,
    PICTURE, POLICYAGREED, DELETED, SUSPENDED, CONFIRMED, CONTEXT,
    ROLES = CONTEXT + MWS_CONTEXT_WIDTH, FORCE_CHANGE, PASSWORD_SET, MISSES_FIELD
};
/* clang-format on */

/* Whether the password of an account of the plugin "manual", the only one whose rule the database
 * holds, has expired. An account that never set one since the rule came is spared: Moodle would
 * start the clock for it now.
 * Moodle: auth/manual/auth.php, password_expire(). */
static int expired(mws_call_t *call, const char *auth, const char *password_set)
{
    const char *on = mws_plugin_config(call, "auth_manual", "expiration");
    const char *days = mws_plugin_config(call, "auth_manual", "expirationtime");

    if (strcmp(auth, "manual") != 0 || !on || strcmp(on, "1") != 0 || !days || !password_set) {
        return 0;
    }
    return mws_php_int(password_set) + mws_php_int(days) * DAY - call->now <= -DAY;
}

mws_account_t *mws_account_of_row(mws_call_t *call, const mws_rows_t *rows, int row, int col)
{
    mws_account_t *account;
    mws_caller_t  *caller;

    if (mws_row_null(rows, row, col + ID)) {
        return NULL;
    }
    account = apr_pcalloc(call->pool, sizeof(*account));
    caller = account->caller = apr_pcalloc(call->pool, sizeof(*caller));
    caller->id = mws_row_int(rows, row, col + ID);
    caller->username = mws_row_text(rows, row, col + USERNAME);
    caller->firstname = mws_row_text(rows, row, col + FIRSTNAME);
    caller->lastname = mws_row_text(rows, row, col + LASTNAME);
    caller->email = mws_row_text(rows, row, col + EMAIL);
    caller->auth = mws_row_text(rows, row, col + AUTH);
    caller->lang = mws_row_text(rows, row, col + LANG);
    caller->theme = mws_row_text(rows, row, col + THEME);
    caller->timezone = mws_row_text(rows, row, col + TIMEZONE);
    caller->firstnamephonetic = mws_row_text(rows, row, col + FIRSTNAMEPHONETIC);
    caller->lastnamephonetic = mws_row_text(rows, row, col + LASTNAMEPHONETIC);
    caller->middlename = mws_row_text(rows, row, col + MIDDLENAME);
    caller->alternatename = mws_row_text(rows, row, col + ALTERNATENAME);
    caller->calendartype = mws_row_text(rows, row, col + CALENDARTYPE);
    caller->picture = mws_row_int(rows, row, col + PICTURE);
    caller->policyagreed = mws_row_int(rows, row, col + POLICYAGREED);
    caller->deleted = mws_row_int(rows, row, col + DELETED) != 0;
    caller->suspended = mws_row_int(rows, row, col + SUSPENDED) != 0;
    caller->confirmed = mws_row_int(rows, row, col + CONFIRMED) != 0;
    caller->context = mws_context_of_row(call->pool, rows, row, col + CONTEXT);
    caller->is_admin = mws_is_admin(call, caller->id);
    caller->is_guest = mws_is_guest(call, caller->id);
    caller->must_change_password = mws_php_bool(mws_row_text(rows, row, col + FORCE_CHANGE));
    caller->misses_field = !caller->is_guest && mws_row_bool(rows, row, col + MISSES_FIELD);
    caller->roles = mws_roles_make(call, caller->id, !caller->deleted && caller->context,
                                   mws_row_text(rows, row, col + ROLES));
    account->expired = expired(call, caller->auth, mws_row_text(rows, row, col + PASSWORD_SET));
    return account;
}

mws_error_t *mws_account_check_maintenance(mws_call_t *call, const mws_caller_t *caller)
{
    if (!mws_config_on(call, "maintenance_enabled") ||
        mws_roles_allow(call, caller->roles, mws_context_system(call),
                        "moodle/site:maintenanceaccess")) {
        return NULL;
    }
    return mws_error(call->pool, MWS_MAINTENANCE, NULL);
}

void mws_account_log_refused(mws_call_t *call, int method, const char *reason, const char *key,
                             const char *value)
{
    mws_event_t event = {.name = "webservice_login_failed", .crud = 'r'};
    const char *whom = "";

    if (key) {
        whom = apr_psprintf(call->pool, ",\"%s\":%s", key, mws_json_text(call->pool, value));
    }
    event.other =
        apr_psprintf(call->pool, "{\"method\":%d,\"reason\":\"%s\"%s}", method, reason, whom);
    mws_behind_event(call, &event);
}
