/* SPDX-License-Identifier: Apache-2.0 */
/* kstat_filter.c: six patterns and a count; see kstat_filter.h. */
#include "ctl/method/kstat_filter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "lib/glob.h"

/* Bytes of an instance number. */
#define NUMBER_SIZE 16

struct kstat_filter {
	unsigned references;
	char *ip_instance, *module, *instance, *name, *statistic, *class;
};

static char *
filter_copy(const char *pattern)
{
	return pattern != NULL ? memory_strdup(pattern) : NULL;
}

struct kstat_filter *
kstat_filter_create(const struct kstat_patterns *patterns)
{
	struct kstat_filter *filter = memory_zalloc(sizeof(*filter));

	filter->references = 1;
	filter->ip_instance = filter_copy(patterns->ip_instance);
	filter->module = filter_copy(patterns->module);
	filter->instance = filter_copy(patterns->instance);
	filter->name = filter_copy(patterns->name);
	filter->statistic = filter_copy(patterns->statistic);
	filter->class = filter_copy(patterns->class);
	return filter;
}

void
kstat_filter_hold(struct kstat_filter *filter)
{
	filter->references++;
}

void
kstat_filter_release(struct kstat_filter *filter)
{
	ASSERT(filter->references > 0);
	if (--filter->references > 0)
		return;
	free(filter->ip_instance);
	free(filter->module);
	free(filter->instance);
	free(filter->name);
	free(filter->statistic);
	free(filter->class);
	free(filter);
}

static bool
filter_matches(const char *pattern, const char *text)
{
	return pattern == NULL || glob_match(pattern, text);
}

static bool
filter_matches_number(const char *pattern, int number)
{
	char text[NUMBER_SIZE];

	if (pattern == NULL)
		return true;
	(void)snprintf(text, sizeof(text), "%d", number);
	return glob_match(pattern, text);
}

bool
kstat_filter_wants_instance(const struct kstat_filter *filter, const char *name)
{
	return filter_matches(filter->ip_instance, name);
}

bool
kstat_filter_wants_kstat(void *arg, const kstat_t *kstat)
{
	const struct kstat_filter *filter = arg;

	return filter_matches(filter->module, kstat->ks_module) &&
	       filter_matches_number(filter->instance, kstat->ks_instance) &&
	       filter_matches(filter->name, kstat->ks_name) &&
	       filter_matches(filter->class, kstat->ks_class);
}

bool
kstat_filter_wants_statistic(
    const struct kstat_filter *filter, const char *name)
{
	return filter_matches(filter->statistic, name);
}
