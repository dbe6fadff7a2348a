/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_error.c -- the rows of mws_errors.tbl, and making an error from one. */
#include "mws_error.h"

#include <apr_strings.h>

#include "mws_log.h"

const mws_error_row_t mws_error_rows[MWS_ERROR_COUNT] = {
#define ERROR(id, class, space, code, status, level, text)                                         \
    [MWS_##id] = {class, space, code, status, MWS_LOG_##level, text},
#include "mws_errors.tbl"
#undef ERROR
};

/* The name in parentheses: the analyzer is given a macro of that name. */
mws_error_t *(mws_error)(apr_pool_t *p, mws_error_e id, const char *fmt, ...)
{
    mws_error_t *err = apr_pcalloc(p, sizeof(*err));
    const char  *said = NULL;

    if (fmt) {
        va_list ap;

        va_start(ap, fmt);
        said = apr_pvsprintf(p, fmt, ap);
        va_end(ap);
    }
    err->id = id;
    err->row = &mws_error_rows[id];
    err->message = err->row->text;
    if (id == MWS_BAD_PARAMETER) {
        err->debuginfo = said;
    }
    else {
        err->detail = said;
    }
    if (err->row->status == 503) {
        err->retry_after = 1;
    }
    return err;
}
