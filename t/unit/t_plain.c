/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_plain.c -- HTML as text without tags. */
#include <apr_general.h>
#include <apr_pools.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text/mws_plain.h"

static int make_pool(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL);
}

static int drop_pool(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

/* clang-format off: a case a line */
/* Every HTML of CASES, which ends with NULL, is the text that follows it. */
static void check(void **state, const char *const *cases)
{
    for (; *cases; cases += 2) {
        assert_string_equal(mws_plain(*state, cases[0]), cases[1]);
    }
}

/* White space is one blank, references are what they stand for, what is no text is gone. */
static void t_text(void **state)
{
    static const char *const cases[] = {"",
                                        "",
                                        " \n ",
                                        "",
                                        "one",
                                        "one",
                                        "  a \n\t b\r\n c  ",
                                        "a b c",
                                        "1 &lt; 2 &amp;amp; &eacute;&#33;",
                                        "1 < 2 &amp; \xC3\xA9!",
                                        "a&nbsp;b",
                                        "a\xC2\xA0"
                                        "b",
                                        "a<script>var x = '<b>';</script>b<style>p {}</style>c",
                                        "abc",
                                        "a<!-- <b>no</b> -->b",
                                        "ab",
                                        "a<unknown>b</unknown>c",
                                        "abc",
                                        "a < b",
                                        "a < b",
                                        NULL};

    check(state, cases);
}

/* Strong words are capitals, of any script; soft ones stand between underscores. */
static void t_emphasis(void **state)
{
    static const char *const cases[] = {"Hello <b>\xC3\xA9</b> &amp; co",
                                        "Hello \xC3\x89 & co",
                                        "<strong>stra\xC3\x9F"
                                        "e &amp; <i>\xD0\xB6</i></strong>",
                                        "STRASSE & _\xD0\x96_",
                                        "<i>a</i> <em>b</em> <ins>c</ins>",
                                        "_a_ _b_ _c_",
                                        "a<h2>title</h2>b",
                                        "a\n\nTITLE\n\nb",
                                        "\xC3\xBF<b>\xC3\xBF\xCE\xBC\xC5\xBF</b>",
                                        "\xC3\xBF\xC5\xB8\xCE\x9CS",
                                        NULL};

    check(state, cases);
}

/* Paragraphs, breaks, rules, lists and tables become lines; never two empty ones. */
static void t_lines(void **state)
{
    static const char *const cases[] = {"<p>a</p>",
                                        "a\n",
                                        "<p>a</p><p>b</p>",
                                        "a\n\nb\n",
                                        "<p> a\n b </p>\n<p>b</p>",
                                        "a b\n\nb\n",
                                        "a <p>b</p> c",
                                        "a\nb\nc",
                                        "a <br> b<br/>c",
                                        "a \nb\nc",
                                        "a<hr>b",
                                        "a\n-------------------------\nb",
                                        "<ul><li>a</li><li>b</li></ul>",
                                        "\t* a\n\t* b\n\n",
                                        "<p>x</p><ol><li>a</li></ol><p>y</p>",
                                        "x\n\n\t* a\n\ny\n",
                                        "<dl><dt>a</dt><dd>b</dd></dl>",
                                        "\t* a b\n\n",
                                        "<div>a</div><div>b</div>",
                                        "a\nb",
                                        "<table><tr><th>a</th><td>b</td></tr></table>",
                                        "\t\tA\n\t\tb\n\n",
                                        "a<br><br><br> <br>b",
                                        "a\n\nb",
                                        "<blockquote>a<br>b</blockquote>c",
                                        "> a\n> b\nc",
                                        "<pre>a  b\n c</pre>",
                                        "a\xC2\xA0\xC2\xA0"
                                        "b\n\xC2\xA0"
                                        "c\n",
                                        NULL};

    check(state, cases);
}

/* Links are numbered, each address once, and listed; images show what they say of themselves. */
static void t_links(void **state)
{
    static const char *const cases[] = {
        "<a href=\"http://x.org/?a=1&amp;b=2\">x</a>!",
        "x [1]!\n\nLinks:\n------\n[1] http://x.org/?a=1&b=2\n",
        "<a href='http://a.b/'>a</a> <a href=\"c\">c</a> <a href=\"/d\">d</a> "
        "<a href=\"http://a.b/\"><b>e</b></a>",
        "a [1] c [2] d [3] E [1]\n\nLinks:\n------\n[1] http://a.b/\n[2] /c\n[3] /d\n",
        "<a href=\"mailto:a@b.c\">mail</a> <a href=\"#x\">up</a> <a href=\"JavaScript:x()\">s</a> "
        "<a name=\"n\">n</a>",
        "mail up s n",
        "<img src=\"i.png\" alt=\"a face\"> <img src=\"j.png\" alt=\"\"><img src=\"k.png\">",
        "[a face] ",
        NULL};

    check(state, cases);
}

/* Lines are broken at 75 bytes, words are not, and the list of links is left alone. */
static void t_wrap(void **state)
{
#define TEN "123456789 "
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN
#define LONG                                                                                       \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    static const char *const cases[] = {SEVENTY "12345",
                                        SEVENTY "12345",
                                        SEVENTY "12345 7",
                                        SEVENTY "12345\n7",
                                        SEVENTY "123456",
                                        TEN TEN TEN TEN TEN TEN "123456789\n123456",
                                        LONG,
                                        LONG,
                                        "a " LONG " b",
                                        "a\n" LONG "\nb",
                                        SEVENTY "<br>" SEVENTY,
                                        SEVENTY "\n" TEN TEN TEN TEN TEN TEN "123456789",
                                        "<a href=\"http://x/" LONG "\">a</a>",
                                        "a [1]\n\nLinks:\n------\n[1] http://x/" LONG "\n",
                                        NULL};

    check(state, cases);
}

/* Tags that do not fit, and bytes that are no UTF-8. */
static void t_broken(void **state)
{
    static const char *const cases[] = {"<p>a<b>b", "aB\n", "</p></b>a</a>", "a", "<li>",
                                        "\t* \n",   NULL};

    check(state, cases);
    assert_non_null(mws_plain(*state, "a\xFF"
                                      "b\xC3"));
}

/* As many open tags as a message has room for. */
static void t_deep(void **state)
{
    char deep[4096];
    int  i;

    for (i = 0; i + 3 < (int)sizeof(deep); i += 3) {
        memcpy(deep + i, "<b>", 3);
    }
    deep[i] = '\0';
    assert_string_equal(mws_plain(*state, deep), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_text),  cmocka_unit_test(t_emphasis), cmocka_unit_test(t_lines),
        cmocka_unit_test(t_links), cmocka_unit_test(t_wrap),     cmocka_unit_test(t_broken),
        cmocka_unit_test(t_deep),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, make_pool, drop_pool);
}
