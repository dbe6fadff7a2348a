/* SPDX-License-Identifier: Apache-2.0 */
/* externals/course_overview.c -- the files that picture courses. */
#include "course_overview.h"

#include <apr_strings.h>
#include <string.h>

#include "../lib/mws_clean.h"
#include "../lib/mws_format.h"
#include "../lib/mws_rows.h"

SQL(overview_files,
    "SELECT x.instanceid, f.filename, f.filepath, f.filesize, f.timemodified, f.mimetype"
    "  FROM {context} x"
    "  JOIN {files} f ON f.contextid = x.id AND f.component = 'course'"
    "   AND f.filearea = 'overviewfiles' AND f.filename <> '.'"
    " WHERE x.contextlevel = 50 AND x.instanceid = ANY ($1::bigint[])"
    " ORDER BY x.instanceid, f.filename, f.id");

enum { F_COURSE, F_NAME, F_PATH, F_SIZE, F_MODIFIED, F_TYPE };

mws_error_t *mws_overview_queue(mws_call_t *call, const mws_ids_t *courseids, mws_rows_t **rows)
{
    return mws_db_queue(call, &overview_files, rows, "I", courseids);
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
    const char *dot = strrchr(name, '.');
    const char *extension = dot ? mws_lower(call->pool, dot + 1) : "";
    char       *last, *type;

    if (!types || !*types) {
        return 1;
    }
    for (type = apr_strtok(apr_pstrdup(call->pool, types), ",; \t\r\n", &last); type;
         type = apr_strtok(NULL, ",; \t\r\n", &last)) {
        if (strcmp(type, "*") == 0 ||
            (*type == '.' && strcmp(mws_lower(call->pool, type + 1), extension) == 0) ||
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

static const char *url_of(mws_call_t *call, const mws_rows_t *rows, int row, const char *script,
                          const mws_context_t *context)
{
    mws_area_t area = {context->id, "course", "overviewfiles", -1};

    return mws_file_url(call, script, &area, mws_row_text(rows, row, F_PATH),
                        mws_row_text(rows, row, F_NAME));
}

static void write_file(mws_call_t *call, mws_out_t *out, const mws_rows_t *rows, int row,
                       const mws_context_t *context)
{
    mws_out_struct(out, NULL);
    mws_out_text(out, "filename", mws_row_text(rows, row, F_NAME));
    mws_out_text(out, "filepath", mws_row_text(rows, row, F_PATH));
    mws_out_int(out, "filesize", mws_row_int(rows, row, F_SIZE));
    mws_out_text(out, "fileurl", url_of(call, rows, row, "/webservice/pluginfile.php", context));
    mws_out_int(out, "timemodified", mws_row_int(rows, row, F_MODIFIED));
    mws_out_text(out, "mimetype", mws_row_text(rows, row, F_TYPE));
    mws_out_end(out);
}

void mws_overview_write(mws_call_t *call, mws_out_t *out, const char *key, const mws_rows_t *rows,
                        const mws_context_t *context)
{
    apr_int64_t left = mws_config_int(call, "courseoverviewfileslimit", 0);
    int         end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    mws_out_list(out, key);
    for (row = next_shown(call, rows, row, end); row < end && left > 0; left--) {
        write_file(call, out, rows, row, context);
        row = next_shown(call, rows, row + 1, end);
    }
    mws_out_end(out);
}

const char *mws_overview_image(mws_call_t *call, const mws_rows_t *rows,
                               const mws_context_t *context)
{
    apr_int64_t left = mws_config_int(call, "courseoverviewfileslimit", 0);
    mws_area_t  drawn = {context->id, "course", "generated", -1};
    int         end, row = mws_rows_range(rows, F_COURSE, context->instanceid, &end);

    for (row = next_shown(call, rows, row, end); row < end && left > 0; left--) {
        const char *type = mws_row_text(rows, row, F_TYPE);

        if (type && strncmp(type, "image/", 6) == 0) {
            return url_of(call, rows, row, "/pluginfile.php", context);
        }
        row = next_shown(call, rows, row + 1, end);
    }
    return mws_file_url(call, "/pluginfile.php", &drawn, "/", "course.svg");
}
