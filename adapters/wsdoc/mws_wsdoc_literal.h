/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_literal.h
 *
 * Values as a programming language spells them. A language is a row of data here.
 */
#ifndef MWS_WSDOC_LITERAL_H
#define MWS_WSDOC_LITERAL_H

#include "../../lib/base/mws_buffer.h"
#include "../../lib/base/mws_value.h"

/* How a language writes a text: the quote around it, which of its characters are to be escaped, and how a
 * control character is, before its two hexadecimal digits (NULL: such a text is written otherwise). */
typedef struct {
    char        quote;
    const char *special, *control;
} mws_wsdoc_quotes_t;

typedef struct mws_wsdoc_syntax_t {
    const char        *list, *strct; /* two characters each: how it begins and ends */
    const char        *arrow;        /* between a key and its value */
    char               key_quote;    /* or '\0' */
    const char        *yes, *no, *null;
    const char        *last;        /* behind the last of items that stand on lines of their own */
    mws_wsdoc_quotes_t plain, rich; /* texts without control characters, and with them */
} mws_wsdoc_syntax_t;

extern const mws_wsdoc_syntax_t mws_wsdoc_syntax_json, mws_wsdoc_syntax_python,
    mws_wsdoc_syntax_php, mws_wsdoc_syntax_perl, mws_wsdoc_syntax_javascript;

/* Append V to OUT as a literal of SYNTAX: on the line that OUT has come to where that is short enough,
 * else on several, indented as that line is. */
void mws_wsdoc_literal(mws_buffer_t *out, const mws_wsdoc_syntax_t *syntax, const mws_value_t *v);

/* Append the items of V, with commas between them, as the arguments of a call: of a LIST by position, of a
 * STRUCT as key=value. Each stands on a line of its own where there are several and one line is too short. */
void mws_wsdoc_literal_arguments(mws_buffer_t *out, const mws_wsdoc_syntax_t *syntax,
                                 const mws_value_t *v);

/* How many blanks the line begins with that OUT has come to. */
int mws_wsdoc_indent(const mws_buffer_t *out);

#endif
