/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/soap_wsdl.h
 *
 * The WSDL of the SOAP scripts: what a client may call, written from the declarations.
 */
#ifndef MWS_SOAP_WSDL_H
#define MWS_SOAP_WSDL_H

#include "../mws_adapter.h"

/* Write the WSDL of HTTP's script to SINK: all that CALL's caller may call, who is authenticated
 * already. LITERAL: document/literal wrapped, else rpc/encoded. The address in it keeps the caller's
 * query string, but for wsdl. The names in it are those of mws_soap_names.h. */
mws_error_t *mws_soap_wsdl(mws_call_t *call, const mws_http_t *http, int literal, mws_sink_t *sink);

#endif
