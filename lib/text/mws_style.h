/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_style.h
 *
 * Style attributes reduced to what only changes looks (mws_style.tbl): no address, no script, no
 * position.
 */
#ifndef MWS_STYLE_H
#define MWS_STYLE_H

#include <apr_pools.h>

/* The declarations of STYLE that may stay, each "property:value;"; NULL when none may. */
const char *mws_style_clean(apr_pool_t *p, const char *style);

/* COLOUR as #rgb, #rrggbb or rgb(r,g,b), names as their #RRGGBB; NULL when it is none. */
const char *mws_style_colour(apr_pool_t *p, const char *colour);

#endif
