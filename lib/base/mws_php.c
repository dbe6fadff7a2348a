/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_php.c -- numbers from texts and texts from numbers, as PHP has them. */
#include "mws_php.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mws_buffer.h"

static mws_text_t text_of(const char *s)
{
    mws_text_t text = {s, strlen(s)};

    return text;
}

/* The C locale, for numbers: another module may have set another one. glibc gives a constant. */
static locale_t plain_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

double mws_php_float(const char *text)
{
    locale_t plain = plain_locale();
    double   f = strtod_l(text, NULL, plain);

    freelocale(plain);
    return f;
}

/* F with DIGITS significant digits as d.ddde+x in OUT. */
static void print_scientific(char *out, size_t room, int digits, double f)
{
    locale_t plain = plain_locale(), before = uselocale(plain);

    snprintf(out, room, "%.*e", digits - 1, f);
    uselocale(before);
    freelocale(plain);
}

/* F, finite and not zero, from its digits: plain where the point comes after at most PLAIN_MAX of
 * them and before at most three zeros, else with an exponent after E.
 * PHP: php_gcvt() in main/snprintf.c. */
static const char *spell(apr_pool_t *p, const char *scientific, int plain_max, char e)
{
    mws_buffer_t out = mws_buffer_make(p, 32);
    char         digits[32] = "0";
    const char  *at = scientific;
    int          count = 0, point, i;

    if (*at == '-') {
        mws_buffer_putc(&out, *at++);
    }
    for (; *at != 'e'; at++) {
        if (*at != '.') {
            digits[count++] = *at;
        }
    }
    point = atoi(at + 1) + 1;
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    if (point < -3 || point > plain_max) {
        mws_buffer_putc(&out, digits[0]);
        mws_buffer_putc(&out, '.');
        mws_buffer_put(&out, count > 1 ? digits + 1 : "0", count > 1 ? (apr_size_t)count - 1 : 1);
        mws_buffer_puts(&out, apr_psprintf(p, "%c%c%d", e, point > 0 ? '+' : '-', abs(point - 1)));
        return mws_buffer_text(&out);
    }
    if (point <= 0) {
        mws_buffer_puts(&out, "0.");
        for (i = point; i < 0; i++) {
            mws_buffer_putc(&out, '0');
        }
    }
    for (i = 0; i < count || i < point; i++) {
        if (i == point && i > 0) {
            mws_buffer_putc(&out, '.');
        }
        mws_buffer_putc(&out, i < count ? digits[i] : '0');
    }
    return mws_buffer_text(&out);
}

const char *mws_php_float_text(apr_pool_t *p, double f)
{
    char scientific[48];

    if (isnan(f)) {
        return "NAN";
    }
    if (isinf(f)) {
        return f < 0 ? "-INF" : "INF";
    }
    if (f == 0) {
        return signbit(f) ? "-0" : "0";
    }
    print_scientific(scientific, sizeof(scientific), 14, f);
    return spell(p, scientific, 14, 'E');
}

mws_text_t mws_php_spelled(apr_pool_t *p, const mws_value_t *v)
{
    switch (mws_value_kind(v)) {
    case MWS_TEXT:
        return mws_value_as_text(v);
    case MWS_BOOL:
        return text_of(mws_value_as_bool(v) ? "1" : "");
    case MWS_INT:
        return text_of(apr_psprintf(p, "%" APR_INT64_T_FMT, mws_value_as_int(v)));
    case MWS_FLOAT:
        return text_of(mws_php_float_text(p, mws_value_as_float(v)));
    default:
        return (mws_text_t){"", 0};
    }
}

const char *mws_php_float_json(apr_pool_t *p, double f)
{
    char scientific[48];
    int  digits;

    if (!isfinite(f)) {
        return "null";
    }
    if (f == 0) {
        return "0";
    }
    for (digits = 1; digits <= 17; digits++) {
        print_scientific(scientific, sizeof(scientific), digits, f);
        if (mws_php_float(scientific) == f) {
            break;
        }
    }
    return spell(p, scientific, 17, 'e');
}

apr_size_t mws_php_number(const char *text, int *is_real)
{
    apr_size_t i = text[0] == '+' || text[0] == '-', digits = i, end;

    *is_real = 0;
    while (apr_isdigit(text[i])) {
        i++;
    }
    digits = i - digits;
    if (text[i] == '.' && (digits || apr_isdigit(text[i + 1]))) {
        *is_real = 1;
        for (i++; apr_isdigit(text[i]); i++) {
            digits++;
        }
    }
    if (!digits) {
        return 0;
    }
    if ((text[i] | 0x20) == 'e') {
        end = i + 1 + (text[i + 1] == '+' || text[i + 1] == '-');
        if (apr_isdigit(text[end])) {
            *is_real = 1;
            for (i = end; apr_isdigit(text[i]); i++) {
            }
        }
    }
    return i;
}

static apr_int64_t saturate(double f)
{
    if (f >= 9223372036854775808.0) {
        return APR_INT64_MAX;
    }
    return f <= -9223372036854775808.0 ? APR_INT64_MIN : (apr_int64_t)f;
}

apr_int64_t mws_php_int(const char *text)
{
    apr_size_t len;
    int        is_real;

    text += strspn(text, " \t\n\r\v\f");
    len = mws_php_number(text, &is_real);
    if (!len) {
        return 0;
    }
    return is_real ? saturate(mws_php_float(text)) : (apr_int64_t)strtoll(text, NULL, 10);
}

int mws_php_bool(const char *text)
{
    return text && *text && strcmp(text, "0") != 0;
}
