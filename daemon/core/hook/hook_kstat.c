/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_kstat.c: owns the kstats of events and hooks. Their statistics are
 * part of the event or hook itself, where whoever runs hooks counts; a kstat
 * is only the window, and goes first. Strand, except that readers on any thread
 * have the hits of a hook added up.
 */
#include "core/hook/hook_kstat.h"

#include <errno.h>
#include <stdio.h>

#include "core/kstat/kstat_impl.h"
#include "core/object/owner_impl.h"

static const struct statistic {
	const char *name;
	uchar_t type;
} of_event[EVENT_STATISTICS] =
    {
	[EVENT_HOOKS_ADDED] = {"hooksAdded", KSTAT_DATA_UINT64},
	[EVENT_HOOKS_REMOVED] = {"hooksRemoved", KSTAT_DATA_UINT64},
	[EVENT_CALLS] = {"events", KSTAT_DATA_UINT64},
},
  of_hook[HOOK_STATISTICS] = {
      [HOOK_VERSION_SHOWN] = {"version", KSTAT_DATA_INT32},
      [HOOK_FLAGS] = {"flags", KSTAT_DATA_UINT32},
      [HOOK_HINT] = {"hint", KSTAT_DATA_INT32},
      [HOOK_HINT_VALUE] = {"hint_value", KSTAT_DATA_STRING},
      [HOOK_POSITION] = {"position", KSTAT_DATA_INT32},
      [HOOK_HITS] = {"hook_hits", KSTAT_DATA_UINT64},
};

static void
statistics_init(
    kstat_named_t *statistics, const struct statistic *of, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		kstat_named_init(&statistics[i], of[i].name, of[i].type);
}

void
hook_kstat_init_event(struct hook_event_int *event)
{
	statistics_init(event->statistics, of_event, EVENT_STATISTICS);
}

void
hook_kstat_release(void *hook)
{
	hook_release(hook);
}

static struct kstat_entry *
window_new(const char *const names[3], kstat_named_t *statistics, ulong_t count)
{
	struct kstat_entry *entry = kstat_new(names, 0, KSTAT_TYPE_NAMED, count,
	    KSTAT_FLAG_VIRTUAL, owner_framework());

	entry->public.ks_data = statistics;
	return entry;
}

static void
window_close(struct instance *instance, struct kstat_entry **entry)
{
	if (*entry != NULL)
		kstat_remove(instance, *entry);
	*entry = NULL;
}

static void
event_begin(struct instance *instance, struct hook_event_int *event)
{
	const char *const names[3] = {
	    event->family->name, event->name, "hook_event"};

	if (event->kstat == NULL)
		event->kstat = kstat_show(instance,
		    window_new(names, event->statistics, EVENT_STATISTICS));
}

/* ks_update; any thread, with ks_lock held: what is shown never falls. */
static int
hits_add_up(kstat_t *kstat, int rw)
{
	struct hook_int *hook = kstat->ks_private;
	uint64_t sum = 0;
	size_t i;

	if (rw != KSTAT_READ)
		return EACCES;
	for (i = 0; i < ARRAY_LENGTH(hook->hits); i++)
		sum +=
		    atomic_load_explicit(&hook->hits[i], memory_order_relaxed);
	__atomic_store_n(
	    &hook->statistics[HOOK_HITS].value.ui64, sum, __ATOMIC_RELAXED);
	return 0;
}

static void
hook_begin(struct instance *instance, const struct hook_event_int *event,
    struct hook_int *hook)
{
	kstat_named_t *statistics = hook->statistics;
	char module[PROTOCOL_NAME_MAX + EVENT_NAME_MAX + 2];
	const char *const names[3] = {module, hook->name, "hook"};
	struct kstat_entry *window;

	(void)snprintf(
	    module, sizeof(module), "%s/%s", event->family->name, event->name);
	statistics_init(statistics, of_hook, HOOK_STATISTICS);
	statistics[HOOK_VERSION_SHOWN].value.i32 = HOOK_VERSION;
	statistics[HOOK_FLAGS].value.ui32 = hook->flags;
	statistics[HOOK_HINT].value.i32 = (int32_t)hook->hint;
	kstat_named_setstr(
	    &statistics[HOOK_HINT_VALUE], hook->target ? hook->target : "");
	window = window_new(names, statistics, HOOK_STATISTICS);
	window->public.ks_update = hits_add_up;
	/* A plugin may hold it for longer than the hook is there. */
	window->public.ks_private = hook;
	hook_hold(hook);
	hook->kstat = kstat_show(instance, window);
}

void
hook_kstat_begin(struct instance *instance, struct hook_event_int *event,
    struct hook_int *hook)
{
	event_begin(instance, event);
	kstat_named_add_u64(&event->statistics[EVENT_HOOKS_ADDED], 1);
	hook_begin(instance, event, hook);
}

void
hook_kstat_end(struct instance *instance, struct hook_event_int *event,
    struct hook_int *hook)
{
	kstat_named_add_u64(&event->statistics[EVENT_HOOKS_REMOVED], 1);
	window_close(instance, &hook->kstat);
}

void
hook_kstat_end_event(struct instance *instance, struct hook_event_int *event)
{
	window_close(instance, &event->kstat);
}

void
hook_kstat_set_position(struct hook_int *hook, size_t position)
{
	__atomic_store_n(&hook->statistics[HOOK_POSITION].value.i32,
	    (int32_t)position, __ATOMIC_RELAXED);
}
