/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_param.h
 *
 * The values of a statement as texts that the server reads, in P. Nobody but mws_db.c includes this: the
 * arrays themselves are for all, in mws_db.h.
 */
#ifndef MWS_PARAM_H
#define MWS_PARAM_H

#include <locale.h>

#include "mws_db.h"

const char *mws_param_int(apr_pool_t *p, apr_int64_t i);

/* With the digits that make the same double again. NUMBERS is the locale "C". */
const char *mws_param_float(apr_pool_t *p, locale_t numbers, double f);

/* As array literals: {1,2,3} and {"a",NULL,"b"}. */
const char *mws_param_ids(apr_pool_t *p, const mws_ids_t *ids);
const char *mws_param_texts(apr_pool_t *p, const mws_texts_t *texts);

#endif
