/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_own.c: makes the namespace by a thread that goes there, does what has
 * to be done and ends, so that none is ever to come back. Owns which namespace
 * it is; no descriptor of it. netns thread; the inode is read by others.
 */
#include "source/netns/kernel/netns_own.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "exec/thread.h"

struct own_making {
	int (*fill)(void *arg);
	void *arg;
	int fd; /* of the namespace */
	int error;
};

static struct netns_identity own_identity;
static _Atomic uint64_t own_inode; /* 0: there is none */

static void
own_run(void *arg)
{
	struct own_making *making = arg;

	if (unshare(CLONE_NEWNET) != 0) {
		making->error = -errno;
		return;
	}
	making->fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (making->fd < 0)
		making->error = -errno;
	else if (making->fill != NULL)
		making->error = making->fill(making->arg);
}

static int
own_visit(struct own_making *making)
{
	struct thread thread;
	int error = thread_start(&thread, "netns-own", own_run, making);

	if (error != 0)
		return error;
	thread_join(&thread);
	return making->error;
}

int
netns_own_make(int (*fill)(void *arg), void *arg)
{
	struct own_making making = {.fill = fill, .arg = arg, .fd = -1};
	int error = own_visit(&making);

	atomic_store(&own_inode, 0);
	if (error == 0)
		error = netns_identify(making.fd, &own_identity);
	if (error == 0)
		atomic_store(&own_inode, own_identity.inode);
	if (making.fd >= 0)
		(void)close(making.fd);
	return error;
}

int
netns_own_try(void)
{
	struct own_making making = {.fd = -1};
	int error = own_visit(&making);

	return error == 0 ? making.fd : error;
}

bool
netns_own_is(const struct netns_identity *identity)
{
	return netns_own_inode() != 0 && netns_is_same(identity, &own_identity);
}

bool
netns_own_is_id(uint64_t id)
{
	return netns_own_inode() != 0 && !own_identity.weak &&
	       own_identity.id == id;
}

uint64_t
netns_own_inode(void)
{
	return atomic_load(&own_inode);
}
