/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_change.h: a change to interfaces, addresses or routes that a client
 * asked for, from the checked parameters to the answer. Loop thread.
 */
#ifndef NETINST_CTL_NIC_CHANGE_H
#define NETINST_CTL_NIC_CHANGE_H

#include "ctl/serve/rpc.h"
#include "core/interface/interface.h"

enum nic_change_kind {
	NIC_ADDED,
	NIC_REMOVED,
	NIC_CHANGED,
	ADDRESS_ADDED,
	ADDRESS_REMOVED,
	ADDRESS_CHANGED,
	ROUTE_ADDED,
	ROUTE_REMOVED
};

/* What is to be changed; each change fills what it needs. */
struct nic_order {
	struct instance *instance; /* a reference */
	enum nic_change_kind change;
	char nic[NIC_NAME_MAX + 1];  /* the interface meant; "": by index */
	phy_if_t index;		     /* likewise; 0: by name */
	char name[NIC_NAME_MAX + 1]; /* the one it gets; "": as it is */
	struct interface_change set; /* likewise; its name is not used */
	struct ip_prefix own;	     /* the address meant */
	bool replaces;		     /* it becomes: */
	struct interface_address address;
	bool up_given, up; /* of the address */
	struct interface_route route;
};

/*
 * Accepts the order, steals its reference, if it has one, and answers the call.
 * answered: NULL, or the answer that the parameters had already.
 */
const struct rpc_answered *nic_change_carry_out(struct rpc_call *call,
    const struct nic_order *order, const struct rpc_answered *answered);

#endif
