/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_edit.h
 *
 * Rows of table course in the making: the columns that a call may set, what they must not hold,
 * and what is told of them.
 */
#ifndef MWS_COURSE_EDIT_H
#define MWS_COURSE_EDIT_H

#include "../db/mws_declare.h"

/* The columns that a call sets, in the order of the table: name, the key that gives it, what it
 * holds, the most bytes of a text or 0. */
/* clang-format off */
#define MWS_COURSE_COLUMNS(COLUMN)                                                                 \
    COLUMN(category,          "categoryid",        BIG,   0)                                       \
    COLUMN(fullname,          "fullname",          TEXT,  254)                                     \
    COLUMN(shortname,         "shortname",         TEXT,  255)                                     \
    COLUMN(idnumber,          "idnumber",          TEXT,  100)                                     \
    COLUMN(summary,           "summary",           TEXT,  0)                                       \
    COLUMN(summaryformat,     "summaryformat",     SMALL, 0)                                       \
    COLUMN(format,            "format",            TEXT,  21)                                      \
    COLUMN(showgrades,        "showgrades",        SMALL, 0)                                       \
    COLUMN(newsitems,         "newsitems",         INT,   0)                                       \
    COLUMN(startdate,         "startdate",         DATE,  0)                                       \
    COLUMN(enddate,           "enddate",           DATE,  0)                                       \
    COLUMN(maxbytes,          "maxbytes",          BIG,   0)                                       \
    COLUMN(showreports,       "showreports",       SMALL, 0)                                       \
    COLUMN(visible,           "visible",           SMALL, 0)                                       \
    COLUMN(groupmode,         "groupmode",         SMALL, 0)                                       \
    COLUMN(groupmodeforce,    "groupmodeforce",    SMALL, 0)                                       \
    COLUMN(defaultgroupingid, "defaultgroupingid", BIG,   0)                                       \
    COLUMN(lang,              "lang",              TEXT,  30)                                      \
    COLUMN(theme,             "forcetheme",        TEXT,  50)                                      \
    COLUMN(enablecompletion,  "enablecompletion",  SMALL, 0)                                       \
    COLUMN(completionnotify,  "completionnotify",  SMALL, 0)
/* clang-format on */

#define MWS_COURSE_NUMBER_OF(name, key, kind, max) MWS_COURSE_##name,
enum { MWS_COURSE_COLUMNS(MWS_COURSE_NUMBER_OF) MWS_COURSE_WIDTH };

/* A column's value: a text, or a number. */
typedef struct {
    const char *text;
    apr_int64_t number;
    int         given; /* by the call */
} mws_course_value_t;

typedef struct {
    apr_int64_t        id;
    mws_course_value_t of[MWS_COURSE_WIDTH];
} mws_course_row_t;

/* Put what IN, the course at PLACE in the call's list, gives over the values in ROW. A null is as
 * if the key were not there. MWS_BAD_PARAMETER when a value does not fit into its column. */
mws_error_t *mws_course_row_take(mws_call_t *call, const mws_value_t *in, int place,
                                 mws_course_row_t *row);

/* Take the values of ROW out of columns of a result, from COL on; with a table alias C,
 * MWS_COURSE_SELECT is their list in SQL. */
#define MWS_COURSE_SELECT_ONE(name, key, kind, max) ", c." #name
#define MWS_COURSE_SELECT MWS_COURSE_COLUMNS(MWS_COURSE_SELECT_ONE)
void mws_course_row_read(const mws_rows_t *rows, int at, int col, mws_course_row_t *row);

/* ROW as a JSON object with the column "id" and its own, and MORE, which begins with a comma or is
 * empty. In SQL MWS_COURSE_RECORD declares those columns for json_to_recordset(). */
#define MWS_COURSE_SQL_BIG "bigint"
#define MWS_COURSE_SQL_DATE "bigint"
#define MWS_COURSE_SQL_SMALL "smallint"
#define MWS_COURSE_SQL_INT "integer"
#define MWS_COURSE_SQL_TEXT "text"
#define MWS_COURSE_RECORD_ONE(name, key, kind, max) ", " #name " " MWS_COURSE_SQL_##kind
#define MWS_COURSE_RECORD "id bigint" MWS_COURSE_COLUMNS(MWS_COURSE_RECORD_ONE)
const char *mws_course_row_json(apr_pool_t *p, const mws_course_row_t *row, const char *more);

/* The value of column NUMBER in ROW as JSON, and the column's name. */
const char *mws_course_value_json(apr_pool_t *p, const mws_course_row_t *row, int number);
const char *mws_course_column_name(int number);

/* MWS_BAD_FIELD, MWS_BAD_FORMAT ... : what is wrong with KEY of the course at PLACE. */
mws_error_t *mws_course_refuse(mws_call_t *call, mws_error_e id, int place, const char *key,
                               const char *why);

/* MWS_BAD_FIELD when a name in ROW is blank, MWS_BAD_FORMAT unless its summary's format is one,
 * MWS_BAD_FIELD unless its language is installed. ROW is of the course at PLACE. */
mws_error_t *mws_course_check_fullname(mws_call_t *call, const mws_course_row_t *row, int place);
mws_error_t *mws_course_check_shortname(mws_call_t *call, const mws_course_row_t *row, int place);
mws_error_t *mws_course_check_summary(mws_call_t *call, const mws_course_row_t *row, int place);
mws_error_t *mws_course_check_lang(mws_call_t *call, const mws_course_row_t *row, int place);

/* MWS_END_WITHOUT_START or MWS_END_BEFORE_START; 0 is no date. Moodle: course_validate_dates(). */
mws_error_t *mws_course_check_dates(mws_call_t *call, apr_int64_t start, apr_int64_t end);

/* MWS_BAD_FIELD unless the theme that was given is installed; where courses may have none, it is
 * as if it were not given. BEFORE is what the course has without it. */
mws_error_t *mws_course_check_theme(mws_call_t *call, mws_course_row_t *row, int place,
                                    const char *before);

/* What these checks refuse with, for the list of who calls them. */
/* clang-format off */
#define MWS_COURSE_EDIT_ERRORS                                                                     \
    {MWS_BAD_FIELD, "a name is blank, or the language or theme is not installed; debuginfo "       \
                    "says which"},                                                                 \
    {MWS_BAD_FORMAT, "summaryformat is none of 0, 1, 2 and 4"},                                    \
    {MWS_END_BEFORE_START, "the course would end before it starts"},                               \
    {MWS_END_WITHOUT_START, "the course would have an end and no start"}
/* clang-format on */

/* Note the event NAME ('c' or 'u' in CRUD) of the course of ROW, whose context is CONTEXTID: its
 * names, and MORE, which begins with a comma or is empty, are what it tells. */
void mws_course_event(mws_call_t *call, const char *name, char crud, const mws_course_row_t *row,
                      apr_int64_t contextid, const char *more);

#endif
