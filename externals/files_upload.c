/* SPDX-License-Identifier: Apache-2.0 */
/* externals/files_upload.c -- a file that comes as a parameter.
 *
 * It goes into a draft area of the caller's under the name of today, into the caller's private
 * files under the name of 2.1. The bytes are in the store before the transaction is opened.
 */
#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_base64.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/course/mws_course.h"
#include "../lib/db/mws_declare.h"
#include "../lib/file/mws_files.h"
#include "../lib/site/mws_password.h"

/* How much of the text is decoded at once. */
#define PIECE 49152

/* What the columns for a path and a name have room for, in characters. */
#define NAME_MAX_LENGTH 255

SQL(course_around,
    "SELECT c.instanceid FROM {context} c, {context} x"
    " WHERE x.id = $1 AND c.contextlevel = 50"
    "   AND c.id = ANY (string_to_array(ltrim(x.path, '/'), '/')::bigint[])");

/* ---- before the transaction ---- */

/* Decode TEXT into the store; no more of it than a byte beyond MOST, where that is a bound. */
static mws_error_t *store_text(mws_call_t *call, const char *text, apr_int64_t most,
                               mws_incoming_t **content)
{
    char        *piece = apr_palloc(call->pool, PIECE);
    apr_size_t   left = strlen(text);
    mws_base64_t state = {0, 0};

    MWS_ERR(mws_incoming_begin(call, content));
    while (left && (most <= 0 || mws_incoming_size(*content) <= most)) {
        apr_size_t len = left < PIECE ? left : PIECE;

        MWS_ERR(mws_incoming_write(*content, piece, mws_base64_decode(&state, text, len, piece)));
        text += len;
        left -= len;
    }
    return mws_incoming_end(*content);
}

/* Whether the area asked for is the caller's AREA of files. */
static int is_area(const mws_value_t *in, const char *area)
{
    return strcmp(mws_text(in, "component"), "user") == 0 &&
           strcmp(mws_text(in, "filearea"), area) == 0;
}

static mws_error_t *prepare(mws_call_t *call, const mws_value_t *in, const char *area)
{
    mws_incoming_t *content;

    if (!mws_given(in, "filecontent")) {
        return mws_error(call->pool, MWS_NO_FILE, "there is no content");
    }
    if (!mws_given(in, "component") || !mws_given(in, "filearea") || !is_area(in, area)) {
        return mws_error(call->pool, MWS_CODING, "files may be uploaded to user/%s only", area);
    }
    MWS_ERR(
        store_text(call, mws_text(in, "filecontent"), mws_upload_max_of_caller(call), &content));
    call->prepared = content;
    return NULL;
}

static mws_error_t *prepare_draft(mws_call_t *call, const mws_value_t *in)
{
    return prepare(call, in, "draft");
}

static mws_error_t *prepare_private(mws_call_t *call, const mws_value_t *in)
{
    return prepare(call, in, "private");
}

/* ---- where it goes ---- */

/* Find the context that IN names by its id, or else by a level and an instance. */
static mws_error_t *find_context(mws_call_t *call, const mws_value_t *in, mws_context_t **context)
{
    if (mws_int(in, "contextid")) {
        return mws_context_by_id(call, mws_int(in, "contextid"), context);
    }
    return mws_context_named(
        call, in, "contextid, or contextlevel and instanceid, must say which context", context);
}

/* Enter CONTEXT, by way of its course where it is in one. */
static mws_error_t *enter(mws_call_t *call, mws_context_t *context)
{
    mws_course_t *course;
    mws_rows_t   *rows;

    if (!context || context->level < MWS_LEVEL_COURSE) {
        return mws_validate_context(call, context);
    }
    MWS_ERR(mws_db_query(call, &course_around, &rows, "i", context->id));
    if (!mws_rows_count(rows)) {
        return mws_validate_context(call, context);
    }
    MWS_ERR(mws_course_read(call, mws_row_int(rows, 0, 0), &course));
    if (course) {
        course->context = context;
    }
    return mws_course_validate(call, course);
}

static int is_own(const mws_call_t *call, const mws_context_t *context)
{
    return !call->caller->is_guest && call->caller->context &&
           call->caller->context->id == context->id;
}

static mws_error_t *too_long(mws_call_t *call, const char *key)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "%s => at most %d characters", key,
                     NAME_MAX_LENGTH);
}

/* The name and the directory asked for; a file without a name gets one. */
static mws_error_t *name_file(mws_call_t *call, const mws_value_t *in, mws_new_file_t *file)
{
    file->filename = mws_text(in, "filename");
    if (!file->filename || !*file->filename) {
        file->filename = apr_psprintf(call->pool, "wsupload%s_%" APR_INT64_T_FMT ".tmp",
                                      mws_random_hex(call->pool, 13), call->now);
    }
    file->filepath = mws_text(in, "filepath");
    if (!file->filepath || !*file->filepath) {
        file->filepath = "/";
    }
    if (mws_utf8_count(file->filename) > NAME_MAX_LENGTH) {
        return too_long(call, "filename");
    }
    if (mws_utf8_count(file->filepath) > NAME_MAX_LENGTH) {
        return too_long(call, "filepath");
    }
    return NULL;
}

/* The directory must be there, but for the root, and no file of that name. */
static mws_error_t *check_place(mws_call_t *call, const mws_new_file_t *file)
{
    const char *own = mws_file_pathhash(call->pool, &file->area, file->filepath, file->filename);
    const char *directory = mws_file_pathhash(call->pool, &file->area, file->filepath, ".");
    mws_rows_t *rows;
    int         i, there = strcmp(file->filepath, "/") == 0;

    MWS_ERR(mws_files_queue_present(call, own, directory, &rows));
    MWS_ERR(mws_db_run(call));
    for (i = 0; i < mws_rows_count(rows); i++) {
        if (strcmp(mws_row_text(rows, i, 0), own) == 0) {
            return mws_error(call->pool, MWS_FILE_EXISTS, NULL);
        }
        there = 1;
    }
    return there ? NULL : mws_error(call->pool, MWS_NO_FILE, "there is no such directory");
}

static mws_error_t *check_size(mws_call_t *call, const mws_new_file_t *file)
{
    apr_int64_t most = mws_upload_max_of_caller(call);

    return most > 0 && mws_incoming_size(file->content) > most
               ? mws_error(call->pool, MWS_FILE_TOO_BIG, NULL)
               : NULL;
}

/* Make FILE in CONTEXT, which the caller has entered, and answer. */
static mws_error_t *make_file(mws_call_t *call, const mws_context_t *context, mws_new_file_t *file,
                              const char *script, mws_out_t *out)
{
    apr_array_header_t *files = apr_array_make(call->pool, 1, sizeof(mws_new_file_t *));
    mws_area_t          linked = file->area;

    APR_ARRAY_PUSH(files, mws_new_file_t *) = file;
    MWS_ERR(mws_files_make(call, files));
    if (!file->id) {
        return mws_error(call->pool, MWS_FILE_EXISTS, NULL);
    }
    if (!linked.itemid) {
        linked.itemid = -1;
    }
    mws_out_struct(out, NULL);
    mws_out_int(out, "contextid", context->id);
    mws_out_text(out, "component", file->area.component);
    mws_out_text(out, "filearea", file->area.filearea);
    mws_out_int(out, "itemid", file->area.itemid);
    mws_out_text(out, "filepath", file->filepath);
    mws_out_text(out, "filename", file->filename);
    mws_out_text(out, "url",
                 mws_file_address(call, script, &linked, file->filepath, file->filename));
    mws_out_end(out);
    return NULL;
}

/* Moodle: files/externallib.php, core_files_external::upload(). A size is checked here only. */
EXTERNAL(core_files_upload,
    .about  = "Stores a file in a draft area of the caller's own, from where forms and functions "
              "take files by the item id.",
    .params = KEYS(
        VALUE("contextid", INT,
              "id of the caller's own user context; null: named by level and instance",
              PRESET_NULL),
        VALUE("component", COMPONENT, "component of the area: always user"),
        VALUE("filearea", AREA, "name of the area: always draft"),
        VALUE("itemid", INT, "item id of the draft area; 0: a new one is begun"),
        VALUE("filepath", PATH, "directory, with a slash at both ends"),
        VALUE("filename", FILE, "name of the file"),
        VALUE("filecontent", TEXT, "bytes of the file as base64"),
        VALUE("contextlevel", ALPHA,
              "level of the context, where contextid is null: user", PRESET_NULL),
        VALUE("instanceid", INT, "id of the caller, where contextid is null", PRESET_NULL)),
    .returns = KEYS(
        VALUE("contextid", INT, "id of the context it is in"),
        VALUE("component", COMPONENT, "component of the area: user"),
        VALUE("filearea", AREA, "name of the file area"),
        VALUE("itemid", INT, "item id of the draft area"),
        VALUE("filepath", TEXT, "directory, with a slash at both ends"),
        VALUE("filename", FILE, "name of the file"),
        VALUE("url", TEXT, "URL of the file, for browsers")),
    .errors = ERRORS(
        {MWS_CODING, "the place is not user/draft"},
        {MWS_NO_FILE, "there is no content, no such directory, or the context is not the "
                      "caller's own"},
        {MWS_BAD_PARAMETER, "there is no such context, or a name is longer than 255 characters"},
        MWS_COURSE_ERRORS,
        {MWS_FILE_EXISTS, "there is a file of that name"},
        {MWS_FILE_TOO_BIG, "the file is larger than the site allows"},
        MWS_STORE_ERRORS,
        {MWS_NO_GUEST, "the caller is a guest, who has no draft areas"}),
    .before = prepare_draft)
{
    mws_new_file_t file = {.content = call->prepared, .area = {0, "user", "draft", 0}};
    mws_context_t *context;

    MWS_ERR(name_file(call, in, &file));
    file.area.itemid = mws_int(in, "itemid");
    if (file.area.itemid <= 0) {
        MWS_ERR(mws_draft_unused(call, &file.area.itemid));
    }
    MWS_ERR(find_context(call, in, &context));
    MWS_ERR(enter(call, context));
    if (!is_own(call, context)) {
        return mws_error(call->pool, MWS_NO_FILE, "the context is not the caller's");
    }
    file.area.contextid = context->id;
    MWS_ERR(check_place(call, &file));
    MWS_ERR(check_size(call, &file));
    return make_file(call, context, &file, "/draftfile.php", out);
}

/* Moodle 2.1: files/externallib.php, moodle_file_external::upload(). Capability, size and quota are
 * checked here only. */
EXTERNAL(moodle_file_upload,
    .about  = "Stores a file among the caller's private files, as long as their quota has room "
              "for it.",
    .params = KEYS(
        VALUE("contextid", INT, "id of the caller's own user context"),
        VALUE("component", ALPHAEXT, "component of the area: always user"),
        VALUE("filearea", ALPHAEXT, "name of the area: always private"),
        VALUE("itemid", INT, "item of the area; taken as 0, whatever it is"),
        VALUE("filepath", PATH, "directory, with a slash at both ends"),
        VALUE("filename", FILE, "name of the file"),
        VALUE("filecontent", TEXT, "bytes of the file as base64")),
    .returns = KEYS(
        VALUE("contextid", INT, "id of the context it is in"),
        VALUE("component", ALPHAEXT, "component of the area: user"),
        VALUE("filearea", ALPHAEXT, "name of the file area"),
        VALUE("itemid", INT, "item of the area: always 0"),
        VALUE("filepath", TEXT, "directory, with a slash at both ends"),
        VALUE("filename", FILE, "name of the file"),
        VALUE("url", TEXT, "URL of the file, for browsers")),
    .errors = ERRORS(
        {MWS_CODING, "the place is not user/private"},
        {MWS_NO_FILE, "there is no content, no such directory, or the context is not the "
                      "caller's own"},
        {MWS_BAD_PARAMETER, "there is no such context, or a name is longer than 255 characters"},
        MWS_COURSE_ERRORS,
        {MWS_FILE_EXISTS, "there is a file of that name"},
        {MWS_FILE_TOO_BIG, "the file is larger than the site allows"},
        MWS_STORE_ERRORS,
        {MWS_NO_PERMISSION, "the caller lacks moodle/user:manageownfiles"},
        {MWS_OVER_QUOTA, "the private files would be more than the caller may keep"}),
    .before = prepare_private)
{
    mws_new_file_t file = {.content = call->prepared, .area = {0, "user", "private", 0}};
    mws_context_t *context;

    MWS_ERR(name_file(call, in, &file));
    if (mws_int(in, "contextid")) {
        MWS_ERR(mws_context_by_id(call, mws_int(in, "contextid"), &context));
    }
    else {
        context = apr_pmemdup(call->pool, mws_context_system(call), sizeof(*context));
    }
    MWS_ERR(enter(call, context));
    if (!is_own(call, context)) {
        return mws_error(call->pool, MWS_NO_FILE, "the context is not the caller's");
    }
    MWS_ERR(mws_require(call, context, "moodle/user:manageownfiles"));
    file.area.contextid = context->id;
    MWS_ERR(check_place(call, &file));
    MWS_ERR(check_size(call, &file));
    MWS_ERR(mws_quota_check(call, mws_incoming_size(file.content)));
    return make_file(call, context, &file, "/pluginfile.php", out);
}
