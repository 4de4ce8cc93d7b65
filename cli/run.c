/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c: between the commands and the connection. Requests for many operands
 * are kept in flight up to the daemon's limit; answers that come early wait
 * for their turn to be shown. When nobody reads standard output any more,
 * lists are not followed further.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

#include "client.h"
#include "command_name.h"
#include "memory.h"
#include "output.h"
#include "params.h"
#include "report.h"
#include "writer.h"

bool
run_json(const struct invocation *invocation)
{
	return invocation->options.values[OPTION_JSON] != NULL;
}

int
run_client(struct invocation *invocation, struct client **client)
{
	int code = EXIT_OK;

	if (invocation->client == NULL)
		code = client_open(invocation->options.values[OPTION_SOCKET],
		    invocation->timeout, &invocation->client);
	*client = invocation->client;
	return code;
}

/* What people see of a result. */
static void
run_say(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	const struct command *command = invocation->command;
	const char *operands[COMMAND_MEMBERS], *says = command->says;

	if (says == NULL) {
		command->show(invocation, result);
		return;
	}
	if (command->says_no_wait != NULL &&
	    invocation->options.values[OPTION_NO_WAIT] != NULL)
		says = command->says_no_wait;
	(void)params_operands(invocation, operand, operands);
	writer_say(says, operands, result);
}

/* Prints a reply, an error too; returns its exit code. */
static int
run_show(const struct invocation *invocation, const char *operand,
    const struct reply *reply)
{
	int code = EXIT_OK;

	if (reply->error != NULL) {
		char *name = command_name(invocation->command);

		code = report_error(name, operand, reply->error);
		free(name);
	} else if (run_json(invocation)) {
		(void)fwrite(reply->text.text, 1, reply->text.length, stdout);
		(void)putchar('\n');
	} else {
		run_say(invocation, operand, reply->result);
	}
	return code;
}

int
run_request(struct invocation *invocation, json_t *params)
{
	struct reply reply = {.root = NULL};
	struct client *client;
	int code = run_client(invocation, &client);

	if (code != EXIT_OK) {
		json_decref(params);
		return code;
	}
	code = client_ask(client, invocation->command->method, params, &reply);
	if (code != EXIT_OK)
		return code;
	code = run_show(invocation, NULL, &reply);
	reply_free(&reply);
	return code;
}

int
run_once(struct invocation *invocation)
{
	return run_request(invocation, params_of(invocation, NULL));
}

void
run_tally(struct run_tally *tally, int code)
{
	if (code == EXIT_OK)
		tally->succeeded++;
	else if (tally->failed++ == 0)
		tally->code = code;
	else if (tally->code != code)
		tally->code = EXIT_FAILED;
}

int
run_tally_code(const struct run_tally *tally)
{
	if (tally->failed == 0)
		return EXIT_OK;
	return tally->succeeded > 0 ? EXIT_PARTIAL : tally->code;
}

/* --- one request for each operand ----------------------------------------- */

struct progress {
	struct invocation *invocation;
	struct client *client;
	struct reply *replies;
	char **operands; /* those that are asked for, one by one */
	int64_t first_id;
	size_t count, sent, answered, shown;
	struct run_tally tally;
};

static void
progress_send(struct progress *progress)
{
	const struct invocation *invocation = progress->invocation;

	while (progress->sent < progress->count &&
	       progress->sent - progress->answered < RPC_IN_FLIGHT_MAX) {
		int64_t id = client_send(progress->client,
		    invocation->command->method,
		    params_of(invocation, progress->operands[progress->sent]));

		if (progress->sent++ == 0)
			progress->first_id = id;
	}
}

/* Shows the answers whose turn it is. */
static void
progress_show(struct progress *progress)
{
	while (progress->shown < progress->count) {
		struct reply *reply = &progress->replies[progress->shown];
		bool gap = progress->invocation->command->separate &&
			   !run_json(progress->invocation);

		if (reply->root == NULL)
			return;
		if (gap && reply->error == NULL &&
		    progress->tally.succeeded > 0)
			(void)putchar('\n');
		run_tally(&progress->tally,
		    run_show(progress->invocation,
			progress->operands[progress->shown], reply));
		reply_free(reply);
		progress->shown++;
	}
}

static int
progress_receive(struct progress *progress)
{
	struct reply reply = {.root = NULL};
	int code = client_receive(progress->client, &reply);
	size_t index;

	if (code != EXIT_OK)
		return code;
	index = (size_t)(reply.id - progress->first_id);
	if (index < progress->shown || index >= progress->sent ||
	    progress->replies[index].root != NULL) {
		reply_free(&reply);
		return report(EXIT_UNREACHABLE, NULL,
		    "the daemon answered what was not asked");
	}
	progress->replies[index] = reply;
	progress->answered++;
	return EXIT_OK;
}

/* The connection is lost: what came early is shown, the rest has failed. */
static void
progress_give_up(struct progress *progress, int code)
{
	char *name = command_name(progress->invocation->command);

	for (; progress->shown < progress->count; progress->shown++) {
		progress_show(progress);
		if (progress->shown == progress->count)
			break;
		(void)report(code, NULL, "%s '%s': %s", name,
		    progress->operands[progress->shown],
		    progress->shown < progress->sent ? "no answer"
						     : "not asked for");
		run_tally(&progress->tally, code);
	}
	free(name);
}

int
run_each(struct invocation *invocation)
{
	const char *ignored[COMMAND_MEMBERS];
	size_t first = params_operands(invocation, NULL, ignored) - 1;
	struct progress progress = {
	    .invocation = invocation,
	    .operands = invocation->operands + first,
	    .count = invocation->count - first,
	};
	int code = run_client(invocation, &progress.client);

	if (code != EXIT_OK)
		return code;
	progress.replies =
	    memory_zalloc(progress.count * sizeof(progress.replies[0]));
	while (progress.answered < progress.count && code == EXIT_OK) {
		progress_send(&progress);
		code = progress_receive(&progress);
		if (code == EXIT_OK)
			progress_show(&progress);
	}
	if (code != EXIT_OK)
		progress_give_up(&progress, code);
	free(progress.replies);
	return run_tally_code(&progress.tally);
}

/* --- a list in pages ------------------------------------------------------ */

struct following {
	const struct invocation *invocation;
	struct run_pages *pages;
	bool begun;   /* something has been printed */
	bool partial; /* the daemon had a problem, which was printed */
};

/* Prints one page in the middle of the one object that all pages make. */
static void
following_json(struct following *following, const struct reply *reply)
{
	const struct run_pages *pages = following->pages;
	struct scan_slice array = {.length = 0}, items;

	(void)jsontext_member(reply->text, pages->member, &array);
	items = jsontext_elements(array);
	if (!following->begun)
		(void)printf("{\"%s\":[", pages->member);
	if (items.length > 0 && pages->items > 0)
		(void)putchar(',');
	if (items.length > 0)
		(void)fwrite(items.text, 1, items.length, stdout);
}

/* A page may lack something; the daemon says what. Once is enough. */
static void
following_report(struct following *following, const json_t *problem)
{
	if (json_is_string(problem) && !following->partial)
		(void)report(EXIT_PARTIAL, NULL, "not all is shown: %s",
		    json_string_value(problem));
	following->partial |= json_is_string(problem);
}

/* Moves the cursor of the page to come, if there is one, into params. */
static bool
following_take(
    struct following *following, const struct reply *reply, json_t *params)
{
	struct run_pages *pages = following->pages;
	const json_t *items = json_object_get(reply->result, pages->member);
	json_t *cursor = json_object_get(reply->result, "cursor");

	if (pages->check != NULL)
		pages->check(pages->arg, items);
	if (run_json(following->invocation))
		following_json(following, reply);
	else
		pages->show(pages->arg, items);
	following_report(following, json_object_get(reply->result, "problem"));
	following->begun = true;
	pages->items += json_array_size(items);
	if (cursor != NULL)
		(void)json_object_set(params, "cursor", cursor);
	else if (run_json(following->invocation))
		(void)fputs("]}\n", stdout);
	return output_flush() && cursor != NULL;
}

static int
following_next(struct following *following, struct client *client,
    json_t *params, bool *more)
{
	const struct invocation *invocation = following->invocation;
	struct reply reply = {.root = NULL};
	int code = client_ask(
	    client, invocation->command->method, json_incref(params), &reply);

	*more = false;
	if (code != EXIT_OK)
		return code;
	if (reply.error != NULL)
		code = run_show(invocation, NULL, &reply);
	else
		*more = following_take(following, &reply, params);
	reply_free(&reply);
	return code;
}

int
run_pages(
    struct invocation *invocation, json_t *params, struct run_pages *pages)
{
	struct following following = {.invocation = invocation, .pages = pages};
	struct client *client;
	int code = run_client(invocation, &client);
	bool more = true;

	while (code == EXIT_OK && more)
		code = following_next(&following, client, params, &more);
	json_decref(params);
	return code == EXIT_OK && following.partial ? EXIT_PARTIAL : code;
}

int
run_table(struct invocation *invocation, const char *member,
    const struct writer_column *columns, size_t *items)
{
	struct writer *writer = writer_table(invocation, columns);
	struct run_pages pages = {
	    .member = member, .show = writer_page, .arg = writer};
	int code = run_pages(invocation, params_of(invocation, NULL), &pages);

	writer_finish(writer);
	*items = pages.items;
	return code;
}

int
run_list(struct invocation *invocation)
{
	const struct command *command = invocation->command;
	size_t ignored;

	return run_table(invocation, command->list, command->columns, &ignored);
}
