/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_escape.h
 *
 * Texts of unknown quality as parts of a well-formed document. What is not UTF-8 becomes U+FFFD,
 * one for each bad sequence.
 */
#ifndef MWS_ESCAPE_H
#define MWS_ESCAPE_H

#include "mws_sink.h"
#include "mws_value.h"

/* Write LEN bytes of TEXT to SINK as XML character data, good in an attribute between double
 * quotes too: Moodle's four entities, a carriage return as a reference, and nothing of what XML
 * 1.0 cannot hold. */
void mws_escape_xml(mws_sink_t *sink, const char *text, apr_size_t len);

/* The same, but for attributes no good: quotes stay as they are. */
void mws_escape_xml_text(mws_sink_t *sink, const char *text, apr_size_t len);

/* Write LEN bytes of TEXT to SINK as a JSON string with its quotes, to the byte as PHP's
 * json_encode() writes it. */
void mws_escape_json(mws_sink_t *sink, const char *text, apr_size_t len);

/* LEN bytes of TEXT as UTF-8: TEXT itself where it is, else a NUL-terminated copy in P. */
mws_text_t mws_escape_utf8(apr_pool_t *p, const char *text, apr_size_t len);

/* TEXT as such a string, in P. */
const char *mws_json_text(apr_pool_t *p, const char *text);

#endif
