/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_text.c: does to a configuration file what libconfuse does not: tells
 * when a section, a string or a comment is never closed (libconfuse takes a
 * file that was cut off inside a section for a whole one), and overwrites
 * comments with blanks (libconfuse counts their lines twice, so every error
 * below one would name a wrong line). Loop thread.
 */
#include "config_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct scan {
	const char *file;
	int line;
	int depth;  /* of braces */
	int opened; /* the line of the outermost open brace */
	unsigned errors;
};

static void
config_text_complain(struct scan *scan, int line, const char *what)
{
	(void)fprintf(stderr, "%s:%d: %s\n", scan->file, line, what);
	scan->errors++;
}

/* One character outside of strings and comments. */
static void
config_text_count(struct scan *scan, char character)
{
	if (character == '\n')
		scan->line++;
	if (character == '{' && scan->depth++ == 0)
		scan->opened = scan->line;
	if (character == '}' && scan->depth > 0)
		scan->depth--;
}

/* Returns what follows the string that starts at text, or NULL. */
static char *
config_text_skip_string(struct scan *scan, char *text)
{
	int opened = scan->line;

	for (char *at = text + 1; *at != '\0'; at++) {
		if (*at == *text)
			return at + 1;
		if (*at == '\\' && at[1] != '\0')
			at++;
		if (*at == '\n')
			scan->line++;
	}
	config_text_complain(scan, opened, "this string is never closed");
	return NULL;
}

/* Blanks the comment that starts at text and returns what follows it. */
static char *
config_text_blank(struct scan *scan, char *text)
{
	bool block = text[0] == '/' && text[1] == '*';
	char *end = block ? strstr(text + 2, "*/") : strchr(text, '\n');

	if (end == NULL && block) {
		config_text_complain(
		    scan, scan->line, "this comment is never closed");
		return NULL;
	}
	end = end == NULL ? strchr(text, '\0') : block ? end + 2 : end;
	for (char *at = text; at < end; at++) {
		if (*at == '\n')
			scan->line++;
		else
			*at = ' ';
	}
	return end;
}

/* Within a word only '#' starts a comment: a path may have "//" in it. */
static bool
config_text_is_comment(const char *text, const char *at)
{
	if (*at == '#')
		return true;
	return at[0] == '/' && (at[1] == '/' || at[1] == '*') &&
	       (at == text || strchr(" \t\r\n\"'{}=(),+;", at[-1]) != NULL);
}

static bool
config_text_scan(struct scan *scan, char *text)
{
	char *at = text;

	while (at != NULL && *at != '\0') {
		if (*at == '"' || *at == '\'')
			at = config_text_skip_string(scan, at);
		else if (config_text_is_comment(text, at))
			at = config_text_blank(scan, at);
		else
			config_text_count(scan, *at++);
	}
	if (at != NULL && scan->depth > 0)
		config_text_complain(
		    scan, scan->opened, "this section is never closed");
	return at != NULL;
}

static char *
config_text_read(const char *file)
{
	char *text = memory_alloc(CONFIG_SIZE_MAX + 1);
	const char *problem = NULL;
	FILE *stream = fopen(file, "re");
	size_t size = 0;

	if (stream != NULL)
		size = fread(text, 1, CONFIG_SIZE_MAX, stream);
	if (stream == NULL || ferror(stream))
		problem = strerror(errno);
	else if (size == CONFIG_SIZE_MAX)
		problem = "the file is larger than 1 MiB";
	else if (memchr(text, '\0', size) != NULL)
		problem = "the file is not text: it has a NUL byte";
	if (stream != NULL)
		(void)fclose(stream);
	text[size] = '\0';
	if (problem == NULL)
		return text;
	(void)fprintf(stderr, "%s: %s\n", file, problem);
	free(text);
	return NULL;
}

char *
config_text_load(const char *file, unsigned *errors)
{
	struct scan scan = {.file = file, .line = 1};
	char *text = config_text_read(file);

	if (text != NULL && !config_text_scan(&scan, text)) {
		free(text);
		text = NULL;
	}
	*errors += scan.errors;
	return text;
}
