/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_multipart.c -- multipart bodies, piece by piece. */
#include "mws_multipart.h"

#include <apr_cstr.h>
#include <apr_strings.h>

/* How much of a body is held at first, and at most: the header of a part must fit. */
#define WINDOW 65536
#define WINDOW_MAX (2u << 20)

/* A body with parts. What was read of it and is not done with lies from AT to END, where a NUL
 * stands. */
typedef struct {
    mws_call_t       *call;
    const mws_http_t *http;
    apr_pool_t       *pool; /* for the header of a part */
    char             *window, *at, *end;
    apr_size_t        size; /* of the window, without room for the NUL */
    int               ended;
    const char       *delimiter; /* a line feed, two hyphens and the boundary */
    apr_size_t        delimiter_len;
} parts_t;

static mws_error_t *bad_multipart(mws_call_t *call, const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "multipart body: %s", why);
}

/* ---- the header of a part ---- */

static int is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) {
        at++;
    }
    return at;
}

/* The end of the word that begins at AT: the blank or the STOP behind it. */
static const char *word_end(const char *at, const char *end, char stop)
{
    while (at < end && *at != stop && *at != ';' && !is_blank(*at)) {
        at++;
    }
    return at;
}

/* The end of the quoted text that begins at AT: behind its second quote. */
static const char *quoted_end(const char *at, const char *end)
{
    char quote = *at++;

    while (at < end && *at != quote) {
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return at < end ? at + 1 : end;
}

static int is_quote(const char *at, const char *end)
{
    return at < end && (*at == '"' || *at == '\'');
}

/* The parameter behind the next semicolon of *AT to END: its name, and its value as it stands.
 * False when there is none. */
static int next_parameter(const char **at, const char *end, mws_text_t *name, mws_text_t *value)
{
    const char *s = word_end(*at, end, ';');

    while (s < end && *s != ';') {
        s = word_end(skip_blanks(s, end), end, ';');
    }
    if (s == end) {
        return 0;
    }
    name->s = skip_blanks(s + 1, end);
    s = word_end(name->s, end, '=');
    name->len = (apr_size_t)(s - name->s);
    s = skip_blanks(s, end);
    value->s = s < end && *s == '=' ? skip_blanks(s + 1, end) : s;
    if (value->s > s) {
        s = is_quote(value->s, end) ? quoted_end(value->s, end) : word_end(value->s, end, ';');
    }
    value->len = (apr_size_t)(s - value->s);
    *at = s;
    return 1;
}

/* TEXT without its quotes. A backslash escapes itself and the quote; browsers escape nothing else,
 * so that any other is a part of the name. */
static const char *unquote(apr_pool_t *p, mws_text_t text)
{
    const char *at = text.s, *end = at + text.len;
    char       *plain = apr_palloc(p, text.len + 1), *out = plain, quote;

    if (!is_quote(at, end)) {
        return apr_pstrmemdup(p, text.s, text.len);
    }
    for (quote = *at++; at < end && *at != quote; at++) {
        if (*at == '\\' && at + 1 < end && (at[1] == '\\' || at[1] == quote)) {
            at++;
        }
        *out++ = *at;
    }
    *out = '\0';
    return plain;
}

/* The value of the parameter WANTED in the header from AT to END, or NULL. */
static const char *parameter(apr_pool_t *p, const char *at, const char *end, const char *wanted)
{
    mws_text_t name, value;

    while (next_parameter(&at, end, &name, &value)) {
        if (name.len == strlen(wanted) && apr_cstr_casecmpn(name.s, wanted, name.len) == 0) {
            return unquote(p, value);
        }
    }
    return NULL;
}

/* ---- the window ---- */

/* Move what is held to the beginning of the window, and make that twice as large when all of it is
 * held. */
static mws_error_t *make_room(parts_t *parts)
{
    apr_size_t held = (apr_size_t)(parts->end - parts->at);

    if (held == parts->size) {
        if (held == WINDOW_MAX) {
            return bad_multipart(parts->call, "the header of a part is too long");
        }
        parts->size *= 2;
        parts->window = apr_palloc(parts->call->pool, parts->size + 1);
    }
    memmove(parts->window, parts->at, held);
    parts->at = parts->window;
    parts->end = parts->window + held;
    return NULL;
}

/* Read on, until the window is full or the body has ended. */
static mws_error_t *read_more(parts_t *parts)
{
    MWS_ERR(make_room(parts));
    while (!parts->ended && parts->end < parts->window + parts->size) {
        apr_size_t len = (apr_size_t)(parts->window + parts->size - parts->end);

        MWS_ERR(mws_http_read(parts->call, parts->http, parts->end, &len));
        parts->ended = !len;
        parts->end += len;
    }
    *parts->end = '\0';
    return NULL;
}

/* ---- delimiters ---- */

typedef enum { NO, YES, NOT_KNOWN } answer_e;

/* Whether what follows the boundary at AT makes it a delimiter: nothing but blanks to the end of
 * its line, or the two hyphens of the last. *NEXT is where the line after it begins, NULL for the
 * last. NOT_KNOWN: more must be read to tell. */
static answer_e ends_delimiter(const parts_t *parts, char *at, char **next)
{
    if (at[0] == '-' && at[1] == '-') {
        *next = NULL;
        return YES;
    }
    if (parts->end - at < 2 && !parts->ended) {
        return NOT_KNOWN;
    }
    at += strspn(at, " \t");
    at += *at == '\r';
    *next = at + 1;
    if (*at == '\n') {
        return YES;
    }
    return at == parts->end && !parts->ended ? NOT_KNOWN : NO;
}

/* Find the next delimiter in the window, or what may be one. Returns the line feed that it begins
 * with, NULL when there is none. */
static char *find_delimiter(const parts_t *parts, answer_e *is_one, char **next)
{
    char *from = parts->at;

    *is_one = NO;
    while ((from = memmem(from, (apr_size_t)(parts->end - from), parts->delimiter,
                          parts->delimiter_len)) != NULL) {
        *is_one = ends_delimiter(parts, from + parts->delimiter_len, next);
        if (*is_one != NO) {
            return from;
        }
        from++;
    }
    return NULL;
}

/* Give what lies before STOP to TAKER (NULL: to nobody), but for the line feed that AT is at when
 * *FRESH: it ends the line above, and may begin a delimiter all the same. */
static mws_error_t *give(parts_t *parts, char *stop, int *fresh, const mws_part_taker_t *taker,
                         void *baton)
{
    char *from = parts->at + *fresh;

    if (stop <= from) {
        return NULL;
    }
    parts->at = stop;
    *fresh = 0;
    return taker ? taker->bytes(baton, from, (apr_size_t)(stop - from)) : NULL;
}

/* Give all that comes before the next delimiter to TAKER (NULL: to nobody), and pass that; AT is
 * NULL when it was the last. WITHOUT says what is wrong with a body that has no more. */
static mws_error_t *read_to_delimiter(parts_t *parts, const char *without,
                                      const mws_part_taker_t *taker, void *baton)
{
    int fresh = 1;

    for (;;) {
        answer_e is_one;
        char    *next, *line = find_delimiter(parts, &is_one, &next);
        char    *stop = line;

        if (is_one == YES) {
            stop -= line > parts->at + fresh && line[-1] == '\r';
            MWS_ERR(give(parts, stop, &fresh, taker, baton));
            parts->at = next;
            return NULL;
        }
        if (parts->ended) {
            return bad_multipart(parts->call, without);
        }
        if (!line && (apr_size_t)(parts->end - parts->at) > parts->delimiter_len) {
            stop = parts->end - parts->delimiter_len;
        }
        if (stop) {
            MWS_ERR(give(parts, stop - 1, &fresh, taker, baton)); /* a CR may belong to it */
        }
        MWS_ERR(read_more(parts));
    }
}

/* ---- parts ---- */

/* The end of the header field at AT, with the lines that continue it. NULL: it is not all in the
 * window. */
static char *field_end(const parts_t *parts)
{
    char *at = parts->at;

    do {
        at = memchr(at, '\n', (apr_size_t)(parts->end - at));
        if (!at || ++at == parts->end) {
            return NULL;
        }
    } while (*at == ' ' || *at == '\t');
    return at;
}

/* Whether the header ends here, with an empty line. */
static int at_empty_line(const parts_t *parts)
{
    return parts->at[0] == '\n' || (parts->at[0] == '\r' && parts->at[1] == '\n');
}

/* Take what PART is called from the header field that ends at STOP. */
static void read_field(parts_t *parts, const char *stop, mws_part_t *part, int *disposed)
{
    static const char name[] = "Content-Disposition:";
    const char       *from = parts->at + sizeof(name) - 1;

    if (apr_cstr_casecmpn(parts->at, name, sizeof(name) - 1) != 0) {
        return;
    }
    *disposed = 1;
    part->name = parameter(parts->pool, from, stop, "name");
    part->filename = parameter(parts->pool, from, stop, "filename");
    if (!part->filename) {
        part->filename = parameter(parts->pool, from, stop, "filename*");
    }
}

/* Read the header of a part. Leaves AT at the line feed of the empty line. */
static mws_error_t *read_header(parts_t *parts, mws_part_t *part)
{
    int disposed = 0;

    memset(part, 0, sizeof(*part));
    while (!at_empty_line(parts)) {
        char *stop = field_end(parts);

        if (!stop && parts->ended) {
            return bad_multipart(parts->call, "it ends within the header of a part");
        }
        if (!stop) {
            MWS_ERR(read_more(parts));
            continue;
        }
        read_field(parts, stop, part, &disposed);
        parts->at = stop;
    }
    parts->at += *parts->at == '\r';
    if (!disposed) {
        return bad_multipart(parts->call, "a part has no Content-Disposition");
    }
    if (!part->name && !part->filename) {
        return bad_multipart(parts->call, "a part has no name");
    }
    return NULL;
}

static mws_error_t *read_part(parts_t *parts, const mws_part_taker_t *taker, void *baton)
{
    mws_part_t part;

    MWS_ERR(read_header(parts, &part));
    MWS_ERR(taker->begin(baton, &part));
    MWS_ERR(read_to_delimiter(parts, "it ends before its last boundary", taker, baton));
    return taker->end(baton);
}

static mws_error_t *read_parts(parts_t *parts, const mws_part_taker_t *taker, void *baton,
                               apr_int64_t *keys)
{
    MWS_ERR(read_to_delimiter(parts, "the boundary does not appear", NULL, NULL));
    while (parts->at) {
        apr_pool_clear(parts->pool);
        MWS_ERR(mws_http_count_key(parts->call, keys));
        MWS_ERR(read_part(parts, taker, baton));
    }
    return NULL;
}

/* Read the beginning of the body. The first delimiter may begin it: as if a line went before. */
static mws_error_t *begin_body(parts_t *parts)
{
    MWS_ERR(mws_http_check_length(parts->call, parts->http));
    parts->size = WINDOW;
    parts->window = parts->at = apr_palloc(parts->call->pool, WINDOW + 1);
    *parts->at = '\n';
    parts->end = parts->at + 1;
    return read_more(parts);
}

mws_error_t *mws_multipart_read(mws_call_t *call, const mws_http_t *http,
                                const mws_part_taker_t *taker, void *baton, apr_int64_t *keys)
{
    const char  *type = apr_table_get(http->headers, "Content-Type");
    const char  *boundary = parameter(call->pool, type, type + strlen(type), "boundary");
    parts_t      parts = {.call = call, .http = http};
    mws_error_t *err;

    MWS_ERR(begin_body(&parts));
    if (parts.end == parts.at + 1) {
        return NULL; /* there is none */
    }
    if (!boundary || !*boundary) {
        return bad_multipart(call, "its type names no boundary");
    }
    parts.delimiter = apr_pstrcat(call->pool, "\n--", boundary, NULL);
    parts.delimiter_len = strlen(parts.delimiter);
    apr_pool_create(&parts.pool, call->pool);
    err = read_parts(&parts, taker, baton, keys);
    apr_pool_destroy(parts.pool);
    return err;
}
