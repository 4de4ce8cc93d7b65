/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface_apply.c: carries the changes of interfaces, addresses and routes
 * out, on the instance's strand, and tells them to hooks. The data is changed
 * under the instance's lock, which is free again while hooks run: they see
 * each change as its event says. Nothing that a hook can call changes
 * interfaces, so what is pointed to stays meanwhile.
 */
#include "core/interface/interface_apply.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "base/memory.h"
#include "core/interface/nic_event.h"

/* up and down ------------------------------------------------------------- */

static void
change_flags(struct instance *instance, struct interface *interface,
    uint64_t given, uint64_t flags)
{
	lock_enter(&instance->lock);
	interface->flags = (interface->flags & ~given) | (flags & given);
	lock_exit(&instance->lock);
}

static void
bring_up(struct instance *instance, struct interface *interface)
{
	uint32_t i;

	change_flags(instance, interface, IFF_UP, IFF_UP);
	nic_event_plain(instance, NE_UP, interface->index);
	for (i = 0; i < interface->address_count; i++)
		if (interface->addresses[i].up)
			nic_event_lif(instance, NE_LIF_UP, interface->index,
			    &interface->addresses[i]);
}

static void
take_down(struct instance *instance, struct interface *interface)
{
	uint32_t i = interface->address_count;

	change_flags(instance, interface, IFF_UP, 0);
	while (i-- > 0)
		if (interface->addresses[i].up)
			nic_event_lif(instance, NE_LIF_DOWN, interface->index,
			    &interface->addresses[i]);
	nic_event_plain(instance, NE_DOWN, interface->index);
}

/* Takes an address into use, or out of it, and tells if that shows. */
static void
set_address_up(struct instance *instance, struct interface *interface,
    struct interface_address *address, bool up)
{
	bool before = interface_address_in_use(interface, address);

	lock_enter(&instance->lock);
	address->up = up;
	lock_exit(&instance->lock);
	if (interface_address_in_use(interface, address) != before)
		nic_event_lif(instance, up ? NE_LIF_UP : NE_LIF_DOWN,
		    interface->index, address);
}

/* interfaces -------------------------------------------------------------- */

static int
index_may_be(const struct interfaces *interfaces, phy_if_t index)
{
	if (index > NIC_INDEX_MAX)
		return -EOVERFLOW;
	return interfaces_by_index(interfaces, index) == NULL ? 0 : -EADDRINUSE;
}

int
interface_apply_add(
    struct instance *instance, const struct interface_order *order)
{
	struct interfaces *interfaces = interfaces_of(instance);
	phy_if_t index = order->set.index;
	struct interface *interface;
	int error;

	if (interfaces_by_name(interfaces, order->new_name) != NULL)
		return -EEXIST;
	if (interfaces->count == NICS_MAX)
		return -ENOSPC;
	if (index == 0)
		index = interfaces->last_index + 1;
	error = index_may_be(interfaces, index);
	if (error != 0)
		return error;
	interface = memory_zalloc(sizeof(*interface));
	memcpy(interface->name, order->new_name, sizeof(interface->name));
	interface->index = index;
	interface->mtu = order->set.mtu;
	interface->flags = order->set.flags & ~(uint64_t)IFF_UP;
	lock_enter(&instance->lock);
	interfaces_insert(interfaces, interface);
	lock_exit(&instance->lock);
	nic_event_named(instance, NE_PLUMB, index, interface->name);
	if ((order->set.flags & IFF_UP) != 0)
		bring_up(instance, interface);
	return 0;
}

static void
remove_interface(struct instance *instance, struct interface *interface)
{
	struct interfaces *interfaces = interfaces_if_any(instance);
	char name[NIC_NAME_MAX + 1];
	phy_if_t index = interface->index;

	if ((interface->flags & IFF_UP) != 0)
		take_down(instance, interface);
	memcpy(name, interface->name, sizeof(name));
	lock_enter(&instance->lock);
	interfaces_delete_routes_over(interfaces, interface);
	interfaces_delete(interfaces, interface);
	lock_exit(&instance->lock);
	nic_event_named(instance, NE_UNPLUMB, index, name);
}

int
interface_apply_remove(
    struct instance *instance, const struct interface_order *order)
{
	struct interface *interface =
	    interfaces_find(interfaces_if_any(instance), &order->ref);

	if (interface == NULL)
		return -ENODEV;
	remove_interface(instance, interface);
	return 0;
}

void
interface_remove_all(struct instance *instance)
{
	struct interfaces *interfaces = interfaces_if_any(instance);

	if (interfaces == NULL)
		return;
	while (interfaces->count > 0)
		remove_interface(
		    instance, interfaces->list[interfaces->count - 1]);
	lock_enter(&instance->lock);
	while (interfaces->route_count > 0)
		interfaces_delete_route(interfaces,
		    &interfaces->routes[interfaces->route_count - 1]);
	lock_exit(&instance->lock);
}

/* Who knows it by its name must not go on with the old one. */
static void
rename_interface(
    struct instance *instance, struct interface *interface, const char *name)
{
	bool up = (interface->flags & IFF_UP) != 0;
	char before[NIC_NAME_MAX + 1];

	if (up)
		take_down(instance, interface);
	memcpy(before, interface->name, sizeof(before));
	lock_enter(&instance->lock);
	interfaces_rename(interfaces_if_any(instance), interface, name);
	lock_exit(&instance->lock);
	nic_event_named(instance, NE_UNPLUMB, interface->index, before);
	nic_event_named(instance, NE_PLUMB, interface->index, interface->name);
	if (up)
		bring_up(instance, interface);
}

static void
renumber_interface(
    struct instance *instance, struct interface *interface, phy_if_t index)
{
	nic_event_index(instance, interface->index, index);
	lock_enter(&instance->lock);
	interfaces_renumber(interfaces_if_any(instance), interface, index);
	lock_exit(&instance->lock);
}

/* Whether what is to be set can be; then all of it can. */
static int
set_may_be(const struct interfaces *interfaces,
    const struct interface *interface, const struct interface_order *order)
{
	const struct interface *other =
	    interfaces_by_name(interfaces, order->new_name);
	phy_if_t index = order->set.index;

	if (interface == NULL)
		return -ENODEV;
	if (other != NULL && other != interface)
		return -EEXIST;
	return index == 0 || index == interface->index
		   ? 0
		   : index_may_be(interfaces, index);
}

static void
set_flags(struct instance *instance, struct interface *interface,
    const struct interface_change *set)
{
	bool before = (interface->flags & IFF_UP) != 0;
	bool after = before;

	if ((set->flags_given & IFF_UP) != 0)
		after = (set->flags & IFF_UP) != 0;
	change_flags(instance, interface, set->flags_given & ~(uint64_t)IFF_UP,
	    set->flags);
	if (after && !before)
		bring_up(instance, interface);
	if (before && !after)
		take_down(instance, interface);
}

int
interface_apply_set(
    struct instance *instance, const struct interface_order *order)
{
	struct interfaces *interfaces = interfaces_if_any(instance);
	struct interface *interface = interfaces_find(interfaces, &order->ref);
	const struct interface_change *set = &order->set;
	int error = set_may_be(interfaces, interface, order);

	if (error != 0)
		return error;
	if (set->index != 0 && set->index != interface->index)
		renumber_interface(instance, interface, set->index);
	if (order->new_name[0] != '\0' &&
	    strcmp(order->new_name, interface->name) != 0)
		rename_interface(instance, interface, order->new_name);
	if (set->mtu != 0) {
		lock_enter(&instance->lock);
		interface->mtu = set->mtu;
		lock_exit(&instance->lock);
	}
	set_flags(instance, interface, set);
	return 0;
}

/* addresses --------------------------------------------------------------- */

static struct interface_address *
find_address(const struct interface *interface, const struct ip_prefix *own)
{
	uint32_t i;

	for (i = 0; i < interface->address_count; i++)
		if (ip_prefix_equal(&interface->addresses[i].own, own))
			return &interface->addresses[i];
	return NULL;
}

/* One that could not be told from it, other than one to be replaced. */
static bool
has_same_address(const struct interface *interface,
    const struct interface_address *address,
    const struct interface_address *replaced)
{
	const struct interface_address *other;
	uint32_t i;

	for (i = 0; i < interface->address_count; i++) {
		other = &interface->addresses[i];
		if (other != replaced &&
		    ip_prefix_equal(&other->own, &address->own) &&
		    ip_equal(&other->peer, &address->peer))
			return true;
	}
	return false;
}

/* What it becomes on that interface. */
static struct interface_address
address_on(
    const struct interface *interface, const struct interface_address *address)
{
	struct interface_address own = *address;

	if ((interface->flags & IFF_LOOPBACK) != 0)
		own.broadcast.family = AF_UNSPEC;
	return own;
}

int
interface_apply_add_address(
    struct instance *instance, const struct interface_order *order)
{
	struct interfaces *interfaces = interfaces_if_any(instance);
	struct interface *interface = interfaces_find(interfaces, &order->ref);
	struct interface_address address;
	const struct interface_address *added;

	if (interface == NULL)
		return -ENODEV;
	if (has_same_address(interface, &order->address, NULL))
		return -EEXIST;
	if (interfaces->address_count == ADDRESSES_MAX)
		return -ENOSPC;
	address = address_on(interface, &order->address);
	lock_enter(&instance->lock);
	added = interfaces_insert_address(interfaces, interface, &address);
	lock_exit(&instance->lock);
	if (interface_address_in_use(interface, added))
		nic_event_lif(instance, NE_LIF_UP, interface->index, added);
	return 0;
}

/* Finds what a change is about; 0 or the error. */
static int
find_both(struct instance *instance, const struct interface_order *order,
    struct interface **interface, struct interface_address **address)
{
	*interface = interfaces_find(interfaces_if_any(instance), &order->ref);
	if (*interface == NULL)
		return -ENODEV;
	*address = find_address(*interface, &order->own);
	return *address != NULL ? 0 : -EADDRNOTAVAIL;
}

int
interface_apply_remove_address(
    struct instance *instance, const struct interface_order *order)
{
	struct interface_address *address;
	struct interface *interface;
	int error = find_both(instance, order, &interface, &address);

	if (error != 0)
		return error;
	set_address_up(instance, interface, address, false);
	lock_enter(&instance->lock);
	interfaces_delete_address(
	    interfaces_if_any(instance), interface, address);
	lock_exit(&instance->lock);
	return 0;
}

/* Out of use, the other one, into use: at the first it is the old one yet. */
static void
replace_address(struct instance *instance, struct interface *interface,
    struct interface_address *address, const struct interface_address *with,
    bool up)
{
	lif_if_t id = address->id;

	set_address_up(instance, interface, address, false);
	lock_enter(&instance->lock);
	*address = *with;
	address->id = id;
	address->up = false;
	lock_exit(&instance->lock);
	nic_event_address(instance, interface->index, address);
	set_address_up(instance, interface, address, up);
}

static bool
is_same(const struct interface_address *a, const struct interface_address *b)
{
	return ip_prefix_equal(&a->own, &b->own) &&
	       ip_equal(&a->peer, &b->peer) &&
	       ip_equal(&a->broadcast, &b->broadcast);
}

int
interface_apply_set_address(
    struct instance *instance, const struct interface_order *order)
{
	const struct interface_address_change *set = &order->set_address;
	struct interface_address *address, with;
	struct interface *interface;
	int error = find_both(instance, order, &interface, &address);
	bool up;

	if (error != 0)
		return error;
	up = set->up_given ? set->up : address->up;
	with = address_on(interface, set->with != NULL ? set->with : address);
	if (with.own.address.family != address->own.address.family)
		return -EAFNOSUPPORT;
	if (has_same_address(interface, &with, address))
		return -EEXIST;
	if (is_same(&with, address))
		set_address_up(instance, interface, address, up);
	else
		replace_address(instance, interface, address, &with, up);
	return 0;
}

/* routes ------------------------------------------------------------------ */

int
interface_apply_add_route(
    struct instance *instance, const struct interface_order *order)
{
	struct interfaces *interfaces = interfaces_of(instance);
	const struct interface_route *wanted = &order->route;
	const bool named = order->name[0] != '\0' || order->ref.index != 0;
	struct route route = {
	    .destination = wanted->destination, .via = wanted->via};

	if (interfaces_find_route(interfaces, &wanted->destination) != NULL)
		return -EEXIST;
	if (named)
		route.out = interfaces_find(interfaces, &order->ref);
	if (named && route.out == NULL)
		return -ENODEV;
	if (!named && !wanted->reject) {
		route.out = interfaces_link_of(interfaces, &wanted->via);
		if (route.out == NULL)
			return -ENETUNREACH;
	}
	if (interfaces->route_count == ROUTES_MAX)
		return -ENOSPC;
	lock_enter(&instance->lock);
	interfaces_insert_route(interfaces, &route);
	lock_exit(&instance->lock);
	return 0;
}

int
interface_apply_remove_route(
    struct instance *instance, const struct interface_order *order)
{
	struct interfaces *interfaces = interfaces_if_any(instance);
	struct route *route =
	    interfaces_find_route(interfaces, &order->route.destination);

	if (route == NULL)
		return -ESRCH;
	lock_enter(&instance->lock);
	interfaces_delete_route(interfaces, route);
	lock_exit(&instance->lock);
	return 0;
}
