/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_amf0.c -- AMF0 in both directions, byte for byte, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "t/amf.h"

/* clang-format off */
static const struct {
    const char *bytes, *shown;
} good[] = {
    /* numbers: integers where they are exact */
    {"00 0000000000000000", "0"},
    {"00 8000000000000000", "0"},
    {"00 3FF0000000000000", "1"},
    {"00 BFF0000000000000", "-1"},
    {"00 4008000000000000", "3"},
    {"00 3FE0000000000000", "0.5f"},
    {"00 433FFFFFFFFFFFFF", "9007199254740991"},
    {"00 C33FFFFFFFFFFFFF", "-9007199254740991"},
    {"00 4340000000000000", "9007199254740992f"},
    {"00 7FEFFFFFFFFFFFFF", "1.7976931348623157e+308f"},
    {"00 0000000000000001", "4.9406564584124654e-324f"},
    /* scalars */
    {"01 00", "false"},
    {"01 01", "true"},
    {"01 7F", "true"},
    {"02 0000", "''"},
    {"02 0003 'abc'", "'abc'"},
    {"02 0002 C3A9", "'\xC3\xA9'"},
    {"02 0001 FF", "'\xEF\xBF\xBD'"},
    {"02 0003 61FF62", "'a\xEF\xBF\xBD" "b'"},
    {"0C 00000000", "''"},
    {"0C 00000003 'abc'", "'abc'"},
    {"0F 00000004 '<a/>'", "'<a/>'"},
    {"05", "null"},
    {"06", "null"},
    {"0D", "null"},
    {"0B 0000000000000000 0000", "0"},
    {"0B 408F380000000000 FFC4", "0"},        /* 999 ms */
    {"0B 408F400000000000 0000", "1"},        /* 1000 ms */
    {"0B BFF0000000000000 0000", "-1"},       /* a millisecond before 1970 */
    {"0B 433EB208C2DC0000 0000", "8640000000000"},
    {"0B C33EB208C2DC0000 0000", "-8640000000000"},
    /* objects */
    {"03 000009", "{}"},
    {"03 0001 'a' 05 0001 'b' 0101 000009", "{a:null b:true}"},
    {"03 0001 'a' 05 0001 'a' 0101 000009", "{a:true}"},
    {"03 0000 05 000009", "{:null}"},
    {"03 0000 03 000009 000009", "{:{}}"},
    {"10 0003 'C.D' 0001 'a' 05 000009", "{a:null}"},
    {"10 0000 000009", "{}"},
    /* arrays */
    {"08 00000000 000009", "[]"},
    {"08 FFFFFFFF 000009", "[]"},
    {"08 00000000 0001 '0' 05 0001 '1' 0100 000009", "[null false]"},
    {"08 00000002 0001 '1' 05 0001 '0' 0100 000009", "{1:null 0:false}"},
    {"08 00000002 0001 '0' 05 0002 '00' 05 000009", "{0:null 00:null}"},
    {"08 00000001 0001 'x' 05 000009", "{x:null}"},
    {"08 00000001 0002 3000 05 000009", "{0:null}"}, /* a NUL in the key: no list */
    {"0A 00000000", "[]"},
    {"0A 00000003 05 0101 02 0001 'x'", "[null true 'x']"},
    {"0A 00000002 0A 00000000 08 00000000 000009", "[[] []]"},
    /* references: objects and arrays count from their markers on */
    {"0A 00000002 03 000009 07 0001", "[{} {}]"},
    {"0A 00000004 0A 00000001 05 08 00000000 000009 07 0001 07 0002", "[[null] [] [null] []]"},
    {"0A 00000003 10 0001 'C' 000009 03 0001 'a' 07 0001 000009 07 0002", "[{} {a:{}} {a:{}}]"},
    /* collections of Flex are their lists */
    {"10 0022 'flex.messaging.io.ArrayCollection?'" " 000009", "{}"},
    {"10 0021 'flex.messaging.io.ArrayCollection' 0006 'source' 0A 00000001 05 000009", "[null]"},
    {"10 0021 'flex.messaging.io.ArrayCollection' 000009", "{}"},
    /* a value of AMF3 */
    {"11 01", "null"},
    {"0A 00000002 11 0401 05", "[1 null]"},
    {"0A 00000002 11 0603 'x' 11 0600", "['x' 'x']"}, /* its tables hold for the message */
};

static const struct {
    const char *bytes, *why;
} bad[] = {
    {"", "ends"},
    {"04", "no value"},
    {"09", "no value"},
    {"0E", "no value"},
    {"12", "no value"},
    {"FF", "no value"},
    {"00 7FF8000000000000", "number"},
    {"00 7FF0000000000000", "number"},
    {"00 FFF0000000000000", "number"},
    {"0B 7FF8000000000000 0000", "date"},
    {"0B 7FF0000000000000 0000", "date"},
    {"0B 433EB208C2DC0001 0000", "date"},
    {"0B C33EB208C2DC0001 0000", "date"},
    {"02 FFFF 'abc'", "ends"},
    {"0C FFFFFFFF 'abc'", "ends"},
    {"0C 80000000", "ends"},
    {"0F 00000004 'abc'", "ends"},
    {"0A FFFFFFFF", "more elements"},
    {"0A 00000001", "more elements"},
    {"0A 00000004 050505", "more elements"},
    {"03 0000", "ends"},
    {"03 0001 'a' 09", "no value"},
    {"03 000005", "ends"},
    {"08 00000001 0001 'a'", "ends"},
    {"07 0000", "reference to nothing"},
    {"07 FFFF", "reference to nothing"},
    {"0A 00000001 07 0000", "holds itself"},
    {"0A 00000001 07 0001", "reference to nothing"},
    {"03 0001 'a' 07 0000 000009", "holds itself"},
    {"08 00000000 0001 'a' 07 0000 000009", "holds itself"},
    {"10 0001 'C' 0001 'a' 07 0000 000009", "holds itself"},
    {"0A 00000002 03 0001 'a' 0A 00000001 07 0001 000009 05", "holds itself"},
    {"11", "ends"},
    {"11 12", "no value of AMF3"},
};
/* clang-format on */

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void test_values(void **state)
{
    apr_size_t i;

    for (i = 0; i < COUNT(good); i++) {
        assert_reads(mws_amf0_value, good[i].bytes, good[i].shown);
    }
}

static void test_refused(void **state)
{
    apr_size_t i;

    for (i = 0; i < COUNT(bad); i++) {
        assert_refused(mws_amf0_value, bad[i].bytes, bad[i].why);
    }
}

/* Every good value, cut anywhere, is refused; and no other byte anywhere does harm. */
static void test_broken(void **state)
{
    apr_size_t i;
    int        cuts = 0, changes = 0;

    for (i = 0; i < COUNT(good); i++) {
        cuts += assert_cuts_refused(mws_amf0_value, good[i].bytes);
        changes += try_changes(mws_amf0_value, good[i].bytes);
    }
    for (i = 0; i < COUNT(bad); i++) {
        changes += try_changes(mws_amf0_value, bad[i].bytes);
    }
    print_message("%d cut and %d changed inputs\n", cuts, changes);
    assert_true(cuts > 400);
}

/* Every byte as the first of a value, with nothing and with much behind it. */
static void test_markers(void **state)
{
    int marker;

    for (marker = 0; marker < 256; marker++) {
        const char *bytes = apr_psprintf(pool, "%02X", marker);

        if (marker != 5 && marker != 6 && marker != 13) {
            assert_refused(mws_amf0_value, bytes, "");
        }
        if (marker == 4 || marker == 9 || marker == 14 || marker > 17) {
            assert_refused(mws_amf0_value, times(bytes, 50, ""), "no value");
        }
        else {
            read_text(mws_amf0_value, times(bytes, 50, ""));
        }
    }
}

/* Levels, up to the limit and one beyond, of each kind that nests. */
static void test_depth(void **state)
{
    static const struct {
        const char *begin, *end;
    } kinds[] = {{"0A 00000001", ""},
                 {"03 0001 'a'", "000009"},
                 {"08 00000000 0001 'a'", "000009"},
                 {"10 0001 'C' 0001 'a'", "000009"}};
    apr_size_t i;

    for (i = 0; i < COUNT(kinds); i++) {
        int levels;

        for (levels = 1; levels <= LEVELS_MAX + 1; levels++) {
            const char *bytes =
                times(kinds[i].begin, levels, times("05", 1, times(kinds[i].end, levels, "")));

            if (levels <= LEVELS_MAX) {
                assert_int_not_equal(*read_text(mws_amf0_value, bytes), '!');
            }
            else {
                assert_refused(mws_amf0_value, bytes, "levels");
            }
        }
    }
}

/* A reference brings the levels of what it stands for. */
static void test_depth_by_reference(void **state)
{
    /* a list of LEVELS_MAX - 2 levels, and one with a reference to it at one level more */
    const char *deep = times("0A 00000001", LEVELS_MAX - 2, "05");

    assert_int_not_equal(*read_text(mws_amf0_value, apr_pstrcat(pool, "0A 00000002 ", deep,
                                                                " 0A 00000001 07 0001", NULL)),
                         '!');
    assert_refused(
        mws_amf0_value,
        apr_pstrcat(pool, "0A 00000002 ", deep, " 0A 00000001 0A 00000001 07 0001", NULL),
        "levels");
}

/* As many values as are allowed, and one more. */
static void test_count(void **state)
{
    const char *head = apr_psprintf(pool, "0A %08X ", VALUES_MAX - 1);

    assert_int_not_equal(
        *read_text(mws_amf0_value, times(head, 1, times("05", VALUES_MAX - 1, ""))), '!');
    head = apr_psprintf(pool, "0A %08X ", VALUES_MAX);
    assert_refused(mws_amf0_value, times(head, 1, times("05", VALUES_MAX, "")), "values");
    assert_refused(mws_amf0_value,
                   apr_psprintf(pool, "03 %s", times("0001 'a' 05", VALUES_MAX, "000009")),
                   "values");
}

/* Lists that hold the one before many times: 16 to the power of N values in some bytes. */
static void test_bomb(void **state)
{
    int width, n;

    for (width = 2; width <= 16; width++) {
        for (n = 2; n <= 6; n++) {
            const char *bytes = apr_psprintf(pool, "0A %08X 0A 00000001 05", n + 1);
            apr_int64_t values = 1; /* of the list at hand, without itself */
            apr_int64_t total = 3;
            int         i;

            for (i = 1; i <= n; i++) {
                bytes = apr_pstrcat(pool, bytes, apr_psprintf(pool, " 0A %08X", width),
                                    times(apr_psprintf(pool, " 07 %04X", i), width, ""), NULL);
                values = width * (1 + values);
                total += 1 + values;
            }
            if (total > VALUES_MAX) {
                assert_refused(mws_amf0_value, bytes, "values");
            }
            else {
                assert_int_not_equal(*read_text(mws_amf0_value, bytes), '!');
            }
        }
    }
}

/* Text by reference counts each time. */
static void test_text_bomb(void **state)
{
    const char *text = apr_psprintf(pool, "0A 00000001 02 0400 %s", times("61", 1024, ""));

    assert_int_not_equal(*read_text(mws_amf0_value, apr_pstrcat(pool, "0A 00000004 ", text,
                                                                "07 0001 07 0001 07 0001", NULL)),
                         '!');
    assert_refused(mws_amf0_value,
                   apr_pstrcat(pool, "0A 00000005 ", text, "07 0001 07 0001 07 0001 07 0001", NULL),
                   "bytes of text");
}

/* ---- packets ----------------------------------------------------------------------------- */

static mws_error_t *read_packet(mws_amf_in_t *in, mws_value_t **value)
{
    mws_amf_packet_t packet = {.amf3 = 0};
    mws_text_t       body = {(const char *)in->start, (apr_size_t)(in->end - in->start)};
    mws_error_t     *err = mws_amf_packet(&call, body, &packet);
    int              i;

    if (err) {
        return err;
    }
    *value = mws_value_struct(pool);
    for (i = 0; i < packet.messages->nelts; i++) {
        const mws_amf_message_t *message = &APR_ARRAY_IDX(packet.messages, i, mws_amf_message_t);
        mws_value_t             *is = mws_value_list(pool);

        mws_value_append(is, mws_value_text(pool, message->target, -1));
        mws_value_append(is, (mws_value_t *)message->value);
        if (message->flex) {
            const char *operation = message->flex->operation;

            mws_value_append(is, mws_value_text(pool, operation ? operation : "", -1));
        }
        mws_value_set(*value, message->response, -1, is);
    }
    if (packet.credentials) {
        mws_value_set(*value, "by", -1, (mws_value_t *)packet.credentials);
    }
    if (packet.amf3) {
        mws_value_set(*value, "amf", -1, mws_value_int(pool, 3));
    }
    in->at = in->end;
    return NULL;
}

#define ONE_MESSAGE "0001 'f' 0002 '/1' "
#define CREDENTIALS "000B 'Credentials' 00 "

/* clang-format off */
static const struct {
    const char *bytes, *shown;
} packets[] = {
    {"0000 0000 0000", "{}"},
    {"0001 0000 0000", "{}"},
    {"0003 0000 0000", "{}"},
    {"0000 0000 0001" ONE_MESSAGE "00000001 05", "{/1:['f' null]}"},
    {"0000 0000 0001" ONE_MESSAGE "FFFFFFFF 05", "{/1:['f' null]}"},
    /* lengths that lie */
    {"0000 0000 0001" ONE_MESSAGE "00000000 05", "{/1:['f' null]}"},
    {"0000 0000 0001" ONE_MESSAGE "00000003 05 0909", "{/1:['f' null]}"},
    {"0000 0000 0002" ONE_MESSAGE "00000003 05 0909 0001 'g' 0002 '/2' FFFFFFFF 05", "{/1:['f' null] /2:['g' null]}"},
    {"0000 0000 0002" ONE_MESSAGE "7FFFFFFF 05 0001 'g' 0002 '/2' 00000001 05", "{/1:['f' null] /2:['g' null]}"},
    {"0000 0000 0001" ONE_MESSAGE "00000001 05 'behind it'", "{/1:['f' null]}"},
    /* headers */
    {"0000 0001" CREDENTIALS "00000003 03 000009 0000", "{by:{}}"},
    {"0000 0001" CREDENTIALS "00000001 05 0000", "{}"},
    {"0000 0001 0003 'Any' 01 FFFFFFFF 0A 00000001 05 0000", "{}"},
    {"0000 0001 0003 'Any' 01 FFFFFFFF 11 01 0001" ONE_MESSAGE "FFFFFFFF 05", "{/1:['f' null] amf:3}"},
    /* values refer only to what is in their own message */
    {"0000 0000 0002" ONE_MESSAGE "FFFFFFFF 0A 00000002 03 000009 07 0001 0001 'g' 0002 '/2' FFFFFFFF 0A 00000002 0A 00000000 07 0001", "{/1:['f' [{} {}]] /2:['g' [[] []]]}"},
    /* names */
    {"0000 0000 0001 0004 'null' 0000 FFFFFFFF 05", "{:['' null]}"},
    {"0000 0000 0001 0003 610062 0000 FFFFFFFF 05", "{:['' null]}"},
    /* Flex */
    {"0003 0000 0001 0004 'null' 0002 '/1' FFFFFFFF 0A 00000001 11 0A 13 4F 'flex.messaging.messages.RemotingMessage' 13 'operation' 06 05 'go'", "{/1:['' [{operation:'go'}] 'go'] amf:3}"},
    {"0000 0000 0001 0000 0002 '/1' FFFFFFFF 10 0027 'flex.messaging.messages.RemotingMessage' 0009 'operation' 02 0002 'go' 000009", "{/1:['' {operation:'go'} 'go'] amf:3}"},
    {"0003 0000 0001 0000 0002 '/1' FFFFFFFF 11 0A 07 07 'DSC' 00 00 01 04 05", "{/1:['' {operation:5} '5'] amf:3}"},
};

static const struct {
    const char *bytes, *why;
} bad_packets[] = {
    {"", "ends"},
    {"00", "ends"},
    {"0002 0000 0000", "version"},
    {"0004 0000 0000", "version"},
    {"FFFF 0000 0000", "version"},
    {"'<?xml version=1?>'", "version"},
    {"0000 0021 0000", "too many headers"},
    {"0000 FFFF 0000", "too many headers"},
    {"0000 0001 0000", "ends"},
    {"0000 0000 0005", "more messages"},
    {"0000 0000 FFFF", "more messages"},
    {"0000 0000 0001", "ends"},
    {"0000 0000 0001 FFFF 'f'", "ends"},
    {"0000 0000 0001 0001 'f' 03E9 '/1'", "too long"},
    {"0000 0000 0001" ONE_MESSAGE "FFFFFFFF", "ends"},
    {"0000 0000 0001" ONE_MESSAGE "FFFFFFFF 09", "no value"},
    /* of another message there is nothing to refer to */
    {"0000 0000 0002" ONE_MESSAGE "FFFFFFFF 03 000009 0001 'g' 0002 '/2' FFFFFFFF 0A 00000001 07 0001", "reference to nothing"},
    {"0003 0000 0002" ONE_MESSAGE "FFFFFFFF 11 0603 'x' 0001 'g' 0002 '/2' FFFFFFFF 11 0600", "reference to no text"},
    {"0003 0001 0001 'h' 00 FFFFFFFF 11 0603 'x' 0001" ONE_MESSAGE "FFFFFFFF 11 0600", "reference to no text"},
};
/* clang-format on */

static void test_packets(void **state)
{
    apr_size_t i;
    int        changes = 0;

    for (i = 0; i < COUNT(packets); i++) {
        assert_reads(read_packet, packets[i].bytes, packets[i].shown);
        changes += try_changes(read_packet, packets[i].bytes);
    }
    for (i = 0; i < COUNT(bad_packets); i++) {
        assert_refused(read_packet, bad_packets[i].bytes, bad_packets[i].why);
        changes += try_changes(read_packet, bad_packets[i].bytes);
    }
    print_message("%d changed packets\n", changes);
}

/* The limits of a packet hold for all of its messages together; at each the last that is well. */
static void test_packet_limits(void **state)
{
    static const char message[] = ONE_MESSAGE "FFFFFFFF 05 ";
    const char       *many = apr_psprintf(pool, "FFFFFFFF 0A %08X ", VALUES_MAX / 2 - 1);

    assert_int_not_equal(
        *read_text(read_packet, apr_pstrcat(pool, "0000 0000 0004", times(message, 4, ""), NULL)),
        '!');
    assert_refused(read_packet, apr_pstrcat(pool, "0000 0000 0005", times(message, 5, ""), NULL),
                   "more messages");
    assert_int_not_equal(
        *read_text(
            read_packet,
            apr_pstrcat(pool, "0000 0020", times("0001 'h' 00 FFFFFFFF 05", 32, ""), "0000", NULL)),
        '!');
    many = apr_pstrcat(pool, ONE_MESSAGE, many, times("05", VALUES_MAX / 2 - 1, ""), NULL);
    assert_int_not_equal(
        *read_text(read_packet, apr_pstrcat(pool, "0000 0000 0002", many, many, NULL)), '!');
    assert_refused(read_packet, apr_pstrcat(pool, "0000 0000 0003", many, many, message, NULL),
                   "values");
    assert_int_not_equal(
        *read_text(read_packet, apr_pstrcat(pool, "0000 0000 0001 0001 'f' 03E8",
                                            times("61", 1000, ""), "FFFFFFFF 05", NULL)),
        '!');
}

/* ---- writing ----------------------------------------------------------------------------- */

static mws_sink_t *sink;

static mws_out_t *start(const mws_spec_t *returns)
{
    sink = mws_sink_make(pool, 1 << 20);
    return mws_out_start(pool, sink, &mws_amf0_writer, returns);
}

static void assert_written(mws_out_t *out, const char *bytes)
{
    assert_null(mws_out_finish(out));
    assert_bytes(all_of(sink), bytes);
}

static void test_scalars_out(void **state)
{
    mws_out_t *out = start(NULL);

    assert_written(out, "05");
    out = start(ONE(INT, ""));
    mws_out_int(out, NULL, 3);
    assert_written(out, "00 4008000000000000");
    out = start(ONE(INT, ""));
    mws_out_text(out, NULL, "-300");
    assert_written(out, "00 C072C00000000000");
    out = start(ONE(INT, ""));
    mws_out_int(out, NULL, APR_INT64_MIN);
    assert_written(out, "00 C3E0000000000000");
    out = start(ONE(INT, ""));
    mws_out_int(out, NULL, APR_INT64_MAX);
    assert_written(out, "00 43E0000000000000");
    out = start(ONE(FLOAT, ""));
    mws_out_float(out, NULL, 0.5);
    assert_written(out, "00 3FE0000000000000");
    out = start(ONE(BOOL, ""));
    mws_out_bool(out, NULL, 1);
    assert_written(out, "01 01");
    out = start(ONE(BOOL, ""));
    mws_out_bool(out, NULL, 0);
    assert_written(out, "01 00");
    out = start(ONE(TEXT, ""));
    mws_out_null(out, NULL);
    assert_written(out, "05");
    out = start(ONE(TEXT, ""));
    mws_out_text(out, NULL, "");
    assert_written(out, "02 0000");
    out = start(ONE(TEXT, ""));
    mws_out_text(out, NULL, "\xC3\xA9 a\xFF\xE2\x82 b");
    assert_written(out, "02 000C C3A9 20 61 EFBFBD EFBFBD 20 62");
}

/* Where a text becomes a long one. */
static void test_long_text(void **state)
{
    apr_size_t len;

    for (len = 65534; len <= 65537; len++) {
        mws_out_t  *out = start(ONE(TEXT, ""));
        char       *text = apr_palloc(pool, len + 1);
        mws_text_t  is;
        const char *head = len <= 65535 ? apr_psprintf(pool, "02 %04X", (unsigned)len)
                                        : apr_psprintf(pool, "0C %08X", (unsigned)len);

        memset(text, 'x', len);
        text[len] = '\0';
        mws_out_text(out, NULL, text);
        assert_null(mws_out_finish(out));
        is = all_of(sink);
        assert_int_equal(is.len, len + (len <= 65535 ? 3 : 5));
        assert_bytes((mws_text_t){is.s, is.len - len}, head);
    }
}

static const mws_spec_t *const groups =
    LIST_OF(KEYS(VALUE("id", INT, ""), VALUE("name", TEXT, "", OPTIONAL),
                 LIST("users", ONE(INT, ""), "", OPTIONAL),
                 STRUCT("badge", FIELDS(VALUE("x", BOOL, "", OPTIONAL)), "", OPTIONAL)));

/* Lists tell how many they hold, the structs and lists within not counted. */
static void test_lists_out(void **state)
{
    mws_out_t *out = start(groups);

    mws_out_list(out, NULL);
    mws_out_end(out);
    assert_written(out, "0A 00000000");

    out = start(groups);
    mws_out_list(out, NULL);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 1);
    mws_out_text(out, "name", "Red");
    mws_out_list(out, "users");
    mws_out_int(out, NULL, 3);
    mws_out_int(out, NULL, 5);
    mws_out_end(out);
    mws_out_struct(out, "badge");
    mws_out_bool(out, "x", 0);
    mws_out_end(out);
    mws_out_end(out);
    mws_out_struct(out, NULL);
    mws_out_int(out, "id", 2);
    mws_out_null(out, "name");
    mws_out_list(out, "users");
    mws_out_end(out);
    mws_out_struct(out, "badge");
    mws_out_end(out);
    mws_out_end(out);
    mws_out_end(out);
    assert_written(out, "0A 00000002"
                        "03 0002 'id' 00 3FF0000000000000 0004 'name' 02 0003 'Red'"
                        "   0005 'users' 0A 00000002 00 4008000000000000 00 4014000000000000"
                        "   0005 'badge' 03 0001 'x' 0100 000009 000009"
                        "03 0002 'id' 00 4000000000000000 0004 'name' 05"
                        "   0005 'users' 0A 00000000 0005 'badge' 03 000009 000009");
}

/* However large the answer is, its counts are right, and memory holds no more than its share. */
static void test_large_list(void **state)
{
    mws_out_t *out;
    mws_text_t is;
    int        i, rows = 20000;

    sink = mws_sink_make(pool, 65536);
    out = mws_out_start(pool, sink, &mws_amf0_writer, groups);
    mws_out_list(out, NULL);
    for (i = 0; i < rows; i++) {
        mws_out_struct(out, NULL);
        mws_out_int(out, "id", i);
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
    assert_int_equal(is.len, 5 + rows * (1 + 4 + 9 + 7 + 5 + 9 + 3));
    assert_bytes((mws_text_t){is.s, 5}, "0A 00004E20");
    for (i = 0; i < rows; i++) {
        assert_memory_equal(is.s + 5 + i * 38 + 21, "\x0A\0\0\0\1", 5);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_values),    TEST(test_refused),       TEST(test_broken),
        TEST(test_markers),   TEST(test_depth),         TEST(test_depth_by_reference),
        TEST(test_count),     TEST(test_bomb),          TEST(test_text_bomb),
        TEST(test_packets),   TEST(test_packet_limits), TEST(test_scalars_out),
        TEST(test_long_text), TEST(test_lists_out),     TEST(test_large_list),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
