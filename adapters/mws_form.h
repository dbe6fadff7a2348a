/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_form.h
 *
 * Requests as PHP sees them: query strings and forms, whose keys like groups[0][name] make nested
 * structs of texts. PHP: main/php_variables.c, php_register_variable_ex(); RFC 7578 for multipart.
 * JSON bodies are mws_json.h.
 */
#ifndef MWS_FORM_H
#define MWS_FORM_H

#include "../lib/base/mws_buffer.h"
#include "mws_multipart.h"

/* Add the variables of QUERY (application/x-www-form-urlencoded) to STRCT. *KEYS counts down what
 * is still allowed of MoodleWSKeysMax. MWS_BAD_PARAMETER beyond it, or beyond MoodleWSDepthMax. */
mws_error_t *mws_form_query(mws_call_t *call, mws_text_t query, mws_value_t *strct,
                            apr_int64_t *keys);

/* The same for the multipart/form-data body of HTTP: its fields; parts that are files are passed
 * over. Errors also as mws_multipart_read(). */
mws_error_t *mws_form_multipart(mws_call_t *call, const mws_http_t *http, mws_value_t *strct,
                                apr_int64_t *keys);

/* The taker of such parts, for who reads files beside them: its baton, with CALL and STRCT set. */
typedef struct {
    mws_call_t  *call;
    mws_value_t *strct;
    char        *name; /* of the field that is read; NULL: a file */
    mws_buffer_t value;
} mws_fields_t;

extern const mws_part_taker_t mws_form_fields;

/* All variables of HTTP: the query's, overlaid key by key at the top with those of a POST body of
 * any of the three types. *IS_JSON tells that the body is JSON. Both are set whatever happens: on
 * an error *STRCT holds what was read before it, so that the answer can have the format asked. */
mws_error_t *mws_form_read(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                           int *is_json);

/* The same for who also takes a list in JSON: *LIST is that, and NULL otherwise. */
mws_error_t *mws_form_read_either(mws_call_t *call, const mws_http_t *http, mws_value_t **strct,
                                  mws_value_t **list, int *is_json);

/* Set one variable of PHP's: KEY may be nested ("a[b][]"). VALUE is kept, not copied. */
mws_error_t *mws_form_set(mws_call_t *call, mws_value_t *strct, mws_text_t key, mws_text_t value,
                          apr_int64_t *keys);

/* Remove KEY from the top of STRCT and give its value as text: NULL when it is not there or null,
 * and "" when it is no text, or one with a NUL inside. */
const char *mws_form_take(mws_value_t *strct, const char *key);

/* Take the credentials out of VARS, the variables of HTTP, or of its Authorization header. What does
 * not authenticate stays: a user name beside a token. */
void mws_form_take_credentials(mws_call_t *call, const mws_http_t *http, mws_value_t *vars,
                               mws_credentials_t *credentials);

/* Take the settings of texts (moodlewssetting...) out of VARS, for CALL; language and time zone as
 * they were sent. MWS_CODING for one that is a list or struct.
 * Moodle: core_external\external_settings; webservice/lib.php, set_web_service_call_settings(). */
mws_error_t *mws_form_take_settings(mws_call_t *call, mws_value_t *vars);

/* Forget the language or the time zone that the site does not know: it is asked, so this is for
 * behind the gates. */
void mws_form_known_settings(mws_call_t *call);

#endif
