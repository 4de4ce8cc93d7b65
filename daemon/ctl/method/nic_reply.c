/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_reply.c: see nic_reply.h; holds nothing of its own. Loop thread.
 */
#include "ctl/method/nic_reply.h"

#include <net/if.h>

#include "base/check.h"
#include "ctl/method/ip_text.h"

/* Every flag of an interface that has a name here. */
static const struct {
	unsigned flag;
	const char *name;
} flag_names[] = {
    {IFF_UP, "up"},
    {IFF_RUNNING, "running"},
    {IFF_LOOPBACK, "loopback"},
    {IFF_POINTOPOINT, "point-to-point"},
    {IFF_BROADCAST, "broadcast"},
    {IFF_MULTICAST, "multicast"},
    {IFF_NOARP, "no-arp"},
    {IFF_PROMISC, "promiscuous"},
};

static void
write_address(struct buffer *out, const struct interface_address *address)
{
	emit_begin_object(out, NULL);
	emit_integer(out, "lif", address->id);
	ip_text_emit_prefix(out, "address", &address->own);
	ip_text_emit(out, "peer", &address->peer);
	ip_text_emit(out, "broadcast", &address->broadcast);
	emit_boolean(out, "up", address->up);
	emit_end_object(out);
}

void
nic_reply_write(struct buffer *out, const struct interface_view *view)
{
	emit_begin_object(out, NULL);
	emit_unsigned(out, "index", view->index);
	emit_text(out, "name", view->name);
	emit_unsigned(out, "mtu", view->mtu);
	emit_boolean(out, "up", (view->flags & IFF_UP) != 0);
	emit_begin_array(out, "flags");
	for (size_t i = 0; i < ARRAY_LENGTH(flag_names); i++)
		if ((view->flags & flag_names[i].flag) != 0)
			emit_text(out, NULL, flag_names[i].name);
	emit_end_array(out);
	emit_begin_array(out, "addresses");
	for (size_t i = 0; i < view->address_count; i++)
		write_address(out, &view->addresses[i]);
	emit_end_array(out);
	emit_end_object(out);
}

void
nic_reply_route(struct buffer *out, const struct interface_route *route)
{
	emit_begin_object(out, NULL);
	ip_text_emit_prefix(out, "destination", &route->destination);
	ip_text_emit(out, "via", &route->via);
	if (route->reject)
		emit_boolean(out, "reject", true);
	else
		emit_text(out, "nic", route->out.name);
	emit_end_object(out);
}
