/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti_exec_context.c: the functions by which a callback gets at the context of
 * an instance. Owns the descriptors that were handed out: each thread has a
 * list, innermost callback first, and the end of a callback (frame_enter.c)
 * closes its own.
 */
#include "core/object/exec_context.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/object/owner_impl.h"
#include "core/callback/exec_context_impl.h"

struct opened {
	struct opened *next;
	const struct frame *frame; /* whose end closes it */
	int fd;
	dev_t device; /* what it led to: a plugin may have closed it, and */
	ino_t inode;  /* the number be somebody else's */
};

_Thread_local struct opened *exec_context_opened;
static _Thread_local unsigned opened_count;

/* The callback that is timed; hooks that a plugin runs itself are part of it.
 */
static const struct frame *
calling_frame(void)
{
	const struct frame *frame = frame_current();

	while (frame != NULL && frame->light)
		frame = frame->outer;
	return frame;
}

/* A descriptor of the instance's context, or a negative errno. */
static int
open_context_of(netid_t id)
{
	struct instance *instance = instance_find(id);
	struct exec_context *context;
	int fd;

	if (instance == NULL)
		return -ENOENT;
	context = instance_exec_context(instance);
	fd = context != NULL ? context->ops->open(context) : -ENOTSUP;
	instance_release(instance);
	return fd;
}

static void
remember(const struct frame *frame, int fd)
{
	struct opened *opened = memory_alloc(sizeof(*opened));
	struct stat status = {.st_dev = 0};

	(void)fstat(fd, &status);
	*opened = (struct opened){
	    .next = exec_context_opened,
	    .frame = frame,
	    .fd = fd,
	    .device = status.st_dev,
	    .inode = status.st_ino,
	};
	exec_context_opened = opened;
	opened_count++;
	owner_count_opened(owner_current());
}

NETINST_EXPORT int
net_instance_open(netid_t id)
{
	const struct frame *frame = calling_frame();
	int fd;

	if (frame == NULL)
		fd = -EPERM;
	else if (opened_count >= DESCRIPTORS_MAX)
		fd = -EMFILE;
	else
		fd = open_context_of(id);
	if (fd < 0) {
		errno = -fd;
		return -1;
	}
	remember(frame, fd);
	return fd;
}

NETINST_EXPORT int
net_instance_inside(void)
{
	const struct frame *frame = frame_current();

	return exec_context_here != NULL && frame != NULL &&
	       frame->instance != NULL &&
	       instance_exec_context(frame->instance) == exec_context_here;
}

static bool
same_inode(const struct opened *opened)
{
	struct stat status;

	return fstat(opened->fd, &status) == 0 &&
	       status.st_dev == opened->device &&
	       status.st_ino == opened->inode;
}

static void
close_one(struct opened *opened)
{
	if (same_inode(opened))
		(void)close(opened->fd);
	else
		owner_complain(owner_current(),
		    "it has closed a descriptor of net_instance_open(), which "
		    "is the framework's to close");
	free(opened);
	opened_count--;
}

void
exec_context_close_since(const struct opened *before)
{
	struct opened *opened;

	while ((opened = exec_context_opened) != before) {
		exec_context_opened = opened->next;
		close_one(opened);
	}
}

void
exec_context_close_opened(const struct frame *frame)
{
	struct opened *opened;

	while (
	    (opened = exec_context_opened) != NULL && opened->frame == frame) {
		exec_context_opened = opened->next;
		close_one(opened);
	}
}
