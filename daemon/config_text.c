/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_text.c: does what libconfuse does not: complains when a section, a
 * string or a comment is never closed (libconfuse accepts a file that was cut
 * off inside a section), overwrites comments with blanks (libconfuse counts
 * their lines twice, so every error below one would name a wrong line), and
 * makes a value mean what is written (libconfuse replaces ${NAME} by variables
 * of the environment, and ends a value at an escape for NUL). One thread, in a
 * process of its own.
 */
#include "config_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config_open.h"
#include "config_repeat.h"

struct scan {
	const char *file;
	int line;
	int depth;  /* of braces */
	int opened; /* the line of the outermost open brace */
	unsigned errors;
	char *out; /* where the next character goes */
};

static void
config_text_complain(struct scan *scan, int line, const char *what)
{
	if (scan->errors++ < CONFIG_COMPLAINTS_MAX)
		(void)fprintf(stderr, "%s:%d: %s\n", scan->file, line, what);
}

static void
config_text_put(struct scan *scan, char character)
{
	*scan->out++ = character;
}

/* One character outside of strings and comments. */
static void
config_text_count(struct scan *scan, const char *at)
{
	if (at[0] == '$' && at[1] == '{')
		config_text_complain(scan, scan->line,
		    "variables are not expanded: put a value with ${ in "
		    "quotes");
	if (*at == '\n')
		scan->line++;
	if (*at == '{' && scan->depth++ == 0)
		scan->opened = scan->line;
	if (*at == '}' && scan->depth > 0)
		scan->depth--;
	config_text_put(scan, *at);
}

/* Whether what follows a backslash stands for NUL. */
static bool
config_text_is_nul(const char *at)
{
	const char *digits = *at == 'x' ? "0123456789abcdefABCDEF" : "01234567";
	size_t most = *at == 'x' ? 2 : 3, length, zeros;

	at += *at == 'x';
	length = strspn(at, digits);
	zeros = strspn(at, "0");
	return length > 0 && zeros >= (length < most ? length : most);
}

/* Copies the string that starts at text; returns what follows it, or NULL. */
static const char *
config_text_string(struct scan *scan, const char *text)
{
	const char quote = *text;
	int opened = scan->line;

	config_text_put(scan, quote);
	for (const char *at = text + 1; *at != '\0'; at++) {
		if (*at == '\n')
			scan->line++;
		if (quote == '"' && *at == '\\' && config_text_is_nul(at + 1))
			config_text_complain(
			    scan, scan->line, "a value cannot hold a NUL byte");
		if (quote == '"' && at[0] == '$' && at[1] == '{')
			config_text_put(scan, '\\');
		config_text_put(scan, *at);
		if (*at == quote)
			return at + 1;
		if (*at != '\\' || at[1] == '\0')
			continue;
		config_text_put(scan, *++at);
		if (*at == '\n')
			scan->line++;
	}
	config_text_complain(scan, opened, "this string is never closed");
	return NULL;
}

/* Puts blanks for the comment at text; returns what follows it, or NULL. */
static const char *
config_text_blank(struct scan *scan, const char *text)
{
	bool block = text[0] == '/' && text[1] == '*';
	const char *end = block ? strstr(text + 2, "*/") : strchr(text, '\n');

	if (end == NULL && block) {
		config_text_complain(
		    scan, scan->line, "this comment is never closed");
		return NULL;
	}
	end = end == NULL ? strchr(text, '\0') : block ? end + 2 : end;
	for (const char *at = text; at < end; at++) {
		scan->line += *at == '\n';
		config_text_put(scan, *at == '\n' ? '\n' : ' ');
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
config_text_scan(struct scan *scan, const char *text)
{
	const char *at = text;

	while (at != NULL && *at != '\0') {
		if (*at == '"' || *at == '\'')
			at = config_text_string(scan, at);
		else if (config_text_is_comment(text, at))
			at = config_text_blank(scan, at);
		else
			config_text_count(scan, at++);
	}
	config_text_put(scan, '\0');
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
	FILE *stream = config_open(file);
	size_t size = 0;

	if (stream == NULL) {
		free(text);
		return NULL;
	}
	size = fread(text, 1, CONFIG_SIZE_MAX, stream);
	if (ferror(stream))
		problem = strerror(errno);
	else if (size == CONFIG_SIZE_MAX)
		problem = "the file is larger than 1 MiB";
	else if (memchr(text, '\0', size) != NULL)
		problem = "the file is not text: it has a NUL byte";
	(void)fclose(stream);
	text[size] = '\0';
	if (problem == NULL)
		return text;
	(void)fprintf(stderr, "%s: %s\n", file, problem);
	free(text);
	return NULL;
}

/* A config_repeat_fn. */
static void
config_text_repeated(void *arg, int line, const char *name, size_t length)
{
	struct scan *scan = arg;

	if (scan->errors++ < CONFIG_COMPLAINTS_MAX)
		(void)fprintf(stderr, "%s:%d: '%.*s' is given twice\n",
		    scan->file, line, (int)length, name);
}

char *
config_text_load(const char *file, unsigned *errors)
{
	struct scan scan = {.file = file, .line = 1};
	char *text = config_text_read(file), *ready;

	if (text == NULL)
		return NULL;
	/* At most one character is inserted for each that is there. */
	ready = memory_alloc(2 * strlen(text) + 1);
	scan.out = ready;
	if (!config_text_scan(&scan, text)) {
		free(ready);
		ready = NULL;
	}
	if (ready != NULL)
		config_repeat_visit(ready, config_text_repeated, &scan);
	free(text);
	*errors += scan.errors;
	return ready;
}
