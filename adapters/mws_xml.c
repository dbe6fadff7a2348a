/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_xml.c -- XML as it comes in, by libxml2's SAX parser with limits of ours.
 *
 * The body is turned to UTF-8 first, so that libxml2 is told the encoding and never looks for one.
 * Nothing of a process or thread in libxml2 is set or asked: PHP may live beside us and set it.
 */
#include "mws_xml.h"

#include <apr_cstr.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include "../lib/base/mws_buffer.h"
#include "../lib/base/mws_unicode.h"

#define BLANKS " \t\r\n"

/* libxml2 takes no more than 256 levels. */
#define LEVELS_MAX 250

/* It looks at all attributes of a tag, and at all namespaces in force, for each one of them. */
#define ATTRIBUTES_MAX 100
#define NAMESPACES_MAX 200

/* It keeps names and URIs, each once, in a table that does not grow with them. */
#define NAMES_MAX 50000

/* What a key of MoodleWSKeysMax and a level of MoodleWSDepthMax may be in elements: XML-RPC writes a
 * member of a struct as member, name, value and its type. */
#define ELEMENTS_A_KEY 4

/* The same with the attributes counted too: SOAP writes a member of a Map as three elements, two of which
 * tell their types. */
#define PARTS_A_KEY 6

/* A namespace in force, with those declared before it. */
typedef struct scope_t {
    const struct scope_t *outer;
    const char           *prefix; /* "": the default */
    const char           *space;
} scope_t;

typedef struct {
    const char *space, *name, *value;
} attribute_t;

struct mws_xml_attributes_t {
    const scope_t *scope;
    int            count;
    attribute_t    items[];
};

/* An element that is open. */
typedef struct {
    mws_xml_t                  *element;
    mws_xml_t                 **end; /* where its next child goes */
    const scope_t              *scope;
    int                         namespaces; /* how many are in force */
    const mws_xml_attributes_t *plain; /* of an element without any here; NULL: none are in force */
} frame_t;

typedef struct {
    mws_call_t      *call;
    xmlParserCtxtPtr parser;
    mws_text_t       left; /* what the parser has not been given */
    frame_t          frames[LEVELS_MAX + 1];
    int              depth, levels_max;
    mws_buffer_t     text; /* since the last tag */
    mws_xml_t       *root;
    mws_error_t     *error;
    apr_hash_t      *unescaped; /* URIs that libxml2 leaves escaped, by where they lie; or NULL */
} reader_t;

/* ---- bytes to UTF-8 ---------------------------------------------------------------------- */

static mws_error_t *refuse(mws_call_t *call, const char *why)
{
    return mws_error(call->pool, MWS_BAD_PARAMETER, "the XML of the request: %s", why);
}

/* The encoding that BODY declares, "" where it declares none. */
static const char *declared_encoding(apr_pool_t *p, mws_text_t body)
{
    static const char head[] = "<?xml", name[] = "encoding";
    const char       *end, *at, *quote;

    if (body.len < sizeof(head) || memcmp(body.s, head, sizeof(head) - 1) != 0) {
        return "";
    }
    end = memchr(body.s, '>', body.len);
    at = end ? strstr(apr_pstrmemdup(p, body.s, (apr_size_t)(end - body.s)), name) : NULL;
    if (!at) {
        return "";
    }
    at += sizeof(name) - 1;
    at += strspn(at, BLANKS "=");
    quote = (*at == '"' || *at == '\'') ? strchr(at + 1, *at) : NULL;
    return quote ? apr_pstrmemdup(p, at + 1, (apr_size_t)(quote - at - 1)) : "";
}

static int is_one_of(const char *word, const char *const *list)
{
    for (; *list && apr_cstr_casecmp(*list, word) != 0; list++) {
    }
    return *list != NULL;
}

static mws_text_t from_latin1(apr_pool_t *p, mws_text_t body)
{
    char      *out = apr_palloc(p, 2 * body.len + 1), *at = out;
    apr_size_t i;

    for (i = 0; i < body.len; i++) {
        at += mws_utf8_encode((unsigned char)body.s[i], at);
    }
    *at = '\0';
    return (mws_text_t){out, (apr_size_t)(at - out)};
}

/* BODY, in UTF-16 with the byte of HIGH order at 0 or 1 of each two, without its mark. False where it
 * is not. */
static int from_utf16(apr_pool_t *p, mws_text_t *body, int high)
{
    const unsigned char *in = (const unsigned char *)body->s;
    char                *out = apr_palloc(p, body->len / 2 * 3 + 1), *at = out;
    int32_t              lead = 0; /* the first half of a pair, until the second comes */
    apr_size_t           i;

    for (i = 2; i + 1 < body->len; i += 2) {
        int32_t unit = in[i + (apr_size_t)high] << 8 | in[i + 1 - (apr_size_t)high];
        int     is_second = unit >= 0xDC00 && unit <= 0xDFFF;

        if (is_second != (lead != 0)) {
            return 0;
        }
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            lead = unit;
            continue;
        }
        at += mws_utf8_encode(
            is_second ? 0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00) : unit, at);
        lead = 0;
    }
    if (lead || i != body->len) {
        return 0;
    }
    *at = '\0';
    *body = (mws_text_t){out, (apr_size_t)(at - out)};
    return 1;
}

/* Turn BODY to UTF-8, without a byte order mark. */
static mws_error_t *to_utf8(mws_call_t *call, mws_text_t *body)
{
    static const char *const utf16[] = {"", "utf-16", NULL};
    static const char *const latin1[] = {"iso-8859-1", "iso8859-1", "latin1", NULL};
    static const char *const utf8[] = {"", "utf-8", "utf8", "us-ascii", "ascii", NULL};
    const char              *declared;
    int                      is_wide = 0, is_good;

    if (body->len >= 2 && (!memcmp(body->s, "\xFE\xFF", 2) || !memcmp(body->s, "\xFF\xFE", 2))) {
        is_wide = 1;
        if (!from_utf16(call->pool, body, body->s[0] == '\xFF')) {
            return refuse(call, "it is not UTF-16, whose mark it begins with");
        }
    }
    else if (body->len >= 3 && !memcmp(body->s, "\xEF\xBB\xBF", 3)) {
        body->s += 3;
        body->len -= 3;
    }
    declared = declared_encoding(call->pool, *body);
    is_good = is_one_of(declared, is_wide ? utf16 : utf8);
    if (!is_wide && is_one_of(declared, latin1)) {
        *body = from_latin1(call->pool, *body);
        is_good = 1;
    }
    return is_good ? NULL
                   : refuse(call, "its encoding is to be UTF-8, ISO-8859-1, US-ASCII, or UTF-16"
                                  " with a byte order mark");
}

/* ---- before the parser ------------------------------------------------------------------- */

/* What the parser would take for another encoding by its first bytes, whatever it is told. */
static mws_error_t *check_start(mws_call_t *call, mws_text_t body)
{
    if (body.s[strspn(body.s, BLANKS)] != '<' || strlen(body.s) != body.len) {
        return refuse(call, body.len ? "it does not look like XML" : "it is empty");
    }
    return NULL;
}

/* Behind the first END in what begins at AT, or NULL. */
static const char *behind(const char *at, const char *end)
{
    at = strstr(at, end);
    return at ? at + strlen(end) : NULL;
}

/* Behind the tag that begins at AT, or NULL where it does not end; *COUNT tells its attributes. */
static const char *skip_tag(const char *at, int *count)
{
    for (*count = 0; *at && *at != '>'; at++) {
        if (*at == '"' || *at == '\'') {
            at = strchr(at + 1, *at);
            if (!at) {
                return NULL;
            }
            (*count)++;
        }
    }
    return *at ? at + 1 : NULL;
}

/* Look for too many elements and attributes, before each takes memory, and for a tag with too many
 * attributes, before the parser compares each with each. Where BODY is not well-formed this may go
 * astray, but only behind the place at which the parser stops. */
static mws_error_t *check_tags(mws_call_t *call, const char *body)
{
    const char *at = body;
    apr_int64_t elements = 0, attributes = 0, keys_max = call->settings->keys_max;
    int         count;

    while (at && (at = strchr(at, '<')) != NULL) {
        count = 0;
        if (strncmp(at, "<!--", 4) == 0) {
            at = behind(at + 4, "-->");
        }
        else if (strncmp(at, "<![CDATA[", 9) == 0) {
            at = behind(at + 9, "]]>");
        }
        else if (at[1] == '?') {
            at = behind(at + 2, "?>");
        }
        else {
            elements += at[1] != '/';
            at = skip_tag(at, &count);
        }
        if (count > ATTRIBUTES_MAX) {
            return refuse(call, "a tag has too many attributes");
        }
        attributes += count;
        if ((elements - 1) / ELEMENTS_A_KEY >= keys_max) {
            return refuse(call, "too many elements");
        }
        if ((elements + attributes - 1) / PARTS_A_KEY >= keys_max) {
            return refuse(call, "too many elements and attributes");
        }
    }
    return NULL;
}

/* ---- what the parser tells --------------------------------------------------------------- */

/* Keep the first thing that is wrong, and end. */
static void stop(reader_t *reader, const char *why)
{
    if (!reader->error) {
        reader->error =
            refuse(reader->call, apr_psprintf(reader->call->pool, "line %d: %s",
                                              xmlSAX2GetLineNumber(reader->parser), why));
    }
    xmlStopParser(reader->parser);
}

static int is_blank(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len && strchr(BLANKS, text[i]); i++) {
    }
    return i == len;
}

/* Drop the text since the last tag, which stands beside an element. */
static void drop_text(reader_t *reader)
{
    if (!is_blank(reader->text.s, reader->text.len)) {
        stop(reader, "text beside elements");
    }
    reader->text.len = 0;
}

static void check_names(reader_t *reader)
{
    if (xmlDictSize(reader->parser->dict) > NAMES_MAX) {
        stop(reader, "too many different names");
    }
}

static const char *text_or_none(const xmlChar *text)
{
    return text ? (const char *)text : "";
}

/* Where its entities are not replaced, libxml2 leaves an ampersand, and nothing else, as a reference. */
#define AMPERSAND "&#38;"

/* The value from BEGIN to END, as it was meant. */
static const char *take_value(apr_pool_t *p, const xmlChar *begin, const xmlChar *end)
{
    char *value = apr_pstrmemdup(p, (const char *)begin, (apr_size_t)(end - begin));
    char *at, *to = strchr(value, '&');

    for (at = to; at && *at; at++) {
        *to++ = *at;
        at += strncmp(at, AMPERSAND, sizeof(AMPERSAND) - 1) == 0 ? sizeof(AMPERSAND) - 2 : 0;
    }
    if (to) {
        *to = '\0';
    }
    return value;
}

/* The URI of a namespace that was declared, as it was meant. Each lies in the parser's dictionary
 * once, and is copied no more often. */
static const char *take_space(const reader_t *reader, const xmlChar *uri)
{
    const char *meant =
        reader->unescaped ? apr_hash_get(reader->unescaped, &uri, sizeof(uri)) : NULL;

    return meant ? meant : text_or_none(uri);
}

/* Keep what the URI of a declaration means, where it has an ampersand. */
static void keep_space(reader_t *reader, const xmlChar *uri)
{
    apr_pool_t *p = reader->call->pool;

    if (!uri || !strstr((const char *)uri, AMPERSAND)) {
        return;
    }
    if (!reader->unescaped) {
        reader->unescaped = apr_hash_make(p);
    }
    if (!apr_hash_get(reader->unescaped, &uri, sizeof(uri))) {
        apr_hash_set(reader->unescaped, apr_pmemdup(p, &uri, sizeof(uri)), sizeof(uri),
                     take_value(p, uri, uri + strlen((const char *)uri)));
    }
}

/* The namespaces in force with the COUNT declared in DECLARED: prefix and URI of each. */
static const scope_t *extend(reader_t *reader, const scope_t *outer, int count,
                             const xmlChar **declared)
{
    for (; count; count--, declared += 2) {
        scope_t *scope = apr_palloc(reader->call->pool, sizeof(*scope));

        keep_space(reader, declared[1]);
        scope->outer = outer;
        scope->prefix = text_or_none(declared[0]);
        scope->space = take_space(reader, declared[1]);
        outer = scope;
    }
    return outer;
}

/* The COUNT attributes in GIVEN: name, prefix, URI, value and where that ends. */
static const mws_xml_attributes_t *take_attributes(const reader_t *reader, const scope_t *scope,
                                                   int count, const xmlChar **given)
{
    apr_pool_t           *p = reader->call->pool;
    mws_xml_attributes_t *attributes =
        apr_palloc(p, sizeof(*attributes) + (apr_size_t)count * sizeof(attribute_t));
    int i;

    attributes->scope = scope;
    attributes->count = count;
    for (i = 0; i < count; i++, given += 5) {
        attribute_t *attribute = &attributes->items[i];

        attribute->name = (const char *)given[0];
        attribute->space = take_space(reader, given[2]);
        attribute->value = take_value(p, given[3], given[4]);
    }
    return attributes;
}

/* Names and URIs lie in the parser's dictionary, which stays. */
static mws_xml_t *make_element(reader_t *reader, const frame_t *frame, const xmlChar *name,
                               const xmlChar *space, int count, const xmlChar **given)
{
    apr_pool_t *p = reader->call->pool;
    mws_xml_t  *element = apr_pcalloc(p, sizeof(*element));

    element->name = (const char *)name;
    element->space = take_space(reader, space);
    element->text.s = "";
    element->attributes =
        count ? take_attributes(reader, frame->scope, count, given) : frame->plain;
    return element;
}

static void on_start(void *baton, const xmlChar *name, const xmlChar *prefix, const xmlChar *space,
                     int declared_count, const xmlChar **declared, int count, int preset_count,
                     const xmlChar **given)
{
    reader_t *reader = baton;
    frame_t  *outer = &reader->frames[reader->depth], *frame = outer + 1;

    (void)prefix;
    (void)preset_count; /* only a DOCTYPE can preset attributes */
    drop_text(reader);
    check_names(reader);
    if (reader->depth == reader->levels_max) {
        stop(reader, "nested too deeply");
    }
    if (outer->namespaces + declared_count > NAMESPACES_MAX) {
        stop(reader, "too many namespaces");
    }
    if (reader->error) {
        return;
    }
    frame->scope = extend(reader, outer->scope, declared_count, declared);
    frame->namespaces = outer->namespaces + declared_count;
    frame->plain = declared_count ? take_attributes(reader, frame->scope, 0, NULL) : outer->plain;
    frame->element = make_element(reader, frame, name, space, count, given);
    frame->end = &frame->element->first;
    *outer->end = frame->element;
    outer->end = &frame->element->next;
    reader->depth++;
}

static void on_end(void *baton, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    reader_t  *reader = baton;
    mws_xml_t *element = reader->frames[reader->depth].element;

    (void)name;
    (void)prefix;
    (void)space;
    if (reader->error) {
        return;
    }
    if (element->first) {
        drop_text(reader);
    }
    else if (reader->text.len) {
        element->text.s = apr_pstrmemdup(reader->call->pool, reader->text.s, reader->text.len);
        element->text.len = reader->text.len;
        reader->text.len = 0;
    }
    reader->depth--;
}

static void on_text(void *baton, const xmlChar *text, int len)
{
    reader_t *reader = baton;

    mws_buffer_put(&reader->text, (const char *)text, (apr_size_t)len);
}

static void on_instruction(void *baton, const xmlChar *name, const xmlChar *text)
{
    (void)name;
    (void)text;
    check_names(baton);
}

static void on_doctype(void *baton, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    stop(baton, MWS_XML_DOCTYPE);
}

/* What only breaks the rules of namespaces is an error, too, where it leaves a name without one. */
static void on_error(void *baton, xmlErrorPtr error)
{
    reader_t *reader = baton;

    if (error->code == XML_NS_ERR_UNDEFINED_NAMESPACE) {
        stop(reader, "a prefix is not declared");
    }
    else if (error->level == XML_ERR_FATAL) {
        stop(reader, "not well-formed");
    }
}

/* ---- the whole --------------------------------------------------------------------------- */

static int give(void *baton, char *buffer, int room)
{
    reader_t  *reader = baton;
    apr_size_t part = reader->left.len < (apr_size_t)room ? reader->left.len : (apr_size_t)room;

    memcpy(buffer, reader->left.s, part);
    reader->left.s += part;
    reader->left.len -= part;
    return (int)part;
}

static apr_status_t free_dictionary(void *dictionary)
{
    xmlDictFree(dictionary);
    return APR_SUCCESS;
}

static void parse(reader_t *reader)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text, /* none is, without a DOCTYPE */
                             .processingInstruction = on_instruction,
                             .internalSubset = on_doctype,
                             .serror = on_error};

    reader->parser =
        xmlCreateIOParserCtxt(&handler, reader, give, NULL, reader, XML_CHAR_ENCODING_UTF8);
    if (!reader->parser) {
        reader->error = mws_error(reader->call->pool, MWS_GENERAL, "no memory for a parser");
        return;
    }
    xmlCtxtUseOptions(reader->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    xmlParseDocument(reader->parser);
    xmlDictReference(reader->parser->dict);
    apr_pool_cleanup_register(reader->call->pool, reader->parser->dict, free_dictionary,
                              apr_pool_cleanup_null);
    if (!reader->parser->wellFormed) {
        stop(reader, "not well-formed");
    }
    xmlFreeParserCtxt(reader->parser);
}

mws_error_t *mws_xml_read(mws_call_t *call, mws_text_t body, mws_xml_t **root)
{
    apr_int64_t levels = call->settings->depth_max * ELEMENTS_A_KEY;
    reader_t    reader = {.call = call};
    apr_pool_t *scratch;

    MWS_ERR(to_utf8(call, &body));
    MWS_ERR(check_start(call, body));
    MWS_ERR(check_tags(call, body.s));
    apr_pool_create(&scratch, call->pool);
    reader.left = body;
    reader.levels_max = levels < LEVELS_MAX ? (int)levels : LEVELS_MAX;
    reader.frames[0].end = &reader.root;
    reader.text = mws_buffer_make(scratch, 1000);
    parse(&reader);
    apr_pool_destroy(scratch);
    *root = reader.root;
    return reader.error;
}

int mws_xml_is(const mws_xml_t *element, const char *space, const char *name)
{
    return strcmp(element->name, name) == 0 && strcmp(element->space, space) == 0;
}

const mws_xml_t *mws_xml_child(const mws_xml_t *element, const char *name)
{
    const mws_xml_t *child;

    for (child = element->first; child && strcmp(child->name, name) != 0; child = child->next) {
    }
    return child;
}

const char *mws_xml_attribute(const mws_xml_t *element, const char *space, const char *name)
{
    const mws_xml_attributes_t *attributes = element->attributes;
    int                         i;

    for (i = 0; attributes && i < attributes->count; i++) {
        if (strcmp(attributes->items[i].name, name) == 0 &&
            strcmp(attributes->items[i].space, space) == 0) {
            return attributes->items[i].value;
        }
    }
    return NULL;
}

const char *mws_xml_space_of(const mws_xml_t *element, const char *qname, const char **local)
{
    const scope_t *scope = element->attributes ? element->attributes->scope : NULL;
    const char    *colon = strchr(qname, ':');
    apr_size_t     len = colon ? (apr_size_t)(colon - qname) : 0;

    *local = colon ? colon + 1 : qname;
    for (; scope; scope = scope->outer) {
        if (strlen(scope->prefix) == len && memcmp(scope->prefix, qname, len) == 0) {
            return scope->space;
        }
    }
    return colon ? NULL : "";
}
