/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_sessions.h
 *
 * The rows of table sessions, of browsers and of tokens. Ours have a mark before their sid, so that
 * they are never taken for, nor take, one of a browser.
 */
#ifndef MWS_SESSIONS_H
#define MWS_SESSIONS_H

#include "../db/mws_call.h"

#define MWS_SESSION_MARK "mws-"

/* SQL: whether the session id SID is one of ours. */
#define MWS_SESSION_OURS(sid) "starts_with(" sid ", '" MWS_SESSION_MARK "')"

/* Queue ending all sessions of USERIDS: tokens that are bound to them are worth nothing from then
 * on. Moodle: core\session\manager::destroy_user_sessions(). */
mws_error_t *mws_sessions_end(mws_call_t *call, const mws_ids_t *userids);

/* Queue ending those of ours alone, but for the one of this call: their passwords were changed. */
mws_error_t *mws_sessions_end_ours(mws_call_t *call, const mws_ids_t *userids);

/* Queue deleting the permanent tokens of USERIDS.
 * Moodle: webservice/lib.php, delete_user_ws_tokens(). */
mws_error_t *mws_tokens_delete(mws_call_t *call, const mws_ids_t *userids);

#endif
