/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_check.c -- parameters held against their declaration. */
#include "mws_check.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/site/mws_site.h"
#include "../lib/text/mws_clean.h"

/* Of a value in a message no more than this many bytes. */
#define SHOWN_MAX 60

/* Where we are: the way from the top, for messages. */
typedef struct place_t {
    const struct place_t *outer;
    const char           *key;   /* of a struct */
    apr_size_t            index; /* of a list, where KEY is NULL */
} place_t;

static const char *path_of(apr_pool_t *p, const place_t *at)
{
    if (!at->outer) {
        return "";
    }
    if (!at->key) {
        return apr_psprintf(p, "%s[%" APR_SIZE_T_FMT "]", path_of(p, at->outer), at->index);
    }
    if (!at->outer->outer) {
        return at->key;
    }
    return apr_psprintf(p, "%s[%s]", path_of(p, at->outer), at->key);
}

static mws_error_t *refuse(mws_call_t *call, const place_t *at, const char *why)
{
    const char *path = path_of(call->pool, at);

    return mws_error(call->pool, MWS_BAD_PARAMETER, "%s%s%s", path, *path ? ": " : "", why);
}

/* A text for a message: cut, and without anything that is not printable ASCII or UTF-8. */
static const char *shown(apr_pool_t *p, mws_text_t text)
{
    mws_text_t clean = mws_utf8_clean(p, text);
    apr_size_t len = clean.len;

    if (len <= SHOWN_MAX) {
        return apr_psprintf(p, "\"%s\"", clean.s);
    }
    for (len = SHOWN_MAX; len && ((unsigned char)clean.s[len] & 0xC0) == 0x80; len--) {
    }
    return apr_psprintf(p, "\"%.*s\" ...", (int)len, clean.s);
}

static int same_text(mws_text_t a, mws_text_t b)
{
    return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

static mws_value_t *typed(apr_pool_t *p, mws_param_e type, mws_text_t clean)
{
    switch (type) {
    case MWS_PARAM_INT:
        return mws_value_int(p, mws_php_int(clean.s));
    case MWS_PARAM_BOOL:
        return mws_value_bool(p, clean.s[0] == '1');
    case MWS_PARAM_FLOAT:
        return mws_value_float(p, mws_php_float(clean.s));
    default:
        return mws_value_text(p, clean.s, (apr_ssize_t)clean.len);
    }
}

static mws_error_t *check_value(mws_call_t *call, const mws_spec_t *spec, const mws_value_t *raw,
                                const place_t *at, mws_value_t **in)
{
    const char *said = mws_param_names[spec->type].said;
    mws_text_t  text, clean;

    if (mws_value_kind(raw) == MWS_LIST || mws_value_kind(raw) == MWS_STRUCT) {
        return refuse(
            call, at,
            apr_psprintf(call->pool, "expected a value of type %s, not a list or struct", said));
    }
    if (mws_value_kind(raw) == MWS_NULL && !spec->not_null) {
        *in = mws_value_null(call->pool);
        return NULL;
    }
    if (spec->type == MWS_PARAM_BOOL && mws_value_kind(raw) == MWS_BOOL) {
        *in = mws_value_bool(call->pool, mws_value_as_bool(raw));
        return NULL;
    }
    if (spec->type == MWS_PARAM_INT && mws_value_kind(raw) == MWS_INT) {
        *in = mws_value_int(call->pool, mws_value_as_int(raw));
        return NULL;
    }
    text = mws_php_spelled(call->pool, raw);
    clean = mws_clean(call, spec->type, text);
    if (mws_value_kind(raw) == MWS_NULL ||
        !(spec->type == MWS_PARAM_FLOAT ? clean.len > 0 : same_text(text, clean))) {
        return refuse(
            call, at,
            apr_psprintf(call->pool, "expected type %s, got %s", said,
                         mws_value_kind(raw) == MWS_NULL ? "null" : shown(call->pool, text)));
    }
    *in = typed(call->pool, spec->type, clean);
    return NULL;
}

static mws_error_t *check(mws_call_t *call, const mws_spec_t *spec, const mws_value_t *raw,
                          const place_t *at, mws_value_t **in);

/* The default of a VALUE as text: the site's, where it has one. */
static const char *preset_text(mws_call_t *call, const mws_spec_t *spec)
{
    const char *text = NULL;

    if (spec->setting) {
        text = spec->plugin ? mws_plugin_config(call, spec->plugin, spec->setting)
                            : mws_config(call, spec->setting);
    }
    return text ? text : spec->preset;
}

/* The default of SPEC, as if it had been sent. */
static mws_error_t *preset(mws_call_t *call, const mws_spec_t *spec, const place_t *at,
                           mws_value_t **in)
{
    const mws_value_t *raw = mws_value_null(call->pool);
    const char        *text = preset_text(call, spec);

    if (spec->kind != MWS_SPEC_VALUE) {
        raw = mws_value_struct(call->pool);
    }
    else if (text) {
        raw = mws_value_text(call->pool, text, -1);
    }
    return check(call, spec, raw, at, in);
}

/* Name all the keys of RAW that SPEC does not know. */
static mws_error_t *refuse_unexpected(mws_call_t *call, const mws_spec_t *spec,
                                      const mws_value_t *raw, const place_t *at)
{
    const char *names = NULL;
    apr_size_t  i;

    for (i = 0; i < mws_value_size(raw); i++) {
        mws_text_t key = mws_value_key_at(raw, i);

        if (mws_value_kind(raw) == MWS_LIST) {
            char *index = apr_psprintf(call->pool, "%" APR_SIZE_T_FMT, i);

            key = (mws_text_t){index, strlen(index)};
        }
        if (!mws_spec_key(spec, key.s, key.len)) {
            const char *name = shown(call->pool, key);

            names = names ? apr_pstrcat(call->pool, names, ", ", name, NULL) : name;
            if (strlen(names) / SHOWN_MAX >= 10) {
                names = apr_pstrcat(call->pool, names, " ...", NULL);
                break;
            }
        }
    }
    return refuse(call, at, apr_pstrcat(call->pool, "unexpected keys: ", names, NULL));
}

static mws_error_t *check_struct(mws_call_t *call, const mws_spec_t *spec, const mws_value_t *raw,
                                 const place_t *at, mws_value_t **in)
{
    const mws_spec_t *key;
    apr_size_t        known = 0;

    *in = mws_value_struct(call->pool);
    for (key = spec->of; key->name; key++) {
        const mws_value_t *sent =
            mws_value_kind(raw) == MWS_STRUCT ? mws_value_get(raw, key->name, -1) : NULL;
        mws_value_t *item = NULL;
        place_t      here = {.outer = at, .key = key->name};

        known += sent != NULL;
        if (sent) {
            MWS_ERR(check(call, key, sent, &here, &item));
        }
        else if (key->presence == MWS_REQUIRED) {
            return refuse(
                call, at,
                apr_psprintf(call->pool, "the required key \"%s\" is missing", key->name));
        }
        else if (key->presence == MWS_HAS_PRESET) {
            MWS_ERR(preset(call, key, &here, &item));
        }
        else {
            continue;
        }
        mws_value_set(*in, key->name, -1, item);
    }
    return known == mws_value_size(raw) ? NULL : refuse_unexpected(call, spec, raw, at);
}

static mws_error_t *check_list(mws_call_t *call, const mws_spec_t *spec, const mws_value_t *raw,
                               const place_t *at, mws_value_t **in)
{
    apr_size_t i, count = mws_value_size(raw);

    *in = mws_value_list(call->pool);
    for (i = 0; i < count; i++) {
        place_t      here = {.outer = at, .index = i};
        mws_value_t *item = NULL;

        MWS_ERR(check(call, spec->of, mws_value_at(raw, i), &here, &item));
        mws_value_append(*in, item);
    }
    return NULL;
}

static mws_error_t *check(mws_call_t *call, const mws_spec_t *spec, const mws_value_t *raw,
                          const place_t *at, mws_value_t **in)
{
    if (spec->kind == MWS_SPEC_VALUE) {
        return check_value(call, spec, raw, at, in);
    }
    if (mws_value_kind(raw) != MWS_LIST && mws_value_kind(raw) != MWS_STRUCT) {
        return refuse(call, at,
                      spec->kind == MWS_SPEC_LIST ? "expected a list, not a value"
                                                  : "expected a struct, not a value");
    }
    return spec->kind == MWS_SPEC_LIST ? check_list(call, spec, raw, at, in)
                                       : check_struct(call, spec, raw, at, in);
}

mws_error_t *mws_check_params(mws_call_t *call, const mws_spec_t *params, const mws_value_t *raw,
                              mws_value_t **in)
{
    const place_t top = {.outer = NULL};

    return check(call, params, raw, &top, in);
}

mws_error_t *mws_check_missing(mws_call_t *call, const char *name)
{
    mws_error_t *err = mws_error(call->pool, MWS_MISSING_PARAM, NULL);

    err->message = apr_psprintf(call->pool, "The required parameter \"%s\" is missing", name);
    return err;
}
