/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_people.c -- people as the caller may see them. */
#include "mws_people.h"

#include <apr_strings.h>
#include <string.h>

#include "../text/mws_format.h"
#include "mws_person.h"

/* How many people are read in one go. */
#define BATCH 500

#define D(id) MWS_D(id)

typedef mws_view_t    view_t;
typedef mws_person_t  person_t;
typedef mws_batch_t   batch_t;
typedef mws_reader_t  reader_t;
typedef mws_details_t details_t;

/* ---- details, and sets of them ---- */

static const char *const detail_names[MWS_DETAIL_COUNT] = {
#define DETAIL(id, name) name,
    MWS_DETAILS(DETAIL)
#undef DETAIL
};

/* The detail called NAME as a set of one, or of none. */
static details_t detail_of(const char *name)
{
    int i;

    for (i = 0; i < MWS_DETAIL_COUNT; i++) {
        if (strcmp(detail_names[i], name) == 0) {
            return (details_t)1 << i;
        }
    }
    return 0;
}

/* The details that the comma list in config row NAME has. */
static details_t details_in_config(mws_call_t *call, const char *name)
{
    details_t set = 0;
    int       i;

    for (i = 0; i < MWS_DETAIL_COUNT; i++) {
        if (mws_config_lists(call, name, detail_names[i])) {
            set |= (details_t)1 << i;
        }
    }
    return set;
}

/* ---- what is read ---- */

/* $1 users, $2 the course that all are seen through, or 0, $3 whether shared courses matter, $4 the
 * caller, $5 enabled enrolment plugins, $6 whether contacts matter, $7 their roles, $8 whether it
 * matters that somebody holds any role. OFFSET 0 keeps the planner from hashing, for some hundred
 * people, all enrolments or assignments that there are. */
SQL(people_rows,
    "WITH mine AS MATERIALIZED ("
    "  SELECT e.courseid"
    "    FROM {user_enrolments} ue"
    "    JOIN {enrol} e ON e.id = ue.enrolid AND e.status = 0 AND e.enrol = ANY ($5::text[])"
    "    JOIN {course} c ON c.id = e.courseid AND c.visible = 1"
    "   WHERE ue.userid = $4 AND ue.status = 0)"
    "SELECT who.ord, u.id, u.username, u.auth, u.confirmed, u.suspended, u.deleted, u.idnumber,"
    "       u.firstname, u.lastname, u.firstnamephonetic, u.lastnamephonetic, u.middlename,"
    "       u.alternatename, u.email, u.phone1, u.phone2, u.institution, u.department, u.address,"
    "       u.city, u.country, u.lang, u.theme, u.timezone, u.firstaccess, u.lastaccess, u.picture,"
    "       u.description, u.descriptionformat, u.mailformat, u.maildisplay, u.trackforums,"
    "       la.timeaccess,"
    "       CASE WHEN $3::boolean AND u.maildisplay = 2 THEN"
    "         EXISTS (SELECT 1 FROM {user_enrolments} ue"
    "                   JOIN {enrol} e ON e.id = ue.enrolid AND e.status = 0"
    "                    AND e.enrol = ANY ($5::text[])"
    "                  WHERE ue.userid = u.id AND ue.status = 0"
    "                    AND e.courseid IN (SELECT courseid FROM mine) OFFSET 0) END,"
    "       CASE WHEN $6::boolean THEN " MWS_IS_CONTACT("u.id", "$7") " END,"
    "       CASE WHEN $8::boolean AND u.description IS NOT NULL THEN"
    "         EXISTS (SELECT 1 FROM {role_assignments} ra WHERE ra.userid = u.id OFFSET 0) END,"
    "       " MWS_CONTEXT_COLUMNS("x")
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {user} u ON u.id = who.userid"
    "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"
    "  LEFT JOIN {user_lastaccess} la ON la.userid = u.id AND la.courseid = $2"
    " ORDER BY who.ord");

/* ---- views ---- */

static view_t *make_view(reader_t *r, apr_pool_t *pool, const mws_course_t *course,
                         const mws_context_t *context)
{
    view_t     *view = apr_pcalloc(pool, sizeof(*view));
    mws_call_t *call = r->call;
    const char *template;
    int sees_hidden =
        mws_can(call, context,
                course ? "moodle/course:viewhiddenuserfields" : "moodle/user:viewhiddendetails");

    view->course = course;
    view->context = context;
    view->details = mws_can(call, context, "moodle/user:viewdetails");
    view->all_details = mws_can(call, context, "moodle/user:viewalldetails");
    view->full_names = mws_can(call, context, "moodle/site:viewfullnames");
    view->hidden = sees_hidden ? 0 : r->hidden;
    if (mws_can(call, context, "moodle/site:viewuseridentity")) {
        view->identity = r->identity & ~view->hidden;
    }
    template = mws_fullname_template(call, view->full_names);
    view->names = view->full_names || strstr(template, "firstname") ? D(FIRSTNAME) : 0;
    view->names |= view->full_names || strstr(template, "lastname") ? D(LASTNAME) : 0;
    if (course) {
        view->mail = mws_can(call, context, "moodle/course:useremail");
        view->hidden_groups = mws_can(call, context, "moodle/course:viewhiddengroups");
        view->own_groups_only = course->groupmode == MWS_SEPARATE_GROUPS &&
                                !mws_can(call, context, "moodle/site:accessallgroups");
    }
    return view;
}

/* The view through COURSE, made once. */
static const view_t *course_view(reader_t *r, const mws_course_t *course)
{
    view_t *view = apr_hash_get(r->views, &course->id, sizeof(course->id));

    if (!view) {
        view = make_view(r, r->pool, course, course->context);
        apr_hash_set(r->views, apr_pmemdup(r->pool, &course->id, sizeof(course->id)),
                     sizeof(course->id), view);
    }
    return view;
}

/* ---- a person ---- */

static apr_int64_t int_of(const person_t *p, int column)
{
    return mws_row_int(p->batch->people, p->row, column);
}

static int is_contact(const person_t *p)
{
    return mws_row_bool(p->batch->people, p->row, P_CONTACT);
}

static int passes_gate(const person_t *p)
{
    return p->self || p->view->details || mws_can(p->call, p->context, "moodle/user:viewdetails") ||
           is_contact(p);
}

/* Whether P may be seen in P's own right. */
static int has_own_profile(const person_t *p)
{
    return p->self || mws_can(p->call, p->context, "moodle/user:viewdetails") || is_contact(p);
}

/* The last course of the list of P through which the caller may look at P, or NULL.
 * Moodle: user/lib.php, user_get_user_details_courses(). */
static const mws_course_t *course_to_see(const person_t *p, const apr_array_header_t *courses)
{
    const mws_ids_t *items;
    int              i;

    if (int_of(p, P_DELETED)) {
        return NULL;
    }
    items = mws_user_courses_of(p->call, p->batch->lists, p->at);
    for (i = items->count - 1; i >= 0; i--) {
        const mws_course_t *course =
            mws_course_among(courses, mws_user_courses_id(p->batch->lists, items->ids[i]));

        if (course &&
            mws_user_courses_viewable(p->call, p->batch->lists, p->id, is_contact(p), course)) {
            return course;
        }
    }
    return NULL;
}

static person_t person_at(batch_t *batch, int row)
{
    person_t p = {.batch = batch, .reader = batch->reader, .call = batch->reader->call, .row = row};

    p.id = int_of(&p, P_ID);
    p.at = (int)int_of(&p, P_ORD) - 1;
    p.self = p.id == p.call->caller->id;
    p.admin = p.call->caller->is_admin;
    p.context = mws_context_of_row(p.call->pool, batch->people, row, P_CONTEXT);
    if (!p.context) {
        p.context = mws_context_system(p.call);
    }
    return p;
}

/* Look at P through COURSE, or as P is where it is NULL. */
static void look(person_t *p, const mws_course_t *course)
{
    p->view = course ? course_view(p->reader, course)
                     : make_view(p->reader, p->call->pool, NULL, p->context);
    p->own = p->self || p->view->all_details;
    p->as_stored = p->reader->people->old_account && (p->self || p->reader->updates);
    p->account = p->own || p->as_stored;
}

/* ---- a batch ---- */

static const mws_course_t *course_asked(const mws_people_t *people, int at)
{
    return people->courses ? people->courses[at] : people->course;
}

static void fill_batch(batch_t *batch, int from, int count)
{
    const mws_people_t *people = batch->reader->people;
    apr_pool_t         *pool = batch->reader->call->pool;
    int                 i;

    batch->userids = mws_ids_make(pool);
    batch->courseids = mws_ids_make(pool);
    batch->contextids = mws_ids_make(pool);
    batch->courses = apr_palloc(pool, (apr_size_t)count * sizeof(*batch->courses));
    for (i = 0; i < count; i++) {
        const mws_course_t *course = course_asked(people, from + i);

        batch->courses[i] = course;
        mws_ids_add(batch->userids, people->userids->ids[from + i]);
        if (course && !mws_ids_have(batch->courseids, course->id)) {
            mws_ids_add(batch->courseids, course->id);
            mws_ids_add(batch->contextids, course->context->id);
        }
    }
}

/* Whether some person's email hangs on the courses shared with the caller, and whether some may
 * be shown for being a contact only. */
static void what_matters(const batch_t *batch, int *shared, int *contacts)
{
    reader_t *r = batch->reader;
    int       i;

    *shared = *contacts = 0;
    for (i = 0; i < batch->userids->count; i++) {
        const view_t *view = batch->courses[i] ? course_view(r, batch->courses[i]) : NULL;

        *shared |= !view || !(view->mail || (view->identity & D(EMAIL)));
        *contacts |= !view || !view->details;
    }
    *shared &= (r->wanted & D(EMAIL)) != 0;
}

static mws_error_t *queue_people(batch_t *batch)
{
    reader_t   *r = batch->reader;
    mws_call_t *call = r->call;
    int         shared, contacts;
    int         roles = r->members_described && (r->wanted & D(DESCRIPTION));
    apr_int64_t courseid = r->people->course ? r->people->course->id : 0;

    what_matters(batch, &shared, &contacts);
    return mws_db_queue(call, &people_rows, &batch->people, "IibiSbIb", batch->userids, courseid,
                        shared, call->caller->id, r->enrol_plugins, contacts, r->contact_roles,
                        roles);
}

/* For those who are not to be seen in their own right, find a course to see them through. */
static mws_error_t *find_courses(batch_t *batch)
{
    mws_call_t               *call = batch->reader->call;
    const apr_array_header_t *courses;
    int                       count = mws_rows_count(batch->people), row;

    for (row = 0; row < count; row++) {
        person_t p = person_at(batch, row);

        batch->strangers |= !has_own_profile(&p);
    }
    if (!batch->strangers) {
        return NULL;
    }
    MWS_ERR(mws_user_courses_queue(call, batch->userids, &batch->lists));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(mws_user_courses_ready(call, batch->lists));
    MWS_ERR(mws_courses_read(call, mws_user_courses_all(call, batch->lists), &courses));
    for (row = 0; row < count; row++) {
        person_t p = person_at(batch, row);

        if (!has_own_profile(&p)) {
            batch->courses[p.at] = course_to_see(&p, courses);
        }
    }
    return NULL;
}

static mws_error_t *write_batch(reader_t *r, mws_out_t *out, int from, int count)
{
    mws_call_t *call = r->call;
    batch_t     batch = {.reader = r};
    int         row;

    fill_batch(&batch, from, count);
    MWS_ERR(queue_people(&batch));
    MWS_ERR(mws_person_queue(&batch));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(mws_person_ready(&batch));
    if (r->unknown && mws_rows_count(batch.people)) {
        return mws_error(r->pool, MWS_BAD_USER_FIELD, NULL);
    }
    if (r->people->any_course) {
        MWS_ERR(find_courses(&batch));
    }
    for (row = 0; row < mws_rows_count(batch.people); row++) {
        person_t p = person_at(&batch, row);

        if (r->people->any_course && !batch.courses[p.at] && !has_own_profile(&p)) {
            continue;
        }
        look(&p, batch.courses[p.at]);
        if (passes_gate(&p) && mws_person_shows(&p, r->people->must_show)) {
            MWS_ERR(mws_person_write(out, &p));
        }
    }
    return NULL;
}

/* ---- a call ---- */

/* The words of the comma list in config row NAME. */
static mws_texts_t *words_in_config(mws_call_t *call, const char *name)
{
    mws_texts_t *words = mws_texts_make(call->pool);
    const char  *list = mws_config(call, name);
    char        *last, *word;

    for (word = apr_strtok(apr_pstrdup(call->pool, list ? list : ""), ",", &last); word;
         word = apr_strtok(NULL, ",", &last)) {
        mws_texts_add(words, word);
    }
    return words;
}

static void take_fields(reader_t *r)
{
    const mws_texts_t *fields = r->people->fields;
    int                i;

    r->asked = fields ? D(ID) | D(FULLNAME) : ~(details_t)0;
    for (i = 0; fields && i < fields->count; i++) {
        details_t detail = detail_of(fields->texts[i]);

        r->asked |= detail;
        r->unknown = detail || r->unknown ? r->unknown : fields->texts[i];
    }
}

static void take_places(reader_t *r, mws_out_t *out)
{
    int i;

    for (i = 0; i < MWS_DETAIL_COUNT; i++) {
        if (mws_out_wants(out, detail_names[i])) {
            r->wanted |= r->asked & ((details_t)1 << i);
        }
    }
}

static reader_t *make_reader(mws_call_t *call, mws_out_t *out, const mws_people_t *people)
{
    reader_t *r = apr_pcalloc(call->pool, sizeof(*r));

    r->call = call;
    r->pool = call->pool;
    r->people = people;
    take_fields(r);
    take_places(r, out);
    r->hidden = details_in_config(call, "hiddenuserfields");
    if (mws_config_lists(call, "hiddenuserfields", "mycourses")) {
        r->hidden |= D(ENROLLEDCOURSES);
    }
    r->identity = details_in_config(call, "showuseridentity");
    r->members_described =
        !call->caller->is_admin && mws_config_on(call, "profilesforenrolledusersonly");
    r->all_private = mws_can(call, mws_context_system(call), "moodle/user:viewalldetails");
    r->updates = mws_can(call, mws_context_system(call), "moodle/user:update");
    r->contact_roles = mws_contact_roles(call);
    r->enrol_plugins = words_in_config(call, "enrol_plugins_enabled");
    r->views = apr_hash_make(call->pool);
    return r;
}

mws_error_t *mws_people_write(mws_call_t *call, mws_out_t *out, const char *key,
                              const mws_people_t *people)
{
    int          count = people->userids->count, from;
    mws_error_t *err = NULL;
    reader_t    *r;

    mws_out_list(out, key);
    r = make_reader(call, out, people);
    for (from = 0; from < count && !err; from += BATCH) {
        apr_pool_t *pool;

        apr_pool_create(&pool, r->pool);
        call->pool = pool;
        r->page = *call;
        r->page.text.raw = 0;
        err = write_batch(r, out, from, count - from < BATCH ? count - from : BATCH);
        call->pool = r->pool;
        if (!err) {
            apr_pool_destroy(pool);
        }
    }
    mws_out_end(out);
    return err;
}
