/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/openapi.c -- webservice/openapi.json: the functions over REST, as OpenAPI 3.1 has it.
 *
 * What is not about a function stands in openapi/frame.json; here the functions are put into it.
 */
#include <apr_strings.h>

#include "../../lib/base/mws_asset.h"
#include "../../lib/base/mws_version.h"
#include "../mws_operation.h"
#include "mws_docs.h"
#include "mws_examples.h"
#include "mws_openapi_schema.h"

#define JSON "application/json"

/* A document being written. */
typedef struct {
    mws_docs_t        *docs;
    apr_pool_t        *pool;
    json_object       *root, *paths, *shared_responses; /* the others are within the root */
    mws_schemas_t     *schemas;
    const mws_value_t *examples;
} openapi_t;

/* ---- objects ----------------------------------------------------------------------------- */

static void add(json_object *object, const char *key, json_object *value)
{
    json_object_object_add(object, key, value);
}

static void add_text(json_object *object, const char *key, const char *text)
{
    add(object, key, json_object_new_string(text));
}

/* Add a new object to OBJECT, which has it. */
static json_object *add_object(json_object *object, const char *key)
{
    json_object *added = json_object_new_object();

    add(object, key, added);
    return added;
}

static json_object *add_array(json_object *object, const char *key)
{
    json_object *added = json_object_new_array();

    add(object, key, added);
    return added;
}

static void append_text(json_object *array, const char *text)
{
    json_object_array_add(array, json_object_new_string(text));
}

/* What is at KEY of OBJECT, which is there. */
static json_object *at(json_object *object, const char *key)
{
    return json_object_object_get(object, key);
}

/* An object that refers to a component. */
static json_object *refer(openapi_t *openapi, const char *kind, const char *name)
{
    json_object *reference = json_object_new_object();

    add_text(reference, "$ref", apr_pstrcat(openapi->pool, "#/components/", kind, "/", name, NULL));
    return reference;
}

/* Add the media type JSON to OBJECT, a body or a response. */
static json_object *add_json(json_object *object)
{
    return add_object(add_object(object, "content"), JSON);
}

/* ---- errors ------------------------------------------------------------------------------ */

static int status_of(const mws_may_fail_t *may)
{
    return mws_error_rows[may->id].status;
}

static int has_status(const mws_may_fail_t *errors, int status)
{
    for (; errors && errors->when; errors++) {
        if (status_of(errors) == status) {
            return 1;
        }
    }
    return 0;
}

static int has_code(json_object *codes, const char *code)
{
    size_t i;

    for (i = 0; i < json_object_array_length(codes); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(codes, i)), code) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Add those of ERRORS that have STATUS: their codes to CODES, when they happen to *SAYS. */
static void add_errors(openapi_t *openapi, const mws_may_fail_t *errors, int status,
                       json_object *codes, const char **says)
{
    for (; errors && errors->when; errors++) {
        const char *code = mws_error_rows[errors->id].errorcode;

        if (status_of(errors) != status) {
            continue;
        }
        if (!has_code(codes, code)) {
            append_text(codes, code);
        }
        *says = apr_pstrcat(openapi->pool, *says, **says ? "\n" : "", "- `", code,
                            "`: ", errors->when, NULL);
    }
}

/* Add those of COMMON that have STATUS beside a function's own: when they happen is told elsewhere. */
static void add_common(openapi_t *openapi, const mws_may_fail_t *common, int status,
                       json_object *codes, const char **says)
{
    const char *names = "";

    for (; common && common->when; common++) {
        const char *code = mws_error_rows[common->id].errorcode;

        if (status_of(common) == status && !has_code(codes, code)) {
            append_text(codes, code);
            names = apr_pstrcat(openapi->pool, names, *names ? ", `" : "`", code, "`", NULL);
        }
    }
    if (*names) {
        *says = apr_pstrcat(openapi->pool, *says, "\n- what any call may meet: ", names, NULL);
    }
}

/* The response of STATUS: for the errors among OWN that have it, and those among COMMON; with OWN NULL
 * for the latter alone. */
static json_object *error_response(openapi_t *openapi, int status, const mws_may_fail_t *own,
                                   const mws_may_fail_t *common)
{
    json_object *response = json_object_new_object(), *all, *narrowed;
    json_object *codes = json_object_new_array();
    const char  *says = "";

    if (own) {
        add_errors(openapi, own, status, codes, &says);
        add_common(openapi, common, status, codes, &says);
    }
    else {
        add_errors(openapi, common, status, codes, &says);
    }
    add_text(response, "description", says);
    all = add_array(add_object(add_json(response), "schema"), "allOf");
    json_object_array_add(all, refer(openapi, "schemas", "Exception"));
    narrowed = json_object_new_object();
    json_object_array_add(all, narrowed);
    add(add_object(add_object(narrowed, "properties"), "errorcode"), "enum", codes);
    return response;
}

/* The response of STATUS for what may befall any call of ROW's kind: a component, made when it is
 * first needed. */
static json_object *common_response(openapi_t *openapi, int status, const mws_row_t *row)
{
    const char *name = apr_psprintf(openapi->pool, "%s.%d",
                                    row->effect == MWS_WRITES ? "writes" : "reads", status);

    if (!at(openapi->shared_responses, name)) {
        add(openapi->shared_responses, name,
            error_response(openapi, status, NULL, mws_table_common_errors(row)));
    }
    return refer(openapi, "responses", name);
}

/* Add to RESPONSES those of EXTERNAL's errors; ROW may be NULL. */
static void add_error_responses(openapi_t *openapi, json_object *responses,
                                const mws_external_t *external, const mws_row_t *row)
{
    const mws_may_fail_t *common = row ? mws_table_common_errors(row) : NULL;
    int                   status;

    for (status = 400; status < 600; status++) {
        const char *key = apr_itoa(openapi->pool, status);

        if (has_status(external->errors, status)) {
            add(responses, key, error_response(openapi, status, external->errors, common));
        }
        else if (row && has_status(common, status)) {
            add(responses, key, common_response(openapi, status, row));
        }
    }
    add(responses, "default", refer(openapi, "responses", "Failure"));
}

/* ---- examples ---------------------------------------------------------------------------- */

static json_object *json_of(const mws_value_t *v);

static json_object *json_of_items(const mws_value_t *v)
{
    int          keyed = mws_value_kind(v) == MWS_STRUCT;
    json_object *items = keyed ? json_object_new_object() : json_object_new_array();
    apr_size_t   i;

    for (i = 0; i < mws_value_size(v); i++) {
        json_object *item = json_of(mws_value_at(v, i));

        if (keyed) {
            add(items, mws_value_key_at(v, i).s, item);
        }
        else {
            json_object_array_add(items, item);
        }
    }
    return items;
}

static json_object *json_of(const mws_value_t *v)
{
    switch (mws_value_kind(v)) {
    case MWS_NULL:
        return NULL;
    case MWS_BOOL:
        return json_object_new_boolean(mws_value_as_bool(v));
    case MWS_INT:
        return json_object_new_int64(mws_value_as_int(v));
    case MWS_FLOAT:
        return json_object_new_double(mws_value_as_float(v));
    case MWS_TEXT:
        return json_object_new_string_len(mws_value_as_text(v).s, (int)mws_value_as_text(v).len);
    default:
        return json_of_items(v);
    }
}

/* ---- operations -------------------------------------------------------------------------- */

/* Add what EXTERNAL is called with, and what it gives. */
static void add_call(openapi_t *openapi, json_object *operation, const mws_external_t *external,
                     const char *name)
{
    json_object  *body = add_object(operation, "requestBody"), *sent;
    mws_example_t example;

    add(body, "required", json_object_new_boolean(external->params->of->name != NULL));
    sent = add_json(body);
    add(sent, "schema", mws_schema_of(openapi->schemas, MWS_SCHEMA_PARAMS, external->params));
    if (mws_examples_find(openapi->examples, name, &example)) {
        add(sent, "example", json_of(example.call));
    }
}

static void add_responses(openapi_t *openapi, json_object *operation,
                          const mws_external_t *external, const mws_row_t *row, const char *name)
{
    json_object  *responses = add_object(operation, "responses");
    json_object  *good = add_object(responses, "200"), *media;
    mws_example_t example;

    add_text(good, "description", external->returns ? "the result" : "it is done");
    media = add_json(good);
    add(media, "schema", mws_schema_of(openapi->schemas, MWS_SCHEMA_RESULT, external->returns));
    if (mws_examples_find(openapi->examples, name, &example)) {
        add(media, "example", example.answer ? json_of(example.answer) : NULL);
    }
    add_error_responses(openapi, responses, external, row);
}

/* Begin the operation that calls NAME. */
static json_object *add_operation(openapi_t *openapi, const char *name, const char *tag,
                                  const mws_external_t *external)
{
    const char  *path = apr_pstrcat(openapi->pool, "/webservice/rest/server.php/", name, NULL);
    json_object *operation = add_object(add_object(openapi->paths, path), "post");

    add_text(operation, "operationId", name);
    append_text(add_array(operation, "tags"), tag);
    add_text(operation, "summary", external->about);
    return operation;
}

static void add_session_operation(openapi_t *openapi, const mws_external_t *external, int is_open)
{
    json_object *operation = add_operation(openapi, external->name, "session", external);

    if (is_open) {
        add_array(operation, "security");
    }
    add_call(openapi, operation, external, external->name);
    add_responses(openapi, operation, external, NULL, external->name);
}

/* The capabilities that ROW may ask for (const char *). */
static const apr_array_header_t *capabilities_of(apr_pool_t *p, const mws_row_t *row)
{
    apr_array_header_t *words = apr_array_make(p, 8, sizeof(const char *));
    char               *list = apr_pstrdup(p, mws_table_find(row->today)->capabilities), *rest;
    const char         *word = apr_strtok(list, ",", &rest);

    for (; word; word = apr_strtok(NULL, ",", &rest)) {
        APR_ARRAY_PUSH(words, const char *) = word;
    }
    return words;
}

static int is_legacy(const mws_row_t *row)
{
    return strcmp(row->name, row->today) != 0;
}

/* Add what Moodle knows of ROW, and OpenAPI has no word for. */
static void add_row(json_object *operation, const mws_row_t *row,
                    const apr_array_header_t *capabilities)
{
    json_object     *moodle = add_object(operation, "x-moodle"), *names, *words;
    apr_size_t       count, i;
    int              j;
    const mws_row_t *rows = mws_table_rows(&count);

    add_text(moodle, "kind", row->effect == MWS_WRITES ? "writes" : "reads");
    add_text(moodle, "today", row->today);
    names = add_array(moodle, "legacy");
    for (i = 0; i < count; i++) {
        if (is_legacy(&rows[i]) && strcmp(rows[i].today, row->today) == 0) {
            append_text(names, rows[i].name);
        }
    }
    words = add_array(moodle, "capabilities");
    for (j = 0; j < capabilities->nelts; j++) {
        append_text(words, APR_ARRAY_IDX(capabilities, j, const char *));
    }
}

/* What ROW does and asks for, in words. */
static const char *description_of(apr_pool_t *p, const mws_row_t *row,
                                  const apr_array_header_t *capabilities)
{
    const char *text = row->effect == MWS_WRITES ? "Writes." : "Reads.";
    int         i;

    if (is_legacy(row)) {
        text = apr_psprintf(p, "The name of Moodle 2.1 for `%s`. %s", row->today, text);
    }
    for (i = 0; i < capabilities->nelts; i++) {
        text = apr_psprintf(p, "%s%s `%s`", text, i ? "," : " May ask for the capabilities",
                            APR_ARRAY_IDX(capabilities, i, const char *));
    }
    return i ? apr_pstrcat(p, text, ".", NULL) : text;
}

static void add_parameters(openapi_t *openapi, json_object *operation)
{
    json_object *parameters = add_array(operation, "parameters");

    json_object_array_add(parameters, refer(openapi, "parameters", "raw"));
    json_object_array_add(parameters, refer(openapi, "parameters", "fileurl"));
}

static void add_function(openapi_t *openapi, const mws_row_t *row)
{
    const apr_array_header_t *capabilities = capabilities_of(openapi->pool, row);
    json_object              *operation =
        add_operation(openapi, row->name, mws_docs_group(row)->name, row->external);

    add_text(operation, "description", description_of(openapi->pool, row, capabilities));
    if (is_legacy(row)) {
        add(operation, "deprecated", json_object_new_boolean(1));
    }
    add_row(operation, row, capabilities);
    add_parameters(openapi, operation);
    add_call(openapi, operation, row->external, row->name);
    add_responses(openapi, operation, row->external, row, row->name);
}

/* ---- the document ------------------------------------------------------------------------ */

static const mws_row_t *function_at(const openapi_t *openapi, int i)
{
    return APR_ARRAY_IDX(openapi->docs->functions, i, const mws_row_t *);
}

/* Look at all that will be described, each declaration once for each name that has it. */
static void note_all(openapi_t *openapi)
{
    int i;

    openapi->schemas = mws_schemas_make(openapi->pool);
    mws_schemas_note(openapi->schemas, &mws_login_described);
    mws_schemas_note(openapi->schemas, &mws_logout_described);
    for (i = 0; i < openapi->docs->functions->nelts; i++) {
        mws_schemas_note(openapi->schemas, function_at(openapi, i)->external);
    }
}

static void add_tags(json_object *tags)
{
    const mws_docs_group_t *group;

    for (group = mws_docs_groups; group->name; group++) {
        json_object *tag = json_object_new_object();

        add_text(tag, "name", group->name);
        add_text(tag, "description", group->title);
        json_object_array_add(tags, tag);
    }
}

static apr_status_t put_away(void *root)
{
    json_object_put(root);
    return APR_SUCCESS;
}

/* Read the frame. */
static void open_frame(openapi_t *openapi)
{
    openapi->root = json_tokener_parse(mws_asset("adapters/openapi/frame.json").s);
    apr_pool_cleanup_register(openapi->pool, openapi->root, put_away, apr_pool_cleanup_null);
    openapi->paths = at(openapi->root, "paths");
    openapi->shared_responses = at(at(openapi->root, "components"), "responses");
}

static void write_all(openapi_t *openapi)
{
    json_object *root = openapi->root;
    const char  *text;
    int          i;

    add_text(at(root, "info"), "version", MWS_VERSION);
    add_text(json_object_array_get_idx(at(root, "servers"), 0), "url",
             openapi->docs->call->settings->wwwroot);
    add_tags(at(root, "tags"));
    note_all(openapi);
    add_session_operation(openapi, &mws_login_described, 1);
    add_session_operation(openapi, &mws_logout_described, 0);
    for (i = 0; i < openapi->docs->functions->nelts; i++) {
        add_function(openapi, function_at(openapi, i));
    }
    mws_schemas_shared(openapi->schemas, at(at(root, "components"), "schemas"));
    text = json_object_to_json_string_ext(root,
                                          JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    mws_put(openapi->docs->body, text, strlen(text));
}

/* What is told is how to call by REST: where that is not answered, there is nothing to tell. */
static mws_error_t *require_rest(mws_docs_t *docs)
{
    if (docs->protocols->nelts &&
        strcmp(APR_ARRAY_IDX(docs->protocols, 0, const char *), "rest") == 0) {
        return NULL;
    }
    return mws_error(docs->call->pool, MWS_NO_FILE, "REST is not answered");
}

static mws_error_t *answer(mws_docs_t *docs)
{
    openapi_t openapi = {.docs = docs, .pool = docs->call->pool};

    MWS_ERR(require_rest(docs));
    if (mws_docs_send_kept(docs, "openapi", JSON)) {
        return NULL;
    }
    MWS_ERR(mws_examples_read(docs->call, &openapi.examples));
    open_frame(&openapi);
    write_all(&openapi);
    mws_docs_send(docs, JSON);
    mws_docs_keep(docs, "openapi");
    return NULL;
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_docs_t  *docs;
    mws_error_t *err;

    if (mws_http_preflight(http, reply)) {
        return;
    }
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
    err = mws_docs_open(call, http, reply, &docs);
    err = err ? err : answer(docs);
    if (err) {
        mws_docs_refuse(docs, err);
    }
}

const mws_adapter_t mws_adapter_openapi = {.name = "openapi", .serve = serve};
