/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/rest/mws_rest_writer.c -- results and exceptions as Moodle's XML, and as PHP's JSON. */
#include "mws_rest_writer.h"

#include <apr_strings.h>

#include "../../lib/base/mws_escape.h"
#include "../../lib/base/mws_php.h"

static void put_text(mws_sink_t *sink, const char *text)
{
    mws_put(sink, text, strlen(text));
}

#define XML_PROLOGUE "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"

typedef struct {
    apr_pool_t *pool;
    mws_sink_t *sink;
} xml_t;

static void *xml_start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                       const mws_spec_t *returns)
{
    xml_t *xml = apr_palloc(p, sizeof(*xml));

    (void)self;
    (void)returns;
    xml->pool = p;
    xml->sink = sink;
    MWS_PUT(sink, XML_PROLOGUE "<RESPONSE>\n");
    return xml;
}

static void xml_finish(void *state)
{
    xml_t *xml = state;

    MWS_PUT(xml->sink, "</RESPONSE>\n");
}

static void xml_key(void *state, const mws_spec_t *spec)
{
    xml_t *xml = state;

    MWS_PUT(xml->sink, "<KEY name=\"");
    put_text(xml->sink, spec->name);
    MWS_PUT(xml->sink, "\">");
}

/* The value of SPEC has been written; under a key, the key ends with it. */
static void xml_close(xml_t *xml, const mws_spec_t *spec)
{
    if (spec->name) {
        MWS_PUT(xml->sink, "</KEY>\n");
    }
}

static void xml_begin_list(void *state, const mws_spec_t *spec)
{
    xml_t *xml = state;

    (void)spec;
    MWS_PUT(xml->sink, "<MULTIPLE>\n");
}

static void xml_end_list(void *state, const mws_spec_t *spec)
{
    xml_t *xml = state;

    MWS_PUT(xml->sink, "</MULTIPLE>\n");
    xml_close(xml, spec);
}

static void xml_begin_struct(void *state, const mws_spec_t *spec)
{
    xml_t *xml = state;

    (void)spec;
    MWS_PUT(xml->sink, "<SINGLE>\n");
}

static void xml_end_struct(void *state, const mws_spec_t *spec)
{
    xml_t *xml = state;

    MWS_PUT(xml->sink, "</SINGLE>\n");
    xml_close(xml, spec);
}

static void xml_absent(void *state, const mws_spec_t *spec);

/* Moodle's shape follows the declaration, not the data: a struct that is not there shows all its
 * keys. */
static void xml_null(void *state, const mws_spec_t *spec)
{
    xml_t            *xml = state;
    const mws_spec_t *key;

    switch (spec->kind) {
    case MWS_SPEC_LIST:
        xml_begin_list(xml, spec);
        xml_end_list(xml, spec);
        break;
    case MWS_SPEC_STRUCT:
        xml_begin_struct(xml, spec);
        for (key = spec->of; key->name; key++) {
            xml_absent(xml, key);
        }
        xml_end_struct(xml, spec);
        break;
    default:
        MWS_PUT(xml->sink, "<VALUE null=\"null\"/>\n");
        xml_close(xml, spec);
    }
}

static void xml_absent(void *state, const mws_spec_t *spec)
{
    xml_key(state, spec);
    xml_null(state, spec);
}

/* A value that needs no escaping. */
static void xml_plain(xml_t *xml, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    MWS_PUT(xml->sink, "<VALUE>");
    mws_put(xml->sink, text, len);
    MWS_PUT(xml->sink, "</VALUE>\n");
    xml_close(xml, spec);
}

static void xml_boolean(void *state, const mws_spec_t *spec, int b)
{
    xml_plain(state, spec, b ? "1" : "0", 1);
}

static void xml_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    xml_plain(state, spec, digits, len);
}

static void xml_real(void *state, const mws_spec_t *spec, double f)
{
    xml_t      *xml = state;
    const char *text = mws_php_float_text(xml->pool, f);

    xml_plain(xml, spec, text, strlen(text));
}

static void xml_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    xml_t *xml = state;

    MWS_PUT(xml->sink, "<VALUE>");
    mws_escape_xml(xml->sink, text, len);
    MWS_PUT(xml->sink, "</VALUE>\n");
    xml_close(xml, spec);
}

const mws_writer_t mws_rest_xml_writer = {
    .start = xml_start,
    .finish = xml_finish,
    .key = xml_key,
    .absent = xml_absent,
    .begin_list = xml_begin_list,
    .end_list = xml_end_list,
    .begin_struct = xml_begin_struct,
    .end_struct = xml_end_struct,
    .null = xml_null,
    .boolean = xml_boolean,
    .integer = xml_integer,
    .real = xml_real,
    .text = xml_text,
};

static void xml_element(mws_sink_t *sink, const char *name, const char *text)
{
    MWS_PUT(sink, "<");
    put_text(sink, name);
    MWS_PUT(sink, ">");
    mws_escape_xml(sink, text, strlen(text));
    MWS_PUT(sink, "</");
    put_text(sink, name);
    MWS_PUT(sink, ">\n");
}

void mws_rest_xml_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err)
{
    MWS_PUT(sink, XML_PROLOGUE "<EXCEPTION class=\"");
    mws_escape_xml(sink, class_name, strlen(class_name));
    MWS_PUT(sink, "\">\n");
    xml_element(sink, "ERRORCODE", err->row->errorcode);
    xml_element(sink, "MESSAGE", err->message);
    if (err->debuginfo) {
        xml_element(sink, "DEBUGINFO", err->debuginfo);
    }
    MWS_PUT(sink, "</EXCEPTION>\n");
}

/* What must come before the next thing written: nothing (the answer's start, or after a key), the
 * opening of a struct whose first key it is, nothing inside a list just opened, or a comma. A
 * struct is opened by its first key, because PHP has one empty array: a struct without keys is
 * written as []. */
typedef enum { NOTHING_DUE, STRUCT_DUE, LIST_OPENED, COMMA_DUE } due_e;

typedef struct {
    apr_pool_t *pool;
    mws_sink_t *sink;
    int         is_void;
    due_e       due;
} json_t;

static void *json_start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                        const mws_spec_t *returns)
{
    json_t *json = apr_palloc(p, sizeof(*json));

    (void)self;
    json->pool = p;
    json->sink = sink;
    json->is_void = returns == NULL;
    json->due = NOTHING_DUE;
    return json;
}

static void *json_start_next(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                             const mws_spec_t *returns)
{
    MWS_PUT(sink, ",");
    return json_start(self, p, sink, returns);
}

static void json_finish(void *state)
{
    json_t *json = state;

    if (json->is_void) {
        MWS_PUT(json->sink, "null");
    }
}

/* A value follows. */
static void json_value(json_t *json)
{
    if (json->due == COMMA_DUE) {
        MWS_PUT(json->sink, ",");
    }
    json->due = COMMA_DUE;
}

static void json_key(void *state, const mws_spec_t *spec)
{
    json_t *json = state;

    if (json->due == STRUCT_DUE) {
        MWS_PUT(json->sink, "{\"");
    }
    else {
        MWS_PUT(json->sink, ",\"");
    }
    put_text(json->sink, spec->name);
    MWS_PUT(json->sink, "\":");
    json->due = NOTHING_DUE;
}

static void json_begin_list(void *state, const mws_spec_t *spec)
{
    json_t *json = state;

    (void)spec;
    json_value(json);
    MWS_PUT(json->sink, "[");
    json->due = LIST_OPENED;
}

static void json_end_list(void *state, const mws_spec_t *spec)
{
    json_t *json = state;

    (void)spec;
    MWS_PUT(json->sink, "]");
    json->due = COMMA_DUE;
}

static void json_begin_struct(void *state, const mws_spec_t *spec)
{
    json_t *json = state;

    (void)spec;
    json_value(json);
    json->due = STRUCT_DUE;
}

static void json_end_struct(void *state, const mws_spec_t *spec)
{
    json_t *json = state;

    (void)spec;
    if (json->due == STRUCT_DUE) {
        MWS_PUT(json->sink, "[]");
    }
    else {
        MWS_PUT(json->sink, "}");
    }
    json->due = COMMA_DUE;
}

static void json_plain(json_t *json, const char *text, apr_size_t len)
{
    json_value(json);
    mws_put(json->sink, text, len);
}

static void json_null(void *state, const mws_spec_t *spec)
{
    (void)spec;
    json_plain(state, "null", 4);
}

static void json_boolean(void *state, const mws_spec_t *spec, int b)
{
    (void)spec;
    json_plain(state, b ? "true" : "false", b ? 4 : 5);
}

static void json_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    (void)spec;
    json_plain(state, digits, len);
}

static void json_real(void *state, const mws_spec_t *spec, double f)
{
    json_t     *json = state;
    const char *text = mws_php_float_json(json->pool, f);

    (void)spec;
    json_plain(json, text, strlen(text));
}

static void json_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    json_t *json = state;

    (void)spec;
    json_value(json);
    mws_escape_json(json->sink, text, len);
}

/* A writer that begins as BEGIN does. */
#define JSON_WRITER(begin)                                                                         \
    {                                                                                              \
        .start = begin, .finish = json_finish, .key = json_key, .absent = NULL,                    \
        .begin_list = json_begin_list, .end_list = json_end_list,                                  \
        .begin_struct = json_begin_struct, .end_struct = json_end_struct, .null = json_null,       \
        .boolean = json_boolean, .integer = json_integer, .real = json_real, .text = json_text     \
    }

const mws_writer_t mws_rest_json_writer = JSON_WRITER(json_start);
const mws_writer_t mws_rest_json_next_writer = JSON_WRITER(json_start_next);

/* Write the document, but for its end. */
static void json_open_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err)
{
    MWS_PUT(sink, "{\"exception\":");
    mws_escape_json(sink, class_name, strlen(class_name));
    MWS_PUT(sink, ",\"errorcode\":");
    mws_escape_json(sink, err->row->errorcode, strlen(err->row->errorcode));
    MWS_PUT(sink, ",\"message\":");
    mws_escape_json(sink, err->message, strlen(err->message));
    if (err->debuginfo) {
        MWS_PUT(sink, ",\"debuginfo\":");
        mws_escape_json(sink, err->debuginfo, strlen(err->debuginfo));
    }
}

void mws_rest_json_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err)
{
    json_open_fault(sink, class_name, err);
    MWS_PUT(sink, "}");
}

void mws_rest_json_call_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err,
                              int call)
{
    char number[16];

    json_open_fault(sink, class_name, err);
    if (call >= 0) {
        MWS_PUT(sink, ",\"call\":");
        mws_put(sink, number, (apr_size_t)apr_snprintf(number, sizeof(number), "%d", call));
    }
    MWS_PUT(sink, "}");
}
