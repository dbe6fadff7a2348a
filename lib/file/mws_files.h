/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_files.h
 *
 * Rows of table files: a name in a directory of a file area, and which content it stands for. What
 * users may put there, how much of it, and how it gets there.
 * Moodle: lib/filestorage/file_storage.php.
 */
#ifndef MWS_FILES_H
#define MWS_FILES_H

#include <apr_tables.h>

#include "../site/mws_access.h"
#include "../text/mws_format.h"
#include "mws_filestore.h"

/* A file that is to be made. */
typedef struct mws_new_file_t {
    mws_area_t      area;
    const char     *filepath, *filename;
    mws_incoming_t *content;
    apr_int64_t     userid;                    /* 0: none is told */
    const char     *author, *license, *source; /* or NULL */
    apr_int64_t     id; /* of its row; 0: there was a file of that name already */
} mws_new_file_t;

/* The hash of a path, by which table files finds it. */
const char *mws_file_pathhash(apr_pool_t *p, const mws_area_t *area, const char *filepath,
                              const char *filename);

/* Make FILES, an array of mws_new_file_t *, all of one directory, with their contents and whatever
 * directories there are not yet. Within a transaction. Sets the id of each. */
mws_error_t *mws_files_make(mws_call_t *call, const apr_array_header_t *files);

/* Queue reading which of two paths there are: the hashes of the rows that are there. */
mws_error_t *mws_files_queue_present(mws_call_t *call, const char *one, const char *other,
                                     mws_rows_t **rows);

/* Draw the item of a draft area of the caller's that is not in use. MWS_NO_GUEST to the guest.
 * Moodle: file_get_unused_draft_itemid(). */
mws_error_t *mws_draft_unused(mws_call_t *call, apr_int64_t *itemid);

/* How many bytes one uploaded file may have, here and by the site's settings (0: any number); the
 * same for the caller, who may be free of it (-1). Moodle: get_user_max_upload_file_size(). */
apr_int64_t mws_upload_max(mws_call_t *call);
apr_int64_t mws_upload_max_of_caller(mws_call_t *call);

/* How many bytes the caller may keep in private files; 0: any number. */
apr_int64_t mws_quota_of_caller(mws_call_t *call);

/* MWS_OVER_QUOTA when MORE bytes would be too many in the private files of the caller. Within the
 * transaction that adds them: what others add meanwhile counts. */
mws_error_t *mws_quota_check(mws_call_t *call, apr_int64_t more);

/* Whether the caller has CAPABILITY in the caller's own context. */
int mws_can_own(mws_call_t *call, const char *capability);

#endif
