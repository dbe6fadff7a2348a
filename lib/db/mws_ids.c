/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_ids.c -- arrays of ids, out of what brings them. */
#include "mws_ids.h"

#include <string.h>

#include "../base/mws_php.h"

mws_ids_t *mws_ids_of_one(apr_pool_t *p, apr_int64_t id)
{
    mws_ids_t *ids = mws_ids_make(p);

    mws_ids_add(ids, id);
    return ids;
}

mws_ids_t *mws_ids_of_rows(apr_pool_t *p, const mws_rows_t *rows)
{
    mws_ids_t *ids = mws_ids_make(p);
    int        row;

    for (row = 0; row < mws_rows_count(rows); row++) {
        mws_ids_add(ids, mws_row_int(rows, row, 0));
    }
    return ids;
}

mws_ids_t *mws_ids_of_items(apr_pool_t *p, const mws_value_t *items)
{
    mws_ids_t *ids = mws_ids_make(p);
    apr_size_t i;

    for (i = 0; i < mws_value_size(items); i++) {
        const mws_value_t *item = mws_value_at(items, i);

        mws_ids_add(ids, mws_value_kind(item) == MWS_INT ? mws_value_as_int(item) : 0);
    }
    return ids;
}

mws_ids_t *mws_ids_of_list(apr_pool_t *p, const char *list)
{
    mws_ids_t *ids = mws_ids_make(p);

    while (list && *list) {
        mws_ids_add(ids, mws_php_int(list));
        list += strcspn(list, ",");
        list += *list == ',';
    }
    return ids;
}
