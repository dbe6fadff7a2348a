/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_unicode.h
 *
 * What is asked of Unicode, from tables of our own (mws_unicode.tbl): a locale would differ from
 * server to server, and belongs to the whole process.
 */
#ifndef MWS_UNICODE_H
#define MWS_UNICODE_H

#include <stdint.h>

#include "mws_value.h"

/* The code point at TEXT, before END, with its length in *LEN; -1 with *LEN 1 where no valid UTF-8
 * is: no surrogates, nothing overlong, nothing above U+10FFFF. */
int32_t mws_utf8_decode(const char *text, const char *end, apr_size_t *len);

/* Write the code point C to OUT (room for four bytes); returns how many. */
apr_size_t mws_utf8_encode(int32_t c, char *out);

/* The lower and the upper case of C where it is one code point, else C. */
int32_t mws_unicode_lower(int32_t c);
int32_t mws_unicode_upper(int32_t c);

/* Whether C is punctuation as [[:punct:]], or white space as \s, of PHP's regular expressions with
 * the modifier u: symbols count below U+0100 only. */
int mws_unicode_is_punct(int32_t c);
int mws_unicode_is_space(int32_t c);

/* Whether C is an upper-case letter, a lower-case one, a digit: [[:upper:]] ... of the same. */
int mws_unicode_is_upper(int32_t c);
int mws_unicode_is_lower(int32_t c);
int mws_unicode_is_digit(int32_t c);

/* The characters of TEXT, UTF-8: every byte but those that continue one. It is what a column of
 * so many characters holds. */
apr_size_t mws_utf8_count(const char *text);

/* TEXT with each code point as CHANGE says, which gives another one, or -1 to drop it; what is not
 * UTF-8 is dropped. */
typedef int32_t mws_utf8_change_t(int32_t c);
mws_text_t      mws_utf8_each(apr_pool_t *p, mws_text_t text, mws_utf8_change_t *change);

/* TEXT as UTF-8 without NULs, non-characters and what is not UTF-8. Moodle: fix_utf8(). */
mws_text_t mws_utf8_clean(apr_pool_t *p, mws_text_t text);

/* TEXT in lower case, by Unicode. Moodle: core_text::strtolower(). */
const char *mws_utf8_lower(apr_pool_t *p, const char *text);

#endif
