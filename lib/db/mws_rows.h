/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_rows.h
 *
 * Finding rows of a result by an id they are ordered by: the row of an id, or the children of a
 * parent when the children of many parents were read at once.
 */
#ifndef MWS_ROWS_H
#define MWS_ROWS_H

#include "mws_db.h"

/* The first of ROWS, which ascend by column COL, whose COL is ID; *END is one past the last. When
 * there is none, both are the same. */
int mws_rows_range(const mws_rows_t *rows, int col, apr_int64_t id, int *end);

/* The one row whose COL is ID, or -1. */
int mws_rows_find(const mws_rows_t *rows, int col, apr_int64_t id);

#endif
