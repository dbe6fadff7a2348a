/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf_packet.h
 *
 * A packet of AMF: headers and messages. Of a request each message is a call, and all of it is read
 * before the first is run; of an answer each is what came of one.
 */
#ifndef MWS_AMF_PACKET_H
#define MWS_AMF_PACKET_H

#include "mws_flex.h"

/* The length of a value that is not told. */
#define MWS_AMF_UNKNOWN 0xFFFFFFFF

typedef struct {
    const char        *target;   /* what is called; "" where the message says it itself */
    const char        *response; /* where the answer goes */
    const mws_value_t *value;
    const mws_flex_t  *flex; /* the message of Flex that VALUE holds, or NULL */
} mws_amf_message_t;

typedef struct {
    int                 amf3;        /* the client knows AMF3 */
    const mws_value_t  *credentials; /* of the header of that name, a STRUCT; or NULL */
    apr_array_header_t *messages;    /* of mws_amf_message_t */
} mws_amf_packet_t;

/* Read BODY. MWS_BAD_PARAMETER, with the byte where it went wrong, unless all of it is well and
 * within MoodleWSCallsMax messages, MoodleWSKeysMax values, MoodleWSDepthMax levels. */
mws_error_t *mws_amf_packet(mws_call_t *call, mws_text_t body, mws_amf_packet_t *packet);

/* Begin a message: what is called, or answered, and where the answer goes. Its value follows. Returns
 * where the length of that goes. */
apr_off_t mws_amf_message_begin(mws_sink_t *sink, const char *target, const char *response);

/* Put in how long the value is, of a message or header, whose length goes AT; what is too long to be
 * told is unknown. */
void mws_amf_value_end(mws_sink_t *sink, apr_off_t at);

/* Write the value that tells of ERR in AMF0. */
void mws_amf0_fault(apr_pool_t *p, mws_sink_t *sink, const mws_error_t *err);

#endif
