/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_target.h
 *
 * HTML whose links open in a window of their own, as messages are shown.
 */
#ifndef MWS_TARGET_H
#define MWS_TARGET_H

#include <apr_pools.h>

/* HTML, which must have been cleaned, read and written again by libxml2: a text that begins loose
 * stands in a paragraph, and every link has target="_blank" and a rel of noreferrer.
 * Moodle: format_text() with the option blanktarget. */
const char *mws_target_blank(apr_pool_t *p, const char *html);

#endif
