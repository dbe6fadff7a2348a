/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_docs.c -- what the pages and documents that tell of the functions share. */
#include "mws_docs.h"

#include <apr_escape.h>
#include <apr_sha1.h>
#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_shelf.h"
#include "../../lib/site/mws_site.h"
#include "../../services/mws_offer.h"
#include "../mws_form.h"

const mws_docs_group_t mws_docs_groups[] = {
    {"user", "Users"},       {"course", "Courses"}, {"group", "Groups"},
    {"enrol", "Enrolments"}, {"role", "Roles"},     {"message", "Messages"},
    {"notes", "Notes"},      {"files", "Files"},    {"webservice", "Site and web services"},
    {"tool", "Tools"},       {NULL, NULL}};

/* By the name of today: core_GROUP_..., or GROUP_... of a plugin. */
const mws_docs_group_t *mws_docs_group(const mws_row_t *row)
{
    static const char       core[] = "core_";
    const char             *name = row->today;
    const mws_docs_group_t *group = mws_docs_groups;
    apr_size_t              len;

    if (strncmp(name, core, sizeof(core) - 1) == 0) {
        name += sizeof(core) - 1;
    }
    len = strcspn(name, "_");
    while (group->name && (strlen(group->name) != len || strncmp(name, group->name, len) != 0)) {
        group++;
    }
    return group;
}

int mws_docs_shows(const mws_docs_t *docs, const char *protocol)
{
    int i;

    if (docs->protocol) {
        return strcmp(docs->protocol, protocol) == 0;
    }
    for (i = 0; i < docs->protocols->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(docs->protocols, i, const char *), protocol) == 0) {
            return 1;
        }
    }
    return 0;
}

/* All that is served. */
static const apr_array_header_t *all_functions(apr_pool_t *p)
{
    apr_size_t          count, i;
    const mws_row_t    *rows = mws_table_rows(&count);
    apr_array_header_t *functions = apr_array_make(p, (int)count, sizeof(const mws_row_t *));

    for (i = 0; i < count; i++) {
        APR_ARRAY_PUSH(functions, const mws_row_t *) = &rows[i];
    }
    return functions;
}

/* Of ALLOWED, in the order of the tables. */
static const apr_array_header_t *in_order(apr_pool_t *p, const apr_array_header_t *allowed)
{
    const apr_array_header_t *all = all_functions(p);
    apr_array_header_t *functions = apr_array_make(p, allowed->nelts, sizeof(const mws_row_t *));
    int                 i, j;

    for (i = 0; i < all->nelts; i++) {
        for (j = 0; j < allowed->nelts; j++) {
            if (APR_ARRAY_IDX(allowed, j, const mws_row_t *) ==
                APR_ARRAY_IDX(all, i, const mws_row_t *)) {
                APR_ARRAY_PUSH(functions, const mws_row_t *) =
                    APR_ARRAY_IDX(all, i, const mws_row_t *);
            }
        }
    }
    return functions;
}

/* The protocol that is asked about, where it is answered. */
static const char *protocol_asked(const mws_docs_t *docs)
{
    const char *asked = mws_form_take(docs->vars, "protocol");
    int         i;

    for (i = 0; asked && i < docs->protocols->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(docs->protocols, i, const char *), asked) == 0) {
            return asked;
        }
    }
    return NULL;
}

/* The protocol that a caller must be able to use: any will do where none is asked about. */
static const char *protocol_used(const mws_docs_t *docs)
{
    if (docs->protocol) {
        return docs->protocol;
    }
    return docs->protocols->nelts ? APR_ARRAY_IDX(docs->protocols, 0, const char *) : "rest";
}

/* Find what the caller with TOKEN may call. */
static mws_error_t *limit(mws_docs_t *docs)
{
    mws_credentials_t         credentials = {.kind = MWS_BY_TOKEN, .token = docs->token};
    const apr_array_header_t *allowed;
    mws_permit_t             *permit;
    int                       open;

    docs->call->protocol = protocol_used(docs);
    MWS_ERR(mws_auth_gates(docs->call, &open));
    if (!open) {
        return mws_error(docs->call->pool, MWS_WS_DISABLED, NULL);
    }
    MWS_ERR(mws_auth_caller(docs->call, &credentials, NULL, &permit));
    MWS_ERR(mws_offer_functions(docs->call, &allowed));
    docs->functions = in_order(docs->call->pool, allowed);
    return NULL;
}

/* Take the token out of the request. */
static const char *take_token(const mws_docs_t *docs)
{
    const char *token = mws_form_take(docs->vars, "wstoken");

    if (!token) {
        token = mws_http_bearer(docs->call->pool, docs->http);
    }
    return token && *token ? token : NULL;
}

mws_docs_t *mws_docs_begin(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_docs_t *docs = apr_pcalloc(call->pool, sizeof(*docs));

    call->origin = "web";
    docs->call = call;
    docs->http = http;
    docs->reply = reply;
    docs->body = mws_sink_make(call->pool, (apr_size_t)-1);
    docs->vars = mws_value_struct(call->pool);
    docs->functions = docs->protocols = apr_array_make(call->pool, 0, sizeof(void *));
    return docs;
}

mws_error_t *mws_docs_open(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply,
                           mws_docs_t **opened)
{
    const char *who = call->settings->docs;
    mws_docs_t *docs = mws_docs_begin(call, http, reply);
    int         is_json;

    *opened = docs;
    if (strcmp(who, "off") == 0) {
        return mws_error(call->pool, MWS_NO_FILE, "MoodleWSDocs Off");
    }
    MWS_ERR(mws_form_read(call, http, &docs->vars, &is_json));
    MWS_ERR(mws_site_take(call));
    docs->protocols = mws_adapter_protocols(call);
    docs->protocol = protocol_asked(docs);
    docs->console = (int)call->settings->console;
    docs->token = take_token(docs);
    if (docs->token) {
        return limit(docs);
    }
    if (strcmp(who, "token") == 0) {
        return mws_error(call->pool, MWS_BAD_TOKEN, NULL);
    }
    docs->functions = all_functions(call->pool);
    return NULL;
}

/* ---- sending ----------------------------------------------------------------------------- */

/* The ETag of what SINK holds. */
static const char *etag_of(apr_pool_t *p, mws_sink_t *sink)
{
    unsigned char     digest[APR_SHA1_DIGESTSIZE];
    apr_sha1_ctx_t    sha1;
    mws_sink_block_t *block;

    apr_sha1_init(&sha1);
    for (block = sink->first; block; block = block->next) {
        apr_sha1_update_binary(&sha1, (const unsigned char *)block->bytes,
                               (unsigned int)block->used);
    }
    apr_sha1_final(digest, &sha1);
    return apr_psprintf(p, "\"%s\"", apr_pescape_hex(p, digest, 10, 0));
}

/* Whether the client has what ETAG names: any of those it lists, as they are or compressed on the way
 * (RFC 9110, 13.1.2: a weak comparison). */
static int has_it(apr_pool_t *p, const mws_http_t *http, const char *etag)
{
    const char *listed = apr_table_get(http->headers, "If-None-Match");
    const char *bare = apr_pstrndup(p, etag, strlen(etag) - 1); /* without the last quote */

    return listed && (strcmp(listed, "*") == 0 || strstr(listed, bare));
}

/* Send BODY, whose digest is ETAG. */
static void send_body(mws_docs_t *docs, const char *content_type, const char *etag,
                      const mws_sink_t *body)
{
    mws_reply_t *reply = docs->reply;

    reply->status = 200;
    reply->content_type = content_type;
    apr_table_setn(reply->headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(reply->headers, "ETag", etag);
    apr_table_setn(reply->headers, "Cache-Control", docs->token ? "no-store" : "no-cache");
    if (has_it(docs->call->pool, docs->http, etag)) {
        reply->status = 304;
        return;
    }
    reply->body = apr_pmemdup(docs->call->pool, body, sizeof(*body));
}

void mws_docs_send(mws_docs_t *docs, const char *content_type)
{
    if (mws_sink_finish(docs->body) != APR_SUCCESS) {
        docs->reply->status = 500;
        return;
    }
    send_body(docs, content_type, etag_of(docs->call->pool, docs->body), docs->body);
}

/* All that the document called NAME depends on, beside the configuration. */
static const char *key_of(const mws_docs_t *docs, const char *name)
{
    return apr_pstrcat(docs->call->pool, name, " ", docs->protocol ? docs->protocol : "all", " of ",
                       apr_array_pstrcat(docs->call->pool, docs->protocols, ' '), NULL);
}

int mws_docs_send_kept(mws_docs_t *docs, const char *name, const char *content_type)
{
    const mws_kept_t *kept;

    if (docs->token) {
        return 0;
    }
    kept = mws_shelf_find(docs->call->child->shelf, key_of(docs, name));
    if (!kept) {
        return 0;
    }
    send_body(docs, content_type, kept->etag, kept->body);
    return 1;
}

void mws_docs_keep(mws_docs_t *docs, const char *name)
{
    const char *etag = apr_table_get(docs->reply->headers, "ETag");

    if (!docs->token && etag) {
        mws_shelf_keep(docs->call->child->shelf, key_of(docs, name), etag, docs->body);
    }
}

void mws_docs_guard(mws_docs_t *docs)
{
    apr_table_setn(docs->reply->headers, "Content-Security-Policy",
                   "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
                   " img-src 'self' data:; form-action 'self'; base-uri 'none';"
                   " frame-ancestors 'none'");
    apr_table_setn(docs->reply->headers, "Referrer-Policy", "no-referrer");
}

void mws_docs_send_page(mws_docs_t *docs)
{
    mws_docs_guard(docs);
    mws_docs_send(docs, MWS_DOCS_PAGE);
}

void mws_docs_refuse(mws_docs_t *docs, const mws_error_t *err)
{
    docs->call->text.httpstatus = 1;
    mws_log_fault(docs->call, err);
    mws_reply_status(docs->call, docs->reply, err);
}
