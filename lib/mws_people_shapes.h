/* SPDX-License-Identifier: Apache-2.0 */
/* lib/mws_people_shapes.h
 *
 * Shapes of people that the functions of several files return, as keys for their declarations.
 * What each key holds, mws_people.h tells.
 */
#ifndef MWS_PEOPLE_SHAPES_H
#define MWS_PEOPLE_SHAPES_H

#include "mws_declare.h"

/* clang-format off */
#define MWS_PERSON_PREFERENCES                                                                     \
    LIST("preferences", KEYS(                                                                      \
        VALUE("name", RAW, "name of the preference"),                                              \
        VALUE("value", RAW, "its value", UNTYPED)),                                                \
        "preferences, of the caller only", OPTIONAL)

#define MWS_PERSON_GROUPS                                                                          \
    LIST("groups", KEYS(                                                                           \
        VALUE("id", INT, "identifies the group"),                                                  \
        VALUE("name", RAW, "name of the group"),                                                   \
        VALUE("description", RAW, "what it is for, as HTML"),                                      \
        VALUE("descriptionformat", INT, "format that the description is stored in")),              \
        "groups of the course that the person is in", OPTIONAL)

#define MWS_PERSON_STORED_FIELDS                                                                   \
    LIST("customfields", KEYS(                                                                     \
        VALUE("type", ALPHANUMEXT, "kind of field: text, menu, checkbox ..."),                     \
        VALUE("value", RAW, "what is stored"),                                                     \
        VALUE("name", RAW, "name of the field"),                                                   \
        VALUE("shortname", RAW, "short name of the field")),                                       \
        "the site's own fields that hold something", OPTIONAL)

/* Everything that today's functions tell of a person. */
#define MWS_PERSON                                                                                 \
    VALUE("id", INT, "identifies the person"),                                                     \
    VALUE("username", USERNAME, "name to log in with", OPTIONAL),                                  \
    VALUE("firstname", NOTAGS, "first names", OPTIONAL),                                           \
    VALUE("lastname", NOTAGS, "family name", OPTIONAL),                                            \
    VALUE("fullname", NOTAGS, "name as the site shows it"),                                        \
    VALUE("email", RAW_TRIMMED, "email address", OPTIONAL),                                        \
    VALUE("address", TEXT, "postal address", OPTIONAL),                                            \
    VALUE("phone1", NOTAGS, "telephone", OPTIONAL),                                                \
    VALUE("phone2", NOTAGS, "mobile telephone", OPTIONAL),                                         \
    VALUE("department", TEXT, "department", OPTIONAL),                                             \
    VALUE("institution", TEXT, "institution", OPTIONAL),                                           \
    VALUE("idnumber", RAW, "the institution's own key", OPTIONAL),                                 \
    VALUE("interests", TEXT, "interests, with commas between", OPTIONAL),                          \
    VALUE("firstaccess", INT, "first seen on the site, Unix time; 0 for never", OPTIONAL),         \
    VALUE("lastaccess", INT, "last seen on the site, Unix time; 0 for never", OPTIONAL),           \
    VALUE("auth", AUTH, "authentication plugin of the account", OPTIONAL),                         \
    VALUE("suspended", BOOL, "whether the account is suspended", OPTIONAL),                        \
    VALUE("confirmed", BOOL, "whether the account is confirmed", OPTIONAL),                        \
    VALUE("lang", LANG, "language; empty when it is not installed", OPTIONAL),                     \
    VALUE("calendartype", PLUGIN, "kind of calendar", OPTIONAL),                                   \
    VALUE("theme", THEME, "theme; empty for the site's", OPTIONAL),                                \
    VALUE("timezone", TIMEZONE, "time zone; 99 for the site's", OPTIONAL),                         \
    VALUE("mailformat", INT, "format of mail: 0 plain, 1 HTML", OPTIONAL),                         \
    VALUE("trackforums", INT, "whether unread forum posts are tracked", OPTIONAL),                 \
    VALUE("description", RAW, "what the person says about themselves", OPTIONAL),                  \
    VALUE("descriptionformat", INT, "format of description: 1 HTML, 0 Moodle, 2 plain, "           \
                                    "4 Markdown", OPTIONAL),                                       \
    VALUE("city", TEXT, "city", OPTIONAL),                                                         \
    VALUE("country", ALPHA, "country, two letters", OPTIONAL),                                     \
    VALUE("profileimageurlsmall", URL, "address of the small picture"),                            \
    VALUE("profileimageurl", URL, "address of the picture"),                                       \
    LIST("customfields", KEYS(                                                                     \
        VALUE("type", ALPHANUMEXT, "kind of field: text, menu, checkbox ..."),                     \
        VALUE("value", RAW, "what is stored"),                                                     \
        VALUE("displayvalue", RAW, "what a page shows", OPTIONAL),                                 \
        VALUE("name", RAW, "name of the field"),                                                   \
        VALUE("shortname", RAW, "short name of the field")),                                       \
        "the site's own fields that hold something", OPTIONAL),                                    \
    MWS_PERSON_PREFERENCES

#define MWS_PERSON_ROLES                                                                           \
    LIST("roles", KEYS(                                                                            \
        VALUE("roleid", INT, "identifies the role"),                                               \
        VALUE("name", RAW, "name given to the role; empty for a standard one"),                    \
        VALUE("shortname", ALPHANUMEXT, "short name of the role"),                                 \
        VALUE("sortorder", INT, "place of the assignment")),                                       \
        "roles held in the course itself", OPTIONAL)

#define MWS_PERSON_COURSES                                                                         \
    LIST("enrolledcourses", KEYS(                                                                  \
        VALUE("id", INT, "identifies the course"),                                                 \
        VALUE("fullname", RAW, "name of the course"),                                              \
        VALUE("shortname", RAW, "short name of the course")),                                      \
        "courses that the person takes part in", OPTIONAL)

/* The beginning of a person as version 2.1 told it; messengers and home page are not kept by
 * sites of today and never come. */
#define MWS_OLD_PERSON                                                                             \
    VALUE("id", FLOAT, "identifies the person"),                                                   \
    VALUE("username", RAW, "name to log in with", OPTIONAL),                                       \
    VALUE("firstname", NOTAGS, "first names", OPTIONAL),                                           \
    VALUE("lastname", NOTAGS, "family name", OPTIONAL),                                            \
    VALUE("fullname", NOTAGS, "name as the site shows it"),                                        \
    VALUE("email", TEXT, "email address", OPTIONAL),                                               \
    VALUE("address", TEXT, "postal address", OPTIONAL),                                            \
    VALUE("phone1", NOTAGS, "telephone", OPTIONAL),                                                \
    VALUE("phone2", NOTAGS, "mobile telephone", OPTIONAL),                                         \
    VALUE("icq", NOTAGS, "never given", OPTIONAL),                                                 \
    VALUE("skype", NOTAGS, "never given", OPTIONAL),                                               \
    VALUE("yahoo", NOTAGS, "never given", OPTIONAL),                                               \
    VALUE("aim", NOTAGS, "never given", OPTIONAL),                                                 \
    VALUE("msn", NOTAGS, "never given", OPTIONAL),                                                 \
    VALUE("department", TEXT, "department", OPTIONAL),                                             \
    VALUE("institution", TEXT, "institution", OPTIONAL),                                           \
    VALUE("interests", TEXT, "interests, with commas between", OPTIONAL),                          \
    VALUE("firstaccess", INT, "first seen on the site, Unix time; 0 for never", OPTIONAL),         \
    VALUE("lastaccess", INT, "last seen on the site, Unix time; 0 for never", OPTIONAL)

#define MWS_OLD_ABOUT                                                                              \
    VALUE("description", RAW, "what the person says about themselves", OPTIONAL),                  \
    VALUE("descriptionformat", INT, "format of description: 1 HTML, 0 Moodle, 2 plain, "           \
                                    "4 Markdown", OPTIONAL),                                       \
    VALUE("city", NOTAGS, "city", OPTIONAL),                                                       \
    VALUE("url", URL, "never given", OPTIONAL),                                                    \
    VALUE("country", ALPHA, "country, two letters", OPTIONAL),                                     \
    VALUE("profileimageurlsmall", URL, "address of the small picture"),                            \
    VALUE("profileimageurl", URL, "address of the picture"),                                       \
    MWS_PERSON_STORED_FIELDS

#define MWS_OLD_PREFERENCES                                                                        \
    LIST("preferences", KEYS(                                                                      \
        VALUE("name", ALPHANUMEXT, "name of the preference"),                                      \
        VALUE("value", RAW, "its value", UNTYPED)),                                                \
        "preferences, of the caller only", OPTIONAL)

/* A course participant as version 2.1 told it. */
#define MWS_OLD_PARTICIPANT                                                                        \
    MWS_OLD_PERSON,                                                                                \
    MWS_OLD_ABOUT,                                                                                 \
    LIST("groups", KEYS(                                                                           \
        VALUE("id", INT, "identifies the group"),                                                  \
        VALUE("name", RAW, "name of the group"),                                                   \
        VALUE("description", RAW, "what it is for, as HTML")),                                     \
        "groups of the course that the person is in", OPTIONAL),                                   \
    MWS_PERSON_ROLES,                                                                              \
    MWS_OLD_PREFERENCES,                                                                           \
    MWS_PERSON_COURSES
/* clang-format on */

#endif
