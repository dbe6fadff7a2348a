/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_form.c -- query strings and forms, read as PHP reads them. */
#include "mws_form.h"

#include <apr_strings.h>

#include "../lib/base/mws_php.h"
#include "../lib/text/mws_clean.h"
#include "mws_json.h"

/* Room for the value of a field, before it shows how long it is. */
#define FIELD_ROOM 48

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
    MWS_ERR(mws_http_count_key(call, keys));
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
            MWS_ERR(mws_http_count_key(call, keys));
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

static mws_error_t *begin_field(void *baton, const mws_part_t *part)
{
    mws_fields_t *fields = baton;

    fields->name = part->filename ? NULL : apr_pstrdup(fields->call->pool, part->name);
    if (fields->name) {
        fields->value = mws_buffer_make(fields->call->pool, FIELD_ROOM);
    }
    return NULL;
}

static mws_error_t *add_to_field(void *baton, const char *bytes, apr_size_t len)
{
    mws_fields_t *fields = baton;

    if (fields->name) {
        mws_buffer_put(&fields->value, bytes, len);
    }
    return NULL;
}

static mws_error_t *end_field(void *baton)
{
    mws_fields_t *fields = baton;

    if (!fields->name) {
        return NULL;
    }
    return set_variable(fields->call, fields->strct, fields->name,
                        mws_value_text(fields->call->pool, mws_buffer_text(&fields->value),
                                       (apr_ssize_t)fields->value.len));
}

const mws_part_taker_t mws_form_fields = {begin_field, add_to_field, end_field};

mws_error_t *mws_form_multipart(mws_call_t *call, const mws_http_t *http, mws_value_t *strct,
                                apr_int64_t *keys)
{
    mws_fields_t fields = {.call = call, .strct = strct};

    return mws_multipart_read(call, http, &mws_form_fields, &fields, keys);
}

/* ---- a whole request --------------------------------------------------------------------- */

/* Add the variables of the body to STRCT, which is empty; or make *LIST of it. LIST is NULL for who
 * does not take one. */
static mws_error_t *read_body(mws_call_t *call, const mws_http_t *http, mws_value_t *strct,
                              mws_value_t **list, apr_int64_t *keys, int *is_json)
{
    const char *type = mws_http_type(call->pool, http);
    int         is_form = strcmp(type, "application/x-www-form-urlencoded") == 0;
    mws_text_t  body;
    char       *bytes;

    *is_json = strcmp(type, "application/json") == 0;
    if (strcmp(type, MWS_MULTIPART) == 0) {
        return mws_form_multipart(call, http, strct, keys);
    }
    if (!is_form && !*is_json) {
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
    return list ? mws_json_either(call, bytes, body.len, strct, list, keys)
                : mws_json_object(call, bytes, body.len, strct, keys);
}

/* Set the keys of MORE in STRCT, those that are there too. */
static void overlay(mws_value_t *strct, const mws_value_t *more)
{
    apr_size_t i;

    for (i = 0; i < mws_value_size(more); i++) {
        mws_text_t key = mws_value_key_at(more, i);

        mws_value_set(strct, key.s, (apr_ssize_t)key.len, mws_value_at(more, i));
    }
}

static mws_error_t *read_all(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                             mws_value_t **list, int *is_json)
{
    apr_int64_t  keys = call->settings->keys_max;
    mws_value_t *body;
    mws_error_t *err;

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
    err = read_body(call, http, body, list, &keys, is_json);
    if (!mws_value_size(*strct)) {
        *strct = body;
        return err;
    }
    overlay(*strct, body);
    return err;
}

mws_error_t *mws_form_read(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                           int *is_json)
{
    return read_all(call, http, strct, NULL, is_json);
}

mws_error_t *mws_form_read_either(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                                  mws_value_t **list, int *is_json)
{
    *list = NULL;
    return read_all(call, http, strct, list, is_json);
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

/* ---- credentials and settings ---------------------------------------------------------------------------- */

static void take_password(mws_value_t *vars, mws_credentials_t *credentials)
{
    credentials->kind = MWS_BY_PASSWORD;
    credentials->username = mws_form_take(vars, "wsusername");
    credentials->password = mws_form_take(vars, "wspassword");
}

void mws_form_take_credentials(mws_call_t *call, const mws_http_t *http, mws_value_t *vars,
                               mws_credentials_t *credentials)
{
    if (http->script == MWS_SCRIPT_PASSWORD) {
        take_password(vars, credentials);
        return;
    }
    credentials->kind = MWS_BY_TOKEN;
    credentials->token = mws_form_take(vars, "wstoken");
    if (!credentials->token) {
        credentials->token = mws_http_bearer(call->pool, http);
    }
    if (!credentials->token && mws_value_get(vars, "wsusername", -1)) {
        take_password(vars, credentials);
    }
}

/* Take the setting NAME out of VARS: *TEXT is its value as PHP would spell it, NULL when it was not
 * sent. MWS_CODING for a list or struct. */
static mws_error_t *take_setting(mws_call_t *call, mws_value_t *vars, const char *name,
                                 const char **text)
{
    const mws_value_t *sent = mws_value_get(vars, name, -1);
    mws_kind_e         kind = sent ? mws_value_kind(sent) : MWS_NULL;

    if (kind == MWS_LIST || kind == MWS_STRUCT) {
        return mws_error(call->pool, MWS_CODING, "%s is a list", name);
    }
    *text = kind == MWS_NULL ? NULL : mws_php_spelled(call->pool, sent).s;
    mws_value_remove(vars, name);
    return NULL;
}

static mws_error_t *take_flag(mws_call_t *call, mws_value_t *vars, const char *name, int *flag)
{
    const char *text;

    MWS_ERR(take_setting(call, vars, name, &text));
    if (text) {
        *flag = *mws_clean_text(call, MWS_PARAM_BOOL, text) == '1';
    }
    return NULL;
}

mws_error_t *mws_form_take_settings(mws_call_t *call, mws_value_t *vars)
{
    mws_text_settings_t *text = &call->text;

    MWS_ERR(take_flag(call, vars, "moodlewssettinghttpstatus", &text->httpstatus));
    MWS_ERR(take_flag(call, vars, "moodlewssettingraw", &text->raw));
    MWS_ERR(take_flag(call, vars, "moodlewssettingfileurl", &text->fileurl));
    MWS_ERR(take_flag(call, vars, "moodlewssettingfilter", &text->filter));
    MWS_ERR(take_setting(call, vars, "moodlewssettinglang", &text->lang));
    return take_setting(call, vars, "moodlewssettingtimezone", &text->timezone);
}

/* TEXT when it is a good value of TYPE, else NULL. */
static const char *known(mws_call_t *call, mws_param_e type, const char *text)
{
    const char *clean = text ? mws_clean_text(call, type, text) : "";

    return *clean ? clean : NULL;
}

void mws_form_known_settings(mws_call_t *call)
{
    call->text.lang = known(call, MWS_PARAM_LANG, call->text.lang);
    call->text.timezone = known(call, MWS_PARAM_TIMEZONE, call->text.timezone);
}
