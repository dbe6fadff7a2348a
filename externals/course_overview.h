/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_overview.h
 *
 * The files that picture courses: those of area overviewfiles, as many and of such types as the
 * site shows, and the one picture of a course. Read for many courses at once.
 * Moodle: course/classes/list_element.php, get_course_overviewfiles().
 */
#ifndef MWS_COURSE_OVERVIEW_H
#define MWS_COURSE_OVERVIEW_H

#include "../lib/mws_access.h"
#include "../lib/mws_declare.h"

/* The declaration of such a file. */
#define MWS_OVERVIEW_FILE                                                                          \
    KEYS(VALUE("filename", FILE, "name of the file", OPTIONAL),                                    \
         VALUE("filepath", PATH, "folder of the file, with slashes around", OPTIONAL),             \
         VALUE("filesize", INT, "bytes", OPTIONAL),                                                \
         VALUE("fileurl", URL, "where to fetch it with a token", OPTIONAL),                        \
         VALUE("timemodified", INT, "last changed, Unix time", OPTIONAL),                          \
         VALUE("mimetype", RAW, "media type", OPTIONAL),                                           \
         VALUE("isexternalfile", BOOL, "whether another repository holds it", OPTIONAL),           \
         VALUE("repositorytype", PLUGIN, "kind of that repository", OPTIONAL),                     \
         VALUE("icon", RAW, "icon for its type", OPTIONAL))

/* Queue reading the files of COURSEIDS. *ROWS serves the others once mws_db_run() has succeeded. */
mws_error_t *mws_overview_queue(mws_call_t *call, const mws_ids_t *courseids, mws_rows_t **rows);

/* Write the files of the course in CONTEXT as the list KEY of the struct that is open. */
void mws_overview_write(mws_call_t *call, mws_out_t *out, const char *key, const mws_rows_t *rows,
                        const mws_context_t *context);

/* The address of that course's picture: the first of its files that is an image, else one that
 * Moodle draws. */
const char *mws_overview_image(mws_call_t *call, const mws_rows_t *rows,
                               const mws_context_t *context);

#endif
