/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_openapi_schema.h
 *
 * JSON Schema (2020-12) of what functions take and give, from their declarations: of parameters what
 * a client should send, of results what the JSON of REST has. A struct that several of them have is
 * written once, under the name of where it was met first, and referred to.
 *
 * Objects are json-c's; who gets one has it (json_object_put()).
 */
#ifndef MWS_OPENAPI_SCHEMA_H
#define MWS_OPENAPI_SCHEMA_H

#include <apr_pools.h>
#include <json.h>

#include "../../lib/db/mws_declare.h"

typedef enum { MWS_SCHEMA_PARAMS, MWS_SCHEMA_RESULT } mws_schema_e;

typedef struct mws_schemas_t mws_schemas_t;

/* Make a set of schemas that lives in P. */
mws_schemas_t *mws_schemas_make(apr_pool_t *p);

/* Look at what the function takes and gives. All are looked at before the first is written. */
void mws_schemas_note(mws_schemas_t *schemas, const mws_external_t *external);

/* The schema of SPEC, the parameters or the result of a function that was noted; NULL: nothing is
 * returned. */
json_object *mws_schema_of(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec);

/* Add the structs that are referred to, to SHARED, an object: the document's components/schemas. */
void mws_schemas_shared(mws_schemas_t *schemas, json_object *shared);

#endif
