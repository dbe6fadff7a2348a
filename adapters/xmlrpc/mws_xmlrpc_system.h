/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/mws_xmlrpc_system.h
 *
 * The methods of XML-RPC that tell of the others: system.listMethods and its kin. They are declared as
 * functions are, and told of by themselves, too.
 */
#ifndef MWS_XMLRPC_SYSTEM_H
#define MWS_XMLRPC_SYSTEM_H

#include "../../lib/db/mws_declare.h"
#include "../../services/mws_serve.h"

/* system.multicall, which is only described here. */
extern const mws_external_t mws_xmlrpc_multicall;

/* The method NAME of them, or NULL. */
const mws_external_t *mws_xmlrpc_system_find(const char *name);

/* Serve the call REQ of METHOD, for whom its credentials admit; its parameters are not checked. */
mws_error_t *mws_xmlrpc_system_serve(mws_call_t *call, const mws_external_t *method,
                                     const mws_request_t *req, const mws_writer_t *writer,
                                     mws_sink_t *sink);

#endif
