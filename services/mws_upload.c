/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_upload.c -- drafts out of uploaded files. */
#include "mws_upload.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_escape.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/site/mws_work.h"
#include "mws_serve.h"

/* What the columns for a path and a name have room for, in characters. */
#define NAME_MAX_LENGTH 255

typedef struct {
    apr_array_header_t *files;  /* of mws_new_file_t * */
    apr_int64_t         itemid; /* as asked for */
} storing_t;

static mws_error_t *check_path(mws_call_t *call, const char *filepath)
{
    apr_size_t len = strlen(filepath);

    if (!len || filepath[0] != '/' || filepath[len - 1] != '/' ||
        mws_utf8_count(filepath) > NAME_MAX_LENGTH) {
        return mws_error(call->pool, MWS_STORE_PROBLEM, "the path is none");
    }
    return NULL;
}

static mws_error_t *check_name(mws_call_t *call, const char *filename)
{
    if (!*filename || mws_utf8_count(filename) > NAME_MAX_LENGTH) {
        return mws_error(call->pool, MWS_STORE_PROBLEM, "the file name is none");
    }
    return NULL;
}

/* All of the request together, against what the caller may upload as one file. */
static mws_error_t *check_sizes(mws_call_t *call, const apr_array_header_t *files)
{
    apr_int64_t most = mws_upload_max_of_caller(call), bytes = 0;
    int         i;

    for (i = 0; i < files->nelts; i++) {
        bytes += mws_incoming_size(APR_ARRAY_IDX(files, i, mws_new_file_t *)->content);
    }
    return most > 0 && bytes > most ? mws_error(call->pool, MWS_OVER_QUOTA, NULL) : NULL;
}

/* The name that the file came with, as PHP serializes it. */
static const char *source_of(apr_pool_t *p, const char *filename)
{
    return apr_psprintf(p, "O:8:\"stdClass\":1:{s:6:\"source\";s:%" APR_SIZE_T_FMT ":\"%s\";}",
                        strlen(filename), filename);
}

/* Say of FILE all that its row will. */
static void describe(mws_call_t *call, mws_new_file_t *file, const char *filepath)
{
    file->area.contextid = call->caller->context->id;
    file->area.component = "user";
    file->area.filearea = "draft";
    file->filepath = filepath;
    file->userid = call->caller->id;
    file->author = mws_caller_fullname(call, 0);
    file->license = mws_config(call, "sitedefaultlicense");
    file->source = source_of(call->pool, file->filename);
}

static void log_added(mws_call_t *call, const mws_new_file_t *file)
{
    mws_event_t event = {.name = "draft_file_added",
                         .crud = 'c',
                         .objecttable = "files",
                         .objectid = file->id,
                         .contextid = file->area.contextid,
                         .contextlevel = MWS_LEVEL_USER,
                         .contextinstanceid = call->caller->id,
                         .relateduserid = call->caller->id};

    event.other = apr_psprintf(
        call->pool,
        "{\"itemid\":%" APR_INT64_T_FMT ",\"filename\":%s,\"filesize\":%" APR_INT64_T_FMT
        ",\"filepath\":%s,\"contenthash\":\"%s\"}",
        file->area.itemid, mws_json_text(call->pool, file->filename),
        mws_incoming_size(file->content), mws_json_text(call->pool, file->filepath),
        mws_incoming_hash(file->content));
    mws_event(call, &event);
}

static mws_error_t *store(mws_call_t *call, void *baton)
{
    const storing_t *storing = baton;
    apr_int64_t      itemid = storing->itemid;
    int              i;

    if (itemid <= 0) {
        MWS_ERR(mws_draft_unused(call, &itemid));
    }
    for (i = 0; i < storing->files->nelts; i++) {
        APR_ARRAY_IDX(storing->files, i, mws_new_file_t *)->area.itemid = itemid;
    }
    MWS_ERR(mws_files_make(call, storing->files));
    for (i = 0; i < storing->files->nelts; i++) {
        const mws_new_file_t *file = APR_ARRAY_IDX(storing->files, i, mws_new_file_t *);

        if (file->id) {
            log_added(call, file);
        }
    }
    return NULL;
}

mws_error_t *mws_upload_store(mws_call_t *call, const apr_array_header_t *uploads,
                              const char *filepath, apr_int64_t itemid)
{
    storing_t storing = {apr_array_make(call->pool, uploads->nelts, sizeof(mws_new_file_t *)),
                         itemid};
    int       i;

    if (call->caller->is_guest && itemid <= 0) {
        return mws_error(call->pool, MWS_NO_GUEST, NULL);
    }
    if (!call->caller->context) {
        return mws_error(call->pool, MWS_NO_RECORD, "the user has no context");
    }
    for (i = 0; i < uploads->nelts; i++) {
        mws_upload_t *upload = APR_ARRAY_IDX(uploads, i, mws_upload_t *);

        if (!upload->too_large) {
            describe(call, &upload->file, filepath);
            APR_ARRAY_PUSH(storing.files, mws_new_file_t *) = &upload->file;
        }
    }
    MWS_ERR(check_sizes(call, storing.files));
    for (i = 0; i < storing.files->nelts; i++) {
        MWS_ERR(check_name(call, APR_ARRAY_IDX(storing.files, i, mws_new_file_t *)->filename));
        MWS_ERR(check_path(call, filepath));
    }
    return storing.files->nelts ? mws_serve_write(call, store, &storing) : NULL;
}
