/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_order.h
 *
 * The order of courses in their categories: course.sortorder is that of the category plus the
 * course's number there, from 1 on and without gaps. Categories are locked and read with all their
 * courses, courses are put into them one after the other, and what changed is written with one
 * statement. What was out of order before is in order afterwards.
 * Moodle: lib/datalib.php, fix_course_sortorder().
 */
#ifndef MWS_COURSE_ORDER_H
#define MWS_COURSE_ORDER_H

#include "../site/mws_access.h"

typedef struct mws_course_order_t mws_course_order_t;

/* A row of table course_categories with its context, NULL when that is missing. */
typedef struct {
    apr_int64_t    id;
    int            visible;
    mws_context_t *context;
} mws_category_t;

/* Queue locking and reading CATEGORIES, and those that the courses MOVERS are in. *ORDER may be
 * used once the queue was run. */
mws_error_t *mws_course_order_queue(mws_call_t *call, const mws_ids_t *categories,
                                    const mws_ids_t *movers, mws_course_order_t **order);

/* The category ID among those asked for, or NULL; NULL stands for no category below, too. */
const mws_category_t *mws_course_order_category(mws_course_order_t *order, apr_int64_t id);

/* Put COURSE, a new one, before all others of CATEGORY. */
void mws_course_order_first(mws_course_order_t *order, apr_int64_t category, apr_int64_t course);

/* Move COURSE between two categories. It keeps its number as far as there are as many courses; of
 * it and the course that has that number, the one of the higher id comes first. */
void mws_course_order_move(mws_course_order_t *order, apr_int64_t course, apr_int64_t from,
                           apr_int64_t to);

/* Queue writing the places of courses that changed, and how many courses the categories have. */
mws_error_t *mws_course_order_write(mws_call_t *call, mws_course_order_t *order);

#endif
