/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/mws_soap_names.h
 *
 * The names that the WSDL and the answers of SOAP share: namespaces, and the numbers of the types of
 * structs.
 */
#ifndef MWS_SOAP_NAMES_H
#define MWS_SOAP_NAMES_H

#include <apr_hash.h>

#include "../../services/mws_table.h"
#include "../mws_adapter.h"

#define MWS_SOAP_STRUCT_CLASS "webservices_struct_class_"

/* The URL of HTTP's script, without a query: the namespace of rpc/encoded calls. */
const char *mws_soap_space(mws_call_t *call, const mws_http_t *http);

/* The same for document/literal calls. */
const char *mws_soap_literal_space(mws_call_t *call, const mws_http_t *http);

/* How many types the structs of SPEC take that stand in no list: SPEC itself, and structs within
 * structs, the inner ones first. NULL takes none. */
int mws_soap_struct_count(const mws_spec_t *spec);

/* The number of the first type of FUNCTION's parameters, for a caller who may call what NAMES has
 * (mws_offer_names()); those of its result follow them. Functions are numbered in the order of their
 * names, today's before those of 2.1, so that the latter shift none of Moodle's numbers. The
 * parameters as a whole are no struct here, but each of them may be. */
int mws_soap_struct_first(apr_hash_t *names, const mws_row_t *function);

#endif
