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

/* What a struct has beside its items. INDEX is a hash table with open addressing of 1 + the place of a
 * key; 0 is free. */
typedef struct {
    mws_text_t    *keys;
    apr_uint32_t  *index; /* NULL while there are few */
    apr_size_t     mask;  /* of INDEX: its size less one */
    unsigned char *secret;
    apr_int64_t    next; /* the index that mws_value_push() gives; -1: none is left */
} names_t;

/* The items of a list or struct. */
typedef struct {
    apr_pool_t   *pool;
    mws_value_t **values;
    apr_size_t    count, room;
    names_t      *names; /* NULL: a list, or a struct that is empty yet */
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

/* OLD, COUNT things of SIZE bytes, in a place with room for ROOM. */
static void *moved(apr_pool_t *p, const void *old, apr_size_t count, apr_size_t room,
                   apr_size_t size)
{
    void *place = apr_palloc(p, room * size);

    if (count) {
        memcpy(place, old, count * size);
    }
    return place;
}

static void add_item(items_t *items, mws_value_t *item)
{
    names_t *names = items->names;

    if (items->count == items->room) {
        apr_size_t count = items->count, room = count ? count * 2 : 4;

        items->values = moved(items->pool, items->values, count, room, sizeof(*items->values));
        if (names) {
            names->keys = moved(items->pool, names->keys, count, room, sizeof(*names->keys));
        }
        items->room = room;
    }
    items->values[items->count++] = item;
}

void mws_value_append(mws_value_t *list, mws_value_t *item)
{
    add_item(list->as.items, item);
}

static int is_same(mws_text_t a, mws_text_t b)
{
    return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

/* Where the search for KEY in the index begins. */
static apr_size_t index_home(const names_t *names, mws_text_t key)
{
    return (apr_size_t)apr_siphash24(key.s, key.len, names->secret) & names->mask;
}

/* Where KEY is in the index, or the free place for it. */
static apr_uint32_t *index_slot(const names_t *names, mws_text_t key)
{
    apr_size_t at = index_home(names, key);

    while (names->index[at] && !is_same(names->keys[names->index[at] - 1], key)) {
        at = (at + 1) & names->mask;
    }
    return &names->index[at];
}

/* Make the index anew, four places a key. */
static void build_index(const items_t *items)
{
    names_t   *names = items->names;
    apr_size_t size = 64, i;

    while (size < items->count * 4) {
        size *= 2;
    }
    if (!names->secret) {
        names->secret = apr_palloc(items->pool, APR_SIPHASH_KSIZE);
        if (apr_generate_random_bytes(names->secret, APR_SIPHASH_KSIZE) != APR_SUCCESS) {
            abort(); /* without randomness nothing here is safe */
        }
    }
    names->index = apr_pcalloc(items->pool, size * sizeof(apr_uint32_t));
    names->mask = size - 1;
    for (i = 0; i < items->count; i++) {
        *index_slot(names, names->keys[i]) = (apr_uint32_t)(i + 1);
    }
}

/* Take the key at PLACE, which is still there, out of the index. What a search would miss for the hole
 * moves into it, and those behind the key have their new places. */
static void drop_from_index(const names_t *names, apr_size_t place)
{
    apr_size_t hole = (apr_size_t)(index_slot(names, names->keys[place]) - names->index);
    apr_size_t at, i;

    for (at = (hole + 1) & names->mask; names->index[at]; at = (at + 1) & names->mask) {
        apr_size_t home = index_home(names, names->keys[names->index[at] - 1]);

        if (((at - home) & names->mask) >= ((at - hole) & names->mask)) {
            names->index[hole] = names->index[at];
            hole = at;
        }
    }
    names->index[hole] = 0;
    for (i = 0; i <= names->mask; i++) {
        names->index[i] -= names->index[i] > place + 1;
    }
}

/* The place of the item at KEY, or -1. */
static apr_ssize_t find(const items_t *items, mws_text_t key)
{
    const names_t *names = items->names;
    apr_size_t     i;

    if (names && names->index) {
        return (apr_ssize_t)*index_slot(names, key) - 1;
    }
    for (i = 0; names && i < items->count; i++) {
        if (is_same(names->keys[i], key)) {
            return (apr_ssize_t)i;
        }
    }
    return -1;
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
static void note_index(names_t *names, mws_text_t key)
{
    apr_int64_t index = index_of_key(key);

    if (index >= names->next && names->next >= 0) {
        names->next = index < APR_INT64_MAX ? index + 1 : -1;
    }
}

static names_t *names_of(items_t *items)
{
    if (!items->names) {
        items->names = apr_pcalloc(items->pool, sizeof(names_t));
    }
    return items->names;
}

void mws_value_set(mws_value_t *strct, const char *key, apr_ssize_t len, mws_value_t *item)
{
    items_t    *items = strct->as.items;
    names_t    *names = names_of(items);
    mws_text_t  name = text_of(key, len);
    apr_ssize_t there = find(items, name);

    if (there >= 0) {
        items->values[there] = item;
        return;
    }
    note_index(names, name);
    add_item(items, item);
    names->keys[items->count - 1] = name;
    if (items->count >= INDEX_FROM && (!names->index || items->count * 2 > names->mask)) {
        build_index(items);
    }
    else if (names->index) {
        *index_slot(names, name) = (apr_uint32_t)items->count;
    }
}

int mws_value_push(mws_value_t *strct, mws_value_t *item)
{
    items_t *items = strct->as.items;
    names_t *names = names_of(items);

    if (names->next < 0) {
        return 0;
    }
    mws_value_set(strct, apr_psprintf(items->pool, "%" APR_INT64_T_FMT, names->next), -1, item);
    return 1;
}

void mws_value_put(mws_value_t *v, apr_size_t i, mws_value_t *item)
{
    v->as.items->values[i] = item;
}

void mws_value_remove(mws_value_t *strct, const char *key)
{
    items_t    *items = strct->as.items;
    names_t    *names = items->names;
    apr_ssize_t there = find(items, text_of(key, -1));
    apr_size_t  after;

    if (there < 0) {
        return;
    }
    if (names->index) {
        drop_from_index(names, (apr_size_t)there);
    }
    items->count--;
    after = items->count - (apr_size_t)there;
    memmove(items->values + there, items->values + there + 1, after * sizeof(*items->values));
    memmove(names->keys + there, names->keys + there + 1, after * sizeof(*names->keys));
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
    return v->as.items->values[i];
}

mws_text_t mws_value_key_at(const mws_value_t *v, apr_size_t i)
{
    const names_t *names = v->as.items->names;

    return names ? names->keys[i] : (mws_text_t){"", 0};
}

mws_value_t *mws_value_get(const mws_value_t *v, const char *key, apr_ssize_t len)
{
    apr_ssize_t there = find(v->as.items, text_of(key, len));

    return there < 0 ? NULL : v->as.items->values[there];
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
