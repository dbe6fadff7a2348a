/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_file_key.c -- keys for reading files. */
#include "mws_file_key.h"

#include <apr_strings.h>

#include "../site/mws_password.h"
#include "../site/mws_work.h"

#define KEY_LENGTH 32

#define UNLIMITED_KEY                                                                              \
    " k.script = 'core_files' AND k.instance IS NULL AND k.iprestriction IS NULL"                  \
    " AND k.validuntil IS NULL"

SQL(read_keys, "SELECT DISTINCT ON (k.userid) k.userid, k.value"
               "  FROM {user_private_key} k"
               " WHERE k.userid = ANY ($1) AND" UNLIMITED_KEY " ORDER BY k.userid, k.id");

SQL(add_keys,
    "INSERT INTO {user_private_key} (script, value, userid, timecreated)"
    " SELECT 'core_files', n.value, n.userid, $3"
    "  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS n (userid, value, ordinal)"
    " WHERE NOT EXISTS (SELECT 1 FROM {user_private_key} k"
    "                    WHERE k.userid = n.userid AND" UNLIMITED_KEY ")"
    " ORDER BY n.ordinal");

mws_error_t *mws_file_keys_queue(mws_call_t *call, const mws_ids_t *userids, mws_rows_t **keys)
{
    return mws_db_queue(call, &read_keys, keys, "I", userids);
}

/* The table has no unique index: whoever makes a user's key waits for whoever is making it. */
mws_error_t *mws_file_keys_make(mws_call_t *call, const mws_ids_t *userids)
{
    mws_texts_t *names = mws_texts_make(call->pool);
    mws_texts_t *values = mws_texts_make(call->pool);
    int          i;

    for (i = 0; i < userids->count; i++) {
        mws_texts_add(names, apr_psprintf(call->pool, "%" APR_INT64_T_FMT, userids->ids[i]));
        mws_texts_add(values, mws_random_hex(call->pool, KEY_LENGTH));
    }
    MWS_ERR(mws_lock(call, "user_private_key", names));
    return mws_db_queue(call, &add_keys, NULL, "ISi", userids, values, call->now);
}
