/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_html.h
 *
 * HTML by a whitelist (mws_html.tbl), made fit to be shown.
 */
#ifndef MWS_HTML_H
#define MWS_HTML_H

#include <apr_pools.h>

/* Clean HTML (LEN bytes) by the whitelist: what comes out can hold no script.
 * Moodle: purify_html(). */
const char *mws_html_clean(apr_pool_t *p, const char *html, apr_size_t len);

/* HTML, which must have been cleaned, as Markdown leaves it: what stands outside of any block in
 * paragraphs of its own, an empty line between blocks, a line feed at the end. */
const char *mws_html_paragraphs(apr_pool_t *p, const char *html);

#endif
