/* SPDX-License-Identifier: Apache-2.0 */
/* global.c: see global.h; waits for what the core does on its workers. */
#include "global.h"

#include "base/lock.h"
#include "core/core.h"
#include "source/source.h"

/* A core_done_fn that ends a wait. */
static void
global_waited(void *arg, int error)
{
	completion_finish(arg, error);
}

int
global_start(bool netns)
{
	struct completion created;
	int error;

	completion_init(&created);
	error = netns ? source_create_home(global_waited, &created)
		      : source_create_global(global_waited, &created);
	if (error != 0)
		completion_finish(&created, error);
	return completion_wait(&created);
}

void
global_end(void)
{
	struct completion gone;

	completion_init(&gone);
	core_shutdown(global_waited, &gone);
	(void)completion_wait(&gone);
}
