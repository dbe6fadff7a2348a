/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_address.c -- IP addresses and the lists that restrict to some. */
#include "mws_address.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

/* An address as bytes: 4 of them, or 16 in groups of two. */
typedef struct {
    int           size;
    unsigned char bytes[16];
} address_t;

static int bits(const address_t *address)
{
    return address->size * 8;
}

/* TEXT without the spaces around it, in place. */
static char *trim(char *text)
{
    char *end = text + strlen(text);

    while (end > text && apr_isspace(end[-1])) {
        end--;
    }
    *end = '\0';
    return text + strspn(text, " \t\r\n\v\f");
}

/* The number in BASE at the start of *TEXT, at most MOST, or -1; moves *TEXT behind it. */
static int number(const char **text, int base, int most)
{
    const char *at = *text;
    int         n = 0;

    for (; base == 10 ? apr_isdigit(*at) : apr_isxdigit(*at); at++) {
        n = n * base + (apr_isdigit(*at) ? *at - '0' : (*at | 0x20) - 'a' + 10);
        if (n > most) {
            return -1;
        }
    }
    if (at == *text) {
        return -1;
    }
    *text = at;
    return n;
}

/* The groups of TEXT, octets between dots or hexadecimal words between colons, with or without a
 * last separator, as the start of ADDRESS. Returns how many there are, 0 if TEXT is no such. */
static int groups(const char *text, int v6, address_t *address)
{
    int            most = v6 ? 8 : 4, width = v6 ? 2 : 1, count;
    unsigned char *group = address->bytes;

    memset(address, 0, sizeof(*address));
    address->size = most * width;
    for (count = 1; count <= most; count++, group += width) {
        int n = number(&text, v6 ? 16 : 10, v6 ? 0xFFFF : 0xFF);

        if (n < 0) {
            return 0;
        }
        group[0] = (unsigned char)(v6 ? n >> 8 : n);
        group[width - 1] = (unsigned char)n;
        if (*text == (v6 ? ':' : '.')) {
            text++;
        }
        else if (*text) {
            return 0;
        }
        if (!*text) {
            return count;
        }
    }
    return 0;
}

/* A whole address. Octets may have leading zeros, which inet_pton() would refuse. */
static int whole(const char *text, address_t *address)
{
    if (strchr(text, ':')) {
        address->size = 16;
        return inet_pton(AF_INET6, text, address->bytes) == 1;
    }
    return groups(text, 0, address) == 4;
}

static int same_start(const address_t *a, const address_t *b, int count)
{
    int           rest = count % 8;
    unsigned char mask = (unsigned char)(0xFF << (8 - rest));

    if (a->size != b->size || memcmp(a->bytes, b->bytes, (size_t)count / 8) != 0) {
        return 0;
    }
    return !rest || !((a->bytes[count / 8] ^ b->bytes[count / 8]) & mask);
}

/* 10.1.0.0/16, 2001:db8::/32 */
static int in_network(const address_t *client, const char *start, const char *length)
{
    address_t network;
    int       count = number(&length, 10, 128);

    if (count < 0 || *length || !whole(start, &network) || count > bits(&network)) {
        return 0;
    }
    return same_start(client, &network, count);
}

static int last_group(const address_t *address)
{
    const unsigned char *end = address->bytes + address->size;

    return address->size == 16 ? end[-2] << 8 | end[-1] : end[-1];
}

/* 192.168.7.10-40, 2001:db8::10-2f: what follows replaces the last group. */
static int in_range(const address_t *client, const char *start, const char *last)
{
    address_t first;
    int       v6 = client->size == 16, to = number(&last, v6 ? 16 : 10, v6 ? 0xFFFF : 0xFF);

    if (to < 0 || *last || !whole(start, &first) ||
        !same_start(client, &first, bits(client) - (v6 ? 16 : 8))) {
        return 0;
    }
    return last_group(client) >= last_group(&first) && last_group(client) <= to;
}

/* An address, or its first groups: 172.16., 2001:db8 */
static int in_part(const address_t *client, const char *item)
{
    address_t part;
    int       v6 = strchr(item, ':') != NULL, count;

    if (whole(item, &part)) {
        return same_start(client, &part, bits(&part));
    }
    count = groups(item, v6, &part);
    return count && same_start(client, &part, count * (v6 ? 16 : 8));
}

static int in_item(const address_t *client, char *item)
{
    char *mark = item + strcspn(item, "/-"), what = *mark;

    if (!what) {
        return in_part(client, trim(item));
    }
    *mark = '\0';
    return (what == '/' ? in_network : in_range)(client, trim(item), trim(mark + 1));
}

/* The client's address. A socket for both families shows a v4 client as ::ffff:a.b.c.d, which no
 * v4 item of a list would match. Moodle's 0.0.0.0 stands for "not known". */
static int client_address(apr_pool_t *p, const char *text, address_t *client)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

    if (!text || !whole(apr_pstrmemdup(p, text, strcspn(text, "%")), client)) {
        return 0;
    }
    if (client->size == 16 && memcmp(client->bytes, mapped, sizeof(mapped)) == 0) {
        memmove(client->bytes, client->bytes + 12, 4);
        client->size = 4;
    }
    return client->size != 4 || memcmp(client->bytes, "\0\0\0\0", 4) != 0;
}

int mws_address_in(apr_pool_t *p, const char *address, const char *list)
{
    address_t client;
    char     *item, *last;

    if (!client_address(p, address, &client)) {
        return 0;
    }
    for (item = apr_strtok(apr_pstrdup(p, list), ",", &last); item;
         item = apr_strtok(NULL, ",", &last)) {
        if (in_item(&client, item)) {
            return 1;
        }
    }
    return 0;
}
