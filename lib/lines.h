/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h: what the other end has sent, taken apart into lines. Knows nothing
 * of sockets. Not locked: belongs to one thread at a time.
 */
#ifndef NETINST_LIB_LINES_H
#define NETINST_LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

/* Start with nothing but longest. */
struct lines {
	struct buffer buffer;
	size_t longest;	 /* bytes of a line */
	size_t taken;	 /* bytes of lines that were handed out */
	size_t searched; /* up to here there is no more end of line */
};

enum lines_next {
	LINES_ONE,  /* *line, *length */
	LINES_NONE, /* what is there is not a whole line */
	LINES_LONG  /* it is longer than longest already */
};

/*
 * Hands out the next line: without its LF, and the CR before it, if any; empty
 * ones are passed over. The line and the byte after it may be changed; it is
 * valid until the buffer is.
 */
enum lines_next lines_next(struct lines *lines, char **line, size_t *length);

/* The same for what has no LF, because the client sends no more. */
enum lines_next lines_last(struct lines *lines, char **line, size_t *length);

/* Whether a line has begun that has not ended. */
bool lines_has_rest(const struct lines *lines);

/* Forgets what was handed out; moves the rest to the front. */
void lines_compact(struct lines *lines);

#endif
