/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_copy.c: a copy that fork() makes does not run for half a second, as on a
 * machine that is busy: before it has closed anything.
 */
#include <pthread.h>
#include <time.h>

static void
wait_some(void)
{
	const struct timespec pause = {.tv_nsec = 500000000};

	(void)nanosleep(&pause, NULL);
}

__attribute__((constructor)) static void
begin(void)
{
	(void)pthread_atfork(NULL, NULL, wait_some);
}
