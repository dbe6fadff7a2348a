/* SPDX-License-Identifier: Apache-2.0 */
/* t/shape/dump_declarations.c -- what the declarations say of all that the module serves, for checks.
 *
 *   dump_declarations signatures   the lines of t/signatures*.tsv
 *   dump_declarations texts        name, part, path, what is said about it
 *   dump_declarations errors       name, own or common, errorcode, when
 *
 * Columns have tabs between. A whole, and an element made of keys, have no text of their own: the list
 * that they are in, or the function, is told of.
 */
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

#include "../../services/mws_table.h"

static const char *const types[MWS_PARAM_COUNT] = {
#define TYPE(name, cleaner, said, xsd, xmlrpc, openapi) #name,
#include "../../lib/base/mws_types.tbl"
#undef TYPE
};

static const char *const kinds[] = {
    [MWS_SPEC_VALUE] = "value", [MWS_SPEC_STRUCT] = "struct", [MWS_SPEC_LIST] = "list"};

static const char *const presences[] = {
    [MWS_REQUIRED] = "required", [MWS_MAY_BE_ABSENT] = "optional", [MWS_HAS_PRESET] = "default"};

/* Where a node is: NAME the function, PART of its signature, PATH in that; TELL writes its line. */
typedef struct place_t place_t;
struct place_t {
    apr_pool_t *pool;
    const char *name, *part, *path;
    void (*tell)(const place_t *place, const mws_spec_t *spec);
};

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

static void print_place(const place_t *place)
{
    printf("%s\t%s\t%s\t", place->name, place->part, *place->path ? place->path : ".");
}

static void print_facts(const place_t *place, const mws_spec_t *spec)
{
    const char *null = spec->not_null ? "not null" : "null";

    print_place(place);
    printf("%s\t%s\t%s\t", kinds[spec->kind],
           spec->kind == MWS_SPEC_VALUE ? types[spec->type] : "-",
           spec->name ? presences[spec->presence] : "-");
    print_default(spec);
    printf("\t%s\n", spec->kind == MWS_SPEC_VALUE ? null : "-");
}

static void print_text(const place_t *place, const mws_spec_t *spec)
{
    if (spec->name || spec->kind == MWS_SPEC_VALUE) {
        print_place(place);
        printf("%s\n", spec->about ? spec->about : "");
    }
}

static void print_node(const place_t *place, const mws_spec_t *spec)
{
    place_t           below = *place;
    const mws_spec_t *key;

    place->tell(place, spec);
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

static void print_signature(apr_pool_t *p, const mws_row_t *row)
{
    place_t place = {.pool = p, .name = row->name, .path = "", .tell = print_facts};

    place.part = "params";
    print_node(&place, row->external->params);
    place.part = "returns";
    if (row->external->returns) {
        print_node(&place, row->external->returns);
    }
    else {
        print_place(&place);
        printf("nothing\t-\t-\t-\t-\n");
    }
}

static void print_texts(apr_pool_t *p, const mws_row_t *row)
{
    place_t place = {.pool = p, .name = row->name, .path = "", .tell = print_text};

    place.part = "function";
    print_place(&place);
    printf("%s\n", row->external->about ? row->external->about : "");
    place.part = "params";
    print_node(&place, row->external->params);
    place.part = "returns";
    if (row->external->returns) {
        print_node(&place, row->external->returns);
    }
}

static void print_list(const char *name, const char *whose, const mws_may_fail_t *error)
{
    for (; error && error->when; error++) {
        printf("%s\t%s\t%s\t%s\n", name, whose, mws_error_rows[error->id].errorcode, error->when);
    }
}

static void print_errors(apr_pool_t *p, const mws_row_t *row)
{
    (void)p;
    print_list(row->name, "own", row->external->errors);
    print_list(row->name, "common", mws_table_common_errors(row));
}

static const struct {
    const char *name;
    void (*print)(apr_pool_t *p, const mws_row_t *row);
} dumps[] = {{"signatures", print_signature}, {"texts", print_texts}, {"errors", print_errors}};

int main(int argc, char **argv)
{
    apr_size_t       count, i, n = 0;
    const mws_row_t *rows = mws_table_rows(&count);
    apr_pool_t      *p;

    while (argc == 2 && n < sizeof(dumps) / sizeof(dumps[0]) &&
           strcmp(dumps[n].name, argv[1]) != 0) {
        n++;
    }
    if (argc != 2 || n == sizeof(dumps) / sizeof(dumps[0])) {
        fprintf(stderr, "usage: %s signatures | texts | errors\n", argv[0]);
        return 2;
    }
    apr_initialize();
    apr_pool_create(&p, NULL);
    for (i = 0; i < count; i++) {
        dumps[n].print(p, &rows[i]);
    }
    apr_terminate();
    return 0;
}
