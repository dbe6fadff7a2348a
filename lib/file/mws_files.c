/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_files.c -- rows of table files, and what may become one. */
#include "mws_files.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../site/mws_password.h"
#include "../site/mws_work.h"
#include "../text/mws_mimetype.h"

/* The items of draft areas are drawn from so many. */
#define DRAFTS 999999999

/* What cannot be made is passed over before ids are drawn. */
SQL(insert_files,
    "INSERT INTO {files} (contenthash, pathnamehash, contextid, component, filearea, itemid,"
    " filepath, filename, userid, filesize, mimetype, status, source, author, license,"
    " timecreated, timemodified, sortorder)"
    " SELECT n.contenthash, n.pathnamehash, $1, $2, $3, $4, n.filepath, n.filename,"
    "        nullif($5::bigint, 0), n.filesize, left(n.mimetype, 100), 0, n.source,"
    "        left(n.author, 255), n.license, $6, $6, 0"
    "   FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[],"
    "               $13::text[], $14::text[], $15::text[]) WITH ORDINALITY"
    "        AS n (contenthash, pathnamehash, filepath, filename, filesize, mimetype, source,"
    "              author, license, place)"
    "  WHERE NOT EXISTS (SELECT 1 FROM {files} f WHERE f.pathnamehash = n.pathnamehash)"
    "  ORDER BY n.place"
    " ON CONFLICT (pathnamehash) DO NOTHING"
    " RETURNING pathnamehash, id");

SQL(present, "SELECT pathnamehash FROM {files} WHERE pathnamehash IN ($1, $2)");

SQL(draft_in_use,
    "SELECT EXISTS (SELECT 1 FROM {files} WHERE component = 'user' AND filearea = 'draft'"
    " AND contextid = $1 AND itemid = $2)");

SQL(private_bytes,
    "SELECT coalesce(sum(filesize), 0)::bigint FROM {files}"
    " WHERE component = 'user' AND filearea = 'private' AND contextid = $1 AND itemid = 0");

/* Rows to be, a column each. */
typedef struct {
    mws_texts_t *contenthash, *pathnamehash, *filepath, *filename;
    mws_ids_t   *filesize;
    mws_texts_t *mimetype, *source, *author, *license;
} columns_t;

const char *mws_file_pathhash(apr_pool_t *p, const mws_area_t *area, const char *filepath,
                              const char *filename)
{
    const char *path =
        apr_psprintf(p, "/%" APR_INT64_T_FMT "/%s/%s/%" APR_INT64_T_FMT "%s%s", area->contextid,
                     area->component, area->filearea, area->itemid, filepath, filename);

    return mws_sha1(p, path, strlen(path));
}

static columns_t make_columns(apr_pool_t *p)
{
    columns_t columns = {
        .contenthash = mws_texts_make(p),
        .pathnamehash = mws_texts_make(p),
        .filepath = mws_texts_make(p),
        .filename = mws_texts_make(p),
        .filesize = mws_ids_make(p),
        .mimetype = mws_texts_make(p),
        .source = mws_texts_make(p),
        .author = mws_texts_make(p),
        .license = mws_texts_make(p),
    };

    return columns;
}

static void add_file(mws_call_t *call, columns_t *columns, const mws_new_file_t *file)
{
    mws_texts_add(columns->contenthash, mws_incoming_hash(file->content));
    mws_texts_add(columns->pathnamehash,
                  mws_file_pathhash(call->pool, &file->area, file->filepath, file->filename));
    mws_texts_add(columns->filepath, file->filepath);
    mws_texts_add(columns->filename, file->filename);
    mws_ids_add(columns->filesize, mws_incoming_size(file->content));
    mws_texts_add(columns->mimetype, mws_mimetype(call, file->filename));
    mws_texts_add(columns->source, file->source);
    mws_texts_add(columns->author, file->author);
    mws_texts_add(columns->license, file->license);
}

static void add_directory(apr_pool_t *p, columns_t *columns, const mws_area_t *area,
                          const char *filepath)
{
    mws_texts_add(columns->contenthash, MWS_HASH_OF_NOTHING);
    mws_texts_add(columns->pathnamehash, mws_file_pathhash(p, area, filepath, "."));
    mws_texts_add(columns->filepath, filepath);
    mws_texts_add(columns->filename, ".");
    mws_ids_add(columns->filesize, 0);
    mws_texts_add(columns->mimetype, NULL);
    mws_texts_add(columns->source, NULL);
    mws_texts_add(columns->author, NULL);
    mws_texts_add(columns->license, NULL);
}

/* Add the directory FILEPATH and all above it, innermost first. */
static void add_directories(apr_pool_t *p, columns_t *columns, const mws_area_t *area,
                            const char *filepath)
{
    apr_size_t len = strlen(filepath);

    while (len) {
        add_directory(p, columns, area, apr_pstrmemdup(p, filepath, len));
        for (len--; len && filepath[len - 1] != '/'; len--) {
        }
    }
}

/* The rows of FILES in the order in which Moodle makes them: the directories follow the first file
 * that needs them. */
static columns_t columns_of(mws_call_t *call, const apr_array_header_t *files)
{
    columns_t columns = make_columns(call->pool);
    int       i;

    for (i = 0; i < files->nelts; i++) {
        const mws_new_file_t *file = APR_ARRAY_IDX(files, i, mws_new_file_t *);

        add_file(call, &columns, file);
        if (!i) {
            add_directories(call->pool, &columns, &file->area, file->filepath);
        }
    }
    return columns;
}

static mws_error_t *lock_contents(mws_call_t *call, const apr_array_header_t *files)
{
    mws_texts_t *hashes = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < files->nelts; i++) {
        mws_texts_add(hashes,
                      mws_incoming_hash(APR_ARRAY_IDX(files, i, mws_new_file_t *)->content));
    }
    return mws_store_lock(call, hashes);
}

/* Give each of FILES the id of the row that ROWS has for it. Of two that have one path the first
 * has got it. */
static void set_ids(mws_call_t *call, const apr_array_header_t *files, const columns_t *columns,
                    const mws_rows_t *rows)
{
    apr_hash_t *ids = apr_hash_make(call->pool);
    int         i, at = 0;

    for (i = 0; i < mws_rows_count(rows); i++) {
        apr_int64_t *id = apr_palloc(call->pool, sizeof(*id));

        *id = mws_row_int(rows, i, 1);
        apr_hash_set(ids, mws_row_text(rows, i, 0), APR_HASH_KEY_STRING, id);
    }
    for (i = 0; i < files->nelts; i++) {
        const char  *hash;
        apr_int64_t *id;

        while (strcmp(columns->filename->texts[at], ".") == 0) {
            at++;
        }
        hash = columns->pathnamehash->texts[at++];
        id = apr_hash_get(ids, hash, APR_HASH_KEY_STRING);
        APR_ARRAY_IDX(files, i, mws_new_file_t *)->id = id ? *id : 0;
        apr_hash_set(ids, hash, APR_HASH_KEY_STRING, NULL);
    }
}

mws_error_t *mws_files_make(mws_call_t *call, const apr_array_header_t *files)
{
    const mws_new_file_t *first;
    columns_t             columns;
    mws_rows_t           *rows;
    int                   i;

    if (!files->nelts) {
        return NULL;
    }
    first = APR_ARRAY_IDX(files, 0, mws_new_file_t *);
    columns = columns_of(call, files);
    MWS_ERR(lock_contents(call, files));
    MWS_ERR(mws_db_query(call, &insert_files, &rows, "issiiiSSSSISSSS", first->area.contextid,
                         first->area.component, first->area.filearea, first->area.itemid,
                         first->userid, call->now, columns.contenthash, columns.pathnamehash,
                         columns.filepath, columns.filename, columns.filesize, columns.mimetype,
                         columns.source, columns.author, columns.license));
    set_ids(call, files, &columns, rows);
    MWS_ERR(mws_store_place_nothing(call));
    for (i = 0; i < files->nelts; i++) {
        const mws_new_file_t *file = APR_ARRAY_IDX(files, i, mws_new_file_t *);

        if (file->id) {
            MWS_ERR(mws_incoming_place(call, file->content));
        }
    }
    return NULL;
}

mws_error_t *mws_files_queue_present(mws_call_t *call, const char *one, const char *other,
                                     mws_rows_t **rows)
{
    return mws_db_queue(call, &present, rows, "ss", one, other);
}

mws_error_t *mws_draft_unused(mws_call_t *call, apr_int64_t *itemid)
{
    mws_rows_t *rows;

    if (call->caller->is_guest || !call->caller->context) {
        return mws_error(call->pool, MWS_NO_GUEST, NULL);
    }
    do {
        *itemid = apr_strtoi64(mws_random_hex(call->pool, 15), NULL, 16) % DRAFTS + 1;
        MWS_ERR(mws_db_query(call, &draft_in_use, &rows, "ii", call->caller->context->id, *itemid));
    } while (mws_row_bool(rows, 0, 0));
    return NULL;
}

int mws_can_own(mws_call_t *call, const char *capability)
{
    return call->caller->context && mws_can(call, call->caller->context, capability);
}

apr_int64_t mws_upload_max(mws_call_t *call)
{
    apr_int64_t ours = call->settings->upload_max;
    apr_int64_t sites = mws_config_int(call, "maxbytes", 0);

    return sites > 0 && (!ours || sites < ours) ? sites : ours;
}

apr_int64_t mws_upload_max_of_caller(mws_call_t *call)
{
    return mws_can_own(call, "moodle/course:ignorefilesizelimits") ? -1 : mws_upload_max(call);
}

apr_int64_t mws_quota_of_caller(mws_call_t *call)
{
    return mws_can_own(call, "moodle/user:ignoreuserquota")
               ? 0
               : mws_config_int(call, "userquota", 104857600);
}

mws_error_t *mws_quota_check(mws_call_t *call, apr_int64_t more)
{
    apr_int64_t  quota = mws_quota_of_caller(call);
    mws_texts_t *whose = mws_texts_make(call->pool);
    mws_rows_t  *rows;

    if (!quota) {
        return NULL;
    }
    mws_texts_add(whose, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, call->caller->id));
    MWS_ERR(mws_lock(call, "files.private", whose));
    MWS_ERR(mws_db_query(call, &private_bytes, &rows, "i", call->caller->context->id));
    if (mws_row_int(rows, 0, 0) + more > quota) {
        return mws_error(call->pool, MWS_OVER_QUOTA, NULL);
    }
    return NULL;
}
