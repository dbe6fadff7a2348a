/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_parts.h
 *
 * What Moodle gives a course beside its row: sections, the forum of its format, blocks, ways to
 * enrol, the end that follows from its weeks. Each for many courses at once; rows get their ids in
 * the order of the courses asked for.
 */
#ifndef MWS_COURSE_PARTS_H
#define MWS_COURSE_PARTS_H

#include "../db/mws_call.h"

/* Queue making the sections of COURSES from 0 to LASTS, but for those that are there. *ROWS, in
 * the order of courses and sections: id, course, section of the new ones.
 * Moodle: course_create_section(). */
mws_error_t *mws_course_sections_create(mws_call_t *call, const mws_ids_t *courses,
                                        const mws_ids_t *lasts, mws_rows_t **rows);

/* Queue making the forums of TYPES ("news" or "social") of COURSES, each with its course module
 * at the end of section 0, which must be there. Moodle: forum_get_course_forum(). */
mws_error_t *mws_course_forums_create(mws_call_t *call, const mws_ids_t *courses,
                                      const mws_texts_t *types);

/* Queue making the block that COURSES of the format social come with, and its context below that
 * of the course. Moodle: blocks_add_default_course_blocks(). */
mws_error_t *mws_course_blocks_create(mws_call_t *call, const mws_ids_t *courses);

/* Queue making the enrolment instances that new COURSES have by the site's settings. *ROWS, in the
 * order of courses and instances: id, courseid, enrol. Moodle: enrol_course_updated(). */
mws_error_t *mws_course_enrols_create(mws_call_t *call, const mws_ids_t *courses,
                                      mws_rows_t **rows);

/* Queue letting COURSES, all of the format weeks, end as many weeks after their start as they have
 * sections, at least one, unless their option says no; weeks of days in ZONE.
 * Moodle: format_weeks::update_end_date(). */
mws_error_t *mws_course_ends_set(mws_call_t *call, const mws_ids_t *courses, const char *zone);

/* Note the events of new sections, and of new enrolment instances, of the course with CONTEXTID
 * among ROWS (as above) from ROW on; returns the row after them. */
int mws_course_sections_events(mws_call_t *call, const mws_rows_t *rows, int row,
                               apr_int64_t courseid, apr_int64_t contextid);
int mws_course_enrols_events(mws_call_t *call, const mws_rows_t *rows, int row,
                             apr_int64_t courseid, apr_int64_t contextid);

#endif
