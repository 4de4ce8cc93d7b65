/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcheck.c: owns the file of errors and marks, in the order of time. Only
 * errors with a frame of the plugin count: its copy is in the scratch
 * directory. Reads only as much of XML as these files use.
 */
#include "check/parent/memcheck.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define FIELD 160

int
memcheck_open(struct board *shared)
{
	int fd = memfd_create("netinstd-valgrind", 0);

	/* valgrind moves its descriptor away; the child has one of its own. */
	shared->order.xml = fd >= 0 ? dup(fd) : -1;
	return fd;
}

/* Copies what stands between <name> and </name>, entities undone. */
static bool
xml_field(const char *from, const char *end, const char *name, char *value)
{
	static const struct {
		const char *entity;
		char character;
	} entities[] = {
	    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&apos;", '\''}};
	char tag[32];
	const char *at;
	size_t used = 0, i;

	(void)snprintf(tag, sizeof(tag), "<%s>", name);
	at = strstr(from, tag);
	if (at == NULL || at >= end)
		return false;
	at += strlen(tag);
	while (at < end && *at != '\0' && strncmp(at, "</", 2) != 0 &&
	       used < FIELD - 1) {
		for (i = 0; i < 4; i++)
			if (strncmp(at, entities[i].entity,
				strlen(entities[i].entity)) == 0)
				break;
		value[used++] = i < 4 ? entities[i].character : *at;
		at += i < 4 ? strlen(entities[i].entity) : 1;
	}
	value[used] = '\0';
	return true;
}

/* The plugin's first frame on the stack. */
static bool
find_frame(const char *from, const char *end, const char *scratch, char *where)
{
	char object[FIELD], function[FIELD], file[FIELD], line[FIELD];
	const char *frame = from, *over;

	while ((frame = strstr(frame, "<frame>")) != NULL && frame < end) {
		over = strstr(frame, "</frame>");
		if (over == NULL || over > end)
			return false;
		if (xml_field(frame, over, "obj", object) &&
		    strncmp(object, scratch, strlen(scratch)) == 0) {
			if (!xml_field(frame, over, "fn", function))
				(void)snprintf(function, FIELD, "?");
			if (xml_field(frame, over, "file", file) &&
			    xml_field(frame, over, "line", line))
				(void)snprintf(where, FIELD,
				    "%.60s (%.60s:%.10s)", function, file,
				    line);
			else
				(void)snprintf(where, FIELD, "%.60s", function);
			return true;
		}
		frame = over;
	}
	return false;
}

static void
read_error(const char *from, const char *end, const char *mark,
    const char *scratch, struct findings *findings, const char *scenario)
{
	struct board_finding seen = {
	    .kind = KIND_VALGRIND, .instance = NOWHERE};
	char what[FIELD], where[FIELD], callback[BOARD_CALLBACK];
	char *number;
	int instance;

	if (!find_frame(from, end, scratch, where))
		return;
	if (!xml_field(from, end, "what", what) &&
	    !xml_field(from, end, "text", what))
		(void)snprintf(what, sizeof(what), "an error");
	number = strstr(what, " in loss record ");
	if (number != NULL)
		*number = '\0';
	if (mark != NULL &&
	    sscanf(mark, BOARD_MARK "%d %23[^ \n]", &instance, callback) == 2) {
		seen.instance = instance;
		if (strcmp(callback, "-->") != 0)
			memcpy(seen.callback, callback, sizeof(callback));
	}
	(void)snprintf(seen.subject, sizeof(seen.subject), "%.90s", where);
	(void)snprintf(
	    seen.detail, sizeof(seen.detail), "%s, in %s", what, where);
	findings_add(findings, scenario, &seen);
}

static void
read_all(const char *text, const char *scratch, struct findings *findings,
    const char *scenario)
{
	const char *error = text, *end, *mark = NULL, *next = text;

	while ((error = strstr(error, "<error>")) != NULL) {
		end = strstr(error, "</error>");
		if (end == NULL)
			return;
		while (
		    (next = strstr(next, BOARD_MARK)) != NULL && next < error)
			mark = next++;
		if (next == NULL)
			next = end;
		read_error(error, end, mark, scratch, findings, scenario);
		error = end;
	}
}

void
memcheck_collect(int xml, struct board *shared, struct findings *findings,
    const struct scenario *scenario)
{
	off_t size = lseek(xml, 0, SEEK_END);
	char *text = memory_zalloc((size_t)size + 1);

	if (pread(xml, text, (size_t)size, 0) == size)
		read_all(text, shared->order.scratch, findings, scenario->name);
	free(text);
	(void)close(xml);
	(void)close(shared->order.xml);
}
