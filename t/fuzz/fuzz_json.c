/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_json.c -- JSON bodies of any bytes. Whatever is accepted, json-c accepts too: it is
 * the more lenient reader, so that a difference is a fault of ours. */
#include <json.h>

#include "adapters/mws_json.h"
#include "fuzz.h"

static int json_c_accepts(const char *text, size_t size)
{
    json_tokener *reader = json_tokener_new_ex(FUZZ_DEPTH + 2);
    json_object  *object;
    int           accepts;

    json_tokener_set_flags(reader, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(reader, text, (int)size + 1);
    accepts = json_tokener_get_error(reader) == json_tokener_success && object &&
              (json_object_is_type(object, json_type_object) ||
               json_object_is_type(object, json_type_array));
    json_object_put(object);
    json_tokener_free(reader);
    return accepts;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t  *call = fuzz_begin();
    mws_value_t *vars = mws_value_struct(call->pool), *list;
    char        *body = fuzz_copy(data, size), *again = fuzz_copy(data, size);
    apr_int64_t  keys = FUZZ_KEYS;
    mws_error_t *err = mws_json_either(call, body, size, vars, &list, &keys);

    fuzz_check_error(err);
    fuzz_expect(fuzz_walk(vars, 0) <= 1 + FUZZ_KEYS);
    fuzz_expect(!list || fuzz_walk(list, 0) <= 1 + FUZZ_KEYS);
    fuzz_expect(!list || mws_value_size(vars) == 0);
    if (!err) {
        fuzz_expect(json_c_accepts(again, size));
    }
    fuzz_end(call);
    free(body);
    free(again);
    return 0;
}
