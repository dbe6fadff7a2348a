/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_function.c -- one function, as its declaration tells it. */
#include <apr_strings.h>

#include "mws_page.h"
#include "mws_wsdoc.h"
#include "mws_wsdoc_tree.h"
#include "mws_wsdoc_wire.h"

static const mws_row_t *row_at(const mws_wsdoc_t *wsdoc, int i)
{
    return APR_ARRAY_IDX(wsdoc->docs->functions, i, const mws_row_t *);
}

const mws_row_t *mws_wsdoc_told_by(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    int i = 0;

    while (row_at(wsdoc, i)->external != row->external) {
        i++;
    }
    return row_at(wsdoc, i);
}

void mws_wsdoc_fold(const mws_wsdoc_t *wsdoc, const char *class_name, const char *summary)
{
    mws_page_put(wsdoc->sink, "<details class=\"%s\"", class_name);
    mws_page_put(wsdoc->sink, "%s><summary>%s</summary>\n", wsdoc->unfolded ? " open" : "",
                 summary);
}

static int is_old(const mws_row_t *row)
{
    return strcmp(row->name, row->today) != 0;
}

/* ---- names, capabilities ----------------------------------------------------------------- */

/* Write another name of ROW: a link to its section, or where it has none, here it is. */
static void put_name(const mws_wsdoc_t *wsdoc, const mws_row_t *row, const mws_row_t *other)
{
    if (mws_wsdoc_told_by(wsdoc, other) == row) {
        mws_page_put(wsdoc->sink,
                     "<li><code id=\"%s\">%s</code> with the same parameters and result</li>\n",
                     other->name, other->name);
    }
    else {
        mws_page_put(wsdoc->sink, "<li><a href=\"#%s\"><code>%s</code></a></li>\n", other->name,
                     other->name);
    }
}

/* Write the names that ROW's function has besides, of today (OLD 0) or of 2.1, if it has any. */
static void put_names(const mws_wsdoc_t *wsdoc, const mws_row_t *row, int old)
{
    int i, any = 0;

    for (i = 0; i < wsdoc->docs->functions->nelts; i++) {
        const mws_row_t *other = row_at(wsdoc, i);

        if (other == row || strcmp(other->today, row->today) != 0 || is_old(other) != old) {
            continue;
        }
        if (!any) {
            mws_page_put(wsdoc->sink, "<dt>%s</dt>\n<dd><ul>\n",
                         old ? "In Moodle 2.1" : "Name of today");
            any = 1;
        }
        put_name(wsdoc, row, other);
    }
    if (any) {
        MWS_PUT(wsdoc->sink, "</ul></dd>\n");
    }
}

/* The capabilities of ROW's function: a comma list. */
static const char *capabilities_of(const mws_row_t *row)
{
    return mws_table_find(row->today)->capabilities;
}

static void put_capabilities(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    char *rest = apr_pstrdup(wsdoc->docs->call->pool, capabilities_of(row)), *name, *state;

    MWS_PUT(wsdoc->sink, "<dt>Capabilities</dt>\n<dd>");
    if (!*rest) {
        MWS_PUT(wsdoc->sink, "none of its own");
    }
    else {
        MWS_PUT(wsdoc->sink, "<ul>\n");
        for (name = apr_strtok(rest, ",", &state); name; name = apr_strtok(NULL, ",", &state)) {
            mws_page_put(wsdoc->sink, "<li><code>%s</code></li>\n", name);
        }
        MWS_PUT(wsdoc->sink, "</ul>");
    }
    MWS_PUT(wsdoc->sink, "</dd>\n");
}

static void put_facts(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    MWS_PUT(wsdoc->sink, "<dl class=\"facts\">\n");
    put_names(wsdoc, row, 0);
    put_names(wsdoc, row, 1);
    put_capabilities(wsdoc, row);
    /* Moodle's page says so of each; here all need a caller, and the script of AJAX is PHP's. */
    MWS_PUT(wsdoc->sink, "<dt>Restricted to logged-in users</dt>\n<dd>yes</dd>\n"
                         "<dt>Callable from AJAX</dt>\n<dd>no</dd>\n</dl>\n");
}

/* ---- errors ------------------------------------------------------------------------------ */

static void put_error(const mws_wsdoc_t *wsdoc, const mws_may_fail_t *may, int old)
{
    const mws_error_row_t *error = &mws_error_rows[may->id];

    mws_page_put(
        wsdoc->sink, "<tr><td><code>%s</code></td><td>%d</td><td>%s<code>%s%s</code></td></tr>\n",
        error->errorcode, error->status, may->when, old ? "" : error->space, error->class_name);
}

void mws_wsdoc_errors(const mws_wsdoc_t *wsdoc, const mws_may_fail_t *may, int old)
{
    MWS_PUT(wsdoc->sink, "<table class=\"errors\">\n<thead><tr><th scope=\"col\">errorcode</th>"
                         "<th scope=\"col\">HTTP</th><th scope=\"col\">when, and its class</th>"
                         "</tr></thead>\n<tbody>\n");
    for (; may->when; may++) {
        put_error(wsdoc, may, old);
    }
    MWS_PUT(wsdoc->sink, "</tbody>\n</table>\n");
}

static void put_all_errors(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    MWS_PUT(wsdoc->sink, "<h4>Errors</h4>\n");
    if (row->external->errors) {
        mws_wsdoc_errors(wsdoc, row->external->errors, is_old(row));
    }
    mws_page_put(wsdoc->sink,
                 "<p class=\"any\">%s <a href=\"#any-call\">what any call may meet</a>.</p>\n",
                 row->external->errors ? "And" : "None of its own, but");
}

/* ---- the section ------------------------------------------------------------------------- */

static void put_structure(const mws_wsdoc_t *wsdoc, const mws_spec_t *spec)
{
    mws_wsdoc_fold(wsdoc, "structure", "General structure");
    MWS_PUT(wsdoc->sink, "<pre><code>");
    mws_wsdoc_tree_structure(wsdoc->sink, spec);
    MWS_PUT(wsdoc->sink, "</code></pre>\n</details>\n");
}

static void put_signature(const mws_wsdoc_t *wsdoc, const mws_external_t *external)
{
    MWS_PUT(wsdoc->sink, "<h4>Arguments</h4>\n");
    mws_wsdoc_tree_params(wsdoc->sink, external->params);
    if (external->params->of->name) {
        put_structure(wsdoc, external->params);
    }
    MWS_PUT(wsdoc->sink, "<h4>Response</h4>\n");
    mws_wsdoc_tree_returns(wsdoc->sink, external->returns);
    if (external->returns) {
        put_structure(wsdoc, external->returns);
    }
}

static void put_title(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    const char *kind = row->effect == MWS_WRITES ? "writes" : "reads";

    mws_page_put(wsdoc->sink,
                 "<section class=\"function\" id=\"%s\" data-function=\"%s\" data-kind=\"%s\""
                 " data-group=\"%s\">\n<h3><a href=\"#%s\">",
                 row->name, row->name, kind, mws_docs_group(row)->name, row->name);
    mws_page_put_name(wsdoc->sink, row->name);
    mws_page_put(wsdoc->sink, "</a></h3>\n<p class=\"badges\"><span class=\"badge %s\">%s</span>",
                 kind, kind);
    if (is_old(row)) {
        MWS_PUT(wsdoc->sink, " <span class=\"badge old\">Moodle 2.1</span>");
    }
    mws_page_put(wsdoc->sink, "</p>\n<p class=\"about\">%s</p>\n", row->external->about);
}

/* ---- on the wire ------------------------------------------------------------------------- */

/* Write what a call in PROTOCOL looks like: folded, unless it is the only one that is told. */
static mws_error_t *put_wire(const mws_wsdoc_t *wsdoc, const mws_row_t *row,
                             const mws_example_t *example, const char *protocol)
{
    if (wsdoc->docs->protocol) {
        return mws_wsdoc_wire(wsdoc->docs, row, example, protocol);
    }
    mws_wsdoc_fold(wsdoc, "protocol", mws_page_protocol(protocol));
    MWS_ERR(mws_wsdoc_wire(wsdoc->docs, row, example, protocol));
    if (!wsdoc->docs->token) {
        mws_page_put(wsdoc->sink,
                     "<p><a href=\"wsdoc.php?protocol=%s#%s\">%s alone, with more</a></p>\n",
                     protocol, row->name, mws_page_protocol(protocol));
    }
    MWS_PUT(wsdoc->sink, "</details>\n");
    return NULL;
}

static mws_error_t *put_wires(const mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    const apr_array_header_t *protocols = wsdoc->docs->protocols;
    mws_example_t             example;
    int                       i;

    if (!mws_examples_find(wsdoc->examples, row->name, &example)) {
        return NULL;
    }
    MWS_PUT(wsdoc->sink, "<div class=\"wires\">\n");
    if (!wsdoc->docs->protocol) {
        MWS_PUT(wsdoc->sink, "<h4>On the wire, and in code</h4>\n");
    }
    for (i = 0; i < protocols->nelts; i++) {
        const char *protocol = APR_ARRAY_IDX(protocols, i, const char *);

        if (mws_docs_shows(wsdoc->docs, protocol)) {
            MWS_ERR(put_wire(wsdoc, row, &example, protocol));
        }
    }
    MWS_PUT(wsdoc->sink, "</div>\n");
    return NULL;
}

mws_error_t *mws_wsdoc_function(mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    put_title(wsdoc, row);
    MWS_PUT(wsdoc->sink, "<div class=\"says\">\n");
    put_facts(wsdoc, row);
    MWS_PUT(wsdoc->sink, "<div class=\"try\"></div>\n");
    put_signature(wsdoc, row->external);
    put_all_errors(wsdoc, row);
    MWS_PUT(wsdoc->sink, "</div>\n");
    MWS_ERR(put_wires(wsdoc, row));
    MWS_PUT(wsdoc->sink, "</section>\n");
    return NULL;
}
