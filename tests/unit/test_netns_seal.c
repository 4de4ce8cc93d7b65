/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_seal.c: whether the last figures of a namespace are final, with
 * somebody else who sends in the last moment.
 */
#include <event2/event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "lib/clock.h"
#include "source/netns/kernel/netns_figures.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/life/netns_seal.h"
#include "source/netns/netns_ref.h"
#include "netns_world.h"
#include "test.h"

/* Of attacks; and of tries to be there in time. */
#define ROUNDS 200
#define TRIES  1000

static struct event_base *base;
static struct netns_seals *seals;

enum answer { NONE, SEALED, NOT_SEALED };

static void
answered(void *arg, bool sealed)
{
	enum answer *answer = arg;

	assert_int_equal(*answer, NONE);
	*answer = sealed ? SEALED : NOT_SEALED;
}

static void
run_until_answered(const enum answer *answer)
{
	while (*answer == NONE)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
}

static int
make_socket(int type)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	return fd;
}

/* The calling thread is in it. */
static void
set_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = make_socket(SOCK_DGRAM);

	request.ifr_flags = IFF_UP;
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	(void)close(fd);
}

/* A packet and its answer; nothing of it lasts longer than this call. */
static void
send_some(void)
{
	const struct sockaddr_in nobody = {
	    .sin_family = AF_INET,
	    .sin_port = htons(9),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = make_socket(SOCK_STREAM);

	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&nobody, sizeof(nobody)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	(void)close(fd);
}

static void
do_inside(int fd, void (*what)(void))
{
	assert_int_equal(netns_enter(fd), 0);
	what();
	assert_int_equal(netns_enter_home(), 0);
}

static void
read_figures(int fd, struct netns_figures *figures)
{
	int view;

	assert_int_equal(netns_enter(fd), 0);
	view = netns_figures_open();
	assert_int_equal(netns_enter_home(), 0);
	assert_true(view >= 0);
	assert_int_equal(netns_figures_read(view, figures), 0);
	(void)close(view);
}

/* One that is held, and whose links were told; *other: another descriptor. */
static struct netns_ref *
make(int *other, struct netns_figures *figures)
{
	int fd = netns_world_make();
	struct netns_identity identity;
	struct netns_handle handle;
	struct netns_ref *ref;

	do_inside(fd, set_loopback_up);
	do_inside(fd, send_some);
	read_figures(fd, figures);
	assert_int_equal(netns_identify(fd, &identity), 0);
	assert_int_equal(netns_handle_save(fd, &handle), 0);
	if (other != NULL)
		*other = dup(fd);
	ref = netns_ref_create(&identity, &handle, -1, fd);
	netns_ref_list_links(ref);
	return ref;
}

static void
seal(struct netns_ref *ref, const struct netns_figures *figures,
    enum answer *answer)
{
	*answer = NONE;
	assert_true(netns_ref_seal(ref, figures, answered, answer));
	(void)netns_seal_close(ref);
	netns_seals_watch(seals, ref, clock_monotonic() + NS_PER_SEC);
}

static void
test_figures_are_those_of_all_links_and_keep_nothing_alive(void **state)
{
	struct netns_figures figures, now;
	struct netns_ref *ref = make(NULL, &figures);
	int fd = netns_ref_open(ref), view, gone;

	assert_int_equal(figures.links, 1);
	/* A connection that is refused. */
	assert_int_equal(figures.tx_packets, 2);
	assert_int_equal(figures.rx_packets, 2);
	assert_true(figures.tx_bytes > 0 && figures.rx_bytes > 0);
	do_inside(fd, send_some);
	assert_int_equal(netns_enter(fd), 0);
	view = netns_figures_open();
	assert_int_equal(netns_enter_home(), 0);
	assert_int_equal(netns_figures_read(view, &now), 0);
	assert_int_equal(now.tx_packets, 4);
	(void)close(fd);
	(void)netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0);
	while ((gone = netns_handle_open(&ref->handle)) >= 0)
		(void)close(gone);
	assert_int_equal(gone, -ESTALE);
	while (netns_figures_read(view, &now) == 0 && now.links > 0)
		assert_int_equal(now.tx_packets, 4);
	(void)close(view);
	netns_ref_drop(ref);
}

/* The moment may be missed, on a machine that does other things: not always. */
static void
test_figures_that_nothing_follows_are_final(void **state)
{
	struct netns_figures figures;
	enum answer answer = NOT_SEALED;
	struct netns_ref *ref;
	unsigned tries;

	for (tries = 0; tries < TRIES && answer != SEALED; tries++) {
		ref = make(NULL, &figures);
		seal(ref, &figures, &answer);
		run_until_answered(&answer);
		netns_ref_drop(ref);
	}
	assert_int_equal(answer, SEALED);
	assert_int_equal(netns_seals_views(), 0);
}

static void
test_figures_that_are_not_the_last_are_not_final(void **state)
{
	struct netns_figures figures;
	enum answer answer;
	struct netns_ref *ref = make(NULL, &figures);

	figures.tx_bytes--;
	seal(ref, &figures, &answer);
	run_until_answered(&answer);
	assert_int_equal(answer, NOT_SEALED);
	netns_ref_drop(ref);
}

/* Whoever has it sends, leaves and lets go of it. */
static void *
send_and_leave(void *arg)
{
	const int *fd = arg;

	do_inside(*fd, send_some);
	(void)close(*fd);
	return NULL;
}

static void
test_whoever_sends_and_leaves_in_the_last_moment_is_noticed(void **state)
{
	struct netns_figures figures;
	struct netns_ref *ref;
	enum answer answer;
	pthread_t sender;
	unsigned round;
	int fd;

	for (round = 0; round < ROUNDS; round++) {
		ref = make(&fd, &figures);
		seal(ref, &figures, &answer);
		assert_int_equal(
		    pthread_create(&sender, NULL, send_and_leave, &fd), 0);
		run_until_answered(&answer);
		assert_int_equal(pthread_join(sender, NULL), 0);
		netns_ref_drop(ref);
		assert_int_equal(answer, NOT_SEALED);
	}
	assert_int_equal(netns_seals_views(), 0);
}

static void
test_one_that_begins_again_is_answered_before(void **state)
{
	struct netns_figures figures, others;
	enum answer answer, other;
	struct netns_ref *ref, *stays;
	int fd, other_fd;

	ref = make(&fd, &figures);
	stays = make(&other_fd, &others);
	seal(ref, &figures, &answer);
	seal(stays, &others, &other);
	netns_seals_fail(seals, &ref->identity);
	assert_int_equal(answer, NOT_SEALED);
	assert_int_equal(other, NONE);
	(void)close(fd);
	(void)close(other_fd);
	run_until_answered(&other);
	netns_ref_drop(ref);
	netns_ref_drop(stays);
}

static int
setup(void **state)
{
	if (netns_world_setup(state) != 0)
		return -1;
	base = event_base_new();
	seals = netns_seals_create(base);
	return 0;
}

static int
teardown(void **state)
{
	netns_seals_free(seals);
	event_base_free(base);
	return netns_world_teardown(state);
}

#define SEAL_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test_##test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SEAL_TEST(figures_are_those_of_all_links_and_keep_nothing_alive),
	    SEAL_TEST(figures_that_nothing_follows_are_final),
	    SEAL_TEST(figures_that_are_not_the_last_are_not_final),
	    SEAL_TEST(whoever_sends_and_leaves_in_the_last_moment_is_noticed),
	    SEAL_TEST(one_that_begins_again_is_answered_before),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
