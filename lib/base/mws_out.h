/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_out.h
 *
 * What goes out. An answer is written, never built: an external function hands keys and values to
 * an mws_out_t, which holds the place in the returns declaration, converts each value as declared,
 * and calls the writer of the protocol.
 *
 * Keys of a struct come in the order of the declaration. A key that the declaration does not know
 * is dropped with all below it (as Moodle does, so that one body serves two declarations); an
 * optional one that was passed over is left to the writer (JSON leaves it out, XML shows a null);
 * a required one that was passed over, or a key out of order, is our bug: the answer becomes
 * `invalidresponse`. Errors are kept and told by mws_out_finish().
 * Moodle: core_external\external_api::clean_returnvalue().
 */
#ifndef MWS_OUT_H
#define MWS_OUT_H

#include "mws_error.h"
#include "mws_sink.h"
#include "mws_spec.h"
#include "mws_value.h"

/* How a protocol writes. SINK takes the bytes; STATE is the writer's own, as made by start().
 * Every function but start and finish stands for one thing in the answer, in its order. */
typedef struct mws_writer_t {
    /* Open the answer to RETURNS (NULL: nothing is returned). SELF is this struct: a protocol that
     * must know what stands around the answer has it in a struct of its own that begins with it.
     * May be called again, for a call that is run again. */
    void *(*start)(const struct mws_writer_t *self, apr_pool_t *p, mws_sink_t *sink,
                   const mws_spec_t *returns);
    void (*finish)(void *state);
    /* Open the key of SPEC, whose value follows. */
    void (*key)(void *state, const mws_spec_t *spec);
    /* An optional key of SPEC that is not there; NULL where the protocol leaves it out. */
    void (*absent)(void *state, const mws_spec_t *spec);
    void (*begin_list)(void *state, const mws_spec_t *spec);
    void (*end_list)(void *state, const mws_spec_t *spec);
    void (*begin_struct)(void *state, const mws_spec_t *spec);
    void (*end_struct)(void *state, const mws_spec_t *spec);
    void (*null)(void *state, const mws_spec_t *spec);
    void (*boolean)(void *state, const mws_spec_t *spec, int b);
    /* An integer as its decimal digits, as the database gave them. */
    void (*integer)(void *state, const mws_spec_t *spec, const char *digits, apr_size_t len);
    void (*real)(void *state, const mws_spec_t *spec, double f);
    /* UTF-8, but not known to be valid. */
    void (*text)(void *state, const mws_spec_t *spec, const char *text, apr_size_t len);
} mws_writer_t;

/* No declaration is deeper. */
#define MWS_OUT_DEPTH 24

typedef struct mws_out_t mws_out_t;

/* Open an answer to RETURNS (NULL: nothing) in SINK. */
mws_out_t *mws_out_start(apr_pool_t *p, mws_sink_t *sink, const mws_writer_t *writer,
                         const mws_spec_t *returns);

/* Close it. The first thing that was wrong, or NULL. */
mws_error_t *mws_out_finish(mws_out_t *out);

/* Lists and structs. KEY is NULL for the whole answer and for an element of a list. */
void mws_out_list(mws_out_t *out, const char *key);
void mws_out_struct(mws_out_t *out, const char *key);
void mws_out_end(mws_out_t *out);

/* Values. They are converted as declared: text to an integer for INT and BOOL, and so on; what
 * is no text goes out as it is for one that is declared as untyped. TEXT may be NULL: null. */
void mws_out_null(mws_out_t *out, const char *key);
void mws_out_bool(mws_out_t *out, const char *key, int b);
void mws_out_int(mws_out_t *out, const char *key, apr_int64_t i);
void mws_out_float(mws_out_t *out, const char *key, double f);
void mws_out_text(mws_out_t *out, const char *key, const char *text);

/* Write the keys of the struct that is open, in the order of its declaration: for each key call
 * the entry of FIELDS with its name, if there is one. FIELDS ends with a NULL name. What an entry
 * writes of RECORD is its own affair: its key with a value, or nothing where there is none; HOW is
 * for those that share a function. Lets one table serve declarations that list the same keys in
 * different orders. */
typedef struct mws_out_field_t {
    const char *key;
    void (*write)(mws_out_t *out, const struct mws_out_field_t *field, const void *record);
    const void *how;
} mws_out_field_t;

void mws_out_fields(mws_out_t *out, const mws_out_field_t *fields, const void *record);

/* Whether the struct that is open, or with KEY the list or struct about to be opened, declares
 * KEY: what need not be fetched. */
int mws_out_wants(mws_out_t *out, const char *key);

#endif
