/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_filestore.c -- contents by the hash of their bytes. */
#include "mws_filestore.h"

#include <apr_escape.h>
#include <apr_sha1.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../site/mws_site.h"
#include "../site/mws_work.h"

#define HASH_LEN ((apr_size_t)2 * APR_SHA1_DIGESTSIZE)

/* The bytes that are read at once to see whether a file is what it should be. */
#define PIECE 16384

/* What the site's folders may be used for where config.php does not say, as it says it: octal. */
#define FOLDER_MODE "02777"

SQL(rows_about, "SELECT EXISTS (SELECT 1 FROM {files} WHERE contenthash = $1)");

struct mws_incoming_t {
    mws_call_t    *call;
    const char    *temporary; /* NULL once it has its place, or was dropped */
    apr_file_t    *file;      /* open while it is written */
    apr_sha1_ctx_t sha1;
    apr_int64_t    size;
    const char    *hash;   /* NULL until it is whole */
    int            placed; /* by us: nothing was there */
};

/* ---- folders ---- */

/* The folder that config.php calls by the name of SETTING, else NAME in the site's data folder.
 * NULL when neither is known. */
static const char *folder(mws_call_t *call, const char *name)
{
    const char *said = mws_config(call, name);

    if (said && *said) {
        return said;
    }
    return call->settings->dataroot
               ? apr_pstrcat(call->pool, call->settings->dataroot, "/", name, NULL)
               : NULL;
}

/* Where a content is in the folder NAME. */
static const char *place_of(mws_call_t *call, const char *name, const char *hash)
{
    return apr_psprintf(call->pool, "%s/%.2s/%.2s/%s", folder(call, name), hash, hash + 2, hash);
}

static mode_t folder_mode(mws_call_t *call)
{
    const char *said = mws_config(call, "directorypermissions");

    return (mode_t)strtol(said && *said ? said : FOLDER_MODE, NULL, 8) & 07777;
}

/* Make the folder PATH unless it is there. The mask of the process is not ours to change. */
static int make_folder(mws_call_t *call, const char *path)
{
    if (mkdir(path, folder_mode(call)) == 0) {
        return chmod(path, folder_mode(call)) == 0;
    }
    return errno == EEXIST;
}

/* Make the folders NAME and the two below it that HASH is in. */
static int make_folders(mws_call_t *call, const char *name, const char *hash)
{
    const char *path = folder(call, name);

    return make_folder(call, path) &&
           make_folder(call, apr_psprintf(call->pool, "%s/%.2s", path, hash)) &&
           make_folder(call, apr_psprintf(call->pool, "%s/%.2s/%.2s", path, hash, hash + 2));
}

/* Let the names on the way from folder NAME to HASH outlive a power cut: the folder of each is synced. */
static int sync_folders(mws_call_t *call, const char *name, const char *hash)
{
    char *path = apr_pstrdup(call->pool, place_of(call, name, hash));
    int   levels, fd, ok = 1;

    for (levels = 0; ok && levels < 3; levels++) {
        *strrchr(path, '/') = '\0';
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ok = fd >= 0 && fsync(fd) == 0;
        if (fd >= 0) {
            close(fd);
        }
    }
    return ok;
}

/* The error of what the system has just refused. */
static mws_error_t *cannot_write(mws_call_t *call, const char *what)
{
    return mws_error(call->pool, MWS_STORE_CANNOT_WRITE, "%s: %s", what, strerror(errno));
}

/* ---- hashes ---- */

static const char *digest_of(apr_pool_t *p, apr_sha1_ctx_t *sha1)
{
    unsigned char digest[APR_SHA1_DIGESTSIZE];

    apr_sha1_final(digest, sha1);
    return apr_pescape_hex(p, digest, APR_SHA1_DIGESTSIZE, 0);
}

/* APR counts in unsigned ints. */
static void add_bytes(apr_sha1_ctx_t *sha1, const char *bytes, apr_size_t len)
{
    while (len) {
        unsigned part = len > (1U << 30) ? 1U << 30 : (unsigned)len;

        apr_sha1_update_binary(sha1, (const unsigned char *)bytes, part);
        bytes += part;
        len -= part;
    }
}

const char *mws_sha1(apr_pool_t *p, const char *bytes, apr_size_t len)
{
    apr_sha1_ctx_t sha1;

    apr_sha1_init(&sha1);
    add_bytes(&sha1, bytes, len);
    return digest_of(p, &sha1);
}

/* The hash of what FILE holds from its beginning on, NULL when it cannot be read. */
static const char *hash_of_file(apr_pool_t *p, apr_file_t *file)
{
    apr_off_t      start = 0;
    char           piece[PIECE];
    apr_sha1_ctx_t sha1;
    apr_status_t   rv = apr_file_seek(file, APR_SET, &start);
    apr_size_t     len;

    apr_sha1_init(&sha1);
    while (rv == APR_SUCCESS) {
        len = PIECE;
        rv = apr_file_read(file, piece, &len);
        if (rv == APR_SUCCESS) {
            add_bytes(&sha1, piece, len);
        }
    }
    return APR_STATUS_IS_EOF(rv) ? digest_of(p, &sha1) : NULL;
}

/* ---- a content that comes in ---- */

static apr_status_t forget(void *data)
{
    mws_incoming_t *incoming = data;

    if (incoming->file) {
        apr_file_close(incoming->file);
        incoming->file = NULL;
    }
    if (incoming->temporary) {
        unlink(incoming->temporary);
        incoming->temporary = NULL;
    }
    return APR_SUCCESS;
}

mws_error_t *mws_incoming_begin(mws_call_t *call, mws_incoming_t **incoming)
{
    mws_incoming_t *begun = apr_pcalloc(call->pool, sizeof(*begun));
    const char     *path = folder(call, "filedir");
    char           *name;
    apr_status_t    rv;

    if (!path) {
        return mws_error(call->pool, MWS_STORE_CANNOT_WRITE, "MoodleWSDataRoot is not set");
    }
    if (!make_folder(call, path)) {
        return cannot_write(call, path);
    }
    name = apr_pstrcat(call->pool, path, "/moodlews.XXXXXX", NULL);
    rv = apr_file_mktemp(&begun->file, name,
                         APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_EXCL |
                             APR_FOPEN_BINARY,
                         call->pool);
    if (rv != APR_SUCCESS) {
        errno = APR_TO_OS_ERROR(rv);
        return cannot_write(call, path);
    }
    begun->call = call;
    begun->temporary = name;
    apr_sha1_init(&begun->sha1);
    apr_pool_cleanup_register(call->pool, begun, forget, apr_pool_cleanup_null);
    *incoming = begun;
    return NULL;
}

mws_error_t *mws_incoming_write(mws_incoming_t *incoming, const char *bytes, apr_size_t len)
{
    apr_status_t rv = apr_file_write_full(incoming->file, bytes, len, NULL);

    if (rv != APR_SUCCESS) {
        errno = APR_TO_OS_ERROR(rv);
        return cannot_write(incoming->call, incoming->temporary);
    }
    add_bytes(&incoming->sha1, bytes, len);
    incoming->size += (apr_int64_t)len;
    return NULL;
}

/* Whether the disk holds what came in. */
static int is_whole(mws_incoming_t *incoming)
{
    const char *there = hash_of_file(incoming->call->pool, incoming->file);

    return there && strcmp(there, incoming->hash) == 0;
}

mws_error_t *mws_incoming_end(mws_incoming_t *incoming)
{
    mws_call_t  *call = incoming->call;
    apr_status_t rv = apr_file_sync(incoming->file);

    incoming->hash = digest_of(call->pool, &incoming->sha1);
    if (rv != APR_SUCCESS) {
        errno = APR_TO_OS_ERROR(rv);
        return cannot_write(call, incoming->temporary);
    }
    if (!is_whole(incoming)) {
        return mws_error(call->pool, MWS_STORE_CANNOT_WRITE,
                         "%s does not hold what was written to it", incoming->temporary);
    }
    apr_file_close(incoming->file);
    incoming->file = NULL;
    if (chmod(incoming->temporary, folder_mode(call) & 0666) != 0) {
        return cannot_write(call, incoming->temporary);
    }
    return NULL;
}

void mws_incoming_drop(mws_incoming_t *incoming)
{
    apr_pool_cleanup_run(incoming->call->pool, incoming, forget);
}

const char *mws_incoming_hash(const mws_incoming_t *incoming)
{
    return incoming->hash;
}

apr_int64_t mws_incoming_size(const mws_incoming_t *incoming)
{
    return incoming->size;
}

/* ---- its place ---- */

mws_error_t *mws_store_lock(mws_call_t *call, const mws_texts_t *hashes)
{
    return mws_lock(call, "files.contenthash", hashes);
}

/* Whether PATH, which is not as long as INCOMING, has the same hash all the same. */
static int collides(const mws_incoming_t *incoming, const char *path)
{
    apr_pool_t *p = incoming->call->pool;
    apr_file_t *file;
    const char *hash;

    if (apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0, p) != APR_SUCCESS) {
        return 0;
    }
    hash = hash_of_file(p, file);
    apr_file_close(file);
    return hash && strcmp(hash, incoming->hash) == 0;
}

/* See that the content of INCOMING is at PATH: what is there, what came in, or what was moved to
 * the trash meanwhile. A file that is not what it should be is replaced. */
static mws_error_t *put(mws_call_t *call, mws_incoming_t *incoming, const char *path)
{
    struct stat there;

    if (stat(path, &there) == 0) {
        if (there.st_size == incoming->size) {
            return NULL;
        }
        if (collides(incoming, path)) {
            return mws_error(call->pool, MWS_STORE_NOT_CREATED, "another content has its hash");
        }
    }
    if (!make_folders(call, "filedir", incoming->hash)) {
        return cannot_write(call, path);
    }
    if (rename(incoming->temporary ? incoming->temporary
                                   : place_of(call, "trashdir", incoming->hash),
               path) != 0) {
        return cannot_write(call, path);
    }
    incoming->temporary = NULL;
    incoming->placed = 1;
    return sync_folders(call, "filedir", incoming->hash) ? NULL : cannot_write(call, path);
}

/* Move PATH, with the content HASH, to the trash; a trash that cannot take it goes without. */
static int discard(mws_call_t *call, const char *hash, const char *path)
{
    return (make_folders(call, "trashdir", hash) &&
            rename(path, place_of(call, "trashdir", hash)) == 0) ||
           unlink(path) == 0;
}

/* Discard the content that was put into the store, unless a row is about it. The lock waits for
 * whoever is about to use it, and for the end of our own transaction where its outcome is not
 * known. */
static mws_error_t *take_back(mws_call_t *call, mws_incoming_t *incoming)
{
    mws_texts_t *hashes = mws_texts_make(call->pool);
    mws_rows_t  *rows;

    mws_texts_add(hashes, incoming->hash);
    MWS_ERR(mws_db_begin(call));
    MWS_ERR(mws_store_lock(call, hashes));
    MWS_ERR(mws_db_query(call, &rows_about, &rows, "s", incoming->hash));
    if (!mws_row_bool(rows, 0, 0)) {
        const char *path = place_of(call, "filedir", incoming->hash);

        if (!discard(call, incoming->hash, path)) {
            return cannot_write(call, path);
        }
        incoming->placed = 0;
    }
    return mws_db_commit(call);
}

/* The transaction that gave INCOMING its place is over. */
static void settle(mws_call_t *call, void *baton, int stays)
{
    mws_incoming_t *incoming = baton;
    mws_error_t    *err = NULL;

    if (stays) {
        err = put(call, incoming, place_of(call, "filedir", incoming->hash));
        if (err) {
            mws_log(call->log, MWS_LOG_ERR, APR_SUCCESS,
                    "MWS02001: the content %s was taken from the file store while it came to be "
                    "used, and cannot be put back: %s",
                    incoming->hash, err->detail);
        }
        return;
    }
    if (incoming->placed) {
        err = take_back(call, incoming);
    }
    if (err) {
        mws_db_rollback(call);
        mws_log(call->log, MWS_LOG_WARNING, APR_SUCCESS,
                "MWS02002: the content %s stays in the file store, perhaps without use "
                "(conf/moodlews-sweep finds it): %s",
                incoming->hash, err->detail ? err->detail : err->message);
    }
}

mws_error_t *mws_incoming_place(mws_call_t *call, mws_incoming_t *incoming)
{
    mws_work_after(call, settle, incoming);
    return put(call, incoming, place_of(call, "filedir", incoming->hash));
}

mws_error_t *mws_store_place_nothing(mws_call_t *call)
{
    const char     *path = place_of(call, "filedir", MWS_HASH_OF_NOTHING);
    struct stat     there;
    mws_incoming_t *nothing;

    if (stat(path, &there) == 0) {
        return NULL;
    }
    MWS_ERR(mws_incoming_begin(call, &nothing));
    MWS_ERR(mws_incoming_end(nothing));
    return put(call, nothing, path);
}

/* ---- what is there ---- */

/* Open HASH in the folder NAME, if it is there and is SIZE bytes long. */
static apr_file_t *open_in(mws_call_t *call, const char *name, const char *hash, apr_int64_t size,
                           int sendfile)
{
    apr_int32_t flags =
        APR_FOPEN_READ | APR_FOPEN_BINARY | (sendfile ? APR_FOPEN_SENDFILE_ENABLED : 0);
    apr_finfo_t info;
    apr_file_t *file;

    if (!folder(call, name) ||
        apr_file_open(&file, place_of(call, name, hash), flags, 0, call->pool) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file) == APR_SUCCESS &&
        info.filetype == APR_REG && info.size == size) {
        return file;
    }
    apr_file_close(file);
    return NULL;
}

/* A hash comes from a row, and makes a path: nothing but a hash may. */
static int is_hash(const char *hash)
{
    return strlen(hash) == HASH_LEN && strspn(hash, "0123456789abcdef") == HASH_LEN;
}

apr_file_t *mws_store_open(mws_call_t *call, const char *hash, apr_int64_t size, int sendfile)
{
    apr_file_t *file = NULL;

    if (is_hash(hash)) {
        file = open_in(call, "filedir", hash, size, sendfile);
        file = file ? file : open_in(call, "trashdir", hash, size, sendfile);
    }
    if (!file) {
        mws_log(call->log, MWS_LOG_WARNING, APR_SUCCESS,
                "MWS02003: the file store does not hold %s of %" APR_INT64_T_FMT " bytes", hash,
                size);
    }
    return file;
}
