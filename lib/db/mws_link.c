/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_link.c -- connecting to a server, and waiting for its answers. */
#include "mws_link.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "../base/mws_clock.h"

/* The first words on a connection. Our statements are many and small: a plan made once serves them
 * all, and compiling one costs more than it ever gains. A pooler like PgBouncer shows its clients a process id that is
 * not the server's. Behind one, a setting of the session would reach strangers: there it is local,
 * and made again in each batch. */
static const char first_words[] =
    "SELECT set_config('statement_timeout', $1, pooled), set_config('jit', 'off', pooled),"
    "       set_config('plan_cache_mode', 'force_generic_plan', pooled), NOT pooled"
    "  FROM (SELECT pg_backend_pid() <> $2 AS pooled) who";

/* ---- waiting for the server ---- */

/* Wait for EVENTS on the connection's socket. Returns what came; 0 at DEADLINE, or when the child
 * ends. */
static int wait_socket(const mws_link_t *link, short events, apr_time_t deadline)
{
    struct pollfd fds[2] = {{.fd = PQsocket(link->pg), .events = events},
                            {.fd = link->ending, .events = POLLIN}};
    int           ready;

    do {
        apr_time_t left = deadline - mws_ticks();

        if (left < 0) {
            return 0;
        }
        ready = poll(fds, 2, (int)((left + 999) / 1000));
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0 || fds[1].revents) {
        return 0;
    }
    return fds[0].revents;
}

/* Take in what has arrived, waiting for it, or where UNSENT for room to send, until DEADLINE. */
static mws_outcome_e await(mws_link_t *link, int unsent, apr_time_t deadline)
{
    int ready;

    if (PQstatus(link->pg) == CONNECTION_BAD) {
        return MWS_DEAD;
    }
    ready = wait_socket(link, unsent ? POLLIN | POLLOUT : POLLIN, deadline);
    if (!ready) {
        return MWS_LATE;
    }
    if ((ready & ~POLLOUT) && !PQconsumeInput(link->pg)) {
        return MWS_DEAD;
    }
    return MWS_ANSWERED;
}

mws_outcome_e mws_link_flush(mws_link_t *link, apr_time_t deadline)
{
    mws_outcome_e how = MWS_ANSWERED;

    while (how == MWS_ANSWERED && PQflush(link->pg)) {
        how = await(link, 1, deadline);
    }
    return how;
}

/* The next result; NULL in *RESULT ends those of one command. */
static mws_outcome_e receive(mws_link_t *link, apr_time_t deadline, PGresult **result)
{
    *result = NULL;
    while (PQisBusy(link->pg)) {
        mws_outcome_e how = await(link, PQflush(link->pg), deadline);

        if (how != MWS_ANSWERED) {
            return how;
        }
    }
    *result = PQgetResult(link->pg);
    return MWS_ANSWERED;
}

static apr_status_t clear_result(void *result)
{
    PQclear(result);
    return APR_SUCCESS;
}

mws_outcome_e mws_link_receive(mws_link_t *link, apr_pool_t *p, apr_time_t deadline,
                               PGresult **result)
{
    PGresult     *more;
    mws_outcome_e how = receive(link, deadline, result);

    if (!*result) {
        return how == MWS_ANSWERED ? MWS_DEAD : how;
    }
    apr_pool_cleanup_register(p, *result, clear_result, apr_pool_cleanup_null);
    while ((how = receive(link, deadline, &more)) == MWS_ANSWERED && more) {
        PQclear(more);
        if (PQstatus(link->pg) == CONNECTION_BAD) {
            return MWS_DEAD;
        }
    }
    return how;
}

mws_outcome_e mws_link_sync(mws_link_t *link, apr_pool_t *p, apr_time_t deadline,
                            PGresult **refusal)
{
    PGresult     *result;
    mws_outcome_e how;

    *refusal = NULL;
    while ((how = receive(link, deadline, &result)) == MWS_ANSWERED) {
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            PQclear(PQgetResult(link->pg));
            link->busy = 0;
            return MWS_ANSWERED;
        }
        if (PQstatus(link->pg) == CONNECTION_BAD || (!result && *refusal == NULL)) {
            PQclear(result);
            return MWS_DEAD;
        }
        if (result) {
            apr_pool_cleanup_register(p, result, clear_result, apr_pool_cleanup_null);
            *refusal = result;
        }
    }
    return how;
}

/* libpq's words on one line. */
static const char *one_line(apr_pool_t *p, const char *said)
{
    char *line = apr_pstrdup(p, said);
    char *c = line;

    while ((c = strpbrk(c, "\r\n"))) {
        *c = c[1] ? ' ' : '\0';
    }
    return line;
}

/* ---- connecting ---- */

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

static apr_status_t finish(void *pg)
{
    PQfinish(pg);
    return APR_SUCCESS;
}

void mws_link_close(mws_link_t *link)
{
    apr_pool_clear(link->pool);
    link->pg = NULL;
    link->direct = 0;
    link->busy = 0;
}

/* The INDEX-th item of a comma list that may be NULL; "" beyond its end. */
static const char *item(apr_pool_t *p, const char *list, int index)
{
    while (list && index--) {
        list = strchr(list, ',');
        list = list ? list + 1 : NULL;
    }
    return list ? apr_pstrmemdup(p, list, strcspn(list, ",")) : "";
}

static int count_items(const char *list)
{
    int count = 1;

    while (list && (list = strchr(list, ','))) {
        list++;
        count++;
    }
    return count;
}

/* A comma list without its INDEX-th item; a list of one stands for all and stays. */
static const char *strike(apr_pool_t *p, const char *list, int index)
{
    const char *kept = NULL;
    int         count = count_items(list);
    int         i;

    if (count == 1) {
        return list;
    }
    for (i = 0; i < count; i++) {
        if (i != index) {
            kept = apr_pstrcat(p, kept ? kept : "", kept ? "," : "", item(p, list, i), NULL);
        }
    }
    return kept;
}

/* What a connection is made from, as libpq's arrays. */
typedef struct {
    apr_array_header_t *keys, *values; /* of const char *, ended by NULL */
    const char         *host, *hostaddr, *port;
} route_t;

static void route_add(route_t *route, const char *key, const char *value)
{
    APR_ARRAY_PUSH(route->keys, const char *) = key;
    APR_ARRAY_PUSH(route->values, const char *) = value;
}

/* The route that PG goes, as libpq made it up from the connection string, environment, files. */
static route_t *route_of(apr_pool_t *p, PGconn *pg)
{
    route_t          *route = apr_pcalloc(p, sizeof(*route));
    PQconninfoOption *options = PQconninfo(pg);
    PQconninfoOption *option;

    route->keys = apr_array_make(p, 48, sizeof(const char *));
    route->values = apr_array_make(p, 48, sizeof(const char *));
    for (option = options; option && option->keyword; option++) {
        const char *value = option->val ? apr_pstrdup(p, option->val) : NULL;

        if (strcmp(option->keyword, "host") == 0) {
            route->host = value;
        }
        else if (strcmp(option->keyword, "hostaddr") == 0) {
            route->hostaddr = value;
        }
        else if (strcmp(option->keyword, "port") == 0) {
            route->port = value;
        }
        else if (value) {
            route_add(route, apr_pstrdup(p, option->keyword), value);
        }
    }
    PQconninfoFree(options);
    return route;
}

/* How many hosts PG may try. */
static int count_hosts(apr_pool_t *p, PGconn *pg)
{
    const route_t *route = route_of(p, pg);

    return count_items(route->hostaddr && *route->hostaddr ? route->hostaddr : route->host);
}

/* Start PG's connection anew without the host that it is trying. */
static PGconn *start_without_host(apr_pool_t *p, PGconn *pg)
{
    route_t *route = route_of(p, pg);
    int hosts = count_items(route->hostaddr && *route->hostaddr ? route->hostaddr : route->host);
    int i;

    for (i = 0; i < hosts - 1; i++) {
        const char *host = item(p, route->host, i);

        if (!*host) {
            host = item(p, route->hostaddr, i);
        }
        if (strcmp(host, PQhost(pg)) == 0 &&
            (count_items(route->port) == 1 || strcmp(item(p, route->port, i), PQport(pg)) == 0)) {
            break;
        }
    }
    route_add(route, "host", strike(p, route->host, i));
    route_add(route, "hostaddr", strike(p, route->hostaddr, i));
    route_add(route, "port", strike(p, route->port, i));
    route_add(route, NULL, NULL);
    return PQconnectStartParams((const char *const *)route->keys->elts,
                                (const char *const *)route->values->elts, 0);
}

/* Let LINK own PG, which has just been started. */
static void adopt(mws_link_t *link, PGconn *pg)
{
    mws_link_close(link);
    link->pg = pg;
    apr_pool_cleanup_register(link->pool, pg, finish, apr_pool_cleanup_null);
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    PQsetErrorVerbosity(pg, PQERRORS_VERBOSE); /* libpq tells the SQLSTATE no other way here */
}

/* Lead LINK through the states of connecting. libpq goes from host to host when one refuses, but
 * waits for ever for one that is silent: MWS_LATE when the host at its turn used up SHARE. */
static mws_outcome_e follow(mws_link_t *link, apr_time_t deadline, apr_time_t share)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    const char               *host = NULL;
    apr_time_t                turn_ends = deadline;

    if (PQstatus(link->pg) == CONNECTION_BAD) {
        return MWS_DEAD;
    }
    while (next != PGRES_POLLING_OK) {
        if (host != PQhost(link->pg)) { /* the address of the word, which is the host's own */
            host = PQhost(link->pg);
            turn_ends = mws_ticks() + share;
        }
        if (!wait_socket(link, next == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                         turn_ends < deadline ? turn_ends : deadline)) {
            return MWS_LATE;
        }
        next = PQconnectPoll(link->pg);
        if (next == PGRES_POLLING_FAILED) {
            return MWS_DEAD;
        }
    }
    return MWS_ANSWERED;
}

/* Connect, by DEADLINE, to the first host that the connection string DATABASE admits. */
static mws_outcome_e dial(mws_link_t *link, apr_pool_t *p, const char *database,
                          apr_time_t deadline)
{
    static const char *const keys[] = {"dbname", "client_encoding", "fallback_application_name",
                                       NULL};
    const char *const        values[] = {database, "UTF8", "mod_moodlews", NULL};
    mws_outcome_e            how;
    int                      hosts;

    adopt(link, PQconnectStartParams(keys, values, 1));
    hosts = count_hosts(p, link->pg);
    while ((how = follow(link, deadline, (deadline - mws_ticks()) / hosts)) == MWS_LATE &&
           hosts > 1 && mws_ticks() < deadline) {
        adopt(link, start_without_host(p, link->pg));
        hosts--;
    }
    return how;
}

/* Enter pipeline mode and say the first words. *SAID is what the server has against them. */
static mws_outcome_e greet(mws_link_t *link, apr_pool_t *p, apr_int64_t statement_ms,
                           apr_time_t deadline, const char **said)
{
    const char   *values[2];
    PGresult     *result, *refusal;
    mws_outcome_e how;

    values[0] = apr_psprintf(p, "%" APR_INT64_T_FMT, statement_ms);
    values[1] = apr_itoa(p, PQbackendPID(link->pg));
    if (PQsetnonblocking(link->pg, 1) || !PQenterPipelineMode(link->pg) ||
        !PQsendQueryParams(link->pg, first_words, 2, NULL, values, NULL, NULL, 0) ||
        !PQpipelineSync(link->pg)) {
        return MWS_DEAD;
    }
    how = mws_link_receive(link, p, deadline, &result);
    if (result && PQresultStatus(result) != PGRES_TUPLES_OK) {
        *said = PQresultErrorMessage(result);
        return MWS_DEAD;
    }
    if (how != MWS_ANSWERED) {
        return how;
    }
    link->direct = *PQgetvalue(result, 0, PQnfields(result) - 1) == 't';
    return mws_link_sync(link, p, deadline, &refusal);
}

/* Whether DATABASE is what it looks like: a connection string or URI, or else a mere name. */
static int is_readable(const char *database)
{
    PQconninfoOption *options;

    if (!database || !strpbrk(database, "=:")) {
        return 1;
    }
    options = PQconninfoParse(database, NULL);
    PQconninfoFree(options);
    return options != NULL;
}

/* Why the connection could not be made. A connection string that cannot be read is not quoted:
 * libpq would quote a part of it, which may be of the password. */
static mws_error_t *open_error(apr_pool_t *p, const mws_settings_t *settings, mws_outcome_e how,
                               const char *said)
{
    if (how == MWS_LATE) {
        return mws_error(p, MWS_DB_CONNECTION, "no connection within %" APR_INT64_T_FMT " ms",
                         settings->connect_ms);
    }
    if (!is_readable(settings->database)) {
        return mws_error(p, MWS_DB_CONNECTION, "MoodleWSDatabase is not a connection string");
    }
    return mws_error(p, strstr(said, " 53300:") ? MWS_BUSY : MWS_DB_CONNECTION, "%s",
                     one_line(p, said));
}

mws_error_t *mws_link_open(mws_link_t *link, apr_pool_t *p, const mws_settings_t *settings)
{
    apr_time_t    deadline = mws_ticks() + apr_time_from_msec(settings->connect_ms);
    mws_outcome_e how = dial(link, p, settings->database, deadline);
    const char   *said = NULL;
    mws_error_t  *err;

    if (how == MWS_ANSWERED) {
        how = greet(link, p, settings->statement_ms, deadline, &said);
    }
    if (how == MWS_ANSWERED) {
        return NULL;
    }
    err = open_error(p, settings, how, said ? said : PQerrorMessage(link->pg));
    mws_link_close(link);
    return err;
}

/* ---- between calls ---- */

int mws_link_has_died(mws_link_t *link)
{
    struct pollfd fd = {.fd = PQsocket(link->pg), .events = POLLIN | POLLRDHUP};

    if (poll(&fd, 1, 0) == 0) {
        return 0;
    }
    return !PQconsumeInput(link->pg) || PQstatus(link->pg) != CONNECTION_OK ||
           (fd.revents & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL));
}

int mws_link_is_clean(const mws_link_t *link)
{
    return !link->busy && PQstatus(link->pg) == CONNECTION_OK &&
           PQtransactionStatus(link->pg) == PQTRANS_IDLE;
}
