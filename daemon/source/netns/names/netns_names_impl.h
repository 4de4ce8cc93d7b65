/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_names_impl.h: private to netns_names.c, netns_entry.c, netns_again.c
 * and netns_stale.c. A names has directories, a directory has entries; an entry
 * is whatever the directory has under that name. Events make entries dirty, and
 * only dirty ones are looked at. All on the netns thread; which are stale is
 * also under the lock of netns_stale.c, because others read it.
 */
#ifndef NETINST_SOURCE_NETNS_NAMES_IMPL_H
#define NETINST_SOURCE_NETNS_NAMES_IMPL_H

#include <limits.h>
#include <sys/queue.h>

#include "base/hash.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_mount.h"
#include "source/netns/names/netns_names.h"

/*
 * Entries of one directory that are remembered. What is beyond and is no
 * namespace yet is found by a mount event only.
 */
#define NETNS_ENTRIES_MAX 65536
/* A path and a name in it. */
#define NETNS_ENTRY_PATH_MAX (PATH_MAX + NAME_MAX + 1)

/* Between two tries of what could not be done; each time twice as long. */
#define NETNS_AGAIN_MIN (100 * NS_PER_MS)
#define NETNS_AGAIN_MAX (5 * NS_PER_SEC)

struct event;

struct netns_stale {
	TAILQ_ENTRY(netns_stale) link;
	const char *directory, *name;
	const char *reason; /* NULL: it is none */
	bool passing;	    /* it may be over in a moment */
	int64_t since;
};

struct netns_directory {
	struct netns_names *names;
	char *path;	     /* as it was given */
	char real[PATH_MAX]; /* without symbolic links, when it is there */
	bool there;	     /* and not the same as one before it */
	bool replaced; /* it is another one, even if it does not look so */
	bool scan;     /* to be read */
	int unwatched; /* why a step on its way is, for the moment; or 0 */
	int unread;    /* why it could not be, which was logged; or 0 */
	bool crowded;  /* NETNS_ENTRIES_MAX */
	struct netns_stat status;
	struct netns_entry *entries;
};

struct netns_entry {
	struct netns_directory *directory;
	UT_hash_handle by_name, by_mount;
	TAILQ_ENTRY(netns_entry) dirty_link, symlink_link;
	bool dirty;
	bool examine; /* whether it is a symbolic link is to be found out */
	bool is_symlink;
	bool unsure; /* what it is cannot be told for the moment */
	bool named;  /* appeared was told; then: */
	struct netns_identity identity;
	uint64_t mount; /* not 0, and no symbolic link: it is in by_mount */
	/* A link to /proc/PID/ns/net counts as long as that process lives. */
	pid_t process;
	int pidfd;
	struct event *exit_event;
	struct netns_stale stale;
	char name[];
};

TAILQ_HEAD(netns_entries, netns_entry);

struct netns_names {
	struct netns_names_events events;
	struct event_base *base;
	/* netns_names.c's: looks at what has happened. */
	void (*wake)(struct netns_names *names);
	struct netns_watch *watch;
	struct netns_mount_events mounted;
	struct netns_mounts *mount; /* NULL: there is none, because of: */
	int mount_missing;
	struct event *watch_event, *mount_event;
	struct netns_directory *directories;
	size_t directory_count;
	struct netns_entry *by_mount;
	struct netns_entries dirty, symlinks;
	bool resolve;	/* the ways to the directories are to be gone */
	bool unsettled; /* something, since the last settled */
	bool busy;
	size_t unsure;
	struct event *go_on; /* there was always news: the rest of it */
	struct event *again; /* what could not be done is tried */
	int64_t again_delay; /* ns */
	size_t processes;    /* that links lead to, and that are watched */
	const char *lost;    /* everything is to be looked at; or NULL */
};

/* netns_again.c: opens the watches; each that is missing is tried again. */
struct netns_watch_events;
void netns_again_start(struct netns_names *names,
    const struct netns_watch_events *watched,
    const struct netns_mount_events *mounted);
void netns_again_stop(struct netns_names *names);
/* Everything was looked at: what could not be is, a little later. */
void netns_again_later(struct netns_names *names);

/* The entry of that name, which is made if there is none. */
struct netns_entry *netns_entry_get(
    struct netns_directory *directory, const char *name);
/* Nothing is told. */
void netns_entry_free(struct netns_entry *entry);
/* To be looked at; examine: it may be something else than before. */
void netns_entry_touch(struct netns_entry *entry, bool examine);
/* All of a directory; all there is, ways and directories too. */
void netns_entries_touch(struct netns_directory *directory);
void netns_entries_touch_everything(struct netns_names *names);
/* Looks at it and tells what is new; the entry may be freed. */
void netns_entry_look(struct netns_entry *entry);

/*
 * Makes it stale, or, with NULL, not. reason: borrowed for good. passing: it
 * may be a namespace all the same.
 */
void netns_stale_set(
    struct netns_stale *stale, const char *reason, bool passing);

#endif
