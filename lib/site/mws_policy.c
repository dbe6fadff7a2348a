/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_policy.c -- the site's rules for new passwords. */
#include "mws_policy.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_unicode.h"
#include "mws_password.h"
#include "mws_site.h"

/* What a password is made of, in characters. */
typedef struct {
    apr_int64_t length, digits, lower, upper, others;
    apr_int64_t run; /* of one character, the longest */
} makeup_t;

static makeup_t makeup_of(const char *password)
{
    const char *end = password + strlen(password);
    makeup_t    makeup = {.length = 0};
    apr_int64_t run = 0;
    int32_t     before = -1;

    while (password < end) {
        apr_size_t len;
        int32_t    c = mws_utf8_decode(password, end, &len);

        makeup.length++;
        if (mws_unicode_is_digit(c)) {
            makeup.digits++;
        }
        else if (mws_unicode_is_lower(c)) {
            makeup.lower++;
        }
        else if (mws_unicode_is_upper(c)) {
            makeup.upper++;
        }
        else {
            makeup.others++;
        }
        run = c == before ? run + 1 : 1;
        makeup.run = run > makeup.run ? run : makeup.run;
        before = c;
        password += len;
    }
    return makeup;
}

/* Add to BROKEN, texts between commas, that HAVE is less than the setting NAME asks for of WHAT. */
static const char *expect(mws_call_t *call, const char *broken, apr_int64_t have, const char *name,
                          apr_int64_t preset, const char *what)
{
    apr_int64_t least = mws_config_int(call, name, preset);

    return have >= least ? broken
                         : apr_psprintf(call->pool, "%s%s%" APR_INT64_T_FMT " %s", broken,
                                        *broken ? ", " : "", least, what);
}

static const char *broken_rules(mws_call_t *call, const makeup_t *makeup)
{
    apr_int64_t most = mws_config_int(call, "maxconsecutiveidentchars", 0);
    const char *broken = "";

    broken = expect(call, broken, makeup->length, "minpasswordlength", 8, "characters");
    broken = expect(call, broken, makeup->digits, "minpassworddigits", 1, "digits");
    broken = expect(call, broken, makeup->lower, "minpasswordlower", 1, "lower-case letters");
    broken = expect(call, broken, makeup->upper, "minpasswordupper", 1, "upper-case letters");
    broken = expect(call, broken, makeup->others, "minpasswordnonalphanum", 1,
                    "characters of another kind");
    if (*broken) {
        broken = apr_pstrcat(call->pool, ": at least ", broken, NULL);
    }
    if (most > 0 && makeup->run > most) {
        broken = apr_psprintf(call->pool,
                              "%s%s no character more than %" APR_INT64_T_FMT " times"
                              " in a row",
                              broken, *broken ? ", and" : ":", most);
    }
    return broken;
}

mws_error_t *mws_policy_check(mws_call_t *call, const char *password)
{
    makeup_t    makeup = makeup_of(password);
    const char *broken = mws_config_on(call, "passwordpolicy") ? broken_rules(call, &makeup) : "";

    if (*broken) {
        mws_error_t *err = mws_error(call->pool, MWS_PASSWORD_POLICY, NULL);

        err->message = apr_pstrcat(call->pool, err->row->text, broken, NULL);
        return err;
    }
    return makeup.length > MWS_PASSWORD_MAX ? mws_error(call->pool, MWS_PASSWORD_TOO_LONG, NULL)
                                            : NULL;
}
