/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_html_sax.h
 *
 * HTML read tag by tag, by libxml2's parser: it says what starts, what ends and what text there
 * is, in that order; no tree is built. The parser's time grows with the square of the depth and of
 * a tag's attributes, so whoever gives it texts of strangers bounds both.
 */
#ifndef MWS_HTML_SAX_H
#define MWS_HTML_SAX_H

#include <apr_pools.h>
#include <libxml/HTMLparser.h>

/* Who is told. Names are in lower case; references are resolved. */
typedef struct {
    startElementSAXFunc start;
    endElementSAXFunc   end;
    charactersSAXFunc   text;
} mws_html_sax_t;

/* Read HTML (LEN bytes of UTF-8), the inside of a page's body, and tell ON of it with BATON.
 * *PARSER is at work meanwhile, for xmlStopParser(). False when there is no memory for it. */
int mws_html_sax_read(apr_pool_t *p, const char *html, apr_size_t len, const mws_html_sax_t *on,
                      void *baton, htmlParserCtxtPtr *parser);

#endif
