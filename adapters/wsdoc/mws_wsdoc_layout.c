/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_layout.c -- documents laid out for people. */
#include "mws_wsdoc_layout.h"

#include <string.h>

#include "../../lib/base/mws_buffer.h"

/* Columns that a line is to have at most. */
#define WIDTH 112
#define JSON_WIDTH 72
#define STEP 2

/* Elements within each other that one line may have. */
#define LEVELS 3

static void new_line(mws_buffer_t *out, int depth)
{
    int i;

    mws_buffer_putc(out, '\n');
    for (i = 0; i < depth * STEP; i++) {
        mws_buffer_putc(out, ' ');
    }
}

/* ---- JSON --------------------------------------------------------------------------------- */

/* Behind the string that begins at AT. */
static const char *behind_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        at += *at == '\\';
    }
    return at + 1;
}

/* Behind the value that begins at AT: a list, an object, or anything else. */
static const char *behind_json(const char *at)
{
    int depth = 0;

    do {
        if (*at == '"') {
            at = behind_string(at);
            continue;
        }
        depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
        at++;
    } while (depth > 0);
    return at;
}

/* Copy the string or the character at AT, with a blank where one makes it readable. */
static const char *put_token(mws_buffer_t *out, const char *at, int on_one_line)
{
    const char *end = *at == '"' ? behind_string(at) : at + 1;

    mws_buffer_put(out, at, (apr_size_t)(end - at));
    if (*at == ':' || (*at == ',' && on_one_line)) {
        mws_buffer_putc(out, ' ');
    }
    return end;
}

/* Whether the list or object at AT, DEPTH deep, is to stand on one line. */
static int json_fits(const char *at, int depth)
{
    return behind_json(at) - at <= JSON_WIDTH - depth * STEP;
}

const char *mws_wsdoc_json(apr_pool_t *p, mws_text_t document)
{
    mws_buffer_t out = mws_buffer_make(p, document.len * 2);
    const char  *at = document.s, *end;
    int          depth = 0;

    while (*at) {
        if ((*at == '[' || *at == '{') && json_fits(at, depth)) {
            for (end = behind_json(at); at < end;) {
                at = put_token(&out, at, 1);
            }
            continue;
        }
        if (*at == ']' || *at == '}') {
            new_line(&out, --depth);
        }
        depth += *at == '[' || *at == '{';
        at = put_token(&out, at, 0);
        if (strchr("[{,", at[-1])) {
            new_line(&out, depth);
        }
    }
    return mws_buffer_text(&out);
}

/* ---- XML ---------------------------------------------------------------------------------- */

static const char *behind_tag(const char *at)
{
    return strchr(at, '>') + 1;
}

/* Behind the element that begins at AT. */
static const char *behind_element(const char *at)
{
    int depth = 0;

    do {
        const char *end = behind_tag(at);

        depth += at[1] == '/' ? -1 : end[-2] != '/';
        at = depth ? strchr(end, '<') : end;
    } while (depth > 0);
    return at;
}

/* Copy the tag at AT, with one blank wherever it has some; each of its attributes on a line of its own
 * where it is LONG. */
static const char *put_tag(mws_buffer_t *out, const char *at, int is_long, int depth)
{
    const char *end = behind_tag(at);
    int         quoted = 0;

    for (; at < end; at++) {
        quoted ^= *at == '"';
        if (quoted || *at != ' ') {
            mws_buffer_putc(out, *at);
        }
        else if (at[1] != ' ' && is_long) {
            new_line(out, depth + 2);
        }
        else if (at[1] != ' ') {
            mws_buffer_putc(out, ' ');
        }
    }
    return end;
}

/* Copy the element at AT onto one line. */
static const char *put_element(mws_buffer_t *out, const char *at, int depth)
{
    const char *end = behind_element(at);

    while (at < end) {
        const char *text = at;

        if (*at == '<') {
            at = put_tag(out, at, 0, depth);
            continue;
        }
        at = strchr(at, '<');
        mws_buffer_put(out, text, (apr_size_t)(at - text));
    }
    return end;
}

/* How many elements stand within each other from AT, a tag, to END. */
static int nesting(const char *at, const char *end)
{
    int depth = 0, deepest = 0;

    for (; at && at < end; at = strchr(behind_tag(at), '<')) {
        depth += at[1] == '/' ? -1 : behind_tag(at)[-2] != '/';
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* Whether the element at AT, DEPTH deep, is to stand on one line: a value, or a few of them. */
static int xml_fits(const char *at, int depth)
{
    const char *end = behind_element(at);
    int         levels = nesting(at, end);

    return levels <= 1 || (levels <= LEVELS && end - at <= WIDTH - depth * STEP);
}

/* Lay out what begins at AT: a tag that ends an element, an element that fits, or the tag that begins one.
 * Returns what is behind it. */
static const char *put_next(mws_buffer_t *out, const char *at, int *depth)
{
    int is_end = at[1] == '/';

    *depth -= is_end;
    if (out->len) {
        new_line(out, *depth);
    }
    if (!is_end && xml_fits(at, *depth)) {
        return put_element(out, at, *depth);
    }
    at = put_tag(out, at, behind_tag(at) - at > WIDTH - *depth * STEP, *depth);
    *depth += !is_end;
    return at;
}

const char *mws_wsdoc_xml(apr_pool_t *p, mws_text_t document)
{
    mws_buffer_t out = mws_buffer_make(p, document.len * 2);
    const char  *at = document.s;
    int          depth = 0;

    if (strncmp(at, "<?", 2) == 0) {
        at = strchr(put_tag(&out, at, 0, 0), '<');
    }
    while (at && *at) {
        at = strchr(put_next(&out, at, &depth), '<');
    }
    mws_buffer_putc(&out, '\n');
    return mws_buffer_text(&out);
}

/* ---- bytes -------------------------------------------------------------------------------- */

static void put_hex(mws_buffer_t *out, apr_size_t number, int digits)
{
    while (digits--) {
        mws_buffer_putc(out, "0123456789abcdef"[number >> (4 * digits) & 0xF]);
    }
}

/* A line of up to sixteen bytes from AT on. */
static void put_line(mws_buffer_t *out, mws_text_t bytes, apr_size_t at)
{
    apr_size_t i;

    put_hex(out, at, 8);
    for (i = at; i < at + 16; i++) {
        mws_buffer_puts(out, i % 8 ? " " : "  ");
        if (i < bytes.len) {
            put_hex(out, (unsigned char)bytes.s[i], 2);
        }
        else {
            mws_buffer_puts(out, "  ");
        }
    }
    mws_buffer_puts(out, "  |");
    for (i = at; i < at + 16 && i < bytes.len; i++) {
        mws_buffer_putc(out, bytes.s[i] >= ' ' && bytes.s[i] <= '~' ? bytes.s[i] : '.');
    }
    mws_buffer_puts(out, "|\n");
}

const char *mws_wsdoc_hex(apr_pool_t *p, mws_text_t bytes)
{
    mws_buffer_t out = mws_buffer_make(p, bytes.len * 5 + 128);
    apr_size_t   at;

    for (at = 0; at < bytes.len; at += 16) {
        put_line(&out, bytes, at);
    }
    return mws_buffer_text(&out);
}
