/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_clean.c -- what each PARAM type accepts and what it makes of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "lib/base/mws_php.h"
#include "lib/base/mws_unicode.h"
#include "lib/text/mws_clean.h"
#include "lib/text/mws_format.h"

/* ---- a site of our own ---- */

static apr_pool_t    *pool;
static mws_settings_t settings;
static mws_call_t     call;
static int            extended;

const char *mws_config(mws_call_t *c, const char *name)
{
    (void)c;
    return extended && !strcmp(name, "extendedusernamechars") ? "1" : NULL;
}

int mws_config_on(mws_call_t *c, const char *name)
{
    return mws_config(c, name) != NULL;
}

const char *mws_plugin_config(mws_call_t *c, const char *plugin, const char *name)
{
    (void)c;
    return !strcmp(name, "version") &&
                   (!strcmp(plugin, "auth_saml2") || !strcmp(plugin, "theme_moove"))
               ? "2024100700"
               : NULL;
}

int mws_site_has_capability(mws_call_t *c, const char *name)
{
    (void)c;
    return !strcmp(name, "moodle/course:view");
}

static int set_up(void **state)
{
    apr_pool_create(&pool, NULL);
    memset(&settings, 0, sizeof(settings));
    settings.wwwroot = "https://moodle.example.org/m";
    settings.auth_plugins = "manual nologin webservice";
    settings.languages = "en de_kids";
    settings.themes = "boost classic";
    memset(&call, 0, sizeof(call));
    call.pool = pool;
    call.settings = &settings;
    extended = 0;
    return 0;
}

static int tear_down(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

/* A text with its type: NULs count. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static int accepts(mws_param_e type, mws_text_t text)
{
    mws_text_t clean = mws_clean(&call, type, text);

    assert_int_equal(clean.s[clean.len], '\0');
    return clean.len == text.len && !memcmp(clean.s, text.s, text.len);
}

static void assert_accepted(mws_param_e type, const char *const *texts, int yes)
{
    for (; *texts; texts++) {
        mws_text_t text = {*texts, strlen(*texts)};

        if (accepts(type, text) != yes) {
            fail_msg("%s: \"%s\" is %s", mws_param_names[type].said, *texts,
                     yes ? "refused" : "accepted");
        }
    }
}

#define ACCEPTS(type, ...)                                                                         \
    assert_accepted(MWS_PARAM_##type, (const char *const[]){__VA_ARGS__, NULL}, 1)
#define REFUSES(type, ...)                                                                         \
    assert_accepted(MWS_PARAM_##type, (const char *const[]){__VA_ARGS__, NULL}, 0)

static void assert_cleaned(mws_param_e type, const char *in, const char *out)
{
    assert_string_equal(mws_clean_text(&call, type, in), out);
}

static void numbers(void **state)
{
    ACCEPTS(INT, "0", "1", "-1", "42", "9223372036854775807", "-9223372036854775808");
    REFUSES(INT, "", "abc", "5.5", " 5", "5 ", "+1", "005", "0x5", "1e3", "-0", "true", "3a",
            "9223372036854775808", "-9223372036854775809", "99999999999999999999", "5\n", "--1",
            "\xD9\xA1", "1,000", ".5", "-");
    assert_cleaned(MWS_PARAM_INT, "3a", "3");
    assert_cleaned(MWS_PARAM_INT, " 12.9xyz", "12");
    assert_cleaned(MWS_PARAM_INT, "1e3", "1000");
    assert_cleaned(MWS_PARAM_INT, "x", "0");
    assert_true(mws_php_int("1e30") == APR_INT64_MAX);
    assert_true(mws_php_int("-1e30") == APR_INT64_MIN);
    assert_true(mws_php_int("-99999999999999999999") == APR_INT64_MIN);
    assert_true(mws_php_int("\n\t 7") == 7);

    ACCEPTS(BOOL, "0", "1");
    REFUSES(BOOL, "", "true", "yes", "false", "on", "2", "-1", "01");
    assert_cleaned(MWS_PARAM_BOOL, "TRUE", "1");
    assert_cleaned(MWS_PARAM_BOOL, "Off", "0");
    assert_cleaned(MWS_PARAM_BOOL, "", "0");
    assert_cleaned(MWS_PARAM_BOOL, "anything", "1");
}

/* A float need not come back as it was: it is refused when nothing comes back. */
static void floats(void **state)
{
    static const char *const good[] = {"0",  "1.5", "-1.50", "+1",   "05",     ".5",
                                       "5.", "1e3", "1E-3",  "1.e2", "-.5e+1", NULL};
    static const char *const bad[] = {"",    ".",   "e5",    " 1",  "1 ",    "1e",  "1,5", "0x1",
                                      "nan", "inf", "1e999", "--1", "1.2.3", "abc", "1\n", NULL};
    int                      i;

    for (i = 0; good[i]; i++) {
        assert_string_not_equal(mws_clean_text(&call, MWS_PARAM_FLOAT, good[i]), "");
    }
    for (i = 0; bad[i]; i++) {
        assert_cleaned(MWS_PARAM_FLOAT, bad[i], "");
    }
    assert_cleaned(MWS_PARAM_FLOAT, "1.50", "1.5");
    assert_cleaned(MWS_PARAM_FLOAT, "1e3", "1000");
}

static void texts(void **state)
{
    ACCEPTS(TEXT, "", "plain", "a < b", "a > b", "\xC3\xA9\xF0\x9F\x98\x80", "a & b &amp; c", "\"'",
            "<\tb", " blanks ", "<lang lang=\"en\">a</lang><lang lang=\"de_kids\" >b</lang>",
            "x<span lang=\"en\" class=\"multilang\">a</span>y",
            "<span class=\"multilang\" lang=\"en\">a</span>");
    REFUSES(TEXT, "a <b", "<b>x</b>", "<", "x<!-- c -->", "<?php x ?>", "<lang>a</lang>",
            "<lang lang=\"en\">a", "</lang>", "<lang  lang=\"en\">a</lang>",
            "<lang lang=\"e n\">a</lang>", "<lang lang=\"en\" x=\"y\">a</lang>",
            "<lang lang=\"en\">a</lang></lang>", "<lang lang=\"en\"><b>a</b></lang>",
            "<span lang=\"en\">a</span>", "<span class=\"multilang\">a</span>",
            "<span lang=\"en\" class=\"x\">a</span>",
            "<span lang=\"en\" class=\"multilang\" id=\"x\">a</span>",
            "<span lang=\"en\" class=\"multilang\">a</span><span>", "<langx></lang>", "\xFF",
            "\xC3", "\xED\xA0\x80", "\xC0\xBC", "\xF4\x90\x80\x80", "\xEF\xBF\xBE", "\xEF\xBF\xBF");
    assert_false(accepts(MWS_PARAM_TEXT, (mws_text_t)TEXT("a\0b")));
    assert_cleaned(MWS_PARAM_TEXT, "<lang lang=\"en\">a</lang><b>c</b>",
                   "<lang lang=\"en\">a</lang>c");
    assert_cleaned(MWS_PARAM_TEXT, "<lang lang=\"en\">a<lang x></lang>", "a");

    ACCEPTS(NOTAGS, "", "a < b", "x > y", "O'Brien & \"co\"");
    REFUSES(NOTAGS, "<b>", "a<b", "<lang lang=\"en\">a</lang>", "\xFF");

    ACCEPTS(RAW, "", " <b> ", "\x01", "\xF4\x8F\xBF\xBD", "\n");
    REFUSES(RAW, "\xFF", "a\xE2\x82", "\xED\xBF\xBF", "\xEF\xBF\xBF");
    assert_false(accepts(MWS_PARAM_RAW, (mws_text_t)TEXT("\0")));
    assert_true(accepts(MWS_PARAM_RAW, (mws_text_t)TEXT("a b")));

    ACCEPTS(RAW_TRIMMED, "", "a b", "\xC2\xA0x", "<b>");
    REFUSES(RAW_TRIMMED, " a", "a\n", "\va", "a\t", "\r", "\xFF");

    ACCEPTS(TAG, "", "physics", "two words", "R\xC3\xA9seaux", "a & 'b'",
            "12345678901234567890123456789012345678901234567890");
    REFUSES(TAG, " a", "a ", "a  b", "a\tb", "<a", "a>", "`",
            "a\xC2\xA0"
            "b",
            "\xC2\x85", "123456789012345678901234567890123456789012345678901");
}

static void letters(void **state)
{
    ACCEPTS(ALPHA, "", "abcXYZ");
    REFUSES(ALPHA, "a1", "a-b", "\xC3\xA9", "a b", "a\n");
    ACCEPTS(ALPHAEXT, "", "a_b-C");
    REFUSES(ALPHAEXT, "a1", "a.b");
    ACCEPTS(ALPHANUM, "", "a1B2");
    REFUSES(ALPHANUM, "a_1", "\xC3\xA9", "a ");
    ACCEPTS(ALPHANUMEXT, "", "a_1-B");
    REFUSES(ALPHANUMEXT, "a.1", "a/b", "a:b");
    ACCEPTS(SAFEDIR, "", "en_us-1");
    REFUSES(SAFEDIR, "..", "a/b");
    assert_cleaned(MWS_PARAM_ALPHANUMEXT, "a.b c\xC3\xA9/1", "abc1");
    assert_string_equal(mws_clean_sequence(pool, "1, 2;3x,,4"), "1,23,,4");
    assert_string_equal(mws_clean_sequence(pool, "1,2"), "1,2");
}

static void files_and_paths(void **state)
{
    ACCEPTS(FILE, "", "a.txt", "a..b", "...", "\xC3\xA9 x.txt", "a#%?*", ".hidden", " ");
    REFUSES(FILE, ".", "..", "a/b", "a\\b", "a:b", "a|b", "a<b", "a>b", "a&b", "a\"b", "a'b", "a`b",
            "a\nb", "\x7F", "\xC2\x85", "\xFF");
    ACCEPTS(PATH, "", "/", "a/b", "/a/b/", "./a", ".", "a b/c.d", "/a..b/");
    REFUSES(PATH, "a//b", "a/./b", "a/../b", "..", "../a", "a\\b", "a:b", "/.", "//", "a/.");
    assert_cleaned(MWS_PARAM_PATH, "a\\..//./b", "a/b");
}

static void urls(void **state)
{
    ACCEPTS(URL, "", "http://example.org", "http://example.org/",
            "https://www.example.org:8080/a/b?c=d&e#f", "HTTP://localhost/x",
            "ftp://ftp.example.org/", "http://127.0.0.1:8045/x", "/just/a/path",
            "www.example.org/x", "index.php?id=3", "http://a-b.example.org/%20x(1)~;y", "?a=b",
            "#x", "https://example.org?x=http://y/");
    REFUSES(URL, "javascript:alert(1)", "mailto:a@example.org", "http://", "funny:thing",
            "http://a b/", "http://exa_mple.org/", "http://user@example.org/",
            "http://user:p@example.org/", "http://example.org:99999/", "http://example.org:/",
            "http://example.org/\xC3\xA9", "http://example.org/<x>", "http://256.1.1.1/",
            "http://1.2.3/", "http://-a.org/", "data:text/html,x", "http://example.org/%zz",
            "http://example.org/a\"b", "gopher://x.org/", "http://example.org/ ", "//\\x");
    ACCEPTS(LOCALURL, "", "https://moodle.example.org/m", "https://moodle.example.org/m/x?y=z",
            "/x/y", "course/view.php?id=2");
    REFUSES(LOCALURL, "https://moodle.example.org/more", "https://moodle.example.org/",
            "http://evil.example/", "javascript:x", "x?javascript:alert(1)");
}

static void addresses(void **state)
{
    ACCEPTS(EMAIL, "", "a@example.org", "a.b+c@sub.example.org", "root@localhost.local",
            "o'neil@example.org", "\"a@b\"@example.org", "\"a\\\"b\"@example.org",
            "\"a\\ b\"@example.org", "\"a\".b.\"c\"@example.org", "A_1-2@x.co", "a@[127.0.0.1]",
            "a@[IPv6:2001:db8::1]",
            "\"1234567890123456789012345678901234567890123456789012345678901234"
            "\"@example.org");
    REFUSES(EMAIL, "root@localhost", "\"a b\"@example.org", "\"a\"b@example.org", "a@[127.0.0.256]",
            "a@[::1]", "a@[IPv6:2001:db8]", "a@[]", "a@127.0.0.1", "\"a\\\"@example.org",
            "a.\"\xC3\xA9\"@example.org", "\"a\\\n\"@example.org", "a", "a@", "@example.org",
            "a@b@c.org", ".a@example.org", "a.@example.org", "a..b@example.org", "a b@example.org",
            "a@exam ple.org", "a@-x.org", "a@x-.org", "a@example..org", "<a@example.org>",
            "a@example.org ", "\"a@example.org", "a@1.2", "\"a\"b\"@example.org",
            "\"<\"@example.org", "\xC3\xA9@example.org",
            "12345678901234567890123456789012345678901234567890123456789012345@example.org");
}

static void names_that_moodle_knows(void **state)
{
    ACCEPTS(USERNAME, "", "user.name-1_x@y", "admin");
    REFUSES(USERNAME, "Admin", " admin", "ad min", "\xC3\xA9", "a+b", "a'b", "admin\n");
    assert_cleaned(MWS_PARAM_USERNAME, " J\xC3\x89r\xC3\xB4me B ", "jrmeb");
    extended = 1;
    ACCEPTS(USERNAME, "\xC3\xA9+b", "a b", "\xD0\xB6\xCF\x83");
    REFUSES(USERNAME, "\xC3\x89", "\xD0\x96", "\xCE\xA3", "\xD4\xB1", "\xE1\x82\xA0", " a");

    ACCEPTS(PLUGIN, "", "ab", "a1", "forum", "a_b", "a1_2b");
    REFUSES(PLUGIN, "a", "_a", "1a", "a_", "ab__c", "Ab", "a-b",
            "\xC3\xA9"
            "a",
            "a b");
    ACCEPTS(AREA, "", "profile", "user_icon");
    REFUSES(AREA, "a", "User", "a.b");
    ACCEPTS(COMPONENT, "", "core", "mod_forum", "core_course", "tool_a_b", "block1_ab");
    REFUSES(COMPONENT, "a", "mod_for_um", "core_", "_core", "core_c", "core_1ab", "core__x", "Core",
            "core/x");

    ACCEPTS(AUTH, "", "manual", "nologin", "saml2");
    REFUSES(AUTH, "ldap", "Manual", "manual ", "../manual", "no");
    ACCEPTS(LANG, "", "en", "de_kids");
    REFUSES(LANG, "de", "en ", "EN", "en/../en", "e");
    ACCEPTS(THEME, "", "boost", "classic", "moove");
    REFUSES(THEME, "snap", "boos", "boost classic", "Boost");
    ACCEPTS(CAPABILITY, "", "moodle/course:view");
    REFUSES(CAPABILITY, "moodle/course:nothing", "moodle/course:view ", "x");
    assert_false(accepts(MWS_PARAM_CAPABILITY, (mws_text_t)TEXT("moodle/course:view\0x")));
}

static void timezones(void **state)
{
    ACCEPTS(TIMEZONE, "", "99", "0", "5", "-5", "+5", "5.5", "05", "-12.5", "12.0", "13", "13.0",
            "Europe/London", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT-", "EST5EDT");
    REFUSES(TIMEZONE, "14", "13.5", "5.3", "98", "100", "5.", ".5", "Europe//London", "Europe/",
            "/Europe", "Etc/GMT+5", "Etc/GMT5", "Europe London", "a", "\xC3\xA9/x", "<b>", "5 ",
            "--5");
}

/* PHP's machine, state by state. */
static void tags_are_stripped_as_php_does(void **state)
{
    static const char *const pairs[][2] = {
        {"a<b>c</b>d", "acd"},
        {"a < b", "a < b"},
        {"a <b", "a "},
        {"a<", "a"},
        {"a > b", "a > b"},
        {"<a title=\">\">x</a>", "x"},
        {"<a title='>\">'>x", "x"},
        {"<a title=\">x", ""},
        {"<a <b> c>d", "d"},
        {"<a < b>c", "c"},
        {"x<!-- <b> > -- -->y", "xy"},
        {"x<!-- a", "x"},
        {"x<!>y", "xy"},
        {"x<!a \">\" b>y", "xy"},
        {"x<!DOCTYPE html>y", "xy"},
        {"x<? echo \"?>\"; ?>y", "xy"},
        {"x<? f('>') ?>y", "xy"},
        {"x<?xml a=\"b\">y", "xy"},
        {"x<% a %>y", "xy"},
        {"x<\xC3\xA9>y", "xy"},
        {"1<2 and 3>2", "12"},
        {"<<b>>x", "x"},
        {"a\tb<br/>c\n", "a\tbc\n"},
        {"<b", ""},
        {"", ""},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        mws_text_t text = {pairs[i][0], strlen(pairs[i][0])};

        assert_string_equal(mws_clean_tags(pool, text, NULL).s, pairs[i][1]);
    }
    assert_string_equal(mws_clean_tags(pool, (mws_text_t)TEXT("a\0b<i>\0c"), NULL).s, "abc");
    assert_string_equal(
        mws_clean_tags(pool, (mws_text_t)TEXT("<SPAN a='>'>b</span><spanx>c<i>d"), "span").s,
        "<SPAN a=''>b</span>cd");
}

static void letters_become_small_by_unicode(void **state)
{
    assert_string_equal(mws_utf8_lower(pool, "ABC xyz 1"), "abc xyz 1");
    assert_string_equal(
        mws_utf8_lower(pool, "\xC3\x80\xC3\x97\xC3\x9E\xC4\x80\xC4\xB9\xC5\xB8\xC3\x9F"),
        "\xC3\xA0\xC3\x97\xC3\xBE\xC4\x81\xC4\xBA\xC3\xBF\xC3\x9F");
    assert_string_equal(mws_utf8_lower(pool, "\xCE\x86\xCE\xA9\xD0\x81\xD0\x90\xD0\xAF\xD4\xB1"),
                        "\xCE\xAC\xCF\x89\xD1\x91\xD0\xB0\xD1\x8F\xD5\xA1");
    assert_string_equal(
        mws_utf8_lower(pool, "\xE1\x82\xA0\xE1\xBA\x9E\xEF\xBC\xA1\xF0\x90\x90\x80"),
        "\xE2\xB4\x80\xC3\x9F\xEF\xBD\x81\xF0\x90\x90\xA8");
    assert_string_equal(mws_utf8_lower(pool, "\xFF"
                                             "A\xC3"),
                        "\xFF"
                        "a\xC3");
    assert_int_equal(mws_utf8_count(""), 0);
    assert_int_equal(mws_utf8_count("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\xA6\x89"), 4);
    assert_int_equal(mws_unicode_lower(0x1E9E), 0xDF);
    assert_int_equal(mws_unicode_lower(0x101), 0x101);
    assert_true(mws_unicode_is_punct(0x300C) && mws_unicode_is_punct('$') &&
                mws_unicode_is_punct(0xAB));
    assert_false(mws_unicode_is_punct(0x20AC) || mws_unicode_is_punct('a') ||
                 mws_unicode_is_punct(' '));
    assert_true(mws_unicode_is_space(0xA0) && mws_unicode_is_space(0x3000) &&
                mws_unicode_is_space('\n'));
    assert_false(mws_unicode_is_space(0x200B) || mws_unicode_is_space('x'));
}

static void floats_are_spelled_as_php_does(void **state)
{
    static const struct {
        double      f;
        const char *text, *json;
    } rows[] = {
        {0, "0", "0"},
        {-0.0, "-0", "0"},
        {1, "1", "1"},
        {2.0, "2", "2"},
        {-1.5, "-1.5", "-1.5"},
        {0.1, "0.1", "0.1"},
        {0.1 + 0.2, "0.3", "0.30000000000000004"},
        {1.0 / 3, "0.33333333333333", "0.3333333333333333"},
        {100, "100", "100"},
        {1234567.891, "1234567.891", "1234567.891"},
        {0.0001, "0.0001", "0.0001"},
        {0.00001, "1.0E-5", "1.0e-5"},
        {1e-7, "1.0E-7", "1.0e-7"},
        {1.25e-10, "1.25E-10", "1.25e-10"},
        {1e13, "10000000000000", "10000000000000"},
        {1e15, "1.0E+15", "1000000000000000"},
        {1e25, "1.0E+25", "1.0e+25"},
        {1.5e300, "1.5E+300", "1.5e+300"},
        {9007199254740993.0, "9.007199254741E+15", "9007199254740992"},
        {5e-324, "4.9406564584125E-324", "5.0e-324"},
        {1.7976931348623157e308, "1.7976931348623E+308", "1.7976931348623157e+308"},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(mws_php_float_text(pool, rows[i].f), rows[i].text);
        assert_string_equal(mws_php_float_json(pool, rows[i].f), rows[i].json);
    }
    assert_string_equal(mws_php_float_json(pool, NAN), "null");
    assert_string_equal(mws_php_float_json(pool, INFINITY), "null");
    assert_string_equal(mws_php_float_text(pool, NAN), "NAN");
    assert_string_equal(mws_php_float_text(pool, -INFINITY), "-INF");
}

/* A word of a list, whole and not empty. */
static void lists_of_settings(void **state)
{
    assert_true(mws_settings_lists("en de fr", "en") && mws_settings_lists("en de fr", "fr"));
    assert_false(mws_settings_lists("en de fr", "e") || mws_settings_lists("en de fr", "en de"));
    assert_false(mws_settings_lists("en de", "") || mws_settings_lists("", "en") ||
                 mws_settings_lists("", "") || mws_settings_lists(NULL, "en"));
}

/* No cleaner takes a text apart that a cleaner has left. */
static void cleaning_twice_changes_nothing(void **state)
{
    static const char *const any[] = {"<<b>b>x",
                                      "a\xFF<b>",
                                      " A \t b ",
                                      "..//./a/../b",
                                      "<lang lang=\"en\"><lang></lang>",
                                      "1e3",
                                      "\xE2\x80\xA8x",
                                      "en_US",
                                      "mod__x",
                                      "http://x y",
                                      "99.5",
                                      "-0",
                                      "\x01\x02`<>",
                                      NULL};
    int                      i, type;

    for (type = 0; type < MWS_PARAM_COUNT; type++) {
        for (i = 0; any[i]; i++) {
            const char *once = mws_clean_text(&call, (mws_param_e)type, any[i]);

            if (type != MWS_PARAM_TEXT && type != MWS_PARAM_NOTAGS) {
                assert_string_equal(mws_clean_text(&call, (mws_param_e)type, once), once);
            }
        }
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(numbers),
        CASE(floats),
        CASE(texts),
        CASE(letters),
        CASE(files_and_paths),
        CASE(urls),
        CASE(addresses),
        CASE(names_that_moodle_knows),
        CASE(timezones),
        CASE(tags_are_stripped_as_php_does),
        CASE(letters_become_small_by_unicode),
        CASE(floats_are_spelled_as_php_does),
        CASE(lists_of_settings),
        CASE(cleaning_twice_changes_nothing),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
