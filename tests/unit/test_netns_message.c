/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_message.c: what is read from messages of rtnetlink: crafted ones,
 * each of them cut at every byte, with attributes that nobody knows, and with
 * bytes changed at random. They lie right before a page that cannot be read, so
 * that a byte too many ends the test. The fuzzer's target looks at the results.
 */
#include <dirent.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../fuzz/netlink.c"
#include "test.h"

#define CORPUS "tests/fuzz/netlink.corpus"

/* Bytes of a crafted message. */
#define MESSAGE_MAX 1024

/* How often a message is changed at random, and from which beginning. */
#define MUTATIONS 200000
#define SEED	  20260214u

/* crafting ---------------------------------------------------------------- */

static char crafted[MESSAGE_MAX] __attribute__((aligned(8)));
static struct nlmsghdr *message;

static void *
craft(uint16_t type, size_t fixed)
{
	memset(crafted, 0, sizeof(crafted));
	message = mnl_nlmsg_put_header(crafted);
	message->nlmsg_type = type;
	message->nlmsg_seq = 77;
	return mnl_nlmsg_put_extra_header(message, fixed);
}

static struct ifinfomsg *
craft_link(uint16_t type, int index, const char *name)
{
	struct ifinfomsg *fixed = craft(type, sizeof(*fixed));

	fixed->ifi_index = index;
	fixed->ifi_flags = IFF_UP | IFF_RUNNING | IFF_BROADCAST | 0x10000;
	if (name != NULL)
		mnl_attr_put_strz(message, IFLA_IFNAME, name);
	mnl_attr_put_u32(message, IFLA_MTU, 1400);
	return fixed;
}

static void
craft_ipv6(int disabled)
{
	int32_t settings[DEVCONF_DISABLE_IPV6 + 3] = {0};
	struct nlattr *families, *family;

	settings[DEVCONF_DISABLE_IPV6] = disabled;
	families = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	family = mnl_attr_nest_start(message, AF_INET);
	mnl_attr_put_u32(message, 1, 1);
	mnl_attr_nest_end(message, family);
	family = mnl_attr_nest_start(message, AF_INET6);
	mnl_attr_put_u32(message, IFLA_INET6_FLAGS, 0x80000000);
	mnl_attr_put(message, IFLA_INET6_CONF, sizeof(settings), settings);
	mnl_attr_nest_end(message, family);
	mnl_attr_nest_end(message, families);
}

static struct ifaddrmsg *
craft_address(uint16_t type, unsigned char family, unsigned char length)
{
	struct ifaddrmsg *fixed = craft(type, sizeof(*fixed));

	fixed->ifa_family = family;
	fixed->ifa_prefixlen = length;
	fixed->ifa_index = 5;
	return fixed;
}

static void
craft_bytes(uint16_t type, const char *bytes, size_t size)
{
	mnl_attr_put(message, type, size, bytes);
}

static struct netns_message_view
read_crafted(void)
{
	struct netns_message_view said;

	assert_int_equal(netns_message_read(crafted, message->nlmsg_len, &said),
	    message->nlmsg_len);
	assert_int_equal(said.sequence, 77);
	return said;
}

static void
assert_malformed(void)
{
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_MALFORMED);
}

/* what is said ------------------------------------------------------------ */

static void
a_link_has_a_name_an_mtu_and_the_flags_of_the_model(void **state)
{
	struct netns_message_view said;

	(void)craft_link(RTM_NEWLINK, 3, "\xff\x01[eth]");
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_LINK);
	assert_int_equal(said.index, 3);
	assert_string_equal(said.link.name, "\xff\x01[eth]");
	assert_int_equal(said.link.mtu, 1400);
	assert_int_equal(said.link.flags, IFF_UP | IFF_RUNNING | IFF_BROADCAST);
	(void)craft_link(RTM_DELLINK, INT_MAX, NULL);
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_LINK_GONE);
	assert_int_equal(said.index, INT_MAX);
}

static void
an_mtu_is_brought_into_the_range_of_the_model(void **state)
{
	static const struct {
		uint32_t given;
		unsigned read;
	} cases[] = {{0, 68}, {67, 68}, {68, 68}, {65536, 65536},
	    {65537, 65536}, {UINT32_MAX, 65536}};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(cases); i++) {
		(void)craft_link(RTM_NEWLINK, 3, "eth0");
		mnl_attr_put_u32(message, IFLA_MTU, cases[i].given);
		assert_int_equal(read_crafted().link.mtu, cases[i].read);
	}
	(void)craft_link(RTM_NEWLINK, 3, "eth0");
	mnl_attr_put_u16(message, IFLA_MTU, 1500);
	assert_int_equal(read_crafted().link.mtu, 68);
}

static void
a_link_says_whether_ipv6_works_on_it(void **state)
{
	(void)craft_link(RTM_NEWLINK, 1, "lo");
	assert_false(read_crafted().link.ipv6);
	craft_ipv6(0);
	assert_true(read_crafted().link.ipv6);
	(void)craft_link(RTM_NEWLINK, 1, "lo");
	craft_ipv6(1);
	assert_false(read_crafted().link.ipv6);
}

static void
a_link_without_a_name_or_index_is_malformed(void **state)
{
	(void)craft_link(RTM_NEWLINK, 3, NULL);
	assert_malformed();
	(void)craft_link(RTM_NEWLINK, 3, "");
	assert_malformed();
	(void)craft_link(RTM_NEWLINK, 3, "sixteen-bytes-00");
	assert_malformed();
	(void)craft_link(RTM_NEWLINK, 3, NULL);
	craft_bytes(IFLA_IFNAME, "eth0", 4);
	assert_malformed();
	(void)craft_link(RTM_NEWLINK, 0, "eth0");
	assert_malformed();
	(void)craft_link(RTM_DELLINK, -1, "eth0");
	assert_malformed();
}

static void
a_port_of_a_bridge_is_not_a_link(void **state)
{
	craft_link(RTM_DELLINK, 3, "eth0")->ifi_family = AF_BRIDGE;
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_OTHER);
	craft_link(RTM_NEWLINK, 3, "eth0")->ifi_family = AF_INET6;
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_OTHER);
}

static void
an_address_has_its_prefix_and_broadcast(void **state)
{
	struct netns_message_view said;

	(void)craft_address(RTM_NEWADDR, AF_INET, 24);
	craft_bytes(IFA_ADDRESS, "\x0a\0\0\x01", 4);
	craft_bytes(IFA_LOCAL, "\x0a\0\0\x01", 4);
	craft_bytes(IFA_BROADCAST, "\x0a\0\0\xff", 4);
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_ADDRESS);
	assert_int_equal(said.index, 5);
	assert_int_equal(said.address.own.address.family, AF_INET);
	assert_memory_equal(said.address.own.address.bytes, "\x0a\0\0\x01", 4);
	assert_int_equal(said.address.own.length, 24);
	assert_false(ip_is_given(&said.address.peer));
	assert_memory_equal(said.address.broadcast.bytes, "\x0a\0\0\xff", 4);
	assert_true(said.address.up);
}

static void
an_address_with_another_end_has_a_peer(void **state)
{
	struct netns_message_view said;

	(void)craft_address(RTM_DELADDR, AF_INET, 32);
	craft_bytes(IFA_ADDRESS, "\x0a\0\0\x02", 4);
	craft_bytes(IFA_LOCAL, "\x0a\0\0\x01", 4);
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_ADDRESS_GONE);
	assert_memory_equal(said.address.own.address.bytes, "\x0a\0\0\x01", 4);
	assert_memory_equal(said.address.peer.bytes, "\x0a\0\0\x02", 4);
}

static void
an_address_that_may_be_another_s_is_not_in_use(void **state)
{
	static const struct {
		uint32_t flags;
		bool up;
	} cases[] = {{0, true}, {IFA_F_TENTATIVE, false},
	    {IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, true},
	    {IFA_F_DADFAILED, false},
	    {IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_OPTIMISTIC, false},
	    {IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE, true}};
	struct ifaddrmsg *fixed;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(cases); i++) {
		fixed = craft_address(RTM_NEWADDR, AF_INET6, 64);
		fixed->ifa_flags = (unsigned char)cases[i].flags;
		craft_bytes(
		    IFA_ADDRESS, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
		assert_int_equal(read_crafted().address.up, cases[i].up);
		fixed->ifa_flags = (unsigned char)~cases[i].flags;
		mnl_attr_put_u32(message, IFA_FLAGS, cases[i].flags);
		assert_int_equal(read_crafted().address.up, cases[i].up);
	}
}

static void
an_address_that_cannot_be_is_malformed(void **state)
{
	struct ifaddrmsg *fixed;

	(void)craft_address(RTM_NEWADDR, AF_INET, 24);
	assert_malformed();
	craft_bytes(IFA_LOCAL, "\x0a\0\0", 3);
	assert_malformed();
	craft_bytes(IFA_LOCAL, "\x0a\0\0\x01\x05", 5);
	assert_malformed();
	fixed = craft_address(RTM_NEWADDR, AF_INET, 33);
	craft_bytes(IFA_LOCAL, "\x0a\0\0\x01", 4);
	assert_malformed();
	fixed->ifa_prefixlen = 32;
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_ADDRESS);
	fixed->ifa_index = 0;
	assert_malformed();
	fixed->ifa_index = 0x80000000;
	assert_malformed();
	(void)craft_address(RTM_NEWADDR, AF_INET6, 64);
	craft_bytes(IFA_ADDRESS, "\x0a\0\0\x01", 4);
	assert_malformed();
	(void)craft_address(RTM_NEWADDR, AF_PACKET, 64);
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_OTHER);
}

static void
an_nsid_may_be_none(void **state)
{
	struct netns_message_view said;

	(void)craft(RTM_NEWNSID, sizeof(struct rtgenmsg));
	assert_malformed();
	mnl_attr_put_u32(message, NETNSA_NSID, (uint32_t)-1);
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_NSID);
	assert_int_equal(said.nsid, -1);
	(void)craft(RTM_DELNSID, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(message, NETNSA_NSID, 12);
	said = read_crafted();
	assert_int_equal(said.kind, NETNS_MESSAGE_NSID_GONE);
	assert_int_equal(said.nsid, 12);
	(void)craft(RTM_DELNSID, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(message, NETNSA_NSID, (uint32_t)-2);
	assert_malformed();
}

static void
an_answer_ends_with_its_error(void **state)
{
	int32_t *error;

	error = craft(NLMSG_ERROR, sizeof(struct nlmsgerr));
	*error = -EPERM;
	message->nlmsg_flags = NLM_F_DUMP_INTR;
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_END);
	assert_int_equal(read_crafted().error, -EPERM);
	assert_true(read_crafted().interrupted);
	*error = 5;
	assert_int_equal(read_crafted().error, 0);
	(void)craft(NLMSG_DONE, 0);
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_END);
	(void)craft(NLMSG_ERROR, 0);
	assert_malformed();
	(void)craft(RTM_NEWROUTE, sizeof(struct rtmsg));
	assert_int_equal(read_crafted().kind, NETNS_MESSAGE_OTHER);
}

/* bad bytes --------------------------------------------------------------- */

/* The messages that are cut and changed below. */
static void
craft_sample(unsigned number)
{
	if (number == 0) {
		(void)craft_link(RTM_NEWLINK, 1, "lo");
		craft_ipv6(0);
	} else if (number == 1) {
		(void)craft_link(RTM_DELLINK, 9, "veth1234");
	} else if (number == 2) {
		(void)craft_address(RTM_NEWADDR, AF_INET, 24);
		craft_bytes(IFA_ADDRESS, "\x0a\0\0\x02", 4);
		craft_bytes(IFA_LOCAL, "\x0a\0\0\x01", 4);
		craft_bytes(IFA_BROADCAST, "\x0a\0\0\xff", 4);
		mnl_attr_put_u32(message, IFA_FLAGS, IFA_F_PERMANENT);
	} else if (number == 3) {
		(void)craft_address(RTM_DELADDR, AF_INET6, 64);
		craft_bytes(
		    IFA_ADDRESS, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	} else if (number == 4) {
		(void)craft(RTM_NEWNSID, sizeof(struct rtgenmsg));
		mnl_attr_put_u32(message, NETNSA_NSID, 3);
	} else {
		(void)craft(NLMSG_ERROR, sizeof(struct nlmsgerr));
	}
}
#define SAMPLES 6

/* So many bytes right before a page that cannot be read. */
static char *
before_the_wall(size_t size)
{
	static char *wall;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (wall == NULL) {
		wall = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ASSERT(wall != MAP_FAILED);
		wall += page;
		ASSERT(mprotect(wall, page, PROT_NONE) == 0);
	}
	return wall - MNL_ALIGN(size);
}

/* One message of so many bytes; the header says so, too, or does not. */
static struct netns_message_view
read_at_the_wall(size_t size, bool says_so)
{
	char *at = before_the_wall(size);
	struct netns_message_view said;

	memcpy(at, crafted, size);
	if (says_so && size >= sizeof(struct nlmsghdr))
		((struct nlmsghdr *)(void *)at)->nlmsg_len = (uint32_t)size;
	(void)netns_message_read(at, size, &said);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)at, size);
	return said;
}

static void
a_message_cut_at_any_byte_says_less_and_nothing_else(void **state)
{
	enum netns_message_kind whole, cut;
	unsigned number;
	size_t size;

	for (number = 0; number < SAMPLES; number++) {
		craft_sample(number);
		whole = read_crafted().kind;
		for (size = 0; size < message->nlmsg_len; size++) {
			assert_int_equal(read_at_the_wall(size, false).kind,
			    NETNS_MESSAGE_OTHER);
			cut = read_at_the_wall(size, true).kind;
			assert_true(cut == whole || size < NLMSG_HDRLEN ||
				    cut == NETNS_MESSAGE_MALFORMED);
		}
	}
}

static void
attributes_that_are_not_known_are_passed_over(void **state)
{
	struct netns_message_view before, after;
	unsigned number, type;

	for (number = 0; number < SAMPLES - 1; number++) {
		craft_sample(number);
		before = read_crafted();
		for (type = 100; type < 0x3fff; type += 797)
			craft_bytes((uint16_t)(type | NLA_F_NESTED),
			    "\xff\xff\xff\xff\xff", type % 6);
		after = read_crafted();
		assert_int_equal(after.kind, before.kind);
		assert_int_equal(after.index, before.index);
		if (before.kind == NETNS_MESSAGE_LINK)
			assert_string_equal(after.link.name, before.link.name);
	}
}

static void
whatever_bytes_are_changed_what_is_said_can_be(void **state)
{
	unsigned seed = SEED, round, changes;
	size_t size;
	char *at;

	for (round = 0; round < MUTATIONS; round++) {
		craft_sample(round % SAMPLES);
		size = message->nlmsg_len;
		for (changes = (unsigned)rand_r(&seed) % 6; changes > 0;
		     changes--)
			crafted[(size_t)rand_r(&seed) % size] =
			    (char)rand_r(&seed);
		if (rand_r(&seed) % 4 == 0)
			size = (size_t)rand_r(&seed) % (size + 1);
		at = before_the_wall(size);
		memcpy(at, crafted, size);
		(void)LLVMFuzzerTestOneInput((const uint8_t *)at, size);
	}
}

static void
what_the_fuzzer_has_found_is_read_again(void **state)
{
	static uint8_t data[65536];
	unsigned count = 0;
	struct dirent *entry;
	ssize_t size;
	DIR *corpus;
	int fd;

	corpus = opendir(CORPUS);
	assert_non_null(corpus);
	while ((entry = readdir(corpus)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fd = openat(dirfd(corpus), entry->d_name, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		size = read(fd, data, sizeof(data));
		assert_true(size >= 0);
		(void)close(fd);
		(void)LLVMFuzzerTestOneInput(data, (size_t)size);
		count++;
	}
	(void)closedir(corpus);
	assert_true(count >= 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_link_has_a_name_an_mtu_and_the_flags_of_the_model),
	    cmocka_unit_test(an_mtu_is_brought_into_the_range_of_the_model),
	    cmocka_unit_test(a_link_says_whether_ipv6_works_on_it),
	    cmocka_unit_test(a_link_without_a_name_or_index_is_malformed),
	    cmocka_unit_test(a_port_of_a_bridge_is_not_a_link),
	    cmocka_unit_test(an_address_has_its_prefix_and_broadcast),
	    cmocka_unit_test(an_address_with_another_end_has_a_peer),
	    cmocka_unit_test(an_address_that_may_be_another_s_is_not_in_use),
	    cmocka_unit_test(an_address_that_cannot_be_is_malformed),
	    cmocka_unit_test(an_nsid_may_be_none),
	    cmocka_unit_test(an_answer_ends_with_its_error),
	    cmocka_unit_test(
		a_message_cut_at_any_byte_says_less_and_nothing_else),
	    cmocka_unit_test(attributes_that_are_not_known_are_passed_over),
	    cmocka_unit_test(whatever_bytes_are_changed_what_is_said_can_be),
	    cmocka_unit_test(what_the_fuzzer_has_found_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
