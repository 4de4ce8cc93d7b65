/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.h: private to core/: the hooks of an event. Belongs to the instance's
 * strand, except what hook_run.h says.
 */
#ifndef NETINST_CORE_HOOK_H
#define NETINST_CORE_HOOK_H

#include "core/hook/event_impl.h"

/* hook kstats, as documented. */
enum {
	HOOK_VERSION_SHOWN,
	HOOK_FLAGS,
	HOOK_HINT,
	HOOK_HINT_VALUE,
	HOOK_POSITION,
	HOOK_HITS,
	HOOK_STATISTICS
};

/* How many threads count the calls of a hook in a place of their own. */
#define HOOK_COUNTERS 16

struct hook_int {
	/* Constant from its listing on; read by all who run it: */
	void *arg;
	struct claim claim; /* references */
	netid_t home;
	/* The event's, its kstat's, and one for each list of those to run. */
	_Atomic unsigned references;
	/* Once it is taken away, one that does nothing. */
	_Atomic(hook_func_t) function;
	kstat_named_t statistics[HOOK_STATISTICS];
	_Atomic uint64_t hits[HOOK_COUNTERS + 1]; /* the last: of all others */
	_Atomic uint64_t epoch; /* with whom it left; 0: not known */
	/* Only the strand: */
	struct notify_entry entry;    /* at the event's level */
	struct hook_event_int *event; /* while it is there */
	hook_hint_t hint;
	char *target; /* its own, or NULL */
	uint_t flags;
	bool counted;		   /* among its pair's belongings */
	struct kstat_entry *kstat; /* may be NULL */
	char name[];
};

/* What net_hook_register() was given; borrowed. */
struct hook_spec {
	const char *name;
	hook_func_t function;
	void *arg;
	uint_t flags;
	hook_hint_t hint;
	const char *target; /* NULL: none */
	struct claim claim;
};

/*
 * Adds a hook; notify_deliver() tells. 0, EEXIST, ESRCH, EBUSY: as
 * net_hook_register().
 */
int hook_add(struct instance *instance, struct hook_event_int *event,
    const struct hook_spec *spec);

/* One that is there, or NULL. */
struct hook_int *hook_find(
    const struct hook_event_int *event, const char *name);

/*
 * Takes a hook away. Nobody begins to run it any more; hook_run_wait() with
 * the same epoch (hook_run_epoch()) waits for those who do already.
 */
void hook_remove(
    struct instance *instance, struct hook_int *hook, uint64_t epoch);
/* The same of all. */
void hook_remove_all(
    struct instance *instance, struct hook_event_int *event, uint64_t epoch);

/* Frees those that went; everyone has heard of it. */
void hook_clear_up(struct hook_event_int *event);

/* As notify_first_left(), of one event; as notify_reclaim(). */
struct claim *hook_first_left(
    const struct hook_event_int *event, const struct claim *of);
unsigned hook_reclaim(
    struct instance *instance, struct claim *first, const struct claim *of);

/* --- hook_object.c -------------------------------------------------------- */

/* One reference; on no event yet. home: its instance. */
struct hook_int *hook_new(netid_t home, const struct hook_spec *spec);

void hook_hold(struct hook_int *hook);
/* Any thread; no lock of hook_run.c is held. */
void hook_release(struct hook_int *hook);

/* Whether it was taken away. Any thread. */
bool hook_is_over(const struct hook_int *hook);

/* Nobody begins to run it any more: calls do nothing. Strand. */
void hook_cease(struct hook_int *hook, uint64_t epoch);

/* Calls it, unless it was taken away: then 0. */
static inline int
hook_call(struct hook_int *hook, hook_event_token_t token, hook_data_t data)
{
	hook_func_t function =
	    atomic_load_explicit(&hook->function, memory_order_relaxed);

	return function(token, data, hook->arg);
}

#endif
