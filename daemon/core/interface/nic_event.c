/* SPDX-License-Identifier: Apache-2.0 */
/* nic_event.c: hands NIC events to the event of each protocol; strand only. */
#include "core/interface/nic_event.h"

#include <netinet/in.h>
#include <string.h>

#include "core/hook/event.h"
#include "core/hook/protocol.h"

static const struct {
	const char *protocol;
	sa_family_t family; /* of the addresses it has */
} receivers[] = {
    {NHF_INET, AF_INET},
    {NHF_INET6, AF_INET6},
    {NHF_ARP, AF_UNSPEC},
};

/* The framework's protocol of that name, there until it is announced gone. */
static struct net_data *
receiver_find(const struct instance *instance, const char *name)
{
	struct net_data *protocol = protocol_first(instance);

	while (
	    protocol != NULL && (protocol->provided || protocol->gone ||
				    strcmp(protocol_name(protocol), name) != 0))
		protocol = protocol_next(protocol);
	return protocol;
}

static void
receiver_run(struct instance *instance, struct net_data *protocol,
    const hook_nic_event_t *event)
{
	hook_nic_event_t own = *event;

	protocol_hold(protocol);
	own.hne_protocol = protocol;
	event_run_every(instance, protocol, NH_NIC_EVENTS, (hook_data_t)&own);
	protocol_drop(protocol);
}

/* family: of the address; AF_UNSPEC: it is of the whole interface. */
static void
nic_event_send(struct instance *instance, sa_family_t family,
    const hook_nic_event_t *event)
{
	struct net_data *protocol;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(receivers); i++) {
		if (family != AF_UNSPEC && family != receivers[i].family)
			continue;
		protocol = receiver_find(instance, receivers[i].protocol);
		if (protocol != NULL)
			receiver_run(instance, protocol, event);
	}
}

void
nic_event_plain(struct instance *instance, nic_event_t what, phy_if_t nic)
{
	const hook_nic_event_t event = {.hne_event = what, .hne_nic = nic};

	nic_event_send(instance, AF_UNSPEC, &event);
}

void
nic_event_named(
    struct instance *instance, nic_event_t what, phy_if_t nic, const char *name)
{
	char data[NIC_NAME_MAX + 1];
	const hook_nic_event_t event = {
	    .hne_event = what,
	    .hne_nic = nic,
	    .hne_data = data,
	    .hne_datalen = strlen(name) + 1,
	};

	memcpy(data, name, event.hne_datalen);
	nic_event_send(instance, AF_UNSPEC, &event);
}

void
nic_event_lif(struct instance *instance, nic_event_t what, phy_if_t nic,
    const struct interface_address *address)
{
	const hook_nic_event_t event = {
	    .hne_event = what,
	    .hne_nic = nic,
	    .hne_lif = address->id,
	};

	nic_event_send(instance, address->own.address.family, &event);
}

void
nic_event_address(struct instance *instance, phy_if_t nic,
    const struct interface_address *address)
{
	sa_family_t family = address->own.address.family;
	struct sockaddr_storage data = {.ss_family = family};
	const hook_nic_event_t event = {
	    .hne_event = NE_ADDRESS_CHANGE,
	    .hne_nic = nic,
	    .hne_lif = address->id,
	    .hne_data = &data,
	    .hne_datalen = ip_put(&address->own.address, &data),
	};

	nic_event_send(instance, family, &event);
}

void
nic_event_index(struct instance *instance, phy_if_t nic, phy_if_t new_index)
{
	uint_t data = (uint_t)new_index;
	const hook_nic_event_t event = {
	    .hne_event = NE_IFINDEX_CHANGE,
	    .hne_nic = nic,
	    .hne_data = &data,
	    .hne_datalen = sizeof(data),
	};

	nic_event_send(instance, AF_UNSPEC, &event);
}
