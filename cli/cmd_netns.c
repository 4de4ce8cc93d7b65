/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_netns.c: netinstctl why-alive, pins, doctor: how things are with real
 * instances. Commands and paths of others' processes are strangers' text: they
 * go through writer.c or text_escape().
 */
#include "commands.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* Bytes of a command in a table. */
#define COMMAND_SHOWN_MAX 48

/* What doctor is printed for, and what it found. */
struct findings {
	const struct invocation *invocation;
	bool problem;
};

static json_int_t
netns_number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static const char *
netns_text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static void
netns_put_age(struct writer *writer, const json_t *object)
{
	char *age = text_uptime(
	    json_number_value(json_object_get(object, "age_seconds")));

	writer_text(writer, age);
	free(age);
}

static void
netns_put_user(struct writer *writer, const json_t *holder)
{
	uid_t uid = (uid_t)netns_number(holder, "uid");
	const struct passwd *user = getpwuid(uid);
	char *number = memory_format("%u", uid);

	writer_text(writer, user != NULL ? user->pw_name : number);
	free(number);
}

/* What our own hold is for, by its reason. */
static const struct {
	const char *reason, *what;
} own_reasons[] = {
    {"name", "held while a name is mounted"},
    {"process", "held while a process is in it"},
    {"ending", "held until the shutdown callbacks have ended"},
    {"callback", "a callback runs in it"},
    {"open", "open for a moment, or left by a plugin"},
    {"inherited", "from whoever started netinstd"},
};

static char *
netns_describe_own(const json_t *holder)
{
	const char *reason = netns_text(holder, "reason");
	size_t i;

	for (i = 0; i < sizeof(own_reasons) / sizeof(own_reasons[0]); i++)
		if (reason != NULL &&
		    strcmp(reason, own_reasons[i].reason) == 0)
			return memory_format("%s", own_reasons[i].what);
	return memory_format("%s", reason != NULL ? reason : "-");
}

/* What of the holder it is; the caller frees it. */
static char *
netns_describe_holder(const json_t *holder)
{
	const char *kind = netns_text(holder, "kind");
	const char *path = netns_text(holder, "path");
	json_int_t threads = netns_number(holder, "threads");

	if (kind != NULL && strcmp(kind, "netinstd") == 0)
		return netns_describe_own(holder);
	if (path != NULL)
		return memory_format("%s%s", path,
		    netns_text(holder, "reason") != NULL
			? ", which something hides"
			: "");
	if (json_object_get(holder, "fd") != NULL)
		return memory_format(
		    "descriptor %lld", (long long)netns_number(holder, "fd"));
	if (json_object_get(holder, "tid") != NULL)
		return memory_format(
		    "thread %lld", (long long)netns_number(holder, "tid"));
	if (threads > 1)
		return memory_format("%lld threads", (long long)threads);
	return memory_format("-");
}

/* As much of the command as a line has room for; --json has more of it. */
static void
netns_put_command(struct writer *writer, const json_t *holder)
{
	const char *command = netns_text(holder, "command");
	size_t length = command != NULL ? strlen(command) : 0;
	char *cut;

	if (length <= COMMAND_SHOWN_MAX) {
		writer_text(writer, command);
		return;
	}
	/* Not in the middle of a character. */
	length = COMMAND_SHOWN_MAX - 3;
	while (length > 0 && ((unsigned char)command[length] & 0xc0) == 0x80)
		length--;
	cut = memory_format("%.*s...", (int)length, command);
	writer_text(writer, cut);
	free(cut);
}

static void
netns_show_holders(const struct invocation *invocation, const json_t *holders)
{
	static const char *const headings[] = {"HOLDER", ">PID", "USER", ">AGE",
	    "WHAT", "COMMAND", "TO FREE IT", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const json_t *holder;
	size_t i;

	json_array_foreach (holders, i, holder) {
		char *what = netns_describe_holder(holder);

		writer_row(writer);
		writer_member(writer, holder, "kind");
		writer_member(writer, holder, "pid");
		netns_put_user(writer, holder);
		netns_put_age(writer, holder);
		writer_text(writer, what);
		netns_put_command(writer, holder);
		writer_member(writer, holder, "remedy");
		free(what);
	}
	writer_finish(writer);
}

/* "blue (id 3) is down, kernel id 4117" */
static void
netns_say_instance(const json_t *instance, bool alive)
{
	char *name = writer_words(json_object_get(instance, "name"));
	char *safe = text_escape(name);
	char *state = writer_words(json_object_get(instance, "state"));
	char *id = writer_words(
	    json_object_get(json_object_get(instance, "kernel"), "id"));

	(void)printf("%s (id %lld, kernel id %s) is %s%s\n", safe,
	    (long long)netns_number(instance, "id"), id, state,
	    alive ? "" : ", and its namespace is gone");
	free(id);
	free(state);
	free(safe);
	free(name);
}

static void
netns_show_why(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	const json_t *holders = json_object_get(result, "holders");
	bool alive = json_is_true(json_object_get(result, "alive"));
	json_int_t hidden = netns_number(result, "hidden");

	(void)operand;
	netns_say_instance(json_object_get(result, "instance"), alive);
	if (json_array_size(holders) > 0)
		netns_show_holders(invocation, holders);
	else if (alive)
		(void)puts("nothing that can be seen holds it: descriptors on "
			   "their way through a socket, files below "
			   "/proc/PID/net and mounts that no process sees any "
			   "more cannot be");
	if (json_is_true(json_object_get(result, "more")))
		(void)puts("there may be more");
	if (hidden > 0)
		(void)printf("processes that could not be looked at: %lld\n",
		    (long long)hidden);
}

static json_t *
netns_why_params(const struct invocation *invocation, const char *operand)
{
	(void)invocation;
	return memory_check(json_pack("{s:s}", "instance", operand));
}

int
cmd_why_alive(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = netns_why_params,
	    .show = netns_show_why,
	    .separate = true,
	};

	return run_each(invocation, &each);
}

static void
netns_pins_page(void *arg, const json_t *items)
{
	struct writer *writer = arg;
	const json_t *pin;
	size_t i;

	json_array_foreach (items, i, pin) {
		writer_row(writer);
		writer_member(writer, pin, "instance");
		writer_member(writer, pin, "name");
		writer_state(writer, pin, "state");
		writer_member(writer, pin, "kernel_id");
		writer_member(writer, pin, "reason");
		writer_member(writer, pin, "holder");
		netns_put_age(writer, pin);
	}
	writer_print(writer);
}

int
cmd_pins(struct invocation *invocation)
{
	static const char *const headings[] = {">ID", "NAME", "STATE",
	    ">KERNEL ID", "HELD FOR", ">PROCESS", ">SINCE", NULL};
	struct writer *writer = writer_table(invocation, headings);
	struct run_list list = {
	    .member = "pins", .show = netns_pins_page, .arg = writer};
	int code = run_pages(invocation, memory_check(json_object()), &list);

	writer_finish(writer);
	return code;
}

/* A run_page_fn: whether there is a problem, whatever is printed. */
static void
netns_check_findings(void *arg, const json_t *items)
{
	struct findings *findings = arg;
	const json_t *finding;
	size_t i;

	json_array_foreach (items, i, finding) {
		const char *severity = netns_text(finding, "severity");

		if (severity != NULL && strcmp(severity, "problem") == 0)
			findings->problem = true;
	}
}

/* Each is a line, and what to do about it another one. */
static void
netns_show_findings(void *arg, const json_t *items)
{
	struct findings *findings = arg;
	struct writer *writer = writer_pairs(findings->invocation);
	const json_t *finding;
	size_t i;

	json_array_foreach (items, i, finding) {
		const char *name = netns_text(finding, "name");
		const char *text = netns_text(finding, "text");
		char *line = memory_format("%s: %s", name != NULL ? name : "-",
		    text != NULL ? text : "-");

		writer_row(writer);
		writer_state(writer, finding, "severity");
		writer_text(writer, line);
		if (json_object_get(finding, "remedy") != NULL)
			writer_pair_member(writer, "remedy", finding, "remedy");
		free(line);
	}
	writer_finish(writer);
}

int
cmd_doctor(struct invocation *invocation)
{
	struct findings findings = {.invocation = invocation};
	const struct run_list list = {
	    .member = "findings",
	    .check = netns_check_findings,
	    .show = netns_show_findings,
	    .arg = &findings,
	};
	int code = run_pages(invocation, memory_check(json_object()), &list);

	return code == EXIT_OK && findings.problem ? EXIT_FAILED : code;
}
