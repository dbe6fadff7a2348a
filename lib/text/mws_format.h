/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_format.h
 *
 * Texts as Moodle shows them: names, descriptions, people's full names, addresses of files and
 * pictures. Everything returned lives in the call's pool, or is what was given.
 */
#ifndef MWS_FORMAT_H
#define MWS_FORMAT_H

#include "../db/mws_call.h"
#include "../site/mws_access.h"

enum { MWS_FORMAT_MOODLE = 0, MWS_FORMAT_HTML = 1, MWS_FORMAT_PLAIN = 2, MWS_FORMAT_MARKDOWN = 4 };

/* Where the files of a text are: for the links that replace @@PLUGINFILE@@. ITEMID -1: none. */
typedef struct {
    apr_int64_t contextid;
    const char *component, *filearea;
    apr_int64_t itemid;
} mws_area_t;

/* A name for display: tags stripped, a bare & escaped; as stored when the request asks for raw
 * texts. NULL gives "". Moodle: core_external\util::format_string(). */
const char *mws_format_string(mws_call_t *call, const char *text);

/* The same as a page of Moodle shows it, whatever the request's settings say: names in the tree of
 * files, and of custom fields. Moodle: format_string(). */
const char *mws_format_page_string(mws_call_t *call, const char *text);

/* The same for a text that is no HTML: without tags, and with nothing escaped, whatever the request
 * asks for. */
const char *mws_format_subject(mws_call_t *call, const char *text);

/* A text for display and, in *FORMAT, the format it then has. NULL gives "".
 * Moodle: core_external\util::format_text(). */
mws_error_t *mws_format_text(mws_call_t *call, const char *text, int *format,
                             const mws_area_t *area, const char **html);

/* What it refuses with, for the list of who calls it. */
#define MWS_FORMAT_ERRORS                                                                          \
    {                                                                                              \
        MWS_CODING, "a text is stored in a format that Moodle does not have"                       \
    }

/* The same as a page of Moodle shows it, whatever the request's settings say: files by
 * pluginfile.php, a div around the Moodle format (groups in a profile, custom fields). */
mws_error_t *mws_format_page(mws_call_t *call, const char *text, int format, const mws_area_t *area,
                             const char **html);

/* Whether FORMAT is one of the four. */
int mws_format_known(apr_int64_t format);

/* A text in FORMAT (an unknown one is Moodle's) as clean HTML, whatever the request's settings say.
 * Moodle: format_text() without the div. */
const char *mws_format_to_html(apr_pool_t *p, const char *text, int format);

/* TEXT with a <br /> before each end of a line. PHP: nl2br(). */
const char *mws_format_breaks(apr_pool_t *p, const char *text);

/* A person's name by the site's template; OVERRIDE: by the one for who may see full names.
 * Moodle: core_user\fields, fullname(). */
typedef struct {
    const char *firstnamephonetic, *lastnamephonetic, *middlename, *alternatename;
    const char *firstname, *lastname;
} mws_names_t;

const char *mws_fullname(mws_call_t *call, const mws_names_t *names, int override);

/* The caller's. */
const char *mws_caller_fullname(mws_call_t *call, int override);

/* The template that mws_fullname() goes by; never NULL. */
const char *mws_fullname_template(mws_call_t *call, int override);

/* The address of a person's picture; SIZE is 1 (100 pixels) or 2 (35 pixels).
 * Moodle: user_picture::get_url(). */
const char *mws_picture_url(mws_call_t *call, apr_int64_t userid, apr_int64_t contextid,
                            apr_int64_t picture, int deleted, const char *email, int size);

/* wwwroot + SCRIPT + / and the parts of a stored file's path, each percent-encoded as PHP's
 * rawurlencode() does; FILEPATH begins and ends with a slash. AREA NULL: only FILEPATH and
 * FILENAME follow SCRIPT. */
const char *mws_file_url(mws_call_t *call, const char *script, const mws_area_t *area,
                         const char *filepath, const char *filename);

/* The same, for a site where paths may not follow the name of a script: then it is an argument.
 * Moodle: file_encode_url(). */
const char *mws_file_address(mws_call_t *call, const char *script, const mws_area_t *area,
                             const char *filepath, const char *filename);

#endif
