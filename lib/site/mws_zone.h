/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_zone.h
 *
 * The time zone in which a user's days begin and weeks are counted. The database does the
 * arithmetic; this finds the name of the zone that it is to use.
 */
#ifndef MWS_ZONE_H
#define MWS_ZONE_H

#include "../db/mws_call.h"

/* Find CALL->zone, that of the caller: what the site forces, the request asks for, the user has
 * chosen, or the site's own, each as the database knows it; UTC when it knows none of them.
 * Outside of a transaction, because a name that it does not know fails a statement.
 * Moodle: core_date::get_user_timezone(). */
mws_error_t *mws_zone_find(mws_call_t *call);

/* The same as what a function that writes does before its transaction (mws_declare.h). */
mws_error_t *mws_zone_prepare(mws_call_t *call, const mws_value_t *in);

/* SQL: the seconds of the moment AT (a bigint, as a local timestamp in ZONE), and back. */
#define MWS_LOCAL(at, zone) "(to_timestamp(" at ") AT TIME ZONE " zone ")"
#define MWS_SECONDS(local, zone) "extract(epoch FROM " local " AT TIME ZONE " zone ")::bigint"

#endif
