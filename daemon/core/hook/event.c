/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.c: owns the events of each family, and the slab they are kept in; runs
 * the hooks of the framework's own. Strand only, except where event_impl.h
 * says otherwise.
 */
#include "core/hook/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/slab.h"
#include "core/hook/event_impl.h"
#include "core/callback/frame.h"
#include "core/hook/hook_kstat.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"
#include "core/hook/protocol.h"
#include "lib/clock.h"

static struct slab events;

/* The protocols of the framework, and what happens in them. */
static const struct {
	const char *family;
	const char *events[8]; /* up to a NULL */
} well_known[] = {
    {NHF_INET, {NH_PHYSICAL_IN, NH_PHYSICAL_OUT, NH_FORWARDING, NH_LOOPBACK_IN,
		   NH_LOOPBACK_OUT, NH_NIC_EVENTS, NH_OBSERVE}},
    {NHF_INET6, {NH_PHYSICAL_IN, NH_PHYSICAL_OUT, NH_FORWARDING, NH_LOOPBACK_IN,
		    NH_LOOPBACK_OUT, NH_NIC_EVENTS, NH_OBSERVE}},
    {NHF_ARP, {NH_PHYSICAL_IN, NH_PHYSICAL_OUT, NH_NIC_EVENTS}},
};

void
event_prepare(void)
{
	slab_init(&events, sizeof(struct hook_event_int));
}

void
event_destroy(void)
{
	slab_destroy(&events);
}

/* Field by field: whoever runs it for too long may look at it just now. */
struct hook_event_int *
event_create(const char *name, hook_event_t *public)
{
	struct hook_event_int *event = slab_alloc(&events);

	event->number = hook_run_epoch();
	memset(&event->entry, 0, sizeof(event->entry));
	memset(&event->sublevel, 0, sizeof(event->sublevel));
	(void)strncpy(event->name, name, sizeof(event->name) - 1);
	event->name[sizeof(event->name) - 1] = '\0';
	event->entry.name = event->sublevel.event = event->name;
	event->family = NULL;
	event->public = public;
	event->kstat = NULL;
	event->over = false;
	hook_kstat_init_event(event);
	return event;
}

void
event_discard(struct hook_event_int *event)
{
	ASSERT(event->family == NULL);
	slab_free(&events, event);
}

struct hook_event_int *
event_of_entry(struct notify_entry *entry)
{
	return entry != NULL ? CONTAINER_OF(entry, struct hook_event_int, entry)
			     : NULL;
}

static void
event_list(struct instance *instance, struct hook_family_int *family,
    struct hook_event_int *event)
{
	struct notify_level *level = &family->sublevel.level;

	event->family = family;
	event->sublevel.family = family->name;
	notify_entry_append(&level->entries, &event->entry);
	notify_post_coming(instance, level, &event->entry);
}

void
event_add_well_known(struct instance *instance, struct hook_family_int *family)
{
	const char *const *name;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(well_known); i++) {
		if (strcmp(well_known[i].family, family->name) != 0)
			continue;
		for (name = well_known[i].events; *name != NULL; name++)
			event_list(instance, family, event_create(*name, NULL));
	}
}

struct hook_event_int *
event_find(const struct hook_family_int *family, const char *name)
{
	struct notify_entry *entry = family->sublevel.level.entries;

	while (entry != NULL &&
	       (event_of_entry(entry)->over || strcmp(entry->name, name) != 0))
		entry = entry->next;
	return event_of_entry(entry);
}

int
event_attach(struct instance *instance, struct hook_family_int *family,
    struct hook_event_int *event)
{
	if (event_find(family, event->name) != NULL)
		return EEXIST;
	event_list(instance, family, event);
	return 0;
}

void
event_shut(struct instance *instance, struct hook_event_int *event)
{
	notify_post_going(
	    instance, &event->family->sublevel.level, &event->entry);
}

void
event_end(
    struct instance *instance, struct hook_event_int *event, uint64_t epoch)
{
	if (event->over)
		return;
	hook_remove_all(instance, event, epoch);
	hook_run_end_event(event, epoch);
	event_shut(instance, event);
	event->over = true;
	event->public = NULL;
	instance->undelivered = true;
}

static void
event_unlist(struct instance *instance, struct hook_family_int *family,
    struct hook_event_int *event)
{
	ASSERT(atomic_load(&event->hooks) == NULL);
	hook_clear_up(event);
	notify_end_sublevel(instance, &event->sublevel);
	hook_kstat_end_event(instance, event);
	notify_entry_remove(&family->sublevel.level.entries, &event->entry);
	event->family = NULL;
	event_discard(event);
}

void
event_clear_up(
    struct instance *instance, struct hook_family_int *family, bool all)
{
	struct notify_entry *entry = family->sublevel.level.entries, *next;
	struct hook_event_int *event;

	for (; entry != NULL; entry = next) {
		next = entry->next;
		event = event_of_entry(entry);
		if (all || event->over)
			event_unlist(instance, family, event);
		else
			hook_clear_up(event);
	}
}

/* --- running those of the framework --------------------------------------- */

static struct hook_event_int *
event_of(struct net_data *protocol, const char *name)
{
	const struct hook_family_int *family = *protocol_family(protocol);

	return family != NULL ? event_find(family, name) : NULL;
}

bool
event_has_hooks(struct net_data *protocol, const char *name)
{
	const struct hook_event_int *event = event_of(protocol, name);

	return event != NULL && atomic_load(&event->hooks) != NULL;
}

struct hook_args {
	struct hook_int *hook;
	struct hook_event_int *event;
	hook_data_t data;
	int result; /* one that does not return has no objection */
};

static void
event_call_hook(void *arg)
{
	struct hook_args *args = arg;

	args->result = hook_call(args->hook, args->event, args->data);
}

static int
event_run_hook(struct instance *instance, struct hook_event_int *event,
    struct hook_int *hook, hook_data_t data, const struct event_watch *watch)
{
	const struct hook_view view = {
	    hook->name, owner_name(hook->claim.owner)};
	struct hook_args args = {hook, event, data, 0};
	struct frame frame;
	int64_t begun;

	if (watch != NULL && watch->begins != NULL)
		watch->begins(watch->arg, &view);
	frame_enter(&frame, instance, hook->claim.registrant, hook->claim.owner,
	    CALLBACK_HOOK);
	begun = clock_monotonic();
	(void)frame_call(event_call_hook, &args);
	begun = clock_monotonic() - begun;
	frame_leave(&frame, false);
	if (watch != NULL)
		watch->over(watch->arg, &view, args.result, begun);
	return args.result;
}

/* every: go on whatever a hook returns. */
static int
event_run_hooks(struct instance *instance, struct hook_event_int *event,
    hook_data_t data, const struct event_watch *watch, bool every)
{
	struct hook_reading reading;
	struct hook_int *hook;
	int result = 0;
	size_t i;

	if (event == NULL || !hook_reading_begin(&reading, event))
		return 0;
	for (i = 0; i < reading.list->count && (every || result == 0); i++) {
		hook = reading.list->hooks[i];
		if (hook_is_over(hook))
			continue;
		hook_count(&reading, hook);
		result = event_run_hook(instance, event, hook, data, watch);
	}
	hook_reading_end(&reading);
	return result;
}

int
event_run(struct instance *instance, struct net_data *protocol,
    const char *name, hook_data_t data, const struct event_watch *watch)
{
	return event_run_hooks(
	    instance, event_of(protocol, name), data, watch, false);
}

void
event_run_every(struct instance *instance, struct net_data *protocol,
    const char *name, hook_data_t data)
{
	(void)event_run_hooks(
	    instance, event_of(protocol, name), data, NULL, true);
}
