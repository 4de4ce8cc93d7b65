/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mounts.c: works out what hides what. A mount stands on another, its
 * parent, at a point; the one that is met first on the way to a path hides all
 * that stand on the same parent further down. Nothing is kept here.
 */
#include "source/netns/kernel/netns_mounts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Whether a network namespace is mounted on an entry of the directory. */
static bool
mounts_is_name(const struct netns_mount *mount, const char *directory)
{
	size_t length = strlen(directory);
	ino_t inode;

	return netns_mountinfo_is_below(mount->point, directory) &&
	       mount->point[length] == '/' &&
	       strchr(mount->point + length + 1, '/') == NULL &&
	       netns_mountinfo_is_namespace(mount, &inode);
}

struct mounts_filter {
	struct netns_mounts *mounts;
	const char *directory;
};

/* A netns_mountinfo_visit_fn. */
static bool
mounts_keep(void *arg, const struct netns_mount *mount)
{
	const struct mounts_filter *filter = arg;
	struct netns_mounts *mounts = filter->mounts;
	struct netns_mount *copy;

	if (!netns_mountinfo_is_below(filter->directory, mount->point) &&
	    !mounts_is_name(mount, filter->directory))
		return true;
	/* Room for twice as many whenever the count is a power of two. */
	if ((mounts->count & (mounts->count - 1)) == 0)
		mounts->list = memory_resize(mounts->list,
		    mounts->count > 0 ? 2 * mounts->count : 1,
		    sizeof(*mounts->list));
	copy = &mounts->list[mounts->count++];
	*copy = *mount;
	copy->root = memory_strdup(mount->root);
	copy->point = memory_strdup(mount->point);
	copy->type = memory_strdup(mount->type);
	return true;
}

int
netns_mounts_read(
    struct netns_mounts *mounts, const char *file, const char *directory)
{
	struct mounts_filter filter = {mounts, directory};

	*mounts = (struct netns_mounts){.list = NULL};
	return netns_mountinfo_visit(file, NULL, mounts_keep, &filter);
}

void
netns_mounts_free(struct netns_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		free((char *)(uintptr_t)mounts->list[i].root);
		free((char *)(uintptr_t)mounts->list[i].point);
		free((char *)(uintptr_t)mounts->list[i].type);
	}
	free(mounts->list);
	mounts->list = NULL;
	mounts->count = 0;
}

static const struct netns_mount *
mounts_by_id(const struct netns_mounts *mounts, uint64_t id)
{
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->list[i].id == id)
			return &mounts->list[i];
	return NULL;
}

/*
 * Of the mounts that stand directly on another and lead to path, the one that
 * is met first on the way there. on NULL: the one that stands on none.
 */
static const struct netns_mount *
mounts_next(const struct netns_mounts *mounts, const struct netns_mount *on,
    const char *path)
{
	const struct netns_mount *next = NULL;

	for (size_t i = 0; i < mounts->count; i++) {
		const struct netns_mount *mount = &mounts->list[i];

		if (mount == on ||
		    !netns_mountinfo_is_below(path, mount->point))
			continue;
		if (on != NULL ? mount->parent != on->id
			       : mounts_by_id(mounts, mount->parent) != NULL &&
				     mount->parent != mount->id)
			continue;
		if (next == NULL || strlen(mount->point) < strlen(next->point))
			next = mount;
	}
	return next;
}

const struct netns_mount *
netns_mounts_find(const struct netns_mounts *mounts, const char *path)
{
	const struct netns_mount *on = mounts_next(mounts, NULL, path), *next;

	/* A table that was read while it changed may lead in a circle. */
	for (size_t steps = 0; on != NULL && steps < mounts->count; steps++) {
		next = mounts_next(mounts, on, path);
		if (next == NULL)
			break;
		on = next;
	}
	return on;
}

bool
netns_mounts_is_hidden(const struct netns_mounts *mounts,
    const struct netns_mount *on, const struct netns_mount *mount)
{
	const struct netns_mount *below;

	/*
	 * Several namespaces on one name: the last hides those before it, but
	 * the name can be seen.
	 */
	for (size_t steps = 0; on != NULL && steps < mounts->count; steps++) {
		if (mount->parent == on->id)
			return false;
		below = mounts_by_id(mounts, mount->parent);
		if (below == NULL || strcmp(below->point, mount->point) != 0)
			return true;
		mount = below;
	}
	return true;
}

static int
mounts_compare(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

void
netns_mounts_list(const struct netns_mounts *mounts,
    const struct netns_mount *on, bool hidden, struct netns_mounts_names *names)
{
	ino_t inode;

	names->list = memory_alloc((mounts->count + 1) * sizeof(char *));
	names->count = 0;
	for (size_t i = 0; i < mounts->count; i++)
		if (netns_mountinfo_is_namespace(&mounts->list[i], &inode) &&
		    netns_mounts_is_hidden(mounts, on, &mounts->list[i]) ==
			hidden)
			names->list[names->count++] = mounts->list[i].point;
	qsort(names->list, names->count, sizeof(char *), mounts_compare);
}

bool
netns_mounts_have(const struct netns_mounts_names *names, const char *path)
{
	return bsearch(&path, names->list, names->count, sizeof(char *),
		   mounts_compare) != NULL;
}
