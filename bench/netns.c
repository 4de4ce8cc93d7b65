/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns.c: how soon is a new network namespace an instance? From the return of
 * `ip netns add` to the line that the plugin trace logs in its create callback,
 * against the line that FRR's zebra logs when it noticed the same namespace.
 *
 * Both servers run in one world of their own and see the same namespaces come;
 * what they print goes into a pipe each, and the time is that of its arrival
 * here. A line that is there before the command has returned counts as
 * arriving at its return.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "measure.h"
#include "process.h"
#include "world.h"

static const char usage[] =
    "Measures how long after `ip netns add` the plugin trace and FRR's zebra,\n"
    "when it is installed, know of the namespace.\n";

#define SAMPLES	      50
#define SAMPLES_SMOKE 3
#define PREFIX	      "ni-bench-"
#define PATIENCE      (10 * NS_PER_SEC)
/* What one can tell apart: a ratio is not taken to less. */
#define RESOLUTION 0.01 /* ms */

/* A server, and the line it prints when it has noticed. */
struct watcher {
	const char *what, *line;
	struct process process;
	int output;
	char tail[4096];	       /* of what it printed; terminated */
	int64_t arrived;	       /* 0: not yet */
	struct measure_samples delays; /* ms */
};

static struct watcher trace = {
    .what = "netinstd, create of plugin trace", .line = ": create\n"};
static struct watcher zebra = {
    .what = "zebra -n, \"created VRF\"", .line = "created VRF " PREFIX};
static const char *const plugins[] = {"plugins/trace.so", NULL};

static void
watcher_open(struct watcher *watcher)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0 ||
	    fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		measure_fail("cannot make a pipe");
	watcher->output = ends[0];
	watcher->process.output = ends[1];
}

/* Reads what is there; looks for the line in it. */
static void
watcher_read(struct watcher *watcher)
{
	char *tail = watcher->tail;
	size_t kept = strlen(tail), half = sizeof(watcher->tail) / 2;
	ssize_t got;

	if (kept > half) {
		(void)memmove(tail, tail + kept - half, half + 1);
		kept = half;
	}
	got = read(
	    watcher->output, tail + kept, sizeof(watcher->tail) - 1 - kept);
	tail[kept + (got > 0 ? (size_t)got : 0)] = '\0';
	if (watcher->arrived == 0 && strstr(tail, watcher->line) != NULL)
		watcher->arrived = clock_monotonic();
}

static void
watcher_forget(struct watcher *watcher)
{
	do {
		watcher->tail[0] = '\0';
		watcher_read(watcher);
	} while (watcher->tail[0] != '\0');
	watcher->arrived = 0;
}

/* Until all that watch have seen it. */
static void
await_all(unsigned watching)
{
	struct pollfd ready[] = {{.fd = trace.output, .events = POLLIN},
	    {.fd = zebra.output, .events = POLLIN}};
	int64_t until = clock_monotonic() + PATIENCE;

	for (;;) {
		watcher_read(&trace);
		if (watching == 2)
			watcher_read(&zebra);
		if (trace.arrived != 0 && (watching == 1 || zebra.arrived != 0))
			return;
		if (clock_monotonic() > until)
			measure_fail("%s: not noticed",
			    trace.arrived == 0 ? trace.what : zebra.what);
		(void)poll(ready, watching, 100);
	}
}

/* Milliseconds since then; those who knew before knew at once. */
static double
delay(const struct watcher *watcher, int64_t since)
{
	double late = (double)(watcher->arrived - since) / NS_PER_MS;

	return late > RESOLUTION ? late : RESOLUTION;
}

static void
measure_one(unsigned number, unsigned watching, struct measure_samples *adds)
{
	int64_t begin, returned;

	watcher_forget(&trace);
	if (watching == 2)
		watcher_forget(&zebra);
	begin = clock_monotonic();
	world_ip("netns add " PREFIX "%u", number);
	returned = clock_monotonic();
	await_all(watching);
	world_ip("netns del " PREFIX "%u", number);
	if (number == 0)
		return; /* everything was cold */
	measure_add(adds, (double)(returned - begin) / NS_PER_MS);
	measure_add(&trace.delays, delay(&trace, returned));
	if (watching == 2)
		measure_add(&zebra.delays, delay(&zebra, returned));
}

static void
print(unsigned watching, const struct measure_samples *adds)
{
	static const struct measure_target soon = {
	    "95 of 100: ms after the command returned", MEASURE_AT_MOST, 2};
	static const struct measure_target ratio = {
	    "median: zebra / netinstd", MEASURE_AT_LEAST, 400};
	struct measure_samples all = {.count = 0};

	measure_print_head("A namespace comes: after `ip netns add` returned "
			   "(0.01: before that)");
	measure_print_row(trace.what, "ms", &trace.delays);
	if (watching == 2)
		measure_print_row(zebra.what, "ms", &zebra.delays);
	measure_print_row("`ip netns add` itself", "ms", adds);
	measure_print_targets_head();
	measure_add(&all, measure_quantile(&trace.delays, 0.95));
	measure_print_target(&soon, &all);
	if (watching == 1) {
		(void)printf("no zebra: not compared\n");
		return;
	}
	all.values[0] = measure_quantile(&zebra.delays, 0.5) /
			measure_quantile(&trace.delays, 0.5);
	measure_print_target(&ratio, &all);
}

int
main(int argc, char **argv)
{
	unsigned watching = process_has_zebra() ? 2 : 1, samples, i;
	struct measure_samples adds = {.count = 0};
	struct measure_options options;
	struct world world;

	measure_read_options(argc, argv, usage, &options);
	samples = options.smoke ? SAMPLES_SMOKE : SAMPLES;
	if (!world_make(&world)) {
		(void)printf("no rights to make namespaces: not measured\n");
		return 0;
	}
	watcher_open(&trace);
	process_start_netinstd_netns(&trace.process, plugins);
	if (watching == 2) {
		watcher_open(&zebra);
		process_start_zebra(&zebra.process);
	}
	for (i = 0; i <= samples; i++)
		measure_one(i, watching, &adds);
	print(watching, &adds);
	process_stop(&trace.process);
	return 0;
}
