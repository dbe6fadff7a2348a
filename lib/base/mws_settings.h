/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_settings.h
 *
 * What the administrator says with directives: constant after start, one for each virtual host.
 */
#ifndef MWS_SETTINGS_H
#define MWS_SETTINGS_H

#include <apr_tables.h>

#define MWS_SETTING_TEXT(field) const char *field;
#define MWS_SETTING_LIST(field) const char *field; /* words between single spaces */
#define MWS_SETTING_NUMBER(field) apr_int64_t field;
#define MWS_SETTING_FLAG(field) apr_int64_t field;

typedef struct mws_settings_t {
#define SETTING(directive, field, kind, preset, least, most, about) MWS_SETTING_##kind(field)
#include "mws_settings.tbl"
#undef SETTING
    apr_table_t *config; /* MoodleWSConfig: rows of table config that config.php forces */
} mws_settings_t;

/* Whether WORD is one of the words of LIST. */
int mws_settings_lists(const char *list, const char *word);

#endif
