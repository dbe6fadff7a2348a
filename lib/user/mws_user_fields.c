/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_fields.c -- the site's own fields of people. */
#include "mws_user_fields.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../db/mws_children.h"
#include "../text/mws_format.h"

enum { FOR_NOBODY = 0, FOR_EVERYBODY = 2 };

SQL(field_rows,
    "SELECT f.id, f.shortname, f.name, f.datatype, f.visible, f.defaultdata, f.defaultdataformat,"
    "       f.param1, f.param3, f.param4, f.param5"
    "  FROM {user_info_field} f"
    "  JOIN {user_info_category} c ON c.id = f.categoryid"
    " ORDER BY c.sortorder, f.sortorder, f.id");

/* clang-format off */
enum {
    F_ID, F_SHORTNAME, F_NAME, F_TYPE, F_VISIBLE, F_DATA, F_FORMAT, F_PARAM1, F_PARAM3, F_PARAM4,
    F_PARAM5
};
/* clang-format on */

SQL(data_rows,
    "SELECT who.ord, d.fieldid, d.data, d.dataformat"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {user_info_data} d ON d.userid = who.userid"
    " ORDER BY who.ord");

enum { V_ORD, V_FIELD, V_DATA, V_FORMAT };

struct mws_user_fields_t {
    mws_rows_t *fields, *data;
    int         people; /* how many were asked for */
    int        *first;  /* of DATA, by person */
};

mws_error_t *mws_user_fields_queue(mws_call_t *call, const mws_ids_t *userids,
                                   mws_user_fields_t **fields)
{
    mws_user_fields_t *made = apr_pcalloc(call->pool, sizeof(*made));

    *fields = made;
    made->people = userids->count;
    MWS_ERR(mws_db_queue(call, &field_rows, &made->fields, ""));
    return mws_db_queue(call, &data_rows, &made->data, "I", userids);
}

/* What a person has in a field: the data, or the field's default. */
typedef struct {
    const mws_rows_t *fields;
    int               field; /* the row of it */
    const char       *type, *data;
    int               format;
} custom_t;

/* What a person has in the field in row FIELD; the person's data are in rows ROW up to END. */
static custom_t custom_data(const mws_user_fields_t *fields, int field, int row, int end)
{
    apr_int64_t id = mws_row_int(fields->fields, field, F_ID);
    custom_t    custom = {fields->fields, field, mws_row_text(fields->fields, field, F_TYPE),
                          mws_row_text(fields->fields, field, F_DATA),
                          (int)mws_row_int(fields->fields, field, F_FORMAT)};

    for (; row < end; row++) {
        if (mws_row_int(fields->data, row, V_FIELD) == id) {
            custom.data = mws_row_text(fields->data, row, V_DATA);
            custom.format = (int)mws_row_int(fields->data, row, V_FORMAT);
        }
    }
    return custom;
}

/* A checkbox always says something. Moodle: user/profile/lib.php, is_empty(). */
static int is_empty(const custom_t *custom)
{
    if (strcmp(custom->type, "checkbox") == 0) {
        return 0;
    }
    if (strcmp(custom->type, "datetime") == 0) {
        return !mws_php_bool(custom->data);
    }
    return !custom->data || !*custom->data;
}

/* Moodle: user/profile/lib.php, is_visible(). */
static int is_visible(const custom_t *custom, int sight)
{
    switch (mws_row_int(custom->fields, custom->field, F_VISIBLE)) {
    case FOR_EVERYBODY:
        return 1;
    case FOR_NOBODY:
        return (sight & MWS_SEES_NOBODYS) != 0;
    default:
        return (sight & MWS_SEES_PRIVATE) != 0;
    }
}

static const char *param_of(const custom_t *custom, int column)
{
    const char *param = mws_row_text(custom->fields, custom->field, column);

    return param && *param ? param : NULL;
}

/* TEXT with all that means something in HTML escaped. */
static const char *escaped(apr_pool_t *pool, const char *text)
{
    return apr_pescape_entity(pool, text, 1);
}

static const char *link_to(apr_pool_t *pool, const char *url, const char *target, const char *name)
{
    return apr_pstrcat(pool, "<a href=\"", escaped(pool, url), target ? "\" target=\"" : "",
                       target ? escaped(pool, target) : "", "\">", name, "</a>", NULL);
}

/* A text field may turn its data into an address: $$ in param4 stands for it. */
static const char *display_text(mws_call_t *call, const custom_t *custom)
{
    apr_pool_t *pool = call->pool;
    const char *text = mws_format_string(call, custom->data);
    const char *pattern = param_of(custom, F_PARAM4);
    const char *gap = pattern ? strstr(pattern, "$$") : NULL;

    if (!pattern) {
        return text;
    }
    if (gap) {
        pattern = apr_pstrcat(pool, apr_pstrmemdup(pool, pattern, (apr_size_t)(gap - pattern)),
                              apr_pescape_urlencoded(pool, text), gap + 2, NULL);
    }
    return link_to(pool, pattern, param_of(custom, F_PARAM5), text);
}

/* A moment, in Coordinated Universal Time; with the time of day where the field asks for one. */
static const char *display_moment(apr_pool_t *pool, const custom_t *custom)
{
    apr_time_exp_t at;
    const char    *day;

    apr_time_exp_gmt(&at, apr_time_from_sec(apr_atoi64(custom->data)));
    day = apr_psprintf(pool, "%04d-%02d-%02d", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday);
    return mws_php_bool(param_of(custom, F_PARAM3))
               ? apr_psprintf(pool, "%s %02d:%02d", day, at.tm_hour, at.tm_min)
               : day;
}

/* What a page would show. */
static mws_error_t *display_value(mws_call_t *call, const custom_t *custom, const char **shown)
{
    int format = MWS_FORMAT_MOODLE;

    if (strcmp(custom->type, "text") == 0) {
        *shown = display_text(call, custom);
    }
    else if (strcmp(custom->type, "checkbox") == 0) {
        *shown = mws_php_bool(custom->data) ? "Yes" : "No";
    }
    else if (strcmp(custom->type, "datetime") == 0) {
        *shown = display_moment(call->pool, custom);
    }
    else if (strcmp(custom->type, "textarea") == 0) {
        format = custom->format;
        MWS_ERR(mws_format_text(call, custom->data, &format, NULL, shown));
        *shown = apr_pstrcat(call->pool, "<div class=\"no-overflow\">", *shown, "</div>", NULL);
    }
    else if (strcmp(custom->type, "social") == 0 && param_of(custom, F_PARAM1) &&
             strcmp(param_of(custom, F_PARAM1), "url") == 0) {
        *shown = link_to(call->pool, custom->data, NULL, escaped(call->pool, custom->data));
    }
    else {
        return mws_format_text(call, custom->data, &format, NULL, shown);
    }
    return NULL;
}

static mws_error_t *write_custom(mws_call_t *call, mws_out_t *out, const custom_t *custom)
{
    const char *shown;

    mws_out_struct(out, NULL);
    mws_out_text(out, "type", custom->type);
    mws_out_text(out, "value", custom->data ? custom->data : "");
    if (mws_out_wants(out, "displayvalue")) {
        MWS_ERR(display_value(call, custom, &shown));
        mws_out_text(out, "displayvalue", shown);
    }
    mws_out_text(out, "name",
                 mws_format_string(call, mws_row_text(custom->fields, custom->field, F_NAME)));
    mws_out_text(out, "shortname", mws_row_text(custom->fields, custom->field, F_SHORTNAME));
    mws_out_end(out);
    return NULL;
}

mws_error_t *mws_user_fields_write(mws_call_t *call, mws_out_t *out, const char *key,
                                   mws_user_fields_t *fields, int at, int sight)
{
    int count = mws_rows_count(fields->fields), shown = 0, field;

    if (!fields->first) {
        fields->first = mws_children_index(call->pool, fields->data, fields->people);
    }
    for (field = 0; field < count; field++) {
        custom_t custom = custom_data(fields, field, fields->first[at], fields->first[at + 1]);

        if (is_empty(&custom) || !is_visible(&custom, sight)) {
            continue;
        }
        if (!shown++) {
            mws_out_list(out, key);
        }
        MWS_ERR(write_custom(call, out, &custom));
    }
    if (shown) {
        mws_out_end(out);
    }
    return NULL;
}
