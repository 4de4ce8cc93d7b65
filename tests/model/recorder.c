/* SPDX-License-Identifier: Apache-2.0 */
/* recorder.c: owns the log: one array that is filled from the front. */
#include "recorder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static struct recorder {
	size_t room;
	_Atomic size_t used;
	_Atomic uint32_t number;
	_Atomic uint32_t threads; /* that wrote to this log */
	_Atomic uint32_t logs;
	struct record log[];
} * recorder;

/* Counted from 1 in each log. */
static uint16_t
thread_number(void)
{
	static _Thread_local uint32_t number, log;
	uint32_t current =
	    atomic_load_explicit(&recorder->logs, memory_order_relaxed);

	if (log != current)
		number = atomic_fetch_add(&recorder->threads, 1) + 1;
	log = current;
	return (uint16_t)number;
}

static size_t
recorder_size(size_t room)
{
	return sizeof(*recorder) + room * sizeof(recorder->log[0]);
}

void
recorder_open(size_t room)
{
	void *memory = mmap(NULL, recorder_size(room), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	recorder = memory;
	recorder->room = room;
	recorder_clear();
}

void
recorder_close(void)
{
	(void)munmap(recorder, recorder_size(recorder->room));
	recorder = NULL;
}

void
recorder_clear(void)
{
	memset(recorder->log, 0,
	    atomic_load(&recorder->used) * sizeof(recorder->log[0]));
	atomic_store(&recorder->used, 0);
	atomic_store(&recorder->number, 0);
	atomic_store(&recorder->threads, 0);
	(void)atomic_fetch_add(&recorder->logs, 1);
}

uint32_t
recorder_logs(void)
{
	return atomic_load(&recorder->logs);
}

bool
recorder_has_room(void)
{
	return atomic_load_explicit(&recorder->used, memory_order_relaxed) <
	       recorder->room - recorder->room / 10;
}

void
recorder_write(const struct record *record)
{
	size_t place = atomic_fetch_add(&recorder->used, 1);
	struct record *written;

	if (place >= recorder->room) {
		(void)fprintf(stderr, "the log is full\n");
		abort();
	}
	written = &recorder->log[place];
	*written = *record;
	written->sequence = 0;
	written->thread = thread_number();
	/* Last: it says that the record is whole. */
	__atomic_store_n(&written->sequence, place + 1, __ATOMIC_RELEASE);
}

const struct record *
recorder_log(size_t *count)
{
	*count = atomic_load(&recorder->used);
	return recorder->log;
}

uint32_t
recorder_number(void)
{
	return atomic_fetch_add(&recorder->number, 1) + 1;
}
