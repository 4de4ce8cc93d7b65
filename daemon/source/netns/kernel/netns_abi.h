/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_abi.h: constants and layouts that the headers of Debian 12 (Linux 6.1)
 * lack, each with the version that brought it. Which of them the running kernel
 * knows, netns_feature.h says.
 */
#ifndef NETINST_SOURCE_NETNS_ABI_H
#define NETINST_SOURCE_NETNS_ABI_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <linux/nsfs.h>

/* nsfs, which all namespaces are files of: Linux 3.19. */
#define NETNS_NSFS_MAGIC 0x6e736673

/* An id that is never used again: Linux 6.18. */
#define NETNS_NS_GET_ID _IOR(NSIO, 13, uint64_t)

/* All namespaces of a kind, ascending by id: Linux 6.19. */
#define NETNS_SYS_LISTNS 470
struct netns_abi_list {
	uint32_t size;
	uint32_t spare;
	uint64_t after; /* the last id that is known */
	uint32_t type;	/* CLONE_NEWNET */
	uint32_t spare2;
	uint64_t user; /* 0: of all user namespaces */
};

/* Mount ids that are never used again: Linux 6.8. */
#define NETNS_STATX_MNT_ID_UNIQUE 0x4000U

/* A pidfd of one thread, as a flag of pidfd_open(): Linux 6.9. */
#define NETNS_PIDFD_THREAD O_EXCL

/* Where a mount is: Linux 6.8. */
#define NETNS_SYS_STATMOUNT	   457
#define NETNS_STATMOUNT_MNT_POINT  0x10U
#define NETNS_STATMOUNT_STRINGS_AT 512
struct netns_abi_mount_request {
	uint32_t size;
	uint32_t spare;
	uint64_t id;
	uint64_t what;
};
struct netns_abi_mount {
	uint32_t size;
	uint32_t options;
	uint64_t what;
	uint32_t device[2];
	uint64_t magic;
	uint32_t flags;
	uint32_t filesystem;
	uint64_t id;
	uint64_t parent;
	uint32_t old_ids[2];
	uint64_t attributes;
	uint64_t propagation[4];
	uint32_t root;
	uint32_t point; /* where it begins among the strings */
};

/* Mounts that come and go in a mount namespace: Linux 6.15. */
#define NETNS_FAN_REPORT_MNT	      0x00004000
#define NETNS_FAN_MARK_MNTNS	      0x00000110
#define NETNS_FAN_MNT_ATTACH	      0x01000000
#define NETNS_FAN_MNT_DETACH	      0x02000000
#define NETNS_FAN_EVENT_INFO_TYPE_MNT 7
struct netns_abi_mount_info {
	uint8_t type;
	uint8_t pad;
	uint16_t length;
	uint64_t id;
};

#endif
