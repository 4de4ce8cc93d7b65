/* SPDX-License-Identifier: Apache-2.0 */
/*
 * traffic.c: owns the packets. What an instance refuses, because it has no
 * such protocol or is going down, is left out.
 */
#include "check/child/traffic.h"

#include <net/if.h>
#include <string.h>
#include <time.h>

#include <netinst/netinst.h>

#include "base/check.h"
#include "check/child/driver.h"
#include "core/interface/interface.h"
#include "core/packet/packet.h"
#include "lib/clock.h"

#define NIC   "check0"
#define NIC2  "check1"
#define INDEX 1
#define PAUSE (50 * NS_PER_MS)

/* UDP from 192.0.2.1 to 192.0.2.2, port 9 to 9, 4 bytes. */
static const uint8_t ipv4[] = {0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0xf6, 0xc8,
    192, 0, 2, 1, 192, 0, 2, 2, 0, 9, 0, 9, 0, 12, 0, 0, 'c', 'h', 'e', 'k'};

/* The same from 2001:db8::1 to 2001:db8::2. */
static const uint8_t ipv6[] = {0x60, 0, 0, 0, 0, 12, 17, 64, 0x20, 1, 0xd, 0xb8,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 2, 0, 9, 0, 9, 0, 12, 0x8e, 0x14, 'c', 'h', 'e', 'k'};

/* Who has 192.0.2.2? */
static const uint8_t arp[] = {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 192, 0,
    2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2};

static const struct {
	const char *protocol;
	const uint8_t *bytes;
	size_t length;
} packets[] = {
    {NHF_INET, ipv4, sizeof(ipv4)},
    {NHF_INET6, ipv6, sizeof(ipv6)},
    {NHF_ARP, arp, sizeof(arp)},
};

static const char *const events[] = {NH_PHYSICAL_IN, NH_PHYSICAL_OUT,
    NH_FORWARDING, NH_LOOPBACK_IN, NH_LOOPBACK_OUT};

static const struct interface_ref nic = {.name = NIC};

/* The end of a request that driver_begin() has counted. */
static void
settle(int error)
{
	driver_asked(error);
	driver_settle();
}

static void
add_interface(struct instance *instance)
{
	const struct interface_config config = {
	    .name = NIC, .index = INDEX, .mtu = 1500, .flags = IFF_UP};

	driver_begin();
	settle(interface_add(instance, &config, driver_end, NULL));
}

static void
change_interface(
    struct instance *instance, const struct interface_change *change)
{
	driver_begin();
	settle(interface_set(instance, &nic, change, driver_end, NULL));
}

/* One address comes, changes and goes. */
static void
change_addresses(struct instance *instance)
{
	struct interface_address address = {.up = true};
	const struct interface_address_change down = {.up_given = true};

	address.own.address.family = AF_INET;
	memcpy(address.own.address.bytes, &ipv4[12], 4);
	address.own.length = 24;
	driver_begin();
	settle(
	    interface_add_address(instance, &nic, &address, driver_end, NULL));
	driver_begin();
	settle(interface_set_address(
	    instance, &nic, &address.own, &down, driver_end, NULL));
	driver_begin();
	settle(interface_remove_address(
	    instance, &nic, &address.own, driver_end, NULL));
}

void
traffic_interfaces(const char *name)
{
	static const struct interface_change changes[] = {
	    {.flags_given = IFF_UP},
	    {.flags_given = IFF_UP, .flags = IFF_UP, .mtu = 9000},
	    {.name = NIC2},
	};
	struct instance *instance = instance_find_by_name(name);
	const struct interface_ref renamed = {.name = NIC2};
	size_t i;

	if (instance == NULL)
		return;
	add_interface(instance);
	change_addresses(instance);
	for (i = 0; i < ARRAY_LENGTH(changes); i++)
		change_interface(instance, &changes[i]);
	driver_begin();
	settle(interface_remove(instance, &renamed, driver_end, NULL));
	add_interface(instance);
	instance_release(instance);
}

static void
run_packet(struct instance *instance, size_t number, const char *event)
{
	struct packet packet = {
	    .bytes = packets[number].bytes, .length = packets[number].length};
	const struct packet_order order = {
	    .event = packet_event_find(event),
	    .protocol = packets[number].protocol,
	    .in = INDEX,
	    .out = INDEX,
	};
	struct packet_batch *batch;

	ASSERT(order.event != NULL);
	if (!packet_event_is_of(order.event, order.protocol))
		return;
	batch = packet_batch_create(&order, &packet, 1);
	/* -EBUSY comes with done, too. */
	driver_begin();
	(void)packet_run(instance, batch, driver_end, NULL);
	driver_settle();
	packet_batch_free(batch);
	freemsg(packet.changed);
}

void
traffic_packets(const char *name)
{
	struct instance *instance = instance_find_by_name(name);
	size_t i, j;

	if (instance == NULL)
		return;
	for (i = 0; i < ARRAY_LENGTH(packets); i++)
		for (j = 0; j < ARRAY_LENGTH(events); j++)
			run_packet(instance, i, events[j]);
	instance_release(instance);
}

void
traffic_pass_time(void)
{
	const struct timespec pause = {.tv_nsec = PAUSE};

	(void)nanosleep(&pause, NULL);
	driver_settle();
}
