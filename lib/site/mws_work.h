/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_work.h
 *
 * The work of a call that writes: one transaction, and what goes into it last. While an external
 * function works, it notes the events of what it did and the marks that make a running PHP drop
 * what it has cached; both are written right before COMMIT, with one statement each, and what is
 * undone leaves neither.
 *
 * services/mws_serve.c opens the transaction and ends it: an external function never does. One
 * whose items fail each by itself does them with mws_work_item(); one that fails after items which
 * stay says so with mws_work_keep().
 */
#ifndef MWS_WORK_H
#define MWS_WORK_H

#include "mws_event.h"

typedef struct mws_work_t mws_work_t;

/* Open the transaction of CALL. */
mws_error_t *mws_work_begin(mws_call_t *call);

/* End it: commit, or roll back when ERR is an error, but for what was kept. Returns ERR, or what
 * went wrong at the end. */
mws_error_t *mws_work_end(mws_call_t *call, mws_error_t *err);

/* Run ACT on ITEM. When it is refused, all that it did and noted is undone, and *REFUSED says why
 * (else NULL). An error returned is not ITEM's: the call cannot go on. Not to be nested. */
mws_error_t *mws_work_item(mws_call_t *call, mws_error_t *(*act)(mws_call_t *call, void *item),
                           void *item, mws_error_t **refused);

/* What was done so far stays, even if the call is refused from here on. */
mws_error_t *mws_work_keep(mws_call_t *call);

/* Nothing of it stays after all, for the call is one of several that are done together. */
void mws_work_keep_nothing(mws_call_t *call);

/* Have NEXT work in the transaction of CALL, which is open, until mws_work_part(): what it does and
 * notes is part of that, and must live as long as CALL's work. */
void mws_work_join(mws_call_t *call, mws_call_t *next);
void mws_work_part(mws_call_t *next);

/* Have FN called with BATON when the transaction is over: for what is done outside the database and
 * goes with it. STAYS tells whether what was done until now does; it does not either when the item
 * it belongs to was undone. FN may use the database; what it does there is a matter of its own. */
typedef void mws_work_after_t(mws_call_t *call, void *baton, int stays);
void         mws_work_after(mws_call_t *call, mws_work_after_t *fn, void *baton);

/* Note EVENT (its texts live as long as CALL), with the caller as its user where USERID is 0. Rows
 * are written in the order they were noted; those of mws_event_late() behind all others, as Moodle
 * sends notifications when all else is done. */
void mws_event(mws_call_t *call, const mws_event_t *event);
void mws_event_late(mws_call_t *call, const mws_event_t *event);

/* Mark what PHP has in its sessions as out of date: the rights and enrolments of a user, those of
 * everybody below the context of PATH, the preferences of a user.
 * Moodle: mark_user_dirty(), context::mark_dirty(), mark_user_preferences_changed(). */
void mws_dirty_user(mws_call_t *call, apr_int64_t userid);
void mws_dirty_context(mws_call_t *call, const char *path);
void mws_dirty_preferences(mws_call_t *call, apr_int64_t userid);

/* Queue a lock on each of NAMES among what WHAT says ("course.shortname"), held to the end of the
 * transaction: for what must be unique where the schema has no unique index. Two names may share a
 * lock. Calls that take locks of several kinds take them in one order. */
mws_error_t *mws_lock(mws_call_t *call, const char *what, const mws_texts_t *names);

#endif
