/* SPDX-License-Identifier: Apache-2.0 */
/* recorder.c: owns the log: one array that is filled from the front. */
#include "recorder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
	struct record *log;
	size_t room;
	_Atomic size_t used;
	_Atomic uint32_t number;
	_Atomic uint32_t threads; /* that wrote to this log */
	_Atomic uint32_t logs;
} recorder;

/* Counted from 1 in each log. */
static uint16_t
thread_number(void)
{
	static _Thread_local uint32_t number, log;
	uint32_t current =
	    atomic_load_explicit(&recorder.logs, memory_order_relaxed);

	if (log != current)
		number = atomic_fetch_add(&recorder.threads, 1) + 1;
	log = current;
	return (uint16_t)number;
}

void
recorder_open(size_t room)
{
	recorder.log = calloc(room, sizeof(*recorder.log));
	if (recorder.log == NULL)
		abort();
	recorder.room = room;
	recorder_clear();
}

void
recorder_close(void)
{
	free(recorder.log);
	recorder.log = NULL;
}

void
recorder_clear(void)
{
	atomic_store(&recorder.used, 0);
	atomic_store(&recorder.number, 0);
	atomic_store(&recorder.threads, 0);
	(void)atomic_fetch_add(&recorder.logs, 1);
}

bool
recorder_has_room(void)
{
	return atomic_load_explicit(&recorder.used, memory_order_relaxed) <
	       recorder.room - recorder.room / 10;
}

void
recorder_write(const struct record *record)
{
	size_t place = atomic_fetch_add(&recorder.used, 1);

	if (place >= recorder.room) {
		(void)fprintf(stderr, "the log is full\n");
		abort();
	}
	recorder.log[place] = *record;
	recorder.log[place].sequence = place + 1;
	recorder.log[place].thread = thread_number();
}

const struct record *
recorder_log(size_t *count)
{
	*count = atomic_load(&recorder.used);
	return recorder.log;
}

uint32_t
recorder_number(void)
{
	return atomic_fetch_add(&recorder.number, 1) + 1;
}
