/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface.h: the interfaces of an instance, their addresses and its routes:
 * changing and reading them. Sources change them, the control server shows
 * them; plugins ask through the documented functions (neti_interface.c).
 *
 * A change is a job on the instance's strand, so changes happen in the order
 * they were asked for, and each sends its NIC events (nic_event.h) before done
 * is called. Everything given is copied. Whether a change may be made is
 * decided there, too: a function returns 0, or -EBUSY when the instance is in
 * or past shutdown; all other errors, and that one when shutdown overtook the
 * change, come with done. An error has changed nothing.
 *
 * With the instance's shutdown its interfaces go, in the same way, before its
 * protocols are announced gone. Any thread.
 */
#ifndef NETINST_CORE_INTERFACE_H
#define NETINST_CORE_INTERFACE_H

#include "core/object/instance.h"
#include "core/interface/ip.h"

/* Limits of what comes from outside. */
#define NIC_NAME_MAX  15	/* bytes */
#define NIC_INDEX_MAX INT32_MAX /* the highest index */
#define NIC_MTU_MIN   68	/* bytes */
#define NIC_MTU_MAX   65536
#define NICS_MAX      1024 /* of one instance; likewise: */
#define ADDRESSES_MAX 4096
#define ROUTES_MAX    4096

/* Which interface: the one of that name, or else the one of that index. */
struct interface_ref {
	const char *name; /* or NULL */
	phy_if_t index;	  /* or 0 */
};

/* flags, here and below: IFF_UP, IFF_LOOPBACK, ... of <net/if.h>. */
struct interface_config {
	const char *name; /* 1 to NIC_NAME_MAX bytes */
	phy_if_t index;	  /* 0: the next one above all that ever were here */
	unsigned mtu;	  /* bytes */
	uint64_t flags;
};

/*
 * -EEXIST: the name is taken. -EADDRINUSE: the index is. -ENOSPC: NICS_MAX.
 * -EOVERFLOW: no index is left.
 */
int interface_add(struct instance *instance,
    const struct interface_config *config, core_done_fn done, void *arg);

/* Its addresses and the routes over it go with it. -ENODEV: no such. */
int interface_remove(struct instance *instance, const struct interface_ref *ref,
    core_done_fn done, void *arg);

/* What becomes different; 0 and NULL stay as they are. */
struct interface_change {
	const char *name;
	phy_if_t index;
	unsigned mtu;
	uint64_t flags_given; /* the flags that are to be as flags has them */
	uint64_t flags;
};

/*
 * A new name shows as the old one's end and the new one's beginning; there
 * is no event for another MTU. -ENODEV; -EEXIST, -EADDRINUSE as above.
 */
int interface_set(struct instance *instance, const struct interface_ref *ref,
    const struct interface_change *change, core_done_fn done, void *arg);

/* An address of an interface. */
struct interface_address {
	lif_if_t id; /* from 1, never again on that interface; not given */
	struct ip_prefix own;
	struct ip_address peer;	     /* or none */
	struct ip_address broadcast; /* or none; never on loopback */
	bool up; /* it is in use while its interface is up, too */
};

/*
 * -ENODEV; -EEXIST: the interface has an address with that prefix and peer;
 * -ENOSPC: ADDRESSES_MAX.
 */
int interface_add_address(struct instance *instance,
    const struct interface_ref *ref, const struct interface_address *address,
    core_done_fn done, void *arg);

/* -ENODEV; -EADDRNOTAVAIL: the interface has no such address. */
int interface_remove_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    core_done_fn done, void *arg);

/* What becomes different of an address. */
struct interface_address_change {
	const struct interface_address *with; /* all but id and up, or NULL */
	bool up_given, up;
};

/*
 * Changes the address own; its id stays. -ENODEV; -EADDRNOTAVAIL; -EEXIST;
 * -EAFNOSUPPORT: the other one is of another family.
 */
int interface_set_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    const struct interface_address_change *change, core_done_fn done,
    void *arg);

/*
 * Where packets go; besides these, each address that is in use leads to its
 * own prefix. The longest prefix decides.
 */
struct interface_route {
	struct ip_prefix destination;
	struct ip_address via;	  /* or none: it is on the link */
	struct interface_ref out; /* or none: where via is on the link */
	bool reject;		  /* nowhere; then neither of them */
};

/*
 * -EEXIST: there is one to that destination. -ENODEV: out is not there.
 * -ENETUNREACH: out is not given and via not on the link. -ENOSPC: ROUTES_MAX.
 */
int interface_add_route(struct instance *instance,
    const struct interface_route *route, core_done_fn done, void *arg);

/* -ESRCH: there is no route to that destination. */
int interface_remove_route(struct instance *instance,
    const struct ip_prefix *destination, core_done_fn done, void *arg);

/* reading ----------------------------------------------------------------- */

/* An interface as it is; valid while it is visited. */
struct interface_view {
	const char *name;
	phy_if_t index;
	unsigned mtu;
	uint64_t flags;
	const struct interface_address *addresses; /* ascending by id */
	size_t address_count;
};

/*
 * Visits the interfaces with an index above after, ascending, until visit
 * returns false. It is called under the instance's lock: it must not call back
 * into the core. Returns whether visit never did.
 */
typedef bool (*interface_visit_fn)(
    void *arg, const struct interface_view *view);
bool interface_visit(struct instance *instance, phy_if_t after,
    interface_visit_fn visit, void *arg);

/* Visits the one meant; false when there is none. */
bool interface_visit_one(struct instance *instance,
    const struct interface_ref *ref, interface_visit_fn visit, void *arg);

/* The routes, in the order of their coming, by a number that rises. */
typedef bool (*route_visit_fn)(
    void *arg, uint64_t number, const struct interface_route *route);
bool interface_visit_routes(
    struct instance *instance, uint64_t after, route_visit_fn visit, void *arg);

size_t interface_count(struct instance *instance);

#endif
