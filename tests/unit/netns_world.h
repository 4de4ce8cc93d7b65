/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_world.h: a place for unit tests with real network namespaces: a mount
 * namespace of the test program's own, in which nothing is seen by others, and
 * a fresh tmpfs for each test. What is made there goes with it.
 */
#ifndef TESTS_UNIT_NETNS_WORLD_H
#define TESTS_UNIT_NETNS_WORLD_H

#include <sys/types.h>

/* The fresh tmpfs. */
#define NETNS_WORLD "/tmp/netinst-world"

/* For main(), before there are threads; ends the program when it cannot. */
void netns_world_enter(void);

/* cmocka set-up, with all features probed, and tear-down of each test. */
int netns_world_setup(void **state);
int netns_world_teardown(void **state);

/* A descriptor of a namespace that nothing else holds. */
int netns_world_make(void);

/* The two steps of `ip netns add PATH`. */
void netns_world_touch(const char *path);
void netns_world_mount(const char *path, int fd);
/* Both. */
void netns_world_name(const char *path, int fd);
/* What `ip netns del PATH` does. */
void netns_world_unname(const char *path);

/* A process in the namespace, until it is ended; -1: in one of its own. */
pid_t netns_world_add_process(int fd);
void netns_world_end_process(pid_t pid);

#endif
