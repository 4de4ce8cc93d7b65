/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_state.h: what the source counts, and whether each watcher by which it
 * learns of namespaces works now. They are independent: one that fails is tried
 * again. What the kernel could do, netns_feature.h says.
 */
#ifndef NETINST_SOURCE_NETNS_STATE_H
#define NETINST_SOURCE_NETNS_STATE_H

#include <stddef.h>
#include <stdint.h>

enum netns_watcher {
	NETNS_WATCHER_NAMES,	 /* inotify */
	NETNS_WATCHER_MOUNTS,	 /* fanotify, or the table of mounts */
	NETNS_WATCHER_LINKS,	 /* rtnetlink */
	NETNS_WATCHER_PROCESSES, /* /proc */
	NETNS_WATCHERS
};

struct netns_watcher_view {
	const char *name;   /* "watch-names", ...: stable */
	const char *what;   /* what works less well without it; a sentence */
	const char *remedy; /* likewise */
	int error;	    /* 0: it works; else why not, a negative errno */
};

/* What is new is logged. netns thread. */
void netns_watcher_set(enum netns_watcher watcher, int error);
/* Any thread. */
struct netns_watcher_view netns_watcher_view(enum netns_watcher watcher);

/*
 * Why the directory of that index cannot be watched or read, though it is
 * there; 0: it is, or is waited for. Set: netns thread; any other looks.
 */
void netns_directory_set(size_t index, int error);
int netns_directory_error(size_t index);

enum netns_counter {
	NETNS_COUNT_LIVES, /* there are now */
	NETNS_COUNT_RESYNCS,
	NETNS_COUNT_UNHOLDABLE,
	NETNS_COUNT_LATE,
	NETNS_COUNT_LEAKS,
	NETNS_COUNTERS
};

/* Adds and returns the sum; by 0 it is read. Any thread. */
uint64_t netns_count(enum netns_counter counter, int64_t by);

#endif
