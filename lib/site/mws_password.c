/* SPDX-License-Identifier: Apache-2.0 */
/* lib/site/mws_password.c -- hashes of passwords by libcrypt, and random texts. */
#include "mws_password.h"

#include <apr_strings.h>
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "../base/mws_unicode.h"

#define ROUNDS "$6$rounds=10000$"
enum { SALT_LENGTH = 16 };

/* What no password gives: a setting of bcrypt with the cost that Moodle used, and no result. */
#define DUMMY "$2y$10$................................................."

/* crypt_r() keeps its state, the password included, in 32 KiB that a thread's stack should not
 * have to hold. */
static const char *hash_with(apr_pool_t *p, const char *phrase, const char *setting)
{
    struct crypt_data *data = apr_pcalloc(p, sizeof(*data));
    const char        *hash = crypt_r(phrase, setting, data);

    hash = hash && *hash != '*' ? apr_pstrdup(p, hash) : NULL;
    explicit_bzero(data, sizeof(*data));
    return hash;
}

/* Compare without telling by the time taken where they differ; lengths are no secret. */
static int same(const char *a, const char *b)
{
    size_t        len = strlen(a), i;
    unsigned char differs = 0;

    if (strlen(b) != len) {
        return 0;
    }
    for (i = 0; i < len; i++) {
        differs |= (unsigned char)(a[i] ^ b[i]);
    }
    return !differs;
}

static int too_long(const char *password)
{
    return mws_utf8_count(password) > MWS_PASSWORD_MAX;
}

/* Whether PASSWORD, followed by LEN bytes of PEPPER, gives HASH. */
static int matches(apr_pool_t *p, const char *password, const char *pepper, size_t len,
                   const char *hash)
{
    size_t      own = strlen(password);
    char       *phrase = apr_palloc(p, own + len + 1);
    const char *got;

    memcpy(phrase, password, own);
    memcpy(phrase + own, pepper, len);
    phrase[own + len] = '\0';
    got = hash_with(p, phrase, hash);
    explicit_bzero(phrase, own + len);
    return got && same(got, hash);
}

int mws_password_known(const char *hash)
{
    return hash && (!strncmp(hash, "$2y$", 4) || !strncmp(hash, "$6$", 3));
}

mws_password_e mws_password_check(apr_pool_t *p, const char *password, const char *hash,
                                  const char *peppers)
{
    const char *at;
    int         newest = 1;

    if (!mws_password_known(hash) || too_long(password)) {
        hash_with(p, "", DUMMY);
        return MWS_PASSWORD_WRONG;
    }
    for (at = peppers; *at; newest = 0) {
        size_t len = strcspn(at, " ");

        if (matches(p, password, at, len, hash)) {
            return newest && hash[1] == '6' ? MWS_PASSWORD_RIGHT : MWS_PASSWORD_STALE;
        }
        at += len + (at[len] == ' ');
    }
    if (matches(p, password, "", 0, hash)) {
        return newest && hash[1] == '6' ? MWS_PASSWORD_RIGHT : MWS_PASSWORD_STALE;
    }
    return MWS_PASSWORD_WRONG;
}

const char *mws_password_hash(apr_pool_t *p, const char *password, const char *peppers)
{
    size_t      len = strcspn(peppers, " ");
    const char *setting, *hash;
    char       *phrase;

    if (too_long(password)) {
        return NULL;
    }
    setting = apr_pstrcat(p, ROUNDS, mws_random_text(p, SALT_LENGTH), "$", NULL);
    phrase = apr_pstrcat(p, password, apr_pstrmemdup(p, peppers, len), NULL);
    hash = hash_with(p, phrase, setting);
    explicit_bzero(phrase, strlen(phrase));
    return hash;
}

/* As few bytes as we ask for come whole or not at all, and only a kernel that lacks the call gives
 * none: nothing is secret there. */
static void draw(unsigned char *bytes, size_t count)
{
    ssize_t got;

    do {
        got = getrandom(bytes, count, 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)count) {
        abort();
    }
}

/* LEN characters out of ALPHABET of SIZE. A byte beyond the last whole multiple of SIZE is drawn
 * again, so that each character is as likely as any other. */
static const char *random_from(apr_pool_t *p, int len, const char *alphabet, int size)
{
    char *text = apr_pcalloc(p, (apr_size_t)len + 1);
    int   limit = 256 - 256 % size, have = 0;

    while (have < len) {
        unsigned char bytes[64];
        size_t        i;

        draw(bytes, sizeof(bytes));
        for (i = 0; i < sizeof(bytes) && have < len; i++) {
            if (bytes[i] < limit) {
                text[have++] = alphabet[bytes[i] % size];
            }
        }
    }
    return text;
}

const char *mws_random_text(apr_pool_t *p, int len)
{
    return random_from(p, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                       62);
}

const char *mws_random_hex(apr_pool_t *p, int len)
{
    return random_from(p, len, "0123456789abcdef", 16);
}
