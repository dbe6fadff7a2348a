/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_clock.h
 *
 * Time for waiting. The time of day may be set while a thread waits for it.
 */
#ifndef MWS_CLOCK_H
#define MWS_CLOCK_H

#include <apr_time.h>
#include <time.h>

/* Microseconds of a clock that only goes forward, and that nobody sets. */
static inline apr_time_t mws_ticks(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return apr_time_from_sec(ts.tv_sec) + ts.tv_nsec / 1000;
}

#endif
