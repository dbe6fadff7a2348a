/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_openapi_schema.c -- declarations as JSON Schema. */
#include "mws_openapi_schema.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "../../lib/base/mws_php.h"

/* A struct, as it was met first. */
typedef struct {
    const mws_spec_t *spec;
    mws_schema_e      way;
    const char       *name; /* core_group_get_groups.result.customfields */
    int               met;
} struct_t;

struct mws_schemas_t {
    apr_pool_t         *pool;
    apr_array_header_t *structs; /* of struct_t */
};

/* As mws_types.tbl has it. */
#define STRING "string"

mws_schemas_t *mws_schemas_make(apr_pool_t *p)
{
    mws_schemas_t *schemas = apr_palloc(p, sizeof(*schemas));

    schemas->pool = p;
    schemas->structs = apr_array_make(p, 64, sizeof(struct_t));
    return schemas;
}

/* ---- structs that are the same ----------------------------------------------------------- */

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int same_keys(const mws_spec_t *a, const mws_spec_t *b);

/* Whether A and B say the same in every way but their names. */
static int same(const mws_spec_t *a, const mws_spec_t *b)
{
    if (a == b) {
        return 1;
    }
    if (a->kind != b->kind || a->type != b->type || a->presence != b->presence ||
        a->not_null != b->not_null || a->untyped != b->untyped ||
        !same_text(a->preset, b->preset) || !same_text(a->plugin, b->plugin) ||
        !same_text(a->setting, b->setting) || !same_text(a->about, b->about)) {
        return 0;
    }
    if (a->kind == MWS_SPEC_STRUCT) {
        return same_keys(a, b);
    }
    return a->kind == MWS_SPEC_VALUE || same(a->of, b->of);
}

static int same_keys(const mws_spec_t *a, const mws_spec_t *b)
{
    const mws_spec_t *x = a->of, *y = b->of;

    for (; x->name && y->name; x++, y++) {
        if (strcmp(x->name, y->name) != 0 || !same(x, y)) {
            return 0;
        }
    }
    return !x->name && !y->name;
}

/* The struct that SPEC is, or NULL where it has not been met. */
static struct_t *find(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec)
{
    int i;

    for (i = 0; i < schemas->structs->nelts; i++) {
        struct_t *strct = &APR_ARRAY_IDX(schemas->structs, i, struct_t);

        if (strct->way == way && same_keys(strct->spec, spec)) {
            return strct;
        }
    }
    return NULL;
}

/* Meet all structs in SPEC, which has NAME. What is within one that was met before is not met again:
 * it is where that one is. */
static void meet(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec, const char *name)
{
    const mws_spec_t *key;
    struct_t         *strct;

    while (spec->kind == MWS_SPEC_LIST) {
        spec = spec->of;
    }
    if (spec->kind == MWS_SPEC_VALUE || !spec->of->name) {
        return;
    }
    strct = find(schemas, way, spec);
    if (strct) {
        strct->met++;
        return;
    }
    APR_ARRAY_PUSH(schemas->structs, struct_t) = (struct_t){spec, way, name, 1};
    for (key = spec->of; key->name; key++) {
        meet(schemas, way, key, apr_pstrcat(schemas->pool, name, ".", key->name, NULL));
    }
}

void mws_schemas_note(mws_schemas_t *schemas, const mws_external_t *external)
{
    meet(schemas, MWS_SCHEMA_PARAMS, external->params,
         apr_pstrcat(schemas->pool, external->name, ".params", NULL));
    if (external->returns) {
        meet(schemas, MWS_SCHEMA_RESULT, external->returns,
             apr_pstrcat(schemas->pool, external->name, ".result", NULL));
    }
}

/* ---- schemas ----------------------------------------------------------------------------- */

static void add_text(json_object *object, const char *key, const char *text)
{
    json_object_object_add(object, key, json_object_new_string(text));
}

/* Let the type of SCHEMA be any of TYPES, which a NULL ends. */
static void add_types(json_object *schema, const char *const *types)
{
    json_object *any = json_object_new_array();

    for (; *types; types++) {
        json_object_array_add(any, json_object_new_string(*types));
    }
    json_object_object_add(schema, "type", any);
}

static void add_value_type(json_object *schema, const mws_spec_t *spec)
{
    static const char *const untyped[] = {STRING, "number", "boolean", "null", NULL};

    const mws_param_names_t *names = &mws_param_names[spec->type];
    const char *const        nullable[] = {names->openapi, "null", NULL};

    if (spec->untyped) {
        add_types(schema, untyped);
    }
    else if (spec->not_null) {
        add_text(schema, "type", names->openapi);
    }
    else {
        add_types(schema, nullable);
    }
    if (spec->type == MWS_PARAM_INT) {
        add_text(schema, "format", "int64");
    }
    else if (strcmp(names->openapi, STRING) == 0 && spec->type != MWS_PARAM_RAW &&
             spec->type != MWS_PARAM_TEXT) {
        add_text(schema, "x-param", names->said);
    }
}

/* The default of SPEC as a value of its type. */
static json_object *default_of(const mws_spec_t *spec)
{
    if (spec->kind == MWS_SPEC_LIST) {
        return json_object_new_array();
    }
    if (spec->kind == MWS_SPEC_STRUCT) {
        return json_object_new_object();
    }
    if (!spec->preset) {
        return NULL;
    }
    switch (spec->type) {
    case MWS_PARAM_INT:
        return json_object_new_int64(mws_php_int(spec->preset));
    case MWS_PARAM_BOOL:
        return json_object_new_boolean(mws_php_bool(spec->preset));
    case MWS_PARAM_FLOAT:
        return json_object_new_double_s(mws_php_float(spec->preset), spec->preset);
    default:
        return json_object_new_string(spec->preset);
    }
}

/* Where the site keeps the default of SPEC, in words. */
static const char *setting_of(apr_pool_t *p, const mws_spec_t *spec)
{
    return apr_psprintf(p, "%s. Default: what the site's setting %s%s%s says; %s without it",
                        spec->about ? spec->about : "", spec->plugin ? spec->plugin : "",
                        spec->plugin ? "/" : "", spec->setting,
                        spec->preset ? spec->preset : "null");
}

/* What SPEC says of itself, beside its type. */
static void add_about(mws_schemas_t *schemas, json_object *schema, mws_schema_e way,
                      const mws_spec_t *spec)
{
    if (way == MWS_SCHEMA_PARAMS && spec->setting) {
        add_text(schema, "description", setting_of(schemas->pool, spec));
    }
    else if (spec->about) {
        add_text(schema, "description", spec->about);
    }
    if (way == MWS_SCHEMA_PARAMS && spec->presence == MWS_HAS_PRESET && !spec->setting) {
        json_object_object_add(schema, "default", default_of(spec));
    }
}

/* Whether the key of SPEC is always there: of a result also a value that has a default. */
static int always_there(mws_schema_e way, const mws_spec_t *spec)
{
    return spec->presence == MWS_REQUIRED ||
           (way == MWS_SCHEMA_RESULT && spec->presence == MWS_HAS_PRESET &&
            spec->kind == MWS_SPEC_VALUE);
}

static json_object *schema_of(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec);

/* Make SCHEMA an object with the keys of SPEC and no other. One that has none of them is written as an
 * empty array, as PHP does. */
static void add_keys(mws_schemas_t *schemas, json_object *schema, mws_schema_e way,
                     const mws_spec_t *spec)
{
    static const char *const maybe_empty[] = {"object", "array", NULL};

    json_object      *keys = json_object_new_object(), *required = json_object_new_array();
    const mws_spec_t *key;

    for (key = spec->of; key->name; key++) {
        json_object_object_add(keys, key->name, schema_of(schemas, way, key));
        if (always_there(way, key)) {
            json_object_array_add(required, json_object_new_string(key->name));
        }
    }
    if (way == MWS_SCHEMA_RESULT && !json_object_array_length(required)) {
        add_types(schema, maybe_empty);
        json_object_object_add(schema, "maxItems", json_object_new_int(0));
    }
    else {
        add_text(schema, "type", "object");
    }
    json_object_object_add(schema, "properties", keys);
    if (json_object_array_length(required)) {
        json_object_object_add(schema, "required", required);
    }
    else {
        json_object_put(required);
    }
    json_object_object_add(schema, "additionalProperties", json_object_new_boolean(0));
}

static void add_struct(mws_schemas_t *schemas, json_object *schema, mws_schema_e way,
                       const mws_spec_t *spec)
{
    const struct_t *strct = find(schemas, way, spec);

    if (strct && strct->met > 1) {
        add_text(schema, "$ref",
                 apr_pstrcat(schemas->pool, "#/components/schemas/", strct->name, NULL));
    }
    else {
        add_keys(schemas, schema, way, spec);
    }
}

static json_object *schema_of(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec)
{
    json_object *schema = json_object_new_object();

    switch (spec->kind) {
    case MWS_SPEC_VALUE:
        add_value_type(schema, spec);
        break;
    case MWS_SPEC_LIST:
        add_text(schema, "type", "array");
        json_object_object_add(schema, "items", schema_of(schemas, way, spec->of));
        break;
    case MWS_SPEC_STRUCT:
        add_struct(schemas, schema, way, spec);
        break;
    }
    add_about(schemas, schema, way, spec);
    return schema;
}

json_object *mws_schema_of(mws_schemas_t *schemas, mws_schema_e way, const mws_spec_t *spec)
{
    json_object *schema;

    if (spec) {
        return schema_of(schemas, way, spec);
    }
    schema = json_object_new_object();
    add_text(schema, "type", "null");
    return schema;
}

void mws_schemas_shared(mws_schemas_t *schemas, json_object *shared)
{
    int i;

    for (i = 0; i < schemas->structs->nelts; i++) {
        const struct_t *strct = &APR_ARRAY_IDX(schemas->structs, i, struct_t);

        if (strct->met > 1) {
            json_object *schema = json_object_new_object();

            add_keys(schemas, schema, strct->way, strct->spec);
            json_object_object_add(shared, strct->name, schema);
        }
    }
}
