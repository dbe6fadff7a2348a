/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_sink.h
 *
 * Where an answer is written: bytes that grow in memory and, beyond a limit, in a temporary file
 * without a name. Nothing leaves before the call is over, so that an error in the middle is still
 * a clean fault, a write is answered after its COMMIT, and no database connection waits for a
 * slow client. Only then does the front door pass the bytes on.
 *
 * What counts before it lists writes a placeholder where the count goes, and puts it there afterwards.
 * What several calls write one after the other is kept piece by piece, so that one of them can be
 * written again or become an error without harm to those before.
 *
 * A failing disk is remembered, and told by mws_sink_finish(); until then writing goes nowhere.
 */
#ifndef MWS_SINK_H
#define MWS_SINK_H

#include <apr_file_io.h>
#include <apr_pools.h>
#include <string.h>

typedef struct mws_sink_t {
    char                    *next, *end; /* the room that is left in the block being filled */
    apr_pool_t              *pool;
    apr_size_t               in_memory; /* bytes in the blocks before this one */
    apr_size_t               memory_max;
    apr_file_t              *file; /* what went beyond memory_max, or NULL */
    apr_off_t                in_file;
    apr_off_t                kept; /* what mws_sink_clear() leaves */
    apr_status_t             status;
    struct mws_sink_block_t *first, *last;
} mws_sink_t;

/* A block of the bytes in memory. */
typedef struct mws_sink_block_t {
    struct mws_sink_block_t *next;
    apr_size_t               used;
    char                     bytes[];
} mws_sink_block_t;

/* Make an empty sink in P that keeps up to MEMORY_MAX bytes in memory. */
mws_sink_t *mws_sink_make(apr_pool_t *p, apr_size_t memory_max);

/* A sink over SIZE BYTES, for what is known to fit: nothing else of a sink may be used with it but
 * mws_put(). The bytes up to NEXT are what was written. */
static inline mws_sink_t mws_sink_over(char *bytes, apr_size_t size)
{
    mws_sink_t sink = {.next = bytes, .end = bytes + size};

    return sink;
}

/* Keep what was written until now: it stays when the sink is cleared. */
void mws_sink_keep(mws_sink_t *sink);

/* Forget what was written and is not kept; or all from AT on, an earlier mws_sink_size(), kept or
 * not. */
void mws_sink_clear(mws_sink_t *sink);
void mws_sink_cut(mws_sink_t *sink, apr_off_t at);

/* Put LEN bytes in the place of those that were written from AT on, an earlier mws_sink_size(). */
void mws_sink_patch(mws_sink_t *sink, apr_off_t at, const char *bytes, apr_size_t len);

/* Append LEN bytes; the slow path of mws_put(). */
void mws_sink_write(mws_sink_t *sink, const char *bytes, apr_size_t len);

/* Close the block being filled, so that the blocks from FIRST on, then FILE, hold it all.
 * Returns how it went. */
apr_status_t mws_sink_finish(mws_sink_t *sink);

/* How many bytes were written. */
apr_off_t mws_sink_size(const mws_sink_t *sink);

static inline void mws_put(mws_sink_t *sink, const char *bytes, apr_size_t len)
{
    if (len <= (apr_size_t)(sink->end - sink->next)) {
        memcpy(sink->next, bytes, len);
        sink->next += len;
    }
    else {
        mws_sink_write(sink, bytes, len);
    }
}

/* Append a string constant. */
#define MWS_PUT(sink, constant) mws_put((sink), "" constant, sizeof(constant) - 1)

#endif
