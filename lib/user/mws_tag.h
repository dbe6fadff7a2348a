/* SPDX-License-Identifier: Apache-2.0 */
/* lib/user/mws_tag.h
 *
 * The tags of users, which are their interests. A tag that is missing is made, one that nobody has
 * any more and that is no standard tag of the site goes. All users of a call are done at once;
 * their events are kept, so that those of one user can be noted among the others about that user.
 * Where the site has no tags, or none for users, nothing happens.
 * Moodle: tag/classes/tag.php, core_tag_tag::set_item_tags(), remove_all_item_tags().
 */
#ifndef MWS_TAG_H
#define MWS_TAG_H

#include "../site/mws_work.h"

/* What was done to the tags of some users. */
typedef struct mws_tags_t mws_tags_t;

/* Give each of USERIDS (none twice; their contexts are there) the tags that the text at its place
 * in LISTS names between commas, and no others. Runs what is queued. Nobody else may change the
 * tags of these users meanwhile: lock their rows before. */
mws_error_t *mws_tags_set(mws_call_t *call, const mws_ids_t *userids, const mws_texts_t *lists,
                          mws_tags_t **tags);

/* Take all tags from USERIDS, the same way. */
mws_error_t *mws_tags_clear(mws_call_t *call, const mws_ids_t *userids, mws_tags_t **tags);

/* Note the events of the USER-th of the users: tag_created, then tag_removed and tag_deleted, then
 * tag_added. */
void mws_tags_note(mws_call_t *call, const mws_tags_t *tags, int user);

#endif
