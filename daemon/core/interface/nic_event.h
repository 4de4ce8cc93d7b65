/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_event.h: private to core/: telling the hooks of NIC_EVENTS what becomes
 * of interfaces. Runs on the instance's strand: the hooks have returned when a
 * function here does, so events come in order, and none is lost.
 *
 *   PLUMB, UP, DOWN, UNPLUMB   behind the change; UNPLUMB knows the name
 *   LIF_UP                     behind the change
 *   LIF_DOWN                   behind the change, while the address is there
 *   ADDRESS_CHANGE             behind the change, with the new address
 *   IFINDEX_CHANGE             before the change, with the new index
 *
 * What concerns an interface goes to inet, inet6 and arp, in this order;
 * what concerns an address to the protocol of its family; there to every hook,
 * whatever those before it return. A protocol that a plugin provides tells its
 * own events.
 */
#ifndef NETINST_CORE_NIC_EVENT_H
#define NETINST_CORE_NIC_EVENT_H

#include "core/object/core_impl.h"
#include "core/interface/interface.h"

/* NE_UP, NE_DOWN. */
void nic_event_plain(struct instance *instance, nic_event_t what, phy_if_t nic);

/* NE_PLUMB, NE_UNPLUMB. */
void nic_event_named(struct instance *instance, nic_event_t what, phy_if_t nic,
    const char *name);

/* NE_LIF_UP, NE_LIF_DOWN. */
void nic_event_lif(struct instance *instance, nic_event_t what, phy_if_t nic,
    const struct interface_address *address);

/* NE_ADDRESS_CHANGE. */
void nic_event_address(struct instance *instance, phy_if_t nic,
    const struct interface_address *address);

/* NE_IFINDEX_CHANGE. */
void nic_event_index(
    struct instance *instance, phy_if_t nic, phy_if_t new_index);

#endif
