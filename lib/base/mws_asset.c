/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_asset.c -- the table of the files compiled in, which the Makefile assembles. */
#include "mws_asset.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path, *bytes, *end;
} asset_t;

/* In the order of their paths; ends with one without a path. */
extern const asset_t mws_assets[] __attribute__((visibility("hidden")));

mws_text_t mws_asset_at(apr_size_t i, const char **path)
{
    mws_text_t text = {mws_assets[i].bytes, (apr_size_t)(mws_assets[i].end - mws_assets[i].bytes)};

    *path = mws_assets[i].path;
    return text;
}

mws_text_t mws_asset(const char *path)
{
    const char *found;
    mws_text_t  text;
    apr_size_t  i = 0;

    do {
        text = mws_asset_at(i++, &found);
    } while (found && strcmp(found, path) != 0);
    if (!found) {
        abort();
    }
    return text;
}
