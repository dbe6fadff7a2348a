/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_adapter.c -- which script belongs to which adapter. */
#include "mws_adapter.h"

#include "../services/mws_auth.h"

/* Hidden, so that a row without its adapter does not link. */
#define SCRIPT(adapter, how, path)                                                                 \
    extern const mws_adapter_t mws_adapter_##adapter __attribute__((visibility("hidden")));
#include "adapters.tbl"
#undef SCRIPT

static const struct {
    const char          *path;
    apr_size_t           len;
    const mws_adapter_t *adapter;
    mws_script_e         script;
} scripts[] = {
#define SCRIPT(adapter, how, path)                                                                 \
    {path, sizeof(path) - 1, &mws_adapter_##adapter, MWS_SCRIPT_##how},
#include "adapters.tbl"
#undef SCRIPT
};

const mws_adapter_t *mws_adapter_find(const char *path, mws_script_e *script,
                                      const char **path_info)
{
    apr_size_t i;

    for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        const char *rest = path + scripts[i].len;

        if (strncmp(path, scripts[i].path, scripts[i].len) == 0 && (!*rest || *rest == '/')) {
            *script = scripts[i].script;
            *path_info = rest;
            return scripts[i].adapter;
        }
    }
    return NULL;
}

const apr_array_header_t *mws_adapter_protocols(mws_call_t *call)
{
    apr_array_header_t *protocols = apr_array_make(call->pool, 4, sizeof(const char *));
    apr_size_t          i;

    for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        if (scripts[i].script == MWS_SCRIPT_TOKEN &&
            mws_auth_speaks(call, scripts[i].adapter->name)) {
            APR_ARRAY_PUSH(protocols, const char *) = scripts[i].adapter->name;
        }
    }
    return protocols;
}
