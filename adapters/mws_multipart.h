/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_multipart.h
 *
 * A multipart/form-data body, read as it comes: of its parts no more is held than a piece, whatever
 * they are long. PHP: main/rfc1867.c; RFC 7578.
 */
#ifndef MWS_MULTIPART_H
#define MWS_MULTIPART_H

#include "mws_adapter.h"

/* What the header of a part says; gone when the part ends. */
typedef struct {
    const char *name;     /* of its field; NULL only where there is a file name */
    const char *filename; /* NULL: it is no file */
} mws_part_t;

/* Who takes the parts. An error of theirs ends the reading. */
typedef struct {
    mws_error_t *(*begin)(void *baton, const mws_part_t *part);
    mws_error_t *(*bytes)(void *baton, const char *bytes, apr_size_t len);
    mws_error_t *(*end)(void *baton);
} mws_part_taker_t;

/* Read the body of HTTP and give its parts to TAKER, with BATON. *KEYS counts down what is still
 * allowed of MoodleWSKeysMax. MWS_BAD_PARAMETER when the body is not whole, or a part has no name,
 * or a header of a part is longer than any should be; else as mws_http_read(). An empty body has no
 * parts; what follows the last one is not read. */
mws_error_t *mws_multipart_read(mws_call_t *call, const mws_http_t *http,
                                const mws_part_taker_t *taker, void *baton, apr_int64_t *keys);

#endif
