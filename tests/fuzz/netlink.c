/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netlink.c: a target for libFuzzer, and a check for the unit of messages: any
 * bytes at all are read as one datagram of rtnetlink, and whatever is said to
 * be in it has to be what netns_message.h promises. The bytes are put where not
 * one more can be read unseen, if the address sanitizer looks on.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "source/netns/kernel/netns_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_link(const struct netns_message_link *link)
{
	size_t length = strnlen(link->name, sizeof(link->name));

	ASSERT(length > 0 && length <= NIC_NAME_MAX);
	ASSERT(link->mtu >= NIC_MTU_MIN && link->mtu <= NIC_MTU_MAX);
	ASSERT((link->flags & ~(uint64_t)NETNS_LINK_FLAGS) == 0);
}

static void
check_address(const struct interface_address *address)
{
	sa_family_t family = address->own.address.family;

	ASSERT(family == AF_INET || family == AF_INET6);
	ASSERT(address->own.length <= ip_bits(family));
	ASSERT(!ip_is_given(&address->peer) || address->peer.family == family);
	ASSERT(!ip_is_given(&address->broadcast) ||
	       address->broadcast.family == family);
}

static void
check(const struct netns_message_view *message)
{
	switch (message->kind) {
	case NETNS_MESSAGE_LINK:
		check_link(&message->link);
		ASSERT(message->index > 0 && message->index <= NIC_INDEX_MAX);
		break;
	case NETNS_MESSAGE_ADDRESS:
	case NETNS_MESSAGE_ADDRESS_GONE:
		check_address(&message->address);
		ASSERT(message->index > 0 && message->index <= NIC_INDEX_MAX);
		break;
	case NETNS_MESSAGE_LINK_GONE:
		ASSERT(message->index > 0 && message->index <= NIC_INDEX_MAX);
		break;
	case NETNS_MESSAGE_NSID:
	case NETNS_MESSAGE_NSID_GONE:
		ASSERT(message->nsid >= -1);
		break;
	case NETNS_MESSAGE_END:
		ASSERT(message->error <= 0);
		break;
	case NETNS_MESSAGE_OTHER:
	case NETNS_MESSAGE_MALFORMED:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = memory_alloc(size > 0 ? size : 1);
	struct netns_message_view message;
	size_t at = 0, taken;

	if (size > 0)
		memcpy(copy, data, size);
	while (at < size && (taken = netns_message_read(
				 copy + at, size - at, &message)) > 0) {
		ASSERT(taken <= size - at);
		check(&message);
		at += taken;
	}
	free(copy);
	return 0;
}
