/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_base64.h
 *
 * base64 as PHP takes it when it is not strict: whatever is no letter of the alphabet is passed
 * over, padding too, and what is left over at the end is dropped. A text decodes piece by piece.
 * PHP: ext/standard/base64.c.
 */
#ifndef MWS_BASE64_H
#define MWS_BASE64_H

#include <apr.h>

/* Between two pieces: the bits that are no whole byte yet. Begins as zeroes. */
typedef struct {
    unsigned bits;
    int      count;
} mws_base64_t;

/* Decode LEN bytes of TEXT, the next piece of STATE, into OUT, which has room for LEN. Returns how
 * many bytes that are. */
apr_size_t mws_base64_decode(mws_base64_t *state, const char *text, apr_size_t len, char *out);

#endif
