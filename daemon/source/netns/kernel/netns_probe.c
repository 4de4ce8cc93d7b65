/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_probe.c: which features the kernel has and these privileges allow,
 * found by trying each of them, in a way that changes nothing. What the kernel
 * may allow on one's own namespace alone is tried on a new one. Owns nothing;
 * the main thread, before there is another.
 */
#include "source/netns/kernel/netns_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/kernel/netns_own.h"

/*
 * Descriptors of the daemon's own namespace, and of a foreign one, or why there
 * is none: with -EPERM nothing may be done that takes a privilege over one.
 */
struct probe_try {
	int home, foreign;
};
typedef bool (*probe_fn)(const struct probe_try *try);

static bool
probe_mount_events(const struct probe_try *try)
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
probe_id(const struct probe_try *try)
{
	int fd = try->foreign >= 0 ? try->foreign : try->home;
	uint64_t id;

	return ioctl(fd, NETNS_NS_GET_ID, &id) == 0;
}

static bool
probe_cookie(const struct probe_try *try)
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
probe_handle(const struct probe_try *try)
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
probe_enter(const struct probe_try *try)
{
	return setns(try->home, CLONE_NEWNET) == 0;
}

/* A request that lacks everything: is it refused before it is looked at? */
static bool
probe_may_assign(int fd)
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
probe_nsid(const struct probe_try *try)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int on = 1;
	bool have;

	(void)try;
	if (fd < 0)
		return false;
	have = setsockopt(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on,
		   sizeof(on)) == 0 &&
	       probe_may_assign(fd);
	(void)close(fd);
	return have;
}

/* Processes that have more capabilities than we have may still refuse. */
static bool
probe_processes(const struct probe_try *try)
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
probe_list(const struct probe_try *try)
{
	struct netns_abi_list request = {
	    .size = sizeof(request), .type = CLONE_NEWNET};
	uint64_t id;

	(void)try;
	return syscall(NETNS_SYS_LISTNS, &request, &id, (size_t)1, 0) >= 0;
}

static bool
probe_mount_id(const struct probe_try *try)
{
	struct statx status;

	return statx(try->home, "", AT_EMPTY_PATH, NETNS_STATX_MNT_ID_UNIQUE,
		   &status) == 0 &&
	       (status.stx_mask & NETNS_STATX_MNT_ID_UNIQUE) != 0;
}

static const probe_fn probes[NETNS_FEATURES] = {
    [NETNS_MOUNT_EVENTS] = probe_mount_events,
    [NETNS_ID] = probe_id,
    [NETNS_COOKIE] = probe_cookie,
    [NETNS_HANDLE] = probe_handle,
    [NETNS_ENTER] = probe_enter,
    [NETNS_NSID] = probe_nsid,
    [NETNS_PROCESSES] = probe_processes,
    [NETNS_LIST] = probe_list,
    [NETNS_MOUNT_ID] = probe_mount_id,
};

/* What is of no use without something else. */
static const struct {
	enum netns_feature feature, needs;
} probe_needs[] = {
    {NETNS_MOUNT_EVENTS, NETNS_MOUNT_ID},
    {NETNS_COOKIE, NETNS_ENTER},
};

void
netns_features_probe(unsigned without)
{
	struct probe_try try = {netns_home_open(), netns_own_try()};

	netns_features_switch_off(without);
	for (size_t i = 0; i < NETNS_FEATURES; i++)
		netns_feature_set(i, try.home >= 0 &&
					 !netns_feature_view(i)->switched_off &&
					 probes[i](&try));
	if (try.foreign >= 0)
		(void)close(try.foreign);
	for (size_t i = 0; i < ARRAY_LENGTH(probe_needs); i++)
		if (!netns_feature(probe_needs[i].needs))
			netns_feature_set(probe_needs[i].feature, false);
	netns_home_identify();
}
