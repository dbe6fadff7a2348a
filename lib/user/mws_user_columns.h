/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_columns.h
 *
 * The columns of table user that a client may set, and the values that it gives for them. Values
 * are held against what Moodle knows of each column: one that is not among its choices becomes the
 * site's default.
 * Moodle: lib/classes/user.php, core_user::validate(), clean_field(), get_property_default().
 */
#ifndef MWS_USER_COLUMNS_H
#define MWS_USER_COLUMNS_H

#include "../db/mws_call.h"

/* X(place, column, type, characters it holds (0: any), what a new account has (NULL: null), what
 * chooses among its values (NULL: any will do)). A place is the number of the parameter that holds a
 * column's values in a statement. */
/* clang-format off */
#define MWS_USER_COLUMNS(X)                                                                        \
    X( 1, username,          text,     100, "",       NULL)                                        \
    X( 2, auth,              text,      20, "manual", NULL)                                        \
    X( 3, suspended,         smallint,   0, "0",      choose_suspended)                            \
    X( 4, idnumber,          text,     255, "",       NULL)                                        \
    X( 5, firstname,         text,     100, "",       NULL)                                        \
    X( 6, lastname,          text,     100, "",       NULL)                                        \
    X( 7, email,             text,     100, "",       NULL)                                        \
    X( 8, phone1,            text,      20, "",       NULL)                                        \
    X( 9, phone2,            text,      20, "",       NULL)                                        \
    X(10, institution,       text,     255, "",       NULL)                                        \
    X(11, department,        text,     255, "",       NULL)                                        \
    X(12, address,           text,     255, "",       NULL)                                        \
    X(13, city,              text,     120, "",       NULL)                                        \
    X(14, country,           text,       0, "",       choose_country)                              \
    X(15, lang,              text,      30, "",       choose_lang)                                 \
    X(16, calendartype,      text,      30, "",       choose_calendar)                             \
    X(17, theme,             text,      50, "",       choose_theme)                                \
    X(18, timezone,          text,     100, "99",     NULL)                                        \
    X(19, mailformat,        smallint,   0, "",       choose_mailformat)                           \
    X(20, maildisplay,       smallint,   0, "",       choose_maildisplay)                          \
    X(21, description,       text,       0, NULL,     NULL)                                        \
    X(22, firstnamephonetic, text,     255, NULL,     NULL)                                        \
    X(23, lastnamephonetic,  text,     255, NULL,     NULL)                                        \
    X(24, middlename,        text,     255, NULL,     NULL)                                        \
    X(25, alternatename,     text,     255, NULL,     NULL)
/* clang-format on */

enum {
#define MWS_USER_PLACE(place, column, type, width, preset, choose) MWS_USER_##column = (place)-1,
    MWS_USER_COLUMNS(MWS_USER_PLACE)
#undef MWS_USER_PLACE
        MWS_USER_COLUMN_COUNT
};

/* Pieces of a statement, each with a comma behind it. */
#define MWS_USER_NAME(place, column, type, width, preset, choose) #column ", "
#define MWS_USER_ARRAY(place, column, type, width, preset, choose) "$" #place "::text[], "
#define MWS_USER_GIVEN(place, column, type, width, preset, choose) "n." #column "::" #type ", "

/* SET of an UPDATE: what is not given stays. N.NULLS names, between commas, what becomes null. */
/* clang-format off */
#define MWS_USER_CHANGE(place, column, type, width, preset, choose)                                \
    #column " = CASE WHEN strpos(n.nulls, '," #column ",') > 0 THEN NULL"                          \
            " ELSE COALESCE(n." #column "::" #type ", u." #column ") END, "
/* clang-format on */

/* Pieces of the call that queues it, for VALUES, arrays of MWS_USER_COLUMN_COUNT mws_texts_t *. */
#define MWS_USER_LETTER(place, column, type, width, preset, choose) "S"
#define MWS_USER_ARGUMENT(place, column, type, width, preset, choose) , values[(place)-1]

/* What is given for one account; NULL: nothing. */
typedef struct {
    const char *texts[MWS_USER_COLUMN_COUNT];
    const char *nulls; /* of columns that become null, ",NAME," and so on */
} mws_user_values_t;

/* Take from IN, a checked struct, what it gives for these columns. */
void mws_user_values_read(mws_call_t *call, const mws_value_t *in, mws_user_values_t *values);

/* Give what a new account has where nothing is given. */
void mws_user_values_preset(mws_call_t *call, mws_user_values_t *values);

/* The name of the first column that VALUES are too long for, with its width; NULL: none. */
const char *mws_user_values_too_long(const mws_user_values_t *values, int *width);

/* The site's default of a setting that a new account takes from defaultpreference_NAME. */
apr_int64_t mws_user_preset(mws_call_t *call, const char *name, apr_int64_t preset);

#endif
