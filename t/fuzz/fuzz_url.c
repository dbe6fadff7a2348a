/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_url.c -- names of stored files of any bytes: the first line of the input is the path,
 * the rest the name. The address made of them holds no byte that means something else in one, and
 * read as a query gives the names again. */
#include <apr_strings.h>

#include "adapters/mws_form.h"
#include "lib/text/mws_format.h"
#include "site.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t  *call = fuzz_begin();
    mws_value_t *vars = mws_value_struct(call->pool), *value;
    char        *path = fuzz_copy(data, size), *line = strchr(path, '\n');
    const char  *name = line ? line + 1 : "", *url, *tail;
    mws_text_t   query;
    apr_int64_t  keys = 1;

    path[strcspn(path, "\n")] = '\0';
    url = mws_file_url(call, "/pluginfile.php", NULL, path, name);
    tail = url + strlen(call->settings->wwwroot) + strlen("/pluginfile.php");
    fuzz_expect(strspn(tail, plain) == strlen(tail));

    query.s = apr_pstrcat(call->pool, "x=", tail, NULL);
    query.len = strlen(query.s);
    fuzz_expect(!mws_form_query(call, query, vars, &keys));
    value = mws_value_get(vars, "x", -1);
    fuzz_expect(!strcmp(mws_value_as_text(value).s, apr_pstrcat(call->pool, path, name, NULL)));
    free(path);
    fuzz_end(call);
    return 0;
}
