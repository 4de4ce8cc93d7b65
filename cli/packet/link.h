/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h: frames of the link layer: where the packet in one begins and ends.
 */
#ifndef NETINST_CLI_LINK_H
#define NETINST_CLI_LINK_H

#include <stddef.h>
#include <stdint.h>

enum link_type {
	LINK_ETHERNET,
	LINK_RAW,    /* the packet, and nothing before it */
	LINK_NULL,   /* BSD loopback: the address family, in either order */
	LINK_COOKED, /* Linux "any": LINUX_SLL */
	LINK_COOKED2 /* LINUX_SLL2 */
};

enum link_content {
	LINK_PACKET,   /* IPv4, IPv6 or ARP */
	LINK_OTHER,    /* something else */
	LINK_MALFORMED /* too short, or not what the header says it is */
};

/* A frame's packet: bytes from header on, length of them. */
struct link_cut {
	size_t header;
	size_t length; /* without what pads the frame */
};

/* Tags of VLANs are passed over, whatever the type. */
enum link_content link_cut(enum link_type type, const uint8_t *frame,
    size_t length, struct link_cut *cut);

#endif
