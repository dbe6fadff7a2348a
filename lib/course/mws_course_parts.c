/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_parts.c -- what a course comes with beside its row. */
#include "mws_course_parts.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_escape.h"
#include "../base/mws_php.h"
#include "../site/mws_access.h"
#include "../site/mws_work.h"
#include "../site/mws_zone.h"

/* ---- sections ---- */

/* Those that are there are left out first: a conflict would use up an id. */
SQL(create_sections,
    "INSERT INTO {course_sections} (course, section, summary, summaryformat, sequence, visible,"
    "       timemodified)"
    " SELECT w.course, n, '', 1, '', 1, $3"
    "   FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (course, last, place)"
    "  CROSS JOIN generate_series(0, w.last) AS n"
    "  WHERE NOT EXISTS (SELECT 1 FROM {course_sections} s"
    "                     WHERE s.course = w.course AND s.section = n)"
    "  ORDER BY w.place, n"
    " ON CONFLICT (course, section) DO NOTHING"
    " RETURNING id, course, section");

enum { S_ID, S_COURSE, S_SECTION };

mws_error_t *mws_course_sections_create(mws_call_t *call, const mws_ids_t *courses,
                                        const mws_ids_t *lasts, mws_rows_t **rows)
{
    return mws_db_queue(call, &create_sections, rows, "IIi", courses, lasts, call->now);
}

int mws_course_sections_events(mws_call_t *call, const mws_rows_t *rows, int row,
                               apr_int64_t courseid, apr_int64_t contextid)
{
    for (; row < mws_rows_count(rows) && mws_row_int(rows, row, S_COURSE) == courseid; row++) {
        mws_event_t event = {.name = "course_section_created",
                             .crud = 'c',
                             .edulevel = 1,
                             .objecttable = "course_sections",
                             .objectid = mws_row_int(rows, row, S_ID),
                             .contextid = contextid,
                             .contextlevel = MWS_LEVEL_COURSE,
                             .contextinstanceid = courseid,
                             .courseid = courseid,
                             .other = apr_psprintf(call->pool, "{\"sectionnum\":%s}",
                                                   mws_row_text(rows, row, S_SECTION))};

        mws_event(call, &event);
    }
    return row;
}

/* ---- the forum ---- */

SQL(create_forums,
    "WITH forum AS ("
    "  INSERT INTO {forum} (course, type, name, intro, introformat, forcesubscribe, maxbytes,"
    "         maxattachments, timemodified)"
    "   SELECT w.course, w.type, k.name, k.intro, 1, k.forcesubscribe, k.maxbytes,"
    "          k.maxattachments, $3"
    "     FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS w (course, type, place)"
    "     JOIN (VALUES ('news', 'Announcements', 'General news and announcements', $4::bigint,"
    "                   $5::bigint, $6::bigint),"
    "                  ('social', 'Social forum',"
    "                   'An open forum for chatting about anything you want to', 0, 0, 1))"
    "          AS k (type, name, intro, forcesubscribe, maxbytes, maxattachments)"
    "          ON k.type = w.type"
    "    ORDER BY w.place"
    "  RETURNING id, course),"
    " module AS ("
    "  INSERT INTO {course_modules} (course, module, instance, section, added)"
    "   SELECT f.course, m.id, f.id, s.id, $3"
    "     FROM forum f"
    "     JOIN {modules} m ON m.name = 'forum'"
    "     JOIN {course_sections} s ON s.course = f.course AND s.section = 0"
    "    ORDER BY f.id"
    "  RETURNING id, section)"
    "UPDATE {course_sections} s SET sequence = concat_ws(',', NULLIF(s.sequence, ''), m.id)"
    "  FROM module m WHERE s.id = m.section");

mws_error_t *mws_course_forums_create(mws_call_t *call, const mws_ids_t *courses,
                                      const mws_texts_t *types)
{
    return mws_db_queue(call, &create_forums, NULL, "ISiiii", courses, types, call->now,
                        mws_config_int(call, "forum_announcementsubscription", 1),
                        mws_config_int(call, "forum_announcementmaxbytes", 0), /* since 5.1 */
                        mws_config_int(call, "forum_announcementmaxattachments", 1));
}

/* ---- blocks ---- */

SQL(create_blocks,
    "WITH block AS ("
    "  INSERT INTO {block_instances} (blockname, parentcontextid, showinsubcontexts,"
    "         requiredbytheme, pagetypepattern, defaultregion, defaultweight, configdata,"
    "         timecreated, timemodified)"
    "   SELECT 'social_activities', x.id, 0, 0, 'course-view-*', 'side-post', 0, '', $2, $2"
    "     FROM unnest($1::bigint[]) WITH ORDINALITY AS w (course, place)"
    "     JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = w.course"
    "    ORDER BY w.place"
    "  RETURNING id, parentcontextid)"
    "INSERT INTO {context} (id, contextlevel, instanceid, path, depth, locked)"
    " SELECT n.id, 80, n.block, n.path || '/' || n.id, n.depth + 1, 0"
    "   FROM (SELECT nextval('{context}_id_seq') AS id, o.*"
    "           FROM (SELECT b.id AS block, x.path, x.depth"
    "                   FROM block b JOIN {context} x ON x.id = b.parentcontextid"
    "                  ORDER BY b.id) AS o) AS n");

mws_error_t *mws_course_blocks_create(mws_call_t *call, const mws_ids_t *courses)
{
    return mws_db_queue(call, &create_blocks, NULL, "Ii", courses, call->now);
}

/* ---- ways to enrol ---- */

/* A password that nobody knows keeps an instance closed until a teacher sets another. */
SQL(create_enrols,
    "INSERT INTO {enrol} (enrol, status, courseid, sortorder, enrolperiod, expirynotify,"
    "       expirythreshold, notifyall, password, roleid, customint1, customint2, customint3,"
    "       customint4, customint5, customint6, timecreated, timemodified)"
    " SELECT e.enrol, e.status, w.course, e.place - 1, e.enrolperiod, least(e.expirynotify, 1),"
    "        e.expirythreshold, (e.expirynotify = 2)::int,"
    "        CASE WHEN e.secret = 1 THEN replace(gen_random_uuid()::text, '-', '')"
    "             WHEN e.enrol = 'guest' THEN '' END,"
    "        e.roleid, c[1], c[2], c[3], c[4], c[5], c[6], $10, $10"
    "   FROM unnest($1::bigint[]) WITH ORDINALITY AS w (course, place)"
    "  CROSS JOIN unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
    "                    $7::bigint[], $8::bigint[], $9::text[]) WITH ORDINALITY"
    "         AS e (enrol, status, secret, roleid, enrolperiod, expirynotify, expirythreshold,"
    "               custom, place)"
    "  CROSS JOIN LATERAL (SELECT e.custom::bigint[] AS c) AS custom"
    "  ORDER BY w.place, e.place"
    " RETURNING id, courseid, enrol");

enum { E_ID, E_COURSE, E_NAME };

/* The instances that new courses have, as columns: the i-th of each is the i-th instance's. */
typedef struct {
    mws_call_t  *call;
    mws_texts_t *names, *custom;
    mws_ids_t   *status, *secret, *roleid, *period, *notify, *threshold;
} instances_t;

static apr_int64_t setting(const instances_t *all, const char *plugin, const char *name,
                           apr_int64_t preset)
{
    return mws_plugin_config_int(all->call, plugin, name, preset);
}

/* Add what every instance of NAME has; CUSTOM are its columns customint1 and on. */
static void add_instance(instances_t *all, const char *name, const char *plugin, const char *custom)
{
    mws_texts_add(all->names, name);
    mws_texts_add(all->custom, custom);
    mws_ids_add(all->status, setting(all, plugin, "status", 0));
    mws_ids_add(all->secret, setting(all, plugin, "requirepassword", 0) != 0);
    mws_ids_add(all->roleid, setting(all, plugin, "roleid", 0));
    mws_ids_add(all->period, setting(all, plugin, "enrolperiod", 0));
    mws_ids_add(all->notify, setting(all, plugin, "expirynotify", 0));
    mws_ids_add(all->threshold, setting(all, plugin, "expirythreshold", 0));
}

static const char *custom_of_manual(const instances_t *all)
{
    return apr_psprintf(all->call->pool, "{%" APR_INT64_T_FMT "}",
                        setting(all, "enrol_manual", "sendcoursewelcomemessage", 1));
}

static const char *custom_of_guest(const instances_t *all)
{
    (void)all;
    return "{}";
}

static const char *custom_of_self(const instances_t *all)
{
    const char *plugin = "enrol_self";

    return apr_psprintf(
        all->call->pool,
        "{%" APR_INT64_T_FMT ",%" APR_INT64_T_FMT ",%" APR_INT64_T_FMT ",%" APR_INT64_T_FMT
        ",0,%" APR_INT64_T_FMT "}",
        setting(all, plugin, "groupkey", 0), setting(all, plugin, "longtimenosee", 0),
        setting(all, plugin, "maxenrolled", 0), setting(all, plugin, "sendcoursewelcomemessage", 1),
        setting(all, plugin, "newenrols", 1));
}

/* The plugins of Moodle's core that give a new course an instance. */
/* clang-format off */
static const struct {
    const char *name, *plugin;
    const char *(*custom)(const instances_t *all);
} enrol_plugins[] = {
    {"manual", "enrol_manual", custom_of_manual},
    {"guest",  "enrol_guest",  custom_of_guest},
    {"self",   "enrol_self",   custom_of_self},
};
/* clang-format on */

/* Add the instance of the plugin NAME, if it gives one. */
static void add_plugin(instances_t *all, const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(enrol_plugins) / sizeof(enrol_plugins[0]); i++) {
        const char *plugin = enrol_plugins[i].plugin;

        if (strcmp(enrol_plugins[i].name, name) == 0 &&
            mws_php_bool(mws_plugin_config(all->call, plugin, "defaultenrol"))) {
            add_instance(all, name, plugin, enrol_plugins[i].custom(all));
        }
    }
}

mws_error_t *mws_course_enrols_create(mws_call_t *call, const mws_ids_t *courses, mws_rows_t **rows)
{
    apr_pool_t *p = call->pool;
    instances_t all = {call,
                       mws_texts_make(p),
                       mws_texts_make(p),
                       mws_ids_make(p),
                       mws_ids_make(p),
                       mws_ids_make(p),
                       mws_ids_make(p),
                       mws_ids_make(p),
                       mws_ids_make(p)};
    const char *enabled = mws_config(call, "enrol_plugins_enabled");
    char       *rest = apr_pstrdup(p, enabled ? enabled : ""), *name;

    while ((name = apr_strtok(rest, ",", &rest)) != NULL) {
        add_plugin(&all, name);
    }
    return mws_db_queue(call, &create_enrols, rows, "ISIIIIIISi", courses, all.names, all.status,
                        all.secret, all.roleid, all.period, all.notify, all.threshold, all.custom,
                        call->now);
}

int mws_course_enrols_events(mws_call_t *call, const mws_rows_t *rows, int row,
                             apr_int64_t courseid, apr_int64_t contextid)
{
    for (; row < mws_rows_count(rows) && mws_row_int(rows, row, E_COURSE) == courseid; row++) {
        const char *name = mws_row_text(rows, row, E_NAME);
        mws_event_t event = {
            .name = "enrol_instance_created",
            .crud = 'c',
            .objecttable = "enrol",
            .objectid = mws_row_int(rows, row, E_ID),
            .contextid = contextid,
            .contextlevel = MWS_LEVEL_COURSE,
            .contextinstanceid = courseid,
            .courseid = courseid,
            .other = apr_psprintf(call->pool, "{\"enrol\":%s}", mws_json_text(call->pool, name))};

        mws_event(call, &event);
    }
    return row;
}

/* ---- the end ---- */

/* A start that the database has no calendar for has no end. */
SQL(set_ends,
    "UPDATE {course} c SET enddate = " MWS_SECONDS(
        "(" MWS_LOCAL("c.startdate", "$2") " + w.weeks * interval '7 days')",
        "$2")
    "  FROM (SELECT w.course, greatest(1, max(s.section)) AS weeks"
    "          FROM unnest($1::bigint[]) AS w (course)"
    "          LEFT JOIN {course_sections} s ON s.course = w.course"
    "         GROUP BY w.course) AS w"
    " WHERE c.id = w.course AND c.startdate BETWEEN -200000000000 AND 1000000000000"
    "   AND NOT EXISTS (SELECT 1 FROM {course_format_options} o"
    "                    WHERE o.courseid = c.id AND o.format = 'weeks' AND o.sectionid = 0"
    "                      AND o.name = 'automaticenddate' AND o.value IN ('', '0'))");

mws_error_t *mws_course_ends_set(mws_call_t *call, const mws_ids_t *courses, const char *zone)
{
    return mws_db_queue(call, &set_ends, NULL, "Is", courses, zone);
}
