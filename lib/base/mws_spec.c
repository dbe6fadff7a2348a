/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_spec.c -- walking a declaration. */
#include "mws_spec.h"

#include <string.h>

const mws_spec_t *mws_spec_key(const mws_spec_t *strct, const char *key, size_t len)
{
    const mws_spec_t *spec;

    for (spec = strct->of; spec->name; spec++) {
        if (strncmp(spec->name, key, len) == 0 && spec->name[len] == '\0') {
            return spec;
        }
    }
    return NULL;
}
