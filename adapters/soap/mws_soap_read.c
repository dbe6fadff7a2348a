/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/soap/mws_soap_read.c -- a call by SOAP, from XML to values.
 *
 * PHP: ext/soap/php_soap.c, deserialize_function_call(); ext/soap/php_encoding.c, the to_zval
 * functions.
 */
#include <apr_strings.h>
#include <errno.h>
#include <math.h>

#include "../../lib/base/mws_base64.h"
#include "../../lib/base/mws_php.h"
#include "../../lib/text/mws_clean.h"
#include "../mws_positional.h"
#include "mws_soap.h"

#define BLANKS " \t\r\n"
#define DIGITS "0123456789"

#define ENVELOPE_11 "http://schemas.xmlsoap.org/soap/envelope/"
#define ENCODING_11 "http://schemas.xmlsoap.org/soap/encoding/"
#define ENVELOPE_12 "http://www.w3.org/2003/05/soap-envelope"
#define ENCODING_12 "http://www.w3.org/2003/05/soap-encoding"

const mws_soap_spaces_t mws_soap_spaces[MWS_SOAP_VERSIONS] = {{ENVELOPE_11, ENCODING_11},
                                                              {ENVELOPE_12, ENCODING_12}};

/* What references may make of a call: so many values and bytes of text, and so many times what was
 * sent. */
#define REFERRED_VALUES 10000
#define REFERRED_BYTES 65536
#define REFERRED_TIMES 4

/* No array that means well has more dimensions. */
#define DIMENSIONS_MAX 8

typedef struct {
    mws_call_t            *call;
    const mws_soap_call_t *sent;
    int                    literal;
    apr_int64_t            keys;                            /* what is left of MoodleWSKeysMax */
    apr_int64_t            referred_values, referred_bytes; /* ... of what references may make */
    int                    references;                      /* how many we are within */
} reading_t;

/* What an element says it is. */
typedef enum { UNTYPED, INTEGER, REAL, BOOLEAN, TEXT, BASE64, HEX, ARRAY, MAP, STRUCTURE } type_e;

/* What is known of the element to be read. */
typedef struct {
    const mws_spec_t *spec;   /* how it is declared, or NULL */
    type_e            type;   /* what it is unless it says so itself */
    apr_int64_t       levels; /* how many may be nested from it on */
    int in_list; /* whether one stands around it: there no WSDL of Moodle gives types */
} place_t;

mws_error_t *(mws_soap_error)(apr_pool_t *p, const char *code, const char *fmt, ...)
{
    mws_error_t *err = mws_error(p, MWS_BAD_PARAMETER, NULL);
    va_list      ap;

    va_start(ap, fmt);
    err->message = apr_pvsprintf(p, fmt, ap);
    va_end(ap);
    err->fault = code;
    err->detail = apr_pstrcat(p, "fault ", code, NULL);
    return err;
}

/* ---- the envelope ------------------------------------------------------------------------ */

static mws_error_t *bad_request(mws_call_t *call, const char *why)
{
    mws_error_t *err = mws_soap_error(call->pool, MWS_SOAP_CLIENT, "Bad Request");

    err->detail = why;
    return err;
}

static mws_error_t *read_root(mws_call_t *call, mws_text_t body, mws_xml_t **root)
{
    mws_error_t *err = mws_xml_read(call, body, root);

    if (!err || !err->debuginfo) {
        return err;
    }
    if (strstr(err->debuginfo, MWS_XML_DOCTYPE)) {
        return mws_soap_error(call->pool, MWS_SOAP_SERVER, "DTD are not supported by SOAP");
    }
    return bad_request(call, err->debuginfo);
}

/* Count ELEMENT and what is in it, and note which have an id. */
static void index_elements(mws_call_t *call, mws_soap_call_t *sent, const mws_xml_t *element)
{
    const mws_xml_t *child;
    const char      *id = mws_xml_attribute(element, "", "id");

    if (!id) {
        id = mws_xml_attribute(element, ENCODING_12, "id");
    }
    if (id) {
        if (!sent->ids) {
            sent->ids = apr_hash_make(call->pool);
        }
        if (!apr_hash_get(sent->ids, id, APR_HASH_KEY_STRING)) {
            apr_hash_set(sent->ids, id, APR_HASH_KEY_STRING, element);
        }
    }
    sent->elements++;
    for (child = element->first; child; child = child->next) {
        index_elements(call, sent, child);
    }
}

/* Whether VALUE, of an attribute that is true or false, is there and true. */
static int is_true(const char *value)
{
    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

/* Whether BLOCK of a header is for us, the last whom the message reaches. */
static int is_for_us(const mws_soap_call_t *sent, const mws_xml_t *block)
{
    static const char *const ours[] = {"", "http://schemas.xmlsoap.org/soap/actor/next",
                                       ENVELOPE_12 "/role/next",
                                       ENVELOPE_12 "/role/ultimateReceiver"};
    const char *whose = mws_xml_attribute(block, mws_soap_spaces[sent->version].envelope,
                                          sent->version == MWS_SOAP_11 ? "actor" : "role");
    apr_size_t  i;

    for (i = 0; whose && i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (strcmp(whose, ours[i]) == 0) {
            return 1;
        }
    }
    return !whose;
}

/* No header means anything here, so none may insist. */
static mws_error_t *check_header(mws_call_t *call, const mws_soap_call_t *sent,
                                 const mws_xml_t *header)
{
    const char      *space = mws_soap_spaces[sent->version].envelope;
    const mws_xml_t *block;

    for (block = header ? header->first : NULL; block; block = block->next) {
        if (is_true(mws_xml_attribute(block, space, "mustUnderstand")) && is_for_us(sent, block)) {
            return mws_soap_error(call->pool, MWS_SOAP_HEADER, "Header not understood");
        }
    }
    return NULL;
}

/* The child NAME of the envelope ROOT, in its namespace, or NULL. */
static const mws_xml_t *part_of(const mws_xml_t *root, const char *name)
{
    const mws_xml_t *part;

    for (part = root->first; part && !mws_xml_is(part, root->space, name); part = part->next) {
    }
    return part;
}

mws_error_t *mws_soap_read(mws_call_t *call, mws_text_t body, mws_soap_call_t *sent)
{
    const mws_xml_t *part;
    mws_xml_t       *root;

    memset(sent, 0, sizeof(*sent));
    sent->bytes = body.len;
    if (!body.len) {
        return bad_request(call, "no envelope was POSTed");
    }
    MWS_ERR(read_root(call, body, &root));
    sent->version = mws_xml_is(root, ENVELOPE_12, "Envelope") ? MWS_SOAP_12 : MWS_SOAP_11;
    if (!mws_xml_is(root, mws_soap_spaces[sent->version].envelope, "Envelope")) {
        return mws_soap_error(call->pool, MWS_SOAP_VERSION, "Wrong Version");
    }
    part = part_of(root, "Body");
    if (!part || !part->first) {
        return mws_soap_error(call->pool, MWS_SOAP_CLIENT, "The envelope has no Body with a call");
    }
    sent->element = part->first;
    sent->function = part->first->name;
    sent->space = part->first->space;
    index_elements(call, sent, root);
    return check_header(call, sent, part_of(root, "Header"));
}

/* ---- types ------------------------------------------------------------------------------- */

/* The attribute NAME of ELEMENT in one of the namespaces that XML Schema's instances had, or NULL. */
static const char *instance_attribute(const mws_xml_t *element, const char *name)
{
    static const char *const spaces[] = {MWS_SOAP_XSI,
                                         "http://www.w3.org/2000/10/XMLSchema-instance",
                                         "http://www.w3.org/1999/XMLSchema-instance"};
    const char              *value = NULL;
    apr_size_t               i;

    for (i = 0; !value && element->attributes && i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        value = mws_xml_attribute(element, spaces[i], name);
    }
    return value;
}

/* Whether SPACE has the simple types of XML Schema: those of the encoding are the same. */
static int has_simple_types(const char *space)
{
    static const char *const spaces[] = {MWS_SOAP_XSD, ENCODING_11, ENCODING_12,
                                         "http://www.w3.org/2000/10/XMLSchema",
                                         "http://www.w3.org/1999/XMLSchema"};
    apr_size_t               i;

    for (i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        if (strcmp(space, spaces[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static const struct {
    const char *name;
    type_e      type;
} types[] = {
    {"string", TEXT},
    {"int", INTEGER},
    {"boolean", BOOLEAN},
    {"Array", ARRAY},
    {"Struct", STRUCTURE},
    {"double", REAL},
    {"float", REAL},
    {"decimal", REAL},
    {"long", INTEGER},
    {"short", INTEGER},
    {"byte", INTEGER},
    {"integer", INTEGER},
    {"nonNegativeInteger", INTEGER},
    {"positiveInteger", INTEGER},
    {"nonPositiveInteger", INTEGER},
    {"negativeInteger", INTEGER},
    {"unsignedLong", INTEGER},
    {"unsignedInt", INTEGER},
    {"unsignedShort", INTEGER},
    {"unsignedByte", INTEGER},
    {"base64Binary", BASE64},
    {"base64", BASE64},
    {"hexBinary", HEX},
    {"anyType", UNTYPED},
    {"anySimpleType", UNTYPED},
    {"ur-type", UNTYPED},
};

/* The type that QNAME, of an attribute of ELEMENT, tells. What nobody knows is read as declared. */
static type_e type_called(const mws_xml_t *element, const char *qname)
{
    const char *local, *space = mws_xml_space_of(element, qname, &local);
    apr_size_t  i;

    if (space && strcmp(space, MWS_SOAP_MAP) == 0) {
        return strcmp(local, "Map") == 0 ? MAP : UNTYPED;
    }
    if (!space || !has_simple_types(space)) {
        return UNTYPED;
    }
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(local, types[i].name) == 0) {
            return types[i].type;
        }
    }
    return TEXT;
}

/* What ELEMENT says of its items in the words of SOAP 1.1, or NULL. Some say it in those of 1.2's
 * namespace. */
static const char *array_type(const mws_xml_t *element)
{
    const char *type = mws_xml_attribute(element, ENCODING_11, "arrayType");

    return type ? type : mws_xml_attribute(element, ENCODING_12, "arrayType");
}

static int says_array(const mws_xml_t *element)
{
    return element->attributes &&
           (array_type(element) || mws_xml_attribute(element, ENCODING_12, "itemType") ||
            mws_xml_attribute(element, ENCODING_12, "arraySize"));
}

static type_e type_of(const mws_xml_t *element, type_e otherwise)
{
    const char *said = instance_attribute(element, "type");
    type_e      type = said ? type_called(element, said) : otherwise;

    return type == UNTYPED && says_array(element) ? ARRAY : type;
}

static int is_nil(const mws_xml_t *element)
{
    return is_true(instance_attribute(element, "nil")) ||
           is_true(instance_attribute(element, "null"));
}

/* ---- values without others in them ------------------------------------------------------- */

/* ELEMENT is not what it says it is, or is declared to be. */
static mws_error_t *violation(const reading_t *reading, const mws_xml_t *element)
{
    if (reading->literal) {
        return mws_error(reading->call->pool, MWS_BAD_PARAMETER,
                         "the element %.60s is not of its type", element->name);
    }
    return mws_soap_error(reading->call->pool, MWS_SOAP_SERVER,
                          "SOAP-ERROR: Encoding: Violation of encoding rules");
}

/* The text of ELEMENT without the white space around it. */
static char *trimmed(const reading_t *reading, const mws_xml_t *element)
{
    const char *begin = element->text.s + strspn(element->text.s, BLANKS);
    const char *end = element->text.s + element->text.len;

    while (end > begin && strchr(BLANKS, end[-1])) {
        end--;
    }
    return apr_pstrmemdup(reading->call->pool, begin, (apr_size_t)(end - begin));
}

/* A real, or NULL: none of those that are not numbers or have no end. */
static mws_value_t *real_of(const reading_t *reading, const char *text)
{
    double number = mws_php_float(text);

    return *mws_clean_text(reading->call, MWS_PARAM_FLOAT, text) && isfinite(number)
               ? mws_value_float(reading->call->pool, number)
               : NULL;
}

static mws_value_t *integer_of(const reading_t *reading, const char *text)
{
    apr_size_t  sign = *text == '-' || *text == '+';
    apr_int64_t number;

    if (text[sign] && !text[sign + strspn(text + sign, DIGITS)]) {
        errno = 0;
        number = apr_strtoi64(text, NULL, 10);
        if (!errno) {
            return mws_value_int(reading->call->pool, number);
        }
    }
    return real_of(reading, text);
}

static mws_value_t *boolean_of(const reading_t *reading, const char *text)
{
    int yes = !strcmp(text, "true") || !strcmp(text, "1") || !strcmp(text, "t");

    return yes || !strcmp(text, "false") || !strcmp(text, "0") || !strcmp(text, "f")
               ? mws_value_bool(reading->call->pool, yes)
               : NULL;
}

static mws_value_t *base64_of(const reading_t *reading, mws_text_t text)
{
    mws_base64_t state = {0, 0};
    char        *bytes = apr_palloc(reading->call->pool, text.len + 1);
    apr_size_t   len = mws_base64_decode(&state, text.s, text.len, bytes);

    bytes[len] = '\0';
    return mws_value_text(reading->call->pool, bytes, (apr_ssize_t)len);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static mws_value_t *hex_of(const reading_t *reading, const char *text)
{
    apr_size_t len = strlen(text) / 2, i;
    char      *bytes = apr_palloc(reading->call->pool, len + 1);

    for (i = 0; i < len; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return NULL;
        }
        bytes[i] = (char)(high << 4 | low);
    }
    bytes[len] = '\0';
    return text[2 * len] ? NULL : mws_value_text(reading->call->pool, bytes, (apr_ssize_t)len);
}

/* Read ELEMENT as TYPE, which has no elements in it. A number or truth value that is empty is null. */
static mws_error_t *read_simple(const reading_t *reading, const mws_xml_t *element, type_e type,
                                mws_value_t **v)
{
    const char *text;

    if (element->first) {
        return violation(reading, element);
    }
    if (type == TEXT) {
        *v = mws_value_text(reading->call->pool, element->text.s, (apr_ssize_t)element->text.len);
        return NULL;
    }
    if (type == BASE64) {
        *v = base64_of(reading, element->text);
        return NULL;
    }
    text = trimmed(reading, element);
    if (!*text && type != HEX) {
        *v = mws_value_null(reading->call->pool);
        return NULL;
    }
    *v = type == INTEGER ? integer_of(reading, text)
         : type == REAL  ? real_of(reading, text)
         : type == HEX   ? hex_of(reading, text)
                         : boolean_of(reading, text);
    return *v ? NULL : violation(reading, element);
}

/* Read ELEMENT, of which only the declaration SPEC says what it is. Where PHP has a WSDL to go by, it
 * reads a number strictly; elsewhere it is checked like any parameter. */
static mws_error_t *read_declared(const reading_t *reading, const mws_xml_t *element,
                                  const place_t *at, mws_value_t **v)
{
    mws_param_e  type = at->spec ? at->spec->type : MWS_PARAM_RAW;
    const char  *text;
    mws_value_t *truth;

    if (type != MWS_PARAM_INT && type != MWS_PARAM_FLOAT && type != MWS_PARAM_BOOL) {
        return read_simple(reading, element, TEXT, v);
    }
    text = trimmed(reading, element);
    truth = type == MWS_PARAM_BOOL ? boolean_of(reading, text) : NULL;
    if (truth) {
        *v = truth;
        return NULL;
    }
    if (reading->literal || at->in_list) {
        *v = mws_value_text(reading->call->pool, text, -1);
        return NULL;
    }
    return read_simple(reading, element, type == MWS_PARAM_FLOAT ? REAL : INTEGER, v);
}

/* ---- values ------------------------------------------------------------------------------ */

static mws_error_t *read_value(reading_t *reading, const mws_xml_t *element, const place_t *at,
                               mws_value_t **v);

/* What is known of an item of a list that is AT; TYPE is what the list says of it. */
static place_t place_of_item(const place_t *at, type_e type)
{
    return (place_t){.spec = at->spec && at->spec->kind == MWS_SPEC_LIST ? at->spec->of : NULL,
                     .type = type,
                     .levels = at->levels - 1,
                     .in_list = 1};
}

/* ... of the member NAME of a struct that is AT. */
static place_t place_of_member(const place_t *at, mws_text_t name)
{
    place_t member = place_of_item(at, UNTYPED);

    if (at->spec && at->spec->kind == MWS_SPEC_STRUCT) {
        member.spec = mws_spec_key(at->spec, name.s, name.len);
        member.in_list = at->in_list;
    }
    return member;
}

/* The first sibling from ELEMENT on that is called otherwise, or NULL. */
static const mws_xml_t *behind_run(const mws_xml_t *element)
{
    const char *name = element->name;

    while (element && strcmp(element->name, name) == 0) {
        element = element->next;
    }
    return element;
}

/* Read the elements from FIRST on, up to END, as the items of a list; ITEM tells of each. */
static mws_error_t *read_items(reading_t *reading, const mws_xml_t *first, const mws_xml_t *end,
                               const place_t *item, mws_value_t **v)
{
    *v = mws_value_list(reading->call->pool);
    for (; first != end; first = first->next) {
        mws_value_t *read = NULL;

        MWS_ERR(read_value(reading, first, item, &read));
        mws_value_append(*v, read);
    }
    return NULL;
}

/* Read the elements from FIRST on, up to END, which have the same name: the member that is AT, or
 * where they are several the items of a list in its place. */
static mws_error_t *read_member(reading_t *reading, const mws_xml_t *first, const mws_xml_t *end,
                                const place_t *at, mws_value_t **v)
{
    place_t item = place_of_item(at, UNTYPED);

    return first->next == end ? read_value(reading, first, at, v)
                              : read_items(reading, first, end, &item, v);
}

static mws_error_t *read_struct(reading_t *reading, const mws_xml_t *element, const place_t *at,
                                mws_value_t **v)
{
    const mws_xml_t *member, *next;

    *v = mws_value_struct(reading->call->pool);
    for (member = element->first; member; member = next) {
        mws_text_t   name = {member->name, strlen(member->name)};
        place_t      place = place_of_member(at, name);
        mws_value_t *read = NULL;

        next = behind_run(member);
        MWS_ERR(read_member(reading, member, next, &place, &read));
        mws_value_set(*v, name.s, (apr_ssize_t)name.len, read);
    }
    return NULL;
}

static mws_error_t *read_map(reading_t *reading, const mws_xml_t *element, const place_t *at,
                             mws_value_t **v)
{
    const place_t named = {.spec = NULL, .type = UNTYPED, .levels = at->levels - 1, .in_list = 1};
    const mws_xml_t *item;

    *v = mws_value_struct(reading->call->pool);
    for (item = element->first; item; item = item->next) {
        const mws_xml_t *key = mws_xml_child(item, "key"), *value = mws_xml_child(item, "value");
        mws_value_t     *name, *read;
        mws_text_t       spelled;
        place_t          place;

        if (strcmp(item->name, "item") != 0 || !key || !value) {
            return violation(reading, item);
        }
        MWS_ERR(read_value(reading, key, &named, &name));
        if (mws_value_kind(name) != MWS_TEXT && mws_value_kind(name) != MWS_INT) {
            return violation(reading, key);
        }
        spelled = mws_php_spelled(reading->call->pool, name);
        place = place_of_member(at, spelled);
        MWS_ERR(read_value(reading, value, &place, &read));
        mws_value_set(*v, spelled.s, (apr_ssize_t)spelled.len, read);
    }
    return NULL;
}

/* Read ELEMENT, which is declared as a list but does not say what it is: its elements are the items.
 * It may be an only item itself: a text, or a struct that begins with one of its keys. */
static mws_error_t *read_list(reading_t *reading, const mws_xml_t *element, const place_t *at,
                              mws_value_t **v)
{
    const mws_spec_t *of = at->spec->of;
    place_t           item = place_of_item(at, UNTYPED);
    const mws_xml_t  *first = element->first;
    mws_value_t      *read;

    if (!first && !element->text.s[strspn(element->text.s, BLANKS)]) {
        *v = mws_value_list(reading->call->pool);
        return NULL;
    }
    if (!first) {
        MWS_ERR(read_declared(reading, element, &item, &read));
    }
    else if (of->kind == MWS_SPEC_STRUCT && mws_spec_key(of, first->name, strlen(first->name))) {
        MWS_ERR(read_struct(reading, element, &item, &read));
    }
    else {
        return read_items(reading, first, NULL, &item, v);
    }
    *v = mws_value_list(reading->call->pool);
    mws_value_append(*v, read);
    return NULL;
}

/* ---- arrays ------------------------------------------------------------------------------ */

/* An array as its attributes tell of it. */
typedef struct {
    type_e      type; /* of its items */
    int         dimensions;
    apr_int64_t sizes[DIMENSIONS_MAX]; /* the first is never believed */
} shape_t;

/* Read the sizes of the dimensions in TEXT: numbers with commas or blanks between them, or a star. */
static int read_sizes(const char *text, shape_t *shape)
{
    while (*text && *text != ']') {
        char *end = (char *)text + (*text == '*');

        if (shape->dimensions == DIMENSIONS_MAX || (*text != '*' && !strchr(DIGITS, *text))) {
            return 0;
        }
        errno = 0;
        shape->sizes[shape->dimensions++] = *text == '*' ? 0 : apr_strtoi64(text, &end, 10);
        if (errno) {
            return 0;
        }
        text = end + strspn(end, ", ");
    }
    return 1;
}

/* Whether each dimension but the first has a size to go by. */
static int is_whole(const shape_t *shape)
{
    int i;

    for (i = 1; i < shape->dimensions; i++) {
        if (shape->sizes[i] <= 0) {
            return 0;
        }
    }
    return 1;
}

/* Read what ELEMENT, of SOAP 1.1, says in its TYPE ("xsd:int[2,3]", "xsd:int[][2]"). */
static int read_shape_11(const reading_t *reading, const mws_xml_t *element, const char *type,
                         shape_t *shape)
{
    apr_size_t  len = strcspn(type, "[");
    const char *last = strrchr(type, '[');

    if (last && last != type + len) {
        shape->type = ARRAY; /* of arrays */
    }
    else {
        shape->type = type_called(element, apr_pstrmemdup(reading->call->pool, type, len));
    }
    return !last || read_sizes(last + 1, shape);
}

static mws_error_t *read_shape(const reading_t *reading, const mws_xml_t *element, shape_t *shape)
{
    const char *type = array_type(element), *size;
    int         good = 1;

    if (type) {
        good = read_shape_11(reading, element, type, shape);
    }
    else {
        type = mws_xml_attribute(element, ENCODING_12, "itemType");
        size = mws_xml_attribute(element, ENCODING_12, "arraySize");
        shape->type = type ? type_called(element, type) : UNTYPED;
        good = !size || read_sizes(size, shape);
    }
    return good && is_whole(shape) ? NULL : violation(reading, element);
}

/* Read the items from *NEXT on into the lists of the dimensions from DIMENSION on. */
static mws_error_t *read_dimension(reading_t *reading, const mws_xml_t **next, const shape_t *shape,
                                   int dimension, const place_t *item, mws_value_t **v)
{
    apr_int64_t i, size = dimension ? shape->sizes[dimension] : APR_INT64_MAX;

    *v = mws_value_list(reading->call->pool);
    for (i = 0; *next && i < size; i++) {
        mws_value_t *read = NULL;

        if (dimension + 1 < shape->dimensions) {
            MWS_ERR(read_dimension(reading, next, shape, dimension + 1, item, &read));
        }
        else {
            MWS_ERR(read_value(reading, *next, item, &read));
            *next = (*next)->next;
        }
        mws_value_append(*v, read);
    }
    return NULL;
}

/* Take the number of SAID ("[7]") into *AT, which stays where nothing is said. */
static int read_position(const char *said, apr_int64_t *at)
{
    char *end;

    if (!said) {
        return 1;
    }
    errno = 0;
    *at = *said == '[' && strchr(DIGITS, said[1]) ? apr_strtoi64(said + 1, &end, 10) : -1;
    return *at >= 0 && *at < APR_INT64_MAX && !errno && strcmp(end, "]") == 0;
}

static int has_positions(const mws_xml_t *element)
{
    const mws_xml_t *item;

    if (mws_xml_attribute(element, ENCODING_11, "offset")) {
        return 1;
    }
    for (item = element->first; item; item = item->next) {
        if (mws_xml_attribute(item, ENCODING_11, "position")) {
            return 1;
        }
    }
    return 0;
}

/* Read the items of ELEMENT, of which some tell their places, as a struct of numbers: nobody is to
 * fill the gaps between. */
static mws_error_t *read_sparse(reading_t *reading, const mws_xml_t *element, const place_t *place,
                                mws_value_t **v)
{
    const mws_xml_t *item;
    apr_int64_t      at = 0;

    *v = mws_value_struct(reading->call->pool);
    if (!read_position(mws_xml_attribute(element, ENCODING_11, "offset"), &at)) {
        return violation(reading, element);
    }
    for (item = element->first; item; item = item->next, at++) {
        mws_value_t *read = NULL;

        if (!read_position(mws_xml_attribute(item, ENCODING_11, "position"), &at)) {
            return violation(reading, item);
        }
        MWS_ERR(read_value(reading, item, place, &read));
        mws_value_set(*v, apr_psprintf(reading->call->pool, "%" APR_INT64_T_FMT, at), -1, read);
    }
    return NULL;
}

static mws_error_t *read_array(reading_t *reading, const mws_xml_t *element, const place_t *at,
                               mws_value_t **v)
{
    shape_t          shape = {.type = UNTYPED};
    const mws_xml_t *next = element->first;
    place_t          item;

    MWS_ERR(read_shape(reading, element, &shape));
    item = place_of_item(at, shape.type);
    if (shape.dimensions > 1) {
        item.levels -= shape.dimensions - 1;
        for (int i = 1; i < shape.dimensions; i++) {
            item.spec = item.spec && item.spec->kind == MWS_SPEC_LIST ? item.spec->of : NULL;
        }
        return read_dimension(reading, &next, &shape, 0, &item, v);
    }
    return has_positions(element) ? read_sparse(reading, element, &item, v)
                                  : read_items(reading, next, NULL, &item, v);
}

/* ---- references, and any value ----------------------------------------------------------- */

/* Read ELEMENT itself, whatever it is. */
static mws_error_t *read_here(reading_t *reading, const mws_xml_t *element, const place_t *at,
                              mws_value_t **v)
{
    type_e type = type_of(element, at->type);
    int    declared_list = at->spec && at->spec->kind == MWS_SPEC_LIST;

    if (is_nil(element)) {
        *v = mws_value_null(reading->call->pool);
        return NULL;
    }
    if (type != UNTYPED && type < ARRAY) {
        return read_simple(reading, element, type, v);
    }
    if (at->levels <= 0 && (element->first || type != UNTYPED)) {
        return mws_error(reading->call->pool, MWS_BAD_PARAMETER,
                         "nested more deeply than MoodleWSDepthMax allows");
    }
    if (type == ARRAY) {
        return read_array(reading, element, at, v);
    }
    if (type == MAP) {
        return read_map(reading, element, at, v);
    }
    if (type == UNTYPED && declared_list) {
        return read_list(reading, element, at, v);
    }
    if (type == UNTYPED && !element->first &&
        (!at->spec || at->spec->kind == MWS_SPEC_VALUE ||
         element->text.s[strspn(element->text.s, BLANKS)])) {
        return read_declared(reading, element, at, v);
    }
    return read_struct(reading, element, at, v);
}

/* What ELEMENT refers to, in *HREF, or NULL. False where that is elsewhere. */
static int reference_of(const mws_xml_t *element, const char **href)
{
    *href = element->attributes ? mws_xml_attribute(element, "", "href") : NULL;
    if (*href) {
        return *(*href)++ == '#';
    }
    *href = element->attributes ? mws_xml_attribute(element, ENCODING_12, "ref") : NULL;
    if (*href && **href == '#') {
        (*href)++;
    }
    return 1;
}

/* Count ELEMENT against what is allowed. */
static mws_error_t *count_value(reading_t *reading, const mws_xml_t *element)
{
    if (reading->references) {
        reading->referred_values--;
        reading->referred_bytes -= (apr_int64_t)element->text.len;
        if (reading->referred_values < 0 || reading->referred_bytes < 0) {
            return mws_error(reading->call->pool, MWS_BAD_PARAMETER,
                             "references make too much of what was sent");
        }
    }
    if (reading->keys-- <= 0) {
        return mws_error(reading->call->pool, MWS_BAD_PARAMETER,
                         "more values than MoodleWSKeysMax allows");
    }
    return NULL;
}

/* Read ELEMENT, or what it refers to. Each reference is a level, so that those in a circle end. */
static mws_error_t *read_value(reading_t *reading, const mws_xml_t *element, const place_t *at,
                               mws_value_t **v)
{
    apr_pool_t      *p = reading->call->pool;
    place_t          behind = *at;
    const mws_xml_t *found;
    const char      *id;
    mws_error_t     *err;

    MWS_ERR(count_value(reading, element));
    if (!reference_of(element, &id)) {
        return mws_soap_error(p, MWS_SOAP_SERVER, "SOAP-ERROR: Encoding: External reference");
    }
    if (!id) {
        return read_here(reading, element, at, v);
    }
    found = reading->sent->ids ? apr_hash_get(reading->sent->ids, id, APR_HASH_KEY_STRING) : NULL;
    if (!found) {
        return mws_soap_error(p, MWS_SOAP_SERVER, "SOAP-ERROR: Encoding: Unresolved reference");
    }
    if (behind.levels-- <= 0) {
        return mws_error(p, MWS_BAD_PARAMETER, "nested more deeply than MoodleWSDepthMax allows");
    }
    reading->references++;
    err = read_value(reading, found, &behind, v);
    reading->references--;
    return err;
}

/* ---- the arguments ----------------------------------------------------------------------- */

static int is_any_named(const mws_spec_t *spec, const mws_xml_t *args)
{
    for (; args; args = args->next) {
        if (mws_spec_key(spec, args->name, strlen(args->name))) {
            return 1;
        }
    }
    return 0;
}

static int is_any_required(const mws_spec_t *spec)
{
    const mws_spec_t *key;

    for (key = spec->of; key->name; key++) {
        if (key->presence == MWS_REQUIRED) {
            return 1;
        }
    }
    return 0;
}

/* By their names; any other is passed over. */
static mws_error_t *read_named(reading_t *reading, const mws_xml_t *args, const place_t *at,
                               mws_value_t *params)
{
    const mws_xml_t *next;

    for (; args; args = next) {
        mws_text_t   name = {args->name, strlen(args->name)};
        place_t      place = place_of_member(at, name);
        mws_value_t *read = NULL;

        next = behind_run(args);
        if (place.spec) {
            MWS_ERR(read_member(reading, args, next, &place, &read));
            mws_value_set(params, name.s, (apr_ssize_t)name.len, read);
        }
    }
    return NULL;
}

static mws_error_t *read_ordered(reading_t *reading, const mws_xml_t *args, const place_t *at,
                                 mws_value_t **params)
{
    mws_value_t      *list = mws_value_list(reading->call->pool);
    const mws_spec_t *key = at->spec->of;

    for (; args; args = args->next) {
        place_t      place = {.spec = key->name ? key : NULL, .levels = at->levels - 1};
        mws_value_t *read = NULL;

        MWS_ERR(read_value(reading, args, &place, &read));
        mws_value_append(list, read);
        key += key->name != NULL;
    }
    *params = mws_positional(reading->call->pool, at->spec, list);
    return NULL;
}

mws_error_t *mws_soap_params(mws_call_t *call, const mws_soap_call_t *sent, const mws_spec_t *spec,
                             int literal, mws_value_t **params)
{
    reading_t        reading = {.call = call,
                                .sent = sent,
                                .literal = literal,
                                .keys = call->settings->keys_max,
                                .referred_values = REFERRED_VALUES + REFERRED_TIMES * sent->elements,
                                .referred_bytes =
                                    REFERRED_BYTES + REFERRED_TIMES * (apr_int64_t)sent->bytes};
    const place_t    top = {.spec = spec, .levels = call->settings->depth_max};
    const mws_xml_t *args = sent->element->first;

    *params = mws_value_struct(call->pool);
    if (!args && !literal && is_any_required(spec)) {
        return mws_soap_error(call->pool, MWS_SOAP_CLIENT, "Missing parameter");
    }
    if (!args) {
        return NULL;
    }
    return is_any_named(spec, args) ? read_named(&reading, args, &top, *params)
                                    : read_ordered(&reading, args, &top, params);
}
