/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_files.h
 *
 * The files that go out with a course: those that picture it, as many and of such types as the
 * site shows, with the one that is its picture; and those of its summary. Read for many courses at
 * once.
 * Moodle: course/classes/list_element.php, get_course_overviewfiles();
 * core_external\util::get_area_files().
 */
#ifndef MWS_COURSE_FILES_H
#define MWS_COURSE_FILES_H

#include "../db/mws_declare.h"
#include "../site/mws_access.h"

/* The declaration of such a file. */
#define MWS_COURSE_FILE                                                                            \
    KEYS(                                                                                          \
        VALUE("filename", FILE, "name of the file", OPTIONAL),                                     \
        VALUE("filepath", PATH, "directory of the file, with a slash at both ends", OPTIONAL),     \
        VALUE("filesize", INT, "size in bytes", OPTIONAL),                                         \
        VALUE("fileurl", URL, "URL to fetch it from, with a token", OPTIONAL),                     \
        VALUE("timemodified", INT, "when it last changed, Unix seconds", OPTIONAL),                \
        VALUE("mimetype", RAW, "media type, such as text/html", OPTIONAL),                         \
        VALUE("isexternalfile", BOOL, "whether a repository outside Moodle holds it", OPTIONAL),   \
        VALUE("repositorytype", PLUGIN, "kind of that repository; not given by this server",       \
              OPTIONAL),                                                                           \
        VALUE("icon", RAW, "icon for its type, as a path among the pictures of Moodle", OPTIONAL))

/* Queue reading the files that picture COURSEIDS, or those of their summaries. *ROWS serves what
 * follows once mws_db_run() has succeeded. */
mws_error_t *mws_overview_queue(mws_call_t *call, const mws_ids_t *courseids, mws_rows_t **rows);
mws_error_t *mws_summary_files_queue(mws_call_t *call, const mws_ids_t *courseids,
                                     mws_rows_t **rows);

/* Write the files of the course in CONTEXT as the list KEY of the struct that is open. */
void mws_overview_write(mws_call_t *call, mws_out_t *out, const char *key, const mws_rows_t *rows,
                        const mws_context_t *context);
void mws_summary_files_write(mws_call_t *call, mws_out_t *out, const char *key,
                             const mws_rows_t *rows, const mws_context_t *context);

/* The address of that course's picture: the first of the files that picture it that is an image,
 * else one that Moodle draws. */
const char *mws_overview_image(mws_call_t *call, const mws_rows_t *rows,
                               const mws_context_t *context);

#endif
