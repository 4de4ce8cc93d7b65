/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mount.c: owns the fanotify descriptor, or /proc/self/mountinfo and the
 * epoll descriptor around it. A change there is POLLPRI, which the event loop
 * does not wait for; an epoll descriptor that does is readable then. Netns
 * thread.
 */
#include "source/netns/kernel/netns_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "base/memory.h"
#include "source/netns/kernel/netns_abi.h"
#include "source/netns/kernel/netns_kernel.h"

/* Bytes that are read at once: some hundred events. */
#define MOUNT_BUFFER 16384

struct netns_mounts {
	struct netns_mount_events events;
	int fd;	       /* fanotify, or epoll */
	int mountinfo; /* -1: fanotify */
	int error;     /* why not fanotify */
	char path[PATH_MAX];
	char buffer[MOUNT_BUFFER] __attribute__((
	    aligned(__alignof__(struct fanotify_event_metadata))));
};

/* --- making --------------------------------------------------------------- */

int
netns_mount_open_events(void)
{
	int fd = fanotify_init(
	    NETNS_FAN_REPORT_MNT | FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK,
	    0);
	int error;

	if (fd < 0)
		return -errno;
	if (fanotify_mark(fd, FAN_MARK_ADD | NETNS_FAN_MARK_MNTNS,
		NETNS_FAN_MNT_ATTACH | NETNS_FAN_MNT_DETACH, AT_FDCWD,
		"/proc/self/ns/mnt") == 0)
		return fd;
	error = -errno;
	(void)close(fd);
	return error;
}

/* The epoll descriptor, and that of the file. */
static int
mount_open_mountinfo(int *mountinfo)
{
	struct epoll_event wanted = {.events = EPOLLPRI};
	int fd = epoll_create1(EPOLL_CLOEXEC);

	*mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && *mountinfo >= 0 &&
	    epoll_ctl(fd, EPOLL_CTL_ADD, *mountinfo, &wanted) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	if (*mountinfo >= 0)
		(void)close(*mountinfo);
	*mountinfo = -1;
	return -1;
}

struct netns_mounts *
netns_mount_create(const struct netns_mount_events *events)
{
	int mountinfo = -1, fd = -1, error = 0;
	struct netns_mounts *mount;

	if (netns_feature(NETNS_MOUNT_EVENTS)) {
		fd = netns_mount_open_events();
		error = fd < 0 ? fd : 0;
	}
	if (fd < 0)
		fd = mount_open_mountinfo(&mountinfo);
	if (fd < 0)
		return NULL;
	mount = memory_zalloc(sizeof(*mount));
	mount->events = *events;
	mount->fd = fd;
	mount->mountinfo = mountinfo;
	mount->error = error;
	return mount;
}

int
netns_mount_error(const struct netns_mounts *mount)
{
	return mount->error;
}

void
netns_mount_destroy(struct netns_mounts *mount)
{
	(void)close(mount->fd);
	if (mount->mountinfo >= 0)
		(void)close(mount->mountinfo);
	free(mount);
}

int
netns_mount_fd(const struct netns_mounts *mount)
{
	return mount->fd;
}

/* --- telling -------------------------------------------------------------- */

/* The place of one that has gone again meanwhile is of no interest. */
static void
mount_report_attached(struct netns_mounts *mount, uint64_t id)
{
	const struct netns_mount_events *events = &mount->events;
	int error = netns_mount_point(id, mount->path, sizeof(mount->path));

	if (error == 0)
		events->attached(events->arg, mount->path);
	else if (error != -ENOENT)
		events->changed(events->arg);
}

static void
mount_report(
    struct netns_mounts *mount, const struct fanotify_event_metadata *event)
{
	const struct netns_mount_events *events = &mount->events;
	struct netns_abi_mount_info info;

	if ((event->mask & FAN_Q_OVERFLOW) != 0) {
		events->lost(events->arg);
		return;
	}
	if (event->event_len < event->metadata_len + sizeof(info))
		return;
	(void)memcpy(
	    &info, (const char *)event + event->metadata_len, sizeof(info));
	if (info.type != NETNS_FAN_EVENT_INFO_TYPE_MNT)
		return;
	/* Both: it was moved. */
	if ((event->mask & NETNS_FAN_MNT_DETACH) != 0)
		events->detached(events->arg, info.id);
	if ((event->mask & NETNS_FAN_MNT_ATTACH) != 0)
		mount_report_attached(mount, info.id);
}

static void
mount_read_events(struct netns_mounts *mount)
{
	const struct fanotify_event_metadata *event;
	const char *next, *end;
	ssize_t got;

	while (
	    (got = read(mount->fd, mount->buffer, sizeof(mount->buffer))) > 0 ||
	    (got < 0 && errno == EINTR)) {
		end = mount->buffer + got;
		for (next = mount->buffer; next < end;
		     next += event->event_len) {
			event = (const void *)next;
			mount_report(mount, event);
		}
	}
}

void
netns_mount_read(struct netns_mounts *mount, bool readable)
{
	struct epoll_event event;

	if (mount->mountinfo < 0)
		mount_read_events(mount);
	else if (epoll_wait(mount->fd, &event, 1, 0) > 0 || readable)
		mount->events.changed(mount->events.arg);
}
