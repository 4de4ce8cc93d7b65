/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_object.c: owns hooks as objects: their memory and references. Any
 * thread; no lock.
 */
#include "core/hook/hook.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/object/owner_impl.h"

void
hook_hold(struct hook_int *hook)
{
	(void)atomic_fetch_add_explicit(
	    &hook->references, 1, memory_order_relaxed);
}

void
hook_release(struct hook_int *hook)
{
	if (atomic_fetch_sub(&hook->references, 1) != 1)
		return;
	ASSERT(hook->kstat == NULL);
	if (hook->claim.registrant != NULL)
		registrant_release(hook->claim.registrant);
	owner_release(hook->claim.owner);
	free(hook->target);
	free(hook);
}

struct hook_int *
hook_new(netid_t home, const struct hook_spec *spec)
{
	size_t length = strlen(spec->name) + 1;
	struct hook_int *hook = memory_zalloc(sizeof(*hook) + length);

	memcpy(hook->name, spec->name, length);
	hook->entry.name = hook->name;
	atomic_init(&hook->function, spec->function);
	hook->arg = spec->arg;
	hook->home = home;
	hook->hint = spec->hint;
	hook->flags = spec->flags;
	if (spec->target != NULL)
		hook->target = memory_strdup(spec->target);
	hook->claim = spec->claim;
	owner_hold(hook->claim.owner);
	if (hook->claim.registrant != NULL)
		registrant_hold(hook->claim.registrant);
	atomic_init(&hook->references, 1);
	return hook;
}

/* In place of what was taken away. */
static int
do_nothing(hook_event_token_t token, hook_data_t data, void *arg)
{
	(void)token;
	(void)data;
	(void)arg;
	return 0;
}

bool
hook_is_over(const struct hook_int *hook)
{
	return atomic_load_explicit(&hook->function, memory_order_relaxed) ==
	       do_nothing;
}

void
hook_cease(struct hook_int *hook, uint64_t epoch)
{
	hook->epoch = epoch;
	/* Who runs an older list is at most inside of it already. */
	atomic_store_explicit(
	    &hook->function, do_nothing, memory_order_relaxed);
}
