/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/mws_soap.h
 *
 * The documents of SOAP: calls as they come in, results and faults as they go out.
 * SOAP 1.1 (W3C Note of 8 May 2000), SOAP 1.2 part 1 and 2; PHP: ext/soap for what it makes of
 * encoded values.
 */
#ifndef MWS_SOAP_H
#define MWS_SOAP_H

#include <apr_hash.h>

#include "../../lib/base/mws_out.h"
#include "../../lib/db/mws_call.h"
#include "../mws_xml.h"

#define MWS_SOAP_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define MWS_SOAP_XSD "http://www.w3.org/2001/XMLSchema"
#define MWS_SOAP_MAP "http://xml.apache.org/xml-soap"

typedef enum { MWS_SOAP_11, MWS_SOAP_12, MWS_SOAP_VERSIONS } mws_soap_version_e;

/* What a version is called by. */
typedef struct {
    const char *envelope, *encoding; /* namespaces */
} mws_soap_spaces_t;

extern const mws_soap_spaces_t mws_soap_spaces[MWS_SOAP_VERSIONS];

/* What the protocol itself can find wrong: the codes of its faults. */
#define MWS_SOAP_VERSION "VersionMismatch"
#define MWS_SOAP_HEADER "MustUnderstand"
#define MWS_SOAP_CLIENT "Client"
#define MWS_SOAP_SERVER "Server"

/* Make an error of the protocol itself: its code, and its text as the message. */
mws_error_t *mws_soap_error(apr_pool_t *p, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));
#ifdef __clang_analyzer__
#define mws_soap_error(...) mws_error_made(mws_soap_error(__VA_ARGS__))
#endif

/* ---- reading ----------------------------------------------------------------------------- */

/* A call as it was sent. */
typedef struct {
    mws_soap_version_e version;
    const char        *function; /* NULL: the envelope could not be read so far */
    const char        *space;    /* the namespace of the call, "" where it has none */
    const mws_xml_t   *element;
    apr_hash_t        *ids;      /* the elements that others refer to, or NULL */
    apr_int64_t        elements; /* in the envelope */
    apr_size_t         bytes;
} mws_soap_call_t;

/* Read BODY, behind which is a NUL, into *SENT: the envelope, and of the call its name. Errors are those
 * of the protocol; what is known by then is in *SENT. */
mws_error_t *mws_soap_read(mws_call_t *call, mws_text_t body, mws_soap_call_t *sent);

/* The arguments of SENT as *PARAMS, by the names of SPEC, a function's parameters: by their own names
 * where one of those is a parameter, else by position. Types are those that the elements tell, else
 * those of SPEC. LITERAL: there was a schema for them, so that what does not fit is not found here but
 * when they are checked. Errors are those of the protocol, and MWS_BAD_PARAMETER beyond
 * MoodleWSKeysMax or MoodleWSDepthMax, or where references make much more of the call than was sent. */
mws_error_t *mws_soap_params(mws_call_t *call, const mws_soap_call_t *sent, const mws_spec_t *spec,
                             int literal, mws_value_t **params);

/* ---- writing ----------------------------------------------------------------------------- */

/* Of a struct that has no number: Moodle has no such operation. */
#define MWS_SOAP_NO_NUMBER (-1)

/* The writer of one answer, or of one call; it is made for it. */
typedef struct {
    mws_writer_t       writer;
    int                is_call; /* what is written are the parameters of a call, one by one */
    mws_soap_version_e version;
    const char        *function;
    const char        *space;        /* the namespace of the answer */
    int                first_struct; /* encoded: of the types of what is written */
} mws_soap_writer_t;

/* Make ANSWER the writer of a result in rpc/encoded, or document/literal. Nothing at all is written for
 * a function that returns nothing, in the former. */
void mws_soap_encoded_writer(mws_soap_writer_t *answer);
void mws_soap_literal_writer(mws_soap_writer_t *answer);

/* How ERR is told. */
typedef enum {
    MWS_SOAP_REFUSED,         /* rpc/encoded, before a function was found: as Moodle's exceptions */
    MWS_SOAP_FAILED,          /* rpc/encoded, of the function */
    MWS_SOAP_LITERAL_REFUSED, /* the same in document/literal */
    MWS_SOAP_LITERAL
} mws_soap_fault_e;

/* Write the fault of ERR to SINK. VERSION, SPACE (of document/literal calls) and CLASS_NAME, of ERR,
 * are of use in document/literal only. */
void mws_soap_fault(mws_sink_t *sink, mws_soap_fault_e how, mws_soap_version_e version,
                    const char *space, const char *class_name, const mws_error_t *err);

#endif
