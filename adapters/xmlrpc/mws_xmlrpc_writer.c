/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/mws_xmlrpc_writer.c -- results and faults as XML-RPC. */
#include <apr_md5.h>
#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>

#include "../../lib/base/mws_buffer.h"
#include "../../lib/base/mws_escape.h"
#include "../../lib/base/mws_php.h"
#include "mws_xmlrpc.h"

#define PROLOGUE "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define RESULT PROLOGUE "<methodResponse><params><param>"
#define RESULT_END "</param></params></methodResponse>\n"
#define ARRAY "<value><array><data>"
#define ARRAY_END "</data></array></value>"
#define NIL "<value><nil/></value>"

/* What stands around a result. */
typedef struct {
    const char *before, *behind;
} around_t;

typedef struct {
    apr_pool_t     *pool;
    mws_sink_t     *sink;
    int             is_void;
    const around_t *around;
} xmlrpc_t;

void mws_xmlrpc_begin_entries(mws_sink_t *sink)
{
    MWS_PUT(sink, RESULT ARRAY);
}

void mws_xmlrpc_end_entries(mws_sink_t *sink)
{
    MWS_PUT(sink, ARRAY_END RESULT_END);
}

static void put(mws_sink_t *sink, const char *text)
{
    mws_put(sink, text, strlen(text));
}

static const around_t *around(const mws_writer_t *self)
{
    static const around_t document = {RESULT, RESULT_END}, entry = {ARRAY, ARRAY_END},
                          value = {"", ""};

    return self == &mws_xmlrpc_writer         ? &document
           : self == &mws_xmlrpc_entry_writer ? &entry
                                              : &value;
}

static void *start(const mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                   const mws_spec_t *returns)
{
    xmlrpc_t *xmlrpc = apr_palloc(p, sizeof(*xmlrpc));

    xmlrpc->pool = p;
    xmlrpc->sink = sink;
    xmlrpc->is_void = returns == NULL;
    xmlrpc->around = around(self);
    put(sink, xmlrpc->around->before);
    return xmlrpc;
}

static void finish(void *state)
{
    xmlrpc_t *xmlrpc = state;

    if (xmlrpc->is_void) {
        MWS_PUT(xmlrpc->sink, NIL);
    }
    put(xmlrpc->sink, xmlrpc->around->behind);
}

static void write_key(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    MWS_PUT(xmlrpc->sink, "<member><name>");
    put(xmlrpc->sink, spec->name);
    MWS_PUT(xmlrpc->sink, "</name>");
}

/* The value of SPEC has been written; under a key, its member ends with it. */
static void close_value(xmlrpc_t *xmlrpc, const mws_spec_t *spec)
{
    if (spec->name) {
        MWS_PUT(xmlrpc->sink, "</member>");
    }
}

static void begin_list(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    (void)spec;
    MWS_PUT(xmlrpc->sink, ARRAY);
}

static void end_list(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    MWS_PUT(xmlrpc->sink, ARRAY_END);
    close_value(xmlrpc, spec);
}

static void begin_struct(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    (void)spec;
    MWS_PUT(xmlrpc->sink, "<value><struct>");
}

static void end_struct(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    MWS_PUT(xmlrpc->sink, "</struct></value>");
    close_value(xmlrpc, spec);
}

static void write_null(void *state, const mws_spec_t *spec)
{
    xmlrpc_t *xmlrpc = state;

    MWS_PUT(xmlrpc->sink, NIL);
    close_value(xmlrpc, spec);
}

static void write_boolean(void *state, const mws_spec_t *spec, int b)
{
    xmlrpc_t *xmlrpc = state;

    if (b) {
        MWS_PUT(xmlrpc->sink, "<value><boolean>1</boolean></value>");
    }
    else {
        MWS_PUT(xmlrpc->sink, "<value><boolean>0</boolean></value>");
    }
    close_value(xmlrpc, spec);
}

/* Whether an integer is within the 32 bits of the protocol, by its DIGITS. */
static int is_small(const char *digits, apr_size_t len)
{
    int         negative = digits[0] == '-';
    const char *limit = negative ? "2147483648" : "2147483647";
    apr_size_t  count = len - (apr_size_t)negative;

    return count < 10 || (count == 10 && memcmp(digits + negative, limit, 10) <= 0);
}

static void write_integer(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len)
{
    xmlrpc_t *xmlrpc = state;

    if (is_small(digits, len)) {
        MWS_PUT(xmlrpc->sink, "<value><int>");
        mws_put(xmlrpc->sink, digits, len);
        MWS_PUT(xmlrpc->sink, "</int></value>");
    }
    else {
        MWS_PUT(xmlrpc->sink, "<value><i8>");
        mws_put(xmlrpc->sink, digits, len);
        MWS_PUT(xmlrpc->sink, "</i8></value>");
    }
    close_value(xmlrpc, spec);
}

/* F spelled as shortly as it can be read back, but without an exponent: the protocol knows none. */
static const char *plain(apr_pool_t *p, double f)
{
    const char  *at = mws_php_float_json(p, f);
    mws_buffer_t out = mws_buffer_make(p, 32);
    char         digits[32];
    int          count = 0, point = -1, i;

    if (*at == '-') {
        mws_buffer_putc(&out, *at++);
    }
    for (; *at && *at != 'e'; at++) {
        if (*at == '.') {
            point = count;
        }
        else {
            digits[count++] = *at;
        }
    }
    point = (point < 0 ? count : point) + (*at ? atoi(at + 1) : 0);
    while (count && digits[count - 1] == '0') {
        count--;
    }
    for (i = point > 0 ? 0 : point - 1; i < count || i <= point; i++) {
        if (i == point) {
            mws_buffer_putc(&out, '.');
        }
        mws_buffer_putc(&out, i >= 0 && i < count ? digits[i] : '0');
    }
    return mws_buffer_text(&out);
}

static void write_real(void *state, const mws_spec_t *spec, double f)
{
    xmlrpc_t   *xmlrpc = state;
    const char *text;

    if (!isfinite(f)) {
        write_null(state, spec);
        return;
    }
    text = plain(xmlrpc->pool, f);
    MWS_PUT(xmlrpc->sink, "<value><double>");
    mws_put(xmlrpc->sink, text, strlen(text));
    MWS_PUT(xmlrpc->sink, "</double></value>");
    close_value(xmlrpc, spec);
}

static void put_string(mws_sink_t *sink, const char *text, apr_size_t len)
{
    MWS_PUT(sink, "<value><string>");
    mws_escape_xml(sink, text, len);
    MWS_PUT(sink, "</string></value>");
}

static void write_text(void *state, const mws_spec_t *spec, const char *text, apr_size_t len)
{
    xmlrpc_t *xmlrpc = state;

    put_string(xmlrpc->sink, text, len);
    close_value(xmlrpc, spec);
}

/* clang-format off */
#define WRITER {                                                                                   \
    .start = start, .finish = finish, .key = write_key, .absent = NULL,                            \
    .begin_list = begin_list, .end_list = end_list,                                                \
    .begin_struct = begin_struct, .end_struct = end_struct,                                        \
    .null = write_null, .boolean = write_boolean, .integer = write_integer,                        \
    .real = write_real, .text = write_text}
/* clang-format on */

/* They differ in what start() makes of their address. */
const mws_writer_t mws_xmlrpc_writer = WRITER;
const mws_writer_t mws_xmlrpc_entry_writer = WRITER;
const mws_writer_t mws_xmlrpc_value_writer = WRITER;

/* ---- faults ------------------------------------------------------------------------------ */

/* The number of an errorcode: the first eight decimal digits of its MD5.
 * Moodle: webservice/xmlrpc/locallib.php, generate_error(). */
static int number_of(const char *errorcode)
{
    unsigned char     digest[APR_MD5_DIGESTSIZE];
    unsigned __int128 number = 0;
    int               i;

    apr_md5(digest, errorcode, strlen(errorcode));
    for (i = 0; i < APR_MD5_DIGESTSIZE; i++) {
        number = number << 8 | digest[i];
    }
    while (number >= 100000000) {
        number /= 10;
    }
    return (int)number;
}

static void put_fault_string(mws_sink_t *sink, const mws_error_t *err)
{
    mws_escape_xml(sink, err->message, strlen(err->message));
    if (err->fault) {
        return; /* what the protocol finds wrong itself has no errorcode */
    }
    if (err->debuginfo) {
        MWS_PUT(sink, " | DEBUG INFO: ");
        mws_escape_xml(sink, err->debuginfo, strlen(err->debuginfo));
    }
    MWS_PUT(sink, " | ERRORCODE: ");
    mws_escape_xml(sink, err->row->errorcode, strlen(err->row->errorcode));
}

void mws_xmlrpc_entry_fault(mws_sink_t *sink, const mws_error_t *err)
{
    char        hash[12];
    const char *number = err->fault;

    if (!number) {
        apr_snprintf(hash, sizeof(hash), "%d", number_of(err->row->errorcode));
        number = hash;
    }
    MWS_PUT(sink, "<value><struct><member><name>faultCode</name><value><int>");
    mws_put(sink, number, strlen(number));
    MWS_PUT(sink, "</int></value></member><member><name>faultString</name><value><string>");
    put_fault_string(sink, err);
    MWS_PUT(sink, "</string></value></member></struct></value>");
}

void mws_xmlrpc_fault(mws_sink_t *sink, const mws_error_t *err)
{
    MWS_PUT(sink, PROLOGUE "<methodResponse><fault>");
    mws_xmlrpc_entry_fault(sink, err);
    MWS_PUT(sink, "</fault></methodResponse>\n");
}
