/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_files.c -- the files that go out with a course. */
#include "mws_course_files.h"

#include <apr_strings.h>
#include <string.h>

#include "../base/mws_unicode.h"
#include "../db/mws_rows.h"
#include "../text/mws_format.h"

SQL(overview_files,
    "SELECT x.instanceid, f.filename, f.filepath, f.filesize, f.timemodified, f.mimetype"
    "  FROM {context} x"
    "  JOIN {files} f ON f.contextid = x.id AND f.component = 'course'"
    "   AND f.filearea = 'overviewfiles' AND f.filename <> '.'"
    " WHERE x.contextlevel = 50 AND x.instanceid = ANY ($1::bigint[])"
    " ORDER BY x.instanceid, f.filename, f.id");

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

mws_error_t *mws_overview_queue(mws_call_t *call, const mws_ids_t *courseids, mws_rows_t **rows)
{
    return mws_db_queue(call, &overview_files, rows, "I", courseids);
}

mws_error_t *mws_summary_files_queue(mws_call_t *call, const mws_ids_t *courseids,
                                     mws_rows_t **rows)
{
    return mws_db_queue(call, &summary_files, rows, "I", courseids);
}

/* The extension of NAME in lower case, "" when it has none. */
static const char *extension_of(apr_pool_t *p, const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? mws_utf8_lower(p, dot + 1) : "";
}

/* The extensions of a group of file types; "" for a group that is not known.
 * Moodle: lib/classes/filetypes.php. */
static const char *group_extensions(const char *group)
{
    if (strcmp(group, "web_image") == 0 || strcmp(group, "optimised_image") == 0) {
        return "gif jpe jpeg jpg png svg svgz webp";
    }
    if (strcmp(group, "image") == 0) {
        return "gif jpe jpeg jpg png svg svgz webp bmp ico pct pic pict tif tiff heic heif";
    }
    return "";
}

/* Whether the site shows files called NAME: config courseoverviewfilesext has extensions with a
 * dot, groups of types, or an asterisk for all. */
static int is_shown_type(mws_call_t *call, const char *name)
{
    const char *types = mws_config(call, "courseoverviewfilesext");
    const char *extension = extension_of(call->pool, name);
    char       *last, *type;

    if (!types || !*types) {
        return 1;
    }
    for (type = apr_strtok(apr_pstrdup(call->pool, types), ",; \t\r\n", &last); type;
         type = apr_strtok(NULL, ",; \t\r\n", &last)) {
        if (strcmp(type, "*") == 0 ||
            (*type == '.' && strcmp(mws_utf8_lower(call->pool, type + 1), extension) == 0) ||
            (*extension && mws_settings_lists(group_extensions(type), extension))) {
            return 1;
        }
    }
    return 0;
}

/* The next file from ROW on, before END, that the site shows; END when there is none. */
static int next_shown(mws_call_t *call, const mws_rows_t *rows, int row, int end)
{
    while (row < end && !is_shown_type(call, mws_row_text(rows, row, F_NAME))) {
        row++;
    }
    return row;
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
    const char *extension = extension_of(p, name);
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

static const char *url_of(mws_call_t *call, const mws_rows_t *rows, int row, const char *script,
                          const mws_area_t *area)
{
    return mws_file_url(call, script, area, mws_row_text(rows, row, F_PATH),
                        mws_row_text(rows, row, F_NAME));
}

/* Write the keys that a file has everywhere, in the struct that is open. */
static void write_file(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int row,
                       const mws_area_t *area)
{
    mws_out_text(out, "filename", mws_row_text(rows, row, F_NAME));
    mws_out_text(out, "filepath", mws_row_text(rows, row, F_PATH));
    mws_out_text(out, "filesize", mws_row_text(rows, row, F_SIZE));
    mws_out_text(out, "fileurl", url_of(call, rows, row, "/webservice/pluginfile.php", area));
    mws_out_text(out, "timemodified", mws_row_text(rows, row, F_MODIFIED));
    mws_out_text(out, "mimetype", mws_row_text(rows, row, F_TYPE));
}

void mws_overview_write(mws_call_t *call, mws_out_t *out, const char *key, const mws_rows_t *rows,
                        const mws_context_t *context)
{
    apr_int64_t left = mws_config_int(call, "courseoverviewfileslimit", 0);
    mws_area_t  area = {context->id, "course", "overviewfiles", -1};
    int         end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    mws_out_list(out, key);
    for (row = next_shown(call, rows, row, end); row < end && left > 0; left--) {
        mws_out_struct(out, NULL);
        write_file(call, out, rows, row, &area);
        mws_out_end(out);
        row = next_shown(call, rows, row + 1, end);
    }
    mws_out_end(out);
}

/* What only a file of a summary is told with: where it is kept, and its icon. */
static void write_kept(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int row)
{
    int outside = mws_row_int(rows, row, F_REPOSITORY) != 0;

    mws_out_bool(out, "isexternalfile", outside);
    if (outside) {
        mws_out_text(out, "repositorytype", mws_row_text(rows, row, F_REPOSITORY_TYPE));
    }
    mws_out_text(
        out, "icon",
        icon_of(call->pool, mws_row_text(rows, row, F_NAME), mws_row_text(rows, row, F_TYPE)));
}

void mws_summary_files_write(mws_call_t *call, mws_out_t *out, const char *key,
                             const mws_rows_t *rows, const mws_context_t *context)
{
    mws_area_t area = {context->id, "course", "summary", -1};
    int        end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    mws_out_list(out, key);
    for (; row < end; row++) {
        mws_out_struct(out, NULL);
        write_file(call, out, rows, row, &area);
        write_kept(call, out, rows, row);
        mws_out_end(out);
    }
    mws_out_end(out);
}

const char *mws_overview_image(mws_call_t *call, const mws_rows_t *rows,
                               const mws_context_t *context)
{
    apr_int64_t left = mws_config_int(call, "courseoverviewfileslimit", 0);
    mws_area_t  area = {context->id, "course", "overviewfiles", -1};
    mws_area_t  drawn = {context->id, "course", "generated", -1};
    int         end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    for (row = next_shown(call, rows, row, end); row < end && left > 0; left--) {
        const char *type = mws_row_text(rows, row, F_TYPE);

        if (type && strncmp(type, "image/", 6) == 0) {
            return url_of(call, rows, row, "/pluginfile.php", &area);
        }
        row = next_shown(call, rows, row + 1, end);
    }
    return mws_file_url(call, "/pluginfile.php", &drawn, "/", "course.svg");
}
