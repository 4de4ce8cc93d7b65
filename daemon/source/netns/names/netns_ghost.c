/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_ghost.c: the list of entries that are no namespaces, oldest first.
 * Written on the netns thread, visited by any, under one lock. The ghosts
 * themselves are parts of entries.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/lock.h"
#include "source/netns/names/netns_names_impl.h"

static struct {
	struct lock lock;
	TAILQ_HEAD(ghosts, netns_ghost) list;
	uint64_t count;
} ghosts = {
    LOCK_INITIALIZER(LOCK_GHOSTS),
    TAILQ_HEAD_INITIALIZER(ghosts.list),
    0,
};

void
netns_ghost_set(struct netns_ghost *ghost, const char *reason, bool passing)
{
	if (ghost->reason == reason && ghost->passing == passing)
		return;
	lock_enter(&ghosts.lock);
	if (ghost->reason == NULL && reason != NULL) {
		ghost->since = clock_realtime();
		TAILQ_INSERT_TAIL(&ghosts.list, ghost, link);
		ghosts.count++;
	} else if (ghost->reason != NULL && reason == NULL) {
		TAILQ_REMOVE(&ghosts.list, ghost, link);
		ghosts.count--;
	}
	ghost->reason = reason;
	ghost->passing = passing;
	lock_exit(&ghosts.lock);
}

void
netns_ghosts_visit(netns_ghost_visit_fn visit, void *arg, uint64_t *total)
{
	const struct netns_ghost *ghost;
	size_t left = NETNS_GHOSTS_MAX;

	lock_enter(&ghosts.lock);
	TAILQ_FOREACH (ghost, &ghosts.list, link) {
		struct netns_ghost_view view = {ghost->directory, ghost->name,
		    ghost->reason, ghost->passing, ghost->since};

		if (left-- == 0)
			break;
		visit(arg, &view);
	}
	*total = ghosts.count;
	lock_exit(&ghosts.lock);
}
