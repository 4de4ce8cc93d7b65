/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify_level.c: owns the notifiers at the levels of each instance, and posts
 * what they are to hear. Strand only; no lock.
 *
 * While a walk may stand on something, nothing is freed: notifiers that are
 * done are marked dead, and purged once no delivery is under way.
 */
#include "core/hook/notify.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/pair_list.h"
#include "core/object/instance_ext.h"
#include "core/object/owner_impl.h"

/* --- news ----------------------------------------------------------------- */

void
notify_post_coming(struct instance *instance, struct notify_level *level,
    struct notify_entry *entry)
{
	ASSERT(entry->added == 0);
	entry->added = ++level->news;
	instance->undelivered = true;
}

void
notify_post_going(struct instance *instance, struct notify_level *level,
    struct notify_entry *entry)
{
	if (!notify_has(entry))
		return;
	entry->removed = ++level->news;
	instance->undelivered = true;
}

static struct notify_entry *
newest_of(const struct notify_level *level)
{
	struct notify_entry *entry, *newest = NULL;

	for (entry = level->entries; entry != NULL; entry = entry->next)
		if (notify_has(entry) &&
		    (newest == NULL || entry->added > newest->added))
			newest = entry;
	return newest;
}

void
notify_post_all_going(struct instance *instance, struct notify_level *level)
{
	struct notify_entry *newest;

	while ((newest = newest_of(level)) != NULL)
		notify_post_going(instance, level, newest);
}

/* --- notifiers ------------------------------------------------------------ */

static struct notifier *
notify_find(const struct notify_level *level, hook_notify_fn_t function)
{
	struct notifier *notifier = level->notifiers;

	while (notifier != NULL && (notifier->function != function ||
				       notifier->leaving || notifier->dead))
		notifier = notifier->next;
	return notifier;
}

struct notify_sublevel *
notify_first_sublevel(const struct instance *instance)
{
	const struct instance_ext *ext = instance_ext_peek(instance);

	return ext != NULL ? ext->sublevels : NULL;
}

/* From its first notifier on a level is walked with the others. */
static void
list_sublevel(struct instance *instance, struct notify_level *level)
{
	struct notify_sublevel *sublevel, **link;

	if (level == &instance->level)
		return;
	sublevel = CONTAINER_OF(level, struct notify_sublevel, level);
	if (sublevel->listed)
		return;
	link = &instance_ext_of(instance)->sublevels;
	while (*link != NULL)
		link = &(*link)->next;
	sublevel->next = NULL;
	sublevel->listed = true;
	*link = sublevel;
}

int
notify_add(struct instance *instance, struct notify_level *level,
    struct registrant *registrant, struct owner *owner,
    hook_notify_fn_t function, void *arg)
{
	struct notifier **link = &level->notifiers, *notifier;

	if (instance->stage > STAGE_ACTIVE)
		return ESHUTDOWN;
	if (notify_find(level, function) != NULL)
		return EEXIST;
	notifier = memory_zalloc(sizeof(*notifier));
	notifier->function = function;
	notifier->arg = arg;
	notifier->registrant = registrant;
	notifier->owner = owner;
	owner_hold(owner);
	notifier->born = level->news;
	notifier->withdrawn = UINT64_MAX;
	while (*link != NULL)
		link = &(*link)->next;
	*link = notifier;
	list_sublevel(instance, level);
	notifier->counted = pair_own(instance, registrant);
	instance->undelivered = true;
	return 0;
}

int
notify_remove(struct instance *instance, struct notify_level *level,
    hook_notify_fn_t function)
{
	struct notifier *notifier = notify_find(level, function);

	if (notifier == NULL)
		return ESRCH;
	notifier->leaving = true;
	instance->undelivered = true;
	return 0;
}

void
notifier_end(struct instance *instance, struct notifier *notifier)
{
	if (notifier->counted)
		pair_disown(instance, notifier->registrant);
	notifier->counted = false;
	notifier->registrant = NULL;
	notifier->dead = true;
}

static void
purge_level(struct notify_level *level)
{
	struct notifier **link = &level->notifiers, *notifier;

	while ((notifier = *link) != NULL) {
		if (!notifier->dead) {
			link = &notifier->next;
			continue;
		}
		*link = notifier->next;
		owner_release(notifier->owner);
		free(notifier);
	}
}

void
notify_purge(struct instance *instance)
{
	struct notify_sublevel **link, *sublevel;

	if (instance->delivering > 0)
		return;
	purge_level(&instance->level);
	if (notify_first_sublevel(instance) == NULL)
		return;
	link = &instance_ext_of(instance)->sublevels;
	while ((sublevel = *link) != NULL) {
		purge_level(&sublevel->level);
		sublevel->listed = sublevel->level.notifiers != NULL;
		if (sublevel->listed)
			link = &sublevel->next;
		else
			*link = sublevel->next;
	}
}

/* --- what is left --------------------------------------------------------- */

/* NULL stands for any. */
static unsigned
end_those_of(struct instance *instance, const struct notify_level *level,
    const struct registrant *registrant, const struct owner *owner)
{
	struct notifier *notifier;
	unsigned count = 0;

	for (notifier = level->notifiers; notifier != NULL;
	     notifier = notifier->next) {
		if (notifier->dead ||
		    (registrant != NULL &&
			notifier->registrant != registrant) ||
		    (owner != NULL && notifier->owner != owner))
			continue;
		notifier_end(instance, notifier);
		count++;
	}
	return count;
}

unsigned
notify_reclaim(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	const struct notify_sublevel *sublevel;
	unsigned count =
	    end_those_of(instance, &instance->level, registrant, owner);

	for (sublevel = notify_first_sublevel(instance); sublevel != NULL;
	     sublevel = sublevel->next)
		count +=
		    end_those_of(instance, &sublevel->level, registrant, owner);
	notify_purge(instance);
	return count;
}

static struct owner *
living_owner(const struct notify_level *level)
{
	const struct notifier *notifier = level->notifiers;

	while (notifier != NULL && notifier->dead)
		notifier = notifier->next;
	return notifier != NULL ? notifier->owner : NULL;
}

struct owner *
notify_leftover_owner(const struct instance *instance)
{
	struct owner *owner = living_owner(&instance->level);
	const struct notify_sublevel *sublevel;

	for (sublevel = notify_first_sublevel(instance);
	     sublevel != NULL && owner == NULL; sublevel = sublevel->next)
		owner = living_owner(&sublevel->level);
	return owner;
}

void
notify_end_sublevel(struct instance *instance, struct notify_sublevel *sublevel)
{
	struct notify_sublevel **link;

	ASSERT(instance->delivering == 0);
	(void)end_those_of(instance, &sublevel->level, NULL, NULL);
	purge_level(&sublevel->level);
	if (!sublevel->listed)
		return;
	link = &instance_ext_of(instance)->sublevels;
	while (*link != sublevel)
		link = &(*link)->next;
	*link = sublevel->next;
	sublevel->listed = false;
}
