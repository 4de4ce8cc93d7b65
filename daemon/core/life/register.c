/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.c: what registering, unregistering, retiring and retrying mean for
 * the instances there are: each lists or marks under the core's lock, then
 * sweeps. Called from any thread; owns nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/hook/hook_run.h"
#include "core/life/leftovers.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/callback/step.h"
#include "core/life/pair.h"
#include "core/object/registry.h"
#include "core/life/sweep.h"
#include "core/object/table.h"
#include "core/callback/timeout.h"

static bool
callbacks_are_valid(const net_instance_t *callbacks)
{
	return callbacks != NULL && callbacks->nin_version == NETINFO_VERSION &&
	       callbacks->nin_create != NULL &&
	       callbacks->nin_destroy != NULL && callbacks->nin_name != NULL &&
	       callbacks->nin_name[0] != '\0' &&
	       strnlen(callbacks->nin_name, REGISTRANT_NAME_MAX + 1) <=
		   REGISTRANT_NAME_MAX;
}

static bool
visit_create(struct instance *instance, void *subject)
{
	return pair_catch_up(instance, subject);
}

static void
finish_register(void *subject)
{
	registrant_release(subject);
}

static const struct sweep_kind sweep_register = {
    .phases = {visit_create},
    .finish = finish_register,
};

int
registrant_register_driven(struct owner *owner, const net_instance_t *callbacks,
    hook_notify_fn_t notify, const struct pair_driver *driver,
    core_done_fn done, void *arg)
{
	struct registrant *registrant;
	netid_t last;
	int error = 0;

	if (!callbacks_are_valid(callbacks))
		return -EINVAL;
	registrant = registrant_create(owner, callbacks, notify, driver);
	lock_enter(&core.lock);
	if (core.stopping || owner_is_retired(owner))
		error = -ESHUTDOWN;
	else if (registry_find_by_name(callbacks->nin_name) != NULL)
		error = -EEXIST;
	else
		registry_append(registrant);
	/* From here on, instances that are born see it by themselves. */
	last = table_last_id();
	lock_exit(&core.lock);
	if (error != 0) {
		registrant_release(registrant);
		return error;
	}
	sweep_start(&sweep_register, true, 0, last, registrant, done, arg);
	return 0;
}

int
registrant_register(struct owner *owner, const net_instance_t *callbacks,
    hook_notify_fn_t notify, core_done_fn done, void *arg)
{
	return registrant_register_driven(
	    owner, callbacks, notify, &pair_driver_direct, done, arg);
}

static bool
visit_shutdown(struct instance *instance, void *subject)
{
	return pair_shutdown_one(instance, subject);
}

static bool
visit_destroy(struct instance *instance, void *subject)
{
	return pair_destroy_one(instance, subject);
}

static void
finish_unregister(void *subject)
{
	struct registrant *registrant = subject;
	struct registrant_waiter *waiter, *next;

	lock_enter(&core.lock);
	registry_remove(registrant);
	waiter = registrant->waiters;
	registrant->waiters = NULL;
	lock_exit(&core.lock);
	for (; waiter != NULL; waiter = next) {
		next = waiter->next;
		waiter->done(waiter->arg, 0);
		free(waiter);
	}
	registrant_release(registrant); /* the list's */
	registrant_release(registrant); /* the sweep's */
}

/* Its hooks are gone, but some thread may be inside of one. */
static void
drain_of_registrant(void *subject, struct hook_drain *drain)
{
	drain->registrant = subject;
}

static const struct sweep_kind sweep_unregister = {
    .phases = {visit_shutdown, visit_destroy},
    .finish = finish_unregister,
    .name_drain = drain_of_registrant,
};

static bool
callbacks_are_those(
    const net_instance_t *callbacks, const struct registrant *registrant)
{
	const net_instance_t *own = &registrant->callbacks;

	return callbacks->nin_create == own->nin_create &&
	       callbacks->nin_destroy == own->nin_destroy &&
	       callbacks->nin_shutdown == own->nin_shutdown;
}

/* The core's lock is held; a reference for the sweep. False: it has begun. */
static bool
unregister_begin(struct registrant *registrant)
{
	if (registrant->unregistered)
		return false;
	registrant->unregistered = true;
	atomic_store(&registrant->leaving, true);
	registrant_hold(registrant);
	return true;
}

int
registrant_unregister(
    const net_instance_t *callbacks, core_done_fn done, void *arg)
{
	struct registrant *registrant;
	int error = 0;

	if (callbacks == NULL || callbacks->nin_name == NULL)
		return -ENOENT;
	lock_enter(&core.lock);
	registrant = registry_find_by_name(callbacks->nin_name);
	if (registrant == NULL || !callbacks_are_those(callbacks, registrant))
		error = -ENOENT;
	else if (frame_is_of(registrant))
		error = -EDEADLK;
	else if (!unregister_begin(registrant))
		error = -EALREADY;
	lock_exit(&core.lock);
	if (error == 0)
		sweep_start(&sweep_unregister, true, 0, INSTANCE_ID_MAX,
		    registrant, done, arg);
	return error;
}

static bool
visit_retry(struct instance *instance, void *subject)
{
	return pair_retry(instance, subject);
}

static void
finish_owner(void *subject)
{
	owner_release(subject);
}

static const struct sweep_kind sweep_retry = {
    .phases = {visit_retry},
    .finish = finish_owner,
};

void
owner_retry(struct owner *owner, core_done_fn done, void *arg)
{
	owner_hold(owner);
	sweep_start(&sweep_retry, false, 0, INSTANCE_ID_MAX, owner, done, arg);
}

/* What an owner left where none of its registrants cleaned up. */
static bool
visit_disown(struct instance *instance, void *subject)
{
	reclaim_leftovers(instance, NULL, subject);
	return notify_deliver(instance);
}

/* Also on instances that are gone, and hooks that took themselves away. */
static void
drain_of_owner(void *subject, struct hook_drain *drain)
{
	drain->owner = subject;
}

static const struct sweep_kind sweep_disown = {
    .phases = {visit_disown},
    .finish = finish_owner,
    .name_drain = drain_of_owner,
};

/* Before its registrants leave: they may use what those have made. */
static bool
visit_silence(struct instance *instance, void *subject)
{
	timeout_cancel(instance, NULL, subject);
	return true;
}

static const struct sweep_kind sweep_silence = {
    .phases = {visit_silence},
    .finish = finish_owner,
};

struct retirement {
	struct owner *owner; /* a reference */
	core_done_fn done;
	void *arg;
};

static void
registrant_add_waiter(
    struct registrant *registrant, core_done_fn done, void *arg)
{
	struct registrant_waiter *waiter = memory_alloc(sizeof(*waiter));

	waiter->done = done;
	waiter->arg = arg;
	waiter->next = registrant->waiters;
	registrant->waiters = waiter;
}

/* Takes the newest registrant away, and comes back for the next one. */
static void
retire_next(void *arg, int error)
{
	struct retirement *retirement = arg;
	struct registrant *registrant;
	bool leaves_already = false;

	(void)error;
	lock_enter(&core.lock);
	registrant = registry_newest_of(retirement->owner);
	if (registrant != NULL) {
		leaves_already = !unregister_begin(registrant);
		if (leaves_already)
			registrant_add_waiter(
			    registrant, retire_next, retirement);
	}
	lock_exit(&core.lock);
	if (registrant == NULL) {
		sweep_start(&sweep_disown, false, 0, INSTANCE_ID_MAX,
		    retirement->owner, retirement->done, retirement->arg);
		free(retirement);
	} else if (!leaves_already) {
		sweep_start(&sweep_unregister, false, 0, INSTANCE_ID_MAX,
		    registrant, retire_next, retirement);
	}
}

void
owner_retire(struct owner *owner, core_done_fn done, void *arg)
{
	struct retirement *retirement = memory_alloc(sizeof(*retirement));

	owner_hold(owner);
	*retirement = (struct retirement){owner, done, arg};
	/*
	 * Under the lock: a registration is before it, and swept, or refused.
	 * No instance that is born from here on has a pair with any of them, so
	 * none is asked for what the owner is refused.
	 */
	lock_enter(&core.lock);
	registry_leave(owner);
	owner_retire_begin(owner);
	lock_exit(&core.lock);
	if (!timeout_has_any(owner)) {
		retire_next(retirement, 0);
		return;
	}
	owner_hold(owner);
	sweep_start(&sweep_silence, false, 0, INSTANCE_ID_MAX, owner,
	    retire_next, retirement);
}
