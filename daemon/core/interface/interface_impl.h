/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface_impl.h: private to core/: the interface model as data. It hangs
 * from its instance, made when the first interface or route comes. The strand
 * changes it under the instance's lock, others read it under that lock; the
 * strand itself may read it without. NULL is a model with nothing in it.
 */
#ifndef NETINST_CORE_INTERFACE_IMPL_H
#define NETINST_CORE_INTERFACE_IMPL_H

#include "core/object/core_impl.h"
#include "core/interface/interface.h"

struct interface {
	char name[NIC_NAME_MAX + 1];
	phy_if_t index;
	unsigned mtu;
	uint64_t flags;
	lif_if_t last_lif;		     /* id, of all that ever were */
	struct interface_address *addresses; /* ascending by id */
	uint32_t address_count, address_room;
	UT_hash_handle by_name;
};

struct route {
	uint64_t number;
	struct ip_prefix destination;
	struct ip_address via;
	struct interface *out; /* NULL: reject */
};

struct interfaces {
	struct interface **list; /* ascending by index */
	uint32_t count, room;
	struct interface *by_name;
	phy_if_t last_index;	/* the highest that ever was */
	uint32_t address_count; /* of all interfaces */
	struct route *routes;	/* ascending by number */
	uint32_t route_count, route_room;
	uint64_t last_route;
};

/* interface.c: the data. These read. */

/* The instance's, or NULL. */
struct interfaces *interfaces_if_any(const struct instance *instance);

struct interface *interfaces_by_index(
    const struct interfaces *interfaces, phy_if_t index);
struct interface *interfaces_by_name(
    const struct interfaces *interfaces, const char *name);
struct interface *interfaces_find(
    const struct interfaces *interfaces, const struct interface_ref *ref);
/* The one with the lowest index above after, or NULL. */
struct interface *interfaces_after(
    const struct interfaces *interfaces, phy_if_t after);

/* Whether packets can use that address: it and its interface are up. */
bool interface_address_in_use(
    const struct interface *interface, const struct interface_address *address);

/* These change; the lock is held. */

void interfaces_insert(
    struct interfaces *interfaces, struct interface *interface);
/* Frees it; the routes over it are gone. */
void interfaces_delete(
    struct interfaces *interfaces, struct interface *interface);
void interfaces_rename(struct interfaces *interfaces,
    struct interface *interface, const char *name);
void interfaces_renumber(
    struct interfaces *interfaces, struct interface *interface, phy_if_t index);
/* Returns where it is now, with its id. */
struct interface_address *interfaces_insert_address(
    struct interfaces *interfaces, struct interface *interface,
    const struct interface_address *address);
void interfaces_delete_address(struct interfaces *interfaces,
    struct interface *interface, struct interface_address *address);

/* The instance's model; made when there is none yet. Strand. */
struct interfaces *interfaces_of(struct instance *instance);
/* The instance ends: nothing is added any more. Strand. */
void interfaces_free(struct instance *instance);

/* interface_route.c: the routes. */

/*
 * Where a packet to an address leaves, or NULL; next (may be NULL) gets the
 * next hop. only: over that interface alone, or NULL.
 */
struct interface *interfaces_route(const struct interfaces *interfaces,
    const struct ip_address *destination, const struct interface *only,
    struct ip_address *next);
/* The interface on whose link an address is, or NULL. */
struct interface *interfaces_link_of(
    const struct interfaces *interfaces, const struct ip_address *address);
struct route *interfaces_find_route(
    const struct interfaces *interfaces, const struct ip_prefix *destination);
/* The lock is held. */
void interfaces_insert_route(
    struct interfaces *interfaces, const struct route *route);
void interfaces_delete_route(
    struct interfaces *interfaces, struct route *route);
void interfaces_delete_routes_over(
    struct interfaces *interfaces, const struct interface *out);

/*
 * interface_apply.c. Strand, at the instance's shutdown: every interface goes,
 * the newest first, then the routes.
 */
void interface_remove_all(struct instance *instance);

#endif
