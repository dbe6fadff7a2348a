/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_wsdoc.c -- what the page shows of calls: values in each language, documents laid out, and a
 * call in the form of each protocol, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

#include "adapters/wsdoc/mws_wsdoc_call.h"
#include "adapters/wsdoc/mws_wsdoc_layout.h"
#include "adapters/wsdoc/mws_wsdoc_literal.h"

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

static mws_value_t *text(const char *s)
{
    return mws_value_text(pool, s, -1);
}

/* A struct of a single key. */
static mws_value_t *one(const char *key, mws_value_t *item)
{
    mws_value_t *strct = mws_value_struct(pool);

    mws_value_set(strct, key, -1, item);
    return strct;
}

static mws_value_t *list(mws_value_t *item)
{
    mws_value_t *made = mws_value_list(pool);

    mws_value_append(made, item);
    return made;
}

/* ---- literals ---------------------------------------------------------------------------- */

/* V behind BEFORE. */
static const char *literal(const mws_wsdoc_syntax_t *syntax, const char *before,
                           const mws_value_t *v)
{
    mws_buffer_t out = mws_buffer_make(pool, 10);

    mws_buffer_puts(&out, before);
    mws_wsdoc_literal(&out, syntax, v);
    return mws_buffer_text(&out) + strlen(before);
}

#define SAID(language, v, expected)                                                                \
    assert_string_equal(literal(&mws_wsdoc_syntax_##language, "", v), expected)

/* Every language spells structs, lists, truth and nothing its own way. */
static void test_values(void **state)
{
    mws_value_t *v = one("a", list(mws_value_bool(pool, 1)));

    mws_value_set(v, "b", -1, mws_value_null(pool));
    mws_value_set(v, "c", -1, mws_value_float(pool, -1.5));
    SAID(json, v, "{\"a\": [true], \"b\": null, \"c\": -1.5}");
    SAID(python, v, "{\"a\": [True], \"b\": None, \"c\": -1.5}");
    SAID(php, v, "['a' => [true], 'b' => null, 'c' => -1.5]");
    SAID(perl, v, "{a => [1], b => undef, c => -1.5}");
    SAID(javascript, v, "{a: [true], b: null, c: -1.5}");
    SAID(python, mws_value_list(pool), "[]");
    SAID(php, mws_value_struct(pool), "[]");
    SAID(javascript, mws_value_struct(pool), "{}");
    SAID(perl, mws_value_bool(pool, 0), "0");
}

/* Quotes, backslashes, what begins a variable, control characters: a text is what it was. */
static void test_texts(void **state)
{
    mws_value_t *plain = text("a'b\"c\\d$e@f\xc3\xa9"), *rich = text("$x @y \"'\n\t\x01");

    SAID(json, plain, "\"a'b\\\"c\\\\d$e@f\xc3\xa9\"");
    SAID(python, plain, "\"a'b\\\"c\\\\d$e@f\xc3\xa9\"");
    SAID(php, plain, "'a\\'b\"c\\\\d$e@f\xc3\xa9'");
    SAID(perl, plain, "'a\\'b\"c\\\\d$e@f\xc3\xa9'");
    SAID(javascript, plain, "'a\\'b\"c\\\\d$e@f\xc3\xa9'");
    SAID(json, rich, "\"$x @y \\\"'\\n\\t\\u0001\"");
    SAID(python, rich, "\"$x @y \\\"'\\n\\t\\x01\"");
    SAID(php, rich, "\"\\$x @y \\\"'\\n\\t\\x01\"");
    SAID(perl, rich, "\"\\$x \\@y \\\"'\\n\\t\\x01\"");
    SAID(javascript, rich, "'$x @y \"\\'\\n\\t\\x01'");
}

#define LONG "a text that is so long that no line has any place for another item"

/* What is too long for a line has its items on lines of their own, indented as the line is. */
static void test_lines(void **state)
{
    mws_value_t *v = list(one("a", text(LONG)));

    mws_value_append(v, mws_value_int(pool, 7));
    assert_string_equal(literal(&mws_wsdoc_syntax_php, "    $x = ", v),
                        "[\n        ['a' => '" LONG "'],\n        7,\n    ]");
    assert_string_equal(literal(&mws_wsdoc_syntax_json, "value: ", v),
                        "[\n    {\"a\": \"" LONG "\"},\n    7\n]");
}

/* Arguments stand behind each other, or each on a line of its own. */
static void test_arguments(void **state)
{
    mws_buffer_t out = mws_buffer_make(pool, 10);
    mws_value_t *v = one("a", mws_value_int(pool, 1));

    mws_value_set(v, "b", -1, text("x"));
    mws_buffer_puts(&out, "  f(");
    mws_wsdoc_literal_arguments(&out, &mws_wsdoc_syntax_python, v);
    assert_string_equal(mws_buffer_text(&out), "  f(a=1, b=\"x\"");
    mws_value_set(v, "b", -1, text(LONG));
    mws_buffer_puts(&out, ")\n  g(");
    mws_wsdoc_literal_arguments(&out, &mws_wsdoc_syntax_python, v);
    assert_string_equal(strchr(mws_buffer_text(&out), '\n'),
                        "\n  g(\n      a=1,\n      b=\"" LONG "\"\n  ");
}

/* ---- layout ------------------------------------------------------------------------------- */

static mws_text_t document(const char *s)
{
    return (mws_text_t){s, strlen(s)};
}

/* Only blanks between what a document is made of come in or go: none within texts. */
static void test_json(void **state)
{
    assert_string_equal(mws_wsdoc_json(pool, document("null")), "null");
    assert_string_equal(mws_wsdoc_json(pool, document("[]")), "[]");
    assert_string_equal(mws_wsdoc_json(pool, document("{\"a\":\"x,y:\\\"[{\",\"b\":[1,2]}")),
                        "{\"a\": \"x,y:\\\"[{\", \"b\": [1, 2]}");
    assert_string_equal(mws_wsdoc_json(pool, document("[{\"a\":\"" LONG "\",\"b\":[]},7]")),
                        "[\n  {\n    \"a\": \"" LONG "\",\n    \"b\": []\n  },\n  7\n]");
}

static void test_xml(void **state)
{
    assert_string_equal(
        mws_wsdoc_xml(pool, document("<?xml version=\"1.0\"?>\n<a><b> x  y </b><c/></a>\n")),
        "<?xml version=\"1.0\"?>\n<a><b> x  y </b><c/></a>\n");
    assert_string_equal(
        mws_wsdoc_xml(pool, document("<a><b><c><d>1</d></c></b><e   f=\"1  2\"   g=\"\"/></a>")),
        "<a>\n  <b><c><d>1</d></c></b>\n  <e f=\"1  2\" g=\"\"/>\n</a>\n");
    assert_string_equal(
        mws_wsdoc_xml(pool, document("<a b=\"" LONG "\" c=\"" LONG "\"><d><e><f/></e></d></a>")),
        "<a\n    b=\"" LONG "\"\n    c=\"" LONG "\">\n  <d><e><f/></e></d>\n</a>\n");
}

static void test_hex(void **state)
{
    assert_string_equal(mws_wsdoc_hex(pool, (mws_text_t){"", 0}), "");
    assert_string_equal(mws_wsdoc_hex(pool, (mws_text_t){"0123456789abcde\0\xff|", 18}),
                        "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 00  "
                        "|0123456789abcde.|\n"
                        "00000010  ff 7c                                             |.||\n");
}

/* ---- calls -------------------------------------------------------------------------------- */

static const mws_external_t external = {
    .name = "f",
    .params = KEYS(LIST("ids", ONE(INT, ""), ""), VALUE("on", BOOL, "", PRESET("1")),
                   VALUE("note", TEXT, "", PRESET_NULL),
                   LIST("more", KEYS(VALUE("a", TEXT, ""), VALUE("b", INT, "", PRESET("7"))), "",
                        PRESET_EMPTY))};
static const mws_row_t row = {.name = "f", .today = "f", .external = &external};

/* A call with IDS and, where it is given, MORE. */
static mws_value_t *call_with(mws_value_t *more)
{
    mws_value_t *call = one("ids", list(mws_value_int(pool, 3)));

    if (more) {
        mws_value_set(call, "more", -1, more);
    }
    return call;
}

/* By position as long as nothing is left out in the middle, else all by their names; for SOAP always by
 * position, with what is the default. */
static void test_order(void **state)
{
    const mws_spec_t  *params = external.params;
    mws_value_t       *call = call_with(NULL);
    const mws_value_t *all = mws_wsdoc_all_arguments(pool, params, call);

    SAID(python, mws_wsdoc_arguments(pool, params, call), "[[3]]");
    SAID(python, all, "[[3], True, None, []]");
    call = call_with(list(one("a", text("x"))));
    SAID(python, mws_wsdoc_arguments(pool, params, call),
         "[{\"ids\": [3], \"more\": [{\"a\": \"x\"}]}]");
}

/* A form has a field for each value, and nothing for null; what it gives a meaning to is escaped. */
static void test_form(void **state)
{
    mws_value_t *call = call_with(list(one("a", text("x&y=z %+\xc3\xa9"))));

    mws_value_set(call, "note", -1, mws_value_null(pool));
    mws_value_set(call, "on", -1, mws_value_bool(pool, 0));
    assert_string_equal(mws_wsdoc_form(pool, mws_wsdoc_fields(pool, call)),
                        "ids[0]=3&more[0][a]=x%26y%3Dz+%25%2B%C3%A9&on=0");
}

#define RPC(args)                                                                                  \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<methodCall>\n"                                   \
    "  <methodName>f</methodName>\n  <params>" args "</params>\n</methodCall>\n"

static void test_xmlrpc(void **state)
{
    const char *said = mws_wsdoc_method_call(pool, &row, call_with(NULL));

    assert_string_equal(said, RPC("\n    <param>\n      <value>\n        <array>\n"
                                  "          <data><value><int>3</int></value></data>\n"
                                  "        </array>\n      </value>\n    </param>\n  "));
}

/* A key that is left out stays so, whatever the declaration has for it. */
static void test_amf(void **state)
{
    mws_text_t packet = mws_wsdoc_packet(pool, &row, call_with(list(one("a", text("x")))), 0);

    static const char expected[] = "\0\0\0\0\0\1\0\14webservice.f\0\2/1\0\0\0\62\12\0\0\0\1\3"
                                   "\0\3ids\12\0\0\0\1\0\100\10\0\0\0\0\0\0"
                                   "\0\4more\12\0\0\0\1\3\0\1a\2\0\1x\0\0\11\0\0\11";

    assert_int_equal(packet.len, sizeof(expected) - 1);
    assert_memory_equal(packet.s, expected, packet.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_xml, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hex, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_form, setup, teardown),
        cmocka_unit_test_setup_teardown(test_xmlrpc, setup, teardown),
        cmocka_unit_test_setup_teardown(test_amf, setup, teardown),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
