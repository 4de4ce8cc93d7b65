/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_interface.c: the questions about interfaces that plugins ask, as
 * the framework's protocols answer them: each result that is documented, and
 * what becomes of handles whose protocol is gone.
 */
#include <arpa/inet.h>
#include <net/if.h>

#include <netinst/neti.h>

#include "core_fixture.h"
#include "nic_fixture.h"

#define NONE ((phy_if_t)-1)

/* Handles on the protocols of instance 1. */
static net_handle_t inet, inet6, arp;

static int
setup(void **state)
{
	if (core_setup(state) != 0 || add_instance("one", NHF_INET) != 1)
		return -1;
	if (add_protocol(1, NHF_INET6) != 0 || add_protocol(1, NHF_ARP) != 0)
		return -1;
	inet = net_protocol_lookup(1, NHF_INET);
	inet6 = net_protocol_lookup(1, NHF_INET6);
	arp = net_protocol_lookup(1, NHF_ARP);
	return inet != NULL && inet6 != NULL && arp != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)net_protocol_release(inet);
	(void)net_protocol_release(inet6);
	(void)net_protocol_release(arp);
	return core_teardown(state);
}

/* --- names and numbers ---------------------------------------------------- */

static void
a_name_is_cut_to_fit_and_always_ended(void **state)
{
	char name[NIC_NAME_MAX + 1] = "????", tiny[3] = "??";

	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(net_getifname(inet, 1, name, sizeof(name)), 0);
	assert_string_equal(name, "eth0");
	assert_int_equal(net_getifname(inet6, 1, tiny, sizeof(tiny)), 0);
	assert_string_equal(tiny, "et");
	assert_int_equal(net_getifname(arp, 1, tiny, 1), 0);
	assert_string_equal(tiny, "");
	tiny[0] = 'x';
	assert_int_equal(net_getifname(inet, 1, tiny, 0), 0);
	assert_int_equal(tiny[0], 'x');
	assert_int_equal(net_getifname(inet, 2, name, sizeof(name)), 1);
	assert_int_equal(net_getifname(inet, 0, name, sizeof(name)), 1);
	assert_int_equal(net_getifname(inet, NONE, name, sizeof(name)), 1);
}

static void
the_mtu_is_the_interface_s_and_0_of_an_unknown_one(void **state)
{
	const struct interface_change larger = {.mtu = 9000};

	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(net_getmtu(inet, 1, 0), 1500);
	assert_int_equal(net_getmtu(inet6, 1, 7), 1500);
	assert_int_equal(nic_change(1, "1", &larger), 0);
	assert_int_equal(net_getmtu(inet, 1, 0), 9000);
	assert_int_equal(net_getmtu(inet, 2, 0), 0);
	assert_int_equal(net_getmtu(arp, 1, 0), -1);
	assert_int_equal(net_getpmtuenabled(inet), 1);
	assert_int_equal(net_getpmtuenabled(inet6), 1);
	assert_int_equal(net_getpmtuenabled(arp), -1);
}

static void
a_walk_gives_each_interface_once_ascending(void **state)
{
	phy_if_t nic = 0;
	int steps = 0;

	assert_int_equal(net_phygetnext(inet, 0), 0);
	assert_int_equal(nic_add_index(1, "c", 7), 0);
	assert_int_equal(nic_add_index(1, "a", 3), 0);
	assert_int_equal(nic_add(1, "d", 0), 0);
	assert_int_equal(nic_add_index(1, "b", 5), 0);
	assert_string_equal(nic_list(1), "3:a 5:b 7:c 8:d");
	while ((nic = net_phygetnext(inet, nic)) != 0) {
		/* The one it stands on may go meanwhile. */
		if (nic == 3)
			assert_int_equal(nic_remove(1, "a"), 0);
		steps++;
	}
	assert_int_equal(steps, 4);
	assert_int_equal(net_phygetnext(inet6, 5), 7);
	assert_int_equal(net_phygetnext(arp, 7), 8);
	assert_int_equal(net_phygetnext(arp, NONE), 0);
}

static void
a_name_leads_to_the_index(void **state)
{
	assert_int_equal(nic_add_index(1, "eth0", 12), 0);
	assert_int_equal(net_phylookup(inet, "eth0"), 12);
	assert_int_equal(net_phylookup(inet6, "eth0"), 12);
	assert_int_equal(net_phylookup(arp, "eth0"), 12);
	assert_int_equal(net_phylookup(inet, "eth"), 0);
	assert_int_equal(net_phylookup(inet, ""), 0);
	assert_int_equal(net_phylookup(inet, "eth0 and a very long tail"), 0);
	assert_int_equal(nic_rename(1, "eth0", "wan"), 0);
	assert_int_equal(net_phylookup(inet, "eth0"), 0);
	assert_int_equal(net_phylookup(inet, "wan"), 12);
}

static void
a_null_where_an_answer_goes_is_refused(void **state)
{
	net_ifaddr_t type = NA_ADDRESS;
	struct sockaddr_in found;

	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(net_getifname(inet, 1, NULL, 8), -1);
	assert_int_equal(net_phylookup(inet, NULL), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 1, NULL, &found), -1);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 1, &type, NULL), -1);
	assert_int_equal(net_getlifzone(inet, 1, 1, NULL), -1);
	assert_int_equal(net_getlifflags(inet, 1, 1, NULL), -1);
	assert_int_equal(net_routeto(inet, NULL, NULL), 0);
}

/* --- addresses ------------------------------------------------------------ */

static void
addresses_come_as_an_array_of_what_was_asked_for(void **state)
{
	net_ifaddr_t types[] = {NA_ADDRESS, NA_NETMASK, NA_PEER};
	struct sockaddr_in found[3];

	memset(found, 0x5a, sizeof(found));
	assert_int_equal(nic_add(1, "p", 0), 0);
	assert_int_equal(nic_address(1, "p", "10.1.2.3/20", "10.1.2.4"), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 3, types, found), 0);
	assert_int_equal(found[0].sin_family, AF_INET);
	assert_string_equal(inet_ntoa(found[0].sin_addr), "10.1.2.3");
	assert_int_equal(found[1].sin_family, AF_INET);
	assert_string_equal(inet_ntoa(found[1].sin_addr), "255.255.240.0");
	assert_string_equal(inet_ntoa(found[2].sin_addr), "10.1.2.4");
	/* Nothing else is written. */
	assert_int_equal(found[2].sin_port, 0x5a5a);
}

static void
what_an_address_lacks_ends_the_array_with_1(void **state)
{
	net_ifaddr_t types[] = {NA_ADDRESS, NA_PEER, NA_NETMASK};
	net_ifaddr_t broadcast = NA_BROADCAST, unknown = (net_ifaddr_t)99;
	struct sockaddr_in found[3];

	memset(found, 0, sizeof(found));
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 3, types, found), 1);
	assert_string_equal(inet_ntoa(found[0].sin_addr), "10.0.0.1");
	assert_int_equal(found[1].sin_family, 0);
	assert_int_equal(found[2].sin_family, 0);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 1, &broadcast, found), 1);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 1, &unknown, found), 1);
	assert_int_equal(net_getlifaddr(inet, 1, 2, 1, types, found), 1);
	assert_int_equal(net_getlifaddr(inet, 2, 1, 1, types, found), 1);
	assert_int_equal(net_getlifaddr(inet, 1, -1, 1, types, found), 1);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 0, types, NULL), 0);
	assert_int_equal(net_getlifaddr(arp, 1, 1, 1, types, found), -1);
}

static void
each_family_sees_its_own_addresses(void **state)
{
	net_ifaddr_t types[] = {NA_NETMASK, NA_ADDRESS};
	struct sockaddr_in6 found[2];
	char text[INET6_ADDRSTRLEN];

	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(nic_address(1, "eth0", "2001:db8::1/60", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "2001:db8::2/64", NULL), 0);
	assert_int_equal(net_lifgetnext(inet, 1, 0), 2);
	assert_int_equal(net_lifgetnext(inet, 1, 2), 0);
	assert_int_equal(net_lifgetnext(inet6, 1, 0), 1);
	assert_int_equal(net_lifgetnext(inet6, 1, 1), 3);
	assert_int_equal(net_lifgetnext(inet6, 1, 3), 0);
	assert_int_equal(net_lifgetnext(arp, 1, 0), 0);
	assert_int_equal(net_lifgetnext(inet, 2, 0), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 1, 1, types, found), 1);
	assert_int_equal(net_getlifaddr(inet6, 1, 1, 2, types, found), 0);
	assert_int_equal(found[1].sin6_family, AF_INET6);
	assert_string_equal(
	    inet_ntop(AF_INET6, &found[0].sin6_addr, text, sizeof(text)),
	    "ffff:ffff:ffff:fff0::");
	assert_string_equal(
	    inet_ntop(AF_INET6, &found[1].sin6_addr, text, sizeof(text)),
	    "2001:db8::1");
}

static void
address_0_is_the_first_and_one_that_is_gone_ends_a_walk(void **state)
{
	net_ifaddr_t type = NA_ADDRESS;
	struct sockaddr_in found;

	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 0, 1, &type, &found), 1);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.2/24", NULL), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 0, 1, &type, &found), 0);
	assert_string_equal(inet_ntoa(found.sin_addr), "10.0.0.1");
	assert_int_equal(nic_remove_address(1, "eth0", "10.0.0.1/24"), 0);
	assert_int_equal(net_getlifaddr(inet, 1, 0, 1, &type, &found), 0);
	assert_string_equal(inet_ntoa(found.sin_addr), "10.0.0.2");
	assert_int_equal(net_lifgetnext(inet, 1, 1), 0);
	assert_int_equal(net_lifgetnext(inet, 1, -5), 0);
	/* What was taken away does not come again under its number. */
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(net_lifgetnext(inet, 1, 2), 3);
}

static void
the_zone_of_an_address_is_its_instance(void **state)
{
	zoneid_t zone = -7;

	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(net_getlifzone(inet, 1, 1, &zone), 0);
	assert_int_equal(zone, 1);
	zone = -7;
	assert_int_equal(net_getlifzone(inet, 1, 2, &zone), -1);
	assert_int_equal(net_getlifzone(inet6, 1, 1, &zone), -1);
	assert_int_equal(net_getlifzone(inet, 2, 1, &zone), -1);
	assert_int_equal(net_getlifzone(arp, 1, 1, &zone), -1);
	assert_int_equal(zone, -7);
}

static void
flags_are_the_interface_s_and_the_address_s(void **state)
{
	uint64_t flags = 0;

	assert_int_equal(
	    nic_add(1, "eth0", IFF_UP | IFF_RUNNING | IFF_MULTICAST), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.1.1", "10.0.1.2"), 0);
	assert_int_equal(net_getlifflags(inet, 1, 1, &flags), 0);
	assert_int_equal(flags, IFF_UP | IFF_RUNNING | IFF_MULTICAST);
	assert_int_equal(net_getlifflags(inet, 1, 2, &flags), 0);
	assert_int_equal(
	    flags, IFF_UP | IFF_RUNNING | IFF_MULTICAST | IFF_POINTOPOINT);
	assert_int_equal(
	    nic_set_address_up(1, "eth0", "10.0.0.1/24", false), 0);
	assert_int_equal(net_getlifflags(inet, 1, 1, &flags), 0);
	assert_int_equal(flags, IFF_RUNNING | IFF_MULTICAST);
	assert_int_equal(nic_down(1, "eth0"), 0);
	assert_int_equal(net_getlifflags(inet, 1, 2, &flags), 0);
	assert_int_equal(flags & IFF_UP, 0);
	assert_int_equal(net_getlifflags(inet, 1, 3, &flags), -1);
	assert_int_equal(net_getlifflags(arp, 1, 1, &flags), -1);
}

/* --- routes --------------------------------------------------------------- */

/* Where a packet leaves and its next hop: "2 10.0.0.254", "0" for nowhere. */
static const char *
way(net_handle_t handle, const char *destination)
{
	static char text[64];
	const struct ip_address to = nic_ip(destination);
	struct sockaddr_storage storage = {.ss_family = to.family};
	struct sockaddr_storage next = {.ss_family = 77};
	struct ip_address hop;
	phy_if_t nic;
	int length;

	(void)ip_put(&to, &storage);
	nic = net_routeto(
	    handle, (struct sockaddr *)&storage, (struct sockaddr *)&next);
	/* Its family is left alone. */
	assert_int_equal(next.ss_family, 77);
	length = snprintf(text, sizeof(text), "%ld", (long)nic);
	if (nic == 0 || nic == NONE)
		return text;
	assert_int_equal(
	    net_routeto(handle, (struct sockaddr *)&storage, NULL), nic);
	next.ss_family = to.family;
	assert_true(ip_get(&hop, (struct sockaddr *)&next));
	text[length++] = ' ';
	assert_non_null(inet_ntop(to.family, hop.bytes, text + length,
	    (socklen_t)(sizeof(text) - (size_t)length)));
	return text;
}

static void
a_packet_leaves_by_the_longest_prefix(void **state)
{
	assert_string_equal(way(inet, "10.0.0.9"), "0");
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_add(1, "eth1", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth1", "10.0.1.1/24", NULL), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "1 10.0.0.9");
	assert_string_equal(way(inet, "10.0.1.9"), "2 10.0.1.9");
	assert_string_equal(way(inet, "10.0.0.1"), "1 10.0.0.1");
	assert_string_equal(way(inet, "192.0.2.1"), "0");
	assert_int_equal(nic_route(1, "0.0.0.0/0", "10.0.1.254", NULL), 0);
	assert_string_equal(way(inet, "192.0.2.1"), "2 10.0.1.254");
	assert_int_equal(nic_route(1, "192.0.0.0/16", NULL, "eth0"), 0);
	assert_string_equal(way(inet, "192.0.2.1"), "1 192.0.2.1");
	assert_int_equal(nic_route(1, "192.0.2.0/24", NULL, NULL), 0);
	assert_string_equal(way(inet, "192.0.2.1"), "0");
	assert_string_equal(way(inet, "192.0.3.1"), "1 192.0.3.1");
	assert_int_equal(nic_remove_route(1, "192.0.2.0/24"), 0);
	assert_string_equal(way(inet, "192.0.2.1"), "1 192.0.2.1");
}

static void
a_route_that_was_set_goes_before_a_network_of_its_length(void **state)
{
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_add(1, "eth1", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_route(1, "10.0.0.0/24", NULL, "eth1"), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "2 10.0.0.9");
	/* But nothing goes before oneself. */
	assert_string_equal(way(inet, "10.0.0.1"), "1 10.0.0.1");
	assert_int_equal(nic_route(1, "10.0.0.1/32", NULL, NULL), 0);
	assert_string_equal(way(inet, "10.0.0.1"), "1 10.0.0.1");
}

static void
what_is_down_leads_nowhere(void **state)
{
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_route(1, "0.0.0.0/0", "10.0.0.254", NULL), 0);
	assert_int_equal(
	    nic_set_address_up(1, "eth0", "10.0.0.1/24", false), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "1 10.0.0.254");
	assert_int_equal(nic_down(1, "eth0"), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "0");
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "1 10.0.0.254");
	assert_int_equal(nic_remove(1, "eth0"), 0);
	assert_string_equal(way(inet, "10.0.0.9"), "0");
	assert_int_equal(nic_remove_route(1, "0.0.0.0/0"), -ESRCH);
}

static void
the_other_end_of_a_link_is_on_it(void **state)
{
	assert_int_equal(nic_add(1, "ppp0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "ppp0", "10.9.0.1", "10.8.0.1"), 0);
	assert_string_equal(way(inet, "10.8.0.1"), "1 10.8.0.1");
	assert_string_equal(way(inet, "10.9.0.2"), "0");
	assert_string_equal(way(inet, "10.9.0.1"), "1 10.9.0.1");
}

static void
each_family_has_its_own_routes(void **state)
{
	struct sockaddr_in6 local = {
	    .sin6_family = AF_INET6, .sin6_scope_id = 2};
	struct sockaddr_in other = {.sin_family = AF_INET};

	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_add(1, "eth1", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "fe80::1/64", NULL), 0);
	assert_int_equal(nic_address(1, "eth1", "fe80::1/64", NULL), 0);
	assert_int_equal(nic_route(1, "::/0", "fe80::fe", "eth1"), 0);
	assert_string_equal(way(inet6, "2001:db8::1"), "2 fe80::fe");
	assert_string_equal(way(inet, "10.0.0.1"), "0");
	assert_string_equal(way(inet, "2001:db8::1"), "0");
	assert_string_equal(way(arp, "10.0.0.1"), "-1");
	/* A link-local address is one of the link that it names. */
	assert_int_equal(inet_pton(AF_INET6, "fe80::9", &local.sin6_addr), 1);
	assert_int_equal(
	    net_routeto(inet6, (struct sockaddr *)&local, NULL), 2);
	local.sin6_scope_id = 9;
	assert_int_equal(
	    net_routeto(inet6, (struct sockaddr *)&local, NULL), 0);
	assert_int_equal(
	    net_routeto(inet6, (struct sockaddr *)&other, NULL), 0);
	other.sin_family = AF_UNIX;
	assert_int_equal(net_routeto(inet, (struct sockaddr *)&other, NULL), 0);
}

/* --- handles -------------------------------------------------------------- */

static void
assert_dead(net_handle_t handle)
{
	net_ifaddr_t type = NA_ADDRESS;
	struct sockaddr_in6 storage = {.sin6_family = AF_INET};
	zoneid_t zone;
	uint64_t flags;
	char name[8];

	assert_int_equal(net_getifname(handle, 1, name, sizeof(name)), -1);
	assert_int_equal(net_getmtu(handle, 1, 0), -1);
	assert_int_equal(net_getpmtuenabled(handle), -1);
	assert_int_equal(net_getlifaddr(handle, 1, 1, 1, &type, &storage), -1);
	assert_int_equal(net_getlifzone(handle, 1, 1, &zone), -1);
	assert_int_equal(net_getlifflags(handle, 1, 1, &flags), -1);
	assert_int_equal(net_phylookup(handle, "eth0"), NONE);
	assert_int_equal(
	    net_routeto(handle, (struct sockaddr *)&storage, NULL), NONE);
	assert_int_equal(net_phygetnext(handle, 0), 0);
	assert_int_equal(net_lifgetnext(handle, 1, 0), 0);
}

static void
a_dead_handle_knows_nothing_and_ends_walks(void **state)
{
	net_handle_t plain;

	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(net_getmtu(inet, 1, 0), 1500);
	assert_int_equal(remove_protocol(1, NHF_INET), 0);
	assert_dead(inet);
	assert_dead(NULL);
	/* Protocols of the framework that have no interfaces are no other. */
	assert_int_equal(add_protocol(1, "ipx"), 0);
	plain = net_protocol_lookup(1, "ipx");
	assert_dead(plain);
	(void)net_protocol_release(plain);
	assert_int_equal(shut_down(1), 0);
	assert_dead(inet6);
	assert_int_equal(destroy(1), 0);
	assert_dead(arp);
}

static net_handle_t shut_handle;

static void
ask_in_shutdown(netid_t id)
{
	if (id == 1)
		assert_dead(shut_handle);
}

static void
in_shutdown_callbacks_a_handle_is_dead(void **state)
{
	A->on_shutdown = ask_in_shutdown;
	shut_handle = inet;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(shut_down(1), 0);
	assert_string_equal(nic_list(1), "");
	(void)diary_take();
}

/* On illumos the loops that the manual shows never end then. */
static void
bug_13_walks_end_when_the_protocol_goes_meanwhile(void **state)
{
	phy_if_t nic = 0;
	lif_if_t lif = 0;
	int steps = 0;

	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_add(1, "eth1", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.2/24", NULL), 0);
	while ((lif = net_lifgetnext(inet, 1, lif)) != 0 && steps++ < 9)
		assert_int_equal(
		    remove_protocol(1, NHF_INET), steps == 1 ? 0 : -ENOENT);
	assert_int_equal(steps, 1);
	for (steps = 0; (nic = net_phygetnext(inet6, nic)) != 0 && steps < 9;
	     steps++)
		assert_int_equal(shut_down(1), steps == 0 ? 0 : -EBUSY);
	assert_int_equal(steps, 1);
}

#define INTERFACE_TEST(test)                                                   \
	cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    INTERFACE_TEST(a_name_is_cut_to_fit_and_always_ended),
	    INTERFACE_TEST(the_mtu_is_the_interface_s_and_0_of_an_unknown_one),
	    INTERFACE_TEST(a_walk_gives_each_interface_once_ascending),
	    INTERFACE_TEST(a_name_leads_to_the_index),
	    INTERFACE_TEST(a_null_where_an_answer_goes_is_refused),
	    INTERFACE_TEST(addresses_come_as_an_array_of_what_was_asked_for),
	    INTERFACE_TEST(what_an_address_lacks_ends_the_array_with_1),
	    INTERFACE_TEST(each_family_sees_its_own_addresses),
	    INTERFACE_TEST(
		address_0_is_the_first_and_one_that_is_gone_ends_a_walk),
	    INTERFACE_TEST(the_zone_of_an_address_is_its_instance),
	    INTERFACE_TEST(flags_are_the_interface_s_and_the_address_s),
	    INTERFACE_TEST(a_packet_leaves_by_the_longest_prefix),
	    INTERFACE_TEST(
		a_route_that_was_set_goes_before_a_network_of_its_length),
	    INTERFACE_TEST(what_is_down_leads_nowhere),
	    INTERFACE_TEST(the_other_end_of_a_link_is_on_it),
	    INTERFACE_TEST(each_family_has_its_own_routes),
	    INTERFACE_TEST(a_dead_handle_knows_nothing_and_ends_walks),
	    INTERFACE_TEST(in_shutdown_callbacks_a_handle_is_dead),
	    INTERFACE_TEST(bug_13_walks_end_when_the_protocol_goes_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
