/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_run.h: private to core/: how hooks are run by any thread, without a
 * lock, while they come and go.
 *
 * What runs is a list that never changes. The strand publishes a new one with
 * every change; who runs the old one goes on with it, and it is freed when
 * nobody does any more.
 */
#ifndef NETINST_CORE_HOOK_RUN_H
#define NETINST_CORE_HOOK_RUN_H

#include "core/hook/hook.h"

/* The hooks of an event, in the order in which they run. */
struct hook_list {
	struct hook_list *next; /* of those that are not published any more */
	uint64_t event;		/* its number */
	uint64_t epoch;		/* the whole event's; 0: none */
	size_t count;
	struct hook_int *hooks[]; /* references */
};

/* With room for that many; the caller fills it. */
struct hook_list *hook_list_new(size_t count);

/*
 * Makes the list (stolen; NULL: none) what runs from now on. Strand.
 */
void hook_run_publish(struct hook_event_int *event, struct hook_list *list);

/* A number to tell by who left together. Any thread. */
uint64_t hook_run_epoch(void);

/* All runs of an event count as those of this epoch. Strand. */
void hook_run_end_event(struct hook_event_int *event, uint64_t epoch);

/* Whose runs are waited for: 0 and NULL mean nobody's. */
struct hook_drain {
	uint64_t epoch;
	const struct registrant *registrant;
	const struct owner *owner;
	const char *name; /* only those of the owner that have it; NULL: all */
};

/*
 * Returns when no hook of these that has left is being run, nor a function of a
 * protocol that was withdrawn (protocol_ref.h). Inside one of either,
 * or ks_update, it returns at once: it might wait for itself, or for who waits
 * for ks_lock. No lock may be held.
 */
void hook_run_wait(const struct hook_drain *drain);

/*
 * Calls then when hook_run_wait() would return: at once, or on a thread of its
 * own. Any thread, also inside a hook.
 */
void hook_run_after(
    const struct hook_drain *drain, void (*then)(void *arg), void *arg);

/* A list that runs on the calling thread. */
struct hook_reading {
	struct hook_list *list;
	_Atomic(struct hook_list *) *slot; /* where others see it */
	unsigned counter;		   /* where this thread counts */
};

/*
 * What is published, which stays until hook_reading_end(); false when there is
 * none. Ends in reverse order on the same thread.
 */
bool hook_reading_begin(
    struct hook_reading *reading, struct hook_event_int *event);
void hook_reading_end(struct hook_reading *reading);

/* One more call of a hook on the list. */
static inline void
hook_count(const struct hook_reading *reading, struct hook_int *hook)
{
	_Atomic uint64_t *hits = &hook->hits[reading->counter];
	uint64_t before = atomic_load_explicit(hits, memory_order_relaxed);

	/* A locked addition would cost as much as all the rest of a hook. */
	if (reading->counter < HOOK_COUNTERS)
		atomic_store_explicit(hits, before + 1, memory_order_relaxed);
	else
		(void)atomic_fetch_add_explicit(hits, 1, memory_order_relaxed);
}

void hook_run_init(void);
/* Nobody runs hooks any more. */
void hook_run_destroy(void);

#endif
