/* SPDX-License-Identifier: Apache-2.0 */
/* externals/webservice.c -- what a client asks first: the site, its user, what may be called. */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/db/mws_declare.h"
#include "../lib/db/mws_ids.h"
#include "../lib/file/mws_file_key.h"
#include "../lib/file/mws_files.h"
#include "../lib/site/mws_access.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_format.h"

/* $2 holds the short names that the service must be among, if there are any. */
SQL(service_functions,
    "SELECT sf.functionname"
    "  FROM {external_services} s"
    "  JOIN {external_services_functions} sf ON sf.externalserviceid = s.id"
    " WHERE s.id = $1 AND s.enabled = 1 AND (cardinality($2::text[]) = 0 OR s.shortname = ANY ($2))");

SQL(chosen_home,
    "SELECT value FROM {user_preferences}"
    " WHERE userid = $1 AND name = 'user_home_page_preference'");

SQL(session_count, "SELECT count(*) FROM {sessions} WHERE userid = $1");

/* Where a user lands after login. Moodle: lib/moodlelib.php, HOMEPAGE_... */
enum { HOME_SITE, HOME_DASHBOARD, HOME_CHOSEN, HOME_COURSES, HOME_URL };

/* What is read for an answer. */
typedef struct {
    mws_rows_t *functions, *home, *sessions, *key;
} site_t;

static const char *first_text(const mws_rows_t *rows)
{
    return rows && mws_rows_count(rows) ? mws_row_text(rows, 0, 0) : NULL;
}

/* The short names that narrow the list of functions. */
static mws_texts_t *names_asked(mws_call_t *call, const mws_value_t *in)
{
    const mws_value_t *items = mws_items(in, "serviceshortnames");
    mws_texts_t       *names = mws_texts_make(call->pool);
    apr_size_t         i;

    for (i = 0; i < mws_value_size(items); i++) {
        const mws_value_t *item = mws_value_at(items, i);

        if (mws_value_kind(item) == MWS_TEXT) {
            mws_texts_add(names, mws_value_as_text(item).s);
        }
    }
    return names;
}

static int counts_sessions(mws_call_t *call)
{
    return mws_config_int(call, "limitconcurrentlogins", 0) && call->settings->sessions_in_db;
}

/* Queue what both answers ask of the service. */
static mws_error_t *queue_functions(mws_call_t *call, const mws_texts_t *services, site_t *site)
{
    return mws_db_queue(call, &service_functions, &site->functions, "iS", call->service_id,
                        services);
}

static mws_error_t *queue_own(mws_call_t *call, site_t *site)
{
    apr_int64_t userid = call->caller->id;

    if (mws_config_int(call, "defaulthomepage", HOME_SITE) == HOME_CHOSEN) {
        MWS_ERR(mws_db_queue(call, &chosen_home, &site->home, "i", userid));
    }
    MWS_ERR(mws_file_keys_queue(call, mws_ids_of_one(call->pool, userid), &site->key));
    if (counts_sessions(call)) {
        MWS_ERR(mws_db_queue(call, &session_count, &site->sessions, "i", userid));
    }
    return NULL;
}

/* Add a key for the caller's files; SITE then has the one that counts. Where the call is one of
 * several in a transaction, the key is part of that. */
static mws_error_t *make_private_key(mws_call_t *call, site_t *site)
{
    const mws_ids_t *self = mws_ids_of_one(call->pool, call->caller->id);

    MWS_ERR(call->work ? NULL : mws_db_begin(call));
    MWS_ERR(mws_file_keys_make(call, self));
    MWS_ERR(mws_file_keys_queue(call, self, &site->key));
    MWS_ERR(mws_db_run(call));
    return call->work ? NULL : mws_db_commit(call);
}

/* The version of a component, as text; NULL when the site does not tell. */
static const char *version_of(mws_call_t *call, const char *component)
{
    if (strcmp(component, "moodle") == 0 || strcmp(component, "core") == 0) {
        return mws_config(call, "version");
    }
    return mws_plugin_config(call, component, "version");
}

static void write_function(mws_out_t *out, const char *name, const char *version)
{
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", name);
    mws_out_text(out, "version", version);
    mws_out_end(out);
}

static int by_id(const void *one, const void *other)
{
    const mws_function_t *a = *(const mws_function_t *const *)one;
    const mws_function_t *b = *(const mws_function_t *const *)other;

    return (a->id > b->id) - (a->id < b->id);
}

/* The functions of a service that are served here, in the order in which the site made them. */
static const apr_array_header_t *served(mws_call_t *call, const mws_rows_t *rows)
{
    int                 count = mws_rows_count(rows), i;
    apr_array_header_t *functions = apr_array_make(call->pool, count, sizeof(mws_function_t *));

    for (i = 0; i < count; i++) {
        const mws_function_t *function = mws_site_function(call, mws_row_text(rows, i, 0));

        if (function && call->child->serves(function->name)) {
            APR_ARRAY_PUSH(functions, const mws_function_t *) = function;
        }
    }
    qsort(functions->elts, (size_t)functions->nelts, sizeof(mws_function_t *), by_id);
    return functions;
}

/* Write the functions of the caller's service; for a caller by the 2.1 name each under both of its
 * names. */
static void write_functions(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int both)
{
    const apr_array_header_t *functions = served(call, rows);
    int                       i;

    mws_out_list(out, "functions");
    for (i = 0; i < functions->nelts; i++) {
        const mws_function_t *function = APR_ARRAY_IDX(functions, i, const mws_function_t *);
        const char           *version = version_of(call, function->component);
        const char           *old = both ? call->child->legacy_name(function->name) : NULL;

        if (version && old) {
            write_function(out, old, version);
        }
        if (version) {
            write_function(out, function->name, version);
        }
    }
    mws_out_end(out);
}

/* The language the caller is spoken to in; "" when it is not installed. */
static const char *language(mws_call_t *call)
{
    const char *asked = call->text.lang;
    const char *own = call->caller->lang;

    if (asked && *asked && *mws_clean_text(call, MWS_PARAM_LANG, asked)) {
        return asked;
    }
    if (!own || !*own) {
        own = mws_config(call, "lang");
    }
    return own ? mws_clean_text(call, MWS_PARAM_LANG, own) : "";
}

static const char *theme(mws_call_t *call)
{
    const char *own = call->caller->theme;
    const char *name = mws_config(call, "theme");

    if (mws_config_on(call, "allowuserthemes") && own && *own) {
        name = own;
    }
    return name && *name ? mws_clean_text(call, MWS_PARAM_THEME, name) : "boost";
}

static const char *picture(mws_call_t *call)
{
    const mws_caller_t *caller = call->caller;

    return mws_picture_url(call, caller->id, caller->context ? caller->context->id : 0,
                           caller->picture, caller->deleted, caller->email, 1);
}

/* TEXT when it is an address within the site, else NULL. */
static const char *local_url(mws_call_t *call, const char *text)
{
    const char *url;

    if (!text || !strpbrk(text, "/?.")) {
        return NULL;
    }
    url = mws_clean_text(call, MWS_PARAM_LOCALURL, text);
    if (!*url) {
        return NULL;
    }
    return *url == '/' ? apr_pstrcat(call->pool, call->settings->wwwroot, url, NULL) : url;
}

/* Where the caller lands after login; *URL is the address when that is the answer.
 * Moodle: lib/moodlelib.php, get_home_page(). */
static apr_int64_t home_page(mws_call_t *call, const char *chosen, const char **url)
{
    const char *site = mws_config(call, "defaulthomepage");
    apr_int64_t page = mws_config_int(call, "defaulthomepage", HOME_SITE);
    int         guest = call->caller->is_guest;
    apr_int64_t usual = mws_config_int(call, "enabledashboard", 1) ? HOME_DASHBOARD : HOME_COURSES;

    *url = local_url(call, site);
    if (*url) {
        return HOME_URL;
    }
    if (page == HOME_DASHBOARD && (!guest || mws_config_on(call, "allowguestmymoodle"))) {
        return usual;
    }
    if (page == HOME_COURSES && !guest) {
        return HOME_COURSES;
    }
    if (page != HOME_CHOSEN || guest) {
        return HOME_SITE;
    }
    *url = local_url(call, chosen);
    if (*url) {
        return HOME_URL;
    }
    page = chosen ? mws_php_int(chosen) : usual;
    return page == HOME_DASHBOARD ? usual : page;
}

static void write_feature(mws_out_t *out, const char *name, apr_int64_t value)
{
    mws_out_struct(out, NULL);
    mws_out_text(out, "name", name);
    mws_out_int(out, "value", value);
    mws_out_end(out);
}

static void write_features(mws_call_t *call, mws_out_t *out)
{
    static const char *const settings[] = {
        "usecomments",         "usetags",           "enablenotes",  "messaging",
        "enableblogs",         "enablecompletion",  "enablebadges", "messagingallusers",
        "enablecustomreports", "enableglobalsearch"};
    const char *mnet = mws_config(call, "mnet_dispatcher_mode");
    const char *competencies = mws_plugin_config(call, "core_competency", "enabled");
    size_t      i;

    mws_out_list(out, "advancedfeatures");
    for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        const char *value = mws_config(call, settings[i]);

        if (value) {
            write_feature(out, settings[i], mws_php_int(value));
        }
    }
    write_feature(out, "mnet_dispatcher_mode", mnet && strcmp(mnet, "strict") == 0);
    write_feature(out, "enablecompetencies", mws_php_bool(competencies));
    mws_out_end(out);
}

/* Write who the caller is and where, the keys that both answers begin with. */
static void write_common(mws_call_t *call, mws_out_t *out, const char *sitename,
                         const mws_rows_t *functions, int legacy)
{
    const mws_caller_t *caller = call->caller;

    mws_out_text(out, "sitename", sitename);
    mws_out_text(out, "username", caller->username);
    mws_out_text(out, "firstname", caller->firstname);
    mws_out_text(out, "lastname", caller->lastname);
    mws_out_text(out, "fullname", mws_caller_fullname(call, 0));
    mws_out_text(out, "lang", language(call));
    mws_out_int(out, "userid", caller->id);
    mws_out_text(out, "siteurl", call->settings->wwwroot);
    mws_out_text(out, "userpictureurl", picture(call));
    write_functions(call, out, functions, legacy);
}

/* What a client of a service is told of it and of the release; nobody else is. */
static void write_service(mws_call_t *call, mws_out_t *out)
{
    const char *release = mws_config(call, "release");
    const char *version = mws_config(call, "version");

    if (!call->service_id) {
        return;
    }
    mws_out_int(out, "downloadfiles", call->downloadfiles);
    mws_out_int(out, "uploadfiles", call->uploadfiles);
    if (release) {
        mws_out_text(out, "release", release);
    }
    if (version) {
        mws_out_text(out, "version", version);
    }
}

static void write_own(mws_call_t *call, mws_out_t *out, const site_t *site)
{
    const char *url;
    apr_int64_t home = home_page(call, first_text(site->home), &url);

    mws_out_bool(out, "usercanmanageownfiles", mws_can_own(call, "moodle/user:manageownfiles"));
    mws_out_int(out, "userquota", mws_quota_of_caller(call));
    mws_out_int(out, "usermaxuploadfilesize", mws_upload_max_of_caller(call));
    mws_out_int(out, "userhomepage", home);
    if (url) {
        mws_out_text(out, "userhomepageurl", url);
    }
    if (mws_rows_count(site->key)) {
        mws_out_text(out, "userprivateaccesskey", mws_row_text(site->key, 0, MWS_FILE_KEY));
    }
}

static void write_more(mws_call_t *call, mws_out_t *out, const site_t *site)
{
    const char *calendar = mws_config(call, "calendartype");
    const char *own = call->caller->calendartype;

    calendar = calendar && *calendar ? calendar : "gregorian";
    mws_out_int(out, "siteid", mws_front_page_id(call));
    mws_out_text(out, "sitecalendartype", calendar);
    mws_out_text(out, "usercalendartype", own && *own ? own : calendar);
    mws_out_bool(out, "userissiteadmin", call->caller->is_admin);
    mws_out_text(out, "theme", theme(call));
    mws_out_int(out, "limitconcurrentlogins", mws_config_int(call, "limitconcurrentlogins", 0));
    if (site->sessions) {
        mws_out_text(out, "usersessionscount", first_text(site->sessions));
    }
    mws_out_int(out, "policyagreed", call->caller->policyagreed);
}

/* Asks nothing of the caller but to be known: clients call it to learn that a password must be
 * changed or a policy agreed to.
 * Moodle: webservice/externallib.php, core_webservice_external::get_site_info(). */
EXTERNAL(core_webservice_get_site_info,
    .about   = "Tells a client about the site, the caller's own account, and the functions that "
               "the caller's service offers. It asks for no capability, and is what clients call "
               "first.",
    .params  = KEYS(
        LIST("serviceshortnames", ONE(ALPHANUMEXT, "short name of a service"),
              "not used any more", PRESET_EMPTY)),
    .returns = KEYS(
        VALUE("sitename", RAW, "name of the site"),
        VALUE("username", RAW, "the caller's user name"),
        VALUE("firstname", TEXT, "first name of the person"),
        VALUE("lastname", TEXT, "last name of the person"),
        VALUE("fullname", TEXT, "the whole name, as the site puts it together"),
        VALUE("lang", LANG, "language the caller is spoken to in"),
        VALUE("userid", INT, "the caller's id"),
        VALUE("siteurl", RAW, "URL of the site, as its pages call it"),
        VALUE("userpictureurl", URL, "URL of the caller's picture"),
        LIST("functions", KEYS(
            VALUE("name", RAW, "name of the function, to be called by"),
            VALUE("version", TEXT, "version of the component it belongs to")),
            "what the caller's service offers"),
        VALUE("downloadfiles", INT, "1 if the service lets files be downloaded", OPTIONAL),
        VALUE("uploadfiles", INT, "1 if the service lets files be uploaded", OPTIONAL),
        VALUE("release", TEXT, "release of the Moodle, for people", OPTIONAL),
        VALUE("version", TEXT, "version number of the Moodle, for programs", OPTIONAL),
        VALUE("mobilecssurl", URL,
              "URL of a style sheet for the mobile app; empty: none", OPTIONAL),
        LIST("advancedfeatures", KEYS(
            VALUE("name", ALPHANUMEXT, "name of the feature"),
            VALUE("value", INT, "1 if the feature is on, 0 if it is off")),
            "features that a site may switch", OPTIONAL),
        VALUE("usercanmanageownfiles", BOOL, "whether the caller may keep private files", OPTIONAL),
        VALUE("userquota", INT,
              "most bytes of private files that the caller may keep; 0: no limit", OPTIONAL),
        VALUE("usermaxuploadfilesize", INT,
              "most bytes of a file that the caller uploads; -1: no limit", OPTIONAL),
        VALUE("userhomepage", INT,
              "first page after login: 0 site, 1 dashboard, 3 courses, 4 an address", OPTIONAL),
        VALUE("userhomepageurl", LOCALURL, "address of that page, where it is 4", OPTIONAL),
        VALUE("userprivateaccesskey", ALPHANUM,
              "secret that opens the caller's files at tokenpluginfile.php", OPTIONAL),
        VALUE("siteid", INT, "course id of the front page", OPTIONAL),
        VALUE("sitecalendartype", PLUGIN, "calendar of the site", OPTIONAL),
        VALUE("usercalendartype", PLUGIN, "calendar of the caller", OPTIONAL),
        VALUE("userissiteadmin", BOOL, "whether the caller is a site administrator", OPTIONAL),
        VALUE("theme", THEME, "theme the caller sees", OPTIONAL),
        VALUE("limitconcurrentlogins", INT,
              "sessions a user may have at once; 0: no limit", OPTIONAL),
        VALUE("usersessionscount", INT,
              "sessions the caller has, where they are limited", OPTIONAL),
        VALUE("policyagreed", INT,
              "1 if the caller has agreed to the site policy, else 0", OPTIONAL)))
{
    const char *css = mws_config(call, "mobilecssurl");
    site_t      site = {.functions = NULL};

    (void)in;
    MWS_ERR(queue_functions(call, mws_texts_make(call->pool), &site));
    MWS_ERR(queue_own(call, &site));
    MWS_ERR(mws_db_run(call));
    if (!mws_rows_count(site.key) && !call->settings->read_only) {
        MWS_ERR(make_private_key(call, &site));
    }
    mws_out_struct(out, NULL);
    write_common(call, out, mws_format_string(call, mws_site_name(call)), site.functions, 0);
    write_service(call, out);
    mws_out_text(out, "mobilecssurl", css ? css : "");
    write_features(call, out);
    write_own(call, out, &site);
    write_more(call, out, &site);
    mws_out_end(out);
    return NULL;
}

/* In 2.1 the short names chose among all services, and anybody could list anyone's; here they can
 * only narrow the caller's own. */
EXTERNAL(moodle_webservice_get_siteinfo,
    .about   = "Tells a client about the site, the caller's own account, and the functions that "
               "the caller's service offers, each under both of its names.",
    .params  = KEYS(
        LIST("serviceshortnames", ONE(ALPHANUMEXT, "short name of a service"),
              "list functions only if the caller's service is among these; none given: always",
             PRESET_EMPTY)),
    .returns = KEYS(
        VALUE("sitename", RAW, "name of the site"),
        VALUE("username", RAW, "the caller's user name"),
        VALUE("firstname", TEXT, "first name of the person"),
        VALUE("lastname", TEXT, "last name of the person"),
        VALUE("fullname", TEXT, "the whole name, as the site puts it together"),
        VALUE("userid", INT, "the caller's id"),
        VALUE("siteurl", RAW, "URL of the site, as its pages call it"),
        VALUE("userpictureurl", URL, "URL of the caller's picture"),
        LIST("functions", KEYS(
            VALUE("name", RAW, "name of the function, to be called by"),
            VALUE("version", FLOAT, "version of the component it belongs to")),
            "what the caller's service offers, each under both of its names")))
{
    site_t site = {.functions = NULL};

    MWS_ERR(queue_functions(call, names_asked(call, in), &site));
    MWS_ERR(mws_db_run(call));
    mws_out_struct(out, NULL);
    write_common(call, out, mws_site_name(call), site.functions, 1);
    mws_out_end(out);
    return NULL;
}
