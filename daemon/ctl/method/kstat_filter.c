/* SPDX-License-Identifier: Apache-2.0 */
/* kstat_filter.c: six patterns and a count; see kstat_filter.h. */
#include "ctl/method/kstat_filter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/method/methods.h"
#include "ctl/serve/params.h"
#include "lib/glob.h"

/* Bytes of an instance number. */
#define NUMBER_SIZE 16

/* The parameters that are patterns come first: by their number. */
#define PATTERNS (READ_CLASS + 1)

struct kstat_filter {
	unsigned references;
	char *patterns[PATTERNS]; /* NULL: anything */
};

const struct rpc_answered *
kstat_filter_create(struct rpc_call *call, struct kstat_filter **filter)
{
	const struct rpc_answered *answered = NULL;
	const char *pattern;

	for (unsigned i = 0; i < PATTERNS && answered == NULL; i++)
		answered = params_check_pattern(call, i);
	if (answered != NULL)
		return answered;
	*filter = memory_zalloc(sizeof(**filter));
	(*filter)->references = 1;
	for (unsigned i = 0; i < PATTERNS; i++) {
		pattern = call->params[i].text;
		if (pattern != NULL)
			(*filter)->patterns[i] = memory_strdup(pattern);
	}
	return NULL;
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
	for (unsigned i = 0; i < PATTERNS; i++)
		free(filter->patterns[i]);
	free(filter);
}

bool
kstat_filter_wants(
    const struct kstat_filter *filter, unsigned which, const char *text)
{
	const char *pattern = filter->patterns[which];

	return pattern == NULL || glob_match(pattern, text);
}

static bool
filter_matches_number(const struct kstat_filter *filter, int number)
{
	char text[NUMBER_SIZE];

	if (filter->patterns[READ_INSTANCE] == NULL)
		return true;
	(void)snprintf(text, sizeof(text), "%d", number);
	return kstat_filter_wants(filter, READ_INSTANCE, text);
}

bool
kstat_filter_wants_kstat(void *arg, const kstat_t *kstat)
{
	const struct kstat_filter *filter = arg;

	return kstat_filter_wants(filter, READ_MODULE, kstat->ks_module) &&
	       filter_matches_number(filter, kstat->ks_instance) &&
	       kstat_filter_wants(filter, READ_NAME, kstat->ks_name) &&
	       kstat_filter_wants(filter, READ_CLASS, kstat->ks_class);
}
