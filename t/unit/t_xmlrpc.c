/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_xmlrpc.c -- XML-RPC: calls as they come in; results and faults, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <float.h>
#include <libxml/parser.h>
#include <math.h>
#include <string.h>

#include "adapters/xmlrpc/mws_xmlrpc.h"
#include "lib/base/mws_php.h"
#include "lib/db/mws_declare.h"

#define KEYS_MAX 20
#define DEPTH_MAX 4

static apr_pool_t *pool;

static int setup(void **state)
{
    return apr_pool_create(&pool, NULL);
}

static int teardown(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

#define CAT(...) apr_pstrcat(pool, __VA_ARGS__, NULL)

static mws_error_t *read_call(const char *body, mws_xmlrpc_call_t *sent)
{
    static const mws_settings_t settings = {.keys_max = KEYS_MAX, .depth_max = DEPTH_MAX};
    mws_call_t                  call = {.pool = pool, .settings = &settings};

    return mws_xmlrpc_read(&call, (mws_text_t){body, strlen(body)}, sent);
}

/* BODY as the only argument of a call. */
static const char *call_with(const char *value)
{
    return CAT("<?xml version='1.0'?><methodCall><methodName>m</methodName><params><param>", value,
               "</param></params></methodCall>");
}

static mws_value_t *read_one(const char *value)
{
    mws_xmlrpc_call_t sent;
    mws_error_t      *err = read_call(call_with(value), &sent);

    if (err) {
        fail_msg("%s: %s", value, err->message);
    }
    assert_int_equal(mws_value_size(sent.args), 1);
    return mws_value_at(sent.args, 0);
}

static void refused(const char *body, const char *number, const char *why)
{
    mws_xmlrpc_call_t sent;
    mws_error_t      *err = read_call(body, &sent);

    if (!err) {
        fail_msg("accepted: %s", body);
    }
    if (strcmp(err->fault, number) != 0 || !strstr(err->message, why)) {
        fail_msg("%s: %s %s, not %s %s", body, err->fault, err->message, number, why);
    }
}

static void refused_value(const char *value, const char *why)
{
    refused(call_with(value), "636", why);
}

/* V as a text, to compare it: its kind, and what is in it. */
static const char *shown(const mws_value_t *v)
{
    static const char *const kinds[] = {"null", "bool", "int", "float", "text"};
    char                    *said = "";
    apr_size_t               i;

    if (mws_value_kind(v) != MWS_LIST && mws_value_kind(v) != MWS_STRUCT) {
        return CAT(kinds[mws_value_kind(v)], ":", mws_php_spelled(pool, v).s);
    }
    for (i = 0; i < mws_value_size(v); i++) {
        said = CAT(said, i ? " " : "", mws_value_key_at(v, i).s,
                   mws_value_kind(v) == MWS_STRUCT ? "=" : "", shown(mws_value_at(v, i)));
    }
    return mws_value_kind(v) == MWS_LIST ? CAT("[", said, "]") : CAT("{", said, "}");
}

/* ---- values ------------------------------------------------------------------------------ */

#define EXT "xmlns:ex='http://ws.apache.org/xmlrpc/namespaces/extensions'"

/* clang-format off */
static const struct {
    const char *sent, *read;
} good[] = {
    {"<value/>", "text:"},
    {"<value></value>", "text:"},
    {"<value> a b </value>", "text: a b "},
    {"<value>7</value>", "text:7"},
    {"<value><string>x</string></value>", "text:x"},
    {"<value> <string> x\n</string>\n</value>", "text: x\n"},
    {"<value><string/></value>", "text:"},
    {"<value><string>&lt;b&gt; &amp;amp;</string></value>", "text:<b> &amp;"},
    {"<value><string><![CDATA[<b>]]></string></value>", "text:<b>"},
    {"<value><int>0</int></value>", "int:0"},
    {"<value><i4>-17</i4></value>", "int:-17"},
    {"<value><int> \n42\t</int></value>", "int:42"},
    {"<value><int>+5</int></value>", "int:5"},
    {"<value><int>007</int></value>", "int:7"},
    {"<value><i4>9223372036854775807</i4></value>", "int:9223372036854775807"},
    {"<value><i8>-9223372036854775808</i8></value>", "int:-9223372036854775808"},
    {"<value><i1>1</i1></value>", "int:1"},
    {"<value><i2>2</i2></value>", "int:2"},
    {"<value " EXT "><ex:i8>8</ex:i8></value>", "int:8"},
    {"<value><boolean>1</boolean></value>", "bool:1"},
    {"<value><boolean>0</boolean></value>", "bool:"},
    {"<value><boolean> true </boolean></value>", "bool:1"},
    {"<value><boolean>false</boolean></value>", "bool:"},
    {"<value><double>1.5</double></value>", "float:1.5"},
    {"<value><double>-0.25</double></value>", "float:-0.25"},
    {"<value><double> 3 </double></value>", "float:3"},
    {"<value><double>1e3</double></value>", "float:1000"},
    {"<value><double>.5</double></value>", "float:0.5"},
    {"<value " EXT "><ex:float>2.5</ex:float></value>", "float:2.5"},
    {"<value><bigdecimal>2.5</bigdecimal></value>", "float:2.5"},
    {"<value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value>",
     "text:19980717T14:08:55"},
    {"<value><dateTime.iso8601> 2026-02-28T23:59:59.123Z </dateTime.iso8601></value>",
     "text:2026-02-28T23:59:59.123Z"},
    {"<value><base64>eW91IGNhbid0IHJlYWQgdGhpcyE=</base64></value>", "text:you can't read this!"},
    {"<value><base64>\nTW\r\nFu \t</base64></value>", "text:Man"},
    {"<value><base64>TWE=</base64></value>", "text:Ma"},
    {"<value><base64>TQ==</base64></value>", "text:M"},
    {"<value><base64>TQ</base64></value>", "text:M"},
    {"<value><base64>TQ = =</base64></value>", "text:M"},
    {"<value><base64/></value>", "text:"},
    {"<value><nil/></value>", "null:"},
    {"<value><nil> </nil></value>", "null:"},
    {"<value " EXT "><ex:nil/></value>", "null:"},
    {"<value><nil xmlns='http://ws.apache.org/xmlrpc/namespaces/extensions'/></value>", "null:"},
    {"<value><array><data/></array></value>", "[]"},
    {"<value><array><data>\n</data></array></value>", "[]"},
    {"<value><array><data><value><int>1</int></value><value>b</value></data></array></value>",
     "[int:1 text:b]"},
    {"<value><struct/></value>", "{}"},
    {"<value><struct> </struct></value>", "{}"},
    {"<value><struct><member><name>a</name><value><int>1</int></value></member>"
     "<member><value>x</value><name>b c</name></member></struct></value>", "{a=int:1 b c=text:x}"},
    {"<value><struct><member><name>a</name><value>1</value></member>"
     "<member><name>b</name><value>2</value></member>"
     "<member><name>a</name><value>3</value></member></struct></value>", "{a=text:3 b=text:2}"},
    {"<value><struct><member><name>a</name></member><member><value>1</value></member><member/>"
     "<member><name/><value>2</value></member></struct></value>", "{=text:2}"},
    {"<value><struct><member><name>l</name><value><array><data><value><nil/></value></data></array>"
     "</value></member></struct></value>", "{l=[null:]}"},
};

static const char *const bad[] = {
    "<value><int/></value>", "<value><int>1.0</int></value>", "<value><int>abc</int></value>",
    "<value><int>1 2</int></value>", "<value><int>--1</int></value>", "<value><int>-</int></value>",
    "<value><int>0x10</int></value>", "<value><int>1e3</int></value>",
    "<value><i8>9223372036854775808</i8></value>", "<value><i8>-9223372036854775809</i8></value>",
    "<value><i8>99999999999999999999999999</i8></value>", "<value><int><int>1</int></int></value>",
    "<value><boolean/></value>", "<value><boolean>2</boolean></value>",
    "<value><boolean>yes</boolean></value>", "<value><boolean>TRUE</boolean></value>",
    "<value><double/></value>", "<value><double>NaN</double></value>",
    "<value><double>INF</double></value>", "<value><double>1,5</double></value>",
    "<value><double>1e999</double></value>", "<value><double>0x1p3</double></value>",
    "<value><dateTime.iso8601/></value>",
    "<value><dateTime.iso8601>19980717</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19981317T14:08:55</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980732T14:08:55</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>20260229T14:08:55</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T24:00:00</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:60:00</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:08:60</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:08:55x</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:08:55+2</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:08:55+24:00</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>19980717T14:08:55+02:60</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>1998071T14:08:55</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>yesterday</dateTime.iso8601></value>",
    "<value><base64>TWFu!</base64></value>", "<value><base64>T</base64></value>",
    "<value><base64>TWFuT</base64></value>", "<value><base64>=TQ=</base64></value>",
    "<value><base64>TQ=x</base64></value>", "<value><base64>TWFu=</base64></value>",
    "<value><base64>TQ===</base64></value>", "<value><base64>T\xC3\xA9</base64></value>",
    "<value><base64>====</base64></value>",
    "<value><nil>x</nil></value>", "<value><nil><nil/></nil></value>",
    "<value><array/></value>", "<value><array><value/></array></value>",
    "<value><array><data><int>1</int></data></array></value>",
    "<value><array><data>x</data></array></value>",
    "<value><struct>x</struct></value>", "<value><struct><value/></struct></value>",
    "<value><struct><name>a</name><value/></struct></value>",
    "<value><struct><member><name>a</name><value><x/></value></member></struct></value>",
    "<value><x>1</x></value>", "<value><INT>1</INT></value>", "<value><dateTime/></value>",
    "<value><int>1</int><int>2</int></value>", "<value><int>1</int><string/></value>",
    "<value xmlns:o='urn:o'><o:int>1</o:int></value>", "<value xmlns='urn:o'>1</value>",
    "<value xmlns:o='urn:o'><o:struct/></value>",
};
/* clang-format on */

static void test_values(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_string_equal(shown(read_one(good[i].sent)), good[i].read);
    }
}

static void test_bad_values(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        refused_value(bad[i], "Argument 1: ");
    }
}

/* Bytes of base64 are all there, also those that no text has. */
static void test_binary(void **state)
{
    mws_text_t text = mws_value_as_text(read_one("<value><base64>AAH/gA==</base64></value>"));

    assert_int_equal(text.len, 4);
    assert_memory_equal(text.s, "\0\x01\xFF\x80", 5);
}

/* Every type with every text: which of them it takes. */
static void test_types_by_texts(void **state)
{
    /* clang-format off */
    static const char *const texts[] = {
        "", " ", "0", "1", "-1", "+7", "1.5", "1e2", "true", "false", "abc", "TWFu", "0x1F", "1,5",
        "20260101T00:00:00", "2026-01-01T00:00:00Z", "null", "NaN", "&#xE9;", "9223372036854775808",
    };
    static const struct {
        const char *type, *takes; /* a mark for each text */
    } rules[] = {
        {"string",           "++++++++++++++++++++"},
        {"int",              "..++++.............."},
        {"i1",               "..++++.............."},
        {"i2",               "..++++.............."},
        {"i4",               "..++++.............."},
        {"i8",               "..++++.............."},
        {"boolean",          "..++....++.........."},
        {"double",           "..++++++...........+"},
        {"float",            "..++++++...........+"},
        {"bigdecimal",       "..++++++...........+"},
        {"dateTime.iso8601", "..............++...."},
        {"base64",           "++...+.++.+++...++.+"},
        {"nil",              "++.................."},
        {"array",            "...................."},
        {"struct",           "++.................."},
        {"dateTime",         "...................."},
        {"Int",              "...................."},
        {"value",            "...................."},
        {"data",             "...................."},
        {"i16",              "...................."},
    };
    /* clang-format on */
    apr_size_t count = sizeof(texts) / sizeof(texts[0]), i, t;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        assert_int_equal(strlen(rules[i].takes), count);
        for (t = 0; t < count; t++) {
            const char *value =
                CAT("<value><", rules[i].type, ">", texts[t], "</", rules[i].type, "></value>");

            if (rules[i].takes[t] == '+') {
                read_one(value);
            }
            else {
                refused_value(value, "Argument 1: ");
            }
        }
    }
}

/* The message tells the way to what is wrong. */
static void test_path(void **state)
{
    refused_value("<value><array><data><value/><value><struct><member><name>courseid</name><value>"
                  "<int>x</int></value></member></struct></value></data></array></value>",
                  "Argument 1: item 1: member \"courseid\": not a value of type int");
}

/* ---- calls ------------------------------------------------------------------------------- */

#define CALL(inside) "<methodCall>" inside "</methodCall>"
#define NAME "<methodName>m</methodName>"

static void test_calls(void **state)
{
    mws_xmlrpc_call_t sent;

    assert_null(read_call(CALL("<methodName> core_x.y:Z/9 \n</methodName>"), &sent));
    assert_string_equal(sent.method, "core_x.y:Z/9");
    assert_string_equal(shown(sent.args), "[]");
    assert_null(read_call(CALL("<params/>" NAME), &sent));
    assert_string_equal(sent.method, "m");
    assert_null(read_call(CALL(NAME "<params><param><value>1</value></param>"
                                    "<param><value><nil/></value></param></params>"),
                          &sent));
    assert_string_equal(shown(sent.args), "[text:1 null:]");
    assert_null(read_call("<?xml version='1.0' encoding='iso-8859-1'?>" CALL(
                              NAME "<params><param><value>\xE9</value></param></params>"),
                          &sent));
    assert_string_equal(shown(sent.args), "[text:\xC3\xA9]");
}

static void test_bad_calls(void **state)
{
    refused("", "630", "");
    refused("x", "631", "does not look like XML");
    refused("<methodCall>", "631", "line 1: not well-formed");
    refused("<!DOCTYPE methodCall><methodCall/>", "631", "DOCTYPE");
    refused("<methodCall/>", "632", "methodName");
    refused("<methodResponse>" NAME "</methodResponse>", "632", "");
    refused("<methodCall xmlns='urn:x'>" NAME "</methodCall>", "632", "");
    refused(CALL("<params/>"), "632", "");
    refused(CALL("<methodName/>"), "634", "");
    refused(CALL("<methodName>a b</methodName>"), "634", "");
    refused(CALL("<methodName>a-b</methodName>"), "634", "");
    refused(CALL("<methodName>caf\xC3\xA9</methodName>"), "634", "");
    refused(CALL("<methodName>a'; DROP</methodName>"), "634", "");
    refused(CALL("<methodName><x/></methodName>"), "634", "");
    refused(CALL(NAME "<params><param/></params>"), "633", "");
    refused(CALL(NAME "<params><param><int>1</int></param></params>"), "633", "");
    refused(CALL(NAME "<params><value/></params>"), "633", "");
}

/* A name with a NUL in it, as base64 can bring it, is none. */
static void test_names(void **state)
{
    const char *name;

    assert_null(mws_xmlrpc_name(pool, (mws_text_t){" a ", 3}, &name));
    assert_string_equal(name, "a");
    assert_string_equal(mws_xmlrpc_name(pool, (mws_text_t){"a\0b", 3}, &name)->fault, "634");
    assert_string_equal(mws_xmlrpc_name(pool, (mws_text_t){"a\0", 2}, &name)->fault, "634");
    assert_string_equal(mws_xmlrpc_name(pool, (mws_text_t){"", 0}, &name)->fault, "634");
}

/* ---- limits ------------------------------------------------------------------------------ */

static const char *times(const char *text, int count)
{
    char *all = "";

    for (; count; count--) {
        all = CAT(all, text);
    }
    return all;
}

/* The list of arguments is the first level. */
static void test_depth(void **state)
{
    const char *open = "<value><array><data>", *shut = "</data></array></value>";
    const char *member = "<value><struct><member><name>a</name>";
    const char *end = "</member></struct></value>";
    int         most = DEPTH_MAX - 1;

    read_one(CAT(times(open, most), "<value/>", times(shut, most)));
    refused_value(CAT(times(open, most + 1), times(shut, most + 1)), "MoodleWSDepthMax");
    read_one(CAT(times(member, most), "<value/>", times(end, most)));
    refused_value(CAT(times(member, most + 1), "<value/>", times(end, most + 1)),
                  "MoodleWSDepthMax");
    refused(call_with(times(open, 24)), "631", "too deeply");
}

/* A value is a key, wherever it is. */
static void test_keys(void **state)
{
    const char *open = "<value><array><data>", *shut = "</data></array></value>";

    read_one(CAT(open, times("<value/>", KEYS_MAX - 1), shut));
    refused_value(CAT(open, times("<value/>", KEYS_MAX), shut), "MoodleWSKeysMax");
    refused(call_with(times("<x/>", 4 * KEYS_MAX)), "631", "too many elements");
}

/* ---- as declared ------------------------------------------------------------------------- */

static const mws_spec_t *const declared = KEYS(
    VALUE("i", INT, ""), VALUE("t", TEXT, ""), VALUE("b", BOOL, ""), VALUE("f", FLOAT, ""),
    LIST("l", ONE(INT, ""), ""), LIST("s", KEYS(VALUE("i", INT, ""), VALUE("t", TEXT, "")), ""));

static void fits(const char *key, const char *sent, const char *read)
{
    mws_value_t *params = mws_value_struct(pool);

    mws_value_set(params, key, -1, read_one(sent));
    params = mws_xmlrpc_fit(pool, declared, params);
    assert_string_equal(shown(params), CAT("{", key, "=", read, "}"));
}

#define DATE(text) "<value><dateTime.iso8601>" text "</dateTime.iso8601></value>"

/* Booleans and dates become integers, where integers are declared and nowhere else. */
static void test_fit(void **state)
{
    fits("i", "<value><boolean>1</boolean></value>", "int:1");
    fits("i", "<value><boolean>0</boolean></value>", "int:0");
    fits("i", "<value>7</value>", "text:7");
    fits("i", "<value><nil/></value>", "null:");
    fits("i", "<value><array><data/></array></value>", "[]");
    fits("t", "<value><boolean>1</boolean></value>", "bool:1");
    fits("b", "<value><boolean>0</boolean></value>", "bool:");
    fits("f", "<value><boolean>1</boolean></value>", "bool:1");
    fits("t", DATE("19700101T00:00:01"), "text:19700101T00:00:01");
    fits("i", DATE("19700101T00:00:01"), "int:1");
    fits("i", DATE("1970-01-01T00:00:01.75"), "int:1");
    fits("i", DATE("19691231T23:59:59Z"), "int:-1");
    fits("i", DATE("20000229T12:00:00+02:00"), "int:951818400");
    fits("i", DATE("20000229T12:00:00-0130"), "int:951831000");
    fits("i", "<value>20000229T12:00:00</value>", "int:951825600");
    fits("l",
         "<value><array><data><value><boolean>1</boolean></value><value>x</value>"
         "</data></array></value>",
         "[int:1 text:x]");
    fits("l",
         "<value><struct><member><name>k</name><value><boolean>1</boolean></value></member>"
         "</struct></value>",
         "{k=int:1}");
    fits("s",
         "<value><array><data><value><struct><member><name>i</name><value><boolean>1</boolean>"
         "</value></member><member><name>t</name><value><boolean>1</boolean></value></member>"
         "<member><name>x</name><value><boolean>1</boolean></value></member></struct></value>"
         "<value>x</value></data></array></value>",
         "[{i=int:1 t=bool:1 x=bool:1} text:x]");
    fits("x", "<value><boolean>1</boolean></value>", "bool:1");
}

/* ---- results ----------------------------------------------------------------------------- */

#define RESULT(value)                                                                              \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><params><param>" value            \
    "</param></params></methodResponse>\n"
#define V(type, text) "<value><" type ">" text "</" type "></value>"
#define M(key, value) "<member><name>" key "</name>" value "</member>"
#define NIL "<value><nil/></value>"

static char *bytes_of(mws_sink_t *sink)
{
    char             *bytes, *at;
    mws_sink_block_t *block;

    assert_int_equal(mws_sink_finish(sink), APR_SUCCESS);
    bytes = at = apr_palloc(pool, (apr_size_t)mws_sink_size(sink) + 1);
    for (block = sink->first; block; block = block->next) {
        memcpy(at, block->bytes, block->used);
        at += block->used;
    }
    *at = '\0';
    return bytes;
}

static const mws_spec_t *const group =
    KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, ""), VALUE("share", FLOAT, "", OPTIONAL),
         VALUE("hidden", BOOL, "", OPTIONAL), LIST("tags", ONE(TEXT, ""), "", OPTIONAL),
         STRUCT("badge", FIELDS(VALUE("url", RAW, "", OPTIONAL)), "", OPTIONAL));

static const char *written_group(const mws_writer_t *writer)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);
    mws_out_t  *out = mws_out_start(pool, sink, writer, LIST_OF(group));

    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 7);
    mws_out_text(out, "name", "Red & <Blue>");
    mws_out_float(out, "share", 0.5);
    mws_out_bool(out, "hidden", 0);
    mws_out_list(out, "tags");
    mws_out_text(out, NULL, "a");
    mws_out_text(out, NULL, NULL);
    mws_out_end(out);
    mws_out_struct(out, "badge");
    mws_out_end(out);
    mws_out_end(out);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 8);
    mws_out_null(out, "name");
    mws_out_bool(out, "hidden", 1);
    mws_out_list(out, "tags");
    mws_out_end(out);
    mws_out_end(out);
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    return bytes_of(sink);
}

#define A(items) "<value><array><data>" items "</data></array></value>"
#define S(members) "<value><struct>" members "</struct></value>"

/* clang-format off */
#define GROUPS                                                                                     \
    A(S(M("id", V("int", "7")) M("name", V("string", "Red &amp; &lt;Blue&gt;"))                    \
        M("share", V("double", "0.5")) M("hidden", V("boolean", "0"))                              \
        M("tags", A(V("string", "a") NIL)) M("badge", S("")))                                      \
      S(M("id", V("int", "8")) M("name", NIL) M("hidden", V("boolean", "1")) M("tags", A(""))))
/* clang-format on */

static void test_result(void **state)
{
    assert_string_equal(written_group(&mws_xmlrpc_writer), RESULT(GROUPS));
    assert_string_equal(written_group(&mws_xmlrpc_entry_writer), A(GROUPS));
}

static const char *written_nothing(const mws_writer_t *writer)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);

    assert_null(mws_out_finish(mws_out_start(pool, sink, writer, NULL)));
    return bytes_of(sink);
}

static void test_nothing(void **state)
{
    assert_string_equal(written_nothing(&mws_xmlrpc_writer), RESULT(NIL));
    assert_string_equal(written_nothing(&mws_xmlrpc_entry_writer), A(NIL));
}

static const char *written_int(apr_int64_t i)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);
    mws_out_t  *out = mws_out_start(pool, sink, &mws_xmlrpc_writer, ONE(INT, ""));

    mws_out_int(out, NULL, i);
    assert_null(mws_out_finish(out));
    return bytes_of(sink);
}

/* What has more than 32 bits is an i8. */
static void test_integers(void **state)
{
    assert_string_equal(written_int(0), RESULT(V("int", "0")));
    assert_string_equal(written_int(-5), RESULT(V("int", "-5")));
    assert_string_equal(written_int(2147483647), RESULT(V("int", "2147483647")));
    assert_string_equal(written_int(-2147483648LL), RESULT(V("int", "-2147483648")));
    assert_string_equal(written_int(2147483648LL), RESULT(V("i8", "2147483648")));
    assert_string_equal(written_int(-2147483649LL), RESULT(V("i8", "-2147483649")));
    assert_string_equal(written_int(10000000000LL), RESULT(V("i8", "10000000000")));
    assert_string_equal(written_int(APR_INT64_MIN), RESULT(V("i8", "-9223372036854775808")));
}

static const char *written_float(double f)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);
    mws_out_t  *out = mws_out_start(pool, sink, &mws_xmlrpc_writer, ONE(FLOAT, ""));

    mws_out_float(out, NULL, f);
    assert_null(mws_out_finish(out));
    return bytes_of(sink);
}

/* Doubles have a point with digits on both sides and never an exponent; what is no number is nil. */
static void test_doubles(void **state)
{
    /* clang-format off */
    static const struct {
        double      f;
        const char *text;
    } doubles[] = {
        {0, "0.0"}, {1, "1.0"}, {-1, "-1.0"}, {100, "100.0"}, {0.1, "0.1"}, {-0.001, "-0.001"},
        {1.5, "1.5"}, {123.456, "123.456"}, {0.0001, "0.0001"}, {1e-7, "0.0000001"},
        {1.25e-9, "0.00000000125"}, {1e15, "1000000000000000.0"}, {1e21, "1000000000000000000000.0"},
        {1.5e22, "15000000000000000000000.0"}, {1234567890123456.0, "1234567890123456.0"},
        {-2.5e-10, "-0.00000000025"},
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        assert_non_null(
            strstr(written_float(doubles[i].f), CAT("<double>", doubles[i].text, "</double>")));
    }
    assert_string_equal(written_float(NAN), RESULT(NIL));
    assert_string_equal(written_float(INFINITY), RESULT(NIL));
}

/* Whatever it is, it can be read back to the bit, and has digits and one point only. */
static void test_doubles_round_trip(void **state)
{
    double     edges[] = {DBL_MIN, DBL_MAX, DBL_EPSILON, 4.9e-324,
                          0.3,     2.0 / 3, 1e100,       9007199254740993.0};
    apr_size_t i;

    for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        const char *at = strstr(written_float(edges[i]), "<double>") + 8;
        apr_size_t  len = strspn(at, "0123456789.");

        assert_int_equal(at[len], '<');
        assert_true(mws_php_float(apr_pstrmemdup(pool, at, len)) == edges[i]);
    }
}

/* ---- faults ------------------------------------------------------------------------------ */

#define FAULT(number, text) S(M("faultCode", V("int", number)) M("faultString", V("string", text)))

static const char *fault_of(const mws_error_t *err, int whole)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);

    if (whole) {
        mws_xmlrpc_fault(sink, err);
    }
    else {
        mws_xmlrpc_entry_fault(sink, err);
    }
    return bytes_of(sink);
}

static void test_faults(void **state)
{
    mws_error_t *err = mws_error(pool, MWS_BAD_TOKEN, "not to be told");

    assert_string_equal(
        fault_of(err, 1),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodResponse><fault>" FAULT(
            "89159464", "No such token | ERRORCODE: invalidtoken") "</fault></methodResponse>\n");
    assert_string_equal(fault_of(err, 0),
                        FAULT("89159464", "No such token | ERRORCODE: invalidtoken"));
    err = mws_error(pool, MWS_BAD_PARAMETER, "a<b: %s", "no");
    assert_string_equal(fault_of(err, 0),
                        FAULT("29039061", "A parameter is not as declared | DEBUG INFO: a&lt;b: no"
                                          " | ERRORCODE: invalidparameter"));
    err = mws_xmlrpc_error(pool, MWS_XMLRPC_NO_METHOD, "No %s & more", "x");
    assert_string_equal(fault_of(err, 0), FAULT("620", "No x &amp; more"));
}

/* The numbers of errorcodes that clients know. */
static void test_fault_numbers(void **state)
{
    /* clang-format off */
    static const struct {
        mws_error_e id;
        const char *number;
    } numbers[] = {
        {MWS_BAD_TOKEN, ">89159464<"}, {MWS_NO_ACCESS, ">23000021<"},
        {MWS_BAD_PARAMETER, ">29039061<"}, {MWS_NO_RECORD, ">23604497<"},
        {MWS_BAD_RESPONSE, ">28260048<"}, {MWS_MAINTENANCE, ">13798712<"},
        {MWS_NO_USERNAME, ">14186099<"}, {MWS_CODING, ">26045186<"},
        {MWS_WS_USER_SUSPENDED, ">22985481<"}, {MWS_GENERAL, ">19983317<"},
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        assert_non_null(
            strstr(fault_of(mws_error(pool, numbers[i].id, NULL), 0), numbers[i].number));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_types_by_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_binary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_calls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_calls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_integers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_doubles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_doubles_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fault_numbers, setup, teardown),
    };
    int failed;

    apr_initialize();
    xmlInitParser();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
