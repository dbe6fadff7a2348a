/* SPDX-License-Identifier: Apache-2.0 */
/* t/fuzz/fuzz.h
 *
 * What the fuzz targets share: a call to decode for, a look at every byte of what came out, and a
 * program that plays files of a corpus (-DMWS_FUZZ_REPLAY), for builds without libFuzzer.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/db/mws_call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small, so that a limit is met now and then. */
#define FUZZ_KEYS 300
#define FUZZ_DEPTH 10
#define FUZZ_CALLS 5

static const mws_settings_t fuzz_settings = {.body_max = 1 << 20,
                                             .keys_max = FUZZ_KEYS,
                                             .depth_max = FUZZ_DEPTH,
                                             .calls_max = FUZZ_CALLS,
                                             .wwwroot = "http://example.org/moodle",
                                             .languages = "en de",
                                             .themes = "boost",
                                             .auth_plugins = "manual"};

/* Make a call with a pool of its own; fuzz_end() ends both. */
static inline mws_call_t *fuzz_begin(void)
{
    static int  begun;
    apr_pool_t *pool;
    mws_call_t *call;

    if (!begun) {
        apr_initialize();
        begun = 1;
    }
    apr_pool_create(&pool, NULL);
    call = apr_pcalloc(pool, sizeof(*call));
    call->pool = pool;
    call->settings = &fuzz_settings;
    return call;
}

static inline void fuzz_end(mws_call_t *call)
{
    apr_pool_destroy(call->pool);
}

/* End the process unless HOLDS. */
static inline void fuzz_expect(int holds)
{
    if (!holds) {
        abort();
    }
}

/* Read every byte of TEXT, and the NUL behind it. Returns their sum, so that nobody leaves it out. */
static inline unsigned fuzz_read(mws_text_t text)
{
    unsigned   sum = 0;
    apr_size_t i;

    for (i = 0; i <= text.len; i++) {
        sum += (unsigned char)text.s[i];
    }
    fuzz_expect(text.s[text.len] == '\0');
    return sum;
}

/* SIZE bytes of DATA and a NUL, in memory of their own, so that a byte read beyond them is seen.
 * The caller frees them. */
static inline char *fuzz_copy(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);

    fuzz_expect(copy != NULL);
    memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

/* Walk all of V, which lies DEPTH levels deep. Returns how many values it has. */
static inline apr_size_t fuzz_walk(const mws_value_t *v, int depth)
{
    apr_size_t count = 1, i;

    fuzz_expect(depth <= FUZZ_DEPTH + 1);
    switch (mws_value_kind(v)) {
    case MWS_TEXT:
        fuzz_read(mws_value_as_text(v));
        break;
    case MWS_LIST:
    case MWS_STRUCT:
        for (i = 0; i < mws_value_size(v); i++) {
            if (mws_value_kind(v) == MWS_STRUCT) {
                mws_text_t key = mws_value_key_at(v, i);

                fuzz_read(key);
                fuzz_expect(mws_value_get(v, key.s, (apr_ssize_t)key.len) == mws_value_at(v, i));
            }
            count += fuzz_walk(mws_value_at(v, i), depth + 1);
        }
        break;
    default:
        break;
    }
    return count;
}

/* An error of a decoder is always one of a parameter, and says why. */
static inline void fuzz_check_error(const mws_error_t *err)
{
    fuzz_expect(!err || (err->id == MWS_BAD_PARAMETER && err->debuginfo && *err->debuginfo));
}

#ifdef MWS_FUZZ_REPLAY

#include <stdio.h>

/* Play one file, from memory that is exactly as long. */
static int replay(const char *name)
{
    FILE    *file = fopen(name, "rb");
    uint8_t *data;
    long     size;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(name);
        return 0;
    }
    rewind(file);
    data = malloc(size ? (size_t)size : 1);
    if (!data || fread(data, 1, (size_t)size, file) != (size_t)size) {
        perror(name);
        return 0;
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return 1;
}

int main(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        if (!replay(argv[i])) {
            return 1;
        }
    }
    printf("%s: %d inputs\n", argv[0], argc - 1);
    return 0;
}

#endif
#endif
