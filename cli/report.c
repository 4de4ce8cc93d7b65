/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c: the only file that writes to standard error. All of it is escaped:
 * it may hold names from outside. Standard output is flushed first, so that
 * both stay in order on a terminal.
 */
#include "report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "text.h"

static void
report_hint(const char *hint)
{
	static char *last;
	char *safe;

	if (hint == NULL || (last != NULL && strcmp(hint, last) == 0))
		return;
	safe = text_escape(hint);
	(void)fprintf(stderr, "hint: %s\n", safe);
	free(safe);
	free(last);
	last = memory_format("%s", hint);
}

int
report(int code, const char *hint, const char *format, ...)
{
	va_list arguments;
	char *text, *safe;

	va_start(arguments, format);
	text = memory_vformat(format, arguments);
	va_end(arguments);
	safe = text_escape(text);
	(void)fflush(stdout);
	(void)fprintf(stderr, "netinstctl: %s\n", safe);
	free(safe);
	free(text);
	report_hint(hint);
	return code;
}

int
report_exit_code(const char *name)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
#define REPORT_ROW(symbol, code, name, exit) {name, exit},
	    RPC_ERRORS(REPORT_ROW)
#undef REPORT_ROW
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].code;
	}
	return EXIT_FAILED;
}

static bool
report_quotes(const char *message, const char *operand)
{
	char *quoted = memory_format("'%s'", operand);
	bool found = strstr(message, quoted) != NULL;

	free(quoted);
	return found;
}

int
report_error(const char *what, const char *operand, const json_t *error)
{
	const json_t *data = json_object_get(error, "data");
	const char *name = json_string_value(json_object_get(data, "name"));
	const char *hint = json_string_value(json_object_get(data, "hint"));
	const char *message =
	    json_string_value(json_object_get(error, "message"));
	int code = name != NULL ? report_exit_code(name) : EXIT_FAILED;

	if (message == NULL)
		message = "the daemon refused, without saying why";
	if (operand == NULL || report_quotes(message, operand))
		return report(code, hint, "%s: %s", what, message);
	return report(code, hint, "%s '%s': %s", what, operand, message);
}
