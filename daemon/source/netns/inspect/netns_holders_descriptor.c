/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_descriptor.c: the open files of a process: those that lead to
 * the namespace, and sockets that were made in it. Which namespace a socket is
 * of only the socket itself tells, so it is asked through a copy, which is
 * closed at once. The thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "source/netns/kernel/netns_proc.h"

/* /dev/net/tun: each descriptor of it is a socket inside. */
#define TUN_MAJOR 10
#define TUN_MINOR 200

struct descriptor_search {
	struct holders_walk *walk;
	struct holders_process *process;
	int pidfd; /* -1: not needed yet, or not to be had */
	bool ask_sockets;
};

static void
descriptor_add(
    struct descriptor_search *search, int fd, enum netns_holder_kind kind)
{
	struct netns_holder holder = {.kind = kind,
	    .fd = fd,
	    .remedy = holders_kill(search->walk, search->process->pid)};

	if (search->process->pid == search->walk->self) {
		holder.kind = NETNS_HOLDER_OWN;
		holder.reason = netns_is_standard(fd) ? "inherited" : "open";
	}
	holders_describe(search->walk, search->process, &holder);
	holders_add(search->walk, &holder);
}

/* Whether a copy of a socket or tun device was made in the namespace. */
static bool
descriptor_is_of(const struct holders_walk *walk, int copy)
{
	int space = ioctl(copy, SIOCGSKNS);
	struct stat status;
	bool is;

	if (space < 0)
		return false;
	is = fstat(space, &status) == 0 &&
	     netns_is_at(walk->identity, status.st_dev, status.st_ino);
	(void)close(space);
	return is;
}

static void
descriptor_ask_socket(struct descriptor_search *search, int fd)
{
	struct holders_walk *walk = search->walk;
	int copy;

	if (walk->sockets_left == 0) {
		walk->found->more = true;
		return;
	}
	walk->sockets_left--;
	if (search->pidfd < 0)
		search->pidfd = pidfd_open(search->process->pid, 0);
	copy = search->pidfd >= 0 ? pidfd_getfd(search->pidfd, fd, 0) : -1;
	if (copy < 0) {
		/* Or it was closed meanwhile. */
		if (errno != EBADF)
			holders_note_hidden(search->process, errno);
		return;
	}
	if (descriptor_is_of(walk, copy))
		descriptor_add(search, fd, NETNS_HOLDER_SOCKET);
	(void)close(copy);
}

static bool
descriptor_is_socket(const struct statx *status)
{
	return S_ISSOCK(status->stx_mode) ||
	       (S_ISCHR(status->stx_mode) &&
		   status->stx_rdev_major == TUN_MAJOR &&
		   status->stx_rdev_minor == TUN_MINOR);
}

/* A netns_proc_number_fn. */
static bool
descriptor_visit(void *arg, int files, int fd)
{
	struct descriptor_search *search = arg;
	struct holders_walk *walk = search->walk;
	struct statx status;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", fd);
	if (holders_stat(files, name, STATX_INO | STATX_TYPE, &status) != 0)
		return true;
	if (netns_is_at(walk->identity,
		makedev(status.stx_dev_major, status.stx_dev_minor),
		status.stx_ino)) {
		if (search->process->pid == search->walk->self &&
		    walk->own_left > 0)
			walk->own_left--;
		else
			descriptor_add(search, fd, NETNS_HOLDER_DESCRIPTOR);
	} else if (search->ask_sockets && descriptor_is_socket(&status)) {
		descriptor_ask_socket(search, fd);
	}
	return !walk->found->more;
}

void
holders_look_at_descriptors(
    struct holders_walk *walk, struct holders_process *process)
{
	struct descriptor_search search = {.walk = walk,
	    .process = process,
	    .pidfd = -1,
	    .ask_sockets = process->inside < process->threads};
	char file[64];
	int error;

	if (walk->found->more)
		return;
	(void)snprintf(file, sizeof(file), "task/%d/fd", process->speaker);
	error = netns_proc_numbers(
	    process->directory, file, descriptor_visit, &search);
	if (error != 0)
		holders_note_hidden(process, -error);
	if (search.pidfd >= 0)
		(void)close(search.pidfd);
}
