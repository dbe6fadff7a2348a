/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_summary.h
 *
 * The files of course summaries. Read for many courses at once.
 * Moodle: core_external\util::get_area_files().
 */
#ifndef MWS_COURSE_SUMMARY_H
#define MWS_COURSE_SUMMARY_H

#include "../lib/mws_access.h"
#include "../lib/mws_out.h"

/* Queue reading the files of COURSEIDS. *ROWS serves the other once mws_db_run() has succeeded. */
mws_error_t *mws_summary_files_queue(mws_call_t *call, const mws_ids_t *courseids,
                                     mws_rows_t **rows);

/* Write the files of the course in CONTEXT as the list "summaryfiles" of the struct that is
 * open. */
void mws_summary_files_write(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows,
                             const mws_context_t *context);

#endif
