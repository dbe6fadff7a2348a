/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_person.c -- what the caller sees of a person. */
#include "mws_person.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../db/mws_children.h"
#include "../db/mws_rows.h"
#include "../text/mws_format.h"

#define D(id) MWS_D(id)

typedef mws_person_t  person_t;
typedef mws_batch_t   batch_t;
typedef mws_reader_t  reader_t;
typedef mws_details_t details_t;

enum { MAIL_TO_EVERYBODY = 1, MAIL_TO_COURSE_MEMBERS = 2 };
enum { PICTURE_NORMAL = 1, PICTURE_SMALL = 2 };

/* ---- what is read ---- */

SQL(interest_rows,
    "SELECT who.ord,"
    "       string_agg(CASE WHEN $2::boolean THEN t.rawname ELSE initcap(t.name) END, ', '"
    "                  ORDER BY ti.ordering, ti.id)"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {tag_instance} ti ON ti.component = 'core' AND ti.itemtype = 'user'"
    "   AND ti.itemid = who.userid"
    "  JOIN {tag} t ON t.id = ti.tagid"
    " WHERE EXISTS (SELECT 1 FROM {tag_area} a"
    "                WHERE a.component = 'core' AND a.itemtype = 'user' AND a.enabled = 1)"
    " GROUP BY who.ord"
    " ORDER BY who.ord");

enum { I_ORD, I_NAMES };

/* $2: the contexts of the courses that people are seen through. */
SQL(role_rows,
    "SELECT who.ord, ra.contextid, r.id, r.name, r.shortname, ra.sortorder"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {role_assignments} ra ON ra.userid = who.userid AND ra.contextid = ANY ($2::bigint[])"
    "  JOIN {role} r ON r.id = ra.roleid"
    " ORDER BY who.ord, r.sortorder, ra.id");

enum { R_ORD, R_CONTEXT, R_ID, R_NAME, R_SHORTNAME, R_SORTORDER };

SQL(membership_rows,
    "SELECT who.ord, gm.groupid"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {groups_members} gm ON gm.userid = who.userid"
    " ORDER BY who.ord");

enum { M_ORD, M_GROUP };

/* Their groups in the courses $2, the place of each in a list, and whether the caller, $3, is in
 * it. */
SQL(group_rows,
    "SELECT g.id, g.courseid, g.name, g.description, g.descriptionformat, g.visibility,"
    "       row_number() OVER (ORDER BY g.name, g.id),"
    "       EXISTS (SELECT 1 FROM {groups_members} me"
    "                WHERE me.groupid = g.id AND me.userid = $3)"
    "  FROM (SELECT DISTINCT gm.groupid"
    "          FROM unnest($1::bigint[]) AS who (userid)"
    "          JOIN {groups_members} gm ON gm.userid = who.userid) m"
    "  JOIN {groups} g ON g.id = m.groupid AND g.courseid = ANY ($2::bigint[])"
    " ORDER BY g.id");

enum { G_ID, G_COURSE, G_NAME, G_DESCRIPTION, G_FORMAT, G_VISIBILITY, G_PLACE, G_MINE };

SQL(preference_rows,
    "SELECT p.name, p.value FROM {user_preferences} p WHERE p.userid = $1 ORDER BY p.id");

enum { PREF_NAME, PREF_VALUE };

mws_error_t *mws_person_queue(batch_t *batch)
{
    reader_t   *r = batch->reader;
    mws_call_t *call = r->call;
    details_t   wanted = r->wanted;
    int         through_course = batch->courseids->count > 0;

    if (wanted & D(CUSTOMFIELDS)) {
        MWS_ERR(mws_user_fields_queue(call, batch->userids, &batch->fields));
    }
    if ((wanted & D(INTERESTS)) && mws_config_on(call, "usetags")) {
        MWS_ERR(mws_db_queue(call, &interest_rows, &batch->interests, "Ib", batch->userids,
                             mws_config_on(call, "keeptagnamecase")));
    }
    if ((wanted & D(ROLES)) && through_course) {
        MWS_ERR(
            mws_db_queue(call, &role_rows, &batch->roles, "II", batch->userids, batch->contextids));
    }
    if ((wanted & D(GROUPS)) && through_course) {
        MWS_ERR(mws_db_queue(call, &membership_rows, &batch->memberships, "I", batch->userids));
        MWS_ERR(mws_db_queue(call, &group_rows, &batch->groups, "IIi", batch->userids,
                             batch->courseids, call->caller->id));
    }
    if (wanted & D(ENROLLEDCOURSES)) {
        MWS_ERR(mws_user_courses_queue(call, batch->userids, &batch->lists));
    }
    if ((wanted & D(PREFERENCES)) && mws_ids_have(batch->userids, call->caller->id)) {
        MWS_ERR(mws_db_queue(call, &preference_rows, &batch->preferences, "i", call->caller->id));
    }
    return NULL;
}

mws_error_t *mws_person_ready(mws_batch_t *batch)
{
    mws_call_t *call = batch->reader->call;
    int         count = batch->userids->count;

    batch->first_role = mws_children_index(call->pool, batch->roles, count);
    batch->first_membership = mws_children_index(call->pool, batch->memberships, count);
    batch->first_interest = mws_children_index(call->pool, batch->interests, count);
    return batch->lists ? mws_user_courses_ready(call, batch->lists) : NULL;
}

static const char *text_of(const person_t *p, int column)
{
    return mws_row_text(p->batch->people, p->row, column);
}

static apr_int64_t int_of(const person_t *p, int column)
{
    return mws_row_int(p->batch->people, p->row, column);
}

/* ---- rules ---- */

static int asked(const person_t *p, details_t detail)
{
    return (p->reader->asked & detail) != 0;
}

/* Asked for, and not among what the site hides. */
static int is_open(const person_t *p, details_t detail)
{
    return asked(p, detail) && (p->admin || !(p->view->hidden & detail));
}

/* Asked for, and the caller's to identify the person by. */
static int identifies(const person_t *p, details_t detail)
{
    return asked(p, detail) && (p->own || (p->view->identity & detail));
}

static int belongs_to_account(const person_t *p, details_t detail)
{
    return asked(p, detail) && p->account;
}

static int shows_name(const person_t *p, details_t detail)
{
    return asked(p, detail) && (p->view->names & detail);
}

static int is_own(const person_t *p, details_t detail)
{
    return asked(p, detail) && p->own;
}

/* Moodle shows administrators addresses and telephones whatever was asked for. */
static int shows_address(const person_t *p, details_t detail)
{
    return p->admin || asked(p, detail);
}

static int shows_telephone(const person_t *p, details_t detail)
{
    return p->admin || (asked(p, detail) && (p->view->identity & detail));
}

static int mails_caller(const person_t *p)
{
    apr_int64_t display = int_of(p, P_MAILDISPLAY);

    return display == MAIL_TO_EVERYBODY || p->view->mail ||
           (display == MAIL_TO_COURSE_MEMBERS &&
            mws_row_bool(p->batch->people, p->row, P_SHARES_COURSE));
}

static int shows_email(const person_t *p, details_t detail)
{
    return asked(p, detail) && (p->self || (p->view->identity & detail) ||
                                (!(p->view->hidden & detail) && mails_caller(p)));
}

/* ---- plain details ---- */

typedef enum {
    EVEN_EMPTY,
    UNLESS_EMPTY,
    AS_STORED /* likewise, but always where the person is told as stored */
} when_e;

/* A detail that goes out as it is stored: when it is shown, and where it is read. */
typedef struct {
    int (*rule)(const person_t *p, details_t detail);
    details_t detail;
    int       column;
    when_e    when;
} plain_t;

static int is_shown(const person_t *p, const plain_t *plain)
{
    if (plain->when == AS_STORED && p->as_stored) {
        return 1;
    }
    return plain->rule(p, plain->detail) &&
           (plain->when == EVEN_EMPTY || mws_php_bool(text_of(p, plain->column)));
}

static void write_plain(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;
    const plain_t  *plain = field->how;

    if (is_shown(p, plain)) {
        mws_out_text(out, field->key, text_of(p, plain->column));
    }
}

/* ---- details that are made ---- */

static void write_courseid(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;

    if (p->view->course) {
        mws_out_int(out, field->key, p->view->course->id);
    }
}

static void write_fullname(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;
    mws_names_t     names;

    names.firstname = text_of(p, P_FIRSTNAME);
    names.lastname = text_of(p, P_LASTNAME);
    names.firstnamephonetic = text_of(p, P_FIRSTNAMEPHONETIC);
    names.lastnamephonetic = text_of(p, P_LASTNAMEPHONETIC);
    names.middlename = text_of(p, P_MIDDLENAME);
    names.alternatename = text_of(p, P_ALTERNATENAME);
    mws_out_text(out, field->key, mws_fullname(p->call, &names, p->view->full_names));
}

static void write_lastcourseaccess(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;

    if (asked(p, D(LASTCOURSEACCESS)) && (p->admin || !(p->view->hidden & D(LASTACCESS)))) {
        mws_out_int(out, field->key, int_of(p, P_COURSEACCESS));
    }
}

/* Write a language or theme; one that is not among the INSTALLED goes out empty. */
static void write_installed(mws_out_t *out, const char *key, const person_t *p, int column,
                            const char *installed)
{
    const char *word = text_of(p, column);

    mws_out_text(out, key, p->as_stored || mws_settings_lists(installed, word) ? word : "");
}

static void write_lang(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;

    if (belongs_to_account(p, D(LANG))) {
        write_installed(out, field->key, p, P_LANG, p->call->settings->languages);
    }
}

static void write_theme(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;

    if (belongs_to_account(p, D(THEME))) {
        write_installed(out, field->key, p, P_THEME, p->call->settings->themes);
    }
}

static void write_description(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;

    if (p->description) {
        mws_out_text(out, field->key, p->description);
    }
}

static void write_descriptionformat(mws_out_t *out, const mws_out_field_t *field,
                                    const void *record)
{
    const person_t *p = record;

    if (p->description) {
        mws_out_int(out, field->key, p->descriptionformat);
    }
}

static void write_picture(mws_out_t *out, const char *key, const person_t *p, int size)
{
    mws_out_text(out, key,
                 mws_picture_url(p->call, p->id, p->context->id, int_of(p, P_PICTURE),
                                 int_of(p, P_DELETED) != 0, text_of(p, P_EMAIL), size));
}

static void write_image(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    if (asked(record, D(IMAGE))) {
        write_picture(out, field->key, record, PICTURE_NORMAL);
    }
}

static void write_imagesmall(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    if (asked(record, D(IMAGESMALL))) {
        write_picture(out, field->key, record, PICTURE_SMALL);
    }
}

static void write_interests(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;
    int             row = p->batch->first_interest[p->at];

    if (row < p->batch->first_interest[p->at + 1]) {
        mws_out_text(out, field->key, mws_row_text(p->batch->interests, row, I_NAMES));
    }
}

/* The key is there only if a field is. */
static void write_customfields(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t *p = record;
    batch_t        *batch = p->batch;
    int             sight = p->reader->all_private ? MWS_SEES_NOBODYS : 0;

    if (!batch->fields || batch->err) {
        return;
    }
    if (p->self || mws_can(p->call, p->context, "moodle/user:viewalldetails")) {
        sight |= MWS_SEES_PRIVATE;
    }
    batch->err =
        mws_user_fields_write(&p->reader->page, out, field->key, batch->fields, p->at, sight);
}

/* ---- roles, groups, courses, preferences ---- */

static void write_roles(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t   *p = record;
    const mws_rows_t *rows = p->batch->roles;
    int               row;

    if (!rows || !p->view->course) {
        return;
    }
    mws_out_list(out, field->key);
    for (row = p->batch->first_role[p->at]; row < p->batch->first_role[p->at + 1]; row++) {
        if (mws_row_int(rows, row, R_CONTEXT) != p->view->context->id) {
            continue;
        }
        mws_out_struct(out, NULL);
        mws_out_int(out, "roleid", mws_row_int(rows, row, R_ID));
        mws_out_text(out, "name", mws_row_text(rows, row, R_NAME));
        mws_out_text(out, "shortname", mws_row_text(rows, row, R_SHORTNAME));
        mws_out_int(out, "sortorder", mws_row_int(rows, row, R_SORTORDER));
        mws_out_end(out);
    }
    mws_out_end(out);
}

/* A group's name and description, formatted once for all who show them. */
typedef struct mws_group_t {
    const char *name, *description;
} group_t;

/* The name and description of the group in ROW, as a page shows them. */
static const group_t *format_group(const person_t *p, int row)
{
    batch_t          *batch = p->batch;
    const mws_rows_t *rows = batch->groups;
    group_t          *group;
    mws_area_t area = {p->view->context->id, "group", "description", mws_row_int(rows, row, G_ID)};

    if (!batch->groups_done) {
        batch->groups_done =
            apr_pcalloc(p->call->pool, (apr_size_t)mws_rows_count(rows) * sizeof(*group));
    }
    group = &batch->groups_done[row];

    if (!group->name && !batch->err) {
        group->name = mws_format_string(&p->reader->page, mws_row_text(rows, row, G_NAME));
        batch->err =
            mws_format_page(p->call, mws_row_text(rows, row, G_DESCRIPTION),
                            (int)mws_row_int(rows, row, G_FORMAT), &area, &group->description);
    }
    return group;
}

static void write_group(mws_out_t *out, const person_t *p, int row)
{
    const mws_rows_t *rows = p->batch->groups;
    const group_t    *group = format_group(p, row);

    mws_out_struct(out, NULL);
    mws_out_int(out, "id", mws_row_int(rows, row, G_ID));
    mws_out_text(out, "name", group->name);
    mws_out_text(out, "description", group->description);
    mws_out_int(out, "descriptionformat", mws_row_int(rows, row, G_FORMAT));
    mws_out_end(out);
}

static int lists_group(const person_t *p, int row)
{
    const mws_rows_t *rows = p->batch->groups;

    return mws_row_int(rows, row, G_COURSE) == p->view->course->id &&
           (p->view->hidden_groups || mws_row_int(rows, row, G_VISIBILITY) != MWS_SEEN_BY_NOBODY);
}

/* The groups of the person in the course, by name. A profile lists them to everybody who sees the
 * profile, but for those that are hidden altogether. */
static const mws_ids_t *groups_of(const person_t *p)
{
    const batch_t *batch = p->batch;
    mws_children_t list = mws_children_make(p->call->pool);
    int            at;

    for (at = batch->first_membership[p->at]; at < batch->first_membership[p->at + 1]; at++) {
        int row = mws_rows_find(batch->groups, G_ID, mws_row_int(batch->memberships, at, M_GROUP));

        if (row >= 0 && lists_group(p, row)) {
            mws_children_insert(&list, row, mws_row_int(batch->groups, row, G_PLACE));
        }
    }
    return list.rows;
}

/* The key is there if a group is, even where separate groups leave none to show. */
static void write_groups(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t  *p = record;
    int              all = p->self || !p->view->own_groups_only, i;
    const mws_ids_t *groups;

    if (!p->batch->groups || !p->view->course) {
        return;
    }
    groups = groups_of(p);
    if (!groups->count) {
        return;
    }
    mws_out_list(out, field->key);
    for (i = 0; i < groups->count; i++) {
        int row = (int)groups->ids[i];

        if (all || mws_row_bool(p->batch->groups, row, G_MINE)) {
            write_group(out, p, row);
        }
    }
    mws_out_end(out);
}

static void write_course(mws_out_t *out, const person_t *p, apr_int64_t item)
{
    const char *fullname, *shortname;

    mws_user_courses_names(&p->reader->page, p->batch->lists, item, &fullname, &shortname);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", mws_user_courses_id(p->batch->lists, item));
    mws_out_text(out, "fullname", fullname);
    mws_out_text(out, "shortname", shortname);
    mws_out_end(out);
}

static void write_enrolledcourses(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t  *p = record;
    const mws_ids_t *items;
    int              i;

    if (!(p->reader->wanted & D(ENROLLEDCOURSES)) || (p->view->hidden & D(ENROLLEDCOURSES))) {
        return;
    }
    items = mws_user_courses_of(p->call, p->batch->lists, p->at);
    if (!items->count) {
        return;
    }
    mws_out_list(out, field->key);
    for (i = 0; i < items->count; i++) {
        write_course(out, p, items->ids[i]);
    }
    mws_out_end(out);
}

static void write_preference(mws_out_t *out, const char *name, const char *value)
{
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", name);
    mws_out_text(out, "value", value);
    mws_out_end(out);
}

/* Moodle marks the time when it brought a caller's enrolments up to date before the call; we do
 * not, but show the mark as if. Returns whether there is one to show, and it in *MARK. */
static int sync_mark(mws_call_t *call, const char *stored, const char **mark)
{
    apr_int64_t every = mws_config_int(call, "enrolments_sync_interval", 3600);

    *mark = stored;
    if (every && (!stored || apr_atoi64(stored) + every < call->now)) {
        *mark = apr_psprintf(call->pool, "%" APR_INT64_T_FMT, call->now);
    }
    return *mark != NULL;
}

#define SYNC_MARK "last_time_enrolments_synced"

/* Moodle's cache of preferences shows itself among them, with a number for a value. */
static void write_cache_age(mws_out_t *out, const mws_call_t *call)
{
    if (call->legacy) {
        return;
    }
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", "_lastloaded");
    mws_out_int(out, "value", call->now);
    mws_out_end(out);
}

static void write_preferences(mws_out_t *out, const mws_out_field_t *field, const void *record)
{
    const person_t   *p = record;
    const mws_rows_t *rows = p->batch->preferences;
    const char       *mark;
    int               marked = p->call->caller->is_guest, row;

    if (!rows || !p->self) {
        return;
    }
    mws_out_list(out, field->key);
    for (row = 0; row < mws_rows_count(rows); row++) {
        const char *name = mws_row_text(rows, row, PREF_NAME);
        const char *value = mws_row_text(rows, row, PREF_VALUE);

        if (!marked && strcmp(name, SYNC_MARK) == 0) {
            marked = sync_mark(p->call, value, &value);
        }
        write_preference(out, name, value);
    }
    write_cache_age(out, p->call);
    if (!marked && sync_mark(p->call, NULL, &mark)) {
        write_preference(out, SYNC_MARK, mark);
    }
    mws_out_end(out);
}

/* clang-format off */
#define PLAIN(key, rule, id, when)                                                                 \
    {                                                                                              \
        key, write_plain, &(const plain_t) {rule, D(id), P_##id, when}                             \
    }

/* The keys of all declarations that show people; the plain ones come first. */
static const mws_out_field_t person_fields[] = {
    PLAIN("id",          asked,              ID,          EVEN_EMPTY),
    PLAIN("userid",      asked,              ID,          EVEN_EMPTY),
    PLAIN("username",    is_own,             USERNAME,    EVEN_EMPTY),
    PLAIN("firstname",   shows_name,         FIRSTNAME,   EVEN_EMPTY),
    PLAIN("lastname",    shows_name,         LASTNAME,    EVEN_EMPTY),
    PLAIN("email",       shows_email,        EMAIL,       EVEN_EMPTY),
    PLAIN("address",     shows_address,      ADDRESS,     UNLESS_EMPTY),
    PLAIN("phone1",      shows_telephone,    PHONE1,      UNLESS_EMPTY),
    PLAIN("phone2",      shows_telephone,    PHONE2,      UNLESS_EMPTY),
    PLAIN("department",  identifies,         DEPARTMENT,  EVEN_EMPTY),
    PLAIN("institution", identifies,         INSTITUTION, UNLESS_EMPTY),
    PLAIN("idnumber",    identifies,         IDNUMBER,    AS_STORED),
    PLAIN("firstaccess", is_open,            FIRSTACCESS, EVEN_EMPTY),
    PLAIN("lastaccess",  is_open,            LASTACCESS,  EVEN_EMPTY),
    PLAIN("auth",        belongs_to_account, AUTH,        EVEN_EMPTY),
    PLAIN("suspended",   is_open,            SUSPENDED,   EVEN_EMPTY),
    PLAIN("confirmed",   belongs_to_account, CONFIRMED,   EVEN_EMPTY),
    PLAIN("timezone",    is_open,            TIMEZONE,    AS_STORED),
    PLAIN("mailformat",  belongs_to_account, MAILFORMAT,  EVEN_EMPTY),
    PLAIN("trackforums", belongs_to_account, TRACKFORUMS, EVEN_EMPTY),
    PLAIN("city",        is_open,            CITY,        UNLESS_EMPTY),
    PLAIN("country",     is_open,            COUNTRY,     UNLESS_EMPTY),
    {"courseid",             write_courseid,          NULL},
    {"fullname",             write_fullname,          NULL},
    {"interests",            write_interests,         NULL},
    {"lastcourseaccess",     write_lastcourseaccess,  NULL},
    {"lang",                 write_lang,              NULL},
    {"theme",                write_theme,             NULL},
    {"description",          write_description,       NULL},
    {"descriptionformat",    write_descriptionformat, NULL},
    {"profileimageurlsmall", write_imagesmall,        NULL},
    {"profileimageurl",      write_image,             NULL},
    {"profileimgurl",        write_image,             NULL},
    {"profileimgurlsmall",   write_imagesmall,        NULL},
    {"customfields",         write_customfields,      NULL},
    {"groups",               write_groups,            NULL},
    {"roles",                write_roles,             NULL},
    {"preferences",          write_preferences,       NULL},
    {"enrolledcourses",      write_enrolledcourses,   NULL},
    {NULL,                   NULL,                    NULL}
};
/* clang-format on */

/* ---- a person ---- */

/* Whether people may see the description of P at all: some sites keep those of strangers back.
 * Moodle: config profilesforenrolledusersonly. */
static int is_described(const person_t *p)
{
    return p->admin || (!(p->view->hidden & D(DESCRIPTION)) &&
                        (p->self || !p->reader->members_described ||
                         mws_row_bool(p->batch->people, p->row, P_HOLDS_ROLE)));
}

static mws_error_t *describe(person_t *p)
{
    const char *text = text_of(p, P_DESCRIPTION);
    mws_area_t  area = {p->context->id, "user", "profile", -1};

    p->description = NULL;
    if (!text || !(p->reader->wanted & D(DESCRIPTION)) || !is_described(p)) {
        return NULL;
    }
    p->descriptionformat = (int)int_of(p, P_DESCRIPTIONFORMAT);
    return mws_format_text(p->call, text, &p->descriptionformat, &area, &p->description);
}

/* Whether the plain detail NAME is shown of P, and not empty. */
static int shows(const person_t *p, const char *name)
{
    const mws_out_field_t *field = person_fields;

    while (field->how && strcmp(field->key, name) != 0) {
        field++;
    }
    return field->how && is_shown(p, field->how) &&
           mws_php_bool(text_of(p, ((const plain_t *)field->how)->column));
}

int mws_person_shows(const person_t *p, const mws_texts_t *names)
{
    int i;

    for (i = 0; names && i < names->count; i++) {
        if (!shows(p, names->texts[i])) {
            return 0;
        }
    }
    return 1;
}

mws_error_t *mws_person_write(mws_out_t *out, person_t *p)
{
    MWS_ERR(describe(p));
    mws_out_struct(out, NULL);
    mws_out_fields(out, person_fields, p);
    mws_out_end(out);
    return p->batch->err;
}
