/* SPDX-License-Identifier: Apache-2.0 */
/* lib/file/mws_file_key.h
 *
 * The keys by which people read files without a login, one each: part of the addresses that they
 * alone are given.
 * Moodle: lib/moodlelib.php, get_user_key() for core_files.
 */
#ifndef MWS_FILE_KEY_H
#define MWS_FILE_KEY_H

#include "../db/mws_call.h"

/* The columns of the rows below, which ascend by user. */
enum { MWS_FILE_KEY_USER, MWS_FILE_KEY };

/* Queue reading the keys of USERIDS, of those who have one. */
mws_error_t *mws_file_keys_queue(mws_call_t *call, const mws_ids_t *userids, mws_rows_t **keys);

/* Queue giving each of USERIDS, none of them twice, a key where there is none, in this order. Within
 * a transaction: of two calls at once the second finds the key of the first. */
mws_error_t *mws_file_keys_make(mws_call_t *call, const mws_ids_t *userids);

#endif
