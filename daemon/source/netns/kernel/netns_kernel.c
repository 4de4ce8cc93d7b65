/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_kernel.c: the calls, each in the best way that is there. Owns the
 * descriptor of the daemon's own namespace, which is opened once and is where
 * threads come home to. Any thread; no lock, since nothing changes after
 * netns_features_probe().
 */
#include "source/netns/kernel/netns_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/check.h"
#include "source/netns/kernel/netns_abi.h"

/* Bytes of "/proc/self/fd/" or "/proc/N/task/N/ns/net". */
#define PROC_PATH_MAX 64

/* What the kernel takes and gives for a handle. */
union kernel_handle {
	struct file_handle header;
	char bytes[sizeof(struct file_handle) + NETNS_HANDLE_MAX];
};

static int kernel_home = -1;
static struct netns_identity kernel_home_identity;
/* Where all namespaces are that are mounted nowhere. */
static uint64_t kernel_own_mount;

/* --- entering ------------------------------------------------------------- */

int
netns_enter(int fd)
{
	if (!netns_feature(NETNS_ENTER))
		return -EPERM;
	return setns(fd, CLONE_NEWNET) == 0 ? 0 : -errno;
}

int
netns_enter_home(void)
{
	return netns_enter(kernel_home);
}

/*
 * Ends a visit of our own, which lasts for two calls. A thread that is lost in
 * another namespace must not go on; the way home needs hardly any memory.
 */
static void
kernel_come_home(void)
{
	int error = netns_enter_home();

	ASSERT(error == 0);
}

/* --- identity ------------------------------------------------------------- */

/* 0, -EINVAL: it is none, or another negative errno. */
static int
kernel_check_network(int fd)
{
	struct statfs status;
	int type;

	if (fstatfs(fd, &status) != 0)
		return -errno;
	if (status.f_type != NETNS_NSFS_MAGIC)
		return -EINVAL;
	type = ioctl(fd, NS_GET_NSTYPE);
	if (type < 0)
		return errno == ENOTTY ? -EINVAL : -errno;
	return type == CLONE_NEWNET ? 0 : -EINVAL;
}

int
netns_read_cookie(uint64_t *cookie)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;
	socklen_t size = sizeof(*cookie);

	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size) != 0)
		error = -errno;
	(void)close(fd);
	return error;
}

static int
kernel_cookie(int fd, uint64_t *cookie)
{
	int error = netns_enter(fd);

	if (error != 0)
		return error;
	error = netns_read_cookie(cookie);
	kernel_come_home();
	return error;
}

bool
netns_is_passing(int error)
{
	static const int facts[] = {0, ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG,
	    EINVAL, ESRCH, EXDEV, EOPNOTSUPP};

	for (size_t i = 0; i < ARRAY_LENGTH(facts); i++)
		if (error == -facts[i])
			return false;
	return true;
}

/*
 * The next best identity is taken only where there is no better one: who took
 * it for want of something would take one namespace for two.
 */
int
netns_identify(int fd, struct netns_identity *identity)
{
	struct stat status;
	int error = kernel_check_network(fd);

	if (error != 0)
		return error;
	if (fstat(fd, &status) != 0)
		return -errno;
	*identity = (struct netns_identity){
	    .device = status.st_dev, .inode = status.st_ino};
	if (netns_feature(NETNS_ID) &&
	    ioctl(fd, NETNS_NS_GET_ID, &identity->id) == 0)
		return 0;
	error = netns_feature(NETNS_COOKIE) ? kernel_cookie(fd, &identity->id)
					    : -EOPNOTSUPP;
	if (error == 0)
		return 0;
	identity->id = status.st_ino;
	identity->weak = true;
	return error != -EPERM && netns_is_passing(error) ? error : 0;
}

bool
netns_is_same(const struct netns_identity *a, const struct netns_identity *b)
{
	if (!a->weak && !b->weak)
		return a->id == b->id;
	return netns_is_at(a, b->device, b->inode);
}

/* --- home ----------------------------------------------------------------- */

/* Without NETNS_MOUNT_ID the mount's number is one that is used again. */
static int
kernel_stat(int directory, const char *name, struct statx *status)
{
	unsigned what = STATX_TYPE | STATX_INO;

	what |= netns_feature(NETNS_MOUNT_ID) ? NETNS_STATX_MNT_ID_UNIQUE
					      : STATX_MNT_ID;
	status->stx_mnt_id = 0;
	return statx(directory, name,
	    AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_EMPTY_PATH, what, status);
}

int
netns_home_open(void)
{
	if (kernel_home < 0)
		kernel_home =
		    open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return kernel_home;
}

void
netns_home_identify(void)
{
	struct statx status;

	kernel_own_mount = 0;
	kernel_home_identity = (struct netns_identity){.weak = true};
	if (kernel_home < 0)
		return;
	(void)netns_identify(kernel_home, &kernel_home_identity);
	if (kernel_stat(kernel_home, "", &status) == 0)
		kernel_own_mount = status.stx_mnt_id;
}

const struct netns_identity *
netns_home(void)
{
	return &kernel_home_identity;
}

/* --- opening -------------------------------------------------------------- */

static int
kernel_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd >= 0 ? fd : -errno;
}

/*
 * Also a descriptor of a mount leads to the namespace, but while it is open the
 * mount is busy. From inside, the namespace is opened without that mount.
 */
static int
kernel_open_inside(int mounted)
{
	int fd;

	if (netns_enter(mounted) != 0)
		return mounted;
	fd = kernel_open("/proc/thread-self/ns/net");
	kernel_come_home();
	(void)close(mounted);
	return fd;
}

static int
kernel_open_mounted(int path_fd)
{
	char path[PROC_PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", path_fd);
	fd = kernel_open(path);
	if (fd >= 0 && kernel_check_network(fd) == 0)
		fd = kernel_open_inside(fd);
	return fd;
}

/* path_fd: O_PATH, on nsfs. */
static int
kernel_reopen(int path_fd)
{
	struct netns_handle handle;
	int fd = netns_handle_save(path_fd, &handle), error;

	if (fd == 0)
		fd = netns_handle_open(&handle);
	/* Handles take more privileges than what a mount shows to all. */
	if (fd < 0)
		fd = kernel_open_mounted(path_fd);
	error = fd >= 0 ? kernel_check_network(fd) : 0;
	if (error == 0)
		return fd;
	(void)close(fd);
	return error;
}

int
netns_open_at(int directory, const char *name)
{
	int path_fd = openat(directory, name, O_PATH | O_CLOEXEC);
	struct statfs status;
	int fd = -EINVAL;

	if (path_fd < 0)
		return -errno;
	if (fstatfs(path_fd, &status) != 0)
		fd = -errno;
	else if (status.f_type == NETNS_NSFS_MAGIC)
		fd = kernel_reopen(path_fd);
	(void)close(path_fd);
	return fd;
}

int
netns_open_thread(pid_t pid, pid_t tid)
{
	char path[PROC_PATH_MAX];
	int fd;

	if (netns_feature_view(NETNS_PROCESSES)->switched_off)
		return -EACCES;
	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/ns/net", (int)pid, (int)tid);
	fd = kernel_open(path);
	return fd == -ENOENT ? -ESRCH : fd;
}

pid_t
netns_self(void)
{
	char text[PROC_PATH_MAX];
	ssize_t length = readlink("/proc/self", text, sizeof(text) - 1);

	if (length <= 0)
		return getpid();
	text[length] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

/* --- mounts --------------------------------------------------------------- */

int
netns_stat_at(int directory, const char *name, struct netns_stat *stat)
{
	struct statx status;

	if (kernel_stat(directory, name, &status) != 0)
		return -errno;
	*stat = (struct netns_stat){.mode = status.stx_mode,
	    .device = makedev(status.stx_dev_major, status.stx_dev_minor),
	    .inode = status.stx_ino,
	    .mounted = status.stx_mnt_id != kernel_own_mount};
	if (netns_feature(NETNS_MOUNT_ID))
		stat->mount = status.stx_mnt_id;
	return 0;
}

int
netns_mount_point(uint64_t mount, char *path, size_t size)
{
	struct netns_abi_mount_request request = {.size = sizeof(request),
	    .id = mount,
	    .what = NETNS_STATMOUNT_MNT_POINT};
	union {
		struct netns_abi_mount mount;
		char bytes[NETNS_STATMOUNT_STRINGS_AT + PATH_MAX];
	} reply;
	const char *point;
	size_t length;

	if (syscall(NETNS_SYS_STATMOUNT, &request, &reply, sizeof(reply), 0) !=
	    0)
		return -errno;
	if ((reply.mount.what & NETNS_STATMOUNT_MNT_POINT) == 0 ||
	    reply.mount.point >= PATH_MAX)
		return -EPROTO;
	point = reply.bytes + NETNS_STATMOUNT_STRINGS_AT + reply.mount.point;
	length = strnlen(point, PATH_MAX - reply.mount.point);
	if (length >= size || length == PATH_MAX - reply.mount.point)
		return -ENAMETOOLONG;
	(void)memcpy(path, point, length + 1);
	return 0;
}

/* --- weak references ------------------------------------------------------ */

int
netns_handle_save(int fd, struct netns_handle *handle)
{
	union kernel_handle saved = {.header.handle_bytes = NETNS_HANDLE_MAX};
	int mount;

	handle->bytes = 0;
	if (!netns_feature(NETNS_HANDLE))
		return -EOPNOTSUPP;
	if (name_to_handle_at(fd, "", &saved.header, &mount, AT_EMPTY_PATH) !=
	    0)
		return -errno;
	handle->bytes = saved.header.handle_bytes;
	handle->type = saved.header.handle_type;
	(void)memcpy(handle->handle, saved.header.f_handle, handle->bytes);
	return 0;
}

int
netns_handle_prove(int fd, struct netns_handle *handle)
{
	int error = netns_handle_save(fd, handle), again;

	if (error != 0)
		return error;
	again = netns_handle_open(handle);
	if (again >= 0)
		(void)close(again);
	/* For want of a descriptor it cannot be told; mostly they do. */
	if (again >= 0 || (again != -ESTALE && again != -EACCES &&
			      again != -EPERM && netns_is_passing(again)))
		return 0;
	handle->bytes = 0;
	return again;
}

int
netns_handle_open(const struct netns_handle *handle)
{
	union kernel_handle saved = {.header.handle_bytes = handle->bytes};
	int fd;

	if (handle->bytes == 0 || !netns_feature(NETNS_HANDLE))
		return -EOPNOTSUPP;
	saved.header.handle_type = handle->type;
	(void)memcpy(saved.header.f_handle, handle->handle, handle->bytes);
	fd =
	    open_by_handle_at(kernel_home, &saved.header, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

/* --- all there are -------------------------------------------------------- */

ssize_t
netns_list(uint64_t after, uint64_t *ids, size_t count)
{
	struct netns_abi_list request = {
	    .size = sizeof(request), .after = after, .type = CLONE_NEWNET};
	long got;

	if (!netns_feature(NETNS_LIST))
		return -ENOSYS;
	got = syscall(NETNS_SYS_LISTNS, &request, ids, count, 0);
	return got >= 0 ? got : -errno;
}
