/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/soap_wsdl.c -- the WSDL of SOAP, in two styles, written from the declarations.
 *
 * Moodle: webservice/soap/classes/wsdl.php; WSDL 1.1; WS-I Basic Profile 1.1 for document/literal.
 *
 * A type is named by the way to it: FUNCTION_KEY of a parameter, FUNCTION_return of the result,
 * _KEY of what is below, _item of the elements of a list; the list itself is ArrayOf and the name of
 * the type of its elements, so that lists of the same values are one type. In rpc/encoded, structs
 * that stand in no list have the numbers that Moodle gives them: the answers show them.
 */
#include "soap_wsdl.h"

#include <apr_escape.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "../../lib/base/mws_buffer.h"
#include "../../lib/base/mws_escape.h"
#include "../../services/mws_offer.h"
#include "../mws_operation.h"
#include "mws_soap.h"
#include "mws_soap_names.h"

/* Everything callable is in one class, which clients know by this name. */
#define CLASS "webservices_virtual_class_000000"

#define ENCODING "http://schemas.xmlsoap.org/soap/encoding/"
#define TRANSPORT "http://schemas.xmlsoap.org/soap/http"

/* An operation, and its types once they are written. */
typedef struct {
    const char           *name;
    const mws_external_t *external;
    int                   first_struct; /* the number of its first type, or MWS_SOAP_NO_NUMBER */
    const char          **params;       /* the types of its parameters */
    const char           *result;
} operation_t;

typedef struct {
    mws_call_t         *call;
    const mws_http_t   *http;
    mws_sink_t         *sink;
    int                 literal;
    const char         *space;       /* the target namespace, escaped */
    apr_array_header_t *operations;  /* of operation_t */
    apr_hash_t         *lists;       /* the types of lists that are written */
    int                 next_struct; /* the number of the next type of a struct */
} wsdl_t;

/* Write the texts that follow, up to a NULL. */
static void put(wsdl_t *wsdl, ...) __attribute__((sentinel));

static void put(wsdl_t *wsdl, ...)
{
    const char *text;
    va_list     texts;

    va_start(texts, wsdl);
    while ((text = va_arg(texts, const char *))) {
        mws_put(wsdl->sink, text, strlen(text));
    }
    va_end(texts);
}

static const char *escaped(apr_pool_t *p, const char *text)
{
    apr_size_t len = strlen(text), room = len * sizeof("&quot;");
    char      *bytes = apr_palloc(p, room + 1);
    mws_sink_t sink = mws_sink_over(bytes, room);

    mws_escape_xml(&sink, text, len);
    *sink.next = '\0';
    return bytes;
}

/* ---- types ------------------------------------------------------------------------------- */

/* The type of SPEC, a value. In rpc/encoded as Moodle tells it. */
static const char *type_of_value(const wsdl_t *wsdl, const mws_spec_t *spec)
{
    switch (spec->type) {
    case MWS_PARAM_INT:
        return wsdl->literal ? "xsd:long" : "xsd:int";
    case MWS_PARAM_BOOL:
        return wsdl->literal ? "xsd:boolean" : "xsd:int";
    default:
        return mws_param_names[spec->type].xsd;
    }
}

/* Whether SPEC may be null. In rpc/encoded lists and structs are told to be, as in Moodle. */
static int may_be_null(const wsdl_t *wsdl, const mws_spec_t *spec)
{
    return spec->kind == MWS_SPEC_VALUE ? !spec->not_null : !wsdl->literal;
}

/* Write SPEC as element NAME of TYPE: a key, a parameter, a result. */
static void write_element(wsdl_t *wsdl, const mws_spec_t *spec, const char *name, const char *type)
{
    put(wsdl, "<xsd:element name=\"", name, "\" type=\"", type, "\"", NULL);
    if (spec->presence != MWS_REQUIRED) {
        put(wsdl, " minOccurs=\"0\"", NULL);
    }
    if (may_be_null(wsdl, spec)) {
        put(wsdl, " nillable=\"true\"", NULL);
    }
    if (!spec->about) {
        put(wsdl, "/>", NULL);
        return;
    }
    put(wsdl, "><xsd:annotation><xsd:documentation>", escaped(wsdl->call->pool, spec->about),
        "</xsd:documentation></xsd:annotation></xsd:element>", NULL);
}

/* Write the type of a list of SPEC, whose type is ITEM, unless that is done. What a list of values
 * allows is the same for all: null is an element as any other. Returns its name. */
static const char *write_list(wsdl_t *wsdl, const mws_spec_t *spec, const char *item)
{
    const char *name = apr_pstrcat(wsdl->call->pool, "tns:ArrayOf", strchr(item, ':') + 1, NULL);

    if (apr_hash_get(wsdl->lists, name, APR_HASH_KEY_STRING)) {
        return name;
    }
    apr_hash_set(wsdl->lists, name, APR_HASH_KEY_STRING, name);
    put(wsdl, "<xsd:complexType name=\"", strchr(name, ':') + 1, "\">", NULL);
    if (wsdl->literal) {
        put(wsdl, "<xsd:sequence><xsd:element name=\"item\" type=\"", item,
            "\" minOccurs=\"0\" maxOccurs=\"unbounded\"",
            spec->kind == MWS_SPEC_VALUE ? " nillable=\"true\"" : "", "/></xsd:sequence>", NULL);
    }
    else {
        put(wsdl,
            "<xsd:complexContent><xsd:restriction base=\"soap-enc:Array\"><xsd:attribute"
            " ref=\"soap-enc:arrayType\" wsdl:arrayType=\"",
            item, "[]\"/></xsd:restriction></xsd:complexContent>", NULL);
    }
    put(wsdl, "</xsd:complexType>", NULL);
    return name;
}

/* How the struct at PATH is called: by its number where it has one. */
static const char *struct_name(wsdl_t *wsdl, const char *path, int numbered)
{
    if (numbered) {
        return apr_psprintf(wsdl->call->pool, "tns:" MWS_SOAP_STRUCT_CLASS "%06d",
                            wsdl->next_struct++);
    }
    return apr_pstrcat(wsdl->call->pool, "tns:", path, NULL);
}

static const char *write_type(wsdl_t *wsdl, const mws_spec_t *spec, const char *path, int numbered);

/* Write the types of the keys of STRCT at PATH. Returns their names, one for each key. */
static const char **write_types_of_keys(wsdl_t *wsdl, const mws_spec_t *strct, const char *path,
                                        int numbered)
{
    apr_pool_t         *p = wsdl->call->pool;
    apr_array_header_t *types = apr_array_make(p, 8, sizeof(const char *));
    const mws_spec_t   *key;

    for (key = strct->of; key->name; key++) {
        APR_ARRAY_PUSH(types, const char *) =
            write_type(wsdl, key, apr_pstrcat(p, path, "_", key->name, NULL), numbered);
    }
    return (const char **)types->elts;
}

static const char *write_struct(wsdl_t *wsdl, const mws_spec_t *spec, const char *path,
                                int numbered)
{
    const char      **types = write_types_of_keys(wsdl, spec, path, numbered);
    const char       *name = struct_name(wsdl, path, numbered);
    const char       *model = wsdl->literal ? "sequence" : "all";
    const mws_spec_t *key;

    put(wsdl, "<xsd:complexType name=\"", strchr(name, ':') + 1, "\"><xsd:", model, ">", NULL);
    for (key = spec->of; key->name; key++) {
        write_element(wsdl, key, key->name, *types++);
    }
    put(wsdl, "</xsd:", model, "></xsd:complexType>", NULL);
    return name;
}

/* Write the type of SPEC, which stands at PATH, after those that it is made of. Structs take numbers
 * where they are NUMBERED. Returns its name, with a prefix. */
static const char *write_type(wsdl_t *wsdl, const mws_spec_t *spec, const char *path, int numbered)
{
    const char *item;

    switch (spec->kind) {
    case MWS_SPEC_VALUE:
        return type_of_value(wsdl, spec);
    case MWS_SPEC_LIST:
        item = write_type(wsdl, spec->of, apr_pstrcat(wsdl->call->pool, path, "_item", NULL), 0);
        return write_list(wsdl, spec->of, item);
    default:
        return write_struct(wsdl, spec, path, numbered);
    }
}

/* Write the element that wraps the parameters of OP, and the one that wraps its result. */
static void write_wrappers(wsdl_t *wsdl, const operation_t *op)
{
    const mws_spec_t *param;
    const char      **type = op->params;

    put(wsdl, "<xsd:element name=\"", op->name, "\"><xsd:complexType><xsd:sequence>", NULL);
    for (param = op->external->params->of; param->name; param++) {
        write_element(wsdl, param, param->name, *type++);
    }
    put(wsdl, "</xsd:sequence></xsd:complexType></xsd:element><xsd:element name=\"", op->name,
        "Response\"><xsd:complexType><xsd:sequence>", NULL);
    if (op->result) {
        write_element(wsdl, op->external->returns, "return", op->result);
    }
    put(wsdl, "</xsd:sequence></xsd:complexType></xsd:element>", NULL);
}

/* Write the types of OP, and note them. */
static void write_types_of(wsdl_t *wsdl, operation_t *op)
{
    const mws_external_t *external = op->external;
    int                   numbered = op->first_struct != MWS_SOAP_NO_NUMBER;

    wsdl->next_struct = op->first_struct;
    op->params = write_types_of_keys(wsdl, external->params, op->name, numbered);
    if (external->returns) {
        op->result = write_type(wsdl, external->returns,
                                apr_pstrcat(wsdl->call->pool, op->name, "_return", NULL), numbered);
    }
    if (wsdl->literal) {
        write_wrappers(wsdl, op);
    }
}

static void write_types(wsdl_t *wsdl)
{
    int i;

    put(wsdl, "<types><xsd:schema targetNamespace=\"", wsdl->space,
        wsdl->literal ? "\" elementFormDefault=\"qualified\">"
                      : "\"><xsd:import namespace=\"" ENCODING "\"/>",
        NULL);
    for (i = 0; i < wsdl->operations->nelts; i++) {
        write_types_of(wsdl, &APR_ARRAY_IDX(wsdl->operations, i, operation_t));
    }
    if (wsdl->literal) {
        put(wsdl,
            "<xsd:element name=\"fault\"><xsd:complexType><xsd:sequence>"
            "<xsd:element name=\"exception\" type=\"xsd:string\"/>"
            "<xsd:element name=\"errorcode\" type=\"xsd:string\"/>"
            "<xsd:element name=\"debuginfo\" type=\"xsd:string\" minOccurs=\"0\"/>"
            "</xsd:sequence></xsd:complexType></xsd:element>",
            NULL);
    }
    put(wsdl, "</xsd:schema></types>", NULL);
}

/* ---- messages and operations ------------------------------------------------------------- */

/* Whether OP is answered at all: in rpc/encoded what returns nothing is not, as in Moodle. */
static int has_output(const wsdl_t *wsdl, const operation_t *op)
{
    return wsdl->literal || op->result;
}

static void write_part(wsdl_t *wsdl, const mws_spec_t *spec, const char *name, const char *type)
{
    put(wsdl, "<part name=\"", name, "\" type=\"", type, "\"", NULL);
    if (!spec->about) {
        put(wsdl, "/>", NULL);
        return;
    }
    put(wsdl, "><documentation>", escaped(wsdl->call->pool, spec->about), "</documentation></part>",
        NULL);
}

static void write_encoded_messages(wsdl_t *wsdl, const operation_t *op)
{
    const mws_spec_t *param;
    const char      **type = op->params;

    put(wsdl, "<message name=\"", op->name, "In\">", NULL);
    for (param = op->external->params->of; param->name; param++) {
        write_part(wsdl, param, param->name, *type++);
    }
    put(wsdl, "</message>", NULL);
    if (has_output(wsdl, op)) {
        put(wsdl, "<message name=\"", op->name, "Out\">", NULL);
        write_part(wsdl, op->external->returns, "return", op->result);
        put(wsdl, "</message>", NULL);
    }
}

static void write_literal_messages(wsdl_t *wsdl, const operation_t *op)
{
    put(wsdl, "<message name=\"", op->name,
        "In\"><part name=\"parameters\" element=\"tns:", op->name, "\"/></message><message name=\"",
        op->name, "Out\"><part name=\"parameters\" element=\"tns:", op->name,
        "Response\"/></message>", NULL);
}

static void write_messages(wsdl_t *wsdl, const operation_t *op)
{
    if (wsdl->literal) {
        write_literal_messages(wsdl, op);
    }
    else {
        write_encoded_messages(wsdl, op);
    }
}

/* OP as the port type tells of it. */
static void write_operation(wsdl_t *wsdl, const operation_t *op)
{
    put(wsdl, "<operation name=\"", op->name, "\"><documentation>",
        escaped(wsdl->call->pool, op->external->about),
        "</documentation><input message=\"tns:", op->name, "In\"/>", NULL);
    if (has_output(wsdl, op)) {
        put(wsdl, "<output message=\"tns:", op->name, "Out\"/>", NULL);
    }
    if (wsdl->literal) {
        put(wsdl, "<fault name=\"fault\" message=\"tns:fault\"/>", NULL);
    }
    put(wsdl, "</operation>", NULL);
}

static void write_body(wsdl_t *wsdl, const char *direction)
{
    put(wsdl, "<", direction, ">", NULL);
    if (wsdl->literal) {
        put(wsdl, "<soap:body use=\"literal\"/>", NULL);
    }
    else {
        put(wsdl, "<soap:body use=\"encoded\" encodingStyle=\"" ENCODING "\" namespace=\"",
            wsdl->space, "\"/>", NULL);
    }
    put(wsdl, "</", direction, ">", NULL);
}

/* OP as the binding tells of it. */
static void write_bound(wsdl_t *wsdl, const operation_t *op)
{
    put(wsdl, "<operation name=\"", op->name, "\"><soap:operation soapAction=\"", wsdl->space, "#",
        op->name, "\"/>", NULL);
    write_body(wsdl, "input");
    if (has_output(wsdl, op)) {
        write_body(wsdl, "output");
    }
    if (wsdl->literal) {
        put(wsdl, "<fault name=\"fault\"><soap:fault name=\"fault\" use=\"literal\"/></fault>",
            NULL);
    }
    put(wsdl, "</operation>", NULL);
}

static void write_each(wsdl_t *wsdl, void (*write)(wsdl_t *wsdl, const operation_t *op))
{
    int i;

    for (i = 0; i < wsdl->operations->nelts; i++) {
        write(wsdl, &APR_ARRAY_IDX(wsdl->operations, i, operation_t));
    }
}

/* ---- the document ------------------------------------------------------------------------ */

/* Whether the variable VAR of a query, LEN bytes, is what asked for this document. */
static int is_wsdl(apr_pool_t *p, const char *var, apr_size_t len)
{
    const char *equals = memchr(var, '=', len);
    const char *name = apr_pstrmemdup(p, var, equals ? (apr_size_t)(equals - var) : len);

    name = apr_punescape_url(p, name, NULL, NULL, 1);
    return name && strcmp(name, "wsdl") == 0;
}

/* The query of HTTP without what asked for this document; "" where nothing is left. */
static const char *query_of(apr_pool_t *p, const mws_http_t *http)
{
    const char  *at = http->query ? http->query : "";
    mws_buffer_t query = mws_buffer_make(p, strlen(at) + 1);

    while (*at) {
        apr_size_t len = strcspn(at, "&");

        if (len && !is_wsdl(p, at, len)) {
            mws_buffer_putc(&query, query.len ? '&' : '?');
            mws_buffer_put(&query, at, len);
        }
        at += len;
        at += strspn(at, "&");
    }
    return mws_buffer_text(&query);
}

/* Where calls go: with the caller's credentials, in the query or in the path. */
static const char *address_of(mws_call_t *call, const mws_http_t *http)
{
    const char *path =
        http->script == MWS_SCRIPT_PASSWORD ? apr_pescape_path(call->pool, http->path_info, 1) : "";

    return escaped(call->pool, apr_pstrcat(call->pool, mws_soap_space(call, http), path,
                                           query_of(call->pool, http), NULL));
}

static void write_service(wsdl_t *wsdl)
{
    put(wsdl, "<portType name=\"" CLASS "Port\">", NULL);
    write_each(wsdl, write_operation);
    put(wsdl, "</portType><binding name=\"" CLASS "Binding\" type=\"tns:" CLASS "Port\">",
        "<soap:binding style=\"", wsdl->literal ? "document" : "rpc",
        "\" transport=\"" TRANSPORT "\"/>", NULL);
    write_each(wsdl, write_bound);
    put(wsdl,
        "</binding><service name=\"" CLASS "Service\"><port name=\"" CLASS
        "Port\" binding=\"tns:" CLASS "Binding\"><soap:address location=\"",
        address_of(wsdl->call, wsdl->http), "\"/></port></service>", NULL);
}

static void write_document(wsdl_t *wsdl)
{
    put(wsdl,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:tns=\"",
        wsdl->space,
        "\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\""
        " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:soap-enc=\"" ENCODING
        "\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" name=\"" CLASS "\" targetNamespace=\"",
        wsdl->space, "\">", NULL);
    write_types(wsdl);
    write_each(wsdl, write_messages);
    if (wsdl->literal) {
        put(wsdl, "<message name=\"fault\"><part name=\"fault\" element=\"tns:fault\"/></message>",
            NULL);
    }
    write_service(wsdl);
    put(wsdl, "</definitions>\n", NULL);
}

static void add_operation(wsdl_t *wsdl, const char *name, const mws_external_t *external,
                          int first_struct)
{
    APR_ARRAY_PUSH(wsdl->operations, operation_t) =
        (operation_t){.name = name, .external = external, .first_struct = first_struct};
}

/* Add what can be called: functions, and at the script for tokens what begins and ends a session. */
static mws_error_t *add_operations(wsdl_t *wsdl)
{
    const apr_array_header_t *functions;
    apr_hash_t               *names;
    int                       i;

    MWS_ERR(mws_offer_functions(wsdl->call, &functions));
    MWS_ERR(mws_offer_names(wsdl->call, &names));
    for (i = 0; i < functions->nelts; i++) {
        const mws_row_t *row = APR_ARRAY_IDX(functions, i, const mws_row_t *);

        add_operation(wsdl, row->name, row->external,
                      wsdl->literal ? MWS_SOAP_NO_NUMBER : mws_soap_struct_first(names, row));
    }
    if (wsdl->http->script == MWS_SCRIPT_TOKEN) {
        add_operation(wsdl, mws_login_described.name, &mws_login_described, MWS_SOAP_NO_NUMBER);
        add_operation(wsdl, mws_logout_described.name, &mws_logout_described, MWS_SOAP_NO_NUMBER);
    }
    return NULL;
}

mws_error_t *mws_soap_wsdl(mws_call_t *call, const mws_http_t *http, int literal, mws_sink_t *sink)
{
    wsdl_t wsdl = {.call = call,
                   .http = http,
                   .sink = sink,
                   .literal = literal,
                   .operations = apr_array_make(call->pool, 80, sizeof(operation_t)),
                   .lists = apr_hash_make(call->pool)};

    wsdl.space = escaped(call->pool,
                         literal ? mws_soap_literal_space(call, http) : mws_soap_space(call, http));
    MWS_ERR(add_operations(&wsdl));
    write_document(&wsdl);
    return NULL;
}
