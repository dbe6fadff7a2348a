/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_clean.h
 *
 * The PARAM types: what a value is worth once cleaned. A parameter is accepted when cleaning leaves
 * it as it was (services/mws_check.c).
 * Moodle: lib/classes/param.php, \core\param::clean().
 */
#ifndef MWS_CLEAN_H
#define MWS_CLEAN_H

#include "mws_call.h"
#include "mws_spec.h"

/* Clean TEXT as TYPE says. Returns what is left, in the call's pool or TEXT's own bytes. For INT
 * and FLOAT it is the number in PHP's own spelling, for BOOL "1" or "0". A FLOAT may be spelled in
 * other ways: it is to be refused when nothing is left. */
mws_text_t mws_clean(mws_call_t *call, mws_param_e type, mws_text_t text);

/* The same for a NUL-terminated text. */
const char *mws_clean_text(mws_call_t *call, mws_param_e type, const char *text);

/* TEXT as PHP's (int) sees it: the number it begins with, saturated; 0 if none. */
apr_int64_t mws_clean_to_int(const char *text);

/* TEXT as a float: the number it begins with, whatever the locale of the process; 0 if none. */
double mws_clean_to_float(const char *text);

/* Whether TEXT is true as PHP's (bool) sees it: neither NULL nor empty nor "0". */
int mws_clean_to_bool(const char *text);

/* TEXT without anything but digits and commas. Moodle: PARAM_SEQUENCE. */
const char *mws_clean_sequence(apr_pool_t *p, const char *text);

/* TEXT as UTF-8 without NULs, non-characters and what is not UTF-8. Moodle: fix_utf8(). */
mws_text_t mws_clean_utf8(apr_pool_t *p, mws_text_t text);

/* TEXT without the white space at its ends. PHP: trim(). */
const char *mws_trim(apr_pool_t *p, const char *text);

/* TEXT without its tags; those of the element KEEP (NULL: none) stay. PHP: strip_tags(). */
mws_text_t mws_clean_tags(apr_pool_t *p, mws_text_t text, const char *keep);

/* TEXT in lower case, by Unicode. Moodle: core_text::strtolower(). */
const char *mws_lower(apr_pool_t *p, const char *text);

/* Whether the plugin KIND_NAME is installed: LIST, words between spaces, has NAME, or the database
 * has its version. */
int mws_plugin_installed(mws_call_t *call, const char *kind, const char *list, const char *name);

/* V, no list or struct, as PHP's (string) spells it; a null is "". */
mws_text_t mws_clean_spelled(apr_pool_t *p, const mws_value_t *v);

/* A float in PHP's spelling: by (string) with 14 digits for XML, by json_encode() with 17. */
const char *mws_float_text(apr_pool_t *p, double f);
const char *mws_float_json(apr_pool_t *p, double f);

#endif
