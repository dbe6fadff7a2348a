/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_asset.h
 *
 * Files of the tree that are compiled in as they are: the style and the script of a page, samples,
 * examples. The Makefile lists them (`assets`).
 */
#ifndef MWS_ASSET_H
#define MWS_ASSET_H

#include "mws_value.h"

/* The bytes of the file at PATH, from the top of the tree, with a NUL behind them. Asking for one
 * that is not compiled in is our bug and ends the process. */
mws_text_t mws_asset(const char *path);

/* The I-th of them in the order of their names, and its *PATH; s is NULL behind the last. */
mws_text_t mws_asset_at(apr_size_t i, const char **path);

#endif
