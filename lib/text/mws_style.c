/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_style.c -- style attributes against mws_style.tbl. A value that is not understood drops
 * its declaration. */
#include "mws_style.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <stdlib.h>

#include "../base/mws_buffer.h"
#include "../base/mws_settings.h"

enum { LENGTH = 1, PERCENT = 2, NEGATIVE = 4, NUMBER = 8, COLOUR = 16, FAMILY = 32 };

#define BORDER (LENGTH | COLOUR)
#define LINE_WORDS "none hidden dotted dashed solid double groove ridge inset outset"
#define BORDER_WORDS "thin medium thick transparent " LINE_WORDS
#define LIST_WORDS "disc circle square decimal lower-roman upper-roman lower-alpha upper-alpha none"

#define PARTS_MAX 4
#define BLANKS " \t\r\n\f"

typedef struct {
    const char *name;
    int         kinds, parts;
    const char *words;
} property_t;

static const property_t properties[] = {
#define PROPERTY(name, kinds, parts, words) {name, kinds, parts, words},
#include "mws_style.tbl"
#undef PROPERTY
    {NULL, 0, 0, NULL},
};

static const struct {
    const char *name, *value;
} colours[] = {
#define NAMED(name, value) {name, "#" value},
#include "mws_style.tbl"
#undef NAMED
    {NULL, NULL},
};

static const property_t *find_property(const char *name)
{
    const property_t *property;

    for (property = properties; property->name; property++) {
        if (strcmp(property->name, name) == 0) {
            return property;
        }
    }
    return NULL;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_alphanum(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static char *lowered(apr_pool_t *p, const char *text, apr_size_t len)
{
    char *copy = apr_pstrmemdup(p, text, len), *at;

    for (at = copy; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
    }
    return copy;
}

/* The number that TEXT begins with, without needless zeros; *REST is what follows, and NULL is
 * returned for none. */
static const char *number(apr_pool_t *p, const char *text, int negative, const char **rest)
{
    const char *sign = "", *whole, *part = "";
    apr_size_t  wholes, parts = 0;

    if (*text == '-' || *text == '+') {
        if (*text == '-' && !negative) {
            return NULL;
        }
        sign = *text++ == '-' ? "-" : "";
    }
    wholes = strspn(text, "0123456789");
    whole = text;
    text += wholes;
    if (*text == '.') {
        part = ++text;
        parts = strspn(text, "0123456789");
        text += parts;
    }
    if (!wholes && !parts) {
        return NULL;
    }
    *rest = text;
    for (; wholes && *whole == '0'; whole++, wholes--) {
    }
    for (; parts && part[parts - 1] == '0'; parts--) {
    }
    if (!wholes && !parts) {
        return "0";
    }
    return apr_pstrcat(p, sign, apr_pstrmemdup(p, whole, wholes), parts ? "." : "",
                       apr_pstrmemdup(p, part, parts), NULL);
}

static const char *measure(apr_pool_t *p, const property_t *property, const char *part)
{
    const char *unit, *value = number(p, part, property->kinds & NEGATIVE, &unit);

    if (!value) {
        return NULL;
    }
    if ((property->kinds & PERCENT) && strcmp(unit, "%") == 0) {
        return apr_pstrcat(p, value, "%", NULL);
    }
    if ((property->kinds & NUMBER) && !*unit) {
        return value;
    }
    if (!(property->kinds & LENGTH)) {
        return NULL;
    }
    if (strcmp(value, "0") == 0 && !*unit) {
        return value;
    }
    if (!mws_settings_lists("em ex px in cm mm pt pc ch rem vw vh vmin vmax", unit)) {
        return NULL;
    }
    return strcmp(value, "0") ? apr_pstrcat(p, value, unit, NULL) : value;
}

/* The three numbers of rgb(), each 0 to 255. */
static const char *rgb(apr_pool_t *p, const char *colour)
{
    const char *at = colour + 4;
    int         i, parts[3];

    for (i = 0; i < 3; i++) {
        at += strspn(at, BLANKS);
        if (!is_digit(*at)) {
            return NULL;
        }
        parts[i] = strspn(at, "0123456789") > 3 || atoi(at) > 255 ? 255 : atoi(at);
        at += strspn(at, "0123456789");
        at += strspn(at, BLANKS);
        if (*at++ != (i < 2 ? ',' : ')')) {
            return NULL;
        }
    }
    return *at ? NULL : apr_psprintf(p, "rgb(%d,%d,%d)", parts[0], parts[1], parts[2]);
}

const char *mws_style_colour(apr_pool_t *p, const char *colour)
{
    apr_size_t  from = strspn(colour, BLANKS), len = strlen(colour), i;
    const char *lower;

    while (len > from && strchr(BLANKS, colour[len - 1])) {
        len--;
    }
    colour = apr_pstrmemdup(p, colour + from, len - from);
    lower = lowered(p, colour, len - from);
    for (i = 0; colours[i].name; i++) {
        if (strcmp(colours[i].name, lower) == 0) {
            return colours[i].value;
        }
    }
    if (strncmp(lower, "rgb(", 4) == 0) {
        return rgb(p, lower);
    }
    i = *colour == '#';
    len = strspn(lower + i, "0123456789abcdef");
    if ((len != 3 && len != 6) || lower[i + len]) {
        return NULL;
    }
    return apr_pstrcat(p, "#", colour + i, NULL);
}

/* NAME as a family: a generic or plain one as it is, another in quotes; NULL for what is none. */
static const char *family_name(apr_pool_t *p, char *name)
{
    int   plain = 1;
    char *at;

    for (at = name; *at; at++) {
        if (strchr("'\"" BLANKS, *at)) {
            *at = ' ';
        }
        else if (!is_alphanum(*at) && *at != '-') {
            return NULL;
        }
    }
    name += strspn(name, " ");
    for (; at > name && at[-1] == ' '; at--) {
        at[-1] = '\0';
    }
    for (at = name; *at; at++) {
        plain = plain && is_alphanum(*at);
    }
    if (plain || strcmp(lowered(p, name, strlen(name)), "sans-serif") == 0) {
        return name;
    }
    return apr_pstrcat(p, "'", name, "'", NULL);
}

/* The families of VALUE, between commas. */
static const char *family(apr_pool_t *p, const char *value)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(value) + 16);

    while (*value) {
        apr_size_t  len = strcspn(value, ",");
        const char *name = family_name(p, apr_pstrmemdup(p, value, len));

        if (!name) {
            return NULL;
        }
        if (*name) {
            mws_buffer_puts(&out, out.len ? ", " : "");
            mws_buffer_puts(&out, name);
        }
        value += len + (value[len] == ',');
    }
    return out.len ? mws_buffer_text(&out) : NULL;
}

/* The length of the first part of VALUE: up to a blank outside of parentheses. */
static apr_size_t part_length(const char *value)
{
    apr_size_t len = 0;
    int        inside = 0;

    for (; value[len] && (inside || !strchr(BLANKS, value[len])); len++) {
        inside += value[len] == '(' ? 1 : value[len] == ')' ? -1 : 0;
    }
    return len;
}

static const char *clean_part(apr_pool_t *p, const property_t *property, const char *part)
{
    const char *lower = lowered(p, part, strlen(part)), *value = NULL;

    if (mws_settings_lists(property->words, lower) || strcmp(lower, "inherit") == 0) {
        return lower;
    }
    if (property->kinds & COLOUR) {
        value = mws_style_colour(p, part);
    }
    return value ? value : measure(p, property, lower);
}

static const char *clean_value(apr_pool_t *p, const property_t *property, const char *value)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(value));
    int          parts = 0;

    if (property->kinds & FAMILY) {
        return family(p, value);
    }
    for (value += strspn(value, BLANKS); *value; value += strspn(value, BLANKS)) {
        apr_size_t  len = part_length(value);
        const char *part = clean_part(p, property, apr_pstrmemdup(p, value, len));

        if (!part || ++parts > property->parts) {
            return NULL;
        }
        if (parts > 1) {
            mws_buffer_putc(&out, ' ');
        }
        mws_buffer_puts(&out, part);
        value += len;
    }
    return parts ? mws_buffer_text(&out) : NULL;
}

/* VALUE without an !important at its end. */
static char *unimportant(char *value)
{
    char *mark = strrchr(value, '!');

    if (mark && !apr_cstr_casecmpn(mark + 1 + strspn(mark + 1, BLANKS), "important", 9)) {
        *mark = '\0';
    }
    return value;
}

const char *mws_style_clean(apr_pool_t *p, const char *style)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(style));

    while (*style) {
        apr_size_t        len = strcspn(style, ";"), name = strcspn(style, ":;");
        const property_t *property;
        const char       *value;
        char             *word;

        if (style[name] == ':') {
            apr_size_t blank = strspn(style, BLANKS);

            word = lowered(p, style + blank, name > blank ? name - blank : 0);
            word[strcspn(word, BLANKS)] = '\0';
            property = find_property(word);
            value =
                property
                    ? clean_value(p, property,
                                  unimportant(apr_pstrmemdup(p, style + name + 1, len - name - 1)))
                    : NULL;
            if (value) {
                mws_buffer_puts(&out, apr_pstrcat(p, word, ":", value, ";", NULL));
            }
        }
        style += len + (style[len] == ';');
    }
    return out.len ? mws_buffer_text(&out) : NULL;
}
