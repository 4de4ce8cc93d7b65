/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti_interface.c: the documented questions about interfaces, as plugins ask
 * them, on any thread. For the framework's protocols the instance's interface
 * model answers, under the instance's lock; for a plugin's protocol the
 * functions that came with it, without a lock. Nothing waits. Owns nothing.
 */
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <netinst/plugin.h>

#include "core/hook/protocol_ref.h"
#include "core/interface/interface_impl.h"

/* One question, from query_begin() to query_end(). */
struct query {
	struct protocol_ref ref;
	/* Who answers: a plugin's functions, */
	const net_protocol_t *provider;
	/* or the model (the instance's lock is held). */
	bool is_known;	    /* the protocol has interfaces */
	sa_family_t family; /* of the addresses it knows; AF_UNSPEC: none */
	const struct interfaces *model;
};

static const struct {
	const char *protocol;
	sa_family_t family;
} known[] = {
    {NHF_INET, AF_INET},
    {NHF_INET6, AF_INET6},
    {NHF_ARP, AF_UNSPEC},
};

/* The lock is held. */
static void
query_find_model(struct query *query)
{
	const char *name = protocol_name(query->ref.protocol);
	size_t i;

	query->model = interfaces_if_any(query->ref.instance);
	for (i = 0; i < ARRAY_LENGTH(known); i++) {
		if (strcmp(name, known[i].protocol) != 0)
			continue;
		query->is_known = true;
		query->family = known[i].family;
	}
}

/* False: the handle is dead, and nothing has begun. */
static bool
query_begin(struct query *query, net_handle_t handle)
{
	*query = (struct query){.model = NULL};
	if (!protocol_ref_lock(&query->ref, handle))
		return false;
	query->provider = query->ref.provider;
	if (query->provider == NULL)
		query_find_model(query);
	return true;
}

static void
query_end(struct query *query)
{
	protocol_ref_unlock(&query->ref);
}

/* The loop that ends with 0 would never end with it. */
static bool
is_step(uintptr_t next)
{
	return next != (uintptr_t)-1;
}

/* names and numbers -------------------------------------------------------- */

static int
model_getifname(const struct query *query, phy_if_t nic, char *buf, size_t size)
{
	const struct interface *interface =
	    interfaces_by_index(query->model, nic);

	if (!query->is_known || buf == NULL)
		return -1;
	if (interface == NULL)
		return 1;
	(void)snprintf(buf, size, "%s", interface->name);
	return 0;
}

NETINST_EXPORT int
net_getifname(net_handle_t handle, phy_if_t nic, char *buf, const size_t size)
{
	struct query query;
	int result = -1;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL)
		result = model_getifname(&query, nic, buf, size);
	else if (query.provider->netp_getifname != NULL)
		result = query.provider->netp_getifname(handle, nic, buf, size);
	query_end(&query);
	return result;
}

static int
model_getmtu(const struct query *query, phy_if_t nic)
{
	const struct interface *interface =
	    interfaces_by_index(query->model, nic);

	if (query->family == AF_UNSPEC)
		return -1;
	return interface != NULL ? (int)interface->mtu : 0;
}

NETINST_EXPORT int
net_getmtu(net_handle_t handle, phy_if_t nic, lif_if_t lif)
{
	struct query query;
	int result = -1;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL)
		result = model_getmtu(&query, nic);
	else if (query.provider->netp_getmtu != NULL)
		result = query.provider->netp_getmtu(handle, nic, lif);
	query_end(&query);
	return result;
}

NETINST_EXPORT int
net_getpmtuenabled(net_handle_t handle)
{
	struct query query;
	int result = -1;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL)
		result = query.family != AF_UNSPEC ? 1 : -1;
	else if (query.provider->netp_getpmtuenabled != NULL)
		result = query.provider->netp_getpmtuenabled(handle);
	query_end(&query);
	return result;
}

NETINST_EXPORT phy_if_t
net_phygetnext(net_handle_t handle, phy_if_t nic)
{
	const struct interface *next;
	struct query query;
	phy_if_t result = 0;

	if (!query_begin(&query, handle))
		return 0;
	if (query.provider == NULL) {
		next =
		    query.is_known ? interfaces_after(query.model, nic) : NULL;
		result = next != NULL ? next->index : 0;
	} else if (query.provider->netp_phygetnext != NULL) {
		result = query.provider->netp_phygetnext(handle, nic);
	}
	query_end(&query);
	return is_step(result) ? result : 0;
}

static phy_if_t
model_phylookup(const struct query *query, const char *name)
{
	const struct interface *interface =
	    name != NULL ? interfaces_by_name(query->model, name) : NULL;

	if (!query->is_known)
		return (phy_if_t)-1;
	return interface != NULL ? interface->index : 0;
}

NETINST_EXPORT phy_if_t
net_phylookup(net_handle_t handle, const char *name)
{
	phy_if_t result = (phy_if_t)-1;
	struct query query;

	if (!query_begin(&query, handle))
		return (phy_if_t)-1;
	if (query.provider == NULL)
		result = model_phylookup(&query, name);
	else if (query.provider->netp_phylookup != NULL)
		result = query.provider->netp_phylookup(handle, name);
	query_end(&query);
	return result;
}

/* addresses ---------------------------------------------------------------- */

/* The first address of the protocol with an id above after, or NULL. */
static const struct interface_address *
address_after(const struct query *query, const struct interface *interface,
    lif_if_t after)
{
	const struct interface_address *address;
	uint32_t i;

	for (i = 0; interface != NULL && i < interface->address_count; i++) {
		address = &interface->addresses[i];
		if (address->id > after &&
		    address->own.address.family == query->family)
			return address;
	}
	return NULL;
}

/* Who does not know any asks for 0, which is the first. */
static const struct interface_address *
address_find(
    const struct query *query, const struct interface *interface, lif_if_t lif)
{
	const struct interface_address *address =
	    address_after(query, interface, lif > 0 ? lif - 1 : 0);

	return address != NULL && (lif == 0 || address->id == lif) ? address
								   : NULL;
}

static lif_if_t
model_lifgetnext(const struct query *query, phy_if_t nic, lif_if_t lif)
{
	const struct interface *interface =
	    interfaces_by_index(query->model, nic);
	const struct interface_address *next;

	if (query->family == AF_UNSPEC || lif < 0 ||
	    (lif != 0 && address_find(query, interface, lif) == NULL))
		return 0;
	next = address_after(query, interface, lif);
	return next != NULL ? next->id : 0;
}

NETINST_EXPORT lif_if_t
net_lifgetnext(net_handle_t handle, phy_if_t nic, lif_if_t lif)
{
	struct query query;
	lif_if_t result = 0;

	if (!query_begin(&query, handle))
		return 0;
	if (query.provider == NULL)
		result = model_lifgetnext(&query, nic, lif);
	else if (query.provider->netp_lifgetnext != NULL)
		result = query.provider->netp_lifgetnext(handle, nic, lif);
	query_end(&query);
	return is_step((uintptr_t)result) ? result : 0;
}

/* The one that type asks for, or none. */
static struct ip_address
address_part(const struct interface_address *address, net_ifaddr_t type)
{
	const struct ip_address none = {.family = AF_UNSPEC};

	switch (type) {
	case NA_ADDRESS:
		return address->own.address;
	case NA_PEER:
		return address->peer;
	case NA_BROADCAST:
		return address->broadcast;
	case NA_NETMASK:
		return ip_mask(
		    address->own.address.family, address->own.length);
	}
	return none;
}

static int
model_getlifaddr(const struct query *query, phy_if_t nic, lif_if_t lif,
    int count, const net_ifaddr_t type[], char *storage)
{
	const struct interface_address *address =
	    address_find(query, interfaces_by_index(query->model, nic), lif);
	int i;

	if (query->family == AF_UNSPEC ||
	    (count > 0 && (type == NULL || storage == NULL)))
		return -1;
	if (address == NULL)
		return 1;
	for (i = 0; i < count; i++) {
		const struct ip_address part = address_part(address, type[i]);

		if (!ip_is_given(&part))
			return 1;
		memcpy(storage + offsetof(struct sockaddr, sa_family),
		    &part.family, sizeof(part.family));
		storage += ip_put(&part, storage);
	}
	return 0;
}

NETINST_EXPORT int
net_getlifaddr(net_handle_t handle, phy_if_t nic, lif_if_t lif, int count,
    net_ifaddr_t type[], void *storage)
{
	struct query query;
	int result = -1;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL)
		result =
		    model_getlifaddr(&query, nic, lif, count, type, storage);
	else if (query.provider->netp_getlifaddr != NULL && count >= 0)
		result = query.provider->netp_getlifaddr(
		    handle, nic, lif, (size_t)count, type, storage);
	query_end(&query);
	return result;
}

NETINST_EXPORT zoneid_t
net_getlifzone(net_handle_t handle, phy_if_t nic, lif_if_t lif, zoneid_t *zone)
{
	zoneid_t result = -1;
	struct query query;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL) {
		if (zone != NULL &&
		    address_find(&query, interfaces_by_index(query.model, nic),
			lif) != NULL) {
			*zone = query.ref.instance->id;
			result = 0;
		}
	} else if (query.provider->neti_getlifzone != NULL) {
		result =
		    query.provider->neti_getlifzone(handle, nic, lif, zone);
	}
	query_end(&query);
	return result;
}

static int
model_getlifflags(
    const struct query *query, phy_if_t nic, lif_if_t lif, uint64_t *flags)
{
	const struct interface *interface =
	    interfaces_by_index(query->model, nic);
	const struct interface_address *address =
	    address_find(query, interface, lif);

	if (address == NULL || flags == NULL)
		return -1;
	*flags = interface->flags;
	/* IFF_UP is what an address is said to be, or not. */
	if (!interface_address_in_use(interface, address))
		*flags &= ~(uint64_t)IFF_UP;
	if (ip_is_given(&address->peer))
		*flags |= IFF_POINTOPOINT;
	return 0;
}

NETINST_EXPORT int
net_getlifflags(
    net_handle_t handle, phy_if_t nic, lif_if_t lif, uint64_t *flags)
{
	struct query query;
	int result = -1;

	if (!query_begin(&query, handle))
		return -1;
	if (query.provider == NULL)
		result = model_getlifflags(&query, nic, lif, flags);
	else if (query.provider->neti_getlifflags != NULL)
		result =
		    query.provider->neti_getlifflags(handle, nic, lif, flags);
	query_end(&query);
	return result;
}

/* routes ------------------------------------------------------------------- */

/* A link-local address means nothing without the link. */
static phy_if_t
scope_of(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6
		   ? ((const struct sockaddr_in6 *)(const void *)address)
			 ->sin6_scope_id
		   : 0;
}

static phy_if_t
model_routeto(const struct query *query, const struct sockaddr *destination,
    struct sockaddr *next)
{
	const struct interface *only = NULL, *out;
	struct ip_address to, hop;
	phy_if_t scope;

	if (query->family == AF_UNSPEC)
		return (phy_if_t)-1;
	if (destination == NULL || !ip_get(&to, destination) ||
	    to.family != query->family)
		return 0;
	scope = scope_of(destination);
	if (scope != 0)
		only = interfaces_by_index(query->model, scope);
	if (scope != 0 && only == NULL)
		return 0;
	out = interfaces_route(query->model, &to, only, &hop);
	if (out != NULL && next != NULL)
		(void)ip_put(&hop, next);
	return out != NULL ? out->index : 0;
}

NETINST_EXPORT phy_if_t
net_routeto(
    net_handle_t handle, struct sockaddr *destination, struct sockaddr *next)
{
	phy_if_t result = (phy_if_t)-1;
	struct query query;

	if (!query_begin(&query, handle))
		return (phy_if_t)-1;
	if (query.provider == NULL)
		result = model_routeto(&query, destination, next);
	else if (query.provider->netp_routeto != NULL)
		result =
		    query.provider->netp_routeto(handle, destination, next);
	query_end(&query);
	return result;
}
