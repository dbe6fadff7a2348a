/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_value.h
 *
 * A value as it came in: null, boolean, integer, float, text, list or struct. Decoders of all
 * protocols deliver these and nothing else; services/mws_check.c turns a raw tree into a typed
 * one. A struct keeps its keys in the order of their arrival and finds one in constant time, by
 * a hash whose secret is drawn for each tree, so that chosen keys cannot make it slow.
 *
 * Values live in the pool they were made in, and are never freed one by one. Texts are
 * NUL-terminated, but may hold further NULs: LEN counts.
 */
#ifndef MWS_VALUE_H
#define MWS_VALUE_H

#include <apr_pools.h>

typedef enum { MWS_NULL, MWS_BOOL, MWS_INT, MWS_FLOAT, MWS_TEXT, MWS_LIST, MWS_STRUCT } mws_kind_e;

typedef struct mws_value_t mws_value_t;

/* A text with its length in bytes. */
typedef struct {
    const char *s;
    apr_size_t  len;
} mws_text_t;

/* Make a value in P. The bytes of TEXT are not copied; with LEN -1 they are counted. */
mws_value_t *mws_value_null(apr_pool_t *p);
mws_value_t *mws_value_bool(apr_pool_t *p, int b);
mws_value_t *mws_value_int(apr_pool_t *p, apr_int64_t i);
mws_value_t *mws_value_float(apr_pool_t *p, double f);
mws_value_t *mws_value_text(apr_pool_t *p, const char *text, apr_ssize_t len);
mws_value_t *mws_value_list(apr_pool_t *p);
mws_value_t *mws_value_struct(apr_pool_t *p);

/* Append ITEM to LIST. */
void mws_value_append(mws_value_t *list, mws_value_t *item);

/* Set KEY of STRUCT to ITEM; a key that is there keeps its place and takes the new value.
 * KEY (LEN bytes, -1: counted) is not copied. */
void mws_value_set(mws_value_t *strct, const char *key, apr_ssize_t len, mws_value_t *item);

/* Add ITEM to STRCT as PHP's [] does: at one more than the highest integer from 0 on among its
 * keys, at 0 when there is none. False, and nothing is added, where no integer is left. */
int mws_value_push(mws_value_t *strct, mws_value_t *item);

/* Put ITEM in the place of the I-th item of V, a LIST or STRUCT. */
void mws_value_put(mws_value_t *v, apr_size_t i, mws_value_t *item);

/* Take KEY out of STRCT, if it is there. */
void mws_value_remove(mws_value_t *strct, const char *key);

mws_kind_e  mws_value_kind(const mws_value_t *v);
int         mws_value_as_bool(const mws_value_t *v);  /* of a BOOL */
apr_int64_t mws_value_as_int(const mws_value_t *v);   /* of an INT */
double      mws_value_as_float(const mws_value_t *v); /* of a FLOAT */
mws_text_t  mws_value_as_text(const mws_value_t *v);  /* of a TEXT */

/* Of a LIST or STRUCT: how many, the I-th item, the I-th key ("" in a list), the item at KEY or
 * NULL when there is none. */
apr_size_t   mws_value_size(const mws_value_t *v);
mws_value_t *mws_value_at(const mws_value_t *v, apr_size_t i);
mws_text_t   mws_value_key_at(const mws_value_t *v, apr_size_t i);
mws_value_t *mws_value_get(const mws_value_t *v, const char *key, apr_ssize_t len);

/* Checked parameters, by the key of their struct: they are there and typed, so nothing here can
 * fail for the client's sake. Asking for a key of another type is our bug and ends the process.
 * mws_given() is false for a key that is absent or null; the others give 0, NULL, an empty
 * list or struct then. */
int                mws_given(const mws_value_t *in, const char *key);
apr_int64_t        mws_int(const mws_value_t *in, const char *key);
int                mws_bool(const mws_value_t *in, const char *key);
const char        *mws_text(const mws_value_t *in, const char *key);
const mws_value_t *mws_items(const mws_value_t *in, const char *key);
const mws_value_t *mws_struct(const mws_value_t *in, const char *key);

#endif
