/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_plain.h
 *
 * HTML as text without tags: what a message shows where no HTML can be shown. Emphasis becomes
 * capitals or underscores, lists get bullets, links are numbered and listed at the end, lines are
 * wrapped.
 * Moodle: html_to_text().
 */
#ifndef MWS_PLAIN_H
#define MWS_PLAIN_H

#include <apr_pools.h>

/* HTML, which must have been cleaned or be short (mws_html_sax.h says why), as plain text, in P. */
const char *mws_plain(apr_pool_t *p, const char *html);

#endif
