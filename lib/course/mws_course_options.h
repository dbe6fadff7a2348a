/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_options.h
 *
 * What courses have stored as the options of their formats, and what a call makes of it: each
 * option of a course's format gets a row, with the value that the call gives, else the one of the
 * same name that the course's last format had, else the default.
 * Moodle: course/format/classes/base.php, update_course_format_options().
 */
#ifndef MWS_COURSE_OPTIONS_H
#define MWS_COURSE_OPTIONS_H

#include "../db/mws_declare.h"
#include "mws_course_format.h"

typedef struct mws_course_options_t mws_course_options_t;

/* Queue what is needed to set options of COURSES that are there, and of new ones. *OPTIONS may be
 * used once the queue was run. */
mws_error_t *mws_course_options_queue(mws_call_t *call, const mws_ids_t *courses,
                                      mws_course_options_t **options);

/* The text that IN, a course of the call, gives for OPTION: among its "courseformatoptions", else,
 * for hidden sections, by its own key, in which case *NUMBER is set. NULL: none. */
const char *mws_course_option_given(mws_call_t *call, const mws_value_t *in,
                                    const mws_course_option_t *option, int *number);

/* The value of OPTION that COURSE has stored, or its default. */
const char *mws_course_option_value(mws_call_t *call, const mws_course_options_t *options,
                                    apr_int64_t course, const mws_course_option_t *option);

/* Settle the options of COURSE, which goes FROM a format (NULL: it is new) TO one, the same
 * perhaps, by what IN gives. Returns whether that changes what anybody sees, as Moodle counts. */
int mws_course_options_settle(mws_call_t *call, mws_course_options_t *options, apr_int64_t course,
                              const char *from, const char *to, const mws_value_t *in);

/* Whether the site has forums, which came with the same statements. */
int mws_course_options_forums(const mws_course_options_t *options);

/* Queue writing what was settled. */
mws_error_t *mws_course_options_write(mws_call_t *call, mws_course_options_t *options);

#endif
