/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_access.h
 *
 * Who may do what, where: contexts, roles, capabilities. Role definitions and overrides come from
 * the snapshot (mws_site.h), the roles that a user holds from the database at each call, so that a
 * question costs no statement once both are there, and a list of a thousand users none either.
 * Moodle: lib/accesslib.php, has_capability() and below.
 */
#ifndef MWS_ACCESS_H
#define MWS_ACCESS_H

#include "../db/mws_call.h"
#include "mws_site.h"

enum {
    MWS_LEVEL_SYSTEM = 10,
    MWS_LEVEL_USER = 30,
    MWS_LEVEL_CATEGORY = 40,
    MWS_LEVEL_COURSE = 50,
    MWS_LEVEL_MODULE = 70,
    MWS_LEVEL_BLOCK = 80
};

/* The level that external functions know as NAME ("coursecat"), or 0. */
int mws_level_named(const char *name);

/* A row of table context. */
typedef struct mws_context_t {
    apr_int64_t  id, instanceid;
    int          level, depth;
    apr_int64_t *path; /* DEPTH ids, from system down to itself */
} mws_context_t;

/* The columns of a context with table alias C, for a SELECT; mws_context_of_row() takes them from
 * column COL on, and returns NULL when they are null (an outer join). */
#define MWS_CONTEXT_COLUMNS(c) c ".id, " c ".contextlevel, " c ".instanceid, " c ".path"
enum { MWS_CONTEXT_WIDTH = 4 };
mws_context_t *mws_context_of_row(apr_pool_t *p, const mws_rows_t *rows, int row, int col);

/* The system's context, and the id of the front page course. */
const mws_context_t *mws_context_system(mws_call_t *call);
apr_int64_t          mws_front_page_id(mws_call_t *call);

/* Find contexts by id, or by level and instance. *CONTEXT is NULL when there is none. */
mws_error_t *mws_context_by_id(mws_call_t *call, apr_int64_t id, mws_context_t **context);
mws_error_t *mws_context_of(mws_call_t *call, int level, apr_int64_t instanceid,
                            mws_context_t **context);

/* Find the context that IN names by its keys contextlevel and instanceid; MWS_BAD_PARAMETER with the
 * words UNNAMED where it lacks one of them. */
mws_error_t *mws_context_named(mws_call_t *call, const mws_value_t *in, const char *unnamed,
                               mws_context_t **context);

/* Queue making the contexts of LEVEL for INSTANCES, right below PARENT. *ROWS, in their order: the
 * instance, then MWS_CONTEXT_COLUMNS, of those that were not there. */
mws_error_t *mws_contexts_create(mws_call_t *call, int level, const mws_ids_t *instances,
                                 const mws_context_t *parent, mws_rows_t **rows);

/* Queue making the contexts that MODULES (ids of course_modules) lack, each below its course's. */
mws_error_t *mws_contexts_create_modules(mws_call_t *call, const mws_ids_t *modules);

/* The same, each below a parent of its own: PARENTS are as many as INSTANCES. */
mws_error_t *mws_contexts_create_below(mws_call_t *call, int level, const mws_ids_t *instances,
                                       const mws_context_t *const *parents, mws_rows_t **rows);

/* The path of CONTEXT as the database has it: "/1/3/25". */
const char *mws_context_path(apr_pool_t *p, const mws_context_t *context);

/* The roles that a user holds, and what else decides: made from role assignments given as
 * "contextid:roleid" words between commas (NULL: none). The caller's are call->caller->roles. */
typedef struct mws_roles_t mws_roles_t;
mws_roles_t               *mws_roles_make(mws_call_t *call, apr_int64_t userid, int alive,
                                          const char *assignments);

/* SQL for that list: a scalar subquery on the user id expression WHO. */
#define MWS_ROLES_OF(who)                                                                          \
    "(SELECT string_agg(ra.contextid || ':' || ra.roleid, ',')"                                    \
    " FROM {role_assignments} ra WHERE ra.userid = " who ")"

/* Hold ROLEID in the context CONTEXTID for the rest of the call (temporary guest access). */
void mws_roles_add(mws_roles_t *roles, apr_int64_t contextid, apr_int64_t roleid);

/* Whether the holder of ROLES, or the caller, has CAPABILITY in CONTEXT. */
int mws_roles_allow(mws_call_t *call, mws_roles_t *roles, const mws_context_t *context,
                    const char *capability);
int mws_can(mws_call_t *call, const mws_context_t *context, const char *capability);

/* MWS_NO_PERMISSION unless the caller has CAPABILITY in CONTEXT. */
mws_error_t *mws_require(mws_call_t *call, const mws_context_t *context, const char *capability);

/* Who has CAPABILITY in CONTEXT, as a set: the ids of the roles that give it and of those that
 * forbid it. *EVERYONE: the default role gives it, so that only FORBID matters; *NOBODY: none.
 * Moodle: get_with_capability_join(). */
void mws_roles_with(mws_call_t *call, const mws_context_t *context, const char *capability,
                    mws_ids_t **give, mws_ids_t **forbid, int *everyone, int *nobody);

/* What every function does first with the context it acts in: MWS_BAD_PARAMETER when there is
 * none (CONTEXT NULL), MWS_CONTEXT_RESTRICTED beyond the token's, then the account's state
 * (mws_access.c: check_account). For contexts of courses and modules there is
 * mws_course_validate().
 * Moodle: core_external\external_api::validate_context(). */
mws_error_t *mws_validate_context(mws_call_t *call, const mws_context_t *context);

/* What it refuses with, for the list of who calls it. Not in it: MWS_BAD_PARAMETER, which every call
 * may meet, and MWS_REQUIRE_LOGIN under maintenance, which ends a call before it comes here. */
/* clang-format off */
#define MWS_ACCOUNT_ERRORS                                                                         \
    {MWS_CONTEXT_RESTRICTED, "the token is for another part of the site"},                         \
    {MWS_PASSWORD_CHANGE, "the caller must change the password first"},                            \
    {MWS_PASSWORD_NO_CHANGE, "the same, and the password is kept outside Moodle"},                 \
    {MWS_NOT_SET_UP, "the caller's name, address or a required field of the profile is missing"},  \
    {MWS_POLICY, "the caller has not agreed to the site policy"}
/* clang-format on */

/* Whether a user id is in config siteadmins; of the guest account. */
int mws_is_admin(mws_call_t *call, apr_int64_t userid);
int mws_is_guest(mws_call_t *call, apr_int64_t userid);

#endif
