/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_auth.h
 *
 * Who is calling, and what they may call: tokens, sessions, user names with passwords; services
 * and their functions.
 * Moodle: webservice/lib.php, webservice_server::authenticate_user() and load_function_info().
 */
#ifndef MWS_AUTH_H
#define MWS_AUTH_H

#include "../lib/db/mws_call.h"

typedef enum { MWS_BY_TOKEN, MWS_BY_PASSWORD } mws_credentials_e;

/* What the client showed. */
typedef struct mws_credentials_t {
    mws_credentials_e kind;
    const char       *token; /* "" or NULL: none */
    const char       *username, *password;
} mws_credentials_t;

/* What is asked, and is answered in the same round trip as who asks. */
typedef struct mws_permit_t mws_permit_t;

/* Web services on, the protocol on, no upgrade running: mws_error with MWS_UPGRADE_RUNNING, or
 * *OPEN 0 when the door is closed (403, empty). */
mws_error_t *mws_auth_gates(mws_call_t *call, int *open);

/* Whether PROTOCOL is one that is answered: one that the site names, unless MoodleWSProtocols adds
 * to those ("+amf") or names all that there are ("rest soap"). Behind mws_site_take(). */
int mws_auth_speaks(mws_call_t *call, const char *protocol);

/* Authenticate the caller of FUNCTION (NULL: none named), and fill call->caller and what belongs
 * to it; CREDENTIALS live as long as CALL is served. *PERMIT serves mws_auth_may_call(). */
mws_error_t *mws_auth_caller(mws_call_t *call, const mws_credentials_t *credentials,
                             const char *function, mws_permit_t **permit);

/* Authenticate the caller of a script that takes or gives files, by TOKEN: checks, their order and
 * their errors are others than at the servers of protocols, and the context of the token does not
 * bind. Fills call->caller, call->downloadfiles and call->uploadfiles.
 * Moodle: webservice/lib.php, webservice::authenticate_user(). */
mws_error_t *mws_auth_for_files(mws_call_t *call, const char *token);

/* Whether the caller may call the function named: it exists, and a service that admits the caller
 * lists it. */
mws_error_t *mws_auth_may_call(mws_call_t *call, mws_permit_t *permit);

/* Log in at a script of a protocol: *TOKEN is a session token, *EXPIRES when it ends if unused.
 * SERVICE is a short name, or NULL where only one service admits the user. */
mws_error_t *mws_auth_session(mws_call_t *call, const mws_credentials_t *credentials,
                              const char *service, const char **token, apr_int64_t *expires);

/* End the session of the token that CALL was authenticated with. */
mws_error_t *mws_auth_logout(mws_call_t *call);

/* The permanent token for USERNAME at SERVICE: one that is there, or a new one. *PRIVATE_TOKEN is
 * NULL unless the connection is safe and the user no administrator.
 * Moodle: login/token.php, core_external\util::generate_token_for_current_user(). */
mws_error_t *mws_auth_token(mws_call_t *call, const char *username, const char *password,
                            const char *service, const char **token, const char **private_token);

#endif
