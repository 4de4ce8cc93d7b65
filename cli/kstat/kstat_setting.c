/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_setting.c: takes operands of kstat-write apart; the daemon checks what
 * they name.
 */
#include "kstat/kstat_setting.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kstat/kstat_value.h"
#include "memory.h"

/* Copies what stands before the separator, and passes both; or NULL. */
static char *
kstat_setting_part(const char **at, char separator)
{
	const char *end = strchr(*at, separator);
	char *part;

	if (end == NULL || end == *at)
		return NULL;
	part = memory_format("%.*s", (int)(end - *at), *at);
	*at = end + 1;
	return part;
}

static bool
kstat_setting_number(const char **at, json_int_t *number)
{
	char *text = kstat_setting_part(at, ':'), *end;
	bool is_number;

	if (text == NULL)
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	is_number = errno == 0 && *end == '\0' && *number >= INT32_MIN &&
		    *number <= INT32_MAX &&
		    strspn(text, "-0123456789") == strlen(text);
	free(text);
	return is_number;
}

bool
kstat_setting_parse(struct kstat_setting *setting, const char *operand)
{
	bool is_number;

	*setting = (struct kstat_setting){.value = NULL};
	setting->module = kstat_setting_part(&operand, ':');
	is_number = setting->module != NULL &&
		    kstat_setting_number(&operand, &setting->instance);
	if (is_number)
		setting->name = kstat_setting_part(&operand, ':');
	if (setting->name != NULL)
		setting->statistic = kstat_setting_part(&operand, '=');
	if (setting->statistic == NULL) {
		kstat_setting_free(setting);
		return false;
	}
	setting->value = operand;
	return true;
}

void
kstat_setting_free(struct kstat_setting *setting)
{
	free(setting->module);
	free(setting->name);
	free(setting->statistic);
	*setting = (struct kstat_setting){.value = NULL};
}

bool
kstat_setting_is_beside(
    const struct kstat_setting *setting, const struct kstat_setting *other)
{
	return strcmp(setting->module, other->module) == 0 &&
	       setting->instance == other->instance &&
	       strcmp(setting->name, other->name) == 0;
}

bool
kstat_setting_is_of(const struct kstat_setting *setting, const json_t *kstat)
{
	return strcmp(setting->module, kstat_value_text(kstat, "module")) ==
		   0 &&
	       setting->instance == kstat_value_integer(kstat, "instance") &&
	       strcmp(setting->name, kstat_value_text(kstat, "name")) == 0;
}
