/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_form.c -- query strings and forms, read as PHP reads them. */
#include "mws_form.h"

#include <apr_cstr.h>
#include <apr_strings.h>

#include "mws_json.h"

static mws_error_t *count_key(mws_call_t *call, apr_int64_t *keys)
{
    if (--*keys < 0) {
        return mws_error(call->pool, MWS_BAD_PARAMETER,
                         "more than the %" APR_INT64_T_FMT " keys allowed in a request",
                         call->settings->keys_max);
    }
    return NULL;
}

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether SUB, up to its bracket, asks for the next free index: PHP lets one blank pass. */
static int is_append(const char *sub, const char *close)
{
    return sub == close || (sub + 1 == close && is_blank(*sub));
}

/* The struct at NAME of OUTER (NULL: appended), made where there is none. Where no index is left
 * it belongs to nobody, and what is put into it is lost, as in PHP. */
static mws_value_t *inner_struct(mws_call_t *call, mws_value_t *outer, const char *name)
{
    mws_value_t *there = name ? mws_value_get(outer, name, -1) : NULL;

    if (there && mws_value_kind(there) == MWS_STRUCT) {
        return there;
    }
    there = mws_value_struct(call->pool);
    if (name) {
        mws_value_set(outer, name, -1, there);
    }
    else {
        mws_value_push(outer, there);
    }
    return there;
}

/* End the name that begins KEY, as PHP spells it. Returns what follows it: the first of its
 * brackets, or the end. */
static char *end_name(char *key)
{
    char *at = key;

    for (; *at && *at != '['; at++) {
        if (*at == ' ' || *at == '.') {
            *at = '_';
        }
    }
    if (*at && !strchr(at, ']')) {
        *at = '_'; /* a bracket that is never closed is part of the name, as is the rest */
        at += strlen(at);
    }
    return at;
}

/* Set the variable KEY to ITEM. KEY is taken to pieces where it stands. */
static mws_error_t *set_variable(mws_call_t *call, mws_value_t *strct, char *key, mws_value_t *item)
{
    char       *name = key + strspn(key, " ");
    char       *at, *close;
    apr_int64_t depth = 0;

    if (!*name || *name == '[') {
        return NULL;
    }
    for (at = end_name(name); *at == '[' && (close = strchr(at, ']')) != NULL; at = close + 1) {
        if (++depth > call->settings->depth_max) {
            return mws_error(call->pool, MWS_BAD_PARAMETER,
                             "a key of more than the %" APR_INT64_T_FMT
                             " levels allowed in a request",
                             call->settings->depth_max);
        }
        *at = *close = '\0';
        strct = inner_struct(call, strct, name);
        name = is_append(at + 1, close) ? NULL : at + 1;
    }
    if (name) {
        mws_value_set(strct, name, -1, item);
    }
    else {
        mws_value_push(strct, item);
    }
    return NULL;
}

mws_error_t *mws_form_set(mws_call_t *call, mws_value_t *strct, mws_text_t key, mws_text_t value,
                          apr_int64_t *keys)
{
    MWS_ERR(count_key(call, keys));
    return set_variable(call, strct, apr_pstrmemdup(call->pool, key.s, key.len),
                        mws_value_text(call->pool, value.s, (apr_ssize_t)value.len));
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode TEXT, LEN bytes and a NUL, where it stands. Returns its new length. */
static apr_size_t decode(char *text, apr_size_t len)
{
    char *at = text, *out = text, *end = text + len;

    while (at < end) {
        int high = *at == '%' ? hex_digit(at[1]) : -1;
        int low = high >= 0 ? hex_digit(at[2]) : -1;

        if (low >= 0) {
            *out++ = (char)(high << 4 | low);
            at += 3;
            continue;
        }
        *out++ = *at == '+' ? ' ' : *at;
        at++;
    }
    *out = '\0';
    return (apr_size_t)(out - text);
}

/* Add the variable of one PIECE between two ampersands, LEN bytes and a NUL. */
static mws_error_t *add_piece(mws_call_t *call, char *piece, apr_size_t len, mws_value_t *strct)
{
    char      *equals = memchr(piece, '=', len);
    char      *value = piece + len;
    apr_size_t value_len = 0;

    if (equals) {
        *equals = '\0';
        value = equals + 1;
        value_len = decode(value, len - (apr_size_t)(value - piece));
        len = (apr_size_t)(equals - piece);
    }
    decode(piece, len);
    return set_variable(call, strct, piece,
                        mws_value_text(call->pool, value, (apr_ssize_t)value_len));
}

/* Add the variables of FORM, LEN bytes and a NUL; it is taken to pieces where it stands. */
static mws_error_t *add_pieces(mws_call_t *call, char *form, apr_size_t len, mws_value_t *strct,
                               apr_int64_t *keys)
{
    char *end = form + len;

    while (form < end) {
        char *next = memchr(form, '&', (apr_size_t)(end - form));

        if (!next) {
            next = end;
        }
        *next = '\0';
        if (next > form) {
            MWS_ERR(count_key(call, keys));
            MWS_ERR(add_piece(call, form, (apr_size_t)(next - form), strct));
        }
        form = next + 1;
    }
    return NULL;
}

mws_error_t *mws_form_query(mws_call_t *call, mws_text_t query, mws_value_t *strct,
                            apr_int64_t *keys)
{
    return add_pieces(call, apr_pstrmemdup(call->pool, query.s, query.len), query.len, strct, keys);
}

/* ---- multipart/form-data ----------------------------------------------------------------- */

static mws_error_t *bad_multipart(mws_call_t *call, const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "multipart body: %s", why);
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) {
        at++;
    }
    return at;
}

/* The end of the word that begins at AT: the blank or the STOP behind it. */
static const char *word_end(const char *at, const char *end, char stop)
{
    while (at < end && *at != stop && *at != ';' && !is_blank(*at)) {
        at++;
    }
    return at;
}

/* The end of the quoted text that begins at AT: behind its second quote. */
static const char *quoted_end(const char *at, const char *end)
{
    char quote = *at++;

    while (at < end && *at != quote) {
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return at < end ? at + 1 : end;
}

static int is_quote(const char *at, const char *end)
{
    return at < end && (*at == '"' || *at == '\'');
}

/* The parameter behind the next semicolon of *AT to END: its name, and its value as it stands.
 * False when there is none. */
static int next_parameter(const char **at, const char *end, mws_text_t *name, mws_text_t *value)
{
    const char *s = word_end(*at, end, ';');

    while (s < end && *s != ';') {
        s = word_end(skip_blanks(s, end), end, ';');
    }
    if (s == end) {
        return 0;
    }
    name->s = skip_blanks(s + 1, end);
    s = word_end(name->s, end, '=');
    name->len = (apr_size_t)(s - name->s);
    s = skip_blanks(s, end);
    value->s = s < end && *s == '=' ? skip_blanks(s + 1, end) : s;
    if (value->s > s) {
        s = is_quote(value->s, end) ? quoted_end(value->s, end) : word_end(value->s, end, ';');
    }
    value->len = (apr_size_t)(s - value->s);
    *at = s;
    return 1;
}

/* TEXT without its quotes. A backslash escapes itself and the quote; browsers escape nothing else,
 * so that any other is a part of the name. */
static const char *unquote(apr_pool_t *p, mws_text_t text)
{
    const char *at = text.s, *end = at + text.len;
    char       *plain = apr_palloc(p, text.len + 1), *out = plain, quote;

    if (!is_quote(at, end)) {
        return apr_pstrmemdup(p, text.s, text.len);
    }
    for (quote = *at++; at < end && *at != quote; at++) {
        if (*at == '\\' && at + 1 < end && (at[1] == '\\' || at[1] == quote)) {
            at++;
        }
        *out++ = *at;
    }
    *out = '\0';
    return plain;
}

/* The value of the parameter WANTED in the header from AT to END, or NULL. */
static const char *parameter(apr_pool_t *p, const char *at, const char *end, const char *wanted)
{
    mws_text_t name, value;

    while (next_parameter(&at, end, &name, &value)) {
        if (name.len == strlen(wanted) && apr_cstr_casecmpn(name.s, wanted, name.len) == 0) {
            return unquote(p, value);
        }
    }
    return NULL;
}

/* A body with parts. */
typedef struct {
    mws_call_t *call;
    char       *at, *end;  /* what is not read yet; a NUL stands at END */
    const char *delimiter; /* a line feed, two hyphens and the boundary */
    apr_size_t  delimiter_len;
} parts_t;

/* Whether a delimiter that was found is one: nothing but blanks may follow on its line, or the two
 * hyphens of the last. *NEXT is where the line after it begins, NULL for the last. */
static int ends_delimiter(char *at, char **next)
{
    if (at[0] == '-' && at[1] == '-') {
        *next = NULL;
        return 1;
    }
    at += strspn(at, " \t");
    at += *at == '\r';
    *next = at + 1;
    return *at == '\n';
}

/* Find the next delimiter from FROM on. Returns the line feed that it begins with, NULL when there
 * is none; *NEXT as above. */
static char *find_delimiter(const parts_t *parts, char *from, char **next)
{
    while ((from = memmem(from, (apr_size_t)(parts->end - from), parts->delimiter,
                          parts->delimiter_len)) != NULL) {
        if (ends_delimiter(from + parts->delimiter_len, next)) {
            return from;
        }
        from++;
    }
    return NULL;
}

/* Find the first delimiter; a preamble before it is passed over. */
static mws_error_t *begin_parts(parts_t *parts)
{
    char *next;

    if (strncmp(parts->at, parts->delimiter + 1, parts->delimiter_len - 1) == 0 &&
        ends_delimiter(parts->at + parts->delimiter_len - 1, &next)) {
        parts->at = next;
        return NULL;
    }
    if (!find_delimiter(parts, parts->at, &next)) {
        return bad_multipart(parts->call, "the boundary does not appear");
    }
    parts->at = next;
    return NULL;
}

/* The end of the header field that begins at AT, with the lines that continue it. */
static char *field_end(char *at, char *end)
{
    do {
        at = memchr(at, '\n', (apr_size_t)(end - at));
        if (!at) {
            return end;
        }
        at++;
    } while (*at == ' ' || *at == '\t');
    return at;
}

/* Read the header of a part. *DISPOSITION to *STOP is its Content-Disposition, NULL when there is
 * none. Leaves AT behind the empty line. */
static mws_error_t *read_header(parts_t *parts, char **disposition, char **stop)
{
    static const char name[] = "Content-Disposition:";

    *disposition = NULL;
    while (*parts->at != '\n' && !(parts->at[0] == '\r' && parts->at[1] == '\n')) {
        char *next = field_end(parts->at, parts->end);

        if (next == parts->end) {
            return bad_multipart(parts->call, "it ends within the header of a part");
        }
        if (apr_cstr_casecmpn(parts->at, name, sizeof(name) - 1) == 0) {
            *disposition = parts->at + sizeof(name) - 1;
            *stop = next;
        }
        parts->at = next;
    }
    parts->at += *parts->at == '\r';
    parts->at++;
    return NULL;
}

/* Read one part and add it to STRCT, unless it is a file. */
static mws_error_t *read_part(parts_t *parts, mws_value_t *strct)
{
    apr_pool_t *p = parts->call->pool;
    char       *disposition, *stop, *value, *end, *next;
    const char *name;

    MWS_ERR(read_header(parts, &disposition, &stop));
    value = parts->at;
    /* a part may end with the empty line of its header */
    end = find_delimiter(parts, value - 1, &next);
    if (!end) {
        return bad_multipart(parts->call, "it ends before its last boundary");
    }
    parts->at = next;
    if (!disposition) {
        return bad_multipart(parts->call, "a part has no Content-Disposition");
    }
    if (parameter(p, disposition, stop, "filename") ||
        parameter(p, disposition, stop, "filename*")) {
        return NULL;
    }
    name = parameter(p, disposition, stop, "name");
    if (!name) {
        return bad_multipart(parts->call, "a part has no name");
    }
    if (end > value && end[-1] == '\r') {
        end--;
    }
    if (end < value) {
        end = value = parts->end;
    }
    *end = '\0';
    return set_variable(parts->call, strct, apr_pstrdup(p, name),
                        mws_value_text(p, value, (apr_ssize_t)(end - value)));
}

/* Add the fields of BODY, LEN bytes and a NUL; they are kept where they stand. */
static mws_error_t *add_parts(mws_call_t *call, const char *type, char *body, apr_size_t len,
                              mws_value_t *strct, apr_int64_t *keys)
{
    parts_t     parts = {.call = call, .at = body, .end = body + len};
    const char *boundary = parameter(call->pool, type, type + strlen(type), "boundary");

    if (!boundary || !*boundary) {
        return bad_multipart(call, "its type names no boundary");
    }
    parts.delimiter = apr_pstrcat(call->pool, "\n--", boundary, NULL);
    parts.delimiter_len = strlen(parts.delimiter);
    MWS_ERR(begin_parts(&parts));
    while (parts.at) {
        MWS_ERR(count_key(call, keys));
        MWS_ERR(read_part(&parts, strct));
    }
    return NULL;
}

mws_error_t *mws_form_multipart(mws_call_t *call, const char *type, mws_text_t body,
                                mws_value_t *strct, apr_int64_t *keys)
{
    return add_parts(call, type, apr_pstrmemdup(call->pool, body.s, body.len), body.len, strct,
                     keys);
}

/* ---- a whole request --------------------------------------------------------------------- */

/* Add the variables of the body to STRCT, which is empty. */
static mws_error_t *read_body(mws_call_t *call, const mws_http_t *http, mws_value_t *strct,
                              apr_int64_t *keys, int *is_json)
{
    const char *type = mws_http_type(call->pool, http);
    int         is_form = strcmp(type, "application/x-www-form-urlencoded") == 0;
    mws_text_t  body;
    char       *bytes;

    *is_json = strcmp(type, "application/json") == 0;
    if (!is_form && !*is_json && strcmp(type, "multipart/form-data") != 0) {
        return NULL;
    }
    MWS_ERR(mws_http_body(call, http, &body));
    bytes = (char *)body.s; /* ours, from the call's pool: it may be taken to pieces */
    if (!body.len) {
        return NULL;
    }
    if (is_form) {
        return add_pieces(call, bytes, body.len, strct, keys);
    }
    if (*is_json) {
        return mws_json_object(call, bytes, body.len, strct, keys);
    }
    return add_parts(call, apr_table_get(http->headers, "Content-Type"), bytes, body.len, strct,
                     keys);
}

mws_error_t *mws_form_read(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                           int *is_json)
{
    apr_int64_t  keys = call->settings->keys_max;
    mws_value_t *body;
    mws_error_t *err;
    apr_size_t   i;

    *is_json = 0;
    *strct = mws_value_struct(call->pool);
    if (http->query) {
        mws_text_t query = {http->query, strlen(http->query)};

        MWS_ERR(mws_form_query(call, query, *strct, &keys));
    }
    if (strcmp(http->method, "POST") != 0) {
        return NULL;
    }
    body = mws_value_struct(call->pool);
    err = read_body(call, http, body, &keys, is_json);
    if (!mws_value_size(*strct)) {
        *strct = body;
        return err;
    }
    for (i = 0; i < mws_value_size(body); i++) {
        mws_text_t key = mws_value_key_at(body, i);

        mws_value_set(*strct, key.s, (apr_ssize_t)key.len, mws_value_at(body, i));
    }
    return err;
}

const char *mws_form_take(mws_value_t *strct, const char *key)
{
    const mws_value_t *there = mws_value_get(strct, key, -1);
    mws_text_t         text;

    if (!there) {
        return NULL;
    }
    mws_value_remove(strct, key);
    if (mws_value_kind(there) == MWS_NULL) {
        return NULL;
    }
    if (mws_value_kind(there) != MWS_TEXT) {
        return "";
    }
    text = mws_value_as_text(there);
    return strlen(text.s) == text.len ? text.s : "";
}
