/* SPDX-License-Identifier: Apache-2.0 */
/*
 * teardown.c: 1,000 network namespaces lose their names as fast as one process
 * can delete them: how long until the kernel has taken down the last of them?
 * With netinstd, which makes 1,000 instances end meanwhile, against a world
 * without it, in turns. Each namespace has a veth; it is down when its peer at
 * home is gone.
 */
#include <stdio.h>

#include "base/check.h"
#include "lib/clock.h"
#include "measure.h"
#include "process.h"
#include "wire.h"
#include "world.h"

static const char usage[] =
    "Measures how much longer 1,000 namespaces take to go with netinstd.\n";

#define NAMESPACES	 1000
#define NAMESPACES_SMOKE 20
#define PREFIX		 "ni-bench-t"

/* What is loaded: ipstat reads some files of each namespace at its end. */
static struct set {
	const char *const *plugins;
	const char *with;
	struct measure_target target;
	struct measure_samples watched, alone; /* ms */
} sets[] = {
    {.plugins = (const char *const[]){"plugins/trace.so", NULL},
	.with = "with netinstd and trace",
	.target = {"with trace / without", MEASURE_AT_MOST, 1.3}},
    {.plugins = (const char *const[]){"plugins/trace.so", "plugins/ipstat.so",
	 NULL},
	.with = "with netinstd, trace and ipstat",
	.target = {"with trace and ipstat / without", MEASURE_AT_MOST, 1.3}},
};

static struct world watched, alone;
static struct process netinstd;
static struct wire wire;

/* Milliseconds from the first name's end to the last veth's. */
static double
measure_one(unsigned namespaces, bool with)
{
	char name[16];
	int64_t begin;
	unsigned i;

	world_enter(with ? &watched : &alone);
	world_add_veths(PREFIX, namespaces);
	if (with)
		world_await_instances(&wire, namespaces);
	begin = clock_monotonic();
	for (i = 0; i < namespaces; i++) {
		(void)snprintf(name, sizeof(name), PREFIX "%u", i);
		world_delete(name);
	}
	for (i = 0; i < namespaces; i++) {
		(void)snprintf(name, sizeof(name), PREFIX "%u", i);
		world_await_no_link(name);
	}
	begin = clock_monotonic() - begin;
	if (with)
		world_await_instances(&wire, 0);
	return (double)begin / NS_PER_MS;
}

/* In turns, so that what else the machine does concerns both. */
static void
measure_set(struct set *set, unsigned namespaces, unsigned rounds)
{
	unsigned i;

	world_enter(&watched);
	process_start_netinstd_netns(&netinstd, set->plugins);
	wire_open(&wire, netinstd.socket);
	(void)measure_one(namespaces, false);
	for (i = 0; i < rounds; i++) {
		measure_add(&set->watched, measure_one(namespaces, true));
		measure_add(&set->alone, measure_one(namespaces, false));
	}
	wire_close(&wire);
	process_stop(&netinstd);
}

int
main(int argc, char **argv)
{
	struct measure_options options;
	unsigned namespaces, i;
	char title[80];

	measure_read_options(argc, argv, usage, &options);
	namespaces = options.smoke ? NAMESPACES_SMOKE : NAMESPACES;
	if (!world_make(&alone) || !world_make(&watched)) {
		(void)printf("no rights to make namespaces: not measured\n");
		return 0;
	}
	for (i = 0; i < ARRAY_LENGTH(sets); i++)
		measure_set(&sets[i], namespaces, options.rounds);
	(void)snprintf(
	    title, sizeof(title), "%u namespaces with a veth go", namespaces);
	measure_print_head(title);
	for (i = 0; i < ARRAY_LENGTH(sets); i++) {
		measure_print_row(sets[i].with, "ms", &sets[i].watched);
		measure_print_row("  in turns, without", "ms", &sets[i].alone);
	}
	measure_print_targets_head();
	for (i = 0; i < ARRAY_LENGTH(sets); i++)
		measure_print_ratio(
		    &sets[i].target, &sets[i].watched, &sets[i].alone);
	return 0;
}
