/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_session.h
 *
 * Sessions behind tokens. A token of ours (lib/site/mws_sessions.h) is active while its session is, and
 * each use touches it. The tokens of all others are only asked whether their session still lives.
 */
#ifndef MWS_SESSION_H
#define MWS_SESSION_H

#include "../lib/site/mws_sessions.h"

/* The columns of a session with table alias SE, for an outer join on the sid of the token T. */
#define MWS_SESSION_COLUMNS "t.sid, se.id, se.userid, se.timemodified"
#define MWS_SESSION_JOIN " LEFT JOIN {sessions} se ON se.sid = t.sid"
enum { MWS_SESSION_WIDTH = 4 };

/* Whether the token in ROW, with these columns from COL on, is bound to no session or to one that
 * lives. Moodle: core\session\manager::session_exists(). */
int mws_session_alive(mws_call_t *call, const mws_rows_t *rows, int row, int col);

/* Note that the session of the token in ROW was used, if it is one of ours. */
mws_error_t *mws_session_touch(mws_call_t *call, const mws_rows_t *rows, int row, int col);

/* Delete the tokens of the dead session SID, and its own row if it is one of ours. Nothing where
 * nobody could know that it is dead, or nothing is to be written. */
mws_error_t *mws_session_bury(mws_call_t *call, const char *sid);

#endif
