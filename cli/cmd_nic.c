/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_nic.c: netinstctl nic, but for its addresses and routes (cmd_nic_ip.c).
 * The first operand is the instance, those behind it are interfaces of it.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "nic_common.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* Puts a word that must be a number; what names it in the complaint. */
static int
nic_put_number(json_t *params, const char *name,
    const struct invocation *invocation, const char *what, const char *word)
{
	char *end;
	long long number;

	if (word == NULL)
		return EXIT_OK;
	number = strtoll(word, &end, 10);
	if (end == word || *end != '\0' || strlen(word) > 10 ||
	    strspn(word, "-0123456789") != strlen(word))
		return command_misuse(
		    invocation, "%s is a number, not '%s'", what, word);
	(void)json_object_set_new(
	    params, name, memory_check(json_integer(number)));
	return EXIT_OK;
}

/* interfaces --------------------------------------------------------------- */

/* nic_add_params() cannot complain: cmd_nic_add() has tried them. */
static int
nic_put_numbers(json_t *params, const struct invocation *invocation)
{
	const char *const *values = invocation->options.values;
	int code = nic_put_number(
	    params, "mtu", invocation, "--mtu", values[OPTION_MTU]);

	if (code == EXIT_OK)
		code = nic_put_number(params, "index", invocation, "--index",
		    values[OPTION_INDEX]);
	return code;
}

static json_t *
nic_add_params(const struct invocation *invocation, const char *operand)
{
	json_t *params =
	    nic_common_params(nic_common_instance(invocation), operand);

	(void)nic_put_numbers(params, invocation);
	nic_common_put_true(params, "up", invocation, OPTION_UP);
	nic_common_put_true(params, "loopback", invocation, OPTION_LOOPBACK);
	return params;
}

static void
nic_added(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	char *index = writer_words(json_object_get(result, "index"));
	char *what = memory_format("(index %s) to", index);

	nic_common_say(
	    "added", operand, what, nic_common_instance(invocation), NULL);
	free(what);
	free(index);
}

int
cmd_nic_add(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_add_params,
	    .show = nic_added,
	};
	json_t *tried = memory_check(json_object());
	int code = nic_put_numbers(tried, invocation);

	json_decref(tried);
	return code == EXIT_OK ? run_each(invocation, &each) : code;
}

static json_t *
nic_each_params(const struct invocation *invocation, const char *operand)
{
	return nic_common_params(nic_common_instance(invocation), operand);
}

static void
nic_removed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)result;
	nic_common_say(
	    "removed", operand, "from", nic_common_instance(invocation), NULL);
}

int
cmd_nic_del(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_each_params,
	    .show = nic_removed,
	};

	return run_each(invocation, &each);
}

static json_t *
nic_up_params(const struct invocation *invocation, const char *operand)
{
	json_t *params =
	    nic_common_params(nic_common_instance(invocation), operand);

	(void)json_object_set_new(params, "up", json_true());
	return params;
}

static json_t *
nic_down_params(const struct invocation *invocation, const char *operand)
{
	json_t *params =
	    nic_common_params(nic_common_instance(invocation), operand);

	(void)json_object_set_new(params, "up", json_false());
	return params;
}

static void
nic_is_up_or_down(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	nic_common_say(operand, "is",
	    json_is_true(json_object_get(result, "up")) ? "up" : "down", NULL);
}

int
cmd_nic_up(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_up_params,
	    .show = nic_is_up_or_down,
	};

	return run_each(invocation, &each);
}

int
cmd_nic_down(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = nic_down_params,
	    .show = nic_is_up_or_down,
	};

	return run_each(invocation, &each);
}

static void
nic_show_mtu(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	char *mtu = writer_words(json_object_get(result, "mtu"));

	(void)operand;
	nic_common_say(nic_common_name(invocation), "has the MTU", mtu, NULL);
	free(mtu);
}

/* Sets one number of an interface: the third operand. */
static int
nic_set_number(struct invocation *invocation, const char *member,
    const char *what, run_show_fn show)
{
	json_t *params = nic_common_params(
	    nic_common_instance(invocation), nic_common_name(invocation));
	int code = nic_put_number(
	    params, member, invocation, what, invocation->operands[2]);

	if (code == EXIT_OK)
		return run_once(invocation, params, show);
	json_decref(params);
	return code;
}

int
cmd_nic_mtu(struct invocation *invocation)
{
	return nic_set_number(invocation, "mtu", "BYTES", nic_show_mtu);
}

static void
nic_show_index(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	char *index = writer_words(json_object_get(result, "index"));

	(void)operand;
	nic_common_say(
	    nic_common_name(invocation), "has the index", index, NULL);
	free(index);
}

int
cmd_nic_index(struct invocation *invocation)
{
	return nic_set_number(invocation, "index", "INDEX", nic_show_index);
}

static void
nic_renamed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	char *name = writer_words(json_object_get(result, "name"));

	(void)operand;
	nic_common_say(nic_common_name(invocation), "is", name, "now", NULL);
	free(name);
}

int
cmd_nic_rename(struct invocation *invocation)
{
	json_t *params = nic_common_params(
	    nic_common_instance(invocation), nic_common_name(invocation));

	(void)json_object_set_new(
	    params, "name", memory_check(json_string(invocation->operands[2])));
	return run_once(invocation, params, nic_renamed);
}

/* "10.0.0.1/24 10.0.0.2/32>10.0.0.3 2001:db8::1/64(down)" */
static char *
nic_addresses(const json_t *nic)
{
	const json_t *address;
	char *list = NULL;
	size_t i;

	json_array_foreach (json_object_get(nic, "addresses"), i, address) {
		char *own = writer_words(json_object_get(address, "address"));
		const json_t *peer = json_object_get(address, "peer");
		char *other = peer != NULL ? writer_words(peer) : NULL;
		char *word = memory_format("%s%s%s%s", own,
		    other != NULL ? ">" : "", other != NULL ? other : "",
		    json_is_true(json_object_get(address, "up")) ? ""
								 : "(down)");

		list = text_append(list, " ", word);
		free(word);
		free(other);
		free(own);
	}
	return list;
}

static void
nic_page(void *arg, const json_t *items)
{
	struct writer *writer = arg;
	const json_t *nic;
	size_t i;

	json_array_foreach (items, i, nic) {
		char *addresses = nic_addresses(nic);

		writer_row(writer);
		writer_member(writer, nic, "index");
		writer_member(writer, nic, "name");
		writer_text(writer,
		    json_is_true(json_object_get(nic, "up")) ? "up" : "down");
		writer_member(writer, nic, "mtu");
		writer_text(writer, addresses);
		free(addresses);
	}
	writer_print(writer);
}

int
cmd_nic_list(struct invocation *invocation)
{
	static const char *const headings[] = {
	    ">INDEX", "NAME", "STATE", ">MTU", "ADDRESSES", NULL};

	return nic_common_run_list(invocation, headings, "nics", nic_page);
}
