/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_mount.c: where a namespace is mounted, in every mount namespace
 * that some process lives in; each is read once, through the first process in
 * it. A process with a root of its own sees less of the same mount namespace,
 * so it is told apart by both. The thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "exec/thread.h"
#include "source/netns/kernel/netns_mountinfo.h"

struct mount_search {
	struct holders_walk *walk;
	const struct holders_process *process;
	ino_t mounts;
};

static bool
mount_identify(const struct holders_process *process, const char *what,
    struct statx *status)
{
	char file[64];

	(void)snprintf(
	    file, sizeof(file), "task/%d/%s", process->speaker, what);
	return holders_stat(process->directory, file, STATX_INO, status) == 0;
}

/* Whether the mounts that the process sees were not read yet: they are now. */
static bool
mount_is_new(struct holders_walk *walk, const struct holders_process *process,
    ino_t *mounts)
{
	struct statx space, root;
	struct holders_view view;

	if (!mount_identify(process, "ns/mnt", &space) ||
	    !mount_identify(process, "root", &root))
		return false;
	view = (struct holders_view){
	    .mounts = space.stx_ino,
	    .root_device = makedev(root.stx_dev_major, root.stx_dev_minor),
	    .root = root.stx_ino,
	};
	*mounts = view.mounts;
	for (size_t i = 0; i < walk->view_count; i++)
		if (walk->views[i].mounts == view.mounts &&
		    walk->views[i].root == view.root &&
		    walk->views[i].root_device == view.root_device)
			return false;
	if (walk->view_count == NETNS_HOLDERS_MOUNTS_MAX) {
		walk->found->more = true;
		return false;
	}
	if (walk->view_count == walk->view_size) {
		walk->view_size =
		    walk->view_size > 0 ? 2 * walk->view_size : 16;
		walk->views = memory_resize(
		    walk->views, walk->view_size, sizeof(*walk->views));
	}
	walk->views[walk->view_count++] = view;
	return true;
}

/* Ids of mounts are the machine's, so one seen through two roots is one. */
static bool
mount_was_found(struct holders_walk *walk, uint64_t id)
{
	for (size_t i = 0; i < walk->mount_count; i++)
		if (walk->mounts[i] == id)
			return true;
	walk->mounts = memory_resize(
	    walk->mounts, walk->mount_count + 1, sizeof(*walk->mounts));
	walk->mounts[walk->mount_count++] = id;
	return false;
}

/* --- what to do about one ------------------------------------------------- */

/* Whether path, below directory, leads to that very mount: nothing hides it. */
static bool
mount_is_at(int directory, const char *path, const struct netns_mount *mount)
{
	struct statx status;

	return holders_stat(directory, path, STATX_MNT_ID, &status) == 0 &&
	       (status.stx_mask & STATX_MNT_ID) != 0 &&
	       status.stx_mnt_id == mount->id;
}

/* Below the root of process 1, which an administrator has, too. */
static bool
mount_is_at_first(
    const struct holders_walk *walk, const struct netns_mount *mount)
{
	int root = openat(walk->proc, "1/root", O_PATH | O_CLOEXEC);
	bool is;

	if (root < 0)
		return false;
	is = mount_is_at(root, mount->point + 1, mount);
	(void)close(root);
	return is;
}

/* A look from another mount namespace. */
struct mount_visit {
	int mounts; /* a descriptor of it */
	const struct netns_mount *mount;
	bool is_there;
};

/* A thread that leaves its mount namespace does not come back. */
static void
mount_visit_there(void *arg)
{
	struct mount_visit *visit = arg;

	if (unshare(CLONE_FS) == 0 && setns(visit->mounts, CLONE_NEWNS) == 0)
		visit->is_there =
		    mount_is_at(AT_FDCWD, visit->mount->point, visit->mount);
}

/*
 * Below the root of the mount namespace itself: that of the process may be
 * another, and so may be what is at the path there.
 */
static bool
mount_is_there(
    const struct holders_process *process, const struct netns_mount *mount)
{
	struct mount_visit visit = {.mount = mount};
	struct thread thread;
	char file[64];

	(void)snprintf(file, sizeof(file), "task/%d/ns/mnt", process->speaker);
	visit.mounts = openat(process->directory, file, O_RDONLY | O_CLOEXEC);
	if (visit.mounts < 0)
		return false;
	if (thread_start(&thread, "netns-mount", mount_visit_there, &visit) ==
	    0)
		thread_join(&thread);
	(void)close(visit.mounts);
	return visit.is_there;
}

/* Whether ip(8) takes the path for one of its names. */
static const char *
mount_ip_name(const char *path)
{
	static const char directory[] = "/run/netns/";
	const char *name = path + sizeof(directory) - 1;

	if (strncmp(path, directory, sizeof(directory) - 1) != 0 ||
	    name[0] == '\0' || name[0] == '-' || strchr(name, '/') != NULL)
		return NULL;
	return name;
}

/*
 * The command that takes the mount away, and no other: what it does was looked
 * at. It detaches: others may have files open through the mount, which would
 * make it busy. In another mount namespace no program of that one is run. NULL:
 * no path leads to the mount.
 */
static char *
mount_remedy(const struct mount_search *search, const struct netns_mount *mount)
{
	const char *name = mount_ip_name(mount->point);
	bool first = search->mounts == search->walk->first_mounts;
	char *quoted, *remedy;

	if (first ? !mount_is_at_first(search->walk, mount)
		  : !mount_is_there(search->process, mount))
		return NULL;
	quoted = holders_quote(first && name != NULL ? name : mount->point);
	if (!first)
		remedy = memory_format(
		    "umount -N %d -l %s", search->process->pid, quoted);
	else
		remedy = memory_format("%s %s",
		    name != NULL ? "ip netns delete" : "umount -l", quoted);
	free(quoted);
	return remedy;
}

/* A netns_mountinfo_visit_fn. */
static bool
mount_visit(void *arg, const struct netns_mount *mount)
{
	const struct mount_search *search = arg;
	struct holders_walk *walk = search->walk;
	struct netns_holder holder = {
	    .kind = NETNS_HOLDER_MOUNT,
	    .fd = -1,
	    .mounts = search->mounts,
	};
	ino_t inode;

	if (!netns_mountinfo_is_namespace(mount, &inode) ||
	    !netns_is_at(walk->identity, mount->device, inode) ||
	    mount_was_found(walk, mount->id))
		return true;
	holders_describe(walk, search->process, &holder);
	holder.path = memory_strdup(mount->point);
	holder.remedy = mount_remedy(search, mount);
	holder.reason = holder.remedy == NULL ? "hidden" : NULL;
	holders_add(walk, &holder);
	return !walk->found->more;
}

void
holders_look_at_mounts(
    struct holders_walk *walk, struct holders_process *process)
{
	int error;
	struct mount_search search = {.walk = walk, .process = process};
	char file[64], having[64];

	if (!mount_is_new(walk, process, &search.mounts))
		return;
	(void)snprintf(file, sizeof(file), "/proc/%d/task/%d/mountinfo",
	    process->pid, process->speaker);
	(void)snprintf(having, sizeof(having), "net:[%" PRIuMAX "]",
	    (uintmax_t)walk->identity->inode);
	error = netns_mountinfo_visit(file, having, mount_visit, &search);
	if (error != 0)
		holders_note_hidden(process, -error);
}
