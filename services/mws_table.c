/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_table.c -- the rows of tables.tbl, and finding one by its name. */
#include "mws_table.h"

#include <string.h>

/* A row without a body does not link: the attribute makes the reference resolve inside. */
#define ROW(name, effect, capabilities)                                                            \
    extern const mws_external_t ext_##name __attribute__((visibility("hidden")));
#define OLD(name, today, declared)                                                                 \
    extern const mws_external_t ext_##declared __attribute__((visibility("hidden")));
#include "tables.tbl"
#undef ROW
#undef OLD

/* An old name has the effect and the capabilities of its function of today. */
enum {
#define ROW(name, effect, capabilities) EFFECT_##name = MWS_##effect,
#define OLD(name, today, declared)
#include "tables.tbl"
#undef ROW
#undef OLD
    EFFECT_NONE
};

static const mws_row_t rows[] = {
#define ROW(name, effect, capabilities) {#name, #name, &ext_##name, MWS_##effect, capabilities},
#define OLD(name, today, declared)                                                                 \
    {#name, #today, &ext_##declared, (mws_effect_e)EFFECT_##today, ""},
#include "tables.tbl"
#undef ROW
#undef OLD
};

#define COUNT (sizeof(rows) / sizeof(rows[0]))

const mws_row_t *mws_table_find(const char *name)
{
    apr_size_t i;

    for (i = 0; i < COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

const mws_row_t *mws_table_rows(apr_size_t *count)
{
    *count = COUNT;
    return rows;
}

const mws_row_t *mws_table_legacy(const char *today)
{
    apr_size_t i;

    for (i = 0; i < COUNT; i++) {
        if (strcmp(rows[i].today, today) == 0 && strcmp(rows[i].name, today) != 0) {
            return &rows[i];
        }
    }
    return NULL;
}

/* What keeps a call from its function, or breaks off any. Whoever reads has the list from behind those
 * of writing. */
static const mws_may_fail_t common[] = {
    {MWS_READ_ONLY, "the server only reads (MoodleWSReadOnly)"},
    {MWS_DB_CONFLICT, "other calls kept changing the same records; try again"},
    {MWS_DB_WRITE, "the database refused to write; the server's log says why"},
#define OF_WRITING 3
    {MWS_BAD_PARAMETER, "a parameter is missing, unknown or not as declared; debuginfo says which"},
    {MWS_BAD_TOKEN, "the token is unknown"},
    {MWS_NO_ACCESS,
     "the token or its session is over or bound to another address, or nothing lets the "
     "caller use the function or the protocol"},
    {MWS_NO_RECORD, "the site has no such function"},
    {MWS_NO_USER, "the account of the token is gone"},
    {MWS_WS_USER_DELETED, "the caller's account is deleted"},
    {MWS_WS_USER_UNCONFIRMED, "the caller's account is not confirmed"},
    {MWS_WS_USER_SUSPENDED, "the caller's account is suspended"},
    {MWS_WS_USER_EXPIRED, "the caller's password has expired"},
    {MWS_WS_USER_NOLOGIN, "nobody may log in with the caller's account"},
    {MWS_NO_USERNAME, "without a token: the user name is missing"},
    {MWS_NO_PASSWORD, "without a token: the password is missing"},
    {MWS_WRONG_PASSWORD, "without a token: the user name or password is wrong, or locked out"},
    {MWS_EXTERNAL_AUTH, "without a token: the password is kept outside Moodle"},
    {MWS_MAINTENANCE, "the site is under maintenance"},
    {MWS_UPGRADE_RUNNING, "the site is being upgraded"},
    {MWS_BUSY, "no database connection became free in time; try again after Retry-After seconds"},
    {MWS_DB_CONNECTION, "the database cannot be reached; try again after Retry-After seconds"},
    {MWS_DB_TIMEOUT, "the database took longer than MoodleWSStatementTimeout"},
    {MWS_DB_READ, "the database refused to read; the server's log says why"},
    {MWS_TOO_LARGE, "the request is larger than MoodleWSBodyMax"},
    {MWS_BAD_RESPONSE, "the result is not as declared; the server's log says where"},
    {MWS_GENERAL, "the server failed; its log says why"},
    {.when = NULL}};

const mws_may_fail_t *mws_table_common_errors(const mws_row_t *row)
{
    return row->effect == MWS_WRITES ? common : common + OF_WRITING;
}
