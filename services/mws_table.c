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

/* Whoever reads has the list from behind those of writing. */
static const mws_may_fail_t common[] = {
    {MWS_READ_ONLY, "the server only reads (MoodleWSReadOnly)"},
    {MWS_DB_CONFLICT, "other calls kept changing the same records; try again"},
#define OF_WRITING 2
    {MWS_BAD_PARAMETER, "a parameter is missing, unknown or not as declared; debuginfo says which"},
    {MWS_BAD_TOKEN, "the token is unknown"},
    {MWS_NO_ACCESS, "the token is over, or its service does not offer the function to the caller"},
    {MWS_BUSY, "no database connection became free in time; try again after Retry-After seconds"},
    {MWS_DB_TIMEOUT, "the database took longer than MoodleWSStatementTimeout"},
    {MWS_TOO_LARGE, "the request is larger than MoodleWSBodyMax"},
    {.when = NULL}};

const mws_may_fail_t *mws_table_common_errors(const mws_row_t *row)
{
    return row->effect == MWS_WRITES ? common : common + OF_WRITING;
}
