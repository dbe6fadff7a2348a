/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_unicode.c -- UTF-8, and the ranges of mws_unicode.tbl. */
#include "mws_unicode.h"

#include <string.h>

#include "mws_buffer.h"

typedef struct {
    int32_t first, last, stride, delta;
} range_t;

static const range_t lower_ranges[] = {
#define LOWER(first, last, stride, delta) {first, last, stride, delta},
#include "mws_unicode.tbl"
#undef LOWER
};

static const range_t upper_ranges[] = {
#define UPPER(first, last, stride, delta) {first, last, stride, delta},
#include "mws_unicode.tbl"
#undef UPPER
};

static const range_t punct_ranges[] = {
#define PUNCT(first, last) {first, last, 1, 0},
#include "mws_unicode.tbl"
#undef PUNCT
};

static const range_t space_ranges[] = {
#define SPACE(first, last) {first, last, 1, 0},
#include "mws_unicode.tbl"
#undef SPACE
};

/* clang-format off */
static const range_t uppercase_ranges[] = {
#define UPPERCASE(first, last, stride) {first, last, stride, 0},
#include "mws_unicode.tbl"
#undef UPPERCASE
};

static const range_t lowercase_ranges[] = {
#define LOWERCASE(first, last, stride) {first, last, stride, 0},
#include "mws_unicode.tbl"
#undef LOWERCASE
};

static const range_t digit_ranges[] = {
#define DIGIT(first, last, stride) {first, last, stride, 0},
#include "mws_unicode.tbl"
#undef DIGIT
};
/* clang-format on */

#define COUNT(ranges) (sizeof(ranges) / sizeof((ranges)[0]))

/* The range that C is one of, or NULL. */
static const range_t *find(const range_t *ranges, apr_size_t count, int32_t c)
{
    apr_size_t low = 0, high = count;

    while (low < high) {
        apr_size_t middle = (low + high) / 2;

        if (c > ranges[middle].last) {
            low = middle + 1;
        }
        else if (c < ranges[middle].first) {
            high = middle;
        }
        else {
            return (c - ranges[middle].first) % ranges[middle].stride == 0 ? &ranges[middle] : NULL;
        }
    }
    return NULL;
}

int32_t mws_utf8_decode(const char *text, const char *end, apr_size_t *len)
{
    const unsigned char *s = (const unsigned char *)text;
    apr_size_t           more, i;
    int32_t              c, least;

    *len = 1;
    if (s[0] < 0x80) {
        return s[0];
    }
    if (s[0] < 0xC2 || s[0] > 0xF4) {
        return -1;
    }
    more = s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
    least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
    if ((apr_size_t)(end - text) <= more) {
        return -1;
    }
    c = s[0] & (0x3F >> more);
    for (i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return -1;
        }
        c = c << 6 | (s[i] & 0x3F);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return -1;
    }
    *len = more + 1;
    return c;
}

apr_size_t mws_utf8_encode(int32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* What C is by the range of RANGES that it belongs to. */
static int32_t moved(const range_t *ranges, apr_size_t count, int32_t c)
{
    const range_t *range = find(ranges, count, c);

    return range && (c - range->first) % range->stride == 0 ? c + range->delta : c;
}

int32_t mws_unicode_lower(int32_t c)
{
    if (c < 0x80) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
    return moved(lower_ranges, COUNT(lower_ranges), c);
}

int32_t mws_unicode_upper(int32_t c)
{
    if (c < 0x80) {
        return c >= 'a' && c <= 'z' ? c - 32 : c;
    }
    return moved(upper_ranges, COUNT(upper_ranges), c);
}

int mws_unicode_is_punct(int32_t c)
{
    return find(punct_ranges, COUNT(punct_ranges), c) != NULL;
}

int mws_unicode_is_space(int32_t c)
{
    return find(space_ranges, COUNT(space_ranges), c) != NULL;
}

int mws_unicode_is_upper(int32_t c)
{
    return find(uppercase_ranges, COUNT(uppercase_ranges), c) != NULL;
}

int mws_unicode_is_lower(int32_t c)
{
    return find(lowercase_ranges, COUNT(lowercase_ranges), c) != NULL;
}

int mws_unicode_is_digit(int32_t c)
{
    return find(digit_ranges, COUNT(digit_ranges), c) != NULL;
}

apr_size_t mws_utf8_count(const char *text)
{
    apr_size_t count = 0;

    for (; *text; text++) {
        count += (*text & 0xC0) != 0x80;
    }
    return count;
}

mws_text_t mws_utf8_each(apr_pool_t *p, mws_text_t text, mws_utf8_change_t *change)
{
    const char  *at = text.s, *end = text.s + text.len;
    mws_buffer_t out = mws_buffer_make(p, text.len);

    while (at < end) {
        apr_size_t len;
        int32_t    c = mws_utf8_decode(at, end, &len);
        char       bytes[4];

        if (c >= 0) {
            c = change(c);
        }
        if (c >= 0) {
            mws_buffer_put(&out, bytes, mws_utf8_encode(c, bytes));
        }
        at += len;
    }
    text.len = out.len;
    text.s = mws_buffer_text(&out);
    return text;
}

static int32_t without_noncharacters(int32_t c)
{
    return c == 0 || c == 0xFFFE || c == 0xFFFF ? -1 : c;
}

static int is_ascii(mws_text_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len && text.s[i] > 0; i++) {
    }
    return i == text.len;
}

mws_text_t mws_utf8_clean(apr_pool_t *p, mws_text_t text)
{
    if (is_ascii(text)) {
        return text;
    }
    return mws_utf8_each(p, text, without_noncharacters);
}

const char *mws_utf8_lower(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text));
    const char  *end = text + strlen(text);

    while (text < end) {
        apr_size_t len;
        int32_t    c = mws_utf8_decode(text, end, &len);
        char       bytes[4];

        if (c < 0) {
            mws_buffer_put(&out, text, len);
        }
        else {
            mws_buffer_put(&out, bytes, mws_utf8_encode(mws_unicode_lower(c), bytes));
        }
        text += len;
    }
    return mws_buffer_text(&out);
}
