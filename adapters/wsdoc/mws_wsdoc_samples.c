/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_wsdoc_samples.c -- samples of code, in each language. */
#include "mws_wsdoc_samples.h"

#include <apr_strings.h>
#include <string.h>

#include "../../lib/base/mws_asset.h"
#include "../../lib/base/mws_escape.h"
#include "../../lib/base/mws_unicode.h"
#include "mws_wsdoc_call.h"
#include "mws_wsdoc_literal.h"

#define FOLDER "adapters/wsdoc/samples/"

/* The longest piece of bytes that a shell is given. */
#define PIECE 64

/* A language: how its files end, what the page calls it, how it writes values. */
typedef struct {
    const char               *extension, *name, *title;
    const mws_wsdoc_syntax_t *syntax; /* NULL: it writes none */
    /* Put in a document of several lines, as the language has it. */
    void (*put_document)(mws_buffer_t *out, const char *document);
} language_t;

static void put_in_shell(mws_buffer_t *out, const char *document);
static void put_in_java(mws_buffer_t *out, const char *document);

/* In the order of the page. */
/* clang-format off */
static const language_t languages[] = {
    {"sh",   "curl",         "curl",         NULL,                         put_in_shell},
    {"py",   "python",       "Python",       &mws_wsdoc_syntax_python,     NULL},
    {"php",  "php",          "PHP",          &mws_wsdoc_syntax_php,        NULL},
    {"pl",   "perl",         "Perl",         &mws_wsdoc_syntax_perl,       NULL},
    {"mjs",  "javascript",   "JavaScript",   &mws_wsdoc_syntax_javascript, NULL},
    {"java", "java",         "Java",         NULL,                         put_in_java},
    {"as",   "actionscript", "ActionScript", &mws_wsdoc_syntax_javascript, NULL},
};
/* clang-format on */

#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

/* A sample being written. */
typedef struct {
    apr_pool_t          *pool;
    const mws_docs_t    *docs;
    const mws_row_t     *row;
    const mws_example_t *example;
    const char          *protocol;
    const language_t    *language;
    mws_buffer_t         out;
} sample_t;

/* ---- documents ---------------------------------------------------------------------------- */

/* Between <<'END' and END nothing has a meaning. */
static void put_in_shell(mws_buffer_t *out, const char *document)
{
    mws_buffer_puts(out, document);
}

/* A text block: what is not ASCII goes by its number in XML, as javac may take the file for another
 * encoding than it is in. */
static void put_in_java(mws_buffer_t *out, const char *document)
{
    const char *end = document + strlen(document);
    int         indent = mws_wsdoc_indent(out);
    apr_size_t  len;

    for (; document < end; document += len) {
        int32_t c = mws_utf8_decode(document, end, &len);

        if (c > '~') {
            mws_buffer_puts(out, apr_psprintf(out->pool, "&#%d;", (int)c));
            continue;
        }
        if (c == '\\') {
            mws_buffer_putc(out, '\\');
        }
        mws_buffer_putc(out, *document);
        if (c == '\n') {
            mws_buffer_puts(out, apr_psprintf(out->pool, "%*s", indent, ""));
        }
    }
}

/* Put DOCUMENT without its last line feed, which the sample has. */
static void put_document(sample_t *sample, const char *document)
{
    apr_size_t len = strlen(document);

    sample->language->put_document(&sample->out, apr_pstrmemdup(sample->pool, document, len - 1));
}

static void put_envelope(sample_t *sample)
{
    put_document(sample, mws_wsdoc_envelope(sample->docs, sample->row, sample->example->call, 1));
}

static void put_method_call(sample_t *sample)
{
    put_document(sample, mws_wsdoc_method_call(sample->pool, sample->row, sample->example->call));
}

/* ---- the shell ---------------------------------------------------------------------------- */

/* TEXT between quotes. */
static void put_quoted(mws_buffer_t *out, const char *text)
{
    mws_buffer_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'') {
            mws_buffer_puts(out, "'\\''");
        }
        else {
            mws_buffer_putc(out, *text);
        }
    }
    mws_buffer_putc(out, '\'');
}

/* Whether VALUE is the same in a form and out of it. */
static int is_bare(const char *value)
{
    return !value[strspn(value,
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")];
}

/* The fields of the call as options of curl, each on a line. */
static void put_fields(sample_t *sample)
{
    const apr_array_header_t *fields = mws_wsdoc_fields(sample->pool, sample->example->call);
    int                       i;

    for (i = 0; i < fields->nelts; i++) {
        const mws_wsdoc_field_t *field = &APR_ARRAY_IDX(fields, i, mws_wsdoc_field_t);

        mws_buffer_puts(&sample->out, " \\\n     ");
        mws_buffer_puts(&sample->out, is_bare(field->value) ? "-d " : "--data-urlencode ");
        put_quoted(&sample->out, apr_pstrcat(sample->pool, field->name, "=", field->value, NULL));
    }
}

/* A byte as `printf %b` takes it between quotes. */
static void put_byte(mws_buffer_t *out, unsigned char byte)
{
    if (byte < ' ' || byte > '~' || byte == '\\' || byte == '\'') {
        mws_buffer_puts(out, apr_psprintf(out->pool, "\\0%03o", byte));
    }
    else {
        mws_buffer_putc(out, (char)byte);
    }
}

/* The packet in pieces, each on a line. */
static void put_packet(sample_t *sample)
{
    mws_text_t    packet = mws_wsdoc_packet(sample->pool, sample->row, sample->example->call, 1);
    apr_size_t    i, begins = 0;
    mws_buffer_t *out = &sample->out;

    for (i = 0; i < packet.len; i++) {
        if (i == 0 || out->len - begins > PIECE) {
            mws_buffer_puts(out, i ? "' \\\n          '" : "'");
            begins = out->len;
        }
        put_byte(out, (unsigned char)packet.s[i]);
    }
    mws_buffer_putc(out, '\'');
}

/* ---- values ------------------------------------------------------------------------------- */

/* V for what a WSDL is read by that has document/literal: a list is a struct with its items. */
static mws_value_t *with_items(apr_pool_t *p, const mws_value_t *v)
{
    int          is_list = mws_value_kind(v) == MWS_LIST;
    mws_value_t *made = is_list ? mws_value_list(p) : mws_value_struct(p), *around;
    apr_size_t   i;

    if (!is_list && mws_value_kind(v) != MWS_STRUCT) {
        return (mws_value_t *)v;
    }
    for (i = 0; i < mws_value_size(v); i++) {
        mws_value_t *item = with_items(p, mws_value_at(v, i));
        mws_text_t   key = mws_value_key_at(v, i);

        if (is_list) {
            mws_value_append(made, item);
        }
        else {
            mws_value_set(made, key.s, (apr_ssize_t)key.len, item);
        }
    }
    if (!is_list) {
        return made;
    }
    around = mws_value_struct(p);
    mws_value_set(around, "item", -1, made);
    return around;
}

static void put_literal(sample_t *sample, const mws_value_t *v)
{
    mws_wsdoc_literal(&sample->out, sample->language->syntax, v);
}

static void put_arguments(sample_t *sample)
{
    put_literal(sample, sample->example->call);
}

static void put_items(sample_t *sample)
{
    put_literal(sample, with_items(sample->pool, sample->example->call));
}

static void put_keywords(sample_t *sample)
{
    mws_wsdoc_literal_arguments(&sample->out, sample->language->syntax,
                                with_items(sample->pool, sample->example->call));
}

static void put_positional(sample_t *sample)
{
    mws_wsdoc_literal_arguments(
        &sample->out, sample->language->syntax,
        mws_wsdoc_arguments(sample->pool, sample->row->external->params, sample->example->call));
}

static void put_all(sample_t *sample)
{
    mws_wsdoc_literal_arguments(&sample->out, sample->language->syntax,
                                mws_wsdoc_all_arguments(sample->pool, sample->row->external->params,
                                                        sample->example->call));
}

/* ---- names -------------------------------------------------------------------------------- */

static void put_address(sample_t *sample)
{
    mws_buffer_puts(&sample->out, mws_wsdoc_address(sample->docs, sample->protocol));
}

static void put_function(sample_t *sample)
{
    mws_buffer_puts(&sample->out, sample->row->name);
}

static void put_service(sample_t *sample)
{
    mws_buffer_puts(&sample->out, MWS_WSDOC_SERVICE);
}

/* What a name has in it where a library has two, for http and for https. */
static void put_secure(sample_t *sample)
{
    if (strncmp(sample->docs->call->settings->wwwroot, "https:", 6) == 0) {
        mws_buffer_puts(&sample->out, "Secure");
    }
}

/* ---- files -------------------------------------------------------------------------------- */

/* What may stand in a sample between {{ and }}. */
/* clang-format off */
static const struct {
    const char *name;
    void (*put)(sample_t *sample);
} places[] = {
    {"address",    put_address},     /* of the server script */
    {"function",   put_function},
    {"service",    put_service},     /* what AMF has before its name */
    {"secure",     put_secure},
    {"arguments",  put_arguments},   /* as a struct of their names */
    {"items",      put_items},       /* the same, lists being structs of an item */
    {"keywords",   put_keywords},    /* these as name=value */
    {"positional", put_positional},  /* in order */
    {"all",        put_all},         /* with those that are left out, where a client sends null for them */
    {"fields",     put_fields},
    {"envelope",   put_envelope},
    {"methodcall", put_method_call},
    {"packet",     put_packet},
};
/* clang-format on */

#define PLACES (sizeof(places) / sizeof(places[0]))

/* Put what goes to the place NAME of LEN bytes. One that is not known is our bug, and stays as it is. */
static void put_place(sample_t *sample, const char *name, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < PLACES; i++) {
        if (strlen(places[i].name) == len && memcmp(places[i].name, name, len) == 0) {
            places[i].put(sample);
            return;
        }
    }
    mws_buffer_put(&sample->out, name - 2, len + 4);
}

/* Put FILE with all its places filled, but for its first line: that is the licence of the file. */
static void fill(sample_t *sample, const char *file)
{
    const char *begin, *end;

    file = strchr(file, '\n') + 1;
    while ((begin = strstr(file, "{{")) && (end = strstr(begin, "}}"))) {
        mws_buffer_put(&sample->out, file, (apr_size_t)(begin - file));
        put_place(sample, begin + 2, (apr_size_t)(end - begin - 2));
        file = end + 2;
    }
    mws_buffer_puts(&sample->out, file);
}

/* The file of a protocol and a language, or NULL. */
static const char *find_file(apr_pool_t *p, const char *protocol, const language_t *language)
{
    const char *name = apr_pstrcat(p, FOLDER, protocol, ".", language->extension, NULL), *path;
    mws_text_t  file;
    apr_size_t  i;

    for (i = 0; (file = mws_asset_at(i, &path)).s; i++) {
        if (strcmp(path, name) == 0) {
            return file.s;
        }
    }
    return NULL;
}

/* Write SAMPLE as HTML. */
static void write_sample(sample_t *sample, mws_sink_t *html)
{
    MWS_PUT(html, "<details class=\"sample\" data-language=\"");
    mws_put(html, sample->language->name, strlen(sample->language->name));
    MWS_PUT(html, "\"><summary>");
    mws_put(html, sample->language->title, strlen(sample->language->title));
    MWS_PUT(html, "</summary><pre><code>");
    mws_escape_xml(html, sample->out.s, sample->out.len);
    MWS_PUT(html, "</code></pre></details>\n");
}

void mws_wsdoc_samples(mws_docs_t *docs, const mws_row_t *row, const mws_example_t *example,
                       const char *protocol)
{
    apr_pool_t *p = docs->call->pool;
    apr_size_t  i;

    for (i = 0; i < LANGUAGES; i++) {
        const char *file = find_file(p, protocol, &languages[i]);
        sample_t    sample = {.pool = p,
                              .docs = docs,
                              .row = row,
                              .example = example,
                              .protocol = protocol,
                              .language = &languages[i],
                              .out = mws_buffer_make(p, 2000)};

        if (file) {
            fill(&sample, file);
            write_sample(&sample, docs->body);
        }
    }
}
