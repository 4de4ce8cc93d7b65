/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_watch.c: owns the inotify descriptor and its watches. One watch per
 * directory on disk (inotify knows no more), with the uses that are made of it:
 * as a watched directory, or as a step on the way to one, where only one name
 * matters. Each use has the number of the walk that made it last, so that the
 * next walk finds those that it did not come by. Netns thread.
 */
#include "source/netns/kernel/netns_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"

/* What is watched for, in every directory: inotify has one mask for each. */
#define WATCH_MASK                                                             \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |                 \
	    IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
/* After one of these a directory is not where it was. */
#define WATCH_LEFT (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)
/* Bytes that are read at once: some hundred events. */
#define WATCH_BUFFER 16384
/* Symbolic links on one path, as in the kernel. */
#define WATCH_LINKS_MAX 40

struct watch_use {
	LIST_ENTRY(watch_use) link;
	size_t directory;
	uint64_t walk;
	char name[]; /* of the next step; "": the directory itself */
};

struct watch_node {
	LIST_ENTRY(watch_node) link;
	int number; /* inotify's */
	LIST_HEAD(, watch_use) uses;
};

struct netns_watch {
	struct netns_watch_events events;
	int fd;	   /* -1: not opened */
	int error; /* of the walk */
	bool full; /* there are as many watches as may be, and that was logged
		    */
	uint64_t walks;
	LIST_HEAD(, watch_node) nodes;
	char buffer[WATCH_BUFFER]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
};

struct netns_watch *
netns_watch_create(const struct netns_watch_events *events)
{
	struct netns_watch *watch = memory_zalloc(sizeof(*watch));

	watch->events = *events;
	watch->fd = -1;
	LIST_INIT(&watch->nodes);
	return watch;
}

int
netns_watch_open(struct netns_watch *watch)
{
	if (watch->fd < 0)
		watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return watch->fd >= 0 ? 0 : -errno;
}

int
netns_watch_error(const struct netns_watch *watch)
{
	return watch->error;
}

int
netns_watch_fd(const struct netns_watch *watch)
{
	return watch->fd;
}

/* --- watches and their uses ----------------------------------------------- */

static struct watch_node *
watch_find(struct netns_watch *watch, int number)
{
	struct watch_node *node;

	LIST_FOREACH (node, &watch->nodes, link)
		if (node->number == number)
			return node;
	return NULL;
}

static void
watch_free_use(struct watch_use *use)
{
	LIST_REMOVE(use, link);
	free(use);
}

/* inotify has forgotten it already, or is told to. */
static void
watch_free_node(struct watch_node *node)
{
	while (!LIST_EMPTY(&node->uses))
		watch_free_use(LIST_FIRST(&node->uses));
	LIST_REMOVE(node, link);
	free(node);
}

void
netns_watch_destroy(struct netns_watch *watch)
{
	while (!LIST_EMPTY(&watch->nodes))
		watch_free_node(LIST_FIRST(&watch->nodes));
	if (watch->fd >= 0)
		(void)close(watch->fd);
	free(watch);
}

static struct watch_node *
watch_get_node(struct netns_watch *watch, const char *path)
{
	struct watch_node *node;
	int number;

	if (watch->fd < 0)
		return NULL;
	number = inotify_add_watch(watch->fd, path, WATCH_MASK);
	if (number < 0) {
		/* What is not there is found out by the next step. */
		if (errno != ENOENT && errno != ENOTDIR)
			watch->error = -errno;
		if (errno == ENOSPC && !watch->full) {
			watch->full = true;
			log_warning("netns",
			    "%s cannot be watched: there are as many watches "
			    "as fs.inotify.max_user_watches allows",
			    path);
		}
		return NULL;
	}
	node = watch_find(watch, number);
	if (node == NULL) {
		node = memory_zalloc(sizeof(*node));
		node->number = number;
		LIST_INIT(&node->uses);
		LIST_INSERT_HEAD(&watch->nodes, node, link);
	}
	return node;
}

/* Of the directory at path, for what has that name there. */
static void
watch_use(struct netns_watch *watch, const char *path, size_t directory,
    const char *name)
{
	struct watch_node *node = watch_get_node(watch, path);
	size_t size = strlen(name) + 1;
	struct watch_use *use;

	if (node == NULL)
		return;
	LIST_FOREACH (use, &node->uses, link)
		if (use->directory == directory && strcmp(use->name, name) == 0)
			break;
	if (use == NULL) {
		use = memory_alloc(sizeof(*use) + size);
		use->directory = directory;
		(void)memcpy(use->name, name, size);
		LIST_INSERT_HEAD(&node->uses, use, link);
	}
	use->walk = watch->walks;
}

static void
watch_drop_uses(struct watch_node *node, size_t directory, uint64_t walk)
{
	struct watch_use *use = LIST_FIRST(&node->uses);

	while (use != NULL) {
		struct watch_use *next = LIST_NEXT(use, link);

		if (use->directory == directory && use->walk != walk)
			watch_free_use(use);
		use = next;
	}
}

/* Forgets what this walk has not come by. */
static void
watch_drop(struct netns_watch *watch, size_t directory)
{
	struct watch_node *node = LIST_FIRST(&watch->nodes);

	while (node != NULL) {
		struct watch_node *next = LIST_NEXT(node, link);

		watch_drop_uses(node, directory, watch->walks);
		if (LIST_EMPTY(&node->uses)) {
			(void)inotify_rm_watch(watch->fd, node->number);
			watch_free_node(node);
		}
		node = next;
	}
}

/* --- going along a path --------------------------------------------------- */

struct watch_walk {
	char *real; /* where it has come to; "/" or without one at its end */
	char rest[PATH_MAX]; /* what is still to go */
	unsigned links;
};

/* Takes the next step off rest; false: there is none. */
static bool
watch_step(struct watch_walk *walk, char *step)
{
	char *begin = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(begin, "/");

	if (length == 0)
		return false;
	(void)memcpy(step, begin, length);
	step[length] = '\0';
	(void)memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	return true;
}

static void
watch_go_up(struct watch_walk *walk)
{
	char *slash = strrchr(walk->real, '/');

	slash[slash == walk->real ? 1 : 0] = '\0';
}

/* real/step, in place; false: too long. */
static bool
watch_go_down(struct watch_walk *walk, const char *step)
{
	size_t have = strlen(walk->real), length = strlen(step);

	if (have + 1 + length >= PATH_MAX)
		return false;
	if (have > 1)
		walk->real[have++] = '/';
	(void)memcpy(walk->real + have, step, length + 1);
	return true;
}

/* The symbolic link that real leads to is taken apart. */
static int
watch_follow(struct watch_walk *walk)
{
	char target[PATH_MAX];
	ssize_t length = readlink(walk->real, target, sizeof(target));
	size_t rest = strlen(walk->rest);

	if (length < 0)
		return -errno;
	if ((size_t)length + 1 + rest >= sizeof(walk->rest))
		return -ENAMETOOLONG;
	if (++walk->links > WATCH_LINKS_MAX)
		return -ELOOP;
	watch_go_up(walk);
	if (target[0] == '/')
		(void)memcpy(walk->real, "/", 2);
	(void)memmove(walk->rest + length + 1, walk->rest, rest + 1);
	(void)memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = '/';
	return 0;
}

static int
watch_take(struct netns_watch *watch, size_t directory, struct watch_walk *walk,
    const char *step)
{
	struct stat status;

	if (strcmp(step, ".") == 0)
		return 0;
	if (strcmp(step, "..") == 0) {
		watch_go_up(walk);
		return 0;
	}
	/* Watched first: what changes after the look is told. */
	watch_use(watch, walk->real, directory, step);
	if (!watch_go_down(walk, step))
		return -ENAMETOOLONG;
	if (lstat(walk->real, &status) != 0)
		return -errno;
	if (S_ISLNK(status.st_mode))
		return watch_follow(walk);
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

int
netns_watch_walk(
    struct netns_watch *watch, size_t directory, const char *path, char *real)
{
	struct watch_walk walk = {.real = real};
	char step[PATH_MAX];
	int error = 0;

	ASSERT(path[0] == '/');
	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	(void)memcpy(walk.rest, path, strlen(path) + 1);
	(void)memcpy(real, "/", 2);
	watch->walks++;
	watch->error = 0;
	while (error == 0 && watch_step(&walk, step))
		error = watch_take(watch, directory, &walk, step);
	if (error == 0)
		watch_use(watch, real, directory, "");
	watch_drop(watch, directory);
	return error;
}

/* --- events --------------------------------------------------------------- */

static void
watch_report(struct netns_watch *watch, const struct watch_node *node,
    const struct inotify_event *event)
{
	const struct netns_watch_events *events = &watch->events;
	const char *name = event->len > 0 ? event->name : "";
	bool left = (event->mask & WATCH_LEFT) != 0;
	const struct watch_use *use;

	LIST_FOREACH (use, &node->uses, link) {
		bool itself = use->name[0] == '\0';

		if (left || (!itself && strcmp(use->name, name) == 0))
			events->way(events->arg, use->directory, itself);
		else if (itself)
			events->entry(events->arg, use->directory, name);
	}
}

static void
watch_event(struct netns_watch *watch, const struct inotify_event *event)
{
	struct watch_node *node;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		watch->events.lost(watch->events.arg);
		return;
	}
	node = watch_find(watch, event->wd);
	if (node == NULL)
		return;
	watch_report(watch, node, event);
	if ((event->mask & IN_IGNORED) != 0)
		watch_free_node(node);
}

void
netns_watch_read(struct netns_watch *watch)
{
	const struct inotify_event *event;
	ssize_t got;
	char *next;

	if (watch->fd < 0)
		return;
	while (
	    (got = read(watch->fd, watch->buffer, sizeof(watch->buffer))) > 0 ||
	    (got < 0 && errno == EINTR))
		for (next = watch->buffer; next < watch->buffer + got;
		     next += sizeof(*event) + event->len) {
			event = (const void *)next;
			watch_event(watch, event);
		}
}
