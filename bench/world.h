/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h: a place for a measurement with real network namespaces: a mount
 * namespace with an empty /run/netns, and a network namespace that is home to
 * what is started there. Two worlds beside each other see nothing of each
 * other, so the same can be measured with a server and without, in turns. All
 * of it goes with the program. One thread; failures end the program.
 */
#ifndef NETINST_BENCH_WORLD_H
#define NETINST_BENCH_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct world {
	int mounts, network;
};

/* Makes a new one, where the program is from then on; false: it may not. */
bool world_make(struct world *world);
void world_enter(const struct world *world);

/* Runs a command to its end; fails the program when that does not end well. */
void world_run(const char *const argv[]);
/* Runs ip with these arguments, separated by blanks. */
void world_ip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What `ip netns add` and `ip netns del` do, without a process. */
void world_add(const char *name);
void world_delete(const char *name);

/*
 * count namespaces, PREFIX0 and so on, each with a veth "inside" that is up and
 * has its peer, of the same name as the namespace, at home.
 */
void world_add_veths(const char *prefix, unsigned count);

struct wire;
/*
 * Until a netinstd that has no others knows of so many namespaces, besides its
 * own, and none of them is on its way.
 */
void world_await_instances(struct wire *wire, unsigned count);

/* Returns as soon as there is no interface of that name at home. */
void world_await_no_link(const char *name);

/* A process in that namespace, which waits until it is killed. */
pid_t world_inhabit(const char *name);

/* So many processes that are busy, until they are told to end. */
#define WORLD_BUSY_MAX 16
void world_be_busy(unsigned processes);
void world_be_idle(void);

#endif
