/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_customfield.c -- custom fields of courses and groups. */
#include "mws_customfield.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../db/mws_rows.h"
#include "../text/mws_clean.h"
#include "../text/mws_format.h"

SQL(customfield_fields,
    "SELECT f.id, f.shortname, f.name, f.type, f.configdata"
    "  FROM {customfield_field} f"
    "  JOIN {customfield_category} c ON c.id = f.categoryid"
    " WHERE c.component = $1 AND c.area = $2 AND c.itemid = 0"
    " ORDER BY c.sortorder, c.id, f.sortorder, f.id");

enum { F_ID, F_SHORTNAME, F_NAME, F_TYPE, F_CONFIG };

SQL(customfield_data,
    "SELECT d.instanceid, d.fieldid, d.id, d.contextid, d.valueformat,"
    "       d.intvalue, d.decvalue, d.charvalue, d.value"
    "  FROM {customfield_data} d"
    "  JOIN {customfield_field} f ON f.id = d.fieldid"
    "  JOIN {customfield_category} c ON c.id = f.categoryid"
    " WHERE c.component = $1 AND c.area = $2 AND c.itemid = 0 AND d.instanceid = ANY ($3)"
    " ORDER BY d.instanceid");

/* clang-format off */
enum {
    D_INSTANCE, D_FIELD, D_ID, D_CONTEXT, D_FORMAT, D_INT, D_DECIMAL, D_CHARS, D_VALUE
};
/* clang-format on */

/* The place in the arrays is the order of new rows. */
SQL(store_data,
    "WITH given AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[],"
    "                                    $5::text[], $6::text[], $7::text[]) WITH ORDINALITY"
    "                      AS g (instanceid, fieldid, contextid, int, dec, chars, value, n)),"
    " old AS (UPDATE {customfield_data} d"
    "            SET intvalue = g.int::bigint, decvalue = g.dec::numeric, charvalue = g.chars,"
    "                value = g.value, timemodified = $8"
    "           FROM given g WHERE d.instanceid = g.instanceid AND d.fieldid = g.fieldid"
    "         RETURNING d.instanceid, d.fieldid)"
    "INSERT INTO {customfield_data} (fieldid, instanceid, intvalue, decvalue, charvalue, value,"
    "       valueformat, valuetrust, timecreated, timemodified, contextid)"
    " SELECT g.fieldid, g.instanceid, g.int::bigint, g.dec::numeric, g.chars, g.value, 0, 0, $8,"
    "        $8, g.contextid"
    "   FROM given g"
    "  WHERE NOT EXISTS (SELECT 1 FROM old"
    "                     WHERE old.instanceid = g.instanceid AND old.fieldid = g.fieldid)"
    "  ORDER BY g.n"
    " ON CONFLICT (instanceid, fieldid) DO UPDATE"
    "    SET intvalue = excluded.intvalue, decvalue = excluded.decvalue,"
    "        charvalue = excluded.charvalue, value = excluded.value,"
    "        timemodified = excluded.timemodified");

/* A kind of field: the column that holds its value, and how one is shown. */
typedef struct field_t field_t;
typedef struct value_t value_t;

typedef struct {
    const char *name;
    int         column;
    mws_error_t *(*show)(mws_call_t *call, const value_t *value, const char **shown);
} kind_t;

struct field_t {
    apr_int64_t         id;
    const char         *shortname, *name, *type;
    const kind_t       *kind;
    struct json_object *config; /* NULL: none, or not JSON */
    int                 sight;
};

/* What one instance holds in one field. */
struct value_t {
    const field_t *field;
    const char    *raw;    /* NULL: null */
    apr_int64_t    itemid; /* of the stored data; 0: RAW is the default */
    apr_int64_t    contextid;
    int            format;
};

struct mws_customfields_t {
    mws_rows_t         *rows, *data;
    apr_pool_t         *pool;
    apr_array_header_t *fields; /* of field_t; NULL until first asked for */
};

static const char *config_text(const field_t *field, const char *key)
{
    struct json_object *v;

    if (!field->config || !json_object_object_get_ex(field->config, key, &v) || !v) {
        return "";
    }
    return json_object_get_string(v);
}

/* The COUNT-th option of a menu, from 1 on, without the white space around it; NULL beyond the
 * last one. */
static const char *option_text(apr_pool_t *p, const field_t *field, apr_int64_t count)
{
    const char *at = config_text(field, "options");

    for (; *at; at += strcspn(at, "\n")) {
        at += strspn(at, " \t\r\n");
        if (*at && --count == 0) {
            apr_size_t len = strcspn(at, "\n");

            while (len && apr_isspace(at[len - 1])) {
                len--;
            }
            return apr_pstrmemdup(p, at, len);
        }
    }
    return NULL;
}

/* The number of the option that is the default of a menu, 0 when none is. */
static apr_int64_t default_option(apr_pool_t *p, const field_t *field)
{
    const char *wanted = config_text(field, "defaultvalue");
    const char *option;
    apr_int64_t i;

    for (i = 1; (option = option_text(p, field, i)) != NULL; i++) {
        if (strcmp(option, wanted) == 0) {
            return i;
        }
    }
    return 0;
}

static mws_error_t *show_checkbox(mws_call_t *call, const value_t *value, const char **shown)
{
    (void)call;
    *shown = value->raw && mws_php_int(value->raw) ? "Yes" : "No";
    return NULL;
}

/* A moment as ISO 8601, in UTC. */
static mws_error_t *show_date(mws_call_t *call, const value_t *value, const char **shown)
{
    apr_int64_t    seconds = value->raw ? mws_php_int(value->raw) : 0;
    apr_time_exp_t at;

    if (!seconds || apr_time_exp_gmt(&at, apr_time_from_sec(seconds)) != APR_SUCCESS) {
        return NULL;
    }
    *shown =
        apr_psprintf(call->pool, "%04d-%02d-%02d", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday);
    if (mws_php_int(config_text(value->field, "includetime"))) {
        *shown = apr_psprintf(call->pool, "%s %02d:%02d", *shown, at.tm_hour, at.tm_min);
    }
    return NULL;
}

static mws_error_t *show_number(mws_call_t *call, const value_t *value, const char **shown)
{
    (void)call;
    if (value->raw && mws_php_float(value->raw) != 0) {
        *shown = value->raw;
    }
    return NULL;
}

static mws_error_t *show_option(mws_call_t *call, const value_t *value, const char **shown)
{
    apr_int64_t number = value->raw ? mws_php_int(value->raw) : 0;
    const char *option = number > 0 ? option_text(call->pool, value->field, number) : NULL;

    *shown = option ? mws_format_page_string(call, option) : NULL;
    return NULL;
}

static mws_error_t *show_string(mws_call_t *call, const value_t *value, const char **shown)
{
    *shown = value->raw && *value->raw ? mws_format_page_string(call, value->raw) : NULL;
    return NULL;
}

static mws_error_t *show_page(mws_call_t *call, const value_t *value, const char **shown)
{
    mws_area_t area = {.contextid = value->contextid,
                       .component = "customfield_textarea",
                       .filearea = "value",
                       .itemid = value->itemid};

    if (!value->raw || !*value->raw) {
        return NULL;
    }
    if (!value->itemid) {
        area.contextid = mws_context_system(call)->id;
        area.filearea = "defaultvalue";
        area.itemid = value->field->id;
    }
    return mws_format_page(call, value->raw, value->format, &area, shown);
}

/* clang-format off */
static const kind_t kinds[] = {
    {"checkbox", D_INT, show_checkbox},
    {"date", D_INT, show_date},
    {"number", D_DECIMAL, show_number},
    {"select", D_INT, show_option},
    {"text", D_CHARS, show_string},
    {"textarea", D_VALUE, show_page},
    {NULL, D_VALUE, show_string},
};
/* clang-format on */

static const kind_t *find_kind(const char *type)
{
    const kind_t *kind = kinds;

    while (kind->name && strcmp(kind->name, type) != 0) {
        kind++;
    }
    return kind;
}

mws_error_t *mws_customfields_queue(mws_call_t *call, const char *component, const char *area,
                                    const mws_ids_t *instances, mws_customfields_t **fields)
{
    mws_customfields_t *all = apr_pcalloc(call->pool, sizeof(*all));

    all->pool = call->pool;
    *fields = all;
    MWS_ERR(mws_db_queue(call, &customfield_fields, &all->rows, "ss", component, area));
    return mws_db_queue(call, &customfield_data, &all->data, "ssI", component, area, instances);
}

static apr_status_t put_json(void *json)
{
    json_object_put(json);
    return APR_SUCCESS;
}

static struct json_object *parse_config(apr_pool_t *p, const char *text)
{
    struct json_object *json = text ? json_tokener_parse(text) : NULL;

    apr_pool_cleanup_register(p, json, put_json, apr_pool_cleanup_null);
    return json_object_is_type(json, json_type_object) ? json : NULL;
}

static const apr_array_header_t *fields_of(mws_customfields_t *all)
{
    int count = mws_rows_count(all->rows), i;

    if (all->fields) {
        return all->fields;
    }
    all->fields = apr_array_make(all->pool, count, sizeof(field_t));
    for (i = 0; i < count; i++) {
        field_t *field = apr_array_push(all->fields);

        field->id = mws_row_int(all->rows, i, F_ID);
        field->shortname = mws_row_text(all->rows, i, F_SHORTNAME);
        field->name = mws_row_text(all->rows, i, F_NAME);
        field->type = mws_row_text(all->rows, i, F_TYPE);
        field->kind = find_kind(field->type);
        field->config = parse_config(all->pool, mws_row_text(all->rows, i, F_CONFIG));
        field->sight = (int)mws_php_int(config_text(field, "visibility"));
    }
    return all->fields;
}

int mws_customfields_any(mws_customfields_t *fields, mws_field_sight_e least)
{
    const apr_array_header_t *all = fields_of(fields);
    int                       i;

    for (i = 0; i < all->nelts; i++) {
        if (APR_ARRAY_IDX(all, i, field_t).sight >= (int)least) {
            return 1;
        }
    }
    return 0;
}

/* The default of FIELD, as it would be stored. */
static const char *default_of(apr_pool_t *p, const field_t *field)
{
    const char *text = config_text(field, "defaultvalue");

    if (field->kind->show == show_checkbox) {
        return mws_php_int(config_text(field, "checkbydefault")) ? "1" : "0";
    }
    if (field->kind->show == show_option) {
        return apr_psprintf(p, "%" APR_INT64_T_FMT, default_option(p, field));
    }
    if (field->kind->show == show_date) {
        return "0";
    }
    return field->kind->show == show_number && !*text ? NULL : text;
}

/* What the rows from ROW to END of one instance hold in FIELD. */
static value_t value_in(apr_pool_t *p, const mws_rows_t *data, int row, int end,
                        const field_t *field, const mws_context_t *context)
{
    value_t value = {.field = field, .contextid = context->id};

    while (row < end && mws_row_int(data, row, D_FIELD) != field->id) {
        row++;
    }
    if (row == end) {
        value.raw = default_of(p, field);
        value.format = (int)mws_php_int(config_text(field, "defaultvalueformat"));
        return value;
    }
    value.raw = mws_row_text(data, row, field->kind->column);
    value.itemid = mws_row_int(data, row, D_ID);
    value.format = (int)mws_row_int(data, row, D_FORMAT);
    if (!mws_row_null(data, row, D_CONTEXT)) {
        value.contextid = mws_row_int(data, row, D_CONTEXT);
    }
    return value;
}

static mws_error_t *write_value(mws_call_t *call, mws_out_t *out, const value_t *value)
{
    const field_t *field = value->field;
    const char    *shown = NULL;

    MWS_ERR(field->kind->show(call, value, &shown));
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", mws_format_page_string(call, field->name));
    mws_out_text(out, "shortname", field->shortname);
    mws_out_text(out, "type", field->type);
    if (!value->itemid && field->kind->column == D_INT) {
        mws_out_int(out, "valueraw", mws_php_int(value->raw));
    }
    else {
        mws_out_text(out, "valueraw", value->raw);
    }
    mws_out_text(out, "value", shown);
    mws_out_end(out);
    return NULL;
}

mws_error_t *mws_customfields_write(mws_call_t *call, mws_out_t *out, mws_customfields_t *fields,
                                    apr_int64_t instance, const mws_context_t *context,
                                    mws_field_sight_e least)
{
    const apr_array_header_t *all = fields_of(fields);
    int                       end, i;
    int                       row = mws_rows_range(fields->data, D_INSTANCE, instance, &end);

    mws_out_list(out, "customfields");
    for (i = 0; i < all->nelts; i++) {
        const field_t *field = &APR_ARRAY_IDX(all, i, field_t);

        if (field->sight >= (int)least) {
            value_t value = value_in(call->pool, fields->data, row, end, field, context);

            MWS_ERR(write_value(call, out, &value));
        }
    }
    mws_out_end(out);
    return NULL;
}

/* ---- storing ---- */

/* The longest text, in characters, and the first number that the columns do not hold. */
#define CHARS_MAX 1333
#define DECIMAL_LIMIT 99999.999995

/* The columns of what is stored, beside each other. */
typedef struct {
    mws_ids_t   *instances, *fields, *contexts;
    mws_texts_t *ints, *decimals, *chars, *values;
} columns_t;

static columns_t make_columns(apr_pool_t *p)
{
    const columns_t columns = {
        .instances = mws_ids_make(p),
        .fields = mws_ids_make(p),
        .contexts = mws_ids_make(p),
        .ints = mws_texts_make(p),
        .decimals = mws_texts_make(p),
        .chars = mws_texts_make(p),
        .values = mws_texts_make(p),
    };

    return columns;
}

/* What is given for the field SHORTNAME, the last one counts; NULL when nothing is. */
static const mws_value_t *given_for(const mws_value_t *fields, const char *shortname)
{
    apr_size_t i;

    for (i = mws_value_size(fields); i > 0; i--) {
        const mws_value_t *item = mws_value_at(fields, i - 1);
        const char        *name = mws_text(item, "shortname");

        if (name && strcmp(name, shortname) == 0) {
            return item;
        }
    }
    return NULL;
}

/* VALUE as the column of FIELD holds it. A number may be empty: NULL. False: it cannot. */
static int fits(mws_call_t *call, const field_t *field, const char *value, const char **held)
{
    switch (field->kind->column) {
    case D_INT:
        *held = *value ? value : NULL;
        return !*value || strcmp(mws_clean_text(call, MWS_PARAM_INT, value), value) == 0;
    case D_DECIMAL:
        *held = *value ? mws_clean_text(call, MWS_PARAM_FLOAT, value) : NULL;
        return !*held || (**held && fabs(mws_php_float(*held)) < DECIMAL_LIMIT);
    default:
        *held = value;
        return mws_utf8_count(value) <= CHARS_MAX &&
               strcmp(mws_clean_text(call, MWS_PARAM_TEXT, value), value) == 0;
    }
}

static mws_error_t *add_value(mws_call_t *call, columns_t *columns, const field_t *field,
                              const mws_customfields_given_t *given, const char *value)
{
    const char *held;
    int         column = field->kind->column;

    if (!value || !fits(call, field, value, &held)) {
        mws_error_t *err = mws_error(call->pool, MWS_BAD_FIELD_VALUE, "%s", field->shortname);

        err->message = apr_psprintf(call->pool, "%s (%s)", err->row->text, field->shortname);
        return err;
    }
    mws_ids_add(columns->instances, given->instance);
    mws_ids_add(columns->fields, field->id);
    mws_ids_add(columns->contexts, given->context->id);
    mws_texts_add(columns->ints, column == D_INT ? held : NULL);
    mws_texts_add(columns->decimals, column == D_DECIMAL ? held : NULL);
    mws_texts_add(columns->chars, column == D_CHARS ? held : NULL);
    mws_texts_add(columns->values, value);
    return NULL;
}

/* Whether FIELD, of an instance in CONTEXT, is the caller's to change. What kinds that keep all in
 * the column value do with a text is their own affair. */
static int is_editable(mws_call_t *call, const field_t *field, const mws_context_t *context)
{
    return field->kind->column != D_VALUE &&
           (!mws_php_int(config_text(field, "locked")) ||
            mws_can(call, context, "moodle/course:changelockedcustomfields"));
}

/* Add what is GIVEN for an instance in those of FIELDS that the caller may change. */
static mws_error_t *add_given(mws_call_t *call, columns_t *columns,
                              const apr_array_header_t       *fields,
                              const mws_customfields_given_t *given)
{
    int f;

    for (f = 0; f < fields->nelts; f++) {
        const field_t     *field = &APR_ARRAY_IDX(fields, f, field_t);
        const mws_value_t *item = given_for(given->fields, field->shortname);

        if (item && is_editable(call, field, given->context)) {
            MWS_ERR(add_value(call, columns, field, given, mws_text(item, "value")));
        }
    }
    return NULL;
}

mws_error_t *mws_customfields_check(mws_call_t *call, mws_customfields_t *fields,
                                    const mws_customfields_given_t *given)
{
    columns_t columns = make_columns(call->pool);

    return add_given(call, &columns, fields_of(fields), given);
}

static int any_given(const apr_array_header_t *given)
{
    int i;

    for (i = 0; i < given->nelts; i++) {
        if (mws_value_size(APR_ARRAY_IDX(given, i, mws_customfields_given_t).fields)) {
            return 1;
        }
    }
    return 0;
}

mws_error_t *mws_customfields_store(mws_call_t *call, const char *component, const char *area,
                                    const apr_array_header_t *given)
{
    mws_customfields_t        all = {.pool = call->pool};
    columns_t                 columns = make_columns(call->pool);
    const apr_array_header_t *fields;
    int                       i;

    if (!any_given(given)) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &customfield_fields, &all.rows, "ss", component, area));
    fields = fields_of(&all);
    for (i = 0; i < given->nelts; i++) {
        MWS_ERR(
            add_given(call, &columns, fields, &APR_ARRAY_IDX(given, i, mws_customfields_given_t)));
    }
    return mws_db_query(call, &store_data, NULL, "IIISSSSi", columns.instances, columns.fields,
                        columns.contexts, columns.ints, columns.decimals, columns.chars,
                        columns.values, call->now);
}
