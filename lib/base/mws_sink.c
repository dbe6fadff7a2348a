/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_sink.c -- an answer that grows: blocks in memory, then a temporary file. */
#include "mws_sink.h"

#include <apr_strings.h>

#define BLOCK_SIZE 8000
#define BLOCK_SIZE_MAX 262144

static void add_block(mws_sink_t *sink, apr_size_t size)
{
    mws_sink_block_t *block = apr_palloc(sink->pool, sizeof(*block) + size);

    block->next = NULL;
    block->used = 0;
    if (sink->last) {
        sink->last->next = block;
    }
    else {
        sink->first = block;
    }
    sink->last = block;
    sink->next = block->bytes;
    sink->end = block->bytes + size;
}

mws_sink_t *mws_sink_make(apr_pool_t *p, apr_size_t memory_max)
{
    mws_sink_t *sink = apr_pcalloc(p, sizeof(*sink));

    sink->pool = p;
    sink->memory_max = memory_max;
    add_block(sink, BLOCK_SIZE);
    return sink;
}

void mws_sink_keep(mws_sink_t *sink)
{
    sink->kept = mws_sink_size(sink);
}

/* Go back to AT, which is in the file or in the block before it. */
static void cut_file(mws_sink_t *sink, apr_off_t at)
{
    if (at < sink->in_file) {
        sink->status = apr_file_trunc(sink->file, at);
        sink->in_file = at;
    }
    sink->next = sink->last->bytes + (at - sink->in_file);
}

/* Go back to AT, which is in a block in memory. All blocks but the last are full. */
static void cut_memory(mws_sink_t *sink, apr_off_t at)
{
    mws_sink_block_t *block = sink->first;
    apr_size_t        begins = 0;

    while (block != sink->last && at > (apr_off_t)(begins + block->used)) {
        begins += block->used;
        block = block->next;
    }
    if (block != sink->last) {
        sink->end = block->bytes + block->used;
    }
    block->next = NULL;
    sink->last = block;
    sink->in_memory = begins;
    sink->next = block->bytes + (at - (apr_off_t)begins);
}

void mws_sink_cut(mws_sink_t *sink, apr_off_t at)
{
    sink->status = APR_SUCCESS;
    if (at < sink->kept) {
        sink->kept = at;
    }
    if (sink->file && at >= (apr_off_t)sink->in_memory) {
        cut_file(sink, at - (apr_off_t)sink->in_memory);
        return;
    }
    if (sink->file) {
        apr_file_close(sink->file);
    }
    sink->file = NULL;
    sink->in_file = 0;
    cut_memory(sink, at);
}

void mws_sink_clear(mws_sink_t *sink)
{
    mws_sink_cut(sink, sink->kept);
}

/* Count what the current block holds. One that is closed is left alone: copies of a sink share their
 * blocks, and may be sent at the same time. */
static void close_block(mws_sink_t *sink)
{
    apr_size_t used = (apr_size_t)(sink->next - sink->last->bytes);

    if (sink->last->used != used) {
        sink->last->used = used;
    }
}

/* Open the file: its name is gone at once, so that nothing is left behind. */
static apr_status_t open_file(mws_sink_t *sink)
{
    const char  *folder;
    char        *name;
    apr_status_t rv = apr_temp_dir_get(&folder, sink->pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    name = apr_pstrcat(sink->pool, folder, "/moodlews.XXXXXX", NULL);
    rv = apr_file_mktemp(&sink->file, name,
                         APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_EXCL |
                             APR_FOPEN_BINARY,
                         sink->pool);
    if (rv == APR_SUCCESS) {
        rv = apr_file_remove(name, sink->pool);
    }
    return rv;
}

/* Move the last block, which serves as the file's buffer, to the file. */
static void drain_to_file(mws_sink_t *sink)
{
    apr_size_t len = (apr_size_t)(sink->next - sink->last->bytes);

    if (sink->status == APR_SUCCESS) {
        sink->status = apr_file_write_full(sink->file, sink->last->bytes, len, NULL);
        sink->in_file += (apr_off_t)len;
    }
    sink->next = sink->last->bytes;
}

/* Make room for at least one byte more. */
static void make_room(mws_sink_t *sink)
{
    apr_size_t size = (apr_size_t)(sink->end - sink->last->bytes) * 2;

    if (sink->file) {
        drain_to_file(sink);
        return;
    }
    close_block(sink);
    sink->in_memory += sink->last->used;
    add_block(sink, size < BLOCK_SIZE_MAX ? size : BLOCK_SIZE_MAX);
    if (sink->in_memory >= sink->memory_max) {
        sink->status = open_file(sink);
    }
}

void mws_sink_write(mws_sink_t *sink, const char *bytes, apr_size_t len)
{
    while (len && sink->status == APR_SUCCESS) {
        apr_size_t room = (apr_size_t)(sink->end - sink->next);
        apr_size_t part = len < room ? len : room;

        memcpy(sink->next, bytes, part);
        sink->next += part;
        bytes += part;
        len -= part;
        if (len) {
            make_room(sink);
        }
    }
}

apr_status_t mws_sink_finish(mws_sink_t *sink)
{
    if (sink->file) {
        drain_to_file(sink);
    }
    close_block(sink);
    return sink->status;
}

apr_off_t mws_sink_size(const mws_sink_t *sink)
{
    return (apr_off_t)sink->in_memory + sink->in_file + (apr_off_t)(sink->next - sink->last->bytes);
}

/* Where the byte AT is in memory, with up to *LEN bytes behind it; NULL when it is in the file. */
static char *place_of(const mws_sink_t *sink, apr_off_t at, apr_size_t *len)
{
    apr_off_t         begins = (apr_off_t)sink->in_memory + sink->in_file;
    mws_sink_block_t *block = sink->last;

    if (at >= begins) {
        return block->bytes + (at - begins);
    }
    if (at >= (apr_off_t)sink->in_memory) {
        return NULL;
    }
    block = sink->first;
    for (begins = 0; at >= begins + (apr_off_t)block->used; block = block->next) {
        begins += (apr_off_t)block->used;
    }
    if ((apr_off_t)*len > begins + (apr_off_t)block->used - at) {
        *len = (apr_size_t)(begins + (apr_off_t)block->used - at);
    }
    return block->bytes + (at - begins);
}

/* Write up to *LEN bytes at AT of the file, and go back to its end. */
static apr_status_t patch_file(mws_sink_t *sink, apr_off_t at, const char *bytes, apr_size_t *len)
{
    apr_off_t    end = sink->in_file;
    apr_status_t rv = apr_file_seek(sink->file, APR_SET, &at);

    if ((apr_off_t)*len > end - at) {
        *len = (apr_size_t)(end - at);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(sink->file, bytes, *len, NULL);
    }
    return rv == APR_SUCCESS ? apr_file_seek(sink->file, APR_SET, &end) : rv;
}

void mws_sink_patch(mws_sink_t *sink, apr_off_t at, const char *bytes, apr_size_t len)
{
    while (len && sink->status == APR_SUCCESS) {
        apr_size_t part = len;
        char      *place = place_of(sink, at, &part);

        if (place) {
            memcpy(place, bytes, part);
        }
        else {
            sink->status = patch_file(sink, at - (apr_off_t)sink->in_memory, bytes, &part);
        }
        at += (apr_off_t)part;
        bytes += part;
        len -= part;
    }
}
