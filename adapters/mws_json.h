/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_json.h
 *
 * JSON as it comes in, read strictly (RFC 8259). It makes values at once, so that there is one
 * grammar and one tree: a library in between lets duplicate keys, NaN and lone surrogates pass, and
 * bends large numbers.
 */
#ifndef MWS_JSON_H
#define MWS_JSON_H

#include "../lib/db/mws_call.h"

/* Set the members of the object that BODY is (LEN bytes and a NUL, of the call's pool; they are
 * decoded in place) as keys of STRCT, which is empty. *KEYS counts down what is still allowed of
 * MoodleWSKeysMax: members and elements. MWS_BAD_PARAMETER, with the byte where it went wrong and
 * what was expected there, unless BODY is one object in UTF-8 without duplicate keys, numbers
 * beyond int64 or double, lone surrogates, more than MoodleWSDepthMax levels, or anything after it.
 * STRCT then holds what came before. */
mws_error_t *mws_json_object(mws_call_t *call, char *body, apr_size_t len, mws_value_t *strct,
                             apr_int64_t *keys);

/* The same where BODY may be a list instead, by the same rules: *LIST is then made of its elements,
 * and NULL otherwise. */
mws_error_t *mws_json_either(mws_call_t *call, char *body, apr_size_t len, mws_value_t *strct,
                             mws_value_t **list, apr_int64_t *keys);

#endif
