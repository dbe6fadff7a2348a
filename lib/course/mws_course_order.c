/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_order.c -- the order of courses in their categories. */
#include "mws_course_order.h"

#include <apr_hash.h>
#include <string.h>

/* How many courses a category has room for where the site does not say. */
#define ROOM 10000

#define WANTED                                                                                     \
    "k.id IN (SELECT unnest($1::bigint[])"                                                         \
    "         UNION SELECT c.category FROM {course} c WHERE c.id = ANY ($2))"

/* In the order of ids: two calls never wait for each other. */
SQL(lock_categories,
    "SELECT k.id FROM {course_categories} k WHERE " WANTED " ORDER BY k.id FOR UPDATE");

/* A category without a place goes behind all others. */
SQL(place_categories,
    "UPDATE {course_categories} k SET sortorder = n.sortorder"
    "  FROM (SELECT k.id, $3 * row_number() OVER (ORDER BY k.id)"
    "               + (SELECT max(a.sortorder) FROM {course_categories} a) AS sortorder"
    "          FROM {course_categories} k WHERE k.sortorder = 0 AND " WANTED ") AS n"
    " WHERE k.id = n.id");

SQL(read_categories,
    "SELECT k.id, k.visible, k.sortorder, " MWS_CONTEXT_COLUMNS("x")
    "  FROM {course_categories} k"
    "  LEFT JOIN {context} x ON x.contextlevel = 40 AND x.instanceid = k.id"
    " WHERE " WANTED);

enum { K_ID, K_VISIBLE, K_SORTORDER, K_CONTEXT };

/* When a course of a category lies outside of its room, only the part within it counts of all. */
SQL(read_courses,
    "SELECT o.category, o.id"
    "  FROM (SELECT c.category, c.id, c.sortorder,"
    "               bool_or(c.sortorder NOT BETWEEN k.sortorder AND k.sortorder + $3)"
    "               OVER (PARTITION BY c.category) AS astray"
    "          FROM {course} c JOIN {course_categories} k ON k.id = c.category"
    "         WHERE " WANTED ") AS o"
    " ORDER BY o.category, CASE WHEN o.astray THEN o.sortorder % $3 ELSE o.sortorder END,"
    "          o.id DESC");

/* Locked in the order of ids, as by who changes courses. */
SQL(write_places,
    "UPDATE {course} c SET sortorder = n.sortorder"
    "  FROM (SELECT c.id, n.sortorder"
    "          FROM {course} c"
    "          JOIN unnest($1::bigint[], $2::bigint[]) AS n (id, sortorder) ON n.id = c.id"
    "         WHERE c.sortorder <> n.sortorder"
    "         ORDER BY c.id FOR UPDATE OF c) AS n"
    " WHERE c.id = n.id");

SQL(write_counts,
    "UPDATE {course_categories} k SET coursecount = n.count"
    "  FROM unnest($1::bigint[], $2::bigint[]) AS n (id, count)"
    " WHERE k.id = n.id AND k.coursecount <> n.count");

SQL(place_front_page, "UPDATE {course} SET sortorder = 1 WHERE category = 0 AND sortorder <> 1");

/* A category and its courses in their order: the last is first, so that a new first one is added
 * at the end. */
typedef struct {
    mws_category_t category;
    apr_int64_t    sortorder;
    mws_ids_t     *courses;
} shelf_t;

struct mws_course_order_t {
    apr_pool_t *pool;
    mws_rows_t *categories, *courses;
    apr_hash_t *shelves; /* by id; NULL until first asked for */
};

mws_error_t *mws_course_order_queue(mws_call_t *call, const mws_ids_t *categories,
                                    const mws_ids_t *movers, mws_course_order_t **order)
{
    apr_int64_t room = mws_config_int(call, "maxcoursesincategory", ROOM);

    room = room > 0 ? room : ROOM;
    *order = apr_pcalloc(call->pool, sizeof(**order));
    (*order)->pool = call->pool;
    MWS_ERR(mws_db_queue(call, &lock_categories, NULL, "II", categories, movers));
    MWS_ERR(mws_db_queue(call, &place_categories, NULL, "IIi", categories, movers, room));
    MWS_ERR(mws_db_queue(call, &read_categories, &(*order)->categories, "II", categories, movers));
    return mws_db_queue(call, &read_courses, &(*order)->courses, "IIi", categories, movers, room);
}

static void fill_shelves(mws_course_order_t *order)
{
    int row;

    order->shelves = apr_hash_make(order->pool);
    for (row = 0; row < mws_rows_count(order->categories); row++) {
        shelf_t *shelf = apr_palloc(order->pool, sizeof(*shelf));

        shelf->category.id = mws_row_int(order->categories, row, K_ID);
        shelf->category.visible = (int)mws_row_int(order->categories, row, K_VISIBLE);
        shelf->category.context =
            mws_context_of_row(order->pool, order->categories, row, K_CONTEXT);
        shelf->sortorder = mws_row_int(order->categories, row, K_SORTORDER);
        shelf->courses = mws_ids_make(order->pool);
        apr_hash_set(order->shelves, &shelf->category.id, sizeof(apr_int64_t), shelf);
    }
    for (row = mws_rows_count(order->courses) - 1; row >= 0; row--) {
        apr_int64_t category = mws_row_int(order->courses, row, 0);
        shelf_t    *shelf = apr_hash_get(order->shelves, &category, sizeof(category));

        mws_ids_add(shelf->courses, mws_row_int(order->courses, row, 1));
    }
}

static apr_hash_t *shelves_of(mws_course_order_t *order)
{
    if (!order->shelves) {
        fill_shelves(order);
    }
    return order->shelves;
}

static shelf_t *shelf_of(mws_course_order_t *order, apr_int64_t category)
{
    return apr_hash_get(shelves_of(order), &category, sizeof(category));
}

const mws_category_t *mws_course_order_category(mws_course_order_t *order, apr_int64_t id)
{
    shelf_t *shelf = shelf_of(order, id);

    return shelf ? &shelf->category : NULL;
}

void mws_course_order_first(mws_course_order_t *order, apr_int64_t category, apr_int64_t course)
{
    mws_ids_add(shelf_of(order, category)->courses, course);
}

/* Take COURSE off SHELF; returns the number that it had, 1 when it was not there. */
static int take_off(shelf_t *shelf, apr_int64_t course)
{
    mws_ids_t *courses = shelf->courses;
    int        i;

    for (i = courses->count - 1; i >= 0; i--) {
        if (courses->ids[i] == course) {
            int behind = courses->count - 1 - i;

            memmove(courses->ids + i, courses->ids + i + 1, (size_t)behind * sizeof(*courses->ids));
            courses->count--;
            return behind + 1;
        }
    }
    return 1;
}

/* Put COURSE on SHELF at NUMBER, or behind all others when there are not as many. */
static void put_on(shelf_t *shelf, apr_int64_t course, int number)
{
    mws_ids_t *courses = shelf->courses;
    int        at = courses->count + 1 - number; /* right before the one that has that number */

    if (at > 0 && courses->ids[at - 1] > course) {
        at--;
    }
    at = at < 0 ? 0 : at;
    mws_ids_add(courses, course);
    memmove(courses->ids + at + 1, courses->ids + at,
            (size_t)(courses->count - at - 1) * sizeof(*courses->ids));
    courses->ids[at] = course;
}

void mws_course_order_move(mws_course_order_t *order, apr_int64_t course, apr_int64_t from,
                           apr_int64_t to)
{
    shelf_t *shelf = shelf_of(order, from);

    put_on(shelf_of(order, to), course, shelf ? take_off(shelf, course) : 1);
}

mws_error_t *mws_course_order_write(mws_call_t *call, mws_course_order_t *order)
{
    mws_ids_t        *courses = mws_ids_make(call->pool), *places = mws_ids_make(call->pool);
    mws_ids_t        *categories = mws_ids_make(call->pool), *counts = mws_ids_make(call->pool);
    apr_hash_index_t *hi;
    int               i;

    for (hi = apr_hash_first(call->pool, shelves_of(order)); hi; hi = apr_hash_next(hi)) {
        const shelf_t *shelf = apr_hash_this_val(hi);
        int            count = shelf->courses->count;

        mws_ids_add(categories, shelf->category.id);
        mws_ids_add(counts, count);
        for (i = 0; i < count; i++) {
            mws_ids_add(courses, shelf->courses->ids[i]);
            mws_ids_add(places, shelf->sortorder + count - i);
        }
    }
    MWS_ERR(mws_db_queue(call, &write_places, NULL, "II", courses, places));
    MWS_ERR(mws_db_queue(call, &write_counts, NULL, "II", categories, counts));
    return mws_db_queue(call, &place_front_page, NULL, "");
}
