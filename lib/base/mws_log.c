/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_log.c -- formatting a log line for whoever writes it. */
#include "mws_log.h"

#include <apr_strings.h>

void mws_log(const mws_log_t *log, int level, apr_status_t status, const char *fmt, ...)
{
    char    line[2048];
    va_list ap;

    if (!log || level > log->level) {
        return;
    }
    va_start(ap, fmt);
    apr_vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    log->write(log->baton, level, status, line);
}
