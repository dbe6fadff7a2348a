/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_format.c -- texts, names and addresses; what the whitelist cleaner lets out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <cmocka.h>
#include <string.h>

#include "lib/text/mws_format.h"
#include "lib/text/mws_html.h"
#include "t/harmless.h"

/* ---- a site of our own ---- */

static apr_pool_t    *pool;
static apr_table_t   *config;
static mws_settings_t settings;
static mws_caller_t   caller;
static mws_call_t     call;
static int            allowed;

const char *mws_config(mws_call_t *c, const char *name)
{
    (void)c;
    return apr_table_get(config, name);
}

int mws_config_on(mws_call_t *c, const char *name)
{
    const char *value = mws_config(c, name);

    return value && *value && strcmp(value, "0");
}

apr_int64_t mws_config_int(mws_call_t *c, const char *name, apr_int64_t preset)
{
    const char *value = mws_config(c, name);

    return value && *value ? apr_atoi64(value) : preset;
}

const char *mws_plugin_config(mws_call_t *c, const char *plugin, const char *name)
{
    (void)c;
    (void)plugin;
    (void)name;
    return NULL;
}

int mws_site_has_capability(mws_call_t *c, const char *name)
{
    (void)c;
    (void)name;
    return 0;
}

const mws_context_t *mws_context_system(mws_call_t *c)
{
    (void)c;
    return NULL;
}

int mws_can(mws_call_t *c, const mws_context_t *context, const char *capability)
{
    (void)c;
    (void)context;
    return allowed && !strcmp(capability, "moodle/user:viewprofilepictures");
}

static int set_up(void **state)
{
    apr_pool_create(&pool, NULL);
    config = apr_table_make(pool, 8);
    apr_table_set(config, "formatstringstriptags", "1");
    apr_table_set(config, "themerev", "1795437988");
    apr_table_set(config, "theme", "boost");
    apr_table_set(config, "slasharguments", "1");
    memset(&settings, 0, sizeof(settings));
    settings.wwwroot = "http://127.0.0.1:8045";
    settings.full_name = "firstname lastname";
    settings.themes = "boost classic";
    memset(&caller, 0, sizeof(caller));
    caller.id = 7;
    memset(&call, 0, sizeof(call));
    call.pool = pool;
    call.settings = &settings;
    call.caller = &caller;
    call.text.fileurl = 1;
    allowed = 0;
    return 0;
}

static int tear_down(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

/* What goes in and what comes out; OUT NULL: the same. */
typedef struct {
    const char *in, *out;
} pair_t;

static const char *cleaned(const char *html)
{
    return mws_html_clean(pool, html, strlen(html));
}

static void assert_cleaned(const pair_t *pair)
{
    for (; pair->in; pair++) {
        assert_string_equal(cleaned(pair->in), pair->out ? pair->out : pair->in);
    }
}

/* ---- names of things ---- */

static void a_name_loses_tags_and_bare_ampersands(void **state)
{
    static const pair_t pairs[] = {
        {"Physics & Maths", "Physics &amp; Maths"},
        {"Physics &amp; Maths", "Physics &amp; Maths"},
        {"&#233; &eacute; &longentity; &", "&#233; &eacute; &amp;longentity; &amp;"},
        {"<b>Bold</b> title", "Bold title"},
        {"a < b > c", "a &lt; b &gt; c"},
        {"W & <x>", "W &amp; "},
        {"S <é&> x", "S  x"},
        {"unclosed <a b", "unclosed "},
        {"\"quoted\" 'too'", NULL},
        {"", ""},
        {NULL, NULL},
    };
    int i;

    for (i = 0; pairs[i].in; i++) {
        assert_string_equal(mws_format_string(&call, pairs[i].in),
                            pairs[i].out ? pairs[i].out : pairs[i].in);
    }
    assert_string_equal(mws_format_string(&call, NULL), "");
    call.text.raw = 1;
    assert_string_equal(mws_format_string(&call, "A & <b>x</b>"), "A & <b>x</b>");
}

static void a_name_keeps_tags_where_the_site_says_so(void **state)
{
    apr_table_set(config, "formatstringstriptags", "0");
    assert_string_equal(
        mws_format_string(&call, "A & <a href=\"x\">B <i>c</i></a><script>d</script>"),
        "A &amp; B <i>c</i>");
}

/* ---- the cleaner: what stays ---- */

static void texts_in_order_are_left_alone(void **state)
{
    static const pair_t pairs[] = {
        {"", NULL},
        {"plain", NULL},
        {"42", NULL},
        {"\"quotes\" and 'such' \xC3\xA9", NULL},
        {"<p>one</p><p>two</p>", NULL},
        {"<p>one</p>\n<p>two <em>three</em> <strong>four</strong></p><br />five", NULL},
        {"<em>a <strong>b</strong></em>", NULL},
        {"<p>Profile of <b>G\xC3\xBCnter</b> &amp; friends.</p>", NULL},
        {"<p>S <em>\xC3\xA9</em> &amp; <a href=\"http://example.com/?a=1&amp;b=2\">link</a></p>",
         NULL},
        {"<div class=\"text_to_html\">x &amp; y</div>", NULL},
        {"<ul>\n<li>a</li>\n<li>b<ol><li>c</li></ol></li>\n</ul>", NULL},
        {"<table border=\"1\">\n<caption>C</caption><thead><tr><th "
         "scope=\"col\">h</th></tr></thead>\n"
         "<tbody>\n<tr><td colspan=\"2\">x</td></tr>\n</tbody></table>",
         NULL},
        {"<dl><dt>a</dt><dd>b<p>c</p></dd></dl>", NULL},
        {"<h1 id=\"top\">T</h1><hr /><pre>a\n  b</pre>", NULL},
        {"<blockquote cite=\"http://example.org/\"><p>q</p></blockquote>", NULL},
        {"<img src=\"@@PLUGINFILE@@/me.png\" alt=\"x\" />", NULL},
        {"<img src=\"a/b.png\" alt=\"\" width=\"10\" height=\"20\" />", NULL},
        {"<span lang=\"en\" class=\"multilang\">E</span><span lang=\"de\" "
         "class=\"multilang\">D</span>",
         NULL},
        {"<p style=\"text-align:center;\">x</p>", NULL},
        {"<ruby>\xE6\xBC\xA2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", NULL},
        {"<video controls=\"controls\" src=\"https://example.org/v.mp4\">v</video>", NULL},
        {"x<sub>1</sub><sup>2</sup> <code>c</code> <a href=\"mailto:a@example.org\">m</a>", NULL},
        {"\xC2\xA0 &amp; \xF0\x9F\x98\x80", NULL},
        {"line\r\nline &amp; line", NULL},
        {NULL, NULL},
    };

    assert_cleaned(pairs);
}

static void texts_out_of_order_are_put_right(void **state)
{
    static const pair_t pairs[] = {
        {"a & b", "a &amp; b"},
        {"a < b", "a &lt; b"},
        {"a > b <i>c</i>", "a &gt; b <i>c</i>"},
        {"&eacute;&nbsp;&copy; &unknown; &#65;", "\xC3\xA9\xC2\xA0\xC2\xA9 &amp;unknown; A"},
        {"<b>open", "<b>open</b>"},
        {"<p>one<p>two", "<p>one</p><p>two</p>"},
        {"<br>", "<br />"},
        {"<IMG SRC=a.png ALT='\"x\"'>", "<img src=\"a.png\" alt=\"&quot;x&quot;\" />"},
        {"<img src=\"dir/pic.png\">", "<img src=\"dir/pic.png\" alt=\"pic.png\" />"},
        {"<img alt=\"none\">x", "x"},
        {"</p>x</div>y", "xy"},
        {"<b>1<div>2</div>3</b>", "<b>1</b><div><b>2</b></div><b>3</b>"},
        {"<ul>text<li>a</li></ul>", "<ul><li>text</li><li>a</li></ul>"},
        {"<ul></ul>x<table></table>", "x"},
        {"<ul> <!-- --> </ul>x<table><tr> </tr></table>", "x"},
        {"<ul><ul><li>a</li></ul></ul>", "<ul><li><ul><li>a</li></ul></li></ul>"},
        {"<li>alone</li>", "alone"},
        {"<table><tr><td>a<td>b<tr><td>c</table>",
         "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"},
        {"<a href=\"x\">1<a href=\"y\">2</a></a>", "<a href=\"x\">1</a><a href=\"y\">2</a>"},
        {"<section><h2>T</h2><article>x</article></section>", "<h2>T</h2>x"},
        {"<!-- c --><p>x</p><!-- <b> -->", "<p>x</p>"},
        {"<p lang=\"fr\">x</p>", "<p lang=\"fr\" xml:lang=\"fr\">x</p>"},
        {"<p class=\" b  a b \">x</p>", "<p class=\"b a\">x</p>"},
        {"<p id=\"a\">1</p><p id=\"a\">2</p><p id=\"9\">3</p>",
         "<p id=\"a\">1</p><p>2</p><p>3</p>"},
        {"<a href=\"http://example.org/a b\xC3\xA9\" target=\"_blank\">x</a>",
         "<a href=\"http://example.org/a%20b%C3%A9\" target=\"_blank\" rel=\"noreferrer "
         "noopener\">x</a>"},
        {"<a id=\"q\" name=\"q\">x</a><a name=\"q\">y</a>", "<a id=\"q\" name=\"q\">x</a><a>y</a>"},
        {"<a href=\"x\" target=\"_top\" rel=\"y\">x</a>", "<a href=\"x\">x</a>"},
        {"<p style=\"color: Red; POSITION:absolute; margin : 0px 1.50em;font-family:Times New "
         "Roman, serif\">x</p>",
         "<p style=\"color:#FF0000;margin:0 1.5em;font-family:'Times New Roman', serif;\">x</p>"},
        {"<p style=\"background:url(x)\">x</p>", "<p>x</p>"},
        {"<form action=\"x\"><input value=\"y\"><button>b</button></form>", "b"},
        {"<td nowrap>x</td>", "x"},
        {"<table><tr><td nowrap width=\"50%\">x</td></tr></table>",
         "<table><tr><td nowrap=\"nowrap\" width=\"50%\">x</td></tr></table>"},
        {"\x01x\x7F & y", "x &amp; y"},
        {"\xFFx <i>y</i>", "x <i>y</i>"},
        {"<p title=\"a\nb<c>\">x</p>", "<p title=\"a b&lt;c&gt;\">x</p>"},
        {NULL, NULL},
    };

    assert_cleaned(pairs);
}

/* ---- the cleaner: what never gets out ---- */

/* Texts that try to run something. */
static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "<SCRIPT SRC=http://evil.example/x.js></SCRIPT>",
    "<script/src=x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<script><script>alert(1)</script></script>",
    "<script>/*<b>*/alert(1)",
    "<<script>alert(1)//<</script>",
    "<script\x0b>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "</script><script>alert(1)</script>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style><!--</style><script>alert(1)</script>-->",
    "<style><img src=\"</style><img src=x onerror=alert(1)>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<title><img src=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<textarea><img src=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<xmp><p title=\"</xmp><script>alert(1)</script>\">",
    "<iframe><p title=\"</iframe><script>alert(1)</script>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\"></noembed>",
    "<plaintext><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=alert(1)>",
    "<img src=\"javascript:alert(1)\">",
    "<img src=JaVaScRiPt:alert(1)>",
    "<img src=\" javascript:alert(1)\">",
    "<img src=\"jav\tascript:alert(1)\">",
    "<img src=\"jav&#x09;ascript:alert(1)\">",
    "<img src=\"jav&#x0A;ascript:alert(1)\">",
    "<img src=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)\">",
    "<img src=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)\">",
    "<img src=\"java\x01script:alert(1)\">",
    "<img src=\"\x01javascript:alert(1)\">",
    "<img src=\"java&Tab;script:alert(1)\">",
    "<img src=\"javascript&colon;alert(1)\">",
    "<img src=`javascript:alert(1)`>",
    "<img src=\"``onerror=alert(1)\">",
    "<img alt=\"`onerror=alert(1)\" src=x>",
    "<img alt=\"``onerror=alert(1)\" src=x>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<img src=\"x\" alt=\"\"onerror=alert(1)//\">",
    "<img/src=x/onerror=alert(1)>",
    "<img/onerror=\"alert(1)\"src=x>",
    "<img src='x'onerror='alert(1)'>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img src=x oNeRrOr=alert(1)>",
    "<img src=x on\x00"
    "error=alert(1)>",
    "<img src=x on\xC2\xAD"
    "error=alert(1)>",
    "<img dynsrc=\"javascript:alert(1)\" src=x>",
    "<img lowsrc=\"javascript:alert(1)\" src=x>",
    "<img srcset=\"javascript:alert(1)\" src=x>",
    "<img longdesc=\"javascript:alert(1)\" src=x>",
    "<img src=x style=\"xss:expression(alert(1))\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"\x0e javascript:alert(1)\">x</a>",
    "<a href=\"\xC2\xA0javascript:alert(1)\">x</a>",
    "<a href=\"\xE2\x80\xA8javascript:alert(1)\">x</a>",
    "<a href=\"javascript&#58;alert(1)\">x</a>",
    "<a href=\"javascript&#0058;alert(1)\">x</a>",
    "<a href=\"&#0000106avascript:alert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"livescript:x\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"view-source:javascript:alert(1)\">x</a>",
    "<a href=\"jar:javascript:alert(1)\">x</a>",
    "<a href=\"feed:javascript:alert(1)\">x</a>",
    "<a href=\"//javascript:alert(1)\" onclick=alert(1)>x</a>",
    "<a onmouseover=alert(1)>x</a>",
    "<a onmouseover=\"alert(1)\" href=x>x</a>",
    "<a href=\"x\" style=\"background:url(javascript:alert(1))\">x</a>",
    "<p style=\"width:expression(alert(1))\">x</p>",
    "<p style=\"width:e/**/xpression(alert(1))\">x</p>",
    "<p style=\"width:\\65xpression(alert(1))\">x</p>",
    "<p style=\"-moz-binding:url(http://evil.example/x.xml#y)\">x</p>",
    "<p style=\"behavior:url(x.htc)\">x</p>",
    "<p style=\"color:red;}</style><script>alert(1)</script>\">x</p>",
    "<p style=\"font-family:'</style><script>alert(1)</script>'\">x</p>",
    "<p style=\"list-style-image:url('javascript:alert(1)')\">x</p>",
    "<p style=\"background-image:&#117;&#114;&#108;(javascript:alert(1))\">x</p>",
    "<p style=\"position:fixed;top:0;left:0;width:100%;height:100%\">x</p>",
    "<p class=\"x\" onclick=\"alert(1)\">x</p>",
    "<p id=\"x\" onfocus=alert(1) tabindex=1 autofocus>x</p>",
    "<body onload=alert(1)>",
    "</body><body onload=alert(1)>x</body>",
    "<html onclick=alert(1)><p>x</p></html>",
    "<head><base href=\"javascript:alert(1)//\"></head>",
    "<base href=\"javascript:alert(1)//\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<link rel=stylesheet href=\"javascript:alert(1)\">",
    "<link rel=import href=x>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<object data=\"javascript:alert(1)\"></object>",
    "<object type=text/html data=x><param name=a value=b></object>",
    "<embed src=\"javascript:alert(1)\">",
    "<applet code=x codebase=javascript:alert(1)></applet>",
    "<form action=\"javascript:alert(1)\"><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input onfocus=alert(1) autofocus>",
    "<select onfocus=alert(1) autofocus><option>x</select>",
    "<isindex action=javascript:alert(1) type=image>",
    "<video src=x onerror=alert(1)>",
    "<video poster=javascript:alert(1)>x</video>",
    "<video><source onerror=alert(1) src=javascript:alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<table background=\"javascript:alert(1)\"><tr><td background=javascript:alert(1)>x</table>",
    "<table><script>alert(1)</script><tr><td>x",
    "<bgsound src=\"javascript:alert(1)\">",
    "<blockquote cite=\"javascript:alert(1)\">x</blockquote>",
    "<q cite=javascript:alert(1)>x</q>",
    "<layer src=javascript:alert(1)></layer>",
    "<xml id=i><x><c><![CDATA[<img src=\"javas]]><![CDATA[cript:alert(1);\">]]></c></x></xml>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><script>alert(1)</script>-->",
    "<!--->\"<img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>-->",
    "<!DOCTYPE x [<!ENTITY y \"<script>alert(1)</script>\">]>&y;",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<?php echo 1 ?><? <img src=x onerror=alert(1)> ?>",
    "<!ELEMENT br EMPTY><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "<p title=\"&quot;><script>alert(1)</script>\">x</p>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<p title=\"<img src=x onerror=alert(1)>\">x</p>",
    "<p/title=\"x\"/onclick=alert(1)>x</p>",
    "<p =\"x\" onclick=alert(1)>x</p>",
    "<p \"='\" onclick=alert(1)>x</p>",
    "<x onclick=alert(1)>x</x>",
    "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>",
    "<span lang=\"en\" class=\"multilang\" onclick=alert(1)>x</span>",
    "<span lang=\"en&quot; onclick=&quot;x\" class=\"multilang\">x</span>",
    "<lang lang=\"x\" onclick=alert(1)>x</lang>",
    "<nolink onclick=alert(1)><script>x</script></nolink>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\xBCscript\xBE"
    "alert(1)\xBC/script\xBE",
    "<\xC0\xBCscript>alert(1)</script>",
    "\xEF\xBC\x9Cscript\xEF\xBC\x9E"
    "alert(1)",
    "<img src=\"x`<script>alert(1)</script>\"`>",
    "<b <script>alert(1)</script>0",
    "<div style=\"a:b\"<img src=x onerror=alert(1)>",
    "<a href=x<script>alert(1)</script>",
    "<p><a href='&#1;javascript:alert(1)'>x",
    NULL,
};

static void assert_harmless(const char *html)
{
    const char *harm = harm_in(html);

    if (harm) {
        fail_msg("%s in: %s", harm, html);
    }
}

static void nothing_runs(void **state)
{
    int i;

    for (i = 0; hostile[i]; i++) {
        const char *once = cleaned(hostile[i]), *html;
        int         format = i % 2 ? MWS_FORMAT_MOODLE : MWS_FORMAT_MARKDOWN;

        assert_harmless(once);
        assert_string_equal(cleaned(once), once);
        assert_null(mws_format_text(&call, hostile[i], &format, NULL, &html));
        assert_harmless(html);
        format = MWS_FORMAT_PLAIN;
        assert_null(mws_format_text(&call, hostile[i], &format, NULL, &html));
        assert_harmless(html);
    }
}

/* The hostile ones again, cut at each byte, and each two put together. */
static void nothing_runs_in_pieces(void **state)
{
    apr_pool_t *outer = pool;
    int         i, j;

    apr_pool_create(&pool, outer);
    for (i = 0; hostile[i]; i++) {
        apr_size_t cut;

        for (cut = 1; cut < strlen(hostile[i]); cut++) {
            assert_harmless(cleaned(apr_pstrndup(pool, hostile[i], cut)));
            assert_harmless(cleaned(hostile[i] + cut));
        }
        for (j = 0; hostile[j]; j++) {
            assert_harmless(cleaned(apr_pstrcat(pool, hostile[i], hostile[j], NULL)));
        }
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    pool = outer;
}

static char *repeated(const char *text, int times)
{
    apr_size_t len = strlen(text);
    char      *out = apr_palloc(pool, len * (apr_size_t)times + 1);
    int        i;

    for (i = 0; i < times; i++) {
        memcpy(out + len * (apr_size_t)i, text, len);
    }
    out[len * (apr_size_t)times] = '\0';
    return out;
}

/* How deep the tags of HTML nest. */
static int depth_of(const char *html)
{
    int depth = 0, deepest = 0;

    while ((html = strchr(html, '<'))) {
        depth += html[1] == '/' ? -1 : 1;
        deepest = depth > deepest ? depth : deepest;
        html++;
    }
    assert_int_equal(depth, 0);
    return deepest;
}

static void depth_is_bounded_and_texts_stay(void **state)
{
    const char *html;

    html =
        cleaned(apr_pstrcat(pool, repeated("<div>", 400), "deep", repeated("</div>", 400), NULL));
    assert_true(depth_of(html) <= 250);
    assert_non_null(strstr(html, "deep"));
    html = cleaned(apr_pstrcat(pool, repeated("<div>a", 100000), "<script>b", NULL));
    assert_true(depth_of(html) <= 250);
    assert_int_equal(strlen(html), 100001);
    html = cleaned(apr_pstrcat(pool, repeated("<ul>", 300), "x & y", NULL));
    assert_true(depth_of(html) <= 250);
    assert_non_null(strstr(html, "x &amp; y"));
    html = cleaned(apr_pstrcat(pool, repeated("<b>", 240), repeated("<div>x</div>", 1000), NULL));
    assert_harmless(html);
}

/* A sanitizer measures a text anew each time that something is looked for in it. */
#if defined(__SANITIZE_ADDRESS__)
#define BIG (1 << 14)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BIG (1 << 14)
#endif
#endif
#ifndef BIG
#define BIG (1 << 18)
#endif

/* So much of each, against a limit that only what grows with the square meets. */
static void big_texts_take_linear_time(void **state)
{
    static const char *const pieces[] = {"<",         "<p",
                                         "<p>",       "</p>",
                                         "<b></i>",   "<a b=c ",
                                         "x ",        "<p>x</p>",
                                         "<em>",      "<em>x<p>x</p>",
                                         "<!--",      "&",
                                         "&#",        "<x ",
                                         "a=\"",      "<table><tr>",
                                         "<li>",      "<ul>",
                                         "<script>",  "</b>",
                                         "<p>\n",     "<font color=\"red\">",
                                         "<b><p>",    "<?",
                                         "<![CDATA[", "\n",
                                         "> ",        "<div style=\"",
                                         NULL};
    apr_pool_t              *outer = pool;
    int                      i;

    for (i = 0; pieces[i]; i++) {
        const char *html;
        int         format = MWS_FORMAT_MOODLE;
        apr_time_t  start = apr_time_now();

        apr_pool_create(&pool, outer);
        call.pool = pool;
        html = repeated(pieces[i], BIG / (int)strlen(pieces[i]));
        assert_null(mws_format_text(&call, apr_pstrcat(pool, html, "</p></em>z", NULL), &format,
                                    NULL, &html));
        assert_null(harm_of_tags(html));
        assert_true(apr_time_now() - start < apr_time_from_sec(20));
        apr_pool_destroy(pool);
    }
    pool = outer;
}

/* ---- texts ---- */

static const char *formatted(const char *text, int format)
{
    mws_area_t  area = {52, "user", "profile", -1};
    const char *html;

    assert_null(mws_format_text(&call, text, &format, &area, &html));
    assert_int_equal(format, call.text.raw || !*text ? format : MWS_FORMAT_HTML);
    return html;
}

static void assert_formatted(int format, const pair_t *pair)
{
    for (; pair->in; pair++) {
        assert_string_equal(formatted(pair->in, format), pair->out ? pair->out : pair->in);
    }
}

#define PICTURE "http://127.0.0.1:8045/webservice/pluginfile.php/52/user/profile/me.png"

static void html_is_cleaned(void **state)
{
    static const pair_t pairs[] = {
        {"<p>P <b>\xC3\x93</b> &amp; f.</p><script>alert(1)</script><img "
         "src=\"@@PLUGINFILE@@/me.png\" alt=\"x\">",
         "<p>P <b>\xC3\x93</b> &amp; f.</p><img src=\"" PICTURE "\" alt=\"x\" />"},
        {"one\ntwo & <a href=\"@@PLUGINFILE@@/me.png\">x</a>",
         "one\ntwo &amp; <a href=\"" PICTURE "\">x</a>"},
        {"x", NULL},
        {NULL, NULL},
    };

    assert_formatted(MWS_FORMAT_HTML, pairs);
}

static void moodle_format_gets_breaks(void **state)
{
    static const pair_t pairs[] = {
        {"one\ntwo", "one<br />\ntwo"},
        {"one\r\ntwo", "one<br />\r\ntwo"},
        {"one\n\ntwo", "one<br />\n<br />\ntwo"},
        {"<p>a</p>\n \t<p>b</p>", "<p>a</p><p>b</p>"},
        {"a\n<b>c</b>\nd", "a <b>c</b> d"},
        {"one\ntwo <script>x</script>& <a href=\"@@PLUGINFILE@@/me.png\">x</a>",
         "one<br />\ntwo &amp; <a href=\"" PICTURE "\">x</a>"},
        {"<p>P <b>S</b> &amp; f.</p><script>alert(1)</script><img src=\"@@PLUGINFILE@@/me.png\" "
         "alt=\"x\">",
         "<p>P <b>S</b> &amp; f.</p><img src=\"" PICTURE "\" alt=\"x\" />"},
        {NULL, NULL},
    };

    assert_formatted(MWS_FORMAT_MOODLE, pairs);
}

static void plain_text_is_escaped(void **state)
{
    static const pair_t pairs[] = {
        {"a & <b> \"c\" 'd'", "a &amp; &lt;b&gt; &quot;c&quot; &#039;d&#039;"},
        {"a  b   c", "a&nbsp; b&nbsp;  c"},
        {"a\nb\r\nc", "a<br />\nb<br />\r\nc"},
        {"&#65; &#x41; &amp; &#x;", "&#65; &#x41; &amp;amp; &amp;#x;"},
        {"<script>@@PLUGINFILE@@/me.png", "&lt;script&gt;" PICTURE},
        {NULL, NULL},
    };

    assert_formatted(MWS_FORMAT_PLAIN, pairs);
}

static void markdown_makes_blocks(void **state)
{
    static const pair_t pairs[] = {
        {"x", "<p>x</p>\n"},
        {"one *two* **three** `four`\n\nfive",
         "<p>one <em>two</em> <strong>three</strong> <code>four</code></p>\n\n<p>five</p>\n"},
        {"# head\n\n* a\n* b\n", "<h1>head</h1>\n\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
        {"<p>P <b>A</b> &amp; f.</p>", "<p>P <b>A</b> &amp; f.</p>\n"},
        {"<p>P <b>A</b> &amp; f.</p><script>alert(1)</script><img src=\"@@PLUGINFILE@@/me.png\" "
         "alt=\"x\">",
         "<p>P <b>A</b> &amp; f.</p>\n\n<p><img src=\"" PICTURE "\" alt=\"x\" /></p>\n"},
        {"[x](javascript:alert(1)) <javascript:alert(1)>",
         "<p><a>x</a> <a>javascript:alert(1)</a></p>\n"},
        {"<ins>a <p>b</p></ins>", NULL},
        {NULL, NULL},
    };
    int i;

    for (i = 0; pairs[i].out; i++) {
        assert_string_equal(formatted(pairs[i].in, MWS_FORMAT_MARKDOWN), pairs[i].out);
    }
    for (; pairs[i].in; i++) {
        assert_harmless(formatted(pairs[i].in, MWS_FORMAT_MARKDOWN));
    }
}

static void settings_of_the_request_count(void **state)
{
    static const char text[] = "<b>x</b> & @@PLUGINFILE@@/me.png";
    const char       *html;
    int               format = MWS_FORMAT_MARKDOWN;

    call.text.raw = 1;
    assert_string_equal(formatted(text, MWS_FORMAT_MARKDOWN), "<b>x</b> & " PICTURE);
    call.text.fileurl = 0;
    assert_string_equal(formatted(text, MWS_FORMAT_HTML), text);
    call.text.raw = 0;
    assert_string_equal(formatted(text, MWS_FORMAT_HTML), "<b>x</b> &amp; @@PLUGINFILE@@/me.png");
    assert_null(mws_format_text(&call, NULL, &format, NULL, &html));
    assert_string_equal(html, "");
    assert_int_equal(format, MWS_FORMAT_MARKDOWN);
    format = 3;
    assert_non_null(mws_format_text(&call, "x", &format, NULL, &html));
}

static void a_page_goes_its_own_way(void **state)
{
    mws_area_t  area = {9, "group", "description", 12};
    const char *html;

    call.text.raw = 1;
    call.text.fileurl = 0;
    assert_null(mws_format_page(&call, "a\nb & @@PLUGINFILE@@/c", 0, &area, &html));
    assert_string_equal(html,
                        "<div class=\"text_to_html\">a<br />\nb &amp; "
                        "http://127.0.0.1:8045/pluginfile.php/9/group/description/12/c</div>");
    assert_null(mws_format_page(&call, "<p>x</p>", 1, &area, &html));
    assert_string_equal(html, "<p>x</p>");
    assert_null(mws_format_page(&call, NULL, 1, &area, &html));
    assert_string_equal(html, "");
}

/* ---- people ---- */

static const char *named(const char *template, const char *first, const char *middle,
                         const char *last)
{
    mws_names_t names = {"Phon", NULL, middle, NULL, first, last};

    apr_table_set(config, "fullnamedisplay", template);
    return mws_fullname(&call, &names, 0);
}

static void names_follow_the_template(void **state)
{
    mws_names_t names = {"", "", "", "", "Ada", "King"};

    assert_string_equal(named("language", "Ada", NULL, "King"), "Ada King");
    assert_string_equal(named("", "Guest user", NULL, " "), "Guest user  ");
    assert_string_equal(named("language", "Tom & <b>", NULL, "lastname"), "Tom & <b> lastname");
    assert_string_equal(named("firstname middlename lastname", "Ada", "B.", "King"), "Ada B. King");
    assert_string_equal(named("firstname middlename lastname", "Ada", "", "King"), "Ada King");
    assert_string_equal(named("firstname (middlename) lastname", "Ada", "", "King"), "Ada King");
    assert_string_equal(named("lastname, firstname", "Ada", NULL, ""), "Ada");
    assert_string_equal(named("lastname, firstname", "", NULL, "King"), "King,");
    assert_string_equal(named("lastname \xE3\x80\x8Cmiddlename\xE3\x80\x8D"
                              "firstname",
                              "Ada", "", "King"),
                        "King Ada");
    assert_string_equal(named("lastname \xE3\x80\x8Cmiddlename\xE3\x80\x8D"
                              "firstname",
                              "\xE8\x8A\xB1", "x", "\xE5\xB1\xB1"),
                        "\xE5\xB1\xB1 \xE3\x80\x8Cx\xE3\x80\x8D\xE8\x8A\xB1");
    assert_string_equal(named("\xC2\xABmiddlename\xC2\xBB lastname", "Ada", "", "King"), "King");
    assert_string_equal(named("firstnamephonetic firstname", "Ada", "", "King"), "Phon Ada");
    assert_string_equal(named("middlename", "Ada", "", "King"), "Ada");
    assert_string_equal(named("firstname\xC2\xA0\xE3\x80\x80lastname", "Ada", "", "King"),
                        "Ada King");
    assert_string_equal(named("firstname\tlastname", "Ada", "", "King"), "Ada\tKing");
    assert_string_equal(mws_fullname_template(&call, 0), "firstname\tlastname");
    assert_string_equal(mws_fullname_template(&call, 1), "firstname lastname");
    apr_table_set(config, "alternativefullnameformat", "lastname - firstname");
    apr_table_set(config, "forcefirstname", "No");
    assert_string_equal(mws_fullname(&call, &names, 1), "King - Ada");
    apr_table_set(config, "fullnamedisplay", "language");
    assert_string_equal(mws_fullname(&call, &names, 0), "No King");
    settings.full_name = "lastname firstname";
    assert_string_equal(mws_fullname(&call, &names, 0), "King No");
}

static const char *picture_of(apr_int64_t id, apr_int64_t picture, const char *email, int size)
{
    return mws_picture_url(&call, id, 33, picture, 0, email, size);
}

#define THEME_PICTURE "http://127.0.0.1:8045/theme/image.php/boost/core/1795437988/u/"

static void pictures_have_addresses(void **state)
{
    assert_string_equal(picture_of(5, 0, "a@example.org", 1), THEME_PICTURE "f1");
    assert_string_equal(picture_of(5, 0, "a@example.org", 2), THEME_PICTURE "f2");
    assert_string_equal(picture_of(5, 88, "a@example.org", 2),
                        "http://127.0.0.1:8045/pluginfile.php/33/user/icon/boost/f2?rev=88");
    assert_string_equal(picture_of(5, 88, "nothing", 1), THEME_PICTURE "f1");
    assert_string_equal(mws_picture_url(&call, 5, 33, 88, 1, "a@example.org", 1),
                        THEME_PICTURE "f1");
    apr_table_set(config, "enablegravatar", "1");
    apr_table_set(config, "gravatardefaulturl", "mm");
    assert_string_equal(
        picture_of(5, 0, " A@Example.org ", 1),
        "http://www.gravatar.com/avatar/22c2268861a8547b97a84c1c112b9525?s=100&d=mm");
    call.https = 1;
    apr_table_set(config, "gravatardefaulturl", "");
    assert_string_equal(picture_of(5, 0, "a@example.org", 2),
                        "https://secure.gravatar.com/avatar/22c2268861a8547b97a84c1c112b9525?s=35"
                        "&d=http%3A%2F%2F127.0.0.1%3A8045%2Fpix%2Fu%2Ff2.png");
    apr_table_set(config, "forcelogin", "1");
    assert_string_equal(picture_of(5, 88, "a@example.org", 1), THEME_PICTURE "f1");
    assert_non_null(strstr(picture_of(7, 88, "a@example.org", 1), "/33/user/icon/"));
    allowed = 1;
    assert_non_null(strstr(picture_of(5, 88, "a@example.org", 1), "/33/user/icon/"));
    apr_table_set(config, "slasharguments", "0");
    assert_string_equal(picture_of(5, -1, "a@example.org", 1),
                        "http://127.0.0.1:8045/theme/image.php?theme=boost&component=core"
                        "&rev=1795437988&image=u%2Ff1");
}

static void files_have_addresses(void **state)
{
    mws_area_t area = {9, "mod_folder", "content", 0};

    assert_string_equal(
        mws_file_url(&call, "/pluginfile.php", &area, "/a b/", "\xC3\xA9 #?~_-.txt"),
        "http://127.0.0.1:8045/pluginfile.php/9/mod_folder/content/0/a%20b/"
        "%C3%A9%20%23%3F~_-.txt");
    area.itemid = -1;
    assert_string_equal(
        mws_file_url(&call, "/webservice/pluginfile.php", &area, "/", "a+b.txt"),
        "http://127.0.0.1:8045/webservice/pluginfile.php/9/mod_folder/content/a%2Bb.txt");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_name_loses_tags_and_bare_ampersands),
        CASE(a_name_keeps_tags_where_the_site_says_so),
        CASE(texts_in_order_are_left_alone),
        CASE(texts_out_of_order_are_put_right),
        CASE(nothing_runs),
        CASE(nothing_runs_in_pieces),
        CASE(depth_is_bounded_and_texts_stay),
        CASE(big_texts_take_linear_time),
        CASE(html_is_cleaned),
        CASE(moodle_format_gets_breaks),
        CASE(plain_text_is_escaped),
        CASE(markdown_makes_blocks),
        CASE(settings_of_the_request_count),
        CASE(a_page_goes_its_own_way),
        CASE(names_follow_the_template),
        CASE(pictures_have_addresses),
        CASE(files_have_addresses),
    };

    apr_initialize();
    xmlInitParser();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
