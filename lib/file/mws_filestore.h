/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_filestore.h
 *
 * The file store of a site: a pool of contents, each in a file called by the SHA-1 of its bytes and
 * kept once, however many rows of table files are about it. It is shared with a running Moodle.
 *
 * A content comes in by pieces, into a temporary file of the store's own folder that is gone at the
 * end of the call whatever happens. In the transaction that makes its rows it is given its place,
 * or the file that is there is taken for it. When that transaction is undone, a file that was put
 * there and that no row is about is moved to the trash folder: Moodle empties that, and takes from
 * there what is missed. When the process dies in between, conf/moodlews-sweep finds what it left.
 * Moodle: lib/filestorage/file_system_filedir.php.
 */
#ifndef MWS_FILESTORE_H
#define MWS_FILESTORE_H

#include <apr_file_io.h>

#include "../db/mws_call.h"

/* The hash of no bytes at all: the content of every directory. */
#define MWS_HASH_OF_NOTHING "da39a3ee5e6b4b0d3255bfef95601890afd80709"

/* A content that comes in. */
typedef struct mws_incoming_t mws_incoming_t;

/* Begin a content, in the pool of CALL. MWS_STORE_CANNOT_WRITE from these three when the store
 * cannot be written. */
mws_error_t *mws_incoming_begin(mws_call_t *call, mws_incoming_t **incoming);

/* Add LEN BYTES to it. */
mws_error_t *mws_incoming_write(mws_incoming_t *incoming, const char *bytes, apr_size_t len);

/* It is whole: put it on the disk, and see that what is there is what came in. */
mws_error_t *mws_incoming_end(mws_incoming_t *incoming);

/* It is not wanted after all; before its end, or instead of it. */
void mws_incoming_drop(mws_incoming_t *incoming);

/* What it is once whole: its hash, and how many bytes. */
const char *mws_incoming_hash(const mws_incoming_t *incoming);
apr_int64_t mws_incoming_size(const mws_incoming_t *incoming);

/* Queue the locks that HASHES need before mws_incoming_place(), so that what one call puts into the
 * store no other takes away. */
mws_error_t *mws_store_lock(mws_call_t *call, const mws_texts_t *hashes);

/* Give INCOMING its place, within the transaction that has locked its hash and makes its rows. What
 * is there already is used; if it is gone when the transaction is over, it is put there again. May
 * be done again for the same content when the transaction is run again. */
mws_error_t *mws_incoming_place(mws_call_t *call, mws_incoming_t *incoming);

/* What storing a content refuses with, for the list of who does it. */
/* clang-format off */
#define MWS_STORE_ERRORS                                                                           \
    {MWS_STORE_CANNOT_WRITE, "the file store cannot be written; the server's log says why"},       \
    {MWS_STORE_NOT_CREATED, "the store holds another content with the same hash"}
/* clang-format on */

/* See that the content of directories, no bytes, is in the store: it stays there. */
mws_error_t *mws_store_place_nothing(mws_call_t *call);

/* Open the content HASH of SIZE bytes for reading, or find it in the trash; NULL where it is not to
 * be had. SENDFILE: the kernel may be asked to send it. */
apr_file_t *mws_store_open(mws_call_t *call, const char *hash, apr_int64_t size, int sendfile);

/* The SHA-1 of LEN BYTES in lower-case hexadecimal digits, in P. */
const char *mws_sha1(apr_pool_t *p, const char *bytes, apr_size_t len);

#endif
