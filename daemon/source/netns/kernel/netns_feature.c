/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_feature.c: which features the kernel has and these privileges allow,
 * found by trying each of them, in a way that changes nothing: those that the
 * kernel may allow on one's own namespace alone on a new one. Owns the table of
 * features; written by netns_features_probe(), read by any thread afterwards.
 */
#include "source/netns/kernel/netns_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/check.h"
#include "source/netns/kernel/netns_abi.h"
#include "source/netns/kernel/netns_own.h"

/*
 * Descriptors of the daemon's own namespace, and of a foreign one, or why there
 * is none: with -EPERM nothing may be done that takes a privilege over one.
 */
struct feature_try {
	int home, foreign;
};
typedef bool (*feature_probe_fn)(const struct feature_try *try);

static bool
feature_probe_mount_events(const struct feature_try *try)
{
	int fd = fanotify_init(
	    NETNS_FAN_REPORT_MNT | FAN_CLASS_NOTIF | FAN_CLOEXEC, 0);
	bool have;

	(void)try;
	if (fd < 0)
		return false;
	have = fanotify_mark(fd, FAN_MARK_ADD | NETNS_FAN_MARK_MNTNS,
		   NETNS_FAN_MNT_ATTACH | NETNS_FAN_MNT_DETACH, AT_FDCWD,
		   "/proc/self/ns/mnt") == 0;
	(void)close(fd);
	return have;
}

static bool
feature_probe_id(const struct feature_try *try)
{
	int fd = try->foreign >= 0 ? try->foreign : try->home;
	uint64_t id;

	return ioctl(fd, NETNS_NS_GET_ID, &id) == 0;
}

static bool
feature_probe_cookie(const struct feature_try *try)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie;
	socklen_t size = sizeof(cookie);
	bool have;

	(void)try;
	if (fd < 0)
		return false;
	have = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0;
	(void)close(fd);
	return have;
}

static bool
feature_probe_handle(const struct feature_try *try)
{
	union {
		struct file_handle header;
		char bytes[sizeof(struct file_handle) + NETNS_HANDLE_MAX];
	} handle = {.header.handle_bytes = NETNS_HANDLE_MAX};
	int on = try->foreign >= 0 ? try->foreign : try->home, mount, fd;

	if (try->foreign == -EPERM || name_to_handle_at(on, "", &handle.header,
					  &mount, AT_EMPTY_PATH) != 0)
		return false;
	fd = open_by_handle_at(try->home, &handle.header, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

static bool
feature_probe_enter(const struct feature_try *try)
{
	return setns(try->home, CLONE_NEWNET) == 0;
}

/* A request that lacks everything: is it refused before it is looked at? */
static bool
feature_may_assign(int fd)
{
	struct {
		struct nlmsghdr header;
		struct rtgenmsg body;
	} request = {
	    .header = {sizeof(request), RTM_NEWNSID, NLM_F_REQUEST | NLM_F_ACK,
		1, 0},
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[512];
	} reply;
	ssize_t got;

	if (send(fd, &request, sizeof(request), 0) < 0)
		return false;
	got = recv(fd, &reply, sizeof(reply), MSG_DONTWAIT);
	return got >= (ssize_t)offsetof(__typeof__(reply), rest) &&
	       reply.header.nlmsg_type == NLMSG_ERROR &&
	       reply.error.error != -EPERM && reply.error.error != -EOPNOTSUPP;
}

static bool
feature_probe_nsid(const struct feature_try *try)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int on = 1;
	bool have;

	(void)try;
	if (fd < 0)
		return false;
	have = setsockopt(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on,
		   sizeof(on)) == 0 &&
	       feature_may_assign(fd);
	(void)close(fd);
	return have;
}

/* Processes that have more capabilities than we have may still refuse. */
static bool
feature_probe_processes(const struct feature_try *try)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	(void)try;
	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[CAP_TO_INDEX(CAP_SYS_PTRACE)].effective &
		   CAP_TO_MASK(CAP_SYS_PTRACE)) != 0;
}

static bool
feature_probe_list(const struct feature_try *try)
{
	struct netns_abi_list request = {
	    .size = sizeof(request), .type = CLONE_NEWNET};
	uint64_t id;

	(void)try;
	return syscall(NETNS_SYS_LISTNS, &request, &id, (size_t)1, 0) >= 0;
}

static bool
feature_probe_mount_id(const struct feature_try *try)
{
	struct statx status;

	return statx(try->home, "", AT_EMPTY_PATH, NETNS_STATX_MNT_ID_UNIQUE,
		   &status) == 0 &&
	       (status.stx_mask & NETNS_STATX_MNT_ID_UNIQUE) != 0;
}

static const feature_probe_fn feature_probes[NETNS_FEATURES] = {
    [NETNS_MOUNT_EVENTS] = feature_probe_mount_events,
    [NETNS_ID] = feature_probe_id,
    [NETNS_COOKIE] = feature_probe_cookie,
    [NETNS_HANDLE] = feature_probe_handle,
    [NETNS_ENTER] = feature_probe_enter,
    [NETNS_NSID] = feature_probe_nsid,
    [NETNS_PROCESSES] = feature_probe_processes,
    [NETNS_LIST] = feature_probe_list,
    [NETNS_MOUNT_ID] = feature_probe_mount_id,
};

static struct netns_feature_view feature_views[NETNS_FEATURES] = {
    [NETNS_MOUNT_EVENTS] = {.name = "mount-events",
	.what = "names are looked at one by one whenever a mount comes or goes "
		"anywhere",
	.remedy = "run Linux 6.15 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_ID] = {.name = "ns-id",
	.what = "a namespace is told from others by a socket's cookie, for "
		"which it has to be entered",
	.remedy = "run Linux 6.18 or newer"},
    [NETNS_COOKIE] = {.name = "cookie",
	.what = "without ns-id too, a namespace has no other identity than its "
		"inode, which the next one may get",
	.remedy = "run Linux 5.14 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_HANDLE] = {.name = "handle",
	.what = "a namespace that is not held cannot be found again, nor can "
		"its end be noticed without nsid",
	.remedy = "run Linux 6.18 or newer, and netinstd with CAP_SYS_ADMIN"},
    [NETNS_ENTER] = {.name = "enter",
	.what = "callbacks that ask to be made inside an instance are made at "
		"home, counters there are not read, and a name that is held "
		"keeps its mount busy",
	.remedy = "run netinstd with CAP_SYS_ADMIN"},
    [NETNS_NSID] = {.name = "nsid",
	.what = "interfaces and addresses inside namespaces are not known, and "
		"the end of a namespace is noticed late",
	.remedy = "run netinstd with CAP_NET_ADMIN and CAP_NET_BROADCAST"},
    [NETNS_PROCESSES] = {.name = "processes",
	.what = "namespaces without a name are not found, and a process that "
		"keeps one is not known",
	.remedy = "run netinstd with CAP_SYS_PTRACE"},
    [NETNS_LIST] = {.name = "listns",
	.what = "every process is looked at in each scan for namespaces "
		"without a name",
	.remedy = "run Linux 6.19 or newer"},
    [NETNS_MOUNT_ID] = {.name = "mount-id",
	.what = "each name is opened anew whenever a mount comes or goes",
	.remedy = "run Linux 6.8 or newer"},
};

/* What is of no use without something else. */
static const struct {
	enum netns_feature feature, needs;
} feature_needs[] = {
    {NETNS_MOUNT_EVENTS, NETNS_MOUNT_ID},
    {NETNS_COOKIE, NETNS_ENTER},
};

void
netns_features_probe(unsigned without)
{
	struct feature_try try = {netns_home_open(), netns_own_try()};
	size_t i;

	for (i = 0; i < NETNS_FEATURES; i++) {
		struct netns_feature_view *view = &feature_views[i];

		view->switched_off = (without & 1U << i) != 0;
		view->have = try.home >= 0 && !view->switched_off &&
			     feature_probes[i](&try);
	}
	if (try.foreign >= 0)
		(void)close(try.foreign);
	for (i = 0; i < ARRAY_LENGTH(feature_needs); i++)
		if (!feature_views[feature_needs[i].needs].have)
			feature_views[feature_needs[i].feature].have = false;
	netns_home_identify();
}

bool
netns_feature(enum netns_feature feature)
{
	return netns_feature_view(feature)->have;
}

const struct netns_feature_view *
netns_feature_view(enum netns_feature feature)
{
	ASSERT((size_t)feature < NETNS_FEATURES);
	return &feature_views[feature];
}

int
netns_feature_find(const char *name)
{
	size_t i;

	for (i = 0; i < NETNS_FEATURES; i++)
		if (strcmp(feature_views[i].name, name) == 0)
			return (int)i;
	return -1;
}
