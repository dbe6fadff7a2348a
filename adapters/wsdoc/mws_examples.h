/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/mws_examples.h
 *
 * An example of each function, for those who read about it: a call on the demo site and its answer,
 * from externals/examples.json. Its keys are the names of functions; of each "call" has the
 * parameters, and "answer" the result, null where nothing is returned.
 */
#ifndef MWS_EXAMPLES_H
#define MWS_EXAMPLES_H

#include "../../lib/base/mws_out.h"
#include "../../lib/db/mws_call.h"

typedef struct {
    const mws_value_t *call;   /* a STRUCT */
    const mws_value_t *answer; /* NULL: nothing is returned */
} mws_example_t;

/* Read all examples into *EXAMPLES, a STRUCT that lives as long as CALL. */
mws_error_t *mws_examples_read(mws_call_t *call, const mws_value_t **examples);

/* That of the function NAME. False where there is none. */
int mws_examples_find(const mws_value_t *examples, const char *name, mws_example_t *example);

/* Write ANSWER to SINK with WRITER, as a function with the result RETURNS would have: the form that a
 * protocol gives it. */
mws_error_t *mws_example_write(apr_pool_t *p, const mws_value_t *answer, const mws_spec_t *returns,
                               const mws_writer_t *writer, mws_sink_t *sink);

#endif
