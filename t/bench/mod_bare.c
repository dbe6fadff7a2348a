/* SPDX-License-Identifier: Apache-2.0 */
/* t/bench/mod_bare.c -- the bound that a call is measured against.
 *
 * A content handler that does nothing but send a call's statements: one connection a thread, all
 * statements prepared and sent in one pipeline, their rows received and dropped, and sixty bytes
 * answered. What a real call costs beyond this is our own code. Only for the benchmark.
 *
 *   <Location "/bare/site_info">
 *       SetHandler bare
 *       BareDatabase "host=... dbname=..."
 *       BareStatements /path/of/site_info.statements
 *   </Location>
 *
 * A file of statements has lines: "S sql" opens a statement, "P text" gives its next parameter,
 * "N" a null one; \n and \\ stand for a line feed and a backslash.
 */
#include <httpd.h>

#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>
#include <libpq-fe.h>

#define STATEMENTS_MAX 40
#define PARAMS_MAX 24

extern module AP_MODULE_DECLARE_DATA bare_module __attribute__((visibility("default")));
APLOG_USE_MODULE(bare);

typedef struct {
    const char *sql;
    const char *params[PARAMS_MAX];
    int         count;
} statement_t;

typedef struct {
    const char *database;
    const char *name; /* of the statements, as they are prepared */
    statement_t statements[STATEMENTS_MAX];
    int         count;
} bare_conf_t;

/* The connection of a thread, and which location's statements it has prepared. */
static __thread PGconn            *conn;
static __thread const bare_conf_t *prepared[16];
static __thread int                prepared_count;

static void *create_conf(apr_pool_t *p, char *dir)
{
    bare_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    conf->name = dir ? apr_pstrdup(p, dir) : "";
    return conf;
}

static const char *set_database(cmd_parms *cmd, void *confv, const char *value)
{
    (void)cmd;
    ((bare_conf_t *)confv)->database = value;
    return NULL;
}

static char *unescape(apr_pool_t *p, const char *text)
{
    char *copy = apr_pstrdup(p, text), *to = copy;

    for (; *text; text++) {
        if (text[0] == '\\' && text[1]) {
            text++;
            *to++ = *text == 'n' ? '\n' : *text;
        }
        else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return copy;
}

static const char *set_statements(cmd_parms *cmd, void *confv, const char *path)
{
    bare_conf_t *conf = confv;
    statement_t *statement = NULL;
    apr_file_t  *file;
    apr_finfo_t  info;
    apr_size_t   len;
    char        *text, *line, *rest;

    if (apr_file_open(&file, path, APR_READ, 0, cmd->pool) != APR_SUCCESS ||
        apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS) {
        return apr_pstrcat(cmd->pool, "cannot read ", path, NULL);
    }
    len = (apr_size_t)info.size;
    text = apr_pcalloc(cmd->pool, len + 1);
    apr_file_read_full(file, text, len, &len);
    apr_file_close(file);
    for (line = apr_strtok(text, "\n", &rest); line; line = apr_strtok(NULL, "\n", &rest)) {
        if (line[0] == 'S' && conf->count < STATEMENTS_MAX) {
            statement = &conf->statements[conf->count++];
            statement->sql = unescape(cmd->pool, line + 2);
        }
        else if (statement && statement->count < PARAMS_MAX) {
            statement->params[statement->count++] =
                line[0] == 'P' ? unescape(cmd->pool, line + 2) : NULL;
        }
        else {
            return apr_pstrcat(cmd->pool, path, ": more than can be held", NULL);
        }
    }
    return NULL;
}

static int prepare(const bare_conf_t *conf)
{
    char name[256];
    int  i;

    for (i = 0; i < prepared_count; i++) {
        if (prepared[i] == conf) {
            return 1;
        }
    }
    for (i = 0; i < conf->count; i++) {
        PGresult *result;
        int       ok;

        apr_snprintf(name, sizeof(name), "%s %d", conf->name, i);
        result = PQprepare(conn, name, conf->statements[i].sql, 0, NULL);
        ok = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
        if (!ok) {
            return 0;
        }
    }
    prepared[prepared_count++ % 16] = conf;
    return 1;
}

/* Send all statements in one pipeline and read what comes back. */
static int run(const bare_conf_t *conf)
{
    char name[256];
    int  i, ok = 1, synced = 0;

    PQenterPipelineMode(conn);
    for (i = 0; i < conf->count; i++) {
        const statement_t *statement = &conf->statements[i];

        apr_snprintf(name, sizeof(name), "%s %d", conf->name, i);
        ok &= PQsendQueryPrepared(conn, name, statement->count, statement->params, NULL, NULL, 0);
    }
    ok &= PQpipelineSync(conn);
    while (ok && !synced) {
        PGresult *result = PQgetResult(conn);

        if (result) {
            synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
            ok = synced || PQresultStatus(result) == PGRES_TUPLES_OK ||
                 PQresultStatus(result) == PGRES_COMMAND_OK;
            PQclear(result);
        }
    }
    return ok && PQexitPipelineMode(conn);
}

static int handler(request_rec *r)
{
    const bare_conf_t *conf = ap_get_module_config(r->per_dir_config, &bare_module);

    if (!r->handler || strcmp(r->handler, "bare") != 0) {
        return DECLINED;
    }
    ap_discard_request_body(r);
    if (!conn) {
        conn = PQconnectdb(conf->database);
    }
    if (PQstatus(conn) != CONNECTION_OK || !prepare(conf) || !run(conf)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "bare: %s", PQerrorMessage(conn));
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    ap_set_content_type(r, "application/json");
    ap_rputs("{\"bare\":\"sixty bytes, as a small answer of a service would be\"}", r);
    return OK;
}

static const command_rec directives[] = {
    AP_INIT_TAKE1("BareDatabase", set_database, NULL, ACCESS_CONF, "libpq connection string"),
    AP_INIT_TAKE1("BareStatements", set_statements, NULL, ACCESS_CONF, "file of statements"),
    {.name = NULL}};

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA bare_module = {
    STANDARD20_MODULE_STUFF, create_conf,        NULL, NULL, NULL, directives,
    register_hooks,          AP_MODULE_FLAG_NONE};
