/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_names.h: the names of network namespaces: the entries of the watched
 * directories on which a namespace is mounted. Watches the directories (which
 * may not exist yet, be replaced, be mounted over), wakes up by mount events,
 * or by inotify and /proc/self/mountinfo where the kernel has none, and tells
 * only what is so: a name that appears leads, now, to that namespace. All on
 * the netns thread, from its event base.
 */
#ifndef NETINST_SOURCE_NETNS_NAMES_H
#define NETINST_SOURCE_NETNS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/netns/kernel/netns_kernel.h"

struct event_base;
struct netns_names;

/* What the tracker is told, in order. */
struct netns_names_events {
	/*
	 * path/name leads to that namespace. fd is the callee's. A name that
	 * leads elsewhere than before is told gone first.
	 */
	void (*appeared)(void *arg, const char *directory, const char *name,
	    int fd, const struct netns_identity *identity);
	void (*gone)(void *arg, const char *directory, const char *name,
	    const struct netns_identity *identity);
	/* After each batch of the above. */
	void (*settled)(void *arg);
	/* Events were lost and everything was looked at again; why: a word. */
	void (*resynced)(void *arg, const char *why);
	void *arg;
};

/*
 * Subscribes, scans, reconciles; what is there already has appeared when this
 * returns. directories: absolute paths; copied. Whatever is missing of what can
 * watch them is tried again, and they are looked at now and then meanwhile; so
 * is what could not be looked at (netns_state.h tells).
 */
struct netns_names *netns_names_start(struct event_base *base,
    const char *const *directories, size_t count,
    const struct netns_names_events *events);
void netns_names_stop(struct netns_names *names);

/*
 * Whether some are links to processes. These go to other namespaces without a
 * word, so they have to be followed now and then.
 */
bool netns_names_have_links(const struct netns_names *names);
void netns_names_follow_links(struct netns_names *names);

/* An entry that is no namespace, and why; any thread, under a lock. */
struct netns_stale_view {
	const char *directory, *name;
	const char *reason;
	bool passing;  /* it may be a namespace all the same */
	int64_t since; /* realtime, ns */
};
typedef void (*netns_stale_visit_fn)(
    void *arg, const struct netns_stale_view *stale);
/*
 * Visits at most NETNS_STALE_MAX, NULL: none; total: how many there are.
 */
#define NETNS_STALE_MAX 256
void netns_stale_visit(netns_stale_visit_fn visit, void *arg, uint64_t *total);

#endif
