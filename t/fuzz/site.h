/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/site.h
 *
 * A site without a database, for targets whose code asks one: these stand in place of lib/site/mws_site.c
 * and lib/site/mws_access.c. Every setting that is asked for is on.
 */
#ifndef FUZZ_SITE_H
#define FUZZ_SITE_H

#include "fuzz.h"
#include "lib/site/mws_access.h"

const char *mws_config(mws_call_t *call, const char *name)
{
    return "1";
}

int mws_config_on(mws_call_t *call, const char *name)
{
    return 1;
}

apr_int64_t mws_config_int(mws_call_t *call, const char *name, apr_int64_t preset)
{
    return preset;
}

const char *mws_plugin_config(mws_call_t *call, const char *plugin, const char *name)
{
    return !strcmp(plugin, "auth_manual") ? "1" : NULL;
}

int mws_site_has_capability(mws_call_t *call, const char *name)
{
    return !strcmp(name, "moodle/site:config");
}

const mws_context_t *mws_context_system(mws_call_t *call)
{
    return NULL;
}

int mws_can(mws_call_t *call, const mws_context_t *context, const char *capability)
{
    return 0;
}

#endif
