/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_fixture.c: makes the structures that interface.h takes out of words, and
 * waits for the end of each change. The test's own thread.
 */
#include "nic_fixture.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "core_fixture.h"

/* A change of one instance, and its end; one at a time. */
static struct answer over;

static struct instance *
begin(netid_t id)
{
	struct instance *instance = instance_find(id);

	ASSERT(instance != NULL);
	answer_init(&over);
	return instance;
}

static int
end(struct instance *instance, int error)
{
	if (error != 0)
		answer_done(&over, error);
	instance_release(instance);
	return answer_wait(&over);
}

struct ip_prefix
nic_prefix(const char *text)
{
	struct ip_prefix prefix = {.length = 0};
	char address[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "/");

	ASSERT(length < sizeof(address));
	memcpy(address, text, length);
	address[length] = '\0';
	prefix.address = nic_ip(address);
	prefix.length =
	    (uint8_t)(text[length] == '/' ? strtoul(text + length + 1, NULL, 10)
					  : ip_bits(prefix.address.family));
	return prefix;
}

struct ip_address
nic_ip(const char *text)
{
	struct ip_address address = {.family = AF_INET};

	if (strchr(text, ':') != NULL)
		address.family = AF_INET6;
	ASSERT(inet_pton(address.family, text, address.bytes) == 1);
	return address;
}

struct interface_ref
nic_ref(const char *nic)
{
	struct interface_ref ref = {.name = nic};

	if (nic != NULL && *nic >= '0' && *nic <= '9')
		ref = (struct interface_ref){.index = strtoul(nic, NULL, 10)};
	return ref;
}

static int
add(netid_t id, const struct interface_config *config)
{
	struct instance *instance = begin(id);

	return end(
	    instance, interface_add(instance, config, answer_done, &over));
}

int
nic_add(netid_t id, const char *name, uint64_t flags)
{
	const struct interface_config config = {
	    .name = name, .mtu = 1500, .flags = flags};

	return add(id, &config);
}

int
nic_add_index(netid_t id, const char *name, phy_if_t index)
{
	const struct interface_config config = {
	    .name = name, .mtu = 1500, .index = index};

	return add(id, &config);
}

int
nic_remove(netid_t id, const char *nic)
{
	struct instance *instance = begin(id);
	const struct interface_ref ref = nic_ref(nic);

	return end(
	    instance, interface_remove(instance, &ref, answer_done, &over));
}

int
nic_change(netid_t id, const char *nic, const struct interface_change *change)
{
	struct instance *instance = begin(id);
	const struct interface_ref ref = nic_ref(nic);

	return end(instance,
	    interface_set(instance, &ref, change, answer_done, &over));
}

int
nic_up(netid_t id, const char *nic)
{
	const struct interface_change change = {
	    .flags_given = IFF_UP, .flags = IFF_UP};

	return nic_change(id, nic, &change);
}

int
nic_down(netid_t id, const char *nic)
{
	const struct interface_change change = {.flags_given = IFF_UP};

	return nic_change(id, nic, &change);
}

int
nic_rename(netid_t id, const char *nic, const char *name)
{
	const struct interface_change change = {.name = name};

	return nic_change(id, nic, &change);
}

int
nic_renumber(netid_t id, const char *nic, phy_if_t index)
{
	const struct interface_change change = {.index = index};

	return nic_change(id, nic, &change);
}

int
nic_address(netid_t id, const char *nic, const char *own, const char *peer)
{
	struct instance *instance = begin(id);
	const struct interface_ref ref = nic_ref(nic);
	struct interface_address address = {.own = nic_prefix(own), .up = true};

	if (peer != NULL)
		address.peer = nic_ip(peer);
	return end(instance, interface_add_address(
				 instance, &ref, &address, answer_done, &over));
}

int
nic_remove_address(netid_t id, const char *nic, const char *own)
{
	struct instance *instance = begin(id);
	const struct interface_ref ref = nic_ref(nic);
	const struct ip_prefix prefix = nic_prefix(own);

	return end(instance, interface_remove_address(
				 instance, &ref, &prefix, answer_done, &over));
}

static int
set_address(netid_t id, const char *nic, const char *own,
    const struct interface_address_change *change)
{
	struct instance *instance = begin(id);
	const struct interface_ref ref = nic_ref(nic);
	const struct ip_prefix prefix = nic_prefix(own);

	return end(instance, interface_set_address(instance, &ref, &prefix,
				 change, answer_done, &over));
}

int
nic_set_address(netid_t id, const char *nic, const char *own, const char *to)
{
	const struct interface_address with = {.own = nic_prefix(to)};
	const struct interface_address_change change = {.with = &with};

	return set_address(id, nic, own, &change);
}

int
nic_set_address_up(netid_t id, const char *nic, const char *own, bool up)
{
	const struct interface_address_change change = {
	    .up_given = true, .up = up};

	return set_address(id, nic, own, &change);
}

int
nic_route(netid_t id, const char *destination, const char *via, const char *nic)
{
	struct instance *instance = begin(id);
	struct interface_route route = {
	    .destination = nic_prefix(destination),
	    .out = nic_ref(nic),
	    .reject = via == NULL && nic == NULL,
	};

	if (via != NULL)
		route.via = nic_ip(via);
	return end(instance,
	    interface_add_route(instance, &route, answer_done, &over));
}

int
nic_remove_route(netid_t id, const char *destination)
{
	struct instance *instance = begin(id);
	const struct ip_prefix prefix = nic_prefix(destination);

	return end(instance,
	    interface_remove_route(instance, &prefix, answer_done, &over));
}

static char listed[4096];

static bool
list_one(void *arg, const struct interface_view *view)
{
	size_t length = strlen(listed);

	(void)snprintf(listed + length, sizeof(listed) - length, "%s%lu:%s",
	    length > 0 ? " " : "", (unsigned long)view->index, view->name);
	return true;
}

const char *
nic_list(netid_t id)
{
	struct instance *instance = instance_find(id);

	ASSERT(instance != NULL);
	listed[0] = '\0';
	ASSERT(interface_visit(instance, 0, list_one, NULL));
	instance_release(instance);
	return listed;
}
