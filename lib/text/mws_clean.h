/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_clean.h
 *
 * The PARAM types: what a value is worth once cleaned. A parameter is accepted when cleaning leaves
 * it as it was (services/mws_check.c).
 * Moodle: lib/classes/param.php, \core\param::clean().
 */
#ifndef MWS_CLEAN_H
#define MWS_CLEAN_H

#include "../base/mws_spec.h"
#include "../db/mws_call.h"

/* Clean TEXT as TYPE says. Returns what is left, in the call's pool or TEXT's own bytes. For INT
 * and FLOAT it is the number in PHP's own spelling, for BOOL "1" or "0". A FLOAT may be spelled in
 * other ways: it is to be refused when nothing is left. */
mws_text_t mws_clean(mws_call_t *call, mws_param_e type, mws_text_t text);

/* The same for a NUL-terminated text. */
const char *mws_clean_text(mws_call_t *call, mws_param_e type, const char *text);

/* TEXT without anything but digits and commas. Moodle: PARAM_SEQUENCE. */
const char *mws_clean_sequence(apr_pool_t *p, const char *text);

/* TEXT without the white space at its ends. PHP: trim(). */
const char *mws_trim(apr_pool_t *p, const char *text);

/* TEXT without its tags; those of the element KEEP (NULL: none) stay. PHP: strip_tags(). */
mws_text_t mws_clean_tags(apr_pool_t *p, mws_text_t text, const char *keep);

/* Whether the plugin KIND_NAME is installed: LIST, words between spaces, has NAME, or the database
 * has its version. */
int mws_plugin_installed(mws_call_t *call, const char *kind, const char *list, const char *name);

#endif
