/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_message.h: what messages of rtnetlink say, as far as the source of real
 * instances wants to know it: links, addresses, nsids and the ends of answers.
 * Reading has no state and no effect. Whatever the bytes are, nothing outside
 * them is read: attributes that are not known are passed over, and a message
 * that contradicts itself says nothing. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_MESSAGE_H
#define NETINST_SOURCE_NETNS_MESSAGE_H

#include <net/if.h>

#include "core/interface/interface.h"

enum netns_message_kind {
	NETNS_MESSAGE_OTHER,	 /* nothing that anybody wants to know */
	NETNS_MESSAGE_MALFORMED, /* of a kind below, and cannot be true */
	NETNS_MESSAGE_LINK,	 /* so is link index now */
	NETNS_MESSAGE_LINK_GONE, /* of link only index is given */
	NETNS_MESSAGE_ADDRESS,	 /* so is an address of index now */
	NETNS_MESSAGE_ADDRESS_GONE,
	NETNS_MESSAGE_NSID, /* nsid; -1: it has none */
	NETNS_MESSAGE_NSID_GONE,
	NETNS_MESSAGE_END /* of an answer, with its error */
};

/* The flags of links that are kept. */
#define NETNS_LINK_FLAGS                                                       \
	(IFF_UP | IFF_RUNNING | IFF_LOOPBACK | IFF_POINTOPOINT |               \
	    IFF_BROADCAST | IFF_MULTICAST | IFF_NOARP | IFF_PROMISC)

struct netns_message_link {
	char name[NIC_NAME_MAX + 1]; /* not empty; any bytes */
	unsigned mtu;		     /* NIC_MTU_MIN to NIC_MTU_MAX */
	uint64_t flags;		     /* of NETNS_LINK_FLAGS */
	bool ipv6;		     /* is not disabled there */
};

struct netns_message_view {
	enum netns_message_kind kind;
	bool interrupted; /* what is listed became different meanwhile */
	uint32_t sequence;
	phy_if_t index; /* from 1 to NIC_INDEX_MAX */
	union {
		struct netns_message_link link;
		struct interface_address address; /* without id */
		struct {
			int nsid;
			int current_nsid; /* in the asking one; -1 */
		};
		int error; /* 0 or a negative errno */
	};
};

/*
 * Reads the message at the beginning of data, which is aligned to 4 bytes.
 * Returns how many bytes to go on by, at most bytes; 0: there is no whole
 * message.
 */
size_t netns_message_read(
    const void *data, size_t bytes, struct netns_message_view *message);

#endif
