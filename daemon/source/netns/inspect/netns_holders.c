/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders.c: the walk from process to process; netns_holders_process.c
 * and its neighbours examine each. Owns the walk. The thread that walks.
 */
#include "source/netns/inspect/netns_holders.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "lib/clock.h"
#include "source/netns/inspect/netns_holders_impl.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_ref.h"

static const char *const kind_names[] = {
    [NETNS_HOLDER_OWN] = "netinstd",
    [NETNS_HOLDER_PROCESS] = "process",
    [NETNS_HOLDER_THREAD] = "thread",
    [NETNS_HOLDER_MOUNT] = "mount",
    [NETNS_HOLDER_DESCRIPTOR] = "descriptor",
    [NETNS_HOLDER_SOCKET] = "socket",
};

const char *
netns_holder_kind_name(enum netns_holder_kind kind)
{
	return kind_names[kind];
}

/* A netns_pin_visit_fn. */
static void
holders_add_pin(void *arg, const struct netns_pin_view *pin)
{
	struct holders_walk *walk = arg;
	const struct netns_holder holder = {
	    .kind = NETNS_HOLDER_OWN,
	    .pid = walk->self,
	    .fd = -1,
	    .user = getuid(),
	    .age = pin->age,
	    .reason = netns_hold_name(pin->hold),
	};

	if (!netns_is_at(
		walk->identity, pin->identity->device, pin->identity->inode))
		return;
	holders_add(walk, &holder);
	walk->own_left++;
}

/* Whether a limit says that the walk ends here. */
static bool
holders_is_over(struct holders_walk *walk)
{
	if (walk->found->more || clock_monotonic() > walk->deadline ||
	    (walk->ended != NULL && walk->ended()))
		walk->found->more = true;
	return walk->found->more;
}

/* A netns_proc_number_fn. */
static bool
holders_visit_process(void *arg, int at, int pid)
{
	struct holders_walk *walk = arg;

	(void)at;
	if (holders_is_over(walk))
		return false;
	holders_look_at(walk, pid);
	return true;
}

static int
holders_compare(const void *a, const void *b)
{
	const struct netns_holder *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	if (left->tid != right->tid)
		return left->tid < right->tid ? -1 : 1;
	return left->fd < right->fd ? -1 : left->fd > right->fd;
}

struct netns_holders *
netns_holders_find(const struct netns_identity *identity, bool (*ended)(void))
{
	struct holders_walk walk = {
	    .identity = identity,
	    .found = memory_zalloc(sizeof(*walk.found)),
	    .deadline = clock_monotonic() + NETNS_HOLDERS_TIME_MAX * NS_PER_SEC,
	    .ended = ended,
	    .booted = clock_read(CLOCK_BOOTTIME),
	    .sockets_left = NETNS_HOLDERS_SOCKETS_MAX,
	    .self = netns_self(),
	    .proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	struct stat first;

	walk.found->references = 1;
	if (walk.proc < 0) {
		walk.found->more = true;
		return walk.found;
	}
	if (fstatat(walk.proc, "1/ns/mnt", &first, 0) == 0)
		walk.first_mounts = first.st_ino;
	netns_pins_visit(holders_add_pin, &walk);
	if (netns_proc_numbers(walk.proc, ".", holders_visit_process, &walk) !=
	    0)
		walk.found->more = true;
	(void)close(walk.proc);
	if (walk.found->count > 1)
		qsort(walk.found->list, walk.found->count,
		    sizeof(*walk.found->list), holders_compare);
	free(walk.views);
	free(walk.mounts);
	return walk.found;
}

void
netns_holders_hold(struct netns_holders *holders)
{
	(void)atomic_fetch_add(&holders->references, 1);
}

void
netns_holders_drop(struct netns_holders *holders)
{
	if (atomic_fetch_sub(&holders->references, 1) > 1)
		return;
	for (size_t i = 0; i < holders->count; i++) {
		free(holders->list[i].command);
		free(holders->list[i].path);
		free(holders->list[i].remedy);
	}
	free(holders->list);
	free(holders);
}
