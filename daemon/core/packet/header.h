/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h: private to core/: what a packet says of itself in its first bytes:
 * IPv4, IPv6 or ARP, whether that header is all there, and where it goes.
 * Nothing is changed or kept; any thread.
 */
#ifndef NETINST_CORE_HEADER_H
#define NETINST_CORE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinst/packet.h>

#include "core/interface/ip.h"

/* Bytes that any function here looks at. */
#define HEADER_MAX 60

/* The first bytes of a packet, in one piece. */
struct header {
	uint8_t bytes[HEADER_MAX];
	size_t length; /* of them, that the packet has */
};

/* Takes them from one block or from several. */
void header_read(struct header *header, const mblk_t *packet);
void header_of_bytes(
    struct header *header, const uint8_t *bytes, size_t length);

/* NHF_INET, NHF_INET6, NHF_ARP, or NULL: of none of them. */
const char *header_protocol(const struct header *header);

/*
 * Whether it is of that protocol and has the header whole: IPv4 with its
 * options, IPv6 without extensions, ARP with its addresses. What follows may
 * have been cut off, as captures do.
 */
bool header_is_whole(const struct header *header, const char *protocol);

/* Where a whole header of IP says that the packet goes; none for ARP. */
struct ip_address header_destination(const struct header *header);

/* HPE_MULTICAST and HPE_BROADCAST, as that address has it. */
int header_flags(const struct header *header);

/* Whether the checksum of a whole IPv4 header is right. */
bool header_checksum_is_valid(const struct header *header);

#endif
