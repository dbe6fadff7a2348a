/* SPDX-License-Identifier: Apache-2.0 */
/* services/mws_address.h
 *
 * IP addresses, and the lists that restrict tokens and services to some.
 */
#ifndef MWS_ADDRESS_H
#define MWS_ADDRESS_H

#include <apr_pools.h>

/* Whether ADDRESS is in LIST, the comma list of an iprestriction. Moodle: address_in_subnet(). */
int mws_address_in(apr_pool_t *p, const char *address, const char *list);

#endif
