/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_layout.h
 *
 * Documents laid out for people: what is short stands on one line, what is long in lines that are
 * indented. Only blanks that mean nothing are added or left out.
 */
#ifndef MWS_WSDOC_LAYOUT_H
#define MWS_WSDOC_LAYOUT_H

#include "../../lib/base/mws_value.h"

/* JSON and XML of our own writers, laid out, in P. XML without comments, CDATA, or text beside
 * elements. */
const char *mws_wsdoc_json(apr_pool_t *p, mws_text_t document);
const char *mws_wsdoc_xml(apr_pool_t *p, mws_text_t document);

/* BYTES as `hexdump -C` shows them: sixteen a line, as numbers and as ASCII. */
const char *mws_wsdoc_hex(apr_pool_t *p, mws_text_t bytes);

#endif
