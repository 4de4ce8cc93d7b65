/* SPDX-License-Identifier: Apache-2.0 */
/* netinet/in.h: the C library's, and the names that Solaris has besides. */
#ifndef NETINST_SOLARIS_NETINET_IN_H
#define NETINST_SOLARIS_NETINET_IN_H

#include_next <netinet/in.h>

typedef uint32_t ipaddr_t; /* network byte order */
typedef struct in6_addr in6_addr_t;

#endif
