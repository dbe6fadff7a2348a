/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_html_sax.c -- libxml2's HTML parser, set up to read and to stay silent. */
#include "mws_html_sax.h"

#include <apr_strings.h>
#include <string.h>

#define PAGE_START "<html><body>"
#define PAGE_END "</body></html>"

static void on_error(void *baton, xmlErrorPtr error)
{
    (void)baton;
    (void)error;
}

static apr_status_t free_parser(void *parser)
{
    htmlFreeParserCtxt(parser);
    return APR_SUCCESS;
}

int mws_html_sax_read(apr_pool_t *p, const char *html, apr_size_t len, const mws_html_sax_t *on,
                      void *baton, htmlParserCtxtPtr *parser)
{
    const char       *page = apr_pstrcat(p, PAGE_START, html, PAGE_END, NULL);
    htmlParserCtxtPtr made = htmlNewParserCtxt();

    if (!made) {
        return 0;
    }
    apr_pool_cleanup_register(p, made, free_parser, apr_pool_cleanup_null);
    memset(made->sax, 0, sizeof(*made->sax));
    made->sax->initialized = XML_SAX2_MAGIC;
    made->sax->startElement = on->start;
    made->sax->endElement = on->end;
    made->sax->characters = on->text;
    made->sax->ignorableWhitespace = on->text;
    made->sax->cdataBlock = on->text;
    made->sax->serror = on_error;
    made->userData = baton;
    *parser = made;
    htmlCtxtReadMemory(made, page, (int)(len + strlen(PAGE_START PAGE_END)), NULL, "UTF-8",
                       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                           HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
    apr_pool_cleanup_run(p, made, free_parser);
    return 1;
}
