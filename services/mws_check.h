/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_check.h
 *
 * Parameters against their declaration.
 * Moodle: core_external\external_api::validate_parameters().
 */
#ifndef MWS_CHECK_H
#define MWS_CHECK_H

#include "../lib/base/mws_spec.h"
#include "../lib/db/mws_call.h"

/* Check RAW against PARAMS: *IN is a new tree, typed, with its defaults. MWS_BAD_PARAMETER with
 * the path, the type expected and the rule otherwise. */
mws_error_t *mws_check_params(mws_call_t *call, const mws_spec_t *params, const mws_value_t *raw,
                              mws_value_t **in);

/* MWS_MISSING_PARAM for the parameter NAME of a script, which declares none. */
mws_error_t *mws_check_missing(mws_call_t *call, const char *name);

#endif
