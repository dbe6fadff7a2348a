/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_wire.c -- what a function looks like in one protocol. */
#include "mws_wsdoc_wire.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_buffer.h"
#include "../../lib/base/mws_escape.h"
#include "../amf/mws_amf0.h"
#include "../amf/mws_amf3.h"
#include "../amf/mws_amf_packet.h"
#include "../rest/mws_rest_writer.h"
#include "../xmlrpc/mws_xmlrpc.h"
#include "mws_wsdoc_call.h"
#include "mws_wsdoc_layout.h"
#include "mws_wsdoc_literal.h"
#include "mws_wsdoc_samples.h"

/* What is told. */
typedef struct {
    apr_pool_t          *pool;
    mws_docs_t          *docs;
    const mws_row_t     *row;
    const mws_example_t *example;
    const char          *protocol;
    const mws_error_t   *err; /* the one whose fault is shown */
    mws_buffer_t         out; /* the figure being written, as text */
} wire_t;

/* ---- heads of HTTP ------------------------------------------------------------------------- */

/* Begin a request with a body of LEN bytes of CONTENT_TYPE; FURTHER header lines. */
static void begin_request(wire_t *wire, const char *content_type, const char *further,
                          apr_size_t len)
{
    const char *address = strstr(mws_wsdoc_address(wire->docs, wire->protocol), "://") + 3;
    const char *path = strchr(address, '/');

    mws_buffer_puts(&wire->out,
                    apr_psprintf(wire->pool,
                                 "POST %s HTTP/1.1\nHost: %.*s\nAuthorization: Bearer TOKEN\n"
                                 "Content-Type: %s\n%sContent-Length: %" APR_SIZE_T_FMT "\n\n",
                                 path, (int)(path - address), address, content_type, further, len));
}

/* Put a request with BODY. */
static void put_request(wire_t *wire, const char *content_type, const char *further,
                        const char *body)
{
    begin_request(wire, content_type, further, strlen(body));
    mws_buffer_puts(&wire->out, body);
}

static void begin_answer(wire_t *wire, const char *status, const char *content_type)
{
    mws_buffer_puts(&wire->out, apr_pstrcat(wire->pool, "HTTP/1.1 ", status,
                                            "\nContent-Type: ", content_type, "\n\n", NULL));
}

/* The answer as WRITER writes it. */
static mws_error_t *write_answer(const wire_t *wire, const mws_writer_t *writer, mws_text_t *answer)
{
    mws_sink_t *sink = mws_sink_make(wire->pool, (apr_size_t)-1);

    MWS_ERR(mws_example_write(wire->pool, wire->example->answer, wire->row->external->returns,
                              writer, sink));
    *answer = mws_wsdoc_written(wire->pool, sink);
    return NULL;
}

/* How the class of the error is spelled in answers to this function. */
static const char *class_of(const wire_t *wire)
{
    mws_call_t call = *wire->docs->call;

    call.legacy = wire->err->id != MWS_BAD_TOKEN && strcmp(wire->row->name, wire->row->today) != 0;
    return mws_class_name(&call, wire->err);
}

/* ---- REST ---------------------------------------------------------------------------------- */

static mws_error_t *rest_form(wire_t *wire)
{
    apr_array_header_t *fields = apr_array_make(wire->pool, 8, sizeof(mws_wsdoc_field_t));

    APR_ARRAY_PUSH(fields, mws_wsdoc_field_t) = (mws_wsdoc_field_t){"wsfunction", wire->row->name};
    APR_ARRAY_PUSH(fields, mws_wsdoc_field_t) = (mws_wsdoc_field_t){"moodlewsrestformat", "json"};
    apr_array_cat(fields, mws_wsdoc_fields(wire->pool, wire->example->call));
    put_request(wire, "application/x-www-form-urlencoded", "", mws_wsdoc_form(wire->pool, fields));
    return NULL;
}

/* The parameters of the call behind the name of the function. */
static const mws_value_t *with_function(const wire_t *wire)
{
    mws_value_t *body = mws_value_struct(wire->pool);
    apr_size_t   i;

    mws_value_set(body, "wsfunction", -1, mws_value_text(wire->pool, wire->row->name, -1));
    for (i = 0; i < mws_value_size(wire->example->call); i++) {
        mws_value_set(body, mws_value_key_at(wire->example->call, i).s, -1,
                      mws_value_at(wire->example->call, i));
    }
    return body;
}

static mws_error_t *rest_json(wire_t *wire)
{
    mws_buffer_t body = mws_buffer_make(wire->pool, 500);

    mws_wsdoc_literal(&body, &mws_wsdoc_syntax_json, with_function(wire));
    put_request(wire, "application/json", "Accept: application/json\n", mws_buffer_text(&body));
    return NULL;
}

static mws_error_t *rest_answer_json(wire_t *wire)
{
    mws_text_t answer = {NULL, 0};

    MWS_ERR(write_answer(wire, &mws_rest_json_writer, &answer));
    begin_answer(wire, "200 OK", "application/json");
    mws_buffer_puts(&wire->out, mws_wsdoc_json(wire->pool, answer));
    return NULL;
}

static mws_error_t *rest_answer_xml(wire_t *wire)
{
    mws_text_t answer = {NULL, 0};

    MWS_ERR(write_answer(wire, &mws_rest_xml_writer, &answer));
    begin_answer(wire, "200 OK", "application/xml; charset=utf-8");
    mws_buffer_puts(&wire->out, answer.s);
    return NULL;
}

static mws_error_t *rest_fault(wire_t *wire)
{
    mws_sink_t *sink = mws_sink_make(wire->pool, (apr_size_t)-1);

    mws_rest_json_fault(sink, class_of(wire), wire->err);
    begin_answer(wire, "200 OK", "application/json");
    mws_buffer_puts(&wire->out, mws_wsdoc_json(wire->pool, mws_wsdoc_written(wire->pool, sink)));
    return NULL;
}

/* ---- SOAP ---------------------------------------------------------------------------------- */

static mws_error_t *soap_call(wire_t *wire, int is_literal)
{
    put_request(wire, "text/xml; charset=utf-8", "SOAPAction: \"\"\n",
                mws_wsdoc_envelope(wire->docs, wire->row, wire->example->call, is_literal));
    return NULL;
}

static mws_error_t *soap_literal(wire_t *wire)
{
    return soap_call(wire, 1);
}

static mws_error_t *soap_encoded(wire_t *wire)
{
    return soap_call(wire, 0);
}

static mws_error_t *soap_answer(wire_t *wire, int is_literal)
{
    mws_text_t answer = {NULL, 0};

    MWS_ERR(
        write_answer(wire, &mws_wsdoc_soap(wire->docs, wire->row, is_literal)->writer, &answer));
    if (!answer.len) {
        begin_answer(wire, "202 Accepted", "text/html; charset=utf-8");
        return NULL;
    }
    begin_answer(wire, "200 OK", "text/xml; charset=utf-8");
    mws_buffer_puts(&wire->out, mws_wsdoc_xml(wire->pool, answer));
    return NULL;
}

static mws_error_t *soap_answer_literal(wire_t *wire)
{
    return soap_answer(wire, 1);
}

static mws_error_t *soap_answer_encoded(wire_t *wire)
{
    return soap_answer(wire, 0);
}

static mws_error_t *soap_fault(wire_t *wire, mws_soap_fault_e how)
{
    mws_sink_t *sink = mws_sink_make(wire->pool, (apr_size_t)-1);

    mws_soap_fault(sink, how, MWS_SOAP_11, mws_wsdoc_soap(wire->docs, wire->row, 1)->space,
                   class_of(wire), wire->err);
    if (how == MWS_SOAP_REFUSED) {
        begin_answer(wire, "200 OK", "application/xml; charset=utf-8");
    }
    else {
        begin_answer(wire, "500 Internal Server Error", "text/xml; charset=utf-8");
    }
    mws_buffer_puts(&wire->out, mws_wsdoc_xml(wire->pool, mws_wsdoc_written(wire->pool, sink)));
    return NULL;
}

static mws_error_t *soap_fault_literal(wire_t *wire)
{
    return soap_fault(wire,
                      wire->err->id == MWS_BAD_TOKEN ? MWS_SOAP_LITERAL_REFUSED : MWS_SOAP_LITERAL);
}

static mws_error_t *soap_fault_encoded(wire_t *wire)
{
    return soap_fault(wire, wire->err->id == MWS_BAD_TOKEN ? MWS_SOAP_REFUSED : MWS_SOAP_FAILED);
}

/* ---- XML-RPC ------------------------------------------------------------------------------- */

static mws_error_t *xmlrpc_call(wire_t *wire)
{
    put_request(wire, "text/xml", "",
                mws_wsdoc_method_call(wire->pool, wire->row, wire->example->call));
    return NULL;
}

static mws_error_t *xmlrpc_answer(wire_t *wire)
{
    mws_text_t answer = {NULL, 0};

    MWS_ERR(write_answer(wire, &mws_xmlrpc_writer, &answer));
    begin_answer(wire, "200 OK", "text/xml; charset=utf-8");
    mws_buffer_puts(&wire->out, mws_wsdoc_xml(wire->pool, answer));
    return NULL;
}

static mws_error_t *xmlrpc_fault(wire_t *wire)
{
    mws_sink_t *sink = mws_sink_make(wire->pool, (apr_size_t)-1);

    mws_xmlrpc_fault(sink, wire->err);
    begin_answer(wire, "200 OK", "text/xml; charset=utf-8");
    mws_buffer_puts(&wire->out, mws_wsdoc_xml(wire->pool, mws_wsdoc_written(wire->pool, sink)));
    return NULL;
}

/* ---- AMF ----------------------------------------------------------------------------------- */

#define AMF_TYPE "application/x-amf"

/* The call as ActionScript spells it. */
static mws_error_t *amf_literal(wire_t *wire)
{
    mws_buffer_puts(&wire->out,
                    apr_pstrcat(wire->pool, MWS_WSDOC_SERVICE ".", wire->row->name, "(", NULL));
    mws_wsdoc_literal_arguments(
        &wire->out, &mws_wsdoc_syntax_javascript,
        mws_wsdoc_arguments(wire->pool, wire->row->external->params, wire->example->call));
    mws_buffer_puts(&wire->out, ")");
    return NULL;
}

static mws_error_t *amf_call(wire_t *wire, int amf3)
{
    mws_text_t packet = mws_wsdoc_packet(wire->pool, wire->row, wire->example->call, amf3);

    begin_request(wire, AMF_TYPE, "", packet.len);
    mws_buffer_puts(&wire->out, mws_wsdoc_hex(wire->pool, packet));
    return NULL;
}

static mws_error_t *amf3_call(wire_t *wire)
{
    return amf_call(wire, 1);
}

static mws_error_t *amf0_call(wire_t *wire)
{
    return amf_call(wire, 0);
}

/* Begin a packet in SINK with an answer to /1. Returns where the length of its value goes. */
static apr_off_t begin_packet(mws_sink_t *sink, int amf3, const char *target)
{
    mws_amf_put_u16(sink, amf3 ? 3 : 0);
    mws_amf_put_u16(sink, 0);
    mws_amf_put_u16(sink, 1);
    return mws_amf_message_begin(sink, target, "");
}

/* Put the answer in SINK, whose value's length goes AT. */
static void put_packet(wire_t *wire, mws_sink_t *sink, apr_off_t at)
{
    mws_amf_value_end(sink, at);
    begin_answer(wire, "200 OK", AMF_TYPE);
    mws_buffer_puts(&wire->out, mws_wsdoc_hex(wire->pool, mws_wsdoc_written(wire->pool, sink)));
}

static mws_error_t *amf_answer(wire_t *wire, int amf3)
{
    mws_sink_t         *sink = mws_sink_make(wire->pool, (apr_size_t)-1);
    apr_off_t           at = begin_packet(sink, amf3, "/1/onResult");
    const mws_writer_t *writer = &mws_amf0_writer;

    if (amf3) {
        MWS_PUT(sink, "\x11");
        writer = mws_amf3_writer(wire->pool, mws_amf3_begin(wire->pool, sink));
    }
    MWS_ERR(mws_example_write(wire->pool, wire->example->answer, wire->row->external->returns,
                              writer, sink));
    put_packet(wire, sink, at);
    return NULL;
}

static mws_error_t *amf3_answer(wire_t *wire)
{
    return amf_answer(wire, 1);
}

static mws_error_t *amf0_answer(wire_t *wire)
{
    return amf_answer(wire, 0);
}

/* Of AMF0: an ErrorMessage of AMF3 has a number of its own each time. */
static mws_error_t *amf0_fault(wire_t *wire)
{
    mws_sink_t *sink = mws_sink_make(wire->pool, (apr_size_t)-1);
    apr_off_t   at = begin_packet(sink, 0, "/1/onStatus");

    mws_amf0_fault(wire->pool, sink, wire->err);
    put_packet(wire, sink, at);
    return NULL;
}

/* ---- figures ------------------------------------------------------------------------------- */

#define LAID_OUT ", laid out for reading"

/* What is shown of a protocol, in the order of the page: an answer is to the call of the same form. ALONE:
 * only where no other protocol is told of, for a page of all is long. */
/* clang-format off */
static const struct {
    const char *protocol, *what, *form, *caption;
    mws_error_t *(*write)(wire_t *wire);
    enum { ALWAYS, ALONE } shown;
} figures[] = {
    {"rest",   "call",    "form",    "The call, as a form",                     rest_form, ALWAYS},
    {"rest",   "call",    "json",    "The same call, as JSON",                  rest_json, ALWAYS},
    {"rest",   "answer",  "json",    "The answer" LAID_OUT,                     rest_answer_json, ALWAYS},
    {"rest",   "answer",  "xml",     "The answer without moodlewsrestformat: XML", rest_answer_xml, ALWAYS},
    {"rest",   "fault",   "json",    "An error" LAID_OUT,                       rest_fault, ALWAYS},
    {"soap",   "call",    "literal", "The call, document/literal",              soap_literal, ALWAYS},
    {"soap",   "answer",  "literal", "The answer" LAID_OUT,                     soap_answer_literal, ALWAYS},
    {"soap",   "fault",   "literal", "An error" LAID_OUT,                       soap_fault_literal, ALONE},
    {"soap",   "call",    "encoded", "The call, rpc/encoded",                   soap_encoded, ALONE},
    {"soap",   "answer",  "encoded", "The answer to that" LAID_OUT,             soap_answer_encoded, ALONE},
    {"soap",   "fault",   "encoded", "An error of that" LAID_OUT,               soap_fault_encoded, ALONE},
    {"xmlrpc", "call",    "xmlrpc",  "The call",                                xmlrpc_call, ALWAYS},
    {"xmlrpc", "answer",  "xmlrpc",  "The answer" LAID_OUT,                     xmlrpc_answer, ALWAYS},
    {"xmlrpc", "fault",   "xmlrpc",  "An error" LAID_OUT,                       xmlrpc_fault, ALONE},
    {"amf",    "literal", "literal", "The call, as ActionScript would spell it", amf_literal, ALWAYS},
    {"amf",    "call",    "amf3",    "The call in AMF3, its body byte by byte", amf3_call, ALWAYS},
    {"amf",    "answer",  "amf3",    "The answer in AMF3",                      amf3_answer, ALWAYS},
    {"amf",    "call",    "amf0",    "The call in AMF0",                        amf0_call, ALONE},
    {"amf",    "answer",  "amf0",    "The answer in AMF0",                      amf0_answer, ALONE},
    {"amf",    "fault",   "amf0",    "An error in AMF0",                        amf0_fault, ALONE},
};

static const struct {
    const char *protocol, *title;
} titles[] = {{"rest", "REST"}, {"soap", "SOAP"}, {"xmlrpc", "XML-RPC"}, {"amf", "AMF"}};
/* clang-format on */

#define FIGURES (sizeof(figures) / sizeof(figures[0]))
#define TITLES (sizeof(titles) / sizeof(titles[0]))

static const char *title_of(const char *protocol)
{
    apr_size_t i;

    for (i = 0; i < TITLES; i++) {
        if (strcmp(titles[i].protocol, protocol) == 0) {
            return titles[i].title;
        }
    }
    return protocol;
}

static mws_error_t *write_figure(wire_t *wire, apr_size_t i)
{
    mws_sink_t *html = wire->docs->body;
    const char *head = apr_pstrcat(
        wire->pool, "<figure class=\"code\" data-what=\"", figures[i].what, "\" data-form=\"",
        figures[i].form, "\"><figcaption>", figures[i].caption, "</figcaption><pre><code>", NULL);

    wire->out = mws_buffer_make(wire->pool, 2000);
    MWS_ERR(figures[i].write(wire));
    mws_put(html, head, strlen(head));
    mws_escape_xml(html, wire->out.s, wire->out.len);
    MWS_PUT(html, "</code></pre></figure>\n");
    return NULL;
}

/* The error to be shown: the first that the function has of its own, else one that all have. */
static const mws_error_t *choose_error(apr_pool_t *p, const mws_row_t *row)
{
    const mws_may_fail_t *own = row->external->errors;

    return mws_error(p, own && own->when ? own->id : MWS_BAD_TOKEN, NULL);
}

mws_error_t *mws_wsdoc_wire(mws_docs_t *docs, const mws_row_t *row, const mws_example_t *example,
                            const char *protocol)
{
    wire_t      wire = {.pool = docs->call->pool,
                        .docs = docs,
                        .row = row,
                        .example = example,
                        .protocol = protocol,
                        .err = choose_error(docs->call->pool, row)};
    const char *head = apr_pstrcat(wire.pool, "<section class=\"wire\" data-protocol=\"", protocol,
                                   "\"><h4>", title_of(protocol), "</h4>\n", NULL);
    apr_size_t  i;

    mws_put(docs->body, head, strlen(head));
    for (i = 0; i < FIGURES; i++) {
        if (strcmp(figures[i].protocol, protocol) == 0 &&
            (docs->protocol || figures[i].shown == ALWAYS)) {
            MWS_ERR(write_figure(&wire, i));
        }
    }
    if (docs->protocol || strcmp(row->name, row->today) == 0) {
        mws_wsdoc_samples(docs, row, example, protocol);
    }
    MWS_PUT(docs->body, "</section>\n");
    return NULL;
}
