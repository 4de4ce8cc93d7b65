/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h: one line per event, to standard error.
 *
 *   2026-11-23T08:00:00.123Z warning core: ...
 *
 * Control characters in the text are escaped, so that a name from outside
 * cannot forge a line. A reader that does not read loses lines, never the
 * daemon's time; how many is counted, and said in the log once it reads again.
 * Any thread, with any lock.
 */
#ifndef NETINST_BASE_LOG_H
#define NETINST_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Bytes of one line; the rest is cut. */
#define LOG_LINE_MAX 1024

/*
 * Finds a way to standard error that never waits, and sets the level. Before
 * there are threads.
 */
void log_open(enum log_level level);

/* Lines below this level are not written. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* The level's name, or NULL; for the configuration's reader. */
const char *log_level_name(enum log_level level);

/* Lines that could not be written since the start. */
uint64_t log_lost(void);

/* Whether lines of that level are written. */
bool log_wants(enum log_level level);

/* token names the speaker: "core", "ctl", "plugin trace". */
void log_write(enum log_level level, const char *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void log_write_list(enum log_level level, const char *token, const char *format,
    va_list arguments) __attribute__((format(printf, 3, 0)));

#define log_error(token, ...)	log_write(LOG_ERROR, token, __VA_ARGS__)
#define log_warning(token, ...) log_write(LOG_WARNING, token, __VA_ARGS__)
#define log_info(token, ...)	log_write(LOG_INFO, token, __VA_ARGS__)
#define log_debug(token, ...)	log_write(LOG_DEBUG, token, __VA_ARGS__)

#endif
