/* SPDX-License-Identifier: Apache-2.0 */
/* lib/db/mws_declare.h
 *
 * The words an external function is declared with:
 *
 *   EXTERNAL(core_group_get_group_members,
 *       .about   = "...",
 *       .params  = KEYS(LIST("groupids", ONE(INT, "a group"), "the groups to look into")),
 *       .returns = LIST_OF(KEYS(
 *           VALUE("groupid", INT, "the group"),
 *           LIST("userids",  ONE(INT, "a member"), "its members, by name"))),
 *       .errors  = ERRORS({MWS_NO_RECORD, "there is no group with an id that was given"}))
 *   {
 *       ... the body, with CALL, IN and OUT
 *   }
 *
 * With a key: VALUE, LIST, STRUCT (its keys as FIELDS(...)); each is required unless OPTIONAL or
 * PRESET("...") follows its description (PRESET_NULL: the default is null; a list or struct takes
 * PRESET_EMPTY; PRESET_SETTING(plugin, name, "...") takes it from the site's settings). Without a
 * key: KEYS, LIST_OF, ONE. They nest freely. A value may be null unless NOT_NULL follows; one of a
 * result has the type that is declared, or with UNTYPED the one that it is written with. A function
 * that returns nothing leaves .returns out; one that takes nothing says .params = NOTHING.
 *
 * All of it is constant: compound literals at file scope, read-only memory that children share.
 */
#ifndef MWS_DECLARE_H
#define MWS_DECLARE_H

#include "../base/mws_out.h"
#include "../base/mws_spec.h"
#include "../base/mws_value.h"
#include "mws_call.h"

/* An error that a function may answer with, and when. What any call may meet is not among them:
 * services/mws_table.h. */
typedef struct mws_may_fail_t {
    mws_error_e id;
    const char *when; /* NULL ends the list */
} mws_may_fail_t;

/* An external function. */
typedef struct mws_external_t {
    const char           *name;
    const char           *about;
    const mws_spec_t     *params;  /* a STRUCT */
    const mws_spec_t     *returns; /* NULL: nothing */
    const mws_may_fail_t *errors;  /* NULL: none of its own */
    /* Of one that writes, or NULL: what takes long and is to be done before the transaction is
     * opened. What it made is for run(), in CALL->prepared; run() checks again what may have
     * changed meanwhile. */
    mws_error_t *(*before)(mws_call_t *call, const mws_value_t *in);
    /* The work. Of one that writes it may run several times, each in a transaction of its own. */
    mws_error_t *(*run)(mws_call_t *call, const mws_value_t *in, mws_out_t *out);
} mws_external_t;

/* clang-format off */
#define EXTERNAL(id, ...)                                                                          \
    static mws_error_t *run_##id(mws_call_t *call, const mws_value_t *in, mws_out_t *out);         \
    extern const mws_external_t ext_##id;                                                          \
    const mws_external_t ext_##id = {.name = #id, .run = run_##id, __VA_ARGS__};                   \
    static mws_error_t *run_##id(mws_call_t *call, const mws_value_t *in, mws_out_t *out)
/* clang-format on */

#define VALUE(key, param, ...)                                                                     \
    {                                                                                              \
        .name = key, .kind = MWS_SPEC_VALUE, .type = MWS_PARAM_##param, .about = __VA_ARGS__       \
    }
#define LIST(key, element, ...)                                                                    \
    {                                                                                              \
        .name = key, .kind = MWS_SPEC_LIST, .of = element, .about = __VA_ARGS__                    \
    }
#define STRUCT(key, fields, ...)                                                                   \
    {                                                                                              \
        .name = key, .kind = MWS_SPEC_STRUCT, .of = fields, .about = __VA_ARGS__                   \
    }

#define OPTIONAL .presence = MWS_MAY_BE_ABSENT
#define PRESET(text) .presence = MWS_HAS_PRESET, .preset = text
#define PRESET_NULL .presence = MWS_HAS_PRESET, .preset = NULL
#define PRESET_EMPTY .presence = MWS_HAS_PRESET
#define PRESET_SETTING(of, name, text)                                                             \
    .presence = MWS_HAS_PRESET, .plugin = of, .setting = name, .preset = text
#define NOT_NULL .not_null = 1
#define UNTYPED .untyped = 1

/* clang-format off */
#define FIELDS(...)                                                                                \
    (const mws_spec_t[])                                                                           \
    {                                                                                              \
        __VA_ARGS__, { .name = NULL }                                                              \
    }
#define KEYS(...)                                                                                  \
    (const mws_spec_t[])                                                                           \
    {                                                                                              \
        { .kind = MWS_SPEC_STRUCT, .of = FIELDS(__VA_ARGS__) }                                     \
    }
#define LIST_OF(element)                                                                           \
    (const mws_spec_t[])                                                                           \
    {                                                                                              \
        { .kind = MWS_SPEC_LIST, .of = element }                                                   \
    }
#define ONE(param, ...)                                                                            \
    (const mws_spec_t[])                                                                           \
    {                                                                                              \
        { .kind = MWS_SPEC_VALUE, .type = MWS_PARAM_##param, .about = __VA_ARGS__ }                \
    }
#define ERRORS(...)                                                                                \
    (const mws_may_fail_t[])                                                                       \
    {                                                                                              \
        __VA_ARGS__, { .when = NULL }                                                              \
    }
#define NOTHING                                                                                    \
    (const mws_spec_t[])                                                                           \
    {                                                                                              \
        { .kind = MWS_SPEC_STRUCT, .of = (const mws_spec_t[]) {{.name = NULL}} }                   \
    }
/* clang-format on */

#endif
