/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_probe.c: which features the kernel has and these privileges allow,
 * found by trying each of them, where possible by the function that uses it
 * later, in a way that changes nothing. What the kernel may allow on one's own
 * namespace alone is tried on a new one. Owns nothing; the main thread, before
 * there is another.
 */
#include "source/netns/kernel/netns_feature.h"

#include <errno.h>
#include <fcntl.h>
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
#include "source/netns/kernel/netns_mount.h"
#include "source/netns/kernel/netns_own.h"

/*
 * Descriptors of the daemon's own namespace, and of another one, or why there
 * is none: with -EPERM nothing may be done that takes a privilege over one.
 */
struct probe_try {
	int home, other;
};
typedef bool (*probe_fn)(const struct probe_try *try);

static bool
probe_mount_events(const struct probe_try *try)
{
	int fd = netns_mount_open_events();

	(void)try;
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static bool
probe_id(const struct probe_try *try)
{
	int fd = try->other >= 0 ? try->other : try->home;
	uint64_t id;

	return ioctl(fd, NETNS_NS_GET_ID, &id) == 0;
}

static bool
probe_cookie(const struct probe_try *try)
{
	uint64_t cookie;

	(void)try;
	return netns_read_cookie(&cookie) == 0;
}

static bool
probe_handle(const struct probe_try *try)
{
	int on = try->other >= 0 ? try->other : try->home, fd;
	struct netns_handle handle;

	if (try->other == -EPERM || netns_handle_save(on, &handle) != 0)
		return false;
	fd = netns_handle_open(&handle);
	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static bool
probe_enter(const struct probe_try *try)
{
	return netns_enter(try->home) == 0;
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
	uint64_t id;

	(void)try;
	return netns_list(0, &id, 1) >= 0;
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
	for (size_t i = 0; i < NETNS_FEATURES; i++) {
		/* What is tried refuses what there is said not to be. */
		netns_feature_set(
		    i, try.home >= 0 && !netns_feature_view(i)->switched_off);
		netns_feature_set(i, netns_feature(i) && probes[i](&try));
	}
	if (try.other >= 0)
		(void)close(try.other);
	for (size_t i = 0; i < ARRAY_LENGTH(probe_needs); i++)
		if (!netns_feature(probe_needs[i].needs))
			netns_feature_set(probe_needs[i].feature, false);
	netns_home_identify();
}
