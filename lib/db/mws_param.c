/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_param.c -- parameters of statements: arrays that grow, and how the server spells values. */
#include "mws_param.h"

#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

/* ---- arrays ---- */

mws_ids_t *mws_ids_make(apr_pool_t *p)
{
    mws_ids_t *ids = apr_pcalloc(p, sizeof(*ids));

    ids->pool = p;
    return ids;
}

void mws_ids_add(mws_ids_t *ids, apr_int64_t id)
{
    if (ids->count == ids->room) {
        apr_int64_t *old = ids->ids;

        ids->room = ids->room ? 2 * ids->room : 16;
        ids->ids = apr_palloc(ids->pool, ids->room * sizeof(*ids->ids));
        if (old) {
            memcpy(ids->ids, old, ids->count * sizeof(*ids->ids));
        }
    }
    ids->ids[ids->count++] = id;
}

void mws_ids_add_new(mws_ids_t *ids, apr_int64_t id)
{
    if (!ids->count || ids->ids[ids->count - 1] != id) {
        mws_ids_add(ids, id);
    }
}

int mws_ids_have(const mws_ids_t *ids, apr_int64_t id)
{
    int i;

    for (i = 0; i < ids->count; i++) {
        if (ids->ids[i] == id) {
            return 1;
        }
    }
    return 0;
}

mws_texts_t *mws_texts_make(apr_pool_t *p)
{
    mws_texts_t *texts = apr_pcalloc(p, sizeof(*texts));

    texts->pool = p;
    return texts;
}

void mws_texts_add(mws_texts_t *texts, const char *text)
{
    if (texts->count == texts->room) {
        const char **old = texts->texts;

        texts->room = texts->room ? 2 * texts->room : 16;
        texts->texts = apr_palloc(texts->pool, texts->room * sizeof(*texts->texts));
        if (old) {
            memcpy(texts->texts, old, texts->count * sizeof(*texts->texts));
        }
    }
    texts->texts[texts->count++] = text;
}

/* ---- as the server spells them ---- */

enum { INT64_ROOM = 21 };

/* Write I in decimal at TO, which has INT64_ROOM bytes. Returns its end. */
static char *put_int(char *to, apr_int64_t i)
{
    char         digits[INT64_ROOM];
    char        *d = digits + sizeof(digits);
    apr_uint64_t rest = i < 0 ? -(apr_uint64_t)i : (apr_uint64_t)i;

    do {
        *--d = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (i < 0) {
        *--d = '-';
    }
    memcpy(to, d, digits + sizeof(digits) - d);
    return to + (digits + sizeof(digits) - d);
}

const char *mws_param_int(apr_pool_t *p, apr_int64_t i)
{
    char *text = apr_palloc(p, INT64_ROOM + 1);

    *put_int(text, i) = '\0';
    return text;
}

const char *mws_param_float(apr_pool_t *p, locale_t numbers, double f)
{
    char     text[32];
    locale_t mine = uselocale(numbers);

    snprintf(text, sizeof(text), "%.17g", f);
    uselocale(mine);
    return apr_pstrdup(p, text);
}

const char *mws_param_ids(apr_pool_t *p, const mws_ids_t *ids)
{
    char *text = apr_palloc(p, (apr_size_t)ids->count * INT64_ROOM + 3);
    char *to = text;
    int   i;

    *to++ = '{';
    for (i = 0; i < ids->count; i++) {
        if (i) {
            *to++ = ',';
        }
        to = put_int(to, ids->ids[i]);
    }
    *to++ = '}';
    *to = '\0';
    return text;
}

static char *put_quoted(char *to, const char *text)
{
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    *to++ = '"';
    return to;
}

const char *mws_param_texts(apr_pool_t *p, const mws_texts_t *texts)
{
    apr_size_t room = 3;
    char      *text, *to;
    int        i;

    for (i = 0; i < texts->count; i++) {
        room += texts->texts[i] ? 2 * strlen(texts->texts[i]) + 3 : sizeof("NULL,") - 1;
    }
    to = text = apr_palloc(p, room);
    *to++ = '{';
    for (i = 0; i < texts->count; i++) {
        if (i) {
            *to++ = ',';
        }
        if (texts->texts[i]) {
            to = put_quoted(to, texts->texts[i]);
        }
        else {
            memcpy(to, "NULL", 4);
            to += 4;
        }
    }
    *to++ = '}';
    *to = '\0';
    return text;
}
