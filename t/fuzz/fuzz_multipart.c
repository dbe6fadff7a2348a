/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_multipart.c -- multipart bodies of any bytes: the first line of the input is the
 * content type, the rest the body. */
#include <apr_strings.h>

#include "adapters/mws_form.h"
#include "fuzz.h"

/* A body in memory, which comes in pieces of no size in particular. */
static apr_status_t read_piece(void *baton, char *buf, apr_size_t *len)
{
    mws_text_t *left = baton;
    apr_size_t  most = 1 + left->len % 997;

    *len = *len < most ? *len : most;
    *len = *len < left->len ? *len : left->len;
    memcpy(buf, left->s, *len);
    left->s += *len;
    left->len -= *len;
    return APR_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t  *call = fuzz_begin();
    mws_value_t *vars = mws_value_struct(call->pool);
    const char  *text = (const char *)data;
    const char  *line = size ? memchr(text, '\n', size) : NULL;
    size_t       type_len = line ? (size_t)(line - text) : size;
    mws_text_t   body = {line ? line + 1 : text + size, line ? size - type_len - 1 : 0};
    mws_http_t   http = {.method = "POST", .path_info = "", .read = read_piece, .baton = &body};
    apr_int64_t  keys = FUZZ_KEYS;

    http.headers = apr_table_make(call->pool, 1);
    apr_table_setn(http.headers, "Content-Type", apr_pstrmemdup(call->pool, text, type_len));
    fuzz_check_error(mws_form_multipart(call, &http, vars, &keys));
    fuzz_expect(fuzz_walk(vars, 0) <= 1 + FUZZ_KEYS * (FUZZ_DEPTH + 1));
    fuzz_end(call);
    return 0;
}
