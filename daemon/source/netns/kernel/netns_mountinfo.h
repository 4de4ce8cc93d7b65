/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mountinfo.h: reads the table of mounts of a process, line by line:
 * which namespaces are mounted where, and how mounts spread. Whoever mounts
 * something chooses what a line says, so it is parsed strictly. Owns nothing;
 * any thread.
 */
#ifndef NETINST_SOURCE_NETNS_MOUNTINFO_H
#define NETINST_SOURCE_NETNS_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a line; longer ones are passed over. */
#define NETNS_MOUNTINFO_LINE_MAX 65536

struct netns_mount {
	uint64_t id, parent;
	dev_t device;
	const char *root;  /* what of it is mounted: "/", "net:[4026531840]" */
	const char *point; /* where, from the root of the process */
	const char *type;  /* "nsfs", ... */
	uint64_t shared, master; /* groups of peers; 0: none */
};

/*
 * Takes a line, without its end, apart: mount leads into it. False: it is none
 * of such a table; the line is changed then, too.
 */
bool netns_mountinfo_parse(char *line, struct netns_mount *mount);

/* Whether a network namespace is mounted, and its inode. */
bool netns_mountinfo_is_namespace(
    const struct netns_mount *mount, ino_t *inode);

/* The mount lives for the call. Returns false to end the visit. */
typedef bool (*netns_mountinfo_visit_fn)(
    void *arg, const struct netns_mount *mount);

/*
 * Visits the mounts in file, "/proc/PID/mountinfo", in their order. having:
 * only those whose line has that text in it, or NULL. 0 or a negative errno.
 */
int netns_mountinfo_visit(const char *file, const char *having,
    netns_mountinfo_visit_fn visit, void *arg);

/* Whether path is directory itself or below it; both without a last '/'. */
bool netns_mountinfo_is_below(const char *path, const char *directory);

#endif
