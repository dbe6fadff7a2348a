/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_plain.c -- HTML as text without tags. */
#include "mws_plain.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <limits.h>
#include <strings.h>

#include "../base/mws_buffer.h"
#include "../base/mws_unicode.h"
#include "mws_clean.h"
#include "mws_html_sax.h"

/* Lines are broken at a blank where they would be longer, in bytes. */
#define WIDTH 75

#define NO_BREAK_SPACE "\xC2\xA0"
#define RULER "-------------------------"

/* What an element is, beyond what stands before and behind it. */
enum {
    CAPITALS = 1,
    HIDDEN = 2,
    PARAGRAPH = 4,
    BREAK = 8,
    QUOTE = 16,
    AS_IS = 32,
    LINK = 64,
    IMAGE = 128
};

typedef struct {
    const char *tag, *before, *behind;
    int         flags;
} element_t;

/* clang-format off */
static const element_t elements[] = {
    {"a",          "",             "",     LINK},
    {"b",          "",             "",     CAPITALS},
    {"blockquote", "\n\n",         "\n",   QUOTE},
    {"br",         "\n",           "",     BREAK},
    {"dd",         " ",            "\n",   0},
    {"div",        "\n",           "",     0},
    {"dl",         "\n\n",         "\n\n", 0},
    {"dt",         "\t* ",         "",     0},
    {"em",         "_",            "_",    0},
    {"h1",         "\n\n",         "\n\n", CAPITALS},
    {"h2",         "\n\n",         "\n\n", CAPITALS},
    {"h3",         "\n\n",         "\n\n", CAPITALS},
    {"h4",         "\n\n",         "\n\n", CAPITALS},
    {"h5",         "\n\n",         "\n\n", CAPITALS},
    {"h6",         "\n\n",         "\n\n", CAPITALS},
    {"head",       "",             "",     HIDDEN},
    {"hr",         "\n" RULER "\n", "",    0},
    {"i",          "_",            "_",    0},
    {"img",        "",             "",     IMAGE},
    {"ins",        "_",            "_",    0},
    {"li",         "\t* ",         "\n",   0},
    {"ol",         "\n\n",         "\n\n", 0},
    {"p",          "\n",           "\n",   PARAGRAPH},
    {"pre",        "\n\n",         "\n",   AS_IS},
    {"script",     "",             "",     HIDDEN},
    {"strong",     "",             "",     CAPITALS},
    {"style",      "",             "",     HIDDEN},
    {"table",      "\n\n",         "\n\n", 0},
    {"td",         "\t\t",         "\n",   0},
    {"th",         "\t\t",         "\n",   CAPITALS},
    {"tr",         "\n",           "\n",   0},
    {"ul",         "\n\n",         "\n\n", 0},
    {NULL,         NULL,           NULL,   0},
};
/* clang-format on */

/* What an open element is to be completed with. */
typedef struct {
    apr_size_t start; /* of its content in the output */
    int        link;  /* its number in the list of links; 0: none */
} open_t;

typedef struct {
    apr_pool_t         *pool;
    htmlParserCtxtPtr   parser;
    mws_buffer_t        out;
    apr_array_header_t *open;  /* of open_t: of the elements that are in the table */
    apr_array_header_t *links; /* of const char * */
    int                 hidden, capitals, as_is;
    int                 at_start; /* blanks that follow are dropped */
} plain_t;

static const element_t *find_element(const char *tag)
{
    const element_t *element;

    for (element = elements; element->tag; element++) {
        if (strcmp(element->tag, tag) == 0) {
            return element;
        }
    }
    return NULL;
}

static const char *attribute(const xmlChar **atts, const char *name)
{
    for (; atts && atts[0]; atts += 2) {
        if (strcmp((const char *)atts[0], name) == 0) {
            return (const char *)atts[1];
        }
    }
    return NULL;
}

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- links ---- */

/* Whether URL leads nowhere that could be listed: a script, an address of mail, a place on the page
 * itself. */
static int is_unlisted(const char *url)
{
    return strncasecmp(url, "javascript:", 11) == 0 || strncasecmp(url, "mailto:", 7) == 0 ||
           *url == '#';
}

/* Whether URL names its scheme. */
static int is_absolute(const char *url)
{
    apr_size_t len =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

    return len && url[len] == ':';
}

/* The number of URL in the list of links, where it now is; 0 when it is not to be listed. */
static int number_link(plain_t *plain, const char *url)
{
    int i;

    if (!url || !*url || is_unlisted(url)) {
        return 0;
    }
    url = is_absolute(url) || *url == '/' ? apr_pstrdup(plain->pool, url)
                                          : apr_pstrcat(plain->pool, "/", url, NULL);
    for (i = 0; i < plain->links->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(plain->links, i, const char *), url) == 0) {
            return i + 1;
        }
    }
    APR_ARRAY_PUSH(plain->links, const char *) = url;
    return plain->links->nelts;
}

static void list_links(plain_t *plain)
{
    int i;

    mws_buffer_puts(&plain->out, plain->links->nelts ? "\n\nLinks:\n------\n" : "");
    for (i = 0; i < plain->links->nelts; i++) {
        mws_buffer_puts(&plain->out, apr_psprintf(plain->pool, "[%d] %s\n", i + 1,
                                                  APR_ARRAY_IDX(plain->links, i, const char *)));
    }
}

/* ---- what the parser tells ---- */

static void drop_blanks(plain_t *plain)
{
    while (plain->out.len && plain->out.s[plain->out.len - 1] == ' ') {
        plain->out.len--;
    }
}

/* Take what was written since START out again, without the white space at its ends. */
static const char *take_content(plain_t *plain, apr_size_t start)
{
    const char *content;

    if (start > plain->out.len) {
        return "";
    }
    content = mws_trim(plain->pool, mws_buffer_text(&plain->out) + start);
    content = apr_pstrdup(plain->pool, content);
    plain->out.len = start;
    return content;
}

static void put_quoted(plain_t *plain, const char *content)
{
    mws_buffer_puts(&plain->out, "> ");
    for (; *content; content++) {
        mws_buffer_putc(&plain->out, *content);
        mws_buffer_puts(&plain->out, *content == '\n' ? "> " : "");
    }
}

static void on_start(void *baton, const xmlChar *tag, const xmlChar **atts)
{
    plain_t         *plain = baton;
    const element_t *element = find_element((const char *)tag);
    const char      *alt = attribute(atts, "alt");
    open_t          *open;

    if (!element) {
        return;
    }
    if (element->flags & PARAGRAPH) {
        drop_blanks(plain);
    }
    if (!plain->hidden) {
        mws_buffer_puts(&plain->out, element->before);
    }
    if (element->flags & IMAGE && !plain->hidden && alt && *alt) {
        mws_buffer_puts(&plain->out, apr_pstrcat(plain->pool, "[", alt, "]", NULL));
    }
    plain->at_start = element->flags & (PARAGRAPH | BREAK);
    plain->hidden += (element->flags & HIDDEN) != 0;
    plain->capitals += (element->flags & CAPITALS) != 0;
    plain->as_is += (element->flags & AS_IS) != 0;
    open = &APR_ARRAY_PUSH(plain->open, open_t);
    open->start = plain->out.len;
    open->link = element->flags & LINK ? number_link(plain, attribute(atts, "href")) : 0;
}

static void on_end(void *baton, const xmlChar *tag)
{
    plain_t         *plain = baton;
    const element_t *element = find_element((const char *)tag);
    const open_t    *open = element ? apr_array_pop(plain->open) : NULL;

    if (!open) {
        return;
    }
    plain->hidden -= (element->flags & HIDDEN) != 0;
    plain->capitals -= (element->flags & CAPITALS) != 0;
    plain->as_is -= (element->flags & AS_IS) != 0;
    if (plain->hidden) {
        return;
    }
    if (element->flags & PARAGRAPH) {
        mws_buffer_puts(&plain->out, take_content(plain, open->start));
        plain->at_start = 1;
    }
    if (element->flags & QUOTE) {
        put_quoted(plain, take_content(plain, open->start));
    }
    if (open->link) {
        mws_buffer_puts(&plain->out, apr_psprintf(plain->pool, " [%d]", open->link));
    }
    mws_buffer_puts(&plain->out, element->behind);
}

/* Append the character C, a capital where such are wanted. */
static void put_character(plain_t *plain, int32_t c)
{
    char       bytes[4];
    apr_size_t len;

    if (plain->capitals && c == 0xDF) {
        mws_buffer_puts(&plain->out, "SS");
        return;
    }
    len = mws_utf8_encode(plain->capitals ? mws_unicode_upper(c) : c, bytes);
    mws_buffer_put(&plain->out, bytes, len);
}

/* Append a blank: one for a run of them, but where they are kept as they are. */
static void put_blank(plain_t *plain, char c)
{
    if (plain->as_is && c != '\r') {
        mws_buffer_puts(&plain->out, c == '\n' ? "\n" : NO_BREAK_SPACE);
    }
    else if (c != '\r' && !plain->at_start &&
             !(plain->out.len && plain->out.s[plain->out.len - 1] == ' ')) {
        mws_buffer_putc(&plain->out, ' ');
    }
}

static void on_text(void *baton, const xmlChar *text, int len)
{
    plain_t    *plain = baton;
    const char *at = (const char *)text, *end = at + len;

    while (!plain->hidden && at < end) {
        apr_size_t taken;
        int32_t    c = mws_utf8_decode(at, end, &taken);

        if (is_blank(*at)) {
            put_blank(plain, *at);
        }
        else if (c >= 0) {
            plain->at_start = 0;
            put_character(plain, c);
        }
        at += taken;
    }
}

/* ---- the whole ---- */

/* No more than one empty line in TEXT, blank ones being empty; none at its start. In place. */
static void join_lines(char *text)
{
    char *out = text;

    while (*text == '\n') {
        text++;
    }
    while (*text) {
        char *last = text, *at;

        for (at = text; *text == '\n' && is_blank(*at); at++) {
            last = *at == '\n' ? at : last;
        }
        if (last - text >= 2) {
            *out++ = '\n';
            text = last;
        }
        *out++ = *text++;
    }
    *out = '\0';
}

/* Break the lines of TEXT at the last blank before they are too long; a word is never cut. In
 * place. */
static void wrap(char *text)
{
    char *line = text, *blank = text;

    for (; *text; text++) {
        if (*text == '\n') {
            line = blank = text + 1;
        }
        else if (*text == ' ') {
            blank = text;
            if (text - line >= WIDTH) {
                *text = '\n';
                line = text + 1;
            }
        }
        else if (text - line >= WIDTH && blank > line) {
            *blank = '\n';
            line = blank + 1;
        }
    }
}

const char *mws_plain(apr_pool_t *p, const char *html)
{
    static const mws_html_sax_t tell = {.start = on_start, .end = on_end, .text = on_text};
    plain_t                     plain = {.pool = p};

    html = mws_trim(p, html);
    if (strlen(html) > INT_MAX / 2) {
        return html;
    }
    plain.out = mws_buffer_make(p, strlen(html));
    plain.open = apr_array_make(p, 8, sizeof(open_t));
    plain.links = apr_array_make(p, 0, sizeof(const char *));
    mws_html_sax_read(p, html, strlen(html), &tell, &plain, &plain.parser);
    join_lines(mws_buffer_text(&plain.out));
    wrap(plain.out.s);
    plain.out.len = strlen(plain.out.s);
    list_links(&plain);
    return mws_buffer_text(&plain.out);
}
