/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_rows.c -- finding rows of a result by the id they are ordered by. */
#include "mws_rows.h"

/* The first row from FROM on whose COL is not below ID. */
static int lower_bound(const mws_rows_t *rows, int col, apr_int64_t id, int from)
{
    int high = mws_rows_count(rows);

    while (from < high) {
        int middle = from + (high - from) / 2;

        if (mws_row_int(rows, middle, col) < id) {
            from = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return from;
}

int mws_rows_range(const mws_rows_t *rows, int col, apr_int64_t id, int *end)
{
    int first = lower_bound(rows, col, id, 0);
    int count = mws_rows_count(rows);

    for (*end = first; *end < count && mws_row_int(rows, *end, col) == id; (*end)++) {
    }
    return first;
}

int mws_rows_find(const mws_rows_t *rows, int col, apr_int64_t id)
{
    int end, row = mws_rows_range(rows, col, id, &end);

    return row < end ? row : -1;
}
