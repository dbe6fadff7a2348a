/* SPDX-License-Identifier: Apache-2.0 */
/* lib/course/mws_course_names.c -- the names that no two courses share. */
#include "mws_course_names.h"

#include <apr_hash.h>
#include <string.h>

#include "../site/mws_work.h"

SQL(who_has_names,
    "SELECT 0, shortname FROM {course} WHERE shortname = ANY ($1)"
    " UNION ALL SELECT 1, idnumber FROM {course} WHERE idnumber = ANY ($2)");

enum { BY_SHORTNAME, BY_IDNUMBER, NAMES };

/* clang-format off */
static const struct {
    const char *key, *lock;
    int         column;
    mws_error_e taken;
} kinds[NAMES] = {
    [BY_SHORTNAME] =
        {"shortname", "course.shortname", MWS_COURSE_shortname, MWS_SHORTNAME_TAKEN},
    [BY_IDNUMBER] =
        {"idnumber",  "course.idnumber",  MWS_COURSE_idnumber,  MWS_COURSE_ID_TAKEN},
};
/* clang-format on */

struct mws_course_names_t {
    apr_pool_t *pool;
    mws_rows_t *rows;
    apr_hash_t *owners[NAMES]; /* how many courses have a name, an int; NULL: not asked */
};

mws_error_t *mws_course_names_queue(mws_call_t *call, const mws_value_t *courses, int first,
                                    int count, mws_course_names_t **names)
{
    mws_texts_t *asked[NAMES];
    int          kind, i;

    *names = apr_pcalloc(call->pool, sizeof(**names));
    (*names)->pool = call->pool;
    for (kind = 0; kind < NAMES; kind++) {
        asked[kind] = mws_texts_make(call->pool);
        for (i = first; i < first + count; i++) {
            const mws_value_t *in = mws_value_at(courses, (apr_size_t)i);

            if (mws_given(in, kinds[kind].key) && *mws_text(in, kinds[kind].key)) {
                mws_texts_add(asked[kind], mws_text(in, kinds[kind].key));
            }
        }
        MWS_ERR(mws_lock(call, kinds[kind].lock, asked[kind]));
    }
    return mws_db_queue(call, &who_has_names, &(*names)->rows, "SS", asked[BY_SHORTNAME],
                        asked[BY_IDNUMBER]);
}

/* Count one course more, or less, among those that have NAME. */
static void count_owner(mws_course_names_t *names, int kind, const char *name, int by)
{
    int *owners = apr_hash_get(names->owners[kind], name, APR_HASH_KEY_STRING);

    if (!owners) {
        owners = apr_pcalloc(names->pool, sizeof(*owners));
        apr_hash_set(names->owners[kind], name, APR_HASH_KEY_STRING, owners);
    }
    *owners += by;
}

static void fill_owners(mws_course_names_t *names)
{
    int kind, row;

    for (kind = 0; kind < NAMES; kind++) {
        names->owners[kind] = apr_hash_make(names->pool);
    }
    for (row = 0; row < mws_rows_count(names->rows); row++) {
        count_owner(names, (int)mws_row_int(names->rows, row, 0), mws_row_text(names->rows, row, 1),
                    1);
    }
}

/* Whether ROW asks for a name of KIND that BEFORE has not. */
static int is_new(const mws_course_row_t *before, const mws_course_row_t *row, int kind)
{
    int         column = kinds[kind].column;
    const char *name = row->of[column].text;

    return *name && (!before || strcmp(before->of[column].text, name) != 0);
}

mws_error_t *mws_course_names_check(mws_call_t *call, mws_course_names_t *names,
                                    const mws_course_row_t *before, const mws_course_row_t *row)
{
    int kind;

    if (!names->owners[0]) {
        fill_owners(names);
    }
    for (kind = 0; kind < NAMES; kind++) {
        const char *name = row->of[kinds[kind].column].text;
        const int  *owners = apr_hash_get(names->owners[kind], name, APR_HASH_KEY_STRING);

        if (is_new(before, row, kind) && owners && *owners > 0) {
            return mws_error(call->pool, kinds[kind].taken, NULL);
        }
    }
    return NULL;
}

void mws_course_names_take(mws_course_names_t *names, const mws_course_row_t *before,
                           const mws_course_row_t *row)
{
    int kind;

    for (kind = 0; kind < NAMES; kind++) {
        if (before) {
            count_owner(names, kind, before->of[kinds[kind].column].text, -1);
        }
        count_owner(names, kind, row->of[kinds[kind].column].text, 1);
    }
}
