/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_welcome.c -- the welcome to a course. */
#include "mws_welcome.h"

#include <apr_strings.h>

#include "../base/mws_buffer.h"
#include "../base/mws_php.h"
#include "../db/mws_ids.h"
#include "../db/mws_rows.h"
#include "../site/mws_site.h"
#include "../site/mws_work.h"
#include "../text/mws_clean.h"
#include "../text/mws_format.h"
#include "../text/mws_plain.h"

/* The kind of message that it is, and the setting and preference that say what becomes of it. */
#define EVENT_TYPE "enrolcoursewelcomemessage"
#define PROVIDER "moodle_" EVENT_TYPE
#define WANTED "message_provider_" PROVIDER "_enabled"

/* How many notifications one statement writes: their texts may be long. */
#define AT_ONCE 1000

/* The user that nobody can answer, where the site names no other. */
#define NOREPLY_USER -10

/* Where a text of the teacher's has the name of the role. */
#define ROLE_PLACE "{$a->courserole}"

/* From this version on the name of what a notification leads to has no tags. */
#define VERSION_5_1 2025100600

/* Who welcomes: customint1 of an instance. Moodle: ENROL_SEND_EMAIL_FROM_... */
enum { FROM_CONTACT = 1, FROM_KEY_HOLDER = 2, FROM_NOREPLY = 3 };

/* $2 holds the roles of course contacts, the first ones first. */
SQL(welcoming_instances,
    "SELECT e.id, e.customint1, e.customtext1, e.roleid, c.id, c.fullname,"
    "       CASE WHEN e.customint1 = 1 THEN"
    "           (SELECT ra.userid"
    "              FROM unnest($2::bigint[]) WITH ORDINALITY AS r (id, place)"
    "              JOIN {role_assignments} ra ON ra.roleid = r.id"
    "               AND ra.contextid = ANY (string_to_array(ltrim(x.path, '/'), '/')::bigint[])"
    "              JOIN {user} u ON u.id = ra.userid AND u.deleted = 0"
    "             ORDER BY r.place, ra.id LIMIT 1) END,"
    "       " MWS_CONTEXT_COLUMNS("x")
    "  FROM {enrol} e"
    "  JOIN {course} c ON c.id = e.courseid"
    "  JOIN {context} x ON x.contextlevel = 50 AND x.instanceid = c.id"
    " WHERE e.id = ANY ($1) AND e.customint1 IN (1, 2, 3)"
    " ORDER BY e.id");

/* clang-format off */
enum { I_ID, I_FROM, I_TEXT, I_ROLE, I_COURSE, I_NAME, I_CONTACT, I_CONTEXT };
/* clang-format on */

SQL(welcomed_users,
    "SELECT u.id, u.email, u.emailstop, u.firstnamephonetic, u.lastnamephonetic, u.middlename,"
    "       u.alternatename, u.firstname, u.lastname, p.value, x.id"
    "  FROM {user} u"
    "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"
    "  LEFT JOIN {user_preferences} p"
    "    ON p.userid = u.id AND p.name = $2 AND p.value NOT IN ('', '0')"
    " WHERE u.id = ANY ($1)"
    " ORDER BY u.id");

/* clang-format off */
enum {
    U_ID, U_EMAIL, U_EMAILSTOP, U_FIRSTNAMEPHONETIC, U_LASTNAMEPHONETIC, U_MIDDLENAME,
    U_ALTERNATENAME, U_FIRSTNAME, U_LASTNAME, U_CHOICE, U_CONTEXT
};
/* clang-format on */

SQL(processors_on, "SELECT name FROM {message_processors} WHERE enabled = 1 ORDER BY id");

/* The first by name who holds a capability: by one of the roles GIVE along PATH, or everybody where
 * that is empty, but for those with one of FORBID. In the order of the arrays. */
SQL(first_holders,
    "SELECT (SELECT u.id FROM {user} u"
    "         WHERE u.deleted = 0 AND u.id <> $4"
    "           AND (w.give = '' OR u.id IN (SELECT ra.userid FROM {role_assignments} ra"
    "                WHERE ra.contextid = ANY (string_to_array(w.path, ',')::bigint[])"
    "                  AND ra.roleid = ANY (string_to_array(w.give, ',')::bigint[])))"
    "           AND u.id NOT IN (SELECT ra.userid FROM {role_assignments} ra"
    "                WHERE ra.contextid = ANY (string_to_array(w.path, ',')::bigint[])"
    "                  AND ra.roleid = ANY (string_to_array(w.forbid, ',')::bigint[]))"
    "         ORDER BY u.lastname, u.firstname, u.id LIMIT 1)"
    "  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY"
    "       AS w (path, give, forbid, place)"
    " ORDER BY w.place");

/* The names of the roles $2 in the contexts $1, in the order of the arrays. */
SQL(role_names,
    "SELECT r.name, r.shortname, n.name"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (contextid, roleid, place)"
    "  LEFT JOIN {role} r ON r.id = w.roleid"
    "  LEFT JOIN {role_names} n ON n.contextid = w.contextid AND n.roleid = w.roleid"
    " ORDER BY w.place");

enum { R_NAME, R_SHORTNAME, R_ALIAS };

SQL(add_notifications,
    "INSERT INTO {notifications} (useridfrom, useridto, subject, fullmessage, fullmessageformat,"
    "       fullmessagehtml, component, eventtype, contexturl, contexturlname, timeread, timecreated)"
    " SELECT n.useridfrom, n.useridto, n.subject, n.fullmessage, 4, n.fullmessagehtml, 'moodle',"
    "       '" EVENT_TYPE "', n.contexturl, n.contexturlname,"
    "       CASE WHEN n.seen <> 0 THEN $9::bigint END, $9"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "              $7::text[], $8::bigint[]) WITH ORDINALITY"
    "       AS n (useridfrom, useridto, subject, fullmessage, fullmessagehtml, contexturl,"
    "             contexturlname, seen, ordinal)"
    " ORDER BY n.ordinal"
    " RETURNING id");

SQL(add_popups,
    "INSERT INTO {message_popup_notifications} (notificationid)"
    " SELECT n.id FROM unnest($1::bigint[]) WITH ORDINALITY AS n (id, ordinal) ORDER BY n.ordinal");

/* An instance that welcomes. */
typedef struct {
    const mws_context_t *context;
    const char          *subject, *coursename, *contexturlname;
    apr_int64_t          sender; /* 0: nobody, and nothing is sent */
} instance_t;

/* A way to people that the site has, and what it has set of it: whether a notification goes it where
 * nobody chooses, and that nobody does. */
typedef struct {
    const char *name;
    int         preset, locked;
} processor_t;

/* All that is known before the first notification is written. */
typedef struct {
    mws_call_t      *call;
    const mws_ids_t *enrolids, *userids, *roleids;
    mws_rows_t      *rows, *users, *on;
    instance_t      *instances;  /* of ROWS */
    processor_t     *processors; /* of ON */
    mws_rows_t      *role_names; /* a row an item; NULL where no text asks for them */
} welcome_t;

/* What one statement writes. */
typedef struct {
    apr_pool_t  *pool;
    mws_ids_t   *from, *to, *courses;
    mws_ids_t   *pops; /* whether it pops up */
    mws_ids_t   *seen; /* the context of the user, for whom it counts as seen; or 0 */
    mws_texts_t *subjects, *texts, *htmls, *urls, *names;
} batch_t;

/* ---- who sends ---- */

/* The ids of IDS, with commas between them. */
static const char *joined(apr_pool_t *p, const apr_int64_t *ids, int count)
{
    mws_buffer_t out = mws_buffer_make(p, 64);
    int          i;

    for (i = 0; i < count; i++) {
        mws_buffer_puts(&out, i ? "," : "");
        mws_buffer_puts(&out, apr_psprintf(p, "%" APR_INT64_T_FMT, ids[i]));
    }
    return mws_buffer_text(&out);
}

/* Find who holds the key of each course whose instance is welcoming in that person's name. */
static mws_error_t *find_key_holders(welcome_t *w)
{
    mws_call_t  *call = w->call;
    mws_texts_t *paths = mws_texts_make(call->pool);
    mws_texts_t *gives = mws_texts_make(call->pool);
    mws_texts_t *forbids = mws_texts_make(call->pool);
    mws_ids_t   *asked = mws_ids_make(call->pool);
    mws_rows_t  *found;
    int          i;

    for (i = 0; i < mws_rows_count(w->rows); i++) {
        const mws_context_t *context = w->instances[i].context;
        mws_ids_t           *give, *forbid;
        int                  everyone, nobody;

        if (mws_row_int(w->rows, i, I_FROM) != FROM_KEY_HOLDER) {
            continue;
        }
        mws_roles_with(call, context, "enrol/self:holdkey", &give, &forbid, &everyone, &nobody);
        if (nobody) {
            continue;
        }
        mws_ids_add(asked, i);
        mws_texts_add(paths, joined(call->pool, context->path, context->depth));
        mws_texts_add(gives, everyone ? "" : joined(call->pool, give->ids, give->count));
        mws_texts_add(forbids, joined(call->pool, forbid->ids, forbid->count));
    }
    if (!asked->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &first_holders, &found, "SSSi", paths, gives, forbids,
                         mws_config_int(call, "siteguest", 0)));
    for (i = 0; i < asked->count; i++) {
        w->instances[asked->ids[i]].sender = mws_row_int(found, i, 0);
    }
    return NULL;
}

/* Make of the rows what every item needs of its instance. */
static mws_error_t *make_instances(welcome_t *w)
{
    mws_call_t *call = w->call;
    int         count = mws_rows_count(w->rows), i;
    int         tagless = mws_config_int(call, "version", 0) >= VERSION_5_1;

    w->instances = apr_pcalloc(call->pool, (apr_size_t)(count + 1) * sizeof(*w->instances));
    for (i = 0; i < count; i++) {
        instance_t *instance = &w->instances[i];
        const char *name = mws_row_text(w->rows, i, I_NAME);

        instance->context = mws_context_of_row(call->pool, w->rows, i, I_CONTEXT);
        instance->coursename = mws_format_subject(call, name);
        instance->subject = apr_pstrcat(call->pool, "Welcome to ", instance->coursename, NULL);
        instance->contexturlname = tagless ? instance->coursename : name;
        instance->sender = mws_row_int(w->rows, i, I_CONTACT);
        if (mws_row_int(w->rows, i, I_FROM) == FROM_NOREPLY) {
            instance->sender = mws_config_int(call, "noreplyuserid", 0);
            instance->sender = instance->sender ? instance->sender : NOREPLY_USER;
        }
    }
    return find_key_holders(w);
}

/* ---- the words ---- */

/* What a role is called that has no name of its own. */
static const char *standard_name(const char *shortname)
{
    /* clang-format off */
    static const char *const names[] = {
        "manager",        "Manager",
        "coursecreator",  "Course creator",
        "editingteacher", "Teacher",
        "teacher",        "Non-editing teacher",
        "student",        "Student",
        "guest",          "Guest",
        "user",           "Authenticated user",
        "frontpage",      "Authenticated user on site home",
        NULL};
    /* clang-format on */
    int i;

    for (i = 0; names[i]; i += 2) {
        if (strcmp(names[i], shortname) == 0) {
            return names[i + 1];
        }
    }
    return shortname;
}

/* What the role of ITEM is called in its course. Moodle: role_get_name(). */
static const char *role_name(const welcome_t *w, int item)
{
    const char *alias, *name;

    if (!w->role_names || mws_row_null(w->role_names, item, R_SHORTNAME)) {
        return "";
    }
    alias = mws_row_text(w->role_names, item, R_ALIAS);
    name = mws_row_text(w->role_names, item, R_NAME);
    if (alias && *mws_trim(w->call->pool, alias)) {
        return mws_format_string(w->call, alias);
    }
    if (*mws_trim(w->call->pool, name)) {
        return mws_format_string(w->call, name);
    }
    return standard_name(mws_row_text(w->role_names, item, R_SHORTNAME));
}

/* Read the names of the items' roles, if a text asks for them. */
static mws_error_t *read_role_names(welcome_t *w)
{
    mws_ids_t *contexts = mws_ids_make(w->call->pool);
    mws_ids_t *roles = mws_ids_make(w->call->pool);
    int        asked = 0, i;

    for (i = 0; i < w->enrolids->count; i++) {
        int         row = mws_rows_find(w->rows, I_ID, w->enrolids->ids[i]);
        const char *text = row < 0 ? NULL : mws_row_text(w->rows, row, I_TEXT);
        apr_int64_t role = w->roleids->ids[i];

        asked |= text && strstr(text, ROLE_PLACE);
        role = role || row < 0 ? role : mws_row_int(w->rows, row, I_ROLE);
        mws_ids_add(contexts, row < 0 ? 0 : w->instances[row].context->id);
        mws_ids_add(roles, role);
    }
    return asked ? mws_db_query(w->call, &role_names, &w->role_names, "II", contexts, roles) : NULL;
}

static const char *full_name(const welcome_t *w, int user)
{
    mws_names_t names = {.firstnamephonetic = mws_row_text(w->users, user, U_FIRSTNAMEPHONETIC),
                         .lastnamephonetic = mws_row_text(w->users, user, U_LASTNAMEPHONETIC),
                         .middlename = mws_row_text(w->users, user, U_MIDDLENAME),
                         .alternatename = mws_row_text(w->users, user, U_ALTERNATENAME),
                         .firstname = mws_row_text(w->users, user, U_FIRSTNAME),
                         .lastname = mws_row_text(w->users, user, U_LASTNAME)};

    return mws_fullname(w->call, &names, 0);
}

/* A place in a text of the teacher's, and what goes there. */
typedef struct {
    const char *place, *value;
} place_t;

static const char *fill(apr_pool_t *p, const char *text, const place_t *places)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text) + 128);

    while (*text) {
        const place_t *place = places;

        while (*text == '{' && place->place &&
               strncmp(text, place->place, strlen(place->place)) != 0) {
            place++;
        }
        if (*text == '{' && place->place) {
            mws_buffer_puts(&out, place->value);
            text += strlen(place->place);
        }
        else {
            mws_buffer_putc(&out, *text++);
        }
    }
    return mws_buffer_text(&out);
}

/* The words of the notification of ITEM, whose rows are INSTANCE and USER, as text and as HTML. */
static void compose(const welcome_t *w, batch_t *batch, int item, int instance, int user,
                    const char *url)
{
    const char   *own = mws_row_text(w->rows, instance, I_TEXT);
    const char   *coursename = w->instances[instance].coursename;
    const char   *text, *html;
    const place_t places[] = {
        {"{$a->coursename}", coursename},
        {"{$a->profileurl}", url},
        {"{$a->fullname}", full_name(w, user)},
        {"{$a->email}", mws_row_text(w->users, user, U_EMAIL)},
        {"{$a->firstname}", mws_row_text(w->users, user, U_FIRSTNAME)},
        {"{$a->lastname}", mws_row_text(w->users, user, U_LASTNAME)},
        {ROLE_PLACE, role_name(w, item)},
        {NULL, NULL},
    };

    if (own && *mws_trim(batch->pool, own)) {
        text = fill(batch->pool, own, places);
        html = strchr(text, '<') ? mws_format_to_html(batch->pool, text, MWS_FORMAT_MOODLE)
                                 : mws_format_breaks(batch->pool, text);
        text = strchr(text, '<') ? mws_plain(batch->pool, html) : text;
    }
    else {
        text = apr_psprintf(batch->pool, "Hi %s, you are enrolled in the course %s.",
                            mws_row_text(w->users, user, U_FIRSTNAME), coursename);
        html = text;
    }
    mws_texts_add(batch->texts, text);
    mws_texts_add(batch->htmls, html);
}

/* ---- the rows ---- */

/* Whether PROCESSOR does nothing on this site: phones are reached only with a key to who does that. */
static int is_idle(mws_call_t *call, const processor_t *processor)
{
    return strcmp(processor->name, "airnotifier") == 0 &&
           !mws_config_on(call, "airnotifieraccesskey");
}

/* Find what the site has set of the ways to people. */
static void make_processors(welcome_t *w)
{
    mws_call_t *call = w->call;
    int         count = mws_rows_count(w->on), i;

    w->processors = apr_pcalloc(call->pool, (apr_size_t)(count + 1) * sizeof(*w->processors));
    for (i = 0; i < count; i++) {
        processor_t *processor = &w->processors[i];

        processor->name = mws_row_text(w->on, i, 0);
        processor->preset = mws_plugin_config_lists(call, "message", WANTED, processor->name);
        processor->locked = mws_php_bool(mws_plugin_config(
            call, "message",
            apr_pstrcat(call->pool, processor->name, "_provider_" PROVIDER "_locked", NULL)));
    }
}

/* Whether notifications go to the user of ROW by PROCESSOR. What the site has locked is not the user's
 * to choose. Moodle: message_send(). */
static int goes_by(const welcome_t *w, int row, const processor_t *processor)
{
    if (is_idle(w->call, processor)) {
        return 0;
    }
    if (processor->locked) {
        return processor->preset;
    }
    if (mws_row_int(w->users, row, U_EMAILSTOP)) {
        return 0;
    }
    return mws_row_null(w->users, row, U_CHOICE)
               ? processor->preset
               : mws_list_has(mws_row_text(w->users, row, U_CHOICE), processor->name);
}

/* Settle what becomes of the notification of the user of ROW, sent by SENDER: whether it pops up, which
 * nothing does that one sends to oneself, or counts as seen, as nothing brings it to the user. */
static void settle(const welcome_t *w, batch_t *batch, int row, apr_int64_t sender)
{
    int i, pops = 0, ways = 0;

    for (i = 0; i < mws_rows_count(w->on); i++) {
        int goes = goes_by(w, row, &w->processors[i]);

        ways += goes;
        pops |= goes && strcmp(w->processors[i].name, "popup") == 0;
    }
    mws_ids_add(batch->pops, pops && sender != mws_row_int(w->users, row, U_ID));
    mws_ids_add(batch->seen, ways ? 0 : mws_row_int(w->users, row, U_CONTEXT));
}

static batch_t make_batch(apr_pool_t *p)
{
    batch_t batch = {
        .pool = p,
        .from = mws_ids_make(p),
        .to = mws_ids_make(p),
        .courses = mws_ids_make(p),
        .pops = mws_ids_make(p),
        .seen = mws_ids_make(p),
        .subjects = mws_texts_make(p),
        .texts = mws_texts_make(p),
        .htmls = mws_texts_make(p),
        .urls = mws_texts_make(p),
        .names = mws_texts_make(p),
    };

    return batch;
}

/* Add what ITEM brings to BATCH, if anything. */
static void add_item(const welcome_t *w, batch_t *batch, int item)
{
    int         row = mws_rows_find(w->rows, I_ID, w->enrolids->ids[item]);
    int         user = mws_rows_find(w->users, U_ID, w->userids->ids[item]);
    apr_int64_t course;
    const char *url;

    if (row < 0 || user < 0 || !w->instances[row].sender) {
        return;
    }
    course = mws_row_int(w->rows, row, I_COURSE);
    url = apr_psprintf(batch->pool,
                       "%s/user/view.php?id=%" APR_INT64_T_FMT "&amp;course=%" APR_INT64_T_FMT,
                       w->call->settings->wwwroot, w->userids->ids[item], course);
    compose(w, batch, item, row, user, url);
    mws_ids_add(batch->from, w->instances[row].sender);
    mws_ids_add(batch->to, w->userids->ids[item]);
    mws_ids_add(batch->courses, course);
    settle(w, batch, user, w->instances[row].sender);
    mws_texts_add(batch->subjects, w->instances[row].subject);
    mws_texts_add(batch->urls, url);
    mws_texts_add(batch->names, w->instances[row].contexturlname);
}

/* A sender as events name it: 0 for one that is no user. Moodle: core_user::is_real_user(). */
static apr_int64_t real_user(apr_int64_t sender)
{
    return sender < 0 ? 0 : sender;
}

static void note_sent(mws_call_t *call, const batch_t *batch, int i, apr_int64_t id)
{
    mws_event_t event = {.name = "notification_sent",
                         .crud = 'c',
                         .objecttable = "notifications",
                         .objectid = id,
                         .userid = real_user(batch->from->ids[i]),
                         .by_nobody = !real_user(batch->from->ids[i]),
                         .relateduserid = batch->to->ids[i],
                         .other =
                             apr_psprintf(call->pool, "{\"courseid\":\"%" APR_INT64_T_FMT "\"}",
                                          batch->courses->ids[i])};

    mws_event_late(call, &event);
}

static void note_seen(mws_call_t *call, const batch_t *batch, int i, apr_int64_t id)
{
    mws_event_t event = {.name = "notification_viewed",
                         .crud = 'u',
                         .objecttable = "notifications",
                         .objectid = id,
                         .contextid = batch->seen->ids[i],
                         .contextlevel = MWS_LEVEL_USER,
                         .contextinstanceid = batch->to->ids[i],
                         .userid = batch->to->ids[i],
                         .relateduserid = real_user(batch->from->ids[i])};

    if (batch->seen->ids[i]) {
        mws_event_late(call, &event);
    }
}

static mws_error_t *write_batch(mws_call_t *call, const batch_t *batch)
{
    mws_ids_t  *popups = mws_ids_make(batch->pool);
    mws_rows_t *rows;
    int         i;

    if (!batch->from->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &add_notifications, &rows, "IISSSSSIi", batch->from, batch->to,
                         batch->subjects, batch->texts, batch->htmls, batch->urls, batch->names,
                         batch->seen, call->now));
    for (i = 0; i < mws_rows_count(rows); i++) {
        note_sent(call, batch, i, mws_row_int(rows, i, 0));
        note_seen(call, batch, i, mws_row_int(rows, i, 0));
        if (batch->pops->ids[i]) {
            mws_ids_add(popups, mws_row_int(rows, i, 0));
        }
    }
    if (popups->count) {
        MWS_ERR(mws_db_queue(call, &add_popups, NULL, "I", popups));
    }
    return mws_db_send(call);
}

static mws_error_t *send_all(const welcome_t *w)
{
    mws_error_t *err = NULL;
    apr_pool_t  *scratch;
    int          item = 0;

    apr_pool_create(&scratch, w->call->pool);
    while (!err && item < w->enrolids->count) {
        batch_t batch = make_batch(scratch);
        int     end = item + AT_ONCE < w->enrolids->count ? item + AT_ONCE : w->enrolids->count;

        for (; item < end; item++) {
            add_item(w, &batch, item);
        }
        err = write_batch(w->call, &batch);
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
    return err;
}

mws_error_t *mws_welcome_send(mws_call_t *call, const mws_ids_t *enrolids, const mws_ids_t *userids,
                              const mws_ids_t *roleids)
{
    mws_ids_t *contacts = mws_ids_of_list(call->pool, mws_config(call, "coursecontact"));
    welcome_t  w = {
         .call = call,
         .enrolids = enrolids,
         .userids = userids,
         .roleids = roleids,
    };

    if (mws_php_bool(mws_plugin_config(call, "message", PROVIDER "_disable"))) {
        return NULL;
    }
    MWS_ERR(mws_db_queue(call, &welcoming_instances, &w.rows, "II", enrolids, contacts));
    MWS_ERR(mws_db_queue(call, &welcomed_users, &w.users, "Is", userids, WANTED));
    MWS_ERR(mws_db_query(call, &processors_on, &w.on, ""));
    MWS_ERR(make_instances(&w));
    make_processors(&w);
    MWS_ERR(read_role_names(&w));
    return send_all(&w);
}
