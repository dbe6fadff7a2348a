/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_wire.h
 *
 * What the page tells of a function in one protocol: what a call and its answer look like, to the byte, and
 * samples of code.
 */
#ifndef MWS_WSDOC_WIRE_H
#define MWS_WSDOC_WIRE_H

#include "mws_docs.h"
#include "mws_examples.h"

/* Where all protocols are told of at once, a page that is long, what is seldom asked for is left out: further
 * forms, faults, samples for names of 2.1.
 *
 * Write what a call of ROW and its answer look like in PROTOCOL, and samples of code, to DOCS->body, as
 * HTML: a <section class="wire">. EXAMPLE is the call and the answer. MWS_BAD_RESPONSE where that is not
 * as ROW declares. */
mws_error_t *mws_wsdoc_wire(mws_docs_t *docs, const mws_row_t *row, const mws_example_t *example,
                            const char *protocol);

#endif
