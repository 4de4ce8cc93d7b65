/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_kstat.c: netinstctl kstat, as kstat(8). What is wanted becomes a plan: a
 * form, an interval, and a list of selections, one for each operand. A report
 * asks the daemon for each of them, instance by instance; between reports no
 * connection is held.
 */
#include "commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "client.h"
#include "kstat/kstat_form.h"
#include "kstat/kstat_gather.h"
#include "kstat/kstat_interval.h"
#include "kstat/kstat_select.h"
#include "kstat/kstat_value.h"
#include "memory.h"
#include "output.h"
#include "params.h"
#include "report.h"
#include "run.h"

struct plan {
	struct invocation *invocation;
	struct kstat_form form;
	struct kstat_interval interval;
	struct kstat_selection *selections;
	bool *missed; /* for each: that it matches nothing has been said */
	size_t count;
	bool matched; /* a statistic, in any report */
	int worst;    /* exit code of the last failure */
};

static bool
plan_has(const struct plan *plan, enum option_symbol symbol)
{
	return plan->invocation->options.values[symbol] != NULL;
}

/* --- what was typed ------------------------------------------------------- */

static int
plan_check_options(const struct plan *plan)
{
	bool json = run_json(plan->invocation);
	bool lines = plan_has(plan, OPTION_PARSEABLE) ||
		     plan_has(plan, OPTION_COLONS) ||
		     plan_has(plan, OPTION_LIST);
	bool objects = plan_has(plan, OPTION_OBJECTS);
	const struct {
		bool wrong;
		const char *why;
	} rules[] = {
	    {plan_has(plan, OPTION_QUIET) && (lines || objects || json),
		"-q prints nothing, -C, -j, -l, -p and --json do"},
	    {plan_has(plan, OPTION_VALUES) && !plan_has(plan, OPTION_PARSEABLE),
		"-V needs -p"},
	    {plan_has(plan, OPTION_VALUES) && plan_has(plan, OPTION_LIST),
		"-V prints no names, -l nothing else"},
	    {plan_has(plan, OPTION_TIMESTAMP) && (objects || json),
		"a line of -T is no JSON; snaptime is in the report"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
		if (rules[i].wrong)
			return command_misuse(
			    plan->invocation, "%s", rules[i].why);
	}
	return EXIT_OK;
}

static int
plan_check_stamp(const struct plan *plan)
{
	const char *stamp = plan->invocation->options.values[OPTION_TIMESTAMP];

	if (stamp == NULL || strcmp(stamp, "u") == 0 || strcmp(stamp, "d") == 0)
		return EXIT_OK;
	return command_misuse(plan->invocation,
	    "-T takes u, for seconds since 1970, or d, for the date, not '%s'",
	    stamp);
}

static void
plan_choose_form(struct plan *plan)
{
	const char *instance =
	    plan->invocation->options.values[OPTION_INSTANCE];
	bool colons = plan_has(plan, OPTION_COLONS);
	bool list = plan_has(plan, OPTION_LIST);

	plan->form = (struct kstat_form){
	    .layout = KSTAT_BLOCKS,
	    .separator = colons ? ':' : '\t',
	    .says_name = !plan_has(plan, OPTION_VALUES),
	    .says_value = !list,
	    .says_instance =
		instance == NULL || strpbrk(instance, "*?[\\") != NULL,
	};
	if (plan_has(plan, OPTION_QUIET))
		plan->form.layout = KSTAT_SILENT;
	else if (plan_has(plan, OPTION_OBJECTS))
		plan->form.layout = KSTAT_OBJECTS;
	else if (colons || list || plan_has(plan, OPTION_PARSEABLE))
		plan->form.layout = KSTAT_LINES;
}

/* The options that say what an operand does, and -c. */
static const struct {
	enum option_symbol option;
	enum kstat_field field;
} plan_options[] = {
    {OPTION_MODULE, KSTAT_MODULE},
    {OPTION_NUMBER, KSTAT_INSTANCE},
    {OPTION_NAME, KSTAT_NAME},
    {OPTION_STATISTIC, KSTAT_STATISTIC},
    {OPTION_CLASS, KSTAT_CLASS},
};
#define PLAN_OPTIONS ARRAY_LENGTH(plan_options)

/* STEALS why, which is NULL when all is well. */
static int
plan_refuse(const struct plan *plan, char *why)
{
	int code = EXIT_OK;

	if (why != NULL)
		code = command_misuse(plan->invocation, "%s", why);
	free(why);
	return code;
}

static int
plan_select(struct plan *plan, size_t index)
{
	const struct invocation *invocation = plan->invocation;
	struct kstat_selection *selection = &plan->selections[index];
	char *why = NULL;

	if (invocation->count > 0)
		why = kstat_select_operand(
		    selection, invocation->operands[index]);
	for (size_t i = 0; i < PLAN_OPTIONS && why == NULL; i++) {
		const char *text =
		    invocation->options.values[plan_options[i].option];

		if (text != NULL)
			why = kstat_select_field(
			    selection, plan_options[i].field, text);
	}
	if (why == NULL && run_json(invocation) &&
	    kstat_select_has_expression(selection))
		why = memory_format("with --json, what is printed is selected "
				    "by the daemon, which has no regular "
				    "expressions; -j prints JSON, too");
	return plan_refuse(plan, why);
}

static int
plan_select_all(struct plan *plan)
{
	size_t operands = plan->invocation->count;
	int code = EXIT_OK;

	for (size_t i = 0; i < PLAN_OPTIONS && operands > 0; i++) {
		if (plan_options[i].field != KSTAT_CLASS &&
		    plan_has(plan, plan_options[i].option))
			return command_misuse(plan->invocation,
			    "-m, -i, -n and -s exclude operands, as '%s'",
			    plan->invocation->operands[0]);
	}
	plan->count = operands > 0 ? operands : 1;
	plan->selections =
	    memory_zalloc(plan->count * sizeof(plan->selections[0]));
	plan->missed = memory_zalloc(plan->count * sizeof(plan->missed[0]));
	for (size_t i = 0; i < plan->count && code == EXIT_OK; i++)
		code = plan_select(plan, i);
	return code;
}

static int
plan_make(struct plan *plan)
{
	int code = plan_check_options(plan);

	if (code == EXIT_OK)
		code = plan_check_stamp(plan);
	if (code == EXIT_OK)
		code = kstat_interval_take(&plan->interval, plan->invocation);
	if (code == EXIT_OK)
		code = plan_select_all(plan);
	plan_choose_form(plan);
	return code;
}

static void
plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		kstat_select_free(&plan->selections[i]);
	free(plan->selections);
	free(plan->missed);
}

/* --- what one selection selects ------------------------------------------- */

struct listing {
	struct plan *plan;
	const struct kstat_selection *selection;
	struct kstat_gather *gather;
	json_int_t instance; /* of IP, that is being gathered */
	size_t taken;	     /* statistics; with --json, kstats */
	int unreadable;	     /* exit code of the last that could not be read */
};

/*
 * A kstat whose update callback failed has no statistics, but a reason. When
 * another callback of the instance does not return, it is not even known which
 * kstats there are: then the name is missing, too.
 */
static void
listing_unreadable(
    struct listing *listing, const json_t *kstat, const json_t *error)
{
	const char *name = kstat_value_text(error, "name");
	const char *instance = kstat_value_text(kstat, "ip_instance");
	int number = (int)kstat_value_integer(error, "errno");
	char *label = kstat_form_label(kstat, true);

	listing->unreadable = report_exit_code(name);
	if (*kstat_value_text(kstat, "name") != '\0')
		(void)report(listing->unreadable,
		    "its plugin refused; the daemon's log may say more",
		    "kstat %s: cannot be read: %s", label, strerror(number));
	else
		(void)report(listing->unreadable,
		    "'netinstctl status' shows which callback is overdue",
		    "kstat: instance %s is busy, and was not waited for longer",
		    *instance != '\0' ? instance : "?");
	free(label);
}

/* With --json, the daemon has selected, and its answer is printed whole. */
static bool
listing_takes(const struct listing *listing, const json_t *kstat)
{
	return run_json(listing->plan->invocation) ||
	       kstat_select_takes(listing->selection, kstat);
}

static void
listing_check(void *arg, const json_t *items)
{
	struct listing *listing = arg;
	const json_t *kstat;
	size_t i;

	json_array_foreach (items, i, kstat) {
		const json_t *error = json_object_get(kstat, "error");

		if (error == NULL)
			listing->taken +=
			    run_json(listing->plan->invocation) ? 1 : 0;
		else if (*kstat_value_text(kstat, "name") == '\0' ||
			 listing_takes(listing, kstat))
			listing_unreadable(listing, kstat, error);
	}
}

static void
listing_page(void *arg, const json_t *items)
{
	struct listing *listing = arg;
	const json_t *kstat;
	size_t i;

	json_array_foreach (items, i, kstat) {
		json_int_t instance =
		    kstat_value_integer(kstat, "ip_instance_id");

		if (listing->instance != instance)
			kstat_gather_print(listing->gather, stdout);
		listing->instance = instance;
		if (json_object_get(kstat, "error") == NULL &&
		    listing_takes(listing, kstat))
			listing->taken += kstat_gather_add(listing->gather,
			    &listing->selection->fields[KSTAT_STATISTIC],
			    kstat);
	}
}

static json_t *
listing_params(const struct listing *listing)
{
	const struct invocation *invocation = listing->plan->invocation;
	json_t *params = kstat_select_params(listing->selection,
	    !run_json(invocation), kstat_form_has_class(&listing->plan->form));

	params_put(
	    params, "ip_instance", invocation->options.values[OPTION_INSTANCE]);
	return params;
}

/* --- reports -------------------------------------------------------------- */

/* Printed once, however many reports there are. */
static void
plan_say_missed(struct plan *plan, size_t index)
{
	const char *operand = plan->selections[index].operand;
	const char *instance =
	    plan->invocation->options.values[OPTION_INSTANCE];

	if (plan->missed[index] || plan_has(plan, OPTION_QUIET))
		return;
	plan->missed[index] = true;
	(void)report(EXIT_FAILED,
	    "'netinstctl kstat' shows all there are, 'netinstctl instance "
	    "list' the instances",
	    "kstat: nothing matches%s%s%s%s", operand != NULL ? " " : "",
	    operand != NULL ? operand : "",
	    instance != NULL ? " in instance " : "",
	    instance != NULL ? instance : "");
}

/* Returns EXIT_OK unless the report cannot go on. */
static int
plan_read(struct plan *plan, size_t index, struct kstat_gather *gather)
{
	struct listing listing = {.plan = plan,
	    .selection = &plan->selections[index],
	    .gather = gather,
	    .unreadable = EXIT_OK};
	struct run_pages pages = {.member = "kstats",
	    .check = listing_check,
	    .show = listing_page,
	    .arg = &listing};
	int code =
	    run_pages(plan->invocation, listing_params(&listing), &pages);

	kstat_gather_print(gather, stdout);
	plan->matched = plan->matched || listing.taken > 0;
	if (code != EXIT_OK)
		return code;
	if (listing.unreadable != EXIT_OK)
		plan->worst =
		    listing.taken > 0 ? EXIT_PARTIAL : listing.unreadable;
	else if (listing.taken == 0)
		plan_say_missed(plan, index);
	return EXIT_OK;
}

static int
plan_report(struct plan *plan)
{
	struct kstat_gather *gather = kstat_gather_create(&plan->form);
	const char *stamp = plan->invocation->options.values[OPTION_TIMESTAMP];
	int code = EXIT_OK;

	if (stamp != NULL && !plan_has(plan, OPTION_QUIET))
		kstat_interval_stamp(stdout, *stamp, time(NULL));
	for (size_t i = 0; i < plan->count && code == EXIT_OK; i++) {
		if (i > 0 && !output_flush())
			break;
		code = plan_read(plan, i, gather);
	}
	if (!run_json(plan->invocation))
		kstat_gather_end(gather, stdout, code == EXIT_OK);
	kstat_gather_free(gather);
	client_close(plan->invocation->client);
	plan->invocation->client = NULL;
	return code;
}

static bool
plan_has_gaps(const struct plan *plan)
{
	return !run_json(plan->invocation) &&
	       (plan->form.layout == KSTAT_BLOCKS ||
		   plan->form.layout == KSTAT_LINES);
}

static int
plan_run(struct plan *plan)
{
	int code = EXIT_OK;

	kstat_interval_start(&plan->interval);
	for (;;) {
		code = plan_report(plan);
		if (code != EXIT_OK || !output_flush() ||
		    !kstat_interval_wait(&plan->interval))
			break;
		if (plan_has_gaps(plan))
			(void)putchar('\n');
	}
	if (code == EXIT_OK)
		code = plan->worst;
	if (code == EXIT_OK && !plan->matched)
		code = EXIT_FAILED;
	return code;
}

/* As kstat(8): one statistic in one report is enough for success. */
int
cmd_kstat(struct invocation *invocation)
{
	struct plan plan = {.invocation = invocation, .worst = EXIT_OK};
	int code;

	memory_exit_with(EXIT_UNREACHABLE); /* 3: what kstat(8) calls fatal */
	code = plan_make(&plan);
	if (code == EXIT_OK)
		code = plan_run(&plan);
	plan_free(&plan);
	return code;
}
