/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/cmn_err.h: messages of a module, as lines of the daemon's log with the
 * module's name before them. Of the leading signs, '?' (only in a verbose boot)
 * makes it a line for debugging; '!' and '^' choose between places that are one
 * here. Each call is a line, also one of CE_CONT.
 */
#ifndef NETINST_SOLARIS_SYS_CMN_ERR_H
#define NETINST_SOLARIS_SYS_CMN_ERR_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CE_CONT	 0
#define CE_NOTE	 1 /* "NOTICE: ..." */
#define CE_WARN	 2 /* "WARNING: ..." */
#define CE_PANIC 3 /* ends the daemon */

static inline void vcmn_err(int level, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static inline void cmn_err(int level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void zcmn_err(zoneid_t zone, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline void panic(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

static inline net_log_level_t
netinst_cmn_err_level(int level, char sign)
{
	if (level >= CE_PANIC)
		return NET_LOG_ERROR;
	if (level == CE_WARN)
		return NET_LOG_WARNING;
	return sign == '?' ? NET_LOG_DEBUG : NET_LOG_INFO;
}

static inline void
vcmn_err(int level, const char *format, va_list arguments)
{
	static const char *const prefixes[] = {
	    "", "NOTICE: ", "WARNING: ", "panic: "};
	const char *prefix =
	    level > CE_CONT && level <= CE_PANIC ? prefixes[level] : "";
	char sign = format[0], text[1024];
	size_t length;

	if (sign == '!' || sign == '?' || sign == '^')
		format++;
	(void)vsnprintf(text, sizeof(text), format, arguments);
	length = strlen(text);
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	net_log(netinst_cmn_err_level(level, sign), "%s%s", prefix, text);
	if (level == CE_PANIC)
		abort();
}

static inline void
cmn_err(int level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vcmn_err(level, format, arguments);
	va_end(arguments);
}

/* The zone, which is an instance, is named in the line. */
static inline void
zcmn_err(zoneid_t zone, int level, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	cmn_err(level, "[zone %d] %s", zone, text);
}

static inline void
panic(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vcmn_err(CE_PANIC, format, arguments);
	va_end(arguments);
	abort();
}

#ifdef __cplusplus
}
#endif

#endif
