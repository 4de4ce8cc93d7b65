/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.c: goes through the lines of the texts side by side. Owns nothing.
 * One fill is zero, what fresh memory usually is; the other makes numbers that
 * catch the eye.
 */
#include "check/parent/compare.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX 256

unsigned char
compare_fill(unsigned run)
{
	return run % 2 == 0 ? 0 : 0xa5;
}

/* Takes the next line off a text; false, and an empty one, at its end. */
static bool
next_line(const char **text, char line[LINE_MAX])
{
	size_t length = strcspn(*text, "\n");

	line[0] = '\0';
	if (**text == '\0')
		return false;
	(void)snprintf(line, LINE_MAX, "%.*s", (int)length, *text);
	*text += length + ((*text)[length] == '\n');
	return true;
}

/* What a line is about: all of it up to its value. */
static void
make_subject(const char *line, char subject[BOARD_SUBJECT])
{
	const char *end = strstr(line, " is ");
	size_t length =
	    end != NULL ? (size_t)(end - line) : strcspn(line, "0123456789");

	(void)snprintf(subject, BOARD_SUBJECT, "%.*s",
	    (int)(length < BOARD_SUBJECT ? length : BOARD_SUBJECT - 1), line);
}

/* The same in all runs filled alike, different between the two kinds. */
static bool
is_telling(char lines[COMPARE_RUNS][LINE_MAX])
{
	unsigned i;

	for (i = 2; i < COMPARE_RUNS; i++)
		if (strcmp(lines[i], lines[i - 2]) != 0)
			return false;
	return strcmp(lines[0], lines[1]) != 0;
}

void
compare_runs(char *const observed[COMPARE_RUNS], struct findings *findings,
    const char *course)
{
	char lines[COMPARE_RUNS][LINE_MAX], subject[BOARD_SUBJECT];
	const char *at[COMPARE_RUNS];
	bool more = true;
	unsigned i;

	memcpy(at, observed, sizeof(at));
	while (more) {
		more = false;
		for (i = 0; i < COMPARE_RUNS; i++)
			more = next_line(&at[i], lines[i]) || more;
		if (!is_telling(lines))
			continue;
		make_subject(lines[0], subject);
		findings_note(findings, course, KIND_UNINITIALISED, subject,
		    "with memory full of %#x it says '%s', with %#x '%s'",
		    compare_fill(0), lines[0], compare_fill(1), lines[1]);
		/* What follows may be a consequence. */
		return;
	}
}
