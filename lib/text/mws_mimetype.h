/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_mimetype.h
 *
 * What a file is by the extension of its name, as Moodle tells it: the usual types
 * (mws_mimetypes.tbl), changed by what the site adds to them or takes away.
 * Moodle: lib/classes/filetypes.php; lib/filelib.php, mimeinfo().
 */
#ifndef MWS_MIMETYPE_H
#define MWS_MIMETYPE_H

#include "../db/mws_call.h"

/* The media type of a file called NAME: "document/unknown" where the extension is not known. */
const char *mws_mimetype(mws_call_t *call, const char *name);

#endif
