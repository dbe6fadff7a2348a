/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_xml.c -- XML as it comes in: what the tree looks like, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <libxml/parser.h>
#include <string.h>

#include "adapters/mws_xml.h"

#define KEYS 50 /* 200 elements */
#define DEPTH 5 /* 20 levels */

static apr_pool_t          *pool;
static mws_settings_t       settings = {.keys_max = KEYS, .depth_max = DEPTH};
static const mws_settings_t wide = {.keys_max = 1000000, .depth_max = 64};

static int setup(void **state)
{
    return apr_pool_create(&pool, NULL);
}

static int teardown(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

static mws_error_t *read_with(const mws_settings_t *limits, const char *body, apr_size_t len,
                              mws_xml_t **root)
{
    mws_call_t call = {.pool = pool, .settings = limits};

    return mws_xml_read(&call, (mws_text_t){body, len}, root);
}

static mws_xml_t *read_len(const char *body, apr_size_t len)
{
    mws_xml_t   *root = NULL;
    mws_error_t *err = read_with(&settings, body, len, &root);

    if (err) {
        fail_msg("%s: %s", body, err->debuginfo);
    }
    return root;
}

static mws_xml_t *read_text(const char *body)
{
    return read_len(body, strlen(body));
}

static void refused_len(const char *body, apr_size_t len, const char *why)
{
    mws_xml_t   *root;
    mws_error_t *err = read_with(&settings, body, len, &root);

    if (!err) {
        fail_msg("accepted: %s", body);
    }
    assert_int_equal(err->id, MWS_BAD_PARAMETER);
    if (!strstr(err->debuginfo, why)) {
        fail_msg("%s: %s, not %s", body, err->debuginfo, why);
    }
}

static void refused(const char *body, const char *why)
{
    refused_len(body, strlen(body), why);
}

/* TEXT, COUNT times. */
static char *times(const char *text, int count)
{
    apr_size_t len = strlen(text);
    char      *all = apr_palloc(pool, len * (apr_size_t)count + 1);
    int        i;

    for (i = 0; i < count; i++) {
        memcpy(all + len * (apr_size_t)i, text, len);
    }
    all[len * (apr_size_t)count] = '\0';
    return all;
}

#define CAT(...) apr_pstrcat(pool, __VA_ARGS__, NULL)

/* ---- the tree ---------------------------------------------------------------------------- */

/* Elements in their order, their texts, and nothing of the white space between them. */
static void test_tree(void **state)
{
    mws_xml_t *root = read_text("<?xml version='1.0'?>\n<!-- hello --><a> <b>one</b>\n<c/>"
                                "<b> two <!-- and -->more</b><d><e/></d> </a>\n<?done?>");

    assert_string_equal(root->name, "a");
    assert_string_equal(root->space, "");
    assert_string_equal(root->text.s, "");
    assert_null(root->next);
    assert_null(root->attributes);
    assert_string_equal(root->first->name, "b");
    assert_string_equal(root->first->text.s, "one");
    assert_int_equal(root->first->text.len, 3);
    assert_string_equal(root->first->next->name, "c");
    assert_int_equal(root->first->next->text.len, 0);
    assert_string_equal(root->first->next->next->text.s, " two more");
    assert_ptr_equal(mws_xml_child(root, "b"), root->first);
    assert_string_equal(mws_xml_child(root, "d")->first->name, "e");
    assert_null(mws_xml_child(root, "d")->next);
    assert_null(mws_xml_child(root, "f"));
}

/* Texts are those that were meant: references, CDATA, line ends; blanks stay in a leaf. */
static void test_texts(void **state)
{
    /* clang-format off */
    static const struct {
        const char *sent, *meant;
    } texts[] = {
        {"&lt;&gt;&amp;&quot;&apos;", "<>&\"'"},
        {"&#65;&#x42;&#x1F600;", "AB\xF0\x9F\x98\x80"},
        {"<![CDATA[a<b&c]]>", "a<b&c"},
        {"x<![CDATA[]]>y<![CDATA[ z]]>", "xy z"},
        {"a\r\nb\rc", "a\nb\nc"},
        {"&#13;", "\r"},
        {"  ", "  "},
        {"\n\t", "\n\t"},
        {"\xC3\xA9\xE2\x82\xAC", "\xC3\xA9\xE2\x82\xAC"},
        {"a<?pi?>b", "ab"},
        {"]]&gt;", "]]>"},
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_string_equal(read_text(CAT("<v>", texts[i].sent, "</v>"))->text.s, texts[i].meant);
    }
}

/* A text longer than any buffer on its way comes whole. */
static void test_long_text(void **state)
{
    char        *text = times("0123456789 abcdef&amp;\n", 100000);
    mws_xml_t   *root;
    apr_size_t   i;
    mws_error_t *err = read_with(&wide, CAT("<v>", text, "</v>"), strlen(text) + 7, &root);

    assert_null(err);
    assert_int_equal(root->text.len, 100000 * 19);
    for (i = 0; i < root->text.len; i += 19) {
        assert_memory_equal(root->text.s + i, "0123456789 abcdef&\n", 19);
    }
}

/* An ampersand in a URI is one, wherever that is used. */
static void test_namespace_ampersand(void **state)
{
    mws_xml_t       *root = read_text("<n:a xmlns:n='u?a&amp;b&#38;c' xmlns='u?a&#x26;b&amp;c'>"
                                            "<b n:x='n:y' xmlns:o='u?amp;'/></n:a>");
    const mws_xml_t *b = root->first;
    const char      *local;

    assert_true(mws_xml_is(root, "u?a&b&c", "a"));
    assert_true(mws_xml_is(b, "u?a&b&c", "b"));
    assert_string_equal(mws_xml_attribute(b, "u?a&b&c", "x"), "n:y");
    assert_string_equal(mws_xml_space_of(b, "n:y", &local), "u?a&b&c");
    assert_string_equal(mws_xml_space_of(b, "o:y", &local), "u?amp;");
}

/* Names have their namespaces, attributes theirs, and prefixes in values are resolved where they
 * stand: the innermost declaration counts. */
static void test_namespaces(void **state)
{
    mws_xml_t  *root = read_text("<s:a xmlns:s='urn:s' xmlns='urn:d' xmlns:x='urn:1' i='0'>"
                                  "<b x:type='s:int' type='t' y='&lt;&amp;&#10;'"
                                  " z='&amp;#38;&#38;&amp;amp;'/>"
                                  "<c xmlns:x='urn:2' xmlns=''><d x:type='x:t'/></c></s:a>");
    mws_xml_t  *b = root->first, *c = b->next, *d = c->first;
    const char *local;

    assert_true(mws_xml_is(root, "urn:s", "a"));
    assert_false(mws_xml_is(root, "urn:d", "a"));
    assert_false(mws_xml_is(root, "urn:s", "b"));
    assert_true(mws_xml_is(b, "urn:d", "b"));
    assert_true(mws_xml_is(c, "", "c"));
    assert_string_equal(mws_xml_attribute(root, "", "i"), "0");
    assert_null(mws_xml_attribute(root, "urn:s", "i"));
    assert_string_equal(mws_xml_attribute(b, "urn:1", "type"), "s:int");
    assert_string_equal(mws_xml_attribute(b, "", "type"), "t");
    assert_string_equal(mws_xml_attribute(b, "", "y"), "<&\n");
    assert_string_equal(mws_xml_attribute(b, "", "z"), "&#38;&&amp;");
    assert_null(mws_xml_attribute(b, "", "zz"));
    assert_null(mws_xml_attribute(c, "", "z"));
    assert_string_equal(mws_xml_attribute(d, "urn:2", "type"), "x:t");

    assert_string_equal(mws_xml_space_of(b, "s:int", &local), "urn:s");
    assert_string_equal(local, "int");
    assert_string_equal(mws_xml_space_of(b, "int", &local), "urn:d");
    assert_string_equal(local, "int");
    assert_string_equal(mws_xml_space_of(b, "x:int", &local), "urn:1");
    assert_string_equal(mws_xml_space_of(d, "x:int", &local), "urn:2");
    assert_string_equal(mws_xml_space_of(d, "int", &local), "");
    assert_null(mws_xml_space_of(d, "no:int", &local));
    assert_string_equal(local, "int");
    assert_string_equal(mws_xml_space_of(read_text("<a/>"), "int", &local), "");
    assert_null(mws_xml_space_of(read_text("<a/>"), "a:int", &local));
}

/* ---- encodings --------------------------------------------------------------------------- */

#define DECLARED(name, text) "<?xml version=\"1.0\" encoding=\"" name "\"?><v>" text "</v>"

static void test_encodings(void **state)
{
    /* clang-format off */
    static const struct {
        const char *body, *meant;
    } good[] = {
        {DECLARED("UTF-8", "\xC3\xA9"), "\xC3\xA9"},
        {DECLARED("utf8", "\xC3\xA9"), "\xC3\xA9"},
        {DECLARED("us-ascii", "e&#233;"), "e\xC3\xA9"},
        {DECLARED("US-ASCII", "\xC3\xA9"), "\xC3\xA9"},
        {DECLARED("iso-8859-1", "\xE9\xA4\x80"), "\xC3\xA9\xC2\xA4\xC2\x80"},
        {DECLARED("ISO-8859-1", "&#8364;"), "\xE2\x82\xAC"},
        {"<?xml version='1.0' encoding = 'latin1' standalone='yes'?><v>\xFC</v>", "\xC3\xBC"},
        {"\xEF\xBB\xBF<v>\xC3\xA9</v>", "\xC3\xA9"},
        {"\xEF\xBB\xBF" DECLARED("UTF-8", "x"), "x"},
        {" \n<v>x</v>", "x"},
        {"<v>encoding='koi8-r'</v>", "encoding='koi8-r'"},
    };
    static const char *const bad[] = {
        DECLARED("koi8-r", "x"), DECLARED("UTF-7", "x"), DECLARED("UTF-16", "x"),
        DECLARED("UCS-4", "x"), DECLARED("IBM037", "x"), DECLARED("utf-8 ", "x"),
        DECLARED("windows-1252", "x"),
    };
    static const char *const not_utf8[] = {
        "<v>\xE9</v>", "<v>\xC3</v>", "<v>\xC0\x80</v>", "<v>\xED\xA0\x80</v>",
        "<v>\xF4\x90\x80\x80</v>", "<v>\xFF</v>", "<v>\x80</v>", "<v a='\xE9'/>", "<\xE9/>",
        "<v><!-- \xE9 --></v>", "<v><![CDATA[\xE9]]></v>", "<v>\xE2\x82</v>",
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_string_equal(read_text(good[i].body)->text.s, good[i].meant);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        refused(bad[i], "encoding");
    }
    for (i = 0; i < sizeof(not_utf8) / sizeof(not_utf8[0]); i++) {
        refused(not_utf8[i], "line 1: not well-formed");
    }
}

/* ASCII as UTF-16, with the mark, big end first or last. */
static char *wide_text(const char *text, int big, apr_size_t *len)
{
    apr_size_t count = strlen(text), i;
    char      *out = apr_pcalloc(pool, 2 * count + 4);

    memcpy(out, big ? "\xFE\xFF" : "\xFF\xFE", 2);
    for (i = 0; i < count; i++) {
        out[2 * i + 2 + (big ? 1 : 0)] = text[i];
    }
    *len = 2 * count + 2;
    return out;
}

static void test_utf16(void **state)
{
    apr_size_t len;
    char      *body;
    int        big;

    for (big = 0; big <= 1; big++) {
        body = wide_text("<v>abc</v>", big, &len);
        assert_string_equal(read_len(body, len)->text.s, "abc");
        body = wide_text("<?xml version='1.0' encoding='UTF-16'?><v>x</v>", big, &len);
        assert_string_equal(read_len(body, len)->text.s, "x");
        body = wide_text("<?xml version='1.0' encoding='UTF-8'?><v>x</v>", big, &len);
        refused_len(body, len, "encoding");
        body = wide_text("<!DOCTYPE v><v>x</v>", big, &len);
        refused_len(body, len, "DOCTYPE");
        body = wide_text("<v>x</v>", big, &len);
        refused_len(body, len - 1, "UTF-16");
        refused_len(body + 2, len - 2, "does not look like XML");
    }
    /* a pair, half of one, halves in the wrong order */
    assert_string_equal(read_len("\xFE\xFF\0<\0v\0>\xD8\x3D\xDE\0\0<\0/\0v\0>", 20)->text.s,
                        "\xF0\x9F\x98\x80");
    refused_len("\xFE\xFF\0<\0v\0>\xD8\x3D\0a\0<\0/\0v\0>", 20, "UTF-16");
    refused_len("\xFE\xFF\0<\0v\0>\xDE\0\xD8\x3D\0<\0/\0v\0>", 20, "UTF-16");
    refused_len("\xFE\xFF\0<\0v\0>\xD8\x3D", 10, "UTF-16");
    refused_len("\xFF\xFE", 2, "empty");
}

/* ---- what is refused --------------------------------------------------------------------- */

static void test_malformed(void **state)
{
    /* clang-format off */
    static const char *const bodies[] = {
        "<a>", "<a></b>", "<a/><b/>", "<a", "<a b>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>",
        "<a>&b;</a>", "<a>&;</a>", "<a>&lt</a>", "<a>&#0;</a>", "<a>&#x110000;</a>",
        "<a>&#xD800;</a>", "<a>&#1;</a>", "<a>\x01</a>", "<a>\x1b</a>", "<a b='&c;'/>",
        "<a>]]></a>", "<a><![CDATA[</a>", "<a><!-- </a>", "<a><!-- -- --></a>", "<a><?x</a>",
        "<a><? x?></a>", "<1/>", "<-a/>", "< a/>", "<a / >", "</a>", "<>", "<", "<?xml",
        "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>", "<!---->",
        "<a><?xml version='1.0'?></a>", "<a/>text", " <?xml version='1.0'?><a/>",
        "<a b='1'c='2'/>", "<a>&#99999999999;</a>", "<a xmlns:x='u' xmlns:x='v'/>", "<a></a",
        "<a>\xEF\xBF\xBF</a>", "<a>\xEF\xBF\xBE</a>", "<![CDATA[x]]>", "<a><![cdata[x]]></a>",
        "<?xml version='1.0' version='1.0'?><a/>", "<?xml encoding='utf-8'?><a/>",
        "<a b='", "<a b=\"'></a>", "<a><b></a></b>",
    };
    static const char *const nothing_like_it[] = {
        "hello", "{\"a\": 1}", "a=<b/>", "\xEF\xBB\xBF\xEF\xBB\xBF<a/>", "&lt;a/&gt;",
        "\x4C\x6F\xA7\x94\x93", "PK\x03\x04", "   ", "\x1f\x8b\x08",
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        refused(bodies[i], "not well-formed");
    }
    for (i = 0; i < sizeof(nothing_like_it) / sizeof(nothing_like_it[0]); i++) {
        refused(nothing_like_it[i], "does not look like XML");
    }
    refused("", "it is empty");
    refused("\xEF\xBB\xBF", "it is empty");
    refused_len("<a>\0</a>", 8, "does not look like XML");
    refused_len("<a/>\0", 5, "does not look like XML");
    refused_len("<\0a\0/\0>\0", 8, "does not look like XML");
    refused_len("\0<\0a\0/\0>", 8, "does not look like XML");
    refused_len("<\0\0\0a\0\0\0/\0\0\0>\0\0\0", 16, "does not look like XML");
    refused("<a>\n\n<b></a>", "line 3: not well-formed");
}

/* What is not whole is not read, wherever it ends; and whatever stands in the place of a byte, there is
 * a tree or a reason. */
static void test_every_byte(void **state)
{
    static const char whole[] =
        "<?xml version='1.0' encoding='utf-8'?><!-- c --><e:a xmlns:e='urn:e' b=\"&lt;1\">"
        "<b xmlns='u'>text &amp; more &#233;</b><?pi data?><c d='e'/><![CDATA[  ]]>"
        "<f><![CDATA[<x>]]>y<!-- z --></f></e:a>";
    static const char others[] = "<>&\"'/=:;!?-[] \n\x01\x7F\xC3\xFF";
    apr_size_t        len = sizeof(whole) - 1, i, o;

    read_text(whole);
    for (i = 0; i < len; i++) {
        refused_len(apr_pstrmemdup(pool, whole, i), i, "");
        for (o = 0; o < sizeof(others); o++) {
            char        *changed = apr_pstrmemdup(pool, whole, len);
            mws_xml_t   *root;
            mws_error_t *err;

            changed[i] = others[o];
            err = read_with(&settings, changed, len, &root);
            assert_true(err ? err->id == MWS_BAD_PARAMETER && *err->debuginfo : root != NULL);
        }
    }
}

/* A DOCTYPE in all its forms, and what entities would have done: nothing is opened, nothing grows. */
static void test_doctype(void **state)
{
    /* clang-format off */
    static const char *const bodies[] = {
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a []><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a PUBLIC '-//W3C//DTD' 'http://127.0.0.1:1/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/'> %x;]><a/>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY a0 'ha'><!ENTITY a1 '&a0;&a0;'><!ENTITY a2 '&a1;&a1;'>]><a>&a2;</a>",
        "<!DOCTYPE a [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><a>&a;</a>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
        "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
        "<!DOCTYPE a [<!NOTATION n SYSTEM 'x'>]><a/>",
        "<?xml version='1.0' standalone='no'?><!DOCTYPE a SYSTEM 'x'><a/>",
        "<!-- x --><?y?>\n<!DOCTYPE\na><a/>",
    };
    static const char *const elsewhere[] = {
        "<a/><!DOCTYPE a>", "<a><!DOCTYPE a></a>", "<!doctype a><a/>", "<!ENTITY x 'y'><a/>",
        "<!DOCTYPE><a/>", "<!DOCTYPE 1><a/>", "<a><!ENTITY x 'y'>&x;</a>", "<!ELEMENT a ANY><a/>",
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        refused(bodies[i], "a DOCTYPE is not allowed");
    }
    for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
        refused(elsewhere[i], "");
    }
    /* only a word where it may stand */
    assert_string_equal(read_text("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>")->text.s,
                        "<!DOCTYPE a>");
}

/* Text has no place beside elements, wherever it stands. */
static void test_mixed(void **state)
{
    /* clang-format off */
    static const char *const bodies[] = {
        "<a>x<b/></a>", "<a><b/>x</a>", "<a><b/>x<b/></a>", "<a> &#65; <b/></a>",
        "<a><![CDATA[x]]><b/></a>",
    };
    /* clang-format on */
    apr_size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        refused(bodies[i], "line 1: text beside elements");
    }
    assert_string_equal(read_text("<a>&#32;<b/><![CDATA[ ]]></a>")->text.s, "");
}

static void test_undeclared_prefix(void **state)
{
    refused("<x:a/>", "a prefix is not declared");
    refused("<a x:b='1'/>", "a prefix is not declared");
    refused("<a><b xmlns:x='u'/><x:c/></a>", "a prefix is not declared");
}

/* ---- limits, at the edge and one past ---------------------------------------------------- */

static void test_depth(void **state)
{
    static const mws_settings_t deep = {.keys_max = 1000, .depth_max = 1000};
    int                         most = 4 * DEPTH, limit = 250;
    mws_xml_t                  *root;
    char                       *body;

    read_text(CAT(times("<a>", most), times("</a>", most)));
    refused(CAT(times("<a>", most + 1), times("</a>", most + 1)), "line 1: nested too deeply");
    refused(times("<a>", 150), "nested too deeply");
    /* libxml2 has a limit of its own, which no setting moves */
    body = CAT(times("<a>", limit), times("</a>", limit));
    assert_null(read_with(&deep, body, strlen(body), &root));
    body = CAT(times("<a>", limit + 1), times("</a>", limit + 1));
    assert_non_null(strstr(read_with(&deep, body, strlen(body), &root)->debuginfo, "too deeply"));
}

static void test_elements(void **state)
{
    int most = 4 * KEYS;

    read_text(CAT("<a>", times("<b/>", most - 1), "</a>"));
    refused(CAT("<a>", times("<b/>", most), "</a>"), "too many elements");
}

/* Elements and attributes together have a bound, too. */
static void test_parts(void **state)
{
    int most = 6 * KEYS / 3;

    read_text(CAT("<a>", times("<b c='' d=''/>", most - 1), "</a>"));
    refused(CAT("<a e='' f='' g=''>", times("<b c='' d=''/>", most - 1), "</a>"),
            "too many elements and attributes");
}

static void test_attributes(void **state)
{
    char *names[102], *hundred, *all;
    int   i;

    for (all = "", hundred = "", i = 0; i < 101; i++) {
        names[i] = apr_psprintf(pool, " a%d=\"'>\"", i);
        hundred = all;
        all = CAT(all, names[i]);
    }
    assert_string_equal(mws_xml_attribute(read_text(CAT("<a", hundred, "/>")), "", "a99"), "'>");
    refused(CAT("<a", all, "/>"), "too many attributes");
    refused(CAT("<a><b/><c", all, "></c></a>"), "too many attributes");
    /* where they are none, they do not count */
    read_text(CAT("<a><!-- <b ", all, "> --><![CDATA[<b ", all, ">]]><?b <b ", all, "?></a>"));
    read_text(CAT("<a>", all, "</a>"));
}

/* Those of elements that are closed do not count any more. */
static void test_namespace_count(void **state)
{
    static const mws_settings_t deep = {.keys_max = 1000, .depth_max = 64};
    char                       *open = "", *shut = "", *body;
    mws_xml_t                  *root;
    int                         i;

    for (i = 0; i < 4; i++) {
        char *declared = "";
        int   n;

        for (n = 0; n < 50; n++) {
            declared = CAT(declared, apr_psprintf(pool, " xmlns:p%d='u%d'", n, i));
        }
        open = CAT(open, "<a", declared, ">");
        shut = CAT("</a>", shut);
    }
    body = CAT("<r>", open, shut, open, "<b/>", shut, "</r>");
    assert_null(read_with(&deep, body, strlen(body), &root));
    body = CAT("<r>", open, shut, open, "<b xmlns='x'/>", shut, "</r>");
    assert_non_null(
        strstr(read_with(&deep, body, strlen(body), &root)->debuginfo, "too many namespaces"));
}

/* So many different names, of elements, attributes, namespaces or instructions; many of the same do no
 * harm. */
static void test_names(void **state)
{
    static const struct {
        const char *format; /* of one name */
        const char *before, *behind;
    } kinds[] = {
        {"<b%d/>", "<a>", "</a>"},
        {"<b c%d='1'/>", "<a>", "</a>"},
        {"<b xmlns='u%d'/>", "<a>", "</a>"},
        {"<b%d:c xmlns:b%d='u'/>", "<a>", "</a>"},
        {"<?b%d?>", "", "<a/>"},
    };
    apr_size_t k;
    mws_xml_t *root;

    for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        int most;

        for (most = 49990; most <= 50010; most += 20) {
            char        *body = apr_palloc(pool, 40 * (apr_size_t)most), *at = body;
            mws_error_t *err;
            int          i;

            at = apr_cpystrn(at, kinds[k].before, 10);
            for (i = 0; i < most; i++) {
                at += apr_snprintf(at, 40, kinds[k].format, i, i);
            }
            at = apr_cpystrn(at, kinds[k].behind, 10);
            err = read_with(&wide, body, (apr_size_t)(at - body), &root);
            assert_true(most < 50000 ? !err
                                     : err && strstr(err->debuginfo, "too many different names"));
        }
    }
    assert_null(read_with(&wide, CAT("<a>", times("<b c='d'/><?e?>", 100000), "</a>"),
                          15 * 100000 + 7, &root));
}

/* Megabytes of what takes a careless reader time with the square of its size. */
static void test_quickly(void **state)
{
    char *nested = CAT("<a>", times("<b xmlns:x='u'><x:c/></b>", 40000), "</a>");
    char *bodies[] = {
        CAT("<a ", times("b='c' ", 200000), "/>"),
        CAT("<a ", times("xmlns:b='c' ", 200000), "/>"),
        CAT("<a ", times("b ", 500000), "/>"),
        CAT("<a>", times("<!--x-->", 200000), "</a>"),
        CAT("<a>", times("<?x?>", 200000), "</a>"),
        CAT("<a>", times("<![CDATA[x]]>", 100000), "</a>"),
        CAT("<a>", times("&amp;", 300000), "</a>"),
        CAT("<a>", times("<", 1000000)),
        CAT("<a>", times("x<b/>", 200000), "</a>"),
        CAT("<a>", times("<b/> ", 200000), "</a>"),
        CAT("<", times("a", 1000000), "/>"),
        CAT("<a b='", times("x", 1000000), "'/>"),
        CAT("<a>", times(" ", 2000000), "</a>"),
        CAT("<!--", times("-", 1000000)),
        CAT("<a>", times("<b c=\"", 200000)),
        CAT("<a>", times("<!--", 300000)),
        CAT("<a>", times("&", 1000000)),
        nested,
    };
    apr_size_t i;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        apr_time_t begun = apr_time_now();
        mws_xml_t *root;

        read_with(&wide, bodies[i], strlen(bodies[i]), &root);
        if (apr_time_now() - begun > apr_time_from_sec(2)) {
            fail_msg("case %d: %d ms", (int)i, (int)apr_time_as_msec(apr_time_now() - begun));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_namespace_ampersand, setup, teardown),
        cmocka_unit_test_setup_teardown(test_namespaces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_encodings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_utf16, setup, teardown),
        cmocka_unit_test_setup_teardown(test_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(test_doctype, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mixed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_undeclared_prefix, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
        cmocka_unit_test_setup_teardown(test_elements, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_attributes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_namespace_count, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quickly, setup, teardown),
    };
    int failed;

    apr_initialize();
    xmlInitParser();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
