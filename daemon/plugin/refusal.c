/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.c: words the refusals of the loader. Paths, symbol names and the
 * dynamic linker's messages come from outside, so every text is cleaned here.
 */
#include "plugin/refusal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "plugin/text.h"

int
refusal_set(struct refusal *refusal, int code, const char *hint,
    const char *format, ...)
{
	va_list arguments;

	ASSERT(code < 0);
	refusal->code = code;
	refusal->limit = 0;
	va_start(arguments, format);
	(void)vsnprintf(
	    refusal->text, sizeof(refusal->text), format, arguments);
	va_end(arguments);
	text_clean(refusal->text);
	(void)snprintf(refusal->hint, sizeof(refusal->hint), "%s", hint);
	return code;
}

/* Errors that are the daemon's own, with what to do about them. */
static const struct {
	int error, code;
	const char *hint; /* NULL: what the caller says */
} daemon_errors[] = {
    {EACCES, -EPERM, NULL},
    {ENOMEM, -ENOMEM, "free some memory, or try again later"},
    {EMFILE, -EMFILE, "raise the limit of open files of netinstd"},
    {ENFILE, -ENFILE, "raise the machine's limit of open files"},
    {ENOSPC, -ENOSPC, NULL},
    {EDQUOT, -ENOSPC, NULL},
};

int
refusal_set_error(struct refusal *refusal, int error, const char *hint,
    const char *format, ...)
{
	char text[sizeof(refusal->text)];
	va_list arguments;
	int code = -EIO;

	for (size_t i = 0; i < ARRAY_LENGTH(daemon_errors); i++) {
		if (daemon_errors[i].error != error)
			continue;
		code = daemon_errors[i].code;
		if (daemon_errors[i].hint != NULL)
			hint = daemon_errors[i].hint;
	}
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return refusal_set(
	    refusal, code, hint, "%s: %s", text, strerror(error));
}

int
refusal_limit(struct refusal *refusal, uint64_t limit)
{
	refusal->limit = limit;
	return refusal->code;
}

int
refusal_hint(struct refusal *refusal, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(
	    refusal->hint, sizeof(refusal->hint), format, arguments);
	va_end(arguments);
	text_clean(refusal->hint);
	return refusal->code;
}

void
refusal_prefix(struct refusal *refusal, const char *format, ...)
{
	char text[sizeof(refusal->text)];
	va_list arguments;
	int used;

	va_start(arguments, format);
	used = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (used < 0 || (size_t)used >= sizeof(text))
		return;
	(void)snprintf(
	    text + used, sizeof(text) - (size_t)used, "%s", refusal->text);
	(void)snprintf(refusal->text, sizeof(refusal->text), "%s", text);
	text_clean(refusal->text);
}
