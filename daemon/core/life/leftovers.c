/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.c: frees what was left behind on an instance, kind by kind, and has
 * it counted and logged. Runs on the instance's strand; owns nothing.
 */
#include "core/life/leftovers.h"

#include "core/hook/event_impl.h"
#include "core/hook/family.h"
#include "core/hook/hook.h"
#include "core/kstat/kstat_impl.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/hook/protocol.h"

static unsigned
hooks_reclaim(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct hook_family_int *family = NULL;
	struct notify_entry *entry;
	unsigned count = 0;

	while ((family = family_next(instance, family)) != NULL)
		for (entry = family->sublevel.level.entries; entry != NULL;
		     entry = entry->next)
			count += hook_reclaim_on(
			    instance, event_of_entry(entry), registrant, owner);
	return count;
}

static struct owner *
hooks_leftover_owner(const struct instance *instance)
{
	struct hook_family_int *family = NULL;
	struct owner *owner = NULL;
	struct notify_entry *entry;

	while (
	    owner == NULL && (family = family_next(instance, family)) != NULL)
		for (entry = family->sublevel.level.entries;
		     entry != NULL && owner == NULL; entry = entry->next)
			owner = hook_leftover_owner_on(event_of_entry(entry));
	return owner;
}

void
reclaim_leftovers(struct instance *instance,
    const struct registrant *registrant, struct owner *owner)
{
	const struct owner *of = registrant == NULL ? owner : NULL;
	struct owner_leftovers left;

	/* Hooks first: those on a protocol that is left would go with it. */
	left.hooks = hooks_reclaim(instance, registrant, of);
	left.kstats = kstat_reclaim(instance, registrant, of);
	left.notifies = notify_reclaim(instance, registrant, of);
	left.protocols = protocol_reclaim(instance, registrant, of);
	owner_count_leftovers(owner, instance->id, &left);
}

/* Not of kstats: the framework has some itself, of families. */
static struct owner *
leftover_owner(struct instance *instance)
{
	struct owner *owner = hooks_leftover_owner(instance);

	if (owner == NULL)
		owner = notify_leftover_owner(instance);
	if (owner == NULL)
		owner = protocol_leftover_owner(instance);
	return owner;
}

static void
reclaim_of(struct instance *instance, struct owner *owner)
{
	owner_hold(owner);
	reclaim_leftovers(instance, NULL, owner);
	owner_release(owner);
}

/* What no pair has freed was made by threads or from other instances. */
void
reclaim_all(struct instance *instance)
{
	struct owner *owner;

	while ((owner = leftover_owner(instance)) != NULL)
		reclaim_of(instance, owner);
	family_free_all(instance);
	while ((owner = kstat_leftover_owner(instance)) != NULL)
		reclaim_of(instance, owner);
}
