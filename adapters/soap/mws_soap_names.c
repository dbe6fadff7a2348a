/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/mws_soap_names.c -- the names that the WSDL and the answers of SOAP share.
 *
 * Moodle: webservice/lib.php, webservice_base_server::generate_simple_struct_class().
 */
#include "mws_soap_names.h"

#include <apr_strings.h>

const char *mws_soap_space(mws_call_t *call, const mws_http_t *http)
{
    return apr_pstrcat(call->pool, call->settings->wwwroot,
                       http->script == MWS_SCRIPT_PASSWORD ? "/webservice/soap/simpleserver.php"
                                                           : "/webservice/soap/server.php",
                       NULL);
}

const char *mws_soap_literal_space(mws_call_t *call, const mws_http_t *http)
{
    return apr_pstrcat(call->pool, mws_soap_space(call, http), "/literal", NULL);
}

/* The same for all KEYS together. */
static int count_keys(const mws_spec_t *keys)
{
    int count = 0;

    for (; keys->name; keys++) {
        count += mws_soap_struct_count(keys);
    }
    return count;
}

int mws_soap_struct_count(const mws_spec_t *spec)
{
    return spec && spec->kind == MWS_SPEC_STRUCT ? count_keys(spec->of) + 1 : 0;
}

/* What PHP serves beside us counts in Moodle's numbers, too: how many types it takes. */
static const struct {
    const char *name;
    int         count;
} elsewhere[] = {{"core_course_delete_courses", 1}};

static int is_old(const mws_row_t *row)
{
    return strcmp(row->name, row->today) != 0;
}

/* Whether the types of ROW are numbered before those of FUNCTION. */
static int is_before(const mws_row_t *row, const mws_row_t *function)
{
    if (is_old(row) != is_old(function)) {
        return is_old(function);
    }
    return strcmp(row->name, function->name) < 0;
}

static int is_listed(apr_hash_t *names, const char *name)
{
    return apr_hash_get(names, name, APR_HASH_KEY_STRING) != NULL;
}

int mws_soap_struct_first(apr_hash_t *names, const mws_row_t *function)
{
    apr_size_t       count, i;
    const mws_row_t *row = mws_table_rows(&count);
    int              first = 0;

    for (i = 0; i < count; i++, row++) {
        int own =
            count_keys(row->external->params->of) + mws_soap_struct_count(row->external->returns);

        if (own && is_before(row, function) &&
            (is_listed(names, row->name) || is_listed(names, row->today))) {
            first += own;
        }
    }
    for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
        if ((is_old(function) || strcmp(elsewhere[i].name, function->name) < 0) &&
            is_listed(names, elsewhere[i].name)) {
            first += elsewhere[i].count;
        }
    }
    return first;
}
