/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_throttle.c -- failed logins by client address. */
#include "mws_throttle.h"

#include <apr_thread_mutex.h>
#include <arpa/inet.h>
#include <string.h>

enum { WINDOW = 60, SETS = 512, WAYS = 8 };

/* What is known of an address: attempts since the first that counts. */
typedef struct {
    unsigned char key[8];
    apr_int64_t   since;
    apr_int64_t   attempts; /* 0: the place is free */
} entry_t;

/* An address may stand in any place of its set. Where all are taken the one that matters least
 * makes room: an attacker with many addresses loses memory of his own. */
struct mws_throttle_t {
    apr_thread_mutex_t *lock;
    entry_t             entries[SETS][WAYS];
};

mws_throttle_t *mws_throttle_make(apr_pool_t *pchild)
{
    mws_throttle_t *throttle = apr_pcalloc(pchild, sizeof(*throttle));

    if (apr_thread_mutex_create(&throttle->lock, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS) {
        return NULL;
    }
    return throttle;
}

/* The first 8 bytes of an IPv6 address, which one subscriber has for himself; for IPv4 its 4
 * bytes behind a start that no IPv6 address has. Clients without an address share a key. */
static void key_of(const char *address, unsigned char key[8])
{
    unsigned char bytes[16];

    memset(key, 0xFF, 8);
    if (!address) {
        return;
    }
    if (inet_pton(AF_INET6, address, bytes) == 1) {
        static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

        if (memcmp(bytes, mapped, sizeof(mapped)) != 0) {
            memcpy(key, bytes, 8);
        }
        else {
            memcpy(key + 4, bytes + 12, 4);
        }
        return;
    }
    inet_pton(AF_INET, address, key + 4);
}

static entry_t *set_of(mws_throttle_t *throttle, const unsigned char key[8])
{
    unsigned int hash = 5381;
    int          i;

    for (i = 0; i < 8; i++) {
        hash = hash * 33 + key[i];
    }
    return throttle->entries[hash % SETS];
}

static entry_t *find(entry_t *set, const unsigned char key[8])
{
    int i;

    for (i = 0; i < WAYS; i++) {
        if (set[i].attempts && memcmp(set[i].key, key, 8) == 0) {
            return &set[i];
        }
    }
    return NULL;
}

/* The place of SET that matters least: free, out of its minute, or of the fewest attempts. */
static entry_t *make_room(entry_t *set, apr_int64_t now)
{
    entry_t *least = set;
    int      i;

    for (i = 0; i < WAYS; i++) {
        if (!set[i].attempts || now - set[i].since >= WINDOW) {
            return &set[i];
        }
        if (set[i].attempts < least->attempts) {
            least = &set[i];
        }
    }
    return least;
}

static int take(entry_t *set, const unsigned char key[8], apr_int64_t limit, apr_int64_t now)
{
    entry_t *entry = find(set, key);

    if (!entry) {
        entry = make_room(set, now);
        memcpy(entry->key, key, 8);
        entry->attempts = 0;
    }
    if (!entry->attempts || now - entry->since >= WINDOW) {
        entry->since = now;
        entry->attempts = 0;
    }
    if (entry->attempts >= limit) {
        return 0;
    }
    entry->attempts++;
    return 1;
}

int mws_throttle_take(mws_throttle_t *throttle, const char *address, apr_int64_t limit,
                      apr_int64_t now)
{
    unsigned char key[8];
    int           taken;

    if (!limit) {
        return 1;
    }
    key_of(address, key);
    apr_thread_mutex_lock(throttle->lock);
    taken = take(set_of(throttle, key), key, limit, now);
    apr_thread_mutex_unlock(throttle->lock);
    return taken;
}

void mws_throttle_give_back(mws_throttle_t *throttle, const char *address)
{
    unsigned char key[8];
    entry_t      *entry;

    key_of(address, key);
    apr_thread_mutex_lock(throttle->lock);
    entry = find(set_of(throttle, key), key);
    if (entry) {
        entry->attempts--;
    }
    apr_thread_mutex_unlock(throttle->lock);
}
