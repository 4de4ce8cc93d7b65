/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_mirror.c: what a mirror makes of news that a real kernel gives
 * only when it has a bad day: names that two links have, indexes used again,
 * lists that differ from all that was said before. What the model has in the
 * end is compared, and that it refused nothing.
 */
#include <net/if.h>
#include <netinet/in.h>

#include "source/netns/link/netns_mirror.h"
#include "core_fixture.h"
#include "nic_fixture.h"

#define TEXT_MAX 65536

/* Lists of the random test, and the beginning of its random numbers. */
#define ROUNDS 2000
#define SEED   4711u

static struct instance *instance;
static struct netns_mirror *mirror;
static bool over_limit; /* what the log is to say, once */

static int
setup(void **state)
{
	if (core_setup(state) != 0 || add_instance("one", NULL) != 1)
		return -1;
	instance = instance_find(1);
	mirror = netns_mirror_create(instance);
	over_limit = false;
	log_keep();
	return 0;
}

/* The model refused nothing. */
static int
teardown(void **state)
{
	const char *log = log_kept();

	assert_null(strstr(log, "not shown as it is"));
	log = strstr(log, "more than 1024 interfaces");
	assert_int_equal(log != NULL, over_limit);
	assert_true(log == NULL || strstr(log + 1, "more than") == NULL);
	netns_mirror_free(mirror);
	instance_release(instance);
	return core_teardown(state);
}

#define MIRROR_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* news -------------------------------------------------------------------- */

static void
link_is(phy_if_t index, const char *name, unsigned mtu)
{
	struct netns_message_view said = {
	    .kind = NETNS_MESSAGE_LINK,
	    .index = index,
	    .link = {.mtu = mtu, .flags = IFF_UP | IFF_BROADCAST},
	};

	memcpy(said.link.name, name, strlen(name) + 1);
	netns_mirror_take(mirror, &said);
}

static void
link_goes(phy_if_t index)
{
	const struct netns_message_view said = {
	    .kind = NETNS_MESSAGE_LINK_GONE, .index = index};

	netns_mirror_take(mirror, &said);
}

/* peer: may be NULL. */
static void
say_address(enum netns_message_kind kind, phy_if_t index, const char *own,
    const char *peer)
{
	struct netns_message_view said = {
	    .kind = kind,
	    .index = index,
	    .address = {.own = nic_prefix(own), .up = true},
	};

	if (peer != NULL)
		said.address.peer = nic_ip(peer);
	netns_mirror_take(mirror, &said);
}

static void
address_is(phy_if_t index, const char *own, const char *peer)
{
	say_address(NETNS_MESSAGE_ADDRESS, index, own, peer);
}

static void
address_goes(phy_if_t index, const char *own, const char *peer)
{
	say_address(NETNS_MESSAGE_ADDRESS_GONE, index, own, peer);
}

/* the model --------------------------------------------------------------- */

static char model[TEXT_MAX];

static int
compare_words(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* "2:eth0/1500 10.1/24>2": first and last byte, the peer's last; in order. */
static bool
write_view(void *arg, const struct interface_view *view)
{
	char words[64][64];
	size_t length = strlen(model), i;
	const struct interface_address *address;

	ASSERT(view->address_count <= ARRAY_LENGTH(words));
	for (i = 0; i < view->address_count; i++) {
		address = &view->addresses[i];
		(void)snprintf(words[i], sizeof(words[i]), "%u.%u/%u%s%u%s",
		    address->own.address.bytes[0],
		    address->own.address.bytes[3], address->own.length,
		    ip_is_given(&address->peer) ? ">" : "-",
		    address->peer.bytes[3], address->up ? "" : "?");
	}
	qsort(words, view->address_count, sizeof(words[0]), compare_words);
	length +=
	    (size_t)snprintf(model + length, TEXT_MAX - length, "%s%lu:%s/%u",
		length > 0 ? " " : "", view->index, view->name, view->mtu);
	for (i = 0; i < view->address_count; i++)
		length += (size_t)snprintf(
		    model + length, TEXT_MAX - length, " %s", words[i]);
	return true;
}

/* All changes so far are over when one that comes after them is. */
static const char *
read_model(void)
{
	static const struct interface_ref none = {.name = "none"};
	struct answer over;

	netns_mirror_settle(mirror);
	answer_init(&over);
	assert_int_equal(
	    interface_remove(instance, &none, answer_done, &over), 0);
	assert_int_equal(answer_wait(&over), -ENODEV);
	model[0] = '\0';
	(void)interface_visit(instance, 0, write_view, NULL);
	return model;
}

static void
assert_model(const char *wanted)
{
	assert_string_equal(read_model(), wanted);
}

/* the tests --------------------------------------------------------------- */

static void
names_that_were_swapped_unseen_are_swapped(void **state)
{
	link_is(1, "a", 1500);
	link_is(2, "b", 1600);
	address_is(1, "10.0.0.1/24", NULL);
	address_is(2, "10.0.0.2/24", NULL);
	assert_model("1:a/1500 10.1/24-0 2:b/1600 10.2/24-0");
	netns_mirror_begin(mirror);
	link_is(1, "b", 1500);
	link_is(2, "a", 1600);
	address_is(1, "10.0.0.1/24", NULL);
	address_is(2, "10.0.0.2/24", NULL);
	netns_mirror_end(mirror, true);
	assert_model("1:b/1500 10.1/24-0 2:a/1600 10.2/24-0");
}

static void
a_name_of_one_that_went_unseen_is_another_s(void **state)
{
	link_is(3, "eth0", 1500);
	address_is(3, "10.0.0.1/24", NULL);
	assert_model("3:eth0/1500 10.1/24-0");
	netns_mirror_begin(mirror);
	link_is(2, "eth0", 1400);
	link_is(7, "eth1", 1400);
	netns_mirror_end(mirror, true);
	assert_model("2:eth0/1400 7:eth1/1400");
	assert_int_equal(netns_mirror_links(mirror), 2);
	assert_int_equal(netns_mirror_addresses(mirror), 0);
}

static void
an_index_is_used_again(void **state)
{
	link_is(3, "eth0", 1500);
	address_is(3, "10.0.0.1/24", NULL);
	link_goes(3);
	link_is(3, "eth0", 1400);
	assert_model("3:eth0/1400");
	netns_mirror_begin(mirror);
	link_is(3, "other", 1300);
	netns_mirror_end(mirror, true);
	assert_model("3:other/1300");
}

static void
late_events_count_until_the_later_ones(void **state)
{
	netns_mirror_begin(mirror);
	link_is(1, "b", 1500);
	link_is(2, "a", 1500);
	netns_mirror_end(mirror, true);
	address_is(9, "10.0.0.1/24", NULL);
	address_goes(9, "10.0.0.1/24", NULL);
	link_goes(9);
	link_is(1, "a", 1500);
	assert_model("1:a/1500");
	link_is(1, "t", 1500);
	link_is(2, "b", 1500);
	link_is(2, "a", 1500);
	link_is(1, "b", 1500);
	assert_model("1:b/1500 2:a/1500");
}

static void
what_is_said_twice_is_told_once(void **state)
{
	int i;

	for (i = 0; i < 3; i++) {
		link_is(1, "a", 1500);
		address_is(1, "10.0.0.1/24", NULL);
		address_is(1, "10.0.0.1/24", NULL);
	}
	assert_model("1:a/1500 10.1/24-0");
	address_goes(1, "10.0.0.1/24", NULL);
	address_goes(1, "10.0.0.1/24", NULL);
	link_goes(1);
	link_goes(1);
	assert_model("");
}

static void
addresses_that_differ_in_the_peer_are_told_apart(void **state)
{
	link_is(1, "a", 1500);
	address_is(1, "10.0.0.1/32", "10.0.0.2");
	address_is(1, "10.0.0.1/32", "10.0.0.3");
	address_is(1, "10.0.0.1/32", "10.0.0.4");
	address_is(1, "10.0.0.9/32", NULL);
	address_goes(1, "10.0.0.1/32", "10.0.0.3");
	assert_model("1:a/1500 10.1/32>2 10.1/32>4 10.9/32-0");
	address_goes(1, "10.0.0.1/32", "10.0.0.2");
	assert_model("1:a/1500 10.1/32>4 10.9/32-0");
}

static void
an_address_of_ipv6_may_get_another_prefix_and_peer(void **state)
{
	link_is(1, "a", 1500);
	address_is(1, "fd00::1/64", NULL);
	assert_model("1:a/1500 253.0/64-0");
	address_is(1, "fd00::1/128", "fd00:9::2");
	assert_model("1:a/1500 253.0/128>9");
	address_is(1, "fd00::1/128", "fd00:8::2");
	assert_model("1:a/1500 253.0/128>8");
	address_is(1, "fd00::1/64", NULL);
	assert_model("1:a/1500 253.0/64-0");
}

static void
a_list_that_broke_off_ends_nothing(void **state)
{
	link_is(1, "a", 1500);
	link_is(2, "b", 1500);
	address_is(2, "10.0.0.1/24", NULL);
	netns_mirror_begin(mirror);
	link_is(1, "c", 1500);
	netns_mirror_end(mirror, false);
	assert_model("1:c/1500 2:b/1500 10.1/24-0");
}

static void
what_is_too_many_is_told_when_there_is_room(void **state)
{
	char name[16];
	unsigned i;

	for (i = 1; i <= NICS_MAX + 2; i++) {
		(void)snprintf(name, sizeof(name), "l%u", i);
		link_is(i, name, 1500);
	}
	(void)read_model();
	assert_int_equal(interface_count(instance), NICS_MAX);
	address_is(NICS_MAX + 1, "10.0.0.1/24", NULL);
	link_goes(5);
	link_goes(NICS_MAX + 2);
	(void)read_model();
	assert_int_equal(interface_count(instance), NICS_MAX);
	assert_non_null(strstr(model, "10.1/24-0"));
	over_limit = true;
}

/* any list after any other ------------------------------------------------ */

#define LINKS 6

/* Says what there is, in a random order of links; writes what is wanted. */
static void
say_random_list(unsigned *seed, char *wanted, size_t size)
{
	unsigned names[LINKS] = {0, 1, 2, 3, 4, 5}, i, j, held, mtu;
	unsigned there[LINKS] = {0}, order[LINKS] = {0, 1, 2, 3, 4, 5};
	size_t length = 0;
	char text[32];

	for (i = 0; i < LINKS; i++) {
		j = (unsigned)rand_r(seed) % LINKS;
		held = names[i], names[i] = names[j], names[j] = held;
		j = (unsigned)rand_r(seed) % LINKS;
		held = order[i], order[i] = order[j], order[j] = held;
		there[i] = (unsigned)rand_r(seed) % 4;
	}
	wanted[0] = '\0';
	for (i = 0; i < LINKS; i++) {
		if (there[i] == 0)
			continue;
		mtu = 1500 + there[i];
		length += (size_t)snprintf(wanted + length, size - length,
		    "%s%u:n%u/%u", length > 0 ? " " : "", i + 1, names[i], mtu);
		for (j = 1; j < there[i]; j++)
			length += (size_t)snprintf(wanted + length,
			    size - length, " 10.%u/32>%u", there[i], j);
	}
	for (i = 0; i < LINKS; i++) {
		held = order[i];
		(void)snprintf(text, sizeof(text), "n%u", names[held]);
		if (there[held] > 0)
			link_is(held + 1, text, 1500 + there[held]);
	}
	for (i = 0; i < LINKS; i++)
		for (j = 1; j < there[i]; j++) {
			char own[32], peer[32];

			(void)snprintf(
			    own, sizeof(own), "10.0.0.%u/32", there[i]);
			(void)snprintf(peer, sizeof(peer), "10.0.0.%u", j);
			address_is(i + 1, own, peer);
		}
}

static void
any_list_can_follow_any_other(void **state)
{
	char wanted[1024];
	unsigned seed = SEED, round;

	for (round = 0; round < ROUNDS; round++) {
		netns_mirror_begin(mirror);
		say_random_list(&seed, wanted, sizeof(wanted));
		netns_mirror_end(mirror, true);
		assert_string_equal(read_model(), wanted);
	}
	assert_model(wanted);
}

static void
after_the_shutdown_nothing_is_told_any_more(void **state)
{
	link_is(1, "a", 1500);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(interface_count(instance), 0);
	link_is(2, "b", 1500);
	address_is(1, "10.0.0.1/24", NULL);
	link_goes(1);
	netns_mirror_settle(mirror);
	assert_int_equal(interface_count(instance), 0);
}

/* an instance that hangs -------------------------------------------------- */

static struct gate hangs;

static void
hang_in_the_second(netid_t id)
{
	if (id == 2)
		gate_pass(&hangs);
}

static bool
is_not_behind(void *arg)
{
	return !netns_mirror_is_behind(arg);
}

static void
one_that_hangs_is_said_to_be_behind_until_it_has_caught_up(void **state)
{
	static const struct instance_config config = {
	    .name = "two", .source = "test"};
	struct netns_mirror *first = mirror, *second;
	struct instance *created;
	struct answer over;
	unsigned i;

	gate_init(&hangs);
	answer_init(&over);
	A->on_create = hang_in_the_second;
	assert_int_equal(enter(A), 0);
	assert_int_equal(
	    instance_create(&config, &created, answer_done, &over), 0);
	gate_wait(&hangs, 1);
	mirror = second = netns_mirror_create(created);
	for (i = 0; i < NETNS_MIRROR_CHANGES; i++)
		link_is(1, "a", 1000 + i);
	assert_false(netns_mirror_is_behind(second));
	link_is(1, "a", 1500);
	assert_true(netns_mirror_is_behind(second));
	gate_open(&hangs);
	wait_until(is_not_behind, second);
	netns_mirror_free(second);
	mirror = first;
	assert_int_equal(answer_wait(&over), 0);
	instance_release(created);
	assert_int_equal(leave(A), 0);
	gate_destroy(&hangs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MIRROR_TEST(names_that_were_swapped_unseen_are_swapped),
	    MIRROR_TEST(a_name_of_one_that_went_unseen_is_another_s),
	    MIRROR_TEST(an_index_is_used_again),
	    MIRROR_TEST(late_events_count_until_the_later_ones),
	    MIRROR_TEST(what_is_said_twice_is_told_once),
	    MIRROR_TEST(addresses_that_differ_in_the_peer_are_told_apart),
	    MIRROR_TEST(an_address_of_ipv6_may_get_another_prefix_and_peer),
	    MIRROR_TEST(a_list_that_broke_off_ends_nothing),
	    MIRROR_TEST(what_is_too_many_is_told_when_there_is_room),
	    MIRROR_TEST(any_list_can_follow_any_other),
	    MIRROR_TEST(
		one_that_hangs_is_said_to_be_behind_until_it_has_caught_up),
	    MIRROR_TEST(after_the_shutdown_nothing_is_told_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
