/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_format.h
 *
 * Course formats: which of them a course has, the options of each with their defaults, and what a
 * course of a format comes with.
 * Moodle: course/format/..., course_format_options().
 */
#ifndef MWS_COURSE_FORMAT_H
#define MWS_COURSE_FORMAT_H

#include "../db/mws_call.h"

/* What an option takes: 0 or 1; what PHP has for yes or no; any number; the name of an activity. */
typedef enum {
    MWS_OPTION_CHOICE,
    MWS_OPTION_FLAG,
    MWS_OPTION_NUMBER,
    MWS_OPTION_ACTIVITY
} mws_option_kind_e;

/* An option of a format; its default is the setting of that name of PLUGIN, else PRESET. */
typedef struct {
    const char       *format, *name, *plugin, *preset;
    mws_option_kind_e kind;
    int               told; /* core_course_get_courses_by_field tells it */
} mws_course_option_t;

/* Queue reading which kinds of activities the site has, and whether it has forums. */
mws_error_t *mws_activities_queue(mws_call_t *call, mws_rows_t **activities);
int          mws_activities_have_forum(const mws_rows_t *activities);

/* The format that a course stored with NAME behaves as: the site's default where NAME is not
 * installed. */
const char *mws_course_format(mws_call_t *call, const char *name);

/* The option of FORMAT after the one AFTER, the first one after NULL; NULL after the last. */
const mws_course_option_t *mws_course_option_next(const char                *format,
                                                  const mws_course_option_t *after);

/* The value that OPTION has where none is stored. */
const char *mws_course_option_preset(mws_call_t *call, const mws_course_option_t *option);

/* VALUE as OPTION takes it, or NULL when it is none of what it takes. */
const char *mws_course_option_clean(mws_call_t *call, const mws_course_option_t *option,
                                    const char *value, const mws_rows_t *activities);

/* Whether VALUE, given and clean, is another than OPTION's default. Moodle compares with the type:
 * a number given is never the text that a default is which the site's settings hold. */
int mws_course_option_changes(mws_call_t *call, const mws_course_option_t *option,
                              const char *value);

/* Whether a course of FORMAT has announcements; the type of the forum that it comes with when it
 * shows NEWSITEMS of them, or NULL. */
int         mws_course_has_news(const char *format);
const char *mws_course_forum_type(const char *format, apr_int64_t newsitems);

#endif
