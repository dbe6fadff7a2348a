/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/wsdoc.c -- webservice/wsdoc.php: a page that tells of every function, how to call it and what
 * it answers; and, below its name, the style and the script of our pages.
 *
 * Moodle: webservice/wsdoc.php, webservice/renderer.php. The page works without the script, which adds
 * a filter and a way to try calls.
 */
#include <apr_strings.h>

#include "../../lib/base/mws_version.h"
#include "../mws_form.h"
#include "mws_examples.h"
#include "mws_page.h"
#include "mws_wsdoc.h"

static const mws_row_t *row_at(const mws_wsdoc_t *wsdoc, int i)
{
    return APR_ARRAY_IDX(wsdoc->docs->functions, i, const mws_row_t *);
}

/* ---- groups ------------------------------------------------------------------------------ */

/* Call WRITE with each function of GROUP that has a section: first those of today, then those of
 * 2.1. Gives how many there are; with WRITE NULL nothing else. */
static mws_error_t *each_of_group(mws_wsdoc_t *wsdoc, const mws_docs_group_t *group, int *count,
                                  mws_error_t *(*write)(mws_wsdoc_t *wsdoc, const mws_row_t *row))
{
    int i, old;

    *count = 0;
    for (old = 0; old < 2; old++) {
        for (i = 0; i < wsdoc->docs->functions->nelts; i++) {
            const mws_row_t *row = row_at(wsdoc, i);

            if (mws_docs_group(row) != group || mws_wsdoc_told_by(wsdoc, row) != row ||
                (strcmp(row->name, row->today) != 0) != old) {
                continue;
            }
            ++*count;
            if (write) {
                MWS_ERR(write(wsdoc, row));
            }
        }
    }
    return NULL;
}

/* ---- navigation -------------------------------------------------------------------------- */

/* What the name of ROW begins with, as those of its neighbours: two words. */
static const char *stem_of(apr_pool_t *p, const mws_row_t *row)
{
    const char *first = strchr(row->name, '_');
    const char *second = first ? strchr(first + 1, '_') : NULL;

    return second ? apr_pstrndup(p, row->name, (apr_size_t)(second + 1 - row->name)) : "";
}

static mws_error_t *put_link(mws_wsdoc_t *wsdoc, const mws_row_t *row)
{
    const char *stem = stem_of(wsdoc->docs->call->pool, row);

    mws_page_put(wsdoc->sink, "<li><a href=\"#%s\"><span>", row->name);
    mws_page_put_name(wsdoc->sink, stem);
    MWS_PUT(wsdoc->sink, "</span>");
    mws_page_put_name(wsdoc->sink, row->name + strlen(stem));
    MWS_PUT(wsdoc->sink, "</a>");
    if (strcmp(row->name, row->today) != 0) {
        MWS_PUT(wsdoc->sink, " <small>2.1</small>");
    }
    MWS_PUT(wsdoc->sink, "</li>\n");
    return NULL;
}

static mws_error_t *put_group_links(mws_wsdoc_t *wsdoc, const mws_docs_group_t *group)
{
    int count;

    MWS_ERR(each_of_group(wsdoc, group, &count, NULL));
    if (!count) {
        return NULL;
    }
    mws_page_put(wsdoc->sink,
                 "<p class=\"group\"><a href=\"#group-%s\" id=\"nav-%s\">%s</a></p>\n"
                 "<ul aria-labelledby=\"nav-%s\">\n",
                 group->name, group->name, group->title, group->name);
    MWS_ERR(each_of_group(wsdoc, group, &count, put_link));
    MWS_PUT(wsdoc->sink, "</ul>\n");
    return NULL;
}

static void put_guide_links(mws_wsdoc_t *wsdoc)
{
    const mws_wsdoc_part_t *part;

    MWS_PUT(wsdoc->sink, "<p class=\"group\" id=\"nav-guide\">How to call</p>\n"
                         "<ul aria-labelledby=\"nav-guide\">\n");
    for (part = mws_wsdoc_guide; part->id; part++) {
        mws_page_put(wsdoc->sink, "<li><a href=\"#%s\">%s</a></li>\n", part->id, part->title);
    }
    MWS_PUT(wsdoc->sink, "</ul>\n");
}

/* The filter is for the script to show. */
static mws_error_t *put_navigation(mws_wsdoc_t *wsdoc)
{
    const mws_docs_group_t *group;

    MWS_PUT(wsdoc->sink,
            "<nav class=\"side\" id=\"contents\" aria-label=\"Contents\">\n"
            "<div id=\"finder\" hidden>\n<label for=\"filter\">Filter</label>\n"
            "<input type=\"search\" id=\"filter\" autocomplete=\"off\" spellcheck=\"false\">\n"
            "<p id=\"found\" role=\"status\"></p>\n</div>\n<div class=\"links\">\n");
    put_guide_links(wsdoc);
    for (group = mws_docs_groups; group->name; group++) {
        MWS_ERR(put_group_links(wsdoc, group));
    }
    MWS_PUT(wsdoc->sink, "</div>\n</nav>\n");
    return NULL;
}

/* Whether the page is the one of PROTOCOL; of NULL: that of all. */
static int is_here(const mws_docs_t *docs, const char *protocol)
{
    return protocol && docs->protocol ? strcmp(docs->protocol, protocol) == 0
                                      : protocol == docs->protocol;
}

/* One place of the switch: PROTOCOL, or NULL for all. A token goes with it, in a form: it must come into
 * no address. */
static void put_choice(const mws_wsdoc_t *wsdoc, const char *protocol)
{
    const mws_docs_t *docs = wsdoc->docs;
    const char       *label = protocol ? mws_page_protocol(protocol) : "All";
    const char       *tag = docs->token ? "button" : "a";

    MWS_PUT(wsdoc->sink, "<li>");
    if (docs->token) {
        mws_page_put(wsdoc->sink, "<button name=\"protocol\" value=\"%s\"",
                     protocol ? protocol : "");
    }
    else {
        mws_page_put(wsdoc->sink, "<a href=\"wsdoc.php%s%s\"", protocol ? "?protocol=" : "",
                     protocol ? protocol : "");
    }
    if (is_here(docs, protocol)) {
        MWS_PUT(wsdoc->sink, " aria-current=\"page\"");
    }
    mws_page_put(wsdoc->sink, ">%s</%s></li>\n", label, tag);
}

static void put_switch(const mws_wsdoc_t *wsdoc)
{
    const mws_docs_t *docs = wsdoc->docs;
    int               i;

    MWS_PUT(wsdoc->sink, "<nav class=\"switch\" aria-label=\"Protocol\">\n");
    if (docs->token) {
        mws_page_put(wsdoc->sink,
                     "<form method=\"post\" action=\"wsdoc.php\">\n"
                     "<input type=\"hidden\" name=\"wstoken\" value=\"%s\">\n",
                     docs->token);
    }
    MWS_PUT(wsdoc->sink, "<ul>\n");
    put_choice(wsdoc, NULL);
    for (i = 0; i < docs->protocols->nelts; i++) {
        put_choice(wsdoc, APR_ARRAY_IDX(docs->protocols, i, const char *));
    }
    MWS_PUT(wsdoc->sink, "</ul>\n");
    if (docs->token) {
        MWS_PUT(wsdoc->sink, "</form>\n");
    }
    MWS_PUT(wsdoc->sink, "</nav>\n");
}

/* ---- the page ---------------------------------------------------------------------------- */

static mws_error_t *put_group(mws_wsdoc_t *wsdoc, const mws_docs_group_t *group)
{
    int count;

    MWS_ERR(each_of_group(wsdoc, group, &count, NULL));
    if (!count) {
        return NULL;
    }
    mws_page_put(wsdoc->sink, "<section class=\"group\" id=\"group-%s\">\n<h2>%s</h2>\n",
                 group->name, group->title);
    MWS_ERR(each_of_group(wsdoc, group, &count, mws_wsdoc_function));
    MWS_PUT(wsdoc->sink, "</section>\n");
    return NULL;
}

/* The names of the protocols that are answered, with blanks between. */
static const char *protocols_of(const mws_docs_t *docs)
{
    return apr_array_pstrcat(docs->call->pool, docs->protocols, ' ');
}

/* What the script goes by. */
static void put_body(const mws_wsdoc_t *wsdoc)
{
    const mws_docs_t *docs = wsdoc->docs;

    mws_page_put(wsdoc->sink,
                 "<body class=\"doc\" data-console=\"%s\" data-root=\"%s\" data-protocols=\"%s\"",
                 docs->console ? "on" : "off", docs->call->settings->wwwroot, protocols_of(docs));
    if (docs->token) {
        mws_page_put(wsdoc->sink, " data-token=\"%s\"", docs->token);
    }
    MWS_PUT(wsdoc->sink, ">\n");
}

/* How many functions there are, and how many names of 2.1 besides. */
static void count(const mws_docs_t *docs, int *today, int *old)
{
    int i;

    *today = *old = 0;
    for (i = 0; i < docs->functions->nelts; i++) {
        const mws_row_t *row = APR_ARRAY_IDX(docs->functions, i, const mws_row_t *);

        ++*(strcmp(row->name, row->today) == 0 ? today : old);
    }
}

static void put_heading(const mws_wsdoc_t *wsdoc)
{
    const mws_docs_t *docs = wsdoc->docs;
    const char       *protocol = docs->protocol;
    int               today, old;

    count(docs, &today, &old);
    mws_page_put(wsdoc->sink, "<h1>Moodle web services%s%s</h1>\n", protocol ? " by " : "",
                 protocol ? mws_page_protocol(protocol) : "");
    mws_page_put(wsdoc->sink,
                 "<p class=\"lead\">%s %d functions under their names of today, and %d names of "
                 "Moodle 2.1 beside them: how to call each, what it answers, and what may go wrong."
                 "</p>\n<p class=\"meta\"><a href=\"openapi.json\">OpenAPI</a>",
                 docs->token ? "Your token may call" : "There are", today, old);
    mws_page_put(wsdoc->sink, " · <a href=\"wsdoc.php?print=1%s%s\">For paper</a>",
                 protocol ? "&protocol=" : "", protocol ? protocol : "");
    MWS_PUT(wsdoc->sink, " · mod_moodlews " MWS_VERSION "</p>\n");
}

static mws_error_t *put_page(mws_wsdoc_t *wsdoc)
{
    const mws_docs_group_t *group;
    const mws_wsdoc_part_t *part;

    mws_page_head(wsdoc->docs, "Moodle web services");
    put_body(wsdoc);
    MWS_PUT(wsdoc->sink, "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
                         "<header class=\"top\">\n"
                         "<p class=\"brand\"><a href=\"./\">Moodle web services</a></p>\n"
                         "<a class=\"to-contents\" href=\"#contents\">Contents</a>\n");
    put_switch(wsdoc);
    MWS_PUT(wsdoc->sink, "</header>\n");
    MWS_ERR(put_navigation(wsdoc));
    MWS_PUT(wsdoc->sink, "<main id=\"main\">\n");
    put_heading(wsdoc);
    for (part = mws_wsdoc_guide; part->id; part++) {
        mws_page_put(wsdoc->sink, "<section class=\"guide\" id=\"%s\">\n<h2>%s</h2>\n", part->id,
                     part->title);
        part->write(wsdoc);
        MWS_PUT(wsdoc->sink, "</section>\n");
    }
    for (group = mws_docs_groups; group->name; group++) {
        MWS_ERR(put_group(wsdoc, group));
    }
    mws_page_put(wsdoc->sink,
                 "</main>\n<script type=\"module\" src=\"%s\"></script>\n</body>\n</html>\n",
                 mws_page_asset(wsdoc->docs, "page.js"));
    return NULL;
}

/* Write the page and send it. What is for paper is asked for too seldom to be kept. */
static mws_error_t *answer(mws_docs_t *docs)
{
    mws_wsdoc_t wsdoc = {.docs = docs, .sink = docs->body};
    const char *print = mws_form_take(docs->vars, "print");

    wsdoc.unfolded = print && strcmp(print, "1") == 0;
    mws_docs_guard(docs);
    if (!wsdoc.unfolded && mws_docs_send_kept(docs, "page", MWS_DOCS_PAGE)) {
        return NULL;
    }
    MWS_ERR(mws_examples_read(docs->call, &wsdoc.examples));
    MWS_ERR(put_page(&wsdoc));
    mws_docs_send(docs, MWS_DOCS_PAGE);
    if (!wsdoc.unfolded) {
        mws_docs_keep(docs, "page");
    }
    return NULL;
}

/* What a file called NAME is, by the end of it; NULL: none that is served. */
static const char *type_of(const char *name)
{
    const char *end = strrchr(name, '.');

    if (strchr(name, '/') || !end) {
        return NULL;
    }
    if (strcmp(end, ".css") == 0) {
        return "text/css; charset=utf-8";
    }
    return strcmp(end, ".js") == 0 ? "text/javascript; charset=utf-8" : NULL;
}

/* Answer with what is below the script's name: the files of adapters/wsdoc. */
static void serve_below(mws_docs_t *docs)
{
    const char *name = docs->http->path_info + 1;
    const char *type = type_of(name);

    if (!type || !mws_page_has_asset(docs, name)) {
        mws_page_refuse(docs, mws_error(docs->call->pool, MWS_NO_FILE, "%s", name));
        return;
    }
    mws_page_send_asset(docs, name, type);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_docs_t  *docs;
    mws_error_t *err;

    if (*http->path_info) {
        serve_below(mws_docs_begin(call, http, reply));
        return;
    }
    err = mws_docs_open(call, http, reply, &docs);
    if (!err) {
        err = answer(docs);
    }
    if (err) {
        mws_page_refuse(docs, err);
    }
}

const mws_adapter_t mws_adapter_wsdoc = {.name = "wsdoc", .serve = serve};
