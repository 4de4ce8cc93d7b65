/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.c: owns the notifiers of each instance. Strand only; no lock.
 *
 * Every coming and going of a protocol is an event with a number that rises.
 * A notifier remembers the number it was told last; to deliver is to tell it,
 * in order, what is above that. Replay, live delivery and what happens when a
 * callback changes the protocols under our feet are then the same thing, and
 * nothing can be told twice or be left out. A notifier that leaves is told of
 * the protocols that it knows and that are still there, the newest first.
 */
#include "core/notify.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "core/owner_impl.h"
#include "core/pair.h"
#include "core/protocol.h"

struct notifier {
	struct notifier *next;
	hook_notify_fn_t function;
	void *arg;
	struct registrant *registrant; /* its pair here, or NULL; borrowed */
	struct owner *owner;	       /* a reference */
	uint64_t born;		       /* event number when it came */
	uint64_t told;		       /* up to this event */
	uint64_t withdrawn; /* leaving: protocols from this one on are told */
	bool telling;	    /* it is inside its callback */
	bool leaving, dead;
	bool counted; /* among its pair's belongings */
};

/* A protocol that was gone before the notifier came is none of its business. */
static bool
concerns(const struct notifier *notifier, const struct net_data *protocol)
{
	return protocol->added != 0 &&
	       (protocol->removed == 0 || protocol->removed > notifier->born);
}

/* The next event to tell; NULL when there is none. */
static struct net_data *
next_news(const struct instance *instance, const struct notifier *notifier,
    uint64_t *event)
{
	struct net_data *protocol, *next = NULL;
	uint64_t candidate;

	for (protocol = instance->protocols; protocol != NULL;
	     protocol = protocol->next) {
		if (!concerns(notifier, protocol))
			continue;
		candidate = protocol->added > notifier->told
				? protocol->added
				: protocol->removed;
		if (candidate > notifier->told &&
		    (next == NULL || candidate < *event)) {
			next = protocol;
			*event = candidate;
		}
	}
	return next;
}

/* The next protocol to withdraw from a notifier that leaves. */
static struct net_data *
next_goodbye(const struct instance *instance, const struct notifier *notifier)
{
	struct net_data *protocol, *next = NULL;

	for (protocol = instance->protocols; protocol != NULL;
	     protocol = protocol->next)
		if (concerns(notifier, protocol) &&
		    protocol->added <= notifier->told &&
		    (protocol->removed == 0 ||
			protocol->removed > notifier->told) &&
		    protocol->added < notifier->withdrawn &&
		    (next == NULL || protocol->added > next->added))
			next = protocol;
	return next;
}

static bool
tell(struct instance *instance, struct notifier *notifier,
    struct net_data *protocol, hook_notify_cmd_t command)
{
	struct step step = {
	    .instance = instance,
	    .registrant = notifier->registrant,
	    .owner = notifier->owner,
	    .callback = CALLBACK_NOTIFY,
	    .context = notifier->arg,
	    .function = notifier->function,
	    .command = command,
	    .protocol = protocol->name,
	};
	bool before = notifier->telling, over;

	/* The callback may remove the protocol whose name it was given. */
	protocol_hold(protocol);
	notifier->telling = true;
	over = step_run(&step);
	notifier->telling = before;
	protocol_drop(protocol);
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

/* Tells one thing; true and *idle when there was nothing to tell. */
static bool
deliver_one(struct instance *instance, struct notifier *notifier, bool *idle)
{
	struct net_data *protocol;
	uint64_t event = 0;

	*idle = false;
	if (notifier->leaving) {
		protocol = next_goodbye(instance, notifier);
		if (protocol != NULL) {
			notifier->withdrawn = protocol->added;
			return tell(
			    instance, notifier, protocol, HN_UNREGISTER);
		}
		notifier_end(instance, notifier);
	} else {
		protocol = next_news(instance, notifier, &event);
		if (protocol != NULL) {
			notifier->told = event;
			return tell(instance, notifier, protocol,
			    event == protocol->added ? HN_REGISTER
						     : HN_UNREGISTER);
		}
	}
	*idle = true;
	return true;
}

/* Frees the dead ones once no walk can stand on them. */
static void
notify_purge(struct instance *instance)
{
	struct notifier **link = &instance->notifiers, *notifier;

	if (instance->delivering > 0)
		return;
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

/*
 * Tells one notifier all it has not heard. One that is inside its callback is
 * not called again: the walk that called it goes on with the rest. Only its
 * own unregistration cannot wait for that.
 */
static bool
deliver_to(struct instance *instance, struct notifier *notifier)
{
	bool idle = false;

	while (!idle && !notifier->dead &&
	       (!notifier->telling || notifier->leaving))
		if (!step_settle(instance) ||
		    !deliver_one(instance, notifier, &idle))
			return false;
	return true;
}

static bool
notify_deliver_all(struct instance *instance)
{
	struct notifier *notifier;

	for (notifier = instance->notifiers; notifier != NULL;
	     notifier = notifier->next)
		if (!deliver_to(instance, notifier))
			return false;
	/* The last callback may have begun something that is pending. */
	return step_settle(instance);
}

bool
notify_deliver(struct instance *instance)
{
	bool over;

	if (!step_settle(instance))
		return false;
	if (!instance->undelivered)
		return true;
	instance->delivering++;
	over = notify_deliver_all(instance);
	instance->delivering--;
	if (over && instance->delivering == 0) {
		instance->undelivered = false;
		notify_purge(instance);
		/* In shutdown callbacks they can still be looked up. */
		if (instance->stage <= STAGE_ACTIVE)
			protocol_unlist_gone(instance);
	}
	return over;
}

static struct notifier *
notify_find(const struct instance *instance, hook_notify_fn_t function)
{
	struct notifier *notifier = instance->notifiers;

	while (notifier != NULL && (notifier->function != function ||
				       notifier->leaving || notifier->dead))
		notifier = notifier->next;
	return notifier;
}

int
notify_add(struct instance *instance, struct registrant *registrant,
    struct owner *owner, hook_notify_fn_t function, void *arg)
{
	struct notifier **link = &instance->notifiers, *notifier;

	if (instance->stage > STAGE_ACTIVE)
		return ESHUTDOWN;
	if (notify_find(instance, function) != NULL)
		return EEXIST;
	notifier = memory_zalloc(sizeof(*notifier));
	notifier->function = function;
	notifier->arg = arg;
	notifier->registrant = registrant;
	notifier->owner = owner;
	owner_hold(owner);
	notifier->born = instance->events;
	notifier->withdrawn = UINT64_MAX;
	while (*link != NULL)
		link = &(*link)->next;
	*link = notifier;
	notifier->counted = pair_own(instance, registrant);
	instance->undelivered = true;
	return 0;
}

int
notify_remove(struct instance *instance, hook_notify_fn_t function)
{
	struct notifier *notifier = notify_find(instance, function);

	if (notifier == NULL)
		return ESRCH;
	notifier->leaving = true;
	instance->undelivered = true;
	return 0;
}

unsigned
notify_free_left(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct notifier *notifier;
	unsigned count = 0;

	for (notifier = instance->notifiers; notifier != NULL;
	     notifier = notifier->next) {
		if (notifier->dead ||
		    (registrant != NULL &&
			notifier->registrant != registrant) ||
		    (owner != NULL && notifier->owner != owner))
			continue;
		notifier_end(instance, notifier);
		count++;
	}
	notify_purge(instance);
	return count;
}

struct owner *
notify_left_owner(const struct instance *instance)
{
	const struct notifier *notifier = instance->notifiers;

	while (notifier != NULL && notifier->dead)
		notifier = notifier->next;
	return notifier != NULL ? notifier->owner : NULL;
}
