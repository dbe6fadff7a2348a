/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_offer.c -- which services admit an account. */
#include "mws_offer.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/site/mws_site.h"
#include "mws_address.h"
#include "mws_check.h"
#include "mws_table.h"

SQL(service_named,
    "SELECT " MWS_OFFER_COLUMNS
    " FROM {external_services} s JOIN {user} u ON u.id = $2" MWS_OFFER_JOIN
    " WHERE s.enabled = 1 AND s.id = (SELECT min(o.id) FROM {external_services} o"
    " WHERE o.enabled = 1 AND o.shortname = $1)"
    " ORDER BY su.id");

SQL(services_enabled,
    "SELECT " MWS_OFFER_COLUMNS
    " FROM {external_services} s JOIN {user} u ON u.id = $1" MWS_OFFER_JOIN
    " WHERE s.enabled = 1 ORDER BY s.id, su.id");

/* Moodle admits rows whose time is over and refuses those whose time still runs: it compares
 * backwards (webservice/lib.php, load_function_info()). Here a time that is over refuses. */
static mws_error_t *listing_refusal(mws_call_t *call, const mws_rows_t *rows, int row, int col)
{
    const char *addresses = mws_row_text(rows, row, col + MWS_OFFER_ADDRESSES);
    apr_int64_t until = mws_row_int(rows, row, col + MWS_OFFER_UNTIL);

    if (mws_row_null(rows, row, col + MWS_OFFER_LISTED)) {
        return mws_error(call->pool, MWS_SERVICE_USER, NULL);
    }
    if (until && until < call->now) {
        return mws_error(call->pool, MWS_SERVICE_EXPIRED, NULL);
    }
    if (addresses && *addresses && !mws_address_in(call->pool, call->address, addresses)) {
        return mws_error(call->pool, MWS_SERVICE_ADDRESS, NULL);
    }
    return NULL;
}

mws_error_t *mws_offer_refusal(mws_call_t *call, const mws_caller_t *caller,
                               const mws_context_t *context, const mws_rows_t *rows, int row,
                               int col)
{
    const char *capability = mws_row_text(rows, row, col + MWS_OFFER_CAPABILITY);

    if (!mws_row_int(rows, row, col + MWS_OFFER_ENABLED)) {
        return mws_error(call->pool, MWS_NO_SERVICE, NULL);
    }
    if (capability && *capability && !mws_roles_allow(call, caller->roles, context, capability)) {
        return mws_error(call->pool, MWS_SERVICE_CAPABILITY, "%s", capability);
    }
    if (mws_row_int(rows, row, col + MWS_OFFER_RESTRICTED)) {
        return listing_refusal(call, rows, row, col);
    }
    return NULL;
}

static mws_error_t *choose_named(mws_call_t *call, const mws_caller_t *caller, const char *name,
                                 apr_int64_t *id)
{
    const mws_context_t *system = mws_context_system(call);
    mws_error_t         *first = NULL;
    mws_rows_t          *rows;
    int                  i;

    MWS_ERR(mws_db_query(call, &service_named, &rows, "si", name, caller->id));
    if (!mws_rows_count(rows)) {
        return mws_error(call->pool, MWS_NO_SERVICE, NULL);
    }
    for (i = 0; i < mws_rows_count(rows); i++) {
        mws_error_t *err = mws_offer_refusal(call, caller, system, rows, i, 0);

        if (!err) {
            *id = mws_row_int(rows, i, MWS_OFFER_SERVICE);
            return NULL;
        }
        first = first ? first : err;
    }
    return first;
}

static mws_error_t *choose_only(mws_call_t *call, const mws_caller_t *caller, apr_int64_t *id)
{
    const mws_context_t *system = mws_context_system(call);
    mws_rows_t          *rows;
    int                  i;

    *id = 0;
    MWS_ERR(mws_db_query(call, &services_enabled, &rows, "i", caller->id));
    for (i = 0; i < mws_rows_count(rows); i++) {
        apr_int64_t service = mws_row_int(rows, i, MWS_OFFER_SERVICE);

        if (service == *id || mws_offer_refusal(call, caller, system, rows, i, 0)) {
            continue;
        }
        if (*id) {
            return mws_check_missing(call, "service");
        }
        *id = service;
    }
    return *id ? NULL : mws_check_missing(call, "service");
}

mws_error_t *mws_offer_choose(mws_call_t *call, const mws_caller_t *caller, const char *name,
                              apr_int64_t *id)
{
    return name && *name ? choose_named(call, caller, name, id) : choose_only(call, caller, id);
}

static int by_name(const void *one, const void *other)
{
    return strcmp((*(const mws_row_t *const *)one)->name, (*(const mws_row_t *const *)other)->name);
}

/* The rows of the table that NAMES has, by either name. */
static apr_array_header_t *served(apr_pool_t *p, apr_hash_t *names)
{
    apr_size_t          count, i;
    const mws_row_t    *row = mws_table_rows(&count);
    apr_array_header_t *functions = apr_array_make(p, (int)count, sizeof(row));

    for (i = 0; i < count; i++, row++) {
        if (apr_hash_get(names, row->name, APR_HASH_KEY_STRING) ||
            apr_hash_get(names, row->today, APR_HASH_KEY_STRING)) {
            APR_ARRAY_PUSH(functions, const mws_row_t *) = row;
        }
    }
    qsort(functions->elts, (size_t)functions->nelts, sizeof(row), by_name);
    return functions;
}

mws_error_t *mws_offer_names(mws_call_t *call, apr_hash_t **names)
{
    mws_rows_t *rows;
    int         i;

    *names = apr_hash_make(call->pool);
    MWS_ERR(mws_db_query(call, &services_enabled, &rows, "i", call->caller->id));
    for (i = 0; i < mws_rows_count(rows); i++) {
        apr_int64_t service = mws_row_int(rows, i, MWS_OFFER_SERVICE);

        if ((!call->token_id || service == call->service_id) &&
            !mws_offer_refusal(call, call->caller, call->restriction, rows, i, 0)) {
            *names = apr_hash_overlay(call->pool, mws_site_listed(call, service), *names);
        }
    }
    return NULL;
}

mws_error_t *mws_offer_functions(mws_call_t *call, const apr_array_header_t **functions)
{
    apr_hash_t *names;

    MWS_ERR(mws_offer_names(call, &names));
    *functions = served(call->pool, names);
    return NULL;
}
