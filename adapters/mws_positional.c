/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_positional.c -- arguments by position, as parameters by name. */
#include "mws_positional.h"

#include <apr_strings.h>

/* Whether SPEC has each key of STRCT. */
static int fits(const mws_spec_t *spec, const mws_value_t *strct)
{
    apr_size_t i;

    for (i = 0; i < mws_value_size(strct); i++) {
        mws_text_t key = mws_value_key_at(strct, i);

        if (!mws_spec_key(spec, key.s, key.len)) {
            return 0;
        }
    }
    return 1;
}

/* Whether ARG, an only argument, is all parameters by their names. An empty struct is no names, but
 * perhaps an empty list. */
static int is_named(const mws_spec_t *params, const mws_value_t *arg)
{
    const mws_spec_t *first = params->of;

    if (mws_value_kind(arg) != MWS_STRUCT || !fits(params, arg)) {
        return 0;
    }
    if (!mws_value_size(arg)) {
        return !first->name || first->kind == MWS_SPEC_VALUE;
    }
    return first->kind != MWS_SPEC_STRUCT || !fits(first, arg);
}

/* How many of ARGS there are without the nulls at their end, of which the first LEAST stay. */
static apr_size_t significant(const mws_value_t *args, apr_size_t least)
{
    apr_size_t count = mws_value_size(args);

    while (count > least && mws_value_kind(mws_value_at(args, count - 1)) == MWS_NULL) {
        count--;
    }
    return count;
}

mws_value_t *mws_positional(apr_pool_t *p, const mws_spec_t *params, const mws_value_t *args)
{
    mws_value_t *named = mws_value_struct(p);
    apr_size_t   known = 0, count, i;

    if (mws_value_size(args) == 1 && is_named(params, mws_value_at(args, 0))) {
        return mws_value_at(args, 0);
    }
    while (params->of[known].name) {
        known++;
    }
    count = significant(args, known);
    for (i = 0; i < count; i++) {
        mws_value_set(named,
                      i < known ? params->of[i].name : apr_psprintf(p, "%" APR_SIZE_T_FMT, i), -1,
                      mws_value_at(args, i));
    }
    return named;
}
