/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_html.c -- the whitelist cleaner.
 *
 * libxml2's parser says what tags and texts there are, in its callbacks; no tree is built. What
 * comes out is written anew from mws_html.tbl: nothing of the input gets through but texts and the
 * values of known attributes, each escaped, so that a browser cannot read it differently.
 * The shape is that of the purifier Moodle uses: tags in order, void ones closed by " />".
 */
#include "mws_html.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <limits.h>

#include "../base/mws_buffer.h"
#include "../base/mws_settings.h"
#include "../base/mws_unicode.h"
#include "mws_clean.h"
#include "mws_html_sax.h"
#include "mws_style.h"

/* How deep our elements nest, and how deep those of the input may before we give up on its tags;
 * how many attributes a tag may have. The parser's time grows with the square of the last two. */
#define DEPTH_MAX 250
#define INPUT_DEPTH_MAX 512
#define ATTRIBUTES_MAX 256

/* How many cut changes of letters are resumed behind a block, and how long their tags may be. */
#define RESUMED_MAX 10
#define RESUMED_LENGTH_MAX 200

#define BLANKS " \t\r\n\f"
#define SCHEMES "http https ftp irc nntp news rtsp rtmp teamspeak gopher mms mailto"

/* Where an element may stand, and what one may hold. */
enum {
    BLOCK = 1,
    INLINE = 2,
    PARAGRAPH = 4,
    ITEM = 8,
    TERM = 16,
    CAPTION = 32,
    COLUMN = 64,
    COLUMNS = 128,
    ROWS = 256,
    ROW = 512,
    CELL = 1024,
    RUBY = 2048,
    MEDIUM = 4096
};
#define FLOW (BLOCK | INLINE)

enum { RESUMED = 1, FILLED = 2, BARE = 4 };

typedef struct {
    const char *name;
    int         stands, holds, flags;
} element_t;

static const element_t elements[] = {
#define ELEMENT(name, stands, holds, flags) {name, stands, holds, flags},
#include "mws_html.tbl"
#undef ELEMENT
    {NULL, 0, 0, 0},
};

typedef enum {
    CLASSES,
    WORD,
    EXACT,
    NAME,
    LANGUAGE,
    STYLE,
    WORDS,
    URL,
    FLAG,
    NUMBER,
    PIXELS,
    LENGTH,
    COLOUR
} value_e;

typedef struct {
    const char *element, *name;
    value_e     value;
    const char *words;
    int         most;
} rule_t;

static const rule_t rules[] = {
#define ATTRIBUTE(element, name, value, words, most) {element, name, value, words, most},
#include "mws_html.tbl"
#undef ATTRIBUTE
    {NULL, NULL, CLASSES, NULL, 0},
};

/* An element of ours that is open. */
typedef struct {
    const element_t *element;
    const char      *tag;    /* its start tag, to be written again */
    apr_size_t       at;     /* where that stands in the output */
    int              id;     /* of the tag of the input that opened it; 0: none */
    int              filled; /* an element of its own stands in it */
} open_t;

typedef struct {
    apr_pool_t       *pool;
    htmlParserCtxtPtr parser;
    mws_buffer_t      out;
    open_t            open[DEPTH_MAX];
    int               depth;
    int               input[INPUT_DEPTH_MAX]; /* ids of the input's open tags; 0: dropped */
    int               input_depth, last_id;
    int               hidden; /* open elements whose content is dropped */
    int               too_deep;
    apr_hash_t       *names; /* ids and anchors given so far */
} cleaner_t;

typedef struct {
    const char *name, *value;
} attribute_t;

/* ---- values of attributes ---- */

static char *lowered(apr_pool_t *p, const char *text)
{
    char *copy = apr_pstrdup(p, text), *at;

    for (at = copy; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
    }
    return copy;
}

static char *trimmed(apr_pool_t *p, const char *text)
{
    apr_size_t from = strspn(text, BLANKS "\v"), len = strlen(text);

    while (len > from && strchr(BLANKS "\v", text[len - 1])) {
        len--;
    }
    return apr_pstrmemdup(p, text + from, len - from);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_alpha(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static const char *words(apr_pool_t *p, const char *value)
{
    char *copy = trimmed(p, value), *at;

    for (at = copy; *at; at++) {
        *at = strchr("\t\r\n", *at) ? ' ' : *at;
    }
    return copy;
}

/* Each class once, between single blanks. */
static const char *classes(apr_pool_t *p, const char *value)
{
    char       *rest = apr_pstrdup(p, value), *state, *word;
    const char *list = "";

    for (word = apr_strtok(rest, BLANKS "\v", &state); word;
         word = apr_strtok(NULL, BLANKS "\v", &state)) {
        if (!mws_settings_lists(list, word)) {
            list = *list ? apr_pstrcat(p, list, " ", word, NULL) : word;
        }
    }
    return *list && strcmp(list, "0") != 0 ? list : NULL;
}

/* A name that no other element of the text has. */
static const char *name(cleaner_t *c, const char *value)
{
    const char *id = trimmed(c->pool, value), *at;

    if (!is_alpha(*id) || apr_hash_get(c->names, id, APR_HASH_KEY_STRING)) {
        return NULL;
    }
    for (at = id; *at; at++) {
        if (!is_alpha(*at) && !is_digit(*at) && !strchr(":-._", *at)) {
            return NULL;
        }
    }
    apr_hash_set(c->names, id, APR_HASH_KEY_STRING, id);
    return id;
}

/* A language tag: letters and digits, up to eight between hyphens. */
static const char *language(apr_pool_t *p, const char *value)
{
    const char *tag = trimmed(p, value), *at = tag;

    if (!is_alpha(*at)) {
        return NULL;
    }
    for (;; at++) {
        int len;

        for (len = 0; is_alpha(*at) || is_digit(*at); at++) {
            len++;
        }
        if (!len || len > 8 || (*at && *at != '-')) {
            return NULL;
        }
        if (!*at) {
            return tag;
        }
    }
}

/* A whole number, at most MOST where that is not 0. */
static const char *count(apr_pool_t *p, const char *value, int most)
{
    apr_size_t  len = strspn(value, "0123456789");
    const char *digits = value;

    if (!len || value[len]) {
        return NULL;
    }
    for (; len > 1 && *digits == '0'; len--) {
        digits++;
    }
    if (most && (len > 9 || atoi(digits) > most)) {
        return apr_itoa(p, most);
    }
    return len > 9 ? NULL : digits;
}

static const char *pixels(apr_pool_t *p, const char *value, int most)
{
    char      *text = trimmed(p, value);
    apr_size_t len = strlen(text);

    if (len > 2 && strcmp(text + len - 2, "px") == 0) {
        text[len - 2] = '\0';
    }
    return count(p, text, most);
}

static const char *length(apr_pool_t *p, const char *value)
{
    char       *text = trimmed(p, value);
    apr_size_t  len = strlen(text);
    const char *percent;

    if (!len || text[len - 1] != '%') {
        return pixels(p, text, 0);
    }
    text[len - 1] = '\0';
    percent = count(p, text, 100);
    return percent ? apr_pstrcat(p, percent, "%", NULL) : NULL;
}

/* Whether URL begins with a scheme ("word:"); then *KNOWN says whether it is one that may be. */
static int has_scheme(apr_pool_t *p, const char *url, int *known)
{
    apr_size_t len = strcspn(url, ":/?#");

    *known = 0;
    if (url[len] != ':') {
        return 0;
    }
    *known = mws_settings_lists(SCHEMES, lowered(p, apr_pstrmemdup(p, url, len)));
    return 1;
}

/* An address of a scheme that may be, or without one; percent-encoded where it has to be. */
static const char *url(apr_pool_t *p, const char *value)
{
    static const char hex[] = "0123456789ABCDEF";
    const char       *at = trimmed(p, value);
    mws_buffer_t      out;
    int               known;

    if (has_scheme(p, at, &known) && !known) {
        return NULL;
    }
    out = mws_buffer_make(p, strlen(at));
    for (; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (is_alpha(*at) || is_digit(*at) || strchr("-._~!$&'()*+,;=:@/?#%", c)) {
            mws_buffer_putc(&out, *at);
        }
        else if (c > ' ') {
            char escape[3] = {'%', hex[c >> 4], hex[c & 15]};

            mws_buffer_put(&out, escape, 3);
        }
        else if (c == ' ') {
            mws_buffer_puts(&out, "%20");
        }
    }
    return mws_buffer_text(&out);
}

/* VALUE as RULE wants it, or NULL. */
static const char *clean_value(cleaner_t *c, const rule_t *rule, const char *value)
{
    const char *word;

    switch (rule->value) {
    case CLASSES:
        return classes(c->pool, value);
    case WORD:
        word = lowered(c->pool, trimmed(c->pool, value));
        return mws_settings_lists(rule->words, word) ? word : NULL;
    case EXACT:
        word = trimmed(c->pool, value);
        return mws_settings_lists(rule->words, word) ? word : NULL;
    case NAME:
        return name(c, value);
    case LANGUAGE:
        return language(c->pool, value);
    case STYLE:
        return mws_style_clean(c->pool, value);
    case WORDS:
        return words(c->pool, value);
    case URL:
        return url(c->pool, value);
    case FLAG:
        return rule->name;
    case NUMBER:
        return count(c->pool, trimmed(c->pool, value), rule->most);
    case PIXELS:
        return pixels(c->pool, value, rule->most);
    case LENGTH:
        return length(c->pool, value);
    case COLOUR:
        return mws_style_colour(c->pool, value);
    }
    return NULL;
}

/* ---- tags ---- */

static const element_t *find_element(const char *tag)
{
    const element_t *element;

    for (element = elements; element->name; element++) {
        if (strcmp(element->name, tag) == 0) {
            return element;
        }
    }
    return NULL;
}

/* The rule of the element itself comes before the common one. */
static const rule_t *find_rule(const element_t *element, const char *attribute)
{
    const rule_t *rule, *common = NULL;

    for (rule = rules; rule->name; rule++) {
        if (strcmp(rule->name, attribute) != 0) {
            continue;
        }
        if (rule->element && strcmp(rule->element, element->name) == 0) {
            return rule;
        }
        if (!rule->element && !(element->flags & BARE)) {
            common = rule;
        }
    }
    return common;
}

static const char *value_of(const apr_array_header_t *attributes, const char *key)
{
    int i;

    for (i = 0; i < attributes->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(attributes, i, attribute_t).name, key) == 0) {
            return APR_ARRAY_IDX(attributes, i, attribute_t).value;
        }
    }
    return NULL;
}

static void add(apr_array_header_t *attributes, const char *key, const char *value)
{
    attribute_t attribute = {key, value};
    int         i;

    for (i = 0; i < attributes->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(attributes, i, attribute_t).name, key) == 0) {
            APR_ARRAY_IDX(attributes, i, attribute_t) = attribute;
            return;
        }
    }
    APR_ARRAY_PUSH(attributes, attribute_t) = attribute;
}

static const char *base_name(apr_pool_t *p, const char *path)
{
    const char *slash;
    char       *copy = apr_pstrdup(p, path);
    apr_size_t  len = strlen(copy);

    while (len && copy[len - 1] == '/') {
        copy[--len] = '\0';
    }
    slash = strrchr(copy, '/');
    return slash ? slash + 1 : copy;
}

/* What the attributes that are there ask for in others. */
static void complete(cleaner_t *c, const element_t *element, apr_array_header_t *attributes)
{
    const char *lang = value_of(attributes, "lang"), *xml_lang = value_of(attributes, "xml:lang");

    if (strcmp(element->name, "img") == 0 && !value_of(attributes, "alt")) {
        add(attributes, "alt", base_name(c->pool, value_of(attributes, "src")));
    }
    if (strcmp(element->name, "bdo") == 0 && !value_of(attributes, "dir")) {
        add(attributes, "dir", "ltr");
    }
    if (strcmp(element->name, "a") == 0 && value_of(attributes, "target")) {
        add(attributes, "rel", "noreferrer noopener");
    }
    if (element->flags & BARE) {
        return;
    }
    if (lang && !xml_lang) {
        add(attributes, "xml:lang", lang);
    }
    else if (xml_lang) {
        add(attributes, "lang", xml_lang);
    }
}

/* Append TEXT to OUT for what stands between tags or, with QUOTES, in an attribute. */
static void escape(mws_buffer_t *out, const char *text, apr_size_t len, int quotes)
{
    const char *end = text + len, *from = text;

    for (; text < end; text++) {
        const char *instead = *text == '&'             ? "&amp;"
                              : *text == '<'           ? "&lt;"
                              : *text == '>'           ? "&gt;"
                              : *text == '"' && quotes ? "&quot;"
                                                       : NULL;

        if (instead) {
            mws_buffer_put(out, from, (apr_size_t)(text - from));
            mws_buffer_puts(out, instead);
            from = text + 1;
        }
    }
    mws_buffer_put(out, from, (apr_size_t)(end - from));
}

static void write_attribute(mws_buffer_t *out, const char *key, const char *value)
{
    mws_buffer_putc(out, ' ');
    mws_buffer_puts(out, key);
    mws_buffer_puts(out, "=\"");
    escape(out, value, strlen(value), 1);
    /* Some old browsers take a grave accent for a quote when they write such a value again. */
    if (strchr(value, '`') && !value[strcspn(value, "\"' <>")]) {
        mws_buffer_putc(out, ' ');
    }
    mws_buffer_putc(out, '"');
}

/* Whether ATTS are those of a text in one of several languages: lang and the class multilang. */
static const char *multilang(apr_pool_t *p, const element_t *element, const xmlChar **atts)
{
    const char *lang = NULL;
    int         i, marked = 0;

    if (strcmp(element->name, "span") != 0) {
        return NULL;
    }
    for (i = 0; atts && atts[i]; i += 2) {
        const char *key = (const char *)atts[i];
        const char *value = atts[i + 1] ? (const char *)atts[i + 1] : "";

        if (strcmp(key, "class") == 0 && strcmp(value, "multilang") == 0) {
            marked = 1;
        }
        else if (strcmp(key, "lang") == 0 && *value &&
                 !value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-")]) {
            lang = value;
        }
        else {
            return NULL;
        }
    }
    return marked && lang ? apr_pstrdup(p, lang) : NULL;
}

/* VALUE as RULE wants it. An anchor may be named twice, as id and as name: the second one finds
 * the name taken, by itself. */
static const char *clean_attribute(cleaner_t *c, const rule_t *rule, const char *value,
                                   const apr_array_header_t *attributes)
{
    const char *twin, *same;

    if (rule->value == NAME) {
        twin = value_of(attributes, strcmp(rule->name, "id") == 0 ? "name" : "id");
        same = trimmed(c->pool, value);
        if (twin && strcmp(twin, same) == 0) {
            return same;
        }
    }
    return clean_value(c, rule, value);
}

/* Those of ATTS that ELEMENT may have. */
static apr_array_header_t *clean_attributes(cleaner_t *c, const element_t *element,
                                            const xmlChar **atts)
{
    apr_array_header_t *attributes = apr_array_make(c->pool, 4, sizeof(attribute_t));
    int                 i;

    for (i = 0; atts && atts[i]; i += 2) {
        const char   *key = (const char *)atts[i];
        const char   *value = atts[i + 1] ? (const char *)atts[i + 1] : "";
        const rule_t *rule = find_rule(element, key);

        value = rule ? clean_attribute(c, rule, value, attributes) : NULL;
        if (value) {
            add(attributes, rule->name, value);
        }
    }
    return attributes;
}

/* The start tag of ELEMENT, or NULL when it cannot be without what it lacks. */
static const char *start_tag(cleaner_t *c, const element_t *element, const xmlChar **atts)
{
    mws_buffer_t        tag = mws_buffer_make(c->pool, 64);
    apr_array_header_t *attributes;
    const char         *lang = multilang(c->pool, element, atts);
    int                 i;

    mws_buffer_putc(&tag, '<');
    mws_buffer_puts(&tag, element->name);
    if (lang) {
        write_attribute(&tag, "lang", lang);
        write_attribute(&tag, "class", "multilang");
    }
    else {
        attributes = clean_attributes(c, element, atts);
        if (strcmp(element->name, "img") == 0 && !value_of(attributes, "src")) {
            return NULL;
        }
        complete(c, element, attributes);
        for (i = 0; i < attributes->nelts; i++) {
            write_attribute(&tag, APR_ARRAY_IDX(attributes, i, attribute_t).name,
                            APR_ARRAY_IDX(attributes, i, attribute_t).value);
        }
    }
    mws_buffer_puts(&tag, element->holds ? ">" : " />");
    return mws_buffer_text(&tag);
}

/* ---- what is open ---- */

static int holds(const cleaner_t *c, int depth)
{
    return depth ? c->open[depth - 1].element->holds : FLOW;
}

/* Whether ELEMENT may stand within what is open, perhaps after closing some of it. */
static int has_place(const cleaner_t *c, const element_t *element)
{
    int depth;

    if (strcmp(element->name, "a") == 0) {
        for (depth = c->depth; depth; depth--) {
            if (c->open[depth - 1].element == element) {
                return 0;
            }
        }
    }
    for (depth = c->depth; depth >= 0; depth--) {
        if (holds(c, depth) & element->stands) {
            return 1;
        }
    }
    return 0;
}

/* What is open last has an element of its own. */
static void fill(cleaner_t *c)
{
    if (c->depth) {
        c->open[c->depth - 1].filled = 1;
    }
}

static void push(cleaner_t *c, const element_t *element, const char *tag, int id)
{
    open_t *open = &c->open[c->depth];

    if (!element->holds) {
        fill(c);
    }
    else {
        open->element = element;
        open->tag = tag;
        open->at = c->out.len;
        open->id = id;
        open->filled = 0;
        c->depth++;
    }
    mws_buffer_puts(&c->out, tag);
}

static void pop(cleaner_t *c)
{
    const open_t *open = &c->open[--c->depth];

    if ((open->element->flags & FILLED) && !open->filled) {
        c->out.len = open->at;
        return;
    }
    mws_buffer_puts(&c->out, "</");
    mws_buffer_puts(&c->out, open->element->name);
    mws_buffer_putc(&c->out, '>');
    fill(c);
}

/* Close what is open down to DEPTH. The changes of letters that this cuts go to CUT, outermost
 * first; returns how many. */
static int close_to(cleaner_t *c, int depth, open_t *cut)
{
    int i, count = 0;

    for (i = depth; i < c->depth; i++) {
        if ((c->open[i].element->flags & RESUMED) && count < RESUMED_MAX &&
            strlen(c->open[i].tag) <= RESUMED_LENGTH_MAX) {
            cut[count++] = c->open[i];
        }
    }
    while (c->depth > depth) {
        pop(c);
    }
    return count;
}

static void resume(cleaner_t *c, const open_t *cut, int count)
{
    int i;

    for (i = 0; i < count && c->depth < DEPTH_MAX && (holds(c, c->depth) & INLINE); i++) {
        push(c, cut[i].element, cut[i].tag, cut[i].id);
    }
}

/* What stands directly in a list becomes an item of it. */
static void begin_item(cleaner_t *c)
{
    if (holds(c, c->depth) == ITEM && c->depth < DEPTH_MAX) {
        push(c, find_element("li"), "<li>", 0);
    }
}

/* Open ELEMENT for the tag ID of the input, where it may stand. Returns whether it did. */
static int open_element(cleaner_t *c, const element_t *element, const xmlChar **atts, int id)
{
    open_t      cut[RESUMED_MAX];
    const char *tag;
    int         depth = c->depth, count;

    if (!has_place(c, element)) {
        return 0;
    }
    tag = start_tag(c, element, atts);
    if (!tag) {
        return 0;
    }
    if (element->stands & FLOW) {
        begin_item(c);
        depth = c->depth;
    }
    while (!(holds(c, depth) & element->stands)) {
        depth--;
    }
    count = close_to(c, depth, cut);
    if (c->depth == DEPTH_MAX) {
        return 0;
    }
    push(c, element, tag, id);
    resume(c, cut, count);
    return element->holds != 0;
}

static void close_element(cleaner_t *c, int id)
{
    open_t cut[RESUMED_MAX];
    int    depth, count;

    for (depth = c->depth; depth && c->open[depth - 1].id != id; depth--) {
    }
    if (!depth) {
        return;
    }
    count = close_to(c, depth, cut);
    pop(c);
    resume(c, cut, count);
}

/* ---- what the parser tells ---- */

static int is_hidden(const char *tag)
{
    return strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0;
}

static void on_start(void *baton, const xmlChar *tag, const xmlChar **atts)
{
    cleaner_t       *c = baton;
    const element_t *element = find_element((const char *)tag);
    int              id = 0;

    if (c->input_depth == INPUT_DEPTH_MAX) {
        c->too_deep = 1;
        xmlStopParser(c->parser);
        return;
    }
    c->hidden += is_hidden((const char *)tag);
    if (element && !c->hidden && c->input_depth < DEPTH_MAX &&
        open_element(c, element, atts, c->last_id + 1)) {
        id = ++c->last_id;
    }
    c->input[c->input_depth++] = id;
}

static void on_end(void *baton, const xmlChar *tag)
{
    cleaner_t *c = baton;

    if (!c->input_depth || c->too_deep) {
        return;
    }
    c->hidden -= is_hidden((const char *)tag);
    if (c->input[--c->input_depth]) {
        close_element(c, c->input[c->input_depth]);
    }
}

static int is_blank(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len && strchr(BLANKS, text[i]); i++) {
    }
    return i == len;
}

static void on_text(void *baton, const xmlChar *text, int len)
{
    cleaner_t *c = baton;
    int        blank = is_blank((const char *)text, (apr_size_t)len);

    if (c->hidden || c->too_deep) {
        return;
    }
    if (!blank) {
        begin_item(c);
    }
    /* Between the rows of a table, a browser would move it elsewhere. */
    if (blank || (holds(c, c->depth) & INLINE)) {
        escape(&c->out, (const char *)text, (apr_size_t)len, 0);
    }
}

/* ---- the whole ---- */

/* Controls, which have no business in HTML. */
static const char *without_controls(apr_pool_t *p, mws_text_t text, apr_size_t *len)
{
    mws_buffer_t out = mws_buffer_make(p, text.len);
    const char  *at = text.s, *end = text.s + text.len;

    while (at < end) {
        apr_size_t bytes;
        int32_t    c = mws_utf8_decode(at, end, &bytes);

        if ((c >= ' ' && c < 0x7F) || c >= 0xA0 || c == '\t' || c == '\n' || c == '\r') {
            mws_buffer_put(&out, at, bytes);
        }
        at += bytes;
    }
    *len = out.len;
    return mws_buffer_text(&out);
}

/* Whether a tag in HTML has more attributes than the parser can take in reasonable time. Reads
 * tags as the parser does: a quote counts behind an equals sign only. */
static int is_crowded(const char *html)
{
    for (html = strchr(html, '<'); html; html = strchr(html, '<')) {
        int attributes = 0;

        html += 1 + strcspn(html + 1, BLANKS "/<>");
        while (*html && *html != '>') {
            html += strspn(html, BLANKS "/");
            attributes++;
            html += strcspn(html, BLANKS "=>/");
            if (html[strspn(html, BLANKS)] == '=') {
                html += strspn(html, BLANKS) + 1;
                html += strspn(html, BLANKS);
                if (*html == '"' || *html == '\'') {
                    const char *end = strchr(html + 1, *html);

                    html = end ? end + 1 : html + strlen(html);
                }
                else {
                    html += strcspn(html, BLANKS ">");
                }
            }
        }
        if (attributes > ATTRIBUTES_MAX) {
            return 1;
        }
    }
    return 0;
}

/* Tags of a text under trial: stand-ins for "<" and ">" that become these again where the tag is
 * one that may be. */
#define OPENING '\1'
#define CLOSING '\2'

static const char *stand_in(apr_pool_t *p, const char *tag)
{
    return apr_psprintf(p, "%c%s%c", OPENING, tag, CLOSING);
}

static void allow(char *tag, apr_size_t len)
{
    tag[0] = '<';
    tag[len - 1] = '>';
}

/* Allow each ELEMENT of TEXT that is closed: a paragraph on its line, another one with something
 * in it and before any tag that is allowed already. */
static void allow_pairs(apr_pool_t *p, char *text, const char *element)
{
    const char *start = stand_in(p, element);
    const char *stop = stand_in(p, apr_pstrcat(p, "/", element, NULL));
    int         is_paragraph = strcmp(element, "p") == 0;
    char       *end = text, *barrier = text;

    while ((text = strstr(text, start))) {
        char *inside = text + strlen(start), *least = inside + (!is_paragraph && *inside);

        /* Both are kept from one start to the next, so that time stays linear. */
        if (end < least && !(end = strstr(least, stop))) {
            return;
        }
        if (barrier < inside) {
            barrier = inside + strcspn(inside, is_paragraph ? "\n" : "<>");
        }
        if (end < barrier) {
            allow(text, strlen(start));
            allow(end, strlen(stop));
            inside = end;
        }
        text = inside;
    }
}

/* Whether HTML is of the class that Moodle does not clean: no tags but <p> on one line, <em> and
 * <strong> without further tags, and <br />, tried in this order; and nothing to escape.
 * Moodle: is_purify_html_necessary(). */
static int is_clean(apr_pool_t *p, const char *html)
{
    const char *line_break = stand_in(p, "br /");
    char       *text, *at;

    if (!html[strcspn(html, "&<>")]) {
        return 1;
    }
    if (strchr(html, '&')) {
        return 0;
    }
    text = apr_pstrdup(p, html);
    for (at = text; *at; at++) {
        *at = *at == '<' ? OPENING : *at == '>' ? CLOSING : *at;
    }
    allow_pairs(p, text, "p");
    allow_pairs(p, text, "em");
    allow_pairs(p, text, "strong");
    for (at = text; (at = strstr(at, line_break)); at++) {
        allow(at, strlen(line_break));
    }
    return !strchr(text, OPENING) && !strchr(text, CLOSING);
}

/* Feed HTML to the parser. Returns whether all of it was read. */
static int parse(cleaner_t *c, const char *html, apr_size_t len)
{
    static const mws_html_sax_t tell = {.start = on_start, .end = on_end, .text = on_text};

    return mws_html_sax_read(c->pool, html, len, &tell, c, &c->parser) && !c->too_deep;
}

/* HTML as text, where its tags cannot be trusted to the parser. */
static const char *as_text(apr_pool_t *p, mws_text_t html)
{
    mws_text_t   text = mws_clean_tags(p, html, NULL);
    mws_buffer_t out = mws_buffer_make(p, text.len);

    escape(&out, text.s, text.len, 0);
    return mws_buffer_text(&out);
}

static const char *clean(apr_pool_t *p, mws_text_t given)
{
    cleaner_t *c;
    mws_text_t text;

    text.s = without_controls(p, given, &text.len);
    if (is_clean(p, text.s)) {
        return text.s;
    }
    if (text.len > INT_MAX / 2 || is_crowded(text.s)) {
        return as_text(p, text);
    }
    c = apr_pcalloc(p, sizeof(*c));
    c->pool = p;
    c->out = mws_buffer_make(p, text.len + text.len / 8);
    c->names = apr_hash_make(p);
    if (!parse(c, text.s, text.len)) {
        return as_text(p, text);
    }
    while (c->depth) {
        pop(c);
    }
    return mws_buffer_text(&c->out);
}

const char *mws_html_clean(apr_pool_t *p, const char *html, apr_size_t len)
{
    mws_text_t  text = {html, len};
    apr_pool_t *scratch;
    const char *out;

    if (apr_pool_create(&scratch, p) != APR_SUCCESS) {
        return as_text(p, text);
    }
    out = apr_pstrdup(p, clean(scratch, text));
    apr_pool_destroy(scratch);
    return out;
}

/* The length of the element that HTML, cleaned, begins with, 0 where it begins with none;
 * *IS_BLOCK tells whether it is one that stands beside paragraphs. */
static apr_size_t element_length(apr_pool_t *p, const char *html, int *is_block)
{
    const element_t *element;
    const char      *at = html;
    int              depth = 0;

    if (*html != '<') {
        return 0;
    }
    element = find_element(apr_pstrmemdup(p, html + 1, strcspn(html + 1, " >")));
    *is_block = element && !(element->stands & INLINE);
    do {
        const char *end = strchr(at, '>');

        depth += at[1] == '/' ? -1 : end[-1] != '/';
        at = end + 1;
        if (depth) {
            at += strcspn(at, "<");
        }
    } while (depth);
    return (apr_size_t)(at - html);
}

static void add_block(mws_buffer_t *out, const char *start, const char *block, apr_size_t len,
                      const char *stop)
{
    for (; len && strchr(BLANKS, *block); block++, len--) {
    }
    for (; len && strchr(BLANKS, block[len - 1]); len--) {
    }
    if (len) {
        mws_buffer_puts(out, out->len ? "\n\n" : "");
        mws_buffer_puts(out, start);
        mws_buffer_put(out, block, len);
        mws_buffer_puts(out, stop);
    }
}

const char *mws_html_paragraphs(apr_pool_t *p, const char *html)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(html) + 16);
    const char  *loose = html;

    while (*html) {
        int        is_block = 0;
        apr_size_t len = element_length(p, html, &is_block);

        if (!is_block) {
            html += len ? len : 1;
            continue;
        }
        add_block(&out, "<p>", loose, (apr_size_t)(html - loose), "</p>");
        add_block(&out, "", html, len, "");
        html += len;
        loose = html;
    }
    add_block(&out, "<p>", loose, (apr_size_t)(html - loose), "</p>");
    mws_buffer_putc(&out, '\n');
    return mws_buffer_text(&out);
}
