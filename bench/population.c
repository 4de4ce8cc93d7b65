/* SPDX-License-Identifier: Apache-2.0 */
/*
 * population.c: asks the core for many things at once and waits for the last
 * one to be over. The waiting is a gather on the caller's stack, which the
 * core's workers count down.
 */
#include "population.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/lock.h"
#include "measure.h"

struct gather {
	atomic_size_t left;
	struct completion completion;
};

static void
gather_init(struct gather *gather, size_t count)
{
	atomic_init(&gather->left, count);
	completion_init(&gather->completion);
}

static void
gather_done(void *arg, int error)
{
	struct gather *gather = arg;

	if (error != 0)
		measure_fail("the core failed: %s", strerror(-error));
	if (atomic_fetch_sub(&gather->left, 1) == 1)
		completion_finish(&gather->completion, 0);
}

static void
population_create(const char *name, size_t protocols, struct instance **created,
    struct gather *gather)
{
	static const char *const names[POPULATION_PROTOCOLS] = {
	    "inet", "inet6", "arp"};
	const struct instance_config config = {
	    .name = name,
	    .source = "bench",
	    .protocols = names,
	    .protocol_count = protocols,
	};
	int error = instance_create(&config, created, gather_done, gather);

	if (error != 0)
		measure_fail("cannot create %s: %s", name, strerror(-error));
}

void
population_start(unsigned workers)
{
	const struct core_config config = {.workers = workers};
	struct gather gather;
	int error = core_start(&config);

	if (error != 0)
		measure_fail("cannot start the core: %s", strerror(-error));
	gather_init(&gather, 1);
	population_create("global", POPULATION_PROTOCOLS, NULL, &gather);
	(void)completion_wait(&gather.completion);
}

/* As many at a time as a client of the daemon may have under way. */
static void
population_grow_some(size_t count)
{
	static unsigned number;
	struct gather gather;
	char name[32];

	gather_init(&gather, count);
	for (; count > 0; count--) {
		(void)snprintf(name, sizeof(name), "bench-%07u", ++number);
		population_create(name, POPULATION_PROTOCOLS, NULL, &gather);
	}
	(void)completion_wait(&gather.completion);
}

void
population_grow(size_t count)
{
	size_t some;

	for (; count > 0; count -= some) {
		some = count < RPC_IN_FLIGHT_MAX ? count : RPC_IN_FLIGHT_MAX;
		population_grow_some(some);
	}
}

struct instance *
population_create_one(void)
{
	static unsigned number;
	struct instance *instance;
	struct gather gather;
	char name[32];

	(void)snprintf(name, sizeof(name), "one-%07u", ++number);
	gather_init(&gather, 1);
	population_create(name, 0, &instance, &gather);
	(void)completion_wait(&gather.completion);
	return instance;
}

void
population_destroy_one(struct instance *instance)
{
	struct gather gather;
	int error;

	gather_init(&gather, 1);
	error = instance_destroy(instance, gather_done, &gather);
	if (error != 0)
		measure_fail("cannot destroy: %s", strerror(-error));
	(void)completion_wait(&gather.completion);
	instance_release(instance);
}

void
population_stop(void)
{
	struct gather gather;

	gather_init(&gather, 1);
	core_shutdown(gather_done, &gather);
	(void)completion_wait(&gather.completion);
	core_stop();
}
