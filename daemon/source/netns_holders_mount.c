/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_mount.c: where a namespace is mounted, in every mount namespace
 * that some process lives in; each is read once, through the first process in
 * it. A process with a root of its own sees less of the same mount namespace,
 * so it is told apart by both. The thread that walks.
 */
#include "source/netns_holders_impl.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "source/netns_mountinfo.h"

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
	return statx(process->directory, file,
		   AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO,
		   status) == 0;
}

/* Whether the mounts that the process sees were not read yet: they are now. */
static bool
mount_is_new(struct holders_walk *walk, const struct holders_process *process,
    ino_t *mounts)
{
	struct statx space, root;
	struct holders_view view;
	size_t i;

	if (!mount_identify(process, "ns/mnt", &space) ||
	    !mount_identify(process, "root", &root))
		return false;
	view = (struct holders_view){
	    .mounts = space.stx_ino,
	    .root_device = makedev(root.stx_dev_major, root.stx_dev_minor),
	    .root = root.stx_ino,
	};
	*mounts = view.mounts;
	for (i = 0; i < walk->view_count; i++)
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
	size_t i;

	for (i = 0; i < walk->mount_count; i++)
		if (walk->mounts[i] == id)
			return true;
	walk->mounts = memory_resize(
	    walk->mounts, walk->mount_count + 1, sizeof(*walk->mounts));
	walk->mounts[walk->mount_count++] = id;
	return false;
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
 * The command that takes the mount away. It detaches: others may have files
 * open through it, which would make it busy.
 */
static char *
mount_remedy(const struct mount_search *search, const char *path)
{
	const char *name = mount_ip_name(path);
	char *quoted = holders_quote(name != NULL ? name : path), *remedy;
	const char *what = name != NULL ? "ip netns delete" : "umount -l";

	if (search->mounts == search->walk->first_mounts)
		remedy = memory_format("%s %s", what, quoted);
	else
		remedy = memory_format("nsenter -t %d -m %s %s",
		    search->process->pid, what, quoted);
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
	    inode != walk->identity->inode ||
	    mount->device != walk->identity->device ||
	    mount_was_found(walk, mount->id))
		return true;
	holders_describe(walk, search->process, &holder);
	holder.path = memory_strdup(mount->point);
	holder.remedy = mount_remedy(search, mount->point);
	holders_add(walk, &holder);
	return !walk->found->more;
}

void
holders_look_at_mounts(
    struct holders_walk *walk, const struct holders_process *process)
{
	struct mount_search search = {.walk = walk, .process = process};
	char file[64], having[64];

	if (!mount_is_new(walk, process, &search.mounts))
		return;
	(void)snprintf(file, sizeof(file), "/proc/%d/task/%d/mountinfo",
	    process->pid, process->speaker);
	(void)snprintf(having, sizeof(having), "net:[%" PRIuMAX "]",
	    (uintmax_t)walk->identity->inode);
	(void)netns_mountinfo_visit(file, having, mount_visit, &search);
}
