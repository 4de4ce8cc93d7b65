/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_link.c: links, addresses and ends of real namespaces, as the
 * interface model gets them, against what the kernel itself says; also while
 * events are lost.
 */
#include <sys/wait.h>

#include "core/interface/interface.h"
#include "source/netns/link/netns_mirror.h"
#include "link_fixture.h"

#define A_SPACE (&spaces[0])
#define B_SPACE (&spaces[1])

/* Steps of the storms, and the beginning of their random numbers. */
#define STORM_STEPS 5000
#define STORM_SHORT 1500
#define STORM_SEED  20261123u
/* Commands that one process of ip(8) carries out. */
#define STORM_BATCH 100

/* So few bytes that hardly an event waits unread. */
#define TINY_BUFFER 2048

static void
assert_all_shown(void)
{
	size_t i;

	assert_shown(&home);
	for (i = 0; i < SPACES; i++)
		assert_shown(&spaces[i]);
}

/* links and addresses ----------------------------------------------------- */

static void
what_is_there_is_shown(void **state)
{
	space_run(A_SPACE,
	    "ip link set lo up && ip link add br0 type bridge && "
	    "ip addr add 10.1.2.3/24 brd + dev br0 && "
	    "ip addr add fd00::1/64 dev br0 && ip link set br0 up");
	assert_all_shown();
	assert_shown(A_SPACE);
	assert_non_null(strstr(shown(), "10.1.2.3/24"));
}

static void
changes_are_shown_as_they_come(void **state)
{
	static const char *const commands[] = {
	    "ip link set lo up",
	    "ip link add v0 type veth peer name v1",
	    "ip link set v0 up; ip link set v1 up",
	    "ip addr add 10.0.0.1/24 brd + dev v0",
	    "ip addr add 10.0.0.1 peer 10.0.0.9/32 dev v0",
	    "ip addr add 10.0.0.1 peer 10.0.0.8/32 dev v0",
	    "ip addr del 10.0.0.1 peer 10.0.0.9/32 dev v0",
	    "ip addr add fd00::1/64 dev v0",
	    "ip addr change fd00::1 peer fd00::2/64 dev v0",
	    "ip link set v0 name w0",
	    "ip link set w0 mtu 9000",
	    "ip link set w0 arp off promisc on",
	    "ip link set lo mtu 1000000",
	    "ip link add vx type vxlan id 5 dstport 4789",
	    "ip link add mv link w0 type macvlan",
	    "ip tuntap add tun7 mode tun && ip link set tun7 up",
	    "ip link add br7 type bridge && ip link set v1 master br7",
	    "ip link set v1 nomaster",
	    "ip link del w0",
	    "ip link set br7 name $(printf 'a\\377\\033[1m')",
	};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(commands); i++) {
		space_run(A_SPACE, "%s", commands[i]);
		assert_shown(A_SPACE);
	}
	assert_int_equal(link_told.resyncs, 0);
}

static void
names_are_swapped(void **state)
{
	space_run(A_SPACE,
	    "ip link add x0 type bridge && ip link add x1 type bridge");
	assert_shown(A_SPACE);
	space_run(A_SPACE,
	    "ip link set x0 name x9 && ip link set x1 name x0 && "
	    "ip link set x9 name x1");
	assert_shown(A_SPACE);
}

static void
an_interface_moves_away_and_back(void **state)
{
	space_run(A_SPACE, "ip link add v0 type veth peer name v1 && "
			   "ip addr add 10.0.0.1/24 dev v0");
	assert_all_shown();
	space_run(A_SPACE, "ip link set v0 netns %d", (int)B_SPACE->pid);
	assert_all_shown();
	space_run(B_SPACE,
	    "ip addr add 10.0.0.2/24 dev v0 && "
	    "ip link set v0 netns %d",
	    (int)getpid());
	assert_all_shown();
	space_run(&home, "ip link set v0 netns %d", (int)A_SPACE->pid);
	assert_all_shown();
	space_run(A_SPACE, "ip link del v1");
	assert_all_shown();
}

/* IPv6 -------------------------------------------------------------------- */

static void
ipv6_is_said_to_be_off_while_it_is(void **state)
{
	static const char all[] = "/proc/sys/net/ipv6/conf/all/disable_ipv6";
	int i;

	assert_becomes(&link_told.ipv6[1], 1);
	assert_becomes(&link_told.ipv6[0], 1);
	space_run(A_SPACE, "ip link set lo up");
	assert_shown(A_SPACE);
	for (i = 0; i < 3; i++) {
		space_run(A_SPACE, "echo 1 >%s", all);
		assert_becomes(&link_told.ipv6[1], 0);
		space_run(A_SPACE, "echo 0 >%s", all);
		assert_becomes(&link_told.ipv6[1], 1);
	}
	space_run(A_SPACE,
	    "ip link set lo down && echo 1 >%s && ip link set lo up", all);
	assert_becomes(&link_told.ipv6[1], 0);
	assert_int_equal(link_told.ipv6[2], 1);
}

static void
what_could_not_be_carried_out_is_said_again(void **state)
{
	static const char all[] = "/proc/sys/net/ipv6/conf/all/disable_ipv6";

	assert_becomes(&link_told.ipv6[1], 1);
	assert_becomes(&link_told.ipv6[2], 1);
	assert_becomes(&link_told.ipv6[3], 1);
	space_run(A_SPACE, "ip link set lo up");
	assert_shown(A_SPACE);
	link_told.refuse = 3;
	space_run(A_SPACE, "echo 1 >%s", all);
	assert_becomes(&link_told.refuse, 0);
	space_run(A_SPACE, "echo 0 >%s && echo 1 >%s", all, all);
	assert_becomes(&link_told.ipv6[1], 0);
}

/* storms ------------------------------------------------------------------ */

/* A random command of ip -batch; many cannot be carried out. */
static void
storm_step(FILE *out, unsigned *seed)
{
	unsigned what = (unsigned)rand_r(seed) % 17;
	unsigned a = (unsigned)rand_r(seed) % 8, b = (unsigned)rand_r(seed) % 8;
	unsigned number = (unsigned)rand_r(seed) % 4;
	const char *kind = what % 2 == 0 ? "add" : "del";

	if (what < 3)
		(void)fprintf(
		    out, "link add n%u type veth peer name n%u\n", a, b);
	else if (what == 3)
		(void)fprintf(out, "link add n%u type bridge\n", a);
	else if (what == 4)
		(void)fprintf(
		    out, "link add n%u link n%u type macvlan\n", a, b);
	else if (what == 5)
		(void)fprintf(
		    out, "link add n%u type vxlan id %u dstport 4789\n", a, b);
	else if (what < 8)
		(void)fprintf(
		    out, "link set n%u %s\n", a, number > 0 ? "up" : "down");
	else if (what == 8)
		(void)fprintf(out, "link set n%u name n%u\n", a, b);
	else if (what == 9)
		(void)fprintf(out, "link set n%u mtu %u\n", a, 1300 + number);
	else if (what == 10)
		(void)fprintf(out, "link set n%u netns %d\n", a,
		    (int)spaces[number % SPACES].pid);
	else if (what < 13)
		(void)fprintf(out, "addr %s 10.%u.0.%u/2%u dev n%u\n", kind, b,
		    number, number, a);
	else if (what < 15)
		(void)fprintf(out, "addr %s 10.0.0.1 peer 10.1.0.%u dev n%u\n",
		    kind, number, a);
	else if (what == 15)
		(void)fprintf(out, "addr add fd00::%u/64 dev n%u\n", b, a);
	else
		(void)fprintf(out, "link del n%u\n", a);
}

/* Begins the next steps in a namespace. */
static pid_t
storm_begin(const struct space *space, unsigned *seed)
{
	FILE *commands = tmpfile();
	unsigned i;
	pid_t pid;

	assert_non_null(commands);
	for (i = 0; i < STORM_BATCH; i++)
		storm_step(commands, seed);
	rewind(commands);
	pid = space_run_in(
	    space, "ip -force -batch - >/dev/null 2>&1", fileno(commands));
	(void)fclose(commands);
	return pid;
}

/* One batch after the other in each namespace, all namespaces at once. */
static void
storm(unsigned steps, bool reads)
{
	pid_t running[SPACES] = {0};
	unsigned seed = STORM_SEED, left = steps / STORM_BATCH, over = 0;
	size_t i;

	while (over < SPACES) {
		for (i = 0, over = 0; i < SPACES; i++) {
			if (running[i] > 0 &&
			    waitpid(running[i], NULL, WNOHANG) != 0)
				running[i] = 0;
			if (running[i] == 0 && left > 0) {
				running[i] = storm_begin(&spaces[i], &seed);
				left--;
			}
			over += running[i] == 0;
		}
		if (reads)
			turn();
		(void)usleep(100);
	}
}

static void
after_a_storm_the_model_has_what_the_kernel_has(void **state)
{
	storm(STORM_STEPS, true);
	assert_all_shown();
	assert_int_equal(link_told.resyncs, 0);
}

static void
lost_events_are_made_up_for(void **state)
{
	assert_all_shown();
	netns_link_set_buffer(link_tested, TINY_BUFFER);
	storm(STORM_SHORT, true);
	assert_all_shown();
	assert_true(link_told.resyncs > 0);
	netns_link_set_buffer(link_tested, NETNS_LINK_BUFFER);
	space_run(A_SPACE, "ip link add last0 type bridge");
	assert_shown(A_SPACE);
}

static void
ends_whose_word_was_lost_are_found(void **state)
{
	struct space others[40] = {{.pid = 0}};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(others); i++) {
		space_begin(&others[i]);
		others[i].nsid = netns_link_assign(link_tested, others[i].fd);
		assert_true(others[i].nsid >= 0);
	}
	assert_all_shown();
	netns_link_set_buffer(link_tested, TINY_BUFFER);
	storm(STORM_SHORT, false);
	for (i = 0; i < ARRAY_LENGTH(others); i++)
		space_end(&others[i]);
	assert_becomes(&link_told.gone, ARRAY_LENGTH(others));
	assert_all_shown();
	assert_true(link_told.resyncs > 0);
	assert_int_equal(link_told.gone, ARRAY_LENGTH(others));
}

/* Lists of several parts, while what they list comes and goes. */
static void
a_list_that_is_overtaken_is_read_again(void **state)
{
	int status;
	pid_t pid;

	space_run(A_SPACE,
	    "ip link add m0 type bridge && for i in $(seq 900); do "
	    "echo \"addr add 10.0.$((i / 256)).$((i %% 256))/32 dev m0\"; "
	    "done | ip -batch -");
	assert_shown(A_SPACE);
	netns_link_set_buffer(link_tested, TINY_BUFFER);
	pid = space_run_in(A_SPACE,
	    "for i in $(seq 1500); do "
	    "echo \"addr del 10.0.1.$((i % 100))/32 dev m0\"; "
	    "echo \"addr add 10.0.1.$((i % 100))/32 dev m0\"; "
	    "done | ip -force -batch - 2>/dev/null",
	    STDIN_FILENO);
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn();
	assert_shown(A_SPACE);
	assert_true(link_told.resyncs > 0);
}

static void
a_storm_on_one_that_is_not_mirrored_any_more_changes_nothing(void **state)
{
	assert_all_shown();
	netns_link_detach(link_tested, B_SPACE->instance);
	storm(STORM_SHORT, true);
	assert_int_equal(interface_count(B_SPACE->instance), 1);
	assert_shown(A_SPACE);
	space_attach(B_SPACE);
	assert_all_shown();
}

/* limits ------------------------------------------------------------------ */

static struct gate hangs;

static void
hang_on_a_protocol(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (id == 1 && command == HN_REGISTER)
		gate_pass(&hangs);
}

/* More than it is given while it hangs: it gets a list when it goes on. */
static void
an_instance_that_hangs_has_all_in_the_end(void **state)
{
	struct answer over;
	char flood[256];
	int status;
	pid_t pid;

	gate_init(&hangs);
	answer_init(&over);
	A->on_notify = hang_on_a_protocol;
	assert_int_equal(enter_with_notify(A), 0);
	assert_all_shown();
	assert_int_equal(instance_add_protocol(
			     A_SPACE->instance, "hanging", answer_done, &over),
	    0);
	gate_wait(&hangs, 1);
	(void)snprintf(flood, sizeof(flood),
	    "ip link add m0 type bridge && for i in $(seq %u); do "
	    "echo \"link set m0 mtu $((1000 + i %% 2))\"; done | "
	    "ip -batch - && ip link set m0 mtu 1234",
	    NETNS_MIRROR_CHANGES + 100);
	pid = space_run_in(A_SPACE, flood, STDIN_FILENO);
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn();
	assert_int_equal(status, 0);
	assert_shown(B_SPACE);
	assert_int_equal(interface_count(A_SPACE->instance), 1);
	gate_open(&hangs);
	assert_all_shown();
	assert_int_equal(answer_wait(&over), 0);
	assert_int_equal(leave(A), 0);
	gate_destroy(&hangs);
}

static bool
count_addresses(void *arg, const struct interface_view *view)
{
	size_t *count = arg;

	*count += view->address_count;
	return true;
}

static bool
is_full(const void *arg)
{
	const struct space *space = arg;
	size_t addresses = 0;

	(void)interface_visit(space->instance, 0, count_addresses, &addresses);
	return addresses == ADDRESSES_MAX &&
	       interface_count(space->instance) == NICS_MAX;
}

static void
beyond_the_limits_of_the_model_some_are_not_shown(void **state)
{
	space_run(A_SPACE,
	    "ip link add m0 type bridge && { "
	    "for i in $(seq %u); do "
	    "echo \"link add mv$i link m0 type macvlan\"; done; "
	    "for i in $(seq %u); do "
	    "echo \"addr add 10.0.$((i / 256)).$((i %% 256))/32 dev m0\"; "
	    "done; } | ip -batch -",
	    (unsigned)NICS_MAX + 6, (unsigned)ADDRESSES_MAX + 4);
	space_run(A_SPACE, "ip link add last0 type bridge");
	assert_true(turn_until(is_full, A_SPACE));
	space_run(A_SPACE,
	    "for i in $(seq 20); do echo \"link del mv$i\"; "
	    "echo \"addr del 10.0.0.$i/32 dev m0\"; done | ip -batch -");
	assert_shown(A_SPACE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LINK_TEST(what_is_there_is_shown),
	    LINK_TEST(changes_are_shown_as_they_come),
	    LINK_TEST(names_are_swapped),
	    LINK_TEST(an_interface_moves_away_and_back),
	    LINK_TEST(ipv6_is_said_to_be_off_while_it_is),
	    LINK_TEST(what_could_not_be_carried_out_is_said_again),
	    LINK_TEST(after_a_storm_the_model_has_what_the_kernel_has),
	    LINK_TEST(lost_events_are_made_up_for),
	    LINK_TEST(ends_whose_word_was_lost_are_found),
	    LINK_TEST(a_list_that_is_overtaken_is_read_again),
	    LINK_TEST(
		a_storm_on_one_that_is_not_mirrored_any_more_changes_nothing),
	    LINK_TEST(beyond_the_limits_of_the_model_some_are_not_shown),
	    LINK_TEST(an_instance_that_hangs_has_all_in_the_end),
	};

	return cmocka_run_group_tests(tests, link_group_setup, NULL);
}
