/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/amf/mws_amf.h
 *
 * What the two encodings of AMF share: reading a hostile body and writing an answer, byte by byte.
 * mws_amf0.h and mws_amf3.h are the encodings; a value of the first may hold one of the second.
 *
 * Both let a value be referred to again instead of being sent again. A reference costs as much as
 * what it stands for, in values, bytes of text and levels: a small body cannot become a large tree,
 * as whoever checks it walks through all of it.
 */
#ifndef MWS_AMF_H
#define MWS_AMF_H

#include <apr_tables.h>

#include "../../lib/base/mws_out.h"
#include "../../lib/db/mws_call.h"

/* ---- reading ----------------------------------------------------------------------------- */

/* A value that may be referred to. */
typedef struct {
    mws_value_t *value;      /* NULL while it is being read */
    const char  *class_name; /* "": none */
    int          marker;
    apr_int64_t  values, bytes, levels; /* what a reference to it costs */
} mws_amf_entry_t;

/* The names of a class of AMF3. */
typedef struct {
    const char  *class_name;
    int          external; /* the class alone knows its form */
    int          dynamic;  /* members follow that are not named here */
    mws_text_t  *members;
    apr_uint32_t count;
} mws_amf_traits_t;

/* A body being read. The tables of references begin anew for each header and message. */
typedef struct {
    mws_call_t          *call;
    const unsigned char *start, *at, *end;
    apr_int64_t          values, bytes;       /* read so far, of all that MoodleWSKeysMax and
                                           MoodleWSBodyMax allow */
    apr_int64_t          depth;               /* levels that are open */
    apr_int64_t          deepest;             /* how many were, within what is being read */
    int                  amf3;                /* whether a value of AMF3 was met */
    apr_array_header_t  *objects0, *objects3; /* of mws_amf_entry_t */
    apr_array_header_t  *strings;             /* of mws_text_t */
    apr_array_header_t  *traits;              /* of mws_amf_traits_t */
} mws_amf_in_t;

/* Begin to read BODY for CALL. */
mws_amf_in_t *mws_amf_begin(mws_call_t *call, mws_text_t body);

/* Forget the references. */
void mws_amf_forget(mws_amf_in_t *in);

/* MWS_BAD_PARAMETER that says where we are and WHAT is wrong there. */
static inline mws_error_t *mws_amf_wrong(const mws_amf_in_t *in, const char *what)
{
    return mws_error(in->call->pool, MWS_BAD_PARAMETER, "AMF body, byte %" APR_SIZE_T_FMT ": %s",
                     (apr_size_t)(in->at - in->start), what);
}

/* Count one value more; LEN bytes of text more. */
mws_error_t *mws_amf_count(mws_amf_in_t *in);
mws_error_t *mws_amf_count_bytes(mws_amf_in_t *in, apr_size_t len);

/* An error unless LEN bytes are left, or one for each of COUNT elements of SIZE bytes. */
mws_error_t *mws_amf_need(const mws_amf_in_t *in, apr_size_t len);
mws_error_t *mws_amf_need_each(const mws_amf_in_t *in, apr_uint32_t count, apr_size_t size);

/* Read what stands at the place reached. */
mws_error_t *mws_amf_u8(mws_amf_in_t *in, int *u);
mws_error_t *mws_amf_u16(mws_amf_in_t *in, apr_uint32_t *u);
mws_error_t *mws_amf_u32(mws_amf_in_t *in, apr_uint32_t *u);

/* LEN bytes: of a text, where what is not UTF-8 becomes U+FFFD, or of anything. Copied. */
mws_error_t *mws_amf_text(mws_amf_in_t *in, apr_size_t len, mws_text_t *text);
mws_error_t *mws_amf_bytes(mws_amf_in_t *in, apr_size_t len, mws_text_t *bytes);

/* A double as a value: an integer where it is one that a double holds exactly. A date as Unix
 * seconds: it comes in milliseconds. */
mws_error_t *mws_amf_number(mws_amf_in_t *in, mws_value_t **value);
mws_error_t *mws_amf_date(mws_amf_in_t *in, mws_value_t **value);

/* Where a value that may be referred to began. */
typedef struct {
    apr_array_header_t *table;
    int                 index;
    apr_int64_t         values, bytes, deepest;
} mws_amf_mark_t;

/* Begin a value with MARKER that may be referred to by the next place in TABLE; end it as VALUE.
 * mws_amf_open() is for a list or struct, which is a level. */
mws_amf_mark_t mws_amf_note(mws_amf_in_t *in, apr_array_header_t *table, int marker);
mws_error_t   *mws_amf_open(mws_amf_in_t *in, apr_array_header_t *table, int marker,
                            mws_amf_mark_t *mark);
void           mws_amf_noted(mws_amf_in_t *in, const mws_amf_mark_t *mark, mws_value_t *value);
void           mws_amf_close(mws_amf_in_t *in, const mws_amf_mark_t *mark, mws_value_t *value);

/* The value with MARKER at INDEX of TABLE, for another time. */
mws_error_t *mws_amf_refer(mws_amf_in_t *in, const apr_array_header_t *table, apr_uint32_t index,
                           int marker, mws_value_t **value);

/* The class that VALUE came with, in this header or message; "" when it had none. */
const char *mws_amf_class(const mws_amf_in_t *in, const mws_value_t *value);

/* The scalar at KEY of STRCT as text; NULL where there is none, "" where the text has a NUL in it. */
const char *mws_amf_text_at(apr_pool_t *p, const mws_value_t *strct, const char *key);

/* ---- writing ----------------------------------------------------------------------------- */

/* A list or struct that is open in an answer. */
typedef struct {
    apr_off_t    at;    /* where the count of a list goes */
    apr_uint32_t count; /* of values so far */
} mws_amf_level_t;

void mws_amf_put_u16(mws_sink_t *sink, apr_uint32_t u);
void mws_amf_put_u32(mws_sink_t *sink, apr_uint32_t u);

/* Put U in the place of the one that was written at AT. */
void mws_amf_patch_u32(mws_sink_t *sink, apr_off_t at, apr_uint32_t u);

/* MARKER and a double. */
void mws_amf_put_number(mws_sink_t *sink, int marker, double f);

/* A text with its length in 16 bits. It is never longer: names and addresses of ours. */
void mws_amf_put_name(mws_sink_t *sink, const char *text);

/* Write with the functions of TO in STATE what no declaration knows: a key; TEXT, or null where it is
 * NULL, behind its KEY unless that is NULL. */
void mws_amf_write_key(const mws_writer_t *to, void *state, const char *key);
void mws_amf_write_text(const mws_writer_t *to, void *state, const char *key, const char *text);

/* The integer that LEN decimal DIGITS spell. */
apr_int64_t mws_amf_integer(const char *digits, apr_size_t len);

#endif
