/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_call.h
 *
 * One call: what every function from the adapter to the SQL needs to know of it. Made by the front
 * door for a request, filled by services/mws_auth.c, dead with the request.
 */
#ifndef MWS_CALL_H
#define MWS_CALL_H

#include <apr_pools.h>
#include <apr_time.h>

#include "../base/mws_error.h"
#include "../base/mws_log.h"
#include "../base/mws_settings.h"
#include "../base/mws_value.h"
#include "mws_db.h"

/* What a child keeps between calls. */
typedef struct mws_child_t {
    apr_pool_t              *pool;
    const mws_settings_t    *settings;
    const mws_log_t         *log;
    mws_db_t                *db;
    struct mws_site_cache_t *site_cache;
    struct mws_behind_t     *behind;               /* the writer of rows behind the answer */
    struct mws_throttle_t   *throttle;             /* failed logins by address */
    struct mws_shelf_t      *shelf;                /* documents that are the same for everybody */
    volatile apr_uint32_t    hashing;              /* threads that help: mws_hash.h */
    int (*serves)(const char *name);               /* whether a function is ours to serve */
    const char *(*legacy_name)(const char *today); /* the 2.1 name of a function, or NULL */
} mws_child_t;

/* The caller: a row of table user, and what access asks about. Never NULL once authenticated. */
typedef struct mws_caller_t {
    apr_int64_t id;
    const char *username, *firstname, *lastname, *email, *auth, *lang, *theme, *timezone;
    const char *firstnamephonetic, *lastnamephonetic, *middlename, *alternatename;
    const char *calendartype;
    apr_int64_t picture, policyagreed;
    const struct mws_context_t *context; /* its own, or NULL when that is missing */
    int                         deleted, suspended, confirmed;
    int                         is_admin, is_guest;
    int                         must_change_password; /* preference auth_forcepasswordchange */
    int                         misses_field;         /* a required profile field is empty */
    struct mws_roles_t         *roles;                /* mws_access.h */
} mws_caller_t;

/* The request's settings for texts: moodlewssetting*. */
typedef struct {
    int         raw, fileurl, filter, httpstatus;
    const char *lang, *timezone; /* NULL: not asked */
} mws_text_settings_t;

typedef struct mws_call_t {
    apr_pool_t           *pool;
    mws_child_t          *child;
    const mws_settings_t *settings;
    const mws_log_t      *log;
    apr_time_t            started;    /* when httpd had read the request's head */
    apr_int64_t           now;        /* Unix seconds, taken once */
    const char           *protocol;   /* "rest" ..., or NULL at the scripts beside server.php */
    const char           *origin;     /* "ws", or "web" at those scripts: for the event log */
    const char           *address;    /* of the client, as httpd tells it */
    const char           *user_agent; /* or NULL */
    int                   https;
    int (*gone)(void *client); /* whether CLIENT has gone: long work is for nobody; or NULL */
    void               *client;
    struct mws_site_t  *site; /* mws_site.h */
    mws_text_settings_t text;
    const char         *zone; /* the caller's time zone, once mws_zone_find() was asked */

    /* From here on a call's own, where a request has several: mws_call_next(). */
    int within; /* one of several: it has none within itself */

    const struct mws_credentials_t *credentials; /* what the caller showed */

    mws_caller_t         *caller;                     /* NULL before authentication */
    apr_int64_t           token_id;                   /* 0: none, user name and password */
    apr_int64_t           service_id;                 /* of the token; 0: any */
    int                   downloadfiles, uploadfiles; /* of that service */
    struct mws_context_t *restriction;                /* the token's context */
    const char           *function; /* the name as called, once it is known to exist */
    int                   legacy;   /* called by a 2.1 name: classes are spelled plainly */
    int                   writes;   /* nothing is repeated behind the caller's back */

    void               *prepared; /* by the function, before its transaction: mws_declare.h */
    struct mws_work_t  *work;     /* mws_work.h: of a call that writes */
    struct mws_lease_t *lease;    /* mws_db.c: the connection, and what is queued */
} mws_call_t;

/* Make one of several calls that came in the request of CALL: what is the request's is copied, the
 * rest is as if nobody had called yet, so that it authenticates, has its own transaction and its own
 * error. It lives in a subpool of CALL's pool, which the adapter destroys once the result is
 * written. CALL gives back its database connection: a request never holds two. */
mws_call_t *mws_call_next(mws_call_t *call);

#endif
