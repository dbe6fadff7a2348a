/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_escape.c -- escaping for XML and JSON: long runs are copied, the rest is looked up. */
#include "mws_escape.h"

#include "mws_buffer.h"

/* No character: what read_char() gives for bytes that are not UTF-8. */
#define BAD 0xFFFFFFFFU

/* Read the character at S, of LEN bytes that are left (at least one), into *C. Returns how many
 * bytes it takes. Of bytes that are not UTF-8, *C is BAD, and as many are taken as one replacement
 * character stands for (Unicode, section 3.9: the maximal subpart), which is why this is not
 * mws_utf8_decode(). */
static apr_size_t read_char(const char *s, apr_size_t len, apr_uint32_t *c)
{
    unsigned char first = (unsigned char)s[0], low = 0x80, high = 0xBF;
    apr_size_t    need, i;

    if (first < 0x80) {
        *c = first;
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        *c = BAD;
        return 1;
    }
    if (first < 0xE0) {
        need = 1;
        *c = first & 0x1FU;
    }
    else if (first < 0xF0) {
        need = 2;
        *c = first & 0x0FU;
        low = first == 0xE0 ? 0xA0 : low;   /* below: too long a form */
        high = first == 0xED ? 0x9F : high; /* above: surrogates */
    }
    else {
        need = 3;
        *c = first & 0x07U;
        low = first == 0xF0 ? 0x90 : low;
        high = first == 0xF4 ? 0x8F : high; /* above: no such character */
    }
    for (i = 1; i <= need; i++) {
        unsigned char next = i < len ? (unsigned char)s[i] : 0;

        if (next < low || next > high) {
            *c = BAD;
            return i;
        }
        *c = *c << 6 | (next & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return need + 1;
}

/* What to do with a byte: nothing (0), drop it, write a reference, or look at the character that
 * begins there. */
enum { DROP = 1, ENTITY, QUOTE, WIDE };

/* clang-format off */
static const unsigned char xml_kind[256] = {
    [0x00 ... 0x08] = DROP, [0x0B ... 0x0C] = DROP, [0x0E ... 0x1F] = DROP, ['\r'] = ENTITY,
    ['&'] = ENTITY,         ['<'] = ENTITY,         ['>'] = ENTITY,         ['"'] = QUOTE,
    [0x80 ... 0xFF] = WIDE,
};
/* clang-format on */

static void put_entity(mws_sink_t *sink, char c)
{
    switch (c) {
    case '&':
        MWS_PUT(sink, "&amp;");
        break;
    case '<':
        MWS_PUT(sink, "&lt;");
        break;
    case '>':
        MWS_PUT(sink, "&gt;");
        break;
    case '"':
        MWS_PUT(sink, "&quot;");
        break;
    default:
        MWS_PUT(sink, "&#13;"); /* a bare one would be read as a line feed */
    }
}

/* As mws_escape_xml(), with quotes escaped or not. */
static void escape_xml(mws_sink_t *sink, const char *text, apr_size_t len, int quotes)
{
    const char *run = text, *at = text, *end = text + len;

    while (at < end) {
        unsigned char kind = xml_kind[(unsigned char)*at];
        apr_size_t    width = 1;
        apr_uint32_t  c = 0;

        if (kind == WIDE) {
            width = read_char(at, (apr_size_t)(end - at), &c);
        }
        if (kind == 0 || (kind == QUOTE && !quotes) ||
            (kind == WIDE && c != BAD && c != 0xFFFE && c != 0xFFFF)) {
            at += width;
            continue;
        }
        mws_put(sink, run, (apr_size_t)(at - run));
        if (kind == ENTITY || kind == QUOTE) {
            put_entity(sink, *at);
        }
        else if (c == BAD) {
            MWS_PUT(sink, "\xEF\xBF\xBD");
        }
        at += width;
        run = at;
    }
    mws_put(sink, run, (apr_size_t)(at - run));
}

void mws_escape_xml(mws_sink_t *sink, const char *text, apr_size_t len)
{
    escape_xml(sink, text, len, 1);
}

void mws_escape_xml_text(mws_sink_t *sink, const char *text, apr_size_t len)
{
    escape_xml(sink, text, len, 0);
}

/* The letter after the backslash; UNIT: the character's number in hexadecimal. */
enum { UNIT = 'u' };

/* clang-format off */
static const unsigned char json_kind[256] = {
    [0x00 ... 0x07] = UNIT, ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',   [0x0B] = UNIT,
    ['\f'] = 'f',           ['\r'] = 'r', ['"'] = '"',  [0x0E ... 0x1F] = UNIT,
    ['/'] = '/',            ['\\'] = '\\', [0x80 ... 0xFF] = UNIT,
};
/* clang-format on */

/* One UTF-16 unit. */
static void put_unit(mws_sink_t *sink, apr_uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char              out[6] = {'\\', 'u'};

    out[2] = digits[unit >> 12 & 0xF];
    out[3] = digits[unit >> 8 & 0xF];
    out[4] = digits[unit >> 4 & 0xF];
    out[5] = digits[unit & 0xF];
    mws_put(sink, out, sizeof(out));
}

static void put_units(mws_sink_t *sink, apr_uint32_t c)
{
    if (c == BAD) {
        put_unit(sink, 0xFFFD);
    }
    else if (c < 0x10000) {
        put_unit(sink, c);
    }
    else {
        put_unit(sink, 0xD800 + ((c - 0x10000) >> 10));
        put_unit(sink, 0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}

void mws_escape_json(mws_sink_t *sink, const char *text, apr_size_t len)
{
    const char *run = text, *at = text, *end = text + len;

    MWS_PUT(sink, "\"");
    while (at < end) {
        unsigned char kind = json_kind[(unsigned char)*at];

        if (!kind) {
            at++;
            continue;
        }
        mws_put(sink, run, (apr_size_t)(at - run));
        if (kind == UNIT) {
            apr_uint32_t c;

            at += read_char(at, (apr_size_t)(end - at), &c);
            put_units(sink, c);
        }
        else {
            const char pair[2] = {'\\', (char)kind};

            mws_put(sink, pair, sizeof(pair));
            at++;
        }
        run = at;
    }
    mws_put(sink, run, (apr_size_t)(at - run));
    MWS_PUT(sink, "\"");
}

const char *mws_json_text(apr_pool_t *p, const char *text)
{
    apr_size_t len = strlen(text), most = 6 * len + 2; /* a byte is \uXXXX at most */
    char      *json = apr_palloc(p, most + 1);
    mws_sink_t sink = mws_sink_over(json, most);

    mws_escape_json(&sink, text, len);
    *sink.next = '\0';
    return json;
}

mws_text_t mws_escape_utf8(apr_pool_t *p, const char *text, apr_size_t len)
{
    const char  *at = text, *end = text + len, *run;
    mws_buffer_t clean;
    apr_uint32_t c = 0;

    while (at < end && c != BAD) {
        at += (unsigned char)*at < 0x80 ? 1 : read_char(at, (apr_size_t)(end - at), &c);
    }
    if (c != BAD) {
        return (mws_text_t){text, len};
    }
    clean = mws_buffer_make(p, len + 16);
    for (run = at = text; at < end;) {
        apr_size_t width = read_char(at, (apr_size_t)(end - at), &c);

        if (c == BAD) {
            mws_buffer_put(&clean, run, (apr_size_t)(at - run));
            mws_buffer_puts(&clean, "\xEF\xBF\xBD");
            run = at + width;
        }
        at += width;
    }
    mws_buffer_put(&clean, run, (apr_size_t)(at - run));
    mws_buffer_text(&clean);
    return (mws_text_t){clean.s, clean.len};
}
