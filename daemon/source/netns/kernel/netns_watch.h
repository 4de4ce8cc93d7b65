/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_watch.h: watches directories by inotify, and every step on the way to
 * each, since a directory may not exist yet, and a step may be a symbolic link
 * or be replaced. Holds nothing open, so nothing is kept busy. For mounts over
 * something see netns_mount.h. Netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_WATCH_H
#define NETINST_SOURCE_NETNS_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct netns_watch;

struct netns_watch_events {
	/* Something came, went or was replaced under that name. */
	void (*entry)(void *arg, size_t directory, const char *name);
	/*
	 * The path may lead elsewhere now; itself: the directory at its end is
	 * gone or was moved, even if it looks like the one that is there now.
	 */
	void (*way)(void *arg, size_t directory, bool itself);
	/* Events were lost. */
	void (*lost)(void *arg);
	void *arg;
};

/* events: copied. Nothing is watched before netns_watch_open(). */
struct netns_watch *netns_watch_create(const struct netns_watch_events *events);
void netns_watch_destroy(struct netns_watch *watch);

/*
 * Begins to watch, if it does not yet. 0, or a negative errno: inotify is not
 * to be had now. Paths that were walked before have to be walked again.
 */
int netns_watch_open(struct netns_watch *watch);

/* Readable when netns_watch_read() has something to tell; -1: not opened. */
int netns_watch_fd(const struct netns_watch *watch);
/* Tells all that has happened until now; does not wait. */
void netns_watch_read(struct netns_watch *watch);

/*
 * Walks along path, which is absolute, and watches each step from now on, and
 * no longer those of that directory that are not on the way any more. real
 * (PATH_MAX bytes) gets the path without symbolic links. 0, or a negative
 * errno: there is no such directory, and the steps that exist are watched.
 */
int netns_watch_walk(
    struct netns_watch *watch, size_t directory, const char *path, char *real);
/* Why a step of the last walk could not be watched, or 0. */
int netns_watch_error(const struct netns_watch *watch);

#endif
