/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_offer.h
 *
 * A service as it is offered to an account: the columns that statements about it have, and whether
 * it admits the account. A service for restricted users has a row for each time it lists the
 * account; any one that admits is enough.
 */
#ifndef MWS_OFFER_H
#define MWS_OFFER_H

#include <apr_hash.h>

#include "../lib/site/mws_access.h"

/* The columns of a service with table alias S for the account U, and the join they need. */
#define MWS_OFFER_COLUMNS                                                                          \
    "s.id, s.enabled, s.requiredcapability, s.restrictedusers, s.downloadfiles, s.uploadfiles,"    \
    " su.id, su.iprestriction, su.validuntil"
#define MWS_OFFER_JOIN                                                                             \
    " LEFT JOIN {external_services_users} su ON s.restrictedusers = 1"                             \
    " AND su.externalserviceid = s.id AND su.userid = u.id"
enum {
    MWS_OFFER_SERVICE,
    MWS_OFFER_ENABLED,
    MWS_OFFER_CAPABILITY,
    MWS_OFFER_RESTRICTED,
    MWS_OFFER_DOWNLOADS,
    MWS_OFFER_UPLOADS,
    MWS_OFFER_LISTED,
    MWS_OFFER_ADDRESSES,
    MWS_OFFER_UNTIL,
    MWS_OFFER_WIDTH
};

/* SQL: whether the service with alias S lists the function of either name parameter. */
#define MWS_OFFER_LISTS(name, today)                                                               \
    "EXISTS (SELECT 1 FROM {external_services_functions} sf WHERE sf.externalserviceid = s.id"     \
    " AND sf.functionname IN (" name ", " today "))"

/* Why the service in ROW from column COL on does not admit CALLER, who must hold its capability in
 * CONTEXT; NULL when it does.
 * Moodle: webservice_server::load_function_info(). */
mws_error_t *mws_offer_refusal(mws_call_t *call, const mws_caller_t *caller,
                               const mws_context_t *context, const mws_rows_t *rows, int row,
                               int col);

/* Choose the service for which CALLER gets a token: the enabled one with short name NAME or, where
 * NAME is NULL or "", the only enabled one that admits the caller. *ID is its id. The error says
 * what speaks against it. */
mws_error_t *mws_offer_choose(mws_call_t *call, const mws_caller_t *caller, const char *name,
                              apr_int64_t *id);

/* The names of all functions that CALL's caller may call, whether they are served here or not: the keys
 * of *NAMES. Those that are served are so under both of their names where one is there. */
mws_error_t *mws_offer_names(mws_call_t *call, apr_hash_t **names);

/* The functions served here that CALL's caller may call: those that a service lists which admits
 * the caller, of a token its own service alone. *FUNCTIONS has their rows (const mws_row_t *), of both
 * names, in the order of names. */
mws_error_t *mws_offer_functions(mws_call_t *call, const apr_array_header_t **functions);

#endif
