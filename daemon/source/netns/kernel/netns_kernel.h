/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_kernel.h: what the kernel can do with network namespaces, one function
 * for each call, each in the best way that the features (netns_feature.h)
 * allow. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_KERNEL_H
#define NETINST_SOURCE_NETNS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/netns/kernel/netns_feature.h"

/*
 * Whether an error says nothing of what was looked at, because it may be over
 * in a moment: for want of descriptors or memory, of a file system that does
 * not answer, of a right that is being changed.
 */
bool netns_is_passing(int error);

/* Which namespace. id: never used again while the machine runs, unless weak. */
struct netns_identity {
	uint64_t id; /* NS_GET_ID or the cookie; weak: the inode */
	bool weak;   /* only device and inode: recycled at once */
	dev_t device;
	ino_t inode;
};

/*
 * 0; -EINVAL: fd is open on something that is no network namespace (also a
 * plain file where a mount is still to come). Another negative errno: it cannot
 * be told now. fd: not O_PATH.
 */
int netns_identify(int fd, struct netns_identity *identity);
bool netns_is_same(
    const struct netns_identity *a, const struct netns_identity *b);

/* Whether it has that inode, which is another's once it is gone. */
static inline bool
netns_is_at(const struct netns_identity *identity, dev_t device, ino_t inode)
{
	return identity->inode == inode && identity->device == device;
}

/* The daemon's own namespace, at netns_features_probe(). */
const struct netns_identity *netns_home(void);

/*
 * Opens directory/name, if that leads to a network namespace, without waiting
 * and without touching devices or pipes; follows symbolic links. A descriptor
 * (close-on-exec), or -ENOENT, -EINVAL (something else), -EMFILE, ... Where the
 * kernel and the privileges allow, the descriptor is none of the mount's, so
 * that the mount can be unmounted while it is held.
 */
int netns_open_at(int directory, const char *name);

/* /proc/PID/task/TID/ns/net; -ESRCH, -EACCES, ... */
int netns_open_thread(pid_t pid, pid_t tid);

/* Standard input, output and error: whoever started the daemon gave them. */
static inline bool
netns_is_standard(int fd)
{
	return fd >= 0 && fd <= 2;
}

/* What /proc calls this process; another PID namespace's may be mounted. */
pid_t netns_self(void);

/* What is at directory/name now; opens nothing, follows symbolic links. */
struct netns_stat {
	mode_t mode;
	dev_t device; /* netns_home()->device: some namespace */
	ino_t inode;
	bool mounted;	/* false: a namespace, but not by a mount of it */
	uint64_t mount; /* never used again; 0 without NETNS_MOUNT_ID */
};
/* 0 or a negative errno. */
int netns_stat_at(int directory, const char *name, struct netns_stat *stat);

/*
 * The path of the mount of that id (struct netns_stat), as this process sees
 * it; 0, -ENOENT when it is gone, or another negative errno.
 */
int netns_mount_point(uint64_t mount, char *path, size_t size);

/* A weak reference, which keeps nothing alive. */
#define NETNS_HANDLE_MAX 32 /* bytes */
struct netns_handle {
	unsigned bytes; /* 0: none */
	int type;
	unsigned char handle[NETNS_HANDLE_MAX];
};
/* fd may be O_PATH. 0 or a negative errno, and then handle is none. */
int netns_handle_save(int fd, struct netns_handle *handle);
/*
 * Likewise, and there is none that does not open now, while the namespace is
 * held: the kernel says -ESTALE also of what may not be opened, so only of
 * this one does it mean later that the namespace is gone.
 */
int netns_handle_prove(int fd, struct netns_handle *handle);
/* A descriptor, or -ESTALE once the namespace is gone. */
int netns_handle_open(const struct netns_handle *handle);

/*
 * The ids above after, ascending, of network namespaces that somebody uses: how
 * many, at most count, or a negative errno: -ENOSYS without NETNS_LIST.
 */
ssize_t netns_list(uint64_t after, uint64_t *ids, size_t count);

/* Switches the calling thread; 0 or a negative errno. */
int netns_enter(int fd);
int netns_enter_home(void);

/*
 * For netns_features_probe(): the descriptor of home, then what home is; the
 * cookie of the namespace that the thread is in, 0 or a negative errno.
 */
int netns_home_open(void);
void netns_home_identify(void);
int netns_read_cookie(uint64_t *cookie);

#endif
