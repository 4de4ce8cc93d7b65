/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders.h: who keeps a network namespace alive: one walk through all
 * processes, threads, descriptors and tables of mounts in /proc. It enters no
 * namespace and keeps none alive. It takes long where there are many processes:
 * on a thread that nobody waits for.
 */
#ifndef NETINST_SOURCE_NETNS_HOLDERS_H
#define NETINST_SOURCE_NETNS_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/netns/kernel/netns_kernel.h"

/* What is found, looked into and waited for at most; past any of it: more. */
#define NETNS_HOLDERS_MAX	   1000
#define NETNS_HOLDERS_SOCKETS_MAX  100000
#define NETNS_HOLDERS_MOUNTS_MAX   4096 /* mount namespaces */
#define NETNS_HOLDERS_TIME_MAX	   10	/* seconds */
#define NETNS_HOLDERS_COMMAND_SIZE 256

enum netns_holder_kind {
	NETNS_HOLDER_OWN,	 /* netinstd, for a reason */
	NETNS_HOLDER_PROCESS,	 /* it is in it */
	NETNS_HOLDER_THREAD,	 /* it alone is, not the main thread */
	NETNS_HOLDER_MOUNT,	 /* it is mounted somewhere */
	NETNS_HOLDER_DESCRIPTOR, /* of the namespace itself */
	NETNS_HOLDER_SOCKET	 /* made in it, or a tun device's */
};

/* "netinstd", "process", "thread", "mount", "descriptor", "socket". */
const char *netns_holder_kind_name(enum netns_holder_kind kind);

struct netns_holder {
	enum netns_holder_kind kind;
	pid_t pid; /* of a mount: one that sees it */
	pid_t tid; /* of a thread, else 0 */
	int fd;	   /* of a descriptor or a socket, else -1 */
	uid_t user;
	int64_t age;	  /* ns, of the process; of our hold: of that */
	unsigned threads; /* of a process: how many of it are in it */
	ino_t mounts;	  /* of a mount: the mount namespace */
	/*
	 * Of ours: "name", "process", "ending", "callback", "open",
	 * "inherited". Of a mount that no path leads to: "hidden".
	 */
	const char *reason;
	char *command; /* arguments with a space between; "[name]" */
	char *path;    /* of a mount */
	char *remedy;  /* a command for the shell; NULL: there is none */
};

struct netns_holders {
	_Atomic unsigned references;
	struct netns_holder *list; /* by kind */
	size_t count;
	bool more;	 /* a limit was reached */
	bool gone;	 /* the namespace itself was, in the end */
	unsigned hidden; /* processes of which not all could be looked at */
};

/*
 * ended: called now and then; true ends the walk early. NULL: never. Returns a
 * reference. The inode of a namespace that is gone may be another's: the caller
 * checks afterwards, and sets gone.
 */
struct netns_holders *netns_holders_find(
    const struct netns_identity *identity, bool (*ended)(void));

void netns_holders_hold(struct netns_holders *holders);
void netns_holders_drop(struct netns_holders *holders);

#endif
