/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_form.c -- query strings and urlencoded forms of any bytes. */
#include "adapters/mws_form.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t  *call = fuzz_begin();
    mws_value_t *vars = mws_value_struct(call->pool);
    mws_text_t   query = {(const char *)data, size};
    apr_int64_t  keys = FUZZ_KEYS;

    fuzz_check_error(mws_form_query(call, query, vars, &keys));
    /* each key makes one value, and one struct for each of its brackets */
    fuzz_expect(fuzz_walk(vars, 0) <= 1 + FUZZ_KEYS * (FUZZ_DEPTH + 1));
    fuzz_end(call);
    return 0;
}
