/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/mws_xmlrpc_read.c -- a methodCall, from XML to values. */
#include <apr_base64.h>
#include <apr_strings.h>
#include <errno.h>
#include <limits.h>
#include <time.h>

#include "../../lib/base/mws_php.h"
#include "../../lib/text/mws_clean.h"
#include "../mws_xml.h"
#include "mws_xmlrpc.h"

#define BLANKS " \t\r\n"
#define DIGITS "0123456789"
#define NAME_CHARS DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.:/"

/* Apache's extensions: nil, i8 and others may be in this namespace, or in none. */
static const char extensions[] = "http://ws.apache.org/xmlrpc/namespaces/extensions";

typedef struct {
    mws_call_t *call;
    apr_int64_t keys; /* what is left of MoodleWSKeysMax */
} reading_t;

mws_error_t *(mws_xmlrpc_error)(apr_pool_t *p, int number, const char *fmt, ...)
{
    mws_error_t *err = mws_error(p, MWS_BAD_PARAMETER, NULL);
    va_list      ap;

    va_start(ap, fmt);
    err->message = apr_pvsprintf(p, fmt, ap);
    va_end(ap);
    err->fault = apr_itoa(p, number);
    err->detail = apr_pstrcat(p, "fault ", err->fault, NULL);
    return err;
}

/* ---- values without others in them ------------------------------------------------------- */

/* TEXT without blanks around it. */
static char *trimmed(apr_pool_t *p, mws_text_t text)
{
    const char *begin = text.s + strspn(text.s, BLANKS), *end = text.s + text.len;

    while (end > begin && strchr(BLANKS, end[-1])) {
        end--;
    }
    return apr_pstrmemdup(p, begin, (apr_size_t)(end - begin));
}

static int is_blank(mws_text_t text)
{
    return !text.s[strspn(text.s, BLANKS)];
}

static mws_value_t *read_string(mws_call_t *call, mws_text_t text)
{
    return mws_value_text(call->pool, text.s, (apr_ssize_t)text.len);
}

static mws_value_t *read_integer(mws_call_t *call, mws_text_t text)
{
    const char *digits = trimmed(call->pool, text);
    apr_size_t  sign = *digits == '-' || *digits == '+';
    apr_int64_t number;

    if (!digits[sign] || digits[sign + strspn(digits + sign, DIGITS)]) {
        return NULL;
    }
    errno = 0;
    number = apr_strtoi64(digits, NULL, 10);
    return errno ? NULL : mws_value_int(call->pool, number);
}

static mws_value_t *read_boolean(mws_call_t *call, mws_text_t text)
{
    const char *word = trimmed(call->pool, text);
    int         yes = !strcmp(word, "1") || !strcmp(word, "true");

    return yes || !strcmp(word, "0") || !strcmp(word, "false") ? mws_value_bool(call->pool, yes)
                                                               : NULL;
}

static mws_value_t *read_double(mws_call_t *call, mws_text_t text)
{
    const char *number = trimmed(call->pool, text);

    return *mws_clean_text(call, MWS_PARAM_FLOAT, number)
               ? mws_value_float(call->pool, mws_php_float(number))
               : NULL;
}

/* Take COUNT digits at *AT, a number from LEAST to MOST, into *NUMBER. */
static int take_digits(const char **at, int count, int least, int most, int *number)
{
    for (*number = 0; count > 0 && **at >= '0' && **at <= '9'; count--, (*at)++) {
        *number = *number * 10 + (**at - '0');
    }
    return count == 0 && *number >= least && *number <= most;
}

/* Pass over C at *AT, where it is. */
static int take(const char **at, char c)
{
    int there = **at == c;

    *at += there;
    return there;
}

/* Take an offset to UTC at *AT (Z, +02:00, -0330, or nothing) into *SECONDS. */
static int take_offset(const char **at, int *seconds)
{
    int negative = **at == '-', hours, minutes;

    *seconds = 0;
    if (take(at, 'Z') || (!take(at, '+') && !take(at, '-'))) {
        return 1;
    }
    if (!take_digits(at, 2, 0, 23, &hours)) {
        return 0;
    }
    take(at, ':');
    if (!take_digits(at, 2, 0, 59, &minutes)) {
        return 0;
    }
    *seconds = (hours * 60 + minutes) * 60 * (negative ? -1 : 1);
    return 1;
}

static int take_day(const char **at, struct tm *tm)
{
    int there = take_digits(at, 4, 0, 9999, &tm->tm_year);

    take(at, '-');
    there = there && take_digits(at, 2, 1, 12, &tm->tm_mon);
    take(at, '-');
    tm->tm_year -= 1900;
    tm->tm_mon--;
    return there && take_digits(at, 2, 1, 31, &tm->tm_mday);
}

static int take_time(const char **at, struct tm *tm)
{
    if (!take_digits(at, 2, 0, 23, &tm->tm_hour) || !take(at, ':') ||
        !take_digits(at, 2, 0, 59, &tm->tm_min) || !take(at, ':') ||
        !take_digits(at, 2, 0, 59, &tm->tm_sec)) {
        return 0;
    }
    if (take(at, '.')) {
        *at += strspn(*at, DIGITS);
    }
    return 1;
}

/* The Unix seconds of TEXT, a date and time of ISO 8601, in UTC unless it says otherwise. False where
 * it is none. */
static int date_of(const char *text, apr_int64_t *seconds)
{
    struct tm tm = {.tm_isdst = 0};
    int       offset, day;

    if (!take_day(&text, &tm) || !take(&text, 'T') || !take_time(&text, &tm) ||
        !take_offset(&text, &offset) || *text) {
        return 0;
    }
    day = tm.tm_mday;
    *seconds = (apr_int64_t)timegm(&tm) - offset;
    return tm.tm_mday == day; /* of a 30th of February it makes another day */
}

/* As it was sent: what it is for only the declaration knows. */
static mws_value_t *read_date(mws_call_t *call, mws_text_t text)
{
    const char *date = trimmed(call->pool, text);
    apr_int64_t seconds;

    return date_of(date, &seconds) ? mws_value_text(call->pool, date, -1) : NULL;
}

static int is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

static mws_value_t *read_base64(mws_call_t *call, mws_text_t text)
{
    char      *dense = apr_palloc(call->pool, text.len + 1), *bytes;
    apr_size_t len = 0, padding = 0, i;

    for (i = 0; i < text.len; i++) {
        if (text.s[i] == '=') {
            padding++;
        }
        else if (!padding && is_base64(text.s[i])) {
            dense[len++] = text.s[i];
        }
        else if (!strchr(BLANKS, text.s[i])) {
            return NULL;
        }
    }
    if (len > INT_MAX || len % 4 == 1 || padding > (4 - len % 4) % 4) {
        return NULL;
    }
    dense[len] = '\0';
    bytes = apr_palloc(call->pool, (apr_size_t)apr_base64_decode_len(dense) + 1);
    len = (apr_size_t)apr_base64_decode(bytes, dense);
    bytes[len] = '\0';
    return mws_value_text(call->pool, bytes, (apr_ssize_t)len);
}

static mws_value_t *read_nil(mws_call_t *call, mws_text_t text)
{
    return is_blank(text) ? mws_value_null(call->pool) : NULL;
}

static const struct {
    const char *name;
    mws_value_t *(*read)(mws_call_t *call, mws_text_t text); /* NULL for what is no such value */
} types[] = {
    {"string", read_string},     {"int", read_integer},   {"i4", read_integer},
    {"boolean", read_boolean},   {"double", read_double}, {"dateTime.iso8601", read_date},
    {"base64", read_base64},     {"nil", read_nil},       {"i8", read_integer},
    {"i1", read_integer},        {"i2", read_integer},    {"float", read_double},
    {"bigdecimal", read_double},
};

/* ---- values ------------------------------------------------------------------------------ */

static mws_error_t *read_value(reading_t *reading, const mws_xml_t *element, apr_int64_t levels,
                               mws_value_t **v);

static mws_error_t *bad_value(const reading_t *reading, const char *why)
{
    return mws_xmlrpc_error(reading->call->pool, MWS_XMLRPC_BAD_VALUE, "%s", why);
}

/* Say of ERR where in an argument it was. */
static mws_error_t *within(const reading_t *reading, mws_error_t *err, const char *where)
{
    err->message = apr_pstrcat(reading->call->pool, where, ": ", err->message, NULL);
    return err;
}

static mws_error_t *read_items(reading_t *reading, const mws_xml_t *array, apr_int64_t levels,
                               mws_value_t **v)
{
    const mws_xml_t *data = mws_xml_child(array, "data"), *item;
    apr_size_t       count = 0;

    if (!data || !is_blank(data->text)) {
        return bad_value(reading, "an array needs data, and data values");
    }
    *v = mws_value_list(reading->call->pool);
    for (item = data->first; item; item = item->next, count++) {
        mws_value_t *read;
        mws_error_t *err = read_value(reading, item, levels, &read);

        if (err) {
            return within(reading, err,
                          apr_psprintf(reading->call->pool, "item %" APR_SIZE_T_FMT, count));
        }
        mws_value_append(*v, read);
    }
    return NULL;
}

/* What has no name or no value is passed over; of members with the same name the last counts. */
static mws_error_t *read_members(reading_t *reading, const mws_xml_t *strct, apr_int64_t levels,
                                 mws_value_t **v)
{
    const mws_xml_t *member;

    *v = mws_value_struct(reading->call->pool);
    for (member = strct->first; member; member = member->next) {
        const mws_xml_t *name = mws_xml_child(member, "name");
        const mws_xml_t *value = mws_xml_child(member, "value");
        mws_value_t     *read = NULL;
        mws_error_t     *err;

        if (!mws_xml_is(member, "", "member")) {
            return bad_value(reading, "a struct has members only");
        }
        if (!name || !value) {
            continue;
        }
        err = read_value(reading, value, levels, &read);
        if (err) {
            return within(reading, err,
                          apr_psprintf(reading->call->pool, "member \"%.60s\"", name->text.s));
        }
        mws_value_set(*v, name->text.s, (apr_ssize_t)name->text.len, read);
    }
    return is_blank(strct->text) ? NULL : bad_value(reading, "a struct has members only");
}

static mws_error_t *read_typed(reading_t *reading, const mws_xml_t *typed, mws_value_t **v)
{
    apr_size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(typed->name, types[i].name) == 0) {
            *v = typed->first ? NULL : types[i].read(reading->call, typed->text);
            return *v ? NULL
                      : bad_value(reading, apr_psprintf(reading->call->pool,
                                                        "not a value of type %s", types[i].name));
        }
    }
    return bad_value(reading, "no type is called so");
}

/* Read ELEMENT, a value; LEVELS more may be nested in it. */
static mws_error_t *read_value(reading_t *reading, const mws_xml_t *element, apr_int64_t levels,
                               mws_value_t **v)
{
    const mws_xml_t *typed = element->first;
    int              is_array;

    if (!mws_xml_is(element, "", "value")) {
        return bad_value(reading, "a value is expected");
    }
    if (reading->keys-- <= 0) {
        return bad_value(reading, "more values than MoodleWSKeysMax allows");
    }
    if (!typed) {
        *v = read_string(reading->call, element->text);
        return NULL;
    }
    if (typed->next || (*typed->space && strcmp(typed->space, extensions) != 0)) {
        return bad_value(reading, "a value has one type");
    }
    is_array = strcmp(typed->name, "array") == 0;
    if (!is_array && strcmp(typed->name, "struct") != 0) {
        return read_typed(reading, typed, v);
    }
    if (levels <= 0) {
        return bad_value(reading, "nested more deeply than MoodleWSDepthMax allows");
    }
    return is_array ? read_items(reading, typed, levels - 1, v)
                    : read_members(reading, typed, levels - 1, v);
}

/* ---- the call ---------------------------------------------------------------------------- */

mws_error_t *mws_xmlrpc_name(apr_pool_t *p, mws_text_t text, const char **name)
{
    *name = trimmed(p, text);
    if (!**name || (*name)[strspn(*name, NAME_CHARS)] || strlen(text.s) != text.len) {
        return mws_xmlrpc_error(p, MWS_XMLRPC_BAD_NAME, "Not the name of a method");
    }
    return NULL;
}

static mws_error_t *read_args(reading_t *reading, const mws_xml_t *params, mws_value_t *args)
{
    apr_pool_t      *p = reading->call->pool;
    const mws_xml_t *param;

    for (param = params ? params->first : NULL; param; param = param->next) {
        const mws_xml_t *value = mws_xml_child(param, "value");
        mws_value_t     *read;
        mws_error_t     *err;

        if (!value) {
            return mws_xmlrpc_error(p, MWS_XMLRPC_NO_VALUE, "A param has no value");
        }
        err = read_value(reading, value, reading->call->settings->depth_max - 1, &read);
        if (err) {
            return within(reading, err,
                          apr_psprintf(p, "Argument %" APR_SIZE_T_FMT, mws_value_size(args) + 1));
        }
        mws_value_append(args, read);
    }
    return NULL;
}

/* The root of BODY. What the reader of XML says is told as the protocol does. */
static mws_error_t *read_root(mws_call_t *call, mws_text_t body, mws_xml_t **root)
{
    mws_error_t *err = mws_xml_read(call, body, root);

    if (err && err->debuginfo) {
        return mws_xmlrpc_error(call->pool, MWS_XMLRPC_BAD_XML, "The request cannot be read: %s",
                                err->debuginfo);
    }
    return err;
}

mws_error_t *mws_xmlrpc_read(mws_call_t *call, mws_text_t body, mws_xmlrpc_call_t *sent)
{
    reading_t        reading = {.call = call, .keys = call->settings->keys_max};
    const mws_xml_t *name;
    mws_xml_t       *root;

    if (!body.len) {
        return mws_xmlrpc_error(call->pool, MWS_XMLRPC_NO_REQUEST, "A call is to be POSTed");
    }
    MWS_ERR(read_root(call, body, &root));
    name = mws_xml_child(root, "methodName");
    if (!mws_xml_is(root, "", "methodCall") || !name) {
        return mws_xmlrpc_error(call->pool, MWS_XMLRPC_NO_NAME,
                                "The request is no methodCall with a methodName");
    }
    MWS_ERR(mws_xmlrpc_name(call->pool, name->text, &sent->method));
    sent->args = mws_value_list(call->pool);
    return read_args(&reading, mws_xml_child(root, "params"), sent->args);
}

/* ---- as declared ------------------------------------------------------------------------- */

static mws_value_t *fit_integer(apr_pool_t *p, mws_value_t *v)
{
    apr_int64_t seconds;

    if (mws_value_kind(v) == MWS_BOOL) {
        return mws_value_int(p, mws_value_as_bool(v));
    }
    if (mws_value_kind(v) == MWS_TEXT && date_of(mws_value_as_text(v).s, &seconds)) {
        return mws_value_int(p, seconds);
    }
    return v;
}

/* What is declared for the I-th item of V, which SPEC is for; or NULL. */
static const mws_spec_t *spec_of_item(const mws_spec_t *spec, const mws_value_t *v, apr_size_t i)
{
    mws_text_t key = mws_value_key_at(v, i);

    return spec->kind == MWS_SPEC_LIST ? spec->of : mws_spec_key(spec, key.s, key.len);
}

mws_value_t *mws_xmlrpc_fit(apr_pool_t *p, const mws_spec_t *spec, mws_value_t *v)
{
    apr_size_t i;

    if (spec->kind == MWS_SPEC_VALUE) {
        return spec->type == MWS_PARAM_INT ? fit_integer(p, v) : v;
    }
    if (mws_value_kind(v) != MWS_LIST && mws_value_kind(v) != MWS_STRUCT) {
        return v;
    }
    for (i = 0; i < mws_value_size(v); i++) {
        const mws_spec_t *item = spec_of_item(spec, v, i);

        if (item) {
            mws_value_put(v, i, mws_xmlrpc_fit(p, item, mws_value_at(v, i)));
        }
    }
    return v;
}
