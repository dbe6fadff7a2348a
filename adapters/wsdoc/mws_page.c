/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_page.c -- what all pages of ours have in common. */
#include "mws_page.h"

#include <apr_escape.h>
#include <apr_sha1.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <stdlib.h>

#include "../../lib/base/mws_asset.h"
#include "../../lib/base/mws_escape.h"
#include "../mws_form.h"

/* Of the digest of an asset, so many bytes tell its version. */
#define VERSION_BYTES 6

void mws_page_put(mws_sink_t *sink, const char *fmt, ...)
{
    char        number[16];
    const char *text;
    va_list     args;

    va_start(args, fmt);
    while (*fmt) {
        apr_size_t run = strcspn(fmt, "%");

        mws_put(sink, fmt, run);
        fmt += run;
        if (!*fmt) {
            break;
        }
        switch (fmt[1]) {
        case 's':
            text = va_arg(args, const char *);
            mws_escape_xml(sink, text, strlen(text));
            break;
        case 'd':
            mws_put(sink, number, apr_snprintf(number, sizeof(number), "%d", va_arg(args, int)));
            break;
        case '%':
            MWS_PUT(sink, "%");
            break;
        default:
            abort();
        }
        fmt += 2;
    }
    va_end(args);
}

void mws_page_put_name(mws_sink_t *sink, const char *name)
{
    const char *underscore;

    for (; (underscore = strchr(name, '_')); name = underscore + 1) {
        mws_escape_xml(sink, name, (apr_size_t)(underscore + 1 - name));
        MWS_PUT(sink, "<wbr>");
    }
    mws_page_put(sink, "%s", name);
}

/* ---- assets ------------------------------------------------------------------------------ */

static const char *path_of(apr_pool_t *p, const char *name)
{
    return apr_pstrcat(p, "adapters/wsdoc/", name, NULL);
}

static mws_text_t asset(apr_pool_t *p, const char *name)
{
    return mws_asset(path_of(p, name));
}

int mws_page_has_asset(const mws_docs_t *docs, const char *name)
{
    const char *path = path_of(docs->call->pool, name), *found;
    apr_size_t  i = 0;

    do {
        mws_asset_at(i++, &found);
    } while (found && strcmp(found, path) != 0);
    return found != NULL;
}

static const char *version_of(apr_pool_t *p, mws_text_t bytes)
{
    unsigned char  digest[APR_SHA1_DIGESTSIZE];
    apr_sha1_ctx_t sha1;

    apr_sha1_init(&sha1);
    apr_sha1_update_binary(&sha1, (const unsigned char *)bytes.s, (unsigned int)bytes.len);
    apr_sha1_final(digest, &sha1);
    return apr_pescape_hex(p, digest, VERSION_BYTES, 0);
}

/* What leads from the page, which may stand below its script, to the folder of the script. */
static const char *way_up(const mws_docs_t *docs)
{
    const char *at, *way = "";

    for (at = docs->http->path_info; *at; at++) {
        if (*at == '/') {
            way = apr_pstrcat(docs->call->pool, way, "../", NULL);
        }
    }
    return way;
}

const char *mws_page_asset(const mws_docs_t *docs, const char *name)
{
    apr_pool_t *p = docs->call->pool;

    return apr_pstrcat(p, way_up(docs), "wsdoc.php/", name, "?v=", version_of(p, asset(p, name)),
                       NULL);
}

/* The version that the query asks for, or "". */
static const char *version_asked(mws_docs_t *docs)
{
    apr_int64_t keys = docs->call->settings->keys_max;
    const char *asked = docs->http->query;
    mws_text_t  query = {asked, asked ? strlen(asked) : 0};

    if (!asked || mws_form_query(docs->call, query, docs->vars, &keys)) {
        return "";
    }
    asked = mws_form_take(docs->vars, "v");
    return asked ? asked : "";
}

void mws_page_send_asset(mws_docs_t *docs, const char *name, const char *content_type)
{
    mws_text_t bytes = asset(docs->call->pool, name);

    mws_put(docs->body, bytes.s, bytes.len);
    mws_docs_send(docs, content_type);
    if (strcmp(version_asked(docs), version_of(docs->call->pool, bytes)) == 0) {
        apr_table_setn(docs->reply->headers, "Cache-Control",
                       "public, max-age=31536000, immutable");
    }
}

/* ---- pages ------------------------------------------------------------------------------- */

const char *mws_page_protocol(const char *protocol)
{
    static const char *const names[][2] = {
        {"rest", "REST"}, {"soap", "SOAP"}, {"xmlrpc", "XML-RPC"}, {"amf", "AMF"}};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i][0], protocol) == 0) {
            return names[i][1];
        }
    }
    return protocol;
}

void mws_page_head(mws_docs_t *docs, const char *title)
{
    MWS_PUT(docs->body, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n");
    mws_page_put(docs->body, "<title>%s</title>\n<link rel=\"stylesheet\" href=\"%s\">\n", title,
                 mws_page_asset(docs, "page.css"));
    MWS_PUT(docs->body, "<link rel=\"icon\" href=\"data:,\">\n</head>\n");
}

void mws_page_put_token_form(mws_docs_t *docs, const char *button)
{
    mws_page_put(docs->body,
                 "<form class=\"token\" method=\"post\">\n<label for=\"wstoken\">Token</label>\n"
                 "<input id=\"wstoken\" name=\"wstoken\" type=\"password\" required"
                 " autocomplete=\"off\" spellcheck=\"false\">\n<button>%s</button>\n</form>\n",
                 button);
}

/* What the title of a refusal is. */
static const char *refused(const mws_docs_t *docs)
{
    switch (docs->reply->status) {
    case 401:
        return docs->token ? "This token is not known" : "A token is needed";
    case 403:
        return "This is not for you";
    case 404:
        return "There is nothing here";
    case 503:
        return "Not now";
    default:
        return "This cannot be shown";
    }
}

/* What may help. */
static void put_help(mws_docs_t *docs, const mws_error_t *err)
{
    switch (docs->reply->status) {
    case 401:
        MWS_PUT(docs->body, "<p>What is told here is for those who have a token of the site's web "
                            "services. It tells of the functions that the token may call.</p>\n");
        break;
    case 503:
        mws_page_put(docs->body, "<p>%s. Try again in a moment.</p>\n", err->message);
        break;
    case 404:
        MWS_PUT(docs->body, "<p>Perhaps the address is wrong, or what it led to is switched off."
                            "</p>\n");
        break;
    default:
        mws_page_put(docs->body, "<p>%s.</p>\n", err->message);
    }
}

void mws_page_refuse(mws_docs_t *docs, const mws_error_t *err)
{
    mws_docs_refuse(docs, err);
    mws_docs_guard(docs);
    mws_sink_clear(docs->body);
    mws_page_head(docs, refused(docs));
    mws_page_put(docs->body,
                 "<body class=\"small\">\n<main>\n<p class=\"eyebrow\">Moodle web services</p>\n"
                 "<h1>%s</h1>\n",
                 refused(docs));
    put_help(docs, err);
    if (docs->reply->status == 401 || docs->reply->status == 403) {
        mws_page_put_token_form(docs, "Show the functions");
    }
    mws_page_put(docs->body, "<p class=\"code\">%d · %s</p>\n</main>\n</body>\n</html>\n",
                 docs->reply->status, err->row->errorcode);
    docs->reply->content_type = MWS_DOCS_PAGE;
    apr_table_setn(docs->reply->headers, "Cache-Control", "no-store");
    docs->reply->body = docs->body;
}
