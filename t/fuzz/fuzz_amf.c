/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_amf.c -- packets of AMF of any bytes. Whatever is accepted is within all limits, each
 * reference counted as what it stands for. */
#include "adapters/amf/mws_amf_packet.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t      *call = fuzz_begin();
    char            *body = fuzz_copy(data, size);
    mws_amf_packet_t packet = {.amf3 = 0};
    mws_error_t     *err = mws_amf_packet(call, (mws_text_t){body, size}, &packet);
    apr_size_t       count = 0;
    int              i;

    fuzz_check_error(err);
    for (i = 0; !err && i < packet.messages->nelts; i++) {
        const mws_amf_message_t *message = &APR_ARRAY_IDX(packet.messages, i, mws_amf_message_t);

        count += fuzz_walk(message->value, 0);
        fuzz_expect(strlen(message->response) <= 1000);
        fuzz_expect(!message->flex || packet.amf3);
    }
    fuzz_expect(count <= FUZZ_KEYS);
    fuzz_end(call);
    free(body);
    return 0;
}
