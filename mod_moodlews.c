/* SPDX-License-Identifier: Apache-2.0 */
/* mod_moodlews.c -- the front door: httpd on one side, plain structs on the other.
 *
 * Directives, the start of a child, a request's body in and its reply out. Mounted by a directive
 * of its own and by the path, never by a handler's name: r->handler is left alone, so that what is
 * declined goes on as if this module were not there.
 */
#include <ap_mpm.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <httpd.h>
#include <libxml/parser.h>
#include <poll.h>
#include <stddef.h>
#include <util_filter.h>

#include "adapters/mws_adapter.h"
#include "lib/base/mws_shelf.h"
#include "lib/site/mws_behind.h"
#include "lib/site/mws_site.h"
#include "services/mws_table.h"
#include "services/mws_throttle.h"

/* All that this shared object exports. */
extern module AP_MODULE_DECLARE_DATA moodlews_module __attribute__((visibility("default")));
APLOG_USE_MODULE(moodlews);

/* ---- what the administrator says --------------------------------------------------------- */

enum {
#define SETTING(directive, field, kind, preset, least, most, about) SET_##field,
#include "lib/base/mws_settings.tbl"
#undef SETTING
    SETTING_COUNT
};

typedef enum { KIND_TEXT, KIND_LIST, KIND_NUMBER, KIND_FLAG } kind_e;

/* A row of mws_settings.tbl. */
typedef struct {
    const char *directive;
    apr_size_t  offset;
    kind_e      kind;
    int         index;
    apr_int64_t least, most; /* MOST 0: no bound */
} setting_t;

static const setting_t settings_table[SETTING_COUNT] = {
#define SETTING(directive, field, kind, preset, least, most, about)                                \
    {#directive, offsetof(mws_settings_t, field), KIND_##kind, SET_##field, least, most},
#include "lib/base/mws_settings.tbl"
#undef SETTING
};

static const mws_settings_t settings_presets = {
#define SETTING(directive, field, kind, preset, least, most, about) .field = preset,
#include "lib/base/mws_settings.tbl"
#undef SETTING
};

/* What texts must look like. */
static const struct {
    const char *directive, *pattern, *says;
} shapes[] = {
    {"MoodleWSPrefix", "^[a-z0-9_]*$", "lower-case letters, digits and underscores"},
    {"MoodleWSWwwRoot", "^https?://[^/ ]+(/[^ ]*[^/ ])?$",
     "an http address without a slash at its end"},
    {"MoodleWSDataRoot", "^/", "an absolute path"},
    {"MoodleWSProtocols", "^(\\+?[a-z]+( \\+?[a-z]+)*)?$",
     "names of protocols, perhaps with a plus"},
    {"MoodleWSLog", "^(db|error|off)$", "db, error or off"},
    {"MoodleWSDocs", "^(public|token|off)$", "public, token or off"},
};

/* A server's configuration. */
typedef struct {
    mws_settings_t settings;
    unsigned char  set[SETTING_COUNT]; /* which settings a directive gave */
    int            mounted;            /* MoodleWS On somewhere in it */
    const char    *path;               /* the path of wwwroot: "" or "/moodle" */
    mws_child_t   *child;
    mws_log_t      log;
} server_conf_t;

/* A directory's. */
typedef struct {
    int on; /* -1: not said */
} dir_conf_t;

static void *create_server_conf(apr_pool_t *p, server_rec *s)
{
    server_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)s;
    conf->settings = settings_presets;
    conf->settings.config = apr_table_make(p, 4);
    conf->path = "";
    return conf;
}

/* Where a setting is kept: a number or a text. */
static apr_int64_t *number_at(mws_settings_t *settings, const setting_t *setting)
{
    return (apr_int64_t *)((char *)settings + setting->offset);
}

static const char **text_at(mws_settings_t *settings, const setting_t *setting)
{
    return (const char **)((char *)settings + setting->offset);
}

static void copy_setting(mws_settings_t *to, mws_settings_t *from, const setting_t *setting)
{
    if (setting->kind == KIND_NUMBER || setting->kind == KIND_FLAG) {
        *number_at(to, setting) = *number_at(from, setting);
    }
    else {
        *text_at(to, setting) = *text_at(from, setting);
    }
}

static void *merge_server_conf(apr_pool_t *p, void *basev, void *addv)
{
    server_conf_t *base = basev, *add = addv;
    server_conf_t *conf = create_server_conf(p, NULL);
    int            i;

    for (i = 0; i < SETTING_COUNT; i++) {
        server_conf_t *from = add->set[i] ? add : base;

        copy_setting(&conf->settings, &from->settings, &settings_table[i]);
        conf->set[i] = from->set[i];
    }
    conf->settings.config = apr_table_overlay(p, add->settings.config, base->settings.config);
    conf->mounted = add->mounted;
    conf->path = add->set[SET_wwwroot] ? add->path : base->path;
    return conf;
}

static void *create_dir_conf(apr_pool_t *p, char *dir)
{
    dir_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    (void)dir;
    conf->on = -1;
    return conf;
}

static void *merge_dir_conf(apr_pool_t *p, void *basev, void *addv)
{
    dir_conf_t *base = basev, *add = addv;
    dir_conf_t *conf = create_dir_conf(p, NULL);

    conf->on = add->on >= 0 ? add->on : base->on;
    return conf;
}

static server_conf_t *conf_of(server_rec *s)
{
    return ap_get_module_config(s->module_config, &moodlews_module);
}

static const char *set_mount(cmd_parms *cmd, void *dirv, int on)
{
    dir_conf_t *dir = dirv;

    dir->on = on;
    if (on) {
        conf_of(cmd->server)->mounted = 1;
    }
    return NULL;
}

static const char *check_shape(cmd_parms *cmd, const char *value)
{
    apr_size_t i;

    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (strcasecmp(shapes[i].directive, cmd->cmd->name) == 0) {
            ap_regex_t *regex = ap_pregcomp(cmd->temp_pool, shapes[i].pattern, AP_REG_EXTENDED);

            return ap_regexec(regex, value, 0, NULL, 0) == 0
                       ? NULL
                       : apr_psprintf(cmd->pool, "%s takes %s", cmd->cmd->name, shapes[i].says);
        }
    }
    return NULL;
}

static const char *keep_text(cmd_parms *cmd, const char *value)
{
    const setting_t *setting = cmd->info;
    server_conf_t   *conf = conf_of(cmd->server);
    const char      *wrong = check_shape(cmd, value);

    if (wrong) {
        return wrong;
    }
    *text_at(&conf->settings, setting) = value;
    conf->set[setting->index] = 1;
    if (setting->index == SET_wwwroot) {
        const char *path = ap_strchr_c(strstr(value, "://") + 3, '/');

        conf->path = path ? path : "";
    }
    return NULL;
}

/* One text, which may be empty. */
static const char *set_text(cmd_parms *cmd, void *dir, const char *args)
{
    const char *value = ap_getword_conf(cmd->pool, &args);

    (void)dir;
    return *args ? apr_pstrcat(cmd->pool, cmd->cmd->name, " takes one argument", NULL)
                 : keep_text(cmd, value);
}

/* Words, kept with single spaces between them. */
static const char *set_list(cmd_parms *cmd, void *dir, const char *args)
{
    const char *list = "", *word;

    (void)dir;
    while (*(word = ap_getword_conf(cmd->temp_pool, &args))) {
        list = apr_pstrcat(cmd->pool, list, *list ? " " : "", word, NULL);
    }
    return keep_text(cmd, list);
}

static const char *set_number(cmd_parms *cmd, void *dir, const char *value)
{
    const setting_t *setting = cmd->info;
    server_conf_t   *conf = conf_of(cmd->server);
    char            *end;
    apr_int64_t      number = apr_strtoi64(value, &end, 10);

    (void)dir;
    if (!*value || *end || errno == ERANGE || number < setting->least ||
        (setting->most && number > setting->most)) {
        return setting->most ? apr_psprintf(cmd->pool,
                                            "%s takes a number from %" APR_INT64_T_FMT
                                            " to %" APR_INT64_T_FMT,
                                            cmd->cmd->name, setting->least, setting->most)
                             : apr_psprintf(cmd->pool, "%s takes a number from %" APR_INT64_T_FMT,
                                            cmd->cmd->name, setting->least);
    }
    *number_at(&conf->settings, setting) = number;
    conf->set[setting->index] = 1;
    return NULL;
}

static const char *set_flag(cmd_parms *cmd, void *dir, int on)
{
    const setting_t *setting = cmd->info;
    server_conf_t   *conf = conf_of(cmd->server);

    (void)dir;
    *number_at(&conf->settings, setting) = on;
    conf->set[setting->index] = 1;
    return NULL;
}

static const char *set_config(cmd_parms *cmd, void *dir, const char *name, const char *value)
{
    (void)dir;
    apr_table_set(conf_of(cmd->server)->settings.config, name, value);
    return NULL;
}

#define ROW_TEXT(d, s, a) AP_INIT_RAW_ARGS(d, set_text, (void *)s, RSRC_CONF, a),
#define ROW_LIST(d, s, a) AP_INIT_RAW_ARGS(d, set_list, (void *)s, RSRC_CONF, a),
#define ROW_NUMBER(d, s, a) AP_INIT_TAKE1(d, set_number, (void *)s, RSRC_CONF, a),
#define ROW_FLAG(d, s, a) AP_INIT_FLAG(d, set_flag, (void *)s, RSRC_CONF, a),

static const command_rec directives[] = {
    AP_INIT_FLAG("MoodleWS", set_mount, NULL, RSRC_CONF | ACCESS_CONF,
                 "whether the web service scripts below are answered here"),
    AP_INIT_TAKE2("MoodleWSConfig", set_config, NULL, RSRC_CONF,
                  "name and value of a setting that config.php forces"),
#define SETTING(directive, field, kind, preset, least, most, about)                                \
    ROW_##kind(#directive, &settings_table[SET_##field], about)
#include "lib/base/mws_settings.tbl"
#undef SETTING
    {.name = NULL}};

/* ---- start ------------------------------------------------------------------------------- */

static int check_conf(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)p;
    (void)plog;
    (void)ptemp;
    for (; s; s = s->next) {
        server_conf_t *conf = conf_of(s);

        if (conf->mounted && (!conf->settings.database || !conf->settings.wwwroot)) {
            ap_log_error(APLOG_MARK, APLOG_CRIT | APLOG_NOERRNO, 0, s,
                         "MWS00001: MoodleWS On needs %s",
                         conf->settings.database ? "MoodleWSWwwRoot" : "MoodleWSDatabase");
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    (void)ptemp;
    (void)s;
    ap_add_version_component(p, "mod_moodlews");
    xmlInitParser();
    return OK;
}

static void write_server_log(void *baton, int level, apr_status_t status, const char *message)
{
    ap_log_error(APLOG_MARK, level, status, (server_rec *)baton, "%s", message);
}

static int serves(const char *name)
{
    return mws_table_find(name) != NULL;
}

static const char *legacy_name(const char *today)
{
    const mws_row_t *row = mws_table_legacy(today);

    return row ? row->name : NULL;
}

/* What a child keeps for the Moodle of one virtual host. NULL where the system refuses. */
static mws_child_t *make_child(apr_pool_t *pchild, server_rec *s, server_conf_t *conf)
{
    mws_child_t *child = apr_pcalloc(pchild, sizeof(*child));
    int          threads = 1;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    conf->log.write = write_server_log;
    conf->log.baton = s;
    conf->log.level = ap_get_server_module_loglevel(s, APLOG_MODULE_INDEX);
    child->pool = pchild;
    child->settings = &conf->settings;
    child->log = &conf->log;
    child->serves = serves;
    child->legacy_name = legacy_name;
    child->db = mws_db_make(pchild, &conf->settings, &conf->log,
                            (threads > 0 ? threads : 1) + 1); /* and the writer behind answers */
    child->site_cache = mws_site_cache_make(pchild, &conf->settings);
    child->throttle = mws_throttle_make(pchild);
    child->shelf = mws_shelf_make(pchild);
    if (!child->db || !child->site_cache || !child->throttle || !child->shelf) {
        return NULL;
    }
    child->behind = mws_behind_start(child);
    return child->behind ? child : NULL;
}

static void child_init(apr_pool_t *pchild, server_rec *s)
{
    for (; s; s = s->next) {
        server_conf_t *conf = conf_of(s);

        if (!conf->settings.database || !conf->settings.wwwroot) {
            continue;
        }
        conf->child = make_child(pchild, s, conf);
        if (!conf->child) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s,
                         "MWS00002: no mutex or thread for this child; it will answer 503");
        }
    }
}

/* ---- a request --------------------------------------------------------------------------- */

/* A body being read. */
typedef struct {
    request_rec        *r;
    apr_bucket_brigade *brigade;
    apr_int64_t         left; /* of MoodleWSBodyMax */
    int                 ended;
} body_t;

/* Move what the brigade of BODY holds to BUF, at most *LEN bytes. */
static apr_status_t take_bytes(body_t *body, char *buf, apr_size_t *len)
{
    apr_status_t rv = apr_brigade_flatten(body->brigade, buf, len);
    apr_bucket  *bucket;

    if (rv != APR_SUCCESS) {
        return rv;
    }
    for (bucket = APR_BRIGADE_FIRST(body->brigade); bucket != APR_BRIGADE_SENTINEL(body->brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        body->ended |= APR_BUCKET_IS_EOS(bucket);
    }
    return apr_brigade_cleanup(body->brigade);
}

static apr_status_t read_body(void *baton, char *buf, apr_size_t *len)
{
    body_t      *body = baton;
    apr_size_t   room = *len;
    apr_status_t rv;

    *len = 0;
    while (!*len && !body->ended) {
        rv = ap_get_brigade(body->r->input_filters, body->brigade, AP_MODE_READBYTES,
                            APR_BLOCK_READ, (apr_off_t)room);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        *len = room;
        rv = take_bytes(body, buf, len);
        if (rv != APR_SUCCESS) {
            return rv;
        }
    }
    body->left -= (apr_int64_t)*len;
    return body->left < 0 ? APR_ENOSPC : APR_SUCCESS;
}

static void write_request_log(void *baton, int level, apr_status_t status, const char *message)
{
    ap_log_rerror(APLOG_MARK, level, status, (request_rec *)baton, "%s", message);
}

/* Whether the client of CLIENT, a request, has closed its connection. Over HTTP/2 the connection is
 * shared, and httpd tells when it is lost. */
static int client_gone(void *client)
{
    conn_rec     *c = ((request_rec *)client)->connection;
    apr_socket_t *socket = c->master ? NULL : ap_get_conn_socket(c);
    struct pollfd poll_fd = {.events = POLLRDHUP};

    if (c->aborted || !socket || apr_os_sock_get(&poll_fd.fd, socket) != APR_SUCCESS) {
        return c->aborted;
    }
    return poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

static mws_call_t *make_call(request_rec *r, server_conf_t *conf)
{
    mws_call_t *call = apr_pcalloc(r->pool, sizeof(*call));
    mws_log_t  *log = apr_pcalloc(r->pool, sizeof(*log));

    log->write = write_request_log;
    log->baton = r;
    log->level = ap_get_request_module_loglevel(r, APLOG_MODULE_INDEX);
    call->pool = r->pool;
    call->child = conf->child;
    call->settings = &conf->settings;
    call->log = log;
    call->started = r->request_time;
    call->now = apr_time_sec(r->request_time);
    call->origin = "ws";
    call->address = r->useragent_ip;
    call->user_agent = apr_table_get(r->headers_in, "User-Agent");
    call->https = strcmp(ap_http_scheme(r), "https") == 0;
    call->gone = client_gone;
    call->client = r;
    call->text.fileurl = 1;
    return call;
}

/* A reply may have a header twice. */
static int add_header(void *headers, const char *name, const char *value)
{
    apr_table_addn(headers, name, value);
    return 1;
}

/* Give the file of the reply to httpd, which sends the ranges that are asked for. */
static int send_file(request_rec *r, mws_reply_t *reply)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    apr_bucket_brigade    *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_bucket            *bucket;
    int                    status;

    ap_update_mtime(r, apr_time_from_sec(reply->modified));
    status = r->method_number == M_GET ? ap_meets_conditions(r) : OK;
    if (status != OK) {
        return status;
    }
    ap_set_content_length(r, reply->size);
    if (!r->header_only && reply->size) {
        bucket = apr_brigade_insert_file(brigade, reply->file, 0, reply->size, r->pool);
        if (core->enable_mmap == ENABLE_MMAP_OFF) {
            apr_bucket_file_enable_mmap(bucket, 0);
        }
    }
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(r->connection->bucket_alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

/* Give the reply to httpd. */
static int send_reply(request_rec *r, mws_reply_t *reply)
{
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    mws_sink_block_t   *block;

    if (mws_sink_finish(reply->body) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    r->status = reply->status;
    r->status_line = NULL;
    if (reply->content_type) {
        ap_set_content_type(r, reply->content_type);
    }
    apr_table_do(add_header, r->headers_out, reply->headers, NULL);
    if (reply->file) {
        return send_file(r, reply);
    }
    ap_set_content_length(r, mws_sink_size(reply->body));
    if (!r->header_only) {
        for (block = reply->body->first; block; block = block->next) {
            if (block->used) {
                APR_BRIGADE_INSERT_TAIL(brigade,
                                        apr_bucket_pool_create(block->bytes, block->used, r->pool,
                                                               r->connection->bucket_alloc));
            }
        }
        if (reply->body->file) {
            apr_brigade_insert_file(brigade, reply->body->file, 0, reply->body->in_file, r->pool);
        }
    }
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(r->connection->bucket_alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

/* The path of R below wwwroot, or NULL. */
static const char *path_below(const request_rec *r, const server_conf_t *conf)
{
    apr_size_t len = strlen(conf->path);

    return strncmp(r->uri, conf->path, len) == 0 ? r->uri + len : NULL;
}

/* Let the access log tell the function, the caller and how it went: %{moodlews-function}n ... */
static void note_call(request_rec *r, const mws_call_t *call)
{
    if (call->function) {
        apr_table_setn(r->notes, "moodlews-function", call->function);
    }
    if (call->caller) {
        apr_table_setn(r->notes, "moodlews-user",
                       apr_psprintf(r->pool, "%" APR_INT64_T_FMT, call->caller->id));
    }
}

static int handler(request_rec *r)
{
    const dir_conf_t      *dir = ap_get_module_config(r->per_dir_config, &moodlews_module);
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    server_conf_t         *conf = conf_of(r->server);
    const char            *path = path_below(r, conf);
    const mws_adapter_t   *adapter;
    mws_http_t             http = {.method = r->method, .query = r->args, .headers = r->headers_in};
    mws_reply_t            reply = {.status = HTTP_OK};
    body_t                 body = {.r = r};
    mws_call_t            *call;

    if (dir->on != 1 || !path || r->method_number == M_TRACE) {
        return DECLINED;
    }
    adapter = mws_adapter_find(path, &http.script, &http.path_info);
    if (!adapter) {
        return DECLINED;
    }
    if (!conf->child) {
        return HTTP_SERVICE_UNAVAILABLE;
    }
    body.brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    body.left = conf->settings.body_max;
    http.sendfile = core->enable_sendfile == ENABLE_SENDFILE_ON;
    http.read = read_body;
    http.baton = &body;
    reply.headers = apr_table_make(r->pool, 12);
    reply.body = mws_sink_make(r->pool, (apr_size_t)conf->settings.answer_memory);
    call = make_call(r, conf);

    adapter->serve(call, &http, &reply);
    mws_db_release(call);
    note_call(r, call);
    return send_reply(r, &reply);
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_check_config(check_conf, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_REALLY_FIRST); /* before PHP and every proxy */
}

module AP_MODULE_DECLARE_DATA moodlews_module = {
    STANDARD20_MODULE_STUFF, create_dir_conf, merge_dir_conf, create_server_conf,
    merge_server_conf,       directives,      register_hooks, AP_MODULE_FLAG_NONE};
