/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_php.h
 *
 * Values as PHP turns them into one another: texts to numbers, numbers to texts.
 */
#ifndef MWS_PHP_H
#define MWS_PHP_H

#include "mws_value.h"

/* The length of the number that TEXT begins with, 0 for none; *IS_REAL tells of a point or an
 * exponent. */
apr_size_t mws_php_number(const char *text, int *is_real);

/* TEXT as PHP's (int) sees it: the number it begins with, saturated; 0 if none. */
apr_int64_t mws_php_int(const char *text);

/* TEXT as a float: the number it begins with, whatever the locale of the process; 0 if none. */
double mws_php_float(const char *text);

/* Whether TEXT is true as PHP's (bool) sees it: neither NULL nor empty nor "0". */
int mws_php_bool(const char *text);

/* V, no list or struct, as PHP's (string) spells it; a null is "". */
mws_text_t mws_php_spelled(apr_pool_t *p, const mws_value_t *v);

/* A float in PHP's spelling: by (string) with 14 digits for XML, by json_encode() with 17. */
const char *mws_php_float_text(apr_pool_t *p, double f);
const char *mws_php_float_json(apr_pool_t *p, double f);

#endif
