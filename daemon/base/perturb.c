/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perturb.c: owns the stream of decisions of each thread, which nobody else
 * touches, and whether somebody is held back just now. Any thread, under any
 * lock, and in signal handlers.
 */
#include "base/perturb.h"

#ifdef NETINST_PERTURB

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "lib/clock.h"

/* Of the places, one in so many is where a thread delays just now. */
#define HOT_IN 16
/* There, one visit in so many; elsewhere, one in so many. */
#define HOT_DELAY_IN 8
#define DELAY_IN     512
/* The same for a thread whose turn it is to be slow. */
#define SLOW_DELAY_IN 16
/* The first visit of such a place is a hold, once in so many. */
#define HOLD_IN 8
/* Nanoseconds, at most. */
#define SPIN_MAX  (20 * 1000)
#define SLEEP_MAX (200 * 1000)
#define HOLD_MAX  (8 * NS_PER_MS)
/* Questions until a thread changes pace and places, at most. */
#define CHANGE_MAX 4096

enum pace { PACE_USUAL, PACE_EAGER, PACE_SLOW };

struct stream {
	uint64_t state;	   /* 0: not begun */
	uint64_t origin;   /* what it began with */
	uint64_t salt;	   /* says which places are hot */
	uint64_t children; /* threads that this one has made */
	uint64_t decided;  /* digest */
	uint64_t visited; /* hot places since the last change, a bit for each */
	unsigned left;	  /* questions until the next change */
	enum pace pace;
};

struct birth {
	void *(*body)(void *);
	void *arg;
	uint64_t state;
};

static _Thread_local struct stream stream;

static uint64_t seed;
static uint64_t strangers; /* threads that something else has made */
static bool somebody_is_held;

static uint64_t
mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
	return value ^ (value >> 31);
}

static uint64_t
stream_next(void)
{
	stream.state += 0x9e3779b97f4a7c15ULL;
	return mix(stream.state);
}

/* A point of change: from here on the thread goes differently. */
static void
stream_change(void)
{
	uint64_t random = stream_next();

	stream.salt = stream_next();
	stream.left = (unsigned)(random % CHANGE_MAX) + 1;
	stream.pace = (random >> 32) % 4 == 0	? PACE_EAGER
		      : (random >> 32) % 8 == 1 ? PACE_SLOW
						: PACE_USUAL;
	stream.visited = 0;
}

static void
stream_begin(uint64_t state)
{
	stream = (struct stream){.state = state | 1, .origin = state};
	stream_change();
}

__attribute__((constructor)) static void
perturb_begin(void)
{
	const char *text = getenv("NETINST_SEED");

	seed = text != NULL ? strtoull(text, NULL, 10)
			    : (uint64_t)clock_monotonic() % 1000000;
	/* Whoever gave it knows it; and some are told by what they print. */
	if (text == NULL)
		(void)fprintf(stderr, "# perturbed: NETINST_SEED=%llu\n",
		    (unsigned long long)seed);
	stream_begin(mix(seed + 1));
}

uint64_t
perturb_seed(void)
{
	return seed;
}

uint64_t
perturb_decided(void)
{
	return stream.decided;
}

static void
spin(int64_t duration)
{
	int64_t until = clock_monotonic() + duration;

	while (clock_monotonic() < until)
		;
}

static void
rest(int64_t duration)
{
	const struct timespec time = {
	    .tv_sec = duration / NS_PER_SEC,
	    .tv_nsec = duration % NS_PER_SEC,
	};

	(void)nanosleep(&time, NULL);
}

static void
hold(uint64_t random)
{
	if (__atomic_exchange_n(&somebody_is_held, true, __ATOMIC_ACQUIRE))
		return;
	rest((int64_t)(random % HOLD_MAX));
	__atomic_store_n(&somebody_is_held, false, __ATOMIC_RELEASE);
}

static void
delay(uint64_t random)
{
	uint64_t how = random % 8, howlong = random >> 8;

	stream.decided = mix(stream.decided ^ random);
	if (how < 3)
		(void)sched_yield();
	else if (how < 5)
		spin((int64_t)(howlong % SPIN_MAX));
	else
		rest((int64_t)(howlong % SLEEP_MAX));
}

/* Places that are seldom visited are to be held at as often as others. */
static bool
is_first_visit(uint64_t place)
{
	uint64_t bit = 1ULL << (place % 64);
	bool first = (stream.visited & bit) == 0;

	stream.visited |= bit;
	return first;
}

static void
decide(const void *site)
{
	/* Where the program lies in memory must not matter. */
	uint64_t place = mix(((uintptr_t)site - (uintptr_t)&perturb_begin) ^
			     stream.salt),
		 random = stream_next();
	unsigned in = stream.pace == PACE_SLOW ? SLOW_DELAY_IN : DELAY_IN;

	if (place % HOT_IN == 0) {
		in = HOT_DELAY_IN;
		if (is_first_visit(place / HOT_IN) && random % HOLD_IN == 0)
			hold(random / HOLD_IN);
	}
	if ((random >> 32) % in == 0)
		delay(stream_next());
}

void
perturb_at(const void *site)
{
	int error = errno;

	if (stream.state == 0)
		stream_begin(mix(seed ^ __atomic_add_fetch(
					    &strangers, 1, __ATOMIC_RELAXED)));
	if (stream.left-- == 0)
		stream_change();
	if (stream.pace != PACE_EAGER)
		decide(site);
	errno = error;
}

void
perturb(void)
{
	perturb_at(__builtin_return_address(0));
}

/* What plugins have threads do at their end may take its time, too. */
static void *
thread_body(void *arg)
{
	struct birth birth = *(struct birth *)arg;
	void *result;

	free(arg);
	stream_begin(birth.state);
	result = birth.body(birth.arg);
	perturb();
	return result;
}

#undef pthread_create

int
perturb_create_thread(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*body)(void *), void *arg)
{
	struct birth *birth = memory_alloc(sizeof(*birth));
	int error;

	if (stream.state == 0)
		perturb();
	birth->state = mix(stream.origin ^ mix(++stream.children));
	birth->body = body;
	birth->arg = arg;
	error = pthread_create(thread, attributes, thread_body, birth);
	if (error != 0)
		free(birth);
	return error;
}

#endif
