/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_soap.c -- SOAP: calls as they come in; results and faults, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <string.h>

#include "adapters/soap/mws_soap.h"
#include "lib/base/mws_php.h"
#include "lib/db/mws_declare.h"

#define KEYS_MAX 20
#define DEPTH_MAX 5

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

#define PREFIXES                                                                                   \
    " xmlns:m='http://xml.apache.org/xml-soap' xmlns:d='http://www.w3.org/2001/XMLSchema'"         \
    " xmlns:i='http://www.w3.org/2001/XMLSchema-instance'"                                         \
    " xmlns:o='http://www.w3.org/1999/XMLSchema-instance' xmlns:n='urn:n'"
#define OPEN_11                                                                                    \
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'"                              \
    " xmlns:c='http://schemas.xmlsoap.org/soap/encoding/'" PREFIXES ">"
#define OPEN_12                                                                                    \
    "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'"                                \
    " xmlns:c='http://www.w3.org/2003/05/soap-encoding'" PREFIXES ">"
#define CALL(args) "<e:Body><n:f>" args "</n:f></e:Body></e:Envelope>"

static const mws_spec_t *const params =
    KEYS(VALUE("id", INT, ""), LIST("ids", ONE(INT, ""), "", PRESET_EMPTY),
         STRUCT("user", FIELDS(VALUE("on", BOOL, ""), LIST("tags", ONE(TEXT, ""), "")), "",
                PRESET_EMPTY),
         LIST("users", KEYS(VALUE("at", FLOAT, "")), "", PRESET_EMPTY),
         VALUE("name", TEXT, "", OPTIONAL));

static const mws_settings_t settings = {.keys_max = KEYS_MAX, .depth_max = DEPTH_MAX};

static mws_error_t *read_body(const char *body, int literal, mws_soap_call_t *sent, mws_value_t **v)
{
    mws_call_t *call = apr_pcalloc(pool, sizeof(*call));

    call->pool = pool;
    call->settings = &settings;
    MWS_ERR(mws_soap_read(call, (mws_text_t){body, strlen(body)}, sent));
    return mws_soap_params(call, sent, params, literal, v);
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

/* clang-format off */
static const struct {
    const char *sent, *read;
} good[] = {
    /* types that are told */
    {"<id i:type='d:int'> 7 </id>", "{id=int:7}"},
    {"<id i:type='d:unsignedByte'>-7</id>", "{id=int:-7}"},
    {"<id i:type='d:long'>9223372036854775807</id>", "{id=int:9223372036854775807}"},
    {"<id i:type='d:int'>1.5</id>", "{id=float:1.5}"},
    {"<id i:type='d:int'/>", "{id=null:}"},
    {"<id i:type='c:int'>7</id>", "{id=int:7}"},
    {"<id o:type='d:int'>7</id>", "{id=int:7}"},
    {"<id i:type='d:double'>1e3</id>", "{id=float:1000}"},
    {"<id i:type='d:boolean'>t</id>", "{id=bool:1}"},
    {"<id i:type='d:boolean'>false</id>", "{id=bool:}"},
    {"<name i:type='d:string'> a\n</name>", "{name=text: a\n}"},
    {"<name i:type='d:string'/>", "{name=text:}"},
    {"<name i:type='d:dateTime'>2026-01-01</name>", "{name=text:2026-01-01}"},
    {"<name i:type='d:base64Binary'>w4kx</name>", "{name=text:\xC3\x89" "1}"},
    {"<name i:type='c:base64'>w4k=</name>", "{name=text:\xC3\x89}"},
    {"<name i:type='d:hexBinary'>C389</name>", "{name=text:\xC3\x89}"},
    {"<name i:type='d:anyType'>x</name>", "{name=text:x}"},
    {"<name i:type='n:own'>x</name>", "{name=text:x}"},
    {"<name i:type='x:own'>x</name>", "{name=text:x}"},
    {"<id i:nil='true'/>", "{id=null:}"},
    {"<id o:null='1'>7</id>", "{id=null:}"},
    {"<id i:nil='false'>7</id>", "{id=int:7}"},
    /* types that are declared */
    {"<id> 7 </id>", "{id=int:7}"},
    {"<id/>", "{id=null:}"},
    {"<user><on> true </on></user>", "{user={on=bool:1}}"},
    {"<user><on>0</on></user>", "{user={on=bool:}}"},
    {"<user/>", "{user={}}"},
    {"<ids/>", "{ids=[]}"},
    {"<ids><item> 1</item><x>2</x></ids>", "{ids=[text:1 text:2]}"},
    {"<ids>5</ids>", "{ids=[text:5]}"},
    {"<ids>5</ids><ids>6</ids>", "{ids=[text:5 text:6]}"},
    {"<users><item><at>1</at></item></users>", "{users=[{at=text:1}]}"},
    {"<users><at>1</at></users>", "{users=[{at=text:1}]}"},
    {"<users><at>1</at></users><users><at>2</at></users>", "{users=[{at=text:1} {at=text:2}]}"},
    {"<user><tags>a</tags><tags>b</tags></user>", "{user={tags=[text:a text:b]}}"},
    {"<user><x><y>1</y><y>2</y></x></user>", "{user={x={y=[text:1 text:2]}}}"},
    {"<id><x>1</x></id>", "{id={x=text:1}}"},
    /* arrays */
    {"<ids c:arrayType='d:int[2]' i:type='c:Array'><item i:type='d:int'>3</item><x>5</x></ids>",
     "{ids=[int:3 int:5]}"},
    {"<ids c:arrayType='d:ur-type[0]' i:type='c:Array'/>", "{ids=[]}"},
    {"<ids c:arrayType='d:int[99999999999]'><a>1</a></ids>", "{ids=[int:1]}"},
    {"<ids c:arrayType='d:int[0]'><a>1</a></ids>", "{ids=[int:1]}"},
    {"<ids c:arrayType='d:int[]'><a>1</a></ids>", "{ids=[int:1]}"},
    {"<ids i:type='c:Array'><a>1</a></ids>", "{ids=[text:1]}"},
    {"<ids i:type='n:ints' c:arrayType='d:int[1]'><a>1</a></ids>", "{ids=[int:1]}"},
    {"<ids c:arrayType='d:int[2,2]'><a>1</a><a>2</a><a>3</a></ids>",
     "{ids=[[int:1 int:2] [int:3]]}"},
    {"<ids c:arrayType='d:int[9,9999999999]'><a>1</a></ids>", "{ids=[[int:1]]}"},
    {"<ids c:arrayType='d:int[][1]'><a c:arrayType='d:int[1]'><a>1</a></a></ids>",
     "{ids=[[int:1]]}"},
    {"<ids c:arrayType='d:int[9]' c:offset='[3]'><a>1</a><a c:position='[1]'>2</a><a>4</a></ids>",
     "{ids={3=int:1 1=int:2 2=int:4}}"},
    {"<users c:arrayType='m:Map[1]'><a><item><key>at</key><value>1</value></item></a></users>",
     "{users=[{at=text:1}]}"},
    /* maps and structs */
    {"<user i:type='m:Map'><item><key i:type='d:string'>on</key><value i:type='d:int'>1</value>"
     "</item><item><key i:type='d:int'>7</key><value/></item></user>", "{user={on=int:1 7=text:}}"},
    {"<user i:type='m:Map'/>", "{user={}}"},
    {"<ids i:type='m:Map'><item><value>1</value><key>0</key></item></ids>", "{ids={0=text:1}}"},
    {"<user i:type='c:Struct'><on>1</on></user>", "{user={on=bool:1}}"},
    {"<user i:type='n:class'><on>1</on></user>", "{user={on=bool:1}}"},
    /* names and positions */
    {"<name>x</name><other>1</other><id>1</id>", "{name=text:x id=int:1}"},
    {"<param0>1</param0><param1><a>2</a></param1>", "{id=int:1 ids=[text:2]}"},
    {"<a>1</a><a i:nil='1'/><a i:nil='1'/><a i:nil='1'/><a>x</a><a i:nil='1'/>",
     "{id=int:1 ids=null: user=null: users=null: name=text:x}"},
    {"<a>1</a><a/><a/><a/><a/><a>x</a>", "{id=int:1 ids=[] user={} users=[] name=text: 5=text:x}"},
    {"<a i:type='m:Map'><item><key>name</key><value>x</value></item></a>", "{name=text:x}"},
    /* references */
    {"<ids href='#a'/><x id='a'><i href='#b'/></x><x id='b' i:type='d:int'>7</x>", "{ids=[int:7]}"},
    {"<id href='#b'/><x id='a'>8</x><x id='b' href='#a'/>", "{id=int:8}"},
    {"<id href='#a'/><x id='a'>8</x><x id='a'>9</x>", "{id=int:8}"},
};
/* clang-format on */

static void test_good(void **state)
{
    mws_soap_call_t sent;
    mws_value_t    *v;
    apr_size_t      i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        const char *body =
            CAT(OPEN_11 "<e:Body><n:f>", good[i].sent, "</n:f></e:Body></e:Envelope>");
        mws_error_t *err = read_body(body, 0, &sent, &v);

        if (err) {
            fail_msg("%s: %s %s", good[i].sent, err->message, err->debuginfo);
        }
        if (strcmp(shown(v), good[i].read) != 0) {
            fail_msg("%s: %s, not %s", good[i].sent, shown(v), good[i].read);
        }
    }
}

#define VIOLATION "Server", "Violation of encoding"
#define PARAMETER NULL

/* clang-format off */
static const struct {
    const char *sent, *fault, *why;
} bad[] = {
    {"<id i:type='d:int'>x</id>", VIOLATION},
    {"<id i:type='d:int'><a>1</a></id>", VIOLATION},
    {"<id>x</id>", VIOLATION},
    {"<id i:type='d:double'>INF</id>", VIOLATION},
    {"<id i:type='d:double'>1e999</id>", VIOLATION},
    {"<id i:type='d:boolean'>maybe</id>", VIOLATION},
    {"<name i:type='d:hexBinary'>4</name>", VIOLATION},
    {"<name i:type='d:hexBinary'>4g</name>", VIOLATION},
    {"<user i:type='m:Map'><item><key>on</key></item></user>", VIOLATION},
    {"<user i:type='m:Map'><x><key>on</key><value/></x></user>", VIOLATION},
    {"<user i:type='m:Map'><item><key><a/></key><value/></item></user>", VIOLATION},
    {"<ids c:arrayType='d:int[x]'><a>1</a></ids>", VIOLATION},
    {"<ids c:arrayType='d:int[2,0]'><a>1</a></ids>", VIOLATION},
    {"<ids c:arrayType='d:int[2,99999999999999999999]'><a>1</a></ids>", VIOLATION},
    {"<ids c:arrayType='d:int[1,1,1,1,1,1,1,1,1]'><a>1</a></ids>", VIOLATION},
    {"<ids c:arrayType='d:int[1]' c:offset='3'><a>1</a></ids>", VIOLATION},
    {"<ids c:arrayType='d:int[1]'><a c:position='[-1]'>1</a></ids>", VIOLATION},
    {"<id href='cid:a'/>", "Server", "External reference"},
    {"<id href='http://127.0.0.1/'/>", "Server", "External reference"},
    {"<id href='#a'/>", "Server", "Unresolved reference"},
    {"<id href='#a'/><x id='a' href='#b'/><x id='b' href='#a'/>", PARAMETER, "MoodleWSDepthMax"},
    {"<ids href='#a'/><x id='a'><i href='#a'/></x>", PARAMETER, "MoodleWSDepthMax"},
    {"<user><a><b><c><d>1</d></c></b></a></user>", NULL, NULL},
    {"<user><a><b><c><d><f>1</f></d></c></b></a></user>", PARAMETER, "MoodleWSDepthMax"},
    {"<ids>" "<a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/>" "</ids>",
     NULL, NULL},
    {"<ids>" "<a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/><a/>" "</ids>",
     PARAMETER, "MoodleWSKeysMax"},
    {"", "Client", "Missing parameter"},
};
/* clang-format on */

static void test_bad(void **state)
{
    mws_soap_call_t sent;
    mws_value_t    *v;
    apr_size_t      i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *body =
            CAT(OPEN_11 "<e:Body><n:f>", bad[i].sent, "</n:f></e:Body></e:Envelope>");
        mws_error_t *err = read_body(body, 0, &sent, &v);
        const char  *said = err ? (err->fault ? err->message : err->debuginfo) : "nothing";

        if ((bad[i].why != NULL) != (err != NULL) || (err && !strstr(said, bad[i].why)) ||
            (err && bad[i].fault && strcmp(err->fault, bad[i].fault) != 0)) {
            fail_msg("%s: %s", bad[i].sent, said);
        }
    }
}

/* A reference costs as much as what it stands for. */
static void test_amplified(void **state)
{
    static const mws_settings_t large = {.keys_max = 1000000, .depth_max = 64};
    mws_call_t                  call = {.pool = pool, .settings = &large};
    char                       *body = OPEN_11 "<e:Body><n:f><ids href='#x0'/></n:f>";
    mws_soap_call_t             sent;
    mws_value_t                *v;
    mws_error_t                *err;
    int                         i;

    for (i = 0; i < 20; i++) {
        char *to = apr_psprintf(pool, "<i href='#x%d'/>", i + 1);

        body = CAT(body, apr_psprintf(pool, "<m id='x%d'>", i), to, to, to, "</m>");
    }
    body = CAT(body, "<m id='x20'>1</m></e:Body></e:Envelope>");
    assert_null(mws_soap_read(&call, (mws_text_t){body, strlen(body)}, &sent));
    err = mws_soap_params(&call, &sent, params, 0, &v);
    assert_non_null(err);
    assert_non_null(strstr(err->debuginfo, "references"));
}

/* Where a schema was given, what does not fit is for the check of the parameters. */
static void test_literal(void **state)
{
    mws_soap_call_t sent;
    mws_value_t    *v;

    assert_null(read_body(OPEN_11 CALL("<id> x </id>"), 1, &sent, &v));
    assert_string_equal(shown(v), "{id=text:x}");
    assert_null(read_body(OPEN_11 CALL(""), 1, &sent, &v));
    assert_string_equal(shown(v), "{}");
    assert_null(read_body(OPEN_11 CALL("<id i:type='d:int'>x</id>"), 1, &sent, &v)->fault);
}

/* SOAP 1.2 says arrays and references in its own words. */
static void test_version_12(void **state)
{
    mws_soap_call_t sent;
    mws_value_t    *v;

    assert_null(
        read_body(OPEN_12 CALL("<ids c:itemType='d:int' c:arraySize='2'><a>1</a><a>2</a></ids>"), 0,
                  &sent, &v));
    assert_int_equal(sent.version, MWS_SOAP_12);
    assert_string_equal(shown(v), "{ids=[int:1 int:2]}");
    assert_null(read_body(OPEN_12 CALL("<ids c:itemType='d:int' c:arraySize='* 2'><a>1</a><a>2</a>"
                                       "<a>3</a></ids>"),
                          0, &sent, &v));
    assert_string_equal(shown(v), "{ids=[[int:1 int:2] [int:3]]}");
    assert_null(read_body(
        OPEN_12 CALL("<ids c:arrayType='d:int[1]' i:type='c:Array'><a>1</a></ids>"), 0, &sent, &v));
    assert_string_equal(shown(v), "{ids=[int:1]}");
    assert_null(read_body(OPEN_12 CALL("<id c:ref='a'/><x c:id='a'>7</x>"), 0, &sent, &v));
    assert_string_equal(shown(v), "{id=int:7}");
}

#define HEADER(attributes) "<e:Header><n:h " attributes "/></e:Header>"

/* clang-format off */
static const struct {
    const char *body, *fault;
} envelopes[] = {
    {OPEN_11 CALL("<id>1</id>"), NULL},
    {"\xEF\xBB\xBF" OPEN_11 CALL("<id>1</id>"), NULL},
    {OPEN_11 "<e:Body><f><id>1</id></f></e:Body></e:Envelope>", NULL},
    {OPEN_11 "<e:Body><e:f><id>1</id></e:f></e:Body></e:Envelope>", NULL},
    {OPEN_11 HEADER("") CALL("<id>1</id>"), NULL},
    {OPEN_11 HEADER("e:mustUnderstand='0'") CALL("<id>1</id>"), NULL},
    {OPEN_11 HEADER("mustUnderstand='1'") CALL("<id>1</id>"), NULL},
    {OPEN_11 HEADER("e:mustUnderstand='1'") CALL("<id>1</id>"), "MustUnderstand"},
    {OPEN_11 HEADER("e:mustUnderstand='1' e:actor=''") CALL("<id>1</id>"), "MustUnderstand"},
    {OPEN_11 HEADER("e:mustUnderstand='1' e:actor='http://schemas.xmlsoap.org/soap/actor/next'")
     CALL("<id>1</id>"), "MustUnderstand"},
    {OPEN_11 HEADER("e:mustUnderstand='1' e:actor='urn:else'") CALL("<id>1</id>"), NULL},
    {OPEN_12 HEADER("e:mustUnderstand='true'") CALL("<id>1</id>"), "MustUnderstand"},
    {OPEN_12 HEADER("e:mustUnderstand='true' e:role='urn:else'") CALL("<id>1</id>"), NULL},
    {OPEN_12 HEADER("e:mustUnderstand='1'"
                    " e:role='http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver'")
     CALL("<id>1</id>"), "MustUnderstand"},
    {"", "Client"},
    {"<oops", "Client"},
    {"--boundary\r\n", "Client"},
    {"<!DOCTYPE a>" OPEN_11 CALL("<id>1</id>"), "Server"},
    {"<Envelope><Body><f/></Body></Envelope>", "VersionMismatch"},
    {"<e:Envelope xmlns:e='urn:new'><e:Body><f/></e:Body></e:Envelope>", "VersionMismatch"},
    {"<methodCall/>", "VersionMismatch"},
    {OPEN_11 "</e:Envelope>", "Client"},
    {OPEN_11 "<e:Body/></e:Envelope>", "Client"},
    {OPEN_11 "<Body><f/></Body></e:Envelope>", "Client"},
};
/* clang-format on */

static void test_envelopes(void **state)
{
    mws_soap_call_t sent;
    mws_value_t    *v;
    apr_size_t      i;

    for (i = 0; i < sizeof(envelopes) / sizeof(envelopes[0]); i++) {
        mws_error_t *err = read_body(envelopes[i].body, 0, &sent, &v);
        const char  *fault = err ? err->fault : NULL;

        if (err ? !fault || !envelopes[i].fault || strcmp(fault, envelopes[i].fault) != 0
                : envelopes[i].fault != NULL) {
            fail_msg("%s: %s", envelopes[i].body, fault ? fault : "no fault");
        }
        if (!err) {
            assert_string_equal(sent.function, "f");
        }
    }
}

/* ---- results ----------------------------------------------------------------------------- */

static const mws_spec_t *const returns =
    KEYS(VALUE("i", INT, ""), VALUE("b", BOOL, ""), VALUE("f", FLOAT, ""), VALUE("t", TEXT, ""),
         VALUE("r", RAW, "", UNTYPED), VALUE("gone", TEXT, "", OPTIONAL),
         STRUCT("in", FIELDS(VALUE("x", INT, "")), ""),
         LIST("list",
              KEYS(VALUE("i", INT, "", OPTIONAL), VALUE("b", BOOL, "", OPTIONAL),
                   VALUE("f", FLOAT, "", OPTIONAL), VALUE("t", TEXT, "", OPTIONAL),
                   VALUE("r", RAW, "", OPTIONAL, UNTYPED),
                   STRUCT("in", FIELDS(VALUE("x", INT, "")), "", OPTIONAL)),
              ""));

/* The result of FILL, as what starts at the wrapper's first child. */
static const char *written(const mws_spec_t  *spec, void (*fill)(mws_out_t *),
                           mws_soap_version_e version, int literal)
{
    mws_soap_writer_t answer = {
        .version = version, .function = "f", .space = "urn:n?a&b", .first_struct = 7};
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);
    mws_out_t  *out;
    char       *text;

    if (literal) {
        mws_soap_literal_writer(&answer);
    }
    else {
        mws_soap_encoded_writer(&answer);
    }
    out = mws_out_start(pool, sink, &answer.writer, spec);
    if (fill) {
        fill(out);
    }
    assert_null(mws_out_finish(out));
    mws_sink_finish(sink);
    text = apr_pstrmemdup(pool, sink->first->bytes, sink->first->used);
    return text;
}

/* The child of the wrapper in TEXT, without the blanks that a count left. */
static const char *inner(const char *text)
{
    const char *from = strstr(text, "<return");
    const char *to = strstr(text, "</ns1:fResponse>");
    char       *out, *at;

    assert_true(from && to);
    out = at = apr_pstrmemdup(pool, from, (apr_size_t)(to - from));
    for (; *from && from < to; from++) {
        if (*from != ' ' || from[1] != ' ') {
            *at++ = *from;
        }
    }
    *at = '\0';
    return out;
}

static void fill_all(mws_out_t *out)
{
    mws_out_struct(out, NULL);
    mws_out_int(out, "i", 2147483648);
    mws_out_bool(out, "b", 1);
    mws_out_float(out, "f", 0.5);
    mws_out_text(out, "t", "<a> & \"b\"\r\x01");
    mws_out_int(out, "r", 5);
    mws_out_struct(out, "in");
    mws_out_null(out, "x");
    mws_out_end(out);
    mws_out_list(out, "list");
    mws_out_struct(out, NULL);
    mws_out_int(out, "i", -2147483648);
    mws_out_bool(out, "b", 0);
    mws_out_float(out, "f", 2);
    mws_out_null(out, "t");
    mws_out_int(out, "r", 5);
    mws_out_struct(out, "in");
    mws_out_int(out, "x", 1);
    mws_out_end(out);
    mws_out_end(out);
    mws_out_end(out);
    mws_out_end(out);
}

#define ENTRY(name, value) "<item><key xsi:type=\"xsd:string\">" name "</key>" value "</item>"
#define TYPED(name, type, text) "<" name " xsi:type=\"xsd:" type "\">" text "</" name ">"

static void test_encoded(void **state)
{
    assert_string_equal(
        inner(written(returns, fill_all, MWS_SOAP_11, 0)),
        "<return xsi:type=\"ns1:webservices_struct_class_000008\">" TYPED(
            "i", "long", "2147483648") TYPED("b", "int", "1") TYPED("f", "double", "0.5")
            TYPED("t", "string", "&lt;a&gt; &amp; \"b\"&#13;") TYPED(
                "r", "string",
                "5") "<gone xsi:nil=\"true\"/><in xsi:type=\"ns1:webservices_struct_class_000007\">"
                     "<x xsi:nil=\"true\"/></in>"
                     "<list SOAP-ENC:arrayType=\"ns2:Map[1]\" xsi:type=\"SOAP-ENC:Array\">"
                     "<item xsi:type=\"ns2:Map\">" ENTRY("i", TYPED("value", "int", "-2147483648"))
                         ENTRY("b", TYPED("value", "boolean", "false")) ENTRY(
                             "f", TYPED("value", "float", "2")) ENTRY("t",
                                                                      "<value xsi:nil=\"true\"/>")
                             ENTRY("r", TYPED("value", "int", "5")) ENTRY(
                                 "in", "<value xsi:type=\"ns2:Map\">" ENTRY(
                                           "x", TYPED("value", "int",
                                                      "1")) "</value>") "</item></list></return>");
}

static void fill_ints(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_int(out, NULL, 1);
    mws_out_int(out, NULL, 2);
    mws_out_end(out);
}

static void fill_longs(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_int(out, NULL, 1);
    mws_out_int(out, NULL, 4294967296);
    mws_out_end(out);
}

static void fill_mixed(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_int(out, NULL, 1);
    mws_out_null(out, NULL);
    mws_out_end(out);
}

static void fill_none(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_end(out);
}

/* An empty map is an empty array, and a list of it and of maps has no common type. */
static void fill_empty(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_end(out);
    mws_out_struct(out, NULL);
    mws_out_int(out, "x", 1);
    mws_out_end(out);
    mws_out_end(out);
}

static void test_lists(void **state)
{
    const mws_spec_t *ints = LIST_OF(ONE(INT, ""));
    const mws_spec_t *maps = LIST_OF(KEYS(VALUE("x", INT, "", OPTIONAL)));
    const char       *empty = written(ints, fill_none, MWS_SOAP_11, 0);

    assert_string_equal(
        inner(written(ints, fill_ints, MWS_SOAP_11, 0)),
        "<return SOAP-ENC:arrayType=\"xsd:int[2]\" xsi:type=\"SOAP-ENC:Array\">" TYPED(
            "item", "int", "1") TYPED("item", "int", "2") "</return>");
    assert_non_null(strstr(written(ints, fill_longs, MWS_SOAP_11, 0), "\"xsd:long[2]\""));
    assert_non_null(strstr(written(ints, fill_mixed, MWS_SOAP_11, 0), "\"xsd:ur-type[2]\""));
    assert_non_null(strstr(empty, "<return SOAP-ENC:arrayType=\"xsd:ur-type[0]\""
                                  " xsi:type=\"SOAP-ENC:Array\"/></ns1:fResponse>"));
    assert_string_equal(
        inner(written(maps, fill_empty, MWS_SOAP_11, 0)),
        "<return SOAP-ENC:arrayType=\"xsd:ur-type[2]\" xsi:type=\"SOAP-ENC:Array\">"
        "<item SOAP-ENC:arrayType=\"xsd:ur-type[0]\" xsi:type=\"SOAP-ENC:Array\"/>"
        "<item xsi:type=\"ns2:Map\">" ENTRY("x", TYPED("value", "int", "1")) "</item></return>");
}

static void test_encoded_12(void **state)
{
    const mws_spec_t *ints = LIST_OF(ONE(INT, ""));
    const char       *text = written(ints, fill_ints, MWS_SOAP_12, 0);

    assert_string_equal(
        inner(text),
        "<return enc:itemType=\"xsd:int\" enc:arraySize=\"2\" xsi:type=\"enc:Array\">" TYPED(
            "item", "int", "1") TYPED("item", "int", "2") "</return>");
    assert_non_null(strstr(text, "<ns1:fResponse"
                                 " env:encodingStyle=\"http://www.w3.org/2003/05/soap-encoding\">"
                                 "<rpc:result>return</rpc:result><return"));
    assert_non_null(strstr(text, "xmlns:ns1=\"urn:n?a&amp;b\""));
}

static void test_void(void **state)
{
    assert_string_equal(written(NULL, NULL, MWS_SOAP_11, 0), "");
    assert_non_null(strstr(written(NULL, NULL, MWS_SOAP_11, 1),
                           "<fResponse xmlns=\"urn:n?a&amp;b\"></fResponse>"));
}

static void test_literal_result(void **state)
{
    assert_string_equal(
        written(returns, fill_all, MWS_SOAP_12, 1),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>"
        "<fResponse xmlns=\"urn:n?a&amp;b\"><return><i>2147483648</i><b>true</b><f>0.5</f>"
        "<t>&lt;a&gt; &amp; \"b\"&#13;</t><r>5</r><in><x xsi:nil=\"true\"/></in><list><item>"
        "<i>-2147483648</i><b>false</b><f>2</f><t xsi:nil=\"true\"/><r>5</r><in><x>1</x></in>"
        "</item></list></return></fResponse></soap:Body></soap:Envelope>\n");
}

/* ---- faults ------------------------------------------------------------------------------ */

static const char *fault_of(mws_soap_fault_e how, mws_soap_version_e version,
                            const mws_error_t *err)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);

    mws_soap_fault(sink, how, version, "urn:l", "a\\b", err);
    mws_sink_finish(sink);
    return apr_pstrmemdup(pool, sink->first->bytes, sink->first->used);
}

#define FAULT_11(text)                                                                             \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\">"             \
    "<SOAP-ENV:Body><SOAP-ENV:Fault>" text                                                         \
    "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n"

static void test_faults(void **state)
{
    mws_error_t *bad_param = mws_error(pool, MWS_BAD_PARAMETER, "a & b");
    mws_error_t *no_token = mws_error(pool, MWS_BAD_TOKEN, NULL);
    mws_error_t *own = mws_soap_error(pool, MWS_SOAP_CLIENT, "<%d>", 7);

    bad_param->message = "Bad";
    no_token->message = "No";
    assert_string_equal(
        fault_of(MWS_SOAP_REFUSED, MWS_SOAP_12, no_token),
        FAULT_11("<faultcode>MOODLE:error</faultcode><faultstring>No</faultstring>"));
    assert_string_equal(
        fault_of(MWS_SOAP_FAILED, MWS_SOAP_12, bad_param),
        FAULT_11("<faultcode>Receiver</faultcode>"
                 "<faultstring>Bad | ERRORCODE: invalidparameter</faultstring>"
                 "<faultactor>invalidparameter</faultactor><detail>a &amp; b</detail>"));
    assert_string_equal(
        fault_of(MWS_SOAP_FAILED, MWS_SOAP_11, own),
        FAULT_11("<faultcode>SOAP-ENV:Client</faultcode><faultstring>&lt;7&gt;</faultstring>"));
    assert_string_equal(
        fault_of(MWS_SOAP_LITERAL, MWS_SOAP_11, bad_param),
        FAULT_11("<faultcode>SOAP-ENV:Client</faultcode><faultstring>Bad</faultstring><detail>"
                 "<fault xmlns=\"urn:l\"><exception>a\\b</exception>"
                 "<errorcode>invalidparameter</errorcode><debuginfo>a &amp; b</debuginfo></fault>"
                 "</detail>"));
    assert_non_null(strstr(fault_of(MWS_SOAP_LITERAL, MWS_SOAP_12, no_token),
                           "<env:Code><env:Value>env:Sender</env:Value></env:Code><env:Reason>"
                           "<env:Text xml:lang=\"en\">No</env:Text></env:Reason><env:Detail>"));
    assert_non_null(
        strstr(fault_of(MWS_SOAP_LITERAL, MWS_SOAP_12, mws_error(pool, MWS_NO_PERMISSION, NULL)),
               "env:Receiver"));
    assert_non_null(strstr(
        fault_of(MWS_SOAP_LITERAL_REFUSED, MWS_SOAP_11, mws_error(pool, MWS_NO_ACCESS, NULL)),
        "SOAP-ENV:Client"));
    assert_non_null(
        strstr(fault_of(MWS_SOAP_LITERAL_REFUSED, MWS_SOAP_11, mws_error(pool, MWS_BUSY, NULL)),
               "SOAP-ENV:Server"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad, setup, teardown),
        cmocka_unit_test_setup_teardown(test_amplified, setup, teardown),
        cmocka_unit_test_setup_teardown(test_literal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_version_12, setup, teardown),
        cmocka_unit_test_setup_teardown(test_envelopes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_encoded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_encoded_12, setup, teardown),
        cmocka_unit_test_setup_teardown(test_void, setup, teardown),
        cmocka_unit_test_setup_teardown(test_literal_result, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
    };

    int failed;

    apr_initialize();
    xmlInitParser();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
