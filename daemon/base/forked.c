/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forked.c: owns a bit for each descriptor. The copy has no other thread and
 * perhaps locks that nobody will ever give back, so what runs in it first reads
 * atomics and closes, nothing else.
 */
#include "base/forked.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"

/* A file that is locked is tried for so long, and between two tries. */
#define LOCK_WAIT  (2 * NS_PER_SEC)
#define LOCK_PAUSE (10 * NS_PER_MS)

#define WORD_BITS (sizeof(unsigned long) * CHAR_BIT)

static _Atomic unsigned long words[FORKED_MAX / WORD_BITS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
forked_close_all(void)
{
	unsigned long word;

	for (unsigned i = 0; i < FORKED_MAX / WORD_BITS; i++) {
		word = atomic_exchange(&words[i], 0);
		for (; word != 0; word &= word - 1)
			(void)close(
			    (int)(i * WORD_BITS) + __builtin_ctzl(word));
	}
}

static void
forked_watch(void)
{
	(void)pthread_atfork(NULL, NULL, forked_close_all);
}

int
forked_closes(int fd)
{
	(void)pthread_once(&once, forked_watch);
	if (fd >= 0 && fd < FORKED_MAX)
		(void)atomic_fetch_or(&words[(unsigned)fd / WORD_BITS],
		    1UL << (unsigned)fd % WORD_BITS);
	return fd;
}

void
forked_close(int fd)
{
	if (fd >= 0 && fd < FORKED_MAX)
		(void)atomic_fetch_and(&words[(unsigned)fd / WORD_BITS],
		    ~(1UL << (unsigned)fd % WORD_BITS));
	(void)close(fd);
}

bool
forked_lock(int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE};
	int64_t until = clock_monotonic() + LOCK_WAIT;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK || clock_monotonic() >= until)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}
