/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_password.h
 *
 * Passwords and other secrets: checking one against the hash that Moodle stores, making such a
 * hash, and drawing random texts. A check takes from 5 to 70 milliseconds of work: hold no
 * database connection over it (mws_db_release()). Nothing of a password stays behind in memory
 * that we control.
 * Moodle: lib/moodlelib.php, validate_internal_user_password(), hash_internal_user_password().
 */
#ifndef MWS_PASSWORD_H
#define MWS_PASSWORD_H

#include <apr_pools.h>

/* The longest password, in characters. Moodle: MAX_PASSWORD_CHARACTERS. */
enum { MWS_PASSWORD_MAX = 128 };

typedef enum {
    MWS_PASSWORD_WRONG,
    MWS_PASSWORD_RIGHT,
    MWS_PASSWORD_STALE /* right, but its hash is of an old kind or has an old pepper: make anew */
} mws_password_e;

/* Whether HASH (or NULL) is of a kind that can be checked: $2y$ or $6$. "restored", "not cached",
 * an empty text and anything else is not. */
int mws_password_known(const char *hash);

/* Check PASSWORD against HASH, with each of PEPPERS (words between single spaces, newest first;
 * "": none) and with none. What cannot be right (a HASH that is NULL or of no known kind, a
 * password too long) is WRONG after the time that a check of the slowest kind takes. P holds what
 * is needed meanwhile. */
mws_password_e mws_password_check(apr_pool_t *p, const char *password, const char *hash,
                                  const char *peppers);

/* The hash to store for PASSWORD, $6$ with 10,000 rounds and the newest of PEPPERS, in P. NULL
 * when PASSWORD is too long. */
const char *mws_password_hash(apr_pool_t *p, const char *password, const char *peppers);

/* A text of LEN random letters and digits; of LEN random lower-case hexadecimal digits; both in P,
 * from the system's generator. The process ends when it fails: no secret is ever guessable. */
const char *mws_random_text(apr_pool_t *p, int len);
const char *mws_random_hex(apr_pool_t *p, int len);

#endif
