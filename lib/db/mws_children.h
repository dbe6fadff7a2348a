/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_children.h
 *
 * Lists that belong to many parents, read with one statement: rows whose first column tells the
 * parent by its place, counted from 1, in the array that was asked for, and which ascend by it.
 * What the rows point to (groups, courses) comes by another statement, each once, with the place
 * that it takes in every list: sorting a few small numbers here is cheaper than joining and sorting
 * long rows there.
 */
#ifndef MWS_CHILDREN_H
#define MWS_CHILDREN_H

#include "mws_db.h"

/* Where the rows of each of COUNT parents begin: those of the parent at place AT, now counted from
 * 0, are FIRST[AT] up to, and without, FIRST[AT + 1]. NULL ROWS have none. */
int *mws_children_index(apr_pool_t *p, const mws_rows_t *rows, int count);

/* A list in the making: rows of what is pointed to, by their places. */
typedef struct {
    mws_ids_t *rows, *places;
} mws_children_t;

mws_children_t mws_children_make(apr_pool_t *p);

/* Put ROW, whose place is PLACE, where it belongs; a place that is taken stays as it is. */
void mws_children_insert(mws_children_t *list, int row, apr_int64_t place);

#endif
