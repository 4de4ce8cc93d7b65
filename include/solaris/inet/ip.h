/* SPDX-License-Identifier: Apache-2.0 */
/* inet/ip.h: the headers of IP packets, under the names of Solaris. */
#ifndef NETINST_SOLARIS_INET_IP_H
#define NETINST_SOLARIS_INET_IP_H

#include <netinet/in.h>
#include <netinet/ip6.h>
#include <sys/stream.h>

#define IPV4_VERSION 4
#define IPV6_VERSION 6

/* All in network byte order. */
typedef struct ipha_s {
	uint8_t ipha_version_and_hdr_length;
	uint8_t ipha_type_of_service;
	uint16_t ipha_length;
	uint16_t ipha_ident;
	uint16_t ipha_fragment_offset_and_flags;
	uint8_t ipha_ttl;
	uint8_t ipha_protocol;
	uint16_t ipha_hdr_checksum;
	ipaddr_t ipha_src;
	ipaddr_t ipha_dst;
} ipha_t;

#define IP_SIMPLE_HDR_LENGTH 20
#define IPH_DF		     0x4000
#define IPH_MF		     0x2000
#define IPH_OFFSET	     0x1fff

#define IPH_HDR_VERSION(ipha) (*(const uint8_t *)(ipha) >> 4)
#define IPH_HDR_LENGTH(ipha)  ((*(const uint8_t *)(ipha)&0xf) << 2)

#endif
