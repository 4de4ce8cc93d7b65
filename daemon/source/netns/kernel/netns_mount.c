/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_mount.c: owns the fanotify descriptor, or /proc/self/mountinfo, opened
 * twice, and the epoll descriptor around the first. A change there is POLLPRI,
 * which the event loop does not wait for; an epoll descriptor that does is
 * readable then. Whoever polls an open mountinfo takes the news from it, and
 * the loop does so before anything is read: what is read is asked of the
 * second. Netns thread.
 */
#include "source/netns/kernel/netns_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "source/netns/kernel/netns_abi.h"
#include "source/netns/kernel/netns_kernel.h"

/* Bytes that are read at once: some hundred events. */
#define MOUNT_BUFFER 16384

struct netns_mounts {
	struct netns_mount_events events;
	int fd;	       /* fanotify, or epoll */
	int waking;    /* mountinfo that wakes the loop; -1: fanotify */
	int mountinfo; /* that is read; likewise */
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

static int
mount_open_mountinfo(void)
{
	return open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
}

static bool
mount_follow_mountinfo(struct netns_mounts *mount)
{
	struct epoll_event wanted = {.events = EPOLLPRI};

	mount->fd = epoll_create1(EPOLL_CLOEXEC);
	if (mount->fd < 0)
		return false;
	mount->waking = mount_open_mountinfo();
	mount->mountinfo = mount->waking < 0 ? -1 : mount_open_mountinfo();
	return mount->mountinfo >= 0 &&
	       epoll_ctl(mount->fd, EPOLL_CTL_ADD, mount->waking, &wanted) == 0;
}

struct netns_mounts *
netns_mount_create(const struct netns_mount_events *events)
{
	struct netns_mounts *mount = memory_zalloc(sizeof(*mount));
	int error;

	*mount = (struct netns_mounts){
	    .events = *events, .fd = -1, .waking = -1, .mountinfo = -1};
	if (netns_feature(NETNS_MOUNT_EVENTS)) {
		mount->fd = netns_mount_open_events();
		mount->error = mount->fd < 0 ? mount->fd : 0;
	}
	if (mount->fd >= 0 || mount_follow_mountinfo(mount))
		return mount;
	error = errno;
	netns_mount_destroy(mount);
	errno = error;
	return NULL;
}

int
netns_mount_error(const struct netns_mounts *mount)
{
	return mount->error;
}

void
netns_mount_destroy(struct netns_mounts *mount)
{
	const int fds[] = {mount->fd, mount->waking, mount->mountinfo};

	for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
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
netns_mount_read(struct netns_mounts *mount)
{
	struct pollfd changed = {.fd = mount->mountinfo, .events = POLLPRI};

	if (mount->mountinfo < 0)
		mount_read_events(mount);
	/* What cannot be asked may have changed. */
	else if (poll(&changed, 1, 0) != 0)
		mount->events.changed(mount->events.arg);
}
