/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_site.h
 *
 * What all calls of a child share of the database for a few seconds: the tables config and
 * config_plugins, the definitions of roles, capabilities and external functions, the names of what
 * services list, the site's name, and the contexts of system and front page. A snapshot never changes.
 * A call that finds it older than MoodleWSCacheAge reads the next one, while others go on with the
 * last until that is twice as old. Nothing of a user or a token is in it, nor whom a service admits.
 */
#ifndef MWS_SITE_H
#define MWS_SITE_H

#include <apr_hash.h>

#include "../db/mws_call.h"

typedef struct mws_site_t       mws_site_t;       /* one snapshot */
typedef struct mws_site_cache_t mws_site_cache_t; /* of one child: the one in use */

/* Make the empty cache of a child. NULL when the system has no mutex to give. */
mws_site_cache_t *mws_site_cache_make(apr_pool_t *pchild, const mws_settings_t *settings);

/* Give CALL the snapshot in use, or a new one when it is too old; it stays valid as long as the
 * call does. Sets call->site. */
mws_error_t *mws_site_take(mws_call_t *call);

/* A row of table config (what a MoodleWSConfig directive says wins), or NULL. */
const char *mws_config(mws_call_t *call, const char *name);

/* The same as a number (PRESET where there is no row or it is empty), and as a yes or no in
 * PHP's sense: neither absent, empty nor "0". */
apr_int64_t mws_config_int(mws_call_t *call, const char *name, apr_int64_t preset);
int         mws_config_on(mws_call_t *call, const char *name);

/* Whether WORD is an item of LIST (or NULL), which has commas between its items; of the one in config
 * row NAME. */
int mws_list_has(const char *list, const char *word);
int mws_config_lists(mws_call_t *call, const char *name, const char *word);

/* A row of table config_plugins, or NULL; as a number (PRESET where there is no row or it is
 * empty); whether WORD is an item of the comma list in it. */
const char *mws_plugin_config(mws_call_t *call, const char *plugin, const char *name);
apr_int64_t mws_plugin_config_int(mws_call_t *call, const char *plugin, const char *name,
                                  apr_int64_t preset);
int         mws_plugin_config_lists(mws_call_t *call, const char *plugin, const char *name,
                                    const char *word);

/* Whether the site's schema is that of VERSION, or later: what differs between versions asks here. */
#define MWS_MOODLE_51 2025100600
int mws_site_is_since(mws_call_t *call, apr_int64_t version);

/* The name of the site, as stored. */
const char *mws_site_name(mws_call_t *call);

/* Whether table capabilities knows NAME. */
int mws_site_has_capability(mws_call_t *call, const char *name);

/* A row of table external_functions. */
typedef struct {
    apr_int64_t id;
    const char *name, *component;
} mws_function_t;

/* The function NAME as the site knows it, or NULL. */
const mws_function_t *mws_site_function(mws_call_t *call, const char *name);

/* The names of the functions that service ID lists: the keys. For what is told about the service;
 * whether a function may be called is asked of the database. */
apr_hash_t *mws_site_listed(mws_call_t *call, apr_int64_t id);

/* What mws_access.c asks of a snapshot. A permission is one role's at one context: 1 allow, 0 not
 * set, -1 prevent, -1000 prohibit. */
typedef struct {
    apr_int64_t roleid, contextid;
    int         permission;
} mws_permission_t;

/* A row of table capabilities, with the permissions of all roles in the order of role and
 * context. */
typedef struct {
    const char             *name;
    int                     writes; /* captype is write */
    int                     risks;  /* riskbitmask */
    const mws_permission_t *permissions;
    int                     count;
} mws_capability_t;

/* The capability NAME, or NULL. */
const mws_capability_t *mws_site_capability(const mws_site_t *site, const char *name);

/* The contexts of the system and of the front page course, and that course. */
const struct mws_context_t *mws_site_system(const mws_site_t *site);
const struct mws_context_t *mws_site_front_page(const mws_site_t *site);

/* Whether the context ID itself is locked. */
int mws_site_locks(const mws_site_t *site, apr_int64_t id);

#endif
