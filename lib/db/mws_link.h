/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_link.h
 *
 * One connection to PostgreSQL, in libpq's non-blocking pipeline mode, so that no wait is longer
 * than its deadline. Which connections there are, and who has which, is mws_db.c's affair; nobody
 * else includes this.
 */
#ifndef MWS_LINK_H
#define MWS_LINK_H

#include <apr_pools.h>
#include <apr_time.h>
#include <libpq-fe.h>

#include "../base/mws_error.h"
#include "../base/mws_settings.h"

typedef struct {
    apr_pool_t *pool;   /* holds PG, and what belongs to it; cleared when it is closed */
    PGconn     *pg;     /* NULL: closed */
    int         ending; /* a descriptor that is readable when all waiting is to end */
    int         direct; /* no pooler stands between: what is prepared or set stays */
    int         busy;   /* answers are outstanding */
} mws_link_t;

/* How it went with the server: it answered; it answered that a prepared statement is gone or
 * outdated; the connection died; it did not answer in time. */
typedef enum { MWS_ANSWERED, MWS_STALE, MWS_DEAD, MWS_LATE } mws_outcome_e;

/* Open LINK, which is closed, as SETTINGS say. On an error (in P) it is closed again. */
mws_error_t *mws_link_open(mws_link_t *link, apr_pool_t *p, const mws_settings_t *settings);

/* Close LINK, if it is open. */
void mws_link_close(mws_link_t *link);

/* Whether the server closed LINK while nothing was asked of it. */
int mws_link_has_died(mws_link_t *link);

/* Whether LINK can be given to another call: no transaction is open, nothing outstanding. */
int mws_link_is_clean(const mws_link_t *link);

/* Wait until DEADLINE (mws_ticks()) for all that is sent to have left for the server. */
mws_outcome_e mws_link_flush(mws_link_t *link, apr_time_t deadline);

/* Wait until DEADLINE for the answer to the next command of the pipeline. *RESULT is owned by P; NULL
 * unless MWS_ANSWERED or MWS_DEAD. */
mws_outcome_e mws_link_receive(mws_link_t *link, apr_pool_t *p, apr_time_t deadline,
                               PGresult **result);

/* The same for the end of the pipeline. What was not said by a command's own answer, as that a
 * deferred constraint does not hold, is *REFUSAL; else that is NULL. */
mws_outcome_e mws_link_sync(mws_link_t *link, apr_pool_t *p, apr_time_t deadline,
                            PGresult **refusal);

#endif
