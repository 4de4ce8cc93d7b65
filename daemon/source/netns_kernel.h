/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_kernel.h: what the kernel can do with network namespaces, one function
 * for each call, and which of it this kernel and these privileges allow. Debian
 * 12's headers are those of Linux 6.1: constants that are newer stand here,
 * each with the version that brought it. Nothing here has a state but what
 * netns_features_probe() found; any thread.
 */
#ifndef NETINST_SOURCE_NETNS_KERNEL_H
#define NETINST_SOURCE_NETNS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Features that may be missing, or switched off ("without"). */
enum netns_feature {
	NETNS_MOUNT_EVENTS, /* fanotify FAN_REPORT_MNT, Linux 6.15 */
	NETNS_ID,	    /* ioctl NS_GET_ID, Linux 6.18 */
	NETNS_COOKIE,	    /* SO_NETNS_COOKIE, Linux 5.14 */
	NETNS_HANDLE,	    /* open_by_handle_at() on nsfs, Linux 6.18 */
	NETNS_ENTER,	    /* setns(): CAP_SYS_ADMIN */
	NETNS_NSID,	    /* RTM_NEWNSID and LISTEN_ALL_NSID: CAP_NET_ADMIN */
	NETNS_PROCESSES,    /* /proc/PID/ns/net of others: CAP_SYS_PTRACE */
	NETNS_LIST,	    /* listns(), Linux 6.19 */
	NETNS_FEATURES
};

struct netns_feature_view {
	const char *name; /* "mount-events", "ns-id", ...: stable */
	bool have;
	bool switched_off;  /* by the configuration */
	const char *what;   /* what works less well without it; a sentence */
	const char *remedy; /* what to do; a sentence */
};

/* Tries each; without: bit n leaves feature n out. Before any other thread. */
void netns_features_probe(unsigned without);
bool netns_feature(enum netns_feature feature);
const struct netns_feature_view *netns_feature_view(enum netns_feature feature);
/* -1: there is no feature of that name. */
int netns_feature_find(const char *name);

/* Which namespace. id: never used again while the machine runs, unless weak. */
struct netns_identity {
	uint64_t id; /* NS_GET_ID or the cookie; weak: the inode */
	bool weak;   /* only device and inode: recycled at once */
	dev_t device;
	ino_t inode;
};

/*
 * 0; -EINVAL: fd is open on something that is no network namespace (also a
 * plain file where a mount is still to come). fd: not O_PATH.
 */
int netns_identify(int fd, struct netns_identity *identity);
bool netns_is_same(
    const struct netns_identity *a, const struct netns_identity *b);

/* The daemon's own namespace, at netns_features_probe(). */
const struct netns_identity *netns_home(void);

/*
 * Opens directory/name, if that leads to nsfs, without waiting and without
 * touching devices or pipes; follows symbolic links. A descriptor
 * (close-on-exec), or -ENOENT, -EINVAL (something else), -EMFILE, ...
 */
int netns_open_at(int directory, const char *name);

/* /proc/PID/ns/net; -ESRCH, -EACCES, ... */
int netns_open_process(pid_t pid);

/* A weak reference, which keeps nothing alive. */
#define NETNS_HANDLE_MAX 32 /* bytes */
struct netns_handle {
	unsigned bytes; /* 0: none */
	int type;
	unsigned char handle[NETNS_HANDLE_MAX];
};
int netns_handle_save(int fd, struct netns_handle *handle);
/* A descriptor, or -ESTALE once the namespace is gone. */
int netns_handle_open(const struct netns_handle *handle);

/* Switches the calling thread; 0 or a negative errno. */
int netns_enter(int fd);
int netns_enter_home(void);

#endif
