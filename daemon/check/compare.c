/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.c: goes through the lines of four texts side by side. Owns nothing.
 * One fill is zero, what fresh memory usually is; the other makes numbers that
 * catch the eye.
 */
#include "check/compare.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX 256

unsigned char
compare_fill(unsigned run)
{
	return run < COMPARE_RUNS / 2 ? 0 : 0xa5;
}

/* Takes the next line off a text; false at its end. */
static bool
next_line(const char **text, char line[LINE_MAX])
{
	size_t length = strcspn(*text, "\n");

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

void
compare_runs(char *const observed[COMPARE_RUNS], struct findings *findings,
    const char *course)
{
	const char *at[COMPARE_RUNS];
	char lines[COMPARE_RUNS][LINE_MAX], subject[BOARD_SUBJECT];
	unsigned i;

	for (i = 0; i < COMPARE_RUNS; i++)
		at[i] = observed[i];
	for (;;) {
		for (i = 0; i < COMPARE_RUNS; i++)
			if (!next_line(&at[i], lines[i]))
				break;
		if (i < COMPARE_RUNS)
			break;
		if (strcmp(lines[0], lines[1]) != 0 ||
		    strcmp(lines[2], lines[3]) != 0 ||
		    strcmp(lines[0], lines[2]) == 0)
			continue;
		make_subject(lines[0], subject);
		findings_note(findings, course, KIND_UNINITIALISED, subject,
		    "with memory full of %#x it says '%s', with %#x '%s'",
		    compare_fill(0), lines[0], compare_fill(2), lines[2]);
		return;
	}
	/* One has lines that the other has not. */
	if (strlen(at[0]) == strlen(at[1]) && strlen(at[2]) == strlen(at[3]) &&
	    (at[0][0] == '\0') != (at[2][0] == '\0'))
		findings_note(findings, course, KIND_UNINITIALISED, "",
		    "what it says depends on what memory is full of: '%.200s'",
		    at[0][0] != '\0' ? at[0] : at[2]);
}
