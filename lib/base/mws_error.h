/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_error.h
 *
 * The one kind of error. NULL is success. An error is made where it is known, with Moodle's
 * errorcode and a message of ours (mws_errors.tbl), and is passed up untouched; only an adapter
 * turns it into bytes. It lives in the pool of the call: nobody frees it.
 */
#ifndef MWS_ERROR_H
#define MWS_ERROR_H

#include <apr_pools.h>

typedef enum {
#define ERROR(id, class, space, code, status, level, text) MWS_##id,
#include "mws_errors.tbl"
#undef ERROR
    MWS_ERROR_COUNT
} mws_error_e;

/* What is known of an error before it happens: a row of mws_errors.tbl. */
typedef struct {
    const char *class_name; /* as Moodle 2.1 spells it */
    const char *space;      /* what 4.5 puts before it, or "" */
    const char *errorcode;
    int         status; /* the true HTTP status, for who asks for it */
    int         level;  /* MWS_LOG_... of its line in the error log */
    const char *text;   /* the message */
} mws_error_row_t;

extern const mws_error_row_t mws_error_rows[MWS_ERROR_COUNT];

typedef struct mws_error_t {
    mws_error_e            id;
    const mws_error_row_t *row;
    const char            *message;     /* ROW's text, or one that says more */
    const char            *debuginfo;   /* what exactly was wrong with a parameter, else NULL */
    const char            *detail;      /* for the error log only, or NULL; never holds a secret */
    int                    retry_after; /* seconds after which to try again, or 0 */
    const char            *fault; /* what the protocol itself calls it, where it does; or NULL */
} mws_error_t;

/* Make an error in P. FMT and its arguments, of a parameter's error (MWS_BAD_PARAMETER), become
 * its debuginfo and go to the client; of any other they are its detail and go to the error log
 * only. FMT may be NULL. */
mws_error_t *mws_error(apr_pool_t *p, mws_error_e id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

#ifdef __clang_analyzer__
/* That there always is an error, the analyzer does not take from the attribute. */
static inline mws_error_t *mws_error_made(mws_error_t *error)
{
    if (!error) {
        __builtin_unreachable();
    }
    return error;
}
#define mws_error(...) mws_error_made(mws_error(__VA_ARGS__))
#endif

/* Return from the function around when EXPR is an error. */
#define MWS_ERR(expr)                                                                              \
    do {                                                                                           \
        mws_error_t *mws_err_ = (expr);                                                            \
        if (mws_err_) {                                                                            \
            return mws_err_;                                                                       \
        }                                                                                          \
    } while (0)

#endif
