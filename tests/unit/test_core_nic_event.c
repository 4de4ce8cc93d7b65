/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_nic_event.c: what hooks of NIC_EVENTS are told of the changes of
 * interfaces: which protocols, in which order, and how much of it can be asked
 * for meanwhile. Hooks write it into the diary.
 */
#include <arpa/inet.h>
#include <net/if.h>

#include <netinst/neti.h>

#include "core_fixture.h"
#include "nic_fixture.h"

/* --- the hooks ------------------------------------------------------------ */

/* One hook on one protocol of instance 1. */
struct watcher {
	const char *letter; /* what its words begin with */
	net_handle_t handle;
	hook_t *hook;
};

static struct watcher inet, inet6, arp;

/* What a hook does besides writing, and what it returns. */
static void (*besides)(const struct watcher *, const hook_nic_event_t *);
static int returned;

static const char *const event_names[] = {
    [NE_PLUMB] = "plumb",
    [NE_UNPLUMB] = "unplumb",
    [NE_UP] = "up",
    [NE_DOWN] = "down",
    [NE_ADDRESS_CHANGE] = "address",
    [NE_LIF_UP] = "lif-up",
    [NE_LIF_DOWN] = "lif-down",
    [NE_IFINDEX_CHANGE] = "index",
};

/* The data of an event as a word. */
static const char *
data_word(const hook_nic_event_t *event)
{
	static char text[INET6_ADDRSTRLEN];
	struct ip_address address;

	switch (event->hne_event) {
	case NE_PLUMB:
	case NE_UNPLUMB:
		ASSERT(event->hne_datalen == strlen(event->hne_data) + 1);
		return event->hne_data;
	case NE_IFINDEX_CHANGE:
		ASSERT(event->hne_datalen == sizeof(uint_t));
		(void)snprintf(
		    text, sizeof(text), "%u", *(uint_t *)event->hne_data);
		return text;
	case NE_ADDRESS_CHANGE:
		ASSERT(ip_get(&address, event->hne_data));
		ASSERT(
		    event->hne_datalen ==
		    (address.family == AF_INET ? sizeof(struct sockaddr_in)
					       : sizeof(struct sockaddr_in6)));
		return inet_ntop(
		    address.family, address.bytes, text, sizeof(text));
	case NE_UP:
	case NE_DOWN:
	case NE_LIF_UP:
	case NE_LIF_DOWN:
		break;
	}
	ASSERT(event->hne_data == NULL && event->hne_datalen == 0);
	return NULL;
}

/* "4.plumb(1=eth0)", "4.lif-up(1/1)": the interface, an address, the data. */
static int
seen(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_nic_event_t *event = (const hook_nic_event_t *)data;
	const struct watcher *watcher = arg;
	const char *word = data_word(event);
	char lif[16] = "";

	ASSERT(token != NULL && event->hne_protocol == watcher->handle);
	if (event->hne_lif != 0)
		(void)snprintf(lif, sizeof(lif), "/%ld", (long)event->hne_lif);
	diary_write("%s.%s(%lu%s%s%s)", watcher->letter,
	    event_names[event->hne_event], (unsigned long)event->hne_nic, lif,
	    word != NULL ? "=" : "", word != NULL ? word : "");
	if (besides != NULL)
		besides(watcher, event);
	return returned;
}

static void
watch(struct watcher *watcher, const char *letter, const char *protocol)
{
	watcher->letter = letter;
	watcher->handle = net_protocol_lookup(1, protocol);
	ASSERT(watcher->handle != NULL);
	HOOK_INIT(watcher->hook, seen, "watcher", watcher);
	assert_int_equal(
	    net_hook_register(watcher->handle, NH_NIC_EVENTS, watcher->hook),
	    0);
}

static int
setup(void **state)
{
	besides = NULL;
	returned = 0;
	if (core_setup(state) != 0 || add_instance("one", NHF_INET) != 1)
		return -1;
	if (add_protocol(1, NHF_INET6) != 0 || add_protocol(1, NHF_ARP) != 0)
		return -1;
	watch(&inet, "4", NHF_INET);
	watch(&inet6, "6", NHF_INET6);
	watch(&arp, "a", NHF_ARP);
	return 0;
}

static void
unwatch(struct watcher *watcher)
{
	(void)net_hook_unregister(
	    watcher->handle, NH_NIC_EVENTS, watcher->hook);
	hook_free(watcher->hook);
	(void)net_protocol_release(watcher->handle);
}

static int
teardown(void **state)
{
	besides = NULL;
	unwatch(&inet);
	unwatch(&inet6);
	unwatch(&arp);
	return core_teardown(state);
}

/* Asserts what the hook of inet was told: its words, without the letter. */
static void
assert_told_inet(const char *words)
{
	static char all[4096], told[4096];
	char *word, *rest = all;

	(void)snprintf(all, sizeof(all), "%s", diary_take());
	told[0] = '\0';
	while ((word = strsep(&rest, " ")) != NULL) {
		if (strncmp(word, "4.", 2) != 0)
			continue;
		(void)snprintf(told + strlen(told), sizeof(told) - strlen(told),
		    "%s%s", told[0] != '\0' ? " " : "", word + 2);
	}
	assert_string_equal(told, words);
}

/* --- what is told --------------------------------------------------------- */

static void
an_interface_comes_and_goes_in_all_three_protocols(void **state)
{
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_diary("4.plumb(1=eth0) 6.plumb(1=eth0) a.plumb(1=eth0)");
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_diary("4.up(1) 6.up(1) a.up(1)");
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_diary("");
	assert_int_equal(nic_remove(1, "eth0"), 0);
	assert_diary("4.down(1) 6.down(1) a.down(1) "
		     "4.unplumb(1=eth0) 6.unplumb(1=eth0) a.unplumb(1=eth0)");
	assert_int_equal(nic_add(1, "eth1", IFF_UP), 0);
	assert_diary("4.plumb(2=eth1) 6.plumb(2=eth1) a.plumb(2=eth1) "
		     "4.up(2) 6.up(2) a.up(2)");
}

static void
an_address_is_told_to_its_own_protocol(void **state)
{
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	(void)diary_take();
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_diary("4.lif-up(1/1)");
	assert_int_equal(nic_address(1, "eth0", "::1/64", NULL), 0);
	assert_diary("6.lif-up(1/2)");
	assert_int_equal(nic_set_address_up(1, "eth0", "::1/64", true), 0);
	assert_diary("");
	assert_int_equal(nic_set_address_up(1, "eth0", "::1/64", false), 0);
	assert_diary("6.lif-down(1/2)");
	assert_int_equal(nic_remove_address(1, "eth0", "::1/64"), 0);
	assert_diary("");
	assert_int_equal(nic_remove_address(1, "eth0", "10.0.0.1/24"), 0);
	assert_diary("4.lif-down(1/1)");
}

static void
addresses_go_up_and_down_with_their_interface(void **state)
{
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.2/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.3/24", NULL), 0);
	assert_int_equal(
	    nic_set_address_up(1, "eth0", "10.0.0.2/24", false), 0);
	assert_told_inet("plumb(1=eth0)");
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_told_inet("up(1) lif-up(1/1) lif-up(1/3)");
	assert_int_equal(nic_down(1, "eth0"), 0);
	assert_told_inet("lif-down(1/3) lif-down(1/1) down(1)");
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_int_equal(nic_remove(1, "eth0"), 0);
	assert_told_inet("up(1) lif-up(1/1) lif-up(1/3) "
			 "lif-down(1/3) lif-down(1/1) down(1) unplumb(1=eth0)");
}

static void
another_address_comes_between_down_and_up(void **state)
{
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_int_equal(nic_address(1, "eth0", "2001:db8::1", NULL), 0);
	(void)diary_take();
	assert_int_equal(
	    nic_set_address(1, "eth0", "10.0.0.1/24", "10.0.0.2/24"), 0);
	assert_diary("4.lif-down(1/1) 4.address(1/1=10.0.0.2) 4.lif-up(1/1)");
	assert_int_equal(
	    nic_set_address(1, "eth0", "2001:db8::1", "2001:db8::9/64"), 0);
	assert_diary(
	    "6.lif-down(1/2) 6.address(1/2=2001:db8::9) 6.lif-up(1/2)");
	assert_int_equal(
	    nic_set_address(1, "eth0", "10.0.0.2/24", "10.0.0.2/24"), 0);
	assert_diary("");
	assert_int_equal(nic_down(1, "eth0"), 0);
	(void)diary_take();
	assert_int_equal(
	    nic_set_address(1, "eth0", "10.0.0.2/24", "10.0.0.2/25"), 0);
	assert_diary("4.address(1/1=10.0.0.2)");
}

static void
another_index_is_told_before_another_name_around_it(void **state)
{
	const struct interface_change all = {
	    .name = "wan", .index = 9, .mtu = 9000, .flags_given = IFF_UP};

	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	(void)diary_take();
	assert_int_equal(nic_renumber(1, "eth0", 5), 0);
	assert_diary("4.index(1=5) 6.index(1=5) a.index(1=5)");
	assert_int_equal(nic_rename(1, "eth0", "lan"), 0);
	assert_told_inet(
	    "lif-down(5/1) down(5) unplumb(5=eth0) plumb(5=lan) up(5) "
	    "lif-up(5/1)");
	assert_int_equal(nic_change(1, "lan", &all), 0);
	assert_told_inet(
	    "index(5=9) lif-down(9/1) down(9) unplumb(9=lan) plumb(9=wan) "
	    "up(9) lif-up(9/1) lif-down(9/1) down(9)");
}

static void
an_instance_s_end_takes_interfaces_away_before_protocols(void **state)
{
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_add(1, "eth1", 0), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("4.unplumb(2=eth1) 6.unplumb(2=eth1) a.unplumb(2=eth1) "
		     "4.lif-down(1/1) 4.down(1) 6.down(1) a.down(1) "
		     "4.unplumb(1=eth0) 6.unplumb(1=eth0) a.unplumb(1=eth0) "
		     "a.notify(1 -arp) a.notify(1 -inet6) a.notify(1 -inet) "
		     "a.shutdown(1)");
}

static void
a_protocol_that_is_gone_is_told_no_more(void **state)
{
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_int_equal(remove_protocol(1, NHF_INET6), 0);
	(void)diary_take();
	assert_int_equal(nic_up(1, "eth0"), 0);
	assert_diary("4.up(1) a.up(1)");
}

static void
what_a_hook_returns_keeps_nothing_from_others(void **state)
{
	struct watcher second = {.letter = "s", .handle = inet.handle};

	HOOK_INIT(second.hook, seen, "second", &second);
	assert_int_equal(
	    net_hook_register(second.handle, NH_NIC_EVENTS, second.hook), 0);
	returned = 1;
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_diary("4.plumb(1=eth0) s.plumb(1=eth0) 6.plumb(1=eth0) "
		     "a.plumb(1=eth0)");
	assert_int_equal(
	    net_hook_unregister(second.handle, NH_NIC_EVENTS, second.hook), 0);
	hook_free(second.hook);
}

/* --- what can be asked for meanwhile -------------------------------------- */

static void
ask_names(const struct watcher *watcher, const hook_nic_event_t *event)
{
	char name[NIC_NAME_MAX + 1] = "-";

	(void)net_getifname(
	    watcher->handle, event->hne_nic, name, sizeof(name));
	diary_write("name:%s", name);
}

static void
what_is_asked_in_a_hook_is_as_its_event_says(void **state)
{
	assert_int_equal(remove_protocol(1, NHF_INET6), 0);
	assert_int_equal(remove_protocol(1, NHF_ARP), 0);
	besides = ask_names;
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	assert_diary("4.plumb(1=eth0) name:eth0");
	assert_int_equal(nic_renumber(1, "eth0", 4), 0);
	assert_diary("4.index(1=4) name:eth0");
	assert_int_equal(nic_remove(1, "eth0"), 0);
	assert_diary("4.unplumb(4=eth0) name:-");
}

static void
ask_address(const struct watcher *watcher, const hook_nic_event_t *event)
{
	net_ifaddr_t type = NA_ADDRESS;
	struct sockaddr_in found;
	uint64_t flags = 0;

	if (event->hne_lif == 0)
		return;
	ASSERT(net_getlifaddr(watcher->handle, event->hne_nic, event->hne_lif,
		   1, &type, &found) == 0);
	ASSERT(net_getlifflags(watcher->handle, event->hne_nic, event->hne_lif,
		   &flags) == 0);
	diary_write("%s:%s", inet_ntoa(found.sin_addr),
	    (flags & IFF_UP) != 0 ? "up" : "down");
}

static void
an_address_that_goes_can_be_asked_for_in_lif_down(void **state)
{
	besides = ask_address;
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	(void)diary_take();
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	assert_diary("4.lif-up(1/1) 10.0.0.1:up");
	assert_int_equal(
	    nic_set_address(1, "eth0", "10.0.0.1/24", "10.0.0.2/24"), 0);
	assert_diary("4.lif-down(1/1) 10.0.0.1:down "
		     "4.address(1/1=10.0.0.2) 10.0.0.2:down "
		     "4.lif-up(1/1) 10.0.0.2:up");
	assert_int_equal(nic_remove_address(1, "eth0", "10.0.0.2/24"), 0);
	assert_diary("4.lif-down(1/1) 10.0.0.2:down");
}

/* --- bugs of illumos ------------------------------------------------------ */

/* Whoever forgets an interface by its name must be told the name. */
static void
bug_16_unplumb_has_the_name_and_nothing_is_lost(void **state)
{
	enum { MANY = 300 };
	char name[16], word[64];
	int i;

	for (i = 1; i <= MANY; i++) {
		(void)snprintf(name, sizeof(name), "nic%d", i);
		(void)snprintf(word, sizeof(word), "unplumb(%d=nic%d)", i, i);
		assert_int_equal(nic_add(1, name, 0), 0);
		(void)diary_take();
		assert_int_equal(nic_remove(1, name), 0);
		assert_told_inet(word);
	}
	/* The old address is asked for while it is taken out of use. */
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_address(1, "eth0", "10.0.0.1/24", NULL), 0);
	(void)diary_take();
	besides = ask_address;
	assert_int_equal(
	    nic_set_address(1, "eth0", "10.0.0.1/24", "10.0.0.2/24"), 0);
	assert_non_null(
	    strstr(diary_take(), "4.lif-down(301/1) 10.0.0.1:down 4.address"));
}

/* There arp has the event, but it is never sent; arp stays when all else goes.
 */
static void
bug_17_arp_is_told_of_interfaces_and_goes_with_the_others(void **state)
{
	assert_int_equal(nic_add(1, "eth0", IFF_UP), 0);
	assert_int_equal(nic_renumber(1, "eth0", 7), 0);
	assert_int_equal(nic_remove(1, "eth0"), 0);
	assert_diary("4.plumb(1=eth0) 6.plumb(1=eth0) a.plumb(1=eth0) "
		     "4.up(1) 6.up(1) a.up(1) "
		     "4.index(1=7) 6.index(1=7) a.index(1=7) "
		     "4.down(7) 6.down(7) a.down(7) "
		     "4.unplumb(7=eth0) 6.unplumb(7=eth0) a.unplumb(7=eth0)");
	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.notify(1 -arp) a.notify(1 -inet6) a.notify(1 -inet) "
		     "a.shutdown(1)");
}

#define EVENT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    EVENT_TEST(an_interface_comes_and_goes_in_all_three_protocols),
	    EVENT_TEST(an_address_is_told_to_its_own_protocol),
	    EVENT_TEST(addresses_go_up_and_down_with_their_interface),
	    EVENT_TEST(another_address_comes_between_down_and_up),
	    EVENT_TEST(another_index_is_told_before_another_name_around_it),
	    EVENT_TEST(
		an_instance_s_end_takes_interfaces_away_before_protocols),
	    EVENT_TEST(a_protocol_that_is_gone_is_told_no_more),
	    EVENT_TEST(what_a_hook_returns_keeps_nothing_from_others),
	    EVENT_TEST(what_is_asked_in_a_hook_is_as_its_event_says),
	    EVENT_TEST(an_address_that_goes_can_be_asked_for_in_lif_down),
	    EVENT_TEST(bug_16_unplumb_has_the_name_and_nothing_is_lost),
	    EVENT_TEST(
		bug_17_arp_is_told_of_interfaces_and_goes_with_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
