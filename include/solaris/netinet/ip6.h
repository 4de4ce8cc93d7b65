/* SPDX-License-Identifier: Apache-2.0 */
/* netinet/ip6.h: the C library's, under the name that Solaris has besides. */
#ifndef NETINST_SOLARIS_NETINET_IP6_H
#define NETINST_SOLARIS_NETINET_IP6_H

#include_next <netinet/ip6.h>

typedef struct ip6_hdr ip6_t;

#endif
