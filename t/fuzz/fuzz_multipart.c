/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_multipart.c -- multipart bodies of any bytes: the first line of the input is the
 * content type, the rest the body. */
#include <apr_strings.h>

#include "adapters/mws_form.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t  *call = fuzz_begin();
    mws_value_t *vars = mws_value_struct(call->pool);
    const char  *text = (const char *)data;
    const char  *line = size ? memchr(text, '\n', size) : NULL;
    size_t       type_len = line ? (size_t)(line - text) : size;
    mws_text_t   body = {line ? line + 1 : text + size, line ? size - type_len - 1 : 0};
    apr_int64_t  keys = FUZZ_KEYS;

    fuzz_check_error(
        mws_form_multipart(call, apr_pstrmemdup(call->pool, text, type_len), body, vars, &keys));
    fuzz_expect(fuzz_walk(vars, 0) <= 1 + FUZZ_KEYS * (FUZZ_DEPTH + 1));
    fuzz_end(call);
    return 0;
}
