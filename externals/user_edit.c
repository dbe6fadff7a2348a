/* SPDX-License-Identifier: Apache-2.0 */
/* externals/user_edit.c -- making accounts and changing them. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/site/mws_access.h"
#include "../lib/site/mws_auth_plugin.h"
#include "../lib/site/mws_hash.h"
#include "../lib/site/mws_password.h"
#include "../lib/site/mws_policy.h"
#include "../lib/site/mws_sessions.h"
#include "../lib/site/mws_zone.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_warning.h"
#include "../lib/user/mws_preference.h"
#include "../lib/user/mws_tag.h"
#include "../lib/user/mws_user_columns.h"
#include "../lib/user/mws_user_fields.h"

/* The password of an account whose plugin keeps it elsewhere. Moodle: AUTH_PASSWORD_NOT_CACHED. */
#define NOT_CACHED "not cached"

/* $2: names or addresses, $3: the account each is for (0: a new one). The others that have them. */
SQL(usernames_taken,
    "SELECT n.ord, u.id"
    "  FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS n (username, id, ord)"
    "  JOIN {user} u ON u.mnethostid = $1 AND u.username = n.username AND u.id <> n.id"
    " ORDER BY n.ord");

SQL(emails_taken,
    "SELECT n.ord, u.id"
    "  FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS n (email, id, ord)"
    "  JOIN {user} u ON u.mnethostid = $1 AND lower(u.email) = lower(n.email) AND u.id <> n.id"
    " ORDER BY n.ord, u.id");

enum { TAKEN_ORD, TAKEN_BY };

SQL(insert_users,
    "INSERT INTO {user} (" MWS_USER_COLUMNS(MWS_USER_NAME)
    "       password, confirmed, mnethostid, maildigest, autosubscribe, trackforums, timecreated,"
    "       timemodified)"
    " SELECT " MWS_USER_COLUMNS(MWS_USER_GIVEN) "n.password, 1, $27, $28, $29, $30, $31, $31"
    "   FROM unnest(" MWS_USER_COLUMNS(MWS_USER_ARRAY) "$26::text[])"
    "        WITH ORDINALITY AS n (" MWS_USER_COLUMNS(MWS_USER_NAME) "password, ord)"
    "  ORDER BY n.ord"
    " ON CONFLICT (mnethostid, username) DO NOTHING"
    " RETURNING id, username");

SQL(update_users,
    "UPDATE {user} u"
    "   SET " MWS_USER_COLUMNS(MWS_USER_CHANGE)
    "       password = COALESCE(n.password, u.password),"
    "       picture = CASE WHEN n.unpictured <> 0 THEN 0 ELSE u.picture END,"
    "       timemodified = $30"
    "  FROM unnest(" MWS_USER_COLUMNS(MWS_USER_ARRAY)
    "              $26::text[], $27::text[], $28::bigint[], $29::bigint[])"
    "       AS n (" MWS_USER_COLUMNS(MWS_USER_NAME) "password, nulls, id, unpictured)"
    " WHERE u.id = n.id");

#define TARGETS                                                                                            \
    "SELECT u.id, u.username, u.email, u.auth, u.password, u.deleted, u.mnethostid, " MWS_CONTEXT_COLUMNS( \
        "x") "  FROM {user} u"                                                                             \
             "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"                      \
             " WHERE u.id = ANY ($1)"                                                                      \
             " ORDER BY u.id"

SQL(targets, TARGETS);
SQL(targets_locked, TARGETS " FOR UPDATE OF u");

enum { U_ID, U_USERNAME, U_EMAIL, U_AUTH, U_PASSWORD, U_DELETED, U_HOST, U_CONTEXT };

SQL(contexts_of_users,
    "SELECT x.instanceid, " MWS_CONTEXT_COLUMNS("x")
    "  FROM {context} x"
    " WHERE x.contextlevel = 30 AND x.instanceid = ANY ($1)"
    " ORDER BY x.instanceid");

enum { X_USER, X_CONTEXT };

SQL(delete_icons, "DELETE FROM {files}"
                  " WHERE contextid = ANY ($1) AND component = 'user' AND filearea = 'icon'");

/* An account to be made or changed: one of the structs of the call. */
typedef struct {
    const mws_value_t *in;
    int                index;    /* among those of the call */
    apr_int64_t        id;       /* 0 while it is not made */
    mws_user_values_t  values;   /* for its columns */
    const char        *password; /* to be hashed, or NULL */
    mws_hash_job_t    *job;      /* that did so, before the transaction; or NULL */
    const char        *hash;     /* what is to be stored, NULL: what is there */
    int                row;      /* of the targets; -1: no such account */
    mws_context_t     *context;
    mws_error_t       *refused; /* why nothing is done to it, or NULL */
} edit_t;

static edit_t *edit_at(const apr_array_header_t *edits, int i)
{
    return &APR_ARRAY_IDX(edits, i, edit_t);
}

/* A number that is no whole one is nobody's id. */
static apr_int64_t id_of(const mws_value_t *in)
{
    const mws_value_t *id = mws_value_get(in, "id", -1);
    double             f;

    if (!id || mws_value_kind(id) != MWS_FLOAT) {
        return id && mws_value_kind(id) == MWS_INT ? mws_value_as_int(id) : 0;
    }
    f = mws_value_as_float(id);
    return f >= 1 && f < 9e15 && f == (double)(apr_int64_t)f ? (apr_int64_t)f : 0;
}

static apr_array_header_t *read_edits(mws_call_t *call, const mws_value_t *in)
{
    const mws_value_t  *users = mws_items(in, "users");
    int                 count = (int)mws_value_size(users), i;
    apr_array_header_t *edits = apr_array_make(call->pool, count, sizeof(edit_t));

    for (i = 0; i < count; i++) {
        edit_t *edit = apr_array_push(edits);

        edit->in = mws_value_at(users, (apr_size_t)i);
        edit->index = i;
        edit->id = id_of(edit->in);
        mws_user_values_read(call, edit->in, &edit->values);
    }
    return edits;
}

static const char *text_of(const edit_t *edit, int column)
{
    return edit->values.texts[column];
}

/* KEY of EDIT is not as it should be. */
static mws_error_t *bad_key(mws_call_t *call, const edit_t *edit, const char *key, const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "users[%d][%s]: %s", edit->index, key, why);
}

static apr_int64_t this_host(mws_call_t *call)
{
    return mws_config_int(call, "mnet_localhost_id", 1);
}

static int one_account_an_address(mws_call_t *call)
{
    return !mws_config_on(call, "allowaccountssameemail");
}

static int is_email(mws_call_t *call, const char *email)
{
    return *mws_clean_text(call, MWS_PARAM_EMAIL, email) != '\0';
}

/* Names as version 2.1 took them, raw: Moodle refuses them later than those of today. */
static mws_error_t *check_username(mws_call_t *call, const char *username)
{
    if (!*mws_trim(call->pool, username)) {
        return mws_error(call->pool, MWS_USERNAME_BLANK, NULL);
    }
    if (strcmp(mws_utf8_lower(call->pool, username), username) != 0) {
        return mws_error(call->pool, MWS_USERNAME_CASE, NULL);
    }
    return strcmp(mws_clean_text(call, MWS_PARAM_USERNAME, username), username) == 0
               ? NULL
               : mws_error(call->pool, MWS_BAD_USERNAME, NULL);
}

/* The name of the first preference whose value has no room, or NULL. */
static const char *preference_too_long(const edit_t *edit)
{
    const mws_value_t *preferences = mws_items(edit->in, "preferences");
    apr_size_t         i;

    for (i = 0; i < mws_value_size(preferences); i++) {
        const mws_value_t *item = mws_value_at(preferences, i);
        const char        *name = mws_text(item, "type");

        if (name && mws_preference_too_long(name, mws_text(item, "value"))) {
            return name;
        }
    }
    return NULL;
}

/* ---- what others have already ---- */

/* Of names or addresses that edits want: who has them. */
typedef struct {
    mws_ids_t   *edits; /* places of the edits */
    mws_texts_t *texts;
    mws_ids_t   *ids; /* of the accounts they are for */
    mws_rows_t  *rows;
    apr_int64_t *by; /* for each edit of the batch: who has what it wants, or 0 */
} taken_t;

static taken_t *make_taken(apr_pool_t *p, int edits)
{
    taken_t *taken = apr_pcalloc(p, sizeof(*taken));

    taken->edits = mws_ids_make(p);
    taken->texts = mws_texts_make(p);
    taken->ids = mws_ids_make(p);
    taken->by = apr_pcalloc(p, (apr_size_t)edits * sizeof(*taken->by));
    return taken;
}

/* EDIT, at place I, wants TEXT. */
static void ask_taken(taken_t *taken, int i, const edit_t *edit, const char *text)
{
    mws_ids_add(taken->edits, i);
    mws_texts_add(taken->texts, text);
    mws_ids_add(taken->ids, edit->id);
}

static mws_error_t *queue_taken(mws_call_t *call, taken_t *taken, const mws_sql_t *stmt)
{
    return mws_db_queue(call, stmt, &taken->rows, "iSI", this_host(call), taken->texts, taken->ids);
}

static void learn_taken(taken_t *taken)
{
    int row;

    for (row = 0; row < mws_rows_count(taken->rows); row++) {
        apr_int64_t ord = mws_row_int(taken->rows, row, TAKEN_ORD);

        taken->by[taken->edits->ids[ord - 1]] = mws_row_int(taken->rows, row, TAKEN_BY);
    }
}

/* Read who has the USERNAMES and the EMAILS, together with what is queued. */
static mws_error_t *read_taken(mws_call_t *call, taken_t *usernames, taken_t *emails)
{
    if (usernames->edits->count) {
        MWS_ERR(queue_taken(call, usernames, &usernames_taken));
    }
    if (emails->edits->count) {
        MWS_ERR(queue_taken(call, emails, &emails_taken));
    }
    MWS_ERR(mws_db_run(call));
    if (usernames->edits->count) {
        learn_taken(usernames);
    }
    if (emails->edits->count) {
        learn_taken(emails);
    }
    return NULL;
}

/* Lock the addresses that EDITS ask for, so that no other call gives them to anybody meanwhile. */
static mws_error_t *queue_email_locks(mws_call_t *call, const apr_array_header_t *edits)
{
    mws_texts_t *emails = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < edits->nelts; i++) {
        const char *email = text_of(edit_at(edits, i), MWS_USER_email);

        if (email) {
            mws_texts_add(emails, mws_utf8_lower(call->pool, email));
        }
    }
    return emails->count && one_account_an_address(call) ? mws_lock(call, "user.email", emails)
                                                         : NULL;
}

/* Whether KEY is in SEEN already; it is from now on. */
static int seen_before(apr_hash_t *seen, const char *key)
{
    if (apr_hash_get(seen, key, APR_HASH_KEY_STRING)) {
        return 1;
    }
    apr_hash_set(seen, key, APR_HASH_KEY_STRING, key);
    return 0;
}

/* ---- passwords ---- */

/* Hash the passwords of EDITS that have one. ROWS: the accounts as they are; NULL: they are new. The
 * connection is given back meanwhile. */
static mws_error_t *hash_passwords(mws_call_t *call, const apr_array_header_t *edits,
                                   const mws_rows_t *rows)
{
    mws_hash_job_t *jobs;
    int             i, count = 0;

    for (i = 0; i < edits->nelts; i++) {
        count += edit_at(edits, i)->password != NULL;
    }
    if (!count) {
        return NULL;
    }
    jobs = apr_pcalloc(call->pool, (apr_size_t)count * sizeof(*jobs));
    for (i = 0, count = 0; i < edits->nelts; i++) {
        edit_t *edit = edit_at(edits, i);

        if (edit->password) {
            edit->job = &jobs[count++];
            edit->job->password = edit->password;
            edit->job->old = rows ? mws_row_text(rows, edit->row, U_PASSWORD) : NULL;
        }
    }
    mws_db_release(call);
    return mws_hash_all(call, jobs, count);
}

/* ---- what is done beside the columns ---- */

/* Make the contexts of EDITS that have none, and give each its own. */
static mws_error_t *make_contexts(mws_call_t *call, const apr_array_header_t *edits)
{
    mws_ids_t  *ids = mws_ids_make(call->pool);
    mws_rows_t *made, *rows;
    int         i;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (!edit->refused && !edit->context) {
            mws_ids_add(ids, edit->id);
        }
    }
    if (!ids->count) {
        return NULL;
    }
    MWS_ERR(mws_contexts_create(call, MWS_LEVEL_USER, ids, mws_context_system(call), &made));
    MWS_ERR(mws_db_query(call, &contexts_of_users, &rows, "I", ids));
    for (i = 0; i < edits->nelts; i++) {
        edit_t *edit = edit_at(edits, i);

        if (!edit->refused && !edit->context) {
            edit->context = mws_context_of_row(call->pool, rows,
                                               mws_rows_find(rows, X_USER, edit->id), X_CONTEXT);
        }
    }
    return NULL;
}

static mws_error_t *save_fields(mws_call_t *call, const apr_array_header_t *edits)
{
    apr_array_header_t *given = apr_array_make(call->pool, 4, sizeof(mws_user_fields_given_t));
    int                 i;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (!edit->refused && mws_value_size(mws_items(edit->in, "customfields"))) {
            mws_user_fields_given_t *user = apr_array_push(given);

            user->userid = edit->id;
            user->given = mws_items(edit->in, "customfields");
        }
    }
    return given->nelts ? mws_user_fields_save(call, given) : NULL;
}

/* Find what save_fields() needs, before the transaction. */
static mws_error_t *prepare_fields(mws_call_t *call, const apr_array_header_t *edits)
{
    int i;

    for (i = 0; i < edits->nelts; i++) {
        if (mws_value_size(mws_items(edit_at(edits, i)->in, "customfields"))) {
            return mws_zone_find(call);
        }
    }
    return NULL;
}

static int has_interests(const edit_t *edit)
{
    return !edit->refused && mws_php_bool(mws_text(edit->in, "interests"));
}

/* Give the users of EDITS their tags. Interests that are empty change nothing. */
static mws_error_t *set_tags(mws_call_t *call, const apr_array_header_t *edits, mws_tags_t **tags)
{
    mws_ids_t   *ids = mws_ids_make(call->pool);
    mws_texts_t *lists = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (has_interests(edit)) {
            mws_ids_add(ids, edit->id);
            mws_texts_add(lists, mws_text(edit->in, "interests"));
        }
    }
    return ids->count ? mws_tags_set(call, ids, lists, tags) : NULL;
}

/* Write PREFERENCES, which the module sets of itself, and those that EDITS ask for. */
static mws_error_t *set_preferences(mws_call_t *call, const apr_array_header_t *edits,
                                    mws_preferences_t *preferences, int are_new)
{
    int i;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t      *edit = edit_at(edits, i);
        const mws_value_t *wishes = mws_items(edit->in, "preferences");
        apr_size_t         k;

        for (k = 0; k < mws_value_size(wishes) && !edit->refused; k++) {
            const mws_value_t *wish = mws_value_at(wishes, k);

            if (mws_given(wish, "type")) {
                mws_preferences_edit(call, preferences, edit->context, are_new,
                                     mws_text(wish, "type"), mws_text(wish, "value"));
            }
        }
    }
    return mws_preferences_write(call, preferences);
}

/* Note when the password of EDIT, an account of the plugin "manual", was set. */
static void note_password_time(mws_call_t *call, mws_preferences_t *preferences, const edit_t *edit,
                               const char *auth)
{
    if (strcmp(auth, "manual") == 0) {
        mws_preferences_set(preferences, edit->id, "auth_manual_passwordupdatetime",
                            apr_psprintf(call->pool, "%" APR_INT64_T_FMT, call->now));
    }
}

/* The event NAME about the account of EDIT. */
static void note_user(mws_call_t *call, const edit_t *edit, const char *name, char crud)
{
    const mws_event_t event = {.name = name,
                               .crud = crud,
                               .objecttable = "user",
                               .objectid = edit->id,
                               .contextid = edit->context->id,
                               .contextlevel = MWS_LEVEL_USER,
                               .contextinstanceid = edit->id,
                               .relateduserid = edit->id};

    mws_event(call, &event);
}

static void note_password(mws_call_t *call, const edit_t *edit)
{
    const mws_event_t event = {.name = "user_password_updated",
                               .crud = 'u',
                               .contextid = edit->context->id,
                               .contextlevel = MWS_LEVEL_USER,
                               .contextinstanceid = edit->id,
                               .relateduserid = edit->id,
                               .other = "{\"forgottenreset\":false}"};

    mws_event(call, &event);
}

/* The events of EDITS, user by user; NAME is what was done to each. */
static void note_events(mws_call_t *call, const apr_array_header_t *edits, const mws_tags_t *tags,
                        const char *name, char crud)
{
    int i, tagged = 0;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (edit->refused) {
            continue;
        }
        if (edit->hash) {
            note_password(call, edit);
        }
        if (has_interests(edit)) {
            mws_tags_note(call, tags, tagged++);
        }
        note_user(call, edit, name, crud);
    }
}

/* Arrays for the columns of a statement. */
static void make_columns(apr_pool_t *p, mws_texts_t *columns[MWS_USER_COLUMN_COUNT])
{
    int i;

    for (i = 0; i < MWS_USER_COLUMN_COUNT; i++) {
        columns[i] = mws_texts_make(p);
    }
}

static void add_to_columns(mws_texts_t *columns[MWS_USER_COLUMN_COUNT], const edit_t *edit)
{
    int i;

    for (i = 0; i < MWS_USER_COLUMN_COUNT; i++) {
        mws_texts_add(columns[i], edit->values.texts[i]);
    }
}

/* ---- making accounts ---- */

static int wants_password_made(const edit_t *edit)
{
    return mws_given(edit->in, "createpassword") && mws_bool(edit->in, "createpassword");
}

/* Names that are blank. Version 2.1 let Moodle's core find a blank user name, by another error. */
static mws_error_t *check_names(mws_call_t *call, const edit_t *edit)
{
    static const struct {
        const char *key;
        int         column;
    } names[] = {{"username", MWS_USER_username},
                 {"firstname", MWS_USER_firstname},
                 {"lastname", MWS_USER_lastname}};
    apr_size_t i;

    for (i = call->legacy ? 1 : 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!*mws_trim(call->pool, text_of(edit, names[i].column))) {
            return bad_key(call, edit, names[i].key, "expected a name, which is not blank");
        }
    }
    return NULL;
}

static mws_error_t *check_plugins(mws_call_t *call, const edit_t *edit)
{
    const char *auth = text_of(edit, MWS_USER_auth);
    const char *lang = mws_text(edit->in, "lang");
    const char *theme = mws_text(edit->in, "theme");

    if (!*mws_clean_text(call, MWS_PARAM_AUTH, auth) ||
        mws_settings_lists("mnet webservice", auth)) {
        return bad_key(call, edit, "auth", "expected an authentication plugin for new accounts");
    }
    if (!*mws_clean_text(call, MWS_PARAM_LANG, lang)) {
        return bad_key(call, edit, "lang", "expected an installed language");
    }
    if (mws_php_bool(theme) && !*mws_clean_text(call, MWS_PARAM_THEME, theme)) {
        return bad_key(call, edit, "theme", "expected an installed theme");
    }
    return NULL;
}

static mws_error_t *check_room(mws_call_t *call, const edit_t *edit)
{
    int         width;
    const char *key = mws_user_values_too_long(&edit->values, &width);

    if (key) {
        return bad_key(call, edit, key,
                       apr_psprintf(call->pool, "expected at most %d characters", width));
    }
    return preference_too_long(edit)
               ? bad_key(call, edit, "preferences",
                         apr_psprintf(call->pool, "expected values of at most %d characters",
                                      MWS_PREFERENCE_MAX))
               : NULL;
}

/* Whether the account of EDIT, a new one, is to have the password that was given. */
static int takes_password(mws_call_t *call, const edit_t *edit)
{
    return !wants_password_made(edit) && mws_auth_is_internal(call, text_of(edit, MWS_USER_auth));
}

/* What is asked of one new account, in Moodle's order. USERNAME_TAKEN and EMAIL_TAKEN: another one
 * has them, in the database or before it in this call. */
static mws_error_t *check_new(mws_call_t *call, const edit_t *edit, int username_taken,
                              int email_taken)
{
    const char *password = mws_text(edit->in, "password");

    MWS_ERR(check_names(call, edit));
    if (username_taken) {
        return bad_key(call, edit, "username", "another account has this user name");
    }
    MWS_ERR(check_plugins(call, edit));
    if (takes_password(call, edit) && !mws_php_bool(password)) {
        return bad_key(call, edit, "password", "expected a password, or createpassword");
    }
    if (!is_email(call, text_of(edit, MWS_USER_email))) {
        return bad_key(call, edit, "email", "expected an e-mail address");
    }
    if (email_taken) {
        return bad_key(call, edit, "email", "another account has this e-mail address");
    }
    MWS_ERR(check_room(call, edit));
    MWS_ERR(check_username(call, text_of(edit, MWS_USER_username)));
    return takes_password(call, edit) ? mws_policy_check(call, password) : NULL;
}

/* Check all of EDITS, and run what is queued. */
static mws_error_t *check_all_new(mws_call_t *call, const apr_array_header_t *edits)
{
    taken_t    *usernames = make_taken(call->pool, edits->nelts);
    taken_t    *emails = make_taken(call->pool, edits->nelts);
    apr_hash_t *seen_usernames = apr_hash_make(call->pool);
    apr_hash_t *seen_emails = apr_hash_make(call->pool);
    int         i;

    for (i = 0; i < edits->nelts; i++) {
        ask_taken(usernames, i, edit_at(edits, i), text_of(edit_at(edits, i), MWS_USER_username));
        if (one_account_an_address(call)) {
            ask_taken(emails, i, edit_at(edits, i), text_of(edit_at(edits, i), MWS_USER_email));
        }
    }
    MWS_ERR(read_taken(call, usernames, emails));
    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);
        const char   *email = mws_utf8_lower(call->pool, text_of(edit, MWS_USER_email));
        int           again = seen_before(seen_usernames, text_of(edit, MWS_USER_username));
        int           shared = seen_before(seen_emails, email) && one_account_an_address(call);

        MWS_ERR(check_new(call, edit, again || usernames->by[i], shared || emails->by[i]));
    }
    return NULL;
}

static mws_error_t *allow_create(mws_call_t *call)
{
    MWS_ERR(mws_validate_context(call, mws_context_system(call)));
    return mws_require(call, mws_context_system(call), "moodle/user:create");
}

/* Check all, and hash the passwords: before the transaction, as that takes long. */
static mws_error_t *prepare_create(mws_call_t *call, const mws_value_t *in)
{
    apr_array_header_t *edits;
    int                 i;

    MWS_ERR(allow_create(call));
    edits = read_edits(call, in);
    for (i = 0; i < edits->nelts; i++) {
        mws_user_values_preset(call, &edit_at(edits, i)->values);
    }
    MWS_ERR(check_all_new(call, edits));
    MWS_ERR(prepare_fields(call, edits));
    for (i = 0; i < edits->nelts; i++) {
        edit_t *edit = edit_at(edits, i);

        if (takes_password(call, edit) &&
            mws_auth_keeps_passwords(call, text_of(edit, MWS_USER_auth))) {
            edit->password = mws_text(edit->in, "password");
        }
    }
    call->prepared = edits;
    return hash_passwords(call, edits, NULL);
}

/* What goes into the column password of a new account. */
static const char *stored_password(mws_call_t *call, const edit_t *edit)
{
    if (edit->hash) {
        return edit->hash;
    }
    return mws_auth_is_internal(call, text_of(edit, MWS_USER_auth)) ? "" : NOT_CACHED;
}

/* Make the rows of EDITS. A name that came to another call between the check and here has none. */
static mws_error_t *insert_accounts(mws_call_t *call, const apr_array_header_t *edits)
{
    mws_texts_t *values[MWS_USER_COLUMN_COUNT], *passwords = mws_texts_make(call->pool);
    mws_rows_t  *rows;
    int          i;

    make_columns(call->pool, values);
    for (i = 0; i < edits->nelts; i++) {
        edit_t *edit = edit_at(edits, i);

        edit->hash = edit->job ? edit->job->hash : NULL;
        add_to_columns(values, edit);
        mws_texts_add(passwords, stored_password(call, edit));
    }
    MWS_ERR(
        mws_db_query(call, &insert_users, &rows,
                     MWS_USER_COLUMNS(MWS_USER_LETTER) "Siiiii" MWS_USER_COLUMNS(MWS_USER_ARGUMENT),
                     passwords, this_host(call), mws_user_preset(call, "maildigest", 0),
                     mws_user_preset(call, "autosubscribe", 1),
                     mws_user_preset(call, "trackforums", 0), call->now));
    for (i = 0; i < edits->nelts; i++) {
        edit_t     *edit = edit_at(edits, i);
        const char *made = i < mws_rows_count(rows) ? mws_row_text(rows, i, 1) : "";

        if (strcmp(made, text_of(edit, MWS_USER_username)) != 0) {
            return bad_key(call, edit, "username", "another account has this user name");
        }
        edit->id = mws_row_int(rows, i, 0);
    }
    return NULL;
}

/* Moodle: user/externallib.php, core_user_external::create_users(). */
static mws_error_t *create_users(mws_call_t *call, mws_out_t *out)
{
    apr_array_header_t *edits = call->prepared;
    mws_preferences_t  *preferences = mws_preferences_make(call);
    mws_tags_t         *tags = NULL;
    int                 i;

    MWS_ERR(allow_create(call));
    for (i = 0; i < edits->nelts; i++) { /* the work may be done anew */
        edit_at(edits, i)->id = 0;
        edit_at(edits, i)->context = NULL;
    }
    MWS_ERR(queue_email_locks(call, edits));
    MWS_ERR(check_all_new(call, edits));
    MWS_ERR(insert_accounts(call, edits));
    MWS_ERR(make_contexts(call, edits));
    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (edit->hash) {
            note_password_time(call, preferences, edit, text_of(edit, MWS_USER_auth));
        }
        if (wants_password_made(edit)) { /* by Moodle's cron, which mails it */
            mws_preferences_set(preferences, edit->id, "create_password", "1");
        }
    }
    MWS_ERR(set_tags(call, edits, &tags));
    MWS_ERR(save_fields(call, edits));
    MWS_ERR(set_preferences(call, edits, preferences, 1));
    note_events(call, edits, tags, "user_created", 'c');
    mws_out_list(out, NULL);
    for (i = 0; i < edits->nelts; i++) {
        mws_out_struct(out, NULL);
        mws_out_int(out, "id", edit_at(edits, i)->id);
        mws_out_text(out, "username", text_of(edit_at(edits, i), MWS_USER_username));
        mws_out_end(out);
    }
    mws_out_end(out);
    return NULL;
}

/* ---- changing accounts ---- */

/* Accounts that are changed together. */
typedef struct {
    apr_array_header_t *edits;
    mws_rows_t         *rows;      /* the accounts as they are */
    taken_t            *usernames; /* by others */
    taken_t            *emails;
    int                 entangled; /* they have to be changed one after the other */
} batch_t;

static mws_error_t *queue_targets(mws_call_t *call, batch_t *batch, const mws_sql_t *stmt)
{
    mws_ids_t *ids = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < batch->edits->nelts; i++) {
        mws_ids_add(ids, edit_at(batch->edits, i)->id);
    }
    return mws_db_queue(call, stmt, &batch->rows, "I", ids);
}

/* The value of COLUMN that EDIT asks for, if it is not what the account has in OLD. */
static const char *changed(const batch_t *batch, const edit_t *edit, int column, int old)
{
    const char *text = text_of(edit, column);

    return text && strcmp(text, mws_row_text(batch->rows, edit->row, old)) != 0 ? text : NULL;
}

/* The authentication plugin that the account of EDIT will have. */
static const char *auth_of(const batch_t *batch, const edit_t *edit)
{
    const char *auth = text_of(edit, MWS_USER_auth);

    return auth ? auth : mws_row_text(batch->rows, edit->row, U_AUTH);
}

/* Whether the account itself may be changed. */
static mws_error_t *check_target(mws_call_t *call, const batch_t *batch, const edit_t *edit)
{
    apr_int64_t host;

    if (edit->row < 0) {
        return mws_error(call->pool, MWS_NO_SUCH_USER, NULL);
    }
    if (edit->id != call->caller->id && mws_is_admin(call, edit->id) && !call->caller->is_admin) {
        return mws_error(call->pool, MWS_USER_IS_ADMIN, NULL);
    }
    if (mws_row_bool(batch->rows, edit->row, U_DELETED)) {
        return mws_error(call->pool, MWS_USER_IS_DELETED, NULL);
    }
    host = mws_row_int(batch->rows, edit->row, U_HOST);
    if (host && host != this_host(call)) {
        return mws_error(call->pool, MWS_USER_IS_REMOTE, NULL);
    }
    return mws_is_guest(call, edit->id) ? mws_error(call->pool, MWS_USER_IS_GUEST, NULL) : NULL;
}

/* Whether it may have what is asked for, whatever others have. */
static mws_error_t *check_values(mws_call_t *call, const edit_t *edit)
{
    const char *username = text_of(edit, MWS_USER_username), *auth = text_of(edit, MWS_USER_auth);
    const char *password = mws_text(edit->in, "password");
    int         width;

    if (username) {
        MWS_ERR(check_username(call, username));
    }
    if (password) {
        MWS_ERR(mws_policy_check(call, password));
    }
    if (auth && !*mws_clean_text(call, MWS_PARAM_AUTH, auth)) {
        return bad_key(call, edit, "auth", "expected an installed authentication plugin");
    }
    if (mws_user_values_too_long(&edit->values, &width) || preference_too_long(edit)) {
        return mws_error(call->pool, MWS_VALUE_TOO_LONG, NULL);
    }
    return mws_int(edit->in, "userpicture") && !mws_config_on(call, "disableuserimages")
               ? mws_error(call->pool, MWS_NO_PICTURES, NULL)
               : NULL;
}

static mws_error_t *check_change(mws_call_t *call, batch_t *batch, int i)
{
    const edit_t *edit = edit_at(batch->edits, i);
    const char   *email;

    MWS_ERR(check_target(call, batch, edit));
    email = changed(batch, edit, MWS_USER_email, U_EMAIL);
    if (email && !is_email(call, email)) {
        return mws_error(call->pool, MWS_BAD_EMAIL, NULL);
    }
    if (email && batch->emails->by[i]) {
        return mws_error(call->pool, MWS_EMAIL_TAKEN, NULL);
    }
    MWS_ERR(check_values(call, edit));
    return batch->usernames->by[i] ? mws_error(call->pool, MWS_USERNAME_TAKEN, NULL) : NULL;
}

/* Find the rows of the accounts. */
static void find_targets(mws_call_t *call, batch_t *batch)
{
    int i;

    for (i = 0; i < batch->edits->nelts; i++) {
        edit_t *edit = edit_at(batch->edits, i);

        edit->row = mws_rows_find(batch->rows, U_ID, edit->id);
        edit->context = edit->row < 0
                            ? NULL
                            : mws_context_of_row(call->pool, batch->rows, edit->row, U_CONTEXT);
    }
}

/* Find who has the names and addresses that accounts would take on. */
static mws_error_t *find_taken(mws_call_t *call, batch_t *batch)
{
    int i;

    batch->usernames = make_taken(call->pool, batch->edits->nelts);
    batch->emails = make_taken(call->pool, batch->edits->nelts);
    for (i = 0; i < batch->edits->nelts; i++) {
        const edit_t *edit = edit_at(batch->edits, i);

        if (edit->row < 0) {
            continue;
        }
        if (changed(batch, edit, MWS_USER_username, U_USERNAME)) {
            ask_taken(batch->usernames, i, edit, text_of(edit, MWS_USER_username));
        }
        if (changed(batch, edit, MWS_USER_email, U_EMAIL) && one_account_an_address(call)) {
            ask_taken(batch->emails, i, edit, text_of(edit, MWS_USER_email));
        }
    }
    return read_taken(call, batch->usernames, batch->emails);
}

/* Whether what the edit at place I wants belongs to an account of the same batch, which may give it
 * up before. */
static int is_entangled(const batch_t *batch, int i)
{
    apr_int64_t name = batch->usernames->by[i], email = batch->emails->by[i];

    return (name && mws_rows_find(batch->rows, U_ID, name) >= 0) ||
           (email && mws_rows_find(batch->rows, U_ID, email) >= 0);
}

/* Whether no edit of EDITS has to do with what another one leaves behind, as far as they tell. */
static int are_apart(mws_call_t *call, const apr_array_header_t *edits)
{
    apr_hash_t *ids = apr_hash_make(call->pool), *usernames = apr_hash_make(call->pool);
    apr_hash_t *emails = apr_hash_make(call->pool);
    int         i;

    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);
        const char   *username = text_of(edit, MWS_USER_username);
        const char   *email = text_of(edit, MWS_USER_email);

        if (seen_before(ids, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, edit->id)) ||
            (username && seen_before(usernames, username)) ||
            (email && seen_before(emails, mws_utf8_lower(call->pool, email)))) {
            return 0;
        }
    }
    return 1;
}

/* The hash that the password of EDIT is to have from now on; NULL where the one that is there is
 * good for it. It was made before the transaction, unless the account was changed meanwhile. */
static const char *new_hash(mws_call_t *call, const batch_t *batch, const edit_t *edit)
{
    const char *old = mws_row_text(batch->rows, edit->row, U_PASSWORD);

    if (edit->job && strcmp(edit->job->old, old) == 0) {
        return *edit->job->hash ? edit->job->hash : NULL;
    }
    return mws_password_hash(call->pool, mws_text(edit->in, "password"), call->settings->peppers);
}

static int takes_picture_away(mws_call_t *call, const edit_t *edit)
{
    return mws_given(edit->in, "userpicture") && !mws_config_on(call, "disableuserimages");
}

/* Queue the rows themselves. */
static mws_error_t *queue_changes(mws_call_t *call, const batch_t *batch)
{
    mws_texts_t *values[MWS_USER_COLUMN_COUNT], *passwords = mws_texts_make(call->pool);
    mws_texts_t *nulls = mws_texts_make(call->pool);
    mws_ids_t   *ids = mws_ids_make(call->pool), *unpictured = mws_ids_make(call->pool);
    int          i;

    make_columns(call->pool, values);
    for (i = 0; i < batch->edits->nelts; i++) {
        const edit_t *edit = edit_at(batch->edits, i);

        if (!edit->refused) {
            add_to_columns(values, edit);
            mws_texts_add(passwords, edit->hash);
            mws_texts_add(nulls, edit->values.nulls);
            mws_ids_add(ids, edit->id);
            mws_ids_add(unpictured, takes_picture_away(call, edit));
        }
    }
    return mws_db_queue(
        call, &update_users, NULL,
        MWS_USER_COLUMNS(MWS_USER_LETTER) "SSIIi" MWS_USER_COLUMNS(MWS_USER_ARGUMENT), passwords,
        nulls, ids, unpictured, call->now);
}

/* Queue what the changes put an end to: sessions of those who are suspended, those of ours and, if
 * the site says so, tokens of those whose password is another one now, pictures. */
static mws_error_t *queue_ends(mws_call_t *call, const batch_t *batch)
{
    mws_ids_t *suspended = mws_ids_make(call->pool), *changed_ids = mws_ids_make(call->pool);
    mws_ids_t *unpictured = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < batch->edits->nelts; i++) {
        const edit_t *edit = edit_at(batch->edits, i);

        if (edit->refused) {
            continue;
        }
        if (mws_php_bool(text_of(edit, MWS_USER_suspended))) {
            mws_ids_add(suspended, edit->id);
        }
        if (edit->hash) {
            mws_ids_add(changed_ids, edit->id);
        }
        if (takes_picture_away(call, edit)) {
            mws_ids_add(unpictured, edit->context->id);
        }
    }
    if (suspended->count) {
        MWS_ERR(mws_sessions_end(call, suspended));
    }
    if (changed_ids->count) {
        MWS_ERR(mws_sessions_end_ours(call, changed_ids));
        if (mws_config_on(call, "passwordchangetokendeletion")) {
            MWS_ERR(mws_tokens_delete(call, changed_ids));
        }
    }
    return unpictured->count ? mws_db_queue(call, &delete_icons, NULL, "I", unpictured) : NULL;
}

/* Write what was asked of those in BATCH that are not refused. */
static mws_error_t *write_changes(mws_call_t *call, const batch_t *batch)
{
    mws_preferences_t *preferences = mws_preferences_make(call);
    mws_tags_t        *tags = NULL;
    int                i;

    for (i = 0; i < batch->edits->nelts; i++) {
        edit_t *edit = edit_at(batch->edits, i);

        edit->hash = NULL;
        if (!edit->refused && mws_given(edit->in, "password") &&
            mws_auth_keeps_passwords(call, auth_of(batch, edit))) {
            edit->hash = new_hash(call, batch, edit);
            note_password_time(call, preferences, edit, auth_of(batch, edit));
        }
    }
    MWS_ERR(make_contexts(call, batch->edits));
    MWS_ERR(queue_changes(call, batch));
    MWS_ERR(queue_ends(call, batch));
    MWS_ERR(set_tags(call, batch->edits, &tags));
    MWS_ERR(save_fields(call, batch->edits));
    MWS_ERR(set_preferences(call, batch->edits, preferences, 0));
    note_events(call, batch->edits, tags, "user_updated", 'u');
    return NULL;
}

/* Change the accounts of a batch; each that may not be is refused by itself. Where they are
 * entangled nothing is done. */
static mws_error_t *update_batch(mws_call_t *call, void *item)
{
    batch_t *batch = item;
    int      i;

    MWS_ERR(queue_email_locks(call, batch->edits));
    MWS_ERR(queue_targets(call, batch, &targets_locked));
    MWS_ERR(mws_db_run(call));
    find_targets(call, batch);
    MWS_ERR(find_taken(call, batch));
    batch->entangled = 0;
    for (i = 0; i < batch->edits->nelts; i++) {
        edit_at(batch->edits, i)->refused = check_change(call, batch, i);
        batch->entangled |= is_entangled(batch, i);
    }
    return batch->entangled ? NULL : write_changes(call, batch);
}

/* COUNT of EDITS from FIRST on, the same structs. */
static apr_array_header_t *part_of(apr_pool_t *p, const apr_array_header_t *edits, int first,
                                   int count)
{
    apr_array_header_t *part = apr_pmemdup(p, edits, sizeof(*edits));

    part->elts += (ptrdiff_t)first * edits->elt_size;
    part->nelts = part->nalloc = count;
    return part;
}

/* Change the accounts of EDITS in their order, each for itself: all together where that gives the
 * same. Where it does not, as they are entangled or as the database refuses one of them for what the
 * checks could not see, each half is tried. */
static mws_error_t *update_in_order(mws_call_t *call, apr_array_header_t *edits)
{
    batch_t      batch = {.edits = edits};
    mws_error_t *refused = NULL;
    int          half = edits->nelts / 2;

    if (are_apart(call, edits)) {
        MWS_ERR(mws_work_item(call, update_batch, &batch, &refused));
        if (!refused && !batch.entangled) {
            return NULL;
        }
    }
    if (edits->nelts == 1) {
        edit_at(edits, 0)->refused = refused;
        return NULL;
    }
    MWS_ERR(update_in_order(call, part_of(call->pool, edits, 0, half)));
    return update_in_order(call, part_of(call->pool, edits, half, edits->nelts - half));
}

static mws_error_t *allow_update(mws_call_t *call)
{
    MWS_ERR(mws_require(call, mws_context_system(call), "moodle/user:update"));
    return mws_validate_context(call, mws_context_system(call));
}

/* Hash the passwords of those who may have them, as far as can be told before the transaction. */
static mws_error_t *prepare_update(mws_call_t *call, const mws_value_t *in)
{
    batch_t batch = {.edits = NULL};
    int     i;

    MWS_ERR(allow_update(call));
    batch.edits = read_edits(call, in);
    call->prepared = batch.edits;
    MWS_ERR(queue_targets(call, &batch, &targets));
    MWS_ERR(mws_db_run(call));
    find_targets(call, &batch);
    MWS_ERR(prepare_fields(call, batch.edits));
    for (i = 0; i < batch.edits->nelts; i++) {
        edit_t *edit = edit_at(batch.edits, i);

        if (!mws_php_bool(mws_text(edit->in, "calendartype"))) { /* does not become empty */
            edit->values.texts[MWS_USER_calendartype] = NULL;
        }
        if (mws_given(edit->in, "password") && !check_target(call, &batch, edit) &&
            !check_values(call, edit) && mws_auth_keeps_passwords(call, auth_of(&batch, edit))) {
            edit->password = mws_text(edit->in, "password");
        }
    }
    return hash_passwords(call, batch.edits, batch.rows);
}

/* Moodle: user/externallib.php, core_user_external::update_users(). */
static mws_error_t *change_users(mws_call_t *call)
{
    apr_array_header_t *edits = call->prepared;

    MWS_ERR(allow_update(call));
    return edits->nelts ? update_in_order(call, edits) : NULL;
}

static void write_warnings(mws_out_t *out, const apr_array_header_t *edits)
{
    int i;

    mws_out_struct(out, NULL);
    mws_out_list(out, "warnings");
    for (i = 0; i < edits->nelts; i++) {
        const edit_t *edit = edit_at(edits, i);

        if (edit->refused) {
            mws_warning_write(out, "user", edit->id, edit->refused);
        }
    }
    mws_out_end(out);
    mws_out_end(out);
}

/* What 2.1 answers has no place for warnings: its name changes all or nothing. */
static mws_error_t *first_refused(const apr_array_header_t *edits)
{
    int i;

    for (i = 0; i < edits->nelts && !edit_at(edits, i)->refused; i++) {
    }
    return i < edits->nelts ? edit_at(edits, i)->refused : NULL;
}

/* ---- declarations ---- */

/* clang-format off */
#define PAIRS(key, name_type, type, value, ...)                                                    \
    LIST(key, KEYS(VALUE("type", name_type, type), VALUE("value", RAW, value)), __VA_ARGS__)

#define CUSTOM_FIELDS                                                                              \
    PAIRS("customfields", ALPHANUMEXT, "short name of the field", "value that it is to hold",      \
          "values for profile fields that the site has added", OPTIONAL)

#define PREFERENCES(name_type)                                                                     \
    PAIRS("preferences", name_type, "name of the preference",                                      \
          "value of the preference; null removes it",                                              \
          "preferences; those that may not be set are passed over", OPTIONAL)

#define MORE_NAMES                                                                                 \
    VALUE("firstnamephonetic", NOTAGS, "how the first name is spoken", OPTIONAL),                  \
    VALUE("lastnamephonetic", NOTAGS, "how the last name is spoken", OPTIONAL),                    \
    VALUE("middlename", NOTAGS, "middle name", OPTIONAL),                                          \
    VALUE("alternatename", NOTAGS, "another name the person goes by", OPTIONAL),                   \
    VALUE("interests", TEXT, "tags, with commas between them", OPTIONAL)

#define WHERE_TO_FIND                                                                              \
    VALUE("institution", TEXT, "institution or company of the person", OPTIONAL),                  \
    VALUE("department", TEXT, "department of the institution", OPTIONAL),                          \
    VALUE("phone1", NOTAGS, "telephone number", OPTIONAL),                                         \
    VALUE("phone2", NOTAGS, "mobile telephone number", OPTIONAL),                                  \
    VALUE("address", TEXT, "street address", OPTIONAL)

#define MAILDISPLAY                                                                                \
    VALUE("maildisplay", INT,                                                                      \
          "who sees the e-mail address: 0 nobody, 1 everybody, 2 members of the same courses",     \
          OPTIONAL)
#define CITY(type) VALUE("city", type, "city or town of the person", OPTIONAL)
#define COUNTRY VALUE("country", ALPHA, "country, by its code of two letters", OPTIONAL)
#define TIMEZONE                                                                                   \
    VALUE("timezone", TIMEZONE, "time zone, such as Europe/Paris; 99: the site's", OPTIONAL)
#define DESCRIPTION(type)                                                                          \
    VALUE("description", type, "what the person says about themselves, as HTML", OPTIONAL)
#define THEME(type)                                                                                \
    VALUE("theme", type, "theme of the person's pages; empty: the site's", OPTIONAL)
#define MAILFORMAT                                                                                 \
    VALUE("mailformat", INT, "format of mail to the person: 0 plain text, 1 HTML", OPTIONAL)

EXTERNAL(core_user_create_users,
    .about   = "Creates accounts, all that are given or none. Each has a password that meets the "
               "site's policy, or asks for one to be made.",
    .params  = KEYS(
        LIST("users", KEYS(
            VALUE("createpassword", BOOL,
                  "true: Moodle makes a password later and mails it, and none need be given",
                  OPTIONAL),
            VALUE("username", USERNAME, "user name, in lower case, to log in with"),
            VALUE("auth", AUTH,
                  "authentication plugin, such as manual", PRESET("manual"), NOT_NULL),
            VALUE("password", RAW,
                  "password in plain text, as the site's policy wants it", OPTIONAL),
            VALUE("firstname", NOTAGS, "first name of the person"),
            VALUE("lastname", NOTAGS, "last name of the person"),
            VALUE("email", RAW_TRIMMED, "e-mail address"),
            MAILDISPLAY,
            CITY(TEXT),
            COUNTRY,
            TIMEZONE,
            DESCRIPTION(RAW),
            MORE_NAMES,
            VALUE("idnumber", RAW,
                  "id number, the key of the person in other systems", PRESET("")),
            WHERE_TO_FIND,
            VALUE("lang", LANG,
                  "code of an installed language", PRESET_SETTING(NULL, "lang", "en"), NOT_NULL),
            VALUE("calendartype", PLUGIN, "calendar type, such as gregorian",
                  PRESET_SETTING(NULL, "calendartype", "gregorian")),
            THEME(THEME),
            MAILFORMAT,
            CUSTOM_FIELDS,
            PREFERENCES(RAW)),
            "accounts to make, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "id of the new account"),
        VALUE("username", USERNAME, "user name, as given"))),
    .errors  = ERRORS(
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:create at the system"},
        {MWS_BAD_PARAMETER, "a name is blank, a user name or address is taken, a value is too "
                            "long, or a plugin, language or theme is not installed; debuginfo "
                            "says which"},
        MWS_POLICY_ERRORS),
    .before  = prepare_create)
{
    (void)in;
    return create_users(call, out);
}

EXTERNAL(moodle_user_create_users,
    .about   = "Creates accounts from the fields of Moodle 2.1, all that are given or none. "
               "Passwords must meet the site's policy.",
    .params  = KEYS(
        LIST("users", KEYS(
            VALUE("username", RAW, "user name, in lower case, to log in with"),
            VALUE("password", RAW, "password in plain text, as the site's policy wants it"),
            VALUE("firstname", NOTAGS, "first name of the person"),
            VALUE("lastname", NOTAGS, "last name of the person"),
            VALUE("email", EMAIL, "e-mail address"),
            VALUE("auth", SAFEDIR,
                  "authentication plugin, such as manual", PRESET("manual"), NOT_NULL),
            VALUE("idnumber", RAW,
                  "id number, the key of the person in other systems", PRESET("")),
            VALUE("lang", SAFEDIR,
                  "code of an installed language", PRESET_SETTING(NULL, "lang", "en"), NOT_NULL),
            THEME(SAFEDIR),
            TIMEZONE,
            MAILFORMAT,
            DESCRIPTION(TEXT),
            CITY(NOTAGS),
            COUNTRY,
            PREFERENCES(ALPHANUMEXT),
            CUSTOM_FIELDS),
            "accounts to make, all or none")),
    .returns = LIST_OF(KEYS(
        VALUE("id", INT, "id of the new account"),
        VALUE("username", RAW, "user name, as given"))),
    .errors  = ERRORS(
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:create at the system"},
        {MWS_BAD_PARAMETER, "a name is blank, a user name or address is taken, a value is too "
                            "long, or a plugin, language or theme is not installed; debuginfo "
                            "says which"},
        MWS_POLICY_ERRORS,
        {MWS_USERNAME_BLANK, "the user name is blank"},
        {MWS_USERNAME_CASE, "the user name has upper-case letters"},
        {MWS_BAD_USERNAME, "the user name has characters that it may not have"}),
    .before  = prepare_create)
{
    (void)in;
    return create_users(call, out);
}

EXTERNAL(core_user_update_users,
    .about   = "Changes accounts, each by itself: what is not given stays. An account that is "
               "refused stays as it is, and a warning carries the errorcode.",
    .params  = KEYS(
        LIST("users", KEYS(
            VALUE("id", INT, "id of the account to change"),
            VALUE("username", USERNAME,
                  "user name, in lower case, to log in with", OPTIONAL, NOT_NULL),
            VALUE("auth", AUTH, "authentication plugin, such as manual", OPTIONAL, NOT_NULL),
            VALUE("suspended", BOOL, "whether the account is locked", OPTIONAL),
            VALUE("password", RAW,
                  "password in plain text, as the site's policy wants it", OPTIONAL, NOT_NULL),
            VALUE("firstname", NOTAGS, "first name of the person", OPTIONAL, NOT_NULL),
            VALUE("lastname", NOTAGS, "last name of the person", OPTIONAL),
            VALUE("email", RAW_TRIMMED, "e-mail address", OPTIONAL, NOT_NULL),
            MAILDISPLAY,
            CITY(TEXT),
            COUNTRY,
            TIMEZONE,
            DESCRIPTION(RAW),
            VALUE("userpicture", INT,
                  "0 takes the picture away; a new one cannot be set", OPTIONAL),
            MORE_NAMES,
            VALUE("idnumber", RAW, "id number, the key of the person in other systems", OPTIONAL),
            WHERE_TO_FIND,
            VALUE("lang", LANG, "code of an installed language", OPTIONAL, NOT_NULL),
            VALUE("calendartype", PLUGIN, "calendar type, such as gregorian", OPTIONAL, NOT_NULL),
            THEME(THEME),
            MAILFORMAT,
            CUSTOM_FIELDS,
            PREFERENCES(RAW)),
            "accounts to change, and of each what is to change")),
    .returns = KEYS(
        MWS_WARNINGS("what it is about: user", "id of the account that stays as it was")),
    .errors  = ERRORS(
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:update at the system"},
        {MWS_NO_SUCH_USER, "there is no such account"},
        {MWS_USER_IS_ADMIN, "the account is an administrator, and the caller is none"},
        {MWS_USER_IS_DELETED, "the account is deleted"},
        {MWS_USER_IS_REMOTE, "the account belongs to another host"},
        {MWS_USER_IS_GUEST, "the account is that of guests"},
        {MWS_BAD_EMAIL, "the address is none"},
        {MWS_EMAIL_TAKEN, "another account has the address"},
        {MWS_USERNAME_TAKEN, "another account has the user name"},
        {MWS_VALUE_TOO_LONG, "a value has no room in its column"},
        {MWS_BAD_PARAMETER, "the authentication plugin is not installed"},
        MWS_POLICY_ERRORS,
        {MWS_USERNAME_BLANK, "the user name is blank"},
        {MWS_NO_PICTURES, "userpicture is not 0: pictures are only taken away"}),
    .before  = prepare_update)
{
    (void)in;
    MWS_ERR(change_users(call));
    write_warnings(out, call->prepared);
    return NULL;
}

EXTERNAL(moodle_user_update_users,
    .about   = "Changes accounts, all that are given or none: what is not given stays. The first "
               "that is refused refuses the call.",
    .params  = KEYS(
        LIST("users", KEYS(
            VALUE("id", FLOAT, "id of the account to change"),
            VALUE("username", RAW, "user name, in lower case, to log in with", OPTIONAL, NOT_NULL),
            VALUE("password", RAW,
                  "password in plain text, as the site's policy wants it", OPTIONAL, NOT_NULL),
            VALUE("firstname", NOTAGS, "first name of the person", OPTIONAL, NOT_NULL),
            VALUE("lastname", NOTAGS, "last name of the person", OPTIONAL),
            VALUE("email", EMAIL, "e-mail address", OPTIONAL, NOT_NULL),
            VALUE("auth", SAFEDIR, "authentication plugin, such as manual", OPTIONAL, NOT_NULL),
            VALUE("idnumber", RAW, "id number, the key of the person in other systems", OPTIONAL),
            VALUE("lang", SAFEDIR, "code of an installed language", OPTIONAL, NOT_NULL),
            THEME(SAFEDIR),
            TIMEZONE,
            MAILFORMAT,
            DESCRIPTION(TEXT),
            CITY(NOTAGS),
            COUNTRY,
            CUSTOM_FIELDS,
            PREFERENCES(ALPHANUMEXT)),
            "accounts to change, and of each what is to change")),
    .errors  = ERRORS(
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:update at the system"},
        {MWS_NO_SUCH_USER, "there is no such account"},
        {MWS_USER_IS_ADMIN, "the account is an administrator, and the caller is none"},
        {MWS_USER_IS_DELETED, "the account is deleted"},
        {MWS_USER_IS_REMOTE, "the account belongs to another host"},
        {MWS_USER_IS_GUEST, "the account is that of guests"},
        {MWS_BAD_EMAIL, "the address is none"},
        {MWS_EMAIL_TAKEN, "another account has the address"},
        {MWS_USERNAME_TAKEN, "another account has the user name"},
        {MWS_VALUE_TOO_LONG, "a value has no room in its column"},
        {MWS_BAD_PARAMETER, "the authentication plugin is not installed"},
        MWS_POLICY_ERRORS,
        {MWS_USERNAME_BLANK, "the user name is blank"},
        {MWS_USERNAME_CASE, "the user name has upper-case letters"},
        {MWS_BAD_USERNAME, "the user name has characters that it may not have"}),
    .before  = prepare_update)
{
    (void)in;
    (void)out;
    MWS_ERR(change_users(call));
    return first_refused(call->prepared);
}
/* clang-format on */
