/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_nic.c: changing the interfaces of an instance: what is refused and
 * why, numbers and limits, those who read meanwhile, and the protocols of
 * plugins, which answer questions themselves.
 */
#include <net/if.h>
#include <pthread.h>

#include <netinst/neti.h>

#include "core_fixture.h"
#include "nic_fixture.h"

#define NONE ((phy_if_t)-1)

/* --- what is refused ------------------------------------------------------ */

static void
each_refusal_of_an_interface_has_its_error(void **state)
{
	const struct interface_change taken = {.name = "b", .mtu = 9000};

	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_remove(1, "a"), -ENODEV);
	assert_int_equal(nic_up(1, "1"), -ENODEV);
	assert_int_equal(nic_add(1, "a", 0), 0);
	assert_int_equal(nic_add(1, "a", 0), -EEXIST);
	assert_int_equal(nic_add_index(1, "b", 1), -EADDRINUSE);
	assert_int_equal(nic_add_index(1, "b", 2), 0);
	assert_int_equal(nic_renumber(1, "b", 1), -EADDRINUSE);
	assert_int_equal(nic_rename(1, "b", "a"), -EEXIST);
	/* All or nothing. */
	assert_int_equal(nic_change(1, "a", &taken), -EEXIST);
	assert_string_equal(nic_list(1), "1:a 2:b");
	/* Its own name and index are no others. */
	assert_int_equal(nic_rename(1, "b", "b"), 0);
	assert_int_equal(nic_renumber(1, "b", 2), 0);
}

static void
each_refusal_of_an_address_has_its_error(void **state)
{
	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/24", NULL), -ENODEV);
	assert_int_equal(nic_remove_address(1, "a", "10.0.0.1/24"), -ENODEV);
	assert_int_equal(nic_add(1, "a", 0), 0);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/24", NULL), -EEXIST);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/24", "10.0.0.2"), 0);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/25", NULL), 0);
	assert_int_equal(
	    nic_remove_address(1, "a", "10.0.0.1/26"), -EADDRNOTAVAIL);
	assert_int_equal(
	    nic_set_address(1, "a", "10.0.0.7/24", "10.0.0.8"), -EADDRNOTAVAIL);
	assert_int_equal(
	    nic_set_address(1, "a", "10.0.0.1/25", "10.0.0.1/24"), -EEXIST);
	assert_int_equal(
	    nic_set_address(1, "a", "10.0.0.1/25", "::1"), -EAFNOSUPPORT);
	assert_int_equal(
	    nic_set_address_up(1, "a", "10.0.0.9/24", true), -EADDRNOTAVAIL);
	assert_int_equal(
	    nic_set_address(1, "a", "10.0.0.1/25", "10.0.0.1/25"), 0);
}

static void
each_refusal_of_a_route_has_its_error(void **state)
{
	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_remove_route(1, "10.0.0.0/8"), -ESRCH);
	assert_int_equal(nic_route(1, "10.0.0.0/8", NULL, "a"), -ENODEV);
	assert_int_equal(
	    nic_route(1, "10.0.0.0/8", "192.0.2.1", NULL), -ENETUNREACH);
	assert_int_equal(nic_add(1, "a", 0), 0);
	assert_int_equal(nic_address(1, "a", "192.0.2.7/24", NULL), 0);
	/* The interface is down yet. */
	assert_int_equal(
	    nic_route(1, "10.0.0.0/8", "192.0.2.1", NULL), -ENETUNREACH);
	assert_int_equal(nic_route(1, "10.0.0.0/8", "192.0.2.1", "a"), 0);
	assert_int_equal(nic_route(1, "10.0.0.0/8", NULL, NULL), -EEXIST);
	assert_int_equal(nic_route(1, "10.0.0.0/9", NULL, NULL), 0);
	assert_int_equal(nic_remove_route(1, "10.0.0.0/10"), -ESRCH);
}

static void
in_and_past_shutdown_nothing_can_be_changed(void **state)
{
	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_add(1, "a", IFF_UP), 0);
	assert_int_equal(nic_address(1, "a", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_route(1, "10.0.0.0/8", NULL, NULL), 0);
	assert_int_equal(shut_down(1), 0);
	assert_string_equal(nic_list(1), "");
	assert_int_equal(nic_add(1, "b", 0), -EBUSY);
	assert_int_equal(nic_remove(1, "a"), -EBUSY);
	assert_int_equal(nic_route(1, "::/0", NULL, NULL), -EBUSY);
}

/* --- numbers and limits --------------------------------------------------- */

static void
an_index_that_is_chosen_was_never_used_before(void **state)
{
	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_add(1, "a", 0), 0);
	assert_int_equal(nic_add(1, "b", 0), 0);
	assert_int_equal(nic_remove(1, "b"), 0);
	assert_int_equal(nic_add(1, "b", 0), 0);
	assert_string_equal(nic_list(1), "1:a 3:b");
	assert_int_equal(nic_renumber(1, "b", 10), 0);
	assert_int_equal(nic_renumber(1, "b", 2), 0);
	assert_int_equal(nic_add(1, "c", 0), 0);
	assert_string_equal(nic_list(1), "1:a 2:b 11:c");
	assert_int_equal(nic_remove(1, "2"), 0);
	assert_int_equal(nic_add_index(1, "last", NIC_INDEX_MAX), 0);
	assert_int_equal(nic_add(1, "more", 0), -EOVERFLOW);
	assert_int_equal(nic_add_index(1, "more", 5), 0);
	/* Another instance counts for itself. */
	(void)add_instance("two", NHF_INET);
	assert_int_equal(nic_add(2, "a", 0), 0);
	assert_string_equal(nic_list(2), "1:a");
}

static void
an_instance_has_so_many_interfaces_and_addresses_and_routes(void **state)
{
	char text[32];
	int i;

	(void)add_instance("one", NHF_INET);
	for (i = 0; i < NICS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "nic%d", i);
		assert_int_equal(nic_add(1, text, 0), 0);
	}
	assert_int_equal(nic_add(1, "more", 0), -ENOSPC);
	for (i = 0; i < ADDRESSES_MAX; i++) {
		(void)snprintf(
		    text, sizeof(text), "10.0.%d.%d/16", i / 256, i % 256);
		assert_int_equal(
		    nic_address(1, i % 2 ? "1" : "1024", text, NULL), 0);
	}
	assert_int_equal(nic_address(1, "7", "::1", NULL), -ENOSPC);
	for (i = 0; i < ROUTES_MAX; i++) {
		(void)snprintf(
		    text, sizeof(text), "10.%d.%d.0/24", i / 256, i % 256);
		assert_int_equal(nic_route(1, text, NULL, "9"), 0);
	}
	assert_int_equal(nic_route(1, "::/0", NULL, NULL), -ENOSPC);
	/* What goes makes room, with what it had. */
	assert_int_equal(nic_remove(1, "1"), 0);
	assert_int_equal(nic_address(1, "7", "::1", NULL), 0);
	assert_int_equal(nic_remove(1, "9"), 0);
	assert_int_equal(nic_route(1, "::/0", NULL, NULL), 0);
	assert_int_equal(nic_add(1, "more", 0), 0);
}

static struct interface_address seen;

static bool
see_address(void *arg, const struct interface_view *view)
{
	assert_int_equal(view->address_count, 1);
	seen = view->addresses[0];
	return true;
}

static void
a_loopback_has_no_broadcast_address(void **state)
{
	const struct interface_address with = {
	    .own = nic_prefix("127.0.0.1/8"),
	    .broadcast = nic_ip("127.255.255.255"),
	    .up = true,
	};
	const struct interface_ref lo = nic_ref("lo"), eth0 = nic_ref("eth0");
	struct instance *instance;
	struct answer answer;

	(void)add_instance("one", NHF_INET);
	assert_int_equal(nic_add(1, "lo", IFF_LOOPBACK), 0);
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	instance = instance_find(1);
	answer_init(&answer);
	assert_int_equal(
	    interface_add_address(instance, &lo, &with, NULL, NULL), 0);
	assert_int_equal(
	    interface_add_address(instance, &eth0, &with, answer_done, &answer),
	    0);
	assert_int_equal(answer_wait(&answer), 0);
	assert_true(interface_visit_one(instance, &lo, see_address, NULL));
	assert_false(ip_is_given(&seen.broadcast));
	assert_true(interface_visit_one(instance, &eth0, see_address, NULL));
	assert_true(ip_equal(&seen.broadcast, &with.broadcast));
	assert_int_equal(interface_count(instance), 2);
	instance_release(instance);
}

/* --- those who read meanwhile --------------------------------------------- */

static atomic_bool reading;
static net_handle_t read_handle;

/* Walks interfaces and addresses; whatever it finds has a name. */
static void *
reader(void *arg)
{
	net_ifaddr_t types[] = {NA_ADDRESS, NA_NETMASK};
	struct sockaddr_in storage[2];
	char name[NIC_NAME_MAX + 1];
	uint64_t flags;
	phy_if_t nic;
	lif_if_t lif;

	while (atomic_load(&reading)) {
		for (nic = 0; (nic = net_phygetnext(read_handle, nic)) != 0;) {
			if (net_getifname(
				read_handle, nic, name, sizeof(name)) == 0)
				ASSERT(strncmp(name, "nic", 3) == 0);
			lif = net_lifgetnext(read_handle, nic, 0);
			(void)net_getlifaddr(
			    read_handle, nic, lif, 2, types, storage);
			(void)net_getlifflags(read_handle, nic, lif, &flags);
		}
		storage[0].sin_family = AF_INET;
		(void)net_routeto(
		    read_handle, (struct sockaddr *)storage, NULL);
	}
	return NULL;
}

static void
others_read_while_it_changes(void **state)
{
	enum { READERS = 4, ROUNDS = 100 };
	pthread_t readers[READERS];
	int i;

	(void)add_instance("one", NHF_INET);
	read_handle = net_protocol_lookup(1, NHF_INET);
	atomic_store(&reading, true);
	for (i = 0; i < READERS; i++)
		assert_int_equal(
		    pthread_create(&readers[i], NULL, reader, NULL), 0);
	for (i = 0; i < ROUNDS; i++) {
		assert_int_equal(nic_add(1, "nic", IFF_UP), 0);
		assert_int_equal(nic_address(1, "nic", "10.0.0.1/8", NULL), 0);
		assert_int_equal(nic_route(1, "::/0", NULL, "nic"), 0);
		assert_int_equal(nic_rename(1, "nic", "nic1"), 0);
		assert_int_equal(
		    nic_set_address(1, "nic1", "10.0.0.1/8", "10.0.0.2/8"), 0);
		assert_int_equal(nic_renumber(1, "nic1", 900 + i % 2), 0);
		assert_int_equal(nic_remove(1, "nic1"), 0);
	}
	assert_int_equal(destroy(1), 0);
	atomic_store(&reading, false);
	for (i = 0; i < READERS; i++)
		(void)pthread_join(readers[i], NULL);
	(void)net_protocol_release(read_handle);
}

/* --- the protocols of plugins --------------------------------------------- */

static net_handle_t asked;

static int
own_getifname(net_handle_t handle, phy_if_t nic, char *buf, const size_t size)
{
	asked = handle;
	(void)snprintf(buf, size, "own%ld", (long)nic);
	return 0;
}

static int
own_getmtu(net_handle_t handle, phy_if_t nic, lif_if_t lif)
{
	asked = handle;
	assert_ptr_equal(owner_current(), core_owner);
	return (int)(nic * 1000 + (phy_if_t)lif);
}

static int
own_getlifaddr(net_handle_t handle, phy_if_t nic, lif_if_t lif, size_t count,
    net_ifaddr_t type[], void *storage)
{
	asked = handle;
	assert_int_equal(type[count - 1], NA_PEER);
	memset(storage, 1, count);
	return (int)(nic - (phy_if_t)lif);
}

/* A provider of the old school: there is nothing more. */
static phy_if_t
own_phygetnext(net_handle_t handle, phy_if_t nic)
{
	asked = handle;
	return nic < 2 ? nic + 1 : NONE;
}

static lif_if_t
own_lifgetnext(net_handle_t handle, phy_if_t nic, lif_if_t lif)
{
	asked = handle;
	return lif < (lif_if_t)nic ? lif + 1 : -1;
}

static phy_if_t
own_routeto(net_handle_t handle, struct sockaddr *to, struct sockaddr *next)
{
	asked = handle;
	*next = *to;
	return 42;
}

static void
a_plugin_s_protocol_answers_by_its_own_functions(void **state)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION,
	    .netp_name = "mine",
	    .netp_getifname = own_getifname,
	    .netp_getmtu = own_getmtu,
	    .netp_getlifaddr = own_getlifaddr,
	    .netp_phygetnext = own_phygetnext,
	    .netp_lifgetnext = own_lifgetnext,
	    .netp_routeto = own_routeto,
	};
	net_handle_t handle = net_protocol_register(0, &definition);
	net_ifaddr_t types[] = {NA_ADDRESS, NA_PEER};
	struct sockaddr to = {.sa_family = 9}, next;
	char buffer[8] = "";

	assert_non_null(handle);
	assert_int_equal(net_getifname(handle, 7, buffer, sizeof(buffer)), 0);
	assert_string_equal(buffer, "own7");
	assert_int_equal(net_getmtu(handle, 3, 4), 3004);
	assert_int_equal(net_getlifaddr(handle, 9, 2, 2, types, buffer), 7);
	assert_memory_equal(buffer, "\1\1n7", 4);
	assert_int_equal(net_phygetnext(handle, 1), 2);
	assert_int_equal(net_phygetnext(handle, 2), 0);
	assert_int_equal(net_lifgetnext(handle, 1, 0), 1);
	assert_int_equal(net_lifgetnext(handle, 1, 1), 0);
	assert_int_equal(net_routeto(handle, &to, &next), 42);
	assert_int_equal(next.sa_family, 9);
	assert_ptr_equal(asked, handle);
	assert_int_equal(net_protocol_unregister(handle), 0);
	asked = NULL;
	assert_int_equal(net_getmtu(handle, 3, 4), -1);
	assert_null(asked);
}

static void
what_a_plugin_s_protocol_does_not_have_is_refused(void **state)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION, .netp_name = "mine"};
	net_handle_t handle = net_protocol_register(0, &definition);
	struct sockaddr_storage storage = {.ss_family = AF_INET};
	net_ifaddr_t type = NA_ADDRESS;
	zoneid_t zone;
	uint64_t flags;
	char name[8];

	assert_non_null(handle);
	assert_int_equal(nic_add(0, "eth0", 0), 0);
	assert_int_equal(nic_address(0, "eth0", "10.0.0.1", NULL), 0);
	assert_int_equal(net_getifname(handle, 1, name, sizeof(name)), -1);
	assert_int_equal(net_getmtu(handle, 1, 1), -1);
	assert_int_equal(net_getpmtuenabled(handle), -1);
	assert_int_equal(net_getlifaddr(handle, 1, 1, 1, &type, &storage), -1);
	assert_int_equal(net_getlifzone(handle, 1, 1, &zone), -1);
	assert_int_equal(net_getlifflags(handle, 1, 1, &flags), -1);
	assert_int_equal(net_phylookup(handle, "eth0"), NONE);
	assert_int_equal(
	    net_routeto(handle, (struct sockaddr *)&storage, NULL), NONE);
	assert_int_equal(net_phygetnext(handle, 0), 0);
	assert_int_equal(net_lifgetnext(handle, 1, 0), 0);
	assert_int_equal(net_protocol_unregister(handle), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(each_refusal_of_an_interface_has_its_error),
	    CORE_TEST(each_refusal_of_an_address_has_its_error),
	    CORE_TEST(each_refusal_of_a_route_has_its_error),
	    CORE_TEST(in_and_past_shutdown_nothing_can_be_changed),
	    CORE_TEST(an_index_that_is_chosen_was_never_used_before),
	    CORE_TEST(
		an_instance_has_so_many_interfaces_and_addresses_and_routes),
	    CORE_TEST(a_loopback_has_no_broadcast_address),
	    CORE_TEST(others_read_while_it_changes),
	    CORE_TEST(a_plugin_s_protocol_answers_by_its_own_functions),
	    CORE_TEST(what_a_plugin_s_protocol_does_not_have_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
