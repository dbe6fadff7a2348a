/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf_describe.h
 *
 * What can be called by AMF, told by AMF.
 * Moodle 2.1: webservice/amf/introspector.php, class MethodDescriptor.
 */
#ifndef MWS_AMF_DESCRIBE_H
#define MWS_AMF_DESCRIBE_H

#include "../../lib/base/mws_out.h"
#include "../../lib/db/mws_call.h"

/* The class whose methods tell. */
#define MWS_AMF_DESCRIBER "MethodDescriptor"

/* What is said where there is no such method, here or among the functions. */
#define MWS_AMF_NO_METHOD "The method does not exist"

/* Write the result of METHOD: the functions that CALL's caller may call, with login and logout where
 * there are SESSIONS (getMethods), the classes they belong to (getClasses), that we are here
 * (isConnected). MWS_NO_RECORD for any other. */
mws_error_t *mws_amf_describe(mws_call_t *call, const char *method, int sessions,
                              const mws_writer_t *to, mws_sink_t *sink);

#endif
