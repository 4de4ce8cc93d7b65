/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counters.c: what does it cost to read the counters of 1,000 namespaces? One
 * `netinstctl kstat` of what the plugin ipstat knows of the links in all of
 * them, per namespace, against `ip -n NAME -s -j link` in one after the other.
 * Both are whole processes, from their start to their end, and print JSON.
 */
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "measure.h"
#include "process.h"
#include "wire.h"
#include "world.h"

static const char usage[] =
    "Measures reading the counters of 1,000 namespaces, with netinstctl and\n"
    "with ip.\n";

#define NAMESPACES	 1000
#define NAMESPACES_SMOKE 20
/* ip is run in so many of them, a round. */
#define ASKED 100
/* A pattern: "inside" and "lo", and no other of that plugin's kstats. */
#define LINKS  "[il][no]*"
#define PREFIX "ni-bench-c"

static const char *const plugins[] = {"plugins/ipstat.so", NULL};

static struct process netinstd;
static struct wire wire;

/* Microseconds for one namespace. */
static double
measure_netinstctl(unsigned namespaces)
{
	char program[PROCESS_PATH_MAX];
	const char *const argv[] = {program, "--json", "-s", netinstd.socket,
	    "kstat", "-m", "ipstat", "-n", LINKS, NULL};
	int64_t begin;

	process_build_path(program, "netinstctl");
	begin = clock_monotonic();
	world_run(argv);
	return (double)(clock_monotonic() - begin) / 1000 / namespaces;
}

/* The same answer, as it comes from the socket. */
static double
measure_socket(unsigned namespaces)
{
	char params[256], cursor[128] = "";
	int64_t begin = clock_monotonic();
	const char *at;
	size_t length;

	do {
		(void)snprintf(params, sizeof(params),
		    "{\"module\":\"ipstat\",\"name\":\"" LINKS "\"%s%s%s}",
		    cursor[0] != '\0' ? ",\"cursor\":\"" : "", cursor,
		    cursor[0] != '\0' ? "\"" : "");
		at = wire_call(&wire, "kstat.read", params, &length);
		/* It is the last member. */
		at = strstr(
		    at +
			(length > sizeof(cursor) ? length - sizeof(cursor) : 0),
		    "\"cursor\":\"");
		cursor[0] = '\0';
		if (at != NULL)
			(void)sscanf(at, "\"cursor\":\"%127[^\"]", cursor);
	} while (cursor[0] != '\0');
	return (double)(clock_monotonic() - begin) / 1000 / namespaces;
}

static double
measure_ip(unsigned namespaces)
{
	unsigned asked = namespaces < ASKED ? namespaces : ASKED, i;
	int64_t begin = clock_monotonic();

	for (i = 0; i < asked; i++)
		world_ip("-n " PREFIX "%u -s -j link", i);
	return (double)(clock_monotonic() - begin) / 1000 / asked;
}

int
main(int argc, char **argv)
{
	static const struct measure_target by_socket = {
	    "ip / kstat.read, per namespace", MEASURE_AT_LEAST, 100};
	static const struct measure_target by_program = {
	    "ip / netinstctl, per namespace", MEASURE_AT_LEAST, 100};
	struct measure_samples all = {.count = 0}, each = {.count = 0},
			       answer = {.count = 0};
	struct measure_options options;
	unsigned namespaces, i;
	struct world world;

	measure_read_options(argc, argv, usage, &options);
	namespaces = options.smoke ? NAMESPACES_SMOKE : NAMESPACES;
	if (!world_make(&world)) {
		(void)printf("no rights to make namespaces: not measured\n");
		return 0;
	}
	process_start_netinstd_netns(&netinstd, plugins);
	wire_open(&wire, netinstd.socket);
	world_add_veths(PREFIX, namespaces);
	world_await_instances(&wire, namespaces);
	for (i = 0; i < options.rounds; i++) {
		measure_add(&all, measure_netinstctl(namespaces));
		measure_add(&answer, measure_socket(namespaces));
		measure_add(&each, measure_ip(namespaces));
	}
	measure_print_head("Counters of many namespaces, for one of them");
	measure_print_row("netinstctl kstat, all at once", "us", &all);
	measure_print_row("  of that, the answer of kstat.read", "us", &answer);
	measure_print_row("ip -n NAME -s -j link, one by one", "us", &each);
	measure_print_targets_head();
	measure_print_ratio(&by_socket, &each, &answer);
	measure_print_ratio(&by_program, &each, &all);
	wire_close(&wire);
	process_stop(&netinstd);
	return 0;
}
