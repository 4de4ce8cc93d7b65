/* SPDX-License-Identifier: Apache-2.0 */
/*
 * last_line.h: a line of the log that can be written at any moment, in a signal
 * handler, too: nothing is allocated, locked or asked of the C library.
 */
#ifndef NETINST_BASE_LAST_LINE_H
#define NETINST_BASE_LAST_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/log_out.h"

struct last_line {
	size_t length;
	char text[LOG_OUT_MAX];
};

/* "TIME error TOKEN: ". What does not fit is cut. */
void last_line_begin(struct last_line *line, const char *token);
void last_line_add(struct last_line *line, const char *text);
void last_line_add_number(struct last_line *line, int64_t number);
/* Waits for a moment when nobody reads. */
void last_line_write(struct last_line *line);

#endif
