/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_amf3.c -- AMF3 in both directions, byte for byte, and what is refused; messages of Flex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "t/amf.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define DATE_1 "08 01 408F400000000000"
#define COLLECTION "43 'flex.messaging.io.ArrayCollection' "
#define LIST_CLASS "37 'flex.messaging.io.ArrayList' "
#define PROXY "3B 'flex.messaging.io.ObjectProxy' "
#define MANAGED "49 'flex.messaging.io.ManagedObjectProxy' "
#define ID16 "21 00112233445566778899AABBCCDDEEFF"
#define ID_TEXT "'00112233-4455-6677-8899-AABBCCDDEEFF'"

/* clang-format off */
static const struct {
    const char *bytes, *shown;
} good[] = {
    /* scalars */
    {"00", "null"},
    {"01", "null"},
    {"02", "false"},
    {"03", "true"},
    {"05 3FE0000000000000", "0.5f"},
    {"05 4008000000000000", "3"},
    {"05 8000000000000000", "0"},
    {"05 433FFFFFFFFFFFFF", "9007199254740991"},
    {"05 4340000000000000", "9007199254740992f"},
    /* integers at each length of theirs, and longer than they need to be */
    {"04 00", "0"},
    {"04 01", "1"},
    {"04 7F", "127"},
    {"04 8100", "128"},
    {"04 822C", "300"},
    {"04 FF7F", "16383"},
    {"04 818000", "16384"},
    {"04 FFFF7F", "2097151"},
    {"04 80C08000", "2097152"},
    {"04 BFFFFFFF", "268435455"},
    {"04 C0808000", "-268435456"},
    {"04 C0808001", "-268435455"},
    {"04 FFFFFFFE", "-2"},
    {"04 FFFFFFFF", "-1"},
    {"04 8000", "0"},
    {"04 808005", "5"},
    {"04 80808005", "5"},
    {"04 808080FF", "255"},
    /* texts */
    {"06 01", "''"},
    {"06 07 'abc'", "'abc'"},
    {"06 05 C3A9", "'\xC3\xA9'"},
    {"06 03 FF", "'\xEF\xBF\xBD'"},
    {"06 80808007 'abc'", "'abc'"},
    {"09 05 01 0603 'a' 0600", "['a' 'a']"},
    {"09 07 01 0601 0603 'a' 0600", "['' 'a' 'a']"}, /* the empty one has no place */
    {"0B 09 '<a/>'", "'<a/>'"},
    {"07 09 '<a/>'", "'<a/>'"},
    {"0C 01", "''"},
    {"0C 07 'abc'", "'abc'"},
    {"0C 05 FFFE", "'\xFF\xFE'"},
    {"09 05 01 0C 03 'a' 0C 02", "['a' 'a']"},
    {"09 05 01 0B 03 'a' 0B 02", "['a' 'a']"},
    {"09 07 01 07 03 'a' 0603 'b' 07 02", "['a' 'b' 'a']"},
    /* dates */
    {DATE_1, "1"},
    {"08 01 BFF0000000000000", "-1"},
    {"08 01 433EB208C2DC0000", "8640000000000"},
    {"09 05 01" DATE_1 "08 02", "[1 1]"},
    /* arrays */
    {"09 01 01", "[]"},
    {"09 07 01 04 01 02 01", "[1 false null]"},
    {"09 01 03 'a' 01 01", "{a:null}"},
    {"09 03 03 'a' 04 01 01 04 02", "{a:1 0:2}"},
    {"09 05 03 '0' 04 01 01 04 02 04 03", "{0:2 1:3}"},
    {"09 05 01 09 01 01 09 02", "[[] []]"},
    /* objects: dynamic, sealed, both, with a class, with the class by reference */
    {"0A 0B 01 01", "{}"},
    {"0A 0B 01 03 'a' 04 01 01", "{a:1}"},
    {"0A 0B 01 03 'a' 04 01 00 04 02 01", "{a:2}"},
    {"0A 03 01", "{}"},
    {"0A 13 01 03 'a' 04 01", "{a:1}"},
    {"0A 23 03 'C' 03 'a' 03 'b' 04 01 04 02", "{a:1 b:2}"},
    {"0A 1B 03 'C' 03 'a' 04 01 03 'b' 04 02 01", "{a:1 b:2}"},
    {"0A 13 01 01 04 01", "{:1}"},
    {"09 05 01 0A 13 03 'C' 03 'a' 04 01 0A 01 04 02", "[{a:1} {a:2}]"},
    {"09 07 01 0A 13 03 'C' 03 'a' 04 01 0A 0B 01 01 0A 05 01", "[{a:1} {} {}]"},
    {"09 05 01 0A 0B 01 01 0A 02", "[{} {}]"},
    {"0A 0B 01 03 'a' 06 00 01", "{a:'a'}"},
    {"09 05 01 0A 0B 03 'C' 03 'a' 06 00 01 06 02", "[{a:'C'} 'a']"},
    /* the sample of a list of two structs */
    {"09 05 01 0A 0B 01 05 'id' 04 03 09 'name' 06 07 'Red' 01 0A 01 00 04 822C 02 06 04 01",
     "[{id:3 name:'Red'} {id:300 name:'Red'}]"},
    /* vectors */
    {"0D 01 00", "[]"},
    {"0D 05 00 00000001 FFFFFFFF", "[1 -1]"},
    {"0D 05 01 7FFFFFFF 80000000", "[2147483647 -2147483648]"},
    {"0E 05 00 00000001 FFFFFFFF", "[1 4294967295]"},
    {"0F 05 00 3FF0000000000000 3FE0000000000000", "[1 0.5f]"},
    {"10 05 00 01 04 01 0603 'a'", "[1 'a']"},
    {"10 03 01 03 'C' 0A 0B 00 01", "[{}]"},
    {"09 05 01 0D 03 00 00000001 0D 02", "[[1] [1]]"},
    {"09 05 01 10 01 00 01 10 02", "[[] []]"},
    /* dictionaries */
    {"11 01 00", "{}"},
    {"11 05 00 0603 'a' 04 01 04 07 04 02", "{a:1 7:2}"},
    {"11 03 01 05 4008000000000000 01", "{3:null}"},
    {"09 05 01 11 01 00 11 02", "[{} {}]"},
    /* classes that know their form */
    {"0A 07" COLLECTION "09 03 01 04 01", "[1]"},
    {"0A 07" LIST_CLASS "09 03 01 04 01", "[1]"},
    {"0A 07" PROXY "0A 0B 01 03 'a' 04 01 01", "{a:1}"},
    {"0A 07" MANAGED "0A 0B 01 01", "{}"},
    {"09 05 01 0A 07" COLLECTION "09 01 01 0A 01 09 03 01 01", "[[] [null]]"},
    {"09 05 01 0A 07" COLLECTION "09 01 01 0A 02", "[[] []]"},
    {"09 05 01 0A 07" COLLECTION "09 01 01 09 04", "[[] []]"}, /* what it wraps has a place too */
    {"0A 07" COLLECTION "01", "null"},
    {"0A 13" COLLECTION "0D 'source' 09 03 01 04 01", "[1]"},
    {"0A 0B" COLLECTION "01", "{}"},
    /* small messages: flags, then what they announce */
    {"0A 07 07 'DSC' 00 00 00", "{}"},
    {"0A 07 07 'DSC' 01 04 07 00 01 04 05", "{body:7 operation:5}"},
    {"0A 07 07 'DSK' 01 03 01 0603 'c' 00", "{body:true correlationId:'c'}"},
    {"0A 07 07 'DSA' 7F 01 0603 'c' 0603 'd' 01 0603 'm' 04 01 04 02 00",
     "{body:null clientId:'c' destination:'d' headers:null messageId:'m' timestamp:1 timeToLive:2}"},
    {"0A 07 07 'DSA' 80 03 0C" ID16 "0C" ID16 "02 0C" ID16,
     "{clientId:" ID_TEXT " messageId:" ID_TEXT " correlationId:" ID_TEXT "}"},
    {"0A 07 07 'DSA' 80 01 0C 05 'ab' 00", "{clientId:'ab'}"},
    {"0A 07 07 'DSA' 80 01 01 00", "{clientId:null}"},
    {"0A 07 07 'DSA' 00 7C 01 02 03 01 04 05", "{}"},            /* flags that nobody knows */
    {"0A 07 07 'DSA' 808003 01 02 00", "{}"},                     /* bytes that nobody knows */
    {"09 05 01 0A 07 07 'DSK' 00 00 00 0A 01 01 04 01 00 00", "[{} {body:1}]"},
};

static const struct {
    const char *bytes, *why;
} bad[] = {
    {"", "ends"},
    {"12", "no value"},
    {"FF", "no value"},
    {"04", "ends"},
    {"04 80", "ends"},
    {"04 8080", "ends"},
    {"04 808080", "ends"},
    {"04 FFFFFF", "ends"},
    {"05 7FF8000000000000", "number"},
    {"05 FFF0000000000000", "number"},
    {"08 01 7FF8000000000000", "date"},
    {"08 01 433EB208C2DC0001", "date"},
    {"08 01 C33EB208C2DC0001", "date"},
    /* lengths and counts that cannot be */
    {"06 FFFFFFFF 'abc'", "ends"},
    {"06 09 'abc'", "ends"},
    {"07 FFFFFFFF", "ends"},
    {"0B 09 'abc'", "ends"},
    {"0C FFFFFFFF", "ends"},
    {"0C 09 'abc'", "ends"},
    {"09 FFFFFFFF 01", "more elements"},
    {"09 07 01 0101", "ends"},
    {"09 0B 03 'a' 01 01 010101", "ends"},
    {"09 05 03 'a' 01 01 01", "ends"},
    {"0D FFFFFFFF 00", "more elements"},
    {"0D 05 00 00000001 000000", "more elements"},
    {"0E 03 00 000000", "more elements"},
    {"0F 03 00 00000000000000", "more elements"},
    {"0F FFFFFFFF 00 0000000000000000", "more elements"},
    {"0F 03 00 7FF8000000000000", "number"},
    {"10 FFFFFFFF 00 01", "more elements"},
    {"10 05 00 01 01", "more elements"},
    {"11 FFFFFFFF 00", "more elements"},
    {"11 05 00 010101", "more elements"},
    {"0A FFFFFFFB 01", "too many members"},
    {"0A 828003 01", "more elements"},
    {"0A 63 01 03 'a'", "more elements"},
    /* references */
    {"06 00", "reference to no text"},
    {"06 02", "reference to no text"},
    {"06 FFFFFFFE", "reference to no text"},
    {"09 00", "reference to nothing"},
    {"0A 00", "reference to nothing"},
    {"0A FFFFFFFE", "reference to nothing"},
    {"08 00", "reference to nothing"},
    {"0C 00", "reference to nothing"},
    {"0D 00", "reference to nothing"},
    {"11 00", "reference to nothing"},
    {"0A 01", "reference to no class"},
    {"0A 05", "reference to no class"},
    {"0A FFFFFFFD", "reference to no class"},
    {"09 03 01 09 00", "holds itself"},
    {"0A 0B 01 03 'a' 0A 00 01", "holds itself"},
    {"0A 13 01 03 'a' 0A 00", "holds itself"},
    {"10 03 00 01 10 00", "holds itself"},
    {"11 03 00 0603 'a' 11 00", "holds itself"},
    {"0A 07" COLLECTION "0A 00", "holds itself"},
    {"09 03 01 09 03 01 09 00", "holds itself"},
    {"09 05 01 09 01 01 0A 02", "another type"},
    {"09 05 01 0C 01 08 02", "another type"},
    {"09 05 01 0D 01 00 0E 02", "another type"},
    {"09 05 01" DATE_1 "0C 02", "another type"},
    {"09 05 01 07 01 0B 02", "another type"},
    /* keys */
    {"11 03 00 01 01", "neither a text nor an integer"},
    {"11 03 00 03 01", "neither a text nor an integer"},
    {"11 03 00 05 3FE0000000000000 01", "neither a text nor an integer"},
    {"11 03 00 09 01 01 01", "neither a text nor an integer"},
    {"11 03 00 0A 0B 01 01 01", "neither a text nor an integer"},
    /* classes whose form nobody knows */
    {"0A 07 01", "not known"},
    {"0A 07 03 'C' 01", "not known"},
    {"0A 07 07 'DSB' 00 00", "not known"},
    {"0A 07 09 'DSCX' 00 00", "not known"},
    {"0A 07 43 'flex.messaging.io.ArrayCollectioN' 09 01 01", "not known"},
    {"0A 07 33 'java.lang.ProcessBuilder0'", "not known"},
    {"09 05 01 0A 07 03 'C' 01 0A 01 01", "not known"},
    /* small messages cut */
    {"0A 07 07 'DSC'", "ends"},
    {"0A 07 07 'DSC' 80", "ends"},
    {"0A 07 07 'DSC' 01", "ends"},
    {"0A 07 07 'DSC' 00 00", "ends"},
    {"0A 07 07 'DSA' 808080808080", "ends"},
};
/* clang-format on */

static void test_values(void **state)
{
    apr_size_t i;

    for (i = 0; i < COUNT(good); i++) {
        assert_reads(mws_amf3_value, good[i].bytes, good[i].shown);
    }
}

static void test_refused(void **state)
{
    apr_size_t i;

    for (i = 0; i < COUNT(bad); i++) {
        assert_refused(mws_amf3_value, bad[i].bytes, bad[i].why);
    }
}

/* Every good value, cut anywhere, is refused; and no other byte anywhere does harm. */
static void test_broken(void **state)
{
    apr_size_t i;
    int        cuts = 0, changes = 0;

    for (i = 0; i < COUNT(good); i++) {
        cuts += assert_cuts_refused(mws_amf3_value, good[i].bytes);
        changes += try_changes(mws_amf3_value, good[i].bytes);
    }
    for (i = 0; i < COUNT(bad); i++) {
        changes += try_changes(mws_amf3_value, bad[i].bytes);
    }
    print_message("%d cut and %d changed inputs\n", cuts, changes);
    assert_true(cuts > 500);
}

static void test_markers(void **state)
{
    int marker;

    for (marker = 0; marker < 256; marker++) {
        const char *bytes = apr_psprintf(pool, "%02X", marker);

        if (marker > 3) {
            assert_refused(mws_amf3_value, bytes, "");
        }
        if (marker > 17) {
            assert_refused(mws_amf3_value, times(bytes, 50, ""), "no value");
        }
        else {
            read_text(mws_amf3_value, times(bytes, 50, ""));
        }
    }
}

/* Levels, up to the limit and one beyond, of each kind that nests. */
static void test_depth(void **state)
{
    static const struct {
        const char *begin, *end;
    } kinds[] = {{"09 03 01", ""},         {"09 01 03 'a'", "01"}, {"0A 0B 01 03 'a'", "01"},
                 {"0A 13 01 03 'a'", ""},  {"10 03 00 01", ""},    {"11 03 00 0603 'a'", ""},
                 {"0A 07" COLLECTION, ""}, {"0A 07" PROXY, ""},    {"0A 07 07 'DSA' 01", "00"}};
    apr_size_t i;

    for (i = 0; i < COUNT(kinds); i++) {
        int levels;

        for (levels = 1; levels <= LEVELS_MAX + 1; levels++) {
            const char *bytes =
                times(kinds[i].begin, levels, times("01", 1, times(kinds[i].end, levels, "")));

            if (levels <= LEVELS_MAX) {
                assert_int_not_equal(*read_text(mws_amf3_value, bytes), '!');
            }
            else {
                assert_refused(mws_amf3_value, bytes, "levels");
            }
        }
    }
}

/* As many values as are allowed, and one more; in vectors too, whose elements have no markers. */
static void test_count(void **state)
{
    static const struct {
        const char *head, *element;
        int         marker;
    } kinds[] = {{"09 %02X%02X 01", "01", 9},
                 {"0D %02X%02X 00", "00000000", 13},
                 {"0F %02X%02X 00", "0000000000000000", 15},
                 {"10 %02X%02X 00 01", "01", 16}};
    apr_size_t i;
    int        count;

    for (i = 0; i < COUNT(kinds); i++) {
        for (count = VALUES_MAX - 1; count <= VALUES_MAX; count++) {
            int         u = count << 1 | 1;
            const char *head = apr_psprintf(pool, kinds[i].head, 0x80 | u >> 7, u & 0x7F);
            const char *bytes = apr_pstrcat(pool, head, times(kinds[i].element, count, ""), NULL);

            if (count < VALUES_MAX) {
                assert_int_not_equal(*read_text(mws_amf3_value, bytes), '!');
            }
            else {
                assert_refused(mws_amf3_value, bytes, "values");
            }
        }
    }
}

/* Lists that hold the one before many times. */
static void test_bomb(void **state)
{
    int width, n;

    for (width = 2; width <= 16; width++) {
        for (n = 2; n <= 6; n++) {
            const char *bytes = apr_psprintf(pool, "09 %02X 01 09 03 01 01", (n + 1) << 1 | 1);
            apr_int64_t values = 1, total = 3;
            int         i;

            for (i = 1; i <= n; i++) {
                bytes = apr_pstrcat(pool, bytes, apr_psprintf(pool, " 09 %02X 01", width << 1 | 1),
                                    times(apr_psprintf(pool, " 09 %02X", i << 1), width, ""), NULL);
                values = width * (1 + values);
                total += 1 + values;
            }
            if (total > VALUES_MAX) {
                assert_refused(mws_amf3_value, bytes, "values");
            }
            else {
                assert_int_not_equal(*read_text(mws_amf3_value, bytes), '!');
            }
        }
    }
}

/* Levels by reference: each list holds the one before. */
static void test_chain(void **state)
{
    const char *bytes = "09 01 01";
    int         i;

    for (i = 1; i < LEVELS_MAX + 2; i++) {
        int levels = i + 1; /* and the list around all */

        bytes = apr_pstrcat(pool, bytes, apr_psprintf(pool, " 09 03 01 09 %02X", i << 1), NULL);
        if (levels < LEVELS_MAX) {
            assert_int_not_equal(*read_text(mws_amf3_value, apr_psprintf(pool, "09 %02X 01 %s",
                                                                         (i + 1) << 1 | 1, bytes)),
                                 '!');
        }
        else {
            assert_refused(mws_amf3_value,
                           apr_psprintf(pool, "09 %02X 01 %s", (i + 1) << 1 | 1, bytes), "levels");
        }
    }
}

/* Text counts as often as it is referred to: as a value, as a key, as a member of a class, in a
 * list that is referred to, as bytes. */
static void test_text_bomb(void **state)
{
    /* 1024 bytes; of BYTES_MAX four are allowed */
    const char *text = apr_pstrcat(pool, "9001", times("61", 1024, ""), NULL);
    const struct {
        const char *one, *more, *end;
    } kinds[] = {
        {"09 %02X 01 06", "0600", ""},
        {"09 %02X 01 0C", "0C 02", ""},
        {"09 %02X 01 0B", "0B 02", ""},
        {"09 %02X 01 09 03 01 06", "09 02", ""},
        {"09 %02X 01 0A 13 01 ", "0A 01 02", ""},
    };
    apr_size_t i;
    int        count;

    for (i = 0; i < COUNT(kinds); i++) {
        for (count = 2; count <= 6; count++) {
            /* the name of a member counts where it is declared, and with each object */
            int         spent = strncmp(kinds[i].more, "0A", 2) == 0 ? count + 1 : count;
            const char *first = apr_pstrcat(pool, apr_psprintf(pool, kinds[i].one, count << 1 | 1),
                                            text, spent > count ? " 01" : "", NULL);
            const char *more = spent > count ? "0A 01 01" : kinds[i].more;
            const char *bytes = apr_pstrcat(pool, first, times(more, count - 1, ""), NULL);

            if (spent <= 4) {
                assert_int_not_equal(*read_text(mws_amf3_value, bytes), '!');
            }
            else {
                assert_refused(mws_amf3_value, bytes, "bytes of text");
            }
        }
    }
}

/* A class of as many members as may be, and of one more. */
static void test_members(void **state)
{
    static const mws_settings_t wide = {.keys_max = 10000, .depth_max = 8, .body_max = 1 << 20};
    const char                 *names = times("01", 4096, ""), *values = times("01", 4096, "");

    call.settings = &wide;
    /* 4096 << 4 | 3 is 0x10003 */
    assert_int_not_equal(
        *read_text(mws_amf3_value, apr_pstrcat(pool, "0A 848003 01", names, values, NULL)), '!');
    assert_refused(mws_amf3_value, apr_pstrcat(pool, "0A 848013 01 01", names, values, "01", NULL),
                   "too many members");
    call.settings = &amf_settings;
}

/* ---- messages of Flex -------------------------------------------------------------------- */

static void test_kinds(void **state)
{
    assert_int_equal(mws_flex_kind("flex.messaging.messages.RemotingMessage"), MWS_FLEX_REMOTING);
    assert_int_equal(mws_flex_kind("flex.messaging.messages.CommandMessage"), MWS_FLEX_COMMAND);
    assert_int_equal(mws_flex_kind("DSC"), MWS_FLEX_COMMAND);
    assert_int_equal(mws_flex_kind("flex.messaging.messages.AsyncMessage"), MWS_FLEX_OTHER);
    assert_int_equal(mws_flex_kind("DSA"), MWS_FLEX_OTHER);
    assert_int_equal(mws_flex_kind("DSK"), MWS_FLEX_OTHER);
    assert_int_equal(mws_flex_kind(""), MWS_FLEX_NONE);
    assert_int_equal(mws_flex_kind("RemotingMessage"), MWS_FLEX_NONE);
    assert_int_equal(mws_flex_kind("flex.messaging.io.ArrayCollection"), MWS_FLEX_NONE);
}

/* The ping of a Flex client, as it sends it first. */
static void test_ping(void **state)
{
    mws_text_t body =
        bytes_of("0003 0000 0001 0004 'null' 0002 '/1' 000000E0 0A 00000001 11 0A 8113"
                 "4D 'flex.messaging.messages.CommandMessage'"
                 "13 'operation' 1B 'correlationId' 13 'timestamp' 11 'clientId' 15 'timeToLive'"
                 "13 'messageId' 17 'destination' 0F 'headers' 09 'body'"
                 "04 05 06 01 04 00 01 04 00 06 49 '7B1C2A90-0000-4000-8000-00000000A001' 06 01"
                 "0A 0B 01 09 'DSId' 06 07 'nil' 25 'DSMessagingVersion' 04 01 01 0A 05 01");
    mws_amf_packet_t  packet = {.amf3 = 0};
    const mws_flex_t *flex;

    assert_int_equal(body.len, 244);
    assert_null(mws_amf_packet(&call, body, &packet));
    assert_true(packet.amf3);
    assert_int_equal(packet.messages->nelts, 1);
    flex = APR_ARRAY_IDX(packet.messages, 0, mws_amf_message_t).flex;
    assert_non_null(flex);
    assert_int_equal(flex->kind, MWS_FLEX_COMMAND);
    assert_string_equal(flex->operation, "5");
    assert_string_equal(flex->message_id, "7B1C2A90-0000-4000-8000-00000000A001");
    assert_string_equal(flex->ds_id, "nil");
    assert_null(flex->client_id);
    assert_null(flex->service);
    assert_null(flex->source);
    assert_int_equal(mws_value_kind(flex->body), MWS_STRUCT);
}

/* ---- writing ----------------------------------------------------------------------------- */

static mws_sink_t *sink;

static mws_out_t *start(const mws_spec_t *returns)
{
    sink = mws_sink_make(pool, 1 << 20);
    return mws_out_start(pool, sink, mws_amf3_writer(pool, mws_amf3_begin(pool, sink)), returns);
}

static void assert_written(mws_out_t *out, const char *bytes)
{
    assert_null(mws_out_finish(out));
    assert_bytes(all_of(sink), bytes);
}

/* Integers at each edge; beyond 29 bits they are doubles. */
static void test_integers_out(void **state)
{
    static const struct {
        apr_int64_t i;
        const char *bytes;
    } rows[] = {
        {0, "04 00"},
        {1, "04 01"},
        {127, "04 7F"},
        {128, "04 8100"},
        {300, "04 822C"},
        {16383, "04 FF7F"},
        {16384, "04 818000"},
        {2097151, "04 FFFF7F"},
        {2097152, "04 80C08000"},
        {268435455, "04 BFFFFFFF"},
        {268435456, "05 41B0000000000000"},
        {-1, "04 FFFFFFFF"},
        {-2, "04 FFFFFFFE"},
        {-268435455, "04 C0808001"},
        {-268435456, "04 C0808000"},
        {-268435457, "05 C1B0000001000000"},
        {1600000000, "05 41D7D78400000000"},
        {APR_INT64_MAX, "05 43E0000000000000"},
        {APR_INT64_MIN, "05 C3E0000000000000"},
    };
    apr_size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        mws_out_t *out = start(ONE(INT, ""));

        mws_out_int(out, NULL, rows[i].i);
        assert_written(out, rows[i].bytes);
        assert_reads(mws_amf3_value, rows[i].bytes,
                     rows[i].i > -9007199254740992LL && rows[i].i < 9007199254740992LL
                         ? apr_psprintf(pool, "%" APR_INT64_T_FMT, rows[i].i)
                     : rows[i].i > 0 ? "9.2233720368547758e+18f"
                                     : "-9.2233720368547758e+18f");
    }
}

static void test_scalars_out(void **state)
{
    mws_out_t *out = start(NULL);

    assert_written(out, "01");
    out = start(ONE(FLOAT, ""));
    mws_out_float(out, NULL, 0.5);
    assert_written(out, "05 3FE0000000000000");
    out = start(ONE(BOOL, ""));
    mws_out_bool(out, NULL, 1);
    assert_written(out, "03");
    out = start(ONE(BOOL, ""));
    mws_out_bool(out, NULL, 0);
    assert_written(out, "02");
    out = start(ONE(TEXT, ""));
    mws_out_null(out, NULL);
    assert_written(out, "01");
    out = start(ONE(TEXT, ""));
    mws_out_text(out, NULL, "");
    assert_written(out, "06 01");
    out = start(ONE(TEXT, ""));
    mws_out_text(out, NULL, "a\xFF");
    assert_written(out, "06 09 61 EFBFBD");
}

/* Texts where their lengths become longer themselves, and where one is too long to be told. */
static void test_long_text(void **state)
{
    static const struct {
        apr_size_t  len;
        const char *head;
    } rows[] = {
        {63, "06 7F"},        {64, "06 8101"},        {8191, "06 FF7F"},        {8192, "06 818001"},
        {65536, "06 888001"}, {1048575, "06 FFFF7F"}, {1048576, "06 80C08001"},
    };
    char      *text = apr_palloc(pool, 1048577);
    mws_out_t *out;
    apr_size_t i;

    memset(text, 'x', 1048577);
    for (i = 0; i < COUNT(rows); i++) {
        mws_text_t is;

        out = start(ONE(TEXT, ""));
        text[rows[i].len] = '\0';
        mws_out_text(out, NULL, text);
        text[rows[i].len] = 'x';
        assert_null(mws_out_finish(out));
        is = all_of(sink);
        assert_bytes((mws_text_t){is.s, is.len - rows[i].len}, rows[i].head);
    }
}

static const mws_spec_t *const groups =
    LIST_OF(KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, "", OPTIONAL),
                 LIST("users", ONE(INT, ""), "", OPTIONAL),
                 STRUCT("badge", FIELDS(VALUE("x", BOOL, "", OPTIONAL)), "", OPTIONAL)));

static void write_groups(mws_out_t *out)
{
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 3);
    mws_out_text(out, "name", "Red");
    mws_out_list(out, "users");
    mws_out_int(out, NULL, 1);
    mws_out_int(out, NULL, 2);
    mws_out_end(out);
    mws_out_struct(out, "badge");
    mws_out_bool(out, "x", 1);
    mws_out_end(out);
    mws_out_end(out);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 300);
    mws_out_text(out, "name", "Red");
    mws_out_list(out, "users");
    mws_out_end(out);
    mws_out_struct(out, "badge");
    mws_out_end(out);
    mws_out_end(out);
    mws_out_end(out);
}

/* Keys and the form of structs go out once, texts each time; counts have four bytes. */
static void test_lists_out(void **state)
{
    mws_out_t *out = start(groups);

    write_groups(out);
    assert_written(
        out, "09 80808005 01"
             "0A 0B 01 05 'id' 04 03 09 'name' 06 07 'Red' 0B 'users' 09 80808005 01 04 01 04 02"
             "   0B 'badge' 0A 01 03 'x' 03 01 01"
             "0A 01 00 04 822C 02 06 07 'Red' 06 09 80808001 01 08 0A 01 01 01");
    assert_reads(mws_amf3_value, "09 80808005 01 0A 0B 01 05 'id' 04 03 01 0A 01 00 04 822C 01",
                 "[{id:3} {id:300}]");
}

/* Within an object of a class the tables of the reader are not empty: what was written reads back
 * as the same. */
static void test_within(void **state)
{
    static const mws_flex_t flex = {.kind = MWS_FLEX_REMOTING, .message_id = "M"};
    mws_settings_t          wide = {.keys_max = 10000, .depth_max = 64, .body_max = 1 << 20};
    int                     named;

    call.settings = &wide;
    for (named = 0; named < 4; named++) {
        mws_flex_t  asked = flex;
        mws_amf3_t *around;
        mws_out_t  *out;
        const char *is;

        asked.message_id = named & 1 ? "M" : NULL;
        asked.client_id = named & 2 ? "C" : NULL;
        sink = mws_sink_make(pool, 1 << 20);
        around = mws_amf3_begin(pool, sink);
        mws_flex_acknowledge(around, pool, &asked, named & 1 ? "T" : NULL);
        out = mws_out_start(pool, sink, mws_amf3_writer(pool, around), groups);
        write_groups(out);
        assert_null(mws_out_finish(out));
        is = read_bytes(mws_amf3_value, all_of(sink));
        assert_non_null(strstr(is, named & 1 ? "{correlationId:'M' clientId:'"
                                             : "{correlationId:null clientId:'"));
        assert_non_null(strstr(is, named & 1 ? "headers:{DSId:'T'} " : "headers:{} "));
        assert_non_null(strstr(is, "body:[{id:3 name:'Red' users:[1 2] badge:{x:true}} "
                                   "{id:300 name:'Red' users:[] badge:{}}]}"));
    }
    call.settings = &amf_settings;
}

/* The same answer twice, as of a call that is run again: the second does not know of the first. */
static void test_again(void **state)
{
    mws_amf3_t         *around;
    const mws_writer_t *to;
    mws_text_t          first;
    int                 i;

    sink = mws_sink_make(pool, 1 << 20);
    around = mws_amf3_begin(pool, sink);
    to = mws_amf3_writer(pool, around);
    for (i = 0; i < 2; i++) {
        mws_out_t *out;

        mws_sink_clear(sink);
        out = mws_out_start(pool, sink, to, groups);
        write_groups(out);
        assert_null(mws_out_finish(out));
        if (i) {
            mws_text_t second = all_of(sink);

            assert_int_equal(second.len, first.len);
            assert_memory_equal(second.s, first.s, first.len);
        }
        else {
            first = all_of(sink);
        }
    }
}

static void test_fault(void **state)
{
    static const mws_flex_t flex = {.kind = MWS_FLEX_REMOTING, .message_id = "M"};
    mws_error_t            *err = mws_error(pool, MWS_BAD_PARAMETER, "groupids[1]: why");
    const char             *is;

    sink = mws_sink_make(pool, 1 << 20);
    mws_flex_fault(mws_amf3_begin(pool, sink), pool, &flex, "core\\E", err);
    is = read_bytes(mws_amf3_value, all_of(sink));
    assert_non_null(strstr(is, "{correlationId:'M' clientId:"));
    assert_non_null(strstr(is, "body:null faultCode:'invalidparameter' faultString:'"));
    assert_non_null(strstr(is, "faultDetail:'groupids[1]: why' rootCause:null "
                               "extendedData:{exception:'core\\E' errorcode:'invalidparameter'}}"));
    sink = mws_sink_make(pool, 1 << 20);
    mws_flex_fault(mws_amf3_begin(pool, sink), pool, NULL, "E",
                   mws_error(pool, MWS_BAD_TOKEN, "not for the client"));
    is = read_bytes(mws_amf3_value, all_of(sink));
    assert_non_null(strstr(is, "{correlationId:null clientId:"));
    assert_non_null(strstr(is, "faultDetail:'' "));
    assert_null(strstr(is, "not for the client"));
}

/* However large the answer is, its counts are right, and memory holds no more than its share. */
static void test_large_list(void **state)
{
    mws_settings_t wide = {.keys_max = 1000000, .depth_max = 64, .body_max = 1 << 24};
    mws_out_t     *out;
    mws_text_t     is;
    mws_value_t   *value = NULL;
    mws_amf_in_t  *in;
    int            i, rows = 20000;

    sink = mws_sink_make(pool, 65536);
    out = mws_out_start(pool, sink, mws_amf3_writer(pool, mws_amf3_begin(pool, sink)), groups);
    mws_out_list(out, NULL);
    for (i = 0; i < rows; i++) {
        mws_out_struct(out, NULL);
        mws_out_int(out, "id", i);
        mws_out_text(out, "name", "a name");
        mws_out_list(out, "users");
        mws_out_int(out, NULL, i);
        mws_out_end(out);
        mws_out_end(out);
    }
    mws_out_end(out);
    assert_null(mws_out_finish(out));
    assert_true(sink->in_memory <= 2 * 65536);
    assert_non_null(sink->file);
    is = all_of(sink);
    call.settings = &wide;
    in = mws_amf_begin(&call, is);
    assert_null(mws_amf3_value(in, &value));
    assert_ptr_equal(in->at, in->end);
    assert_int_equal(mws_value_size(value), rows);
    for (i = 0; i < rows; i++) {
        const mws_value_t *group = mws_value_at(value, (apr_size_t)i);
        const mws_value_t *users = mws_value_get(group, "users", -1);

        assert_int_equal(mws_value_as_int(mws_value_get(group, "id", -1)), i);
        assert_int_equal(mws_value_size(users), 1);
        assert_int_equal(mws_value_as_int(mws_value_at(users, 0)), i);
    }
    call.settings = &amf_settings;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_values),       TEST(test_refused),     TEST(test_broken),
        TEST(test_markers),      TEST(test_depth),       TEST(test_count),
        TEST(test_bomb),         TEST(test_chain),       TEST(test_text_bomb),
        TEST(test_members),      TEST(test_kinds),       TEST(test_ping),
        TEST(test_integers_out), TEST(test_scalars_out), TEST(test_long_text),
        TEST(test_lists_out),    TEST(test_within),      TEST(test_again),
        TEST(test_fault),        TEST(test_large_list),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
