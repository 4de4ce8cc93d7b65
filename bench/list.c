/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.c: what a long list costs: the server's instance.list of 10,000
 * instances, which is written straight into the output, against the same reply
 * built as a jansson tree and dumped. Both read the same instances through the
 * same functions, and both replies are checked to say the same.
 *
 * The tree is not charged for being freed, nor the direct reply for being
 * sent. Time is CPU time: neither side waits for anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/clock.h"
#include "lib/emit.h"
#include "ctl/method/methods.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "measure.h"
#include "population.h"

static const char usage[] =
    "Measures how long it takes to write a list of 10,000 instances.\n";

#define INSTANCES 10000
#define REPEATS	  10 /* of each, in one round */

static const char request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"instance.list\","
    "\"params\":{\"limit\":10000}}";

/* The server without its sockets: this program plays the loop for it. */
static struct service service = {.methods = &methods};
static struct session session;

static void
direct_stirred(struct session *stirred)
{
}

/* Serves the request to the last piece of its reply; borrowed. */
static const struct buffer *
direct_serve(void)
{
	char line[sizeof(request)];

	(void)memcpy(line, request, sizeof(request));
	session_serve_line(&session, line, sizeof(request) - 1);
	while (!session_is_idle(&session))
		(void)session_step(&session);
	return &session.output;
}

/* As sending it would. */
static void
direct_drop(void)
{
	buffer_free(&session.output);
}

static void
tree_add_protocol(void *arg, const char *protocol)
{
	(void)json_array_append_new(arg, json_string(protocol));
}

static json_t *
tree_of_instance(struct instance *instance)
{
	static struct buffer created; /* quoted, as the server spells it */
	json_t *protocols = json_array();

	created.length = 0;
	emit_time(&created, NULL, instance_created(instance));
	instance_visit_protocols(instance, tree_add_protocol, protocols);
	return json_pack("{s:i, s:s, s:s, s:s, s:o, s:s%}", "id",
	    (int)instance_id(instance), "name", instance_name(instance),
	    "source", instance_source(instance), "state",
	    instance_state_name(instance_state(instance)), "protocols",
	    protocols, "created", created.data + 1, created.length - 2);
}

static json_t *
tree_of_reply(void)
{
	json_t *instances = json_array();
	struct instance *instance;
	netid_t id = -1;

	while ((instance = instance_next(id)) != NULL) {
		id = instance_id(instance);
		(void)json_array_append_new(
		    instances, tree_of_instance(instance));
		instance_release(instance);
	}
	return json_pack("{s:s, s:i, s:{s:o}}", "jsonrpc", "2.0", "id", 1,
	    "result", "instances", instances);
}

/* Milliseconds; without freeing. */
static double
time_tree(void)
{
	int64_t start = clock_read(CLOCK_THREAD_CPUTIME_ID), end;
	json_t *reply = tree_of_reply();
	char *text = json_dumps(reply, JSON_COMPACT);

	end = clock_read(CLOCK_THREAD_CPUTIME_ID);
	if (text == NULL)
		measure_fail("jansson cannot dump the list");
	free(text);
	json_decref(reply);
	return (double)(end - start) / NS_PER_MS;
}

static double
time_direct(void)
{
	int64_t start = clock_read(CLOCK_THREAD_CPUTIME_ID), end;

	(void)direct_serve();
	end = clock_read(CLOCK_THREAD_CPUTIME_ID);
	direct_drop();
	return (double)(end - start) / NS_PER_MS;
}

static void
check_same(void)
{
	const struct buffer *reply = direct_serve();
	json_t *direct = json_loadb(reply->data, reply->length, 0, NULL);
	json_t *tree = tree_of_reply();
	const json_t *instances =
	    json_object_get(json_object_get(direct, "result"), "instances");

	if (json_array_size(instances) != INSTANCES)
		measure_fail("not a list of %d instances: %.200s", INSTANCES,
		    reply->data);
	if (!json_equal(direct, tree))
		measure_fail("the two lists do not say the same");
	json_decref(direct);
	json_decref(tree);
	direct_drop();
}

static double
time_repeats(double (*once)(void), unsigned repeats)
{
	double total = 0;
	unsigned i;

	for (i = 0; i < repeats; i++)
		total += once();
	return total / repeats;
}

int
main(int argc, char **argv)
{
	static const struct measure_target target = {
	    "direct / jansson tree", MEASURE_AT_MOST, 0.1};
	struct measure_samples direct = {.count = 0}, tree = {.count = 0};
	struct measure_options options;
	unsigned round, repeats;

	measure_read_options(argc, argv, usage, &options);
	repeats = options.smoke ? 1 : REPEATS;
	measure_pin(0, 1);
	population_start(1);
	population_grow(INSTANCES - 1);
	session_init(&session, &service, direct_stirred);
	check_same();
	for (round = 0; round < options.rounds; round++) {
		measure_add(&direct, time_repeats(time_direct, repeats));
		measure_add(&tree, time_repeats(time_tree, repeats));
	}
	measure_print_head("A list of 10000 instances as JSON text");
	measure_print_row(
	    "written directly, as the server does", "ms", &direct);
	measure_print_row("built and dumped as a jansson tree", "ms", &tree);
	measure_print_targets_head();
	measure_print_ratio(&target, &direct, &tree);
	population_stop();
	return 0;
}
