/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf_packet.c -- headers and messages of a packet, in and out. */
#include "mws_amf_packet.h"

#include <apr_strings.h>
#include <string.h>

#include "mws_amf0.h"

/* ---- reading ----------------------------------------------------------------------------- */

#define HEADERS_MAX 32

/* Bytes of an address of a response, which is sent back with a word behind it. */
#define RESPONSE_MAX 1000

static mws_error_t *read_name(mws_amf_in_t *in, apr_size_t most, const char **name)
{
    apr_uint32_t len = 0;
    mws_text_t   text = {NULL, 0};

    MWS_ERR(mws_amf_u16(in, &len));
    if (len > most) {
        return mws_amf_wrong(in, "a name that is too long");
    }
    MWS_ERR(mws_amf_text(in, len, &text));
    *name = strlen(text.s) == text.len ? text.s : "";
    return NULL;
}

/* Read a value behind its length, which is not to be trusted: where it says more than the value
 * took, the rest is passed over if it is there. */
static mws_error_t *read_value(mws_amf_in_t *in, mws_value_t **value)
{
    const unsigned char *begins;
    apr_uint32_t         len = 0;

    MWS_ERR(mws_amf_u32(in, &len));
    begins = in->at;
    mws_amf_forget(in);
    MWS_ERR(mws_amf0_value(in, value));
    if (len != MWS_AMF_UNKNOWN && len <= (apr_size_t)(in->end - begins) && begins + len > in->at) {
        in->at = begins + len;
    }
    return NULL;
}

static mws_error_t *read_header(mws_amf_in_t *in, mws_amf_packet_t *packet)
{
    const char  *name = "";
    int          must = 0;
    mws_value_t *value = NULL;

    MWS_ERR(read_name(in, 0xFFFF, &name));
    MWS_ERR(mws_amf_u8(in, &must));
    MWS_ERR(read_value(in, &value));
    if (strcmp(name, "Credentials") == 0 && mws_value_kind(value) == MWS_STRUCT) {
        packet->credentials = value;
    }
    return NULL;
}

/* The message of Flex that VALUE is, or the arguments VALUE hold; NULL when it is none. */
static const mws_flex_t *find_flex(const mws_amf_in_t *in, const mws_value_t *value)
{
    mws_flex_e kind;

    if (mws_value_kind(value) == MWS_LIST && mws_value_size(value)) {
        value = mws_value_at(value, 0);
    }
    if (mws_value_kind(value) != MWS_STRUCT) {
        return NULL;
    }
    kind = mws_flex_kind(mws_amf_class(in, value));
    return kind == MWS_FLEX_NONE ? NULL : mws_flex_read(in->call->pool, kind, value);
}

static mws_error_t *read_message(mws_amf_in_t *in, mws_amf_packet_t *packet)
{
    mws_amf_message_t *message = apr_array_push(packet->messages);
    mws_value_t       *value = NULL;

    MWS_ERR(read_name(in, 0xFFFF, &message->target));
    MWS_ERR(read_name(in, RESPONSE_MAX, &message->response));
    MWS_ERR(read_value(in, &value));
    message->value = value;
    message->flex = find_flex(in, value);
    if (strcmp(message->target, "null") == 0) {
        message->target = "";
    }
    packet->amf3 |= in->amf3 || message->flex;
    return NULL;
}

mws_error_t *mws_amf_packet(mws_call_t *call, mws_text_t body, mws_amf_packet_t *packet)
{
    mws_amf_in_t *in = mws_amf_begin(call, body);
    apr_uint32_t  version = 0, headers = 0, messages = 0;

    MWS_ERR(mws_amf_u16(in, &version));
    if (version != 0 && version != 1 && version != 3) {
        return mws_amf_wrong(in, "no version of AMF");
    }
    MWS_ERR(mws_amf_u16(in, &headers));
    if (headers > HEADERS_MAX) {
        return mws_amf_wrong(in, "too many headers");
    }
    while (headers--) {
        MWS_ERR(read_header(in, packet));
    }
    MWS_ERR(mws_amf_u16(in, &messages));
    if (messages > call->settings->calls_max) {
        return mws_amf_wrong(in, "more messages than MoodleWSCallsMax");
    }
    packet->messages = apr_array_make(call->pool, (int)messages + 1, sizeof(mws_amf_message_t));
    while (messages--) {
        MWS_ERR(read_message(in, packet));
    }
    return NULL;
}

/* ---- writing ----------------------------------------------------------------------------- */

apr_off_t mws_amf_message_begin(mws_sink_t *sink, const char *target, const char *response)
{
    apr_off_t at;

    mws_amf_put_name(sink, target);
    mws_amf_put_name(sink, response);
    at = mws_sink_size(sink);
    mws_amf_put_u32(sink, 0);
    return at;
}

void mws_amf_value_end(mws_sink_t *sink, apr_off_t at)
{
    apr_off_t len = mws_sink_size(sink) - at - 4;

    mws_amf_patch_u32(sink, at,
                      len < MWS_AMF_UNKNOWN ? (apr_uint32_t)len : (apr_uint32_t)MWS_AMF_UNKNOWN);
}

void mws_amf0_fault(apr_pool_t *p, mws_sink_t *sink, const mws_error_t *err)
{
    const mws_writer_t *to = &mws_amf0_writer;
    void               *state = to->start(to, p, sink, NULL);

    to->begin_struct(state, NULL);
    mws_amf_write_text(to, state, "level", "error");
    mws_amf_write_text(to, state, "code", err->row->errorcode);
    mws_amf_write_text(to, state, "description", err->message);
    mws_amf_write_text(to, state, "detail", err->debuginfo ? err->debuginfo : "");
    mws_amf_write_key(to, state, "line");
    to->integer(state, NULL, "0", 1);
    to->end_struct(state, NULL);
}
