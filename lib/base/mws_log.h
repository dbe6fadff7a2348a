/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_log.h
 *
 * Logging through a callback that mod_moodlews.c supplies, so that nothing else knows httpd.
 * Levels are httpd's. A message opens with a tag of its own, "MWS" and five digits, unique in the
 * tree (t/shape/ looks). Tokens, passwords and parameter values are never logged.
 */
#ifndef MWS_LOG_H
#define MWS_LOG_H

#include <apr_errno.h>
#include <stdarg.h>

enum {
    MWS_LOG_CRIT = 2,
    MWS_LOG_ERR = 3,
    MWS_LOG_WARNING = 4,
    MWS_LOG_NOTICE = 5,
    MWS_LOG_INFO = 6,
    MWS_LOG_DEBUG = 7,
    MWS_LOG_TRACE1 = 8,
    MWS_LOG_TRACE4 = 11
};

/* Where log lines go; BATON is what the one who made it needs. */
typedef struct {
    void (*write)(void *baton, int level, apr_status_t status, const char *message);
    void *baton;
    int   level; /* lines above this level are not worth formatting */
} mws_log_t;

/* Write a line at LEVEL to LOG; STATUS is added as text when it is not APR_SUCCESS. */
void mws_log(const mws_log_t *log, int level, apr_status_t status, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
