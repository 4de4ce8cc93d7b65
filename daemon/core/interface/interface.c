/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface.c: owns the interfaces of each instance as data: memory, order and
 * finding; routes are in interface_route.c. What happens to them, and in which
 * order its events come, is nic_op.c's business.
 */
#include "core/interface/interface.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/object/instance_ext.h"
#include "core/interface/interface_impl.h"

/* Where the first interface with an index above after is, or would be. */
static uint32_t
place_after(const struct interfaces *interfaces, phy_if_t after)
{
	uint32_t low = 0, high = interfaces->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (interfaces->list[middle]->index > after)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct interface *
interfaces_after(const struct interfaces *interfaces, phy_if_t after)
{
	uint32_t place;

	if (interfaces == NULL)
		return NULL;
	place = place_after(interfaces, after);
	return place < interfaces->count ? interfaces->list[place] : NULL;
}

struct interface *
interfaces_by_index(const struct interfaces *interfaces, phy_if_t index)
{
	struct interface *found =
	    index > 0 ? interfaces_after(interfaces, index - 1) : NULL;

	return found != NULL && found->index == index ? found : NULL;
}

struct interface *
interfaces_by_name(const struct interfaces *interfaces, const char *name)
{
	struct interface *found = NULL;

	if (interfaces != NULL)
		HASH_FIND(
		    by_name, interfaces->by_name, name, strlen(name), found);
	return found;
}

struct interface *
interfaces_find(
    const struct interfaces *interfaces, const struct interface_ref *ref)
{
	struct interface *found = NULL;

	if (ref->name != NULL)
		found = interfaces_by_name(interfaces, ref->name);
	if (found == NULL)
		found = interfaces_by_index(interfaces, ref->index);
	return found;
}

bool
interface_address_in_use(
    const struct interface *interface, const struct interface_address *address)
{
	return address->up && (interface->flags & IFF_UP) != 0;
}

static void
list_put(struct interfaces *interfaces, struct interface *interface)
{
	uint32_t place = place_after(interfaces, interface->index);
	struct interface **at;

	if (interfaces->count == interfaces->room) {
		interfaces->room += interfaces->room / 2 + 2;
		interfaces->list = memory_resize(interfaces->list,
		    interfaces->room, sizeof(struct interface *));
	}
	at = interfaces->list + place;
	memmove(at + 1, at, (interfaces->count - place) * sizeof(at[0]));
	*at = interface;
	interfaces->count++;
	if (interfaces->last_index < interface->index)
		interfaces->last_index = interface->index;
}

static void
list_take(struct interfaces *interfaces, const struct interface *interface)
{
	uint32_t place = place_after(interfaces, interface->index - 1);
	struct interface **at = interfaces->list + place;

	ASSERT(place < interfaces->count && *at == interface);
	interfaces->count--;
	memmove(at, at + 1, (interfaces->count - place) * sizeof(at[0]));
}

void
interfaces_insert(struct interfaces *interfaces, struct interface *interface)
{
	list_put(interfaces, interface);
	HASH_ADD(by_name, interfaces->by_name, name[0], strlen(interface->name),
	    interface);
}

static void
interface_free(struct interface *interface)
{
	free(interface->addresses);
	free(interface);
}

void
interfaces_delete(struct interfaces *interfaces, struct interface *interface)
{
	list_take(interfaces, interface);
	HASH_DELETE(by_name, interfaces->by_name, interface);
	interfaces->address_count -= interface->address_count;
	interface_free(interface);
}

void
interfaces_rename(struct interfaces *interfaces, struct interface *interface,
    const char *name)
{
	HASH_DELETE(by_name, interfaces->by_name, interface);
	memcpy(interface->name, name, strlen(name) + 1);
	HASH_ADD(by_name, interfaces->by_name, name[0], strlen(interface->name),
	    interface);
}

void
interfaces_renumber(
    struct interfaces *interfaces, struct interface *interface, phy_if_t index)
{
	list_take(interfaces, interface);
	interface->index = index;
	list_put(interfaces, interface);
}

struct interface_address *
interfaces_insert_address(struct interfaces *interfaces,
    struct interface *interface, const struct interface_address *address)
{
	struct interface_address *at;

	if (interface->address_count == interface->address_room) {
		interface->address_room += interface->address_room / 2 + 1;
		interface->addresses = memory_resize(interface->addresses,
		    interface->address_room, sizeof(*interface->addresses));
	}
	at = interface->addresses + interface->address_count;
	*at = *address;
	at->id = ++interface->last_lif;
	interface->address_count++;
	interfaces->address_count++;
	return at;
}

void
interfaces_delete_address(struct interfaces *interfaces,
    struct interface *interface, struct interface_address *address)
{
	struct interface_address *end =
	    interface->addresses + interface->address_count;

	ASSERT(address >= interface->addresses && address < end);
	memmove(address, address + 1,
	    (size_t)(end - (address + 1)) * sizeof(*address));
	interface->address_count--;
	interfaces->address_count--;
}

struct interfaces *
interfaces_if_any(const struct instance *instance)
{
	const struct instance_ext *ext = instance_ext_peek(instance);

	return ext != NULL ? ext->interfaces : NULL;
}

struct interfaces *
interfaces_of(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_of(instance);

	lock_enter(&instance->lock);
	if (ext->interfaces == NULL)
		ext->interfaces = memory_zalloc(sizeof(struct interfaces));
	lock_exit(&instance->lock);
	return ext->interfaces;
}

void
interfaces_free(struct instance *instance)
{
	struct interfaces *interfaces = interfaces_if_any(instance);
	uint32_t i;

	if (interfaces == NULL)
		return;
	lock_enter(&instance->lock);
	instance_ext_of(instance)->interfaces = NULL;
	lock_exit(&instance->lock);
	HASH_CLEAR(by_name, interfaces->by_name);
	for (i = 0; i < interfaces->count; i++)
		interface_free(interfaces->list[i]);
	free(interfaces->list);
	free(interfaces->routes);
	free(interfaces);
}

/* reading ----------------------------------------------------------------- */

static bool
visit_interface(
    const struct interface *interface, interface_visit_fn visit, void *arg)
{
	const struct interface_view view = {
	    .name = interface->name,
	    .index = interface->index,
	    .mtu = interface->mtu,
	    .flags = interface->flags,
	    .addresses = interface->addresses,
	    .address_count = interface->address_count,
	};

	return visit(arg, &view);
}

bool
interface_visit(struct instance *instance, phy_if_t after,
    interface_visit_fn visit, void *arg)
{
	const struct interfaces *interfaces;
	const struct interface *interface;
	bool goes_on = true;

	lock_enter(&instance->lock);
	interfaces = interfaces_if_any(instance);
	while (goes_on &&
	       (interface = interfaces_after(interfaces, after)) != NULL) {
		after = interface->index;
		goes_on = visit_interface(interface, visit, arg);
	}
	lock_exit(&instance->lock);
	return goes_on;
}

bool
interface_visit_one(struct instance *instance, const struct interface_ref *ref,
    interface_visit_fn visit, void *arg)
{
	const struct interface *interface;

	lock_enter(&instance->lock);
	interface = interfaces_find(interfaces_if_any(instance), ref);
	if (interface != NULL)
		(void)visit_interface(interface, visit, arg);
	lock_exit(&instance->lock);
	return interface != NULL;
}

bool
interface_visit_routes(
    struct instance *instance, uint64_t after, route_visit_fn visit, void *arg)
{
	const struct interfaces *interfaces;
	bool goes_on = true;
	uint32_t i;

	lock_enter(&instance->lock);
	interfaces = interfaces_if_any(instance);
	for (i = 0;
	     interfaces != NULL && i < interfaces->route_count && goes_on;
	     i++) {
		const struct route *route = &interfaces->routes[i];
		struct interface_route view = {
		    .destination = route->destination,
		    .via = route->via,
		    .reject = route->out == NULL,
		};

		if (route->number <= after)
			continue;
		if (route->out != NULL)
			view.out = (struct interface_ref){
			    route->out->name, route->out->index};
		goes_on = visit(arg, route->number, &view);
	}
	lock_exit(&instance->lock);
	return goes_on;
}

size_t
interface_count(struct instance *instance)
{
	const struct interfaces *interfaces;
	size_t count;

	lock_enter(&instance->lock);
	interfaces = interfaces_if_any(instance);
	count = interfaces != NULL ? interfaces->count : 0;
	lock_exit(&instance->lock);
	return count;
}
