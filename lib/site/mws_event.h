/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_event.h
 *
 * Rows of the event log, logstore_standard_log. Two write them: mws_behind.h those of calls as
 * such, behind the answer; mws_work.h those of what was done, in its transaction.
 */
#ifndef MWS_EVENT_H
#define MWS_EVENT_H

#include "../db/mws_call.h"

/* A row. Moodle: core\event\base, tool_log's standard store. */
typedef struct {
    const char *component;   /* "mod_forum"; NULL: core */
    const char *name;        /* "webservice_function_called": the event's class in \core\event */
    char        crud;        /* c r u d */
    int         edulevel;    /* 0 other, 1 teaching, 2 participating */
    const char *objecttable; /* or NULL */
    apr_int64_t objectid;    /* 0: none */
    apr_int64_t contextid, contextinstanceid; /* CONTEXTID 0: the system's */
    int         contextlevel;
    apr_int64_t userid;    /* who did it; 0: the caller, ... */
    int         by_nobody; /* ... unless nobody did */
    apr_int64_t courseid;
    apr_int64_t relateduserid; /* 0: none */
    const char *other;         /* as JSON; NULL: no data */
} mws_event_t;

/* The fields that say where, of an event in CONTEXT (an mws_context_t *). */
#define MWS_EVENT_IN(context)                                                                      \
    .contextid = (context)->id, .contextlevel = (context)->level,                                  \
    .contextinstanceid = (context)->instanceid

/* Whether EVENT of CALL is to become a row; writes it to the error log instead where MoodleWSLog
 * says so. Never on a server that only reads, nor where the site keeps no log or none of guests. */
int mws_event_stored(mws_call_t *call, const mws_event_t *event);

/* Rows that one statement writes. */
typedef struct mws_event_rows_t mws_event_rows_t;

mws_event_rows_t *mws_event_rows_make(apr_pool_t *p);

/* Add the row of EVENT, raised by CALL. All of it is copied. */
void mws_event_rows_add(mws_event_rows_t *rows, const mws_call_t *call, const mws_event_t *event);

/* Queue the statement that writes ROWS, in their order; nothing when there are none. */
mws_error_t *mws_event_rows_queue(mws_call_t *call, const mws_event_rows_t *rows);

#endif
