/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_publish.c: turns what differs into changes of the interface model. What
 * is published is what the model has once all changes so far have been carried
 * out; so none of them can fail but by the instance's shutdown, after which
 * nothing of this matters. netns thread; only the ends of changes come on
 * others.
 */
#include "source/netns/link/netns_mirror_impl.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "source/netns/netns_ref.h"

/* changes that are under way ---------------------------------------------- */

/* Counted, because an instance that hangs must not gather them without end. */
struct mirror_tally {
	netid_t id;
	atomic_uint references; /* of the mirror, and of each change */
};

struct mirror_tally *
netns_publish_begin(const struct instance *instance)
{
	struct mirror_tally *tally = memory_zalloc(sizeof(*tally));

	tally->id = instance_id(instance);
	atomic_init(&tally->references, 1);
	return tally;
}

void
netns_publish_end(struct mirror_tally *tally)
{
	if (atomic_fetch_sub(&tally->references, 1) == 1)
		free(tally);
}

bool
netns_mirror_is_behind(const struct netns_mirror *mirror)
{
	return atomic_load(&mirror->tally->references) - 1 >
	       NETNS_MIRROR_CHANGES;
}

/* Any thread. */
static void
change_is_over(void *arg, int error)
{
	struct mirror_tally *tally = arg;

	if (error != 0 && error != -EBUSY)
		log_warning("netns",
		    "an interface of instance %d is not shown as it is: %s",
		    (int)tally->id, strerror(-error));
	netns_publish_end(tally);
}

/* The last two arguments of each change. */
#define AND_COUNT(mirror) change_is_over, change_begins((mirror)->tally)

static void *
change_begins(struct mirror_tally *tally)
{
	(void)atomic_fetch_add(&tally->references, 1);
	return tally;
}

/* error: what asking for it returned; not 0: it does not even begin. */
static void
change_is_asked(struct netns_mirror *mirror, int error)
{
	if (error != 0)
		netns_publish_end(mirror->tally);
}

/* limits ------------------------------------------------------------------ */

static bool
there_is_room(struct netns_mirror *mirror, bool *over, size_t published,
    size_t max, const char *what)
{
	if (published < max)
		return true;
	if (!*over)
		log_warning("netns",
		    "instance %d has more than %zu %s: the others are not "
		    "shown",
		    (int)instance_id(mirror->instance), max, what);
	*over = true;
	return false;
}

static bool
is_room_for_link(struct netns_mirror *mirror)
{
	return there_is_room(mirror, &mirror->links_over,
	    mirror->links_published, NICS_MAX, "interfaces");
}

static bool
is_room_for_address(struct netns_mirror *mirror)
{
	return there_is_room(mirror, &mirror->addresses_over,
	    mirror->addresses_published, ADDRESSES_MAX, "addresses");
}

static struct mirror_link *
link_named(const struct netns_mirror *mirror, const char *name)
{
	struct mirror_link *link;

	HASH_FIND(by_name, mirror->names, name, strlen(name), link);
	return link;
}

/* addresses --------------------------------------------------------------- */

/* Not published, it waits or does not. */
static void
address_waits(
    struct netns_mirror *mirror, struct mirror_address *address, bool waits)
{
	if (address->waits == waits)
		return;
	address->waits = waits;
	if (waits)
		TAILQ_INSERT_TAIL(&mirror->addresses_waiting, address, waiting);
	else
		TAILQ_REMOVE(&mirror->addresses_waiting, address, waiting);
}

static void
mark_address(
    struct netns_mirror *mirror, struct mirror_address *address, bool published)
{
	ASSERT(address->published != published);
	address->published = published;
	mirror->addresses_published += published ? 1 : (size_t)-1;
	if (ip_is_given(&address->now.peer))
		address->link->peers_published += published ? 1 : UINT32_MAX;
}

/* Its link was published, it was not. */
static void
add_address(struct netns_mirror *mirror, struct mirror_address *address)
{
	const struct interface_ref ref = {.index = address->key.index};

	if (!is_room_for_address(mirror)) {
		address_waits(mirror, address, true);
		return;
	}
	address_waits(mirror, address, false);
	mark_address(mirror, address, true);
	change_is_asked(mirror, interface_add_address(mirror->instance, &ref,
				    &address->now, AND_COUNT(mirror)));
}

static void
remove_one(struct netns_mirror *mirror, struct mirror_address *address)
{
	const struct interface_ref ref = {.index = address->key.index};

	mark_address(mirror, address, false);
	change_is_asked(mirror, interface_remove_address(mirror->instance, &ref,
				    &address->now.own, AND_COUNT(mirror)));
}

/*
 * The model finds an address by its prefix alone. Where several have the same
 * and differ in the peer only, it may find another one: all of them go, and
 * then the others come back.
 */
static void
remove_address(struct netns_mirror *mirror, struct mirror_address *address)
{
	bool alone = address->link->peers_published == 0;
	struct mirror_address *other;

	remove_one(mirror, address);
	if (alone)
		return;
	TAILQ_FOREACH (other, &address->link->addresses, of_link) {
		if (!other->published ||
		    !ip_prefix_equal(&other->now.own, &address->now.own))
			continue;
		remove_one(mirror, other);
		address_waits(mirror, other, true);
	}
}

static void
set_address(struct netns_mirror *mirror, struct mirror_address *address,
    const struct interface_address *now)
{
	const struct interface_ref ref = {.index = address->key.index};
	const struct interface_address_change change = {
	    .with = now, .up_given = true, .up = now->up};

	change_is_asked(
	    mirror, interface_set_address(mirror->instance, &ref,
			&address->now.own, &change, AND_COUNT(mirror)));
	mark_address(mirror, address, false);
	address->now = *now;
	mark_address(mirror, address, true);
}

static bool
is_same_address(
    const struct interface_address *a, const struct interface_address *b)
{
	return ip_prefix_equal(&a->own, &b->own) &&
	       ip_equal(&a->peer, &b->peer) &&
	       ip_equal(&a->broadcast, &b->broadcast) && a->up == b->up;
}

void
netns_publish_address(struct netns_mirror *mirror,
    struct mirror_address *address, const struct interface_address *now)
{
	if (address->published && is_same_address(&address->now, now))
		return;
	if (address->published && address->link->peers_published == 0) {
		set_address(mirror, address, now);
		return;
	}
	if (address->published)
		remove_address(mirror, address);
	address->now = *now;
	if (address->link->published)
		add_address(mirror, address);
}

void
netns_publish_address_gone(
    struct netns_mirror *mirror, struct mirror_address *address)
{
	if (address->published)
		remove_address(mirror, address);
	address_waits(mirror, address, false);
}

/* links ------------------------------------------------------------------- */

void
netns_publish_link_waits(struct netns_mirror *mirror, struct mirror_link *link)
{
	TAILQ_INSERT_TAIL(&mirror->links_waiting, link, waiting);
}

static void
mark_link(struct netns_mirror *mirror, struct mirror_link *link, bool published)
{
	ASSERT(link->published != published);
	link->published = published;
	mirror->links_published += published ? 1 : (size_t)-1;
	if (published)
		HASH_ADD(by_name, mirror->names, now.name[0],
		    strlen(link->now.name), link);
	else
		HASH_DELETE(by_name, mirror->names, link);
}

/* It is not published and waits; it goes on waiting if it cannot be. */
static void
add_link(struct netns_mirror *mirror, struct mirror_link *link)
{
	const struct interface_config config = {
	    .name = link->now.name,
	    .index = link->index,
	    .mtu = link->now.mtu,
	    .flags = link->now.flags,
	};
	struct mirror_address *address;

	if (link_named(mirror, link->now.name) != NULL ||
	    !is_room_for_link(mirror))
		return;
	TAILQ_REMOVE(&mirror->links_waiting, link, waiting);
	mark_link(mirror, link, true);
	change_is_asked(mirror,
	    interface_add(mirror->instance, &config, AND_COUNT(mirror)));
	TAILQ_FOREACH (address, &link->addresses, of_link) {
		add_address(mirror, address);
	}
}

/* Was published; its addresses go with it. */
static void
remove_link(struct netns_mirror *mirror, struct mirror_link *link)
{
	const struct interface_ref ref = {.index = link->index};
	struct mirror_address *address;

	TAILQ_FOREACH (address, &link->addresses, of_link) {
		address_waits(mirror, address, false);
		if (address->published)
			mark_address(mirror, address, false);
	}
	mark_link(mirror, link, false);
	change_is_asked(mirror,
	    interface_remove(mirror->instance, &ref, AND_COUNT(mirror)));
}

/*
 * Two links have a name only when the message that takes it from the older one
 * is still to come, or was lost: what came last is so.
 */
static void
take_name_away(struct netns_mirror *mirror, const char *name)
{
	struct mirror_link *holder = link_named(mirror, name);

	if (holder == NULL)
		return;
	remove_link(mirror, holder);
	netns_publish_link_waits(mirror, holder);
}

static void
set_link(struct netns_mirror *mirror, struct mirror_link *link,
    const struct netns_message_link *now)
{
	const struct interface_ref ref = {.index = link->index};
	bool renamed = strcmp(link->now.name, now->name) != 0;
	const struct interface_change change = {
	    .name = renamed ? now->name : NULL,
	    .mtu = now->mtu,
	    .flags_given = NETNS_LINK_FLAGS,
	    .flags = now->flags,
	};

	if (renamed)
		take_name_away(mirror, now->name);
	change_is_asked(mirror,
	    interface_set(mirror->instance, &ref, &change, AND_COUNT(mirror)));
	mark_link(mirror, link, false);
	link->now = *now;
	mark_link(mirror, link, true);
}

static bool
is_same_link(
    const struct netns_message_link *a, const struct netns_message_link *b)
{
	return strcmp(a->name, b->name) == 0 && a->mtu == b->mtu &&
	       a->flags == b->flags;
}

void
netns_publish_link(struct netns_mirror *mirror, struct mirror_link *link,
    const struct netns_message_link *now)
{
	if (link->published) {
		if (!is_same_link(&link->now, now))
			set_link(mirror, link, now);
		return;
	}
	link->now = *now;
	if (is_room_for_link(mirror))
		take_name_away(mirror, now->name);
	add_link(mirror, link);
}

void
netns_publish_link_gone(struct netns_mirror *mirror, struct mirror_link *link)
{
	if (link->published) {
		remove_link(mirror, link);
		return;
	}
	TAILQ_REMOVE(&mirror->links_waiting, link, waiting);
	netns_ref_miss_links(netns_ref_of(mirror->instance));
}

/* what waits -------------------------------------------------------------- */

void
netns_mirror_settle(struct netns_mirror *mirror)
{
	struct mirror_address *address, *next_address;
	struct mirror_link *link, *next_link;

	for (link = TAILQ_FIRST(&mirror->links_waiting);
	     link != NULL && mirror->links_published < NICS_MAX;
	     link = next_link) {
		next_link = TAILQ_NEXT(link, waiting);
		add_link(mirror, link);
	}
	for (address = TAILQ_FIRST(&mirror->addresses_waiting);
	     address != NULL && mirror->addresses_published < ADDRESSES_MAX;
	     address = next_address) {
		next_address = TAILQ_NEXT(address, waiting);
		add_address(mirror, address);
	}
}
