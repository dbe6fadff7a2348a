/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_tree.c -- declarations as trees, for people. */
#include "mws_wsdoc_tree.h"

#include "mws_page.h"

/* Which way a value goes: of what is given, all that is not said to be otherwise is there. */
typedef enum { TAKEN, GIVEN } way_e;

/* ---- types ------------------------------------------------------------------------------- */

/* What JSON calls SPEC. */
static const char *kind_of(const mws_spec_t *spec)
{
    switch (spec->kind) {
    case MWS_SPEC_LIST:
        return "list";
    case MWS_SPEC_STRUCT:
        return "object";
    default:
        return mws_param_names[spec->type].openapi;
    }
}

/* The value that SPEC is, or that it lists; NULL: structs. */
static const mws_spec_t *value_of(const mws_spec_t *spec)
{
    while (spec->kind == MWS_SPEC_LIST) {
        spec = spec->of;
    }
    return spec->kind == MWS_SPEC_VALUE ? spec : NULL;
}

/* The struct that SPEC is, or that it lists; NULL: values. */
static const mws_spec_t *struct_of(const mws_spec_t *spec)
{
    while (spec->kind == MWS_SPEC_LIST) {
        spec = spec->of;
    }
    return spec->kind == MWS_SPEC_STRUCT ? spec : NULL;
}

/* Whether TYPE allows less than the text that it is does. */
static int is_narrower(mws_param_e type)
{
    return strcmp(mws_param_names[type].openapi, "string") == 0 && type != MWS_PARAM_RAW &&
           type != MWS_PARAM_TEXT;
}

static void put_type(mws_sink_t *sink, const mws_spec_t *spec)
{
    const mws_spec_t *value = value_of(spec);

    mws_page_put(sink, "<span class=\"type\">%s", kind_of(spec));
    for (; spec->kind == MWS_SPEC_LIST; spec = spec->of) {
        mws_page_put(sink, " of %ss", kind_of(spec->of));
    }
    if (value && value->untyped) {
        MWS_PUT(sink, " or number");
    }
    else if (value && is_narrower(value->type)) {
        mws_page_put(sink, " <i>%s</i>", mws_param_names[value->type].said);
    }
    MWS_PUT(sink, "</span>");
}

/* ---- presence ---------------------------------------------------------------------------- */

static void put_preset(mws_sink_t *sink, const mws_spec_t *spec)
{
    MWS_PUT(sink, " <span class=\"flag\">default ");
    if (spec->setting) {
        mws_page_put(sink, "as the site's <code>%s%s%s</code>, else ",
                     spec->plugin ? spec->plugin : "", spec->plugin ? "/" : "", spec->setting);
    }
    if (spec->kind != MWS_SPEC_VALUE) {
        MWS_PUT(sink, "empty");
    }
    else if (!spec->preset) {
        MWS_PUT(sink, "<code>null</code>");
    }
    else if (strcmp(kind_of(spec), "string") == 0) {
        mws_page_put(sink, "<code>\"%s\"</code>", spec->preset);
    }
    else {
        mws_page_put(sink, "<code>%s</code>", spec->preset);
    }
    MWS_PUT(sink, "</span>");
}

static void put_presence(mws_sink_t *sink, const mws_spec_t *spec, way_e way)
{
    if (spec->presence == MWS_HAS_PRESET) {
        put_preset(sink, spec);
    }
    else if (spec->presence == MWS_MAY_BE_ABSENT) {
        MWS_PUT(sink, " <span class=\"flag\">optional</span>");
    }
    else if (way == TAKEN) {
        MWS_PUT(sink, " <span class=\"flag must\">required</span>");
    }
    if (spec->not_null) {
        MWS_PUT(sink, " <span class=\"flag\">not null</span>");
    }
}

/* ---- trees ------------------------------------------------------------------------------- */

static void put_about(mws_sink_t *sink, const mws_spec_t *spec)
{
    const mws_spec_t *value = value_of(spec);

    if (!spec->about && (!value || !value->about)) {
        return;
    }
    MWS_PUT(sink, "<p>");
    if (spec->about) {
        mws_page_put(sink, "%s", spec->about);
    }
    if (value && value != spec && value->about) {
        mws_page_put(sink, "%s<span class=\"each\">each: %s</span>", spec->about ? " " : "",
                     value->about);
    }
    MWS_PUT(sink, "</p>");
}

static void put_keys(mws_sink_t *sink, const mws_spec_t *strct, way_e way)
{
    const mws_spec_t *key;

    MWS_PUT(sink, "<ul class=\"tree\">\n");
    for (key = strct->of; key->name; key++) {
        const mws_spec_t *below = struct_of(key);

        mws_page_put(sink, "<li><div><code>%s</code><span>", key->name);
        put_type(sink, key);
        put_presence(sink, key, way);
        MWS_PUT(sink, "</span>");
        put_about(sink, key);
        MWS_PUT(sink, "</div>");
        if (below) {
            put_keys(sink, below, way);
        }
        MWS_PUT(sink, "</li>\n");
    }
    MWS_PUT(sink, "</ul>\n");
}

void mws_wsdoc_tree_params(mws_sink_t *sink, const mws_spec_t *params)
{
    if (!params->of->name) {
        MWS_PUT(sink, "<p class=\"none\">It takes none.</p>\n");
        return;
    }
    put_keys(sink, params, TAKEN);
}

void mws_wsdoc_tree_returns(mws_sink_t *sink, const mws_spec_t *returns)
{
    const mws_spec_t *below;

    if (!returns) {
        MWS_PUT(sink, "<p class=\"none\">It returns nothing.</p>\n");
        return;
    }
    MWS_PUT(sink, "<div class=\"whole\">");
    put_type(sink, returns);
    put_about(sink, returns);
    MWS_PUT(sink, "</div>\n");
    below = struct_of(returns);
    if (below) {
        put_keys(sink, below, GIVEN);
    }
}

/* ---- Moodle's notation ------------------------------------------------------------------- */

static void put_indent(mws_sink_t *sink, int depth)
{
    while (depth-- > 0) {
        MWS_PUT(sink, "  ");
    }
}

static const char *word_of(const mws_spec_t *spec)
{
    switch (spec->type) {
    case MWS_PARAM_INT:
    case MWS_PARAM_BOOL:
        return "int";
    case MWS_PARAM_FLOAT:
        return "double";
    default:
        return "string";
    }
}

static void put_remark(mws_sink_t *sink, const mws_spec_t *spec)
{
    if (spec->presence == MWS_MAY_BE_ABSENT) {
        MWS_PUT(sink, " Optional");
    }
    if (spec->presence == MWS_HAS_PRESET) {
        mws_page_put(sink, " Default to \"%s\"",
                     spec->kind != MWS_SPEC_VALUE ? "Array ( ) "
                     : spec->preset               ? spec->preset
                                                  : "null");
    }
    if (spec->about) {
        mws_page_put(sink, "   //%s", spec->about);
    }
    MWS_PUT(sink, "\n");
}

static void put_structure(mws_sink_t *sink, const mws_spec_t *spec, int depth)
{
    const mws_spec_t *key;

    if (spec->kind == MWS_SPEC_VALUE) {
        mws_page_put(sink, "%s", word_of(spec));
        put_remark(sink, spec);
        return;
    }
    if (spec->kind == MWS_SPEC_LIST) {
        MWS_PUT(sink, "list of (");
        put_remark(sink, spec);
        put_indent(sink, depth + 1);
        put_structure(sink, spec->of, depth + 1);
        put_indent(sink, depth);
        MWS_PUT(sink, ")\n");
        return;
    }
    MWS_PUT(sink, "object {");
    put_remark(sink, spec);
    for (key = spec->of; key->name; key++) {
        put_indent(sink, depth + 1);
        mws_page_put(sink, "%s ", key->name);
        put_structure(sink, key, depth + 1);
    }
    put_indent(sink, depth);
    MWS_PUT(sink, "}\n");
}

void mws_wsdoc_tree_structure(mws_sink_t *sink, const mws_spec_t *spec)
{
    put_structure(sink, spec, 0);
}
