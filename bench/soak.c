/* SPDX-License-Identifier: Apache-2.0 */
/*
 * soak.c: many instances come and go, again and again, in a real daemon with
 * ten registrants. Each cycle creates all instances through the control
 * socket, lists them, reads their statistics and destroys them.
 *
 * The plugin (tests/plugins/ten_registrants.c) keeps books on every pair and
 * shows its totals as kstats of the global instance. The program fails unless
 * they are exactly right at every step. Memory is reported: after each cycle
 * it should be where it was after the first.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <netinst/rpc.h>

#include "lib/clock.h"
#include "measure.h"
#include "process.h"
#include "wire.h"

#define REGISTRANTS   10
#define PROTOCOLS     3
#define INSTANCES_MAX 100000 /* what the plugin's books hold, rounded */
#define MEBIBYTE      (1024.0 * 1024)
/* Counts must have settled within this. */
#define SETTLE_LIMIT (120 * NS_PER_SEC)
/* Where memory must be after each cycle, against the first. */
#define DRIFT_MAX 5.0 /* per cent */

struct plan {
	unsigned cycles, instances;
};

struct cycle {
	double create, list, read, destroy; /* seconds */
	struct process_memory memory;
};

static struct process netinstd;
static struct wire wire;

static const struct option known[] = {
    {"cycles", required_argument, NULL, 'c'},
    {"instances", required_argument, NULL, 'i'},
    {"smoke", no_argument, NULL, 's'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void
soak_print_usage(FILE *stream)
{
	(void)fprintf(stream,
	    "usage: soak [--cycles N] [--instances N] [--smoke]\n"
	    "Creates, lists, reads and destroys many instances with ten\n"
	    "registrants, again and again; fails unless every pair saw each\n"
	    "callback exactly once.\n"
	    "  --cycles N     1 to 1000, default 10\n"
	    "  --instances N  1 to %d, default %d\n"
	    "  --smoke        a short version: 2 cycles of 2000 instances\n",
	    INSTANCES_MAX, INSTANCES_MAX);
}

static unsigned
soak_read_number(const char *name, unsigned max)
{
	char *end;
	unsigned long number = strtoul(optarg, &end, 10);

	if (*end != '\0' || number < 1 || number > max)
		measure_fail("--%s takes 1 to %u", name, max);
	return (unsigned)number;
}

static void
soak_read_options(int argc, char **argv, struct plan *plan)
{
	int option;

	*plan = (struct plan){.cycles = 10, .instances = INSTANCES_MAX};
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'c') {
			plan->cycles = soak_read_number("cycles", 1000);
		} else if (option == 'i') {
			plan->instances =
			    soak_read_number("instances", INSTANCES_MAX);
		} else if (option == 's') {
			*plan = (struct plan){.cycles = 2, .instances = 2000};
		} else {
			soak_print_usage(option == 'h' ? stdout : stderr);
			exit(option == 'h' ? 0 : 2);
		}
	}
}

/* One call; the result is the caller's to free. */
static json_t *
soak_call(const char *method, const char *params)
{
	size_t length;
	char *line = wire_call(&wire, method, params, &length);
	json_t *reply = json_loadb(line, length, 0, NULL);
	json_t *result = json_incref(json_object_get(reply, "result"));

	if (result == NULL)
		measure_fail("not a reply: %.200s", line);
	json_decref(reply);
	return result;
}

/*
 * Asks the same of all instances, as many at a time as one connection may
 * have unanswered. parameter: what the method calls the name.
 */
static void
soak_ask_all(const char *method, const char *parameter, unsigned instances)
{
	char requests[RPC_IN_FLIGHT_MAX * 160], *line;
	unsigned done, in_flight, i;
	size_t length;

	for (done = 0; done < instances; done += in_flight) {
		in_flight = instances - done < RPC_IN_FLIGHT_MAX
				? instances - done
				: RPC_IN_FLIGHT_MAX;
		for (length = 0, i = done; i < done + in_flight; i++)
			length += (size_t)snprintf(requests + length,
			    sizeof(requests) - length,
			    "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"%s\","
			    "\"params\":{\"%s\":\"soak-%06u\",\"wait\":false}}"
			    "\n",
			    i, method, parameter, i);
		wire_send(&wire, requests, length);
		for (i = 0; i < in_flight; i++) {
			line = wire_read_line(&wire, &length);
			if (strstr(line, "\"result\":") == NULL)
				measure_fail("%s: %s", method, line);
		}
	}
}

typedef void (*item_fn)(const json_t *item);

/* Walks all pages of a list; returns how many items there were. */
static size_t
soak_walk(
    const char *method, const char *filter, const char *items, item_fn check)
{
	char params[512], cursor[256] = "";
	json_t *result, *list;
	const char *next;
	size_t count = 0, i;
	bool more;

	do {
		(void)snprintf(params, sizeof(params), "{%s\"limit\":%d%s}",
		    filter, RPC_PAGE_MAX, cursor);
		result = soak_call(method, params);
		list = json_object_get(result, items);
		for (i = 0; i < json_array_size(list); i++)
			check(json_array_get(list, i));
		count += i;
		next = json_string_value(json_object_get(result, "cursor"));
		more = next != NULL;
		if (more)
			(void)snprintf(
			    cursor, sizeof(cursor), ",\"cursor\":\"%s\"", next);
		json_decref(result);
	} while (more);
	return count;
}

/* The value of one statistic of a kstat. */
static unsigned long long
soak_statistic(const json_t *kstat, const char *name)
{
	const json_t *list = json_object_get(kstat, "statistics"), *statistic;
	const char *found;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		statistic = json_array_get(list, i);
		found = json_string_value(json_object_get(statistic, "name"));
		if (found != NULL && strcmp(found, name) == 0)
			return (unsigned long long)json_integer_value(
			    json_object_get(statistic, "value"));
	}
	measure_fail("a kstat lacks %s", name);
}

/* How many instances there were, and how many are gone, since the start. */
struct account {
	unsigned long long created, destroyed;
};

/* Whether one registrant's totals are just what the account asks for. */
static bool
soak_totals_fit(const json_t *kstat, const struct account *account)
{
	/* Only the first registrant hears of protocols. */
	bool first =
	    json_integer_value(json_object_get(kstat, "instance")) == 0;
	unsigned protocols = first ? PROTOCOLS : 0;

	if (soak_statistic(kstat, "breaches") != 0)
		measure_fail("a callback came twice, or out of order");
	return soak_statistic(kstat, "creates") == account->created &&
	       soak_statistic(kstat, "shutdowns") == account->destroyed &&
	       soak_statistic(kstat, "destroys") == account->destroyed &&
	       soak_statistic(kstat, "appearances") ==
		   protocols * account->created &&
	       soak_statistic(kstat, "losses") ==
		   protocols * account->destroyed;
}

/* Instances the daemon has now, in whatever state. */
static unsigned long long
soak_count_instances(void)
{
	json_t *status = soak_call("system.status", "{}");
	json_t *states = json_object_get(status, "instances");
	unsigned long long total = 0;
	void *state;

	for (state = json_object_iter(states); state != NULL;
	     state = json_object_iter_next(states, state))
		total += (unsigned long long)json_integer_value(
		    json_object_iter_value(state));
	json_decref(status);
	return total;
}

static bool
soak_is_settled(const struct account *account)
{
	json_t *result = soak_call("kstat.read",
	    "{\"ip_instance\":\"global\",\"module\":\"ten_registrants\","
	    "\"name\":\"totals\"}");
	const json_t *kstats = json_object_get(result, "kstats");
	bool settled =
	    soak_count_instances() == account->created - account->destroyed;
	size_t i;

	if (json_array_size(kstats) != REGISTRANTS)
		measure_fail("there are totals of %zu registrants, not of %d",
		    json_array_size(kstats), REGISTRANTS);
	for (i = 0; i < REGISTRANTS; i++)
		settled = soak_totals_fit(json_array_get(kstats, i), account) &&
			  settled;
	json_decref(result);
	return settled;
}

static void
soak_settle(const struct account *account)
{
	const struct timespec pause = {.tv_nsec = 10 * NS_PER_MS};
	int64_t until = clock_monotonic() + SETTLE_LIMIT;

	while (!soak_is_settled(account)) {
		if (clock_monotonic() > until)
			measure_fail("the callbacks are not those of %llu "
				     "instances, %llu of them destroyed",
			    account->created, account->destroyed);
		(void)nanosleep(&pause, NULL);
	}
}

static void
soak_check_instance(const json_t *instance)
{
	const json_t *state = json_object_get(instance, "state");

	if (!json_is_string(state) ||
	    strcmp(json_string_value(state), "active") != 0)
		measure_fail("an instance is not active");
}

/* The kstat that the first registrant makes on each instance. */
static void
soak_check_kstat(const json_t *kstat)
{
	if (soak_statistic(kstat, "id") == 0)
		measure_fail("a kstat of another instance");
}

static void
soak_expect(const char *what, size_t found, size_t expected)
{
	if (found != expected)
		measure_fail("%zu %s, not %zu", found, what, expected);
}

static double
soak_lap(int64_t *since)
{
	int64_t before = *since;

	*since = clock_monotonic();
	return (double)(*since - before) / NS_PER_SEC;
}

static void
soak_cycle(unsigned instances, struct account *account, struct cycle *cycle)
{
	int64_t since = clock_monotonic();

	soak_ask_all("instance.create", "name", instances);
	account->created += instances;
	soak_settle(account);
	cycle->create = soak_lap(&since);
	soak_expect("instances",
	    soak_walk("instance.list", "", "instances", soak_check_instance),
	    instances + 1);
	cycle->list = soak_lap(&since);
	soak_expect("kstats",
	    soak_walk("kstat.read",
		"\"module\":\"ten_registrants\",\"name\":\"instance\",",
		"kstats", soak_check_kstat),
	    instances);
	cycle->read = soak_lap(&since);
	soak_ask_all("instance.destroy", "instance", instances);
	account->destroyed += instances;
	soak_settle(account);
	cycle->destroy = soak_lap(&since);
	process_read_memory(netinstd.pid, &cycle->memory);
}

static double
soak_drift(const struct cycle *cycle, const struct cycle *first)
{
	return 100 * (cycle->memory.rss / first->memory.rss - 1);
}

static void
soak_print_cycle(
    unsigned number, const struct cycle *cycle, const struct cycle *first)
{
	(void)printf("%5u %9.2f %9.2f %9.2f %9.2f %10.1f %10.1f %9.1f %%\n",
	    number, cycle->create, cycle->list, cycle->read, cycle->destroy,
	    cycle->memory.rss / MEBIBYTE, cycle->memory.private / MEBIBYTE,
	    soak_drift(cycle, first));
	(void)fflush(stdout);
}

static void
soak_run(const struct plan *plan)
{
	struct account account = {.created = 1}; /* the global instance */
	struct cycle first, cycle;
	double drift = 0;
	unsigned number;

	(void)printf("%u instances x %d registrants, seconds and MiB\n\n"
		     "cycle    create      list      read   destroy   resident"
		     "    private   resident\n",
	    plan->instances, REGISTRANTS);
	for (number = 1; number <= plan->cycles; number++) {
		soak_cycle(plan->instances, &account, &cycle);
		if (number == 1)
			first = cycle;
		if (soak_drift(&cycle, &first) > drift)
			drift = soak_drift(&cycle, &first);
		soak_print_cycle(number, &cycle, &first);
	}
	(void)printf("\nevery pair saw each callback exactly once: %llu pairs\n"
		     "most memory after a cycle: %.1f %% above the first, "
		     "target <= %.0f %%: %s\n",
	    account.created * REGISTRANTS, drift, DRIFT_MAX,
	    drift <= DRIFT_MAX ? "met" : "missed");
}

int
main(int argc, char **argv)
{
	struct plan plan;

	soak_read_options(argc, argv, &plan);
	process_start_netinstd(&netinstd, "tests/plugins/ten_registrants.so");
	wire_open(&wire, netinstd.socket);
	soak_run(&plan);
	wire_close(&wire);
	process_stop(&netinstd);
	return 0;
}
