/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mounts.h: a table of mounts, reduced to what names of namespaces in
 * some directory depend on, and what can be told from it: which of them can be
 * seen, which are hidden, and whether others' mounts come in. Nothing here asks
 * the kernel but netns_mounts_read(). Owned by whoever reads one; any thread.
 */
#ifndef NETINST_SOURCE_NETNS_MOUNTS_H
#define NETINST_SOURCE_NETNS_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "source/netns/kernel/netns_mountinfo.h"

struct netns_mounts {
	struct netns_mount *list; /* in the order of the table; texts copied */
	size_t count;
};

/*
 * Keeps, of a table ("/proc/PID/mountinfo"), the mounts on and above directory
 * and the network namespaces in it. 0 or a negative errno.
 */
int netns_mounts_read(
    struct netns_mounts *mounts, const char *file, const char *directory);
void netns_mounts_free(struct netns_mounts *mounts);

/* The mount that path is on, all those above it considered; NULL: none. */
const struct netns_mount *netns_mounts_find(
    const struct netns_mounts *mounts, const char *path);

/*
 * Whether a name of the directory has another mount over it. on: the mount that
 * the directory is on.
 */
bool netns_mounts_is_hidden(const struct netns_mounts *mounts,
    const struct netns_mount *on, const struct netns_mount *mount);

/* Paths of names, sorted; they live as long as the table. */
struct netns_mounts_names {
	const char **list;
	size_t count;
};

/* Those that can be seen, or are hidden; the caller frees the list. */
void netns_mounts_list(const struct netns_mounts *mounts,
    const struct netns_mount *on, bool hidden,
    struct netns_mounts_names *names);
bool netns_mounts_have(
    const struct netns_mounts_names *names, const char *path);

#endif
