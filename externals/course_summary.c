/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_summary.c -- the files of course summaries. */
#include "course_summary.h"

#include <string.h>

#include "../lib/mws_clean.h"
#include "../lib/mws_format.h"
#include "../lib/mws_rows.h"

/* A file that is kept outside refers to the repository that has it. */
SQL(summary_files,
    "SELECT x.instanceid, f.filename, f.filepath, f.filesize, f.timemodified, f.mimetype,"
    "       r.repositoryid, rt.type"
    "  FROM {context} x"
    "  JOIN {files} f ON f.contextid = x.id AND f.component = 'course'"
    "   AND f.filearea = 'summary' AND f.filename <> '.'"
    "  LEFT JOIN {files_reference} r ON r.id = f.referencefileid"
    "  LEFT JOIN {repository_instances} ri ON ri.id = r.repositoryid"
    "  LEFT JOIN {repository} rt ON rt.id = ri.typeid"
    " WHERE x.contextlevel = 50 AND x.instanceid = ANY ($1)"
    " ORDER BY x.instanceid, f.itemid, f.filepath, f.filename");

enum { F_COURSE, F_NAME, F_PATH, F_SIZE, F_MODIFIED, F_TYPE, F_REPOSITORY, F_REPOSITORY_TYPE };

mws_error_t *mws_summary_files_queue(mws_call_t *call, const mws_ids_t *courseids,
                                     mws_rows_t **rows)
{
    return mws_db_queue(call, &summary_files, rows, "I", courseids);
}

/* What a file is shown as, by its extension or else its media type.
 * Moodle: lib/classes/filetypes.php. */
static const char *icon_of(apr_pool_t *p, const char *name, const char *type)
{
    static const struct {
        const char *icon, *extensions, *type;
    } icons[] = {
        {"f/text", "txt asc text log ini", "text/plain"},
        {"f/image", "gif jpe jpeg jpg png svg svgz webp bmp ico tif tiff", "image/"},
        {"f/pdf", "pdf", "application/pdf"},
        {"f/archive", "zip gz gzip tgz tar gtar 7z rar mbz", "application/zip"},
        {"f/document", "doc docx docm dot dotx odt ott rtf", "application/msword"},
        {"f/spreadsheet", "xls xlsx xlsm xlsb ods csv", "application/vnd.ms-excel"},
        {"f/powerpoint", "ppt pptx pptm pps ppsx odp", "application/vnd.ms-powerpoint"},
        {"f/audio", "mp3 oga ogg wav aac flac m4a wma aif aiff", "audio/"},
        {"f/video", "mp4 m4v mov mpeg mpg ogv webm avi wmv mkv flv 3gp", "video/"},
        {"f/markup", "htm html xhtml xml css", "text/html"},
    };
    const char *dot = strrchr(name, '.');
    const char *extension = dot ? mws_lower(p, dot + 1) : "";
    size_t      i;

    for (i = 0; i < sizeof(icons) / sizeof(icons[0]); i++) {
        if (*extension && mws_settings_lists(icons[i].extensions, extension)) {
            return icons[i].icon;
        }
    }
    for (i = 0; type && i < sizeof(icons) / sizeof(icons[0]); i++) {
        if (strncmp(type, icons[i].type, strlen(icons[i].type)) == 0) {
            return icons[i].icon;
        }
    }
    return "f/unknown";
}

static void write_file(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int row,
                       const mws_context_t *context)
{
    mws_area_t  area = {context->id, "course", "summary", -1};
    const char *name = mws_row_text(rows, row, F_NAME), *path = mws_row_text(rows, row, F_PATH);
    const char *type = mws_row_text(rows, row, F_TYPE);
    int         outside = mws_row_int(rows, row, F_REPOSITORY) != 0;

    mws_out_struct(out, NULL);
    mws_out_text(out, "filename", name);
    mws_out_text(out, "filepath", path);
    mws_out_text(out, "filesize", mws_row_text(rows, row, F_SIZE));
    mws_out_text(out, "fileurl",
                 mws_file_url(call, "/webservice/pluginfile.php", &area, path, name));
    mws_out_text(out, "timemodified", mws_row_text(rows, row, F_MODIFIED));
    mws_out_text(out, "mimetype", type);
    mws_out_bool(out, "isexternalfile", outside);
    if (outside) {
        mws_out_text(out, "repositorytype", mws_row_text(rows, row, F_REPOSITORY_TYPE));
    }
    mws_out_text(out, "icon", icon_of(call->pool, name, type));
    mws_out_end(out);
}

void mws_summary_files_write(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows,
                             const mws_context_t *context)
{
    int end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    mws_out_list(out, "summaryfiles");
    for (; row < end; row++) {
        write_file(call, out, rows, row, context);
    }
    mws_out_end(out);
}
