/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_person.h
 *
 * A person on the way into an answer, shared by mws_people.c, which finds out whether and through
 * what the caller may see people, and mws_person.c, which writes what there is to be seen.
 */
#ifndef MWS_PERSON_H
#define MWS_PERSON_H

#include <apr_hash.h>

#include "mws_people.h"
#include "mws_user_courses.h"
#include "mws_user_fields.h"

/* What may be told of a person, by the names that clients and settings use. */
#define MWS_DETAILS(DETAIL)                                                                        \
    DETAIL(ID, "id")                                                                               \
    DETAIL(USERNAME, "username")                                                                   \
    DETAIL(FULLNAME, "fullname")                                                                   \
    DETAIL(FIRSTNAME, "firstname")                                                                 \
    DETAIL(LASTNAME, "lastname")                                                                   \
    DETAIL(EMAIL, "email")                                                                         \
    DETAIL(ADDRESS, "address")                                                                     \
    DETAIL(PHONE1, "phone1")                                                                       \
    DETAIL(PHONE2, "phone2")                                                                       \
    DETAIL(DEPARTMENT, "department")                                                               \
    DETAIL(INSTITUTION, "institution")                                                             \
    DETAIL(INTERESTS, "interests")                                                                 \
    DETAIL(FIRSTACCESS, "firstaccess")                                                             \
    DETAIL(LASTACCESS, "lastaccess")                                                               \
    DETAIL(AUTH, "auth")                                                                           \
    DETAIL(CONFIRMED, "confirmed")                                                                 \
    DETAIL(IDNUMBER, "idnumber")                                                                   \
    DETAIL(LANG, "lang")                                                                           \
    DETAIL(THEME, "theme")                                                                         \
    DETAIL(TIMEZONE, "timezone")                                                                   \
    DETAIL(MAILFORMAT, "mailformat")                                                               \
    DETAIL(DESCRIPTION, "description")                                                             \
    DETAIL(DESCRIPTIONFORMAT, "descriptionformat")                                                 \
    DETAIL(CITY, "city")                                                                           \
    DETAIL(COUNTRY, "country")                                                                     \
    DETAIL(IMAGESMALL, "profileimageurlsmall")                                                     \
    DETAIL(IMAGE, "profileimageurl")                                                               \
    DETAIL(CUSTOMFIELDS, "customfields")                                                           \
    DETAIL(GROUPS, "groups")                                                                       \
    DETAIL(ROLES, "roles")                                                                         \
    DETAIL(PREFERENCES, "preferences")                                                             \
    DETAIL(ENROLLEDCOURSES, "enrolledcourses")                                                     \
    DETAIL(SUSPENDED, "suspended")                                                                 \
    DETAIL(LASTCOURSEACCESS, "lastcourseaccess")                                                   \
    DETAIL(TRACKFORUMS, "trackforums")

/* clang-format off */
enum {
#define DETAIL(id, name) MWS_AT_##id,
    MWS_DETAILS(DETAIL)
#undef DETAIL
    MWS_DETAIL_COUNT
};
/* clang-format on */

typedef apr_uint64_t mws_details_t; /* a set: one bit for each */

#define MWS_D(id) ((mws_details_t)1 << MWS_AT_##id)

/* The columns that a person is read with. */
/* clang-format off */
enum {
    P_ORD, P_ID, P_USERNAME, P_AUTH, P_CONFIRMED, P_SUSPENDED, P_DELETED, P_IDNUMBER, P_FIRSTNAME,
    P_LASTNAME, P_FIRSTNAMEPHONETIC, P_LASTNAMEPHONETIC, P_MIDDLENAME, P_ALTERNATENAME, P_EMAIL,
    P_PHONE1, P_PHONE2, P_INSTITUTION, P_DEPARTMENT, P_ADDRESS, P_CITY, P_COUNTRY, P_LANG, P_THEME,
    P_TIMEZONE, P_FIRSTACCESS, P_LASTACCESS, P_PICTURE, P_DESCRIPTION, P_DESCRIPTIONFORMAT,
    P_MAILFORMAT, P_MAILDISPLAY, P_TRACKFORUMS, P_COURSEACCESS, P_SHARES_COURSE, P_CONTACT,
    P_HOLDS_ROLE, P_CONTEXT
};
/* clang-format on */

/* What the caller may do where people are shown: in a course, or in a person's own context. */
typedef struct {
    const mws_course_t  *course; /* or NULL */
    const mws_context_t *context;
    int                  details, all_details, full_names, mail, hidden_groups;
    int                  own_groups_only; /* of others' groups only those that the caller is in */
    mws_details_t        hidden;          /* what the site hides, unless the caller sees that too */
    mws_details_t        identity;        /* what the site shows to those who may identify people */
    mws_details_t        names;           /* firstname, lastname */
} mws_view_t;

/* One answer. */
typedef struct {
    mws_call_t         *call;
    apr_pool_t         *pool; /* of the call; call->pool is the batch's meanwhile */
    mws_call_t          page; /* formats as a page of Moodle does, not as the request asks */
    const mws_people_t *people;
    const char         *unknown; /* a name among the fields asked for that is no detail */
    mws_details_t       asked;   /* what may be shown */
    mws_details_t       wanted;  /* what may be shown and has a place in the answer */
    mws_details_t       hidden, identity;
    int                 members_described; /* descriptions only of those who hold a role */
    int                 all_private;       /* the caller sees custom fields that nobody sees */
    int                 updates;           /* the caller may update people */
    mws_ids_t          *contact_roles;
    mws_texts_t        *enrol_plugins;
    apr_hash_t         *views; /* by the id of a course */
} mws_reader_t;

/* Some hundred people, read in one go. */
typedef struct {
    mws_reader_t        *reader;
    mws_ids_t           *userids;
    const mws_course_t **courses;                /* that each is seen through, or NULL */
    mws_ids_t           *courseids, *contextids; /* of those courses, each once */
    mws_rows_t          *people, *interests, *roles, *memberships, *groups, *preferences;
    int                 *first_interest, *first_role, *first_membership; /* by person */
    mws_user_fields_t   *fields;
    mws_user_courses_t  *lists;
    struct mws_group_t  *groups_done; /* formatted, as in GROUPS */
    int                  strangers;   /* some are not to be seen in their own right */
    mws_error_t         *err;         /* of a text that could not be formatted */
} mws_batch_t;

typedef struct {
    mws_batch_t         *batch;
    mws_reader_t        *reader;
    mws_call_t          *call;
    int                  row, at; /* of the people; among those asked for */
    apr_int64_t          id;
    const mws_context_t *context; /* the person's own; the system's where there is none */
    const mws_view_t    *view;
    int                  self;
    int                  own;         /* all details: the caller is it, or sees them */
    int                  account;     /* what belongs to the account is shown */
    int                  as_stored;   /* and be it empty, or nothing that is installed */
    int                  admin;       /* the caller is an administrator */
    const char          *description; /* formatted; NULL: not shown */
    int                  descriptionformat;
} mws_person_t;

/* Queue reading what goes with the people of BATCH: nothing that the answer has no place for. */
mws_error_t *mws_person_queue(mws_batch_t *batch);

/* Make what was read ready for writing, once mws_db_run() has succeeded. */
mws_error_t *mws_person_ready(mws_batch_t *batch);

/* Whether each of the details NAMES is shown of P, and not empty; NULL: none is sought. */
int mws_person_shows(const mws_person_t *p, const mws_texts_t *names);

/* Write P as a struct of the list that is open in OUT. */
mws_error_t *mws_person_write(mws_out_t *out, mws_person_t *p);

#endif
