/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c: how long does netinstd keep a network namespace from going? A
 * namespace has a veth whose peer is at home; from the moment that the
 * namespace loses its last holder, how long is it until the peer is gone? With
 * netinstd and every plugin of the tree, whose shutdown callbacks run first,
 * against a world without netinstd, in turns. The last holder is a name, which
 * `ip netns del` removes, or a process in it, which is killed.
 */
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/check.h"
#include "lib/clock.h"
#include "measure.h"
#include "process.h"
#include "wire.h"
#include "world.h"

static const char usage[] =
    "Measures how much later a namespace's veth goes because of netinstd.\n";

#define SAMPLES	      50
#define SAMPLES_SMOKE 2
#define NAME	      "ni-bench-r0"
#define PREFIX	      "ni-bench-r"
#define BUSY	      4
#define PATIENCE      (30 * NS_PER_SEC)

struct scenario {
	const char *what;
	bool process; /* the last holder is one */
	unsigned busy;
	struct measure_samples with, without; /* ms */
};

static struct scenario scenarios[] = {
    {.what = "name deleted, idle"},
    {.what = "name deleted, 4 busy processes", .busy = BUSY},
    {.what = "process killed, idle", .process = true},
    {.what = "process killed, 4 busy processes", .process = true, .busy = BUSY},
};

static struct world watched, alone;
static struct process netinstd;
static struct wire wire;

/* Every plugin that is built; names relative to the build. */
static void
start_netinstd(void)
{
	const char *plugins[PROCESS_PLUGINS_MAX + 1] = {NULL};
	char pattern[PROCESS_PATH_MAX];
	glob_t found;
	size_t i;

	process_build_path(pattern, "plugins/[!.]*.so");
	if (glob(pattern, 0, NULL, &found) != 0 ||
	    found.gl_pathc > PROCESS_PLUGINS_MAX)
		measure_fail("no plugins, or too many: %s", pattern);
	for (i = 0; i < found.gl_pathc; i++)
		plugins[i] = strstr(found.gl_pathv[i], "plugins/");
	process_start_netinstd_netns(&netinstd, plugins);
	globfree(&found);
	wire_open(&wire, netinstd.socket);
}

/* Until an instance is (is not) described by this text. */
static void
await_instance(const char *text, bool there)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	int64_t until = clock_monotonic() + PATIENCE;
	size_t length;

	while ((strstr(wire_call(&wire, "instance.list",
			   "{\"source\":\"netns\"}", &length),
		    text) != NULL) != there) {
		if (clock_monotonic() > until)
			measure_fail(
			    "netinstd: %s is not as it should be", text);
		(void)nanosleep(&pause, NULL);
	}
}

/* Milliseconds. With netinstd, it knows of the namespace before it goes. */
static double
measure_one(const struct scenario *scenario, bool with)
{
	pid_t process = 0;
	int64_t begin;

	world_enter(with ? &watched : &alone);
	world_add_veths(PREFIX, 1);
	if (scenario->process)
		process = world_inhabit(NAME);
	if (with)
		await_instance(NAME, true);
	if (scenario->process) {
		world_delete(NAME);
		if (with)
			await_instance("\"hold\":\"process\"", true);
	}
	begin = clock_monotonic();
	if (scenario->process)
		(void)kill(process, SIGKILL);
	else
		world_ip("netns del " NAME);
	world_await_no_link(NAME);
	begin = clock_monotonic() - begin;
	if (scenario->process)
		(void)waitpid(process, NULL, 0);
	if (with)
		await_instance(NAME, false);
	return (double)begin / NS_PER_MS;
}

static void
measure_scenario(struct scenario *scenario, unsigned samples)
{
	unsigned i;

	world_be_busy(scenario->busy);
	for (i = 0; i < samples; i++) {
		measure_add(&scenario->with, measure_one(scenario, true));
		measure_add(&scenario->without, measure_one(scenario, false));
	}
	world_be_idle();
}

static void
print_row(const struct scenario *scenario, const char *which,
    const struct measure_samples *samples)
{
	char what[96];

	(void)snprintf(what, sizeof(what), "%s, %s", scenario->what, which);
	measure_print_row(what, "ms", samples);
}

static void
print_target(const struct scenario *scenario, double part, double most)
{
	struct measure_samples later = {.count = 0};
	struct measure_target target = {
	    .bound = MEASURE_AT_MOST, .value = most};
	char what[96];

	(void)snprintf(what, sizeof(what), "%s: %s, ms later", scenario->what,
	    part < 0.9 ? "median" : "99 of 100");
	target.what = what;
	measure_add(&later, measure_quantile(&scenario->with, part) -
				measure_quantile(&scenario->without, part));
	measure_print_target(&target, &later);
}

static void
print(void)
{
	size_t i;

	measure_print_head("A namespace loses its last holder: until the peer "
			   "of its veth is gone");
	for (i = 0; i < ARRAY_LENGTH(scenarios); i++) {
		print_row(&scenarios[i], "with netinstd", &scenarios[i].with);
		print_row(&scenarios[i], "without", &scenarios[i].without);
	}
	measure_print_targets_head();
	for (i = 0; i < ARRAY_LENGTH(scenarios); i++) {
		print_target(&scenarios[i], 0.5, 5);
		print_target(&scenarios[i], 0.99, 50);
	}
}

int
main(int argc, char **argv)
{
	struct measure_options options;
	size_t i;

	measure_read_options(argc, argv, usage, &options);
	if (!world_make(&alone) || !world_make(&watched)) {
		(void)printf("no rights to make namespaces: not measured\n");
		return 0;
	}
	start_netinstd();
	for (i = 0; i < ARRAY_LENGTH(scenarios); i++)
		measure_scenario(
		    &scenarios[i], options.smoke ? SAMPLES_SMOKE : SAMPLES);
	print();
	wire_close(&wire);
	process_stop(&netinstd);
	return 0;
}
