/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/mws_version.h
 *
 * Which version of the module this is: the one that CHANGES begins with.
 */
#ifndef MWS_VERSION_H
#define MWS_VERSION_H

#define MWS_VERSION "0.1.0"

#endif
