/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_auth_plugin.h
 *
 * What is asked of an authentication plugin by name: where the passwords of its accounts are.
 * Moodle: auth/NAME/auth.php.
 */
#ifndef MWS_AUTH_PLUGIN_H
#define MWS_AUTH_PLUGIN_H

#include "../db/mws_call.h"

/* Whether accounts of AUTH need nothing outside Moodle: is_internal(). */
int mws_auth_is_internal(mws_call_t *call, const char *auth);

/* Whether their passwords are hashes in table user that are changed there: what is internal, but
 * for accounts that never log in. */
int mws_auth_keeps_passwords(mws_call_t *call, const char *auth);

#endif
