/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/mws_strip.c -- tags as PHP's strip_tags() sees them: a machine that steps over bytes. */
#include "../base/mws_buffer.h"
#include "mws_clean.h"

/* Where a byte stands. INSTRUCTION is <? ... ?>, DECLARATION is <! ... >. */
typedef enum { TEXT, TAG, INSTRUCTION, DECLARATION, COMMENT } state_e;

typedef struct {
    const char  *start, *at, *end;
    state_e      state;
    char         quote;    /* the quote that is open in a tag, or 0 */
    char         last;     /* what an instruction remembers: the quote or parenthesis before */
    int          depth;    /* "<" within a tag, each of which wants a ">" of its own */
    int          brackets; /* parentheses within an instruction */
    int          is_xml;   /* the tag is an <?xml ... > */
    const char  *keep;
    mws_buffer_t out, tag;
} strip_t;

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The byte I places back, or NUL. */
static char back(const strip_t *st, apr_ssize_t i)
{
    return st->at - st->start >= i ? st->at[-i] : '\0';
}

/* Whether the bytes just before are WORD, in any case. */
static int follows(const strip_t *st, const char *word)
{
    apr_ssize_t len = (apr_ssize_t)strlen(word), i;

    for (i = 0; i < len; i++) {
        if (lower(back(st, len - i)) != word[i]) {
            return 0;
        }
    }
    return 1;
}

static int opens_tag(const strip_t *st)
{
    return st->at + 1 == st->end || !is_space(st->at[1]);
}

/* Whether the tag that was gathered, "<name ..." or "</name", is of the element to keep. */
static int is_kept(strip_t *st)
{
    const char *tag = mws_buffer_text(&st->tag);
    apr_size_t  len = strlen(st->keep), i;

    tag += *tag == '<';
    while (is_space(*tag)) {
        tag++;
    }
    tag += *tag == '/';
    for (i = 0; i < len; i++) {
        if (lower(tag[i]) != st->keep[i]) {
            return 0;
        }
    }
    return tag[len] == '>' || is_space(tag[len]) || (tag[len] == '/' && tag[len + 1] == '>');
}

static void gather(strip_t *st, char c)
{
    if (st->keep) {
        mws_buffer_putc(&st->tag, c);
    }
}

static void leave_tag(strip_t *st)
{
    st->state = TEXT;
    st->quote = 0;
    st->is_xml = 0;
    st->tag.len = 0;
}

static void toggle_quote(strip_t *st, char c)
{
    if (!st->quote) {
        st->quote = c;
    }
    else if (st->quote == c) {
        st->quote = 0;
    }
}

static void step_text(strip_t *st, char c)
{
    if (c == '\0') {
        return;
    }
    if (c == '<' && opens_tag(st)) {
        st->state = TAG;
        st->last = '<';
        gather(st, c);
        return;
    }
    if (c == '>' && st->depth) {
        st->depth--;
        return;
    }
    mws_buffer_putc(&st->out, c);
}

static void end_tag(strip_t *st)
{
    if (st->depth) {
        st->depth--;
        return;
    }
    if (st->quote || (st->is_xml && back(st, 1) == '-')) {
        return;
    }
    gather(st, '>');
    if (st->keep && is_kept(st)) {
        mws_buffer_put(&st->out, st->tag.s, st->tag.len);
    }
    leave_tag(st);
}

static void step_tag(strip_t *st, char c)
{
    if (c == '\0') {
        return;
    }
    if (c == '>') {
        end_tag(st);
        return;
    }
    if (c == '<' && st->quote) {
        return;
    }
    if (c == '<' && opens_tag(st)) {
        st->depth++;
        return;
    }
    if (c == '!' && back(st, 1) == '<') {
        st->state = DECLARATION;
        return;
    }
    if (c == '?' && back(st, 1) == '<') {
        st->state = INSTRUCTION;
        st->brackets = 0;
        return;
    }
    if (c == '"' || c == '\'') {
        toggle_quote(st, c);
    }
    gather(st, c);
}

static void step_instruction(strip_t *st, char c)
{
    int quoted = st->last == '"' || st->last == '\'';

    if (c == '>') {
        if (st->depth) {
            st->depth--;
        }
        else if (!st->quote && !st->brackets && st->last != '"' && back(st, 1) == '?') {
            leave_tag(st);
        }
    }
    else if ((c == '(' || c == ')') && !quoted) {
        st->last = c;
        st->brackets += c == '(' ? 1 : -1;
    }
    else if ((c == '"' || c == '\'') && back(st, 1) != '\\') {
        if (st->last == c) {
            st->last = '\0';
        }
        else if (st->last != '\\') {
            st->last = c;
        }
        toggle_quote(st, c);
    }
    else if (lower(c) == 'l' && follows(st, "<?xm")) {
        st->state = TAG;
        st->is_xml = 1;
    }
}

static void step_declaration(strip_t *st, char c)
{
    if (c == '>') {
        if (st->depth) {
            st->depth--;
        }
        else if (!st->quote) {
            leave_tag(st);
        }
    }
    else if ((c == '"' || c == '\'') && back(st, 1) != '\\') {
        toggle_quote(st, c);
    }
    else if (c == '-' && back(st, 1) == '-' && back(st, 2) == '!') {
        st->state = COMMENT;
    }
    else if (lower(c) == 'e' && follows(st, "doctyp")) {
        st->state = TAG;
    }
}

static void step_comment(strip_t *st, char c)
{
    if (c == '>' && !st->quote && back(st, 1) == '-' && back(st, 2) == '-') {
        leave_tag(st);
    }
}

mws_text_t mws_clean_tags(apr_pool_t *p, mws_text_t text, const char *keep)
{
    static void (*const steps[])(strip_t *, char) = {
        [TEXT] = step_text,
        [TAG] = step_tag,
        [INSTRUCTION] = step_instruction,
        [DECLARATION] = step_declaration,
        [COMMENT] = step_comment,
    };
    strip_t st = {.start = text.s, .at = text.s, .end = text.s + text.len, .keep = keep};

    if (!memchr(text.s, '<', text.len) && !memchr(text.s, '\0', text.len)) {
        return text;
    }
    st.out = mws_buffer_make(p, text.len);
    st.tag = mws_buffer_make(p, keep ? text.len : 0);
    for (; st.at < st.end; st.at++) {
        steps[st.state](&st, *st.at);
    }
    text.len = st.out.len;
    text.s = mws_buffer_text(&st.out);
    return text;
}
