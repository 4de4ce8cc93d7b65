/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_netns.c: netinstctl why-alive, pins, doctor: the state of real instances.
 * Commands and paths of processes come from outside: they go through writer.c
 * or text_escape().
 */
#include "commands.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "params.h"
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
netns_put_age(struct writer *writer, const json_t *object, const char *member)
{
	char *age =
	    text_uptime(json_number_value(json_object_get(object, member)));

	writer_text(writer, age);
	free(age);
}

static void
netns_put_user(struct writer *writer, const json_t *holder, const char *member)
{
	uid_t uid = (uid_t)netns_number(holder, member);
	const struct passwd *user = getpwuid(uid);
	char *number = memory_format("%u", uid);

	writer_text(writer, user != NULL ? user->pw_name : number);
	free(number);
}

/* Why netinstd itself holds it. */
static const char *
netns_own_reason(const char *reason)
{
	static const struct {
		const char *reason, *what;
	} rows[] = {
	    {"name", "held while a name is mounted"},
	    {"process", "held while a process is in it"},
	    {"ending", "held until the shutdown callbacks have ended"},
	    {"callback", "a callback runs in it"},
	    {"open", "open for a moment, or left by a plugin"},
	    {"inherited", "from whoever started netinstd"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (reason != NULL && strcmp(reason, rows[i].reason) == 0)
			return rows[i].what;
	}
	return reason;
}

/* What of the holder it is. */
static void
netns_put_what(struct writer *writer, const json_t *holder, const char *kind)
{
	const char *holds = netns_text(holder, kind);

	if (holds != NULL && strcmp(holds, "netinstd") == 0)
		writer_text(
		    writer, netns_own_reason(netns_text(holder, "reason")));
	else if (netns_text(holder, "path") != NULL)
		writer_filled(
		    writer, holder, "{path}{reason?, which something hides|}");
	else if (json_object_get(holder, "fd") != NULL)
		writer_filled(writer, holder, "descriptor {fd}");
	else if (json_object_get(holder, "tid") != NULL)
		writer_filled(writer, holder, "thread {tid}");
	else if (netns_number(holder, "threads") > 1)
		writer_filled(writer, holder, "{threads} threads");
	else
		writer_text(writer, NULL);
}

/* As much of the command as a line has room for; --json has more of it. */
static void
netns_put_command(
    struct writer *writer, const json_t *holder, const char *member)
{
	const char *command = netns_text(holder, member);
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
	static const struct writer_column columns[] = {
	    {"HOLDER", "kind", writer_member},
	    {">PID", "pid", writer_member},
	    {"USER", "uid", netns_put_user},
	    {">AGE", "age_seconds", netns_put_age},
	    {"WHAT", "kind", netns_put_what},
	    {"COMMAND", "command", netns_put_command},
	    {"TO FREE IT", "remedy", writer_member},
	    {.heading = NULL},
	};

	writer_array(invocation, columns, holders);
}

void
cmd_why_alive_show(const struct invocation *invocation, const json_t *result)
{
	const json_t *instance = json_object_get(result, "instance");
	const json_t *holders = json_object_get(result, "holders");
	bool alive = json_is_true(json_object_get(result, "alive"));
	char *kernel =
	    writer_fill("{id}", NULL, json_object_get(instance, "kernel"));

	writer_say(alive ? "{name} (id {id}, kernel id {0}) is {state}"
			 : "{name} (id {id}, kernel id {0}) is {state}, and "
			   "its namespace is gone",
	    (const char *const[]){kernel}, instance);
	free(kernel);
	if (json_array_size(holders) > 0)
		netns_show_holders(invocation, holders);
	else if (alive)
		(void)puts("nothing that can be seen holds it: descriptors on "
			   "their way through a socket, files below "
			   "/proc/PID/net and mounts that no process sees any "
			   "more cannot be");
	if (json_is_true(json_object_get(result, "more")))
		(void)puts("there may be more");
	if (netns_number(result, "hidden") > 0)
		writer_say("processes that could not be looked at: {hidden}",
		    NULL, result);
}

const struct writer_column cmd_pins_columns[] = {
    {">ID", "instance", writer_member},
    {"NAME", "name", writer_member},
    {"STATE", "state", writer_state},
    {">KERNEL ID", "kernel_id", writer_member},
    {"HELD FOR", "reason", writer_member},
    {">PROCESS", "holder", writer_member},
    {">SINCE", "age_seconds", netns_put_age},
    {.heading = NULL},
};

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
		writer_row(writer);
		writer_state(writer, finding, "severity");
		writer_filled(writer, finding, "{name}: {text}");
		if (json_object_get(finding, "remedy") != NULL)
			writer_pair_member(writer, "remedy", finding, "remedy");
	}
	writer_finish(writer);
}

int
cmd_doctor(struct invocation *invocation)
{
	struct findings findings = {.invocation = invocation};
	struct run_pages pages = {
	    .member = "findings",
	    .check = netns_check_findings,
	    .show = netns_show_findings,
	    .arg = &findings,
	};
	int code = run_pages(invocation, params_of(invocation, NULL), &pages);

	return code == EXIT_OK && findings.problem ? EXIT_FAILED : code;
}
