/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.c: every byte is looked at once for the end of a line, however few of
 * them come at a time.
 */
#include "lib/lines.h"

#include <string.h>

/* The line that begins at taken and has size bytes; false when it is empty. */
static bool
lines_trim(const struct lines *lines, size_t size, char **line, size_t *length)
{
	*line = lines->buffer.data + lines->taken;
	if (size > 0 && (*line)[size - 1] == '\r')
		size--;
	*length = size;
	/* Stops at the line's end at the latest. */
	return strspn(*line, " \t") < size;
}

enum lines_next
lines_next(struct lines *lines, char **line, size_t *length)
{
	char *data = lines->buffer.data, *end;
	bool found;
	size_t size;

	do {
		end = lines->searched < lines->buffer.length
			  ? memchr(data + lines->searched, '\n',
				lines->buffer.length - lines->searched)
			  : NULL;
		if (end == NULL) {
			lines->searched = lines->buffer.length;
			return lines->buffer.length - lines->taken >
				       lines->longest
				   ? LINES_LONG
				   : LINES_NONE;
		}
		size = (size_t)(end - data) - lines->taken;
		if (size > lines->longest)
			return LINES_LONG;
		found = lines_trim(lines, size, line, length);
		lines->taken += size + 1;
		lines->searched = lines->taken;
	} while (!found);
	return LINES_ONE;
}

enum lines_next
lines_last(struct lines *lines, char **line, size_t *length)
{
	size_t size = lines->buffer.length - lines->taken;
	bool found;

	if (size == 0)
		return LINES_NONE;
	*buffer_room(&lines->buffer, 1) = '\0';
	found = lines_trim(lines, size, line, length);
	lines->taken = lines->searched = lines->buffer.length;
	return found ? LINES_ONE : LINES_NONE;
}

bool
lines_has_rest(const struct lines *lines)
{
	return lines->taken < lines->buffer.length;
}

void
lines_compact(struct lines *lines)
{
	buffer_consume(&lines->buffer, lines->taken);
	lines->searched -= lines->taken;
	lines->taken = 0;
}
