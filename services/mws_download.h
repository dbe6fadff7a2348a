/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_download.h
 *
 * Stored files, and who may fetch them. The path of a file names its context, component and file
 * area; a table says of each area what follows in the path, who gets its files, and how long they
 * may be kept. Whoever may not have a file is told what one is told who asks for a file that there
 * is not.
 * Moodle: lib/filelib.php, file_pluginfile(); the pluginfile callbacks of activities.
 */
#ifndef MWS_DOWNLOAD_H
#define MWS_DOWNLOAD_H

#include "../lib/file/mws_filestore.h"

/* The two scripts: of drafts, and of all else. */
typedef enum { MWS_PLUGIN_FILES, MWS_DRAFT_FILES } mws_download_e;

/* A file that the caller gets. */
typedef struct {
    const char *contenthash, *filename;
    const char *mimetype; /* that of its row, or by its name: one that can stand in a header */
    apr_int64_t size, modified;
    apr_int64_t lifetime;  /* seconds that it may be kept; 0: never without asking again */
    int         is_public; /* proxies may keep it too */
    int         attached;  /* always to be saved, not shown */
    int         confined;  /* where it is shown, it may not reach beyond itself */
} mws_download_t;

/* Find the file at PATH for the caller. MWS_NO_PATH where it is NULL or empty, MWS_PATH_WITHOUT_SLASH
 * or MWS_BAD_PATH where it cannot be one; MWS_FILE_NOT_FOUND where there is none, or none for the
 * caller. */
mws_error_t *mws_download_find(mws_call_t *call, mws_download_e script, const char *path,
                               mws_download_t *download);

#endif
