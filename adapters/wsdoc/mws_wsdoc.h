/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc.h
 *
 * The parts of the page that tells of the functions, webservice/wsdoc.php: what stands before them, and
 * one function.
 */
#ifndef MWS_WSDOC_H
#define MWS_WSDOC_H

#include "mws_docs.h"

typedef struct {
    mws_docs_t        *docs;
    mws_sink_t        *sink;     /* docs->body */
    const mws_value_t *examples; /* mws_examples.h */
    int                unfolded; /* nothing is folded: for paper */
} mws_wsdoc_t;

/* A part of the guide: the anchor of its section, and its title. */
typedef struct {
    const char *id, *title;
    void (*write)(const mws_wsdoc_t *wsdoc);
} mws_wsdoc_part_t;

/* The parts, in their order, ended by one without an ID: how to call, before what can be called. */
extern const mws_wsdoc_part_t mws_wsdoc_guide[];

/* The function in whose section ROW is told: itself, or one before it with the same declaration. */
const mws_row_t *mws_wsdoc_told_by(const mws_wsdoc_t *wsdoc, const mws_row_t *row);

/* Write the section of ROW, which is told by itself. */
mws_error_t *mws_wsdoc_function(mws_wsdoc_t *wsdoc, const mws_row_t *row);

/* Write the table of the errors MAY, ended by one without a WHEN, with their classes as a name of 2.1 (OLD)
 * or of today has them. */
void mws_wsdoc_errors(const mws_wsdoc_t *wsdoc, const mws_may_fail_t *may, int old);

/* Begin what can be folded, with SUMMARY as its title; MWS_PUT("</details>") ends it. */
void mws_wsdoc_fold(const mws_wsdoc_t *wsdoc, const char *class_name, const char *summary);

#endif
