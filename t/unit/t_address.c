/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_address.c -- which client addresses a restriction list admits. */
#include <apr_general.h>
#include <apr_pools.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/mws_address.h"

typedef struct {
    const char *address, *list;
    int         admitted;
} case_t;

static void check(const case_t *cases, size_t count)
{
    apr_pool_t *p;
    size_t      i;

    apr_pool_create(&p, NULL);
    for (i = 0; i < count; i++) {
        if (mws_address_in(p, cases[i].address, cases[i].list) != cases[i].admitted) {
            fail_msg("%s in \"%s\" should be %d", cases[i].address, cases[i].list,
                     cases[i].admitted);
        }
    }
    apr_pool_destroy(p);
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof(*(cases)))

static void t_networks(void **state)
{
    static const case_t cases[] = {
        {"10.1.2.3", "10.1.0.0/16", 1},
        {"10.2.0.0", "10.1.0.0/16", 0},
        {"10.1.2.3", "10.1.2.3/32", 1},
        {"10.1.2.4", "10.1.2.3/32", 0},
        {"10.1.2.3", "0.0.0.0/0", 1},
        {"10.1.2.3", "10.1.0.0/33", 0},
        {"10.1.2.3", "10.1.0.0/x", 0},
        {"10.1.2.3", "10.1.0.0/", 0},
        {"10.1.2.3", "10.1.0.0/-1", 0},
        {"10.1.2.3", "10.1/16", 0},
        {"10.1.127.3", "10.1.0.0/17", 1},
        {"10.1.128.3", "10.1.0.0/17", 0},
        {"10.1.2.3", " 10.1.0.0 / 16 ", 1},
        {"2001:db8:1::5", "2001:db8::/32", 1},
        {"2001:db9::5", "2001:db8::/32", 0},
        {"2001:db8:8000::1", "2001:db8::/33", 0},
        {"2001:db8:7fff::1", "2001:db8::/33", 1},
        {"2001:db8::5", "::/0", 1},
        {"2001:db8::5", "2001:db8:0:0:0:0:0:5/128", 1},
        {"2001:db8::5", "2001:db8::/129", 0},
        {"10.1.2.3", "::/0", 0},
        {"2001:db8::5", "0.0.0.0/0", 0},
    };

    CHECK(cases);
}

static void t_ranges(void **state)
{
    static const case_t cases[] = {
        {"192.168.7.10", "192.168.7.10-40", 1},    {"192.168.7.40", "192.168.7.10-40", 1},
        {"192.168.7.9", "192.168.7.10-40", 0},     {"192.168.7.41", "192.168.7.10-40", 0},
        {"192.168.8.20", "192.168.7.10-40", 0},    {"192.168.7.20", "192.168.7.10-256", 0},
        {"192.168.7.20", "192.168.7.10-40-50", 0}, {"192.168.7.20", "192.168.7.10-", 0},
        {"192.168.7.20", "192.168.7.10 - 40", 1},  {"2001:db8::10", "2001:db8::10-2f", 1},
        {"2001:db8::2f", "2001:db8::10-2f", 1},    {"2001:db8::30", "2001:db8::10-2f", 0},
        {"2001:db8::f", "2001:db8::10-2f", 0},     {"2001:db8:1::20", "2001:db8::10-2f", 0},
        {"2001:db8::120", "2001:db8::110-12F", 1}, {"192.168.7.20", "2001:db8::10-2f", 0},
        {"2001:db8::20", "192.168.7.10-40", 0},
    };

    CHECK(cases);
}

static void t_parts(void **state)
{
    static const case_t cases[] = {
        {"172.16.3.4", "172.16", 1},
        {"172.16.3.4", "172.16.", 1},
        {"172.17.3.4", "172.16", 0},
        {"172.160.3.4", "172.16", 0},
        {"172.16.3.4", "172", 1},
        {"172.16.3.4", "172.16.3.4.5", 0},
        {"172.16.3.4", "172.16.x", 0},
        {"172.16.3.4", "172..3", 0},
        {"172.16.3.4", "172.256", 0},
        {"2001:db8:5::1", "2001:db8", 1},
        {"2001:db8:5::1", "2001:db8:", 1},
        {"2001:db9:5::1", "2001:db8:", 0},
        {"2001:db8:5::1", "2001:0db8:0005", 1},
        {"2001:db8:5::1", "2001:0x1", 0},
        {"2001:db8:5::1", "1:2:3:4:5:6:7:8:9", 0},
        {"2001:db8::1", "32.1", 0},
    };

    CHECK(cases);
}

static void t_whole(void **state)
{
    static const case_t cases[] = {
        {"203.0.113.9", "203.0.113.9", 1},   {"203.0.113.9", "203.000.113.009", 1},
        {"203.0.113.9", "203.0.113.8", 0},   {"::1", "0:0:0:0:0:0:0:1", 1},
        {"2001:DB8::A", "2001:db8:0::a", 1}, {"fe80::1%eth0", "fe80::1", 1},
        {"::ffff:10.1.2.3", "10.1.2.3", 1},  {"::ffff:10.1.2.3", "::ffff:0:0/96", 0},
        {"0.0.0.0", "0.0.0.0", 0},           {"0.0.0.0", "0.0.0.0/0", 0},
        {"::ffff:0.0.0.0", "0.0.0.0/0", 0},  {"", "0.0.0.0/0", 0},
        {"nonsense", "nonsense", 0},         {NULL, "0.0.0.0/0", 0},
    };

    CHECK(cases);
}

static void t_lists(void **state)
{
    static const case_t cases[] = {
        {"10.1.2.3", "", 0},
        {"10.1.2.3", " , ,", 0},
        {"10.1.2.3", "192.168.0.1, 10.1.2.3", 1},
        {"10.1.2.3", "nonsense,,10.1", 1},
        {"10.1.2.3", "192.168.0.1,10.2", 0},
        {"10.1.2.3", "\t10.1.2.3\n", 1},
    };

    CHECK(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_networks), cmocka_unit_test(t_ranges), cmocka_unit_test(t_parts),
        cmocka_unit_test(t_whole),    cmocka_unit_test(t_lists),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
