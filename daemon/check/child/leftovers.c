/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.c: owns the counts that were seen last. A row says which counter of
 * the core is which kind of finding.
 */
#include "check/child/leftovers.h"

#include <stdatomic.h>

#include "base/check.h"
#include "check/child/kstats.h"
#include "core/object/owner.h"

static const struct {
	size_t member;
	enum kind kind;
	const char *what;
} rows[] = {
    {offsetof(struct owner_leftovers, notifies), KIND_NOTIFY_LEFT,
	"notify registrations"},
    {offsetof(struct owner_leftovers, protocols), KIND_PROTOCOL_LEFT,
	"protocols"},
    {offsetof(struct owner_leftovers, hooks), KIND_HOOK_LEFT, "hooks"},
};

static struct {
	struct owner *_Atomic owner;
	_Atomic uint64_t seen[ARRAY_LENGTH(rows)];
	_Atomic netid_t instance;
	const char *_Atomic callback;
} leftovers = {.instance = NOWHERE, .callback = ""};

void
leftovers_of(struct owner *owner)
{
	owner_hold(owner);
	atomic_store(&leftovers.owner, owner);
}

void
leftovers_expect(const struct place *place)
{
	atomic_store(&leftovers.instance, place->instance);
	atomic_store(&leftovers.callback, place->callback);
}

void
leftovers_look(void)
{
	struct owner *owner = atomic_load(&leftovers.owner);
	struct place place = {atomic_load(&leftovers.callback), "",
	    atomic_load(&leftovers.instance)};
	struct owner_leftovers now;
	uint64_t count, before;
	size_t i;

	if (owner == NULL)
		return;
	owner_read_leftovers(owner, &now);
	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		count = *(uint64_t *)(void *)((char *)&now + rows[i].member);
		before = atomic_exchange(&leftovers.seen[i], count);
		if (count > before)
			board_reportf(rows[i].kind, &place, "",
			    "%s that were still there when it had returned: "
			    "%llu",
			    rows[i].what, (unsigned long long)(count - before));
	}
}
