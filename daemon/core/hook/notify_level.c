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
notify_entry_append(struct notify_entry **list, struct notify_entry *entry)
{
	while (*list != NULL)
		list = &(*list)->next;
	entry->next = NULL;
	*list = entry;
}

void
notify_entry_remove(
    struct notify_entry **list, const struct notify_entry *entry)
{
	while (*list != entry)
		list = &(*list)->next;
	*list = entry->next;
}

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
    const struct claim *maker, hook_notify_fn_t function, void *arg)
{
	struct notifier **link = &level->notifiers, *notifier;

	if (instance->stage > STAGE_ACTIVE)
		return ESHUTDOWN;
	if (notify_find(level, function) != NULL)
		return EEXIST;
	notifier = memory_zalloc(sizeof(*notifier));
	notifier->function = function;
	notifier->arg = arg;
	notifier->claim = *maker;
	owner_hold(maker->owner);
	notifier->born = level->news;
	notifier->withdrawn = UINT64_MAX;
	while (*link != NULL)
		link = &(*link)->next;
	*link = notifier;
	list_sublevel(instance, level);
	notifier->counted = pair_own(instance, maker);
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
	pair_disown(instance, &notifier->claim, &notifier->counted);
	notifier->claim.registrant = NULL;
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
		owner_release(notifier->claim.owner);
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

static struct claim *
first_left_at(const struct notify_level *level, const struct claim *of)
{
	struct notifier *notifier = level->notifiers;

	while (notifier != NULL &&
	       (notifier->dead || !claim_is_of(&notifier->claim, of)))
		notifier = notifier->next;
	return notifier != NULL ? &notifier->claim : NULL;
}

struct claim *
notify_first_left(struct instance *instance, const struct claim *of)
{
	struct claim *found = first_left_at(&instance->level, of);
	const struct notify_sublevel *sublevel;

	for (sublevel = notify_first_sublevel(instance);
	     sublevel != NULL && found == NULL; sublevel = sublevel->next)
		found = first_left_at(&sublevel->level, of);
	return found;
}

unsigned
notify_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of)
{
	(void)of;
	notifier_end(instance, CONTAINER_OF(claim, struct notifier, claim));
	notify_purge(instance);
	return 1;
}

void
notify_end_sublevel(struct instance *instance, struct notify_sublevel *sublevel)
{
	struct notify_sublevel **link;
	struct notifier *notifier = sublevel->level.notifiers;

	ASSERT(instance->delivering == 0);
	for (; notifier != NULL; notifier = notifier->next)
		if (!notifier->dead)
			notifier_end(instance, notifier);
	purge_level(&sublevel->level);
	if (!sublevel->listed)
		return;
	link = &instance_ext_of(instance)->sublevels;
	while (*link != sublevel)
		link = &(*link)->next;
	*link = sublevel->next;
	sublevel->listed = false;
}
