/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_impl.h: private to netns_holders*.c: one walk, from process to
 * process (netns_holders.c), from thread to thread (_process.c) and through the
 * files and mounts of each (_descriptor.c, _mount.c); all of them use _walk.c.
 * The thread that walks.
 */
#ifndef NETINST_SOURCE_NETNS_HOLDERS_IMPL_H
#define NETINST_SOURCE_NETNS_HOLDERS_IMPL_H

#include "source/netns/inspect/netns_holders.h"

struct statx;

/* A mount namespace, as seen from a root, that was read already. */
struct holders_view {
	ino_t mounts;
	dev_t root_device;
	ino_t root;
};

struct holders_walk {
	const struct netns_identity *identity; /* what is looked for */
	struct netns_holders *found;
	size_t size; /* of its list */
	int64_t deadline;
	bool (*ended)(void);
	int proc;	   /* /proc */
	pid_t self;	   /* netinstd, there */
	int64_t booted;	   /* now, since the machine started */
	unsigned own_left; /* descriptors of ours that are told already */
	unsigned sockets_left;
	ino_t first_mounts; /* pid 1's mount namespace; 0: not known */
	struct holders_view *views;
	size_t view_count, view_size;
	uint64_t *mounts; /* ids of the mounts found */
	size_t mount_count;
};

/* A process that is being looked at. */
struct holders_process {
	pid_t pid;
	pid_t speaker; /* a thread of it that lives; 0: none does */
	int directory; /* /proc/PID */
	unsigned inside, threads;
	bool main_inside;
	bool hidden; /* not all of it could be looked at */
};

/* Adds a copy of holder, or says more. Steals its texts. */
void holders_add(struct holders_walk *walk, const struct netns_holder *holder);

/*
 * What is at file, below directory: what of STATX_*. No file system is asked
 * for news: one of them may not answer. 0 or a negative errno.
 */
int holders_stat(
    int directory, const char *file, unsigned what, struct statx *status);

/*
 * Whether file, below directory, leads to what is looked for. 0: it does; 1:
 * elsewhere; or a negative errno.
 */
int holders_leads_there(
    const struct holders_walk *walk, int directory, const char *file);

/* Who the process is: its id, command, user and age. */
void holders_describe(const struct holders_walk *walk,
    const struct holders_process *process, struct netns_holder *holder);

/* Looks at one process: it, its threads, its descriptors, its mounts. */
void holders_look_at(struct holders_walk *walk, pid_t pid);

/* netns_holders_descriptor.c, netns_holders_mount.c */
void holders_look_at_descriptors(
    struct holders_walk *walk, struct holders_process *process);
void holders_look_at_mounts(
    struct holders_walk *walk, struct holders_process *process);

/* error: an errno. Unless it says that something has ended, it is hidden. */
void holders_note_hidden(struct holders_process *process, int error);

/* The command that ends a process; NULL for those better left alone. */
char *holders_kill(const struct holders_walk *walk, pid_t pid);

/* text, so that a shell takes it for one word. The caller frees it. */
char *holders_quote(const char *text);

#endif
