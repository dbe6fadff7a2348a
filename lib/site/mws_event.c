/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_event.c -- rows of the event log: their kinds and themselves, as columns for one statement. */
#include "mws_event.h"

#include <apr_strings.h>

#include "mws_access.h"
#include "mws_site.h"

/* What events of one kind have in common. */
enum { COMPONENT, NAME, CRUD, OBJECT_TABLE, ORIGIN, ADDRESS, TEXTS };
enum { EDULEVEL, CONTEXT, LEVEL, INSTANCE, USER, COURSE, CREATED, NUMBERS };

/* Among so many kinds, the last ones, that of a row is looked for: the items of a call raise the same
 * few events, one after the other. */
enum { RECENT = 4 };

/* The kinds, and beside each other the kind of each row (from 1 on) and what is its own. */
struct mws_event_rows_t {
    apr_pool_t  *pool;
    mws_texts_t *texts[TEXTS];
    mws_ids_t   *numbers[NUMBERS];
    mws_ids_t   *kinds, *objects, *related;
    mws_texts_t *others;
};

SQL(write_events,
    "WITH kinds AS MATERIALIZED"
    " (SELECT k.n, E'\\\\' || k.component || E'\\\\event\\\\' || k.name AS eventname, k.component,"
    "         substring(k.name from '[^_]*$') AS action, substring(k.name from '^(.*)_') AS target,"
    "         k.objecttable, k.crud, k.edulevel, k.contextinstanceid, k.userid, k.courseid,"
    "         k.timecreated, left(k.origin, 10) AS origin, left(k.ip, 45) AS ip,"
    "         COALESCE(NULLIF(k.contextid, 0), (SELECT id FROM {context} WHERE contextlevel = 10))"
    "         AS contextid,"
    "         CASE WHEN k.contextid = 0 THEN 10 ELSE k.contextlevel END AS contextlevel"
    "    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "                $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],"
    "                $12::bigint[], $13::bigint[])"
    "         WITH ORDINALITY AS k (component, name, crud, objecttable, origin, ip, edulevel,"
    "                contextid, contextlevel, contextinstanceid, userid, courseid, timecreated, n))"
    "INSERT INTO {logstore_standard_log} (eventname, component, action, target, objecttable,"
    "       objectid, crud, edulevel, contextid, contextlevel, contextinstanceid, userid, courseid,"
    "       relateduserid, anonymous, other, timecreated, origin, ip, realuserid)"
    " SELECT k.eventname, k.component, k.action, k.target, k.objecttable, NULLIF(e.objectid, 0),"
    "        k.crud, k.edulevel, k.contextid, k.contextlevel, k.contextinstanceid, k.userid,"
    "        k.courseid, NULLIF(e.relateduserid, 0), 0, e.other, k.timecreated, k.origin, k.ip, NULL"
    "   FROM unnest($14::bigint[], $15::bigint[], $16::bigint[], $17::text[])"
    "        WITH ORDINALITY AS e (kind, objectid, relateduserid, other, n)"
    "   JOIN kinds k ON k.n = e.kind"
    "  ORDER BY e.n");

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
    rows->kinds = mws_ids_make(p);
    rows->objects = mws_ids_make(p);
    rows->related = mws_ids_make(p);
    rows->others = mws_texts_make(p);
    return rows;
}

static int same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether the kind at PLACE is that of TEXTS and NUMBERS. */
static int is_kind(const mws_event_rows_t *rows, int place, const char *const *texts,
                   const apr_int64_t *numbers)
{
    int i;

    for (i = 0; i < NUMBERS; i++) {
        if (rows->numbers[i]->ids[place] != numbers[i]) {
            return 0;
        }
    }
    for (i = 0; i < TEXTS; i++) {
        if (!same_text(rows->texts[i]->texts[place], texts[i])) {
            return 0;
        }
    }
    return 1;
}

/* The place of the kind of TEXTS and NUMBERS, from 1 on; it is added when it is not among the last
 * ones. */
static int place_kind(mws_event_rows_t *rows, const char *const *texts, const apr_int64_t *numbers)
{
    int count = rows->texts[NAME]->count, place, i;

    for (place = count; place > 0 && place > count - RECENT; place--) {
        if (is_kind(rows, place - 1, texts, numbers)) {
            return place;
        }
    }
    for (i = 0; i < TEXTS; i++) {
        mws_texts_add(rows->texts[i], apr_pstrdup(rows->pool, texts[i]));
    }
    for (i = 0; i < NUMBERS; i++) {
        mws_ids_add(rows->numbers[i], numbers[i]);
    }
    return count + 1;
}

void mws_event_rows_add(mws_event_rows_t *rows, const mws_call_t *call, const mws_event_t *event)
{
    const char        crud[] = {event->crud, '\0'};
    const char *const texts[TEXTS] = {
        [COMPONENT] = event->component ? event->component : "core",
        [NAME] = event->name,
        [CRUD] = crud,
        [OBJECT_TABLE] = event->objecttable,
        [ORIGIN] = call->origin,
        [ADDRESS] = call->address,
    };
    const apr_int64_t numbers[NUMBERS] = {
        [EDULEVEL] = event->edulevel,  [CONTEXT] = event->contextid,
        [LEVEL] = event->contextlevel, [INSTANCE] = event->contextinstanceid,
        [USER] = event->userid,        [COURSE] = event->courseid,
        [CREATED] = call->now,
    };

    mws_ids_add(rows->kinds, place_kind(rows, texts, numbers));
    mws_ids_add(rows->objects, event->objectid);
    mws_ids_add(rows->related, event->relateduserid);
    mws_texts_add(rows->others, apr_pstrdup(rows->pool, event->other ? event->other : "null"));
}

mws_error_t *mws_event_rows_queue(mws_call_t *call, const mws_event_rows_t *rows)
{
    mws_texts_t *const *t = rows->texts;
    mws_ids_t *const   *n = rows->numbers;

    if (!rows->kinds->count) {
        return NULL;
    }
    return mws_db_queue(call, &write_events, NULL, "SSSSSSIIIIIIIIIIS", t[COMPONENT], t[NAME],
                        t[CRUD], t[OBJECT_TABLE], t[ORIGIN], t[ADDRESS], n[EDULEVEL], n[CONTEXT],
                        n[LEVEL], n[INSTANCE], n[USER], n[COURSE], n[CREATED], rows->kinds,
                        rows->objects, rows->related, rows->others);
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
