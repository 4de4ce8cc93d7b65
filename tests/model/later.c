/* SPDX-License-Identifier: Apache-2.0 */
/*
 * later.c, of the ordering test: owns the timeouts that were made in this
 * epoch: each has a place for good, so that one which is called too late can
 * still say which it is.
 */
#include "later.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <netinst/timeout.h>

#include "actions.h"
#include "faces.h"
#include "oracle.h"
#include "recorder.h"

#define PLACES	     2000
#define LINGERS_IN   4 /* one call of so many takes long enough to be met */
#define RECENT	     8
#define MILLISECONDS 2 /* 0 to so many, less 1 */

/* The place of a timeout is its number, from 1. */
static struct {
	struct {
		_Atomic net_timeout_t timeout; /* 0: not there yet */
		_Atomic netid_t instance;
	} places[PLACES + 1];
	_Atomic uint32_t used;
	_Atomic bool closed;
} later;

void
later_reset(void)
{
	uint32_t i;

	for (i = 0; i <= PLACES; i++)
		atomic_store(&later.places[i].timeout, 0);
	atomic_store(&later.used, 0);
	atomic_store(&later.closed, false);
}

static void
later_call(netid_t id, void *arg)
{
	const struct timespec moment = {.tv_nsec = 50000};
	struct record record = {
	    .kind = RECORD_ENTER,
	    .what = WHAT_TIMEOUT,
	    .number = recorder_number(),
	    .instance = id,
	    .context = (uintptr_t)arg,
	};

	oracle_in_callback();
	face_count_call();
	recorder_write(&record);
	action_inside(id);
	if (action_random() % LINGERS_IN == 0)
		(void)nanosleep(&moment, NULL);
	record.kind = RECORD_LEAVE;
	recorder_write(&record);
}

void
later_make(netid_t id, uint64_t random)
{
	uint32_t place = atomic_load(&later.used) < PLACES
			     ? atomic_fetch_add(&later.used, 1) + 1
			     : PLACES + 1;
	uint64_t milliseconds = random / 2 % MILLISECONDS;
	struct record record = {
	    .kind = RECORD_CALL,
	    .what = WHAT_TIMEOUT_MAKE,
	    .number = recorder_number(),
	    .instance = id,
	    .context = place,
	    .extra = random % 2 == 0 ? TIMEOUT_AGAIN : 0,
	};
	void *arg = (void *)(uintptr_t)place;
	net_timeout_t timeout;

	if (place > PLACES || atomic_load(&later.closed))
		return;
	recorder_write(&record);
	timeout = record.extra == TIMEOUT_AGAIN
		      ? net_timeout_every(id, milliseconds, later_call, arg)
		      : net_timeout(id, milliseconds, later_call, arg);
	record.kind = RECORD_RETURN;
	record.result = timeout != 0 ? 0 : -EBUSY;
	recorder_write(&record);
	atomic_store(&later.places[place].instance, id);
	atomic_store(&later.places[place].timeout, timeout);
}

static void
later_cancel_place(uint32_t place)
{
	net_timeout_t timeout = atomic_load(&later.places[place].timeout);
	struct record record = {
	    .kind = RECORD_CALL,
	    .what = WHAT_TIMEOUT_CANCEL,
	    .number = recorder_number(),
	    .instance = atomic_load(&later.places[place].instance),
	    .context = place,
	};

	if (timeout == 0)
		return;
	recorder_write(&record);
	record.kind = RECORD_RETURN;
	record.result = -net_untimeout(timeout);
	recorder_write(&record);
}

void
later_cancel(uint64_t random)
{
	uint32_t used = atomic_load(&later.used), age;

	if (used > PLACES)
		used = PLACES;
	/* New ones are the likelier to be due, or to run. */
	age = (uint32_t)(random / 2 % (random % 2 == 0 ? RECENT : PLACES));
	if (age < used)
		later_cancel_place(used - age);
}

void
later_cancel_newest(void)
{
	uint32_t used = atomic_load(&later.used);

	if (used > 0 && used <= PLACES)
		later_cancel_place(used);
}

/* One that runs may be making another now: that is there when it is over. */
void
later_end(void)
{
	uint32_t place;

	atomic_store(&later.closed, true);
	for (place = 1; place <= atomic_load(&later.used); place++)
		if (place <= PLACES)
			later_cancel_place(place);
}
