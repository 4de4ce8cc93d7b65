/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mount.h: tells of mounts that come and go in this mount namespace: by
 * fanotify, each one with its place or its id, or, where the kernel has no such
 * events, only that something has changed. Netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_MOUNT_H
#define NETINST_SOURCE_NETNS_MOUNT_H

#include <stdint.h>

struct netns_mounts;

struct netns_mount_events {
	/* Something is mounted at that path now. */
	void (*attached)(void *arg, const char *path);
	/* The mount of that id (struct netns_stat) is gone from its place. */
	void (*detached)(void *arg, uint64_t mount);
	/* Any mount may have come or gone. */
	void (*changed)(void *arg);
	/* Events were lost. */
	void (*lost)(void *arg);
	void *arg;
};

/*
 * By fanotify if there is NETNS_MOUNT_EVENTS. events: copied. NULL and errno:
 * neither way is there.
 */
struct netns_mounts *netns_mount_create(
    const struct netns_mount_events *events);
/* Why there are no events for each mount though the kernel has them, or 0. */
int netns_mount_error(const struct netns_mounts *mount);
void netns_mount_destroy(struct netns_mounts *mount);

/* For netns_features_probe(): such a descriptor, or a negative errno. */
int netns_mount_open_events(void);

/* Readable when netns_mount_read() has something to tell. */
int netns_mount_fd(const struct netns_mounts *mount);
/* Tells all that has happened until now; does not wait. */
void netns_mount_read(struct netns_mounts *mount);

#endif
