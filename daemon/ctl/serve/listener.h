/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener.h: the control socket as a file: taking it over, listening, giving
 * it up. Knows nothing of events. Loop thread.
 *
 * Whoever serves SOCKET holds an flock on SOCKET.lock. The lock goes with the
 * process, however it ends, so a socket found while holding it is stale, unless
 * a program of another kind listens on it, and may be removed.
 */
#ifndef NETINST_CTL_LISTENER_H
#define NETINST_CTL_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

struct listener {
	char *path, *lock_path;
	dev_t device; /* the socket's file */
	ino_t inode;
	int fd;	      /* listens; -1: no more */
	int lock_fd;  /* holds the lock */
	int spare_fd; /* given up to refuse a client when there is no other */
	int shortage; /* an errno: why the last client could not be accepted */
};

/*
 * Sees that nobody else serves path, now or later: takes its lock file, and
 * removes a socket that a daemon left there. Makes its directory. Before there
 * is another thread. False after logging one sentence that says why not.
 */
bool listener_claim(struct listener *listener, const char *path);

/*
 * Listens there with that mode, owned by group unless it is PEER_NO_GROUP.
 * False after logging one sentence that says why not.
 */
bool listener_open(struct listener *listener, mode_t mode, gid_t group);

/*
 * Closes the socket and removes its file, if that is still the same; the lock
 * is kept.
 */
void listener_close(struct listener *listener);

/* Gives up the lock and frees what listener points to. */
void listener_free(struct listener *listener);

enum listener_news {
	LISTENER_CLIENT,   /* there is one: *fd */
	LISTENER_NOBODY,   /* not now */
	LISTENER_FULL,	   /* no descriptor is left: refuse *fd and close it */
	LISTENER_EXHAUSTED /* not even that: try again later */
};

/* Accepts one connection without waiting: *fd is for forked_close(). */
enum listener_news listener_accept(struct listener *listener, int *fd);

/* After LISTENER_FULL, when *fd is closed. */
void listener_restore_spare(struct listener *listener);

#endif
