/* SPDX-License-Identifier: Apache-2.0 */
/* externals/user.c -- finding people and looking at them. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/text/mws_clean.h"
#include "../lib/user/mws_people.h"
#include "../lib/user/mws_people_shapes.h"

SQL(users_by_id, "SELECT u.id FROM {user} u WHERE u.id = ANY ($1::bigint[]) ORDER BY u.id");

SQL(users_by_idnumber,
    "SELECT u.id FROM {user} u WHERE u.idnumber = ANY ($1::text[]) ORDER BY u.id");

SQL(users_by_username,
    "SELECT u.id FROM {user} u WHERE u.username = ANY ($1::text[]) ORDER BY u.id");

SQL(users_by_email, "SELECT u.id FROM {user} u WHERE u.email = ANY ($1::text[]) ORDER BY u.id");

/* A criterion that was not given is null. */
SQL(users_by_criteria,
    "SELECT u.id FROM {user} u"
    " WHERE u.deleted = 0"
    "   AND ($1::text IS NULL OR u.id = $1::bigint)"
    "   AND ($2::text IS NULL OR u.idnumber = $2)"
    "   AND ($3::text IS NULL OR u.username = $3)"
    "   AND ($4::text IS NULL OR u.auth = $4)"
    "   AND ($5::text IS NULL OR u.email ILIKE $5)"
    "   AND ($6::text IS NULL OR u.lastname ILIKE $6)"
    "   AND ($7::text IS NULL OR u.firstname ILIKE $7)"
    " ORDER BY u.id");

SQL(users_there,
    "SELECT u.id, " MWS_CONTEXT_COLUMNS("x")
    "  FROM {user} u"
    "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"
    " WHERE u.id = ANY ($1::bigint[]) AND u.deleted = 0"
    " ORDER BY u.id");

enum { U_ID, U_CONTEXT };

/* ---- core_user_get_users_by_field ---- */

/* A field by which people are found, how a value of it is cleaned, and the statement. */
typedef struct {
    const char      *name;
    mws_param_e      type;
    const mws_sql_t *stmt;
} field_t;

static const field_t *find_field(const char *name)
{
    static const field_t fields[] = {{"id", MWS_PARAM_INT, &users_by_id},
                                     {"idnumber", MWS_PARAM_RAW, &users_by_idnumber},
                                     {"username", MWS_PARAM_USERNAME, &users_by_username},
                                     {"email", MWS_PARAM_RAW_TRIMMED, &users_by_email}};
    unsigned int         i;

    for (i = 0; name && i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

/* TEXT without the white space that PHP lets stand around a number. */
static const char *number_text(apr_pool_t *p, const char *text)
{
    const char *blanks = " \t\n\r\v\f";
    apr_size_t  len;

    text += strspn(text, blanks);
    for (len = strlen(text); len && strchr(blanks, text[len - 1]); len--) {
    }
    return apr_pstrmemdup(p, text, len);
}

/* Whether TEXT is a number to PHP, and which. */
static int is_number(apr_pool_t *p, const char *text, double *number)
{
    const char *trimmed = number_text(p, text);
    char       *end;

    if (!*trimmed || strspn(trimmed, "+-.0123456789eE") != strlen(trimmed)) {
        return 0;
    }
    *number = strtod(trimmed, &end);
    return *end == '\0';
}

/* Whether CLEANED equals what was given, as PHP's == sees it: numbers by their value. */
static int is_still(apr_pool_t *p, const char *given, const char *cleaned)
{
    double a, b;

    if (is_number(p, given, &a) && is_number(p, cleaned, &b)) {
        return a == b;
    }
    return strcmp(given, cleaned) == 0;
}

/* Clean the VALUES of FIELD; an empty one finds nobody and is left out. */
static mws_error_t *clean_values(mws_call_t *call, const field_t *field, const mws_value_t *values,
                                 mws_texts_t **cleaned)
{
    apr_size_t i;

    *cleaned = mws_texts_make(call->pool);
    for (i = 0; i < mws_value_size(values); i++) {
        const mws_value_t *value = mws_value_at(values, i);
        const char        *given, *clean;

        if (mws_value_kind(value) == MWS_NULL) {
            continue;
        }
        given = mws_value_as_text(value).s;
        clean = mws_clean_text(call, field->type, given);
        if (!is_still(call->pool, given, clean)) {
            return mws_error(call->pool, MWS_BAD_PARAMETER, "values => %d: %s expected", (int)i,
                             mws_param_names[field->type].said);
        }
        if (*clean) {
            mws_texts_add(*cleaned, clean);
        }
    }
    return NULL;
}

/* Moodle: user/externallib.php, core_user_external::get_users_by_field(). */
EXTERNAL(core_user_get_users_by_field,
    .about = "Looks up people by ids, id numbers, user names or e-mail addresses. Only people "
             "that the caller may see are given, and of each only what the caller may see.",
    .params = KEYS(
        VALUE("field", ALPHA, "id, idnumber, username or email"),
        LIST("values", ONE(RAW, "a value of the field"), "whom to look up")),
    .returns = LIST_OF(KEYS(MWS_PERSON)),
    .errors = ERRORS(
        {MWS_CODING, "the field is none of these"},
        {MWS_BAD_PARAMETER, "a value cannot be one of that field"},
        MWS_ACCOUNT_ERRORS,
        MWS_PEOPLE_ERRORS))
{
    const field_t *field = find_field(mws_text(in, "field"));
    mws_people_t   people = {.any_course = 1};
    mws_texts_t   *values, *searched = mws_texts_make(call->pool);
    mws_rows_t    *rows;

    if (!field) {
        return mws_error(call->pool, MWS_CODING, "no such field to look up people by");
    }
    MWS_ERR(clean_values(call, field, mws_items(in, "values"), &values));
    MWS_ERR(mws_validate_context(call, mws_context_system(call)));
    MWS_ERR(mws_db_query(call, field->stmt, &rows, "S", values));
    mws_texts_add(searched, field->name);
    people.userids = mws_ids_of_rows(call->pool, rows);
    people.must_show = searched;

    return mws_people_write(call, out, NULL, &people);
}

/* ---- core_user_get_users ---- */

/* The keys of criteria, in the order of the statement's parameters. */
/* clang-format off */
static const struct {
    const char *key;
    mws_param_e type;
} criteria[] = {
    {"id",        MWS_PARAM_INT},
    {"idnumber",  MWS_PARAM_RAW},
    {"username",  MWS_PARAM_USERNAME},
    {"auth",      MWS_PARAM_AUTH},
    {"email",     MWS_PARAM_RAW_TRIMMED},
    {"lastname",  MWS_PARAM_NOTAGS},
    {"firstname", MWS_PARAM_NOTAGS}
};
/* clang-format on */

enum { CRITERIA = sizeof(criteria) / sizeof(criteria[0]) };

/* A search: the cleaned value of each criterion or NULL, the known keys, and the others. */
typedef struct {
    const char  *values[CRITERIA];
    mws_texts_t *known, *unknown;
} search_t;

static int has_text(const mws_texts_t *texts, const char *text)
{
    int i;

    for (i = 0; i < texts->count; i++) {
        if (strcmp(texts->texts[i], text) == 0) {
            return 1;
        }
    }
    return 0;
}

static mws_error_t *take_criterion(mws_call_t *call, search_t *search, const mws_value_t *item)
{
    const char *key = mws_text(item, "key");
    const char *value = mws_text(item, "value");
    int         i;

    key = key ? key : "";
    if (has_text(search->known, key) || has_text(search->unknown, key)) {
        return mws_error(call->pool, MWS_KEY_SET_TWICE, NULL);
    }
    for (i = 0; i < CRITERIA && strcmp(criteria[i].key, key) != 0; i++) {
    }
    if (i == CRITERIA) {
        mws_texts_add(search->unknown, key);
        return NULL;
    }
    mws_texts_add(search->known, key);
    search->values[i] = mws_clean_text(call, criteria[i].type, value ? value : "");
    return NULL;
}

static void write_unknown_keys(mws_call_t *call, mws_out_t *out, const mws_texts_t *keys)
{
    int i;

    mws_out_list(out, "warnings");
    for (i = 0; i < keys->count; i++) {
        mws_out_struct(out, NULL);
        mws_out_text(out, "item", keys->texts[i]);
        mws_out_text(out, "warningcode", "invalidfieldparameter");
        mws_out_text(
            out, "message",
            apr_psprintf(call->pool, "People cannot be searched by '%s'; ignored", keys->texts[i]));
        mws_out_end(out);
    }
    mws_out_end(out);
}

/* Whatever hinders the account elsewhere (a password to change, a policy) does not matter here.
 * Moodle: user/externallib.php, core_user_external::get_users(), which enters no context. */
EXTERNAL(core_user_get_users,
    .about = "Searches for people who meet all criteria. Only people that the caller may see are "
             "given, and of each only what the caller may see.",
    .params = KEYS(
        LIST("criteria", KEYS(
            VALUE("key", ALPHA, "id, idnumber, username or auth, equal to the value; email, "
                                "lastname or firstname, like it with % and _"),
            VALUE("value", RAW, "what to search for")),
            "all of which must hold; none: everybody")),
    .returns = KEYS(
        LIST("users", KEYS(MWS_PERSON), "people found, as far as the caller may see them"),
        LIST("warnings", KEYS(
            VALUE("item", TEXT, "the key that was ignored", OPTIONAL),
            VALUE("itemid", INT, "not given by this server", OPTIONAL),
            VALUE("warningcode", ALPHANUM, "errorcode of what is wrong, for programs"),
            VALUE("message", RAW, "what is wrong with it, for people")),
            "keys that were ignored", OPTIONAL)),
    .errors = ERRORS(
        {MWS_KEY_SET_TWICE, "two criteria have the same key"},
        MWS_PEOPLE_ERRORS))
{
    search_t search = {.known = mws_texts_make(call->pool), .unknown = mws_texts_make(call->pool)};
    const mws_value_t *items = mws_items(in, "criteria");
    const char       **v = search.values;
    mws_people_t       people = {.any_course = 1, .must_show = search.known};
    mws_rows_t        *rows;
    apr_size_t         i;

    for (i = 0; i < mws_value_size(items); i++) {
        MWS_ERR(take_criterion(call, &search, mws_value_at(items, i)));
    }
    MWS_ERR(mws_db_query(call, &users_by_criteria, &rows, "sssssss", v[0], v[1], v[2], v[3], v[4],
                         v[5], v[6]));
    people.userids = mws_ids_of_rows(call->pool, rows);

    mws_out_struct(out, NULL);
    MWS_ERR(mws_people_write(call, out, "users", &people));
    write_unknown_keys(call, out, search.unknown);
    mws_out_end(out);
    return NULL;
}

/* ---- moodle_user_get_users_by_id ---- */

static mws_error_t *validate_people(mws_call_t *call, const mws_rows_t *rows)
{
    int row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        MWS_ERR(mws_validate_context(call, mws_context_of_row(call->pool, rows, row, U_CONTEXT)));
    }
    return NULL;
}

/* Moodle 2.1: user/externallib.php, moodle_user_external::get_users_by_id(). */
EXTERNAL(moodle_user_get_users_by_id,
    .about = "Looks up people by their ids, in the form of Moodle 2.1. Of each only what the "
             "caller may see is given.",
    .params = KEYS(
        LIST("userids", ONE(INT, "id of a person"), "whom to look up")),
    .returns = LIST_OF(KEYS(
        MWS_OLD_PERSON,
        VALUE("auth", SAFEDIR,
              "authentication plugin of the account, such as manual or ldap", OPTIONAL),
        VALUE("confirmed", FLOAT, "whether the account is confirmed: 0 or 1", OPTIONAL),
        VALUE("idnumber", RAW, "id number, the key of the person in other systems", OPTIONAL),
        VALUE("lang", SAFEDIR,
              "language code; empty where that language is not installed", OPTIONAL),
        VALUE("theme", SAFEDIR, "theme of the person's pages; empty: the site's", OPTIONAL),
        VALUE("timezone", TIMEZONE, "time zone, such as Europe/Paris; 99: the site's", OPTIONAL),
        VALUE("mailformat", INT, "format of mail to the person: 0 plain text, 1 HTML", OPTIONAL),
        MWS_OLD_ABOUT,
        MWS_OLD_PREFERENCES,
        MWS_PERSON_COURSES)),
    .errors = ERRORS(
        MWS_ACCOUNT_ERRORS,
        MWS_PEOPLE_ERRORS))
{
    mws_ids_t   *asked = mws_ids_of_items(call->pool, mws_items(in, "userids"));
    mws_people_t people = {.old_account = 1};
    mws_rows_t  *rows;

    MWS_ERR(mws_db_query(call, &users_there, &rows, "I", asked));
    MWS_ERR(validate_people(call, rows));
    people.userids = mws_ids_of_rows(call->pool, rows);

    return mws_people_write(call, out, NULL, &people);
}

/* ---- core_user_get_course_user_profiles ---- */

/* Read the people that ITEMS pair with courses, and those courses. PAIRS tells the course's id for
 * a person's; of several the last. */
static mws_error_t *read_pairs(mws_call_t *call, const mws_value_t *items, apr_hash_t *pairs,
                               mws_rows_t **rows, const apr_array_header_t **courses)
{
    mws_ids_t *userids = mws_ids_make(call->pool);
    mws_ids_t *courseids = mws_ids_make(call->pool);
    apr_size_t i;

    for (i = 0; i < mws_value_size(items); i++) {
        apr_int64_t *pair = apr_palloc(call->pool, 2 * sizeof(*pair));

        pair[0] = mws_int(mws_value_at(items, i), "userid");
        pair[1] = mws_int(mws_value_at(items, i), "courseid");
        apr_hash_set(pairs, &pair[0], sizeof(pair[0]), &pair[1]);
        mws_ids_add(userids, pair[0]);
        mws_ids_add(courseids, pair[1]);
    }
    MWS_ERR(mws_db_queue(call, &users_there, rows, "I", userids));
    return mws_courses_read(call, courseids, courses);
}

/* Write the people that IN pairs with courses. */
static mws_error_t *write_course_profiles(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
{
    const mws_value_t        *items = mws_items(in, "userlist");
    apr_hash_t               *pairs = apr_hash_make(call->pool);
    const apr_array_header_t *courses;
    const mws_course_t      **through;
    mws_people_t              people = {.userids = NULL};
    mws_rows_t               *rows;
    int                       i;

    if (!mws_value_size(items)) {
        return mws_error(call->pool, MWS_CODING, "no people asked for");
    }
    MWS_ERR(read_pairs(call, items, pairs, &rows, &courses));
    people.userids = mws_ids_of_rows(call->pool, rows);
    through = apr_pcalloc(call->pool, (apr_size_t)people.userids->count * sizeof(*through));
    for (i = 0; i < people.userids->count; i++) {
        const apr_int64_t *courseid =
            apr_hash_get(pairs, &people.userids->ids[i], sizeof(people.userids->ids[i]));
        mws_course_t *course = courseid ? mws_course_among(courses, *courseid) : NULL;

        MWS_ERR(mws_course_validate(call, course));
        through[i] = course;
    }
    people.courses = through;

    return mws_people_write(call, out, NULL, &people);
}

/* clang-format off */
#define PEOPLE_IN_COURSES                                                                          \
    LIST("userlist", KEYS(                                                                         \
        VALUE("userid", INT, "id of a person"),                                                    \
        VALUE("courseid", INT, "id of the course to see the person in")),                          \
        "whom to look at; of one person the last course counts")
/* clang-format on */

/* Moodle: user/externallib.php, core_user_external::get_course_user_profiles(). */
EXTERNAL(core_user_get_course_user_profiles,
    .about = "Gives the profiles of people as members of courses, with their groups and roles "
             "there, as far as the caller may see them.",
    .params = KEYS(PEOPLE_IN_COURSES),
    .returns = LIST_OF(KEYS(
        MWS_PERSON,
        MWS_PERSON_GROUPS,
        MWS_PERSON_ROLES,
        MWS_PERSON_COURSES)),
    .errors = ERRORS(
        {MWS_CODING, "the list is empty"},
        MWS_COURSE_ERRORS,
        MWS_PEOPLE_ERRORS))
{
    return write_course_profiles(call, in, out);
}

EXTERNAL(moodle_user_get_course_participants_by_id,
    .about = "Gives the profiles of people as members of courses, in the form of Moodle 2.1, as "
             "far as the caller may see them.",
    .params = KEYS(PEOPLE_IN_COURSES),
    .returns = LIST_OF(KEYS(
        MWS_OLD_PARTICIPANT)),
    .errors = ERRORS(
        {MWS_CODING, "the list is empty"},
        MWS_COURSE_ERRORS,
        MWS_PEOPLE_ERRORS))
{
    return write_course_profiles(call, in, out);
}
