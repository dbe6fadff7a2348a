/* SPDX-License-Identifier: Apache-2.0 */
/* externals/enrol_manual.c -- who is in a course by hand. */
#include <apr_hash.h>
#include <string.h>

#include "../lib/course/mws_course.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/site/mws_work.h"
#include "../lib/user/mws_role.h"
#include "../lib/user/mws_unenrol.h"
#include "../lib/user/mws_welcome.h"

/* The manual enrolment of each course; of those that are switched off too where $2 says so. */
SQL(instances, "SELECT DISTINCT ON (e.courseid) e.courseid, e.id"
               "  FROM {enrol} e"
               " WHERE e.courseid = ANY ($1) AND e.enrol = 'manual' AND (e.status = 0 OR $2)"
               " ORDER BY e.courseid, e.sortorder, e.id");

enum { I_COURSE, I_ID };

/* Nobody deletes the users $1 meanwhile. Told are those who cannot be in a course: few, where those
 * who can may be thousands. */
SQL(unfit,
    "WITH held AS (SELECT u.id, u.deleted, u.confirmed FROM {user} u WHERE u.id = ANY ($1)"
    "               ORDER BY u.id FOR KEY SHARE)"
    "SELECT w.id, h.deleted"
    "  FROM unnest($1::bigint[]) AS w (id)"
    "  LEFT JOIN held h ON h.id = w.id"
    " WHERE h.id IS NULL OR h.deleted <> 0 OR h.confirmed = 0"
    " ORDER BY w.id");

enum { UNFIT_ID, UNFIT_DELETED };

/* Only the user's index can tell who is enrolled already: see WANTED_ROLE in lib/user/mws_role.c. Who is
 * enrolled meanwhile by another's doing makes the call run again. */
SQL(create_enrolments,
    "INSERT INTO {user_enrolments} (enrolid, userid, status, timestart, timeend, modifierid,"
    "       timecreated, timemodified)"
    " SELECT w.enrolid, w.userid, w.status, w.timestart, w.timeend, $6, $7, $7"
    "   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])"
    "        WITH ORDINALITY AS w (enrolid, userid, status, timestart, timeend, n)"
    "  WHERE NOT EXISTS (SELECT 1 FROM {user_enrolments} ue"
    "                     WHERE ue.userid = w.userid AND ue.enrolid + 0 = w.enrolid)"
    "  ORDER BY w.n"
    " RETURNING enrolid, userid, id");

SQL(hold_enrolments,
    "SELECT ue.enrolid, ue.userid, ue.id, ue.status, ue.timestart, ue.timeend"
    "  FROM unnest($1::bigint[], $2::bigint[]) AS w (enrolid, userid)"
    "  JOIN {user_enrolments} ue ON ue.userid = w.userid AND ue.enrolid + 0 = w.enrolid"
    " ORDER BY ue.id FOR UPDATE OF ue");

enum { E_INSTANCE, E_USER, E_ID, E_STATUS, E_START, E_END };

SQL(change_enrolments,
    "UPDATE {user_enrolments} ue"
    "   SET status = w.status, timestart = w.timestart, timeend = w.timeend, modifierid = $5,"
    "       timemodified = $6"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])"
    "       AS w (id, status, timestart, timeend)"
    " WHERE ue.id = w.id");

/* Each once, at its first place. */
SQL(enrolments_at,
    "SELECT ue.id"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (enrolid, userid, n)"
    "  JOIN {user_enrolments} ue ON ue.userid = w.userid AND ue.enrolid + 0 = w.enrolid"
    " GROUP BY ue.id"
    " ORDER BY min(w.n)");

/* Ids that stand for nobody: the sender of mail without answer, and the desk that helps.
 * Moodle: core_user::NOREPLY_USER, SUPPORT_USER. */
enum { NOREPLY = -10, SUPPORT = -20 };

/* When and whether an enrolment counts. */
typedef struct {
    apr_int64_t status, start, end;
} span_t;

/* Spans as columns. */
typedef struct {
    mws_ids_t *statuses, *starts, *ends;
} spans_t;

/* A user in an instance, which is what there is one enrolment for. */
typedef struct {
    apr_int64_t enrolid, userid;
} place_t;

/* The enrolment at a place, as it stands while the items are done one after the other. */
typedef struct {
    place_t     place;
    span_t      span;
    apr_int64_t id;
    int         made;    /* by this call, and not told yet */
    int         changed; /* by this call */
} enrolment_t;

/* An item of a call. */
typedef struct {
    apr_int64_t   roleid, userid, courseid;
    span_t        span;
    mws_course_t *course;
    apr_int64_t   enrolid;
    enrolment_t  *enrolment;
} item_t;

/* What a call names. */
typedef struct {
    item_t                   *items;
    int                       count;
    const apr_array_header_t *courses;
    mws_rows_t               *unfit, *instances, *assignable;
} order_t;

/* Read the items of IN, and what they name; OFF: instances that are switched off count too. */
static mws_error_t *read_order(mws_call_t *call, const mws_value_t *in, int off, order_t *order)
{
    const mws_value_t *items = mws_items(in, "enrolments");
    mws_ids_t         *users = mws_ids_make(call->pool);
    mws_ids_t         *courses = mws_ids_make(call->pool);
    mws_rows_t        *rows;
    int                i;

    order->count = (int)mws_value_size(items);
    order->items = apr_pcalloc(call->pool, (apr_size_t)order->count * sizeof(*order->items));
    for (i = 0; i < order->count; i++) {
        const mws_value_t *from = mws_value_at(items, (apr_size_t)i);

        order->items[i].roleid = mws_int(from, "roleid");
        order->items[i].userid = mws_int(from, "userid");
        order->items[i].courseid = mws_int(from, "courseid");
        mws_ids_add(users, order->items[i].userid);
        mws_ids_add_new(courses, order->items[i].courseid);
    }
    MWS_ERR(mws_db_queue(call, &unfit, &order->unfit, "I", users));
    MWS_ERR(mws_db_queue(call, &instances, &order->instances, "Ib", courses, off));
    MWS_ERR(mws_courses_queue(call, courses, &rows));
    MWS_ERR(mws_db_run(call));
    order->courses = mws_courses_of_rows(call, rows);
    for (i = 0; i < order->count; i++) {
        item_t *item = &order->items[i];
        int     instance = mws_rows_find(order->instances, I_COURSE, item->courseid);

        item->course = mws_course_among(order->courses, item->courseid);
        item->enrolid = instance < 0 ? 0 : mws_row_int(order->instances, instance, I_ID);
    }
    return NULL;
}

/* Enter the course of ITEM with CAPABILITY. */
static mws_error_t *enter(mws_call_t *call, const item_t *item, const char *capability)
{
    MWS_ERR(mws_course_validate(call, item->course));
    return mws_require(call, item->course->context, capability);
}

/* Whether the user of ITEM is somebody who can be in a course.
 * Moodle: core_user::require_active_user(). */
static mws_error_t *check_user(mws_call_t *call, const order_t *order, const item_t *item)
{
    int row = mws_rows_find(order->unfit, UNFIT_ID, item->userid);

    if (item->userid == 0 || item->userid == NOREPLY || item->userid == SUPPORT) {
        return mws_error(call->pool, MWS_UNREAL_USER, NULL);
    }
    if (row >= 0 && mws_row_null(order->unfit, row, UNFIT_DELETED)) {
        return mws_error(call->pool, MWS_NO_USER, "user %" APR_INT64_T_FMT, item->userid);
    }
    if (row >= 0) {
        return mws_error(call->pool,
                         mws_row_int(order->unfit, row, UNFIT_DELETED) ? MWS_USER_DELETED
                                                                       : MWS_NOT_CONFIRMED,
                         NULL);
    }
    if (mws_is_guest(call, item->userid)) {
        return mws_error(call->pool, MWS_GUESTS_REFUSED, NULL);
    }
    return NULL;
}

static mws_error_t *no_instance(mws_call_t *call, const item_t *item)
{
    return mws_error(call->pool, MWS_NO_INSTANCE, "course %" APR_INT64_T_FMT, item->courseid);
}

/* ---- in ---- */

static mws_error_t *check_enrol(mws_call_t *call, const order_t *order, const item_t *item)
{
    MWS_ERR(enter(call, item, "enrol/manual:enrol"));
    MWS_ERR(check_user(call, order, item));
    if (!mws_assignable(call, order->assignable, item->course->context, item->roleid)) {
        return mws_error(call->pool, MWS_ROLE_NOT_ALLOWED,
                         "role %" APR_INT64_T_FMT " in course %" APR_INT64_T_FMT, item->roleid,
                         item->courseid);
    }
    if (!item->enrolid || !mws_config_lists(call, "enrol_plugins_enabled", "manual")) {
        return no_instance(call, item);
    }
    if (item->courseid == mws_front_page_id(call)) {
        return mws_error(call->pool, MWS_CODING, "nobody is enrolled in the front page");
    }
    return NULL;
}

/* Take when and how each item of ORDER is to be enrolled. */
static void take_spans(const mws_value_t *items, order_t *order)
{
    int i;

    for (i = 0; i < order->count; i++) {
        const mws_value_t *from = mws_value_at(items, (apr_size_t)i);
        span_t            *span = &order->items[i].span;

        span->status = mws_int(from, "suspend") != 0;
        span->start = mws_int(from, "timestart");
        span->end = mws_int(from, "timeend");
    }
}

static mws_error_t *read_assignable(mws_call_t *call, order_t *order)
{
    mws_ids_t *contexts = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < order->courses->nelts; i++) {
        mws_ids_add(contexts, APR_ARRAY_IDX(order->courses, i, mws_course_t *)->context->id);
    }
    MWS_ERR(mws_assignable_queue(call, contexts, &order->assignable));
    return mws_db_run(call);
}

/* Give each item of ORDER the enrolment at its place, of which there is one for all items with that
 * place. Returns them, in the order in which they come up. */
static apr_array_header_t *place_enrolments(mws_call_t *call, order_t *order, apr_hash_t *places)
{
    apr_array_header_t *enrolments =
        apr_array_make(call->pool, order->count, sizeof(enrolment_t *));
    int i;

    for (i = 0; i < order->count; i++) {
        item_t       *item = &order->items[i];
        const place_t place = {item->enrolid, item->userid};

        item->enrolment = apr_hash_get(places, &place, sizeof(place));
        if (!item->enrolment) {
            item->enrolment = apr_pcalloc(call->pool, sizeof(enrolment_t));
            item->enrolment->place = place;
            item->enrolment->span = item->span;
            apr_hash_set(places, &item->enrolment->place, sizeof(place), item->enrolment);
            APR_ARRAY_PUSH(enrolments, enrolment_t *) = item->enrolment;
        }
    }
    return enrolments;
}

/* Tell ENROLMENTS which rows this call made of them; those come in the order of the enrolments. */
static void take_made(const apr_array_header_t *enrolments, const mws_rows_t *made)
{
    int count = mws_rows_count(made), row = 0, i;

    for (i = 0; i < enrolments->nelts && row < count; i++) {
        enrolment_t *enrolment = APR_ARRAY_IDX(enrolments, i, enrolment_t *);

        if (mws_row_int(made, row, E_INSTANCE) == enrolment->place.enrolid &&
            mws_row_int(made, row, E_USER) == enrolment->place.userid) {
            enrolment->id = mws_row_int(made, row++, E_ID);
            enrolment->made = 1;
        }
    }
}

/* Tell the enrolments in PLACES which rows that were there they are. */
static void take_held(apr_hash_t *places, const mws_rows_t *held)
{
    int row;

    for (row = 0; row < mws_rows_count(held); row++) {
        const place_t place = {mws_row_int(held, row, E_INSTANCE), mws_row_int(held, row, E_USER)};
        enrolment_t  *enrolment = apr_hash_get(places, &place, sizeof(place));

        enrolment->id = mws_row_int(held, row, E_ID);
        enrolment->span.status = mws_row_int(held, row, E_STATUS);
        enrolment->span.start = mws_row_int(held, row, E_START);
        enrolment->span.end = mws_row_int(held, row, E_END);
    }
}

static spans_t make_spans(apr_pool_t *p)
{
    const spans_t spans = {mws_ids_make(p), mws_ids_make(p), mws_ids_make(p)};

    return spans;
}

static void add_span(const spans_t *spans, const span_t *span)
{
    mws_ids_add(spans->statuses, span->status);
    mws_ids_add(spans->starts, span->start);
    mws_ids_add(spans->ends, span->end);
}

/* Make the rows of ENROLMENTS that are not there. */
static mws_error_t *make_rows(mws_call_t *call, const apr_array_header_t *enrolments)
{
    mws_ids_t  *instances = mws_ids_make(call->pool);
    mws_ids_t  *users = mws_ids_make(call->pool);
    spans_t     spans = make_spans(call->pool);
    mws_rows_t *made;
    int         i;

    for (i = 0; i < enrolments->nelts; i++) {
        const enrolment_t *enrolment = APR_ARRAY_IDX(enrolments, i, enrolment_t *);

        mws_ids_add(instances, enrolment->place.enrolid);
        mws_ids_add(users, enrolment->place.userid);
        add_span(&spans, &enrolment->span);
    }
    MWS_ERR(mws_db_query(call, &create_enrolments, &made, "IIIIIii", instances, users,
                         spans.statuses, spans.starts, spans.ends, call->caller->id, call->now));
    take_made(enrolments, made);
    return NULL;
}

/* Hold the rows of those of ENROLMENTS that were there. */
static mws_error_t *hold_rows(mws_call_t *call, const apr_array_header_t *enrolments,
                              apr_hash_t *places)
{
    mws_ids_t  *instances = mws_ids_make(call->pool);
    mws_ids_t  *users = mws_ids_make(call->pool);
    mws_rows_t *held;
    int         i;

    for (i = 0; i < enrolments->nelts; i++) {
        const enrolment_t *enrolment = APR_ARRAY_IDX(enrolments, i, enrolment_t *);

        if (!enrolment->made) {
            mws_ids_add(instances, enrolment->place.enrolid);
            mws_ids_add(users, enrolment->place.userid);
        }
    }
    if (!users->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &hold_enrolments, &held, "II", instances, users));
    if (mws_rows_count(held) < users->count) {
        return mws_error(call->pool, MWS_DB_CONFLICT, "an enrolment ended meanwhile");
    }
    take_held(places, held);
    return NULL;
}

/* Queue the changes to the rows of ENROLMENTS. */
static mws_error_t *queue_changes(mws_call_t *call, const apr_array_header_t *enrolments)
{
    mws_ids_t *ids = mws_ids_make(call->pool);
    spans_t    spans = make_spans(call->pool);
    int        i;

    for (i = 0; i < enrolments->nelts; i++) {
        const enrolment_t *enrolment = APR_ARRAY_IDX(enrolments, i, enrolment_t *);

        if (enrolment->changed) {
            mws_ids_add(ids, enrolment->id);
            add_span(&spans, &enrolment->span);
        }
    }
    return mws_db_queue(call, &change_enrolments, NULL, "IIIIii", ids, spans.statuses, spans.starts,
                        spans.ends, call->caller->id, call->now);
}

static mws_error_t *assign_roles(mws_call_t *call, const order_t *order,
                                 apr_array_header_t **assignments)
{
    int i;

    *assignments = apr_array_make(call->pool, order->count, sizeof(mws_assignment_t));
    for (i = 0; i < order->count; i++) {
        const item_t    *item = &order->items[i];
        mws_assignment_t assignment = {.roleid = item->roleid,
                                       .userid = item->userid,
                                       .context = item->course->context,
                                       .courseid = item->courseid};

        APR_ARRAY_PUSH(*assignments, mws_assignment_t) = assignment;
    }
    return mws_roles_assign(call, *assignments);
}

static void note_enrolment(mws_call_t *call, const item_t *item, const char *name, char crud)
{
    mws_event_t event = {.name = name,
                         .crud = crud,
                         .objecttable = "user_enrolments",
                         .objectid = item->enrolment->id,
                         MWS_EVENT_IN(item->course->context),
                         .courseid = item->courseid,
                         .relateduserid = item->userid,
                         .other = "{\"enrol\":\"manual\"}"};

    mws_event(call, &event);
    mws_dirty_user(call, item->userid);
}

/* Do ITEM after all before it: a row was made for the first item with its place, or is changed. */
static void enrol(mws_call_t *call, const item_t *item)
{
    enrolment_t *enrolment = item->enrolment;

    if (enrolment->made) {
        note_enrolment(call, item, "user_enrolment_created", 'c');
        enrolment->made = 0;
    }
    else if (memcmp(&enrolment->span, &item->span, sizeof(span_t)) != 0) {
        note_enrolment(call, item, "user_enrolment_updated", 'u');
        enrolment->span = item->span;
        enrolment->changed = 1;
    }
}

static mws_error_t *welcome(mws_call_t *call, const order_t *order)
{
    mws_ids_t *instances = mws_ids_make(call->pool);
    mws_ids_t *users = mws_ids_make(call->pool);
    mws_ids_t *roles = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < order->count; i++) {
        mws_ids_add(instances, order->items[i].enrolid);
        mws_ids_add(users, order->items[i].userid);
        mws_ids_add(roles, order->items[i].roleid);
    }
    return mws_welcome_send(call, instances, users, roles);
}

/* Moodle: enrol/manual/externallib.php, enrol_manual_external::enrol_users(). */
EXTERNAL(enrol_manual_enrol_users,
    .about  = "Enrols users in courses by hand and gives each a role there, all or none. Who is "
              "enrolled already gets the dates and the status that are given.",
    .params = KEYS(
        LIST("enrolments", KEYS(
            VALUE("roleid", INT, "id of the role to give in the course"),
            VALUE("userid", INT, "id of the user"),
            VALUE("courseid", INT, "id of the course"),
            VALUE("timestart", INT,
                  "when the enrolment begins, Unix seconds; 0: at once", OPTIONAL),
            VALUE("timeend", INT, "when the enrolment ends, Unix seconds; 0: never", OPTIONAL),
            VALUE("suspend", INT, "1 enrols without letting in (suspended), 0 lets in", OPTIONAL)),
            "who is to be enrolled where")),
    .errors = ERRORS(
        {MWS_NO_MANUAL_PLUGIN, "the site has no manual enrolment"},
        MWS_COURSE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks enrol/manual:enrol in the course"},
        {MWS_UNREAL_USER, "userid is 0, or of no person but of the site's own mail"},
        {MWS_NO_USER, "there is no such user"},
        {MWS_USER_DELETED, "the account is deleted"},
        {MWS_NOT_CONFIRMED, "the account is not confirmed"},
        {MWS_GUESTS_REFUSED, "the account is that of guests"},
        {MWS_ROLE_NOT_ALLOWED, "the caller may not assign the role in the course"},
        {MWS_NO_INSTANCE, "the course has no manual enrolment that is on"},
        {MWS_CODING, "the course is the front page"}))
{
    apr_hash_t         *places = apr_hash_make(call->pool);
    apr_array_header_t *enrolments, *assignments;
    order_t             order = {NULL, 0, NULL, NULL, NULL, NULL};
    int                 i;

    (void)out;
    if (!mws_plugin_config(call, "enrol_manual", "version")) {
        return mws_error(call->pool, MWS_NO_MANUAL_PLUGIN, NULL);
    }
    MWS_ERR(read_order(call, in, 0, &order));
    MWS_ERR(read_assignable(call, &order));
    for (i = 0; i < order.count; i++) {
        MWS_ERR(check_enrol(call, &order, &order.items[i]));
    }
    take_spans(mws_items(in, "enrolments"), &order);
    enrolments = place_enrolments(call, &order, places);
    MWS_ERR(make_rows(call, enrolments));
    MWS_ERR(hold_rows(call, enrolments, places));
    MWS_ERR(assign_roles(call, &order, &assignments));
    for (i = 0; i < order.count; i++) {
        enrol(call, &order.items[i]);
        mws_role_assigned(call, &APR_ARRAY_IDX(assignments, i, mws_assignment_t));
    }
    MWS_ERR(queue_changes(call, enrolments));
    return welcome(call, &order);
}

/* ---- out ---- */

static mws_error_t *check_unenrol(mws_call_t *call, const order_t *order, const item_t *item)
{
    if (!item->course) {
        return mws_error(call->pool, MWS_NO_RECORD, "course %" APR_INT64_T_FMT, item->courseid);
    }
    MWS_ERR(enter(call, item, "enrol/manual:unenrol"));
    if (!item->enrolid) {
        return no_instance(call, item);
    }
    return check_user(call, order, item);
}

/* Moodle: enrol/manual/externallib.php, enrol_manual_external::unenrol_users(). */
EXTERNAL(enrol_manual_unenrol_users,
    .about  = "Ends manual enrolments of users in courses, all or none, with what hangs on them. "
              "Users who are not enrolled are passed over.",
    .params = KEYS(
        LIST("enrolments", KEYS(
            VALUE("userid", INT, "id of the user"),
            VALUE("courseid", INT, "id of the course"),
            VALUE("roleid", INT, "taken, and has no effect", OPTIONAL)),
            "who is to leave which course")),
    .errors = ERRORS(
        {MWS_NO_RECORD, "there is no such course"},
        MWS_COURSE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks enrol/manual:unenrol in the course"},
        {MWS_NO_INSTANCE, "the course has no manual enrolment"},
        {MWS_UNREAL_USER, "userid is 0, or of no person but of the site's own mail"},
        {MWS_NO_USER, "there is no such user"},
        {MWS_USER_DELETED, "the account is deleted"},
        {MWS_NOT_CONFIRMED, "the account is not confirmed"},
        {MWS_GUESTS_REFUSED, "the account is that of guests"}))
{
    mws_ids_t   *instances = mws_ids_make(call->pool);
    mws_ids_t   *users = mws_ids_make(call->pool);
    order_t      order = {NULL, 0, NULL, NULL, NULL, NULL};
    mws_ended_t *ended;
    mws_rows_t  *rows;
    int          i;

    (void)out;
    MWS_ERR(read_order(call, in, 1, &order));
    for (i = 0; i < order.count; i++) {
        MWS_ERR(check_unenrol(call, &order, &order.items[i]));
        mws_ids_add(instances, order.items[i].enrolid);
        mws_ids_add(users, order.items[i].userid);
    }
    MWS_ERR(mws_db_query(call, &enrolments_at, &rows, "II", instances, users));
    MWS_ERR(mws_unenrol(call, mws_ids_of_rows(call->pool, rows), &ended));
    for (i = 0; i < mws_rows_count(rows); i++) {
        mws_unenrol_note(call, ended, i);
    }
    return NULL;
}
