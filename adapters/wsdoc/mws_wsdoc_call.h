/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_call.h
 *
 * The call of an example as a protocol sends it: written from its values and the declaration, by the
 * writers that answers are written by wherever a protocol has one form for both.
 */
#ifndef MWS_WSDOC_CALL_H
#define MWS_WSDOC_CALL_H

#include <apr_tables.h>

#include "../soap/mws_soap.h"
#include "mws_docs.h"

/* The address of the server script of PROTOCOL. */
const char *mws_wsdoc_address(const mws_docs_t *docs, const char *protocol);

/* The arguments of CALL (a STRUCT) in the order of PARAMS (a LIST): without those at the end that are left
 * out. Where others are, CALL itself is the only one: all by their names, as XML-RPC and AMF take them
 * here. */
const mws_value_t *mws_wsdoc_arguments(apr_pool_t *p, const mws_spec_t *params,
                                       const mws_value_t *call);

/* All of them, for SOAP: what is left out has its default. */
const mws_value_t *mws_wsdoc_all_arguments(apr_pool_t *p, const mws_spec_t *params,
                                           const mws_value_t *call);

/* A field of a form. */
typedef struct {
    const char *name; /* a[0][b] */
    const char *value;
} mws_wsdoc_field_t;

/* CALL as the fields of a form (mws_wsdoc_field_t): what is null or empty has none. */
const apr_array_header_t *mws_wsdoc_fields(apr_pool_t *p, const mws_value_t *call);

/* FIELDS as the body of a request. Brackets stay as they are: that is allowed, and can be read. */
const char *mws_wsdoc_form(apr_pool_t *p, const apr_array_header_t *fields);

/* The writer of SOAP for what DOCS tell of ROW: of its answers, or of its calls where that is set. */
mws_soap_writer_t *mws_wsdoc_soap(const mws_docs_t *docs, const mws_row_t *row, int is_literal);

/* The envelope of a call of ROW. */
const char *mws_wsdoc_envelope(const mws_docs_t *docs, const mws_row_t *row,
                               const mws_value_t *call, int is_literal);

/* The methodCall of a call of ROW. */
const char *mws_wsdoc_method_call(apr_pool_t *p, const mws_row_t *row, const mws_value_t *call);

/* What stands before the name of a function in a call of AMF. */
#define MWS_WSDOC_SERVICE "webservice"

/* A packet of AMF0, or AMF3, with a call of ROW as its only message, /1. */
mws_text_t mws_wsdoc_packet(apr_pool_t *p, const mws_row_t *row, const mws_value_t *call, int amf3);

/* All that was written to SINK, with a NUL behind it, in P. */
mws_text_t mws_wsdoc_written(apr_pool_t *p, mws_sink_t *sink);

#endif
