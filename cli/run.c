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
#include "report.h"

bool
run_json(const struct invocation *invocation)
{
	return invocation->options.values[OPTION_JSON] != NULL;
}

void
run_put_option(json_t *params, const char *name,
    const struct invocation *invocation, enum option_symbol symbol)
{
	const char *value = invocation->options.values[symbol];

	if (value != NULL)
		(void)json_object_set_new(
		    params, name, memory_check(json_string(value)));
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

/* Prints a reply, an error too; returns its exit code. */
static int
run_show(const struct invocation *invocation, const char *operand,
    const struct reply *reply, run_show_fn show)
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
		show(invocation, operand, reply->result);
	}
	return code;
}

int
run_once(struct invocation *invocation, json_t *params, run_show_fn show)
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
	code = run_show(invocation, NULL, &reply, show);
	reply_free(&reply);
	return code;
}

/* --- one request for each operand ----------------------------------------- */

struct progress {
	struct invocation *invocation;
	const struct run_each *each;
	struct client *client;
	struct reply *replies;
	int64_t first_id;
	size_t count, sent, answered, shown;
	size_t succeeded, failed;
	int code; /* of the failures, while they are alike */
};

static const char *
progress_operand(const struct progress *progress, size_t index)
{
	return progress->invocation->operands[progress->each->first + index];
}

static void
progress_send(struct progress *progress)
{
	const struct invocation *invocation = progress->invocation;

	while (progress->sent < progress->count &&
	       progress->sent - progress->answered < RPC_IN_FLIGHT_MAX) {
		json_t *params = progress->each->params(
		    invocation, progress_operand(progress, progress->sent));
		int64_t id = client_send(
		    progress->client, invocation->command->method, params);

		if (progress->sent++ == 0)
			progress->first_id = id;
	}
}

static void
progress_tally(struct progress *progress, int code)
{
	if (code == EXIT_OK) {
		progress->succeeded++;
		return;
	}
	if (progress->failed++ == 0)
		progress->code = code;
	else if (progress->code != code)
		progress->code = EXIT_FAILED;
}

/* Shows the answers whose turn it is. */
static void
progress_show(struct progress *progress)
{
	while (progress->shown < progress->count) {
		struct reply *reply = &progress->replies[progress->shown];
		bool gap =
		    progress->each->separate && !run_json(progress->invocation);

		if (reply->root == NULL)
			return;
		if (gap && reply->error == NULL && progress->succeeded > 0)
			(void)putchar('\n');
		progress_tally(
		    progress, run_show(progress->invocation,
				  progress_operand(progress, progress->shown),
				  reply, progress->each->show));
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
		    progress_operand(progress, progress->shown),
		    progress->shown < progress->sent ? "no answer"
						     : "not asked for");
		progress_tally(progress, code);
	}
	free(name);
}

int
run_each(struct invocation *invocation, const struct run_each *each)
{
	struct progress progress = {
	    .invocation = invocation,
	    .each = each,
	    .count = invocation->count - each->first,
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
	if (progress.failed == 0)
		return EXIT_OK;
	return progress.succeeded > 0 ? EXIT_PARTIAL : progress.code;
}

/* --- a list in pages ------------------------------------------------------ */

struct pages {
	const struct invocation *invocation;
	const struct run_list *list;
	size_t items; /* so far */
	bool begun;   /* something has been printed */
	bool partial; /* the daemon had a problem, which was printed */
};

/* Prints one page in the middle of the one object that all pages make. */
static void
pages_json(struct pages *pages, const struct reply *reply)
{
	struct scan_slice array = {.length = 0}, items;

	(void)jsontext_member(reply->text, pages->list->member, &array);
	items = jsontext_elements(array);
	if (!pages->begun)
		(void)printf("{\"%s\":[", pages->list->member);
	if (items.length > 0 && pages->items > 0)
		(void)putchar(',');
	if (items.length > 0)
		(void)fwrite(items.text, 1, items.length, stdout);
}

/* A page may lack something; the daemon says what. Once is enough. */
static void
pages_report(struct pages *pages, const json_t *problem)
{
	if (json_is_string(problem) && !pages->partial)
		(void)report(EXIT_PARTIAL, NULL, "not all is shown: %s",
		    json_string_value(problem));
	pages->partial |= json_is_string(problem);
}

/* Moves the cursor of the page to come, if there is one, into params. */
static bool
pages_take(struct pages *pages, const struct reply *reply, json_t *params)
{
	const struct run_list *list = pages->list;
	const json_t *items = json_object_get(reply->result, list->member);
	json_t *cursor = json_object_get(reply->result, "cursor");

	if (list->check != NULL)
		list->check(list->arg, items);
	if (run_json(pages->invocation))
		pages_json(pages, reply);
	else
		list->show(list->arg, items);
	pages_report(pages, json_object_get(reply->result, "problem"));
	pages->begun = true;
	pages->items += json_array_size(items);
	if (cursor != NULL)
		(void)json_object_set(params, "cursor", cursor);
	else if (run_json(pages->invocation))
		(void)fputs("]}\n", stdout);
	return output_flush() && cursor != NULL;
}

static int
pages_next(
    struct pages *pages, struct client *client, json_t *params, bool *more)
{
	const struct invocation *invocation = pages->invocation;
	struct reply reply = {.root = NULL};
	int code = client_ask(
	    client, invocation->command->method, json_incref(params), &reply);

	*more = false;
	if (code != EXIT_OK)
		return code;
	if (reply.error != NULL)
		code = run_show(invocation, NULL, &reply, NULL);
	else
		*more = pages_take(pages, &reply, params);
	reply_free(&reply);
	return code;
}

int
run_pages(
    struct invocation *invocation, json_t *params, const struct run_list *list)
{
	struct pages pages = {.invocation = invocation, .list = list};
	struct client *client;
	int code = run_client(invocation, &client);
	bool more = true;

	while (code == EXIT_OK && more)
		code = pages_next(&pages, client, params, &more);
	json_decref(params);
	return code == EXIT_OK && pages.partial ? EXIT_PARTIAL : code;
}
