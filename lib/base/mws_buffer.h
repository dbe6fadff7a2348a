/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_buffer.h
 *
 * A text that grows in a pool, for what is put together piece by piece and handed on whole.
 */
#ifndef MWS_BUFFER_H
#define MWS_BUFFER_H

#include <apr_pools.h>
#include <string.h>

typedef struct {
    apr_pool_t *pool;
    char       *s;
    apr_size_t  len, room;
} mws_buffer_t;

/* Make an empty text in P with ROOM for what is expected. */
static inline mws_buffer_t mws_buffer_make(apr_pool_t *p, apr_size_t room)
{
    mws_buffer_t buf = {.pool = p, .s = apr_palloc(p, room + 1), .len = 0, .room = room};

    return buf;
}

/* Append LEN bytes, a NUL-terminated text, one byte. */
static inline void mws_buffer_put(mws_buffer_t *buf, const char *bytes, apr_size_t len)
{
    if (len > buf->room - buf->len) {
        char *more;

        buf->room = 2 * buf->room + len;
        more = apr_palloc(buf->pool, buf->room + 1);
        memcpy(more, buf->s, buf->len);
        buf->s = more;
    }
    memcpy(buf->s + buf->len, bytes, len);
    buf->len += len;
}

static inline void mws_buffer_puts(mws_buffer_t *buf, const char *text)
{
    mws_buffer_put(buf, text, strlen(text));
}

static inline void mws_buffer_putc(mws_buffer_t *buf, char c)
{
    mws_buffer_put(buf, &c, 1);
}

/* The text so far, NUL-terminated. */
static inline char *mws_buffer_text(mws_buffer_t *buf)
{
    buf->s[buf->len] = '\0';
    return buf->s;
}

#endif
