/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_address.c -- lists of addresses that may use a token: the first line of the input is
 * the client's address, the rest the list. A list admits whom one of its items admits. */
#include <apr_strings.h>

#include "fuzz.h"
#include "services/mws_address.h"

/* Whether one of the items of LIST, taken alone, admits ADDRESS. */
static int in_an_item(apr_pool_t *p, const char *address, const char *list)
{
    for (;;) {
        size_t len = strcspn(list, ",");

        if (mws_address_in(p, address, apr_pstrmemdup(p, list, len))) {
            return 1;
        }
        if (!list[len]) {
            return 0;
        }
        list += len + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t *call = fuzz_begin();
    apr_pool_t *p = call->pool;
    char       *address = fuzz_copy(data, size), *line = strchr(address, '\n');
    char       *list = apr_pstrdup(p, line ? line + 1 : "");
    int         admitted;

    address[strcspn(address, "\n")] = '\0';
    admitted = mws_address_in(p, address, list);
    fuzz_expect(admitted == in_an_item(p, address, list));
    /* an address that is one admits itself, and everywhere includes it */
    if (mws_address_in(p, address, address)) {
        fuzz_expect(mws_address_in(p, address, apr_pstrcat(p, list, ",", address, NULL)));
    }
    if (admitted) {
        fuzz_expect(mws_address_in(p, address, "0.0.0.0/0, ::/0"));
    }
    free(address);
    fuzz_end(call);
    return 0;
}
