/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.c: owns the notifiers on the boards of each instance: they come, hear
 * of news, and go. Strand only; no lock.
 *
 * While a walk may stand on something, nothing is freed: notifiers that are
 * done are marked dead, and purged once no delivery is under way.
 */
#include "core/hook/board.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/pair_list.h"
#include "core/object/extras.h"
#include "core/object/owner_impl.h"

/* --- news ----------------------------------------------------------------- */

void
notify_post_coming(
    struct instance *instance, struct board *board, struct board_entry *entry)
{
	ASSERT(entry->added == 0);
	entry->added = ++board->news;
	instance->undelivered = true;
}

void
notify_post_going(
    struct instance *instance, struct board *board, struct board_entry *entry)
{
	if (!board_has(entry))
		return;
	entry->removed = ++board->news;
	instance->undelivered = true;
}

static struct board_entry *
newest_of(const struct board *board)
{
	struct board_entry *entry, *newest = NULL;

	for (entry = board->entries; entry != NULL; entry = entry->next)
		if (board_has(entry) &&
		    (newest == NULL || entry->added > newest->added))
			newest = entry;
	return newest;
}

void
notify_post_all_going(struct instance *instance, struct board *board)
{
	struct board_entry *newest;

	while ((newest = newest_of(board)) != NULL)
		notify_post_going(instance, board, newest);
}

/* --- notifiers ------------------------------------------------------------ */

static struct notifier *
notify_find(const struct board *board, hook_notify_fn_t function)
{
	struct notifier *notifier = board->notifiers;

	while (notifier != NULL && (notifier->function != function ||
				       notifier->leaving || notifier->dead))
		notifier = notifier->next;
	return notifier;
}

struct board_below *
board_first_below(const struct instance *instance)
{
	const struct instance_extras *extras = extras_peek(instance);

	return extras != NULL ? extras->boards : NULL;
}

/* From its first notifier on a board is walked with the others. */
static void
list_below(struct instance *instance, struct board *board)
{
	struct board_below *below, **link;

	if (board == &instance->board)
		return;
	below = CONTAINER_OF(board, struct board_below, board);
	if (below->listed)
		return;
	link = &extras_of(instance)->boards;
	while (*link != NULL)
		link = &(*link)->next;
	below->next = NULL;
	below->listed = true;
	*link = below;
}

int
notify_add(struct instance *instance, struct board *board,
    struct registrant *registrant, struct owner *owner,
    hook_notify_fn_t function, void *arg)
{
	struct notifier **link = &board->notifiers, *notifier;

	if (instance->stage > STAGE_ACTIVE)
		return ESHUTDOWN;
	if (notify_find(board, function) != NULL)
		return EEXIST;
	notifier = memory_zalloc(sizeof(*notifier));
	notifier->function = function;
	notifier->arg = arg;
	notifier->registrant = registrant;
	notifier->owner = owner;
	owner_hold(owner);
	notifier->born = board->news;
	notifier->withdrawn = UINT64_MAX;
	while (*link != NULL)
		link = &(*link)->next;
	*link = notifier;
	list_below(instance, board);
	notifier->counted = pair_own(instance, registrant);
	instance->undelivered = true;
	return 0;
}

int
notify_remove(
    struct instance *instance, struct board *board, hook_notify_fn_t function)
{
	struct notifier *notifier = notify_find(board, function);

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
purge_board(struct board *board)
{
	struct notifier **link = &board->notifiers, *notifier;

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
	struct board_below **link, *below;

	if (instance->delivering > 0)
		return;
	purge_board(&instance->board);
	if (board_first_below(instance) == NULL)
		return;
	link = &extras_of(instance)->boards;
	while ((below = *link) != NULL) {
		purge_board(&below->board);
		below->listed = below->board.notifiers != NULL;
		if (below->listed)
			link = &below->next;
		else
			*link = below->next;
	}
}

/* --- what is left --------------------------------------------------------- */

/* NULL stands for any. */
static unsigned
end_those_of(struct instance *instance, const struct board *board,
    const struct registrant *registrant, const struct owner *owner)
{
	struct notifier *notifier;
	unsigned count = 0;

	for (notifier = board->notifiers; notifier != NULL;
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
	const struct board_below *below;
	unsigned count =
	    end_those_of(instance, &instance->board, registrant, owner);

	for (below = board_first_below(instance); below != NULL;
	     below = below->next)
		count +=
		    end_those_of(instance, &below->board, registrant, owner);
	notify_purge(instance);
	return count;
}

static struct owner *
living_owner(const struct board *board)
{
	const struct notifier *notifier = board->notifiers;

	while (notifier != NULL && notifier->dead)
		notifier = notifier->next;
	return notifier != NULL ? notifier->owner : NULL;
}

struct owner *
notify_leftover_owner(const struct instance *instance)
{
	struct owner *owner = living_owner(&instance->board);
	const struct board_below *below;

	for (below = board_first_below(instance);
	     below != NULL && owner == NULL; below = below->next)
		owner = living_owner(&below->board);
	return owner;
}

void
notify_end_board(struct instance *instance, struct board_below *below)
{
	struct board_below **link;

	ASSERT(instance->delivering == 0);
	(void)end_those_of(instance, &below->board, NULL, NULL);
	purge_board(&below->board);
	if (!below->listed)
		return;
	link = &extras_of(instance)->boards;
	while (*link != below)
		link = &(*link)->next;
	*link = below->next;
	below->listed = false;
}
