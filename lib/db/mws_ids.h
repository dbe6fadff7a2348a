/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_ids.h
 *
 * Arrays of ids, out of what brings them: rows, parameters, settings. mws_db.h has what grows them.
 */
#ifndef MWS_IDS_H
#define MWS_IDS_H

#include "../base/mws_value.h"
#include "mws_db.h"

/* ID alone. */
mws_ids_t *mws_ids_of_one(apr_pool_t *p, apr_int64_t id);

/* What the first column of ROWS holds. */
mws_ids_t *mws_ids_of_rows(apr_pool_t *p, const mws_rows_t *rows);

/* The elements of ITEMS, a checked list of integers; a null counts as 0, which is nothing's id. */
mws_ids_t *mws_ids_of_items(apr_pool_t *p, const mws_value_t *items);

/* The items of LIST (NULL: none), which has commas between them, as a setting does. */
mws_ids_t *mws_ids_of_list(apr_pool_t *p, const char *list);

#endif
