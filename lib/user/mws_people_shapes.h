/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_people_shapes.h
 *
 * Shapes of people that the functions of several files return, as keys for their declarations.
 * What each key holds, mws_people.h tells.
 */
#ifndef MWS_PEOPLE_SHAPES_H
#define MWS_PEOPLE_SHAPES_H

#include "../db/mws_declare.h"

/* clang-format off */
#define MWS_PERSON_PREFERENCES                                                                     \
    LIST("preferences", KEYS(                                                                      \
        VALUE("name", RAW, "name of the preference"),                                              \
        VALUE("value", RAW, "value of the preference", UNTYPED)),                                  \
        "preferences, given for the caller's own account only", OPTIONAL)

#define MWS_PERSON_GROUPS                                                                          \
    LIST("groups", KEYS(                                                                           \
        VALUE("id", INT, "identifies the group"),                                                  \
        VALUE("name", RAW, "name of the group"),                                                   \
        VALUE("description", RAW, "what the group is for, as HTML"),                               \
        VALUE("descriptionformat", INT,                                                            \
              "format of the description: 0 Moodle, 1 HTML, 2 plain, 4 Markdown")),                \
        "groups of the course that the person is in", OPTIONAL)

#define MWS_PERSON_STORED_FIELDS                                                                   \
    LIST("customfields", KEYS(                                                                     \
        VALUE("type", ALPHANUMEXT, "kind of field: text, menu, checkbox ..."),                     \
        VALUE("value", RAW, "value as it is stored"),                                              \
        VALUE("name", RAW, "name of the field, for display"),                                      \
        VALUE("shortname", RAW, "short name of the field")),                                       \
        "profile fields that the site has added, those that hold something", OPTIONAL)

/* Everything that today's functions tell of a person. */
#define MWS_PERSON                                                                                 \
    VALUE("id", INT, "identifies the person"),                                                     \
    VALUE("username", USERNAME, "user name, in lower case, to log in with", OPTIONAL),             \
    VALUE("firstname", NOTAGS, "first names", OPTIONAL),                                           \
    VALUE("lastname", NOTAGS, "family name", OPTIONAL),                                            \
    VALUE("fullname", NOTAGS, "full name, put together as the site shows names"),                  \
    VALUE("email", RAW_TRIMMED, "e-mail address", OPTIONAL),                                       \
    VALUE("address", TEXT, "postal address", OPTIONAL),                                            \
    VALUE("phone1", NOTAGS, "telephone number", OPTIONAL),                                         \
    VALUE("phone2", NOTAGS, "mobile telephone number", OPTIONAL),                                  \
    VALUE("department", TEXT, "department of the institution", OPTIONAL),                          \
    VALUE("institution", TEXT, "institution or company of the person", OPTIONAL),                  \
    VALUE("idnumber", RAW, "id number, the key of the person in other systems", OPTIONAL),         \
    VALUE("interests", TEXT, "interests, with commas between", OPTIONAL),                          \
    VALUE("firstaccess", INT, "first seen on the site, Unix seconds; 0: never", OPTIONAL),         \
    VALUE("lastaccess", INT, "last seen on the site, Unix seconds; 0: never", OPTIONAL),           \
    VALUE("auth", AUTH, "authentication plugin of the account, such as manual or ldap", OPTIONAL), \
    VALUE("suspended", BOOL, "whether the account is suspended", OPTIONAL),                        \
    VALUE("confirmed", BOOL, "whether the account is confirmed", OPTIONAL),                        \
    VALUE("lang", LANG, "language code; empty where that language is not installed", OPTIONAL),    \
    VALUE("calendartype", PLUGIN, "calendar type; not given by this server", OPTIONAL),            \
    VALUE("theme", THEME, "theme of the person's pages; empty: the site's", OPTIONAL),             \
    VALUE("timezone", TIMEZONE, "time zone, such as Europe/Paris; 99: the site's", OPTIONAL),      \
    VALUE("mailformat", INT, "format of mail to the person: 0 plain text, 1 HTML", OPTIONAL),      \
    VALUE("trackforums", INT, "1 if unread forum posts are tracked, else 0", OPTIONAL),            \
    VALUE("description", RAW, "what the person says about themselves, as HTML", OPTIONAL),         \
    VALUE("descriptionformat", INT, "format of description: 1 HTML, 0 Moodle, 2 plain, "           \
                                    "4 Markdown", OPTIONAL),                                       \
    VALUE("city", TEXT, "city or town of the person", OPTIONAL),                                   \
    VALUE("country", ALPHA, "country, by its code of two letters", OPTIONAL),                      \
    VALUE("profileimageurlsmall", URL, "URL of the small picture (35 pixels)"),                    \
    VALUE("profileimageurl", URL, "URL of the picture (100 pixels)"),                              \
    LIST("customfields", KEYS(                                                                     \
        VALUE("type", ALPHANUMEXT, "kind of field: text, menu, checkbox ..."),                     \
        VALUE("value", RAW, "value as it is stored"),                                              \
        VALUE("displayvalue", RAW, "value as a page shows it, as HTML", OPTIONAL),                 \
        VALUE("name", RAW, "name of the field, for display"),                                      \
        VALUE("shortname", RAW, "short name of the field")),                                       \
        "profile fields that the site has added, those that hold something", OPTIONAL),            \
    MWS_PERSON_PREFERENCES

#define MWS_PERSON_ROLES                                                                           \
    LIST("roles", KEYS(                                                                            \
        VALUE("roleid", INT, "identifies the role"),                                               \
        VALUE("name", RAW, "name given to the role; empty for a standard one"),                    \
        VALUE("shortname", ALPHANUMEXT, "short name of the role"),                                 \
        VALUE("sortorder", INT, "sort order of the assignment, mostly 0")),                        \
        "roles held in the course itself", OPTIONAL)

#define MWS_PERSON_COURSES                                                                         \
    LIST("enrolledcourses", KEYS(                                                                  \
        VALUE("id", INT, "identifies the course"),                                                 \
        VALUE("fullname", RAW, "name of the course"),                                              \
        VALUE("shortname", RAW, "short name of the course")),                                      \
        "courses that the person takes part in, as far as the caller may know", OPTIONAL)

/* The beginning of a person as version 2.1 told it; messengers and home page are not kept by
 * sites of today and never come. */
#define MWS_OLD_PERSON                                                                             \
    VALUE("id", FLOAT, "identifies the person"),                                                   \
    VALUE("username", RAW, "user name, in lower case, to log in with", OPTIONAL),                  \
    VALUE("firstname", NOTAGS, "first names", OPTIONAL),                                           \
    VALUE("lastname", NOTAGS, "family name", OPTIONAL),                                            \
    VALUE("fullname", NOTAGS, "full name, put together as the site shows names"),                  \
    VALUE("email", TEXT, "e-mail address", OPTIONAL),                                              \
    VALUE("address", TEXT, "postal address", OPTIONAL),                                            \
    VALUE("phone1", NOTAGS, "telephone number", OPTIONAL),                                         \
    VALUE("phone2", NOTAGS, "mobile telephone number", OPTIONAL),                                  \
    VALUE("icq", NOTAGS, "not kept by a Moodle of today, never given", OPTIONAL),                  \
    VALUE("skype", NOTAGS, "not kept by a Moodle of today, never given", OPTIONAL),                \
    VALUE("yahoo", NOTAGS, "not kept by a Moodle of today, never given", OPTIONAL),                \
    VALUE("aim", NOTAGS, "not kept by a Moodle of today, never given", OPTIONAL),                  \
    VALUE("msn", NOTAGS, "not kept by a Moodle of today, never given", OPTIONAL),                  \
    VALUE("department", TEXT, "department of the institution", OPTIONAL),                          \
    VALUE("institution", TEXT, "institution or company of the person", OPTIONAL),                  \
    VALUE("interests", TEXT, "interests, with commas between", OPTIONAL),                          \
    VALUE("firstaccess", INT, "first seen on the site, Unix seconds; 0: never", OPTIONAL),         \
    VALUE("lastaccess", INT, "last seen on the site, Unix seconds; 0: never", OPTIONAL)

#define MWS_OLD_ABOUT                                                                              \
    VALUE("description", RAW, "what the person says about themselves, as HTML", OPTIONAL),         \
    VALUE("descriptionformat", INT, "format of description: 1 HTML, 0 Moodle, 2 plain, "           \
                                    "4 Markdown", OPTIONAL),                                       \
    VALUE("city", NOTAGS, "city or town of the person", OPTIONAL),                                 \
    VALUE("url", URL, "not kept by a Moodle of today, never given", OPTIONAL),                     \
    VALUE("country", ALPHA, "country, by its code of two letters", OPTIONAL),                      \
    VALUE("profileimageurlsmall", URL, "URL of the small picture (35 pixels)"),                    \
    VALUE("profileimageurl", URL, "URL of the picture (100 pixels)"),                              \
    MWS_PERSON_STORED_FIELDS

#define MWS_OLD_PREFERENCES                                                                        \
    LIST("preferences", KEYS(                                                                      \
        VALUE("name", ALPHANUMEXT, "name of the preference"),                                      \
        VALUE("value", RAW, "value of the preference", UNTYPED)),                                  \
        "preferences, given for the caller's own account only", OPTIONAL)

/* A course participant as version 2.1 told it. */
#define MWS_OLD_PARTICIPANT                                                                        \
    MWS_OLD_PERSON,                                                                                \
    MWS_OLD_ABOUT,                                                                                 \
    LIST("groups", KEYS(                                                                           \
        VALUE("id", INT, "identifies the group"),                                                  \
        VALUE("name", RAW, "name of the group"),                                                   \
        VALUE("description", RAW, "what the group is for, as HTML")),                              \
        "groups of the course that the person is in", OPTIONAL),                                   \
    MWS_PERSON_ROLES,                                                                              \
    MWS_OLD_PREFERENCES,                                                                           \
    MWS_PERSON_COURSES
/* clang-format on */

#endif
