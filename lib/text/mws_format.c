/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_format.c -- texts, names and addresses as Moodle shows them. */
#include "mws_format.h"

#include <apr_escape.h>
#include <apr_md5.h>
#include <apr_strings.h>
#include <cmark.h>
#include <stdlib.h>

#include "../base/mws_buffer.h"
#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "mws_clean.h"
#include "mws_html.h"

#define FILE_MARK "@@PLUGINFILE@@/"

/* What stands for an empty name in a template until it is removed. */
#define EMPTY_MARK "EMPTY"

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int is_alphanum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* TEXT with INSTEAD for each WORD. */
static const char *replace(apr_pool_t *p, const char *text, const char *word, const char *instead)
{
    const char  *at = strstr(text, word);
    mws_buffer_t out;

    if (!at) {
        return text;
    }
    out = mws_buffer_make(p, strlen(text) + strlen(instead));
    for (; at; at = strstr(text, word)) {
        mws_buffer_put(&out, text, (apr_size_t)(at - text));
        mws_buffer_puts(&out, instead);
        text = at + strlen(word);
    }
    mws_buffer_puts(&out, text);
    return mws_buffer_text(&out);
}

static const char *strip_tags(apr_pool_t *p, const char *text)
{
    mws_text_t whole = {text, strlen(text)};

    return mws_clean_tags(p, whole, NULL).s;
}

/* ---- names of things ---- */

/* Whether TEXT, behind an ampersand, makes an entity of it. */
static int is_entity(const char *text)
{
    int len;

    for (len = 0; len < 8 && (is_alphanum(text[len]) || text[len] == '#'); len++) {
    }
    return len > 0 && text[len] == ';';
}

static const char *escape_bare_ampersands(apr_pool_t *p, const char *text)
{
    mws_buffer_t out;

    if (!strchr(text, '&')) {
        return text;
    }
    out = mws_buffer_make(p, strlen(text) + 16);
    for (; *text; text++) {
        mws_buffer_putc(&out, *text);
        if (*text == '&' && !is_entity(text + 1)) {
            mws_buffer_puts(&out, "amp;");
        }
    }
    return mws_buffer_text(&out);
}

/* What is left of a text without tags: no entity in it is to be escaped again. */
static const char *escape_angles(apr_pool_t *p, const char *text)
{
    return replace(p, replace(p, text, "<", "&lt;"), ">", "&gt;");
}

static const char *find_any_case(const char *text, const char *word)
{
    apr_size_t len = strlen(word);

    for (; *text; text++) {
        apr_size_t i;

        for (i = 0; i < len && (text[i] == word[i] || (text[i] | 0x20) == word[i]); i++) {
        }
        if (i == len) {
            return text;
        }
    }
    return NULL;
}

/* TEXT with the contents of its links in their place. Moodle: strip_links(). */
static const char *without_links(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text));
    const char  *start, *inside, *stop;

    while ((start = find_any_case(text, "<a")) && (inside = strchr(start, '>')) &&
           (stop = find_any_case(inside, "</a>"))) {
        if (is_space(start[2])) {
            mws_buffer_put(&out, text, (apr_size_t)(start - text));
            mws_buffer_put(&out, inside + 1, (apr_size_t)(stop - inside) - 1);
            text = stop + strlen("</a>");
        }
        else {
            mws_buffer_put(&out, text, (apr_size_t)(start + 2 - text));
            text = start + 2;
        }
    }
    mws_buffer_puts(&out, text);
    return mws_buffer_text(&out);
}

/* Whether the site takes only links out of names, and leaves the rest of their HTML. */
static int keeps_html(mws_call_t *call)
{
    const char *tags = mws_config(call, "formatstringstriptags");

    return tags && !mws_config_on(call, "formatstringstriptags");
}

static const char *clean_name(apr_pool_t *p, const char *text)
{
    text = without_links(p, text);
    return mws_html_clean(p, text, strlen(text));
}

const char *mws_format_string(mws_call_t *call, const char *text)
{
    return call->text.raw && text ? text : mws_format_page_string(call, text);
}

const char *mws_format_page_string(mws_call_t *call, const char *text)
{
    if (!text || !*text) {
        return "";
    }
    text = escape_bare_ampersands(call->pool, text);
    return keeps_html(call) ? clean_name(call->pool, text)
                            : escape_angles(call->pool, strip_tags(call->pool, text));
}

const char *mws_format_subject(mws_call_t *call, const char *text)
{
    return keeps_html(call) ? clean_name(call->pool, text) : strip_tags(call->pool, text);
}

/* ---- texts ---- */

/* TEXT with the addresses of its files, which SCRIPT gives out. */
static const char *with_files(mws_call_t *call, const char *text, const char *script,
                              const mws_area_t *area)
{
    if (!area || !strstr(text, FILE_MARK)) {
        return text;
    }
    return replace(call->pool, text, FILE_MARK, mws_file_url(call, script, area, "/", ""));
}

/* A line feed or return, or both, of one line's end at TEXT; 0 for none. */
static apr_size_t line_end(const char *text)
{
    if (*text != '\n' && *text != '\r') {
        return 0;
    }
    return (text[1] == '\n' || text[1] == '\r') && text[1] != *text ? 2 : 1;
}

const char *mws_format_breaks(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text) + 32);

    while (*text) {
        apr_size_t len = line_end(text);

        mws_buffer_puts(&out, len ? "<br />" : "");
        mws_buffer_put(&out, text, len ? len : 1);
        text += len ? len : 1;
    }
    return mws_buffer_text(&out);
}

/* TEXT without what is blank from the end of one tag to the next. */
static const char *without_gaps(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text));

    while (*text) {
        mws_buffer_putc(&out, *text);
        if (*text++ == '>') {
            const char *next = text;

            while (is_space(*next)) {
                next++;
            }
            text = *next == '<' ? next : text;
        }
    }
    return mws_buffer_text(&out);
}

/* The Moodle format as HTML: ends of lines beside a tag are blanks, the others breaks.
 * Moodle: text_to_html(). */
static const char *from_moodle(apr_pool_t *p, const char *text)
{
    char *out = apr_pstrdup(p, without_gaps(p, text)), *at;

    for (at = out; *at; at++) {
        if ((*at == '\n' || *at == '\r') && at[1] == '<') {
            *at = ' ';
        }
    }
    for (at = out; *at; at++) {
        if (*at == '>' && (at[1] == '\n' || at[1] == '\r')) {
            at[1] = ' ';
        }
    }
    return mws_format_breaks(p, out);
}

/* Plain text as HTML. References to characters by number stay. */
static const char *from_plain(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text) + 32);

    for (; *text; text++) {
        const char *digits = text + 2 + (text[1] == '#' && (text[2] | 0x20) == 'x');
        apr_size_t  len;

        switch (*text) {
        case '&':
            len = text[1] == '#'
                      ? strspn(digits, digits == text + 2 ? "0123456789" : "0123456789abcdefABCDEF")
                      : 0;
            mws_buffer_puts(&out, len && digits[len] == ';' ? "&" : "&amp;");
            break;
        case '<':
            mws_buffer_puts(&out, "&lt;");
            break;
        case '>':
            mws_buffer_puts(&out, "&gt;");
            break;
        case '"':
            mws_buffer_puts(&out, "&quot;");
            break;
        case '\'':
            mws_buffer_puts(&out, "&#039;");
            break;
        default:
            mws_buffer_putc(&out, *text);
        }
    }
    return mws_format_breaks(p, replace(p, mws_buffer_text(&out), "  ", "&nbsp; "));
}

static apr_status_t free_text(void *text)
{
    free(text);
    return APR_SUCCESS;
}

static const char *from_markdown(apr_pool_t *p, const char *text)
{
    char       *html = cmark_markdown_to_html(text, strlen(text), CMARK_OPT_UNSAFE);
    const char *cleaned;

    apr_pool_cleanup_register(p, html, free_text, apr_pool_cleanup_null);
    cleaned = mws_html_clean(p, html, strlen(html));
    apr_pool_cleanup_run(p, html, free_text);
    return mws_html_paragraphs(p, cleaned);
}

/* TEXT in FORMAT as HTML; PAGE puts the Moodle format into a div. */
static const char *to_html(apr_pool_t *p, const char *text, int format, int page)
{
    switch (format) {
    case MWS_FORMAT_PLAIN:
        return from_plain(p, text);
    case MWS_FORMAT_MARKDOWN:
        return from_markdown(p, text);
    case MWS_FORMAT_HTML:
        break;
    default:
        text = from_moodle(p, text);
        if (page) {
            text = apr_pstrcat(p, "<div class=\"text_to_html\">", text, "</div>", NULL);
        }
    }
    return mws_html_clean(p, text, strlen(text));
}

const char *mws_format_to_html(apr_pool_t *p, const char *text, int format)
{
    return to_html(p, text, format, 0);
}

int mws_format_known(apr_int64_t format)
{
    return format == MWS_FORMAT_MOODLE || format == MWS_FORMAT_HTML || format == MWS_FORMAT_PLAIN ||
           format == MWS_FORMAT_MARKDOWN;
}

mws_error_t *mws_format_text(mws_call_t *call, const char *text, int *format,
                             const mws_area_t *area, const char **html)
{
    *html = "";
    if (!text || !*text) {
        return NULL;
    }
    if (!mws_format_known(*format)) {
        return mws_error(call->pool, MWS_CODING, "a text of format %d", *format);
    }
    if (call->text.fileurl) {
        text = with_files(call, text, "/webservice/pluginfile.php", area);
    }
    *html = text;
    if (!call->text.raw) {
        *html = to_html(call->pool, text, *format, 0);
        *format = MWS_FORMAT_HTML;
    }
    return NULL;
}

/* A format that is unknown is shown as Moodle's own. */
mws_error_t *mws_format_page(mws_call_t *call, const char *text, int format, const mws_area_t *area,
                             const char **html)
{
    *html = "";
    if (text && *text) {
        text = with_files(call, text, "/pluginfile.php", area);
        *html = to_html(call->pool, text, format, 1);
    }
    return NULL;
}

/* ---- people ---- */

/* The parts of a name, in the order in which a template is filled. */
typedef struct {
    const char *field, *value;
} part_t;

enum { PARTS = 6, FIRSTNAME = 4, LASTNAME = 5 };

static void name_parts(mws_call_t *call, const mws_names_t *names, int override, part_t *parts)
{
    const char *first = mws_config(call, "forcefirstname");
    const char *last = mws_config(call, "forcelastname");
    part_t      given[PARTS] = {
             {"firstnamephonetic", names->firstnamephonetic},
             {"lastnamephonetic", names->lastnamephonetic},
             {"middlename", names->middlename},
             {"alternatename", names->alternatename},
             {"firstname", names->firstname},
             {"lastname", names->lastname},
    };
    int i;

    if (!override && mws_php_bool(first)) {
        given[FIRSTNAME].value = first;
    }
    if (!override && mws_php_bool(last)) {
        given[LASTNAME].value = last;
    }
    for (i = 0; i < PARTS; i++) {
        given[i].value = given[i].value ? given[i].value : "";
        parts[i] = given[i];
    }
}

/* The template that the administrator chose, or NULL: the language's. */
static const char *own_template(mws_call_t *call, int override)
{
    const char *own = mws_config(call, override ? "alternativefullnameformat" : "fullnamedisplay");

    return mws_php_bool(own) && strcmp(own, "language") != 0 ? own : NULL;
}

const char *mws_fullname_template(mws_call_t *call, int override)
{
    const char *own = own_template(call, override);

    return own ? own : call->settings->full_name;
}

/* The language's pattern with its names, as they are. */
static const char *fill_pattern(apr_pool_t *p, const char *pattern, const part_t *parts)
{
    mws_buffer_t out = mws_buffer_make(p, 64);

    while (*pattern) {
        int i;

        for (i = 0; i < PARTS; i++) {
            if (strncmp(pattern, parts[i].field, strlen(parts[i].field)) == 0) {
                break;
            }
        }
        if (i < PARTS) {
            mws_buffer_puts(&out, parts[i].value);
            pattern += strlen(parts[i].field);
        }
        else {
            mws_buffer_putc(&out, *pattern++);
        }
    }
    return mws_buffer_text(&out);
}

/* The start of the punctuation that ends at END, not before START. */
static const char *punctuation_before(const char *start, const char *end)
{
    while (end > start) {
        const char *at = end - 1;
        apr_size_t  len;

        while (at > start && (*at & 0xC0) == 0x80) {
            at--;
        }
        if (!mws_unicode_is_punct(mws_utf8_decode(at, end, &len)) || at + len != end) {
            break;
        }
        end = at;
    }
    return end;
}

static const char *punctuation_after(const char *at)
{
    const char *end = at + strlen(at);
    apr_size_t  len;

    while (at < end && mws_unicode_is_punct(mws_utf8_decode(at, end, &len))) {
        at += len;
    }
    return at;
}

/* TEXT with a blank for each mark of an empty name and the punctuation that touches it. */
static const char *without_empty(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text));
    const char  *mark;

    while ((mark = strstr(text, EMPTY_MARK))) {
        mws_buffer_put(&out, text, (apr_size_t)(punctuation_before(text, mark) - text));
        mws_buffer_putc(&out, ' ');
        text = punctuation_after(mark + strlen(EMPTY_MARK));
    }
    mws_buffer_puts(&out, text);
    return mws_buffer_text(&out);
}

/* TEXT with one blank for each run of white space of more than one, and none at its ends. */
static const char *collapse(apr_pool_t *p, const char *text)
{
    mws_buffer_t out = mws_buffer_make(p, strlen(text));
    const char  *end = text + strlen(text), *from;

    while (text < end) {
        apr_size_t len;
        int        count = 0;

        for (from = text; text < end && mws_unicode_is_space(mws_utf8_decode(text, end, &len));
             count++) {
            text += len;
        }
        if (count > 1) {
            mws_buffer_putc(&out, ' ');
        }
        else if (count == 1) {
            mws_buffer_put(&out, from, (apr_size_t)(text - from));
        }
        else {
            mws_buffer_putc(&out, *text++);
        }
    }
    return mws_trim(p, mws_buffer_text(&out));
}

const char *mws_fullname(mws_call_t *call, const mws_names_t *names, int override)
{
    const char *own = own_template(call, override), *name = own;
    part_t      parts[PARTS];
    int         i;

    name_parts(call, names, override, parts);
    if (!own) {
        return fill_pattern(call->pool, call->settings->full_name, parts);
    }
    for (i = 0; i < PARTS; i++) {
        if (strstr(own, parts[i].field)) {
            name = replace(call->pool, name, parts[i].field,
                           *parts[i].value ? parts[i].value : EMPTY_MARK);
        }
    }
    name = collapse(call->pool, without_empty(call->pool, name));
    return mws_php_bool(name) ? name : parts[FIRSTNAME].value;
}

const char *mws_caller_fullname(mws_call_t *call, int override)
{
    const mws_caller_t *caller = call->caller;
    mws_names_t         names = {.firstnamephonetic = caller->firstnamephonetic,
                                 .lastnamephonetic = caller->lastnamephonetic,
                                 .middlename = caller->middlename,
                                 .alternatename = caller->alternatename,
                                 .firstname = caller->firstname,
                                 .lastname = caller->lastname};

    return mws_fullname(call, &names, override);
}

/* ---- addresses ---- */

/* Append TEXT percent-encoded as PHP's rawurlencode() does; slashes stay where SLASHES. */
static void put_encoded(mws_buffer_t *out, const char *text, int slashes)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (is_alphanum(*text) || strchr("-_.~", c) || (c == '/' && slashes)) {
            mws_buffer_putc(out, *text);
        }
        else {
            mws_buffer_putc(out, '%');
            mws_buffer_putc(out, hex[c >> 4]);
            mws_buffer_putc(out, hex[c & 15]);
        }
    }
}

const char *mws_file_url(mws_call_t *call, const char *script, const mws_area_t *area,
                         const char *filepath, const char *filename)
{
    mws_buffer_t out = mws_buffer_make(call->pool, 128);

    mws_buffer_puts(&out, call->settings->wwwroot);
    mws_buffer_puts(&out, script);
    if (area) {
        mws_buffer_puts(&out, apr_psprintf(call->pool, "/%" APR_INT64_T_FMT "/", area->contextid));
        put_encoded(&out, area->component, 0);
        mws_buffer_putc(&out, '/');
        put_encoded(&out, area->filearea, 0);
    }
    if (area && area->itemid >= 0) {
        mws_buffer_puts(&out, apr_psprintf(call->pool, "/%" APR_INT64_T_FMT, area->itemid));
    }
    put_encoded(&out, filepath, 1);
    put_encoded(&out, filename, 0);
    return mws_buffer_text(&out);
}

static const char *page_theme(mws_call_t *call)
{
    const char *theme = mws_config(call, "theme");

    if (mws_config_on(call, "allowuserthemes") && call->caller && call->caller->theme &&
        *mws_clean_text(call, MWS_PARAM_THEME, call->caller->theme)) {
        return call->caller->theme;
    }
    return theme && *theme ? theme : "boost";
}

/* The picture of people without one, in the theme. */
static const char *default_picture(mws_call_t *call, const char *file)
{
    const char *slash = mws_config(call, "slasharguments"), *theme = page_theme(call);
    apr_int64_t rev = mws_config_int(call, "themerev", -1);

    if (rev > 0 && (!slash || mws_config_on(call, "slasharguments"))) {
        return apr_psprintf(call->pool, "%s/theme/image.php/%s/core/%" APR_INT64_T_FMT "/u/%s",
                            call->settings->wwwroot, theme, rev, file);
    }
    return apr_psprintf(call->pool, "%s/theme/image.php?theme=%s&component=core%s&image=u%%2F%s",
                        call->settings->wwwroot, theme,
                        rev > 0 ? apr_psprintf(call->pool, "&rev=%" APR_INT64_T_FMT, rev) : "",
                        file);
}

/* Whether the caller may see the picture of USERID where the site guards them. */
static int may_see_picture(mws_call_t *call, apr_int64_t userid)
{
    if (!mws_config_on(call, "forcelogin") && !mws_config_on(call, "forceloginforprofileimage")) {
        return 1;
    }
    if (!call->caller || call->caller->is_guest) {
        return 0;
    }
    return call->caller->id == userid ||
           mws_can(call, mws_context_system(call), "moodle/user:viewprofilepictures");
}

static const char *gravatar(mws_call_t *call, const char *email, const char *file, int pixels)
{
    const char   *preset = mws_config(call, "gravatardefaulturl");
    char         *address = apr_pstrdup(call->pool, mws_trim(call->pool, email)), *at;
    unsigned char digest[APR_MD5_DIGESTSIZE];
    mws_buffer_t  out = mws_buffer_make(call->pool, 128);

    for (at = address; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
    }
    apr_md5(digest, address, strlen(address));
    mws_buffer_puts(&out, call->https ? "https://secure" : "http://www");
    mws_buffer_puts(&out, ".gravatar.com/avatar/");
    mws_buffer_puts(&out, apr_pescape_hex(call->pool, digest, sizeof(digest), 0));
    mws_buffer_puts(&out, apr_psprintf(call->pool, "?s=%d&d=", pixels));
    if (!preset || !*preset) {
        preset = apr_pstrcat(call->pool, call->settings->wwwroot, "/pix/u/", file, ".png", NULL);
    }
    put_encoded(&out, preset, 0);
    return mws_buffer_text(&out);
}

const char *mws_picture_url(mws_call_t *call, apr_int64_t userid, apr_int64_t contextid,
                            apr_int64_t picture, int deleted, const char *email, int size)
{
    const char *file = size == 1 ? "f1" : "f2";

    if (deleted || !email || !strchr(email, '@') || !may_see_picture(call, userid)) {
        return default_picture(call, file);
    }
    if (picture > 0) {
        return apr_psprintf(call->pool,
                            "%s/pluginfile.php/%" APR_INT64_T_FMT
                            "/user/icon/%s/%s?rev=%" APR_INT64_T_FMT,
                            call->settings->wwwroot, contextid, page_theme(call), file, picture);
    }
    if (picture == 0 && mws_config_on(call, "enablegravatar")) {
        return gravatar(call, email, file, size == 1 ? 100 : 35);
    }
    return default_picture(call, file);
}

const char *mws_file_address(mws_call_t *call, const char *script, const mws_area_t *area,
                             const char *filepath, const char *filename)
{
    const char *url = mws_file_url(call, script, area, filepath, filename);
    const char *path = url + strlen(call->settings->wwwroot) + strlen(script);
    const char *encoded = "";
    const char *slash;

    if (!mws_config(call, "slasharguments") || mws_config_on(call, "slasharguments")) {
        return url;
    }
    for (; (slash = strchr(path, '/')); path = slash + 1) {
        encoded = apr_pstrcat(call->pool, encoded, apr_pstrmemdup(call->pool, path, slash - path),
                              "%2F", NULL);
    }
    return apr_pstrcat(call->pool, call->settings->wwwroot, script, "?file=", encoded, path, NULL);
}
