/* SPDX-License-Identifier: Apache-2.0 */
/* t/shape/dump_declarations.c -- what the module serves, as the lines of t/signatures*.tsv.
 *
 * Exits with 1 when a declaration leaves a function or a key without a word about it.
 */
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>

#include "../../services/mws_table.h"

static const char *const types[MWS_PARAM_COUNT] = {
#define TYPE(name, cleaner, said, xsd, xmlrpc, openapi) #name,
#include "../../lib/mws_types.tbl"
#undef TYPE
};

static const char *const kinds[] = {
    [MWS_SPEC_VALUE] = "value", [MWS_SPEC_STRUCT] = "struct", [MWS_SPEC_LIST] = "list"};

static const char *const presences[] = {
    [MWS_REQUIRED] = "required", [MWS_MAY_BE_ABSENT] = "optional", [MWS_HAS_PRESET] = "default"};

/* Where a node is: NAME the function, PART of its signature, PATH in that. */
typedef struct {
    apr_pool_t *pool;
    const char *name, *part, *path;
} place_t;

static int silent;

static void print_default(const mws_spec_t *spec)
{
    if (spec->presence != MWS_HAS_PRESET) {
        printf("-");
    }
    else if (spec->kind != MWS_SPEC_VALUE) {
        printf("empty");
    }
    else if (!spec->preset) {
        printf("null");
    }
    else {
        printf("\"%s\"", spec->preset);
    }
}

static void print_line(const place_t *place, const mws_spec_t *spec)
{
    const char *null = spec->not_null ? "not null" : "null";

    printf("%s\t%s\t%s\t%s\t%s\t%s\t", place->name, place->part, *place->path ? place->path : ".",
           kinds[spec->kind], spec->kind == MWS_SPEC_VALUE ? types[spec->type] : "-",
           spec->name ? presences[spec->presence] : "-");
    print_default(spec);
    printf("\t%s\n", spec->kind == MWS_SPEC_VALUE ? null : "-");
    /* Keys and plain elements are told of; a whole, and an element made of keys, need not be. */
    if ((spec->name || (spec->kind == MWS_SPEC_VALUE && *place->path)) &&
        (!spec->about || !*spec->about)) {
        fprintf(stderr, "%s %s %s: nothing is said about it\n", place->name, place->part,
                place->path);
        silent = 1;
    }
}

static void print_node(const place_t *place, const mws_spec_t *spec)
{
    place_t           below = *place;
    const mws_spec_t *key;

    print_line(place, spec);
    if (spec->kind == MWS_SPEC_LIST) {
        below.path = apr_pstrcat(place->pool, place->path, "[]", NULL);
        print_node(&below, spec->of);
    }
    for (key = spec->of; spec->kind == MWS_SPEC_STRUCT && key->name; key++) {
        below.path =
            apr_pstrcat(place->pool, place->path, *place->path ? "." : "", key->name, NULL);
        print_node(&below, key);
    }
}

static void print_part(apr_pool_t *p, const char *name, const char *part, const mws_spec_t *spec)
{
    const place_t place = {.pool = p, .name = name, .part = part, .path = ""};

    if (spec) {
        print_node(&place, spec);
    }
    else {
        printf("%s\t%s\t.\tnothing\t-\t-\t-\t-\n", name, part);
    }
}

int main(void)
{
    apr_size_t       count, i;
    const mws_row_t *rows = mws_table_rows(&count);
    apr_pool_t      *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    for (i = 0; i < count; i++) {
        const mws_external_t *external = rows[i].external;

        print_part(p, rows[i].name, "params", external->params);
        print_part(p, rows[i].name, "returns", external->returns);
        if (!external->about || !*external->about) {
            fprintf(stderr, "%s: nothing is said about it\n", rows[i].name);
            silent = 1;
        }
    }
    apr_terminate();
    return silent;
}
