/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_stale.c: the list of entries that are no namespaces, oldest first.
 * Written on the netns thread, visited by any, under one lock. What is on it is
 * part of an entry.
 */
#include <stdlib.h>

#include "base/lock.h"
#include "lib/clock.h"
#include "source/netns/names/netns_names_impl.h"

static struct {
	struct lock lock;
	TAILQ_HEAD(stales, netns_stale) list;
	uint64_t count;
} stale_list = {
    LOCK_INITIALIZER(LOCK_STALE),
    TAILQ_HEAD_INITIALIZER(stale_list.list),
    0,
};

void
netns_stale_set(struct netns_stale *stale, const char *reason, bool passing)
{
	if (stale->reason == reason && stale->passing == passing)
		return;
	lock_enter(&stale_list.lock);
	if (stale->reason == NULL && reason != NULL) {
		stale->since = clock_realtime();
		TAILQ_INSERT_TAIL(&stale_list.list, stale, link);
		stale_list.count++;
	} else if (stale->reason != NULL && reason == NULL) {
		TAILQ_REMOVE(&stale_list.list, stale, link);
		stale_list.count--;
	}
	stale->reason = reason;
	stale->passing = passing;
	lock_exit(&stale_list.lock);
}

void
netns_stale_visit(netns_stale_visit_fn visit, void *arg, uint64_t *total)
{
	const struct netns_stale *stale;
	size_t left = NETNS_STALE_MAX;

	lock_enter(&stale_list.lock);
	TAILQ_FOREACH (stale, &stale_list.list, link) {
		struct netns_stale_view view = {stale->directory, stale->name,
		    stale->reason, stale->passing, stale->since};

		if (visit == NULL || left-- == 0)
			break;
		visit(arg, &view);
	}
	*total = stale_list.count;
	lock_exit(&stale_list.lock);
}
