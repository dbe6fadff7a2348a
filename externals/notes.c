/* SPDX-License-Identifier: Apache-2.0 */
/* externals/notes.c -- notes about users. */
#include <apr_strings.h>
#include <string.h>

#include "../lib/course/mws_course.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_rows.h"
#include "../lib/site/mws_site.h"
#include "../lib/site/mws_work.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_format.h"
#include "../lib/text/mws_html.h"

SQL(living_users, "SELECT id FROM {user} WHERE id = ANY ($1) AND deleted = 0 ORDER BY id");

SQL(add_notes,
    "INSERT INTO {post} (module, userid, courseid, content, format, publishstate, lastmodified,"
    "       created, usermodified)"
    " SELECT 'notes', n.userid, n.courseid, n.content, n.format, n.publishstate, $6, $6, $7"
    "  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])"
    "       WITH ORDINALITY AS n (userid, courseid, content, format, publishstate, place)"
    " ORDER BY n.place"
    " RETURNING id");

/* A note of the call. */
typedef struct {
    apr_int64_t          userid, courseid, format;
    const char          *text, *client_id; /* CLIENT_ID NULL: none was given */
    const char          *state;            /* as stored */
    const mws_context_t *context;          /* of the course that it is stored in */
    const char          *refusal;          /* why it is not stored, or NULL */
    apr_int64_t          id;
} note_t;

/* Who sees a note, as the table says it; what is no such word counts as the course's. */
static const char *stored_state(const char *word)
{
    if (word && strcmp(word, "personal") == 0) {
        return "draft";
    }
    return word && strcmp(word, "site") == 0 ? "site" : "public";
}

/* The text and the format of ITEM by the 2.1 name, whose formats are words. */
static void take_worded(mws_call_t *call, const mws_value_t *item, note_t *note)
{
    const char *word = mws_text(item, "format");

    if (word && strcmp(word, "html") == 0) {
        note->format = MWS_FORMAT_HTML;
        note->text =
            mws_trim(call->pool, mws_html_clean(call->pool, note->text, strlen(note->text)));
    }
    else {
        note->format = MWS_FORMAT_PLAIN;
        note->text = mws_clean_text(call, MWS_PARAM_TEXT, note->text);
    }
}

static apr_array_header_t *take_notes(mws_call_t *call, const mws_value_t *in, int worded)
{
    const mws_value_t  *items = mws_items(in, "notes");
    int                 count = (int)mws_value_size(items), i;
    apr_array_header_t *notes = apr_array_make(call->pool, count, sizeof(note_t));

    for (i = 0; i < count; i++) {
        const mws_value_t *item = mws_value_at(items, (apr_size_t)i);
        note_t            *note = apr_array_push(notes);
        const char        *text = mws_text(item, "text");

        memset(note, 0, sizeof(*note));
        note->userid = mws_int(item, "userid");
        note->courseid = mws_int(item, "courseid");
        note->state = stored_state(mws_text(item, "publishstate"));
        note->text = text ? text : "";
        note->client_id = mws_text(item, "clientnoteid");
        if (worded) {
            take_worded(call, item, note);
        }
        else {
            note->format = mws_int(item, "format");
        }
    }
    return notes;
}

/* Read the courses and the users that NOTES name. */
static mws_error_t *read_subjects(mws_call_t *call, const apr_array_header_t *notes,
                                  const apr_array_header_t **courses, mws_rows_t **users)
{
    mws_ids_t *courseids = mws_ids_make(call->pool);
    mws_ids_t *userids = mws_ids_make(call->pool);
    int        i;

    for (i = 0; i < notes->nelts; i++) {
        mws_ids_add(courseids, APR_ARRAY_IDX(notes, i, note_t).courseid);
        mws_ids_add(userids, APR_ARRAY_IDX(notes, i, note_t).userid);
    }
    MWS_ERR(mws_db_queue(call, &living_users, users, "I", userids));
    return mws_courses_read(call, courseids, courses);
}

/* See whether NOTE, about the user of row USER (-1: none) in COURSE (NULL: none), can be stored.
 * An error ends the call, a refusal is the answer for this note. A note for the whole site is
 * judged in the course that was given. */
static mws_error_t *judge(mws_call_t *call, note_t *note, mws_course_t *course, int user)
{
    const char *trimmed;

    if (course) {
        MWS_ERR(mws_course_validate(call, course));
        MWS_ERR(mws_require(call, course->context, "moodle/notes:manage"));
        note->context = course->context;
    }
    else {
        note->refusal = "You are trying to use an invalid course ID";
    }
    if (user < 0) {
        note->refusal =
            apr_psprintf(call->pool, "Invalid user id: %" APR_INT64_T_FMT, note->userid);
    }
    if (note->refusal) {
        return NULL;
    }
    if (!mws_format_known(note->format)) {
        return mws_error(call->pool, MWS_BAD_FORMAT, "%" APR_INT64_T_FMT, note->format);
    }
    trimmed = mws_trim(call->pool, note->text);
    if (!*trimmed || strcmp(note->text, "0") == 0) {
        note->refusal = "The note is empty";
    }
    if (strcmp(note->state, "site") == 0) {
        note->context = mws_site_front_page(call->site);
        note->courseid = note->context->instanceid;
    }
    return NULL;
}

static void note_created(mws_call_t *call, const note_t *note)
{
    mws_event_t event = {.name = "note_created",
                         .crud = 'c',
                         .objecttable = "post",
                         .objectid = note->id,
                         .contextid = note->context->id,
                         .contextinstanceid = note->courseid,
                         .contextlevel = note->context->level,
                         .courseid = note->courseid,
                         .relateduserid = note->userid,
                         .other =
                             apr_psprintf(call->pool, "{\"publishstate\":\"%s\"}", note->state)};

    mws_event(call, &event);
}

/* Store the first COUNT of NOTES, but for those refused. *STORED says how many there were. */
static mws_error_t *store(mws_call_t *call, apr_array_header_t *notes, int count, int *stored)
{
    mws_ids_t   *users = mws_ids_make(call->pool), *courses = mws_ids_make(call->pool);
    mws_ids_t   *formats = mws_ids_make(call->pool);
    mws_texts_t *texts = mws_texts_make(call->pool), *states = mws_texts_make(call->pool);
    mws_rows_t  *made;
    int          i;

    *stored = 0;
    for (i = 0; i < count; i++) {
        const note_t *note = &APR_ARRAY_IDX(notes, i, note_t);

        if (!note->refusal) {
            mws_ids_add(users, note->userid);
            mws_ids_add(courses, note->courseid);
            mws_texts_add(texts, note->text);
            mws_ids_add(formats, note->format);
            mws_texts_add(states, note->state);
        }
    }
    if (!users->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &add_notes, &made, "IISISii", users, courses, texts, formats, states,
                         call->now, call->caller->id));
    for (i = 0; i < count; i++) {
        note_t *note = &APR_ARRAY_IDX(notes, i, note_t);

        if (!note->refusal) {
            note->id = mws_row_int(made, (*stored)++, 0);
            note_created(call, note);
        }
    }
    return NULL;
}

static void write_note(mws_out_t *out, const note_t *note)
{
    mws_out_struct(out, NULL);
    if (note->client_id) {
        mws_out_text(out, "clientnoteid", note->client_id);
    }
    mws_out_int(out, "noteid", note->refusal ? -1 : note->id);
    if (note->refusal) {
        mws_out_text(out, "errormessage", note->refusal);
    }
    mws_out_end(out);
}

/* The notes before one that ends the call stay.
 * Moodle: notes/externallib.php, core_notes_external::create_notes(). */
static mws_error_t *create_notes(mws_call_t *call, const mws_value_t *in, mws_out_t *out,
                                 int worded)
{
    apr_array_header_t       *notes = take_notes(call, in, worded);
    const apr_array_header_t *courses;
    mws_rows_t               *users;
    mws_error_t              *err = NULL;
    int                       judged = 0, stored, i;

    if (!mws_config_on(call, "enablenotes")) {
        return mws_error(call->pool, MWS_NOTES_OFF, NULL);
    }
    MWS_ERR(read_subjects(call, notes, &courses, &users));
    for (; !err && judged < notes->nelts; judged++) {
        note_t *note = &APR_ARRAY_IDX(notes, judged, note_t);

        err = judge(call, note, mws_course_among(courses, note->courseid),
                    mws_rows_find(users, 0, note->userid));
    }
    MWS_ERR(store(call, notes, err ? judged - 1 : judged, &stored));
    if (err) {
        MWS_ERR(stored ? mws_work_keep(call) : NULL);
        return err;
    }
    mws_out_list(out, NULL);
    for (i = 0; i < notes->nelts; i++) {
        write_note(out, &APR_ARRAY_IDX(notes, i, note_t));
    }
    mws_out_end(out);
    return NULL;
}

EXTERNAL(core_notes_create_notes,
    .about   = "Writes notes about users in courses. One that cannot be written is answered with "
               "the reason, and the others are written.",
    .params  = KEYS(
        LIST("notes", KEYS(
            VALUE("userid", INT, "id of the user that the note is about"),
            VALUE("publishstate", ALPHA,
                  "who sees it: personal, course (who may in the course), site (who may anywhere)"),
            VALUE("courseid", INT, "id of the course it belongs to"),
            VALUE("text", RAW, "text of the note"),
            VALUE("format", INT,
                  "format of the text: 0 Moodle, 1 HTML, 2 plain, 4 Markdown", PRESET("0")),
            VALUE("clientnoteid", ALPHANUMEXT,
                  "an id of your own for it, given back with its result",
                  OPTIONAL)),
            "notes to write, each for itself")),
    .returns = LIST_OF(KEYS(
        VALUE("clientnoteid", ALPHANUMEXT, "the id that the caller gave it", OPTIONAL),
        VALUE("noteid", INT, "identifies the note; -1 when it was not written"),
        VALUE("errormessage", TEXT, "why the note was not written", OPTIONAL))),
    .errors  = ERRORS(
        {MWS_NOTES_OFF, "notes are switched off on the site"},
        MWS_COURSE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/notes:manage in the course"},
        {MWS_BAD_FORMAT, "a format is none of 0, 1, 2 and 4; the notes before it are written"}))
{
    return create_notes(call, in, out, 0);
}

EXTERNAL(moodle_notes_create_notes,
    .about   = "Writes notes about users in courses, as plain text or HTML. One that cannot be "
               "written is answered with the reason, and the others are written.",
    .params  = KEYS(
        LIST("notes", KEYS(
            VALUE("userid", INT, "id of the user that the note is about"),
            VALUE("publishstate", ALPHA,
                  "who sees it: personal, course (who may in the course), site (who may anywhere)"),
            VALUE("courseid", INT, "id of the course it belongs to"),
            VALUE("text", RAW, "text of the note"),
            VALUE("format", ALPHA, "format of the text: text or html", PRESET("text")),
            VALUE("clientnoteid", ALPHANUMEXT,
                  "an id of your own for it, given back with its result",
                  OPTIONAL)),
            "notes to write, each for itself")),
    .returns = LIST_OF(KEYS(
        VALUE("clientnoteid", ALPHANUMEXT, "the id that the caller gave it", OPTIONAL),
        VALUE("noteid", INT, "identifies the note; -1 when it was not written"),
        VALUE("errormessage", TEXT, "why the note was not written", OPTIONAL))),
    .errors  = ERRORS(
        {MWS_NOTES_OFF, "notes are switched off on the site"},
        MWS_COURSE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/notes:manage in the course"}))
{
    return create_notes(call, in, out, 1);
}
