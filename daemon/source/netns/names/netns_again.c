/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_again.c: tries again what failed for the names: to open a watch, to
 * read a directory, to open an entry. Such a failure says nothing of a
 * namespace. The first try comes soon; while a watch is missing, each try
 * examines everything. Owns the watches and the timer; netns thread.
 */
#include <errno.h>

#include <event2/event.h>

#include "base/check.h"
#include "source/netns/names/netns_names_impl.h"
#include "source/netns/netns_state.h"
#include "source/netns/netns_timer.h"
#include "source/netns/kernel/netns_watch.h"

/* --- the watches ---------------------------------------------------------- */

static void
again_readable(evutil_socket_t fd, short what, void *arg)
{
	struct netns_names *names = arg;

	(void)fd, (void)what;
	names->wake(names);
}

/* NULL: there is no room to wait for it. */
static struct event *
again_listen(struct netns_names *names, int fd)
{
	struct event *event = event_new(
	    names->base, fd, EV_READ | EV_PERSIST, again_readable, names);

	if (event == NULL || event_add(event, NULL) == 0)
		return event;
	event_free(event);
	return NULL;
}

static int
again_open_watch(struct netns_names *names)
{
	int error = netns_watch_open(names->watch);

	if (error != 0 || names->watch_event != NULL)
		return error;
	names->watch_event = again_listen(names, netns_watch_fd(names->watch));
	return names->watch_event != NULL ? 0 : -ENOMEM;
}

static void
again_close_mount(struct netns_names *names)
{
	if (names->mount_event != NULL)
		event_free(names->mount_event);
	if (names->mount != NULL)
		netns_mount_destroy(names->mount);
	names->mount_event = NULL;
	names->mount = NULL;
}

static void
again_take_mount(struct netns_names *names, struct netns_mounts *mount)
{
	again_close_mount(names);
	names->mount = mount;
	names->mount_event = again_listen(names, netns_mount_fd(mount));
	if (names->mount_event != NULL)
		return;
	again_close_mount(names);
	names->mount_missing = -ENOMEM;
}

/* Why mounts are not told one by one, or 0. */
static int
again_mount_error(const struct netns_names *names)
{
	return names->mount != NULL ? netns_mount_error(names->mount)
				    : names->mount_missing;
}

/* The better way, if there is one now. */
static int
again_open_mount(struct netns_names *names)
{
	struct netns_mounts *mount;

	if (names->mount != NULL && netns_mount_error(names->mount) == 0)
		return 0;
	mount = netns_mount_create(&names->mounted);
	if (mount == NULL)
		names->mount_missing = -errno;
	else if (names->mount == NULL || netns_mount_error(mount) == 0)
		again_take_mount(names, mount);
	else
		netns_mount_destroy(mount);
	return again_mount_error(names);
}

/* Those that are missing; each stands alone. */
static void
again_open(struct netns_names *names)
{
	netns_watcher_set(NETNS_WATCHER_NAMES, again_open_watch(names));
	netns_watcher_set(NETNS_WATCHER_MOUNTS, again_open_mount(names));
}

/* --- what is to be tried -------------------------------------------------- */

/* Why a directory is not followed by events, or 0; tells it, too. */
static int
again_directory_error(struct netns_directory *directory)
{
	const struct netns_names *names = directory->names;
	int error = directory->unwatched;

	if (error == 0 && directory->there)
		error = directory->unread;
	netns_directory_set((size_t)(directory - names->directories), error);
	return error;
}

static bool
again_all_is_watched(const struct netns_names *names)
{
	return names->watch_event != NULL && again_mount_error(names) == 0;
}

void
netns_again_later(struct netns_names *names)
{
	bool again = names->unsure > 0 || !again_all_is_watched(names);

	for (size_t i = 0; i < names->directory_count; i++)
		again |= again_directory_error(&names->directories[i]) != 0;
	if (!again) {
		names->again_delay = NETNS_AGAIN_MIN;
		(void)event_del(names->again);
	} else {
		netns_timer_need(names->again, names->again_delay);
	}
}

static void
again_try(evutil_socket_t fd, short what, void *arg)
{
	struct netns_names *names = arg;

	(void)fd, (void)what;
	if (names->again_delay < NETNS_AGAIN_MAX)
		names->again_delay *= 2;
	if (!again_all_is_watched(names)) {
		again_open(names);
		netns_entries_touch_everything(names);
	}
	for (size_t i = 0; i < names->directory_count; i++) {
		if (again_directory_error(&names->directories[i]) == 0)
			continue;
		names->resolve = true;
		names->directories[i].scan = true;
	}
	names->wake(names);
}

/* --- start and end -------------------------------------------------------- */

void
netns_again_start(struct netns_names *names,
    const struct netns_watch_events *watched,
    const struct netns_mount_events *mounted)
{
	names->watch = netns_watch_create(watched);
	names->mounted = *mounted;
	names->again_delay = NETNS_AGAIN_MIN;
	names->again = evtimer_new(names->base, again_try, names);
	ASSERT(names->again != NULL);
	again_open(names);
}

void
netns_again_stop(struct netns_names *names)
{
	event_free(names->again);
	if (names->watch_event != NULL)
		event_free(names->watch_event);
	netns_watch_destroy(names->watch);
	again_close_mount(names);
}
