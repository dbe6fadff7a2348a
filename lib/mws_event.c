/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_event.c -- rows of the event log, as columns for one statement. */
#include "mws_event.h"

#include <apr_strings.h>

#include "mws_access.h"
#include "mws_site.h"

enum { COMPONENT, NAME, CRUD, OBJECT_TABLE, OTHER, ORIGIN, ADDRESS, TEXTS };
enum { EDULEVEL, OBJECT, CONTEXT, LEVEL, INSTANCE, USER, COURSE, RELATED, CREATED, NUMBERS };

struct mws_event_rows_t {
    apr_pool_t  *pool;
    mws_texts_t *texts[TEXTS];
    mws_ids_t   *numbers[NUMBERS];
};

SQL(write_events,
    "INSERT INTO {logstore_standard_log} (eventname, component, action, target, objecttable,"
    "       objectid, crud, edulevel, contextid, contextlevel, contextinstanceid, userid, courseid,"
    "       relateduserid, anonymous, other, timecreated, origin, ip, realuserid)"
    " SELECT E'\\\\' || e.component || E'\\\\event\\\\' || e.name, e.component,"
    "       substring(e.name from '[^_]*$'), substring(e.name from '^(.*)_'), e.objecttable,"
    "       NULLIF(e.objectid, 0), e.crud, e.edulevel,"
    "       COALESCE(NULLIF(e.contextid, 0), (SELECT id FROM {context} WHERE contextlevel = 10)),"
    "       CASE WHEN e.contextid = 0 THEN 10 ELSE e.contextlevel END, e.contextinstanceid,"
    "       e.userid, e.courseid, NULLIF(e.relateduserid, 0), 0, e.other, e.timecreated,"
    "       left(e.origin, 10), left(e.ip, 45), NULL"
    "  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "              $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],"
    "              $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[])"
    "       WITH ORDINALITY AS e (component, name, crud, objecttable, other, origin, ip, edulevel,"
    "              objectid, contextid, contextlevel, contextinstanceid, userid, courseid,"
    "              relateduserid, timecreated, ordinal)"
    " ORDER BY e.ordinal");

mws_event_rows_t *mws_event_rows_make(apr_pool_t *p)
{
    mws_event_rows_t *rows = apr_pcalloc(p, sizeof(*rows));
    int               i;

    rows->pool = p;
    for (i = 0; i < TEXTS; i++) {
        rows->texts[i] = mws_texts_make(p);
    }
    for (i = 0; i < NUMBERS; i++) {
        rows->numbers[i] = mws_ids_make(p);
    }
    return rows;
}

static void add_text(mws_event_rows_t *rows, int column, const char *text)
{
    mws_texts_add(rows->texts[column], apr_pstrdup(rows->pool, text));
}

void mws_event_rows_add(mws_event_rows_t *rows, const mws_call_t *call, const mws_event_t *event)
{
    const apr_int64_t numbers[NUMBERS] = {
        [EDULEVEL] = event->edulevel,
        [OBJECT] = event->objectid,
        [CONTEXT] = event->contextid,
        [LEVEL] = event->contextlevel,
        [INSTANCE] = event->contextinstanceid,
        [USER] = event->userid,
        [COURSE] = event->courseid,
        [RELATED] = event->relateduserid,
        [CREATED] = call->now,
    };
    const char crud[] = {event->crud, '\0'};
    int        i;

    for (i = 0; i < NUMBERS; i++) {
        mws_ids_add(rows->numbers[i], numbers[i]);
    }
    add_text(rows, COMPONENT, event->component ? event->component : "core");
    add_text(rows, NAME, event->name);
    add_text(rows, CRUD, crud);
    add_text(rows, OBJECT_TABLE, event->objecttable);
    add_text(rows, OTHER, event->other ? event->other : "null");
    add_text(rows, ORIGIN, call->origin);
    add_text(rows, ADDRESS, call->address);
}

mws_error_t *mws_event_rows_queue(mws_call_t *call, const mws_event_rows_t *rows)
{
    mws_texts_t *const *t = rows->texts;
    mws_ids_t *const   *n = rows->numbers;

    if (!t[NAME]->count) {
        return NULL;
    }
    return mws_db_queue(call, &write_events, NULL, "SSSSSSSIIIIIIIII", t[COMPONENT], t[NAME],
                        t[CRUD], t[OBJECT_TABLE], t[OTHER], t[ORIGIN], t[ADDRESS], n[EDULEVEL],
                        n[OBJECT], n[CONTEXT], n[LEVEL], n[INSTANCE], n[USER], n[COURSE],
                        n[RELATED], n[CREATED]);
}

/* Whether the site keeps a log, and rows of USERID in it.
 * Moodle: tool_log's helper_writer, is_event_ignored(). */
static int is_logged(mws_call_t *call, apr_int64_t userid)
{
    const char *guests;

    if (!mws_plugin_config_lists(call, "tool_log", "enabled_stores", "logstore_standard")) {
        return 0;
    }
    guests = mws_plugin_config(call, "logstore_standard", "logguests");
    return !guests || strcmp(guests, "0") != 0 || (userid && !mws_is_guest(call, userid));
}

static void log_event(mws_call_t *call, const mws_event_t *event)
{
    mws_log(call->log, MWS_LOG_WARNING, APR_SUCCESS,
            "MWS01101: event %s%s%s, user %" APR_INT64_T_FMT ", course %" APR_INT64_T_FMT
            ", object %" APR_INT64_T_FMT ", about user %" APR_INT64_T_FMT ", from %s",
            event->name, call->function ? " in " : "", call->function ? call->function : "",
            event->userid, event->courseid, event->objectid, event->relateduserid,
            call->address ? call->address : "nowhere");
}

int mws_event_stored(mws_call_t *call, const mws_event_t *event)
{
    if (call->settings->read_only || strcmp(call->settings->log_store, "off") == 0 ||
        !is_logged(call, event->userid)) {
        return 0;
    }
    if (strcmp(call->settings->log_store, "error") == 0) {
        log_event(call, event);
        return 0;
    }
    return 1;
}
