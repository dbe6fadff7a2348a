/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf3.h
 *
 * AMF3, the second encoding: texts, objects and classes have tables of references, and integers of
 * 29 bits are short.
 */
#ifndef MWS_AMF3_H
#define MWS_AMF3_H

#include "mws_amf.h"

/* Read the value that stands at the place reached, with all below it. */
mws_error_t *mws_amf3_value(mws_amf_in_t *in, mws_value_t **value);

/* A value of AMF3 being written: what its reader has in the tables by now. */
typedef struct mws_amf3_t mws_amf3_t;

/* Begin a value in SINK; the tables are empty. */
mws_amf3_t *mws_amf3_begin(apr_pool_t *p, mws_sink_t *sink);

/* Begin an object of class CLASS_NAME whose members are MEMBERS, ended by NULL: their values follow
 * in that order, and nothing ends it. */
void mws_amf3_typed(mws_amf3_t *out, const char *class_name, const char *const *members);

/* A writer for a result that stands where AROUND has come to: what its functions are given as their
 * state may be AROUND itself, too. It counts a list when that ends: of an answer beyond
 * MoodleWSAnswerMemory nothing more is kept in memory for it. Texts of the result are never
 * referred to, keys and the form of structs are. */
const mws_writer_t *mws_amf3_writer(apr_pool_t *p, const mws_amf3_t *around);

#endif
