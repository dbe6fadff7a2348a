/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_fields_save.c -- writing what people have in the site's own fields. */
#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../text/mws_clean.h"
#include "mws_user_fields.h"

SQL(fields_to_save,
    "SELECT f.id, f.shortname, f.datatype, f.defaultdata, f.param1, f.param2, f.param3"
    "  FROM {user_info_field} f"
    "  JOIN {user_info_category} c ON c.id = f.categoryid"
    " ORDER BY c.sortorder, f.sortorder, f.id");

enum { F_ID, F_SHORTNAME, F_TYPE, F_DEFAULT, F_PARAM1, F_PARAM2, F_PARAM3 };

/* The moments that dates of the time zone $1 are: a Unix time, or where that is null the parts of a
 * date; the year is kept between two. Parts beyond their month, day or hour count on, as in PHP. */
SQL(moments_of_dates,
    "SELECT floor(extract(epoch from ("
    "         CASE WHEN d.timed THEN d.at ELSE date_trunc('day', d.at) END"
    "         + make_interval(years => least(greatest(d.year, d.first), d.last) - d.year))"
    "         AT TIME ZONE $1))::bigint"
    "  FROM (SELECT n.ord, n.first::int AS first, n.last::int AS last, n.timed <> 0 AS timed,"
    "               l.at, extract(year from l.at)::int AS year"
    "          FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],"
    "                      $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])"
    "               WITH ORDINALITY AS n (moment, year, month, day, hour, minute, second, first,"
    "                                     last, timed, ord)"
    "         CROSS JOIN LATERAL (SELECT CASE"
    "               WHEN n.moment IS NOT NULL THEN to_timestamp(n.moment::bigint) AT TIME ZONE $1"
    "               ELSE make_timestamp(n.year::int, 1, 1, 0, 0, 0)"
    "                    + make_interval(months => n.month::int - 1, days => n.day::int - 1,"
    "                                    hours => n.hour::int, mins => n.minute::int,"
    "                                    secs => n.second)"
    "               END AS at) AS l) AS d"
    " ORDER BY d.ord");

SQL(save_data,
    "WITH wanted AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[])"
    "                WITH ORDINALITY AS n (userid, fieldid, data, ord)),"
    "     old AS (UPDATE {user_info_data} d SET data = w.data FROM wanted w"
    "              WHERE d.userid = w.userid AND d.fieldid = w.fieldid)"
    "INSERT INTO {user_info_data} (userid, fieldid, data, dataformat)"
    " SELECT w.userid, w.fieldid, w.data, 0 FROM wanted w"
    "  WHERE NOT EXISTS (SELECT 1 FROM {user_info_data} d"
    "                     WHERE d.userid = w.userid AND d.fieldid = w.fieldid)"
    "  ORDER BY w.ord"
    " ON CONFLICT (userid, fieldid) DO UPDATE SET data = EXCLUDED.data");

/* The parts of a date. */
enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };

/* A year that every part of the statement can take. */
enum { FIRST_YEAR = 1, LAST_YEAR = 9999 };

/* What is to be written; a date is first sent to the database, which knows the time zones. */
typedef struct {
    mws_ids_t   *userids, *fieldids;
    mws_texts_t *data; /* NULL for a date, until its moment is known */
    mws_texts_t *moments;
    mws_ids_t   *parts[PARTS];
    mws_ids_t   *first, *last, *timed;
} save_t;

static save_t *make_save(apr_pool_t *p)
{
    save_t *save = apr_palloc(p, sizeof(*save));
    int     i;

    save->userids = mws_ids_make(p);
    save->fieldids = mws_ids_make(p);
    save->data = mws_texts_make(p);
    save->moments = mws_texts_make(p);
    for (i = 0; i < PARTS; i++) {
        save->parts[i] = mws_ids_make(p);
    }
    save->first = mws_ids_make(p);
    save->last = mws_ids_make(p);
    save->timed = mws_ids_make(p);
    return save;
}

/* ---- values by type ---- */

static apr_int64_t between(apr_int64_t least, apr_int64_t i, apr_int64_t most)
{
    return i < least ? least : i > most ? most : i;
}

/* The column of a field as a year. */
static apr_int64_t year_of(const mws_rows_t *fields, int field, int column)
{
    const char *text = mws_row_text(fields, field, column);

    return between(FIRST_YEAR, mws_php_int(text ? text : ""), LAST_YEAR);
}

/* Note a date for the field in row FIELD: a Unix time, or parts with a "-" between them. */
static void add_date(apr_pool_t *p, save_t *save, const mws_rows_t *fields, int field,
                     const char *value)
{
    int         is_moment = !value[strspn(value, "0123456789")];
    apr_int64_t parts[PARTS] = {FIRST_YEAR, 1, 1};
    int         i, count = 0;

    mws_texts_add(save->moments, is_moment
                                     ? apr_psprintf(p, "%" APR_INT64_T_FMT,
                                                    between(0, mws_php_int(value), 253402300799))
                                     : NULL);
    for (; !is_moment && *value && count < PARTS; count++) {
        apr_size_t len = strcspn(value, "-");

        parts[count] = between(0, mws_php_int(value), LAST_YEAR);
        value += len + (value[len] == '-');
    }
    parts[YEAR] = between(FIRST_YEAR, parts[YEAR], LAST_YEAR);
    for (i = 0; i < PARTS; i++) {
        mws_ids_add(save->parts[i], parts[i]);
    }
    mws_ids_add(save->first, year_of(fields, field, F_PARAM1));
    mws_ids_add(save->last, year_of(fields, field, F_PARAM2));
    mws_ids_add(save->timed, mws_php_bool(mws_row_text(fields, field, F_PARAM3)) &&
                                 (is_moment || count == PARTS));
}

/* TEXT without what is beyond MOST characters. */
static const char *cut(apr_pool_t *p, const char *text, apr_int64_t most)
{
    const char *at = text, *end = text + strlen(text);

    for (; at < end && most > 0; most--) {
        apr_size_t len;

        mws_utf8_decode(at, end, &len);
        at += len;
    }
    return apr_pstrmemdup(p, text, (apr_size_t)(at - text));
}

/* Whether VALUE is one of OPTIONS, each on a line of its own. */
static int is_option(apr_pool_t *p, const char *options, const char *value)
{
    while (options && *options) {
        apr_size_t len = strcspn(options, "\n");

        if (strcmp(mws_trim(p, apr_pstrmemdup(p, options, len)), value) == 0) {
            return 1;
        }
        options += len + (options[len] == '\n');
    }
    return 0;
}

/* VALUE as the field in row FIELD, no date, takes it. */
static const char *as_taken(apr_pool_t *p, const mws_rows_t *fields, int field, const char *value)
{
    const char *type = mws_row_text(fields, field, F_TYPE);
    const char *preset = mws_row_text(fields, field, F_DEFAULT);
    const char *most = mws_row_text(fields, field, F_PARAM2);

    if (strcmp(type, "text") == 0 && most && mws_php_int(most) > 0) {
        return cut(p, value, mws_php_int(most));
    }
    if (strcmp(type, "menu") == 0 && !is_option(p, mws_row_text(fields, field, F_PARAM1), value)) {
        return preset ? preset : "";
    }
    return value;
}

/* ---- gathering and writing ---- */

static void add_value(apr_pool_t *p, save_t *save, apr_int64_t userid, const mws_rows_t *fields,
                      int field, const char *value)
{
    int is_date = strcmp(mws_row_text(fields, field, F_TYPE), "datetime") == 0;

    mws_ids_add(save->userids, userid);
    mws_ids_add(save->fieldids, mws_row_int(fields, field, F_ID));
    if (is_date && mws_php_bool(value)) {
        mws_texts_add(save->data, NULL);
        add_date(p, save, fields, field, value);
    }
    else {
        mws_texts_add(save->data, is_date ? "0" : as_taken(p, fields, field, value));
    }
}

/* Gather what one user gives, in the order of the fields. */
static void add_user(mws_call_t *call, save_t *save, const mws_user_fields_given_t *user,
                     const mws_rows_t *fields)
{
    apr_hash_t *values = apr_hash_make(call->pool);
    apr_size_t  i;
    int         field;

    for (i = 0; i < mws_value_size(user->given); i++) {
        const mws_value_t *item = mws_value_at(user->given, i);

        if (mws_given(item, "type")) {
            apr_hash_set(values, mws_text(item, "type"), APR_HASH_KEY_STRING,
                         mws_text(item, "value"));
        }
    }
    for (field = 0; field < mws_rows_count(fields); field++) {
        const char *value =
            apr_hash_get(values, mws_row_text(fields, field, F_SHORTNAME), APR_HASH_KEY_STRING);

        if (value) {
            add_value(call->pool, save, user->userid, fields, field, value);
        }
    }
}

static mws_error_t *find_moments(mws_call_t *call, save_t *save)
{
    mws_rows_t *rows;
    int         i, row = 0;

    MWS_ERR(mws_db_query(call, &moments_of_dates, &rows, "sSIIIIIIIII", call->zone, save->moments,
                         save->parts[YEAR], save->parts[MONTH], save->parts[DAY], save->parts[HOUR],
                         save->parts[MINUTE], save->parts[SECOND], save->first, save->last,
                         save->timed));
    for (i = 0; i < save->data->count; i++) {
        if (!save->data->texts[i]) {
            save->data->texts[i] = mws_row_text(rows, row++, 0);
        }
    }
    return NULL;
}

mws_error_t *mws_user_fields_save(mws_call_t *call, const apr_array_header_t *given)
{
    save_t     *save = make_save(call->pool);
    mws_rows_t *fields;
    int         i;

    MWS_ERR(mws_db_query(call, &fields_to_save, &fields, ""));
    for (i = 0; i < given->nelts; i++) {
        add_user(call, save, &APR_ARRAY_IDX(given, i, mws_user_fields_given_t), fields);
    }
    if (save->moments->count) {
        MWS_ERR(find_moments(call, save));
    }
    return save->userids->count ? mws_db_query(call, &save_data, NULL, "IIS", save->userids,
                                               save->fieldids, save->data)
                                : NULL;
}
