/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mirror_impl.h: private to netns_mirror.c, which keeps what the kernel
 * has, and netns_publish.c, which knows what of it is published and publishes
 * the rest. netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_MIRROR_IMPL_H
#define NETINST_SOURCE_NETNS_MIRROR_IMPL_H

#include <sys/queue.h>

#include "base/hash.h"
#include "source/netns/link/netns_mirror.h"

/* What tells an address from the others of all links; no padding. */
struct mirror_key {
	uint32_t index;
	uint16_t family;
	uint16_t length; /* of IPv4; of IPv6 one address has one length */
	uint8_t own[16];
	uint8_t peer[16]; /* likewise */
};

struct mirror_link;
struct mirror_tally;

struct mirror_address {
	struct mirror_key key;
	struct mirror_link *link;
	struct interface_address now; /* what is published, if it is */
	bool published;
	bool waits; /* not published, but its link is */
	uint32_t round;
	TAILQ_ENTRY(mirror_address) of_link;
	TAILQ_ENTRY(mirror_address) waiting;
	UT_hash_handle by_key;
};
TAILQ_HEAD(mirror_addresses, mirror_address);

struct mirror_link {
	phy_if_t index;
	struct netns_message_link now; /* what is published, if it is */
	bool published;		       /* else it waits */
	uint32_t round;
	uint32_t
	    peers_published; /* addresses with a peer among those published */
	struct mirror_addresses addresses;
	TAILQ_ENTRY(mirror_link) waiting;
	UT_hash_handle by_index;
	UT_hash_handle by_name; /* while it is published */
};
TAILQ_HEAD(mirror_links, mirror_link);

struct netns_mirror {
	struct instance *instance;
	struct mirror_tally *tally;
	struct mirror_link *links;	  /* by index */
	struct mirror_link *names;	  /* of those published */
	struct mirror_address *addresses; /* by key */
	size_t links_published, addresses_published;
	struct mirror_links links_waiting;
	struct mirror_addresses addresses_waiting;
	bool links_over, addresses_over; /* the limit was hit and logged */
	uint32_t round;
};

/* netns_publish.c. */

/* Counts the changes that are under way; ends after the last of them. */
struct mirror_tally *netns_publish_begin(const struct instance *instance);
void netns_publish_end(struct mirror_tally *tally);

/* A link or an address that is new waits first. */

void netns_publish_link_waits(
    struct netns_mirror *mirror, struct mirror_link *link);
/* It becomes what now says; published if it was, or can be. */
void netns_publish_link(struct netns_mirror *mirror, struct mirror_link *link,
    const struct netns_message_link *now);
/* It, and its addresses, are as if never published, and do not wait. */
void netns_publish_link_gone(
    struct netns_mirror *mirror, struct mirror_link *link);

void netns_publish_address(struct netns_mirror *mirror,
    struct mirror_address *address, const struct interface_address *now);
void netns_publish_address_gone(
    struct netns_mirror *mirror, struct mirror_address *address);

#endif
