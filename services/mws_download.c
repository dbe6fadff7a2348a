/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_download.c -- who may fetch which files. */
#include "mws_download.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/base/mws_php.h"
#include "../lib/course/mws_course.h"
#include "../lib/db/mws_ids.h"
#include "../lib/file/mws_files.h"
#include "../lib/text/mws_clean.h"
#include "../lib/text/mws_mimetype.h"
#include "../lib/user/mws_user_courses.h"

enum { HOUR = 3600, DAY = 86400, YEAR = 31536000 };

/* The first of the paths that there is; a file that is kept elsewhere is not here. */
SQL(file_at,
    "SELECT f.contenthash, f.filename, f.mimetype, f.filesize, f.timemodified"
    "  FROM {files} f"
    "  JOIN unnest($1::text[]) WITH ORDINALITY AS p (hash, nth) ON f.pathnamehash = p.hash"
    " WHERE f.filename <> '.' AND f.referencefileid IS NULL"
    " ORDER BY p.nth LIMIT 1");

enum { F_HASH, F_NAME, F_TYPE, F_SIZE, F_MODIFIED };

SQL(section_of, "SELECT 1 FROM {course_sections} WHERE id = $1 AND course = $2");
SQL(group_of, "SELECT 1 FROM {groups} WHERE id = $1 AND courseid = $2");
SQL(category, "SELECT visible <> 0 FROM {course_categories} WHERE id = $1");
SQL(person, "SELECT " MWS_IS_CONTACT("u.id", "$2") " FROM {user} u WHERE u.id = $1 AND u.deleted = 0");

/* An activity. Whether it tells of conditions that bind shows in them: where they are hidden, there
 * is a "false". */
SQL(module_of,
    "SELECT " MWS_CONTEXT_COLUMNS("x") ", m.name, cm.course, cm.visible <> 0,"
    "       cm.deletioninprogress <> 0,"
    "       coalesce(cm.availability, '') <> '' OR coalesce(s.availability, '') <> '',"
    "       cm.showdescription <> 0 AND cm.visibleoncoursepage <> 0"
    "         AND strpos(concat(cm.availability, s.availability), 'false') = 0"
    "  FROM {course_modules} cm"
    "  JOIN {modules} m ON m.id = cm.module AND m.visible = 1"
    "  JOIN {course_sections} s ON s.id = cm.section"
    "  JOIN {context} x ON x.contextlevel = 70 AND x.instanceid = cm.id"
    " WHERE cm.id = $1");

enum {
    M_CONTEXT,
    M_KIND = M_CONTEXT + MWS_CONTEXT_WIDTH,
    M_COURSE,
    M_VISIBLE,
    M_DELETING,
    M_RESTRICTED,
    M_DESCRIBED
};

/* What is asked for. */
typedef struct {
    mws_call_t          *call;
    const struct area_t *of;
    mws_area_t           area;
    const mws_context_t *context;
    const char          *rest; /* of the path: what follows the area, without a slash before it */
    mws_download_t      *download;
} wanted_t;

/* Whether the caller may have it. An error of a refusal is one, too. */
typedef mws_error_t *may_t(const wanted_t *wanted, int *may);

/* ---- who ---- */

static mws_error_t *anybody(const wanted_t *wanted, int *may)
{
    (void)wanted;
    *may = 1;
    return NULL;
}

static mws_error_t *owner(const wanted_t *wanted, int *may)
{
    const mws_caller_t *caller = wanted->call->caller;

    *may = !caller->is_guest && wanted->context->instanceid == caller->id;
    return NULL;
}

/* Pictures of people, where the site shows them to guests only if it shows them to everybody. */
static mws_error_t *picture_viewer(const wanted_t *wanted, int *may)
{
    mws_call_t *call = wanted->call;
    int         closed = mws_config_on(call, "forceloginforprofileimage");

    *may = !closed || !call->caller->is_guest;
    wanted->download->is_public = !closed && !mws_config_on(call, "forcelogin");
    return NULL;
}

/* Whether the caller may look at USERID through a course that both take part in. */
static mws_error_t *share_course(mws_call_t *call, apr_int64_t userid, int *may)
{
    const apr_array_header_t *courses;
    mws_user_courses_t       *lists;
    const mws_ids_t          *items;
    int                       i;

    MWS_ERR(mws_user_courses_queue(call, mws_ids_of_one(call->pool, userid), &lists));
    MWS_ERR(mws_db_run(call));
    MWS_ERR(mws_user_courses_ready(call, lists));
    MWS_ERR(mws_courses_read(call, mws_user_courses_all(call, lists), &courses));
    items = mws_user_courses_of(call, lists, 0);
    for (i = 0; i < items->count && !*may; i++) {
        const mws_course_t *course =
            mws_course_among(courses, mws_user_courses_id(lists, items->ids[i]));

        *may =
            course && course->active && mws_user_courses_viewable(call, lists, userid, 0, course);
    }
    return NULL;
}

/* Moodle: user/lib.php, user_can_view_profile(). */
static mws_error_t *profile_viewer(const wanted_t *wanted, int *may)
{
    mws_call_t *call = wanted->call;
    apr_int64_t userid = wanted->context->instanceid;
    mws_rows_t *rows;

    if (!mws_config_on(call, "forceloginforprofiles")) {
        return anybody(wanted, may);
    }
    if (call->caller->is_guest) {
        return NULL;
    }
    MWS_ERR(mws_db_query(call, &person, &rows, "iI", userid, mws_contact_roles(call)));
    if (!mws_rows_count(rows)) {
        return NULL;
    }
    *may = userid == call->caller->id || mws_row_bool(rows, 0, 0) ||
           mws_can(call, wanted->context, "moodle/user:viewdetails") ||
           mws_can(call, wanted->context, "moodle/user:viewalldetails");
    return *may ? NULL : share_course(call, userid, may);
}

static mws_error_t *category_viewer(const wanted_t *wanted, int *may)
{
    mws_rows_t *rows;

    MWS_ERR(mws_db_query(wanted->call, &category, &rows, "i", wanted->context->instanceid));
    *may = mws_rows_count(rows) &&
           mws_category_listed(wanted->call, wanted->context, mws_row_bool(rows, 0, 0));
    return NULL;
}

/* Enter the course ID. */
static mws_error_t *enter_course(mws_call_t *call, apr_int64_t id)
{
    mws_course_t *course;

    MWS_ERR(mws_course_read(call, id, &course));
    return mws_course_validate(call, course);
}

/* Whether the item, asked for with WHETHER, is of the course, and the caller enters that. */
static mws_error_t *course_member(const wanted_t *wanted, const mws_sql_t *whether, int *may)
{
    mws_rows_t *rows;

    MWS_ERR(mws_db_queue(wanted->call, whether, &rows, "ii", wanted->area.itemid,
                         wanted->context->instanceid));
    MWS_ERR(enter_course(wanted->call, wanted->context->instanceid));
    *may = mws_rows_count(rows) > 0;
    return NULL;
}

static mws_error_t *section_reader(const wanted_t *wanted, int *may)
{
    return course_member(wanted, &section_of, may);
}

static mws_error_t *group_reader(const wanted_t *wanted, int *may)
{
    return course_member(wanted, &group_of, may);
}

/* Read the activity and enter its course. *MODULE is unset where there is none, or it is of another
 * kind than the component. */
static mws_error_t *enter_module(const wanted_t *wanted, mws_module_t *module, int *described)
{
    mws_call_t *call = wanted->call;
    mws_rows_t *rows;

    memset(module, 0, sizeof(*module));
    MWS_ERR(mws_db_query(call, &module_of, &rows, "i", wanted->context->instanceid));
    if (!mws_rows_count(rows) ||
        strcmp(mws_row_text(rows, 0, M_KIND), wanted->area.component + sizeof("mod_") - 1) != 0) {
        return mws_error(call->pool, MWS_FILE_NOT_FOUND, "there is no such activity");
    }
    MWS_ERR(enter_course(call, mws_row_int(rows, 0, M_COURSE)));
    module->context = mws_context_of_row(call->pool, rows, 0, M_CONTEXT);
    module->kind = mws_row_text(rows, 0, M_KIND);
    module->visible = mws_row_bool(rows, 0, M_VISIBLE);
    module->deleting = mws_row_bool(rows, 0, M_DELETING);
    module->restricted = mws_row_bool(rows, 0, M_RESTRICTED);
    *described = mws_row_bool(rows, 0, M_DESCRIBED);
    return NULL;
}

static mws_error_t *module_reader(const wanted_t *wanted, int *may)
{
    mws_module_t module;
    int          described;

    MWS_ERR(enter_module(wanted, &module, &described));
    *may = mws_module_seen(wanted->call, &module);
    return NULL;
}

/* What an activity is about is shown, too, on the page of its course, to those whom its conditions
 * bind. Moodle: cm_info::is_visible_on_course_page(). */
static mws_error_t *intro_reader(const wanted_t *wanted, int *may)
{
    mws_module_t module;
    int          described;

    MWS_ERR(enter_module(wanted, &module, &described));
    module.restricted &= !described;
    *may = mws_module_seen(wanted->call, &module);
    return NULL;
}

/* ---- areas ---- */

/* What follows the file area in a path, before directories and name. */
typedef enum {
    ITEM_NONE,
    ITEM_NUMBER,  /* the item */
    ITEM_IGNORED, /* a number that only makes the address new */
    ITEM_PICTURE  /* perhaps the name of a theme; then a name without its extension */
} item_e;

/* Files that are always attached, and such as are confined where they are not. */
enum { ATTACHED = 1, CONFINED = 2 };

/* How long files may be kept that the site's settings tell. */
enum { AS_SET = -1 };

typedef struct area_t {
    mws_download_e script;
    const char    *component; /* NULL: any activity's */
    const char    *filearea;
    int            level;
    item_e         item;
    may_t         *may;
    int            lifetime, flags;
} area_t;

/* clang-format off */
static const area_t areas[] = {
    {MWS_PLUGIN_FILES, "user",       "private",       MWS_LEVEL_USER,     ITEM_NONE,    owner,           0,      ATTACHED},
    {MWS_PLUGIN_FILES, "user",       "profile",       MWS_LEVEL_USER,     ITEM_NONE,    profile_viewer,  0,      ATTACHED},
    {MWS_PLUGIN_FILES, "user",       "icon",          MWS_LEVEL_USER,     ITEM_PICTURE, picture_viewer,  YEAR,   0},
    {MWS_PLUGIN_FILES, "course",     "summary",       MWS_LEVEL_COURSE,   ITEM_NONE,    anybody,         HOUR,   0},
    {MWS_PLUGIN_FILES, "course",     "overviewfiles", MWS_LEVEL_COURSE,   ITEM_NONE,    anybody,         HOUR,   0},
    {MWS_PLUGIN_FILES, "course",     "section",       MWS_LEVEL_COURSE,   ITEM_NUMBER,  section_reader,  HOUR,   0},
    {MWS_PLUGIN_FILES, "coursecat",  "description",   MWS_LEVEL_CATEGORY, ITEM_NONE,    category_viewer, HOUR,   0},
    {MWS_PLUGIN_FILES, "group",      "description",   MWS_LEVEL_COURSE,   ITEM_NUMBER,  group_reader,    HOUR,   0},
    {MWS_PLUGIN_FILES, NULL,         "intro",         MWS_LEVEL_MODULE,   ITEM_NONE,    intro_reader,    AS_SET, 0},
    {MWS_PLUGIN_FILES, "mod_folder", "content",       MWS_LEVEL_MODULE,   ITEM_IGNORED, module_reader,   0,      CONFINED},
    {MWS_DRAFT_FILES,  "user",       "draft",         MWS_LEVEL_USER,     ITEM_NUMBER,  owner,           0,      ATTACHED},
};
/* clang-format on */

static const area_t *find_area(mws_download_e script, const mws_area_t *asked)
{
    size_t i;

    for (i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        const area_t *area = &areas[i];
        int           is_it = area->component ? strcmp(area->component, asked->component) == 0
                                              : strncmp(asked->component, "mod_", 4) == 0;

        if (area->script == script && is_it && strcmp(area->filearea, asked->filearea) == 0) {
            return area;
        }
    }
    return NULL;
}

/* ---- from a path to its row ---- */

static mws_error_t *not_found(mws_call_t *call, const char *why)
{
    return mws_error(call->pool, MWS_FILE_NOT_FOUND, "%s", why);
}

/* Take the first part of the path at *REST. */
static const char *take_part(apr_pool_t *p, const char **rest)
{
    apr_size_t  len = strcspn(*rest, "/");
    const char *part = apr_pstrmemdup(p, *rest, len);

    *rest += len + ((*rest)[len] == '/');
    return part;
}

/* Take PATH to pieces. Like Moodle, it is cleaned and not refused: what is stored was, too. */
static mws_error_t *read_path(wanted_t *wanted, const char *path)
{
    mws_call_t *call = wanted->call;
    const char *rest;

    if (!path || !*path) {
        return mws_error(call->pool, MWS_NO_PATH, NULL);
    }
    path = mws_clean_text(call, MWS_PARAM_PATH, path);
    if (*path != '/') {
        return mws_error(call->pool, MWS_PATH_WITHOUT_SLASH, NULL);
    }
    rest = path + 1;
    if (!strchr(rest, '/') || !strchr(strchr(rest, '/') + 1, '/')) {
        return mws_error(call->pool, MWS_BAD_PATH, NULL);
    }
    wanted->area.contextid = mws_php_int(take_part(call->pool, &rest));
    wanted->area.component =
        mws_clean_text(call, MWS_PARAM_COMPONENT, take_part(call->pool, &rest));
    wanted->area.filearea = mws_clean_text(call, MWS_PARAM_AREA, take_part(call->pool, &rest));
    wanted->area.itemid = 0;
    wanted->rest = rest;
    return NULL;
}

static void add_path(const wanted_t *wanted, mws_texts_t *hashes, const char *filepath,
                     const char *filename)
{
    mws_texts_add(hashes, mws_file_pathhash(wanted->call->pool, &wanted->area, filepath, filename));
}

/* The pictures of a person that may be meant, as they are kept: one of the largest size may be
 * missing. */
static void add_pictures(const wanted_t *wanted, mws_texts_t *hashes)
{
    static const char *const sizes[] = {"f1", "f2", "f3"};

    const char *slash = strchr(wanted->rest, '/');
    const char *asked = slash ? slash + 1 : wanted->rest;
    const char *size = sizes[0];
    int         i;

    for (i = 0; i < 3; i++) {
        if (strcmp(asked, sizes[i]) == 0) {
            size = sizes[i];
        }
    }
    add_path(wanted, hashes, "/", apr_pstrcat(wanted->call->pool, size, ".png", NULL));
    add_path(wanted, hashes, "/", apr_pstrcat(wanted->call->pool, size, ".jpg", NULL));
    if (size == sizes[2]) {
        add_path(wanted, hashes, "/", "f1.png");
        add_path(wanted, hashes, "/", "f1.jpg");
    }
}

/* The hashes of the paths that the address may stand for, the best first. */
static mws_texts_t *paths_of(wanted_t *wanted)
{
    apr_pool_t  *p = wanted->call->pool;
    mws_texts_t *hashes = mws_texts_make(p);
    const char  *rest = wanted->rest, *name;

    if (wanted->of->item == ITEM_PICTURE) {
        add_pictures(wanted, hashes);
        return hashes;
    }
    if (wanted->of->item != ITEM_NONE) {
        apr_int64_t item = mws_php_int(take_part(p, &rest));

        wanted->area.itemid = wanted->of->item == ITEM_NUMBER ? item : 0;
    }
    name = strrchr(rest, '/');
    name = name ? name + 1 : rest;
    add_path(wanted, hashes, apr_pstrcat(p, "/", apr_pstrmemdup(p, rest, name - rest), NULL), name);
    return hashes;
}

/* ---- what goes out ---- */

#define TYPE_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-"

/* Whether TYPE is a media type and nothing else. */
static int is_type(const char *type)
{
    size_t main = strspn(type, TYPE_CHARACTERS);

    return main && type[main] == '/' && type[main + 1] &&
           !type[main + 1 + strspn(type + main + 1, TYPE_CHARACTERS)];
}

/* The type that a file of such a row is sent as. Moodle: get_mimetype_for_sending(). */
static const char *sent_type(mws_call_t *call, const char *type, const char *filename)
{
    if (!type || !is_type(type) || strcmp(type, "document/unknown") == 0) {
        type = mws_mimetype(call, filename);
    }
    return is_type(type) && strcmp(type, "document/unknown") != 0 ? type
                                                                  : "application/octet-stream";
}

/* Whether a browser would run what is of TYPE, were it shown. */
static int is_active(const char *type)
{
    static const char *const active[] = {"text/html", "text/xsl", "text/x-component",
                                         "message/rfc822", "multipart/related"};

    size_t len = strlen(type), i;

    for (i = 0; i < sizeof(active) / sizeof(active[0]); i++) {
        if (strcasecmp(type, active[i]) == 0) {
            return 1;
        }
    }
    return len > 4 &&
           (strcasecmp(type + len - 4, "/xml") == 0 || strcasecmp(type + len - 4, "+xml") == 0);
}

static void describe(const wanted_t *wanted, const mws_rows_t *rows)
{
    mws_call_t     *call = wanted->call;
    const area_t   *of = wanted->of;
    mws_download_t *download = wanted->download;

    download->contenthash = mws_row_text(rows, 0, F_HASH);
    download->filename = mws_row_text(rows, 0, F_NAME);
    download->mimetype = sent_type(call, mws_row_text(rows, 0, F_TYPE), download->filename);
    download->size = mws_row_int(rows, 0, F_SIZE);
    download->modified = mws_row_int(rows, 0, F_MODIFIED);
    download->lifetime =
        of->lifetime == AS_SET ? mws_config_int(call, "filelifetime", DAY) : of->lifetime;
    download->attached = (of->flags & ATTACHED) || is_active(download->mimetype);
    download->confined = (of->flags & CONFINED) != 0;
}

/* Whoever is refused learns no more than who asks for what is not there; what went wrong inside is
 * another thing. */
static mws_error_t *hide_refusal(mws_call_t *call, mws_error_t *err)
{
    return err->row->status < 500 ? not_found(call, err->row->errorcode) : err;
}

mws_error_t *mws_download_find(mws_call_t *call, mws_download_e script, const char *path,
                               mws_download_t *download)
{
    wanted_t       wanted = {.call = call, .download = download};
    mws_context_t *context;
    mws_rows_t    *rows;
    mws_error_t   *err;
    int            may = 0;

    memset(download, 0, sizeof(*download));
    MWS_ERR(read_path(&wanted, path));
    wanted.of = find_area(script, &wanted.area);
    if (!wanted.of) {
        return not_found(call, "no files of such an area are given");
    }
    MWS_ERR(mws_db_queue(call, &file_at, &rows, "S", paths_of(&wanted)));
    MWS_ERR(mws_context_by_id(call, wanted.area.contextid, &context));
    if (!mws_rows_count(rows) || !context || context->level != wanted.of->level) {
        return not_found(call, "there is no such file");
    }
    wanted.context = context;
    err = wanted.of->may(&wanted, &may);
    if (err) {
        return hide_refusal(call, err);
    }
    if (!may) {
        return not_found(call, "the file is not for the caller");
    }
    describe(&wanted, rows);
    return NULL;
}
