/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_job.c: jobs are run one after the other by a thread of their
 * own, and no more than so many wait.
 */
#include "source/netns/inspect/netns_job.h"

#include "test.h"

struct note {
	struct netns_job job; /* first */
	unsigned number;
};

static unsigned last_run, out_of_order;
static int job_gate[2], job_begun[2];

static void
note_run(struct netns_job *job)
{
	struct note *note = CONTAINER_OF(job, struct note, job);
	char byte;

	if (note->number == 1) {
		assert_int_equal(write(job_begun[1], "x", 1), 1);
		assert_int_equal(read(job_gate[0], &byte, 1), 1);
	}
	if (note->number != last_run + 1)
		out_of_order++;
	last_run = note->number;
}

static void
test_jobs_run_in_order_and_no_more_than_so_many_wait(void **state)
{
	static struct note notes[NETNS_JOBS_MAX + 1];
	unsigned i, turn;

	assert_int_equal(pipe2(job_gate, O_CLOEXEC), 0);
	assert_int_equal(pipe2(job_begun, O_CLOEXEC), 0);
	/* Twice: the thread can be made again. */
	for (turn = 0; turn < 2; turn++) {
		last_run = out_of_order = 0;
		for (i = 0; i < NETNS_JOBS_MAX; i++) {
			notes[i].job.run = note_run;
			notes[i].job.asker.may_write = true;
			notes[i].number = i + 1;
			assert_int_equal(netns_job_post(&notes[i].job), 0);
		}
		assert_int_equal(
		    netns_job_post(&notes[NETNS_JOBS_MAX].job), -EBUSY);
		assert_false(netns_jobs_are_ending());
		assert_int_equal(write(job_gate[1], "x", 1), 1);
		netns_jobs_stop();
		assert_int_equal(last_run, NETNS_JOBS_MAX);
		assert_int_equal(out_of_order, 0);
	}
	(void)close(job_gate[0]);
	(void)close(job_gate[1]);
	(void)close(job_begun[0]);
	(void)close(job_begun[1]);
}

/* Posts as many as are taken, up to so many; returns the last answer. */
static int
post_many(struct note *notes, unsigned *count, unsigned most,
    struct netns_asker asker)
{
	unsigned posted = 0;
	int error = 0;

	for (; posted < most && error == 0; posted++) {
		notes[*count].job.asker = asker;
		notes[*count].job.run = note_run;
		error = netns_job_post(&notes[*count].job);
		*count += error == 0;
	}
	return error;
}

static void
test_nobody_takes_the_places_of_others_nor_waits_behind_them(void **state)
{
	static struct note notes[NETNS_JOBS_MAX + 1];
	const unsigned readers = NETNS_JOBS_MAX - NETNS_JOBS_RESERVED;
	unsigned count = 0, i;
	uid_t user = 70001;
	char byte;

	last_run = out_of_order = 0;
	assert_int_equal(pipe2(job_gate, O_CLOEXEC), 0);
	/* The first one runs, and stays. */
	assert_int_equal(pipe2(job_begun, O_CLOEXEC), 0);
	notes[0].number = 1;
	(void)post_many(notes, &count, 1, (struct netns_asker){user, false});
	assert_int_equal(read(job_begun[0], &byte, 1), 1);
	assert_int_equal(post_many(notes, &count, NETNS_JOBS_MAX,
			     (struct netns_asker){user, false}),
	    -EUSERS);
	assert_int_equal(count, NETNS_JOBS_USER_MAX);
	while (count < readers)
		(void)post_many(notes, &count, NETNS_JOBS_USER_MAX,
		    (struct netns_asker){++user, false});
	assert_int_equal(
	    post_many(notes, &count, 1, (struct netns_asker){++user, false}),
	    -EBUSY);
	assert_int_equal(
	    post_many(notes, &count, 2, (struct netns_asker){0, true}), 0);
	notes[readers].number = 2;
	notes[readers + 1].number = 3;
	for (i = 1; i < readers; i++)
		notes[i].number = 3 + i;
	assert_int_equal(write(job_gate[1], "x", 1), 1);
	netns_jobs_stop();
	assert_int_equal(last_run, readers + 2);
	assert_int_equal(out_of_order, 0);
	(void)close(job_gate[0]);
	(void)close(job_gate[1]);
	(void)close(job_begun[0]);
	(void)close(job_begun[1]);
}

static void
test_the_end_without_a_job_is_none(void **state)
{
	netns_jobs_stop();
	netns_jobs_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_jobs_run_in_order_and_no_more_than_so_many_wait),
	    cmocka_unit_test(
		test_nobody_takes_the_places_of_others_nor_waits_behind_them),
	    cmocka_unit_test(test_the_end_without_a_job_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
