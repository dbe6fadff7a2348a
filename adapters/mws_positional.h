/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_positional.h
 *
 * Arguments that come in their order, as parameters, which have names: for the protocols whose calls
 * name none.
 */
#ifndef MWS_POSITIONAL_H
#define MWS_POSITIONAL_H

#include "../lib/base/mws_spec.h"
#include "../lib/base/mws_value.h"

/* The parameters (a STRUCT) that ARGS (a LIST) are for a function that takes PARAMS: the n-th
 * argument is the n-th key's value. An only argument that is a struct of such names is all of them,
 * unless the first key is a struct which it fits, too. Nulls beyond the last key are dropped; any
 * other argument there has its number for a name, to be refused as unexpected. */
mws_value_t *mws_positional(apr_pool_t *p, const mws_spec_t *params, const mws_value_t *args);

#endif
