/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_base_log.c: a log that nobody reads. Each kind of standard error is
 * tried in a process of its own, with threads that write more than there is
 * room for.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/log.h"
#include "core_fixture.h"

#define THREADS 8
#define ROUNDS	200

static char long_text[900];

/* --- who writes ----------------------------------------------------------- */

static pthread_barrier_t barrier;
static _Atomic unsigned through;

static void *
write_one_line(void *arg)
{
	(void)pthread_barrier_wait(&barrier);
	log_error("test", "%s", long_text);
	(void)atomic_fetch_add(&through, 1);
	return arg;
}

static bool
all_are_through(void *arg)
{
	return atomic_load(&through) == THREADS;
}

/* All at once; aborts when one of them waits for a reader. */
static void
write_from_all_threads(void)
{
	pthread_t threads[THREADS];
	unsigned i;

	atomic_store(&through, 0);
	for (i = 0; i < THREADS; i++)
		ASSERT(pthread_create(
			   &threads[i], NULL, write_one_line, NULL) == 0);
	wait_until(all_are_through, NULL);
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
}

/* --- where to ------------------------------------------------------------- */

/* reader becomes the reading end of a standard error of little room. */
static void
to_a_pipe(int *reader)
{
	int ends[2];

	ASSERT(pipe(ends) == 0 && fcntl(ends[1], F_SETPIPE_SZ, 4096) > 0);
	ASSERT(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	*reader = ends[0];
}

static void
to_a_socket(int *reader)
{
	int ends[2], room = 4096;

	ASSERT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	ASSERT(setsockopt(
		   ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) == 0);
	ASSERT(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	*reader = ends[0];
}

static void
to_a_terminal(int *reader)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), other;

	ASSERT(terminal >= 0 && grantpt(terminal) == 0);
	ASSERT(unlockpt(terminal) == 0);
	other = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	ASSERT(dup2(other, STDERR_FILENO) == STDERR_FILENO);
	*reader = terminal;
}

static void
read_all(int reader)
{
	struct pollfd wait = {.fd = reader, .events = POLLIN};
	char text[4096];

	while (poll(&wait, 1, 0) == 1 && read(reader, text, sizeof(text)) > 0)
		;
}

/* --- in a process of its own ---------------------------------------------- */

struct place {
	void (*go)(int *reader);
	bool opens; /* the daemon has looked what it is */
};

/* More than fits, again and again; nothing is read while threads write. */
static void
write_much(const struct place *place)
{
	int reader, flags;
	unsigned i;

	place->go(&reader);
	flags = fcntl(STDERR_FILENO, F_GETFL);
	if (place->opens)
		log_open(LOG_INFO);
	ASSERT(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	for (i = 0; i < ROUNDS; i++) {
		write_from_all_threads();
		if (i % 4 == 0)
			read_all(reader);
	}
	ASSERT(log_lost() > 0);
	ASSERT(fcntl(STDERR_FILENO, F_GETFL) == flags);
}

/* How a process ends that does that: 0, or what waitpid() says. */
static int
end_of(void (*body)(const struct place *place), const struct place *place)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		body(place);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
no_thread_waits_for_who_reads_a_pipe(void **state)
{
	assert_int_equal(
	    end_of(write_much, &(struct place){to_a_pipe, true}), 0);
}

static void
no_thread_waits_for_who_reads_a_socket(void **state)
{
	assert_int_equal(
	    end_of(write_much, &(struct place){to_a_socket, true}), 0);
}

static void
no_thread_waits_for_who_reads_a_terminal(void **state)
{
	assert_int_equal(
	    end_of(write_much, &(struct place){to_a_terminal, true}), 0);
}

/* As with one that cannot be opened again. */
static void
no_thread_waits_for_another_that_writes(void **state)
{
	assert_int_equal(
	    end_of(write_much, &(struct place){to_a_pipe, false}), 0);
}

/* --- what is said --------------------------------------------------------- */

static char read_text[1 << 20];

/* Adds what there is to read to what was read. */
static void
read_on(int reader)
{
	struct pollfd wait = {.fd = reader, .events = POLLIN};
	size_t used = strlen(read_text);

	while (poll(&wait, 1, 0) == 1)
		used += (size_t)read(
		    reader, read_text + used, sizeof(read_text) - 1 - used);
}

/* The sum of what the lines say that are about others. */
static uint64_t
said_to_be_missing(void)
{
	static const char words[] =
	    " warning log: lines missing here, because nobody read them: ";
	const char *at = read_text;
	uint64_t sum = 0;

	while ((at = strstr(at, words)) != NULL)
		sum += strtoull(at += sizeof(words) - 1, NULL, 10);
	return sum;
}

static void
find_out_what_is_missing(const struct place *place)
{
	int reader;

	place->go(&reader);
	log_open(LOG_INFO);
	while (log_lost() < 30)
		log_error("test", "%s", long_text);
	ASSERT(said_to_be_missing() == 0);
	read_on(reader);
	log_error("test", "again");
	read_on(reader);
	ASSERT(log_lost() == 30 && said_to_be_missing() == 30);
	ASSERT(strstr(read_text, "error test: again\n") != NULL);
	log_error("test", "and again");
	read_on(reader);
	ASSERT(said_to_be_missing() == 30);
}

static void
lines_that_are_missing_are_counted_and_said_later(void **state)
{
	assert_int_equal(
	    end_of(find_out_what_is_missing, &(struct place){to_a_pipe, true}),
	    0);
	assert_int_equal(end_of(find_out_what_is_missing,
			     &(struct place){to_a_socket, true}),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_thread_waits_for_who_reads_a_pipe),
	    cmocka_unit_test(no_thread_waits_for_who_reads_a_socket),
	    cmocka_unit_test(no_thread_waits_for_who_reads_a_terminal),
	    cmocka_unit_test(no_thread_waits_for_another_that_writes),
	    cmocka_unit_test(lines_that_are_missing_are_counted_and_said_later),
	};

	memset(long_text, 'a', sizeof(long_text) - 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
