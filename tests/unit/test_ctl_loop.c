/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ctl_loop.c: what the event loop drives, without the loop: turns in the
 * order of asking, alarms in the order of time, results of other threads each
 * once and in order.
 */
#include <poll.h>
#include <pthread.h>

#include "ctl/serve/alarm.h"
#include "ctl/serve/turn.h"
#include "exec/mailbox.h"
#include "lib/clock.h"
#include "test.h"

/* --- turns ---------------------------------------------------------------- */

struct player {
	struct turn turn;
	struct turns *turns;
	char name;
	unsigned again; /* how often it asks for one more */
	int64_t takes;	/* nanoseconds */
};

static char played[64];
static unsigned armed;

static void
play(struct turn *turn)
{
	struct player *player = CONTAINER_OF(turn, struct player, turn);
	int64_t end = clock_monotonic() + player->takes;

	played[strlen(played)] = player->name;
	while (clock_monotonic() < end)
		;
	if (player->again > 0) {
		player->again--;
		turn_queue(player->turns, turn);
	}
}

static void
arm(void *arg)
{
	armed++;
}

static void
ask(struct turns *turns, struct player *player, char name)
{
	player->turns = turns;
	player->name = name;
	turn_init(&player->turn, play);
	turn_queue(turns, &player->turn);
}

static int
setup(void **state)
{
	(void)memset(played, 0, sizeof(played));
	armed = 0;
	return 0;
}

static void
test_turns_come_in_the_order_of_asking(void **state)
{
	struct player a = {.again = 2}, b = {0}, c = {.again = 1};
	struct turns turns;

	turns_init(&turns, arm, NULL);
	ask(&turns, &a, 'a');
	ask(&turns, &b, 'b');
	ask(&turns, &c, 'c');
	turn_queue(&turns, &a.turn);
	assert_int_equal(armed, 1);
	turns_run(&turns);
	assert_string_equal(played, "abc");
	assert_true(armed > 1);
	turns_run(&turns);
	turns_run(&turns);
	assert_string_equal(played, "abcaca");
	armed = 0;
	turns_run(&turns);
	assert_int_equal(armed, 0);
}

static void
test_who_takes_long_ends_the_visit_but_not_the_queue(void **state)
{
	struct player a = {.takes = 2 * TURNS_LENGTH}, b = {0};
	struct turns turns;

	turns_init(&turns, arm, NULL);
	ask(&turns, &a, 'a');
	ask(&turns, &b, 'b');
	armed = 0;
	turns_run(&turns);
	assert_string_equal(played, "a");
	assert_int_equal(armed, 1);
	turns_run(&turns);
	assert_string_equal(played, "ab");
}

static void
test_a_cancelled_turn_does_not_come(void **state)
{
	struct player a = {0}, b = {0};
	struct turns turns;

	turns_init(&turns, arm, NULL);
	ask(&turns, &a, 'a');
	ask(&turns, &b, 'b');
	turn_cancel(&turns, &a.turn);
	turn_cancel(&turns, &a.turn);
	turns_run(&turns);
	assert_string_equal(played, "b");
}

/* --- alarms --------------------------------------------------------------- */

struct bell {
	struct alarm alarm;
	char name;
};

static int64_t armed_at;

static void
arm_at(void *arg, int64_t at)
{
	armed_at = at;
}

static void
ring(struct alarm *alarm)
{
	played[strlen(played)] = CONTAINER_OF(alarm, struct bell, alarm)->name;
}

static void
test_alarms_ring_when_due_in_the_order_of_time(void **state)
{
	struct bell bells[] = {
	    {.name = 'a'}, {.name = 'b'}, {.name = 'c'}, {.name = 'd'}};
	struct alarms alarms;
	size_t i;

	alarms_init(&alarms, arm_at, NULL);
	for (i = 0; i < ARRAY_LENGTH(bells); i++)
		alarm_init(&bells[i].alarm, ring);
	alarm_set(&alarms, &bells[2].alarm, -1 * NS_PER_SEC);
	alarm_set(&alarms, &bells[0].alarm, -3 * NS_PER_SEC);
	alarm_set(&alarms, &bells[1].alarm, -9 * NS_PER_SEC);
	alarm_set(&alarms, &bells[3].alarm, 3600 * NS_PER_SEC);
	alarm_set(&alarms, &bells[1].alarm, -2 * NS_PER_SEC);
	alarms_run(&alarms);
	assert_string_equal(played, "abc");
	assert_true(armed_at > clock_monotonic() + 3000 * NS_PER_SEC);
	assert_true(bells[3].alarm.set);
	alarm_cancel(&alarms, &bells[3].alarm);
	alarm_cancel(&alarms, &bells[3].alarm);
	alarms_run(&alarms);
	assert_string_equal(played, "abc");
}

/* --- results of other threads --------------------------------------------- */

#define POSTERS	   4
#define EACH_POSTS 10000

struct result {
	struct mail mail;
	unsigned poster, number;
};

struct poster {
	struct mailbox *mailbox;
	struct result results[EACH_POSTS];
	unsigned seen;
	pthread_t thread;
};

static struct poster posters[POSTERS];

static void
see(struct mail *mail)
{
	struct result *result = CONTAINER_OF(mail, struct result, mail);

	assert_int_equal(posters[result->poster].seen, result->number);
	posters[result->poster].seen++;
}

static void *
post(void *arg)
{
	struct poster *poster = arg;
	unsigned i;

	for (i = 0; i < EACH_POSTS; i++) {
		struct result *result = &poster->results[i];

		result->mail.run = see;
		result->poster = (unsigned)(poster - posters);
		result->number = i;
		mailbox_post(poster->mailbox, &result->mail);
	}
	return NULL;
}

static void
test_every_result_of_a_thread_comes_once_and_in_order(void **state)
{
	unsigned seen = 0, i;
	struct pollfd woken;
	struct mailbox *mailbox = mailbox_create();

	assert_non_null(mailbox);
	woken = (struct pollfd){.fd = mailbox_fd(mailbox), .events = POLLIN};
	for (i = 0; i < POSTERS; i++) {
		posters[i].mailbox = mailbox;
		assert_int_equal(
		    pthread_create(&posters[i].thread, NULL, post, &posters[i]),
		    0);
	}
	while (seen < POSTERS * EACH_POSTS) {
		assert_int_equal(poll(&woken, 1, 60000), 1);
		mailbox_run(mailbox);
		for (i = 0, seen = 0; i < POSTERS; i++)
			seen += posters[i].seen;
	}
	for (i = 0; i < POSTERS; i++)
		(void)pthread_join(posters[i].thread, NULL);
	assert_int_equal(poll(&woken, 1, 0), 0);
	mailbox_drop(mailbox);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		test_turns_come_in_the_order_of_asking, setup),
	    cmocka_unit_test_setup(
		test_who_takes_long_ends_the_visit_but_not_the_queue, setup),
	    cmocka_unit_test_setup(test_a_cancelled_turn_does_not_come, setup),
	    cmocka_unit_test_setup(
		test_alarms_ring_when_due_in_the_order_of_time, setup),
	    cmocka_unit_test_setup(
		test_every_result_of_a_thread_comes_once_and_in_order, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
