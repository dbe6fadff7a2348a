/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf0.h
 *
 * AMF0, the first encoding: every value of a packet begins in it, and answers to clients that know
 * no other are written in it.
 */
#ifndef MWS_AMF0_H
#define MWS_AMF0_H

#include "mws_amf.h"

/* Read the value that stands at the place reached, with all below it. */
mws_error_t *mws_amf0_value(mws_amf_in_t *in, mws_value_t **value);

/* Writes a result. A list is counted when it ends: of an answer beyond MoodleWSAnswerMemory nothing
 * more is kept in memory for it. */
extern const mws_writer_t mws_amf0_writer;

#endif
