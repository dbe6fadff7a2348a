/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_site.c -- the snapshot of settings and role definitions. */
#include "mws_site.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <string.h>

#include "../base/mws_php.h"
#include "mws_access.h"

SQL(all_config, "SELECT name, value FROM {config}");

/* Room for a plugin and a name, which have a hundred characters each, of four bytes at most. */
enum { PLUGIN_KEY_ROOM = 800 + sizeof("/") };

SQL(all_plugin_config, "SELECT plugin || '/' || name, value FROM {config_plugins}");

SQL(all_functions, "SELECT id, name, component FROM {external_functions}");

SQL(all_listed, "SELECT externalserviceid, functionname FROM {external_services_functions}");

SQL(all_capabilities, "SELECT name, captype = 'write', riskbitmask FROM {capabilities}");

SQL(all_permissions, "SELECT capability, roleid, contextid, permission"
                     "  FROM {role_capabilities}"
                     " ORDER BY capability, roleid, contextid");

SQL(landmarks, "SELECT " MWS_CONTEXT_COLUMNS("x") ", c.fullname FROM {context} x"
               "  LEFT JOIN {course} c ON x.contextlevel = 50 AND c.id = x.instanceid"
               " WHERE x.contextlevel = 10 OR (x.contextlevel = 50 AND c.category = 0)"
               " ORDER BY x.contextlevel, x.id");

SQL(locked_contexts, "SELECT id FROM {context} WHERE locked = 1");

struct mws_site_t {
    apr_pool_t          *pool;
    apr_time_t           taken;
    int                  users; /* calls that hold it, and the cache: under the cache's lock */
    apr_hash_t          *config, *plugin_config, *functions, *capabilities;
    apr_hash_t          *listed; /* by the id of a service */
    const mws_context_t *system, *front_page;
    const char          *name;
    apr_hash_t          *locked; /* by id */
    mws_site_cache_t    *cache;
};

struct mws_site_cache_t {
    apr_thread_mutex_t *lock;
    mws_site_t         *current;
    int                 loading;
    apr_time_t          age_max;
};

static apr_status_t cache_cleanup(void *data)
{
    mws_site_cache_t *cache = data;

    if (cache->current) {
        apr_pool_destroy(cache->current->pool);
        cache->current = NULL;
    }
    return APR_SUCCESS;
}

mws_site_cache_t *mws_site_cache_make(apr_pool_t *pchild, const mws_settings_t *settings)
{
    mws_site_cache_t *cache = apr_pcalloc(pchild, sizeof(*cache));

    cache->age_max = settings->cache_age_ms * APR_TIME_C(1000);
    apr_pool_cleanup_register(pchild, cache, cache_cleanup, apr_pool_cleanup_null);
    if (apr_thread_mutex_create(&cache->lock, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS) {
        return NULL;
    }
    return cache;
}

/* Let go of a snapshot; the last one destroys it. Under the lock. */
static void drop(mws_site_t *site)
{
    if (--site->users == 0) {
        apr_pool_destroy(site->pool);
    }
}

static apr_status_t call_cleanup(void *data)
{
    mws_site_t         *site = data;
    apr_thread_mutex_t *lock = site->cache->lock;

    apr_thread_mutex_lock(lock);
    drop(site);
    apr_thread_mutex_unlock(lock);
    return APR_SUCCESS;
}

/* Let CALL hold SITE. Under the lock. */
static void hold(mws_call_t *call, mws_site_t *site)
{
    site->users++;
    call->site = site;
    apr_pool_cleanup_register(call->pool, site, call_cleanup, apr_pool_cleanup_null);
}

/* ROWS of a name and a value as a hash in the pool of SITE. */
static apr_hash_t *pairs(mws_site_t *site, const mws_rows_t *rows)
{
    apr_hash_t *hash = apr_hash_make(site->pool);
    int         i;

    for (i = 0; i < mws_rows_count(rows); i++) {
        const char *value = mws_row_text(rows, i, 1);

        if (value) {
            apr_hash_set(hash, apr_pstrdup(site->pool, mws_row_text(rows, i, 0)),
                         APR_HASH_KEY_STRING, apr_pstrdup(site->pool, value));
        }
    }
    return hash;
}

/* The capabilities with their permissions; both come sorted by capability. */
static void fill_capabilities(mws_site_t *site, const mws_rows_t *names, const mws_rows_t *rows)
{
    int               count = mws_rows_count(rows), i;
    mws_permission_t *all = apr_palloc(site->pool, (apr_size_t)(count + 1) * sizeof(*all));

    site->capabilities = apr_hash_make(site->pool);
    for (i = 0; i < mws_rows_count(names); i++) {
        mws_capability_t *cap = apr_pcalloc(site->pool, sizeof(*cap));

        cap->name = apr_pstrdup(site->pool, mws_row_text(names, i, 0));
        cap->writes = mws_row_bool(names, i, 1);
        cap->risks = (int)mws_row_int(names, i, 2);
        apr_hash_set(site->capabilities, cap->name, APR_HASH_KEY_STRING, cap);
    }
    for (i = 0; i < count; i++) {
        mws_capability_t *cap =
            apr_hash_get(site->capabilities, mws_row_text(rows, i, 0), APR_HASH_KEY_STRING);

        all[i].roleid = mws_row_int(rows, i, 1);
        all[i].contextid = mws_row_int(rows, i, 2);
        all[i].permission = (int)mws_row_int(rows, i, 3);
        if (cap && !cap->count++) {
            cap->permissions = &all[i];
        }
    }
}

static void fill_functions(mws_site_t *site, const mws_rows_t *rows)
{
    int i;

    site->functions = apr_hash_make(site->pool);
    for (i = 0; i < mws_rows_count(rows); i++) {
        mws_function_t *function = apr_palloc(site->pool, sizeof(*function));

        function->id = mws_row_int(rows, i, 0);
        function->name = apr_pstrdup(site->pool, mws_row_text(rows, i, 1));
        function->component = apr_pstrdup(site->pool, mws_row_text(rows, i, 2));
        apr_hash_set(site->functions, function->name, APR_HASH_KEY_STRING, function);
    }
}

static void fill_listed(mws_site_t *site, const mws_rows_t *rows)
{
    int i;

    site->listed = apr_hash_make(site->pool);
    for (i = 0; i < mws_rows_count(rows); i++) {
        const mws_function_t *function =
            apr_hash_get(site->functions, mws_row_text(rows, i, 1), APR_HASH_KEY_STRING);
        apr_int64_t id = mws_row_int(rows, i, 0);
        apr_hash_t *names = apr_hash_get(site->listed, &id, sizeof(id));

        if (!names) {
            names = apr_hash_make(site->pool);
            apr_hash_set(site->listed, apr_pmemdup(site->pool, &id, sizeof(id)), sizeof(id), names);
        }
        if (function) {
            apr_hash_set(names, function->name, APR_HASH_KEY_STRING, function);
        }
    }
}

static void fill_locked(mws_site_t *site, const mws_rows_t *rows)
{
    int i;

    site->locked = apr_hash_make(site->pool);
    for (i = 0; i < mws_rows_count(rows); i++) {
        apr_int64_t *id = apr_palloc(site->pool, sizeof(*id));

        *id = mws_row_int(rows, i, 0);
        apr_hash_set(site->locked, id, sizeof(*id), id);
    }
}

/* Read a new snapshot in one round trip. */
static mws_error_t *load(mws_call_t *call, mws_site_t *site)
{
    mws_rows_t *config, *plugins, *functions, *listed, *names, *permissions, *marks, *locked;
    int         i;

    MWS_ERR(mws_db_queue(call, &all_config, &config, ""));
    MWS_ERR(mws_db_queue(call, &all_plugin_config, &plugins, ""));
    MWS_ERR(mws_db_queue(call, &all_functions, &functions, ""));
    MWS_ERR(mws_db_queue(call, &all_listed, &listed, ""));
    MWS_ERR(mws_db_queue(call, &all_capabilities, &names, ""));
    MWS_ERR(mws_db_queue(call, &all_permissions, &permissions, ""));
    MWS_ERR(mws_db_queue(call, &landmarks, &marks, ""));
    MWS_ERR(mws_db_queue(call, &locked_contexts, &locked, ""));
    MWS_ERR(mws_db_run(call));
    site->config = pairs(site, config);
    site->plugin_config = pairs(site, plugins);
    fill_functions(site, functions);
    fill_listed(site, listed);
    fill_capabilities(site, names, permissions);
    fill_locked(site, locked);
    for (i = 0; i < mws_rows_count(marks); i++) {
        const mws_context_t *context = mws_context_of_row(site->pool, marks, i, 0);

        if (context->level == MWS_LEVEL_SYSTEM) {
            site->system = context;
        }
        else {
            site->front_page = context;
            site->name = apr_pstrdup(site->pool, mws_row_text(marks, i, MWS_CONTEXT_WIDTH));
        }
    }
    if (!site->system || !site->front_page) {
        return mws_error(call->pool, MWS_GENERAL,
                         "no context of the system or of the front page: not a Moodle database, "
                         "or another prefix");
    }
    return NULL;
}

/* Whether SITE is young enough for another call; twice as old will do while one is loading. */
static int usable(const mws_site_cache_t *cache, apr_time_t now)
{
    apr_time_t age = cache->current ? now - cache->current->taken : 0;

    return cache->current && age < (cache->loading ? 2 : 1) * cache->age_max;
}

/* Put SITE in use for calls to come, and let CALL hold it. Under the lock. */
static void install(mws_site_cache_t *cache, mws_call_t *call, mws_site_t *site)
{
    if (cache->current) {
        drop(cache->current);
    }
    site->users = 1;
    cache->current = site;
    hold(call, site);
}

mws_error_t *mws_site_take(mws_call_t *call)
{
    mws_site_cache_t *cache = call->child->site_cache;
    apr_pool_t       *pool;
    mws_site_t       *site;
    mws_error_t      *err;

    if (call->site) {
        return NULL;
    }
    apr_thread_mutex_lock(cache->lock);
    if (usable(cache, apr_time_now())) {
        hold(call, cache->current);
        apr_thread_mutex_unlock(cache->lock);
        return NULL;
    }
    cache->loading++;
    apr_thread_mutex_unlock(cache->lock);

    if (apr_pool_create_unmanaged_ex(&pool, NULL, NULL) != APR_SUCCESS) {
        return mws_error(call->pool, MWS_GENERAL, "no memory");
    }
    site = apr_pcalloc(pool, sizeof(*site));
    site->pool = pool;
    site->cache = cache;
    site->taken = apr_time_now();
    err = load(call, site);

    apr_thread_mutex_lock(cache->lock);
    cache->loading--;
    if (err) {
        apr_pool_destroy(pool);
    }
    else {
        install(cache, call, site);
    }
    apr_thread_mutex_unlock(cache->lock);
    return err;
}

const char *mws_config(mws_call_t *call, const char *name)
{
    const apr_table_t *settings = call->settings->config;
    const char        *forced = settings ? apr_table_get(settings, name) : NULL;

    return forced ? forced : apr_hash_get(call->site->config, name, APR_HASH_KEY_STRING);
}

/* VALUE (or NULL) as a number, PRESET when it is none or empty. */
static apr_int64_t number_of(const char *value, apr_int64_t preset)
{
    return value && *value ? mws_php_int(value) : preset;
}

apr_int64_t mws_config_int(mws_call_t *call, const char *name, apr_int64_t preset)
{
    return number_of(mws_config(call, name), preset);
}

int mws_config_on(mws_call_t *call, const char *name)
{
    return mws_php_bool(mws_config(call, name));
}

int mws_list_has(const char *list, const char *word)
{
    apr_size_t len = strlen(word);

    while (list) {
        if (strncmp(list, word, len) == 0 && (list[len] == ',' || list[len] == '\0')) {
            return 1;
        }
        list = strchr(list, ',');
        list = list ? list + 1 : NULL;
    }
    return 0;
}

int mws_config_lists(mws_call_t *call, const char *name, const char *word)
{
    return mws_list_has(mws_config(call, name), word);
}

const char *mws_plugin_config(mws_call_t *call, const char *plugin, const char *name)
{
    char key[PLUGIN_KEY_ROOM];

    apr_snprintf(key, sizeof(key), "%s/%s", plugin, name);
    return apr_hash_get(call->site->plugin_config, key, APR_HASH_KEY_STRING);
}

apr_int64_t mws_plugin_config_int(mws_call_t *call, const char *plugin, const char *name,
                                  apr_int64_t preset)
{
    return number_of(mws_plugin_config(call, plugin, name), preset);
}

int mws_plugin_config_lists(mws_call_t *call, const char *plugin, const char *name,
                            const char *word)
{
    return mws_list_has(mws_plugin_config(call, plugin, name), word);
}

const mws_function_t *mws_site_function(mws_call_t *call, const char *name)
{
    return apr_hash_get(call->site->functions, name, APR_HASH_KEY_STRING);
}

int mws_site_is_since(mws_call_t *call, apr_int64_t version)
{
    return mws_config_int(call, "version", 0) >= version;
}

apr_hash_t *mws_site_listed(mws_call_t *call, apr_int64_t id)
{
    apr_hash_t *names = apr_hash_get(call->site->listed, &id, sizeof(id));

    return names ? names : apr_hash_make(call->pool);
}

const char *mws_site_name(mws_call_t *call)
{
    return call->site->name;
}

int mws_site_has_capability(mws_call_t *call, const char *name)
{
    return mws_site_capability(call->site, name) != NULL;
}

const mws_capability_t *mws_site_capability(const mws_site_t *site, const char *name)
{
    return apr_hash_get(site->capabilities, name, APR_HASH_KEY_STRING);
}

const mws_context_t *mws_site_system(const mws_site_t *site)
{
    return site->system;
}

const mws_context_t *mws_site_front_page(const mws_site_t *site)
{
    return site->front_page;
}

int mws_site_locks(const mws_site_t *site, apr_int64_t id)
{
    return apr_hash_get(site->locked, &id, sizeof(id)) != NULL;
}
