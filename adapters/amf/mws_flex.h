/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_flex.h
 *
 * What clients of Flex send in AMF: messages (objects of classes of their own, read by the names of
 * their members), and the few classes that know their form themselves.
 */
#ifndef MWS_FLEX_H
#define MWS_FLEX_H

#include "mws_amf3.h"

typedef enum { MWS_FLEX_NONE, MWS_FLEX_REMOTING, MWS_FLEX_COMMAND, MWS_FLEX_OTHER } mws_flex_e;

/* What a CommandMessage may ask for. */
enum { MWS_FLEX_PING = 5, MWS_FLEX_LOGIN = 8, MWS_FLEX_LOGOUT = 9, MWS_FLEX_DISCONNECT = 12 };

/* A message. Texts are NULL where there is none. */
typedef struct {
    mws_flex_e         kind;
    const char        *message_id, *client_id;
    const char        *ds_id, *service; /* of its headers: who the client is, and for what */
    const char        *source, *operation;
    const mws_value_t *body; /* or NULL */
} mws_flex_t;

/* What kind of message the class is: MWS_FLEX_NONE when it is none. */
mws_flex_e mws_flex_kind(const char *class_name);

/* Read OBJECT, of a class of KIND. Lives in P. */
const mws_flex_t *mws_flex_read(apr_pool_t *p, mws_flex_e kind, const mws_value_t *object);

/* OBJECT of CLASS_NAME, or what it stands for: a collection is its list. */
mws_value_t *mws_flex_unwrap(const char *class_name, mws_value_t *object);

/* Read an object of CLASS_NAME that knows its form itself, behind its name. MWS_BAD_PARAMETER for
 * a class that we do not know: where it ends, nobody can tell. */
mws_error_t *mws_flex_external(mws_amf_in_t *in, const char *class_name, mws_value_t **value);

/* Begin the answer to FLEX: an AcknowledgeMessage, whose body, its last member, follows. DS_ID is
 * what the client is to call itself from now on, or NULL. */
void mws_flex_acknowledge(mws_amf3_t *out, apr_pool_t *p, const mws_flex_t *flex,
                          const char *ds_id);

/* Write the whole answer of ERR, whose class is spelled CLASS_NAME, to FLEX: an ErrorMessage. FLEX
 * is NULL where the call was no such message. */
void mws_flex_fault(mws_amf3_t *out, apr_pool_t *p, const mws_flex_t *flex, const char *class_name,
                    const mws_error_t *err);

#endif
