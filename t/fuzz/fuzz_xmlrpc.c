/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz_xmlrpc.c -- bodies of XML-RPC of any bytes: the XML, the call, and what it becomes for a
 * function that takes a bit of everything. */
#include <libxml/parser.h>

#include "adapters/mws_positional.h"
#include "adapters/mws_xml.h"
#include "adapters/xmlrpc/mws_xmlrpc.h"
#include "fuzz.h"
#include "lib/db/mws_declare.h"

static const mws_spec_t *const params =
    KEYS(VALUE("id", INT, ""), LIST("ids", ONE(INT, ""), ""),
         STRUCT("user", FIELDS(VALUE("id", INT, ""), VALUE("name", TEXT, "")), ""),
         LIST("users", KEYS(VALUE("since", INT, ""), LIST("tags", ONE(TEXT, ""), "")), ""),
         VALUE("name", TEXT, ""));

/* Look at all of ELEMENT. Returns how many elements it is. */
static apr_size_t walk(const mws_xml_t *element, int depth)
{
    const mws_xml_t *child;
    const char      *local;
    apr_size_t       count = 1;

    fuzz_expect(depth <= 4 * FUZZ_DEPTH && strlen(element->name) > 0);
    fuzz_read(element->text);
    fuzz_expect(!element->first || !element->text.len);
    fuzz_expect(element->space && (!mws_xml_space_of(element, "a:b", &local) || *local == 'b'));
    fuzz_expect(!mws_xml_attribute(element, "", "type") || element->attributes);
    for (child = element->first; child; child = child->next) {
        count += walk(child, depth + 1);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mws_call_t       *call = fuzz_begin();
    char             *body = fuzz_copy(data, size);
    mws_text_t        text = {body, size};
    mws_xmlrpc_call_t sent;
    mws_xml_t        *root;
    mws_error_t      *err = mws_xml_read(call, text, &root);

    fuzz_check_error(err);
    if (!err) {
        fuzz_expect(walk(root, 1) <= 4 * FUZZ_KEYS);
    }
    err = mws_xmlrpc_read(call, text, &sent);
    fuzz_expect(!err || (err->fault && *err->message));
    if (!err) {
        mws_value_t *named = mws_positional(call->pool, params, sent.args);

        fuzz_expect(*sent.method != '\0');
        named = mws_xmlrpc_fit(call->pool, params, named);
        fuzz_expect(mws_value_kind(named) == MWS_STRUCT);
        fuzz_expect(fuzz_walk(named, 0) <= FUZZ_KEYS + 1);
    }
    fuzz_end(call);
    free(body);
    return 0;
}
