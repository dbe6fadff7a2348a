/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_customfield.h
 *
 * Custom fields of courses and groups: which there are, what an instance holds in them, and
 * changing that. A field without stored data goes out with its default.
 * Moodle: customfield/classes/handler.php, export_instance_data(), instance_form_save().
 */
#ifndef MWS_CUSTOMFIELD_H
#define MWS_CUSTOMFIELD_H

#include "../db/mws_declare.h"
#include "../site/mws_access.h"

typedef struct mws_customfields_t mws_customfields_t;

/* Who sees a field of a course; fields of groups have no such setting and are NOBODY's. */
typedef enum { MWS_FIELD_NOBODY, MWS_FIELD_EDITORS, MWS_FIELD_EVERYBODY } mws_field_sight_e;

/* The declaration of what mws_customfields_write() writes; functions differ in two types. */
/* clang-format off */
#define MWS_CUSTOMFIELDS(shortname_type, kind_type)                                                \
    LIST("customfields", KEYS(                                                                     \
        VALUE("name", RAW, "name of the field, for display"),                                      \
        VALUE("shortname", shortname_type, "short name of the field"),                             \
        VALUE("type", kind_type, "kind of field: text, checkbox, date ..."),                       \
        VALUE("valueraw", RAW, "value as it is stored", UNTYPED),                                  \
        VALUE("value", RAW, "value as a page shows it, as HTML")),                                 \
        "custom fields that the site has added", OPTIONAL)
/* clang-format on */

/* Queue what is needed for the fields of COMPONENT's AREA ("core_course", "course") and the data
 * of INSTANCES. *FIELDS may be used once the queue was run. */
mws_error_t *mws_customfields_queue(mws_call_t *call, const char *component, const char *area,
                                    const mws_ids_t *instances, mws_customfields_t **fields);

/* Whether there is any field that is seen by LEAST or more. */
int mws_customfields_any(mws_customfields_t *fields, mws_field_sight_e least);

/* Write the fields of INSTANCE, which is in CONTEXT, that are seen by LEAST or more, as the list
 * "customfields" of the struct that is open. */
mws_error_t *mws_customfields_write(mws_call_t *call, mws_out_t *out, mws_customfields_t *fields,
                                    apr_int64_t instance, const mws_context_t *context,
                                    mws_field_sight_e least);

/* The declaration of what is given to be stored: of mws_customfields_given_t. */
#define MWS_CUSTOMFIELDS_GIVEN                                                                     \
    LIST("customfields",                                                                           \
         KEYS(VALUE("shortname", ALPHANUMEXT, "short name of the field"),                          \
              VALUE("value", RAW, "value as it is stored")),                                       \
         "custom fields that the site has added", OPTIONAL)

/* What is given for an instance. CONTEXT: a course's own, that of a group's course. */
typedef struct {
    apr_int64_t          instance;
    const mws_context_t *context;
    const mws_value_t   *fields; /* the list, checked */
} mws_customfields_given_t;

/* What mws_customfields_store() would say of GIVEN, one of many: for who refuses each by itself.
 * FIELDS as queued above. */
mws_error_t *mws_customfields_check(mws_call_t *call, mws_customfields_t *fields,
                                    const mws_customfields_given_t *given);

/* Store what is GIVEN (of mws_customfields_given_t) for instances of COMPONENT's AREA, each of
 * which is there once. Passed over are: names of no field; locked fields, unless the caller has
 * moodle/course:changelockedcustomfields; fields that are not written this way (text areas, and
 * kinds that are not Moodle's own). MWS_BAD_FIELD_VALUE: a value that a field cannot hold; nothing
 * was stored then. */
mws_error_t *mws_customfields_store(mws_call_t *call, const char *component, const char *area,
                                    const apr_array_header_t *given);

/* What the two refuse with, for the list of who calls them. */
#define MWS_CUSTOMFIELD_ERRORS                                                                     \
    {                                                                                              \
        MWS_BAD_FIELD_VALUE, "a custom field cannot hold the value given"                          \
    }

#endif
