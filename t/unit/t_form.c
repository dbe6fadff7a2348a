/* SPDX-License-Identifier: Apache-2.0 */
/* t/unit/t_form.c -- query strings, forms, multipart and JSON bodies: what values they become, and
 * what is refused. Expected trees are written {key=value,...} for structs, [..] for lists, #1 and
 * #1.5 for numbers, !t !f !n for true, false and null; a text is itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <stdio.h>
#include <string.h>

#include "adapters/mws_form.h"
#include "adapters/mws_json.h"

static apr_pool_t    *pool;
static mws_settings_t settings;
static mws_call_t     call;

/* Each test begins with the limits of the defaults and an empty pool. */
static int setup(void **state)
{
    apr_pool_create(&pool, NULL);
    memset(&call, 0, sizeof(call));
    settings.body_max = 67108864;
    settings.keys_max = 1000000;
    settings.depth_max = 64;
    call.pool = pool;
    call.settings = &settings;
    return 0;
}

static int teardown(void **state)
{
    apr_pool_destroy(pool);
    return 0;
}

/* ---- trees as text ----------------------------------------------------------------------- */

static char *shown_text(mws_text_t text)
{
    char      *out = apr_palloc(pool, text.len * 4 + 1), *at = out;
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (c >= 0x20 && c != 0x7F) {
            *at++ = (char)c;
        }
        else {
            at += sprintf(at, "\\x%02x", c);
        }
    }
    *at = '\0';
    return out;
}

static char *shown(const mws_value_t *v)
{
    char      *out;
    apr_size_t i;
    int        is_list = 0;

    switch (mws_value_kind(v)) {
    case MWS_NULL:
        return apr_pstrdup(pool, "!n");
    case MWS_BOOL:
        return apr_pstrdup(pool, mws_value_as_bool(v) ? "!t" : "!f");
    case MWS_INT:
        return apr_psprintf(pool, "#%" APR_INT64_T_FMT, mws_value_as_int(v));
    case MWS_FLOAT:
        out = apr_palloc(pool, 40);
        snprintf(out, 40, "#%.17g", mws_value_as_float(v));
        return out;
    case MWS_TEXT:
        assert_int_equal(mws_value_as_text(v).s[mws_value_as_text(v).len], '\0');
        return shown_text(mws_value_as_text(v));
    case MWS_LIST:
        is_list = 1;
        break;
    default:
        break;
    }
    out = apr_pstrdup(pool, is_list ? "[" : "{");
    for (i = 0; i < mws_value_size(v); i++) {
        out =
            apr_pstrcat(pool, out, i ? "," : "", is_list ? "" : shown_text(mws_value_key_at(v, i)),
                        is_list ? "" : "=", shown(mws_value_at(v, i)), NULL);
    }
    return apr_pstrcat(pool, out, is_list ? "]" : "}", NULL);
}

/* ---- urlencoded -------------------------------------------------------------------------- */

static mws_error_t *read_query_len(const char *query, apr_size_t len, mws_value_t **v)
{
    apr_int64_t keys = settings.keys_max;
    mws_text_t  text = {query, len};

    *v = mws_value_struct(pool);
    return mws_form_query(&call, text, *v, &keys);
}

static mws_error_t *read_query(const char *query, mws_value_t **v)
{
    return read_query_len(query, strlen(query), v);
}

/* clang-format off */
static const struct {
    const char *query, *tree;
} queries[] = {
    /* pieces */
    {"", "{}"},
    {"a=1", "{a=1}"},
    {"a", "{a=}"},
    {"a=", "{a=}"},
    {"=x", "{}"},
    {"=", "{}"},
    {"&", "{}"},
    {"&&a=1&&", "{a=1}"},
    {"a=1&b=2", "{a=1,b=2}"},
    {"a=1;b=2", "{a=1;b=2}"},
    {"a=b=c", "{a=b=c}"},
    {"a==", "{a==}"},
    {"a=1&a=2", "{a=2}"},
    {"a=1&b=2&a=3", "{a=3,b=2}"},
    {"A=1&a=2", "{A=1,a=2}"},
    /* decoding */
    {"a=x+y", "{a=x y}"},
    {"a=x%20y", "{a=x y}"},
    {"a=x%2By", "{a=x+y}"},
    {"a=%41%6a%6A", "{a=Ajj}"},
    {"a=%", "{a=%}"},
    {"a=%4", "{a=%4}"},
    {"a=%zz", "{a=%zz}"},
    {"a=%4g", "{a=%4g}"},
    {"a=%%41", "{a=%A}"},
    {"a=%2541", "{a=%41}"},
    {"a=%26b%3D1", "{a=&b=1}"},
    {"a%3Db=1", "{a=b=1}"},
    {"a%26b=1", "{a&b=1}"},
    {"a=%C3%A9", "{a=\xC3\xA9}"},
    {"a=%ff%fe", "{a=\xff\xfe}"},
    {"a=x%00y", "{a=x\\x00y}"},
    {"%61=1", "{a=1}"},
    /* names */
    {"a.b=1", "{a_b=1}"},
    {"c d=1", "{c_d=1}"},
    {"c+d=1", "{c_d=1}"},
    {"c%20d=1", "{c_d=1}"},
    {"+a=1", "{a=1}"},
    {"%20%20a=1", "{a=1}"},
    {"%09a=1", "{\\x09a=1}"},
    {"a+=1", "{a_=1}"},
    {".a=1", "{_a=1}"},
    {"+=1", "{}"},
    {"a%00b=1", "{a=1}"},
    {"%00a=1", "{}"},
    {"a%00[b]=1", "{a=1}"},
    {"return.usercount=0", "{return_usercount=0}"},
    {"a-b=1", "{a-b=1}"},
    {"a'b\"=1", "{a'b\"=1}"},
    /* brackets that are none */
    {"[=1", "{}"},
    {"[a]=1", "{}"},
    {"[]=1", "{}"},
    {"+[a]=1", "{}"},
    {"d[x=1", "{d_x=1}"},
    {"d[=1", "{d_=1}"},
    {"d[x.y z=1", "{d_x.y z=1}"},
    {"d[[=1", "{d_[=1}"},
    {"d.e[x=1", "{d_e_x=1}"},
    {"e]=1", "{e]=1}"},
    {"e]f=1", "{e]f=1}"},
    {"e][x]=1", "{e]={x=1}}"},
    /* brackets */
    {"a[b]=1", "{a={b=1}}"},
    {"a%5Bb%5D=1", "{a={b=1}}"},
    {"a[b][c]=1", "{a={b={c=1}}}"},
    {"a[x.y]=1", "{a={x.y=1}}"},
    {"a[x y]=1", "{a={x y=1}}"},
    {"a.b[x]=1", "{a_b={x=1}}"},
    {"a b[x]=1", "{a_b={x=1}}"},
    {"f[[g]=1", "{f={[g=1}}"},
    {"f[[g]]=1", "{f={[g=1}}"},
    {"f[g]]=1", "{f={g=1}}"},
    {"l[m]n[o]=1", "{l={m=1}}"},
    {"l[m]n=1", "{l={m=1}}"},
    {"l[m].n=1", "{l={m=1}}"},
    {"l[m] [o]=1", "{l={m=1}}"},
    {"j[k][=1", "{j={k=1}}"},
    {"j[k][l=1", "{j={k=1}}"},
    {"j[k][l][=1", "{j={k={l=1}}}"},
    {"a[b%00c]=1", "{a_b=1}"},
    {"a[b]%00[c]=1", "{a={b=1}}"},
    {"a[=]=1", "{a_=]=1}"},
    {"a[%3D]=1", "{a={==1}}"},
    /* append */
    {"a[]=1", "{a={0=1}}"},
    {"a[]=1&a[]=2", "{a={0=1,1=2}}"},
    {"a[ ]=1", "{a={0=1}}"},
    {"a[%09]=1", "{a={0=1}}"},
    {"a[  ]=1", "{a={  =1}}"},
    {"a[ x]=1", "{a={ x=1}}"},
    {"a[][b]=1&a[][b]=2", "{a={0={b=1},1={b=2}}}"},
    {"a[][]=1&a[][]=2", "{a={0={0=1},1={0=2}}}"},
    {"a[b][]=1&a[b][]=2", "{a={b={0=1,1=2}}}"},
    {"b[]=1&b[]=2&b[5]=9&b[]=7", "{b={0=1,1=2,5=9,6=7}}"},
    {"b[5]=1&b[2]=2&b[]=3", "{b={5=1,2=2,6=3}}"},
    {"b[-5]=1&b[]=2", "{b={-5=1,0=2}}"},
    {"b[01]=1&b[]=2", "{b={01=1,0=2}}"},
    {"b[x]=1&b[]=2", "{b={x=1,0=2}}"},
    {"b[7x]=1&b[]=2", "{b={7x=1,0=2}}"},
    {"b[+7]=1&b[]=2", "{b={ 7=1,0=2}}"},
    {"b[%2B7]=1&b[]=2", "{b={+7=1,0=2}}"},
    {"b[-0]=1&b[]=2", "{b={-0=1,0=2}}"},
    {"b[0]=1&b[]=2", "{b={0=1,1=2}}"},
    {"b[3]=1&b[3]=2&b[]=3", "{b={3=2,4=3}}"},
    {"b[9223372036854775806]=1&b[]=2&b[]=3",
     "{b={9223372036854775806=1,9223372036854775807=2}}"},
    {"b[9223372036854775807]=1&b[]=2", "{b={9223372036854775807=1}}"},
    {"b[9223372036854775807]=1&b[][x]=2&c=3", "{b={9223372036854775807=1},c=3}"},
    {"b[9223372036854775808]=1&b[]=2", "{b={9223372036854775808=1,0=2}}"},
    {"a[01]=1&a[1]=2", "{a={01=1,1=2}}"},
    /* one over the other */
    {"p=1&p[0]=2", "{p={0=2}}"},
    {"p[0]=2&p=1", "{p=1}"},
    {"p[0]=1&p[0][x]=2", "{p={0={x=2}}}"},
    {"p[0][x]=1&p[0]=2", "{p={0=2}}"},
    {"p=1&p[]=2", "{p={0=2}}"},
    {"p[4]=1&p=x&p[]=2", "{p={0=2}}"},
    {"c[0][n]=1&c[0][n]=2", "{c={0={n=2}}}"},
    {"c[0][n]=1&c[0][m]=2", "{c={0={n=1,m=2}}}"},
    {"c[1]=b&c[0]=a", "{c={1=b,0=a}}"},
    /* as clients send them */
    {"groupids[0]=3&groupids[1]=5", "{groupids={0=3,1=5}}"},
    {"users[0][preferences][0][type]=x&users[0][id]=7",
     "{users={0={preferences={0={type=x}},id=7}}}"},
};
/* clang-format on */

static void test_queries(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        mws_value_t *v;

        assert_null(read_query(queries[i].query, &v));
        if (strcmp(shown(v), queries[i].tree) != 0) {
            print_error("query %s\n", queries[i].query);
        }
        assert_string_equal(shown(v), queries[i].tree);
    }
}

/* A raw NUL ends a key, and is a byte of a value. */
static void test_raw_nul(void **state)
{
    static const char query[] = "a\0b=x\0y&c=1";
    mws_value_t      *v;

    assert_null(read_query_len(query, sizeof(query) - 1, &v));
    assert_string_equal(shown(v), "{a=x\\x00y,c=1}");
}

/* The bytes of the query are not touched, and only LEN of them are read. */
static void test_query_is_kept(void **state)
{
    char         query[] = "a[b]=%41&c=2";
    mws_value_t *v;

    assert_null(read_query_len(query, 8, &v));
    assert_string_equal(shown(v), "{a={b=A}}");
    assert_string_equal(query, "a[b]=%41&c=2");
}

static void test_set(void **state)
{
    mws_value_t *v = mws_value_struct(pool);
    apr_int64_t  keys = 2;
    mws_text_t   key = {"a.b[c.d][]trailing", 10}, value = {"x%41+", 5};

    assert_null(mws_form_set(&call, v, key, value, &keys));
    assert_null(mws_form_set(&call, v, key, value, &keys));
    assert_int_equal(keys, 0);
    assert_string_equal(shown(v), "{a_b={c.d={0=x%41+,1=x%41+}}}");
    assert_non_null(mws_form_set(&call, v, key, value, &keys));
}

static void assert_refused(const mws_error_t *err, const char *says)
{
    assert_non_null(err);
    assert_int_equal(err->id, MWS_BAD_PARAMETER);
    assert_non_null(err->debuginfo);
    if (!strstr(err->debuginfo, says)) {
        print_error("\"%s\" does not say \"%s\"\n", err->debuginfo, says);
    }
    assert_non_null(strstr(err->debuginfo, says));
}

/* A key with so many brackets. */
static char *deep_key(int levels)
{
    char *key = apr_palloc(pool, (apr_size_t)levels * 3 + 4), *at = key;

    *at++ = 'a';
    while (levels--) {
        memcpy(at, "[b]", 3);
        at += 3;
    }
    memcpy(at, "=1", 3);
    return key;
}

static void test_depth(void **state)
{
    mws_value_t *v;

    assert_null(read_query(deep_key(64), &v));
    assert_refused(read_query(deep_key(65), &v), "64 levels");
    settings.depth_max = 1;
    assert_null(read_query(deep_key(1), &v));
    assert_refused(read_query(deep_key(2), &v), "1 levels");
    assert_null(read_query("a[b][=1", &v));
}

static void test_keys(void **state)
{
    mws_value_t *v;

    settings.keys_max = 3;
    assert_null(read_query("a=1&a=2&&a=3&", &v));
    assert_refused(read_query("a=1&a=2&a=3&a=4", &v), "3 keys");
    assert_string_equal(shown(v), "{a=3}");
    assert_refused(read_query("a[]=1&a[]=2&a[]=3&a[]=4", &v), "3 keys");
}

/* Ten thousand rows of a hundred keys: whoever searches, or counts again, does not end. */
static void test_a_million_keys(void **state)
{
    char        *query = apr_palloc(pool, 64u << 20), *at = query;
    mws_value_t *v;
    apr_time_t   began;
    int          row, key;

    for (row = 0; row < 10000; row++) {
        for (key = 0; key < 99; key++) {
            at += sprintf(at, "users[%d][key%d]=%d&", row, key, key);
        }
        at += sprintf(at, "ids[]=%d&", row);
    }
    began = apr_time_now();
    assert_null(read_query_len(query, (apr_size_t)(at - query), &v));
    print_message("a million keys in %d ms\n", (int)apr_time_as_msec(apr_time_now() - began));
    assert_int_equal(mws_value_size(mws_value_get(v, "users", -1)), 10000);
    assert_int_equal(mws_value_size(mws_value_get(v, "ids", -1)), 10000);
    assert_string_equal(
        shown(mws_value_get(mws_value_get(mws_value_get(v, "users", -1), "9999", -1), "key98", -1)),
        "98");
    assert_true(apr_time_now() - began < apr_time_from_sec(20));
}

/* As many names at the top, each new. */
static void test_many_names(void **state)
{
    char        *query = apr_palloc(pool, 16u << 20), *at = query;
    mws_value_t *v;
    apr_time_t   began;
    int          i;

    for (i = 0; i < 1000000; i++) {
        at += sprintf(at, "k%d=&", i);
    }
    began = apr_time_now();
    assert_null(read_query_len(query, (apr_size_t)(at - query), &v));
    print_message("a million names in %d ms\n", (int)apr_time_as_msec(apr_time_now() - began));
    assert_int_equal(mws_value_size(v), 1000000);
    assert_true(apr_time_now() - began < apr_time_from_sec(20));
}

/* ---- requests ---------------------------------------------------------------------------- */

/* A body that comes in pieces. */
typedef struct {
    const char  *at;
    apr_size_t   left, piece;
    apr_status_t end; /* instead of an end */
} body_t;

static apr_status_t read_piece(void *baton, char *buf, apr_size_t *len)
{
    body_t *body = baton;

    if (!body->left && body->end != APR_SUCCESS) {
        return body->end;
    }
    if (*len > body->piece) {
        *len = body->piece;
    }
    if (*len > body->left) {
        *len = body->left;
    }
    memcpy(buf, body->at, *len);
    body->at += *len;
    body->left -= *len;
    return APR_SUCCESS;
}

static body_t body;

static mws_http_t request(const char *method, const char *query, const char *type,
                          const char *content)
{
    mws_http_t http = {
        .method = method, .query = query, .path_info = "", .read = read_piece, .baton = &body};

    http.headers = apr_table_make(pool, 4);
    if (type) {
        apr_table_setn(http.headers, "Content-Type", type);
    }
    body.at = content;
    body.left = strlen(content);
    body.piece = 3;
    body.end = APR_SUCCESS;
    return http;
}

/* ---- multipart --------------------------------------------------------------------------- */

#define TYPE "multipart/form-data; boundary=X"
#define FIELD(name) "Content-Disposition: form-data; name=" name "\r\n\r\n"

/* Read LEN bytes of CONTENT that come in pieces of PIECE. */
static mws_error_t *read_pieces(const char *type, const char *content, apr_size_t len,
                                apr_size_t piece, mws_value_t **v)
{
    apr_int64_t keys = settings.keys_max;
    mws_http_t  http = request("POST", NULL, type, content);

    body.left = len;
    body.piece = piece;
    *v = mws_value_struct(pool);
    return mws_form_multipart(&call, &http, *v, &keys);
}

static mws_error_t *read_parts(const char *type, const char *content, apr_size_t len,
                               mws_value_t **v)
{
    return read_pieces(type, content, len, len, v);
}

/* clang-format off */
static const struct {
    const char *type, *body, *tree;
} parts[] = {
    {TYPE, "--X\r\n" FIELD("\"a\"") "1\r\n--X--\r\n", "{a=1}"},
    {TYPE, "--X\r\n" FIELD("\"a\"") "1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\n" FIELD("\"a\"") "1\r\n--X\r\n" FIELD("\"b\"") "2\r\n--X--\r\n", "{a=1,b=2}"},
    {TYPE, "--X--\r\n", "{}"},
    {TYPE, "--X--", "{}"},
    {TYPE, "preamble\r\n--X\r\n" FIELD("a") "1\r\n--X--\r\nepilogue\r\n--X\r\n", "{a=1}"},
    {TYPE, "\r\n--X\r\n" FIELD("a") "1\r\n--X--", "{a=1}"},
    {TYPE, "--Xa\r\n--X\r\n" FIELD("a") "1\r\n--X--", "{a=1}"},
    /* the boundary, and what looks like it */
    {"multipart/form-data; boundary=\"a b:c\"", "--a b:c\r\n" FIELD("a") "1\r\n--a b:c--", "{a=1}"},
    {"multipart/form-data; charset=utf-8; BOUNDARY=X", "--X\r\n" FIELD("a") "1\r\n--X--", "{a=1}"},
    {"multipart/form-data;boundary=X;x=y", "--X\r\n" FIELD("a") "1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n--XY\r\n--X--", "{a=1\\x0d\\x0a--XY}"},
    {TYPE, "--X\r\n" FIELD("a") "1--X--\r\n--X--", "{a=1--X--}"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n--X-\r\n--X--", "{a=1\\x0d\\x0a--X-}"},
    {TYPE, "--X \t\r\n" FIELD("a") "1\r\n--X  \r\n" FIELD("b") "2\r\n--X--", "{a=1,b=2}"},
    {TYPE, "--X\n" "Content-Disposition: form-data; name=a\n\n1\n--X--\n", "{a=1}"},
    /* values */
    {TYPE, "--X\r\n" FIELD("a") "\r\n--X--", "{a=}"},
    {TYPE, "--X\r\n" FIELD("a") "--X--", "{a=}"},
    {TYPE, "--X\r\n" FIELD("a") "\r\n\r\n--X--", "{a=\\x0d\\x0a}"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n2\n3\r\n--X--", "{a=1\\x0d\\x0a2\\x0a3}"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\r\n--X--", "{a=1\\x0d}"},
    {TYPE, "--X\r\n" FIELD("a") "x+%41&b=c\r\n--X--", "{a=x+%41&b=c}"},
    /* names */
    {TYPE, "--X\r\n" FIELD("\"g[0][n.m]\"") "1\r\n--X--", "{g={0={n.m=1}}}"},
    {TYPE, "--X\r\n" FIELD("\"a.b\"") "1\r\n--X--", "{a_b=1}"},
    {TYPE, "--X\r\n" FIELD("\"\"") "1\r\n--X--", "{}"},
    {TYPE, "--X\r\n" FIELD("'a'") "1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\n" FIELD("\"a\\\"b\"") "1\r\n--X--", "{a\"b=1}"},
    {TYPE, "--X\r\n" FIELD("\"a\\\\b\"") "1\r\n--X--", "{a\\b=1}"},
    {TYPE, "--X\r\n" FIELD("\"a\\b\"") "1\r\n--X--", "{a\\b=1}"},
    {TYPE, "--X\r\n" FIELD("\"a%22b\"") "1\r\n--X--", "{a%22b=1}"},
    {TYPE, "--X\r\n" FIELD("\"a;b=c\"") "1\r\n--X--", "{a;b=c=1}"},
    {TYPE, "--X\r\n" FIELD("\"\xC3\xA9\"") "1\r\n--X--", "{\xC3\xA9=1}"},
    {TYPE, "--X\r\n" FIELD("\"v[]\"") "1\r\n--X\r\n" FIELD("\"v[]\"") "2\r\n--X--",
     "{v={0=1,1=2}}"},
    /* headers */
    {TYPE, "--X\r\ncontent-disposition:form-data;NAME=a\r\n\r\n1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\nContent-Type: text/plain\r\n" FIELD("a") "1\r\n--X--", "{a=1}"},
    {TYPE,
     "--X\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/plain; name=b\r\n\r\n1"
     "\r\n--X--",
     "{a=1}"},
    {TYPE, "--X\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\nContent-Disposition: form-data ; x ; name = \"a\"\r\n\r\n1\r\n--X--", "{a=1}"},
    {TYPE, "--X\r\nContent-Disposition: form-data; x=\"name=b\"; name=a\r\n\r\n1\r\n--X--",
     "{a=1}"},
    {TYPE, "--X\r\nContent-Disposition: form-data; filenames=f; name=a\r\n\r\n1\r\n--X--", "{a=1}"},
    /* files */
    {TYPE, "--X\r\n" FIELD("f; filename=\"x.txt\"") "1\r\n--X\r\n" FIELD("a") "1\r\n--X--",
     "{a=1}"},
    {TYPE, "--X\r\n" FIELD("f; filename=\"\"") "\r\n--X--", "{}"},
    {TYPE, "--X\r\n" FIELD("f; filename*=UTF-8''x") "1\r\n--X--", "{}"},
    {TYPE, "--X\r\nContent-Disposition: attachment; filename=x\r\n\r\n1\r\n--X--", "{}"},
};
/* clang-format on */

static void test_multipart(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        mws_value_t *v;
        mws_error_t *err = read_parts(parts[i].type, parts[i].body, strlen(parts[i].body), &v);

        if (err || strcmp(shown(v), parts[i].tree) != 0) {
            print_error("%s\n%s\n", parts[i].body, err ? err->debuginfo : "");
        }
        assert_null(err);
        assert_string_equal(shown(v), parts[i].tree);
    }
}

static void test_multipart_nul(void **state)
{
    static const char body[] = "--X\r\n" FIELD("a") "1\0002\r\n--X--";
    mws_value_t      *v;

    assert_null(read_parts(TYPE, body, sizeof(body) - 1, &v));
    assert_string_equal(shown(v), "{a=1\\x002}");
}

static const struct {
    const char *type, *body, *says;
} bad_parts[] = {
    {"multipart/form-data", "--X--", "boundary"},
    {"multipart/form-data; boundary=", "----", "boundary"},
    {"multipart/form-data; boundary=\"\"", "----", "boundary"},
    {"multipart/form-data; bound=X", "--X--", "boundary"},
    {TYPE, "a=1", "does not appear"},
    {TYPE, "--Y--", "does not appear"},
    {TYPE, "x--X--", "does not appear"},
    {TYPE, "--X", "does not appear"},
    {TYPE, "--X-", "does not appear"},
    {TYPE, "--X\r\n", "header of a part"},
    {TYPE, "--X\r\nContent-Disposition: form-data; name=a", "header of a part"},
    {TYPE, "--X\r\nContent-Disposition: form-data; name=a\r\n", "header of a part"},
    {TYPE, "--X\r\n" FIELD("a"), "last boundary"},
    {TYPE, "--X\r\n" FIELD("a") "1", "last boundary"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n--X", "last boundary"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n--X\r\n", "header of a part"},
    {TYPE, "--X\r\n" FIELD("a") "1\r\n--X x\r\n", "last boundary"},
    {TYPE, "--X\r\n\r\n1\r\n--X--", "no Content-Disposition"},
    {TYPE, "--X\r\nContent-Type: text/plain\r\n\r\n1\r\n--X--", "no Content-Disposition"},
    {TYPE, "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--", "no name"},
    {TYPE, "--X\r\nContent-Disposition: form-data; x=name\r\n\r\n1\r\n--X--", "no name"},
};

static void test_bad_multipart(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(bad_parts) / sizeof(bad_parts[0]); i++) {
        mws_value_t *v;

        assert_refused(
            read_parts(bad_parts[i].type, bad_parts[i].body, strlen(bad_parts[i].body), &v),
            bad_parts[i].says);
    }
}

/* It does not matter where a piece ends, nor where what is held of a body does: a value of each
 * length around that goes before one whose delimiter, with blanks behind it, has just its place. */
static void test_multipart_edges(void **state)
{
    static const char tail[] = "\r\n--X \t\r\n" FIELD("b") "\r\n-\r\n--Y\r\n--X--";
    apr_size_t        len, edge = 65536;

    for (len = edge - 200; len < edge + 20; len++) {
        char        *content = apr_palloc(pool, len + sizeof(tail));
        mws_value_t *v;
        mws_text_t   a;
        char        *at = content;

        at += sprintf(at, "--X\r\n" FIELD("a"));
        memset(at, '\r', (apr_size_t)(content + len - at));
        memcpy(content + len, tail, sizeof(tail));
        assert_null(read_pieces(TYPE, content, len + sizeof(tail) - 1, 1000 + len % 7, &v));
        assert_int_equal(mws_value_size(v), 2);
        a = mws_value_as_text(mws_value_get(v, "a", -1));
        assert_int_equal(a.len, (apr_size_t)(content + len - at));
        assert_memory_equal(a.s, at, a.len);
        assert_string_equal(shown(mws_value_get(v, "b", -1)), "\\x0d\\x0a-\\x0d\\x0a--Y");
        apr_pool_clear(pool);
    }
}

static void test_multipart_limits(void **state)
{
    static const char body[] = "--X\r\n" FIELD("a") "1\r\n--X\r\n" FIELD("b[c][d]") "2\r\n--X--";
    mws_value_t      *v;

    settings.keys_max = 2;
    settings.depth_max = 2;
    assert_null(read_parts(TYPE, body, sizeof(body) - 1, &v));
    settings.depth_max = 1;
    assert_refused(read_parts(TYPE, body, sizeof(body) - 1, &v), "1 levels");
    settings.keys_max = 1;
    assert_refused(read_parts(TYPE, body, sizeof(body) - 1, &v), "1 keys");
}

/* A header of a megabyte of parameters takes time once, not once for each. */
static void test_long_disposition(void **state)
{
    apr_size_t   len = 1u << 20, i;
    char        *body = apr_palloc(pool, len + 200), *at = body;
    mws_value_t *v;
    apr_time_t   began = apr_time_now();

    at += sprintf(at, "--X\r\nContent-Disposition: form-data");
    for (i = 0; i < len / 4; i++) {
        memcpy(at, ";x=1", 4);
        at += 4;
    }
    at += sprintf(at, ";name=a\r\n\r\n1\r\n--X--");
    assert_null(read_parts(TYPE, body, (apr_size_t)(at - body), &v));
    assert_string_equal(shown(v), "{a=1}");
    assert_true(apr_time_now() - began < apr_time_from_sec(5));
}

/* ---- JSON -------------------------------------------------------------------------------- */

static mws_error_t *read_json_len(const char *text, apr_size_t len, mws_value_t **v)
{
    apr_int64_t keys = settings.keys_max;

    *v = mws_value_struct(pool);
    return mws_json_object(&call, apr_pstrmemdup(pool, text, len), len, *v, &keys);
}

static mws_error_t *read_json(const char *text, mws_value_t **v)
{
    return read_json_len(text, strlen(text), v);
}

static const struct {
    const char *text, *tree;
} jsons[] = {
    {"{}", "{}"},
    {" \t\r\n{ \t\r\n} \t\r\n", "{}"},
    {"{\"a\":1}", "{a=#1}"},
    {"{ \"a\" : 1 , \"b\" : 2 }", "{a=#1,b=#2}"},
    {"{\"\":1}", "{=#1}"},
    {"{\"a\":true,\"b\":false,\"c\":null}", "{a=!t,b=!f,c=!n}"},
    {"{\"a\":[]}", "{a=[]}"},
    {"{\"a\":[ ]}", "{a=[]}"},
    {"{\"a\":[1,\"2\",[3],{\"b\":4}]}", "{a=[#1,2,[#3],{b=#4}]}"},
    {"{\"a\":[ 1 , 2 ]}", "{a=[#1,#2]}"},
    {"{\"a\":{}}", "{a={}}"},
    {"{\"a\":{\"a\":{\"a\":1}}}", "{a={a={a=#1}}}"},
    {"{\"a\":1,\"A\":2}", "{a=#1,A=#2}"},
    /* keys are not PHP's: nothing is spelled anew */
    {"{\"a.b\":1,\"c d\":2,\"e[f]\":3}", "{a.b=#1,c d=#2,e[f]=#3}"},
    /* numbers */
    {"{\"a\":0}", "{a=#0}"},
    {"{\"a\":-0}", "{a=#0}"},
    {"{\"a\":-1}", "{a=#-1}"},
    {"{\"a\":9223372036854775807}", "{a=#9223372036854775807}"},
    {"{\"a\":-9223372036854775808}", "{a=#-9223372036854775808}"},
    {"{\"a\":1.5}", "{a=#1.5}"},
    {"{\"a\":-1.5}", "{a=#-1.5}"},
    {"{\"a\":1e3}", "{a=#1000}"},
    {"{\"a\":1E+3}", "{a=#1000}"},
    {"{\"a\":1.25e-2}", "{a=#0.012500000000000001}"},
    {"{\"a\":0.1}", "{a=#0.10000000000000001}"},
    {"{\"a\":1.7976931348623157e308}", "{a=#1.7976931348623157e+308}"},
    {"{\"a\":1e-400}", "{a=#0}"},
    {"{\"a\":0e0}", "{a=#0}"},
    {"{\"a\":0.0}", "{a=#0}"},
    /* strings */
    {"{\"a\":\"\"}", "{a=}"},
    {"{\"a\":\"x y\"}", "{a=x y}"},
    {"{\"a\":\"\\\"\\\\\\/\"}", "{a=\"\\/}"},
    {"{\"a\":\"\\b\\f\\n\\r\\t\"}", "{a=\\x08\\x0c\\x0a\\x0d\\x09}"},
    {"{\"a\":\"\\u0041\\u00e9\\u00E9\\u20ac\"}", "{a=A\xC3\xA9\xC3\xA9\xE2\x82\xAC}"},
    {"{\"a\":\"\\ud83d\\ude00\"}", "{a=\xF0\x9F\x98\x80}"},
    {"{\"a\":\"\\uDBFF\\uDFFF\"}", "{a=\xF4\x8F\xBF\xBF}"},
    {"{\"a\":\"\\ud800\\udc00\"}", "{a=\xF0\x90\x80\x80}"},
    {"{\"a\":\"\\uffff\\ufffe\"}", "{a=\xEF\xBF\xBF\xEF\xBF\xBE}"},
    {"{\"a\":\"x\\u0000y\"}", "{a=x\\x00y}"},
    {"{\"a\":\"\x7f\"}", "{a=\\x7f}"},
    {"{\"a\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"}",
     "{a=\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80}"},
    {"{\"a\":\"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\"}",
     "{a=\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF}"},
    {"{\"\\u0061\":1}", "{a=#1}"},
    {"{\"a\\u0000\":1,\"a\":2}", "{a\\x00=#1,a=#2}"},
    {"{\"a\":\"//\"}", "{a=//}"},
    {"{\"wsfunction\":\"f\",\"courseids\":[2,3],\"moodlewssettingraw\":true}",
     "{wsfunction=f,courseids=[#2,#3],moodlewssettingraw=!t}"},
};

static void test_json(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(jsons) / sizeof(jsons[0]); i++) {
        mws_value_t *v;
        mws_error_t *err = read_json(jsons[i].text, &v);

        if (err || strcmp(shown(v), jsons[i].tree) != 0) {
            print_error("%s: %s\n", jsons[i].text, err ? err->debuginfo : shown(v));
        }
        assert_null(err);
        assert_string_equal(shown(v), jsons[i].tree);
    }
}

static const struct {
    const char *text, *says;
} bad_jsons[] = {
    /* no object, or not only one */
    {"", "byte 0: expected an object"},
    {"   ", "byte 3: expected an object"},
    {"[]", "byte 0: expected an object"},
    {"[{\"a\":1}]", "byte 0: expected an object"},
    {"1", "expected an object"},
    {"\"a\"", "expected an object"},
    {"null", "expected an object"},
    {"true", "expected an object"},
    {"\xEF\xBB\xBF{}", "byte 0: expected an object"},
    {"\x0b{}", "byte 0: expected an object"},
    {"\xC2\xA0{}", "byte 0: expected an object"},
    {"{}{}", "byte 2: expected nothing"},
    {"{} x", "byte 3: expected nothing"},
    {"{},", "byte 2: expected nothing"},
    {"{}]", "byte 2: expected nothing"},
    {"{}//", "byte 2: expected nothing"},
    {"{\"a\":1} {", "byte 8: expected nothing"},
    /* punctuation */
    {"{", "byte 1: expected a string"},
    {"{,}", "expected a string"},
    {"{\"a\":1,}", "byte 7: expected a string"},
    {"{\"a\":1,,\"b\":2}", "expected a string"},
    {"{a:1}", "byte 1: expected a string"},
    {"{'a':1}", "expected a string"},
    {"{1:1}", "expected a string"},
    {"{null:1}", "expected a string"},
    {"{\"a\"}", "byte 4: expected a colon"},
    {"{\"a\" 1}", "expected a colon"},
    {"{\"a\"=1}", "expected a colon"},
    {"{\"a\"", "expected a colon"},
    {"{\"a\":}", "byte 5: expected a value"},
    {"{\"a\":", "expected a value"},
    {"{\"a\"::1}", "expected a value"},
    {"{\"a\":1 \"b\":2}", "byte 7: expected a comma or the end of the object"},
    {"{\"a\":1", "expected a comma or the end of the object"},
    {"{\"a\":1;}", "expected a comma"},
    {"{\"a\":1]", "expected a comma"},
    {"{\"a\":[1}", "byte 7: expected a comma or the end of the list"},
    {"{\"a\":[1,]}", "byte 8: expected a value"},
    {"{\"a\":[,1]}", "expected a value"},
    {"{\"a\":[1 2]}", "expected a comma or the end of the list"},
    {"{\"a\":[", "expected a value"},
    {"{\"a\":[1", "expected a comma or the end of the list"},
    {"{\"a\":/**/1}", "expected a value"},
    {"{/**/}", "expected a string"},
    /* words */
    {"{\"a\":True}", "expected a value"},
    {"{\"a\":tru}", "expected a value"},
    {"{\"a\":truex}", "expected a comma"},
    {"{\"a\":nul", "expected a value"},
    {"{\"a\":undefined}", "expected a value"},
    {"{\"a\":NaN}", "expected a value"},
    {"{\"a\":nan}", "expected a value"},
    {"{\"a\":Infinity}", "expected a value"},
    {"{\"a\":-Infinity}", "not a number"},
    {"{\"a\":-NaN}", "not a number"},
    {"{\"a\":inf}", "expected a value"},
    /* numbers */
    {"{\"a\":01}", "byte 5: not a number"},
    {"{\"a\":-01}", "not a number"},
    {"{\"a\":00}", "not a number"},
    {"{\"a\":+1}", "expected a value"},
    {"{\"a\":-}", "not a number"},
    {"{\"a\":--1}", "not a number"},
    {"{\"a\":.5}", "expected a value"},
    {"{\"a\":1.}", "not a number"},
    {"{\"a\":1.e5}", "not a number"},
    {"{\"a\":1e}", "not a number"},
    {"{\"a\":1e+}", "not a number"},
    {"{\"a\":1ee5}", "not a number"},
    {"{\"a\":1.2.3}", "expected a comma"},
    {"{\"a\":0x10}", "expected a comma"},
    {"{\"a\":1_000}", "expected a comma"},
    {"{\"a\":1,5}", "expected a string"},
    {"{\"a\":1n}", "expected a comma"},
    {"{\"a\":9223372036854775808}", "byte 5: an integer of more than 64 bits"},
    {"{\"a\":-9223372036854775809}", "more than 64 bits"},
    {"{\"a\":18446744073709551616}", "more than 64 bits"},
    {"{\"a\":99999999999999999999999999}", "more than 64 bits"},
    {"{\"a\":1e309}", "beyond what a double holds"},
    {"{\"a\":-1e309}", "beyond what a double holds"},
    {"{\"a\":1.8e308}", "beyond what a double holds"},
    {"{\"a\":1e99999999999999999999}", "beyond what a double holds"},
    {"{\"a\":1", "expected a comma"},
    {"{\"a\":1.5", "expected a comma"},
    {"{\"a\":-", "not a number"},
    {"{\"a\":1e", "not a number"},
    /* strings */
    {"{\"a\":\"", "without its end"},
    {"{\"a\":\"x", "byte 7: a string without its end"},
    {"{\"a", "without its end"},
    {"{\"a\":'x'}", "expected a value"},
    {"{\"a\":\"\n\"}", "byte 6: a control character"},
    {"{\"a\":\"\t\"}", "a control character"},
    {"{\"a\":\"\x01\"}", "a control character"},
    {"{\"a\":\"\x1f\"}", "a control character"},
    {"{\"\n\":1}", "a control character"},
    {"{\"a\":\"\\x41\"}", "byte 6: no such escape"},
    {"{\"a\":\"\\'\"}", "no such escape"},
    {"{\"a\":\"\\a\"}", "no such escape"},
    {"{\"a\":\"\\0\"}", "no such escape"},
    {"{\"a\":\"\\U0041\"}", "no such escape"},
    {"{\"a\":\"\\", "no such escape"},
    {"{\"a\":\"\\\n\"}", "no such escape"},
    {"{\"a\":\"\\u\"}", "four hexadecimal digits"},
    {"{\"a\":\"\\u12\"}", "four hexadecimal digits"},
    {"{\"a\":\"\\u12g4\"}", "four hexadecimal digits"},
    {"{\"a\":\"\\u+123\"}", "four hexadecimal digits"},
    {"{\"a\":\"\\u123", "four hexadecimal digits"},
    {"{\"a\":\"\\u{41}\"}", "four hexadecimal digits"},
    {"{\"a\":\"\\ud83d\"}", "byte 6: a surrogate"},
    {"{\"a\":\"\\ud83dx\"}", "a surrogate"},
    {"{\"a\":\"\\ud83d\\n\"}", "a surrogate"},
    {"{\"a\":\"\\ud83d\\u0041\"}", "a surrogate"},
    {"{\"a\":\"\\ud83d\\ud83d\"}", "a surrogate"},
    {"{\"a\":\"\\ud83d\\u", "a surrogate"},
    {"{\"a\":\"\\ud83d\\", "a surrogate"},
    {"{\"a\":\"\\ude00\"}", "a surrogate"},
    {"{\"a\":\"\\ude00\\ud83d\"}", "a surrogate"},
    /* not UTF-8 */
    {"{\"a\":\"\xff\"}", "byte 6: bytes that are not UTF-8"},
    {"{\"a\":\"\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xC0\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xC1\xBF\"}", "not UTF-8"},
    {"{\"a\":\"\xC3\"}", "not UTF-8"},
    {"{\"a\":\"\xC3", "not UTF-8"},
    {"{\"a\":\"\xE0\x80\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xE0\x9F\xBF\"}", "not UTF-8"},
    {"{\"a\":\"\xE2\x82\"}", "not UTF-8"},
    {"{\"a\":\"\xED\xA0\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xED\xBF\xBF\"}", "not UTF-8"},
    {"{\"a\":\"\xF0\x80\x80\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xF0\x8F\xBF\xBF\"}", "not UTF-8"},
    {"{\"a\":\"\xF0\x9F\x98\"}", "not UTF-8"},
    {"{\"a\":\"\xF4\x90\x80\x80\"}", "not UTF-8"},
    {"{\"a\":\"\xF5\x80\x80\x80\"}", "not UTF-8"},
    {"{\"\xff\":1}", "byte 2: bytes that are not UTF-8"},
    {"{\"a\":\xC3\xA9}", "expected a value"},
    /* the same key twice */
    {"{\"a\":1,\"a\":2}", "byte 7: a key that is there already"},
    {"{\"a\":1,\"a\":1}", "there already"},
    {"{\"a\":1,\"\\u0061\":2}", "there already"},
    {"{\"\":1,\"\":2}", "there already"},
    {"{\"b\":{\"a\":1,\"a\":2}}", "there already"},
    {"{\"b\":[{\"a\":1,\"c\":2,\"a\":3}]}", "there already"},
    {"{\"a\\u0000\":1,\"a\\u0000\":2}", "there already"},
};

static void test_bad_json(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(bad_jsons) / sizeof(bad_jsons[0]); i++) {
        mws_value_t *v;
        mws_error_t *err = read_json(bad_jsons[i].text, &v);

        if (!err || !strstr(err->debuginfo, bad_jsons[i].says)) {
            print_error("%s\n", bad_jsons[i].text);
        }
        assert_refused(err, bad_jsons[i].says);
        assert_non_null(strstr(err->debuginfo, "JSON body, byte "));
    }
}

/* A NUL is no end: not of the body, nor of anything in it. */
static void test_json_nul(void **state)
{
    mws_value_t *v;

    assert_refused(read_json_len("{}\0", 3, &v), "byte 2: expected nothing");
    assert_refused(read_json_len("{\0}", 3, &v), "expected a string");
    assert_refused(read_json_len("{\"a\":\"\0\"}", 9, &v), "a control character");
    assert_refused(read_json_len("{\"a\0\":1}", 8, &v), "a control character");
    assert_refused(read_json_len("{\"a\":1\0}", 8, &v), "expected a comma");
}

/* What stands behind LEN bytes is not read. */
static void test_json_ends(void **state)
{
    static const char text[] = "{\"a\":{\"b\":[1.5,\"\\ud83d\\ude00\",true]},\"c\":-12}";
    apr_size_t        len;
    mws_value_t      *v;

    assert_null(read_json(text, &v));
    for (len = 0; len < sizeof(text) - 1; len++) {
        assert_refused(read_json_len(text, len, &v), "JSON body, byte ");
    }
}

/* So many objects, or lists, within each other. */
static char *deep_json(int levels, int lists)
{
    char *text = apr_palloc(pool, (apr_size_t)levels * 8 + 8), *at = text;
    int   i;

    at += sprintf(at, "{\"a\":");
    for (i = 1; i < levels; i++) {
        at += sprintf(at, lists ? "[" : "{\"a\":");
    }
    *at++ = '1';
    for (i = 1; i < levels; i++) {
        *at++ = lists ? ']' : '}';
    }
    memcpy(at, "}", 2);
    return text;
}

static void test_json_depth(void **state)
{
    mws_value_t *v;

    assert_null(read_json(deep_json(64, 0), &v));
    assert_null(read_json(deep_json(64, 1), &v));
    assert_refused(read_json(deep_json(65, 0), &v), "64 levels");
    assert_refused(read_json(deep_json(65, 1), &v), "64 levels");
    assert_refused(read_json(deep_json(1000000, 1), &v), "64 levels");
    settings.depth_max = 1;
    assert_null(read_json("{\"a\":1}", &v));
    assert_refused(read_json("{\"a\":[]}", &v), "1 levels");
    settings.depth_max = 2;
    assert_null(read_json("{\"a\":[],\"b\":[],\"c\":{}}", &v));
}

static void test_json_keys(void **state)
{
    mws_value_t *v;

    settings.keys_max = 4;
    assert_null(read_json("{\"a\":[1,2],\"b\":3}", &v));
    assert_refused(read_json("{\"a\":[1,2],\"b\":3,\"c\":4}", &v), "4 keys");
    assert_refused(read_json("{\"a\":[1,2,3,4]}", &v), "4 keys");
    assert_refused(read_json("{\"a\":{\"b\":1,\"c\":2,\"d\":3,\"e\":4}}", &v), "4 keys");
}

/* What came before the error is there, so that the answer has the format it names. */
static void test_json_before_error(void **state)
{
    mws_value_t *v;

    assert_refused(read_json("{\"moodlewsrestformat\":\"json\",\"a\":x}", &v), "expected a value");
    assert_string_equal(shown(v), "{moodlewsrestformat=json}");
}

/* A flood of keys and of numbers with a point. */
static void test_a_million_members(void **state)
{
    char        *text = apr_palloc(pool, 32u << 20), *at = text;
    mws_value_t *v;
    apr_time_t   began;
    int          i;

    at += sprintf(at, "{");
    for (i = 0; i < 1000000; i++) {
        at += sprintf(at, "%s\"k%d\":1.5", i ? "," : "", i);
    }
    at += sprintf(at, "}");
    began = apr_time_now();
    assert_null(read_json_len(text, (apr_size_t)(at - text), &v));
    print_message("a million members in %d ms\n", (int)apr_time_as_msec(apr_time_now() - began));
    assert_int_equal(mws_value_size(v), 1000000);
    assert_true(apr_time_now() - began < apr_time_from_sec(20));
}

/* ---- whole requests ---------------------------------------------------------------------- */

#define FORM "application/x-www-form-urlencoded"

static const struct {
    const char *method, *query, *type, *content, *tree;
    int         is_json;
} requests[] = {
    {"GET", NULL, NULL, "", "{}", 0},
    {"GET", "", NULL, "", "{}", 0},
    {"GET", "a=1", NULL, "", "{a=1}", 0},
    {"GET", "a=1", FORM, "b=2", "{a=1}", 0},
    {"HEAD", "a=1", NULL, "", "{a=1}", 0},
    {"PUT", "a=1", FORM, "b=2", "{a=1}", 0},
    {"DELETE", "a=1", FORM, "b=2", "{a=1}", 0},
    {"OPTIONS", "a=1", "application/json", "{", "{a=1}", 0},
    {"POST", NULL, FORM, "", "{}", 0},
    {"POST", NULL, FORM, "b=2", "{b=2}", 0},
    {"POST", "a=1", FORM, "b=2", "{a=1,b=2}", 0},
    {"POST", "a=1&c=3", FORM, "a=2", "{a=2,c=3}", 0},
    {"POST", "a[0]=1&a[1]=2&c=3", FORM, "a[5]=9", "{a={5=9},c=3}", 0},
    {"POST", "a[0]=1", FORM, "a=2", "{a=2}", 0},
    {"POST", "a=1", FORM, "a[]=2", "{a={0=2}}", 0},
    {"POST", NULL, FORM "; charset=iso-8859-1", "b=2", "{b=2}", 0},
    {"POST", NULL, "APPLICATION/X-WWW-Form-Urlencoded", "b=2", "{b=2}", 0},
    {"POST", NULL, " " FORM " ;charset=x", "b=2", "{b=2}", 0},
    {"POST", "a=1", NULL, "b=2", "{a=1}", 0},
    {"POST", "a=1", "", "b=2", "{a=1}", 0},
    {"POST", "a=1", "text/plain", "b=2", "{a=1}", 0},
    {"POST", "a=1", FORM "x", "b=2", "{a=1}", 0},
    {"POST", "a=1", "text/xml", "<a/>", "{a=1}", 0},
    {"POST", "a=1", TYPE, "--X\r\n" FIELD("b") "2\r\n--X--", "{a=1,b=2}", 0},
    {"POST", "a=1", TYPE, "", "{a=1}", 0},
    {"POST", "a=1", "application/json", "", "{a=1}", 1},
    {"POST", "a=1", "application/json", "{}", "{a=1}", 1},
    {"POST", "a[0]=1&c=3", "application/json; charset=utf-8", "{\"a\":[2],\"b\":null}",
     "{a=[#2],c=3,b=!n}", 1},
    {"POST", NULL, "Application/JSON", "{\"a\":\"0123456789\"}", "{a=0123456789}", 1},
    {"POST", "a=1", "application/json-rpc", "{\"b\":2}", "{a=1}", 0},
};

static void test_requests(void **state)
{
    apr_size_t i;

    for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        mws_http_t http =
            request(requests[i].method, requests[i].query, requests[i].type, requests[i].content);
        mws_value_t *v;
        int          is_json;

        assert_null(mws_form_read(&call, &http, &v, &is_json));
        assert_string_equal(shown(v), requests[i].tree);
        assert_int_equal(is_json, requests[i].is_json);
    }
}

/* Who takes a list has it beside the variables; who does not is refused. */
static void test_request_lists(void **state)
{
    static const struct {
        const char *content, *list, *refusal;
    } lists[] = {
        {"[]", "[]", NULL},
        {" [ ] ", "[]", NULL},
        {"[{\"b\":1},2,[3]]", "[{b=#1},#2,[#3]]", NULL},
        {"{}", NULL, NULL},
        {"", NULL, NULL},
        {"[1,]", "[#1]", "byte 3"},
        {"[1", "[#1]", "byte 2"},
        {"[] []", "[]", "nothing after the list"},
        {"{} []", NULL, "nothing after the object"},
        {"1", NULL, "expected an object"},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        mws_http_t   http = request("POST", "a=1", "application/json", lists[i].content);
        mws_value_t *v, *list;
        mws_error_t *err;
        int          is_json;

        err = mws_form_read_either(&call, &http, &v, &list, &is_json);
        if (lists[i].refusal) {
            assert_refused(err, lists[i].refusal);
        }
        else {
            assert_null(err);
        }
        assert_string_equal(shown(v), "{a=1}");
        assert_true(is_json);
        assert_int_equal(list != NULL, lists[i].list != NULL);
        if (list) {
            assert_string_equal(shown(list), lists[i].list);
            http = request("POST", "a=1", "application/json", lists[i].content);
            assert_refused(mws_form_read(&call, &http, &v, &is_json), "expected an object");
        }
    }
}

/* Query and body count together, and what was read before an error is there. */
static void test_request_limits(void **state)
{
    mws_http_t   http = request("POST", "a=1&b=2", FORM, "moodlewsrestformat=json&c=3&d=4");
    mws_value_t *v;
    int          is_json;

    settings.keys_max = 5;
    assert_null(mws_form_read(&call, &http, &v, &is_json));
    settings.keys_max = 4;
    http = request("POST", "a=1&b=2", FORM, "moodlewsrestformat=json&c=3&d=4");
    assert_refused(mws_form_read(&call, &http, &v, &is_json), "4 keys");
    assert_string_equal(shown(v), "{a=1,b=2,moodlewsrestformat=json,c=3}");
    settings.keys_max = 1;
    http = request("POST", "a=1&b=2", FORM, "");
    assert_refused(mws_form_read(&call, &http, &v, &is_json), "1 keys");
    assert_string_equal(shown(v), "{a=1}");
    settings.keys_max = 100;
    http = request("POST", "a=1", "application/json", "{\"b\":2,\"c\":x}");
    assert_refused(mws_form_read(&call, &http, &v, &is_json), "JSON body, byte 11");
    assert_string_equal(shown(v), "{a=1,b=#2}");
    assert_true(is_json);
}

static mws_error_t *read_whole(apr_size_t piece, const char *length, const char *content)
{
    mws_http_t http = request("POST", NULL, FORM, content);
    mws_text_t text;

    body.piece = piece;
    if (length) {
        apr_table_setn(http.headers, "Content-Length", length);
    }
    MWS_ERR(mws_http_body(&call, &http, &text));
    assert_int_equal(text.len, strlen(content));
    assert_string_equal(text.s, content);
    return NULL;
}

static void test_body(void **state)
{
    static const char *const lengths[] = {NULL, "100", "99", "101", "0", "-5", "x", ""};
    char                     content[101], *big = apr_palloc(pool, 100001);
    apr_size_t               i;

    memset(content, 'x', 100);
    content[100] = '\0';
    memset(big, 'y', 100000);
    big[100000] = '\0';
    for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        assert_null(read_whole(1, lengths[i], content));
        assert_null(read_whole(7, lengths[i], content));
        assert_null(read_whole(1000000, lengths[i], big));
        assert_null(read_whole(1000000, lengths[i], ""));
    }
    settings.body_max = 100;
    assert_null(read_whole(7, NULL, content));
    assert_null(read_whole(100, "100", content));
    settings.body_max = 99;
    assert_int_equal(read_whole(7, NULL, content)->id, MWS_TOO_LARGE);
    assert_int_equal(read_whole(7, "100", content)->id, MWS_TOO_LARGE);
    assert_int_equal(read_whole(7, "99", content)->id, MWS_TOO_LARGE);
    assert_int_equal(read_whole(7, "9223372036854775807", "")->id, MWS_TOO_LARGE);
    assert_int_equal(read_whole(7, "99999999999999999999", "")->id, MWS_TOO_LARGE);
}

static void test_body_breaks(void **state)
{
    mws_http_t http = request("POST", NULL, FORM, "a=1");
    mws_text_t text;

    body.end = APR_ENOSPC;
    assert_int_equal(mws_http_body(&call, &http, &text)->id, MWS_TOO_LARGE);
    http = request("POST", NULL, FORM, "a=1");
    body.end = APR_EOF;
    assert_int_equal(mws_http_body(&call, &http, &text)->id, MWS_BAD_PARAMETER);
}

static void test_bearer(void **state)
{
    static const struct {
        const char *header, *token;
    } rows[] = {
        {NULL, NULL},
        {"", NULL},
        {"Bearer", NULL},
        {"Bearerx", NULL},
        {"Bearer abc", "abc"},
        {"bearer abc", "abc"},
        {"BEARER   abc", "abc"},
        {"Basic abc", NULL},
        {"Bearer a b", "a b"},
        {"Bearer ", ""},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mws_http_t  http = request("GET", NULL, NULL, "");
        const char *token;

        if (rows[i].header) {
            apr_table_setn(http.headers, "Authorization", rows[i].header);
        }
        token = mws_http_bearer(pool, &http);
        if (rows[i].token) {
            assert_string_equal(token, rows[i].token);
        }
        else {
            assert_null(token);
        }
    }
}

static void test_take(void **state)
{
    mws_value_t *v;

    assert_null(read_json("{\"t\":\"x\",\"e\":\"\",\"n\":null,\"i\":1,\"l\":[],\"z\":\"a\\u0000b\","
                          "\"rest\":1}",
                          &v));
    assert_string_equal(mws_form_take(v, "t"), "x");
    assert_null(mws_form_take(v, "t"));
    assert_null(mws_form_take(v, "none"));
    assert_string_equal(mws_form_take(v, "e"), "");
    assert_null(mws_form_take(v, "n"));
    assert_string_equal(mws_form_take(v, "i"), "");
    assert_string_equal(mws_form_take(v, "l"), "");
    assert_string_equal(mws_form_take(v, "z"), "");
    assert_string_equal(shown(v), "{rest=#1}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_queries),
        TEST(test_raw_nul),
        TEST(test_query_is_kept),
        TEST(test_set),
        TEST(test_depth),
        TEST(test_keys),
        TEST(test_a_million_keys),
        TEST(test_many_names),
        TEST(test_multipart),
        TEST(test_multipart_nul),
        TEST(test_bad_multipart),
        TEST(test_multipart_edges),
        TEST(test_multipart_limits),
        TEST(test_long_disposition),
        TEST(test_json),
        TEST(test_bad_json),
        TEST(test_json_nul),
        TEST(test_json_ends),
        TEST(test_json_depth),
        TEST(test_json_keys),
        TEST(test_json_before_error),
        TEST(test_a_million_members),
        TEST(test_requests),
        TEST(test_request_lists),
        TEST(test_request_limits),
        TEST(test_body),
        TEST(test_body_breaks),
        TEST(test_bearer),
        TEST(test_take),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
