/* SPDX-License-Identifier: Apache-2.0 */
/* t/harmless.h
 *
 * Whether HTML that the cleaner let out can do harm: read as a browser would begin to read it, and
 * once more as libxml2 reads it. Each function returns NULL, or what is wrong.
 */
#ifndef HARMLESS_H
#define HARMLESS_H

#include <libxml/HTMLparser.h>
#include <string.h>

/* Whether the LEN bytes of WORD are one of LIST. */
static inline int harmless_lists(const char *const *list, const char *word, size_t len)
{
    for (; *list && (strlen(*list) != len || strncmp(*list, word, len) != 0); list++) {
    }
    return *list != NULL;
}

/* Names in quotes, as those of fonts, may be any. */
static inline const char *harm_of_style(const char *style)
{
    static const char *const never[] = {"url", "expression", "position", "behavior", NULL};
    int                      i;

    if (strpbrk(style, "\\@<>{}/")) {
        return "a style with more than declarations";
    }
    for (; *style; style++) {
        if (*style == '\'' && !(style = strchr(style + 1, '\''))) {
            return "a quote that does not end";
        }
        for (i = 0; never[i]; i++) {
            if (!strncmp(style, never[i], strlen(never[i]))) {
                return "a style that does more than show";
            }
        }
    }
    return NULL;
}

static inline const char *harm_of_value(const char *name, const char *value)
{
    static const char *const addresses[] = {"href", "src", "cite", "longdesc", "poster", NULL};
    static const char *const schemes[] = {"http", "https",  "ftp",  "irc",       "nntp",
                                          "news", "rtsp",   "rtmp", "teamspeak", "gopher",
                                          "mms",  "mailto", NULL};
    size_t                   len = strcspn(value, ":/?#"), i;
    char                     scheme[16] = "";

    if (!strncmp(name, "on", 2)) {
        return "a handler";
    }
    if (harmless_lists(addresses, name, strlen(name)) && value[len] == ':') {
        for (i = 0; i < len && i < sizeof(scheme) - 1; i++) {
            scheme[i] = (char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] + 32 : value[i]);
        }
        return i < len || !harmless_lists(schemes, scheme, len) ? "an address to run" : NULL;
    }
    return strcmp(name, "style") != 0 ? NULL : harm_of_style(value);
}

static inline const char *harm_of_attributes(const xmlNode *node)
{
    const xmlAttr *attr;
    const char    *harm = NULL;

    for (attr = node->properties; attr && !harm; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);

        harm = harm_of_value((const char *)attr->name, value ? (const char *)value : "");
        xmlFree(value);
    }
    return harm;
}

/* Of NODE, what follows it and what is in it. */
static inline const char *harm_of_nodes(const xmlNode *node)
{
    static const char *const names[] = {
#define ELEMENT(name, stands, holds, flags) name,
#include "lib/text/mws_html.tbl"
#undef ELEMENT
        "html", "body", NULL};
    static const char *const never[] = {"script",    "style",   "iframe",   "object",   "embed",
                                        "svg",       "math",    "form",     "input",    "base",
                                        "link",      "meta",    "template", "noscript", "xmp",
                                        "plaintext", "noembed", "title",    "textarea", NULL};
    const char              *harm = NULL;

    for (; node && !harm; node = node->next) {
        const char *name = (const char *)node->name;

        if (node->type == XML_TEXT_NODE || node->type == XML_ENTITY_REF_NODE) {
            continue;
        }
        if (node->type != XML_ELEMENT_NODE) {
            return "neither a tag nor text";
        }
        if (!harmless_lists(names, name, strlen(name)) ||
            harmless_lists(never, name, strlen(name))) {
            return "an element that may not be";
        }
        harm = harm_of_attributes(node);
        harm = harm ? harm : harm_of_nodes(node->children);
    }
    return harm;
}

/* Each "<" must begin a tag in order, with each value in quotes. */
static inline const char *harm_of_tags(const char *html)
{
    while ((html = strchr(html, '<'))) {
        html += 1 + (html[1] == '/');
        if (*html < 'a' || *html > 'z') {
            return "a < that begins no tag";
        }
        html += strcspn(html, " >");
        while (*html == ' ' && html[1] != '/') {
            html += 1 + strspn(html + 1, "abcdefghijklmnopqrstuvwxyz:");
            if (html[0] != '=' || html[1] != '"') {
                return "an attribute without quotes";
            }
            html += 2 + strcspn(html + 2, "\"<>");
            if (*html++ != '"') {
                return "an attribute that does not end";
            }
        }
        html += !strncmp(html, " /", 2) ? 2 : 0;
        if (*html != '>') {
            return "a tag that does not end";
        }
    }
    return NULL;
}

/* As libxml2 reads it, whatever it is written like. */
static inline const char *harm_as_read(const char *html)
{
    htmlDocPtr  doc = htmlReadMemory(html, (int)strlen(html), NULL, "UTF-8",
                                     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
    const char *harm = doc ? harm_of_nodes(xmlDocGetRootElement(doc)) : NULL;

    xmlFreeDoc(doc);
    return harm;
}

static inline const char *harm_in(const char *html)
{
    const char *harm = harm_of_tags(html);

    return harm ? harm : harm_as_read(html);
}

#endif
