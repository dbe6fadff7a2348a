/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_examples.c -- examples of calls and answers, from the file that is compiled in. */
#include "mws_examples.h"

#include <apr_strings.h>

#include "../../lib/base/mws_asset.h"
#include "../mws_json.h"

/* The file is ours: no limit of the site's holds for it. */
#define DEPTH 32
#define KEYS 100000

mws_error_t *mws_examples_read(mws_call_t *call, const mws_value_t **examples)
{
    mws_settings_t settings = *call->settings;
    mws_call_t     reader = {.pool = call->pool, .settings = &settings};
    mws_text_t     file = mws_asset("externals/examples.json");
    mws_value_t   *strct = mws_value_struct(call->pool);
    apr_int64_t    keys = KEYS;

    settings.depth_max = DEPTH;
    *examples = strct;
    return mws_json_object(&reader, apr_pstrmemdup(call->pool, file.s, file.len), file.len, strct,
                           &keys);
}

int mws_examples_find(const mws_value_t *examples, const char *name, mws_example_t *example)
{
    const mws_value_t *found = mws_value_get(examples, name, -1);

    if (!found) {
        return 0;
    }
    example->call = mws_struct(found, "call");
    example->answer = mws_value_get(found, "answer", -1);
    if (example->answer && mws_value_kind(example->answer) == MWS_NULL) {
        example->answer = NULL;
    }
    return 1;
}

static void write_value(apr_pool_t *p, mws_out_t *out, const char *key, const mws_value_t *v);

/* The items of V; a struct's in the order in which they stand there, which is that of the
 * declaration. */
static void write_items(apr_pool_t *p, mws_out_t *out, const mws_value_t *v, int keyed)
{
    apr_size_t i;

    for (i = 0; i < mws_value_size(v); i++) {
        write_value(p, out, keyed ? mws_value_key_at(v, i).s : NULL, mws_value_at(v, i));
    }
    mws_out_end(out);
}

static void write_value(apr_pool_t *p, mws_out_t *out, const char *key, const mws_value_t *v)
{
    switch (mws_value_kind(v)) {
    case MWS_NULL:
        mws_out_null(out, key);
        break;
    case MWS_BOOL:
        mws_out_bool(out, key, mws_value_as_bool(v));
        break;
    case MWS_INT:
        mws_out_int(out, key, mws_value_as_int(v));
        break;
    case MWS_FLOAT:
        mws_out_float(out, key, mws_value_as_float(v));
        break;
    case MWS_TEXT:
        mws_out_text(out, key, mws_value_as_text(v).s);
        break;
    case MWS_LIST:
        mws_out_list(out, key);
        write_items(p, out, v, 0);
        break;
    case MWS_STRUCT:
        mws_out_struct(out, key);
        write_items(p, out, v, 1);
        break;
    }
}

mws_error_t *mws_example_write(apr_pool_t *p, const mws_value_t *answer, const mws_spec_t *returns,
                               const mws_writer_t *writer, mws_sink_t *sink)
{
    mws_out_t *out = mws_out_start(p, sink, writer, returns);

    if (answer) {
        write_value(p, out, NULL, answer);
    }
    return mws_out_finish(out);
}
