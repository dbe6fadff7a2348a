/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_upload.h
 *
 * Files that came with one request, and are to become drafts of the caller's.
 * Moodle: webservice/upload.php.
 */
#ifndef MWS_UPLOAD_H
#define MWS_UPLOAD_H

#include <apr_tables.h>

#include "../lib/file/mws_files.h"

/* A file that came. */
typedef struct {
    mws_new_file_t file;      /* filename and content by who reads it; once stored, all of it */
    int            too_large; /* it has no content then, and is not stored */
} mws_upload_t;

/* Store UPLOADS (an array of mws_upload_t *) in the directory FILEPATH of the draft area ITEMID, or
 * of a new one where that is not above 0. One that is too large, or for whose name there is a file
 * already (then its id is 0), leaves the others alone. MWS_OVER_QUOTA when all together are more
 * than the caller may upload, MWS_STORE_PROBLEM for a path or a name that cannot be. */
mws_error_t *mws_upload_store(mws_call_t *call, const apr_array_header_t *uploads,
                              const char *filepath, apr_int64_t itemid);

#endif
