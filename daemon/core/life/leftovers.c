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

static struct claim *
hooks_first_left(struct instance *instance, const struct claim *of)
{
	struct hook_family_int *family = NULL;
	struct claim *found = NULL;
	struct notify_entry *entry;

	while (
	    found == NULL && (family = family_next(instance, family)) != NULL)
		for (entry = family->sublevel.level.entries;
		     entry != NULL && found == NULL; entry = entry->next)
			found = hook_first_left(event_of_entry(entry), of);
	return found;
}

/*
 * What can be left. Hooks go first: those on a protocol that is left would go
 * with it. Kstats go last: the framework has some itself, of families.
 */
static const struct leftover_kind {
	/*
	 * Whose the first one is, NULL: there is none; and that one goes, and
	 * perhaps more of the same: how many.
	 */
	struct claim *(*first)(
	    struct instance *instance, const struct claim *of);
	unsigned (*reclaim)(struct instance *instance, struct claim *claim,
	    const struct claim *of);
	size_t counter; /* in struct owner_leftovers */
} kinds[] = {
    {hooks_first_left, hook_reclaim, offsetof(struct owner_leftovers, hooks)},
    {notify_first_left, notify_reclaim,
	offsetof(struct owner_leftovers, notifies)},
    {protocol_first_left, protocol_reclaim,
	offsetof(struct owner_leftovers, protocols)},
    {kstat_first_left, kstat_reclaim, offsetof(struct owner_leftovers, kstats)},
};

void
reclaim_leftovers(struct instance *instance, struct registrant *registrant,
    struct owner *owner)
{
	const struct claim of = {registrant, registrant == NULL ? owner : NULL};
	struct owner_leftovers left = {0};
	struct claim *claim;
	void *counter;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(kinds); i++)
		while ((claim = kinds[i].first(instance, &of)) != NULL) {
			counter = (char *)&left + kinds[i].counter;
			*(uint64_t *)counter +=
			    kinds[i].reclaim(instance, claim, &of);
		}
	owner_count_leftovers(owner, instance->id, &left);
}

/* What no pair has freed was made by threads or from other instances. */
void
reclaim_all(struct instance *instance)
{
	static const struct claim anybody;
	struct owner *owner;
	struct claim *claim;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(kinds); i++) {
		if (kinds[i].first == kstat_first_left)
			family_free_all(instance);
		while ((claim = kinds[i].first(instance, &anybody)) != NULL) {
			owner = claim->owner;
			owner_hold(owner);
			reclaim_leftovers(instance, NULL, owner);
			owner_release(owner);
		}
	}
}
