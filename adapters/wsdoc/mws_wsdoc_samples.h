/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_samples.h
 *
 * Samples of code, which run as they stand: the files adapters/wsdoc/samples/PROTOCOL.LANGUAGE with an
 * example's call put in. A sample more is a file there; a language more a row in mws_wsdoc_samples.c
 * as well.
 */
#ifndef MWS_WSDOC_SAMPLES_H
#define MWS_WSDOC_SAMPLES_H

#include "mws_docs.h"
#include "mws_examples.h"

/* Write a sample of a call of ROW in PROTOCOL in each language to DOCS->body, as HTML. */
void mws_wsdoc_samples(mws_docs_t *docs, const mws_row_t *row, const mws_example_t *example,
                       const char *protocol);

#endif
