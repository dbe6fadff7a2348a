/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_docs.h
 *
 * What the pages and documents that tell of the functions share: who may read them, of which functions
 * and protocols they tell, and how they are sent.
 */
#ifndef MWS_DOCS_H
#define MWS_DOCS_H

#include "../../services/mws_table.h"
#include "../mws_adapter.h"

typedef struct {
    mws_call_t               *call;
    const mws_http_t         *http;
    mws_reply_t              *reply;
    mws_sink_t               *body;      /* where the document is written */
    mws_value_t              *vars;      /* the query, and the form of a POST */
    const apr_array_header_t *functions; /* const mws_row_t *, in the order of the tables */
    const apr_array_header_t
               *protocols; /* const char *: those answered, in the order of adapters.tbl */
    const char *protocol;  /* the one of them that is asked about; NULL: all */
    const char *token;     /* that the functions are limited to the service of; or NULL */
    int         console;   /* whether calls may be tried on a page */
} mws_docs_t;

/* A group of functions: those of one part of Moodle. */
typedef struct {
    const char *name, *title;
} mws_docs_group_t;

/* All groups, in the order in which they are told, ended by one without a name; and that of ROW. */
extern const mws_docs_group_t mws_docs_groups[];
const mws_docs_group_t       *mws_docs_group(const mws_row_t *row);

/* Begin an empty document for HTTP that tells of nothing yet. */
mws_docs_t *mws_docs_begin(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply);

/* Begin a document for HTTP: read who asks, and find what may be told. With a token (wstoken in the
 * query or in a form, or a Bearer header) the functions are those that its caller may call; without one
 * all of them, or MWS_BAD_TOKEN where MoodleWSDocs asks for one. MWS_NO_FILE where it says off. *DOCS
 * can be sent whatever happens. */
mws_error_t *mws_docs_open(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply,
                           mws_docs_t **docs);

/* Whether DOCS tells of PROTOCOL: it is answered, and no other is asked about. */
int mws_docs_shows(const mws_docs_t *docs, const char *protocol);

/* Send DOCS->body as CONTENT_TYPE, which clients ask for again by its ETag; those that have it get
 * 304. */
void mws_docs_send(mws_docs_t *docs, const char *content_type);

/* What is the same for everybody is written once: send the document NAME as CONTENT_TYPE if the child keeps
 * it for these protocols; false where it does not, or what is asked for is limited by a token. */
int mws_docs_send_kept(mws_docs_t *docs, const char *name, const char *content_type);

/* Keep what was sent as the document NAME, unless a token limits it. */
void mws_docs_keep(mws_docs_t *docs, const char *name);

/* The media type of a page. */
#define MWS_DOCS_PAGE "text/html; charset=utf-8"

/* The same for a page, guarded. */
void mws_docs_send_page(mws_docs_t *docs);

/* Let the reply, a page, keep to itself: nothing runs in it, or is fetched, but from where it came. */
void mws_docs_guard(mws_docs_t *docs);

/* Log ERR and make it the status of the reply, a true one; nothing is written. */
void mws_docs_refuse(mws_docs_t *docs, const mws_error_t *err);

#endif
