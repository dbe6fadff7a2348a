/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_options.c -- stored options of course formats. */
#include "mws_course_options.h"

#include <apr_strings.h>
#include <string.h>

#include "../db/mws_rows.h"

SQL(stored_options,
    "SELECT courseid, format, name, value, id"
    "  FROM {course_format_options}"
    " WHERE courseid = ANY ($1) AND sectionid = 0"
    " ORDER BY courseid");

enum { O_COURSE, O_FORMAT, O_NAME, O_VALUE, O_ID };

SQL(insert_options,
    "INSERT INTO {course_format_options} (courseid, format, sectionid, name, value)"
    " SELECT n.course, n.format, 0, n.name, n.value"
    "   FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY"
    "        AS n (course, format, name, value, place)"
    "  ORDER BY n.place");

SQL(update_options, "UPDATE {course_format_options} o SET value = n.value"
                    "  FROM unnest($1::bigint[], $2::text[]) AS n (id, value) WHERE o.id = n.id");

SQL(forget_formats,
    "DELETE FROM {course_format_options} o"
    " USING unnest($1::bigint[], $2::text[]) AS n (course, format)"
    " WHERE o.courseid = n.course AND o.format = n.format");

struct mws_course_options_t {
    mws_rows_t  *stored, *activities;
    mws_ids_t   *new_courses; /* rows to insert */
    mws_texts_t *new_formats, *new_names, *new_values;
    mws_ids_t   *changed_ids; /* rows to change */
    mws_texts_t *changed_values;
    mws_ids_t   *left_courses; /* formats that courses left */
    mws_texts_t *left_formats;
};

mws_error_t *mws_course_options_queue(mws_call_t *call, const mws_ids_t *courses,
                                      mws_course_options_t **options)
{
    mws_course_options_t *all = apr_pcalloc(call->pool, sizeof(*all));

    all->new_courses = mws_ids_make(call->pool);
    all->new_formats = mws_texts_make(call->pool);
    all->new_names = mws_texts_make(call->pool);
    all->new_values = mws_texts_make(call->pool);
    all->changed_ids = mws_ids_make(call->pool);
    all->changed_values = mws_texts_make(call->pool);
    all->left_courses = mws_ids_make(call->pool);
    all->left_formats = mws_texts_make(call->pool);
    *options = all;
    MWS_ERR(mws_activities_queue(call, &all->activities));
    return mws_db_queue(call, &stored_options, &all->stored, "I", courses);
}

int mws_course_options_forums(const mws_course_options_t *options)
{
    return mws_activities_have_forum(options->activities);
}

const char *mws_course_option_given(mws_call_t *call, const mws_value_t *in,
                                    const mws_course_option_t *option, int *number)
{
    const mws_value_t *items = mws_items(in, "courseformatoptions");
    apr_size_t         i;

    *number = 0;
    for (i = mws_value_size(items); i-- > 0;) {
        const mws_value_t *item = mws_value_at(items, i);

        if (mws_given(item, "name") && mws_given(item, "value") &&
            strcmp(mws_text(item, "name"), option->name) == 0) {
            return mws_text(item, "value");
        }
    }
    if (strcmp(option->name, "hiddensections") != 0 || !mws_given(in, option->name)) {
        return NULL;
    }
    *number = 1;
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, mws_int(in, option->name));
}

/* The row of option NAME of FORMAT that COURSE has stored, or -1. */
static int find_stored(const mws_course_options_t *options, apr_int64_t course, const char *format,
                       const char *name)
{
    int end, row = mws_rows_range(options->stored, O_COURSE, course, &end);

    while (row < end && (strcmp(mws_row_text(options->stored, row, O_FORMAT), format) != 0 ||
                         strcmp(mws_row_text(options->stored, row, O_NAME), name) != 0)) {
        row++;
    }
    return row < end ? row : -1;
}

static const char *stored_value(const mws_course_options_t *options, int row)
{
    const char *value = mws_row_text(options->stored, row, O_VALUE);

    return value ? value : "";
}

const char *mws_course_option_value(mws_call_t *call, const mws_course_options_t *options,
                                    apr_int64_t course, const mws_course_option_t *option)
{
    int row = find_stored(options, course, option->format, option->name);

    return row < 0 ? mws_course_option_preset(call, option) : stored_value(options, row);
}

/* What OPTION of COURSE is to become, or NULL when nothing says so. */
static const char *wanted_value(mws_call_t *call, const mws_course_options_t *options,
                                apr_int64_t course, const char *from,
                                const mws_course_option_t *option, const mws_value_t *in)
{
    int         number, row;
    const char *value = mws_course_option_given(call, in, option, &number);

    if (!value && from && strcmp(from, option->format) != 0) {
        row = find_stored(options, course, from, option->name);
        value = row < 0 ? NULL : stored_value(options, row);
    }
    return value ? mws_course_option_clean(call, option, value, options->activities) : NULL;
}

/* Set OPTION of COURSE to VALUE, or where there is no row to its default when VALUE is NULL.
 * Returns whether that is a change. */
static int set_option(mws_call_t *call, mws_course_options_t *options, apr_int64_t course,
                      const mws_course_option_t *option, const char *value)
{
    int row = find_stored(options, course, option->format, option->name);

    if (row < 0) {
        mws_ids_add(options->new_courses, course);
        mws_texts_add(options->new_formats, option->format);
        mws_texts_add(options->new_names, option->name);
        mws_texts_add(options->new_values, value ? value : mws_course_option_preset(call, option));
        return value && mws_course_option_changes(call, option, value);
    }
    if (!value || strcmp(value, stored_value(options, row)) == 0) {
        return 0;
    }
    mws_ids_add(options->changed_ids, mws_row_int(options->stored, row, O_ID));
    mws_texts_add(options->changed_values, value);
    return 1;
}

int mws_course_options_settle(mws_call_t *call, mws_course_options_t *options, apr_int64_t course,
                              const char *from, const char *to, const mws_value_t *in)
{
    const mws_course_option_t *option = NULL;
    int                        changes = 0;

    while ((option = mws_course_option_next(to, option)) != NULL) {
        changes |= set_option(call, options, course, option,
                              wanted_value(call, options, course, from, option, in));
    }
    if (from && strcmp(from, to) != 0) {
        mws_ids_add(options->left_courses, course);
        mws_texts_add(options->left_formats, from);
    }
    return changes;
}

mws_error_t *mws_course_options_write(mws_call_t *call, mws_course_options_t *options)
{
    if (options->new_courses->count) {
        MWS_ERR(mws_db_queue(call, &insert_options, NULL, "ISSS", options->new_courses,
                             options->new_formats, options->new_names, options->new_values));
    }
    if (options->changed_ids->count) {
        MWS_ERR(mws_db_queue(call, &update_options, NULL, "IS", options->changed_ids,
                             options->changed_values));
    }
    if (options->left_courses->count) {
        MWS_ERR(mws_db_queue(call, &forget_formats, NULL, "IS", options->left_courses,
                             options->left_formats));
    }
    return NULL;
}
