/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_clean.c -- values of any bytes for each PARAM type: the first byte is the type, the
 * rest the value. What is clean is left alone when it is cleaned again: a client may send it. */
#include "lib/text/mws_clean.h"
#include "site.h"

#define HERE "http://example.org/moodle"

/* Whether one of the steps of PATH leads up. */
static int leads_up(const char *path)
{
    for (;; path++) {
        size_t len = strcspn(path, "/");

        if (len == 2 && !strncmp(path, "..", 2)) {
            return 1;
        }
        path += len;
        if (!*path) {
            return 0;
        }
    }
}

/* What no value of TYPE may hold, whoever reads it after us. */
static void check_type(mws_param_e type, const char *text)
{
    switch (type) {
    case MWS_PARAM_FILE:
        fuzz_expect(!strpbrk(text, "/\\<>\"'&|`:") && strcmp(text, "..") != 0);
        break;
    case MWS_PARAM_PATH:
        fuzz_expect(!strpbrk(text, "\\<>\"'&|`:") && !leads_up(text));
        break;
    case MWS_PARAM_LOCALURL:
        fuzz_expect(strncmp(text, "http://", 7) != 0 || !strncmp(text, HERE, strlen(HERE)));
        break;
    case MWS_PARAM_NOTAGS:
        fuzz_expect(!strstr(text, "<script") && !strstr(text, "</"));
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t *call = fuzz_begin();
    mws_param_e type;
    mws_text_t  once, twice;
    char       *text;

    if (size) {
        type = data[0] % MWS_PARAM_COUNT;
        text = fuzz_copy(data + 1, size - 1);
        once = mws_clean(call, type, (mws_text_t){text, size - 1});
        fuzz_read(once);
        twice = mws_clean(call, type, once);
        fuzz_expect(twice.len == once.len && !memcmp(twice.s, once.s, once.len));
        check_type(type, once.s);
        free(text);
    }
    fuzz_end(call);
    return 0;
}
