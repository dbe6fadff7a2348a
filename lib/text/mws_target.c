/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_target.c -- links that open in a window of their own. */
#include "mws_target.h"

#include <apr_strings.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <limits.h>
#include <string.h>

#include "mws_clean.h"

static apr_status_t free_doc(void *doc)
{
    xmlFreeDoc(doc);
    return APR_SUCCESS;
}

static apr_status_t free_buffer(void *buffer)
{
    xmlBufferFree(buffer);
    return APR_SUCCESS;
}

/* What was cleaned has no other target, and what it has is guarded. */
static void open_apart(xmlNodePtr link)
{
    if (!xmlHasProp(link, BAD_CAST "target")) {
        xmlSetProp(link, BAD_CAST "target", BAD_CAST "_blank");
        xmlSetProp(link, BAD_CAST "rel", BAD_CAST "noreferrer");
    }
}

/* The node behind NODE in the order of the document, within ROOT; NULL at the end. */
static xmlNodePtr next_node(xmlNodePtr node, const xmlNode *root)
{
    if (node->children && node->type == XML_ELEMENT_NODE) {
        return node->children;
    }
    while (node != root && !node->next) {
        node = node->parent;
    }
    return node == root ? NULL : node->next;
}

/* What stands in the bodies below ROOT, as HTML. */
static const char *inside(apr_pool_t *p, xmlDocPtr doc, const xmlNode *root)
{
    xmlBufferPtr       buffer = xmlBufferCreate();
    xmlOutputBufferPtr out;
    xmlNodePtr         body, node;
    const char        *html;

    apr_pool_cleanup_register(p, buffer, free_buffer, apr_pool_cleanup_null);
    out = xmlOutputBufferCreateBuffer(buffer, NULL);
    for (body = root->children; body; body = body->next) {
        for (node = body->children; node; node = node->next) {
            htmlNodeDumpFormatOutput(out, doc, node, NULL, 0);
        }
    }
    xmlOutputBufferClose(out);
    html = mws_trim(p, apr_pstrdup(p, (const char *)xmlBufferContent(buffer)));
    apr_pool_cleanup_run(p, buffer, free_buffer);
    return html;
}

static const char *with_targets(apr_pool_t *p, xmlDocPtr doc)
{
    xmlNodePtr root = xmlDocGetRootElement(doc), node;

    for (node = root; node; node = next_node(node, root)) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, "a") == 0) {
            open_apart(node);
        }
    }
    return root ? inside(p, doc, root) : "";
}

const char *mws_target_blank(apr_pool_t *p, const char *html)
{
    apr_size_t  len = strlen(html);
    const char *out;
    xmlDocPtr   doc = NULL;

    if (len <= INT_MAX) {
        doc = htmlReadMemory(html, (int)len, NULL, "UTF-8",
                             HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                 HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    }
    if (!doc) {
        return "";
    }
    apr_pool_cleanup_register(p, doc, free_doc, apr_pool_cleanup_null);
    out = with_targets(p, doc);
    apr_pool_cleanup_run(p, doc, free_doc);
    return out;
}
