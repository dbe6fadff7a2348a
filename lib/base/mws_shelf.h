/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_shelf.h
 *
 * Documents that are the same for whoever asks, written once and kept by a child until it ends. They are few:
 * the key says all that a document depends on beside the configuration, and a full shelf keeps no more.
 */
#ifndef MWS_SHELF_H
#define MWS_SHELF_H

#include "mws_sink.h"

typedef struct mws_shelf_t mws_shelf_t; /* of one child */

/* A document that is kept. It never changes. */
typedef struct {
    const char       *key, *etag;
    const mws_sink_t *body;
} mws_kept_t;

/* Make the empty shelf of a child. NULL when the system refuses. */
mws_shelf_t *mws_shelf_make(apr_pool_t *pchild);

/* The document KEY, or NULL. */
const mws_kept_t *mws_shelf_find(mws_shelf_t *shelf, const char *key);

/* Keep a copy of BODY, all in memory, as the document KEY, unless there is one or the shelf is full. */
void mws_shelf_keep(mws_shelf_t *shelf, const char *key, const char *etag, const mws_sink_t *body);

#endif
