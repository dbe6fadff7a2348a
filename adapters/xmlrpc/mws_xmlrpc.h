/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/xmlrpc/mws_xmlrpc.h
 *
 * The documents of XML-RPC: calls as they come in, results and faults as they go out.
 * http://xmlrpc.com/spec.md, with the extensions nil, i8 and their kin.
 */
#ifndef MWS_XMLRPC_H
#define MWS_XMLRPC_H

#include "../../lib/base/mws_out.h"
#include "../../lib/db/mws_call.h"

/* What the protocol itself can find wrong, by the numbers that its servers in PHP gave. */
enum {
    MWS_XMLRPC_NOT_STRUCT = 601, /* an entry of system.multicall */
    MWS_XMLRPC_NOT_NAMED = 602,  /* ... has no methodName */
    MWS_XMLRPC_NOT_GIVEN = 603,  /* ... has no params */
    MWS_XMLRPC_NOT_LIST = 604,   /* ... params are no array */
    MWS_XMLRPC_NESTED = 605,     /* ... is system.multicall */
    MWS_XMLRPC_NO_METHOD = 620,
    MWS_XMLRPC_NO_REQUEST = 630,
    MWS_XMLRPC_BAD_XML = 631,
    MWS_XMLRPC_NO_NAME = 632,  /* no methodName */
    MWS_XMLRPC_NO_VALUE = 633, /* a param without one */
    MWS_XMLRPC_BAD_NAME = 634,
    MWS_XMLRPC_BAD_VALUE = 636,
    MWS_XMLRPC_NOT_DESCRIBED = 640 /* no such method, in a question about one */
};

/* Make an error of the protocol itself: its number, and its text as the message. */
mws_error_t *mws_xmlrpc_error(apr_pool_t *p, int number, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));
#ifdef __clang_analyzer__
#define mws_xmlrpc_error(...) mws_error_made(mws_xmlrpc_error(__VA_ARGS__))
#endif

/* A call as it was sent. */
typedef struct mws_xmlrpc_call_t {
    const char  *method;
    mws_value_t *args; /* a LIST */
} mws_xmlrpc_call_t;

/* Read BODY, behind which is a NUL, into *SENT: a methodCall, with types as lenient as can be read in
 * one way only. Errors are those of the protocol, from MWS_XMLRPC_NO_REQUEST on; of a value beyond
 * MoodleWSKeysMax or MoodleWSDepthMax, too. */
mws_error_t *mws_xmlrpc_read(mws_call_t *call, mws_text_t body, mws_xmlrpc_call_t *sent);

/* TEXT without blanks around it in *NAME, where it can be the name of a method. */
mws_error_t *mws_xmlrpc_name(apr_pool_t *p, mws_text_t text, const char **name);

/* V turned to what SPEC declares, wherever in it that loses nothing and services/mws_check.c would
 * not: a boolean or a date for an integer, as 0 and 1 and Unix seconds. */
mws_value_t *mws_xmlrpc_fit(apr_pool_t *p, const mws_spec_t *spec, mws_value_t *v);

/* A result as a whole document; as an entry in the result of system.multicall: an array of one, so
 * that none looks like a fault; and a value alone, for what has something else around it. */
extern const mws_writer_t mws_xmlrpc_writer, mws_xmlrpc_entry_writer, mws_xmlrpc_value_writer;

/* What goes before the entries of system.multicall, and behind them. */
void mws_xmlrpc_begin_entries(mws_sink_t *sink);
void mws_xmlrpc_end_entries(mws_sink_t *sink);

/* Write the fault of ERR to SINK: as a whole document, and as such an entry. */
void mws_xmlrpc_fault(mws_sink_t *sink, const mws_error_t *err);
void mws_xmlrpc_entry_fault(mws_sink_t *sink, const mws_error_t *err);

#endif
