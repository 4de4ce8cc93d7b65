/* SPDX-License-Identifier: Apache-2.0 */
/*
 * teardown.c: 1,000 network namespaces lose their names as fast as one process
 * can delete them: how long until the kernel has taken down the last of them?
 * With netinstd, which makes 1,000 instances end meanwhile, against a world
 * without it, in turns. Each namespace has a veth; it is down when its peer at
 * home is gone.
 */
#include <stdio.h>

#include "base/clock.h"
#include "measure.h"
#include "process.h"
#include "wire.h"
#include "world.h"

static const char usage[] =
    "Measures how much longer 1,000 namespaces take to go with netinstd.\n";

#define NAMESPACES	 1000
#define NAMESPACES_SMOKE 20
#define PREFIX		 "ni-bench-t"

static const char *const plugins[] = {
    "plugins/trace.so", "plugins/ipstat.so", NULL};

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

int
main(int argc, char **argv)
{
	static const struct measure_target target = {
	    "with netinstd / without", MEASURE_AT_MOST, 1.3};
	struct measure_samples with = {.count = 0}, without = {.count = 0};
	struct measure_options options;
	unsigned namespaces, i;
	char title[80];

	measure_read_options(argc, argv, usage, &options);
	namespaces = options.smoke ? NAMESPACES_SMOKE : NAMESPACES;
	if (!world_make(&alone) || !world_make(&watched)) {
		(void)printf("no rights to make namespaces: not measured\n");
		return 0;
	}
	process_start_netinstd_netns(&netinstd, plugins);
	wire_open(&wire, netinstd.socket);
	(void)measure_one(namespaces, false);
	for (i = 0; i < options.rounds; i++) {
		measure_add(&with, measure_one(namespaces, true));
		measure_add(&without, measure_one(namespaces, false));
	}
	(void)snprintf(
	    title, sizeof(title), "%u namespaces with a veth go", namespaces);
	measure_print_head(title);
	measure_print_row("with netinstd", "ms", &with);
	measure_print_row("without", "ms", &without);
	measure_print_targets_head();
	measure_print_ratio(&target, &with, &without);
	wire_close(&wire);
	process_stop(&netinstd);
	return 0;
}
