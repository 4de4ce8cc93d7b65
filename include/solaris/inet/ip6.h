/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inet/ip6.h: the header of IPv6 packets; see inet/ip.h.
 */
#ifndef NETINST_SOLARIS_INET_IP6_H
#define NETINST_SOLARIS_INET_IP6_H

#include <inet/ip.h>

#define IPV6_HDR_LEN 40

#endif
