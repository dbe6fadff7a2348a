/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_sessions.c -- ending sessions and tokens. */
#include "mws_sessions.h"

SQL(end_sessions, "DELETE FROM {sessions} WHERE userid = ANY ($1)");

SQL(end_our_sessions,
    "DELETE FROM {sessions} s"
    " WHERE s.userid = ANY ($1) AND " MWS_SESSION_OURS("s.sid")
    "   AND NOT EXISTS (SELECT 1 FROM {external_tokens} t WHERE t.id = $2 AND t.sid = s.sid)");

SQL(delete_tokens, "DELETE FROM {external_tokens} WHERE userid = ANY ($1) AND tokentype = 0");

mws_error_t *mws_sessions_end(mws_call_t *call, const mws_ids_t *userids)
{
    return mws_db_queue(call, &end_sessions, NULL, "I", userids);
}

mws_error_t *mws_sessions_end_ours(mws_call_t *call, const mws_ids_t *userids)
{
    return mws_db_queue(call, &end_our_sessions, NULL, "Ii", userids, call->token_id);
}

mws_error_t *mws_tokens_delete(mws_call_t *call, const mws_ids_t *userids)
{
    return mws_db_queue(call, &delete_tokens, NULL, "I", userids);
}
