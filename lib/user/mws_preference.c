/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_preference.c -- preferences of users, set in bulk. */
#include "mws_preference.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../base/mws_unicode.h"
#include "../text/mws_clean.h"

/* The longest name, in characters. */
enum { NAME_LENGTH = 255 };

SQL(unset_preferences, "DELETE FROM {user_preferences} p"
                       " USING unnest($1::bigint[], $2::text[]) AS n (userid, name)"
                       " WHERE p.userid = n.userid AND p.name = n.name");

SQL(set_preferences,
    "WITH wanted AS (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])"
    "                WITH ORDINALITY AS n (userid, name, value, ord)),"
    "     old AS (UPDATE {user_preferences} p SET value = w.value FROM wanted w"
    "              WHERE p.userid = w.userid AND p.name = w.name AND p.value <> w.value"
    "             RETURNING p.userid),"
    "     new AS (INSERT INTO {user_preferences} (userid, name, value)"
    "             SELECT w.userid, w.name, w.value FROM wanted w"
    "              WHERE NOT EXISTS (SELECT 1 FROM {user_preferences} p"
    "                                 WHERE p.userid = w.userid AND p.name = w.name)"
    "              ORDER BY w.ord"
    "             ON CONFLICT (userid, name) DO UPDATE SET value = EXCLUDED.value"
    "             RETURNING userid)"
    "SELECT userid FROM old UNION SELECT userid FROM new");

typedef struct {
    apr_int64_t userid;
    const char *name, *value;
} wish_t;

struct mws_preferences_t {
    apr_pool_t         *pool;
    apr_array_header_t *wishes; /* of wish_t * */
    apr_hash_t         *places; /* of the same, by user and name */
};

mws_preferences_t *mws_preferences_make(mws_call_t *call)
{
    mws_preferences_t *preferences = apr_palloc(call->pool, sizeof(*preferences));

    preferences->pool = call->pool;
    preferences->wishes = apr_array_make(call->pool, 8, sizeof(wish_t *));
    preferences->places = apr_hash_make(call->pool);
    return preferences;
}

void mws_preferences_set(mws_preferences_t *preferences, apr_int64_t userid, const char *name,
                         const char *value)
{
    apr_pool_t *p = preferences->pool;
    const char *key = apr_psprintf(p, "%" APR_INT64_T_FMT ":%s", userid, name);
    wish_t     *wish = apr_hash_get(preferences->places, key, APR_HASH_KEY_STRING);

    if (!wish) {
        wish = apr_palloc(p, sizeof(*wish));
        wish->userid = userid;
        wish->name = name;
        apr_hash_set(preferences->places, key, APR_HASH_KEY_STRING, wish);
        APR_ARRAY_PUSH(preferences->wishes, wish_t *) = wish;
    }
    wish->value = value;
}

/* ---- what may be edited ---- */

/* Whether an account of the caller's rights may edit a preference of CONTEXT's user that has no
 * rule of its own. */
static int may_edit(mws_call_t *call, const mws_context_t *context, int is_new)
{
    apr_int64_t userid = context->instanceid;

    (void)is_new;
    if (userid == call->caller->id) {
        return mws_can(call, mws_context_system(call), "moodle/user:editownprofile");
    }
    return mws_can(call, context, "moodle/user:editprofile") &&
           (call->caller->is_admin || !mws_is_admin(call, userid));
}

static int may_force_change(mws_call_t *call, const mws_context_t *context, int is_new)
{
    const mws_context_t *system = mws_context_system(call);

    return context->instanceid != call->caller->id &&
           (mws_can(call, system, "moodle/user:update") ||
            (is_new && mws_can(call, system, "moodle/user:create")));
}

static const char *clean_raw(mws_call_t *call, const char *value)
{
    (void)call;
    return value;
}

/* 0 or 1, and the first of them for all else. */
static const char *clean_off(mws_call_t *call, const char *value)
{
    (void)call;
    return value && strcmp(value, "1") == 0 ? "1" : "0";
}

/* The same, but 1 for all else. */
static const char *clean_on(mws_call_t *call, const char *value)
{
    (void)call;
    return value && strcmp(value, "0") == 0 ? "0" : "1";
}

/* An editor that is installed, or none. */
static const char *clean_editor(mws_call_t *call, const char *value)
{
    return value && mws_plugin_installed(call, "editor", "textarea tiny", value) ? value : NULL;
}

/* A preference that may be edited, or with a "_" at the end all that begin so. */
typedef struct {
    const char *name;
    int (*may)(mws_call_t *call, const mws_context_t *context, int is_new);
    const char *(*clean)(mws_call_t *call, const char *value);
} rule_t;

static const rule_t *find_rule(const char *name)
{
    static const rule_t rules[] = {
        {"auth_forcepasswordchange", may_force_change, clean_off},
        {"forum_markasreadonnotification", may_edit, clean_on},
        {"htmleditor", may_edit, clean_editor},
        {"message_", may_edit, clean_raw},
        {"calendar_", may_edit, clean_raw},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        apr_size_t len = strlen(rules[i].name);

        if (rules[i].name[len - 1] == '_' ? strncmp(name, rules[i].name, len) == 0
                                          : strcmp(name, rules[i].name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

void mws_preferences_edit(mws_call_t *call, mws_preferences_t *preferences,
                          const mws_context_t *context, int is_new, const char *name,
                          const char *value)
{
    const rule_t *rule = find_rule(name);

    if (rule && rule->may(call, context, is_new)) {
        mws_preferences_set(preferences, context->instanceid, name, rule->clean(call, value));
    }
}

int mws_preference_too_long(const char *name, const char *value)
{
    return find_rule(name) && (mws_utf8_count(name) > NAME_LENGTH ||
                               (value && mws_utf8_count(value) > MWS_PREFERENCE_MAX));
}

/* ---- writing ---- */

mws_error_t *mws_preferences_write(mws_call_t *call, mws_preferences_t *preferences)
{
    mws_ids_t   *ids = mws_ids_make(call->pool), *unset_ids = mws_ids_make(call->pool);
    mws_texts_t *names = mws_texts_make(call->pool), *unset_names = mws_texts_make(call->pool);
    mws_texts_t *values = mws_texts_make(call->pool);
    mws_rows_t  *changed;
    int          i;

    for (i = 0; i < preferences->wishes->nelts; i++) {
        const wish_t *wish = APR_ARRAY_IDX(preferences->wishes, i, wish_t *);

        mws_ids_add(wish->value ? ids : unset_ids, wish->userid);
        mws_texts_add(wish->value ? names : unset_names, wish->name);
        if (wish->value) {
            mws_texts_add(values, wish->value);
        }
        else {
            mws_dirty_preferences(call, wish->userid);
        }
    }
    if (unset_ids->count) {
        MWS_ERR(mws_db_queue(call, &unset_preferences, NULL, "IS", unset_ids, unset_names));
    }
    if (!ids->count) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &set_preferences, &changed, "ISS", ids, names, values));
    for (i = 0; i < mws_rows_count(changed); i++) {
        mws_dirty_preferences(call, mws_row_int(changed, i, 0));
    }
    return NULL;
}
