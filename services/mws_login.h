/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_login.h
 *
 * Logins with user name and password: the lookup, the hash, the lockout of accounts and the
 * throttle of addresses.
 * Moodle: lib/moodlelib.php, authenticate_user_login(); lib/authlib.php, login_attempt_failed().
 */
#ifndef MWS_LOGIN_H
#define MWS_LOGIN_H

#include "mws_account.h"
#include "mws_offer.h"

/* What is asked of a login. */
typedef enum {
    MWS_LOGIN_PAGE,  /* as on the login page: an account that may log in there */
    MWS_LOGIN_SIMPLE /* as simple authentication: any account with that password */
} mws_login_e;

/* What a login found. ROWS holds one row for each enabled service that lists the function asked
 * about and each listing of the account in it. */
typedef struct mws_login_t {
    mws_account_t *account;
    const char    *lastip; /* the address of the last login at the site */
    mws_rows_t    *rows;
    int            offer, known; /* columns: MWS_OFFER_COLUMNS; whether there is such a function */
} mws_login_t;

/* Check USERNAME and PASSWORD; FUNCTION and its name TODAY ("": none) are what is asked for. On
 * success counters of failures are cleared and an old hash is replaced. On failure one error,
 * MWS_INVALID_LOGIN or MWS_WRONG_PASSWORD, at about the same time for every cause, and a log row
 * that tells them apart; beside it MWS_RESTORED_ACCOUNT and MWS_EXTERNAL_AUTH. The call's database
 * connection is given back meanwhile. */
mws_error_t *mws_login(mws_call_t *call, mws_login_e how, const char *username,
                       const char *password, const char *function, const char *today,
                       mws_login_t **login);

/* Log in for a token: USERNAME is cleaned first (either NULL: MWS_MISSING_PARAM), and the account
 * must be able to use the site now. Sets call->caller. */
mws_error_t *mws_login_for_token(mws_call_t *call, const char *username, const char *password,
                                 mws_login_t **login);

#endif
