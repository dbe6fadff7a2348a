/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/pluginfile.c -- webservice/pluginfile.php and draftfile.php: stored files for a token. */
#include <apr_strings.h>
#include <apr_time.h>

#include "../lib/base/mws_php.h"
#include "../lib/base/mws_unicode.h"
#include "../lib/file/mws_filestore.h"
#include "../lib/text/mws_clean.h"
#include "../services/mws_auth.h"
#include "../services/mws_check.h"
#include "../services/mws_download.h"
#include "mws_ajax.h"
#include "mws_form.h"

/* What a file that is shown may do: nothing, but for its own pictures and sounds. */
#define CONFINED "default-src 'none'; img-src 'self'; media-src 'self'"

/* What the client asks for, beside the path. */
typedef struct {
    const char *token; /* NULL: none */
    const char *file;  /* the path, where it does not follow the script; or NULL */
    int         forced, preview;
} asked_t;

/* ---- headers ---- */

static const char *date_of(mws_call_t *call, apr_int64_t time)
{
    char *date = apr_palloc(call->pool, APR_RFC822_DATE_LEN);

    apr_rfc822_date(date, apr_time_from_sec(time));
    return date;
}

static void set_cors(mws_reply_t *reply)
{
    apr_table_setn(reply->headers, "Access-Control-Allow-Origin", "*");
    apr_table_setn(reply->headers, "Access-Control-Allow-Headers", "range");
    apr_table_setn(reply->headers, "Access-Control-Expose-Headers", "Content-Range");
}

/* NAME between double quotes: these and backslashes escaped, what would end the header left out. */
static const char *quoted(apr_pool_t *p, const char *name)
{
    mws_buffer_t buf = mws_buffer_make(p, strlen(name));

    for (; *name; name++) {
        if (*name == '"' || *name == '\\') {
            mws_buffer_putc(&buf, '\\');
        }
        if ((unsigned char)*name >= ' ' && *name != 0x7F) {
            mws_buffer_putc(&buf, *name);
        }
    }
    return mws_buffer_text(&buf);
}

/* Whether C stands for itself in the other form of a name. RFC 5987: attr-char. */
static int is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$&+-.^_`|~", c));
}

/* NAME with all else percent-encoded. RFC 5987: value-chars. */
static const char *encoded(apr_pool_t *p, const char *name)
{
    static const char digits[] = "0123456789ABCDEF";
    mws_buffer_t      buf = mws_buffer_make(p, 3 * strlen(name));

    for (; *name; name++) {
        if (is_plain(*name)) {
            mws_buffer_putc(&buf, *name);
        }
        else {
            mws_buffer_putc(&buf, '%');
            mws_buffer_putc(&buf, digits[(unsigned char)*name >> 4]);
            mws_buffer_putc(&buf, digits[*name & 15]);
        }
    }
    return mws_buffer_text(&buf);
}

/* The form of RFC 5987 goes with the names that need it. */
static const char *disposition(apr_pool_t *p, const mws_download_t *download, int attached)
{
    const char *name =
        mws_utf8_clean(p, (mws_text_t){download->filename, strlen(download->filename)}).s;
    const char *plain = apr_pstrcat(p, attached ? "attachment" : "inline", "; filename=\"",
                                    quoted(p, name), "\"", NULL);
    const char *other = encoded(p, name);

    return strcmp(other, name) == 0 ? plain
                                    : apr_pstrcat(p, plain, "; filename*=UTF-8''", other, NULL);
}

/* How long the file may be kept. Moodle: lib/filelib.php, _send_stored_file(), send_file(). */
static void set_lifetime(mws_call_t *call, mws_reply_t *reply, const mws_download_t *download)
{
    const char *control = "private, must-revalidate, pre-check=0, post-check=0, max-age=0, "
                          "no-transform";
    const char *pragma = "no-cache";
    apr_int64_t expires = 0;

    if (download->lifetime > 0) {
        control = apr_psprintf(call->pool, "%s, max-age=%" APR_INT64_T_FMT ", no-transform",
                               download->is_public ? "public" : "private", download->lifetime);
        pragma = "";
        expires = call->now + download->lifetime;
    }
    else if (call->https) {
        control = "private, max-age=10, no-transform";
        pragma = "";
    }
    apr_table_setn(reply->headers, "Cache-Control", control);
    apr_table_setn(reply->headers, "Pragma", pragma);
    apr_table_setn(reply->headers, "Expires", date_of(call, expires));
}

static void answer_file(mws_call_t *call, mws_reply_t *reply, const mws_download_t *download,
                        int forced)
{
    int is_text = strcmp(download->mimetype, "text/plain") == 0;
    int attached = forced || download->attached;

    reply->status = 200;
    reply->content_type = is_text ? "text/plain; charset=utf-8" : download->mimetype;
    reply->size = (apr_off_t)download->size;
    reply->modified = download->modified;
    set_cors(reply);
    set_lifetime(call, reply, download);
    apr_table_setn(reply->headers, "Content-Disposition",
                   disposition(call->pool, download, attached));
    if (download->confined && !forced) {
        apr_table_setn(reply->headers, "Content-Security-Policy", CONFINED);
    }
    apr_table_setn(reply->headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(reply->headers, "Last-Modified", date_of(call, download->modified));
    apr_table_setn(reply->headers, "Etag",
                   apr_pstrcat(call->pool, "\"", download->contenthash, "\"", NULL));
    apr_table_setn(reply->headers, "Accept-Ranges", is_text ? "none" : "bytes");
}

/* ---- a request ---- */

static mws_error_t *read_asked(mws_call_t *call, const mws_http_t *http, asked_t *asked)
{
    mws_value_t *params;
    const char  *text;
    int          is_json;

    MWS_ERR(mws_form_read(call, http, &params, &is_json));
    asked->token = mws_form_take(params, "token");
    if (!asked->token) {
        asked->token = mws_http_bearer(call->pool, http);
    }
    asked->file = mws_form_take(params, "file");
    text = mws_form_take(params, "forcedownload");
    asked->forced = text && mws_php_bool(mws_clean_text(call, MWS_PARAM_BOOL, text));
    text = mws_form_take(params, "preview");
    asked->preview = text && *text;
    return NULL;
}

static mws_error_t *answer(mws_call_t *call, const mws_http_t *http, mws_download_e script,
                           mws_reply_t *reply)
{
    asked_t        asked;
    mws_download_t download;
    int            open;

    MWS_ERR(mws_auth_gates(call, &open));
    MWS_ERR(read_asked(call, http, &asked));
    if (!asked.token) {
        return mws_check_missing(call, "token");
    }
    if (!open) {
        return mws_error(call->pool, MWS_NO_ACCESS, "web services are off");
    }
    MWS_ERR(mws_auth_for_files(call, asked.token));
    if (!call->downloadfiles) {
        return mws_error(call->pool, MWS_NO_ACCESS, "the service does not let files be fetched");
    }
    MWS_ERR(mws_download_find(call, script, *http->path_info ? http->path_info : asked.file,
                              &download));
    if (asked.preview) {
        return mws_error(call->pool, MWS_FILE_NOT_FOUND, "a preview is not made here");
    }
    reply->file = mws_store_open(call, download.contenthash, download.size, http->sendfile);
    if (!reply->file) {
        return mws_error(call->pool, MWS_FILE_NOT_FOUND, "the file store does not have it");
    }
    answer_file(call, reply, &download, asked.forced);
    return NULL;
}

static void serve(mws_call_t *call, const mws_http_t *http, mws_download_e script,
                  mws_reply_t *reply)
{
    mws_error_t *err;

    call->origin = "web";
    if (mws_http_preflight(http, reply)) {
        return;
    }
    err = answer(call, http, script, reply);
    if (!err) {
        return;
    }
    mws_ajax_open(call, reply, 0);
    set_cors(reply);
    mws_ajax_fault(call, reply, err);
    if (err->id == MWS_FILE_NOT_FOUND) {
        reply->status = err->row->status; /* whether true ones are asked for or not */
    }
}

static void serve_plugin_file(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    serve(call, http, MWS_PLUGIN_FILES, reply);
}

static void serve_draft_file(mws_call_t *call, const mws_http_t *http, mws_reply_t *reply)
{
    serve(call, http, MWS_DRAFT_FILES, reply);
}

const mws_adapter_t mws_adapter_pluginfile = {.name = "pluginfile", .serve = serve_plugin_file};
const mws_adapter_t mws_adapter_draftfile = {.name = "draftfile", .serve = serve_draft_file};
