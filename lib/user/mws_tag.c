/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_tag.c -- the tags of users: what each has is held against what it is to have. */
#include "mws_tag.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

#include "../base/mws_escape.h"
#include "../base/mws_php.h"
#include "../base/mws_unicode.h"
#include "../db/mws_rows.h"
#include "../site/mws_access.h"
#include "../site/mws_site.h"
#include "../text/mws_clean.h"

SQL(user_tag_area, "SELECT tagcollid FROM {tag_area}"
                   " WHERE component = 'core' AND itemtype = 'user' AND enabled = 1");

SQL(tags_of_users,
    "SELECT who.ord, x.id, ti.id, ti.ordering, t.id, t.name, t.rawname, t.userid"
    "  FROM unnest($1::bigint[]) WITH ORDINALITY AS who (userid, ord)"
    "  JOIN {context} x ON x.contextlevel = 30 AND x.instanceid = who.userid"
    "  LEFT JOIN ({tag_instance} ti JOIN {tag} t ON t.id = ti.tagid)"
    "    ON ti.component = 'core' AND ti.itemtype = 'user' AND ti.itemid = who.userid"
    "   AND ti.tiuserid = 0"
    " ORDER BY who.ord, ti.ordering, ti.id");

enum { H_ORD, H_CONTEXT, H_INSTANCE, H_ORDERING, H_TAG, H_NAME, H_RAWNAME, H_OWNER };

SQL(create_tags,
    "INSERT INTO {tag} (userid, tagcollid, name, rawname, isstandard, descriptionformat, flag,"
    "       timemodified)"
    " SELECT $1, $2, n.name, n.rawname, 0, 0, 0, $5"
    "   FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS n (name, rawname, ord)"
    "  WHERE NOT EXISTS (SELECT 1 FROM {tag} t WHERE t.tagcollid = $2 AND t.name = n.name)"
    "  ORDER BY n.ord"
    " ON CONFLICT (tagcollid, name) DO NOTHING"
    " RETURNING name");

SQL(tags_by_name, "SELECT id, name, rawname FROM {tag} WHERE tagcollid = $1 AND name = ANY ($2)");

enum { T_ID, T_NAME, T_RAWNAME };

SQL(remove_instances, "DELETE FROM {tag_instance} WHERE id = ANY ($1)");

SQL(delete_unused_tags,
    "DELETE FROM {tag} t"
    " WHERE t.id = ANY ($1) AND t.isstandard = 0"
    "   AND NOT EXISTS (SELECT 1 FROM {tag_instance} ti WHERE ti.tagid = t.id)"
    " RETURNING t.name");

SQL(order_instances,
    "UPDATE {tag_instance} ti SET ordering = n.ordering, timemodified = $3"
    "  FROM unnest($1::bigint[], $2::bigint[]) AS n (id, ordering)"
    " WHERE ti.id = n.id");

SQL(add_instances,
    "INSERT INTO {tag_instance} (tagid, component, itemtype, itemid, contextid, tiuserid, ordering,"
    "       timecreated, timemodified)"
    " SELECT n.tagid, 'core', 'user', n.userid, n.contextid, 0, n.ordering, $5, $5"
    "   FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])"
    "        WITH ORDINALITY AS n (tagid, userid, contextid, ordering, ord)"
    "  ORDER BY n.ord"
    " RETURNING id");

/* A tag that somebody is to have. USER is the last one who wants it, at POSITION, and HAD says
 * whether that one has it. */
typedef struct {
    apr_int64_t id;
    const char *name, *rawname;
    int         created; /* in this call, ... */
    int         maker;   /* ... for this user */
    int         user, position, had;
} tag_t;

/* What was done to one user, and with which tag. */
typedef struct {
    apr_int64_t instance;
    apr_int64_t tag, owner; /* of a removed tag */
    const char *name, *rawname;
    int         last;  /* the tag went with it */
    tag_t      *added; /* of an added one; its place among the user's tags */
    int         position;
} step_t;

typedef struct {
    apr_int64_t         id, contextid;
    apr_array_header_t *wanted;          /* of tag_t *, in their order */
    apr_array_header_t *removed, *added; /* of step_t */
} user_t;

struct mws_tags_t {
    apr_array_header_t *users;          /* of user_t */
    apr_hash_t         *names;          /* of tag_t, by name */
    apr_array_header_t *order;          /* of tag_t *, as they were first named */
    mws_ids_t          *moved, *places; /* instances, and where they are to stand */
};

static user_t *user_at(const mws_tags_t *tags, int i)
{
    return &APR_ARRAY_IDX(tags->users, i, user_t);
}

static step_t *step_at(const apr_array_header_t *steps, int i)
{
    return &APR_ARRAY_IDX(steps, i, step_t);
}

/* ---- what is wanted ---- */

/* The I-th user is to have the tag that is spelled RAWNAME. A tag that is made gets the last
 * spelling of the user it is made for, as in Moodle. */
static void want(mws_call_t *call, mws_tags_t *tags, int i, const char *rawname)
{
    const char *name = mws_utf8_lower(call->pool, rawname);
    tag_t      *tag = apr_hash_get(tags->names, name, APR_HASH_KEY_STRING);

    if (!tag) {
        tag = apr_pcalloc(call->pool, sizeof(*tag));
        tag->name = name;
        tag->maker = i;
        tag->user = -1;
        apr_hash_set(tags->names, name, APR_HASH_KEY_STRING, tag);
        APR_ARRAY_PUSH(tags->order, tag_t *) = tag;
    }
    if (tag->maker == i) {
        tag->rawname = rawname;
    }
    if (tag->user != i) {
        tag->user = i;
        APR_ARRAY_PUSH(user_at(tags, i)->wanted, tag_t *) = tag;
    }
}

/* Read LIST, names between commas. PHP's empty() drops "0", too. */
static void want_list(mws_call_t *call, mws_tags_t *tags, int i, const char *list)
{
    while (list && *list) {
        apr_size_t  len = strcspn(list, ",");
        const char *name = mws_trim(call->pool, apr_pstrmemdup(call->pool, list, len));

        if (mws_php_bool(name)) {
            name = mws_clean_text(call, MWS_PARAM_TAG, name);
        }
        if (mws_php_bool(name)) {
            want(call, tags, i, name);
        }
        list += len + (list[len] == ',');
    }
}

static mws_tags_t *make_tags(mws_call_t *call, const mws_ids_t *userids, const mws_texts_t *lists)
{
    mws_tags_t *tags = apr_pcalloc(call->pool, sizeof(*tags));
    int         i;

    tags->users = apr_array_make(call->pool, userids->count, sizeof(user_t));
    tags->names = apr_hash_make(call->pool);
    tags->order = apr_array_make(call->pool, 8, sizeof(tag_t *));
    tags->moved = mws_ids_make(call->pool);
    tags->places = mws_ids_make(call->pool);
    for (i = 0; i < userids->count; i++) {
        user_t *user = apr_array_push(tags->users);

        user->id = userids->ids[i];
        user->wanted = apr_array_make(call->pool, 2, sizeof(tag_t *));
        user->removed = apr_array_make(call->pool, 0, sizeof(step_t));
        user->added = apr_array_make(call->pool, 2, sizeof(step_t));
        want_list(call, tags, i, lists ? lists->texts[i] : NULL);
    }
    return tags;
}

/* ---- what is there ---- */

/* Hold the instance in ROW of HAVE against what USER, the I-th, wants. */
static void compare(mws_tags_t *tags, user_t *user, int i, const mws_rows_t *have, int row)
{
    const char *name = mws_row_text(have, row, H_NAME);
    apr_int64_t instance = mws_row_int(have, row, H_INSTANCE);
    tag_t      *tag = apr_hash_get(tags->names, name, APR_HASH_KEY_STRING);

    if (!tag || tag->user != i) {
        step_t *step = apr_array_push(user->removed);

        step->instance = instance;
        step->tag = mws_row_int(have, row, H_TAG);
        step->owner = mws_row_int(have, row, H_OWNER);
        step->name = name;
        step->rawname = mws_row_text(have, row, H_RAWNAME);
        return;
    }
    tag->had = 1;
    if (mws_row_int(have, row, H_ORDERING) != tag->position) {
        mws_ids_add(tags->moved, instance);
        mws_ids_add(tags->places, tag->position);
    }
}

/* Find what is to be done to the I-th user, of whom HAVE has the instances. */
static void find_steps(mws_tags_t *tags, int i, const mws_rows_t *have)
{
    user_t *user = user_at(tags, i);
    int     end, row = mws_rows_range(have, H_ORD, i + 1, &end), k;

    for (k = 0; k < user->wanted->nelts; k++) {
        tag_t *tag = APR_ARRAY_IDX(user->wanted, k, tag_t *);

        tag->user = i;
        tag->position = k;
        tag->had = 0;
    }
    for (; row < end; row++) {
        user->contextid = mws_row_int(have, row, H_CONTEXT);
        if (!mws_row_null(have, row, H_INSTANCE)) {
            compare(tags, user, i, have, row);
        }
    }
    for (k = 0; k < user->wanted->nelts; k++) {
        tag_t *tag = APR_ARRAY_IDX(user->wanted, k, tag_t *);

        if (!tag->had) {
            step_t *step = apr_array_push(user->added);

            step->added = tag;
            step->position = k;
        }
    }
}

/* Lock all tags that come or go, so that none goes while another call gives it to somebody. */
static mws_error_t *queue_locks(mws_call_t *call, const mws_tags_t *tags)
{
    mws_texts_t *names = mws_texts_make(call->pool);
    int          i, k;

    for (i = 0; i < tags->order->nelts; i++) {
        mws_texts_add(names, APR_ARRAY_IDX(tags->order, i, tag_t *)->name);
    }
    for (i = 0; i < tags->users->nelts; i++) {
        const apr_array_header_t *removed = user_at(tags, i)->removed;

        for (k = 0; k < removed->nelts; k++) {
            mws_texts_add(names, step_at(removed, k)->name);
        }
    }
    return names->count ? mws_lock(call, "tag", names) : NULL;
}

/* Make the tags that are missing in COLLECTION, and learn the ids of all. */
static mws_error_t *find_tags(mws_call_t *call, mws_tags_t *tags, apr_int64_t collection)
{
    mws_texts_t *names = mws_texts_make(call->pool);
    mws_texts_t *rawnames = mws_texts_make(call->pool);
    mws_rows_t  *made, *rows;
    int          i;

    for (i = 0; i < tags->order->nelts; i++) {
        mws_texts_add(names, APR_ARRAY_IDX(tags->order, i, tag_t *)->name);
        mws_texts_add(rawnames, APR_ARRAY_IDX(tags->order, i, tag_t *)->rawname);
    }
    MWS_ERR(mws_db_queue(call, &create_tags, &made, "iiSSi", call->caller->id, collection, names,
                         rawnames, call->now));
    MWS_ERR(mws_db_query(call, &tags_by_name, &rows, "iS", collection, names));
    for (i = 0; i < mws_rows_count(made); i++) {
        tag_t *tag = apr_hash_get(tags->names, mws_row_text(made, i, 0), APR_HASH_KEY_STRING);

        tag->created = 1;
    }
    for (i = 0; i < mws_rows_count(rows); i++) {
        tag_t *tag = apr_hash_get(tags->names, mws_row_text(rows, i, T_NAME), APR_HASH_KEY_STRING);

        tag->id = mws_row_int(rows, i, T_ID);
        tag->rawname = mws_row_text(rows, i, T_RAWNAME);
    }
    return NULL;
}

/* ---- what is done ---- */

/* Queue the removals; UNUSED are the tags that may have no user after that. */
static mws_error_t *queue_removal(mws_call_t *call, const mws_tags_t *tags, mws_ids_t **unused)
{
    mws_ids_t *instances = mws_ids_make(call->pool);
    int        i, k;

    *unused = mws_ids_make(call->pool);
    for (i = 0; i < tags->users->nelts; i++) {
        const apr_array_header_t *removed = user_at(tags, i)->removed;

        for (k = 0; k < removed->nelts; k++) {
            mws_ids_add(instances, step_at(removed, k)->instance);
            mws_ids_add(*unused, step_at(removed, k)->tag);
        }
    }
    return instances->count ? mws_db_queue(call, &remove_instances, NULL, "I", instances) : NULL;
}

static mws_error_t *queue_addition(mws_call_t *call, const mws_tags_t *tags, mws_rows_t **added)
{
    mws_ids_t *ids = mws_ids_make(call->pool);
    mws_ids_t *userids = mws_ids_make(call->pool);
    mws_ids_t *contextids = mws_ids_make(call->pool);
    mws_ids_t *places = mws_ids_make(call->pool);
    int        i, k;

    for (i = 0; i < tags->users->nelts; i++) {
        const user_t *user = user_at(tags, i);

        for (k = 0; k < user->added->nelts; k++) {
            mws_ids_add(ids, step_at(user->added, k)->added->id);
            mws_ids_add(userids, user->id);
            mws_ids_add(contextids, user->contextid);
            mws_ids_add(places, step_at(user->added, k)->position);
        }
    }
    return ids->count ? mws_db_queue(call, &add_instances, added, "IIIIi", ids, userids, contextids,
                                     places, call->now)
                      : NULL;
}

static void learn_ids(mws_tags_t *tags, const mws_rows_t *added)
{
    int i, k, row = 0;

    for (i = 0; i < tags->users->nelts; i++) {
        const apr_array_header_t *steps = user_at(tags, i)->added;

        for (k = 0; k < steps->nelts; k++) {
            step_at(steps, k)->instance = mws_row_int(added, row++, 0);
        }
    }
}

/* Which removals took along a tag that is among GONE: the last one of each. */
static void learn_gone(mws_call_t *call, mws_tags_t *tags, const mws_rows_t *gone)
{
    apr_hash_t *left = apr_hash_make(call->pool);
    int         i, k;

    for (i = 0; i < mws_rows_count(gone); i++) {
        const char *name = mws_row_text(gone, i, 0);

        apr_hash_set(left, name, APR_HASH_KEY_STRING, name);
    }
    for (i = tags->users->nelts - 1; i >= 0; i--) {
        const apr_array_header_t *steps = user_at(tags, i)->removed;

        for (k = steps->nelts - 1; k >= 0; k--) {
            step_t *step = step_at(steps, k);

            step->last = apr_hash_get(left, step->name, APR_HASH_KEY_STRING) != NULL;
            apr_hash_set(left, step->name, APR_HASH_KEY_STRING, NULL);
        }
    }
}

mws_error_t *mws_tags_set(mws_call_t *call, const mws_ids_t *userids, const mws_texts_t *lists,
                          mws_tags_t **tags)
{
    mws_rows_t *area, *have, *added = NULL, *gone = NULL;
    mws_ids_t  *unused;
    int         i;

    *tags = make_tags(call, userids, lists);
    MWS_ERR(mws_db_queue(call, &user_tag_area, &area, ""));
    MWS_ERR(mws_db_query(call, &tags_of_users, &have, "I", userids));
    if (!mws_config_on(call, "usetags") || !mws_rows_count(area)) {
        apr_array_clear((*tags)->users);
        return NULL;
    }
    for (i = 0; i < (*tags)->users->nelts; i++) {
        find_steps(*tags, i, have);
    }
    MWS_ERR(queue_locks(call, *tags));
    if ((*tags)->order->nelts) {
        MWS_ERR(find_tags(call, *tags, mws_row_int(area, 0, 0)));
    }
    MWS_ERR(queue_removal(call, *tags, &unused));
    if ((*tags)->moved->count) {
        MWS_ERR(mws_db_queue(call, &order_instances, NULL, "IIi", (*tags)->moved, (*tags)->places,
                             call->now));
    }
    MWS_ERR(queue_addition(call, *tags, &added));
    if (unused->count) {
        MWS_ERR(mws_db_queue(call, &delete_unused_tags, &gone, "I", unused));
    }
    MWS_ERR(mws_db_run(call));
    if (added) {
        learn_ids(*tags, added);
    }
    if (gone) {
        learn_gone(call, *tags, gone);
    }
    return NULL;
}

mws_error_t *mws_tags_clear(mws_call_t *call, const mws_ids_t *userids, mws_tags_t **tags)
{
    return mws_tags_set(call, userids, NULL, tags);
}

/* ---- what is told of it ---- */

/* The event NAME of the tag ID as such; OWNER made it. */
static void note_tag(mws_call_t *call, const char *name, char crud, apr_int64_t id,
                     const char *tagname, const char *rawname, apr_int64_t owner)
{
    const mws_event_t event = {
        .name = name,
        .crud = crud,
        .objecttable = "tag",
        .objectid = id,
        .relateduserid = owner,
        .other = apr_pstrcat(call->pool, "{\"name\":", mws_json_text(call->pool, tagname),
                             ",\"rawname\":", mws_json_text(call->pool, rawname), "}", NULL)};

    mws_event(call, &event);
}

/* The event NAME of a tag that USER got or lost, whose row is INSTANCE. TAGID and ITEMID are JSON:
 * in PHP a number that came out of the database is a text. */
static void note_instance(mws_call_t *call, const char *name, char crud, const user_t *user,
                          apr_int64_t instance, const char *tagid, const char *tagname,
                          const char *rawname, const char *itemid)
{
    apr_pool_t       *p = call->pool;
    const mws_event_t event = {
        .name = name,
        .crud = crud,
        .objecttable = "tag_instance",
        .objectid = instance,
        .contextid = user->contextid,
        .contextlevel = MWS_LEVEL_USER,
        .contextinstanceid = user->id,
        .relateduserid = user->id,
        .other = apr_pstrcat(p, "{\"tagid\":", tagid, ",\"tagname\":", mws_json_text(p, tagname),
                             ",\"tagrawname\":", mws_json_text(p, rawname), ",\"itemid\":", itemid,
                             ",\"itemtype\":\"user\"}", NULL)};

    mws_event(call, &event);
}

static const char *number(apr_pool_t *p, apr_int64_t i)
{
    return apr_psprintf(p, "%" APR_INT64_T_FMT, i);
}

static const char *number_as_text(apr_pool_t *p, apr_int64_t i)
{
    return apr_psprintf(p, "\"%" APR_INT64_T_FMT "\"", i);
}

static void note_removed(mws_call_t *call, const user_t *user, const step_t *step)
{
    note_instance(call, "tag_removed", 'd', user, step->instance,
                  number_as_text(call->pool, step->tag), step->name, step->rawname,
                  number_as_text(call->pool, user->id));
    if (step->last) {
        note_tag(call, "tag_deleted", 'd', step->tag, step->name, step->rawname, step->owner);
    }
}

/* Whether TAG was made in this call, and for the I-th user. */
static int was_made_for(const tag_t *tag, int i)
{
    return tag->created && tag->maker == i;
}

void mws_tags_note(mws_call_t *call, const mws_tags_t *tags, int user)
{
    const user_t *who;
    int           k;

    if (user >= tags->users->nelts) { /* the site has no tags */
        return;
    }
    who = user_at(tags, user);
    for (k = 0; k < who->added->nelts; k++) {
        const tag_t *tag = step_at(who->added, k)->added;

        if (was_made_for(tag, user)) {
            note_tag(call, "tag_created", 'c', tag->id, tag->name, tag->rawname, call->caller->id);
        }
    }
    for (k = 0; k < who->removed->nelts; k++) {
        note_removed(call, who, step_at(who->removed, k));
    }
    for (k = 0; k < who->added->nelts; k++) {
        const step_t *step = step_at(who->added, k);
        const tag_t  *tag = step->added;

        note_instance(call, "tag_added", 'c', who, step->instance,
                      was_made_for(tag, user) ? number(call->pool, tag->id)
                                              : number_as_text(call->pool, tag->id),
                      tag->name, tag->rawname, number(call->pool, who->id));
    }
}
