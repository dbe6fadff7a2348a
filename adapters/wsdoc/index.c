/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/index.c -- webservice/: the front page of the web services. */
#include <apr_strings.h>

#include "../../lib/base/mws_version.h"
#include "mws_page.h"

static const char *root_of(const mws_docs_t *docs)
{
    return docs->call->settings->wwwroot;
}

/* What is answered, with a link to how; of SOAP its descriptions, too. */
static void put_protocols(mws_docs_t *docs)
{
    int i;

    MWS_PUT(docs->body, "<h2>Protocols</h2>\n<dl class=\"ways\">\n");
    for (i = 0; i < docs->protocols->nelts; i++) {
        const char *protocol = APR_ARRAY_IDX(docs->protocols, i, const char *);

        mws_page_put(docs->body,
                     "<dt>%s</dt>\n<dd><code>%s/webservice/%s/server.php</code><br>"
                     "<a href=\"wsdoc.php?protocol=%s\">How to call it</a>",
                     mws_page_protocol(protocol), root_of(docs), protocol, protocol);
        if (strcmp(protocol, "soap") == 0) {
            MWS_PUT(docs->body, "<br>WSDL: <code>?wsdl=1&amp;wstoken=TOKEN</code> or "
                                "<code>?wsdl=literal&amp;wstoken=TOKEN</code>");
        }
        MWS_PUT(docs->body, "</dd>\n");
    }
    MWS_PUT(docs->body, "</dl>\n");
    if (!docs->protocols->nelts) {
        MWS_PUT(docs->body, "<p>No protocol is switched on.</p>\n");
    }
}

static void put_first_call(mws_docs_t *docs)
{
    mws_page_put(docs->body,
                 "<h2>A first call</h2>\n<figure class=\"code\"><pre><code>"
                 "curl -H 'Authorization: Bearer TOKEN' \\\n"
                 "     '%s/webservice/rest/server.php' \\\n"
                 "     -d moodlewsrestformat=json -d wsfunction=core_webservice_get_site_info"
                 "</code></pre></figure>\n",
                 root_of(docs));
}

static void put_page(mws_docs_t *docs)
{
    mws_page_head(docs, "Moodle web services");
    mws_page_put(
        docs->body,
        "<body class=\"small\">\n<main>\n<p class=\"eyebrow\">%s</p>\n"
        "<h1>Moodle web services</h1>\n"
        "<p class=\"lead\">Programs call this Moodle here: for its users, courses, groups, "
        "enrolments, roles, messages, notes and files.</p>\n"
        "<ul class=\"doors\">\n"
        "<li><a href=\"wsdoc.php\">Documentation</a> Every function, how to call it and "
        "what it answers.</li>\n"
        "<li><a href=\"openapi.json\">OpenAPI</a> The same for programs, as one "
        "document.</li>\n</ul>\n",
        root_of(docs));
    put_first_call(docs);
    put_protocols(docs);
    mws_page_put(docs->body, "<p class=\"code\">mod_moodlews %s</p>\n</main>\n</body>\n</html>\n",
                 MWS_VERSION);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    mws_docs_t  *docs;
    mws_error_t *err = mws_docs_open(call, http, reply, &docs);

    if (!err && *http->path_info) {
        err = mws_error(call->pool, MWS_NO_FILE, NULL);
    }
    if (err) {
        mws_page_refuse(docs, err);
        return;
    }
    put_page(docs);
    mws_docs_send_page(docs);
}

const mws_adapter_t mws_adapter_index = {.name = "index", .serve = serve};
