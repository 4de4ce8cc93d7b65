/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_state.c: owns the last error of each watcher and directory, and the
 * counters: numbers that need no lock. The netns thread writes, any reads.
 */
#include "source/netns/netns_state.h"

#include <stdatomic.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "source/netns/netns.h"

static const struct netns_watcher_view watchers[NETNS_WATCHERS] = {
    [NETNS_WATCHER_NAMES] = {.name = "watch-names",
	.what = "inotify does not tell of names; mounts still do, and "
		"everything is looked at now and then",
	.remedy = "raise fs.inotify.max_user_instances and the limit of open "
		  "files"},
    [NETNS_WATCHER_MOUNTS] = {.name = "watch-mounts",
	.what = "not each mount is told; names are looked at one by one, now "
		"and then",
	.remedy = "raise fs.fanotify.max_user_groups and the limit of open "
		  "files"},
    [NETNS_WATCHER_LINKS] = {.name = "watch-links",
	.what = "interfaces in namespaces are not known, and their end is "
		"noticed late",
	.remedy = "raise user.max_net_namespaces and the limit of open files"},
    [NETNS_WATCHER_PROCESSES] = {.name = "watch-processes",
	.what = "some processes cannot be looked at, which may keep "
		"namespaces",
	.remedy = "raise the limit of open files"},
};

static _Atomic int watcher_errors[NETNS_WATCHERS];
static _Atomic int directory_errors[NETNS_DIRECTORIES_MAX];
static _Atomic uint64_t counters[NETNS_COUNTERS];

void
netns_watcher_set(enum netns_watcher watcher, int error)
{
	int before = atomic_exchange(&watcher_errors[watcher], error);

	if (error == before)
		return;
	if (error != 0)
		log_warning("netns", "%s: %s: %s; it is tried again",
		    watchers[watcher].name, watchers[watcher].what,
		    strerror(-error));
	else
		log_info("netns", "%s: works again", watchers[watcher].name);
}

struct netns_watcher_view
netns_watcher_view(enum netns_watcher watcher)
{
	struct netns_watcher_view view = watchers[watcher];

	view.error = atomic_load(&watcher_errors[watcher]);
	return view;
}

void
netns_directory_set(size_t index, int error)
{
	ASSERT(index < NETNS_DIRECTORIES_MAX);
	atomic_store(&directory_errors[index], error);
}

int
netns_directory_error(size_t index)
{
	ASSERT(index < NETNS_DIRECTORIES_MAX);
	return atomic_load(&directory_errors[index]);
}

uint64_t
netns_count(enum netns_counter counter, int64_t by)
{
	return atomic_fetch_add(&counters[counter], (uint64_t)by) +
	       (uint64_t)by;
}
