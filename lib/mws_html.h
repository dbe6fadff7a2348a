/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_html.h
 *
 * What the formats need of HTML beside its cleaning (mws_html_clean() in mws_format.h).
 */
#ifndef MWS_HTML_H
#define MWS_HTML_H

#include <apr_pools.h>

/* HTML, which must have been cleaned, as Markdown leaves it: what stands outside of any block in
 * paragraphs of its own, an empty line between blocks, a line feed at the end. */
const char *mws_html_paragraphs(apr_pool_t *p, const char *html);

/* TEXT (LEN bytes) as it is written between tags: & < > and, with QUOTES, the double quote become
 * entities. */
const char *mws_html_escape(apr_pool_t *p, const char *text, apr_size_t len, int quotes);

#endif
