/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.c: tells the notifiers on the boards of each instance (board.h).
 * Strand only; no lock; owns nothing.
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

#include "core/hook/family.h"
#include "core/object/owner_impl.h"
#include "core/callback/step.h"
#include "core/hook/protocol.h"

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
	const struct board_below *below;
	const struct notifier *notifier;

	for (below = board_first_below(instance); below != NULL;
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

/* The boards of events or those of families. */
static bool
deliver_below(struct instance *instance, bool of_events)
{
	struct board_below *below;

	for (below = board_first_below(instance); below != NULL;
	     below = below->next)
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
