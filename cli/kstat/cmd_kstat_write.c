/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_kstat_write.c: netinstctl kstat-write. The operands that are of the same
 * kstat make one request, which changes all of them or none; kstats come in the
 * order of their first operands. The daemon answers with the kstat as it is
 * now; what was written is printed of it.
 */
#include "commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "kstat/kstat_form.h"
#include "kstat/kstat_setting.h"
#include "kstat/kstat_value.h"
#include "memory.h"
#include "run.h"

#define GLOBAL "global"

struct settings {
	struct invocation *invocation;
	struct kstat_setting *list;
	size_t count;
};

static int
settings_parse(struct settings *settings)
{
	struct invocation *invocation = settings->invocation;

	settings->list =
	    memory_zalloc(invocation->count * sizeof(settings->list[0]));
	for (size_t i = 0; i < invocation->count; i++) {
		const char *operand = invocation->operands[i];

		if (!kstat_setting_parse(&settings->list[i], operand))
			return command_misuse(invocation,
			    "'%s' is not of the form "
			    "MODULE:INST:NAME:STAT=VALUE",
			    operand);
		settings->count++;
	}
	return EXIT_OK;
}

static void
settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		kstat_setting_free(&settings->list[i]);
	free(settings->list);
}

/* Whether an earlier operand is of the same kstat, or says the same. */
static bool
settings_has_before(
    const struct settings *settings, size_t index, bool same_statistic)
{
	const struct kstat_setting *setting = &settings->list[index];

	for (size_t i = 0; i < index; i++) {
		const struct kstat_setting *other = &settings->list[i];

		if (kstat_setting_is_beside(setting, other) &&
		    (!same_statistic ||
			strcmp(setting->statistic, other->statistic) == 0))
			return true;
	}
	return false;
}

static int
settings_check(const struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		if (settings_has_before(settings, i, true))
			return command_misuse(settings->invocation,
			    "'%s' is a second value for the same statistic",
			    settings->invocation->operands[i]);
	}
	return EXIT_OK;
}

/* The request for one operand's kstat, with all its values, as texts. */
static json_t *
settings_params(const struct settings *settings, size_t first)
{
	const struct kstat_setting *setting = &settings->list[first];
	const char *instance =
	    settings->invocation->options.values[OPTION_INSTANCE];
	json_t *values = memory_check(json_object());

	for (size_t i = first; i < settings->count; i++) {
		const struct kstat_setting *other = &settings->list[i];

		if (kstat_setting_is_beside(setting, other))
			(void)json_object_set_new(values, other->statistic,
			    memory_check(json_string(other->value)));
	}
	return memory_check(json_pack("{s:s, s:s, s:I, s:s, s:o}",
	    "ip_instance", instance != NULL ? instance : GLOBAL, "module",
	    setting->module, "instance", setting->instance, "name",
	    setting->name, "values", values));
}

/* Prints the value that a statistic has now, as kstat -p does. */
static void
settings_show_one(const json_t *kstat, const char *name)
{
	static const struct kstat_form form = {.layout = KSTAT_LINES,
	    .separator = '\t',
	    .says_name = true,
	    .says_value = true,
	    .says_instance = true};
	static const struct kstat_pattern all = {.text = NULL};
	struct kstat_statistics statistics;

	kstat_value_collect(&statistics, kstat, &all, false);
	for (size_t i = 0; i < statistics.count; i++) {
		if (strcmp(statistics.list[i].name, name) == 0) {
			kstat_form_lines(
			    stdout, &form, kstat, &statistics.list[i], 1);
			break;
		}
	}
	kstat_value_free(&statistics);
}

void
cmd_kstat_write_show(const struct invocation *invocation, const json_t *kstat)
{
	for (size_t i = 0; i < invocation->count; i++) {
		struct kstat_setting setting;

		if (!kstat_setting_parse(&setting, invocation->operands[i]))
			continue;
		if (kstat_setting_is_of(&setting, kstat))
			settings_show_one(kstat, setting.statistic);
		kstat_setting_free(&setting);
	}
}

/* Returns EXIT_OK unless the daemon can be asked no more. */
static int
settings_write(const struct settings *settings)
{
	struct run_tally tally = {.failed = 0};

	for (size_t i = 0; i < settings->count; i++) {
		int code;

		if (settings_has_before(settings, i, false))
			continue;
		code = run_request(
		    settings->invocation, settings_params(settings, i));
		if (code == EXIT_UNREACHABLE)
			return code;
		run_tally(&tally, code);
	}
	return run_tally_code(&tally);
}

int
cmd_kstat_write(struct invocation *invocation)
{
	struct settings settings = {.invocation = invocation};
	int code = settings_parse(&settings);

	if (code == EXIT_OK)
		code = settings_check(&settings);
	if (code == EXIT_OK)
		code = settings_write(&settings);
	settings_free(&settings);
	return code;
}
