/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_names.c: ties the watches (netns_watch.h: names; netns_mount.h: mounts)
 * to the entries of the directories. What is told by a watch is only noted;
 * then, when nothing more is to be read, everything noted is looked at once:
 * ways first, directories next, entries last. So an event that comes late finds
 * nothing new, and one that is lost costs a look at everything. Netns thread.
 */
#include "source/netns/names/netns_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/log.h"
#include "source/netns/kernel/netns_mount.h"
#include "source/netns/names/netns_names_impl.h"
#include "source/netns/kernel/netns_watch.h"

/* At events that came meanwhile, before the loop has its turn. */
#define LOOKS_MAX 16

/* --- what is noted -------------------------------------------------------- */

static void
names_touch_symlinks(struct netns_names *names)
{
	struct netns_entry *entry;

	TAILQ_FOREACH (entry, &names->symlinks, symlink_link)
		netns_entry_touch(entry, false);
}

static void
names_touch_unsure(struct netns_names *names)
{
	struct netns_entry *entry, *next;

	if (names->unsure == 0)
		return;
	for (size_t i = 0; i < names->directory_count; i++)
		HASH_ITER (by_name, names->directories[i].entries, entry, next)
			if (entry->unsure)
				netns_entry_touch(entry, false);
}

static void
names_entry(void *arg, size_t index, const char *name)
{
	struct netns_names *names = arg;

	netns_entry_touch(
	    netns_entry_get(&names->directories[index], name), true);
}

static void
names_way(void *arg, size_t index, bool itself)
{
	struct netns_names *names = arg;

	names->resolve = true;
	if (itself)
		names->directories[index].replaced = true;
}

static void
names_watch_lost(void *arg)
{
	((struct netns_names *)arg)->lost = "inotify-overflow";
}

static void
names_mount_lost(void *arg)
{
	((struct netns_names *)arg)->lost = "mount-overflow";
}

/* Of a directory that is there: length bytes of path. */
static struct netns_directory *
names_find_directory(struct netns_names *names, const char *path, size_t length)
{
	for (size_t i = 0; i < names->directory_count; i++) {
		struct netns_directory *directory = &names->directories[i];

		if (directory->there &&
		    strncmp(directory->real, path, length) == 0 &&
		    directory->real[length] == '\0')
			return directory;
	}
	return NULL;
}

/* On an entry, or on a step of the way to a directory. */
static void
names_attached(void *arg, const char *path)
{
	struct netns_names *names = arg;
	const char *slash = strrchr(path, '/');
	struct netns_directory *directory = NULL;

	if (slash != NULL && slash > path)
		directory =
		    names_find_directory(names, path, (size_t)(slash - path));
	if (directory != NULL)
		netns_entry_touch(netns_entry_get(directory, slash + 1), false);
	else
		names->resolve = true;
	names_touch_symlinks(names);
}

static void
names_detached(void *arg, uint64_t mount)
{
	struct netns_names *names = arg;
	struct netns_entry *entry;

	HASH_FIND(by_mount, names->by_mount, &mount, sizeof(mount), entry);
	if (entry != NULL)
		netns_entry_touch(entry, false);
	else
		names->resolve = true;
	names_touch_symlinks(names);
}

static void
names_changed(void *arg)
{
	struct netns_names *names = arg;

	names->resolve = true;
	for (size_t i = 0; i < names->directory_count; i++)
		netns_entries_touch(&names->directories[i]);
}

/* --- directories ---------------------------------------------------------- */

static bool
directory_is_at(const struct netns_directory *directory, const char *real,
    const struct netns_stat *status)
{
	return directory->there && directory->status.device == status->device &&
	       directory->status.inode == status->inode &&
	       directory->status.mount == status->mount &&
	       strcmp(directory->real, real) == 0;
}

/* Whether one of the directories before it is the same one. */
static bool
directory_is_other_too(const struct netns_directory *directory,
    const char *real, const struct netns_stat *status)
{
	const struct netns_directory *other = directory->names->directories;

	for (; other < directory; other++)
		if (directory_is_at(other, real, status))
			return true;
	return false;
}

/* What the way leads to now; 0 or a negative errno. */
static int
directory_find(
    struct netns_directory *directory, char *real, struct netns_stat *status)
{
	struct netns_names *names = directory->names;
	size_t index = (size_t)(directory - names->directories);
	int error =
	    netns_watch_walk(names->watch, index, directory->path, real);

	directory->unwatched = netns_watch_error(names->watch);
	if (error == 0)
		error = netns_stat_at(AT_FDCWD, real, status);
	if (error == 0 && directory_is_other_too(directory, real, status))
		error = -EEXIST;
	if (netns_is_passing(error) && error != -EEXIST)
		directory->unwatched = error;
	return error;
}

static void
directory_resolve(struct netns_directory *directory)
{
	struct netns_stat status = {0};
	char real[PATH_MAX];
	int error = directory_find(directory, real, &status);
	bool there = error == 0;
	bool same = there ? directory_is_at(directory, real, &status)
			  : !directory->there;

	/* It may be where it was. */
	if (netns_is_passing(error) && error != -EEXIST && directory->there)
		return;
	if (same && !directory->replaced)
		return;
	directory->replaced = false;
	directory->there = there;
	directory->scan = there;
	directory->status = status;
	if (there)
		(void)memcpy(directory->real, real, strlen(real) + 1);
	netns_entries_touch(directory);
}

/* False: it has as many entries as may be. */
static bool
directory_take(struct netns_directory *directory, const struct dirent *found)
{
	struct netns_entry *entry;

	if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
		return true;
	if (HASH_CNT(by_name, directory->entries) >= NETNS_ENTRIES_MAX)
		return false;
	entry = netns_entry_get(directory, found->d_name);
	/* What is a plain file here needs no second status. */
	entry->examine = found->d_type != DT_REG || entry->is_symlink;
	netns_entry_touch(entry, false);
	return true;
}

/* It is tried again, also when nothing happens. */
static void
directory_is_unread(struct netns_directory *directory, int error)
{
	if (directory->unread == 0)
		log_warning("netns", "%s cannot be read: %s", directory->path,
		    strerror(-error));
	directory->unread = error;
}

static void
directory_scan(struct netns_directory *directory)
{
	DIR *stream = opendir(directory->real);
	const struct dirent *found;
	bool full = false;

	directory->scan = false;
	if (stream == NULL) {
		directory_is_unread(directory, -errno);
		return;
	}
	while (!full && (errno = 0, found = readdir(stream)) != NULL)
		full = !directory_take(directory, found);
	if (!full && errno != 0)
		directory_is_unread(directory, -errno);
	else
		directory->unread = 0;
	(void)closedir(stream);
	if (full && !directory->crowded)
		log_warning("netns",
		    "%s has more than %d entries; the others are found only "
		    "when a namespace is mounted on them",
		    directory->path, NETNS_ENTRIES_MAX);
	directory->crowded = full;
}

/* --- looking -------------------------------------------------------------- */

static void
names_read(struct netns_names *names)
{
	if (names->mount != NULL)
		netns_mount_read(names->mount);
	netns_watch_read(names->watch);
}

static void
names_look_once(struct netns_names *names)
{
	names_touch_unsure(names);
	if (names->resolve)
		for (size_t i = 0; i < names->directory_count; i++)
			directory_resolve(&names->directories[i]);
	names->resolve = false;
	for (size_t i = 0; i < names->directory_count; i++)
		if (names->directories[i].scan && names->directories[i].there)
			directory_scan(&names->directories[i]);
	while (!TAILQ_EMPTY(&names->dirty))
		netns_entry_look(TAILQ_FIRST(&names->dirty));
}

static bool
names_has_to_look(const struct netns_names *names)
{
	if (names->resolve || !TAILQ_EMPTY(&names->dirty))
		return true;
	for (size_t i = 0; i < names->directory_count; i++)
		if (names->directories[i].scan && names->directories[i].there)
			return true;
	return false;
}

/*
 * What is looked at may be ahead of the events that were read: a name is gone,
 * and that its namespace got another one before stands in those to come. So
 * nothing is settled before these were read, too, however many turns of the
 * loop that takes.
 */
static void
names_look(struct netns_names *names)
{
	unsigned looks = 0;

	do {
		names_look_once(names);
		if (names->unsettled)
			names_read(names);
	} while (names->unsettled && names->lost == NULL &&
		 names_has_to_look(names) && ++looks < LOOKS_MAX);
	if (names->lost != NULL)
		return; /* everything is looked at first */
	if (names_has_to_look(names)) {
		event_active(names->go_on, EV_TIMEOUT, 0);
		return;
	}
	if (names->unsettled)
		names->events.settled(names->events.arg);
	names->unsettled = false;
}

/* Again, if it was asked for meanwhile. */
static void
names_run(struct netns_names *names)
{
	if (names->busy)
		return;
	names->busy = true;
	do {
		const char *lost = names->lost;

		names->lost = NULL;
		if (lost != NULL)
			netns_entries_touch_everything(names);
		names_look(names);
		if (lost != NULL)
			names->events.resynced(names->events.arg, lost);
	} while (names->lost != NULL);
	netns_again_later(names);
	names->busy = false;
}

static void
names_wake(struct netns_names *names)
{
	names_read(names);
	names_run(names);
}

static void
names_go_on(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	names_run(arg);
}

bool
netns_names_have_links(const struct netns_names *names)
{
	return names->processes > 0;
}

void
netns_names_follow_links(struct netns_names *names)
{
	struct netns_entry *entry;

	TAILQ_FOREACH (entry, &names->symlinks, symlink_link) {
		if (entry->pidfd >= 0)
			netns_entry_touch(entry, false);
	}
	names_run(names);
}

/* --- start and end -------------------------------------------------------- */

static void
names_set_directories(
    struct netns_names *names, const char *const *directories, size_t count)
{
	names->directories =
	    memory_zalloc(count * sizeof(*names->directories) + 1);
	names->directory_count = count;
	for (size_t i = 0; i < count; i++) {
		names->directories[i].names = names;
		names->directories[i].path = memory_strdup(directories[i]);
	}
}

struct netns_names *
netns_names_start(struct event_base *base, const char *const *directories,
    size_t count, const struct netns_names_events *events)
{
	struct netns_names *names = memory_zalloc(sizeof(*names));

	names->events = *events;
	names->base = base;
	names->wake = names_wake;
	names->go_on = evtimer_new(base, names_go_on, names);
	ASSERT(names->go_on != NULL);
	TAILQ_INIT(&names->dirty);
	TAILQ_INIT(&names->symlinks);
	names_set_directories(names, directories, count);
	netns_again_start(names,
	    &(struct netns_watch_events){
		names_entry, names_way, names_watch_lost, names},
	    &(struct netns_mount_events){names_attached, names_detached,
		names_changed, names_mount_lost, names});
	names->resolve = true;
	names_run(names);
	return names;
}

void
netns_names_stop(struct netns_names *names)
{
	struct netns_entry *entry, *next;

	for (size_t i = 0; i < names->directory_count; i++) {
		HASH_ITER (by_name, names->directories[i].entries, entry, next)
			netns_entry_free(entry);
		free(names->directories[i].path);
	}
	netns_again_stop(names);
	event_free(names->go_on);
	free(names->directories);
	free(names);
}
