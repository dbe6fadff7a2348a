/* SPDX-License-Identifier: Apache-2.0 */
/* adapters/wsdoc/page.js -- what the page does beyond its links: a filter, and a way to try calls. */
"use strict";
