/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_spec.h
 *
 * What a declaration is. An external function declares its parameters and its result as a tree of
 * constant nodes (mws_declare.h has the words to write one); the validation of what comes in, the
 * writing of what goes out, and every description of the service are read from that tree.
 * Moodle: lib/external/classes/external_description.php and its children.
 */
#ifndef MWS_SPEC_H
#define MWS_SPEC_H

#include <stddef.h>

typedef enum {
#define TYPE(name, cleaner, said, xsd, xmlrpc, openapi) MWS_PARAM_##name,
#include "mws_types.tbl"
#undef TYPE
    MWS_PARAM_COUNT
} mws_param_e;

typedef enum { MWS_SPEC_VALUE, MWS_SPEC_STRUCT, MWS_SPEC_LIST } mws_spec_e;

/* MAY_BE_ABSENT is Moodle's VALUE_OPTIONAL, HAS_PRESET its VALUE_DEFAULT. */
typedef enum { MWS_REQUIRED, MWS_MAY_BE_ABSENT, MWS_HAS_PRESET } mws_presence_e;

typedef struct mws_spec_t mws_spec_t;

struct mws_spec_t {
    const char       *name; /* the key in the enclosing struct; NULL: a whole, or an element */
    mws_spec_e        kind;
    mws_param_e       type; /* of a VALUE */
    mws_presence_e    presence;
    const char       *preset; /* of HAS_PRESET: the default of a VALUE as text, NULL for null;
                                   of a LIST or STRUCT always the empty one */
    const char       *plugin, *setting; /* of HAS_PRESET: where the site keeps the default, a row of
                                           config (PLUGIN NULL) or config_plugins; PRESET is for
                                           a site without it */
    int               not_null;         /* of a VALUE: an explicit null is refused */
    int               untyped;          /* of a VALUE of a result: integers, floats and booleans go
                                           out as they are, whatever TYPE is */
    const char       *about;            /* what it means, in a few words */
    const mws_spec_t *of;               /* of a LIST: its element; of a STRUCT: its keys, ended by a
                                   node without a name */
};

/* The node of KEY among the keys of STRCT, or NULL. */
const mws_spec_t *mws_spec_key(const mws_spec_t *strct, const char *key, size_t len);

/* What a PARAM type is called: in messages, in XML Schema, in XML-RPC, in OpenAPI. */
typedef struct {
    const char *said, *xsd, *xmlrpc, *openapi;
} mws_param_names_t;

extern const mws_param_names_t mws_param_names[MWS_PARAM_COUNT];

#endif
