/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_base_perturb.c: builds with NETINST_PERTURB do again what a seed has
 * made them do; all others never delay. What is compared are processes of their
 * own: a program lies elsewhere in memory each time.
 */
#include <pthread.h>
#include <sys/wait.h>

#include "base/lock.h"
#include "base/perturb.h"
#include "test.h"

#define QUESTIONS 20000

static uint64_t
decide_much(void)
{
	struct lock lock = LOCK_INITIALIZER(LOCK_CORE);
	unsigned i;

	for (i = 0; i < QUESTIONS; i++) {
		lock_enter(&lock);
		lock_exit(&lock);
	}
	lock_destroy(&lock);
	return perturb_decided();
}

static void *
decide_in_a_thread(void *arg)
{
	*(uint64_t *)arg = decide_much();
	return NULL;
}

/* What is run in a process of its own: prints what two threads decided. */
static int
be_asked(void)
{
	uint64_t first = 0, second = 0;
	pthread_t threads[2];

	if (pthread_create(&threads[0], NULL, decide_in_a_thread, &first) ||
	    pthread_create(&threads[1], NULL, decide_in_a_thread, &second))
		return EXIT_FAILURE;
	(void)pthread_join(threads[0], NULL);
	(void)pthread_join(threads[1], NULL);
	(void)printf("%llx %llx\n", (unsigned long long)first,
	    (unsigned long long)second);
	return EXIT_SUCCESS;
}

/* The answer of a process with that seed. */
static void
ask(const char *seed, char *answer, size_t size)
{
	char command[64];
	FILE *pipe;

	(void)snprintf(
	    command, sizeof(command), "/proc/%d/exe asked", (int)getpid());
	assert_int_equal(setenv("NETINST_SEED", seed, 1), 0);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(answer, (int)size, pipe));
	assert_int_equal(pclose(pipe), 0);
}

static void
a_seed_repeats_what_threads_decide(void **state)
{
	char first[64], again[64], other[64];

	ask("7", first, sizeof(first));
	ask("7", again, sizeof(again));
	ask("8", other, sizeof(other));
	assert_string_equal(first, again);
#ifdef NETINST_PERTURB
	assert_string_not_equal(first, other);
#else
	assert_string_equal(other, "0 0\n");
#endif
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_seed_repeats_what_threads_decide),
	};

	if (argc == 2 && strcmp(argv[1], "asked") == 0)
		return be_asked();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
