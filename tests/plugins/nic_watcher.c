/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_watcher.c: hangs a hook on NIC_EVENTS in the documented way: told of a
 * protocol it asks for its events, told of the event it registers its hook, and
 * takes all of it back when it is told that they go. It logs what it sees and
 * what it is answered when it asks. On the instance of the setting "instance",
 * NE_UP of inet waits at the gate (gate.h).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

#include "gate.h"

NETINST_PLUGIN(.name = "nic_watcher", .version = "1.0.0",
    .summary = "logs what becomes of interfaces");

/* One protocol of one instance. */
struct watch {
	struct watch *next;
	netid_t id;
	char protocol[32];
	net_handle_t handle;
	hook_t *hook;
};

struct context {
	netid_t id;
	struct watch *watches;
};

static const char *const event_names[] = {
    [NE_PLUMB] = "PLUMB",
    [NE_UNPLUMB] = "UNPLUMB",
    [NE_UP] = "UP",
    [NE_DOWN] = "DOWN",
    [NE_ADDRESS_CHANGE] = "ADDRESS_CHANGE",
    [NE_LIF_UP] = "LIF_UP",
    [NE_LIF_DOWN] = "LIF_DOWN",
    [NE_IFINDEX_CHANGE] = "IFINDEX_CHANGE",
};

/* An address as text; of either family. */
static const char *
address_text(const struct sockaddr_storage *address, char *text, size_t size)
{
	const void *bytes =
	    address->ss_family == AF_INET
		? (const void *)&((const struct sockaddr_in *)address)->sin_addr
		: (const void *)&((const struct sockaddr_in6 *)address)
		      ->sin6_addr;

	return inet_ntop(address->ss_family, bytes, text, (socklen_t)size);
}

/* What an event brings, or what is answered when one asks. */
static void
event_words(const struct watch *watch, const hook_nic_event_t *event,
    char *words, size_t size)
{
	net_ifaddr_t type = NA_ADDRESS;
	struct sockaddr_storage address;

	words[0] = '\0';
	switch (event->hne_event) {
	case NE_PLUMB:
	case NE_UNPLUMB:
		(void)snprintf(words, size, " %s", (char *)event->hne_data);
		break;
	case NE_IFINDEX_CHANGE:
		(void)snprintf(
		    words, size, " to %u", *(uint_t *)event->hne_data);
		break;
	case NE_ADDRESS_CHANGE:
		(void)memcpy(&address, event->hne_data, event->hne_datalen);
		words[0] = ' ';
		(void)address_text(&address, words + 1, size - 1);
		break;
	case NE_LIF_UP:
	case NE_LIF_DOWN:
		words[0] = ' ';
		if (net_getlifaddr(watch->handle, event->hne_nic,
			event->hne_lif, 1, &type, &address) == 0)
			(void)address_text(&address, words + 1, size - 1);
		break;
	case NE_UP:
	case NE_DOWN:
		break;
	}
}

static int
seen(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_nic_event_t *event = (const hook_nic_event_t *)data;
	const struct watch *watch = arg;
	char words[64], name[16] = "gone";

	event_words(watch, event, words, sizeof(words));
	(void)net_getifname(watch->handle, event->hne_nic, name, sizeof(name));
	net_log(NET_LOG_INFO, "instance %d %s: %s %lu/%ld%s (%s)", watch->id,
	    watch->protocol, event_names[event->hne_event],
	    (unsigned long)event->hne_nic, (long)event->hne_lif, words, name);
	if (event->hne_event == NE_UP && watch->id == gate_instance &&
	    strcmp(watch->protocol, NHF_INET) == 0)
		gate_wait();
	return 0;
}

static int
watch_event(hook_notify_cmd_t command, void *arg, const char *protocol,
    const char *event, const char *again)
{
	struct watch *watch = arg;

	if (strcmp(event, NH_NIC_EVENTS) != 0)
		return 0;
	if (command == HN_REGISTER) {
		HOOK_INIT(watch->hook, seen, "nic_watcher", watch);
		if (net_hook_register(
			watch->handle, NH_NIC_EVENTS, watch->hook) != 0)
			net_log(
			    NET_LOG_WARNING, "no hook on %s", watch->protocol);
	} else if (watch->hook != NULL) {
		(void)net_hook_unregister(
		    watch->handle, NH_NIC_EVENTS, watch->hook);
		hook_free(watch->hook);
		watch->hook = NULL;
	}
	return 0;
}

static void
watch_begin(struct context *context, const char *protocol)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL)
		return;
	watch->id = context->id;
	(void)snprintf(
	    watch->protocol, sizeof(watch->protocol), "%s", protocol);
	watch->handle = net_protocol_lookup(context->id, protocol);
	watch->next = context->watches;
	context->watches = watch;
	(void)net_protocol_notify_register(watch->handle, watch_event, watch);
}

static void
watch_end(struct context *context, const char *protocol)
{
	struct watch **link = &context->watches, *watch;

	while (
	    (watch = *link) != NULL && strcmp(watch->protocol, protocol) != 0)
		link = &watch->next;
	if (watch == NULL)
		return;
	*link = watch->next;
	(void)net_protocol_notify_unregister(watch->handle, watch_event);
	(void)net_protocol_release(watch->handle);
	free(watch);
}

int
nin_load(const net_config_t *config)
{
	gate_configure(config);
	return 0;
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		context->id = id;
	return context;
}

int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	if (command == HN_REGISTER)
		watch_begin(argument, protocol);
	else
		watch_end(argument, protocol);
	return 0;
}

void
nin_destroy(const netid_t id, void *argument)
{
	free(argument);
}
