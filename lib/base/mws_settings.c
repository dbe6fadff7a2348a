/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_settings.c -- reading the lists among the settings. */
#include "mws_settings.h"

#include <string.h>

int mws_settings_lists(const char *list, const char *word)
{
    apr_size_t len = strlen(word);

    while (list && *list) {
        apr_size_t here = strcspn(list, " ");

        if (here == len && memcmp(list, word, len) == 0) {
            return len > 0;
        }
        list += here + (list[here] == ' ');
    }
    return 0;
}
