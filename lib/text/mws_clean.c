/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_clean.c -- a cleaner for each row of mws_types.tbl. */
#include "mws_clean.h"

#include <apr_cstr.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>

#include "../base/mws_buffer.h"
#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../site/mws_site.h"

/* The longest tag, in characters. */
#define TAG_MAX 50

/* The longest parts of an address, in bytes: RFC 5321, 4.5.3.1. */
#define LOCAL_MAX 64
#define ADDRESS_MAX 254
#define DOMAIN_MAX 253
#define LABEL_MAX 63

static const mws_text_t nothing = {"", 0};

static mws_text_t text_of(const char *s)
{
    mws_text_t text = {s, strlen(s)};

    return text;
}

static mws_text_t part_of(apr_pool_t *p, mws_text_t text, apr_size_t from, apr_size_t len)
{
    mws_text_t part = {apr_pstrmemdup(p, text.s + from, len), len};

    return from == 0 && len == text.len ? text : part;
}

/* ---- classes of bytes ---- */

static int is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static int is_alpha(unsigned char c)
{
    return is_lower(c | 0x20);
}

static int is_alphanum(unsigned char c)
{
    return is_alpha(c) || is_digit(c);
}

static int is_alphaext(unsigned char c)
{
    return is_alpha(c) || c == '_' || c == '-';
}

static int is_alphanumext(unsigned char c)
{
    return is_alphaext(c) || is_digit(c);
}

static int is_sequence(unsigned char c)
{
    return is_digit(c) || c == ',';
}

static int is_in_username(unsigned char c)
{
    return is_lower(c) || is_digit(c) || (c && strchr("-.@_", c));
}

static int is_in_plugin(unsigned char c)
{
    return is_lower(c) || is_digit(c) || c == '_';
}

static int is_in_label(unsigned char c)
{
    return is_alphanum(c) || c == '-';
}

static int is_trimmed(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0' || c == '\v';
}

static int is_hex(unsigned char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

typedef int (*class_t)(unsigned char c);

/* TEXT without the bytes that are not of CLASS. */
static mws_text_t only(apr_pool_t *p, mws_text_t text, class_t class)
{
    mws_buffer_t out;
    apr_size_t   i;

    for (i = 0; i < text.len && class((unsigned char)text.s[i]); i++) {
    }
    if (i == text.len) {
        return text;
    }
    out = mws_buffer_make(p, text.len);
    for (i = 0; i < text.len; i++) {
        if (class((unsigned char)text.s[i])) {
            mws_buffer_putc(&out, text.s[i]);
        }
    }
    text.len = out.len;
    text.s = mws_buffer_text(&out);
    return text;
}

/* How many bytes of TEXT from AT on are of CLASS. */
static apr_size_t span(mws_text_t text, apr_size_t at, class_t class)
{
    apr_size_t i;

    for (i = at; i < text.len && class((unsigned char)text.s[i]); i++) {
    }
    return i - at;
}

static mws_text_t trim(apr_pool_t *p, mws_text_t text)
{
    apr_size_t from = span(text, 0, is_trimmed), end = text.len;

    while (end > from && is_trimmed((unsigned char)text.s[end - 1])) {
        end--;
    }
    return part_of(p, text, from, end - from);
}

const char *mws_trim(apr_pool_t *p, const char *text)
{
    return trim(p, text_of(text)).s;
}

/* ---- UTF-8 ---- */

static int is_control(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

static int32_t for_file_name(int32_t c)
{
    return is_control(c) || (c < 0x80 && strchr("&<>\"`|':\\/", c)) ? -1 : c;
}

static int32_t for_tag(int32_t c)
{
    return is_control(c) || c == '<' || c == '>' || c == '`' ? -1 : c;
}

/* ---- numbers ---- */

static mws_text_t clean_int(mws_call_t *call, mws_text_t text)
{
    const char *digits = apr_pstrmemdup(call->pool, text.s, text.len);

    return text_of(apr_psprintf(call->pool, "%" APR_INT64_T_FMT, mws_php_int(digits)));
}

/* Nothing at all for what is no number: unlike other types, a number need not be spelled our way
 * to be accepted. */
static mws_text_t clean_float(mws_call_t *call, mws_text_t text)
{
    const char *digits = apr_pstrmemdup(call->pool, text.s, text.len);
    int         is_real;

    if (!text.len || mws_php_number(digits, &is_real) != text.len) {
        return nothing;
    }
    return isfinite(mws_php_float(digits))
               ? text_of(mws_php_float_json(call->pool, mws_php_float(digits)))
               : nothing;
}

static mws_text_t clean_bool(mws_call_t *call, mws_text_t text)
{
    static const char *const no[] = {"", "0", "off", "no", "false"};
    const char *word = mws_utf8_lower(call->pool, apr_pstrmemdup(call->pool, text.s, text.len));
    apr_size_t  i;

    for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        if (strcmp(word, no[i]) == 0) {
            return text_of("0");
        }
    }
    return text_of("1");
}

/* ---- texts ---- */

static mws_text_t clean_raw(mws_call_t *call, mws_text_t text)
{
    return mws_utf8_clean(call->pool, text);
}

static mws_text_t clean_raw_trimmed(mws_call_t *call, mws_text_t text)
{
    return trim(call->pool, mws_utf8_clean(call->pool, text));
}

static mws_text_t clean_notags(mws_call_t *call, mws_text_t text)
{
    return mws_clean_tags(call->pool, mws_utf8_clean(call->pool, text), NULL);
}

/* The length of  lang="word"  at S, or 0. */
static apr_size_t language_attribute(const char *s)
{
    mws_text_t rest;
    apr_size_t len;

    if (strncmp(s, "lang=\"", 6) != 0) {
        return 0;
    }
    rest = text_of(s + 6);
    len = span(rest, 0, is_alphanumext);
    return len && rest.s[len] == '"' ? 6 + len + 1 : 0;
}

/* Whether TAG opens a text in one language, as ELEMENT does: a lang says which, and nothing else;
 * a span has two attributes, lang or the class multilang. */
static int opens_language(const char *tag, const char *element)
{
    static const char mark[] = "class=\"multilang\"";
    const char       *at = tag + 1 + strlen(element);
    int               is_span = strcmp(element, "span") == 0, wanted = is_span ? 2 : 1;

    for (; wanted; wanted--) {
        apr_size_t blanks = strspn(at, " \t\n\r\v\f"), len;

        if (!blanks || (!is_span && strncmp(at, " lang", 5) != 0)) {
            return 0;
        }
        at += blanks;
        len = language_attribute(at);
        if (!len && is_span && strncmp(at, mark, sizeof(mark) - 1) == 0) {
            len = sizeof(mark) - 1;
        }
        if (!len) {
            return 0;
        }
        at += len;
    }
    return at[strspn(at, " \t\n\r\v\f")] == '>';
}

/* Whether the tags of TEXT, all of ELEMENT, mark texts in several languages and nothing else. */
static int is_multilang(apr_pool_t *p, const char *text, const char *element)
{
    const char *closing = apr_pstrcat(p, "</", element, ">", NULL);
    const char *tag = text, *end;
    int         tags = 0, open = 0;

    while ((tag = strchr(tag, '<')) && (end = strchr(tag, '>'))) {
        if (strncmp(tag, closing, strlen(closing)) == 0) {
            if (!open) {
                return 0;
            }
            open = 0;
        }
        else if (strncmp(tag + 1, element, strlen(element)) == 0 && opens_language(tag, element)) {
            open = 1;
        }
        else {
            return 0;
        }
        tags++;
        tag = end + 1;
    }
    return tags && !open;
}

static mws_text_t clean_text(mws_call_t *call, mws_text_t text)
{
    const char *element = NULL;
    mws_text_t  kept;

    text = mws_utf8_clean(call->pool, text);
    if (strstr(text.s, "</lang>")) {
        element = "lang";
    }
    else if (strstr(text.s, "</span>")) {
        element = "span";
    }
    if (element) {
        kept = mws_clean_tags(call->pool, text, element);
        if (is_multilang(call->pool, kept.s, element)) {
            return kept;
        }
    }
    return mws_clean_tags(call->pool, text, NULL);
}

static mws_text_t clean_tag(mws_call_t *call, mws_text_t text)
{
    mws_buffer_t out;
    const char  *at, *end;
    int          was_space = 1, count = 0;

    text = mws_utf8_each(call->pool, mws_utf8_clean(call->pool, text), for_tag);
    out = mws_buffer_make(call->pool, text.len);
    for (at = text.s, end = text.s + text.len; at < end && count < TAG_MAX;) {
        apr_size_t len;
        int        is_space = mws_unicode_is_space(mws_utf8_decode(at, end, &len));

        if (is_space && !was_space) {
            mws_buffer_putc(&out, ' ');
            count++;
        }
        else if (!is_space) {
            mws_buffer_put(&out, at, len);
            count++;
        }
        was_space = is_space;
        at += len;
    }
    text.len = out.len;
    text.s = mws_buffer_text(&out);
    return trim(call->pool, text);
}

/* ---- letters and digits ---- */

static mws_text_t clean_alpha(mws_call_t *call, mws_text_t text)
{
    return only(call->pool, text, is_alpha);
}

static mws_text_t clean_alphaext(mws_call_t *call, mws_text_t text)
{
    return only(call->pool, text, is_alphaext);
}

static mws_text_t clean_alphanum(mws_call_t *call, mws_text_t text)
{
    return only(call->pool, text, is_alphanum);
}

static mws_text_t clean_alphanumext(mws_call_t *call, mws_text_t text)
{
    return only(call->pool, text, is_alphanumext);
}

const char *mws_clean_sequence(apr_pool_t *p, const char *text)
{
    return only(p, text_of(text), is_sequence).s;
}

/* ---- names of files ---- */

static mws_text_t file_name(apr_pool_t *p, mws_text_t text)
{
    text = mws_utf8_each(p, text, for_file_name);
    return strcmp(text.s, ".") == 0 || strcmp(text.s, "..") == 0 ? nothing : text;
}

static mws_text_t clean_file(mws_call_t *call, mws_text_t text)
{
    return file_name(call->pool, mws_utf8_clean(call->pool, text));
}

static mws_text_t clean_path(mws_call_t *call, mws_text_t text)
{
    mws_buffer_t out = mws_buffer_make(call->pool, text.len);
    const char  *at, *end;

    text = mws_utf8_clean(call->pool, text);
    at = text.s;
    end = text.s + text.len;
    for (;; at++) {
        mws_text_t step = {at, strcspn(at, "/\\")};
        int        is_here = step.len == 1 && *step.s == '.';

        at += step.len;
        if (!is_here || out.len) {
            step = file_name(call->pool, step);
        }
        mws_buffer_put(&out, step.s, step.len);
        if (at == end) {
            break;
        }
        if (!out.len || out.s[out.len - 1] != '/') {
            mws_buffer_putc(&out, '/');
        }
    }
    text.len = out.len;
    text.s = mws_buffer_text(&out);
    return text;
}

/* ---- addresses ---- */

static int is_ipv4(mws_text_t host)
{
    apr_size_t at = 0;
    int        parts = 0;

    for (;;) {
        apr_size_t len = span(host, at, is_digit);

        if (!len || len > 3 || atoi(host.s + at) > 255) {
            return 0;
        }
        at += len;
        parts++;
        if (at == host.len) {
            return parts == 4;
        }
        if (host.s[at++] != '.') {
            return 0;
        }
    }
}

/* Labels between dots; the last one begins with a letter. */
static int is_domain(mws_text_t host)
{
    apr_size_t at = 0;

    if (!host.len || host.len > DOMAIN_MAX) {
        return 0;
    }
    for (;;) {
        apr_size_t len = span(host, at, is_in_label);

        if (!len || len > LABEL_MAX || host.s[at] == '-' || host.s[at + len - 1] == '-') {
            return 0;
        }
        if (at + len == host.len) {
            return is_alpha((unsigned char)host.s[at]);
        }
        if (host.s[at + len] != '.') {
            return 0;
        }
        at += len + 1;
    }
}

/* How many bytes from AT on are URL characters, escapes included, or one of MORE. */
static apr_size_t url_span(mws_text_t url, apr_size_t at, const char *more)
{
    apr_size_t i = at;

    while (i < url.len) {
        unsigned char c = (unsigned char)url.s[i];

        if (c == '%' && i + 2 < url.len && is_hex((unsigned char)url.s[i + 1]) &&
            is_hex((unsigned char)url.s[i + 2])) {
            i += 3;
        }
        else if (is_alphanum(c) || (c && (strchr("-_.!~*'();:@&=+$,", c) || strchr(more, c)))) {
            i++;
        }
        else {
            break;
        }
    }
    return i - at;
}

static apr_size_t scheme_length(mws_text_t url)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://", NULL};
    int                      i;

    for (i = 0; schemes[i]; i++) {
        if (url.len >= strlen(schemes[i]) &&
            !apr_cstr_casecmpn(url.s, schemes[i], strlen(schemes[i]))) {
            return strlen(schemes[i]);
        }
    }
    return 0;
}

/* The length of host and port at AT, or -1 when there are some and they are wrong. */
static apr_ssize_t host_length(mws_text_t url, apr_size_t at)
{
    mws_text_t host = {url.s + at, 0};
    apr_size_t end, digits;

    host.len = strcspn(host.s, ":/?#");
    if (!host.len) {
        return host.s[0] == ':' ? -1 : 0;
    }
    if (!is_ipv4(host) && !is_domain(host)) {
        return -1;
    }
    end = at + host.len;
    if (url.s[end] == ':') {
        digits = span(url, ++end, is_digit);
        if (!digits || digits > 5 || atoi(url.s + end) > 65535) {
            return -1;
        }
        end += digits;
    }
    return (apr_ssize_t)(end - at);
}

/* Path, query and fragment from AT on. */
static int is_url_rest(mws_text_t url, apr_size_t at)
{
    if (at < url.len && url.s[at] == '/') {
        at += url_span(url, at, "/");
    }
    if (at < url.len && url.s[at] == '?') {
        at += 1 + url_span(url, at + 1, "/?");
    }
    if (at < url.len && url.s[at] == '#') {
        at += 1 + url_span(url, at + 1, "/?");
    }
    return at == url.len;
}

static mws_text_t clean_url(mws_call_t *call, mws_text_t text)
{
    apr_size_t  scheme;
    apr_ssize_t host;

    text = mws_utf8_clean(call->pool, text);
    scheme = scheme_length(text);
    host = host_length(text, scheme);
    if (host < 0 || (scheme && !host) || !is_url_rest(text, scheme + (apr_size_t)host)) {
        return nothing;
    }
    return text;
}

static mws_text_t clean_localurl(mws_call_t *call, mws_text_t text)
{
    const char *wwwroot = call->settings->wwwroot;
    apr_size_t  len = wwwroot ? strlen(wwwroot) : 0;

    text = clean_url(call, text);
    if (len && text.len >= len && !apr_cstr_casecmpn(text.s, wwwroot, len) &&
        (text.s[len] == '\0' || text.s[len] == '/')) {
        return text;
    }
    if (*text.s == '/') {
        return text;
    }
    if (scheme_length(text) || strstr(mws_utf8_lower(call->pool, text.s), "javascript:")) {
        return nothing;
    }
    return text;
}

static int is_in_atom(unsigned char c)
{
    return is_alphanum(c) || (c && strchr("!#$%&'*+/=?^_`{|}~-", c));
}

/* How many bytes the quoted string has that begins at AT: ASCII without white space, quote and
 * backslash, unless behind a backslash; 0: none begins there. */
static apr_size_t quoted_length(mws_text_t local, apr_size_t at)
{
    apr_size_t i = at;

    if (local.s[at] != '"') {
        return 0;
    }
    while (++i < local.len && local.s[i] != '"') {
        int is_escape = local.s[i] == '\\';

        i += is_escape;
        if (i == local.len || (unsigned char)local.s[i] > 0x7F ||
            (!is_escape && strchr(" \t\n\r", local.s[i]))) {
            return 0;
        }
    }
    return i < local.len ? i + 1 - at : 0;
}

/* Words with dots between them, each an atom or a quoted string. */
static int is_local_part(mws_text_t local)
{
    apr_size_t at = 0;

    while (at < local.len) {
        apr_size_t len = quoted_length(local, at);

        len = len ? len : span(local, at, is_in_atom);
        if (!len) {
            return 0;
        }
        at += len;
        if (at == local.len) {
            return 1;
        }
        if (local.s[at++] != '.') {
            return 0;
        }
    }
    return 0;
}

/* How long TEXT is when its quotes do not count, nor what lets something stand in them. */
static apr_size_t bare_length(mws_text_t text)
{
    apr_size_t i, count = 0;

    for (i = 0; i < text.len; i++) {
        i += text.s[i] == '\\';
        count += i < text.len && text.s[i] != '"';
    }
    return count;
}

/* The number of a host in brackets, which may stand for its name. */
static int is_host_literal(apr_pool_t *p, mws_text_t host)
{
    struct in6_addr address;
    mws_text_t      inner;

    if (host.len < 2 || host.s[0] != '[' || host.s[host.len - 1] != ']') {
        return 0;
    }
    inner = part_of(p, host, 1, host.len - 2);
    return apr_cstr_casecmpn(inner.s, "IPv6:", 5) == 0
               ? inet_pton(AF_INET6, inner.s + 5, &address) == 1
               : inet_pton(AF_INET, inner.s, &address) == 1;
}

/* What PHP takes for an address, FILTER_VALIDATE_EMAIL; in Moodle it is none with angles in it. A host
 * of this net alone, without a dot, has no mail. */
static mws_text_t clean_email(mws_call_t *call, mws_text_t text)
{
    const char *at;
    mws_text_t  local, domain;

    text = mws_utf8_clean(call->pool, text);
    at = strrchr(text.s, '@');
    if (!at || strpbrk(text.s, "<>\n\r") || bare_length(text) > ADDRESS_MAX) {
        return nothing;
    }
    local.s = text.s;
    local.len = (apr_size_t)(at - text.s);
    domain = text_of(at + 1);
    if (bare_length(local) > LOCAL_MAX || !is_local_part(local)) {
        return nothing;
    }
    return (is_domain(domain) && strchr(domain.s, '.')) || is_host_literal(call->pool, domain)
               ? text
               : nothing;
}

/* ---- names that Moodle knows ---- */

static mws_text_t clean_username(mws_call_t *call, mws_text_t text)
{
    text = trim(call->pool, mws_utf8_clean(call->pool, text));
    text = text_of(mws_utf8_lower(call->pool, text.s));
    if (mws_config_on(call, "extendedusernamechars")) {
        return text;
    }
    return only(call->pool, text, is_in_username);
}

/* A letter, then letters, digits and single underscores, the last one no underscore. */
static int is_plugin(mws_text_t text)
{
    return text.len >= 2 && is_lower((unsigned char)text.s[0]) &&
           span(text, 0, is_in_plugin) == text.len && text.s[text.len - 1] != '_' &&
           !strstr(text.s, "__");
}

static mws_text_t clean_plugin(mws_call_t *call, mws_text_t text)
{
    (void)call;
    return is_plugin(text) ? text : nothing;
}

/* A plugin's name whose part behind the first underscore begins with a letter; a module's has no
 * further underscore. Moodle: PARAM_COMPONENT. */
static mws_text_t clean_component(mws_call_t *call, mws_text_t text)
{
    const char *name;

    (void)call;
    if (!is_plugin(text)) {
        return nothing;
    }
    name = strchr(text.s, '_');
    if (!name) {
        return text;
    }
    if (!is_lower((unsigned char)name[1]) || !name[2]) {
        return nothing;
    }
    return strncmp(text.s, "mod_", 4) == 0 && strchr(name + 1, '_') ? nothing : text;
}

int mws_plugin_installed(mws_call_t *call, const char *kind, const char *list, const char *name)
{
    return mws_settings_lists(list, name) ||
           mws_plugin_config(call, apr_pstrcat(call->pool, kind, "_", name, NULL), "version");
}

static mws_text_t clean_auth(mws_call_t *call, mws_text_t text)
{
    return is_plugin(text) &&
                   mws_plugin_installed(call, "auth", call->settings->auth_plugins, text.s)
               ? text
               : nothing;
}

static mws_text_t clean_theme(mws_call_t *call, mws_text_t text)
{
    return is_plugin(text) && mws_plugin_installed(call, "theme", call->settings->themes, text.s)
               ? text
               : nothing;
}

static mws_text_t clean_lang(mws_call_t *call, mws_text_t text)
{
    text = only(call->pool, text, is_alphanumext);
    return mws_settings_lists(call->settings->languages, text.s) ? text : nothing;
}

static mws_text_t clean_capability(mws_call_t *call, mws_text_t text)
{
    return strlen(text.s) == text.len && mws_site_has_capability(call, text.s) ? text : nothing;
}

/* Hours from UTC: up to 13, or with half an hour up to 12. The pattern of Moodle takes a "|" for a
 * half too; ours does not. */
static int is_offset(mws_text_t text)
{
    apr_size_t  at = text.len && (text.s[0] == '+' || text.s[0] == '-');
    apr_size_t  digits = span(text, at, is_digit);
    int         hours = atoi(text.s + at);
    const char *rest = text.s + at + digits;

    if (!digits || digits > 2 || hours > 13 || strlen(text.s) != text.len) {
        return 0;
    }
    return !*rest || strcmp(rest, ".0") == 0 || (strcmp(rest, ".5") == 0 && hours < 13);
}

/* Area/City: letters and digits, then at least one more letter, "_" or "-", each perhaps behind a
 * slash. */
static int is_zone(mws_text_t text)
{
    apr_size_t head = text.len, i;

    while (head > 1 && !is_digit((unsigned char)text.s[head - 1])) {
        head--;
    }
    if (head == text.len || span(text, 0, is_alphanum) < head) {
        return 0;
    }
    for (i = head; i < text.len; i++) {
        i += text.s[i] == '/';
        if (i == text.len || !is_alphaext((unsigned char)text.s[i])) {
            return 0;
        }
    }
    return 1;
}

static mws_text_t clean_timezone(mws_call_t *call, mws_text_t text)
{
    text = mws_utf8_clean(call->pool, text);
    return is_offset(text) || is_zone(text) || strcmp(text.s, "99") == 0 ? text : nothing;
}

/* ---- the table ---- */

static mws_text_t (*const cleaners[MWS_PARAM_COUNT])(mws_call_t *call, mws_text_t text) = {
#define TYPE(name, cleaner, said, xsd, xmlrpc, openapi) [MWS_PARAM_##name] = cleaner,
#include "../base/mws_types.tbl"
#undef TYPE
};

const mws_param_names_t mws_param_names[MWS_PARAM_COUNT] = {
#define TYPE(name, cleaner, said, xsd, xmlrpc, openapi)                                            \
    [MWS_PARAM_##name] = {said, xsd, xmlrpc, openapi},
#include "../base/mws_types.tbl"
#undef TYPE
};

mws_text_t mws_clean(mws_call_t *call, mws_param_e type, mws_text_t text)
{
    return cleaners[type](call, text);
}

const char *mws_clean_text(mws_call_t *call, mws_param_e type, const char *text)
{
    return mws_clean(call, type, text_of(text)).s;
}
