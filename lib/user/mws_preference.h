/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_preference.h
 *
 * Setting preferences of many users at once. What a client asks for is held against the names that
 * may be edited, and its value cleaned; what the module itself has to set is not.
 * Moodle: user/editlib.php, useredit_update_user_preference(); core_user::can_edit_preference(),
 * clean_preference(); lib/moodlelib.php, set_user_preference().
 */
#ifndef MWS_PREFERENCE_H
#define MWS_PREFERENCE_H

#include "../site/mws_access.h"
#include "../site/mws_work.h"

/* The longest value, in characters. */
enum { MWS_PREFERENCE_MAX = 1333 };

/* Preferences to be set. */
typedef struct mws_preferences_t mws_preferences_t;

mws_preferences_t *mws_preferences_make(mws_call_t *call);

/* Set NAME of USERID to VALUE (NULL: unset). The last of several values counts. */
void mws_preferences_set(mws_preferences_t *preferences, apr_int64_t userid, const char *name,
                         const char *value);

/* The same as the caller wishes, if the caller may: not at all otherwise. CONTEXT is the user's;
 * IS_NEW: the account is made in this call. */
void mws_preferences_edit(mws_call_t *call, mws_preferences_t *preferences,
                          const mws_context_t *context, int is_new, const char *name,
                          const char *value);

/* Whether NAME or VALUE (or NULL), if NAME is one that may be edited, has no room in its column. */
int mws_preference_too_long(const char *name, const char *value);

/* Write them all, and mark the preferences of those as changed who have others now. */
mws_error_t *mws_preferences_write(mws_call_t *call, mws_preferences_t *preferences);

#endif
