/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_table.h
 *
 * The functions that this module serves, by name: the rows of tables.tbl with their declarations.
 */
#ifndef MWS_TABLE_H
#define MWS_TABLE_H

#include "../lib/db/mws_declare.h"

typedef enum { MWS_READS, MWS_WRITES } mws_effect_e;

typedef struct mws_row_t {
    const char           *name;
    const char           *today; /* its name in 4.5, which services list; NAME itself there */
    const mws_external_t *external;
    mws_effect_e          effect;
    const char           *capabilities; /* what it may ask for, comma list; "" for none, and for a
                                           2.1 name: those of TODAY's row hold */
} mws_row_t;

/* The row of NAME, or NULL. */
const mws_row_t *mws_table_find(const char *name);

/* All rows, in the order of the tables. */
const mws_row_t *mws_table_rows(apr_size_t *count);

/* The row for the 2.1 name of a function of today, or NULL. */
const mws_row_t *mws_table_legacy(const char *today);

/* The errors that a call of ROW may meet whatever function it is of, ended by one without a WHEN;
 * they do not stand in its declaration. Those of writing are there for what writes. */
const mws_may_fail_t *mws_table_common_errors(const mws_row_t *row);

#endif
