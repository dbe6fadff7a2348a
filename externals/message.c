/* SPDX-License-Identifier: Apache-2.0 */
/* externals/message.c -- instant messages.
 *
 * All messages of a call are judged, and those that may be sent are stored, with a fixed number of
 * statements. What hinders one message is the answer for that message, and the others are sent.
 * Copies by mail or to phones are not sent.
 */
#include <apr_escape.h>
#include <apr_hash.h>
#include <apr_sha1.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/db/mws_rows.h"
#include "../lib/file/mws_file_key.h"
#include "../lib/site/mws_access.h"
#include "../lib/site/mws_site.h"
#include "../lib/site/mws_work.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_format.h"
#include "../lib/text/mws_plain.h"
#include "../lib/text/mws_target.h"

/* The most bytes of a message. Moodle: api::MESSAGE_MAX_LENGTH. */
#define LENGTH_MAX 4096

/* Who may write to a user, by the user's preference. Moodle: api::MESSAGE_PRIVACY_... */
enum { COURSE_MEMBERS, CONTACTS, WHOLE_SITE };

/* Kinds of conversations. Moodle: api::MESSAGE_CONVERSATION_TYPE_... */
enum { INDIVIDUAL = 1, SELF = 3 };

/* $2 is the sender. */
SQL(recipients,
    "SELECT u.id,"
    "       EXISTS (SELECT 1 FROM {message_users_blocked} b"
    "                WHERE b.userid = u.id AND b.blockeduserid = $2),"
    "       EXISTS (SELECT 1 FROM {message_contacts} k"
    "                WHERE (k.userid = u.id AND k.contactid = $2)"
    "                   OR (k.userid = $2 AND k.contactid = u.id)),"
    "       (SELECT p.value FROM {user_preferences} p"
    "         WHERE p.userid = u.id AND p.name = 'message_blocknoncontacts')"
    "  FROM {user} u"
    " WHERE u.id = ANY ($1) AND u.deleted = 0"
    " ORDER BY u.id");

enum { R_ID, R_BLOCKED, R_CONTACT, R_PRIVACY };

/* The visible courses that user $1 takes part in, whatever the dates say; $2 holds the enrolment
 * plugins in use. Moodle: enrol_get_shared_courses(). */
#define COURSES_OF_SENDER                                                                          \
    "SELECT c.id FROM {course} c"                                                                  \
    " WHERE c.visible = 1 AND c.id IN (SELECT e.courseid"                                          \
    "        FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid"                        \
    "       WHERE ue.userid = $1 AND ue.status = 0 AND e.status = 0"                               \
    "         AND e.enrol = ANY (string_to_array($2, ',')))"

SQL(courses_of_sender, "SELECT x.instanceid, " MWS_CONTEXT_COLUMNS("x") " FROM {context} x"
                       " WHERE x.contextlevel = 50 AND x.instanceid IN (" COURSES_OF_SENDER ")"
                       " ORDER BY x.instanceid");

enum { C_ID, C_CONTEXT };

/* Which of the users $3 take part in which of those courses. */
SQL(shared_courses,
    "SELECT DISTINCT ue.userid, e.courseid"
    "  FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid"
    " WHERE ue.userid = ANY ($3) AND ue.status = 0 AND e.status = 0"
    "   AND e.enrol = ANY (string_to_array($2, ','))"
    "   AND e.courseid IN (" COURSES_OF_SENDER ")"
    " ORDER BY ue.userid, e.courseid");

enum { S_USER, S_COURSE };

/* The conversations of the hashes $1 and types $2, in that order; no index keeps PHP from making
 * one twice. */
SQL(find_conversations,
    "SELECT (SELECT min(c.id) FROM {message_conversations} c"
    "         WHERE c.convhash = w.convhash AND c.type = w.type)"
    "  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS w (convhash, type, place)"
    " ORDER BY w.place");

SQL(add_conversations,
    "INSERT INTO {message_conversations} (type, convhash, enabled, timecreated, timemodified)"
    " SELECT w.type, w.convhash, 1, $3, $3"
    "  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS w (convhash, type, place)"
    " ORDER BY w.place"
    " RETURNING id");

SQL(add_members,
    "INSERT INTO {message_conversation_members} (conversationid, userid, timecreated)"
    " SELECT m.conversationid, m.userid, $3"
    "  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS m (conversationid, userid, place)"
    " ORDER BY m.place");

SQL(star_conversation,
    "INSERT INTO {favourite} (component, itemtype, itemid, contextid, userid, timecreated,"
    "       timemodified)"
    " VALUES ('core_message', 'message_conversations', $1, $2, $3, $4, $4)"
    " ON CONFLICT DO NOTHING");

/* Formats other than HTML have no HTML; a full message that is as the small one is given once. */
SQL(add_messages,
    "INSERT INTO {messages} (useridfrom, conversationid, subject, fullmessage, fullmessageformat,"
    "       fullmessagehtml, smallmessage, timecreated, fullmessagetrust, customdata)"
    " SELECT $6, m.conversationid, $7, COALESCE(m.fullmessage, m.smallmessage), m.format,"
    "       CASE WHEN m.format = 1 THEN m.smallmessage ELSE '' END, m.smallmessage, $8, $9,"
    "       m.customdata"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY"
    "       AS m (conversationid, format, smallmessage, fullmessage, customdata, place)"
    " ORDER BY m.place"
    " RETURNING id");

/* A message of the call. */
typedef struct {
    apr_int64_t to, format;
    const char *text, *client_id; /* CLIENT_ID NULL: none was given */
    const char *html;             /* the text as it is shown */
    const char *refusal;          /* why it is not sent, or NULL */
    int         bad_format;
    int         peer; /* where TO stands among those who are written to */
    apr_int64_t id, conversation;
} message_t;

/* The call. */
typedef struct {
    mws_call_t         *call;
    apr_array_header_t *messages; /* of message_t */
    mws_rows_t         *recipients, *courses, *shared;
    mws_ids_t          *peers; /* who is written to, in the order of the messages */
    mws_ids_t          *conversations;
    mws_rows_t         *keys;
    int                 writes_to_all;
    mws_ids_t          *open_courses; /* where the sender may write to anybody */
} letters_t;

/* ---- who may be written to ---- */

static int system_can(mws_call_t *call, const char *capability)
{
    return mws_can(call, mws_context_system(call), capability);
}

/* Read who is written to and, where that matters, what they share with the sender. */
static mws_error_t *read_recipients(letters_t *letters)
{
    mws_call_t *call = letters->call;
    const char *plugins = mws_config(call, "enrol_plugins_enabled");
    apr_int64_t sender = call->caller->id;
    mws_ids_t  *ids = mws_ids_make(call->pool);
    int         i;

    for (i = 0; i < letters->messages->nelts; i++) {
        mws_ids_add(ids, APR_ARRAY_IDX(letters->messages, i, message_t).to);
    }
    letters->writes_to_all = system_can(call, "moodle/site:readallmessages") ||
                             system_can(call, "moodle/site:messageanyuser");
    if (!letters->writes_to_all) {
        plugins = plugins ? plugins : "";
        MWS_ERR(mws_db_queue(call, &courses_of_sender, &letters->courses, "is", sender, plugins));
        MWS_ERR(mws_db_queue(call, &shared_courses, &letters->shared, "isI", sender, plugins, ids));
    }
    MWS_ERR(mws_db_query(call, &recipients, &letters->recipients, "Ii", ids, sender));
    for (i = 0; letters->courses && i < mws_rows_count(letters->courses); i++) {
        if (mws_can(call, mws_context_of_row(call->pool, letters->courses, i, C_CONTEXT),
                    "moodle/site:messageanyuser")) {
            mws_ids_add(letters->open_courses, mws_row_int(letters->courses, i, C_ID));
        }
    }
    return NULL;
}

/* Who may write to the user of ROW by that user's own choice; the site's where there is none. What
 * is no choice of these counts as the narrowest. */
static apr_int64_t privacy_of(const letters_t *letters, int row)
{
    int         open = mws_config_on(letters->call, "messagingallusers");
    apr_int64_t chosen = open ? WHOLE_SITE : COURSE_MEMBERS;

    if (!mws_row_null(letters->recipients, row, R_PRIVACY)) {
        chosen = mws_php_int(mws_row_text(letters->recipients, row, R_PRIVACY));
    }
    return chosen == WHOLE_SITE && !open ? COURSE_MEMBERS : chosen;
}

/* Whether the user of ROW has opened the door to the sender. A block closes it to everybody. */
static int is_welcome(const letters_t *letters, int row, int shares_course)
{
    apr_int64_t privacy = privacy_of(letters, row);

    if (mws_row_bool(letters->recipients, row, R_BLOCKED)) {
        return 0;
    }
    return privacy == WHOLE_SITE || mws_row_bool(letters->recipients, row, R_CONTACT) ||
           (privacy == COURSE_MEMBERS && shares_course);
}

/* Whether the sender may write to anybody in one of the courses SHARED[FROM..END). */
static int can_by_course(const letters_t *letters, int from, int end)
{
    for (; letters->open_courses->count && from < end; from++) {
        if (mws_ids_have(letters->open_courses, mws_row_int(letters->shared, from, S_COURSE))) {
            return 1;
        }
    }
    return 0;
}

/* Whether the sender may write to the user of ROW. Moodle: api::can_send_message(). */
static int can_send(const letters_t *letters, int row)
{
    apr_int64_t to = mws_row_int(letters->recipients, row, R_ID);
    int         from, end;

    if (letters->writes_to_all || to == letters->call->caller->id) {
        return 1;
    }
    from = mws_rows_range(letters->shared, S_USER, to, &end);
    return is_welcome(letters, row, from < end) || can_by_course(letters, from, end);
}

/* Why MESSAGE cannot be sent, or NULL. */
static const char *refusal_of(const letters_t *letters, message_t *message)
{
    mws_call_t *call = letters->call;
    int         row = mws_rows_find(letters->recipients, R_ID, message->to);

    if (row < 0) {
        return apr_psprintf(call->pool, "There is no user %" APR_INT64_T_FMT " to write to",
                            message->to);
    }
    if (strlen(message->text) > LENGTH_MAX) {
        return "The message is too long: 4096 bytes are the most";
    }
    if (!can_send(letters, row)) {
        return "You can't message this user due to their message preferences."
               " Try adding them as a contact.";
    }
    if (!mws_format_known(message->format)) {
        message->bad_format = 1;
        return "No such text format: 0 Moodle, 1 HTML, 2 plain, 4 Markdown";
    }
    message->html = mws_format_to_html(call->pool, message->text, (int)message->format);
    if (!*mws_trim(call->pool, message->text) || !*mws_trim(call->pool, message->html)) {
        return "The message is empty";
    }
    if (mws_php_bool(mws_plugin_config(call, "message", "moodle_instantmessage_disable"))) {
        return "Instant messages are not delivered on this site";
    }
    return NULL;
}

/* Judge the messages, and list who is written to. Only where nothing at all is to be sent is a
 * format that does not exist an error of the call, as it is in Moodle even after others were. */
static mws_error_t *judge(letters_t *letters)
{
    apr_pool_t      *p = letters->call->pool;
    apr_hash_t      *places = apr_hash_make(p);
    const message_t *bad = NULL;
    int              i;

    for (i = 0; i < letters->messages->nelts; i++) {
        message_t *message = &APR_ARRAY_IDX(letters->messages, i, message_t);
        int       *place = apr_hash_get(places, &message->to, sizeof(message->to));

        message->refusal = refusal_of(letters, message);
        if (message->refusal) {
            bad = message->bad_format ? message : bad;
            continue;
        }
        if (!place) {
            place = apr_palloc(p, sizeof(*place));
            *place = letters->peers->count;
            mws_ids_add(letters->peers, message->to);
            apr_hash_set(places, &message->to, sizeof(message->to), place);
        }
        message->peer = *place;
    }
    if (bad && !letters->peers->count) {
        return mws_error(p, MWS_BAD_FORMAT, "%" APR_INT64_T_FMT, bad->format);
    }
    return NULL;
}

/* ---- conversations ---- */

/* What a conversation of the sender with PEER is found by.
 * Moodle: core_message\helper::get_conversation_hash(). */
static const char *conversation_hash(mws_call_t *call, apr_int64_t peer)
{
    apr_int64_t    self = call->caller->id;
    const char    *members;
    unsigned char  digest[APR_SHA1_DIGESTSIZE];
    apr_sha1_ctx_t sha1;

    members = peer == self ? apr_psprintf(call->pool, "%" APR_INT64_T_FMT, self)
                           : apr_psprintf(call->pool, "%" APR_INT64_T_FMT "-%" APR_INT64_T_FMT,
                                          peer < self ? peer : self, peer < self ? self : peer);
    apr_sha1_init(&sha1);
    apr_sha1_update(&sha1, members, (unsigned int)strlen(members));
    apr_sha1_final(digest, &sha1);
    return apr_pescape_hex(call->pool, digest, sizeof(digest), 0);
}

/* Queue starring the sender's conversation ID with themself. The sender has a context: whoever has
 * none has no capability either. */
static mws_error_t *star(mws_call_t *call, apr_int64_t id)
{
    return mws_db_queue(call, &star_conversation, NULL, "iiii", id, call->caller->context->id,
                        call->caller->id, call->now);
}

/* Make the conversations that are missing, whose places are MISSING. */
static mws_error_t *add_missing(letters_t *letters, const mws_ids_t *missing,
                                const mws_texts_t *hashes, const mws_ids_t *types)
{
    mws_call_t *call = letters->call;
    mws_ids_t  *conversations = mws_ids_make(call->pool);
    mws_ids_t  *members = mws_ids_make(call->pool);
    mws_rows_t *made;
    int         i;

    MWS_ERR(mws_db_query(call, &add_conversations, &made, "SIi", hashes, types, call->now));
    for (i = 0; i < missing->count; i++) {
        apr_int64_t id = mws_row_int(made, i, 0), peer = letters->peers->ids[missing->ids[i]];

        letters->conversations->ids[missing->ids[i]] = id;
        mws_ids_add(conversations, id);
        mws_ids_add(members, call->caller->id);
        if (peer == call->caller->id) {
            MWS_ERR(star(call, id));
        }
        else {
            mws_ids_add(conversations, id);
            mws_ids_add(members, peer);
        }
    }
    return mws_db_query(call, &add_members, NULL, "IIi", conversations, members, call->now);
}

/* Find the conversation with each peer, or make it. */
static mws_error_t *open_conversations(letters_t *letters)
{
    mws_call_t  *call = letters->call;
    mws_texts_t *hashes = mws_texts_make(call->pool), *new_hashes = mws_texts_make(call->pool);
    mws_ids_t   *types = mws_ids_make(call->pool), *new_types = mws_ids_make(call->pool);
    mws_ids_t   *missing = mws_ids_make(call->pool);
    mws_rows_t  *found;
    int          i;

    for (i = 0; i < letters->peers->count; i++) {
        mws_texts_add(hashes, conversation_hash(call, letters->peers->ids[i]));
        mws_ids_add(types, letters->peers->ids[i] == call->caller->id ? SELF : INDIVIDUAL);
    }
    MWS_ERR(mws_lock(call, "conversations", hashes));
    MWS_ERR(mws_db_query(call, &find_conversations, &found, "SI", hashes, types));
    for (i = 0; i < letters->peers->count; i++) {
        mws_ids_add(letters->conversations, mws_row_int(found, i, 0));
        if (mws_row_null(found, i, 0)) {
            mws_ids_add(missing, i);
            mws_texts_add(new_hashes, hashes->texts[i]);
            mws_ids_add(new_types, types->ids[i]);
        }
    }
    return missing->count ? add_missing(letters, missing, new_hashes, new_types) : NULL;
}

/* ---- messages ---- */

/* Read the keys of all peers, which are made where they are missing. */
static mws_error_t *read_keys(letters_t *letters)
{
    mws_call_t *call = letters->call;
    mws_ids_t  *missing = mws_ids_make(call->pool);
    int         i;

    MWS_ERR(mws_file_keys_queue(call, letters->peers, &letters->keys));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < letters->peers->count; i++) {
        if (mws_rows_find(letters->keys, MWS_FILE_KEY_USER, letters->peers->ids[i]) < 0) {
            mws_ids_add(missing, letters->peers->ids[i]);
        }
    }
    if (!missing->count) {
        return NULL;
    }
    MWS_ERR(mws_file_keys_make(call, missing));
    MWS_ERR(mws_file_keys_queue(call, letters->peers, &letters->keys));
    return mws_db_run(call);
}

/* The address of the sender's picture, as PEER may read it. */
static const char *icon_for(const letters_t *letters, apr_int64_t peer)
{
    static const char   script[] = "/pluginfile.php/";
    mws_call_t         *call = letters->call;
    const mws_caller_t *sender = call->caller;
    apr_size_t          root = strlen(call->settings->wwwroot);
    int                 row = mws_rows_find(letters->keys, MWS_FILE_KEY_USER, peer);
    const char *url = mws_picture_url(call, sender->id, sender->context ? sender->context->id : 0,
                                      sender->picture, sender->deleted, sender->email, 1);

    if (row < 0 || strncmp(url, call->settings->wwwroot, root) != 0 ||
        strncmp(url + root, script, strlen(script)) != 0) {
        return url;
    }
    return apr_pstrcat(call->pool, call->settings->wwwroot, "/tokenpluginfile.php/",
                       mws_row_text(letters->keys, row, MWS_FILE_KEY), "/",
                       url + root + strlen(script), NULL);
}

/* What the clients of the peer show around a message. */
static const char *custom_data(const letters_t *letters, apr_int64_t peer)
{
    mws_call_t *call = letters->call;

    return apr_psprintf(call->pool,
                        "{\"notificationiconurl\":%s,\"actionbuttons\":{\"send\":\"Send\"},"
                        "\"placeholders\":{\"send\":\"Write a message...\"},"
                        "\"courseid\":%" APR_INT64_T_FMT "}",
                        mws_json_text(call->pool, icon_for(letters, peer)),
                        mws_front_page_id(call));
}

static void note_sent(mws_call_t *call, const message_t *message)
{
    mws_event_t event = {.name = "message_sent",
                         .crud = 'c',
                         .objecttable = "messages",
                         .objectid = message->id,
                         .relateduserid = message->to,
                         .other = apr_psprintf(call->pool, "{\"courseid\":%" APR_INT64_T_FMT "}",
                                               mws_front_page_id(call))};

    mws_event(call, &event);
}

/* Give the stored messages their ids, and note their events. */
static void take_ids(letters_t *letters, const mws_rows_t *made)
{
    int i, row = 0;

    for (i = 0; i < letters->messages->nelts; i++) {
        message_t *message = &APR_ARRAY_IDX(letters->messages, i, message_t);

        if (!message->refusal) {
            message->id = mws_row_int(made, row++, 0);
            if (message->to != letters->call->caller->id) {
                note_sent(letters->call, message);
            }
        }
    }
}

/* Store the messages that are not refused. */
static mws_error_t *store(letters_t *letters)
{
    mws_call_t  *call = letters->call;
    mws_ids_t   *conversations = mws_ids_make(call->pool), *formats = mws_ids_make(call->pool);
    mws_texts_t *texts = mws_texts_make(call->pool), *plains = mws_texts_make(call->pool);
    mws_texts_t *customs = mws_texts_make(call->pool);
    apr_int64_t  trust =
        mws_config_on(call, "enabletrusttext") && system_can(call, "moodle/site:trustcontent");
    const char **custom =
        apr_palloc(call->pool, (apr_size_t)letters->peers->count * sizeof(*custom));
    mws_rows_t *made;
    int         i;

    for (i = 0; i < letters->peers->count; i++) {
        custom[i] = custom_data(letters, letters->peers->ids[i]);
    }
    for (i = 0; i < letters->messages->nelts; i++) {
        message_t *message = &APR_ARRAY_IDX(letters->messages, i, message_t);

        if (message->refusal) {
            continue;
        }
        message->conversation = letters->conversations->ids[message->peer];
        mws_ids_add(conversations, message->conversation);
        mws_ids_add(formats, message->format);
        mws_texts_add(texts, message->text);
        mws_texts_add(plains, message->format == MWS_FORMAT_HTML
                                  ? mws_plain(call->pool, message->text)
                                  : NULL);
        mws_texts_add(customs, custom[message->peer]);
    }
    MWS_ERR(mws_db_query(
        call, &add_messages, &made, "IISSSisii", conversations, formats, texts, plains, customs,
        call->caller->id,
        apr_pstrcat(call->pool, "New message from ", mws_caller_fullname(call, 0), NULL), call->now,
        trust));
    take_ids(letters, made);
    return NULL;
}

/* ---- the call ---- */

/* The messages of IN; by the 2.1 name, ONLY_TEXT, their tags are taken out before anything else. */
static apr_array_header_t *take_messages(mws_call_t *call, const mws_value_t *in, int only_text)
{
    const mws_value_t  *items = mws_items(in, "messages");
    int                 count = (int)mws_value_size(items), i;
    apr_array_header_t *messages = apr_array_make(call->pool, count, sizeof(message_t));

    for (i = 0; i < count; i++) {
        const mws_value_t *item = mws_value_at(items, (apr_size_t)i);
        message_t         *message = apr_array_push(messages);
        const char        *text = mws_text(item, "text");

        text = text ? text : "";
        memset(message, 0, sizeof(*message));
        message->to = mws_int(item, "touserid");
        message->text = only_text ? mws_clean_text(call, MWS_PARAM_TEXT, text) : text;
        message->format = only_text ? MWS_FORMAT_MOODLE : mws_int(item, "textformat");
        message->client_id = mws_text(item, "clientmsgid");
    }
    return messages;
}

static void write_message(mws_call_t *call, mws_out_t *out, const message_t *message)
{
    int sent = !message->refusal;

    mws_out_struct(out, NULL);
    mws_out_int(out, "msgid", sent ? message->id : -1);
    if (message->client_id) {
        mws_out_text(out, "clientmsgid", message->client_id);
    }
    if (!sent) {
        mws_out_text(out, "errormessage", message->refusal);
    }
    if (sent && mws_out_wants(out, "text")) {
        mws_out_text(out, "text", mws_target_blank(call->pool, message->html));
        mws_out_int(out, "timecreated", call->now);
        mws_out_int(out, "conversationid", message->conversation);
        mws_out_int(out, "useridfrom", call->caller->id);
    }
    mws_out_bool(out, "candeletemessagesforallusers",
                 sent && system_can(call, "moodle/site:deleteanymessage"));
    mws_out_end(out);
}

/* Moodle: message/externallib.php, core_message_external::send_instant_messages(). */
static mws_error_t *send_messages(mws_call_t *call, const mws_value_t *in, mws_out_t *out,
                                  int only_text)
{
    letters_t letters = {.call = call,
                         .messages = take_messages(call, in, only_text),
                         .open_courses = mws_ids_make(call->pool),
                         .peers = mws_ids_make(call->pool),
                         .conversations = mws_ids_make(call->pool)};
    int       i;

    if (!mws_config_on(call, "messaging")) {
        return mws_error(call->pool, MWS_MESSAGING_OFF, NULL);
    }
    MWS_ERR(mws_validate_context(call, mws_context_system(call)));
    MWS_ERR(mws_require(call, mws_context_system(call), "moodle/site:sendmessage"));
    MWS_ERR(read_recipients(&letters));
    MWS_ERR(judge(&letters));
    if (letters.peers->count) {
        MWS_ERR(open_conversations(&letters));
        MWS_ERR(read_keys(&letters));
        MWS_ERR(store(&letters));
    }
    mws_out_list(out, NULL);
    for (i = 0; i < letters.messages->nelts; i++) {
        write_message(call, out, &APR_ARRAY_IDX(letters.messages, i, message_t));
    }
    mws_out_end(out);
    return NULL;
}

EXTERNAL(core_message_send_instant_messages,
    .about   = "Sends messages to users, each in the sender's conversation with that user. One "
               "that may not be sent is answered with the reason, and the others are sent.",
    .params  = KEYS(
        LIST("messages", KEYS(
            VALUE("touserid", INT, "id of the user to write to"),
            VALUE("text", RAW, "the message, of 4096 bytes at most"),
            VALUE("textformat", INT, "format of the text: 0 Moodle, 1 HTML, 2 plain, 4 Markdown",
                  PRESET("0")),
            VALUE("clientmsgid", ALPHANUMEXT,
                  "an id of your own for it, given back with its result",
                  OPTIONAL)),
            "messages to send, each for itself")),
    .returns = LIST_OF(KEYS(
        VALUE("msgid", INT, "identifies the message; -1 when it was not sent"),
        VALUE("clientmsgid", ALPHANUMEXT, "the id that the caller gave it", OPTIONAL),
        VALUE("errormessage", TEXT, "why the message was not sent", OPTIONAL),
        VALUE("text", RAW, "the message as it is shown", OPTIONAL),
        VALUE("timecreated", INT, "when it was sent, Unix seconds", OPTIONAL),
        VALUE("conversationid", INT, "id of the conversation it is in", OPTIONAL),
        VALUE("useridfrom", INT, "id of the sender", OPTIONAL),
        VALUE("candeletemessagesforallusers", BOOL,
              "whether the sender may delete messages for everybody", PRESET("0")))),
    .errors  = ERRORS(
        {MWS_MESSAGING_OFF, "messages are switched off on the site"},
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/site:sendmessage at the system"},
        {MWS_BAD_FORMAT, "none could be sent, and a textformat is none of 0, 1, 2 and 4"}))
{
    return send_messages(call, in, out, 0);
}

EXTERNAL(moodle_message_send_instantmessages,
    .about   = "Sends messages to users, each in the sender's conversation with that user. One "
               "that may not be sent is answered with the reason, and the others are sent.",
    .params  = KEYS(
        LIST("messages", KEYS(
            VALUE("touserid", INT, "id of the user to write to"),
            VALUE("text", RAW, "the message, of 4096 bytes at most; tags are taken out"),
            VALUE("clientmsgid", ALPHANUMEXT,
                  "an id of your own for it, given back with its result",
                  OPTIONAL)),
            "messages to send, each for itself")),
    .returns = LIST_OF(KEYS(
        VALUE("msgid", INT, "identifies the message; -1 when it was not sent"),
        VALUE("clientmsgid", ALPHANUMEXT, "the id that the caller gave it", OPTIONAL),
        VALUE("errormessage", TEXT, "why the message was not sent", OPTIONAL))),
    .errors  = ERRORS(
        {MWS_MESSAGING_OFF, "messages are switched off on the site"},
        MWS_ACCOUNT_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/site:sendmessage at the system"}))
{
    return send_messages(call, in, out, 1);
}
