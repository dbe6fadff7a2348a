/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_zone.c -- the time zone of a user. */
#include "mws_zone.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/mws_php.h"
#include "mws_site.h"

/* What stands for the zone of the site. */
#define SITE_ZONE "99"

SQL(try_zone, "SELECT now() AT TIME ZONE $1");

static int names_a_zone(const char *zone)
{
    return zone && *zone && strcmp(zone, SITE_ZONE) != 0;
}

/* ZONE as the database spells it: an offset in hours east of Greenwich, as users of old have it,
 * becomes a zone of POSIX, which counts westward. */
static const char *spelled(apr_pool_t *p, const char *zone)
{
    int minutes;

    if (!apr_isdigit(zone[zone[0] == '-' || zone[0] == '+'])) {
        return zone;
    }
    minutes = (int)lround(fmod(mws_php_float(zone), 24) * 60);
    return apr_psprintf(p, "UTC%c%02d:%02d", minutes < 0 ? '+' : '-', abs(minutes) / 60,
                        abs(minutes) % 60);
}

/* Try ZONE; CALL->zone stays NULL when the database does not know it. */
static mws_error_t *try(mws_call_t *call, const char *zone)
{
    const char  *name = spelled(call->pool, zone);
    mws_error_t *err = mws_db_query(call, &try_zone, NULL, "s", name);

    if (!err) {
        call->zone = name;
    }
    return err && err->id != MWS_DB_READ ? err : NULL;
}

mws_error_t *mws_zone_find(mws_call_t *call)
{
    const char *asked[] = {mws_config(call, "forcetimezone"), call->text.timezone,
                           call->caller->timezone, mws_config(call, "timezone")};
    size_t      i;

    for (i = 0; !call->zone && i < sizeof(asked) / sizeof(asked[0]); i++) {
        if (names_a_zone(asked[i])) {
            MWS_ERR(try(call, asked[i]));
        }
    }
    if (!call->zone) {
        call->zone = "UTC";
    }
    return NULL;
}

mws_error_t *mws_zone_prepare(mws_call_t *call, const mws_value_t *in)
{
    (void)in;
    return mws_zone_find(call);
}
