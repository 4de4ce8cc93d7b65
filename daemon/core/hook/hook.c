/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.c: owns the hooks of each event. Strand only; what runs on other
 * threads gets a list of its own with every change (hook_run.h), which keeps
 * the hooks on it until nobody runs it.
 */
#include "core/hook/hook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/hook/hook_kstat.h"
#include "core/hook/hook_order.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"

static struct hook_int *
hook_of_entry(struct notify_entry *entry)
{
	return entry != NULL ? CONTAINER_OF(entry, struct hook_int, entry)
			     : NULL;
}

/* From entry on, the first hook that is there. */
static struct hook_int *
hook_there(struct notify_entry *entry)
{
	while (entry != NULL && !notify_has(entry))
		entry = entry->next;
	return hook_of_entry(entry);
}

static struct hook_int *
hook_first(const struct hook_event_int *event)
{
	return hook_there(event->sublevel.level.entries);
}

static struct hook_int *
hook_next(const struct hook_int *hook)
{
	return hook_there(hook->entry.next);
}

struct hook_int *
hook_find(const struct hook_event_int *event, const char *name)
{
	struct hook_int *hook = hook_first(event);

	while (hook != NULL && strcmp(hook->name, name) != 0)
		hook = hook_next(hook);
	return hook;
}

/* --- their order ---------------------------------------------------------- */

/* The hooks of an event while their order is made. */
struct hook_order {
	struct hook_place *places; /* in the order in which they came */
	size_t *indices;	   /* indices of places, as they run */
	size_t count;
};

static void
order_free(struct hook_order *order)
{
	free(order->places);
	free(order->indices);
}

/* spec: one more that is to come, or NULL. As hook_order(). */
static int
order_make(struct hook_order *order, const struct hook_event_int *event,
    const struct hook_spec *spec)
{
	size_t room = 1;
	struct hook_int *hook;

	for (hook = hook_first(event); hook != NULL; hook = hook_next(hook))
		room++;
	order->places = memory_alloc(room * sizeof(*order->places));
	order->indices = memory_alloc(room * sizeof(*order->indices));
	order->count = 0;
	for (hook = hook_first(event); hook != NULL; hook = hook_next(hook))
		order->places[order->count++] = (struct hook_place){
		    hook->name, hook->hint, hook->target, hook};
	if (spec != NULL)
		order->places[order->count++] = (struct hook_place){
		    spec->name, spec->hint, spec->target, NULL};
	return hook_order(order->places, order->count, order->indices);
}

/* Whether the hooks could run with one more, and if not, why. */
static int
hook_may_come(const struct hook_event_int *event, const struct hook_spec *spec)
{
	struct hook_order order;
	int error;

	if (hook_find(event, spec->name) != NULL)
		return EEXIST;
	if (spec->target != NULL && hook_find(event, spec->target) == NULL)
		return ESRCH;
	error = order_make(&order, event, spec);
	order_free(&order);
	return -error;
}

/* The provider's mark, which it may look at on any thread. */
static void
event_set_interested(struct hook_event_int *event, boolean_t interested)
{
	if (event->public != NULL)
		__atomic_store_n(&event->public->he_interested, interested,
		    __ATOMIC_RELEASE);
}

/* Runs what is there now, in its order. */
static void
event_publish(struct hook_event_int *event)
{
	struct hook_list *list = NULL;
	struct hook_order order;
	size_t i;
	int error = order_make(&order, event, NULL);

	/* It was made when the last hook came; one that goes eases it. */
	ASSERT(error == 0);
	if (order.count > 0)
		list = hook_list_new(order.count);
	for (i = 0; i < order.count; i++) {
		list->hooks[i] = order.places[order.indices[i]].hook;
		hook_hold(list->hooks[i]);
		hook_kstat_set_position(list->hooks[i], i + 1);
	}
	event_set_interested(event, list != NULL ? B_TRUE : B_FALSE);
	hook_run_publish(event, list);
	order_free(&order);
}

/* --- coming and going ----------------------------------------------------- */

int
hook_add(struct instance *instance, struct hook_event_int *event,
    const struct hook_spec *spec)
{
	struct notify_level *level = &event->sublevel.level;
	struct hook_int *hook;
	int error = hook_may_come(event, spec);

	if (error != 0)
		return error;
	hook = hook_new(instance->id, spec);
	hook->event = event;
	notify_entry_append(&level->entries, &hook->entry);
	hook->counted = pair_own(instance, &hook->claim);
	notify_post_coming(instance, level, &hook->entry);
	hook_kstat_begin(instance, event, hook);
	event_publish(event);
	return 0;
}

/* Takes it off the instance; what runs it is not published yet. */
static void
hook_withdraw(struct instance *instance, struct hook_int *hook, uint64_t epoch)
{
	hook_cease(hook, epoch);
	pair_disown(instance, &hook->claim, &hook->counted);
	notify_post_going(instance, &hook->event->sublevel.level, &hook->entry);
	hook_kstat_end(instance, hook->event, hook);
}

void
hook_remove(struct instance *instance, struct hook_int *hook, uint64_t epoch)
{
	hook_withdraw(instance, hook, epoch);
	event_publish(hook->event);
}

void
hook_remove_all(
    struct instance *instance, struct hook_event_int *event, uint64_t epoch)
{
	struct hook_int *hook;

	while ((hook = hook_first(event)) != NULL)
		hook_withdraw(instance, hook, epoch);
	event_publish(event);
}

void
hook_clear_up(struct hook_event_int *event)
{
	struct notify_entry **link = &event->sublevel.level.entries, *entry;

	while ((entry = *link) != NULL) {
		if (notify_has(entry)) {
			link = &entry->next;
			continue;
		}
		*link = entry->next;
		hook_release(hook_of_entry(entry));
	}
}

/* --- what is left --------------------------------------------------------- */

struct claim *
hook_first_left(const struct hook_event_int *event, const struct claim *of)
{
	struct hook_int *hook = hook_first(event);

	while (hook != NULL && !claim_is_of(&hook->claim, of))
		hook = hook_next(hook);
	return hook != NULL ? &hook->claim : NULL;
}

/* Published once: that costs as much as the event has hooks. */
unsigned
hook_reclaim(
    struct instance *instance, struct claim *first, const struct claim *of)
{
	struct hook_int *hook = CONTAINER_OF(first, struct hook_int, claim);
	struct hook_event_int *event = hook->event;
	unsigned count = 0;

	do {
		hook_withdraw(
		    instance, CONTAINER_OF(first, struct hook_int, claim), 0);
		first = hook_first_left(event, of);
		count++;
	} while (first != NULL);
	event_publish(event);
	return count;
}
