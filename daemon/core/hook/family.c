/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family.c: owns the families of each instance, on its instance's optional
 * parts. Strand only.
 *
 * A family pins its protocol, so it can be found by a plugin's handle as long
 * as it is there: until its provider takes it away, its protocol is removed
 * from a living instance, or the instance ends.
 */
#include "core/hook/family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/hook/event_impl.h"
#include "core/object/instance_ext.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"
#include "core/hook/protocol.h"

static struct hook_family_int *
family_new(
    struct instance *instance, struct net_data *protocol, const char *name)
{
	size_t length = strlen(name) + 1;
	struct hook_family_int *family =
	    memory_zalloc(sizeof(*family) + length);
	struct hook_family_int **link = &instance_ext_of(instance)->families;

	memcpy(family->name, name, length);
	family->sublevel.family = family->name;
	family->protocol = protocol;
	protocol_hold(protocol);
	*protocol_family(protocol) = family;
	while (*link != NULL)
		link = &(*link)->next;
	*link = family;
	return family;
}

/* What is kept of one that the framework has: when it is first asked for. */
static struct hook_family_int *
family_of(struct instance *instance, struct net_data *protocol)
{
	struct hook_family_int *family = *protocol_family(protocol);

	if (family == NULL && !protocol->provided && !protocol->gone &&
	    protocol->entry.added != 0) {
		family = family_new(instance, protocol, protocol->entry.name);
		event_add_well_known(instance, family);
	}
	return family;
}

struct hook_family_int *
family_next(
    const struct instance *instance, const struct hook_family_int *family)
{
	const struct instance_ext *ext = instance_ext_peek(instance);

	if (family != NULL)
		return family->next;
	return ext != NULL ? ext->families : NULL;
}

struct hook_family_int *
family_find(struct instance *instance, const struct net_data *handle)
{
	struct hook_family_int *family = NULL;
	struct net_data *protocol = protocol_of_handle(instance, handle);

	if (protocol != NULL)
		return family_of(instance, protocol);
	do
		family = family_next(instance, family);
	while (family != NULL && family->protocol != handle);
	return family;
}

bool
family_is_open(
    const struct instance *instance, const struct hook_family_int *family)
{
	return instance->stage <= STAGE_ACTIVE &&
	       notify_has(&family->protocol->entry);
}

/* Under that name, or its own, protocols of the instance can be found. */
static bool
name_is_taken(const struct instance *instance, const struct net_data *except,
    const char *name)
{
	const struct net_data *protocol;

	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (protocol != except && !protocol->gone &&
		    protocol_is_named(protocol, name))
			return true;
	return false;
}

int
family_register(
    struct instance *instance, struct net_data *protocol, const char *name)
{
	struct hook_family_int *family;

	if (instance->stage > STAGE_ACTIVE || protocol->gone)
		return ESHUTDOWN;
	if (*protocol_family(protocol) != NULL ||
	    name_is_taken(instance, protocol, name))
		return EEXIST;
	family = family_new(instance, protocol, name);
	lock_enter(&instance->lock);
	protocol->entry.name = family->name;
	lock_exit(&instance->lock);
	notify_post_coming(instance, &instance->level, &protocol->entry);
	return 0;
}

void
family_shut(struct instance *instance, struct hook_family_int *family)
{
	notify_post_all_going(instance, &family->sublevel.level);
	notify_post_going(instance, &instance->level, &family->protocol->entry);
}

void
family_end(
    struct instance *instance, struct hook_family_int *family, uint64_t epoch)
{
	struct notify_entry *entry = family->sublevel.level.entries;

	for (; entry != NULL; entry = entry->next)
		event_end(instance, event_of_entry(entry), epoch);
	family_shut(instance, family);
	family->over = true;
	instance->undelivered = true;
}

static void
family_free(struct instance *instance, struct hook_family_int *family)
{
	struct hook_family_int **link = &instance_ext_of(instance)->families;
	struct net_data *protocol = family->protocol;

	event_clear_up(instance, family, true);
	notify_end_sublevel(instance, &family->sublevel);
	while (*link != family)
		link = &(*link)->next;
	*link = family->next;
	*protocol_family(protocol) = NULL;
	if (protocol->provided) {
		/* Its provider may give it another. */
		lock_enter(&instance->lock);
		protocol->entry.name = protocol_name(protocol);
		lock_exit(&instance->lock);
		protocol->entry.added = protocol->entry.removed = 0;
	}
	free(family);
	protocol_drop(protocol);
}

void
family_clear_up(struct instance *instance)
{
	struct hook_family_int *family, *next;

	for (family = family_next(instance, NULL); family != NULL;
	     family = next) {
		next = family->next;
		if (family->over)
			family_free(instance, family);
		/* In shutdown and destroy callbacks plugins clear up, too. */
		else if (family->protocol->gone &&
			 instance->stage <= STAGE_ACTIVE)
			family_end(instance, family, 0);
		else
			event_clear_up(instance, family, false);
	}
}

void
family_free_all(struct instance *instance)
{
	struct hook_family_int *family;

	while ((family = family_next(instance, NULL)) != NULL)
		family_free(instance, family);
}
