/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_base64.c -- lenient base64. */
#include "mws_base64.h"

/* The six bits of C, -1 when it is no letter of the alphabet. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

apr_size_t mws_base64_decode(mws_base64_t *state, const char *text, apr_size_t len, char *out)
{
    const char *end = text + len;
    char       *at = out;

    for (; text < end; text++) {
        int value = value_of(*text);

        if (value < 0) {
            continue;
        }
        state->bits = state->bits << 6 | (unsigned)value;
        state->count += 6;
        if (state->count >= 8) {
            state->count -= 8;
            *at++ = (char)(state->bits >> state->count);
        }
    }
    return (apr_size_t)(at - out);
}
