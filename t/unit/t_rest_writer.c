/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_rest_writer.c -- the documents of REST, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <math.h>
#include <string.h>

#include "adapters/rest/mws_rest_writer.h"
#include "lib/base/mws_escape.h"
#include "lib/db/mws_declare.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"
#define ANSWER(inside) HEAD "<RESPONSE>\n" inside "</RESPONSE>\n"
#define NIL "<VALUE null=\"null\"/>\n"
#define KEY(name, node) "<KEY name=\"" name "\">" node "</KEY>\n"
#define VAL(text) "<VALUE>" text "</VALUE>\n"
#define MANY(nodes) "<MULTIPLE>\n" nodes "</MULTIPLE>\n"
#define ONLY(keys) "<SINGLE>\n" keys "</SINGLE>\n"

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

/* All that SINK holds, with a NUL behind. */
static char *bytes_of(mws_sink_t *sink)
{
    char             *bytes, *at;
    mws_sink_block_t *block;

    assert_int_equal(mws_sink_finish(sink), APR_SUCCESS);
    assert_null(sink->file);
    bytes = at = apr_palloc(pool, (apr_size_t)mws_sink_size(sink) + 1);
    for (block = sink->first; block; block = block->next) {
        memcpy(at, block->bytes, block->used);
        at += block->used;
    }
    *at = '\0';
    return bytes;
}

/* ---- escaping ---------------------------------------------------------------------------- */

#define TEXT(s) s, sizeof(s) - 1
#define FFFD "\xEF\xBF\xBD"

/* clang-format off */
static const struct {
    const char *text;
    apr_size_t  len;
    const char *xml, *json;
} escapes[] = {
    {TEXT(""), "", ""},
    {TEXT("abc"), "abc", "abc"},
    {TEXT("Red & Blue"), "Red &amp; Blue", "Red & Blue"},
    {TEXT("<b>\"x\"</b>"), "&lt;b&gt;&quot;x&quot;&lt;/b&gt;", "<b>\\\"x\\\"<\\/b>"},
    {TEXT("D'Arcy"), "D'Arcy", "D'Arcy"},
    {TEXT("a\\b/c"), "a\\b/c", "a\\\\b\\/c"},
    {TEXT("&amp;"), "&amp;amp;", "&amp;"},
    {TEXT("a\tb\nc"), "a\tb\nc", "a\\tb\\nc"},
    {TEXT("a\r\nb"), "a&#13;\nb", "a\\r\\nb"},
    {TEXT("\b\f"), "", "\\b\\f"},
    {TEXT("x\0y"), "xy", "x\\u0000y"},
    {TEXT("\x01\x0b\x0e\x1f"), "", "\\u0001\\u000b\\u000e\\u001f"},
    {TEXT("\x7f"), "\x7f", "\x7f"},
    {TEXT("\xC2\x80\xC2\x85"), "\xC2\x80\xC2\x85", "\\u0080\\u0085"},
    {TEXT("\xC3\xA9"), "\xC3\xA9", "\\u00e9"},
    {TEXT("x\xC3\xA9y"), "x\xC3\xA9y", "x\\u00e9y"},
    {TEXT("\xE2\x82\xAC"), "\xE2\x82\xAC", "\\u20ac"},
    {TEXT("\xE6\x97\xA5\xE6\x9C\xAC"), "\xE6\x97\xA5\xE6\x9C\xAC", "\\u65e5\\u672c"},
    {TEXT("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80", "\\ud83d\\ude00"},
    {TEXT("\xF0\x90\x80\x80"), "\xF0\x90\x80\x80", "\\ud800\\udc00"},
    {TEXT("\xF4\x8F\xBF\xBF"), "\xF4\x8F\xBF\xBF", "\\udbff\\udfff"},
    {TEXT("\xE2\x80\xA8\xE2\x80\xA9"), "\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029"},
    {TEXT("\xEF\xBB\xBFx"), "\xEF\xBB\xBFx", "\\ufeffx"},
    {TEXT("\xED\x9F\xBF\xEE\x80\x80"), "\xED\x9F\xBF\xEE\x80\x80", "\\ud7ff\\ue000"},
    {TEXT("a\xEF\xBF\xBE\xEF\xBF\xBF" "b"), "ab", "a\\ufffe\\uffffb"},
    {TEXT("\xEF\xBF\xBD"), FFFD, "\\ufffd"},
    /* not UTF-8: one replacement for each bad sequence */
    {TEXT("\xff"), FFFD, "\\ufffd"},
    {TEXT("a\xff\xfe" "b"), "a" FFFD FFFD "b", "a\\ufffd\\ufffdb"},
    {TEXT("\x80"), FFFD, "\\ufffd"},
    {TEXT("\xC3"), FFFD, "\\ufffd"},
    {TEXT("\xC3x"), FFFD "x", "\\ufffdx"},
    {TEXT("\xC3\xC3\xA9"), FFFD "\xC3\xA9", "\\ufffd\\u00e9"},
    {TEXT("\xC0\x80"), FFFD FFFD, "\\ufffd\\ufffd"},
    {TEXT("\xE2\x82"), FFFD, "\\ufffd"},
    {TEXT("\xE2\x82x"), FFFD "x", "\\ufffdx"},
    {TEXT("\xE2x"), FFFD "x", "\\ufffdx"},
    {TEXT("\xE0\x80\x80"), FFFD FFFD FFFD, "\\ufffd\\ufffd\\ufffd"},
    {TEXT("\xED\xA0\x80"), FFFD FFFD FFFD, "\\ufffd\\ufffd\\ufffd"},
    {TEXT("\xF0\x9F\x98"), FFFD, "\\ufffd"},
    {TEXT("\xF0\x9F\x98<"), FFFD "&lt;", "\\ufffd<"},
    {TEXT("\xF0\x80\x80\x80"), FFFD FFFD FFFD FFFD, "\\ufffd\\ufffd\\ufffd\\ufffd"},
    {TEXT("\xF4\x90\x80\x80"), FFFD FFFD FFFD FFFD, "\\ufffd\\ufffd\\ufffd\\ufffd"},
    {TEXT("\xF5"), FFFD, "\\ufffd"},
};
/* clang-format on */

static void test_escapes(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        mws_sink_t *sink = mws_sink_make(pool, 1 << 20);

        mws_escape_xml(sink, escapes[i].text, escapes[i].len);
        assert_string_equal(bytes_of(sink), escapes[i].xml);
        sink = mws_sink_make(pool, 1 << 20);
        mws_escape_json(sink, escapes[i].text, escapes[i].len);
        assert_string_equal(bytes_of(sink), apr_pstrcat(pool, "\"", escapes[i].json, "\"", NULL));
    }
}

/* What stands behind LEN bytes is not looked at, not even to complete a character. */
static void test_escape_ends(void **state)
{
    mws_sink_t *sink = mws_sink_make(pool, 1 << 20);

    mws_escape_json(sink, "\xC3\xA9", 1);
    mws_escape_xml(sink, "a\xF0\x9F\x98\x80", 4);
    assert_string_equal(bytes_of(sink), "\"\\ufffd\"a" FFFD);
}

/* ---- results ----------------------------------------------------------------------------- */

static const mws_spec_t *const group =
    KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, ""), VALUE("share", FLOAT, "", OPTIONAL),
         VALUE("hidden", BOOL, "", OPTIONAL), LIST("tags", ONE(TEXT, ""), "", OPTIONAL),
         STRUCT("badge",
                FIELDS(VALUE("url", RAW, "", OPTIONAL), LIST("sizes", ONE(INT, ""), "", OPTIONAL),
                       STRUCT("by", FIELDS(VALUE("id", INT, "", OPTIONAL)), "", OPTIONAL)),
                "", OPTIONAL));

/* One answer, in both formats. */
typedef struct {
    mws_sink_t *xml_sink, *json_sink;
    mws_out_t  *xml, *json;
} both_t;

static both_t start(const mws_spec_t *returns)
{
    both_t both;

    both.xml_sink = mws_sink_make(pool, 1 << 20);
    both.json_sink = mws_sink_make(pool, 1 << 20);
    both.xml = mws_out_start(pool, both.xml_sink, &mws_rest_xml_writer, returns);
    both.json = mws_out_start(pool, both.json_sink, &mws_rest_json_writer, returns);
    return both;
}

static void assert_both(both_t *both, const char *xml, const char *json)
{
    assert_null(mws_out_finish(both->xml));
    assert_null(mws_out_finish(both->json));
    assert_string_equal(bytes_of(both->xml_sink), xml);
    assert_string_equal(bytes_of(both->json_sink), json);
}

#define BOTH(what, ...)                                                                            \
    do {                                                                                           \
        what(both.xml, __VA_ARGS__);                                                               \
        what(both.json, __VA_ARGS__);                                                              \
    } while (0)

static void end(both_t *both)
{
    mws_out_end(both->xml);
    mws_out_end(both->json);
}

static void test_void(void **state)
{
    both_t both = start(NULL);

    assert_both(&both, ANSWER(""), "null");
}

static void test_scalars(void **state)
{
    both_t both = start(ONE(INT, ""));

    BOTH(mws_out_int, NULL, APR_INT64_MIN);
    assert_both(&both, ANSWER(VAL("-9223372036854775808")), "-9223372036854775808");
    both = start(ONE(BOOL, ""));
    BOTH(mws_out_bool, NULL, 1);
    assert_both(&both, ANSWER(VAL("1")), "true");
    both = start(ONE(BOOL, ""));
    BOTH(mws_out_bool, NULL, 0);
    assert_both(&both, ANSWER(VAL("0")), "false");
    both = start(ONE(TEXT, ""));
    BOTH(mws_out_text, NULL, "");
    assert_both(&both, ANSWER(VAL("")), "\"\"");
    both = start(ONE(TEXT, ""));
    BOTH(mws_out_text, NULL, "\xC3\xA9 & <b>/");
    assert_both(&both, ANSWER(VAL("\xC3\xA9 &amp; &lt;b&gt;/")), "\"\\u00e9 & <b>\\/\"");
    both = start(ONE(TEXT, ""));
    BOTH(mws_out_null, NULL);
    assert_both(&both, ANSWER(NIL), "null");
}

static void test_reals(void **state)
{
    static const struct {
        double      f;
        const char *xml, *json;
    } rows[] = {
        {0.1 + 0.2, "0.3", "0.30000000000000004"},
        {1.5, "1.5", "1.5"},
        {2.0, "2", "2"},
        {1e25, "1.0E+25", "1.0e+25"},
        {1e-7, "1.0E-7", "1.0e-7"},
        {-1.25e-9, "-1.25E-9", "-1.25e-9"},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        both_t both = start(ONE(FLOAT, ""));

        BOTH(mws_out_float, NULL, rows[i].f);
        assert_both(&both,
                    apr_pstrcat(pool, HEAD "<RESPONSE>\n<VALUE>", rows[i].xml,
                                "</VALUE>\n</RESPONSE>\n", NULL),
                    rows[i].json);
    }
}

/* JSON has no word for these. */
static void test_no_numbers(void **state)
{
    static const double rows[] = {NAN, INFINITY, -INFINITY};
    apr_size_t          i;

    for (i = 0; i < 3; i++) {
        mws_sink_t *sink = mws_sink_make(pool, 1 << 20);
        mws_out_t  *out = mws_out_start(pool, sink, &mws_rest_json_writer, ONE(FLOAT, ""));

        mws_out_float(out, NULL, rows[i]);
        assert_null(mws_out_finish(out));
        assert_string_equal(bytes_of(sink), "null");
    }
}

static void test_lists(void **state)
{
    both_t both = start(LIST_OF(ONE(INT, "")));

    BOTH(mws_out_list, NULL);
    end(&both);
    assert_both(&both, ANSWER(MANY("")), "[]");

    both = start(LIST_OF(ONE(INT, "")));
    BOTH(mws_out_list, NULL);
    BOTH(mws_out_int, NULL, 3);
    BOTH(mws_out_int, NULL, 0);
    BOTH(mws_out_null, NULL);
    end(&both);
    assert_both(&both, ANSWER(MANY(VAL("3") VAL("0") NIL)), "[3,0,null]");

    both = start(LIST_OF(LIST_OF(ONE(TEXT, ""))));
    BOTH(mws_out_list, NULL);
    BOTH(mws_out_list, NULL);
    end(&both);
    BOTH(mws_out_list, NULL);
    BOTH(mws_out_text, NULL, "a");
    BOTH(mws_out_text, NULL, "b");
    end(&both);
    end(&both);
    assert_both(&both, ANSWER(MANY(MANY("") MANY(VAL("a") VAL("b")))), "[[],[\"a\",\"b\"]]");
}

/* All of a struct's keys, of every kind. */
static void test_struct(void **state)
{
    both_t both = start(group);

    BOTH(mws_out_struct, NULL);
    BOTH(mws_out_int, "id", 3);
    BOTH(mws_out_text, "name", "A/B");
    BOTH(mws_out_float, "share", 0.5);
    BOTH(mws_out_bool, "hidden", 1);
    BOTH(mws_out_list, "tags");
    BOTH(mws_out_text, NULL, "x");
    BOTH(mws_out_text, NULL, "y");
    end(&both);
    BOTH(mws_out_struct, "badge");
    BOTH(mws_out_text, "url", "u");
    BOTH(mws_out_list, "sizes");
    end(&both);
    BOTH(mws_out_struct, "by");
    BOTH(mws_out_int, "id", 9);
    end(&both);
    end(&both);
    end(&both);
    assert_both(&both,
                ANSWER(ONLY(KEY("id", VAL("3")) KEY("name", VAL("A/B")) KEY("share", VAL("0.5"))
                                KEY("hidden", VAL("1")) KEY("tags", MANY(VAL("x") VAL("y")))
                                    KEY("badge", ONLY(KEY("url", VAL("u")) KEY("sizes", MANY(""))
                                                          KEY("by", ONLY(KEY("id", VAL("9")))))))),
                "{\"id\":3,\"name\":\"A\\/B\",\"share\":0.5,\"hidden\":true,\"tags\":[\"x\",\"y\"],"
                "\"badge\":{\"url\":\"u\",\"sizes\":[],\"by\":{\"id\":9}}}");
}

#define NO_BADGE                                                                                   \
    KEY("badge", ONLY(KEY("url", NIL) KEY("sizes", MANY("")) KEY("by", ONLY(KEY("id", NIL)))))
#define BARE(id)                                                                                   \
    ONLY(KEY("id", VAL(id)) KEY("name", NIL) KEY("share", NIL) KEY("hidden", NIL)                  \
             KEY("tags", MANY("")) NO_BADGE)

/* What is not there: nothing in JSON, nulls at every depth in XML. A struct without keys is PHP's
 * empty array in JSON, and looks like an absent one in XML. */
static void test_absent(void **state)
{
    both_t both = start(LIST_OF(group));

    BOTH(mws_out_list, NULL);
    BOTH(mws_out_struct, NULL);
    BOTH(mws_out_int, "id", 1);
    BOTH(mws_out_null, "name");
    end(&both);
    BOTH(mws_out_struct, NULL);
    BOTH(mws_out_int, "id", 2);
    BOTH(mws_out_null, "name");
    BOTH(mws_out_struct, "badge");
    end(&both);
    end(&both);
    end(&both);
    assert_both(&both, ANSWER(MANY(BARE("1") BARE("2"))),
                "[{\"id\":1,\"name\":null},{\"id\":2,\"name\":null,\"badge\":[]}]");
}

/* Structs and lists that follow each other, empty and not: where the commas go. */
static void test_commas(void **state)
{
    both_t both = start(
        LIST_OF(KEYS(STRUCT("a", FIELDS(VALUE("x", INT, "", OPTIONAL)), ""),
                     LIST("b", KEYS(VALUE("y", INT, "", OPTIONAL)), ""), VALUE("c", INT, ""))));
    int i;

    BOTH(mws_out_list, NULL);
    for (i = 0; i < 2; i++) {
        BOTH(mws_out_struct, NULL);
        BOTH(mws_out_struct, "a");
        end(&both);
        BOTH(mws_out_list, "b");
        BOTH(mws_out_struct, NULL);
        end(&both);
        BOTH(mws_out_struct, NULL);
        BOTH(mws_out_int, "y", 1);
        end(&both);
        end(&both);
        BOTH(mws_out_int, "c", i);
        end(&both);
    }
    end(&both);
#define ROW(c)                                                                                     \
    ONLY(KEY("a", ONLY(KEY("x", NIL)))                                                             \
             KEY("b", MANY(ONLY(KEY("y", NIL)) ONLY(KEY("y", VAL("1"))))) KEY("c", VAL(c)))
    assert_both(
        &both, ANSWER(MANY(ROW("0") ROW("1"))),
        "[{\"a\":[],\"b\":[[],{\"y\":1}],\"c\":0},{\"a\":[],\"b\":[[],{\"y\":1}],\"c\":1}]");
}

/* A whole struct without a key. */
static void test_empty_whole(void **state)
{
    both_t both = start(KEYS(VALUE("x", INT, "", OPTIONAL)));

    BOTH(mws_out_struct, NULL);
    end(&both);
    assert_both(&both, ANSWER(ONLY(KEY("x", NIL))), "[]");
}

/* The exact example of a list of structs. */
static void test_example(void **state)
{
    both_t both = start(LIST_OF(
        KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, ""), VALUE("enrolmentkey", RAW, ""))));

    BOTH(mws_out_list, NULL);
    BOTH(mws_out_struct, NULL);
    BOTH(mws_out_text, "id", "3");
    BOTH(mws_out_text, "name", "Red & Blue");
    BOTH(mws_out_text, "enrolmentkey", NULL);
    end(&both);
    end(&both);
    assert_both(&both,
                "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<RESPONSE>\n<MULTIPLE>\n<SINGLE>\n"
                "<KEY name=\"id\"><VALUE>3</VALUE>\n</KEY>\n"
                "<KEY name=\"name\"><VALUE>Red &amp; Blue</VALUE>\n</KEY>\n"
                "<KEY name=\"enrolmentkey\"><VALUE null=\"null\"/>\n</KEY>\n"
                "</SINGLE>\n</MULTIPLE>\n</RESPONSE>\n",
                "[{\"id\":3,\"name\":\"Red & Blue\",\"enrolmentkey\":null}]");
}

/* ---- exceptions -------------------------------------------------------------------------- */

static void test_faults(void **state)
{
    mws_error_t *err = mws_error(pool, MWS_BAD_TOKEN, "not for the client");
    mws_sink_t  *sink = mws_sink_make(pool, 1 << 20);

    err->message = "No <such> \"token\"/";
    mws_rest_xml_fault(sink, "core\\exception\\moodle_exception", err);
    assert_string_equal(bytes_of(sink),
                        HEAD "<EXCEPTION class=\"core\\exception\\moodle_exception\">\n"
                             "<ERRORCODE>invalidtoken</ERRORCODE>\n"
                             "<MESSAGE>No &lt;such&gt; &quot;token&quot;/</MESSAGE>\n"
                             "</EXCEPTION>\n");
    mws_sink_clear(sink);
    mws_rest_json_fault(sink, "core\\exception\\moodle_exception", err);
    assert_string_equal(bytes_of(sink), "{\"exception\":\"core\\\\exception\\\\moodle_exception\","
                                        "\"errorcode\":\"invalidtoken\","
                                        "\"message\":\"No <such> \\\"token\\\"\\/\"}");
}

static void test_faults_of_parameters(void **state)
{
    mws_error_t *err = mws_error(pool, MWS_BAD_PARAMETER, "groupids => \"%s\"", "\xff<");
    mws_sink_t  *sink = mws_sink_make(pool, 1 << 20);

    err->message = "m";
    mws_rest_xml_fault(sink, "invalid_parameter_exception", err);
    assert_string_equal(bytes_of(sink),
                        HEAD "<EXCEPTION class=\"invalid_parameter_exception\">\n"
                             "<ERRORCODE>invalidparameter</ERRORCODE>\n"
                             "<MESSAGE>m</MESSAGE>\n"
                             "<DEBUGINFO>groupids =&gt; &quot;" FFFD "&lt;&quot;</DEBUGINFO>\n"
                             "</EXCEPTION>\n");
    mws_sink_clear(sink);
    mws_rest_json_fault(sink, "invalid_parameter_exception", err);
    assert_string_equal(bytes_of(sink), "{\"exception\":\"invalid_parameter_exception\","
                                        "\"errorcode\":\"invalidparameter\",\"message\":\"m\","
                                        "\"debuginfo\":\"groupids => \\\"\\ufffd<\\\"\"}");
}

/* What one of several calls adds: a comma before its result, and its number to its exception. */
static void test_several(void **state)
{
    mws_sink_t        *sink = mws_sink_make(pool, 1000);
    const mws_error_t *err = mws_error(pool, MWS_BAD_TOKEN, NULL);
    mws_out_t         *out = mws_out_start(pool, sink, &mws_rest_json_next_writer, ONE(INT, ""));

    mws_out_int(out, NULL, 5);
    assert_null(mws_out_finish(out));
    assert_null(mws_out_finish(mws_out_start(pool, sink, &mws_rest_json_next_writer, NULL)));
    assert_string_equal(bytes_of(sink), ",5,null");
    mws_sink_clear(sink);
    mws_rest_json_call_fault(sink, "x", err, 12);
    mws_rest_json_call_fault(sink, "x", err, -1);
    assert_string_equal(bytes_of(sink), "{\"exception\":\"x\",\"errorcode\":\"invalidtoken\","
                                        "\"message\":\"No such token\",\"call\":12}"
                                        "{\"exception\":\"x\",\"errorcode\":\"invalidtoken\","
                                        "\"message\":\"No such token\"}");
}

/* A long answer, in time: how fast is printed, for whoever changes the writers. */
static void test_speed(void **state)
{
    both_t     both = start(LIST_OF(group));
    apr_time_t began;
    int        i;

    both.xml_sink->memory_max = both.json_sink->memory_max = 1u << 30;
    BOTH(mws_out_list, NULL);
    began = apr_time_now();
    for (i = 0; i < 100000; i++) {
        mws_out_struct(both.json, NULL);
        mws_out_int(both.json, "id", i);
        mws_out_text(both.json, "name", "A name of some length, with \xC3\xA9 and </b>");
        mws_out_end(both.json);
    }
    print_message("100,000 rows of JSON in %d ms, ", (int)apr_time_as_msec(apr_time_now() - began));
    began = apr_time_now();
    for (i = 0; i < 100000; i++) {
        mws_out_struct(both.xml, NULL);
        mws_out_int(both.xml, "id", i);
        mws_out_text(both.xml, "name", "A name of some length, with \xC3\xA9 and </b>");
        mws_out_end(both.xml);
    }
    print_message("of XML in %d ms\n", (int)apr_time_as_msec(apr_time_now() - began));
    end(&both);
    assert_null(mws_out_finish(both.xml));
    assert_null(mws_out_finish(both.json));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_escapes),     TEST(test_escape_ends),
        TEST(test_void),        TEST(test_scalars),
        TEST(test_reals),       TEST(test_no_numbers),
        TEST(test_lists),       TEST(test_struct),
        TEST(test_absent),      TEST(test_commas),
        TEST(test_empty_whole), TEST(test_example),
        TEST(test_faults),      TEST(test_faults_of_parameters),
        TEST(test_several),     TEST(test_speed),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
