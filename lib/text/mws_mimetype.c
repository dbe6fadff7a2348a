/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_mimetype.c -- media types by extension. */
#include "mws_mimetype.h"

#include <apr_strings.h>
#include <json.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../site/mws_site.h"

#define UNKNOWN "document/unknown"

static const struct {
    const char *type, *extensions;
} types[] = {
#define TYPE(type, extensions) {type, extensions},
#include "mws_mimetypes.tbl"
#undef TYPE
};

static const char *usual_type(const char *extension)
{
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (mws_settings_lists(types[i].extensions, extension)) {
            return types[i].type;
        }
    }
    return UNKNOWN;
}

static const char *member(struct json_object *entry, const char *key)
{
    struct json_object *there;

    return json_object_object_get_ex(entry, key, &there) ? json_object_get_string(there) : NULL;
}

static int is_deleted(struct json_object *entry)
{
    struct json_object *there;

    return json_object_object_get_ex(entry, "deleted", &there) && json_object_get_boolean(there);
}

/* What the site's own ENTRIES say of EXTENSION; PRESET where they say nothing. The last one that
 * is about it counts. */
static const char *own_type(apr_pool_t *p, struct json_object *entries, const char *extension,
                            const char *preset)
{
    const char *type = preset;
    size_t      i;

    for (i = 0; i < json_object_array_length(entries); i++) {
        struct json_object *entry = json_object_array_get_idx(entries, i);
        const char         *of, *said;

        if (!json_object_is_type(entry, json_type_object)) {
            continue;
        }
        of = member(entry, "extension");
        said = member(entry, "type");
        if (!of || strcmp(of, extension) != 0) {
            continue;
        }
        if (is_deleted(entry)) {
            type = UNKNOWN;
        }
        else if (mws_php_bool(said) && mws_php_bool(member(entry, "icon"))) {
            type = apr_pstrdup(p, said);
        }
    }
    return type;
}

const char *mws_mimetype(mws_call_t *call, const char *name)
{
    const char         *dot = strrchr(name, '.');
    const char         *extension = dot && dot[1] ? mws_utf8_lower(call->pool, dot + 1) : "xxx";
    const char         *type = usual_type(extension);
    const char         *custom = mws_config(call, "customfiletypes");
    struct json_object *entries = custom && *custom ? json_tokener_parse(custom) : NULL;

    if (json_object_is_type(entries, json_type_array)) {
        type = own_type(call->pool, entries, extension, type);
    }
    json_object_put(entries);
    return type;
}
