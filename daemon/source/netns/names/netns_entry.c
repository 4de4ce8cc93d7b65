/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_entry.c: one entry of a watched directory: looks at what it is now,
 * cheaply when it is what it was, and tells the difference. Owns the entries,
 * the index of those that are mounts by the mount's id, and the list of those
 * that are symbolic links, which any mount may give another meaning. Netns
 * thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/check.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/names/netns_names_impl.h"

/* Bytes of a link's target that are looked at. */
#define TARGET_MAX 64

/* --- which there are ------------------------------------------------------ */

static struct netns_names *
entry_names(const struct netns_entry *entry)
{
	return entry->directory->names;
}

struct netns_entry *
netns_entry_get(struct netns_directory *directory, const char *name)
{
	size_t length = strlen(name);
	struct netns_entry *entry;

	HASH_FIND(by_name, directory->entries, name, length, entry);
	if (entry != NULL)
		return entry;
	entry = memory_zalloc(sizeof(*entry) + length + 1);
	(void)memcpy(entry->name, name, length + 1);
	entry->directory = directory;
	entry->pidfd = -1;
	entry->examine = true;
	entry->stale.directory = directory->path;
	entry->stale.name = entry->name;
	HASH_ADD_KEYPTR(
	    by_name, directory->entries, entry->name, length, entry);
	return entry;
}

void
netns_entry_touch(struct netns_entry *entry, bool examine)
{
	if (examine)
		entry->examine = true;
	if (!entry->dirty)
		TAILQ_INSERT_TAIL(
		    &entry_names(entry)->dirty, entry, dirty_link);
	entry->dirty = true;
}

void
netns_entries_touch(struct netns_directory *directory)
{
	struct netns_entry *entry, *next;

	HASH_ITER (by_name, directory->entries, entry, next)
		netns_entry_touch(entry, false);
}

void
netns_entries_touch_everything(struct netns_names *names)
{
	names->resolve = true;
	for (size_t i = 0; i < names->directory_count; i++) {
		names->directories[i].scan = true;
		netns_entries_touch(&names->directories[i]);
	}
}

static void
entry_set_symlink(struct netns_entry *entry, bool is_symlink)
{
	struct netns_entries *symlinks = &entry_names(entry)->symlinks;

	if (is_symlink && !entry->is_symlink)
		TAILQ_INSERT_TAIL(symlinks, entry, symlink_link);
	if (!is_symlink && entry->is_symlink)
		TAILQ_REMOVE(symlinks, entry, symlink_link);
	entry->is_symlink = is_symlink;
}

static void
entry_set_unsure(struct netns_entry *entry, bool unsure)
{
	struct netns_names *names = entry_names(entry);

	if (unsure != entry->unsure)
		names->unsure += unsure ? 1 : (size_t)-1;
	if (unsure && !entry->unsure)
		names->again_delay = NETNS_AGAIN_MIN;
	entry->unsure = unsure;
}

static void
entry_unmap(struct netns_entry *entry)
{
	if (entry->mount != 0)
		HASH_DELETE(by_mount, entry_names(entry)->by_mount, entry);
	entry->mount = 0;
}

/* Another entry that had this mount has lost it: it was moved here. */
static void
entry_map(struct netns_entry *entry, uint64_t mount)
{
	struct netns_names *names = entry_names(entry);
	struct netns_entry *other;

	entry_unmap(entry);
	if (mount == 0 || entry->is_symlink)
		return;
	HASH_FIND(by_mount, names->by_mount, &mount, sizeof(mount), other);
	if (other != NULL) {
		entry_unmap(other);
		netns_entry_touch(other, false);
	}
	entry->mount = mount;
	HASH_ADD(by_mount, names->by_mount, mount, sizeof(mount), entry);
}

static void
entry_leave_process(struct netns_entry *entry)
{
	if (entry->exit_event != NULL)
		event_free(entry->exit_event);
	if (entry->pidfd >= 0) {
		(void)close(entry->pidfd);
		entry_names(entry)->processes--;
	}
	entry->exit_event = NULL;
	entry->pidfd = -1;
}

void
netns_entry_free(struct netns_entry *entry)
{
	entry_unmap(entry);
	entry_leave_process(entry);
	entry_set_symlink(entry, false);
	entry_set_unsure(entry, false);
	netns_stale_set(&entry->stale, NULL, false);
	if (entry->dirty)
		TAILQ_REMOVE(&entry_names(entry)->dirty, entry, dirty_link);
	HASH_DELETE(by_name, entry->directory->entries, entry);
	free(entry);
}

/* --- telling -------------------------------------------------------------- */

static void
entry_report_gone(struct netns_entry *entry)
{
	struct netns_names *names = entry_names(entry);

	if (!entry->named)
		return;
	entry->named = false;
	names->unsettled = true;
	names->events.gone(names->events.arg, entry->directory->path,
	    entry->name, &entry->identity);
}

/* Steals fd. */
static void
entry_report_appeared(
    struct netns_entry *entry, int fd, const struct netns_identity *identity)
{
	struct netns_names *names = entry_names(entry);

	if (entry->named && netns_is_same(&entry->identity, identity)) {
		(void)close(fd);
		return;
	}
	entry_report_gone(entry);
	entry->named = true;
	entry->identity = *identity;
	names->unsettled = true;
	names->events.appeared(names->events.arg, entry->directory->path,
	    entry->name, fd, identity);
}

/* --- links to processes --------------------------------------------------- */

static void
entry_process_exited(evutil_socket_t fd, short what, void *arg)
{
	struct netns_entry *entry = arg;
	struct netns_names *names = entry_names(entry);

	(void)fd, (void)what;
	netns_entry_touch(entry, false);
	names->wake(names);
}

static int
entry_watch_process(struct netns_entry *entry)
{
	if (entry->pidfd >= 0)
		return 0;
	entry->pidfd = pidfd_open(entry->process, 0);
	if (entry->pidfd < 0)
		return -errno;
	entry_names(entry)->processes++;
	entry->exit_event = event_new(entry_names(entry)->base, entry->pidfd,
	    EV_READ, entry_process_exited, entry);
	if (entry->exit_event != NULL &&
	    event_add(entry->exit_event, NULL) == 0)
		return 0;
	entry_leave_process(entry);
	return -ENOMEM;
}

/* --- looking -------------------------------------------------------------- */

static const char not_mounted[] =
    "it leads to a namespace that is not mounted there";

static const struct {
	mode_t type;
	const char *reason;
} entry_types[] = {
    {S_IFREG, "no namespace is mounted on it in this mount namespace"},
    {S_IFDIR, "it is a directory"},
    {S_IFIFO, "it is a pipe"},
    {S_IFSOCK, "it is a socket"},
    {S_IFCHR, "it is a device"},
    {S_IFBLK, "it is a device"},
};

static const struct {
	int error;
	const char *reason;
} entry_errors[] = {
    {-ENOENT, "it is a symbolic link that leads nowhere"},
    {-ENOTDIR, "it is a symbolic link that leads nowhere"},
    {-ELOOP, "it is a symbolic link that leads to itself"},
    {-EMFILE, "no file descriptor is left to open it; it is tried again"},
    {-ENFILE, "no file descriptor is left to open it; it is tried again"},
    {-ENOMEM, "no memory is left to open it; it is tried again"},
    {-EINVAL, "it is a namespace, but none of the network"},
    {-ESRCH, "the process it leads to has exited"},
    {-EXDEV, not_mounted},
    {-EACCES, "it may not be opened; it is tried again"},
    {-EPERM, "it may not be opened; it is tried again"},
};

static const char *
entry_error_reason(int error)
{
	for (size_t i = 0; i < ARRAY_LENGTH(entry_errors); i++)
		if (entry_errors[i].error == error)
			return entry_errors[i].reason;
	return netns_is_passing(error)
		   ? "it cannot be opened; it is tried again"
		   : "it cannot be opened";
}

static const char *
entry_type_reason(mode_t mode)
{
	for (size_t i = 0; i < ARRAY_LENGTH(entry_types); i++)
		if (entry_types[i].type == (mode & S_IFMT))
			return entry_types[i].reason;
	return "it is of a kind that is not known";
}

static void
entry_path(const struct netns_entry *entry, char *path)
{
	char *end = stpcpy(path, entry->directory->real);

	*end++ = '/';
	(void)memcpy(end, entry->name, strlen(entry->name) + 1);
}

/* The process whose namespace target is; 0: of none. */
static pid_t
entry_parse_target(const char *target)
{
	pid_t process = 0;
	int end = 0;

	if (sscanf(target, "/proc/%d/ns/net%n", &process, &end) != 1 ||
	    end == 0 || target[end] != '\0')
		return 0;
	return process;
}

/* Whether it is a symbolic link, and to which process's namespace. */
static void
entry_examine(struct netns_entry *entry, const char *path)
{
	char target[TARGET_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	pid_t process = 0;

	if (length >= 0) {
		target[length] = '\0';
		process = entry_parse_target(target);
	}
	if (process != entry->process)
		entry_leave_process(entry);
	entry->process = process;
	entry->examine = false;
	entry_set_symlink(entry, length >= 0);
}

/*
 * A mount id stands for one mount of one namespace, for ever; an inode only for
 * as long as the namespace lives.
 */
static bool
entry_is_unchanged(
    const struct netns_entry *entry, const struct netns_stat *status)
{
	return entry->named && entry->mount != 0 &&
	       status->device == netns_home()->device &&
	       status->mount == entry->mount;
}

/*
 * Opens what is there by status, if it counts: there has to be somebody else
 * who holds it, a mount or the process.
 */
static int
entry_open(struct netns_entry *entry, const char *path,
    const struct netns_stat *status)
{
	int fd, error;

	if (entry->process > 0) {
		error = entry_watch_process(entry);
		if (error != 0)
			return error;
	} else if (!status->mounted) {
		return -EXDEV;
	}
	fd = netns_open_at(AT_FDCWD, path);
	/* After the opening: the process has held it until then. */
	if (fd >= 0 && entry->process > 0 && !netns_proc_lives(entry->pidfd)) {
		(void)close(fd);
		fd = -ESRCH;
	}
	return fd;
}

static void
entry_is_no_namespace(struct netns_entry *entry, const char *reason)
{
	entry_unmap(entry);
	entry_leave_process(entry);
	entry_report_gone(entry);
	netns_stale_set(&entry->stale, reason, false);
}

/*
 * What it is cannot be told now: it is what it was, if there is nothing that
 * says otherwise, and is looked at again.
 */
static void
entry_is_unsure(struct netns_entry *entry, int error, bool may_be_unchanged)
{
	entry_set_unsure(entry, true);
	if (entry->named && may_be_unchanged)
		return;
	entry_is_no_namespace(entry, entry_error_reason(error));
	netns_stale_set(&entry->stale, entry_error_reason(error), true);
}

/* What is there is on nsfs. */
static void
entry_take_namespace(struct netns_entry *entry, const char *path,
    const struct netns_stat *status)
{
	struct netns_identity identity;
	int fd = entry_open(entry, path, status);
	int error = fd < 0 ? fd : netns_identify(fd, &identity);

	if (error != 0 && fd >= 0)
		(void)close(fd);
	if (netns_is_passing(error)) {
		entry_is_unsure(entry, error,
		    entry->identity.device == status->device &&
			entry->identity.inode == status->inode);
		return;
	}
	entry_set_unsure(entry, false);
	if (error != 0) {
		entry_is_no_namespace(entry, entry_error_reason(error));
		return;
	}
	netns_stale_set(&entry->stale, NULL, false);
	entry_map(entry, status->mount);
	entry_report_appeared(entry, fd, &identity);
}

void
netns_entry_look(struct netns_entry *entry)
{
	char path[NETNS_ENTRY_PATH_MAX];
	struct netns_stat status;
	int error = -ENOENT;

	TAILQ_REMOVE(&entry_names(entry)->dirty, entry, dirty_link);
	entry->dirty = false;
	entry_path(entry, path);
	if (entry->directory->there) {
		if (entry->examine)
			entry_examine(entry, path);
		error = netns_stat_at(AT_FDCWD, path, &status);
	}
	if (error == 0 && entry_is_unchanged(entry, &status))
		return;
	if (error == 0 && status.device == netns_home()->device) {
		entry_take_namespace(entry, path, &status);
		return;
	}
	if (netns_is_passing(error)) {
		entry_is_unsure(entry, error, true);
		return;
	}
	entry_set_unsure(entry, false);
	if (error == 0) {
		entry_is_no_namespace(entry, entry_type_reason(status.mode));
	} else if (entry->directory->there &&
		   (entry->is_symlink || error != -ENOENT)) {
		entry_is_no_namespace(entry, entry_error_reason(error));
	} else {
		entry_report_gone(entry);
		netns_entry_free(entry);
	}
}
