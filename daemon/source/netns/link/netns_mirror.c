/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mirror.c: keeps what the kernel has. There is no limit of its own: an
 * entry here takes less memory than what it stands for takes in the kernel.
 * netns thread.
 */
#include "source/netns/link/netns_mirror.h"

#include <string.h>

#include "source/netns/link/netns_mirror_impl.h"

struct netns_mirror *
netns_mirror_create(struct instance *instance)
{
	struct netns_mirror *mirror = memory_zalloc(sizeof(*mirror));

	instance_hold(instance);
	mirror->instance = instance;
	mirror->tally = netns_publish_begin(instance);
	TAILQ_INIT(&mirror->links_waiting);
	TAILQ_INIT(&mirror->addresses_waiting);
	return mirror;
}

size_t
netns_mirror_links(const struct netns_mirror *mirror)
{
	return HASH_CNT(by_index, mirror->links);
}

size_t
netns_mirror_addresses(const struct netns_mirror *mirror)
{
	return HASH_CNT(by_key, mirror->addresses);
}

/* links ------------------------------------------------------------------- */

static struct mirror_link *
find_link(const struct netns_mirror *mirror, phy_if_t index)
{
	struct mirror_link *link;

	HASH_FIND(by_index, mirror->links, &index, sizeof(index), link);
	return link;
}

static struct mirror_link *
new_link(struct netns_mirror *mirror, const struct netns_message_view *message)
{
	struct mirror_link *link = memory_zalloc(sizeof(*link));

	link->index = message->index;
	link->now = message->link;
	TAILQ_INIT(&link->addresses);
	HASH_ADD(by_index, mirror->links, index, sizeof(link->index), link);
	netns_publish_link_waits(mirror, link);
	return link;
}

static void
take_link(struct netns_mirror *mirror, const struct netns_message_view *message)
{
	struct mirror_link *link = find_link(mirror, message->index);

	if (link == NULL)
		link = new_link(mirror, message);
	link->round = mirror->round;
	netns_publish_link(mirror, link, &message->link);
}

/* Forgets an address of which the model knows nothing any more. */
static void
free_address(struct netns_mirror *mirror, struct mirror_address *address)
{
	TAILQ_REMOVE(&address->link->addresses, address, of_link);
	HASH_DELETE(by_key, mirror->addresses, address);
	free(address);
}

/* Likewise. */
static void
free_link(struct netns_mirror *mirror, struct mirror_link *link)
{
	struct mirror_address *address;

	while ((address = TAILQ_FIRST(&link->addresses)) != NULL)
		free_address(mirror, address);
	HASH_DELETE(by_index, mirror->links, link);
	free(link);
}

static void
drop_link(struct netns_mirror *mirror, struct mirror_link *link)
{
	netns_publish_link_gone(mirror, link);
	free_link(mirror, link);
}

/* addresses --------------------------------------------------------------- */

_Static_assert(sizeof(struct mirror_key) == 40, "no padding");

static struct mirror_key
key_of(const struct netns_message_view *message)
{
	const struct interface_address *address = &message->address;
	struct mirror_key key = {
	    .index = (uint32_t)message->index,
	    .family = address->own.address.family,
	};

	memcpy(key.own, address->own.address.bytes, sizeof(key.own));
	if (key.family == AF_INET) {
		key.length = address->own.length;
		memcpy(key.peer, address->peer.bytes, sizeof(key.peer));
	}
	return key;
}

static struct mirror_address *
find_address(const struct netns_mirror *mirror, const struct mirror_key *key)
{
	struct mirror_address *address;

	HASH_FIND(by_key, mirror->addresses, key, sizeof(*key), address);
	return address;
}

static struct mirror_address *
new_address(struct netns_mirror *mirror, struct mirror_link *link,
    const struct mirror_key *key)
{
	struct mirror_address *address = memory_zalloc(sizeof(*address));

	address->key = *key;
	address->link = link;
	TAILQ_INSERT_TAIL(&link->addresses, address, of_link);
	HASH_ADD(by_key, mirror->addresses, key, sizeof(*key), address);
	return address;
}

/* One of a link that is not there is of the past. */
static void
take_address(
    struct netns_mirror *mirror, const struct netns_message_view *message)
{
	struct mirror_link *link = find_link(mirror, message->index);
	const struct mirror_key key = key_of(message);
	struct mirror_address *address;

	if (link == NULL)
		return;
	address = find_address(mirror, &key);
	if (address == NULL)
		address = new_address(mirror, link, &key);
	address->round = mirror->round;
	netns_publish_address(mirror, address, &message->address);
}

static void
drop_address(struct netns_mirror *mirror, struct mirror_address *address)
{
	netns_publish_address_gone(mirror, address);
	free_address(mirror, address);
}

/* news -------------------------------------------------------------------- */

void
netns_mirror_take(
    struct netns_mirror *mirror, const struct netns_message_view *message)
{
	struct mirror_address *address;
	struct mirror_link *link;
	struct mirror_key key;

	if (message->kind == NETNS_MESSAGE_LINK) {
		take_link(mirror, message);
	} else if (message->kind == NETNS_MESSAGE_ADDRESS) {
		take_address(mirror, message);
	} else if (message->kind == NETNS_MESSAGE_LINK_GONE) {
		link = find_link(mirror, message->index);
		if (link != NULL)
			drop_link(mirror, link);
	} else if (message->kind == NETNS_MESSAGE_ADDRESS_GONE) {
		key = key_of(message);
		address = find_address(mirror, &key);
		if (address != NULL)
			drop_address(mirror, address);
	}
}

void
netns_mirror_begin(struct netns_mirror *mirror)
{
	mirror->round++;
}

/* What is gone makes room for what waits. */
void
netns_mirror_end(struct netns_mirror *mirror, bool complete)
{
	struct mirror_address *address, *next_address;
	struct mirror_link *link, *next_link;

	if (complete) {
		HASH_ITER (by_index, mirror->links, link, next_link) {
			if (link->round != mirror->round)
				drop_link(mirror, link);
		}
		HASH_ITER (by_key, mirror->addresses, address, next_address) {
			if (address->round != mirror->round)
				drop_address(mirror, address);
		}
	}
	netns_mirror_settle(mirror);
}

void
netns_mirror_free(struct netns_mirror *mirror)
{
	struct mirror_link *link, *next;

	HASH_CLEAR(by_name, mirror->names);
	HASH_ITER (by_index, mirror->links, link, next) {
		free_link(mirror, link);
	}
	netns_publish_end(mirror->tally);
	instance_release(mirror->instance);
	free(mirror);
}
