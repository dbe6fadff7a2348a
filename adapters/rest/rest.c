/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/rest/rest.c -- REST: parameters from query, form or JSON; answers in Moodle's XML or JSON.
 * A body of JSON may have several calls, each by itself or all together. A function may be named by
 * the path behind the script; it is then answered as a client of today expects it, in JSON and with
 * true status codes, unless something else is asked for.
 *
 * Moodle: webservice/rest/locallib.php, webservice/lib.php (webservice_base_server).
 */
#include <apr_cstr.h>
#include <apr_strings.h>

#include "../mws_form.h"
#include "../mws_operation.h"
#include "mws_rest_writer.h"

/* One of the two formats of an answer. */
typedef struct {
    const char         *name, *media_type;
    const char         *content_type;
    const char         *disposition; /* or NULL */
    const mws_writer_t *writer;
    void (*fault)(mws_sink_t *sink, const char *class_name, const mws_error_t *err);
} format_t;

/* clang-format off */
static const format_t xml_format = {"xml",
                                    "application/xml",
                                    "application/xml; charset=utf-8",
                                    "inline; filename=\"response.xml\"",
                                    &mws_rest_xml_writer,
                                    mws_rest_xml_fault};
static const format_t json_format = {"json", "application/json", "application/json", NULL,
                                     &mws_rest_json_writer, mws_rest_json_fault};
/* clang-format on */

/* A request being answered. */
typedef struct {
    mws_call_t        *call;
    const mws_http_t  *http;
    mws_reply_t       *reply;
    mws_value_t       *vars;  /* all that the client sent; what is reserved is taken out of it */
    const mws_value_t *calls; /* several calls, or NULL: it is one */
    int                named; /* the path names the function */
    mws_credentials_t  credentials;
    const format_t    *format;
} rest_t;

/* ---- the format -------------------------------------------------------------------------- */

/* The quality among the parameters of one range of an Accept header, in thousandths. */
static int quality_of(const char *parameters)
{
    const char *q = strstr(parameters, "q=");
    int         quality = 0, weight = 100;

    if (!q || q[2] == '1') {
        return 1000;
    }
    if (q[2] == '0' && q[3] == '.') {
        for (q += 4; *q >= '0' && *q <= '9'; q++, weight /= 10) {
            quality += (*q - '0') * weight;
        }
    }
    return quality;
}

/* How closely RANGE, LEN bytes of an Accept header, names TYPE ("application/json"): by its name,
 * by a wildcard, or not at all (0). */
static int fit_of(const char *range, apr_size_t len, const char *type)
{
    static const char subtypes[] = "application/*", any[] = "*/*";

    if (len == strlen(type) && apr_cstr_casecmpn(range, type, len) == 0) {
        return 3;
    }
    if (len == sizeof(subtypes) - 1 && apr_cstr_casecmpn(range, subtypes, len) == 0) {
        return 2;
    }
    return len == sizeof(any) - 1 && strncmp(range, any, len) == 0;
}

/* How much an Accept header wants TYPE: by quality, and at the same quality more where it is named
 * itself; 0 for not at all. */
static int wanted(apr_pool_t *p, const char *accept, const char *type)
{
    char *rest, *range = apr_strtok(apr_pstrdup(p, accept), ",", &rest);
    int   best = 0, best_fit = 0;

    for (; range; range = apr_strtok(NULL, ",", &rest)) {
        apr_size_t len;
        int        fit, quality;

        range += strspn(range, " \t");
        len = strcspn(range, "; \t");
        fit = fit_of(range, len, type);
        if (fit > best_fit) {
            quality = quality_of(range + len);
            best_fit = fit;
            best = quality ? quality * 4 + fit : 0;
        }
    }
    return best;
}

/* The format that is asked for: exactly by its name or, where a JSON body or a function in the path
 * names none, by Accept. Several calls are answered in JSON. */
static const format_t *choose_format(rest_t *rest, int is_json)
{
    apr_pool_t *p = rest->call->pool;
    const char *accept = apr_table_get(rest->http->headers, "Accept");
    const char *name = mws_form_take(rest->vars, "moodlewsrestformat");
    int         json = 0, xml = 0;

    if (rest->calls) {
        return &json_format;
    }
    if (name) {
        return strcmp(name, json_format.name) == 0 ? &json_format : &xml_format;
    }
    if ((is_json || rest->named) && accept) {
        json = wanted(p, accept, json_format.media_type);
        xml = wanted(p, accept, xml_format.media_type);
    }
    return json > xml || (json == xml && rest->named) ? &json_format : &xml_format;
}

/* ---- headers and errors ------------------------------------------------------------------ */

static void set_headers(rest_t *rest)
{
    mws_http_private(rest->reply, rest->format->content_type);
    if (rest->format->disposition) {
        apr_table_setn(rest->reply->headers, "Content-Disposition", rest->format->disposition);
    }
}

static void answer_fault(rest_t *rest, const mws_error_t *err)
{
    mws_sink_clear(rest->reply->body);
    rest->format->fault(rest->reply->body, mws_class_name(rest->call, err), err);
    mws_reply_status(rest->call, rest->reply, err);
    mws_log_fault(rest->call, err);
}

/* ---- calls ------------------------------------------------------------------------------- */

/* Let the path name the function ("/core_group_get_groups" behind the script), where no variable and
 * no list of calls does. Who calls so can read a status. */
static void name_by_path(rest_t *rest, const mws_value_t *list)
{
    const char *path = rest->http->path_info;

    if (list || path[0] != '/' || !path[1] || strchr(path + 1, '/') ||
        mws_value_get(rest->vars, "wsfunction", -1)) {
        return;
    }
    mws_value_set(rest->vars, "wsfunction", -1, mws_value_text(rest->call->pool, path + 1, -1));
    rest->named = 1;
    rest->call->text.httpstatus = 1;
}

/* Take the function's name. A list names no function, which is not the same as no name. */
static const char *take_function(rest_t *rest)
{
    const mws_value_t *sent = mws_value_get(rest->vars, "wsfunction", -1);
    const char        *name = mws_form_take(rest->vars, "wsfunction");

    return name && mws_value_kind(sent) != MWS_TEXT ? "[]" : name;
}

static mws_error_t *serve_call(rest_t *rest)
{
    mws_request_t req = {
        .credentials = rest->credentials, .function = take_function(rest), .params = rest->vars};

    if (rest->http->script == MWS_SCRIPT_TOKEN) {
        if (req.credentials.kind == MWS_BY_PASSWORD && !req.function) {
            return mws_operation_login(rest->call, &req, rest->format->writer, rest->reply->body);
        }
        if (req.function && strcmp(req.function, mws_login_described.name) == 0) {
            return mws_operation_login_call(rest->call, req.params, rest->format->writer,
                                            rest->reply->body);
        }
        if (req.credentials.kind == MWS_BY_TOKEN && req.function &&
            strcmp(req.function, mws_logout_described.name) == 0) {
            return mws_operation_logout(rest->call, &req, rest->format->writer, rest->reply->body);
        }
    }
    return mws_serve(rest->call, &req, rest->format->writer, rest->reply->body);
}

/* ---- several calls ----------------------------------------------------------------------- */

/* The calls of a request that has several: a list in JSON, or in an object that names no function
 * its `calls`. NULL when it has one. */
static const mws_value_t *find_calls(rest_t *rest, const mws_value_t *list, int is_json)
{
    if (list || !is_json || mws_value_get(rest->vars, "wsfunction", -1)) {
        return list;
    }
    return mws_value_get(rest->vars, "calls", -1);
}

/* Take what stands beside the calls: whether they are done together, and nothing that is unknown. */
static mws_error_t *take_manner(rest_t *rest, int *atomic)
{
    apr_pool_t        *p = rest->call->pool;
    const mws_value_t *sent = mws_value_get(rest->vars, "atomic", -1);

    if (mws_value_kind(rest->calls) != MWS_LIST) {
        return mws_error(p, MWS_BAD_PARAMETER, "calls => a list of calls is expected");
    }
    if (sent && mws_value_kind(sent) != MWS_BOOL) {
        return mws_error(p, MWS_BAD_PARAMETER, "atomic => true or false is expected");
    }
    *atomic = sent && mws_value_as_bool(sent);
    mws_value_remove(rest->vars, "calls");
    mws_value_remove(rest->vars, "atomic");
    if (mws_value_size(rest->vars)) {
        return mws_error(p, MWS_BAD_PARAMETER, "%.100s => not expected beside calls",
                         mws_value_key_at(rest->vars, 0).s);
    }
    return mws_http_check_calls(rest->call, mws_value_size(rest->calls));
}

/* Make ONE the I-th of the calls in REST. What it does not say of credentials and settings is as the
 * request says. */
static mws_error_t *take_entry(const rest_t *rest, apr_size_t i, rest_t *one)
{
    *one = *rest;
    one->call = mws_call_next(rest->call);
    one->vars = mws_value_at(rest->calls, i);
    if (mws_value_kind(one->vars) != MWS_STRUCT) {
        return mws_error(one->call->pool, MWS_BAD_PARAMETER, "a call is expected, an object");
    }
    MWS_ERR(mws_form_take_settings(one->call, one->vars));
    mws_form_known_settings(one->call);
    if (mws_value_get(one->vars, "wstoken", -1) || mws_value_get(one->vars, "wsusername", -1)) {
        mws_form_take_credentials(one->call, one->http, one->vars, &one->credentials);
    }
    return NULL;
}

/* Serve the I-th call and write its result, or its exception, behind what is there. */
static void serve_entry(const rest_t *rest, apr_size_t i)
{
    mws_sink_t  *sink = rest->reply->body;
    rest_t       one;
    mws_error_t *err = take_entry(rest, i, &one);

    mws_sink_keep(sink);
    if (!err) {
        err = serve_call(&one);
    }
    if (err) {
        mws_sink_clear(sink);
        mws_rest_json_fault(sink, mws_class_name(one.call, err), err);
        mws_log_fault(one.call, err);
    }
    mws_db_release(one.call);
    apr_pool_destroy(one.call->pool);
}

/* Serve each call by itself. */
static void serve_each(const rest_t *rest)
{
    mws_sink_t *sink = rest->reply->body;
    apr_size_t  i;

    MWS_PUT(sink, "[");
    for (i = 0; i < mws_value_size(rest->calls); i++) {
        if (i) {
            MWS_PUT(sink, ",");
        }
        serve_entry(rest, i);
    }
    MWS_PUT(sink, "]");
}

/* Make the JOINTS that the calls are. *FAILED as mws_serve_together(). */
static mws_error_t *take_joints(const rest_t *rest, mws_joint_t *joints, int *failed)
{
    int i;

    for (i = 0; i < (int)mws_value_size(rest->calls); i++) {
        mws_joint_t *joint = &joints[i];
        rest_t       one;
        mws_error_t *err = take_entry(rest, (apr_size_t)i, &one);

        joint->call = one.call;
        *failed = i;
        MWS_ERR(err);
        joint->req = (mws_request_t){
            .credentials = one.credentials, .function = take_function(&one), .params = one.vars};
        joint->writer = i ? &mws_rest_json_next_writer : &mws_rest_json_writer;
    }
    return NULL;
}

/* Serve all calls, or none: the exception is then the first one's that failed, and tells which. */
static void serve_together(const rest_t *rest)
{
    mws_sink_t  *sink = rest->reply->body;
    int          count = (int)mws_value_size(rest->calls), failed = -1;
    mws_joint_t *joints = apr_pcalloc(rest->call->pool, (apr_size_t)count * sizeof(*joints));
    mws_call_t  *culprit;
    mws_error_t *err;

    rest->call->function = "an atomic request";
    MWS_PUT(sink, "[");
    mws_sink_keep(sink);
    err = take_joints(rest, joints, &failed);
    err = err ? err : mws_serve_together(rest->call, joints, count, sink, &failed);
    if (!err) {
        MWS_PUT(sink, "]");
        return;
    }
    culprit = failed < 0 ? rest->call : joints[failed].call;
    mws_sink_cut(sink, 0);
    mws_rest_json_call_fault(sink, mws_class_name(culprit, err), err, failed);
    mws_reply_status(rest->call, rest->reply, err);
    mws_log_fault(culprit, err);
}

static mws_error_t *serve_several(rest_t *rest)
{
    int atomic;

    MWS_ERR(take_manner(rest, &atomic));
    if (atomic) {
        serve_together(rest);
    }
    else {
        serve_each(rest);
    }
    return NULL;
}

/* ---- a request --------------------------------------------------------------------------- */

static mws_error_t *serve_all(rest_t *rest)
{
    mws_form_known_settings(rest->call);
    /* what does not authenticate is found unexpected later, as in Moodle */
    mws_form_take_credentials(rest->call, rest->http, rest->vars, &rest->credentials);
    return rest->calls ? serve_several(rest) : serve_call(rest);
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    rest_t       rest = {.call = call, .http = http, .reply = reply};
    mws_value_t *list;
    int          is_json, open = 0;
    mws_error_t *read_err, *settings_err, *err;

    call->protocol = "rest";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    /* the format is looked for first, whatever is wrong: the error is told in it */
    read_err = mws_form_read_either(call, http, &rest.vars, &list, &is_json);
    name_by_path(&rest, list);
    rest.calls = find_calls(&rest, list, is_json);
    rest.format = choose_format(&rest, is_json);
    set_headers(&rest);
    settings_err = mws_form_take_settings(call, rest.vars);

    err = mws_auth_gates(call, &open);
    if (!err && !open) {
        mws_http_closed(reply);
        return;
    }
    err = err ? err : read_err ? read_err : settings_err ? settings_err : serve_all(&rest);
    if (err) {
        answer_fault(&rest, err);
    }
}

const mws_adapter_t mws_adapter_rest = {.name = "rest", .serve = serve};
