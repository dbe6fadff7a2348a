/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/rest/mws_rest_writer.h
 *
 * The documents of REST, in its two formats, to the byte as Moodle writes them.
 * Moodle: webservice/rest/locallib.php, webservice_rest_server::send_response(), send_error().
 */
#ifndef MWS_REST_WRITER_H
#define MWS_REST_WRITER_H

#include "../../lib/base/mws_out.h"

/* mws_rest_json_next_writer: of an element of a list that is not its first. */
extern const mws_writer_t mws_rest_xml_writer, mws_rest_json_writer, mws_rest_json_next_writer;

/* Write the exception document of ERR, whose class is spelled CLASS_NAME, to SINK. */
void mws_rest_xml_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err);
void mws_rest_json_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err);

/* The same for the CALL-th of several calls that were to be done together, counted from 0; -1 for
 * all of them. */
void mws_rest_json_call_fault(mws_sink_t *sink, const char *class_name, const mws_error_t *err,
                              int call);

#endif
