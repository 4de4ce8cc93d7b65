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
	size_t readable; /* kstats */
	size_t printed;	 /* statistics */
	int unreadable;	 /* exit code of the last that could not be read */
};

static int
listing_compare(const void *a, const void *b)
{
	json_t *const *first = a, *const *second = b;

	return kstat_compare(*first, *second);
}

/*
 * A kstat whose update callback failed has no statistics, but a reason. When
 * another callback of the instance does not return, it is not even known which
 * kstats there are: then the name is missing, too.
 */
static void
listing_unreadable(
    struct listing *listing, const json_t *kstat, const json_t *error)
{
	const char *name = json_string_value(json_object_get(error, "name"));
	json_int_t number = json_integer_value(json_object_get(error, "errno"));
	const char *stack =
	    json_string_value(json_object_get(kstat, "ip_instance"));
	char *label = kstat_label(kstat, true);

	listing->unreadable =
	    name != NULL ? report_exit_code(name) : EXIT_FAILED;
	if (json_string_length(json_object_get(kstat, "name")) > 0)
		(void)report(listing->unreadable,
		    "its plugin refused; the daemon's log may say more",
		    "kstat %s: cannot be read: %s", label,
		    strerror((int)number));
	else
		(void)report(listing->unreadable,
		    "'netinstctl status' shows which callback is overdue",
		    "kstat: instance %s is busy, and was not waited for longer",
		    stack != NULL ? stack : "?");
	free(label);
}

static void
listing_check(void *arg, const json_t *items)
{
	struct listing *listing = arg;
	const json_t *kstat;
	size_t i;

	json_array_foreach(items, i, kstat)
	{
		const json_t *error = json_object_get(kstat, "error");

		if (error != NULL)
			listing_unreadable(listing, kstat, error);
		else
			listing->readable++;
	}
}

static void
listing_print(struct listing *listing)
{
	if (listing->count == 0)
		return;
	qsort(listing->gathered, listing->count, sizeof(listing->gathered[0]),
	    listing_compare);
	for (size_t i = 0; i < listing->count; i++) {
		json_t *kstat = listing->gathered[i];

		if (json_object_get(kstat, "error") == NULL)
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

static void
kstat_choose_form(const struct invocation *invocation,
    const struct kstat_operand *operand, struct kstat_form *form)
{
	const char *const *options = invocation->options.values;
	const char *stack = options[OPTION_INSTANCE];

	form->parseable = options[OPTION_PARSEABLE] != NULL;
	form->says_instance = stack == NULL || strpbrk(stack, "*?[") != NULL;
	form->statistic = operand->statistic;
}

/* Prints what one operand matches; *matched becomes true if anything does. */
static int
kstat_read(struct invocation *invocation, const char *text, bool *matched)
{
	struct listing listing = {.unreadable = EXIT_OK};
	struct run_list list = {.member = "kstats",
	    .check = listing_check,
	    .show = listing_page,
	    .arg = &listing};
	struct kstat_operand operand;
	bool some;
	int code;

	(void)kstat_operand_parse(&operand, text != NULL ? text : "");
	kstat_choose_form(invocation, &operand, &listing.form);
	code = run_pages(invocation, kstat_params(invocation, &operand), &list);
	listing_print(&listing);
	free(listing.gathered);
	kstat_operand_free(&operand);
	some =
	    run_json(invocation) ? listing.readable > 0 : listing.printed > 0;
	*matched = *matched || some;
	if (code != EXIT_OK || !output_flush())
		return code;
	if (listing.unreadable != EXIT_OK)
		return some ? EXIT_PARTIAL : listing.unreadable;
	return some ? EXIT_OK : kstat_nothing(invocation, text);
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
	int code = kstat_check(invocation), worst = EXIT_OK;
	bool matched = false;

	if (code != EXIT_OK)
		return code;
	if (invocation->count == 0)
		return kstat_read(invocation, NULL, &matched);
	for (size_t i = 0; i < invocation->count; i++) {
		code =
		    kstat_read(invocation, invocation->operands[i], &matched);
		if (code != EXIT_OK && code != EXIT_FAILED)
			worst = code;
		if (code == EXIT_UNREACHABLE || !output_flush())
			return code;
	}
	if (worst != EXIT_OK)
		return worst;
	return matched ? EXIT_OK : EXIT_FAILED;
}
