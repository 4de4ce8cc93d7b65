/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_select.c: five patterns, and on which side of the socket each of them
 * is matched. The daemon has matched the shell patterns before it answers;
 * only expressions are left to be matched here.
 */
#include "kstat/kstat_select.h"

#include <stdio.h>
#include <string.h>

#include "kstat/kstat_value.h"
#include "memory.h"

/* The fields as kstat.read and its result name them. */
static const char *const names[KSTAT_FIELDS] = {
    [KSTAT_MODULE] = "module",
    [KSTAT_INSTANCE] = "instance",
    [KSTAT_NAME] = "name",
    [KSTAT_STATISTIC] = "statistic",
    [KSTAT_CLASS] = "class",
};

static char *
kstat_select_part(struct kstat_selection *selection, enum kstat_field field,
    const char *text, size_t length)
{
	kstat_pattern_free(&selection->fields[field]);
	return kstat_pattern_parse(&selection->fields[field], text, length);
}

char *
kstat_select_field(
    struct kstat_selection *selection, enum kstat_field field, const char *text)
{
	return kstat_select_part(selection, field, text, strlen(text));
}

char *
kstat_select_operand(struct kstat_selection *selection, const char *operand)
{
	const char *at = operand;
	char *why = NULL;

	selection->operand = operand;
	for (int field = 0; field < KSTAT_PARTS && why == NULL; field++) {
		size_t length = strcspn(at, ":");

		why = kstat_select_part(
		    selection, (enum kstat_field)field, at, length);
		at += length;
		if (*at == '\0')
			return why;
		at++;
	}
	if (why == NULL)
		why = memory_format(
		    "'%s' has more parts than MODULE:INST:NAME:STAT", operand);
	return why;
}

void
kstat_select_free(struct kstat_selection *selection)
{
	for (int field = 0; field < KSTAT_FIELDS; field++)
		kstat_pattern_free(&selection->fields[field]);
}

bool
kstat_select_has_expression(const struct kstat_selection *selection)
{
	for (int field = 0; field < KSTAT_FIELDS; field++) {
		if (selection->fields[field].expression != NULL)
			return true;
	}
	return false;
}

json_t *
kstat_select_params(
    const struct kstat_selection *selection, bool with_pseudo, bool with_class)
{
	json_t *params = memory_check(json_object());

	for (int field = 0; field < KSTAT_FIELDS; field++) {
		const struct kstat_pattern *pattern = &selection->fields[field];
		const char *text = kstat_pattern_for_daemon(pattern);

		if (field == KSTAT_STATISTIC && with_pseudo &&
		    kstat_value_is_pseudo(pattern, with_class))
			text = NULL;
		if (text != NULL)
			(void)json_object_set_new(params, names[field],
			    memory_check(json_string(text)));
	}
	return params;
}

static bool
kstat_select_matches(const struct kstat_selection *selection,
    enum kstat_field field, const char *text)
{
	const struct kstat_pattern *pattern = &selection->fields[field];

	return pattern->expression == NULL ||
	       kstat_pattern_matches(pattern, text);
}

bool
kstat_select_takes(const struct kstat_selection *selection, const json_t *kstat)
{
	const char *name = kstat_value_text(kstat, "name");
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld",
	    (long long)kstat_value_integer(kstat, "instance"));
	return kstat_value_type(kstat) != 0 &&
	       strncmp(name, "kstat_", strlen("kstat_")) != 0 &&
	       kstat_select_matches(selection, KSTAT_MODULE,
		   kstat_value_text(kstat, "module")) &&
	       kstat_select_matches(selection, KSTAT_INSTANCE, number) &&
	       kstat_select_matches(selection, KSTAT_NAME, name) &&
	       kstat_select_matches(
		   selection, KSTAT_CLASS, kstat_value_text(kstat, "class"));
}
