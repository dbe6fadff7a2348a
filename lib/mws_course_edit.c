/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_course_edit.c -- rows of table course in the making. */
#include "mws_course_edit.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "mws_clean.h"
#include "mws_escape.h"
#include "mws_format.h"
#include "mws_unicode.h"
#include "mws_work.h"

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

/* ---- names ---- */

SQL(who_has_names,
    "SELECT 0, shortname FROM {course} WHERE shortname = ANY ($1)"
    " UNION ALL SELECT 1, idnumber FROM {course} WHERE idnumber = ANY ($2)");

/* clang-format off */
static const struct {
    const char *key, *lock;
    int         column;
    mws_error_e taken;
} kinds[MWS_COURSE_NAMES] = {
    [MWS_COURSE_BY_SHORTNAME] =
        {"shortname", "course.shortname", MWS_COURSE_shortname, MWS_SHORTNAME_TAKEN},
    [MWS_COURSE_BY_IDNUMBER] =
        {"idnumber",  "course.idnumber",  MWS_COURSE_idnumber,  MWS_COURSE_ID_TAKEN},
};
/* clang-format on */

struct mws_course_names_t {
    apr_pool_t *pool;
    mws_rows_t *rows;
    apr_hash_t
        *owners[MWS_COURSE_NAMES]; /* how many courses have a name, an int; NULL: not asked */
};

mws_error_t *mws_course_names_queue(mws_call_t *call, const mws_value_t *courses,
                                    mws_course_names_t **names)
{
    mws_texts_t *asked[MWS_COURSE_NAMES];
    apr_size_t   i;
    int          kind;

    *names = apr_pcalloc(call->pool, sizeof(**names));
    (*names)->pool = call->pool;
    for (kind = 0; kind < MWS_COURSE_NAMES; kind++) {
        asked[kind] = mws_texts_make(call->pool);
        for (i = 0; i < mws_value_size(courses); i++) {
            const mws_value_t *in = mws_value_at(courses, i);

            if (mws_given(in, kinds[kind].key) && *mws_text(in, kinds[kind].key)) {
                mws_texts_add(asked[kind], mws_text(in, kinds[kind].key));
            }
        }
        MWS_ERR(mws_lock(call, kinds[kind].lock, asked[kind]));
    }
    return mws_db_queue(call, &who_has_names, &(*names)->rows, "SS", asked[MWS_COURSE_BY_SHORTNAME],
                        asked[MWS_COURSE_BY_IDNUMBER]);
}

/* Count one course more, or less, among those that have NAME. */
static void count_owner(mws_course_names_t *names, int kind, const char *name, int by)
{
    int *owners = apr_hash_get(names->owners[kind], name, APR_HASH_KEY_STRING);

    if (!owners) {
        owners = apr_pcalloc(names->pool, sizeof(*owners));
        apr_hash_set(names->owners[kind], name, APR_HASH_KEY_STRING, owners);
    }
    *owners += by;
}

static void fill_owners(mws_course_names_t *names)
{
    int kind, row;

    for (kind = 0; kind < MWS_COURSE_NAMES; kind++) {
        names->owners[kind] = apr_hash_make(names->pool);
    }
    for (row = 0; row < mws_rows_count(names->rows); row++) {
        count_owner(names, (int)mws_row_int(names->rows, row, 0), mws_row_text(names->rows, row, 1),
                    1);
    }
}

/* Whether ROW asks for a name of KIND that BEFORE has not. */
static int is_new(const mws_course_row_t *before, const mws_course_row_t *row, int kind)
{
    int         column = kinds[kind].column;
    const char *name = row->of[column].text;

    return *name && (!before || strcmp(before->of[column].text, name) != 0);
}

mws_error_t *mws_course_names_check(mws_call_t *call, mws_course_names_t *names,
                                    const mws_course_row_t *before, const mws_course_row_t *row)
{
    int kind;

    if (!names->owners[0]) {
        fill_owners(names);
    }
    for (kind = 0; kind < MWS_COURSE_NAMES; kind++) {
        const char *name = row->of[kinds[kind].column].text;
        const int  *owners = apr_hash_get(names->owners[kind], name, APR_HASH_KEY_STRING);

        if (is_new(before, row, kind) && owners && *owners > 0) {
            return mws_error(call->pool, kinds[kind].taken, NULL);
        }
    }
    return NULL;
}

void mws_course_names_take(mws_course_names_t *names, const mws_course_row_t *before,
                           const mws_course_row_t *row)
{
    int kind;

    for (kind = 0; kind < MWS_COURSE_NAMES; kind++) {
        if (before) {
            count_owner(names, kind, before->of[kinds[kind].column].text, -1);
        }
        count_owner(names, kind, row->of[kinds[kind].column].text, 1);
    }
}
