/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_flex.c -- messages and collections of Flex.
 *
 * Adobe: flex.messaging.messages and flex.messaging.io of BlazeDS.
 */
#include "mws_flex.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "../../lib/site/mws_password.h"

#define MESSAGES "flex.messaging.messages."
#define IO "flex.messaging.io."

/* An id is this many bytes: 32 digits with four dashes between. */
#define ID_BYTES 16

/* ---- classes ----------------------------------------------------------------------------- */

mws_flex_e mws_flex_kind(const char *class_name)
{
    if (strcmp(class_name, MESSAGES "RemotingMessage") == 0) {
        return MWS_FLEX_REMOTING;
    }
    if (strcmp(class_name, MESSAGES "CommandMessage") == 0 || strcmp(class_name, "DSC") == 0) {
        return MWS_FLEX_COMMAND;
    }
    if (strncmp(class_name, MESSAGES, sizeof(MESSAGES) - 1) == 0 ||
        strcmp(class_name, "DSA") == 0 || strcmp(class_name, "DSK") == 0) {
        return MWS_FLEX_OTHER;
    }
    return MWS_FLEX_NONE;
}

static int is_collection(const char *class_name)
{
    return strcmp(class_name, IO "ArrayCollection") == 0 || strcmp(class_name, IO "ArrayList") == 0;
}

static int is_proxy(const char *class_name)
{
    return strcmp(class_name, IO "ObjectProxy") == 0 ||
           strcmp(class_name, IO "ManagedObjectProxy") == 0;
}

mws_value_t *mws_flex_unwrap(const char *class_name, mws_value_t *object)
{
    mws_value_t *source = is_collection(class_name) ? mws_value_get(object, "source", -1) : NULL;

    return source ? source : object;
}

/* ---- small messages ---------------------------------------------------------------------- */

/* A member of a small message, at a bit of one of its bytes of flags. */
typedef struct {
    const char *name;  /* NULL: none that we know */
    int         is_id; /* sent as bytes */
} member_t;

/* The members of one class in the line of a message's classes: two bytes with seven flags each. */
typedef member_t group_t[2][7];

static const group_t abstract_group = {
    {{"body", 0},
     {"clientId", 0},
     {"destination", 0},
     {"headers", 0},
     {"messageId", 0},
     {"timestamp", 0},
     {"timeToLive", 0}},
    {{"clientId", 1}, {"messageId", 1}},
};
static const group_t async_group = {{{"correlationId", 0}, {"correlationId", 1}}};
static const group_t acknowledge_group = {{{NULL, 0}}};
static const group_t command_group = {{{"operation", 0}}};

static const struct {
    const char    *class_name;
    const group_t *groups[3]; /* from the class that all have in common on */
} small_messages[] = {
    {"DSA", {&abstract_group, &async_group, NULL}},
    {"DSK", {&abstract_group, &async_group, &acknowledge_group}},
    {"DSC", {&abstract_group, &async_group, &command_group}},
};

/* VALUE, an id in bytes, as text; itself if it is none. */
static mws_value_t *id_of(apr_pool_t *p, mws_value_t *value)
{
    mws_text_t bytes = {NULL, 0};
    char      *text, *at;
    int        i;

    if (mws_value_kind(value) == MWS_TEXT) {
        bytes = mws_value_as_text(value);
    }
    if (bytes.len != ID_BYTES) {
        return value;
    }
    text = at = apr_palloc(p, 2 * ID_BYTES + 5);
    for (i = 0; i < ID_BYTES; i++) {
        at += apr_snprintf(at, 4, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02X" : "%02X",
                           (unsigned char)bytes.s[i]);
    }
    return mws_value_text(p, text, at - text);
}

/* Read the members of GROUP: bytes of flags up to one that does not announce another, then a value
 * for each flag set. A flag that we do not know has its value as well. */
static mws_error_t *read_group(mws_amf_in_t *in, const group_t *group, mws_value_t *strct)
{
    const unsigned char *flags = in->at;
    apr_size_t           count = 0, i;
    int                  byte = 0x80, bit;

    while (byte & 0x80) {
        MWS_ERR(mws_amf_u8(in, &byte));
        count++;
    }
    for (i = 0; i < count; i++) {
        for (bit = 0; bit < 7; bit++) {
            const member_t *member = i < 2 ? &(*group)[i][bit] : NULL;
            mws_value_t    *value = NULL;

            if (!(flags[i] >> bit & 1)) {
                continue;
            }
            MWS_ERR(mws_amf3_value(in, &value));
            if (member && member->name) {
                mws_value_set(strct, member->name, -1,
                              member->is_id ? id_of(in->call->pool, value) : value);
            }
        }
    }
    return NULL;
}

mws_error_t *mws_flex_external(mws_amf_in_t *in, const char *class_name, mws_value_t **value)
{
    apr_size_t i, j;

    if (is_collection(class_name) || is_proxy(class_name)) {
        return mws_amf3_value(in, value);
    }
    for (i = 0; i < sizeof(small_messages) / sizeof(small_messages[0]); i++) {
        if (strcmp(class_name, small_messages[i].class_name) == 0) {
            *value = mws_value_struct(in->call->pool);
            for (j = 0; j < 3 && small_messages[i].groups[j]; j++) {
                MWS_ERR(read_group(in, small_messages[i].groups[j], *value));
            }
            return NULL;
        }
    }
    return mws_amf_wrong(in, "an object of a class whose form is not known here");
}

/* ---- messages that come in --------------------------------------------------------------- */

const mws_flex_t *mws_flex_read(apr_pool_t *p, mws_flex_e kind, const mws_value_t *object)
{
    const mws_value_t *headers = mws_value_get(object, "headers", -1);
    mws_flex_t        *flex = apr_pcalloc(p, sizeof(*flex));

    flex->kind = kind;
    flex->message_id = mws_amf_text_at(p, object, "messageId");
    flex->client_id = mws_amf_text_at(p, object, "clientId");
    flex->source = mws_amf_text_at(p, object, "source");
    flex->operation = mws_amf_text_at(p, object, "operation");
    flex->body = mws_value_get(object, "body", -1);
    if (headers && mws_value_kind(headers) == MWS_STRUCT) {
        flex->ds_id = mws_amf_text_at(p, headers, "DSId");
        flex->service = mws_amf_text_at(p, headers, "service");
    }
    return flex;
}

/* ---- messages that go out ---------------------------------------------------------------- */

/* A new id, as Flex makes them. */
static const char *new_id(apr_pool_t *p)
{
    const char *digits = mws_random_hex(p, 2 * ID_BYTES);
    char       *id = apr_psprintf(p, "%.8s-%.4s-%.4s-%.4s-%s", digits, digits + 8, digits + 12,
                                  digits + 16, digits + 20);
    char       *at;

    for (at = id; *at; at++) {
        *at = (char)apr_toupper(*at);
    }
    return id;
}

/* The members that all messages begin with, in their order. DS_ID as of mws_flex_acknowledge(). */
#define COMMON                                                                                     \
    "correlationId", "clientId", "destination", "messageId", "timestamp", "timeToLive", "headers"

static void write_common(const mws_writer_t *to, mws_amf3_t *out, apr_pool_t *p,
                         const mws_flex_t *flex, const char *ds_id)
{
    mws_amf_write_text(to, out, NULL, flex ? flex->message_id : NULL);
    mws_amf_write_text(to, out, NULL, flex && flex->client_id ? flex->client_id : new_id(p));
    mws_amf_write_text(to, out, NULL, NULL);
    mws_amf_write_text(to, out, NULL, new_id(p));
    to->real(out, NULL, (double)apr_time_as_msec(apr_time_now()));
    to->integer(out, NULL, "0", 1);
    to->begin_struct(out, NULL);
    if (ds_id) {
        mws_amf_write_text(to, out, "DSId", ds_id);
    }
    to->end_struct(out, NULL);
}

void mws_flex_acknowledge(mws_amf3_t *out, apr_pool_t *p, const mws_flex_t *flex, const char *ds_id)
{
    static const char *const members[] = {COMMON, "body", NULL};

    mws_amf3_typed(out, MESSAGES "AcknowledgeMessage", members);
    write_common(mws_amf3_writer(p, out), out, p, flex, ds_id);
}

void mws_flex_fault(mws_amf3_t *out, apr_pool_t *p, const mws_flex_t *flex, const char *class_name,
                    const mws_error_t *err)
{
    static const char *const members[] = {COMMON,        "body",      "faultCode",    "faultString",
                                          "faultDetail", "rootCause", "extendedData", NULL};
    const mws_writer_t      *to = mws_amf3_writer(p, out);

    mws_amf3_typed(out, MESSAGES "ErrorMessage", members);
    write_common(to, out, p, flex, NULL);
    mws_amf_write_text(to, out, NULL, NULL);
    mws_amf_write_text(to, out, NULL, err->row->errorcode);
    mws_amf_write_text(to, out, NULL, err->message);
    mws_amf_write_text(to, out, NULL, err->debuginfo ? err->debuginfo : "");
    mws_amf_write_text(to, out, NULL, NULL);
    to->begin_struct(out, NULL);
    mws_amf_write_text(to, out, "exception", class_name);
    mws_amf_write_text(to, out, "errorcode", err->row->errorcode);
    to->end_struct(out, NULL);
}
