/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_json.c -- a strict reader of JSON: one function for each rule of the grammar. */
#include "mws_json.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/base/mws_unicode.h"

typedef struct {
    mws_call_t  *call;
    char        *start, *at, *end; /* a NUL stands at END */
    apr_int64_t *keys;             /* how many more are allowed */
    apr_int64_t  depth;            /* objects and lists that are open */
    locale_t     plain;            /* where a decimal point is a point; made when first needed */
} reader_t;

static mws_error_t *expected(reader_t *in, const char *what)
{
    return mws_error(in->call->pool, MWS_BAD_PARAMETER, "JSON body, byte %" APR_SIZE_T_FMT ": %s",
                     (apr_size_t)(in->at - in->start), what);
}

static void skip_space(reader_t *in)
{
    while (*in->at == ' ' || *in->at == '\n' || *in->at == '\r' || *in->at == '\t') {
        in->at++;
    }
}

/* Pass over C, if it is next. */
static int accept_char(reader_t *in, char c)
{
    if (*in->at != c) {
        return 0;
    }
    in->at++;
    return 1;
}

static mws_error_t *count_key(reader_t *in)
{
    if (--*in->keys < 0) {
        return mws_error(in->call->pool, MWS_BAD_PARAMETER,
                         "JSON body, byte %" APR_SIZE_T_FMT ": more than the %" APR_INT64_T_FMT
                         " keys allowed in a request",
                         (apr_size_t)(in->at - in->start), in->call->settings->keys_max);
    }
    return NULL;
}

static mws_error_t *open_level(reader_t *in)
{
    if (in->depth == in->call->settings->depth_max) {
        return mws_error(in->call->pool, MWS_BAD_PARAMETER,
                         "JSON body, byte %" APR_SIZE_T_FMT ": more than the %" APR_INT64_T_FMT
                         " levels allowed in a request",
                         (apr_size_t)(in->at - in->start), in->call->settings->depth_max);
    }
    in->depth++;
    in->at++;
    skip_space(in);
    return NULL;
}

/* The four digits of an escape, behind its u; -1 when they are not. */
static int read_unit(const char *at)
{
    int unit = 0, i;

    for (i = 0; i < 4; i++) {
        int c = (unsigned char)at[i];

        if (c >= '0' && c <= '9') {
            c -= '0';
        }
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            c = (c | 0x20) - 'a' + 10;
        }
        else {
            return -1;
        }
        unit = unit << 4 | c;
    }
    return unit;
}

/* Read \uXXXX, or a pair of them that makes one character. */
static mws_error_t *read_unicode(reader_t *in, char **out)
{
    int c = read_unit(in->at + 2);

    if (c < 0) {
        return expected(in, "expected four hexadecimal digits in an escape");
    }
    if (c >= 0xD800 && c <= 0xDFFF) {
        int low = c < 0xDC00 && in->at[6] == '\\' && in->at[7] == 'u' ? read_unit(in->at + 8) : -1;

        if (low < 0xDC00 || low > 0xDFFF) {
            return expected(in, "a surrogate without its other half");
        }
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        in->at += 6;
    }
    in->at += 6;
    *out += mws_utf8_encode(c, *out);
    return NULL;
}

static mws_error_t *read_escape(reader_t *in, char **out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char       *letter;

    if (in->at[1] == 'u') {
        return read_unicode(in, out);
    }
    letter = in->at[1] ? strchr(letters, in->at[1]) : NULL;
    if (!letter) {
        return expected(in, "no such escape");
    }
    *(*out)++ = meant[letter - letters];
    in->at += 2;
    return NULL;
}

/* Whether a byte stands for itself in a string. */
static int is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Read a string, decoding it onto itself: it never grows. */
static mws_error_t *read_string(reader_t *in, mws_text_t *text)
{
    char *out;

    if (!accept_char(in, '"')) {
        return expected(in, "expected a string");
    }
    text->s = out = in->at;
    while (*in->at != '"') {
        int32_t    c;
        apr_size_t width;

        if (is_plain((unsigned char)*in->at)) {
            *out++ = *in->at++;
            continue;
        }
        if (*in->at == '\\') {
            MWS_ERR(read_escape(in, &out));
            continue;
        }
        if (in->at == in->end) {
            return expected(in, "a string without its end");
        }
        c = mws_utf8_decode(in->at, in->end, &width);
        if (c < 0) {
            return expected(in, "bytes that are not UTF-8");
        }
        if (c < 0x20) {
            return expected(in, "a control character that is not escaped");
        }
        memmove(out, in->at, width);
        out += width;
        in->at += width;
    }
    in->at++;
    text->len = (apr_size_t)(out - text->s);
    *out = '\0';
    return NULL;
}

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* Find the end of the number that begins at AT; NULL when it is none. *REAL: it has a fraction or
 * an exponent. */
static const char *number_end(const char *at, int *real)
{
    const char *digits;

    at += *at == '-';
    digits = at;
    at = skip_digits(at);
    if (at == digits || (*digits == '0' && at > digits + 1)) {
        return NULL;
    }
    *real = *at == '.' || *at == 'e' || *at == 'E';
    if (*at == '.') {
        digits = ++at;
        at = skip_digits(at);
        if (at == digits) {
            return NULL;
        }
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        digits = at;
        at = skip_digits(at);
        if (at == digits) {
            return NULL;
        }
    }
    return at;
}

static apr_status_t free_locale(void *locale)
{
    freelocale(locale);
    return APR_SUCCESS;
}

/* The process's locale is not ours to trust: PHP beside us may have set a decimal comma. */
static mws_error_t *need_plain_locale(reader_t *in)
{
    if (in->plain) {
        return NULL;
    }
    in->plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!in->plain) {
        return mws_error(in->call->pool, MWS_GENERAL, "no memory for a locale");
    }
    apr_pool_cleanup_register(in->call->pool, in->plain, free_locale, apr_pool_cleanup_null);
    return NULL;
}

static mws_error_t *read_real(reader_t *in, const char *end, mws_value_t **value)
{
    double f;

    MWS_ERR(need_plain_locale(in));
    f = strtod_l(in->at, NULL, in->plain);
    if (!isfinite(f)) {
        return expected(in, "a number beyond what a double holds");
    }
    in->at += end - in->at;
    *value = mws_value_float(in->call->pool, f);
    return NULL;
}

static mws_error_t *read_integer(reader_t *in, const char *end, mws_value_t **value)
{
    int         negative = *in->at == '-';
    const char *at = in->at + negative;
    apr_int64_t i = 0;

    for (; at < end; at++) {
        int digit = *at - '0';

        /* counted below zero, where there is room for one more */
        if (i < (APR_INT64_MIN + digit) / 10) {
            return expected(in, "an integer of more than 64 bits");
        }
        i = i * 10 - digit;
    }
    if (!negative && i == APR_INT64_MIN) {
        return expected(in, "an integer of more than 64 bits");
    }
    in->at += end - in->at;
    *value = mws_value_int(in->call->pool, negative ? i : -i);
    return NULL;
}

static mws_error_t *read_number(reader_t *in, mws_value_t **value)
{
    int         real;
    const char *end = number_end(in->at, &real);

    if (!end) {
        return expected(in, "not a number of JSON");
    }
    return real ? read_real(in, end, value) : read_integer(in, end, value);
}

/* Pass over WORD, if it is next. */
static int accept_word(reader_t *in, const char *word)
{
    apr_size_t len = strlen(word);

    if (strncmp(in->at, word, len) != 0) {
        return 0;
    }
    in->at += len;
    return 1;
}

static mws_error_t *read_word(reader_t *in, mws_value_t **value)
{
    apr_pool_t *p = in->call->pool;

    if (accept_word(in, "true")) {
        *value = mws_value_bool(p, 1);
    }
    else if (accept_word(in, "false")) {
        *value = mws_value_bool(p, 0);
    }
    else if (accept_word(in, "null")) {
        *value = mws_value_null(p);
    }
    else {
        return expected(in, "expected a value");
    }
    return NULL;
}

static mws_error_t *read_members(reader_t *in, mws_value_t *strct);
static mws_error_t *read_elements(reader_t *in, mws_value_t *list);

static mws_error_t *read_value(reader_t *in, mws_value_t **value)
{
    apr_pool_t *p = in->call->pool;
    mws_text_t  text = {NULL, 0};

    switch (*in->at) {
    case '{':
        *value = mws_value_struct(p);
        return read_members(in, *value);
    case '[':
        *value = mws_value_list(p);
        return read_elements(in, *value);
    case '"':
        MWS_ERR(read_string(in, &text));
        *value = mws_value_text(p, text.s, (apr_ssize_t)text.len);
        return NULL;
    case '-':
    case '0' ... '9':
        return read_number(in, value);
    default:
        return read_word(in, value);
    }
}

static mws_error_t *read_elements(reader_t *in, mws_value_t *list)
{
    MWS_ERR(open_level(in));
    if (!accept_char(in, ']')) {
        do {
            mws_value_t *item = NULL;

            skip_space(in);
            MWS_ERR(count_key(in));
            MWS_ERR(read_value(in, &item));
            mws_value_append(list, item);
            skip_space(in);
        } while (accept_char(in, ','));
        if (!accept_char(in, ']')) {
            return expected(in, "expected a comma or the end of the list");
        }
    }
    in->depth--;
    return NULL;
}

static mws_error_t *read_member(reader_t *in, mws_value_t *strct)
{
    char        *name = in->at;
    mws_text_t   key = {NULL, 0};
    mws_value_t *item = NULL;

    MWS_ERR(count_key(in));
    MWS_ERR(read_string(in, &key));
    if (mws_value_get(strct, key.s, (apr_ssize_t)key.len)) {
        in->at = name;
        return expected(in, "a key that is there already");
    }
    skip_space(in);
    if (!accept_char(in, ':')) {
        return expected(in, "expected a colon");
    }
    skip_space(in);
    MWS_ERR(read_value(in, &item));
    mws_value_set(strct, key.s, (apr_ssize_t)key.len, item);
    return NULL;
}

static mws_error_t *read_members(reader_t *in, mws_value_t *strct)
{
    MWS_ERR(open_level(in));
    if (!accept_char(in, '}')) {
        do {
            skip_space(in);
            MWS_ERR(read_member(in, strct));
            skip_space(in);
        } while (accept_char(in, ','));
        if (!accept_char(in, '}')) {
            return expected(in, "expected a comma or the end of the object");
        }
    }
    in->depth--;
    return NULL;
}

/* Nothing but blanks follows WHAT. */
static mws_error_t *read_end(reader_t *in, const char *what)
{
    skip_space(in);
    return in->at == in->end ? NULL : expected(in, what);
}

mws_error_t *mws_json_object(mws_call_t *call, char *body, apr_size_t len, mws_value_t *strct,
                             apr_int64_t *keys)
{
    reader_t in = {.call = call, .start = body, .at = body, .end = body + len, .keys = keys};

    skip_space(&in);
    if (*in.at != '{') {
        return expected(&in, "expected an object");
    }
    MWS_ERR(read_members(&in, strct));
    return read_end(&in, "expected nothing after the object");
}

mws_error_t *mws_json_either(mws_call_t *call, char *body, apr_size_t len, mws_value_t *strct,
                             mws_value_t **list, apr_int64_t *keys)
{
    reader_t in = {.call = call, .start = body, .at = body, .end = body + len, .keys = keys};

    *list = NULL;
    skip_space(&in);
    if (*in.at != '[') {
        return mws_json_object(call, body, len, strct, keys);
    }
    *list = mws_value_list(call->pool);
    MWS_ERR(read_elements(&in, *list));
    return read_end(&in, "expected nothing after the list");
}
