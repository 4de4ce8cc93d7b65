/* SPDX-License-Identifier: Apache-2.0 */
/*
 * population.h: a core with many instances, for the programs that measure the
 * core alone. One thread drives it; every call waits for its end.
 */
#ifndef NETINST_BENCH_POPULATION_H
#define NETINST_BENCH_POPULATION_H

#include <stddef.h>

#include "core/object/instance.h"

/* The protocols every instance gets: inet, inet6 and arp. */
#define POPULATION_PROTOCOLS 3

/* Starts the core, with the global instance. */
void population_start(unsigned workers);

/* Creates count instances, named "bench-0000001" and on. */
void population_grow(size_t count);

/* Creates an instance without protocols; destroys it and lets go. */
struct instance *population_create_one(void);
void population_destroy_one(struct instance *instance);

/* Destroys every instance and ends the core. */
void population_stop(void);

#endif
