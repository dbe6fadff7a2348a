/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_edit.c -- rows of table course in the making. */
#include "mws_course_edit.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_escape.h"
#include "../base/mws_unicode.h"
#include "../site/mws_work.h"
#include "../text/mws_clean.h"
#include "../text/mws_format.h"

/* ---- columns ---- */

/* What a column holds. A date is one that the database can do arithmetic with. */
typedef enum { BIG, TEXT, SMALL, INT, DATE } kind_e;

/* clang-format off */
static const struct {
    apr_int64_t least, most;
} bounds[] = {
    [BIG] = {INT64_MIN, INT64_MAX},
    [SMALL] = {-32768, 32767},
    [INT] = {-2147483647 - 1, 2147483647},
    [DATE] = {APR_INT64_C(-200000000000), APR_INT64_C(1000000000000)},
};
/* clang-format on */

static const struct {
    const char *name, *key;
    kind_e      kind;
    apr_size_t  max; /* characters */
} columns[] = {
#define ROW(name, key, kind, max) {#name, key, kind, max},
    MWS_COURSE_COLUMNS(ROW)
#undef ROW
};

const char *mws_course_column_name(int number)
{
    return columns[number].name;
}

mws_error_t *mws_course_refuse(mws_call_t *call, mws_error_e id, int place, const char *key,
                               const char *why)
{
    mws_error_t *err = mws_error(call->pool, id, "courses[%d][%s]: %s", place, key, why);

    if (id != MWS_BAD_PARAMETER) {
        err->message =
            apr_psprintf(call->pool, "%s: courses[%d][%s]: %s", err->row->text, place, key, why);
    }
    return err;
}

static mws_error_t *take_text(mws_call_t *call, const mws_value_t *in, int place, int number,
                              mws_course_value_t *value)
{
    const char *key = columns[number].key;
    apr_size_t  max = columns[number].max;

    value->text = mws_text(in, key);
    if (max && mws_utf8_count(value->text) > max) {
        return mws_course_refuse(
            call, MWS_BAD_PARAMETER, place, key,
            apr_psprintf(call->pool, "expected %" APR_SIZE_T_FMT " characters at most", max));
    }
    return NULL;
}

static mws_error_t *take_number(mws_call_t *call, const mws_value_t *in, int place, int number,
                                mws_course_value_t *value)
{
    const char *key = columns[number].key;
    kind_e      kind = columns[number].kind;

    value->number = mws_int(in, key);
    if (value->number < bounds[kind].least || value->number > bounds[kind].most) {
        return mws_course_refuse(call, MWS_BAD_PARAMETER, place, key,
                                 apr_psprintf(call->pool,
                                              "expected %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT,
                                              bounds[kind].least, bounds[kind].most));
    }
    return NULL;
}

mws_error_t *mws_course_row_take(mws_call_t *call, const mws_value_t *in, int place,
                                 mws_course_row_t *row)
{
    int i;

    for (i = 0; i < MWS_COURSE_WIDTH; i++) {
        mws_course_value_t *value = &row->of[i];

        value->given = mws_given(in, columns[i].key);
        if (value->given) {
            MWS_ERR(columns[i].kind == TEXT ? take_text(call, in, place, i, value)
                                            : take_number(call, in, place, i, value));
        }
    }
    return NULL;
}

void mws_course_row_read(const mws_rows_t *rows, int at, int col, mws_course_row_t *row)
{
    int i;

    for (i = 0; i < MWS_COURSE_WIDTH; i++) {
        mws_course_value_t value = {.given = 0};

        if (columns[i].kind == TEXT) {
            value.text = mws_row_text(rows, at, col + i);
        }
        else {
            value.number = mws_row_int(rows, at, col + i);
        }
        row->of[i] = value;
    }
}

const char *mws_course_value_json(apr_pool_t *p, const mws_course_row_t *row, int number)
{
    const mws_course_value_t *value = &row->of[number];

    if (columns[number].kind != TEXT) {
        return apr_psprintf(p, "%" APR_INT64_T_FMT, value->number);
    }
    return value->text ? mws_json_text(p, value->text) : "null";
}

const char *mws_course_row_json(apr_pool_t *p, const mws_course_row_t *row, const char *more)
{
    apr_array_header_t *parts = apr_array_make(p, 4 * MWS_COURSE_WIDTH + 3, sizeof(const char *));
    int                 i;

    APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(p, "{\"id\":%" APR_INT64_T_FMT, row->id);
    for (i = 0; i < MWS_COURSE_WIDTH; i++) {
        APR_ARRAY_PUSH(parts, const char *) = ",\"";
        APR_ARRAY_PUSH(parts, const char *) = columns[i].name;
        APR_ARRAY_PUSH(parts, const char *) = "\":";
        APR_ARRAY_PUSH(parts, const char *) = mws_course_value_json(p, row, i);
    }
    APR_ARRAY_PUSH(parts, const char *) = more;
    APR_ARRAY_PUSH(parts, const char *) = "}";
    return apr_array_pstrcat(p, parts, 0);
}

/* ---- checks ---- */

static mws_error_t *check_name(mws_call_t *call, const mws_course_row_t *row, int place, int number)
{
    if (!*mws_trim(call->pool, row->of[number].text)) {
        return mws_course_refuse(call, MWS_BAD_FIELD, place, columns[number].key,
                                 "expected a name that is not blank");
    }
    return NULL;
}

mws_error_t *mws_course_check_fullname(mws_call_t *call, const mws_course_row_t *row, int place)
{
    return check_name(call, row, place, MWS_COURSE_fullname);
}

mws_error_t *mws_course_check_shortname(mws_call_t *call, const mws_course_row_t *row, int place)
{
    return check_name(call, row, place, MWS_COURSE_shortname);
}

mws_error_t *mws_course_check_summary(mws_call_t *call, const mws_course_row_t *row, int place)
{
    switch (row->of[MWS_COURSE_summaryformat].number) {
    case MWS_FORMAT_MOODLE:
    case MWS_FORMAT_HTML:
    case MWS_FORMAT_PLAIN:
    case MWS_FORMAT_MARKDOWN:
        return NULL;
    default:
        return mws_course_refuse(call, MWS_BAD_FORMAT, place, "summaryformat", "no such format");
    }
}

mws_error_t *mws_course_check_dates(mws_call_t *call, apr_int64_t start, apr_int64_t end)
{
    if (end && !start) {
        return mws_error(call->pool, MWS_END_WITHOUT_START, NULL);
    }
    if (end && end < start) {
        return mws_error(call->pool, MWS_END_BEFORE_START, NULL);
    }
    return NULL;
}

mws_error_t *mws_course_check_theme(mws_call_t *call, mws_course_row_t *row, int place,
                                    const char *before)
{
    mws_course_value_t *theme = &row->of[MWS_COURSE_theme];

    if (theme->given && !mws_config_on(call, "allowcoursethemes")) {
        theme->given = 0;
        theme->text = before;
    }
    if (theme->given && !mws_settings_lists(call->settings->themes, theme->text)) {
        return mws_course_refuse(call, MWS_BAD_FIELD, place, "forcetheme",
                                 "expected an installed theme");
    }
    return NULL;
}

mws_error_t *mws_course_check_lang(mws_call_t *call, const mws_course_row_t *row, int place)
{
    if (!mws_settings_lists(call->settings->languages, row->of[MWS_COURSE_lang].text)) {
        return mws_course_refuse(call, MWS_BAD_FIELD, place, "lang",
                                 "expected an installed language");
    }
    return NULL;
}

/* ---- events ---- */

void mws_course_event(mws_call_t *call, const char *name, char crud, const mws_course_row_t *row,
                      apr_int64_t contextid, const char *more)
{
    const char *shortname = mws_json_text(call->pool, row->of[MWS_COURSE_shortname].text);
    const char *fullname = mws_json_text(call->pool, row->of[MWS_COURSE_fullname].text);
    mws_event_t event = {.name = name,
                         .crud = crud,
                         .edulevel = 1,
                         .objecttable = "course",
                         .objectid = row->id,
                         .contextid = contextid,
                         .contextlevel = MWS_LEVEL_COURSE,
                         .contextinstanceid = row->id,
                         .courseid = row->id,
                         .other = apr_pstrcat(call->pool, "{\"shortname\":", shortname,
                                              ",\"fullname\":", fullname, more, "}", NULL)};

    mws_event(call, &event);
}
