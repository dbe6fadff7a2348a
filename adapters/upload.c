/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/upload.c -- webservice/upload.php: files that come as parts of a form.
 *
 * Each goes into the file store's folder as it comes; of none more than a piece is ever held. Who
 * sends them is asked as soon as the token is known: before the first file, where it comes first.
 */
#include <apr_strings.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_php.h"
#include "../lib/text/mws_clean.h"
#include "../services/mws_auth.h"
#include "../services/mws_check.h"
#include "../services/mws_serve.h"
#include "../services/mws_upload.h"
#include "mws_ajax.h"
#include "mws_form.h"

/* A request. */
typedef struct {
    mws_call_t         *call;
    const mws_http_t   *http;
    int                 open;    /* web services are on */
    mws_fields_t        fields;  /* its variables */
    apr_array_header_t *uploads; /* of mws_upload_t *, in the order in which they come */
    mws_upload_t       *upload;  /* that which is read, NULL between two */
    apr_int64_t         size;    /* how much of it there was */
} request_t;

/* ---- who sends them ---- */

/* The token, or NULL: a field before the header. */
static const char *token_of(request_t *request)
{
    const char *token = mws_form_take(request->fields.strct, "token");

    return token ? token : mws_http_bearer(request->call->pool, request->http);
}

static mws_error_t *admit(request_t *request, const char *token)
{
    mws_call_t *call = request->call;

    if (!request->open) {
        return mws_error(call->pool, MWS_NO_ACCESS, "web services are off");
    }
    MWS_ERR(mws_auth_for_files(call, token));
    mws_db_release(call); /* what comes may take its time */
    if (!call->uploadfiles) {
        return mws_error(call->pool, MWS_NO_ACCESS, "the service does not let files be uploaded");
    }
    return NULL;
}

/* ---- parts ---- */

/* A file may be as large as a field MAX_FILE_SIZE before it says. PHP: main/rfc1867.c. */
static mws_error_t *check_form_max(request_t *request)
{
    const mws_value_t *said = mws_value_get(request->fields.strct, "MAX_FILE_SIZE", -1);
    apr_int64_t        most;

    if (!said || mws_value_kind(said) != MWS_TEXT) {
        return NULL;
    }
    most = mws_php_int(mws_value_as_text(said).s);
    return most > 0 && request->size > most
               ? mws_error(request->call->pool, MWS_UPLOAD_FORM_SIZE, NULL)
               : NULL;
}

/* The name of a file that came with the path to it, as some clients send it. PHP:
 * main/rfc1867.c. */
static const char *base_name(const char *name)
{
    const char *end = name + strlen(name);

    while (end > name && end[-1] != '/' && end[-1] != '\\') {
        end--;
    }
    return end;
}

static mws_error_t *begin_file(request_t *request, const mws_part_t *part)
{
    mws_call_t *call = request->call;
    const char *token = call->caller ? NULL : token_of(request);

    request->upload = apr_pcalloc(call->pool, sizeof(*request->upload));
    request->size = 0;
    APR_ARRAY_PUSH(request->uploads, mws_upload_t *) = request->upload;
    if (token) {
        MWS_ERR(admit(request, token));
    }
    MWS_ERR(mws_serve_may_write(call));
    if (request->uploads->nelts > call->settings->elements_max) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "more than the %" APR_INT64_T_FMT " files allowed in one request",
                         call->settings->elements_max);
    }
    if (!*part->filename) {
        return mws_error(call->pool, MWS_UPLOAD_NO_FILE, NULL);
    }
    request->upload->file.filename =
        apr_pstrdup(call->pool, mws_clean_text(call, MWS_PARAM_FILE, base_name(part->filename)));
    return mws_incoming_begin(call, &request->upload->file.content);
}

static mws_error_t *begin_part(void *baton, const mws_part_t *part)
{
    request_t *request = baton;

    return part->filename ? begin_file(request, part)
                          : mws_form_fields.begin(&request->fields, part);
}

static mws_error_t *add_bytes(void *baton, const char *bytes, apr_size_t len)
{
    request_t    *request = baton;
    mws_upload_t *upload = request->upload;
    apr_int64_t   most = mws_upload_max(request->call);

    if (!upload) {
        return mws_form_fields.bytes(&request->fields, bytes, len);
    }
    request->size += (apr_int64_t)len;
    MWS_ERR(check_form_max(request));
    if (upload->too_large) {
        return NULL;
    }
    if (most > 0 && request->size > most) {
        upload->too_large = 1;
        mws_incoming_drop(upload->file.content);
        return NULL;
    }
    return mws_incoming_write(upload->file.content, bytes, len);
}

static mws_error_t *end_part(void *baton)
{
    request_t    *request = baton;
    mws_upload_t *upload = request->upload;

    if (!upload) {
        return mws_form_fields.end(&request->fields);
    }
    if (!upload->too_large) {
        MWS_ERR(mws_incoming_end(upload->file.content));
    }
    request->upload = NULL;
    return NULL;
}

/* What went wrong with the parts, as PHP tells it of the one that was read. */
static mws_error_t *part_error(request_t *request, mws_error_t *err)
{
    apr_pool_t *p = request->call->pool;

    if (err && err->id == MWS_STORE_CANNOT_WRITE) {
        return mws_error(p, MWS_UPLOAD_CANT_WRITE, "%s", err->detail);
    }
    if (err && err->id == MWS_BAD_PARAMETER && request->upload && request->upload->file.content) {
        return mws_error(p, MWS_UPLOAD_PARTIAL, "%s", err->debuginfo);
    }
    return err;
}

/* Read all that the request brings: its variables, and the files. */
static mws_error_t *read_request(request_t *request)
{
    static const mws_part_taker_t taker = {begin_part, add_bytes, end_part};

    mws_call_t       *call = request->call;
    const mws_http_t *http = request->http;
    apr_int64_t       keys = call->settings->keys_max;
    int               is_json;

    if (strcmp(http->method, "POST") != 0 ||
        strcmp(mws_http_type(call->pool, http), MWS_MULTIPART) != 0) {
        return mws_form_read(call, http, &request->fields.strct, &is_json);
    }
    if (http->query) {
        mws_text_t query = {http->query, strlen(http->query)};

        MWS_ERR(mws_form_query(call, query, request->fields.strct, &keys));
    }
    return part_error(request, mws_multipart_read(call, http, &taker, request, &keys));
}

/* ---- the answer ---- */

static void put_number(mws_sink_t *sink, apr_pool_t *p, apr_int64_t i)
{
    const char *text = apr_psprintf(p, "%" APR_INT64_T_FMT, i);

    mws_put(sink, text, strlen(text));
}

static void put_text(mws_sink_t *sink, const char *text)
{
    if (text) {
        mws_escape_json(sink, text, strlen(text));
    }
    else {
        MWS_PUT(sink, "null");
    }
}

static void put_file(mws_sink_t *sink, apr_pool_t *p, const mws_new_file_t *file)
{
    MWS_PUT(sink, "{\"component\":\"user\",\"contextid\":");
    put_number(sink, p, file->area.contextid);
    MWS_PUT(sink, ",\"userid\":\"");
    put_number(sink, p, file->userid);
    MWS_PUT(sink, "\",\"filearea\":\"draft\",\"filename\":");
    put_text(sink, file->filename);
    MWS_PUT(sink, ",\"filepath\":");
    put_text(sink, file->filepath);
    MWS_PUT(sink, ",\"itemid\":");
    put_number(sink, p, file->area.itemid);
    MWS_PUT(sink, ",\"license\":");
    put_text(sink, file->license);
    MWS_PUT(sink, ",\"author\":");
    put_text(sink, file->author);
    MWS_PUT(sink, ",\"source\":");
    put_text(sink, file->source);
    MWS_PUT(sink, ",\"filesize\":");
    put_number(sink, p, mws_incoming_size(file->content));
    MWS_PUT(sink, "}");
}

static void put_refusal(mws_sink_t *sink, const char *filename, const char *type, const char *says)
{
    MWS_PUT(sink, "{\"filename\":");
    put_text(sink, filename);
    MWS_PUT(sink, ",\"errortype\":");
    put_text(sink, type);
    MWS_PUT(sink, ",\"error\":");
    put_text(sink, says);
    MWS_PUT(sink, "}");
}

static void put_uploads(mws_call_t *call, mws_sink_t *sink, const apr_array_header_t *uploads)
{
    int i;

    MWS_PUT(sink, "[");
    for (i = 0; i < uploads->nelts; i++) {
        const mws_upload_t *upload = APR_ARRAY_IDX(uploads, i, mws_upload_t *);

        if (i) {
            MWS_PUT(sink, ",");
        }
        if (upload->too_large) {
            put_refusal(sink, upload->file.filename, "fileoversized",
                        mws_error_rows[MWS_FILE_TOO_BIG].text);
        }
        else if (!upload->file.id) {
            put_refusal(sink, upload->file.filename, "filenameexist",
                        mws_error_rows[MWS_FILE_EXISTS].text);
        }
        else {
            put_file(sink, call->pool, &upload->file);
        }
    }
    MWS_PUT(sink, "]");
}

static mws_error_t *answer(request_t *request, mws_reply_t *reply)
{
    mws_call_t *call = request->call;
    const char *token, *filepath, *itemid;

    MWS_ERR(mws_auth_gates(call, &request->open));
    MWS_ERR(read_request(request));
    token = token_of(request);
    if (!call->caller) {
        if (!token) {
            return mws_check_missing(call, "token");
        }
        MWS_ERR(admit(request, token));
    }
    filepath = mws_form_take(request->fields.strct, "filepath");
    itemid = mws_form_take(request->fields.strct, "itemid");
    MWS_ERR(mws_upload_store(call, request->uploads,
                             filepath ? mws_clean_text(call, MWS_PARAM_PATH, filepath) : "/",
                             itemid ? mws_php_int(itemid) : 0));
    put_uploads(call, reply->body, request->uploads);
    return NULL;
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    request_t    request = {.call = call, .http = http};
    mws_error_t *err;

    call->origin = "web";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    request.fields.call = call;
    request.fields.strct = mws_value_struct(call->pool);
    request.uploads = apr_array_make(call->pool, 2, sizeof(mws_upload_t *));
    err = answer(&request, reply);
    mws_ajax_open(call, reply, request.uploads->nelts > 0);
    if (err) {
        mws_ajax_fault(call, reply, err);
    }
}

const mws_adapter_t mws_adapter_upload = {.name = "upload", .serve = serve};
