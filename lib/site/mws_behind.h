/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_behind.h
 *
 * What is written behind the answer: rows of the event log, and lastaccess of tokens. A thread of
 * the child gathers them for MoodleWSLogDelay and writes each table with one statement; when the
 * child ends, it writes what is left. The queue is bounded: rows beyond MoodleWSLogQueue are
 * dropped, and counted in the error log.
 */
#ifndef MWS_BEHIND_H
#define MWS_BEHIND_H

#include "mws_event.h"

typedef struct mws_behind_t mws_behind_t;

/* Start the writer of a child; it ends, and flushes, before the child's pool is cleared. */
mws_behind_t *mws_behind_start(mws_child_t *child);

/* Write the row of EVENT, and lastaccess of the token of CALL. Nothing where the site's or the
 * administrator's settings say so. */
void mws_behind_event(mws_call_t *call, const mws_event_t *event);
void mws_behind_token_used(mws_call_t *call, apr_int64_t token_id);

#endif
