/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.c: owns the notifiers on the boards of each instance. Strand only; no
 * lock.
 *
 * Every coming and going of an entry is news with a number that rises. A
 * notifier remembers the number it was told last; to deliver is to tell it, in
 * order, what is above that. Replay, live delivery and what happens when a
 * callback changes the entries under our feet are then the same thing, and
 * nothing can be told twice or be left out. A notifier that leaves is told of
 * the entries that it knows and that are still there, the newest first.
 *
 * While a walk may stand on something, nothing is freed: notifiers that are
 * done are marked dead, what went stays on its board, and the outermost
 * delivery clears up behind itself.
 */
#include "core/hook/notify.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "core/object/extras.h"
#include "core/hook/family.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"
#include "core/callback/step.h"
#include "core/hook/protocol.h"

struct notifier {
	struct notifier *next;
	hook_notify_fn_t function;
	void *arg;
	struct registrant *registrant; /* its pair here, or NULL; borrowed */
	struct owner *owner;	       /* a reference */
	uint64_t born;		       /* number of news when it came */
	uint64_t told;		       /* up to this one */
	uint64_t withdrawn; /* leaving: entries from this one on are told */
	bool telling;	    /* it is inside its callback */
	bool leaving, dead;
	bool counted; /* among its pair's belongings */
};

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

struct board_entry *
notify_newest(const struct board *board)
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

	while ((newest = notify_newest(board)) != NULL)
		notify_post_going(instance, board, newest);
}

/* What was gone before the notifier came is none of its business. */
static bool
concerns(const struct notifier *notifier, const struct board_entry *entry)
{
	return entry->added != 0 &&
	       (entry->removed == 0 || entry->removed > notifier->born);
}

/* The next news to tell, of what it returns; NULL when there is none. */
static struct board_entry *
next_news(
    const struct board *board, const struct notifier *notifier, uint64_t *news)
{
	struct board_entry *entry, *next = NULL;
	uint64_t candidate;

	for (entry = board->entries; entry != NULL; entry = entry->next) {
		if (!concerns(notifier, entry))
			continue;
		candidate = entry->added > notifier->told ? entry->added
							  : entry->removed;
		if (candidate > notifier->told &&
		    (next == NULL || candidate < *news)) {
			next = entry;
			*news = candidate;
		}
	}
	return next;
}

/* The next entry to withdraw from a notifier that leaves. */
static struct board_entry *
next_goodbye(const struct board *board, const struct notifier *notifier)
{
	struct board_entry *entry, *next = NULL;

	for (entry = board->entries; entry != NULL; entry = entry->next)
		if (concerns(notifier, entry) &&
		    entry->added <= notifier->told &&
		    (entry->removed == 0 || entry->removed > notifier->told) &&
		    entry->added < notifier->withdrawn &&
		    (next == NULL || entry->added > next->added))
			next = entry;
	return next;
}

/* --- telling -------------------------------------------------------------- */

/* The names that go with news of an entry, as hook.h has them. */
static void
name_step(
    struct step *step, struct board *board, const struct board_entry *entry)
{
	struct board_below *below;

	step->name3 = entry->name;
	if (board == &step->instance->board)
		return;
	below = CONTAINER_OF(board, struct board_below, board);
	step->name1 = below->family;
	step->name2 = below->event != NULL ? below->event : entry->name;
}

static bool
tell(struct instance *instance, struct board *board, struct notifier *notifier,
    struct board_entry *entry, hook_notify_cmd_t command)
{
	struct step step = {
	    .instance = instance,
	    .registrant = notifier->registrant,
	    .owner = notifier->owner,
	    .callback = CALLBACK_NOTIFY,
	    .context = notifier->arg,
	    .function = notifier->function,
	    .command = command,
	};
	bool is_protocol = board == &instance->board;
	bool before = notifier->telling, over;

	name_step(&step, board, entry);
	/* The callback may remove the protocol whose name it was given. */
	if (is_protocol)
		protocol_hold(protocol_of_entry(entry));
	notifier->telling = true;
	over = step_run(&step);
	notifier->telling = before;
	if (is_protocol)
		protocol_drop(protocol_of_entry(entry));
	return over;
}

/* It is told no more; freed when no walk can stand on it. */
static void
notifier_end(struct instance *instance, struct notifier *notifier)
{
	if (notifier->counted)
		pair_disown(instance, notifier->registrant);
	notifier->counted = false;
	notifier->registrant = NULL;
	notifier->dead = true;
}

/* Whether one board is that of a whole, and the other that of its parts. */
static bool
is_above(struct board *board, const struct board_below *below,
    const struct instance *instance)
{
	const struct board_below *family;

	if (board == &instance->board)
		return true;
	family = CONTAINER_OF(board, struct board_below, board);
	return family->event == NULL && below->event != NULL;
}

/*
 * Whether a callback that is told of parts is under way. From inside it nobody
 * is told that the whole goes: who is called has not let go of the part yet.
 * The walk that made the call tells it afterwards.
 */
static bool
is_telling_below(const struct instance *instance, struct board *board)
{
	const struct instance_extras *extras = extras_peek(instance);
	const struct board_below *below;
	const struct notifier *notifier;

	for (below = extras != NULL ? extras->boards : NULL; below != NULL;
	     below = below->next) {
		if (!is_above(board, below, instance))
			continue;
		for (notifier = below->board.notifiers; notifier != NULL;
		     notifier = notifier->next)
			if (notifier->telling)
				return true;
	}
	return false;
}

/* Tells one thing; true and *idle when there was nothing to tell. */
static bool
deliver_one(struct instance *instance, struct board *board,
    struct notifier *notifier, bool *idle)
{
	struct board_entry *entry;
	uint64_t news = 0;

	*idle = false;
	if (notifier->leaving) {
		entry = next_goodbye(board, notifier);
		if (entry != NULL) {
			notifier->withdrawn = entry->added;
			return tell(
			    instance, board, notifier, entry, HN_UNREGISTER);
		}
		notifier_end(instance, notifier);
	} else {
		entry = next_news(board, notifier, &news);
		if (entry != NULL && (news == entry->added ||
					 !is_telling_below(instance, board))) {
			notifier->told = news;
			return tell(instance, board, notifier, entry,
			    news == entry->added ? HN_REGISTER : HN_UNREGISTER);
		}
	}
	*idle = true;
	return true;
}

/*
 * Tells one notifier all it has not heard. One that is inside its callback is
 * not called again: the walk that called it goes on with the rest. Only its
 * own unregistration cannot wait for that.
 */
static bool
deliver_to(
    struct instance *instance, struct board *board, struct notifier *notifier)
{
	bool idle = false;

	while (!idle && !notifier->dead &&
	       (!notifier->telling || notifier->leaving))
		if (!step_settle(instance) ||
		    !deliver_one(instance, board, notifier, &idle))
			return false;
	return true;
}

static bool
deliver_board(struct instance *instance, struct board *board)
{
	struct notifier *notifier;

	for (notifier = board->notifiers; notifier != NULL;
	     notifier = notifier->next)
		if (!deliver_to(instance, board, notifier))
			return false;
	return true;
}

/* The first board below the instance's own that has notifiers, or NULL. */
static struct board_below *
first_below(const struct instance *instance)
{
	const struct instance_extras *extras = extras_peek(instance);

	return extras != NULL ? extras->boards : NULL;
}

/* The boards of events or those of families. */
static bool
deliver_below(struct instance *instance, bool of_events)
{
	struct board_below *below;

	for (below = first_below(instance); below != NULL; below = below->next)
		if ((below->event != NULL) == of_events &&
		    !deliver_board(instance, &below->board))
			return false;
	return true;
}

static bool
deliver_all(struct instance *instance)
{
	/* The last callback may have begun something that is pending. */
	return deliver_below(instance, true) &&
	       deliver_below(instance, false) &&
	       deliver_board(instance, &instance->board) &&
	       step_settle(instance);
}

/* --- clearing up ---------------------------------------------------------- */

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

/* Frees the dead ones once no walk can stand on them. */
static void
notify_purge(struct instance *instance)
{
	struct board_below **link, *below;

	if (instance->delivering > 0)
		return;
	purge_board(&instance->board);
	if (first_below(instance) == NULL)
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

/* Once everybody was told; that may make news. */
static void
clear_up(struct instance *instance)
{
	instance->undelivered = false;
	notify_purge(instance);
	family_clear_up(instance);
	/* In shutdown callbacks they can still be looked up. */
	if (instance->stage <= STAGE_ACTIVE)
		protocol_unlist_gone(instance);
}

bool
notify_deliver(struct instance *instance)
{
	bool over = true;

	if (!step_settle(instance))
		return false;
	while (over && instance->undelivered) {
		instance->delivering++;
		over = deliver_all(instance);
		instance->delivering--;
		if (instance->delivering > 0)
			break;
		if (over)
			clear_up(instance);
	}
	return over;
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
notify_free_left(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	const struct board_below *below;
	unsigned count =
	    end_those_of(instance, &instance->board, registrant, owner);

	for (below = first_below(instance); below != NULL; below = below->next)
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
notify_left_owner(const struct instance *instance)
{
	struct owner *owner = living_owner(&instance->board);
	const struct board_below *below;

	for (below = first_below(instance); below != NULL && owner == NULL;
	     below = below->next)
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
