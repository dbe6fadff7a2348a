/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_fields.h
 *
 * The fields that a site adds to the profiles of people, and what people have in them. Read for
 * many people at once.
 * Moodle: user/profile/lib.php.
 */
#ifndef MWS_USER_FIELDS_H
#define MWS_USER_FIELDS_H

#include "../base/mws_out.h"
#include "../db/mws_call.h"

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

/* What a user is to have in some fields: GIVEN is a list of structs with "type", the short name of
 * a field, and "value". */
typedef struct {
    apr_int64_t        userid;
    const mws_value_t *given;
} mws_user_fields_given_t;

/* Write what the users of GIVEN, an array of these without a user twice, are to have, each value as
 * the type of its field takes it. Names of no field and nulls are passed over; of several values for
 * one field the last counts. Dates are those of CALL->zone (mws_zone.h), to be found before. Runs
 * what is queued. Moodle: profile_save_data(). */
mws_error_t *mws_user_fields_save(mws_call_t *call, const apr_array_header_t *given);

#endif
