/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_warning.h
 *
 * What of a call was refused while the rest was done: Moodle's list of warnings, in a result.
 * Moodle: core_external\\external_warnings.
 */
#ifndef MWS_WARNING_H
#define MWS_WARNING_H

#include "../db/mws_declare.h"

/* The declaration of the list; ITEM and ITEMID say what the two keys are. */
#define MWS_WARNINGS(item, itemid)                                                                 \
    LIST("warnings",                                                                               \
         KEYS(VALUE("item", TEXT, item, OPTIONAL), VALUE("itemid", INT, itemid, OPTIONAL),         \
              VALUE("warningcode", ALPHANUM, "errorcode of what is wrong, for programs"),          \
              VALUE("message", RAW, "what is wrong with it, for people")),                         \
         "a warning for each that was refused; empty: all was done", OPTIONAL)

/* Write one: ERR refused ITEM with ITEMID. Of a bad parameter it tells what exactly was wrong. */
static inline void mws_warning_write(mws_out_t *out, const char *item, apr_int64_t itemid,
                                     const mws_error_t *err)
{
    mws_out_struct(out, NULL);
    mws_out_text(out, "item", item);
    mws_out_int(out, "itemid", itemid);
    mws_out_text(out, "warningcode", err->row->errorcode);
    mws_out_text(out, "message", err->debuginfo ? err->debuginfo : err->message);
    mws_out_end(out);
}

#endif
