/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_pattern.c: the daemon's own patterns (lib/glob.h) and regcomp(3),
 * chosen by the slashes. Knows nothing of kstats.
 */
#include "kstat/kstat_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "lib/glob.h"
#include "memory.h"

static bool
kstat_pattern_has_slashes(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && text[0] == '/' && text[length - 1] == '/';
}

/* Returns NULL, or what is wrong with the expression in pattern->text. */
static char *
kstat_pattern_compile(struct kstat_pattern *pattern)
{
	char *body = memory_format(
	    "%.*s", (int)strlen(pattern->text) - 2, pattern->text + 1);
	char *why = NULL, reason[128];
	int error;

	pattern->expression = memory_zalloc(sizeof(*pattern->expression));
	error = regcomp(pattern->expression, body, REG_EXTENDED | REG_NOSUB);
	if (error != 0) {
		(void)regerror(
		    error, pattern->expression, reason, sizeof(reason));
		why = memory_format(
		    "'%s' is no regular expression: %s", pattern->text, reason);
		free(pattern->expression); /* regcomp left nothing in it */
		pattern->expression = NULL;
	}
	free(body);
	return why;
}

char *
kstat_pattern_parse(
    struct kstat_pattern *pattern, const char *text, size_t length)
{
	char *why = NULL;

	*pattern = (struct kstat_pattern){.text = NULL};
	if (length == 0 || (length == 1 && *text == '*'))
		return NULL;
	pattern->text = memory_format("%.*s", (int)length, text);
	if (kstat_pattern_has_slashes(pattern->text))
		why = kstat_pattern_compile(pattern);
	if (why != NULL)
		kstat_pattern_free(pattern);
	return why;
}

void
kstat_pattern_free(struct kstat_pattern *pattern)
{
	if (pattern->expression != NULL)
		regfree(pattern->expression);
	free(pattern->expression);
	free(pattern->text);
	*pattern = (struct kstat_pattern){.text = NULL};
}

bool
kstat_pattern_matches(const struct kstat_pattern *pattern, const char *text)
{
	if (pattern->text == NULL)
		return true;
	if (pattern->expression != NULL)
		return regexec(pattern->expression, text, 0, NULL, 0) == 0;
	return glob_match(pattern->text, text);
}

const char *
kstat_pattern_for_daemon(const struct kstat_pattern *pattern)
{
	return pattern->expression == NULL ? pattern->text : NULL;
}
