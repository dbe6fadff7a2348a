/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_children.c -- lists that belong to many parents. */
#include "mws_children.h"

int *mws_children_index(apr_pool_t *p, const mws_rows_t *rows, int count)
{
    int *first = apr_palloc(p, (apr_size_t)(count + 1) * sizeof(*first));
    int  total = rows ? mws_rows_count(rows) : 0, row = 0, at;

    for (at = 0; at <= count; at++) {
        while (row < total && mws_row_int(rows, row, 0) <= at) {
            row++;
        }
        first[at] = row;
    }
    return first;
}

mws_children_t mws_children_make(apr_pool_t *p)
{
    mws_children_t list = {mws_ids_make(p), mws_ids_make(p)};

    return list;
}

void mws_children_insert(mws_children_t *list, int row, apr_int64_t place)
{
    apr_int64_t *places;
    int          at;

    if (mws_ids_have(list->places, place)) {
        return;
    }
    mws_ids_add(list->rows, row);
    mws_ids_add(list->places, place);
    places = list->places->ids;
    for (at = list->places->count - 1; at > 0 && places[at - 1] > place; at--) {
        places[at] = places[at - 1];
        list->rows->ids[at] = list->rows->ids[at - 1];
    }
    places[at] = place;
    list->rows->ids[at] = row;
}
