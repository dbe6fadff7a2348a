/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_tree.h
 *
 * A declaration as people read it: what a function takes or gives, key by key.
 */
#ifndef MWS_WSDOC_TREE_H
#define MWS_WSDOC_TREE_H

#include "../../lib/base/mws_sink.h"
#include "../../lib/base/mws_spec.h"

/* Write the parameters PARAMS as a tree: of each its key, type, whether it is needed or what stands in for
 * it, and what it means. */
void mws_wsdoc_tree_params(mws_sink_t *sink, const mws_spec_t *params);

/* The same for a result; RETURNS is NULL where there is none. */
void mws_wsdoc_tree_returns(mws_sink_t *sink, const mws_spec_t *returns);

/* Write SPEC in the notation of Moodle's own documentation ("general structure"), as text. */
void mws_wsdoc_tree_structure(mws_sink_t *sink, const mws_spec_t *spec);

#endif
