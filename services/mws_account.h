/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_account.h
 *
 * An account as the desk reads it, by a token or by a user name: columns that every such statement
 * has, the caller made of them, and the questions that are asked of any account.
 */
#ifndef MWS_ACCOUNT_H
#define MWS_ACCOUNT_H

#include "../lib/site/mws_access.h"

/* The value of a preference of the user with table alias U, or null. */
#define MWS_PREFERENCE_OF(name)                                                                    \
    "(SELECT p.value FROM {user_preferences} p WHERE p.userid = u.id AND p.name = '" name "')"

/* The columns of an account with table alias U, and the join that goes with them. */
/* clang-format off */
#define MWS_ACCOUNT_COLUMNS                                                                        \
    "u.id, u.username, u.firstname, u.lastname, u.email, u.auth, u.lang, u.theme, u.timezone,"     \
    " u.firstnamephonetic, u.lastnamephonetic, u.middlename, u.alternatename, u.calendartype,"     \
    " u.picture, u.policyagreed, u.deleted, u.suspended, u.confirmed, "                            \
    MWS_CONTEXT_COLUMNS("uc") ", " MWS_ROLES_OF("u.id") ", "                                       \
    MWS_PREFERENCE_OF("auth_forcepasswordchange") ", "                                             \
    MWS_PREFERENCE_OF("auth_manual_passwordupdatetime") ", "                                       \
    "EXISTS (SELECT 1 FROM {user_info_field} f"                                                    \
    " LEFT JOIN {user_info_data} d ON d.fieldid = f.id AND d.userid = u.id"                        \
    " WHERE f.required = 1 AND f.locked = 0 AND f.visible <> 0 AND f.datatype <> 'checkbox'"       \
    " AND COALESCE(CASE WHEN d.id IS NULL THEN f.defaultdata ELSE d.data END, '')"                 \
    " IN ('', CASE f.datatype WHEN 'datetime' THEN '0' ELSE '' END))"
#define MWS_ACCOUNT_JOIN                                                                           \
    " LEFT JOIN {context} uc ON uc.contextlevel = 30 AND uc.instanceid = u.id"
enum { MWS_ACCOUNT_WIDTH = 23 + MWS_CONTEXT_WIDTH };
/* clang-format on */

typedef struct mws_account_t {
    mws_caller_t *caller;
    int           expired; /* the password is older than its plugin allows */
} mws_account_t;

/* The account in ROW from column COL on, or NULL when that is null (an outer join). */
mws_account_t *mws_account_of_row(mws_call_t *call, const mws_rows_t *rows, int row, int col);

/* MWS_MAINTENANCE when the site is under maintenance and CALLER may not enter then. */
mws_error_t *mws_account_check_maintenance(mws_call_t *call, const mws_caller_t *caller);

/* Log that a web service refused who called. METHOD is 0 for name and password, 1 for a permanent
 * token, 2 for a session's; KEY (or NULL) with the text VALUE says of whom or what.
 * Moodle: core\event\webservice_login_failed. */
void mws_account_log_refused(mws_call_t *call, int method, const char *reason, const char *key,
                             const char *value);

#endif
