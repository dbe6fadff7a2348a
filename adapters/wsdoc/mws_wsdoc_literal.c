/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_literal.c -- values as a programming language spells them. */
#include "mws_wsdoc_literal.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_php.h"

/* Columns that a line is to have at most. */
#define WIDTH 88
#define STEP 4

/* clang-format off */
const mws_wsdoc_syntax_t mws_wsdoc_syntax_json =
    {"[]", "{}", ": ", '"', "true", "false", "null", "",
     {'"', "\"\\", NULL}, {'"', "\"\\", "\\u00"}};
const mws_wsdoc_syntax_t mws_wsdoc_syntax_python =
    {"[]", "{}", ": ", '"', "True", "False", "None", ",",
     {'"', "\"\\", NULL}, {'"', "\"\\", "\\x"}};
const mws_wsdoc_syntax_t mws_wsdoc_syntax_php =
    {"[]", "[]", " => ", '\'', "true", "false", "null", ",",
     {'\'', "'\\", NULL}, {'"', "\"\\$", "\\x"}};
const mws_wsdoc_syntax_t mws_wsdoc_syntax_perl =
    {"[]", "{}", " => ", '\0', "1", "0", "undef", ",",
     {'\'', "'\\", NULL}, {'"', "\"\\$@", "\\x"}};
const mws_wsdoc_syntax_t mws_wsdoc_syntax_javascript =
    {"[]", "{}", ": ", '\0', "true", "false", "null", ",",
     {'\'', "'\\", NULL}, {'\'', "'\\", "\\x"}};
/* clang-format on */

/* How a literal is being laid out. */
typedef struct {
    mws_buffer_t             *out;
    const mws_wsdoc_syntax_t *syntax;
    int                       on_one_line;
    int                       is_broken; /* of arguments: each stands on a line of its own */
} literal_t;

static void put_value(literal_t *literal, const mws_value_t *v, int indent);

/* The line that OUT has come to. */
static const char *line_of(const mws_buffer_t *out, apr_size_t *len)
{
    const char *at = out->s + out->len;

    while (at > out->s && at[-1] != '\n') {
        at--;
    }
    *len = (apr_size_t)(out->s + out->len - at);
    return at;
}

int mws_wsdoc_indent(const mws_buffer_t *out)
{
    apr_size_t  len, blanks = 0;
    const char *line = line_of(out, &len);

    while (blanks < len && line[blanks] == ' ') {
        blanks++;
    }
    return (int)blanks;
}

/* ---- texts -------------------------------------------------------------------------------- */

static int has_control(mws_text_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if ((unsigned char)text.s[i] < ' ') {
            return 1;
        }
    }
    return 0;
}

static void put_control(mws_buffer_t *out, const mws_wsdoc_quotes_t *quotes, char c)
{
    static const char digits[] = "0123456789abcdef";
    static const char named[] = "\n\r\t";
    const char       *name = strchr(named, c);

    if (c && name) {
        mws_buffer_putc(out, '\\');
        mws_buffer_putc(out, "nrt"[name - named]);
        return;
    }
    mws_buffer_puts(out, quotes->control);
    mws_buffer_putc(out, digits[c >> 4 & 0xF]);
    mws_buffer_putc(out, digits[c & 0xF]);
}

static void put_text(literal_t *literal, mws_text_t text)
{
    int                       rich = has_control(text);
    const mws_wsdoc_quotes_t *quotes = rich ? &literal->syntax->rich : &literal->syntax->plain;
    mws_buffer_t             *out = literal->out;
    apr_size_t                i;

    mws_buffer_putc(out, quotes->quote);
    for (i = 0; i < text.len; i++) {
        if ((unsigned char)text.s[i] < ' ') {
            put_control(out, quotes, text.s[i]);
            continue;
        }
        if (strchr(quotes->special, text.s[i])) {
            mws_buffer_putc(out, '\\');
        }
        mws_buffer_putc(out, text.s[i]);
    }
    mws_buffer_putc(out, quotes->quote);
}

/* ---- lists and structs -------------------------------------------------------------------- */

static void put_key(literal_t *literal, mws_text_t key)
{
    char quote = literal->syntax->key_quote;

    if (quote) {
        mws_buffer_putc(literal->out, quote);
    }
    mws_buffer_put(literal->out, key.s, key.len);
    if (quote) {
        mws_buffer_putc(literal->out, quote);
    }
    mws_buffer_puts(literal->out, literal->syntax->arrow);
}

static void new_line(mws_buffer_t *out, int indent)
{
    mws_buffer_putc(out, '\n');
    while (indent--) {
        mws_buffer_putc(out, ' ');
    }
}

/* Put the items of V, a list or struct that stands INDENT deep. */
static void put_items(literal_t *literal, const mws_value_t *v, int indent)
{
    mws_buffer_t *out = literal->out;
    int           on_one_line = literal->on_one_line;
    apr_size_t    i, count = mws_value_size(v);

    for (i = 0; i < count; i++) {
        if (i) {
            mws_buffer_puts(out, on_one_line ? ", " : ",");
        }
        if (!on_one_line) {
            new_line(out, indent + STEP);
        }
        if (mws_value_kind(v) == MWS_STRUCT) {
            put_key(literal, mws_value_key_at(v, i));
        }
        put_value(literal, mws_value_at(v, i), indent + STEP);
    }
    if (!on_one_line && count) {
        mws_buffer_puts(out, literal->syntax->last);
        new_line(out, indent);
    }
}

/* Whether V fits on the line that OUT has come to, with a few characters behind it. */
static int fits(const literal_t *literal, const mws_value_t *v)
{
    mws_buffer_t alone = mws_buffer_make(literal->out->pool, WIDTH);
    literal_t    one_line = {.out = &alone, .syntax = literal->syntax, .on_one_line = 1};
    apr_size_t   column;

    line_of(literal->out, &column);
    put_value(&one_line, v, 0);
    return column + alone.len + 3 <= WIDTH;
}

/* Put V, a list or struct, between the two of BRACKETS. */
static void put_all(literal_t *literal, const char *brackets, const mws_value_t *v, int indent)
{
    literal_t inner = *literal;

    inner.on_one_line = literal->on_one_line || fits(literal, v);
    mws_buffer_putc(literal->out, brackets[0]);
    put_items(&inner, v, indent);
    mws_buffer_putc(literal->out, brackets[1]);
}

static void put_value(literal_t *literal, const mws_value_t *v, int indent)
{
    const mws_wsdoc_syntax_t *syntax = literal->syntax;
    mws_buffer_t             *out = literal->out;

    switch (mws_value_kind(v)) {
    case MWS_NULL:
        mws_buffer_puts(out, syntax->null);
        break;
    case MWS_BOOL:
        mws_buffer_puts(out, mws_value_as_bool(v) ? syntax->yes : syntax->no);
        break;
    case MWS_INT:
        mws_buffer_puts(out, apr_psprintf(out->pool, "%" APR_INT64_T_FMT, mws_value_as_int(v)));
        break;
    case MWS_FLOAT:
        mws_buffer_puts(out, mws_php_float_json(out->pool, mws_value_as_float(v)));
        break;
    case MWS_TEXT:
        put_text(literal, mws_value_as_text(v));
        break;
    case MWS_LIST:
        put_all(literal, syntax->list, v, indent);
        break;
    case MWS_STRUCT:
        put_all(literal, syntax->strct, v, indent);
        break;
    }
}

void mws_wsdoc_literal(mws_buffer_t *out, const mws_wsdoc_syntax_t *syntax, const mws_value_t *v)
{
    literal_t literal = {.out = out, .syntax = syntax};

    put_value(&literal, v, mws_wsdoc_indent(out));
}

/* ---- arguments ---------------------------------------------------------------------------- */

static void put_arguments(literal_t *literal, const mws_value_t *v, int indent)
{
    mws_buffer_t *out = literal->out;
    apr_size_t    i;

    for (i = 0; i < mws_value_size(v); i++) {
        if (i) {
            mws_buffer_puts(out, literal->is_broken ? "," : ", ");
        }
        if (literal->is_broken) {
            new_line(out, indent);
        }
        if (mws_value_kind(v) == MWS_STRUCT) {
            mws_buffer_puts(out, mws_value_key_at(v, i).s);
            mws_buffer_putc(out, '=');
        }
        put_value(literal, mws_value_at(v, i), indent);
    }
}

/* Whether the arguments V are too long for the line that OUT has come to. */
static int are_long(mws_buffer_t *out, const mws_wsdoc_syntax_t *syntax, const mws_value_t *v)
{
    literal_t literal = {.out = out, .syntax = syntax};

    return mws_value_size(v) > 1 && !fits(&literal, v);
}

void mws_wsdoc_literal_arguments(mws_buffer_t *out, const mws_wsdoc_syntax_t *syntax,
                                 const mws_value_t *v)
{
    int       broken = are_long(out, syntax, v), indent = mws_wsdoc_indent(out);
    literal_t literal = {.out = out, .syntax = syntax, .is_broken = broken};

    put_arguments(&literal, v, broken ? indent + STEP : indent);
    if (broken) {
        new_line(out, indent);
    }
}
