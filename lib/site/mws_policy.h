/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_policy.h
 *
 * The site's rules for new passwords.
 * Moodle: lib/moodlelib.php, check_password_policy().
 */
#ifndef MWS_POLICY_H
#define MWS_POLICY_H

#include "../db/mws_call.h"

/* Check PASSWORD, which may be anybody's but the guest's: MWS_PASSWORD_POLICY, with a message that
 * names every rule it breaks, or MWS_PASSWORD_TOO_LONG. */
mws_error_t *mws_policy_check(mws_call_t *call, const char *password);

/* What it refuses with, for the list of who calls it. */
/* clang-format off */
#define MWS_POLICY_ERRORS                                                                          \
    {MWS_PASSWORD_POLICY, "the password does not meet the site's policy; the message says how"},   \
    {MWS_PASSWORD_TOO_LONG, "the password is longer than 128 bytes"}
/* clang-format on */

#endif
