/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_kstat.c: netinstctl kstat. The daemon lists kstats instance by instance,
 * in the order of their making; here those of one instance are gathered,
 * sorted as kstat(8) does, and printed, so no more than that is ever held.
 */
#include "command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "kstat_form.h"
#include "memory.h"
#include "output.h"
#include "report.h"
#include "run.h"

struct listing {
	struct kstat_form form;
	json_int_t stack;  /* the instance that is being gathered */
	json_t **gathered; /* references */
	size_t count, size;
	size_t printed; /* statistics */
	int unreadable; /* exit code of the last that could not be read */
};

static int
listing_compare(const void *a, const void *b)
{
	json_t *const *first = a, *const *second = b;

	return kstat_compare(*first, *second);
}

/* A kstat whose update callback failed has no statistics, but a reason. */
static void
listing_unreadable(
    struct listing *listing, const json_t *kstat, const json_t *error)
{
	const char *name = json_string_value(json_object_get(error, "name"));
	json_int_t number = json_integer_value(json_object_get(error, "errno"));
	char *label = kstat_label(kstat, true);

	listing->unreadable =
	    name != NULL ? report_exit_code(name) : EXIT_FAILED;
	(void)report(listing->unreadable,
	    "its plugin refused; the daemon's log may say more",
	    "kstat %s: cannot be read: %s", label, strerror((int)number));
	free(label);
}

static void
listing_print(struct listing *listing)
{
	qsort(listing->gathered, listing->count, sizeof(listing->gathered[0]),
	    listing_compare);
	for (size_t i = 0; i < listing->count; i++) {
		json_t *kstat = listing->gathered[i];
		const json_t *error = json_object_get(kstat, "error");

		if (error != NULL)
			listing_unreadable(listing, kstat, error);
		else
			listing->printed +=
			    kstat_print(stdout, &listing->form, kstat);
		json_decref(kstat);
	}
	listing->count = 0;
}

static void
listing_page(void *arg, const json_t *items)
{
	struct listing *listing = arg;
	json_t *kstat;
	size_t i;

	json_array_foreach(items, i, kstat)
	{
		json_int_t stack = json_integer_value(
		    json_object_get(kstat, "ip_instance_id"));

		if (listing->count > 0 && listing->stack != stack)
			listing_print(listing);
		listing->stack = stack;
		if (listing->count == listing->size) {
			listing->size = 2 * listing->size + 16;
			listing->gathered = memory_resize(listing->gathered,
			    listing->size, sizeof(listing->gathered[0]));
		}
		listing->gathered[listing->count++] = json_incref(kstat);
	}
}

static void
kstat_put(json_t *params, const char *name, const char *pattern)
{
	if (strcmp(pattern, "*") != 0)
		(void)json_object_set_new(
		    params, name, memory_check(json_string(pattern)));
}

/*
 * crtime, snaptime and class are no statistics to the daemon: when they are
 * wanted, all of a kstat is asked for, and sorted out here.
 */
static json_t *
kstat_params(
    const struct invocation *invocation, const struct kstat_operand *operand)
{
	bool parseable = invocation->options.values[OPTION_PARSEABLE] != NULL;
	json_t *params = memory_check(json_object());

	kstat_put(params, "module", operand->module);
	kstat_put(params, "instance", operand->instance);
	kstat_put(params, "name", operand->name);
	if (run_json(invocation) ||
	    !kstat_is_pseudo(operand->statistic, parseable))
		kstat_put(params, "statistic", operand->statistic);
	run_put_option(params, "ip_instance", invocation, OPTION_INSTANCE);
	run_put_option(params, "class", invocation, OPTION_CLASS);
	return params;
}

static int
kstat_nothing(const struct invocation *invocation, const char *operand)
{
	const char *stack = invocation->options.values[OPTION_INSTANCE];

	return report(EXIT_FAILED,
	    "'netinstctl kstat' shows all there are, 'netinstctl instance "
	    "list' the instances",
	    "kstat: nothing matches%s%s%s%s", operand != NULL ? " " : "",
	    operand != NULL ? operand : "",
	    stack != NULL ? " in instance " : "", stack != NULL ? stack : "");
}

/* Prints what one operand matches; adds to *printed. */
static int
kstat_read(struct invocation *invocation, const char *text, size_t *printed)
{
	const char *const *options = invocation->options.values;
	struct listing listing = {.unreadable = EXIT_OK};
	const char *stack = options[OPTION_INSTANCE];
	struct kstat_operand operand;
	size_t count;
	int code;

	(void)kstat_operand_parse(&operand, text != NULL ? text : "");
	listing.form.parseable = options[OPTION_PARSEABLE] != NULL;
	listing.form.says_instance =
	    stack == NULL || strpbrk(stack, "*?[") != NULL;
	listing.form.statistic = operand.statistic;
	code = run_pages(invocation, kstat_params(invocation, &operand),
	    "kstats", listing_page, &listing, &count);
	listing_print(&listing);
	free(listing.gathered);
	kstat_operand_free(&operand);
	if (run_json(invocation))
		listing.printed = count;
	*printed += listing.printed;
	if (code != EXIT_OK || !output_flush())
		return code;
	if (listing.unreadable != EXIT_OK)
		return listing.printed > 0 ? EXIT_PARTIAL : listing.unreadable;
	return listing.printed > 0 ? EXIT_OK : kstat_nothing(invocation, text);
}

static int
kstat_check(const struct invocation *invocation)
{
	for (size_t i = 0; i < invocation->count; i++) {
		struct kstat_operand operand;

		if (!kstat_operand_parse(&operand, invocation->operands[i]))
			return command_misuse(invocation,
			    "'%s' has more parts than MODULE:INST:NAME:STAT",
			    invocation->operands[i]);
		kstat_operand_free(&operand);
	}
	return EXIT_OK;
}

/* As kstat(8): one operand that matches is enough for success. */
int
cmd_kstat(struct invocation *invocation)
{
	size_t printed = 0;
	int code = kstat_check(invocation), worst = EXIT_OK;

	if (code != EXIT_OK)
		return code;
	if (invocation->count == 0)
		return kstat_read(invocation, NULL, &printed);
	for (size_t i = 0; i < invocation->count; i++) {
		code =
		    kstat_read(invocation, invocation->operands[i], &printed);
		if (code != EXIT_OK && code != EXIT_FAILED)
			worst = code;
		if (code == EXIT_UNREACHABLE || !output_flush())
			return code;
	}
	if (worst != EXIT_OK)
		return worst;
	return printed > 0 ? EXIT_OK : EXIT_FAILED;
}
