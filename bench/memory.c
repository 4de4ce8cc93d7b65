/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c: bytes per instance, per pair and per kstat, and an idle daemon. The
 * first three are what a core grows by when many are added, measured in a fresh
 * process each round: resident and private memory as the kernel counts them,
 * and what malloc has handed out. Targets are held against resident memory,
 * which hides nothing. The last one is a netinstd of this build with the trace
 * plugin, which has answered one request.
 */
#include <malloc.h>
#include <stdio.h>

#include <netinst/kstat.h>

#include "measure.h"
#include "population.h"
#include "process.h"
#include "subject.h"
#include "wire.h"

static const char usage[] =
    "Measures memory per instance, per pair, and of an idle netinstd.\n";

/* Instances there are before growth is measured: tables are warm then. */
#define WARM	    1000
#define REGISTRANTS 10
#define MEBIBYTE    (1024.0 * 1024)

struct plan {
	size_t instances;
};

/* What a measurement tells, three times: per instance, pair and kstat. */
enum kind { RESIDENT, PRIVATE, ALLOCATED, KINDS };

static void
level_read(double level[KINDS])
{
	struct process_memory memory;
	struct mallinfo2 heap = mallinfo2();

	process_read_memory(0, &memory);
	level[RESIDENT] = memory.rss;
	level[PRIVATE] = memory.private;
	level[ALLOCATED] = (double)(heap.uordblks + heap.hblkhd);
}

static void
level_growth(const double before[KINDS], double count, double growth[KINDS])
{
	double after[KINDS];
	unsigned i;

	level_read(after);
	for (i = 0; i < KINDS; i++)
		growth[i] = (after[i] - before[i]) / count;
}

static char context; /* what create returns: any address will do */

static void *
create(const netid_t id)
{
	return &context;
}

static void
destroy(const netid_t id, void *arg)
{
}

/* A plugin's typical kstat: two statistics, made in create. */
static void *
create_kstat(const netid_t id)
{
	kstat_t *kstat = net_kstat_create(
	    id, "bench", 0, "callbacks", "bench", KSTAT_TYPE_NAMED, 2, 0);

	if (kstat == NULL)
		measure_fail("cannot create a kstat");
	kstat_named_init(KSTAT_NAMED_PTR(kstat), "one", KSTAT_DATA_UINT64);
	kstat_named_init(KSTAT_NAMED_PTR(kstat) + 1, "two", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	return kstat;
}

static void
delete_kstat(const netid_t id, void *arg)
{
	net_kstat_delete(id, arg);
}

static void
visit_kstat_maker(int (*visit)(net_instance_t *))
{
	char name[] = "bench-kstat";
	net_instance_t registrant = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = name,
	    .nin_create = create_kstat,
	    .nin_shutdown = delete_kstat,
	    .nin_destroy = destroy,
	};

	if (visit(&registrant) != DDI_SUCCESS)
		measure_fail("the core refuses %s", name);
}

static void
visit_registrants(int (*visit)(net_instance_t *))
{
	char name[32];
	net_instance_t registrant = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = name,
	    .nin_create = create,
	    .nin_destroy = destroy,
	};
	unsigned i;

	for (i = 0; i < REGISTRANTS; i++) {
		(void)snprintf(name, sizeof(name), "bench-%u", i);
		if (visit(&registrant) != DDI_SUCCESS)
			measure_fail("the core refuses %s", name);
	}
}

static void
prepare(const void *arg)
{
	population_start(1);
	population_grow(WARM - 1);
}

static void
measure(const void *arg, double *results)
{
	const struct plan *plan = arg;
	double before[KINDS];

	level_read(before);
	population_grow(plan->instances);
	level_growth(before, (double)plan->instances, results);
	level_read(before);
	visit_registrants(net_instance_register);
	level_growth(before, (double)(plan->instances + WARM) * REGISTRANTS,
	    results + KINDS);
	level_read(before);
	visit_kstat_maker(net_instance_register);
	level_growth(
	    before, (double)(plan->instances + WARM), results + 2 * KINDS);
}

static void
finish(void)
{
	visit_kstat_maker(net_instance_unregister);
	visit_registrants(net_instance_unregister);
	population_stop();
}

/* Resident, proportional and private mebibytes of an idle daemon. */
static void
measure_idle(struct measure_samples samples[3])
{
	struct process server = {.output = 0};
	struct process_memory memory;
	struct wire wire;
	size_t length;

	process_start_netinstd(&server, "plugins/trace.so");
	wire_open(&wire, server.socket);
	(void)wire_call(&wire, "system.hello", "{}", &length);
	wire_close(&wire);
	process_read_memory(server.pid, &memory);
	measure_add(&samples[0], memory.rss / MEBIBYTE);
	measure_add(&samples[1], memory.pss / MEBIBYTE);
	measure_add(&samples[2], memory.private / MEBIBYTE);
	process_stop(&server);
}

static void
print(const struct subject *subject, const struct measure_samples idle[3])
{
	static const struct measure_target instance = {
	    "instance with 3 protocols, resident bytes", MEASURE_AT_MOST, 512};
	static const struct measure_target pair = {
	    "pair, resident bytes", MEASURE_AT_MOST, 64};
	static const struct measure_target daemon = {
	    "idle netinstd with trace, resident MiB", MEASURE_AT_MOST, 6};
	const struct measure_samples *grown = subject->samples;

	measure_print_head("Memory");
	measure_print_row("instance, resident", "B", &grown[RESIDENT]);
	measure_print_row("instance, private", "B", &grown[PRIVATE]);
	measure_print_row("instance, from malloc", "B", &grown[ALLOCATED]);
	measure_print_row("pair, resident", "B", &grown[KINDS + RESIDENT]);
	measure_print_row("pair, private", "B", &grown[KINDS + PRIVATE]);
	measure_print_row("pair, from malloc", "B", &grown[KINDS + ALLOCATED]);
	measure_print_row("kstat of 2, and its pair, resident", "B",
	    &grown[2 * KINDS + RESIDENT]);
	measure_print_row("kstat of 2, and its pair, private", "B",
	    &grown[2 * KINDS + PRIVATE]);
	measure_print_row("kstat of 2, and its pair, from malloc", "B",
	    &grown[2 * KINDS + ALLOCATED]);
	measure_print_row("idle netinstd, resident", "MiB", &idle[0]);
	measure_print_row("idle netinstd, proportional", "MiB", &idle[1]);
	measure_print_row("idle netinstd, private", "MiB", &idle[2]);
	measure_print_targets_head();
	measure_print_target(&instance, &grown[RESIDENT]);
	measure_print_target(&pair, &grown[KINDS + RESIDENT]);
	measure_print_target(&daemon, &idle[0]);
}

int
main(int argc, char **argv)
{
	static struct measure_samples idle[3];
	static struct subject subject = {
	    prepare, measure, finish, .results = 3 * KINDS};
	struct measure_options options;
	struct plan plan;
	unsigned round;

	measure_read_options(argc, argv, usage, &options);
	plan.instances = options.smoke ? 10000 : 100000;
	subject.plan = &plan;
	for (round = 0; round < options.rounds; round++) {
		subject_start(&subject);
		subject_measure(&subject);
		subject_stop(&subject);
		measure_idle(idle);
	}
	print(&subject, idle);
	return 0;
}
