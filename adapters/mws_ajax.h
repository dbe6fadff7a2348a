/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/mws_ajax.h
 *
 * How the scripts beside the servers answer: small JSON documents, errors included.
 * Moodle: AJAX_SCRIPT, lib/classes/output/core_renderer_ajax.php.
 */
#ifndef MWS_AJAX_H
#define MWS_AJAX_H

#include "mws_adapter.h"

/* Give REPLY the type and headers of such a script. FILES: the request brought file parts, whose
 * answer may be read by a page that expects text. */
void mws_ajax_open(mws_call_t *call, mws_reply_t *reply, int files);

/* Make ERR the whole body of REPLY, log it, and set the status. */
void mws_ajax_fault(mws_call_t *call, mws_reply_t *reply, const mws_error_t *err);

#endif
