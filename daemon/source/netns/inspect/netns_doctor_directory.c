/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_doctor_directory.c: checks a directory of names: whether it is there
 * and watched, whether mounts propagate to it, whether something hides its
 * names. Jobs' thread.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "source/netns/inspect/netns_doctor_impl.h"
#include "source/netns/netns_state.h"

static const char outside[] =
    "run netinstd in the mount namespace of process 1, or in one that is a "
    "slave of it (systemd: no PrivateMounts=, ProtectSystem= and the like, "
    "or MountFlags=slave)";

/* What a name is called in its directory. */
static const char *
doctor_name(const char *point, const char *directory)
{
	size_t length = strlen(directory);

	return point[length] == '/' ? point + length + 1 : point;
}

/* Whether mounts that are made outside come in. */
static bool
doctor_comes_in(const struct netns_mount *own, const struct netns_mount *first)
{
	if (own == NULL || first == NULL)
		return false;
	return (own->shared != 0 && own->shared == first->shared) ||
	       (own->master != 0 && own->master == first->shared);
}

/* The names that process 1 sees and netinstd does not. */
static char *
doctor_missing(const char *path, const struct netns_mounts *own,
    const struct netns_mounts *first, size_t *count)
{
	struct doctor_names names = {.count = 0};
	struct netns_mounts_names here, there;

	netns_mounts_list(own, netns_mounts_find(own, path), false, &here);
	netns_mounts_list(first, netns_mounts_find(first, path), false, &there);
	for (size_t i = 0; i < there.count; i++)
		if (!netns_mounts_have(&here, there.list[i]))
			doctor_names_add(
			    &names, doctor_name(there.list[i], path));
	free(here.list);
	free(there.list);
	*count = names.count;
	return doctor_names_finish(&names);
}

static void
doctor_judge_propagation(struct netns_findings *findings, const char *path,
    const struct netns_mounts *own, const struct netns_mounts *first)
{
	static const char name[] = "mount-propagation";
	const struct netns_mount *here = netns_mounts_find(own, path);
	const struct netns_mount *there = netns_mounts_find(first, path);
	char *missing;
	size_t count;

	/* A mount has its id in one mount namespace only. */
	if (here != NULL && there != NULL && here->id == there->id) {
		doctor_find(findings, name, NETNS_OK, NULL,
		    "%s: netinstd is in the mount namespace of process 1",
		    path);
		return;
	}
	missing = doctor_missing(path, own, first, &count);
	if (count > 0)
		doctor_find(findings, name, NETNS_PROBLEM, outside,
		    "%s: names that process 1 sees cannot be seen here (%zu): "
		    "%s",
		    path, count, missing);
	else if (!doctor_comes_in(here, there))
		doctor_find(findings, name, NETNS_PROBLEM, outside,
		    "%s: netinstd has a mount namespace of its own, and what "
		    "is mounted there by others does not come in",
		    path);
	else
		doctor_find(findings, name, NETNS_OK, NULL,
		    "%s: what is mounted outside comes into netinstd's mount "
		    "namespace",
		    path);
	free(missing);
}

static void
doctor_judge_shadows(struct netns_findings *findings, const char *path,
    const struct netns_mounts *own)
{
	const struct netns_mount *on = netns_mounts_find(own, path);
	struct doctor_names names = {.count = 0};
	struct netns_mounts_names hidden;
	char *text, *remedy;

	netns_mounts_list(own, on, true, &hidden);
	for (size_t i = 0; i < hidden.count; i++)
		doctor_names_add(&names, doctor_name(hidden.list[i], path));
	text = doctor_names_finish(&names);
	remedy = memory_format(
	    "unmount what lies over them (umount %s), or mount them anew",
	    on != NULL ? on->point : path);
	if (hidden.count > 0)
		doctor_find(findings, "shadowed", NETNS_PROBLEM, remedy,
		    "%s: something is mounted over it and hides names (%zu): "
		    "%s",
		    path, hidden.count, text);
	free(remedy);
	free(text);
	free(hidden.list);
}

void
doctor_judge_mounts(struct netns_findings *findings, const char *path,
    const struct netns_mounts *own, const struct netns_mounts *first)
{
	doctor_judge_propagation(findings, path, own, first);
	doctor_judge_shadows(findings, path, own);
}

static void
doctor_read_mounts(struct netns_findings *findings, const char *path)
{
	struct netns_mounts own, first;
	int error = netns_mounts_read(&own, "/proc/self/mountinfo", path);
	int first_error = netns_mounts_read(&first, "/proc/1/mountinfo", path);

	if (error != 0)
		doctor_find(findings, "mount-propagation", NETNS_WARNING,
		    "mount /proc", "/proc/self/mountinfo cannot be read: %s",
		    strerror(-error));
	else if (first_error != 0)
		doctor_find(findings, "mount-propagation", NETNS_WARNING,
		    "let netinstd see process 1 in /proc",
		    "%s: whether mounts come in from outside cannot be told: "
		    "/proc/1/mountinfo: %s",
		    path, strerror(-first_error));
	else
		doctor_judge_mounts(findings, path, &own, &first);
	netns_mounts_free(&own);
	netns_mounts_free(&first);
}

/* What is at a path that is not a directory, or not one that can be read. */
static void
doctor_judge_missing(
    struct netns_findings *findings, const char *path, int error)
{
	static const char name[] = "directory";

	if (error == ENOENT)
		doctor_find(findings, name, NETNS_OK, NULL,
		    "%s is not there; it is waited for", path);
	else if (error == ENOTDIR)
		doctor_find(findings, name, NETNS_PROBLEM,
		    "name the directory in which the names are",
		    "%s is no directory", path);
	else
		doctor_find(findings, name, NETNS_PROBLEM,
		    "see to it that netinstd may read it",
		    "%s cannot be looked at: %s", path, strerror(error));
}

/* error: why not each change in it is told at once; 0: it is. */
static void
doctor_judge_watch(struct netns_findings *findings, const char *path,
    const char *real, int error)
{
	const char *to = strcmp(path, real) != 0 ? "; it leads to " : "";
	const char *target = to[0] != '\0' ? real : "";

	if (error == 0)
		doctor_find(findings, "directory", NETNS_OK, NULL,
		    "%s is watched%s%s", path, to, target);
	else
		doctor_find(findings, "directory", NETNS_WARNING,
		    "see to it that netinstd may read it and every directory "
		    "above it, and raise fs.inotify.max_user_watches",
		    "%s is only looked at now and then: %s%s%s", path,
		    strerror(-error), to, target);
}

void
doctor_look_at_directory(
    struct netns_findings *findings, const char *path, int error)
{
	char real[PATH_MAX];
	struct stat status;

	if (netns_watcher_view(NETNS_WATCHER_NAMES).error != 0)
		error = netns_watcher_view(NETNS_WATCHER_NAMES).error;
	if (realpath(path, real) == NULL || stat(real, &status) != 0) {
		doctor_judge_missing(findings, path, errno);
		return;
	}
	if (!S_ISDIR(status.st_mode)) {
		doctor_judge_missing(findings, path, ENOTDIR);
		return;
	}
	doctor_judge_watch(findings, path, real, error);
	doctor_read_mounts(findings, real);
}
