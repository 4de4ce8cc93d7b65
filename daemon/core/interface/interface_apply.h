/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface_apply.h: private to core/: what is done on the strand for each
 * function of interface.h. All return 0 or the errors that are listed there.
 */
#ifndef NETINST_CORE_INTERFACE_APPLY_H
#define NETINST_CORE_INTERFACE_APPLY_H

#include "core/interface/interface_impl.h"

/* What was asked for; each function looks at what is its own. */
struct interface_order {
	char name[NIC_NAME_MAX + 1];	 /* of the interface meant; "": none */
	char new_name[NIC_NAME_MAX + 1]; /* "": as it is */
	struct interface_ref ref;	 /* name: the one above, or NULL */
	struct interface_change set;	 /* name: new_name instead */
	struct ip_prefix own;
	struct interface_address address;
	struct interface_address_change set_address; /* with: address */
	struct interface_route route;		     /* out: ref instead */
};

typedef int interface_apply_fn(
    struct instance *instance, const struct interface_order *order);

interface_apply_fn interface_apply_add, interface_apply_remove,
    interface_apply_set, interface_apply_add_address,
    interface_apply_remove_address, interface_apply_set_address,
    interface_apply_add_route, interface_apply_remove_route;

#endif
