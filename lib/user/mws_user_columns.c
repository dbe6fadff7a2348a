/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_user_columns.c -- the columns of table user that a client may set. */
#include "mws_user_columns.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../site/mws_site.h"
#include "../text/mws_clean.h"

/* ISO 3166-1, as in Moodle's list. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW";

typedef struct {
    const char *name;
    int         width; /* in characters; 0: any */
    const char *preset;
    /* TEXT, or what stands for it when it is no choice; NULL: there are no choices. */
    const char *(*choose)(mws_call_t *call, const char *text);
} column_t;

/* ---- choices ---- */

apr_int64_t mws_user_preset(mws_call_t *call, const char *name, apr_int64_t preset)
{
    return mws_config_int(call, apr_pstrcat(call->pool, "defaultpreference_", name, NULL), preset);
}

static const char *preset_text(mws_call_t *call, const char *name, apr_int64_t preset)
{
    return apr_psprintf(call->pool, "%" APR_INT64_T_FMT, mws_user_preset(call, name, preset));
}

static const char *config_or(mws_call_t *call, const char *name, const char *preset)
{
    return mws_config_on(call, name) ? mws_config(call, name) : preset;
}

static const char *choose_country(mws_call_t *call, const char *text)
{
    return !*text || mws_settings_lists(countries, text) ? text : config_or(call, "country", "");
}

static const char *choose_lang(mws_call_t *call, const char *text)
{
    return mws_settings_lists(call->settings->languages, text) ? text
                                                               : config_or(call, "lang", "en");
}

static const char *choose_calendar(mws_call_t *call, const char *text)
{
    return mws_plugin_installed(call, "calendartype", "gregorian", text)
               ? text
               : config_or(call, "calendartype", "gregorian");
}

static const char *choose_theme(mws_call_t *call, const char *text)
{
    return !*text || *mws_clean_text(call, MWS_PARAM_THEME, text)
               ? text
               : config_or(call, "theme", "boost");
}

static const char *choose_mailformat(mws_call_t *call, const char *text)
{
    return mws_settings_lists("0 1", text) ? text : preset_text(call, "mailformat", 1);
}

static const char *choose_maildisplay(mws_call_t *call, const char *text)
{
    return mws_settings_lists("0 1 2", text) ? text : preset_text(call, "maildisplay", 2);
}

static const char *choose_suspended(mws_call_t *call, const char *text)
{
    (void)call;
    return mws_php_bool(text) ? "1" : "0";
}

/* ---- the table ---- */

static const column_t columns[MWS_USER_COLUMN_COUNT] = {
#define COLUMN(place, column, type, width, preset, choose)                                         \
    [MWS_USER_##column] = {#column, width, preset, choose},
    MWS_USER_COLUMNS(COLUMN)
#undef COLUMN
};

/* ---- values ---- */

static void read_value(mws_call_t *call, const mws_value_t *value, int column,
                       mws_user_values_t *values)
{
    const column_t *about = &columns[column];
    const char     *text;

    if (mws_value_kind(value) == MWS_NULL && !about->preset) {
        values->nulls = apr_pstrcat(call->pool, values->nulls, about->name, ",", NULL);
        return;
    }
    text = mws_php_spelled(call->pool, value).s;
    values->texts[column] = about->choose ? about->choose(call, text) : text;
}

void mws_user_values_read(mws_call_t *call, const mws_value_t *in, mws_user_values_t *values)
{
    int i;

    memset(values, 0, sizeof(*values));
    values->nulls = ",";
    for (i = 0; i < MWS_USER_COLUMN_COUNT; i++) {
        const mws_value_t *value = mws_value_get(in, columns[i].name, -1);

        if (value) {
            read_value(call, value, i, values);
        }
    }
}

void mws_user_values_preset(mws_call_t *call, mws_user_values_t *values)
{
    const char *site[MWS_USER_COLUMN_COUNT] = {
        [MWS_USER_city] = config_or(call, "defaultcity", ""),
        [MWS_USER_country] = config_or(call, "country", ""),
        [MWS_USER_lang] = config_or(call, "lang", "en"),
        [MWS_USER_calendartype] = config_or(call, "calendartype", "gregorian"),
        [MWS_USER_mailformat] = preset_text(call, "mailformat", 1),
        [MWS_USER_maildisplay] = preset_text(call, "maildisplay", 2),
    };
    int i;

    for (i = 0; i < MWS_USER_COLUMN_COUNT; i++) {
        if (!values->texts[i]) {
            values->texts[i] = site[i] ? site[i] : columns[i].preset;
        }
    }
}

const char *mws_user_values_too_long(const mws_user_values_t *values, int *width)
{
    int i;

    for (i = 0; i < MWS_USER_COLUMN_COUNT; i++) {
        if (columns[i].width && values->texts[i] &&
            mws_utf8_count(values->texts[i]) > (apr_size_t)columns[i].width) {
            *width = columns[i].width;
            return columns[i].name;
        }
    }
    return NULL;
}
