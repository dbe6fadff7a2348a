/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_page.h
 *
 * Pages of HTML. What is constant is written with MWS_PUT(), everything else with mws_page_put(), which
 * escapes it: there is no third way. Addresses are relative, so that a page works behind any host name.
 */
#ifndef MWS_PAGE_H
#define MWS_PAGE_H

#include "mws_docs.h"

/* Write FMT to SINK as printf() does, each %s escaped, good between double quotes too. %d and %% are
 * all that there is besides; anything else is our bug and ends the process. */
void mws_page_put(mws_sink_t *sink, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Write NAME, of a function, so that it breaks behind underscores only where a line is too short for it. */
void mws_page_put_name(mws_sink_t *sink, const char *name);

/* Write all up to <body>, which is left to the caller: the page is called TITLE. */
void mws_page_head(mws_docs_t *docs, const char *title);

/* Whether there is an asset called NAME: a file of adapters/wsdoc. */
int mws_page_has_asset(const mws_docs_t *docs, const char *name);

/* Where that is, seen from the page: with a version that changes when it does. */
const char *mws_page_asset(const mws_docs_t *docs, const char *name);

/* Answer with the asset called NAME, which there is, as CONTENT_TYPE. */
void mws_page_send_asset(mws_docs_t *docs, const char *name, const char *content_type);

/* What people call PROTOCOL. */
const char *mws_page_protocol(const char *protocol);

/* Write the form that takes a token, for this same page; what follows is of the service of that. It is
 * posted, so that it comes into no address and no log. */
void mws_page_put_token_form(mws_docs_t *docs, const char *button);

/* Answer with a small page that says ERR and, where a token would help, takes one. */
void mws_page_refuse(mws_docs_t *docs, const mws_error_t *err);

#endif
