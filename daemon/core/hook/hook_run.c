/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_run.c: owns the lists of hooks that are not published any more, until
 * nobody runs them, and what each thread shows of those it runs.
 *
 * Hazard pointers. A thread that is about to run a list shows it in a slot of
 * its own, then looks whether it is still the published one; who has published
 * another looks at the slots of all threads before he frees the old one. One of
 * them must see the other. What makes it so is that each of them, in between,
 * adds to the event's count of calls (the reader 1, the publisher 0): these
 * additions have one order, and who is second has seen what the first did
 * before it. No further fence is needed, and the count costs nothing extra.
 *
 * A thread has few slots, one for each hook_run() inside a hook. Whoever nests
 * deeper is counted instead, and nothing is freed meanwhile.
 *
 * The first threads have a counter of their own in each hook, where nobody else
 * writes; it passes to another thread when theirs ends.
 */
#include "core/hook/hook_run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/countdown.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/thread_end.h"
#include "core/callback/frame.h"
#include "core/hook/protocol_ref.h"
#include <netinst/plugin.h>
#include "core/object/owner_impl.h"

#define SLOTS 4

/* One per thread that ever ran a hook; used again, never freed. */
struct reader {
	_Atomic(struct hook_list *) slots[SLOTS];
	unsigned counter; /* its thread's; HOOK_COUNTERS: the shared one */
	_Atomic bool taken;
	struct reader *next; /* constant once it is listed */
};

static _Thread_local struct reader *own;

static struct {
	_Atomic(struct reader *) first;
	struct thread_end ends;
	_Atomic unsigned deep;	   /* readers without a slot */
	_Atomic unsigned counters; /* a bit for each that is taken */
} readers;

static struct {
	struct lock lock;
	struct hook_list *first;
	_Atomic uint64_t epochs;
} retired = {.lock = LOCK_INITIALIZER(LOCK_HOOKS)};

/* --- the threads ---------------------------------------------------------- */

_Static_assert(
    HOOK_COUNTERS < sizeof(unsigned) * 8, "room in readers.counters");

static unsigned
counter_take(void)
{
	unsigned taken = atomic_load(&readers.counters), counter;

	do {
		counter = (unsigned)__builtin_ctz(~taken);
		if (counter == HOOK_COUNTERS)
			break;
	} while (!atomic_compare_exchange_weak(
	    &readers.counters, &taken, taken | 1U << counter));
	return counter;
}

static void
reader_leave(void *arg)
{
	struct reader *reader = arg;
	unsigned i;

	/* What ends later on this thread may run hooks, as another reader. */
	own = NULL;
	frame_leave_all();
	/* If it ended inside a hook, it does not run that any more. */
	for (i = 0; i < SLOTS; i++)
		atomic_store_explicit(
		    &reader->slots[i], NULL, memory_order_release);
	for (; hook_depth > SLOTS; hook_depth--)
		(void)atomic_fetch_sub(&readers.deep, 1);
	hook_depth = 0;
	/* Who takes the counter next sees what was counted. */
	if (reader->counter < HOOK_COUNTERS)
		(void)atomic_fetch_and(
		    &readers.counters, ~(1U << reader->counter));
	atomic_store_explicit(&reader->taken, false, memory_order_release);
}

static bool
reader_take(struct reader *reader)
{
	bool taken = false;

	return atomic_compare_exchange_strong(&reader->taken, &taken, true);
}

static struct reader *
reader_list(void)
{
	struct reader *reader = memory_zalloc(sizeof(*reader));

	atomic_init(&reader->taken, true);
	reader->next = atomic_load(&readers.first);
	while (!atomic_compare_exchange_weak(
	    &readers.first, &reader->next, reader))
		;
	return reader;
}

static struct reader *
reader_enrol(void)
{
	struct reader *reader = atomic_load(&readers.first);

	while (reader != NULL && !reader_take(reader))
		reader = reader->next;
	if (reader == NULL)
		reader = reader_list();
	reader->counter = counter_take();
	own = reader;
	thread_end_set(&readers.ends, reader);
	return reader;
}

/* --- reading -------------------------------------------------------------- */

/* The published list once others can see that it is run; n: calls to count. */
static inline struct hook_list *
list_look(struct hook_event_int *event, uint64_t n)
{
	(void)__atomic_fetch_add(
	    &event->statistics[EVENT_CALLS].value.ui64, n, __ATOMIC_ACQ_REL);
	return atomic_load_explicit(&event->hooks, memory_order_acquire);
}

static inline struct hook_list *
list_show(_Atomic(struct hook_list *) *slot, struct hook_event_int *event,
    struct hook_list *list)
{
	struct hook_list *shown;
	uint64_t n = 1;

	do {
		shown = list;
		atomic_store_explicit(slot, shown, memory_order_release);
		list = list_look(event, n);
		n = 0;
	} while (list != shown && list != NULL);
	if (list == NULL)
		atomic_store_explicit(slot, NULL, memory_order_release);
	return list;
}

static __attribute__((noinline)) bool
reading_begin_deep(struct hook_reading *reading, struct hook_event_int *event)
{
	reading->slot = NULL;
	(void)atomic_fetch_add(&readers.deep, 1);
	reading->list = list_look(event, 1);
	if (reading->list == NULL)
		(void)atomic_fetch_sub(&readers.deep, 1);
	else
		hook_depth++;
	return reading->list != NULL;
}

static inline bool
reading_begin(struct hook_reading *reading, struct hook_event_int *event)
{
	struct hook_list *list =
	    atomic_load_explicit(&event->hooks, memory_order_relaxed);
	struct reader *reader = own;

	if (list == NULL)
		return false;
	if (reader == NULL)
		reader = reader_enrol();
	reading->counter = reader->counter;
	if (hook_depth >= SLOTS)
		return reading_begin_deep(reading, event);
	reading->slot = &reader->slots[hook_depth];
	reading->list = list_show(reading->slot, event, list);
	if (reading->list == NULL)
		return false;
	hook_depth++;
	return true;
}

static inline void
reading_end(struct hook_reading *reading)
{
	hook_depth--;
	if (reading->slot == NULL)
		(void)atomic_fetch_sub(&readers.deep, 1);
	else
		atomic_store_explicit(
		    reading->slot, NULL, memory_order_release);
}

/* Functions of their own, so that hook_run() has the others within it. */
bool
hook_reading_begin(struct hook_reading *reading, struct hook_event_int *event)
{
	return reading_begin(reading, event);
}

void
hook_reading_end(struct hook_reading *reading)
{
	reading_end(reading);
}

/* Ends those beyond that many: the thread does not come back to them. */
static void
reading_cut(unsigned depth)
{
	while (own != NULL && hook_depth > depth)
		if (hook_depth-- > SLOTS)
			(void)atomic_fetch_sub(&readers.deep, 1);
		else
			atomic_store_explicit(&own->slots[hook_depth], NULL,
			    memory_order_release);
}

NETINST_EXPORT int
hook_run(hook_family_int_t *family, hook_event_token_t event, hook_data_t data)
{
	struct hook_reading reading;
	struct hook_int *hook;
	struct frame frame;
	int result = 0;
	size_t i;

	(void)family;
	if (event == NULL || !reading_begin(&reading, event))
		return 0;
	frame_enter_hooks(&frame);
	for (i = 0; i < reading.list->count && result == 0; i++) {
		hook = reading.list->hooks[i];
		hook_count(&reading, hook);
		frame_next_hook(
		    &frame, hook->claim.registrant, hook->claim.owner);
		result = hook_call(hook, event, data);
	}
	frame_leave_hooks(&frame);
	reading_end(&reading);
	return result;
}

/* --- freeing -------------------------------------------------------------- */

static bool
list_is_run(const struct hook_list *list)
{
	const struct reader *reader = atomic_load(&readers.first);
	unsigned i;

	for (; reader != NULL; reader = reader->next)
		for (i = 0; i < SLOTS; i++)
			if (atomic_load_explicit(&reader->slots[i],
				memory_order_acquire) == list)
				return true;
	return atomic_load(&readers.deep) > 0;
}

/* Takes those out that nobody runs; the lock is held. */
static struct hook_list *
retired_take(void)
{
	struct hook_list **link = &retired.first, *list, *taken = NULL;

	while ((list = *link) != NULL) {
		if (list_is_run(list)) {
			link = &list->next;
			continue;
		}
		*link = list->next;
		list->next = taken;
		taken = list;
	}
	return taken;
}

/* Not under the lock: the last release of a hook goes on to its owner. */
static void
lists_free(struct hook_list *list)
{
	struct hook_list *next;
	size_t i;

	for (; list != NULL; list = next) {
		next = list->next;
		for (i = 0; i < list->count; i++)
			hook_release(list->hooks[i]);
		free(list);
	}
}

struct hook_list *
hook_list_new(size_t count)
{
	struct hook_list *list =
	    memory_zalloc(sizeof(*list) + count * sizeof(struct hook_int *));

	list->count = count;
	return list;
}

void
hook_run_publish(struct hook_event_int *event, struct hook_list *list)
{
	struct hook_list *old, *unused;

	if (list != NULL)
		list->event = event->number;
	old =
	    atomic_exchange_explicit(&event->hooks, list, memory_order_acq_rel);
	(void)list_look(event, 0);
	lock_enter(&retired.lock);
	if (old != NULL) {
		old->next = retired.first;
		retired.first = old;
	}
	unused = retired_take();
	lock_exit(&retired.lock);
	lists_free(unused);
}

uint64_t
hook_run_epoch(void)
{
	return atomic_fetch_add(&retired.epochs, 1) + 1;
}

void
hook_run_end_event(struct hook_event_int *event, uint64_t epoch)
{
	struct hook_list *list;

	lock_enter(&retired.lock);
	for (list = retired.first; list != NULL; list = list->next)
		if (list->event == event->number)
			list->epoch = epoch;
	lock_exit(&retired.lock);
}

/* --- waiting -------------------------------------------------------------- */

static bool
list_has(const struct hook_list *list, const struct hook_drain *drain)
{
	const struct hook_int *hook;
	size_t i;

	if (drain->epoch != 0 && list->epoch == drain->epoch)
		return true;
	for (i = 0; i < list->count; i++) {
		hook = list->hooks[i];
		if ((drain->epoch != 0 && hook->epoch == drain->epoch) ||
		    (drain->registrant != NULL &&
			hook->claim.registrant == drain->registrant) ||
		    (drain->owner != NULL &&
			hook->claim.owner == drain->owner &&
			(drain->name == NULL ||
			    strcmp(hook->name, drain->name) == 0)))
			return true;
	}
	return false;
}

/* Frees what it can; whether one that is drained is still on a list. */
static bool
are_run(const struct hook_drain *drain)
{
	struct hook_list *unused, *list;
	bool found;

	lock_enter(&retired.lock);
	unused = retired_take();
	list = retired.first;
	while (list != NULL && !list_has(list, drain))
		list = list->next;
	found = list != NULL;
	lock_exit(&retired.lock);
	lists_free(unused);
	return found || providers_are_used(drain);
}

/* A hook is over in no time, or in its own: sleeps longer and longer. */
#define PAUSE_FIRST 20000   /* nanoseconds */
#define PAUSE_MAX   2000000 /* nanoseconds */

static void
wait_until_gone(const struct hook_drain *drain)
{
	struct timespec pause = {.tv_nsec = PAUSE_FIRST};

	while (are_run(drain)) {
		(void)nanosleep(&pause, NULL);
		if (pause.tv_nsec < PAUSE_MAX)
			pause.tv_nsec *= 2;
	}
}

void
hook_run_wait(const struct hook_drain *drain)
{
	lock_assert_none_held();
	/* In a hook it might wait for itself, in ks_update for ks_lock. */
	if (!frame_is_in(CALLBACK_HOOK) && !frame_is_in(CALLBACK_KSTAT))
		wait_until_gone(drain);
}

struct deferred_call {
	struct hook_drain drain;
	void (*then)(void *arg);
	void *arg;
};

static void
deferred_run(void *arg)
{
	struct deferred_call deferred = *(struct deferred_call *)arg;

	free(arg);
	wait_until_gone(&deferred.drain);
	deferred.then(deferred.arg);
}

void
hook_run_after(
    const struct hook_drain *drain, void (*then)(void *arg), void *arg)
{
	struct deferred_call *deferred;

	if (!are_run(drain)) {
		then(arg);
		return;
	}
	deferred = memory_alloc(sizeof(*deferred));
	*deferred = (struct deferred_call){*drain, then, arg};
	while (countdown_start(PAUSE_FIRST, deferred_run, deferred) != 0)
		(void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_MAX}, NULL);
}

void
hook_run_init(void)
{
	thread_end_init(&readers.ends, reader_leave);
	frame_set_hook_cut(reading_cut);
}

void
hook_run_destroy(void)
{
	lock_enter(&retired.lock);
	lists_free(retired_take());
	ASSERT(retired.first == NULL);
	lock_exit(&retired.lock);
}
