/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_hash.h
 *
 * Passwords of many accounts at once, hashed by several threads: the one that calls, and those that
 * help it, of which a child has no more than MoodleWSHashThreads says. Takes milliseconds for each:
 * hold no database connection over it, and no transaction at all.
 */
#ifndef MWS_HASH_H
#define MWS_HASH_H

#include "../db/mws_call.h"

/* The length of a hash that mws_password_hash() makes, and more. */
enum { MWS_HASH_SIZE = 160 };

/* A password to be hashed. */
typedef struct {
    const char *password;
    const char *old;                 /* the hash that the account has, or NULL */
    char        hash[MWS_HASH_SIZE]; /* the new one; "" where OLD is good for PASSWORD */
} mws_hash_job_t;

/* Do the COUNT of JOBS. MWS_CLIENT_GONE, with jobs left undone, when the client has gone. */
mws_error_t *mws_hash_all(mws_call_t *call, mws_hash_job_t *jobs, int count);

#endif
