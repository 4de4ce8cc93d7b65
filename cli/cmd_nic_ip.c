/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_nic_ip.c: netinstctl nic addr and nic route. The first operand is the
 * instance, for addresses the second is the interface; each of those behind
 * them is a request of its own.
 */
#include <stdlib.h>

#include "commands.h"
#include "memory.h"
#include "nic_common.h"
#include "run.h"
#include "writer.h"

/* addresses ---------------------------------------------------------------- */

static json_t *
nic_address_params(const struct invocation *invocation, const char *operand)
{
	json_t *params = nic_common_params(
	    nic_common_instance(invocation), nic_common_name(invocation));

	(void)json_object_set_new(
	    params, "address", memory_check(json_string(operand)));
	run_put_option(params, "peer", invocation, OPTION_PEER);
	run_put_option(params, "broadcast", invocation, OPTION_BROADCAST);
	return params;
}

static void
nic_address_added(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)result;
	nic_common_say(
	    "added", operand, "to", nic_common_name(invocation), NULL);
}

int
cmd_nic_addr_add(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 2,
	    .params = nic_address_params,
	    .show = nic_address_added,
	};

	return run_each(invocation, &each);
}

static void
nic_address_removed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)result;
	nic_common_say(
	    "removed", operand, "from", nic_common_name(invocation), NULL);
}

int
cmd_nic_addr_del(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 2,
	    .params = nic_address_params,
	    .show = nic_address_removed,
	};

	return run_each(invocation, &each);
}

static void
nic_address_changed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)operand;
	(void)result;
	nic_common_say("changed", invocation->operands[2], "to",
	    invocation->operands[3], "on", nic_common_name(invocation), NULL);
}

int
cmd_nic_addr_set(struct invocation *invocation)
{
	json_t *params =
	    nic_address_params(invocation, invocation->operands[2]);

	(void)json_object_set_new(
	    params, "to", memory_check(json_string(invocation->operands[3])));
	return run_once(invocation, params, nic_address_changed);
}

static json_t *
nic_address_up_params(const struct invocation *invocation, const char *operand)
{
	json_t *params = nic_address_params(invocation, operand);

	(void)json_object_set_new(params, "up", json_true());
	return params;
}

static void
nic_address_up(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)result;
	nic_common_say(operand, "is in use", NULL);
}

int
cmd_nic_addr_up(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 2,
	    .params = nic_address_up_params,
	    .show = nic_address_up,
	};

	return run_each(invocation, &each);
}

static json_t *
nic_address_down_params(
    const struct invocation *invocation, const char *operand)
{
	json_t *params = nic_address_params(invocation, operand);

	(void)json_object_set_new(params, "up", json_false());
	return params;
}

static void
nic_address_down(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)result;
	nic_common_say(operand, "is out of use", NULL);
}

int
cmd_nic_addr_down(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 2,
	    .params = nic_address_down_params,
	    .show = nic_address_down,
	};

	return run_each(invocation, &each);
}

/* routes ------------------------------------------------------------------- */

static json_t *
nic_route_params(const struct invocation *invocation, const char *operand)
{
	json_t *params = memory_check(json_pack("{s:s, s:s}", "instance",
	    nic_common_instance(invocation), "destination", operand));

	run_put_option(params, "via", invocation, OPTION_VIA);
	run_put_option(params, "nic", invocation, OPTION_NIC);
	nic_common_put_true(params, "reject", invocation, OPTION_REJECT);
	return params;
}

static void
nic_route_added(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	const json_t *nic = json_object_get(result, "nic");
	char *name = nic != NULL ? writer_words(nic) : NULL;

	(void)invocation;
	nic_common_say("added a route to", operand,
	    name != NULL ? "over" : NULL, name, NULL);
	free(name);
}

int
cmd_nic_route_add(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_route_params,
	    .show = nic_route_added,
	};

	return run_each(invocation, &each);
}

static void
nic_route_removed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)result;
	nic_common_say("removed the route to", operand, NULL);
}

int
cmd_nic_route_del(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_route_params,
	    .show = nic_route_removed,
	};

	return run_each(invocation, &each);
}

static void
nic_route_page(void *arg, const json_t *items)
{
	struct writer *writer = arg;
	const json_t *route;
	size_t i;

	json_array_foreach (items, i, route) {
		writer_row(writer);
		writer_member(writer, route, "destination");
		writer_member(writer, route, "via");
		if (json_is_true(json_object_get(route, "reject")))
			writer_text(writer, "(reject)");
		else
			writer_member(writer, route, "nic");
	}
	writer_print(writer);
}

int
cmd_nic_route_list(struct invocation *invocation)
{
	static const char *const headings[] = {
	    "DESTINATION", "VIA", "NIC", NULL};

	return nic_common_run_list(
	    invocation, headings, "routes", nic_route_page);
}
