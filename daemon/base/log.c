/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c: builds each line on the caller's stack and hands it to the kernel in
 * one write (log_out.c), so lines of different threads never mix. When nobody
 * reads, the line is dropped and counted rather than waited for; the next one
 * that is written comes after a line with their number.
 */
#include "base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/log_out.h"

_Static_assert(LOG_LINE_MAX + 160 <= LOG_OUT_MAX, "a line and its head");

static _Atomic int lowest_level = LOG_INFO;
static _Atomic uint64_t lost, unsaid; /* lines; unsaid: in no line yet */

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARNING] = "warning",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

void
log_set_level(enum log_level level)
{
	atomic_store(&lowest_level, (int)level);
}

const char *
log_level_name(enum log_level level)
{
	return (size_t)level < ARRAY_LENGTH(level_names) ? level_names[level]
							 : NULL;
}

uint64_t
log_lost(void)
{
	return atomic_load(&lost);
}

bool
log_wants(enum log_level level)
{
	return (int)level <=
	       atomic_load_explicit(&lowest_level, memory_order_relaxed);
}

/* Copies text with control bytes as \xNN; returns the bytes written. */
static size_t
log_escape(char *out, size_t size, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (; *text != '\0' && used + 4 < size; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte >= 0x20 && byte != 0x7f) {
			out[used++] = (char)byte;
			continue;
		}
		out[used++] = '\\';
		out[used++] = 'x';
		out[used++] = digits[byte >> 4];
		out[used++] = digits[byte & 15];
	}
	return used;
}

static size_t
log_head(char *out, size_t size, enum log_level level, const char *token)
{
	struct timespec now;
	struct tm parts;
	size_t used;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &parts);
	used = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &parts);
	used += (size_t)snprintf(out + used, size - used,
	    ".%03ldZ %s %.80s: ", now.tv_nsec / 1000000, level_names[level],
	    token);
	return used;
}

void
log_open(enum log_level level)
{
	log_out_open();
	log_set_level(level);
}

static void
log_lose(uint64_t lines)
{
	(void)atomic_fetch_add(&unsaid, lines);
}

/* Before the first line that is written again. */
static void
log_say_lost(void)
{
	uint64_t lines = atomic_exchange(&unsaid, 0);
	char line[LOG_OUT_MAX];
	size_t used;

	if (lines == 0)
		return;
	used = log_head(line, sizeof(line), LOG_WARNING, "log");
	used += (size_t)snprintf(line + used, sizeof(line) - used,
	    "lines missing here, because nobody read them: %" PRIu64 "\n",
	    lines);
	if (!log_out(line, used))
		log_lose(lines);
}

void
log_write_list(enum log_level level, const char *token, const char *format,
    va_list arguments)
{
	char text[LOG_LINE_MAX], line[LOG_OUT_MAX];
	size_t used;

	if (!log_wants(level))
		return;
	(void)vsnprintf(text, sizeof(text), format, arguments);
	used = log_head(line, sizeof(line), level, token);
	used += log_escape(line + used, sizeof(line) - used - 1, text);
	line[used++] = '\n';
	if (atomic_load(&unsaid) > 0)
		log_say_lost();
	if (log_out(line, used))
		return;
	(void)atomic_fetch_add(&lost, 1);
	log_lose(1);
}

void
log_write(enum log_level level, const char *token, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_write_list(level, token, format, arguments);
	va_end(arguments);
}
