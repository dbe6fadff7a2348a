/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_user_fields.h
 *
 * The fields that a site adds to the profiles of people, and what people have in them. Read for
 * many people at once.
 * Moodle: user/profile/lib.php.
 */
#ifndef MWS_USER_FIELDS_H
#define MWS_USER_FIELDS_H

#include "mws_call.h"
#include "mws_out.h"

typedef struct mws_user_fields_t mws_user_fields_t;

/* What the caller sees of a person beside the fields that everybody sees: those that are private,
 * and those that are nobody's to see. */
enum { MWS_SEES_PRIVATE = 1, MWS_SEES_NOBODYS = 2 };

/* Queue reading the fields, and what USERIDS have in them; *FIELDS may be used once mws_db_run()
 * has succeeded. */
mws_error_t *mws_user_fields_queue(mws_call_t *call, const mws_ids_t *userids,
                                   mws_user_fields_t **fields);

/* Write what the person at place AT of those ids has in the fields that are seen, as the list KEY
 * of the struct that is open; nothing at all where nothing is seen. Texts are formatted as CALL
 * shows them. SIGHT: MWS_SEES_... together. */
mws_error_t *mws_user_fields_write(mws_call_t *call, mws_out_t *out, const char *key,
                                   mws_user_fields_t *fields, int at, int sight);

#endif
