/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.c: calls the notifiers at the levels of each instance
 * (notify.h). Strand only; no lock; owns nothing.
 *
 * Every coming and going of an entry is news with a number that rises. A
 * notifier remembers the number it heard last; to deliver is to call it, in
 * order, what is above that. Replay, live delivery and what happens when a
 * callback changes the entries under our feet are then the same thing, and
 * nothing can come twice or be left out. From a notifier that leaves, the
 * entries that it knows and that are still there are withdrawn, newest first.
 *
 * While a walk may stand on something, nothing is freed: notifiers that are
 * done are marked dead, what went stays at its level, and the outermost
 * delivery clears up behind itself.
 */
#include "core/hook/notify.h"

#include "core/hook/family.h"
#include "core/object/owner_impl.h"
#include "core/callback/step.h"
#include "core/hook/protocol.h"

/* What was gone before the notifier came is unrelated to it. */
static bool
concerns(const struct notifier *notifier, const struct notify_entry *entry)
{
	return entry->added != 0 &&
	       (entry->removed == 0 || entry->removed > notifier->born);
}

/* The next news to tell, of what it returns; NULL when there is none. */
static struct notify_entry *
next_news(const struct notify_level *level, const struct notifier *notifier,
    uint64_t *news)
{
	struct notify_entry *entry, *next = NULL;
	uint64_t candidate;

	for (entry = level->entries; entry != NULL; entry = entry->next) {
		if (!concerns(notifier, entry))
			continue;
		candidate = entry->added > notifier->delivered ? entry->added
							       : entry->removed;
		if (candidate > notifier->delivered &&
		    (next == NULL || candidate < *news)) {
			next = entry;
			*news = candidate;
		}
	}
	return next;
}

/* The next entry to withdraw from a notifier that leaves. */
static struct notify_entry *
next_to_withdraw(
    const struct notify_level *level, const struct notifier *notifier)
{
	struct notify_entry *entry, *next = NULL;

	for (entry = level->entries; entry != NULL; entry = entry->next)
		if (concerns(notifier, entry) &&
		    entry->added <= notifier->delivered &&
		    (entry->removed == 0 ||
			entry->removed > notifier->delivered) &&
		    entry->added < notifier->withdrawn &&
		    (next == NULL || entry->added > next->added))
			next = entry;
	return next;
}

/* --- calling -------------------------------------------------------------- */

/* The names that go with news of an entry, as hook.h has them. */
static void
name_step(struct step *step, struct notify_level *level,
    const struct notify_entry *entry)
{
	struct notify_sublevel *sublevel;

	step->name3 = entry->name;
	if (level == &step->instance->level)
		return;
	sublevel = CONTAINER_OF(level, struct notify_sublevel, level);
	step->name1 = sublevel->family;
	step->name2 = sublevel->event != NULL ? sublevel->event : entry->name;
}

static bool
call_notifier(struct instance *instance, struct notify_level *level,
    struct notifier *notifier, struct notify_entry *entry,
    hook_notify_cmd_t command)
{
	struct step step = {
	    .instance = instance,
	    .registrant = notifier->claim.registrant,
	    .owner = notifier->claim.owner,
	    .callback = CALLBACK_NOTIFY,
	    .context = notifier->arg,
	    .function = notifier->function,
	    .command = command,
	};
	bool is_protocol = level == &instance->level;
	bool before = notifier->calling, over;

	name_step(&step, level, entry);
	/* The callback may remove the protocol whose name it was given. */
	if (is_protocol)
		protocol_hold(protocol_of_entry(entry));
	notifier->calling = true;
	over = step_run(&step);
	notifier->calling = before;
	if (is_protocol)
		protocol_drop(protocol_of_entry(entry));
	return over;
}

/* Whether one level is that of a whole, and the other that of its parts. */
static bool
is_above(struct notify_level *level, const struct notify_sublevel *sublevel,
    const struct instance *instance)
{
	const struct notify_sublevel *family;

	if (level == &instance->level)
		return true;
	family = CONTAINER_OF(level, struct notify_sublevel, level);
	return family->event == NULL && sublevel->event != NULL;
}

/*
 * Whether a callback that hears of parts is under way. From inside it nobody
 * hears that the whole goes: who is called has not let go of the part yet.
 * The walk that made the call tells it afterwards.
 */
static bool
is_calling_below(const struct instance *instance, struct notify_level *level)
{
	const struct notify_sublevel *sublevel;
	const struct notifier *notifier;

	for (sublevel = notify_first_sublevel(instance); sublevel != NULL;
	     sublevel = sublevel->next) {
		if (!is_above(level, sublevel, instance))
			continue;
		for (notifier = sublevel->level.notifiers; notifier != NULL;
		     notifier = notifier->next)
			if (notifier->calling)
				return true;
	}
	return false;
}

/* Tells one thing; true and *idle when there was nothing to tell. */
static bool
deliver_one(struct instance *instance, struct notify_level *level,
    struct notifier *notifier, bool *idle)
{
	struct notify_entry *entry;
	uint64_t news = 0;

	*idle = false;
	if (notifier->leaving) {
		entry = next_to_withdraw(level, notifier);
		if (entry != NULL) {
			notifier->withdrawn = entry->added;
			return call_notifier(
			    instance, level, notifier, entry, HN_UNREGISTER);
		}
		notifier_end(instance, notifier);
	} else {
		entry = next_news(level, notifier, &news);
		if (entry != NULL && (news == entry->added ||
					 !is_calling_below(instance, level))) {
			notifier->delivered = news;
			return call_notifier(instance, level, notifier, entry,
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
deliver_to(struct instance *instance, struct notify_level *level,
    struct notifier *notifier)
{
	bool idle = false;

	while (!idle && !notifier->dead &&
	       (!notifier->calling || notifier->leaving))
		if (!step_settle(instance) ||
		    !deliver_one(instance, level, notifier, &idle))
			return false;
	return true;
}

static bool
deliver_level(struct instance *instance, struct notify_level *level)
{
	struct notifier *notifier;

	for (notifier = level->notifiers; notifier != NULL;
	     notifier = notifier->next)
		if (!deliver_to(instance, level, notifier))
			return false;
	return true;
}

/* The levels of events or those of families. */
static bool
deliver_sublevels(struct instance *instance, bool of_events)
{
	struct notify_sublevel *sublevel;

	for (sublevel = notify_first_sublevel(instance); sublevel != NULL;
	     sublevel = sublevel->next)
		if ((sublevel->event != NULL) == of_events &&
		    !deliver_level(instance, &sublevel->level))
			return false;
	return true;
}

static bool
deliver_all(struct instance *instance)
{
	/* The last callback may have begun something that is pending. */
	return deliver_sublevels(instance, true) &&
	       deliver_sublevels(instance, false) &&
	       deliver_level(instance, &instance->level) &&
	       step_settle(instance);
}

/* --- clearing up ---------------------------------------------------------- */

/* Once everybody has heard; that may make news. */
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
