/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_fixture.h: what the unit tests of lives of namespaces share: a world
 * with one directory of names, and the netns thread, which runs as in the
 * daemon.
 */
#ifndef TESTS_UNIT_TRACK_FIXTURE_H
#define TESTS_UNIT_TRACK_FIXTURE_H

#include "source/netns/netns.h"
#include "core_fixture.h"
#include "netns_world.h"

/* The directory that is watched, and a path in it. */
#define NAMES	     NETNS_WORLD "/names"
#define IN_NAMES(at) NAMES "/" at

/* As track_setup() has made it; a test may change it before track_start(). */
extern struct netns_config config;

void track_start(void);

/* For wait_until(): no namespace is held, which is so soon after its end. */
bool nothing_is_pinned(void *arg);

/* For cmocka; the second registers actor A, and the diary begins after that. */
int track_setup(void **state);
int track_setup_with_actor(void **state);
/* Nothing is held any more. */
int track_teardown(void **state);

#endif
