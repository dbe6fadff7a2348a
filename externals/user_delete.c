/* SPDX-License-Identifier: Apache-2.0 */
/* externals/user_delete.c -- the end of accounts: the row stays, under another name, and all that
 * hangs on it goes. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/course/mws_grade.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/site/mws_access.h"
#include "../lib/site/mws_work.h"
#include "../lib/text/mws_clean.h"
#include "../lib/user/mws_role.h"
#include "../lib/user/mws_tag.h"
#include "../lib/user/mws_unenrol.h"

/* How much of an address or user name is kept in the name of a deleted account. */
#define KEPT_NAME 89

SQL(accounts, "SELECT u.id, u.username, u.email, u.idnumber, u.picture, u.mnethostid, x.id"
              "  FROM {user} u"
              "  LEFT JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = u.id"
              " WHERE u.id = ANY ($1) AND u.deleted = 0"
              " ORDER BY u.id FOR UPDATE OF u");

enum { A_ID, A_USERNAME, A_EMAIL, A_IDNUMBER, A_PICTURE, A_HOST, A_CONTEXT };

SQL(contexts_of, "SELECT x.id"
                 "  FROM unnest($1::bigint[]) WITH ORDINALITY AS w (userid, place)"
                 "  JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = w.userid"
                 " ORDER BY w.place");

/* The enrolments of each by the plugins $2, which are switched on, plugin by plugin. */
SQL(enrolments_of,
    "SELECT ue.id, w.place - 1"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS w (userid, place)"
    "  JOIN {user_enrolments} ue ON ue.userid = w.userid"
    "  JOIN {enrol} e ON e.id = ue.enrolid"
    "  JOIN unnest(string_to_array($2, ',')) WITH ORDINALITY AS p (name, n) ON p.name = e.enrol"
    " ORDER BY w.place, p.n, ue.id");

SQL(roles_of, "SELECT ra.id, w.place - 1"
              "  FROM unnest($1::bigint[]) WITH ORDINALITY AS w (userid, place)"
              "  JOIN {role_assignments} ra ON ra.userid = w.userid"
              " ORDER BY w.place, ra.id");

enum { OF_ID, OF_USER };

/* ---- what goes without a word ---- */

/* What two ways to log in keep of users; these are plugins, which a site may not have. */
SQL(unlink_lti, "DELETE FROM {auth_lti_linked_login} WHERE userid = ANY ($1)");
SQL(unlink_oauth2, "DELETE FROM {auth_oauth2_linked_login} WHERE userid = ANY ($1)");

/* The rules of the event monitor that users wanted to hear of; it is a plugin, too.
 * Moodle: admin/tool/monitor, eventobservers::user_deleted(). */
SQL(unsubscribe, "DELETE FROM {tool_monitor_subscriptions} WHERE userid = ANY ($1)");

/* The rows of TABLE for which WHICH holds, as an element of a list of statements. */
#define ROWS(table, which)                                                                         \
    {                                                                                              \
        .text = "DELETE FROM {" table "} WHERE " which, .where = __FILE__ ":" table                \
    }

/* clang-format off */
#define THEIRS "userid = ANY ($1)"
#define OF_THEIRS(key, table) key " IN (SELECT t.id FROM {" table "} t WHERE t." THEIRS ")"

/* What else is a user's own; what hangs on a row goes before that row. */
static const mws_sql_t own[] = {
    ROWS("competency_evidence",         OF_THEIRS("usercompetencyid", "competency_usercomp")),
    ROWS("competency_usercomp",         THEIRS),
    ROWS("competency_usercompcourse",   THEIRS),
    ROWS("competency_usercompplan",     THEIRS),
    ROWS("competency_userevidencecomp", OF_THEIRS("userevidenceid", "competency_userevidence")),
    ROWS("competency_userevidence",     THEIRS),
    ROWS("competency_plancomp",         OF_THEIRS("planid", "competency_plan")),
    ROWS("competency_plan",             THEIRS),
    ROWS("event",                       THEIRS " AND subscriptionid IS NOT NULL"),
    ROWS("event_subscriptions",         THEIRS),
    ROWS("cohort_members",              THEIRS),
    ROWS("groups_members",              THEIRS),
    ROWS("user_enrolments",             THEIRS),
    ROWS("user_preferences",            THEIRS),
    ROWS("user_info_data",              THEIRS),
    ROWS("user_password_history",       THEIRS),
    ROWS("user_lastaccess",             THEIRS),
    ROWS("external_tokens",             THEIRS),
    ROWS("external_services_users",     THEIRS),
    ROWS("user_private_key",            THEIRS),
    ROWS("my_pages",                    THEIRS " AND private = 1"),
    ROWS("oauth2_refresh_token",        THEIRS),
    ROWS("sessions",                    THEIRS),
};

/* What is in the contexts $1, and in the blocks there, which have contexts of their own. */
#define BLOCKS "(SELECT b.id FROM {block_instances} b WHERE b.parentcontextid = ANY ($1))"
#define INSIDE                                                                                     \
    "contextid = ANY ($1::bigint[] || ARRAY(SELECT x.id FROM {context} x"                          \
    " WHERE x.contextlevel = 80 AND x.instanceid IN " BLOCKS "))"

static const mws_sql_t content[] = {
    ROWS("filter_active",               INSIDE),
    ROWS("filter_config",               INSIDE),
    ROWS("comments",                    INSIDE),
    ROWS("rating",                      INSIDE),
    ROWS("files",                       INSIDE),
    ROWS("repository_instance_config",  "instanceid IN (SELECT r.id FROM {repository_instances} r"
                                        " WHERE " INSIDE ")"),
    ROWS("repository_instances",        INSIDE),
    ROWS("grading_areas",               INSIDE),
    ROWS("role_assignments",            INSIDE),
    ROWS("role_names",                  INSIDE),
    ROWS("role_capabilities",           INSIDE),
    ROWS("user_preferences",            "name IN"
                                        " (SELECT n FROM " BLOCKS " b, unnest(ARRAY["
                                        "'block' || b.id || 'hidden',"
                                        " 'docked_block_instance_' || b.id]) AS n)"),
    ROWS("block_positions",             "blockinstanceid IN " BLOCKS),
    ROWS("context",                     "contextlevel = 80 AND instanceid IN " BLOCKS),
    ROWS("block_instances",             "parentcontextid = ANY ($1)"),
};
/* clang-format on */

/* ---- the account itself ---- */

SQL(names_taken, "SELECT username FROM {user} WHERE mnethostid = ANY ($2) AND username = ANY ($1)");

SQL(close_accounts,
    "UPDATE {user} u"
    "   SET deleted = 1, username = w.username, email = md5(u.username), idnumber = '',"
    "       picture = 0, timemodified = $3"
    "  FROM unnest($1::bigint[], $2::text[]) AS w (id, username)"
    " WHERE u.id = w.id");

/* Ask that what else is stored of each be removed, unless that was asked for before. */
SQL(request_removal,
    "INSERT INTO {tool_dataprivacy_request} (type, comments, commentsformat, userid, requestedby,"
    "       status, dpo, dpocomment, dpocommentformat, systemapproved, usermodified, timecreated,"
    "       timemodified, creationmethod)"
    " SELECT 2, $4, 2, w.userid, $2, 2, 0, '', 2, 0, $2, $3, $3, 1"
    "   FROM unnest($1::bigint[]) WITH ORDINALITY AS w (userid, place)"
    "  WHERE NOT EXISTS (SELECT 1 FROM {tool_dataprivacy_request} r"
    "                     WHERE r.userid = w.userid AND r.type = 2)"
    "  ORDER BY w.place");

/* An account that is to go. */
typedef struct {
    apr_int64_t id, hostid, contextid;
    const char *username, *email, *idnumber, *picture, *host;
    const char *kept;    /* of its name or address, which its new name begins with */
    const char *newname; /* not taken */
} account_t;

/* The accounts that a call deletes, in its order, and what went with them. */
typedef struct {
    apr_array_header_t *accounts; /* of account_t */
    mws_ids_t          *ids;
    mws_rows_t         *grades;
    mws_tags_t         *tags;
    mws_rows_t         *enrolments; /* by OF_USER */
    mws_ended_t        *ended;      /* by the row of ENROLMENTS */
    mws_rows_t         *roles;      /* by OF_USER */
    mws_rows_t         *unassigned; /* by the row of ROLES, which is their first column */
} leaving_t;

static account_t *account_at(const leaving_t *leaving, int i)
{
    return &APR_ARRAY_IDX(leaving->accounts, i, account_t);
}

/* ---- whose ---- */

/* TEXT up to so many characters. */
static const char *cut(apr_pool_t *p, const char *text, int chars)
{
    const char *end = text + strlen(text), *at = text;
    apr_size_t  len;

    for (; at < end && chars; chars--) {
        mws_utf8_decode(at, end, &len);
        at += len;
    }
    return apr_pstrmemdup(p, text, (apr_size_t)(at - text));
}

/* What the name of a deleted account begins with: the address, or one made up. */
static const char *kept_name(mws_call_t *call, const account_t *account)
{
    const char *address = account->email;

    if (!mws_php_bool(address)) {
        address = apr_psprintf(call->pool, "%s.%" APR_INT64_T_FMT "@unknownemail.invalid",
                               account->username, account->id);
    }
    return cut(call->pool, mws_clean_text(call, MWS_PARAM_USERNAME, address), KEPT_NAME);
}

static void add_account(mws_call_t *call, leaving_t *leaving, const mws_rows_t *rows, int row)
{
    account_t *account = &APR_ARRAY_PUSH(leaving->accounts, account_t);

    account->id = mws_row_int(rows, row, A_ID);
    account->hostid = mws_row_int(rows, row, A_HOST);
    account->contextid = mws_row_int(rows, row, A_CONTEXT);
    account->username = mws_row_text(rows, row, A_USERNAME);
    account->email = mws_row_text(rows, row, A_EMAIL);
    account->idnumber = mws_row_text(rows, row, A_IDNUMBER);
    account->picture = mws_row_text(rows, row, A_PICTURE);
    account->host = mws_row_text(rows, row, A_HOST);
    account->kept = kept_name(call, account);
    mws_ids_add(leaving->ids, account->id);
}

/* Take the accounts IDS, of ROWS, one after the other; the first that is refused decides. One that
 * is asked for again is deleted by then; to the guest account nothing happens. */
static mws_error_t *take_accounts(mws_call_t *call, const mws_ids_t *ids, const mws_rows_t *rows,
                                  leaving_t *leaving)
{
    char *taken = apr_pcalloc(call->pool, (apr_size_t)mws_rows_count(rows) + 1);
    int   i;

    leaving->accounts = apr_array_make(call->pool, ids->count, sizeof(account_t));
    leaving->ids = mws_ids_make(call->pool);
    for (i = 0; i < ids->count; i++) {
        apr_int64_t id = ids->ids[i];
        int         row = mws_rows_find(rows, A_ID, id);

        if (row < 0 || taken[row]) {
            return mws_error(call->pool, MWS_NO_USER, "user %" APR_INT64_T_FMT, id);
        }
        if (mws_is_admin(call, id)) {
            return mws_error(call->pool, MWS_ADMIN_DELETE, "user %" APR_INT64_T_FMT, id);
        }
        if (id == call->caller->id) {
            return mws_error(call->pool, MWS_SELF_DELETE, NULL);
        }
        if (!mws_is_guest(call, id)) {
            taken[row] = 1;
            add_account(call, leaving, rows, row);
        }
    }
    return NULL;
}

/* Make the contexts that accounts lack: their events are told of them. */
static mws_error_t *complete_contexts(mws_call_t *call, leaving_t *leaving)
{
    mws_ids_t  *bare = mws_ids_make(call->pool);
    mws_rows_t *made;
    int         i;

    for (i = 0; i < leaving->ids->count; i++) {
        if (!account_at(leaving, i)->contextid) {
            mws_ids_add(bare, leaving->ids->ids[i]);
        }
    }
    if (!bare->count) {
        return NULL;
    }
    MWS_ERR(mws_contexts_create(call, MWS_LEVEL_USER, bare, mws_context_system(call), &made));
    MWS_ERR(mws_db_query(call, &contexts_of, &made, "I", leaving->ids));
    for (i = 0; i < leaving->ids->count; i++) {
        account_at(leaving, i)->contextid = mws_row_int(made, i, 0);
    }
    return NULL;
}

/* ---- what goes ---- */

/* Queue the COUNT statements from FIRST on, for IDS. */
static mws_error_t *queue_all(mws_call_t *call, const mws_sql_t *first, apr_size_t count,
                              const mws_ids_t *ids)
{
    apr_size_t i;

    for (i = 0; i < count; i++) {
        MWS_ERR(mws_db_queue(call, &first[i], NULL, "I", ids));
    }
    return NULL;
}

/* Take away what is told of in the log. */
static mws_error_t *strip(mws_call_t *call, leaving_t *leaving)
{
    const mws_ids_t *ids = leaving->ids;
    const char      *plugins = mws_config(call, "enrol_plugins_enabled");

    MWS_ERR(mws_grades_delete(call, ids, &leaving->grades));
    MWS_ERR(mws_db_queue(call, &enrolments_of, &leaving->enrolments, "Is", ids, plugins));
    MWS_ERR(mws_tags_clear(call, ids, &leaving->tags));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(mws_unenrol(call, mws_ids_of_rows(call->pool, leaving->enrolments), &leaving->ended));
    MWS_ERR(mws_db_query(call, &roles_of, &leaving->roles, "I", ids));
    return mws_roles_unassign(call, mws_ids_of_rows(call->pool, leaving->roles),
                              &leaving->unassigned);
}

/* Queue the removal of what goes without a word. */
static mws_error_t *queue_rest(mws_call_t *call, const leaving_t *leaving)
{
    mws_ids_t *contexts = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < leaving->accounts->nelts; i++) {
        mws_ids_add(contexts, account_at(leaving, i)->contextid);
    }
    if (mws_plugin_config(call, "auth_lti", "version")) {
        MWS_ERR(mws_db_queue(call, &unlink_lti, NULL, "I", leaving->ids));
    }
    if (mws_plugin_config(call, "auth_oauth2", "version")) {
        MWS_ERR(mws_db_queue(call, &unlink_oauth2, NULL, "I", leaving->ids));
    }
    if (mws_plugin_config(call, "tool_monitor", "version")) {
        MWS_ERR(mws_db_queue(call, &unsubscribe, NULL, "I", leaving->ids));
    }
    MWS_ERR(queue_all(call, own, sizeof(own) / sizeof(*own), leaving->ids));
    return queue_all(call, content, sizeof(content) / sizeof(*content), contexts);
}

/* ---- the new name ---- */

/* Name each account by what is kept of it and a time, the first from now on that neither TAKEN nor
 * an account before it has. */
static void propose_names(mws_call_t *call, const leaving_t *leaving, apr_hash_t *taken)
{
    apr_hash_t *times = apr_hash_make(call->pool); /* what is kept -> the next time */
    int         i;

    for (i = 0; i < leaving->accounts->nelts; i++) {
        account_t   *account = account_at(leaving, i);
        apr_int64_t *next = apr_hash_get(times, account->kept, APR_HASH_KEY_STRING);

        if (!next) {
            next = apr_pmemdup(call->pool, &call->now, sizeof(*next));
            apr_hash_set(times, account->kept, APR_HASH_KEY_STRING, next);
        }
        do {
            account->newname =
                apr_psprintf(call->pool, "%s.%" APR_INT64_T_FMT, account->kept, (*next)++);
        } while (apr_hash_get(taken, account->newname, APR_HASH_KEY_STRING));
    }
}

/* Queue a lock on what the new names begin with: nobody else deletes one of that address. */
static mws_error_t *queue_lock(mws_call_t *call, const leaving_t *leaving)
{
    mws_texts_t *kept = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < leaving->accounts->nelts; i++) {
        mws_texts_add(kept, account_at(leaving, i)->kept);
    }
    return mws_lock(call, "user.username", kept);
}

/* Find a name for each account that is not taken. */
static mws_error_t *find_names(mws_call_t *call, const leaving_t *leaving, mws_texts_t **names)
{
    apr_hash_t *taken = apr_hash_make(call->pool);
    mws_ids_t  *hosts = mws_ids_make(call->pool);
    mws_rows_t *rows;
    int         i;

    MWS_ERR(queue_lock(call, leaving));
    for (i = 0; i < leaving->accounts->nelts; i++) {
        mws_ids_add(hosts, account_at(leaving, i)->hostid);
    }
    do {
        propose_names(call, leaving, taken);
        *names = mws_texts_make(call->pool);
        for (i = 0; i < leaving->accounts->nelts; i++) {
            mws_texts_add(*names, account_at(leaving, i)->newname);
        }
        MWS_ERR(mws_db_query(call, &names_taken, &rows, "SI", *names, hosts));
        for (i = 0; i < mws_rows_count(rows); i++) {
            apr_hash_set(taken, mws_row_text(rows, i, 0), APR_HASH_KEY_STRING, "");
        }
    } while (mws_rows_count(rows));
    return NULL;
}

/* ---- what is told ---- */

static void note_deleted(mws_call_t *call, const account_t *account)
{
    mws_event_t event = {.name = "user_deleted",
                         .crud = 'd',
                         .objecttable = "user",
                         .objectid = account->id,
                         .contextid = account->contextid,
                         .contextlevel = MWS_LEVEL_USER,
                         .contextinstanceid = account->id,
                         .relateduserid = account->id};

    event.other = apr_psprintf(
        call->pool,
        "{\"username\":%s,\"email\":%s,\"idnumber\":%s,\"picture\":\"%s\",\"mnethostid\":\"%s\"}",
        mws_json_text(call->pool, account->username), mws_json_text(call->pool, account->email),
        mws_json_text(call->pool, account->idnumber), account->picture, account->host);
    mws_event(call, &event);
}

/* Note the events of the NTH account. */
static void note(mws_call_t *call, const leaving_t *leaving, int nth)
{
    int end, at;

    mws_grades_note(call, leaving->grades, nth);
    mws_tags_note(call, leaving->tags, nth);
    for (at = mws_rows_range(leaving->enrolments, OF_USER, nth, &end); at < end; at++) {
        mws_unenrol_note(call, leaving->ended, at);
    }
    for (at = mws_rows_range(leaving->roles, OF_USER, nth, &end); at < end; at++) {
        int went = mws_rows_find(leaving->unassigned, 0, at);

        if (went >= 0) {
            mws_role_unassigned(call, leaving->unassigned, went);
        }
    }
    note_deleted(call, account_at(leaving, nth));
}

/* Queue what asks Moodle to remove the rest, where the site does so by itself.
 * Moodle: admin/tool/dataprivacy, event/user_deleted_observer. */
static mws_error_t *queue_request(mws_call_t *call, const leaving_t *leaving)
{
    const char *by_itself =
        mws_plugin_config(call, "tool_dataprivacy", "automaticdeletionrequests");

    if (!mws_php_bool(by_itself)) {
        return NULL;
    }
    return mws_db_queue(call, &request_removal, NULL, "Iiis", leaving->ids, call->caller->id,
                        call->now, "Automatically created upon user deletion.");
}

/* Moodle: user/externallib.php, core_user_external::delete_users(); lib/moodlelib.php,
 * delete_user(). */
EXTERNAL(core_user_delete_users,
    .about  = "Deletes accounts, all that are given or none, with their enrolments, roles, "
              "memberships and tokens. Their rows stay, marked as deleted.",
    .params = KEYS(
        LIST("userids", ONE(INT, "id of a user"), "ids of the users to delete")),
    .errors = ERRORS(
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:delete at the system"},
        {MWS_NO_USER, "there is no such user, or one is named twice"},
        {MWS_ADMIN_DELETE, "a user is an administrator"},
        {MWS_SELF_DELETE, "the caller is among them"}))
{
    mws_ids_t   *ids = mws_ids_of_items(call->pool, mws_items(in, "userids"));
    leaving_t    leaving = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    mws_texts_t *names;
    mws_rows_t  *rows;
    int          i;

    (void)out;
    MWS_ERR(mws_require(call, mws_context_system(call), "moodle/user:delete"));
    MWS_ERR(mws_validate_context(call, mws_context_system(call)));
    MWS_ERR(mws_db_query(call, &accounts, &rows, "I", ids));
    MWS_ERR(take_accounts(call, ids, rows, &leaving));
    MWS_ERR(complete_contexts(call, &leaving));
    MWS_ERR(strip(call, &leaving));
    MWS_ERR(queue_rest(call, &leaving));
    MWS_ERR(find_names(call, &leaving, &names));
    MWS_ERR(mws_db_queue(call, &close_accounts, NULL, "ISi", leaving.ids, names, call->now));
    MWS_ERR(queue_request(call, &leaving));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < leaving.ids->count; i++) {
        note(call, &leaving, i);
    }
    return NULL;
}
