/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_value.c -- values that came in: trees of scalars, lists and structs. */
#include "mws_value.h"

#include <apr_general.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* Below this many keys a struct is searched from its start. */
#define INDEX_FROM 9

typedef struct {
    mws_text_t   key;
    mws_value_t *item;
} entry_t;

/* The items of a list or struct. INDEX is a hash table with open addressing of 1 + the place of an
 * entry; 0 is free. */
typedef struct {
    apr_pool_t    *pool;
    entry_t       *entries;
    apr_size_t     count, room;
    apr_uint32_t  *index;
    apr_size_t     mask; /* of INDEX: its size less one */
    unsigned char *secret;
    apr_int64_t    next; /* of a struct: the index that mws_value_push() gives; -1: none is left */
} items_t;

struct mws_value_t {
    mws_kind_e kind;
    union {
        int         b;
        apr_int64_t i;
        double      f;
        mws_text_t  text;
        items_t    *items;
    } as;
};

static mws_value_t *make(apr_pool_t *p, mws_kind_e kind)
{
    mws_value_t *v = apr_pcalloc(p, sizeof(*v));

    v->kind = kind;
    return v;
}

mws_value_t *mws_value_null(apr_pool_t *p)
{
    return make(p, MWS_NULL);
}

mws_value_t *mws_value_bool(apr_pool_t *p, int b)
{
    mws_value_t *v = make(p, MWS_BOOL);

    v->as.b = b != 0;
    return v;
}

mws_value_t *mws_value_int(apr_pool_t *p, apr_int64_t i)
{
    mws_value_t *v = make(p, MWS_INT);

    v->as.i = i;
    return v;
}

mws_value_t *mws_value_float(apr_pool_t *p, double f)
{
    mws_value_t *v = make(p, MWS_FLOAT);

    v->as.f = f;
    return v;
}

mws_value_t *mws_value_text(apr_pool_t *p, const char *text, apr_ssize_t len)
{
    mws_value_t *v = make(p, MWS_TEXT);

    v->as.text.s = text;
    v->as.text.len = len < 0 ? strlen(text) : (apr_size_t)len;
    return v;
}

static mws_value_t *make_items(apr_pool_t *p, mws_kind_e kind)
{
    mws_value_t *v = make(p, kind);

    v->as.items = apr_pcalloc(p, sizeof(items_t));
    v->as.items->pool = p;
    return v;
}

mws_value_t *mws_value_list(apr_pool_t *p)
{
    return make_items(p, MWS_LIST);
}

mws_value_t *mws_value_struct(apr_pool_t *p)
{
    return make_items(p, MWS_STRUCT);
}

static void add_entry(items_t *items, mws_text_t key, mws_value_t *item)
{
    if (items->count == items->room) {
        entry_t *grown;

        items->room = items->room ? items->room * 2 : 4;
        grown = apr_palloc(items->pool, items->room * sizeof(entry_t));
        if (items->count) {
            memcpy(grown, items->entries, items->count * sizeof(entry_t));
        }
        items->entries = grown;
    }
    items->entries[items->count].key = key;
    items->entries[items->count].item = item;
    items->count++;
}

void mws_value_append(mws_value_t *list, mws_value_t *item)
{
    add_entry(list->as.items, (mws_text_t){"", 0}, item);
}

/* Where KEY is in the index, or the free place for it. */
static apr_uint32_t *index_slot(const items_t *items, mws_text_t key)
{
    apr_size_t at = (apr_size_t)apr_siphash24(key.s, key.len, items->secret) & items->mask;

    while (items->index[at]) {
        const mws_text_t *there = &items->entries[items->index[at] - 1].key;

        if (there->len == key.len && memcmp(there->s, key.s, key.len) == 0) {
            break;
        }
        at = (at + 1) & items->mask;
    }
    return &items->index[at];
}

/* Make the index anew, four places an entry. */
static void build_index(items_t *items)
{
    apr_size_t size = 64, i;

    while (size < items->count * 4) {
        size *= 2;
    }
    if (!items->secret) {
        items->secret = apr_palloc(items->pool, APR_SIPHASH_KSIZE);
        if (apr_generate_random_bytes(items->secret, APR_SIPHASH_KSIZE) != APR_SUCCESS) {
            abort(); /* without randomness nothing here is safe */
        }
    }
    items->index = apr_pcalloc(items->pool, size * sizeof(apr_uint32_t));
    items->mask = size - 1;
    for (i = 0; i < items->count; i++) {
        *index_slot(items, items->entries[i].key) = (apr_uint32_t)(i + 1);
    }
}

static entry_t *find_entry(const items_t *items, mws_text_t key)
{
    apr_size_t i;

    if (items->index) {
        apr_uint32_t place = *index_slot(items, key);

        return place ? &items->entries[place - 1] : NULL;
    }
    for (i = 0; i < items->count; i++) {
        const mws_text_t *there = &items->entries[i].key;

        if (there->len == key.len && memcmp(there->s, key.s, key.len) == 0) {
            return &items->entries[i];
        }
    }
    return NULL;
}

static mws_text_t text_of(const char *s, apr_ssize_t len)
{
    mws_text_t text = {s, len < 0 ? strlen(s) : (apr_size_t)len};

    return text;
}

/* KEY as an integer from 0 on in its one spelling, or -1. */
static apr_int64_t index_of_key(mws_text_t key)
{
    apr_int64_t index = 0;
    apr_size_t  i;

    if (key.len == 0 || (key.s[0] == '0' && key.len > 1)) {
        return -1;
    }
    for (i = 0; i < key.len; i++) {
        int digit = key.s[i] - '0';

        if (digit < 0 || digit > 9 || index > (APR_INT64_MAX - digit) / 10) {
            return -1;
        }
        index = index * 10 + digit;
    }
    return index;
}

/* Let pushing go on behind KEY. */
static void note_index(items_t *items, mws_text_t key)
{
    apr_int64_t index = index_of_key(key);

    if (index >= items->next && items->next >= 0) {
        items->next = index < APR_INT64_MAX ? index + 1 : -1;
    }
}

void mws_value_set(mws_value_t *strct, const char *key, apr_ssize_t len, mws_value_t *item)
{
    items_t   *items = strct->as.items;
    mws_text_t name = text_of(key, len);
    entry_t   *there = find_entry(items, name);

    if (there) {
        there->item = item;
        return;
    }
    note_index(items, name);
    add_entry(items, name, item);
    if (items->count >= INDEX_FROM && (!items->index || items->count * 2 > items->mask)) {
        build_index(items);
    }
    else if (items->index) {
        *index_slot(items, name) = (apr_uint32_t)items->count;
    }
}

int mws_value_push(mws_value_t *strct, mws_value_t *item)
{
    items_t *items = strct->as.items;

    if (items->next < 0) {
        return 0;
    }
    mws_value_set(strct, apr_psprintf(items->pool, "%" APR_INT64_T_FMT, items->next), -1, item);
    return 1;
}

void mws_value_put(mws_value_t *v, apr_size_t i, mws_value_t *item)
{
    v->as.items->entries[i].item = item;
}

void mws_value_remove(mws_value_t *strct, const char *key)
{
    items_t *items = strct->as.items;
    entry_t *there = find_entry(items, text_of(key, -1));

    if (there) {
        apr_size_t after = items->count - (apr_size_t)(there - items->entries) - 1;

        memmove(there, there + 1, after * sizeof(entry_t));
        items->count--;
        if (items->index) {
            build_index(items);
        }
    }
}

mws_kind_e mws_value_kind(const mws_value_t *v)
{
    return v->kind;
}

int mws_value_as_bool(const mws_value_t *v)
{
    return v->as.b;
}

apr_int64_t mws_value_as_int(const mws_value_t *v)
{
    return v->as.i;
}

double mws_value_as_float(const mws_value_t *v)
{
    return v->as.f;
}

mws_text_t mws_value_as_text(const mws_value_t *v)
{
    return v->as.text;
}

apr_size_t mws_value_size(const mws_value_t *v)
{
    return v->as.items->count;
}

mws_value_t *mws_value_at(const mws_value_t *v, apr_size_t i)
{
    return v->as.items->entries[i].item;
}

mws_text_t mws_value_key_at(const mws_value_t *v, apr_size_t i)
{
    return v->as.items->entries[i].key;
}

mws_value_t *mws_value_get(const mws_value_t *v, const char *key, apr_ssize_t len)
{
    entry_t *there = find_entry(v->as.items, text_of(key, len));

    return there ? there->item : NULL;
}

/* The value at KEY of checked parameters, NULL when it is absent or null; any kind but KIND is our
 * bug. */
static const mws_value_t *checked(const mws_value_t *in, const char *key, mws_kind_e kind)
{
    const mws_value_t *v = mws_value_get(in, key, -1);

    if (!v || v->kind == MWS_NULL) {
        return NULL;
    }
    if (v->kind != kind) {
        abort();
    }
    return v;
}

int mws_given(const mws_value_t *in, const char *key)
{
    const mws_value_t *v = mws_value_get(in, key, -1);

    return v && v->kind != MWS_NULL;
}

apr_int64_t mws_int(const mws_value_t *in, const char *key)
{
    const mws_value_t *v = checked(in, key, MWS_INT);

    return v ? v->as.i : 0;
}

int mws_bool(const mws_value_t *in, const char *key)
{
    const mws_value_t *v = checked(in, key, MWS_BOOL);

    return v ? v->as.b : 0;
}

const char *mws_text(const mws_value_t *in, const char *key)
{
    const mws_value_t *v = checked(in, key, MWS_TEXT);

    return v ? v->as.text.s : NULL;
}

const mws_value_t *mws_items(const mws_value_t *in, const char *key)
{
    static const items_t     none;
    static const mws_value_t empty = {.kind = MWS_LIST, .as.items = (items_t *)&none};
    const mws_value_t       *v = checked(in, key, MWS_LIST);

    return v ? v : &empty;
}

const mws_value_t *mws_struct(const mws_value_t *in, const char *key)
{
    static const items_t     none;
    static const mws_value_t empty = {.kind = MWS_STRUCT, .as.items = (items_t *)&none};
    const mws_value_t       *v = checked(in, key, MWS_STRUCT);

    return v ? v : &empty;
}
