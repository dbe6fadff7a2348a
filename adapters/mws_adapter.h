/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_adapter.h
 *
 * What an adapter is: the language of one protocol, or one of the scripts beside the servers. An
 * adapter turns a neutral request into a neutral reply and knows nothing of httpd; nothing in
 * services/ or externals/ hears of it. Adding one is a file with a constant struct, and a row in
 * adapters.tbl.
 */
#ifndef MWS_ADAPTER_H
#define MWS_ADAPTER_H

#include <apr_tables.h>

#include "../services/mws_serve.h"

/* How a script of a protocol authenticates. */
typedef enum { MWS_SCRIPT_TOKEN, MWS_SCRIPT_PASSWORD, MWS_SCRIPT_OWN } mws_script_e;

/* A request, as the front door hands it on. */
typedef struct mws_http_t {
    const char  *method;    /* "GET" ... */
    const char  *query;     /* after the question mark, still encoded, or NULL */
    const char  *path_info; /* after the script's name, or "" */
    apr_table_t *headers;
    mws_script_e script;
    int          sendfile; /* the kernel may be asked to send files */
    /* Read up to *LEN bytes of the body into BUF; *LEN is 0 at its end. Gives APR_ENOSPC beyond
     * MoodleWSBodyMax. */
    apr_status_t (*read)(void *baton, char *buf, apr_size_t *len);
    void *baton;
} mws_http_t;

/* The reply: the front door sends it once serve() has returned. */
typedef struct mws_reply_t {
    int          status;
    const char  *content_type;
    apr_table_t *headers;
    mws_sink_t  *body;

    /* Instead of a body a file, of which the client may want ranges, or only if it changed. */
    apr_file_t *file;
    apr_off_t   size;
    apr_int64_t modified; /* Unix seconds */
} mws_reply_t;

typedef struct mws_adapter_t {
    const char *name; /* as in webserviceprotocols; scripts: for the log */
    /* Answer HTTP in REPLY, errors included: whatever happens, the reply is whole after it. */
    void (*serve)(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply);
} mws_adapter_t;

/* Find the adapter for PATH, the URL's path below wwwroot ("/webservice/rest/server.php", perhaps
 * with more behind it). *SCRIPT and *PATH_INFO tell which script it is and what followed. NULL:
 * not ours. */
const mws_adapter_t *mws_adapter_find(const char *path, mws_script_e *script,
                                      const char **path_info);

/* The names of the protocols that are answered (const char *), in the order of adapters.tbl. Behind
 * mws_site_take(). */
const apr_array_header_t *mws_adapter_protocols(mws_call_t *call);

/* Read the whole body of HTTP, at most MoodleWSBodyMax bytes, into one piece of POOL.
 * MWS_TOO_LARGE beyond. */
mws_error_t *mws_http_body(mws_call_t *call, const mws_http_t *http, mws_text_t *body);

/* Answer the question of a browser whether a page elsewhere may call: any may, as no cookie ever
 * counts here. False when HTTP does not ask that. */
int mws_http_preflight(const mws_http_t *http, mws_reply_t *reply);

/* Make REPLY a 200 of CONTENT_TYPE that no cache keeps and a page of any origin may read. */
void mws_http_private(mws_reply_t *reply, const char *content_type);

/* The door is closed (mws_auth_gates()): 403 and nothing else. */
void mws_http_closed(mws_reply_t *reply);

/* Read up to *LEN bytes of the body of HTTP into BUF; *LEN is 0 at its end. MWS_TOO_LARGE beyond
 * MoodleWSBodyMax, MWS_BAD_PARAMETER when the client has gone. */
mws_error_t *mws_http_read(mws_call_t *call, const mws_http_t *http, char *buf, apr_size_t *len);

/* MWS_TOO_LARGE when the body is said to be longer than MoodleWSBodyMax. */
mws_error_t *mws_http_check_length(mws_call_t *call, const mws_http_t *http);

/* Count a key against *KEYS, what is still allowed of MoodleWSKeysMax. MWS_BAD_PARAMETER beyond. */
mws_error_t *mws_http_count_key(mws_call_t *call, apr_int64_t *keys);

/* MWS_BAD_PARAMETER when COUNT calls are more than MoodleWSCallsMax. */
mws_error_t *mws_http_check_calls(mws_call_t *call, apr_size_t count);

/* The token of an Authorization: Bearer header, or NULL. */
const char *mws_http_bearer(apr_pool_t *p, const mws_http_t *http);

/* The media type of a body with parts. */
#define MWS_MULTIPART "multipart/form-data"

/* The media type of the body in lower case, without its parameters; "" when there is none. */
const char *mws_http_type(apr_pool_t *p, const mws_http_t *http);

/* How the class of ERR is spelled in an answer to CALL: plainly under a 2.1 name, as 4.5 does
 * otherwise. */
const char *mws_class_name(const mws_call_t *call, const mws_error_t *err);

/* Write the one line of a failed call to the error log, at the level of ERR. */
void mws_log_fault(const mws_call_t *call, const mws_error_t *err);

/* Set the status of REPLY for ERR as the client asked: 200 always, or the true one with what
 * belongs to it (WWW-Authenticate, Retry-After). */
void mws_reply_status(mws_call_t *call, mws_reply_t *reply, const mws_error_t *err);

#endif
