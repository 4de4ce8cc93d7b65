/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.c: how many requests netinstd answers in a second, next to a redis-server
 * on the same machine in the same minute: instance.show against GET of a value
 * as long as that answer (and, for reference, of one of 3 bytes). One load
 * generator (generator.h) drives them in turn, round by round.
 *
 * One request at a time is measured with both processes on one CPU, so that
 * the time is the whole path and nothing overlaps; throughput with the server
 * on one CPU and the generator on the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/check.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "wire.h"
#include "generator.h"
#include "measure.h"
#include "process.h"

static const char usage[] =
    "Measures requests per second of netinstd, and of redis-server when it is\n"
    "installed, over a Unix socket.\n";

#define INSTANCE       "bench"
#define PLUGIN	       "plugins/trace.so"
#define PLUGIN_NAME    "trace"
#define SHORT_VALUE    "abc"
#define DURATION       (NS_PER_SEC / 2)
#define DURATION_SMOKE (NS_PER_SEC / 20)
/* Ids have three digits, so that all requests are of one length. */
#define ID_FIRST 100

struct scenario {
	unsigned clients, depth;
	unsigned generator_cpu; /* the server is on CPU 0 */
	struct measure_target target;
};

static const struct scenario scenarios[] = {
    {1, 1, 0, {"show / GET, 1 client x depth 1", MEASURE_AT_LEAST, 0.8}},
    {50, 1, 1, {"show / GET, 50 clients x depth 1", MEASURE_AT_LEAST, 0.5}},
    {50, 16, 1, {"show / GET, 50 clients x depth 16", MEASURE_AT_LEAST, 0.2}},
};
#define SCENARIOS ARRAY_LENGTH(scenarios)

/* One thing to ask of one server. */
struct variant {
	const char *what;
	const struct process *server;
	struct generator_request request;
	struct measure_samples rate[SCENARIOS]; /* requests per second */
	struct measure_samples cost[SCENARIOS]; /* server CPU us per request */
};

static struct process netinstd, redis;

enum which { SHOW, GET, GET_SHORT, VARIANTS };
static struct variant variants[VARIANTS] = {
    [SHOW] = {.what = "netinstd instance.show", .server = &netinstd},
    [GET] = {.what = "redis GET, as long", .server = &redis},
    [GET_SHORT] = {.what = "redis GET, 3 bytes", .server = &redis},
};

static char *
rpc_show_requests(size_t *size)
{
	char *bytes = NULL;
	FILE *stream = open_memstream(&bytes, size);
	unsigned i;

	for (i = 0; i < GENERATOR_REQUESTS; i++)
		(void)fprintf(stream,
		    "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":"
		    "\"instance.show\",\"params\":{\"instance\":\"" INSTANCE
		    "\"}}\n",
		    ID_FIRST + i);
	(void)fclose(stream);
	*size /= GENERATOR_REQUESTS;
	return bytes;
}

static char *
rpc_get_requests(const char *key, size_t *size)
{
	char *bytes = NULL;
	FILE *stream = open_memstream(&bytes, size);
	unsigned i;

	for (i = 0; i < GENERATOR_REQUESTS; i++)
		(void)fprintf(stream, "*2\r\n$3\r\nGET\r\n$%zu\r\n%s\r\n",
		    strlen(key), key);
	(void)fclose(stream);
	*size /= GENERATOR_REQUESTS;
	return bytes;
}

/* What instance.show must say about an instance with a plugin on it. */
static void
rpc_check_show(const char *line)
{
	const char *name, *state, *plugin, *inet, *inet6, *arp;
	json_t *reply = json_loads(line, 0, NULL);
	int id;

	if (json_unpack(reply, "{s:i, s:{s:s, s:s, s:[{s:s}!], s:[s,s,s!]}}",
		"id", &id, "result", "name", &name, "state", &state, "pairs",
		"plugin", &plugin, "protocols", &inet, &inet6, &arp) != 0 ||
	    id != ID_FIRST || strcmp(name, INSTANCE) != 0 ||
	    strcmp(state, "active") != 0 || strcmp(plugin, PLUGIN_NAME) != 0)
		measure_fail("not what instance.show should say: %s", line);
	json_decref(reply);
}

static void
rpc_start_netinstd(void)
{
	struct generator_request *request = &variants[SHOW].request;
	struct wire wire;
	size_t length;
	char *line;

	process_start_netinstd(&netinstd, PLUGIN);
	wire_open(&wire, netinstd.socket);
	(void)wire_call(
	    &wire, "instance.create", "{\"name\":\"" INSTANCE "\"}", &length);
	request->bytes = rpc_show_requests(&request->size);
	request->reply_lines = 1;
	wire_send(&wire, request->bytes, request->size);
	line = wire_read_line(&wire, &length);
	rpc_check_show(line);
	request->reply_size = length + 1;
	wire_close(&wire);
}

/* Stores value under key, gets it back, and sets up the variant. */
static void
rpc_prepare_get(struct variant *variant, struct wire *wire, const char *key,
    const char *value)
{
	struct generator_request *request = &variant->request;
	size_t length, head;
	char *set;
	int size =
	    asprintf(&set, "*3\r\n$3\r\nSET\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n",
		strlen(key), key, strlen(value), value);

	if (size < 0)
		measure_fail("out of memory");
	wire_send(wire, set, (size_t)size);
	free(set);
	if (strcmp(wire_read_line(wire, &length), "+OK") != 0)
		measure_fail("redis-server does not take a value");
	request->bytes = rpc_get_requests(key, &request->size);
	request->reply_lines = 2;
	wire_send(wire, request->bytes, request->size);
	(void)wire_read_line(wire, &head);
	if (strcmp(wire_read_line(wire, &length), value) != 0)
		measure_fail("redis-server does not give a value back");
	request->reply_size = head + 2 + length + 2;
}

static void
rpc_start_redis(void)
{
	size_t length = variants[SHOW].request.reply_size - 1;
	char *value = memory_zalloc(length + 1);
	struct wire wire;

	(void)memset(value, 'v', length);
	process_start_redis(&redis);
	wire_open(&wire, redis.socket);
	rpc_prepare_get(&variants[GET], &wire, "show0", value);
	rpc_prepare_get(&variants[GET_SHORT], &wire, "short", SHORT_VALUE);
	wire_close(&wire);
	free(value);
}

static void
rpc_measure(struct variant *variant, unsigned number, int64_t duration)
{
	const struct scenario *scenario = &scenarios[number];
	const struct generator load = {
	    .socket = variant->server->socket,
	    .request = &variant->request,
	    .clients = scenario->clients,
	    .depth = scenario->depth,
	    .duration = duration,
	};
	struct generator_result result;
	int64_t cpu;

	process_pin(variant->server, 0, 1);
	measure_pin(scenario->generator_cpu, 1);
	cpu = process_cpu_time(variant->server);
	generator_run(&load, &result);
	cpu = process_cpu_time(variant->server) - cpu;
	measure_add(&variant->rate[number],
	    (double)result.replies * NS_PER_SEC / (double)result.elapsed);
	measure_add(&variant->cost[number],
	    (double)cpu / 1000 / (double)result.replies);
}

static void
rpc_print_rows(unsigned number, unsigned count)
{
	const struct scenario *scenario = &scenarios[number];
	char text[96];
	unsigned i;

	for (i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "%s, %u x %u",
		    variants[i].what, scenario->clients, scenario->depth);
		measure_print_row(text, "req/s", &variants[i].rate[number]);
	}
	for (i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "  CPU of %s, %u x %u",
		    variants[i].what, scenario->clients, scenario->depth);
		measure_print_row(text, "us/req", &variants[i].cost[number]);
	}
}

static void
rpc_print(unsigned count)
{
	char title[96];
	unsigned i;

	(void)snprintf(title, sizeof(title),
	    "Requests over a Unix socket; an instance.show reply is %zu bytes",
	    variants[SHOW].request.reply_size);
	measure_print_head(title);
	for (i = 0; i < SCENARIOS; i++)
		rpc_print_rows(i, count);
	measure_print_targets_head();
	if (count == VARIANTS)
		for (i = 0; i < SCENARIOS; i++)
			measure_print_ratio(&scenarios[i].target,
			    &variants[SHOW].rate[i], &variants[GET].rate[i]);
	else
		(void)printf("no redis-server here: nothing to compare with\n");
}

int
main(int argc, char **argv)
{
	struct measure_options options;
	unsigned count = VARIANTS, round, scenario, i;

	measure_read_options(argc, argv, usage, &options);
	rpc_start_netinstd();
	if (process_has_redis())
		rpc_start_redis();
	else
		count = SHOW + 1;
	for (round = 0; round < options.rounds; round++)
		for (scenario = 0; scenario < SCENARIOS; scenario++)
			for (i = 0; i < count; i++)
				rpc_measure(&variants[(round + i) % count],
				    scenario,
				    options.smoke ? DURATION_SMOKE : DURATION);
	rpc_print(count);
	if (count == VARIANTS)
		process_stop(&redis);
	process_stop(&netinstd);
	return 0;
}
