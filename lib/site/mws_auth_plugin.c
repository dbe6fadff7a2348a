/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_auth_plugin.c -- where the passwords of accounts are, by plugin. */
#include "mws_auth_plugin.h"

#include <string.h>

#include "mws_site.h"

int mws_auth_keeps_passwords(mws_call_t *call, const char *auth)
{
    const char *type;

    if (strcmp(auth, "db") == 0) {
        type = mws_plugin_config(call, "auth_db", "passtype");
        return !type || strcmp(type, "internal") == 0;
    }
    return mws_settings_lists("manual email none", auth);
}

int mws_auth_is_internal(mws_call_t *call, const char *auth)
{
    return strcmp(auth, "nologin") == 0 || mws_auth_keeps_passwords(call, auth);
}
