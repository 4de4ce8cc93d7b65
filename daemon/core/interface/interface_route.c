/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface_route.c: the routes of an instance as data, and which one a packet
 * takes. Those that an address brings are not kept: they are the address. Under
 * the instance's lock, or on its strand.
 */
#include <net/if.h>
#include <string.h>

#include "base/memory.h"
#include "core/interface/interface_impl.h"

/* The best so far of those looked at; length -1: none. */
struct choice {
	const struct ip_address *destination;
	const struct interface *only;
	int length;
	struct interface *out; /* NULL: reject */
	struct ip_address next;
};

struct route *
interfaces_find_route(
    const struct interfaces *interfaces, const struct ip_prefix *destination)
{
	uint32_t i;

	for (i = 0; interfaces != NULL && i < interfaces->route_count; i++)
		if (ip_prefix_equal(
			&interfaces->routes[i].destination, destination))
			return &interfaces->routes[i];
	return NULL;
}

void
interfaces_insert_route(
    struct interfaces *interfaces, const struct route *route)
{
	struct route *at;

	if (interfaces->route_count == interfaces->route_room) {
		interfaces->route_room += interfaces->route_room / 2 + 1;
		interfaces->routes = memory_resize(interfaces->routes,
		    interfaces->route_room, sizeof(*interfaces->routes));
	}
	at = interfaces->routes + interfaces->route_count++;
	*at = *route;
	at->number = ++interfaces->last_route;
}

void
interfaces_delete_route(struct interfaces *interfaces, struct route *route)
{
	struct route *end = interfaces->routes + interfaces->route_count;

	ASSERT(route >= interfaces->routes && route < end);
	memmove(route, route + 1, (size_t)(end - (route + 1)) * sizeof(*route));
	interfaces->route_count--;
}

void
interfaces_delete_routes_over(
    struct interfaces *interfaces, const struct interface *out)
{
	uint32_t i = interfaces->route_count;

	while (i-- > 0)
		if (interfaces->routes[i].out == out)
			interfaces_delete_route(
			    interfaces, &interfaces->routes[i]);
}

/* An address that is in use leads to itself, and to what is on its link. */
static void
consider_address(struct choice *choice, struct interface *interface,
    const struct interface_address *address)
{
	struct ip_prefix link = address->own;

	if (ip_is_given(&address->peer))
		link.address = address->peer;
	if (ip_equal(&address->own.address, choice->destination)) {
		/* Longer than any prefix: nothing goes before oneself. */
		choice->length = IP_BITS_MAX + 1;
	} else if (choice->length < link.length &&
		   ip_prefix_covers(&link, choice->destination)) {
		choice->length = link.length;
	} else {
		return;
	}
	choice->out = interface;
	choice->next = *choice->destination;
}

static void
consider_interface(struct choice *choice, struct interface *interface)
{
	uint32_t i;

	if (choice->only != NULL && choice->only != interface)
		return;
	for (i = 0; i < interface->address_count; i++) {
		const struct interface_address *address =
		    &interface->addresses[i];

		if (interface_address_in_use(interface, address))
			consider_address(choice, interface, address);
	}
}

/* One that was set goes before one of the same length that just is so. */
static void
consider_route(struct choice *choice, const struct route *route)
{
	if (choice->length > route->destination.length ||
	    !ip_prefix_covers(&route->destination, choice->destination))
		return;
	if (route->out != NULL &&
	    ((choice->only != NULL && choice->only != route->out) ||
		(route->out->flags & IFF_UP) == 0))
		return;
	choice->length = route->destination.length;
	choice->out = route->out;
	choice->next =
	    ip_is_given(&route->via) ? route->via : *choice->destination;
}

struct interface *
interfaces_route(const struct interfaces *interfaces,
    const struct ip_address *destination, const struct interface *only,
    struct ip_address *next)
{
	struct choice choice = {
	    .destination = destination, .only = only, .length = -1};
	uint32_t i;

	if (interfaces == NULL)
		return NULL;
	for (i = 0; i < interfaces->count; i++)
		consider_interface(&choice, interfaces->list[i]);
	for (i = 0; i < interfaces->route_count; i++)
		consider_route(&choice, &interfaces->routes[i]);
	if (next != NULL && choice.out != NULL)
		*next = choice.next;
	return choice.out;
}

struct interface *
interfaces_link_of(
    const struct interfaces *interfaces, const struct ip_address *address)
{
	struct choice choice = {.destination = address, .length = -1};
	uint32_t i;

	for (i = 0; interfaces != NULL && i < interfaces->count; i++)
		consider_interface(&choice, interfaces->list[i]);
	return choice.out;
}
