/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_format.c -- course formats and their options. */
#include "mws_course_format.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../site/mws_site.h"
#include "../text/mws_clean.h"

/* clang-format off */
static const mws_course_option_t options[] = {
    /* format           name                plugin                   preset   kind                 told */
    {"topics",         "hiddensections",   "moodlecourse",          "1",     MWS_OPTION_CHOICE,   1},
    {"topics",         "coursedisplay",    "moodlecourse",          "0",     MWS_OPTION_CHOICE,   1},
    {"weeks",          "hiddensections",   "moodlecourse",          "1",     MWS_OPTION_CHOICE,   1},
    {"weeks",          "coursedisplay",    "moodlecourse",          "0",     MWS_OPTION_CHOICE,   1},
    {"weeks",          "automaticenddate", NULL,                    "1",     MWS_OPTION_FLAG,     1},
    {"social",         "numdiscussions",   NULL,                    "10",    MWS_OPTION_NUMBER,   1},
    {"singleactivity", "activitytype",     "format_singleactivity", "forum", MWS_OPTION_ACTIVITY, 1},
    {"site",           "numsections",      NULL,                    "1",     MWS_OPTION_NUMBER,   0},
};
/* clang-format on */

static const mws_course_option_t *const options_end =
    options + sizeof(options) / sizeof(options[0]);

const char *mws_course_format(mws_call_t *call, const char *name)
{
    const char *formats = call->settings->course_formats;
    const char *usual = mws_plugin_config(call, "moodlecourse", "format");

    if (mws_settings_lists(formats, name)) {
        return name;
    }
    return usual && mws_settings_lists(formats, usual) ? usual : "topics";
}

const mws_course_option_t *mws_course_option_next(const char                *format,
                                                  const mws_course_option_t *after)
{
    const mws_course_option_t *option = after ? after + 1 : options;

    while (option < options_end && strcmp(option->format, format) != 0) {
        option++;
    }
    return option < options_end ? option : NULL;
}

const char *mws_course_option_preset(mws_call_t *call, const mws_course_option_t *option)
{
    const char *setting =
        option->plugin ? mws_plugin_config(call, option->plugin, option->name) : NULL;

    return setting && *setting ? setting : option->preset;
}

/* A label is no page that a course could consist of. */
SQL(all_activities, "SELECT name, visible = 1 AND name <> 'label' FROM {modules}");

enum { A_NAME, A_WHOLE_COURSE };

mws_error_t *mws_activities_queue(mws_call_t *call, mws_rows_t **activities)
{
    return mws_db_queue(call, &all_activities, activities, "");
}

/* The row of the kind NAME, or -1. */
static int find_activity(const mws_rows_t *activities, const char *name)
{
    int row = mws_rows_count(activities) - 1;

    while (row >= 0 && strcmp(mws_row_text(activities, row, A_NAME), name) != 0) {
        row--;
    }
    return row;
}

int mws_activities_have_forum(const mws_rows_t *activities)
{
    return find_activity(activities, "forum") >= 0;
}

static int can_be_course(const mws_rows_t *activities, const char *name)
{
    int row = find_activity(activities, name);

    return row >= 0 && mws_row_bool(activities, row, A_WHOLE_COURSE);
}

const char *mws_course_option_clean(mws_call_t *call, const mws_course_option_t *option,
                                    const char *value, const mws_rows_t *activities)
{
    apr_int64_t number = mws_php_int(value);

    switch (option->kind) {
    case MWS_OPTION_CHOICE:
        return number == 0 ? "0" : number == 1 ? "1" : NULL;
    case MWS_OPTION_FLAG:
        return mws_clean_text(call, MWS_PARAM_BOOL, value);
    case MWS_OPTION_NUMBER:
        return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, number);
    case MWS_OPTION_ACTIVITY:
        return can_be_course(activities, value) ? value : NULL;
    }
    return NULL;
}

int mws_course_option_changes(mws_call_t *call, const mws_course_option_t *option,
                              const char *value)
{
    return (option->plugin && option->kind != MWS_OPTION_ACTIVITY) ||
           strcmp(value, mws_course_option_preset(call, option)) != 0;
}

int mws_course_has_news(const char *format)
{
    return strcmp(format, "topics") == 0 || strcmp(format, "weeks") == 0;
}

const char *mws_course_forum_type(const char *format, apr_int64_t newsitems)
{
    if (strcmp(format, "social") == 0) {
        return "social";
    }
    return newsitems && mws_course_has_news(format) ? "news" : NULL;
}
