/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track_fixture.c: owns the configuration of the netns thread; called by the
 * test's own thread.
 */
#include "track_fixture.h"

#include <sys/stat.h>

#include "source/netns/netns_ref.h"

struct netns_config config;

void
track_start(void)
{
	netns_prepare(&config);
	assert_int_equal(netns_start(), 0);
}

int
track_setup(void **state)
{
	if (netns_world_setup(state) != 0 || mkdir(NAMES, 0755) != 0 ||
	    core_setup(state) != 0)
		return -1;
	config = (struct netns_config){
	    .enabled = true,
	    .directories = NAMES,
	    .release_deadline = 60 * NS_PER_SEC,
	    .hold = true,
	};
	return 0;
}

int
track_setup_with_actor(void **state)
{
	if (track_setup(state) != 0)
		return -1;
	assert_int_equal(enter(A), 0);
	(void)diary_take();
	return 0;
}

bool
nothing_is_pinned(void *arg)
{
	return netns_pins_count() == 0;
}

int
track_teardown(void **state)
{
	int error;

	netns_stop();
	error = core_teardown(state);
	assert_int_equal(netns_pins_count(), 0);
	return netns_world_teardown(state) != 0 ? -1 : error;
}
