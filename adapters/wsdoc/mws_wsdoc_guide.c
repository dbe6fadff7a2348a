/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_guide.c -- what a client must know before its first call, for the protocols asked. */
#include <apr_strings.h>

#include "../amf/mws_amf_describe.h"
#include "mws_page.h"
#include "mws_wsdoc.h"

/* A code of the guide: FMT as in mws_page_put(), below what it is called. */
#define PUT_CODE(wsdoc, caption, ...)                                                              \
    do {                                                                                           \
        MWS_PUT((wsdoc)->sink,                                                                     \
                "<figure class=\"code\"><figcaption>" caption "</figcaption><pre><code>");         \
        mws_page_put((wsdoc)->sink, __VA_ARGS__);                                                  \
        MWS_PUT((wsdoc)->sink, "</code></pre></figure>\n");                                        \
    } while (0)

static const char *root_of(const mws_wsdoc_t *wsdoc)
{
    return wsdoc->docs->call->settings->wwwroot;
}

/* Whether a protocol is shown in which a login is a call like any other. */
static int shows_login_call(const mws_wsdoc_t *wsdoc)
{
    return mws_docs_shows(wsdoc->docs, "soap") || mws_docs_shows(wsdoc->docs, "xmlrpc") ||
           mws_docs_shows(wsdoc->docs, "amf");
}

/* The ways of one who has a token. */
static void put_tokens(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(wsdoc->sink,
            "<dt>In a header</dt>\n"
            "<dd><code>Authorization: Bearer TOKEN</code> is taken by every script, whatever the "
            "protocol, and ends up in no log.</dd>\n"
            "<dt>In the address</dt>\n"
            "<dd><code>?wstoken=TOKEN</code>, as Moodle's clients have always sent it");
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        MWS_PUT(wsdoc->sink, "; in REST the form or the JSON body may hold it, too");
    }
    MWS_PUT(wsdoc->sink, ". The file scripts call it <code>token</code>.</dd>\n");
}

/* The ways of one who has a user name and a password. */
static void put_passwords(const mws_wsdoc_t *wsdoc)
{
    mws_sink_t *sink = wsdoc->sink;

    MWS_PUT(sink, "<dt>By password, for a session</dt>\n<dd>");
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        MWS_PUT(sink, "In REST send <code>wsusername</code> and <code>wspassword</code> to "
                      "<code>server.php</code>, and no function. ");
    }
    if (shows_login_call(wsdoc)) {
        MWS_PUT(sink, "Call <code>login(username, password, service)</code> at "
                      "<code>server.php</code>, without a token. ");
    }
    MWS_PUT(sink,
            "You get a token that lives as long as it is used, and the time at which it would "
            "end; <code>logout</code> ends it. <code>service</code> is a service's short name, "
            "needed where several admit you.</dd>\n"
            "<dt>By password, for good</dt>\n"
            "<dd><code>login/token.php</code> with <code>username</code>, <code>password</code> "
            "and <code>service</code> gives the permanent token, as in Moodle.</dd>\n");
    if (wsdoc->docs->call->settings->simple_auth) {
        MWS_PUT(sink, "<dt>By password, with each call</dt>\n"
                      "<dd><code>simpleserver.php</code> in place of <code>server.php</code> takes "
                      "<code>wsusername</code> and <code>wspassword</code>, where the site has the "
                      "plugin <i>Web services authentication</i> on.</dd>\n");
    }
}

static void put_signing_in(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(wsdoc->sink, "<p>Every call says who calls it, and nothing is remembered between calls "
                         "but the token. Ask the site's administrator for one, or sign in for "
                         "one.</p>\n<dl class=\"ways\">\n");
    put_tokens(wsdoc);
    put_passwords(wsdoc);
    MWS_PUT(wsdoc->sink, "</dl>\n");
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        PUT_CODE(wsdoc, "A session by REST",
                 "curl '%s/webservice/rest/server.php' \\\n"
                 "     -d wsusername=NAME --data-urlencode wspassword@- \\\n"
                 "     -d moodlewsrestformat=json",
                 root_of(wsdoc));
        PUT_CODE(wsdoc, "Its answer", "%s",
                 "{\"token\":\"7ce03c95ae4255c5fd5e17906546d6e8\",\"expires\":1795483874}");
    }
}

static void put_address(const mws_wsdoc_t *wsdoc, const char *protocol, const char *how)
{
    if (mws_docs_shows(wsdoc->docs, protocol)) {
        mws_page_put(wsdoc->sink,
                     "<dt>%s</dt>\n<dd><code>%s/webservice/%s/server.php</code><br>%s</dd>\n",
                     mws_page_protocol(protocol), root_of(wsdoc), protocol, how);
    }
}

static void put_calling(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(wsdoc->sink, "<p>A function is called with a POST to the server script of a protocol. "
                         "All protocols have all functions, with the same parameters, results and "
                         "errors.</p>\n<dl class=\"ways\">\n");
    put_address(
        wsdoc, "rest",
        "The function is wsfunction; its parameters are the fields of a form, with keys like "
        "groups[0][name], or a body of JSON. The answer is XML, or JSON where "
        "moodlewsrestformat=json says so, or the Accept of a JSON body. At server.php/FUNCTION a "
        "body of JSON is answered in JSON, and an error has its true status.");
    put_address(
        wsdoc, "soap",
        "SOAP 1.1 and 1.2, rpc/encoded as Moodle's clients speak it and document/literal as "
        "generated ones do; the answer has the style of the call.");
    put_address(
        wsdoc, "xmlrpc",
        "The function is the method; its arguments come in their order, or as one struct of "
        "their names. Null is <nil/>.");
    put_address(wsdoc, "amf",
                "AMF0 and AMF3, from NetConnection or RemoteObject. The function is the operation, "
                "of any class; arguments come in their order, or as one object of their names.");
    MWS_PUT(wsdoc->sink, "</dl>\n");
}

static void put_values(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(
        wsdoc->sink,
        "<ul>\n<li>Texts are UTF-8. An <i>integer</i> has 64 bits; times are seconds since 1970, "
        "UTC. The word behind a <i>string</i> is Moodle's type for what it may hold.</li>\n"
        "<li>A value may be null unless <i>not null</i> stands beside it. In an answer a key is "
        "always there unless it is <i>optional</i>.</li>\n"
        "<li>Keys that are not told of are refused.</li>\n");
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        MWS_PUT(wsdoc->sink,
                "<li>In a form a boolean is 1 or 0; in JSON it may be true or false.</li>"
                "\n");
    }
    MWS_PUT(
        wsdoc->sink,
        "<li>Texts come ready to be shown: cleaned HTML, with addresses of their files. "
        "<code>moodlewssettingraw=1</code> gives them as they are stored, "
        "<code>moodlewssettingfileurl=0</code> leaves the addresses out.</li>\n"
        "<li>A function of Moodle 2.1 has its parameters and its result of then, under its name "
        "of then; who may call it, and what it does, is as today. A service that lists either "
        "name has both.</li>\n</ul>\n");
}

/* What the status of HTTP says of an error. */
static void put_status(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(wsdoc->sink, "<p>The status of HTTP is ");
    if (!wsdoc->docs->call->settings->status_codes) {
        MWS_PUT(wsdoc->sink, "200 as in Moodle, but for 413 and 503. With "
                             "<code>moodlewssettinghttpstatus=1</code> it is ");
    }
    MWS_PUT(wsdoc->sink,
            "the one that stands beside each error. The class is as a name of today has "
            "it; a name of Moodle 2.1 leaves out what stands before the last "
            "backslash.</p>\n");
}

/* The errors that any call may meet: those of one that writes, which has them all. */
static const mws_may_fail_t *errors_of_writing(void)
{
    mws_row_t row = {.effect = MWS_WRITES};

    return mws_table_common_errors(&row);
}

static void put_failing(const mws_wsdoc_t *wsdoc)
{
    mws_sink_t *sink = wsdoc->sink;

    MWS_PUT(sink,
            "<p>Compare the <code>errorcode</code>: it is Moodle's. The message is for people. "
            "<code>debuginfo</code> comes with <code>invalidparameter</code> and says which "
            "parameter, and what was expected of it.</p>\n");
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        PUT_CODE(wsdoc, "REST, in JSON", "%s",
                 "{\n  \"exception\": \"core\\\\exception\\\\invalid_parameter_exception\",\n"
                 "  \"errorcode\": \"invalidparameter\",\n"
                 "  \"message\": \"A parameter is not as declared\",\n"
                 "  \"debuginfo\": \"the required key \\\"groupids\\\" is missing\"\n}");
    }
    if (mws_docs_shows(wsdoc->docs, "soap")) {
        MWS_PUT(sink,
                "<p>SOAP answers with a Fault. In document/literal its detail has "
                "<code>exception</code>, <code>errorcode</code> and <code>debuginfo</code>; in "
                "rpc/encoded <code>faultstring</code> ends with <code>| ERRORCODE: …</code>."
                "</p>\n");
    }
    if (mws_docs_shows(wsdoc->docs, "xmlrpc")) {
        MWS_PUT(sink,
                "<p>XML-RPC answers with a fault whose <code>faultString</code> ends with "
                "<code>| ERRORCODE: …</code>; <code>faultCode</code> is only a hash of it.</p>"
                "\n");
    }
    if (mws_docs_shows(wsdoc->docs, "amf")) {
        MWS_PUT(sink,
                "<p>AMF answers to <code>onStatus</code>: the errorcode is <code>code</code>, "
                "in a Flex ErrorMessage <code>faultCode</code>.</p>\n");
    }
    put_status(wsdoc);
    MWS_PUT(sink, "<h3 id=\"any-call\">What any call may meet</h3>\n");
    mws_wsdoc_errors(wsdoc, errors_of_writing(), 0);
}

static void put_several(const mws_wsdoc_t *wsdoc)
{
    mws_sink_t *sink = wsdoc->sink;

    mws_page_put(sink,
                 "<p>One request may hold up to %d calls. Each is answered by its result or its "
                 "error, and a failed one does not stop the others.</p>\n",
                 (int)wsdoc->docs->call->settings->calls_max);
    if (mws_docs_shows(wsdoc->docs, "rest")) {
        PUT_CODE(wsdoc, "REST: a list of calls",
                 "curl -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' \\\n"
                 "     '%s/webservice/rest/server.php' \\\n"
                 "     -d '[{\"wsfunction\": \"core_webservice_get_site_info\"},\n"
                 "          {\"wsfunction\": \"core_group_get_groups\", \"groupids\": [1]}]'",
                 root_of(wsdoc));
        MWS_PUT(sink, "<p><code>{\"atomic\": true, \"calls\": […]}</code> does all of them in one "
                      "transaction, or none.</p>\n");
    }
    if (mws_docs_shows(wsdoc->docs, "xmlrpc")) {
        MWS_PUT(sink, "<p>XML-RPC has <code>system.multicall</code>.</p>\n");
    }
    if (mws_docs_shows(wsdoc->docs, "amf")) {
        MWS_PUT(sink, "<p>An AMF packet may hold several messages.</p>\n");
    }
    MWS_PUT(sink,
            "<p>Functions that create or change take lists, and are far quicker with one list "
            "than with one call for each.</p>\n");
}

static void put_files(const mws_wsdoc_t *wsdoc)
{
    MWS_PUT(
        wsdoc->sink,
        "<p>Files go in and out by scripts of their own, with the same token.</p>\n"
        "<dl class=\"ways\">\n"
        "<dt>In</dt>\n<dd>POST to <code>webservice/upload.php</code>, as "
        "<code>multipart/form-data</code>: they land in your draft area, and the "
        "<code>itemid</code> that you get goes into the function that uses them.</dd>\n"
        "<dt>Out</dt>\n<dd>Addresses in answers lead to <code>webservice/pluginfile.php</code>: "
        "fetch them with the header, or add <code>?token=TOKEN</code>. Ranges and conditions are "
        "heeded. Your drafts are at <code>webservice/draftfile.php</code>.</dd>\n</dl>\n");
    PUT_CODE(wsdoc, "A file into the draft area",
             "curl -H 'Authorization: Bearer TOKEN' -F file_1=@notes.txt \\\n"
             "     '%s/webservice/upload.php'",
             root_of(wsdoc));
}

static void put_limit(const mws_wsdoc_t *wsdoc, const char *what, apr_int64_t limit,
                      const char *unit)
{
    apr_pool_t *p = wsdoc->docs->call->pool;

    mws_page_put(wsdoc->sink, "<tr><th scope=\"row\">%s</th><td>%s%s</td></tr>\n", what,
                 apr_psprintf(p, "%" APR_INT64_T_FMT, limit), unit);
}

static void put_limits(const mws_wsdoc_t *wsdoc)
{
    const mws_settings_t *settings = wsdoc->docs->call->settings;

    MWS_PUT(wsdoc->sink, "<table class=\"limits\">\n<tbody>\n");
    put_limit(wsdoc, "A request", settings->body_max / 1024, " KiB");
    put_limit(wsdoc, "Its keys", settings->keys_max, "");
    put_limit(wsdoc, "Their nesting", settings->depth_max, " levels");
    put_limit(wsdoc, "What one call creates or changes", settings->elements_max, " elements");
    put_limit(wsdoc, "Calls in one request", settings->calls_max, "");
    put_limit(wsdoc, "An uploaded file, at most", settings->upload_max / 1024, " KiB");
    MWS_PUT(wsdoc->sink, "</tbody>\n</table>\n");
    if (settings->read_only) {
        MWS_PUT(wsdoc->sink, "<p>This server only reads: functions that write are refused.</p>\n");
    }
}

static void put_tools(const mws_wsdoc_t *wsdoc)
{
    mws_sink_t *sink = wsdoc->sink;

    MWS_PUT(sink,
            "<p>What this page tells, for programs. With a token, each tells only of what that "
            "may call.</p>\n<dl class=\"ways\">\n"
            "<dt>OpenAPI</dt>\n<dd><a href=\"openapi.json\">openapi.json</a>, OpenAPI 3.1, of "
            "REST with JSON.</dd>\n");
    if (mws_docs_shows(wsdoc->docs, "soap")) {
        MWS_PUT(sink,
                "<dt>WSDL</dt>\n<dd><code>soap/server.php?wsdl=1&amp;wstoken=TOKEN</code> for "
                "PHP's SoapClient and others that speak rpc/encoded; "
                "<code>?wsdl=literal&amp;wstoken=TOKEN</code> for what generates code: gSOAP, "
                "JAX-WS, zeep, .NET.</dd>\n");
    }
    if (mws_docs_shows(wsdoc->docs, "xmlrpc")) {
        MWS_PUT(sink,
                "<dt>XML-RPC</dt>\n<dd><code>system.listMethods</code>, "
                "<code>system.methodSignature</code> and <code>system.methodHelp</code>.</dd>\n");
    }
    if (mws_docs_shows(wsdoc->docs, "amf")) {
        MWS_PUT(sink, "<dt>AMF</dt>\n<dd><code>" MWS_AMF_DESCRIBER ".getMethods</code>.</dd>\n");
    }
    MWS_PUT(sink, "</dl>\n");
}

static void put_own(const mws_wsdoc_t *wsdoc)
{
    if (wsdoc->docs->token) {
        MWS_PUT(wsdoc->sink, "<p>Below are the functions that your token may call. "
                             "<a href=\"wsdoc.php\">Show all functions</a>.</p>\n");
        return;
    }
    MWS_PUT(wsdoc->sink, "<p>Below are all functions that this server has; a service of the site "
                         "offers some of them. With a token, the page shows those that it may "
                         "call.</p>\n");
    mws_page_put_token_form(wsdoc->docs, "Show only mine");
}

const mws_wsdoc_part_t mws_wsdoc_guide[] = {{"signing-in", "Signing in", put_signing_in},
                                            {"calling", "Calling a function", put_calling},
                                            {"values", "Values", put_values},
                                            {"failing", "When a call fails", put_failing},
                                            {"several", "Several calls at once", put_several},
                                            {"sending-files", "Files", put_files},
                                            {"limits", "Limits", put_limits},
                                            {"tools", "For programs", put_tools},
                                            {"own", "Your functions", put_own},
                                            {.id = NULL}};
