/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_soap.c -- bodies of SOAP of any bytes: the envelope, and what it becomes for a function
 * that takes a bit of everything. */
#include <libxml/parser.h>

#include "adapters/soap/mws_soap.h"
#include "fuzz.h"
#include "lib/db/mws_declare.h"

static const mws_spec_t *const params =
    KEYS(VALUE("id", INT, ""), LIST("ids", ONE(INT, ""), ""),
         STRUCT("user", FIELDS(VALUE("id", INT, ""), VALUE("on", BOOL, "")), ""),
         LIST("users", KEYS(VALUE("at", FLOAT, ""), LIST("tags", ONE(TEXT, ""), "")), ""),
         VALUE("name", TEXT, "", OPTIONAL));

/* What is wrong is said either by the protocol, or as of any parameter. */
static void check_error(const mws_error_t *err)
{
    if (err && err->fault) {
        fuzz_expect(*err->fault && *err->message);
    }
    else {
        fuzz_check_error(err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t     *call = fuzz_begin();
    char           *body = fuzz_copy(data, size);
    mws_soap_call_t sent;
    mws_value_t    *read;
    mws_error_t    *err = mws_soap_read(call, (mws_text_t){body, size}, &sent);
    int             literal;

    check_error(err);
    fuzz_expect(err || sent.function);
    for (literal = 0; !err && literal < 2; literal++) {
        err = mws_soap_params(call, &sent, params, literal, &read);
        check_error(err);
        if (!err) {
            fuzz_expect(mws_value_kind(read) == MWS_STRUCT);
            fuzz_expect(fuzz_walk(read, 0) <= 3 * FUZZ_KEYS + 1);
        }
    }
    fuzz_end(call);
    free(body);
    return 0;
}
