/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_xml.h
 *
 * XML as it comes in: the elements of a request's body as a tree, which its protocol reads from the
 * root down. libxml2 parses, and what makes XML dangerous is refused before or while it does: a
 * DOCTYPE with all that it could bring, and more elements, levels or attributes than are allowed.
 * Nothing is ever fetched.
 */
#ifndef MWS_XML_H
#define MWS_XML_H

#include "../lib/db/mws_call.h"

/* The namespaces in force and the attributes of one element. */
typedef struct mws_xml_attributes_t mws_xml_attributes_t;

/* What the error says of a DOCTYPE, at its end. */
#define MWS_XML_DOCTYPE "a DOCTYPE is not allowed"

/* An element. Its children are FIRST and, from that on, each one's NEXT. */
typedef struct mws_xml_t {
    const char                 *space; /* the URI of its namespace, "" where it has none */
    const char                 *name;  /* without its prefix */
    mws_text_t                  text;  /* the character data; "" where there are children */
    struct mws_xml_t           *first, *next;
    const mws_xml_attributes_t *attributes; /* NULL: none, and nothing declared */
} mws_xml_t;

/* Read BODY, behind which is a NUL: *ROOT is its outermost element, in the call's pool. It is in UTF-8 or
 * in the encoding that it declares: ISO-8859-1, US-ASCII, or UTF-16 where it begins with a byte order
 * mark. White space between elements is dropped. MWS_BAD_PARAMETER, with the line and what was wrong,
 * unless BODY is well-formed, has no DOCTYPE and no text beside elements, and keeps within
 * MoodleWSKeysMax (four elements for each key, six with their attributes), MoodleWSDepthMax (four levels
 * for each, at most 250) and what keeps libxml2 fast: 50,000 different names, 100 attributes a tag, 200
 * namespaces in force. */
mws_error_t *mws_xml_read(mws_call_t *call, mws_text_t body, mws_xml_t **root);

/* Whether ELEMENT is NAME in the namespace SPACE ("": none). */
int mws_xml_is(const mws_xml_t *element, const char *space, const char *name);

/* The first child of ELEMENT with NAME, in whatever namespace, or NULL. */
const mws_xml_t *mws_xml_child(const mws_xml_t *element, const char *name);

/* The value of the attribute NAME of ELEMENT in the namespace SPACE ("": none), or NULL. */
const char *mws_xml_attribute(const mws_xml_t *element, const char *space, const char *name);

/* The namespace of QNAME ("xsd:int", "int"), which stands in an attribute of ELEMENT, and in *LOCAL
 * the name without its prefix. "" where a name without prefix has none, NULL where the prefix is
 * not declared. */
const char *mws_xml_space_of(const mws_xml_t *element, const char *qname, const char **local);

#endif
